//! A pattern as a tree.

use crate::logic::letters::is_of_word;
use std::iter::Peekable;
use std::str::Chars;

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    Letter(char),
    /// Any but a line end.
    Any,
    Set(Set),
    LineStart,
    LineEnd,
    /// Where a word begins or ends, or where none does.
    WordEdge(bool),
    All(Vec<Node>),
    OneOf(Vec<Node>),
    Repeat {
        node: Box<Node>,
        least: u32,
        /// `None` is without end.
        most: Option<u32>,
        is_lazy: bool,
    },
}

/// Letters that fit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Set {
    ranges: Vec<(char, char)>,
    classes: Vec<Class>,
    is_opposite: bool,
}

/// `\d`, `\w`, `\s`, and their opposites.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Class {
    letter: char,
    is_opposite: bool,
}

impl Class {
    fn holds(self, letter: char) -> bool {
        let is_in = match self.letter {
            'd' => letter.is_ascii_digit(),
            'w' => is_of_word(letter),
            _ => letter.is_ascii_whitespace() || letter == '\u{b}',
        };
        is_in != self.is_opposite
    }
}

impl Set {
    /// Whether a letter fits; `cases` are it and its other case, where cases are one.
    pub fn holds(&self, cases: &[char]) -> bool {
        let fits = |letter: &char| {
            self.ranges.iter().any(|(first, last)| (first..=last).contains(&letter))
                || self.classes.iter().any(|class| class.holds(*letter))
        };
        cases.iter().any(fits) != self.is_opposite
    }
}

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a pattern: {0}")]
pub struct PatternError(pub &'static str);

type Parsed<T> = Result<T, PatternError>;

/// Groups nest no deeper.
const DEEPEST: u32 = 50;
/// `{…}` repeats no more often.
const MOST_TIMES: u32 = 1000;

struct Parser<'a> {
    rest: Peekable<Chars<'a>>,
    depth: u32,
}

/// Reads a pattern.
pub fn parse(text: &str) -> Parsed<Node> {
    let mut parser = Parser { rest: text.chars().peekable(), depth: 0 };
    let node = parser.one_of()?;
    match parser.rest.next() {
        None => Ok(node),
        Some(_) => Err(PatternError("a ) without its (")),
    }
}

