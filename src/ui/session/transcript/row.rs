//! A row of the transcript, by the kind of its step.

use super::block::{self, Piece};
use crate::logic::excerpt::first_line;
use crate::logic::format::{NOT_RECORDED, duration_text, format_token_usage};
use crate::logic::timeline::{Kind, is_error, kind_of};
use crate::logic::track::Mark;
use crate::model::{Block, Body, EventKind};
use crate::ui::frame::is_plain_click;
use crate::ui::session::open::{Open, is_tool, label};
use crate::ui::session::sign::kind_sign;
use crate::ui::shared::{Icon, StatusSign};
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::MouseEvent;

/// A command longer than this gets a block of its own, characters.
const MOST_HEAD: usize = 160;

/// The row at an index of the list of steps.
pub fn row(open: Open, index: usize) -> AnyView {
    let (track, steps) = (open.track(), open.steps());
    let Some((event, mark)) = steps.get(index).and_then(|event| Some((*event, *track.get(*event)?))) else {
        return ().into_any();
    };
    let kind = kind_of(&track, &mark);
    let body = open.bodies.of(event);
    let content = move || match body.get() {
        Some(body) => content(open, event, kind, &mark, &body),
        None => waiting(open, kind, &mark),
    };
    view! {
        <article class="step" data-testid="step" data-row=index data-event=event data-kind=kind.name()
            data-failed=is_error(&mark).then_some("")
            aria-current=move || (open.chosen.get() == Some(event)).then_some("true")
            on:click=move |click| {
                if is_bare(&click) {
                    open.inspect(event);
                }
            }>
            <a class="step-time" href=open.href(event) title="Link to this step" on:click=move |click| {
                if is_plain_click(&click) {
                    click.prevent_default();
                    open.inspect(event);
                }
            }>{time(open, &mark)}</a>
            <div class="step-rail">{kind_sign(if kind == Kind::End && is_error(&mark) { Kind::Error } else { kind })}</div>
            <div class="step-body">{content}</div>
        </article>
    }
    .into_any()
}

/// Whether a click hit neither a control nor text that is being selected.
fn is_bare(event: &MouseEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let is_control = target.and_then(|target| target.closest("a, button").ok().flatten()).is_some();
    let is_selecting = window().get_selection().ok().flatten().is_some_and(|selection| !selection.is_collapsed());
    !is_control && !is_selecting
}

fn time(open: Open, mark: &Mark) -> impl IntoView + use<> {
    let at = open.offset_text(mark);
    let at = if at.is_empty() { NOT_RECORDED.to_owned() } else { at };
    view! { {at}{mark.duration_ms.map(|ms| view! { <small>{duration_text(u64::from(ms))}</small> })} }
}

/// A row whose content is on its way.
fn waiting(open: Open, kind: Kind, mark: &Mark) -> AnyView {
    let name = if is_tool(kind) { label(&open.track(), mark) } else { kind.word().to_owned() };
    view! { <div class="step-head"><strong>{name}</strong><span class="pending"></span></div> }.into_any()
}

fn content(open: Open, event: u32, kind: Kind, mark: &Mark, body: &Arc<Body>) -> AnyView {
    match kind {
        Kind::Prompt => plain(open, event, "Prompt", mark, body),
        Kind::Response => plain(open, event, "Response", mark, body),
        Kind::Thinking => thinking(open, event, body),
        Kind::Compaction => compaction(mark, body),
        Kind::Error => failure(open, event, body, "Error.", "The log has no words for it."),
        Kind::Start => start(open, event, body),
        Kind::End => end(open, event, mark, body),
        Kind::Routing | Kind::Override | Kind::Other | Kind::Waiting => system(open, kind, mark, body),
        _ if mark.kind == EventKind::ToolCall || mark.kind == EventKind::ToolResult => tool(open, event, mark, body),
        _ => system(open, kind, mark, body),
    }
}

fn head(name: String, what: Option<String>, badge: Option<String>) -> impl IntoView {
    view! {
        <div class="step-head">
            <strong>{name}</strong>
            {what.map(|what| view! { <span class="mono">{what}</span> })}
            {badge.map(|badge| view! { <span class="step-badge">{badge}</span> })}
        </div>
    }
}

/// What somebody wrote: prose, and which tools an answer asks for.
fn plain(open: Open, event: u32, name: &'static str, mark: &Mark, body: &Arc<Body>) -> AnyView {
    let badge = match mark.kind {
        EventKind::Response => {
            format_token_usage(mark.context.map(u64::from).into(), mark.output.map(u64::from).into())
        }
        _ => None,
    };
    let has_words = body.blocks.iter().any(|block| !matches!(block, Block::Input(_)));
    let blocks = body.blocks.iter().enumerate().map(|(index, block)| match block {
        // The calls themselves follow as steps of their own.
        Block::Input(call) => view! {
            <p class="step-asks"><span class="muted">"asks for"</span><span class="mono clip">{first_line(call, MOST_HEAD)}</span></p>
        }
        .into_any(),
        _ => block::block(open, event, &Piece::new(body, index)),
    });
    view! {
        {head(name.to_owned(), None, badge)}
        {blocks.collect_view()}
        {(!has_words && body.blocks.is_empty()).then(|| view! { <p class="step-quiet">"no text in the log"</p> })}
        {(is_error(mark) && !has_error(body)).then(|| no_reason("Failed."))}
    }
    .into_any()
}

