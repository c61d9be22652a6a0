//! All that is to be hidden in one text.

use super::rules::{Certainty, Rule};
use super::survey::{Survey, tokens};
use super::{anchors, assignment, names, pem, runs, vendor};
use crate::model::sorted;
use memchr::memmem;
use std::ops::Range;

/// What kind of value a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// Under a key that says that it is a secret.
    Secret,
    /// Nobody wrote it: only what is definite counts.
    Opaque,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub range: Range<usize>,
    pub rule: Rule,
}

/// What a text holds.
#[derive(Debug, Default)]
pub struct Finding {
    /// In order; none overlaps another.
    pub found: Vec<Found>,
    /// The text ends in the header of a private key.
    pub is_key_open: bool,
}

/// Looks for all rules at once. A pure function of the text: what stands in the place of a secret is not looked at.
pub fn find(text: &[u8], kind: Kind, known: &Survey) -> Finding {
    let mut found: Vec<Found> = Vec::new();
    let mut see = |rule: Rule, range: Range<usize>| found.push(Found { range, rule });
    let mut is_key_open = false;
    if memmem::find(text, pem::MARK).is_some() {
        is_key_open = pem::keys(text, &mut |range| see(Rule::PemKey, range));
    }
    in_runs(text, kind, known, &mut see);
    if kind != Kind::Opaque {
        anchors::anchored(text, &mut see);
        if kind == Kind::Secret && assignment::is_secret(text, assignment::Writing::Quoted) {
            see(Rule::Assignment, 0..text.len());
        }
        if known.masks_names() {
            names::homes(text, &mut |range| see(Rule::User, range));
            for name in known.names() {
                names::words(text, name, &mut |range| see(Rule::User, range));
            }
        }
    }
    Finding { found: if found.is_empty() { found } else { settled(text, found, known) }, is_key_open }
}

/// Whether [`find`] can find anything in this text or, if it is escaped, in what it stands for. May be wrong only in
/// saying yes.
pub fn may_hold(text: &[u8], known: &Survey) -> bool {
    memmem::find(text, pem::MARK).is_some()
        || has_odd_escapes(text)
        || anchors::may_be_anchored(text)
        || known.masks_names()
            && (names::may_hold_home(text) || known.names().iter().any(|name| memmem::find(text, name).is_some()))
        || {
            let mut is_found = false;
            in_runs(text, Kind::Text, known, &mut |_, _| is_found = true);
            is_found
        }
}

/// Whether characters are escaped that need not be: they hide what stands there.
fn has_odd_escapes(text: &[u8]) -> bool {
    memmem::find(text, b"\\/").is_some()
        || memmem::find_iter(text, b"\\u00").any(|at| matches!(text.get(at + 4), Some(b'2'..=b'7')))
}

/// What stands in runs of characters: keys of vendors, web tokens, bearers, and what looks random.
fn in_runs(text: &[u8], kind: Kind, known: &Survey, see: &mut dyn FnMut(Rule, Range<usize>)) {
    let mut from = 0;
    while let Some(run) = runs::next_run(text, from) {
        from = run.end;
        let run = without_escape(text, run);
        let mut is_key = false;
        if let Some((rule, start, end)) = vendor::dotted_key(text, run.start) {
            see(rule, start..end);
            is_key = true;
        }
        let (mut at, mut is_in_word) = (run.start, false);
        while at < run.end {
            at = match (!is_in_word).then(|| vendor::key_at(text, at)).flatten() {
                Some((rule, end)) => {
                    see(rule, at..end);
                    is_key = true;
                    end
                }
                None => at + 1,
            };
            is_in_word = text.get(at - 1).is_some_and(u8::is_ascii_alphanumeric);
        }
        if !is_key && kind != Kind::Opaque {
            candidates(text, run, known, see);
        }
    }
}

/// A run without what belongs to the sign before it: the letter of an escape (`\n`, `\u00e9`), the digits of one of a
/// URL (`%3D`), the rest of a terminal's colour (`[33m`).
fn without_escape(text: &[u8], run: Range<usize>) -> Range<usize> {
    let sign = run.start.checked_sub(1).and_then(|before| text.get(before));
    let own = text.get(run.clone()).unwrap_or_default();
    let foreign = match (sign, own.first()) {
        (Some(b'\\'), Some(b'n' | b't' | b'r' | b'b' | b'f')) => 1,
        (Some(b'\\'), Some(b'u')) => 5,
        (Some(b'%'), Some(_)) if own.iter().take(2).all(u8::is_ascii_hexdigit) => 2,
        (Some(b'[' | b';'), Some(_)) => {
            let digits = own.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
            if own.get(digits) == Some(&b'm') { digits + 1 } else { 0 }
        }
        _ => 0,
    };
    (run.start + foreign).min(run.end)..run.end
}

