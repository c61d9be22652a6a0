//! A row of the transcript, by the kind of its step.

use super::block::{Piece, block};
use super::estimate;
use super::stretch::stretch;
use super::sub_agent::cards;
use crate::logic::excerpt::first_line;
use crate::logic::format::{NOT_RECORDED, duration_text, fixed, format_token_count, format_token_usage};
use crate::logic::shown::json::{Field, Tree};
use crate::logic::shown::{Content, Role, Shown, ShownBody};
use crate::logic::timeline::{Kind, is_error, kind_of};
use crate::logic::track::Mark;
use crate::logic::transcript::{Row, context_around};
use crate::model::{EventKind, Fact, flags, sorted};
use crate::ui::frame::button;
use crate::ui::session::measure::px;
use crate::ui::session::open::{Open, label};
use crate::ui::session::sign::row_sign;
use crate::ui::shared::{El, copy, el, small_icon, status_sign};
use leptos::prelude::window;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

/// A command longer than this gets a block of its own, characters.
const MOST_HEAD: usize = 160;

/// The row at an index of the transcript.
pub fn row(open: Open, index: usize) -> El {
    match open.rows.with_untracked(|rows| rows.get(index).copied()) {
        Some(Row::Step(event)) => step(open, event, index),
        Some(Row::Stretch(hidden)) => stretch(open, hidden),
        None => el("div"),
    }
}

/// A step; its content comes when somebody wants it of [`Open::bodies`]. `index` is that of its row.
pub fn step(open: Open, event: u32, index: usize) -> El {
    let track = open.track();
    let Some(mark) = track.get(event).copied() else { return el("div") };
    let kind = kind_of(&track, &mark);
    let body = open.bodies.of(event);
    let content = el("div").class("step-body").live(move || match body.get() {
        Some(body) => content(open, event, kind, &mark, &body),
        None => vec![head(&label(&track, &mark), "", "").child(el("span").class("pending")), room(kind)],
    });
    let sign = row_sign(if kind == Kind::End && is_error(&mark) { Kind::Error } else { kind });
    el("article")
        .class("step")
        .attr("data-testid", "step")
        .attr("data-row", &index.to_string())
        .attr("data-event", &event.to_string())
        .attr("data-kind", kind.name())
        .flag("data-failed", is_error(&mark))
        .flag("data-aside", mark.has(flags::ABANDONED) || mark.has(flags::COPIED))
        .live_attr("aria-current", move || open.current(event))
        .on("click", move |click| {
            if is_bare(&click) {
                open.inspect(event);
            }
        })
        .children([time(open, event, &mark), el("div").class("step-rail").child(sign), content, copy_link(open, event)])
}

/// Holds the place of what is not there yet: what stands below moves less when it comes.
fn room(kind: Kind) -> El {
    /// The head and what is around both, pixels.
    const HEAD_PX: f64 = 42.0;
    el("div").css("height", &px((estimate(kind) - HEAD_PX).max(0.0)))
}

/// Whether a click hit neither a control nor text that is being selected.
fn is_bare(event: &Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let is_control = target.and_then(|target| target.closest("a, button").ok().flatten()).is_some();
    let is_selecting = window().get_selection().ok().flatten().is_some_and(|selection| !selection.is_collapsed());
    !is_control && !is_selecting
}

fn time(open: Open, event: u32, mark: &Mark) -> El {
    let at = open.offset_text(mark);
    let link = open.link(event, Open::inspect).class("step-time").attr("title", "Link to this step");
    let duration = mark.duration_ms.map(|ms| el("small").text(&duration_text(u64::from(ms))));
    link.text(if at.is_empty() { NOT_RECORDED } else { &at }).children(duration)
}

fn copy_link(open: Open, event: u32) -> El {
    let words = "Copy the link to this step";
    button("step-link", move |_| copy(open.address(event))).attr("aria-label", words).attr("title", words)
}

fn content(open: Open, event: u32, kind: Kind, mark: &Mark, body: &Arc<ShownBody>) -> Vec<El> {
    let all = || blocks(open, event, body);
    match kind {
        Kind::Prompt | Kind::Response => plain(open, event, kind, mark, body),
        Kind::Thinking if body.blocks.iter().all(|shown| shown.role == Role::System) => {
            vec![quiet("Thinking: the log holds a signature at most, not its text")]
        }
        Kind::Thinking => all().collect(),
        Kind::Compaction => compaction(open, event, mark, body),
        Kind::Error if body.blocks.is_empty() => vec![failure("Error.", &short_facts(body))],
        Kind::Error => all().collect(),
        Kind::Start => std::iter::once(head("Session start", &body.summary, "")).chain(all()).collect(),
        Kind::End => std::iter::once(end(open, mark, body)).chain(all()).collect(),
        _ if matches!(mark.kind, EventKind::ToolCall | EventKind::ToolResult) => tool(open, event, mark, body),
        Kind::System if !body.blocks.is_empty() => all().collect(),
        _ => vec![system(open, kind, mark, body)],
    }
}

