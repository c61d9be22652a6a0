//! Which parts of two texts are the same: Myers' comparison in linear space, within a limit. Where texts differ more
//! than that, the part is told as gone and as new, whole: true, if not the shortest way to say it.

use crate::model::Map;
use std::ops::Range;

/// So many differences are looked for at once. Beyond, a part counts as wholly different.
const MOST_EDITS: i32 = 1_000;

/// What became of a run of units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    Same,
    Gone,
    New,
}

/// A run of units that stand in both texts, or in one. The range of the other text is empty then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub edit: Edit,
    pub old: Range<usize>,
    pub new: Range<usize>,
}

/// The lines of a text; a last line end begins no further line.
pub fn lines_of(text: &str) -> Vec<&str> {
    text.lines().collect()
}

/// Lines that are only in the new text, and only in the old one.
pub fn count(old: &str, new: &str) -> (u32, u32) {
    let (mut added, mut removed) = (0, 0);
    for run in runs(&lines_of(old), &lines_of(new)) {
        match run.edit {
            Edit::Same => {}
            Edit::Gone => removed += run.old.len() as u32,
            Edit::New => added += run.new.len() as u32,
        }
    }
    (added, removed)
}

/// How the units of the old text become those of the new one, in order: of a change what is gone comes first.
pub fn runs(old: &[&str], new: &[&str]) -> Vec<Run> {
    // Numbers compare faster than texts.
    let mut numbers: Map<&str, u32> = Map::default();
    let (mut left, mut right) = (Vec::with_capacity(old.len()), Vec::with_capacity(new.len()));
    for (units, to) in [(old, &mut left), (new, &mut right)] {
        for unit in units {
            let next = numbers.len() as u32;
            to.push(*numbers.entry(unit).or_insert(next));
        }
    }
    runs_of_numbers(&left, &right)
}

/// As [`runs`], of units that have numbers: equal where they are.
pub fn runs_of_numbers(old: &[u32], new: &[u32]) -> Vec<Run> {
    let mut found = Found::default();
    compare(old, new, &mut found);
    found.flush();
    found.runs
}

/// Runs under construction: gone and new ones that stand together are one each.
#[derive(Default)]
struct Found {
    runs: Vec<Run>,
    at: (usize, usize),
    gone: usize,
    new: usize,
}

impl Found {
    fn same(&mut self, len: usize) {
        if len == 0 {
            return;
        }
        self.flush();
        let (old, new) = self.at;
        self.at = (old + len, new + len);
        match self.runs.last_mut() {
            Some(last) if last.edit == Edit::Same => {
                last.old.end += len;
                last.new.end += len;
            }
            _ => self.runs.push(Run { edit: Edit::Same, old: old..old + len, new: new..new + len }),
        }
    }

    fn flush(&mut self) {
        let (old, new) = self.at;
        let (gone, more) = (std::mem::take(&mut self.gone), std::mem::take(&mut self.new));
        self.at = (old + gone, new + more);
        if gone > 0 {
            self.runs.push(Run { edit: Edit::Gone, old: old..old + gone, new: new..new });
        }
        if more > 0 {
            self.runs.push(Run { edit: Edit::New, old: old + gone..old + gone, new: new..new + more });
        }
    }
}

fn compare(old: &[u32], new: &[u32], found: &mut Found) {
    let before = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    found.same(before);
    let (old, new) = (&old[before..], &new[before..]);
    let after = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[..old.len() - after], &new[..new.len() - after]);
    match middle(old, new) {
        Some((x, y)) => {
            compare(&old[..x], &new[..y], found);
            compare(&old[x..], &new[y..], found);
        }
        None => {
            found.gone += old.len();
            found.new += new.len();
        }
    }
    found.same(after);
}

/// A point on a shortest way from the old units to the new ones, about halfway; `None` where one of them is empty or they
/// differ too much. Both ways are followed at once, from the start and from the end, until they meet.
fn middle(old: &[u32], new: &[u32]) -> Option<(usize, usize)> {
    if old.is_empty() || new.is_empty() {
        return None;
    }
    let (n, m) = (i32::try_from(old.len()).ok()?, i32::try_from(new.len()).ok()?);
    let most = ((n + m + 1) / 2).min(MOST_EDITS);
    let delta = n - m;
    let (mut ahead, mut back) = (Furthest::new(most, n, m), Furthest::new(most, n, m));
    let same = |x: i32, y: i32| old.get(x as usize) == new.get(y as usize);
    let same_back = |x: i32, y: i32| same(n - 1 - x, m - 1 - y);
    for edits in 0..=most {
        for k in (-edits..=edits).step_by(2) {
            let x = ahead.step(k, edits, &same);
            let met = back.get(delta - k);
            if delta % 2 != 0 && x >= 0 && met >= 0 && x + met >= n {
                return inside((x, x - k), (n, m));
            }
        }
        for k in (-edits..=edits).step_by(2) {
            let x = back.step(k, edits, &same_back);
            let met = ahead.get(delta - k);
            if delta % 2 == 0 && x >= 0 && met >= 0 && x + met >= n {
                return inside((n - x, m - x + k), (n, m));
            }
        }
    }
    None
}

