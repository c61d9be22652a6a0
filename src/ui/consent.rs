//! Addresses that a link names: those of the page's own site are fetched at once, others after the user has agreed to
//! their origin (DESIGN §6). The dialog stands in index.html.

use super::start::{element, tell};
use super::store::Store;
use super::theme::{keep, kept};
use crate::ui::shared::listen;
use leptos::prelude::document;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlInputElement, Url};

/// What the origins are called in local storage, one a line, that need not be asked about.
const KEPT_AS: &str = "origins";

thread_local! {
    /// Origins that wait to be asked about, with what is to be fetched from there; the first one is being asked about.
    static WAITING: RefCell<Vec<(String, Vec<String>)>> = const { RefCell::new(Vec::new()) };
}

/// Listens to the answers.
pub fn wire(store: Store) {
    if let Some(dialog) = element("consent") {
        listen(&dialog, "close", move |_| answered(store));
    }
}

/// Fetches what a link names, or asks first.
pub fn open_links(store: Store, urls: Vec<String>) {
    let base = document().base_uri().ok().flatten().unwrap_or_default();
    let here = web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default();
    let agreed = kept(KEPT_AS).unwrap_or_default();
    let mut own = Vec::new();
    for address in urls {
        let Some(url) = Url::new_with_base(&address, &base).ok().filter(|url| url.protocol().starts_with("http"))
        else {
            let short: String = address.chars().take(60).collect();
            tell(
                store,
                &format!("This link names a log at {short}, which is not read: only http and https addresses are."),
            );
            continue;
        };
        let origin = url.origin();
        if origin == here || agreed.lines().any(|known| known == origin) {
            own.push(address);
            continue;
        }
        WAITING.with_borrow_mut(|waiting| match waiting.iter_mut().find(|(known, _)| *known == origin) {
            Some((_, addresses)) if addresses.contains(&address) => {}
            Some((_, addresses)) => addresses.push(address),
            None => waiting.push((origin, vec![address])),
        });
    }
    if !own.is_empty() {
        store.open_urls(own);
    }
    ask();
}

fn dialog() -> Option<HtmlDialogElement> {
    element("consent")?.dyn_into().ok()
}

fn always() -> Option<HtmlInputElement> {
    element("consent-always")?.dyn_into().ok()
}

/// Asks about the first origin that waits.
fn ask() {
    let (Some(dialog), Some(words)) = (dialog().filter(|dialog| !dialog.open()), element("consent-words")) else {
        return;
    };
    let Some((origin, count)) =
        WAITING.with_borrow(|all| all.first().map(|(origin, urls)| (origin.clone(), urls.len())))
    else {
        return;
    };
    let what = if count == 1 { "a log".to_owned() } else { format!("{count} logs") };
    words.set_text_content(Some(&format!(
        "The link that you opened names {what} at {origin}. Nothing was fetched yet. If you agree, this page asks that \
         site for it, without cookies and without telling where you came from; the site learns your network address."
    )));
    if let Some(always) = always() {
        always.set_checked(false);
    }
    dialog.set_return_value("");
    // Fails only for a dialog that is open.
    dialog.show_modal().unwrap_or_default();
}

fn answered(store: Store) {
    let has_agreed = dialog().is_some_and(|dialog| dialog.return_value() == "yes");
    let asked = WAITING.with_borrow_mut(|waiting| if waiting.is_empty() { None } else { Some(waiting.remove(0)) });
    let Some((origin, urls)) = asked else { return };
    if !has_agreed {
        tell(store, &format!("Nothing was fetched from {origin}. Open the link again to be asked again."));
        return ask();
    }
    if always().is_some_and(|always| always.checked()) {
        let known = kept(KEPT_AS).unwrap_or_default();
        let _is_kept = keep(KEPT_AS, &[&*known, &*origin, "\n"].concat());
    }
    store.open_urls(urls);
    ask();
}
