//! Turns of a conversation: where they begin, which were taken back, what was asked first. A file may hold the
//! conversation twice (codex.md T1); each of the two has its own.

use crate::formats::title::title_of;
use crate::model::hash_of;

#[derive(Default, Clone)]
pub struct Talk {
    /// The first event of each turn that a prompt began.
    turns: Vec<u32>,
    /// The task that was started and waits for its prompt.
    begun: Option<u32>,
    prompts: u32,
    /// The first prompt, hashed.
    first: Option<u64>,
    /// The first turn was aborted, and nothing was asked since.
    is_aborted: bool,
    /// Titles with the events of their prompts; more than one only where the first ones may be copies.
    titles: Vec<(u32, String)>,
    /// Ranges of events that were rolled back.
    pub abandoned: Vec<(u32, u32)>,
    /// Items of the turn that no usage line has taken (codex.md X8).
    pub open: Vec<u32>,
    /// The last item of each turn that has one.
    pub answers: Vec<u32>,
    has_answer: bool,
}

impl Talk {
    pub fn task_started(&mut self, event: u32) {
        self.begun = Some(event);
        self.begin();
    }

    fn begin(&mut self) {
        self.open.clear();
        self.has_answer = false;
    }

    pub fn aborted(&mut self) {
        self.is_aborted = self.prompts == 1;
    }

    /// Takes a prompt; `false` if it only repeats the first one, whose turn was aborted (codex.md T3).
    pub fn prompt(&mut self, event: u32, text: &str, keeps_all_titles: bool) -> bool {
        let hash = hash_of(&[text]);
        self.begin();
        if std::mem::take(&mut self.is_aborted) && self.first == Some(hash) {
            return false;
        }
        self.first.get_or_insert(hash);
        self.prompts += 1;
        self.turns.push(self.begun.take().unwrap_or(event));
        if self.titles.is_empty() || keeps_all_titles {
            self.titles.extend(title_of(text).map(|title| (event, title)));
        }
        true
    }

    /// An assistant's item.
    pub fn item(&mut self, event: u32) {
        self.open.push(event);
        match self.answers.last_mut().filter(|_| self.has_answer) {
            Some(last) => *last = event,
            None => self.answers.push(event),
        }
        self.has_answer = true;
    }

    /// The last turns are taken back (codex.md T5). `end` is the event that says so.
    pub fn roll_back(&mut self, turns: usize, end: u32) {
        let kept = self.turns.len().saturating_sub(turns);
        if let Some(start) = self.turns.get(kept) {
            self.abandoned.push((*start, end));
        }
        self.turns.truncate(kept);
    }

    /// The first prompt from an event on, else the first of all.
    pub fn title(&self, own_from: Option<u32>) -> Option<String> {
        let own = self.titles.iter().find(|(event, _)| own_from.is_none_or(|first| *event >= first));
        own.or(self.titles.first()).map(|(_, title)| title.clone())
    }
}
