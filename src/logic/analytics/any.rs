//! Whatever can be loaded and asked for, in tests.

use super::Selection;
use crate::archive::Archive;
use crate::logic::filter::{Chosen, Facet, Filter};
use crate::logic::made;
use crate::logic::window::Window;
use crate::model::{
    Asked, CallSum, CompactionSum, ContextUse, Event, EventKind, Fallback, Finality, Outcome, Override, PostMortem,
    Relation, Reported, RequestId, RlmSum, RoutingFacts, Scope, SourceIndex, SourceKind, Spawn, Status, Timestamp,
    TokenSet, UsageRow, flags,
};
use proptest::prelude::*;
use proptest::sample::select;

/// A step: kind, minutes since the one before, model, tokens, id of the answer, whether it failed.
type Step = (usize, Option<i64>, usize, (Option<u64>, Option<u64>, Option<u64>), u64, bool);

/// A session: id, agent, project, first minute, relation and parent, steps, a child that is not loaded.
type Told = ((usize, usize), Option<usize>, Option<i64>, (usize, Option<usize>), Vec<Step>, bool);

const IDS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];
const AGENTS: [&str; 3] = ["claude", "codex", "made"];
const PROJECTS: [&str; 3] = ["p", "q", "unknown"];
const MODELS: [&str; 3] = ["claude-sonnet-4-5", "gpt-5", ""];

fn any_step() -> impl Strategy<Value = Step> {
    let count = || proptest::option::of(select(vec![0u64, 7, 1000]));
    let gap = proptest::option::weighted(0.9, select(vec![0i64, 1, 4, 6, 90, 2000]));
    (0usize..5, gap, 0usize..3, (count(), count(), count()), 0u64..4, any::<bool>())
}

fn any_told() -> impl Strategy<Value = Told> {
    let start = proptest::option::weighted(0.9, 0i64..40_000);
    let relation = (0usize..4, proptest::option::of(0usize..6));
    let steps = proptest::collection::vec(any_step(), 0..12);
    ((0usize..6, 0usize..3), proptest::option::of(0usize..3), start, relation, steps, any::<bool>())
}

/// Times of made sessions begin here.
pub(crate) const DAY_ZERO_MS: i64 = 1_772_000_000_000;

fn source(number: usize, told: &Told) -> SourceIndex {
    let ((id, agent), project, start, (relation, parent), steps, has_child) = told;
    let mut made = made::source(&format!("{number}.jsonl"));
    made.kind = SourceKind::Log(AGENTS[*agent]);
    made::part(&mut made, IDS[*id]);
    let mut now = start.map(|minute| DAY_ZERO_MS + minute * 60_000);
    made.parts[0].started = now.map(Timestamp::from_ms);
    made.parts[0].project = project.map(|project| PROJECTS[project].to_owned());
    made.parts[0].provider = (number != 1).then(|| ["openai", "anthropic"][steps.len() % 2].to_owned());
    made.parts[0].status = [Status::Success, Status::Failed, Status::Unknown][steps.len() % 3];
    made.parts[0].models = MODELS.iter().take(steps.len() % 3).map(|model| (*model).to_owned()).collect();
    made.parts[0].relation = [Relation::Root, Relation::SubAgent, Relation::Fork, Relation::Stream][*relation];
    made.parts[0].parent_id = parent.map(|parent| IDS[parent].to_owned());
    made.parts[0].routing = (steps.len() % 3 == 1).then(|| routing(steps));
    made.parts[0].post_mortem = (steps.len() % 3 == 2).then(|| post_mortem(steps));
    for (kind, gap, model, (input, read, output), response, has_failed) in steps {
        let kind =
            [EventKind::Prompt, EventKind::Response, EventKind::ToolCall, EventKind::Thinking, EventKind::Compaction]
                [*kind];
        let at = gap.and_then(|gap| Some(now? + gap * 60_000));
        now = at.or(now);
        let model = made.strings.intern(MODELS[*model]);
        let name = made.strings.intern(["Bash", "Edit", ""][*response as usize % 3]);
        let line = made.events.len() as u32 + 1;
        let span = crate::model::Span { offset: u64::from(line) * 100, len: 99 };
        let flags = if *has_failed { flags::FAILED } else { 0 };
        let event = Event { at: at.map(Timestamp::from_ms), model, name, flags, ..Event::new(kind, 0, span, line) };
        made.parts[0].counts.count(&event);
        let event = made.events.push(event);
        if kind == EventKind::ToolCall && read.is_some() {
            made.events.push_asked(Asked { event, input: *response as u32 / 2 + 1, file: u32::from(input.is_some()) });
        }
        if kind == EventKind::Prompt || kind == EventKind::Compaction {
            continue;
        }
        let tokens = TokenSet {
            input_uncached: (*input).into(),
            cache_read: (*read).into(),
            output: (*output).into(),
            ..TokenSet::default()
        };
        made.usage.push(UsageRow {
            at: at.map(Timestamp::from_ms),
            model,
            tokens,
            id: RequestId { response: *response, request: 0 },
            finality: if *has_failed { Finality::Partial } else { Finality::Final },
            ..UsageRow::new(event, 0, if *response == 3 { Scope::Turn } else { Scope::Request })
        });
    }
    if *has_child && !made.events.is_empty() {
        let nothing = Reported::NOT_RECORDED;
        let child = "nowhere".to_owned();
        made.spawns.push(Spawn {
            event: 0,
            part: 0,
            child,
            total_tokens: nothing,
            duration_ms: nothing,
            tool_calls: nothing,
        });
    }
    made
}

