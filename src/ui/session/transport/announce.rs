//! Tells those who hear the page which step it is at, at most once a second.

use crate::logic::timeline::within;
use crate::logic::track::Mark;
use crate::ui::session::open::{Open, label};
use crate::ui::shared::{El, Kept, Live, el, follow};
use gloo::timers::callback::Timeout;

/// Least time between two announcements, milliseconds.
const EVERY_MS: f64 = 1_000.0;

/// A line that is read out and not seen.
pub fn announcer(open: Open) -> El {
    let said = Live::new(String::new());
    let (last_ms, timer) = (Kept::new(0.0), Kept::new(None::<Timeout>));
    // What a link names is no step that somebody took.
    let is_first = Kept::new(true);
    follow(move || {
        let chosen = open.chosen.get();
        if is_first.get() || chosen.is_none() {
            return is_first.set(false);
        }
        if timer.with(Option::is_some) {
            return;
        }
        let wait = within(last_ms.get() + EVERY_MS - js_sys::Date::now(), 0.0, EVERY_MS);
        timer.set(Some(Timeout::new(wait as u32, move || {
            last_ms.set(js_sys::Date::now());
            said.set(words(open));
            timer.set(None);
        })));
    });
    el("p").class("sr").attr("role", "status").attr("data-testid", "announcement").live_text(move || said.get())
}

fn words(open: Open) -> String {
    let Some(event) = open.chosen.get_untracked() else { return String::new() };
    let track = open.track();
    let what = track.get(event).map(|mark: &Mark| label(&track, mark)).unwrap_or_default();
    let total = open.steps.with_untracked(|steps| steps.len());
    format!("Step {} of {total}, {what}", open.step_index(event) + 1)
}
