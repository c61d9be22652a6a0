//! The values of a step.

use super::value::{Digits, bar, cost, main_row, output, part_name, parts, tokens};
use super::{Pane, UsageState};
use crate::formats::Durability;
use crate::logic::dates;
use crate::logic::excerpt::first_line;
use crate::logic::explain::ExplainRow;
use crate::logic::format::{duration_text, format_token_count, grouped};
use crate::logic::step_usage::{Recorded, StepUsage, recorded_until, request_number};
use crate::logic::timeline::{is_error, kind_of};
use crate::logic::track::Mark;
use crate::model::{EventKind, Timestamp, flags};
use crate::ui::frame::button;
use crate::ui::session::facts::fact_list;
use crate::ui::session::open::{Open, is_tool, label};
use crate::ui::session::sign::kind_sign;
use crate::ui::session::transport::files_so_far;
use crate::ui::shared::{El, Live, el, gauge, not_recorded};

/// Time, duration, result, the request that it belongs to, place in the log, and what else its line says.
pub fn step_view(open: Open, event: u32, usage: UsageState, pane: Live<Pane>) -> Vec<El> {
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
    if is_tool(kind) {
        row("Kind", el("dd").text(kind.word()));
    }
    if let Some(durability) = open.detail.with(|detail| detail.durabilities.of(&mark)) {
        row("Durability", el("dd").children(durable(durability)));
    }
    let line = number().attr("data-testid", "log-line");
    row("Log line", line.live(move || usage.with(|usage| place(usage.as_deref(), pane))));
    let request = el("div").class("inspector-part").attr("data-testid", "step-request");
    let request = request.live(move || usage.get().map(|usage| request_view(open, event, &usage)).unwrap_or_default());
    let more = el("div").class("inspector-part").live(move || {
        let facts = for_facts.with(|body| body.as_ref().map(|body| body.facts.clone())).unwrap_or_default();
        let label = el("p").class("inspector-label").text("What else the line says, in its own words");
        if facts.is_empty() { Vec::new() } else { vec![label, fact_list(&facts)] }
    });
    let head = head.child(el("bdi").class("mono clip").live_text(summary));
    vec![head, el("dl").class("fact-list").children(rows), request, recorded(open, event), files_so_far(open), more]
}

fn number() -> El {
    el("dd").class("num")
}

fn time(open: Open, mark: &Mark) -> El {
    let Some(ms) = mark.at_ms else { return number().child(not_recorded("the line has no time")) };
    let at = Timestamp::from_nanos((ms * 1e6) as i64);
    let local = open.store.zone.with(|zone| dates::full(at, zone));
    let offset = format!("{} after the start", open.offset_text(mark));
    number().attr("title", &at.rfc3339()).text(&local).child(el("small").text(&offset))
}

fn duration(mark: &Mark) -> El {
    match mark.duration_ms {
        Some(ms) => el("span").attr("title", &format!("{} ms", grouped(ms.into()))).text(&duration_text(ms.into())),
        None => not_recorded("the log has no duration of this step"),
    }
}

const fn has_result(mark: &Mark) -> bool {
    use EventKind::{Compaction, Response, SessionEnd, ToolCall, ToolResult};
    matches!(mark.kind, ToolCall | ToolResult | Response | Compaction | SessionEnd)
}

fn result(mark: &Mark) -> El {
    let (class, word) = match mark {
        _ if is_error(mark) => ("badge badge-error", "failed"),
        _ if mark.has(flags::PENDING) => ("badge badge-warn", "no result in the log"),
        _ => ("badge badge-ok", "ok"),
    };
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

/// The line of the step; it leads to its text.
fn place(usage: Option<&StepUsage>, pane: Live<Pane>) -> Vec<El> {
    let Some(usage) = usage else { return vec![el("span").class("pending")] };
    let Some(line) = &usage.line else {
        return vec![el("span").class("text-face").text("this session is not loaded any more")];
    };
    let show =
        button("link-button", move |_| pane.set(Pane::Raw)).attr("title", "Show the line as it stands in the log");
    vec![show.text(&line.line.to_string()), el("small").class("breaks").text(&line.path)]
}

/// The request that the step is, or belongs to.
fn request_view(open: Open, event: u32, usage: &StepUsage) -> Vec<El> {
    let Some(row) = main_row(&usage.rows) else { return Vec::new() };
    let at = usage.counted_at.unwrap_or(event);
    let number = request_number(&open.track(), at).map(|(nth, of)| {
        let value = number().text(&format!("{} of {}", grouped(nth.into()), grouped(of.into())));
        [el("dt").text("Request"), value.child(model(row)).children(elsewhere(open, usage))]
    });
    let context = row.tokens.context();
    let words = match context.get() {
        Some(tokens) => format!("Prompt of this request, {} tokens", format_token_count(tokens)),
        None => "Prompt of this request".to_owned(),
    };
    let of_prompt = parts(&row.tokens);
    let pairs = of_prompt.map(|(name, part)| (name, part.get()));
    let rows = of_prompt.into_iter().enumerate().flat_map(|(nth, (name, part))| {
        [
            part_name(nth, name),
            el("dd").class("num").child(tokens(part, Digits::Short, "the log does not tell this part of the prompt")),
        ]
    });
    let reason = "the log does not tell reasoning apart from the rest of the output";
    let rest = [
        el("dt").text("Output"),
        el("dd").class("num").child(output(row, Digits::Short)),
        el("dt").text("of it reasoning"),
        el("dd").class("num").child(tokens(row.tokens.reasoning, Digits::Short, reason)),
        el("dt").text("Cost"),
        el("dd").class("num").children(cost(row)),
    ];
    let number = number.map(|number| el("dl").class("fact-list fact-list-next").children(number));
    let label = el("p").class("inspector-label").text(&words);
    let list = el("dl").class("fact-list").children(rows).children(rest);
    number.into_iter().chain([label]).chain(bar(&pairs)).chain([list]).collect()
}

fn model(row: &ExplainRow) -> El {
    match row.model.as_str() {
        "" => el("small").text("the record names no model"),
        model => el("small").child(el("bdi").text(model)),
    }
}

/// The step where the request counts, if that is another one.
fn elsewhere(open: Open, usage: &StepUsage) -> Option<El> {
    let event = usage.counted_at?;
    let words = format!("step {}", open.step_index(event) + 1);
    Some(el("small").text("counted at ").child(open.link(event, Open::choose).text(&words)))
}

/// How far the log holds what the sums need.
fn recorded(open: Open, event: u32) -> El {
    let Recorded { requests, context, output } = recorded_until(&open.track(), Some(event));
    let part = el("div").class("inspector-part").attr("data-testid", "recorded-so-far");
    if requests == 0 {
        return part;
    }
    let label = el("p").class("inspector-label").text("Recorded up to this step");
    let one = |what: &str, recorded: u32| {
        el("p").child(gauge(recorded, requests, &format!("{what}: {recorded} of {requests} responses")))
    };
    part.child(label).child(one("output", output)).child(one("context", context))
}
