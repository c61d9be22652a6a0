//! Cuts of long texts, for showing.

/// A block longer than this is cut (PRODUCT §5).
pub const MOST_LINES: usize = 200;
/// As [`MOST_LINES`], in bytes.
pub const MOST_BYTES: usize = 20_000;

/// How many bytes of a text to show at first: whole lines where one ends near the limit, never half a character.
/// Its length when it is short enough.
pub fn shown_len(text: &str) -> usize {
    let by_bytes = match text.len() {
        0..=MOST_BYTES => text.len(),
        _ => {
            let cut = (0..=MOST_BYTES).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            // A line end just before the limit is the better place.
            start(text, cut).rfind('\n').filter(|end| cut - end < 500).unwrap_or(cut)
        }
    };
    let ends = start(text, by_bytes).match_indices('\n');
    ends.map(|(end, _)| end).nth(MOST_LINES - 1).filter(|end| *end + 1 < text.len()).unwrap_or(by_bytes)
}

/// The first `len` bytes of a text; nothing where that is within a character. Not by index: a wrong one would print the
/// text, with all its escapes, and the code for that is 5 KB.
pub fn start(text: &str, len: usize) -> &str {
    text.get(..len).unwrap_or_default()
}

/// The first line, at most `most` characters of it, with `…` where something was left out.
pub fn first_line(text: &str, most: usize) -> String {
    let text = text.trim_start();
    let line = text.lines().next().unwrap_or("");
    // Counting characters takes time, and most lines are short.
    match Some(line).filter(|line| line.len() > most).and_then(|line| line.char_indices().nth(most)) {
        Some((end, _)) => start(line, end).to_owned() + "…",
        None if line.len() < text.trim_end().len() => line.to_owned() + " …",
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn long_texts_are_cut_at_lines_or_bytes() {
        assert_eq!(shown_len(""), 0);
        assert_eq!(shown_len("a\nb\n"), 4);
        let lines = "ab\n".repeat(MOST_LINES);
        assert_eq!(shown_len(&lines), lines.len());
        assert_eq!(shown_len(&format!("{lines}more")), lines.len() - 1);
        assert_eq!(shown_len(&"x".repeat(MOST_BYTES + 1)), MOST_BYTES);
        assert_eq!(shown_len(&"é".repeat(MOST_BYTES)), MOST_BYTES);
        let near = format!("{}\n{}", "x".repeat(MOST_BYTES - 100), "y".repeat(1000));
        assert_eq!(shown_len(&near), MOST_BYTES - 100);
    }

    #[test]
    fn first_lines() {
        let check = |text: &str, answer: &str| assert_eq!(first_line(text, 5), answer, "{text:?}");
        check("", "");
        check("\n  abc\n", "abc");
        check("abcde", "abcde");
        check("abcdef", "abcde…");
        check("ab\ncd", "ab …");
        check("ééééééé", "ééééé…");
    }

    proptest! {
        #[test]
        fn a_cut_is_never_within_a_character(text in "(.|\n){0,300}", times in 1usize..300) {
            let text = text.repeat(times);
            let shown = shown_len(&text);
            prop_assert!(text.is_char_boundary(shown) && shown <= text.len());
        }
    }
}
