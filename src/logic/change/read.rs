//! What a tool showed of a file, without the line numbers that it put before the lines.

use super::{Change, Op};
use crate::model::Block;

/// A text whose lines were numbered by the tool that showed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered {
    /// The number of the first line.
    pub first: u32,
    /// The lines without their numbers, each with a line end.
    pub text: String,
    /// What the tool or the harness wrote below, a reminder for example.
    pub rest: String,
}

/// The lines of `     7→text`, `7\ttext`, `7: text` and `7 | text`, if the numbers rise one by one from the first line on.
pub fn numbered(text: &str) -> Option<Numbered> {
    let mut first = None;
    let (mut lines, mut taken, mut used) = (String::new(), 0u32, 0);
    for line in text.split_inclusive('\n') {
        let Some((number, content)) = split_number(line.trim_end_matches(['\n', '\r'])) else { break };
        let first = *first.get_or_insert(number);
        if first.checked_add(taken) != Some(number) {
            break;
        }
        lines.push_str(content);
        lines.push('\n');
        taken += 1;
        used += line.len();
    }
    let rest = text.get(used..).unwrap_or_default();
    // One numbered line may be anything: a count, a match of a search.
    let is_one_of_many = taken == 1 && !rest.trim().is_empty();
    first.filter(|_| !is_one_of_many).map(|first| Numbered { first, text: lines, rest: rest.to_owned() })
}

/// A line's number and what comes after it.
fn split_number(line: &str) -> Option<(u32, &str)> {
    let line = line.trim_start_matches(' ');
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let number = line.get(..digits)?.parse().ok()?;
    let rest = line.get(digits..)?;
    let content = ["→", "\t", " | ", "|", ": "].iter().find_map(|mark| rest.strip_prefix(mark));
    // An empty line may have lost the space after its colon.
    content.or_else(|| (rest == ":").then_some("")).map(|content| (number, content))
}

/// Puts what was seen into the reads: there is one text for one read.
pub fn fill(found: &mut [Change], blocks: &[Block]) {
    let mut outputs = blocks.iter().filter_map(|block| match block {
        Block::Output { text, cut } => Some((text, *cut)),
        _ => None,
    });
    let [Change { op: Op::Read { from_line, lines, is_whole }, pieces, .. }] = found else { return };
    let Some((text, cut)) = outputs.next() else {
        *is_whole = false;
        return;
    };
    let seen = numbered(text);
    *from_line = seen.as_ref().map_or(*from_line, |seen| Some(seen.first));
    // A limit may or may not have left something out.
    *is_whole = !cut && *from_line == Some(1) && lines.is_none();
    let content = seen.map_or_else(|| text.clone(), |seen| seen.text);
    if let Some(piece) = pieces.first_mut() {
        piece.new_line = *from_line;
        piece.new = content;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_before_lines_are_told_from_text() {
        let check = |text: &str, answer: Option<(u32, &str, &str)>| {
            let found = numbered(text);
            let found = found.as_ref().map(|found| (found.first, &*found.text, &*found.rest));
            assert_eq!(found, answer, "{text:?}");
        };
        check("     1→one\n     2→\n     3→  three", Some((1, "one\n\n  three\n", "")));
        check("9\tnine\n10\tten\n\n<note>", Some((9, "nine\nten\n", "\n<note>")));
        check("7: seven\n8:\n9: nine\n", Some((7, "seven\n\nnine\n", "")));
        check("1 | a\n2 | b\n", Some((1, "a\nb\n", "")));
        check("1\tonly", Some((1, "only\n", "")));
        check("12: a match\n40: another\n", None);
        check("no numbers\n1\tone", None);
        check("", None);
        check("99999999999\tx", None);
    }
}
