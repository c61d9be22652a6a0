//! Answers to the page's questions. What can be computed is computed by the core; here bytes are fetched for it.

use super::calls;
use super::close::close;
use super::contents;
use super::engine::{Engine, Shared, posted_sessions};
use super::files;
use super::mapping;
use super::question::{Answer, Query, RawText, SessionDetail};
use super::read::{read_span, words_of};
use super::{search, share, shelf};
use crate::archive::{Archive, Prices};
use crate::export::overview::total as shown;
use crate::export::{self, usage_csv};
use crate::formats;
use crate::logic::analytics::{self, Facts, choices, passing};
use crate::logic::explain::name::TotalName;
use crate::logic::explain::total::{self, TotalAsk};
use crate::logic::report::Report;
use crate::logic::step_usage::{self, StepUsage};
use crate::logic::transcript::Durabilities;
use crate::logic::window::Window;
use crate::logic::{
    agents, coverage, drawn, explain, kin, outline, problems, range, raw_line, replay, session, sessions, usage_view,
};
use crate::model::{PriceMode, Timestamp};
use std::cell::RefMut;
use std::future::ready;
use std::pin::Pin;

/// What is under way. Boxed, so that each answer has code of its own: as one function they were 110 KB, and as soon as one of
/// them had run for long the browser translated all of it well, 0.2 s of a processor while somebody waits.
type Work<'a> = Pin<Box<dyn Future<Output = Answer> + 'a>>;

/// Answers one question. Never fails as a whole: what went wrong is the answer.
pub async fn answer(engine: &Shared, query: Query) -> Answer {
    if let Query::Session { key } = &query {
        shelf::try_again(engine, key);
    }
    if let Some(key) = query.looks_into() {
        shelf::fetch_logs(engine, key).await;
    }
    begun(engine, query).await
}

