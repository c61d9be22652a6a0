//! The second pass: line after line without its secrets.

use super::find::{Found, Kind, find, may_hold};
use super::hits::{Count, Decisions, Hit, HitId, Place, after, before};
use super::json::{Level, Lexed, in_escaped, is_one_of, unescape, walk};
use super::leave_out::left_out;
use super::rules::{Certainty, Rule};
use super::survey::{Survey, sharing_of, token};
use super::{assignment, pem};
use crate::formats::Sharing;
use crate::formats::sharing;
use crate::model::Map;
use memchr::memchr;
use std::ops::Range;
use xxhash_rust::xxh3::xxh3_128;

/// JSON within JSON texts is read so deep.
const DEEPEST: u8 = 4;
/// A text is looked at so often. Two or three times are enough, unless it was made to take longer.
const MOST_LOOKS: usize = 20;

/// Something found, as a range of a text that is read.
struct Mask {
    range: Range<usize>,
    rule: Rule,
    number: u32,
    is_kept: bool,
}

/// Masks line after line, in the order in which the survey saw them.
pub struct Redactor {
    known: Survey,
    decisions: Decisions,
    sharing: &'static Sharing,
    /// Which secrets have a name, by their hash.
    named: Map<u128, (Rule, u32)>,
    last: [u32; Rule::ALL.len()],
    counts: [Count; Rule::ALL.len()],
    /// The header of a private key was seen, and its material stands in the texts to come.
    is_key_open: bool,
    place: Place,
    /// Hits of this line so far.
    hits_here: u32,
    /// `None` where nobody asks for them.
    hits: Option<Vec<Hit>>,
    /// Lines that could not be read although texts were to be left out, so that they are left out whole.
    lines_left_out: u32,
    masks: Vec<Mask>,
    levels: Vec<Vec<Level>>,
    texts: Vec<Vec<u8>>,
}

impl Redactor {
    pub fn new(known: Survey, decisions: Decisions) -> Self {
        let last = Rule::ALL.map(|rule| known.taken(rule));
        Self {
            known,
            decisions,
            sharing: &sharing::UNKNOWN,
            named: Map::default(),
            last,
            counts: [Count::default(); Rule::ALL.len()],
            is_key_open: false,
            place: Place::default(),
            hits_here: 0,
            hits: None,
            lines_left_out: 0,
            masks: Vec::new(),
            levels: Vec::new(),
            texts: Vec::new(),
        }
    }

    /// Keeps the hits, for [`Redactor::into_hits`].
    pub fn with_hits(self) -> Self {
        Self { hits: Some(Vec::new()), ..self }
    }

    /// The names that secrets have so far, by the hash of each: another output that knows them names the same alike.
    pub fn names(&self) -> impl Iterator<Item = (u128, Rule, u32)> {
        self.named.iter().map(|(hash, (rule, number))| (*hash, *rule, *number))
    }

    /// How many secrets of each rule have a name, those of the input included.
    pub fn taken(&self) -> impl Iterator<Item = (Rule, u32)> {
        Rule::ALL.into_iter().zip(self.last)
    }

    /// Goes on where another output ended: with its names, and after its numbers.
    pub fn go_on(&mut self, names: impl Iterator<Item = (u128, Rule, u32)>, taken: impl Iterator<Item = (Rule, u32)>) {
        for (hash, rule, number) in names {
            self.named.insert(hash, (rule, number));
            self.has_taken(rule, number);
        }
        taken.for_each(|(rule, number)| self.has_taken(rule, number));
    }

    fn has_taken(&mut self, rule: Rule, number: u32) {
        if let Some(last) = self.last.get_mut(rule as usize) {
            *last = number.max(*last);
        }
    }

    /// A source begins, of a format with this id.
    pub fn format(&mut self, id: Option<&str>) {
        self.sharing = sharing_of(id);
        self.is_key_open = false;
    }

    /// Every hit in order, kept ones too.
    pub fn into_hits(self) -> Vec<Hit> {
        self.hits.unwrap_or_default()
    }

    /// How often each rule hit.
    pub fn counts(&self) -> impl Iterator<Item = (Rule, Count)> {
        Rule::ALL.into_iter().zip(self.counts).filter(|(_, count)| count.masked + count.kept > 0)
    }

    /// Lines that are no JSON, and of which therefore nobody knows whether they hold what is to be left out.
    pub fn lines_left_out(&self) -> u32 {
        self.lines_left_out
    }

