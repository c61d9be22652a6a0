//! The files that were touched up to the playhead, and what stands in one of them there.

use crate::logic::excerpt::{shown_len, start};
use crate::logic::files::{Content, FileSum, Files, Note};
use crate::logic::format::{bytes_text, count};
use crate::logic::shown::{self, Part, Sign};
use crate::logic::timeline::{Kind, kind_of};
use crate::model::Tally;
use crate::ui::frame::button;
use crate::ui::session::open::Open;
use crate::ui::session::transcript::difference;
use crate::ui::shared::{Derived, El, Kept, Live, copy, el, follow, lasting_task, not_recorded, small_icon, task};
use crate::worker::{Answer, Query};
use gloo::timers::callback::Timeout;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;

/// More rows than this help nobody.
const MOST_ROWS: usize = 400;
/// What is on screen first is asked first, milliseconds.
const ASK_AFTER_MS: u32 = 150;

/// Asks for the files of the session; they come when they are read.
pub fn ask(open: Open) {
    let key = open.detail.with(|detail| detail.row.key.clone());
    let begin = move || {
        lasting_task(async move {
            match open.store.ask(Query::Files { key }).await {
                Some(Answer::Files(found)) => open.files.set(Some(Arc::new(*found))),
                Some(Answer::Failed(why)) => open.files_problem.set(Some(why)),
                _ => {}
            }
        });
    };
    Kept::new(Timeout::new(ASK_AFTER_MS, begin));
}

/// How many, as a button that opens the panel.
pub fn counter(open: Open) -> El {
    let number = move || match open.files.get() {
        Some(files) => vec![el("span").text(&files.count(open.before()).to_string())],
        None => match open.files_problem.get() {
            Some(why) => vec![not_recorded(&why)],
            None => vec![el("span").class("pending").text("…")],
        },
    };
    let open_it = button("counter-button", move |_| open.is_files_open.update(|is| *is = !*is))
        .attr("aria-controls", "touched-files")
        .attr("data-testid", "files-button")
        .attr("title", "Show the files")
        .live_attr("aria-expanded", move || Some(open.is_files_open.get().to_string()))
        .child(el("span").class("contents").live(number))
        .child(el("span").class("sr").text(" files touched, show them"));
    let name = el("dt").child(el("span").class("narrow-hidden").text("Files touched"));
    let name = name.child(el("span").class("narrow-only").text("Files"));
    el("div").class("counter").child(name).child(el("dd").child(open_it))
}

/// The panel above the bar.
pub fn panel(open: Open) -> El {
    let chosen = Live::new(None::<u32>);
    el("div").class("contents").live(move || match (open.is_files_open.get(), chosen.get()) {
        (false, _) => Vec::new(),
        (true, None) => vec![frame(open, vec![list(open, chosen)])],
        (true, Some(path)) => vec![frame(open, file(open, chosen, path))],
    })
}

fn frame(open: Open, content: Vec<El>) -> El {
    let panel = el("section").class("files-panel").attr("id", "touched-files").attr("data-testid", "files-panel");
    let close = button("button button-quiet button-small button-icon push", move |_| open.is_files_open.set(false));
    let close = close.attr("aria-label", "Close").child(small_icon("close"));
    let scope = move || {
        let files = open.files.get().map_or(0, |files| files.count(open.before()));
        match open.chosen.get() {
            Some(event) => format!("{} up to step {}", count(files as u64, "file"), open.step_index(event) + 1),
            None => format!("{} in the whole session", count(files as u64, "file")),
        }
    };
    let head = [el("strong").text("Files touched"), el("span").class("muted").live_text(scope), close];
    panel.attr("aria-label", "Files touched").child(el("div").class("pane-head").children(head)).children(content)
}

fn list(open: Open, chosen: Live<Option<u32>>) -> El {
    let rows = move || {
        let Some(files) = open.files.get() else {
            let words = open.files_problem.get().unwrap_or_else(|| "Reading…".to_owned());
            return vec![el("p").class("pane-empty").text(&words)];
        };
        let sums = files.at(open.before());
        if sums.is_empty() {
            let words = "No file so far. Told from calls of tools that read or change files; commands of a shell do not say what they touch.";
            return vec![el("p").class("pane-empty").text(words)];
        }
        let shared = shared_folder(&files);
        let rows = sums.iter().take(MOST_ROWS).map(|sum| row(&files, shared, sum, chosen));
        let left_out = sums.len().saturating_sub(MOST_ROWS);
        let rest = (left_out > 0).then(|| el("p").class("pane-empty").text(&format!("and {left_out} more")));
        let below = (shared > 0).then(|| {
            let folder = files.paths.first().map_or("", |path| start(path, shared));
            el("p").class("pane-empty breaks").text("Paths begin in ").child(el("span").class("mono").text(folder))
        });
        rows.chain(rest).chain(below).collect()
    };
    el("div").class("files-list").live(rows)
}

