//! Running totals and copied history (codex.md §5).

use super::*;

#[test]
fn e1_re_emitted_totals_count_once() {
    let total = |input, output| Some([input, output]);
    let log = log("a", "s")
        .count(1, total(1000, 100), total(1000, 100), "")
        .count(2, total(1000, 100), total(1000, 100), "")
        .count(3, total(1000, 100), total(1000, 100), "")
        .count(4, total(3000, 300), total(2000, 200), "");
    let archive = loaded([log]);
    let session = archive.session("s").expect("a session");
    assert_eq!((session.totals.input_uncached.sum, session.totals.output.sum), (3000, 300));
    assert_eq!(session.part.counts.requests, Reported::new(2));
    assert_eq!(decisions(&archive, 0, RecordList::Running), ["kept", "repeated", "repeated", "kept"]);
}

#[test]
fn e2_totals_alone_are_differences_and_one_that_falls_starts_anew() {
    let log = [1000, 1600, 1600, 400]
        .into_iter()
        .enumerate()
        .fold(log("a", "s"), |log, (at, input)| log.count(at as i64, Some([input, 0]), None, ""));
    let archive = loaded([log]);
    let inputs: Vec<_> = archive.entries().iter().map(|entry| entry.tokens.input_uncached.get()).collect();
    assert_eq!(inputs, [Some(1000), Some(600), Some(400)]);
}

#[test]
fn e6_an_inherited_total_is_a_baseline() {
    let log = log("a", "s").count(1, Some([2_000_000, 0]), Some([0, 0]), "").count(
        2,
        Some([2_010_000, 500]),
        Some([10_000, 500]),
        "",
    );
    let archive = loaded([log]);
    let totals = archive.session("s").expect("a session").totals;
    assert_eq!(totals.input_uncached.sum + totals.output.sum, 10_500);
    assert_eq!(decisions(&archive, 0, RecordList::Running), ["baseline", "kept"]);
}

#[test]
fn e8_lanes_are_counted_apart() {
    let log = log("a", "s")
        .count(1, Some([76_700_000, 0]), Some([150_000, 0]), "codex")
        .count(2, Some([87_700_000, 0]), Some([151_000, 0]), "codex_bengalfox")
        .count(3, Some([76_860_000, 0]), Some([160_000, 0]), "codex");
    assert_eq!(loaded([log]).session("s").expect("a session").totals.input_uncached.sum, 461_000);
}

#[test]
fn x2_a_line_without_a_number_or_of_zeros_counts_nothing() {
    let log = log("a", "s")
        .count(1, None, None, "")
        .count(2, Some([0, 0]), None, "")
        .count(3, None, Some([0, 0]), "")
        .count(4, Some([70, 7]), Some([70, 7]), "");
    let archive = loaded([log]);
    assert_eq!(decisions(&archive, 0, RecordList::Running), ["empty", "empty", "empty", "kept"]);
    assert_eq!(archive.session("s").expect("a session").totals.input_uncached.sum, 70);
}

#[test]
fn x3_a_line_that_says_the_same_is_no_request_but_another_lane_is() {
    let log = log("a", "s")
        // Without totals the whole of it tells.
        .count(1, None, Some([10, 1]), "")
        .count(2, None, Some([10, 1]), "")
        .count(3, None, Some([11, 1]), "")
        .count(4, None, Some([10, 1]), "")
        // The total of a lane that has not grown, whatever the last request is said to be.
        .count(5, Some([100, 10]), Some([20, 2]), "x")
        .count(6, Some([100, 10]), Some([30, 3]), "x")
        .count(7, Some([100, 10]), Some([40, 4]), "y");
    let archive = loaded([log]);
    let told = decisions(&archive, 0, RecordList::Running);
    assert_eq!(told, ["kept", "repeated", "kept", "kept", "kept", "repeated", "kept"]);
    assert_eq!(archive.session("s").expect("a session").totals.input_uncached.sum, 10 + 11 + 10 + 20 + 40);
}

#[test]
fn x7_copies_count_once_and_equal_work_of_two_threads_twice() {
    let rollout = |path: &str, id: &str| log(path, id).count(1, Some([1000, 0]), Some([1000, 0]), "");
    let sums = |logs: Vec<Log>| {
        let archive = loaded(logs);
        archive.sessions().iter().map(|session| session.totals.input_uncached.sum).collect::<Vec<_>>()
    };
    assert_eq!(sums(vec![rollout("sessions/1", "s"), rollout("archived_sessions/1", "s")]), [1000]);
    assert_eq!(sums(vec![rollout("1", "s"), rollout("2", "t")]), [1000, 1000]);
    // A copy with a longer head is a file of its own; the same line at the same time counts once all the same.
    let longer = rollout("2", "s").part(|part| part.started = Some(Timestamp::from_ms(-9)));
    assert_eq!(sums(vec![rollout("1", "s"), longer]), [1000]);
}

#[test]
fn x4_a_lost_line_is_one_more_row_and_never_the_peak() {
    let log =
        log("a", "s").count(1, Some([100, 10]), Some([100, 10]), "").count(2, Some([277, 30]), Some([88, 15]), "");
    let archive = loaded([log]);
    let totals = archive.session("s").expect("a session").totals;
    assert_eq!((totals.input_uncached.sum, totals.output.sum, totals.peak_context), (277, 30, Reported::new(100)));
    let told: Vec<_> = archive.entries().iter().map(|entry| (entry.scope, entry.notes)).collect();
    assert_eq!(told, [(Scope::Request, 0), (Scope::Request, 0), (Scope::Turn, notes::UNLOGGED)]);
    // The request may also be larger than what the total grew by: it is trusted, and that is told.
    let log = self::log("a", "s").count(1, Some([100, 10]), Some([100, 10]), "").count(
        2,
        Some([150, 15]),
        Some([88, 15]),
        "",
    );
    let archive = loaded([log]);
    assert_eq!(archive.session("s").expect("a session").totals.input_uncached.sum, 188);
    assert_eq!(archive.entries()[1].notes, notes::EXCEEDS_TOTAL);
}

