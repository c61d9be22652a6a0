//! A pattern as steps of a machine that follows all of its ways at once, the preferred one first.

use super::parse::{Node, PatternError, Set};
use crate::logic::letters::{cases, fold, is_of_word};
use std::ops::Range;

/// Steps of one pattern.
const MOST_STEPS: usize = 4000;

#[derive(Debug, Clone)]
enum Step {
    Letter(char),
    Any,
    Set(Set),
    LineStart,
    LineEnd,
    WordEdge(bool),
    /// Goes on at both, the first one preferred.
    Fork(usize, usize),
    Jump(usize),
    Hit,
}

#[derive(Debug, Clone)]
pub struct Program {
    steps: Vec<Step>,
    has_case: bool,
}

/// Ways that are followed, the preferred one first: the next step, and where the hit would begin.
#[derive(Default)]
struct Ways {
    list: Vec<(usize, usize)>,
    /// At which place of the text each step was reached last.
    reached: Vec<usize>,
    /// Steps that are still to be gone on from; empty between two of them.
    open: Vec<usize>,
}

/// A place in a text, and what stands around it.
#[derive(Clone, Copy)]
struct Here {
    at: usize,
    before: Option<char>,
    after: Option<char>,
}

impl Program {
    pub fn new(node: &Node, has_case: bool) -> Result<Self, PatternError> {
        let mut program = Self { steps: Vec::new(), has_case };
        program.add(node)?;
        program.push(Step::Hit)?;
        Ok(program)
    }

    fn push(&mut self, step: Step) -> Result<usize, PatternError> {
        if self.steps.len() >= MOST_STEPS {
            return Err(PatternError("too large"));
        }
        self.steps.push(step);
        Ok(self.steps.len() - 1)
    }

    fn add(&mut self, node: &Node) -> Result<(), PatternError> {
        let step = match node {
            Node::Letter(letter) => Step::Letter(if self.has_case { *letter } else { fold(*letter) }),
            Node::Any => Step::Any,
            Node::Set(set) => Step::Set(set.clone()),
            Node::LineStart => Step::LineStart,
            Node::LineEnd => Step::LineEnd,
            Node::WordEdge(is_edge) => Step::WordEdge(*is_edge),
            Node::All(nodes) => return nodes.iter().try_for_each(|node| self.add(node)),
            Node::OneOf(nodes) => return self.one_of(nodes),
            Node::Repeat { node, least, most, is_lazy } => return self.repeat(node, *least, *most, *is_lazy),
        };
        self.push(step).map(drop)
    }

    fn one_of(&mut self, nodes: &[Node]) -> Result<(), PatternError> {
        let mut ends = Vec::new();
        for (nth, node) in nodes.iter().enumerate() {
            let fork = if nth + 1 < nodes.len() { Some(self.push(Step::Fork(0, 0))?) } else { None };
            self.add(node)?;
            if let Some(fork) = fork {
                ends.push(self.push(Step::Jump(0))?);
                self.steps[fork] = Step::Fork(fork + 1, self.steps.len());
            }
        }
        let end = self.steps.len();
        ends.into_iter().for_each(|jump| self.steps[jump] = Step::Jump(end));
        Ok(())
    }

    fn repeat(&mut self, node: &Node, least: u32, most: Option<u32>, is_lazy: bool) -> Result<(), PatternError> {
        let fork = |inner: usize, end: usize| if is_lazy { Step::Fork(end, inner) } else { Step::Fork(inner, end) };
        let mut last = self.steps.len();
        for _ in 0..least {
            last = self.steps.len();
            self.add(node)?;
            // Nothing many times is nothing.
            if self.steps.len() == last {
                return Ok(());
            }
        }
        let Some(most) = most else {
            // None or more is "one or more, or none": what takes nothing on its first time is then left, not tried again.
            let skip = if least == 0 { Some(self.push(Step::Jump(0))?) } else { None };
            if skip.is_some() {
                last = self.steps.len();
                self.add(node)?;
            }
            let end = self.steps.len() + 1;
            self.push(fork(last, end))?;
            skip.into_iter().for_each(|place| self.steps[place] = fork(place + 1, end));
            return Ok(());
        };
        let mut forks = Vec::new();
        for _ in least..most {
            forks.push(self.push(Step::Jump(0))?);
            self.add(node)?;
        }
        let end = self.steps.len();
        forks.into_iter().for_each(|place| self.steps[place] = fork(place + 1, end));
        Ok(())
    }

    /// Where it stands first from a place on; never nothing.
    pub fn find(&self, text: &str, from: usize) -> Option<Range<usize>> {
        let (mut now, mut next) = (self.ways(), self.ways());
        let mut found: Option<Range<usize>> = None;
        let mut letters = text.get(from..)?.chars();
        let mut before = text.get(..from)?.chars().next_back();
        loop {
            let at = text.len() - letters.as_str().len();
            let after = letters.next();
            let here = Here { at, before, after };
            if found.is_none() {
                self.follow(&mut now, (0, at), here);
            }
            let beyond = after.map(|letter| {
                let mut ahead = letters.clone();
                (letter, Here { at: at + letter.len_utf8(), before: after, after: ahead.next() })
            });
            for (step, start) in now.list.drain(..) {
                if matches!(self.steps[step], Step::Hit) {
                    // What is less preferred does not matter any more.
                    found = Some(start..at);
                    break;
                }
                if let Some((_, there)) = beyond.filter(|(letter, _)| self.fits(step, *letter)) {
                    self.follow(&mut next, (step + 1, start), there);
                }
            }
            std::mem::swap(&mut now, &mut next);
            if after.is_none() || found.is_some() && now.list.is_empty() {
                return found;
            }
            before = after;
        }
    }

    fn ways(&self) -> Ways {
        Ways { reached: vec![usize::MAX; self.steps.len()], ..Ways::default() }
    }

    fn fits(&self, step: usize, letter: char) -> bool {
        match &self.steps[step] {
            Step::Letter(wanted) => *wanted == if self.has_case { letter } else { fold(letter) },
            Step::Any => letter != '\n',
            Step::Set(set) if self.has_case => set.holds(&[letter]),
            Step::Set(set) => set.holds(&cases(letter)),
            _ => false,
        }
    }

    /// Goes on from a step to all that can be reached without taking a letter.
    fn follow(&self, ways: &mut Ways, (step, start): (usize, usize), here: Here) {
        ways.open.push(step);
        while let Some(step) = ways.open.pop() {
            if std::mem::replace(&mut ways.reached[step], here.at) == here.at {
                continue;
            }
            let is_word = |letter: Option<char>| letter.is_some_and(is_of_word);
            match self.steps[step] {
                Step::Jump(to) => ways.open.push(to),
                Step::Fork(first, second) => ways.open.extend([second, first]),
                Step::LineStart if !matches!(here.before, None | Some('\n')) => {}
                Step::LineEnd if !matches!(here.after, None | Some('\n')) => {}
                Step::WordEdge(is_edge) if (is_word(here.before) != is_word(here.after)) != is_edge => {}
                Step::LineStart | Step::LineEnd | Step::WordEdge(_) => ways.open.push(step + 1),
                // A hit of nothing is none.
                Step::Hit if start == here.at => {}
                _ => ways.list.push((step, start)),
            }
        }
    }
}
