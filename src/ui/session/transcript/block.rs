//! Pieces of content: plain text, cut where it is long, folded where it is rarely read. No text of a log becomes HTML.

use crate::logic::beside;
use crate::logic::excerpt::{first_line, shown_len, start};
use crate::logic::format::{bytes_text, count};
use crate::logic::pretty_json::pretty_json;
use crate::model::{Block, Body, EventKind};
use crate::ui::frame::button;
use crate::ui::session::open::{Open, label};
use crate::ui::shared::{El, Live, copy, el, small_icon};
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
                | Block::Patch { text, .. }
                | Block::Message { text, .. }
                | Block::Elsewhere { path: text, .. },
            ) => text,
            Some(Block::Image { mime: text, .. }) => text,
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
pub fn block(open: Open, event: u32, piece: Piece) -> El {
    let prose = |piece| text(open, event, piece, Face::Prose);
    match piece.block() {
        Some(Block::Thinking(_)) => folded(open, event, "Thinking", piece, Face::Prose),
        Some(Block::System(_)) => folded(open, event, &system_name(open, event), piece, Face::Prose),
        Some(Block::Message { role, .. }) => folded(open, event, &role.clone(), piece, Face::Prose),
        Some(Block::Command(_) | Block::Patch { .. }) => text(open, event, piece, Face::Code),
        Some(Block::Input(_)) => text(open, event, piece, Face::Json),
        Some(Block::Output { cut, .. }) => {
            let words = "The log holds only this much: whoever wrote it cut the rest.";
            let note = cut.then(|| el("p").class("step-quiet step-cut").text(words));
            el("div").child(text(open, event, piece, Face::Code)).children(note)
        }
        Some(Block::Elsewhere { is_open, .. }) => {
            let words = beside::words(*is_open);
            let path = el("code").text(match piece.text() {
                "" => "its path was not recorded",
                path => path,
            });
            el("p").class("step-quiet step-cut").attr("data-testid", "elsewhere").text(words).child(path)
        }
        Some(Block::Error(_)) => {
            let word = el("strong").text("Failed. ");
            el("div").class("step-error").children([small_icon("fail"), word, prose(piece)])
        }
        Some(Block::Text(_) | Block::Prompt(_) | Block::Image { .. }) | None => prose(piece),
    }
}

/// What the harness says goes by the log's own word for it.
fn system_name(open: Open, event: u32) -> String {
    let track = open.track();
    match track.get(event) {
        Some(mark) if mark.kind == EventKind::System => label(&track, mark),
        Some(mark) if mark.kind == EventKind::SessionStart => "System prompt".to_owned(),
        _ => "Attached".to_owned(),
    }
}

/// The input of a tool whose gist stands in the head of the step.
pub fn folded_input(open: Open, event: u32, piece: Piece) -> El {
    folded(open, event, "Input", piece, Face::Json)
}

/// Whether a block is opened up, remembered past the life of its row.
#[derive(Clone, Copy)]
struct Fold {
    open: Open,
    key: (u32, u16),
    is_open: Live<bool>,
}

impl Fold {
    fn new(open: Open, event: u32, index: usize) -> Self {
        let key = (event, index as u16);
        let is_open = Live::new(open.unfolded.with(|unfolded| unfolded.contains(&key)));
        Self { open, key, is_open }
    }

    fn turn(self) {
        self.is_open.update(|is_open| *is_open = !*is_open);
        self.open.unfolded.update(|unfolded| match unfolded.iter().position(|known| *known == self.key) {
            Some(place) => drop(unfolded.swap_remove(place)),
            None => unfolded.push(self.key),
        });
    }
}

/// A line that opens the text below it.
fn folded(open: Open, event: u32, name: &str, piece: Piece, face: Face) -> El {
    // Numbers of folds lie past those of the texts in them.
    let fold = Fold::new(open, event, piece.index + 1_000);
    let is_open = fold.is_open;
    let part = |class: &str, text: &str| el("span").class(class).text(text);
    let opening = part("faint clip", &first_line(piece.text(), 90)).live_flag("hidden", move || is_open.get());
    let line = button("fold-line", move |_| fold.turn())
        .live_attr("aria-expanded", move || Some(is_open.get().to_string()))
        .child(small_icon("right"))
        .child(part("nowrap", name))
        .child(part("faint num nowrap", &bytes_text(piece.text().len() as u64)))
        .child(opening);
    let below = el("div").class("fold-body").live(move || match is_open.get() {
        true => vec![text(open, event, piece.clone(), face)],
        false => Vec::new(),
    });
    el("div").class("folded").child(line).child(below)
}

/// A text; long ones show their beginning until somebody asks for more.
fn text(open: Open, event: u32, piece: Piece, face: Face) -> El {
    let whole: Arc<str> = match face {
        Face::Json => pretty_json(piece.text()).unwrap_or_else(|| piece.text().to_owned()).into(),
        Face::Prose => piece.text().trim_matches('\n').into(),
        Face::Code => piece.text().into(),
    };
    let cut = shown_len(&whole);
    let fold = Fold::new(open, event, piece.index);
    let more = (cut < whole.len()).then(|| more(fold, &whole));
    let shown = whole.clone();
    let shown = move || start(&shown, if fold.is_open.get() { shown.len() } else { cut }).to_owned();
    if face == Face::Prose {
        return el("div").class("step-text").child(el("span").live_text(shown)).children(more);
    }
    let copy = button("block-copy", move |_| copy(whole.to_string())).attr("aria-label", "Copy").attr("title", "Copy");
    el("div").class("block").child(copy.child(small_icon("copy"))).child(el("pre").live_text(shown)).children(more)
}

fn more(fold: Fold, whole: &str) -> El {
    let size = bytes_text(whole.len() as u64);
    let all = match whole.lines().count() {
        1 => format!("Show all ({size})"),
        lines => format!("Show all {} ({size})", count(lines as u64, "line")),
    };
    let words = move || if fold.is_open.get() { "Show less".to_owned() } else { all.clone() };
    button("block-more", move |_| fold.turn()).attr("data-testid", "show-all").live_text(words)
}
