//! What agents tell of their own work: choices of a router (fizeau.md §8), and where tokens went (codetether.md §3.1).

use super::panel::{Basis, Covered, Panel, PanelScope, Unit};
use super::select::Picks;
use crate::logic::post_mortem::{Summary, summarise};
use crate::logic::routing::{RoutingQuality, routing_quality};
use crate::model::Wire;

/// How often callers took what the router would have chosen.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Routing {
    pub panel: Panel,
    pub quality: RoutingQuality,
}

/// What sessions spent and why.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct PostMortems {
    pub panel: Panel,
    pub summary: Summary,
}

/// `None` where nothing of the kind is recorded.
pub fn routing(picks: &Picks<'_>) -> Option<Routing> {
    let mut panel = told(picks);
    let sessions = || picks.rows.iter().filter_map(|pick| picks.session(pick.session));
    let facts = sessions().filter_map(|session| Some((session.part.routing.as_ref()?, session.part.started)));
    let quality = routing_quality(facts, None);
    panel.coverage = Covered {
        reported: quality.total_requests,
        eligible: picks.rows.len() as u32,
        unit: Unit::SessionsWithRouting,
    };
    (quality.total_requests > 0).then_some(Routing { panel, quality })
}

/// `None` where nothing of the kind is recorded.
pub fn post_mortems(picks: &Picks<'_>) -> Option<PostMortems> {
    let mut panel = told(picks);
    let sessions = picks.rows.iter().filter_map(|pick| picks.session(pick.session));
    let summary = summarise(sessions.filter_map(|session| session.part.post_mortem.as_ref()));
    panel.coverage =
        Covered { reported: summary.sessions, eligible: picks.rows.len() as u32, unit: Unit::SessionsWithTelemetry };
    (summary.sessions > 0).then_some(PostMortems { panel, summary })
}

fn told(picks: &Picks<'_>) -> Panel {
    let mut panel = Panel::new(picks, PanelScope::Sessions, Basis::SessionStart);
    if !picks.sieve.is_open() {
        panel.note("numbers are those of whole sessions");
    }
    panel
}
