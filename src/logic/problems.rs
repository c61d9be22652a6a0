//! What could not be read, or was decided, by source.

use crate::archive::Archive;
use crate::formats;
use crate::model::{Problem, ProblemKind, Problems, SourceId, SourceIndex, SourceKind, Wire, sorted};

/// The problems of one source.
#[derive(Debug, Clone, PartialEq, Wire)]
pub struct ProblemGroup {
    pub path: String,
    /// By which it is known, where a mapping may read it.
    pub mappable: Option<SourceId>,
    /// The format's name, or what the source is instead.
    pub kind: String,
    /// It is a log, or could not be read, so that nobody knows.
    pub is_log: bool,
    pub bytes: f64,
    pub lines: u32,
    pub problems: Vec<Problem>,
    /// Repeated ones included.
    pub total: u32,
}

/// How many problems people should hear of without asking: line types that the program does not know are only listed.
pub fn to_tell(problems: &Problems) -> u32 {
    let told = problems.as_slice().iter().filter(|problem| problem.kind != ProblemKind::UnknownType);
    told.map(|problem| problem.count).sum()
}

/// All sources with problems, logs before foreign files, by path.
pub fn groups(archive: &Archive) -> Vec<ProblemGroup> {
    let groups: Vec<ProblemGroup> = archive
        .sources()
        .filter_map(|(id, source)| {
            let duplicate = archive.original_of(id).and_then(|original| archive.source(original));
            let duplicate = duplicate.map(|original| original.meta.path.as_str());
            Some(group(id, source, duplicate)).filter(|group| group.total > 0)
        })
        .collect();
    sorted(groups, |a, b| (!a.is_log, &a.path).cmp(&(!b.is_log, &b.path)))
}

fn group(id: SourceId, source: &SourceIndex, duplicate_of: Option<&str>) -> ProblemGroup {
    let mut kinds = source.problems.as_slice().iter().map(|problem| problem.kind);
    let is_unread = kinds.any(|kind| matches!(kind, ProblemKind::Unreadable | ProblemKind::Duplicate));
    let (kind, is_log) = match source.kind {
        SourceKind::Log(id) => (formats::by_id(id).map_or(id, |format| format.name()), true),
        SourceKind::Empty if is_unread => ("not read", true),
        SourceKind::Empty => ("empty", false),
        SourceKind::Beside(_) => ("kept beside a log", is_unread),
        SourceKind::NotText => ("not JSON lines", is_unread),
        SourceKind::Foreign => ("another kind of JSON", is_unread),
    };
    let mut problems = source.problems.as_slice().to_vec();
    if let Some(original) = duplicate_of {
        let reason = format!("the same as {original}, which counts");
        problems.push(Problem { kind: ProblemKind::Duplicate, line: None, reason, excerpt: String::new(), count: 1 });
    }
    let is_mappable = match source.kind {
        SourceKind::Log(id) => formats::is_guessed(id),
        kind => kind == SourceKind::Foreign,
    };
    ProblemGroup {
        mappable: is_mappable.then_some(id),
        path: source.meta.path.clone(),
        kind: kind.to_owned(),
        is_log,
        bytes: source.bytes as f64,
        lines: source.lines,
        total: problems.iter().map(|problem| problem.count).sum(),
        problems,
    }
}
