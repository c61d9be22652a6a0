//! Panels about tokens and cost.

use super::{
    PanelTable, Value, bounded, cost, date, int, maybe, maybe_text, money, percent, reported, tally, text, time, word,
};
use crate::archive::Totals;
use crate::logic::analytics::attribution::{Attribution, AttributionRow};
use crate::logic::analytics::behind::Behind;
use crate::logic::analytics::cells::Split;
use crate::logic::analytics::comparison::Comparison;
use crate::logic::analytics::dearest::Dearest;
use crate::logic::analytics::listing::Listing;
use crate::logic::analytics::savings::Savings;
use crate::logic::analytics::usage::{UsageBy, UsageOverTime, UsagePeriod};
use crate::model::Money;

const TOKENS: [&str; 8] = [
    "Input Tokens",
    "Cache Write",
    "Cache Read",
    "Output Tokens",
    "Reporting Requests",
    "Requests",
    "Cost USD",
    "Cost Status",
];

fn tokens(totals: &Totals) -> [Value; 8] {
    [
        tally(&totals.input_uncached),
        tally(&totals.cache_write),
        tally(&totals.cache_read),
        tally(&totals.output),
        int(totals.output.reported),
        int(totals.output.eligible),
        cost(&totals.cost),
        word(totals.cost.status()),
    ]
}

