//! Bytes out of base64, as logs hold images.

/// The bytes of a text; `None` where it is none. Line ends within are passed over.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.trim_end_matches(['=', '\n', '\r', ' ']).bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'\n' | b'\r' => continue,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_out() {
        let check = |text: &str, answer: Option<&[u8]>| assert_eq!(decode(text).as_deref(), answer, "{text}");
        check("", Some(b""));
        check("aGFsbG8=", Some(b"hallo"));
        check("aGFs\nbG8h", Some(b"hallo!"));
        check("_-8=", Some(&[0xff, 0xef]));
        check("no!", None);
    }
}
