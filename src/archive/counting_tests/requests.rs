//! Which records are one request, and where it counts.

use super::*;

#[test]
fn c3_one_request_of_three_lines_counts_once() {
    let id = of("msg_A", "req_1");
    let lines = [1, 2, 310].into_iter().enumerate();
    let log = lines.fold(log("a", "s"), |log, (at, output)| log.row(id, at as i64, [output, 3, 15_000, 500], |_| {}));
    let archive = loaded([log]);
    let totals = &archive.session("s").expect("a session").totals;
    assert_eq!((totals.output.sum, totals.peak_context), (310, Reported::new(15_503)));
    assert_eq!(totals.input_uncached.sum + totals.cache_read.sum + totals.cache_write.sum + totals.output.sum, 15_813);
    assert_eq!(decisions(&archive, 0, RecordList::Usage), ["superseded", "superseded", "kept"]);
    assert_eq!(archive.session("s").expect("a session").part.counts.requests, Reported::new(1));
}

#[test]
fn c3_ties_go_by_total_then_speed_then_time_then_place() {
    let check = |rows: [(i64, [u64; 4], u8); 2], winner: usize| {
        let log = rows
            .into_iter()
            .fold(log("a", "s"), |log, (at, counts, hints)| log.row(of("m", "r"), at, counts, |row| row.hints = hints));
        let kept: Vec<bool> =
            decisions(&loaded([log]), 0, RecordList::Usage).iter().map(|name| *name == "kept").collect();
        assert_eq!(kept.iter().position(|kept| *kept), Some(winner));
    };
    check([(9, [5, 9, 0, 0], 0), (1, [6, 0, 0, 0], 0)], 1);
    check([(9, [5, 0, 0, 0], 0), (1, [5, 9, 0, 0], 0)], 1);
    check([(1, [5, 9, 0, 0], price_hints::HAS_SPEED), (9, [5, 9, 0, 0], 0)], 0);
    check([(9, [5, 9, 0, 0], 0), (1, [5, 9, 0, 0], 0)], 0);
    check([(1, [5, 9, 0, 0], 0), (1, [5, 9, 0, 0], 0)], 1);
}

#[test]
fn c1_resumed_copies_count_in_the_first_session() {
    let (a, b, c) = (of("A", "ra"), of("B", "rb"), of("C", "rc"));
    let first = log("1", "s1").plain(a, 1, 100).plain(b, 2, 50);
    let second = log("2", "s2").plain(a, 1, 100).plain(b, 2, 50).plain(c, 3, 70);
    let second = second.part(|part| part.parent_id = Some("s1".into()));
    for logs in [vec![first.clone(), second.clone()], vec![second.clone(), first]] {
        let archive = loaded(logs);
        assert_eq!((output(&archive, "s1"), output(&archive, "s2")), (Some(150), Some(70)));
    }
    let alone = loaded([second]);
    assert_eq!(output(&alone, "s2"), Some(220));
    assert_eq!(alone.session("s2").expect("a session").missing_parent.as_deref(), Some("s1"));
}

#[test]
fn c1_without_a_request_id_only_the_family_shares_ids() {
    let id = of("m", "");
    let archive = loaded([log("1", "s1").plain(id, 1, 5), log("2", "s2").plain(id, 1, 5)]);
    assert_eq!((output(&archive, "s1"), output(&archive, "s2")), (Some(5), Some(5)));
    let family = |log: Log| log.part(|part| part.family = 7);
    let archive = loaded([family(log("1", "s1").plain(id, 1, 5)), family(log("2", "s2").plain(id, 2, 5))]);
    assert_eq!((output(&archive, "s1"), output(&archive, "s2")), (Some(5), None));
    // One line of the answer may have the id of the request, another not.
    let mixed = log("1", "s").plain(id, 1, 5).plain(of("m", "r"), 2, 6);
    assert_eq!(output(&loaded([mixed]), "s"), Some(6));
}

