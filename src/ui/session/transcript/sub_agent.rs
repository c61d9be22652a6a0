//! The session that a call started: a link to it with its own totals, or what the caller was told of it.

use crate::logic::format::{NOT_RECORDED, count, duration_text, format_token_count};
use crate::logic::kin::{self, Relative, SpawnLink};
use crate::logic::report::Report;
use crate::ui::frame::button;
use crate::ui::report::report;
use crate::ui::session::family::{session_link, tree_words};
use crate::ui::session::open::Open;
use crate::ui::shared::{El, Live, el, small_icon, task, token_pair};
use crate::worker::{Answer, Query};

/// The cards of a call, one for each session that it started, and below each what that one did.
pub fn cards(open: Open, event: u32) -> Vec<El> {
    open.detail.with(|detail| {
        let spawns = detail.kin.spawns.iter().filter(|spawn| spawn.event == event);
        let both = |spawn: &SpawnLink| [Some(card(open, spawn)), spawn.child.as_ref().map(|child| inside(open, child))];
        spawns.flat_map(both).flatten().collect()
    })
}

/// The steps of a sub-agent, read when somebody unfolds them.
fn inside(open: Open, child: &Relative) -> El {
    let is_open = Live::new(false);
    let found: Live<Option<Report>> = Live::new(None);
    let key = child.key.clone();
    let turn = move |_| {
        is_open.update(|is_open| *is_open = !*is_open);
        let key = key.clone();
        task(async move {
            found.set(match open.store.ask(Query::Heads { key }).await {
                Some(Answer::Report(report)) => Some(*report),
                Some(Answer::Failed(why)) => Some(Report { sentences: vec![why], ..Report::default() }),
                _ => return,
            });
        });
    };
    let line = button("fold-line", turn).live_attr("aria-expanded", move || Some(is_open.get().to_string()));
    let line = line.child(small_icon("right")).text("its steps");
    let below = el("div").live(move || match (is_open.get(), found.get()) {
        (false, _) => Vec::new(),
        (true, Some(found)) => report(open.store, &found),
        (true, None) => vec![el("p").class("pane-empty").attr("role", "status").text("Looking…")],
    });
    el("div").class("sub-agent-steps").attr("data-testid", "sub-agent-steps").child(line).child(below)
}

fn card(open: Open, spawn: &SpawnLink) -> El {
    let Some(child) = &spawn.child else { return unloaded(spawn) };
    let mut facts = vec![kin::word(child.relation).to_owned(), count(u64::from(child.steps), "step")];
    facts.extend(child.duration_ms.get().map(duration_text));
    facts.extend(tree_words(child));
    session_link(open.store, &child.key).class("sub-agent-card").attr("data-testid", "sub-agent").children([
        el("strong").text(&child.label),
        el("span").class("num").child(token_pair(&child.totals)),
        el("span").text(&facts.join(", ")),
        el("span").class("sub-agent-open").text("open ›"),
    ])
}

/// Its transcript is not there: neither is what it used (token-coverage.md §4).
fn unloaded(spawn: &SpawnLink) -> El {
    let dashes = format!("{NOT_RECORDED} ctx / {NOT_RECORDED} out");
    let badge = el("span").class("num not-recorded").attr("title", "its own log is not among what is open");
    let badge = badge.child(el("span").attr("aria-hidden", "true").text(&dashes));
    let badge = badge.child(el("span").class("sr").text("tokens not recorded"));
    let mut told = Vec::new();
    told.extend(spawn.total_tokens.get().map(|tokens| format!("{} tokens", format_token_count(tokens))));
    told.extend(spawn.tool_calls.get().map(|calls| count(calls, "tool call")));
    told.extend(spawn.duration_ms.get().map(duration_text));
    let told = match told.is_empty() {
        true => "transcript not loaded".to_owned(),
        false => format!("transcript not loaded; reported by the caller, in no total: {}", told.join(", ")),
    };
    el("div").class("sub-agent-card sub-agent-unloaded").attr("data-testid", "sub-agent").children([
        el("strong").class("clip").text(&spawn.child_id),
        badge,
        el("span").text(&told),
    ])
}
