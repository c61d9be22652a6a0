//! What rows of the usage table stand for.

use super::{UsageInput, or_unknown};
use crate::model::{Civil, Timestamp, Wire, Zone};

/// Key of sessions that have no start time, where rows are dates. Sorts behind every date.
pub const NO_DATE: &str = "no date";

/// How sessions are grouped into rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Wire)]
pub enum By {
    /// The reference's key (fizeau.md §7).
    #[default]
    ProviderModel,
    Model,
    Provider,
    Agent,
    Harness,
    Project,
    /// Local day of the start: `2026-05-01`.
    Day,
    /// The Monday that starts the local week: `2026-04-27`.
    Week,
    /// Local month of the start: `2026-05`.
    Month,
    Session,
}

impl By {
    pub const ALL: [Self; 10] = [
        Self::ProviderModel,
        Self::Model,
        Self::Provider,
        Self::Agent,
        Self::Harness,
        Self::Project,
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Session,
    ];

    /// Stable name, as links and exports write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ProviderModel => "provider-model",
            Self::Model => "model",
            Self::Provider => "provider",
            Self::Agent => "agent",
            Self::Harness => "harness",
            Self::Project => "project",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Session => "session",
        }
    }

    /// The inverse of [`By::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.name() == name)
    }

    /// Whether rows stand for agents or runs, so that a run and the log of the agent it called each have theirs.
    pub(super) const fn keeps_wrappers(self) -> bool {
        matches!(self, Self::Agent | Self::Harness | Self::Session)
    }

    /// What of a request decides about its row: its model, its day.
    pub(crate) const fn cuts_sessions(self) -> (bool, bool) {
        match self {
            Self::ProviderModel | Self::Model | Self::Provider => (true, false),
            Self::Day | Self::Week | Self::Month => (false, true),
            Self::Agent | Self::Harness | Self::Project | Self::Session => (false, false),
        }
    }

    /// What the columns of a key hold.
    pub const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::ProviderModel => &["provider", "model"],
            Self::Model => &["model"],
            Self::Provider => &["provider"],
            Self::Agent => &["agent"],
            Self::Harness => &["harness"],
            Self::Project => &["project"],
            Self::Day => &["day"],
            Self::Week => &["week"],
            Self::Month => &["month"],
            Self::Session => &["session", "title"],
        }
    }

    /// The row of a session; names that are missing or empty become `unknown`.
    pub(super) fn key(self, input: &UsageInput<'_>, zone: &Zone) -> Vec<String> {
        let named = |name: &str| or_unknown(name).to_owned();
        let dated = |text: fn(Civil) -> String| vec![date_key(input.at, zone, text)];
        match self {
            Self::ProviderModel => vec![named(input.provider), named(input.model)],
            Self::Model => vec![named(input.model)],
            Self::Provider => vec![named(input.provider)],
            Self::Agent => vec![named(input.agent)],
            Self::Harness => vec![named(input.harness.unwrap_or_default())],
            Self::Project => vec![named(input.project.unwrap_or_default())],
            Self::Day => dated(Civil::date_text),
            Self::Week => dated(|day| monday(day).date_text()),
            Self::Month => dated(|day| format!("{:04}-{:02}", day.year, day.month)),
            Self::Session => vec![input.owner.0.into(), input.owner.1.into()],
        }
    }
}

fn date_key(at: Option<Timestamp>, zone: &Zone, text: fn(Civil) -> String) -> String {
    at.map_or_else(|| NO_DATE.into(), |at| text(zone.local(at)))
}

fn monday(day: Civil) -> Civil {
    Civil::from_utc_seconds(day.utc_seconds() - i64::from(day.weekday()) * 86_400)
}
