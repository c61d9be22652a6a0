//! Inspect's evaluation logs as JSON: a document whose samples are a session each (docs/formats/inspect.md).

use super::messages::value::{at, is_some, list, time, word};
use super::messages::{Cache, Counted, Dialect, PLAIN, Step, Told, usage};
use crate::model::{EventKind, Metric, Scope, Status};
use serde_json::Value;

pub static INSPECT: Dialect = Dialect {
    id: "inspect",
    name: "Inspect",
    sniff: |record| at(record, "eval.task").is_string() && is_some(at(record, "version")),
    lists: &["samples"],
    inner: "messages",
    usage: "-",
    cache: Cache::ByTotal,
    answers_are_requests: false,
    session: "session_key",
    special: Some(special),
    prepare: Some(prepare),
    why_missing: &[
        (Metric::Cost, "Inspect records no costs"),
        (Metric::Time, "messages of a sample have times only where its events are logged too"),
    ],
    ..PLAIN
};

/// Older samples have no id of their own: theirs are numbers within a file.
fn prepare(_: &Dialect, mut record: Value) -> Value {
    let is_sample = record.get("epoch").is_some() && at(&record, "messages").is_array();
    if is_sample {
        let key = match word(&record, "uuid") {
            "" => ["#", &super::content::plain(at(&record, "id")), "-", &at(&record, "epoch").to_string()].concat(),
            uuid => uuid.to_owned(),
        };
        record["session_key"] = Value::String(key);
    }
    record
}

fn special<'a>(record: &'a Value, told: &mut Vec<Told<'a>>) {
    let key = word(record, "session_key");
    let Some((first, messages)) = told.split_first_mut() else { return };
    if key.is_empty() {
        return head(record, first);
    }
    for told in messages {
        told.about.session = key;
        timed(record, told);
    }
    let error = at(record, "error");
    let mut end = Told::default();
    end.about.session = key;
    if is_some(error) {
        end.steps.push(Step::new(EventKind::Error, "error", error));
        (end.about.status, end.about.status_word) = (Some(Status::Failed), "error");
    }
    end.steps.push(Step::new(EventKind::SessionEnd, "scores", at(record, "scores")));
    let models = at(record, "model_usage").as_object().into_iter().flatten();
    end.usage.extend(models.map(|(model, counts)| Counted {
        usage: usage::usage(&INSPECT, counts, true),
        scope: Scope::Aggregate,
        rank: 1,
        model,
        label: "",
    }));
    told.push(end);
}

fn head<'a>(record: &'a Value, told: &mut Told<'a>) {
    let eval = at(record, "eval");
    if !eval.is_object() {
        return;
    }
    told.at = time(at(record, "stats.started_at|eval.created"));
    told.until = time(at(record, "stats.completed_at"));
    told.model = word(eval, "model");
    let status = match word(record, "status") {
        "success" => Status::Success,
        "cancelled" => Status::Cancelled,
        "started" => Status::Incomplete,
        _ => Status::Failed,
    };
    (told.about.status, told.about.status_word) = (Some(status), word(record, "status"));
    told.steps.push(Step::new(EventKind::SessionStart, word(eval, "task"), eval));
}

/// When a message was said and what it took, from the event of its request or its tool.
fn timed<'a>(record: &'a Value, told: &mut Told<'a>) {
    let call = told.steps.first().filter(|step| step.kind == EventKind::ToolResult).map_or("", |step| step.id);
    let is_its = |event: &&'a Value| match word(event, "event") {
        "model" => !told.id.is_empty() && word(event, "output.choices.0.message.id") == told.id,
        "tool" => !call.is_empty() && word(event, "id") == call,
        _ => false,
    };
    let Some(event) = list(at(record, "events")).iter().find(is_its) else { return };
    let (start, end) = (time(at(event, "timestamp")), time(at(event, "completed")));
    if call.is_empty() {
        (told.at, told.until) = (start, end);
        let usage = usage::usage(&INSPECT, at(event, "output.usage"), false);
        told.usage.push(Counted { usage, scope: Scope::Request, rank: 1, model: word(event, "model"), label: "" });
    } else {
        told.at = end.or(start);
    }
}
