//! One row: plain elements, since thousands of them are drawn.

use super::{open, open_on_click};
use crate::link::Tab;
use crate::logic::dates;
use crate::logic::format::{count, duration_text};
use crate::logic::session_list::ListRow;
use crate::logic::sessions::SessionRow;
use crate::model::Timestamp;
use crate::ui::shared::{Icon, NotRecorded, StatusSign, cost, token_pair};
use crate::ui::store::Store;
use leptos::prelude::*;
use std::collections::HashSet;

/// Draws a row of the list. `now` decides whether a start needs its year.
pub fn session_row(
    store: Store,
    row: &ListRow,
    index: usize,
    cursor: RwSignal<usize>,
    unfolded: RwSignal<HashSet<String>>,
    now: Timestamp,
) -> impl IntoView + use<> {
    let session = row.session.clone();
    let key = session.key.clone();
    let is_cursor = move || cursor.get() == index;
    let for_link = key.clone();
    let link = move || {
        let mut view = store.view.get_untracked();
        (view.tab, view.session, view.step) = (Tab::Session, Some(for_link.clone()), None);
        format!("#{view}")
    };
    let for_row = key.clone();
    let open_row = move |event: web_sys::MouseEvent| {
        // A click anywhere in the row opens it; buttons, links and selected text keep their own meaning.
        if !event.default_prevented() && is_bare(&event) {
            cursor.set(index);
            open(store, &for_row);
        }
    };
    let for_title = key.clone();
    view! {
        <tr class="session-row" data-testid="session-row" data-row=index data-key=key.clone()
            data-child=row.is_child.then_some("") data-cursor=move || is_cursor().then_some("") on:click=open_row>
            <td class="session-status"><StatusSign status=session.status /></td>
            <td class="session-title"><div class="session-title-line">
                <a class="clip" href=link tabindex=move || if is_cursor() { "0" } else { "-1" }
                    on:focus=move |_| cursor.set(index)
                    on:click=move |event| open_on_click(store, &event, &for_title)>{session.label().to_owned()}</a>
                {fold(row, unfolded)}
            </div></td>
            <td class="optional">{agent(&session)}</td>
            <td class="optional muted">{model(&session)}</td>
            <td class="session-start num">{start(store, &session, now)}</td>
            <td class="num">{duration(&session)}</td>
            <td class="num">{session.steps()}</td>
            <td class="num">{failures(&session)}</td>
            <td class="num session-tokens">{token_pair(&session.totals)}</td>
            <td class="num session-cost">{cost(&session.totals.cost)}</td>
        </tr>
    }
}

/// Whether a click hit neither a control nor text that is being selected.
fn is_bare(event: &web_sys::MouseEvent) -> bool {
    use wasm_bindgen::JsCast;
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let is_control = target.and_then(|target| target.closest("a, button").ok().flatten()).is_some();
    let is_selecting = window().get_selection().ok().flatten().is_some_and(|selection| !selection.is_collapsed());
    !is_control && !is_selecting
}

fn fold(row: &ListRow, unfolded: RwSignal<HashSet<String>>) -> Option<impl IntoView + use<>> {
    let (key, is_unfolded) = (row.session.key.clone(), row.is_unfolded);
    let label = count(u64::from(row.children), "stream");
    (row.children > 0).then(|| view! {
        <button class="fold" type="button" aria-expanded=is_unfolded.to_string()
            title="the event stream of the program that this run called; its tokens are counted in the run"
            on:click=move |event| {
                event.prevent_default();
                unfolded.update(|open| {
                    if !open.remove(&key) {
                        open.insert(key.clone());
                    }
                });
            }>
            <Icon name=if is_unfolded { "chevron" } else { "right" } is_small=true />
            {label}
        </button>
    })
}

fn agent(session: &SessionRow) -> String {
    match session.harness.as_deref() {
        Some(harness) if harness != "fiz" => format!("{} › {harness}", session.agent_name),
        _ => session.agent_name.clone(),
    }
}

fn model(session: &SessionRow) -> AnyView {
    match session.models.first() {
        Some(model) => {
            let all = session.models.join(", ");
            view! { <span class="clip model-name" title=all>{model.clone()}</span> }.into_any()
        }
        None => view! { <NotRecorded reason="the log names no model" /> }.into_any(),
    }
}

fn start(store: Store, session: &SessionRow, now: Timestamp) -> AnyView {
    match session.started {
        Some(at) => store.zone.with_value(|zone| {
            let title = format!("{} · {} UTC", dates::full(at, zone), at.rfc3339());
            view! { <span title=title>{dates::short(at, now, zone)}</span> }.into_any()
        }),
        None => view! { <NotRecorded reason="no line of the log has a time" text="no date" /> }.into_any(),
    }
}

fn duration(session: &SessionRow) -> AnyView {
    match session.duration_ms.get() {
        Some(ms) => view! { <span title=format!("{ms} ms")>{duration_text(ms)}</span> }.into_any(),
        None => view! { <NotRecorded reason="the log holds no duration and too few times" /> }.into_any(),
    }
}

fn failures(session: &SessionRow) -> AnyView {
    match session.failures() {
        0 => view! { <span class="faint">"0"</span> }.into_any(),
        n => {
            let title = format!("{}, {}", count(u64::from(session.counts.errors), "error"), count(u64::from(session.counts.tool_failures), "failed tool call"));
            view! { <span class="error-count" title=title>{n}</span> }.into_any()
        }
    }
}
