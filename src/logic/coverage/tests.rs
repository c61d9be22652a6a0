use super::*;
use crate::archive::CoverageClass::{Full, None as Nothing, NotApplicable, Some as Partly, TotalOnly};
use crate::logic::format::{cost_text, tally_text};
use crate::logic::made::{answer, any_archive, archive, event, part, session, source};
use crate::logic::sessions::{Order, SortBy, rows, sort};
use crate::model::{
    Counter, EventKind, Exclusion, Finality, Money, Relation, Reported, RunningCount, Scope, SourceIndex, Spawn, StrId,
    Timestamp, from_wire, to_wire,
};
use proptest::prelude::*;

fn view(sources: impl IntoIterator<Item = SourceIndex>) -> CoverageView {
    coverage(&archive(sources), &Filter::default())
}

/// Recorded, eligible, class and reason of a metric over all agents.
fn told(view: &CoverageView, metric: Metric) -> (u32, u32, CoverageClass, &str) {
    let cell = view.totals.cell(metric).expect("every metric has a cell");
    (cell.count.recorded, cell.count.eligible, cell.count.class(), &cell.reason)
}

fn totals(sources: impl IntoIterator<Item = SourceIndex>) -> crate::archive::Totals {
    archive(sources).sessions()[0].totals
}

/// token-coverage.md §3, "Worked".
#[test]
fn r1_r2_r6_worked_examples() {
    let rows = [(Some(600), Some(50)), (None, None), (Some(650), Some(75))];
    let sums = totals([session("s", &rows)]);
    assert_eq!((sums.coverage.eligible, sums.peak_context), (3, Reported::new(650)));
    assert_eq!((tally_text(&sums.output).as_str(), sums.coverage.output_class()), ("≥ 125", Partly));
    assert_eq!(told(&view([session("s", &rows)]), Metric::Output), (2, 3, Partly, "1 request without it"));
    assert_eq!(told(&view([session("s", &rows)]), Metric::Context), (2, 3, Partly, "1 request without it"));
    let sums = totals([session("s", &[(Some(0), Some(0))])]);
    assert_eq!((sums.output.value(), sums.peak_context), (Reported::new(0), Reported::new(0)));
    let sums = totals([session("s", &[(None, Some(10)), (None, Some(20))])]);
    assert_eq!((tally_text(&sums.output).as_str(), sums.peak_context), ("30", Reported::NOT_RECORDED));
}

#[test]
fn r3_a_total_replaces_the_sum_even_if_it_is_smaller() {
    let with_total = |output: u64| {
        let mut made = session("s", &[(None, Some(180)), (None, None)]);
        answer(&mut made, Some(9_000), Some(output)).scope = Scope::Aggregate;
        made
    };
    let sums = totals([with_total(500)]);
    assert_eq!((sums.output.value(), sums.coverage.output_class()), (Reported::new(500), TotalOnly));
    assert_eq!(told(&view([with_total(500)]), Metric::Output), (1, 1, TotalOnly, ""));
    assert_eq!(totals([with_total(7)]).output.value(), Reported::new(7));
    assert_eq!(totals([with_total(0)]).output.value(), Reported::new(0));
    assert_eq!(totals([with_total(7)]).peak_context, Reported::NOT_RECORDED, "R2: a sum of prompts is no window");
    assert_eq!(told(&view([with_total(7)]), Metric::Context), (0, 2, Nothing, "2 requests without it"));
}

#[test]
fn r2_a_lone_total_has_no_size_of_a_prompt() {
    let mut made = session("s", &[]);
    answer(&mut made, Some(9_000), Some(1)).scope = Scope::Aggregate;
    assert_eq!(told(&view([made]), Metric::Context), (0, 1, Nothing, "1 sum of a session only, no request sizes"));
}

/// Cases 1 and 2; what leaves the program is tested where it is written.
#[test]
fn zero_valued_keys_keep_coverage_and_missing_ones_stay_missing() {
    let made = view([session("zero", &[(Some(0), Some(0))]), session("none", &[(None, None)])]);
    let classes: Vec<_> =
        sessions(&made, "", Metric::Output).map(|(class, session)| (class, session.key.as_str())).collect();
    assert_eq!(classes, [(Full, "zero"), (Nothing, "none")]);
    assert_eq!(totals([session("none", &[(None, None)])]).output.value(), Reported::NOT_RECORDED);
}

/// M5: errors and prompts stand in no denominator.
#[test]
fn m5_what_is_no_request_is_not_eligible() {
    let mut made = session("s", &[(Some(1), Some(1))]);
    answer(&mut made, None, None).exclusion = Some(Exclusion::NotARequest);
    event(&mut made, EventKind::Prompt, Some(1));
    assert_eq!(told(&view([made]), Metric::Output), (1, 1, Full, ""));
    let mut only_errors = session("s", &[]);
    event(&mut only_errors, EventKind::Prompt, Some(1));
    answer(&mut only_errors, None, None).exclusion = Some(Exclusion::NotARequest);
    assert_eq!(told(&view([only_errors]), Metric::Output), (0, 0, NotApplicable, ""));
}

