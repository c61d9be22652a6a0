//! How totals are named: `usage:model=gpt-5` and a measure, such as `cost`. The page hangs such names on its numbers, the
//! command takes them as options.

use crate::logic::analytics::behind::Part;
use crate::model::Metric;

/// Where a total stands, and so how it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Sessions and their sub-agents, by the day a session started: cards, activity, projects, tools.
    Sessions,
    /// The same without sub-agents and forks: calendar, hours, shape, health.
    Main,
    /// All that was used, by the time of each request: cost over time, attribution, blocks.
    Requests,
    /// The usage table.
    Usage,
    /// The usage table as fizeau itself counts (fizeau.md §7).
    Reference,
    /// The coverage table.
    Coverage,
    /// The sums of one session, with what it started unless only its own are asked for.
    Session,
}

impl Place {
    /// Every place.
    pub const ALL: [Self; 7] =
        [Self::Sessions, Self::Main, Self::Requests, Self::Usage, Self::Reference, Self::Coverage, Self::Session];

    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Main => "main",
            Self::Requests => "requests",
            Self::Usage => "usage",
            Self::Reference => "reference",
            Self::Coverage => "coverage",
            Self::Session => "session",
        }
    }
}

/// What amounts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Count,
    Tokens,
    /// Pico-dollars.
    Money,
    /// Milliseconds.
    Ms,
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
    Median,
    /// The amount at nine tenths of the way from the smallest to the largest (analytics.md §0).
    P90,
    /// How many different names the rows have.
    Different,
    /// The three largest sums by name, in all, percent (analytics.md §1).
    LargestThree,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    Sessions,
    Messages,
    Prompts,
    Responses,
    ToolCalls,
    FailedCalls,
    AverageMessages,
    MedianMessages,
    P90Messages,
    Projects,
    ActiveDays,
    Concentration,
    Requests,
    Input,
    CacheRead,
    CacheWrite,
    Output,
    Tokens,
    Cost,
    Duration,
    Ok,
    Failed,
    SuccessRate,
    CostPerSuccess,
    OutputPace,
    HitRate,
    /// Of how many units a metric is recorded.
    Recorded(Metric),
}

/// Name, title, unit and making of each measure but the recorded ones.
const MEASURES: [(Measure, &str, &str, Unit, Made); 26] = [
    (Measure::Sessions, "sessions", "Sessions", Unit::Count, Made::Sum),
    (Measure::Messages, "messages", "Messages", Unit::Count, Made::Sum),
    (Measure::Prompts, "prompts", "Prompts", Unit::Count, Made::Sum),
    (Measure::Responses, "responses", "Responses", Unit::Count, Made::Sum),
    (Measure::ToolCalls, "tool-calls", "Tool calls", Unit::Count, Made::Sum),
    (Measure::FailedCalls, "failed-calls", "Failed tool calls", Unit::Count, Made::Share),
    (Measure::AverageMessages, "average-messages", "Messages a session", Unit::Count, Made::Quotient),
    (Measure::MedianMessages, "median-messages", "Median of messages", Unit::Count, Made::Median),
    (Measure::P90Messages, "p90-messages", "p90 of messages", Unit::Count, Made::P90),
    (Measure::Projects, "projects", "Projects", Unit::Count, Made::Different),
    (Measure::ActiveDays, "active-days", "Active days", Unit::Count, Made::Different),
    (Measure::Concentration, "concentration", "Concentration", Unit::Count, Made::LargestThree),
    (Measure::Requests, "requests", "Requests", Unit::Count, Made::Sum),
    (Measure::Input, "input", "Input, uncached", Unit::Tokens, Made::Sum),
    (Measure::CacheRead, "cache-read", "Cache read", Unit::Tokens, Made::Sum),
    (Measure::CacheWrite, "cache-write", "Cache write", Unit::Tokens, Made::Sum),
    (Measure::Output, "output", "Output tokens", Unit::Tokens, Made::Sum),
    (Measure::Tokens, "tokens", "Tokens", Unit::Tokens, Made::Sum),
    (Measure::Cost, "cost", "Cost", Unit::Money, Made::Sum),
    (Measure::Duration, "duration", "Duration", Unit::Ms, Made::Sum),
    (Measure::Ok, "ok", "OK", Unit::Count, Made::Sum),
    (Measure::Failed, "failed", "Failed", Unit::Count, Made::Sum),
    (Measure::SuccessRate, "success-rate", "Success", Unit::Count, Made::Share),
    (Measure::CostPerSuccess, "cost-per-success", "Cost a success", Unit::Money, Made::Quotient),
    (Measure::OutputPace, "output-pace", "Output tokens a second", Unit::Tokens, Made::PerSecond),
    (Measure::HitRate, "hit-rate", "Cache hit rate", Unit::Tokens, Made::Share),
];

