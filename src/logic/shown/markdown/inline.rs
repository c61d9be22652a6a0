//! Parts of lines: code, emphasis, links, images.
//!
//! One pass from left to right. What was read stands in a list; a sign that closes something takes the end of the list,
//! from the sign that opened it on, and puts it back as one part.

use super::{DEEPEST, Inline, may_open};

/// An opening sign further back than so many others is not found any more.
const MOST_OPEN: usize = 32;
/// A longer address is text.
const LONGEST_ADDRESS: usize = 2_000;

/// The parts of a text.
pub fn inlines(text: &str) -> Vec<Inline> {
    let mut reader = Reader { text, at: 0, parts: Vec::new(), open: Vec::new(), no_ticks: 0 };
    reader.read();
    reader.parts.into_iter().map(|part| part.what).fold(Vec::new(), joined)
}

/// Texts side by side are one.
fn joined(mut done: Vec<Inline>, next: Inline) -> Vec<Inline> {
    match (done.last_mut(), next) {
        (Some(Inline::Text(last)), Inline::Text(text)) => last.push_str(&text),
        (_, next) => done.push(next),
    }
    done
}

struct Part {
    what: Inline,
    /// How many parts lie within each other here.
    depth: usize,
}

/// A sign that may open something. It stands in `parts` as text until it does.
struct Opening {
    letter: u8,
    /// Of the sign's part.
    part: usize,
    /// `![`
    is_image: bool,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    parts: Vec<Part>,
    open: Vec<Opening>,
    /// Bit n: no run of n ticks follows, as has been found out.
    no_ticks: u64,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn push(&mut self, text: &str) {
        let len = self.parts.len();
        // The sign of an opening stays alone.
        let is_sign = self.open.last().is_some_and(|open| open.part + 1 >= len);
        match self.parts.last_mut() {
            Some(Part { what: Inline::Text(last), .. }) if !is_sign => last.push_str(text),
            _ => self.parts.push(Part { what: Inline::Text(text.to_owned()), depth: 0 }),
        }
    }

    fn put(&mut self, what: Inline) {
        self.parts.push(Part { what, depth: 1 });
    }

    fn read(&mut self) {
        loop {
            let rest = self.rest();
            let plain = rest.bytes().position(|byte| b"\\`*_~[]!<&h".contains(&byte)).unwrap_or(rest.len());
            if plain > 0 {
                self.push(rest.get(..plain).unwrap_or_default());
                self.at += plain;
            }
            let rest = self.rest();
            let Some(letter) = rest.bytes().next() else { return };
            let used = match letter {
                b'\\' => self.escape(rest),
                b'`' => self.code(rest),
                b'*' | b'_' | b'~' => self.sign(rest, letter),
                b'!' if rest.starts_with("![") => self.bracket("![", true),
                b'[' => self.bracket("[", false),
                b']' => self.link(rest),
                b'<' => self.angle(rest),
                b'h' => self.bare(rest),
                b'&' => self.entity(rest),
                _ => 0,
            };
            if used == 0 {
                self.push(rest.get(..1).unwrap_or_default());
            }
            self.at += used.max(1);
        }
    }

    fn escape(&mut self, rest: &str) -> usize {
        let next = rest.get(1..2).filter(|next| next.bytes().all(|byte| byte.is_ascii_punctuation()));
        next.map_or(0, |next| {
            self.push(next);
            2
        })
    }

    fn code(&mut self, rest: &str) -> usize {
        let len = rest.bytes().take_while(|byte| *byte == b'`').count();
        let bit = 1u64 << len.min(63);
        if self.no_ticks & bit == 0 {
            let mut from = len;
            while let Some(at) = rest.get(from..).and_then(|rest| rest.find('`')).map(|at| at + from) {
                let run = rest.get(at..).unwrap_or_default().bytes().take_while(|byte| *byte == b'`').count();
                if run == len {
                    let text = rest.get(len..at).unwrap_or_default().replace('\n', " ");
                    let bare = text.strip_prefix(' ').and_then(|text| text.strip_suffix(' '));
                    let text = bare.filter(|text| !text.trim().is_empty()).map(str::to_owned).unwrap_or(text);
                    self.put(Inline::Code(text));
                    return at + len;
                }
                from = at + run;
            }
            self.no_ticks |= bit;
        }
        self.push(rest.get(..len).unwrap_or_default());
        len
    }

