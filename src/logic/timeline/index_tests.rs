use super::*;
use proptest::prelude::*;

fn span(from_ms: f64, to_ms: f64, event: u32) -> Span {
    Span { from_ms, to_ms, kind: Kind::Shell, event, look: Look::Solid }
}

fn scale(from_ms: f64, to_ms: f64, width_px: f64) -> TimeScale {
    TimeScale { from_ms, to_ms, width_px }
}

#[test]
fn of_several_in_a_pixel_the_longest_stands_for_all() {
    let lane = LaneIndex::new(&[span(10.0, 12.0, 0), span(10.5, 90.0, 1), span(40.0, 41.0, 2)], &[]);
    let seen: Vec<_> =
        lane.bars(&scale(0.0, 100.0, 100.0)).into_iter().map(|bar| (bar.x, bar.event, bar.count)).collect();
    assert_eq!(seen, [(10.5, 1, 2), (40.0, 2, 1)]);
    let zoomed: Vec<_> =
        lane.bars(&scale(30.0, 50.0, 100.0)).into_iter().map(|bar| (bar.x, bar.width.round(), bar.event)).collect();
    assert_eq!(zoomed, [(0.0, 100.0, 1), (50.0, 5.0, 2)]);
}

#[test]
fn a_click_means_the_bar_on_top_or_the_nearest() {
    let bar = |x, width, event| Bar { x, width, kind: Kind::Shell, event, count: 1, look: Look::Solid };
    let bars = [bar(30.0, 20.0, 1), bar(70.0, 2.0, 2), bar(10.0, 5.0, 0), bar(31.0, 2.0, 3)];
    assert_eq!((bar_at(&bars, 12.0, 0.0), bar_at(&bars, 32.0, 0.0)), (Some(2), Some(3)));
    assert_eq!((bar_at(&bars, 27.5, 3.0), bar_at(&bars, 60.0, 3.0)), (Some(0), None));
}

proptest! {
    #[test]
    fn peaks_are_the_first_of_the_largest(keys in proptest::collection::vec(0u8..9, 1..70), from: usize, len: usize) {
        let keys: Vec<f64> = keys.into_iter().map(f64::from).collect();
        let from = from % keys.len();
        let to = from + 1 + len % (keys.len() - from);
        let most = keys[from..to].iter().copied().fold(0.0, f64::max);
        let first = (from..to).find(|place| keys[*place] == most);
        prop_assert_eq!(Some(Peaks::new(keys).of(from, to)), first);
    }

    #[test]
    fn the_next_place_is_where_a_plain_search_finds_it(times in proptest::collection::vec(0u8..50, 0..60), from: usize, limit in 0u8..60) {
        let mut times: Vec<f64> = times.into_iter().map(f64::from).collect();
        times.sort_by(f64::total_cmp);
        let from = from % (times.len() + 1);
        let limit = f64::from(limit);
        let plain = from + times[from..].partition_point(|time| *time < limit);
        prop_assert_eq!(next_from(&times, from, |time| time < limit), plain);
    }

    /// At most two bars start in a pixel, and every span that is to be seen is counted in exactly one.
    #[test]
    fn two_bars_a_pixel_stand_for_everything_that_is_shown(
        spans in proptest::collection::vec((-50i32..1_100, 0u32..400, any::<bool>()), 0..400),
        (from, length) in (-100i32..1_000, 1u32..900),
        width in 1.0f64..70.0,
    ) {
        let (mut under, mut over) = (Vec::new(), Vec::new());
        for (number, (from, length, is_over)) in spans.iter().enumerate() {
            let lane = if *is_over { &mut over } else { &mut under };
            lane.push(span(f64::from(*from), f64::from(*from) + f64::from(*length), number as u32));
        }
        let scale = scale(f64::from(from), f64::from(from) + f64::from(length), width);
        let bars = LaneIndex::new(&under, &over).bars(&scale);
        let mut starts = vec![0; width.ceil() as usize];
        for bar in &bars {
            prop_assert!(bar.x >= 0.0 && bar.width >= LEAST_PX && bar.x + bar.width <= width.max(LEAST_PX) + 1e-9);
            starts[bar.x as usize] += 1;
        }
        prop_assert!(starts.iter().all(|count| *count <= 2), "{:?}", starts);
        let is_seen = |span: &&Span| span.to_ms >= scale.from_ms && span.from_ms <= scale.to_ms;
        let seen: Vec<u32> = under.iter().chain(&over).filter(is_seen).map(|span| span.event).collect();
        prop_assert_eq!(bars.iter().map(|bar| bar.count as usize).sum::<usize>(), seen.len());
        prop_assert!(bars.iter().all(|bar| seen.contains(&bar.event)));
    }
}
