//! Every event of every session in one shape, one JSON object a line (docs/events.md). What was not recorded is `null`,
//! and stays apart from 0 when the lines are read again.

use crate::archive::{Archive, Place, Session};
use crate::formats::{self, Durability};
use crate::logic::records::{self, LineName, Record, Records};
use crate::logic::session::{Found, events_of, keyed_events};
use crate::model::{EventKind, Finality, Map, Money, Reported, Scope, SourceId, Timestamp, TokenSet, flags};
use serde::{Deserialize, Serialize};

/// One event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Key of its session.
    pub session: String,
    /// Stable name of the format.
    pub agent: String,
    /// Path of its source.
    pub source: String,
    /// 1-based.
    pub line: u32,
    /// The name of the event in links, unique in its session; `None` in shorter copies of a log.
    pub key: Option<String>,
    pub kind: String,
    /// RFC 3339, UTC, milliseconds.
    pub time: Option<String>,
    pub duration_ms: Option<u32>,
    /// Tool, or the log's own word for the event.
    pub name: Option<String>,
    pub model: Option<String>,
    /// Names of [`flags::NAMES`], and `in-copy`.
    pub flags: Vec<String>,
    /// Whether such events must not be lost, where the format makes that difference.
    pub durability: Option<Durability>,
    /// The usage records on this line.
    pub usage: Vec<Usage>,
}

/// One usage record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    pub model: Option<String>,
    pub scope: Scope,
    pub finality: Finality,
    pub tokens: TokenSet,
    /// 10⁻¹² US dollars.
    pub cost_picousd: Reported<i64>,
    /// Where the cost comes from, or why there is none.
    pub cost_basis: Option<String>,
    /// Stable name of the decision.
    pub decision: String,
    /// The line that counts in its place.
    pub instead: Option<LineName>,
    /// Key of the session that it counts for.
    pub counted_in: Option<String>,
    /// Its tokens are in that session's sums.
    pub counts_tokens: bool,
    /// Its cost is, if it is known.
    pub counts_cost: bool,
}

/// Turns the sessions of an archive into lines.
pub struct Events<'a> {
    archive: &'a Archive,
    records: Records<'a>,
}

impl<'a> Events<'a> {
    /// The archive must be assembled.
    pub fn new(archive: &'a Archive) -> Self {
        Self { archive, records: Records::new(archive) }
    }

    /// The events of a session: those of its own logs in order, then those of their shorter copies.
    pub fn of_session(&self, session: &'a Session) -> impl Iterator<Item = Line> {
        let mut usage: Map<(SourceId, u32), Vec<Usage>> = Map::default();
        for place in session.places.iter().chain(&session.copies) {
            for record in self.records.of_place(*place) {
                usage.entry((place.source, record.event)).or_default().push(self.usage(&record));
            }
        }
        let durability = formats::by_id(session.format);
        // By name alone: a call of a tool may stand in a log of another shape, which makes no such difference.
        let durability = move |name: &str| durability?.durability(EventKind::Other, name);
        let own = keyed_events(self.archive, session).map(|(found, key)| (found, Some(key)));
        let copies = session.copies.iter().flat_map(|place: &Place| events_of(self.archive, *place));
        own.chain(copies.map(|found| (found, None))).map(move |(found, key)| {
            let durability = durability(found.source.strings.get(found.event.name));
            let usage = usage.remove(&(found.id, found.index)).unwrap_or_default();
            line(session, &found, key, durability, usage)
        })
    }

