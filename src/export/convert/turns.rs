//! A session as messages: what all formats that can be written have in common.

use super::json::object;
use crate::archive::{Archive, Decision, Session};
use crate::formats::lenient::value;
use crate::logic::records::Records;
use crate::logic::session::keyed_events;
use crate::model::Map;
use crate::model::{
    Block, Body, Event, EventKind, Money, NO_LINK, Reported, Scope, SourceId, Tally, Timestamp, TokenSet, flags,
};
use serde_json::Value;

/// A tool call and its result.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Unique in the session.
    pub id: String,
    pub name: String,
    pub input: Value,
    pub at: Option<Timestamp>,
    pub duration_ms: Option<u32>,
    pub has_failed: bool,
    /// `None` while it waits.
    pub result: Option<String>,
}

/// One message.
#[derive(Debug, Clone, PartialEq)]
pub enum Turn {
    User { at: Option<Timestamp>, text: String },
    System { at: Option<Timestamp>, text: String },
    Agent(Box<Answer>),
}

/// One answer of the model, with the calls that it asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    pub at: Option<Timestamp>,
    pub until: Option<Timestamp>,
    pub model: String,
    pub thinking: String,
    pub text: String,
    pub calls: Vec<Call>,
    /// Of the request, if the log has a record of it; without one it is a part of another request, or nobody knows.
    pub usage: Option<Used>,
    has_text: bool,
}

/// What a request used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Used {
    pub tokens: TokenSet,
    pub cost: Reported<Money>,
    /// Whether no total counts instead of it.
    pub is_counted: bool,
}

/// Whether the requests that are told one by one are not all that a session used: its log tells totals, or more.
pub fn has_more_than(session: &Session, turns: &[Turn]) -> bool {
    let mut told = [None, None, None];
    for turn in turns {
        let Turn::Agent(answer) = turn else { continue };
        let Some(Used { tokens, is_counted: true, .. }) = answer.usage else { continue };
        let own = [tokens.context().get(), tokens.cache_read.get(), tokens.output.get()];
        for (sum, own) in told.iter_mut().zip(own) {
            *sum = [*sum, own].into_iter().flatten().reduce(u64::saturating_add);
        }
    }
    told != totals_of(session)
}

/// Prompt, read from a cache and generated in all.
pub fn totals_of(session: &Session) -> [Option<u64>; 3] {
    let totals = &session.totals;
    let sum = |tally: &Tally| tally.value().get();
    let prompt = [&totals.input_uncached, &totals.cache_read, &totals.cache_write].into_iter().filter_map(sum);
    [prompt.reduce(u64::saturating_add), sum(&totals.cache_read), sum(&totals.output)]
}

/// The messages of a session in order.
pub fn turns(archive: &Archive, session: &Session, body: &mut dyn FnMut(SourceId, Event) -> Body) -> Vec<Turn> {
    let records = Records::new(archive);
    let mut usage: Map<(SourceId, u32), Used> = Map::default();
    for place in &session.places {
        for record in records.of_place(*place).into_iter().filter(|record| record.scope == Scope::Request) {
            let is_counted = record.decision == Decision::Kept;
            if is_counted || matches!(record.decision, Decision::ReplacedBy(_)) {
                let cost = record.cost.get().filter(|cost| cost.pico() > 0).into();
                usage.insert((place.source, record.event), Used { tokens: record.tokens, cost, is_counted });
            }
        }
    }
    let mut writer = Writer { turns: Vec::new(), answer: None, places: Map::default() };
    for (found, _) in keyed_events(archive, session) {
        let event = Event { flags: found.event.flags | session.flags_of(found.id, found.index), ..found.event };
        let of_request = usage.remove(&(found.id, found.index));
        if event.flags & (flags::COPIED | flags::ABANDONED) != 0 {
            continue;
        }
        // What repeats a step, or is none, may still hold the counts of one.
        let event = match (event.has(flags::ECHO), of_request) {
            (true, None) => continue,
            (true, Some(_)) => Event { kind: EventKind::Usage, ..event },
            (false, _) => event,
        };
        let strings = &found.source.strings;
        let names = (strings.get(event.name), strings.get(event.model));
        writer.event((found.id, found.index), event, names, of_request, body);
    }
    writer.close();
    writer.turns
}

struct Writer {
    turns: Vec<Turn>,
    answer: Option<Box<Answer>>,
    /// Where the call of an event stands: its turn and its place there.
    places: Map<(SourceId, u32), (usize, usize)>,
}