/// Choices of a router, one for some of the steps.
fn routing(steps: &[Step]) -> RoutingFacts {
    let choice = |(kind, _, model, (input, ..), response, has_failed): &Step| Override {
        axes: [("provider", *has_failed), ("model", *kind == 0)].map(|(axis, is)| (axis.to_owned(), is)).into(),
        estimated_tokens: input.map(|tokens| tokens as i64),
        requires_tools: *model == 1,
        reasoning: String::new(),
        outcome: [Outcome::Success, Outcome::Stalled, Outcome::Failed, Outcome::Unknown][*response as usize % 4],
    };
    RoutingFacts { overrides: steps.iter().filter(|(kind, ..)| *kind < 2).map(choice).collect() }
}

/// An agent's own telemetry.
fn post_mortem(steps: &[Step]) -> PostMortem {
    let mut told = PostMortem::default();
    for (kind, _, model, (input, _, output), response, has_failed) in steps {
        let mut sum = CallSum { calls: 1, model: MODELS[*model].to_owned(), ..CallSum::default() };
        sum.source = ["root", "rlm_iteration", "tool_embedded"][*kind % 3].to_owned();
        sum.prompt.add((*input).into(), *has_failed);
        sum.completion.add((*output).into(), false);
        told.merge(&PostMortem { calls: vec![sum], ..PostMortem::default() });
        let outcome = if *has_failed { "failed" } else { "converged" }.to_owned();
        told.merge(&PostMortem {
            rlm: (*kind == 1).then(|| RlmSum { outcome, runs: 1, ..RlmSum::default() }).into_iter().collect(),
            fallbacks: (*kind == 2)
                .then(|| Fallback { requested: "a".into(), used: "b".into(), count: 2 })
                .into_iter()
                .collect(),
            compactions: vec![CompactionSum { strategy: "rlm".into(), completed: 1, ..CompactionSum::default() }],
            truncations: *response as u32,
            peak: input.map(|request| ContextUse { request, budget: 1500 }),
            ..PostMortem::default()
        });
    }
    told
}

/// Any archive whose sessions, models and times the dashboards tell apart.
pub(crate) fn any_archive() -> impl Strategy<Value = Archive> {
    let logs = proptest::collection::vec(any_told(), 0..7);
    let logs = logs.prop_map(|told| made::archive(told.iter().enumerate().map(|(number, told)| source(number, told))));
    prop_oneof![4 => logs, 1 => made::any_archive()]
}

/// Any filter.
pub(crate) fn any_selection() -> impl Strategy<Value = Selection> {
    let names = |names: [&'static str; 3]| {
        let name = select(names.map(str::to_owned).to_vec());
        prop_oneof![3 => Just(Vec::new()), 1 => name.prop_map(|name| vec![name])]
    };
    let end = || proptest::option::weighted(0.3, 0i64..40_000);
    let window = (end(), end()).prop_map(|(start, end)| {
        let at = |minute: Option<i64>| minute.map(|minute| Timestamp::from_ms(DAY_ZERO_MS + minute * 60_000));
        (start.is_some() || end.is_some()).then(|| Window { start: at(start), end: at(end) })
    });
    let models = names(["claude-sonnet-4-5", "gpt-5", "unknown"]);
    let whole = (names(["openai", "anthropic", "unknown"]), names(["success", "failed", "cancelled"]));
    let hours = (proptest::option::weighted(0.1, 0u8..7), proptest::option::weighted(0.1, 0u8..24));
    let flags = (any::<bool>(), 0u32..2, select(vec!["", "", "", "A"]));
    (window, names(AGENTS), names(PROJECTS), models, hours, flags, whole).prop_map(
        |(window, agents, projects, models, hours, flags, (providers, statuses))| Selection {
            filter: Filter {
                text: flags.2.into(),
                window,
                own_only: flags.0,
                chosen: Chosen::only(Facet::Agent, &agents)
                    .with(Facet::Project, &projects)
                    .with(Facet::Model, &models)
                    .with(Facet::Provider, &providers)
                    .with(Facet::Status, &statuses),
                weekday: hours.0,
                hour: hours.1,
            },
            min_prompts: flags.1,
            ..Selection::default()
        },
    )
}
