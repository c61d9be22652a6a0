//! Why a log could not be fetched, and what to do: the browser itself gives no reason for what it refuses.

/// A site, as addresses name it: `https:` and `logs.example.org`.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    pub protocol: &'a str,
    pub host: &'a str,
}

/// For a request to another site that never came to an answer.
pub fn refused(page: Site<'_>, log: Site<'_>) -> &'static str {
    if page.protocol == "https:" && log.protocol == "http:" && !is_loopback(log.host) {
        return "this page came over https and may not read http addresses. Use the https address of the log, or \
                download the file and drop it here instead";
    }
    if is_private(log.host) && !is_private(page.host) {
        return "the browser does not let a page from the internet read addresses of your own network. Allow it if the \
                browser asks, look at the logs with `sessionscope serve`, or download the file and drop it here instead";
    }
    "the browser refused it: the server is not reachable, redirects elsewhere, or does not allow other sites to read it \
     (CORS). Download the file and drop it here instead"
}

/// For an answer that is no log.
pub fn status(status: u16) -> String {
    let words = match status {
        401 | 403 => "the server refuses it (status {}): it wants a login. Download the file and drop it here instead",
        404 | 410 => "there is no such file on the server (status {}). The link may be old, or its address wrong",
        429 => "the server wants to be asked less often (status {}); try again later",
        500.. => "the server failed (status {}); try again later",
        _ => "the server answered with status {}",
    };
    words.replace("{}", &status.to_string())
}

/// For a page in place of a log.
pub const WEB_PAGE: &str = "the server sent a web page, not a log (is a login needed?). Download the file and drop it here \
                            instead";

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host == "[::1]" || host.ends_with(".localhost") || host.starts_with("127.")
}

/// Hosts that only this machine or its own network reaches.
fn is_private(host: &str) -> bool {
    let numbers = host.split('.').map(str::parse);
    let is_address = host.split('.').count() == 4 && numbers.clone().all(|number: Result<u8, _>| number.is_ok());
    let second: u8 = numbers.skip(1).flatten().next().unwrap_or(0);
    let is_ours = |host: &str| {
        host.starts_with("10.")
            || host.starts_with("192.168.")
            || host.starts_with("169.254.")
            || host.starts_with("172.") && (16..32).contains(&second)
    };
    is_loopback(host)
        || is_address && is_ours(host)
        || [".local", ".internal", ".lan", ".home.arpa"].iter().any(|end| host.ends_with(end))
        || ["[fc", "[fd", "[fe80"].iter().any(|start| host.starts_with(start))
        || !host.contains(['.', ':'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(page: &str, log: &str, words: &str) {
        let split =
            |address: &str| address.split_once("//").map(|(a, b)| (a.to_owned(), b.to_owned())).expect("address");
        let (page_parts, log_parts) = (split(page), split(log));
        let answer = refused(
            Site { protocol: &page_parts.0, host: &page_parts.1 },
            Site { protocol: &log_parts.0, host: &log_parts.1 },
        );
        assert!(answer.contains(words), "{page} {log}: {answer}");
    }

    #[test]
    fn each_refusal_has_its_sentence() {
        check("https://a.example", "https://b.example", "CORS");
        check("https://a.example", "http://b.example", "came over https");
        check("http://localhost", "https://b.example", "CORS");
        for log in
            ["http://127.0.0.1", "http://localhost", "https://10.1.2.3", "https://172.20.0.1", "https://nas.local"]
        {
            check("https://a.example", log, "your own network");
        }
        check("https://a.example", "https://172.32.0.1", "CORS");
        check("https://a.example", "https://10.example.org", "CORS");
        check("http://127.0.0.1", "http://192.168.1.2", "CORS");
        assert!(status(404).contains("no such file on the server (status 404)"));
        assert!(
            status(403).contains("wants a login") && status(503).contains("try again") && status(418).contains("418")
        );
    }
}
