//! Whatever is loaded and selected: parts add up to their whole, and what stands behind a number adds up to it.

use super::any::{DAY_ZERO_MS, any_archive, any_selection};
use super::behind::{Behind, BucketOf, Number, Part, behind};
use super::cells::{Split, TokenKinds};
use super::comparison::{Pair, PairBy};
use super::day::Granularity;
use super::facts::Facts;
use super::panel::{Basis, PanelScope};
use super::usage::UsageBy;
use super::wish::Measure;
use super::*;
use crate::archive::Totals;
use crate::logic::drawn::{PANELS, panels};
use crate::model::{Tally, from_wire, to_wire};
use proptest::prelude::*;
use proptest::sample::select;

/// What of sums must agree: amounts and how many rows have them.
fn sums(totals: &Totals) -> [u64; 9] {
    let Totals { input_uncached, cache_read, output, cost, .. } = totals;
    [
        input_uncached.sum,
        input_uncached.reported.into(),
        cache_read.sum,
        cache_read.reported.into(),
        output.sum,
        output.reported.into(),
        cost.known.pico() as u64,
        cost.reported.into(),
        output.partial.into(),
    ]
}

fn sum<'a>(all: impl IntoIterator<Item = &'a Totals>) -> Totals {
    let mut sum = Totals::default();
    all.into_iter().for_each(|totals| sum.merge(totals));
    sum
}

fn merged<'a>(all: impl IntoIterator<Item = &'a Tally>) -> Tally {
    let mut sum = Tally::default();
    all.into_iter().for_each(|tally| sum.merge(tally));
    sum
}

fn check_usage(archive: &Archive, facts: &Facts, ask: &OverviewAsk, zone: &Zone) -> Result<(), TestCaseError> {
    let panels = vec![PanelKind::Usage, PanelKind::Attribution, PanelKind::Blocks];
    let spans = Granularity::ALL.map(UsageBy::Time).into_iter().chain([UsageBy::Session]);
    for (by, split) in spans.zip(Split::ALL) {
        let ask = OverviewAsk { usage_by: Some(by), split, panels: panels.clone(), ..ask.clone() };
        let answer = overview(archive, facts, &ask, zone);
        let (usage, attribution) = (answer.usage.expect("asked for"), answer.attribution.expect("asked for"));
        prop_assert_eq!(sum(usage.rows.iter().map(|row| &row.totals)), usage.totals);
        prop_assert_eq!(sum(usage.rows.iter().flat_map(|row| &row.parts).map(|part| &part.totals)), usage.totals);
        prop_assert_eq!(sum(attribution.rows.iter().map(|row| &row.totals)), usage.totals);
        let number = |part| Number { scope: PanelScope::Usage, basis: Basis::RequestTime, part, now: ask.now };
        let found = |part| behind(archive, facts, &ask.selection, zone, &number(part));
        let whole = found(Part::Whole);
        prop_assert_eq!(sums(&whole.totals), sums(&usage.totals));
        prop_assert_eq!(of_requests(&whole)[..8].to_vec(), sums(&usage.totals)[..8].to_vec());
        for row in &attribution.rows {
            let found = found(Part::Named(split, row.name.clone()));
            prop_assert_eq!(sums(&found.totals), sums(&row.totals), "{:?} {}", split, row.name);
            prop_assert_eq!(
                of_requests(&found)[..8].to_vec(),
                sums(&row.totals)[..8].to_vec(),
                "{:?} {}",
                split,
                &row.name
            );
        }
        if let UsageBy::Time(granularity) = by {
            for row in &usage.rows {
                let found = found(row.day.map_or(Part::NoDate, |day| Part::Period(day, granularity)));
                prop_assert_eq!(sums(&found.totals), sums(&row.totals));
            }
        }
        let blocks = answer.blocks.expect("asked for");
        for block in blocks.rows.iter().filter(|block| !block.is_gap) {
            let last = block.last.map(|at| Timestamp::from_nanos(at.nanos() + 1));
            let found = found(block.first.zip(last).map_or(Part::Whole, |(from, until)| Part::Between(from, until)));
            prop_assert!(of_requests(&found)[5] >= u64::from(block.totals.output.reported));
        }
        let timed = merged(blocks.rows.iter().map(|block| &block.totals.output));
        prop_assert!(timed.sum <= usage.totals.output.sum && timed.reported <= usage.totals.output.reported);
    }
    Ok(())
}

/// The sums of the requests that stand behind a number.
fn of_requests(found: &Behind) -> [u64; 9] {
    let mut totals = Totals::default();
    for row in &found.requests {
        if row.counts_tokens {
            totals.input_uncached.add(row.tokens.input_uncached, false);
            totals.cache_read.add(row.tokens.cache_read, false);
            totals.output.add(row.tokens.output, false);
        }
        if let Some(cost) = row.cost.get().filter(|_| row.counts_cost) {
            totals.cost.add(crate::model::Cost::Recorded(cost), 0);
        }
    }
    sums(&totals)
}

