//! Pieces of content: plain text, cut where it is long, folded where it is rarely read. No text of a log becomes HTML.

use crate::logic::excerpt::{first_line, shown_len};
use crate::logic::format::{bytes_text, count};
use crate::logic::pretty_json::pretty_json;
use crate::model::{Block, Body};
use crate::ui::session::open::Open;
use crate::ui::shared::{Icon, copy};
use leptos::prelude::*;
use std::sync::Arc;

/// A block of a body, without a copy of its text.
#[derive(Clone)]
pub struct Piece {
    body: Arc<Body>,
    index: usize,
}

impl Piece {
    pub fn new(body: &Arc<Body>, index: usize) -> Self {
        Self { body: body.clone(), index }
    }

    fn block(&self) -> Option<&Block> {
        self.body.blocks.get(self.index)
    }

    fn text(&self) -> &str {
        match self.block() {
            Some(
                Block::Text(text)
                | Block::Thinking(text)
                | Block::Prompt(text)
                | Block::System(text)
                | Block::Input(text)
                | Block::Command(text)
                | Block::Error(text)
                | Block::Output { text, .. }
                | Block::Message { text, .. },
            ) => text,
            None => "",
        }
    }
}

/// What a person wants to see of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Face {
    Prose,
    Code,
    /// Compact JSON, shown with line ends.
    Json,
}

/// Draws a block the way its kind is read.
pub fn block(open: Open, event: u32, piece: &Piece) -> AnyView {
    match piece.block() {
        Some(Block::Text(_) | Block::Prompt(_)) => text(open, event, piece.clone(), Face::Prose),
        Some(Block::Thinking(_)) => folded(open, event, "Thinking".into(), piece.clone(), Face::Prose),
        Some(Block::System(_)) => folded(open, event, "System prompt".into(), piece.clone(), Face::Prose),
        Some(Block::Message { role, .. }) => folded(open, event, role.clone(), piece.clone(), Face::Prose),
        Some(Block::Command(_)) => text(open, event, piece.clone(), Face::Code),
        Some(Block::Input(_)) => text(open, event, piece.clone(), Face::Json),
        Some(Block::Output { cut, .. }) => view! {
            {text(open, event, piece.clone(), Face::Code)}
            {cut.then(|| view! { <p class="step-quiet step-cut">"The log holds only this much: whoever wrote it cut the rest."</p> })}
        }
        .into_any(),
        Some(Block::Error(_)) => view! {
            <div class="step-error">
                <Icon name="fail" is_small=true /><strong>"Failed. "</strong>{text(open, event, piece.clone(), Face::Prose)}
            </div>
        }
        .into_any(),
        None => ().into_any(),
    }
}

/// The input of a tool whose gist stands in the head of the step.
pub fn folded_input(open: Open, event: u32, piece: &Piece) -> AnyView {
    folded(open, event, "Input".into(), piece.clone(), Face::Json)
}

/// Whether a block is opened up, remembered past the life of its row.
#[derive(Clone, Copy)]
struct Fold {
    open: Open,
    key: (u32, u16),
    is_open: RwSignal<bool>,
}

impl Fold {
    fn new(open: Open, event: u32, index: usize) -> Self {
        let key = (event, index as u16);
        let is_open = RwSignal::new(open.unfolded.with_value(|unfolded| unfolded.contains(&key)));
        Self { open, key, is_open }
    }

    fn turn(self) {
        self.is_open.update(|is_open| *is_open = !*is_open);
        self.open.unfolded.update_value(|unfolded| {
            if !unfolded.remove(&self.key) {
                unfolded.insert(self.key);
            }
        });
    }
}

/// A line that opens the text below it.
fn folded(open: Open, event: u32, name: String, piece: Piece, face: Face) -> AnyView {
    // Numbers of folds lie past those of the texts in them.
    let fold = Fold::new(open, event, piece.index + 1_000);
    let is_open = fold.is_open;
    let opening = first_line(piece.text(), 90);
    let size = bytes_text(piece.text().len() as u64);
    view! {
        <button class="fold-line" type="button" aria-expanded=move || is_open.get().to_string()
            on:click=move |_| fold.turn()>
            {move || view! { <Icon name=if is_open.get() { "chevron" } else { "right" } is_small=true /> }}
            <span class="nowrap">{name}</span>
            <span class="faint num nowrap">{size}</span>
            {move || (!is_open.get()).then(|| view! { <span class="faint clip">{opening.clone()}</span> })}
        </button>
        {move || is_open.get().then(|| text(open, event, piece.clone(), face))}
    }
    .into_any()
}

/// A text; long ones show their beginning until somebody asks for more.
fn text(open: Open, event: u32, piece: Piece, face: Face) -> AnyView {
    let whole: Arc<str> = match face {
        Face::Json => pretty_json(piece.text()).unwrap_or_else(|| piece.text().to_owned()).into(),
        _ => piece.text().into(),
    };
    let cut = shown_len(&whole);
    let is_long = cut < whole.len();
    let fold = Fold::new(open, event, piece.index);
    let is_open = fold.is_open;
    let shown = whole.clone();
    let shown = move || shown[..if is_open.get() { shown.len() } else { cut }].to_owned();
    let more = is_long.then(|| more(fold, &whole));
    match face {
        Face::Prose => view! { <div class="step-text">{shown}{more}</div> }.into_any(),
        _ => view! {
            <div class="block">
                <button class="block-copy" type="button" aria-label="Copy" title="Copy" on:click=move |_| copy(whole.to_string())>
                    <Icon name="copy" is_small=true />
                </button>
                <pre>{shown}</pre>
                {more}
            </div>
        }
        .into_any(),
    }
}

fn more(fold: Fold, whole: &str) -> impl IntoView + use<> {
    let lines = whole.lines().count();
    let size = bytes_text(whole.len() as u64);
    let all = match lines {
        1 => format!("Show all ({size})"),
        _ => format!("Show all {} ({size})", count(lines as u64, "line")),
    };
    view! {
        <button class="block-more" type="button" data-testid="show-all" on:click=move |_| fold.turn()>
            {move || if fold.is_open.get() { "Show less".to_owned() } else { all.clone() }}
        </button>
    }
}
