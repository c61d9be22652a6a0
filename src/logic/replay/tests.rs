use super::*;
use crate::logic::made::{answer, archive, event, part, source};
use crate::logic::session;
use crate::logic::track::{Mark, Track, steps};
use crate::model::{EventKind, Money, Reported, Scope, UsageRow, flags};
use proptest::prelude::*;
use std::sync::Arc;

fn mark(kind: EventKind, at_ms: Option<f64>) -> Mark {
    Mark { kind, flags: 0, at_ms, duration_ms: None, context: None, output: None, name: 0 }
}

fn schedule(times: &[Option<f64>], pace: Pace) -> Schedule {
    let track = Track::new(times.iter().map(|at| mark(EventKind::Response, *at)).collect(), vec![]);
    Schedule::new(&track, &steps(&track), pace)
}

fn dues(schedule: &Schedule, count: usize, speed: f64) -> Vec<f64> {
    (0..count).map(|step| schedule.due(step, speed)).collect()
}

#[test]
fn waits_are_played_as_they_were_or_capped() {
    let times = [Some(1_000.0), Some(2_000.0), Some(62_000.0), Some(62_500.0)];
    assert_eq!(dues(&schedule(&times, Pace::Real), 4, 1.0), [0.0, 1_000.0, 61_000.0, 61_500.0]);
    let capped = schedule(&times, Pace::Idle);
    assert_eq!(dues(&capped, 4, 1.0), [0.0, 1_000.0, 3_000.0, 3_500.0]);
    assert_eq!(dues(&capped, 4, 5.0), [0.0, 200.0, 600.0, 700.0]);
    assert_eq!((capped.cut_wait(0), capped.cut_wait(1)), (None, Some(60_000.0)));
    // Half of the capped wait is half of the real one.
    assert_eq!((capped.clock_at(2_000.0), capped.clock_at(9_999.0)), (31_000.0, 61_500.0));
    assert_eq!((capped.step_at(999.9), capped.step_at(1_000.0), capped.step_at(1e9)), (0, 1, 3));
    assert_eq!((capped.step_at_share(0.0), capped.step_at_share(0.5), capped.step_at_share(1.0)), (0, 1, 3));
}

#[test]
fn times_that_go_back_or_are_missing_come_with_the_step_before() {
    let times = [Some(5_000.0), Some(3_000.0), None, Some(6_000.0)];
    let played = schedule(&times, Pace::Real);
    assert_eq!(dues(&played, 4, 1.0), [0.0, 0.0, 0.0, 1_000.0]);
    // Offsets count from the earliest time of the log.
    assert_eq!((played.clock_of(0), played.clock_of(3)), (2_000.0, 3_000.0));
}

#[test]
fn without_times_all_is_paced() {
    let none = schedule(&[None, None, None], Pace::Real);
    assert_eq!((none.has_times(), none.pace()), (false, Pace::Paced));
    assert_eq!(dues(&none, 3, 1.0), [0.0, 1_200.0, 2_400.0]);
    assert_eq!(none.clock_at(1_800.0), 1_800.0);
    let same = schedule(&[Some(7.0), Some(7.0)], Pace::Idle);
    assert_eq!((same.has_times(), same.due(1, 1.0)), (false, 1_200.0));
    assert_eq!((schedule(&[], Pace::Idle).length_ms(), schedule(&[], Pace::Idle).step_at(9.0)), (0.0, 0));
}

#[test]
fn sessions_side_by_side_wait_for_each_other() {
    let side = |times: &[f64], rows: &[bool]| {
        let track = Track::new(times.iter().map(|at| mark(EventKind::ToolCall, Some(*at))).collect(), vec![]);
        let mut events = 0..;
        (Arc::new(track), rows.iter().map(|is_here| if *is_here { events.next() } else { None }).collect::<Vec<_>>())
    };
    // Both begin; the first takes two steps alone; then they are together again, and the second was faster.
    let slow = side(&[1_000.0, 2_000.0, 4_000.0, 9_000.0], &[true, true, true, true]);
    let fast = side(&[70_000.0, 71_000.0], &[true, false, false, true]);
    let both = Schedule::of_rows(&[slow.clone(), fast], Pace::Real);
    assert_eq!(dues(&both, 4, 1.0), [0.0, 1_000.0, 3_000.0, 8_000.0]);
    let late = side(&[0.0, 20_000.0], &[true, false, false, true]);
    let both = Schedule::of_rows(&[slow.clone(), late.clone()], Pace::Real);
    assert_eq!((dues(&both, 4, 1.0), both.clock_of(3)), (vec![0.0, 1_000.0, 3_000.0, 20_000.0], 20_000.0));
    assert_eq!(dues(&Schedule::of_rows(&[slow.clone(), late], Pace::Idle), 4, 1.0), [0.0, 1_000.0, 3_000.0, 5_000.0]);
    // One of them has no times: the other's are played.
    let none =
        (Arc::new(Track::new(vec![mark(EventKind::Prompt, None); 2], vec![])), vec![Some(0), None, None, Some(1)]);
    assert_eq!(dues(&Schedule::of_rows(&[slow, none.clone()], Pace::Real), 4, 1.0), [0.0, 1_000.0, 3_000.0, 8_000.0]);
    let paced = Schedule::of_rows(&[none.clone(), none], Pace::Real);
    assert_eq!((paced.has_times(), paced.due(3, 1.0)), (false, 1_200.0));
    assert_eq!(Schedule::of_rows(&[], Pace::Real).length_ms(), 0.0);
}

