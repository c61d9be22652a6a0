use super::*;
use crate::model::{Reported, TokenSet, price_hints, price_notes};
use proptest::prelude::*;

/// The rates that claude-code.md §6 prints. The shipped table is newer.
const CLAUDE: &str = "\
model,input,output,cache_write_5m,cache_read,long_above_tokens,long_input,long_output,long_cache_write,long_cache_read
claude-opus-4-6,5,25,6.25,0.5
claude-opus-4-7,5,25,6.25,0.5
claude-opus-4-8,5,25,6.25,0.5
claude-opus-4-5,5,25,6.25,0.5
claude-opus-4,15,75,18.75,1.5
claude-sonnet-4-5,3,15,3.75,0.3,200000,6,22.5,7.5,0.6
claude-haiku-4-5,1,5
";

/// The rates that codex.md §6 prints.
const CODEX: &str = "\
model,input,cache_read,output,long_above_tokens,long_input,long_cache_read,long_output
gpt-5.4,2.5,0.25,15,272000,5,0.5,22.5
gpt-5,1.25,0.125,10
gpt-5.3-codex,1.75,0.175,14
gpt-5.3-codex-spark
bare,2,,4
";

fn shipped_and(text: &str) -> Prices {
    Prices::new(PriceMode::Auto).with_overrides(text).expect("a table")
}

/// Input, 5 min writes, 1 h writes, reads, output.
fn tokens([input, write_5m, write_1h, read, output]: [u64; 5]) -> TokenSet {
    TokenSet {
        input_uncached: Reported::new(input),
        cache_read: Reported::new(read),
        cache_write: Reported::new(write_5m.saturating_add(write_1h)),
        cache_write_1h: Reported::new(write_1h),
        output: Reported::new(output),
        reasoning: Reported::NOT_RECORDED,
    }
}

fn ask<'a>(model: &'a str, tokens: &'a TokenSet) -> PriceAsk<'a> {
    PriceAsk {
        provider: "",
        model,
        tokens,
        web_searches: 0,
        hints: 0,
        is_one_request: true,
        at: None,
        recorded: Reported::NOT_RECORDED,
        zero_is_unrecorded: true,
        is_told_by_log: false,
    }
}

fn micros(cost: Cost) -> Option<i64> {
    cost.amount().map(Money::microusd)
}

/// Micro-dollars, exactly.
fn exact(prices: &Prices, ask: &PriceAsk<'_>) -> i64 {
    let Cost::Computed(money, _) = prices.cost(ask) else { panic!("{:?} for {}", prices.cost(ask), ask.model) };
    assert_eq!(money.pico() % 1_000_000, 0);
    money.microusd()
}

/// The name of the row that prices a model.
fn row_of<'a>(prices: &'a Prices, provider: &str, model: &str) -> Option<&'a str> {
    prices.find(provider, model, None).map(|(_, row)| &*row.name)
}

#[test]
fn claude_code_section_6() {
    let prices = shipped_and(CLAUDE);
    let check = |model: &str, counts, expected| assert_eq!(exact(&prices, &ask(model, &tokens(counts))), expected);
    check("claude-sonnet-4-5", [1_200, 10_000, 4_000, 50_000, 800], 92_100);
    check("claude-sonnet-4-5-20250929", [1_200, 10_000, 4_000, 50_000, 800], 92_100);
    check("claude-sonnet-4-5", [1_000, 19_000, 0, 180_000, 100], 129_750);
    check("claude-sonnet-4-5", [1_001, 19_000, 0, 180_000, 100], 258_756);
    let counts = tokens([1_000, 0, 0, 0, 1_000]);
    let fast = |model| prices.price(&PriceAsk { hints: price_hints::FAST, ..ask(model, &counts) });
    assert_eq!(micros(fast("claude-opus-4-6").cost), Some(180_000));
    assert_eq!(micros(fast("claude-opus-4-7-20260416").cost), Some(180_000));
    assert_eq!(micros(fast("anthropic/claude-opus-4.8[1m]").cost), Some(60_000));
    assert_eq!(fast("claude-opus-4-8").notes, 0);
    assert_eq!(micros(fast("claude-opus-4-5").cost), Some(30_000));
    assert_eq!(fast("claude-opus-4-5").notes, price_notes::FAST_AS_STANDARD);
    assert_eq!(prices.cost(&ask("claude-sonnet-4-5", &counts)).amount().expect("a cost").display(), "$0.02");
}

