//! What is counted in totals: names, units, and how numbers come of their rows.

use super::name::Place;
use crate::model::Metric;

/// What amounts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Count,
    Tokens,
    /// Pico-dollars.
    Money,
    /// Milliseconds.
    Ms,
    /// Thousandths of a whole.
    Permille,
}

/// How a number comes of its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    Sum,
    /// Sum of one column in that of another, percent.
    Share,
    /// Sum of the amounts, over the sum of the other column.
    Quotient,
    /// The same, for a second of milliseconds.
    PerSecond,
    /// The same, for a minute of milliseconds.
    PerMinute,
    /// Sum of the amounts, over how many different names the rows have.
    Each,
    Median,
    /// The amounts at half and at nine tenths of the way from the smallest to the largest (analytics.md §0).
    P50,
    P90,
    /// The largest amount.
    Largest,
    /// How many different names the rows have.
    Different,
    /// The three largest sums by name, in all, percent (analytics.md §1).
    LargestThree,
}

/// Places that have a measure: bits.
const DASHBOARD: u8 = 1;
const REQUESTS: u8 = 2;
const USAGE: u8 = 4;
const REFERENCE: u8 = 8;
const SESSION: u8 = 16;
const TABLES: u8 = USAGE | REFERENCE;
const EVERYWHERE: u8 = REQUESTS | TABLES | SESSION;

/// A line of the table of measures.
struct Line {
    measure: Measure,
    name: &'static str,
    title: &'static str,
    unit: Unit,
    made: Made,
    places: u8,
}

macro_rules! measures {
    ($($measure:ident $name:literal $title:literal $unit:ident $made:ident $places:expr;)*) => {
        /// What is counted.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Measure {
            $($measure,)*
            /// Of how many units a metric is recorded.
            Recorded(Metric),
        }

        const LINES: &[Line] = &[$(Line {
            measure: Measure::$measure,
            name: $name,
            title: $title,
            unit: Unit::$unit,
            made: Made::$made,
            places: $places,
        },)*];
    };
}

measures! {
    Sessions "sessions" "Sessions" Count Sum DASHBOARD | TABLES;
    SessionsUsed "sessions" "Sessions" Count Different REQUESTS;
    Messages "messages" "Messages" Count Sum DASHBOARD;
    Prompts "prompts" "Prompts" Count Sum DASHBOARD;
    Responses "responses" "Responses" Count Sum DASHBOARD;
    ToolCalls "tool-calls" "Tool calls" Count Sum DASHBOARD;
    FailedCalls "failed-calls" "Failed tool calls" Count Share DASHBOARD;
    CallMedian "median-duration" "Median duration of calls" Ms Median DASHBOARD;
    AverageMessages "average-messages" "Messages a session" Count Quotient DASHBOARD;
    MedianMessages "median-messages" "Median of messages" Count Median DASHBOARD;
    P90Messages "p90-messages" "p90 of messages" Count P90 DASHBOARD;
    Projects "projects" "Projects" Count Different DASHBOARD;
    ActiveDays "active-days" "Active days" Count Different DASHBOARD;
    Concentration "concentration" "Concentration" Count LargestThree DASHBOARD;
    ActiveTime "active-time" "Active time" Ms Sum DASHBOARD;
    TurnP50 "turn-p50" "Prompt to response, p50" Ms P50 DASHBOARD;
    TurnP90 "turn-p90" "Prompt to response, p90" Ms P90 DASHBOARD;
    FirstP50 "first-p50" "First response, p50" Ms P50 DASHBOARD;
    FirstP90 "first-p90" "First response, p90" Ms P90 DASHBOARD;
    MessagePace "messages-a-minute" "Messages an active minute" Count PerMinute DASHBOARD;
    ToolPace "tools-a-minute" "Tool calls an active minute" Count PerMinute DASHBOARD;
    Score "score" "Average score" Count Quotient DASHBOARD;
    Pressure "pressure" "Window that largest prompts fill" Permille Quotient DASHBOARD;
    Compactions "compactions" "Compactions" Count Sum DASHBOARD;
    Retries "retries" "Calls that asked the same again" Count Sum DASHBOARD;
    Churn "churn" "Files edited again and again" Count Sum DASHBOARD;
    Agents "agents" "Most agents at once" Count Sum DASHBOARD;
    AgentTime "agent-time" "Agent time" Ms Sum DASHBOARD;
    ClockTime "clock-time" "Active by the clock" Ms Sum DASHBOARD;
    IdleTime "idle-time" "Idle" Ms Sum DASHBOARD;
    Untimed "untimed" "Sessions without times" Count Sum DASHBOARD;
    Routed "routed" "Requests of a router" Count Sum DASHBOARD;
    Overrides "overrides" "Overrides" Count Sum DASHBOARD;
    Accepted "accepted" "The router's choice was taken" Count Share DASHBOARD;
    Disagreed "disagreed" "Overrides that differ from it" Count Share DASHBOARD;
    Stalled "stalled" "Stalled" Count Sum DASHBOARD;
    Cancelled "cancelled" "Cancelled" Count Sum DASHBOARD;
    NoOutcome "no-outcome" "No outcome" Count Sum DASHBOARD;
    ToldTokens "told-tokens" "Tokens by telemetry" Tokens Sum DASHBOARD;
    ToldCalls "told-calls" "Calls by telemetry" Count Sum DASHBOARD;
    ToldPrompt "told-prompt" "Prompt tokens by telemetry" Tokens Sum DASHBOARD;
    ToldCompletion "told-completion" "Completion tokens by telemetry" Tokens Sum DASHBOARD;
    RlmShare "rlm-share" "RLM share of tokens" Tokens Share DASHBOARD;
    RlmConverged "rlm-converged" "RLM runs that converged" Count Share DASHBOARD;
    Fallbacks "fallbacks" "Subcall fallbacks" Count Sum DASHBOARD;
    ToldCompactions "told-compactions" "Compactions by telemetry" Count Sum DASHBOARD;
    Truncations "truncations" "Truncations" Count Sum DASHBOARD;
    Fullest "fullest" "Fullest forecast" Permille Largest DASHBOARD;
    Requests "requests" "Requests" Count Sum REQUESTS | USAGE;
    Unpriced "unpriced" "Requests of models without a price" Count Sum REQUESTS;
    Input "input" "Input, uncached" Tokens Sum EVERYWHERE;
    CacheRead "cache-read" "Cache read" Tokens Sum EVERYWHERE;
    CacheWrite "cache-write" "Cache write" Tokens Sum EVERYWHERE;
    Output "output" "Output tokens" Tokens Sum EVERYWHERE | DASHBOARD;
    Tokens "tokens" "Tokens" Tokens Sum REQUESTS | REFERENCE;
    Cost "cost" "Cost" Money Sum EVERYWHERE | DASHBOARD;
    Context "context" "Largest prompt" Tokens Largest SESSION;
    DailyBurn "daily-burn" "Cost a day of use" Money Each REQUESTS;
    CostEach "cost-each" "Cost per session" Money Each REQUESTS;
    TokensEach "tokens-each" "Tokens per session" Tokens Each REQUESTS;
    InputEach "input-each" "Uncached input per session" Tokens Each REQUESTS;
    CacheReadEach "cache-read-each" "Cache reads per session" Tokens Each REQUESTS;
    CacheWriteEach "cache-write-each" "Cache writes per session" Tokens Each REQUESTS;
    OutputEach "output-each" "Output per session" Tokens Each REQUESTS;
    Saved "saved" "Saved by caches" Money Sum REQUESTS;
    Duration "duration" "Duration" Ms Sum TABLES;
    Ok "ok" "OK" Count Sum TABLES | DASHBOARD;
    Failed "failed" "Failed" Count Sum TABLES | DASHBOARD;
    SuccessRate "success-rate" "Success" Count Share TABLES;
    CostPerSuccess "cost-per-success" "Cost a success" Money Quotient TABLES;
    OutputPace "output-pace" "Output tokens a second" Tokens PerSecond USAGE;
    HitRate "hit-rate" "Cache hit rate" Tokens Share TABLES | REQUESTS;
}

