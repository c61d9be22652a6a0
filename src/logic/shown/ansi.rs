//! What a terminal would show of a text: colours and weights of letters, lines that were written over. Nothing else that
//! a text may ask of a terminal has any effect, and none of it is shown (links, titles, the clipboard).

use crate::model::Wire;

/// Letters of one look.
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire)]
pub struct Span {
    pub text: String,
    pub look: Look,
}

/// How letters look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub struct Look {
    pub ink: Colour,
    pub ground: Colour,
    /// Of the constants below.
    pub marks: u8,
}

impl Look {
    pub const BOLD: u8 = 1;
    pub const DIM: u8 = 2;
    pub const ITALIC: u8 = 4;
    pub const UNDERLINE: u8 = 8;
    pub const STRUCK: u8 = 16;
    /// Ink and ground change places.
    pub const INVERSE: u8 = 32;

    pub const fn has(self, mark: u8) -> bool {
        self.marks & mark != 0
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub enum Colour {
    /// That of text, or of paper.
    #[default]
    Own,
    /// One of the sixteen that have names; 0 is black, 8 is bright black.
    Named(u8),
    Rgb(u8, u8, u8),
}

/// Whether a text holds anything for a terminal but line ends.
pub fn has_escapes(text: &str) -> bool {
    let odd = |(at, byte): (usize, &u8)| match byte {
        0x1b | 0x08 => true,
        b'\r' => text.as_bytes().get(at + 1) != Some(&b'\n'),
        0xc2 => text.as_bytes().get(at + 1).is_some_and(|next| (0x80..0xa0).contains(next)),
        _ => false,
    };
    text.as_bytes().iter().enumerate().any(odd)
}

/// The letters of a text as a terminal shows them. Plain text is one span.
pub fn spans(text: &str) -> Vec<Span> {
    if !has_escapes(text) {
        return match text {
            "" => Vec::new(),
            text => vec![Span { text: text.replace("\r\n", "\n"), look: Look::default() }],
        };
    }
    let mut screen = Screen::default();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        match letter {
            '\u{1b}' => rest = screen.escape(rest),
            '\u{9b}' => rest = screen.control(rest),
            '\u{90}' | '\u{98}' | '\u{9d}'..='\u{9f}' => rest = after_string(rest),
            '\n' => {
                screen.row += 1;
                screen.column = 0;
            }
            '\r' => screen.column = 0,
            '\u{8}' => screen.column = screen.column.saturating_sub(1),
            letter => screen.put(letter),
        }
    }
    screen.spans()
}

/// What stands after a string for the terminal, which ends with BEL or ST. One without an end is all there is of it, but
/// for lines that follow.
fn after_string(text: &str) -> &str {
    let end = text.char_indices().find(|(_, letter)| matches!(letter, '\u{7}' | '\u{9c}' | '\u{1b}' | '\n'));
    match end {
        Some((at, '\n')) => text.get(at..).unwrap_or_default(),
        Some((at, '\u{1b}')) => {
            let rest = text.get(at + 1..).unwrap_or_default();
            rest.strip_prefix('\\').unwrap_or(text.get(at..).unwrap_or_default())
        }
        Some((at, letter)) => text.get(at + letter.len_utf8()..).unwrap_or_default(),
        None => "",
    }
}

/// A cursor moves no further than this, rows and columns.
const FARTHEST: usize = 2_000;

#[derive(Default)]
struct Screen {
    lines: Vec<Vec<(char, Look)>>,
    row: usize,
    column: usize,
    look: Look,
}

impl Screen {
    fn line(&mut self) -> &mut Vec<(char, Look)> {
        if self.lines.len() <= self.row {
            self.lines.resize_with(self.row + 1, Vec::new);
        }
        &mut self.lines[self.row]
    }

    fn put(&mut self, letter: char) {
        let (column, look) = (self.column, self.look);
        let line = self.line();
        if line.len() <= column {
            line.resize(column, (' ', Look::default()));
            line.push((letter, look));
        } else {
            line[column] = (letter, look);
        }
        self.column += 1;
    }

