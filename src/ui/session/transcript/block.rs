//! Blocks of a step: cut where they are long, folded where they are rarely read. No text of a log becomes HTML.

use super::code::{code, difference};
use super::prose::prose;
use super::tree::tree;
use crate::logic::format::{bytes_text, count};
use crate::logic::shown::{Content, MOST_DRAWN, Part, Role, Shown, ShownBody, Task, TaskState};
use crate::model::EventKind;
use crate::ui::frame::button;
use crate::ui::session::open::{Open, label};
use crate::ui::shared::{El, Kept, Live, copy, el, lasting_task, save, small_icon, task};
use crate::worker::{Answer, Query};
use leptos::prelude::{Owner, on_cleanup};
use std::sync::Arc;
use web_sys::Url;

/// A block of a step, without a copy of its content.
#[derive(Clone)]
pub struct Piece {
    pub open: Open,
    pub event: u32,
    body: Arc<ShownBody>,
    index: usize,
}

impl Piece {
    pub fn new(open: Open, event: u32, body: &Arc<ShownBody>, index: usize) -> Self {
        Self { open, event, body: body.clone(), index }
    }

    fn shown(&self) -> Option<&Shown> {
        self.body.blocks.get(self.index)
    }

    /// Asks the worker about this block.
    async fn ask(&self, query: impl FnOnce(String, u32, u32) -> Query) -> Option<Answer> {
        let key = self.open.detail.try_with(|detail| detail.row.key.clone())?;
        self.open.store.ask(query(key, self.event, self.index as u32)).await
    }

    /// Does something with all of its text, however much of it is drawn.
    fn with_whole(self, act: fn(String)) {
        lasting_task(async move {
            if let Some(Answer::Text(text)) = self.ask(|key, event, block| Query::Whole { key, event, block }).await {
                act(text);
            }
        });
    }
}

/// Draws a block the way its kind is read.
pub fn block(piece: Piece) -> El {
    let Some(shown) = piece.shown() else { return el("div") };
    if shown.is_folded {
        return folded(piece);
    }
    if shown.role == Role::Error {
        let word = el("strong").text("Failed. ");
        return el("div").class("step-error").child(small_icon("fail")).child(word).child(opened(piece));
    }
    opened(piece)
}

/// A block with what stands around it.
fn opened(piece: Piece) -> El {
    let Some(shown) = piece.shown() else { return el("div") };
    let fold = Fold::new(&piece, 0);
    let more = shown.is_cut.then(|| more(fold, shown));
    let words = "The log holds only this much: whoever wrote it cut the rest.";
    let note = shown.is_cut_in_log.then(|| el("p").class("step-quiet step-cut").text(words));
    let is_bare = matches!(
        shown.content,
        Content::Prose(_) | Content::Tasks(_) | Content::Image { .. } | Content::Elsewhere { .. }
    );
    let in_error = shown.role == Role::Error;
    let head = head(&piece, shown);
    let content = extent(piece.clone(), fold);
    let block = if is_bare || in_error {
        el("div").class("step-text").child(content).children(more)
    } else {
        let copy = if head.is_none() { Some(copy_button(piece)) } else { None };
        el("div").class("block").children(head).children(copy).child(content).children(more)
    };
    match note {
        Some(note) => el("div").child(block).child(note),
        None => block,
    }
}

/// The line above a change: which file, how many lines.
fn head(piece: &Piece, shown: &Shown) -> Option<El> {
    if shown.role != Role::Change || shown.title.is_empty() {
        return None;
    }
    let sum = |class: &str, sign: &str, lines: Option<u32>| {
        lines.map(|lines| el("span").class(class).text(&[sign, &*lines.to_string()].concat()))
    };
    let sums = [sum("ansi-green", "+", shown.added), sum("ansi-red", "−", shown.removed)];
    let sums = el("span").class("diff-sum num").children(sums.into_iter().flatten());
    let path = el("span").class("mono clip").attr("dir", "ltr").text(&shown.title);
    Some(el("div").class("block-head").child(path).child(sums).child(copy_button(piece.clone())))
}

