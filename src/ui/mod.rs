//! The page: components that draw answers. No parsing and no arithmetic: those are in `logic`, or behind a question to
//! the worker.

mod address;
mod app;
mod drop;
mod frame;
mod problems;
mod session;
mod sessions;
mod shared;
mod start;
mod store;
mod theme;
mod usage;

pub use app::mount;
