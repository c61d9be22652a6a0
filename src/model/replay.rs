//! The typed events of the replay text (fizeau.md §6), which any format can give. Formats fill them in, `export`
//! prints them.

use super::Civil;

/// Which rules a replay follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Byte for byte what fizeau's own command prints.
    Reference,
    /// Ours: times converted to UTC, errors shown, no broken characters (the deviations marked "ours" in fizeau.md §6).
    Ours,
}

/// One event that prints something. Empty strings print nothing or their bare label, as §6 says for each.
#[derive(Debug, Clone, PartialEq)]
pub enum ReplayEvent {
    Start(Box<ReplayStart>),
    Request(ReplayRequest),
    Response(ReplayResponse),
    Tool(ReplayTool),
    End(Box<ReplayEnd>),
}

/// A session begins.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReplayStart {
    pub session_id: String,
    /// The date and time to print; `None` prints year 1.
    pub time: Option<Civil>,
    pub provider: String,
    pub model: String,
    pub route: SelectedRoute,
    pub sticky: Sticky,
    pub utilization: Utilization,
    pub max_iterations: i64,
    pub work_dir: String,
    pub system_prompt: String,
    pub prompt: String,
}

/// Where a run was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SelectedRoute {
    pub endpoint: String,
    pub server_instance: String,
}

/// Whether, and why, a run was kept on the server of an earlier one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sticky {
    pub is_key_present: bool,
    pub assignment: String,
    pub reason: String,
    /// Added to the server's score; 0 is none.
    pub bonus: f64,
}

/// How busy the chosen server was. A present 0 is a measured 0.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Utilization {
    pub source: String,
    pub freshness: String,
    pub active: Option<i64>,
    pub queued: Option<i64>,
    pub max: Option<i64>,
    pub cache_pressure: Option<f64>,
}

/// What went to the model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReplayRequest {
    pub messages: Vec<ReplayMessage>,
    /// How many tools were offered.
    pub tools: usize,
}

/// One message of a request. Of the roles only `system`, `user`, `assistant` and `tool` are printed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReplayMessage {
    pub role: String,
    pub content: String,
    pub tool_calls: Vec<ReplayToolCall>,
}

/// A call that a message repeats.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReplayToolCall {
    pub name: String,
    /// Compact JSON by rule J of fizeau.md §6.
    pub arguments: String,
}

/// What came back from the model.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReplayResponse {
    pub latency_ms: i64,
    pub input: i64,
    pub output: i64,
    /// US dollars; 0 when unknown, which prints the same.
    pub cost_usd: f64,
    pub content: String,
    /// How many tools the model asked for.
    pub tool_calls: u64,
    /// Why the response failed. Always empty by [`Cut::Reference`], which does not print it.
    pub error: String,
}

/// A tool ran.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReplayTool {
    pub name: String,
    pub duration_ms: i64,
    /// Compact JSON by rule J of fizeau.md §6.
    pub input: String,
    /// Not cut yet: where the cut falls depends on [`Cut`].
    pub output: String,
    pub error: String,
}

/// A session ends.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReplayEnd {
    pub status: String,
    pub model: String,
    pub route: SelectedRoute,
    pub duration_ms: i64,
    pub input: i64,
    pub output: i64,
    /// US dollars; `None` and negative amounts are unknown.
    pub cost_usd: Option<f64>,
    /// In the order to print.
    pub metadata: Vec<(String, String)>,
    pub error: String,
}
