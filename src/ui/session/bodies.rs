//! Contents of the steps on screen, asked of the worker in batches and kept for a while.

use crate::logic::shown::{Shown, ShownBody};
use crate::ui::shared::{Kept, Live, Shared, frame, lasting_task};
use crate::ui::store::Store;
use crate::worker::{Answer, Query};
use std::sync::Arc;

/// So many contents are asked for at once.
const BATCH: usize = 40;
/// So many are kept; then those that are not on screen are forgotten.
const MOST_KEPT: usize = 600;
/// Steps on screen that wait for their contents get so many in one frame.
const A_FRAME: usize = 4;

/// The content of a step; `None` until it is there.
pub type Slot = Shared<Option<Arc<ShownBody>>>;

/// In place of content that could not be read.
fn unreadable(why: &str) -> ShownBody {
    ShownBody { blocks: vec![Shown::error(why)], ..ShownBody::default() }
}

/// What was read so far. Copies share it.
#[derive(Clone, Copy)]
pub struct Bodies {
    store: Store,
    key: Kept<String>,
    /// Ascending by event.
    slots: Kept<Vec<(u32, Slot)>>,
    /// Those that are drawn, or soon will be.
    wanted: Kept<Vec<u32>>,
    /// Those that come next: asked for with the others, so that most rows are drawn with their contents.
    ahead: Kept<Vec<u32>>,
    is_asking: Kept<bool>,
    /// Rises when contents have come.
    pub arrived: Live<u32>,
}

impl Bodies {
    /// Asks for contents of one session until the component that calls this is gone.
    pub fn new(store: Store, key: String) -> Self {
        Self {
            store,
            key: Kept::new(key),
            slots: Kept::new(Vec::new()),
            wanted: Kept::new(Vec::new()),
            ahead: Kept::new(Vec::new()),
            is_asking: Kept::new(false),
            arrived: Live::new(0),
        }
    }

    /// One question at a time: while it is under way the user scrolls on, and only what is on screen then is asked for
    /// next. Ends when the component is gone: then nothing is missing.
    fn ask(self) {
        let Some(false) = self.is_asking.update(|is| std::mem::replace(is, true)) else { return };
        lasting_task(async move {
            while let Some((key, events)) = self.missing() {
                let answer = self.store.ask(Query::Shown { key, events: events.clone() }).await;
                // Without an answer the worker was replaced; the next scroll asks again.
                let Some(answer) = answer else { break };
                self.keep(&events, answer).await;
            }
            self.is_asking.set(false);
        });
    }

    /// The place where the content of an event is or will be.
    pub fn of(self, event: u32) -> Slot {
        let found = self.slots.update(|slots| {
            let place = slots.partition_point(|(of, _)| *of < event);
            if slots.get(place).is_none_or(|(of, _)| *of != event) {
                slots.insert(place, (event, Slot::new(None)));
            }
            slots.get(place).map(|(_, slot)| slot.clone())
        });
        found.flatten().unwrap_or_else(|| Slot::new(None))
    }

    /// Says what is needed now, what matters most first, and what comes next; replaces what was needed before.
    pub fn want(self, events: Vec<u32>, ahead: Vec<u32>) {
        if self.slots.with(Vec::len) > MOST_KEPT {
            self.slots.update(|slots| slots.retain(|(event, _)| events.contains(event)));
        }
        self.wanted.set(events);
        self.ahead.set(ahead);
        self.ask();
    }

    fn missing(self) -> Option<(String, Vec<u32>)> {
        let is_missing = |event: &u32| self.of(*event).with_untracked(Option::is_none);
        let wanted = self.wanted.try_with(Vec::clone)?;
        let mut missing: Vec<u32> = wanted.into_iter().filter(is_missing).take(BATCH).collect();
        if missing.is_empty() {
            return None;
        }
        let room = BATCH - missing.len();
        missing.extend(self.ahead.with(Vec::clone).into_iter().filter(is_missing).take(room));
        Some((self.key.get(), missing))
    }

    /// Rows that wait for their contents are filled a few in a frame.
    async fn keep(self, events: &[u32], answer: Answer) {
        let mut found = match answer {
            Answer::Shown(bodies) => bodies,
            Answer::Failed(why) => vec![unreadable(&why); events.len()],
            _ => Vec::new(),
        };
        // A short answer must not be asked for again and again.
        found.resize_with(events.len(), || unreadable("this step could not be read"));
        let mut filled = 0;
        for (event, body) in events.iter().zip(found) {
            if self.slots.is_gone() {
                return;
            }
            let is_waiting = self.wanted.with(|wanted| wanted.contains(event));
            if is_waiting && filled == A_FRAME {
                filled = 0;
                self.arrived.update(|count| *count += 1);
                frame().await;
            }
            filled += usize::from(is_waiting);
            if !self.slots.is_gone() {
                self.of(*event).set(Some(Arc::new(body)));
            }
        }
        self.arrived.update(|count| *count += 1);
    }
}