#[test]
fn longer_answers_stand_longer_when_paced() {
    let long = Mark { output: Some(100), ..mark(EventKind::Response, None) };
    let endless = Mark { output: Some(u32::MAX), ..long };
    let track = Track::new(vec![long, endless, mark(EventKind::Prompt, None)], vec![]);
    let paced = Schedule::new(&track, &[0, 1, 2], Pace::Paced);
    assert_eq!(dues(&paced, 3, 1.0), [0.0, 2_000.0, 7_000.0]);
}

fn replay_of(made: crate::model::SourceIndex) -> (Replay, usize) {
    let archive = archive([made]);
    let key = archive.sessions()[0].key.clone();
    let track = Arc::new(session::track(&archive, &key).expect("it is there"));
    let count = track.len();
    (Replay::new(track, spent(&archive, &archive.sessions()[0])), count)
}

#[test]
fn sums_grow_with_the_steps_and_say_what_they_miss() {
    let mut made = source("a.jsonl");
    part(&mut made, "a");
    event(&mut made, EventKind::Prompt, Some(1));
    answer(&mut made, Some(100), Some(10)).cost = Reported::new(Money::from_pico(5));
    answer(&mut made, Some(200), None);
    event(&mut made, EventKind::Compaction, Some(9));
    let (replay, count) = replay_of(made);
    assert_eq!(replay.at(0), State::default());
    let first = replay.at(2);
    assert_eq!((first.output.sum, first.output.is_lower_bound(), first.requests), (10, false, 1));
    assert_eq!((first.cost.known, first.context_now), (Money::from_pico(5), Reported::new(100)));
    let second = replay.at(3);
    assert_eq!((second.output.sum, second.output.is_lower_bound()), (10, true));
    assert_eq!((second.cost.is_lower_bound(), second.context_now), (true, Reported::new(200)));
    // Nobody knows how long the context is before the next request.
    assert_eq!(replay.at(count).context_now, Reported::NOT_RECORDED);
}

#[test]
fn a_total_of_the_session_is_known_at_its_event_only() {
    let mut made = source("b.jsonl");
    part(&mut made, "b");
    event(&mut made, EventKind::Response, Some(1));
    let end = event(&mut made, EventKind::SessionEnd, Some(2));
    let total = UsageRow { scope: Scope::Aggregate, ..UsageRow::new(end, 0, Scope::Aggregate) };
    made.usage.push(total);
    made.usage[0].tokens.output = Reported::new(70);
    let (replay, count) = replay_of(made);
    assert!(replay.has_whole());
    assert_eq!(replay.at(1).output_so_far().value(), Reported::NOT_RECORDED);
    assert_eq!(replay.at(count).output_so_far().value(), Reported::new(70));
}

#[test]
fn errors_and_calls_of_another_session_do_not_count() {
    let failed = Mark { flags: flags::FAILED, ..mark(EventKind::ToolCall, None) };
    let copied = Mark { flags: flags::FAILED | flags::COPIED, ..failed };
    let replay = Replay::new(Arc::new(Track::new(vec![failed, copied], vec![])), Vec::new());
    let state = replay.at(2);
    assert_eq!((state.errors, state.tool_calls, state.steps), (1, 1, 2));
}

fn any_mark() -> impl Strategy<Value = Mark> {
    (0usize..EventKind::ALL.len(), any::<u8>(), proptest::option::of(0u32..900), proptest::option::of(0u32..900))
        .prop_map(|(kind, flags, context, output)| Mark { flags, context, output, ..mark(EventKind::ALL[kind], None) })
}

fn any_spent() -> impl Strategy<Value = Spent> {
    (0u32..1_500, any::<[bool; 6]>(), proptest::option::of(0u64..90), proptest::option::of(0i64..90)).prop_map(
        |(event, is, output, pico)| Spent {
            event,
            scope: if is[0] && is[1] { Scope::Aggregate } else { Scope::Request },
            output: output.into(),
            is_partial: is[2],
            amount: pico.map(Money::from_pico).into(),
            is_computed: is[3],
            is_lower_bound: is[3] && is[4],
            counts_tokens: is[5],
            counts_cost: is[4],
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_jump_equals_a_fresh_fold(
        marks in proptest::collection::vec(any_mark(), 0..1_500), mut spent in proptest::collection::vec(any_spent(), 0..200),
        jumps in proptest::collection::vec(0usize..1_600, 1..20),
    ) {
        spent.sort_by_key(|spent| spent.event);
        let requests: Vec<u32> = (0..marks.len() as u32).step_by(7).collect();
        let track = Track::new(marks, vec![]).with_requests(if spent.len() % 2 == 0 { requests } else { Vec::new() });
        let replay = Replay::new(Arc::new(track), spent);
        for to in jumps {
            prop_assert_eq!(replay.at(to), replay.folded(to));
        }
    }

    #[test]
    fn steps_are_due_in_order_and_each_is_found_when_due(
        times in proptest::collection::vec(proptest::option::of(0f64..1e7), 1..60), pace in 0usize..3, speed in 0usize..SPEEDS.len(),
    ) {
        let schedule = schedule(&times, Pace::ALL[pace]);
        let speed = SPEEDS[speed].0;
        for step in 1..times.len() {
            prop_assert!(schedule.due(step - 1, speed) <= schedule.due(step, speed));
            prop_assert!(schedule.clock_of(step - 1) <= schedule.clock_of(step));
            let due = schedule.due(step, 1.0);
            prop_assert!(schedule.step_at(due) >= step);
            prop_assert!(schedule.clock_at(due) >= schedule.clock_of(step));
        }
        prop_assert_eq!(schedule.step_at(schedule.length_ms()), times.len() - 1);
    }
}
