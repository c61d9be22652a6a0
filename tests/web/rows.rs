//! Rows and tables.

use super::{HOSTILE, cells, find, show, text, title};
use leptos::prelude::Owner;
use sessionscope::archive::{CostTally, Coverage, Totals};
use sessionscope::logic::coverage::{AgentCoverage, Cell as CoverageCell, Count, CoverageView};
use sessionscope::logic::session_list::ListRow;
use sessionscope::logic::sessions::{SessionRow, Sums};
use sessionscope::logic::usage::{ReferenceReport, ReferenceTotals};
use sessionscope::model::{Counts, Metric, Money, Relation, Reported, Status, Tally, Timestamp};
use sessionscope::ui::coverage::matrix;
use sessionscope::ui::sessions::{Context, session_row};
use sessionscope::ui::shared::{Live, token_pair};
use sessionscope::ui::store::Store;
use sessionscope::ui::usage::reference_table;
use std::sync::Arc;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Element;

fn session(title: &str, totals: Totals) -> SessionRow {
    SessionRow {
        key: "svc-1".into(),
        id: "svc-1".into(),
        agent: "fizeau".into(),
        agent_name: "Fizeau".into(),
        harness: Some("claude".into()),
        provider: None,
        models: vec![HOSTILE.into(), "second".into()],
        project: None,
        title: Some(title.into()),
        status: Status::Success,
        status_word: "success".into(),
        has_outcome: true,
        started: Timestamp::parse("2026-05-01T10:00:00Z"),
        ended: None,
        duration_ms: Reported::new(61_000),
        counts: Counts { prompts: 1, responses: 2, tool_calls: 3, tool_failures: 1, errors: 1, ..Counts::default() },
        totals,
        tree: totals,
        descendants: 0,
        missing_children: 0,
        missing_parent: None,
        counted_in: None,
        is_replay_uncertain: false,
        is_probe: false,
        context_window: Reported::NOT_RECORDED,
        relation: Relation::Root,
        parent: None,
        sources: vec!["a.jsonl".into()],
    }
}

fn show_row(session: SessionRow, level: u32, below: &[Relation], sums: Sums) -> (Element, Owner) {
    show(|| {
        let row = ListRow { session: Arc::new(session), level, below: below.to_vec(), is_unfolded: false };
        let now = Timestamp::parse("2026-05-02T00:00:00Z").expect("a time");
        // A worker that does nothing: no row asks it anything.
        let store = Store::new("data:text/javascript,");
        session_row(
            Context { store, cursor: Live::new(0), unfolded: Live::new(Vec::new()), now },
            &row,
            Live::new(0),
            sums,
        )
    })
}

#[wasm_bindgen_test]
fn a_row_with_tokens_shows_its_numbers() {
    let output = Tally { sum: 2400, reported: 2, eligible: 2, partial: 0 };
    let known = Money::parse("0.24").expect("an amount");
    let totals = Totals {
        output,
        peak_context: Reported::new(17_500),
        cost: CostTally { known, reported: 2, eligible: 2, ..CostTally::default() },
        ..Totals::default()
    };
    let (row, _owner) = show_row(session("Fix the totals", totals), 0, &[Relation::Stream; 2], Sums::Tree);
    let cells = cells(&row);
    assert!(cells[2].starts_with("Fix the totals") && cells[2].ends_with("2 streams"), "{}", cells[2]);
    assert_eq!(cells[3..5], ["Fizeau › claude", HOSTILE]);
    assert_eq!(cells[6..], ["1m", "6", "2", "17.5k / 2.4k", "$0.24"]);
    assert_eq!(title(&find(&row, ".error-count")), "1 error, 1 failed tool call");
    assert_eq!(title(&find(&row, ".model-name")), format!("{HOSTILE}, second"));
    assert!(row.query_selector("img, script").expect("valid").is_none());
    assert_eq!(find(&row, "a").get_attribute("href").as_deref(), Some("#v=1&tab=session&session=svc-1"));
    assert_eq!(find(&row, "a").get_attribute("tabindex").as_deref(), Some("0"));
}

#[wasm_bindgen_test]
fn a_row_without_anything_shows_no_zero_for_it() {
    let bare = SessionRow {
        harness: None,
        models: Vec::new(),
        title: None,
        started: None,
        duration_ms: Reported::NOT_RECORDED,
        counts: Counts::default(),
        ..session("", Totals::default())
    };
    let (row, _owner) = show_row(bare, 0, &[], Sums::Tree);
    let cells = cells(&row);
    assert_eq!(cells[2..5], ["svc-1", "Fizeau", "—not recorded"]);
    assert_eq!(cells[5..], ["no date", "—not recorded", "0", "0", "no token data", "—not recorded"]);
}

/// token-coverage.md R7: sums with what a session started, or its own, and the tooltip says which.
#[wasm_bindgen_test]
fn a_row_shows_the_sums_that_are_asked_for() {
    let sum = |sum, reported| {
        let output = Tally { sum, reported, eligible: 2, partial: 0 };
        Totals { output, peak_context: Reported::new(900), ..Totals::default() }
    };
    let parent =
        || SessionRow { tree: sum(2500, 1), descendants: 1, missing_children: 1, ..session("Parent", sum(500, 2)) };
    let shown = |sums| {
        let (row, _owner) = show_row(parent(), 0, &[Relation::SubAgent], sums);
        let fold = text(&find(&row, ".fold"));
        (cells(&row)[9].clone(), title(&find(&row, ".session-tokens .explained > span")), fold)
    };
    let scope = "with 1 sub-agent, 1 not loaded";
    assert_eq!(shown(Sums::Tree), ("900 / at least 2.5k".into(), scope.into(), "1 sub-agent".into()));
    assert_eq!(shown(Sums::Own), ("900 / 500".into(), String::new(), "1 sub-agent".into()));
}

