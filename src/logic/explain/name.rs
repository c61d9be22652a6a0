//! How totals are named: `usage:model=gpt-5` and a measure, such as `cost`. The page hangs such names on its numbers, the
//! command takes them as options.

pub use super::against::Against;
use super::measure::Made;
pub use super::measure::Measure;
use crate::logic::analytics::behind::Part;

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
    /// The same measure of another part, where both are put against each other.
    pub against: Option<(Against, Part)>,
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
        let of = match place {
            Place::Sessions | Place::Main | Place::Requests => Of::Part(part_of(part)?),
            _ => match part.map(|part| part.split_once('=').unwrap_or((part, ""))) {
                None => Of::Row(String::new(), None),
                Some((key, value)) => Of::Row(key.to_owned(), Some(value.to_owned())),
            },
        };
        Ok(Self { place, of, measure, against: None })
    }

    /// The same put against another part: `difference:model=gpt-5`, `change:before`, `share` (of the whole).
    pub fn put_against(mut self, words: &str) -> Result<Self, String> {
        let (how, part) = words.split_once(':').map_or((words, None), |(how, part)| (how, Some(part)));
        let Some(how) = Against::ALL.into_iter().find(|known| known.name() == how) else {
            return Err(["a number has no ", how, "; it has difference, change and share"].concat());
        };
        let has_it = match self.measure.made() {
            Made::Sum => true,
            Made::Different | Made::Each => how != Against::Share,
            _ => false,
        };
        if !has_it || matches!(self.of, Of::Row(..)) {
            return Err([self.place.name(), " has no ", how.name(), " of ", self.measure.name()].concat());
        }
        self.against = Some((how, part_of(part)?));
        Ok(self)
    }

    /// The same of another row of the table.
    pub fn with_row(mut self, row: String) -> Self {
        if let Of::Row(_, known) = &mut self.of {
            *known = Some(row);
        }
        self
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
            Of::Part(part) => match &self.against {
                Some((how, other)) => [&part.words(), how.words(), other.words().trim_start_matches(',')].concat(),
                None => part.words(),
            },
            Of::Row(_, None) => String::new(),
        }
    }

    /// Reads the form that the page writes: the measure, a blank and the rest; in a second line what it is put against.
    pub fn parse_line(line: &str) -> Result<Self, String> {
        let (line, against) = line.split_once('\n').map_or((line, None), |(line, against)| (line, Some(against)));
        let (measure, total) = line.split_once(' ').unwrap_or((line, ""));
        let name = Self::parse(total, measure)?;
        match against {
            Some(against) => name.put_against(against),
            None => Ok(name),
        }
    }
}

/// What stands after the colon; nothing is the whole.
fn part_of(part: Option<&str>) -> Result<Part, String> {
    let pair = part.map(|part| part.split_once('=').unwrap_or((part, "")));
    pair.map_or(Ok(Part::Whole), |(key, value)| Part::parse(key, value))
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
    fn a_number_is_put_against_another_part() {
        let name = TotalName::parse_line("cost requests:model=gpt 5\nchange:model=b=c").expect("a name");
        assert_eq!(name.of, Of::Part(Part::parse("model", "gpt 5").expect("a part")));
        let other = Part::parse("model", "b=c").expect("a part");
        assert_eq!(
            (name.words().as_str(), name.against),
            (", model gpt 5, change from model b=c", Some((Against::Change, other)))
        );
        let wrong = |line| TotalName::parse_line(line).expect_err("no name");
        assert_eq!(wrong("cost usage\nshare"), "usage has no share of cost");
        assert_eq!(wrong("concentration sessions\nchange:before"), "sessions has no change of concentration");
        assert_eq!(wrong("cost requests\nsum"), "a number has no sum; it has difference, change and share");
    }

    #[test]
    fn keys_of_two_names_are_told_apart() {
        let key = |names: [&str; 2]| joined(&names.map(str::to_owned));
        assert_ne!(key(["a/b", "c"]), key(["a", "b/c"]));
        assert_eq!(key(["openai", "gpt-5"]), "openai/gpt-5");
        assert_eq!(joined(&["a/b".to_owned()]), "a/b");
    }
}
