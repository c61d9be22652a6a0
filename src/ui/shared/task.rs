//! Work that is done later: when a promise is there, in the next frame, at an event.
//!
//! All of it is boxed before it meets the libraries, which would compile their machinery once for each closure.

use super::live::Kept;
use futures::channel::oneshot;
use gloo::timers::callback::Timeout;
use leptos::task::{spawn_local, spawn_local_scoped_with_cancellation};
use std::pin::Pin;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventTarget};

type Work = Pin<Box<dyn Future<Output = ()>>>;

/// Work for a view: ends with its owner.
pub fn task(work: impl Future<Output = ()> + 'static) {
    task_boxed(Box::pin(work));
}

#[inline(never)]
fn task_boxed(work: Work) {
    spawn_local_scoped_with_cancellation(work);
}

/// Work that must not end with the view that began it.
pub fn lasting_task(work: impl Future<Output = ()> + 'static) {
    lasting_boxed(Box::pin(work));
}

#[inline(never)]
fn lasting_boxed(work: Work) {
    spawn_local(work);
}

/// Work that is asked for again and again, one at a time: what is asked for meanwhile is done once, afterwards. For
/// questions that take longer than it takes until they are asked anew: cancelled each time, none would be answered.
/// The work must look whether its owner is still there before it tells anybody ([`Kept::is_gone`]).
pub fn latest(work: impl Fn() -> Pin<Box<dyn Future<Output = ()>>> + 'static) -> impl Fn() + Clone {
    latest_boxed(Rc::new(work))
}

fn latest_boxed(work: Rc<dyn Fn() -> Work>) -> impl Fn() + Clone {
    /// Whether it is being done, and whether it was asked for since then.
    #[derive(Clone, Copy, Default)]
    struct Turn {
        is_busy: bool,
        is_due: bool,
    }
    let turn = Kept::new(Turn::default());
    move || {
        let began = turn.update(|turn| {
            turn.is_due = turn.is_busy;
            !std::mem::replace(&mut turn.is_busy, true)
        });
        if began != Some(true) {
            return;
        }
        let work = work.clone();
        lasting_task(async move {
            loop {
                work().await;
                let goes_on = turn.update(|turn| {
                    turn.is_busy = std::mem::take(&mut turn.is_due);
                    turn.is_busy
                });
                if goes_on != Some(true) {
                    return;
                }
            }
        });
    }
}

/// Before the next frame is drawn.
pub fn next_frame(act: impl FnOnce() + 'static) {
    next_frame_boxed(Box::new(act));
}

#[inline(never)]
fn next_frame_boxed(act: Box<dyn FnOnce()>) {
    let act = Closure::once_into_js(act);
    // Fails only without a window, and then there are no frames.
    let _handle = web_sys::window().map(|window| window.request_animation_frame(act.unchecked_ref()));
}

/// Until the next frame is drawn.
pub async fn frame() {
    let (tell, told) = oneshot::channel();
    next_frame(move || {
        let _unheard = tell.send(());
    });
    let _ended = told.await;
}

/// In a task of its own: whatever waits, a frame or a click, comes first.
pub async fn next_task() {
    let (tell, told) = oneshot::channel();
    Timeout::new(0, move || {
        let _unheard = tell.send(());
    })
    .forget();
    let _ended = told.await;
}

/// Listens to an event until the owner is gone.
pub fn listen(target: &EventTarget, event: &str, act: impl FnMut(Event) + 'static) {
    listen_boxed(target, event, false, Box::new(act));
}

/// As [`listen`], before those that the event is for: scrolling of a pane does not bubble.
pub fn listen_first(target: &EventTarget, event: &str, act: impl FnMut(Event) + 'static) {
    listen_boxed(target, event, true, Box::new(act));
}

/// A listener that ends when it is dropped.
struct Listener {
    target: EventTarget,
    event: String,
    is_first: bool,
    closure: Closure<dyn FnMut(Event)>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let function = self.closure.as_ref().unchecked_ref();
        // Fails for no event that exists.
        let _is_removed =
            self.target.remove_event_listener_with_callback_and_bool(&self.event, function, self.is_first);
    }
}

#[inline(never)]
fn listen_boxed(target: &EventTarget, event: &str, is_first: bool, act: Box<dyn FnMut(Event)>) {
    let closure = Closure::wrap(act);
    let added = target.add_event_listener_with_callback_and_bool(event, closure.as_ref().unchecked_ref(), is_first);
    debug_assert!(added.is_ok());
    Kept::new(Listener { target: target.clone(), event: event.to_owned(), is_first, closure });
}
