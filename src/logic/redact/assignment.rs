//! Names that hold secrets, and what is given to them: `GITHUB_TOKEN=…`, `"password": "…"`, `api_key: …`.

use std::ops::Range;

/// What such names end in, without separators and in small letters.
const WORDS: [&[u8]; 17] = [
    b"token",
    b"secret",
    b"password",
    b"passwd",
    b"passphrase",
    b"passwort",
    b"pwd",
    b"apikey",
    b"secretkey",
    b"accesskey",
    b"privatekey",
    b"accountkey",
    b"authkey",
    b"signingkey",
    b"encryptionkey",
    b"credential",
    b"credentials",
];
/// Names and what they are given are looked at so far, in bytes.
const LONGEST: usize = 512;
const SHORTEST: usize = 6;
/// So much of a value that is longer is judged.
const BEGINNING: usize = 64;

/// What ends a value without quotes.
static ENDS: [bool; 256] = {
    let mut ends = [false; 256];
    let signs = b" \t\r\n\x0C\"'`,;<>()[]{}|&\\";
    let mut at = 0;
    while at < signs.len() {
        ends[signs[at] as usize] = true;
        at += 1;
    }
    ends
};

/// Whether a name says that its value is a secret.
pub fn is_secret_name(name: &[u8]) -> bool {
    // Nearly all other names stop here.
    let Some(b'n' | b't' | b'd' | b'e' | b'y' | b'l' | b's') = name.last().map(u8::to_ascii_lowercase) else {
        return false;
    };
    let letters = || name.iter().rev().filter(|byte| !matches!(byte, b'_' | b'-')).map(u8::to_ascii_lowercase);
    let ends_in = |word: &&[u8]| {
        let mut letters = letters();
        word.iter().rev().all(|letter| letters.next() == Some(*letter))
    };
    // `STRIPE_KEY`: a variable of the environment.
    WORDS.iter().any(ends_in) || name.ends_with(b"_KEY") && is_environment(name)
}

/// `GITHUB_TOKEN`: as variables of the environment are called.
fn is_environment(name: &[u8]) -> bool {
    name.len() >= 3
        && name.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_')
        && name.iter().any(u8::is_ascii_uppercase)
}

/// The name before a colon or an equals sign, which may stand in quotes.
pub fn name_before(text: &[u8], sign: usize) -> &[u8] {
    let before = text.get(sign.saturating_sub(80)..sign).unwrap_or_default();
    let skipped =
        before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'`' | b'\\')).count();
    let before = before.get(..before.len() - skipped.min(before.len())).unwrap_or_default();
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let len = before.iter().rev().take_while(is_name).count();
    before.get(before.len() - len..).unwrap_or_default()
}

/// The secret that the sign at `sign` gives to a name.
pub fn secret_after(text: &[u8], sign: usize) -> Option<Range<usize>> {
    let name = name_before(text, sign);
    if !is_secret_name(name) {
        return None;
    }
    let is_direct = text.get(sign) == Some(&b'=') && is_environment(name);
    let mut start = sign + 1;
    let skip = |start: usize, bytes: &[u8]| {
        let rest = text.get(start..).unwrap_or_default();
        start + rest.iter().take(4).take_while(|byte| bytes.contains(byte)).count()
    };
    start = skip(start, b"=> ");
    start = skip(start, b"\\");
    let quote = text.get(start).copied().filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
    start += usize::from(quote.is_some());
    let rest = text.get(start..)?;
    let is_end = |byte: &u8| match quote {
        Some(quote) => *byte == quote || matches!(byte, b'\\' | b'\n' | b'\r'),
        None => ENDS[usize::from(*byte)],
    };
    let len = rest.iter().take(LONGEST).position(is_end).unwrap_or(rest.len().min(LONGEST));
    // What a long one is, its beginning tells.
    let value = rest.get(..if len == LONGEST { BEGINNING } else { len })?;
    // A call, an index or a template is code, not a value.
    let is_code = quote.is_none() && matches!(rest.get(len), Some(b'(' | b'[' | b'{' | b'<'));
    let how = match (quote, is_direct) {
        (Some(_), _) => Writing::Quoted,
        (None, true) => Writing::Environment,
        (None, false) => Writing::Bare,
    };
    (!is_code && is_secret(value, how)).then_some(start..start + len)
}

