//! Fields that hold other fields: lists, and what is rare or large.

use super::{Elements, Field, Presence, Slot, Str};

/// A value of any kind as it is written. Not known where a line was odd and had to be read by serde_json.
#[derive(Debug, Clone, Copy, Default)]
pub struct Raw<'a> {
    pub(crate) json: &'a [u8],
    pub(crate) presence: Presence,
}

impl<'a> Raw<'a> {
    pub fn some(self) -> Option<&'a [u8]> {
        Some(self.json).filter(|json| !json.is_empty())
    }
}

/// A list of equal things. An element of another kind is there, with a presence that tells.
#[derive(Debug, Default)]
pub struct List<'de, T> {
    pub items: Vec<T>,
    /// A text that stood in place of the list.
    pub text: Str<'de>,
    presence: Presence,
}

impl<'de, T: Field<'de> + Default> Elements<'de> for List<'de, T> {
    fn grow(&mut self) -> Slot<'_, 'de> {
        self.items.push(T::default());
        let last = self.items.len() - 1;
        self.items[last].slot()
    }

    fn shrink(&mut self) {
        self.items.pop();
    }

    fn text_mut(&mut self) -> &mut Str<'de> {
        &mut self.text
    }

    fn presence_mut(&mut self) -> &mut Presence {
        &mut self.presence
    }
}

impl<'de, T: Field<'de> + Default> Field<'de> for List<'de, T> {
    fn slot(&mut self) -> Slot<'_, 'de> {
        Slot::List(self)
    }

    fn presence(&self) -> Presence {
        self.presence
    }
}

/// A struct that most lines do not hold: it takes no room until its key is there.
#[derive(Debug, Default)]
pub struct Rare<T>(Option<Box<T>>);

impl<T> Rare<T> {
    pub fn get(&self) -> Option<&T> {
        self.0.as_deref()
    }
}

impl<'de, T: Field<'de> + Default> Field<'de> for Rare<T> {
    fn slot(&mut self) -> Slot<'_, 'de> {
        self.0.get_or_insert_with(Box::default).slot()
    }

    fn presence(&self) -> Presence {
        self.get().map_or(Presence::Absent, T::presence)
    }
}

/// A large struct that is filled where it stands.
impl<'de, T: Field<'de>> Field<'de> for Box<T> {
    fn slot(&mut self) -> Slot<'_, 'de> {
        (**self).slot()
    }

    fn presence(&self) -> Presence {
        (**self).presence()
    }
}
