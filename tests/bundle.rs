//! A dashboard from a bundle's files is the dashboard of the logs, to the last digit.

mod support;

use sessionscope::archive::Archive;
use sessionscope::bundle;
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

/// Everything that a page can ask without opening a log.
fn answers(archive: &Archive) -> Vec<(String, String)> {
    let (zone, filter) = (Zone::utc(), Filter::default());
    let mut told = vec![
        ("rows".to_owned(), export::sessions::json(&sessions::rows(archive), Sums::Tree)),
        ("sessions".to_owned(), format!("{:?}", archive.sessions())),
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

fn check(folder: &Path) {
    let mut sources = indexes(folder);
    let (times, keys) = bundle::write(&mut sources);
    let events: usize = sources.iter().map(|source| source.events.len()).sum();
    println!("{} sources, {events} events, times {} bytes, keys {} bytes", sources.len(), times.len(), keys.len());
    let told = bundle::read(times.clone(), None).expect("our own");
    let whole = bundle::read(times.clone(), Some(keys.clone())).expect("our own");
    let (again, again_keys) = bundle::write(&mut bundle::read(times.clone(), Some(keys.clone())).expect("our own"));
    assert!(again == times && again_keys == keys, "what was read is written as it was");
    let logs = archive(sources);
    equal(&logs, &archive(whole));
    equal(&logs, &archive(told));
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
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let at_once = bundle::write(&mut indexes(&folder));
    // Each log is once among the first and once among those that come later.
    for rest in 0..2 {
        let chosen = |early: bool| {
            let all = indexes(&folder).into_iter().enumerate();
            all.filter(|(number, _)| (number % 2 == rest) == early).map(|(_, source)| source).collect::<Vec<_>>()
        };
        let (times, keys) = bundle::write(&mut chosen(true));
        let mut all = bundle::read(times, Some(keys)).expect("our own");
        all.extend(chosen(false));
        all.sort_by(|a, b| a.meta.path.cmp(&b.meta.path));
        assert!(bundle::write(&mut all) == at_once);
    }
}

#[test]
fn damaged_files_are_refused() {
    let mut sources = indexes(&Path::new(env!("CARGO_MANIFEST_DIR")).join("samples"));
    let (times, keys) = bundle::write(&mut sources);
    for end in (0..times.len()).step_by(97) {
        assert!(bundle::read(times[..end].to_vec(), None).is_err(), "cut off at {end}");
    }
    assert!(bundle::read(times.clone(), Some(keys[..keys.len() - 1].to_vec())).is_err());
    assert!(bundle::read(keys, None).is_err());
    assert!(bundle::read(b"<!doctype html>".to_vec(), None).is_err());
    for at in (0..times.len()).step_by(61) {
        let mut flipped = times.clone();
        flipped[at] ^= 0x55;
        // Any outcome but a panic.
        if let Ok(sources) = bundle::read(flipped, None) {
            answers(&archive(sources));
        }
    }
}
