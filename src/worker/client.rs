//! The page's end of the bridge: starts the worker, asks, listens, and starts a new one when it breaks or hangs.

use super::protocol::{Notice, Opening, Request, Ticket, Update};
use super::question::{Answer, Query};
use crate::model::{SourceId, from_wire};
use futures::channel::oneshot;
use gloo::timers::callback::Timeout;
use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker};

/// How long a cancelled worker may take to stop by itself, milliseconds (DESIGN §4).
const CANCEL_WITHIN_MS: u32 = 100;

/// An answer to come. Boxed: each of the many who wait would hold the question and its way otherwise.
pub type Asked = Pin<Box<dyn Future<Output = Option<Answer>>>>;

/// A handle to the worker. Clones share it.
#[derive(Clone)]
pub struct Client(Rc<RefCell<Inner>>);

struct Inner {
    url: String,
    worker: Option<Worker>,
    /// What is to be sent once the worker listens; before that the browser would drop it. `None`: it listens.
    backlog: Option<Vec<js_sys::Array>>,
    /// Kept alive with the worker that calls them.
    listeners: Option<Listeners>,
    on_update: Rc<dyn Fn(Update)>,
    waiting: Vec<(Ticket, oneshot::Sender<Answer>)>,
    next_ticket: u32,
    /// The prices and mappings that were set, to be set again in a new worker.
    settings: [Option<Query>; 2],
    /// Everything opened, to be opened again in a new worker.
    opened: Vec<Opening>,
    finished: Vec<SourceId>,
    reading: Option<SourceId>,
    cancel_timer: Option<Timeout>,
}

struct Listeners {
    _message: Closure<dyn FnMut(MessageEvent)>,
    _error: Closure<dyn FnMut(ErrorEvent)>,
}

