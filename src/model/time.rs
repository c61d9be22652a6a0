//! Instants and calendar arithmetic. A clock is never read here.

use super::Wire;

/// Nanoseconds since the Unix epoch, UTC. Covers the years 1678 to 2261; what lies outside (agents write year 1
/// for "never") is "not recorded" and never becomes a `Timestamp`.
///
/// Nanoseconds, since fizeau's durations are differences of nine-digit fractions cut to milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Wire)]
pub struct Timestamp(i64);

const NANOS_PER_MS: i64 = 1_000_000;
const NANOS_PER_SECOND: i64 = 1_000_000_000;

/// A date and a wall-clock time, without a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Civil {
    pub year: i32,
    pub month: u8,
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
}

impl Timestamp {
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    pub const fn from_ms(ms: i64) -> Self {
        Self(ms.saturating_mul(NANOS_PER_MS))
    }

    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// Milliseconds since the epoch, rounded down.
    pub const fn ms(self) -> i64 {
        self.0.div_euclid(NANOS_PER_MS)
    }

    /// Seconds since the epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(NANOS_PER_SECOND)
    }

    /// Nanoseconds from `earlier` to `self`; negative when the clock went backwards.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Milliseconds from `earlier` to `self`, cut toward zero.
    pub const fn ms_since(self, earlier: Self) -> i64 {
        self.since(earlier) / NANOS_PER_MS
    }

    pub const fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms.saturating_mul(NANOS_PER_MS)))
    }

    /// Parses RFC 3339 with `T`, `Z` or an offset, and any number of fraction digits (digits past the ninth are cut).
    /// `None` for anything else (lower-case `t` or `z`, a blank for `T`, no zone: fizeau.md §5), for impossible dates
    /// and for years outside 1678..=2261.
    pub fn parse(text: &str) -> Option<Self> {
        let (civil, nanos, offset_seconds) = parse_parts(text.as_bytes())?;
        let seconds = civil.utc_seconds() - i64::from(offset_seconds);
        // Within these years nothing overflows.
        let is_near = (1678..=2261).contains(&civil.year);
        is_near.then(|| Self(seconds * NANOS_PER_SECOND + i64::from(nanos)))
    }

    /// The wall clock that stands in `text`, whatever its offset says, or `None` where [`Timestamp::parse`] fails.
    /// Fizeau's reference replay prints this (fizeau.md §6).
    pub fn wall_clock(text: &str) -> Option<Civil> {
        parse_parts(text.as_bytes()).map(|(civil, _, _)| civil)
    }

    /// The UTC date and time.
    pub fn utc(self) -> Civil {
        Civil::from_utc_seconds(self.seconds())
    }

    /// RFC 3339 in UTC with milliseconds: `2026-05-01T10:00:00.123Z`.
    pub fn rfc3339(self) -> String {
        let Civil { year, month, day, hour, minute, second } = self.utc();
        let ms = self.ms().rem_euclid(1000);
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z")
    }

    /// As [`Timestamp::rfc3339`], to the nanosecond.
    pub fn exact(self) -> String {
        let text = self.rfc3339();
        let below_ms = self.nanos().rem_euclid(1_000_000);
        format!("{}{below_ms:06}Z", text.trim_end_matches('Z'))
    }
}

impl Civil {
    /// Midnight of a date, or `None` when there is no such day (`2026-02-29`).
    pub fn date(year: i32, month: u8, day: u8) -> Option<Self> {
        let valid = (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
        valid.then_some(Self { year, month, day, hour: 0, minute: 0, second: 0 })
    }

    /// Seconds since the epoch if the wall clock were UTC.
    pub fn utc_seconds(self) -> i64 {
        let days = days_from_civil(self.year, self.month, self.day);
        days * 86_400 + i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second)
    }

