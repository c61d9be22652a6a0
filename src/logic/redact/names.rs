//! Names of users: in paths to home folders, and then wherever they stand.

use memchr::memmem;
use std::ops::Range;

/// Names that say nothing of anybody; as words they stand everywhere.
const NOBODY: [&str; 30] = [
    "root",
    "user",
    "users",
    "home",
    "admin",
    "runner",
    "ubuntu",
    "debian",
    "node",
    "vscode",
    "shared",
    "public",
    "default",
    "guest",
    "test",
    "work",
    "agent",
    "assistant",
    "system",
    "tool",
    "model",
    "build",
    "code",
    "data",
    "main",
    "dev",
    "app",
    "me",
    "git",
    "docker",
];

fn is_name(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-') || *byte >= 0x80
}

/// Whether there may be a path to a home folder.
pub fn may_hold_home(text: &[u8]) -> bool {
    memmem::find(text, b"Users").is_some() || memmem::find(text, b"/home/").is_some()
}

/// Hands on the names in `/home/NAME`, `/Users/NAME` and `C:\Users\NAME`, with backslashes escaped or not.
pub fn homes(text: &[u8], see: &mut dyn FnMut(Range<usize>)) {
    for (word, seps) in [(&b"home"[..], &b"/"[..]), (b"Users", b"/\\")] {
        for at in memmem::find_iter(text, word) {
            let is_path = at > 0 && text.get(at - 1).is_some_and(|byte| seps.contains(byte));
            let rest = text.get(at + word.len()..).unwrap_or_default();
            let sep = rest.iter().take_while(|byte| seps.contains(byte)).count();
            let name = rest.get(sep..).unwrap_or_default();
            let len = name.iter().take_while(|byte| is_name(byte)).count();
            // A sentence may end after it.
            let len = name.get(..len).unwrap_or_default().iter().rposition(|byte| *byte != b'.').map_or(0, |at| at + 1);
            let name = name.get(..len).unwrap_or_default();
            if is_path && sep > 0 && len > 0 && !matches!(name, b"Shared" | b"Public") {
                let start = at + word.len() + sep;
                see(start..start + len);
            }
        }
    }
}

/// Whether a name may be looked for as a word of its own.
pub fn is_telling(name: &[u8]) -> bool {
    name.len() >= 3 && !NOBODY.iter().any(|word| name.eq_ignore_ascii_case(word.as_bytes()))
}

/// Hands on a name where it stands as a word.
pub fn words(text: &[u8], name: &[u8], see: &mut dyn FnMut(Range<usize>)) {
    for at in memmem::find_iter(text, name) {
        let end = at + name.len();
        let is_word =
            |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80);
        // The letter of an escape is none of the word.
        let before = at
            .checked_sub(1)
            .and_then(|before| text.get(before))
            .filter(|_| at < 2 || text.get(at - 2) != Some(&b'\\'));
        if !is_word(before) && !is_word(text.get(end)) {
            see(at..end);
        }
    }
}
