use super::*;
use crate::archive::{CostTally, Coverage};
use crate::logic::made::{answer, any_archive, archive, part, session, source};
use crate::logic::range;
use crate::model::{Exclusion, RequestId, Tally};
use proptest::prelude::*;

/// The sums of the rows that count, added up as a reader would.
fn sums(explanation: &Explanation) -> Totals {
    let mut totals = Totals::default();
    for row in &explanation.rows {
        if row.counts_tokens {
            let is_partial = row.finality == Finality::Partial;
            let TokenSet { input_uncached, cache_read, cache_write, output, reasoning, .. } = row.tokens;
            let columns: [(&mut Tally, Reported<u64>); 5] = [
                (&mut totals.input_uncached, input_uncached),
                (&mut totals.cache_read, cache_read),
                (&mut totals.cache_write, cache_write),
                (&mut totals.output, output),
                (&mut totals.reasoning, reasoning),
            ];
            columns.into_iter().for_each(|(tally, value)| tally.add(value, is_partial));
            let coverage: &mut Coverage = &mut totals.coverage;
            coverage.eligible += 1;
            coverage.with_output += u32::from(output.is_recorded());
            coverage.with_context += u32::from(row.tokens.context().is_recorded());
            coverage.partial += u32::from(is_partial);
            coverage.is_total_only |= row.scope == Scope::Aggregate;
        }
        if row.counts_cost {
            let cost: &mut CostTally = &mut totals.cost;
            cost.eligible += 1;
            cost.reported += u32::from(row.cost.is_recorded());
            cost.computed += u32::from(row.basis.starts_with("computed"));
            cost.partial += u32::from(row.basis.contains("; at least"));
            cost.known = cost.known + row.cost.get().unwrap_or_default();
        }
        let is_member = row.counted_in.as_ref().is_some_and(|key| explanation.members.contains(key));
        if row.scope == Scope::Request && is_member {
            totals.peak(row.tokens.context());
        }
    }
    (0..explanation.missing_children + explanation.silent).for_each(|_| totals.merge_missing());
    totals
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// PRODUCT §6: the sum of the rows shown equals the number, always.
    #[test]
    fn the_rows_that_count_add_up_to_the_totals(archive in any_archive()) {
        for session in archive.sessions() {
            for sums_of in [Sums::Own, Sums::Tree] {
                let explanation = explain(&archive, &session.key, sums_of).expect("it is loaded");
                let shown = if sums_of == Sums::Own { session.totals } else { session.tree };
                prop_assert_eq!(explanation.totals, shown);
                prop_assert_eq!(sums(&explanation), shown, "{} {}", session.key, sums_of.name());
            }
        }
    }

    /// The same for a part of the time, and every call is in one of two parts that lie side by side.
    #[test]
    fn the_rows_of_a_range_add_up_to_its_sums(archive in any_archive(), middle in -1i64..2_010) {
        let at = Some(Timestamp::from_ms(middle));
        for session in archive.sessions() {
            let of = |start, end| explain_range(&archive, &session.key, Sums::Own, Some(Window { start, end })).expect("it is loaded");
            let [before, after, all] = [of(None, at), of(at, None), of(None, None)];
            for part in [&before, &after] {
                let counted = part.rows.iter().filter(|row| row.counts_tokens);
                let output: u64 = counted.clone().filter_map(|row| row.tokens.output.get()).sum();
                prop_assert_eq!((part.totals.output.sum, part.totals.output.eligible as usize), (output, counted.count()));
            }
            let timed = all.rows.iter().filter(|row| row.counts_tokens && row.at.is_some()).count();
            prop_assert_eq!((before.totals.output.eligible + after.totals.output.eligible) as usize, timed);
            let sums = range::sums(&archive, &session.key, Window { start: at, end: None }).expect("it is loaded");
            prop_assert_eq!((sums.totals, sums.requests), (after.totals, after.totals.coverage.eligible));
        }
    }

    #[test]
    fn every_record_has_one_decision_and_every_reason_is_told(archive in any_archive()) {
        let mut shown = 0;
        for session in archive.sessions() {
            let explanation = explain(&archive, &session.key, Sums::Own).expect("it is loaded");
            let own = explanation.rows.iter().filter(|row| row.session == session.key);
            shown += own.clone().count();
            for row in own {
                prop_assert!(!row.why.is_empty());
                prop_assert!(row.line.line > 0 && !row.line.path.is_empty(), "{:?}", row);
                prop_assert!(!row.counts_tokens || row.decision == "kept", "{:?}", row);
            }
            let of_decisions: u32 = explanation.decisions.iter().map(|known| known.count).sum();
            prop_assert_eq!(of_decisions as usize, explanation.rows.len());
        }
        let records: usize = archive.sources().map(|(_, source)| source.usage.len() + source.running.len()).sum();
        prop_assert!(shown >= records, "{} of {}", shown, records);
    }
}

