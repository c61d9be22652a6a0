//! Panels about whole sessions.

use super::{
    PanelTable, Value, bounded, cost, date, int, maybe, maybe_text, minutes, percent, tally, tenths, text, word,
};
use crate::logic::analytics::health::{GRADES, Health, HealthShare, SeemingOutcome};
use crate::logic::analytics::projects::Projects;
use crate::logic::analytics::shape::{ARCHETYPES, AUTONOMIES, DURATIONS, LENGTHS, Shape};
use crate::logic::analytics::summary::Summary;
use crate::logic::analytics::tools::Tools;
use crate::logic::analytics::top::Top;
use crate::logic::analytics::velocity::{Velocity, VelocityRow};
use crate::logic::metric_choice::ChartMetric;

pub fn summary(known: &Summary) -> Vec<PanelTable> {
    let concentration = known.concentration.map_or(Value::Missing, |share| Value::Word(share.text() + "%"));
    let mut metrics = [
        ("Sessions", int(known.sessions)),
        ("Messages", int(known.messages)),
        ("Output Tokens", tally(&known.output)),
        ("Token Reporting Sessions", int(known.output.reported)),
        ("Active Projects", int(known.active_projects)),
        ("Active Days", int(known.active_days)),
        ("Avg Messages/Session", tenths(known.avg_messages)),
        ("Median Messages/Session", maybe(known.median_messages)),
        ("P90 Messages/Session", maybe(known.p90_messages)),
        ("Most Active Project", maybe_text(known.most_active.as_deref())),
        ("Concentration", concentration),
    ];
    let mut ours = [
        ("Sub-Agents", int(known.sub_agents)),
        ("Prompts", int(known.prompts)),
        ("Avg Output Tokens/Reporting Session", tenths(known.avg_output)),
        ("Cost USD", cost(&known.cost)),
        ("Cost Status", word(known.cost.status())),
    ];
    let agents = known.agents.iter().map(|row| vec![text(&row.agent), int(row.sessions), int(row.messages)]);
    vec![
        PanelTable::pairs("Summary", &mut metrics),
        PanelTable::pairs("Summary Details", &mut ours),
        PanelTable::new("Agents", &["Agent", "Sessions", "Messages"], agents),
        PanelTable::new("Models", &["Model"], known.models.iter().map(|model| vec![text(model)])),
    ]
}

pub fn top(known: &Top) -> Vec<PanelTable> {
    let value = match known.metric {
        ChartMetric::Duration => "Active Minutes",
        ChartMetric::OutputTokens => "Output Tokens",
        _ => "Messages",
    };
    let rows = known.rows.iter().zip(1i64..).map(|(row, rank)| {
        vec![
            Value::Integer(rank),
            text(&row.key),
            text(&row.title),
            text(&row.agent),
            maybe_text(row.project.as_deref()),
            word(row.status.name()),
            if known.metric == ChartMetric::Duration {
                minutes(row.value)
            } else {
                bounded(int(row.value), row.is_lower_bound)
            },
            row.total_ms.get().map_or(Value::Missing, minutes),
        ]
    });
    let columns = ["Rank", "Session", "Title", "Agent", "Project", "Status", value, "Total Minutes"];
    vec![PanelTable::new("Top Sessions", &columns, rows)]
}

pub fn projects(known: &Projects) -> Vec<PanelTable> {
    let rows = known.rows.iter().map(|row| {
        vec![
            text(&row.name),
            int(row.sessions),
            int(row.messages),
            tenths(row.avg_messages),
            maybe(row.median_messages),
        ]
    });
    let usage = known.rows.iter().map(|row| {
        vec![
            text(&row.name),
            date(row.first),
            date(row.last),
            tenths(row.daily_trend),
            tally(&row.output),
            int(row.output.reported),
            cost(&row.cost),
            word(row.cost.status()),
        ]
    });
    let agents = known
        .rows
        .iter()
        .flat_map(|row| row.agents.iter().map(|(agent, sessions)| vec![text(&row.name), text(agent), int(*sessions)]));
    let columns = ["Name", "Sessions", "Messages", "Avg Messages", "Median Messages"];
    let more = [
        "Name",
        "First",
        "Last",
        "Messages/Day",
        "Output Tokens",
        "Token Reporting Sessions",
        "Cost USD",
        "Cost Status",
    ];
    vec![
        PanelTable::new("Projects", &columns, rows),
        PanelTable::new("Project Usage", &more, usage),
        PanelTable::new("Project Agents", &["Name", "Agent", "Sessions"], agents),
    ]
}

pub fn shape(known: &Shape) -> Vec<PanelTable> {
    vec![
        PanelTable::counted("Session Length", "Messages", &LENGTHS, &known.length),
        PanelTable::counted("Session Duration", "Duration", &DURATIONS, &known.duration),
        PanelTable::counted("Autonomy", "Tool Answers/Prompt", &AUTONOMIES, &known.autonomy),
        PanelTable::counted("Archetypes", "Archetype", &ARCHETYPES, &known.archetypes),
    ]
}

