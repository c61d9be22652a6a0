//! The head of the page: what this session was, in one line, and all the log says of it on demand.

use super::copy_link::copy_link;
use super::explain::{explain, explain_button};
use super::family;
use super::open::Open;
use super::waste::{waste, waste_button};
use crate::archive::Totals;
use crate::logic::dates;
use crate::logic::format::{count, duration_in_full, format_token_count};
use crate::logic::kin;
use crate::logic::session::is_beside_sums;
use crate::logic::transcript::own_steps;
use crate::model::{Fact, Relation};
use crate::ui::frame::button;
use crate::ui::mapping::{mapping_button, read_as};
use crate::ui::share::export_button;
use crate::ui::shared::{El, cost, el, explained, not_recorded, small_icon, status_sign, tally, token_pair};
use crate::ui::store::Store;
use crate::worker::SessionDetail;

/// Title, facts and totals.
pub fn facts(open: Open) -> El {
    let detail = open.detail.get();
    let row = &detail.row;
    let title = el("h1").child(status_sign(row.status)).child(el("span").class("facts-title").text(row.label()));
    let line = el("p").class("facts-line").children(line(open, &detail));
    let table = button("button button-small", move |_| open.is_table.update(|is| *is = !*is))
        .live_attr("aria-pressed", move || Some(open.is_table.get().to_string()))
        .child(small_icon("table"))
        .text("Table");
    let all = el("button").attr("type", "button").class("button button-small").attr("popovertarget", "all-facts");
    let all = all.attr("data-testid", "all-facts-button").child(small_icon("menu")).text("All facts");
    let actions = el("div").class("facts-actions").children(totals(&detail)).children(family::tree(open));
    let mapping = detail.mappable.map(|source| mapping_button(open.store, source));
    let actions = actions
        .children(mapping)
        .child(explain_button())
        .child(waste_button())
        .child(table)
        .child(all)
        .child(export_button(open.store))
        .child(link(open));
    let section = el("section").class("facts").attr("aria-label", "Session facts").attr("data-testid", "facts");
    section.children([title, line, actions, all_facts(open.store, &detail), explain(open), waste(open)])
}

/// The address of the step that one looks at, by its time.
fn link(open: Open) -> El {
    let words = move || {
        let at = |event: u32| open.track().get(event).map(|mark| open.offset_text(mark)).filter(|at| !at.is_empty());
        match open.chosen.get() {
            Some(event) => format!("Link to {}", at(event).unwrap_or_else(|| "this step".to_owned())),
            None => "Link".to_owned(),
        }
    };
    copy_link(open, "button button-small", words).attr("data-testid", "link-to-moment")
}

/// Its own sums, and below them those with all that it started.
fn totals(detail: &SessionDetail) -> Vec<El> {
    let row = &detail.row;
    let below: Vec<Relation> = detail.kin.descendants.iter().map(|relative| relative.relation).collect();
    let Some(with) = kin::tree_words(&below, row.missing_children) else {
        return sums("", &row.totals, "own", &row.key).into();
    };
    let own = sums("own", &row.totals, "own", &row.key).into_iter();
    let rows = own.chain(sums(&with, &row.tree, "tree", &row.key));
    vec![el("div").class("facts-totals").attr("data-testid", "totals").children(rows)]
}

/// `of` is how explanations name these sums of the session (`logic::explain::tables`).
fn sums(scope: &str, totals: &Totals, of: &str, key: &str) -> [El; 3] {
    let asked = |value: El, measure: &str| explained(value, &[measure, " session:", of, "=", key].concat());
    let context = match totals.peak_context.get() {
        Some(tokens) => {
            let title = format!("{tokens} tokens in the largest prompt");
            el("span").attr("title", &title).text(&format_token_count(tokens))
        }
        None => not_recorded("the log has no size of a single prompt"),
    };
    let bold = |value: El| el("b").child(value);
    let total = || el("span").class("facts-total num");
    let tokens = match has_tokens(totals) {
        true => {
            let output = asked(tally(&totals.output, "total"), "output");
            total().child(bold(asked(context, "context"))).text(" ctx / ").child(bold(output)).text(" out")
        }
        false => total().child(token_pair(totals)),
    };
    [el("span").class("facts-scope muted").text(scope), tokens, total().child(bold(asked(cost(&totals.cost), "cost")))]
}

