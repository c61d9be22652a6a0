//! Sessions in the open formats of others. What such a format cannot hold is said ([`Target::loses`]), and what nobody
//! recorded is left out of it, never written as 0.

mod atif;
mod chrome_trace;
mod hf_trace;
mod json;
mod otel;
mod turns;

use crate::archive::{Archive, Session};
use crate::model::{Body, SourceId, Wire};
use serde_json::Value;
pub use turns::{Turn, text_of, turns};

/// An open format to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Wire)]
pub enum Target {
    /// A trajectory, one JSON document a session.
    Atif,
    /// Hugging Face's session trace: a header line and a line a message.
    HfTrace,
    /// OpenTelemetry spans of generative AI, one a line.
    Otel,
    /// Trace events for Perfetto, one JSON document a session.
    ChromeTrace,
}

impl Target {
    pub const ALL: [Self; 4] = [Self::Atif, Self::HfTrace, Self::Otel, Self::ChromeTrace];

    /// Stable name, as the command takes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Atif => "atif",
            Self::HfTrace => "hf-trace",
            Self::Otel => "otel",
            Self::ChromeTrace => "chrome-trace",
        }
    }

    /// Whether each session is one document, and not lines.
    pub const fn is_document(self) -> bool {
        matches!(self, Self::Atif | Self::ChromeTrace)
    }

    /// What it cannot hold, in words that follow "it does not hold".
    pub const fn loses(self) -> &'static str {
        match self {
            Self::Atif => {
                "cache writes (they count as plain prompt), how much of the output was reasoning, how long tools \
                 took, whether they failed, images, how the session ended, and steps that were given up"
            }
            Self::HfTrace => {
                "token counts, costs, how long tools took, whether they failed, images, system notes between messages, \
                 how the session ended, and steps that were given up"
            }
            Self::Otel => {
                "costs, thinking, system notes, images, titles, how the session ended, steps that were given up, \
                 totals beyond what its requests tell one by one, and whatever has no time"
            }
            Self::ChromeTrace => "texts, token counts, costs, and whatever has no time",
        }
    }
}

/// A session in a format, as JSON values: a line each, unless there is one for all of it. `body` reads a step again.
pub fn convert(
    archive: &Archive,
    session: &Session,
    target: Target,
    body: &mut dyn FnMut(SourceId, crate::model::Event) -> Body,
) -> Vec<Value> {
    match target {
        Target::Atif => vec![atif::document(archive, session, &turns(archive, session, body))],
        Target::HfTrace => hf_trace::lines(session, &turns(archive, session, body)),
        Target::Otel => otel::spans(session, &turns(archive, session, body)),
        Target::ChromeTrace => vec![chrome_trace::document(archive, session)],
    }
}

#[cfg(test)]
mod tests;
