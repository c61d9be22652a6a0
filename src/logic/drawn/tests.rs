//! The panels of the worked example (analytics.md §2), and the numbers of §11 and §12 as they stand on the page.

use super::*;
use crate::logic::analytics::attribution::RankBy;
use crate::logic::analytics::cells::Split;
use crate::logic::analytics::comparison::{Pair, PairBy};
use crate::logic::analytics::example;
use crate::logic::analytics::usage::UsageBy;
use crate::logic::analytics::wish::UsageWish;
use crate::logic::made;
use crate::model::{EventKind, SourceIndex, TokenSet};

fn ask(wish: &UsageWish) -> OverviewAsk {
    OverviewAsk {
        usage_by: wish.by,
        split: wish.split,
        rank: wish.measure.rank(),
        kinds: wish.measure.kinds(),
        pair: Some(wish.pair.clone()),
        ..OverviewAsk::at(example::at("2026-03-06T12:00:00Z"))
    }
}

fn all(archive: &Archive, wish: &UsageWish) -> Vec<Drawn> {
    panels(archive, &Facts::of(archive), &ask(wish), &Zone::utc())
}

fn find(all: &[Drawn], kind: PanelKind) -> &Drawn {
    all.iter().find(|known| known.kind == kind).expect("it is there")
}

fn figures(known: &Drawn) -> Vec<(&str, &str)> {
    known.figures.iter().map(|(name, cell)| (name.as_str(), cell.text.as_str())).collect()
}

/// `name: cell ≥cell —`
fn rows(known: &Drawn) -> Vec<String> {
    let text = |cell: &Cell| match (cell.text.as_str(), cell.is_at_least) {
        ("", _) => "—".to_owned(),
        (text, true) => ["≥", text].concat(),
        (text, false) => text.to_owned(),
    };
    let line = |row: &Row| [&row.name, ": ", &row.cells.iter().map(text).collect::<Vec<_>>().join(" ")].concat();
    known.rows.iter().map(line).collect()
}

fn output() -> UsageWish {
    UsageWish { measure: Measure::Output, split: Split::Project, ..UsageWish::default() }
}

/// A session with requests of a model at times, with uncached input, cache reads, cache writes and output.
fn requests(id: &str, model: &str, rows: &[(&str, [u64; 4])]) -> SourceIndex {
    let mut made = made::source(&format!("{id}.jsonl"));
    made::part(&mut made, id);
    let model = made.strings.intern(model);
    for (time, [input, read, write, output]) in rows {
        let row = made::answer(&mut made, None, None);
        (row.at, row.model) = (Some(example::at(time)), model);
        row.tokens = TokenSet {
            input_uncached: Some(*input).into(),
            cache_read: Some(*read).into(),
            cache_write: Some(*write).into(),
            output: Some(*output).into(),
            ..TokenSet::default()
        };
    }
    made.parts[0].started = rows.first().map(|(time, _)| example::at(time));
    made
}

#[test]
fn output_of_the_worked_example_over_time() {
    let archive = example::archive();
    let drawn = all(&archive, &output());
    let usage = find(&drawn, PanelKind::Usage);
    assert_eq!(usage.title, "Output over time");
    assert_eq!(figures(usage)[0], ("Output", "11.2k"));
    let columns = usage.columns.as_ref().expect("a chart");
    let words: Vec<&str> = columns.columns.iter().map(|column| column.words.as_str()).collect();
    assert_eq!(
        words,
        [
            "2 Mar 2026: 1.9k in 3 sessions",
            "3 Mar 2026: 9k in 1 session",
            "4 Mar 2026: no usage",
            "5 Mar 2026: at least 300 in 2 sessions: docs 300"
        ]
    );
    assert_eq!(columns.columns.iter().map(|column| column.is_open).collect::<Vec<_>>(), [false, false, false, true]);
    assert_eq!(columns.columns[1].pieces, [(1, 9_000), (2, 0), (3, 0)], "of an axis up to 10k");
    let attribution = find(&drawn, PanelKind::Attribution);
    assert_eq!(rows(attribution), ["web: ≥9k 80.4%", "api: 1.9k 17.0%", "docs: 300 2.7%"]);
    assert_eq!(attribution.shares, [(1, 8_035), (2, 1_696), (3, 267), (UNKNOWN, 0)]);
}

#[test]
fn what_is_not_there_says_why() {
    let drawn = all(&example::archive(), &UsageWish::default());
    let absent: Vec<(&str, &str)> = drawn
        .iter()
        .filter(|known| !known.why_not.is_empty())
        .map(|known| (known.kind.name(), known.why_not.as_str()))
        .collect();
    assert_eq!(
        absent.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        ["savings", "dearest", "pressure", "routing", "post-mortem"]
    );
    let nothing = all(&made::archive([]), &UsageWish::default());
    assert!(nothing.iter().all(|known| !known.why_not.is_empty()), "{nothing:?}");
    assert_eq!(nothing.len(), PANELS.len());
}

#[test]
fn what_the_example_of_a_cache_saved() {
    let row = ("2026-03-02T10:00:00Z", [0, 100_000, 10_000, 0]);
    let archive =
        made::archive([requests("a", "claude-sonnet-4-5", &[row; 10]), requests("b", "nobody-knows", &[row])]);
    let drawn = all(&archive, &UsageWish::default());
    let savings = find(&drawn, PanelKind::Savings);
    assert_eq!(figures(savings)[..2], [("Saved", "$2.63"), ("Hit rate", "100.0%")]);
    assert_eq!(rows(savings), ["claude-sonnet-4-5: $2.63", "nobody-knows: —"]);
    assert_eq!(savings.rows[1].note, "1 request without a price");
}

