//! Letters without their case, and words within texts.

/// Small letters for large ones, in all scripts.
#[cfg(not(target_arch = "wasm32"))]
pub fn lower_case(text: &str) -> String {
    text.to_lowercase()
}

/// Small letters for large ones, in all scripts. The browser has the tables that this takes; Rust's would be 12 KB of
/// the download, once in the page and once in the worker.
#[cfg(target_arch = "wasm32")]
pub fn lower_case(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { js_sys::JsString::from(text).to_lower_case().into() }
}

/// Words of ours with a capital letter first. Those of logs stay as they are: the table of all capitals would be 8 KB.
pub fn capitalised(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// As `contains` of the standard library, whose search for long needles in long texts is 3 KB of code.
pub fn contains(text: &str, needle: &str) -> bool {
    text.as_bytes().windows(needle.len().max(1)).any(|window| window == needle.as_bytes())
}

/// The small letter for a large one, one for one: Latin, Greek and Cyrillic, of which the tables are simple. Small enough
/// to be asked for each letter of a search; never makes an ASCII letter of another one.
pub const fn fold(letter: char) -> char {
    let code = letter as u32;
    let small = match code {
        0x41..=0x5a | 0xc0..=0xd6 | 0xd8..=0xde | 0x391..=0x3a1 | 0x3a3..=0x3ab | 0x410..=0x42f => code + 32,
        0x400..=0x40f => code + 80,
        // Large and small stand side by side.
        0x100..=0x12f | 0x132..=0x137 | 0x14a..=0x177 | 0x460..=0x481 | 0x48a..=0x4bf => code | 1,
        0x139..=0x148 | 0x179..=0x17e => code + (code & 1),
        _ => return letter,
    };
    match char::from_u32(small) {
        Some(small) => small,
        None => letter,
    }
}

/// A letter as a small and as a large one; twice the same where it has no other case that [`fold`] knows.
pub fn cases(letter: char) -> [char; 2] {
    let small = fold(letter);
    let large = [32, 80, 1].into_iter().filter_map(|by| char::from_u32((small as u32).checked_sub(by)?));
    let large = { large }.find(|large| fold(*large) == small && *large != small);
    [small, large.unwrap_or(small)]
}

/// Whether a letter, a digit or `_` stands here, so that a word goes on. Outside of ASCII by blocks: all but signs.
pub const fn is_of_word(letter: char) -> bool {
    match letter {
        '_' => true,
        '\0'..='\u{7f}' => letter.is_ascii_alphanumeric(),
        '\u{80}'..='\u{bf}'
        | '×'
        | '÷'
        | '\u{2000}'..='\u{2bff}'
        | '\u{3000}'..='\u{3004}'
        | '\u{3008}'..='\u{3020}' => {
            matches!(letter, 'ª' | 'µ' | 'º')
        }
        '\u{ff00}'..='\u{ff0f}' | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe6f}' => false,
        _ => true,
    }
}
