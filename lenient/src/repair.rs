//! A second try for lines whose characters are damaged.

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
