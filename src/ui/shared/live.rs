//! Values that views share and follow: Leptos' signals, memos and stored values, compiled once for all types.
//!
//! Leptos compiles its reactive graph anew for each type of value, and here were more than thirty: two thirds of its
//! 90 KB of code. Below there is one trigger, one memo (of a number that rises when its value has changed) and one
//! place in the arena; a type of its own costs no more than its accessors.

use leptos::prelude::{ArcMemo, ArcTrigger, Get, GetUntracked, LocalStorage, Notify, Track};
use leptos::reactive::owner::ArenaItem;
use send_wrapper::SendWrapper;
use std::any::Any;
use std::cell::RefCell;
use std::marker::PhantomData;
use std::rc::Rc;

/// What tells followers of a value that it has changed.
enum Source {
    /// Nothing: nobody follows it.
    Still,
    /// Whoever sets it.
    Set(ArcTrigger),
    /// What it is computed from.
    Computed(ArcMemo<u32>),
}

struct Item {
    source: Source,
    /// A `RefCell<T>`.
    value: Rc<dyn Any>,
}

impl Item {
    #[inline(never)]
    fn refresh(&self, is_followed: bool) {
        match (&self.source, is_followed) {
            (Source::Set(trigger), true) => trigger.track(),
            (Source::Computed(memo), true) => drop(memo.get()),
            (Source::Computed(memo), false) => drop(memo.get_untracked()),
            _ => {}
        }
    }

    #[inline(never)]
    fn changed(&self) {
        if let Source::Set(trigger) = &self.source {
            trigger.notify();
        }
    }
}

type Place = ArenaItem<Rc<Item>, LocalStorage>;

#[inline(never)]
fn put(source: Source, value: Rc<dyn Any>) -> Place {
    Place::new_local(Rc::new(Item { source, value }))
}

#[inline(never)]
fn find(place: Place) -> Option<Rc<Item>> {
    place.try_get_value()
}

/// The item that a handle stands for, up to date; its value is about to be read.
#[inline(never)]
fn reach(place: Place, is_followed: bool) -> Rc<Item> {
    let item = find(place).unwrap_or_else(|| gone());
    item.refresh(is_followed);
    item
}

#[cold]
#[inline(never)]
fn gone() -> ! {
    panic!("a value was used after its owner was gone")
}

/// A value that any number of owners hold, and that views can follow.
pub struct Shared<T> {
    item: Rc<Item>,
    kind: PhantomData<T>,
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self { item: self.item.clone(), kind: PhantomData }
    }
}

impl<T: 'static> Shared<T> {
    pub fn new(value: T) -> Self {
        let source = Source::Set(ArcTrigger::new());
        Self { item: Rc::new(Item { source, value: Rc::new(RefCell::new(value)) }), kind: PhantomData }
    }

    fn cell(&self) -> &RefCell<T> {
        // Only this module makes items, always of the handle's own type.
        self.item.value.downcast_ref().unwrap_or_else(|| gone())
    }

    pub fn with<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        self.item.refresh(true);
        read(&self.cell().borrow())
    }

    pub fn with_untracked<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        self.item.refresh(false);
        read(&self.cell().borrow())
    }

    pub fn get(&self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    pub fn set(&self, value: T) {
        // The old value must not be dropped while it is borrowed: its drop may look here.
        let _old = self.cell().replace(value);
        self.item.changed();
    }

    fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let result = change(&mut self.cell().borrow_mut());
        self.item.changed();
        result
    }
}

/// A value in the arena that lives as long as its owner. Copies share it.
macro_rules! handle {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        pub struct $name<T> {
            place: Place,
            kind: PhantomData<fn() -> T>,
        }

        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T> Copy for $name<T> {}
    };
}

handle! {
    /// A value that views follow.
    Live
}
handle! {
    /// A value that is computed from others when it is asked for, and that followers hear of when it has changed.
    Derived
}
handle! {
    /// A value that nobody follows.
    Kept
}

