//! The sums at the playhead; of the whole session where no step is chosen.

use super::files;
use crate::archive::CostTally;
use crate::logic::format::format_token_count;
use crate::model::Tally;
use crate::ui::session::open::Open;
use crate::ui::shared::{Derived, El, cost, el, not_recorded, tally};

const ONLY_WHOLE: &str = "recorded only for the whole session";

/// Step, output, cost and context.
pub fn counters(open: Open) -> El {
    let state = Derived::new(move || open.state());
    let counter = |name: &'static str, value: Box<dyn Fn() -> Vec<El>>| {
        let named = match name.split_once(' ') {
            // On a phone the first word has to do.
            Some((first, rest)) => {
                let is_sum = rest == "so far";
                let rest = move || match open.chosen.with(Option::is_none) {
                    true if is_sum => " in all".to_owned(),
                    _ => format!(" {rest}"),
                };
                el("dt").text(first).child(el("span").class("narrow-hidden").live_text(rest))
            }
            None => el("dt").text(name),
        };
        el("div").class("counter").child(named).child(el("dd").live(value))
    };
    let step = move || {
        let total = open.steps().len();
        let at = open.chosen.get().map_or("–".to_owned(), |event| (open.step_index(event) + 1).to_string());
        vec![el("span").text(&at), el("small").text(&format!(" of {total}"))]
    };
    let output = move || vec![state.with(|state| output_of(open, state.output_so_far()))];
    let spent = move || vec![state.with(|state| cost_of(open, state.cost_so_far()))];
    let context = move || {
        let unknown = "no request with a recorded prompt size so far, or none since the last compaction";
        vec![match state.with(|state| state.context_now.get()) {
            Some(tokens) => el("span").attr("title", &tokens.to_string()).text(&format_token_count(tokens)),
            None => not_recorded(unknown),
        }]
    };
    el("dl").class("transport-counters").attr("data-testid", "counters").children([
        counter("Step", Box::new(step)),
        counter("Output so far", Box::new(output)),
        counter("Cost so far", Box::new(spent)),
        counter("Context now", Box::new(context)),
        files::counter(open),
    ])
}

/// Generated tokens, or why none are told.
pub fn output_of(open: Open, output: &Tally) -> El {
    match output.reported {
        0 if open.replay().has_whole() => not_recorded(ONLY_WHOLE),
        0 if output.eligible == 0 => not_recorded("no request so far"),
        _ => tally(output, "request"),
    }
}

/// Cost, or why none is told.
pub fn cost_of(open: Open, sum: &CostTally) -> El {
    match sum.reported {
        0 if open.replay().has_whole() => not_recorded(ONLY_WHOLE),
        0 if sum.eligible == 0 => not_recorded("no request so far"),
        _ => cost(sum),
    }
}
