//! Tokens of the chosen call, and of the whole session.

use super::step::token_value;
use crate::archive::Totals;
use crate::logic::format::{fixed, percent_text};
use crate::model::Tally;
use crate::ui::session::explain::explain_button;
use crate::ui::session::open::Open;
use crate::ui::shared::{El, cost, el, tally};

/// What the step used, as far as it is a call of a model, and what the session used.
pub fn tokens_view(open: Open, chosen: Option<u32>) -> Vec<El> {
    let (totals, is_assumed) = open.detail.with(|detail| (detail.row.totals, detail.is_convention_assumed));
    let swatch = |series: &str| el("i").class("swatch").attr("data-series", series);
    let row = |series: &str, name: &str, value: El| {
        let name = el("dt").children((!series.is_empty()).then(|| swatch(series))).text(" ").text(name);
        [name, el("dd").class("num").child(value)]
    };
    let rows = [
        row("1", "Cache read", tally(&totals.cache_read, "total")),
        row("2", "Cache write", tally(&totals.cache_write, "total")),
        row("3", "Uncached input", tally(&totals.input_uncached, "total")),
        row("", "Output", tally(&totals.output, "total")),
        row("", "of it reasoning", tally(&totals.reasoning, "total")),
        row("", "Cost", cost(&totals.cost)),
    ];
    let words =
        "The log does not say whether its input includes what came from the cache; a rule for this provider decided.";
    let note = is_assumed.then(|| el("p").class("pane-empty").text(words));
    let label = el("p").class("inspector-label inspector-label-wide").text("Whole session").child(explain_button());
    let session = el("div").child(label).children(prompt_bar(&totals));
    let session = session.child(el("dl").class("fact-list").children(rows.into_iter().flatten())).children(note);
    chosen.map(|event| of_step(open, event)).into_iter().chain([session]).collect()
}

fn of_step(open: Open, event: u32) -> El {
    let track = open.track();
    let Some(mark) = track.get(event).filter(|_| track.is_request(event)) else {
        return el("p").class("muted").text("This step is not a call of a model: it has no tokens of its own.");
    };
    let row = |name: &str, value: Option<u32>| {
        [el("dt").text(name), el("dd").class("num").child(token_value(value, "not in the line of this call"))]
    };
    let rows = [row("Prompt", mark.context), row("Output", mark.output)].into_iter().flatten();
    let label = el("p").class("inspector-label").text("This call");
    el("div").child(label).child(el("dl").class("fact-list").children(rows))
}

/// How the prompts divide, if the log tells them apart.
fn prompt_bar(totals: &Totals) -> Option<El> {
    let parts = [
        ("cache read", totals.cache_read, "1"),
        ("cache write", totals.cache_write, "2"),
        ("uncached", totals.input_uncached, "3"),
    ];
    let sum: u64 = parts.iter().map(|(_, part, _)| part.sum).sum();
    let share = |part: &Tally| part.sum as f64 / sum as f64;
    let words: Vec<String> =
        parts.iter().map(|(name, part, _)| format!("{name} {}", percent_text(share(part)))).collect();
    let pieces = parts.iter().filter(|(_, part, _)| part.sum > 0);
    let pieces =
        pieces.map(|(_, part, series)| el("i").attr("data-series", series).css("flex-grow", &fixed(share(part), 4)));
    let bar =
        || el("div").class("stack-bar").attr("role", "img").attr("aria-label", &words.join(", ")).children(pieces);
    (sum > 0).then(bar)
}
