//! Answers to the page's questions. What can be computed is computed by the core; here bytes are fetched for it.

use super::contents;
use super::engine::{Engine, Shared, use_prices};
use super::protocol::{Answer, Query, SessionDetail};
use super::read::{read_span, words_of};
use crate::archive::{Archive, Prices};
use crate::export::{self, usage_csv};
use crate::formats;
use crate::logic::transcript::Durabilities;
use crate::logic::{coverage, explain, kin, problems, session, sessions, usage_view};
use crate::model::PriceMode;
use std::cell::RefMut;

/// Answers one question. Never fails as a whole: what went wrong is the answer.
pub async fn answer(engine: &Shared, query: Query) -> Answer {
    match query {
        Query::Usage { by, filter, counting, zone } => {
            let mut state = engine.borrow_mut();
            state.archive.assemble();
            Answer::Usage(Box::new(usage_view::usage(&state.archive, by, &filter, counting, &zone)))
        }
        Query::UsageCsv { by, filter, counting, zone } => {
            let mut state = engine.borrow_mut();
            state.archive.assemble();
            Answer::Text(usage_csv::usage(&usage_view::usage(&state.archive, by, &filter, counting, &zone)))
        }
        Query::Coverage { filter } => {
            Answer::Coverage(Box::new(coverage::coverage(assembled(engine).archive(), &filter)))
        }
        Query::CoverageCsv { filter } => {
            Answer::Text(export::coverage::csv(&coverage::coverage(assembled(engine).archive(), &filter)))
        }
        Query::Explain { key, sums } => {
            Answer::Explanation(explain::explain(assembled(engine).archive(), &key, sums).map(Box::new))
        }
        Query::ExplainCsv { key, sums } => match explain::explain(assembled(engine).archive(), &key, sums) {
            Some(found) => Answer::Text(export::explain::csv(&found)),
            None => Answer::Failed("this session is not loaded any more".into()),
        },
        Query::Prices { mode, own } => Answer::Prices(set_prices(engine, mode, &own)),
        Query::Session { key } => Answer::Session(detail(engine, &key).await.map(Box::new)),
        Query::Bodies { key, events } => Answer::Bodies(contents::bodies(engine, &key, &events).await),
        Query::Shown { key, events } => Answer::Shown(contents::shown(engine, &key, &events).await),
        Query::Part { key, event, block, from } => contents::part(engine, &key, event, block, from).await,
        Query::Whole { key, event, block } => contents::whole(engine, &key, event, block).await,
        Query::Image { key, event, block } => contents::image(engine, &key, event, block).await,
        Query::Raw { key, event } => raw(engine, &key, event).await,
        Query::Problems => Answer::Problems(problems::groups(&engine.borrow().archive)),
    }
}

/// The engine's state with its archive up to date.
struct Assembled<'a>(RefMut<'a, Engine>);

impl Assembled<'_> {
    fn archive(&self) -> &Archive {
        &self.0.archive
    }
}

fn assembled(engine: &Shared) -> Assembled<'_> {
    let mut state = engine.borrow_mut();
    state.archive.assemble();
    Assembled(state)
}

/// Uses other prices; answers what is wrong with them.
fn set_prices(engine: &Shared, mode: PriceMode, own: &str) -> Option<String> {
    let prices = match Prices::new(mode) {
        prices if own.trim().is_empty() => Ok(prices),
        prices => prices.with_overrides(own),
    };
    match prices {
        Ok(prices) => {
            use_prices(engine, prices);
            None
        }
        Err(error) => Some(error.to_string()),
    }
}

async fn raw(engine: &Shared, key: &str, number: u32) -> Answer {
    let Some(spot) = contents::spots(engine, key, &[number]).into_iter().flatten().next() else {
        return Answer::Failed(contents::GONE.into());
    };
    match read_span(&spot.blob, spot.span.offset, spot.span.len).await {
        Ok(bytes) => Answer::Raw {
            text: String::from_utf8_lossy(&bytes).into_owned(),
            line: spot.line,
            path: spot.path,
            offset: spot.span.offset as f64,
            len: spot.span.len,
        },
        Err(error) => Answer::Failed(format!("{} (source {}): {}", spot.path, spot.source.0, words_of(&error))),
    }
}

async fn detail(engine: &Shared, key: &str) -> Option<SessionDetail> {
    let (mut detail, track) = {
        let mut state = engine.borrow_mut();
        state.archive.assemble();
        let found = state.archive.session(key)?;
        let track = session::track(&state.archive, key)?;
        let detail = SessionDetail {
            row: sessions::row(&state.archive, found)?,
            facts: found.part.facts.clone(),
            track: track.to_bytes(),
            names: track.names().to_vec(),
            requests: track.requests().to_vec(),
            is_convention_assumed: found.part.is_convention_assumed,
            kin: kin::kin(&state.archive, found),
            durabilities: Durabilities::new(formats::by_id(found.format)?, track.names()),
        };
        (detail, track)
    };
    // The log's own words for the whole run stand in its first and last lines.
    for number in session::summary_events(&track) {
        for fact in contents::bodies(engine, key, &[number]).await.into_iter().flat_map(|body| body.facts) {
            // The end repeats most of what the start says.
            if !detail.facts.contains(&fact) {
                detail.facts.push(fact);
            }
        }
    }
    Some(detail)
}
