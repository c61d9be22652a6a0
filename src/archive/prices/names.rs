//! Which row of a table a model of a log is.
//!
//! Logs write a model in many ways: `claude-opus-4-5-20251101`, `anthropic/claude-opus-4.5`,
//! `us.anthropic.claude-opus-4-5-20251101-v1:0`, `claude-opus-4-5@20251101`, `claude-opus-4-5[1m]`. Models with open weights
//! are sold by many at different prices, and run at home for nothing: their price depends on the seller.

use super::row::PriceRow;

/// Servers that run models at home, where their maker's price means nothing.
const LOCAL: [&str; 9] =
    ["llama-server", "llama.cpp", "llamacpp", "lmstudio", "local", "ollama", "omlx", "rapid-mlx", "vllm"];

/// Makers as OpenRouter and others call them, and as the table does.
const ALIASES: [(&str, &str); 9] = [
    ("alibaba", "dashscope"),
    ("cohere", "cohere_chat"),
    ("google", "gemini"),
    ("mistralai", "mistral"),
    ("moonshotai", "moonshot"),
    ("qwen", "dashscope"),
    ("vertex_ai", "gemini"),
    ("x-ai", "xai"),
    ("z-ai", "zai"),
];

/// The part of a model's name that all ways of writing it share: lower case, without the path, with dashes for dots.
pub fn key(model: &str) -> String {
    let leaf = model.rsplit('/').next().unwrap_or_default().trim();
    let leaf = leaf.split(['@', '[']).next().unwrap_or_default();
    let leaf = leaf.to_ascii_lowercase();
    // Bedrock writes `us.anthropic.MODEL-v1:0`.
    let bedrock =
        leaf.rsplit_once("anthropic.").map(|(_, model)| model.rsplit_once("-v").map_or(model, |(model, _)| model));
    bedrock.unwrap_or(&leaf).replace('.', "-")
}

/// A provider as the table calls it.
pub fn provider(name: &str) -> &str {
    let alias = ALIASES.iter().find(|(alias, _)| name.eq_ignore_ascii_case(alias));
    alias.map_or(name, |(_, provider)| provider)
}

/// A key without its date: `-20250929` or `-2025-09-29`.
pub fn without_date(key: &str) -> &str {
    let is_digits = |text: &str, len: usize| text.len() == len && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut parts = key.rsplitn(4, '-');
    let (last, month, year, rest) = (parts.next(), parts.next(), parts.next(), parts.next());
    let is = |part: Option<&str>, len| part.is_some_and(|part| is_digits(part, len));
    match rest {
        _ if is(last, 8) => key.rsplit_once('-').map_or(key, |(rest, _)| rest),
        Some(rest) if is(last, 2) && is(month, 2) && is(year, 4) => rest,
        _ => key,
    }
}

/// The keys that may stand for a key, longest first: itself, and what it begins with up to a dash or colon. Not past a
/// number of a version, since `claude-opus-4-9` is no `claude-opus-4` and costs a third of it.
pub fn beginnings(key: &str) -> impl Iterator<Item = &str> {
    let cuts = key.rmatch_indices(['-', ':']).map(|(cut, _)| key.split_at(cut));
    let is_version = |rest: &str| {
        let number = rest.split(['-', ':']).next().unwrap_or_default();
        (1..=2).contains(&number.len()) && number != "0" && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    let allowed = cuts.filter(move |(_, rest)| !is_version(&rest[1..])).map(|(beginning, _)| beginning);
    std::iter::once(key).chain(allowed)
}

/// A model as a log names it.
pub struct Wanted<'a> {
    /// Who is paid; empty where the log does not say.
    provider: &'a str,
    /// What stands before the model's own name: `qwen` in `openrouter/qwen/x`.
    vendor: &'a str,
    model: &'a str,
    pub key: String,
}

/// How well the seller of a row fits, best last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seller {
    /// Somebody resells it, at the price of the only one who runs it.
    Reseller,
    /// The log names nobody, and this is its maker.
    Maker,
    /// The row is for whoever sells it.
    Anybody,
    /// OpenRouter, or nobody, and the model's name says who made it.
    Vendor,
    Named,
}

impl<'a> Wanted<'a> {
    /// `None` for a model without a name, and for free variants (`deepseek/deepseek-r1:free`), which no table has.
    pub fn new(provider: &'a str, model: &'a str) -> Option<Self> {
        let (provider, model) = (provider.trim(), model.trim());
        let path = model.rsplit_once('/').map_or("", |(path, _)| path);
        let vendor = path.rsplit('/').next().unwrap_or_default();
        let first = path.split('/').next().unwrap_or_default();
        let provider = if provider.is_empty() { first } else { provider };
        let key = key(model);
        (!key.is_empty() && !key.ends_with(":free")).then_some(Self { provider, vendor, model, key })
    }

