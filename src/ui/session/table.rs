//! The timeline as a table, for those who cannot see it or want its numbers.

use super::open::{Open, label};
use crate::logic::format::{NOT_RECORDED, duration_text};
use crate::logic::timeline::{is_error, kind_of};
use crate::ui::frame::is_plain_click;
use leptos::prelude::*;

/// A table of more rows takes long to draw; the transcript has all of them.
const MOST_ROWS: usize = 1_000;

/// Every step with its time, duration and tokens.
#[component]
pub fn MarkTable(open: Open) -> impl IntoView {
    let steps = open.steps();
    let rows = steps.iter().take(MOST_ROWS).map(|step| row(open, *step));
    let note = (steps.len() > MOST_ROWS).then(|| {
        view! { <p class="pane-empty">{format!("The first {MOST_ROWS} of {} steps; the transcript has them all.", steps.len())}</p> }
    });
    view! {
        <section class="timeline-table" aria-label="Timeline as a table" tabindex="0" data-testid="timeline-table">
            <table>
                <thead><tr>
                    <th scope="col">"Time"</th><th scope="col">"Kind"</th><th scope="col">"What"</th><th scope="col">"Result"</th>
                    <th scope="col" class="num">"Duration"</th><th scope="col" class="num">"Context"</th><th scope="col" class="num">"Output"</th>
                </tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
            {note}
        </section>
    }
}

fn row(open: Open, event: u32) -> Option<impl IntoView> {
    let track = open.track();
    let mark = track.get(event)?;
    let number = |value: Option<u32>| value.map_or(NOT_RECORDED.to_owned(), |value| value.to_string());
    let time = open.offset_text(mark);
    let time = if time.is_empty() { "no time".to_owned() } else { time };
    let duration = mark.duration_ms.map_or(NOT_RECORDED.to_owned(), |ms| duration_text(u64::from(ms)));
    Some(view! {
        <tr aria-current=move || (open.chosen.get() == Some(event)).then_some("true")>
            <td class="num"><a href=open.href(event) on:click=move |click| {
                if is_plain_click(&click) {
                    click.prevent_default();
                    open.choose(event);
                }
            }>{time}</a></td>
            <td>{kind_of(&track, mark).word()}</td>
            <td class="mono">{label(&track, mark)}</td>
            <td>{is_error(mark).then_some("failed")}</td>
            <td class="num">{duration}</td>
            <td class="num">{number(mark.context)}</td>
            <td class="num">{number(mark.output)}</td>
        </tr>
    })
}
