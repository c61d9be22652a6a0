//! The page without a network: the browser is told to keep it, once it has nothing else to do (PRODUCT §7).

use super::embed::is_embedded;
use super::share::meta;
use crate::ui::shared::lasting_task;
use gloo::timers::callback::Timeout;
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// First the page itself must be there.
const AFTER_MS: u32 = 3_000;

/// Has the browser keep the page, where the build names the script for it and the page came from a server.
pub fn wire() {
    let script = meta("sessionscope-offline");
    let is_served = web_sys::window()
        .is_some_and(|window| window.location().protocol().is_ok_and(|protocol| protocol.starts_with("http")));
    if script.is_empty() || !is_served || is_embedded() {
        return;
    }
    Timeout::new(AFTER_MS, move || {
        let registered = || -> Result<Promise, JsValue> {
            let navigator = web_sys::window().ok_or(JsValue::NULL)?.navigator();
            // Missing where the address is not safe (http, but not this machine).
            let workers = Reflect::get(&navigator, &"serviceWorker".into())?;
            let register: Function = Reflect::get(&workers, &"register".into())?.dyn_into()?;
            register.call1(&workers, &JsValue::from_str(&script))?.dyn_into()
        };
        if let Ok(registered) = registered() {
            lasting_task(async move {
                // A browser that refuses keeps nothing: the page is as good, with a network.
                let _is_kept = JsFuture::from(registered).await;
            });
        }
    })
    .forget();
}
