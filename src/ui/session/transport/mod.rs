//! The bar at the foot of the page: it moves the playhead, and tells what is known there.

mod announce;
mod counters;
mod end_card;
mod files;
mod player;

pub use counters::{cost_of, output_of};
pub use files::{lines, shared_folder};
pub use player::{Player, Told};

use super::open::Open;
use crate::logic::format::duration_in_full;
use crate::logic::replay::{Pace, SPEEDS};
use crate::logic::timeline::offset_text;
use crate::ui::frame::button;
use crate::ui::shared::{Derived, El, el, icon};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlSelectElement};

/// Why a log cannot be played by its own times.
const NO_TIMES: &str = "the log holds no times to play by: steps are paced by their length";

/// Keys, clock, counters and pace; above them the card at the end and the files, when they are there.
pub fn transport(open: Open) -> El {
    files::ask(open);
    let bar = el("footer").class("transport").attr("aria-label", "Replay").attr("data-testid", "transport");
    let bar = bar.children([keys(open.player), counters::counters(open), pace(open.player)]);
    let dock = el("div").class("transport-dock");
    dock.children([end_card::end_card(open), bar, files::panel(open), announce::announcer(open)])
}

/// Ends the replay.
pub fn show_all(open: Open) -> El {
    button("chip chip-on", move |_| open.show_all())
        .attr("title", "Show the steps after the playhead again (Esc)")
        .attr("data-testid", "show-later")
        .text("Show all steps")
}

/// Play, steps and the clock.
pub fn keys(player: Player) -> El {
    let key = |name: &str, keys: &str, sign: &str, act: fn(Player)| {
        let key = button("button button-icon", move |_| act(player)).attr("aria-label", name);
        key.attr("title", &format!("{name} ({keys})")).child(icon(sign))
    };
    let is_playing = player.is_playing;
    let play = button("button button-icon transport-play", move |_| player.turn_playing())
        .attr("data-testid", "play")
        .live_attr("aria-label", move || Some(if is_playing.get() { "Pause" } else { "Play" }.to_owned()))
        .live_attr("title", move || Some(if is_playing.get() { "Pause (K)" } else { "Play (K)" }.to_owned()))
        .live(move || vec![icon(if is_playing.get() { "pause" } else { "play" })]);
    el("div").class("transport-keys").children([
        key("First step", "Home", "prev", |player| player.step_by(isize::MIN)),
        key("Step back", "←", "step-back", |player| player.step_by(-1)),
        play,
        key("Step on", "→", "step-on", |player| player.step_by(1)),
        key("Last step", "End", "next", |player| player.step_by(isize::MAX)),
        clock(player),
    ])
}

/// `21:40 / 47:12`, on the log's own clock.
fn clock(player: Player) -> El {
    // The text changes once a second, not with each frame.
    let now = Derived::new(move || offset_text(player.clock_ms().unwrap_or(0.0)));
    let wait = move || {
        let schedule = player.schedule.get();
        let wait = player.at.get().and_then(|stop| schedule.cut_wait(player.index(stop)));
        wait.map(|ms| format!("next after {}, shown as 2 s", duration_in_full(ms as u64))).unwrap_or_default()
    };
    let whole = move || {
        let schedule = player.schedule.get();
        format!("/ {}", offset_text(schedule.clock_of(usize::MAX)))
    };
    let words = move || {
        let has_times = player.schedule.with(|schedule| schedule.has_times());
        Some(if has_times { "Time since the start of the session" } else { NO_TIMES }.to_owned())
    };
    el("span")
        .class("transport-clock")
        .attr("data-testid", "clock")
        .live_attr("title", words)
        .child(el("span").live_text(move || now.get()))
        .text(" ")
        .child(el("small").live_text(whole))
        .child(el("small").class("transport-note").attr("data-testid", "wait").live_text(wait))
}

/// How waits are played, and how fast.
pub fn pace(player: Player) -> El {
    let option = move |name: &str, title: &'static str, pace: Pace| {
        let is_possible = move || pace == Pace::Paced || player.schedule.with(|schedule| schedule.has_times());
        let choose = move |_: Event| {
            if is_possible() {
                player.set_pace(pace);
            }
        };
        button("", choose)
            .live_attr("aria-pressed", move || Some((player.schedule.with(|it| it.pace()) == pace).to_string()))
            .live_attr("aria-disabled", move || (!is_possible()).then(|| "true".to_owned()))
            .live_attr("title", move || Some(if is_possible() { title } else { NO_TIMES }.to_owned()))
            .text(name)
    };
    let paces = el("div").class("segmented").attr("role", "group").attr("aria-label", "Pace").children([
        option("Real", "Waits are played as long as they were", Pace::Real),
        option("Idle ≤ 2 s", "No wait is played for longer than 2 seconds", Pace::Idle),
        option("Paced", "By how much there is to read, whatever the times", Pace::Paced),
    ]);
    let speeds =
        SPEEDS.iter().enumerate().map(|(index, (_, name))| el("option").attr("value", &index.to_string()).text(name));
    let chosen = move |event: Event| {
        let select = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
        if let Some(index) = select.and_then(|select| usize::try_from(select.selected_index()).ok()) {
            player.speed.set(index);
        }
    };
    let speed = el("select").class("button button-small num transport-speed").attr("aria-label", "Speed");
    let speed = speed.attr("title", "Slower, faster (< >)").attr("data-testid", "speed").children(speeds);
    let speed = speed.on("change", chosen).live_value(move || player.speed.get().to_string());
    el("div").class("transport-pace").children([paces, speed])
}
