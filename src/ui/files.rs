//! The files that the sessions of the filter touched, all together.

use super::report::report;
use super::shared::{Derived, El, Live, el, follow, task};
use super::store::Store;
use crate::worker::{Answer, Query};

/// How far reading is, or what came of it.
enum State {
    Reading(u32, u32),
    Read(Result<crate::logic::report::Report, String>),
}

/// Which files, how often, by whom.
pub fn files_page(store: Store) -> Vec<El> {
    let state = Live::new(State::Reading(0, 0));
    let filter = Derived::new(move || (store.filter(), store.zone.get()));
    follow(move || {
        store.generation.track();
        let (filter, zone) = filter.get();
        state.set(State::Reading(0, 0));
        // Another filter ends this one.
        task(async move {
            let mut from = 0;
            loop {
                let query = Query::AllFiles { filter: filter.clone(), zone: zone.clone(), from };
                match store.ask(query).await {
                    Some(Answer::Portion(next, all)) => {
                        from = next;
                        state.set(State::Reading(next, all));
                    }
                    Some(Answer::Report(found)) => return state.set(State::Read(Ok(*found))),
                    Some(Answer::Failed(why)) => return state.set(State::Read(Err(why))),
                    _ => return,
                }
            }
        });
    });
    let body = el("div").live(move || {
        state.with(|state| match state {
            State::Read(Ok(found)) => report(store, found),
            State::Read(Err(why)) => vec![el("p").class("pane-empty").attr("role", "alert").text(why)],
            State::Reading(done, all) => {
                let words = ["Reading… ", &*done.to_string(), " of ", &all.to_string(), " sessions"].concat();
                vec![el("p").class("pane-empty").attr("role", "status").text(&words)]
            }
        })
    });
    let page = el("section").class("files-page").attr("data-testid", "files-page").attr("aria-label", "Files");
    vec![page.child(el("h1").text("Files touched")).child(body)]
}
