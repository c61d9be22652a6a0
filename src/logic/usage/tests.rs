use super::example::{NOW, at, inputs, reference_rows, used};
use super::*;
use crate::archive::CostTally;
use crate::logic::window::{Grammar, Window, resolve};
use crate::model::{Money, ReferenceRow, Reported, Status, Timestamp, Zone, from_wire, to_wire};

fn window(spec: &str) -> Option<Window> {
    resolve(spec, at(NOW), &Zone::utc(), Grammar::Reference).expect("a window")
}

/// The columns of fizeau.md §11.2.
fn line(row: &ReferenceTotals) -> String {
    let cost = |amount: Option<f64>| amount.map_or("null".into(), |amount| amount.to_string());
    let rates =
        [row.success_rate(), row.input_tokens_per_second(), row.output_tokens_per_second(), row.cache_hit_rate()];
    let [success, input, output, hits] = rates.map(|rate| format!("{rate:.6}"));
    format!(
        "{}/{}: {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {} -> {success}, {}, {input}, {output}, {hits}",
        row.provider,
        row.model,
        row.sessions,
        row.success_sessions,
        row.failed_sessions,
        row.input_tokens,
        row.output_tokens,
        row.total_tokens,
        row.duration_ms,
        cost(row.known_cost.map(Money::usd)),
        row.unknown_cost_sessions,
        row.cache_read_tokens,
        row.cache_write_tokens,
        cost(row.cost_per_success()),
    )
}

#[test]
fn the_worked_example() {
    let rows = reference_rows();
    let report = reference(rows.iter(), None);
    let lines: Vec<_> = report.rows.iter().chain([&report.totals]).map(line).collect();
    assert_eq!(
        lines,
        [
            "openrouter/m1: 3, 2, 1, 1800, 180, 1980, 11000, null, 1, 0, 0 -> \
             0.666667, null, 163.636364, 16.363636, 0.000000",
            "unknown/gpt-5.4: 1, 1, 0, 1008318, 7261, 1015579, 274696, null, 1, 918016, 0 -> \
             1.000000, null, 3670.668666, 26.432857, 0.476561",
            "unknown/opus: 1, 1, 0, 21, 8931, 8952, 233226, 0.9220975, 0, 825536, 45366 -> \
             1.000000, 0.9220975, 0.090041, 38.293329, 0.947886",
            "vllm/q: 1, 0, 1, 10, 5, 20, 1500, 0, 0, 3, 2 -> 0.000000, null, 6.666667, 3.333333, 0.200000",
            "/: 6, 4, 2, 1010149, 16377, 1026531, 520422, null, 2, 1743555, 45368 -> \
             0.666667, null, 1941.019019, 31.468693, 0.622905",
        ]
    );
}

#[test]
fn the_windows_of_the_worked_example() {
    let rows = reference_rows();
    let totals = |spec: &str| {
        let report = reference(rows.iter(), window(spec).as_ref());
        line(&report.totals).split(" -> ").next().expect("a first part").to_owned()
    };
    assert_eq!(totals("today"), "/: 2, 1, 1, 310, 35, 350, 6500, null, 1, 3, 2");
    assert!(totals("2026-05-02").starts_with("/: 2, 2, 0, 1008339, 16192, 1024531, 507922, null, 1,"));
    assert_eq!(totals("7d"), totals(""));
    let days = reference(rows.iter(), window("2026-05-01..2026-05-02").as_ref());
    assert_eq!(days.totals.sessions, 4);
    assert!(line(&days.rows[0]).starts_with("openrouter/m1: 2, 1, 1, 1500, 150, 1650, 6000, 0.015, 0,"));
}

#[test]
fn a_missing_start_time_is_year_1_in_the_reference() {
    let row = ReferenceRow { has_start: true, has_end: true, ..ReferenceRow::default() };
    let sessions = |spec: &str| reference([&row].into_iter(), window(spec).as_ref()).totals.sessions;
    assert_eq!(sessions(""), 1);
    assert_eq!(sessions("..2026-05-02"), 1);
    assert_eq!(sessions("2026-05-01.."), 0);
    assert_eq!(sessions("7d"), 0);
}

#[test]
fn nothing_gives_an_empty_report() {
    let report = reference([].into_iter(), None);
    assert_eq!(report, ReferenceReport::default());
    assert_eq!(
        line(&report.totals),
        "/: 0, 0, 0, 0, 0, 0, 0, null, 0, 0, 0 -> 0.000000, null, 0.000000, 0.000000, 0.000000"
    );
    let ours = summarise([], By::Day, &Zone::utc(), None);
    assert!(ours.rows.is_empty());
    assert_eq!(ours.totals, UsageRowSummary::default());
}

