//! A session log as fizeau's own report counts it: exactly what is written (fizeau.md §7).

use super::line::Record;
use super::totals::{Written, cost_of};
use crate::formats::lenient::Presence;
use crate::model::{ReferenceRow, Timestamp};

/// What the reference has seen so far: the first start and the last end that it can decode.
#[derive(Default, Clone)]
pub struct Reference {
    row: ReferenceRow,
    has_any_start: bool,
    /// The end's own, for a start or a duration that says nothing.
    end_model: String,
    ended: Option<Timestamp>,
}

impl Reference {
    /// For routing any start tells the time, decodable or not (fizeau.md §8).
    pub fn start(&mut self, record: &Record<'_>) {
        let row = &mut self.row;
        if row.has_start {
            return;
        }
        row.has_start = decodes(record);
        if row.has_start || !self.has_any_start {
            row.started = time(record);
        }
        if row.has_start {
            let data = &record.line.data;
            row.provider = data.provider.to_string();
            row.model = data.model.to_string();
        }
        self.has_any_start = true;
    }

    pub fn end(&mut self, record: &Record<'_>, status: &str, written: &Written) {
        if !decodes(record) {
            return;
        }
        let data = &record.line.data;
        let row = &mut self.row;
        row.has_end = true;
        status.clone_into(&mut row.status);
        row.input = written.input.unwrap_or(0);
        row.output = written.output.unwrap_or(0);
        row.total = written.total.unwrap_or(0);
        row.cache_read = written.cache_read.unwrap_or(0);
        row.cache_write = written.cache_write.unwrap_or(0);
        row.duration_ms = data.duration_ms.int().unwrap_or(0);
        row.cost = cost_of(data.cost_usd).get();
        self.end_model = data.model.to_string();
        self.ended = time(record);
    }

    /// The row, with what the end adds to the start.
    pub fn finish(self) -> ReferenceRow {
        let mut row = self.row;
        if row.model.is_empty() {
            row.model = self.end_model;
        }
        if let (true, Some(ended), Some(started)) = (row.duration_ms <= 0, self.ended, row.started) {
            row.duration_ms = ended.ms_since(started);
        }
        row
    }
}

/// The time as the reference reads it: it does not know the older name of `ts`.
fn time(record: &Record<'_>) -> Option<Timestamp> {
    record.at.filter(|_| record.line.ts.some().is_some())
}

/// Whether the reference's strict reader accepts the payload (fizeau.md §5).
fn decodes(record: &Record<'_>) -> bool {
    record.line.data.presence != Presence::Absent && super::strict::decodes(record.bytes)
}
