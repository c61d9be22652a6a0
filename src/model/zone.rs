//! A time zone as plain data: the page probes the browser, the command asks `jiff`; links carry its name alone.

use super::{Civil, Timestamp, Wire};

/// A name and the UTC seconds at which the offset (seconds east of UTC) changes, ascending.
/// The first offset also holds for everything before it; an empty list is UTC.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub struct Zone {
    pub name: String,
    pub transitions: Vec<(i64, i32)>,
}

impl Default for Zone {
    fn default() -> Self {
        Self::utc()
    }
}

impl Zone {
    pub fn utc() -> Self {
        Self { name: "UTC".into(), transitions: Vec::new() }
    }

    /// One offset for all time, in seconds east of UTC.
    pub fn fixed(name: &str, offset: i32) -> Self {
        Self { name: name.into(), transitions: vec![(i64::MIN, offset)] }
    }

    /// `UTC`, or one offset for all time: `+05:30`, `-8`, `UTC+2`, `GMT-03:00`. `None` for any other text.
    pub fn parse_fixed(text: &str) -> Option<Self> {
        let rest = ["UTC", "GMT"].iter().find_map(|name| text.strip_prefix(name)).unwrap_or(text);
        if rest.is_empty() {
            return (!text.is_empty()).then(Self::utc);
        }
        let (sign, digits) = match rest.split_at_checked(1)? {
            ("+", digits) => (1, digits),
            ("-", digits) => (-1, digits),
            _ => return None,
        };
        let (hours, minutes) = digits.split_once(':').unwrap_or((digits, "00"));
        let number = |text: &str, below: i32| {
            let is_short = matches!(text.len(), 1..=2) && text.bytes().all(|byte| byte.is_ascii_digit());
            is_short.then(|| text.parse().ok()).flatten().filter(|number: &i32| *number < below)
        };
        let (hours, minutes) = (number(hours, 24)?, number(minutes, 60).filter(|_| minutes.len() == 2)?);
        let name = format!("UTC{}{hours:02}:{minutes:02}", if sign < 0 { '-' } else { '+' });
        Some(Self::fixed(&name, sign * (hours * 3600 + minutes * 60)))
    }

    /// Seconds east of UTC at an instant.
    pub fn offset_at(&self, utc_seconds: i64) -> i32 {
        let after = self.transitions.partition_point(|(from, _)| *from <= utc_seconds);
        let index = after.saturating_sub(1);
        self.transitions.get(index).map_or(0, |(_, offset)| *offset)
    }

    /// The local wall clock at an instant.
    pub fn local(&self, at: Timestamp) -> Civil {
        let seconds = at.seconds();
        Civil::from_utc_seconds(seconds + i64::from(self.offset_at(seconds)))
    }

    /// The instant of a local wall clock. In the gap of a spring change the time after the gap; of two equal wall
    /// clocks in autumn the earlier one, so that a day starts where it starts first.
    pub fn instant(&self, civil: Civil) -> Timestamp {
        let wall = civil.utc_seconds();
        let first = self.offset_at(wall - 86_400);
        let second = self.offset_at(wall + 86_400);
        let candidate = |offset: i32| wall - i64::from(offset);
        let fits = |offset: i32| self.offset_at(candidate(offset)) == offset;
        let (low, high) = if candidate(first) <= candidate(second) { (first, second) } else { (second, first) };
        let seconds = match (fits(low), fits(high)) {
            (true, _) => candidate(low),
            (false, true) => candidate(high),
            // No such wall clock: the first instant after the gap has the new offset.
            (false, false) => candidate(first),
        };
        Timestamp::from_ms(seconds.saturating_mul(1000))
    }

    /// Midnight that starts the local day `days` after the day of `at` (negative: before).
    pub fn day_start(&self, at: Timestamp, days: i64) -> Timestamp {
        let today = Civil { hour: 0, minute: 0, second: 0, ..self.local(at) };
        self.instant(Civil::from_utc_seconds(today.utc_seconds() + days * 86_400))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Central Europe in 2026: summer time from 29 March 01:00Z to 25 October 01:00Z.
    fn europe() -> Zone {
        Zone { name: "Europe/Paris".into(), transitions: vec![(0, 3600), (1_774_746_000, 7200), (1_792_890_000, 3600)] }
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).expect("valid")
    }

    #[test]
    fn local_days_follow_summer_time() {
        let zone = europe();
        assert_eq!(zone.day_start(at("2026-03-29T12:00:00Z"), 0), at("2026-03-28T23:00:00Z"));
        assert_eq!(zone.day_start(at("2026-03-29T12:00:00Z"), 1), at("2026-03-29T22:00:00Z"));
        assert_eq!(zone.day_start(at("2026-10-25T12:00:00Z"), 0), at("2026-10-24T22:00:00Z"));
        assert_eq!(zone.day_start(at("2026-10-25T12:00:00Z"), 1), at("2026-10-25T23:00:00Z"));
        assert_eq!(zone.local(at("2026-07-01T23:30:00Z")).date_text(), "2026-07-02");
    }

    #[test]
    fn offsets_are_zones_too() {
        let offset = |text: &str| Zone::parse_fixed(text).map(|zone| (zone.name.clone(), zone.offset_at(0)));
        assert_eq!(offset("+05:30"), Some(("UTC+05:30".into(), 19_800)));
        assert_eq!(offset("UTC-8"), Some(("UTC-08:00".into(), -28_800)));
        assert_eq!((offset("UTC"), offset("GMT+00:00")), (Some(("UTC".into(), 0)), Some(("UTC+00:00".into(), 0))));
        for wrong in ["", "5", "+", "+24", "+1:2", "+05:60", "+005", "+0530x", "Europe/Paris", "UTCx", "\u{2212}1"] {
            assert_eq!(offset(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn utc_is_the_default() {
        assert_eq!(Zone::default().day_start(at("2026-04-09T15:30:00Z"), 0), at("2026-04-09T00:00:00Z"));
        assert_eq!(Zone::fixed("+05:45", 20_700).day_start(at("2026-04-09T20:00:00Z"), 0), at("2026-04-09T18:15:00Z"));
    }
}