/// Columns of ours: key, sessions (+ incomplete), ok, failed, cost, rates.
fn our_line(row: &UsageRowSummary) -> String {
    let rate = |rate: Option<f64>| rate.map_or("none".into(), |rate| format!("{rate:.6}"));
    let per_success = row
        .cost_per_success()
        .map_or("none".into(), |cost| format!("{}{}", if cost.is_at_least { ">=" } else { "" }, cost.amount.fixed(7)));
    format!(
        "{}: {}+{}, {}, {}, {} -> {}, {per_success}, {}, {}",
        row.key.join("/"),
        row.sessions,
        row.incomplete,
        row.ok,
        row.failed,
        row.cost.text(),
        rate(row.success_rate()),
        rate(row.output_tokens_per_second()),
        rate(row.cache_hit_rate()),
    )
}

#[test]
fn our_reading_of_the_worked_example() {
    let report = summarise(inputs(), By::ProviderModel, &Zone::utc(), None);
    let lines: Vec<_> = report.rows.iter().chain([&report.totals]).map(our_line).collect();
    assert_eq!(
        lines,
        [
            "openrouter/m1: 3+0, 2, 1, ≥ $0.01 -> 0.666667, >=0.0075000, 16.363636, none",
            "unknown/gpt-5.4: 1+0, 1, 0, — -> 1.000000, none, 26.432857, 0.910443",
            "unknown/opus: 1+0, 1, 0, $0.92 -> 1.000000, 0.9220975, 38.293329, 0.947886",
            "unknown/unknown: 0+1, 0, 0, — -> none, none, none, none",
            "vllm/q: 1+1, 0, 1, ≥ $0.00 -> 0.000000, none, 3.333333, 0.300000",
            ": 6+2, 4, 2, ≥ $0.93 -> 0.666667, >=0.2342744, 31.468693, 0.927793",
        ]
    );
    let totals = &report.totals;
    assert_eq!(totals.cost.subtotal, Money::parse("0.9370975").expect("an amount"));
    assert_eq!((totals.cost.known, totals.cost.unknown, totals.cost.unknown_incomplete), (4, 2, 2));
    assert_eq!((totals.all_sessions(), totals.output.eligible, totals.output.reported), (8, 8, 6));
    assert_eq!(totals.output.sum, 16_377);
    assert!(totals.output.is_lower_bound());
}

#[test]
fn costs_that_may_be_larger_are_cut() {
    let text = |known: &[f64], unknown: u32| {
        let mut sum = CostSum { unknown, ..CostSum::default() };
        for amount in known {
            let known = Money::from_usd(*amount).expect("an amount");
            sum.add(&CostTally { known, reported: 1, eligible: 1, ..CostTally::default() }, false);
        }
        sum.text()
    };
    assert_eq!(text(&[], 0), "—");
    assert_eq!(text(&[], 2), "—");
    assert_eq!(text(&[0.0], 0), "$0.00");
    assert_eq!(text(&[0.0], 1), "≥ $0.00");
    assert_eq!(text(&[0.015], 0), "$0.02");
    assert_eq!(text(&[0.015], 1), "≥ $0.01");
    assert_eq!(text(&[0.001_29], 1), "≥ $0.0012");
    assert_eq!(text(&[0.000_01], 1), "≥ $0.00");
    assert_eq!(text(&[1.0, 0.239], 1), "≥ $1.23");
}

#[test]
fn a_window_counts_apart_what_it_leaves_out() {
    let zone = Zone::fixed("+14:00", 50_400);
    let day = resolve("2026-05-02", at(NOW), &zone, Grammar::Ours).expect("valid");
    let untimed = UsageInput { session: "j", at: None, ..inputs()[0] };
    let report = summarise(inputs().into_iter().chain([untimed]), By::Session, &zone, day.as_ref());
    let sessions: Vec<_> = report.rows.iter().map(|row| row.key[0].as_str()).collect();
    assert_eq!(sessions, ["a", "b", "c"], "2 May begins at 10:00 UTC of the day before");
    assert_eq!((report.outside, report.no_time), (5, 1));
    let everything = summarise([untimed], By::Session, &zone, None);
    assert_eq!((everything.rows.len(), everything.outside, everything.no_time), (1, 0, 0));
}