#[wasm_bindgen_test]
fn a_row_says_what_it_is_to_the_one_above_and_what_its_numbers_lack() {
    let child = SessionRow {
        relation: Relation::SubAgent,
        parent: Some("svc-0".into()),
        has_outcome: false,
        status: Status::Unknown,
        status_word: String::new(),
        is_replay_uncertain: true,
        missing_parent: Some("gone".into()),
        counted_in: Some("other".into()),
        ..session("Child", Totals::default())
    };
    let (row, _owner) = show_row(child, 2, &[], Sums::Tree);
    assert_eq!(text(&find(&row, ".relation .sr")), "sub-agent");
    assert!(title(&find(&row, ".status-sign")).starts_with("no outcome"));
    let notes = row.query_selector_all(".session-note").expect("valid");
    let notes: Vec<String> = (0..notes.length()).filter_map(|index| notes.get(index)?.text_content()).collect();
    assert_eq!(notes, ["parent not loaded", "≈ history", "counted elsewhere"]);
    assert!(row.has_attribute("data-child"));
}

/// token-coverage.md §4: the reason stands with the words.
#[wasm_bindgen_test]
fn no_token_data_says_why() {
    let shown = |eligible| {
        let coverage = Coverage { eligible, ..Coverage::default() };
        let (node, _owner) = show(|| token_pair(&Totals { coverage, ..Totals::default() }));
        (text(&node), title(&node))
    };
    assert_eq!(shown(0), ("no token data".into(), "the log holds no response of a model".into()));
    let none = "neither prompt sizes nor output tokens are recorded for any of 3 responses";
    assert_eq!(shown(3), ("no token data".into(), none.into()));
}

#[wasm_bindgen_test]
fn the_coverage_table_tells_recorded_from_eligible() {
    let cell = |metric: Metric| {
        let (recorded, reason) = match metric {
            Metric::Output => (2, HOSTILE),
            Metric::Context => (0, "format never records it"),
            _ => (4, ""),
        };
        let eligible = if metric == Metric::SubAgents { 0 } else { 4 };
        let recorded = if eligible == 0 { 0 } else { recorded };
        CoverageCell { metric, count: Count { recorded, eligible, ..Count::default() }, reason: reason.into() }
    };
    let agent = |agent: &str| AgentCoverage {
        agent: agent.into(),
        name: format!("Agent {agent}"),
        sessions: 1,
        cells: Metric::ALL.map(cell).into(),
    };
    let view = CoverageView { agents: vec![agent("a"), agent("b")], totals: agent(""), ..CoverageView::default() };
    let (table, _owner) = show(|| matrix(Store::new("data:text/javascript,"), &view));
    assert_eq!(table.query_selector_all("tbody tr").expect("valid").length(), 3);
    let of = |metric: &str| find(&table, &format!("[data-agent=a] [data-metric={metric}]"));
    let class = |metric: &str| of(metric).get_attribute("data-class").unwrap_or_default();
    let classes = ["output", "context", "cost", "sub-agents"].map(class);
    assert_eq!(classes, ["some", "none", "full", "n/a"]);
    assert_eq!(text(&find(&of("output"), ".coverage-count")), "Output: 2 of 4");
    assert_eq!(text(&find(&of("output"), ".coverage-reason")), HOSTILE);
    assert_eq!(text(&of("sub-agents")), "Sub-agents: not applicable");
    assert!(table.query_selector("img, script").expect("valid").is_none());
}

#[wasm_bindgen_test]
fn the_reference_table_shows_every_number_to_its_last_digit() {
    let known = ReferenceTotals {
        provider: "openrouter".into(),
        model: HOSTILE.into(),
        sessions: 2,
        success_sessions: 1,
        failed_sessions: 1,
        input_tokens: 1_008_318,
        output_tokens: 751,
        total_tokens: 1_009_069,
        duration_ms: 61_000,
        known_cost: Money::parse("0.005376"),
        ..ReferenceTotals::default()
    };
    let unknown = ReferenceTotals { known_cost: None, unknown_cost_sessions: 2, ..known.clone() };
    let report = ReferenceReport { window: None, rows: vec![known], totals: unknown };
    let (table, _owner) = show(|| reference_table(&report));
    let (row, all) = (find(&table, "tbody tr"), find(&table, "tfoot tr"));
    assert_eq!(text(&find(&row, "[data-cell=model]")), HOSTILE);
    assert_eq!(text(&find(&row, "[data-cell=input_tokens]")), "1008318");
    assert_eq!(text(&find(&row, "[data-cell=known_cost_usd]")), "$0.0054");
    assert_eq!(find(&row, "[data-cell=duration_ms]").get_attribute("data-value").as_deref(), Some("61000"));
    assert!(row.query_selector("[data-cell=unknown_cost_sessions]").expect("valid").is_none());
    assert_eq!(text(&find(&all, "[data-cell=known_cost_usd]")), "—not recordedunknown: 2");
    assert_eq!(find(&all, "[data-cell=unknown_cost_sessions]").get_attribute("data-value").as_deref(), Some("2"));
}
