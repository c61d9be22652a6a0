//! Which step of which session a line with a hit is, and in which order sources are looked into.

use super::needle::{Excerpt, Needle};
use super::scan::LineHit;
use super::strings::strings;
use super::words::{Asked, holds};
use crate::archive::{Archive, Place, Session};
use crate::formats::by_id;
use crate::logic::beside;
use crate::logic::session::keyed_of;
use crate::logic::track::is_step_kind;
use crate::model::{Event, EventKind, NO_LINK, Set, SourceId, SourceIndex, SourceKind, Timestamp, flags, sorted};
use std::sync::Arc;

/// Hits of one search; more are not shown.
pub const MOST_HITS: u32 = 1000;

/// A step with a hit.
#[derive(Debug, Clone, PartialEq)]
pub struct StepHit {
    /// Key of its session; empty where the line is of none.
    pub session: String,
    /// What links name the step by (`Track::key`); empty as above.
    pub step: String,
    /// The title of the session, else its id.
    pub title: String,
    /// The tool, or the kind of the step.
    pub what: String,
    pub has_failed: bool,
    pub at: Option<Timestamp>,
    pub path: String,
    /// 1-based, in the source; 0 where no event of the line is known.
    pub line: u32,
    /// How often the step's lines hold what was looked for; 0 where only filters chose it.
    pub count: u32,
    pub excerpt: Excerpt,
}

/// The sources to look into, those with the newest sessions first. Those of which no session passes are left out.
pub fn sources(archive: &Archive, asked: &Asked) -> Vec<SourceId> {
    let mut found: Vec<(SourceId, Option<Timestamp>)> = Vec::new();
    let kept = archive.sessions().iter().filter(|session| asked.keeps(session));
    for (session, place) in kept.flat_map(|session| session.places.iter().map(move |place| (session, place))) {
        match found.iter_mut().rev().take(64).find(|(id, _)| *id == place.source) {
            Some((_, newest)) => *newest = (*newest).max(session.part.started),
            None => found.push((place.source, session.part.started)),
        }
    }
    let by_time = sorted(found, |a, b| b.1.cmp(&a.1));
    let mut ids: Vec<SourceId> = Vec::with_capacity(by_time.len());
    let mut seen = Set::default();
    ids.extend(by_time.into_iter().map(|(id, _)| id).filter(|id| seen.insert(*id)));
    // What sessions keep beside their logs comes last.
    let is_kept = |source: &SourceIndex| {
        let is_beside = matches!(source.kind, SourceKind::Beside(_));
        is_beside && beside::owner(archive, &source.meta.path).is_some_and(|session| asked.keeps(session))
    };
    ids.extend(archive.sources().filter(|(_, source)| is_kept(source)).map(|(id, _)| id));
    ids
}

/// Finds the steps of lines of one source.
pub struct Steps<'a> {
    id: SourceId,
    source: Arc<SourceIndex>,
    asked: &'a Asked,
    /// Where events stand, and their indexes; ascending. Made when the first hit asks for it.
    spans: Option<Vec<(u64, u32)>>,
    found: Vec<Found>,
}

struct Found {
    event: Option<u32>,
    count: u32,
    excerpt: Excerpt,
}

impl<'a> Steps<'a> {
    /// `None` when the source is not loaded any more.
    pub fn new(archive: &Archive, id: SourceId, asked: &'a Asked) -> Option<Self> {
        let source = archive.source(id)?.clone();
        Some(Self { id, source, asked, spans: None, found: Vec::new() })
    }

    /// Whether the source is a file that a session keeps beside its log: text, all of one step.
    pub fn is_beside(&self) -> bool {
        matches!(self.source.kind, SourceKind::Beside(_))
    }

    /// Where the source was opened from.
    pub fn path(&self) -> &str {
        &self.source.meta.path
    }

    /// How many steps were found.
    pub fn count(&self) -> u32 {
        self.found.len() as u32
    }

    /// Takes a line with a hit.
    pub fn take(&mut self, needle: &Needle, hit: LineHit<'_>) {
        let event = self.event_at(needle, &hit);
        let is_kept = match event.and_then(|index| self.source.events.get(index)) {
            Some(event) => self.keeps(event, hit.line),
            None => self.asked.tool.is_empty() && self.asked.file.is_empty() && self.asked.has_failed.is_none(),
        };
        if !is_kept {
            return;
        }
        let LineHit { count, excerpt, .. } = hit;
        let is_known = event.is_some() || self.is_beside();
        match self.found.iter_mut().rev().take(8).find(|found| is_known && found.event == event) {
            Some(known) => known.count += count,
            None => self.found.push(Found { event, count, excerpt }),
        }
    }

    /// Takes all steps that the filters alone choose, from the index: no byte is read.
    pub fn take_all(&mut self) {
        let source = self.source.clone();
        for (index, event) in source.events.iter().filter(|(_, event)| is_shown(event)) {
            if self.found.len() < MOST_HITS as usize && self.keeps(event, b"") {
                self.found.push(Found { event: Some(index), count: 0, excerpt: Excerpt::default() });
            }
        }
    }

    fn keeps(&self, event: Event, line: &[u8]) -> bool {
        let Asked { tool, file, has_failed, .. } = self.asked;
        let is_call = matches!(event.kind, EventKind::ToolCall | EventKind::ToolResult);
        let failed = event.has(flags::FAILED) || event.kind == EventKind::Error;
        let is_tool = tool.is_empty() || is_call && holds(tool, &[self.source.strings.get(event.name)]);
        if !is_tool || has_failed.is_some_and(|wanted| wanted != failed) {
            return false;
        }
        let mut names_file = file.is_empty();
        if is_call && !names_file {
            strings(line, &mut |text| {
                names_file |= holds(file, &[text]);
                !names_file
            });
        }
        names_file
    }

