//! How costs come about: recorded, computed, by which prices. The user's own price table is kept in local storage and
//! goes nowhere but into the worker.

use super::frame::button;
use super::shared::{Derived, El, Live, el, follow, lasting_task, small_icon, task};
use super::store::Store;
use super::theme::{forget, keep, kept};
use crate::model::PriceMode;
use crate::worker::{Answer, Query};
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, HtmlTextAreaElement};

/// What the table is called in local storage.
const KEPT_AS: &str = "prices";

const MODES: [(PriceMode, &str, &str); 3] = [
    (PriceMode::Auto, "Auto", "the recorded cost where there is one, else computed from tokens and prices"),
    (PriceMode::Calculate, "Computed", "always computed from tokens and prices, whatever the logs record"),
    (PriceMode::Display, "Recorded", "only what the logs record"),
];

const EXAMPLE: &str = "model,input,output,cache_read\nmy-model,3,15,0.3";

/// Tells the worker which prices to use, now and whenever the choice changes.
pub fn wire(store: Store) {
    store.own_prices.set(kept(KEPT_AS).unwrap_or_default());
    let asked = Derived::new(move || (store.view.with(|view| view.prices), store.own_prices.get()));
    let is_first = Live::new(true);
    follow(move || {
        let (mode, own) = asked.get();
        let is_default = mode == PriceMode::default() && own.is_empty();
        // What the worker begins with need not be said.
        if is_first.get_untracked() && is_default {
            return is_first.set(false);
        }
        is_first.set(false);
        task(async move {
            if let Some(Answer::Prices(Some(error))) = store.ask(Query::Prices { mode, own }).await {
                store.say(&format!("Your kept prices cannot be used: {error}."), true);
            }
        });
    });
}

/// Recorded, computed or both.
pub fn mode_choice(store: Store) -> El {
    let option = |(mode, label, title): (PriceMode, &str, &str)| {
        button("", move |_| store.adjust(|view| view.prices = mode))
            .live_attr("aria-pressed", move || Some(store.view.with(|view| view.prices == mode).to_string()))
            .attr("title", title)
            .text(label)
    };
    let choice = el("div").class("segmented").attr("role", "group").attr("aria-label", "Costs");
    choice.attr("data-testid", "price-mode").children(MODES.map(option))
}

/// The button that opens the settings.
pub fn settings_button(store: Store) -> El {
    let words =
        move || if store.own_prices.with(String::is_empty) { "Prices" } else { "Prices, with yours" }.to_owned();
    let button = el("button").attr("type", "button").class("button button-quiet button-small");
    button.attr("popovertarget", "prices").attr("data-testid", "prices-button").live_text(words)
}

/// What is said of the costs beside a table.
pub fn words(store: Store, source: &str) -> String {
    let own = if store.own_prices.with(String::is_empty) { "" } else { ", your own prices first" };
    match store.view.with(|view| view.prices) {
        PriceMode::Auto => {
            format!("Costs as the logs record them, else computed from tokens and prices as of {source}{own}.")
        }
        PriceMode::Calculate => format!("Costs computed from tokens and prices as of {source}{own}."),
        PriceMode::Display => "Costs are those that the logs record.".to_owned(),
    }
}

/// The settings: paste a table, pick a file, take it away again.
pub fn settings(store: Store) -> El {
    let problem = Live::new(None::<String>);
    let field = el("textarea")
        .class("mono prices-text")
        .attr("rows", "8")
        .attr("spellcheck", "false")
        .attr("aria-label", "Your prices")
        .attr("placeholder", EXAMPLE)
        .attr("data-testid", "prices-text")
        .live_attr("aria-invalid", move || problem.with(Option::is_some).then(|| "true".to_owned()));
    let area: HtmlTextAreaElement = field.node().unchecked_into();
    let for_text = area.clone();
    follow(move || for_text.set_value(&store.own_prices.get()));
    let for_use = area.clone();
    let apply = button("button button-primary", move |_| apply(store, for_use.value(), problem));
    let apply = apply.attr("data-testid", "prices-use").text("Use these prices");
    let for_removal = area.clone();
    let remove = button("button", move |_| {
        for_removal.set_value("");
        problem.set(None);
        forget(KEPT_AS);
        store.own_prices.set(String::new());
    });
    let remove = remove
        .attr("data-testid", "prices-remove")
        .live_flag("disabled", move || store.own_prices.with(String::is_empty))
        .text("Remove");
    let told = el("p").attr("role", "status").attr("data-testid", "prices-told").live(move || {
        let note = |class: &str, text: &str| vec![el("span").class(class).text(text)];
        match (problem.get(), store.own_prices.with(String::is_empty)) {
            (Some(why), _) => note("price-problem", &format!("Not used: {why}.")),
            (None, false) => note("muted", "Your prices are in use, and kept in this browser."),
            (None, true) => Vec::new(),
        }
    });
    let close = el("button").attr("type", "button").class("button button-quiet button-small button-icon push");
    let close = close.attr("popovertarget", "prices").attr("aria-label", "Close").child(small_icon("close"));
    let head = el("div").class("pane-head").child(el("strong").text("Your own prices")).child(close);
    let words = "USD per million tokens: lines with commas or tabs under column names (model, input, output, cache_read, \
                 cache_write_5m, cache_write_1h, provider, valid_from), or JSON such as {\"my-model\": {\"input\": 3, \
                 \"output\": 15}}. They come before the table that this page has.";
    let actions = el("div").class("prices-actions").children([apply, remove, pick(area)]);
    let body =
        el("div").class("prices-body").child(el("p").class("muted").text(words)).children([field, told, actions]);
    let panel = el("section").class("all-facts prices").attr("id", "prices").attr("popover", "auto");
    panel.attr("aria-label", "Your own prices").attr("data-testid", "prices").child(head).child(body)
}

fn apply(store: Store, text: String, problem: Live<Option<String>>) {
    let mode = store.view.with_untracked(|view| view.prices);
    lasting_task(async move {
        match store.ask(Query::Prices { mode, own: text.clone() }).await {
            Some(Answer::Prices(None)) => {
                problem.set(None);
                if !keep(KEPT_AS, &text) {
                    store.say("This browser keeps nothing for this page: your prices last until it is closed.", false);
                }
                store.own_prices.set(text);
            }
            Some(Answer::Prices(why)) => problem.set(why),
            _ => {}
        }
    });
}

/// A file becomes the text of the field; nothing is used before one says so.
fn pick(area: HtmlTextAreaElement) -> El {
    let field = el("input").attr("type", "file").attr("id", "prices-file").attr("hidden", "");
    let field = field.attr("accept", ".csv,.tsv,.json,.txt").attr("data-testid", "prices-file");
    let field = field.on("change", move |event| {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let Some(file) = input.and_then(|input| input.files()).and_then(|files| files.get(0)) else { return };
        let area = area.clone();
        lasting_task(async move {
            if let Ok(text) = wasm_bindgen_futures::JsFuture::from(file.text()).await {
                area.set_value(&text.as_string().unwrap_or_default());
            }
        });
    });
    let open = button("button", |_| {
        let input = document().get_element_by_id("prices-file").and_then(|input| input.dyn_into::<HtmlElement>().ok());
        if let Some(input) = input {
            input.click();
        }
    });
    el("span").class("contents").child(open.text("Pick a file…")).child(field)
}