fn copy_button(piece: Piece) -> El {
    let copy = button("block-copy", move |_| piece.clone().with_whole(copy));
    copy.attr("aria-label", "Copy").attr("title", "Copy all of it")
}

/// The beginning of a block, or all of it when it is opened up.
fn extent(piece: Piece, fold: Fold) -> El {
    el("div").class("extent").live(move || match (fold.is_open.get(), piece.shown()) {
        (false, Some(shown)) => vec![content(&piece, &shown.content)],
        (true, _) => vec![all(piece.clone())],
        (false, None) => Vec::new(),
    })
}

/// All portions of a block, one after the other as they come: the page stays at hand meanwhile. Until the first is there
/// the beginning stays, so that nothing jumps.
fn all(piece: Piece) -> El {
    let pending = el("div").child(el("span").class("pending"));
    let beginning = piece.shown().map(|shown| content(&piece, &shown.content));
    let first = beginning.as_ref().map(El::node);
    let whole = el("div").class("portions").children(beginning);
    let (node, waiting, owner) = (whole.node(), pending.node(), Owner::current());
    task(async move {
        let mut from = Some(0);
        while let (Some(at), Some(owner)) = (from, &owner) {
            let portion = move |key, event, block| Query::Part { key, event, block, from: at };
            let Some(Answer::Part(part)) = piece.ask(portion).await else { break };
            from = part.next;
            for made in owner.with(|| portion_of(&piece, &part)) {
                // Cannot fail: both are ours.
                node.insert_before(&made.node(), Some(&waiting)).ok();
            }
            if let Some(first) = first.as_ref().filter(|_| at == 0) {
                first.remove();
            }
        }
        waiting.remove();
    });
    whole.child(pending)
}

fn portion_of(piece: &Piece, part: &Part) -> Vec<El> {
    let mut made = vec![el("div").class("portion").child(content(piece, &part.content))];
    if part.is_too_long {
        let words = format!("More than {} is not drawn here.", bytes_text(MOST_DRAWN as u64));
        let copied = piece.clone();
        let saved = piece.clone();
        let copy = button("button button-small", move |_| copied.clone().with_whole(copy)).text("Copy all");
        let save = |text: String| save("step.txt", "text/plain;charset=utf-8", &text);
        let save = button("button button-small", move |_| saved.clone().with_whole(save)).text("Save all");
        let note = el("p").class("step-quiet block-end").attr("data-testid", "too-long");
        made.push(note.text(&words).text(" ").child(copy).text(" ").child(save));
    }
    made
}

fn content(piece: &Piece, content: &Content) -> El {
    match content {
        Content::Prose(nodes) => el("div").class("prose").children(prose(nodes)),
        Content::Code { spans, first } => code(spans, *first),
        Content::Diff(lines) => difference(lines),
        Content::Json(fields) => tree(fields),
        Content::Tasks(tasks) => el("ul").class("task-list").children(tasks.iter().map(to_do)),
        Content::Image { mime } => image(piece.clone(), mime),
        Content::Elsewhere { words, path } => {
            let note = el("p").class("step-quiet step-cut").attr("data-testid", "elsewhere").text(words);
            note.child(el("code").text(path))
        }
    }
}

/// A thing to do: its state as a sign with a word.
fn to_do(task: &Task) -> El {
    let (state, word) = match task.state {
        TaskState::Open => ("open", "to do: "),
        TaskState::Begun => ("begun", "in progress: "),
        TaskState::Done => ("done", "done: "),
        TaskState::Dropped => ("dropped", "dropped: "),
    };
    let sign = el("i").class("task-sign").attr("aria-hidden", "true");
    let sign = if task.state == TaskState::Done { sign.child(small_icon("check")) } else { sign };
    let word = el("span").class("sr").text(word);
    el("li").attr("data-state", state).child(sign).child(el("span").attr("dir", "auto").child(word).text(&task.text))
}

