//! Two sessions side by side: which steps (prompts and calls) both took, where they part for the first time, and by how
//! much their numbers differ.

mod align;
mod numbers;

pub use align::{Beside, Row, align};
pub use numbers::{Number, Side, Unit, measures, report};

use super::change::{Edit, Run};
use super::excerpt::first_line;
use super::files::{Call, CallLine, Collector, may_touch};
use super::report::{Cell, Jump, Report, Table};
use super::session::{LineOf, events, lines_with, track};
use super::tool_kind::{ToolKind, tool_kind};
use crate::archive::Archive;
use crate::formats;
use crate::model::{Block, Body, EventKind, Map, Wire, flags, hash_of};

/// Characters of what was asked.
const MOST_CHARS: usize = 100;

/// A prompt or a call of a tool, as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its number in the track.
    pub event: u32,
    /// The tool; empty for a prompt.
    pub tool: String,
    /// Names the tool, or that it is a prompt, and all that was asked: the same where these are. Texts of a hundred
    /// thousand steps would take the memory that their logs have.
    pub asked: u64,
    /// The beginning of it in few words, as the head of a step has it.
    pub words: String,
    pub has_failed: bool,
}

/// Steps that both took one after the other, or that one of them took alone. As [`Run`], the first session is the old one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    pub runs: Vec<Run>,
    /// How many steps both took.
    pub same: usize,
    /// The first step of each that the other did not take there; the end of a list where one goes on alone.
    pub parts_at: Option<(usize, usize)>,
    /// Tools with how often each session called them, where these differ; by name.
    pub tools: Vec<(String, usize, usize)>,
}

/// Sessions side by side, as the page draws them.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub struct Compared {
    pub rows: Vec<Row>,
    /// What was counted of each, and by how much they differ.
    pub report: Report,
}

/// The steps of a session, to be read, in order; `None` when there is no such session.
pub fn steps(archive: &Archive, key: &str) -> Option<Vec<Call>> {
    let session = archive.session(key)?;
    let format = formats::by_id(session.format)?;
    let (mut steps, mut kinds) = (Vec::new(), Kinds::default());
    for (number, found) in events(archive, session).enumerate() {
        let own = found.event.flags | session.flags_of(found.id, found.index);
        let is_aside = own & (flags::ECHO | flags::COPIED | flags::ABANDONED) != 0;
        let tool = match found.event.kind {
            EventKind::ToolCall if !is_aside => found.source.strings.get(found.event.name).to_owned(),
            EventKind::Prompt if !is_aside => String::new(),
            _ => continue,
        };
        // Of edits the result tells how many lines they changed.
        let is_edit = kinds.of(&tool).1 == ToolKind::Edit;
        let own = || vec![LineOf { source: found.id, format: session.format, event: found.event }];
        let lines = if is_edit { lines_with(session.format, &found) } else { own() };
        let lines = lines.into_iter().take(2);
        steps.push(Call {
            event: number as u32,
            tool,
            has_failed: found.event.has(flags::FAILED),
            is_command: false,
            format,
            lines: lines.map(|it| CallLine { source: it.source, span: it.event.span, block: it.event.block }).collect(),
        });
    }
    Some(steps)
}

/// A step by the content of its own line.
fn step(call: &Call, body: &Body) -> Step {
    let asked = body.blocks.iter().find_map(|block| match block {
        Block::Input(text) | Block::Command(text) | Block::Prompt(text) | Block::Text(text) => Some(text),
        _ => None,
    });
    let asked = asked.unwrap_or(&body.summary);
    // Of a call the file or the command: its whole input is JSON, which few can read in a line.
    let is_prompt = call.tool.is_empty() || body.summary.is_empty();
    let words = first_line(if is_prompt { asked } else { &body.summary }, MOST_CHARS);
    let asked = hash_of(&[&call.tool, asked]);
    Step { event: call.event, tool: call.tool.clone(), asked, words, has_failed: call.has_failed }
}

