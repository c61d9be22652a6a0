//! What stands out in the session, with a jump to each: prompts, errors, edits, compactions.

use super::open::{Open, label};
use super::sign::kind_sign;
use crate::logic::excerpt::first_line;
use crate::logic::format::count;
use crate::logic::timeline::{Kind, is_error, kind_of};
use crate::logic::track::Track;
use crate::logic::transcript::own_steps;
use crate::model::{Block, Body};
use crate::ui::shared::{El, Live, el, task};
use crate::worker::{Answer, Query};

/// More rows than this help nobody; the rest is in the transcript.
const MOST_ROWS: usize = 400;
/// So many rows get words from the log; those after them only their kind and time.
const MOST_WORDS: usize = 120;
const MOST_CHARS: usize = 60;

/// The pane at the left, where there is room for it.
pub fn outline(open: Open) -> El {
    let track = open.track();
    let steps = own_steps(&track);
    let all: Vec<(u32, Kind)> = steps.iter().filter_map(|step| Some((*step, kind_in(&track, *step)?))).collect();
    let words = ask_for_words(open, &all);
    let total = el("span").class("muted").text(&count(all.len() as u64, "mark"));
    let head = el("div").class("pane-head").child(el("strong").text("Outline")).child(total);
    let rows = all.iter().take(MOST_ROWS).map(|(event, kind)| row(open, *event, *kind, words));
    let left_out = all.len().saturating_sub(MOST_ROWS);
    let rest = format!("and {left_out} more in the transcript");
    let rest = (left_out > 0).then(|| el("p").class("pane-empty").text(&rest));
    let pane = el("nav").class("outline").attr("aria-label", "Outline").attr("data-testid", "outline");
    pane.child(head).children(rows).children(rest)
}

/// What a step is to the outline; most are nothing.
fn kind_in(track: &Track, step: u32) -> Option<Kind> {
    let mark = track.get(step)?;
    let kind = kind_of(track, mark);
    if is_error(mark) {
        return Some(Kind::Error);
    }
    matches!(kind, Kind::Prompt | Kind::Edit | Kind::Compaction | Kind::Override | Kind::SubAgent).then_some(kind)
}

type Words = Live<Vec<(u32, String)>>;

/// Openings of the first rows: only the log itself has them.
fn ask_for_words(open: Open, rows: &[(u32, Kind)]) -> Words {
    let words = Words::new(Vec::new());
    let asked: Vec<(u32, Kind)> = rows.iter().copied().take(MOST_WORDS).collect();
    let key = open.detail.with(|detail| detail.row.key.clone());
    task(async move {
        let events = asked.iter().map(|(event, _)| *event).collect();
        if let Some(Answer::Bodies(bodies)) = open.store.ask(Query::Bodies { key, events }).await {
            let found = asked.iter().zip(&bodies).map(|((event, kind), body)| (*event, words_of(*kind, body)));
            words.set(found.filter(|(_, text)| !text.is_empty()).collect());
        }
    });
    words
}

fn words_of(kind: Kind, body: &Body) -> String {
    let error = || body.blocks.iter().find_map(|block| if let Block::Error(text) = block { Some(text) } else { None });
    let prompt =
        || body.blocks.iter().find_map(|block| if let Block::Prompt(text) = block { Some(text) } else { None });
    let text = match kind {
        Kind::Error => error(),
        Kind::Prompt => prompt(),
        // The end of a path says more than its beginning.
        Kind::Edit => return body.summary.rsplit('/').next().unwrap_or_default().to_owned(),
        _ => None,
    };
    first_line(text.unwrap_or(&body.summary), MOST_CHARS)
}

fn row(open: Open, event: u32, kind: Kind, words: Words) -> El {
    let track = open.track();
    let (own, time) = track.get(event).map(|mark| (label(&track, mark), open.offset_text(mark))).unwrap_or_default();
    let otherwise = if kind == Kind::Error { format!("{own} failed") } else { own };
    let text = move || {
        words
            .with(|words| words.iter().find(|(of, _)| *of == event).map(|(_, text)| text.clone()))
            .unwrap_or_else(|| otherwise.clone())
    };
    let text =
        el("span").class("clip").child(el("span").class("sr").text(&format!("{}: ", kind.word()))).live_text(text);
    open.link(event, Open::choose)
        .class("outline-row")
        .attr("data-kind", kind.name())
        .attr("data-level", if kind == Kind::Prompt { "0" } else { "1" })
        .live_attr("aria-current", move || open.current(event))
        .children([kind_sign(kind), text, el("span").class("num").text(&time)])
}
