//! Sizes of elements, as the browser tells them.

use crate::logic::format::fixed;
use crate::ui::shared::{Kept, Live, next_frame};
use leptos::prelude::on_cleanup;
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;
use web_sys::{Element, ResizeObserver};

/// Calls back when an element is laid out and whenever its size changes, until the owner is gone.
///
/// Not at once but before the next frame is drawn: a callback that changes sizes while the browser observes them makes
/// it complain.
pub fn on_resize(element: &Element, changed: impl Fn() + Clone + 'static) {
    let alive = Kept::new(());
    let callback = Closure::<dyn FnMut()>::new(move || {
        let changed = changed.clone();
        next_frame(move || {
            if !alive.is_gone() {
                changed();
            }
        });
    });
    let Ok(observer) = ResizeObserver::new(callback.as_ref().unchecked_ref()) else { return };
    observer.observe(element);
    let kept = SendWrapper::new((observer, callback));
    on_cleanup(move || {
        kept.0.disconnect();
        drop(kept);
    });
}

/// The width of an element, in pixels; 0 until it is laid out.
pub fn width_of(element: &Element) -> Live<f64> {
    let width = Live::new(0.0);
    let seen = element.clone();
    on_resize(element, move || {
        let now = f64::from(seen.client_width());
        if width.get_untracked() != now {
            width.set(now);
        }
    });
    width
}

/// A length for a style.
pub fn px(length: f64) -> String {
    fixed(length, 1) + "px"
}

/// A place from the left as a transform: what only moves is not laid out again.
pub fn moved(by_px: f64) -> String {
    format!("translateX({})", px(by_px))
}
