//! How fast things go (analytics.md §9).

use super::panel::{Basis, Covered, Panel, PanelScope, Unit};
use super::select::Picks;
use super::stats::{Tenths, ascending, percentile};
use crate::model::{StrId, Wire, sorted};

/// Over all sessions, by agent and by length.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Velocity {
    pub panel: Panel,
    pub whole: VelocityRow,
    /// By name.
    pub agents: Vec<VelocityRow>,
    /// `1-15`, `16-60`, `61+` messages.
    pub lengths: Vec<VelocityRow>,
}

/// The speeds of some sessions. `None` is nothing to measure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire)]
pub struct VelocityRow {
    pub name: String,
    pub sessions: u32,
    /// Prompt to answer, seconds: of so many pairs.
    pub cycles: u32,
    pub cycle_p50: Option<Tenths>,
    pub cycle_p90: Option<Tenths>,
    /// First prompt to first answer, seconds.
    pub first_p50: Option<Tenths>,
    pub first_p90: Option<Tenths>,
    /// Time without pauses, of sessions that have any, milliseconds.
    pub active_ms: u64,
    pub messages_per_minute: Option<Tenths>,
    pub tools_per_minute: Option<Tenths>,
}

/// Messages that complexity tells apart.
pub const COMPLEXITIES: [&str; 3] = ["1-15", "16-60", "61+"];

/// A row in the making.
#[derive(Default, Clone)]
struct Sums {
    sessions: u32,
    cycles: Vec<u64>,
    firsts: Vec<u64>,
    active_ms: u64,
    messages: u64,
    calls: u64,
}

impl Sums {
    /// `cycles` stand in order.
    fn finish(mut self, name: &str) -> VelocityRow {
        let seconds = |ms: Option<u64>| Tenths::ratio(ms?.into(), 1000);
        let per_minute = |amount: u64| Tenths::ratio(i128::from(amount) * 60_000, self.active_ms.into());
        let (messages_per_minute, tools_per_minute) = (per_minute(self.messages), per_minute(self.calls));
        ascending(&mut self.firsts);
        VelocityRow {
            name: name.to_owned(),
            sessions: self.sessions,
            cycles: self.cycles.len() as u32,
            cycle_p50: seconds(percentile(&self.cycles, 50)),
            cycle_p90: seconds(percentile(&self.cycles, 90)),
            first_p50: seconds(percentile(&self.firsts, 50)),
            first_p90: seconds(percentile(&self.firsts, 90)),
            active_ms: self.active_ms,
            messages_per_minute,
            tools_per_minute,
        }
    }
}

/// Which sums a session goes into.
#[derive(Clone, Copy)]
struct Place {
    agent: usize,
    length: usize,
}

pub fn velocity(picks: &Picks<'_>) -> Velocity {
    let mut panel = Panel::new(picks, PanelScope::Main, Basis::SessionStart);
    let mut whole = Sums::default();
    let mut agents: Vec<(StrId, Sums)> = Vec::new();
    let mut lengths = vec![Sums::default(); COMPLEXITIES.len()];
    let mut places: Vec<Option<Place>> = vec![None; picks.facts.sessions.len()];
    let (mut timed, mut untimed, mut short) = (0, 0, 0);
    for pick in picks.rows.iter().filter(|pick| pick.is_main()) {
        let Some(row) = picks.row(pick.session) else { continue };
        let messages = row.prompts + row.responses;
        match messages {
            0 | 1 => short += 1,
            _ if row.untimed == messages => untimed += 1,
            _ => timed += 1,
        }
        if messages < 2 || row.untimed == messages {
            continue;
        }
        let agent = agents.iter().position(|(known, _)| *known == row.agent).unwrap_or_else(|| {
            agents.push((row.agent, Sums::default()));
            agents.len() - 1
        });
        let place = Place { agent, length: complexity(messages) };
        if let Some(slot) = places.get_mut(pick.session as usize) {
            *slot = Some(place);
        }
        for sums in of_place(&mut whole, &mut agents, &mut lengths, place).into_iter().flatten() {
            sums.sessions += 1;
            sums.firsts.extend(row.first_response_ms);
            if row.active_ms > 0 {
                sums.active_ms += row.active_ms;
                sums.messages += u64::from(messages);
                sums.calls += u64::from(row.calls.end - row.calls.start);
            }
        }
    }
    for cycle in &picks.facts.cycles {
        let Some(place) = places.get(cycle.session as usize).copied().flatten() else { continue };
        for sums in of_place(&mut whole, &mut agents, &mut lengths, place).into_iter().flatten() {
            sums.cycles.push(cycle.ms.into());
        }
    }
    panel.coverage = Covered { reported: timed, eligible: timed + untimed, unit: Unit::TimedSessions };
    panel.tell(short, "session", "with fewer than two messages left out");
    panel.note("a turn is prompt → answer, tool turnarounds are none");
    panel.note("characters per minute are not known: texts are not kept");
    if !picks.sieve.is_open() {
        panel.note("speeds are those of whole sessions");
    }
    let agents = agents.into_iter().map(|(agent, sums)| sums.finish(picks.facts.name(agent))).collect();
    Velocity {
        panel,
        whole: whole.finish("all"),
        agents: sorted(agents, |a: &VelocityRow, b| a.name.cmp(&b.name)),
        lengths: lengths.into_iter().zip(COMPLEXITIES).map(|(sums, name)| sums.finish(name)).collect(),
    }
}

fn of_place<'a>(
    whole: &'a mut Sums,
    agents: &'a mut [(StrId, Sums)],
    lengths: &'a mut [Sums],
    place: Place,
) -> [Option<&'a mut Sums>; 3] {
    [Some(whole), agents.get_mut(place.agent).map(|(_, sums)| sums), lengths.get_mut(place.length)]
}

const fn complexity(messages: u32) -> usize {
    match messages {
        ..=15 => 0,
        16..=60 => 1,
        61.. => 2,
    }
}
