//! A dashboard from a bundle's files is the dashboard of the logs, to the last digit.

mod support;

use sessionscope::archive::Archive;
use sessionscope::bundle::{self, keys};
use sessionscope::export;
use sessionscope::logic::analytics::{self, Facts, OverviewAsk};
use sessionscope::logic::sessions::{self, Filter, Sums};
use sessionscope::logic::usage::By;
use sessionscope::logic::{coverage, explain, problems, session, usage_view};
use sessionscope::model::{SourceId, SourceIndex, Timestamp, Zone};
use std::path::{Path, PathBuf};

fn below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        match entry.is_dir() {
            true => below(&entry, found),
            false => found.push(entry),
        }
    }
    found.sort();
}

fn indexes(folder: &Path) -> Vec<SourceIndex> {
    let mut files = Vec::new();
    below(folder, &mut files);
    let index = |path: &PathBuf| {
        let name = path.strip_prefix(folder).expect("below").to_string_lossy().into_owned();
        support::index(&name, &std::fs::read(path).expect("a file"), 1 << 20)
    };
    let mut indexes: Vec<SourceIndex> = files.iter().map(index).collect();
    indexes.sort_by(|a, b| a.meta.path.cmp(&b.meta.path));
    indexes
}

fn archive(sources: Vec<SourceIndex>) -> Archive {
    let mut archive = Archive::default();
    for (id, source) in sources.into_iter().enumerate() {
        archive.add(SourceId(id as u32), source);
    }
    archive.assemble();
    archive
}

/// A session without the hash that a bundle has a number for.
fn session_told(session: &sessionscope::archive::Session) -> String {
    let mut session = session.clone();
    session.part.family = 0;
    format!("{session:?}")
}

/// Everything that a page can ask without opening a log.
fn answers(archive: &Archive) -> Vec<(String, String)> {
    let (zone, filter) = (Zone::utc(), Filter::default());
    let mut told = vec![
        ("rows".to_owned(), export::sessions::json(&sessions::rows(archive), Sums::Tree)),
        ("sessions".to_owned(), archive.sessions().iter().map(session_told).collect::<Vec<_>>().join("\n")),
        ("entries".to_owned(), format!("{:?}", archive.entries())),
        ("duplicates".to_owned(), format!("{:?}", archive.duplicates())),
        ("coverage".to_owned(), format!("{:?}", coverage::coverage(archive, &filter))),
        ("problems".to_owned(), format!("{:?}", problems::groups(archive))),
    ];
    for by in [By::Model, By::Day, By::Project] {
        told.push((format!("usage {by:?}"), format!("{:?}", usage_view::usage(archive, by, &filter, None, &zone))));
    }
    let facts = Facts::of(archive);
    told.push((
        "overview".into(),
        format!(
            "{:?}",
            analytics::overview(archive, &facts, &OverviewAsk::at(Timestamp::from_ms(1_780_000_000_000)), &zone)
        ),
    ));
    for session in archive.sessions() {
        let track = session::track(archive, &session.key).expect("a session").to_bytes();
        told.push((format!("track {}", session.key), format!("{track:?}")));
        told.push((
            format!("explain {}", session.key),
            format!("{:?}", explain::explain(archive, &session.key, Sums::Tree)),
        ));
    }
    told
}

fn equal(a: &Archive, b: &Archive) {
    let (a, b) = (answers(a), answers(b));
    assert_eq!(a.len(), b.len());
    for ((name, one), (_, other)) in a.iter().zip(&b) {
        let at = one.bytes().zip(other.bytes()).position(|(a, b)| a != b).unwrap_or(one.len().min(other.len()));
        let near = |text: &str| {
            String::from_utf8_lossy(&text.as_bytes()[at.saturating_sub(80)..text.len().min(at + 80)]).into_owned()
        };
        assert!(one == other, "{name} differs:\n{}\n{}", near(one), near(other));
    }
}

/// What a manifest tells of sources.
fn logs(sources: &[SourceIndex]) -> Vec<bundle::Log> {
    let log = |source: &SourceIndex| bundle::Log { hash: format!("{:032x}", source.hash), ..bundle::Log::default() };
    sources.iter().map(log).collect()
}

fn check(folder: &Path) {
    let sources = indexes(folder);
    let times = bundle::write(&sources);
    let events: usize = sources.iter().map(|source| source.events.len()).sum();
    println!("{} sources, {events} events, times {} bytes", sources.len(), times.len());
    let told = bundle::read(times.clone(), &logs(&sources), 0).expect("our own");
    assert!(bundle::write(&told) == times, "what was read is written as it was");
    equal(&archive(sources), &archive(told));
}

