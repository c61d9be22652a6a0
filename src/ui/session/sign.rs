//! The sign of a kind: the same in rail, outline and inspector.

use crate::logic::timeline::Kind;
use leptos::prelude::*;

/// Shape and colour of a kind; says nothing to screen readers, since the kind's word stands beside it.
pub fn kind_sign(kind: Kind) -> AnyView {
    let symbol = match kind {
        Kind::Prompt => "#i-k-prompt",
        Kind::Response => "#i-k-response",
        Kind::Thinking => "#i-k-thinking",
        Kind::Shell => "#i-k-tool-shell",
        Kind::Read => "#i-k-tool-read",
        Kind::Edit => "#i-k-tool-edit",
        Kind::Search => "#i-k-tool-search",
        Kind::SubAgent => "#i-k-sub-agent",
        Kind::Compaction => "#i-k-compaction",
        Kind::Error => "#i-k-error",
        Kind::Waiting => "#i-k-waiting",
        Kind::Override => "#i-warn",
        Kind::Start => "#i-step-on",
        Kind::End => "#i-check",
        Kind::Other => "#i-unknown",
        Kind::OtherTool | Kind::Routing => "",
    };
    // Signs that the sprite does not have: a box, and a way that forks.
    let own = match kind {
        Kind::OtherTool => "M8 2.5 13 5v6l-5 2.5L3 11V5zM3 5l5 2.5L13 5M8 7.5v6",
        _ => "M2 8h4l3.5-4.5H14M6 8l3.5 4.5H14",
    };
    let drawing = match symbol {
        "" => view! { <svg viewBox="0 0 16 16" aria-hidden="true"><path d=own /></svg> }.into_any(),
        _ => view! { <svg aria-hidden="true"><use href=symbol /></svg> }.into_any(),
    };
    view! { <span class="kind-sign" data-kind=kind.name()>{drawing}</span> }.into_any()
}