/// An image of the log, drawn when somebody asks.
fn image(piece: Piece, mime: &str) -> El {
    let found: Live<Option<Result<String, String>>> = Live::new(None);
    let alive = Kept::new(());
    let size = piece.shown().map(|shown| bytes_text(shown.bytes)).unwrap_or_default();
    let words = format!("{mime}, {size}");
    el("div").class("picture").attr("data-testid", "picture").live(move || match found.get() {
        Some(Ok(address)) => {
            let image = el("img").attr("src", &address).attr("alt", &words);
            on_cleanup(move || forget(&address));
            vec![image]
        }
        Some(Err(why)) => vec![el("p").class("step-quiet").text(&why)],
        None => {
            let piece = piece.clone();
            let show = move |_| {
                let piece = piece.clone();
                // Not cancelled: the address of an image that comes too late has to be given back as well.
                lasting_task(async move {
                    let answer = piece.ask(|key, event, block| Query::Image { key, event, block }).await;
                    found.set(match answer {
                        Some(Answer::Text(address)) if alive.is_gone() => return forget(&address),
                        Some(Answer::Text(address)) => Some(Ok(address)),
                        Some(Answer::Failed(why)) => Some(Err(why)),
                        _ => None,
                    });
                });
            };
            vec![button("button button-small", show).text("Show image"), el("span").class("muted").text(&words)]
        }
    })
}

/// The browser keeps what is behind an address until it is given back.
fn forget(address: &str) {
    // Fails only for what is no address.
    Url::revoke_object_url(address).unwrap_or_default();
}

/// What the harness says goes by the log's own word for it.
fn name_of(piece: &Piece, shown: &Shown) -> String {
    if shown.role != Role::System {
        return shown.title.clone();
    }
    let track = piece.open.track();
    match track.get(piece.event) {
        Some(mark) if mark.kind == EventKind::System => label(&track, mark),
        Some(mark) if mark.kind == EventKind::SessionStart => "System prompt".to_owned(),
        _ => "Attached".to_owned(),
    }
}

/// Whether a block is opened up, remembered past the life of its row.
#[derive(Clone, Copy)]
struct Fold {
    open: Open,
    key: (u32, u16),
    is_open: Live<bool>,
}

impl Fold {
    fn new(piece: &Piece, offset: usize) -> Self {
        let key = (piece.event, (piece.index + offset) as u16);
        let is_open = Live::new(piece.open.unfolded.with(|unfolded| unfolded.contains(&key)));
        Self { open: piece.open, key, is_open }
    }

    fn turn(self) {
        self.open.turned.set(Some(self.key.0));
        self.is_open.update(|is_open| *is_open = !*is_open);
        self.open.unfolded.update(|unfolded| match unfolded.iter().position(|known| *known == self.key) {
            Some(place) => drop(unfolded.swap_remove(place)),
            None => unfolded.push(self.key),
        });
    }
}

/// A line that opens the block below it.
fn folded(piece: Piece) -> El {
    let Some(shown) = piece.shown() else { return el("div") };
    // Numbers of folds lie past those of the texts in them.
    let fold = Fold::new(&piece, 1_000);
    let is_open = fold.is_open;
    let part = |class: &str, text: &str| el("span").class(class).text(text);
    let opening = part("faint clip", &shown.opening).attr("dir", "auto");
    let size = match shown.lines {
        0 | 1 => bytes_text(shown.bytes),
        lines => count(u64::from(lines), "line"),
    };
    let line = button("fold-line", move |_| fold.turn())
        .live_attr("aria-expanded", move || Some(is_open.get().to_string()))
        .child(small_icon("right"))
        .child(part("nowrap", &name_of(&piece, shown)))
        .child(part("faint num nowrap", &size))
        .child(opening.live_flag("hidden", move || is_open.get()));
    let below = el("div").class("fold-body").live(move || match is_open.get() {
        true => vec![opened(piece.clone())],
        false => Vec::new(),
    });
    el("div").class("folded").child(line).child(below)
}

fn more(fold: Fold, shown: &Shown) -> El {
    let size = bytes_text(shown.bytes);
    let all = match shown.lines {
        0 | 1 => format!("Show all ({size})"),
        lines => format!("Show all {} ({size})", count(u64::from(lines), "line")),
    };
    let words = move || if fold.is_open.get() { "Show less".to_owned() } else { all.clone() };
    button("block-more", move |_| fold.turn()).attr("data-testid", "show-all").live_text(words)
}
