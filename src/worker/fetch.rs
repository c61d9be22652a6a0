//! The only place that asks the network for logs: what the user named or agreed to, GET, without credentials or
//! referrer (DESIGN §6).

use super::keep::Keeper;
use super::read::{CHUNK, Flow, read_stream, words_of};
use super::shelf::MANIFEST;
use super::source::{Content, Count};
use crate::logic::refusal::{self, Site};
use crate::model::quoted;
use crate::unpack::{MAGIC, Packing};
use js_sys::Reflect;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, DedicatedWorkerGlobalScope, ReferrerPolicy, Request, RequestCredentials, RequestInit, RequestRedirect,
    Response, Url,
};

/// Fetches a log, hands on its bytes and gives back a handle to them. If they are packed nothing is handed on: they are
/// to be unpacked from there. Of a log that has grown, what was there `before` is not asked for again, unless the server
/// sends the whole all the same. The error is a sentence for people.
pub async fn fetch(
    scope: &DedicatedWorkerGlobalScope,
    url: &str,
    before: Option<&Blob>,
    count: Count<'_>,
    content: Content<'_>,
) -> Result<(Blob, Option<Packing>), String> {
    let here = scope.location().href();
    let url = Url::new_with_base(url, &here).map_err(|_| format!("{} is not a web address", quoted(url)))?;
    let is_same_origin = url.origin() == scope.location().origin();
    if !matches!(url.protocol().as_str(), "http:" | "https:") {
        return Err(format!("only http and https addresses can be fetched, not {}", url.protocol()));
    }
    let response = send(scope, &url, before, is_same_origin).await?;
    if !response.ok() {
        return Err(refusal::status(response.status()));
    }
    let kind = response.headers().get("content-type").ok().flatten().unwrap_or_default();
    if kind.starts_with("text/html") {
        return Err(refusal::WEB_PAGE.into());
    }
    let stream = response.body().ok_or("the server sent nothing")?;
    let mut keeper = Keeper::default();
    // What it is packed in, if it is, as soon as that is known.
    let mut found = None;
    let mut failed = None;
    if let Some(before) = before.filter(|_| response.status() == PARTIAL) {
        found = Some(None);
        let read = read_stream(before.stream(), CHUNK, &mut |bytes| content(bytes)).await;
        read.map_err(|error| words_of(&error))?;
        keeper.begin_with(before);
    }
    let mut keep = |bytes: &[u8]| {
        let counted = count(bytes.len());
        if let Err(error) = keeper.keep(bytes) {
            failed = Some(words_of(&error));
            return Flow::Break(());
        }
        let content = match found {
            Some(None) => content(bytes),
            None if keeper.last().len() >= MAGIC => match *found.insert(Packing::of(keeper.last())) {
                None => content(keeper.last()),
                Some(_) => counted,
            },
            _ => counted,
        };
        if counted.is_break() { counted } else { content }
    };
    let read = read_stream(stream, CHUNK, &mut keep).await;
    read.map_err(|error| format!("the transfer broke off: {}", words_of(&error)))?;
    if let Some(why) = failed {
        return Err(why);
    }
    if found.is_none() {
        let _end = content(keeper.last());
    }
    let blob = keeper.finish().map_err(|error| words_of(&error))?;
    Ok((blob, found.flatten()))
}

/// The status of an answer that holds the part that was asked for.
const PARTIAL: u16 = 206;

async fn send(
    scope: &DedicatedWorkerGlobalScope,
    url: &Url,
    before: Option<&Blob>,
    is_same_origin: bool,
) -> Result<Response, String> {
    let options = RequestInit::new();
    options.set_method("GET");
    options.set_credentials(RequestCredentials::Omit);
    options.set_referrer_policy(ReferrerPolicy::NoReferrer);
    options.set_redirect(if is_same_origin { RequestRedirect::Follow } else { RequestRedirect::Error });
    if url.pathname().ends_with(MANIFEST) {
        // Asked for again each time; all else that an archive has is named by its content. Cannot fail on a plain object.
        let _is_set = Reflect::set(&options, &"cache".into(), &"no-cache".into());
    }
    let request = Request::new_with_str_and_init(&url.href(), &options).map_err(|error| words_of(&error))?;
    if let Some(before) = before {
        let range = ["bytes=", &(before.size() as u64).to_string(), "-"].concat();
        request.headers().set("Range", &range).map_err(|error| words_of(&error))?;
    }
    let response = JsFuture::from(scope.fetch_with_request(&request)).await.map_err(|error| match is_same_origin {
        true => format!("the server did not answer: {}", words_of(&error)),
        false => {
            let here = scope.location();
            let page = Site { protocol: &here.protocol(), host: &here.hostname() };
            refusal::refused(page, Site { protocol: &url.protocol(), host: &url.hostname() }).into()
        }
    })?;
    response.dyn_into().map_err(|error| words_of(&error))
}