fn shared<T>(place: Place) -> Option<Shared<T>> {
    find(place).map(|item| Shared { item, kind: PhantomData })
}

/// Looks at a value that stands in its place as it is.
fn look<T: 'static, R>(place: Place, is_followed: bool, read: impl FnOnce(&T) -> R) -> R {
    let shared = Shared { item: reach(place, is_followed), kind: PhantomData };
    read(&shared.cell().borrow())
}

impl<T: 'static> Live<T> {
    pub fn new(value: T) -> Self {
        Self { place: put(Source::Set(ArcTrigger::new()), Rc::new(RefCell::new(value))), kind: PhantomData }
    }

    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        look(self.place, true, read)
    }

    pub fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        look(self.place, false, read)
    }

    pub fn get(self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    pub fn get_untracked(self) -> T
    where
        T: Clone,
    {
        self.with_untracked(T::clone)
    }

    /// Makes the caller follow the value.
    pub fn track(self) {
        reach(self.place, true);
    }

    /// Does nothing when the owner is gone: answers may come late.
    pub fn set(self, value: T) {
        if let Some(shared) = shared(self.place) {
            shared.set(value);
        }
    }

    /// Changes the value in place; as [`Live::set`].
    pub fn update(self, change: impl FnOnce(&mut T)) {
        if let Some(shared) = shared(self.place) {
            shared.change(change);
        }
    }
}

impl<T: PartialEq + 'static> Derived<T> {
    pub fn new(compute: impl Fn() -> T + 'static) -> Self {
        let value = Rc::new(RefCell::new(None));
        let cell = value.clone();
        let place = computed(
            value,
            Box::new(move || {
                let new = Some(compute());
                let is_changed = *cell.borrow() != new;
                if is_changed {
                    let _old = cell.replace(new);
                }
                is_changed
            }),
        );
        Self { place, kind: PhantomData }
    }
}

#[inline(never)]
fn computed(value: Rc<dyn Any>, has_changed: Box<dyn Fn() -> bool>) -> Place {
    let has_changed = SendWrapper::new(has_changed);
    let version =
        ArcMemo::new(move |version: Option<&u32>| version.copied().unwrap_or(0).wrapping_add(u32::from(has_changed())));
    put(Source::Computed(version), value)
}

impl<T: 'static> Derived<T> {
    fn look<R>(self, is_followed: bool, read: impl FnOnce(&T) -> R) -> R {
        let item = reach(self.place, is_followed);
        let cell: &RefCell<Option<T>> = item.value.downcast_ref().unwrap_or_else(|| gone());
        read(cell.borrow().as_ref().unwrap_or_else(|| gone()))
    }

    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.look(true, read)
    }

    pub fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.look(false, read)
    }

    pub fn get(self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    pub fn get_untracked(self) -> T
    where
        T: Clone,
    {
        self.with_untracked(T::clone)
    }

    /// Makes the caller follow the value.
    pub fn track(self) {
        reach(self.place, true);
    }
}

impl<T: 'static> Kept<T> {
    pub fn new(value: T) -> Self {
        Self { place: put(Source::Still, Rc::new(RefCell::new(value))), kind: PhantomData }
    }

    /// Whether the owner is gone.
    pub fn is_gone(self) -> bool {
        find(self.place).is_none()
    }

    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        look(self.place, false, read)
    }

    /// `None` when the owner is gone.
    pub fn try_with<R>(self, read: impl FnOnce(&T) -> R) -> Option<R> {
        shared(self.place).map(|shared| shared.with_untracked(read))
    }

    pub fn get(self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    pub fn set(self, value: T) {
        if let Some(shared) = shared(self.place) {
            shared.set(value);
        }
    }

    /// `None` when the owner is gone.
    pub fn update<R>(self, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        shared(self.place).map(|shared| shared.change(change))
    }
}
