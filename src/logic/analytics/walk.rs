//! One session's events, step by step, into its messages and tool calls.

use super::facts::{Call, HealthFacts, LastMessage, quarter_of};
use crate::model::{Asked, Event, EventKind, NO_LINK, StrId, Timestamp, flags};

/// A prompt, or an answer of the model: its text, its thinking and its calls together (analytics.md §0).
#[derive(Debug, Clone, Copy)]
pub struct Message {
    pub is_prompt: bool,
    pub has_tool: bool,
    pub has_thinking: bool,
    pub at: Option<Timestamp>,
    /// Of a prompt that of the next answer.
    pub model: StrId,
}

/// Calls before and after a compaction that are compared (analytics.md §13).
const CALLS_BEFORE: usize = 10;
const CALLS_AFTER: usize = 5;
/// So many tools on both sides make a compaction one in the middle of a task.
const SHARED_TOOLS: usize = 2;

/// What is known of a session so far.
#[derive(Debug, Default)]
pub struct Walk {
    pub messages: Vec<Message>,
    pub calls: Vec<Call>,
    pub health: HealthFacts,
    /// An answer that more may belong to.
    open: Option<Open>,
    /// Where compactions stand: the number of calls before each.
    compactions: Vec<usize>,
    again: Again,
}

/// Calls that ask the same once more, and files that are edited again and again (analytics.md §13).
#[derive(Debug, Default)]
struct Again {
    /// Source, input and tool of the last call.
    last: (u32, u32, StrId),
    /// How many calls in a row asked this.
    run: u32,
    files: Vec<Edited>,
}

/// A file that was edited.
#[derive(Debug, Clone, Copy)]
struct Edited {
    /// Source and file.
    file: (u32, u32),
    /// The ordinals of the messages of its last two edits, the later one last; 0 for none.
    before: [usize; 2],
    has_churned: bool,
}

/// So many equal calls in a row are retries, all but the first.
const LEAST_RUN: u32 = 3;
/// Three edits of a file within less than so many messages are churn.
const CHURN_SPAN: usize = 10;

/// The answer that is being read.
#[derive(Debug, Clone, Copy)]
struct Open {
    /// The id of the answer, 0 for none.
    response: u64,
    /// Something came between: only the same id goes on with it.
    is_closed: bool,
    has_text: bool,
}

/// An event with what the source knows of it.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    pub event: Event,
    /// The tool of a call.
    pub tool: StrId,
    pub model: StrId,
    /// The id of the answer that its line belongs to, 0 for none.
    pub response: u64,
    pub asked: &'a [Asked],
    /// Names the source, to whose own numbers `asked` refers.
    pub source: u32,
    /// The call's tool writes files.
    pub is_edit: bool,
}

impl Walk {
    /// Begins another session; its buffers are used again.
    pub fn clear(&mut self) {
        self.messages.clear();
        self.calls.clear();
        self.compactions.clear();
        self.again = Again::default();
        (self.open, self.health) = (None, HealthFacts::default());
    }

    /// Takes the next event. What repeats another one is left out by the caller.
    pub fn step(&mut self, session: u32, step: &Step<'_>) {
        let event = &step.event;
        self.health.last_at = self.health.last_at.max(event.at);
        match event.kind {
            EventKind::Prompt => {
                self.open = None;
                self.health.last = LastMessage::Prompt;
                self.push(step, true);
            }
            EventKind::Response | EventKind::Thinking | EventKind::ToolCall => {
                self.answer(step);
                if event.kind == EventKind::ToolCall {
                    self.call(session, step);
                }
            }
            // Results come between two answers, counts after one.
            EventKind::ToolResult | EventKind::Request | EventKind::Usage => self.close(),
            EventKind::Error => {
                self.close();
                self.health.last = LastMessage::Error;
            }
            EventKind::Compaction => {
                self.close();
                self.health.compactions += 1;
                self.compactions.push(self.calls.len());
            }
            _ => {}
        }
    }

    fn close(&mut self) {
        if let Some(open) = &mut self.open {
            open.is_closed = true;
        }
    }

    fn push(&mut self, step: &Step<'_>, is_prompt: bool) {
        let model = if is_prompt { StrId::NONE } else { step.model };
        let at = step.event.at;
        self.messages.push(Message { is_prompt, has_tool: false, has_thinking: false, at, model });
    }

