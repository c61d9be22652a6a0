//! Pieces that several views use.

mod honest;
mod icon;

pub use honest::{AtLeast, NotRecorded, cost, tally, token_pair};
pub use icon::{Icon, StatusSign};