#[test]
fn rows_of_every_kind() {
    let zone = Zone::fixed("+02:00", 7200);
    let untimed = UsageInput { session: "j", owner: ("j", "tidy up"), at: None, project: Some("p"), ..inputs()[0] };
    let check = |by: By, keys: &[&str]| {
        let report = summarise(inputs().into_iter().chain([untimed]), by, &zone, None);
        let found: Vec<_> = report.rows.iter().map(|row| row.key.join("|")).collect();
        assert_eq!(found, keys, "{by:?}");
        assert!(report.rows.iter().all(|row| row.key.len() == by.columns().len()));
        assert_eq!(By::from_name(by.name()), Some(by));
    };
    check(By::ProviderModel, &["openrouter|m1", "unknown|gpt-5.4", "unknown|opus", "unknown|unknown", "vllm|q"]);
    check(By::Provider, &["openrouter", "unknown", "vllm"]);
    check(By::Model, &["gpt-5.4", "m1", "opus", "q", "unknown"]);
    check(By::Agent, &["fizeau"]);
    check(By::Harness, &["claude", "codex", "fiz"]);
    check(By::Project, &["p", "unknown"]);
    check(By::Day, &["2026-05-01", "2026-05-02", "2026-05-03", NO_DATE]);
    check(By::Week, &["2026-04-27", NO_DATE]);
    check(By::Month, &["2026-05", NO_DATE]);
    check(By::Session, &["a|", "b|", "c|", "d|", "e|", "f|", "h|", "i|", "j|tidy up"]);
}

#[test]
fn shared_names() {
    let report = summarise(inputs(), By::Provider, &Zone::utc(), None);
    let names: Vec<_> = report
        .rows
        .iter()
        .map(|row| [&row.provider, &row.model, &row.agent, &row.harness].map(|name| name.as_deref()))
        .collect();
    assert_eq!(names[0], [Some("openrouter"), Some("m1"), Some("fizeau"), Some("fiz")]);
    assert_eq!(names[1], [Some("unknown"), None, Some("fizeau"), None]);
    let nameless = UsageInput { session: "n", harness: None, ..inputs()[0] };
    assert_eq!(summarise([nameless], By::Agent, &Zone::utc(), None).rows[0].harness, None);
    assert_eq!(summarise([inputs()[0], nameless], By::Agent, &Zone::utc(), None).rows[0].harness, None);
}