impl Writer {
    fn event(
        &mut self,
        (source, index): (SourceId, u32),
        event: Event,
        (name, model): (&str, &str),
        usage: Option<Used>,
        body: &mut dyn FnMut(SourceId, Event) -> Body,
    ) {
        let said = |body: &mut dyn FnMut(SourceId, Event) -> Body| text_of(&body(source, event));
        match event.kind {
            EventKind::Prompt => self.push(Turn::User { at: event.at, text: said(body) }),
            EventKind::System => {
                let text = said(body);
                if !text.is_empty() {
                    self.push(Turn::System { at: event.at, text });
                }
            }
            EventKind::Thinking | EventKind::Response | EventKind::ToolCall | EventKind::Usage => {
                self.answered((source, index), event, (name, model), usage, body);
            }
            EventKind::ToolResult if event.link != NO_LINK => {
                let Some(place) = self.places.get(&(source, event.link)).copied() else { return };
                let result = said(body);
                if let Some(call) = self.call_at(place) {
                    call.result = Some(result);
                }
            }
            _ => {}
        }
    }

    /// A step of the model.
    fn answered(
        &mut self,
        (source, index): (SourceId, u32),
        event: Event,
        (name, model): (&str, &str),
        usage: Option<Used>,
        body: &mut dyn FnMut(SourceId, Event) -> Body,
    ) {
        let said = |body: &mut dyn FnMut(SourceId, Event) -> Body| text_of(&body(source, event));
        // Told apart from its request, it belongs to the answer before it.
        let is_late = event.kind == EventKind::Usage && self.answer.as_ref().is_some_and(|own| own.usage.is_none());
        if !is_late && (event.kind != EventKind::Usage || usage.is_some()) {
            self.open(&event, usage.is_some());
        }
        let turn = self.turns.len();
        let Some(answer) = &mut self.answer else { return };
        answer.until = answer.until.max(event.duration_ms.and_then(|ms| Some(event.at?.plus_ms(i64::from(ms)))));
        answer.usage = answer.usage.or(usage);
        if answer.model.is_empty() {
            model.clone_into(&mut answer.model);
        }
        match event.kind {
            EventKind::Thinking => join(&mut answer.thinking, &said(body)),
            EventKind::Response => {
                answer.has_text = true;
                join(&mut answer.text, &said(body));
            }
            EventKind::ToolCall => {
                self.places.insert((source, index), (turn, answer.calls.len()));
                let given = body(source, event);
                let own = given.blocks.iter().find_map(|block| match block {
                    // Some logs have the result on the line of the call.
                    Block::Output { text, .. } => Some(text.clone()),
                    _ => None,
                });
                answer.calls.push(Call {
                    id: ["call-", &self.places.len().to_string()].concat(),
                    name: name.to_owned(),
                    input: input_of(&given),
                    at: event.at,
                    duration_ms: event.duration_ms,
                    has_failed: event.has(flags::FAILED),
                    result: own,
                });
            }
            _ => {}
        }
    }

    fn call_at(&mut self, (turn, call): (usize, usize)) -> Option<&mut Call> {
        let answer = match self.turns.get_mut(turn) {
            Some(Turn::Agent(answer)) => Some(&mut **answer),
            Some(_) => None,
            None => self.answer.as_deref_mut(),
        };
        answer?.calls.get_mut(call)
    }

    /// Begins another answer where an event cannot be of the one before it.
    fn open(&mut self, event: &Event, has_usage: bool) {
        let is_over = self.answer.as_ref().is_some_and(|answer| {
            let is_full = answer.usage.is_some() && has_usage;
            let is_called = !answer.calls.is_empty();
            is_full
                || match event.kind {
                    EventKind::Thinking => answer.has_text || is_called,
                    EventKind::Response => is_called || answer.has_text && has_usage,
                    _ => false,
                }
        });
        if is_over {
            self.close();
        }
        self.answer.get_or_insert_with(|| Box::new(Answer { at: event.at, ..Answer::default() }));
    }

    fn close(&mut self) {
        if let Some(answer) = self.answer.take() {
            self.turns.push(Turn::Agent(answer));
        }
    }

    fn push(&mut self, turn: Turn) {
        self.close();
        self.turns.push(turn);
    }
}

fn join(text: &mut String, more: &str) {
    if !text.is_empty() && !more.is_empty() {
        text.push_str("\n\n");
    }
    text.push_str(more);
}

/// All that is said in a body.
pub fn text_of(body: &Body) -> String {
    let mut whole = String::new();
    for block in &body.blocks {
        match block {
            Block::Text(text)
            | Block::Thinking(text)
            | Block::Prompt(text)
            | Block::System(text)
            | Block::Error(text)
            | Block::Output { text, .. } => join(&mut whole, text),
            _ => {}
        }
    }
    whole
}

/// What a tool was given: an object, where the log has one.
fn input_of(body: &Body) -> Value {
    let written = body.blocks.iter().find_map(|block| match block {
        Block::Input(text) => Some(value(text.as_bytes()).unwrap_or_else(|| Value::String(text.clone()))),
        _ => None,
    });
    let command = || {
        body.blocks.iter().find_map(|block| match block {
            Block::Command(text) => Some(object(&mut [("command", Value::String(text.clone()))])),
            _ => None,
        })
    };
    written.or_else(command).unwrap_or_default()
}
