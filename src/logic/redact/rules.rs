//! What is looked for, and how it is called.

use crate::model::Wire;

/// A kind of secret. Where two overlap, the earlier in this list is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Wire)]
pub enum Rule {
    PemKey,
    AwsKey,
    AnthropicKey,
    OpenAiKey,
    OpenRouterKey,
    GitLabToken,
    NpmToken,
    PypiToken,
    HuggingFaceToken,
    SendGridKey,
    GitHubToken,
    SlackToken,
    StripeKey,
    GoogleKey,
    GoogleSecret,
    VaultToken,
    AgeKey,
    ConnectionString,
    UrlPassword,
    Jwt,
    Bearer,
    Assignment,
    Entropy,
    /// The user's name in paths to home folders, and where else it stands.
    User,
}

/// How sure it is that something is a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Wire)]
pub enum Certainty {
    /// It has the shape that a vendor gives its keys, and nothing else.
    Definite,
    Candidate,
    /// No secret, but nobody's business.
    Name,
}

impl Certainty {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Definite => "definite",
            Self::Candidate => "candidate",
            Self::Name => "name",
        }
    }
}

impl Rule {
    pub const ALL: [Self; 24] = [
        Self::PemKey,
        Self::AwsKey,
        Self::AnthropicKey,
        Self::OpenAiKey,
        Self::OpenRouterKey,
        Self::GitLabToken,
        Self::NpmToken,
        Self::PypiToken,
        Self::HuggingFaceToken,
        Self::SendGridKey,
        Self::GitHubToken,
        Self::SlackToken,
        Self::StripeKey,
        Self::GoogleKey,
        Self::GoogleSecret,
        Self::VaultToken,
        Self::AgeKey,
        Self::ConnectionString,
        Self::UrlPassword,
        Self::Jwt,
        Self::Bearer,
        Self::Assignment,
        Self::Entropy,
        Self::User,
    ];

    /// Stable name: in tokens and in the command's words. Shorter than what counts as random text.
    pub const fn name(self) -> &'static str {
        self.words().0
    }

    /// For people.
    pub const fn title(self) -> &'static str {
        self.words().1
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::PemKey => ("pem-key", "Private key (PEM)"),
            Self::AwsKey => ("aws-key", "AWS access key"),
            Self::AnthropicKey => ("anthropic-key", "Anthropic key"),
            Self::OpenAiKey => ("openai-key", "OpenAI key"),
            Self::OpenRouterKey => ("openrouter-key", "OpenRouter key"),
            Self::GitLabToken => ("gitlab-token", "GitLab token"),
            Self::NpmToken => ("npm-token", "npm token"),
            Self::PypiToken => ("pypi-token", "PyPI token"),
            Self::HuggingFaceToken => ("huggingface-token", "Hugging Face token"),
            Self::SendGridKey => ("sendgrid-key", "SendGrid key"),
            Self::GitHubToken => ("github-token", "GitHub token"),
            Self::SlackToken => ("slack-token", "Slack token"),
            Self::StripeKey => ("stripe-key", "Stripe key"),
            Self::GoogleKey => ("google-key", "Google API key"),
            Self::GoogleSecret => ("google-secret", "Google client secret"),
            Self::VaultToken => ("vault-token", "Vault token"),
            Self::AgeKey => ("age-key", "age secret key"),
            Self::ConnectionString => ("connection-string", "Connection string"),
            Self::UrlPassword => ("url-password", "Password in a URL"),
            Self::Jwt => ("jwt", "JSON web token"),
            Self::Bearer => ("bearer", "Bearer token"),
            Self::Assignment => ("assignment", "Password assignment"),
            Self::Entropy => ("random-text", "Random-looking text"),
            Self::User => ("user", "Home paths and user name"),
        }
    }

    /// The rule with a stable name.
    pub fn by_name(name: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.name().as_bytes() == name)
    }

    pub fn certainty(self) -> Certainty {
        match self {
            Self::User => Certainty::Name,
            rule if rule < Self::ConnectionString => Certainty::Definite,
            _ => Certainty::Candidate,
        }
    }
}
