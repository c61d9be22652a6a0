//! The state that a link carries: one typed value in the fragment, which no server sees (DESIGN §5).

use crate::logic::metric_choice::ChartMetric;
use crate::logic::sessions::{SortBy, Sums};
use crate::logic::transcript::Focus;
use crate::logic::usage::By;
use crate::logic::usage_view::Counting;
use crate::model::{Metric, PriceMode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::fmt::{self, Write};

/// A view of the page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Tab {
    #[default]
    Sessions,
    Usage,
    Coverage,
    Problems,
    Overview,
    /// One session, named by [`ViewState::session`].
    Session,
}

impl Tab {
    pub const ALL: [Self; 6] =
        [Self::Sessions, Self::Usage, Self::Coverage, Self::Problems, Self::Overview, Self::Session];

    /// Stable name, as links write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Usage => "usage",
            Self::Coverage => "coverage",
            Self::Problems => "problems",
            Self::Overview => "overview",
            Self::Session => "session",
        }
    }
}

/// From when to when, in whole milliseconds since the epoch; the end is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub from_ms: i64,
    pub to_ms: i64,
}

impl Period {
    /// `None` for what is empty or upside down.
    pub fn new(from_ms: i64, to_ms: i64) -> Option<Self> {
        (from_ms < to_ms).then_some(Self { from_ms, to_ms })
    }

    fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once(',')?;
        Self::new(from.parse().ok()?, to.parse().ok()?)
    }
}

/// What is open, where, and how it is filtered. Names of local files never stand here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewState {
    /// URLs to fetch; relative ones are below the page.
    pub sources: Vec<String>,
    pub tab: Tab,
    /// Key of the open session.
    pub session: Option<String>,
    /// Key of the chosen event (`Track::key`).
    pub step: Option<String>,
    /// The part of its time that is shown; `None` is all of it.
    pub zoom: Option<Period>,
    /// The part of its time that sums are asked of.
    pub range: Option<Period>,
    /// Later steps are hidden, and whether they play; `None` shows all.
    pub play: Option<bool>,
    /// Window spec as typed; empty is everything.
    pub window: String,
    pub text: String,
    pub sort: SortBy,
    pub is_descending: bool,
    pub by: By,
    /// Whether sums count with sub-agents and forks.
    pub sums: Sums,
    /// `None`: as recorded where all loaded logs count alike, else normalised.
    pub counting: Option<Counting>,
    /// Where costs come from.
    pub prices: PriceMode,
    /// The cell of the coverage table whose sessions are shown: agent and metric; an empty agent is all of them.
    pub cell: Option<(String, Metric)>,
    /// What the user wants the charts of the overview to count: calendar, ranking, activity.
    pub heatmap: Option<ChartMetric>,
    pub top: Option<ChartMetric>,
    pub activity: Option<ChartMetric>,
    /// The hour of the week that the overview is limited to: weekday (0 is Monday) and hour.
    pub hour: Option<(u8, u8)>,
    /// Which steps of the open session are shown.
    pub focus: Focus,
}

impl Default for ViewState {
    fn default() -> Self {
        Self {
            sources: Vec::new(),
            tab: Tab::default(),
            session: None,
            step: None,
            zoom: None,
            range: None,
            play: None,
            window: String::new(),
            text: String::new(),
            sort: SortBy::default(),
            is_descending: true,
            by: By::ProviderModel,
            sums: Sums::default(),
            counting: None,
            prices: PriceMode::default(),
            cell: None,
            heatmap: None,
            top: None,
            activity: None,
            hour: None,
            focus: Focus::default(),
        }
    }
}

/// What is written as it is: the unreserved characters of URLs, and those that read better so.
const KEPT: AsciiSet =
    NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/').remove(b':').remove(b',');

impl fmt::Display for ViewState {
    /// Without the leading `#`. What equals the default is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let default = Self::default();
        f.write_str("v=1")?;
        let mut pair = |key: &str, value: &str| {
            f.write_char('&')?;
            f.write_str(key)?;
            write!(f, "={}", utf8_percent_encode(value, &KEPT))
        };
        for source in &self.sources {
            pair("src", source)?;
        }
        if self.tab != default.tab {
            pair("tab", self.tab.name())?;
        }
        for (key, value) in [("session", &self.session), ("step", &self.step)] {
            if let Some(value) = value {
                pair(key, value)?;
            }
        }
        for (key, period) in [("zoom", self.zoom), ("range", self.range)] {
            if let Some(Period { from_ms, to_ms }) = period {
                pair(key, &format!("{from_ms},{to_ms}"))?;
            }
        }
        if let Some(is_playing) = self.play {
            pair("play", if is_playing { "1" } else { "0" })?;
        }
        for (key, value) in [("window", &self.window), ("q", &self.text)] {
            if !value.is_empty() {
                pair(key, value)?;
            }
        }
        if (self.sort, self.is_descending) != (default.sort, default.is_descending) {
            pair("sort", &format!("{}{}", if self.is_descending { "-" } else { "" }, self.sort.name()))?;
        }
        if self.by != default.by {
            pair("by", self.by.name())?;
        }
        if self.sums != default.sums {
            pair("sums", self.sums.name())?;
        }
        if let Some(counting) = self.counting {
            pair("counting", counting.name())?;
        }
        if self.prices != default.prices {
            pair("prices", self.prices.name())?;
        }
        if let Some((agent, metric)) = &self.cell {
            pair("cell", &format!("{}:{agent}", metric.name()))?;
        }
        for (key, metric) in [("heatmap", self.heatmap), ("top", self.top), ("activity", self.activity)] {
            if let Some(metric) = metric {
                pair(key, metric.name())?;
            }
        }
        if let Some((weekday, hour)) = self.hour {
            pair("hour", &format!("{weekday},{hour}"))?;
        }
        if self.focus != default.focus {
            pair("focus", self.focus.name())?;
        }
        Ok(())
    }
}

