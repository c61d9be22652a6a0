//! What the lines of a file say of their sessions as a whole. Nearly always there is one.

use super::line::Line;
use super::said;
use crate::formats::Sink;
use crate::formats::lenient::Str;
use crate::model::{Reported, SessionPart, Status, TitleOrigin};

/// What is known of one session of a file.
#[derive(Debug, Clone, Default)]
pub struct Header {
    /// The id in its lines; empty where they have none.
    pub id: String,
    pub cwd: String,
    pub branch: String,
    pub version: String,
    pub permission_mode: String,
    /// Of which sub-agent the lines are.
    pub agent: String,
    pub is_background: bool,
    /// Lines of users and answers.
    pub messages: u32,
    /// Those that are not of a side conversation.
    pub mains: u32,
    /// Prompts of people, and how many of them were `/usage`.
    pub prompts: u32,
    pub probes: u32,
    pub has_web_search: bool,
    pub user_title: Option<String>,
    pub generated_title: Option<String>,
    pub prompt_title: Option<String>,
    /// The last line with totals (claude-code.md §9).
    pub result: Option<Totals>,
}

/// What a `result` line says of the whole run.
#[derive(Debug, Clone)]
pub struct Totals {
    pub status: Status,
    /// The log's own word for it.
    pub word: String,
    /// Milliseconds.
    pub duration_ms: Reported<u64>,
    /// The largest prompt that a model takes.
    pub context_window: Reported<u64>,
}

impl Header {
    /// Takes what a line says beside its message.
    pub fn note(&mut self, line: &Line<'_>) {
        for (slot, text) in [
            (&mut self.cwd, &line.cwd),
            (&mut self.branch, &line.branch),
            (&mut self.version, if line.version.is_empty() { &line.stream_version } else { &line.version }),
            (&mut self.agent, &line.agent),
        ] {
            if slot.is_empty() && !text.is_empty() {
                slot.push_str(text);
            }
        }
        if let Some(mode) = line.permission_mode.some().filter(|mode| *mode != self.permission_mode) {
            mode.clone_into(&mut self.permission_mode);
        }
        self.is_background |= &*line.session_kind == "bg";
    }

    /// A person typed this.
    pub fn prompted(&mut self, prompt: &str, is_command: bool) {
        self.prompts += 1;
        self.probes += u32::from(is_command && prompt == said::PROBE);
        if self.prompt_title.is_none() && !is_command {
            self.prompt_title = said::title_of(prompt);
        }
    }

    /// Nothing was asked but how much is used up (claude-code.md §8).
    pub fn is_probe(&self) -> bool {
        self.probes > 0 && self.probes == self.prompts
    }

    /// A person named the session; an empty name takes the name back.
    pub fn renamed(&mut self, title: &str) {
        self.user_title = said::title_of(title);
    }

    /// The title that is worth most (claude-code.md §8).
    pub fn title(&self) -> (Option<String>, TitleOrigin) {
        let titles = [
            (&self.user_title, TitleOrigin::User),
            (&self.generated_title, TitleOrigin::Generated),
            (&self.prompt_title, TitleOrigin::Prompt),
        ];
        let best = titles.into_iter().find(|(title, _)| title.is_some());
        best.map_or((None, TitleOrigin::Prompt), |(title, origin)| (title.clone(), origin))
    }
}

/// The sessions of a file, in order of appearance.
#[derive(Default, Clone)]
pub struct Sessions {
    pub list: Vec<Header>,
    current: usize,
}

impl Sessions {
    /// The session that a line is of: its own, else that of the line before.
    pub fn of(&mut self, line: &Line<'_>, out: &mut Sink) -> u16 {
        let named = |id: &Str<'_>| id.some().is_some();
        let id = if named(&line.session) { &line.session } else { &line.stream_session };
        if self.list.get(self.current).is_none_or(|header| header.id != **id && named(id)) {
            self.change(id, out);
        }
        self.current as u16
    }

    #[cold]
    fn change(&mut self, id: &str, out: &mut Sink) {
        if let Some(known) = self.list.iter().position(|header| header.id == id) {
            self.current = known;
            return;
        }
        // Lines without an id stood before the first one with it.
        let is_full = self.list.len() >= MOST_SESSIONS;
        match self.list.last_mut().filter(|header| header.id.is_empty()) {
            Some(header) => id.clone_into(&mut header.id),
            None if !is_full => {
                self.list.push(Header { id: id.to_owned(), ..Header::default() });
                out.parts.push(SessionPart::default());
            }
            None => {}
        }
        self.current = self.list.len() - 1;
    }

    /// The session with a number that [`Sessions::of`] gave.
    pub fn header(&mut self, part: u16) -> &mut Header {
        &mut self.list[usize::from(part)]
    }
}

/// Sessions told apart in one file; lines of further ones belong to the last.
const MOST_SESSIONS: usize = 1024;
