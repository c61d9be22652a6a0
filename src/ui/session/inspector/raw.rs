//! The line of a step exactly as it stands in the log.

use crate::logic::format::{bytes_text, grouped};
use crate::logic::raw_line::{pieces, rows_of};
use crate::ui::frame::button;
use crate::ui::session::measure::px;
use crate::ui::session::open::Open;
use crate::ui::shared::{El, Live, copy, el, lasting_task, small_icon, task};
use crate::worker::{Answer, Query, RawText};
use std::sync::Arc;

/// Height of a row of text, as the style sheet has it, px, and about how many characters it has.
const ROW_PX: f64 = 18.0;
const COLUMNS: usize = 44;

type State = Live<Option<Result<Arc<RawText>, String>>>;

/// Indented for reading; the copy button gives the line as it is.
pub fn raw_view(open: Open, event: u32) -> El {
    let state: State = Live::new(None);
    task(async move {
        state.set(ask(open, event, None).await);
    });
    el("div").class("raw").live(move || match state.get() {
        None => vec![el("p").class("muted").text("Reading the line…")],
        Some(Err(why)) => vec![el("p").class("step-error").text(&why)],
        Some(Ok(raw)) => whole(open, event, &raw),
    })
}

async fn ask(open: Open, event: u32, from: Option<usize>) -> Option<Result<Arc<RawText>, String>> {
    let key = open.detail.try_with(|detail| detail.row.key.clone())?;
    match open.store.ask(Query::Raw { key, event, from }).await? {
        Answer::Raw(raw) => Some(Ok(Arc::from(raw))),
        Answer::Failed(why) => Some(Err(why)),
        _ => None,
    }
}

fn whole(open: Open, event: u32, raw: &Arc<RawText>) -> Vec<El> {
    let portion = &raw.portion;
    let note = match (portion.is_json, portion.is_utf8) {
        (true, _) => "indented here, one line in the log",
        (false, true) => "not JSON, shown as it is",
        (false, false) => "not JSON, and not all of it is text: other bytes show as \u{fffd}",
    };
    let place = format!("Line {} of {}", raw.line, raw.path);
    let bytes = format!("{} bytes from byte {}; {note}", grouped(raw.len.into()), grouped(raw.offset as u64));
    let place = el("span").child(el("b").class("breaks").text(&place)).child(el("small").class("muted").text(&bytes));
    let pre = el("pre").class("raw-line").attr("data-testid", "raw-line").children(parts(&portion.text));
    let more = more(open, event, raw, &pre);
    vec![
        el("div").class("raw-head").child(place).child(copy_button(open, event)),
        el("div").class("block").child(pre).child(more),
    ]
}

/// A long text in pieces: the browser lays out those that are seen.
fn parts(text: &str) -> Vec<El> {
    let part = |piece: &&str| {
        let height = px(rows_of(piece, COLUMNS) as f64 * ROW_PX);
        el("span").class("raw-part").css("contain-intrinsic-block-size", &["auto ", &height].concat()).text(piece)
    };
    pieces(text).iter().map(part).collect()
}

fn copy_button(open: Open, event: u32) -> El {
    let is_copied = Live::new(false);
    let act = move |_| {
        lasting_task(async move {
            let Some(key) = open.detail.try_with(|detail| detail.row.key.clone()) else { return };
            if let Some(Answer::Text(text)) = open.store.ask(Query::ExactLine { key, event }).await {
                copy(text);
                is_copied.set(true);
            }
        });
    };
    let words = move || if is_copied.get() { "Copied" } else { "Copy" }.to_owned();
    let button = button("button button-small", act).attr("title", "Copies the line byte for byte");
    button.attr("data-testid", "copy-line").child(small_icon("copy")).child(el("span").live_text(words))
}

/// Asks for the rest, portion after portion, and appends it.
fn more(open: Open, event: u32, raw: &RawText, pre: &El) -> El {
    let (node, whole) = (pre.node(), raw.portion.whole);
    let (shown, is_asking) = (Live::new(raw.portion.text.len()), Live::new(false));
    let act = move |_| {
        let node = node.clone();
        is_asking.set(true);
        task(async move {
            loop {
                let from = shown.get_untracked();
                let Some(Ok(next)) = ask(open, event, Some(from)).await else { break };
                let text = &next.portion.text;
                if text.is_empty() {
                    break;
                }
                for part in parts(text) {
                    // Cannot fail: both are ours.
                    node.append_with_node_1(&part.node()).unwrap_or_default();
                }
                shown.set(from + text.len());
                if from + text.len() >= whole {
                    break;
                }
            }
            is_asking.set(false);
        });
    };
    let words = move || match is_asking.get() {
        true => format!("{} of {}…", bytes_text(shown.get() as u64), bytes_text(whole as u64)),
        false => format!("Show all ({})", bytes_text(whole as u64)),
    };
    let button = button("block-more", act).live_flag("hidden", move || shown.get() >= whole);
    button.live_flag("disabled", move || is_asking.get()).live_text(words)
}