/// How a value stands after its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    Quoted,
    /// `NAME=value`
    Environment,
    /// `name: value`, as it stands in code too.
    Bare,
}

/// Whether a value can be a secret, and is no placeholder, path, number or piece of code.
pub fn is_secret(value: &[u8], how: Writing) -> bool {
    let (Some(first), Some(last)) = (value.first(), value.last()) else { return false };
    let least = if how == Writing::Bare { 8 } else { SHORTEST };
    let is_placeholder = b"$<{[*(%&./~!@".contains(first)
        || value.iter().all(|byte| byte == first)
        || [&b"your"[..], b"my-", b"my_", b"xxx", b"example", b"placeholder", b"changeme"]
            .iter()
            .any(|word| value.get(..word.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(word)))
        || value.windows(3).any(|three| three == b"..." || three == b"***")
        || value.windows(2).any(|two| two == b"::" || two == b"${" || two == b"{{");
    let has = |is: fn(&u8) -> bool| value.iter().any(is);
    let (has_digit, has_small, has_capital) =
        (has(u8::is_ascii_digit), has(u8::is_ascii_lowercase), has(u8::is_ascii_uppercase));
    let has_letter = has_small || has_capital;
    let has_sign = value.iter().any(|byte| !byte.is_ascii_alphanumeric());
    if value.len() < least || value.len() > LONGEST || is_placeholder || has(u8::is_ascii_whitespace) || !has_letter {
        return false;
    }
    let is_constant = !has_digit && !has_small;
    match how {
        Writing::Environment => !is_constant,
        Writing::Quoted => has_digit || has_small && has_capital && value.len() >= 12 || has_sign && !is_words(value),
        // `token: self.token2` and the like are code.
        Writing::Bare => has_digit && !value.contains(&b'.') && *last != b':' && !is_words(value),
    }
}

/// `current-password`, `auth_token`: letters and separators only.
fn is_words(value: &[u8]) -> bool {
    value.iter().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_' | b'.' | b':' | b'/' | b' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, secret: Option<&str>) {
        let bytes = text.as_bytes();
        let signs = bytes.iter().enumerate().filter(|(_, byte)| matches!(byte, b':' | b'='));
        let found = signs.filter_map(|(sign, _)| secret_after(bytes, sign)).map(|range| &text[range]).next();
        assert_eq!(found, secret, "{text}");
    }

    #[test]
    fn what_is_given_to_a_secret_name_is_one() {
        check("IMPORT_TOKEN=correcthorse cargo run", Some("correcthorse"));
        check("PASSWORD=hunter2", Some("hunter2"));
        check("export STRIPE_KEY='a-b-c-7'", Some("a-b-c-7"));
        check(r#"{"password": "hunter2!"}"#, Some("hunter2!"));
        check(r#"{\"api_key\":\"abc123def\"}"#, Some("abc123def"));
        check("apiKey := \"abc123def\"", Some("abc123def"));
        check("'clientSecret' => 'abc123def'", Some("abc123def"));
        check("db-password: s3cr3t-one", Some("s3cr3t-one"));
        check("AccountKey=abc123def456==;End", Some("abc123def456=="));
    }

    #[test]
    fn code_placeholders_and_numbers_are_none() {
        for plain in [
            "max_token=4096",
            "token: string",
            "const token = getToken(1)",
            "password = config.db2.password",
            "PASSWORD=${DB_PASSWORD}",
            "PASSWORD=$1abcdef",
            "password: <your-password-1>",
            "PWD=/home/somebody/x1",
            "TOKEN=GITHUB_TOKEN",
            "password: \"********\"",
            "type=\"password\" autocomplete=\"current-password\"",
            "token: self.token2",
            "input_tokens: 12345678a",
            "PASSWORD=",
            "monkey=abc123def456",
            "ANTHROPIC_API_KEY=your-key-here",
        ] {
            check(plain, None);
        }
    }
}
