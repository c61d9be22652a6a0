//! Reading of JSON that may hold anything: a field of the wrong kind is a note, never a lost line (DESIGN §3).
//!
//! `Str`, `Num`, `Flag` take any JSON kind; `flat!` makes a flat struct whose repeated keys are first-wins. None of
//! them buffers: what is not asked for is skipped in place.

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
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

    fn of(value: f64, integer: Option<i64>) -> Self {
        match value.is_finite() {
            true => Self { value: Some(value), integer, presence: Presence::Given },
            false => Self { value: None, integer: None, presence: Presence::Wrong },
        }
    }
}

/// A boolean; `false` when absent or something else.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flag {
    pub is_true: bool,
    presence: Presence,
}

/// Makes the `Deserialize` of a lenient scalar: every JSON kind is accepted, `$visit` says what to do with some.
macro_rules! lenient_scalar {
    ($name:ident, $visitor:ident, { $($visit:item)* }) => {
        struct $visitor;
        impl<'de> Visitor<'de> for $visitor {
            type Value = $name;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str("any JSON value") }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok($name { presence: Presence::Null, ..Default::default() })
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(wrong())
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(wrong())
            }
            $($visit)*
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> { input.deserialize_any($visitor) }
        }
    };
}

/// A value of a lenient type that says "something else stood here".
trait Wrong: Default {
    fn mark(self) -> Self;
}

fn wrong<T: Wrong>() -> T {
    T::default().mark()
}

impl Wrong for Num {
    fn mark(self) -> Self {
        Self { presence: Presence::Wrong, ..self }
    }
}

impl Wrong for Flag {
    fn mark(self) -> Self {
        Self { presence: Presence::Wrong, ..self }
    }
}

impl Wrong for Str<'_> {
    fn mark(self) -> Self {
        Self { presence: Presence::Wrong, ..self }
    }
}

lenient_scalar!(Num, NumVisitor, {
    fn visit_i64<E>(self, value: i64) -> Result<Num, E> {
        Ok(Num::of(value as f64, Some(value)))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Num, E> {
        Ok(Num::of(value as f64, i64::try_from(value).ok()))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Num, E> {
        Ok(Num::of(value, None))
    }
    fn visit_bool<E>(self, _: bool) -> Result<Num, E> {
        Ok(wrong())
    }
    fn visit_str<E>(self, text: &str) -> Result<Num, E> {
        Ok(text.trim().parse().map_or_else(|_| wrong(), |value| Num::of(value, text.trim().parse().ok())))
    }
});

lenient_scalar!(Flag, FlagVisitor, {
    fn visit_bool<E>(self, is_true: bool) -> Result<Flag, E> {
        Ok(Flag { is_true, presence: Presence::Given })
    }
    fn visit_i64<E>(self, _: i64) -> Result<Flag, E> {
        Ok(wrong())
    }
    fn visit_u64<E>(self, _: u64) -> Result<Flag, E> {
        Ok(wrong())
    }
    fn visit_f64<E>(self, _: f64) -> Result<Flag, E> {
        Ok(wrong())
    }
    fn visit_str<E>(self, _: &str) -> Result<Flag, E> {
        Ok(wrong())
    }
});

struct StrVisitor<'a>(std::marker::PhantomData<&'a ()>);

impl<'de> Visitor<'de> for StrVisitor<'de> {
    type Value = Str<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Str<'de>, E> {
        Ok(Str { text: Cow::Borrowed(text), presence: Presence::Given })
    }
    fn visit_str<E>(self, text: &str) -> Result<Str<'de>, E> {
        Ok(Str { text: Cow::Owned(text.to_owned()), presence: Presence::Given })
    }
    fn visit_unit<E>(self) -> Result<Str<'de>, E> {
        Ok(Str { presence: Presence::Null, ..Default::default() })
    }
    fn visit_bool<E>(self, _: bool) -> Result<Str<'de>, E> {
        Ok(wrong())
    }
    fn visit_i64<E>(self, _: i64) -> Result<Str<'de>, E> {
        Ok(wrong())
    }
    fn visit_u64<E>(self, _: u64) -> Result<Str<'de>, E> {
        Ok(wrong())
    }
    fn visit_f64<E>(self, _: f64) -> Result<Str<'de>, E> {
        Ok(wrong())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Str<'de>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(wrong())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Str<'de>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(wrong())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Str<'a> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(StrVisitor(std::marker::PhantomData))
    }
}