/// All blocks of a step.
fn blocks(open: Open, event: u32, body: &Arc<ShownBody>) -> impl Iterator<Item = El> {
    (0..body.blocks.len()).map(move |index| block(Piece::new(open, event, body, index)))
}

fn head(name: &str, what: &str, badge: &str) -> El {
    let part = |class: &str, text: &str| (!text.is_empty()).then(|| el("span").class(class).text(text));
    let head = el("div").class("step-head").child(el("strong").text(name));
    head.children(part("mono", what).map(|what| what.attr("dir", "auto"))).children(part("step-badge", badge))
}

fn quiet(words: &str) -> El {
    el("p").class("step-quiet").text(words)
}

/// What the request that counts at this step used; nothing at other steps, and nowhere in a session without any such
/// record: one note in the head is enough (token-coverage.md §4).
fn request_badge(open: Open, event: u32, mark: &Mark) -> String {
    if !open.track().is_request(event) {
        return String::new();
    }
    let small = |tokens: Option<u32>| tokens.map(u64::from).into();
    format_token_usage(small(mark.context), small(mark.output)).unwrap_or_else(|| {
        let has_some = open.detail.with(|detail| {
            let totals = &detail.row.totals;
            totals.peak_context.is_recorded() || totals.output.reported > 0
        });
        if has_some { format!("{NOT_RECORDED} ctx / {NOT_RECORDED} out") } else { String::new() }
    })
}

/// What somebody wrote: prose, and which tools an answer asks for.
fn plain(open: Open, event: u32, kind: Kind, mark: &Mark, body: &Arc<ShownBody>) -> Vec<El> {
    let mut rows = vec![head(kind.word(), "", &request_badge(open, event, mark))];
    rows.extend(body.blocks.iter().enumerate().map(|(index, shown)| match (shown.role, plain_text(shown)) {
        // The calls themselves follow as steps of their own.
        (Role::Input, Some(call)) => el("p").class("step-asks").children([
            el("span").class("muted nowrap").text("asks for"),
            el("span").class("mono clip").text(&first_line(call, MOST_HEAD)),
        ]),
        _ => block(Piece::new(open, event, body, index)),
    }));
    if body.blocks.is_empty() {
        rows.push(quiet("no text in the log"));
    }
    if is_error(mark) && !has_error(body) {
        rows.push(failure("Failed.", ""));
    }
    rows
}

fn has_error(body: &ShownBody) -> bool {
    body.blocks.iter().any(|shown| shown.role == Role::Error)
}

/// The text of a block that is nothing but a text.
fn plain_text(shown: &Shown) -> Option<&str> {
    match &shown.content {
        Content::Code { spans, first: None } => match spans.as_slice() {
            [span] => Some(&span.text),
            _ => None,
        },
        _ => None,
    }
}

/// An error in a line; one that the log only marks says so.
fn failure(word: &str, words: &str) -> El {
    let words = if words.is_empty() { "The log does not say why." } else { words };
    let error = el("div").class("step-error").child(small_icon("fail")).child(el("strong").text(word));
    error.text(" ").text(words)
}

/// A call of a tool: what was asked, what came back.
fn tool(open: Open, event: u32, mark: &Mark, body: &Arc<ShownBody>) -> Vec<El> {
    let track = open.track();
    let name = label(&track, mark);
    let failed = is_error(mark);
    let summary = first_line(gist(body, &name), MOST_HEAD);
    let is_pending = mark.has(flags::PENDING);
    let badge = match (failed, is_pending) {
        (true, _) => "failed",
        (_, true) => "no result",
        _ => &request_badge(open, event, mark),
    };
    let mut rows = vec![head(&name, &summary, &told(body, badge)).flag("data-failed", failed)];
    rows.extend(cards(open, event));
    for (index, shown) in body.blocks.iter().enumerate() {
        // What stands in the head is not said again.
        let is_said = match shown.role {
            Role::Command => plain_text(shown) == Some(&summary),
            Role::Input => is_only(&shown.content, &body.summary),
            _ => false,
        };
        if !is_said {
            rows.push(block(Piece::new(open, event, body, index)));
        }
    }
    let answers =
        |shown: &Shown| matches!(shown.role, Role::Output | Role::Text | Role::Error | Role::Change | Role::Image);
    let has_output = body.blocks.iter().any(answers);
    match (failed, has_error(body), has_output) {
        (true, false, false) => rows.push(failure("Failed.", "")),
        _ if is_pending => rows.push(quiet("the log ends, or goes on, without the result of this call")),
        (false, _, false) => rows.push(quiet("no output")),
        _ => {}
    }
    rows
}

