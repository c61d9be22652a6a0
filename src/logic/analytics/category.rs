//! The nine categories of tools (analytics.md §10), by their names alone.

use crate::logic::tool_kind::{ToolKind, tool_kind};
use crate::model::Wire;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Wire)]
pub enum Category {
    Read,
    Edit,
    Write,
    Bash,
    Grep,
    Glob,
    Task,
    Tool,
    Other,
}

impl Category {
    pub const ALL: [Self; 9] =
        [Self::Read, Self::Edit, Self::Write, Self::Bash, Self::Grep, Self::Glob, Self::Task, Self::Tool, Self::Other];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "Read",
            Self::Edit => "Edit",
            Self::Write => "Write",
            Self::Bash => "Bash",
            Self::Grep => "Grep",
            Self::Glob => "Glob",
            Self::Task => "Task",
            Self::Tool => "Tool",
            Self::Other => "Other",
        }
    }
}

const WRITES: [&str; 6] = ["Write", "write", "NotebookEdit", "write_file", "create_file", "write_to_file"];
const TOOLS: [&str; 13] = [
    "Skill",
    "skill",
    "WebSearch",
    "WebFetch",
    "web_search",
    "web_fetch",
    "webfetch",
    "TodoWrite",
    "todo_write",
    "update_plan",
    "AskUserQuestion",
    "use_mcp_tool",
    "view_image",
];

/// The category of a tool. The kinds that have signs of their own are these with some of them joined.
pub fn category(name: &str) -> Category {
    match tool_kind(name) {
        ToolKind::Read => Category::Read,
        ToolKind::Edit if WRITES.contains(&name) || name == "writeToFile" => Category::Write,
        ToolKind::Edit => Category::Edit,
        ToolKind::Shell => Category::Bash,
        ToolKind::Search if matches!(name, "Glob" | "glob") => Category::Glob,
        ToolKind::Search => Category::Grep,
        ToolKind::SubAgent => Category::Task,
        ToolKind::Other if TOOLS.contains(&name) || name.starts_with("mcp__") || name.starts_with("browser") => {
            Category::Tool
        }
        ToolKind::Other => Category::Other,
    }
}

/// The server of an MCP tool: `docs` of `mcp__docs__read`.
pub fn mcp_server(name: &str) -> Option<&str> {
    let rest = name.strip_prefix("mcp__")?;
    rest.split_once("__").map_or(Some(rest), |(server, _)| Some(server))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_the_table() {
        let check = |category_name: &str, names: &str| {
            for name in names.split_whitespace() {
                assert_eq!(category(name).name(), category_name, "{name}");
            }
        };
        check(
            "Read",
            "Read read read_file read_files readFile view view_file list_files list_directory LS ls look_at read_web_page fetch find",
        );
        check(
            "Edit",
            "Edit edit MultiEdit edit_file replace apply_patch ApplyPatch StrReplace str_replace patch undo_edit searchAndReplace replace_file_content",
        );
        check("Write", "Write write NotebookEdit write_file create_file write_to_file writeToFile");
        check(
            "Bash",
            "Bash bash shell Shell shell_command exec_command write_stdin run_command execute_command run_shell_command run_terminal_command terminal exec BashOutput KillShell",
        );
        check("Grep", "Grep grep grep_search search_files searchFiles finder codebaseSearch search_codebase");
        check("Glob", "Glob glob");
        check("Task", "Task Agent task spawn_agent delegate_task newTask explore run_subagent_x");
        check(
            "Tool",
            "Skill skill WebSearch WebFetch web_search web_fetch webfetch TodoWrite todo_write update_plan AskUserQuestion use_mcp_tool view_image browser_click mcp__docs__read",
        );
        check("Other", "lsp READ unknown_thing");
        assert_eq!(
            [mcp_server("mcp__docs__read"), mcp_server("mcp__docs"), mcp_server("Read")],
            [Some("docs"), Some("docs"), None]
        );
    }
}
