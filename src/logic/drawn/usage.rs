//! Usage over time, and two things side by side.

use super::{
    COLOURS, Cell, Choice, Drawn, OTHERS, Row, Stack, UNKNOWN, agent_name, columns, cost_words, measured,
    measured_cell, measured_text, name_of, option, signed,
};
use crate::logic::analytics::attribution::{AttributionRow, RankBy};
use crate::logic::analytics::behind::Part;
use crate::logic::analytics::cells::Split;
use crate::logic::analytics::comparison::{Compared, Comparison, ComparisonRow, PairBy};
use crate::logic::analytics::day::{Day, Granularity};
use crate::logic::analytics::stats::Tenths;
use crate::logic::analytics::usage::{UsageBy, UsageOverTime, UsagePeriod, before};
use crate::logic::analytics::wish::Measure;
use crate::logic::analytics::{OverviewAsk, PanelKind};
use crate::logic::dates::{day_text, month_text};
use crate::logic::explain::name::{Against, Place};
use crate::logic::format::{at_least_money, count, format_token_count, grouped};
use crate::model::{Money, sorted};

/// Columns that are drawn: the latest, or the dearest sessions.
const MOST_PERIODS: usize = 366;
const MOST_SESSIONS: usize = 60;

pub fn over_time(known: &UsageOverTime, measure: Measure, ask: &OverviewAsk, agents: &[(String, String)]) -> Drawn {
    let mut drawn = Drawn::new(PanelKind::Usage, title(measure), 8, &known.panel);
    if known.rows.is_empty() {
        drawn.why_not = "nothing was used in this selection, as far as the logs tell".to_owned();
        return drawn;
    }
    drawn.choices = vec![measure_choice(measure), per_choice(ask.usage_by), split_choice(known.split)];
    let by = match known.by {
        UsageBy::Session => "The largest sessions.".to_owned(),
        UsageBy::Time(granularity) => format!("By {}.", granularity.name()),
    };
    drawn.lead(&format!("{by} Cost {}.", cost_words(&known.totals.cost)));
    figures(&mut drawn, known, measure);
    let chart = Chart { known, measure, agents, series: series(known, measure) };
    let stacks = chart.stacks();
    match (known.by, known.rows.iter().find(|row| row.day.is_none())) {
        (UsageBy::Session, _) if known.rows.len() > stacks.len() => {
            drawn.note(&format!("{} more in the table", count((known.rows.len() - stacks.len()) as u64, "session")));
        }
        (UsageBy::Time(_), Some(row)) => {
            drawn.note(&format!("{} without a date, not drawn", count(row.totals.cost.eligible.into(), "request")));
        }
        _ => {}
    }
    let legend = chart.legend(&stacks);
    let label = format!("{}; arrow keys move, Enter filters, X explains", title(measure));
    // Whole dollars need no cents on an axis.
    let tick = |value| measured_text(value, measure).trim_end_matches(".00").to_owned();
    drawn.columns = Some(columns(label, stacks, &tick, legend));
    drawn
}

/// What columns are made of.
struct Chart<'a> {
    known: &'a UsageOverTime,
    measure: Measure,
    agents: &'a [(String, String)],
    /// The largest names with the series that each has; the others share one.
    series: Vec<(u8, String)>,
}

