//! What an event is to the eye: each kind has one colour and one sign everywhere on the page.

use crate::logic::tool_kind::ToolKind;
use crate::logic::track::{Mark, Track};
use crate::model::{EventKind, flags};

/// A kind with a look of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Prompt,
    Response,
    Thinking,
    Shell,
    Read,
    Edit,
    Search,
    OtherTool,
    SubAgent,
    Compaction,
    Error,
    Waiting,
    Routing,
    Override,
    Start,
    End,
    /// Said by the harness.
    System,
    Other,
}

impl Kind {
    pub const ALL: [Self; 18] = [
        Self::Prompt,
        Self::Response,
        Self::Thinking,
        Self::Shell,
        Self::Read,
        Self::Edit,
        Self::Search,
        Self::OtherTool,
        Self::SubAgent,
        Self::Compaction,
        Self::Error,
        Self::Waiting,
        Self::Routing,
        Self::Override,
        Self::Start,
        Self::End,
        Self::System,
        Self::Other,
    ];

    /// Name in the style sheets.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prompt => "prompt",
            Self::Response => "response",
            Self::Thinking => "thinking",
            Self::Shell => "tool-shell",
            Self::Read => "tool-read",
            Self::Edit => "tool-edit",
            Self::Search => "tool-search",
            Self::OtherTool => "tool-other",
            Self::SubAgent => "sub-agent",
            Self::Compaction => "compaction",
            Self::Error => "error",
            Self::Waiting => "waiting",
            Self::Routing => "routing",
            Self::Override => "override",
            Self::Start => "session-start",
            Self::End => "session-end",
            Self::System => "system",
            Self::Other => "other",
        }
    }

    /// What people call it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Prompt => "Prompt",
            Self::Response => "Response",
            Self::Thinking => "Thinking",
            Self::Shell => "Shell",
            Self::Read => "Read",
            Self::Edit => "Edit",
            Self::Search => "Search",
            Self::OtherTool => "Tool",
            Self::SubAgent => "Sub-agent",
            Self::Compaction => "Compaction",
            Self::Error => "Error",
            Self::Waiting => "Waiting",
            Self::Routing => "Routing decision",
            Self::Override => "Override",
            Self::Start => "Session start",
            Self::End => "Session end",
            Self::System => "System",
            Self::Other => "Other",
        }
    }
}

impl From<ToolKind> for Kind {
    fn from(kind: ToolKind) -> Self {
        match kind {
            ToolKind::Shell => Self::Shell,
            ToolKind::Read => Self::Read,
            ToolKind::Edit => Self::Edit,
            ToolKind::Search => Self::Search,
            ToolKind::SubAgent => Self::SubAgent,
            ToolKind::Other => Self::OtherTool,
        }
    }
}

/// The kind of an event, whether it failed or not.
pub fn kind_of(track: &Track, mark: &Mark) -> Kind {
    match mark.kind {
        EventKind::Prompt => Kind::Prompt,
        EventKind::Request | EventKind::Response | EventKind::Delta | EventKind::Usage => Kind::Response,
        EventKind::Thinking => Kind::Thinking,
        EventKind::ToolCall | EventKind::ToolResult => track.tool(mark).into(),
        EventKind::Compaction => Kind::Compaction,
        EventKind::SubAgentStart | EventKind::SubAgentEnd => Kind::SubAgent,
        EventKind::Routing => Kind::Routing,
        EventKind::Override => Kind::Override,
        EventKind::Error => Kind::Error,
        EventKind::SessionStart => Kind::Start,
        EventKind::SessionEnd => Kind::End,
        EventKind::System => Kind::System,
        EventKind::Progress | EventKind::Other => Kind::Other,
    }
}

/// Whether something went wrong here: an error, a failed call, a run that did not succeed.
pub const fn is_error(mark: &Mark) -> bool {
    mark.has(flags::FAILED) || matches!(mark.kind, EventKind::Error)
}

/// What stands out: the row of marks shows it, and the outline lists it.
pub fn marker_of(track: &Track, mark: &Mark) -> Option<Kind> {
    if is_error(mark) {
        return Some(Kind::Error);
    }
    let kind = kind_of(track, mark);
    let is_seldom = matches!(mark.kind, EventKind::Prompt | EventKind::Compaction | EventKind::Override);
    let is_call = mark.kind == EventKind::ToolCall && matches!(kind, Kind::Edit | Kind::SubAgent);
    (is_seldom || is_call || mark.kind == EventKind::SubAgentStart).then_some(kind)
}

/// What one can go to the next of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Jump {
    Prompt,
    Error,
    Edit,
    Compaction,
    SubAgent,
    /// Any of these: what the outline lists.
    Marker,
}

/// The steps to jump to, in order.
pub fn jumps(track: &Track, steps: &[u32], to: Jump) -> Vec<u32> {
    let is_target = |mark: &Mark| match (to, kind_of(track, mark)) {
        (Jump::Error, _) => is_error(mark),
        (Jump::Prompt, kind) => kind == Kind::Prompt,
        (Jump::Edit, kind) => kind == Kind::Edit,
        (Jump::Compaction, kind) => kind == Kind::Compaction,
        (Jump::SubAgent, kind) => kind == Kind::SubAgent && mark.kind != EventKind::SubAgentEnd,
        (Jump::Marker, _) => marker_of(track, mark).is_some(),
    };
    steps.iter().copied().filter(|step| track.get(*step).is_some_and(is_target)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jumps_go_to_steps_of_a_kind() {
        let mark =
            |kind, name| Mark { kind, flags: 0, at_ms: None, duration_ms: None, context: None, output: None, name };
        let failed = Mark { flags: flags::FAILED, ..mark(EventKind::ToolCall, 2) };
        let marks = vec![
            mark(EventKind::Prompt, 0),
            mark(EventKind::Response, 0),
            mark(EventKind::ToolCall, 1),
            failed,
            mark(EventKind::ToolCall, 2),
            mark(EventKind::Compaction, 0),
            mark(EventKind::ToolCall, 3),
            mark(EventKind::SubAgentStart, 0),
            mark(EventKind::SubAgentEnd, 0),
            mark(EventKind::Override, 0),
        ];
        let track = Track::new(marks, ["", "Edit", "Bash", "Task"].map(str::to_owned).to_vec());
        let steps: Vec<u32> = (0..track.len() as u32).collect();
        let check = |to, answer: &[u32]| assert_eq!(jumps(&track, &steps, to), answer, "{to:?}");
        check(Jump::Prompt, &[0]);
        check(Jump::Error, &[3]);
        check(Jump::Edit, &[2]);
        check(Jump::Compaction, &[5]);
        check(Jump::SubAgent, &[6, 7]);
        check(Jump::Marker, &[0, 2, 3, 5, 6, 7, 9]);
    }
}