#[test]
fn c2_a_side_conversation_that_replays_the_main_one_is_no_request() {
    let side = |row: &mut UsageRow| row.is_side = true;
    let log_of =
        |id| log("a", id).row(of("m", "r1"), 1, [5, 10, 0, 0], |_| {}).row(of("m", "r2"), 2, [90, 900, 0, 0], side);
    let archive = loaded([log_of("s")]);
    assert_eq!(output(&archive, "s"), Some(5));
    assert_eq!(decisions(&archive, 0, RecordList::Usage), ["kept", "superseded"]);
    let only_sides = log("a", "s").row(of("m", "r1"), 1, [5, 1, 0, 0], side).row(of("m", "r2"), 2, [6, 1, 0, 0], side);
    assert_eq!(output(&loaded([only_sides]), "s"), Some(6));
    let two = log("a", "s").row(of("m1", "r1"), 1, [5, 1, 0, 0], side).row(of("m2", "r2"), 2, [6, 1, 0, 0], side);
    assert_eq!(output(&loaded([two]), "s"), Some(11));
}

#[test]
fn c4_a_request_belongs_to_where_it_appeared_first() {
    let id = of("m", "r");
    let early = log("1", "b").plain(id, 1, 5);
    let late = log("2", "a").plain(id, 2, 50);
    let archive = loaded([late, early]);
    assert_eq!((output(&archive, "a"), output(&archive, "b")), (None, Some(50)));
    let entry = archive.entries()[0];
    assert_eq!(entry.at, Some(Timestamp::from_ms(2)), "its date is that of the numbers that count");
    assert_eq!(entry.at_place.source, SourceId(1));
    let untimed = log("3", "c").row(id, 0, [1, 1, 0, 0], |row| row.at = None);
    let timed = log("4", "d").plain(id, 9, 1);
    let archive = loaded([untimed, timed]);
    assert_eq!((output(&archive, "c"), output(&archive, "d")), (None, Some(1)));
}

#[test]
fn c7_what_nobody_asked_a_model_is_no_request() {
    let log = log("a", "s").row(of("m", "r"), 1, [5, 5, 5, 5], |row| row.exclusion = Some(Exclusion::NotARequest));
    let archive = loaded([log]);
    let session = archive.session("s").expect("a session");
    assert_eq!((session.totals, session.part.counts.requests), (Totals::default(), Reported::NOT_RECORDED));
    assert_eq!(decisions(&archive, 0, RecordList::Usage), ["not-a-request"]);
}

#[test]
fn c8_a_request_is_final_if_any_of_its_lines_is() {
    let finality = |list: &[Finality]| {
        let log = list.iter().fold(log("a", "s"), |log, finality| {
            log.row(of("m", "r"), 1, [5, 5, 0, 0], |row| row.finality = *finality)
        });
        let archive = loaded([log]);
        let totals = archive.session("s").expect("a session").totals;
        (archive.entries()[0].finality, totals.output.is_lower_bound())
    };
    use Finality::*;
    assert_eq!(finality(&[Partial, Final, Partial]), (Final, false));
    assert_eq!(finality(&[Partial, Unknown]), (Partial, true));
    assert_eq!(finality(&[Unknown, Unknown]), (Unknown, false));
}

#[test]
fn r3_a_total_replaces_the_sum_of_its_requests_and_says_nothing_of_the_peak() {
    let total = |row: &mut UsageRow| row.scope = Scope::Aggregate;
    let log = log("a", "s").plain(of("m", "r"), 1, 180).row(of("", ""), 2, [500, 7, 0, 0], total);
    let archive = loaded([log.clone()]);
    let totals = archive.session("s").expect("a session").totals;
    assert_eq!((totals.output.sum, totals.peak_context), (500, Reported::new(10)));
    assert_eq!(totals.coverage.output_class(), CoverageClass::TotalOnly);
    assert_eq!(decisions(&archive, 0, RecordList::Usage), ["replaced-by-total", "kept"]);
    // Of several totals the last one counts, a row a model.
    let second = log.row(of("", ""), 3, [600, 7, 0, 0], total);
    assert_eq!(output(&loaded([second]), "s"), Some(600));
}

