//! Exact money.

use super::Wire;
use std::iter::Sum;
use std::ops::Add;

/// Integer pico-dollars (10⁻¹² USD): a price in micro-dollars per million tokens times tokens is then exact.
/// Arithmetic saturates; an `i64` holds nine million dollars.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Wire)]
pub struct Money(i64);

const PICO: i64 = 1_000_000_000_000;
const PICO_PER_MICRO: i64 = 1_000_000;

impl Money {
    pub const fn from_pico(pico: i64) -> Self {
        Self(pico)
    }

    /// Limited to what fits.
    pub fn from_wide_pico(pico: i128) -> Self {
        Self(pico.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64)
    }

    pub const fn pico(self) -> i64 {
        self.0
    }

    /// A recorded amount. Goes by the shortest decimal that names the same `f64`, which is what was written whenever the
    /// writer printed a float or at most 15 digits. `None` for negative, infinite and unrepresentable amounts.
    pub fn from_usd(usd: f64) -> Option<Self> {
        if !usd.is_finite() || usd.is_sign_negative() || usd > i64::MAX as f64 / PICO as f64 {
            return None;
        }
        shortest_pico(usd).map(Self)
    }

    /// Parses a plain non-negative decimal (`0.9220975`); digits past the twelfth decimal are cut.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let fraction: String = fraction.chars().chain(std::iter::repeat('0')).take(12).collect();
        let whole: i64 = whole.parse().ok()?;
        whole.checked_mul(PICO)?.checked_add(fraction.parse().ok()?).map(Self)
    }

    /// Micro-dollars, rounded half up.
    pub const fn microusd(self) -> i64 {
        self.0.saturating_add(PICO_PER_MICRO / 2).div_euclid(PICO_PER_MICRO)
    }

    pub fn usd(self) -> f64 {
        self.0 as f64 / PICO as f64
    }

    /// `1.2346`: `decimals` (at most 12) places, rounded half up.
    pub fn fixed(self, decimals: u32) -> String {
        let unit = 10i64.pow(12 - decimals.min(12));
        let scaled = self.0.saturating_add(unit / 2) / unit;
        let base = 10i64.pow(decimals.min(12));
        match decimals {
            0 => scaled.to_string(),
            _ => format!("{}.{:0width$}", scaled / base, scaled % base, width = decimals as usize),
        }
    }

    /// All its digits and no more, such as `12.5`, for amounts that are not dollars.
    pub fn digits(self) -> String {
        let digits = self.fixed(12);
        digits.trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    /// As people read it: `$1.23`, four places below a cent, `$0.00` only for zero.
    pub fn display(self) -> String {
        let decimals = if self.0 != 0 && self.0 < PICO / 100 { 4 } else { 2 };
        match self.0 {
            1..50_000_000 => "<$0.0001".into(),
            _ => format!("${}", self.fixed(decimals)),
        }
    }
}

/// The pico-dollars of the shortest decimal that names `usd`, by integers alone: a printer of floats and its tables would
/// weigh 10 KB in the page. `usd` is at least 0 and below ten million.
fn shortest_pico(usd: f64) -> Option<i64> {
    /// Below 2⁻⁵⁰ there is no whole pico-dollar.
    const LEAST_EXPONENT: u32 = 1023 - 50;
    let bits = usd.to_bits();
    let exponent = (bits >> 52) as u32;
    if exponent < LEAST_EXPONENT {
        return Some(0);
    }
    // usd = mantissa / 2^shift; the shift is at least 1, since the mantissa has a bit more for the halves.
    let fraction = bits & ((1 << 52) - 1);
    let mantissa = u128::from(fraction | 1 << 52) << 1;
    let shift = 1023 + 53 - exponent;
    for decimals in 0..=12 {
        let unit = 10u128.pow(decimals);
        let scaled = mantissa * unit;
        let nearest = (scaled + (1 << (shift - 1))) >> shift;
        let (exact, found) = (scaled, nearest << shift);
        // Half the way to the next float; half of that below a power of two. On the border the even mantissa is meant.
        let reach = if found < exact && fraction == 0 { unit / 2 } else { unit };
        let distance = exact.abs_diff(found);
        if distance < reach || distance == reach && fraction.is_multiple_of(2) {
            return i64::try_from(nearest * 10u128.pow(12 - decimals)).ok();
        }
    }
    i64::try_from((mantissa * PICO as u128) >> shift).ok()
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        Self::from_wide_pico(amounts.map(|amount| i128::from(amount.0)).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_exact_decimals() {
        assert_eq!(Money::from_usd(0.9220975).map(Money::pico), Some(922_097_500_000));
        assert_eq!(Money::from_usd(0.1 + 0.2).map(Money::pico), Some(300_000_000_000));
        assert_eq!(Money::from_usd(1e-7).map(Money::pico), Some(100_000));
        assert_eq!(Money::from_usd(-1.0), None);
        assert_eq!(Money::from_usd(f64::NAN), None);
        assert_eq!(Money::from_usd(1e300), None);
        let sum: Money = [0.9220975, 0.01, 0.005].into_iter().filter_map(Money::from_usd).sum();
        assert_eq!(sum.fixed(7), "0.9370975");
    }

    #[test]
    fn amounts_beyond_all_measure_are_limited() {
        let most = Money::from_wide_pico(i128::MAX);
        assert_eq!(
            (most + most, most.microusd(), Money::from_wide_pico(i128::MIN).pico()),
            (most, 9_223_372_036_854, i64::MIN)
        );
        assert_eq!((most.fixed(2), most.display()), ("9223372.03".to_owned(), "$9223372.03".to_owned()));
    }

    fn printed(usd: f64) -> Option<Money> {
        Money::parse(&format!("{usd}"))
    }

    #[test]
    fn a_recorded_amount_is_what_was_written() {
        for usd in
            [0.0, -0.0, 5e-324, 1e-13, 4.9e-13, 9.9e-13, 1e-12, 0.5, 1.0, 0.0625, 9223371.9, 9223372.03, 9223373.0, 1e7]
        {
            assert_eq!(Money::from_usd(usd), printed(usd), "{usd}");
        }
        for power in -45..24 {
            let usd = 2f64.powi(power);
            for usd in [usd, usd.next_up(), usd.next_down()] {
                assert_eq!(Money::from_usd(usd), printed(usd), "{usd}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn any_amount_goes_by_its_shortest_decimal(
            bits in 0u64..0x4170_0000_0000_0000, pico in 0i64..i64::MAX, decimals in 0u32..13, usd in 0.0..1000.0f64,
        ) {
            let written = (pico / 10i64.pow(decimals)) as f64 / 10f64.powi(12 - decimals as i32);
            for usd in [f64::from_bits(bits), pico as f64 / 1e12, written, usd, usd / 1e6] {
                prop_assert_eq!(Money::from_usd(usd), printed(usd), "{}", usd);
            }
        }
    }

    #[test]
    fn shown_amounts() {
        let check = |usd: f64, text: &str| assert_eq!(Money::from_usd(usd).expect("valid").display(), text);
        check(0.0, "$0.00");
        check(0.00001, "<$0.0001");
        check(0.0012, "$0.0012");
        check(0.01, "$0.01");
        check(1.235, "$1.24");
        check(201.12, "$201.12");
    }
}
