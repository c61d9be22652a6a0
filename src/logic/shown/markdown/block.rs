//! Blocks: what lines make together.

use super::inline::inlines;
use super::{Align, DEEPEST, Inline, Item, Node};

/// More columns or rows of a table are text.
const MOST_COLUMNS: usize = 64;

/// The blocks of some lines.
pub fn nodes(lines: &[&str], depth: usize) -> Vec<Node> {
    if depth >= DEEPEST {
        return vec![Node::Paragraph(vec![Inline::Text(lines.join("\n"))])];
    }
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let rest = &lines[at..];
        let (node, used) = if line.trim().is_empty() {
            (None, 1)
        } else if let Some(fence) = Fence::of(line) {
            fence.block(rest)
        } else if let Some((level, text)) = heading(line) {
            (Some(Node::Heading(level, inlines(text))), 1)
        } else if is_rule(line) {
            (Some(Node::Rule), 1)
        } else if quoted(line).is_some() {
            quote(rest, depth)
        } else if let Some(marker) = Marker::of(line) {
            list(&marker, rest, depth)
        } else if indent(line) >= 4 {
            indented_code(rest)
        } else if let Some(columns) = table_columns(rest) {
            table(columns, rest)
        } else {
            paragraph(rest)
        };
        found.extend(node);
        at += used.max(1);
    }
    found
}

fn indent(line: &str) -> usize {
    line.bytes().take_while(|byte| *byte == b' ' || *byte == b'\t').map(|byte| if byte == b'\t' { 4 } else { 1 }).sum()
}

/// A line without so much of its indent.
fn outdented(line: &str, by: usize) -> &str {
    let mut left = by;
    let mut start = 0;
    for byte in line.bytes() {
        let width = if byte == b'\t' { 4 } else { 1 };
        if left == 0 || !matches!(byte, b' ' | b'\t') {
            break;
        }
        left = left.saturating_sub(width);
        start += 1;
    }
    line.get(start..).unwrap_or_default()
}

/// The text behind so many of a letter at the start of a line.
fn run(text: &str, letter: u8) -> (usize, &str) {
    let len = text.bytes().take_while(|byte| *byte == letter).count();
    (len, text.get(len..).unwrap_or_default())
}

struct Fence<'a> {
    letter: u8,
    len: usize,
    indent: usize,
    language: &'a str,
}

impl<'a> Fence<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let indent = indent(line);
        let text = line.trim();
        let letter = *text.as_bytes().first().filter(|letter| matches!(letter, b'`' | b'~'))?;
        let (len, info) = run(text, letter);
        let is_fence = len >= 3 && indent < 4 && !(letter == b'`' && info.contains('`'));
        let language = info.split_whitespace().next().unwrap_or("").trim_matches(['{', '}', '.']);
        is_fence.then_some(Self { letter, len, indent, language })
    }

    fn ends_at(&self, line: &str) -> bool {
        let (len, rest) = run(line.trim(), self.letter);
        len >= self.len && rest.is_empty() && indent(line) < 4
    }

    fn block(&self, lines: &[&str]) -> (Option<Node>, usize) {
        let inside = &lines[1..];
        let len = inside.iter().position(|line| self.ends_at(line)).unwrap_or(inside.len());
        let text: Vec<&str> = inside[..len].iter().map(|line| outdented(line, self.indent)).collect();
        (Some(Node::Code { language: self.language.to_owned(), text: text.join("\n") }), len + 2)
    }
}

fn heading(line: &str) -> Option<(u8, &str)> {
    let (level, rest) = run(line.trim_start(), b'#');
    let is_heading = (1..=6).contains(&level) && indent(line) < 4 && (rest.is_empty() || rest.starts_with([' ', '\t']));
    is_heading.then(|| (level as u8, rest.trim().trim_end_matches('#').trim_end()))
}

fn is_rule(line: &str) -> bool {
    let text = line.trim();
    let letter = text.bytes().next().unwrap_or(0);
    let count = text.bytes().filter(|byte| *byte == letter).count();
    matches!(letter, b'-' | b'*' | b'_')
        && count >= 3
        && indent(line) < 4
        && text.bytes().all(|byte| byte == letter || byte == b' ')
}

