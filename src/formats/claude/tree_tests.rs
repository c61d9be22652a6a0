//! Trees as claude-code.md §8 describes them.

use super::*;

const A: u16 = bits::MESSAGE | bits::ANSWER;
const P: u16 = bits::MESSAGE | bits::PROMPT;
/// A result of a tool, or a text of the harness.
const R: u16 = bits::MESSAGE;

/// Nodes as (id, parent, bits, answer); 0 is no parent.
fn tree(nodes: &[(u64, u64, u16, u64)]) -> Tree {
    let mut tree = Tree::default();
    for (index, (uuid, parent, bits, response)) in nodes.iter().enumerate() {
        let from = index as u32;
        let node = Node {
            uuid: *uuid,
            parent: *parent,
            bits: *bits,
            response: *response,
            from,
            to: from + 1,
            ..Node::default()
        };
        tree.add(node, &Str::default(), None);
    }
    tree
}

fn abandoned(nodes: &[(u64, u64, u16, u64)]) -> Option<Vec<u64>> {
    let (places, _) = tree(nodes).places()?;
    let given_up = nodes.iter().zip(places).filter(|(_, place)| *place == Place::Abandoned);
    Some(given_up.map(|(node, _)| node.0).collect())
}

#[test]
fn of_retries_the_last_one_stands() {
    let nodes = [(1, 0, P, 0), (2, 1, A, 7), (3, 2, P, 0), (4, 3, A, 8), (5, 2, P, 0), (6, 5, A, 9), (7, 2, P, 0)];
    assert_eq!(abandoned(&nodes), Some(vec![3, 4, 5, 6]));
    // Two answers to one prompt.
    assert_eq!(abandoned(&[(1, 0, P, 0), (2, 1, A, 7), (3, 1, A, 8), (4, 3, P, 0)]), Some(vec![2]));
}

#[test]
fn calls_side_by_side_are_no_branch() {
    let calls = [(1, 0, P, 0), (2, 1, A, 7), (3, 2, A, 7), (4, 2, R, 0), (5, 3, R, 0), (6, 5, A, 8), (7, 4, R, 0)];
    assert_eq!(abandoned(&calls), None);
}

#[test]
fn three_prompts_are_a_retry_and_four_a_fork() {
    let mut nodes = vec![(1, 0, P, 0), (2, 1, A, 7)];
    for turn in 0..3 {
        nodes.push((10 + turn, if turn == 0 { 2 } else { 9 + turn }, P, 0));
    }
    let last = (50, 2, P, 0);
    let with = |nodes: &[(u64, u64, u16, u64)]| [nodes, &[last, (51, 50, A, 9)]].concat();
    assert_eq!(abandoned(&with(&nodes)), Some(vec![10, 11, 12]));
    nodes.push((13, 12, P, 0));
    let (places, forks) = tree(&with(&nodes)).places().expect("a tree");
    assert_eq!((forks.as_slice(), &places[6..]), (&[6][..], &[Place::Fork(0), Place::Fork(0)][..]));
    assert!(places[..6].iter().all(|place| *place == Place::Main));
}

#[test]
fn lines_between_messages_pass_the_parent_on() {
    let nodes = [(1, 0, P, 0), (2, 1, A, 7), (3, 2, 0, 0), (4, 3, P, 0), (5, 2, 0, 0), (6, 5, P, 0)];
    assert_eq!(abandoned(&nodes), Some(vec![4]));
    // A root may hang under a line of the harness.
    assert_eq!(abandoned(&[(9, 0, 0, 0), (1, 9, P, 0), (2, 1, A, 7), (3, 2, P, 0), (4, 2, P, 0)]), Some(vec![3]));
}

#[test]
fn without_one_whole_tree_the_order_of_the_file_stands() {
    let retry = [(1, 0, P, 0), (2, 1, A, 7), (3, 2, P, 0), (4, 2, P, 0)];
    assert_eq!(abandoned(&retry), Some(vec![3]));
    for more in [(5, 0, P, 0), (5, 99, P, 0), (0, 4, P, 0), (3, 2, P, 0)] {
        assert_eq!(abandoned(&[&retry[..], &[more]].concat()), None, "{more:?}");
    }
    // Neither a line that is its own parent nor a side conversation breaks it.
    assert_eq!(abandoned(&[&retry[..], &[(5, 0, P | bits::SIDE, 0)]].concat()), Some(vec![3]));
    assert_eq!(abandoned(&[(1, 1, P, 0)]), None);
}

#[test]
fn a_conversation_of_a_hundred_thousand_lines_is_no_deep_recursion() {
    let mut nodes: Vec<(u64, u64, u16, u64)> =
        (1..=100_000).map(|id| (id, id - 1, if id % 2 == 1 { P } else { A }, id)).collect();
    nodes.push((100_001, 2, P, 0));
    let (places, forks) = tree(&nodes).places().expect("a tree");
    assert_eq!((forks, places.last()), (vec![100_000], Some(&Place::Fork(0))));
}
