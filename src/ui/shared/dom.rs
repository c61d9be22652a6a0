//! Elements without a type of their own. `view!` compiles its machinery once for each shape of element, attribute and
//! closure: measured here it made 341 of the page's 552 KB of code. An [`El`] is built by plain calls and changes with
//! Leptos' signals; `inline(never)` keeps each of these calls a call.

use leptos::prelude::{RenderEffect, document, on_cleanup};
use send_wrapper::SendWrapper;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CssStyleDeclaration, Element, Event};

/// An element under construction; text only ever goes in as text nodes and attributes.
pub struct El(Element);

/// An HTML element.
#[inline(never)]
pub fn el(tag: &str) -> El {
    made(document().create_element(tag))
}

/// An SVG element.
#[inline(never)]
pub fn svg(tag: &str) -> El {
    made(document().create_element_ns(Some("http://www.w3.org/2000/svg"), tag))
}

/// A symbol of the sprite in index.html as a drawing of its own, without a meaning for screen readers. A reference to
/// it would cost the browser a hidden tree with styles of its own, for each sign of each row.
#[inline(never)]
pub fn drawing(id: &str) -> El {
    let drawing = svg("svg").attr("aria-hidden", "true");
    let Some(symbol) = document().get_element_by_id(id) else {
        return drawing.child(svg("use").attr("href", &["#", id].concat()));
    };
    let mut part = symbol.first_element_child();
    while let Some(here) = part {
        part = here.next_element_sibling();
        let copy = here.clone_node_with_deep(true);
        done(copy.and_then(|copy| drawing.0.append_child(&copy)));
    }
    drawing.attr("viewBox", "0 0 16 16")
}

#[inline(never)]
fn made(element: Result<Element, JsValue>) -> El {
    match element {
        Ok(element) => El(element),
        // Not `expect`: printing what a JavaScript value holds takes code in both languages.
        Err(_) => unreachable!("tag names are ours and valid"),
    }
}

/// Runs now, and again whenever a signal that it read changes; ends with the owner.
pub fn follow(act: impl Fn() + 'static) {
    follow_boxed(Box::new(act));
}

#[inline(never)]
fn follow_boxed(act: Box<dyn Fn()>) {
    let effect = RenderEffect::new(move |_| act());
    let effect = SendWrapper::new(effect);
    on_cleanup(move || drop(effect));
}

/// The browser's failures here are impossible names, which our own tests would find.
fn done<T>(result: Result<T, JsValue>) {
    debug_assert!(result.is_ok());
}

impl El {
    /// The element itself.
    pub fn node(&self) -> Element {
        self.0.clone()
    }

    #[inline(never)]
    pub fn class(self, names: &str) -> Self {
        self.attr("class", names)
    }

    #[inline(never)]
    pub fn attr(self, name: &str, value: &str) -> Self {
        done(self.0.set_attribute(name, value));
        self
    }

    /// An attribute that is there or not.
    #[inline(never)]
    pub fn flag(self, name: &str, is_set: bool) -> Self {
        if is_set { self.attr(name, "") } else { self }
    }

    /// Appends a text node.
    #[inline(never)]
    pub fn text(self, text: &str) -> Self {
        done(self.0.append_child(&document().create_text_node(text)));
        self
    }

    #[inline(never)]
    pub fn child(self, child: Self) -> Self {
        done(self.0.append_child(&child.0));
        self
    }

    pub fn children(self, children: impl IntoIterator<Item = Self>) -> Self {
        children.into_iter().fold(self, Self::child)
    }

    /// A style property, set through the object model (the policy forbids style attributes).
    #[inline(never)]
    pub fn css(self, property: &str, value: &str) -> Self {
        done(style_of(&self.0).set_property(property, value));
        self
    }

    /// Listens to an event of this element.
    pub fn on(self, event: &str, act: impl FnMut(Event) + 'static) -> Self {
        self.on_boxed(event, Box::new(act))
    }

    #[inline(never)]
    fn on_boxed(self, event: &str, act: Box<dyn FnMut(Event)>) -> Self {
        let closure = Closure::wrap(act);
        done(self.0.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref()));
        // The listener lives as long as the owner of this view, and so does its closure. It is taken away first: the
        // event that ends a view may still be on its way up through it.
        let (event, listener) = (event.to_owned(), SendWrapper::new((self.node(), closure)));
        on_cleanup(move || {
            let (element, closure) = listener.take();
            done(element.remove_event_listener_with_callback(&event, closure.as_ref().unchecked_ref()));
        });
        self
    }

    /// An attribute that follows signals; `None` takes it away.
    pub fn live_attr(self, name: &'static str, value: impl Fn() -> Option<String> + 'static) -> Self {
        self.live_attr_boxed(name, Box::new(value))
    }

    #[inline(never)]
    fn live_attr_boxed(self, name: &'static str, value: Box<dyn Fn() -> Option<String>>) -> Self {
        let element = self.node();
        follow_boxed(Box::new(move || match value() {
            Some(text) => done(element.set_attribute(name, &text)),
            None => done(element.remove_attribute(name)),
        }));
        self
    }

    /// An attribute that is there while `is_set` says so.
    pub fn live_flag(self, name: &'static str, is_set: impl Fn() -> bool + 'static) -> Self {
        self.live_attr(name, move || is_set().then(String::new))
    }

    /// A style property that follows signals.
    pub fn live_css(self, property: &'static str, value: impl Fn() -> String + 'static) -> Self {
        let element = self.node();
        follow_boxed(Box::new(move || done(style_of(&element).set_property(property, &value()))));
        self
    }

    /// Text that follows signals.
    pub fn live_text(self, text: impl Fn() -> String + 'static) -> Self {
        self.live_text_boxed(Box::new(text))
    }

    fn live_text_boxed(self, text: Box<dyn Fn() -> String>) -> Self {
        let node = document().create_text_node("");
        done(self.0.append_child(&node));
        follow_boxed(Box::new(move || node.set_data(&text())));
        self
    }

    /// Children that follow signals: all of them are made again. Nothing else may stand in the element.
    pub fn live(self, children: impl Fn() -> Vec<Self> + 'static) -> Self {
        self.live_boxed(Box::new(children))
    }

    fn live_boxed(self, children: Box<dyn Fn() -> Vec<Self>>) -> Self {
        let element = self.node();
        follow_boxed(Box::new(move || {
            let new = children();
            clear(&element);
            for child in new {
                done(element.append_child(&child.0));
            }
        }));
        self
    }

    /// The value of a field, which may follow signals while somebody types elsewhere.
    pub fn live_value(self, value: impl Fn() -> String + 'static) -> Self {
        let input: web_sys::HtmlInputElement = self.node().unchecked_into();
        follow(move || {
            let value = value();
            if input.value() != value {
                input.set_value(&value);
            }
        });
        self
    }
}

fn style_of(element: &Element) -> CssStyleDeclaration {
    element.unchecked_ref::<web_sys::HtmlElement>().style()
}

/// Takes all children away.
fn clear(element: &Element) {
    while let Some(child) = element.last_child() {
        done(element.remove_child(&child));
    }
}

/// The value of the field that an event is about.
pub fn value_of(event: &Event) -> String {
    let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
    input.map(|input| input.value()).unwrap_or_default()
}
