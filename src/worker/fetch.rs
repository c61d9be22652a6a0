//! The only place that asks the network for logs: what the user named or agreed to, GET, without credentials or
//! referrer (DESIGN §6).

use super::read::{Flow, read_stream, words_of};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, DedicatedWorkerGlobalScope, ReferrerPolicy, Request, RequestCredentials, RequestInit, RequestRedirect,
    Response, Url,
};

/// Pieces of about this many bytes become blobs of the browser's, outside this memory.
const PIECE: usize = 8 << 20;

/// A fetched log: what a source is read again from.
pub struct Fetched {
    pieces: js_sys::Array,
    piece: Vec<u8>,
}

impl Fetched {
    fn keep(&mut self, bytes: &[u8]) -> Result<(), JsValue> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), JsValue> {
        let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(&self.piece[..]));
        self.pieces.push(&JsValue::from(Blob::new_with_u8_array_sequence(&parts)?));
        self.piece.clear();
        Ok(())
    }
}

/// Fetches a log, hands on its bytes and gives back a handle to them. The error is a sentence for people.
pub async fn fetch(
    scope: &DedicatedWorkerGlobalScope,
    url: &str,
    chunk: &mut dyn FnMut(&[u8]) -> Flow,
) -> Result<Blob, String> {
    let here = scope.location().href();
    let url = Url::new_with_base(url, &here).map_err(|_| format!("{url:?} is not a web address"))?;
    let is_same_origin = url.origin() == scope.location().origin();
    if !matches!(url.protocol().as_str(), "http:" | "https:") {
        return Err(format!("only http and https addresses can be fetched, not {}", url.protocol()));
    }
    let response = send(scope, &url, is_same_origin).await?;
    if !response.ok() {
        return Err(status_words(response.status()));
    }
    let kind = response.headers().get("content-type").ok().flatten().unwrap_or_default();
    if kind.starts_with("text/html") {
        return Err("the server sent a web page, not a log (is a login needed?)".into());
    }
    let stream = response.body().ok_or("the server sent nothing")?;
    let mut kept = Fetched { pieces: js_sys::Array::new(), piece: Vec::new() };
    let mut failed = None;
    let mut keep = |bytes: &[u8]| {
        if let Err(error) = kept.keep(bytes) {
            failed = Some(words_of(&error));
            return Flow::Break(());
        }
        chunk(bytes)
    };
    read_stream(stream, &mut keep).await.map_err(|error| format!("the transfer broke off: {}", words_of(&error)))?;
    if let Some(why) = failed {
        return Err(why);
    }
    kept.flush().and_then(|()| Blob::new_with_blob_sequence(&kept.pieces)).map_err(|error| words_of(&error))
}

async fn send(scope: &DedicatedWorkerGlobalScope, url: &Url, is_same_origin: bool) -> Result<Response, String> {
    let options = RequestInit::new();
    options.set_method("GET");
    options.set_credentials(RequestCredentials::Omit);
    options.set_referrer_policy(ReferrerPolicy::NoReferrer);
    options.set_redirect(if is_same_origin { RequestRedirect::Follow } else { RequestRedirect::Error });
    let request = Request::new_with_str_and_init(&url.href(), &options).map_err(|error| words_of(&error))?;
    let response = JsFuture::from(scope.fetch_with_request(&request)).await.map_err(|error| match is_same_origin {
        true => format!("the server did not answer: {}", words_of(&error)),
        false => "the browser refused it: the server is not reachable, redirects elsewhere, or does not allow other \
                  sites to read it (CORS). Download the file and drop it here instead"
            .into(),
    })?;
    response.dyn_into().map_err(|error| words_of(&error))
}

fn status_words(status: u16) -> String {
    match status {
        401 | 403 => format!("the server refuses it (status {status}): it wants a login"),
        404 | 410 => format!("there is no such file on the server (status {status})"),
        500.. => format!("the server failed (status {status}); try again later"),
        _ => format!("the server answered with status {status}"),
    }
}