    /// `*`, `_` or `~`, as often as it stands there.
    fn sign(&mut self, rest: &str, letter: u8) -> usize {
        let len = rest.bytes().take_while(|byte| *byte == letter).count();
        let before = self.text.get(..self.at).and_then(|text| text.chars().next_back()).unwrap_or(' ');
        let after = rest.get(len..).and_then(|text| text.chars().next()).unwrap_or(' ');
        let is_mark = |letter: char| letter.is_ascii_punctuation();
        let opens = !after.is_whitespace() && (!is_mark(after) || before.is_whitespace() || is_mark(before));
        let closes = !before.is_whitespace() && (!is_mark(before) || after.is_whitespace() || is_mark(after));
        let (opens, closes) = match letter {
            // Within words an underscore is a letter.
            b'_' => (opens && (!closes || is_mark(before)), closes && (!opens || is_mark(after))),
            b'~' => (opens && len == 2, closes && len == 2),
            _ => (opens, closes),
        };
        let mut left = len;
        while closes && left > 0 {
            let width = left.min(2);
            match self.close(letter, width) {
                0 => break,
                used => left -= used,
            }
        }
        while opens && left > 0 {
            let width = left.min(2);
            self.parts.push(Part { what: Inline::Text(rest.get(..width).unwrap_or_default().to_owned()), depth: 0 });
            self.open.push(Opening { letter, part: self.parts.len() - 1, is_image: false });
            left -= width;
        }
        if left > 0 {
            self.push(rest.get(..left).unwrap_or_default());
        }
        len
    }

    /// Closes emphasis with up to so many signs; answers how many were used.
    fn close(&mut self, letter: u8, width: usize) -> usize {
        let is_it = |open: &Opening| open.letter == letter;
        // Emphasis does not reach out of a bracket that may yet become a link.
        let found = self.open.iter().rev().take(MOST_OPEN).take_while(|open| open.letter != b'[').position(is_it);
        let Some(place) = found.map(|back| self.open.len() - 1 - back) else { return 0 };
        let Some(part) = self.open.get(place).map(|open| open.part) else { return 0 };
        let opened = match self.parts.get(part) {
            Some(Part { what: Inline::Text(sign), .. }) => sign.len(),
            _ => return 0,
        };
        let used = opened.min(width);
        if letter == b'~' && used < 2 {
            return 0;
        }
        self.open.truncate(place);
        let inside = self.parts.split_off(part + 1);
        match self.parts.pop() {
            // One of two signs is left, and still open.
            Some(Part { what: Inline::Text(sign), .. }) if sign.len() > used => {
                let left = sign.get(used..).unwrap_or_default().to_owned();
                self.parts.push(Part { what: Inline::Text(left), depth: 0 });
                self.open.push(Opening { letter, part, is_image: false });
            }
            _ => {}
        }
        self.wrap(inside, |of| match (letter, used) {
            (b'~', _) => Inline::Struck(of),
            (_, 2) => Inline::Strong(of),
            _ => Inline::Emphasis(of),
        });
        used
    }

    /// Parts as one part; where too many lie within each other they stay what they are.
    fn wrap(&mut self, inside: Vec<Part>, make: impl FnOnce(Vec<Inline>) -> Inline) {
        let depth = inside.iter().map(|part| part.depth).max().unwrap_or(0) + 1;
        if depth > DEEPEST {
            self.parts.extend(inside);
            return;
        }
        let what = make(inside.into_iter().map(|part| part.what).fold(Vec::new(), joined));
        self.parts.push(Part { what, depth });
    }

    fn bracket(&mut self, sign: &str, is_image: bool) -> usize {
        self.parts.push(Part { what: Inline::Text(sign.to_owned()), depth: 0 });
        self.open.push(Opening { letter: b'[', part: self.parts.len() - 1, is_image });
        sign.len()
    }

    /// `](address "title")`
    fn link(&mut self, rest: &str) -> usize {
        let Some(place) = self.open.iter().rev().take(MOST_OPEN).position(|open| open.letter == b'[') else { return 0 };
        let place = self.open.len() - 1 - place;
        let Some((address, used)) = address(rest.get(1..).unwrap_or_default()) else {
            // It opens nothing: whatever stands in the bracket is free again.
            self.open.remove(place);
            return 0;
        };
        let (part, is_image) = self.open.get(place).map_or((0, false), |open| (open.part, open.is_image));
        self.open.truncate(place);
        let inside = self.parts.split_off(part + 1);
        self.parts.pop();
        if is_image {
            let of = inside.into_iter().map(|part| plain(&part.what)).collect();
            self.put(Inline::Image { of, from: address });
        } else if may_open(&address) {
            self.wrap(inside, |of| Inline::Link { to: address, of });
        } else {
            let label: String = inside.iter().map(|part| plain(&part.what)).collect();
            self.parts.extend(inside);
            if label != address {
                self.push_apart(&[" (", &address, ")"].concat());
            }
        }
        used + 1
    }

