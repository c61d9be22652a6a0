//! Floats as decimals of a fixed length, by integers alone: `format!` would bring its tables and 10 KB into the page.

/// What `format!("{value:.decimals$}")` prints: the exact value, rounded half to even. `decimals` is at most 9, and an
/// absolute value past 2⁷⁴ is limited to that.
pub fn fixed(value: f64, decimals: u32) -> String {
    if !value.is_finite() {
        return if value.is_nan() {
            "NaN"
        } else if value > 0.0 {
            "inf"
        } else {
            "-inf"
        }
        .to_owned();
    }
    let bits = value.abs().to_bits();
    let (mantissa, exponent) = match (bits >> 52) as i32 {
        0 => (bits, -1074),
        biased => (bits & ((1 << 52) - 1) | 1 << 52, biased - 1075),
    };
    let unit = 10u128.pow(decimals.min(9));
    let scaled = u128::from(mantissa) * unit;
    let rounded = match exponent {
        0.. => scaled << exponent.min(21),
        // Less than half of the last place.
        ..-100 => 0,
        _ => {
            let (whole, rest, half) = (scaled >> -exponent, scaled & ((1 << -exponent) - 1), 1 << (-exponent - 1));
            whole + u128::from(rest > half || rest == half && whole % 2 == 1)
        }
    };
    let sign = if value.is_sign_negative() { "-" } else { "" };
    match decimals {
        0 => format!("{sign}{rounded}"),
        _ => format!("{sign}{}.{:0width$}", rounded / unit, rounded % unit, width = decimals as usize),
    }
}

#[cfg(test)]
mod tests {
    use super::fixed;
    use proptest::prelude::*;

    fn check(value: f64) {
        for decimals in [0, 1, 4, 6] {
            assert_eq!(fixed(value, decimals), format!("{value:.*}", decimals as usize), "{value:e}");
            assert_eq!(fixed(-value, decimals), format!("{:.*}", decimals as usize, -value), "{value:e}");
        }
    }

    #[test]
    fn halves_go_to_the_even_neighbour() {
        assert_eq!(
            ["0.25", "0.75", "0.35"].map(|text| fixed(text.parse().expect("a float"), 1)),
            ["0.2", "0.8", "0.3"]
        );
        for value in
            [0.0, 0.5, 1.5, 0.05, 0.25, 0.15, 0.00005, 0.03125, 1e-30, 5e-324, 2f64.powi(73), 9.2e21, 1.0 / 3.0]
        {
            check(value);
        }
        for value in [f64::NAN, f64::INFINITY] {
            check(value);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn as_the_standard_library_prints(
            bits in 0u64..0x4490_0000_0000_0000, part in 0u32..5000, whole in 1u32..5000, tokens in any::<i64>(), ms in 1i64..100_000_000,
            halves in 0u32..100_000,
        ) {
            check(f64::from_bits(bits));
            check(f64::from(part) / f64::from(whole));
            check(tokens as f64 / (ms as f64 / 1000.0));
            check(f64::from(halves) / 32.0);
        }
    }
}
