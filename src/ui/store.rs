//! What the page knows, in signals, and its line to the worker. One for the whole page, in Leptos context.

use super::address;
use super::frame::restore_views;
use super::hearing::Hearing;
use super::mapping::Mappings;
use crate::link::ViewState;
use crate::link::saved::SavedViews;
use crate::logic::analytics::Overview;
use crate::logic::filter::Filter;
use crate::logic::metric_choice::{HEATMAP, MetricChoice, TOP};
use crate::logic::sessions::{SessionRow, Sums};
use crate::logic::window::{self, Grammar, Window, WindowError};
use crate::model::{PriceMode, SourceId, Timestamp, Zone};
use crate::ui::shared::{Derived, Kept, Live, lasting_task};
use crate::worker::{Answer, Asked, Client, Opening, Progress, Query, SourceOrigin, local_zone, zone_named};
use std::sync::Arc;
use web_sys::File;

/// Rows of the session list, shared with those who draw them.
pub type Rows = Arc<Vec<Arc<SessionRow>>>;

/// Something to tell the user, until dismissed.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    pub id: u32,
    pub text: String,
    pub is_error: bool,
}

/// Which sessions pass the filter; the worker says so.
#[derive(Debug, Clone, Default)]
pub enum Passing {
    /// Nobody has told so far.
    #[default]
    Unknown,
    /// Nothing is filtered.
    All,
    /// By place in the rows of a generation.
    Some(f64, Arc<Vec<bool>>),
}

/// The page's state. Copies share it.
#[derive(Clone, Copy)]
pub struct Store {
    client: Kept<Client>,
    /// What is shown; mirrored in the address.
    pub view: Live<ViewState>,
    pub rows: Live<Rows>,
    /// Rises when the archive changes: answers to older questions are stale.
    pub generation: Live<f64>,
    pub progress: Live<Progress>,
    pub messages: Live<Vec<Message>>,
    /// Whether anything was opened: the frame stands instead of the start page.
    pub is_open: Live<bool>,
    /// Whether the start page is shown over what is open, to open more.
    pub is_opening_more: Live<bool>,
    /// Whether the dialog stands in which the open session is shared.
    pub is_sharing: Live<bool>,
    /// Whether it begins at the formats of others.
    pub is_exporting: Kept<bool>,
    /// Paths of local files that were opened, kept for the day the page is loaded again without them.
    pub local_files: Live<Vec<String>>,
    /// The user's own price table as text; empty is none.
    pub own_prices: Live<String>,
    /// The user's mappings, and the source that one is being written for.
    pub mappings: Live<Mappings>,
    pub mapping_of: Live<Option<SourceId>>,
    /// What calendar and ranking were asked to count, and whether the user was told why they count something else.
    pub charts: Kept<[MetricChoice; 2]>,
    /// Of days and clock times; the local one where the link names one that the browser does not know.
    pub zone: Derived<Zone>,
    pub passing: Live<Passing>,
    /// Views that the user saved by name.
    pub saved: Live<SavedViews>,
    hearing: Hearing,
}

impl Store {
    /// Starts the worker. Call once, inside the root.
    pub fn new(worker_url: &str) -> Self {
        let view = Live::new(address::read());
        let rows = Live::new(Rows::default());
        let generation = Live::new(0.0);
        let progress = Live::new(Progress::default());
        let messages = Live::new(Vec::new());
        let next_id = Kept::new(0);
        let own_prices = Live::new(String::new());
        let has_usual_prices = Derived::new(move || {
            view.with(|view| view.prices == PriceMode::default()) && own_prices.with(|own: &String| own.is_empty())
        });
        let (early, pending) = (Live::new(None), Kept::new(Vec::new()));
        let hearing = Hearing { rows, generation, progress, messages, next_id, early, has_usual_prices, pending };
        let client = Client::new(worker_url, move |update| hearing.hear(update));
        let wish = Derived::new(move || view.with(|view| view.zone.clone()));
        Self {
            client: Kept::new(client),
            view,
            rows,
            generation,
            progress,
            messages,
            is_open: Live::new(false),
            is_opening_more: Live::new(false),
            is_sharing: Live::new(false),
            is_exporting: Kept::new(false),
            local_files: Live::new(Vec::new()),
            own_prices,
            mappings: Live::new(Mappings::default()),
            mapping_of: Live::new(None),
            charts: Kept::new([MetricChoice::new(HEATMAP), MetricChoice::new(TOP)]),
            zone: Derived::new(move || wish.with(|name| zone_named(name).unwrap_or_else(local_zone))),
            passing: Live::new(Passing::Unknown),
            saved: Live::new(restore_views()),
            hearing,
        }
    }

    /// What an archive tells of itself before all of it is there.
    pub fn early(self) -> Option<Arc<Overview>> {
        self.hearing.early.get()
    }

    /// Tells the user something, until dismissed.
    pub fn say(self, text: &str, is_error: bool) {
        self.hearing.say(text.to_owned(), is_error);
    }

    fn fresh_id(self) -> SourceId {
        self.hearing.next_id.update(|id| *id += 1);
        SourceId(self.hearing.next_id.get())
    }

