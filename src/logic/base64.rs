//! Bytes out of base64, as logs hold images, and into the kind of it that links carry.

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

/// Bytes as text that may stand in an address: with `-` and `_`, and without padding (RFC 4648 §5).
pub fn encode(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for digit in 0..=group.len() {
            text.push(char::from(DIGITS[(bits >> (18 - 6 * digit) & 63) as usize]));
        }
    }
    text
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

    #[test]
    fn what_goes_in_comes_out() {
        assert_eq!(encode(b"hallo!?"), "aGFsbG8hPw");
        for len in 0..70u8 {
            let bytes: Vec<u8> = (0..len).map(|n| n.wrapping_mul(37) ^ 0xa5).collect();
            assert_eq!(decode(&encode(&bytes)).as_deref(), Some(&bytes[..]));
        }
    }
}