fn begun(engine: &Shared, query: Query) -> Work<'_> {
    let answer = match query {
        Query::Refresh => {
            return Box::pin(async move {
                shelf::refresh(engine).await;
                Answer::Text(String::new())
            });
        }
        Query::TryMapping { source, text } => {
            return Box::pin(async move { mapping::try_on(engine, source, &text).await });
        }
        Query::Session { key } => {
            return Box::pin(async move { Answer::Session(detail(engine, &key).await.map(Box::new)) });
        }
        Query::Bodies { key, events } => {
            return Box::pin(async move { Answer::Bodies(contents::bodies(engine, &key, &events).await) });
        }
        Query::Shown { key, events } => {
            return Box::pin(async move { Answer::Shown(contents::shown(engine, &key, &events).await) });
        }
        Query::Part { key, event, block, from } => {
            return Box::pin(async move { contents::part(engine, &key, event, block, from).await });
        }
        Query::Whole { key, event, block } => {
            return Box::pin(async move { contents::whole(engine, &key, event, block).await });
        }
        Query::Image { key, event, block } => {
            return Box::pin(async move { contents::image(engine, &key, event, block).await });
        }
        Query::Raw { key, event, from } => return Box::pin(async move { raw(engine, &key, event, Some(from)).await }),
        Query::ExactLine { key, event } => return Box::pin(async move { raw(engine, &key, event, None).await }),
        Query::StepUsage { key, event } => {
            return Box::pin(async move { Answer::StepUsage(usage(engine, &key, event).await.map(Box::new)) });
        }
        Query::Words { key, events } => {
            return Box::pin(async move {
                let mut words = Vec::with_capacity(events.len());
                for (event, wording) in events {
                    words.push(outline::words(wording, &contents::body_of(engine, &key, event).await));
                }
                Answer::Words(words)
            });
        }
        Query::Files { key } => {
            return Box::pin(async move {
                told(files::files(engine, &key).await.map(|found| Answer::Files(Box::new(found))))
            });
        }
        Query::FileAt { key, path, calls } => {
            return Box::pin(async move {
                told(files::file_at(engine, &key, &path, &calls).await.map(|found| Answer::FileAt(Box::new(found))))
            });
        }
        Query::FileDiff { key, path, from, to } => {
            return Box::pin(async move { told(files::difference(engine, &key, &path, [&from, &to]).await) });
        }
        Query::AllFiles { filter, zone, from } => {
            return Box::pin(async move {
                let passing = with_facts(engine, |archive, facts| passing::passing(archive, facts, &filter, &zone));
                told(calls::all_files(engine, &passing, from).await)
            });
        }
        Query::Compare { keys } => {
            return Box::pin(async move {
                told(calls::compare(engine, &keys).await.map(|found| Answer::Compared(Box::new(found))))
            });
        }
        Query::Waste { key } => return Box::pin(async move { report(calls::waste(engine, &key).await) }),
        Query::Heads { key } => return Box::pin(async move { report(calls::heads_of(engine, &key).await) }),
        Query::Share(ask) => return Box::pin(async move { share::share(engine, *ask).await }),
        Query::Find { key, spec, from } => {
            return Box::pin(async move { Answer::Found(Box::new(search::find(engine, &key, &spec, from).await)) });
        }
        Query::Search { spec, from } => {
            return Box::pin(async move { Answer::Search(Box::new(search::search(engine, spec, from).await)) });
        }
        Query::Passing { filter, zone } => with_facts(engine, |archive, facts| {
            Answer::Passing(archive.generation() as f64, passing::passing(archive, facts, &filter, &zone))
        }),
        Query::Choices { facet } => {
            Answer::Choices(with_facts(engine, |archive, facts| choices::choices(archive, facts, facet)))
        }
        Query::Usage { by, filter, counting, zone } => Answer::Usage(Box::new(with_facts(engine, |archive, facts| {
            usage_view::usage_of(archive, facts, by, &filter, counting, &zone)
        }))),
        Query::UsageCsv { by, filter, counting, zone } => Answer::Text(with_facts(engine, |archive, facts| {
            usage_csv::usage(&usage_view::usage_of(archive, facts, by, &filter, counting, &zone))
        })),
        Query::Overview { ask, zone } => Answer::Overview(Box::new(with_facts(engine, |archive, facts| {
            let mut found = analytics::overview(archive, facts, &ask, &zone);
            let known = found.activity.as_ref();
            found.activity_columns = known.map_or_else(Vec::new, |known| drawn::activity(known, &found.agents));
            found
        }))),
        Query::OverviewFile { ask, zone, is_json } => Answer::Text(with_facts(engine, |archive, facts| {
            let found = analytics::overview(archive, facts, &ask, &zone);
            let print = if is_json { export::overview::json } else { export::overview::csv };
            print(&export::overview::tables(&found))
        })),
        Query::OverviewTables { ask, zone } => Answer::Tables(with_facts(engine, |archive, facts| {
            export::overview::shown(&analytics::overview(archive, facts, &ask, &zone))
        })),
        Query::Panels { ask, zone } => {
            Answer::Panels(with_facts(engine, |archive, facts| drawn::panels(archive, facts, &ask, &zone)))
        }
        Query::Coverage { filter, zone } => Answer::Coverage(Box::new(with_facts(engine, |archive, facts| {
            coverage::coverage_of(archive, facts, &filter, &zone)
        }))),
        Query::CoverageCsv { filter, zone } => Answer::Text(with_facts(engine, |archive, facts| {
            export::coverage::csv(&coverage::coverage_of(archive, facts, &filter, &zone))
        })),
        Query::Explain { key, sums } => {
            Answer::Explanation(explain::explain(assembled(engine).archive(), &key, sums).map(Box::new))
        }
        Query::ExplainCsv { key, sums } => match explain::explain(assembled(engine).archive(), &key, sums) {
            Some(found) => Answer::Text(export::explain::csv(&found)),
            None => Answer::Failed("this session is not loaded any more".into()),
        },
        Query::Total { name, selection, zone, now, from } => with_facts(engine, |archive, facts| {
            let name = match TotalName::parse_line(&name) {
                Ok(name) => name,
                Err(why) => return Answer::Failed(why),
            };
            match total::total(&TotalAsk { archive, facts, selection: &selection, zone: &zone, now, name: &name }) {
                Ok(found) => match from {
                    Some(from) => Answer::Total(Box::new(shown::view(archive, facts, &found, &zone, now, from))),
                    None => Answer::Text(shown::csv(&shown::table(archive, facts, &found))),
                },
                Err(why) => Answer::Failed(why),
            }
        }),
        Query::Mappings(texts) => mapping::take(engine, &texts),
        Query::ReadAs { source, name } => mapping::read_as(engine, source, &name),
        Query::Prices { mode, own } => Answer::Prices(set_prices(engine, mode, &own)),
        Query::Range { key, from_ms, to_ms } => {
            let window = Window { start: Some(Timestamp::from_ms(from_ms)), end: Some(Timestamp::from_ms(to_ms)) };
            Answer::Range(range::sums(assembled(engine).archive(), &key, window).map(Box::new))
        }
        Query::Close(keys) => close(engine, &keys),
        Query::Problems => Answer::Problems(problems::groups(&engine.borrow().archive)),
    };
    Box::pin(ready(answer))
}

