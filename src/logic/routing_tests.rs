use super::*;
use crate::logic::usage::example::{NOW, at, routing};
use crate::logic::window::{Grammar, resolve};
use crate::model::{Zone, from_wire, to_wire};

fn sources(facts: &[(RoutingFacts, Option<Timestamp>)]) -> impl Iterator<Item = (&RoutingFacts, Option<Timestamp>)> {
    facts.iter().map(|(facts, started)| (facts, *started))
}

fn window(spec: &str) -> Option<Window> {
    resolve(spec, at(NOW), &Zone::utc(), Grammar::Reference).expect("a window")
}

/// Bucket, axis, match, count and the five outcomes of each cell.
fn cells(quality: &RoutingQuality) -> Vec<String> {
    let line = |cell: &RoutingCell| {
        let RoutingCell { prompt_features, axis, is_match, count, success, stalled, failed, cancelled, unknown } = cell;
        format!("{prompt_features} {axis} {is_match} {count}: {success} {stalled} {failed} {cancelled} {unknown}")
    };
    quality.breakdown.iter().map(line).collect()
}

#[test]
fn the_worked_example() {
    let facts = routing();
    let quality = reference_routing_quality(sources(&facts), None);
    assert_eq!((quality.total_requests, quality.total_overrides), (8, 2));
    assert_eq!((quality.auto_acceptance_rate, quality.override_disagreement_rate), (0.75, 1.0));
    assert_eq!(
        cells(&quality),
        [
            "tokens=medium,tools=yes,reasoning=low harness true 1: 1 0 0 0 0",
            "tokens=medium,tools=yes,reasoning=low model true 1: 1 0 0 0 0",
            "tokens=medium,tools=yes,reasoning=low provider false 1: 1 0 0 0 0",
            "tokens=unknown,tools=no,reasoning=none model false 1: 0 0 0 0 1",
        ]
    );
    assert_eq!(routing_quality(sources(&facts), None), quality);
    let backwards: Vec<_> = facts.iter().rev().cloned().collect();
    assert_eq!(routing_quality(sources(&backwards), None), quality, "order does not count");
}

#[test]
fn windows_go_by_the_start() {
    let mut facts = routing();
    let today = window("today");
    let of_today = routing_quality(sources(&facts), today.as_ref());
    assert_eq!((of_today.total_requests, of_today.total_overrides, of_today.auto_acceptance_rate), (4, 2, 0.5));
    facts.push((RoutingFacts::default(), None));
    let until = window("..2026-05-01");
    assert_eq!(routing_quality(sources(&facts), None).total_requests, 9);
    assert_eq!(routing_quality(sources(&facts), until.as_ref()).total_requests, 2);
    assert_eq!(reference_routing_quality(sources(&facts), until.as_ref()).total_requests, 3);
    assert_eq!(reference_routing_quality(sources(&facts), today.as_ref()).total_requests, 4);
}

fn pin(axes: &[(&str, bool)], outcome: Outcome) -> Override {
    Override {
        axes: axes.iter().map(|(axis, is_match)| (str::to_owned(axis), *is_match)).collect(),
        estimated_tokens: Some(10),
        requires_tools: false,
        reasoning: String::new(),
        outcome,
    }
}

#[test]
fn overrides_without_axes_count_only_below_the_line() {
    let overrides = vec![
        pin(&[], Outcome::Success),
        pin(&[("model", true)], Outcome::Stalled),
        pin(&[("model", false)], Outcome::Failed),
        pin(&[("model", false)], Outcome::Cancelled),
    ];
    let facts = [(RoutingFacts { overrides }, None)];
    let quality = routing_quality(sources(&facts), None);
    assert_eq!((quality.total_requests, quality.total_overrides), (1, 4));
    assert_eq!((quality.auto_acceptance_rate, quality.override_disagreement_rate), (0.0, 0.5));
    let bucket = "tokens=tiny,tools=no,reasoning=none model";
    assert_eq!(cells(&quality), [format!("{bucket} false 2: 0 0 1 1 0"), format!("{bucket} true 1: 0 1 0 0 0")]);
}

#[test]
fn no_requests_give_no_rates() {
    assert_eq!(routing_quality([], None), RoutingQuality::default());
}

#[test]
fn buckets() {
    let check = |tokens: Option<i64>, size: &str| {
        let choice = Override { estimated_tokens: tokens, requires_tools: true, ..pin(&[], Outcome::Unknown) };
        assert_eq!(prompt_features(&choice), format!("tokens={size},tools=yes,reasoning=none"));
    };
    check(None, "unknown");
    check(Some(-5), "unknown");
    check(Some(0), "unknown");
    check(Some(1), "tiny");
    check(Some(999), "tiny");
    check(Some(1000), "small");
    check(Some(3999), "small");
    check(Some(4000), "medium");
    check(Some(15_999), "medium");
    check(Some(16_000), "large");
    check(Some(63_999), "large");
    check(Some(64_000), "xlarge");
}

#[test]
fn the_keys_are_the_references() {
    let facts = routing();
    let quality = routing_quality(sources(&facts).skip(6).take(1), None);
    let cell = r#"{"prompt_feature_bucket":"tokens=unknown,tools=no,reasoning=none","axis":"model","match":false,"count":1,"success_outcomes":0,"stalled_outcomes":0,"failed_outcomes":0,"cancelled_outcomes":0,"unknown_outcomes":1}"#;
    assert_eq!(serde_json::to_string(&quality.breakdown).expect("plain data"), format!("[{cell}]"));
}

#[test]
fn answers_survive_the_way_to_the_page() {
    let facts = routing();
    for quality in [routing_quality(sources(&facts).skip(6).take(1), None), RoutingQuality::default()] {
        assert_eq!(from_wire(&to_wire(&quality)), Some(quality));
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod properties {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::{select, subsequence};

    fn any_source() -> impl Strategy<Value = (RoutingFacts, Option<Timestamp>)> {
        let axes = subsequence(vec![("harness", true), ("provider", false), ("model", true), ("model", false)], 0..=4);
        let outcome = select(vec![Outcome::Success, Outcome::Stalled, Outcome::Failed, Outcome::Unknown]);
        let overrides = prop::collection::vec((axes, outcome).prop_map(|(axes, outcome)| pin(&axes, outcome)), 0..3);
        (overrides, any::<bool>())
            .prop_map(|(overrides, is_timed)| (RoutingFacts { overrides }, is_timed.then(|| at(NOW))))
    }

    proptest! {
        #[test]
        fn order_does_not_count(
            (facts, shuffled) in prop::collection::vec(any_source(), 0..10)
                .prop_flat_map(|facts| (Just(facts.clone()), Just(facts).prop_shuffle())),
            spec in select(vec!["", "2026-05-03", "..2026-05-03"]),
        ) {
            let window = window(spec);
            let quality = reference_routing_quality(sources(&facts), window.as_ref());
            prop_assert_eq!(&quality, &reference_routing_quality(sources(&shuffled), window.as_ref()));
            prop_assert!((0.0..=1.0).contains(&quality.auto_acceptance_rate));
            let axes: usize = facts.iter().flat_map(|(facts, _)| &facts.overrides).map(|choice| choice.axes.len()).sum();
            if spec.is_empty() {
                prop_assert_eq!(quality.breakdown.iter().map(|cell| cell.count as usize).sum::<usize>(), axes);
            }
        }
    }
}
