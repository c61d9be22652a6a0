//! Numbers that say what they know: `—` for not recorded, `≥` for a lower bound, each with its reason.

use crate::archive::{CostTally, Totals};
use crate::logic::format::{count, format_token_count};
use crate::model::Tally;
use leptos::prelude::*;

/// The place of a value that no log holds. Read out as "not recorded".
#[component]
pub fn NotRecorded(
    /// Why it is not there.
    #[prop(into)]
    reason: String,
    /// Words instead of the dash.
    #[prop(optional)]
    text: &'static str,
) -> impl IntoView {
    let shown = if text.is_empty() { "—" } else { text };
    let label = if text.is_empty() { "not recorded" } else { text };
    view! { <span class="not-recorded" class:text-face=!text.is_empty() title=reason role="img" aria-label=label>{shown}</span> }
}

/// A number that the true one may exceed.
#[component]
pub fn AtLeast(#[prop(into)] text: String, #[prop(into)] reason: String) -> impl IntoView {
    view! { <span class="at-least" title=reason><span class="sr">"at least "</span>{text}</span> }
}

/// A sum of tokens with what is known about it; `noun` names the rows it is made of.
pub fn tally(tally: &Tally, noun: &str) -> AnyView {
    shown_tally(tally, noun, format_token_count(tally.sum))
}

/// Like [`tally`], in words of the caller's.
pub fn shown_tally(tally: &Tally, noun: &str, text: String) -> AnyView {
    if tally.reported == 0 {
        let reason = format!("recorded by none of {}", count(u64::from(tally.eligible), noun));
        return view! { <NotRecorded reason=reason /> }.into_any();
    }
    if !tally.is_lower_bound() {
        return view! { <span title=tally.sum.to_string()>{text}</span> }.into_any();
    }
    let mut reason = format!("{}, recorded by {} of {}", tally.sum, tally.reported, count(u64::from(tally.eligible), noun));
    if tally.partial > 0 {
        reason.push_str(&format!("; {} known to be too small", tally.partial));
    }
    view! { <AtLeast text=text reason=reason /> }.into_any()
}

/// What a run cost, as far as its log says.
pub fn cost(cost: &CostTally) -> AnyView {
    match (cost.status(), cost.known.display()) {
        ("exact", text) => view! { <span title="recorded in the log">{text}</span> }.into_any(),
        ("partial", text) => {
            let reason = format!("recorded by {} of {} model calls", cost.reported, cost.eligible);
            view! { <AtLeast text=text reason=reason /> }.into_any()
        }
        _ => view! { <NotRecorded reason="the log holds no cost" /> }.into_any(),
    }
}

/// `largest prompt / output`, or "no token data" (token-coverage.md §4).
pub fn token_pair(totals: &Totals) -> AnyView {
    let context = totals.peak_context.get();
    if context.is_none() && totals.output.reported == 0 {
        let reason = "neither prompt sizes nor output tokens are recorded in this log";
        return view! { <NotRecorded reason=reason text="no token data" /> }.into_any();
    }
    let context = match context {
        Some(context) => view! { <span title=format!("{context} tokens in the largest prompt")>{format_token_count(context)}</span> }.into_any(),
        None => view! { <NotRecorded reason="the log has no size of a single prompt" /> }.into_any(),
    };
    view! { {context}<span class="faint">" / "</span>{tally(&totals.output, "total")} }.into_any()
}