fn told(answer: Result<Answer, String>) -> Answer {
    answer.unwrap_or_else(Answer::Failed)
}

fn report(found: Result<Report, String>) -> Answer {
    told(found.map(|found| Answer::Report(Box::new(found))))
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

/// Answers with the archive and its facts up to date.
fn with_facts<T>(engine: &Shared, answer: impl FnOnce(&Archive, &Facts) -> T) -> T {
    let mut state = engine.borrow_mut();
    let Engine { archive, facts, .. } = &mut *state;
    archive.assemble();
    facts.renew(archive);
    answer(archive, facts)
}

/// Uses other prices; answers what is wrong with them.
fn set_prices(engine: &Shared, mode: PriceMode, own: &str) -> Option<String> {
    let prices = match Prices::new(mode) {
        prices if own.trim().is_empty() => Ok(prices),
        prices => prices.with_overrides(own),
    };
    match prices {
        Ok(prices) => {
            let mut state = engine.borrow_mut();
            state.archive.set_prices(prices);
            let is_reading = state.is_reading;
            drop(state);
            // All rows are sent again, at the end of reading if it is under way.
            if !is_reading {
                posted_sessions(engine);
            }
            None
        }
        Err(error) => Some(error.to_string()),
    }
}

/// An event's line: a portion of it as people read it, or all of it as it is.
async fn raw(engine: &Shared, key: &str, event: u32, from: Option<Option<usize>>) -> Answer {
    told(line_of(engine, key, event).await.map(|(spot, bytes)| match from {
        Some(from) => Answer::Raw(Box::new(RawText {
            portion: raw_line::portion(&bytes, from),
            line: spot.line,
            path: spot.path,
            offset: spot.span.offset as f64,
            len: spot.span.len,
        })),
        None => Answer::Text(String::from_utf8_lossy(&bytes).into_owned()),
    }))
}

/// The line of an event, and where it stands.
async fn line_of(engine: &Shared, key: &str, number: u32) -> Result<(contents::Spot, Vec<u8>), String> {
    let spot = contents::spots(engine, key, &[number]).into_iter().flatten().next();
    let spot =
        spot.ok_or_else(|| shelf::why_missing(&engine.borrow(), key).unwrap_or_else(|| contents::GONE.into()))?;
    match read_span(&spot.blob, spot.span.offset, spot.span.len).await {
        Ok(bytes) => Ok((spot, bytes)),
        Err(error) => Err(format!("{} (source {}): {}", spot.path, spot.source.0, words_of(&error))),
    }
}

/// What a step used, with the counters of its lines as they are written there.
async fn usage(engine: &Shared, key: &str, number: u32) -> Option<StepUsage> {
    let (mut usage, lines) = {
        let Engine { archive, request_steps, .. } = &mut *engine.borrow_mut();
        archive.assemble();
        step_usage::step_usage(archive, request_steps, key, number)?
    };
    for line in lines {
        let spot = line.and_then(|line| contents::spot(&engine.borrow(), line));
        let bytes = match spot {
            Some(spot) => read_span(&spot.blob, spot.span.offset, spot.span.len).await.unwrap_or_default(),
            None => Vec::new(),
        };
        usage.written.push(step_usage::written(&bytes));
    }
    Some(usage)
}

async fn detail(engine: &Shared, key: &str) -> Option<SessionDetail> {
    let (mut detail, track) = {
        let mut state = engine.borrow_mut();
        state.archive.assemble();
        let found = state.archive.session(key)?;
        let track = session::track(&state.archive, key)?;
        let kin = kin::kin(&state.archive, found);
        let source = Some(found.place().source).filter(|id| !shelf::is_of_archive(*id));
        let detail = SessionDetail {
            row: sessions::row(&state.archive, found)?,
            facts: session::facts(found),
            track: track.to_bytes(),
            names: track.names().to_vec(),
            requests: track.requests().to_vec(),
            spent: replay::spent(&state.archive, found),
            is_convention_assumed: found.part.is_convention_assumed,
            agents: agents::agents(&state.archive, &kin, &track),
            context_window: session::context_window(&state.archive, found),
            kin,
            mappable: source.filter(|_| formats::is_guessed(found.format)),
            source,
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
