//! What logs may or may not record: the columns of the coverage table.

use super::Wire;
use serde::Serialize;

/// Something that can be recorded or missing (token-coverage.md §1, PRODUCT §4 "Coverage").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Wire, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// Generated tokens.
    Output,
    /// Size of the prompt of one request.
    Context,
    CacheRead,
    CacheWrite,
    /// Recorded, or computed from tokens and prices.
    Cost,
    /// When things happened.
    Time,
    /// How long tools took.
    ToolDuration,
    /// Logs of the sub-agents that a session started.
    SubAgents,
}

impl Metric {
    /// In the order of the columns.
    pub const ALL: [Self; 8] = [
        Self::Output,
        Self::Context,
        Self::CacheRead,
        Self::CacheWrite,
        Self::Cost,
        Self::Time,
        Self::ToolDuration,
        Self::SubAgents,
    ];

    /// Its place in [`Metric::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Stable name, as links and exports write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Output => "output",
            Self::Context => "context",
            Self::CacheRead => "cache-read",
            Self::CacheWrite => "cache-write",
            Self::Cost => "cost",
            Self::Time => "time",
            Self::ToolDuration => "tool-duration",
            Self::SubAgents => "sub-agents",
        }
    }

    /// A heading for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Output => "Output",
            Self::Context => "Context",
            Self::CacheRead => "Cache read",
            Self::CacheWrite => "Cache write",
            Self::Cost => "Cost",
            Self::Time => "Time",
            Self::ToolDuration => "Tool duration",
            Self::SubAgents => "Sub-agents",
        }
    }

    /// What is counted as recorded and eligible, in the singular. A total that stands for all requests of its session
    /// counts as one of them.
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Output | Self::Context | Self::CacheRead | Self::CacheWrite | Self::Cost => "request",
            Self::Time => "event",
            Self::ToolDuration => "tool call",
            Self::SubAgents => "sub-agent",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_stand_at_their_places() {
        for (place, metric) in Metric::ALL.into_iter().enumerate() {
            assert_eq!(metric.index(), place);
            assert_eq!(serde_json::to_value(metric).ok(), Some(metric.name().into()));
        }
    }
}
