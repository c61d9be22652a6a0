//! A log that an address carries: its packed bytes as text, with their length before them. Chats and mail cut long
//! addresses, and half a log would be taken for a whole one.

use super::base64;

/// Longest address that is made, in characters (PRODUCT §7).
pub const LONGEST_LINK: usize = 32_000;
/// Above this chats and mail may cut it.
pub const LONG_LINK: usize = 2_000;

/// Packed bytes as text.
pub fn encode(packed: &[u8]) -> String {
    let text = base64::encode(packed);
    [&text.len().to_string(), ".", &text].concat()
}

/// The packed bytes; else what is wrong with the text, in a sentence without its end.
pub fn decode(text: &str) -> Result<Vec<u8>, String> {
    let damaged = || "the link is damaged: ask for it again, or for a file".to_owned();
    let (len, text) = text.split_once('.').ok_or_else(damaged)?;
    let len: usize = len.parse().map_err(|_| damaged())?;
    if text.len() < len {
        let counts = [&text.len().to_string(), " of ", &len.to_string()].concat();
        return Err(
            ["the link was cut off on its way: ", &counts, " characters are here. Ask for a file instead"].concat()
        );
    }
    text.get(..len).and_then(base64::decode).ok_or_else(damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_link_carries_arrives_or_says_why() {
        let text = encode(b"some bytes");
        assert_eq!(text, "14.c29tZSBieXRlcw");
        assert_eq!(decode(&text).as_deref(), Ok(&b"some bytes"[..]));
        // What a mail program adds does no harm.
        assert_eq!(decode("14.c29tZSBieXRlcw...").as_deref(), Ok(&b"some bytes"[..]));
        let why = decode("14.c29tZSBie").expect_err("cut");
        assert!(why.contains("cut off") && why.contains("9 of 14 characters"), "{why}");
        for damaged in ["", "abc", "x.abc", "4.a!bc"] {
            assert!(decode(damaged).expect_err("damaged").contains("damaged"), "{damaged}");
        }
    }
}