    fn push_apart(&mut self, text: &str) {
        self.parts.push(Part { what: Inline::Text(text.to_owned()), depth: 0 });
    }

    /// `<https://…>`
    fn angle(&mut self, rest: &str) -> usize {
        let inside = rest.get(1..).unwrap_or_default();
        let end = inside.bytes().take(LONGEST_ADDRESS).position(|byte| matches!(byte, b'>' | b'<' | b' ' | b'\n'));
        let address = end.filter(|end| inside.as_bytes().get(*end) == Some(&b'>')).and_then(|end| inside.get(..end));
        match address.filter(|address| may_open(address)) {
            Some(address) => {
                self.put(Inline::Link { to: address.to_owned(), of: vec![Inline::Text(address.to_owned())] });
                address.len() + 2
            }
            None => 0,
        }
    }

    /// An address that stands there without any sign.
    fn bare(&mut self, rest: &str) -> usize {
        let before = self.text.get(..self.at).and_then(|text| text.chars().next_back()).unwrap_or(' ');
        let is_in_link = self.open.iter().rev().take(MOST_OPEN).any(|open| open.letter == b'[');
        if before.is_alphanumeric() || is_in_link || !(rest.starts_with("https://") || rest.starts_with("http://")) {
            return 0;
        }
        let ends = |letter: char| letter.is_whitespace() || letter.is_control() || "<>\"`|*".contains(letter);
        let end = rest.char_indices().find(|(at, letter)| ends(*letter) || *at > LONGEST_ADDRESS);
        let mut address = rest.get(..end.map_or(rest.len(), |(at, _)| at)).unwrap_or_default();
        if address.len() > LONGEST_ADDRESS {
            self.push(address);
            return address.len();
        }
        // The end of a sentence is not part of it, nor is a bracket that it did not open.
        loop {
            let opened = |open: char, close: char| address.matches(open).count() < address.matches(close).count();
            let cut = match address.chars().next_back() {
                Some('.' | ',' | ';' | ':' | '!' | '?' | '\'' | '_' | '~') => 1,
                Some(')') if opened('(', ')') => 1,
                Some(']') if opened('[', ']') => 1,
                Some('}') if opened('{', '}') => 1,
                _ => break,
            };
            address = address.get(..address.len() - cut).unwrap_or_default();
        }
        if address.ends_with(':') || address.ends_with('/') && address.len() <= "https://".len() {
            return 0;
        }
        self.put(Inline::Link { to: address.to_owned(), of: vec![Inline::Text(address.to_owned())] });
        address.len()
    }

    fn entity(&mut self, rest: &str) -> usize {
        const KNOWN: [(&str, &str); 6] =
            [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", "\u{a0}")];
        let found = KNOWN.iter().find(|(name, _)| rest.starts_with(name));
        found.map_or(0, |(name, letter)| {
            self.push(letter);
            name.len()
        })
    }
}

/// `(address)` and how long it is; the address may stand in angles, and a title behind it.
fn address(text: &str) -> Option<(String, usize)> {
    let inside = text.strip_prefix('(')?;
    let mut depth = 0usize;
    let mut end = None;
    for (at, byte) in inside.bytes().take(LONGEST_ADDRESS).enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 0 => {
                end = Some(at);
                break;
            }
            b')' => depth -= 1,
            _ => {}
        }
    }
    let whole = inside.get(..end?)?;
    let target = whole.trim();
    let address = match target.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
        Some((address, _)) => address,
        None => target.split_whitespace().next().unwrap_or(""),
    };
    Some((address.to_owned(), whole.len() + 2))
}

/// The text of a part.
fn plain(part: &Inline) -> String {
    match part {
        Inline::Text(text) | Inline::Code(text) | Inline::Image { of: text, .. } => text.clone(),
        Inline::Strong(of) | Inline::Emphasis(of) | Inline::Struck(of) | Inline::Link { of, .. } => {
            of.iter().map(plain).collect()
        }
    }
}
