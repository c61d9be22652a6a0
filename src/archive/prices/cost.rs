//! Tokens times rates, exactly.

use super::names;
use super::row::{PriceRow, Rate, Rates};
use crate::model::{Money, PriceAsk, price_hints, price_notes};

/// Models whose fast mode has a known multiple of the price (claude-code.md §6).
const FAST: [(&str, i128); 3] = [("claude-opus-4-6", 6), ("claude-opus-4-7", 6), ("claude-opus-4-8", 2)];
/// What a provider takes for a search: one cent.
const WEB_SEARCH_PICO: i128 = 10_000_000_000;
/// A quarter and a tenth of a rate are whole twentieths: nothing is rounded before the end.
const TWENTIETHS: i128 = 20;

/// Rates with nothing left out, in twentieths of a pico-dollar per token.
struct Whole {
    input: i128,
    output: i128,
    cache_read: i128,
    cache_write_5m: i128,
    cache_write_1h: i128,
}

impl Whole {
    /// What the row leaves out goes by Anthropic's usual multiples for its models, elsewhere by the price of input
    /// (claude-code.md §6, codex.md §6).
    fn of(rates: &Rates, is_anthropic: bool) -> Self {
        let twentieths = |rate: Rate| i128::from(rate) * TWENTIETHS;
        let input = twentieths(rates.input);
        let (read, write_5m) = if is_anthropic { (input / 10, input / 4 * 5) } else { (input, input) };
        let cache_write_5m = rates.cache_write_5m.map_or(write_5m, twentieths);
        let write_1h = if is_anthropic { 2 * input } else { cache_write_5m };
        Self {
            input,
            output: twentieths(rates.output),
            cache_read: rates.cache_read.map_or(read, twentieths),
            cache_write_5m,
            cache_write_1h: rates.cache_write_1h.map_or(write_1h, twentieths),
        }
    }
}

/// What a request costs by a row, and its [`price_notes`]; `None` where no tokens are recorded, or the row has no price.
pub fn cost(row: &PriceRow, ask: &PriceAsk<'_>) -> Option<(Money, u8)> {
    let (rates, mut notes) = rates_for(row, ask)?;
    let tokens = ask.tokens;
    let (prompt, output) = (tokens.context().get(), tokens.output.get());
    match (prompt, output) {
        (None, None) => return None,
        (Some(_), Some(_)) => {}
        _ => notes |= price_notes::LOWER_BOUND,
    }
    let rates = Whole::of(&rates, row.is_anthropic());
    let count = |tokens: Option<u64>| i128::from(tokens.unwrap_or(0));
    let write = count(tokens.cache_write.get());
    let write_1h = count(tokens.cache_write_1h.get()).min(write);
    let twentieths = count(tokens.input_uncached.get()) * rates.input
        + (write - write_1h) * rates.cache_write_5m
        + write_1h * rates.cache_write_1h
        + count(tokens.cache_read.get()) * rates.cache_read
        + count(output) * rates.output;
    let (times, fast_note) = fast(ask);
    notes |= fast_note;
    if ask.hints & price_hints::BATCH != 0 {
        notes |= price_notes::BATCH_AT_FULL_PRICE;
    }
    let pico = (twentieths * times + TWENTIETHS / 2) / TWENTIETHS + i128::from(ask.web_searches) * WEB_SEARCH_PICO;
    Some((Money::from_wide_pico(pico), notes))
}

/// All tokens of one request go by the dearer rates when its prompt is strictly above the threshold; of several requests
/// nobody knows (claude-code.md §6, codex.md §6).
fn rates_for(row: &PriceRow, ask: &PriceAsk<'_>) -> Option<(Rates, u8)> {
    let usual = row.rates?;
    let prompt = ask.tokens.context().get().filter(|_| ask.is_one_request);
    Some(match row.long.zip(prompt) {
        Some(((above, long), prompt)) if prompt > above => {
            // Anthropic's multiples go by the dearer input; elsewhere what is not said to be dearer is not.
            let rest = if row.is_anthropic() { long } else { usual };
            let cache_read = long.cache_read.or(rest.cache_read);
            let cache_write_5m = long.cache_write_5m.or(rest.cache_write_5m);
            (Rates { cache_read, cache_write_5m, ..long }, price_notes::LONG_PROMPT)
        }
        _ => (usual, 0),
    })
}

/// The multiple of fast mode, and a note where it is not known.
fn fast(ask: &PriceAsk<'_>) -> (i128, u8) {
    if ask.hints & price_hints::FAST == 0 {
        return (1, 0);
    }
    let key = names::key(ask.model);
    let known = FAST.iter().find(|(model, _)| names::beginnings(&key).any(|beginning| beginning == *model));
    known.map_or((1, price_notes::FAST_AS_STANDARD), |(_, times)| (*times, 0))
}