/// Whether there is a text that is not empty; the text itself is not kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HasText {
    pub is_some: bool,
    presence: Presence,
}

impl Wrong for HasText {
    fn mark(self) -> Self {
        Self { presence: Presence::Wrong, ..self }
    }
}

lenient_scalar!(HasText, HasTextVisitor, {
    fn visit_str<E>(self, text: &str) -> Result<HasText, E> {
        Ok(HasText { is_some: !text.is_empty(), presence: Presence::Given })
    }
    fn visit_bool<E>(self, _: bool) -> Result<HasText, E> {
        Ok(wrong())
    }
    fn visit_i64<E>(self, _: i64) -> Result<HasText, E> {
        Ok(wrong())
    }
    fn visit_u64<E>(self, _: u64) -> Result<HasText, E> {
        Ok(wrong())
    }
    fn visit_f64<E>(self, _: f64) -> Result<HasText, E> {
        Ok(wrong())
    }
});

/// Whether a field has been given, so that of repeated keys the first counts.
pub trait Slot {
    fn is_given(&self) -> bool;
}

impl Slot for Str<'_> {
    fn is_given(&self) -> bool {
        self.presence != Presence::Absent
    }
}
impl Slot for Num {
    fn is_given(&self) -> bool {
        self.presence != Presence::Absent
    }
}
impl Slot for HasText {
    fn is_given(&self) -> bool {
        self.presence != Presence::Absent
    }
}
impl Slot for Flag {
    fn is_given(&self) -> bool {
        self.presence != Presence::Absent
    }
}

/// Declares a flat struct that reads a JSON object leniently: `key => field: type`. Unknown keys are skipped, repeated
/// ones are first-wins, and a value that is no object leaves the struct empty (`presence()` tells).
macro_rules! flat {
    ($(#[$meta:meta])* $vis:vis struct $name:ident<$life:lifetime> { $($key:literal => $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Default)]
        $vis struct $name<$life> {
            $(pub $field: $type,)*
            pub presence: $crate::formats::lenient::Presence,
            life: std::marker::PhantomData<&$life ()>,
        }

        impl $crate::formats::lenient::Slot for $name<'_> {
            fn is_given(&self) -> bool { self.presence != $crate::formats::lenient::Presence::Absent }
        }

        impl<'de: $life, $life> serde::Deserialize<'de> for $name<$life> {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                use $crate::formats::lenient::{Presence, Slot, Str};
                struct Fields<$life>(std::marker::PhantomData<&$life ()>);
                impl<'de: $life, $life> serde::de::Visitor<'de> for Fields<$life> {
                    type Value = $name<$life>;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("any JSON value")
                    }
                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                        let mut read = $name { presence: Presence::Given, ..Default::default() };
                        while let Some(key) = map.next_key::<Str<'de>>()? {
                            match &*key {
                                $($key if !Slot::is_given(&read.$field) => read.$field = map.next_value()?,)*
                                _ => { map.next_value::<serde::de::IgnoredAny>()?; }
                            }
                        }
                        Ok(read)
                    }
                    fn visit_unit<E>(self) -> Result<Self::Value, E> {
                        Ok($name { presence: Presence::Null, ..Default::default() })
                    }
                    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                        while seq.next_element::<serde::de::IgnoredAny>()?.is_some() {}
                        Ok($name { presence: Presence::Wrong, ..Default::default() })
                    }
                    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
                        Ok($name { presence: Presence::Wrong, ..Default::default() })
                    }
                    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
                        Ok($name { presence: Presence::Wrong, ..Default::default() })
                    }
                    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
                        Ok($name { presence: Presence::Wrong, ..Default::default() })
                    }
                    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
                        Ok($name { presence: Presence::Wrong, ..Default::default() })
                    }
                    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
                        Ok($name { presence: Presence::Wrong, ..Default::default() })
                    }
                }
                input.deserialize_any(Fields(std::marker::PhantomData))
            }
        }
    };
}
pub(crate) use flat;

