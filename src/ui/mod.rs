//! The page: components that draw answers. No parsing and no arithmetic: those are in `logic`, or behind a question to
//! the worker.
//!
//! What is public beside [`mount`] is so for the component tests (`tests/web`).

mod address;
mod app;
mod carried;
mod compare;
mod consent;
pub mod coverage;
mod drop;
mod embed;
mod explain;
mod files;
mod frame;
mod hearing;
mod mapping;
mod offline;
mod overview;
mod prices;
mod problems;
mod report;
mod search;
pub mod session;
pub mod sessions;
mod share;
pub mod shared;
mod start;
pub mod store;
mod theme;
pub mod usage;

pub use app::mount;
