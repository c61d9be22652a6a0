//! Tokens of the chosen call, and of the whole session.

use crate::archive::Totals;
use crate::logic::format::{format_token_count, percent_text};
use crate::model::{EventKind, Tally};
use crate::ui::session::open::Open;
use crate::ui::shared::{NotRecorded, cost, tally};
use leptos::prelude::*;

/// What the step used, as far as it is a call of a model, and what the session used.
pub fn tokens_view(open: Open, chosen: Option<u32>) -> AnyView {
    let totals = open.detail.with_value(|detail| detail.row.totals);
    let is_assumed = open.detail.with_value(|detail| detail.is_convention_assumed);
    view! {
        {chosen.map(|event| of_step(open, event))}
        <div>
            <p class="inspector-label">"Whole session"</p>
            {prompt_bar(&totals)}
            <dl class="fact-list">
                <dt><i class="swatch" data-series="1"></i>" Cache read"</dt><dd class="num">{tally(&totals.cache_read, "total")}</dd>
                <dt><i class="swatch" data-series="2"></i>" Cache write"</dt><dd class="num">{tally(&totals.cache_write, "total")}</dd>
                <dt><i class="swatch" data-series="3"></i>" Uncached input"</dt><dd class="num">{tally(&totals.input_uncached, "total")}</dd>
                <dt>"Output"</dt><dd class="num">{tally(&totals.output, "total")}</dd>
                <dt>"of it reasoning"</dt><dd class="num">{tally(&totals.reasoning, "total")}</dd>
                <dt>"Cost"</dt><dd class="num">{cost(&totals.cost)}</dd>
            </dl>
            {is_assumed.then(|| view! {
                <p class="pane-empty">"The log does not say whether its input includes what came from the cache; a rule for this provider decided."</p>
            })}
        </div>
    }
    .into_any()
}

fn of_step(open: Open, event: u32) -> AnyView {
    let track = open.track();
    let Some(mark) = track.get(event).filter(|mark| mark.kind == EventKind::Response) else {
        return view! { <p class="muted">"This step is not a call of a model: it has no tokens of its own."</p> }.into_any();
    };
    let value = |value: Option<u32>| match value {
        Some(tokens) => view! { <span title=format!("{tokens} tokens")>{format_token_count(u64::from(tokens))}</span> }.into_any(),
        None => view! { <NotRecorded reason="not in the line of this call" /> }.into_any(),
    };
    view! {
        <div>
            <p class="inspector-label">"This call"</p>
            <dl class="fact-list">
                <dt>"Prompt"</dt><dd class="num">{value(mark.context)}</dd>
                <dt>"Output"</dt><dd class="num">{value(mark.output)}</dd>
            </dl>
        </div>
    }
    .into_any()
}

/// How the prompts divide, if the log tells them apart.
fn prompt_bar(totals: &Totals) -> Option<impl IntoView + use<>> {
    let parts = [("cache read", totals.cache_read, "1"), ("cache write", totals.cache_write, "2"), ("uncached", totals.input_uncached, "3")];
    let sum: u64 = parts.iter().map(|(_, part, _)| part.sum).sum();
    if sum == 0 {
        return None;
    }
    let share = move |part: &Tally| part.sum as f64 / sum as f64;
    let words: Vec<String> = parts.iter().map(|(name, part, _)| format!("{name} {}", percent_text(share(part)))).collect();
    let pieces = parts.into_iter().filter(|(_, part, _)| part.sum > 0);
    let pieces = pieces.map(|(_, part, series)| view! { <i data-series=series style:flex-grow=format!("{:.4}", share(&part) * 1000.0)></i> });
    Some(view! { <div class="stack-bar" role="img" aria-label=words.join(", ")>{pieces.collect_view()}</div> })
}
