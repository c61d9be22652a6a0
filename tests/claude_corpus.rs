//! Real Claude Code logs, read in place: all open, and their totals equal those that a third party recorded beside them.

mod support;

use sessionscope::model::{ProblemKind, SourceIndex, SourceKind};
use std::path::{Path, PathBuf};

fn logs() -> Vec<(PathBuf, SourceIndex)> {
    let Some(folder) = support::corpus("claude") else { return Vec::new() };
    let agents = folder.join("subagent/0a1b2c3d-4e5f-4061-8071-2a3b4c5d6e7f/subagents");
    let mut paths: Vec<PathBuf> =
        [&folder, &folder.join("subagent"), &agents].into_iter().flat_map(|folder| support::files(folder)).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    assert_eq!(paths.len(), 19);
    let index = |path: &Path| {
        let bytes = std::fs::read(path).expect("readable");
        support::index(&path.to_string_lossy(), &bytes, 1 << 20)
    };
    paths.into_iter().map(|path| (path.clone(), index(&path))).collect()
}

fn name(path: &Path) -> &str {
    path.file_name().expect("a name").to_str().expect("UTF-8")
}

#[test]
fn every_log_opens_without_unexplained_problems() {
    for (path, index) in logs() {
        assert_eq!(index.kind, SourceKind::Log("claude"), "{}", path.display());
        let expected = !name(&path).starts_with("snapshots") as usize;
        assert!(index.parts.len() >= expected, "{}", path.display());
        // Authors of two logs took ids and times out of their lines.
        if !name(&path).starts_with("fixture") && !name(&path).starts_with("agent-") {
            assert!(index.problems.as_slice().is_empty(), "{}: {:?}", path.display(), index.problems);
        }
        let torn = index
            .problems
            .as_slice()
            .iter()
            .any(|problem| problem.kind.is_loss() || problem.kind == ProblemKind::UnknownType);
        assert!(!torn, "{}: {:?}", path.display(), index.problems);
    }
}

/// Input, cache write, cache read, output and answers of the main conversation: of each answer the row that says most.
/// The third party counts answers that the agent made up, too; they have no tokens.
fn totals(index: &SourceIndex) -> [u64; 5] {
    let rows = || index.usage.iter().filter(|row| !row.is_side);
    let mut ids: Vec<u64> = rows().map(|row| row.id.response).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut sums = [0; 5];
    for id in ids {
        let best = rows().filter(|row| row.id.response == id).max_by_key(|row| row.tokens.output.get()).expect("a row");
        let tokens = best.tokens;
        let fields = [tokens.input_uncached, tokens.cache_write, tokens.cache_read, tokens.output];
        for (sum, field) in sums.iter_mut().zip(fields) {
            *sum += field.get().unwrap_or(0);
        }
        sums[4] += 1;
    }
    sums
}

#[test]
fn totals_equal_those_recorded_beside_the_logs() {
    let logs = logs();
    if logs.is_empty() {
        return;
    }
    let oracle = std::fs::read_to_string(support::corpus("").expect("the corpus").join("usage-oracle.tsv"));
    let oracle = oracle.expect("readable");
    let rows: Vec<Vec<&str>> = oracle.lines().map(|line| line.split('\t').collect()).collect();
    let rows: Vec<_> = rows.iter().filter(|row| row[0] == "claude").collect();
    assert_eq!(rows.len(), 5);
    for row in rows {
        let (_, index) = logs.iter().find(|(path, _)| name(path) == row[1]).expect("the log is there");
        let expected: Vec<u64> = row[4..].iter().map(|field| field.parse().expect("a number")).collect();
        assert_eq!(totals(index).to_vec(), expected, "{}", row[1]);
    }
}