fn has_tokens(totals: &Totals) -> bool {
    totals.peak_context.is_recorded() || totals.output.reported > 0
}

/// One fact of the line; `optional` ones go first where there is little room.
fn fact(name: &str, value: El, is_optional: bool) -> El {
    let fact = el("span").class(if is_optional { "optional" } else { "" });
    let fact = if name.is_empty() { fact } else { fact.text(name).text(" ") };
    fact.child(el("b").child(value))
}

fn words(text: &str) -> El {
    el("span").text(text)
}

fn number(text: &str) -> El {
    el("span").class("num").text(text)
}

/// As many as the transcript has; the list of sessions counts fewer kinds of them.
fn steps(open: Open, listed: u32) -> El {
    let all = count(own_steps(&open.track()).len() as u64, "step");
    let title =
        format!("{all} in the transcript; prompts, responses and tool calls, as the list counts them: {listed}");
    number(&all).attr("title", &title)
}

fn line(open: Open, detail: &SessionDetail) -> Vec<El> {
    let row = &detail.row;
    let named = |value: &Option<String>, what: &str| match value {
        Some(value) => words(value),
        None => not_recorded(&format!("the log names no {what}")),
    };
    let model = match row.models.as_slice() {
        [] => not_recorded("the log names no model"),
        [model] => words(model),
        [model, more @ ..] => words(&format!("{model} + {}", more.len())).attr("title", &row.models.join(", ")),
    };
    let started = match row.started {
        Some(at) => {
            let local = open.store.zone.with(|zone| dates::full(at, zone));
            el("time").class("num").attr("datetime", &at.rfc3339()).attr("title", &at.rfc3339()).text(&local)
        }
        None => not_recorded("the log holds no time"),
    };
    let duration = match row.duration_ms.get() {
        Some(ms) => number(&duration_in_full(ms)),
        None => not_recorded("neither a duration nor two times are in the log"),
    };
    let status = if row.status_word.is_empty() { row.status.name() } else { &row.status_word };
    let mut line = vec![words(&row.agent_name)];
    line.extend(row.told_harness().map(|harness| fact("Harness", words(harness), false)));
    line.extend([
        fact("Status", words(status), false),
        fact("Model", model, false),
        fact("Provider", named(&row.provider, "provider"), true),
        fact("Project", named(&row.project, "project"), false),
        fact("Started", started, true),
        fact("Duration", duration, false),
        fact("", steps(open, row.steps()), true),
    ]);
    line.extend(family::facts(open));
    let told = detail.facts.iter().filter(|fact| fact.name == "Route" || is_beside_sums(fact));
    line.extend(told.map(|told| fact(&told.name, words(&told.value), true)));
    line
}

/// Everything the log says of the whole run, in its own words. A popover of the browser's own: it closes by itself and
/// gives the focus back.
fn all_facts(store: Store, detail: &SessionDetail) -> El {
    let row = &detail.row;
    let mut facts = vec![Fact::new("Session", row.id.clone())];
    facts.extend(row.sources.iter().map(|path| Fact::new("File", path.clone())));
    // The first and the last line often say the same.
    for fact in &detail.facts {
        if !facts.contains(fact) {
            facts.push(fact.clone());
        }
    }
    let close = el("button").attr("type", "button").class("button button-quiet button-small button-icon push");
    let close = close.attr("popovertarget", "all-facts").attr("aria-label", "Close").child(small_icon("close"));
    let scope = format!("{}, as the log words them", count(facts.len() as u64, "value"));
    let head = [el("strong").text("All facts"), el("span").class("muted").text(&scope)];
    let choice = detail.source.map(|source| read_as(store, source));
    let head = el("div").class("pane-head").children(head).children(choice).child(close);
    let popover = el("div").class("all-facts").attr("id", "all-facts").attr("popover", "auto");
    popover.attr("data-testid", "all-facts").child(head).child(fact_list(&facts))
}

/// Names and values, one a line.
pub fn fact_list(facts: &[Fact]) -> El {
    let rows = facts.iter().flat_map(|fact| [el("dt").text(&fact.name), el("dd").class("mono").text(&fact.value)]);
    el("dl").class("fact-list fact-list-words").children(rows)
}
