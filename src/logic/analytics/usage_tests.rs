//! The examples of analytics.md §11 and §13, and what coverage makes of sums.

use super::blocks::{Block, add};
use super::comparison::{Compared, compare};
use super::example::{at, facts};
use super::facts::{HealthFacts, LastMessage, SessionFacts};
use super::health::{Confidence, Penalty, SeemingOutcome, Signals, Why, grade, outcome, penalties, score};
use super::savings::Verdict;
use super::stats::Tenths;
use super::*;
use crate::logic::made;
use crate::logic::sessions::Filter;
use crate::logic::window::{Grammar, resolve};
use crate::model::{Finality, Money, Reported, SourceIndex, TokenSet};

fn ask() -> OverviewAsk {
    OverviewAsk::at(at("2026-03-06T12:00:00Z"))
}

/// Requests of a model at times, with uncached input, cache reads, cache writes and output.
fn requests(id: &str, model: &str, rows: &[(&str, [Option<u64>; 4])]) -> SourceIndex {
    let mut made = made::source(&format!("{id}.jsonl"));
    made::part(&mut made, id);
    made.parts[0].models = vec![model.into()];
    let model = made.strings.intern(model);
    for (time, [input, read, write, output]) in rows {
        let row = made::answer(&mut made, None, None);
        row.at = Some(at(time));
        row.model = model;
        row.tokens = TokenSet {
            input_uncached: (*input).into(),
            cache_read: (*read).into(),
            cache_write: (*write).into(),
            output: (*output).into(),
            ..TokenSet::default()
        };
    }
    made.parts[0].started = rows.first().map(|(time, _)| at(time));
    made
}

#[test]
fn a_cache_saves_what_its_own_rates_say() {
    let row = ("2026-03-02T10:00:00Z", [Some(0), Some(100_000), Some(10_000), Some(0)]);
    let archive = made::archive([requests("a", "claude-sonnet-4-5", &[row; 10])]);
    let answer = overview(&archive, &facts(&archive), &ask(), &Zone::utc());
    let savings = answer.savings.expect("asked for");
    assert_eq!(savings.saved, Some(Money::from_pico(2_625_000_000_000)));
    assert_eq!((savings.verdict, savings.priced, savings.unpriced), (Verdict::Saved, 10, 0));
    assert_eq!((savings.cache_read.value, savings.cache_write.value), (Some(1_000_000), Some(100_000)));
    assert_eq!(savings.hit_rate.map(Tenths::text).as_deref(), Some("100.0"), "writes are left out");
    let cent = 10_000_000_000;
    let verdicts = [cent / 2, cent / 2 + 1, -cent / 2, -cent / 2 - 1].map(|pico| Verdict::of(Money::from_pico(pico)));
    assert_eq!(verdicts, [Verdict::None, Verdict::Saved, Verdict::None, Verdict::Costlier]);
    let unknown = made::archive([requests("a", "nobody-knows-this", &[row])]);
    let savings = overview(&unknown, &facts(&unknown), &ask(), &Zone::utc()).savings.expect("asked for");
    assert_eq!((savings.saved, savings.verdict, savings.unpriced), (None, Verdict::None, 1));
}

fn blocks_of(times: &[&str]) -> Vec<Block> {
    let mut rows = Vec::new();
    times.iter().for_each(|time| add(&mut rows, at(time), None));
    rows
}

#[test]
fn blocks_begin_at_the_hour_and_last_five() {
    let rows = blocks_of(&[
        "2026-03-02T09:50:00Z",
        "2026-03-02T14:00:00Z",
        "2026-03-02T14:00:01Z",
        "2026-03-02T19:00:01Z",
        "2026-03-03T00:00:02Z",
    ]);
    let shown: Vec<_> = rows
        .iter()
        .map(|block| (block.is_gap, block.start.map(Timestamp::rfc3339).unwrap_or_default(), block.requests))
        .collect();
    assert_eq!(
        shown,
        [
            (false, "2026-03-02T09:00:00.000Z".into(), 2),
            (false, "2026-03-02T14:00:00.000Z".into(), 1),
            (false, "2026-03-02T19:00:00.000Z".into(), 1),
            (true, "2026-03-02T19:00:01.000Z".into(), 0),
            (false, "2026-03-03T00:00:00.000Z".into(), 1)
        ]
    );
}

