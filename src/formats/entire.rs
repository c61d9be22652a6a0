//! Compact transcripts that the Entire CLI derives from other agents' logs (docs/formats/entire-compact.md).

use super::messages::value::{at, word};
use super::messages::{Dialect, PLAIN, Told};
use crate::model::{Metric, Reported};
use serde_json::Value;

pub static ENTIRE: Dialect = Dialect {
    id: "entire-compact",
    name: "Entire transcript",
    sniff: |record| {
        at(record, "v").is_number() && at(record, "cli_version").is_string() && at(record, "ts").is_string()
    },
    role: "type",
    at: "ts",
    usage: "",
    cost: "-",
    version: "cli_version",
    special: Some(special),
    why_missing: &[
        (Metric::Context, "of prompts the transcript keeps only the tokens that no cache held"),
        (Metric::CacheRead, "the transcript keeps no cache counts"),
        (Metric::CacheWrite, "the transcript keeps no cache counts"),
        (Metric::Cost, "the transcript keeps no costs"),
        (Metric::ToolDuration, "calls and results of one line share its time"),
    ],
    ..PLAIN
};

fn special<'a>(record: &'a Value, told: &mut Vec<Told<'a>>) {
    if let Some(first) = told.first_mut() {
        first.about.harness = word(record, "agent");
        for counted in &mut first.usage {
            // Of the prompt only what no cache held is kept: that says nothing of its size.
            counted.usage.tokens.input_uncached = Reported::NOT_RECORDED;
        }
    }
}
