//! Questions that read all calls of a session: comparisons and waste.

use super::contents::GONE;
use super::engine::Shared;
use super::files::{self, BATCH, bodies};
use super::question::Answer;
use super::shelf;
use crate::logic::compare::{Compared, Reader, Side, compared, heads, steps};
use crate::logic::files::{AllFiles, is_here};
use crate::logic::report::Report;
use crate::logic::waste::{self, Judge, Moment};
use futures::future::join;
use js_sys::Date;
use std::cell::{Cell, RefCell};

/// Sessions side by side.
pub async fn compare(engine: &Shared, keys: &[String]) -> Result<Compared, String> {
    for key in keys {
        shelf::fetch_logs(engine, key).await;
    }
    engine.borrow_mut().archive.assemble();
    let mut sides = Vec::with_capacity(keys.len());
    for pair in keys.chunks(2) {
        match pair {
            // While one is decoded, the other is read.
            [one, other] => {
                let (one, other) = join(side(engine, one), side(engine, other)).await;
                sides.extend([one?, other?]);
            }
            pair => {
                for key in pair {
                    sides.push(side(engine, key).await?);
                }
            }
        }
    }
    Ok(compared(sides))
}

/// The steps of a session, a line each.
pub async fn heads_of(engine: &Shared, key: &str) -> Result<Report, String> {
    shelf::fetch_logs(engine, key).await;
    engine.borrow_mut().archive.assemble();
    let side = side(engine, key).await?;
    Ok(heads(&engine.borrow().archive, &side))
}

/// So many steps are read and forgotten before the next ones. Their contents are small, and each read begins with a question
/// to another process of the browser, which takes as long as the decoding of some hundred steps.
const STEPS: usize = 2048;

async fn side(engine: &Shared, key: &str) -> Result<Side, String> {
    let calls = steps(&engine.borrow().archive, key).ok_or(GONE)?;
    let mut reader = Reader::default();
    for batch in calls.chunks(STEPS) {
        for (call, body) in batch.iter().zip(bodies(engine, batch).await?) {
            reader.add(call, &body);
        }
    }
    Ok(reader.finish(&engine.borrow().archive, key).ok_or(GONE)?)
}

/// A portion takes so long, milliseconds: other questions wait.
const PORTION_MS: f64 = 120.0;

thread_local! {
    /// The files of the sessions before the next portion.
    static FILES: RefCell<AllFiles> = RefCell::default();
    /// Rises when somebody begins anew: what is under way then adds nothing more.
    static TURN: Cell<u32> = const { Cell::new(0) };
}

/// The files of sessions that pass, in portions: where to go on, or all of them. One who asks at a time.
pub async fn all_files(engine: &Shared, passing: &[bool], from: u32) -> Result<Answer, String> {
    if from == 0 {
        FILES.take();
        TURN.set(TURN.get() + 1);
    }
    let turn = TURN.get();
    let began = Date::now();
    for place in (0..passing.len()).skip(from as usize) {
        if Date::now() - began > PORTION_MS {
            return Ok(Answer::Portion(place as u32, passing.len() as u32));
        }
        if passing.get(place) != Some(&true) {
            continue;
        }
        let key = {
            let state = engine.borrow();
            let Some(session) = state.archive.sessions().get(place) else { break };
            if !is_here(session, &state.archive, &|source| state.blobs.contains_key(&source)) {
                FILES.with_borrow_mut(|all| all.unread += 1);
                continue;
            }
            session.key.clone()
        };
        let found = files::files(engine, &key).await?;
        if TURN.get() != turn {
            return Err("asked anew".to_owned());
        }
        if let Some(session) = engine.borrow().archive.session(&key) {
            FILES.with_borrow_mut(|all| all.add(session, &found));
        }
    }
    Ok(Answer::Report(Box::new(FILES.take().report())))
}

/// Calls of a session that brought nothing new.
pub async fn waste(engine: &Shared, key: &str) -> Result<Report, String> {
    engine.borrow_mut().archive.assemble();
    let moments = waste::moments(&engine.borrow().archive, key).ok_or(GONE)?;
    let mut judge = Judge::default();
    for batch in moments.chunks(BATCH) {
        let call = |moment: &Moment| if let Moment::Call(call) = moment { Some((**call).clone()) } else { None };
        let calls: Vec<_> = batch.iter().filter_map(call).collect();
        let mut bodies = bodies(engine, &calls).await?.into_iter();
        for moment in batch {
            match moment {
                Moment::Anew => judge.anew(),
                Moment::Call(call) => judge.call(call, &bodies.next().unwrap_or_default()),
            }
        }
    }
    let (findings, calls) = judge.finish();
    let archive = &engine.borrow().archive;
    Ok(waste::report(archive, key, &waste::sum(archive, key, &calls, findings)))
}
