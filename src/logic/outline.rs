//! What stands out in a session: prompts, and under them errors, edits, compactions and sub-agents. Which steps these are
//! is told from the track; their words from the bodies of those on screen.

use super::excerpt::first_line;
use super::format::format_token_count;
use super::shown::{exit_fact, preamble};
use super::timeline::{Kind, marker_of};
use super::track::Track;
use super::transcript::own_steps;
use crate::model::{Block, Body, Wire};

/// Characters of an entry's words; there is room for fewer.
const MOST_CHARS: usize = 80;
/// Folders of a path that are shown before the name of the file.
const FOLDERS: usize = 1;

/// A step that stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Number in the track.
    pub event: u32,
    /// `Error` for whatever failed.
    pub kind: Kind,
    /// Comes after a prompt, and belongs under it.
    pub is_below: bool,
    /// Of a compaction: tokens of the prompt before and of the one after.
    pub sizes: Option<(u32, u32)>,
}

impl Entry {
    /// What the track alone tells of it: `171k to 34.2k` of a compaction.
    pub fn own_words(&self) -> Option<String> {
        let (before, after) = self.sizes?;
        let text = |tokens: u32| format_token_count(u64::from(tokens));
        Some([&text(before), " to ", &text(after)].concat())
    }
}

/// What words are wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Wire)]
pub enum Wording {
    /// The opening of what somebody wrote.
    Said,
    /// How it failed: `exit 101 cargo test`.
    Failure,
    /// The end of a path.
    Path,
    /// What was asked for, in short.
    Gist,
}

impl From<Kind> for Wording {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Prompt => Self::Said,
            Kind::Error => Self::Failure,
            Kind::Edit => Self::Path,
            _ => Self::Gist,
        }
    }
}

/// The entries of a session, in its order. History of another session and branches that were given up are not in it.
pub fn outline(track: &Track) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let (mut has_prompt, mut before, mut open) = (false, None, None);
    for event in own_steps(track) {
        let Some(mark) = track.get(event) else { continue };
        if let Some(context) = mark.context.filter(|_| track.is_request(event)) {
            let last = open.take().and_then(|entry: usize| entries.get_mut(entry));
            if let (Some(entry), Some(before)) = (last, before) {
                entry.sizes = Some((before, context));
            }
            before = Some(context);
        }
        let Some(kind) = marker_of(track, mark) else { continue };
        if kind == Kind::Compaction {
            open = Some(entries.len());
        }
        entries.push(Entry { event, kind, is_below: has_prompt && kind != Kind::Prompt, sizes: None });
        has_prompt |= kind == Kind::Prompt;
    }
    entries
}

/// The entry that a step belongs to: its own, else the one before it.
pub fn entry_at(entries: &[Entry], event: u32) -> Option<usize> {
    entries.partition_point(|entry| entry.event <= event).checked_sub(1)
}

/// The words of a step; empty where its body has none.
pub fn words(wording: Wording, body: &Body) -> String {
    let text = |found: fn(&Block) -> Option<&str>| body.blocks.iter().find_map(found);
    let said = || text(|block| if let Block::Prompt(text) | Block::Text(text) = block { Some(text) } else { None });
    let gist = || first_line(&body.summary, MOST_CHARS);
    match wording {
        Wording::Said => first_line(said().unwrap_or(&body.summary), MOST_CHARS),
        Wording::Path => path_end(&gist()).to_owned(),
        Wording::Gist => gist(),
        Wording::Failure => match exit_status(body) {
            Some(status) if status != 0 => ["exit ", &status.to_string(), " ", &gist()].concat().trim_end().to_owned(),
            _ => {
                let error = text(|block| if let Block::Error(text) = block { Some(text) } else { None });
                // Agents wrap what they say of a failure in an element of their own.
                let bare = |text: &str| first_line(text.trim_start_matches("<tool_use_error>"), MOST_CHARS);
                error.map(bare).filter(|words| !words.is_empty()).unwrap_or_else(gist)
            }
        },
    }
}

/// The file and the folder that it is in.
fn path_end(path: &str) -> &str {
    let is_slash = |c: char| c == '/' || c == '\\';
    let cut = path.trim_end_matches(is_slash).rmatch_indices(is_slash).nth(FOLDERS);
    cut.and_then(|(at, _)| path.get(at + 1..)).unwrap_or(path)
}

