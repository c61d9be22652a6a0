//! The engine in its own thread: two message types and a loop. The loop only moves data; what it calls is in the core.

mod answer;
mod batch;
mod broken;
mod calls;
mod client;
mod close;
mod contents;
mod engine;
mod fetch;
mod files;
mod keep;
mod mapping;
mod protocol;
mod question;
mod read;
mod search;
mod share;
mod shelf;
mod source;
mod warm;
mod zone;

pub use client::{Asked, Client};
pub use engine::run;
pub use protocol::{Notice, Opening, Progress, Request, SourceOrigin, Ticket, Update};
pub use question::{Answer, Query, RawText, SessionDetail, ShareAs, ShareAsk, Shared};
pub use zone::{knows_zone, local_zone, zone_named, zone_names};
