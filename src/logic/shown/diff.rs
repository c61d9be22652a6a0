//! A change as lines: what stays, what goes, what comes, and which words of a line it was.

use super::signs::visible;
use crate::logic::change::{Change, Edit, Piece, Place, lines_of, runs};
use crate::logic::excerpt::start;
use crate::model::Wire;

/// So many lines that stay are shown on both sides of a change.
const CONTEXT: usize = 3;
/// A longer line is cut, bytes, and longer ones are not compared word by word.
const LONGEST_LINE: usize = 2_000;

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Wire)]
pub enum Sign {
    Same,
    Gone,
    New,
    /// Lines that are left out, or not known, between two places of the file.
    Gap,
}

/// A line of a difference.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub struct DiffLine {
    pub sign: Sign,
    /// Its numbers in the old file and in the new one, where they are known.
    pub old: Option<u32>,
    pub new: Option<u32>,
    /// Texts; `true` marks the words that changed.
    pub parts: Vec<(bool, String)>,
}

/// All lines of a change.
pub fn lines(change: &Change) -> Vec<DiffLine> {
    let mut found = Vec::new();
    for piece in &change.pieces {
        if !found.is_empty() {
            found.push(gap());
        }
        if !piece.after.is_empty() {
            found.push(DiffLine { parts: vec![(false, shown(&piece.after))], ..gap() });
        }
        of_piece(piece, &mut found);
    }
    found
}

/// What makes one text of another, with the numbers of lines.
pub fn between(old: &str, new: &str) -> Vec<DiffLine> {
    let mut found = Vec::new();
    let piece = Piece::new(Place::File, Some(old.to_owned()), new.to_owned());
    of_piece(&Piece { old_line: Some(1), new_line: Some(1), ..piece }, &mut found);
    found
}

const fn gap() -> DiffLine {
    DiffLine { sign: Sign::Gap, old: None, new: None, parts: Vec::new() }
}

fn shown(line: &str) -> String {
    let cut = match line.len() {
        0..=LONGEST_LINE => return visible(line).into_owned(),
        _ => (0..=LONGEST_LINE).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0),
    };
    visible(start(line, cut)).into_owned() + " …"
}

fn of_piece(piece: &Piece, to: &mut Vec<DiffLine>) {
    let (old, new) = (lines_of(piece.old.as_deref().unwrap_or("")), lines_of(&piece.new));
    // Line ends alone may differ: then nothing would be shown of the change.
    let at = |first: Option<u32>, index: usize| first.map(|first| first + index as u32);
    let found = runs(&old, &new);
    let last = found.len().saturating_sub(1);
    // Hunks have the context that their writer wanted.
    let is_whole = piece.place == Place::Lines;
    for (index, run) in found.iter().enumerate() {
        let line = |sign: Sign, old_at: Option<usize>, new_at: Option<usize>, parts| DiffLine {
            sign,
            old: old_at.and_then(|index| at(piece.old_line, index)),
            new: new_at.and_then(|index| at(piece.new_line, index)),
            parts,
        };
        match run.edit {
            Edit::Same => {
                let len = run.old.len();
                let (head, tail) = (if index == 0 { 0 } else { CONTEXT }, if index == last { 0 } else { CONTEXT });
                let is_long = !is_whole && len > head + tail + 1;
                for place in 0..len {
                    if is_long && place == head {
                        to.push(gap());
                    }
                    if is_long && (head..len - tail).contains(&place) {
                        continue;
                    }
                    let text = old.get(run.old.start + place).copied().unwrap_or_default();
                    let (old_at, new_at) = (run.old.start + place, run.new.start + place);
                    to.push(line(Sign::Same, Some(old_at), Some(new_at), vec![(false, shown(text))]));
                }
            }
            Edit::Gone => {
                let next = found.get(index + 1).filter(|next| next.edit == Edit::New);
                for place in run.old.clone() {
                    let text = old.get(place).copied().unwrap_or_default();
                    let other = next.and_then(|next| new.get(pair(place, &run.old, &next.new)?)).copied();
                    to.push(line(Sign::Gone, Some(place), None, words(text, other, false)));
                }
            }
            Edit::New => {
                let before =
                    index.checked_sub(1).and_then(|before| found.get(before)).filter(|run| run.edit == Edit::Gone);
                for place in run.new.clone() {
                    let text = new.get(place).copied().unwrap_or_default();
                    let other = before.and_then(|before| old.get(pair(place, &run.new, &before.old)?)).copied();
                    to.push(line(Sign::New, None, Some(place), words(text, other, true)));
                }
            }
        }
    }
}

/// The line that another one became: the one at its place, where as many come as go.
fn pair(place: usize, own: &std::ops::Range<usize>, other: &std::ops::Range<usize>) -> Option<usize> {
    let index = other.start + (place - own.start);
    (index < other.end && own.len() <= 2 * other.len() && other.len() <= 2 * own.len()).then_some(index)
}

/// A line's text with the words marked that another line has not.
fn words(text: &str, other: Option<&str>, is_new: bool) -> Vec<(bool, String)> {
    let Some(other) = other.filter(|other| text.len().max(other.len()) <= LONGEST_LINE) else {
        return vec![(false, shown(text))];
    };
    let (own, theirs) = (tokens(text), tokens(other));
    let found = if is_new { runs(&theirs, &own) } else { runs(&own, &theirs) };
    let mut parts: Vec<(bool, String)> = Vec::new();
    let mut same = 0;
    for run in found {
        let range = if is_new { run.new } else { run.old };
        let is_changed = run.edit != Edit::Same;
        let part: String = own.get(range).unwrap_or_default().concat();
        if part.is_empty() {
            continue;
        }
        same += if is_changed { 0 } else { part.trim().len() };
        parts.push((is_changed, shown(&part)));
    }
    // Marks on nearly everything say nothing.
    let is_alike = 3 * same >= text.trim().len().max(other.trim().len());
    if is_alike { parts } else { vec![(false, shown(text))] }
}

/// Words, spaces and signs of a line.
fn tokens(line: &str) -> Vec<&str> {
    let class = |letter: char| match letter {
        letter if letter.is_alphanumeric() || letter == '_' => 1,
        letter if letter.is_whitespace() => 2,
        _ => 0,
    };
    let mut found = Vec::new();
    let (mut from, mut last) = (0, None);
    for (at, letter) in line.char_indices() {
        let class = class(letter);
        if last.is_some_and(|last| last != class || class == 0) {
            found.push(line.get(from..at).unwrap_or_default());
            from = at;
        }
        last = Some(class);
    }
    found.extend(line.get(from..).filter(|rest| !rest.is_empty()));
    found
}

/// The change as text, to be copied.
pub fn text(change: &Change) -> String {
    let mut text = String::new();
    for piece in &change.pieces {
        let (old, new) = (lines_of(piece.old.as_deref().unwrap_or("")), lines_of(&piece.new));
        if change.pieces.len() > 1 {
            text.push_str("@@\n");
        }
        for run in runs(&old, &new) {
            let (sign, lines) = match run.edit {
                Edit::Same => (' ', old.get(run.old)),
                Edit::Gone => ('-', old.get(run.old)),
                Edit::New => ('+', new.get(run.new)),
            };
            for line in lines.unwrap_or_default() {
                text.push(sign);
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    text
}
