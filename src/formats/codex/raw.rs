//! Values within a JSON text as bytes, found without decoding it.

use memchr::memmem;
use serde::de::IgnoredAny;
use serde_json::Deserializer;

/// Where the value of a key begins. Quotes within texts are escaped, so only keys and whole texts can look like one.
pub fn after_key(document: &[u8], key: &[u8]) -> Option<usize> {
    memmem::find_iter(document, key).find_map(|at| {
        let colon = skip(document, at + key.len(), b"");
        (document.get(colon) == Some(&b':')).then(|| skip(document, colon + 1, b""))
    })
}

/// The value at an offset, past blanks and commas.
pub fn value_at(document: &[u8], at: usize) -> Option<(usize, &[u8])> {
    let start = skip(document, at, b",");
    let rest = document.get(start..)?;
    let mut values = Deserializer::from_slice(rest).into_iter::<IgnoredAny>();
    values.next()?.ok()?;
    Some((start, rest.get(..values.byte_offset())?))
}

fn skip(document: &[u8], at: usize, also: &[u8]) -> usize {
    let rest = document.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| byte.is_ascii_whitespace() || also.contains(byte)).count()
}