impl Chart<'_> {
    fn stacks(&self) -> Vec<Stack> {
        let known = self.known;
        match known.by {
            UsageBy::Session => {
                let stack = |row: &UsagePeriod| {
                    let key = row.session.clone().unwrap_or_default();
                    let name = row.title.clone().unwrap_or_else(|| key.chars().take(12).collect());
                    self.stack(row, &name, Part::Named(Split::Session, key))
                };
                sessions(known, self.measure).map(stack).collect()
            }
            UsageBy::Time(granularity) => {
                let none = UsagePeriod::default();
                let days = buckets(known, granularity);
                let skipped = days.len().saturating_sub(MOST_PERIODS);
                let stack = |day: Day| {
                    let row = known.rows.iter().find(|row| row.day == Some(day)).unwrap_or(&none);
                    let (name, label) = period(day, granularity);
                    Stack { label, ..self.stack(row, &name, Part::Period(day, granularity)) }
                };
                days.into_iter().skip(skipped).map(stack).collect()
            }
        }
    }

    fn stack(&self, row: &UsagePeriod, name: &str, part: Part) -> Stack {
        let (value, is_open) = measured(&row.totals, self.measure);
        let mut values: Vec<(u8, u64)> = self.series.iter().map(|(number, _)| (*number, 0)).collect();
        let mut told = Vec::new();
        for part in &row.parts {
            let Some(amount) = measured(&part.totals, self.measure).0 else { continue };
            let own = self.series.iter().find(|(_, name)| *name == part.name).map_or(OTHERS, |(number, _)| *number);
            match values.iter_mut().find(|(number, _)| *number == own) {
                Some((_, sum)) => *sum = sum.saturating_add(amount),
                None => values.push((own, amount)),
            }
            if told.len() < COLOURS {
                let name = label_of(self.known.split, &part.name, self.agents);
                told.push([&name, " ", &measured_text(amount, self.measure)].concat());
            }
        }
        let sign = if is_open { "at least " } else { "" };
        let amount = value
            .map_or_else(|| "not recorded".to_owned(), |value| [sign, &measured_text(value, self.measure)].concat());
        let told = if row.parts.len() > 1 { [": ", &told.join(", ")].concat() } else { String::new() };
        let sessions = count(row.sessions.into(), "session");
        let words = match row.sessions {
            0 => format!("{name}: no usage"),
            _ => format!("{name}: {amount} in {sessions}{told}"),
        };
        let explain = name_of(self.measure.name(), Place::Requests, &part);
        Stack { values, is_open, words, part: Some(part), explain, label: String::new() }
    }

    fn legend(&self, stacks: &[Stack]) -> Vec<(u8, String)> {
        let is_other = |(number, value): &(u8, u64)| *number == OTHERS && *value > 0;
        let has_others = stacks.iter().any(|stack| stack.values.iter().any(is_other));
        let is_open = stacks.iter().any(|stack| stack.is_open);
        let name = |(number, name): &(u8, String)| (*number, label_of(self.known.split, name, self.agents));
        let others = has_others.then(|| (OTHERS, "others".to_owned()));
        let unknown = is_open.then(|| (UNKNOWN, "not all is known: the column has no known top".to_owned()));
        self.series.iter().map(name).chain(others).chain(unknown).collect()
    }
}

/// The sessions that are drawn. The rows stand by cost.
fn sessions(known: &UsageOverTime, measure: Measure) -> impl Iterator<Item = &UsagePeriod> {
    let rows: Vec<&UsagePeriod> = known.rows.iter().collect();
    let value = |row: &UsagePeriod| measured(&row.totals, measure).0;
    sorted(rows, |a, b| value(b).cmp(&value(a))).into_iter().take(MOST_SESSIONS)
}

/// All periods from the first to the last, those without usage too.
fn buckets(known: &UsageOverTime, granularity: Granularity) -> Vec<Day> {
    /// More than the years of a [`crate::model::Timestamp`] have days.
    const MOST: usize = 250_000;
    let Some((first, last)) = known.days else { return Vec::new() };
    let from = granularity.bucket(first);
    let days = std::iter::successors(Some(from), |day| Some(granularity.next(*day)));
    days.take_while(|day| *day <= last).take(MOST).collect()
}

/// A period in a sentence, and below its column.
pub(super) fn period(day: Day, granularity: Granularity) -> (String, String) {
    let (civil, text) = (day.civil(), day_text(day.civil()));
    match granularity {
        Granularity::Month => (month_text(civil), month_text(civil)),
        Granularity::Week => (format!("week of {text} {}", civil.year), text),
        Granularity::Day => (format!("{text} {}", civil.year), text),
    }
}

