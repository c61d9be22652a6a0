//! While a session is replayed, what lies ahead of the playhead is veiled.

use super::axis::Axis;
use crate::ui::session::measure::px;
use crate::ui::shared::{Derived, El, el};

/// The veil from the playhead to the right edge.
pub fn future(axis: Axis) -> El {
    let open = axis.open;
    let left = Derived::new(move || {
        let scale = axis.scale.get();
        let event = open.playhead.get()?;
        let at = open.playing_at().or_else(|| open.track().get(event)?.at_ms)?;
        Some(scale.x(at).clamp(0.0, scale.width_px))
    });
    let veil = el("span").class("timeline-future").attr("aria-hidden", "true").attr("data-testid", "future");
    veil.live_flag("hidden", move || left.get().is_none()).live_css("left", move || px(left.get().unwrap_or(0.0)))
}
