//! Tells the page when this wasm instance is broken, so that it starts a new one (DESIGN §4).
//!
//! In the release a panic is a trap, as too deep a recursion is: the browser reports it as an error or, inside of a task,
//! as a rejection that nobody handles. The memory is still there after it, so this instance itself says what it was reading.

use super::engine::{Reading, SCOPE, post};
use super::protocol::Update;
use super::read::words_of;
use crate::model::SourceId;
use js_sys::{Reflect, WebAssembly::RuntimeError};
use std::sync::atomic::Ordering::Relaxed;
use wasm_bindgen::prelude::*;
use web_sys::Event;

/// Listens to the end of this thread. `reading` holds the id of the source that is being read, `u32::MAX` between sources.
pub fn tell_when_broken(reading: Reading) {
    #[cfg(debug_assertions)]
    std::panic::set_hook(Box::new(|panic| web_sys::console::error_1(&panic.to_string().into())));
    let handler = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        let field = |name: &str| Reflect::get(&event, &name.into()).unwrap_or_default();
        let thrown =
            [field("error"), field("reason")].into_iter().find(|thrown| thrown.is_instance_of::<RuntimeError>());
        if let Some(thrown) = thrown {
            // Else the page hears of an error in a handler once more, by `onerror`.
            event.prevent_default();
            let id = reading.load(Relaxed);
            let id = (id != u32::MAX).then_some(SourceId(id));
            post(&Update::Panicked { id, why: format!("{}{}", words_of(&thrown), place_of(&thrown)) });
        }
    });
    SCOPE.with(|scope| {
        for event in ["error", "unhandledrejection"] {
            scope
                .add_event_listener_with_callback(event, handler.as_ref().unchecked_ref())
                .expect("a worker's scope has both events");
        }
    });
    // Listens as long as the worker lives.
    handler.into_js_value();
}

/// Where a trap was, ` at wasm-function[12]:0x345`: with it, its line can be found in a build with names.
fn place_of(thrown: &JsValue) -> String {
    let stack = Reflect::get(thrown, &"stack".into()).ok().and_then(|stack| stack.as_string()).unwrap_or_default();
    let Some(from) = stack.find("wasm-function[") else { return String::new() };
    let place = stack[from..].split([')', '\n']).next().unwrap_or_default();
    format!(" at {place}")
}