    /// Opens files with their paths inside the drop.
    pub fn open_files(self, files: Vec<(String, File)>) {
        if files.is_empty() {
            return;
        }
        self.local_files.update(|known| known.extend(files.iter().map(|(path, _)| path.clone())));
        let opening =
            |(path, file)| Opening { id: self.fresh_id(), path, origin: SourceOrigin::File(file), is_alone: false };
        self.open(files.into_iter().map(opening).collect());
    }

    /// Fetches logs; the caller has made sure that the user wants it.
    pub fn open_urls(self, urls: Vec<String>) {
        let opening = |url: String| Opening {
            id: self.fresh_id(),
            path: url.clone(),
            origin: SourceOrigin::Url(url),
            is_alone: false,
        };
        self.open(urls.into_iter().map(opening).collect());
    }

    /// Opens logs that a link or the page itself carries.
    pub fn open_carried(self, name: &str, logs: &str) {
        let opening = |log: &str| {
            let origin = SourceOrigin::Carried(log.to_owned());
            Opening { id: self.fresh_id(), path: name.to_owned(), origin, is_alone: false }
        };
        self.open(logs.split("&log=").map(opening).collect());
    }

    fn open(self, openings: Vec<Opening>) {
        self.is_open.set(true);
        self.is_opening_more.set(false);
        // Files that were opened stand in the history entry, so that a reload can say which to drop again.
        self.adjust(|_| {});
        self.client.with(|client| client.open(openings));
    }

    /// Stops reading; what is there stays.
    pub fn cancel(self) {
        self.client.with(Client::cancel);
    }

    /// Lets go of the logs of the sessions that are marked.
    pub fn close_marked(self) {
        let asked = self.ask(Query::Close(self.view.with_untracked(|view| view.compare.clone())));
        lasting_task(async move {
            match asked.await {
                Some(Answer::Closed(closed, is_unused)) => {
                    self.client.with(|client| client.forget(&closed, is_unused));
                    let is_closed = |path: &String| closed.iter().any(|(_, known)| known == path);
                    self.local_files.update(|files| files.retain(|path| !is_closed(path)));
                    self.adjust(|view| {
                        view.compare.clear();
                        view.sources.retain(|source| !is_closed(source));
                    });
                    if self.rows.with_untracked(|rows| rows.is_empty()) {
                        self.is_open.set(false);
                    }
                }
                Some(Answer::Failed(why)) => self.say(&why, true),
                _ => {}
            }
        });
    }

    /// Asks the worker. `None`: it was replaced before it answered.
    pub fn ask(self, query: Query) -> Asked {
        match self.client.try_with(Client::clone) {
            Some(client) => client.ask(query),
            None => Box::pin(async { None }),
        }
    }

    /// Goes somewhere else: a new entry in the history.
    pub fn go(self, change: impl FnOnce(&mut ViewState)) {
        self.change(change);
        self.write_address(true);
    }

    /// Changes what is shown here: the history entry stays the same.
    pub fn adjust(self, change: impl FnOnce(&mut ViewState)) {
        self.change(change);
        self.write_address(false);
    }

    fn change(self, change: impl FnOnce(&mut ViewState)) {
        self.view.update(|view| {
            let session = view.session.clone();
            change(view);
            // Another session has other times.
            if view.session != session {
                (view.zoom, view.range) = (None, None);
            }
        });
    }

    fn write_address(self, is_new: bool) {
        let write = if is_new { address::push } else { address::replace };
        self.view.with_untracked(|view| self.local_files.with_untracked(|files| write(view, files)));
    }

    /// The window of the filter bar, or what is wrong with its spec.
    pub fn window(self) -> Result<Option<Window>, WindowError> {
        let now = Timestamp::from_ms(js_sys::Date::now() as i64);
        self.view.with(|view| self.zone.with(|zone| window::resolve(&view.window, now, zone, Grammar::Ours)))
    }

    /// The filter of the filter bar; a window that cannot be read filters nothing.
    pub fn filter(self) -> Filter {
        let window = self.window().ok().flatten();
        self.view.with(|view| Filter {
            text: view.text.clone(),
            window,
            own_only: view.sums == Sums::Own,
            chosen: view.chosen.clone(),
            weekday: view.hour.map(|(weekday, _)| weekday),
            hour: view.hour.map(|(_, hour)| hour),
        })
    }

    /// Which of the rows pass the filter, by place; `None` while that is being asked.
    pub fn passing(self) -> Option<impl Fn(usize) -> bool> {
        let list = match self.passing.get() {
            Passing::Unknown => return None,
            Passing::All => None,
            Passing::Some(generation, _) if generation != self.generation.get() => return None,
            Passing::Some(_, list) => Some(list),
        };
        Some(move |place| list.as_ref().is_none_or(|list| list.get(place).is_some_and(|passes| *passes)))
    }

    /// How many of the rows pass the filter; `None` while that is being asked.
    pub fn passed(self) -> Option<u64> {
        let passes = self.passing()?;
        Some(self.rows.with(|rows| (0..rows.len()).filter(|place| passes(*place)).count() as u64))
    }
}
