//! Lines without thinking or without what tools gave back. What is left out is not in the line any more.

use super::json::{is_one_of, scalar_end, text_end};
use crate::formats::Sharing;
use crate::formats::sharing::{TextKind, Texts};
use std::ops::Range;

/// Stands where a text was.
const LEFT_OUT: &[u8] = b"\"[left out]\"";
/// Deeper texts are left out whatever they are.
const DEEPEST: usize = 100;

/// The line without such texts; `None` where it is no JSON, so that nobody knows what is in it.
pub fn left_out(line: &[u8], sharing: &Sharing, is_wanted: &dyn Fn(TextKind) -> bool) -> Option<Vec<u8>> {
    let mut cut = Cut { json: line, sharing, is_wanted, out: Vec::with_capacity(line.len()), done: 0 };
    let mut at = 0;
    loop {
        at += line.get(at..)?.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        if at >= line.len() {
            break;
        }
        at = cut.value(at, b"", 0, How::Stays(&[]))?;
    }
    cut.out.extend_from_slice(line.get(cut.done..)?);
    Some(cut.out)
}

/// What becomes of a value.
#[derive(Clone, Copy)]
enum How<'k> {
    Goes,
    /// But for what stands in it under these keys.
    Stays(&'k [&'static str]),
}

struct Cut<'a> {
    json: &'a [u8],
    sharing: &'a Sharing,
    is_wanted: &'a dyn Fn(TextKind) -> bool,
    out: Vec<u8>,
    /// So much of the line has been written.
    done: usize,
}

impl<'a> Cut<'a> {
    /// One value under a key; gives where it ends.
    fn value(&mut self, at: usize, key: &[u8], depth: usize, how: How<'_>) -> Option<usize> {
        let is_cut = matches!(how, How::Goes);
        match self.json.get(at)? {
            b'"' => {
                let end = text_end(self.json, at + 1)? + 1;
                // Types say how to read the rest, ids who belongs to whom.
                let stays = key == b"type" || is_one_of(self.sharing.ids, key) || end == at + 2;
                if is_cut && !stays {
                    self.out.extend_from_slice(self.json.get(self.done..at)?);
                    self.out.extend_from_slice(LEFT_OUT);
                    self.done = end;
                }
                Some(end)
            }
            // No deeper: what is there is left out as one text.
            b'{' | b'[' if depth > DEEPEST => {
                let end = skip(self.json, at)?;
                self.out.extend_from_slice(self.json.get(self.done..at)?);
                self.out.extend_from_slice(LEFT_OUT);
                self.done = end;
                Some(end)
            }
            b'{' => self.object(at, depth, how),
            b'[' => {
                let mut at = blank(self.json, at + 1);
                while self.json.get(at)? != &b']' {
                    at = blank(self.json, self.value(at, key, depth + 1, how)?);
                    at = after_comma(self.json, at, b']')?;
                }
                Some(at + 1)
            }
            _ => skip(self.json, at),
        }
    }

    fn object(&mut self, start: usize, depth: usize, how: How<'_>) -> Option<usize> {
        let mut members: Vec<(Range<usize>, usize)> = Vec::new();
        let mut at = blank(self.json, start + 1);
        while self.json.get(at)? != &b'}' {
            let key_end = text_end(self.json, at + 1).filter(|_| self.json.get(at) == Some(&b'"'))? + 1;
            let colon = blank(self.json, key_end);
            if self.json.get(colon)? != &b':' {
                return None;
            }
            let value = blank(self.json, colon + 1);
            members.push((at + 1..key_end - 1, value));
            at = blank(self.json, skip(self.json, value)?);
            at = after_comma(self.json, at, b'}')?;
        }
        for (key, value) in &members {
            let key = self.json.get(key.clone())?;
            let mut goes = match how {
                How::Goes => true,
                How::Stays(but) => is_one_of(but, key),
            };
            let mut below: Vec<&'static str> = Vec::new();
            for texts in self.sharing.texts.iter().filter(|texts| (self.is_wanted)(texts.kind)) {
                let is_meant = self.has_tag(&members, texts);
                for known in texts.keys.iter().filter(|_| is_meant) {
                    match known.split_once('.') {
                        Some((holder, inner)) if holder.as_bytes() == key => below.push(inner),
                        _ => goes |= known.as_bytes() == key,
                    }
                }
            }
            self.value(*value, key, depth + 1, if goes { How::Goes } else { How::Stays(&below) })?;
        }
        Some(at + 1)
    }

    /// Whether the object's tag says that it is meant.
    fn has_tag(&self, members: &[(Range<usize>, usize)], texts: &Texts) -> bool {
        if texts.tag.is_empty() {
            return true;
        }
        members.iter().any(|(key, value)| {
            let word = || self.json.get(value + 1..text_end(self.json, value + 1)?);
            self.json.get(key.clone()) == Some(texts.tag.as_bytes())
                && self.json.get(*value) == Some(&b'"')
                && word().is_some_and(|word| texts.is_tagged(word))
        })
    }
}

fn blank(json: &[u8], at: usize) -> usize {
    at + json.get(at..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// Past a comma, or at the end of the list.
fn after_comma(json: &[u8], at: usize, end: u8) -> Option<usize> {
    match json.get(at)? {
        b',' => Some(blank(json, at + 1)),
        byte if *byte == end => Some(at),
        _ => None,
    }
}

/// Past any value.
fn skip(json: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0usize;
    loop {
        match json.get(at)? {
            b'"' => at = text_end(json, at + 1)? + 1,
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                at += 1;
            }
            b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' if depth > 0 => {
                at += 1;
                continue;
            }
            _ => at = scalar_end(json, at)?,
        }
        if depth == 0 {
            return Some(at);
        }
    }
}
