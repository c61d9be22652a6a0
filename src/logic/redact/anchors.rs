//! What stands after a colon or an equals sign: passwords in URLs, and what secret names are given.

use super::assignment::{Writing, is_secret, name_before, secret_after};
use super::rules::Rule;
use memchr::memchr2_iter;
use std::ops::Range;

/// So much of a URL may stand before its host, in bytes.
const LONGEST: usize = 512;

/// Schemes of data stores and mail: the URL is a connection string.
const STORES: [&[u8]; 21] = [
    b"postgres",
    b"postgresql",
    b"mysql",
    b"mariadb",
    b"mongodb",
    b"srv",
    b"redis",
    b"rediss",
    b"amqp",
    b"amqps",
    b"mssql",
    b"sqlserver",
    b"clickhouse",
    b"cockroachdb",
    b"kafka",
    b"nats",
    b"ldap",
    b"ldaps",
    b"smtp",
    b"smtps",
    b"memcached",
];

/// Hands on all of them.
pub fn anchored(text: &[u8], see: &mut dyn FnMut(Rule, Range<usize>)) {
    for sign in memchr2_iter(b':', b'=', text) {
        if is_url(text, sign) {
            if let Some((rule, range)) = url_password(text, sign) {
                see(rule, range);
            }
        } else if let Some(range) = secret_after(text, sign) {
            let name = name_before(text, sign);
            // `AccountKey=…;` and `Pwd=…;` are pieces of connection strings.
            let is_connection = name.eq_ignore_ascii_case(b"accountkey")
                || name.eq_ignore_ascii_case(b"sharedaccesskey")
                || name.eq_ignore_ascii_case(b"pwd")
                || text.get(range.end) == Some(&b';')
                    && sign > name.len()
                    && text.get(sign - name.len() - 1) == Some(&b';');
            see(if is_connection { Rule::ConnectionString } else { Rule::Assignment }, range);
        }
    }
}

/// Whether there may be any: as [`anchored`], but of names alone, and without a look at what follows them.
pub fn may_be_anchored(text: &[u8]) -> bool {
    memchr2_iter(b':', b'=', text).any(|sign| {
        if is_url(text, sign) {
            url_password(text, sign).is_some()
        } else {
            super::assignment::is_secret_name(name_before(text, sign))
        }
    })
}

fn is_url(text: &[u8], sign: usize) -> bool {
    text.get(sign..sign + 3) == Some(b"://")
}

/// The password between the user and the host.
fn url_password(text: &[u8], colon: usize) -> Option<(Rule, Range<usize>)> {
    let start = colon + 3;
    let rest = text.get(start..text.len().min(start + LONGEST))?;
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"/?#\"'`<>\\".contains(byte);
    let authority = rest.get(..rest.iter().position(is_end).unwrap_or(rest.len()))?;
    let host = authority.iter().rposition(|byte| *byte == b'@')?;
    let user = authority.iter().position(|byte| *byte == b':').filter(|user| *user < host)?;
    let password = authority.get(user + 1..host)?;
    // A template is no password; anything else may be.
    if password.is_empty() || b"$<{[*%".contains(password.first()?) && !is_secret(password, Writing::Quoted) {
        return None;
    }
    if matches!(password, [b'$' | b'<' | b'{' | b'[' | b'*', ..]) {
        return None;
    }
    let scheme = text.get(..colon)?;
    let len = scheme.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let scheme = scheme.get(scheme.len() - len..)?;
    let is_store = STORES.iter().any(|store| scheme.eq_ignore_ascii_case(store));
    let rule = if is_store { Rule::ConnectionString } else { Rule::UrlPassword };
    Some((rule, start + user + 1..start + host))
}
