//! Blocks of five hours (analytics.md §11), as some plans count.

use super::cells::{TokenKinds, TokenSum};
use super::facts::NO_QUARTER;
use super::panel::{Basis, Covered, Panel, PanelScope, Unit};
use super::select::Picks;
use super::stats::Tenths;
use crate::archive::{Entry, Totals};
use crate::model::{Timestamp, Wire};

const HOUR_MS: i64 = 3_600_000;
/// How long a block lasts, and the longest pause within one.
pub const BLOCK_MS: i64 = 5 * HOUR_MS;

/// Blocks and the gaps between them, earliest first.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Blocks {
    pub panel: Panel,
    pub rows: Vec<Block>,
    /// Requests without a time, in no block.
    pub untimed: u32,
    /// Earlier blocks that are not listed.
    pub more: u32,
}

/// One block, or a gap.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Block {
    /// From the UTC hour of its first request on; a gap from the last request to the next one.
    pub start: Option<Timestamp>,
    pub end: Option<Timestamp>,
    pub first: Option<Timestamp>,
    pub last: Option<Timestamp>,
    pub is_gap: bool,
    /// It is not over, and was used in the last five hours.
    pub is_active: bool,
    pub requests: u32,
    pub totals: Totals,
    /// All kinds together.
    pub tokens: TokenSum,
    /// Tokens per minute from the first request to the last one; `None` where these are one.
    pub burn: Option<Tenths>,
    /// Of the active block: tokens at its end if it goes on like this.
    pub projection: Option<u64>,
}

/// Blocks that are listed.
const MOST_ROWS: usize = 1_000;

pub fn blocks(picks: &mut Picks<'_>, now: Timestamp) -> Blocks {
    let mut blocks = Blocks { panel: Panel::new(picks, PanelScope::Usage, Basis::RequestTime), ..Blocks::default() };
    let window = picks.window();
    let facts = picks.facts;
    for number in &facts.by_time {
        let Some(used) = facts.uses.get(*number as usize).filter(|used| used.counts && picks.wants(used.session))
        else {
            continue;
        };
        let is_inside = window.is_none_or(|window| window.contains(used.used_at));
        if let (true, Some(at)) = (is_inside && picks.keeps_entry(*number), used.used_at) {
            add(&mut blocks.rows, at, picks.archive.entries().get(*number as usize));
        }
    }
    let untimed = picks.uses(window).filter(|(_, used)| used.quarter == NO_QUARTER);
    blocks.untimed = untimed.count() as u32;
    let mut timed = 0;
    for block in &mut blocks.rows {
        finish(block, now);
        timed += block.requests;
    }
    let more = blocks.rows.len().saturating_sub(MOST_ROWS);
    blocks.rows.drain(..more);
    blocks.more = more as u32;
    blocks.panel.coverage = Covered { reported: timed, eligible: timed + blocks.untimed, unit: Unit::TimedRequests };
    blocks.panel.tell(blocks.more, "earlier block", "not listed");
    blocks
}

/// Takes the next request in order of time.
pub fn add(rows: &mut Vec<Block>, at: Timestamp, entry: Option<&Entry>) {
    let place = rows.last().and_then(|block| Some((block.start?, block.last?)));
    let is_over = |start: Timestamp, last: Timestamp| {
        at.since(start) > BLOCK_MS * 1_000_000 || at.since(last) > BLOCK_MS * 1_000_000
    };
    if place.is_none_or(|(start, last)| is_over(start, last)) {
        if let Some((_, last)) = place.filter(|(_, last)| at.since(*last) > BLOCK_MS * 1_000_000) {
            rows.push(Block { start: Some(last), end: Some(at), is_gap: true, ..Block::default() });
        }
        let start = Timestamp::from_ms(at.ms().div_euclid(HOUR_MS) * HOUR_MS);
        rows.push(Block {
            start: Some(start),
            end: Some(start.plus_ms(BLOCK_MS)),
            first: Some(at),
            ..Block::default()
        });
    }
    if let Some(block) = rows.last_mut() {
        block.last = Some(at);
        block.requests += 1;
        if let Some(entry) = entry {
            block.totals.add(entry);
        }
    }
}

fn finish(block: &mut Block, now: Timestamp) {
    block.tokens = TokenKinds::default().sum(&block.totals);
    let (Some(first), Some(last), Some(end)) = (block.first, block.last, block.end) else { return };
    block.is_active = now < end && now.since(last) < BLOCK_MS * 1_000_000 && !block.is_gap;
    let (tokens, span_ms) = (block.tokens.value, last.ms_since(first));
    block.burn = tokens.and_then(|tokens| Tenths::ratio(i128::from(tokens) * 60_000, span_ms.into()));
    let projected = |tokens: u64| {
        let rest = end.ms_since(now).max(0) as u128;
        let more = u128::from(tokens) * rest / u128::try_from(span_ms).ok().filter(|span| *span > 0)?;
        u64::try_from(u128::from(tokens) + more).ok()
    };
    block.projection = tokens.filter(|_| block.is_active).and_then(projected);
}