fn headed(first: &[&'static str]) -> Vec<&'static str> {
    [first, &TOKENS].concat()
}

pub fn usage(known: &UsageOverTime) -> Vec<PanelTable> {
    let previous = known.previous.as_ref();
    let mut metrics = [
        ("Input Tokens", tally(&known.totals.input_uncached)),
        ("Cache Write", tally(&known.totals.cache_write)),
        ("Cache Read", tally(&known.totals.cache_read)),
        ("Output Tokens", tally(&known.totals.output)),
        ("Cost USD", cost(&known.totals.cost)),
        ("Cost Status", word(known.totals.cost.status())),
        ("Previous Cost USD", previous.map_or(Value::Missing, |before| cost(&before.cost))),
        ("Change", percent(previous.and_then(|before| before.change))),
        ("Daily Burn USD", money(known.daily_burn)),
        ("Peak Day", date(known.peak_day.map(|(day, _)| day))),
        ("Peak Day USD", money(known.peak_day.map(|(_, amount)| amount))),
        ("Cache Hit Rate", percent(known.cache_hit_rate)),
        ("Sessions", int(known.sessions)),
        ("Projects", int(known.projects)),
        ("Models", int(known.models)),
        ("Active Days", int(known.active_days)),
    ];
    let name = |row: &UsagePeriod| match (&row.session, row.day) {
        (Some(key), _) => text(key),
        (None, Some(day)) => date(Some(day)),
        (None, None) => word("no date"),
    };
    let first = match known.by {
        UsageBy::Session => "Session",
        UsageBy::Time(_) => "Date",
    };
    let rows = known.rows.iter().map(|row| {
        let mut cells = vec![name(row), int(row.sessions)];
        cells.extend(tokens(&row.totals));
        cells
    });
    let parts = known.rows.iter().flat_map(|row| {
        row.parts.iter().map(move |part| {
            let mut cells = vec![name(row), text(&part.name)];
            cells.extend(tokens(&part.totals));
            cells
        })
    });
    let split = match known.split {
        Split::Project => "Project",
        Split::Agent => "Agent",
        Split::Model | Split::Session => "Model",
    };
    vec![
        PanelTable::pairs("Usage", &mut metrics),
        PanelTable::new("Usage over Time", &headed(&[first, "Sessions"]), rows),
        PanelTable::new("Usage Breakdown", &headed(&[first, split]), parts),
    ]
}

pub fn attribution(known: &Attribution) -> Vec<PanelTable> {
    let rows = known.rows.iter().map(|row| {
        let title = maybe_text(row.title.as_deref());
        let mut cells = vec![
            text(&row.name),
            title,
            int(row.sessions),
            bounded(maybe(row.tokens.value), row.tokens.is_lower_bound),
            percent(row.share),
        ];
        cells.extend(tokens(&row.totals));
        cells
    });
    let name = match known.split {
        Split::Project => "Project",
        Split::Model => "Model",
        Split::Agent => "Agent",
        Split::Session => "Session",
    };
    vec![PanelTable::new("Attribution", &headed(&[name, "Title", "Sessions", "Tokens", "Share"]), rows)]
}

pub fn savings(known: &Savings) -> Vec<PanelTable> {
    let mut metrics = [
        ("Saved USD", money(known.saved)),
        ("Verdict", word(if known.saved.is_some() { known.verdict.name() } else { "unknown" })),
        ("Cache Hit Rate", percent(known.hit_rate)),
        ("Cache Read", maybe(known.cache_read.value)),
        ("Cache Write", maybe(known.cache_write.value)),
        ("Priced Requests", int(known.priced)),
        ("Unpriced Requests", int(known.unpriced)),
    ];
    let models =
        known.rows.iter().map(|row| vec![text(&row.name), money(row.saved), int(row.priced), int(row.unpriced)]);
    vec![
        PanelTable::pairs("Cache Savings", &mut metrics),
        PanelTable::new(
            "Cache Savings by Model",
            &["Model", "Saved USD", "Priced Requests", "Unpriced Requests"],
            models,
        ),
    ]
}

pub fn dearest(known: &Dearest) -> Vec<PanelTable> {
    let rows = known.rows.iter().zip(1i64..).map(|(row, rank)| {
        let usage = &row.usage;
        let mut cells = vec![
            Value::Integer(rank),
            text(&usage.name),
            maybe_text(usage.title.as_deref()),
            text(&row.agent),
            maybe_text(row.project.as_deref()),
            text(&row.models.join(", ")),
            int(usage.sessions),
        ];
        cells.extend(tokens(&usage.totals));
        cells
    });
    let columns = headed(&["Rank", "Session", "Title", "Agent", "Project", "Models", "Sessions"]);
    vec![PanelTable::new("Dearest Sessions", &columns, rows)]
}

pub fn comparison(known: &Comparison) -> Vec<PanelTable> {
    let rows = known.rows.iter().map(|row| {
        let value = |number: Option<i64>| match row.what.is_money() {
            true => money(number.map(Money::from_pico)),
            false => number.map_or(Value::Missing, int),
        };
        vec![word(row.what.name()), value(row.left), value(row.right), value(row.delta), percent(row.percent)]
    });
    let named = |row: &AttributionRow| text(&row.name);
    let names = [vec![word("Left"), named(&known.left)], vec![word("Right"), named(&known.right)]];
    vec![
        PanelTable::new("Compared", &["Side", "Name"], names),
        PanelTable::new("Comparison", &["Metric", "Left", "Right", "Delta", "Change"], rows),
    ]
}

pub fn sessions(known: &Listing) -> Vec<PanelTable> {
    let rows = known.rows.iter().map(|row| {
        let totals = &row.totals;
        vec![
            text(&row.key),
            text(&row.agent),
            maybe_text(row.project.as_deref()),
            time(row.started),
            time(row.ended),
            int(row.messages),
            tally(&totals.output),
            word(row.output_coverage.name()),
            reported(totals.peak_context),
            tally(&totals.input_uncached),
            tally(&totals.cache_read),
            tally(&totals.cache_write),
            cost(&totals.cost),
            word(totals.cost.status()),
        ]
    });
    let columns = [
        "Session",
        "Agent",
        "Project",
        "Started",
        "Ended",
        "Messages",
        "Output Tokens",
        "Output Coverage",
        "Peak Context",
        "Input Tokens",
        "Cache Read",
        "Cache Write",
        "Cost USD",
        "Cost Status",
    ];
    vec![PanelTable::new("Sessions", &columns, rows)]
}

const OF_SESSION: [&str; 10] = [
    "Session",
    "Title",
    "Agent",
    "Project",
    "Started",
    "Messages",
    "Tool Calls",
    "Output Tokens",
    "Cost USD",
    "Cost Status",
];

const OF_REQUEST: [&str; 10] = [
    "Session",
    "Path",
    "Line",
    "Time",
    "Model",
    "Input Tokens",
    "Cache Write",
    "Cache Read",
    "Output Tokens",
    "Cost USD",
];

/// The sessions or the requests behind a number, and their sum.
pub fn behind(found: &Behind) -> Vec<PanelTable> {
    let sessions = found.sessions.iter().map(|row| {
        vec![
            text(&row.key),
            maybe_text(row.title.as_deref()),
            text(&row.agent),
            maybe_text(row.project.as_deref()),
            time(row.started),
            if row.is_fork { Value::Missing } else { int(row.prompts + row.responses) },
            if row.is_fork { Value::Missing } else { int(row.calls) },
            bounded(reported(row.output), row.is_partial),
            cost(&row.cost),
            word(row.cost.status()),
        ]
    });
    let requests = found.requests.iter().map(|row| {
        let tokens = row.tokens;
        let counted = [tokens.input_uncached, tokens.cache_write, tokens.cache_read, tokens.output];
        let mut cells = vec![
            text(&row.session),
            text(&row.line.path),
            int(row.line.line),
            time(row.at),
            if row.model.is_empty() { Value::Missing } else { text(&row.model) },
        ];
        cells.extend(counted.map(|count| if row.counts_tokens { reported(count) } else { Value::Missing }));
        cells.push(if row.counts_cost { money(row.cost.get()) } else { Value::Missing });
        cells
    });
    let sum = (!found.requests.is_empty()).then(|| {
        let mut cells = tokens(&found.totals).to_vec();
        cells.push(int(found.more));
        cells
    });
    let of_sum = [&TOKENS[..], &["Requests not Listed"]].concat();
    vec![
        PanelTable::new("Sessions behind", &OF_SESSION, sessions),
        PanelTable::new("Requests behind", &OF_REQUEST, requests),
        PanelTable::new("Sum", &of_sum, sum),
    ]
}
