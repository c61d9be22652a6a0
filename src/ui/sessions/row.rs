//! One row of the list.

use super::open;
use crate::link::Tab;
use crate::logic::dates;
use crate::logic::format::{count, duration_text};
use crate::logic::kin;
use crate::logic::session_list::ListRow;
use crate::logic::sessions::{SessionRow, Sums};
use crate::model::{Relation, Status, Timestamp};
use crate::ui::frame::{button, is_plain_click};
use crate::ui::shared::{
    El, Live, cost, el, explained, follow, look_sign, not_recorded, not_recorded_words, small_icon, status_sign, svg,
    token_pair,
};
use crate::ui::store::Store;
use leptos::prelude::window;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlInputElement};

/// What every row needs to know of the list.
#[derive(Clone, Copy)]
pub struct Context {
    pub store: Store,
    /// Index of the row that the keyboard is at.
    pub cursor: Live<usize>,
    pub unfolded: Live<Vec<String>>,
    /// Decides whether a start needs its year.
    pub now: Timestamp,
}

/// Draws a row of the list, wherever it stands by then; its sums are its own, or those with sub-agents and forks.
pub fn session_row(context: Context, row: &ListRow, index: Live<usize>, sums: Sums) -> El {
    let Context { store, cursor, .. } = context;
    let session = &row.session;
    let key = session.key.clone();
    let shown = sums.of(session);
    let scope = match sums {
        Sums::Own => None,
        Sums::Tree => kin::tree_words(&relations(row), session.missing_children),
    };
    let cell = |class: &str, content: El| el("td").class(class).child(content);
    let number = |value: u32| el("span").text(&value.to_string());
    let mut tr = el("tr").class("session-row").attr("data-testid", "session-row");
    tr = tr
        .live_attr("data-row", move || Some(index.get().to_string()))
        .attr("data-key", &key)
        .flag("data-child", row.level > 0)
        .css("--level", &row.level.to_string())
        .live_flag("data-cursor", move || cursor.get() == index.get());
    // A click anywhere in the row opens it; buttons, links and selected text keep their own meaning.
    tr = tr.on("click", move |event| {
        if is_bare(&event) {
            cursor.set(index.get_untracked());
            open(store, &key);
        }
    });
    tr.children([
        cell("session-check", check(context, session, index)),
        cell("session-status", status(session)),
        cell("session-title", title(context, row, index)),
        el("td").class("optional").text(&agent(session)),
        cell("optional muted", model(session)),
        cell("session-start num", start(context, session)),
        cell("num", duration(session)),
        cell("num", number(session.steps())),
        cell("num", failures(session)),
        cell(
            "num session-tokens",
            of_session(context, index, scoped(token_pair(shown), scope.as_deref()), "output", session),
        ),
        cell(
            "num session-cost",
            of_session(context, index, scoped(cost(&shown.cost), scope.as_deref()), "cost", session),
        ),
    ])
}

/// The Tab key stops at what stands in the row that the keyboard is at.
fn at_cursor(cursor: Live<usize>, index: Live<usize>) -> impl Fn() -> Option<String> {
    move || Some(if cursor.get() == index.get() { "0" } else { "-1" }.to_owned())
}

/// The box that marks a session to be compared.
fn check(Context { store, cursor, .. }: Context, session: &SessionRow, index: Live<usize>) -> El {
    let (key, for_mark) = (session.key.clone(), session.key.clone());
    let field = el("input")
        .attr("type", "checkbox")
        .attr("aria-label", &["Compare ", session.label()].concat())
        .live_attr("tabindex", at_cursor(cursor, index));
    let input: HtmlInputElement = field.node().unchecked_into();
    follow(move || input.set_checked(store.view.with(|view| view.compare.contains(&key))));
    let field = field.on("change", move |event| {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let is_marked = input.is_some_and(|input| input.checked());
        store.adjust(|view| view.mark(for_mark.clone(), is_marked));
    });
    el("label").child(field)
}

fn title(Context { store, cursor, unfolded, .. }: Context, row: &ListRow, index: Live<usize>) -> El {
    let key = row.session.key.clone();
    let mut view = store.view.get_untracked();
    (view.tab, view.session, view.step) = (Tab::Session, Some(key.clone()), None);
    let link = el("a")
        .class("clip")
        .attr("href", &format!("#{view}"))
        .live_attr("tabindex", at_cursor(cursor, index))
        .text(row.session.label())
        .on("focus", move |_| cursor.set(index.get_untracked()))
        .on("click", move |event| {
            if is_plain_click(&event) {
                event.prevent_default();
                open(store, &key);
            }
        });
    let line = el("div").class("session-title-line").children(relation(row)).child(link);
    line.children(fold(row, unfolded)).children(notes(&row.session))
}

/// Whether a click hit neither a control nor text that is being selected.
fn is_bare(event: &Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let is_control = target.and_then(|target| target.closest("a, button, label").ok().flatten()).is_some();
    let is_selecting = window().get_selection().ok().flatten().is_some_and(|selection| !selection.is_collapsed());
    !is_control && !is_selecting
}

/// What stands below a row, whether or not it passes the filter: sums hold it all the same.
fn relations(row: &ListRow) -> Vec<Relation> {
    let counted = row.below.iter().filter(|relation| **relation != Relation::Stream).count() as u32;
    let hidden = row.session.descendants.saturating_sub(counted) as usize;
    row.below.iter().copied().chain(std::iter::repeat_n(Relation::Root, hidden)).collect()
}

/// A sum of a session that explains itself.
fn of_session(context: Context, index: Live<usize>, value: El, measure: &str, session: &SessionRow) -> El {
    let cursor = context.cursor;
    explained(value, &[measure, " session:key=", &session.key].concat()).live_attr("tabindex", at_cursor(cursor, index))
}

