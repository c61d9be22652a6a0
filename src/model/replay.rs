//! The typed events of the replay text (fizeau.md §6), which any format can give.

use super::Civil;

/// Which rules a replay follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Byte for byte what fizeau's own command prints.
    Reference,
    /// Ours: times converted to UTC, errors shown, no broken characters (the deviations marked "ours" in fizeau.md §6).
    Ours,
}

/// Where a run was sent. Empty strings and `None` print nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SelectedRoute {
    pub endpoint: String,
    pub server_instance: String,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReplayToolCall {
    pub name: String,
    /// Compact JSON by rule J of fizeau.md §6.
    pub arguments: String,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReplayMessage {
    pub role: String,
    pub content: String,
    pub tool_calls: Vec<ReplayToolCall>,
}

/// One event that prints something.
#[derive(Debug, Clone, PartialEq)]
pub enum ReplayEvent {
    Start {
        session_id: String,
        /// `None` prints year 1.
        time: Option<Civil>,
        provider: String,
        model: String,
        route: SelectedRoute,
        /// The `Sticky:` line without its name; empty prints nothing.
        sticky: String,
        /// The `Utilization:` line without its name; empty prints nothing.
        utilization: String,
        max_iterations: i64,
        work_dir: String,
        system_prompt: String,
        prompt: String,
    },
    Request { messages: Vec<ReplayMessage>, tools: usize },
    Response { latency_ms: i64, input: i64, output: i64, cost_usd: Option<f64>, content: String, tool_calls: usize, error: String },
    /// `output` is a byte string: the reference cuts inside characters.
    Tool { name: String, duration_ms: i64, input: String, output: String, error: String },
    End {
        status: String,
        model: String,
        route: SelectedRoute,
        duration_ms: i64,
        input: i64,
        output: i64,
        cost_usd: Option<f64>,
        metadata: Vec<(String, String)>,
        error: String,
    },
}
