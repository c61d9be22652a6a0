//! Signs from the sprite in index.html.

use super::dom::{El, drawing, el};
use crate::model::Status;

/// A symbol of the sprite (its name without `i-`), without a meaning of its own for screen readers.
pub fn icon(name: &str) -> El {
    sign(name).class("icon")
}

/// The same in the size of small text.
pub fn small_icon(name: &str) -> El {
    sign(name).class("icon icon-small")
}

fn sign(name: &str) -> El {
    drawing(&["i-", name].concat())
}

/// How a session ended: shape and colour, and a word for those who see neither.
pub fn status_sign(status: Status) -> El {
    let (look, name) = match status {
        Status::Success => ("ok", "ok"),
        Status::Failed => ("error", "fail"),
        Status::Cancelled | Status::Limit | Status::Interrupted | Status::Truncated => ("warn", "warn"),
        Status::Pending | Status::AwaitingUser => ("running", "running"),
        Status::Incomplete | Status::Unknown => ("unknown", "unknown"),
    };
    look_sign(look, name, status.name())
}

/// A status sign of any meaning: how it looks, its symbol, its word.
pub fn look_sign(look: &str, name: &str, word: &str) -> El {
    let word_for_readers = el("span").class("sr").text(word);
    el("span")
        .class("status-sign")
        .attr("data-status", look)
        .attr("title", word)
        .child(sign(name))
        .child(word_for_readers)
}
