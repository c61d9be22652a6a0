//! A log that an address carries: its packed bytes as text, with their length before them. Chats and mail cut long
//! addresses, and half a log would be taken for a whole one. And logs that a page of one file carries.

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

/// What a page of one file carries after its own text (`tools/player.mjs`), up to its end: the view, the lengths of the
/// packed logs, and these, 15 bits a character. UTF-16, the low byte first.
pub fn page_end(view: &str, packed: &[Vec<u8>]) -> Vec<u8> {
    /// What 15 bits of zero are: from here on no character means anything to HTML.
    const ZERO: u32 = 0x3400;
    let lengths: Vec<String> = packed.iter().map(|log| log.len().to_string()).collect();
    let mut end = Vec::new();
    let write = |text: &str, end: &mut Vec<u8>| end.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    write(&[view, " ", &lengths.join(","), " "].concat(), &mut end);
    let (mut bits, mut count) = (0u32, 0);
    for byte in packed.iter().flatten() {
        bits = bits << 8 | u32::from(*byte);
        count += 8;
        if count >= 15 {
            count -= 15;
            end.extend(((ZERO + (bits >> count & 0x7FFF)) as u16).to_le_bytes());
        }
    }
    if count > 0 {
        end.extend(((ZERO + (bits << (15 - count) & 0x7FFF)) as u16).to_le_bytes());
    }
    write("</script></body></html>\n", &mut end);
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_carries_15_bits_a_character() {
        let end = page_end("v=1", &[vec![0xFF; 3], vec![0x80, 0x01]]);
        let units: Vec<u16> = end.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        let text = String::from_utf16(&units).expect("UTF-16");
        assert_eq!(text, "v=1 3,2 \u{b3ff}\u{b3e0}\u{3420}</script></body></html>\n");
    }

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
