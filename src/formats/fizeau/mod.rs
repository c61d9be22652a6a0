//! Fizeau session logs in both dialects (formats/fizeau.md): the service's own log, a file for each run, and the event
//! stream of a program that it called. The dialect is found line by line; one file may hold both.

mod body;
#[cfg(not(target_arch = "wasm32"))]
mod compact_json;
mod event_stream;
mod line;
mod overrides;
#[cfg(not(target_arch = "wasm32"))]
mod raw_json;
mod reference;
#[cfg(not(target_arch = "wasm32"))]
pub mod replay;
mod session_log;
mod sharing;
mod start;
mod strict;
mod totals;
mod words;

use crate::formats::records::{self, Object, Take};
use crate::formats::{Decoder, Format, Sharing, Sink};
use crate::lines::Line;
use crate::model::{Body, Metric};
#[cfg(not(target_arch = "wasm32"))]
use crate::model::{Cut, ReplayEvent};
use line::{Dialect, Record};
use serde_json::Value;

pub struct Fizeau;

impl Format for Fizeau {
    fn id(&self) -> &'static str {
        "fizeau"
    }

    fn name(&self) -> &'static str {
        "Fizeau"
    }

    /// Envelope keys tell (fizeau.md §1); a degenerate log of two lines has only a type and an id (§10.9).
    fn sniff(&self, head: &[Value]) -> bool {
        head.iter().any(|record| {
            let has = |key: &str| record.get(key).is_some();
            let text = |key: &str| record.get(key).and_then(Value::as_str);
            let Some(kind) = text("type") else { return false };
            let is_session_log = has("data") && (has("ts") || has("timestamp")) && has("session_id");
            let is_stream = has("data") && record.get("sequence").is_some_and(Value::is_number) && has("time");
            let is_bare = kind.starts_with("session.") && text("session_id").is_some();
            is_session_log || is_stream || is_bare
        })
    }

    fn wraps_others(&self) -> bool {
        true
    }

    fn tells_costs(&self) -> bool {
        true
    }

    /// fizeau.md §3.3, §9, §10.
    fn why_missing(&self, metric: Metric) -> &'static str {
        match metric {
            Metric::Output => "neither the answer nor the end of the run has counts, or only zeros after a failure",
            Metric::Context => "the answer has no counts",
            Metric::CacheRead | Metric::CacheWrite => "left out by writers that drop zeros: zero or not counted",
            Metric::Cost => "no cost: codex and local models, 0 left out, or a turn without a price",
            Metric::Time => "a time that is absent, not RFC 3339, or of year 1",
            Metric::ToolDuration => "a call without its end",
            Metric::SubAgents => "",
        }
    }

    fn decoder(&'static self) -> Box<dyn Decoder> {
        Box::<FizeauDecoder>::default()
    }

    fn sharing(&self) -> &'static Sharing {
        &sharing::SHARING
    }

    fn body(&self, line: &[u8], block: u16) -> Body {
        body::body(line, block)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn replay(&self, line: &[u8], rules: Cut) -> Vec<ReplayEvent> {
        replay::replay(line, rules)
    }
}

#[derive(Default, Clone)]
struct FizeauDecoder {
    log: Option<session_log::SessionLog>,
    stream: Option<event_stream::EventStream>,
}

impl Decoder for FizeauDecoder {
    fn line(&mut self, line: &Line<'_>, out: &mut Sink) {
        records::each(line, self, out);
    }

    fn finish(&mut self, out: &mut Sink) {
        if let Some(log) = self.log.take() {
            log.finish(out);
        }
        if let Some(stream) = self.stream.take() {
            stream.finish(out);
        }
    }
}

impl Take for FizeauDecoder {
    type Line<'a> = line::Line<'a>;

    fn take<'a>(&mut self, object: Object<'a, line::Line<'a>>, out: &mut Sink) {
        let record = Record::of(object, out);
        match record.dialect() {
            Dialect::SessionLog => {
                self.log.get_or_insert_with(|| session_log::SessionLog::new(out)).record(&record, out)
            }
            Dialect::EventStream => {
                self.stream.get_or_insert_with(|| event_stream::EventStream::new(out)).record(&record, out);
            }
        }
    }
}
