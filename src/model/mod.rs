//! The vocabulary: what every log becomes. Knows no JSON, no dialect and no I/O.

mod body;
mod decimal;
mod event;
mod event_rows;
mod hash;
mod map;
mod metric;
mod money;
mod order;
mod post_mortem;
mod price;
mod problem;
mod replay;
mod reported;
mod routing;
mod running;
mod session;
mod source;
mod time;
mod tokens;
mod wire;
mod zone;

pub use body::{Block, Body, Fact};
pub use decimal::fixed;
pub use event::{Event, EventKind, NO_LINK, Span, StrId, Strings, flags};
pub use event_rows::{Asked, EventRows};
pub use hash::{hash_bytes, quick_hash};
pub use map::{Entry as MapEntry, Map, Set};
pub use metric::Metric;
pub use money::Money;
pub use order::{order_of, put_in_order, sorted};
pub use post_mortem::{CallSum, CompactionSum, ContextUse, DurableCounts, Fallback, PostMortem, RlmSum, entry};
pub use price::{Cost, PriceAsk, PriceMode, Priced, Unpriced, price_notes};
pub use problem::{Problem, ProblemKind, Problems, quoted};
pub use replay::{
    Cut, ReplayEnd, ReplayEvent, ReplayMessage, ReplayRequest, ReplayResponse, ReplayStart, ReplayTool, ReplayToolCall,
    SelectedRoute, Sticky, Utilization,
};
pub use reported::{Reported, Tally};
pub use routing::{Outcome, Override, RoutingFacts};
pub use running::{Counter, RunningCount};
pub use session::{Counts, History, ReferenceRow, Relation, SessionPart, Status, TitleOrigin};
pub use source::{Anchor, Anchors, SourceId, SourceIndex, SourceKind, SourceMeta, Spawn, TitleHint, TitleOf};
pub use time::{Civil, Timestamp};
pub use tokens::{Exclusion, Finality, MOST_TOKENS, RequestId, Scope, TokenSet, UsageRow, hash_of, price_hints};
pub use wire::{Reader, Wire, Writer, count_in, from_wire, to_wire};
pub use zone::Zone;

#[cfg(test)]
mod event_tests;
