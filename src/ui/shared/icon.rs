//! Signs from the sprite in index.html.

use crate::model::Status;
use leptos::prelude::*;

/// A symbol of the sprite, without a meaning of its own for screen readers.
#[component]
pub fn Icon(
    /// Name of the symbol without `i-`.
    name: &'static str,
    #[prop(optional)] is_small: bool,
) -> impl IntoView {
    let class = if is_small { "icon icon-small" } else { "icon" };
    view! { <svg class=class aria-hidden="true"><use href=format!("#i-{name}") /></svg> }
}

/// How a session ended: shape and colour, and a word for those who see neither.
#[component]
pub fn StatusSign(status: Status) -> impl IntoView {
    let (look, icon) = match status {
        Status::Success => ("ok", "i-ok"),
        Status::Failed => ("error", "i-fail"),
        Status::Cancelled | Status::Limit | Status::Interrupted | Status::Truncated => ("warn", "i-warn"),
        Status::Pending | Status::AwaitingUser => ("running", "i-running"),
        Status::Incomplete | Status::Unknown => ("unknown", "i-unknown"),
    };
    view! {
        <span class="status-sign" data-status=look title=status.name()>
            <svg aria-hidden="true"><use href=format!("#{icon}") /></svg>
            <span class="sr">{status.name()}</span>
        </span>
    }
}
