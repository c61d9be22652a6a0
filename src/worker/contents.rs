//! Contents of steps: their lines are read again from where they stand, decoded and prepared for the page.

use super::engine::{Engine, Shared};
use super::question::Answer;
use super::read::{read_span, words_of};
use super::shelf;
use crate::formats::{self, Format};
use crate::logic::shown::{self, About, ShownBody};
use crate::logic::{base64, beside, session};
use crate::model::{Block, Body, EventKind, SourceId, Span};
use std::cell::RefCell;
use std::rc::Rc;
use web_sys::{Blob, BlobPropertyBag, Url};

/// In answer to a question about what is not there.
pub const GONE: &str = "this session is not loaded any more";

/// A step with more bytes than this is kept until another one is asked for: its portions come one by one.
const LARGE: u32 = 1 << 20;

/// So much of a file beside a log is shown in place.
const MOST_BESIDE: u32 = 1 << 20;

/// Images that the browser may draw. Not SVG: opened by itself it may run scripts.
const DRAWN: [&str; 6] = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"];

/// Where the bytes of an event are.
pub struct Spot {
    pub source: SourceId,
    pub format: &'static dyn Format,
    pub blob: Blob,
    pub span: Span,
    pub line: u32,
    pub block: u16,
    pub path: String,
    kind: EventKind,
    /// The log's word for it, as of a tool.
    name: String,
}

/// The lines of events, for each of them its own and those of its result.
pub fn spots(engine: &Shared, key: &str, events: &[u32]) -> Vec<Vec<Spot>> {
    let state = engine.borrow();
    let lines = session::lines_of(&state.archive, key, events);
    lines.into_iter().map(|lines| lines.into_iter().filter_map(|line| spot(&state, line)).collect()).collect()
}

/// Where the bytes of a line are, if its source is still loaded.
pub fn spot(state: &Engine, line: session::LineOf) -> Option<Spot> {
    let source = state.archive.source(line.source)?;
    Some(Spot {
        source: line.source,
        format: formats::by_id(line.format)?,
        blob: state.blobs.get(&line.source)?.clone(),
        span: line.event.span,
        line: line.event.line,
        block: line.event.block,
        path: source.meta.path.clone(),
        kind: line.event.kind,
        name: source.strings.get(line.event.name).to_owned(),
    })
}

async fn body(engine: &Shared, spots: &[Spot]) -> Body {
    let mut whole = Body::default();
    for spot in spots {
        match read_span(&spot.blob, spot.span.offset, spot.span.len).await {
            Ok(bytes) => {
                let mut body = spot.format.body(&bytes, spot.block);
                fill_in(engine, &mut body).await;
                whole.extend(body);
            }
            Err(error) => whole.extend(Body::unreadable([&*spot.path, ": ", &*words_of(&error)].concat())),
        }
    }
    whole
}

/// The content of one event, with its images.
pub async fn body_of(engine: &Shared, key: &str, event: u32) -> Body {
    let spots: Vec<Spot> = spots(engine, key, &[event]).into_iter().flatten().collect();
    body(engine, &spots).await
}

/// Outputs that stand in files of their own come in place of their beginnings, where these files are loaded.
pub async fn fill_in(engine: &Shared, body: &mut Body) {
    let Some(at) = body.blocks.iter().position(|block| matches!(block, Block::Elsewhere { .. })) else { return };
    let Some(Block::Elsewhere { path, is_open }) = body.blocks.get_mut(at) else { return };
    shelf::fetch_beside(engine, path).await;
    let blob = {
        let state = engine.borrow();
        beside::find(&state.archive, path).and_then(|id| state.blobs.get(&id).cloned())
    };
    let Some(blob) = blob else { return };
    let Ok(bytes) = read_span(&blob, 0, MOST_BESIDE).await else { return };
    let is_whole = blob.size() <= f64::from(MOST_BESIDE);
    *is_open = true;
    if is_whole {
        body.blocks.remove(at);
    }
    if let Some(place) = at.checked_sub(1).and_then(|before| body.blocks.get_mut(before)) {
        *place = Block::Output { text: String::from_utf8_lossy(&bytes).into_owned(), cut: false };
    }
}

