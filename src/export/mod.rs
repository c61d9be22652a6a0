//! Text out: one file for each kind. Knows no screen, no file and no download.

pub mod csv;
pub mod replay_text;
pub mod usage_csv;
pub mod usage_json;
