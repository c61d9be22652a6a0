//! The session that the link names: asked from the worker, drawn when it is there.

use super::{button, waiting};
use crate::link::Tab;
use crate::logic::track::Track;
use crate::ui::session::{session_page, track_of};
use crate::ui::shared::{Derived, El, Kept, Live, el, follow, latest, next_task};
use crate::ui::store::Store;
use crate::worker::{Answer, Query, SessionDetail};
use std::sync::Arc;

#[derive(Clone)]
enum State {
    Waiting,
    Missing,
    Open(Arc<SessionDetail>, Arc<Track>),
}

/// One session, or why there is none.
pub fn open_session(store: Store) -> El {
    let state = Live::new(State::Waiting);
    let key = Derived::new(move || store.view.with(|view| view.session.clone()));
    let shown = Kept::new(None::<Arc<SessionDetail>>);
    let ask = latest(move || {
        Box::pin(async move {
            let Some(Some(wanted)) = (!shown.is_gone()).then(|| key.get_untracked()) else { return };
            let answer = store.ask(Query::Session { key: wanted.clone() }).await;
            // Another session was chosen meanwhile: its own answer comes.
            if shown.is_gone() || key.get_untracked() != Some(wanted) {
                return;
            }
            let found = match answer {
                Some(Answer::Session(found)) => found.map(|found| Arc::new(*found)),
                _ => None,
            };
            // While other files are read, nothing is drawn anew that is as it was.
            if found.is_none() || shown.get() != found {
                // What came is large to read, to take apart and to draw: each has a task of its own.
                next_task().await;
                let track = found.as_deref().map(track_of);
                next_task().await;
                if shown.is_gone() {
                    return;
                }
                shown.set(found.clone());
                state.set(found.zip(track).map_or(State::Missing, |(detail, track)| State::Open(detail, track)));
            }
        })
    });
    follow(move || {
        // Asked again when the archive has changed under it: a file was added that belongs to it.
        store.generation.track();
        match key.get() {
            Some(_) => ask(),
            None => state.set(State::Missing),
        }
    });
    let is_reading = Derived::new(move || store.progress.with(|progress| !progress.is_done));
    el("div").class("contents").live(move || match state.get() {
        State::Open(detail, track) => vec![session_page(store, detail, track)],
        State::Missing if !is_reading.get() => vec![missing(store)],
        _ => vec![waiting("Reading…")],
    })
}

fn missing(store: Store) -> El {
    let all =
        button("button button-primary", move |_| store.go(|view| view.tab = Tab::Sessions)).text("Show all sessions");
    el("section").class("empty-state").attr("data-testid", "no-session").children([
        el("h2").text("This session is not among what is open"),
        el("p").text("Open the log that holds it, or choose another session."),
        el("div").child(all),
    ])
}
