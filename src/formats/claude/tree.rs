//! The tree of a conversation: which lines follow which, and which branches were given up (claude-code.md §8).

use crate::formats::lenient::Str;
use crate::model::Map;

/// Properties of a line.
pub mod bits {
    /// Of a user or an answer; other lines only pass the parent on.
    pub const MESSAGE: u16 = 1;
    pub const ANSWER: u16 = 1 << 1;
    /// A person typed it.
    pub const PROMPT: u16 = 1 << 2;
    /// Of a side conversation.
    pub const SIDE: u16 = 1 << 3;
    pub const END_OF_TURN: u16 = 1 << 4;
}

/// A line with its events. Ids are hashes, 0 is none.
#[derive(Debug, Clone, Copy, Default)]
pub struct Node {
    pub uuid: u64,
    pub parent: u64,
    /// What the parent was before a compaction.
    pub logical_parent: u64,
    /// Its events: `from..to`.
    pub from: u32,
    pub to: u32,
    /// The answer that it is a piece of.
    pub response: u64,
    pub part: u16,
    pub bits: u16,
}

impl Node {
    fn has(&self, bit: u16) -> bool {
        self.bits & bit != 0
    }

    /// A message of the main conversation.
    fn is_main(&self) -> bool {
        self.has(bits::MESSAGE) && !self.has(bits::SIDE)
    }
}

/// What a fork needs and only its first line tells.
#[derive(Debug, Clone)]
pub struct Later {
    pub uuid: String,
    pub title: Option<String>,
}

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// On the path that was followed.
    Main,
    Abandoned,
    /// In a session of its own, by its number.
    Fork(u16),
}

/// No message stands above.
const ROOT: u32 = u32::MAX;
/// The line above is not in the file, or comes later.
const MISSING: u32 = u32::MAX - 1;

/// More prompts than this on the first of several branches make the others forks, not retries.
const MOST_PROMPTS_OF_A_RETRY: u32 = 3;
/// Forks shown as sessions of their own; further ones are branches that were given up.
const MOST_FORKS: usize = 1000;

/// The lines of a file that have ids.
#[derive(Default, Clone)]
pub struct Tree {
    nodes: Vec<Node>,
    /// The message above each node.
    above: Vec<u32>,
    by_uuid: Map<u64, u32>,
    /// Lines whose parent had a child already.
    later: Map<u32, Later>,
    has_child: Vec<bool>,
    is_ambiguous: bool,
}

impl Tree {
    /// Adds a line; `title` is its prompt, should it begin a fork.
    pub fn add(&mut self, node: Node, uuid: &Str<'_>, title: Option<&str>) {
        if node.uuid == 0 && !node.has(bits::MESSAGE) {
            return;
        }
        let index = self.nodes.len() as u32;
        let above = match (node.parent, self.line(node.parent)) {
            (0, _) => ROOT,
            (_, None) => MISSING,
            (_, Some(parent)) => match self.nodes.get(parent as usize) {
                Some(found) if found.has(bits::MESSAGE) => parent,
                _ => self.above.get(parent as usize).copied().unwrap_or(MISSING),
            },
        };
        if node.is_main()
            && let Some(has_child) = self.has_child.get_mut(above as usize)
        {
            if *has_child {
                let title = title.and_then(super::said::title_of);
                self.later.insert(index, Later { uuid: uuid.to_string(), title });
            }
            *has_child = true;
        }
        self.is_ambiguous |= node.is_main() && (node.uuid == 0 || above == MISSING);
        if node.uuid != 0 && self.by_uuid.insert(node.uuid, index).is_some() {
            self.is_ambiguous = true;
        }
        self.nodes.push(node);
        self.above.push(above);
        self.has_child.push(false);
    }

    /// The line with this hash of an id: nearly always the last one, so that nothing need be looked up.
    fn line(&self, uuid: u64) -> Option<u32> {
        match self.nodes.last() {
            Some(last) if last.uuid == uuid => Some(self.nodes.len() as u32 - 1),
            _ => self.by_uuid.get(&uuid).copied(),
        }
    }

