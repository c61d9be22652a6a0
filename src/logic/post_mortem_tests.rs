//! The numbers of codetether.md §12.1, and its rules at their edges.

use super::*;
use crate::archive::SourceReader;
use crate::model::{Fallback, SourceMeta, fixed};

const EVENTS: &str = include_str!("../../tests/fixtures/codetether/codetether-events.jsonl");
const FAILURE: &str = r#"{"trace_id":"00000000-0000-0000-0000-000000000002","fell_back_to":"truncate","reason":"still over","after_tokens":42000,"budget":40000}"#;

fn told(log: &str) -> PostMortem {
    let mut reader = SourceReader::new(SourceMeta { path: "s1.jsonl".into(), size: None });
    reader.push(log.as_bytes());
    let part = reader.finish(None).parts.pop().expect("a session");
    part.post_mortem.expect("telemetry")
}

fn six(value: Option<f64>) -> String {
    value.map_or("—".to_owned(), |value| fixed(value, 6))
}

fn sums(sum: &CallSum) -> (u32, [Option<u64>; 4]) {
    (sum.calls, [sum.prompt.value(), sum.completion.value(), tokens(sum), sum.duration.value()].map(Reported::get))
}

#[test]
fn worked_example() {
    let summary = summarise([&told(EVENTS)]);
    assert_eq!(sums(&summary.total), (3, [Some(1900), Some(440), Some(2340), Some(1320)]));
    let by_source: Vec<_> = summary.by_source.iter().map(|sum| (sum.source.as_str(), tokens(sum).get())).collect();
    let expected = [("root", Some(1540)), ("rlm_iteration", Some(560)), ("rlm_subcall", Some(240))];
    assert_eq!(by_source, expected, "nobody called a model from within a tool");
    assert_eq!(six(summary.rlm_share()), "0.341880");
    let peak = summary.told.peak.expect("an estimate");
    assert_eq!((six(Some(fraction(peak))).as_str(), is_over_budget(peak)), ("0.734375", false));
    let [rlm] = summary.told.rlm.as_slice() else { panic!("one outcome") };
    assert_eq!((rlm.outcome.as_str(), rlm.runs, six(compression(rlm)).as_str()), ("converged", 1, "0.250000"));
    assert_eq!(summary.rlm_success_rate(), Some(1.0));
    let [compaction] = summary.told.compactions.as_slice() else { panic!("one strategy") };
    assert_eq!((compaction.strategy.as_str(), compaction.completed, compaction.freed), ("truncate", 1, 98_000));
    assert_eq!(six(mean_reduction(compaction)), "0.700000");
    let PostMortem { truncations, dropped, archived, failed_compactions, fallbacks, durable, .. } = summary.told;
    assert_eq!((truncations, dropped.value().get(), archived, failed_compactions), (1, Some(98_000), 0, 0));
    let fallback = Fallback { requested: "deepseek-r1".into(), used: "gpt-4o".into(), count: 1 };
    assert_eq!(fallbacks, [fallback]);
    assert_eq!((durable.events, durable.earlier, durable.newer), (10, 8, 9));
}

#[test]
fn success_is_not_final() {
    let summary = summarise([&told(&format!("{EVENTS}{FAILURE}\n"))]);
    assert_eq!((summary.told.compactions.len(), summary.told.failed_compactions), (0, 1));
    assert_eq!(summary.told.truncations, 1);
}

/// codetether.md §3.1: without a call of the root the older reports stand for it.
#[test]
fn reports_count_where_no_better_ones_are() {
    let without: Vec<&str> = EVENTS.lines().filter(|line| !line.contains(r#""source":"root""#)).collect();
    let summary = summarise([&told(&without.join("\n"))]);
    assert_eq!(sums(&summary.total), (3, [Some(1900), Some(440), Some(2340), Some(1320)]));
    // Whether they do is decided for each session: two sessions are no reason to forget one's reports.
    let both = summarise([&told(&without.join("\n")), &told(EVENTS)]);
    assert_eq!(sums(&both.total), (6, [Some(3800), Some(880), Some(4680), Some(2640)]));
    assert_eq!((both.sessions, six(both.rlm_share())), (2, "0.341880".to_owned()));
}

#[test]
fn nothing_is_not_zero() {
    let summary = summarise([]);
    assert_eq!((summary.rlm_share(), summary.rlm_success_rate(), tokens(&summary.total).get()), (None, None, None));
    let silent =
        told(r#"{"ts":"2026-07-01T10:00:00Z","session_id":"s","type":"token_usage","data":{"source":"root"}}"#);
    let summary = summarise([&silent]);
    assert_eq!(sums(&summary.total), (1, [None; 4]), "the call counts, its numbers are missing");
    let zero = EVENTS.lines().nth(1).unwrap_or("").replace("1200", "0").replace("340", "0");
    assert_eq!(sums(&summarise([&told(&zero)]).total), (1, [Some(0), Some(0), Some(0), Some(820)]));
}

/// codetether.md §11.5: growth reduces nothing, no budget and no input make no fraction.
#[test]
fn edges_of_the_ratios() {
    let mut sum = CompactionSum::default();
    sum.add(Reported::new(100), Reported::new(150));
    assert_eq!((mean_reduction(&sum), sum.freed), (Some(0.0), -50));
    sum.add(Reported::new(0), Reported::new(0));
    sum.add(Reported::new(100), Reported::NOT_RECORDED);
    sum.add(Reported::new(100), Reported::new(0));
    assert_eq!((sum.completed, sum.measured, six(mean_reduction(&sum)).as_str()), (4, 3, "0.333333"));
    let none = ContextUse { request: 5, budget: 0 };
    let half = ContextUse { request: 1, budget: 2 };
    assert_eq!((fraction(none), is_over_budget(none), none.fuller(half), half.fuller(none)), (0.0, true, half, half));
    let huge = ContextUse { request: u64::MAX, budget: u64::MAX - 1 };
    assert_eq!((half.fuller(huge), is_over_budget(huge)), (huge, true));
    let mut rlm = RlmSum::default();
    assert_eq!(compression(&rlm), None);
    rlm.input.add(Reported::new(0), false);
    rlm.output.add(Reported::new(7), false);
    assert_eq!(compression(&rlm), Some(0.0));
}

/// codetether.md §11.6: two records of one session are one session, and the root's calls of one outrank the reports of
/// the other.
#[test]
fn records_of_one_session_are_merged_first() {
    let (reports, calls): (Vec<&str>, Vec<&str>) = EVENTS.lines().partition(|line| line.contains("usage_report"));
    let mut session = told(&reports.join("\n"));
    session.merge(&told(&calls.join("\n")));
    let summary = summarise([&session]);
    assert_eq!((summary.sessions, sums(&summary.total)), (1, sums(&summarise([&told(EVENTS)]).total)));
    assert_eq!((summary.told.durable.events, summary.told.durable.newer), (10, 9));
}
