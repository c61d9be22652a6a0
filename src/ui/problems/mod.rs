//! What could not be read, by source.

use super::frame::{button, waiting};
use super::mapping::{mapping_button, read_as};
use super::shared::{El, Live, copy, el, follow, look_sign, task};
use super::store::Store;
use crate::logic::format::{bytes_text, count};
use crate::logic::problems::ProblemGroup;
use crate::model::{Problem, ProblemKind, SourceId};
use crate::worker::{Answer, Query};

/// All problems: line, kind, excerpt, count.
pub fn problems_page(store: Store) -> Vec<El> {
    let groups = Live::new(None::<Vec<ProblemGroup>>);
    follow(move || {
        store.generation.track();
        task(async move {
            if let Some(Answer::Problems(found)) = store.ask(Query::Problems).await {
                groups.set(Some(found));
            }
        });
    });
    let body = el("div").live(move || match groups.get() {
        None => vec![waiting("Looking…")],
        Some(groups) if groups.is_empty() => {
            let words = [el("h2").text("No problems"), el("p").text("Every line of every log was read.")];
            vec![el("section").class("empty-state").children(words)]
        }
        Some(groups) => {
            let (logs, foreign): (Vec<_>, Vec<_>) = groups.into_iter().partition(|group| group.is_log);
            let sheet = el("div").class("sheet").children(logs.into_iter().map(move |group| log_panel(store, group)));
            let words =
                "Of all that is loaded, whatever the filters say: a line that was not read belongs to no session.";
            vec![el("p").class("panel panel-alone muted").text(words), sheet.children(foreign_panel(store, &foreign))]
        }
    });
    vec![el("h1").class("sr").text("Problems"), body]
}

/// A panel's head: what it is, and what it covers.
pub fn panel_head(title: El, scope: &str) -> El {
    let words = el("div").child(title.class("panel-title")).child(el("p").class("panel-scope").text(scope));
    el("header").class("panel-head").child(words)
}

fn log_panel(store: Store, group: ProblemGroup) -> El {
    let (lines, bytes) = (count(u64::from(group.lines), "line"), bytes_text(group.bytes as u64));
    let is_unread = group.problems.iter().any(|problem| problem.kind == ProblemKind::Unreadable);
    let rest = match (is_unread, group.lines) {
        (true, 0) => "Nothing of it was read",
        (true, _) => "What was read before that counts",
        _ => "Everything else in it was read",
    };
    let scope = format!("{}, {lines}, {bytes}. {rest}.", group.kind);
    let title = el("h2").child(el("span").class("mono").text(&group.path));
    let is_unknown = |problem: &Problem| problem.kind == ProblemKind::UnknownType;
    let (unknown, problems): (Vec<_>, Vec<_>) = group.problems.into_iter().partition(is_unknown);
    let rows = el("div").children(problems.into_iter().map(|problem| row(&group.path, problem)));
    let panel = el("section").class("panel span-12").attr("data-testid", "problem-group");
    panel
        .child(panel_head(title, &scope).children(other_ways(store, group.mappable)))
        .child(rows)
        .children(unknown_types(&unknown))
}

/// How else a source may be read.
fn other_ways(store: Store, source: Option<SourceId>) -> Option<El> {
    let ways = |source| el("div").class("other-ways").children([read_as(store, source), mapping_button(store, source)]);
    source.map(ways)
}

/// Line types that this page does not know: nothing is wrong with them, so they are a list and no errors.
fn unknown_types(problems: &[Problem]) -> Option<El> {
    let lines: u64 = problems.iter().map(|problem| u64::from(problem.count)).sum();
    let words = format!("{} of types that this page does not know, kept and shown raw:", count(lines, "line"));
    let item = |problem: &Problem| {
        let times = if problem.count > 1 { format!(" × {}", problem.count) } else { String::new() };
        let place = problem.line.map_or(String::new(), |line| format!("first in line {line}: {}", problem.excerpt));
        let name = el("code").text(problem.reason.strip_prefix("type ").unwrap_or(&problem.reason));
        el("li").attr("title", &place).child(name).child(el("span").class("muted num").text(&times))
    };
    let list = el("ul").class("unknown-types").children(problems.iter().map(item));
    let note = el("div").class("unknown-note").attr("data-testid", "unknown-types");
    (!problems.is_empty())
        .then(|| note.child(look_sign("unknown", "unknown", "note")).child(el("p").text(&words)).child(list))
}

fn row(path: &str, problem: Problem) -> El {
    let Problem { kind, line, reason, excerpt, count: times } = problem;
    let place = line.map_or(String::new(), |line| format!("Line {line}: "));
    let sign = if kind.is_loss() { look_sign("error", "fail", "lost") } else { look_sign("warn", "warn", "note") };
    let text = format!("{path}:{}: {} – {reason} ({times})\n{excerpt}", line.unwrap_or(0), kind.title());
    let words = el("strong").text(&place).text(kind.title()).child(el("span").class("problem-reason").text(&reason));
    let times = if times == 1 { "once".to_owned() } else { format!("{times} times") };
    el("div").class("problem-row").attr("data-testid", "problem-row").children([
        sign,
        words,
        el("code").class("clip").text(&excerpt),
        el("span").class("muted num").text(&times),
        button("button button-quiet button-small", move |_| copy(text.clone())).text("Copy"),
    ])
}

/// Files that are no session logs: named, never an error.
fn foreign_panel(store: Store, groups: &[ProblemGroup]) -> Option<El> {
    let row = |group: &ProblemGroup| {
        let reason = group.problems.first().map_or("", |problem| &problem.reason);
        el("div")
            .class("problem-row")
            .children([
                look_sign("unknown", "unknown", "other"),
                el("strong").class("mono clip").text(&group.path),
                el("code").class("clip").text(reason),
                el("span").class("muted num").text(&bytes_text(group.bytes as u64)),
            ])
            .children(other_ways(store, group.mappable))
    };
    (!groups.is_empty()).then(|| {
        let title = el("h2").text(&format!("Not a session log: {}", count(groups.len() as u64, "file")));
        let panel = el("section").class("panel span-12").attr("data-testid", "foreign-files");
        panel.child(panel_head(title, "They count in nothing.")).child(el("div").children(groups.iter().map(row)))
    })
}
