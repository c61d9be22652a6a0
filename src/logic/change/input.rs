//! What a tool was asked to do, by the names that agents give to the fields of its input.

use super::{Change, Op, Piece, Place, patch};
use crate::formats::content::PATHS;
use crate::logic::letters::contains;
use crate::logic::tool_kind::{ToolKind, tool_kind};
use serde_json::{Map, Value};

type Fields = Map<String, Value>;

const OLD: [&str; 7] = ["old_string", "old_str", "oldString", "oldText", "old_text", "search", "TargetContent"];
const NEW: [&str; 7] = ["new_string", "new_str", "newString", "newText", "new_text", "replace", "ReplacementContent"];
const WHOLE: [&str; 6] = ["content", "contents", "file_text", "text", "CodeContent", "code"];
const PATCHES: [&str; 7] = ["input", "patch", "patchText", "patch_text", "diff", "unified_diff", "command"];
const EDITS: [&str; 4] = ["edits", "replacements", "ReplacementChunks", "chunks"];

/// The changes of an input as text: JSON, or a patch as it is.
pub fn of_text(tool: &str, text: &str) -> Vec<Change> {
    match serde_json::from_slice(text.as_bytes()) {
        Ok(Value::Object(fields)) => of_fields(tool, &fields, true),
        Ok(_) => Vec::new(),
        Err(_) => patches("", text),
    }
}

fn patches(path: &str, text: &str) -> Vec<Change> {
    match patch::is_enveloped(text) {
        true => patch::enveloped(text),
        false => patch::unified(path, text),
    }
}

fn word<'a>(fields: &'a Fields, keys: &[&str]) -> Option<&'a str> {
    keys.iter().find_map(|key| fields.get(*key)?.as_str())
}

fn number(fields: &Fields, keys: &[&str]) -> Option<u32> {
    let number = keys.iter().find_map(|key| fields.get(*key)?.as_u64())?;
    u32::try_from(number).ok()
}

fn of_fields(tool: &str, fields: &Fields, is_outer: bool) -> Vec<Change> {
    // Several calls in one.
    if let Some(Value::Array(calls)) = fields.get("calls").filter(|_| is_outer) {
        let call = |call: &Value| -> Option<Vec<Change>> {
            let input = call.get("args").or_else(|| call.get("arguments")).or_else(|| call.get("input"))?;
            Some(of_fields(call.get("tool").or_else(|| call.get("name"))?.as_str()?, input.as_object()?, false))
        };
        return calls.iter().filter_map(call).flatten().collect();
    }
    if let Some(changes) = fields.get("changes") {
        let listed = listed(changes);
        if !listed.is_empty() {
            return listed;
        }
    }
    let path = word(fields, &PATHS).unwrap_or("");
    for text in PATCHES.iter().filter_map(|key| fields.get(*key)?.as_str()) {
        let found = patches(path, text);
        if !found.is_empty() {
            return found;
        }
    }
    if let Some(Value::Array(edits)) = EDITS.iter().find_map(|key| fields.get(*key)) {
        return edited(path, edits);
    }
    if path.is_empty() {
        return moved(tool, fields).into_iter().collect();
    }
    one_file(tool, path, fields).into_iter().collect()
}

/// Several edits, of one file or of more.
fn edited(path: &str, edits: &[Value]) -> Vec<Change> {
    let mut files: Vec<(&str, Vec<Piece>)> = Vec::new();
    for edit in edits.iter().filter_map(Value::as_object) {
        let path = word(edit, &PATHS).unwrap_or(path);
        let Some(piece) = replacement(edit) else { continue };
        match files.last_mut() {
            Some((last, pieces)) if *last == path => pieces.push(piece),
            _ => files.push((path, vec![piece])),
        }
    }
    files.into_iter().map(|(path, pieces)| Change::new(path, Op::Edit, pieces)).collect()
}

/// One text in place of another.
fn replacement(fields: &Fields) -> Option<Piece> {
    let old = word(fields, &OLD)?;
    // Nothing in its place is a deletion.
    let new = word(fields, &NEW).unwrap_or("");
    let is_set = |key: &str| fields.get(key).and_then(Value::as_bool) == Some(true);
    let is_everywhere = is_set("replace_all")
        || is_set("replaceAll")
        || is_set("AllowMultiple")
        || number(fields, &["expected_replacements"]).is_some_and(|count| count > 1);
    let place = if is_everywhere { Place::Everywhere } else { Place::Once };
    Some(Piece::new(place, Some(old.to_owned()), new.to_owned()))
}