#[test]
fn rates_that_a_row_of_anthropic_lacks_follow_from_its_input() {
    let prices = shipped_and(CLAUDE);
    let check = |counts, expected| assert_eq!(exact(&prices, &ask("claude-haiku-4-5", &tokens(counts))), expected);
    check([1_000_000, 0, 0, 0, 0], 1_000_000);
    check([0, 1_000_000, 0, 0, 0], 1_250_000);
    check([0, 0, 1_000_000, 0, 0], 2_000_000);
    check([0, 0, 0, 1_000_000, 0], 100_000);
    let odd = shipped_and("model,input,output\nclaude-odd,0.000001,0");
    let cost = odd.cost(&ask("claude-odd", &tokens([0, 3, 0, 8, 0])));
    assert_eq!(cost.amount().map(Money::pico), Some(5), "3.75 + 0.8 is rounded once");
}

#[test]
fn codex_section_6() {
    let prices = shipped_and(CODEX);
    let check = |model: &str, counts, expected| assert_eq!(exact(&prices, &ask(model, &tokens(counts))), expected);
    check("gpt-5.4", [4_000, 0, 0, 6_000, 500], 19_000);
    check("gpt-5", [4_000, 0, 0, 6_000, 500], 10_750);
    check("gpt-5.4", [72_000, 0, 0, 200_000, 1_000], 245_000);
    check("gpt-5.4", [72_001, 0, 0, 200_000, 1_000], 482_505);
    check("openai/gpt-5.4-2026-03-05", [4_000, 0, 0, 6_000, 500], 19_000);
    // No premium for writing the cache, and no discount for reading it, where the table does not say so.
    check("gpt-5", [0, 1_000, 1_000, 0, 0], 2_500);
    check("bare", [0, 1_000, 0, 1_000, 0], 4_000);
    let spark = prices.cost(&ask("gpt-5.3-codex-spark", &tokens([1, 0, 0, 0, 1])));
    assert_eq!(spark, Cost::Unpriced(Unpriced::NoPrice));
}

#[test]
fn codetether_12_1() {
    let table = "model\tprovider\tinput\toutput\nclaude-opus-4-7\tanthropic\t15\t75\ngpt-4o\topenai\t2.5\t10\ngpt-4o-mini\topenai\t0.15\t0.60";
    let prices = shipped_and(table);
    let calls = [
        ("anthropic", "claude-opus-4-7", 1200, 340),
        ("openai", "gpt-4o", 500, 60),
        ("openai", "gpt-4o-mini", 200, 40),
    ];
    let costs = calls.map(|(provider, model, prompt, completion)| {
        let (input_uncached, output) = (Reported::new(prompt), Reported::new(completion));
        let tokens = TokenSet { input_uncached, output, ..TokenSet::default() };
        let split = prices.price(&PriceAsk { provider, ..ask(model, &tokens) });
        let joined = format!("{provider}/{model}");
        assert_eq!(prices.price(&ask(&joined, &tokens)), split);
        assert_eq!(split.notes, 0);
        split.cost.amount().expect("a cost")
    });
    assert_eq!(costs.map(|cost| cost.fixed(6)), ["0.043500", "0.001850", "0.000054"]);
    assert_eq!(costs.into_iter().sum::<Money>().fixed(6), "0.045404");
    assert_eq!(costs[1..].iter().copied().sum::<Money>().fixed(6), "0.001904");
}

