//! Every small log in `tests/fixtures` and `samples` goes through the same sweep: found without its name, equal in
//! chunks of seven bytes, equal to its snapshot, and readable however it is cut off (STYLE rule 13).
//!
//! `UPDATE_SNAPSHOTS=1 cargo test --test formats` writes the snapshots anew.

mod support;

use sessionscope::archive::Totals;
use sessionscope::formats;
use sessionscope::logic::sessions::{SessionRow, rows};
use sessionscope::logic::{problems, session};
use sessionscope::model::{EventKind, SourceKind, Tally};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Logs with the format they are of.
fn fixtures() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found: Vec<_> =
        support::files(&root.join("samples")).into_iter().map(|path| (path, "fizeau".to_owned())).collect();
    for folder in std::fs::read_dir(root.join("tests/fixtures")).expect("fixtures") {
        let folder = folder.expect("an entry").path();
        let format = folder.file_name().expect("a name").to_string_lossy().into_owned();
        found.extend(support::files(&folder).into_iter().map(|path| (path, format.clone())));
    }
    found.retain(|(path, _)| path.extension().is_some_and(|extension| extension != "md"));
    found.sort();
    assert!(found.len() >= 5, "the fixtures are gone");
    found
}

/// A session's row, without what only the whole archive knows.
fn row_text(row: &SessionRow) -> String {
    let SessionRow { key, agent, harness, provider, models, project, title, status, status_word, has_outcome, .. } =
        row;
    let SessionRow { started, ended, duration_ms, counts, relation, parent, missing_parent, context_window, .. } = row;
    let told = |tally: &Tally| format!("{:?} of {}/{}", tally.value().get(), tally.reported, tally.eligible);
    let Totals { input_uncached, cache_read, cache_write, output, reasoning, peak_context, cost, coverage } =
        &row.totals;
    let tokens = [input_uncached, cache_read, cache_write, output, reasoning].map(told).join(", ");
    format!(
        "{key} ({agent}): {title:?} {harness:?} {provider:?} {models:?} {project:?}\n  \
        {status:?} {status_word:?} {has_outcome} {started:?} {ended:?} {duration_ms:?}\n  {counts:?}\n  \
        {relation:?} of {parent:?}, not loaded: {missing_parent:?} {}\n  \
        uncached, read, written, generated, reasoning: {tokens}\n  \
        peak {:?} of {:?}, partial {}, cost {} of {}/{}\n",
        row.missing_children,
        peak_context.get(),
        context_window.get(),
        coverage.partial,
        cost.known.fixed(6),
        cost.reported,
        cost.eligible,
    )
}

/// What people would see of a log, as text.
fn shown(bytes: &[u8], chunk: usize) -> String {
    let mut text = String::new();
    let mut archive = sessionscope::archive::Archive::default();
    archive.add(sessionscope::model::SourceId(0), support::index("anything.txt", bytes, chunk));
    archive.assemble();
    for row in rows(&archive) {
        text.push_str(&row_text(&row));
        let track = session::track(&archive, &row.key).expect("an open session has a track");
        for (number, mark) in track.marks().iter().enumerate() {
            let key = track.key(number as u32).expect("every event has a key");
            assert_eq!(track.find(&key), Some(number as u32), "{key} names another event");
            let lines = session::lines_of(&archive, &row.key, &[number as u32]).concat();
            let line = lines[0].event.line;
            writeln!(text, "{line}: {key} {} {:?}", track.name(mark), mark).expect("text");
            for found in lines {
                let span = found.event.span;
                let raw = &bytes[span.offset as usize..][..span.len as usize];
                let format = formats::by_id(found.format).expect("a known format");
                writeln!(text, "   {:?}", format.body(raw, found.event.block)).expect("text");
            }
        }
    }
    writeln!(text, "{:?}", problems::groups(&archive)).expect("text");
    text
}

#[test]
fn every_fixture_is_found_chunked_and_as_it_was() {
    for (path, format) in fixtures() {
        let bytes = std::fs::read(&path).expect("readable");
        let index = support::index("anything.txt", &bytes, 1 << 20);
        let id = formats::by_id(&format).expect("a known format").id();
        assert_eq!(index.kind, SourceKind::Log(id), "{}", path.display());
        let whole = shown(&bytes, 1 << 20);
        assert_eq!(shown(&bytes, 7), whole, "{} in chunks of 7", path.display());
        let name = path.file_stem().expect("a name").to_string_lossy();
        let snapshot = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(format!("{name}.txt"));
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            std::fs::write(&snapshot, &whole).expect("writable");
        }
        let known = std::fs::read_to_string(&snapshot).unwrap_or_default();
        assert!(known == whole, "{} differs from its snapshot; see the head of this file", path.display());
    }
}

#[test]
fn every_fixture_can_be_cut_anywhere() {
    for (path, _) in fixtures() {
        let bytes = std::fs::read(&path).expect("readable");
        for end in (0..bytes.len()).step_by(bytes.len() / 60 + 1) {
            let index = support::index("x", &bytes[..end], 1 << 20);
            let ends = index.events.iter().filter(|(_, event)| event.kind == EventKind::SessionEnd).count();
            assert!(ends <= 1 || path.to_string_lossy().contains("twice"), "{} cut at {end}", path.display());
        }
    }
}
