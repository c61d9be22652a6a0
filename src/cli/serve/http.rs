//! What a request may ask, and how it is answered.

use percent_encoding::percent_decode_str;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::net::{IpAddr, Ipv6Addr};
use tiny_http::{Method, Request, StatusCode};
use xxhash_rust::xxh3::xxh3_64;

/// By which names the server may be called. A page of a foreign site can make its own name point to this machine; what
/// gives it away is the name that the browser then asks for (DNS rebinding).
pub struct Guard {
    pub listen: IpAddr,
    pub port: u16,
    pub names: Vec<String>,
}

impl Guard {
    pub fn knows(&self, host: Option<&str>) -> bool {
        let Some(host) = host else { return false };
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok()),
            _ => (host, Some(80)),
        };
        let is_name = |known: &str| known.eq_ignore_ascii_case(name);
        let own = match self.listen {
            IpAddr::V6(address) => format!("[{address}]"),
            IpAddr::V4(address) => address.to_string(),
        };
        let loopback = ["localhost".to_owned(), "127.0.0.1".to_owned(), format!("[{}]", Ipv6Addr::LOCALHOST)];
        let is_known = is_name(&own) || self.names.iter().any(|known| is_name(known));
        let is_local = loopback.iter().any(|known| is_name(known));
        // A proxy before it has a port of its own.
        (is_known || is_local) && (port == Some(self.port) || self.names.iter().any(|known| is_name(known)))
    }
}

/// The file that an address names, without the leading slash; `None` for what leads out of the site, or could.
pub fn asked_path(url: &str) -> Option<String> {
    let path = url.split(['?', '#']).next()?.strip_prefix('/')?;
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let is_plain = !path.contains(['\0', '\\']) && !path.starts_with('/');
    let stays = path.split('/').all(|part| part != ".." && part != ".");
    (is_plain && stays).then(|| path.into_owned())
}