#[test]
fn x6_totals_go_on_in_a_second_file_of_the_thread() {
    let first = log("1", "s").count(1, Some([1000, 0]), Some([1000, 0]), "");
    let second = log("2", "s").part(|part| part.started = Some(Timestamp::from_ms(5)));
    let second = second.count(6, Some([1000, 0]), Some([1000, 0]), "").count(7, Some([1500, 0]), None, "");
    for logs in [vec![first.clone(), second.clone()], vec![second, first.clone()]] {
        let archive = loaded(logs);
        assert_eq!(archive.sessions().len(), 1);
        assert_eq!(archive.session("s").expect("a session").totals.input_uncached.sum, 1500);
    }
    let mut copy = first.clone();
    (copy.0.meta.path, copy.0.hash) = ("archived".into(), 1);
    let archive = loaded([first, copy]);
    assert_eq!(archive.session("s").expect("a session").totals.input_uncached.sum, 1000, "X7");
}

/// A parent with one turn of 9,000 tokens, and a fork of it with a turn of its own (codex.md E5).
fn fork() -> [Log; 2] {
    let parent = log("p", "parent").turn("t1", 1).count(2, Some([9_000, 0]), Some([9_000, 0]), "");
    let fork = log("f", "fork").turn("t1", 3).count(4, Some([9_000, 0]), Some([9_000, 0]), "");
    let fork = fork.turn("t2", 5).count(6, Some([19_000, 500]), Some([10_000, 500]), "");
    let history = History { gate: Some(0), has_parent_header: true, ..History::default() };
    let fork = fork.part(|part| {
        (part.parent_id, part.relation, part.history) = (Some("parent".into()), Relation::Fork, Some(history));
    });
    [parent, fork]
}

#[test]
fn e5_what_a_fork_copied_counts_in_its_parent() {
    let [parent, fork] = fork();
    let archive = loaded([fork.clone(), parent.clone()]);
    let (of_parent, of_fork) = (archive.session("parent").expect("it"), archive.session("fork").expect("it"));
    assert_eq!((of_parent.totals.input_uncached.sum, of_fork.totals.input_uncached.sum), (9_000, 10_000));
    assert_eq!((of_fork.totals.output.sum, of_fork.totals.peak_context), (500, Reported::new(10_000)));
    assert_eq!(of_fork.part.counts.prompts, 1);
    assert_eq!(of_fork.part.started, Some(Timestamp::from_ms(5)));
    assert_eq!(decisions(&archive, 0, RecordList::Running), ["replayed", "kept"]);
    assert!(!of_fork.is_replay_uncertain);
    // Nothing but history: it exists, and its tokens are missing, not 0.
    let mut bare = fork;
    bare.0.running.truncate(1);
    bare.0.anchors.turns.truncate(1);
    let archive = loaded([parent, bare]);
    let session = archive.session("fork").expect("it");
    assert_eq!((session.totals.output.value(), session.part.counts.prompts), (Reported::NOT_RECORDED, 0));
}

#[test]
fn x5_without_the_parent_the_log_itself_must_tell() {
    let [_, fork] = fork();
    let history = |change: fn(&mut History)| {
        let mut log = fork.clone();
        log.0.parts[0].history.iter_mut().for_each(change);
        let archive = loaded([log]);
        let session = archive.session("fork").expect("it");
        (session.totals.input_uncached.sum, session.is_replay_uncertain)
    };
    assert_eq!(history(|_| {}), (19_000, true));
    assert_eq!(history(|history| history.guessed = Some(2)), (10_000, true));
    assert_eq!(history(|history| history.told = Some(2)), (10_000, false));
    // E7: a child whose counters start from zero has copied nothing.
    let child = log("c", "child").count(1, Some([14_700, 0]), Some([14_700, 0]), "");
    let child = child.part(|part| {
        (part.parent_id, part.history) = (Some("gone".into()), Some(History { gate: Some(0), ..History::default() }));
    });
    let archive = loaded([child]);
    let session = archive.session("child").expect("it");
    assert_eq!((session.totals.input_uncached.sum, session.is_replay_uncertain), (14_700, false));
}

#[test]
fn x5_without_turns_the_longest_equal_beginning_is_copied() {
    let parent =
        log("p", "parent").count(1, Some([10, 0]), Some([10, 0]), "").count(2, Some([30, 0]), Some([20, 0]), "");
    let child = log("c", "child")
        .count(3, Some([10, 0]), Some([10, 0]), "")
        .count(4, Some([30, 0]), Some([20, 0]), "")
        .count(5, Some([70, 0]), Some([40, 0]), "")
        .part(|part| {
            let history = History { gate: Some(0), ..History::default() };
            (part.parent_id, part.history) = (Some("parent".into()), Some(history));
        });
    let archive = loaded([child, parent]);
    assert_eq!(archive.session("child").expect("it").totals.input_uncached.sum, 40);
    assert_eq!(archive.session("parent").expect("it").totals.input_uncached.sum, 30);
}

#[test]
fn impossible_counts_are_cut_and_told() {
    let archive = loaded([log("a", "s").count(1, None, Some([3_000_000, 5]), "")]);
    assert_eq!(archive.entries()[0].tokens.input_uncached, Reported::new(2_000_000));
    assert_eq!(archive.entries()[0].notes, notes::CLAMPED);
}
