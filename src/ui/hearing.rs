//! What the worker says, put into the page's signals and into words for the user.

use super::store::{Message, Rows};
use crate::bundle::early::Early;
use crate::logic::analytics::Overview;
use crate::logic::format::bytes_text;
use crate::logic::sessions::SessionRow;
use crate::model::from_wire;
use crate::ui::shared::{Derived, Kept, Live};
use crate::worker::{Notice, Progress, Update};
use std::sync::Arc;

/// Files found twice at once that are named one by one.
const MOST_DUPLICATES: usize = 3;

/// The signals that follow the worker. Copies share them.
#[derive(Clone, Copy)]
pub struct Hearing {
    pub rows: Live<Rows>,
    pub generation: Live<f64>,
    pub progress: Live<Progress>,
    pub messages: Live<Vec<Message>>,
    pub next_id: Kept<u32>,
    /// Panels that a manifest tells before all of its archive is there.
    pub early: Live<Option<Arc<Overview>>>,
    /// Whether costs are those that everybody begins with.
    pub has_usual_prices: Derived<bool>,
    /// Rows of a whole list that comes in parts.
    pub pending: Kept<Vec<Arc<SessionRow>>>,
}

impl Hearing {
    /// Takes one message.
    pub fn hear(self, update: Update) {
        match update {
            Update::Ready | Update::Answer { .. } => {}
            Update::Progress(now) => {
                if now.is_done && now.was_cancelled && now.files_done < now.files {
                    self.say(what_was_left(&now), false);
                }
                self.progress.set(now);
            }
            Update::Sessions { generation, rows, is_first, is_final } => {
                self.sessions(generation, rows, is_first, is_final);
            }
            Update::Early(bytes) => {
                if let Some(Early { rows, overview }) = from_wire(&bytes)
                    && self.has_usual_prices.get_untracked()
                {
                    self.rows.set(Arc::new(rows.into_iter().map(Arc::new).collect()));
                    self.early.set(Some(Arc::new(overview)));
                }
            }
            Update::Notices(notices) => self.notices(notices),
            Update::Failed { why } => {
                let why = if why.is_empty() { "it did not load" } else { &why };
                let text =
                    format!("The reader could not be started ({why}), so no log can be read. Load this page again.");
                self.say(text, true);
            }
            Update::Panicked { id, why } => {
                let what = if id.is_some() { " The file it was reading is left out." } else { "" };
                self.say(format!("The reader stopped ({why}) and was started again.{what}"), true);
            }
        }
    }

    /// While reading, more rows go after those that are there; the whole list takes their place when its last part is
    /// here.
    fn sessions(self, generation: f64, new: Vec<SessionRow>, is_first: bool, is_final: bool) {
        let new = new.into_iter().map(Arc::new);
        if !is_first && !is_final && self.pending.with(Vec::is_empty) {
            return self.rows.update(|list| Arc::make_mut(list).extend(new));
        }
        self.pending.update(|list| {
            if is_first {
                list.clear();
            }
            list.extend(new);
        });
        if is_final {
            let mut all = Vec::new();
            self.pending.update(|list| all = std::mem::take(list));
            self.rows.set(Arc::new(all));
            self.early.set(None);
            self.generation.set(generation);
        }
    }

    fn notices(self, notices: Vec<Notice>) {
        let duplicates = notices.iter().filter(|notice| matches!(notice, Notice::Duplicate { .. })).count();
        if duplicates > MOST_DUPLICATES {
            let text = format!("{duplicates} files hold the same as others; each counts once. Problems names them.");
            self.say(text, false);
        }
        for notice in notices {
            match notice {
                Notice::Duplicate { .. } if duplicates > MOST_DUPLICATES => {}
                Notice::Duplicate { path, original } => {
                    self.say(format!("{path} and {original} hold the same; it counts once."), false);
                }
                Notice::Cancelled { kept, files } => {
                    self.say(format!("Reading was cancelled: {kept} of {files} files are here."), false);
                }
                Notice::Unreadable { path, why } => {
                    self.say(format!("{path}: {why}."), true);
                }
            }
        }
    }

    /// Tells the user something, once, until dismissed.
    pub fn say(self, text: String, is_error: bool) {
        self.next_id.update(|id| *id += 1);
        self.messages.update(|list| {
            if !list.iter().any(|known| known.text == text) {
                list.push(Message { id: self.next_id.get(), text, is_error });
            }
        });
    }
}

/// What a cancelled reading has taken in.
fn what_was_left(progress: &Progress) -> String {
    let Progress { files_done, files, read, total, .. } = progress;
    let (read, total) = (bytes_text(*read as u64), bytes_text(*total as u64));
    format!(
        "Reading was cancelled: {files_done} of {files} files, {read} of {total} are here. The rest is in no number."
    )
}
