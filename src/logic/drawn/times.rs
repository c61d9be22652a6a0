//! What happened when: blocks of five hours, and how many agents worked at once.

use super::{Bar, Cell, Drawn, Row, Stack, columns, name_of, part_of};
use crate::logic::analytics::PanelKind;
use crate::logic::analytics::behind::Part;
use crate::logic::analytics::blocks::{Block, Blocks};
use crate::logic::analytics::concurrency::{Concurrency, ConcurrencyBucket};
use crate::logic::analytics::stats::Tenths;
use crate::logic::dates;
use crate::logic::explain::name::Place;
use crate::logic::format::{cost_text, count, duration_text, format_token_count, tally_text};
use crate::model::{Timestamp, Zone};

/// Blocks and gaps that are drawn: the latest.
const MOST_ROWS: usize = 12;

pub fn blocks(known: &Blocks, now: Timestamp, zone: &Zone) -> Drawn {
    let mut drawn = Drawn::new(PanelKind::Blocks, "5-hour blocks", 4, &known.panel);
    if known.rows.is_empty() {
        drawn.why_not = "no request in this selection has a time".to_owned();
        return drawn;
    }
    drawn.lead("Each begins at the UTC hour of its first request.");
    let active = known.rows.iter().find(|block| block.is_active);
    if let Some(block) = active {
        let burn = block
            .burn
            .map_or_else(|| "one request so far".to_owned(), |burn| format!("{} tokens a minute", burn.text()));
        let projection = block.projection.map_or_else(String::new, |tokens| {
            format!(", {} tokens at its end if it goes on so", format_token_count(tokens))
        });
        drawn.lead(&format!("One is running: {burn}{projection}."));
    }
    drawn.headings = vec!["Block".to_owned(), "Tokens".to_owned(), "Cost".to_owned()];
    let most = known.rows.iter().filter_map(|block| block.tokens.value).max().unwrap_or(0);
    let skipped = known.rows.len().saturating_sub(MOST_ROWS);
    drawn.rows = known.rows.iter().skip(skipped).map(|known| block(known, most, now, zone)).collect();
    if skipped > 0 {
        drawn.note(&format!("{skipped} earlier ones in the table"));
    }
    drawn
}

fn block(block: &Block, most: u64, now: Timestamp, zone: &Zone) -> Row {
    let name = block.start.map_or_else(String::new, |start| dates::short(start, now, zone));
    let (Some(start), Some(end)) = (block.start, block.end) else { return Row { name, ..Row::default() } };
    if block.is_gap {
        let note = format!("gap of {}", duration_text(end.ms_since(start).max(0) as u64));
        return Row { name, note, ..Row::default() };
    }
    // The next block may begin before this one is over.
    let until = block.last.map_or(end, |last| Timestamp::from_nanos(last.nanos().saturating_add(1)));
    let used = Part::Between(block.first.unwrap_or(start), until);
    let named = |cell: Cell, measure: &str| cell.named(measure, Place::Requests, &used);
    Row {
        name,
        note: if block.is_active { "running".to_owned() } else { count(block.requests.into(), "request") },
        bar: Some(Bar {
            of: part_of(block.tokens.value.unwrap_or(0), most),
            is_open: block.is_active || block.tokens.is_lower_bound || block.tokens.value.is_none(),
        }),
        cells: vec![named(Cell::tokens(block.tokens), "tokens"), named(Cell::cost(&block.totals.cost), "cost")],
        part: Some(Part::Between(start, end)),
        ..Row::default()
    }
}

const DAY: i64 = 86_400_000;

/// A step of time after "each".
fn step_words(step_ms: i64) -> String {
    match step_ms {
        300_000 => "5 minutes".to_owned(),
        3_600_000 => "hour".to_owned(),
        DAY => "day".to_owned(),
        604_800_000 => "week".to_owned(),
        other => duration_text(other.max(0) as u64),
    }
}

pub fn concurrency(known: &Concurrency, now: Timestamp, zone: &Zone) -> Drawn {
    let mut drawn = Drawn::new(PanelKind::Concurrency, "Agents at once", 8, &known.panel);
    if known.buckets.is_empty() || known.agent_ms == 0 {
        drawn.why_not = "no session in this selection has two messages with times".to_owned();
        return drawn;
    }
    drawn.lead(&format!("The most within each {}.", step_words(known.step_ms)));
    let minutes = |ms: u64| {
        let minutes = Tenths::ratio(ms.into(), 60_000).map_or_else(String::new, Tenths::text);
        Cell { title: minutes + " minutes", ..Cell::of(duration_text(ms)) }
    };
    let at = known.peak_at.map_or_else(String::new, |at| format!("first at {}", dates::short(at, now, zone)));
    let at = if known.peak_automated > 0 { format!("{at}, {} started by a program", known.peak_automated) } else { at };
    let named = |cell: Cell, measure: &str| cell.named(measure, Place::Sessions, &Part::Whole);
    drawn.figure("Most at once", named(Cell::of(known.peak.to_string()).noted(at), "agents"));
    drawn.figure("Agent time", named(minutes(known.agent_ms).noted("of all agents together"), "agent-time"));
    drawn.figure("Active", named(minutes(known.active_ms).noted("of the clock, any agent"), "clock-time"));
    drawn.figure("Idle", named(minutes(known.idle_ms).noted("of the range, no agent"), "idle-time"));
    if known.untimed > 0 {
        drawn.figure(
            "Without times",
            named(Cell::of(known.untimed.to_string()), "untimed")
                .noted(["cost ", &cost_text(&known.untimed_cost)].concat()),
        );
    }
    let stack = |bucket: &ConcurrencyBucket| {
        let part = bucket.from.map(|from| Part::Between(from, from.plus_ms(known.step_ms)));
        let from = bucket.from.map_or_else(String::new, |from| dates::short(from, now, zone));
        let told =
            [minutes(bucket.agent_ms).text, tally_text(&bucket.output) + " output tokens", cost_text(&bucket.cost)];
        Stack {
            values: vec![(1, bucket.most.into())],
            is_open: false,
            words: format!("{from}: {} at once, {}", bucket.most, told.join(", ")),
            explain: part.as_ref().map_or_else(String::new, |part| name_of("agents", Place::Sessions, part)),
            part,
            label: match known.step_ms {
                ..DAY => from,
                _ => bucket.from.map_or_else(String::new, |from| dates::day_text(zone.local(from))),
            },
        }
    };
    let stacks = known.buckets.iter().map(stack).collect();
    let label = "Agents at once; arrow keys move, Enter filters, X explains".to_owned();
    drawn.columns = Some(columns(label, stacks, &|value| value.to_string(), Vec::new()));
    drawn
}
