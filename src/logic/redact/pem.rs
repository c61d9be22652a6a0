//! Private keys in PEM: in one text with real or escaped line ends, with line numbers or marks of a diff between, or
//! line by line in texts of their own.

use memchr::memmem;
use std::ops::Range;

/// What every header and footer holds.
pub const MARK: &[u8] = b"PRIVATE KEY";
const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";
/// So many characters of base64 in a row are key material, and not a word in a text about keys.
const MATERIAL: usize = 24;

/// Longer keys are none, in bytes.
const LONGEST: usize = 64 << 10;

fn is_base64(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// The next header of a private key: where it starts and ends.
fn header(text: &[u8], from: usize) -> Option<Range<usize>> {
    let mut from = from;
    loop {
        let start = from + memmem::find(text.get(from..)?, BEGIN)?;
        from = start + BEGIN.len();
        let label = text.get(from..text.len().min(from + 60))?;
        let label = memmem::find(label, DASHES).and_then(|len| label.get(..len));
        // A label with anything else in it is one of which a part was masked.
        let is_word = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b' ';
        if let Some(label) = label.filter(|label| memmem::find(label, MARK).is_some() && label.iter().all(is_word)) {
            return Some(start..from + label.len() + DASHES.len());
        }
    }
}

/// Hands on every key of a text; gives whether the text ends after a header, so that the key follows elsewhere.
pub fn keys(text: &[u8], see: &mut dyn FnMut(Range<usize>)) -> bool {
    let mut from = 0;
    while let Some(header) = header(text, from) {
        let body = text.get(header.end..).unwrap_or_default();
        // Another key begins there: this one is torn off. So no header is looked behind twice.
        let body = body.get(..memmem::find(body, BEGIN).unwrap_or(body.len()).min(LONGEST)).unwrap_or_default();
        let footer = memmem::find(body, END);
        let end = match footer {
            Some(at) => {
                let after = at + END.len();
                let rest = body.get(after..).unwrap_or_default();
                after + memmem::find(rest, DASHES).map_or(0, |dashes| dashes + DASHES.len())
            }
            // Torn off: as far as it can be key material.
            None => body
                .iter()
                .position(|byte| !is_base64(byte) && !byte.is_ascii_whitespace() && !b"\\-:,|".contains(byte))
                .unwrap_or(body.len()),
        };
        let material = body.get(..footer.unwrap_or(end)).unwrap_or_default();
        if material.split(|byte| !is_base64(byte)).any(|run| run.len() >= MATERIAL) {
            let end = header.start.max(header.end + end);
            see(header.start..end);
            from = end;
        } else {
            let is_last = body.iter().all(|byte| !is_base64(byte));
            if is_last {
                return true;
            }
            from = header.end;
        }
    }
    false
}

/// A text that goes on with a key begun in an earlier one: its material, without line numbers and marks of a diff.
pub fn continued(text: &[u8]) -> Option<Range<usize>> {
    let is_mark = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'+' | b'-' | b'|' | b'>');
    let start = text.iter().position(|byte| !is_mark(byte))?;
    let end = text.trim_ascii_end().len();
    let material = text.get(start..end)?;
    (!material.is_empty() && material.iter().all(is_base64)).then_some(start..end)
}