pub fn velocity(known: &Velocity) -> Vec<PanelTable> {
    let whole = &known.whole;
    let rows = [
        ("Turn Cycle (sec)", tenths(whole.cycle_p50), tenths(whole.cycle_p90)),
        ("First Response (sec)", tenths(whole.first_p50), tenths(whole.first_p90)),
        ("Msgs / Active Min", tenths(whole.messages_per_minute), Value::Missing),
        ("Chars / Active Min", Value::Missing, Value::Missing),
        ("Tools / Active Min", tenths(whole.tools_per_minute), Value::Missing),
    ];
    let rows = rows.into_iter().map(|(name, p50, p90)| vec![word(name), p50, p90]);
    let columns = [
        "Sessions",
        "Turns",
        "Turn P50 (sec)",
        "Turn P90 (sec)",
        "First P50 (sec)",
        "First P90 (sec)",
        "Active Minutes",
        "Msgs / Active Min",
        "Tools / Active Min",
    ];
    let headed = |first: &'static str| [&[first], &columns[..]].concat();
    let agents = known.agents.iter().map(|row| speeds(text(&row.name), row));
    let lengths = known.lengths.iter().map(|row| speeds(word(&row.name), row));
    vec![
        PanelTable::new("Velocity", &["Metric", "P50", "P90"], rows),
        PanelTable::new("Velocity by Agent", &headed("Agent"), agents),
        PanelTable::new("Velocity by Length", &headed("Messages"), lengths),
    ]
}

fn speeds(name: Value, row: &VelocityRow) -> Vec<Value> {
    vec![
        name,
        int(row.sessions),
        int(row.cycles),
        tenths(row.cycle_p50),
        tenths(row.cycle_p90),
        tenths(row.first_p50),
        tenths(row.first_p90),
        minutes(row.active_ms),
        tenths(row.messages_per_minute),
        tenths(row.tools_per_minute),
    ]
}

pub fn tools(known: &Tools) -> Vec<PanelTable> {
    let categories =
        known.categories.iter().map(|row| vec![word(row.category.name()), int(row.calls), percent(row.percent)]);
    let rows = known.tools.iter().map(|row| {
        vec![
            text(&row.name),
            word(row.category.name()),
            int(row.calls),
            int(row.sessions),
            percent(row.percent),
            int(row.finished),
            int(row.failed),
            percent(row.failure_rate),
            maybe(row.median_ms),
            int(row.timed),
        ]
    });
    let columns = [
        "Tool",
        "Category",
        "Calls",
        "Sessions",
        "Percentage",
        "Finished",
        "Failed",
        "Failure Rate",
        "Median ms",
        "Timed Calls",
    ];
    use crate::logic::analytics::category::Category;
    let kinds = Category::ALL.map(Category::name);
    let counts = |counts: &[u32]| counts.iter().map(|count| int(*count)).collect::<Vec<_>>();
    let agents =
        known.agents.iter().map(|row| [vec![text(&row.agent), int(row.calls)], counts(&row.categories)].concat());
    let weeks = known.weeks.iter().map(|(week, calls)| [vec![date(Some(*week))], counts(calls)].concat());
    vec![
        PanelTable::new("Tool Usage", &["Category", "Count", "Percentage"], categories),
        PanelTable::new("Tools", &columns, rows),
        PanelTable::new("Tools by Agent", &[&["Agent", "Calls"], &kinds[..]].concat(), agents),
        PanelTable::new("Tools by Week", &[&["Week"], &kinds[..]].concat(), weeks),
    ]
}

pub fn health(known: &Health) -> Vec<PanelTable> {
    let mut metrics = [
        ("Scored Sessions", int(known.scored)),
        ("Unscored Sessions", int(known.unscored)),
        ("Avg Score", tenths(known.avg_score)),
        ("Tool Calls", int(known.calls)),
        ("Tool Failures", int(known.failures)),
        ("Sessions with Failures", int(known.with_failures)),
        ("Failure Rate", percent(known.failure_rate)),
        ("Retries", tally(&known.retries)),
        ("Edit Churn", tally(&known.churn)),
        ("Compactions", int(known.compactions)),
        ("Avg Compactions/Session", tenths(known.avg_compactions)),
        ("Sessions with Compaction", int(known.with_compaction)),
        ("Mid-Task Compactions", int(known.mid_task)),
        ("Sessions above 80% of the Window", int(known.high_pressure)),
        ("Avg Context Pressure", percent(known.avg_pressure)),
        ("Sessions with Context Pressure", int(known.with_pressure)),
    ];
    let share =
        |name: Value, share: &HealthShare| vec![name, int(share.sessions), int(share.scored), tenths(share.avg_score)];
    let columns = |first: &'static str| [first, "Sessions", "Scored", "Avg Score"];
    vec![
        PanelTable::pairs("Session Health (heuristic)", &mut metrics),
        PanelTable::counted("Health Grades", "Grade", &GRADES, &known.grades),
        PanelTable::counted(
            "Health Outcomes",
            "Seems",
            &SeemingOutcome::ALL.map(SeemingOutcome::name),
            &known.outcomes,
        ),
        PanelTable::new(
            "Health by Day",
            &columns("Date"),
            known.days.iter().map(|(day, row)| share(date(Some(*day)), row)),
        ),
        PanelTable::new(
            "Health by Agent",
            &columns("Agent"),
            known.agents.iter().map(|(name, row)| share(text(name), row)),
        ),
        PanelTable::new(
            "Health by Project",
            &columns("Project"),
            known.projects.iter().map(|(name, row)| share(text(name), row)),
        ),
    ]
}