    /// The inverse of [`Civil::utc_seconds`].
    pub fn from_utc_seconds(seconds: i64) -> Self {
        let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, day) = civil_from_days(days);
        let part = |unit: i64, modulus: i64| (rest / unit % modulus) as u8;
        Self { year, month, day, hour: part(3600, 24), minute: part(60, 60), second: part(1, 60) }
    }

    /// 0 is Monday.
    pub fn weekday(self) -> u8 {
        (days_from_civil(self.year, self.month, self.day) + 3).rem_euclid(7) as u8
    }

    /// `2026-05-01`
    pub fn date_text(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a proleptic Gregorian date (Hinnant's algorithm).
fn days_from_civil(year: i32, month: u8, day: u8) -> i64 {
    let year = i64::from(year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(days: i64) -> (i32, u8, u8) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u8;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 } as u8;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year as i32, month, day)
}

/// Date and wall clock, nanoseconds, offset in seconds.
fn parse_parts(text: &[u8]) -> Option<(Civil, u32, i32)> {
    let number = |from: usize, to: usize| -> Option<u32> {
        text.get(from..to)?
            .iter()
            .try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))
    };
    let is = |at: usize, any_of: &[u8]| text.get(at).is_some_and(|byte| any_of.contains(byte));
    if !(is(4, b"-") && is(7, b"-") && is(10, b"T") && is(13, b":") && is(16, b":")) {
        return None;
    }
    let date = Civil::date(number(0, 4)? as i32, number(5, 7)? as u8, number(8, 10)? as u8)?;
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let mut at = 19;
    let mut nanos = 0;
    if is(at, b".") {
        let digits = text[at + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let kept = digits.min(9);
        nanos = number(at + 1, at + 1 + kept)? * 10u32.pow(9 - kept as u32);
        at += 1 + digits;
        if digits == 0 {
            return None;
        }
    }
    let offset = match text.get(at)? {
        b'Z' if text.len() == at + 1 => 0,
        sign @ (b'+' | b'-') if text.len() == at + 6 && is(at + 3, b":") => {
            let (hours, minutes) = (number(at + 1, at + 3)? as i32, number(at + 4, at + 6)? as i32);
            if hours > 23 || minutes > 59 {
                return None;
            }
            (hours * 3600 + minutes * 60) * if *sign == b'-' { -1 } else { 1 }
        }
        _ => return None,
    };
    let civil = Civil { hour: hour as u8, minute: minute as u8, second: second as u8, ..date };
    Some((civil, nanos, offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_and_prints() {
        let check = |text: &str, answer: &str| {
            assert_eq!(Timestamp::parse(text).map_or("-".into(), Timestamp::rfc3339), answer, "{text}");
        };
        check("2026-05-01T10:00:00.123456789Z", "2026-05-01T10:00:00.123Z");
        check("2026-05-01T12:00:00+02:00", "2026-05-01T10:00:00.000Z");
        check("2026-05-01T10:00:00.2Z", "2026-05-01T10:00:00.200Z");
        check("2024-02-29T00:00:00-00:30", "2024-02-29T00:30:00.000Z");
        check("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z");
        for wrong in [
            "",
            "2026-05-01 10:00:00Z",
            "2026-05-01t10:00:00z",
            "2026-02-29T00:00:00Z",
            "2026-05-01T10:00:00",
            "2026-05-01",
            "0001-01-01T00:00:00Z",
            "2026-5-1T00:00:00Z",
            "2026-05-01T24:00:00Z",
            "2026-05-01T10:00:00.Z",
            "2026-05-01T10:00:00Zx",
            "9999-01-01T00:00:00Z",
            "２026-05-01T10:00:00Z",
        ] {
            check(wrong, "-");
        }
    }

    #[test]
    fn differences_are_cut_toward_zero() {
        let start = Timestamp::parse("2026-05-01T10:00:00.0009Z").expect("valid");
        let end = Timestamp::parse("2026-05-01T10:00:01.0001Z").expect("valid");
        assert_eq!(end.ms_since(start), 999);
    }

    #[test]
    fn civil_round_trips_over_centuries() {
        for day in (-200_000..200_000).step_by(37) {
            let civil = Civil::from_utc_seconds(day * 86_400 + 3_723);
            assert_eq!(civil.utc_seconds(), day * 86_400 + 3_723);
        }
        assert_eq!(Civil::date(2026, 11, 21).expect("a day").weekday(), 5);
    }
}