#[test]
fn the_active_block_is_projected_to_its_end() {
    let row = |time| (time, [Some(600), None, None, Some(0)]);
    let archive = made::archive([requests("a", "m", &[row("2026-03-06T10:00:00Z"), row("2026-03-06T11:00:00Z")])]);
    let at_time = |now: &str| {
        let ask = OverviewAsk { now: at(now), ..ask() };
        let blocks = overview(&archive, &facts(&archive), &ask, &Zone::utc()).blocks.expect("asked for");
        let block = blocks.rows[0].clone();
        (block.is_active, block.tokens.value, block.burn.map(Tenths::text), block.projection)
    };
    assert_eq!(at_time("2026-03-06T12:00:00Z"), (true, Some(1200), Some("20.0".into()), Some(1200 + 20 * 180)));
    assert_eq!(at_time("2026-03-06T15:00:00Z"), (false, Some(1200), Some("20.0".into()), None));
}

#[test]
fn usage_counts_when_it_was_used() {
    let row = |time, output| (time, [Some(1), None, None, Some(output)]);
    let rows = [row("2026-03-02T23:00:00Z", 10), row("2026-03-03T01:00:00Z", 5), row("2026-04-01T01:00:00Z", 2)];
    let archive = made::archive([requests("a", "gpt-5", &rows)]);
    let shown = |by, window: &str| {
        let now = at("2026-04-02T00:00:00Z");
        let window = resolve(window, now, &Zone::utc(), Grammar::Ours).expect("a window");
        let selection = Selection { filter: Filter { window, ..Filter::default() }, ..Selection::default() };
        let ask = OverviewAsk { usage_by: Some(by), selection, ..ask() };
        let usage = overview(&archive, &facts(&archive), &ask, &Zone::utc()).usage.expect("asked for");
        let row = |row: &usage::UsagePeriod| (row.day.map(day::Day::text).unwrap_or_default(), row.totals.output.sum);
        usage.rows.iter().map(row).collect::<Vec<_>>()
    };
    let dated = |rows: &[(&str, u64)]| rows.iter().map(|(day, sum)| ((*day).to_owned(), *sum)).collect::<Vec<_>>();
    use Granularity::{Day, Month, Week};
    assert_eq!(shown(UsageBy::Time(Day), "all"), dated(&[("2026-03-02", 10), ("2026-03-03", 5), ("2026-04-01", 2)]));
    assert_eq!(shown(UsageBy::Time(Week), "all"), dated(&[("2026-03-02", 15), ("2026-03-30", 2)]));
    assert_eq!(shown(UsageBy::Time(Month), "all"), dated(&[("2026-03-01", 15), ("2026-04-01", 2)]));
    assert_eq!(shown(UsageBy::Session, "all"), dated(&[("", 17)]));
    assert_eq!(shown(UsageBy::Time(Day), "2026-03-03"), dated(&[("2026-03-03", 5)]));
}

#[test]
fn the_time_before_is_as_long() {
    let row = |time| (time, [Some(1_000_000), None, None, Some(0)]);
    let rows = [row("2026-03-01T12:00:00Z"), row("2026-03-02T12:00:00Z"), row("2026-03-02T13:00:00Z")];
    let archive = made::archive([requests("a", "gpt-5", &rows)]);
    let previous = |window: &str| {
        let window = resolve(window, at("2026-03-03T00:00:00Z"), &Zone::utc(), Grammar::Ours).expect("a window");
        let selection = Selection { filter: Filter { window, ..Filter::default() }, ..Selection::default() };
        let usage = overview(&archive, &facts(&archive), &OverviewAsk { selection, ..ask() }, &Zone::utc()).usage;
        usage.expect("asked for").previous.map(|before| (before.cost.reported, before.change.map(Tenths::text)))
    };
    assert_eq!(previous("2026-03-02"), Some((1, Some("100.0".into()))));
    assert_eq!(previous("2026-03-01"), Some((0, None)), "nothing was spent before");
    assert_eq!(previous("all"), None);
}

#[test]
fn comparisons_know_when_there_is_nothing_to_compare_with() {
    let percent = |left, right| compare(Compared::Tokens, left, right).percent.map(Tenths::text);
    assert_eq!(percent(Some(200), Some(100)).as_deref(), Some("-50.0"));
    assert_eq!((percent(Some(0), Some(5)), percent(None, Some(5))), (None, None));
    assert_eq!(compare(Compared::Cost, Some(0), Some(5)).delta, Some(5));
}