/// Case 5: three that report and two that do not.
#[test]
fn a_mixed_data_set_counts_who_reports() {
    let of = |id: &str, output: Option<u64>| session(id, &[(None, output)]);
    let made = [of("a", Some(100)), of("b", Some(0)), of("c", Some(250)), of("d", None), of("e", None)];
    let archive = archive(made);
    let view = coverage(&archive, &Filter::default());
    assert_eq!(told(&view, Metric::Output), (3, 5, Partly, "2 requests without it"));
    let of_class = |class| {
        let found = sessions(&view, "made", Metric::Output).filter(|(found, _)| *found == class);
        found.map(|(_, session)| session.key.as_str()).collect::<Vec<_>>()
    };
    assert_eq!((of_class(Full), of_class(Nothing)), (vec!["a", "b", "c"], vec!["d", "e"]));
    let mut rows = rows(&archive);
    assert_eq!(rows.iter().filter_map(|row| row.totals.output.value().get()).sum::<u64>(), 350);
    sort(&mut rows, Order { by: SortBy::Output, is_descending: true, ..Order::default() });
    let top: Vec<_> = rows.iter().map(|row| row.totals.output.value().get()).collect();
    assert_eq!(top, [Some(250), Some(100), Some(0), None, None], "a known zero is ranked, nothing known is not");
}

/// Case 8.
#[test]
fn an_unpriced_model_makes_the_cost_a_lower_bound_and_is_listed() {
    let mut made = session("s", &[(Some(1), Some(1)), (Some(1), Some(1)), (None, None)]);
    made.usage[0].cost = Reported::new(Money::from_pico(1_500_000_000_000));
    made.usage[1].model = made.strings.intern("nobody/knows-this-9");
    made.usage[2].model = made.strings.intern("claude-opus-4-20250514");
    let sums = totals([made.clone()]);
    assert_eq!((cost_text(&sums.cost).as_str(), sums.cost.status()), ("≥ $1.50", "partial"));
    let reason = "1 request: no price for this model; 1 request: no tokens to price";
    assert_eq!(told(&view([made]), Metric::Cost), (1, 3, Partly, reason));
}

fn running(made: &mut SourceIndex, last: u64, total: u64) {
    let event = event(made, EventKind::Usage, Some(5));
    let counter = |output: u64| Some(Counter { output: Some(output), total: Some(output), ..Counter::default() });
    made.running.push(RunningCount {
        event,
        item: event,
        part: 0,
        at: Some(Timestamp::from_ms(i64::from(event))),
        model: StrId::NONE,
        lane: StrId::NONE,
        info: u64::from(event),
        total: counter(total),
        last: counter(last),
    });
}

/// Case 9, and what running totals do not tell (codex.md X4).
#[test]
fn impossible_and_unlogged_counts_are_told() {
    let mut made = session("s", &[]);
    running(&mut made, 10, 10);
    running(&mut made, 20, 35);
    running(&mut made, 3_000_000, 3_000_035);
    running(&mut made, 50, 3_000_036);
    let archive = archive([made]);
    let outputs: Vec<_> = archive.entries().iter().map(|entry| entry.tokens.output.get()).collect();
    assert_eq!(outputs, [Some(10), Some(20), Some(5), Some(2_000_000), Some(50)]);
    let view = coverage(&archive, &Filter::default());
    let kinds: Vec<_> = view.limits.iter().map(|limit| (limit.kind, limit.count)).collect();
    let expected = [(LimitKind::UnloggedRequests, 1), (LimitKind::ExceedsTotal, 1), (LimitKind::Clamped, 1)];
    assert_eq!(kinds, expected);
    assert!(view.limits[2].words.starts_with("1 request with an impossible count"), "{:?}", view.limits);
}

/// Case 10, R7.
#[test]
fn r7_a_sub_agent_that_is_not_loaded_makes_the_tree_a_lower_bound() {
    let parent = || {
        let mut made = session("p", &[(Some(600), Some(50))]);
        let event = event(&mut made, EventKind::ToolCall, Some(9));
        let nothing = Reported::NOT_RECORDED;
        let spawn = Spawn {
            event,
            part: 0,
            child: "c".into(),
            total_tokens: nothing,
            duration_ms: nothing,
            tool_calls: nothing,
        };
        made.spawns.push(spawn);
        made
    };
    let alone = archive([parent()]);
    let tree = alone.sessions()[0].tree;
    assert_eq!((tally_text(&tree.output).as_str(), tree.output.eligible), ("≥ 50", 2));
    let view = coverage(&alone, &Filter::default());
    assert_eq!(told(&view, Metric::SubAgents), (0, 1, Nothing, "1 transcript not loaded"));
    assert_eq!(told(&view, Metric::ToolDuration), (0, 1, Nothing, "1 tool call without it"));
    let mut child = session("c", &[(Some(900), Some(7)), (None, None)]);
    child.parts[0].parent_id = Some("p".into());
    child.parts[0].relation = Relation::SubAgent;
    let both = archive([parent(), child]);
    let tree = both.session("p").expect("it is loaded").tree;
    assert_eq!((tally_text(&tree.output).as_str(), tree.peak_context), ("≥ 57", Reported::new(900)));
    let view = coverage(&both, &Filter::default());
    assert_eq!(told(&view, Metric::SubAgents), (1, 1, Full, ""));
}