fn quoted(line: &str) -> Option<&str> {
    let text = line.trim_start().strip_prefix('>').filter(|_| indent(line) < 4)?;
    Some(text.strip_prefix(' ').unwrap_or(text))
}

/// Whether a line begins something of its own, even right behind a line of text.
fn interrupts(line: &str) -> bool {
    let is_item = |marker: Marker| marker.start.is_none_or(|start| start == 1) && !marker.is_empty;
    Fence::of(line).is_some()
        || heading(line).is_some()
        || is_rule(line)
        || quoted(line).is_some()
        || Marker::of(line).is_some_and(is_item)
}

fn quote(lines: &[&str], depth: usize) -> (Option<Node>, usize) {
    let mut inside = Vec::new();
    let mut is_text = false;
    for line in lines {
        match quoted(line) {
            Some(text) => {
                is_text = !text.trim().is_empty() && !interrupts(text);
                inside.push(text);
            }
            // The rest of a paragraph may do without its sign.
            None if is_text && !line.trim().is_empty() && !interrupts(line) => inside.push(line),
            None => break,
        }
    }
    (Some(Node::Quote(nodes(&inside, depth + 1))), inside.len())
}

/// `- `, `3. `
struct Marker {
    letter: u8,
    start: Option<u32>,
    /// Where the marker stands, and where its content does, columns.
    indent: usize,
    content: usize,
    is_empty: bool,
}

impl Marker {
    fn of(line: &str) -> Option<Self> {
        let indent = indent(line);
        let text = line.trim_start();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let letter = *text.as_bytes().get(digits)?;
        let start = match (digits, letter) {
            (0, b'-' | b'*' | b'+') => None,
            (1..=9, b'.' | b')') => Some(text.get(..digits)?.parse().ok()?),
            _ => return None,
        };
        let rest = text.get(digits + 1..)?;
        let (spaces, _) = run(rest, b' ');
        let is_empty = rest.trim().is_empty();
        let is_marker = indent < 4 && (is_empty || spaces > 0 || rest.starts_with('\t'));
        let gap = if is_empty || !(1..=4).contains(&spaces) { 1 } else { spaces };
        is_marker.then_some(Self { letter, start, indent, content: indent + digits + 1 + gap, is_empty })
    }
}

fn list(first: &Marker, lines: &[&str], depth: usize) -> (Option<Node>, usize) {
    let mut items: Vec<Vec<&str>> = Vec::new();
    let mut content = first.content;
    let mut is_after_blank = false;
    let mut used = 0;
    for line in lines {
        if line.trim().is_empty() {
            is_after_blank = true;
        } else if let Some(marker) = Marker::of(line).filter(|marker| marker.indent < content && !is_rule(line)) {
            if marker.letter != first.letter || marker.start.is_some() != first.start.is_some() {
                break;
            }
            content = marker.content;
            items.push(vec![outdented_item(line, &marker)]);
            is_after_blank = false;
            used += 1;
            continue;
        } else if indent(line) < content && (is_after_blank || interrupts(line)) {
            break;
        } else {
            is_after_blank = false;
        }
        if let Some(item) = items.last_mut() {
            item.push(outdented(line, content));
        }
        used += 1;
    }
    let items = items.iter().map(|lines| item(lines, depth)).collect();
    (Some(Node::List { start: first.start, items }), used)
}

/// The first line of an item without its marker.
fn outdented_item<'a>(line: &'a str, marker: &Marker) -> &'a str {
    let text = line.trim_start();
    text.get(marker.content - marker.indent..).unwrap_or_default()
}

fn item(lines: &[&str], depth: usize) -> Item {
    let first = lines.first().copied().unwrap_or_default();
    let task = |sign: &str| first.strip_prefix(sign).filter(|rest| rest.is_empty() || rest.starts_with(' '));
    let done = task("[x]").or_else(|| task("[X]")).map(|rest| (true, rest));
    let Some((is_done, rest)) = done.or_else(|| task("[ ]").map(|rest| (false, rest))) else {
        return Item { is_done: None, nodes: nodes(lines, depth + 1) };
    };
    let mut lines = lines.to_vec();
    lines[0] = rest.trim_start();
    Item { is_done: Some(is_done), nodes: nodes(&lines, depth + 1) }
}