#[test]
fn modes() {
    let some = tokens([1_000, 0, 0, 0, 0]);
    let none = TokenSet::default();
    let zero = tokens([0; 5]);
    let usd = |usd: f64| Reported::from(Money::from_usd(usd));
    let cost = |mode, recorded, zero_is_unrecorded, tokens| {
        let prices = Prices { mode, ..shipped_and(CODEX) };
        prices.cost(&PriceAsk { recorded, zero_is_unrecorded, ..ask("gpt-5", tokens) })
    };
    let computed = Some(1_250);
    use PriceMode::{Auto, Calculate, Display};
    assert_eq!(cost(Auto, usd(0.5), true, &some), Cost::Recorded(Money::from_pico(500_000_000_000)));
    assert_eq!(micros(cost(Auto, usd(0.0), true, &some)), computed);
    assert_eq!(cost(Auto, usd(0.0), false, &some), Cost::Recorded(Money::default()));
    assert_eq!(cost(Auto, usd(0.0), true, &none), Cost::Recorded(Money::default()));
    assert_eq!(cost(Auto, usd(0.0), true, &zero), Cost::Recorded(Money::default()));
    assert_eq!(micros(cost(Auto, Reported::NOT_RECORDED, true, &some)), computed);
    assert_eq!(micros(cost(Calculate, usd(0.5), true, &some)), computed);
    assert_eq!(cost(Calculate, usd(0.5), true, &none), Cost::Unpriced(Unpriced::NoTokens));
    assert_eq!(cost(Display, usd(0.0), true, &some), Cost::Recorded(Money::default()));
    assert_eq!(cost(Display, Reported::NOT_RECORDED, true, &some), Cost::Unpriced(Unpriced::NotRecorded));
}

#[test]
fn what_cannot_be_priced_says_why() {
    let prices = Prices::default();
    let some = tokens([1; 5]);
    let why = |ask: PriceAsk<'_>| prices.cost(&ask);
    assert_eq!(why(ask("", &some)), Cost::Unpriced(Unpriced::NoModel));
    assert_eq!(why(ask("qwen3.5-7b", &some)), Cost::Unpriced(Unpriced::UnknownModel));
    assert_eq!(why(ask("/", &some)), Cost::Unpriced(Unpriced::UnknownModel));
    assert_eq!(why(ask("codex-auto-review", &some)), Cost::Unpriced(Unpriced::UnknownModel));
    let none = TokenSet::default();
    assert_eq!(why(ask("gpt-5", &none)), Cost::Unpriced(Unpriced::NoTokens));
    let searches = PriceAsk { web_searches: 3, ..ask("gpt-5", &none) };
    assert_eq!(why(searches), Cost::Unpriced(Unpriced::NoTokens));
}

#[test]
fn notes() {
    let prices = shipped_and(CODEX);
    let whole = tokens([300_000, 0, 0, 0, 10]);
    let output = TokenSet { output: Reported::new(1_000), ..TokenSet::default() };
    let prompt = TokenSet { cache_read: Reported::new(1_000), ..TokenSet::default() };
    let told = |ask: PriceAsk<'_>| {
        let Priced { cost, notes } = prices.price(&ask);
        (micros(cost), notes)
    };
    assert_eq!(told(ask("gpt-5.4", &output)), (Some(15_000), price_notes::LOWER_BOUND));
    assert_eq!(told(ask("gpt-5.4", &prompt)), (Some(250), price_notes::LOWER_BOUND));
    assert_eq!(told(ask("gpt-5.4", &whole)), (Some(1_500_225), price_notes::LONG_PROMPT));
    let several = PriceAsk { is_one_request: false, ..ask("gpt-5.4", &whole) };
    assert_eq!(told(several), (Some(750_150), 0), "nobody knows which of several prompts were long");
    let batch =
        PriceAsk { hints: price_hints::BATCH | price_hints::HAS_SPEED, web_searches: 2, ..ask("gpt-5", &prompt) };
    assert_eq!(told(batch), (Some(125 + 20_000), price_notes::BATCH_AT_FULL_PRICE | price_notes::LOWER_BOUND));
    let fast = PriceAsk { hints: price_hints::FAST, web_searches: 1, ..ask("claude-opus-4-6", &prompt) };
    assert_eq!(told(fast), (Some(6 * 500 + 10_000), price_notes::LOWER_BOUND), "a search costs the same in fast mode");
}

