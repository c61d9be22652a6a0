//! Numbers as people read them. No locale: digits, `.` and a unit, the same everywhere (token-coverage.md §4).
//!
//! Amounts are cut, never rounded up: `999.9k` is not shown as a million that nobody used. Shares are rounded.

use crate::archive::CostTally;
use crate::model::{Money, Reported, Tally};

/// Stands where nothing was recorded.
pub const NOT_RECORDED: &str = "—";

/// `12.3k`: at most one decimal, `.0` left out (token-coverage.md §4).
pub fn format_token_count(tokens: u64) -> String {
    match tokens {
        0..1_000 => tokens.to_string(),
        1_000..1_000_000 => format!("{}k", tenths(tokens, 1_000)),
        1_000_000..1_000_000_000 => format!("{}M", tenths(tokens, 1_000_000)),
        _ => format!("{}B", tenths(tokens, 1_000_000_000)),
    }
}

/// `2.4k ctx / — out`; `None` when neither is recorded (token-coverage.md §4).
pub fn format_token_usage(context: Reported<u64>, output: Reported<u64>) -> Option<String> {
    let part = |tokens: Reported<u64>| tokens.get().map_or(NOT_RECORDED.into(), format_token_count);
    let is_any_recorded = context.is_recorded() || output.is_recorded();
    is_any_recorded.then(|| format!("{} ctx / {} out", part(context), part(output)))
}

/// `—`, `12.3k`, or `≥ 12.3k` where the true sum may be larger.
pub fn tally_text(tally: &Tally) -> String {
    tally_text_with(tally, format_token_count)
}

/// As [`tally_text`], for sums that are not tokens (durations, bytes).
pub fn tally_text_with(tally: &Tally, shown: impl FnOnce(u64) -> String) -> String {
    match tally.value().get() {
        None => NOT_RECORDED.into(),
        Some(sum) if tally.is_lower_bound() => format!("≥ {}", shown(sum)),
        Some(sum) => shown(sum),
    }
}

/// `$1.23`; `≥ $1.23` where it may be more: a lower bound is cut, it must not grow by rounding (token-coverage.md §4).
pub fn money_text(amount: Money, is_lower_bound: bool) -> String {
    if !is_lower_bound {
        return amount.display();
    }
    format!("≥ {}", at_least_money(amount))
}

/// An amount that the true one may exceed, without the digits that [`Money::display`] would round.
pub fn at_least_money(amount: Money) -> String {
    const CENT: i64 = 10_000_000_000;
    let unit = if amount.pico() < CENT { CENT / 100 } else { CENT };
    Money::from_pico(amount.pico() - amount.pico() % unit).display()
}

/// `$1.23`, `≥ $1.23` or `—`.
pub fn cost_text(cost: &CostTally) -> String {
    match cost.reported {
        0 => NOT_RECORDED.into(),
        _ => money_text(cost.known, cost.is_lower_bound()),
    }
}

/// Milliseconds at a glance: `850 ms`, `16.8 s`, `12m`, `1h 08m`, `97h 00m`.
pub fn duration_text(ms: u64) -> String {
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        60_000..3_600_000 => format!("{}m", ms / 60_000),
        _ => format!("{}h {:02}m", ms / 3_600_000, ms / 60_000 % 60),
    }
}

/// As [`duration_text`], with the seconds where they matter: `4m 36s`, `1m 00s`.
pub fn duration_in_full(ms: u64) -> String {
    match ms {
        60_000..3_600_000 => format!("{}m {:02}s", ms / 60_000, ms / 1_000 % 60),
        _ => duration_text(ms),
    }
}

/// Bytes in powers of 1000: `850 B`, `16.4 kB`, `1.2 MB`, `413 MB`.
pub fn bytes_text(bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..1_000 => return format!("{bytes} B"),
        1_000..1_000_000 => (1_000, "kB"),
        1_000_000..1_000_000_000 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    };
    match bytes / unit {
        whole @ 100.. => format!("{whole} {name}"),
        _ => format!("{} {name}", tenths(bytes, unit)),
    }
}

/// A share of one as percent, rounded to one decimal: `91.1%`. `—` for what is no number.
pub fn percent_text(share: f64) -> String {
    if share.is_finite() { format!("{}%", fixed(share * 100.0, 1)) } else { NOT_RECORDED.into() }
}

/// As `{value:.decimals$}` writes it, for up to six decimals and amounts below 10¹⁸; without a `-0`.
///
/// Rust's own printing of floats is exact for all of them, and with its tables 14 KB of the page's download.
pub fn fixed(value: f64, decimals: u32) -> String {
    let bits = value.abs().min(1e18).to_bits();
    let (exponent, fraction) = ((bits >> 52) as u32, bits & ((1 << 52) - 1));
    let unit = 10u64.pow(decimals.min(6));
    // value = digits · 2^(exponent - 1075); tiny ones have no leading 1 but are zero here anyhow.
    let digits = u128::from(fraction | 1 << 52) * u128::from(unit);
    let scaled = match exponent {
        1075.. => digits << (exponent - 1075).min(20),
        _ => {
            let places = (1075 - exponent).min(127);
            let (whole, rest, half) = (digits >> places, digits & ((1 << places) - 1), 1 << (places - 1));
            // Ties go to the even neighbour.
            whole + u128::from(rest > half || rest == half && whole % 2 == 1)
        }
    } as u64;
    let sign = if value < 0.0 && scaled > 0 { "-" } else { "" };
    match decimals {
        0 => format!("{sign}{scaled}"),
        _ => format!("{sign}{}.{:0width$}", scaled / unit, scaled % unit, width = decimals as usize),
    }
}

