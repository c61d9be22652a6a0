//! What follows a signal follows it, and nothing of a log becomes markup.

use super::{HOSTILE, find, owned, show, text, title};
use leptos::prelude::Owner;
use leptos::task::tick;
use sessionscope::ui::shared::{Live, el};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

#[wasm_bindgen_test]
fn text_and_attributes_never_become_markup() {
    let (node, _owner) = show(|| el("p").text(HOSTILE).attr("title", HOSTILE).child(el("b").text("bold")));
    assert_eq!(text(&node), format!("{HOSTILE}bold"));
    assert_eq!(title(&node), HOSTILE);
    assert_eq!(node.child_element_count(), 1);
    assert!(node.query_selector("img, script").expect("valid").is_none());
}

#[wasm_bindgen_test]
async fn live_text_follows_its_signal_and_stays_text() {
    let word = owned(|| Live::new("one".to_owned()));
    let (node, _owner) = show(|| el("p").text("at ").live_text(move || word.get()));
    assert_eq!(text(&node), "at one");
    word.set(HOSTILE.to_owned());
    tick().await;
    assert_eq!(text(&node), format!("at {HOSTILE}"));
    assert_eq!(node.child_element_count(), 0);
}

#[wasm_bindgen_test]
async fn live_attributes_come_and_go() {
    let value = owned(|| Live::new(None::<String>));
    let (node, _owner) = show(|| {
        el("p")
            .live_attr("aria-current", move || value.get())
            .live_flag("data-set", move || value.with(Option::is_some))
    });
    assert!(!node.has_attribute("aria-current") && !node.has_attribute("data-set"));
    value.set(Some("page".into()));
    tick().await;
    assert_eq!((node.get_attribute("aria-current"), node.has_attribute("data-set")), (Some("page".into()), true));
    value.set(None);
    tick().await;
    assert!(!node.has_attribute("aria-current") && !node.has_attribute("data-set"));
}

#[wasm_bindgen_test]
async fn live_children_are_made_again_and_their_followers_end() {
    let (count, word) = owned(|| (Live::new(2), Live::new("a".to_owned())));
    let runs = Rc::new(Cell::new(0));
    let seen = runs.clone();
    let (node, _owner) = show(move || {
        el("ul").live(move || {
            let item = |_| {
                let seen = seen.clone();
                el("li").live_text(move || {
                    seen.set(seen.get() + 1);
                    word.get()
                })
            };
            (0..count.get()).map(item).collect()
        })
    });
    assert_eq!((text(&node), runs.get()), ("aa".into(), 2));
    count.set(3);
    tick().await;
    assert_eq!((text(&node), runs.get()), ("aaa".into(), 5));
    word.set("b".into());
    tick().await;
    // Three, not five: the first two are gone.
    assert_eq!((text(&node), runs.get()), ("bbb".into(), 8));
}

#[wasm_bindgen_test]
async fn nothing_follows_after_its_owner_is_gone() {
    let word = owned(|| Live::new("one".to_owned()));
    let (node, owner) = show(|| el("p").live_text(move || word.get()));
    owner.cleanup();
    word.set("two".into());
    tick().await;
    assert_eq!(text(&node), "one");
}

#[wasm_bindgen_test]
fn a_click_that_ends_the_view_does_not_reach_the_row_around_it() {
    let outer = Rc::new(Cell::new(0));
    let heard = outer.clone();
    let owner = Rc::new(Cell::new(None::<Owner>));
    let to_end = owner.clone();
    let (node, view_owner) = show(move || {
        let button = el("button").text("open").on("click", move |_| {
            if let Some(owner) = to_end.take() {
                owner.cleanup();
            }
        });
        el("div").on("click", move |_| heard.set(heard.get() + 1)).child(button)
    });
    owner.set(Some(view_owner));
    let button: HtmlElement = find(&node, "button").unchecked_into();
    button.click();
    assert_eq!(outer.get(), 0);
    button.click();
    assert_eq!(outer.get(), 0);
}
