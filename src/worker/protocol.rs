//! What page and worker say to each other; the questions and answers are in `question`.

use super::question::{Answer, Query};
use crate::logic::sessions::SessionRow;
use crate::model::{SourceId, Wire, from_wire, to_wire};
use wasm_bindgen::{JsCast, JsValue};

/// Names a question, so that its answer finds the one who asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Wire)]
pub struct Ticket(pub u32);

/// Where the bytes of a source come from.
#[derive(Debug, Clone)]
pub enum SourceOrigin {
    /// A handle; no bytes are copied.
    File(web_sys::File),
    /// To be fetched, without credentials. The page has asked where that is needed.
    Url(String),
    /// The log itself, as a link or a standalone page carries it (`logic::carried`).
    Carried(String),
}

/// One source to be opened.
#[derive(Debug, Clone)]
pub struct Opening {
    pub id: SourceId,
    /// Path inside the drop, or the URL.
    pub path: String,
    pub origin: SourceOrigin,
    /// It could not be read together with others; the worker's own note.
    pub is_alone: bool,
}

/// From the page.
#[derive(Debug)]
pub enum Request {
    /// Read these, after what is being read.
    Open(Vec<Opening>),
    /// Stop reading; keep what is there.
    Cancel,
    Ask {
        ticket: Ticket,
        query: Query,
    },
}

/// A [`Request`] without its handles.
#[derive(Wire)]
enum Plain {
    Open(Vec<(SourceId, String, PlainOrigin)>),
    Cancel,
    Ask(Ticket, Query),
}

/// A [`SourceOrigin`] without its handle.
#[derive(Wire)]
enum PlainOrigin {
    /// The next of the handles.
    File,
    Url(String),
    Carried(String),
}

impl Request {
    /// An array: what is plain data as bytes, then the handles, which no bytes can carry.
    pub fn into_message(self) -> js_sys::Array {
        let message = js_sys::Array::new();
        message.push(&JsValue::NULL);
        let plain = match self {
            Self::Open(openings) => {
                let mut plain = |Opening { id, path, origin, .. }| match origin {
                    SourceOrigin::Url(url) => (id, path, PlainOrigin::Url(url)),
                    SourceOrigin::Carried(log) => (id, path, PlainOrigin::Carried(log)),
                    SourceOrigin::File(file) => {
                        message.push(&file);
                        (id, path, PlainOrigin::File)
                    }
                };
                Plain::Open(openings.into_iter().map(&mut plain).collect())
            }
            Self::Cancel => Plain::Cancel,
            Self::Ask { ticket, query } => Plain::Ask(ticket, query),
        };
        let bytes = to_wire(&plain);
        message.set(0, js_sys::Uint8Array::from(&bytes[..]).into());
        message
    }

    /// The inverse of [`Request::into_message`].
    pub fn from_message(message: &JsValue) -> Result<Self, String> {
        let parts: &js_sys::Array = message.dyn_ref().ok_or("not a list")?;
        let bytes = js_sys::Uint8Array::new(&parts.shift()).to_vec();
        Ok(match from_wire(&bytes).ok_or("a question was not understood")? {
            Plain::Open(openings) => {
                let opening = |(id, path, from): (SourceId, String, PlainOrigin)| {
                    let origin = match from {
                        PlainOrigin::File => SourceOrigin::File(parts.shift().unchecked_into()),
                        PlainOrigin::Url(url) => SourceOrigin::Url(url),
                        PlainOrigin::Carried(log) => SourceOrigin::Carried(log),
                    };
                    Opening { id, path, origin, is_alone: false }
                };
                Self::Open(openings.into_iter().map(opening).collect())
            }
            Plain::Cancel => Self::Cancel,
            Plain::Ask(ticket, query) => Self::Ask { ticket, query },
        })
    }
}

/// How far reading is.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Progress {
    /// Bytes of all that was read since the page was opened, unpacked.
    pub loaded: f64,
    /// Bytes that the browser keeps for reading again, of what was fetched or unpacked.
    pub kept: f64,
    /// Bytes of this reading, as they stand in the files: packed ones packed.
    pub read: f64,
    /// Of the sources whose size is known.
    pub total: f64,
    pub files_done: u32,
    pub files: u32,
    pub sessions: u32,
    pub problems: u32,
    /// Sources that hold no session log.
    pub foreign: u32,
    /// Files that sessions keep beside their logs.
    pub beside: u32,
    pub formats: u32,
    /// What is being read.
    pub path: String,
    pub reading: Option<SourceId>,
    /// Sources read to their end since the last report.
    pub finished: Vec<SourceId>,
    pub is_done: bool,
    pub was_cancelled: bool,
}

/// Something that the user should know, once.
#[derive(Debug, Clone, PartialEq, Wire)]
pub enum Notice {
    /// The reader did not stop in time and was replaced; so many of so many files are kept.
    Cancelled { kept: u32, files: u32 },
    /// Two sources hold the same; the second is not counted.
    Duplicate { path: String, original: String },
    /// A source could not be read to its end.
    Unreadable { path: String, why: String },
}

/// From the worker.
#[derive(Debug, Wire)]
pub enum Update {
    Ready,
    Progress(Progress),
    /// Session rows: more of them while reading, all of them (`is_first`, then more) when it is over.
    Sessions {
        generation: f64,
        rows: Vec<SessionRow>,
        is_first: bool,
        is_final: bool,
    },
    /// What the manifest of an archive has, until all of it is there: a [`crate::bundle::early::Early`].
    Early(Vec<u8>),
    Notices(Vec<Notice>),
    Answer {
        ticket: Ticket,
        generation: f64,
        answer: Answer,
    },
    /// The worker could not be started: nothing can be read.
    Failed {
        why: String,
    },
    /// The worker is broken; `id` is what it was reading.
    Panicked {
        id: Option<SourceId>,
        why: String,
    },
}
