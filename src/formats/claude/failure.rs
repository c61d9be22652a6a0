//! Failures of the service in words: status, type, message. The line itself stays as it is, for the raw view.

use crate::formats::lenient::value;
use serde_json::Value;

/// The service's answer stands inside of the agent's, and gateways put one more around it.
const DEEPEST: u8 = 6;

/// In place of a reason that the log does not hold.
const UNTOLD: &str = "a call to the service failed; why was not recorded";

/// What is known of a failure. What stands deeper inside is nearer to its cause.
#[derive(Default)]
struct Failure {
    status: Option<u64>,
    kind: String,
    message: String,
}

/// What an agent said of a failure: the JSON in it becomes words, all else stays.
pub fn in_words(said: &str) -> String {
    words_in(said, DEEPEST).unwrap_or_else(|| said.to_owned())
}

/// An `error` object as a log holds it.
pub fn words_of(error: &Value) -> String {
    match error {
        Value::String(said) if !said.is_empty() => in_words(said),
        error => Failure::of(error, DEEPEST).words("").unwrap_or_else(|| UNTOLD.to_owned()),
    }
}

/// `None`: there is no JSON object in it that says anything.
fn words_in(said: &str, depth: u8) -> Option<String> {
    let (from, to) = said.find('{').zip(said.rfind('}')).filter(|(from, to)| from < to)?;
    let (before, after) = (said.get(..from)?, said.get(to + 1..)?);
    let object = value(said.get(from..=to)?.as_bytes())?;
    let words = Failure::of(&object, depth.checked_sub(1)?).words(before)?;
    Some([before, &words, after].concat())
}

impl Failure {
    fn of(error: &Value, depth: u8) -> Self {
        let mut failure = Self::default();
        failure.read(error, depth);
        failure
    }

    fn read(&mut self, level: &Value, depth: u8) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let text = |key: &str| level.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        if let Some(service) = level.get("error").filter(|inner| inner.is_object()) {
            self.read(service, depth);
        }
        if self.message.is_empty()
            && let Some(message) = text("formatted").or(text("message")).or(text("error"))
        {
            self.message = words_in(message, depth).unwrap_or_else(|| message.to_owned());
        }
        if self.message.is_empty() {
            ["cause", "connection"].into_iter().filter_map(|key| level.get(key)).for_each(|key| self.read(key, depth));
        }
        if self.message.is_empty() {
            self.message.push_str(text("code").unwrap_or(""));
        }
        // `error` only says that it is one.
        if let Some(kind) = text("type").filter(|kind| self.kind.is_empty() && *kind != "error") {
            self.kind.push_str(kind);
        }
        self.status = self.status.or(level.get("status").and_then(Value::as_u64).filter(|status| *status > 0));
    }

    /// `529 overloaded_error: Overloaded`, without what was said before it.
    fn words(&self, before: &str) -> Option<String> {
        let is_new = |word: &str| !word.is_empty() && !before.contains(word) && !self.message.contains(word);
        let status = self.status.map(|status| status.to_string()).unwrap_or_default();
        let head: Vec<&str> = [&*status, &*self.kind].into_iter().filter(|word| is_new(word)).collect();
        let head = head.join(" ");
        match (&*head, &*self.message) {
            ("", "") => None,
            ("", message) => Some(message.to_owned()),
            (head, "") if self.kind.is_empty() => Some(["status ", head].concat()),
            (head, "") => Some(head.to_owned()),
            (head, message) => Some([head, ": ", message].concat()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_service_answered_is_put_into_words() {
        let check = |said: &str, words: &str| assert_eq!(in_words(said), words, "{said}");
        check(
            r#"API Error: 500 {"type":"error","error":{"type":"api_error","message":"Internal server error"},"request_id":"r"}"#,
            "API Error: 500 api_error: Internal server error",
        );
        check(
            r#"API Error (429 {"error":{"message":"{\"error\":{\"type\":\"rate_limit_error\",\"message\":\"Slow down\"}}"}}) · retry"#,
            "API Error (429 rate_limit_error: Slow down) · retry",
        );
        check("You've hit your session limit", "You've hit your session limit");
        check("use {braces} here", "use {braces} here");
        check(r#"API Error: 500 {}"#, r#"API Error: 500 {}"#);
        check("} {", "} {");
    }

    #[test]
    fn errors_of_the_harness_are_put_into_words() {
        let check = |error: &str, words: &str| {
            let error = serde_json::from_slice(error.as_bytes()).expect("JSON");
            assert_eq!(words_of(&error), words, "{error}");
        };
        check(
            r#"{"status":529,"headers":{"date":"x"},"error":{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}}"#,
            "529 overloaded_error: Overloaded",
        );
        check(
            r#"{"message":"Connection error.","formatted":"Unable to connect (ECONNRESET)","connection":{"code":"ECONNRESET","message":"closed"}}"#,
            "Unable to connect (ECONNRESET)",
        );
        check(r#"{"status":0,"type":"authentication_error"}"#, "authentication_error");
        check(r#"{"cause":{"code":"ECONNREFUSED","path":"x"}}"#, "ECONNREFUSED");
        check(r#"{"status":429}"#, "status 429");
        check(r#""Overloaded""#, "Overloaded");
        for nothing in ["{}", "null", r#"{"cause":{}}"#, "[]", r#"{"status":"x","message":7}"#] {
            check(nothing, UNTOLD);
        }
    }

    #[test]
    fn errors_in_errors_end_somewhere() {
        let deep = r#"{"error":"#.repeat(100) + "{}" + &"}".repeat(100);
        assert_eq!(in_words(&deep), deep);
    }
}