fn indented_code(lines: &[&str]) -> (Option<Node>, usize) {
    let len = lines.iter().position(|line| !line.trim().is_empty() && indent(line) < 4).unwrap_or(lines.len());
    let len = lines[..len].iter().rposition(|line| !line.trim().is_empty()).map_or(1, |last| last + 1);
    let text: Vec<&str> = lines[..len].iter().map(|line| outdented(line, 4)).collect();
    (Some(Node::Code { language: String::new(), text: text.join("\n") }), len)
}

/// How the columns of a table stand, if the lines begin one.
fn table_columns(lines: &[&str]) -> Option<Vec<Align>> {
    let (head, ruler) = (lines.first()?, lines.get(1)?);
    if !head.contains('|')
        || !ruler.contains('-')
        || !ruler.bytes().all(|byte| matches!(byte, b'|' | b'-' | b':' | b' ' | b'\t'))
    {
        return None;
    }
    let align = |cell: &str| match (cell.starts_with(':'), cell.ends_with(':')) {
        (true, true) => Align::Middle,
        (false, true) => Align::End,
        _ => Align::Start,
    };
    let columns: Vec<Align> = cells(ruler).iter().map(|cell| align(cell)).collect();
    (cells(head).len() == columns.len() && columns.len() <= MOST_COLUMNS).then_some(columns)
}

/// The cells of a row. A bar behind a backslash or within code divides nothing.
fn cells(line: &str) -> Vec<&str> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let mut found = Vec::new();
    let (mut from, mut is_escaped, mut is_code) = (0, false, false);
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b'|' if !is_escaped && !is_code => {
                found.push(line.get(from..at).unwrap_or_default().trim());
                from = at + 1;
            }
            b'`' => is_code = !is_code && line.get(at + 1..).is_some_and(|rest| rest.contains('`')),
            _ => {}
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
    let last = line.get(from..).unwrap_or_default().trim();
    if !last.is_empty() {
        found.push(last);
    }
    found
}

fn table(columns: Vec<Align>, lines: &[&str]) -> (Option<Node>, usize) {
    let body = lines.get(2..).unwrap_or_default();
    let is_row = |line: &&&str| line.contains('|') && !line.trim().is_empty() && !interrupts(line);
    let body: Vec<&str> = body.iter().take_while(is_row).copied().collect();
    let row = |line: &&str| {
        let mut row: Vec<Vec<Inline>> = cells(line).iter().map(|cell| inlines(cell)).collect();
        row.resize_with(columns.len(), Vec::new);
        row
    };
    let rows: Vec<_> = lines.iter().take(1).chain(&body).map(row).collect();
    (Some(Node::Table { columns, rows }), body.len() + 2)
}

fn paragraph(lines: &[&str]) -> (Option<Node>, usize) {
    let ends = |at: usize| {
        lines.get(at).is_none_or(|line| line.trim().is_empty() || interrupts(line))
            || table_columns(&lines[at..]).is_some()
    };
    let mut len = 1;
    while !ends(len) {
        if let Some(level) = lines.get(len).and_then(|line| underline(line)) {
            let text = lines[..len].join("\n");
            return (Some(Node::Heading(level, inlines(text.trim()))), len + 1);
        }
        len += 1;
    }
    // A line of dashes below text is a heading, though it would be a rule elsewhere.
    if let Some(level) = lines.get(len).and_then(|line| underline(line)).filter(|_| len == 1) {
        return (Some(Node::Heading(level, inlines(lines[0].trim()))), 2);
    }
    let text: Vec<&str> = lines[..len].iter().map(|line| line.trim_end()).collect();
    (Some(Node::Paragraph(inlines(text.join("\n").trim_start()))), len)
}

/// The level of the heading that a line of `===` or `---` makes of the text above.
fn underline(line: &str) -> Option<u8> {
    let text = line.trim();
    let is = |letter: u8| indent(line) < 4 && !text.is_empty() && text.bytes().all(|byte| byte == letter);
    if is(b'=') { Some(1) } else { Some(2).filter(|_| is(b'-') && text.len() > 1) }
}
