//! Who else belongs to the session: whom it was started by, what it started, and where it is counted.

use super::open::Open;
use crate::link::Tab;
use crate::logic::format::count;
use crate::logic::kin::{self, Relative};
use crate::model::Relation;
use crate::ui::frame;
use crate::ui::shared::{El, cost, el, small_icon, token_pair};
use crate::ui::store::Store;

/// A link to another session.
pub fn session_link(store: Store, key: &str) -> El {
    let key = key.to_owned();
    frame::link(store, move |view| {
        (view.tab, view.session, view.step) = (Tab::Session, Some(key.clone()), None);
    })
}

/// How many stand below a session, if any do.
pub fn tree_words(relative: &Relative) -> Option<String> {
    (relative.descendants > 0).then(|| format!("{} below it", count(u64::from(relative.descendants), "session")))
}

/// For the line of facts.
pub fn facts(open: Open) -> Vec<El> {
    open.detail.with(|detail| {
        let row = &detail.row;
        let mut facts = Vec::new();
        if let Some(parent) = &detail.kin.parent {
            let fact = el("span").attr("data-testid", "parent").text(relation_of(row.relation));
            facts.push(fact.text(" ").child(session_link(open.store, &parent.key).text(&parent.label)));
        }
        if row.missing_parent.is_some() {
            let words = match row.relation {
                Relation::Root | Relation::Fork => "contains history of another session that is not loaded",
                _ => "belongs to a session that is not loaded",
            };
            let title = row.missing_parent.as_deref().unwrap_or_default();
            facts.push(
                el("span").class("fact-warn").attr("data-testid", "missing-parent").attr("title", title).text(words),
            );
        }
        if row.is_replay_uncertain {
            let title = "the log does not say where the copied history ends; times decided";
            facts.push(el("span").class("fact-warn").attr("title", title).text("where its own part begins is a guess"));
        }
        if let Some(other) = &detail.kin.counted_in {
            let title = "that session's own log records the same requests: only one of the two may count";
            let fact = el("span").attr("data-testid", "counted-in").attr("title", title).text("counted in ");
            facts.push(fact.child(session_link(open.store, &other.key).text(&other.label)));
        }
        facts
    })
}

const fn relation_of(relation: Relation) -> &'static str {
    match relation {
        Relation::Root | Relation::SubAgent => "Sub-agent of",
        Relation::Continuation => "Goes on from",
        Relation::Fork => "Fork of",
        Relation::Stream => "Event stream of",
    }
}

/// The button that shows the tree below the session, and the tree; nothing where there is none.
pub fn tree(open: Open) -> Vec<El> {
    open.detail.with(|detail| {
        let descendants = &detail.kin.descendants;
        if descendants.is_empty() {
            return Vec::new();
        }
        let button = el("button").attr("type", "button").class("button button-small").attr("popovertarget", "family");
        let button = button.attr("data-testid", "family-button");
        let button = button.child(kin_sign()).text(&words(descendants));
        let close = el("button").attr("type", "button").class("button button-quiet button-small button-icon push");
        let close = close.attr("popovertarget", "family").attr("aria-label", "Close").child(small_icon("close"));
        let missing = detail.row.missing_children;
        let scope = if missing > 0 { format!("{missing} more not loaded") } else { String::new() };
        let scope = el("span").class("muted").text(&scope);
        let head = el("div").class("pane-head").children([el("strong").text(&words(descendants)), scope, close]);
        let rows = descendants.iter().map(|relative| relative_row(open.store, relative));
        let list = el("ul").class("family").children(rows);
        let popover = el("div").class("all-facts").attr("id", "family").attr("popover", "auto");
        vec![button, popover.attr("data-testid", "family").child(head).child(list)]
    })
}

fn words(relatives: &[Relative]) -> String {
    kin::words(&relatives.iter().map(|relative| relative.relation).collect::<Vec<_>>())
}

fn kin_sign() -> El {
    small_icon("k-sub-agent")
}

fn relative_row(store: Store, relative: &Relative) -> El {
    let scope = |word: &str, totals| {
        el("span").class("family-sum num").children([
            el("span").class("text-face muted").text(word),
            token_pair(totals),
            cost(&totals.cost),
        ])
    };
    let with = (relative.descendants > 0).then(|| scope("with those below", &relative.tree));
    let own = scope(if relative.descendants > 0 { "own" } else { "" }, &relative.totals);
    el("li")
        .css("--level", &relative.level.to_string())
        .child(session_link(store, &relative.key).class("clip").text(&relative.label))
        .child(el("span").class("muted").text(kin::word(relative.relation)))
        .child(own)
        .children(with)
}