/// `1,234,567`: all digits, in groups.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 session`, `2 sessions`; `noun` is regular and in the singular.
pub fn count(number: u64, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{ending}")
}

/// `amount / unit` with at most one decimal, cut.
fn tenths(amount: u64, unit: u64) -> String {
    match (amount / unit, amount % unit / (unit / 10)) {
        (whole, 0) => whole.to_string(),
        (whole, tenth) => format!("{whole}.{tenth}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn token_counts_are_cut() {
        let check = |tokens: u64, text: &str| assert_eq!(format_token_count(tokens), text);
        check(0, "0");
        check(1, "1");
        check(999, "999");
        check(1000, "1k");
        check(1200, "1.2k");
        check(1250, "1.2k");
        check(1299, "1.2k");
        check(10_000, "10k");
        check(45_600, "45.6k");
        check(999_999, "999.9k");
        check(1_000_000, "1M");
        check(1_250_000, "1.2M");
        check(25_600_000, "25.6M");
        check(999_999_999, "999.9M");
        check(1_000_000_000, "1B");
        check(u64::MAX, "18446744073.7B");
    }

    #[test]
    fn digits_stand_in_groups() {
        let check = |number: u64, text: &str| assert_eq!(grouped(number), text);
        check(0, "0");
        check(999, "999");
        check(1_000, "1,000");
        check(1_234_567, "1,234,567");
        check(u64::MAX, "18,446,744,073,709,551,615");
    }

    #[test]
    fn token_usage_tells_zero_from_nothing() {
        let check = |context: Option<u64>, output: Option<u64>, text: Option<&str>| {
            assert_eq!(format_token_usage(context.into(), output.into()).as_deref(), text);
        };
        check(None, None, None);
        check(Some(2400), Some(180), Some("2.4k ctx / 180 out"));
        check(None, Some(180), Some("— ctx / 180 out"));
        check(Some(2400), None, Some("2.4k ctx / — out"));
        check(Some(0), Some(0), Some("0 ctx / 0 out"));
    }

    #[test]
    fn sums_say_when_they_are_lower_bounds() {
        let check = |rows: &[(Option<u64>, bool)], text: &str| {
            let mut tally = Tally::default();
            rows.iter().for_each(|(value, partial)| tally.add((*value).into(), *partial));
            assert_eq!(tally_text(&tally), text);
        };
        check(&[], "—");
        check(&[(None, false)], "—");
        check(&[(Some(0), false)], "0");
        check(&[(Some(12_345), false)], "12.3k");
        check(&[(Some(12_345), false), (None, false)], "≥ 12.3k");
        check(&[(Some(12_345), true)], "≥ 12.3k");
        let mut tally = Tally::default();
        tally.add(Reported::new(16_800), false);
        assert_eq!(tally_text_with(&tally, duration_text), "16.8 s");
    }

    #[test]
    fn durations() {
        let check = |ms: u64, short: &str, full: &str| {
            assert_eq!(duration_text(ms), short);
            assert_eq!(duration_in_full(ms), full);
        };
        check(0, "0 ms", "0 ms");
        check(850, "850 ms", "850 ms");
        check(999, "999 ms", "999 ms");
        check(1_000, "1.0 s", "1.0 s");
        check(16_899, "16.8 s", "16.8 s");
        check(59_999, "59.9 s", "59.9 s");
        check(60_000, "1m", "1m 00s");
        check(276_400, "4m", "4m 36s");
        check(720_000, "12m", "12m 00s");
        check(3_599_999, "59m", "59m 59s");
        check(4_080_000, "1h 08m", "1h 08m");
        check(97 * 3_600_000, "97h 00m", "97h 00m");
    }

    proptest! {
        #[test]
        fn fixed_writes_as_rust_does(value in prop_oneof![-1e12f64..1e12, -10.0f64..10.0], decimals in 0u32..5, eighths in -999i32..999) {
            for value in [value, f64::from(eighths) / 8.0] {
                let text = format!("{value:.0$}", decimals as usize);
                let is_minus_zero = text.strip_prefix('-').filter(|text| text.bytes().all(|byte| matches!(byte, b'0' | b'.')));
                prop_assert_eq!(fixed(value, decimals), is_minus_zero.unwrap_or(&text));
            }
        }
    }

    #[test]
    fn sizes_shares_and_counts() {
        let bytes = |bytes: u64, text: &str| assert_eq!(bytes_text(bytes), text);
        bytes(0, "0 B");
        bytes(999, "999 B");
        bytes(1_000, "1 kB");
        bytes(16_499, "16.4 kB");
        bytes(999_999, "999 kB");
        bytes(1_250_000, "1.2 MB");
        bytes(413_900_000, "413 MB");
        bytes(4_294_967_296, "4.2 GB");
        let share = |share: f64, text: &str| assert_eq!(percent_text(share), text);
        share(0.0, "0.0%");
        share(0.910_543, "91.1%");
        share(1.0, "100.0%");
        share(f64::NAN, "—");
        assert_eq!([0, 1, 2].map(|number| count(number, "session")), ["0 sessions", "1 session", "2 sessions"]);
    }
}