impl Measure {
    fn line(self) -> Option<&'static Line> {
        LINES.iter().find(|line| line.measure == self)
    }

    /// Stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Recorded(metric) => metric.name(),
            _ => self.line().map_or("", |line| line.name),
        }
    }

    /// A heading for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Recorded(metric) => metric.title(),
            _ => self.line().map_or("", |line| line.title),
        }
    }

    /// What its amounts are.
    pub fn unit(self) -> Unit {
        self.line().map_or(Unit::Count, |line| line.unit)
    }

    /// How it comes of its rows.
    pub fn made(self) -> Made {
        self.line().map_or(Made::Share, |line| line.made)
    }

    /// Of what its rows are amounts, where it divides their sum by something.
    pub const fn base(self) -> Self {
        match self {
            Self::DailyBurn | Self::CostEach => Self::Cost,
            Self::TokensEach => Self::Tokens,
            Self::InputEach => Self::Input,
            Self::CacheReadEach => Self::CacheRead,
            Self::CacheWriteEach => Self::CacheWrite,
            Self::OutputEach => Self::Output,
            other => other,
        }
    }

    /// The measures of a place, by name.
    pub fn names_in(place: Place) -> Vec<&'static str> {
        match place {
            Place::Coverage => Metric::ALL.map(Metric::name).to_vec(),
            _ => LINES.iter().filter(|line| line.places & bit(place) != 0).map(|line| line.name).collect(),
        }
    }

    /// The measure of a name in a place.
    pub(super) fn from_name(place: Place, name: &str) -> Option<Self> {
        match place {
            Place::Coverage => Metric::ALL.into_iter().find(|metric| metric.name() == name).map(Self::Recorded),
            _ => {
                let found = LINES.iter().find(|line| line.name == name && line.places & bit(place) != 0);
                found.map(|line| line.measure)
            }
        }
    }
}

const fn bit(place: Place) -> u8 {
    match place {
        Place::Sessions | Place::Main => DASHBOARD,
        Place::Requests => REQUESTS,
        Place::Usage => USAGE,
        Place::Reference => REFERENCE,
        Place::Session => SESSION,
        Place::Coverage => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_has_a_name_of_its_own_where_it_stands() {
        let places = Place::ALL.into_iter().filter(|place| *place != Place::Coverage);
        for (place, line) in places.flat_map(|place| LINES.iter().map(move |line| (place, line))) {
            let found = Measure::from_name(place, line.name);
            assert_eq!(found == Some(line.measure), line.places & bit(place) != 0, "{}", line.name);
        }
        assert!(LINES.iter().all(|line| line.places != 0 && !line.title.is_empty()));
    }
}