impl ViewState {
    /// Reads a fragment, with or without `#`. Drops what it does not know: a link from a newer version still opens.
    pub fn parse(fragment: &str) -> Self {
        let mut state = Self::default();
        for pair in fragment.trim_start_matches('#').split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = percent_decode_str(value).decode_utf8_lossy().into_owned();
            state.set(key, value);
        }
        state
    }

    fn set(&mut self, key: &str, value: String) {
        match key {
            // An archive is a source like others; its address tells.
            "src" | "archive" if !value.is_empty() => self.sources.push(value),
            "tab" => self.tab = Tab::ALL.into_iter().find(|tab| tab.name() == value).unwrap_or_default(),
            "session" => self.session = Some(value).filter(|value| !value.is_empty()),
            "step" => self.step = Some(value).filter(|value| !value.is_empty()),
            "zoom" => self.zoom = Period::parse(&value),
            "range" => self.range = Period::parse(&value),
            "play" => self.play = ["0", "1"].iter().position(|known| *known == value).map(|index| index == 1),
            "window" => self.window = value,
            "q" => self.text = value,
            "sort" => {
                let name = value.trim_start_matches('-');
                if let Some(sort) = SortBy::ALL.into_iter().find(|sort| sort.name() == name) {
                    (self.sort, self.is_descending) = (sort, value.starts_with('-'));
                }
            }
            "by" => self.by = By::ALL.into_iter().find(|by| by.name() == value).unwrap_or(Self::default().by),
            "sums" => self.sums = if value == Sums::Own.name() { Sums::Own } else { Sums::Tree },
            "prices" => self.prices = PriceMode::ALL.into_iter().find(|mode| mode.name() == value).unwrap_or_default(),
            "cell" => {
                let (metric, agent) = value.split_once(':').unwrap_or((&value, ""));
                let metric = Metric::ALL.into_iter().find(|known| known.name() == metric);
                self.cell = metric.map(|metric| (agent.to_owned(), metric));
            }
            "heatmap" => self.heatmap = ChartMetric::from_name(&value),
            "top" => self.top = ChartMetric::from_name(&value),
            "activity" => self.activity = ChartMetric::from_name(&value),
            "hour" => {
                let place = value.split_once(',').and_then(|(day, hour)| Some((day.parse().ok()?, hour.parse().ok()?)));
                self.hour = place.filter(|(day, hour)| *day < 7 && *hour < 24);
            }
            "focus" => self.focus = Focus::ALL.into_iter().find(|focus| focus.name() == value).unwrap_or_default(),
            "counting" => self.counting = Counting::ALL.into_iter().find(|counting| counting.name() == value),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn unknown_parts_are_dropped() {
        assert_eq!(
            ViewState::parse(
                "v=1&tab=gone&x=1&sort=colour&by=&counting=maybe&prices=mine&cell=luck:&sums=all&zoom=5,5&range=1&focus=all&play=yes&hour=7,0&heatmap=luck"
            ),
            ViewState::default()
        );
        assert_eq!(ViewState::parse(""), ViewState::default());
        assert_eq!(ViewState::parse("#v=1&q=a%20b%ff").text, "a b\u{FFFD}");
    }

    #[test]
    fn the_default_is_short() {
        assert_eq!(ViewState::default().to_string(), "v=1");
    }

    proptest! {
        #[test]
        fn links_round_trip(
            sources in proptest::collection::vec(".{1,30}", 0..3),
            tab in 0usize..6, session in proptest::option::of(".{1,20}"), step in proptest::option::of(".{1,20}"),
            play in proptest::option::of(any::<bool>()),
            window in ".{0,20}", text in ".{0,20}", sort in 0usize..10, is_descending: bool,
            by in 0usize..By::ALL.len(), counting in proptest::option::of(0usize..2), is_own: bool,
            zoom in proptest::option::of((any::<i64>(), any::<i64>())), prices in 0usize..3, cell in proptest::option::of((".{0,10}", 0usize..Metric::ALL.len())),
            charts in proptest::option::of(0usize..ChartMetric::ALL.len()), hour in proptest::option::of((0u8..7, 0u8..24)),
            focus in 0usize..4,
        ) {
            let period = zoom.and_then(|(from, to)| Period::new(from, to));
            let state = ViewState {
                sources, tab: Tab::ALL[tab], session, step, play, zoom: period, range: period, window, text, sort: SortBy::ALL[sort], is_descending,
                by: By::ALL[by], counting: counting.map(|index| Counting::ALL[index]), sums: if is_own { Sums::Own } else { Sums::Tree },
                prices: PriceMode::ALL[prices], cell: cell.map(|(agent, metric)| (agent, Metric::ALL[metric])),
                heatmap: charts.map(|chart| ChartMetric::ALL[chart]), top: charts.map(|chart| ChartMetric::ALL[chart]), activity: charts.map(|chart| ChartMetric::ALL[chart]), hour, focus: Focus::ALL[focus],
            };
            prop_assert_eq!(ViewState::parse(&state.to_string()), state);
        }

        #[test]
        fn any_fragment_is_readable(fragment in ".{0,80}") {
            let state = ViewState::parse(&fragment);
            prop_assert_eq!(ViewState::parse(&state.to_string()), state);
        }
    }
}
