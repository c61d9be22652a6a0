//! Which metric a chart shows: what the user wants, as far as the loaded data has it (token-coverage.md §6).

use crate::model::Wire;

/// What a chart may count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Wire)]
pub enum ChartMetric {
    #[default]
    Messages,
    Sessions,
    Duration,
    OutputTokens,
    Cost,
    Context,
}

impl ChartMetric {
    pub const ALL: [Self; 6] =
        [Self::Messages, Self::Sessions, Self::Duration, Self::OutputTokens, Self::Cost, Self::Context];

    /// Stable name, as links and exports write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Messages => "messages",
            Self::Sessions => "sessions",
            Self::Duration => "duration",
            Self::OutputTokens => "output_tokens",
            Self::Cost => "cost",
            Self::Context => "context",
        }
    }

    /// As people read it, within a sentence.
    pub const fn words(self) -> &'static str {
        match self {
            Self::OutputTokens => "output tokens",
            Self::Cost => "costs",
            Self::Context => "prompt sizes",
            other => other.name(),
        }
    }

    /// The inverse of [`ChartMetric::name`]; `None` for words of other versions and edited links (K3).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.name() == name)
    }

    /// Whether logs may lack it.
    const fn needs_data(self) -> bool {
        matches!(self, Self::OutputTokens | Self::Cost | Self::Context)
    }
}

/// Whether the loaded data has a metric, whatever the filter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub enum Capability {
    /// Logs are being read.
    #[default]
    Unknown,
    Absent,
    Present,
}

/// What all loaded sessions have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub struct Capabilities {
    /// At least one session has output tokens.
    pub output_tokens: Capability,
    /// At least one request has a cost.
    pub cost: Capability,
    /// At least one request has a prompt size.
    pub context: Capability,
}

impl Capabilities {
    /// Of a metric; what every log has is present.
    pub const fn of(&self, metric: ChartMetric) -> Capability {
        match metric {
            ChartMetric::OutputTokens => self.output_tokens,
            ChartMetric::Cost => self.cost,
            ChartMetric::Context => self.context,
            ChartMetric::Messages | ChartMetric::Sessions | ChartMetric::Duration => Capability::Present,
        }
    }
}

/// How the control of a metric looks (K4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ControlState {
    Normal,
    /// Visible and disabled, with this reason.
    Disabled(&'static str),
}

/// One chart's metric: intent and what follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricChoice {
    /// Those that the chart offers.
    offered: &'static [ChartMetric],
    /// What the user last chose: by a click, in an earlier visit, through a link. Nothing but a choice changes it (K5).
    intent: Option<ChartMetric>,
    /// A notice about the present gap was shown or dismissed.
    is_told: bool,
    /// The intent came from a link or from storage: the user should hear why it is not shown (K6).
    is_remembered: bool,
}

/// Metrics of the heatmap (analytics.md §4).
pub const HEATMAP: &[ChartMetric] = &[ChartMetric::Messages, ChartMetric::Sessions, ChartMetric::OutputTokens];
/// Metrics of the ranking (analytics.md §6).
pub const TOP: &[ChartMetric] = &[ChartMetric::Messages, ChartMetric::Duration, ChartMetric::OutputTokens];

impl MetricChoice {
    pub const fn new(offered: &'static [ChartMetric]) -> Self {
        Self { offered, intent: None, is_told: false, is_remembered: false }
    }

    /// A word of a link or of storage; unknown ones clear the intent (K3).
    pub fn remembered(mut self, name: &str) -> Self {
        self.intent = ChartMetric::from_name(name).filter(|metric| self.offered.contains(metric));
        (self.is_remembered, self.is_told) = (true, false);
        self
    }

    /// The user picks a metric.
    pub fn choose(&mut self, metric: ChartMetric) {
        if self.offered.contains(&metric) {
            self.intent = Some(metric);
            (self.is_remembered, self.is_told) = (false, false);
        }
    }

    pub const fn intent(&self) -> Option<ChartMetric> {
        self.intent
    }

    /// What is computed and shown; exports and links say this (K1, K2, K8). A filter that leaves nothing changes it not
    /// (K7), since capability ignores filters.
    pub fn effective(&self, capabilities: &Capabilities) -> ChartMetric {
        self.intent.filter(|metric| capabilities.of(*metric) == Capability::Present).unwrap_or_default()
    }

