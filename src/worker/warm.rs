//! Reads made logs while nobody waits. A browser translates wasm twice: quickly at first, and well what has run for long
//! (V8: some ten million bytes of code for each function). Without this the first large log is read at half the speed.

use super::engine::Shared;
use super::read::Pauses;
use crate::archive::{Archive, SourceReader};
use crate::logic::sessions;
use crate::model::{SourceId, SourceMeta};
use gloo::timers::callback::Timeout;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

/// A log of each format; `#` stands for a number that differs each time. A line without it stands once.
const LOGS: [&str; 4] = [
    include_str!("warm/claude.jsonl"),
    include_str!("warm/codex.jsonl"),
    include_str!("warm/codetether.jsonl"),
    include_str!("warm/fizeau.jsonl"),
];
/// The page paints first, milliseconds.
const AFTER_MS: u32 = 300;
/// How often each log is read; twice as often made nothing faster. Half a second in all.
const ROUNDS: u32 = 24;
/// How often the lines stand in a log.
const REPEATS: u32 = 250;
/// Bytes between two looks whether somebody waits: some 2 ms.
const STEP: usize = 128 << 10;

/// Reads each log again and again, until that is enough or something is to be done.
pub fn warm_later(engine: Shared) {
    let start = move || {
        spawn_local(async move {
            // Without a channel to pause on it is left out.
            let _ended = warm(engine).await;
        });
    };
    Timeout::new(AFTER_MS, start).forget();
}

async fn warm(engine: Shared) -> Result<(), JsValue> {
    let logs = LOGS.map(made);
    let mut pauses = Pauses::new()?;
    for _ in 0..ROUNDS {
        let mut archive = Archive::default();
        archive.set_prices(engine.borrow().archive.prices().clone());
        for (id, log) in (0..).map(SourceId).zip(&logs) {
            let mut reader = SourceReader::new(SourceMeta { path: String::new(), size: None });
            for chunk in log.as_bytes().chunks(STEP) {
                if !engine.borrow().is_idle() {
                    return Ok(());
                }
                reader.push(chunk);
                pauses.when_due().await?;
            }
            archive.add(id, reader.finish(None));
        }
        archive.assemble();
        drop(sessions::rows(&archive));
    }
    Ok(())
}

fn made(lines: &str) -> String {
    let mut log = String::new();
    for number in 1..=REPEATS {
        let digits = format!("{number:08}");
        for line in lines.lines().filter(|line| number == 1 || line.contains('#')) {
            log.push_str(&line.replace('#', &digits));
            log.push('\n');
        }
    }
    log
}