#[test]
fn the_shipped_table_is_whole() {
    let rows = shipped().rows();
    let of_models = read::rows(MODELS, false).expect("every row reads");
    let of_kept = read::rows(KEPT, false).expect("every row reads");
    assert_eq!(rows.len(), of_models.len() + of_kept.len());
    assert!(of_models.len() >= 300, "{}", of_models.len());
    assert!(of_models.iter().all(|row| row.rates.is_some()));
    let is_again = |kept: &PriceRow| of_models.iter().any(|row| row.name == kept.name);
    assert!(!of_kept.iter().any(is_again), "the table of today has it again: take it out of kept.tsv");
    assert!(Prices::source().starts_with("litellm 1."), "{}", Prices::source());
    for (number, row) in rows.iter().enumerate() {
        let name = &*row.name;
        let found = Prices::default().find(&row.provider, name, None).map(|(number, _)| number as usize);
        assert_eq!(found, Some(number), "{name} is not found by its own name");
    }
}

#[test]
fn names_of_logs_find_their_row() {
    let prices = Prices::default();
    let check = |provider: &str, model: &str, expected: Option<&str>| {
        assert_eq!(row_of(&prices, provider, model), expected, "{provider} {model}");
    };
    check("", "claude-sonnet-4-5-20250929", Some("claude-sonnet-4-5-20250929"));
    check("anthropic", "claude-opus-4-8-20260701", Some("claude-opus-4-8"));
    check("", "anthropic/claude-opus-4-7", Some("claude-opus-4-7"));
    check("openrouter", "anthropic/claude-opus-4.7", Some("claude-opus-4-7"));
    check("", "openrouter/anthropic/claude-sonnet-4.5", Some("claude-sonnet-4-5"));
    check("bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", Some("claude-sonnet-4-5-20250929"));
    check("", "claude-opus-4-5@20251101", Some("claude-opus-4-5"));
    check("", "claude-sonnet-4-6[1m]", Some("claude-sonnet-4-6"));
    check("", "gpt-5.4", Some("gpt-5.4"));
    check("github-copilot", "gpt-4o", Some("gpt-4o"));
    check("openai", "ft:gpt-4o-mini-2024-07-18:acme::7", Some("ft:gpt-4o-mini-2024-07-18"));
    check("", "gpt-5.1-codex-max-high", Some("gpt-5.1-codex-max"));
    check("", "gpt-5.3-codex-spark", Some("gpt-5.3-codex-spark"));
    check("", "gemini-2.5-pro", Some("gemini/gemini-2.5-pro"));
    check("", "openrouter/google/gemini-2.5-pro", Some("gemini/gemini-2.5-pro"));
    check("openrouter", "x-ai/grok-4.5", Some("xai/grok-4.5"));
    check("openrouter", "z-ai/glm-5.1", Some("zai/glm-5.1"));
    check("openrouter", "qwen/qwen3-vl-32b-thinking", Some("dashscope/qwen3-vl-32b-thinking"));
    check("openrouter", "deepseek/deepseek-chat", Some("deepseek/deepseek-chat"));
    check("", "glm-5.1", Some("zai/glm-5.1"));
    check("groq", "openai/gpt-oss-120b", Some("groq/openai/gpt-oss-120b"));
    check("cerebras", "gpt-oss-120b", Some("cerebras/gpt-oss-120b"));
    check("", "claude-3-5-sonnet-20241022", Some("claude-3-5-sonnet"));
    check("", "claude-3.7-sonnet", Some("claude-3-7-sonnet"));
    check("", "claude-3-5-haiku-latest", Some("claude-3-5-haiku"));
    check("", "claude-3-opus-20240229", Some("claude-3-opus"));
    check("", "claude-opus-4-1-20250805", Some("claude-opus-4-1"));
    check("", "claude-opus-4-20250514", Some("claude-opus-4"));
    check("", "claude-sonnet-4-0", Some("claude-sonnet-4"));
    check("", "o3-2025-04-16", Some("o3-2025-04-16"));
    check("", "o4-mini", Some("o4-mini"));
    // Not the same thing.
    check("", "claude-opus-4-9", None);
    check("", "gpt-5.9", None);
    check("", "gpt-55", None);
    check("", "gpt-oss-120b", None);
    check("", "openrouter/qwen/qwen3.5-35b-a3b", None);
    check("openrouter", "deepseek/deepseek-chat:free", None);
    check("lmstudio", "deepseek-v4-flash", None);
    check("together", "deepseek-v4-flash", None);
    check("lmstudio", "gpt-4o", None);
    check("", "<synthetic>", None);
    check("", "gpt", None);
}