    /// What follows an ESC.
    fn escape<'a>(&mut self, text: &'a str) -> &'a str {
        let after = |from: usize| text.get(from..).unwrap_or_default();
        match text.bytes().next() {
            Some(b'[') => self.control(after(1)),
            Some(b']' | b'P' | b'X' | b'^' | b'_') => after_string(after(1)),
            // A character set: one letter more.
            Some(b'(' | b')' | b'*' | b'+' | b'#' | b' ' | b'%') => text.get(2..).unwrap_or_default(),
            Some(0x30..=0x7e) => after(1),
            _ => text,
        }
    }

    /// A control sequence, without its beginning.
    fn control<'a>(&mut self, text: &'a str) -> &'a str {
        let len = text.bytes().take_while(|byte| (0x20..0x40).contains(byte)).count();
        let arguments = text.get(..len).unwrap_or_default();
        let Some(last) = text.as_bytes().get(len).copied().filter(|last| (0x40..0x7f).contains(last)) else {
            return text.get(len..).unwrap_or_default();
        };
        if arguments.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b';' | b':')) {
            let numbers: Vec<usize> =
                arguments.split([';', ':']).take(32).map(|number| number.parse().unwrap_or(0)).collect();
            self.act(last, &numbers);
        }
        text.get(len + 1..).unwrap_or_default()
    }

    fn act(&mut self, last: u8, numbers: &[usize]) {
        let first = numbers.first().copied().unwrap_or(0);
        let by = first.clamp(1, FARTHEST);
        match last {
            b'm' => self.paint(numbers),
            b'A' | b'F' => self.row = self.row.saturating_sub(by),
            b'B' | b'E' => self.row = (self.row + by).min(self.lines.len().max(self.row)),
            b'C' => self.column = (self.column + by).min(FARTHEST),
            b'D' => self.column = self.column.saturating_sub(by),
            b'G' => self.column = by - 1,
            b'K' => {
                let column = self.column;
                let line = self.line();
                match first {
                    0 => line.truncate(column),
                    1 => line.iter_mut().take(column + 1).for_each(|cell| *cell = (' ', Look::default())),
                    _ => line.clear(),
                }
            }
            _ => {}
        }
        if matches!(last, b'E' | b'F') {
            self.column = 0;
        }
    }

    fn paint(&mut self, numbers: &[usize]) {
        let mut rest = numbers.iter().copied();
        while let Some(number) = rest.next() {
            let look = &mut self.look;
            match number {
                0 => *look = Look::default(),
                1 => look.marks |= Look::BOLD,
                2 => look.marks |= Look::DIM,
                3 => look.marks |= Look::ITALIC,
                4 | 21 => look.marks |= Look::UNDERLINE,
                7 => look.marks |= Look::INVERSE,
                9 => look.marks |= Look::STRUCK,
                22 => look.marks &= !(Look::BOLD | Look::DIM),
                23 => look.marks &= !Look::ITALIC,
                24 => look.marks &= !Look::UNDERLINE,
                27 => look.marks &= !Look::INVERSE,
                29 => look.marks &= !Look::STRUCK,
                30..=37 => look.ink = Colour::Named((number - 30) as u8),
                38 => look.ink = mixed(&mut rest),
                39 => look.ink = Colour::Own,
                40..=47 => look.ground = Colour::Named((number - 40) as u8),
                48 => look.ground = mixed(&mut rest),
                49 => look.ground = Colour::Own,
                90..=97 => look.ink = Colour::Named((number - 82) as u8),
                100..=107 => look.ground = Colour::Named((number - 92) as u8),
                _ => {}
            }
        }
    }

    fn spans(self) -> Vec<Span> {
        let mut found: Vec<Span> = Vec::new();
        let mut put = |letter: char, look: Look| match found.last_mut() {
            Some(last) if last.look == look || letter == '\n' => last.text.push(letter),
            _ => found.push(Span { text: letter.to_string(), look }),
        };
        for (row, line) in self.lines.into_iter().enumerate() {
            if row > 0 {
                put('\n', Look::default());
            }
            let end = line.iter().rposition(|cell| *cell != (' ', Look::default())).map_or(0, |last| last + 1);
            line.into_iter().take(end).for_each(|(letter, look)| put(letter, look));
        }
        found
    }
}