/// token-coverage.md §9, cases 1, 2, 8 and 12.
#[test]
fn zeros_count_gaps_do_not_and_partial_counts_are_lower_bounds() {
    let check = |rows: &[(Option<u64>, Option<u64>)], finality, known: (Option<u64>, bool)| {
        let mut made = made::session("a", rows);
        made.usage.iter_mut().for_each(|row| row.finality = finality);
        let archive = made::archive([made]);
        let answer = overview(&archive, &facts(&archive), &ask(), &Zone::utc());
        let (summary, usage) = (answer.summary.expect("asked for"), answer.usage.expect("asked for"));
        for output in [summary.output, usage.totals.output] {
            assert_eq!((output.value().get(), output.is_lower_bound()), known);
        }
    };
    check(&[(Some(0), Some(0))], Finality::Final, (Some(0), false));
    check(&[(None, None)], Finality::Final, (None, false));
    check(&[(None, Some(5)), (None, None)], Finality::Final, (Some(5), true));
    check(&[(None, Some(5)), (None, Some(5))], Finality::Partial, (Some(10), true));
    let mut unpriced = requests("a", "gpt-5", &[("2026-03-02T10:00:00Z", [Some(1), None, None, Some(1)])]);
    let unknown = unpriced.strings.intern("nobody-knows-this");
    let row = made::answer(&mut unpriced, Some(1), Some(1));
    row.model = unknown;
    let archive = made::archive([unpriced]);
    let usage = overview(&archive, &facts(&archive), &ask(), &Zone::utc()).usage.expect("asked for");
    assert_eq!((usage.totals.cost.status(), usage.totals.cost.is_lower_bound()), ("partial", true));
    assert_eq!(usage.panel.notes, ["1 request without a cost"]);
}

fn signals(outcome: SeemingOutcome) -> Signals {
    Signals { outcome, retries: Reported::new(0), churn: Reported::new(0), ..Signals::default() }
}

/// The examples of analytics.md §13.
#[test]
fn scores_of_the_examples() {
    let check = |signals: &Signals, points: u32, name: &str| {
        let found = score(&penalties(signals));
        assert_eq!((found, super::health::GRADES[grade(found)]), (points, name));
    };
    let completed = signals(SeemingOutcome::Completed);
    check(&Signals { failures: 2, churn: Reported::new(1), ..completed }, 90, "A");
    let errored = signals(SeemingOutcome::Errored);
    check(&Signals { failures: 12, retries: Reported::new(3), streak: 4, ..errored }, 15, "F");
    let abandoned = signals(SeemingOutcome::Abandoned);
    check(&Signals { compactions: 3, context: Some((95, 100)), ..abandoned }, 65, "C");
    check(&Signals { context: Some((90, 100)), ..completed }, 100, "A");
    let worst = Signals {
        failures: 99,
        retries: Reported::new(99),
        churn: Reported::new(99),
        streak: 3,
        compactions: 9,
        mid_task: 9,
        context: Some((2, 1)),
        ..errored
    };
    check(&worst, 0, "F");
    assert_eq!(penalties(&Signals { mid_task: 3, ..completed }), [Penalty { why: Why::MidTask, points: 18 }]);
    assert_eq!([90, 89, 75, 74, 60, 59, 40, 39].map(grade), [0, 1, 1, 2, 2, 3, 3, 4]);
}

#[test]
fn outcomes_by_the_first_rule_that_applies() {
    use {Confidence as Sure, SeemingOutcome as Is};
    let now = at("2026-03-06T12:00:00Z");
    let row = |messages: u32, last| SessionFacts {
        prompts: messages.div_ceil(2),
        responses: messages / 2,
        health: HealthFacts { last, last_at: Some(at("2026-03-06T11:00:00Z")), ..HealthFacts::default() },
        ..SessionFacts::default()
    };
    let check = |row: SessionFacts, known: (Is, Sure)| assert_eq!(outcome(&row, now), known);
    use LastMessage::{Error, Prompt, Response};
    check(SessionFacts { is_automated: true, ..row(8, Error) }, (Is::Unknown, Sure::Low));
    check(row(8, Error), (Is::Errored, Sure::Medium));
    check(row(2, Response), (Is::Completed, Sure::Medium));
    check(row(2, Prompt), (Is::Unknown, Sure::Low));
    check(row(9, Prompt), (Is::Abandoned, Sure::Medium));
    check(row(10, Prompt), (Is::Abandoned, Sure::High));
    check(row(10, Response), (Is::Completed, Sure::Medium));
    let mut failing = row(10, Response);
    failing.health.final_streak = 3;
    check(failing, (Is::Errored, Sure::Medium));
    let mut recent = row(10, Prompt);
    recent.health.last_at = Some(at("2026-03-06T11:50:01Z"));
    check(recent, (Is::Unknown, Sure::Low));
}