#[test]
fn the_running_block_is_told_apart() {
    let row = |time| (time, [600, 0, 0, 0]);
    let times = [row("2026-03-05T01:00:00Z"), row("2026-03-06T10:00:00Z"), row("2026-03-06T11:00:00Z")];
    let drawn = all(&made::archive([requests("a", "m", &times)]), &UsageWish::default());
    let blocks = find(&drawn, PanelKind::Blocks);
    assert_eq!(rows(blocks), ["5 Mar 01:00: 600 —", "5 Mar 01:00: ", "6 Mar 10:00: 1.2k —"]);
    assert_eq!(
        blocks.rows.iter().map(|row| row.note.as_str()).collect::<Vec<_>>(),
        ["1 request", "gap of 33h 00m", "running"]
    );
    assert!(
        blocks.scope.starts_with("One is running: 20.0 tokens a minute, 4.8k tokens at its end"),
        "{}",
        blocks.scope
    );
    let bars: Vec<_> = blocks.rows.iter().map(|row| row.bar).collect();
    assert_eq!(bars[0].zip(bars[2]), Some((Bar { of: 5_000, is_open: false }, Bar { of: 10_000, is_open: true })));
}

/// analytics.md §12.
#[test]
fn agents_at_once_of_the_example() {
    let session = |id: &str, minutes: &[i64]| {
        let mut made = made::source(&format!("{id}.jsonl"));
        made::part(&mut made, id);
        let start = example::at("2026-03-02T10:00:00Z");
        for minute in minutes {
            made::event(&mut made, EventKind::Prompt, Some(start.ms() + minute * 60_000));
        }
        made.parts[0].started = Some(start.plus_ms(minutes[0] * 60_000));
        made
    };
    let archive = made::archive([session("a", &[0, 4, 10]), session("b", &[3, 5])]);
    let drawn = all(&archive, &UsageWish::default());
    let known = find(&drawn, PanelKind::Concurrency);
    assert_eq!(figures(known), [("Most at once", "2"), ("Agent time", "11m"), ("Active", "9m"), ("Idle", "0 ms")]);
    assert_eq!(known.figures[0].1.note, "first at 2 Mar 10:03");
}

#[test]
fn two_are_chosen_where_nobody_chose() {
    let archive = example::archive();
    let names = |by, left: &str| {
        let pair = Pair { by, left: left.to_owned(), right: String::new() };
        let wish = UsageWish { pair, measure: Measure::Output, ..UsageWish::default() };
        let drawn = all(&archive, &wish);
        let known = find(&drawn, PanelKind::Comparison);
        (known.headings[1..3].join(" "), rows(known)[3].clone())
    };
    let tokens = |text: &str| text.to_owned();
    assert_eq!(names(PairBy::Named(Split::Project), ""), ("web api".into(), tokens("Tokens: ≥9k 1.9k −7.1k −78.9%")));
    assert_eq!(
        names(PairBy::Named(Split::Project), "api"),
        ("api web".into(), tokens("Tokens: 1.9k ≥9k +7.1k +373.7%"))
    );
    assert_eq!(
        names(PairBy::Period(crate::logic::analytics::day::Granularity::Day), ""),
        ("2026-03-03 2026-03-05".into(), tokens("Tokens: 9k ≥300 −8.7k −96.7%"))
    );
    let wish = UsageWish { pair: Pair { by: PairBy::Before, ..Pair::default() }, ..UsageWish::default() };
    let drawn = all(&archive, &wish);
    assert_eq!(rows(find(&drawn, PanelKind::Comparison)), [""; 0], "without a window there is no time before it");
}

#[test]
fn columns_may_be_sessions() {
    let wish = UsageWish { by: Some(UsageBy::Session), ..output() };
    let drawn = all(&example::archive(), &wish);
    let columns = find(&drawn, PanelKind::Usage).columns.clone().expect("a chart");
    assert_eq!(columns.columns[0].part, Some(Part::Named(Split::Session, "s3".into())));
    assert_eq!(columns.columns.len(), 6);
}

#[test]
fn costs_tell_their_state() {
    let row = ("2026-03-02T10:00:00Z", [1_000_000, 0, 0, 0]);
    let archive = made::archive([requests("a", "gpt-5", &[row]), requests("b", "nobody-knows", &[row])]);
    let drawn = all(&archive, &UsageWish::default());
    let usage = find(&drawn, PanelKind::Usage);
    assert!(
        usage.scope.contains("Cost known for 1 of 2 requests: 0 recorded, 1 computed from prices."),
        "{}",
        usage.scope
    );
    let total = &usage.figures[0].1;
    assert_eq!((total.text.as_str(), total.is_at_least, total.note.as_str()), ("$1.25", true, "partial"));
    let attribution = find(&drawn, PanelKind::Attribution);
    let notes: Vec<&str> = attribution.rows.iter().map(|row| row.cells[0].note.as_str()).collect();
    assert_eq!(notes, ["computed", "no cost known"]);
    assert_eq!(attribution.rows[1].series, Some(UNKNOWN));
    assert_eq!(Measure::of(RankBy::Cost, Measure::Cost.kinds()), Measure::Cost);
}
