//! As what a session is shared, and what is left out of it; below, the one button that does it.

use super::Sharing;
use crate::export::convert::Target;
use crate::logic::carried::{LONG_LINK, LONGEST_LINK};
use crate::logic::format::{bytes_text, count, grouped};
use crate::logic::redact::Decisions;
use crate::ui::address;
use crate::ui::frame::button;
use crate::ui::shared::{El, copy, el, small_icon};
use crate::worker::{ShareAs, Shared};
use js_sys::{Function, Object, Reflect};
use std::sync::Arc;
use wasm_bindgen::{JsCast, JsValue};

/// From this place on they are formats of others.
const FIRST_EXPORT: usize = 5;
const KINDS: [(ShareAs, &str, &str, &str); 9] = [
    (ShareAs::Link, "Link that carries the log", "", "Copy link"),
    (ShareAs::Page, "One HTML file", "Player and session in one file, opens from disk.", "Save HTML file"),
    (ShareAs::Log, "Redacted log, .jsonl", "Readable by any tool, and by this page.", "Save log"),
    (ShareAs::Text, "Transcript, .txt", "Plain text: who said and did what, and when.", "Save text"),
    (ShareAs::Csv, "Steps, .csv", "A row for each step: times, tokens, tools. No texts.", "Save CSV"),
    (ShareAs::Converted(Target::Atif), "ATIF trajectory, .json", "", "Save trajectory"),
    (ShareAs::Converted(Target::HfTrace), "Hugging Face session trace, .jsonl", "", "Save trace"),
    (ShareAs::Converted(Target::Otel), "OpenTelemetry spans, .jsonl", "", "Save spans"),
    (ShareAs::Converted(Target::ChromeTrace), "Trace events for Perfetto, .json", "", "Save trace events"),
];

type Choice = (&'static str, &'static str, fn(&mut Decisions) -> &mut bool);

const LEFT_OUT: [Choice; 4] = [
    ("Thinking", "What the model thought, where the log has it.", |decisions| &mut decisions.leaves_out_thinking),
    ("Tool output", "What commands and tools gave back.", |decisions| &mut decisions.leaves_out_tool_output),
    ("Images", "They are not looked through for secrets.", |decisions| &mut decisions.leaves_out_images),
    ("User names and home paths", "Wherever the name stands.", |decisions| &mut decisions.masks_names),
];

fn made(sharing: Sharing) -> Option<Arc<Shared>> {
    sharing.made.get().and_then(Result::ok)
}

/// The right side.
pub fn options(sharing: Sharing) -> El {
    let has_player = !super::meta("sessionscope-player").is_empty();
    let kinds = KINDS.iter().filter(|(kind, ..)| *kind != ShareAs::Page || has_player);
    let mut kinds: Vec<El> = kinds
        .map(|(kind, title, note, _)| {
            let kind = *kind;
            let is_chosen = sharing.kind.get_untracked() == kind;
            let field = el("input").attr("type", "radio").attr("name", "share-as").flag("checked", is_chosen);
            let field = field.on("change", move |_| sharing.kind.set(kind));
            let note = match kind {
                ShareAs::Link => small().live_text(move || link_note(sharing)),
                ShareAs::Converted(target) => small().text("It does not hold ").text(target.loses()).text("."),
                _ => small().text(note),
            };
            option(field, title, note)
        })
        .collect();
    let exports = kinds.split_off(FIRST_EXPORT - usize::from(!has_player));
    let left_out = LEFT_OUT.into_iter().map(|(title, note, part)| {
        let is_set = sharing.decisions.with_untracked(|decisions| *part(&mut decisions.clone()));
        let field = el("input").attr("type", "checkbox").flag("checked", is_set);
        let field = field.on("change", move |_| {
            sharing.decisions.update(|decisions| {
                let part = part(decisions);
                *part = !*part;
            });
        });
        option(field, title, small().text(note))
    });
    let alone = el("input").attr("type", "checkbox").on("change", move |_| sharing.is_alone.update(|is| *is = !*is));
    let alone = option(alone, "Sub-agents", small().text("The logs of those that this session started, where loaded."));
    let group = |title: &str| el("fieldset").child(el("legend").text(title));
    el("div").class("option-list").children([
        group("Share as").children(kinds),
        group("Export as").children(exports),
        group("Leave out").children(left_out).child(alone),
        facts(sharing),
    ])
}

fn small() -> El {
    el("small")
}

fn option(field: El, title: &str, note: El) -> El {
    el("label").class("option").child(field).child(el("span").text(title)).child(note)
}

