//! What a rollout says of its session.

use super::rollout::Rollout;
use crate::formats::Sink;
use crate::formats::terms::{project_of, stem};
use crate::model::{Counts, Fact, Reported, SessionPart, TitleOrigin};

/// Digits and hyphens of a UUID.
const UUID: usize = 36;

impl Rollout {
    pub(super) fn summary(mut self, counts: Counts, out: &Sink) -> SessionPart {
        let header = self.origin.header.as_ref();
        let id = header.and_then(|header| header.id.clone()).unwrap_or_else(|| id_of(out.meta.name()));
        let started = header.and_then(|header| header.created).or(self.first_at);
        let ended = self.last_at.map(|last| started.map_or(last, |start| start.max(last)));
        let duration_ms = Reported::from(started.zip(ended).map(|(start, end)| end.ms_since(start).max(0) as u64));
        let history = self.origin.history(self.counting.first_second, out);
        let own_from = history.as_ref().and_then(|history| history.told.or(history.guessed));
        let title = self.talk().title(own_from);
        let title_origin = if self.name.is_some() { TitleOrigin::User } else { TitleOrigin::Prompt };
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        SessionPart {
            join: Some(id.clone()),
            id,
            harness: Some("codex".to_owned()),
            provider: text(&self.about.provider),
            project: project_of(&self.about.cwd),
            title: self.name.take().or(title),
            title_origin,
            status: self.status(out),
            started,
            ended,
            duration_ms,
            counts,
            relation: self.origin.relation(),
            parent_id: self.origin.parent().map(str::to_owned),
            has_global_id: true,
            history,
            context_window: self.window.into(),
            facts: self.facts(),
            models: self.models,
            ..SessionPart::default()
        }
    }

    fn facts(&self) -> Vec<Fact> {
        let about = &self.about;
        let facts = [
            ("Branch", &about.branch),
            ("Version", &about.version),
            ("Originator", &about.originator),
            ("Source", &about.source),
            ("Effort", &about.effort),
            ("Approval", &about.approval),
            ("Sandbox", &about.sandbox),
            ("Nickname", &about.nickname),
            ("Role", &about.role),
        ];
        facts.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| Fact::new(name, value)).collect()
    }
}

/// The thread's id in a file name (`rollout-2026-07-06T09-18-06-<uuid>.jsonl`), else the name without its extension.
fn id_of(name: &str) -> String {
    let stem = stem(name);
    let is_uuid = |text: &str| text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    let tail = stem.len().checked_sub(UUID).and_then(|at| stem.get(at..)).filter(|tail| is_uuid(tail));
    tail.filter(|_| stem.starts_with("rollout-")).unwrap_or(stem).to_owned()
}
