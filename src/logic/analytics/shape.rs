//! How long sessions are and how much they do alone (analytics.md §8).

use super::panel::{Basis, Panel, PanelScope};
use super::select::Picks;
use crate::model::Wire;

/// Sessions by length, by duration, by autonomy and by archetype.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Shape {
    pub panel: Panel,
    pub length: Vec<u32>,
    pub duration: Vec<u32>,
    /// Answers that call a tool, per prompt.
    pub autonomy: Vec<u32>,
    pub archetypes: Vec<u32>,
    /// Sessions without a start or an end, and without a prompt.
    pub without_duration: u32,
    pub without_prompts: u32,
}

/// Messages.
pub const LENGTHS: [&str; 6] = ["1-5", "6-15", "16-30", "31-60", "61-120", "121+"];
pub const DURATIONS: [&str; 6] = ["<5m", "5-15m", "15-30m", "30-60m", "1-2h", "2h+"];
pub const AUTONOMIES: [&str; 6] = ["<0.5", "0.5-1", "1-2", "2-5", "5-10", "10+"];
pub const ARCHETYPES: [&str; 5] = ["automation", "quick", "standard", "deep", "marathon"];

pub fn shape(picks: &Picks<'_>) -> Shape {
    let mut shape = Shape {
        panel: Panel::new(picks, PanelScope::Main, Basis::SessionStart),
        length: vec![0; LENGTHS.len()],
        duration: vec![0; DURATIONS.len()],
        autonomy: vec![0; AUTONOMIES.len()],
        archetypes: vec![0; ARCHETYPES.len()],
        ..Shape::default()
    };
    let mut silent = 0;
    for pick in picks.rows.iter().filter(|pick| pick.is_main()) {
        let Some(row) = picks.row(pick.session) else { continue };
        match pick.messages() {
            0 => silent += 1,
            messages => add(&mut shape.length, length_bucket(messages)),
        }
        match row.total_ms {
            Some(ms) => add(&mut shape.duration, duration_bucket(ms)),
            None => shape.without_duration += 1,
        }
        match autonomy_bucket(pick.with_tools, pick.prompts) {
            Some(bucket) => add(&mut shape.autonomy, bucket),
            None => shape.without_prompts += 1,
        }
        add(&mut shape.archetypes, archetype(pick.prompts, row.is_automated));
    }
    shape.panel.tell(silent, "session", "without a message, of no length");
    shape.panel.tell(shape.without_duration, "session", "without start or end, of no duration");
    shape.panel.tell(shape.without_prompts, "session", "without a prompt, of no autonomy");
    shape.panel.note("automated is what the log itself says a program started");
    shape
}

fn add(buckets: &mut [u32], bucket: usize) {
    if let Some(count) = buckets.get_mut(bucket) {
        *count += 1;
    }
}

pub const fn length_bucket(messages: u32) -> usize {
    match messages {
        ..=5 => 0,
        6..=15 => 1,
        16..=30 => 2,
        31..=60 => 3,
        61..=120 => 4,
        121.. => 5,
    }
}

/// Lower ends inclusive: exactly five minutes are `5-15m`.
pub const fn duration_bucket(ms: u64) -> usize {
    match ms / 60_000 {
        0..5 => 0,
        5..15 => 1,
        15..30 => 2,
        30..60 => 3,
        60..120 => 4,
        120.. => 5,
    }
}

/// Lower ends inclusive; `None` without a prompt.
pub const fn autonomy_bucket(with_tools: u32, prompts: u32) -> Option<usize> {
    if prompts == 0 {
        return None;
    }
    // In halves, so that no quotient is rounded.
    Some(match 2 * with_tools as u64 / prompts as u64 {
        0 => 0,
        1 => 1,
        2..4 => 2,
        4..10 => 3,
        10..20 => 4,
        20.. => 5,
    })
}

pub const fn archetype(prompts: u32, is_automated: bool) -> usize {
    match prompts {
        _ if is_automated => 0,
        ..=5 => 1,
        6..=15 => 2,
        16..=50 => 3,
        51.. => 4,
    }
}
