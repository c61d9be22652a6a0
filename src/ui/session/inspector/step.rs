//! The values of a step.

use super::LineState;
use crate::formats::Durability;
use crate::logic::dates;
use crate::logic::excerpt::first_line;
use crate::logic::format::{duration_text, format_token_count};
use crate::logic::timeline::{is_error, kind_of};
use crate::logic::track::Mark;
use crate::model::{EventKind, Timestamp};
use crate::ui::session::facts::fact_list;
use crate::ui::session::open::{Open, is_tool, label};
use crate::ui::session::sign::kind_sign;
use crate::ui::shared::{El, Live, el, not_recorded};

/// Time, duration, result, tokens, place in the log, and what else its line says.
pub fn step_view(open: Open, event: u32, line: Live<LineState>) -> Vec<El> {
    let track = open.track();
    let Some(mark) = track.get(event).copied() else { return Vec::new() };
    let kind = kind_of(&track, &mark);
    let body = open.bodies.of(event);
    let for_facts = body.clone();
    let summary =
        move || body.with(|body| body.as_ref().map(|body| first_line(&body.summary, 120)).unwrap_or_default());
    let head = el("div").class("inspector-head").child(kind_sign(kind)).child(el("strong").text(&label(&track, &mark)));
    let mut rows = Vec::new();
    let mut row = |name: &str, value: El| rows.extend([el("dt").text(name), value]);
    row("Time", time(open, &mark));
    row("Duration", number().child(duration(&mark)));
    if has_result(&mark) {
        row("Result", el("dd").child(result(&mark)));
    }
    if track.is_request(event) {
        row("Request", tokens(&mark));
    }
    if is_tool(kind) {
        row("Kind", el("dd").text(kind.word()));
    }
    if let Some(durability) = open.detail.with(|detail| detail.durabilities.of(&mark)) {
        row("Durability", el("dd").children(durable(durability)));
    }
    row("Log line", number().attr("data-testid", "log-line").live(move || place(line.get())));
    let more = el("div").live(move || {
        let facts = for_facts.with(|body| body.as_ref().map(|body| body.facts.clone())).unwrap_or_default();
        let label = el("p").class("inspector-label").text("What else the line says, in its own words");
        if facts.is_empty() { Vec::new() } else { vec![label, fact_list(&facts)] }
    });
    let head = head.child(el("span").class("mono clip").live_text(summary));
    vec![head, el("dl").class("fact-list").children(rows), more]
}

fn number() -> El {
    el("dd").class("num")
}

fn time(open: Open, mark: &Mark) -> El {
    let Some(ms) = mark.at_ms else { return number().child(not_recorded("the line has no time")) };
    let at = Timestamp::from_nanos((ms * 1e6) as i64);
    let local = open.store.zone.with(|zone| dates::full(at, zone));
    let offset = format!("{} after the start", open.offset_text(mark));
    number().text(&local).child(el("small").text(&at.rfc3339())).child(el("small").text(&offset))
}

fn duration(mark: &Mark) -> El {
    match mark.duration_ms {
        Some(ms) => el("span").attr("title", &format!("{ms} ms")).text(&duration_text(u64::from(ms))),
        None => not_recorded("the log has no duration of this step"),
    }
}

const fn has_result(mark: &Mark) -> bool {
    use EventKind::{Compaction, Response, SessionEnd, ToolCall, ToolResult};
    matches!(mark.kind, ToolCall | ToolResult | Response | Compaction | SessionEnd)
}

fn result(mark: &Mark) -> El {
    let (class, word) = if is_error(mark) { ("badge badge-error", "failed") } else { ("badge badge-ok", "ok") };
    el("span").class(class).text(word)
}

/// A chip for each set of rules; one where both say the same.
fn durable(durability: Durability) -> Vec<El> {
    let word = |is_durable| if is_durable { "durable" } else { "ephemeral" };
    let chip = |text: String| el("span").class("badge").attr("data-testid", "durable").text(&text);
    match durability {
        Durability { earlier: Some(one), newer: Some(other) } if one == other => vec![chip(word(one).to_owned())],
        Durability { earlier, newer } => {
            let told = |set: &str, known: Option<bool>| format!("{set}: {}", known.map_or("not known", word));
            vec![chip(told("earlier", earlier)), chip(told("newer", newer))]
        }
    }
}

/// A number of tokens, or why there is none.
pub fn token_value(value: Option<u32>, reason: &str) -> El {
    match value {
        Some(tokens) => {
            el("span").attr("title", &format!("{tokens} tokens")).text(&format_token_count(u64::from(tokens)))
        }
        None => not_recorded(reason),
    }
}

fn tokens(mark: &Mark) -> El {
    let context = token_value(mark.context, "the log has no prompt size of this call");
    let output = token_value(mark.output, "the log has no output count of this call");
    number().child(context).text(" ctx / ").child(output).text(" out")
}

fn place(line: LineState) -> Vec<El> {
    match line {
        None => vec![el("span").class("pending")],
        Some(Err(why)) => vec![el("span").class("text-face").text(&why)],
        Some(Ok(line)) => {
            let number = el("span").text(&line.number.to_string());
            vec![number, el("small").class("breaks").text(&line.path)]
        }
    }
}
