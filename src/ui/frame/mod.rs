//! What stands around every view: the bars, progress, messages. And which view it is.

mod filters;
mod progress;

use super::problems::ProblemsPage;
use super::session::SessionPage;
use super::sessions::SessionsPage;
use super::shared::{Icon, StatusSign};
use super::store::{Store, use_store};
use super::usage::UsagePage;
use super::{start, theme};
use crate::link::{Tab, ViewState};
use crate::logic::sessions::SessionRow;
use crate::worker::{Answer, Query, SessionDetail};
use filters::FilterBar;
use leptos::prelude::*;
use progress::{Messages, ReadingProgress};
use std::sync::Arc;
use wasm_bindgen::JsCast;

/// The page once something is open.
#[component]
pub fn Frame() -> impl IntoView {
    let store = use_store();
    let tab = Memo::new(move |_| store.view.with(|view| view.tab));
    view! {
        <TopBar />
        <Show when=move || tab.get() != Tab::Session><FilterBar /></Show>
        <ReadingProgress />
        <Messages />
        <main class="page" id="view" tabindex="-1" data-testid="view">
            {move || match tab.get() {
                Tab::Sessions => view! { <SessionsPage /> }.into_any(),
                Tab::Usage => view! { <UsagePage /> }.into_any(),
                Tab::Problems => view! { <ProblemsPage /> }.into_any(),
                Tab::Session => view! { <OpenSession /> }.into_any(),
            }}
        </main>
    }
}

/// A link to a changed view: it can be copied and opened elsewhere, and a click stays on the page.
pub fn href(store: Store, change: impl Fn(&mut ViewState)) -> String {
    let mut view = store.view.get();
    change(&mut view);
    format!("#{view}")
}

/// Whether a click is meant for this page (and not for a new tab).
pub fn is_plain_click(event: &web_sys::MouseEvent) -> bool {
    event.button() == 0 && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key())
}

#[component]
fn TopBar() -> impl IntoView {
    let store = use_store();
    view! {
        <header class="top-bar" data-testid="top-bar">
            <a class="wordmark" href="./" on:click=move |event| {
                event.prevent_default();
                store.is_opening_more.set(true);
            }>
                <svg viewBox="0 0 24 24" aria-hidden="true">
                    <path class="trace" d="M1 14.5h3.2l2.3-6 3 10L12 10" />
                    <path class="trace-ahead" d="M16.8 14.5H23" />
                    <path class="head" d="M10.9 1h5.2v3l-1.9 1.9V23h-1.4V5.9L10.9 4z" />
                </svg>
                "Sessionscope"
            </a>
            <nav class="view-tabs" aria-label="Views">
                <ViewTab tab=Tab::Usage label="Usage" />
                <ViewTab tab=Tab::Sessions label="Sessions" />
                <ViewTab tab=Tab::Problems label="Problems" />
                <SessionTab />
            </nav>
            <div class="top-bar-actions">
                <button class="button" type="button" on:click=move |_| store.is_opening_more.set(true)>
                    <Icon name="open" /><span>"Open"</span>
                </button>
                <button class="button button-quiet button-icon" type="button" aria-label="Switch theme" on:click=|_| theme::switch()>
                    <Icon name="theme" />
                </button>
                <button class="button button-quiet button-icon wide-only" type="button" aria-label="Help and keys" on:click=|_| start::open_help()>
                    <Icon name="help" />
                </button>
            </div>
        </header>
    }
}

#[component]
fn ViewTab(tab: Tab, label: &'static str) -> impl IntoView {
    let store = use_store();
    let change = move |view: &mut ViewState| view.tab = tab;
    let problems = move || Some(store.progress.with(|progress| progress.problems)).filter(|count| tab == Tab::Problems && *count > 0);
    view! {
        <a
            class="view-tab"
            href=move || href(store, change)
            aria-current=move || store.view.with(|view| view.tab == tab).then_some("page")
            on:click=move |event| {
                if is_plain_click(&event) {
                    event.prevent_default();
                    store.go(change);
                }
            }
        >
            {label}
            {move || problems().map(|count| view! { <span class="badge badge-warn num">{count}</span> })}
        </a>
    }
}

/// The row of the open session, if it is loaded.
fn open_row(store: Store) -> Option<Arc<SessionRow>> {
    let key = store.view.with(|view| view.session.clone())?;
    store.rows.with(|rows| rows.iter().find(|row| row.key == key).cloned())
}

/// The session that was opened last stays within reach.
#[component]
fn SessionTab() -> impl IntoView {
    let store = use_store();
    let row = Memo::new(move |_| open_row(store));
    let change = |view: &mut ViewState| view.tab = Tab::Session;
    move || {
        row.get().map(|row| {
            view! {
                <a
                    class="view-tab view-tab-session"
                    href=move || href(store, change)
                    aria-current=move || store.view.with(|view| view.tab == Tab::Session).then_some("page")
                    on:click=move |event| {
                        if is_plain_click(&event) {
                            event.prevent_default();
                            store.go(change);
                        }
                    }
                >
                    <StatusSign status=row.status />
                    <span class="clip">{row.label().to_owned()}</span>
                </a>
            }
        })
    }
}

/// Asks the worker for the session of the link and draws it when it is there.
#[component]
fn OpenSession() -> impl IntoView {
    let store = use_store();
    let detail = RwSignal::new(None::<Arc<SessionDetail>>);
    let failure = RwSignal::new(None::<String>);
    let key = Memo::new(move |_| store.view.with(|view| view.session.clone()));
    Effect::new(move |_| {
        // Asked again when the archive has changed under it: a file was added that belongs to it.
        store.generation.track();
        let Some(key) = key.get() else { return };
        leptos::task::spawn_local_scoped_with_cancellation(async move {
            let answer = store.ask(Query::Session { key }).await;
            match answer {
                Some(Answer::Session(Some(found))) => {
                    failure.set(None);
                    detail.set(Some(Arc::new(*found)));
                }
                _ => {
                    detail.set(None);
                    failure.set(Some("This session is not among what is open.".into()));
                }
            }
        });
    });
    let is_reading = move || store.progress.with(|progress| !progress.is_done);
    move || match (detail.get(), failure.get()) {
        (Some(detail), _) => view! { <SessionPage detail=detail /> }.into_any(),
        (None, Some(why)) if !is_reading() => view! {
            <section class="empty-state">
                <h2>{why}</h2>
                <p>"Open the log that holds it, or choose another session."</p>
                <div><button class="button button-primary" type="button" on:click=move |_| store.go(|view| view.tab = Tab::Sessions)>"Show all sessions"</button></div>
            </section>
        }
        .into_any(),
        _ => view! { <p class="empty-state" role="status">"Reading…"</p> }.into_any(),
    }
}

/// Whether a key press belongs to a field that somebody types into.
pub fn is_typing(event: &web_sys::KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}
