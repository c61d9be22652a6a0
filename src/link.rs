//! The state that a link carries: one typed value in the fragment, which no server sees (DESIGN §5).

pub mod saved;

use crate::logic::analytics::behind::Part;
use crate::logic::analytics::cells::Split;
use crate::logic::analytics::wish::UsageWish;
use crate::logic::filter::{Chosen, Facet};
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
    /// Sessions side by side, named by [`ViewState::compare`].
    Compare,
    /// Files that sessions touched.
    Files,
}

impl Tab {
    pub const ALL: [Self; 8] = [
        Self::Sessions,
        Self::Usage,
        Self::Coverage,
        Self::Problems,
        Self::Overview,
        Self::Session,
        Self::Compare,
        Self::Files,
    ];

    /// Stable name, as links write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Usage => "usage",
            Self::Coverage => "coverage",
            Self::Problems => "problems",
            Self::Overview => "overview",
            Self::Session => "session",
            Self::Compare => "compare",
            Self::Files => "files",
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
    /// Keys of the sessions that are marked to be compared; the chosen event is of the first of them that has it.
    pub compare: Vec<String>,
    /// The part of its time that is shown; `None` is all of it.
    pub zoom: Option<Period>,
    /// The part of its time that sums are asked of.
    pub range: Option<Period>,
    /// Later steps are hidden, and whether they play; `None` shows all.
    pub play: Option<bool>,
    /// Window spec as typed; empty is everything.
    pub window: String,
    pub text: String,
    /// Values that the filter asks for.
    pub chosen: Chosen,
    /// The hour of the week that is looked at: weekday (0 is Monday) and hour.
    pub hour: Option<(u8, u8)>,
    /// Of days and clock times, as typed; empty is that of the machine.
    pub zone: String,
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
    /// What the panels of usage show.
    pub usage: UsageWish,
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
            compare: Vec::new(),
            zoom: None,
            range: None,
            play: None,
            window: String::new(),
            text: String::new(),
            chosen: Chosen::default(),
            hour: None,
            zone: String::new(),
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
            usage: UsageWish::default(),
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
        for key in &self.compare {
            pair("with", key)?;
        }
        for (key, period) in [("zoom", self.zoom), ("range", self.range)] {
            if let Some(Period { from_ms, to_ms }) = period {
                pair(key, &format!("{from_ms},{to_ms}"))?;
            }
        }
        if let Some(is_playing) = self.play {
            pair("play", if is_playing { "1" } else { "0" })?;
        }
        for (key, value) in [("window", &self.window), ("q", &self.text), ("zone", &self.zone)] {
            if !value.is_empty() {
                pair(key, value)?;
            }
        }
        for facet in Facet::ALL {
            for value in self.chosen.of(facet) {
                pair(facet.name(), value)?;
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
        for (key, word) in self.usage.pairs() {
            pair(key, &word)?;
        }
        if self.focus != default.focus {
            pair("focus", self.focus.name())?;
        }
        Ok(())
    }
}

/// More sessions do not stand side by side.
pub const MOST_COMPARED: usize = 6;

/// The version of links that this page writes.
const VERSION: u32 = 1;

/// A fragment without the logs that it carries, and those (`logic::carried`), with `&log=` between them.
pub fn split_log(fragment: &str) -> (&str, Option<&str>) {
    match fragment.split_once("&log=") {
        Some((view, log)) => (view, Some(log)),
        None => (fragment, None),
    }
}

/// What the user should know of a link that does not mean what it says here: it is of a newer version, or its end is
/// missing.
pub fn trouble(fragment: &str) -> Option<&'static str> {
    let (view, _) = split_log(fragment.trim_start_matches('#'));
    let version = view.split('&').find_map(|pair| pair.strip_prefix("v=")).and_then(|version| version.parse().ok());
    if version.is_some_and(|version: u32| version > VERSION) {
        return Some(
            "This link was made by a newer version of this page. What it says that is not known here is left out.",
        );
    }
    let last = view.rsplit('&').next().unwrap_or_default();
    let is_escape_cut = last.bytes().rev().take(2).any(|byte| byte == b'%');
    let is_cut = version.is_some() && (!last.contains('=') || is_escape_cut);
    is_cut.then_some("The end of this link is missing: chat and mail cut long ones. Ask for it again, or for a file.")
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

    /// Shows only what a number stands for, or everything again where that is shown already. A session opens.
    pub fn only(&mut self, part: &Part) {
        let window = match part {
            Part::Period(day, granularity) => [day.text(), granularity.next(*day).plus(-1).text()].join(".."),
            Part::Between(from, until) => [from.rfc3339(), until.rfc3339()].join(".."),
            Part::Named(Split::Session, key) => {
                (self.tab, self.session, self.step) = (Tab::Session, Some(key.clone()), None);
                return;
            }
            Part::Named(split, name) => {
                let facet = Facet::ALL.into_iter().find(|facet| facet.name() == split.name());
                return facet.into_iter().for_each(|facet| self.chosen.turn(facet, name));
            }
            _ => return,
        };
        self.window = if self.window == window { String::new() } else { window };
    }

    /// One pair of a link; what is not known is dropped.
    pub fn set(&mut self, key: &str, value: String) {
        match key {
            // An archive is a source like others; its address tells.
            "src" | "archive" if !value.is_empty() => self.sources.push(value),
            "tab" => self.tab = Tab::ALL.into_iter().find(|tab| tab.name() == value).unwrap_or_default(),
            "session" => self.session = Some(value).filter(|value| !value.is_empty()),
            "step" => self.step = Some(value).filter(|value| !value.is_empty()),
            "with" if !value.is_empty() => self.mark(value, true),
            "zoom" => self.zoom = Period::parse(&value),
            "range" => self.range = Period::parse(&value),
            "play" => self.play = ["0", "1"].iter().position(|known| *known == value).map(|index| index == 1),
            "window" => self.window = value,
            "q" => self.text = value,
            "zone" => self.zone = value,
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
            _ => match Facet::ALL.into_iter().find(|facet| facet.name() == key) {
                Some(facet) => self.chosen.add(facet, &value),
                None => self.usage.set(key, &value),
            },
        }
    }

    /// Marks a session to be compared, or takes the mark away.
    pub fn mark(&mut self, key: String, is_marked: bool) {
        self.compare.retain(|known| *known != key);
        if is_marked && self.compare.len() < MOST_COMPARED {
            self.compare.push(key);
        }
    }

    /// Whether any session could be left out.
    pub fn has_filters(&self) -> bool {
        let has_window = !self.window.is_empty() && self.window != "all";
        has_window || !self.text.is_empty() || !self.chosen.is_empty() || self.hour.is_some()
    }

    /// Asks for everything again.
    pub fn clear_filters(&mut self) {
        self.window.clear();
        self.text.clear();
        self.chosen = Chosen::default();
        self.hour = None;
    }
}

#[cfg(test)]
#[path = "link/tests.rs"]
mod tests;
