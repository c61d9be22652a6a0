//! One session: its facts, timeline, transcript and inspector. All parts look at one [`Open`].

mod bodies;
mod copy_link;
mod explain;
mod facts;
mod family;
mod find;
mod inspector;
mod keys;
mod measure;
mod open;
mod outline;
mod sign;
mod table;
mod timeline;
mod transcript;
mod transport;
mod waste;

pub use keys::on_keys;
pub use measure::{on_resize, px};
pub use open::{Open, track_of};
pub use sign::{kind_sign, paint_signs};
pub use timeline::looks;
pub use transcript::{code, difference, prose, step, tree};
pub use transport::{Player, Told, cost_of, keys as play_keys, output_of, pace as play_pace};

use super::shared::{Derived, El, Live, el, frame, next_frame, next_task, task};
use super::store::Store;
use crate::logic::timeline::{Plan, STAGES};
use crate::logic::track::Track;
use crate::worker::SessionDetail;
use std::sync::Arc;

/// The page of one session: its facts and its steps first. The other parts follow, each in a task and a frame of its own,
/// so that a session of hundreds of thousands of events holds up neither a click nor a frame.
pub fn session_page(store: Store, detail: Arc<SessionDetail>, track: Arc<Track>) -> El {
    let open = Open::new(store, detail, track);
    keys::listen(open);
    next_frame(move || open.play_as_asked());
    let drawn = Live::new(0);
    let later = move |turn: u8, part: fn(Open) -> El| {
        let is_due = Derived::new(move || drawn.get() >= turn);
        el("div").class("contents").live(move || if is_due.get() { vec![part(open)] } else { Vec::new() })
    };
    let panes = [later(3, outline::outline), later(1, transcript::transcript), later(4, inspector::inspector)];
    let workspace = el("div").class("workspace").children(panes);
    task(async move {
        let (track, agents) = (open.track(), open.detail.with(|detail| detail.agents.clone()));
        let mut plan = None;
        // One loop: each `await` of its own is code. What only has to be known when a part is drawn goes through all events.
        for turn in 0..14 {
            if turn > 9 {
                frame().await;
            }
            next_task().await;
            match turn {
                0 => drop(open.steps_untracked()),
                1 => drawn.set(1),
                2 => plan = Plan::begun(&track, &agents),
                8 => open.plan.set(plan.take().map(Arc::new)),
                9 => drop(open.player.schedule.get_untracked()),
                10.. => drawn.set(turn - 8),
                _ => {
                    if let (Some(plan), Some(stage)) = (&mut plan, STAGES.get(usize::from(turn) - 3)) {
                        stage(plan, &track, &agents);
                    }
                }
            }
        }
    });
    el("div").class("session-page").attr("data-testid", "session-page").children([
        facts::facts(open),
        later(2, top),
        workspace,
        later(5, transport::transport),
    ])
}

/// The timeline, or its marks as a table.
fn top(open: Open) -> El {
    el("div").class("contents").live(move || match open.is_table.get() {
        true => vec![table::mark_table(open)],
        false => vec![timeline::timeline(open)],
    })
}