    /// Text, thinking or a call: of the answer that is open, or the beginning of another.
    fn answer(&mut self, step: &Step<'_>) {
        let kind = step.event.kind;
        let goes_on = self.open.is_some_and(|open| match (open.response, step.response) {
            (known @ 1.., other @ 1..) => known == other,
            _ if open.is_closed => false,
            // Thinking comes first, and of two texts each is an answer.
            _ => kind == EventKind::ToolCall || kind == EventKind::Response && !open.has_text,
        });
        if !goes_on {
            self.push(step, false);
            self.open = Some(Open { response: step.response, is_closed: false, has_text: false });
        }
        self.health.last = LastMessage::Response;
        let (Some(open), Some(message)) = (&mut self.open, self.messages.last_mut()) else { return };
        open.has_text |= kind != EventKind::Thinking;
        open.is_closed = false;
        message.has_tool |= kind == EventKind::ToolCall;
        message.has_thinking |= kind == EventKind::Thinking;
        message.at = message.at.or(step.event.at);
        if message.model.is_none() {
            message.model = step.model;
        }
    }

    fn call(&mut self, session: u32, step: &Step<'_>) {
        let event = &step.event;
        let has_failed = event.has(flags::FAILED);
        let model = self.messages.last().map_or(step.model, |message| message.model);
        self.calls.push(Call {
            session,
            tool: step.tool,
            model,
            quarter: quarter_of(event.at),
            duration_ms: event.duration_ms,
            has_failed,
            is_finished: has_failed || !event.has(flags::PENDING) && is_done(event),
        });
        let health = &mut self.health;
        health.calls += 1;
        health.failures += u32::from(has_failed);
        health.final_streak = if has_failed { health.final_streak + 1 } else { 0 };
        health.streak = health.streak.max(health.final_streak);
        self.again.call(step, self.messages.len(), health);
    }

    /// Ends the session: prompts get the model of the answer after them, compactions are looked at from both sides.
    pub fn finish(&mut self, only_model: StrId) {
        let mut next = StrId::NONE;
        for message in self.messages.iter_mut().rev() {
            match (message.is_prompt, message.model.is_none()) {
                (true, _) => message.model = next,
                (false, true) => message.model = only_model,
                (false, false) => {}
            }
            if !message.is_prompt {
                next = message.model;
            }
        }
        let Self { calls, compactions, health, .. } = self;
        let is_mid_task = |at: &&usize| {
            let (before, after) = calls.split_at((**at).min(calls.len()));
            let before = &before[before.len().saturating_sub(CALLS_BEFORE)..];
            let after = &after[..after.len().min(CALLS_AFTER)];
            let is_first =
                |(number, call): &(usize, &Call)| after[..*number].iter().all(|known| known.tool != call.tool);
            let first = after.iter().enumerate().filter(is_first);
            first.filter(|(_, call)| before.iter().any(|known| known.tool == call.tool)).count() >= SHARED_TOOLS
        };
        health.mid_task = compactions.iter().filter(is_mid_task).count() as u32;
    }
}

impl Again {
    /// A call of the message with this ordinal, counted from 1.
    fn call(&mut self, step: &Step<'_>, ordinal: usize, health: &mut HealthFacts) {
        let Some(asked) = step.asked.first() else {
            self.run = 0;
            return;
        };
        health.asked += 1;
        let this = (step.source, asked.input, step.tool);
        self.run = if self.run > 0 && self.last == this { self.run + 1 } else { 1 };
        self.last = this;
        // All but the first, once there are enough of them.
        health.retries += match self.run {
            LEAST_RUN => LEAST_RUN - 1,
            run => u32::from(run > LEAST_RUN),
        };
        for asked in step.asked.iter().filter(|asked| step.is_edit && asked.file != 0) {
            health.churn += u32::from(self.edit((step.source, asked.file), ordinal));
        }
    }

    /// Whether this edit of a file makes it one that was edited again and again.
    fn edit(&mut self, file: (u32, u32), ordinal: usize) -> bool {
        let Some(known) = self.files.iter_mut().find(|known| known.file == file) else {
            self.files.push(Edited { file, before: [0, ordinal], has_churned: false });
            return false;
        };
        let [first, last] = known.before;
        known.before = [last, ordinal];
        let is_new = first > 0 && ordinal - first < CHURN_SPAN && !known.has_churned;
        known.has_churned |= is_new;
        is_new
    }
}

/// Logs have the result in the call's own event, or link to it.
fn is_done(event: &Event) -> bool {
    event.link != NO_LINK || event.duration_ms.is_some()
}

#[cfg(test)]
#[path = "walk_tests.rs"]
mod tests;
