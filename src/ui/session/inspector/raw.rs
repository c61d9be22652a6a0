//! The line of a step exactly as it stands in the log.

use super::{Line, LineState};
use crate::logic::excerpt::shown_len;
use crate::logic::format::bytes_text;
use crate::logic::pretty_json::pretty_json;
use crate::ui::frame::button;
use crate::ui::shared::{El, Live, copy, el, small_icon};
use std::sync::Arc;

/// Indented for reading; the copy button gives the line as it is.
pub fn raw_view(line: Live<LineState>) -> El {
    el("div").class("raw").live(move || match line.get() {
        None => vec![el("p").class("muted").text("Reading the line…")],
        Some(Err(why)) => vec![el("p").class("step-error").text(&why)],
        Some(Ok(line)) => whole(&line),
    })
}

fn whole(line: &Arc<Line>) -> Vec<El> {
    let pretty = pretty_json(&line.text);
    let note = if pretty.is_some() { "indented here, one line in the log" } else { "not JSON, shown as it is" };
    let text: Arc<str> = pretty.unwrap_or_else(|| line.text.clone()).into();
    let cut = shown_len(&text);
    let is_all = Live::new(cut == text.len());
    let (exact, is_copied) = (line.clone(), Live::new(false));
    let place = format!("Line {} of {}", line.number, line.path);
    let bytes = format!("{} bytes from byte {}; {note}", line.len, line.offset);
    let place = el("span").child(el("b").class("breaks").text(&place)).child(el("small").class("muted").text(&bytes));
    let copy = button("button button-small", move |_| {
        copy(exact.text.clone());
        is_copied.set(true);
    });
    let words = move || if is_copied.get() { "Copied" } else { "Copy" }.to_owned();
    let copy = copy.attr("data-testid", "copy-line").child(small_icon("copy")).child(el("span").live_text(words));
    let words = format!("Show all ({})", bytes_text(text.len() as u64));
    let more = button("block-more", move |_| is_all.set(true)).live_flag("hidden", move || is_all.get()).text(&words);
    let shown = move || text[..if is_all.get() { text.len() } else { cut }].to_owned();
    let pre = el("pre").class("raw-line").attr("data-testid", "raw-line").live_text(shown);
    vec![el("div").class("raw-head").child(place).child(copy), el("div").class("block").child(pre).child(more)]
}
