//! What happened when (analytics.md §3), by the start of sessions.

use super::day::{Day, Granularity};
use super::panel::{Basis, Covered, Panel, PanelScope, Unit};
use super::select::Picks;
use crate::archive::CostTally;
use crate::model::{StrId, Tally, Wire};

/// A bucket for each day, week or month of the range.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Activity {
    pub panel: Panel,
    pub granularity: Granularity,
    /// Without a gap, earliest first: a bucket without sessions is a known zero.
    #[wire(skip)]
    pub buckets: Vec<ActivityBucket>,
    /// Sessions without a date.
    #[wire(skip)]
    pub undated: ActivityBucket,
}

/// What sessions that started within a bucket did.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct ActivityBucket {
    /// Its first day.
    pub day: Day,
    pub sessions: u32,
    pub prompts: u32,
    pub responses: u32,
    pub tool_calls: u32,
    /// Answers that show thinking.
    pub thinking: u32,
    /// Messages by agent, in order of appearance.
    pub by_agent: Vec<(String, u32)>,
    /// Generated tokens; not recorded is a gap, not zero. Its rows are sessions and forks.
    pub output: Tally,
    pub cost: CostTally,
}

impl ActivityBucket {
    pub const fn messages(&self) -> u32 {
        self.prompts + self.responses
    }
}

/// More buckets than this are no chart; they become coarser.
pub const MOST_BUCKETS: i32 = 4_000;

/// The wish, or what fits the range; coarser where there would be too many buckets.
pub fn granularity(wish: Option<Granularity>, first: Day, last: Day) -> Granularity {
    let days = last.0.saturating_sub(first.0).saturating_add(1);
    let wish = wish.unwrap_or(Granularity::fitting(days));
    let is_too_fine = match wish {
        Granularity::Day => days > MOST_BUCKETS,
        Granularity::Week => days / 7 > MOST_BUCKETS,
        Granularity::Month => false,
    };
    if is_too_fine { Granularity::Month } else { wish }
}

pub fn activity(picks: &Picks<'_>, wish: Option<Granularity>) -> Activity {
    let mut activity =
        Activity { panel: Panel::new(picks, PanelScope::Sessions, Basis::SessionStart), ..Activity::default() };
    let range = picks.days();
    if let Some((first, last)) = range {
        activity.granularity = granularity(wish, first, last);
        let mut bucket = activity.granularity.bucket(first);
        while bucket <= last {
            activity.buckets.push(ActivityBucket { day: bucket, ..ActivityBucket::default() });
            bucket = activity.granularity.next(bucket);
        }
    }
    let mut agents: Vec<Vec<(StrId, u32)>> = vec![Vec::new(); activity.buckets.len() + 1];
    for pick in &picks.rows {
        let Some(row) = picks.row(pick.session) else { continue };
        let key = pick.day.map(|day| activity.granularity.bucket(day));
        let place = key.and_then(|key| activity.buckets.binary_search_by_key(&key, |bucket| bucket.day).ok());
        let bucket = place.and_then(|place| activity.buckets.get_mut(place)).unwrap_or(&mut activity.undated);
        pick.add_to(&mut bucket.output, &mut bucket.cost);
        if !pick.is_session() {
            continue;
        }
        bucket.sessions += 1;
        bucket.prompts += pick.prompts;
        bucket.responses += pick.responses;
        bucket.tool_calls += pick.calls;
        bucket.thinking += pick.thinking;
        let Some(known) = agents.get_mut(place.map_or(0, |place| place + 1)) else { continue };
        match known.iter_mut().find(|(agent, _)| *agent == row.agent) {
            Some((_, messages)) => *messages += pick.messages(),
            None => known.push((row.agent, pick.messages())),
        }
    }
    let named = |known: &Vec<(StrId, u32)>| {
        known.iter().map(|(agent, messages)| (picks.facts.name(*agent).to_owned(), *messages)).collect()
    };
    let Activity { buckets, undated, .. } = &mut activity;
    for (bucket, known) in std::iter::once(undated).chain(buckets).zip(&agents) {
        bucket.by_agent = named(known);
    }
    let mut output = Tally::default();
    activity.buckets.iter().chain([&activity.undated]).for_each(|bucket| output.merge(&bucket.output));
    activity.panel.coverage = Covered::of(&output, Unit::SessionsWithTokens);
    activity.panel.tell(activity.undated.sessions, "session", "without a date, listed apart");
    activity
}
