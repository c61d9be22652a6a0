//! OpenAI Codex (formats/codex.md): rollouts with and without envelope, the stream of `codex exec --json`, and the list
//! of titles `session_index.jsonl`. Which of them it is, each line tells.

mod body;
mod counts;
mod document;
mod history;
mod items;
mod line;
mod messages;
mod output;
mod prompt;
mod raw;
mod rollout;
mod sharing;
mod stream;
mod summary;
mod talk;

use crate::formats::lenient::{self, Field};
use crate::formats::records::{self, Object, Take};
use crate::formats::{Decoder, Format, Sharing, Sink};
use crate::lines::Line;
use crate::model::{Body, Map, Metric, Span, TitleHint, TitleOf, TitleOrigin};
use line::{KINDS, Record};
use memchr::memchr_iter;
use serde_json::Value;

pub struct Codex;

impl Format for Codex {
    fn id(&self) -> &'static str {
        "codex"
    }

    fn name(&self) -> &'static str {
        "Codex"
    }

    /// Codex.md §2. Old files have a header without a type, and only as their first object.
    fn sniff(&self, head: &[Value]) -> bool {
        head.first().is_some_and(|first| is_bare_header(first) || is_title(first) || document::is_document(first))
            || head.iter().any(is_ours)
    }

    /// codex.md §4, §8.
    fn why_missing(&self, metric: Metric) -> &'static str {
        match metric {
            Metric::Output | Metric::Context => {
                "before about 0.30 there are no usage lines, later ones may lack a counter"
            }
            Metric::CacheRead => "a usage line without cached tokens",
            Metric::CacheWrite => "reads only, writes are rarely logged",
            Metric::Cost => "Codex records no cost",
            Metric::Time => "old files have no times",
            Metric::ToolDuration => "a call whose end was not logged, or does not say how long it took",
            Metric::SubAgents => "",
        }
    }

    fn decoder(&'static self) -> Box<dyn Decoder> {
        Box::<CodexDecoder>::default()
    }

    fn sharing(&self) -> &'static Sharing {
        &sharing::SHARING
    }

    fn body(&self, line: &[u8], _block: u16) -> Body {
        body::body(line)
    }
}

fn is_ours(record: &Value) -> bool {
    let Some(kind) = text(record, "type") else { return false };
    let is_enveloped = KINDS.contains(&kind) && record.get("payload").is_some_and(Value::is_object);
    is_enveloped
        || match kind {
            "thread.started" => text(record, "thread_id").is_some(),
            "item.started" | "item.updated" | "item.completed" => record.get("item").is_some_and(Value::is_object),
            "turn.started" | "turn.completed" | "turn.failed" => true,
            _ => false,
        }
}

fn is_bare_header(record: &Value) -> bool {
    let has = |key: &str| record.get(key).is_some();
    text(record, "id").is_some() && has("timestamp") && (has("instructions") || has("git")) && !has("type")
}

fn is_title(record: &Value) -> bool {
    let has = |key: &str| record.get(key).is_some();
    text(record, "id").is_some() && has("thread_name") && has("updated_at") && !has("type")
}

fn text<'a>(record: &'a Value, key: &str) -> Option<&'a str> {
    record.get(key).and_then(Value::as_str)
}

#[derive(Default, Clone)]
struct CodexDecoder {
    rollout: Option<rollout::Rollout>,
    stream: Option<stream::Stream>,
    /// Place of each thread's hint.
    titles: Map<Box<str>, usize>,
}

impl Decoder for CodexDecoder {
    fn line(&mut self, line: &Line<'_>, out: &mut Sink) {
        records::each(line, self, out);
    }

    fn finish(&mut self, out: &mut Sink) {
        if let Some(rollout) = self.rollout.take() {
            rollout.finish(out);
        }
        if let Some(stream) = self.stream.take() {
            stream.finish(out);
        }
    }
}

impl Take for CodexDecoder {
    type Line<'a> = line::Line<'a>;

    fn take<'a>(&mut self, object: Object<'a, line::Line<'a>>, out: &mut Sink) {
        let line = &object.line;
        let kind = &*line.kind;
        if kind.is_empty() && line.thread_name.is_given() {
            return self.title(&line.id, &line.thread_name, out);
        }
        // State of old files, of no use to anybody (codex.md §8).
        if kind.is_empty() && line.record_type.is_given() {
            return;
        }
        if kind.is_empty() && line.items.is_given() {
            return self.document(&object, out);
        }
        let is_stream = ["thread.", "turn.", "item."].iter().any(|prefix| kind.starts_with(prefix));
        if is_stream || kind == "error" && self.stream.is_some() {
            return self.stream.get_or_insert_with(|| stream::Stream::new(out)).object(&object, out);
        }
        self.record(object, out);
    }
}

impl CodexDecoder {
    /// A whole file as one object (codex.md §1).
    fn document(&mut self, object: &Object<'_, line::Line<'_>>, out: &mut Sink) {
        let (mut number, mut seen) = (object.number, 0);
        for (at, bytes) in document::parts(object.bytes) {
            // The header comes first, wherever it stands.
            if at < seen {
                (number, seen) = (object.number, 0);
            }
            number += memchr_iter(b'\n', object.bytes.get(seen..at).unwrap_or_default()).count() as u32;
            seen = at;
            let Ok(line) = lenient::read::<line::Line<'_>>(bytes) else { continue };
            let span = Span { offset: object.span.offset + at as u64, len: bytes.len() as u32 };
            self.record(Object { line, bytes, span, number, is_first: false }, out);
        }
    }

    fn record(&mut self, object: Object<'_, line::Line<'_>>, out: &mut Sink) {
        let record = Record::of(object, out);
        self.rollout.get_or_insert_with(|| rollout::Rollout::new(out)).record(&record, out);
    }

    /// A name of a thread; the last one counts (codex.md §1).
    fn title(&mut self, id: &str, name: &str, out: &mut Sink) {
        let hint =
            TitleHint { of: TitleOf::Session(id.to_owned()), text: name.trim().to_owned(), origin: TitleOrigin::User };
        match self.titles.get(id).and_then(|place| out.titles.get_mut(*place)) {
            Some(known) => *known = hint,
            None => {
                self.titles.insert(id.into(), out.titles.len());
                out.titles.push(hint);
            }
        }
    }
}

#[cfg(test)]
mod count_tests;
#[cfg(test)]
mod rollout_tests;
#[cfg(test)]
mod test_logs;
