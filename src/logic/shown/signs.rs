//! Characters that nobody sees, made visible: they can turn text around, hide in it, or move a cursor.

use std::borrow::Cow;

/// A text in which control characters stand as signs: `␀` for the old ones, `⟨U+202E⟩` for those of Unicode. Line ends and
/// tabs stay; a line end of two characters is one.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 64);
    let mut chars = text.chars().peekable();
    let mut before = ' ';
    while let Some(letter) = chars.next() {
        let next = chars.peek().copied().unwrap_or(' ');
        match letter {
            '\r' if next == '\n' => {}
            // Joiners belong to emoji and to some scripts; between Latin letters they only hide.
            '\u{200c}' | '\u{200d}' if !(before.is_ascii() && next.is_ascii()) => shown.push(letter),
            '\0'..='\u{1f}' if is_hidden(letter) => {
                shown.push(char::from_u32(0x2400 + u32::from(letter)).unwrap_or('?'));
            }
            '\u{7f}' => shown.push('␡'),
            letter if is_hidden(letter) => {
                shown.push_str("⟨U+");
                push_hex(&mut shown, u32::from(letter));
                shown.push('⟩');
            }
            letter => shown.push(letter),
        }
        before = letter;
    }
    Cow::Owned(shown)
}

const fn is_hidden(letter: char) -> bool {
    matches!(letter,
        '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn push_hex(to: &mut String, number: u32) {
    let digits = if number > 0xffff { 5 } else { 4 };
    for place in (0..digits).rev() {
        to.push(char::from_digit((number >> (4 * place)) & 15, 16).unwrap_or('0').to_ascii_uppercase());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_become_signs() {
        let check = |text: &str, answer: &str| assert_eq!(visible(text), answer, "{text:?}");
        check("plain\ttext\n", "plain\ttext\n");
        check("a\r\nb\rc", "a\nb␍c");
        check("\0\u{7}\u{1b}[1m\u{7f}", "␀␇␛[1m␡");
        check("ab\u{202e}cd\u{2066}", "ab⟨U+202E⟩cd⟨U+2066⟩");
        check("ad\u{200b}min\u{feff}", "ad⟨U+200B⟩min⟨U+FEFF⟩");
        check("a\u{200d}b", "a⟨U+200D⟩b");
        check("👩\u{200d}💻 می\u{200c}خواهم", "👩\u{200d}💻 می\u{200c}خواهم");
        check("\u{e0041}", "⟨U+E0041⟩");
    }
}