fn one_file(tool: &str, path: &str, fields: &Fields) -> Option<Change> {
    let kind = tool_kind(tool);
    let edit = |piece| Some(Change::new(path, Op::Edit, vec![piece]));
    let action = word(fields, &["command"]).unwrap_or("");
    if let Some(piece) = replacement(fields).filter(|_| kind != ToolKind::Search) {
        return edit(piece);
    }
    if let (Some(line), Some(text)) =
        (number(fields, &["insert_line"]), word(fields, &["insert_text", "new_str", "text"]))
    {
        // The text goes after that line.
        let at = Some(line.saturating_add(1));
        let piece = Piece::new(Place::Lines, Some(String::new()), text.to_owned());
        return edit(Piece { old_line: at, new_line: at, ..piece });
    }
    if let Some(source) = word(fields, &["new_source"]) {
        return edit(Piece::new(Place::Unknown, None, source.to_owned()));
    }
    if let Some(text) = word(fields, &WHOLE).filter(|_| kind == ToolKind::Edit || action == "create") {
        return Some(Change::new(path, Op::Write, vec![Piece::new(Place::File, None, text.to_owned())]));
    }
    let tool = tool.to_ascii_lowercase();
    let does = |word: &str| contains(&tool, word);
    if does("delete") || does("remove") {
        return Some(Change::new(path, Op::Delete, Vec::new()));
    }
    let reads = does("read") || (does("view") && !does("image")) || action == "view";
    reads.then(|| read(path, fields))
}

fn read(path: &str, fields: &Fields) -> Change {
    let range = fields.get("view_range").and_then(Value::as_array);
    let range = range.and_then(|range| Some((range.first()?.as_u64()?, range.get(1)?.as_i64()?)));
    let start = number(fields, &["start_line", "startLine", "StartLine", "start"]);
    let end = number(fields, &["end_line", "endLine", "EndLine", "end"]);
    let (from_line, lines) = match (range, start) {
        (Some((from, to)), _) => (u32::try_from(from).ok(), u32::try_from(to - from as i64 + 1).ok()),
        (None, Some(from)) => (Some(from), end.and_then(|end| end.checked_sub(from)).map(|lines| lines + 1)),
        // Agents count offsets from 0 or from 1: what was shown tells, or nothing does.
        (None, None) => {
            let offset = number(fields, &["offset"]).filter(|offset| *offset > 1);
            let lines = number(fields, &["limit", "lines", "max_lines"]).or(end);
            (Some(1).filter(|_| offset.is_none()), lines)
        }
    };
    let op = Op::Read { from_line, lines, is_whole: false };
    Change::new(path, op, vec![Piece::new(Place::Unknown, None, String::new())])
}

fn moved(tool: &str, fields: &Fields) -> Option<Change> {
    let is_move = contains(tool, "move") || contains(tool, "rename");
    let from = word(fields, &["source", "from", "old_path", "source_path"]).filter(|_| is_move)?;
    let to = word(fields, &["destination", "to", "new_path", "destination_path"])?;
    Some(Change::new(from, Op::Move { to: to.to_owned() }, Vec::new()))
}

/// Files and what was done to them: a list, or an object by their paths.
fn listed(changes: &Value) -> Vec<Change> {
    match changes {
        Value::Array(list) => {
            let one = |change: &Value| file_change(word(change.as_object()?, &PATHS)?, change.as_object()?);
            list.iter().filter_map(one).collect()
        }
        Value::Object(map) => map.iter().filter_map(|(path, change)| file_change(path, change.as_object()?)).collect(),
        _ => Vec::new(),
    }
}

fn file_change(path: &str, fields: &Fields) -> Option<Change> {
    let content = word(fields, &WHOLE);
    let whole = |old: Option<String>, new: Option<&str>| Piece::new(Place::File, old, new.unwrap_or("").to_owned());
    let kind = match fields.get("kind").or_else(|| fields.get("type"))? {
        Value::Object(kind) => word(kind, &["type"])?,
        kind => kind.as_str()?,
    };
    Some(match kind {
        "add" | "create" | "created" => {
            let pieces = content.map(|text| whole(Some(String::new()), Some(text))).into_iter().collect();
            unless_told(Change::new(path, Op::Write, pieces))
        }
        "delete" | "deleted" => {
            let pieces = content.map(|text| whole(Some(text.to_owned()), None)).into_iter().collect();
            Change::new(path, Op::Delete, pieces)
        }
        "update" | "modify" | "modified" => {
            let hunks = word(fields, &["unified_diff", "diff"]).and_then(|diff| patch::recorded(path, diff));
            let change = unless_told(hunks.unwrap_or_else(|| Change::new(path, Op::Edit, Vec::new())));
            match word(fields, &["move_path"]) {
                Some(to) => Change { op: Op::Move { to: to.to_owned() }, ..change },
                None => change,
            }
        }
        _ => return None,
    })
}

/// A change of which only the file's name is told has no count of lines.
fn unless_told(change: Change) -> Change {
    match change.pieces.is_empty() {
        true => Change { added: None, removed: None, ..change },
        false => change,
    }
}
