//! A time zone as plain data: the worker probes the browser, the command asks `jiff`, links carry neither.

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
    fn utc_is_the_default() {
        assert_eq!(Zone::default().day_start(at("2026-04-09T15:30:00Z"), 0), at("2026-04-09T00:00:00Z"));
        assert_eq!(Zone::fixed("+05:45", 20_700).day_start(at("2026-04-09T20:00:00Z"), 0), at("2026-04-09T18:15:00Z"));
    }
}