/// What is known of a call, in few words: how its command ended, which lines were read.
fn told(body: &ShownBody, badge: &str) -> String {
    let exit = body.exit.map(|exit| format!("exit {exit}"));
    let read = body.read.map(|(from, to)| match from == to {
        true => format!("line {from}"),
        false => format!("lines {from}–{to}"),
    });
    let badge = Some(badge.to_owned()).filter(|badge| !badge.is_empty());
    [exit, read, badge].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// What a call did; some logs only say the tool's name again, and then its command tells more.
fn gist<'a>(body: &'a ShownBody, name: &str) -> &'a str {
    let command = || body.blocks.iter().find(|shown| shown.role == Role::Command).and_then(plain_text);
    if body.summary == name { command().unwrap_or("") } else { &body.summary }
}

/// Whether an input holds one text and nothing else.
fn is_only(content: &Content, text: &str) -> bool {
    match content {
        Content::Json(fields) => {
            matches!(fields.as_slice(), [Field { value: Tree::Text(only), .. }] if !text.is_empty() && only == text)
        }
        _ => false,
    }
}

fn compaction(open: Open, event: u32, mark: &Mark, body: &Arc<ShownBody>) -> Vec<El> {
    let failed = is_error(mark).then(|| el("span").class("badge badge-error").text("failed"));
    let size = |tokens: Option<u32>| tokens.map_or(NOT_RECORDED.to_owned(), |tokens| format_token_count(tokens.into()));
    let row = el("div").class("step-head").child(el("strong").text("Context compacted"));
    let row = match context_around(&open.track(), event) {
        (None, None) => row,
        (before, after) => {
            let words = [size(before), size(after)].join(" → ");
            let most = before.max(after).unwrap_or(0).max(1);
            let bar =
                |tokens: Option<u32>| el("i").css("--of", &fixed(f64::from(tokens.unwrap_or(0)) / f64::from(most), 3));
            let scale = el("span").class("compaction-scale").attr("aria-hidden", "true");
            row.child(el("span").class("num").attr("title", "Tokens of the prompts before and after").text(&words))
                .child(scale.children([bar(before), bar(after)]))
        }
    };
    let said = el("span").class("muted").text(&body.summary);
    let row = row.child(said).children(failed).child(el("span").class("muted").text(&short_facts(body)));
    std::iter::once(row).chain(blocks(open, event, body)).collect()
}

fn end(open: Open, mark: &Mark, body: &ShownBody) -> El {
    let status = open.detail.with(|detail| detail.row.status);
    let word = if body.summary.is_empty() { "no status in the log" } else { &body.summary };
    let tone = if is_error(mark) { "badge badge-error" } else { "badge badge-ok" };
    let badge = el("span").class(tone).text(word);
    el("div").class("step-head").children([el("strong").text("Session end"), status_sign(status), badge])
}

/// A decision of the program around the agent: one quiet line.
fn system(open: Open, kind: Kind, mark: &Mark, body: &ShownBody) -> El {
    let name = match kind {
        Kind::Override if is_error(mark) => "Override, rejected".to_owned(),
        _ => label(&open.track(), mark),
    };
    let words = if body.summary.is_empty() { short_facts(body) } else { body.summary.clone() };
    el("div").class("step-head step-system").child(el("strong").text(&name)).child(el("span").text(&words))
}

/// The values that fit in a line, what was decided before the rest; the inspector has all of them.
fn short_facts(body: &ShownBody) -> String {
    const MOST: usize = 6;
    const FIRST: [&str; 5] = ["harness", "provider", "model", "reason", "reason_hint"];
    let is_short = |fact: &&Fact| fact.value.chars().count() <= 60 && !fact.name.ends_with("_id");
    let short: Vec<&Fact> = body.facts.iter().filter(is_short).collect();
    let place = |fact: &&Fact| {
        let name = fact.name.rsplit('.').next().unwrap_or_default();
        FIRST.iter().position(|first| *first == name).unwrap_or(FIRST.len())
    };
    let short = sorted(short, |a, b| place(a).cmp(&place(b)));
    let words: Vec<String> = short.iter().take(MOST).map(|fact| format!("{} {}", fact.name, fact.value)).collect();
    words.join(" · ")
}
