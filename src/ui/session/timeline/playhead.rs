//! The playhead: the chosen step, or where a replay is.

use super::axis::Axis;
use crate::logic::format::fixed;
use crate::logic::timeline;
use crate::ui::session::measure::moved;
use crate::ui::session::open::Open;
use crate::ui::shared::{Derived, El, el, follow};

/// Brings the chosen step into what is shown, when another one is chosen.
pub fn follow_chosen(axis: Axis) {
    follow(move || {
        let chosen = axis.open.chosen.get();
        let extent = chosen.and_then(|event| axis.open.track().get(event)?.extent_ms());
        if let Some((from, to)) = extent {
            axis.reveal(from, to);
        }
    });
}

/// The time that the playhead is at, milliseconds since the epoch, and what its flag says. At a step without a time it
/// stays where the last one with a time was.
fn head_of(open: Open) -> Option<(f64, String)> {
    if let Some(at_ms) = open.playing_at() {
        return Some((at_ms, timeline::offset_text(open.player.clock_ms()?)));
    }
    let track = open.track();
    let event = open.playhead.get().or_else(|| open.chosen.get())?;
    let before = if open.playhead.get().is_some() { 0 } else { event };
    let mark = (before..=event).rev().filter_map(|event| track.get(event)).find(|mark| mark.at_ms.is_some())?;
    Some((mark.at_ms?, open.offset_text(mark)))
}

/// The playhead across all rows, a hairline in the minimap, and a veil over what a replay has not come to.
pub fn playhead(axis: Axis) -> El {
    /// Half of the flag.
    const FLAG_PX: f64 = 30.0;
    let head = Derived::new(move || head_of(axis.open));
    let at = Derived::new(move || {
        let scale = axis.scale.get();
        let x = head.with(|head| head.as_ref().map(|(at, _)| scale.x(*at)))?;
        (0.0..=scale.width_px).contains(&x).then_some(x)
    });
    let edge = move || {
        let x = at.get()?;
        // At the edges the flag would be cut off: it hangs on the inner side there.
        let side = match x {
            _ if x < FLAG_PX => "left",
            _ if x > axis.width.get() - FLAG_PX => "right",
            _ => return None,
        };
        Some(side.to_owned())
    };
    let flag = el("span").class("playhead-time").live_attr("data-edge", edge);
    let flag =
        flag.live_text(move || head.with(|head| head.as_ref().map(|(_, text)| text.clone())).unwrap_or_default());
    let line = el("span").class("playhead").attr("data-testid", "playhead").child(flag);
    let line = line
        .live_flag("hidden", move || at.get().is_none())
        .live_css("transform", move || moved(at.get().unwrap_or(0.0)));
    let whole = move || Some(axis.whole.get().x(head.with(|head| head.as_ref().map(|(at, _)| *at))?));
    let hairline = el("span").class("minimap-play").live_flag("hidden", move || whole().is_none());
    let hairline = hairline.live_css("transform", move || moved(whole().unwrap_or(0.0)));
    // What lies ahead of a replay.
    let is_veiled = move || axis.open.playhead.get().is_some() && head.with(Option::is_some);
    let ahead = move || {
        let (scale, at) = (axis.scale.get(), head.with(|head| head.as_ref().map_or(0.0, |(at, _)| *at)));
        let share = timeline::within(1.0 - scale.x(at) / scale.width_px.max(1.0), 0.0, 1.0);
        format!("scaleX({})", fixed(share, 4))
    };
    let veil = el("div").class("timeline-future").attr("data-testid", "timeline-future");
    let veil = veil.live_flag("hidden", move || !is_veiled()).live_css("transform", ahead);
    el("div").class("contents").attr("aria-hidden", "true").children([veil, hairline, line])
}
