//! What was found, as the rows that people look through before a log leaves the tab: a head for each rule, then its
//! places.

use super::hits::{Hit, HitId};
use super::rules::{Certainty, Rule};
use crate::model::{Wire, sorted};

/// Places of one rule that are shown one by one; the rest is decided with its rule.
const MOST_PLACES: usize = 1000;
/// Longest piece of a text that is shown beside or within a hit, in characters.
const LONGEST: usize = 40;

/// A row: the head of a rule, or one of its places.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub struct ReviewRow {
    pub rule: Rule,
    pub is_head: bool,
    /// `None` where it is decided for the whole rule.
    pub id: Option<HitId>,
    /// Number of the first event of its line, where that is known.
    pub event: Option<u32>,
    /// What kind of thing a head is about, or where a place is.
    pub label: String,
    pub before: String,
    /// A head's title; what stands at a place, hidden or not.
    pub shown: String,
    /// The secret, shortened, where it is hidden.
    pub hidden: String,
    pub after: String,
    pub has_kept: bool,
    pub has_masked: bool,
}

/// All that was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire)]
pub struct Review {
    pub rows: Vec<ReviewRow>,
    /// Secrets and candidates, each counted once.
    pub secrets: u32,
    /// Places where names of users stand.
    pub names: u32,
    pub masked: u32,
    pub kept: u32,
}

/// Puts hits in the order of their rules. `when` says where an event is.
pub fn review(hits: Vec<Hit>, when: &dyn Fn(u32) -> String) -> Review {
    let mut review = Review::default();
    let hits = sorted(hits, |a, b| a.rule.cmp(&b.rule));
    for rule in Rule::ALL {
        let from = hits.partition_point(|hit| hit.rule < rule);
        let own = hits.get(from..hits.partition_point(|hit| hit.rule <= rule)).unwrap_or_default();
        if !own.is_empty() {
            of_rule(rule, own, when, &mut review);
        }
    }
    review
}

fn of_rule(rule: Rule, hits: &[Hit], when: &dyn Fn(u32) -> String, review: &mut Review) {
    let is_name = rule.certainty() == Certainty::Name;
    let places = hits.len() as u32;
    let kept = hits.iter().filter(|hit| hit.is_kept).count() as u32;
    let different = different(hits);
    review.masked += places - kept;
    review.kept += kept;
    if is_name {
        review.names += places;
    } else {
        review.secrets += different.len() as u32;
    }
    let mut count = counted(places, "place", "places");
    if !is_name && (different.len() as u32) < places {
        count.push_str(", ");
        count.push_str(&counted(different.len() as u32, "secret", "secrets"));
    }
    let head = ReviewRow {
        rule,
        is_head: true,
        id: None,
        event: None,
        label: rule.certainty().name().to_owned(),
        before: String::new(),
        shown: rule.title().to_owned(),
        hidden: String::new(),
        after: count,
        has_kept: kept > 0,
        has_masked: kept < places,
    };
    review.rows.push(head.clone());
    // A name stands in hundreds of paths: each is shown once, and decided with the others.
    let shown: Vec<&Hit> = if is_name { different } else { hits.iter().take(MOST_PLACES).collect() };
    let left = if is_name { 0 } else { hits.len() - shown.len() };
    review.rows.extend(shown.into_iter().map(|hit| place(hit, is_name, when)));
    if left > 0 {
        let words = [&counted(left as u32, "more place", "more places"), ", decided with the rule"].concat();
        let empty = String::new();
        review.rows.push(ReviewRow {
            is_head: false,
            label: empty.clone(),
            shown: words,
            after: empty,
            has_kept: false,
            has_masked: false,
            ..head
        });
    }
}

fn place(hit: &Hit, is_name: bool, when: &dyn Fn(u32) -> String) -> ReviewRow {
    let label = match hit.place.event.map(when).filter(|when| !when.is_empty()) {
        _ if is_name => "all".to_owned(),
        Some(when) => when,
        None => ["line ", &hit.place.line.to_string()].concat(),
    };
    let secret = middle_out(&hit.secret);
    let (shown, hidden) = if hit.is_kept { (secret, String::new()) } else { (hit.token.clone(), secret) };
    ReviewRow {
        rule: hit.rule,
        is_head: false,
        id: (!is_name).then_some(hit.id),
        event: hit.place.event.filter(|_| !is_name),
        label,
        before: last_of(&hit.before),
        shown,
        hidden,
        after: first_of(&hit.after),
        has_kept: hit.is_kept,
        has_masked: !hit.is_kept,
    }
}

