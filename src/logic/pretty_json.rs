//! Indents JSON without reading it into values: numbers, escapes, repeated keys and their order stay as written.

/// Two blanks a level, as in most tools.
const INDENT: &str = "  ";
/// Deeper is legal JSON, but not a log line; it would only make white space.
const MOST_LEVELS: usize = 200;

/// The indented text, or `None` when the brackets, strings and separators are not those of one JSON object or list.
/// Values are not checked further: this is for showing, not for validating.
pub fn pretty_json(text: &str) -> Option<String> {
    let text = text.trim();
    if !text.starts_with(['{', '[']) {
        return None;
    }
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    let mut closers: Vec<char> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            '"' => {
                let len = string_len(rest)?;
                out.push_str(rest.get(..len)?);
                len
            }
            '{' | '[' => {
                let closer = if first == '{' { '}' } else { ']' };
                let inner = rest.get(1..)?.trim_start();
                out.push(first);
                if inner.starts_with(closer) {
                    out.push(closer);
                    rest.len() - inner.len() + 1
                } else {
                    closers.push(closer);
                    new_line(&mut out, closers.len())?;
                    1
                }
            }
            '}' | ']' => {
                if closers.pop()? != first {
                    return None;
                }
                new_line(&mut out, closers.len())?;
                out.push(first);
                1
            }
            ',' => {
                out.push(',');
                new_line(&mut out, closers.len())?;
                1
            }
            ':' => {
                out.push_str(": ");
                1
            }
            ' ' | '\t' | '\r' | '\n' => 1,
            other => {
                out.push(other);
                other.len_utf8()
            }
        };
        rest = rest.get(taken..)?;
        // One value, not several.
        if closers.is_empty() {
            return rest.is_empty().then_some(out);
        }
    }
    None
}

fn new_line(out: &mut String, level: usize) -> Option<()> {
    out.push('\n');
    (0..level).for_each(|_| out.push_str(INDENT));
    (level <= MOST_LEVELS).then_some(())
}

/// Bytes of the string that `text` begins with, quotes included.
fn string_len(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, answer: &str) {
        assert_eq!(pretty_json(text).as_deref(), Some(answer), "{text}");
    }

    #[test]
    fn everything_stays_as_written() {
        check(
            r#"{"b":1.0,"a":[1e5,-0,{}],"b":"x\"{,:"}"#,
            "{\n  \"b\": 1.0,\n  \"a\": [\n    1e5,\n    -0,\n    {}\n  ],\n  \"b\": \"x\\\"{,:\"\n}",
        );
        check(" [ 1 ,\ttrue,null ] ", "[\n  1,\n  true,\n  null\n]");
        check("{ }", "{}");
        check("[[ ]]", "[\n  []\n]");
        check(r#"{"größe":"\u00e9é"}"#, "{\n  \"größe\": \"\\u00e9é\"\n}");
    }

    #[test]
    fn what_is_no_json_is_left_alone() {
        for text in ["", "hello", "3", "\"text\"", "{\"a\":1", "{\"a\":1}}", "[1}", "{} {}", "{\"a", "{\"a\\", "]"] {
            assert_eq!(pretty_json(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn only_white_space_is_added(text in r#"[\[\]{}",:a1é\\ ]{0,40}"#) {
            let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            if let Some(pretty) = pretty_json(&text) {
                prop_assert_eq!(bare(&pretty), bare(&text));
            }
        }

        #[test]
        fn values_stay_the_same(keys in proptest::collection::vec((".{0,8}", any::<i64>()), 0..6)) {
            let map: serde_json::Map<_, _> = keys.into_iter().map(|(key, value)| (key, value.into())).collect();
            let value = serde_json::json!({ "list": [map, null, true], "text": "a\nb" });
            let pretty = pretty_json(&value.to_string()).expect("JSON");
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&pretty).expect("JSON"), value);
        }
    }
}