fn candidates(text: &[u8], run: Range<usize>, known: &Survey, see: &mut dyn FnMut(Rule, Range<usize>)) {
    let before = text.get(..run.start).unwrap_or_default();
    let rest = |is: fn(&u8) -> bool| {
        let rest = text.get(run.start..).unwrap_or_default();
        rest.get(..rest.iter().position(|byte| !is(byte)).unwrap_or(rest.len())).unwrap_or_default()
    };
    if let Some(len) = web_token(rest(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))) {
        return see(Rule::Jwt, run.start..run.start + len);
    }
    // `Bearer ` in any case.
    let word = before.strip_suffix(b" ").and_then(|before| before.get(before.len().saturating_sub(6)..));
    if word.is_some_and(|word| word.eq_ignore_ascii_case(b"bearer")) {
        let token = rest(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(byte));
        if token.iter().any(u8::is_ascii_digit) {
            let len = token.iter().rposition(|byte| *byte != b'.').map_or(0, |last| last + 1);
            return see(Rule::Bearer, run.start..run.start + len);
        }
    }
    runs::random_parts(text, run.clone(), |part| {
        if !is_checksum(text, &run) {
            known.without_ids(text, part, &mut |part| see(Rule::Entropy, part));
        }
    });
}

/// `header.payload.signature` in base64, the first of them a JSON object.
fn web_token(text: &[u8]) -> Option<usize> {
    if !text.starts_with(b"eyJ") {
        return None;
    }
    let mut parts = text.split(|byte| *byte == b'.');
    let (header, payload, signature) = (parts.next()?, parts.next()?, parts.next()?);
    // An encrypted one has two more, both long; else a dot ends the sentence.
    let more = match (parts.next(), parts.next()) {
        (Some(text), Some(tag)) if text.len() >= 10 && tag.len() >= 10 => text.len() + tag.len() + 2,
        _ => 0,
    };
    (header.len() >= 10 && payload.len() >= 10).then_some(header.len() + payload.len() + signature.len() + 2 + more)
}

/// `sha256:…`, `sha512-…`, `h1:…`: checksums of lock files and images say what they are.
fn is_checksum(text: &[u8], run: &Range<usize>) -> bool {
    let (before, own) = (text.get(..run.start).unwrap_or_default(), text.get(run.clone()).unwrap_or_default());
    [&b"sha1"[..], b"sha256", b"sha384", b"sha512", b"h1", b"md5"].iter().any(|name| {
        let is_apart = |rest: &[u8]| matches!(rest.first(), Some(b'-' | b':' | b'='));
        own.strip_prefix(*name).is_some_and(is_apart)
            || before.split_last().is_some_and(|(sign, before)| is_apart(&[*sign]) && before.ends_with(name))
    })
}

/// The surer rule where several overlap; nothing of what stands in the place of a secret; no candidate that is an id.
fn settled(text: &[u8], found: Vec<Found>, known: &Survey) -> Vec<Found> {
    let tokens: Vec<Range<usize>> = tokens(text).map(|(range, ..)| range).collect();
    let tokens = sorted(tokens, |a, b| a.start.cmp(&b.start));
    let found = sorted(found, |a, b| a.rule.cmp(&b.rule).then(a.range.start.cmp(&b.range.start)));
    // In order of their places.
    let mut kept: Vec<Found> = Vec::with_capacity(found.len());
    for one in found {
        let Range { start, end } = one.range;
        let token = tokens.get(tokens.partition_point(|token| token.end <= start));
        let next = kept.partition_point(|other| other.range.end <= start);
        let is_met =
            token.is_some_and(|token| token.start < end) || kept.get(next).is_some_and(|other| other.range.start < end);
        let is_id =
            || one.rule.certainty() == Certainty::Candidate && known.is_id(text.get(start..end).unwrap_or_default());
        if start < end && !is_met && !is_id() {
            kept.insert(next, one);
        }
    }
    kept
}