fn check_sessions(archive: &Archive, facts: &Facts, ask: &OverviewAsk, zone: &Zone) -> Result<(), TestCaseError> {
    let answer = overview(archive, facts, ask, zone);
    let whole_answer = answer.clone();
    let (summary, activity) = (answer.summary.expect("asked for"), answer.activity.expect("asked for"));
    let projects = answer.projects.expect("asked for");
    let buckets = || activity.buckets.iter().chain([&activity.undated]);
    prop_assert_eq!(buckets().map(|bucket| bucket.messages()).sum::<u32>(), summary.messages);
    prop_assert_eq!(buckets().map(|bucket| bucket.sessions).sum::<u32>(), summary.sessions);
    prop_assert_eq!(merged(buckets().map(|bucket| &bucket.output)), summary.output);
    prop_assert_eq!(projects.rows.iter().map(|row| row.messages).sum::<u32>(), summary.messages);
    prop_assert_eq!(merged(projects.rows.iter().map(|row| &row.output)), summary.output);
    prop_assert_eq!(summary.agents.iter().map(|row| row.messages).sum::<u32>(), summary.messages);
    let tools = answer.tools.expect("asked for");
    prop_assert_eq!(tools.tools.iter().map(|row| row.calls).sum::<u32>(), tools.calls);
    prop_assert_eq!(tools.categories.iter().map(|row| row.calls).sum::<u32>(), tools.calls);
    prop_assert_eq!(buckets().map(|bucket| bucket.tool_calls).sum::<u32>(), tools.calls);
    let found = |scope, part| {
        let number = Number { scope, basis: Basis::SessionStart, part, now: ask.now };
        behind(archive, facts, &ask.selection, zone, &number).sessions
    };
    let whole = found(PanelScope::Sessions, Part::Whole);
    let messages = |rows: &[super::behind::SessionBehind]| {
        rows.iter().filter(|row| !row.is_fork).map(|row| row.prompts + row.responses).sum::<u32>()
    };
    prop_assert_eq!(messages(&whole), summary.messages);
    prop_assert_eq!(whole.iter().filter_map(|row| row.output.get()).sum::<u64>(), summary.output.sum);
    for row in &projects.rows {
        let found = found(PanelScope::Sessions, Part::Named(Split::Project, row.name.clone()));
        prop_assert_eq!(messages(&found), row.messages);
        prop_assert_eq!(found.iter().filter_map(|row| row.output.get()).sum::<u64>(), row.output.sum);
    }
    for bucket in &activity.buckets {
        let found = found(PanelScope::Sessions, Part::Period(bucket.day, activity.granularity));
        prop_assert_eq!(messages(&found), bucket.messages());
    }
    let (map, hours) = (answer.heatmap.expect("asked for"), answer.hour_of_week.expect("asked for"));
    let main = found(PanelScope::Main, Part::Whole);
    let dated =
        main.iter().filter(|row| row.started.is_some()).map(|row| u64::from(row.prompts + row.responses)).sum::<u64>();
    let shown = map.cells.iter().filter_map(|cell| cell.value.get()).sum::<u64>();
    prop_assert!(shown == dated || map.is_cut && shown < dated);
    for cell in &map.cells {
        let found = found(PanelScope::Main, Part::Period(cell.day, Granularity::Day));
        prop_assert_eq!(u64::from(messages(&found)), cell.value.get().unwrap_or(0));
        prop_assert_eq!(found.len() as u32, cell.sessions);
    }
    let in_hours = hours.cells.iter().sum::<u32>() + hours.untimed;
    match ask.selection.filter.weekday.is_none() && ask.selection.filter.hour.is_none() {
        true => prop_assert_eq!(in_hours, messages(&main)),
        false => prop_assert!(in_hours >= messages(&main)),
    }
    for (cell, place) in hours.cells.iter().zip(0u8..).filter(|(cell, _)| **cell > 0) {
        let found = found(PanelScope::Main, Part::HourOfWeek(place / 24, place % 24));
        prop_assert_eq!(messages(&found), *cell);
    }
    for row in &tools.tools {
        let found = found(PanelScope::Sessions, Part::Tool(row.name.clone()));
        prop_assert_eq!(found.iter().map(|row| row.calls).sum::<u32>(), row.calls);
        prop_assert_eq!(found.len() as u32, row.sessions);
    }
    let (shape, health) =
        (whole_answer.shape.clone().unwrap_or_default(), whole_answer.health.clone().unwrap_or_default());
    let buckets = [
        (BucketOf::Length, &shape.length),
        (BucketOf::Duration, &shape.duration),
        (BucketOf::Autonomy, &shape.autonomy),
        (BucketOf::Archetype, &shape.archetypes),
        (BucketOf::Grade, &health.grades),
        (BucketOf::Outcome, &health.outcomes),
        (BucketOf::Pressure, &answer.pressure.expect("asked for").sessions),
    ];
    for (of, counts) in buckets {
        for (count, place) in counts.iter().zip(0u8..) {
            prop_assert_eq!(found(PanelScope::Main, Part::Bucket(of, place)).len() as u32, *count);
        }
    }
    check_others(&whole_answer, main.len())
}