/// Whether tools may touch files, and their kinds, found once for each: a session calls few tools, and each often.
#[derive(Default)]
struct Kinds(Vec<(String, bool, ToolKind)>);

impl Kinds {
    fn of(&mut self, tool: &str) -> (bool, ToolKind) {
        let known = self.0.iter().find(|(name, ..)| name == tool).map(|(_, touches, kind)| (*touches, *kind));
        known.unwrap_or_else(|| {
            let found = (may_touch(tool), tool_kind(tool));
            self.0.push((tool.to_owned(), found.0, found.1));
            found
        })
    }
}

/// Collects what a session did from the contents of its steps, in their order.
#[derive(Default)]
pub struct Reader {
    steps: Vec<Step>,
    files: Collector,
    untold: u32,
    kinds: Kinds,
}

impl Reader {
    pub fn add(&mut self, call: &Call, body: &Body) {
        self.steps.push(step(call, body));
        let (may_touch, kind) = self.kinds.of(&call.tool);
        if may_touch {
            // Commands rarely name a file; of reads and edits the log may lack what was asked for.
            let before = self.files.touches();
            self.files.add(call, body);
            let is_told = self.files.touches() > before || kind == ToolKind::Shell;
            self.untold += u32::from(!is_told);
        }
    }

    /// `None` when the session is not there any more.
    pub fn finish(self, archive: &Archive, key: &str) -> Option<Side> {
        Side::new(archive, key, self.steps, self.files.finish(), self.untold)
    }
}

/// What was asked of a session and of its tools, a line each with a way to the step.
pub fn heads(archive: &Archive, side: &Side) -> Report {
    let track = track(archive, &side.row.key);
    let row = |step: &Step| {
        let words = match step.tool.as_str() {
            "" => "Prompt",
            tool => tool,
        };
        let key = track.as_ref().and_then(|track| track.key(step.event)).unwrap_or_default();
        let jump = Jump { words: words.to_owned(), session: side.row.key.clone(), step: key };
        let failed = if step.has_failed { "failed" } else { "" };
        let asked = Cell::new(step.words.clone());
        vec![Cell { jumps: vec![jump], ..Cell::default() }, asked, Cell::new(failed)]
    };
    let rows = side.steps.iter().map(row).collect();
    let table = Table::new("Steps", &["Step", "What was asked", "Ended"]).with_rows(rows);
    Report { sentences: Vec::new(), tables: vec![table] }
}

/// All that the page shows of them.
pub fn compared(sides: Vec<Side>) -> Compared {
    let report = report(&sides);
    let steps: Vec<Vec<Step>> = sides.into_iter().map(|side| side.steps).collect();
    Compared { rows: align(&steps), report }
}

