//! Real logs played to their ends: what is known there are the session's own sums, and edits fit the files that the steps
//! before them told.

mod support;

use sessionscope::archive::Archive;
use sessionscope::logic::files::{self, Collector, NoteKind};
use sessionscope::logic::replay::{Replay, spent};
use sessionscope::logic::session;
use sessionscope::model::Body;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const AGENTS: [&str; 4] = ["claude", "codex", "codetether", "fizeau"];

fn logs(agent: &str) -> Option<Vec<PathBuf>> {
    let logs = support::files(&support::corpus(agent)?);
    Some(logs.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "jsonl")).collect())
}

fn archive(path: &Path, bytes: &[u8]) -> Archive {
    support::archive([(&*path.to_string_lossy(), bytes)])
}

#[test]
fn at_the_end_the_sums_are_those_of_the_session() {
    for agent in AGENTS {
        let Some(logs) = logs(agent) else { return };
        for path in logs {
            let bytes = std::fs::read(&path).expect("a log");
            let archive = archive(&path, &bytes);
            for found in archive.sessions() {
                let Some(track) = session::track(&archive, &found.key) else { continue };
                let replay = Replay::new(Arc::new(track), spent(&archive, found));
                let (end, totals) = (replay.at(usize::MAX), &found.totals);
                let place = format!("{} {}", path.display(), found.key);
                if totals.output.reported > 0 {
                    assert_eq!(end.output_so_far().sum, totals.output.sum, "{place}");
                    assert_eq!(end.output_so_far().is_lower_bound(), totals.output.is_lower_bound(), "{place}");
                }
                if totals.cost.reported > 0 {
                    assert_eq!(end.cost_so_far().known, totals.cost.known, "{place}");
                }
            }
        }
    }
}

/// The content of a call, as the worker reads it.
fn body(call: &files::Call, bytes: &[u8]) -> Body {
    let mut whole = Body::default();
    for line in &call.lines {
        let start = line.span.offset as usize;
        whole.extend(call.format.body(&bytes[start..start + line.span.len as usize], line.block));
    }
    whole
}

#[test]
fn edits_fit_the_files_that_earlier_steps_tell() {
    let (mut touched, mut known, mut odd, mut elsewhere) = (0, 0, 0, 0);
    for agent in AGENTS {
        let Some(logs) = logs(agent) else { return };
        let before = touched;
        for path in logs {
            let bytes = std::fs::read(&path).expect("a log");
            let archive = archive(&path, &bytes);
            for found in archive.sessions() {
                let calls = files::calls(&archive, &found.key, true);
                let bodies: Vec<Body> = calls.iter().map(|call| body(call, &bytes)).collect();
                let mut all = Collector::default();
                calls.iter().zip(&bodies).for_each(|(call, body)| all.add(call, body));
                let all = all.finish();
                for (number, name) in all.paths.iter().enumerate() {
                    let events = all.calls(number as u32, None);
                    let mine = calls.iter().zip(&bodies).filter(|(call, _)| events.contains(&call.event));
                    let content = files::content(name, mine.map(|(call, body)| (call.event, call.asked(body))));
                    touched += 1;
                    known += usize::from(content.text.is_some());
                    odd += content.notes.iter().filter(|note| note.kind == NoteKind::NoMatch).count();
                    let changed = content.notes.iter().filter(|note| note.kind == NoteKind::ChangedElsewhere);
                    elsewhere += changed.count();
                    for note in &content.notes {
                        if note.kind != NoteKind::BaseUnknown {
                            println!("{} {name} event {}: {:?}", path.display(), note.event, note.kind);
                        }
                    }
                }
            }
        }
        println!("{agent}: {} files touched", touched - before);
    }
    let share = 100 * known / touched.max(1);
    println!("{touched} files, {known} known at the end ({share} %), {odd} edits do not fit");
    println!("{elsewhere} full reads show something else than the steps before them had made of the file");
    assert!(known > 0 && odd * 20 <= touched, "{odd} edits of {touched} files do not fit");
}
