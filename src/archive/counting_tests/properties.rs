//! What holds for any records.

use super::*;
use proptest::prelude::*;

/// Records with few ids, so that they meet often.
fn any_log() -> impl Strategy<Value = Vec<(u8, u8, i64, u64, bool)>> {
    proptest::collection::vec((0u8..4, 0u8..3, 0i64..5, 0u64..4, any::<bool>()), 0..6)
}

fn made(number: usize, rows: &[(u8, u8, i64, u64, bool)]) -> Log {
    let id = ["a", "b", "c", "d"][number];
    rows.iter().fold(log(id, id), |log, (answer, request, at, output, is_side)| {
        let request = if *request == 0 { String::new() } else { format!("r{request}") };
        log.row(of(&format!("m{answer}"), &request), *at, [*output, 1, 0, 0], |row| row.is_side = *is_side)
    })
}

/// What an archive says of its sessions, whatever numbers its sources have.
fn told(archive: &Archive) -> Vec<String> {
    archive
        .sessions()
        .iter()
        .map(|session| format!("{} {:?} {:?}", session.key, session.totals, session.tree))
        .collect()
}

proptest! {
    #[test]
    fn any_order_of_sources_gives_the_same_sums(
        rows in proptest::collection::vec(any_log(), 1..4),
        seed in any::<u64>(),
    ) {
        let logs: Vec<Log> = rows.iter().enumerate().map(|(number, rows)| made(number, rows)).collect();
        let mut order: Vec<usize> = (0..logs.len()).collect();
        order.sort_by_key(|number| (seed >> (number * 8)) & 0xFF);
        let shuffled = loaded(order.iter().map(|number| logs[*number].clone()));
        prop_assert_eq!(told(&loaded(logs)), told(&shuffled));
    }

    #[test]
    fn the_sum_of_what_counts_is_the_total(rows in proptest::collection::vec(any_log(), 1..4)) {
        let archive = loaded(rows.iter().enumerate().map(|(number, rows)| made(number, rows)));
        let kept: u64 = archive.entries().iter().filter_map(|entry| entry.tokens.output.get()).sum();
        let totals: u64 = archive.sessions().iter().map(|session| session.totals.output.sum).sum();
        prop_assert_eq!(kept, totals);
        let count = |name| (0..rows.len()).flat_map(|at| decisions(&archive, at as u32, RecordList::Usage)).filter(|n| *n == name).count();
        prop_assert_eq!(count("kept"), archive.entries().len());
        prop_assert_eq!(count("kept") + count("superseded") + count("repeated"), rows.iter().map(Vec::len).sum::<usize>());
    }
}