#[test]
fn own_rows_come_first() {
    let prices = shipped_and(
        "model,provider,input,output\nclaude-sonnet-4-5,,1,2\nopenrouter/qwen/x,,3,4\nlocal-x,,0,0\nglm-5.1,openrouter,5,6\n",
    );
    let check = |provider: &str, model: &str, expected: Option<&str>| {
        let found = prices.find(provider, model, None).map(|(_, row)| (&*row.name, row.is_own));
        assert_eq!(found, expected.map(|name| (name, true)), "{provider} {model}");
    };
    check("", "claude-sonnet-4-5-20250929", Some("claude-sonnet-4-5"));
    check("anthropic", "claude-sonnet-4.5", Some("claude-sonnet-4-5"));
    check("openrouter", "qwen/x", Some("openrouter/qwen/x"));
    check("", "openrouter/qwen/x", Some("openrouter/qwen/x"));
    check("", "x", Some("openrouter/qwen/x"));
    check("groq", "qwen/x", None);
    check("ollama", "local-x", Some("local-x"));
    check("openrouter", "z-ai/glm-5.1", Some("glm-5.1"));
    assert_eq!(row_of(&prices, "zai", "glm-5.1"), Some("zai/glm-5.1"));
    let free = tokens([100, 0, 0, 0, 100]);
    let known_zero = prices.cost(&PriceAsk { provider: "ollama", ..ask("local-x", &free) });
    assert_eq!(known_zero.amount(), Some(Money::default()));
    assert_eq!(prices.row(u32::MAX), None);
    assert_eq!(prices.row(OWN - 1), None);
}

#[test]
fn the_row_of_the_time_is_used() {
    let prices =
        shipped_and("model,input,output,valid_from\ngpt-5,1,1,2026-03-01\ngpt-5,2,2,2026-06-01\nnew,3,3,2026-06-01\n");
    let tokens = tokens([1_000_000, 0, 0, 0, 0]);
    let at = |model, day: &str| {
        let at = Timestamp::parse(day);
        micros(prices.cost(&PriceAsk { at, ..ask(model, &tokens) }))
    };
    assert_eq!(at("gpt-5", "2026-02-28T23:59:59.9Z"), Some(1_250_000), "before them the shipped row holds");
    assert_eq!(at("gpt-5", "2026-03-01T00:00:00Z"), Some(1_000_000));
    assert_eq!(at("gpt-5-2025-08-07", "2026-05-31T23:59:59Z"), Some(1_000_000));
    assert_eq!(at("gpt-5", "2026-06-01T00:00:00Z"), Some(2_000_000));
    assert_eq!(at("gpt-5", "no time"), Some(2_000_000), "without a time the newest");
    assert_eq!(at("new", "2026-05-01T00:00:00Z"), None);
}

#[test]
fn windows() {
    let prices = shipped_and("model,input,output,context_window\ngpt-5,1,1,\nclaude-x,1,1,300000\n");
    assert_eq!(prices.context_window("", "claude-sonnet-4-5-20250929"), Some(200_000));
    assert_eq!(prices.context_window("", "claude-sonnet-4-5[1m]"), Some(1_000_000));
    assert_eq!(prices.context_window("openai", "gpt-5.4"), Some(1_050_000));
    assert_eq!(prices.context_window("", "gpt-5"), Some(272_000), "a price of one's own does not hide the window");
    assert_eq!(prices.context_window("", "claude-x"), Some(300_000));
    assert_eq!(prices.context_window("", "gpt-5.5-cyber"), None);
    assert_eq!(prices.context_window("", ""), None);
}