    fn usage(&self, record: &Record<'_>) -> Usage {
        let owner = record.entry.and_then(|entry| self.archive.sessions().get(entry.session as usize));
        Usage {
            model: some(self.archive.model_of(record.at)),
            scope: record.scope,
            finality: record.finality,
            tokens: record.tokens,
            cost_picousd: record.cost.map(Money::pico),
            cost_basis: some(&records::basis(self.archive, record)),
            decision: record.decision.name().to_owned(),
            instead: record.decision.instead().map(|other| records::line_of(self.archive, other)),
            counted_in: owner.map(|session| session.key.clone()),
            counts_tokens: record.entry.is_some_and(|entry| entry.counts_tokens),
            counts_cost: record.entry.is_some_and(|entry| entry.counts_cost),
        }
    }
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

fn line(
    session: &Session,
    found: &Found<'_>,
    key: Option<String>,
    durability: Option<Durability>,
    usage: Vec<Usage>,
) -> Line {
    let event = &found.event;
    let all = event.flags | session.flags_of(found.id, found.index);
    let set = flags::NAMES.iter().filter(|(flag, _)| all & flag != 0);
    let in_copy = key.is_none().then_some("in-copy");
    Line {
        session: session.key.clone(),
        agent: session.format.to_owned(),
        source: found.source.meta.path.clone(),
        line: event.line,
        key,
        kind: event.kind.name().to_owned(),
        time: event.at.map(Timestamp::rfc3339),
        duration_ms: event.duration_ms,
        name: some(found.source.strings.get(event.name)),
        model: some(found.source.strings.get(event.model)),
        flags: set.map(|(_, name)| *name).chain(in_copy).map(str::to_owned).collect(),
        durability,
        usage,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logic::made::{any_archive, archive, session};
    use crate::logic::range;
    use crate::logic::window::Window;
    use proptest::prelude::*;

    fn lines(archive: &Archive) -> Vec<Line> {
        let events = Events::new(archive);
        archive.sessions().iter().flat_map(|session| events.of_session(session).collect::<Vec<_>>()).collect()
    }

    #[test]
    fn a_line_has_its_keys_in_order_and_null_is_not_0() {
        let archive = archive([session("s", &[(None, Some(0))])]);
        let text = serde_json::to_string(&lines(&archive)[0]).expect("plain data");
        assert_eq!(
            text,
            concat!(
                r#"{"session":"s","agent":"made","source":"s.jsonl","line":1,"key":"response-1000-0","kind":"response","#,
                r#""time":"1970-01-01T00:00:01.000Z","duration_ms":null,"name":null,"model":null,"flags":[],"#,
                r#""durability":null,"usage":[{"model":null,"scope":"request","finality":"unknown","tokens":"#,
                r#"{"input_uncached":null,"cache_read":null,"cache_write":null,"cache_write_1h":null,"output":0,"#,
                r#""reasoning":null},"cost_picousd":null,"cost_basis":"unpriced: the log names no model","#,
                r#""decision":"kept","instead":null,"counted_in":"s","counts_tokens":true,"counts_cost":true}]}"#
            )
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn lines_read_back_as_they_were(archive in any_archive()) {
            for line in lines(&archive) {
                let text = serde_json::to_string(&line).expect("plain data");
                prop_assert_eq!(serde_json::from_str::<Line>(&text).expect("the same type"), line);
            }
        }

        /// Steps, calls and errors of any range are those that a plain look at the lines finds.
        #[test]
        fn lines_of_a_range_add_up_to_its_sums(archive in any_archive(), from in 0i64..1_020, length in 0i64..40) {
            let (start, end) = (Timestamp::from_ms(from), Timestamp::from_ms(from + length));
            let lines = lines(&archive);
            for session in archive.sessions() {
                let window = Window { start: Some(start), end: Some(end) };
                let sums = range::sums(&archive, &session.key, window).expect("it is loaded");
                let is_there = |line: &&Line| {
                    let at = line.time.as_deref().and_then(Timestamp::parse);
                    let is_own = line.flags.iter().all(|flag| !["echo", "copied", "in-copy"].contains(&flag.as_str()));
                    line.session == session.key && is_own && at.is_some_and(|at| start <= at && at < end)
                };
                let of = |kinds: &[&str]| lines.iter().filter(is_there).filter(|line| kinds.contains(&line.kind.as_str())).count();
                let beside = of(&["delta", "tool-result", "usage", "request", "progress"]);
                prop_assert_eq!(sums.steps as usize, lines.iter().filter(is_there).count() - beside);
                prop_assert_eq!(sums.tool_calls as usize, of(&["tool-call"]));
                let failed = |line: &&Line| line.kind == "error" || line.flags.iter().any(|flag| flag == "failed");
                prop_assert_eq!(sums.errors as usize, lines.iter().filter(is_there).filter(failed).count());
            }
        }

        /// Nothing is lost and nothing told twice: the records that count add up to the sessions' own sums.
        #[test]
        fn lines_hold_every_event_and_every_record_once(archive in any_archive()) {
            let lines = lines(&archive);
            let loaded = || archive.sources().filter(|(id, _)| archive.original_of(*id).is_none());
            prop_assert_eq!(lines.len(), loaded().map(|(_, source)| source.events.len()).sum::<usize>());
            for session in archive.sessions() {
                let of = lines.iter().flat_map(|line| &line.usage);
                let counted = of.filter(|usage| usage.counted_in.as_ref() == Some(&session.key));
                let outputs: Vec<u64> = counted
                    .clone()
                    .filter(|usage| usage.counts_tokens)
                    .filter_map(|usage| usage.tokens.output.get())
                    .collect();
                let sum = (!outputs.is_empty()).then(|| outputs.iter().sum());
                prop_assert_eq!(session.totals.output.value().get(), sum);
                let costs = counted.filter(|usage| usage.counts_cost).filter_map(|usage| usage.cost_picousd.get());
                prop_assert_eq!(session.totals.cost.known.pico(), costs.sum::<i64>());
            }
            for session in archive.sessions() {
                let mut keys: Vec<&String> = lines.iter().filter(|line| line.session == session.key).filter_map(|line| line.key.as_ref()).collect();
                let all = keys.len();
                keys.sort();
                keys.dedup();
                prop_assert_eq!(keys.len(), all);
            }
        }
    }
}
