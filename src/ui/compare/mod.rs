//! Sessions side by side: what was counted of each, their steps aligned, and the steps at the playhead in full.

mod list;

use super::frame::{button, link, waiting};
use super::report::table;
use super::shared::{Derived, El, Kept, Live, el, follow, latest, next_frame, small_icon};
use super::store::Store;
use crate::link::Tab;
use crate::logic::compare::Compared;
use crate::logic::report::Table;
use crate::worker::{Answer, Query, SessionDetail};
use futures::future::join;
use std::sync::Arc;

/// What is compared, and what came of it.
#[derive(Clone, PartialEq)]
struct Found {
    sides: Vec<Arc<SessionDetail>>,
    compared: Compared,
}

#[derive(Clone)]
enum State {
    Waiting,
    Open(Arc<Found>),
    Failed(String),
}

/// How the sessions are called: A, B …
fn letter(side: usize) -> String {
    char::from(b'A' + side as u8).to_string()
}

/// The marked sessions, or how to mark some.
pub fn compare_page(store: Store) -> Vec<El> {
    let state = Live::new(State::Waiting);
    let keys = Derived::new(move || store.view.with(|view| view.compare.clone()));
    let shown = Kept::new(None::<Arc<Found>>);
    let ask = latest(move || {
        Box::pin(async move {
            let Some(wanted) = (!shown.is_gone()).then(|| keys.get_untracked()) else { return };
            let answer = asked(store, &wanted).await;
            if shown.is_gone() || keys.get_untracked() != wanted {
                return;
            }
            match answer {
                // While other files are read, nothing is drawn anew that is as it was.
                Ok(found) if shown.with(|shown| shown.as_deref() == Some(&found)) => {}
                Ok(found) => {
                    let found = Arc::new(found);
                    shown.set(Some(found.clone()));
                    state.set(State::Open(found));
                }
                Err(why) => {
                    shown.set(None);
                    state.set(State::Failed(why));
                }
            }
        })
    });
    follow(move || {
        store.generation.track();
        if keys.with(|keys| keys.len() > 1) {
            ask();
        }
    });
    let is_reading = Derived::new(move || store.progress.with(|progress| !progress.is_done));
    let body = el("div").class("contents").live(move || {
        if keys.with(|keys| keys.len() < 2) {
            return vec![how(store)];
        }
        match state.get() {
            State::Open(found) => drawn(store, &found),
            State::Failed(why) if !is_reading.get() => {
                vec![el("p").class("empty-state").attr("role", "alert").text(&why)]
            }
            _ => vec![waiting("Comparing…")],
        }
    });
    let page = el("div").class("compare-page").attr("data-testid", "compare-page");
    vec![page.child(el("h1").class("sr").text("Compare")).child(heads(store, keys)).child(body)]
}

async fn asked(store: Store, keys: &[String]) -> Result<Found, String> {
    let sides = async {
        let mut sides = Vec::with_capacity(keys.len());
        for key in keys {
            match store.ask(Query::Session { key: key.clone() }).await {
                Some(Answer::Session(Some(found))) => sides.push(Arc::new(*found)),
                _ => {
                    return Err(
                        ["The session ", key, " is not among what is open. Open its log, or take it away."].concat()
                    );
                }
            }
        }
        Ok(sides)
    };
    // The worker compares while the page takes the sessions in.
    let (sides, compared) = join(sides, store.ask(Query::Compare { keys: keys.to_vec() })).await;
    let sides = sides?;
    match compared {
        Some(Answer::Compared(compared)) => Ok(Found { sides, compared: *compared }),
        Some(Answer::Failed(why)) => Err(why),
        _ => Err("The reader was started anew; open the view again.".to_owned()),
    }
}

fn how(store: Store) -> El {
    let list = link(store, |view| view.tab = Tab::Sessions).class("button button-primary").text("Go to the sessions");
    el("section").class("empty-state").children([
        el("h2").text("Mark two or more sessions"),
        el("p").text("Each row of the list of sessions has a box for it. The first one that is marked is what the others are compared with."),
        el("div").child(list),
    ])
}

/// Which sessions these are; each can be opened, and taken away.
fn heads(store: Store, keys: Derived<Vec<String>>) -> El {
    el("div").class("compare-heads").attr("role", "group").attr("aria-label", "Compared sessions").live(move || {
        let rows = store.rows.get();
        let head = |(side, key): (usize, &String)| {
            let label = rows.iter().find(|row| row.key == *key).map_or(key.as_str(), |row| row.label()).to_owned();
            let (for_open, for_close) = (key.clone(), key.clone());
            let open = link(store, move |view| {
                (view.tab, view.session, view.step) = (Tab::Session, Some(for_open.clone()), None);
            });
            let close = button("button button-quiet button-small button-icon", move |_| {
                store.go(|view| view.mark(for_close.clone(), false));
            });
            let close = close.attr("aria-label", &["Take away ", &*label].concat()).child(small_icon("close"));
            let name = el("b").class("compare-letter").text(&letter(side));
            el("span").class("compare-head").children([name, open.class("clip").text(&label), close])
        };
        keys.with(|keys| keys.iter().enumerate().map(head).collect())
    })
}

fn drawn(store: Store, found: &Arc<Found>) -> Vec<El> {
    // The list of steps is on screen first: the rest is more than it is, and waits for two frames.
    let is_drawn = Live::new(false);
    next_frame(move || next_frame(move || is_drawn.set(true)));
    let for_tables = found.clone();
    let panel = move |known: &Table| {
        let panel = el("section").class("compare-table").attr("aria-label", &known.title);
        panel.child(el("h2").text(&known.title)).child(table(store, known))
    };
    let tables = move || {
        let tables = is_drawn.get().then_some(&for_tables.compared.report.tables);
        tables.into_iter().flatten().map(panel).collect()
    };
    let tables = el("div").class("compare-tables").attr("data-testid", "compare-tables").live(tables);
    let mut parts = list::steps(store, found, is_drawn);
    parts.insert(0, tables);
    parts
}
