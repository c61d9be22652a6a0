//! What opens below a button of the filter bar: a popover of the browser's own, which closes by itself and gives the
//! focus back.

use crate::logic::analytics::choices::Choice;
use crate::logic::filter::{Facet, UNKNOWN};
use crate::logic::letters::{contains, lower_case};
use crate::ui::frame::button;
use crate::ui::shared::{El, Live, el, follow, roving, small_icon, task, value_of};
use crate::ui::store::Store;
use crate::worker::{Answer, Query};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

/// More values than this can be narrowed by a text.
const FEW: usize = 12;
/// Values that are drawn; the others come with a narrower text.
const MOST: usize = 200;
/// As wide as the style sheet makes a menu, px.
const WIDE_PX: f64 = 300.0;

/// A button and what it opens, which is made anew each time.
pub fn menu(
    id: &'static str,
    name: &str,
    words: impl Fn() -> String + 'static,
    is_set: impl Fn() -> bool + 'static,
    fill: impl Fn() -> Vec<El> + 'static,
) -> El {
    let opened = Live::new(0u32);
    let panel = el("div").class("filter-menu").attr("id", id).attr("popover", "auto");
    let panel = panel.attr("role", "group").attr("aria-label", name).attr("data-testid", id);
    let node = panel.node();
    let open = move |event| {
        place(&node, &event);
        opened.update(|times| *times += 1);
    };
    let chip = button("chip", open).attr("popovertarget", id).attr("title", name).live_flag("data-set", is_set);
    let chip = chip.child(el("span").class("clip").live_text(words)).child(small_icon("chevron"));
    let panel = panel.live(move || if opened.get() == 0 { Vec::new() } else { fill() });
    el("span").class("contents").children([chip, panel])
}

/// Puts a menu below its button, within the screen. Popovers know no place of their own.
fn place(menu: &Element, event: &Event) {
    let Some(button) = event.current_target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    let rect = button.get_bounding_client_rect();
    let wide = leptos::prelude::window().inner_width().ok().and_then(|wide| wide.as_f64()).unwrap_or(WIDE_PX);
    let style = menu.unchecked_ref::<HtmlElement>().style();
    for (name, at) in [("--left", rect.left().min(wide - WIDE_PX - 8.0).max(8.0)), ("--top", rect.bottom() + 4.0)] {
        // Fails for no number.
        style.set_property(name, &format!("{}px", at as i32)).unwrap_or_default();
    }
}

/// A value for people.
pub fn shown(value: &str) -> &str {
    if value == UNKNOWN { "not recorded" } else { value }
}

/// What can be chosen of a facet, asked of the worker when the menu is opened.
pub fn values(store: Store, facet: Facet) -> Vec<El> {
    let choices = Live::new(None::<Vec<Choice>>);
    let needle = Live::new(String::new());
    follow(move || {
        store.generation.track();
        task(async move {
            if let Some(Answer::Choices(found)) = store.ask(Query::Choices { facet }).await {
                choices.set(Some(found));
            }
        });
    });
    let narrow = move || {
        let is_long = choices.with(|known| known.as_ref().is_some_and(|known| known.len() > FEW));
        let input = el("input").attr("placeholder", "Narrow the list").attr("autocomplete", "off");
        let input = input.attr("aria-label", "Narrow the list").on("input", move |event| needle.set(value_of(&event)));
        if is_long { vec![el("label").class("field").child(input)] } else { Vec::new() }
    };
    let list = el("div").class("filter-values").attr("role", "group").attr("aria-label", facet.title());
    let list = roving(list, 0, 1).live(move || {
        let needle = lower_case(&needle.get());
        choices.with(|known| match known {
            None => vec![el("p").class("muted").text("Counting…")],
            Some(known) => fitting(store, facet, known, &needle),
        })
    });
    vec![el("div").class("contents").live(narrow), list]
}

fn fitting(store: Store, facet: Facet, known: &[Choice], needle: &str) -> Vec<El> {
    let fits = |choice: &&Choice| needle.is_empty() || contains(&lower_case(shown(&choice.name)), needle);
    let found: Vec<&Choice> = known.iter().filter(fits).collect();
    // One stop of the Tab key; arrows go on from there.
    let tab = |place: usize| if place == 0 { "0" } else { "-1" };
    let numbered = found.iter().take(MOST).enumerate();
    let mut drawn: Vec<El> =
        numbered.map(|(place, choice)| value(store, facet, choice).attr("tabindex", tab(place))).collect();
    let words = match found.len() {
        0 => "Nothing of that name.".to_owned(),
        all if all > MOST => format!("{MOST} of {all}; narrow the list for the others."),
        _ => return drawn,
    };
    drawn.push(el("p").class("muted").text(&words));
    drawn
}

/// A value with the number of its sessions.
fn value(store: Store, facet: Facet, choice: &Choice) -> El {
    let (value, chosen) = (choice.value.clone(), choice.value.clone());
    let turn = move |_| store.go(|view| view.chosen.turn(facet, &value));
    let pressed = move || Some(store.view.with(|view| view.chosen.has(facet, &chosen)).to_string());
    button("filter-value", turn).live_attr("aria-pressed", pressed).children([
        small_icon("check"),
        el("span").class("clip").attr("title", &choice.name).text(shown(&choice.name)),
        el("span").class("num").text(&choice.sessions.to_string()),
    ])
}