/// One request in three lines, as claude-code.md §5 has it, and an error.
#[test]
fn superseded_lines_name_the_one_that_counts() {
    let mut made = source("b.jsonl");
    part(&mut made, "s");
    for output in [1, 310, 310] {
        answer(&mut made, Some(15_503), Some(output)).id = RequestId { response: 7, request: 8 };
    }
    answer(&mut made, Some(1), Some(1)).exclusion = Some(Exclusion::NotARequest);
    let explanation = explain(&archive([made]), "s", Sums::Tree).expect("it is loaded");
    let told: Vec<_> = explanation.rows.iter().map(|row| (row.line.line, row.why.as_str(), row.counts())).collect();
    assert_eq!(
        told,
        [
            (1, "superseded by line 3 of b.jsonl", false),
            (2, "repeated: line 3 of b.jsonl says the same", false),
            (3, "counts", true),
            (4, "not a request: an error, or made up by the agent", false),
        ]
    );
    assert_eq!(explanation.rows[0].instead.as_ref().map(|line| line.line), Some(3));
    assert_eq!(explanation.rows[2].event.as_deref(), Some("response-1002-0"));
    assert_eq!(explanation.totals.output.value(), Reported::new(310));
    assert!(explanation.formula[1].contains("over 1 row of 4 records"), "{:?}", explanation.formula);
}

/// claude-code.md §5, "resume": S2 begins with copies of A and B.
#[test]
fn a_request_counts_in_the_session_where_it_appeared_first() {
    let request = |made: &mut _, number: u64, output: u64| {
        let row = answer(made, Some(10), Some(output));
        row.id = RequestId { response: number, request: number };
        row.at = Some(Timestamp::from_ms(number as i64));
    };
    let mut first = session("s1", &[]);
    request(&mut first, 1, 100);
    request(&mut first, 2, 50);
    let mut second = session("s2", &[]);
    request(&mut second, 1, 100);
    request(&mut second, 2, 60);
    request(&mut second, 3, 70);
    let archive = archive([first, second]);
    let told = |key: &str| {
        let explanation = explain(&archive, key, Sums::Own).expect("it is loaded");
        let rows: Vec<String> = explanation
            .rows
            .iter()
            .map(|row| format!("line {} of {} {}", row.line.line, row.line.path, row.why))
            .collect();
        (explanation.totals.output.sum, rows)
    };
    assert_eq!(
        told("s1"),
        (
            160,
            vec![
                "line 1 of s1.jsonl repeated: line 1 of s2.jsonl says the same".to_owned(),
                "line 2 of s1.jsonl superseded by line 2 of s2.jsonl".to_owned(),
                "line 1 of s2.jsonl counts; the request appeared first in s1.jsonl".to_owned(),
                "line 2 of s2.jsonl counts; the request appeared first in s1.jsonl".to_owned(),
            ]
        )
    );
    let (sum, rows) = told("s2");
    assert_eq!(sum, 70);
    assert_eq!(rows[1], "line 2 of s2.jsonl counted in s1, where the request appeared first");
}

#[test]
fn a_total_replaces_requests_and_says_so() {
    let mut made = session("s", &[(Some(5), Some(180)), (Some(5), None)]);
    answer(&mut made, None, Some(500)).scope = Scope::Aggregate;
    let explanation = explain(&archive([made]), "s", Sums::Own).expect("it is loaded");
    assert_eq!(explanation.rows[0].why, "the session's own total counts instead: line 3 of s.jsonl");
    assert_eq!(explanation.totals.output.value(), Reported::new(500));
    assert!(explanation.formula.iter().any(|line| line.starts_with("1 total of a whole session")));
    assert_eq!(explain(&archive([]), "s", Sums::Own), None);
}
