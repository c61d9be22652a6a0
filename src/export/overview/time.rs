//! Panels over time.

use super::{PanelTable, Value, bounded, cost, date, int, maybe, minutes, reported, tally, tenths, time, word};
use crate::logic::analytics::activity::Activity;
use crate::logic::analytics::blocks::Blocks;
use crate::logic::analytics::concurrency::Concurrency;
use crate::logic::analytics::heatmap::Heatmap;
use crate::logic::analytics::hours::HourOfWeek;
use crate::logic::metric_choice::ChartMetric;

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const NO_DATE: &str = "no date";

pub fn heatmap(known: &Heatmap) -> Vec<PanelTable> {
    let value = match known.metric {
        ChartMetric::OutputTokens => "Output Tokens",
        ChartMetric::Sessions => "Sessions Started",
        _ => "Messages",
    };
    let rows = known.cells.iter().map(|cell| {
        vec![
            date(Some(cell.day)),
            bounded(reported(cell.value), cell.is_lower_bound),
            int(cell.sessions),
            int(cell.reporting),
            int(cell.level),
        ]
    });
    vec![PanelTable::new("Heatmap", &["Date", value, "Sessions", "Reporting Sessions", "Level"], rows)]
}

pub fn activity(known: &Activity) -> Vec<PanelTable> {
    let undated = Some(&known.undated).filter(|bucket| bucket.sessions > 0 || bucket.output.eligible > 0);
    let all = || {
        let dated = known.buckets.iter().map(|bucket| (date(Some(bucket.day)), bucket));
        dated.chain(undated.map(|bucket| (word(NO_DATE), bucket)))
    };
    let rows = all().map(|(day, bucket)| {
        vec![
            day,
            int(bucket.sessions),
            int(bucket.messages()),
            int(bucket.prompts),
            int(bucket.responses),
            int(bucket.tool_calls),
            int(bucket.thinking),
        ]
    });
    let usage = all().map(|(day, bucket)| {
        vec![day, tally(&bucket.output), int(bucket.output.reported), cost(&bucket.cost), word(bucket.cost.status())]
    });
    let agents = all().flat_map(|(day, bucket)| {
        bucket.by_agent.iter().map(move |(agent, messages)| vec![day.clone(), super::text(agent), int(*messages)])
    });
    let columns =
        ["Date", "Sessions", "Messages", "User Messages", "Assistant Messages", "Tool Calls", "Thinking Messages"];
    let more = ["Date", "Output Tokens", "Token Reporting Sessions", "Cost USD", "Cost Status"];
    vec![
        PanelTable::new("Activity", &columns, rows),
        PanelTable::new("Activity Usage", &more, usage),
        PanelTable::new("Activity by Agent", &["Date", "Agent", "Messages"], agents),
    ]
}

pub fn hours(known: &HourOfWeek) -> Vec<PanelTable> {
    let rows = known.cells.chunks(24).zip(WEEKDAYS).flat_map(|(cells, weekday)| {
        cells.iter().zip(0i64..).map(move |(messages, hour)| vec![word(weekday), Value::Integer(hour), int(*messages)])
    });
    vec![PanelTable { quiet: Some(2), ..PanelTable::new("Hour of Week", &["Weekday", "Hour", "Messages"], rows) }]
}

pub fn blocks(known: &Blocks) -> Vec<PanelTable> {
    let rows = known.rows.iter().map(|block| {
        let kind = if block.is_gap {
            "gap"
        } else if block.is_active {
            "active"
        } else {
            "block"
        };
        let totals = &block.totals;
        vec![
            word(kind),
            time(block.start),
            time(block.end),
            time(block.last),
            int(block.requests),
            tally(&totals.input_uncached),
            tally(&totals.cache_write),
            tally(&totals.cache_read),
            tally(&totals.output),
            bounded(maybe(block.tokens.value), block.tokens.is_lower_bound),
            cost(&totals.cost),
            if block.is_gap { Value::Missing } else { word(totals.cost.status()) },
            tenths(block.burn),
            maybe(block.projection),
        ]
    });
    let columns = [
        "Kind",
        "Start",
        "End",
        "Last Request",
        "Requests",
        "Input Tokens",
        "Cache Write",
        "Cache Read",
        "Output Tokens",
        "Total Tokens",
        "Cost USD",
        "Cost Status",
        "Tokens / Min",
        "Projected Tokens",
    ];
    vec![PanelTable::new("Blocks", &columns, rows)]
}

pub fn concurrency(known: &Concurrency) -> Vec<PanelTable> {
    let mut metrics = [
        ("Agent Minutes", minutes(known.agent_ms)),
        ("Active Minutes", minutes(known.active_ms)),
        ("Idle Minutes", minutes(known.idle_ms)),
        ("Peak Agents", int(known.peak)),
        ("Peak At", time(known.peak_at)),
        ("Peak Automated", int(known.peak_automated)),
        ("Untimed Sessions", int(known.untimed)),
        ("Untimed Cost USD", cost(&known.untimed_cost)),
        ("Minutes/Bucket", minutes(known.step_ms.max(0) as u64)),
    ];
    let rows = known.buckets.iter().map(|bucket| {
        vec![
            time(bucket.from),
            int(bucket.most),
            minutes(bucket.agent_ms),
            tally(&bucket.output),
            cost(&bucket.cost),
            word(bucket.cost.status()),
        ]
    });
    let columns = ["From", "Max Agents", "Agent Minutes", "Output Tokens", "Cost USD", "Cost Status"];
    vec![
        PanelTable::pairs("Concurrency", &mut metrics),
        PanelTable { quiet: Some(1), ..PanelTable::new("Concurrency over Time", &columns, rows) },
    ]
}
