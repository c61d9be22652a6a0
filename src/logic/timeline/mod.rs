//! The open session on a time axis: lanes of bars, marks, strips and the ruler. Pixels in, pixels out; nothing here
//! knows how they are painted.

mod kind;
mod lanes;
mod scale;
mod strips;

pub use kind::{Jump, Kind, is_error, is_marker, jumps, kind_of, mark_kind};
pub use lanes::{Bar, Lane, LaneMark, bar_at, bars, count_marks, lane_sum, marks, model_gap, untimed};
pub use scale::{Tick, TimeScale, offset_text, origin_ms, ticks, zone_text};
pub use strips::{Drop, Gap, Strip, context, context_drops, output, step_path};
