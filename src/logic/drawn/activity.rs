//! Activity over time (analytics.md §3): columns for each of what it can count.

use super::usage::period;
use super::{COLOURS, Columns, OTHERS, Stack, UNKNOWN, agent_name, columns, measured_text, name_of};
use crate::logic::analytics::activity::{Activity, ActivityBucket};
use crate::logic::analytics::behind::Part;
use crate::logic::analytics::wish::Measure;
use crate::logic::explain::name::Place;
use crate::logic::format::{count, format_token_count, grouped};
use crate::logic::metric_choice::ChartMetric;
use crate::model::sorted;

/// What it can count, in the order of the columns.
pub const ACTIVITY: [ChartMetric; 4] =
    [ChartMetric::Messages, ChartMetric::Sessions, ChartMetric::OutputTokens, ChartMetric::Cost];

/// Columns for each of [`ACTIVITY`]; none where no session has a date.
pub fn activity(known: &Activity, names: &[(String, String)]) -> Vec<Columns> {
    if known.buckets.is_empty() {
        return Vec::new();
    }
    let agents = agents(known);
    ACTIVITY.into_iter().map(|metric| chart(known, metric, &agents, names)).collect()
}

/// All agents, those with most messages first.
fn agents(known: &Activity) -> Vec<String> {
    let mut sums: Vec<(&str, u64)> = Vec::new();
    for (agent, messages) in known.buckets.iter().flat_map(|bucket| &bucket.by_agent) {
        match sums.iter_mut().find(|(known, _)| known == agent) {
            Some((_, sum)) => *sum += u64::from(*messages),
            None => sums.push((agent, u64::from(*messages))),
        }
    }
    let ranked = sorted(sums, |a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    ranked.into_iter().map(|(agent, _)| agent.to_owned()).collect()
}

fn chart(known: &Activity, metric: ChartMetric, agents: &[String], names: &[(String, String)]) -> Columns {
    let measure = match metric {
        ChartMetric::Sessions => "sessions",
        ChartMetric::OutputTokens => "output",
        ChartMetric::Cost => "cost",
        _ => "messages",
    };
    let stack = |bucket: &ActivityBucket| {
        let (day, label) = period(bucket.day, known.granularity);
        let part = Part::Period(bucket.day, known.granularity);
        let (values, is_open, words) = counted(bucket, metric, agents);
        let explain = name_of(measure, Place::Sessions, &part);
        Stack { values, is_open, words: [&*day, ": ", &words].concat(), part: Some(part), explain, label }
    };
    let stacks: Vec<Stack> = known.buckets.iter().map(stack).collect();
    let mut legend = Vec::new();
    if metric == ChartMetric::Messages {
        let named = (1..).zip(agents.iter().take(COLOURS));
        legend.extend(named.map(|(series, agent)| (series, agent_name(agent, names))));
        let others = agents.len().saturating_sub(COLOURS);
        legend.extend((others > 0).then(|| (OTHERS, count(others as u64, "other"))));
    }
    if stacks.iter().any(|stack| stack.is_open) {
        legend.push((UNKNOWN, "not all is known: the column has no known top".to_owned()));
    }
    let tick = |value| match metric {
        ChartMetric::Cost => measured_text(value, Measure::Cost).trim_end_matches(".00").to_owned(),
        _ => format_token_count(value),
    };
    columns("Activity; arrow keys move, Enter filters, X explains".to_owned(), stacks, &tick, legend)
}

/// The pieces of a column, whether it may be higher, and what it says.
fn counted(bucket: &ActivityBucket, metric: ChartMetric, agents: &[String]) -> (Vec<(u8, u64)>, bool, String) {
    let sessions = count(bucket.sessions.into(), "session");
    if bucket.sessions == 0 && bucket.output.eligible == 0 && bucket.cost.eligible == 0 {
        return (Vec::new(), false, "no sessions".to_owned());
    }
    match metric {
        ChartMetric::Sessions => (vec![(1, bucket.sessions.into())], false, sessions),
        ChartMetric::OutputTokens => {
            let output = &bucket.output;
            let told = format!("({} of {} sessions reporting)", output.reported, output.eligible);
            let words = match output.reported {
                0 => ["output tokens not recorded ", &told].concat(),
                _ => [&*grouped(output.sum), " output tokens ", &told].concat(),
            };
            let is_open = output.reported < output.eligible || output.partial > 0;
            (vec![(1, output.sum)], is_open, words)
        }
        ChartMetric::Cost => {
            let cost = &bucket.cost;
            let known = u64::try_from(cost.known.pico() / 1_000_000).unwrap_or(0);
            let amount = if cost.reported == 0 { "cost not recorded".to_owned() } else { cost.known.display() };
            let words = format!("{amount}, known for {} of {} requests", cost.reported, cost.eligible);
            (vec![(1, known)], cost.reported < cost.eligible || cost.partial > 0, words)
        }
        _ => {
            let mut values: Vec<(u8, u64)> =
                (1..).zip(agents.iter().take(COLOURS)).map(|(series, _)| (series, 0)).collect();
            values.push((OTHERS, 0));
            let others = values.len() - 1;
            for (agent, messages) in &bucket.by_agent {
                let place = agents.iter().position(|known| known == agent).map_or(others, |place| place.min(others));
                if let Some((_, sum)) = values.get_mut(place) {
                    *sum += u64::from(*messages);
                }
            }
            (values, false, [&*count(bucket.messages().into(), "message"), " in ", &sessions].concat())
        }
    }
}