/// The media type of a file of the page.
pub fn type_of(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("json") => "application/json; charset=utf-8",
        Some("jsonl" | "ndjson") => "application/x-ndjson; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}

/// Which bytes of so many a `Range` asks for. `None`: all of them. Several ranges at once are answered by the whole, as
/// HTTP allows.
fn range(header: Option<&str>, len: u64) -> Option<Result<(u64, u64), ()>> {
    let (from, to) = header?.trim().strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| text.parse::<u64>().ok();
    let (start, end) = match (from, to) {
        ("", last) => (len.saturating_sub(number(last)?), len),
        (from, "") => (number(from)?, len),
        (from, to) => (number(from)?, number(to)?.saturating_add(1).min(len)),
    };
    Some(if start < end { Ok((start, end)) } else { Err(()) })
}

/// An answer, before it is sent.
pub struct Answer {
    status: u16,
    kind: &'static str,
    etag: Option<String>,
    extra: Vec<(&'static str, String)>,
    len: u64,
    body: Box<dyn Read + Send>,
}

impl Answer {
    /// The whole of something.
    pub fn of(content: Vec<u8>, kind: &'static str) -> Self {
        let etag = Some(format!("\"{:016x}\"", xxh3_64(&content)));
        let len = content.len() as u64;
        Self { status: 200, kind, etag, extra: Vec::new(), len, body: Box::new(Cursor::new(content)) }
    }

    /// A file, or the part of it that was asked for.
    pub fn of_file(mut file: File, asked: Option<&str>, etag: String) -> io::Result<Self> {
        let len = file.metadata()?.len();
        let (status, (start, end), told) = match range(asked, len) {
            None => (200, (0, len), None),
            Some(Ok((start, end))) => (206, (start, end), Some(format!("bytes {start}-{}/{len}", end - 1))),
            Some(Err(())) => (416, (0, 0), Some(format!("bytes */{len}"))),
        };
        file.seek(SeekFrom::Start(start))?;
        let mut extra = vec![("Accept-Ranges", "bytes".to_owned())];
        extra.extend(told.map(|told| ("Content-Range", told)));
        let body = Box::new(file.take(end - start));
        Ok(Self { status, kind: "application/octet-stream", etag: Some(etag), extra, len: end - start, body })
    }

    pub fn refused(status: u16, why: &str) -> Self {
        let mut answer = Self::of(format!("{why}\n").into_bytes(), "text/plain; charset=utf-8");
        (answer.status, answer.etag) = (status, None);
        answer
    }

    /// Nothing, if whoever asks has it already.
    pub fn unless(self, known: Option<&str>) -> Self {
        let is_known = |etag: &String| known.is_some_and(|known| known.split(',').any(|one| one.trim() == etag));
        match self.etag.as_ref().is_some_and(is_known) && self.status == 200 {
            true => Self { status: 304, len: 0, body: Box::new(io::empty()), ..self },
            false => self,
        }
    }

    /// Writes it, and has the browser close the connection: `tiny_http` may give a new one to a thread that still waits
    /// for another request of an older one, and browsers keep those open for minutes.
    pub fn send(mut self, request: Request) -> io::Result<()> {
        let is_head = *request.method() == Method::Head;
        let length = self.len.to_string();
        let mut headers: Vec<(&str, &str)> = vec![
            ("Connection", "close"),
            ("Content-Type", self.kind),
            ("Cache-Control", "no-cache"),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Content-Security-Policy", "frame-ancestors 'self'"),
        ];
        headers.extend(self.etag.as_deref().map(|etag| ("ETag", etag)));
        headers.extend(self.extra.iter().map(|(name, value)| (*name, value.as_str())));
        if self.status != 304 {
            headers.push(("Content-Length", &length));
        }
        let mut writer = request.into_writer();
        write!(writer, "HTTP/1.1 {} {}\r\n", self.status, StatusCode(self.status).default_reason_phrase())?;
        for (name, value) in headers {
            // What a file is called must not become a header of its own.
            write!(writer, "{name}: {}\r\n", value.replace(['\r', '\n'], " "))?;
        }
        writer.write_all(b"\r\n")?;
        if !is_head {
            io::copy(&mut self.body, &mut writer)?;
        }
        writer.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_answered() {
        let guard = Guard { listen: [127, 0, 0, 1].into(), port: 8417, names: Vec::new() };
        for host in ["localhost:8417", "127.0.0.1:8417", "LOCALHOST:8417", "[::1]:8417"] {
            assert!(guard.knows(Some(host)), "{host}");
        }
        for host in
            ["evil.example:8417", "localhost:9", "localhost", "127.0.0.1.evil.example:8417", "", ":8417", "[::1]"]
        {
            assert!(!guard.knows(Some(host)), "{host}");
        }
        assert!(!guard.knows(None));
        let named = Guard { names: vec!["logs.team.example".into()], ..guard };
        assert!(named.knows(Some("logs.team.example")) && named.knows(Some("logs.team.example:443")));
    }

    #[test]
    fn no_address_leads_out_of_the_site() {
        assert_eq!(asked_path("/").as_deref(), Some(""));
        assert_eq!(asked_path("/a%20b/c.js?x#y").as_deref(), Some("a b/c.js"));
        for url in [
            "/../etc/passwd",
            "/a/../../b",
            "/%2e%2e/x",
            "/a/%2E%2e/b",
            "//etc/passwd",
            "/..%2fetc",
            "/a\\..\\b",
            "/%5c..%5cb",
            "/a%00b",
            "http://other/x",
            "*",
            "",
            "/./a",
            "/%ff",
        ] {
            assert_eq!(asked_path(url), None, "{url}");
        }
    }

    #[test]
    fn ranges_are_understood() {
        assert_eq!(range(None, 10), None);
        assert_eq!(range(Some("bytes=0-3"), 10), Some(Ok((0, 4))));
        assert_eq!(range(Some("bytes=4-"), 10), Some(Ok((4, 10))));
        assert_eq!(range(Some("bytes=-3"), 10), Some(Ok((7, 10))));
        assert_eq!(range(Some("bytes=8-99"), 10), Some(Ok((8, 10))));
        assert_eq!(range(Some("bytes=10-"), 10), Some(Err(())));
        assert_eq!(range(Some("bytes=5-2"), 10), Some(Err(())));
        for odd in ["lines=0-3", "bytes=0-1,3-4", "bytes=a-b", "bytes="] {
            assert_eq!(range(Some(odd), 10), None, "{odd}");
        }
    }
}