#[test]
fn rates_are_shown_per_million() {
    let prices = Prices::default();
    let (number, row) = prices.find("", "gemini-2.5-flash-lite", None).expect("a row");
    let input = PriceRow::per_million(row.rates.expect("rates").input);
    assert_eq!((input.fixed(2).as_str(), prices.row(number)), ("0.10", Some(row)));
}

fn any_tokens() -> impl Strategy<Value = TokenSet> {
    let count = || proptest::option::of(prop_oneof![any::<u64>(), 0u64..400_000]);
    (count(), count(), count(), count(), count()).prop_map(|(input, read, write, write_1h, output)| TokenSet {
        input_uncached: input.into(),
        cache_read: read.into(),
        cache_write: write.into(),
        cache_write_1h: write_1h.into(),
        output: output.into(),
        reasoning: Reported::NOT_RECORDED,
    })
}

proptest! {
    #[test]
    fn any_counts_have_a_cost_or_a_reason(
        tokens in any_tokens(), hints in any::<u8>(), web_searches in any::<u16>(), is_one_request in any::<bool>(),
        model in prop_oneof![Just("claude-opus-4-6".to_owned()), Just("gpt-5.4".to_owned()), "\\PC{0,20}", "[a-z0-9./@:\\[-]{0,20}"],
        provider in "[a-z/-]{0,8}", at in any::<i64>(), recorded in proptest::option::of(any::<i64>()),
    ) {
        let recorded = recorded.map(Money::from_pico).into();
        let at = Some(Timestamp::from_nanos(at));
        let asked = PriceAsk { hints, web_searches, is_one_request, at, recorded, provider: &provider, ..ask(&model, &tokens) };
        for mode in [PriceMode::Auto, PriceMode::Calculate, PriceMode::Display] {
            let priced = Prices::new(mode).price(&asked);
            let is_computed = matches!(priced.cost, Cost::Computed(..));
            prop_assert!(priced.notes == 0 || is_computed);
            prop_assert!(!is_computed || priced.cost.amount() >= Some(Money::default()));
        }
        Prices::default().context_window(&provider, &model);
    }

    #[test]
    fn cost_is_linear(a in proptest::array::uniform5(0u64..30_000), b in proptest::array::uniform5(0u64..30_000)) {
        let prices = Prices::default();
        for model in ["claude-opus-4-6", "gpt-5.4", "gemini-2.5-pro", "zai/glm-4.7"] {
            let pico = |counts| exact_pico(&prices, model, counts);
            let both: [u64; 5] = std::array::from_fn(|place| a[place] + b[place]);
            prop_assert_eq!(pico(both), pico(a) + pico(b));
            prop_assert_eq!(pico(a.map(|count| 3 * count)), 3 * pico(a));
        }
    }

    #[test]
    fn the_order_of_rows_leaves_no_trace(order in Just((0..CLAUDE.lines().count() - 1).collect::<Vec<_>>()).prop_shuffle()) {
        let lines: Vec<&str> = CLAUDE.lines().collect();
        let text = order.iter().fold(lines[0].to_owned(), |text, number| format!("{text}\n{}", lines[number + 1]));
        prop_assert_eq!(shipped_and(&text), shipped_and(CLAUDE));
    }

    #[test]
    fn any_text_is_a_table_or_an_error(text in "(model|input|output|valid_from|[,\t\n{}\":0-9a-z.-]){0,60}") {
        let _ = Prices::default().with_overrides(&text);
        let _ = Prices::default().with_overrides(&format!("model,input,output\n{text}"));
        let _ = Prices::default().with_overrides(&format!("{{{text}"));
    }
}

fn exact_pico(prices: &Prices, model: &str, counts: [u64; 5]) -> i64 {
    // As a sum: one request of that size could be in the dearer band.
    prices.cost(&PriceAsk { is_one_request: false, ..ask(model, &tokens(counts)) }).amount().expect("a cost").pico()
}