    /// The event whose step a line with a hit belongs to.
    fn event_at(&mut self, needle: &Needle, hit: &LineHit<'_>) -> Option<u32> {
        let source = self.source.clone();
        let spans = self.spans.get_or_insert_with(|| {
            let spans = source.events.iter().map(|(index, event)| (event.span.offset, index));
            sorted(spans.collect(), Ord::cmp)
        });
        // The last that begins before the line does and reaches into it: the innermost, where objects take several lines.
        const NEAR: usize = 4096;
        let end = spans.partition_point(|(offset, _)| *offset <= hit.offset);
        let event = |index: u32| source.events.get(index);
        let reaches = |(_, index): &&(u64, u32)| {
            event(*index).is_some_and(|event| event.span.offset + u64::from(event.span.len) > hit.offset)
        };
        let (offset, _) = spans.get(..end)?.iter().rev().take(NEAR).find(reaches)?;
        let start = spans.partition_point(|(other, _)| other < offset);
        let same: Vec<u32> =
            spans.get(start..end)?.iter().filter(|(other, _)| other == offset).map(|it| it.1).collect();
        let shown = |index: &u32| event(*index).is_some_and(|it| is_shown(&it) || it.kind == EventKind::ToolResult);
        let mut possible: Vec<u32> = same.iter().copied().filter(shown).collect();
        if possible.len() > 1 && *offset == hit.offset {
            let format = source.format().and_then(by_id)?;
            let holds = |index: &u32| {
                let body = event(*index).map(|event| format.body(hit.line, event.block));
                body.is_some_and(|body| super::found::texts(&body).any(|text| needle.find(text, 0).is_some()))
            };
            let first = possible.iter().copied().find(holds);
            possible.splice(0..0, first);
        }
        let index = possible.first().or(same.first()).copied()?;
        Some(step_of(&source, index))
    }
}

fn is_shown(event: &Event) -> bool {
    is_step_kind(event.kind) && !event.has(flags::ECHO)
}

/// The step that shows an event: itself, the call of a result, else the step before it in its part.
fn step_of(source: &SourceIndex, index: u32) -> u32 {
    const NEAR: u32 = 256;
    let Some(event) = source.events.get(index) else { return index };
    if event.kind == EventKind::ToolResult && event.link != NO_LINK {
        return event.link;
    }
    if is_shown(&event) {
        return index;
    }
    let is_it = |other: &u32| source.events.get(*other).is_some_and(|it| it.part == event.part && is_shown(&it));
    let before = (index.saturating_sub(NEAR)..index).rev().find(is_it);
    before.or_else(|| (index + 1..index.saturating_add(NEAR)).find(is_it)).unwrap_or(index)
}

/// What was found, with sessions and the names of steps. One pass over each session that has a hit.
pub fn finish(archive: &Archive, steps: Steps<'_>) -> Vec<StepHit> {
    let keeper = if steps.is_beside() { beside::owner(archive, steps.path()) } else { None };
    let Steps { id, source, asked, found, .. } = steps;
    let mut hits: Vec<(Option<u32>, StepHit)> = Vec::with_capacity(found.len());
    let mut sessions: Vec<&Session> = Vec::new();
    for Found { event: index, count, excerpt } in found {
        let event = index.and_then(|index| source.events.get(index));
        let place = event.map(|event| Place { source: id, part: event.part });
        let session = place.and_then(|place| archive.sessions().iter().find(|it| it.places.contains(&place)));
        let session = session.or(keeper);
        // A shorter copy of what stands elsewhere, or a session that the filters leave out.
        if event.is_some() && session.is_none_or(|session| !asked.keeps(session)) {
            continue;
        }
        if let Some(session) = session.filter(|session| !sessions.iter().any(|known| known.key == session.key)) {
            sessions.push(session);
        }
        let what = event.map(|event| match source.strings.get(event.name) {
            name if !name.is_empty() && event.kind == EventKind::ToolCall => name.to_owned(),
            _ => event.kind.name().to_owned(),
        });
        let title = session.map(|session| session.part.title.clone().unwrap_or_else(|| session.part.id.clone()));
        let hit = StepHit {
            session: session.map(|session| session.key.clone()).unwrap_or_default(),
            step: String::new(),
            title: title.unwrap_or_default(),
            what: what.unwrap_or_else(|| if keeper.is_some() { "tool-results".to_owned() } else { String::new() }),
            has_failed: event.is_some_and(|event| event.has(flags::FAILED) || event.kind == EventKind::Error),
            at: event.and_then(|event| event.at),
            path: source.meta.path.clone(),
            line: event.map_or(0, |event| event.line),
            count,
            excerpt,
        };
        hits.push((index, hit));
    }
    let wanted: Vec<(u32, usize)> = (0..).zip(&hits).filter_map(|(nth, (index, _))| Some(((*index)?, nth))).collect();
    let wanted = sorted(wanted, Ord::cmp);
    for session in sessions {
        let first = |index: u32| wanted.partition_point(|(other, _)| *other < index);
        let is_hit = |found: &crate::logic::session::Found<'_>| {
            found.id == id && wanted.get(first(found.index)).is_some_and(|(index, _)| *index == found.index)
        };
        for (found, key) in keyed_of(archive, session, is_hit) {
            for (_, nth) in wanted.iter().skip(first(found.index)).take_while(|(index, _)| *index == found.index) {
                if let Some((_, hit)) = hits.get_mut(*nth).filter(|(_, hit)| hit.session == session.key) {
                    hit.step.clone_from(&key);
                }
            }
        }
    }
    hits.into_iter().map(|(_, hit)| hit).collect()
}