/// Says in every tooltip of an element what its numbers cover.
fn scoped(value: El, scope: Option<&str>) -> El {
    let Some(scope) = scope else { return value };
    let told = value.node().query_selector_all("[title]").ok();
    for index in 0..told.as_ref().map_or(0, |list| list.length()) {
        let element = told.as_ref().and_then(|list| list.item(index)).and_then(|node| node.dyn_into::<Element>().ok());
        if let Some((element, title)) =
            element.and_then(|element| Some((element.clone(), element.get_attribute("title")?)))
        {
            // Never fails: the name is valid.
            element.set_attribute("title", &format!("{title}; {scope}")).unwrap_or_default();
        }
    }
    let own = value.node().get_attribute("title");
    value.attr("title", &own.map_or_else(|| scope.to_owned(), |title| format!("{title}; {scope}")))
}

/// How it ended; of logs that never say so, that they do not.
fn status(session: &SessionRow) -> El {
    match session.status {
        Status::Unknown if !session.has_outcome => {
            let word = match session.status_word.as_str() {
                "" => "no outcome: this kind of log does not say how a session ended",
                word => word,
            };
            look_sign("unknown", "unknown", word)
        }
        status => status_sign(status),
    }
}

/// What it is to the row that it stands under.
fn relation(row: &ListRow) -> Option<El> {
    let sign = |icon: El, class: &str| {
        let word = kin::word(row.session.relation);
        let sign = el("span").class(class).attr("title", word).child(icon);
        sign.child(el("span").class("sr").text(word))
    };
    match row.session.relation {
        _ if row.level == 0 => None,
        Relation::SubAgent => Some(sign(small_icon("k-sub-agent"), "relation relation-sub-agent")),
        Relation::Fork => Some(sign(fork_sign(), "relation")),
        Relation::Continuation => Some(sign(small_icon("step-on"), "relation")),
        Relation::Stream => Some(sign(small_icon("menu"), "relation")),
        Relation::Root => None,
    }
}

/// A way that forks, which the sprite does not have.
fn fork_sign() -> El {
    let way = svg("path").attr("d", "M2 8h4l3.5-4.5H14M6 8l3.5 4.5H14");
    svg("svg").attr("aria-hidden", "true").attr("viewBox", "0 0 16 16").class("icon icon-small").child(way)
}

/// What one has to know of its numbers.
fn notes(session: &SessionRow) -> Vec<El> {
    let note = |look: &str, words: &str, title: &str| {
        el("span").class("session-note").attr("data-look", look).attr("title", title).text(words)
    };
    let missing = session.missing_parent.as_ref().map(|parent| {
        let words = match session.relation {
            Relation::SubAgent => "parent not loaded",
            _ => "history not loaded",
        };
        note("warn", words, &format!("the session that it belongs to is not loaded: {parent}"))
    });
    let guessed = session.is_replay_uncertain.then(|| {
        note("warn", "≈ history", "how much of it is copied history of another session had to be guessed from times")
    });
    let elsewhere = session.counted_in.as_ref().map(|other| {
        let title = format!("the log of the agent that it called is loaded and counts instead: {other}");
        note("quiet", "counted elsewhere", &title)
    });
    [missing, guessed, elsewhere].into_iter().flatten().collect()
}

fn fold(row: &ListRow, unfolded: Live<Vec<String>>) -> Option<El> {
    if row.below.is_empty() {
        return None;
    }
    let key = row.session.key.clone();
    let toggle = move |_| {
        unfolded.update(|open| match open.iter().position(|known| *known == key) {
            Some(place) => drop(open.swap_remove(place)),
            None => open.push(key.clone()),
        });
    };
    let sign = small_icon(if row.is_unfolded { "chevron" } else { "right" });
    let fold = button("fold", toggle).attr("aria-expanded", &row.is_unfolded.to_string());
    let is_streams = row.below.iter().all(|relation| *relation == Relation::Stream);
    let why = "the event stream of the program that this run called; its tokens are counted in the run";
    let fold = if is_streams { fold.attr("title", why) } else { fold };
    Some(fold.child(sign).text(&kin::words(&row.below)))
}

fn agent(session: &SessionRow) -> String {
    match session.told_harness() {
        Some(harness) => format!("{} › {harness}", session.agent_name),
        None => session.agent_name.clone(),
    }
}

fn model(session: &SessionRow) -> El {
    match session.models.first() {
        Some(model) => el("span").class("clip model-name").attr("title", &session.models.join(", ")).text(model),
        None => not_recorded("the log names no model"),
    }
}

fn start(Context { store, now, .. }: Context, session: &SessionRow) -> El {
    let Some(at) = session.started else { return not_recorded_words("no date", "no line of the log has a time") };
    store.zone.with(|zone| {
        let title = format!("{} · {}", dates::full(at, zone), at.rfc3339());
        el("span").attr("title", &title).text(&dates::short(at, now, zone))
    })
}

fn duration(session: &SessionRow) -> El {
    match session.duration_ms.get() {
        Some(ms) => el("span").attr("title", &format!("{ms} ms")).text(&duration_text(ms)),
        None => not_recorded("the log holds no duration and too few times"),
    }
}

fn failures(session: &SessionRow) -> El {
    let (errors, tools) = (u64::from(session.counts.errors), u64::from(session.counts.tool_failures));
    match errors + tools {
        0 => el("span").class("faint").text("0"),
        all => {
            let title = format!("{}, {}", count(errors, "error"), count(tools, "failed tool call"));
            el("span").class("error-count").attr("title", &title).text(&all.to_string())
        }
    }
}