    /// Whether there is a line with this hash of an id.
    pub fn has_line(&self, uuid: u64) -> bool {
        self.by_uuid.contains_key(&uuid)
    }

    /// All lines that have ids, and messages without.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// What the first line of a fork said.
    pub fn later(&self, node: u32) -> Option<&Later> {
        self.later.get(&node)
    }

    /// Whether a line follows one of another session of the file.
    pub fn has_links_between_parts(&self) -> bool {
        self.nodes.iter().any(|node| {
            let crosses = |parent: u64| {
                let parent = self.by_uuid.get(&parent).and_then(|index| self.nodes.get(*index as usize));
                parent.is_some_and(|parent| parent.part != node.part)
            };
            crosses(node.parent) || crosses(node.logical_parent)
        })
    }

    /// Where each node stands, and the nodes that begin forks. `None` where the order of the file is all there is:
    /// several roots, a parent that is missing, lines without ids or with the same one.
    pub fn places(&self) -> Option<(Vec<Place>, Vec<u32>)> {
        let mains = || self.nodes.iter().zip(&self.above).filter(|(node, _)| node.is_main());
        if self.is_ambiguous || mains().filter(|(_, above)| **above == ROOT).count() != 1 {
            return None;
        }
        let branches = self.branches();
        if branches.is_empty() {
            return None;
        }
        let prompts = self.prompts();
        let mut places = vec![Place::Main; self.nodes.len()];
        let mut forks = Vec::new();
        for (index, above) in self.above.iter().enumerate() {
            // Lines stand after their parents, so that its place is known.
            let Some(inherited) = places.get(*above as usize).copied() else { continue };
            let found = branches.get(above).filter(|branch| branch.contains(&(index as u32)));
            let place = match found {
                Some(branch) if inherited != Place::Abandoned => {
                    follow(branch, index as u32, &prompts, inherited, &mut forks)
                }
                _ => inherited,
            };
            if let Some(slot) = places.get_mut(index) {
                *slot = place;
            }
        }
        Some((places, forks))
    }

    /// Lines between which a choice was made, by the message above. Calls that ran side by side are no choice: the next
    /// line of the same answer and the result of its call follow the same line, and so do texts of the harness.
    fn branches(&self) -> Map<u32, Vec<u32>> {
        let mut branches: Map<u32, Vec<u32>> = Map::default();
        for (index, (node, above)) in self.nodes.iter().zip(&self.above).enumerate() {
            let Some(parent) = self.nodes.get(*above as usize).filter(|_| node.is_main()) else { continue };
            let is_answer = node.has(bits::ANSWER) && (node.response == 0 || node.response != parent.response);
            if is_answer || node.has(bits::PROMPT) {
                branches.entry(*above).or_default().push(index as u32);
            }
        }
        branches.retain(|_, branch| branch.len() > 1);
        branches
    }

    /// How many prompts stand at and below each node.
    fn prompts(&self) -> Vec<u32> {
        let mut prompts: Vec<u32> =
            self.nodes.iter().map(|node| u32::from(node.is_main() && node.has(bits::PROMPT))).collect();
        for (index, above) in self.above.iter().enumerate().rev() {
            let below = prompts.get(index).copied().unwrap_or(0);
            if let Some(sum) = prompts.get_mut(*above as usize) {
                *sum += below;
            }
        }
        prompts
    }
}

/// Few prompts on the first branch: it was retried, the last one stands. Many: all go on, each for itself.
fn follow(branch: &[u32], node: u32, prompts: &[u32], inherited: Place, forks: &mut Vec<u32>) -> Place {
    let of_first = branch.first().and_then(|first| prompts.get(*first as usize)).copied().unwrap_or(0);
    let is_retry = of_first <= MOST_PROMPTS_OF_A_RETRY;
    let chosen = if is_retry { branch.last() } else { branch.first() };
    match chosen == Some(&node) {
        true => inherited,
        false if is_retry || forks.len() >= MOST_FORKS => Place::Abandoned,
        false => {
            forks.push(node);
            Place::Fork(forks.len() as u16 - 1)
        }
    }
}

#[cfg(test)]
#[path = "tree_tests.rs"]
mod tests;
