//! Pieces that several views use.

mod honest;
mod icon;
mod page;

pub use honest::{AtLeast, NotRecorded, cost, shown_tally, tally, token_pair};
pub use icon::{Icon, StatusSign};
pub use page::{copy, save};
