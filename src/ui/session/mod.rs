//! One session: its facts, timeline, transcript and inspector. All parts look at one [`Open`].

mod bodies;
mod facts;
mod inspector;
mod keys;
mod measure;
mod open;
mod outline;
mod sign;
mod table;
mod timeline;
mod transcript;

use crate::ui::store::use_store;
use crate::worker::SessionDetail;
use facts::Facts;
use inspector::Inspector;
use leptos::prelude::*;
use open::Open;
use outline::Outline;
use std::sync::Arc;
use table::MarkTable;
use timeline::Timeline;
use transcript::Transcript;

/// The page of one session.
#[component]
pub fn SessionPage(detail: Arc<SessionDetail>) -> impl IntoView {
    let open = Open::new(use_store(), detail);
    keys::listen(open);
    view! {
        <div class="session-page" data-testid="session-page">
            <Facts open=open />
            {move || match open.is_table.get() {
                true => view! { <MarkTable open=open /> }.into_any(),
                false => view! { <Timeline open=open /> }.into_any(),
            }}
            <div class="workspace">
                <Outline open=open />
                <Transcript open=open />
                <Inspector open=open />
            </div>
        </div>
    }
}
