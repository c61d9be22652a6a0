//! Archives made by hand, for tests: sources without any log behind them.

use crate::archive::Archive;
use crate::model::{
    Anchors, Counter, Event, EventKind, EventRows, Exclusion, Finality, Money, Problems, Reported, RequestId,
    RunningCount, Scope, SessionPart, SourceId, SourceIndex, SourceKind, SourceMeta, Span, Strings, Timestamp,
    TokenSet, UsageRow,
};
use proptest::prelude::*;

/// An empty source of a format that nobody knows.
pub fn source(path: &str) -> SourceIndex {
    SourceIndex {
        meta: SourceMeta { path: path.into(), size: None },
        kind: SourceKind::Log("made"),
        bytes: 0,
        lines: 0,
        // By path, so that no two are equal.
        hash: u128::from(crate::model::hash_of(&[path])),
        strings: Strings::default(),
        events: EventRows::default(),
        usage: Vec::new(),
        running: Vec::new(),
        anchors: Anchors::default(),
        spawns: Vec::new(),
        titles: Vec::new(),
        parts: Vec::new(),
        problems: Problems::default(),
    }
}

/// Starts a session in a source.
pub fn part(source: &mut SourceIndex, id: &str) -> u16 {
    source.parts.push(SessionPart {
        id: id.into(),
        has_global_id: true,
        started: Some(Timestamp::from_ms(1_000)),
        ..SessionPart::default()
    });
    (source.parts.len() - 1) as u16
}

/// Appends an event to the last session, on a line of its own.
pub fn event(source: &mut SourceIndex, kind: EventKind, at_ms: Option<i64>) -> u32 {
    let part = source.parts.len().saturating_sub(1) as u16;
    let line = source.events.len() as u32 + 1;
    let span = Span { offset: u64::from(line) * 100, len: 99 };
    let event = Event { at: at_ms.map(Timestamp::from_ms), ..Event::new(kind, part, span, line) };
    if let Some(part) = source.parts.last_mut() {
        part.counts.count(&event);
    }
    source.bytes += 100;
    source.events.push(event)
}

/// An answer with its prompt size (all uncached) and its tokens, as a row of the last session.
pub fn answer(source: &mut SourceIndex, context: Option<u64>, output: Option<u64>) -> &mut UsageRow {
    let at_ms = 1_000 + source.events.len() as i64;
    let event = event(source, EventKind::Response, Some(at_ms));
    let part = source.parts.len().saturating_sub(1) as u16;
    let tokens = TokenSet { input_uncached: context.into(), output: output.into(), ..TokenSet::default() };
    let at = Some(Timestamp::from_ms(at_ms));
    source.usage.push(UsageRow { at, tokens, ..UsageRow::new(event, part, Scope::Request) });
    source.usage.last_mut().expect("just pushed")
}

/// A session of its own source, with answers of these prompt sizes and tokens.
pub fn session(id: &str, answers: &[(Option<u64>, Option<u64>)]) -> SourceIndex {
    let mut made = source(&format!("{id}.jsonl"));
    part(&mut made, id);
    for (context, output) in answers {
        answer(&mut made, *context, *output);
    }
    made
}

/// All of them, assembled.
pub fn archive(sources: impl IntoIterator<Item = SourceIndex>) -> Archive {
    let mut archive = Archive::default();
    for (id, source) in sources.into_iter().enumerate() {
        archive.add(SourceId(id as u32), source);
    }
    archive.assemble();
    archive
}

/// Numbers as logs hold them: absent, zero, usual, impossible.
fn any_count() -> impl Strategy<Value = Option<u64>> {
    prop_oneof![Just(None), Just(Some(0)), (1u64..1_000).prop_map(Some), Just(Some(2_000_001))]
}

fn any_tokens() -> impl Strategy<Value = TokenSet> {
    (any_count(), any_count(), any_count(), any_count(), any_count()).prop_map(
        |(input, read, write, output, thought)| TokenSet {
            input_uncached: input.into(),
            cache_read: read.into(),
            cache_write: write.into(),
            cache_write_1h: Reported::NOT_RECORDED,
            output: output.into(),
            reasoning: thought.into(),
        },
    )
}