fn row(files: &Files, shared: usize, sum: &FileSum, chosen: Live<Option<u32>>) -> El {
    let path = sum.path;
    let name = files.paths.get(path as usize).map_or("", String::as_str);
    let mut did = Vec::new();
    if sum.changes > 0 {
        did.push(count(u64::from(sum.changes), "change"));
    }
    if sum.reads > 0 {
        did.push(count(u64::from(sum.reads), "read"));
    }
    if sum.failed > 0 {
        did.push(format!("{} failed", sum.failed));
    }
    let lines = (sum.changes > 0).then(|| lines(sum));
    button("files-row", move |_| chosen.set(Some(path)))
        .attr("title", name)
        .attr("data-testid", "touched-file")
        .child(el("span").class("mono clip").text(name.get(shared..).unwrap_or(name)))
        .child(el("span").class("muted file-did").text(&did.join(", ")))
        .children(lines)
}

/// Lines that came and lines that went.
pub fn lines(sum: &FileSum) -> El {
    let (added, removed) = (changed("+", "ansi-green", &sum.added), changed("−", "ansi-red", &sum.removed));
    el("span").class("num file-lines").children([added, el("span").text(" "), removed])
}

/// `+12`, `≥ +12` where some change does not tell, `—` where none does.
fn changed(sign: &str, class: &str, lines: &Tally) -> El {
    let why = "not every change of this file tells how many lines it was";
    match lines.value().get() {
        None => not_recorded(why),
        Some(sum) => {
            let number = el("span").class(class).text(&format!("{sign}{sum}"));
            if !lines.is_lower_bound() {
                return number;
            }
            let sign = el("span").class("at-least").attr("title", why).child(el("span").class("sr").text("at least "));
            sign.child(number)
        }
    }
}

/// How many bytes of all paths are the folder that they share.
pub fn shared_folder(files: &Files) -> usize {
    let Some((first, rest)) = files.paths.split_first() else { return 0 };
    if rest.is_empty() {
        return first.rfind('/').map_or(0, |end| end + 1);
    }
    let same = rest
        .iter()
        .fold(first.len(), |len, path| first.bytes().zip(path.bytes()).take(len).take_while(|(a, b)| a == b).count());
    start(first, same).rfind('/').map_or(0, |end| end + 1)
}

/// One file at the playhead.
fn file(open: Open, chosen: Live<Option<u32>>, path: u32) -> Vec<El> {
    let found = Live::new(None::<Result<Arc<Content>, String>>);
    let calls =
        Derived::new(move || open.files.get().map(|files| files.calls(path, open.before())).unwrap_or_default());
    let name = open.files.get_untracked().and_then(|files| files.paths.get(path as usize).cloned()).unwrap_or_default();
    let (key, for_ask) = (open.detail.with(|detail| detail.row.key.clone()), name.clone());
    // Changes since one of its calls, in place of the text.
    let since = Live::new(None::<u32>);
    let changes = Live::new(None::<Result<Part, String>>);
    let (for_changes, path_of_changes) = (key.clone(), name.clone());
    follow(move || {
        changes.set(None);
        let Some(first) = since.get() else { return };
        let to = calls.get();
        let from = to.iter().copied().take_while(|event| *event <= first).collect();
        let query = Query::FileDiff { key: for_changes.clone(), path: path_of_changes.clone(), from, to };
        task(async move {
            changes.set(match open.store.ask(query).await {
                Some(Answer::Part(part)) => Some(Ok(part)),
                Some(Answer::Failed(why)) => Some(Err(why)),
                _ => None,
            });
        });
    });
    follow(move || {
        let query = Query::FileAt { key: key.clone(), path: for_ask.clone(), calls: calls.get() };
        task(async move {
            let answer = open.store.ask(query).await;
            found.set(match answer {
                Some(Answer::FileAt(content)) => Some(Ok(Arc::new(*content))),
                Some(Answer::Failed(why)) => Some(Err(why)),
                _ => None,
            });
        });
    });
    let back = button("button button-quiet button-small", move |_| chosen.set(None)).text("‹ All files");
    let head = el("div").class("file-head").child(back).child(el("span").class("mono breaks").text(&name));
    let head = head.child(el("span").class("push").live(move || vec![since_choice(open, &calls.get(), since)]));
    let body = el("div").class("file-body").attr("data-testid", "file-at").live(move || match found.get() {
        _ if since.with(Option::is_some) => changes.with(|changes| changes_of(changes.as_ref())),
        None => vec![el("p").class("pane-empty").text("Reading…")],
        Some(Err(why)) => vec![el("p").class("pane-empty").text(&why)],
        Some(Ok(content)) => content_of(open, &content),
    });
    vec![head, body]
}