    /// Appends a line, without its end, as it may be shown. Nothing is allocated where there is nothing to hide.
    pub fn line(&mut self, line: &[u8], place: Place, out: &mut Vec<u8>) {
        self.place = place;
        self.hits_here = 0;
        if !self.decisions.leaves_out_any() {
            return self.masked(line, out);
        }
        let leaves_out = self.decisions.leaves_out();
        match left_out(line, self.sharing, &leaves_out) {
            Some(line) => self.masked(&line, out),
            None => self.lines_left_out += 1,
        }
    }

    fn masked(&mut self, line: &[u8], out: &mut Vec<u8>) {
        if !self.is_key_open && !may_hold(line, &self.known) {
            return out.extend_from_slice(line);
        }
        let mut masks = std::mem::take(&mut self.masks);
        masks.clear();
        if !self.json(line, 0, &mut masks) {
            self.leaf(line, Kind::Text, &mut masks);
        }
        let mut done = 0;
        for mask in masks.iter().filter(|mask| !mask.is_kept) {
            out.extend_from_slice(line.get(done..mask.range.start).unwrap_or_default());
            out.extend_from_slice(token(mask.rule, mask.number).as_bytes());
            done = mask.range.end;
        }
        out.extend_from_slice(line.get(done..).unwrap_or_default());
        self.masks = masks;
    }

    /// The texts of JSON; `false` where it is none. Within a text it must be a whole object or list.
    fn json(&mut self, json: &[u8], depth: u8, masks: &mut Vec<Mask>) -> bool {
        let mut levels = self.levels.pop().unwrap_or_default();
        let sharing = if depth == 0 { self.sharing } else { &sharing::UNKNOWN };
        let lexed = walk(json, sharing, &mut levels, &mut |_| {});
        let is_json = if depth == 0 { lexed != Lexed::No } else { lexed == Lexed::Whole };
        if is_json {
            walk(json, sharing, &mut levels, &mut |leaf| {
                let own = |keys: &[&str]| !leaf.is_foreign && is_one_of(keys, leaf.key);
                let kind = match () {
                    () if own(sharing.ids) || own(sharing.opaque) => Kind::Opaque,
                    () if assignment::is_secret_name(leaf.key) => Kind::Secret,
                    () => Kind::Text,
                };
                self.escaped(json, leaf.inner, kind, depth, masks);
            });
        }
        self.levels.push(levels);
        is_json
    }

    /// A text of JSON, in its escaped form.
    fn escaped(&mut self, json: &[u8], inner: Range<usize>, kind: Kind, depth: u8, masks: &mut Vec<Mask>) {
        let Some(escaped) = json.get(inner.clone()) else { return };
        if !self.is_key_open && kind != Kind::Secret && !may_hold(escaped, &self.known) {
            return;
        }
        let from = masks.len();
        if memchr(b'\\', escaped).is_none() {
            self.text(escaped, kind, depth, masks);
        } else {
            let mut text = self.texts.pop().unwrap_or_default();
            unescape(escaped, &mut text);
            self.text(&text, kind, depth, masks);
            self.texts.push(text);
            if masks.len() > from {
                let found = masks.get_mut(from..).unwrap_or_default();
                in_escaped(escaped, found.iter_mut().map(|mask| &mut mask.range));
            }
        }
        for mask in masks.get_mut(from..).unwrap_or_default() {
            mask.range = mask.range.start + inner.start..mask.range.end + inner.start;
        }
    }

    fn text(&mut self, text: &[u8], kind: Kind, depth: u8, masks: &mut Vec<Mask>) {
        let is_json = kind != Kind::Opaque
            && depth < DEEPEST
            && matches!(text.trim_ascii_start().first(), Some(b'{' | b'['))
            && self.json(text, depth + 1, masks);
        if !is_json {
            self.leaf(text, kind, masks);
        }
    }

    /// A text in which no other texts stand. Looks again at what is left until nothing more is found: a second
    /// redaction of the output would see the same.
    fn leaf(&mut self, text: &[u8], kind: Kind, masks: &mut Vec<Mask>) {
        let mut finding = find(text, kind, &self.known);
        if std::mem::replace(&mut self.is_key_open, finding.is_key_open) && kind == Kind::Text {
            let goes_on = pem::continued(text);
            self.is_key_open |= goes_on.is_some() || text.trim_ascii().is_empty();
            if let Some(range) = goes_on {
                finding.found = vec![Found { range, rule: Rule::PemKey }];
            }
        }
        if finding.found.is_empty() {
            return;
        }
        let mut pieces = vec![(0..text.len(), None)];
        for _ in 0..MOST_LOOKS {
            // What stays is seen by a second redaction too: it must not hide anything here.
            let stays = |found: &Found| self.decisions.kept_rules.contains(&found.rule);
            let (kept, masked): (Vec<Found>, Vec<Found>) = finding.found.into_iter().partition(stays);
            if masked.is_empty() {
                pieces = split(pieces, &kept);
                break;
            }
            pieces = split(pieces, &masked);
            finding = find(&shown(text, &pieces), kind, &self.known);
        }
        self.name(text, pieces, masks);
    }