/// One hit for each secret.
fn different(hits: &[Hit]) -> Vec<&Hit> {
    let by_secret = sorted(hits.iter().collect::<Vec<&Hit>>(), |a, b| a.secret.cmp(&b.secret));
    let mut different: Vec<&Hit> = Vec::new();
    for hit in by_secret {
        if different.last().is_none_or(|last| last.secret != hit.secret) {
            different.push(hit);
        }
    }
    different
}

fn counted(count: u32, one: &str, many: &str) -> String {
    let number = count.to_string();
    [number.as_str(), " ", if count == 1 { one } else { many }].concat()
}

fn first_of(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

fn last_of(text: &str) -> String {
    let skipped = text.chars().count().saturating_sub(LONGEST);
    text.chars().skip(skipped).collect()
}

/// The beginning and the end of a long text, on one line.
fn middle_out(text: &str) -> String {
    let count = text.chars().count();
    let half = LONGEST / 2;
    let is_out = |at: usize| count > LONGEST && at >= half && at < count - half;
    let mut short = String::new();
    for (at, c) in text.chars().enumerate().filter(|(at, _)| !is_out(*at) || *at == half) {
        short.push(if is_out(at) {
            '…'
        } else if c.is_control() {
            ' '
        } else {
            c
        });
    }
    short
}

#[cfg(test)]
mod tests {
    use super::super::hits::Place;
    use super::*;

    fn hit(rule: Rule, line: u32, secret: &str, is_kept: bool) -> Hit {
        Hit {
            id: HitId { source: 0, line, number: 0 },
            place: Place { source: 0, line, event: (line > 2).then_some(line) },
            rule,
            token: "[token]".into(),
            secret: secret.into(),
            before: "before ".into(),
            after: " after".into(),
            is_kept,
        }
    }

    fn check(hits: Vec<Hit>, rows: &[&str]) -> Review {
        let review = review(hits, &|event| format!("00:0{event}"));
        let told = |row: &ReviewRow| {
            let ReviewRow { label, before, shown, hidden, after, .. } = row;
            format!("{label}|{before}|{shown}|{hidden}|{after}")
        };
        assert_eq!(review.rows.iter().map(told).collect::<Vec<_>>(), rows);
        review
    }

    #[test]
    fn rules_come_in_order_with_their_places() {
        let found = vec![
            hit(Rule::User, 1, "sam", false),
            hit(Rule::Assignment, 2, "hunter2", true),
            hit(Rule::GitHubToken, 3, "key", false),
            hit(Rule::User, 4, "sam", false),
            hit(Rule::GitHubToken, 5, "key", false),
        ];
        let review = check(
            found,
            &[
                "definite||GitHub token||2 places, 1 secret",
                "00:03|before |[token]|key| after",
                "00:05|before |[token]|key| after",
                "candidate||Password assignment||1 place",
                "line 2|before |hunter2|| after",
                "name||Home paths and user name||2 places",
                "all|before |[token]|sam| after",
            ],
        );
        assert_eq!((review.secrets, review.names, review.masked, review.kept), (2, 2, 4, 1));
        let ids: Vec<bool> = review.rows.iter().map(|row| row.id.is_some()).collect();
        assert_eq!(ids, [false, true, true, false, true, false, false]);
    }

    #[test]
    fn long_secrets_show_their_ends() {
        let key = "a".repeat(40) + "\n" + &"b".repeat(40);
        let review = review(vec![hit(Rule::PemKey, 1, &key, true)], &|_| String::new());
        assert_eq!(review.rows[1].shown, format!("{}…{}", "a".repeat(20), "b".repeat(20)));
    }

    #[test]
    fn there_is_an_end_to_places() {
        let many = (1..=1500).map(|line| hit(Rule::Entropy, line, &line.to_string(), false)).collect();
        let review = review(many, &|_| String::new());
        assert_eq!((review.rows.len(), review.secrets, review.masked), (1002, 1500, 1500));
        assert_eq!(review.rows[1001].shown, "500 more places, decided with the rule");
        assert!(review.rows[1001].id.is_none() && !review.rows[1001].has_masked);
    }
}
