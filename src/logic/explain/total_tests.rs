//! For any archive and any filter: what the rows behind a total add is the number that the view shows, with its coverage.

use super::name::{TotalName, joined};
use super::total::{Portion, Total, TotalAsk, total};
use crate::archive::{Archive, CostTally, Totals};
use crate::logic::analytics::any::{DAY_ZERO_MS, any_archive, any_selection};
use crate::logic::analytics::cells::TokenKinds;
use crate::logic::analytics::day::Granularity;
use crate::logic::analytics::usage::UsageBy;
use crate::logic::analytics::{Facts, OverviewAsk, Selection, overview};
use crate::logic::coverage::coverage;
use crate::logic::usage::{By, CostSum, ReferenceTotals, UsageRowSummary};
use crate::logic::usage_view::{Counting, usage};
use crate::model::{Metric, Tally, Timestamp, Zone};
use proptest::prelude::*;

pub(super) struct Asked<'a> {
    pub archive: &'a Archive,
    pub facts: Facts,
    pub selection: Selection,
    pub zone: Zone,
}

impl Asked<'_> {
    pub fn total(&self, line: &str) -> Total {
        let name = TotalName::parse_line(line).expect(line);
        let ask = TotalAsk {
            archive: self.archive,
            facts: &self.facts,
            selection: &self.selection,
            zone: &self.zone,
            now: Timestamp::from_ms(DAY_ZERO_MS),
            name: &name,
        };
        total(&ask).expect(line)
    }

    /// The amounts and coverage that the rows of a total add up to.
    fn sum(&self, line: &str) -> Portion {
        let total = self.total(line);
        let mut sum = Portion::default();
        total.rows.iter().filter(|row| !row.is_out).for_each(|row| sum.merge(&row.portion));
        assert_eq!(sum, total.sum);
        sum
    }

    fn is_number(&self, line: &str, number: impl Into<i128>) -> Result<(), TestCaseError> {
        prop_assert_eq!(self.sum(line).amount, number.into(), "{}", line);
        Ok(())
    }

    /// Amount, reported, eligible and partial are the same.
    fn is_tally(&self, line: &str, tally: &Tally) -> Result<(), TestCaseError> {
        prop_assert_eq!(self.sum(line), Portion::from(tally), "{}", line);
        Ok(())
    }

    fn is_cost(&self, line: &str, cost: &CostTally) -> Result<(), TestCaseError> {
        prop_assert_eq!(self.sum(line), Portion::from(cost), "{}", line);
        Ok(())
    }

    fn is_text(&self, line: &str, text: Option<String>) -> Result<(), TestCaseError> {
        prop_assert_eq!(self.total(line).text(), text.unwrap_or_else(|| "—".into()), "{}", line);
        Ok(())
    }

    fn are_totals(&self, of: &str, totals: &Totals) -> Result<(), TestCaseError> {
        for (measure, tally) in [
            ("input", &totals.input_uncached),
            ("cache-read", &totals.cache_read),
            ("cache-write", &totals.cache_write),
            ("output", &totals.output),
        ] {
            self.is_tally(&format!("{measure} {of}"), tally)?;
        }
        self.is_cost(&format!("cost {of}"), &totals.cost)?;
        let sum = self.sum(&format!("tokens {of}"));
        let all = TokenKinds::default().sum(totals);
        prop_assert_eq!((sum.reported > 0).then_some(sum.amount), all.value.map(i128::from), "tokens {}", of);
        prop_assert_eq!(sum.is_lower_bound(), all.is_lower_bound, "tokens {}", of);
        Ok(())
    }
}

pub(super) fn asked<'a>(archive: &'a Archive, selection: Selection, offset: i32) -> Asked<'a> {
    Asked { archive, facts: Facts::of(archive), selection, zone: Zone::fixed("somewhere", offset * 3600) }
}