/// `5;n` of 256 colours, or `2;r;g;b`.
fn mixed(rest: &mut impl Iterator<Item = usize>) -> Colour {
    let byte = |number: Option<usize>| number.unwrap_or(0).min(255) as u8;
    match rest.next() {
        Some(2) => Colour::Rgb(byte(rest.next()), byte(rest.next()), byte(rest.next())),
        Some(5) => match byte(rest.next()) {
            named @ 0..=15 => Colour::Named(named),
            grey @ 232..=255 => {
                let level = 8 + (grey - 232) * 10;
                Colour::Rgb(level, level, level)
            }
            cube => {
                let level = |step: u8| if step == 0 { 0 } else { 55 + step * 40 };
                let cube = cube - 16;
                Colour::Rgb(level(cube / 36), level(cube / 6 % 6), level(cube % 6))
            }
        },
        _ => Colour::Own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> String {
        let part = |span: &Span| match span.look {
            look if look == Look::default() => span.text.clone(),
            Look { ink, ground, marks } => format!("<{ink:?} {ground:?} {marks}|{}>", span.text),
        };
        spans(text).iter().map(part).collect()
    }

    #[test]
    fn colours_and_weights() {
        let check = |text: &str, answer: &str| assert_eq!(shown(text), answer, "{text:?}");
        check("plain\r\ntext", "plain\ntext");
        check("\u{1b}[31mred\u{1b}[0m.", "<Named(1) Own 0|red>.");
        check("\u{1b}[1;4;96;44mx\u{1b}[22;24my", "<Named(14) Named(4) 9|x><Named(14) Named(4) 0|y>");
        check("\u{1b}[38;5;196mx\u{1b}[48;5;232my", "<Rgb(255, 0, 0) Own 0|x><Rgb(255, 0, 0) Rgb(8, 8, 8) 0|y>");
        check("\u{1b}[38;2;1;2;3mx\u{1b}[7my", "<Rgb(1, 2, 3) Own 0|x><Rgb(1, 2, 3) Own 32|y>");
        check("\u{1b}[38;2;300mx\u{1b}[m\u{1b}[99zy", "<Rgb(255, 0, 0) Own 0|x>y");
    }

    #[test]
    fn nothing_else_has_an_effect_or_is_shown() {
        let check = |text: &str, answer: &str| assert_eq!(shown(text), answer, "{text:?}");
        check("a\u{1b}]8;;https://evil.example\u{7}link\u{1b}]8;;\u{1b}\\b", "alinkb");
        check("\u{1b}]0;title\u{7}x\u{1b}]52;c;aGk=\u{1b}\\y", "xy");
        check("\u{1b}]0;never ends\nnext", "\nnext");
        check("\u{1b}[?25l\u{1b}[2Jx\u{1b}[10;10Hy\u{1b}(B\u{1b}=z", "xyz");
        check("\u{1b}P1$r\u{1b}\\x\u{9d}0;t\u{9c}y\u{9b}31mz", "xy<Named(1) Own 0|z>");
        check("\u{1b}", "");
        check("\u{1b}[", "");
        check("\u{1b}[31", "");
    }

    #[test]
    fn lines_are_written_over() {
        let check = |text: &str, answer: &str| assert_eq!(shown(text), answer, "{text:?}");
        check("10 %\r50 %\r100 %\n", "100 %");
        check("long line\rshort", "shortline");
        check("long line\r\u{1b}[Kshort", "short");
        check("a\nb\n\u{1b}[2A\u{1b}[2Kx\u{1b}[1B\u{1b}[1Gy", "x\ny");
        check("abc\u{8}\u{8}X", "aXc");
        check("\u{1b}[999999999Cx", &format!("{}x", " ".repeat(FARTHEST)));
    }

    proptest! {
        #[test]
        fn no_control_character_comes_through(text in "(\u{1b}|\\[|\\]|m|;|[0-9]|a|\n|\r|\u{7}|\u{9b}|é){0,60}") {
            for span in spans(&text) {
                prop_assert!(!span.text.contains(['\u{1b}', '\u{9b}', '\r', '\u{8}']), "{:?}", span.text);
            }
        }
    }
}
