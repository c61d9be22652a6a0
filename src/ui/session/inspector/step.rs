//! The values of a step.

use super::LineState;
use crate::logic::dates;
use crate::logic::excerpt::first_line;
use crate::logic::format::{duration_text, format_token_count};
use crate::logic::timeline::{is_error, kind_of};
use crate::logic::track::Mark;
use crate::model::{EventKind, Fact, Timestamp};
use crate::ui::session::facts::fact_list;
use crate::ui::session::open::{Open, is_tool, label};
use crate::ui::session::sign::kind_sign;
use crate::ui::shared::NotRecorded;
use leptos::prelude::*;

/// Time, duration, result, tokens, place in the log, and what else its line says.
pub fn step_view(open: Open, event: u32, line: RwSignal<LineState>) -> AnyView {
    let track = open.track();
    let Some(mark) = track.get(event).copied() else { return ().into_any() };
    let kind = kind_of(&track, &mark);
    let body = open.bodies.of(event);
    let for_facts = body.clone();
    let summary = move || body.with(|body| body.as_ref().map(|body| first_line(&body.summary, 120)));
    let facts = move || for_facts.with(|body| body.as_ref().map(|body| body.facts.clone())).unwrap_or_default();
    view! {
        <div class="inspector-head">{kind_sign(kind)}<strong>{label(&track, &mark)}</strong><span class="mono clip">{summary}</span></div>
        <dl class="fact-list">
            <dt>"Time"</dt><dd class="num">{time(open, &mark)}</dd>
            <dt>"Duration"</dt><dd class="num">{duration(&mark)}</dd>
            {has_result(&mark).then(|| view! { <dt>"Result"</dt><dd>{result(&mark)}</dd> })}
            {is_call(&mark).then(|| view! { <dt>"Request"</dt><dd class="num">{tokens(&mark)}</dd> })}
            {is_tool(kind).then(|| view! { <dt>"Kind"</dt><dd>{kind.word()}</dd> })}
            <dt>"Log line"</dt><dd class="num" data-testid="log-line">{move || place(line.get())}</dd>
        </dl>
        {move || Some(facts()).filter(|facts| !facts.is_empty()).map(more)}
    }
    .into_any()
}

fn more(facts: Vec<Fact>) -> impl IntoView {
    view! { <div><p class="inspector-label">"What else the line says, in its own words"</p>{fact_list(facts)}</div> }
}

fn time(open: Open, mark: &Mark) -> AnyView {
    let Some(ms) = mark.at_ms else {
        return view! { <NotRecorded reason="the line has no time" /> }.into_any();
    };
    let at = Timestamp::from_nanos((ms * 1e6) as i64);
    let local = open.store.zone.with_value(|zone| dates::full(at, zone));
    let offset = format!("{} after the start", open.offset_text(mark));
    view! { {local}<small>{at.rfc3339()}" in UTC"</small><small>{offset}</small> }.into_any()
}

fn duration(mark: &Mark) -> AnyView {
    match mark.duration_ms {
        Some(ms) => view! { <span title=format!("{ms} ms")>{duration_text(u64::from(ms))}</span> }.into_any(),
        None => view! { <NotRecorded reason="the log has no duration of this step" /> }.into_any(),
    }
}

const fn has_result(mark: &Mark) -> bool {
    matches!(mark.kind, EventKind::ToolCall | EventKind::ToolResult | EventKind::Response | EventKind::Compaction | EventKind::SessionEnd)
}

const fn is_call(mark: &Mark) -> bool {
    matches!(mark.kind, EventKind::Response)
}

fn result(mark: &Mark) -> impl IntoView {
    let (class, word) = if is_error(mark) { ("badge badge-error", "failed") } else { ("badge badge-ok", "ok") };
    view! { <span class=class>{word}</span> }
}

fn tokens(mark: &Mark) -> AnyView {
    let part = |value: Option<u32>, reason: &'static str| match value {
        Some(tokens) => view! { <span title=format!("{tokens} tokens")>{format_token_count(u64::from(tokens))}</span> }.into_any(),
        None => view! { <NotRecorded reason=reason /> }.into_any(),
    };
    view! {
        {part(mark.context, "the log has no prompt size of this call")}" ctx / "
        {part(mark.output, "the log has no output count of this call")}" out"
    }
    .into_any()
}

fn place(line: LineState) -> AnyView {
    match line {
        None => view! { <span class="pending"></span> }.into_any(),
        Some(Err(why)) => view! { <span class="text-face">{why}</span> }.into_any(),
        Some(Ok(line)) => view! { {line.number}<small class="breaks">{line.path.clone()}</small> }.into_any(),
    }
}