fn check_cards(asked: &Asked<'_>) -> Result<(), TestCaseError> {
    let ask = OverviewAsk { selection: asked.selection.clone(), ..OverviewAsk::at(Timestamp::from_ms(DAY_ZERO_MS)) };
    let found = overview(asked.archive, &asked.facts, &ask, &asked.zone);
    let summary = found.summary.expect("asked for");
    asked.is_number("sessions sessions", summary.sessions)?;
    asked.is_number("messages sessions", summary.messages)?;
    asked.is_number("prompts sessions", summary.prompts)?;
    asked.is_tally("output sessions", &summary.output)?;
    asked.is_cost("cost sessions", &summary.cost)?;
    asked.is_text("projects sessions", Some(summary.active_projects.to_string()))?;
    asked.is_text("active-days sessions", Some(summary.active_days.to_string()))?;
    asked.is_text("average-messages sessions", summary.avg_messages.map(|known| known.text()))?;
    asked.is_text("median-messages sessions", summary.median_messages.map(|known| known.to_string()))?;
    asked.is_text("p90-messages sessions", summary.p90_messages.map(|known| known.to_string()))?;
    asked.is_text("concentration sessions", summary.concentration.map(|known| known.text() + " %"))?;
    let tools = found.tools.expect("asked for");
    let failed = asked.sum("failed-calls sessions");
    prop_assert_eq!((failed.amount, failed.whole), (tools.failed.into(), tools.finished.into()));
    for row in &tools.tools {
        asked.is_number(&format!("tool-calls sessions:tool={}", row.name), row.calls)?;
        let failed = asked.sum(&format!("failed-calls sessions:tool={}", row.name));
        prop_assert_eq!((failed.amount, failed.whole), (row.failed.into(), row.finished.into()), "{}", row.name);
    }
    for row in found.projects.expect("asked for").rows {
        let of = |measure: &str| format!("{measure} sessions:project={}", row.name);
        asked.is_number(&of("sessions"), row.sessions)?;
        asked.is_number(&of("messages"), row.messages)?;
        asked.is_tally(&of("output"), &row.output)?;
        asked.is_cost(&of("cost"), &row.cost)?;
    }
    let activity = found.activity.expect("asked for");
    for bucket in &activity.buckets {
        let of = |measure: &str| format!("{measure} sessions:{}={}", activity.granularity.name(), bucket.day.text());
        asked.is_number(&of("messages"), bucket.messages())?;
        asked.is_number(&of("tool-calls"), bucket.tool_calls)?;
        asked.is_tally(&of("output"), &bucket.output)?;
    }
    for cell in found.heatmap.expect("asked for").cells {
        asked.is_number(&format!("sessions main:day={}", cell.day.text()), cell.sessions)?;
        asked.is_number(&format!("messages main:day={}", cell.day.text()), cell.value.get().unwrap_or(0))?;
    }
    for (cell, place) in found.hour_of_week.expect("asked for").cells.iter().zip(0u8..).filter(|(cell, _)| **cell > 0) {
        asked.is_number(&format!("messages main:hour={}-{}", place / 24, place % 24), *cell)?;
    }
    let (shape, health) = (found.shape.expect("asked for"), found.health.expect("asked for"));
    for (of, counts) in [("length", &shape.length), ("duration", &shape.duration), ("outcome", &health.outcomes)] {
        for (count, place) in counts.iter().zip(0u8..) {
            asked.is_number(&format!("sessions main:{of}={place}"), *count)?;
        }
    }
    Ok(())
}

fn check_requests(asked: &Asked<'_>) -> Result<(), TestCaseError> {
    use crate::logic::analytics::cells::Split;
    for (span, split) in Granularity::ALL.into_iter().cycle().zip(Split::ALL) {
        let ask = OverviewAsk {
            selection: asked.selection.clone(),
            usage_by: Some(UsageBy::Time(span)),
            split,
            ..OverviewAsk::at(Timestamp::from_ms(DAY_ZERO_MS))
        };
        let found = overview(asked.archive, &asked.facts, &ask, &asked.zone);
        let usage = found.usage.expect("asked for");
        asked.are_totals("requests", &usage.totals)?;
        for row in &usage.rows {
            let of = row.day.map_or("no-date".to_owned(), |day| format!("{}={}", span.name(), day.text()));
            asked.are_totals(&format!("requests:{of}"), &row.totals)?;
        }
        for row in found.attribution.expect("asked for").rows {
            asked.are_totals(&format!("requests:{}={}", split.name(), row.name), &row.totals)?;
        }
    }
    Ok(())
}