/// Contents of events; a call's result is part of its call. Without images, which nobody asked for.
pub async fn bodies(engine: &Shared, key: &str, events: &[u32]) -> Vec<Body> {
    let mut found = Vec::with_capacity(events.len());
    for spots in spots(engine, key, events) {
        let mut body = body(engine, &spots).await;
        for block in &mut body.blocks {
            if let Block::Image { base64, .. } = block {
                base64.clear();
            }
        }
        found.push(body);
    }
    found
}

/// What stands in place of a step whose log is not here.
fn absent(engine: &Shared, key: &str) -> Body {
    shelf::why_missing(&engine.borrow(), key).map_or_else(Body::default, Body::unreadable)
}

/// The same, as the page draws them.
pub async fn shown(engine: &Shared, key: &str, events: &[u32]) -> Vec<ShownBody> {
    let mut found = Vec::with_capacity(events.len());
    for spots in spots(engine, key, events) {
        let body = match spots.is_empty() {
            true => absent(engine, key),
            false => body(engine, &spots).await,
        };
        let nothing = About { kind: EventKind::Other, name: "" };
        found.push(shown::shown(spots.first().map_or(nothing, about), &body));
    }
    found
}

fn about(spot: &Spot) -> About<'_> {
    About { kind: spot.kind, name: &spot.name }
}

/// One step, decoded.
#[derive(Clone)]
struct Held {
    key: String,
    event: u32,
    generation: u64,
    spots: Rc<Vec<Spot>>,
    body: Rc<Body>,
}

thread_local! {
    static HELD: RefCell<Option<Held>> = const { RefCell::new(None) };
}

async fn held(engine: &Shared, key: &str, event: u32) -> Option<Held> {
    let generation = engine.borrow().archive.generation();
    let known = HELD.with_borrow(Option::clone);
    let is_it = |held: &Held| held.key == key && held.event == event && held.generation == generation;
    if let Some(held) = known.filter(is_it) {
        return Some(held);
    }
    let spots = spots(engine, key, &[event]).pop().filter(|spots| !spots.is_empty())?;
    let bytes: u32 = spots.iter().fold(0, |sum, spot| sum.saturating_add(spot.span.len));
    let body = Rc::new(body(engine, &spots).await);
    let held = Held { key: key.to_owned(), event, generation, spots: Rc::new(spots), body };
    HELD.set(Some(held.clone()).filter(|_| bytes >= LARGE));
    Some(held)
}

async fn with_step(
    engine: &Shared,
    key: &str,
    event: u32,
    answer: &dyn Fn(About<'_>, &Body) -> Option<Answer>,
) -> Answer {
    let held = held(engine, key, event).await;
    let found = held.and_then(|held| answer(about(held.spots.first()?), &held.body));
    found.unwrap_or_else(|| Answer::Failed(GONE.into()))
}

/// A portion of a block.
pub async fn part(engine: &Shared, key: &str, event: u32, block: u32, from: u32) -> Answer {
    let part = |about: About<'_>, body: &Body| shown::part(about, body, block, from).map(Answer::Part);
    with_step(engine, key, event, &part).await
}

/// All of a block's text.
pub async fn whole(engine: &Shared, key: &str, event: u32, block: u32) -> Answer {
    with_step(engine, key, event, &|about, body| shown::whole(about, body, block).map(Answer::Text)).await
}

/// Puts an image where the browser finds it, and answers the address.
pub async fn image(engine: &Shared, key: &str, event: u32, block: u32) -> Answer {
    let address = |mime: &str, bytes: &[u8]| {
        let options = BlobPropertyBag::new();
        options.set_type(mime);
        let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
        Url::create_object_url_with_blob(&blob).ok()
    };
    let image = |about: About<'_>, body: &Body| {
        let (mime, text) = shown::image(about, body, block)?;
        if !DRAWN.contains(&&*mime) {
            return Some(Answer::Failed(["images of the type ", &mime, " are not drawn"].concat()));
        }
        let made = base64::decode(&text).and_then(|bytes| address(&mime, &bytes));
        Some(made.map_or_else(|| Answer::Failed("the log's image cannot be read".into()), Answer::Text))
    };
    with_step(engine, key, event, &image).await
}
