//! Patches as text: the envelope of `apply_patch`, also within a shell command, and unified diffs.

use super::{Change, Op, Piece, Place};

const BEGIN: &str = "*** Begin Patch";

/// Whether a text holds an `apply_patch` envelope.
pub fn is_enveloped(text: &str) -> bool {
    text.contains(BEGIN)
}

/// The changes of all `*** Begin Patch` … `*** End Patch` of a text. What stands around them, as in a here document, is
/// passed over; a patch that is cut off tells what it has.
pub fn enveloped(text: &str) -> Vec<Change> {
    let mut found: Vec<Change> = Vec::new();
    if !is_enveloped(text) {
        return found;
    }
    let mut file: Option<(String, Op, Vec<Piece>)> = None;
    let mut is_inside = false;
    let end = |file: &mut Option<(String, Op, Vec<Piece>)>, found: &mut Vec<Change>| {
        if let Some((path, op, mut pieces)) = file.take() {
            pieces.retain(|piece| !piece.new.is_empty() || piece.old.as_ref().is_some_and(|old| !old.is_empty()));
            if op == Op::Write && pieces.is_empty() {
                pieces.push(Piece::new(Place::File, Some(String::new()), String::new()));
            }
            found.push(Change::new(&path, op, pieces));
        }
    };
    for line in text.lines() {
        let head = line.trim_end();
        if head == BEGIN || (!is_inside && head.ends_with(BEGIN)) {
            is_inside = true;
        } else if head == "*** End Patch" {
            end(&mut file, &mut found);
            is_inside = false;
        } else if is_inside {
            let named = |prefix: &str| head.strip_prefix(prefix).map(|path| path.trim().to_owned());
            let begun = named("*** Add File: ").map(|path| (path, Op::Write));
            let begun = begun.or_else(|| Some((named("*** Update File: ")?, Op::Edit)));
            let begun = begun.or_else(|| Some((named("*** Delete File: ")?, Op::Delete)));
            match (begun, named("*** Move to: ")) {
                (Some((path, op)), _) => {
                    end(&mut file, &mut found);
                    file = Some((path, op, Vec::new()));
                }
                (None, Some(to)) => file.iter_mut().for_each(|(_, op, _)| *op = Op::Move { to: to.clone() }),
                (None, None) if head == "*** End of File" => {}
                (None, None) => file.iter_mut().for_each(|(_, op, pieces)| patch_line(op, pieces, line)),
            }
        }
    }
    end(&mut file, &mut found);
    found
}

fn patch_line(op: &Op, pieces: &mut Vec<Piece>, line: &str) {
    if *op == Op::Write {
        if pieces.is_empty() {
            // A file that is added was not there.
            pieces.push(Piece::new(Place::File, Some(String::new()), String::new()));
        }
        if let (Some(piece), Some(text)) = (pieces.last_mut(), line.strip_prefix('+')) {
            push_line(&mut piece.new, text);
        }
        return;
    }
    if let Some(after) = line.strip_prefix("@@") {
        let piece = Piece::new(Place::Lines, Some(String::new()), String::new());
        // Numbers, as unified diffs have them, are no line of the file.
        let after = after.trim();
        let after = if after.starts_with('-') { "" } else { after };
        pieces.push(Piece { after: after.to_owned(), ..piece });
        return;
    }
    if pieces.is_empty() {
        pieces.push(Piece::new(Place::Lines, Some(String::new()), String::new()));
    }
    pieces.iter_mut().next_back().into_iter().for_each(|piece| hunk_line(piece, line));
}

fn push_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// A line of a hunk: of the old text, of the new one or of both.
fn hunk_line(piece: &mut Piece, line: &str) {
    let old = piece.old.get_or_insert_default();
    match line.split_at_checked(1) {
        Some(("+", rest)) => push_line(&mut piece.new, rest),
        Some(("-", rest)) => push_line(old, rest),
        Some((" ", rest)) => {
            push_line(old, rest);
            push_line(&mut piece.new, rest);
        }
        // Some writers drop the space of an empty line.
        None => {
            push_line(old, "");
            push_line(&mut piece.new, "");
        }
        // `\ No newline at end of file`, and words between files.
        Some(_) => {}
    }
}

