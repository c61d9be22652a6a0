use super::*;
use crate::logic::timeline::index::Bar;
use crate::logic::timeline::scale::TimeScale;

fn mark(kind: EventKind, at_ms: impl Into<Option<f64>>, duration_ms: impl Into<Option<u32>>) -> Mark {
    let (at_ms, duration_ms) = (at_ms.into(), duration_ms.into());
    Mark { kind, flags: 0, at_ms, duration_ms, context: None, output: None, name: 0 }
}

fn track(marks: Vec<Mark>) -> Track {
    Track::new(marks, ["", "bash", "Read", "mystery"].map(String::from).to_vec())
}

fn scale() -> TimeScale {
    TimeScale { from_ms: 0.0, to_ms: 1_000.0, width_px: 100.0 }
}

fn bars(track: &Track, lane: Lane, scale: &TimeScale) -> Vec<Bar> {
    of_lane(track, &[], lane, scale)
}

fn of_lane(track: &Track, agents: &[Agent], lane: Lane, scale: &TimeScale) -> Vec<Bar> {
    let other = || other_lanes(track, agents).into_iter().find(|(known, _)| *known == lane).map(|(_, index)| index);
    let found = if matches!(lane, Lane::Model | Lane::Tools) { Some(of_track(track, lane)) } else { other() };
    found.map(|index| index.bars(scale)).unwrap_or_default()
}

#[test]
fn bars_have_their_time_and_kind() {
    let back = Mark { flags: flags::ENDS_AT, name: 1, ..mark(EventKind::ToolCall, 500.0, 200) };
    let tick = Mark { name: 3, ..mark(EventKind::ToolCall, 700.0, None) };
    let failed = Mark { flags: flags::FAILED, name: 2, ..mark(EventKind::ToolCall, 100.0, 50) };
    let track = track(vec![failed, back, tick, mark(EventKind::Response, 0.0, 100)]);
    let found = bars(&track, Lane::Tools, &scale());
    let seen: Vec<_> = found.iter().map(|bar| (bar.x, bar.width, bar.kind, bar.event, bar.look)).collect();
    let expected = [
        (30.0, 20.0, Kind::Shell, 1, Look::Solid),
        (70.0, 2.0, Kind::OtherTool, 2, Look::Tick),
        (10.0, 5.0, Kind::Error, 0, Look::Solid),
    ];
    assert_eq!(seen, expected);
    assert_eq!(bars(&track, Lane::Model, &scale()).len(), 1);
}

#[test]
fn echoes_and_the_untimed_are_not_on_the_axis() {
    let echo = Mark { flags: flags::ECHO, ..mark(EventKind::ToolCall, 1.0, 1) };
    let track = track(vec![echo, mark(EventKind::ToolCall, None, 5), mark(EventKind::Prompt, None, None)]);
    assert!(bars(&track, Lane::Tools, &scale()).is_empty());
    assert_eq!(untimed(&track), [1, 2]);
}

#[test]
fn the_longest_of_a_pixel_stands_for_all() {
    let track = track(vec![
        mark(EventKind::ToolCall, 100.0, 1),
        mark(EventKind::ToolCall, 101.0, 300),
        mark(EventKind::ToolCall, 102.0, 2),
    ]);
    let found = bars(&track, Lane::Tools, &scale());
    assert_eq!(found.iter().map(|bar| (bar.event, bar.count)).collect::<Vec<_>>(), [(1, 3)]);
}

#[test]
fn waiting_lies_between_work_and_the_next_prompt() {
    let track = track(vec![
        mark(EventKind::SessionStart, 0.0, None),
        mark(EventKind::Prompt, 5_000.0, None),
        mark(EventKind::Response, 6_000.0, 4_000),
        mark(EventKind::Prompt, 40_000.0, None),
        mark(EventKind::Prompt, 40_100.0, None),
    ]);
    let scale = TimeScale { from_ms: 0.0, to_ms: 100_000.0, width_px: 100.0 };
    let found = bars(&track, Lane::Waiting, &scale);
    assert_eq!(found.iter().map(|bar| (bar.x, bar.width, bar.event)).collect::<Vec<_>>(), [(10.0, 30.0, 3)]);
    assert_eq!(lane_sum(&track, Lane::Waiting).sum, 30_000);
}

#[test]
fn a_log_without_model_calls_says_so() {
    let answer = mark(EventKind::Response, 1.0, None);
    let tool = mark(EventKind::ToolCall, 1.0, 5);
    assert_eq!(model_gap(&track(vec![answer, tool])), Some("model calls are not recorded in this log"));
    assert_eq!(lane_sum(&track(vec![answer, tool]), Lane::Model).value().get(), None);
    let asked = track(vec![mark(EventKind::Request, 0.0, None), answer]);
    assert_eq!(model_gap(&asked), Some("durations of model calls are not recorded in this log"));
    assert_eq!(model_gap(&track(vec![mark(EventKind::Response, 1.0, 5)])), None);
}

#[test]
fn nine_sub_agents_make_eight_lanes_and_one_for_the_rest() {
    let agent = |number: u32| Agent {
        label: number.to_string(),
        key: (number != 1).then(|| number.to_string()),
        event: Some(number),
        extent_ms: Some((f64::from(number) * 100.0, f64::from(number) * 100.0 + 50.0)),
        duration_ms: None,
        steps: vec![(f64::from(number) * 100.0, 20)],
    };
    let agents: Vec<Agent> = (0..10).map(agent).collect();
    let track = track(vec![]);
    let looks =
        |lane| of_lane(&track, &agents, lane, &scale()).iter().map(|bar| (bar.event, bar.look)).collect::<Vec<_>>();
    assert_eq!(looks(Lane::Agent(0)), [(0, Look::Pale), (0, Look::Solid)]);
    assert_eq!(looks(Lane::Agent(1))[0], (1, Look::Hatched));
    assert_eq!(looks(Lane::MoreAgents), [(8, Look::Pale), (9, Look::Pale)]);
    assert_eq!(other_lanes(&track, &agents).len(), 9);
}