/// The largest names with the series that each has; the others share one.
fn series(known: &UsageOverTime, measure: Measure) -> Vec<(u8, String)> {
    let mut sums: Vec<(&str, u64)> = Vec::new();
    for part in known.rows.iter().flat_map(|row| &row.parts) {
        let Some(amount) = measured(&part.totals, measure).0 else { continue };
        match sums.iter_mut().find(|(name, _)| *name == part.name) {
            Some((_, sum)) => *sum = sum.saturating_add(amount),
            None => sums.push((&part.name, amount)),
        }
    }
    let ranked = sorted(sums, |a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    ranked.into_iter().zip(1u8..).take(COLOURS).map(|((name, _), number)| (number, name.to_owned())).collect()
}

/// A name of a split as people read it.
pub fn label_of(split: Split, name: &str, agents: &[(String, String)]) -> String {
    match (split, name) {
        (Split::Agent, id) => agent_name(id, agents),
        (_, "unknown" | "") => format!("no {} recorded", split.name()),
        (_, name) => name.to_owned(),
    }
}

fn figures(drawn: &mut Drawn, known: &UsageOverTime, measure: Measure) {
    let totals = &known.totals;
    let named = |cell: Cell, measure: &str| cell.named(measure, Place::Requests, &Part::Whole);
    drawn.figure(title(measure).trim_end_matches(" over time"), measured_cell(totals, measure, &Part::Whole));
    if let (Some(before), Measure::Cost) = (&known.previous, measure) {
        let change = before.change.map(change_text);
        let cell = named(Cell::or(change, "no cost is known of the time before"), "cost");
        drawn.figure("Change", cell.against(Against::Change, &Part::Before).noted("against the time before"));
    }
    let amount = |amount: Option<Money>, note: String| match amount {
        None => Cell::missing("no cost is known"),
        Some(amount) => Cell {
            text: if totals.cost.is_lower_bound() { at_least_money(amount) } else { amount.display() },
            is_at_least: totals.cost.is_lower_bound(),
            title: "known cost".to_owned(),
            note,
            ..Cell::default()
        },
    };
    let burn = amount(known.daily_burn, format!("over {} with usage", count(known.active_days.into(), "day")));
    drawn.figure("Daily burn", named(burn, "daily-burn"));
    let peak = known.peak_day.map_or_else(String::new, |(day, _)| period(day, Granularity::Day).0);
    let peak = amount(known.peak_day.map(|(_, amount)| amount), peak);
    let peak = match known.peak_day {
        Some((day, _)) => peak.named("cost", Place::Requests, &Part::Period(day, Granularity::Day)),
        None => peak,
    };
    drawn.figure("Peak day", peak);
    let rate = Cell::percent(known.cache_hit_rate, "neither cached nor uncached input is recorded");
    drawn.figure("Cache hit rate", named(rate.noted("of input, writes left out"), "hit-rate"));
    let names = format!("{}, {}", count(known.projects.into(), "project"), count(known.models.into(), "model"));
    drawn.figure("Sessions", named(Cell::of(known.sessions.to_string()).noted(names), "sessions"));
}

const fn title(measure: Measure) -> &'static str {
    match measure {
        Measure::Cost => "Cost over time",
        Measure::Tokens => "Tokens over time",
        Measure::Input => "Uncached input over time",
        Measure::CacheWrite => "Cache writes over time",
        Measure::CacheRead => "Cache reads over time",
        Measure::Output => "Output over time",
    }
}

fn choice(key: &str, label: &str, options: Vec<(String, String)>, chosen: &str, is_list: bool) -> Choice {
    Choice { key: key.to_owned(), label: label.to_owned(), options, chosen: chosen.to_owned(), is_list }
}

fn measure_choice(chosen: Measure) -> Choice {
    let words = ["Cost", "All tokens", "Input, uncached", "Cache write", "Cache read", "Output"];
    let options = Measure::ALL.into_iter().zip(words).map(|(measure, words)| option(measure.name(), words));
    choice("measure", "Measured", options.collect(), chosen.name(), true)
}

fn per_choice(chosen: Option<UsageBy>) -> Choice {
    let options = [("", "Fitting"), ("day", "Day"), ("week", "Week"), ("month", "Month"), ("session", "Session")];
    choice(
        "per",
        "Columns",
        options.map(|(word, label)| option(word, label)).into(),
        chosen.map_or("", UsageBy::name),
        false,
    )
}

/// By what usage is told apart.
pub fn split_choice(chosen: Split) -> Choice {
    let options = [option("model", "Model"), option("project", "Project"), option("agent", "Agent")];
    choice("split", "Told apart by", options.into(), chosen.name(), false)
}