/// The hunks of one file, as the log's writer recorded them.
pub fn recorded(path: &str, text: &str) -> Option<Change> {
    let hunks = hunks(text.lines());
    (!hunks.is_empty()).then(|| Change::new(path, Op::Edit, hunks))
}

/// The changes of a unified diff of any number of files. `path` names the file where the diff does not.
pub fn unified(path: &str, text: &str) -> Vec<Change> {
    let mut found = Vec::new();
    let mut rest: Vec<&str> = Vec::new();
    let mut names = (String::new(), String::new());
    let mut end = |names: &mut (String, String), rest: &mut Vec<&str>| {
        let (old, new) = std::mem::take(names);
        found.extend(file_of(path, &old, &new, &std::mem::take(rest)));
    };
    let mut left = (0, 0);
    for line in text.lines() {
        if left == (0, 0) {
            if let Some(name) = line.strip_prefix("--- ") {
                end(&mut names, &mut rest);
                names.0 = name_of(name);
                continue;
            }
            if let Some(name) = line.strip_prefix("+++ ") {
                names.1 = name_of(name);
                continue;
            }
            left = header(line).map_or((0, 0), |header| (header.old_lines, header.new_lines));
            if left == (0, 0) {
                continue;
            }
        } else {
            let is = |marks: &str| u32::from(line.is_empty() || line.starts_with(|sign| marks.contains(sign)));
            left = (left.0.saturating_sub(is(" -")), left.1.saturating_sub(is(" +")));
        }
        rest.push(line);
    }
    end(&mut names, &mut rest);
    found
}

fn file_of(path: &str, old: &str, new: &str, lines: &[&str]) -> Option<Change> {
    let hunks = hunks(lines.iter().copied());
    if hunks.is_empty() {
        return None;
    }
    let name = if new.is_empty() { old } else { new };
    let name = if name.is_empty() { path } else { name };
    Some(match () {
        () if old == "/dev/null" => {
            let text: String = hunks.iter().map(|hunk| &*hunk.new).collect();
            Change::new(name, Op::Write, vec![Piece::new(Place::File, Some(String::new()), text)])
        }
        () if new == "/dev/null" => Change::new(old, Op::Delete, hunks),
        () if !old.is_empty() && old != new && !new.is_empty() => {
            Change::new(old, Op::Move { to: new.to_owned() }, hunks)
        }
        () => Change::new(name, Op::Edit, hunks),
    })
}

/// `a/src/lib.rs\t2026-01-01` names `src/lib.rs`.
fn name_of(name: &str) -> String {
    let name = name.split('\t').next().unwrap_or("").trim();
    name.strip_prefix("a/").or_else(|| name.strip_prefix("b/")).unwrap_or(name).to_owned()
}

/// `@@ -12,3 +12,4 @@`
struct Header {
    old_line: u32,
    old_lines: u32,
    new_line: u32,
    new_lines: u32,
}

fn header(line: &str) -> Option<Header> {
    let (old, rest) = line.strip_prefix("@@ -")?.split_once(" +")?;
    let (new, _) = rest.split_once(" @@")?;
    let range = |text: &str| match text.split_once(',') {
        Some((line, lines)) => Some((line.parse().ok()?, lines.parse().ok()?)),
        None => Some((text.parse().ok()?, 1)),
    };
    let ((old_line, old_lines), (new_line, new_lines)) = (range(old)?, range(new)?);
    Some(Header { old_line, old_lines, new_line, new_lines })
}

fn hunks<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<Piece> {
    let mut found: Vec<Piece> = Vec::new();
    for line in lines {
        if let Some(header) = header(line) {
            let piece = Piece::new(Place::Lines, Some(String::new()), String::new());
            // Of no lines at all the header names the line before.
            let first = |line: u32, lines: u32| Some(if lines == 0 { line.saturating_add(1) } else { line });
            let old_line = first(header.old_line, header.old_lines);
            let new_line = first(header.new_line, header.new_lines);
            found.push(Piece { old_line, new_line, ..piece });
        } else if let Some(piece) = found.last_mut() {
            hunk_line(piece, line);
        }
    }
    found
}
