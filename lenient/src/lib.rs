//! Reading of JSON that may hold anything: a field of the wrong kind is a note, never a lost line (DESIGN §3).
//!
//! `Str`, `Num`, `Flag` take any JSON kind; `flat!` makes a flat struct whose repeated keys are first-wins. None of
//! them buffers: what is not asked for is skipped in place. One visitor fills all of them through [`Slot`]: a visitor
//! for each struct would be five times the code.

mod fields;
mod hold;
mod read;
mod repair;
mod scan;

pub use fields::{is_key, tag};
pub use hold::{List, Rare, Raw};
pub use read::{fill, read, read_or_empty};
pub use repair::repair;
pub use scan::scan;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

/// A string; empty when the key is absent, null or holds something else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Str<'a> {
    text: Cow<'a, str>,
    presence: Presence,
}

/// What stood under a key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Presence {
    #[default]
    Absent,
    Null,
    /// A value of the kind that was asked for.
    Given,
    /// A value of another kind.
    Wrong,
}

impl Str<'_> {
    pub fn presence(&self) -> Presence {
        self.presence
    }

    /// The text if it is not empty.
    pub fn some(&self) -> Option<&str> {
        Some(&*self.text).filter(|text| !text.is_empty())
    }
}

impl Deref for Str<'_> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.text
    }
}

/// A number of any JSON notation; a number inside a string counts too (codex and old fizeau logs hold some).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Num {
    value: Option<f64>,
    /// The exact value where it is an integer that fits.
    integer: Option<i64>,
    presence: Presence,
    is_quoted: bool,
}

impl Num {
    pub fn presence(self) -> Presence {
        self.presence
    }

    pub fn float(self) -> Option<f64> {
        self.value
    }

    /// The value as an integer, cut toward zero; huge values are limited to `i64`.
    pub fn int(self) -> Option<i64> {
        self.integer.or(self.value.map(|value| value as i64))
    }

    /// As [`Num::int`], but a number inside a string is none (token-coverage.md M1).
    pub fn plain_int(self) -> Option<i64> {
        self.int().filter(|_| !self.is_quoted)
    }

    /// As [`Num::float`], but a number inside a string is none.
    pub fn plain_float(self) -> Option<f64> {
        self.float().filter(|_| !self.is_quoted)
    }

    fn of(value: f64, integer: Option<i64>) -> Self {
        match value.is_finite() {
            true => Self { value: Some(value), integer, presence: Presence::Given, is_quoted: false },
            false => Self { value: None, integer: None, presence: Presence::Wrong, is_quoted: false },
        }
    }
}

/// A boolean; `false` when absent or something else.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flag {
    pub is_true: bool,
    presence: Presence,
}

/// Whether there is a text that is not empty; the text itself is not kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HasText {
    pub is_some: bool,
    presence: Presence,
}

/// A text or a number, whichever stood there (times are written both ways).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scalar<'a> {
    pub text: Str<'a>,
    /// Given only where no text stood.
    pub number: Num,
    presence: Presence,
}

