//! Contents of the steps on screen, asked of the worker in batches and kept for a while.

use crate::model::Body;
use crate::ui::shared::{Kept, Live, Shared, task};
use crate::ui::store::Store;
use crate::worker::{Answer, Query};
use futures::StreamExt;
use futures::channel::mpsc::{UnboundedSender, unbounded};
use std::collections::HashMap;
use std::sync::Arc;

/// So many contents are asked for at once.
const BATCH: usize = 40;
/// So many are kept; then those that are not on screen are forgotten.
const MOST_KEPT: usize = 600;

/// The content of a step; `None` until it is there.
pub type Slot = Shared<Option<Arc<Body>>>;

/// What was read so far. Copies share it.
#[derive(Clone, Copy)]
pub struct Bodies {
    slots: Kept<HashMap<u32, Slot>>,
    wanted: Kept<Vec<u32>>,
    wake: Kept<UnboundedSender<()>>,
    /// Rises when contents have come.
    pub arrived: Live<u32>,
}

impl Bodies {
    /// Asks for contents of one session until the component that calls this is gone.
    pub fn new(store: Store, key: String) -> Self {
        let (wake, mut woken) = unbounded();
        let bodies = Self {
            slots: Kept::new(HashMap::new()),
            wanted: Kept::new(Vec::new()),
            wake: Kept::new(wake),
            arrived: Live::new(0),
        };
        task(async move {
            while woken.next().await.is_some() {
                // One question at a time: while it is under way the user scrolls on, and only what is on screen
                // then is asked for next.
                while let Some(events) = bodies.missing() {
                    let answer = store.ask(Query::Bodies { key: key.clone(), events: events.clone() }).await;
                    // Without an answer the worker was replaced; the next scroll asks again.
                    let Some(answer) = answer else { break };
                    bodies.keep(&events, answer);
                }
            }
        });
        bodies
    }

    /// The place where the content of an event is or will be.
    pub fn of(self, event: u32) -> Slot {
        let known = self.slots.with(|slots| slots.get(&event).cloned());
        known.unwrap_or_else(|| {
            let slot = Slot::new(None);
            self.slots.update(|slots| {
                slots.insert(event, slot.clone());
            });
            slot
        })
    }

    /// Says what is needed now; replaces what was needed before.
    pub fn want(self, events: Vec<u32>) {
        if self.slots.with(HashMap::len) > MOST_KEPT {
            self.slots.update(|slots| slots.retain(|event, _| events.contains(event)));
        }
        self.wanted.set(events);
        // Fails only when the page is going away.
        self.wake.with(|wake| wake.unbounded_send(()).ok());
    }

    fn missing(self) -> Option<Vec<u32>> {
        let is_missing = |event: &u32| self.of(*event).with_untracked(Option::is_none);
        let wanted = self.wanted.get();
        let missing: Vec<u32> = wanted.into_iter().filter(is_missing).take(BATCH).collect();
        Some(missing).filter(|missing| !missing.is_empty())
    }

    fn keep(self, events: &[u32], answer: Answer) {
        let mut found = match answer {
            Answer::Bodies(bodies) => bodies,
            Answer::Failed(why) => vec![Body::unreadable(why); events.len()],
            _ => Vec::new(),
        };
        // A short answer must not be asked for again and again.
        found.resize_with(events.len(), || Body::unreadable("this step could not be read".into()));
        for (event, body) in events.iter().zip(found) {
            self.of(*event).set(Some(Arc::new(body)));
        }
        self.arrived.update(|count| *count += 1);
    }
}