fn check_run(asked: &Asked<'_>, of: &str, row: &UsageRowSummary) -> Result<(), TestCaseError> {
    let line = |measure: &str| format!("{measure} usage{of}");
    for (measure, number) in [("sessions", row.sessions), ("ok", row.ok), ("failed", row.failed)] {
        asked.is_number(&line(measure), number)?;
    }
    for (measure, tally) in [
        ("input", &row.input_uncached),
        ("cache-read", &row.cache_read),
        ("cache-write", &row.cache_write),
        ("output", &row.output),
        ("requests", &row.requests),
        ("duration", &row.duration),
    ] {
        asked.is_tally(&line(measure), tally)?;
    }
    let CostSum { subtotal, known, unknown, unknown_incomplete, partial, .. } = row.cost;
    let eligible = known + unknown + unknown_incomplete;
    let cost = Portion { amount: subtotal.pico().into(), whole: 0, reported: known, eligible, partial };
    prop_assert_eq!(asked.sum(&line("cost")), cost, "cost {}", of);
    let each = asked.sum(&line("cost-per-success"));
    prop_assert_eq!((each.amount, each.whole), (cost.amount, row.ok.into()), "cost per success {}", of);
    let share = |measure: &str| asked.sum(&line(measure));
    let rate = share("success-rate");
    prop_assert_eq!((rate.amount, rate.whole), (row.ok.into(), (row.ok + row.failed).into()));
    for (measure, ratio) in [("hit-rate", &row.cache_hits), ("output-pace", &row.output_pace)] {
        let found = share(measure);
        prop_assert_eq!(
            (found.amount, found.whole, found.reported),
            (ratio.part.into(), ratio.whole.into(), ratio.sessions)
        );
    }
    Ok(())
}

fn check_reference(asked: &Asked<'_>, of: &str, row: &ReferenceTotals) -> Result<(), TestCaseError> {
    for (measure, number) in [
        ("sessions", i64::from(row.sessions)),
        ("ok", row.success_sessions.into()),
        ("failed", row.failed_sessions.into()),
        ("input", row.input_tokens),
        ("cache-read", row.cache_read_tokens),
        ("cache-write", row.cache_write_tokens),
        ("output", row.output_tokens),
        ("tokens", row.total_tokens),
        ("duration", row.duration_ms),
    ] {
        asked.is_number(&format!("{measure} reference{of}"), number)?;
    }
    let cost = asked.total(&format!("cost reference{of}"));
    prop_assert_eq!(cost.sum.eligible - cost.sum.reported, row.unknown_cost_sessions);
    if let Some(known) = row.known_cost {
        prop_assert_eq!(cost.sum.amount, i128::from(known.pico()));
    }
    prop_assert_eq!(cost.text() == "—", row.known_cost.is_none(), "{}", of);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn cards_and_panels(archive in any_archive(), selection in any_selection(), offset in -12i32..14) {
        check_cards(&asked(&archive, selection, offset))?;
    }

    #[test]
    fn usage_over_time(archive in any_archive(), selection in any_selection(), offset in -12i32..14) {
        check_requests(&asked(&archive, selection, offset))?;
    }

    #[test]
    fn the_usage_table(archive in any_archive(), selection in any_selection(), offset in -12i32..14) {
        let asked = asked(&archive, selection, offset);
        for by in By::ALL {
            let view = usage(&archive, by, &asked.selection.filter, Some(Counting::Normalised), &asked.zone);
            check_run(&asked, "", &view.ours.totals)?;
            for row in &view.ours.rows {
                let key = if by == By::Session { row.key[0].clone() } else { joined(&row.key) };
                check_run(&asked, &format!(":{}={key}", by.name()), row)?;
            }
            check_reference(&asked, "", &view.reference.totals)?;
            for row in &view.reference.rows {
                let key = joined(&[row.provider.clone(), row.model.clone()]);
                check_reference(&asked, &format!(":provider-model={key}"), row)?;
            }
        }
    }

    #[test]
    fn cells_of_the_coverage_table(archive in any_archive(), selection in any_selection()) {
        let asked = asked(&archive, selection, 0);
        let view = coverage(&archive, &asked.selection.filter);
        let rows = view.agents.iter().map(|row| (format!(":agent={}", row.agent), row));
        for (of, row) in rows.chain([(String::new(), &view.totals)]) {
            for (metric, cell) in Metric::ALL.into_iter().zip(&row.cells) {
                let sum = asked.sum(&format!("{} coverage{of}", metric.name()));
                prop_assert_eq!(
                    (sum.reported, sum.eligible, sum.partial),
                    (cell.count.recorded, cell.count.eligible, cell.count.partial)
                );
            }
        }
    }

    #[test]
    fn sums_of_a_session(archive in any_archive(), is_own in any::<bool>()) {
        let mut selection = Selection::default();
        selection.filter.own_only = is_own;
        let asked = asked(&archive, selection, 0);
        for session in archive.sessions() {
            let totals = if is_own { &session.totals } else { &session.tree };
            for (measure, tally) in [
                ("input", &totals.input_uncached),
                ("cache-read", &totals.cache_read),
                ("cache-write", &totals.cache_write),
                ("output", &totals.output),
            ] {
                asked.is_tally(&format!("{measure} session:key={}", session.key), tally)?;
            }
            asked.is_cost(&format!("cost session:key={}", session.key), &totals.cost)?;
        }
    }
}