fn has_error(body: &Body) -> bool {
    body.blocks.iter().any(|block| matches!(block, Block::Error(_)))
}

/// An error that the log only marks.
fn no_reason(word: &'static str) -> impl IntoView {
    view! {
        <div class="step-error"><Icon name="fail" is_small=true /><strong>{word}</strong>" The log does not say why."</div>
    }
}

fn thinking(open: Open, event: u32, body: &Arc<Body>) -> AnyView {
    if body.blocks.is_empty() {
        return view! { <p class="step-quiet">"Thinking, its text is not recorded in the log"</p> }.into_any();
    }
    (0..body.blocks.len()).map(|index| block::block(open, event, &Piece::new(body, index))).collect_view().into_any()
}

/// A call of a tool: what was asked, what came back.
fn tool(open: Open, event: u32, mark: &Mark, body: &Arc<Body>) -> AnyView {
    let name = label(&open.track(), mark);
    let is_edit = kind_of(&open.track(), mark) == Kind::Edit;
    let summary = first_line(&body.summary, MOST_HEAD);
    let is_whole = summary == body.summary;
    let shown = body.blocks.iter().enumerate().filter(|(_, block)| match block {
        // What stands in the head is not said again.
        Block::Command(command) => !(is_whole && *command == body.summary),
        Block::Input(input) => !is_only(input, &body.summary),
        _ => true,
    });
    let blocks = shown.map(|(index, block)| match block {
        // Until edits are drawn as differences, their input is what they did.
        Block::Input(_) if !is_edit && !body.summary.is_empty() => block::folded_input(open, event, &Piece::new(body, index)),
        _ => block::block(open, event, &Piece::new(body, index)),
    });
    let has_output = body.blocks.iter().any(|block| matches!(block, Block::Output { .. } | Block::Error(_)));
    let failed = is_error(mark);
    view! {
        {head(name, Some(summary).filter(|text| !text.is_empty()), failed.then(|| "failed".to_owned()))}
        {blocks.collect_view()}
        {(failed && !has_error(body)).then(|| no_reason("Failed."))}
        {(!has_output && !failed).then(|| view! { <p class="step-quiet">"no output in the log"</p> })}
    }
    .into_any()
}

/// Whether compact JSON holds one text and nothing else.
fn is_only(input: &str, text: &str) -> bool {
    !text.is_empty()
        && input.strip_suffix("\"}").and_then(|rest| rest.strip_suffix(text)).is_some_and(|rest| {
            rest.starts_with("{\"") && rest.ends_with("\":\"") && rest.matches('"').count() == 3
        })
}

fn failure(open: Open, event: u32, body: &Arc<Body>, word: &'static str, otherwise: &'static str) -> AnyView {
    if body.blocks.is_empty() {
        let facts = short_facts(body);
        let words = if facts.is_empty() { otherwise.to_owned() } else { facts };
        return view! { <div class="step-error"><Icon name="fail" is_small=true /><strong>{word}</strong>" "{words}</div> }.into_any();
    }
    (0..body.blocks.len()).map(|index| block::block(open, event, &Piece::new(body, index))).collect_view().into_any()
}

fn compaction(mark: &Mark, body: &Body) -> AnyView {
    let failed = is_error(mark).then_some("failed");
    view! {
        <div class="step-head">
            <strong>"Context compacted"</strong><span class="num">{body.summary.clone()}</span>
            {failed.map(|word| view! { <span class="badge badge-error">{word}</span> })}
            <span class="muted">{short_facts(body)}</span>
        </div>
    }
    .into_any()
}

fn start(open: Open, event: u32, body: &Arc<Body>) -> AnyView {
    view! {
        {head("Session start".to_owned(), Some(body.summary.clone()).filter(|text| !text.is_empty()), None)}
        {(0..body.blocks.len()).map(|index| block::block(open, event, &Piece::new(body, index))).collect_view()}
    }
    .into_any()
}

fn end(open: Open, event: u32, mark: &Mark, body: &Arc<Body>) -> AnyView {
    let status = open.detail.with_value(|detail| detail.row.status);
    let word = if body.summary.is_empty() { "no status in the log".to_owned() } else { body.summary.clone() };
    let tone = if is_error(mark) { "badge badge-error" } else { "badge badge-ok" };
    view! {
        <div class="step-head">
            <strong>"Session end"</strong><StatusSign status=status /><span class=tone>{word}</span>
        </div>
        {(0..body.blocks.len()).map(|index| block::block(open, event, &Piece::new(body, index))).collect_view()}
    }
    .into_any()
}

/// A decision of the program around the agent: one quiet line.
fn system(open: Open, kind: Kind, mark: &Mark, body: &Body) -> AnyView {
    let name = if kind == Kind::Other { label(&open.track(), mark) } else { kind.word().to_owned() };
    let name = if kind == Kind::Override && is_error(mark) { "Override, rejected".to_owned() } else { name };
    let words = if body.summary.is_empty() { short_facts(body) } else { body.summary.clone() };
    view! { <div class="step-head step-system"><strong>{name}</strong><span>{words}</span></div> }.into_any()
}

/// The values that fit in a line; the inspector has all of them.
fn short_facts(body: &Body) -> String {
    const MOST: usize = 6;
    let short = body.facts.iter().filter(|fact| fact.value.chars().count() <= 60);
    let words: Vec<String> = short.take(MOST).map(|fact| format!("{} {}", fact.name, fact.value)).collect();
    words.join(" · ")
}
