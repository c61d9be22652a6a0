//! Questions that read all calls of a session: comparisons and waste.

use super::contents::GONE;
use super::engine::Shared;
use super::files::{BATCH, bodies};
use super::shelf;
use crate::logic::compare::{Compared, Reader, compared, steps};
use crate::logic::report::Report;
use crate::logic::waste::{self, Judge, Moment};

/// Sessions side by side.
pub async fn compare(engine: &Shared, keys: &[String]) -> Result<Compared, String> {
    let mut sides = Vec::with_capacity(keys.len());
    for key in keys {
        shelf::fetch_logs(engine, key).await;
        engine.borrow_mut().archive.assemble();
        let calls = steps(&engine.borrow().archive, key).ok_or(GONE)?;
        let mut reader = Reader::default();
        for batch in calls.chunks(BATCH) {
            for (call, body) in batch.iter().zip(bodies(engine, batch).await?) {
                reader.add(call, &body);
            }
        }
        sides.push(reader.finish(&engine.borrow().archive, key).ok_or(GONE)?);
    }
    Ok(compared(sides))
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
