//! What a text in a user line is: typed by a person, or put there by the harness (claude-code.md §3.1).

/// What a user line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said<'a> {
    /// Typed by a person; envelopes around it are taken off.
    Prompt(&'a str),
    /// A slash command with its arguments.
    Command(String),
    /// Put there by the harness; a word for it.
    Injected(&'static str),
    /// Output of a local command and the like: nobody said it.
    Noise(&'static str),
}

/// Asks how much of a limit is used up: no work.
pub const PROBE: &str = "/usage";

/// Beginnings of texts that the harness writes.
const INJECTED: [(&str, &str); 5] = [
    ("This session is being continued", "continuation"),
    ("<local-command-caveat>", "resume"),
    ("[Request interrupted", "interrupted"),
    ("<task-notification>", "task-notification"),
    ("Stop hook feedback:", "stop-hook-feedback"),
];

/// What may stand before a prompt, or alone.
const ENVELOPES: [&str; 3] = ["system-reminder", "ide_opened_file", "ide_selection"];

/// Sorts one text.
pub fn said(text: &str) -> Said<'_> {
    let text = text.trim();
    if let Some((_, word)) = INJECTED.iter().find(|(beginning, _)| text.starts_with(beginning)) {
        return Said::Injected(word);
    }
    if text.starts_with("<local-command-") {
        return Said::Noise("local-command");
    }
    if let Some((name, arguments)) = command(text) {
        let blank = if arguments.is_empty() { "" } else { " " };
        return Said::Command([name, blank, arguments].concat());
    }
    match without_envelopes(text) {
        (Some(envelope), "") => Said::Injected(envelope),
        (_, rest) => Said::Prompt(rest),
    }
}

/// Name and arguments of a slash command's envelope.
pub fn command(text: &str) -> Option<(&str, &str)> {
    if !text.starts_with("<command-") {
        return None;
    }
    let name = tagged(text, "command-name")?.trim();
    (!name.is_empty()).then(|| (name, tagged(text, "command-args").unwrap_or("").trim()))
}

fn tagged<'a>(text: &'a str, tag: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&*["<", tag, ">"].concat())?;
    Some(rest.split_once(&*["</", tag, ">"].concat()).map_or(rest, |(inner, _)| inner))
}

/// The last envelope that stands before the rest, and the rest.
fn without_envelopes(mut text: &str) -> (Option<&'static str>, &str) {
    let mut last = None;
    'next: while text.starts_with('<') {
        for envelope in ENVELOPES {
            let inner = text.strip_prefix('<').and_then(|text| text.strip_prefix(envelope)?.strip_prefix('>'));
            let end = ["</", envelope, ">"].concat();
            if let Some((_, rest)) = inner.and_then(|inner| inner.split_once(&*end)) {
                (text, last) = (rest.trim_start(), Some(envelope));
                continue 'next;
            }
        }
        break;
    }
    (last, text)
}

/// Longest title, in characters (claude-code.md §8).
const LONGEST_TITLE: usize = 300;

/// A prompt as a title: one line, not too long. `None` for blank text.
pub fn title_of(prompt: &str) -> Option<String> {
    let end = prompt.char_indices().nth(4 * LONGEST_TITLE).map_or(prompt.len(), |(end, _)| end);
    let mut title = prompt.get(..end)?.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = title.char_indices().nth(LONGEST_TITLE) {
        title.truncate(end);
    }
    Some(title).filter(|title| !title.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_the_harness_are_no_prompts() {
        let check = |text: &str, word: &'static str| assert_eq!(said(text), Said::Injected(word), "{text}");
        check("This session is being continued from a previous conversation", "continuation");
        check("<local-command-caveat>Caveat: …</local-command-caveat>", "resume");
        check("[Request interrupted by user]", "interrupted");
        check("<task-notification>\n<task-id>a1</task-id>", "task-notification");
        check("Stop hook feedback:\n- failed", "stop-hook-feedback");
        check("<system-reminder>Be brief.</system-reminder>\n", "system-reminder");
        check("<ide_opened_file>a.rs</ide_opened_file>", "ide_opened_file");
        check("<system-reminder>a</system-reminder><ide_selection>b</ide_selection>", "ide_selection");
        assert_eq!(said("<local-command-stdout>Bye!</local-command-stdout>"), Said::Noise("local-command"));
    }

    #[test]
    fn envelopes_before_a_prompt_are_taken_off() {
        let check = |text: &str, prompt: &str| assert_eq!(said(text), Said::Prompt(prompt), "{text}");
        check("<system-reminder>x</system-reminder>\n\nFix it", "Fix it");
        check("<ide_selection>x</ide_selection><ide_opened_file>y</ide_opened_file> Why?\n", "Why?");
        check("<system-reminder>never closed", "<system-reminder>never closed");
        check("<b>bold</b>", "<b>bold</b>");
        check("", "");
    }

    #[test]
    fn slash_commands_show_name_and_arguments() {
        let check = |text: &str, shown: &str| assert_eq!(said(text), Said::Command(shown.into()), "{text}");
        check(
            "<command-name>/x</command-name><command-message>x</command-message><command-args>A</command-args>",
            "/x A",
        );
        check("<command-message>x</command-message>\n<command-name>/x</command-name>", "/x");
        check("<command-name>/exit</command-name>\n   <command-args></command-args>", "/exit");
        assert_eq!(said("<command-args>A</command-args>"), Said::Prompt("<command-args>A</command-args>"));
    }

    #[test]
    fn titles_are_one_line_of_at_most_300_characters() {
        assert_eq!(title_of("Fix\n the\ttest "), Some("Fix the test".into()));
        assert_eq!(title_of(" \n"), None);
        assert_eq!(title_of(&"é".repeat(301)), Some("é".repeat(300)));
    }
}
