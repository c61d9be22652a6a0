//! The worked example of fizeau.md §11.2, for the tests of everything that is made of it: nine files, a to i.

use super::UsageInput;
use crate::archive::{CostTally, Totals};
use crate::model::{Money, Outcome, Override, ReferenceRow, Reported, RoutingFacts, Status, Timestamp, TokenSet};

/// `now` of the example's windows.
pub(crate) const NOW: &str = "2026-05-03T18:00:00Z";

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("a time")
}

/// Input, output, cache read, cache write and total as written.
type Written = [i64; 5];

fn row(names: [&str; 2], started: &str, status: &str, tokens: Written, cost: Option<f64>, ms: i64) -> ReferenceRow {
    let [provider, model] = names.map(str::to_owned);
    let [input, output, cache_read, cache_write, total] = tokens;
    ReferenceRow {
        has_start: !started.is_empty(),
        has_end: !status.is_empty(),
        started: Timestamp::parse(started),
        cost: cost.and_then(Money::from_usd),
        status: status.into(),
        duration_ms: ms,
        provider,
        model,
        input,
        output,
        total,
        cache_read,
        cache_write,
    }
}

/// As the decoder hands them on: the duration of e is already the difference of its times, the cost −1 of i unknown.
pub(crate) fn reference_rows() -> Vec<ReferenceRow> {
    let m1 = ["openrouter", "m1"];
    let codex = [1_008_318, 7261, 918_016, 0, 1_015_579];
    let claude = [21, 8931, 825_536, 45_366, 8952];
    vec![
        row(m1, "2026-05-01T10:00:00Z", "success", [1000, 100, 0, 0, 1100], Some(0.01), 2000),
        row(m1, "2026-05-01T11:00:00Z", "error", [500, 50, 0, 0, 550], Some(0.005), 4000),
        row(["", "opus"], "2026-05-02T00:00:00Z", "success", claude, Some(0.922_097_5), 233_226),
        row(["", "gpt-5.4"], "2026-05-02T23:59:59.999Z", "success", codex, None, 274_696),
        row(["vllm", "q"], "2026-05-03T08:00:00Z", "budget_halted", [10, 5, 3, 2, 0], Some(0.0), 1500),
        row(["vllm", "q"], "2026-05-03T09:00:00Z", "", [0; 5], None, 0),
        row(["", ""], "", "success", [7, 7, 0, 0, 14], Some(0.1), 100),
        row(["", ""], "2026-05-03T11:00:00Z", "", [0; 5], None, 0),
        row(m1, "2026-05-03T12:00:00Z", "success", [300, 30, 0, 0, 330], Some(-1.0), 5000),
    ]
}

/// The eight sources that started, with their start times.
pub(crate) fn routing() -> Vec<(RoutingFacts, Option<Timestamp>)> {
    let of_h = Override {
        axes: vec![("model".into(), false)],
        estimated_tokens: None,
        requires_tools: false,
        reasoning: String::new(),
        outcome: Outcome::Unknown,
    };
    let of_i = Override {
        axes: vec![("harness".into(), true), ("provider".into(), false), ("model".into(), true)],
        estimated_tokens: Some(5000),
        requires_tools: true,
        reasoning: "low".into(),
        outcome: Outcome::Success,
    };
    let facts = |row: ReferenceRow| {
        let overrides = match (row.has_end, row.model.as_str(), row.cost) {
            (false, "", _) => vec![of_h.clone()],
            (true, "m1", None) => vec![of_i.clone()],
            _ => Vec::new(),
        };
        (RoutingFacts { overrides }, row.started)
    };
    reference_rows().into_iter().filter(|row| row.has_start).map(facts).collect()
}

/// A whole session's usage, of one row.
pub(crate) fn used(tokens: TokenSet, is_partial: bool, cost: Reported<Money>) -> Totals {
    let mut totals = Totals { cost: CostTally { eligible: 1, ..CostTally::default() }, ..Totals::default() };
    totals.input_uncached.add(tokens.input_uncached, is_partial);
    totals.cache_read.add(tokens.cache_read, is_partial);
    totals.cache_write.add(tokens.cache_write, is_partial);
    totals.output.add(tokens.output, is_partial);
    if let Some(known) = cost.get() {
        totals.cost = CostTally { known, reported: 1, eligible: 1, ..CostTally::default() };
    }
    totals
}

/// Our reading of the nine sessions: disjoint prompt counters, absent ones where the log has none.
pub(crate) fn inputs() -> Vec<UsageInput<'static>> {
    let base = |session, provider, model, harness, started| UsageInput {
        session,
        owner: (session, ""),
        provider,
        model,
        agent: "fizeau",
        harness: Some(harness),
        project: None,
        at: Timestamp::parse(started),
        slices: 1,
        status: Status::Success,
        has_outcome: true,
        is_incomplete: false,
        is_member: false,
        is_counted_elsewhere: false,
        duration_ms: Reported::NOT_RECORDED,
        totals: used(TokenSet::default(), false, Reported::NOT_RECORDED),
    };
    let tokens = |input: u64, output: u64, read: Option<u64>, write: Option<u64>| TokenSet {
        input_uncached: Reported::new(input),
        output: Reported::new(output),
        cache_read: read.into(),
        cache_write: write.into(),
        ..TokenSet::default()
    };
    let ms = Reported::new;
    let used = |tokens: TokenSet, cost: Option<f64>| used(tokens, false, cost.and_then(Money::from_usd).into());
    let a = base("a", "openrouter", "m1", "fiz", "2026-05-01T10:00:00Z");
    let e = base("e", "vllm", "q", "fiz", "2026-05-03T08:00:00Z");
    let f = UsageInput {
        session: "f",
        owner: ("f", ""),
        at: Timestamp::parse("2026-05-03T09:00:00Z"),
        is_incomplete: true,
        ..e
    };
    let a_tokens = tokens(1000, 100, None, None);
    vec![
        UsageInput { totals: used(a_tokens, Some(0.01)), duration_ms: ms(2000), ..a },
        UsageInput {
            session: "b",
            owner: ("b", ""),
            at: Timestamp::parse("2026-05-01T11:00:00Z"),
            status: Status::Failed,
            totals: used(tokens(500, 50, None, None), Some(0.005)),
            duration_ms: ms(4000),
            ..a
        },
        UsageInput {
            totals: used(tokens(21, 8931, Some(825_536), Some(45_366)), Some(0.922_097_5)),
            duration_ms: ms(233_226),
            ..base("c", "", "opus", "claude", "2026-05-02T00:00:00Z")
        },
        UsageInput {
            // 1,008,318 with the cache inside.
            totals: used(tokens(90_302, 7261, Some(918_016), None), None),
            duration_ms: ms(274_696),
            ..base("d", "", "gpt-5.4", "codex", "2026-05-02T23:59:59.999Z")
        },
        UsageInput {
            status: Status::Limit,
            totals: used(tokens(5, 5, Some(3), Some(2)), Some(0.0)),
            duration_ms: ms(1500),
            ..e
        },
        UsageInput { status: Status::Incomplete, ..f },
        UsageInput {
            session: "h",
            owner: ("h", ""),
            provider: "",
            model: "",
            at: Timestamp::parse("2026-05-03T11:00:00Z"),
            status: Status::Incomplete,
            ..f
        },
        UsageInput {
            session: "i",
            owner: ("i", ""),
            at: Timestamp::parse("2026-05-03T12:00:00Z"),
            totals: used(tokens(300, 30, None, None), None),
            duration_ms: ms(5000),
            ..a
        },
    ]
}
