//! Keys that vendors give a shape of their own: a beginning that nothing else has, and so many characters after it.

use super::rules::Rule;

/// Characters of a key after its beginning.
#[derive(Clone, Copy)]
enum Body {
    /// Letters and digits.
    Plain,
    /// Capitals and digits.
    Capitals,
    /// Also `-` and `_`.
    Url,
    /// Letters, digits and `-`.
    Dashed,
    /// Letters, digits and `_`.
    Underscored,
}

impl Body {
    fn holds(self, byte: u8) -> bool {
        match self {
            Self::Plain => byte.is_ascii_alphanumeric(),
            Self::Capitals => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            Self::Url => byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'),
            Self::Dashed => byte.is_ascii_alphanumeric() || byte == b'-',
            Self::Underscored => byte.is_ascii_alphanumeric() || byte == b'_',
        }
    }
}

/// A beginning, what follows, at least and at most how many of it. With its beginning each is at least
/// [`super::runs::SHORTEST`] long, so that it stands in a run.
struct Shape(&'static [u8], Body, usize, usize, Rule);

const LONG: usize = 4096;

/// PRODUCT §7, and what the vendors have besides.
const SHAPES: [Shape; 38] = [
    Shape(b"AKIA", Body::Capitals, 16, 16, Rule::AwsKey),
    Shape(b"ASIA", Body::Capitals, 16, 16, Rule::AwsKey),
    Shape(b"sk-ant-", Body::Url, 20, LONG, Rule::AnthropicKey),
    Shape(b"sk-proj-", Body::Url, 20, LONG, Rule::OpenAiKey),
    Shape(b"sk-svcacct-", Body::Url, 20, LONG, Rule::OpenAiKey),
    Shape(b"sk-admin-", Body::Url, 20, LONG, Rule::OpenAiKey),
    Shape(b"sk-or-v1-", Body::Plain, 32, LONG, Rule::OpenRouterKey),
    Shape(b"sk-", Body::Plain, 32, LONG, Rule::OpenAiKey),
    Shape(b"sk_live_", Body::Plain, 16, LONG, Rule::StripeKey),
    Shape(b"rk_live_", Body::Plain, 16, LONG, Rule::StripeKey),
    Shape(b"glpat-", Body::Url, 20, LONG, Rule::GitLabToken),
    Shape(b"gldt-", Body::Url, 20, LONG, Rule::GitLabToken),
    Shape(b"glrt-", Body::Url, 20, LONG, Rule::GitLabToken),
    Shape(b"glptt-", Body::Url, 20, LONG, Rule::GitLabToken),
    Shape(b"glcbt-", Body::Url, 20, LONG, Rule::GitLabToken),
    Shape(b"npm_", Body::Plain, 30, LONG, Rule::NpmToken),
    Shape(b"pypi-AgE", Body::Url, 16, LONG, Rule::PypiToken),
    Shape(b"pypi-", Body::Underscored, 50, LONG, Rule::PypiToken),
    Shape(b"hf_", Body::Plain, 30, LONG, Rule::HuggingFaceToken),
    Shape(b"ghp_", Body::Plain, 30, LONG, Rule::GitHubToken),
    Shape(b"gho_", Body::Plain, 30, LONG, Rule::GitHubToken),
    Shape(b"ghu_", Body::Plain, 30, LONG, Rule::GitHubToken),
    Shape(b"ghs_", Body::Plain, 30, LONG, Rule::GitHubToken),
    Shape(b"ghr_", Body::Plain, 30, LONG, Rule::GitHubToken),
    Shape(b"github_pat_", Body::Underscored, 22, LONG, Rule::GitHubToken),
    Shape(b"xoxa-", Body::Dashed, 15, LONG, Rule::SlackToken),
    Shape(b"xoxb-", Body::Dashed, 15, LONG, Rule::SlackToken),
    Shape(b"xoxc-", Body::Dashed, 15, LONG, Rule::SlackToken),
    Shape(b"xoxd-", Body::Dashed, 15, LONG, Rule::SlackToken),
    Shape(b"xoxe-", Body::Dashed, 15, LONG, Rule::SlackToken),
    Shape(b"xoxo-", Body::Dashed, 15, LONG, Rule::SlackToken),
    Shape(b"xoxp-", Body::Dashed, 15, LONG, Rule::SlackToken),
    Shape(b"xoxr-", Body::Dashed, 15, LONG, Rule::SlackToken),
    Shape(b"xoxs-", Body::Dashed, 15, LONG, Rule::SlackToken),
    Shape(b"xapp-", Body::Dashed, 20, LONG, Rule::SlackToken),
    Shape(b"AIza", Body::Url, 35, 35, Rule::GoogleKey),
    Shape(b"GOCSPX-", Body::Url, 20, LONG, Rule::GoogleSecret),
    Shape(b"AGE-SECRET-KEY-1", Body::Capitals, 30, LONG, Rule::AgeKey),
];

/// The key that starts here: its rule and where it ends.
pub fn key_at(text: &[u8], at: usize) -> Option<(Rule, usize)> {
    let rest = text.get(at..)?;
    // Nearly every word stops here.
    if !matches!(rest.first()?, b'A' | b's' | b'r' | b'g' | b'n' | b'p' | b'h' | b'x' | b'G') {
        return None;
    }
    SHAPES.iter().find_map(|Shape(beginning, body, least, most, rule)| {
        let rest = rest.strip_prefix(*beginning)?;
        let len = rest.iter().take_while(|byte| body.holds(**byte)).count();
        // One that has a length of its own ends there.
        let is_key = len >= *least && (len <= *most || *most == LONG);
        is_key.then_some((*rule, at + beginning.len() + len))
    })
}

/// Keys with a dot after their beginning, which no run of characters has: where the run starts in a text, and where a
/// key around it starts and ends.
pub fn dotted_key(text: &[u8], run: usize) -> Option<(Rule, usize, usize)> {
    let before = text.get(..run)?;
    let len = |from: usize| text.get(from..).unwrap_or_default().iter().take_while(|b| Body::Url.holds(**b)).count();
    let is_free = |start: usize| {
        start == 0 || !before.get(start - 1).is_some_and(u8::is_ascii_alphanumeric) || {
            // The letter of an escape.
            start >= 2 && before.get(start - 2) == Some(&b'\\')
        }
    };
    for beginning in [&b"hvs."[..], b"hvb.", b"hvr."] {
        if before.ends_with(beginning) && is_free(run - beginning.len()) && len(run) >= 20 {
            return Some((Rule::VaultToken, run - beginning.len(), run + len(run)));
        }
    }
    // SG. and two parts with a dot between them; the second is the longer one.
    let start = match before.ends_with(b"SG.") {
        true => run - 3,
        false => {
            let first = before.strip_suffix(b".")?;
            let part = first.iter().rev().take_while(|byte| Body::Url.holds(**byte)).count();
            first.get(..first.len() - part)?.strip_suffix(b"SG.")?.len()
        }
    };
    let first = len(start + 3);
    let second = start + 3 + first + 1;
    let is_key = first >= 16 && text.get(second - 1) == Some(&b'.') && len(second) >= 16 && is_free(start);
    is_key.then(|| (Rule::SendGridKey, start, second + len(second)))
}
