//! Patterns: `.`, `[a-z]`, `\d \w \s \b` and their opposites, `^ $` (of lines), `* + ? {2,5}` (also lazy), `|`, `(…)`.
//!
//! A small machine of our own in place of `regex-lite`, which adds 34 KB of gzip to the worker. All states are followed at
//! once, so the time is bounded by text times pattern, whatever somebody types. A property test compares both.

mod parse;
mod program;

pub use parse::PatternError;

use parse::Node;
use program::Program;
use std::ops::Range;

/// A pattern, ready to be looked for.
#[derive(Debug, Clone)]
pub struct Pattern {
    program: Program,
    sure: String,
}

impl Pattern {
    /// Reads a pattern.
    pub fn new(text: &str, has_case: bool) -> Result<Self, PatternError> {
        let node = parse::parse(text)?;
        let mut sure = String::new();
        sure_text(&node, &mut sure);
        Ok(Self { program: Program::new(&node, has_case)?, sure })
    }

    /// A text that stands in every hit; empty where none is certain.
    pub fn sure_text(&self) -> &str {
        &self.sure
    }

    /// Where it stands first from a place on; never nothing.
    pub fn find(&self, text: &str, from: usize) -> Option<Range<usize>> {
        self.program.find(text, from)
    }
}

/// Finds the longest run of letters that every hit has.
fn sure_text(node: &Node, best: &mut String) {
    let mut keep = |run: &str| {
        if run.len() > best.len() {
            run.clone_into(best);
        }
    };
    match node {
        Node::Letter(letter) => keep(letter.encode_utf8(&mut [0; 4])),
        Node::All(nodes) => {
            let mut run = String::new();
            for node in nodes {
                if let Node::Letter(letter) = node {
                    run.push(*letter);
                    continue;
                }
                keep(&std::mem::take(&mut run));
                let mut inner = String::new();
                sure_text(node, &mut inner);
                keep(&inner);
            }
            keep(&run);
        }
        Node::Repeat { node, least: 1.., .. } => sure_text(node, best),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
