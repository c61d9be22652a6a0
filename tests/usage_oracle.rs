//! The token totals of real sessions, as somebody else recorded them beside the logs (`usage-oracle.tsv` of the corpus).

mod support;

use sessionscope::archive::Archive;
use sessionscope::model::{Relation, SourceId};

/// The rows, as text and numbers: agent, file, then input, cache write, cache read, output.
fn rows(table: &str) -> Vec<(&str, &str, [u64; 4])> {
    table
        .lines()
        .skip(1)
        .filter_map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let number = |at: usize| cells.get(at)?.parse().ok();
            Some((*cells.first()?, *cells.get(1)?, [number(4)?, number(5)?, number(6)?, number(7)?]))
        })
        .collect()
}

#[test]
fn totals_equal_those_that_others_recorded() {
    let Some(folder) = support::corpus("") else { return };
    let table = std::fs::read_to_string(folder.join("usage-oracle.tsv")).expect("the oracle's table");
    let rows = rows(&table);
    assert_eq!(rows.len(), 12);
    let mut wrong = Vec::new();
    for (agent, file, expected) in rows {
        let path = folder.join(agent).join(file);
        let index = support::index(file, &std::fs::read(&path).expect("a log"), 1 << 20);
        let mut archive = Archive::default();
        archive.add(SourceId(0), index);
        archive.assemble();
        // What sub-agents used is not in these totals.
        let own: Vec<_> = archive.sessions().iter().filter(|session| session.relation == Relation::Root).collect();
        assert_eq!(own.len(), 1, "{file}");
        let totals = own[0].totals;
        let sum = |tally: sessionscope::model::Tally| tally.value().get().unwrap_or(0);
        let mut told = [totals.input_uncached, totals.cache_write, totals.cache_read, totals.output].map(sum);
        if agent == "opencode" {
            // Reasoning is counted apart there (others.md §3).
            told[3] -= sum(totals.reasoning);
        }
        if told != expected {
            wrong.push(format!("{file}: {told:?}, recorded by others: {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