/// A bundle to which logs are added, as the command does it: those that they may repeat are read again.
fn added(early: Vec<SourceIndex>, late: Vec<SourceIndex>, has_logs: bool) -> (Vec<u8>, Vec<u8>, usize) {
    let mut whole = early.clone();
    let of = |source: &mut SourceIndex| if has_logs { keys::Key::of(source) } else { keys::Key::of_all(source) };
    let mut kept: Vec<keys::Key> = whole.iter_mut().map(of).collect();
    kept = keys::read(keys::write(&mut kept)).expect("our own");
    let mut known = bundle::read(bundle::write(&whole), &logs(&early), 0).expect("our own");
    let new: Vec<&SourceIndex> = late.iter().collect();
    let repeated = keys::repeated(&known.iter().collect::<Vec<_>>(), &kept, &[], &new);
    let again = repeated.iter().filter(|is_repeated| **is_repeated).count();
    for at in (0..known.len()).filter(|at| repeated[*at]) {
        match has_logs {
            true => known[at] = early[at].clone(),
            false => known[at] = kept[at].with_ids(&known[at]).expect("all ids"),
        }
    }
    let mut all: Vec<_> = known.into_iter().zip(kept).collect();
    all.extend(late.into_iter().map(|mut source| {
        let key = of(&mut source);
        (source, key)
    }));
    all.sort_by(|(a, _), (b, _)| (&a.meta.path, a.hash).cmp(&(&b.meta.path, b.hash)));
    let (sources, mut kept): (Vec<_>, Vec<_>) = all.into_iter().unzip();
    (bundle::write(&sources), keys::write(&mut kept), again)
}

/// Each of `parts` of the logs is once what comes later; all ways give the same bytes.
fn check_added(all: &[SourceIndex], parts: usize) {
    for has_logs in [true, false] {
        let (times, keys, _) = added(all.to_vec(), Vec::new(), has_logs);
        for rest in 0..parts {
            let chosen = |is_late: bool| {
                let logs = all.iter().enumerate().filter(|(number, _)| (number % parts == rest) == is_late);
                logs.map(|(_, source)| source.clone()).collect::<Vec<_>>()
            };
            let (early, late) = (chosen(false), chosen(true));
            let (before, count) = (early.len(), late.len());
            let (more, more_keys, again) = added(early, late, has_logs);
            println!("{count} added to {before}, {again} of them read again");
            assert!(more == times, "part {rest} of {parts}: times differ");
            assert!(more_keys == keys, "part {rest} of {parts}: keys differ");
        }
    }
}

#[test]
fn every_answer_equals_that_of_the_logs() {
    check(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures"));
}

#[test]
fn every_answer_equals_that_of_the_corpus() {
    if let Some(folder) = support::corpus("") {
        check(&folder);
    }
}

#[test]
fn what_is_added_to_a_bundle_is_as_if_it_had_been_there() {
    let all = indexes(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures"));
    for parts in [2, 3, 7, all.len()] {
        check_added(&all, parts);
    }
}

#[test]
fn what_is_added_to_the_corpus_is_as_if_it_had_been_there() {
    if let Some(folder) = support::corpus("") {
        let all = indexes(&folder);
        for parts in [2, 5] {
            check_added(&all, parts);
        }
    }
}

#[test]
fn damaged_files_are_refused() {
    let sources = indexes(&Path::new(env!("CARGO_MANIFEST_DIR")).join("samples"));
    let mut kept: Vec<keys::Key> = sources.iter().map(keys::Key::of).collect();
    let (times, kept) = (bundle::write(&sources), keys::write(&mut kept));
    let logs = logs(&sources);
    for end in (0..times.len()).step_by(97) {
        assert!(bundle::read(times[..end].to_vec(), &logs, 0).is_err(), "cut off at {end}");
    }
    assert!(keys::read(kept[..kept.len() - 1].to_vec()).is_err());
    assert!(bundle::read(kept, &logs, 0).is_err());
    assert!(bundle::read(b"<!doctype html>".to_vec(), &logs, 0).is_err());
    for at in (0..times.len()).step_by(61) {
        let mut flipped = times.clone();
        flipped[at] ^= 0x55;
        // Any outcome but a panic.
        if let Ok(sources) = bundle::read(flipped, &logs, 0) {
            answers(&archive(sources));
        }
    }
}