    /// Whether a row has the very name: 2, with the provider before it: 1.
    pub fn likeness(&self, name: &str) -> u8 {
        match name.strip_suffix(self.model) {
            Some("") => 2,
            Some(path) => u8::from(path.strip_suffix('/') == Some(self.provider)),
            None => 0,
        }
    }

    /// How the seller of a row fits; `None`: its price says nothing about this request.
    pub fn seller(&self, row: &PriceRow) -> Option<Seller> {
        if row.provider.is_empty() {
            return self.is_on_path(&row.name).then_some(Seller::Anybody);
        }
        let is_gateway = self.provider.is_empty() || self.provider.eq_ignore_ascii_case("openrouter");
        let names_nobody = self.provider.is_empty() && self.vendor.is_empty();
        if is_seller(self.provider, &row.provider) {
            Some(Seller::Named)
        } else if is_gateway && is_seller(self.vendor, &row.provider) {
            Some(Seller::Vendor)
        } else if !is_by_maker(row) {
            None
        } else if names_nobody {
            Some(Seller::Maker)
        } else {
            let is_local = LOCAL.iter().any(|local| self.provider.eq_ignore_ascii_case(local));
            (is_closed(row) && !is_local).then_some(Seller::Reseller)
        }
    }

    /// Whether the path of a row's name (`qwen` in `qwen/x`) is the end of this one's, or this one has none.
    fn is_on_path(&self, name: &str) -> bool {
        let Some((path, _)) = name.rsplit_once('/') else { return true };
        let own = self.model.rsplit_once('/').map_or("", |(path, _)| path);
        let full = format!("{}/{own}", self.provider).to_ascii_lowercase();
        let full = full.trim_matches('/');
        let rest = full.strip_suffix(&*path.to_ascii_lowercase());
        full.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    }
}

fn is_seller(name: &str, of_row: &str) -> bool {
    name.eq_ignore_ascii_case(of_row) || provider(name).eq_ignore_ascii_case(of_row)
}

/// Whether who sells a model also made it. The user's own rows mean what they say.
fn is_by_maker(row: &PriceRow) -> bool {
    let starts = |beginnings: &[&str]| beginnings.iter().any(|beginning| row.key.starts_with(beginning));
    row.is_own
        || match &*row.provider {
            "cerebras" | "codestral" | "groq" => false,
            "dashscope" => starts(&["qw"]),
            "gemini" => starts(&["gemini"]),
            "mistral" => !starts(&["deepseek", "glm", "zai"]),
            _ => true,
        }
}

/// Whether its weights are secret: nobody else can run it, so it costs about the same everywhere.
fn is_closed(row: &PriceRow) -> bool {
    ["anthropic", "gemini", "openai", "xai"].contains(&&*row.provider)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_for_all_ways_of_writing() {
        for (model, expected) in [
            ("claude-opus-4-5", "claude-opus-4-5"),
            ("anthropic/claude-opus-4.5", "claude-opus-4-5"),
            ("Claude-Opus-4-5[1m]", "claude-opus-4-5"),
            ("claude-opus-4-5@20251101", "claude-opus-4-5"),
            ("us.anthropic.claude-opus-4-5-20251101-v1:0", "claude-opus-4-5-20251101"),
            ("openrouter/qwen/qwen3.5-35b-a3b", "qwen3-5-35b-a3b"),
            ("", ""),
            ("x/", ""),
        ] {
            assert_eq!(key(model), expected);
        }
    }

    #[test]
    fn dates_are_told_from_versions() {
        for (key, expected) in [
            ("claude-opus-4-5-20251101", "claude-opus-4-5"),
            ("gpt-5-4-2026-03-05", "gpt-5-4"),
            ("gpt-5-4", "gpt-5-4"),
            ("gpt-4-0613", "gpt-4-0613"),
            ("2026-03-05", "2026-03-05"),
            ("20260305", "20260305"),
        ] {
            assert_eq!(without_date(key), expected);
        }
    }

    #[test]
    fn a_key_begins_at_dashes_but_not_past_a_version() {
        let check = |key: &str, expected: &[&str]| assert_eq!(beginnings(key).collect::<Vec<_>>(), expected);
        check("gpt-5-4-mini-2026-03-17", &["gpt-5-4-mini-2026-03-17", "gpt-5-4-mini", "gpt-5-4"]);
        check("claude-opus-4-9", &["claude-opus-4-9", "claude"]);
        check("claude-opus-4-0", &["claude-opus-4-0", "claude-opus-4", "claude"]);
        check("ft:gpt-4o:acme::7", &["ft:gpt-4o:acme::7", "ft:gpt-4o:acme", "ft:gpt-4o", "ft:gpt", "ft"]);
        check("", &[""]);
    }
}