impl Measure {
    fn row(self) -> Option<&'static (Self, &'static str, &'static str, Unit, Made)> {
        MEASURES.iter().find(|(measure, ..)| *measure == self)
    }

    /// Stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Recorded(metric) => metric.name(),
            _ => self.row().map_or("", |(_, name, ..)| name),
        }
    }

    /// A heading for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Recorded(metric) => metric.title(),
            _ => self.row().map_or("", |(_, _, title, ..)| title),
        }
    }

    /// What its amounts are.
    pub fn unit(self) -> Unit {
        self.row().map_or(Unit::Count, |(.., unit, _)| *unit)
    }

    /// How it comes of its rows.
    pub fn made(self) -> Made {
        self.row().map_or(Made::Share, |(.., made)| *made)
    }

    /// The measures of a place, by name.
    pub fn names_in(place: Place) -> Vec<&'static str> {
        match place {
            Place::Coverage => Metric::ALL.map(Metric::name).to_vec(),
            _ => MEASURES.iter().filter(|(one, ..)| one.is_in(place)).map(|(_, name, ..)| *name).collect(),
        }
    }

    /// Whether a place has it.
    pub const fn is_in(self, place: Place) -> bool {
        match place {
            Place::Sessions | Place::Main => matches!(
                self,
                Self::Sessions
                    | Self::Messages
                    | Self::Prompts
                    | Self::Responses
                    | Self::ToolCalls
                    | Self::FailedCalls
                    | Self::AverageMessages
                    | Self::MedianMessages
                    | Self::P90Messages
                    | Self::Projects
                    | Self::ActiveDays
                    | Self::Concentration
                    | Self::Output
                    | Self::Cost
            ),
            Place::Requests => self.is_of_request(),
            Place::Session => self.is_of_request() && !matches!(self, Self::Tokens | Self::Requests),
            Place::Usage => match self {
                Self::Tokens => false,
                _ => self.is_of_request() || self.is_of_run(),
            },
            Place::Reference => match self {
                Self::OutputPace | Self::Requests => false,
                _ => self.is_of_request() || self.is_of_run(),
            },
            Place::Coverage => matches!(self, Self::Recorded(_)),
        }
    }

    const fn is_of_request(self) -> bool {
        matches!(
            self,
            Self::Requests
                | Self::Input
                | Self::CacheRead
                | Self::CacheWrite
                | Self::Output
                | Self::Tokens
                | Self::Cost
        )
    }

    const fn is_of_run(self) -> bool {
        matches!(
            self,
            Self::Sessions
                | Self::Ok
                | Self::Failed
                | Self::SuccessRate
                | Self::Duration
                | Self::CostPerSuccess
                | Self::OutputPace
                | Self::HitRate
        )
    }

    fn from_name(place: Place, name: &str) -> Option<Self> {
        match place {
            Place::Coverage => Metric::ALL.into_iter().find(|metric| metric.name() == name).map(Self::Recorded),
            _ => {
                let found = MEASURES.iter().find(|(_, known, ..)| *known == name).map(|(measure, ..)| *measure);
                found.filter(|measure| measure.is_in(place))
            }
        }
    }
}

/// Which part of what stands in a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// Of the dashboards.
    Part(Part),
    /// A row of a table: what the rows stand for, and which of them; `None` is their sum.
    Row(String, Option<String>),
}

/// The name of a total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TotalName {
    pub place: Place,
    pub of: Of,
    pub measure: Measure,
}

