//! The short way reads what serde_json reads, or leaves it alone.

use super::*;
use crate::{Field, Flag, HasText, List, Num, Rare, Scalar, flat};
use proptest::prelude::*;

flat! {
    struct Row<'a> {
        "name" => name: Str<'a>,
        "count" => count: Num,
        "ok" => ok: Flag,
        "has" => has: HasText,
        "when" => when: Scalar<'a>,
        "inner" => inner: Inner<'a>,
        "list" => list: List<'a, Inner<'a>>,
        "scalar" => scalar: Scalar<'a>,
        "rare" => rare: Rare<Inner<'a>>,
    }
}

flat! {
    struct Inner<'a> {
        "name" => name: Str<'a>,
        "count" => count: Num,
    }
}

/// Whether the short way takes it; if so, serde_json must read the same.
fn is_read(json: &[u8]) -> bool {
    let mut row = Row::default();
    let Some(end) = scan(json, row.slot()) else { return false };
    let known: Row<'_> = crate::read(&json[..end]).expect("what the short way takes is JSON");
    assert_eq!(format!("{row:?}"), format!("{known:?}"), "{}", String::from_utf8_lossy(json));
    true
}

#[test]
fn lines_as_programs_write_them_take_the_short_way() {
    for json in [
        r#"{}"#,
        r#" { "name" : "a" , "count" : -7.5e3 } "#,
        r#"{"name":"a\"b\\","other":"\\\"","count":12}"#,
        r#"{"name":"\u00e9\n","name":"second","count":"7","ok":true,"has":"x"}"#,
        r#"{"inner":{"name":"x","more":{"a":[1,{"b":"]}"}]}},"list":[{"name":"y"},7,"z",{"count":0}]}"#,
        r#"{"inner":7,"list":"alone","ok":"yes","name":{"a":[]},"count":null,"has":[1]}"#,
        r#"{"when":"2026\u002d07","x":[{"when":1}]}"#,
        r#"{"when":"2026-07"}"#,
        r#"{"when":1782900000}"#,
        r#"{"when":1.5e3}"#,
        r#"{"when":null}"#,
        r#"{"when":[{}]}"#,
        r#"{"when":true}"#,
        r#"{"list":[],"count":0,"x":-0.5,"y":null,"name":""}"#,
        r#"{"scalar":"a\"b","list":{"name":"alone"},"rare":{"count":1}}"#,
        r#"{"scalar":1.5,"rare":"no"}"#,
        r#"{"count":9223372036854775807,"list":[{"count":1.0}]}"#,
        r#"[1,2]"#,
        "7",
        "null",
    ] {
        assert!(is_read(json.as_bytes()), "{json}");
    }
}

#[test]
fn what_is_odd_is_left_to_serde_json() {
    for json in [
        "",
        "{",
        r#"{"name":"a"#,
        r#"{"name":"a""#,
        r#"{"name":"a",}"#,
        r#"{"name" "a"}"#,
        r#"{name:"a"}"#,
        r#"{"n\u0061me":"a"}"#,
        r#"{"count":01}"#,
        r#"{"count":1e999}"#,
        r#"{"count":truth}"#,
        r#"{"name":"\ud800"}"#,
        "{\"name\":\"a\tb\"}",
        "{\"name\":\"\u{0}\"}",
        "{\0\"name\":\"a\"}",
        r#"{"list":[{"name":"a"}}"#,
        r#"{"list":[{"name":"a"},]}"#,
        r#"{"other":[1,2}"#,
        r#"{"other":}"#,
    ] {
        let mut row = Row::default();
        let taken = scan(json.as_bytes(), row.slot());
        assert!(taken.is_none() || json.contains("other"), "{json}");
    }
    assert_eq!(scan(b"{\"name\":\"\xff\"}", Row::default().slot()), None);
}

#[test]
fn runs_of_plain_bytes() {
    for (text, len) in [("", 0), ("abc", 3), ("abcdefgh", 8), ("abcdefghi\"", 9), ("\u{e9}\u{7f}\u{ff}abcdefgh\\", 13)]
    {
        assert_eq!(plain_len(text.as_bytes()), len, "{text}");
    }
}

/// JSON of all shapes, with the keys that are asked for.
fn any_json() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        "[a-z\\\\\"{}\\[\\],:é\n ]{0,12}".prop_map(|text| serde_json::to_string(&text).expect("a text")),
        Just("\"\\u00e9\\/\"".to_owned()),
    ];
    let leaf = prop_oneof![
        text,
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_filter("JSON", |number| number.is_finite()).prop_map(|number| format!("{number:e}")),
        prop_oneof![Just("null"), Just("true"), Just("false"), Just("0"), Just("-0"), Just("1.5E+3")]
            .prop_map(str::to_owned),
    ];
    let key = prop_oneof![
        Just("name"),
        Just("count"),
        Just("ok"),
        Just("has"),
        Just("inner"),
        Just("list"),
        Just("scalar"),
        Just("rare")
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(|items| format!("[{}]", items.join(" , "))),
            proptest::collection::vec((key.clone(), inner), 0..6).prop_map(|fields| {
                let fields: Vec<String> = fields.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
                format!("{{{}}}", fields.join(","))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]
    #[test]
    fn whole_json_is_read_alike(json in any_json()) {
        prop_assert!(is_read(json.as_bytes()), "{}", json);
    }

    #[test]
    fn runs_end_where_a_plain_search_ends(bytes in proptest::collection::vec(prop_oneof![8 => any::<u8>(), 8 => Just(b'a'), 1 => Just(b'"')], 0..60)) {
        let is_special = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
        prop_assert_eq!(plain_len(&bytes), bytes.iter().position(is_special).unwrap_or(bytes.len()));
    }

    #[test]
    fn damage_at_a_place_that_is_asked_for_is_seen(json in any_json(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = json.into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let mut row = Row::default();
        let short = scan(&bytes, row.slot()).filter(|end| bytes[*end..].iter().all(u8::is_ascii_whitespace));
        if let (Some(_), Ok(known)) = (short, crate::read::<Row<'_>>(&bytes)) {
            prop_assert_eq!(format!("{:?}", row), format!("{:?}", known));
        }
    }
}
