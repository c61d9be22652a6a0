//! The line of a step exactly as it stands in the log.

use super::{Line, LineState};
use crate::logic::excerpt::shown_len;
use crate::logic::format::bytes_text;
use crate::logic::pretty_json::pretty_json;
use crate::ui::shared::{Icon, copy};
use leptos::prelude::*;
use std::sync::Arc;

/// Indented for reading; the copy button gives the line as it is.
pub fn raw_view(line: RwSignal<LineState>) -> AnyView {
    let shown = move || match line.get() {
        None => view! { <p class="muted">"Reading the line…"</p> }.into_any(),
        Some(Err(why)) => view! { <p class="step-error">{why}</p> }.into_any(),
        Some(Ok(line)) => whole(&line),
    };
    shown.into_any()
}

fn whole(line: &Arc<Line>) -> AnyView {
    let pretty = pretty_json(&line.text);
    let note = if pretty.is_some() { "indented here, one line in the log" } else { "not JSON, shown as it is" };
    let text: Arc<str> = pretty.unwrap_or_else(|| line.text.clone()).into();
    let cut = shown_len(&text);
    let is_all = RwSignal::new(cut == text.len());
    let size = bytes_text(text.len() as u64);
    let (exact, copied) = (line.clone(), RwSignal::new(false));
    let place = format!("Line {} of {}", line.number, line.path);
    let bytes = format!("{} bytes from byte {}; {note}", line.len, line.offset);
    view! {
        <div class="raw-head">
            <span><b class="breaks">{place}</b><small class="muted">{bytes}</small></span>
            <button class="button button-small" type="button" data-testid="copy-line" on:click=move |_| {
                copy(exact.text.clone());
                copied.set(true);
            }><Icon name="copy" is_small=true />{move || if copied.get() { "Copied" } else { "Copy" }}</button>
        </div>
        <div class="block">
            <pre class="raw-line" data-testid="raw-line" tabindex="0" aria-label="Raw line">{move || text[..if is_all.get() { text.len() } else { cut }].to_owned()}</pre>
            {move || (!is_all.get()).then(|| view! {
                <button class="block-more" type="button" on:click=move |_| is_all.set(true)>{format!("Show all ({size})")}</button>
            })}
        </div>
    }
    .into_any()
}
