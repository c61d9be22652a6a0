//! Numbers that say what they know: `—` for not recorded, `≥` for a lower bound, each with its reason.

use super::dom::{El, el};
use crate::archive::{CostTally, Totals};
use crate::logic::format::{NOT_RECORDED, at_least_money, count, fixed, format_token_count};
use crate::logic::session::ONLY_ZEROS;
use crate::model::Tally;

/// The place of a value that no log holds, and why. Read out as "not recorded".
pub fn not_recorded(reason: &str) -> El {
    let dash = el("span").attr("aria-hidden", "true").text(NOT_RECORDED);
    el("span")
        .class("not-recorded")
        .attr("title", reason)
        .child(dash)
        .child(el("span").class("sr").text("not recorded"))
}

/// The same with words instead of the dash.
pub fn not_recorded_words(words: &str, reason: &str) -> El {
    el("span").class("not-recorded text-face").attr("title", reason).text(words)
}

/// A number that the true one may exceed.
pub fn at_least(text: &str, reason: &str) -> El {
    let word = el("span").class("sr").text("at least ");
    el("span").class("at-least").attr("title", reason).child(word).text(text)
}

/// A sum of tokens with what is known about it; `noun` names the rows it is made of.
pub fn tally(tally: &Tally, noun: &str) -> El {
    shown_tally(tally, noun, &format_token_count(tally.sum))
}

/// Like [`tally`], in words of the caller's.
pub fn shown_tally(tally: &Tally, noun: &str, text: &str) -> El {
    let of = count(u64::from(tally.eligible), noun);
    if tally.reported == 0 {
        return not_recorded(&format!("recorded by none of {of}"));
    }
    if !tally.is_lower_bound() {
        return el("span").attr("title", &tally.sum.to_string()).text(text);
    }
    let mut reason = format!("{}, recorded by {} of {of}", tally.sum, tally.reported);
    if tally.partial > 0 {
        reason.push_str(&format!("; {} known to be too small", tally.partial));
    }
    at_least(text, &reason)
}

/// What a run cost, as far as its log says.
pub fn cost(cost: &CostTally) -> El {
    let text = cost.known.display();
    match cost.status() {
        "exact" => el("span").attr("title", "recorded in the log").text(&text),
        "computed" => el("span").attr("title", "computed from tokens and prices").text(&text),
        "partial" => {
            let reason = format!("known for {} of {} model calls", cost.reported, cost.eligible);
            at_least(&at_least_money(cost.known), &reason)
        }
        _ => not_recorded("the log holds no cost, and no price is known for what it records"),
    }
}

/// `largest prompt / output`, or "no token data" (token-coverage.md §4).
pub fn token_pair(totals: &Totals) -> El {
    let context = totals.peak_context.get();
    if context.is_none() && totals.output.reported == 0 {
        let reason = match totals.coverage.eligible {
            0 => "the log holds no response of a model".to_owned(),
            responses => {
                let of = count(u64::from(responses), "response");
                format!("neither prompt sizes nor output tokens are recorded for any of {of}")
            }
        };
        return not_recorded_words("no token data", &reason);
    }
    if totals.has_only_zeros() {
        return not_recorded_words("0", ONLY_ZEROS);
    }
    let largest = match context {
        Some(context) => {
            let title = format!("{context} tokens in the largest prompt");
            el("span").attr("title", &title).text(&format_token_count(context))
        }
        None => not_recorded("the log has no size of a single prompt"),
    };
    let slash = el("span").class("faint").text(" / ");
    el("span").children([largest, slash, tally(&totals.output, "total")])
}

/// A number that tells where it comes from when it is pressed. `name` is that of `logic::explain::name`: the measure, a
/// blank, where it stands: `cost usage:model=gpt-5`.
pub fn explained(value: El, name: &str) -> El {
    asking(name).child(value)
}

/// A mark that has another meaning when it is pressed: a right click, a long touch or the key X tells where its number
/// comes from (`ui/explain.rs`). An empty name is none.
pub fn asks(mark: El, name: &str) -> El {
    if name.is_empty() { mark } else { mark.attr("data-asks", name) }
}

fn asking(name: &str) -> El {
    let button = el("button").attr("type", "button").class("explained").attr("data-explain", name);
    button.attr("aria-haspopup", "dialog")
}

/// The same for the cells of a row, by their measures; an empty one is left alone. The first is a stop of the Tab key,
/// arrow keys reach the others (`ui/explain.rs`).
pub fn explained_cells(row: El, measures: &[&str], of: &str) -> El {
    let cells = row.node().query_selector_all("td").ok();
    let cell = |index: usize| cells.as_ref().and_then(|cells| cells.get(index as u32));
    for (index, measure) in measures.iter().enumerate().filter(|(_, measure)| !measure.is_empty()) {
        let Some((cell, content)) = cell(index).and_then(|cell| Some((cell.clone(), cell.first_child()?))) else {
            continue;
        };
        let button = asking(&[measure, " ", of].concat());
        let button = if index == 0 { button } else { button.attr("tabindex", "-1") };
        let button = button.node();
        // Neither fails: what is moved stands in the cell.
        let moved = cell.replace_child(&button, &content).and_then(|content| button.append_child(&content));
        debug_assert!(moved.is_ok());
    }
    row
}

/// How much is covered: a gauge, and the same in words.
pub fn gauge(recorded: u32, eligible: u32, words: &str) -> El {
    let class = match recorded {
        0 => "none",
        _ if recorded == eligible => "full",
        _ => "some",
    };
    let share = f64::from(recorded) / f64::from(eligible.max(1));
    let gauge = el("i").class("coverage-gauge").attr("data-class", class).css("--of", &fixed(share, 4));
    el("span").class("coverage-note").child(gauge).child(el("span").text(words))
}
