//! Real Codex logs: what they are taken for, and the totals that another program recorded beside them.

mod support;

use sessionscope::model::{EventKind, ProblemKind, Reported, SourceIndex, SourceKind, flags};
use std::path::{Path, PathBuf};

fn logs() -> Vec<PathBuf> {
    let Some(folder) = support::corpus("codex") else { return Vec::new() };
    let mut logs = support::files(&folder);
    logs.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    logs
}

fn read(path: &Path) -> SourceIndex {
    let bytes = std::fs::read(path).expect("readable");
    support::index(&path.file_name().expect("a name").to_string_lossy(), &bytes, 1 << 20)
}

#[test]
fn every_log_opens_and_what_is_odd_in_it_is_explained() {
    for path in logs() {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let index = read(&path);
        assert_eq!(index.kind, SourceKind::Log("codex"), "{name}");
        assert_eq!(index.parts.len(), 1, "{name}");
        let kinds: Vec<ProblemKind> = index.problems.as_slice().iter().map(|problem| problem.kind).collect();
        // Times and ids of the trimmed log are all the same words; 0.51 and 0.52 were written by hand.
        let known: &[ProblemKind] = match name.as_str() {
            "fixture-v0.146-trimmed.jsonl" => &[ProblemKind::BadField, ProblemKind::Orphan],
            "fixture-v0.51.jsonl" => &[ProblemKind::Uncertain],
            "fixture-v0.52.jsonl" => &[ProblemKind::UnknownType],
            _ => &[],
        };
        assert_eq!(kinds, known, "{name}");
        let others = index.events.iter().filter(|(_, event)| event.kind == EventKind::Other).count();
        assert_eq!(others > 0, name == "fixture-v0.52.jsonl", "{name}");
    }
}

#[test]
fn prompts_are_those_that_the_program_showed() {
    for path in logs().into_iter().filter(|path| path.to_string_lossy().contains("/v0.14")) {
        let index = read(&path);
        let shown =
            |(_, event): &(u32, sessionscope::model::Event)| event.kind == EventKind::Prompt && event.has(flags::ECHO);
        let shown = index.events.iter().filter(shown).count();
        assert_eq!(index.parts[0].counts.prompts as usize, shown, "{}", path.display());
    }
}

#[test]
fn totals_are_those_of_the_oracle() {
    let logs = logs();
    let Some(folder) = logs.first().and_then(|log| log.parent()) else { return };
    let oracle = std::fs::read_to_string(folder.with_file_name("usage-oracle.tsv")).expect("the oracle");
    let mut checked = 0;
    for row in oracle.lines().map(|line| line.split('\t').collect::<Vec<_>>()) {
        let ["codex", name, _, _, input, _, cached, output, calls] = row.as_slice() else { continue };
        let index = read(&folder.join(name));
        let last = index.running.last().and_then(|count| count.total).expect("a total").tokens();
        let totals = [last.input_uncached, last.cache_read, last.output].map(Reported::get);
        assert_eq!(totals, [input, cached, output].map(|text| text.parse().ok()), "{name}");
        assert_eq!(index.running.len().to_string(), *calls, "{name}");
        checked += 1;
    }
    assert_eq!(checked, 3);
}
