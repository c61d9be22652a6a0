//! Finds secrets in logs and writes the logs without them (PRODUCT §7).
//!
//! Two passes over all that goes into one output: a [`Survey`] notes the ids that lines find each other by and the
//! numbers that are taken; then a [`Redactor`] masks line after line. What is masked becomes `[redacted:github-token#1]`:
//! the same secret has the same name in the whole output. What was masked once is found no more.

mod anchors;
mod assignment;
mod find;
mod hits;
mod json;
mod leave_out;
mod names;
mod of_session;
mod pem;
mod redactor;
mod review;
mod rules;
mod runs;
mod stream;
mod survey;
mod vendor;

pub use hits::{Count, Decisions, Hit, HitId, Place};
pub use json::unescape;
pub use of_session::{SourceLines, lines_of};
pub use redactor::Redactor;
pub use review::{Review, ReviewRow, review};
pub use rules::{Certainty, Rule};
pub use stream::{Lines, Stream};
pub use survey::Survey;
#[cfg(test)]
#[path = "tests/mod.rs"]
mod tests;
