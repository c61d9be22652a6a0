//! One session: its facts, timeline, transcript and inspector.

use crate::worker::SessionDetail;
use leptos::prelude::*;
use std::sync::Arc;

/// The page of one session.
#[component]
pub fn SessionPage(detail: Arc<SessionDetail>) -> impl IntoView {
    view! { <h1>{detail.row.label().to_owned()}</h1> }
}