impl Parser<'_> {
    fn takes(&mut self, letter: char) -> bool {
        self.rest.next_if_eq(&letter).is_some()
    }

    fn one_of(&mut self) -> Parsed<Node> {
        let mut ways = vec![self.all()?];
        while self.takes('|') {
            ways.push(self.all()?);
        }
        Ok(if ways.len() == 1 { ways.remove(0) } else { Node::OneOf(ways) })
    }

    fn all(&mut self) -> Parsed<Node> {
        let mut nodes = Vec::new();
        while let Some(letter) = self.rest.next_if(|letter| !matches!(letter, '|' | ')')) {
            let node = self.single(letter)?;
            nodes.push(self.repeated(node)?);
        }
        Ok(Node::All(nodes))
    }

    fn single(&mut self, letter: char) -> Parsed<Node> {
        Ok(match letter {
            '.' => Node::Any,
            '^' => Node::LineStart,
            '$' => Node::LineEnd,
            '[' => Node::Set(self.set()?),
            '(' => return self.group(),
            '*' | '+' | '?' | '{' => {
                return Err(PatternError("nothing before *, +, ? or { to repeat (\\ before it makes it a letter)"));
            }
            '\\' => match self.escape()? {
                Escape::Letter('b') => Node::WordEdge(true),
                Escape::Letter('B') => Node::WordEdge(false),
                Escape::Letter(letter) => Node::Letter(letter),
                Escape::Class(class) => Node::Set(Set { classes: vec![class], ..Set::default() }),
            },
            letter => Node::Letter(letter),
        })
    }

    fn group(&mut self) -> Parsed<Node> {
        if self.takes('?') && !self.takes(':') {
            return Err(PatternError("of groups with (? only (?: is known"));
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(PatternError("its groups nest too deep"));
        }
        let node = self.one_of()?;
        self.depth -= 1;
        if self.takes(')') { Ok(node) } else { Err(PatternError("a ( without its )")) }
    }

    fn repeated(&mut self, node: Node) -> Parsed<Node> {
        let mut node = node;
        loop {
            let (least, most) = match self.rest.peek() {
                Some('*') => (0, None),
                Some('+') => (1, None),
                Some('?') => (0, Some(1)),
                Some('{') => {
                    self.rest.next();
                    let times = self.times()?;
                    node = self.repeat(node, times);
                    continue;
                }
                _ => return Ok(node),
            };
            self.rest.next();
            node = self.repeat(node, (least, most));
        }
    }

    fn repeat(&mut self, node: Node, (least, most): (u32, Option<u32>)) -> Node {
        let is_lazy = self.takes('?');
        Node::Repeat { node: Box::new(node), least, most, is_lazy }
    }

    /// `2}`, `2,}` or `2,5}`.
    fn times(&mut self) -> Parsed<(u32, Option<u32>)> {
        const WRONG: PatternError =
            PatternError("after { comes a number such as {2}, {2,} or {2,5} (\\{ is the sign itself)");
        let least = self.number().ok_or(WRONG)?;
        let most = if self.takes(',') { self.number() } else { Some(least) };
        if !self.takes('}') {
            return Err(WRONG);
        }
        match most {
            Some(most) if most < least => Err(PatternError("{5,2}: the smaller number comes first")),
            _ if least.max(most.unwrap_or(0)) > MOST_TIMES => Err(PatternError("more than 1,000 repetitions")),
            _ => Ok((least, most)),
        }
    }

    fn number(&mut self) -> Option<u32> {
        let mut number = None;
        while let Some(digit) = self.rest.peek().and_then(|letter| letter.to_digit(10)) {
            self.rest.next();
            number = Some(number.unwrap_or(0u32).saturating_mul(10).saturating_add(digit));
        }
        number
    }

    fn escape(&mut self) -> Parsed<Escape> {
        let Some(letter) = self.rest.next() else { return Err(PatternError("a \\ at the end")) };
        Ok(match letter {
            'd' | 'w' | 's' => Escape::Class(Class { letter, is_opposite: false }),
            'D' | 'W' | 'S' => Escape::Class(Class { letter: letter.to_ascii_lowercase(), is_opposite: true }),
            'n' => Escape::Letter('\n'),
            't' => Escape::Letter('\t'),
            'r' => Escape::Letter('\r'),
            'b' | 'B' => Escape::Letter(letter),
            letter if letter.is_ascii_alphanumeric() => {
                return Err(PatternError("of letters after \\ only d w s b D W S B n t r are known"));
            }
            letter => Escape::Letter(letter),
        })
    }

    /// What stands between `[` and `]`.
    fn set(&mut self) -> Parsed<Set> {
        const OPEN: PatternError = PatternError("a [ without its ]");
        let mut set = Set { is_opposite: self.takes('^'), ..Set::default() };
        let mut is_first = true;
        loop {
            let first = match self.rest.next().ok_or(OPEN)? {
                ']' if !is_first => return Ok(set),
                '\\' => self.escape()?,
                letter => Escape::Letter(letter),
            };
            is_first = false;
            let first = match first {
                Escape::Class(class) => {
                    set.classes.push(class);
                    continue;
                }
                Escape::Letter(letter) => letter,
            };
            let mut ahead = self.rest.clone();
            let is_range = ahead.next() == Some('-') && ahead.next().is_some_and(|letter| letter != ']');
            if !is_range {
                set.ranges.push((first, first));
                continue;
            }
            self.rest.next();
            let last = match self.rest.next().ok_or(OPEN)? {
                '\\' => match self.escape()? {
                    Escape::Letter(letter) => letter,
                    Escape::Class(_) => return Err(PatternError("a range such as a-z ends with a letter")),
                },
                letter => letter,
            };
            if last < first {
                return Err(PatternError("a range such as z-a: the smaller letter comes first"));
            }
            set.ranges.push((first, last));
        }
    }
}

enum Escape {
    Letter(char),
    Class(Class),
}