    /// How the control of a metric looks (K4).
    pub const fn control(metric: ChartMetric, capabilities: &Capabilities) -> ControlState {
        match (capabilities.of(metric), metric) {
            (Capability::Present, _) => ControlState::Normal,
            (Capability::Unknown, _) => ControlState::Disabled("checking"),
            (Capability::Absent, ChartMetric::Cost) => ControlState::Disabled("no loaded request has a cost"),
            (Capability::Absent, ChartMetric::Context) => {
                ControlState::Disabled("no loaded request records the size of its prompt")
            }
            (Capability::Absent, _) => ControlState::Disabled("no loaded session records output tokens"),
        }
    }

    /// Tells once why something else is shown than what was asked for (K6); again only after the data had it. To be
    /// called whenever capabilities change.
    pub fn notice(&mut self, capabilities: &Capabilities) -> Option<String> {
        let wanted = self.intent.filter(|metric| metric.needs_data())?;
        match capabilities.of(wanted) {
            Capability::Unknown => None,
            Capability::Present => {
                // It was shown: should it go, that is news.
                (self.is_told, self.is_remembered) = (false, true);
                None
            }
            Capability::Absent if self.is_told || !self.is_remembered => None,
            Capability::Absent => {
                self.is_told = true;
                let shown = self.effective(capabilities);
                Some(format!("This data has no {}; showing {} instead", wanted.words(), shown.words()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(output_tokens: Capability) -> Capabilities {
        Capabilities { output_tokens, ..Capabilities::default() }
    }

    /// token-coverage.md §6, the table.
    #[test]
    fn the_seven_steps() {
        let mut choice = MetricChoice::new(HEATMAP).remembered("output_tokens");
        let (unknown, absent, present) = (has(Capability::Unknown), has(Capability::Absent), has(Capability::Present));
        // 1
        assert_eq!((choice.effective(&unknown), choice.notice(&unknown)), (ChartMetric::Messages, None));
        assert_eq!(MetricChoice::control(ChartMetric::OutputTokens, &unknown), ControlState::Disabled("checking"));
        // 2
        assert_eq!((choice.effective(&present), choice.notice(&present)), (ChartMetric::OutputTokens, None));
        assert_eq!(MetricChoice::control(ChartMetric::OutputTokens, &present), ControlState::Normal);
        // 3
        assert_eq!(choice.effective(&absent), ChartMetric::Messages);
        let notice = "This data has no output tokens; showing messages instead";
        assert_eq!((choice.notice(&absent).as_deref(), choice.notice(&absent)), (Some(notice), None));
        let reason = ControlState::Disabled("no loaded session records output tokens");
        assert_eq!(MetricChoice::control(ChartMetric::OutputTokens, &absent), reason);
        assert_eq!(choice.intent(), Some(ChartMetric::OutputTokens), "coercion keeps the intent");
        // 4
        assert_eq!((choice.effective(&present), choice.notice(&present)), (ChartMetric::OutputTokens, None));
        // 5
        assert!(choice.notice(&absent).is_some());
        choice.choose(ChartMetric::Sessions);
        assert_eq!((choice.effective(&absent), choice.notice(&absent)), (ChartMetric::Sessions, None));
        assert_eq!(choice.effective(&present), ChartMetric::Sessions);
        // 6
        let misspelled = MetricChoice::new(HEATMAP).remembered("tokens_out");
        assert_eq!((misspelled.effective(&present), misspelled.intent()), (ChartMetric::Messages, None));
        // 7
        let mut top = MetricChoice::new(TOP).remembered("duration");
        for now in [unknown, absent, present] {
            assert_eq!((top.effective(&now), top.notice(&now)), (ChartMetric::Duration, None));
        }
    }

    #[test]
    fn a_chart_knows_its_own_metrics() {
        let mut heatmap = MetricChoice::new(HEATMAP).remembered("duration");
        assert_eq!(heatmap.intent(), None);
        heatmap.choose(ChartMetric::Cost);
        assert_eq!(heatmap.intent(), None);
        for metric in ChartMetric::ALL {
            assert_eq!(ChartMetric::from_name(metric.name()), Some(metric));
        }
    }

    #[test]
    fn a_link_to_data_without_the_metric_says_so_once() {
        let mut choice = MetricChoice::new(TOP).remembered("output_tokens");
        let absent = has(Capability::Absent);
        assert!(choice.notice(&absent).is_some());
        assert_eq!(choice.notice(&absent), None);
    }
}
