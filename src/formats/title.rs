//! A session's title from the text that started it.

/// Longest title, in characters.
const LONGEST: usize = 120;

/// One line that says what was asked: the `<title>` of a prompt written by a program, else the first line that is not
/// markup. `None` for blank text.
pub fn title_of(prompt: &str) -> Option<String> {
    let head = prompt.char_indices().nth(200_000).map_or(prompt, |(end, _)| &prompt[..end]);
    let tagged = head.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>")).map(|(title, _)| title);
    let is_markup = |line: &str| line.starts_with('<') && line.ends_with('>');
    let plain = || head.lines().map(str::trim).find(|line| !line.is_empty() && !is_markup(line));
    let text = tagged.map(str::trim).filter(|title| !title.is_empty()).or_else(plain).or(Some(head.trim()))?;
    let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = words.char_indices().nth(LONGEST) {
        words.truncate(end);
        words.push('…');
    }
    Some(words).filter(|title| !title.is_empty())
}

#[cfg(test)]
mod tests {
    use super::title_of;

    #[test]
    fn titles() {
        let check = |prompt: &str, title: Option<&str>| assert_eq!(title_of(prompt).as_deref(), title, "{prompt:?}");
        check("", None);
        check(" \n ", None);
        check("Fix  the\ttest\nplease", Some("Fix the test"));
        check("<task>\n  <title>Add a flag</title>\n</task>", Some("Add a flag"));
        check("<task>\nRead a.txt", Some("Read a.txt"));
        check("<task></task>", Some("<task></task>"));
        check(&"é".repeat(121), Some(&("é".repeat(120) + "…")));
    }
}
