//! The open session on a time axis: lanes of bars, marks, strips and the ruler. Pixels in, pixels out; nothing here
//! knows how they are painted.

mod index;
mod kind;
mod lanes;
mod marks;
mod plan;
mod scale;
mod strips;

pub use index::{Bar, LaneIndex, Look, bar_at};
pub use kind::{Jump, Kind, is_error, jumps, kind_of, marker_of};
pub use lanes::{Lane, MOST_AGENTS, lane_sum, model_gap, untimed};
pub use marks::{LaneMark, MarkIndex};
pub use plan::{Plan, STAGES};
pub use scale::{Tick, TimeScale, offset_text, origin_ms, ticks, within, zone_text};
pub use strips::{Drop, Gap, Strip, StripIndex, drops, shown_drops};
