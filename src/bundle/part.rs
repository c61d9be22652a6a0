//! A session part in a bundle: what one source says of one run.

use super::wire::Wire;
use crate::model::{
    CallSum, CompactionSum, ContextUse, Counts, DurableCounts, Fact, Fallback, History, Money, Outcome, Override,
    PostMortem, ReferenceRow, Relation, Reported, RlmSum, RoutingFacts, SessionPart, Status, Tally, TitleOrigin,
};

const RELATIONS: [Relation; 5] =
    [Relation::Root, Relation::SubAgent, Relation::Continuation, Relation::Fork, Relation::Stream];
const TITLES: [TitleOrigin; 3] = [TitleOrigin::Prompt, TitleOrigin::Generated, TitleOrigin::User];
const OUTCOMES: [Outcome; 5] =
    [Outcome::Success, Outcome::Stalled, Outcome::Failed, Outcome::Cancelled, Outcome::Unknown];

pub fn part(wire: &mut Wire, part: &mut SessionPart) {
    wire.text(&mut part.id);
    for text in [&mut part.harness, &mut part.provider, &mut part.project, &mut part.title] {
        wire.maybe_text(text);
    }
    wire.maybe_text(&mut part.parent_id);
    wire.maybe_text(&mut part.join);
    wire.texts(&mut part.models);
    wire.one_of(&mut part.status, &Status::ALL);
    wire.text(&mut part.status_word);
    wire.one_of(&mut part.relation, &RELATIONS);
    wire.one_of(&mut part.title_origin, &TITLES);
    for flag in [
        &mut part.has_outcome,
        &mut part.is_orphan,
        &mut part.has_global_id,
        &mut part.is_second_hand,
        &mut part.is_in_parents_total,
        &mut part.is_probe,
        &mut part.is_convention_assumed,
    ] {
        wire.flag(flag);
    }
    let mut last = 0;
    wire.moment(&mut part.started, &mut last);
    wire.moment(&mut part.ended, &mut last);
    duration(wire, part);
    wire.reported(&mut part.context_window);
    wire.small(&mut part.reading);
    counts(wire, &mut part.counts);
    wire.maybe(&mut part.history, &mut history);
    wire.list(&mut part.facts, || Fact::new("", ""), &mut |wire, fact| {
        wire.text(&mut fact.name);
        wire.text(&mut fact.value);
    });
    wire.maybe(&mut part.reference, &mut reference);
    wire.maybe(&mut part.routing, &mut routing);
    wire.maybe(&mut part.post_mortem, &mut post_mortem);
}

/// Mostly from start to end.
fn duration(wire: &mut Wire, part: &mut SessionPart) {
    let span = part.started.zip(part.ended).map_or(0, |(from, to)| to.ms_since(from));
    let mut more = part.duration_ms.get().map(|ms| (ms as i64).wrapping_sub(span));
    wire.maybe(&mut more, &mut |wire, more| wire.signed(more));
    part.duration_ms = more.map(|more| more.wrapping_add(span) as u64).into();
}

fn counts(wire: &mut Wire, counts: &mut Counts) {
    let Counts { prompts, responses, requests, tool_calls, tool_failures, errors, compactions } = counts;
    for count in [prompts, responses, tool_calls, tool_failures, errors, compactions] {
        wire.small(count);
    }
    let mut number = requests.map(u64::from);
    wire.reported(&mut number);
    *requests = number.map(|number| number as u32);
}

fn history(wire: &mut Wire, history: &mut History) {
    for event in [&mut history.told, &mut history.guessed, &mut history.gate] {
        wire.maybe(event, &mut |wire, event| wire.small(event));
    }
    wire.flag(&mut history.has_parent_header);
}

fn reference(wire: &mut Wire, row: &mut ReferenceRow) {
    wire.flag(&mut row.has_start);
    wire.flag(&mut row.has_end);
    for text in [&mut row.provider, &mut row.model, &mut row.status] {
        wire.text(text);
    }
    wire.time(&mut row.started);
    for number in [
        &mut row.input,
        &mut row.output,
        &mut row.total,
        &mut row.cache_read,
        &mut row.cache_write,
        &mut row.duration_ms,
    ] {
        wire.signed(number);
    }
    let mut pico = row.cost.map(Money::pico);
    wire.maybe(&mut pico, &mut |wire, pico| wire.signed(pico));
    row.cost = pico.map(Money::from_pico);
}

fn routing(wire: &mut Wire, facts: &mut RoutingFacts) {
    let new = || Override {
        axes: Vec::new(),
        estimated_tokens: None,
        requires_tools: false,
        reasoning: String::new(),
        outcome: Outcome::Unknown,
    };
    wire.list(&mut facts.overrides, new, &mut |wire, row| {
        wire.list(&mut row.axes, Default::default, &mut |wire, (name, agrees)| {
            wire.text(name);
            wire.flag(agrees);
        });
        wire.maybe(&mut row.estimated_tokens, &mut |wire, number| wire.signed(number));
        wire.flag(&mut row.requires_tools);
        wire.text(&mut row.reasoning);
        wire.one_of(&mut row.outcome, &OUTCOMES);
    });
}

fn tally(wire: &mut Wire, tally: &mut Tally) {
    wire.number(&mut tally.sum);
    for count in [&mut tally.reported, &mut tally.eligible, &mut tally.partial] {
        wire.small(count);
    }
}

fn calls(wire: &mut Wire, list: &mut Vec<CallSum>) {
    wire.list(list, CallSum::default, &mut |wire, sum| {
        wire.text(&mut sum.source);
        wire.text(&mut sum.model);
        wire.small(&mut sum.calls);
        for part in [&mut sum.prompt, &mut sum.completion, &mut sum.duration] {
            tally(wire, part);
        }
    });
}

fn post_mortem(wire: &mut Wire, told: &mut PostMortem) {
    calls(wire, &mut told.calls);
    calls(wire, &mut told.reports);
    wire.list(&mut told.rlm, RlmSum::default, &mut |wire, sum| {
        wire.text(&mut sum.outcome);
        wire.small(&mut sum.runs);
        tally(wire, &mut sum.input);
        tally(wire, &mut sum.output);
    });
    wire.list(&mut told.fallbacks, Fallback::default, &mut |wire, fallback| {
        wire.text(&mut fallback.requested);
        wire.text(&mut fallback.used);
        wire.small(&mut fallback.count);
    });
    wire.list(&mut told.compactions, CompactionSum::default, &mut |wire, sum| {
        wire.text(&mut sum.strategy);
        wire.small(&mut sum.completed);
        wire.small(&mut sum.measured);
        wire.number(&mut sum.reduction);
        wire.signed(&mut sum.freed);
    });
    for count in [&mut told.failed_compactions, &mut told.truncations, &mut told.archived] {
        wire.small(count);
    }
    tally(wire, &mut told.dropped);
    wire.maybe(&mut told.peak, &mut |wire, ContextUse { request, budget }| {
        wire.number(request);
        wire.number(budget);
    });
    let mut goal = told.goal_tokens.get();
    wire.maybe(&mut goal, &mut |wire, goal| wire.signed(goal));
    told.goal_tokens = Reported::from(goal);
    let DurableCounts { events, earlier, newer } = &mut told.durable;
    for count in [events, earlier, newer] {
        wire.small(count);
    }
}