/// Case 12.
#[test]
fn partial_counts_are_lower_bounds_and_say_of_how_many() {
    let mut made = session("s", &[(Some(1), Some(1)); 40]);
    made.usage.iter_mut().take(38).for_each(|row| row.finality = Finality::Partial);
    assert_eq!(tally_text(&totals([made.clone()]).output), "≥ 40");
    let view = view([made]);
    assert_eq!(told(&view, Metric::Output), (40, 40, Full, "38 of 40 responses have no final count"));
    assert!(view.totals.cells[0].count.is_lower_bound());
    assert_eq!((view.limits[0].kind, view.limits[0].count), (LimitKind::PartialCounts, 38));
    assert!(view.limits[0].words.starts_with("38 of 40 responses have no final count"));
}

#[test]
fn a_log_without_usage_is_eligible_by_its_answers() {
    let mut made = source("old.jsonl");
    part(&mut made, "old");
    event(&mut made, EventKind::Prompt, None);
    for _ in 0..12 {
        event(&mut made, EventKind::Response, None);
    }
    let mut cut = source("cut.jsonl");
    part(&mut cut, "cut");
    event(&mut cut, EventKind::Prompt, Some(1));
    cut.parts[0].status = crate::model::Status::Incomplete;
    let view = view([made, cut]);
    let reason = "1 request in logs that broke off; 12 requests in logs without usage";
    assert_eq!(told(&view, Metric::Output), (0, 13, Nothing, reason));
    assert_eq!(told(&view, Metric::Cost), (0, 13, Nothing, reason));
    assert_eq!(told(&view, Metric::Time), (1, 14, Partly, "13 events without it"));
}

#[test]
fn copies_and_what_is_counted_elsewhere_are_not_counted_twice() {
    let longer = session("s", &[(Some(1), Some(1)), (Some(1), None)]);
    let mut shorter = session("s", &[(Some(1), Some(1))]);
    shorter.meta.path = "copy.jsonl".into();
    shorter.hash += 1;
    assert_eq!(told(&view([longer, shorter]), Metric::Output).1, 2);
}

#[test]
fn a_filter_leaves_sessions_out() {
    let archive = archive([session("abc", &[(None, Some(1))]), session("xyz", &[(None, None)])]);
    let view = coverage(&archive, &Filter { text: "ABC".into(), ..Filter::default() });
    assert_eq!((view.totals.sessions, told(&view, Metric::Output).1), (1, 1));
}

#[test]
fn views_survive_the_way_to_the_page() {
    let view = view([session("s", &[(Some(1), None)])]);
    assert_eq!(from_wire(&to_wire(&view)), Some(view));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn rows_add_up_and_missing_things_have_a_reason(archive in any_archive()) {
        let view = coverage(&archive, &Filter::default());
        for (index, metric) in Metric::ALL.into_iter().enumerate() {
            let of_sessions = |number: fn(&Count) -> u32| -> u32 {
                view.sessions.iter().map(|session| number(&session.counts[index])).sum()
            };
            let of_agents = |number: fn(&Count) -> u32| -> u32 {
                view.agents.iter().map(|agent| number(&agent.cells[index].count)).sum()
            };
            for number in [(|count| count.recorded) as fn(&Count) -> u32, |count| count.eligible] {
                prop_assert_eq!(of_sessions(number), of_agents(number));
            }
            for cell in view.agents.iter().map(|agent| &agent.cells[index]).chain([&view.totals.cells[index]]) {
                prop_assert_eq!(cell.metric, metric);
                prop_assert!(cell.count.recorded <= cell.count.eligible);
                prop_assert_eq!(cell.reason.is_empty(), cell.count.missing() == 0 && cell.count.partial == 0);
            }
            let listed = sessions(&view, "", metric).count();
            let eligible = view.sessions.iter().filter(|session| session.counts[index].eligible > 0).count();
            prop_assert_eq!(listed, eligible);
        }
    }

    /// What coverage counts of output is what sums are made of.
    #[test]
    fn output_coverage_is_that_of_the_totals(archive in any_archive()) {
        let view = coverage(&archive, &Filter::default());
        for covered in &view.sessions {
            let session = archive.session(&covered.key).expect("it is loaded");
            let (count, totals) = (covered.counts[0], session.totals.coverage);
            if !archive.entries_of(session).is_empty() {
                prop_assert_eq!((count.recorded, count.eligible), (totals.with_output, totals.eligible));
                prop_assert_eq!(count.partial, session.totals.output.partial);
            }
        }
    }
}
