//! Text out: one file for each kind. Knows no screen, no file and no download.

pub mod codetether_events;
// Only the command prints it.
#[cfg(not(target_arch = "wasm32"))]
pub mod compare;
pub mod convert;
pub mod coverage;
pub mod csv;
pub mod events;
pub mod explain;
pub mod mapping_trial;
pub mod overview;
pub mod problems;
pub mod replay_text;
pub mod routing;
// Only the command prints it.
#[cfg(not(target_arch = "wasm32"))]
pub mod search;
pub mod sessions;
pub mod transcript;
pub mod usage_csv;
pub mod usage_json;
// Only the command prints it.
#[cfg(not(target_arch = "wasm32"))]
pub mod waste;