/// Panels of buckets.
fn check_others(answer: &Overview, main: usize) -> Result<(), TestCaseError> {
    let shape = answer.shape.as_ref().expect("asked for");
    prop_assert_eq!(shape.archetypes.iter().sum::<u32>() as usize, main);
    let health = answer.health.as_ref().expect("asked for");
    prop_assert_eq!((health.scored + health.unscored) as usize, main);
    prop_assert_eq!(health.outcomes.iter().sum::<u32>() as usize, main);
    let concurrency = answer.concurrency.as_ref().expect("asked for");
    prop_assert_eq!(concurrency.buckets.iter().map(|bucket| bucket.agent_ms).sum::<u64>(), concurrency.agent_ms);
    prop_assert_eq!(concurrency.buckets.iter().map(|bucket| bucket.most).max().unwrap_or(0), concurrency.peak);
    prop_assert!(concurrency.active_ms <= concurrency.agent_ms);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn parts_add_up(archive in any_archive(), selection in any_selection(), offset in -12i32..14) {
        let zone = Zone::fixed("somewhere", offset * 3600);
        let facts = Facts::of(&archive);
        let ask = OverviewAsk { selection, ..OverviewAsk::at(Timestamp::from_ms(DAY_ZERO_MS)) };
        check_usage(&archive, &facts, &ask, &zone)?;
        check_sessions(&archive, &facts, &ask, &zone)?;
    }

    /// Nothing paid is left out, and nothing counts twice (analytics.md §0).
    #[test]
    fn without_a_filter_all_usage_is_there(archive in any_archive()) {
        let facts = Facts::of(&archive);
        let ask = OverviewAsk::at(Timestamp::from_ms(DAY_ZERO_MS));
        let usage = overview(&archive, &facts, &ask, &Zone::utc()).usage.expect("asked for");
        let counted = archive.sessions().iter().zip(&facts.sessions).filter(|(session, row)| {
            row.kind != super::facts::Kind::Uncounted && session.counted_in.is_none()
        });
        prop_assert_eq!(sums(&usage.totals), sums(&sum(counted.map(|(session, _)| &session.totals))));
        let kinds = TokenKinds::default().sum(&usage.totals);
        prop_assert!(kinds.value.unwrap_or(0) >= usage.totals.output.sum);
    }

    #[test]
    fn answers_survive_the_way_to_the_page(archive in any_archive(), selection in any_selection()) {
        let facts = Facts::of(&archive);
        let ask = OverviewAsk { selection, ..OverviewAsk::at(Timestamp::from_ms(DAY_ZERO_MS)) };
        let answer = overview(&archive, &facts, &ask, &Zone::utc());
        prop_assert_eq!(from_wire(&to_wire(&ask)), Some(ask));
        prop_assert_eq!(from_wire(&to_wire(&answer)), Some(of_page(answer)));
    }

    #[test]
    fn panels_of_usage_are_drawn_whatever_is_loaded(
        archive in any_archive(), selection in any_selection(), by in 0usize..5, split in select(Split::ALL.to_vec()),
        measure in select(Measure::ALL.to_vec()), pair in select(PairBy::ALL.to_vec()),
    ) {
        let facts = Facts::of(&archive);
        let spans = Granularity::ALL.map(UsageBy::Time).into_iter().chain([UsageBy::Session]);
        let ask = OverviewAsk {
            selection,
            usage_by: spans.map(Some).nth(by).flatten(),
            split,
            rank: measure.rank(),
            kinds: measure.kinds(),
            pair: Some(Pair { by: pair, ..Pair::default() }),
            ..OverviewAsk::at(Timestamp::from_ms(DAY_ZERO_MS))
        };
        let drawn = panels(&archive, &facts, &ask, &Zone::utc());
        prop_assert_eq!(drawn.len(), PANELS.len());
        for known in &drawn {
            prop_assert!(!known.why_not.is_empty() || known.columns.is_some() || !known.rows.is_empty() || !known.notes.is_empty() || !known.figures.is_empty());
            prop_assert!(known.shares.iter().map(|(_, of)| of).sum::<u32>() <= 10_000);
            for column in known.columns.iter().flat_map(|columns| &columns.columns) {
                prop_assert!(column.pieces.iter().map(|(_, of)| of).sum::<u32>() <= 10_000);
            }
        }
        prop_assert_eq!(from_wire(&to_wire(&drawn)), Some(drawn));
    }
}

/// What of an answer travels to the page.
fn of_page(answer: Overview) -> Overview {
    Overview {
        usage: None,
        attribution: None,
        dearest: None,
        savings: None,
        blocks: None,
        comparison: None,
        concurrency: None,
        pressure: None,
        routing: None,
        post_mortem: None,
        sessions: None,
        activity: answer.activity.map(|activity| super::activity::Activity {
            buckets: Vec::new(),
            undated: Default::default(),
            ..activity
        }),
        ..answer
    }
}
