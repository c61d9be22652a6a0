use super::*;
use proptest::prelude::*;

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

#[test]
fn bars_have_their_time_and_kind() {
    let back = Mark { flags: flags::ENDS_AT, name: 1, ..mark(EventKind::ToolCall, 500.0, 200) };
    let tick = Mark { name: 3, ..mark(EventKind::ToolCall, 700.0, None) };
    let failed = Mark { flags: flags::FAILED, name: 2, ..mark(EventKind::ToolCall, 100.0, 50) };
    let track = track(vec![failed, back, tick, mark(EventKind::Response, 0.0, 100)]);
    let found = bars(&track, Lane::Tools, &scale());
    let seen: Vec<_> = found.iter().map(|bar| (bar.x, bar.width, bar.kind, bar.event, bar.is_tick)).collect();
    let expected = [
        (30.0, 20.0, Kind::Shell, 1, false),
        (70.0, 2.0, Kind::OtherTool, 2, true),
        (10.0, 5.0, Kind::Error, 0, false),
    ];
    assert_eq!(seen, expected);
    assert_eq!(bars(&track, Lane::Model, &scale()).len(), 1);
    assert_eq!(bar_at(&found, 12.0, 0.0), Some(2));
    assert_eq!((bar_at(&found, 27.5, 3.0), bar_at(&found, 60.0, 3.0)), (Some(0), None));
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
fn near_marks_of_one_kind_are_one() {
    let error = Mark { flags: flags::FAILED, ..mark(EventKind::ToolCall, 110.0, 1) };
    let track = track(vec![
        mark(EventKind::Prompt, 100.0, None),
        error,
        mark(EventKind::Prompt, 120.0, None),
        mark(EventKind::Prompt, 400.0, None),
    ]);
    let found: Vec<_> = marks(&track, &scale()).into_iter().map(|mark| (mark.kind, mark.event, mark.count)).collect();
    assert_eq!(found, [(Kind::Prompt, 0, 2), (Kind::Error, 1, 1), (Kind::Prompt, 3, 1)]);
    assert_eq!(count_marks(&track), 4);
}

proptest! {
    #[test]
    fn at_most_two_bars_a_pixel(
        events in proptest::collection::vec(
            (proptest::option::of(-100.0f64..1_100.0), proptest::option::of(0u32..400), 0u8..8, 0u16..5, any::<bool>()),
            0..600,
        ),
        width in 0.0f64..60.0,
    ) {
        let count = events.len();
        let marks = events.into_iter().map(|(at, duration, flag_bits, name, is_tool)| {
            let kind = if is_tool { EventKind::ToolCall } else { EventKind::Response };
            Mark { flags: flag_bits & !flags::ECHO, name, ..mark(kind, at, duration) }
        });
        let track = track(marks.collect());
        let scale = TimeScale { width_px: width, ..scale() };
        for lane in Lane::ALL {
            let found = bars(&track, lane, &scale);
            prop_assert!(found.len() <= 2 * width.ceil() as usize);
            for column in 0..width.ceil() as usize {
                let starts = found.iter().filter(|bar| bar.x as usize == column);
                prop_assert!(starts.count() <= 2);
            }
            for bar in &found {
                prop_assert!(bar.width >= LEAST_PX && bar.x >= 0.0);
                prop_assert!(bar.x + bar.width <= width.max(LEAST_PX) + 1e-9);
                prop_assert!((bar.event as usize) < count);
            }
            // Every event on the axis is counted in one bar.
            let on_axis = track.marks().iter().filter(|mark| lane.holds(mark)).filter_map(Mark::extent_ms);
            let visible = on_axis.filter(|(from, to)| scale.x(*to) >= 0.0 && scale.x(*from) <= width).count();
            if width > 0.0 && lane != Lane::Waiting {
                prop_assert_eq!(found.iter().map(|bar| bar.count as usize).sum::<usize>(), visible);
            }
        }
    }
}
