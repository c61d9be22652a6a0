//! Text out: one file for each kind. Knows no screen, no file and no download.

pub mod csv;
