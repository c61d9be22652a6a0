//! How far reading is, and what the user should know once.

use crate::logic::format::{bytes_text, count};
use crate::ui::store::use_store;
use leptos::prelude::*;

/// A bar by bytes, and Cancel. Gone when nothing is being read.
#[component]
pub fn ReadingProgress() -> impl IntoView {
    let store = use_store();
    let started_ms = StoredValue::new(js_sys::Date::now());
    let is_reading = Memo::new(move |_| store.progress.with(|progress| progress.files > 0 && !progress.is_done));
    Effect::new(move |was: Option<bool>| {
        let is = is_reading.get();
        if is && was != Some(true) {
            started_ms.set_value(js_sys::Date::now());
        }
        is
    });
    let on_key = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "Escape" && is_reading.get_untracked() {
            store.cancel();
        }
    });
    on_cleanup(move || on_key.remove());
    let share = move || store.progress.with(|progress| if progress.total > 0.0 { (progress.read / progress.total).min(1.0) } else { 0.0 });
    let rate = move || {
        let seconds = (js_sys::Date::now() - started_ms.get_value()) / 1000.0;
        let read = store.progress.with(|progress| progress.read);
        (seconds > 0.2).then(|| format!("{:.0}", read / seconds / 1e6))
    };
    let files = move || store.progress.with(|progress| format!("{} of {} files", progress.files_done, progress.files));
    let bytes = move || store.progress.with(|progress| format!("{} of {}", bytes_text(progress.read as u64), bytes_text(progress.total as u64)));
    let sessions = move || store.progress.with(|progress| count(u64::from(progress.sessions), "session"));
    view! {
        <Show when=move || is_reading.get()>
            <section class="progress" aria-label="Reading" data-testid="progress">
                <div class="progress-figures">
                    {move || rate().map(|rate| view! { <span class="progress-rate">{rate}" "<small>"MB/s"</small></span> })}
                    <span class="num">{bytes}</span>
                    <span class="num">{files}</span>
                    <span>{sessions}" so far"</span>
                </div>
                <button class="button" type="button" data-testid="cancel" on:click=move |_| store.cancel()>"Cancel "<span class="key">"Esc"</span></button>
                <div class="progress-track" role="progressbar" aria-label="Read" aria-valuemin="0" aria-valuemax="100"
                    aria-valuenow=move || format!("{:.0}", share() * 100.0)>
                    <i style:--of=move || format!("{:.4}", share())></i>
                </div>
                <p class="progress-now clip">"Reading "<span class="mono">{move || store.progress.with(|progress| progress.path.clone())}</span>". Cancel keeps what is already here."</p>
            </section>
        </Show>
    }
}

/// Messages, newest last, until dismissed. Many of a kind are one line.
#[component]
pub fn Messages() -> impl IntoView {
    const SHOWN: usize = 4;
    let store = use_store();
    let hidden = move || store.messages.with(|list| list.len().saturating_sub(SHOWN));
    view! {
        <div data-testid="messages">
            {move || store.messages.get().into_iter().take(SHOWN).map(|message| view! {
                <p class="notice" role="status" data-error=message.is_error.then_some("")>
                    <span>{message.text}</span>
                    <button class="button button-quiet button-small" type="button" on:click=move |_| {
                        store.messages.update(|list| list.retain(|known| known.id != message.id));
                    }>"Dismiss"</button>
                </p>
            }).collect_view()}
            {move || (hidden() > 0).then(|| view! {
                <p class="notice" role="status">
                    <span>{count(hidden() as u64, "more message")}"; all of it stands under Problems."</span>
                    <button class="button button-quiet button-small" type="button" on:click=move |_| store.messages.set(Vec::new())>"Dismiss all"</button>
                </p>
            })}
        </div>
    }
}
