//! The only place that reads and writes the address bar (DESIGN §5).

use super::shared::listen as listen_to;
use crate::link::{self, ViewState};
use gloo::timers::callback::Timeout;
use js_sys::{Array, Object, Reflect};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};

/// File names kept in a history entry; they only serve to say which files to drop again.
const MOST_FILES: usize = 40;

fn history() -> Option<web_sys::History> {
    web_sys::window()?.history().ok()
}

/// What stands after the `#`.
pub fn fragment() -> String {
    web_sys::window().and_then(|window| window.location().hash().ok()).unwrap_or_default()
}

/// The state of the address.
pub fn read() -> ViewState {
    ViewState::parse(link::split_log(&fragment()).0)
}

/// The log that the address carries, which is taken out of it.
pub fn take_log() -> Option<String> {
    let fragment = fragment();
    let (view, log) = link::split_log(&fragment);
    let log = log?.to_owned();
    write(&ViewState::parse(view), &[], false);
    Some(log)
}

/// The address of the page itself, without any state.
pub fn page() -> String {
    let here = web_sys::window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    here.split(['#', '?']).next().unwrap_or_default().to_owned()
}

/// A state as a whole address, to be given to somebody.
pub fn absolute(view: &ViewState) -> String {
    format!("{}#{view}", page())
}

/// Paths of the local files that this history entry was looking at. They never stand in the fragment.
pub fn local_files() -> Vec<String> {
    let files =
        history().and_then(|history| history.state().ok()).and_then(|state| Reflect::get(&state, &"files".into()).ok());
    let files = files.filter(Array::is_array).map(|files| Array::from(&files)).unwrap_or_default();
    files.iter().filter_map(|file| file.as_string()).collect()
}

fn state_of(files: &[String]) -> JsValue {
    let names: Array = files.iter().take(MOST_FILES).map(|file| JsValue::from_str(file)).collect();
    let state = Object::new();
    // Cannot fail on a plain object.
    let _is_set = Reflect::set(&state, &"files".into(), &names);
    state.unchecked_into()
}

/// Least time between two changes of one entry (DESIGN §5: four a second), milliseconds.
const REPLACE_EVERY_MS: u32 = 250;

thread_local! {
    /// The latest state of this entry that waits to be written, with the timer that will.
    static WAITING: RefCell<Option<(Timeout, ViewState, Vec<String>)>> = const { RefCell::new(None) };
}

/// A new entry in the history.
pub fn push(view: &ViewState, files: &[String]) {
    write_waiting();
    write(view, files, true);
}

/// The same entry with another address, soon: typing changes it with every key.
pub fn replace(view: &ViewState, files: &[String]) {
    WAITING.with_borrow_mut(|waiting| {
        let timer = match waiting.take() {
            Some((timer, ..)) => timer,
            None => Timeout::new(REPLACE_EVERY_MS, write_waiting),
        };
        *waiting = Some((timer, view.clone(), files.to_vec()));
    });
}

fn write_waiting() {
    if let Some((_timer, view, files)) = WAITING.with_borrow_mut(Option::take) {
        write(&view, &files, false);
    }
}

fn write(view: &ViewState, files: &[String], is_new: bool) {
    let Some(history) = history() else { return };
    let (state, url) = (state_of(files), format!("#{view}"));
    let written = match is_new {
        true => history.push_state_with_url(&state, "", Some(&url)),
        false => history.replace_state_with_url(&state, "", Some(&url)),
    };
    // A browser refuses more than a hundred changes in half a minute; the next one will carry this state too.
    if let Err(error) = written {
        web_sys::console::debug_1(&error);
    }
}

/// Calls back when the user goes back or forward, or edits the address.
pub fn listen(changed: impl Fn() + 'static) {
    if let Some(window) = web_sys::window() {
        listen_to(&window, "popstate", move |_| {
            // What waits was meant for the entry before.
            drop(WAITING.with_borrow_mut(Option::take));
            changed();
        });
    }
}
