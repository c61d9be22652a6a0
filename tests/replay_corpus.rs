//! Real logs played to their ends: what is known there are the session's own sums, and edits fit the files that the steps
//! before them told.

mod support;

use sessionscope::archive::Archive;
use sessionscope::logic::change::{Change, Op};
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

/// Whether the log has all of a file at a call, and the calls before tell what stands in it.
fn is_told_again(name: &str, before: &[(u32, Vec<Change>)], call: &[Change]) -> bool {
    let is_full = |change: &Change| {
        let is_told = change.before.is_some() || matches!(change.op, Op::Read { is_whole: true, .. });
        change.path == name && is_told
    };
    call.iter().any(is_full) && files::content(name, before.iter().cloned()).text.is_some()
}

#[test]
fn edits_fit_the_files_that_earlier_steps_tell() {
    let (mut touched, mut known, mut odd, mut elsewhere) = (0, 0, 0, 0);
    let (mut changed, mut rebuilt, mut told_again) = (0, 0, 0);
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
                    let told: Vec<_> = mine.map(|(call, body)| (call.event, call.asked(body))).collect();
                    let content = files::content(name, told.iter().cloned());
                    touched += 1;
                    known += usize::from(content.text.is_some());
                    let is_told = content.text.is_some() || content.is_gone;
                    let is_changed = told.iter().flat_map(|call| &call.1).any(|change| !change.is_read());
                    changed += usize::from(is_changed);
                    rebuilt += usize::from(is_changed && is_told);
                    told_again += (1..told.len()).filter(|at| is_told_again(name, &told[..*at], &told[*at].1)).count();
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
    println!("of {changed} that were changed {rebuilt} can be rebuilt ({} %)", 100 * rebuilt / changed.max(1));
    println!("{told_again} times the log has all of a file that is known then; {elsewhere} times it is another text");
    assert!(elsewhere * 10 <= told_again, "{elsewhere} of {told_again} times the log has another text");
    assert!(known > 0 && odd * 20 <= touched, "{odd} edits of {touched} files do not fit");
}
