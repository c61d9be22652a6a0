//! The one filter of all views: which sessions, messages and requests are meant.

use super::letters::lower_case;
use super::window::Window;
use crate::model::Wire;

/// What has no value of a facet is chosen by this one.
pub const UNKNOWN: &str = "unknown";

/// What values are chosen of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Wire)]
pub enum Facet {
    /// Stable names of formats.
    Agent,
    /// Of whole sessions: their own word, else that of the first request that names one.
    Provider,
    /// Of messages and requests; a prompt belongs to the model of the next answer (analytics.md §0).
    Model,
    Project,
    /// How a run ended. What it started goes with it.
    Status,
}

impl Facet {
    pub const ALL: [Self; 5] = [Self::Agent, Self::Provider, Self::Model, Self::Project, Self::Status];

    /// Stable name, as links and the command write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Provider => "provider",
            Self::Model => "model",
            Self::Project => "project",
            Self::Status => "status",
        }
    }

    /// For people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Agent => "Agent",
            Self::Provider => "Provider",
            Self::Model => "Model",
            Self::Project => "Project",
            Self::Status => "Status",
        }
    }
}

/// Values by facet; one of them must be had. A facet without values lets everything pass. None is empty, none there
/// twice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire)]
pub struct Chosen([Vec<String>; Facet::ALL.len()]);

impl Chosen {
    /// These values of one facet.
    pub fn only<T: AsRef<str>>(facet: Facet, values: &[T]) -> Self {
        Self::default().with(facet, values)
    }

    /// With these values of a facet, too.
    #[must_use]
    pub fn with<T: AsRef<str>>(mut self, facet: Facet, values: &[T]) -> Self {
        values.iter().for_each(|value| self.add(facet, value.as_ref()));
        self
    }

    /// What is chosen of a facet.
    pub fn of(&self, facet: Facet) -> &[String] {
        &self.0[facet as usize]
    }

    pub fn has(&self, facet: Facet, value: &str) -> bool {
        self.of(facet).iter().any(|known| known == value)
    }

    /// Whether a value of a facet passes.
    pub fn lets_pass(&self, facet: Facet, value: &str) -> bool {
        self.of(facet).is_empty() || self.has(facet, value)
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Vec::is_empty)
    }

    pub fn add(&mut self, facet: Facet, value: &str) {
        if !value.is_empty() && !self.has(facet, value) {
            self.0[facet as usize].push(value.to_owned());
        }
    }

    /// Leaves one value of a facet, chosen before or not.
    pub fn narrow(&mut self, facet: Facet, value: &str) {
        self.0[facet as usize] = vec![value.to_owned()];
    }

    /// Takes a value that is chosen away, and adds one that is not.
    pub fn turn(&mut self, facet: Facet, value: &str) {
        match self.has(facet, value) {
            true => self.0[facet as usize].retain(|known| known != value),
            false => self.add(facet, value),
        }
    }
}

/// Which sessions, messages and requests are meant.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Filter {
    /// Part of the title, the id, the project, the provider or the model, whatever the case; of the session or of the
    /// one that started it.
    pub text: String,
    pub window: Option<Window>,
    /// Sums leave sub-agents and forks out.
    pub own_only: bool,
    pub chosen: Chosen,
    /// Messages and requests of this weekday (0 is Monday) and this hour alone, by their own times.
    pub weekday: Option<u8>,
    pub hour: Option<u8>,
}

impl Filter {
    /// What its text looks for, in small letters; empty where everything passes.
    pub fn needle(&self) -> String {
        lower_case(self.text.trim())
    }

    /// Whether any session could be left out.
    pub fn is_set(&self) -> bool {
        let is_timed = self.window.is_some_and(|window| window.start.is_some() || window.end.is_some());
        is_timed || self.cuts_sessions() || !self.chosen.is_empty() || !self.text.trim().is_empty()
    }

    /// Whether only some of a session's messages and requests may pass.
    pub fn cuts_sessions(&self) -> bool {
        self.weekday.is_some() || self.hour.is_some() || !self.chosen.of(Facet::Model).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_chosen_once_and_taken_back() {
        let mut chosen = Chosen::only(Facet::Model, &["gpt-5", "gpt-5", ""]);
        assert_eq!(chosen.of(Facet::Model), ["gpt-5"]);
        assert!(chosen.lets_pass(Facet::Agent, "claude") && !chosen.lets_pass(Facet::Model, "claude"));
        chosen.turn(Facet::Agent, "codex");
        chosen.turn(Facet::Model, "gpt-5");
        assert_eq!(chosen, Chosen::only(Facet::Agent, &["codex"]));
    }

    #[test]
    fn an_open_window_leaves_nothing_out() {
        let window = |start| Some(Window { start, end: None });
        assert!(!Filter { window: window(None), text: " ".into(), own_only: true, ..Filter::default() }.is_set());
        let start = Some(crate::model::Timestamp::from_ms(1));
        assert!(Filter { window: window(start), ..Filter::default() }.is_set());
        assert!(Filter { hour: Some(0), ..Filter::default() }.is_set());
    }
}
