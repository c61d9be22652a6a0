//! The first pass over all that goes into one output: ids that must stay, numbers that are taken, names of users.

use super::json::{Level, is_one_of, walk};
use super::rules::Rule;
use super::{names, runs};
use crate::formats::{self, FORMATS, Sharing, sharing};
use crate::model::Set;
use memchr::memmem;
use std::ops::Range;
use xxhash_rust::xxh3::xxh3_64;

/// Shorter ids are words; they are never taken for secrets.
const SHORTEST_ID: usize = 8;
/// Longer values are no ids.
const LONGEST_ID: usize = 256;
/// So many words of an id are told apart.
const MOST_PARTS: usize = 12;

/// What the whole output tells, whatever is hidden.
pub struct Survey {
    sharing: &'static Sharing,
    /// Hashes of ids, and of their parts that look random.
    ids: Set<u64>,
    /// The highest number of each rule that a token in the input has.
    taken: [u32; Rule::ALL.len()],
    masks_names: bool,
    names: Vec<Box<[u8]>>,
    levels: Vec<Level>,
}

impl Survey {
    /// `masks_names`: whether names of users are to be hidden too, and therefore to be found.
    pub fn new(masks_names: bool) -> Self {
        Self {
            sharing: &sharing::UNKNOWN,
            ids: Set::default(),
            taken: [0; Rule::ALL.len()],
            masks_names,
            names: Vec::new(),
            levels: Vec::new(),
        }
    }

    /// The format of the lines to come; `None` for no known one.
    pub fn format(&mut self, id: Option<&str>) {
        self.sharing = sharing_of(id);
    }

    /// Looks at one line.
    pub fn line(&mut self, line: &[u8]) {
        for (_, rule, number) in tokens(line) {
            if let Some(taken) = rule.and_then(|rule| self.taken.get_mut(rule as usize)) {
                *taken = (*taken).max(number);
            }
        }
        if self.masks_names && names::may_hold_home(line) {
            let mut found = Vec::new();
            names::homes(line, &mut |range| found.extend(line.get(range).map(Box::<[u8]>::from)));
            found.into_iter().for_each(|name| self.name(name));
        }
        let mut levels = std::mem::take(&mut self.levels);
        let sharing = self.sharing;
        if !sharing.ids.is_empty() {
            walk(line, sharing, &mut levels, &mut |leaf| {
                let len = leaf.inner.len();
                if (SHORTEST_ID..=LONGEST_ID).contains(&len) && !leaf.is_foreign && is_one_of(sharing.ids, leaf.key) {
                    self.id(line.get(leaf.inner).unwrap_or_default());
                }
            });
        }
        self.levels = levels;
    }

    fn name(&mut self, name: Box<[u8]>) {
        let mut agents = FORMATS.iter().map(|format| format.id());
        let is_agent = agents.any(|agent| name.eq_ignore_ascii_case(agent.as_bytes()));
        if !is_agent && names::is_telling(&name) && !self.names.contains(&name) {
            self.names.push(name);
        }
    }

    fn id(&mut self, id: &[u8]) {
        // Never taken for a secret, and most ids are such.
        if runs::is_uuid(id) {
            return;
        }
        self.ids.insert(xxh3_64(id));
        let mut from = 0;
        while let Some(run) = runs::next_run(id, from) {
            from = run.end;
            runs::random_parts(id, run, |part| {
                self.ids.insert(xxh3_64(id.get(part).unwrap_or_default()));
            });
        }
    }

    /// Whether a text is an id.
    pub fn is_id(&self, text: &[u8]) -> bool {
        text.len() >= SHORTEST_ID && self.ids.contains(&xxh3_64(text))
    }

    /// The highest number of a rule that the input has already.
    pub fn taken(&self, rule: Rule) -> u32 {
        self.taken.get(rule as usize).copied().unwrap_or(0)
    }

    pub fn masks_names(&self) -> bool {
        self.masks_names
    }

    /// Names of users that are looked for as words.
    pub fn names(&self) -> &[Box<[u8]>] {
        &self.names
    }

    /// Hands on what still looks random of a part once the ids in it are set aside.
    pub fn without_ids(&self, text: &[u8], part: Range<usize>, see: &mut dyn FnMut(Range<usize>)) {
        let Some((before, after)) = self.around_id(text, &part) else { return see(part) };
        for rest in [before, after] {
            let rest = runs::trimmed(text, rest);
            if text.get(rest.clone()).is_some_and(runs::is_random) {
                self.without_ids(text, rest, see);
            }
        }
    }

    /// What stands before and after the longest id or UUID in a part.
    fn around_id(&self, text: &[u8], part: &Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
        let mut words = [(0, 0); MOST_PARTS];
        let mut count = 0;
        let mut start = part.start;
        for word in text.get(part.clone())?.split(|byte| !byte.is_ascii_alphanumeric()) {
            if let Some(slot) = words.get_mut(count).filter(|_| !word.is_empty()) {
                *slot = (start, start + word.len());
                count += 1;
            }
            start += word.len() + 1;
        }
        let words = words.get(..count)?;
        (1..=count).rev().find_map(|len| {
            words.windows(len).find_map(|window| {
                let (start, end) = (window.first()?.0, window.last()?.1);
                let known = text.get(start..end)?;
                (runs::is_uuid(known) || self.is_id(known)).then_some((part.start..start, end..part.end))
            })
        })
    }
}

/// What a format says of its keys.
pub fn sharing_of(id: Option<&str>) -> &'static Sharing {
    id.and_then(formats::by_id).map_or(&sharing::UNKNOWN, |format| format.sharing())
}

/// What stands in the place of secrets: `[redacted:RULE#n]` and `[user]`.
pub fn tokens(text: &[u8]) -> impl Iterator<Item = (Range<usize>, Option<Rule>, u32)> {
    let users = memmem::find_iter(text, USER).map(|at| (at..at + USER.len(), None, 0));
    let others = memmem::find_iter(text, BEGINNING).filter_map(|at| {
        let rest = text.get(at + BEGINNING.len()..)?;
        let hash = rest.iter().take(40).position(|byte| *byte == b'#')?;
        let digits = rest.get(hash + 1..)?;
        let len = digits.iter().take(12).take_while(|byte| byte.is_ascii_digit()).count();
        let is_token = len > 0 && digits.get(len) == Some(&b']');
        let number = digits.iter().take(len).fold(0u64, |sum, digit| sum * 10 + u64::from(digit - b'0'));
        let end = at + BEGINNING.len() + hash + 1 + len + 1;
        // A number that nobody counts to is none that was given.
        let number = u32::try_from(number).unwrap_or(0);
        is_token.then(|| (at..end, Rule::by_name(rest.get(..hash).unwrap_or_default()), number))
    });
    others.chain(users)
}

/// How every token but that of users begins.
const BEGINNING: &[u8] = b"[redacted:";
/// What stands in the place of a user's name.
pub const USER: &[u8] = b"[user]";

/// What stands in the place of a secret.
pub fn token(rule: Rule, number: u32) -> String {
    match rule {
        Rule::User => "[user]".to_owned(),
        rule => ["[redacted:", rule.name(), "#", &number.to_string(), "]"].concat(),
    }
}
