//! Pieces that several views use.

mod dom;
mod honest;
mod icon;
mod live;
mod modal;
mod page;
mod roving;
mod task;

pub use dom::{El, drawing, el, follow, svg, value_of};
pub use honest::{
    asks, at_least, cost, explained, explained_cells, gauge, not_recorded, not_recorded_words, shown_tally, tally,
    token_pair,
};
pub use icon::{icon, look_sign, small_icon, status_sign};
pub use live::{Derived, Kept, Live, Shared};
pub use modal::{close_button, modal};
pub use page::{copy, row_height_px, save, window_height_px};
pub use roving::{rove, roving};
pub use task::{frame, lasting_task, latest, listen, listen_first, next_frame, next_task, task};