/// A place for a value of any kind, to be filled once.
pub enum Slot<'s, 'de> {
    Str(&'s mut Str<'de>),
    Scalar(&'s mut Scalar<'de>),
    Num(&'s mut Num),
    Flag(&'s mut Flag),
    HasText(&'s mut HasText),
    Raw(&'s mut Raw<'de>),
    Object(&'s mut (dyn Fields<'de> + 's)),
    List(&'s mut (dyn Elements<'de> + 's)),
}

/// What can stand in a flat struct.
pub trait Field<'de> {
    fn slot(&mut self) -> Slot<'_, 'de>;
    fn presence(&self) -> Presence;
    fn is_given(&self) -> bool {
        self.presence() != Presence::Absent
    }
    /// Its place, unless it has been given: of repeated keys the first counts.
    fn free_slot(&mut self) -> Option<Slot<'_, 'de>> {
        if self.is_given() { None } else { Some(self.slot()) }
    }
}

/// A flat struct: its fields by their keys.
pub trait Fields<'de> {
    /// The key need not be UTF-8: a line that is read without a parser is not checked.
    fn field(&mut self, key: &[u8]) -> Option<&mut dyn Field<'de>>;
    fn presence_mut(&mut self) -> &mut Presence;
}

/// A list that may be a lone text instead (`"content": "hi"`), or a lone element that is an object.
pub trait Elements<'de> {
    /// Appends an empty element and gives its place.
    fn grow(&mut self) -> Slot<'_, 'de>;
    /// Takes the last one back: there was none.
    fn shrink(&mut self);
    fn text_mut(&mut self) -> &mut Str<'de>;
    fn presence_mut(&mut self) -> &mut Presence;
}

macro_rules! scalar {
    ($name:ident $(<$life:lifetime>)?) => {
        impl<'de> Field<'de> for $name $(<$life>)? {
            fn slot(&mut self) -> Slot<'_, 'de> {
                Slot::$name(self)
            }
            fn presence(&self) -> Presence {
                self.presence
            }
        }

        impl<'de> Deserialize<'de> for $name $(<$life>)? {
            fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                let mut read = Self::default();
                read.slot().deserialize(input)?;
                Ok(read)
            }
        }
    };
}
scalar!(Str<'de>);
scalar!(Scalar<'de>);
scalar!(Num);
scalar!(Flag);
scalar!(HasText);
scalar!(Raw<'de>);

impl Slot<'_, '_> {
    /// Nothing, or something else than what was asked for.
    pub fn set_presence(self, presence: Presence) {
        match self {
            Self::Str(text) => text.presence = presence,
            Self::Scalar(scalar) => scalar.presence = presence,
            Self::Num(number) => number.presence = presence,
            Self::Flag(flag) => flag.presence = presence,
            Self::HasText(text) => text.presence = presence,
            Self::Raw(raw) => raw.presence = presence,
            Self::Object(fields) => *fields.presence_mut() = presence,
            Self::List(list) => *list.presence_mut() = presence,
        }
    }

    /// A number, and its exact value where it is an integer that fits.
    pub fn set_number(self, value: f64, integer: Option<i64>) {
        match self {
            Self::Num(number) => *number = Num::of(value, integer),
            Self::Scalar(scalar) => {
                let number = Num::of(value, integer);
                *scalar = Scalar { number, presence: number.presence, ..Scalar::default() };
            }
            other => other.set_presence(Presence::Wrong),
        }
    }

    pub fn set_bool(self, is_true: bool) {
        match self {
            Self::Flag(flag) => *flag = Flag { is_true, presence: Presence::Given },
            other => other.set_presence(Presence::Wrong),
        }
    }

    /// A number in any notation; `None` where it is none.
    pub fn set_scalar(self, json: &[u8]) -> Option<()> {
        let read: Num = serde_json::from_slice(json).ok()?;
        match read.value {
            Some(value) => self.set_number(value, read.integer),
            None => self.set_presence(read.presence),
        }
        Some(())
    }
}

impl<'de> Slot<'_, 'de> {
    /// A text that stands in the line as it is.
    pub fn set_borrowed(self, text: &'de str) {
        self.set_text(text, || Cow::Borrowed(text));
    }

    /// A text that has been read already.
    pub fn set_text_of(self, text: Str<'de>) {
        match self {
            Self::Str(slot) => *slot = text,
            Self::Scalar(slot) => *slot = Scalar { presence: text.presence, text, ..Scalar::default() },
            Self::List(list) => {
                *list.text_mut() = text;
                *list.presence_mut() = Presence::Given;
            }
            other => other.set_text(&text, || Cow::Borrowed("")),
        }
    }

    fn set_text(self, text: &str, keep: impl FnOnce() -> Cow<'de, str>) {
        let presence = Presence::Given;
        match self {
            Self::Str(slot) => *slot = Str { text: keep(), presence },
            Self::Scalar(slot) => {
                *slot = Scalar { text: Str { text: keep(), presence }, presence, ..Scalar::default() }
            }
            Self::HasText(slot) => *slot = HasText { is_some: !text.is_empty(), presence },
            Self::List(list) => {
                *list.text_mut() = Str { text: keep(), presence };
                *list.presence_mut() = presence;
            }
            Self::Num(slot) => match number_in(text.trim()) {
                Some(number) => *slot = Num { is_quoted: true, ..number },
                None => slot.presence = Presence::Wrong,
            },
            other => other.set_presence(Presence::Wrong),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Slot<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Slot<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.set_presence(Presence::Null);
        Ok(())
    }

    fn visit_bool<E>(self, is_true: bool) -> Result<(), E> {
        self.set_bool(is_true);
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.set_number(value as f64, Some(value));
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.set_number(value as f64, i64::try_from(value).ok());
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.set_number(value, None);
        Ok(())
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<(), E> {
        self.set_text(text, || Cow::Borrowed(text));
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.set_text(text, || Cow::Owned(text.to_owned()));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Self::List(list) = self else {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            self.set_presence(Presence::Wrong);
            return Ok(());
        };
        *list.presence_mut() = Presence::Given;
        while seq.next_element_seed(list.grow())?.is_some() {}
        list.shrink();
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let fields = match self {
            Self::Object(fields) => fields,
            Self::List(list) => {
                *list.presence_mut() = Presence::Given;
                return list.grow().visit_map(map);
            }
            other => {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                other.set_presence(Presence::Wrong);
                return Ok(());
            }
        };
        *fields.presence_mut() = Presence::Given;
        while let Some(key) = map.next_key::<Str<'de>>()? {
            match fields.field(key.as_bytes()).and_then(|field| field.free_slot()) {
                Some(slot) => map.next_value_seed(slot)?,
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// A number that stands in a string: JSON's notation, and `+7`, `007`, `.5` and `5.` as well. Read by the JSON parser, so
/// that there is only one.
fn number_in(text: &str) -> Option<Num> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, exponent) = digits.split_at(digits.find(['e', 'E']).unwrap_or(digits.len()));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() && fraction.is_empty() || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let whole = Some(whole.trim_start_matches('0')).filter(|whole| !whole.is_empty()).unwrap_or("0");
    let point = if fraction.is_empty() { "" } else { "." };
    let json = [sign, whole, point, fraction, exponent].concat();
    serde_json::from_slice(json.as_bytes()).ok()
}

#[cfg(test)]
mod tests;
