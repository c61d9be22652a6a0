//! The files beside a session: its journal and its tasks (codetether.md §7).

use super::line::Record;
use super::state::{Here, State};
use crate::formats::Sink;
use crate::formats::lenient::Presence;
use crate::model::{Event, EventKind, ProblemKind, Reported, flags};

/// A step that the journal has staged, until it says what became of it.
#[derive(Debug, Clone, Copy)]
pub struct Staged {
    txn: Option<i64>,
    event: u32,
    line: u32,
}

impl State {
    /// A journal line. Numbers of steps start again with every save: only a neighbour can be the partner.
    pub fn journal(&mut self, fields: &Record<'_>, here: Here<'_>, out: &mut Sink) {
        self.see(here.at);
        let txn = fields.txn.int();
        if &*fields.phase == "staged" {
            self.give_up_staged(out);
            let word = fields.op.op.some().unwrap_or("staged");
            let event = self.note(EventKind::System, 0, &format!("journal.{word}"), here, out);
            self.staged = Some(Staged { txn, event, line: here.number });
            return;
        }
        let word = fields.phase.some().unwrap_or("journal");
        let is_rejected = word == "rejected";
        let event = self.event(EventKind::System, &format!("journal.{word}"), here, out);
        let Some(staged) = self.staged.take_if(|staged| staged.txn == txn) else {
            self.give_up_staged(out);
            let reason = "a journal step that nothing staged";
            out.problems.add(ProblemKind::Orphan, Some(here.number), reason, here.bytes);
            self.push(event, out);
            return;
        };
        // That it was committed says nothing new; why it was rejected does.
        let flags = if is_rejected { flags::FAILED } else { flags::ECHO };
        let index = self.push(Event { flags, link: staged.event, ..event }, out);
        out.events.set_link(staged.event, index);
        if is_rejected {
            out.events.set_flag(staged.event, flags::FAILED);
        }
    }

    /// A staged step without a partner: the agent crashed (codetether.md §7).
    pub fn give_up_staged(&mut self, out: &mut Sink) {
        if let Some(staged) = self.staged.take() {
            out.events.set_flag(staged.event, flags::FAILED);
            let reason = "a journal step that was neither committed nor rejected: the agent stopped there";
            out.problems.add(ProblemKind::Orphan, Some(staged.line), reason, b"");
        }
    }

    /// A line about goals and tasks. Goal tokens are no usage: they have no model and no split.
    pub fn task(&mut self, fields: &Record<'_>, here: Here<'_>, out: &mut Sink) {
        self.see(here.at);
        let word = &*fields.kind;
        if word == "goal_set" {
            self.fact("Goal", &fields.objective);
        }
        if fields.token_delta.presence() == Presence::Given {
            let delta = fields.token_delta.plain_int().unwrap_or(0);
            let known = &mut self.post_mortem.goal_tokens;
            *known = Reported::new(known.get().unwrap_or(0).saturating_add(delta));
        }
        self.note(EventKind::System, 0, word, here, out);
    }
}
