//! Which secret has which mask, kept from one `--append` to the next, beside the bundle and not in it: whoever has the
//! bundle must not be able to try passwords.

use crate::logic::redact::{Redactor, Rule};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

fn path(site: &Path) -> PathBuf {
    let mut name = site.file_name().unwrap_or_default().to_owned();
    name.push(".masks");
    site.with_file_name(name)
}

/// Goes on with the masks of a bundle. Without the file beside it none is used twice, by the numbers that its manifest
/// tells; but the same secret may then have two.
pub fn go_on(site: &Path, taken: &[(String, u32)], redactor: &mut Redactor) {
    let text = fs::read_to_string(path(site)).unwrap_or_default();
    let known = text.lines().filter_map(|line| {
        let mut words = line.split(' ');
        let (hash, rule, number) = (words.next()?, words.next()?, words.next()?);
        Some((u128::from_str_radix(hash, 16).ok()?, Rule::by_name(rule.as_bytes())?, number.parse().ok()?))
    });
    let taken = taken.iter().filter_map(|(rule, number)| Some((Rule::by_name(rule.as_bytes())?, *number)));
    redactor.go_on(known, taken);
}

/// Keeps the masks for the next time, for this user alone; gives how many of each rule there are.
pub fn keep(site: &Path, redactor: &Redactor) -> io::Result<Vec<(String, u32)>> {
    let mut lines: Vec<String> =
        redactor.names().map(|(hash, rule, number)| format!("{hash:032x} {} {number}\n", rule.name())).collect();
    lines.sort_unstable();
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path(site))?.write_all(lines.concat().as_bytes())?;
    let taken = redactor.taken().filter(|(_, number)| *number > 0);
    Ok(taken.map(|(rule, number)| (rule.name().to_owned(), number)).collect())
}
