//! What people type into the search: a text, and filter words such as `tool:bash` or `cost>1`.

use crate::archive::{Session, Totals};
use crate::formats;
use crate::logic::letters::{contains, lower_case};
use crate::model::Money;

/// What was asked for. Filters are in small letters; an empty one keeps everything.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Asked {
    /// What to look for, without the filter words.
    pub text: String,
    /// Part of the tool's name, of calls.
    pub tool: String,
    /// Part of a text in the same line: which file a call was about.
    pub file: String,
    /// Only what failed, or only what did not.
    pub has_failed: Option<bool>,
    agent: String,
    model: String,
    project: String,
    status: String,
    /// More tokens than these, of the session's own sums.
    tokens: Option<u64>,
    cost: Option<Money>,
}

impl Asked {
    /// Reads what was typed; `Err` says which filter word is wrong and how.
    pub fn parse(typed: &str) -> Result<Self, String> {
        let mut asked = Self::default();
        let mut text: Vec<&str> = Vec::new();
        let mut rest = typed.trim();
        while !rest.is_empty() {
            let (word, after) = first_word(rest);
            if !asked.filter(word)? {
                text.push(word);
            }
            rest = after.trim_start();
        }
        // As it was typed, where nothing was taken out of it.
        let is_whole = text.len() == typed.split_whitespace().count();
        asked.text = if is_whole { typed.trim().to_owned() } else { text.join(" ") };
        Ok(asked)
    }

    /// Takes a filter word; `false` for any other.
    fn filter(&mut self, word: &str) -> Result<bool, String> {
        let wrong = |what: &str, such: &str| Err([what, " wants ", such].concat());
        if let Some((key @ ("tokens" | "cost"), value)) = word.split_once('>') {
            match (key, number(value), Money::parse(value.trim_start_matches('$'))) {
                ("tokens", Some(tokens), _) => self.tokens = Some(tokens),
                ("tokens", ..) => return wrong("tokens>", "a number, such as tokens>20k"),
                (_, _, Some(cost)) => self.cost = Some(cost),
                _ => return wrong("cost>", "dollars, such as cost>0.5"),
            }
            return Ok(true);
        }
        let Some((key, value)) = word.split_once(':') else { return Ok(false) };
        let value = value.trim_matches('"');
        let slot = match key {
            "tool" => &mut self.tool,
            "file" => &mut self.file,
            "agent" => &mut self.agent,
            "model" => &mut self.model,
            "project" => &mut self.project,
            "status" => &mut self.status,
            "error" => {
                self.has_failed = match value {
                    "" | "yes" | "true" => Some(true),
                    "no" | "false" => Some(false),
                    _ => return wrong("error:", "nothing after it, or error:no"),
                };
                return Ok(true);
            }
            _ => return Ok(false),
        };
        if value.is_empty() {
            return Err([key, ": wants a word right after it"].concat());
        }
        *slot = lower_case(value);
        Ok(true)
    }

    /// Whether steps are asked for, not only sessions.
    pub fn asks_for_steps(&self) -> bool {
        [&self.text, &self.tool, &self.file].iter().any(|text| !text.is_empty()) || self.has_failed.is_some()
    }

    /// Whether filters pick sessions.
    pub fn picks_sessions(&self) -> bool {
        [&self.agent, &self.model, &self.project, &self.status].iter().any(|text| !text.is_empty())
            || self.tokens.is_some()
            || self.cost.is_some()
    }

    /// Whether a session passes.
    pub fn keeps(&self, session: &Session) -> bool {
        let part = &session.part;
        let name = formats::by_id(session.format).map_or(session.format, |format| format.name());
        let is_over = |Totals { input_uncached, cache_read, cache_write, output, .. }: &Totals, least: u64| {
            [input_uncached, cache_read, cache_write, output].iter().map(|tally| tally.sum).sum::<u64>() > least
        };
        holds(&self.agent, &[session.format, name])
            && (self.model.is_empty() || part.models.iter().any(|model| holds(&self.model, &[model])))
            && holds(&self.project, &[part.project.as_deref().unwrap_or_default()])
            && holds(&self.status, &[part.status.name(), &part.status_word])
            && self.tokens.is_none_or(|least| is_over(&session.totals, least))
            && self.cost.is_none_or(|least| session.totals.cost.known > least)
    }

    /// Whether the text stands in what names a session: its title, its id, its project.
    pub fn names(&self, session: &Session) -> bool {
        let part = &session.part;
        let optional = |text: &Option<String>| text.clone().unwrap_or_default();
        holds(&lower_case(&self.text), &[&optional(&part.title), &session.key, &part.id, &optional(&part.project)])
    }
}

/// Whether one of these holds a text in small letters.
pub fn holds(wanted: &str, texts: &[&str]) -> bool {
    wanted.is_empty() || texts.iter().any(|text| contains(&lower_case(text), wanted))
}

/// The first word, with blanks where they stand between quotes after a `:`.
fn first_word(text: &str) -> (&str, &str) {
    let mut is_quoted = false;
    let mut before = ' ';
    for (at, letter) in text.char_indices() {
        match letter {
            '"' if is_quoted || before == ':' => is_quoted = !is_quoted,
            _ if letter.is_whitespace() && !is_quoted => return text.split_at(at),
            _ => {}
        }
        before = letter;
    }
    // A quote that never ends quotes nothing.
    text.find(char::is_whitespace).filter(|_| is_quoted).map_or((text, ""), |at| text.split_at(at))
}

/// `20000`, `20k` or `2M`.
fn number(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(['k', 'K', 'm', 'M']);
    let times = match text.get(digits.len()..)? {
        "" => 1,
        "k" | "K" => 1_000,
        "m" | "M" => 1_000_000,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(times)
}
