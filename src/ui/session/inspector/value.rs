//! Numbers of one request, as the tabs of the inspector show them.

use crate::logic::explain::ExplainRow;
use crate::logic::format::{NOT_RECORDED, at_least_money, fixed, format_token_count, grouped};
use crate::model::{Finality, Reported, TokenSet};
use crate::ui::shared::{El, at_least, el, not_recorded};

/// How a number of tokens is written.
#[derive(Clone, Copy)]
pub enum Digits {
    /// `112.6k`
    Short,
    /// `112,640`
    All,
}

/// A counter of a request, or why there is none.
pub fn tokens(value: Reported<u64>, digits: Digits, reason: &str) -> El {
    let Some(tokens) = value.get() else { return not_recorded(reason) };
    let text = match digits {
        Digits::Short => format_token_count(tokens),
        Digits::All => grouped(tokens),
    };
    el("span").attr("title", &format!("{} tokens", grouped(tokens))).text(&text)
}

/// The output of a request: a lower bound where the log holds no final count.
pub fn output(row: &ExplainRow, digits: Digits) -> El {
    match (row.tokens.output.get(), row.finality) {
        (Some(tokens), Finality::Partial) => {
            let text = if let Digits::All = digits { grouped(tokens) } else { format_token_count(tokens) };
            at_least(&text, "the log holds no final count of this answer")
        }
        _ => tokens(row.tokens.output, digits, "not in the record of this request"),
    }
}

/// What a request cost, and how that is known.
pub fn cost(row: &ExplainRow) -> [El; 2] {
    let amount = match row.cost.get() {
        Some(cost) if row.is_cost_lower_bound() => at_least(&at_least_money(cost), &row.basis),
        Some(cost) => el("span").attr("title", &["$", &cost.fixed(6)].concat()).text(&cost.display()),
        None if row.basis.is_empty() => not_recorded("the record holds no cost"),
        None => not_recorded(&row.basis),
    };
    [amount, el("small").attr("data-testid", "cost-basis").text(&row.basis)]
}

/// The parts of a prompt, in the order of the bar.
pub fn parts(tokens: &TokenSet) -> [(&'static str, Reported<u64>); 3] {
    [("Cache read", tokens.cache_read), ("Cache write", tokens.cache_write), ("Uncached", tokens.input_uncached)]
}

/// A bar of parts; `None` where there is nothing to divide.
pub fn bar(parts: &[(&str, Option<u64>)]) -> Option<El> {
    let sum: u64 = parts.iter().filter_map(|(_, part)| *part).sum();
    let words: Vec<String> = parts
        .iter()
        .map(|(name, part)| {
            let value = part.map_or_else(|| NOT_RECORDED.to_owned(), format_token_count);
            [&name.to_ascii_lowercase(), " ", &value].concat()
        })
        .collect();
    let pieces = parts.iter().enumerate().filter_map(|(nth, (_, part))| {
        let share = part.filter(|part| *part > 0)? as f64 / sum as f64;
        Some(el("i").attr("data-series", &(nth + 1).to_string()).css("flex-grow", &fixed(share, 4)))
    });
    let bar = || el("div").class("stack-bar").attr("role", "img").attr("aria-label", &words.join(", "));
    (sum > 0).then(|| bar().children(pieces))
}

/// A name with the colour of its part of the bar.
pub fn part_name(nth: usize, name: &str) -> El {
    el("dt").child(el("i").class("swatch").attr("data-series", &(nth + 1).to_string())).text(" ").text(name)
}

/// The row whose numbers are those of the step: what counts, else what its line says.
pub fn main_row(rows: &[ExplainRow]) -> Option<&ExplainRow> {
    rows.iter().find(|row| row.counts()).or_else(|| rows.first())
}

/// Stands for rows that are not there yet.
pub fn waiting() -> Vec<El> {
    vec![el("p").child(el("span").class("pending"))]
}
