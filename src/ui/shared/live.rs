//! Values that change, behind one type. Leptos compiles its machinery once for each closure type; with boxes the page
//! holds it once for each kind of value, which halves the download.

/// A value of a view (`AnyView`, `String`, `bool`, `Option<…>`) that is computed again when what it reads changes.
pub type Live<T> = Box<dyn Fn() -> T + Send>;

/// Boxes a closure for use as an attribute or a child.
pub fn live<T>(value: impl Fn() -> T + Send + 'static) -> Live<T> {
    Box::new(value)
}
