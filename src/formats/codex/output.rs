//! What the output of a tool says of the call: whether it failed, how long it took, which agent it started
//! (codex.md T4, §9).

use super::line::{Metadata, Output};
use crate::formats::lenient::{Field, Flag, List, Num, Presence, Str, flat};

/// Lines that the harness may put before what the tool wrote.
const HEADER_LINES: usize = 8;

flat! {
    /// An output that is JSON within a string.
    struct Packed<'a> {
        "metadata" => metadata: Metadata<'a>,
        "success" => success: Flag,
        "agent_id" => agent_id: Str<'a>,
    }
}

#[derive(Debug, Default, PartialEq)]
pub struct Verdict {
    pub is_failed: bool,
    pub duration_ms: Option<u32>,
    /// Thread of an agent that the call started.
    pub agent: Option<String>,
}

impl Verdict {
    pub fn of(output: &List<'_, Output<'_>>) -> Self {
        let mut verdict = Self::default();
        verdict.read(&output.text);
        if let Some(first) = output.items.first() {
            verdict.metadata(&first.metadata);
            verdict.is_failed |= is_false(first.success);
            verdict.read(&first.text);
            verdict.read(&first.output);
        }
        verdict
    }

    fn read(&mut self, text: &str) {
        if text.starts_with('{') {
            let packed: Packed<'_> = serde_json::from_slice(text.as_bytes()).unwrap_or_default();
            self.metadata(&packed.metadata);
            self.is_failed |= is_false(packed.success);
            self.agent = packed.agent_id.some().map(str::to_owned);
        } else {
            self.header(text);
        }
    }

    fn metadata(&mut self, metadata: &Metadata<'_>) {
        self.is_failed |= metadata.exit_code.int().is_some_and(|code| code != 0);
        self.duration_ms = self.duration_ms.or(ms_of(metadata.duration_seconds));
    }

    /// Newer shells write their metadata as lines of text, up to `Output:`.
    fn header(&mut self, text: &str) {
        let header = text.lines().take(HEADER_LINES).take_while(|line| *line != "Output:");
        for line in header {
            let code = line.strip_prefix("Process exited with code ").or_else(|| line.strip_prefix("Exit code: "));
            if let Some(code) = code {
                self.is_failed |= number(code).int().is_some_and(|code| code != 0);
            }
            let seconds = line.strip_prefix("Wall time: ").and_then(|rest| rest.strip_suffix(" seconds"));
            if let Some(seconds) = seconds {
                self.duration_ms = self.duration_ms.or(ms_of(number(seconds)));
            }
        }
    }
}

fn number(text: &str) -> Num {
    serde_json::from_slice(text.trim().as_bytes()).unwrap_or_default()
}

fn ms_of(seconds: Num) -> Option<u32> {
    seconds.float().map(|seconds| seconds * 1000.0 + 0.5).filter(|ms| *ms >= 0.0).map(|ms| ms as u32)
}

/// `false` is written, and not just absent.
pub fn is_false(flag: Flag) -> bool {
    flag.presence() == Presence::Given && !flag.is_true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(output: &str, answer: (bool, Option<u32>)) {
        let output: Packaged<'_> = serde_json::from_slice(output.as_bytes()).expect("JSON");
        let verdict = Verdict::of(&output.output);
        assert_eq!((verdict.is_failed, verdict.duration_ms), answer, "{output:?}");
    }

    flat! {
        struct Packaged<'a> {
            "output" => output: List<'a, Output<'a>>,
        }
    }

    #[test]
    fn t4_failures_and_durations() {
        check(r#"{"output":"plain"}"#, (false, None));
        check(
            r#"{"output":"{\"output\":\"x\",\"metadata\":{\"exit_code\":1,\"duration_seconds\":0.25}}"}"#,
            (true, Some(250)),
        );
        check(r#"{"output":{"output":"x","metadata":{"exit_code":0,"duration_seconds":2}}}"#, (false, Some(2000)));
        check(r#"{"output":{"output":"x","success":false}}"#, (true, None));
        check(r#"{"output":[{"type":"input_text","text":"{\"success\":false}"}]}"#, (true, None));
        check(
            r#"{"output":"Chunk ID: 1\nWall time: 1.5 seconds\nProcess exited with code 2\nOutput:\nExit code: 0"}"#,
            (true, Some(1500)),
        );
        check(
            r#"{"output":"Exit code: 0\nWall time: 0.1 seconds\nOutput:\nProcess exited with code 1"}"#,
            (false, Some(100)),
        );
        check(r#"{"output":"{not JSON"}"#, (false, None));
        check(r#"{"output":7}"#, (false, None));
    }
}
