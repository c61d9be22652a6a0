//! Codex logs from end to end: real ones and the totals that another program recorded beside them; the worked examples of
//! codex.md as sums.

mod support;

use sessionscope::archive::{Archive, Session};
use sessionscope::model::{Event, EventKind, ProblemKind, Relation, SourceIndex, SourceKind, Status, flags};
use std::path::{Path, PathBuf};

fn logs() -> Vec<PathBuf> {
    let Some(folder) = support::corpus("codex") else { return Vec::new() };
    let mut logs = support::files(&folder);
    logs.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    logs
}

fn name(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

fn read(path: &Path) -> SourceIndex {
    support::index(&name(path), &std::fs::read(path).expect("readable"), 1 << 20)
}

#[test]
fn every_log_opens_and_what_is_odd_in_it_is_explained() {
    for path in logs() {
        let (name, index) = (name(&path), read(&path));
        assert_eq!(index.kind, SourceKind::Log("codex"), "{name}");
        assert_eq!(index.parts.len(), 1, "{name}");
        let kinds: Vec<ProblemKind> = index.problems.as_slice().iter().map(|problem| problem.kind).collect();
        // Times and ids of the trimmed log are all the same words; 0.51 was written by hand.
        let known: &[ProblemKind] = match name.as_str() {
            "fixture-v0.146-trimmed.jsonl" => &[ProblemKind::BadField, ProblemKind::Orphan],
            "fixture-v0.51.jsonl" => &[ProblemKind::Uncertain],
            _ => &[],
        };
        assert_eq!(kinds, known, "{name}");
        assert!(index.events.iter().all(|(_, event)| event.kind != EventKind::Other), "{name}");
    }
}

#[test]
fn what_codex_exec_printed_is_a_session_with_the_usage_of_its_turn() {
    let Some(folder) = support::corpus("codetether") else { return };
    let bytes = std::fs::read(folder.join("ultra-run.jsonl")).expect("readable");
    let archive = support::archive([("ultra-run.jsonl", bytes.as_slice())]);
    let [session] = archive.sessions() else { panic!("one session") };
    assert_eq!((session.format, session.relation, session.part.status), ("codex", Relation::Root, Status::Success));
    assert_eq!(sums(session), [Some(9533), Some(8960), Some(7), None]);
}

#[test]
fn logs_of_other_agents_are_not_taken_for_ours() {
    let Some(folder) = support::corpus("") else { return };
    for folder in std::fs::read_dir(folder).expect("readable").map(|entry| entry.expect("an entry").path()) {
        if !folder.is_dir() || folder.ends_with("codex") {
            continue;
        }
        for path in support::files(&folder).into_iter().filter(|path| !path.ends_with("ultra-run.jsonl")) {
            let bytes = std::fs::read(&path).expect("readable");
            let index = support::index("any", &bytes[..bytes.len().min(1 << 20)], 1 << 20);
            assert_ne!(index.kind, SourceKind::Log("codex"), "{}", path.display());
        }
    }
}

#[test]
fn prompts_are_those_that_the_program_showed() {
    for path in logs().into_iter().filter(|path| path.to_string_lossy().contains("/v0.14")) {
        let index = read(&path);
        let is_shown = |(_, event): &(u32, Event)| event.kind == EventKind::Prompt && event.has(flags::ECHO);
        let shown = index.events.iter().filter(is_shown).count();
        assert_eq!(index.parts[0].counts.prompts as usize, shown, "{}", path.display());
    }
}

/// Uncached and cached input, output, and the largest prompt.
fn sums(session: &Session) -> [Option<u64>; 4] {
    let totals = &session.totals;
    let peak = totals.peak_context.get();
    [totals.input_uncached.value().get(), totals.cache_read.value().get(), totals.output.value().get(), peak]
}

#[test]
fn totals_are_those_of_the_oracle() {
    let logs = logs();
    let Some(folder) = logs.first().and_then(|log| log.parent()) else { return };
    let oracle = std::fs::read_to_string(folder.with_file_name("usage-oracle.tsv")).expect("the oracle");
    let mut checked = 0;
    for row in oracle.lines().map(|line| line.split('\t').collect::<Vec<_>>()) {
        let ["codex", name, _, _, input, _, cached, output, calls] = row.as_slice() else { continue };
        let bytes = std::fs::read(folder.join(name)).expect("readable");
        let archive = support::archive([(*name, bytes.as_slice())]);
        let [session] = archive.sessions() else { panic!("one session") };
        let told = [input, cached, output].map(|text| text.parse().ok());
        assert_eq!(sums(session)[..3], told, "{name}");
        let counts = archive.sources().map(|(_, source)| source.running.len()).sum::<usize>();
        assert_eq!(counts.to_string(), *calls, "{name}");
        checked += 1;
    }
    assert_eq!(checked, 3);
}

/// The sums of each session of some fixtures, by the last two digits of its id.
fn check(names: &[&str], answers: &[(&str, [Option<u64>; 4])]) -> Archive {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/codex");
    let logs: Vec<(&str, Vec<u8>)> = names
        .iter()
        .map(|name| (*name, std::fs::read(folder.join(format!("codex-{name}.jsonl"))).expect("readable")))
        .collect();
    let archive = support::archive(logs.iter().map(|(name, bytes)| (*name, bytes.as_slice())));
    let found: Vec<_> =
        archive.sessions().iter().map(|session| (&session.key[session.key.len() - 2..], sums(session))).collect();
    assert_eq!(found, answers, "{names:?}");
    archive
}

#[test]
fn e1_to_e4_one_file() {
    check(&["e1-reemission"], &[("01", [Some(3000), None, Some(300), Some(2000)])]);
    check(&["e2-totals-only"], &[("02", [Some(2000), None, Some(0), Some(1000)])]);
    check(&["e3-cached"], &[("03", [Some(4000), Some(6000), Some(500), Some(10_000)])]);
    check(&["e4-two-requests"], &[("04", [Some(9000), Some(16_000), Some(700), Some(15_000)])]);
}

#[test]
fn e5_forks_with_and_without_their_parent() {
    let own = [Some(4000), Some(6000), Some(500), Some(10_000)];
    let parent = [Some(15_000), Some(5000), Some(9000), Some(20_000)];
    check(&["e5-fork"], &[("51", own)]);
    let archive = check(&["e5-fork", "e5-parent"], &[("50", parent), ("51", own)]);
    let fork = &archive.sessions()[1];
    assert_eq!((fork.part.counts.prompts, fork.part.counts.responses), (1, 1));
    assert_eq!(fork.parent.as_deref(), Some(archive.sessions()[0].key.as_str()));
    check(&["e5-fork-restamped"], &[("53", own)]);
    check(
        &["e5-fork-restamped", "e5-parent"],
        &[("50", parent), ("53", [Some(5000), Some(30_000), Some(600), Some(25_000)])],
    );
}

#[test]
fn e5_a_fork_of_copied_lines_alone_has_no_tokens() {
    let parent = [Some(15_000), Some(5000), Some(9000), Some(20_000)];
    let archive = check(&["e5-fork-copied-only", "e5-parent"], &[("50", parent), ("52", [None; 4])]);
    let counts = archive.sessions()[1].part.counts;
    assert_eq!((counts.prompts, counts.responses), (0, 0));
    check(&["e5-fork-copied-only"], &[("52", [None; 4])]);
}

#[test]
fn e6_to_e8_inherited_totals_and_lanes() {
    check(&["e6-baseline"], &[("06", [Some(4000), Some(6000), Some(500), Some(10_000)])]);
    check(&["e7-child-from-zero"], &[("07", [Some(5000), Some(9000), Some(700), Some(14_000)])]);
    check(&["e8-lanes"], &[("08", [Some(158_000), Some(300_000), Some(3000), Some(159_000)])]);
}

#[test]
fn x1_to_x4_records_and_lost_lines() {
    check(&["records"], &[("10", [Some(900), Some(1600), Some(150), Some(1500)])]);
    check(&["lost-count"], &[("09", [Some(4000), Some(1000), Some(400), Some(2000)])]);
}

#[test]
fn what_nobody_recorded_is_not_zero() {
    check(&["no-usage"], &[("16", [None; 4])]);
    check(&["legacy"], &[("01", [None; 4])]);
    // A sum over a turn is no prompt of one request.
    check(&["exec"], &[("20", [Some(315), Some(24_448), Some(122), None])]);
}

#[test]
fn the_stream_of_a_run_counts_in_its_rollout() {
    let rollout = include_str!("fixtures/codex/codex-e3-cached.jsonl");
    let stream = include_str!("fixtures/codex/codex-exec.jsonl").replace("000000000020", "000000000003");
    let archive = support::archive([("a", rollout.as_bytes()), ("b", stream.as_bytes())]);
    let [run, stream] = archive.sessions() else { panic!("a run and its stream") };
    assert_eq!((stream.relation, stream.parent.as_ref()), (Relation::Stream, Some(&run.key)));
    assert_eq!((sums(run), run.tree), ([Some(4000), Some(6000), Some(500), Some(10_000)], run.totals));
}

#[test]
fn names_of_threads_come_from_the_list() {
    let list = include_bytes!("fixtures/codex/codex-session-index.jsonl");
    let logs: [(&str, &[u8]); 3] = [
        ("list", list),
        ("a", include_bytes!("fixtures/codex/codex-e1-reemission.jsonl")),
        ("b", include_bytes!("fixtures/codex/codex-e3-cached.jsonl")),
    ];
    let archive = support::archive(logs);
    let titles: Vec<_> = archive.sessions().iter().map(|session| session.part.title.as_deref()).collect();
    assert_eq!(titles, [Some("New name"), Some("Cached")]);
}