#[test]
fn ranks_decide_between_records_of_the_same_usage() {
    let ranked = |rank| move |row: &mut UsageRow| row.rank = rank;
    let total = |rank| move |row: &mut UsageRow| (row.rank, row.scope) = (rank, Scope::Aggregate);
    let none = of("", "");
    let log = log("a", "s").row(none, 1, [5, 1, 0, 0], ranked(3)).row(none, 2, [6, 1, 0, 0], ranked(2));
    let log = log.row(none, 3, [900, 1, 0, 0], total(1)).row(none, 4, [0, 0, 0, 0], total(0));
    let archive = loaded([log]);
    assert_eq!(output(&archive, "s"), Some(5));
    assert_eq!(decisions(&archive, 0, RecordList::Usage), ["kept", "outranked", "outranked", "outranked"]);
    let only_total = self::log("a", "s").row(none, 3, [900, 1, 0, 0], total(1)).row(none, 4, [0, 0, 0, 0], total(0));
    assert_eq!(output(&loaded([only_total]), "s"), Some(900));
}

#[test]
fn r7_a_tree_adds_up_and_knows_what_is_missing() {
    let child = |id: &str, output| {
        log(id, id).plain(of(id, id), 1, output).part(|part| {
            (part.parent_id, part.relation) = (Some("s".into()), Relation::SubAgent);
        })
    };
    let mut parent = log("s", "s").plain(of("m", "r"), 1, 100);
    let archive = loaded([parent.clone(), child("c1", 20), child("c2", 3)]);
    let session = archive.session("s").expect("a session");
    assert_eq!((session.totals.output.sum, session.tree.output.sum, session.descendants), (100, 123, 2));
    assert!(!session.tree.output.is_lower_bound());
    let spawn = |child: &str| Spawn {
        event: 0,
        part: 0,
        child: child.into(),
        total_tokens: Reported::new(9_999),
        duration_ms: Reported::NOT_RECORDED,
        tool_calls: Reported::NOT_RECORDED,
    };
    parent.0.spawns = vec![spawn("c1"), spawn("gone")];
    let archive = loaded([parent, child("c1", 20)]);
    let session = archive.session("s").expect("a session");
    assert_eq!((session.tree.output.sum, session.missing_children), (120, 1));
    assert!(session.tree.output.is_lower_bound(), "what the parent was told is never added");
    assert!(!session.totals.output.is_lower_bound());
}

#[test]
fn r5_what_is_recorded_once_stays_recorded() {
    let nothing = |row: &mut UsageRow| row.tokens = TokenSet::default();
    let zero = |row: &mut UsageRow| row.tokens = tokens([0, 0, 0, 0]);
    let first = log("1", "s").row(RequestId::default(), 1, [0; 4], zero).row(RequestId::default(), 2, [0; 4], nothing);
    let last = log("2", "s").row(RequestId::default(), 1, [0; 4], nothing).row(RequestId::default(), 2, [0; 4], zero);
    for log in [first, last] {
        let totals = loaded([log]).session("s").expect("a session").totals;
        assert_eq!((totals.output.value(), totals.peak_context), (Reported::new(0), Reported::new(0)));
    }
}

#[test]
fn parents_that_go_round_in_a_circle_are_none() {
    let child = |id: &str, parent: &str| log(id, id).part(|part| part.parent_id = Some(parent.into()));
    let archive = loaded([child("a", "b"), child("b", "a"), child("c", "c")]);
    assert!(archive.sessions().iter().all(|session| session.parent.is_none()));
}

#[test]
fn a_recorded_cost_of_any_line_is_that_of_the_request() {
    let cost = |row: &mut UsageRow| row.cost = Money::parse("0.5").into();
    let log = log("a", "s").row(of("m", "r"), 1, [1, 1, 0, 0], cost).row(of("m", "r"), 2, [9, 1, 0, 0], |_| {});
    let archive = loaded([log]);
    assert_eq!(archive.session("s").expect("it").totals.cost.known, Money::parse("0.5").expect("an amount"));
}