fn link_note(sharing: Sharing) -> String {
    let Some(chars) = made(sharing).map(|made| made.link_chars as usize) else { return "…".to_owned() };
    let number = grouped(chars as u64);
    match chars {
        0 => "Not possible: the log is far too large for a link.".to_owned(),
        _ if chars > LONGEST_LINK => {
            format!("Not possible: {number} characters, links hold {}.", grouped(LONGEST_LINK as u64))
        }
        _ if chars > LONG_LINK => {
            format!("{number} characters. Chat and mail may cut links above {}.", grouped(LONG_LINK as u64))
        }
        _ => format!("{number} characters. No server sees what stands after the #."),
    }
}

/// What comes of it, in figures.
fn facts(sharing: Sharing) -> El {
    let places = |count: u32| if count == 1 { "1 place".to_owned() } else { format!("{count} places") };
    let list = el("dl").class("fact-list").live(move || {
        let Some(made) = made(sharing) else { return Vec::new() };
        let is_link = sharing.kind.get() == ShareAs::Link;
        let size = if is_link { grouped(made.link_chars.into()) + " characters" } else { bytes_text(made.size as u64) };
        let mut rows = vec![("Size", size, "num")];
        if !is_link {
            rows.insert(0, ("File", made.name.clone(), "num"));
        }
        if !made.opens_at.is_empty() && matches!(sharing.kind.get(), ShareAs::Link | ShareAs::Page) {
            rows.push(("Opens at", made.opens_at.clone(), "num"));
        }
        rows.push(("Masked", places(made.review.masked), "num"));
        rows.push((
            "Kept by you",
            places(made.review.kept),
            if made.review.kept > 0 { "num cell-note-warn" } else { "num" },
        ));
        if made.relatives > 0 {
            rows.push(("With it", count(made.relatives.into(), "sub-agent"), "num"));
        }
        if made.lines_left_out > 0 {
            rows.push(("Unreadable lines", format!("{} left out", made.lines_left_out), "num cell-note-warn"));
        }
        rows.into_iter()
            .flat_map(|(name, value, class)| [el("dt").text(name), el("dd").class(class).text(&value)])
            .collect()
    });
    let note = "What is masked is not in the file. The same secret has the same name everywhere, so joins still work.";
    el("div").attr("data-testid", "share-facts").child(list).child(el("p").class("share-note muted").text(note))
}

/// The bottom: what happens, and the button.
pub fn foot(sharing: Sharing) -> El {
    let promise =
        el("span").child(small_icon("lock")).text(" Nothing is uploaded: it is saved to your disk, or copied.");
    let actions = el("span").class("contents").live(move || {
        let kind = sharing.kind.get();
        let words = KINDS.iter().find(|(known, ..)| *known == kind).map_or("", |known| known.3);
        let made = made(sharing).filter(|made| !sharing.is_busy.get() && !made.output.is_empty());
        match (kind, made) {
            (_, None) => vec![button("button button-primary", |_| {}).flag("disabled", true).text(words)],
            (ShareAs::Link, Some(made)) => {
                link_actions(&[address::page(), "#".to_owned(), made.output.clone()].concat())
            }
            (_, Some(made)) => {
                let link = el("a").class("button button-primary").attr("href", &made.output);
                vec![link.attr("download", &made.name).attr("data-testid", "share-save").text(words)]
            }
        }
    });
    el("footer").class("dialog-foot").child(promise).child(actions)
}

fn link_actions(link: &str) -> Vec<El> {
    let for_copy = link.to_owned();
    let copied = crate::ui::shared::Live::new(false);
    let act = move |_| {
        copy(for_copy.clone());
        copied.set(true);
    };
    let words = move || if copied.get() { "Link copied" } else { "Copy link" }.to_owned();
    let copy = button("button button-primary", act).attr("data-testid", "share-copy").live_text(words);
    share_sheet(link).into_iter().chain([copy]).collect()
}

/// The system's own way of sharing, where there is one.
fn share_sheet(link: &str) -> Option<El> {
    let navigator = web_sys::window()?.navigator();
    let share: Function = Reflect::get(&navigator, &"share".into()).ok()?.dyn_into().ok()?;
    let link = JsValue::from_str(link);
    let act = move |_| {
        let what = Object::new();
        // Cannot fail on a plain object. Whoever closes the sheet has changed their mind: nothing to tell.
        let _is_set = Reflect::set(&what, &"url".into(), &link);
        let _shared = share.call1(&navigator, &what);
    };
    Some(button("button", act).text("Share…"))
}
