use super::*;
use crate::logic::routing::reference_routing_quality;
use crate::logic::usage::example::{NOW, at, inputs, reference_rows, routing, used};
use crate::logic::usage::{By, UsageInput, UsageReport, reference, summarise};
use crate::logic::usage_view::Counting;
use crate::logic::window::{Grammar, resolve};
use crate::model::{Reported, TokenSet, Zone};
use serde_json::{Value, json};

fn window(spec: &str) -> Option<Window> {
    resolve(spec, at(NOW), &Zone::utc(), Grammar::Reference).expect("a window")
}

fn quality() -> RoutingQuality {
    let facts = routing();
    reference_routing_quality(facts.iter().map(|(facts, started)| (facts, *started)), None)
}

fn view(ours: UsageReport) -> UsageView {
    UsageView {
        counting: Counting::Normalised,
        reference: ReferenceReport::default(),
        ours,
        prices: "a table".into(),
        unpriced: vec![("m9".into(), 2)],
        routing: quality(),
    }
}

fn ours(inputs: Vec<UsageInput<'static>>, by: By) -> Value {
    let text = usage(&view(summarise(inputs, by, &Zone::utc(), None)), None);
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn the_reference_report_of_the_worked_example() {
    let rows = reference_rows();
    let text = usage_reference(&reference(rows.iter(), None), &quality());
    let report: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(
        report.as_object().expect("an object").keys().collect::<Vec<_>>(),
        ["routing_quality", "rows", "totals"]
    );
    assert_eq!(
        report["rows"][2],
        json!({
            "provider": "unknown", "model": "opus", "sessions": 1, "success_sessions": 1, "failed_sessions": 0,
            "input_tokens": 21, "output_tokens": 8931, "total_tokens": 8952, "duration_ms": 233_226,
            "known_cost_usd": 0.922_097_5, "unknown_cost_sessions": 0, "cache_read_tokens": 825_536,
            "cache_write_tokens": 45_366
        })
    );
    assert_eq!(report["rows"][3]["known_cost_usd"], json!(0), "a known zero is no gap");
    assert_eq!(
        report["totals"],
        json!({
            "provider": "", "model": "", "sessions": 6, "success_sessions": 4, "failed_sessions": 2,
            "input_tokens": 1_010_149, "output_tokens": 16_377, "total_tokens": 1_026_531, "duration_ms": 520_422,
            "known_cost_usd": null, "unknown_cost_sessions": 2, "cache_read_tokens": 1_743_555,
            "cache_write_tokens": 45_368
        })
    );
    assert_eq!(report["routing_quality"]["auto_acceptance_rate"], json!(0.75));
    assert_eq!(report["routing_quality"]["override_class_breakdown"][3]["unknown_outcomes"], json!(1));
}

#[test]
fn keys_stand_in_the_references_order() {
    let text = usage_reference(&reference(reference_rows().iter(), window("today").as_ref()), &quality());
    let keys: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("  \"")?.split('"').next()).collect();
    assert_eq!(keys, ["window", "rows", "totals", "routing_quality"]);
    assert!(text.starts_with(
        "{\n  \"window\": {\n    \"start\": \"2026-05-03T00:00:00Z\",\n    \"end\": \"2026-05-04T00:00:00Z\"\n  },\n  \"rows\": [\n    {\n      \"provider\": \"openrouter\",\n      \"model\": \"m1\","
    ));
    assert!(text.contains("\"known_cost_usd\": 0,"), "no 0.0");
}

#[test]
fn windows() {
    let start_and_end = |spec: &str| {
        let window = window(spec);
        let theirs = usage_reference(&reference([].into_iter(), window.as_ref()), &quality());
        let ours = usage(&view(summarise([], By::Day, &Zone::utc(), window.as_ref())), None);
        [theirs, ours].map(|text| serde_json::from_str::<Value>(&text).expect("JSON")["window"].clone())
    };
    let bounds = |start: Value, end: Value| json!({ "start": start, "end": end });
    assert_eq!(start_and_end(""), [Value::Null, Value::Null]);
    let day = bounds(json!("2026-05-02T00:00:00Z"), json!("2026-05-03T00:00:00Z"));
    assert_eq!(start_and_end("2026-05-02"), [day.clone(), day]);
    let [theirs, ours] = start_and_end("2026-05-02T01:00:00.0125Z..");
    assert_eq!(theirs, bounds(json!("2026-05-02T01:00:00.0125Z"), json!("0001-01-01T00:00:00Z")));
    assert_eq!(ours, bounds(json!("2026-05-02T01:00:00.0125Z"), Value::Null));
}