    /// Gives what was found its names, and tells of it.
    fn name(&mut self, text: &[u8], mut pieces: Vec<Piece>, masks: &mut Vec<Mask>) {
        let from = masks.len();
        for (range, found) in pieces.iter_mut() {
            let Some((rule, number)) = found else { continue };
            (*rule, *number) = self.token_of(text.get(range.clone()).unwrap_or_default(), *rule);
            let id = HitId { source: self.place.source, line: self.place.line, number: self.hits_here };
            self.hits_here += 1;
            let is_kept = self.decisions.keeps(*rule, id);
            if let Some(count) = self.counts.get_mut(*rule as usize) {
                let count = if is_kept { &mut count.kept } else { &mut count.masked };
                *count += 1;
            }
            masks.push(Mask { range: range.clone(), rule: *rule, number: *number, is_kept });
        }
        let Some(hits) = &mut self.hits else { return };
        let shown = shown(text, &pieces);
        let first = self.hits_here - (masks.len() - from) as u32;
        let mut at = 0;
        let mut number = first;
        for (piece, mask) in pieces.iter().map(|piece| (piece, piece.1)) {
            let len = shown_len(piece);
            if let Some((rule, n)) = mask {
                let id = HitId { source: self.place.source, line: self.place.line, number };
                let end = at + len;
                hits.push(Hit {
                    id,
                    place: self.place,
                    rule,
                    token: token(rule, n),
                    secret: String::from_utf8_lossy(text.get(piece.0.clone()).unwrap_or_default()).into_owned(),
                    before: before(shown.get(..at).unwrap_or_default()),
                    after: after(shown.get(end..).unwrap_or_default()),
                    is_kept: self.decisions.keeps(rule, id),
                });
                number += 1;
            }
            at += len;
        }
    }

    /// The name of a secret: the one that it has already, else the next of its rule.
    fn token_of(&mut self, secret: &[u8], rule: Rule) -> (Rule, u32) {
        let last = &mut self.last;
        let key = xxh3_128(secret) ^ u128::from(rule.certainty() == Certainty::Name);
        *self.named.entry(key).or_insert_with(|| {
            let next = last.get(rule as usize).map_or(1, |last| last.saturating_add(1));
            if let Some(last) = last.get_mut(rule as usize) {
                *last = next;
            }
            (rule, next)
        })
    }
}

/// A part of a text: as it stands, or what was found there with its number, 0 where it has none yet.
type Piece = (Range<usize>, Option<(Rule, u32)>);

/// The pieces with what was found in them, in the places of [`shown`], as pieces of their own.
fn split(pieces: Vec<Piece>, found: &[Found]) -> Vec<Piece> {
    let mut parts = Vec::with_capacity(pieces.len() + 2 * found.len());
    let mut found = found.iter().peekable();
    let mut at = 0;
    for piece in pieces {
        let (len, Range { mut start, end }) = (shown_len(&piece), piece.0.clone());
        if piece.1.is_some() {
            at += len;
            parts.push(piece);
            continue;
        }
        let place = |shown: usize| (piece.0.start + (shown - at)).min(end);
        while let Some(one) = found.next_if(|one| one.range.start < at + len) {
            let (from, to) = (place(one.range.start), place(one.range.end));
            if from > start {
                parts.push((start..from, None));
            }
            parts.push((from..to, Some((one.rule, 0))));
            start = to;
        }
        if end > start {
            parts.push((start..end, None));
        }
        at += len;
    }
    parts
}

fn shown_len((range, found): &Piece) -> usize {
    found.map_or(range.len(), |(rule, number)| token(rule, number).len())
}

/// A text with all that was found hidden.
fn shown(text: &[u8], pieces: &[Piece]) -> Vec<u8> {
    let mut shown = Vec::with_capacity(text.len());
    for (range, found) in pieces {
        match found {
            Some((rule, number)) => shown.extend_from_slice(token(*rule, *number).as_bytes()),
            None => shown.extend_from_slice(text.get(range.clone()).unwrap_or_default()),
        }
    }
    shown
}