/// What becomes of a row is up to the archive: ids repeat, totals stand beside requests, some are excluded.
fn any_row() -> impl Strategy<Value = UsageRow> {
    let kind = (0usize..8, 0usize..3, 0usize..6, any::<bool>(), any::<bool>());
    let ids = (0u64..4, 0u64..3, proptest::option::of(0i64..5), 0u8..2);
    (kind, ids, any_tokens(), proptest::option::of(0i64..9)).prop_map(|(kind, ids, tokens, cost)| {
        let (scope, finality, exclusion, is_side, is_clamped) = kind;
        UsageRow {
            scope: [Scope::Aggregate, Scope::Turn].get(scope).copied().unwrap_or(Scope::Request),
            finality: [Finality::Final, Finality::Partial, Finality::Unknown][finality],
            exclusion: [Some(Exclusion::NotARequest), Some(Exclusion::Replayed)].get(exclusion).copied().flatten(),
            is_side,
            is_clamped,
            id: RequestId { response: ids.0, request: ids.1 },
            at: ids.2.map(Timestamp::from_ms),
            rank: ids.3,
            tokens,
            cost: cost.map(Money::from_pico).into(),
            ..UsageRow::new(0, 0, Scope::Request)
        }
    })
}

fn any_counter() -> impl Strategy<Value = Counter> {
    (any_count(), any_count(), any_count(), any_count()).prop_map(|(input, cached, output, total)| Counter {
        input,
        cached,
        output,
        total,
        ..Counter::default()
    })
}

fn any_running() -> impl Strategy<Value = RunningCount> {
    let counters = (proptest::option::of(any_counter()), proptest::option::of(any_counter()));
    (counters, 0u64..4, proptest::option::of(0i64..5)).prop_map(|((total, last), info, at)| RunningCount {
        event: 0,
        item: 0,
        part: 0,
        at: at.map(Timestamp::from_ms),
        model: crate::model::StrId::NONE,
        lane: crate::model::StrId::NONE,
        info,
        total,
        last,
    })
}

/// A source of up to three sessions whose ids and parents other sources have too.
fn any_source() -> impl Strategy<Value = SourceIndex> {
    let part = (
        "[a-d]",
        proptest::option::of("[a-e]"),
        0usize..5,
        any::<bool>(),
        proptest::collection::vec(any_row(), 0..5),
        proptest::collection::vec(any_running(), 0..4),
        proptest::option::of("[a-f]"),
    );
    ("[a-z]{6}", proptest::collection::vec(part, 1..4)).prop_map(|(path, parts)| {
        let mut made = source(&path);
        for (id, parent, relation, has_global_id, rows, counts, spawn) in parts {
            use crate::model::{Relation, Spawn};
            let number = self::part(&mut made, &id);
            let part = made.parts.last_mut().expect("just pushed");
            part.has_global_id = has_global_id;
            part.parent_id = parent;
            part.relation =
                [Relation::Root, Relation::SubAgent, Relation::Fork, Relation::Stream, Relation::Continuation]
                    [relation];
            for row in rows {
                let event = event(&mut made, EventKind::Response, Some(2));
                let models = ["claude-opus-4-20250514", "", "nobody/knows-this-9"];
                let model = made.strings.intern(models[event as usize % models.len()]);
                made.usage.push(UsageRow { event, model, part: number, ..row });
            }
            for count in counts {
                let event = event(&mut made, EventKind::Usage, Some(3));
                let model = made.strings.intern(if event.is_multiple_of(2) { "gpt-5" } else { "" });
                made.running.push(RunningCount { event, item: event, model, part: number, ..count });
            }
            if let Some(child) = spawn {
                let event = event(&mut made, EventKind::ToolCall, None);
                let nothing = Reported::NOT_RECORDED;
                let told = (nothing, nothing, nothing);
                made.spawns.push(Spawn {
                    event,
                    part: number,
                    child,
                    total_tokens: told.0,
                    duration_ms: told.1,
                    tool_calls: told.2,
                });
            }
        }
        made
    })
}

/// Any archive.
pub fn any_archive() -> impl Strategy<Value = Archive> {
    proptest::collection::vec(any_source(), 0..5).prop_map(archive)
}