#[test]
fn our_report_of_the_worked_example() {
    let report = ours(inputs(), By::ProviderModel);
    assert_eq!(
        report["rows"][1],
        json!({
            "key": ["unknown", "gpt-5.4"], "provider": "unknown", "model": "gpt-5.4", "harness": "codex",
            "agent": "fizeau", "sessions": 1, "success_sessions": 1, "failed_sessions": 0, "no_outcome_sessions": 0,
            "incomplete_sessions": 0, "sub_agents": 0, "requests": 0, "computed_cost_sessions": 0, "input_tokens": 90_302, "input_uncached": 90_302, "output_tokens": 7261,
            "total_tokens": 1_015_579, "duration_ms": 274_696, "known_cost_usd": null, "cost_subtotal_known": null,
            "unknown_cost_sessions": 1, "cache_read_tokens": 918_016, "cache_write_tokens": null,
            "coverage": { "sessions": 1, "with_output": 1, "with_context": 1, "partial": 0 }
        })
    );
    let totals = &report["totals"];
    assert_eq!(totals["cost_subtotal_known"].to_string(), "0.9370975");
    assert_eq!((&totals["known_cost_usd"], &totals["unknown_cost_sessions"]), (&Value::Null, &json!(2)));
    assert_eq!(
        (&totals["provider"], &totals["harness"], &totals["agent"]),
        (&Value::Null, &Value::Null, &json!("fizeau"))
    );
    assert_eq!(totals["coverage"], json!({ "sessions": 8, "with_output": 6, "with_context": 6, "partial": 0 }));
    assert_eq!(totals["incomplete_sessions"], json!(2));
    assert_eq!(
        (&report["by"], &report["without_time"], &report["routing_quality"]),
        (&json!("provider-model"), &json!(0), &Value::Null)
    );
}

#[test]
fn absent_numbers_are_null() {
    let blank = UsageInput {
        totals: used(TokenSet::default(), false, Reported::NOT_RECORDED),
        duration_ms: Reported::NOT_RECORDED,
        has_outcome: false,
        ..inputs()[0]
    };
    let row = &ours(vec![blank], By::Day)["rows"][0];
    for key in [
        "success_sessions",
        "failed_sessions",
        "input_tokens",
        "input_uncached",
        "output_tokens",
        "total_tokens",
        "duration_ms",
        "known_cost_usd",
        "cost_subtotal_known",
        "cache_read_tokens",
        "cache_write_tokens",
    ] {
        assert_eq!(row.get(key), Some(&Value::Null), "{key}");
    }
    assert_eq!(row["key"], json!(["2026-05-01"]));
    let nothing = TokenSet { output: Reported::new(0), ..TokenSet::default() };
    let zero = UsageInput { totals: used(nothing, false, Reported::NOT_RECORDED), ..blank };
    let row = &ours(vec![zero], By::Day)["rows"][0];
    assert_eq!(
        (&row["output_tokens"], &row["total_tokens"], &row["input_tokens"]),
        (&json!(0), &json!(0), &Value::Null)
    );
}

#[test]
fn amounts_carry_no_noise() {
    let check = |pico: i64, text: &str| {
        let cost = Reported::new(Money::from_pico(pico));
        let report = ours(vec![UsageInput { totals: used(TokenSet::default(), false, cost), ..inputs()[0] }], By::Day);
        assert_eq!(report["totals"]["known_cost_usd"].to_string(), text);
    };
    check(0, "0");
    check(937_097_500_000, "0.9370975");
    check(300_000_000_000, "0.3");
    check(2_000_000_000_000, "2");
    check(12_345_678_901_000_000, "12345.678901");
    check(1, "1e-12");
}
