//! What the page knows, in signals, and its line to the worker. One for the whole page, in Leptos context.

use super::address;
use crate::link::ViewState;
use crate::logic::format::bytes_text;
use crate::logic::sessions::{Filter, SessionRow};
use crate::logic::window::{self, Grammar, Window, WindowError};
use crate::model::{SourceId, Timestamp, Zone};
use crate::ui::shared::{Kept, Live};
use crate::worker::{Answer, Client, Notice, Opening, Progress, Query, SourceOrigin, Update, local_zone};
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
    /// Paths of local files that were opened, kept for the day the page is loaded again without them.
    pub local_files: Live<Vec<String>>,
    pub zone: Kept<Zone>,
    next_id: Kept<u32>,
}

/// Files found twice at once that are named one by one.
const MOST_DUPLICATES: usize = 3;

/// What a cancelled reading has taken in.
fn what_was_left(progress: &Progress) -> String {
    let Progress { files_done, files, read, total, .. } = progress;
    let (read, total) = (bytes_text(*read as u64), bytes_text(*total as u64));
    format!(
        "Reading was cancelled: {files_done} of {files} files, {read} of {total} are here. The rest is in no number."
    )
}

fn say(messages: Live<Vec<Message>>, next_id: Kept<u32>, text: String, is_error: bool) {
    next_id.update(|id| *id += 1);
    messages.update(|list| {
        if !list.iter().any(|known| known.text == text) {
            list.push(Message { id: next_id.get(), text, is_error });
        }
    });
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
        let pending = Kept::new(Vec::<Arc<SessionRow>>::new());
        let say = move |text: String, is_error: bool| say(messages, next_id, text, is_error);
        let client = Client::new(worker_url, move |update| match update {
            Update::Ready | Update::Answer { .. } => {}
            Update::Progress(now) => {
                if now.is_done && now.was_cancelled && now.files_done < now.files {
                    say(what_was_left(&now), false);
                }
                progress.set(now);
            }
            Update::Sessions { generation: number, rows: new, is_first, is_final } => {
                let new = new.into_iter().map(Arc::new);
                match (is_first, is_final) {
                    // While reading: more rows after those that are there.
                    (false, false) if pending.with(Vec::is_empty) => {
                        rows.update(|list| Arc::make_mut(list).extend(new));
                    }
                    _ => {
                        pending.update(|list| {
                            if is_first {
                                list.clear();
                            }
                            list.extend(new);
                        });
                        if is_final {
                            let mut all = Vec::new();
                            pending.update(|list| all = std::mem::take(list));
                            rows.set(Arc::new(all));
                            generation.set(number);
                        }
                    }
                }
            }
            Update::Notices(notices) => {
                let is_duplicate = |notice: &&Notice| matches!(notice, Notice::Duplicate { .. });
                let duplicates = notices.iter().filter(is_duplicate).count();
                if duplicates > MOST_DUPLICATES {
                    say(
                        format!("{duplicates} files hold the same as others; each counts once. Problems names them."),
                        false,
                    );
                }
                for notice in notices {
                    match notice {
                        Notice::Duplicate { .. } if duplicates > MOST_DUPLICATES => {}
                        Notice::Duplicate { path, original } => {
                            say(format!("{path} and {original} hold the same; it counts once."), false);
                        }
                        Notice::Cancelled { kept, files } => {
                            say(format!("Reading was cancelled: {kept} of {files} files are here."), false);
                        }
                        Notice::Unreadable { path, why } => {
                            say(format!("{path} was not read to its end: {why}."), true);
                        }
                    }
                }
            }
            Update::Failed { why } => {
                let why = if why.is_empty() { "it did not load" } else { &why };
                say(
                    format!("The reader could not be started ({why}), so no log can be read. Load this page again."),
                    true,
                );
            }
            Update::Panicked { id, why } => {
                let what = if id.is_some() { " The file it was reading is left out." } else { "" };
                say(format!("The reader stopped ({why}) and was started again.{what}"), true);
            }
        });
        Self {
            client: Kept::new(client),
            view,
            rows,
            generation,
            progress,
            messages,
            is_open: Live::new(false),
            is_opening_more: Live::new(false),
            local_files: Live::new(Vec::new()),
            zone: Kept::new(local_zone()),
            next_id,
        }
    }

    /// Tells the user something, until dismissed.
    pub fn say(self, text: &str, is_error: bool) {
        say(self.messages, self.next_id, text.to_owned(), is_error);
    }

    fn fresh_id(self) -> SourceId {
        self.next_id.update(|id| *id += 1);
        SourceId(self.next_id.get())
    }

    /// Opens files with their paths inside the drop.
    pub fn open_files(self, files: Vec<(String, File)>) {
        if files.is_empty() {
            return;
        }
        self.local_files.update(|known| known.extend(files.iter().map(|(path, _)| path.clone())));
        let opening = |(path, file)| Opening { id: self.fresh_id(), path, origin: SourceOrigin::File(file) };
        self.open(files.into_iter().map(opening).collect());
    }

    /// Fetches logs; the caller has made sure that the user wants it.
    pub fn open_urls(self, urls: Vec<String>) {
        let opening = |url: String| Opening { id: self.fresh_id(), path: url.clone(), origin: SourceOrigin::Url(url) };
        self.open(urls.into_iter().map(opening).collect());
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

    /// Asks the worker. `None`: it was replaced before it answered.
    pub async fn ask(self, query: Query) -> Option<Answer> {
        let client = self.client.try_with(Client::clone)?;
        client.ask(query).await
    }

    /// Goes somewhere else: a new entry in the history.
    pub fn go(self, change: impl FnOnce(&mut ViewState)) {
        self.view.update(change);
        self.write_address(true);
    }

    /// Changes what is shown here: the history entry stays the same.
    pub fn adjust(self, change: impl FnOnce(&mut ViewState)) {
        self.view.update(change);
        self.write_address(false);
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
        Filter { text: self.view.with(|view| view.text.clone()), window }
    }
}