/// Chooses the call since which changes are shown, or the text itself.
fn since_choice(open: Open, calls: &[u32], since: Live<Option<u32>>) -> El {
    let chosen = since.get_untracked();
    let option = |value: &str, words: &str, is_chosen: bool| {
        el("option").attr("value", value).flag("selected", is_chosen).text(words)
    };
    let step = |event: &u32| {
        let words = ["since step ", &*(open.step_index(*event) + 1).to_string()].concat();
        option(&event.to_string(), &words, chosen == Some(*event))
    };
    // The last call is where one is.
    let before = calls.split_last().map_or(&[][..], |(_, before)| before);
    let choice = el("select").class("field").attr("aria-label", "Show").attr("data-testid", "file-since");
    let choice = choice.child(option("", "Text", chosen.is_none())).children(before.iter().map(step));
    choice.on("change", move |event| {
        let choice = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
        since.set(choice.and_then(|choice| choice.value().parse().ok()));
    })
}

fn changes_of(found: Option<&Result<Part, String>>) -> Vec<El> {
    let words = |words: &str| vec![el("p").class("pane-empty").text(words)];
    match found {
        None => words("Reading…"),
        Some(Err(why)) => words(why),
        Some(Ok(Part { content: shown::Content::Diff(lines), .. }))
            if lines.iter().any(|line| line.sign != Sign::Same) =>
        {
            vec![el("div").class("block").child(difference(lines))]
        }
        Some(Ok(_)) => words("Nothing has changed since then."),
    }
}

fn content_of(open: Open, content: &Content) -> Vec<El> {
    let note = |note: &Note| {
        let step = format!("Step {}: ", open.step_index(note.event) + 1);
        let link = open.link(note.event, Open::choose).text(&step);
        el("p").class("file-note").child(link).text(note.kind.words())
    };
    let mut parts: Vec<El> = content.notes.iter().map(note).collect();
    match &content.text {
        Some(text) => parts.push(numbered(open, text, &content.origins)),
        None if content.is_gone => parts.push(el("p").class("pane-empty").text("Deleted or moved away at this point.")),
        None => parts
            .push(el("p").class("pane-empty hatched").text("Base unknown: no step up to here shows all of this file.")),
    }
    parts
}

/// Who wrote the lines: for each run of them the prompt that asked for it, and the step that did it.
fn writers(open: Open, origins: &[(u32, Option<u32>)]) -> El {
    let track = open.track();
    let is_prompt = |event: &u32| track.get(*event).is_some_and(|mark| kind_of(&track, mark) == Kind::Prompt);
    let prompts: Vec<u32> = (0..track.len() as u32).filter(is_prompt).collect();
    let run = |(lines, writer): &(u32, Option<u32>)| {
        let run = el("div").css("--lines", &lines.to_string());
        let Some(writer) = *writer else {
            let why = "stood in it already, or nobody recorded who wrote it";
            return run.child(el("span").class("faint").attr("title", why).text("before"));
        };
        let nth = prompts.partition_point(|prompt| *prompt < writer);
        let title = ["written at step ", &*(open.step_index(writer) + 1).to_string()].concat();
        let link = match nth.checked_sub(1).and_then(|nth| prompts.get(nth)) {
            Some(prompt) => open.link(*prompt, Open::choose).text(&["prompt ", &*nth.to_string()].concat()),
            None => open.link(writer, Open::choose).text("a step"),
        };
        run.child(link.attr("title", &title))
    };
    el("div").class("file-writers").attr("data-testid", "file-writers").children(origins.iter().map(run))
}

/// A text with the numbers of its lines and who wrote them; long ones are cut until somebody asks.
fn numbered(open: Open, text: &str, origins: &[(u32, Option<u32>)]) -> El {
    let text: Arc<str> = text.into();
    let cut = shown_len(&text);
    let is_whole = Live::new(cut == text.len());
    let shown = {
        let text = text.clone();
        move || start(&text, if is_whole.get() { text.len() } else { cut }).to_owned()
    };
    let for_numbers = shown.clone();
    let numbers = move || {
        let lines = for_numbers().lines().count();
        (1..=lines).map(|line| format!("{line}\n")).collect::<String>()
    };
    let size = format!("Show all ({}, {})", count(text.lines().count() as u64, "line"), bytes_text(text.len() as u64));
    let more = button("block-more", move |_| is_whole.set(true)).text(&size);
    let more = more.live_flag("hidden", move || is_whole.get());
    let copy = button("block-copy", move |_| copy(text.to_string())).attr("aria-label", "Copy").attr("title", "Copy");
    let numbers = el("pre").class("file-numbers").attr("aria-hidden", "true").live_text(numbers);
    let code = el("div").class("file-text").child(writers(open, origins)).child(numbers);
    let code = code.child(el("pre").live_text(shown));
    el("div").class("block").child(copy).child(code).child(more)
}