/// Makes a damaged line readable where that is possible: invalid UTF-8 becomes U+FFFD, NUL bytes go, other raw
/// control characters become blanks, escaped lone surrogates become `\ufffd` (same length). Spans keep pointing at
/// the original.
pub fn repair(line: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(line).into_owned();
    text.retain(|c| c != '\0');
    let text: String = text.chars().map(|c| if c.is_ascii_control() { ' ' } else { c }).collect();
    replace_lone_surrogates(text)
}

fn replace_lone_surrogates(text: String) -> String {
    let escape_at = |at: usize| -> Option<u16> {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let mut lone = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', bytes.get(at..).unwrap_or_default()) {
        at += found;
        match (escape_at(at), escape_at(at + 6)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => at += 12,
            (Some(0xD800..=0xDFFF), _) => {
                lone.push(at);
                at += 6;
            }
            _ => at += 2,
        }
    }
    let mut bytes = text.into_bytes();
    for at in lone {
        bytes[at..at + 6].copy_from_slice(b"\\ufffd");
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    flat! {
        struct Row<'a> {
            "name" => name: Str<'a>,
            "count" => count: Num,
            "ok" => ok: Flag,
        }
    }

    fn row(text: &str) -> Row<'_> {
        serde_json::from_str(text).expect("any JSON is accepted")
    }

    #[test]
    fn numbers_of_every_notation_count() {
        let check = |text: &str, answer: Option<i64>| {
            assert_eq!(row(&format!("{{\"count\":{text}}}")).count.int(), answer, "{text}");
        };
        check("7", Some(7));
        check("7.9", Some(7));
        check("-1", Some(-1));
        check("1e1", Some(10));
        check("\"7\"", Some(7));
        check("1e308", Some(i64::MAX));
        check("18446744073709551615", Some(i64::MAX));
        for absent in ["null", "true", "\"x\"", "\"NaN\"", "[1]", "{\"a\":1}"] {
            check(absent, None);
        }
    }

    #[test]
    fn wrong_kinds_are_noted_and_the_rest_is_kept() {
        let read = row(r#"{"name":{"a":[1]},"x":[{}],"count":3,"count":4,"ok":"yes"}"#);
        assert_eq!((read.name.presence(), &*read.name), (Presence::Wrong, ""));
        assert_eq!((read.count.int(), read.ok.is_true), (Some(3), false));
        assert_eq!(row("null").presence, Presence::Null);
        assert_eq!(row("[1]").presence, Presence::Wrong);
    }

    #[test]
    fn plain_strings_are_borrowed() {
        assert!(matches!(row(r#"{"name":"plain"}"#).name.text, Cow::Borrowed("plain")));
        assert_eq!(&*row(r#"{"name":"a\nb"}"#).name, "a\nb");
    }

    #[test]
    fn repair_makes_damaged_text_readable() {
        let read =
            |bytes: &[u8]| serde_json::from_str::<serde_json::Value>(&repair(bytes)).map(|value| value.to_string());
        assert_eq!(read(b"\0{\"a\":\"x\x01\xff\"}\0").ok().as_deref(), Some("{\"a\":\"x \u{FFFD}\"}"));
        assert_eq!(
            read(br#"["\ud83d","\ud83d\ude00","\\ud83d"]"#).ok().as_deref(),
            Some("[\"\u{FFFD}\",\"\u{1F600}\",\"\\\\ud83d\"]")
        );
        assert!(read(b"{\"a\":").is_err());
    }
}