/// The exit status of a command, as its result tells it.
fn exit_status(body: &Body) -> Option<i64> {
    let of_text = || {
        body.blocks.iter().find_map(|block| match block {
            Block::Output { text, .. } | Block::Error(text) => preamble(text).0,
            _ => None,
        })
    };
    exit_fact(body).or_else(of_text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logic::track::Mark;
    use crate::model::{EventKind, Fact, flags};

    fn mark(kind: EventKind, name: u16) -> Mark {
        Mark { kind, flags: 0, at_ms: None, duration_ms: None, context: None, output: None, name }
    }

    fn answer(context: u32) -> Mark {
        Mark { context: Some(context), ..mark(EventKind::Response, 0) }
    }

    fn track(marks: Vec<Mark>) -> Track {
        Track::new(marks, ["", "Edit", "Bash", "Task"].map(str::to_owned).to_vec())
    }

    fn kinds(entries: &[Entry]) -> Vec<(u32, Kind, bool)> {
        entries.iter().map(|entry| (entry.event, entry.kind, entry.is_below)).collect()
    }

    #[test]
    fn what_stands_out_stands_under_its_prompt() {
        let failed = Mark { flags: flags::FAILED, ..mark(EventKind::ToolCall, 2) };
        let aside = Mark { flags: flags::ABANDONED, ..mark(EventKind::Prompt, 0) };
        let call = |name| mark(EventKind::ToolCall, name);
        let prompt = mark(EventKind::Prompt, 0);
        let marks = vec![call(1), prompt, aside, call(2), failed, call(3), answer(5), prompt, call(1)];
        let expected = [
            (0, Kind::Edit, false),
            (1, Kind::Prompt, false),
            (4, Kind::Error, true),
            (5, Kind::SubAgent, true),
            (7, Kind::Prompt, false),
            (8, Kind::Edit, true),
        ];
        let found = outline(&track(marks));
        assert_eq!(kinds(&found), expected);
        let at = [0, 1, 2, 3, 4, 6, 99].map(|event| entry_at(&found, event));
        assert_eq!(at, [Some(0), Some(1), Some(1), Some(1), Some(2), Some(3), Some(5)]);
        assert_eq!(entry_at(&[], 3), None);
    }

    #[test]
    fn a_compaction_tells_the_prompts_around_it() {
        let cut = mark(EventKind::Compaction, 0);
        let sizes = |marks| outline(&track(marks)).iter().map(Entry::own_words).collect::<Vec<_>>();
        let known = Some("171k to 34.2k".to_owned());
        assert_eq!(sizes(vec![answer(90_000), answer(171_000), cut, answer(34_200), answer(9)]), [known]);
        assert_eq!(sizes(vec![cut, answer(34_200)]), [None]);
        assert_eq!(sizes(vec![answer(171_000), cut]), [None]);
    }

    #[test]
    fn words_are_the_steps_own() {
        let body = |summary: &str, blocks: Vec<Block>| Body { summary: summary.into(), blocks, facts: vec![] };
        let check = |kind: Kind, body: &Body, answer: &str| assert_eq!(words(kind.into(), body), answer);
        check(Kind::Prompt, &body("", vec![Block::Prompt("\nResume it\nnow".into())]), "Resume it …");
        check(Kind::Edit, &body("/home/sam/src/import/reader.rs", vec![]), "import/reader.rs");
        check(Kind::Edit, &body("C:\\src\\a\\b.rs", vec![]), "a\\b.rs");
        check(Kind::Edit, &body("b.rs", vec![]), "b.rs");
        check(Kind::SubAgent, &body("Map the retry paths", vec![]), "Map the retry paths");
        let output = |text: &str| vec![Block::Output { text: text.into(), cut: false }];
        check(Kind::Error, &body("cargo test", output("Exit code 101\nerror")), "exit 101 cargo test");
        check(Kind::Error, &body("", output("Wall time: 1\nProcess exited with code 2\nOutput:\n")), "exit 2");
        check(Kind::Error, &body("ls", vec![Block::Error("<tool_use_error>No file".into())]), "No file");
        check(Kind::Error, &body("cargo test", output("Exit code: 0\n")), "cargo test");
        let fact = Body { facts: vec![Fact::new("result.exit_code", "7")], ..body("make", vec![]) };
        check(Kind::Error, &fact, "exit 7 make");
        check(Kind::Override, &Body::default(), "");
    }
}
