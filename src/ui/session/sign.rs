//! The sign of a kind: the same in rail, outline and inspector.

use crate::logic::timeline::Kind;
use crate::ui::shared::{El, drawing, el, svg};

/// Shape and colour of a kind; says nothing to screen readers, since the kind's word stands beside it.
pub fn kind_sign(kind: Kind) -> El {
    let symbol = match kind {
        Kind::Prompt => "i-k-prompt",
        Kind::Response => "i-k-response",
        Kind::Thinking => "i-k-thinking",
        Kind::Shell => "i-k-tool-shell",
        Kind::Read => "i-k-tool-read",
        Kind::Edit => "i-k-tool-edit",
        Kind::Search => "i-k-tool-search",
        Kind::SubAgent => "i-k-sub-agent",
        Kind::Compaction => "i-k-compaction",
        Kind::Error => "i-k-error",
        Kind::Waiting => "i-k-waiting",
        Kind::Override => "i-warn",
        Kind::Start => "i-step-on",
        Kind::End => "i-check",
        Kind::Other => "i-unknown",
        Kind::OtherTool | Kind::Routing | Kind::System => "",
    };
    // Signs that the sprite does not have: a box, a page, and a way that forks.
    let own = match kind {
        Kind::OtherTool => "M8 2.5 13 5v6l-5 2.5L3 11V5zM3 5l5 2.5L13 5M8 7.5v6",
        Kind::System => "M3.5 2.5h9v11h-9zM6 6h4M6 8.5h4M6 11h2",
        _ => "M2 8h4l3.5-4.5H14M6 8l3.5 4.5H14",
    };
    let sign = match symbol {
        "" => svg("svg").attr("aria-hidden", "true").attr("viewBox", "0 0 16 16").child(svg("path").attr("d", own)),
        _ => drawing(symbol),
    };
    el("span").class("kind-sign").attr("data-kind", kind.name()).child(sign)
}