impl TotalName {
    /// Reads `usage:model=gpt-5` and `cost`; the error says what is possible instead.
    pub fn parse(total: &str, measure: &str) -> Result<Self, String> {
        let (place, part) = total.split_once(':').map_or((total, None), |(place, part)| (place, Some(part)));
        let Some(place) = Place::ALL.into_iter().find(|known| known.name() == place) else {
            let known: Vec<&str> = Place::ALL.into_iter().map(Place::name).collect();
            return Err(["there is no total ", place, "; there are ", &known.join(", ")].concat());
        };
        let Some(measure) = Measure::from_name(place, measure) else {
            let known = Measure::names_in(place).join(", ");
            return Err([place.name(), " has no measure ", measure, "; it has ", &known].concat());
        };
        let pair = part.map(|part| part.split_once('=').unwrap_or((part, "")));
        let of = match place {
            Place::Sessions | Place::Main | Place::Requests => {
                Of::Part(pair.map_or(Ok(Part::Whole), |(key, value)| Part::parse(key, value))?)
            }
            _ => match pair {
                None => Of::Row(String::new(), None),
                Some((key, value)) => Of::Row(key.to_owned(), Some(value.to_owned())),
            },
        };
        Ok(Self { place, of, measure })
    }

    /// Of a session, by its key.
    pub fn of_session(key: String, measure: Measure) -> Self {
        Self { place: Place::Session, of: Of::Row("key".to_owned(), Some(key)), measure }
    }

    /// The row of a table that it is of.
    pub fn row(&self) -> Option<&str> {
        match &self.of {
            Of::Row(_, row) => row.as_deref(),
            Of::Part(_) => None,
        }
    }

    /// Of which part, for a heading: `, model gpt-5`; empty where the whole is meant.
    pub fn words(&self) -> String {
        match &self.of {
            Of::Row(key, Some(value)) => [", ", key, " ", value].concat(),
            Of::Part(part) => part.words(),
            Of::Row(_, None) => String::new(),
        }
    }

    /// Reads the form that the page writes: the measure, a blank and the rest.
    pub fn parse_line(line: &str) -> Result<Self, String> {
        let (measure, total) = line.split_once(' ').unwrap_or((line, ""));
        Self::parse(total, measure)
    }
}

/// Several names of a key as one that no other key has.
pub fn joined(key: &[String]) -> String {
    let parts: Vec<String> = key.iter().map(|part| part.replace('%', "%25").replace('/', "%2F")).collect();
    match parts.as_slice() {
        // What is alone needs no border.
        [_] => key.concat(),
        _ => parts.join("/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_or_say_what_there_is() {
        let name = TotalName::parse_line("cost usage:provider-model=openai/gpt=5").expect("a name");
        assert_eq!((name.place, name.measure), (Place::Usage, Measure::Cost));
        assert_eq!(name.of, Of::Row("provider-model".into(), Some("openai/gpt=5".into())));
        let whole = TotalName::parse("sessions", "messages").expect("a name");
        assert_eq!(whole.of, Of::Part(Part::Whole));
        let wrong = |total, measure| TotalName::parse(total, measure).expect_err("no name");
        assert!(
            wrong("usages", "cost")
                .ends_with("there are sessions, main, requests, usage, reference, coverage, session")
        );
        assert!(wrong("coverage", "messages").starts_with("coverage has no measure messages; it has output, context"));
        assert!(wrong("requests:day=soon", "cost").contains("soon"));
    }

    #[test]
    fn every_measure_has_a_name_of_its_own() {
        let places = Place::ALL.into_iter().filter(|place| *place != Place::Coverage);
        for (place, (measure, name, ..)) in places.flat_map(|place| MEASURES.map(|one| (place, one))) {
            let found = Measure::from_name(place, name);
            assert_eq!(found, Some(measure).filter(|measure| measure.is_in(place)), "{name}");
        }
        assert!(MEASURES.iter().all(|(one, ..)| Place::ALL.into_iter().any(|place| one.is_in(place))));
    }

    #[test]
    fn keys_of_two_names_are_told_apart() {
        let key = |names: [&str; 2]| joined(&names.map(str::to_owned));
        assert_ne!(key(["a/b", "c"]), key(["a", "b/c"]));
        assert_eq!(key(["openai", "gpt-5"]), "openai/gpt-5");
        assert_eq!(joined(&["a/b".to_owned()]), "a/b");
    }
}