pub fn comparison(known: &Comparison, ask: &OverviewAsk, agents: &[(String, String)]) -> Drawn {
    let mut drawn = Drawn::new(PanelKind::Comparison, "Side by side", 8, &known.panel);
    if known.names.is_empty() && known.by == PairBy::default() {
        drawn.why_not = "nothing was used in this selection, as far as the logs tell".to_owned();
        return drawn;
    }
    let label = |name: &str| match known.by {
        PairBy::Named(split) => label_of(split, name, agents),
        _ => name.to_owned(),
    };
    let kinds = [
        ("model", "Models"),
        ("project", "Projects"),
        ("agent", "Agents"),
        ("day", "Days"),
        ("week", "Weeks"),
        ("month", "Months"),
        ("before", "Window and the time before"),
    ];
    drawn.choices = vec![choice(
        "compare",
        "Compared",
        kinds.map(|(word, label)| option(word, label)).into(),
        known.by.name(),
        true,
    )];
    if known.by != PairBy::Before && known.names.len() < 2 {
        drawn.note("there is nothing else of the kind to compare with");
        return drawn;
    }
    if known.by != PairBy::Before {
        let names: Vec<_> = known.names.iter().map(|name| (name.clone(), label(name))).collect();
        let side = |key, words, chosen: &AttributionRow| choice(key, words, names.clone(), &chosen.name, true);
        drawn.choices.extend([side("left", "Left", &known.left), side("right", "Right", &known.right)]);
    }
    let is_closed = ask.selection.filter.window.as_ref().is_some_and(|window| before(window).is_some());
    if known.by == PairBy::Before && !is_closed {
        drawn.note("choose a window with a start and an end to compare it with the time before");
        return drawn;
    }
    let or_dash = |name: &str| if name.is_empty() { "—".to_owned() } else { label(name) };
    drawn.headings = vec![
        String::new(),
        or_dash(&known.left.name),
        or_dash(&known.right.name),
        "Difference".into(),
        "Change".into(),
    ];
    let measure = Measure::of(RankBy::Tokens, ask.kinds);
    drawn.rows = known.rows.iter().map(|row| compared(row, known, measure)).collect();
    drawn
}

/// What a side stands for.
fn side_part(by: PairBy, name: &str, is_left: bool) -> Part {
    match by {
        PairBy::Named(split) => Part::Named(split, name.to_owned()),
        PairBy::Period(granularity) => Part::parse(granularity.name(), name).unwrap_or(Part::Whole),
        PairBy::Before => {
            if is_left {
                Part::Before
            } else {
                Part::Whole
            }
        }
    }
}

/// `+12.5%`
fn change_text(change: Tenths) -> String {
    [if change.0 > 0 { "+" } else { "" }, &change.text().replace('-', "−"), "%"].concat()
}

/// `tokens` is the measure of the tokens that are compared.
fn compared(row: &ComparisonRow, known: &Comparison, tokens: Measure) -> Row {
    let measure = match row.what {
        Compared::Cost => "cost".to_owned(),
        Compared::Sessions => "sessions".to_owned(),
        Compared::CostPerSession => "cost-each".to_owned(),
        Compared::Tokens => tokens.name().to_owned(),
        Compared::TokensPerSession => [tokens.name(), "-each"].concat(),
    };
    let [left, right] = [(&known.left, true), (&known.right, false)]
        .map(|(side, is_left)| (!side.name.is_empty()).then(|| side_part(known.by, &side.name, is_left)));
    // Where there is no second of the kind, its column is empty.
    let named = |cell: Cell, part: &Option<Part>| match part {
        Some(part) => cell.named(&measure, Place::Requests, part),
        None => cell,
    };
    let both = |cell: Cell, how| match &left {
        Some(other) if right.is_some() => named(cell, &right).against(how, other),
        _ => cell,
    };
    let text = |number: i64| match row.what.is_money() {
        true => signed(Money::from_pico(number)),
        false => {
            let sign = if number < 0 { "−" } else { "" };
            [sign, &format_token_count(number.unsigned_abs())].concat()
        }
    };
    let of = |number: Option<i64>, side: &AttributionRow| match number {
        None => Cell::missing("not recorded"),
        Some(number) => Cell {
            text: match row.what.is_money() && row.what.is_lower_bound(side) {
                true => at_least_money(Money::from_pico(number)),
                false => text(number),
            },
            is_at_least: row.what.is_lower_bound(side),
            title: if row.what.is_money() { cost_words(&side.totals.cost) } else { grouped(number.unsigned_abs()) },
            note: if row.what == Compared::Cost { side.totals.cost.status().to_owned() } else { String::new() },
            ..Cell::default()
        },
    };
    let delta = row.delta.map(|delta| [if delta > 0 { "+" } else { "" }, &text(delta)].concat());
    let change = row.percent.map(change_text);
    Row {
        name: row.what.name().to_owned(),
        cells: vec![
            named(of(row.left, &known.left), &left),
            named(of(row.right, &known.right), &right),
            both(Cell::or(delta, "one of the two is not known"), Against::Difference),
            both(Cell::or(change, "nothing to divide by on the left"), Against::Change),
        ],
        ..Row::default()
    }
}