#[test]
fn outcomes_that_nobody_recorded_are_outside_the_rate() {
    let silent = UsageInput { session: "d", has_outcome: false, ..inputs()[0] };
    let waiting = UsageInput { session: "b", status: Status::AwaitingUser, ..inputs()[0] };
    let cancelled = UsageInput { session: "c", status: Status::Cancelled, ..inputs()[0] };
    let row = |inputs: &[UsageInput<'static>]| summarise(inputs.to_vec(), By::Agent, &Zone::utc(), None).totals;
    assert_eq!(row(&[silent]).success_rate(), None);
    assert_eq!(row(&[silent, waiting]).no_outcome, 2);
    assert_eq!(row(&[silent, waiting, cancelled, inputs()[0]]).success_rate(), Some(0.5));
}

#[test]
fn rates_take_only_sessions_that_recorded_both_sides() {
    let a = inputs()[0];
    let untimed = UsageInput { session: "b", duration_ms: Reported::NOT_RECORDED, ..a };
    let instant = UsageInput { session: "c", duration_ms: Reported::new(0), ..a };
    let totals = summarise([a, untimed, instant], By::Agent, &Zone::utc(), None).totals;
    assert_eq!(totals.output_tokens_per_second(), Some(50.0));
    assert_eq!((totals.output.sum, totals.output_pace.sessions), (300, 1));
    assert_eq!(summarise([instant], By::Agent, &Zone::utc(), None).totals.output_tokens_per_second(), None);
}

#[test]
fn a_partial_count_makes_a_lower_bound() {
    let mut partial = inputs()[0];
    partial.totals.output.partial = 1;
    let totals = summarise([partial, inputs()[2]], By::Agent, &Zone::utc(), None).totals;
    assert_eq!((totals.partial, totals.output.partial), (1, 1));
    assert!(totals.output.is_lower_bound());
    assert!(!totals.duration.is_lower_bound());
    assert_eq!(totals.total_tokens(), Reported::new(1000 + 100 + 21 + 8931 + 825_536 + 45_366));
}

#[test]
fn reports_survive_the_way_to_the_page() {
    let ours = summarise(inputs(), By::Week, &Zone::utc(), window("7d").as_ref());
    assert_eq!(from_wire(&to_wire(&ours)), Some(ours));
    let theirs = reference(reference_rows().iter(), window("..2026-05-02").as_ref());
    assert_eq!(from_wire(&to_wire(&theirs)), Some(theirs));
}

#[cfg(not(target_arch = "wasm32"))]
mod properties {
    use super::*;
    use crate::model::TokenSet;
    use proptest::prelude::*;
    use proptest::sample::{Index, select};

    fn any_row() -> impl Strategy<Value = ReferenceRow> {
        let names = (select(vec!["", "p", "q"]), select(vec!["", "m"]));
        let flags = (any::<bool>(), any::<bool>(), any::<bool>(), select(vec!["success", "error", ""]));
        let cost = proptest::option::of(any::<u32>());
        (names, flags, any::<[i64; 6]>(), cost).prop_map(|((provider, model), flags, numbers, cost)| ReferenceRow {
            has_start: flags.0,
            has_end: flags.1,
            provider: provider.into(),
            model: model.into(),
            started: flags.2.then(|| at(NOW)),
            status: flags.3.into(),
            input: numbers[0],
            output: numbers[1],
            total: numbers[2],
            cache_read: numbers[3],
            cache_write: numbers[4],
            duration_ms: numbers[5],
            cost: cost.map(|pico| Money::from_pico(pico.into())),
        })
    }

    fn any_input() -> impl Strategy<Value = UsageInput<'static>> {
        let names =
            (select(vec!["", "p"]), select(vec!["", "m"]), select(vec![None, Some("h")]), select(vec!["1", "2"]));
        let status = (select(Status::ALL.to_vec()), any::<bool>(), any::<bool>(), any::<bool>());
        let numbers = any::<[Option<u64>; 5]>();
        let cost = proptest::option::of(any::<i64>().prop_map(i64::abs));
        let at = proptest::option::of(0i64..20_000_000_000);
        (names, status, numbers, cost, at).prop_map(|(names, status, numbers, cost, at)| {
            let tokens = TokenSet {
                input_uncached: numbers[1].into(),
                cache_read: numbers[2].into(),
                cache_write: numbers[3].into(),
                output: numbers[4].into(),
                ..TokenSet::default()
            };
            UsageInput {
                session: "",
                owner: (names.3, ""),
                provider: names.0,
                model: names.1,
                agent: "a",
                harness: names.2,
                project: None,
                at: at.map(Timestamp::from_ms),
                slices: 1,
                status: status.0,
                has_outcome: status.1,
                is_incomplete: status.2,
                is_member: false,
                is_counted_elsewhere: false,
                duration_ms: numbers[0].into(),
                totals: used(tokens, status.3, cost.map(Money::from_pico).into()),
            }
        })
    }

    /// Sessions of different names.
    fn any_inputs() -> impl Strategy<Value = Vec<UsageInput<'static>>> {
        const NAMES: [&str; 12] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
        prop::collection::vec(any_input(), 0..12).prop_map(|inputs| {
            inputs.into_iter().zip(NAMES).map(|(input, session)| UsageInput { session, ..input }).collect()
        })
    }

    /// The same values in another order, chosen by `picks`.
    fn reordered<T: Clone>(values: &[T], picks: &[Index]) -> Vec<T> {
        let mut rest = values.to_vec();
        let mut answer = Vec::new();
        for pick in picks.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            answer.push(rest.swap_remove(pick.index(rest.len())));
        }
        answer
    }

    proptest! {
        #[test]
        fn order_never_changes_a_report(
            rows in prop::collection::vec(any_row(), 0..12),
            inputs in any_inputs(),
            picks in prop::collection::vec(any::<Index>(), 1..12),
            by in select(By::ALL.to_vec()),
            spec in select(vec!["", "7d", "..2026-05-02"]),
        ) {
            let window = window(spec);
            let again = reordered(&rows, &picks);
            prop_assert_eq!(reference(rows.iter(), window.as_ref()), reference(again.iter(), window.as_ref()));
            let ours = |inputs: Vec<UsageInput<'static>>| summarise(inputs, by, &Zone::utc(), window.as_ref());
            prop_assert_eq!(ours(reordered(&inputs, &picks)), ours(inputs));
        }

        #[test]
        fn every_session_is_somewhere(
            inputs in any_inputs(),
            by in select(By::ALL.to_vec()),
            spec in select(vec!["", "1970-01-01..1970-03-01"]),
        ) {
            let count = inputs.len() as u32;
            let report = summarise(inputs, by, &Zone::utc(), window(spec).as_ref());
            let totals = &report.totals;
            prop_assert_eq!(count, totals.all_sessions() + report.outside + report.no_time);
            prop_assert_eq!(totals.sessions, totals.ok + totals.failed + totals.no_outcome);
            prop_assert_eq!(totals.output.eligible, totals.all_sessions());
            prop_assert_eq!(totals.cost.known + totals.cost.unknown + totals.cost.unknown_incomplete, totals.all_sessions());
            let of_rows = |number: fn(&UsageRowSummary) -> u32| report.rows.iter().map(number).sum::<u32>();
            prop_assert_eq!(of_rows(UsageRowSummary::all_sessions), totals.all_sessions());
            prop_assert_eq!(of_rows(|row| row.output.reported), totals.output.reported);
            prop_assert_eq!(of_rows(|row| row.cost.unknown), totals.cost.unknown);
        }
    }
}
