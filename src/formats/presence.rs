//! Which numbers of a message are recorded, for data whose writer did not say: generic JSON lines, hand-made files, old
//! bundles (token-coverage.md §2). Decoders of known formats decide it by the keys of their own logs.

use super::lenient::{Num, flat, read_or_empty};
use crate::model::Reported;

flat! {
    /// Names that usage objects have for their counters.
    struct Usage<'a> {
        "input_tokens" => input_tokens: Num,
        "cache_creation_input_tokens" => cache_creation: Num,
        "cache_read_input_tokens" => cache_read: Num,
        "input" => input: Num,
        "cached" => cached: Num,
        "context_tokens" => context: Num,
        "output_tokens" => output_tokens: Num,
        "output" => output: Num,
    }
}

/// Prompt size and generated tokens of a message, as far as they are recorded.
///
/// `decided` says of each whether it is, where somebody has decided it: that stands, also against the numbers (M4).
/// Otherwise a number other than 0 is recorded, and a 0 if the usage object has a key for it that holds a number (M3).
pub fn recorded(
    decided: Option<(bool, bool)>,
    (context, output): (u64, u64),
    raw_usage: &[u8],
) -> (Reported<u64>, Reported<u64>) {
    let (has_context, has_output) = decided.unwrap_or_else(|| {
        let usage: Usage<'_> = read_or_empty(raw_usage);
        let is_any = |keys: &[Num]| keys.iter().any(|key| key.plain_int().is_some());
        let prompt =
            [usage.input_tokens, usage.cache_creation, usage.cache_read, usage.input, usage.cached, usage.context];
        (context != 0 || is_any(&prompt), output != 0 || is_any(&[usage.output_tokens, usage.output]))
    });
    let told = |has: bool, number: u64| has.then_some(number).into();
    (told(has_context, context), told(has_output, output))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Told = (Option<u64>, Option<u64>);

    fn check(decided: Option<(bool, bool)>, numbers: (u64, u64), usage: &str, told: Told) {
        let (context, output) = recorded(decided, numbers, usage.as_bytes());
        assert_eq!((context.get(), output.get()), told, "{decided:?} {numbers:?} {usage}");
    }

    /// The table of token-coverage.md §2; §9, case 3: a number that is not 0 counts without a flag.
    #[test]
    fn m3_what_nobody_decided_is_inferred() {
        check(None, (0, 0), "", (None, None));
        check(None, (0, 180), "", (None, Some(180)));
        check(None, (2400, 0), "", (Some(2400), None));
        check(None, (0, 0), r#"{"input_tokens":0,"output_tokens":0}"#, (Some(0), Some(0)));
        check(None, (0, 0), r#"{"output":0}"#, (None, Some(0)));
        check(None, (5, 0), "{broken", (Some(5), None));
    }

    /// token-coverage.md §9, case 4.
    #[test]
    fn m4_a_decision_stands_against_the_numbers() {
        let usage = r#"{"input_tokens":100,"output_tokens":50}"#;
        check(Some((false, false)), (100, 50), usage, (None, None));
        check(Some((true, true)), (0, 0), "", (Some(0), Some(0)));
    }

    #[test]
    fn m1_a_key_counts_only_with_a_number() {
        for usage in [
            "{}",
            r#"{"output_tokens":null,"input_tokens":null}"#,
            r#"{"output_tokens":"7","input":[]}"#,
            r#"{"output_tokens":{},"cost":0}"#,
            r#"{"speed":"fast"}"#,
        ] {
            check(None, (0, 0), usage, (None, None));
        }
        for key in ["cache_creation_input_tokens", "cache_read_input_tokens", "cached", "context_tokens", "input"] {
            check(None, (0, 0), &format!("{{\"{key}\":0}}"), (Some(0), None));
        }
        check(None, (0, 0), r#"{"output_tokens":0.5}"#, (None, Some(0)));
    }

    /// The safety net: numbers without flags do not lose a session.
    #[test]
    fn r4_a_number_other_than_0_is_recorded() {
        check(None, (600, 50), "null", (Some(600), Some(50)));
    }
}