/// What a JavaScript error says.
fn words(error: &JsValue) -> String {
    js_sys::Reflect::get(error, &"message".into()).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

impl Client {
    /// Starts a worker from the URL of its loader. `on_update` hears everything but answers.
    pub fn new(url: &str, on_update: impl Fn(Update) + 'static) -> Self {
        let client = Self(Rc::new(RefCell::new(Inner {
            url: url.to_owned(),
            worker: None,
            backlog: Some(Vec::new()),
            listeners: None,
            on_update: Rc::new(on_update),
            waiting: Vec::new(),
            next_ticket: 0,
            settings: [None, None],
            opened: Vec::new(),
            finished: Vec::new(),
            reading: None,
            cancel_timer: None,
        })));
        client.start();
        client
    }

    /// Reads these sources after what is being read.
    pub fn open(&self, openings: Vec<Opening>) {
        self.0.borrow_mut().opened.extend(openings.iter().cloned());
        self.send(Request::Open(openings));
    }

    /// Leaves sources out when all are opened again; which happens now where the worker's memory is mostly unused, since only
    /// its end gives that back (DESIGN §4).
    pub fn forget(&self, closed: &[(SourceId, String)], is_unused: bool) {
        self.0.borrow_mut().opened.retain(|opening| !closed.iter().any(|(id, _)| *id == opening.id));
        if is_unused {
            self.restart();
        }
    }

    /// Stops reading and keeps what is there. A worker that does not stop in time is replaced.
    pub fn cancel(&self) {
        self.send(Request::Cancel);
        let client = self.clone();
        let timer = Timeout::new(CANCEL_WITHIN_MS, move || {
            let mut inner = client.0.borrow_mut();
            inner.cancel_timer = None;
            let finished = std::mem::take(&mut inner.finished);
            let files = inner.opened.len() as u32;
            inner.opened.retain(|opening| finished.contains(&opening.id));
            let notice = Notice::Cancelled { kept: inner.opened.len() as u32, files };
            let on_update = inner.on_update.clone();
            drop(inner);
            on_update(Update::Notices(vec![notice]));
            client.restart();
        });
        self.0.borrow_mut().cancel_timer = Some(timer);
    }

    /// Asks a question. `None`: the worker was replaced before it answered.
    pub fn ask(&self, query: Query) -> Asked {
        let (sender, receiver) = oneshot::channel();
        let ticket = {
            let mut inner = self.0.borrow_mut();
            match &query {
                Query::Prices { .. } => inner.settings[0] = Some(query.clone()),
                Query::Mappings(_) => inner.settings[1] = Some(query.clone()),
                _ => {}
            }
            inner.next_ticket += 1;
            let ticket = Ticket(inner.next_ticket);
            inner.waiting.push((ticket, sender));
            ticket
        };
        self.send(Request::Ask { ticket, query });
        Box::pin(async { receiver.await.ok() })
    }

    fn send(&self, request: Request) {
        let message = request.into_message();
        if let Some(backlog) = &mut self.0.borrow_mut().backlog {
            return backlog.push(message);
        }
        self.post(&message).unwrap_or_else(|error| self.tell_unsent(&error));
    }

    fn post(&self, message: &JsValue) -> Result<(), JsValue> {
        let worker = self.0.borrow().worker.clone();
        worker.map_or(Ok(()), |worker| worker.post_message(message))
    }

    /// The worker listens: everything that waited is sent.
    fn flush(&self) {
        let backlog = self.0.borrow_mut().backlog.take();
        for message in backlog.unwrap_or_default() {
            self.post(&message).unwrap_or_else(|error| self.tell_unsent(&error));
        }
    }

    fn tell_unsent(&self, error: &JsValue) {
        let on_update = self.0.borrow().on_update.clone();
        on_update(Update::Panicked { id: None, why: format!("a message could not be sent: {}", words(error)) });
    }

    fn start(&self) {
        let url = self.0.borrow().url.clone();
        let worker = match Worker::new(&url) {
            Ok(worker) => worker,
            Err(error) => return self.broke(None, format!("the reader could not be started: {}", words(&error))),
        };
        let client = self.clone();
        let message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| client.hear(&event));
        let client = self.clone();
        let error = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
            event.prevent_default();
            let reading = client.0.borrow().reading;
            client.broke(reading, event.message());
        });
        worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
        worker.set_onmessageerror(Some(message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(error.as_ref().unchecked_ref()));
        let mut inner = self.0.borrow_mut();
        inner.worker = Some(worker);
        inner.listeners = Some(Listeners { _message: message, _error: error });
    }

    fn hear(&self, event: &MessageEvent) {
        // An array made of it would be a copy, of megabytes where a session is long.
        let bytes = event.data().dyn_into::<js_sys::Uint8Array>().map(|bytes| bytes.to_vec()).unwrap_or_default();
        let Some(update) = from_wire::<Update>(&bytes) else {
            return self.broke(None, "an answer was not understood".into());
        };
        match update {
            Update::Answer { ticket, answer, .. } => {
                let mut inner = self.0.borrow_mut();
                let place = inner.waiting.iter().position(|(waiting, _)| *waiting == ticket);
                let waiting = place.map(|place| inner.waiting.swap_remove(place));
                drop(inner);
                // Whoever asked may be gone by now.
                if let Some((_, waiting)) = waiting {
                    let _unheard = waiting.send(answer);
                }
            }
            Update::Panicked { id, why } => self.broke(id, why),
            Update::Ready => self.flush(),
            other => {
                if let Update::Progress(progress) = &other {
                    let mut inner = self.0.borrow_mut();
                    inner.finished.extend(&progress.finished);
                    inner.reading = progress.reading.filter(|_| !progress.is_done);
                    if progress.is_done || progress.was_cancelled {
                        inner.cancel_timer = None;
                    }
                }
                let on_update = self.0.borrow().on_update.clone();
                on_update(other);
            }
        }
    }

    /// The worker is lost: all sources but the one that broke it are opened again in a new one. One that never started
    /// is not tried again: the next would fail as it did.
    fn broke(&self, id: Option<SourceId>, why: String) {
        let (on_update, was_ready) = {
            let mut inner = self.0.borrow_mut();
            inner.opened.retain(|opening| Some(opening.id) != id);
            (inner.on_update.clone(), inner.backlog.is_none())
        };
        if !was_ready {
            return on_update(Update::Failed { why });
        }
        on_update(Update::Panicked { id, why });
        self.restart();
    }

    fn restart(&self) {
        let (openings, settings) = {
            let mut inner = self.0.borrow_mut();
            if let Some(worker) = inner.worker.take() {
                // Nothing it has still to say counts; its listeners go with it.
                worker.set_onmessage(None);
                worker.set_onmessageerror(None);
                worker.set_onerror(None);
                worker.terminate();
            }
            // Their futures end with `None`.
            inner.waiting.clear();
            inner.finished.clear();
            inner.reading = None;
            inner.backlog = Some(Vec::new());
            (inner.opened.clone(), inner.settings.clone())
        };
        self.start();
        for query in settings.into_iter().flatten() {
            // Nobody waits for this answer: it was taken before.
            self.send(Request::Ask { ticket: Ticket(0), query });
        }
        self.send(Request::Open(openings));
    }
}
