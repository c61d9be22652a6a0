//! Blocks, whole or in portions.

use super::plan::{Item, Source};
use super::signs::visible;
use super::{Content, MOST_DRAWN, Shown, TaskState, ansi, diff, json, markdown};
use crate::logic::beside;
use crate::logic::excerpt::{MOST_LINES, first_line, shown_len, start};
use crate::logic::pretty_json::pretty_json;
use crate::model::Wire;

/// A portion of a long text, bytes. It ends at a line's end if there is one in its last half.
const PORTION: usize = 64 << 10;
/// A portion of a long difference, lines.
const PORTION_LINES: usize = 500;
/// So many lines of a difference are drawn at most.
const MOST_DIFF_LINES: usize = 10_000;

/// A portion of a block.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub struct Part {
    pub content: Content,
    /// Where the next portion begins; `None` after the last.
    pub next: Option<u32>,
    /// More than this is too much to draw, and there is more.
    pub is_too_long: bool,
}

impl Part {
    fn new(content: Content, end: usize, of: usize, most: usize) -> Self {
        let is_too_long = end < of && end >= most;
        Self { content, next: Some(end as u32).filter(|_| end < of && !is_too_long), is_too_long }
    }
}

/// A block, cut where it is long.
pub fn beginning(item: &Item<'_>) -> Shown {
    let (content, is_cut, bytes, lines) = match &item.source {
        Source::Prose(text) | Source::Plain(text) => {
            let len = shown_len(text);
            (of_text(&item.source, start(text, len), 0), len < text.len(), text.len(), line_count(text))
        }
        Source::Numbered { text, .. } => {
            let len = shown_len(text);
            (of_text(&item.source, start(text, len), 0), len < text.len(), text.len(), line_count(text))
        }
        Source::Change(change) => {
            let mut lines = diff::lines(change);
            let bytes =
                change.pieces.iter().map(|piece| piece.new.len() + piece.old.as_ref().map_or(0, String::len)).sum();
            let count = lines.len();
            lines.truncate(MOST_LINES);
            (Content::Diff(lines), count > MOST_LINES, bytes, count)
        }
        Source::Json(value) => {
            let text = value.to_string();
            let tree = json::tree(value, json::Limits::FIRST);
            (Content::Json(tree.fields), tree.is_cut, text.len(), 0)
        }
        Source::Tasks(tasks) => (Content::Tasks(tasks.clone()), false, 0, tasks.len()),
        Source::Elsewhere(path, is_open) => {
            let path = if path.is_empty() { "its path was not recorded".into() } else { visible(path) };
            let words = beside::words(*is_open).to_owned();
            (Content::Elsewhere { words, path: path.into_owned() }, false, 0, 0)
        }
        Source::Image { mime, base64 } => (Content::Image { mime: (*mime).to_owned() }, false, base64.len() / 4 * 3, 0),
    };
    Shown {
        role: item.role,
        title: visible(&item.title).into_owned(),
        added: item.added,
        removed: item.removed,
        is_folded: item.is_folded,
        opening: if item.is_folded { opening(&item.source) } else { String::new() },
        content,
        bytes: bytes as u64,
        lines: lines as u32,
        is_cut,
        is_cut_in_log: item.is_cut_in_log,
    }
}

/// The first words of a block that is folded.
fn opening(source: &Source<'_>) -> String {
    const MOST: usize = 90;
    match source {
        Source::Prose(text) | Source::Plain(text) => visible(&first_line(text, MOST)).into_owned(),
        Source::Numbered { text, .. } => visible(&first_line(text, MOST)).into_owned(),
        Source::Json(value) => visible(&first_line(&value.to_string(), MOST)).into_owned(),
        Source::Change(_) | Source::Tasks(_) | Source::Image { .. } | Source::Elsewhere(..) => String::new(),
    }
}

fn line_count(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count() + usize::from(!text.ends_with('\n') && !text.is_empty())
}

/// A piece of a text, by what the text is. `from` is where it begins.
fn of_text(source: &Source<'_>, piece: &str, from: usize) -> Content {
    let first = match source {
        Source::Prose(_) => return Content::Prose(markdown::parse(&visible(piece.trim_matches('\n')))),
        Source::Numbered { first, text } => first.map(|first| first + newlines(start(text, from)) as u32),
        _ => None,
    };
    let mut spans = ansi::spans(piece);
    for span in &mut spans {
        if let std::borrow::Cow::Owned(shown) = visible(&span.text) {
            span.text = shown;
        }
    }
    Content::Code { spans, first }
}

fn newlines(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

/// The portion that begins at a place.
pub fn part(item: &Item<'_>, from: u32) -> Part {
    let from = from as usize;
    match &item.source {
        Source::Prose(text) | Source::Plain(text) => text_part(&item.source, text, from),
        Source::Numbered { text, .. } => text_part(&item.source, text, from),
        Source::Change(change) => {
            let lines = diff::lines(change);
            let end = (from + PORTION_LINES).min(lines.len());
            let portion = lines.get(from..end).unwrap_or_default().to_vec();
            Part::new(Content::Diff(portion), end, lines.len(), MOST_DIFF_LINES)
        }
        Source::Json(value) => {
            let tree = json::tree(value, json::Limits::ALL);
            Part { content: Content::Json(tree.fields), next: None, is_too_long: tree.is_cut }
        }
        Source::Tasks(_) | Source::Image { .. } | Source::Elsewhere(..) => Part::new(beginning(item).content, 0, 0, 0),
    }
}

fn text_part(source: &Source<'_>, text: &str, from: usize) -> Part {
    let rest = text.get(from..).unwrap_or_default();
    let len = portion_len(rest, matches!(source, Source::Prose(_)));
    let end = from + len;
    Part::new(of_text(source, start(rest, len), from), end, text.len(), MOST_DRAWN)
}

/// How much of a text is its first portion: whole lines, of prose whole paragraphs, if they end in its last half.
fn portion_len(text: &str, is_prose: bool) -> usize {
    if text.len() <= PORTION {
        return text.len();
    }
    let most = (0..=PORTION).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(PORTION);
    let bytes = text.as_bytes();
    let ends_paragraph = |at: &usize| bytes.get(*at - 1) == Some(&b'\n') && bytes.get(*at - 2) == Some(&b'\n');
    let ends_line = |at: &usize| bytes.get(*at - 1) == Some(&b'\n');
    let paragraph = (PORTION / 2..=most).rev().filter(|_| is_prose).find(ends_paragraph);
    paragraph.or_else(|| (PORTION / 2..=most).rev().find(ends_line)).unwrap_or(most)
}

/// All of a block's text, as one would want to paste it.
pub fn whole(item: &Item<'_>) -> String {
    match &item.source {
        Source::Prose(text) => (*text).to_owned(),
        Source::Plain(text) => match ansi::has_escapes(text) {
            true => ansi::spans(text).into_iter().map(|span| span.text).collect(),
            false => (*text).to_owned(),
        },
        Source::Numbered { text, .. } => text.clone().into_owned(),
        Source::Change(change) => diff::text(change),
        Source::Json(value) => {
            let text = value.to_string();
            pretty_json(&text).unwrap_or(text)
        }
        Source::Tasks(tasks) => {
            let line = |task: &super::Task| {
                let sign = match task.state {
                    TaskState::Done => "- [x] ",
                    TaskState::Open | TaskState::Begun | TaskState::Dropped => "- [ ] ",
                };
                [sign, &*task.text, "\n"].concat()
            };
            tasks.iter().map(line).collect()
        }
        Source::Image { base64: text, .. } | Source::Elsewhere(text, _) => (*text).to_owned(),
    }
}
