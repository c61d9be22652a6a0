//! What logs are called in a bundle: by their place in the folder that was given. Paths of this machine stay here.

use super::super::find::shown;
use std::fs;
use std::path::{Path, PathBuf};

/// The folders and files that were given, and what each is called.
pub struct Names(Vec<(PathBuf, String)>);

impl Names {
    /// Of the paths that were given. Those that end alike are told apart by a number.
    pub fn of(paths: &[PathBuf]) -> Self {
        let mut known: Vec<(PathBuf, String)> = Vec::new();
        for path in paths {
            let real = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
            let last = real.file_name().map_or_else(|| "logs".to_owned(), |name| shown(Path::new(name)));
            let taken =
                known.iter().filter(|(_, name)| *name == last || name.starts_with(&format!("{last} ("))).count();
            let name = if taken == 0 { last } else { format!("{last} ({})", taken + 1) };
            known.push((path.clone(), name));
        }
        Self(known)
    }

    /// The name of a file that was found below one of them.
    pub fn name(&self, file: &Path) -> String {
        let below = self.0.iter().find_map(|(root, name)| Some((file.strip_prefix(root).ok()?, name)));
        match below {
            Some((rest, name)) if rest.as_os_str().is_empty() => name.clone(),
            Some((rest, name)) => {
                let parts = rest.components().map(|part| part.as_os_str().to_string_lossy());
                parts.fold(name.clone(), |path, part| path + "/" + &part)
            }
            None => file.file_name().map_or_else(String::new, |name| shown(Path::new(name))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_are_called_by_their_place_below_what_was_given() {
        let names = Names::of(&["/nowhere/logs".into(), "/other/logs".into(), "/nowhere/run.jsonl".into()]);
        let name = |path: &str| names.name(Path::new(path));
        assert_eq!(name("/nowhere/logs/a b/x%.jsonl"), "logs/a b/x%.jsonl");
        assert_eq!(name("/other/logs/x.jsonl"), "logs (2)/x.jsonl");
        assert_eq!(name("/nowhere/run.jsonl"), "run.jsonl");
    }
}
