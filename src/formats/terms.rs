//! Values of logs in our terms, whatever the dialect: names out of paths, durations.

/// A file name without its extension.
pub fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// A duration as the columns hold it; negative and impossible ones are not recorded.
pub fn millis(ms: Option<i64>) -> Option<u32> {
    ms.and_then(|ms| u32::try_from(ms).ok())
}

/// The last component of the working directory; the worktrees of fizeau's own runner
/// (`.execute-bead-wt-NAME-<bead>-<time>-<hash>`) give NAME.
pub fn project_of(work_dir: &str) -> Option<String> {
    let last = work_dir.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next()?;
    let name = match last.strip_prefix(".execute-bead-wt-") {
        Some(worktree) => worktree.rsplitn(4, '-').nth(3).unwrap_or(worktree),
        None => last,
    };
    Some(name.to_owned()).filter(|name| !name.is_empty() && name != "." && name != "..")
}
