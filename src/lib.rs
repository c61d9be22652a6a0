//! Sessionscope reads the session logs of AI coding agents, in a browser tab or as a command.
//!
//! The way through the house, lowest module first; a module uses itself and the ones before it:
//!
//! - [`model`]: the vocabulary (events, sessions, tokens, money, time). No JSON, no I/O.
//! - [`lines`]: bytes in any chunks become lines with their spans.
//! - [`unpack`]: compressed bytes become plain ones.
//! - [`formats`]: lines become model events; a file for each dialect.
//! - [`archive`]: what is loaded, and the only place where sources meet.
//! - [`logic`]: pure questions (usage, windows, coverage, timeline, routing).
//! - [`export`]: text out (CSV, JSON, replay text).
//! - [`bundle`]: an archive as files, for a dashboard on a static host.
//! - [`link`]: the state a link carries.
//! - `worker` and `ui` (browser only), `cli` (native only).
//!
//! ARCHITECTURE.md is the long map.

pub mod archive;
pub mod bundle;
pub mod export;
pub mod formats;
pub mod lines;
pub mod link;
pub mod logic;
pub mod model;
pub mod unpack;

#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
// The worker's binary leaves the page out: what Leptos exports would stay in it.
#[cfg(all(target_arch = "wasm32", not(feature = "worker")))]
pub mod ui;
#[cfg(target_arch = "wasm32")]
pub mod worker;
