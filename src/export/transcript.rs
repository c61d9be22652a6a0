//! One session as plain text, for people and for spreadsheets: its steps in order. For logs of any format, so less exact
//! than the replay text.

use super::csv::{Cell, Sheet};
use crate::archive::Archive;
use crate::formats;
use crate::logic::session;
use crate::logic::sessions::{self, SessionRow};
use crate::logic::timeline::{kind_of, offset_text, origin_ms};
use crate::logic::track::{Mark, Track, steps};
use crate::model::{Block, Body, Timestamp, flags};

const COLUMNS: [&str; 9] =
    ["step", "time", "offset", "kind", "name", "duration_ms", "context_tokens", "output_tokens", "failed"];

/// All sessions of an archive of one source, as text. `bytes` are the source's.
pub fn text(archive: &Archive, bytes: &[u8]) -> String {
    let mut out = String::new();
    each(archive, &mut |row, track| {
        head(row, &mut out);
        let numbers = steps(track);
        let lines = session::lines_of(archive, &row.key, &numbers);
        for (number, lines) in numbers.iter().zip(lines) {
            let Some(mark) = track.get(*number) else { continue };
            put(&mut out, &["\n[", &offset(track, mark), "] ", &label(track, mark)]);
            out.push_str(if mark.has(flags::FAILED) { ", failed\n" } else { "\n" });
            let mut body = Body::default();
            for line in lines {
                let (start, len) = (line.event.span.offset as usize, line.event.span.len as usize);
                if let (Some(format), Some(line_bytes)) = (formats::by_id(line.format), bytes.get(start..start + len)) {
                    body.extend(format.body(line_bytes, line.event.block));
                }
            }
            write_body(&body, &mut out);
        }
    });
    out
}

/// The same as a table, without texts: a row for each step.
pub fn csv(archive: &Archive) -> String {
    let mut sheet = Sheet::default();
    sheet.header(&COLUMNS);
    each(archive, &mut |_, track| {
        for (index, number) in steps(track).into_iter().enumerate() {
            let Some(mark) = track.get(number) else { continue };
            let count = |value: Option<u32>| value.map_or(Cell::Missing, |value| Cell::Integer(value.into()));
            let time = mark.at_ms.map(|at| Timestamp::from_ms(at as i64).rfc3339());
            sheet.row(&[
                Cell::Integer(index as i128 + 1),
                time.as_deref().map_or(Cell::Missing, Cell::Text),
                Cell::Text(&offset(track, mark)),
                Cell::Text(kind_of(track, mark).word()),
                Cell::Text(track.name(mark)),
                count(mark.duration_ms),
                count(mark.context),
                count(mark.output),
                Cell::Text(if mark.has(flags::FAILED) { "yes" } else { "" }),
            ]);
        }
    });
    sheet.finish()
}

fn each(archive: &Archive, see: &mut dyn FnMut(&SessionRow, &Track)) {
    for found in archive.sessions() {
        if let (Some(row), Some(track)) = (sessions::row(archive, found), session::track(archive, &found.key)) {
            see(&row, &track);
        }
    }
}

fn head(row: &SessionRow, out: &mut String) {
    if !out.is_empty() {
        out.push_str("\n\n");
    }
    put(out, &["=== ", row.label(), " ===\nAgent: ", &row.agent_name, "\nSession: ", &row.id, "\n"]);
    if !row.models.is_empty() {
        put(out, &["Model: ", &row.models.join(", "), "\n"]);
    }
    if let Some(at) = row.started {
        put(out, &["Started: ", &at.rfc3339(), "\n"]);
    }
}

fn put(out: &mut String, pieces: &[&str]) {
    pieces.iter().for_each(|piece| out.push_str(piece));
}

/// Empty for a step without a time.
fn offset(track: &Track, mark: &Mark) -> String {
    mark.at_ms.zip(origin_ms(track)).map_or(String::new(), |(at, origin)| offset_text(at - origin))
}

fn label(track: &Track, mark: &Mark) -> String {
    let word = kind_of(track, mark).word();
    match track.name(mark) {
        "" => word.to_owned(),
        name => [word, " (", name, ")"].concat(),
    }
}

fn write_body(body: &Body, out: &mut String) {
    for block in &body.blocks {
        match block {
            Block::Command(text) => put(out, &["$ ", text]),
            Block::Error(text) => put(out, &["error: ", text]),
            Block::Patch { path, text, .. } => put(out, &[path, "\n", text]),
            Block::Elsewhere { path, .. } => put(out, &["(more of it stands in ", path, ")"]),
            Block::Image { mime, .. } => put(out, &["(image, ", mime, ")"]),
            Block::Message { role, text } => put(out, &[role, ": ", text]),
            Block::Output { text, cut } => put(out, &[text, if *cut { "\n(cut by the log's writer)" } else { "" }]),
            Block::Text(text)
            | Block::Thinking(text)
            | Block::Prompt(text)
            | Block::System(text)
            | Block::Input(text) => {
                out.push_str(text);
            }
        }
        if !out.ends_with('\n') {
            out.push('\n');
        }
    }
}
