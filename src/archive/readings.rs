//! What several records of one run tell again: a run's output, its thread log and its snapshot hold the same steps
//! (codetether.md §11.6). Each step counts once, as the record has it that tells most. Steps are the same by the id of the
//! call or by what was said, as often as it was said.

use super::session::Session;
use super::{Loaded, Place};
use crate::model::{Anchor, Counts, EventKind, Map, NO_LINK, SourceId, SourceIndex, flags, sorted};

/// Kinds of steps that more than one record may tell.
const KINDS: [EventKind; 5] =
    [EventKind::Prompt, EventKind::Response, EventKind::Thinking, EventKind::ToolCall, EventKind::Error];

/// A step of one record.
struct Step {
    reading: u8,
    /// Index in [`KINDS`].
    kind: usize,
    source: SourceId,
    event: u32,
    /// The event that completes it, or [`NO_LINK`].
    result: u32,
    /// What other records know it by. 0: nothing, the record tells neither id nor text.
    key: u64,
}

/// Marks the steps that a better record of the same run tells too, and counts without them.
pub fn cut(session: &mut Session, loaded: &Loaded<'_>) {
    let reading = |place: &Place| {
        let part = loaded.source(place.source)?.parts.get(usize::from(place.part))?;
        Some(part.reading).filter(|reading| *reading > 0)
    };
    let mut readings = session.places.iter().filter_map(reading);
    let first = readings.next();
    if readings.all(|reading| Some(reading) == first) {
        return;
    }
    let steps = session.events(loaded).filter_map(|(place, index, event)| {
        let reading = reading(&place).filter(|_| !event.has(flags::ECHO))?;
        let kind = KINDS.iter().position(|kind| *kind == event.kind)?;
        let key = loaded.source(place.source).map_or(0, |source| key_of(source, index));
        let result = if event.kind == EventKind::ToolCall { event.link } else { NO_LINK };
        Some(Step { reading, kind, source: place.source, event: index, result, key })
    });
    // Stable: those of one record stay in order.
    let steps = sorted(steps.collect(), |a: &Step, b| b.reading.cmp(&a.reading));
    let mut repeated = Vec::new();
    for step in told_again(&steps) {
        repeated.push((step.source, step.event));
        if step.result != NO_LINK {
            repeated.push((step.source, step.result));
        }
    }
    session.repeated = sorted(repeated, Ord::cmp);
    let mut counts = Counts { requests: session.part.counts.requests, ..Counts::default() };
    session.events(loaded).for_each(|(_, _, event)| counts.count(&event));
    session.part.counts = counts;
}

fn key_of(source: &SourceIndex, event: u32) -> u64 {
    let of = |list: &[Anchor]| {
        let at = list.binary_search_by_key(&event, |anchor| anchor.event).ok()?;
        list.get(at).map(|anchor| anchor.hash)
    };
    of(&source.anchors.tool_calls).or_else(|| of(&source.anchors.texts)).unwrap_or(0)
}

/// The steps that another record tells better; the best record first.
fn told_again(steps: &[Step]) -> Vec<&Step> {
    // For each kind the records that have any of it, and those that name it: a bit each.
    let (mut any, mut named) = ([0_u64; KINDS.len()], [0_u64; KINDS.len()]);
    for step in steps {
        let bit = 1 << (step.reading & 63);
        any[step.kind] |= bit;
        named[step.kind] |= if step.key == 0 { 0 } else { bit };
    }
    let mut found = Vec::new();
    // How often better records tell a thing, at most, and how often this one has.
    let mut known: Map<u64, u32> = Map::default();
    for of_one in steps.chunk_by(|a, b| a.reading == b.reading) {
        let mut told: Map<u64, u32> = Map::default();
        for step in of_one {
            let is_again = if step.key == 0 {
                // Nobody knows which one it is: it counts where no record tells such steps better.
                let bit = 1 << (step.reading & 63);
                let (better, lesser) = (any[step.kind] & !(bit | (bit - 1)), named[step.kind] & (bit - 1));
                better | lesser != 0
            } else {
                let times = told.entry(step.key).or_default();
                *times += 1;
                known.get(&step.key).is_some_and(|known| *known >= *times)
            };
            if is_again {
                found.push(step);
            }
        }
        for (key, times) in told {
            let most = known.entry(key).or_default();
            *most = times.max(*most);
        }
    }
    found
}
