//! Values of any shape, whole: what is made of a line when somebody looks at it. As serde_json makes them, in a third of
//! the time: comparisons and searches read thousands of lines while somebody waits.

use super::scan::{Scanner, small_integer};
use super::{Num, Str};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Objects and lists within each other, as many as serde_json allows.
const DEEPEST: u8 = 127;

/// Whether a member is wanted: the key of the object that it stands in (empty for the text's own object), and its own.
/// Asked of these two levels only.
pub type Wants<'w> = &'w dyn Fn(&str, &str) -> bool;

/// The value that a text is; `None` where it is no JSON.
pub fn value(json: &[u8]) -> Option<Value> {
    value_with(json, &|_, _| true)
}

/// As [`value`], without the members that nobody wants. These are only counted out, not checked.
pub fn value_with(json: &[u8], wants: Wants<'_>) -> Option<Value> {
    let mut scanner = Scanner { json, at: 0 };
    let value = scanner.whole(DEEPEST, Some(("", wants)))?;
    scanner.peek().is_none().then_some(value)
}

/// The value at the beginning of a text.
pub fn first_value(json: &[u8]) -> Option<Value> {
    Scanner { json, at: 0 }.whole(DEEPEST, None)
}

impl<'a> Scanner<'a> {
    fn whole(&mut self, depth: u8, within: Option<(&str, Wants<'_>)>) -> Option<Value> {
        match self.peek()? {
            b'{' => self.members(depth.checked_sub(1)?, within).map(Value::Object),
            b'[' => {
                let depth = depth.checked_sub(1)?;
                let mut items = Vec::new();
                self.at += 1;
                if self.peek()? == b']' {
                    self.at += 1;
                    return Some(Value::Array(items));
                }
                loop {
                    items.push(self.whole(depth, None)?);
                    if self.is_end(b']')? {
                        return Some(Value::Array(items));
                    }
                }
            }
            b'"' => self.text().map(|text| Value::String(text.into_owned())),
            _ => self.number_or_word(),
        }
    }

    fn members(&mut self, depth: u8, within: Option<(&str, Wants<'_>)>) -> Option<Map<String, Value>> {
        let mut map = Map::new();
        self.at += 1;
        if self.peek()? == b'}' {
            self.at += 1;
            return Some(map);
        }
        loop {
            let key = if self.peek()? == b'"' { self.text()? } else { return None };
            if self.peek()? != b':' {
                return None;
            }
            self.at += 1;
            if within.is_none_or(|(parent, wants)| wants(parent, &key)) {
                let inner = within.filter(|_| depth + 1 == DEEPEST).map(|(_, wants)| (&*key, wants));
                let value = self.whole(depth, inner)?;
                map.insert(key.into_owned(), value);
            } else {
                self.skip()?;
            }
            if self.is_end(b'}')? {
                return Some(map);
            }
        }
    }

    fn text(&mut self) -> Option<Cow<'a, str>> {
        let start = self.at;
        if let Some(text) = self.key() {
            return std::str::from_utf8(text).ok().map(Cow::Borrowed);
        }
        self.at = start;
        self.skip_text()?;
        serde_json::from_slice::<Str<'a>>(self.json.get(start..self.at)?).ok().map(|text| text.text)
    }

    fn number_or_word(&mut self) -> Option<Value> {
        let start = self.at;
        self.skip_scalar()?;
        let written = self.json.get(start..self.at)?;
        Some(match written {
            b"null" => Value::Null,
            b"true" => Value::Bool(true),
            b"false" => Value::Bool(false),
            _ => match small_integer(written) {
                Some(integer) => Value::from(integer),
                None => number(written)?,
            },
        })
    }
}

/// A number in any notation.
fn number(written: &[u8]) -> Option<Value> {
    let read: Num = serde_json::from_slice(written).ok()?;
    // Only those without a sign, a point or an exponent may be larger.
    let large = || std::str::from_utf8(written).ok()?.parse::<u64>().ok();
    let integer = read.integer.map(Value::from).or_else(|| large().map(Value::from));
    integer.or_else(|| read.value.map(Value::from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn theirs(json: &[u8]) -> Option<Value> {
        serde_json::from_slice(json).ok()
    }

    #[test]
    fn odd_texts_are_read_as_serde_json_reads_them() {
        let deep = |depth: usize| [vec![b'['; depth], vec![b']'; depth]].concat();
        let texts: [&[u8]; 31] = [
            b"",
            b" ",
            b"null",
            b"nul",
            b"nulls",
            b"-",
            b"-0",
            b"0",
            b"00",
            b"1.0",
            b"1.",
            b".5",
            b"1e3",
            b"1E+400",
            b"-12",
            b"9223372036854775807",
            b"9223372036854775808",
            b"18446744073709551615",
            b"18446744073709551616",
            b"\"a\\u00e9\\n\\\"b\\\\\"",
            b"\"\\ud83d\\ude00\"",
            b"\"\\ud83d\"",
            b"\"\\x\"",
            b"\"raw\tcontrol\"",
            b"\"\xff\"",
            b"{\"a\": 1, \"a\" : [ ], \"\\u0061b\":{}}",
            b"{\"a\" 1}",
            b"{\"a\":1,}",
            b"[1,]",
            b"[1 2]",
            b"{} x",
        ];
        for text in texts {
            assert_eq!(value(text), theirs(text), "{}", String::from_utf8_lossy(text));
        }
        for depth in [126, 127, 128, 5000] {
            assert_eq!(value(&deep(depth)).is_some(), theirs(&deep(depth)).is_some(), "{depth}");
        }
    }

    #[test]
    fn the_first_value_may_have_more_behind_it() {
        assert_eq!(first_value(b" {\"a\":1} {"), theirs(b"{\"a\":1}"));
        assert_eq!(first_value(b"{\"a\":"), None);
    }

    #[test]
    fn what_nobody_wants_is_left_out() {
        let wants = |parent: &str, key: &str| match parent {
            "" => key != "uuid",
            "message" => key == "content",
            _ => true,
        };
        let line =
            br#"{"uuid":[{"x":"}"}],"message":{"usage":{"a":{}},"content":[{"message":{"usage":1}}]},"usage":2}"#;
        let left = theirs(br#"{"message":{"content":[{"message":{"usage":1}}]},"usage":2}"#);
        assert_eq!(value_with(line, &wants), left);
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "(.|\n){0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 40, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                proptest::collection::vec(("(.|\n){0,6}", inner), 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn values_are_those_of_serde_json(written in any_value(), is_pretty in any::<bool>()) {
            let json = if is_pretty { serde_json::to_vec_pretty(&written) } else { serde_json::to_vec(&written) };
            let json = json.expect("a value");
            prop_assert_eq!(value(&json), theirs(&json));
        }

        #[test]
        fn damaged_texts_are_refused_as_serde_json_does(
            written in any_value(), at in any::<prop::sample::Index>(), byte in prop::sample::select(&b"\"\\{}[]:,0-e.\n \x00\xffu"[..]),
        ) {
            let mut json = serde_json::to_vec(&written).expect("a value");
            let place = at.index(json.len());
            json[place] = byte;
            prop_assert_eq!(value(&json), theirs(&json));
            prop_assert_eq!(value(&json[..place]), theirs(&json[..place]));
        }
    }
}
