//! A file's text after a change, where that can be told from its text before.

use super::diff::lines_of;
use super::{Change, Op, Piece, Place};

/// The text after a change; `None` where the change does not fit, or does not say enough. A move keeps the text.
pub fn apply(base: &str, change: &Change) -> Option<String> {
    let mut text = base.to_owned();
    match change.op {
        Op::Read { .. } => return Some(text),
        Op::Delete => return None,
        Op::Write | Op::Edit | Op::Move { .. } => {}
    }
    // The line of the text after which the next hunk stands, and by how much lines have moved.
    let mut cursor = 0;
    let mut drift = 0i64;
    for piece in &change.pieces {
        let old = piece.old.as_deref();
        text = match (piece.place, old) {
            (Place::File, _) => piece.new.clone(),
            (Place::Once, Some("")) if text.is_empty() => piece.new.clone(),
            (Place::Once, Some(old)) if !old.is_empty() => once(&text, old, &piece.new)?,
            (Place::Everywhere, Some(old)) if !old.is_empty() && text.contains(old) => text.replace(old, &piece.new),
            (Place::Lines, Some(old)) => lines(&text, old, piece, &mut cursor, &mut drift)?,
            _ => return None,
        };
    }
    Some(text)
}

/// Tools refuse a text that stands there twice.
fn once(text: &str, old: &str, new: &str) -> Option<String> {
    let (before, after) = text.split_once(old)?;
    (!after.contains(old)).then(|| [before, new, after].concat())
}

fn lines(text: &str, old: &str, piece: &Piece, cursor: &mut usize, drift: &mut i64) -> Option<String> {
    let lines = lines_of(text);
    let (old, new) = (lines_of(old), lines_of(&piece.new));
    if !piece.after.is_empty() {
        let after = (*cursor..lines.len()).find(|at| lines[*at].trim() == piece.after);
        *cursor = after.map_or(*cursor, |at| at + 1);
    }
    let told = piece.old_line.map(|line| (i64::from(line) - 1 + *drift).max(0) as usize);
    let at = match (old.is_empty(), told) {
        (true, Some(at)) => at.min(lines.len()),
        (true, None) if piece.after.is_empty() => lines.len(),
        (true, None) => *cursor,
        (false, _) => find(&lines, &old, told, *cursor)?,
    };
    *drift += new.len() as i64 - old.len() as i64;
    *cursor = at + new.len();
    let whole = lines[..at].iter().chain(&new).chain(&lines[at + old.len()..]);
    let mut result = String::with_capacity(text.len() + piece.new.len());
    for line in whole {
        result.push_str(line);
        result.push('\n');
    }
    Some(result)
}

/// Where lines stand: at the place that is told, else next after the cursor, else anywhere; and if nowhere, where they do
/// but for spaces at their ends.
fn find(lines: &[&str], old: &[&str], told: Option<usize>, cursor: usize) -> Option<usize> {
    let last = lines.len().checked_sub(old.len())?;
    let places = || told.into_iter().filter(|at| *at <= last).chain(cursor..=last).chain(0..=last);
    let fits = |at: &usize| lines[*at..*at + old.len()] == *old;
    let nearly = |at: &usize| lines[*at..].iter().zip(old).all(|(line, old)| line.trim_end() == old.trim_end());
    places().find(fits).or_else(|| places().find(nearly))
}
