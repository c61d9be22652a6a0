//! Sizes of elements, as the browser tells them.

use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlDivElement, ResizeObserver};

struct Watch {
    observer: ResizeObserver,
    /// Kept alive with the observer that calls it.
    _changed: Closure<dyn FnMut()>,
}

/// Calls back when an element is there and whenever its size changes, until the component is gone.
///
/// Not at once but before the next frame is drawn: a callback that changes sizes while the browser observes them makes
/// it complain.
pub fn on_resize(node: NodeRef<Div>, changed: impl Fn(&HtmlDivElement) + Clone + 'static) {
    let watch = StoredValue::new_local(None::<Watch>);
    Effect::new(move |_| {
        let Some(element) = node.get() else { return };
        let (seen, changed) = (element.clone(), changed.clone());
        let callback = Closure::<dyn FnMut()>::new(move || {
            let (seen, changed) = (seen.clone(), changed.clone());
            request_animation_frame(move || {
                if !watch.is_disposed() {
                    changed(&seen);
                }
            });
        });
        let Ok(observer) = ResizeObserver::new(callback.as_ref().unchecked_ref()) else { return };
        observer.observe(&element);
        watch.set_value(Some(Watch { observer, _changed: callback }));
    });
    on_cleanup(move || {
        watch.try_update_value(|watch| {
            if let Some(watch) = watch.take() {
                watch.observer.disconnect();
            }
        });
    });
}

/// The width of an element, in pixels; 0 until it is there.
pub fn width_of(node: NodeRef<Div>) -> Memo<f64> {
    let width = RwSignal::new(0.0);
    on_resize(node, move |element| width.set(f64::from(element.client_width())));
    Memo::new(move |_| width.get())
}

/// A length for a style.
pub fn px(length: f64) -> String {
    format!("{length:.1}px")
}