/// A corner divides nothing.
fn inside(point: (i32, i32), end: (i32, i32)) -> Option<(usize, usize)> {
    (point != (0, 0) && point != end).then_some((point.0 as usize, point.1 as usize))
}

/// How far one gets on each diagonal (`k` = old units minus new ones) with so many edits; -1 is nowhere.
struct Furthest {
    reached: Vec<i32>,
    most: i32,
    n: i32,
    m: i32,
}

impl Furthest {
    fn new(most: i32, n: i32, m: i32) -> Self {
        Self { reached: vec![-1; 2 * most as usize + 3], most, n, m }
    }

    fn get(&self, k: i32) -> i32 {
        // Far diagonals have not been reached.
        usize::try_from(k + self.most + 1).ok().and_then(|at| self.reached.get(at)).copied().unwrap_or(-1)
    }

    fn step(&mut self, k: i32, edits: i32, same: &dyn Fn(i32, i32) -> bool) -> i32 {
        let (right, down) = (self.get(k - 1), self.get(k + 1));
        let right = if right >= 0 && right < self.n { right + 1 } else { -1 };
        let down = if down >= 0 && down - k <= self.m { down } else { -1 };
        let mut x = if edits == 0 { 0 } else { right.max(down) };
        while x >= 0 && x < self.n && x - k < self.m && same(x, x - k) {
            x += 1;
        }
        if let Some(slot) = self.reached.get_mut((k + self.most + 1) as usize) {
            *slot = x;
        }
        x
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<&str> {
        text.split(' ').filter(|word| !word.is_empty()).collect()
    }

    fn shown(old: &str, new: &str) -> String {
        let (old, new) = (words(old), words(new));
        let part = |run: &Run| match run.edit {
            Edit::Same => old[run.old.clone()].join(" "),
            Edit::Gone => format!("-[{}]", old[run.old.clone()].join(" ")),
            Edit::New => format!("+[{}]", new[run.new.clone()].join(" ")),
        };
        runs(&old, &new).iter().map(part).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_stays_what_goes_what_comes() {
        let check = |old: &str, new: &str, answer: &str| assert_eq!(shown(old, new), answer, "{old} / {new}");
        check("", "", "");
        check("a b", "a b", "a b");
        check("", "a", "+[a]");
        check("a", "", "-[a]");
        check("a b c", "a x c", "a -[b] +[x] c");
        check("a b c d e", "b c x e", "-[a] b c -[d] +[x] e");
        check("a b", "c d", "-[a b] +[c d]");
        check("a b c a b b a", "c b a b a c", "-[a] +[c] b -[c] a b -[b] a +[c]");
    }

    #[test]
    fn texts_without_anything_in_common_are_given_up_in_time() {
        let old: Vec<String> = (0..50_000).map(|number| format!("old {number}")).collect();
        let new: Vec<String> = (0..50_000).map(|number| format!("new {number}")).collect();
        let (old, new): (Vec<&str>, Vec<&str>) =
            (old.iter().map(String::as_str).collect(), new.iter().map(String::as_str).collect());
        let found = runs(&old, &new);
        assert_eq!(found.iter().map(|run| run.edit).collect::<Vec<_>>(), [Edit::Gone, Edit::New]);
    }

    proptest! {
        #[test]
        fn the_runs_make_both_texts_and_as_few_as_possible(
            old in proptest::collection::vec(0u8..4, 0..40), new in proptest::collection::vec(0u8..4, 0..40),
        ) {
            const NAMES: [&str; 4] = ["a", "b", "c", "d"];
            let (old, new): (Vec<&str>, Vec<&str>) = (
                old.into_iter().map(|n| NAMES[n as usize]).collect(), new.into_iter().map(|n| NAMES[n as usize]).collect(),
            );
            let found = runs(&old, &new);
            let (mut x, mut y, mut edits) = (0, 0, 0);
            for run in &found {
                prop_assert_eq!((run.old.start, run.new.start), (x, y));
                match run.edit {
                    Edit::Same => prop_assert_eq!(&old[run.old.clone()], &new[run.new.clone()]),
                    Edit::Gone => prop_assert!(run.new.is_empty()),
                    Edit::New => prop_assert!(run.old.is_empty()),
                }
                if run.edit != Edit::Same {
                    edits += run.old.len() + run.new.len();
                }
                (x, y) = (run.old.end, run.new.end);
            }
            prop_assert_eq!((x, y), (old.len(), new.len()));
            // The longest common subsequence, the plain way.
            let mut table = vec![vec![0; new.len() + 1]; old.len() + 1];
            for i in 0..old.len() {
                for j in 0..new.len() {
                    table[i + 1][j + 1] = if old[i] == new[j] { table[i][j] + 1 } else { table[i][j + 1].max(table[i + 1][j]) };
                }
            }
            prop_assert_eq!(edits, old.len() + new.len() - 2 * table[old.len()][new.len()]);
        }
    }
}
