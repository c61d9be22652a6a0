//! What the output of a tool says of the call: whether it failed, how long it took, which agent it started
//! (codex.md T4, §9).

use super::line::{Metadata, Output};
use super::raw::{after_key, value_at};
use crate::formats::lenient::{Field, Flag, List, Num, Presence, Str, fill, flat, read_or_empty};
use memchr::memmem;

/// Lines that the harness may put before what the tool wrote.
const HEADER_LINES: usize = 8;
/// Bytes among which they are.
const HEADER_BYTES: usize = 512;

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
    /// Reads the line of an output again. Most of it is long text, of which only the beginning is looked at.
    pub fn of(line: &[u8]) -> Self {
        let mut verdict = Self::default();
        let output =
            after_key(line, b"\"output\"").and_then(|at| value_at(line, at)).map_or(&b""[..], |(_, value)| value);
        match output {
            [b'"', b'{', ..] => {
                let packed: Str<'_> = serde_json::from_slice(output).unwrap_or_default();
                verdict.packed(&packed);
            }
            [b'"', text @ .., b'"'] => verdict.header(text),
            [b'[' | b'{', ..] => verdict.pieces(output),
            _ => {}
        }
        verdict
    }

    fn pieces(&mut self, output: &[u8]) {
        let mut pieces = List::<Output<'_>>::default();
        let is_read = fill(pieces.slot(), output).is_ok();
        let Some(first) = pieces.items.first().filter(|_| is_read) else { return };
        self.metadata(&first.metadata);
        self.is_failed |= is_false(first.success);
        for text in [&*first.text, &*first.output] {
            match text.starts_with('{') {
                true => self.packed(text),
                false => self.header(text.as_bytes()),
            }
        }
    }

    /// JSON within a string.
    fn packed(&mut self, text: &str) {
        let packed: Packed<'_> = read_or_empty(text.as_bytes());
        self.metadata(&packed.metadata);
        self.is_failed |= is_false(packed.success);
        self.agent = packed.agent_id.some().map(str::to_owned);
    }

    fn metadata(&mut self, metadata: &Metadata<'_>) {
        self.is_failed |= metadata.exit_code.int().is_some_and(|code| code != 0);
        self.duration_ms = self.duration_ms.or(ms_of(metadata.duration_seconds));
    }

    /// Newer shells write their metadata as lines of text, up to `Output:`. The text may be escaped still.
    fn header(&mut self, text: &[u8]) {
        let text = text.get(..HEADER_BYTES).unwrap_or(text);
        let lines = text.split(|byte| *byte == b'\n').flat_map(escaped_lines);
        for line in lines.take(HEADER_LINES).take_while(|line| *line != b"Output:") {
            let code = line.strip_prefix(b"Process exited with code ").or_else(|| line.strip_prefix(b"Exit code: "));
            if let Some(code) = code {
                self.is_failed |= number(code).int().is_some_and(|code| code != 0);
            }
            let seconds = line.strip_prefix(b"Wall time: ").and_then(|rest| rest.strip_suffix(b" seconds"));
            if let Some(seconds) = seconds {
                self.duration_ms = self.duration_ms.or(ms_of(number(seconds)));
            }
        }
    }
}

/// Lines of a text with `\n` for their ends.
fn escaped_lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = memmem::find(text, b"\\n");
        rest = end.map(|end| &text[end + 2..]);
        Some(&text[..end.unwrap_or(text.len())])
    })
}

fn number(text: &[u8]) -> Num {
    serde_json::from_slice(text.trim_ascii()).unwrap_or_default()
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
        let verdict = Verdict::of(output.as_bytes());
        assert_eq!((verdict.is_failed, verdict.duration_ms), answer, "{output}");
    }

    #[test]
    fn t4_failures_and_durations() {
        check(r#"{"output":"plain"}"#, (false, None));
        check(r#"{"output":"Exit code: 3"}"#, (true, None));
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
