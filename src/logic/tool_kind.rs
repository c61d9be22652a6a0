//! What sort of thing a tool does, told from its name alone.

use super::letters::contains;

/// The kinds of tools that have a colour and a sign of their own (analytics.md §10, with Edit and Write as one and
/// Grep and Glob as one).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ToolKind {
    Shell,
    Read,
    Edit,
    Search,
    /// Hands work to another agent.
    SubAgent,
    Other,
}

/// Exact names, as agents write them (analytics.md §10). What that table calls plain tools is `Other`.
const NAMES: [(ToolKind, &[&str]); 5] = [
    (
        ToolKind::Read,
        &[
            "Read",
            "read",
            "read_file",
            "read_files",
            "readFile",
            "view",
            "view_file",
            "list_files",
            "list_directory",
            "LS",
            "ls",
            "look_at",
            "read_web_page",
            "fetch",
            "find",
        ],
    ),
    (
        ToolKind::Edit,
        &[
            "Edit",
            "edit",
            "MultiEdit",
            "edit_file",
            "replace",
            "apply_patch",
            "ApplyPatch",
            "StrReplace",
            "str_replace",
            "patch",
            "undo_edit",
            "searchAndReplace",
            "replace_file_content",
            "Write",
            "write",
            "NotebookEdit",
            "write_file",
            "create_file",
            "write_to_file",
            "writeToFile",
        ],
    ),
    (
        ToolKind::Shell,
        &[
            "Bash",
            "bash",
            "shell",
            "Shell",
            "shell_command",
            "exec_command",
            "write_stdin",
            "run_command",
            "execute_command",
            "run_shell_command",
            "run_terminal_command",
            "terminal",
            "exec",
            "BashOutput",
            "KillShell",
        ],
    ),
    (
        ToolKind::Search,
        &[
            "Grep",
            "grep",
            "grep_search",
            "search_files",
            "searchFiles",
            "finder",
            "codebaseSearch",
            "search_codebase",
            "Glob",
            "glob",
        ],
    ),
    (ToolKind::SubAgent, &["Task", "Agent", "task", "spawn_agent", "delegate_task", "newTask", "explore"]),
];

/// The kind of a tool.
pub fn tool_kind(name: &str) -> ToolKind {
    let listed = NAMES.iter().find(|(_, names)| names.contains(&name));
    match listed {
        Some((kind, _)) => *kind,
        None if contains(name, "subagent") => ToolKind::SubAgent,
        None => ToolKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_exact() {
        let check = |name: &str, kind: ToolKind| assert_eq!(tool_kind(name), kind, "{name}");
        check("bash", ToolKind::Shell);
        check("Bash", ToolKind::Shell);
        check("find", ToolKind::Read);
        check("Write", ToolKind::Edit);
        check("Glob", ToolKind::Search);
        check("Agent", ToolKind::SubAgent);
        check("run_subagent_now", ToolKind::SubAgent);
        check("mcp__docs__read", ToolKind::Other);
        check("BASH", ToolKind::Other);
        check("task", ToolKind::SubAgent);
        check("", ToolKind::Other);
    }

    /// analytics.md §10, word by word.
    #[test]
    fn every_name_of_the_table_has_its_kind() {
        let table = [
            (
                ToolKind::Read,
                "Read, read, read_file, read_files, readFile, view, view_file, list_files, list_directory, LS, ls, \
                 look_at, read_web_page, fetch, find",
            ),
            (
                ToolKind::Edit,
                "Edit, edit, MultiEdit, edit_file, replace, apply_patch, ApplyPatch, StrReplace, str_replace, patch, \
                 undo_edit, searchAndReplace, replace_file_content",
            ),
            (ToolKind::Edit, "Write, write, NotebookEdit, write_file, create_file, write_to_file, writeToFile"),
            (
                ToolKind::Shell,
                "Bash, bash, shell, Shell, shell_command, exec_command, write_stdin, run_command, execute_command, \
                 run_shell_command, run_terminal_command, terminal, exec, BashOutput, KillShell",
            ),
            (
                ToolKind::Search,
                "Grep, grep, grep_search, search_files, searchFiles, finder, codebaseSearch, search_codebase",
            ),
            (ToolKind::Search, "Glob, glob"),
            (ToolKind::SubAgent, "Task, Agent, task, spawn_agent, delegate_task, newTask, explore, my_subagent"),
            (
                ToolKind::Other,
                "Skill, skill, WebSearch, WebFetch, web_search, web_fetch, webfetch, TodoWrite, todo_write, \
                 update_plan, AskUserQuestion, use_mcp_tool, view_image, browser_click, mcp__docs__read, anything",
            ),
        ];
        for (kind, names) in table {
            for name in names.split(", ") {
                assert_eq!(tool_kind(name), kind, "{name}");
            }
        }
    }

    #[test]
    fn no_name_is_listed_twice() {
        let mut all: Vec<&str> = NAMES.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