/// Aligns the steps of two sessions.
pub fn compare(left: &[Step], right: &[Step]) -> Comparison {
    let runs = align::runs_of(left, right);
    let same = runs.iter().filter(|run| run.edit == Edit::Same).map(|run| run.old.len()).sum();
    let parts_at = runs.iter().find(|run| run.edit != Edit::Same).map(|run| (run.old.start, run.new.start));
    let mut counts: Map<&str, (usize, usize)> = Map::default();
    for step in left.iter().filter(|step| !step.tool.is_empty()) {
        counts.entry(&step.tool).or_default().0 += 1;
    }
    for step in right.iter().filter(|step| !step.tool.is_empty()) {
        counts.entry(&step.tool).or_default().1 += 1;
    }
    let differ = counts.into_iter().filter(|(_, (left, right))| left != right);
    let tools = differ.map(|(tool, (left, right))| (tool.to_owned(), left, right)).collect();
    Comparison { runs, same, parts_at, tools: crate::model::sorted(tools, Ord::cmp) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn steps(text: &str) -> Vec<Step> {
        let step = |(event, letter): (u32, char)| {
            let tool = if letter.is_ascii_uppercase() { "Bash" } else { "" };
            let asked = letter.to_string();
            Step { event, tool: tool.to_owned(), asked: hash_of(&[tool, &asked]), words: asked, has_failed: false }
        };
        (0..).zip(text.chars()).map(step).collect()
    }

    /// The longest common part, by the plain table.
    fn plain(left: &str, right: &str) -> usize {
        let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
        let mut table = vec![vec![0; right.len() + 1]; left.len() + 1];
        for (x, a) in left.iter().enumerate() {
            for (y, b) in right.iter().enumerate() {
                let longer = table[x][y + 1].max(table[x + 1][y]);
                table[x + 1][y + 1] = if a == b { table[x][y] + 1 } else { longer };
            }
        }
        table[left.len()][right.len()]
    }

    #[test]
    fn where_two_runs_part() {
        let found = compare(&steps("aABCb"), &steps("aABDb"));
        assert_eq!((found.same, found.parts_at), (4, Some((3, 3))));
        assert_eq!(compare(&steps("aA"), &steps("aA")).parts_at, None);
        let longer = compare(&steps("aA"), &steps("aAB"));
        assert_eq!((longer.parts_at, longer.tools), (Some((2, 2)), vec![("Bash".to_owned(), 1, 2)]));
        assert_eq!(compare(&[], &[]).same, 0);
    }

    /// Rows as letters, `.` for nobody, `=` before those that are the same.
    fn rows(sides: &[&str]) -> String {
        let row = |row: &Row| {
            let letter = |side: usize| if row.cells[side].is_some() { row.words(side) } else { "." };
            let letters: String = (0..row.cells.len()).map(letter).collect();
            if row.is_same { format!("={letters}") } else { letters }
        };
        let sides: Vec<Vec<Step>> = sides.iter().map(|text| steps(text)).collect();
        align(&sides).iter().map(row).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn rows_of_steps_side_by_side() {
        assert_eq!(rows(&["abc", "abc"]), "=aa =bb =cc");
        assert_eq!(rows(&["aBc", "aXYc"]), "=aa BX .Y =cc");
        assert_eq!(rows(&["abc", "ac"]), "=aa b. =cc");
        assert_eq!(rows(&["", "ab"]), ".a .b");
        assert_eq!(rows(&["ab", "aXb", "ab"]), "=aaa .X. =bbb");
        assert_eq!(rows(&["ab", "aX", "b"]), "aa. bXb");
        assert_eq!(rows(&[]), "");
    }

    proptest! {
        #[test]
        fn rows_hold_all_steps_in_order(sides in proptest::collection::vec("[a-cA-C]{0,30}", 2..5)) {
            let all: Vec<Vec<Step>> = sides.iter().map(|text| steps(text)).collect();
            let rows = align(&all);
            for (index, text) in sides.iter().enumerate() {
                let found: String = rows.iter().filter(|row| row.cells[index].is_some()).map(|row| row.words(index)).collect();
                prop_assert_eq!(&found, text);
            }
            for row in &rows {
                prop_assert!(row.cells.iter().any(Option::is_some));
                prop_assert_eq!(row.is_same, row.cells.iter().all(|cell| cell.as_ref().is_some_and(|cell| cell.is_same)));
            }
            if let [left, right] = &sides[..] {
                prop_assert_eq!(rows.iter().filter(|row| row.is_same).count(), plain(left, right));
            }
        }

        #[test]
        fn as_many_steps_agree_as_a_plain_table_finds(left in "[a-cA-C]{0,40}", right in "[a-cA-C]{0,40}") {
            let found = compare(&steps(&left), &steps(&right));
            prop_assert_eq!(found.same, plain(&left, &right));
            // The runs are all of both, in order, and what is called the same is.
            let (mut old, mut new) = (0, 0);
            for run in &found.runs {
                prop_assert_eq!((run.old.start, run.new.start), (old, new));
                (old, new) = (run.old.end, run.new.end);
                if run.edit == Edit::Same {
                    prop_assert_eq!(&left[run.old.clone()], &right[run.new.clone()]);
                }
            }
            prop_assert_eq!((old, new), (left.len(), right.len()));
        }
    }
}
