//! Sharing a session: what would leave the tab is looked through first (PRODUCT §7). All of it is made in the worker,
//! anew with every decision.

mod options;
mod review;

use super::address;
use super::frame::button;
use super::shared::{Derived, El, Kept, Live, close_button, el, follow, latest, modal, small_icon};
use super::store::Store;
use crate::export::convert::Target;
use crate::link::{Tab, ViewState};
use crate::logic::format::count;
use crate::logic::redact::Decisions;
use crate::logic::sessions::SessionRow;
use crate::worker::{Answer, Query, ShareAs, ShareAsk, Shared};
use leptos::prelude::document;
use std::sync::Arc;

/// A session that is about to be shared. Copies share it.
#[derive(Clone, Copy)]
struct Sharing {
    store: Store,
    /// The session, and the link that a copy of it opens at.
    what: Kept<(Arc<SessionRow>, ViewState)>,
    decisions: Live<Decisions>,
    is_alone: Live<bool>,
    kind: Live<ShareAs>,
    made: Live<Option<Result<Arc<Shared>, String>>>,
    is_busy: Live<bool>,
}

/// The button of the top bar: shares the open session.
pub fn share_button(store: Store) -> El {
    let act = move |_| match row(store) {
        Some(_) => store.is_sharing.set(true),
        None => store.say("Open a session first: what is shared is one session, without its secrets.", false),
    };
    let words = el("span").text("Share");
    button("button", act)
        .attr("aria-label", "Share")
        .attr("data-testid", "share")
        .child(super::shared::icon("share"))
        .child(words)
}

/// The button of a session's page: the same dialog, at the formats of others.
pub fn export_button(store: Store) -> El {
    let act = move |_| {
        store.is_exporting.set(true);
        store.is_sharing.set(true);
    };
    button("button button-small", act).attr("data-testid", "export").child(small_icon("csv")).text("Export")
}

fn row(store: Store) -> Option<Arc<SessionRow>> {
    let key = store.view.with_untracked(|view| view.session.clone())?;
    store.rows.with_untracked(|rows| rows.iter().find(|row| row.key == key).cloned())
}

/// What the build wrote into the page's head under a name; empty where it wrote nothing.
pub fn meta(name: &str) -> String {
    let meta = document().query_selector(&format!("meta[name={name}]")).ok().flatten();
    meta.and_then(|meta| meta.get_attribute("content")).unwrap_or_default()
}

/// The dialog.
pub fn share_dialog(store: Store) -> El {
    let is_sharing = Derived::new(move || store.is_sharing.get());
    let closed = move || {
        store.is_sharing.set(false);
        store.is_exporting.set(false);
    };
    modal("share", "dialog share", is_sharing, closed, move || row(store).map_or(Vec::new(), |row| content(store, row)))
}

fn content(store: Store, row: Arc<SessionRow>) -> Vec<El> {
    let (step, play) = store.view.with_untracked(|view| (view.step.clone(), view.play));
    let view = ViewState { tab: Tab::Session, session: Some(row.id.clone()), step, play, ..ViewState::default() };
    let has_template = !meta("sessionscope-player").is_empty();
    let is_exporting = store.is_exporting.get();
    let kind = match (is_exporting, has_template) {
        (true, _) => ShareAs::Converted(Target::Atif),
        (false, true) => ShareAs::Page,
        (false, false) => ShareAs::Log,
    };
    let sharing = Sharing {
        store,
        what: Kept::new((row, view)),
        decisions: Live::new(Decisions { masks_names: true, leaves_out_images: true, ..Decisions::default() }),
        is_alone: Live::new(false),
        kind: Live::new(kind),
        made: Live::new(None),
        is_busy: Live::new(true),
    };
    let ask = latest(move || Box::pin(make(sharing)));
    follow(move || {
        sharing.decisions.track();
        sharing.is_alone.track();
        sharing.kind.track();
        sharing.is_busy.set(true);
        ask();
    });
    let found = el("span").class("muted").attr("role", "status").live_text(move || found(sharing));
    let title = el("h2").attr("id", "share-title").text(if is_exporting {
        "Export this session"
    } else {
        "Share this session"
    });
    let head = el("header").class("dialog-head").children([title, found, close_button()]);
    let body = el("div").class("dialog-body").children([review::review(sharing), options::options(sharing)]);
    vec![head, body, options::foot(sharing)]
}

async fn make(sharing: Sharing) {
    let Sharing { store, made, .. } = sharing;
    if sharing.what.is_gone() {
        return;
    }
    let (row, view) = sharing.what.get();
    let ask = ShareAsk {
        key: row.key.clone(),
        decisions: sharing.decisions.get_untracked(),
        is_alone: sharing.is_alone.get_untracked(),
        what: sharing.kind.get_untracked(),
        view: view.to_string(),
        step: view.step.clone(),
        address_chars: address::page().len() as u32,
        template: meta("sessionscope-player"),
    };
    let answer = store.ask(Query::Share(Box::new(ask))).await;
    made.set(Some(match answer {
        Some(Answer::Shared(shared)) => Ok(Arc::new(*shared)),
        Some(Answer::Failed(why)) => Err(why),
        _ => Err("the reader was started anew: close this and try again".to_owned()),
    }));
    sharing.is_busy.set(false);
}

/// What was found, in words.
fn found(sharing: Sharing) -> String {
    match sharing.made.get() {
        None => "Looking for secrets…".to_owned(),
        Some(Err(why)) => format!("This cannot be shared: {why}."),
        Some(Ok(_)) if sharing.is_busy.get() => "Made anew…".to_owned(),
        Some(Ok(shared)) => {
            let (secrets, names) = (shared.review.secrets, shared.review.names);
            let names = if names > 0 { format!(", {}", count(names.into(), "name")) } else { String::new() };
            let secrets = if secrets == 1 {
                "1 secret or candidate".to_owned()
            } else {
                format!("{secrets} secrets and candidates")
            };
            format!("Look through what would leave this tab. {secrets}{names}.")
        }
    }
}
