//! What could not be read, by source.

use super::shared::copy;
use super::store::use_store;
use crate::logic::format::{bytes_text, count};
use crate::logic::problems::ProblemGroup;
use crate::model::Problem;
use crate::worker::{Answer, Query};
use leptos::prelude::*;

/// All problems: line, kind, excerpt, count.
#[component]
pub fn ProblemsPage() -> impl IntoView {
    let store = use_store();
    let groups = RwSignal::new(None::<Vec<ProblemGroup>>);
    Effect::new(move |_| {
        store.generation.track();
        leptos::task::spawn_local_scoped_with_cancellation(async move {
            if let Some(Answer::Problems(found)) = store.ask(Query::Problems).await {
                groups.set(Some(found));
            }
        });
    });
    let body = move || match groups.get() {
        None => view! { <p class="empty-state" role="status">"Looking…"</p> }.into_any(),
        Some(groups) if groups.is_empty() => view! {
            <section class="empty-state"><h2>"No problems"</h2><p>"Every line of every log was read."</p></section>
        }
        .into_any(),
        Some(groups) => {
            let (logs, foreign): (Vec<_>, Vec<_>) = groups.into_iter().partition(|group| group.is_log);
            view! { <div class="sheet">{logs.into_iter().map(log_panel).collect_view()}{foreign_panel(foreign)}</div> }.into_any()
        }
    };
    view! { <h1 class="sr">"Problems"</h1>{body} }
}

fn log_panel(group: ProblemGroup) -> impl IntoView {
    let scope = format!("{}, {}, {}. Everything else in it was read.", group.kind, count(u64::from(group.lines), "line"), bytes_text(group.bytes as u64));
    let rows = group.problems.into_iter().map(|problem| row(&group.path, problem)).collect_view();
    view! {
        <section class="panel span-12" data-testid="problem-group">
            <header class="panel-head"><div><h2 class="panel-title mono">{group.path}</h2><p class="panel-scope">{scope}</p></div></header>
            <div>{rows}</div>
        </section>
    }
}

fn row(path: &str, problem: Problem) -> impl IntoView + use<> {
    let place = problem.line.map_or(String::new(), |line| format!("Line {line}: "));
    let (look, icon) = if problem.kind.is_loss() { ("error", "#i-fail") } else { ("warn", "#i-warn") };
    let text = format!("{path}:{}: {} – {} ({})\n{}", problem.line.unwrap_or(0), problem.kind.title(), problem.reason, problem.count, problem.excerpt);
    let times = if problem.count == 1 { "once".to_owned() } else { format!("{} times", problem.count) };
    view! {
        <div class="problem-row" data-testid="problem-row">
            <span class="status-sign" data-status=look><svg aria-hidden="true"><use href=icon /></svg><span class="sr">{look}</span></span>
            <strong>{place}{problem.kind.title()}<span class="problem-reason">{problem.reason}</span></strong>
            <code class="clip">{problem.excerpt}</code>
            <span class="muted num">{times}</span>
            <button class="button button-quiet button-small" type="button" on:click=move |_| copy(text.clone())>"Copy"</button>
        </div>
    }
}

/// Files that are no session logs: named, never an error.
fn foreign_panel(groups: Vec<ProblemGroup>) -> impl IntoView {
    (!groups.is_empty()).then(|| view! {
        <section class="panel span-12" data-testid="foreign-files">
            <header class="panel-head"><div>
                <h2 class="panel-title">"Not a session log: "{count(groups.len() as u64, "file")}</h2>
                <p class="panel-scope">"They count in nothing."</p>
            </div></header>
            <div>{groups.into_iter().map(|group| {
                let reason = group.problems.first().map(|problem| problem.reason.clone()).unwrap_or_default();
                view! {
                    <div class="problem-row">
                        <span class="status-sign" data-status="unknown"><svg aria-hidden="true"><use href="#i-unknown" /></svg><span class="sr">"other"</span></span>
                        <strong class="mono clip">{group.path}</strong>
                        <code class="clip">{reason}</code>
                        <span class="muted num">{bytes_text(group.bytes as u64)}</span>
                    </div>
                }
            }).collect_view()}</div>
        </section>
    })
}
