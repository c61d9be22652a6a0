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

pub use transcript::{code, difference, prose, tree};

use super::shared::{El, el, next_frame};
use super::store::Store;
use crate::worker::SessionDetail;
use open::Open;
use std::sync::Arc;

/// The page of one session.
pub fn session_page(store: Store, detail: Arc<SessionDetail>) -> El {
    let open = Open::new(store, detail);
    keys::listen(open);
    next_frame(move || open.play_as_asked());
    let top = el("div").class("session-top").live(move || match open.is_table.get() {
        true => vec![table::mark_table(open)],
        false => vec![timeline::timeline(open)],
    });
    let panes = [outline::outline(open), transcript::transcript(open), inspector::inspector(open)];
    let workspace = el("div").class("workspace").children(panes);
    el("div").class("session-page").attr("data-testid", "session-page").children([
        facts::facts(open),
        top,
        workspace,
        transport::transport(open),
    ])
}
