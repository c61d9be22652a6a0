//! Local days, weeks and months, and a clock that asks the zone only where its offset changes.

use crate::model::{Civil, Timestamp, Wire, Zone};

const SECONDS_A_DAY: i64 = 86_400;

/// A day of a zone's calendar: days since 1970-01-01.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Wire)]
pub struct Day(pub i32);

/// What a bucket of time spans (analytics.md §3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Wire)]
pub enum Granularity {
    #[default]
    Day,
    Week,
    Month,
}

impl Day {
    /// The day of a wall clock.
    pub fn of(civil: Civil) -> Self {
        Self(civil.utc_seconds().div_euclid(SECONDS_A_DAY) as i32)
    }

    /// Its date at midnight.
    pub fn civil(self) -> Civil {
        Civil::from_utc_seconds(i64::from(self.0) * SECONDS_A_DAY)
    }

    /// `2026-03-02`
    pub fn text(self) -> String {
        self.civil().date_text()
    }

    /// 0 is Monday.
    pub const fn weekday(self) -> u8 {
        (self.0 + 3).rem_euclid(7) as u8
    }

    /// Midnight that starts it.
    pub fn start(self, zone: &Zone) -> Timestamp {
        zone.instant(self.civil())
    }

    pub const fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }
}

impl Granularity {
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// Stable name, as links and exports write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The inverse of [`Granularity::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// Days up to 90 days, weeks up to a year, else months (analytics.md §3).
    pub const fn fitting(days: i32) -> Self {
        match days {
            ..=90 => Self::Day,
            91..=366 => Self::Week,
            _ => Self::Month,
        }
    }

    /// The day that names the bucket of a day: its Monday, the first of its month (analytics.md §0).
    pub fn bucket(self, day: Day) -> Day {
        match self {
            Self::Day => day,
            Self::Week => day.plus(-i32::from(day.weekday())),
            Self::Month => day.plus(1 - i32::from(day.civil().day)),
        }
    }

    /// The bucket after one.
    pub fn next(self, bucket: Day) -> Day {
        match self {
            Self::Day => bucket.plus(1),
            Self::Week => bucket.plus(7),
            // Every month has its 28th; four days on is the next one.
            Self::Month => self.bucket(bucket.plus(31)),
        }
    }
}

/// Tells local time; quick where one question follows another of about the same time.
#[derive(Debug, Clone)]
pub struct LocalClock<'a> {
    zone: &'a Zone,
    /// UTC seconds between which `offset` holds.
    from: i64,
    until: i64,
    offset: i64,
}

impl<'a> LocalClock<'a> {
    pub fn new(zone: &'a Zone) -> Self {
        Self { zone, from: 0, until: 0, offset: 0 }
    }

    /// Seconds since 1970 of the wall clock.
    pub fn seconds(&mut self, utc: i64) -> i64 {
        if utc < self.from || utc >= self.until {
            let known = &self.zone.transitions;
            let after = known.partition_point(|(from, _)| *from <= utc);
            self.from = after.checked_sub(1).and_then(|at| known.get(at)).map_or(i64::MIN, |(from, _)| *from);
            self.until = known.get(after).map_or(i64::MAX, |(until, _)| *until);
            self.offset = self.zone.offset_at(utc).into();
        }
        utc.saturating_add(self.offset)
    }

    pub fn day(&mut self, at: Timestamp) -> Day {
        Day(self.seconds(at.seconds()).div_euclid(SECONDS_A_DAY) as i32)
    }

    /// Weekday (0 is Monday) and hour of a UTC second.
    pub fn hour_of_week(&mut self, utc: i64) -> (u8, u8) {
        let local = self.seconds(utc);
        let day = Day(local.div_euclid(SECONDS_A_DAY) as i32);
        (day.weekday(), (local.rem_euclid(SECONDS_A_DAY) / 3600) as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::of(Timestamp::parse(&format!("{text}T12:00:00Z")).expect("a time").utc())
    }

    #[test]
    fn buckets_are_named_by_their_first_day() {
        let check = |by: Granularity, of: &str, name: &str, next: &str| {
            let bucket = by.bucket(day(of));
            assert_eq!([bucket.text(), by.next(bucket).text()], [name, next]);
        };
        check(Granularity::Day, "2026-02-28", "2026-02-28", "2026-03-01");
        check(Granularity::Week, "2026-03-01", "2026-02-23", "2026-03-02");
        check(Granularity::Week, "2026-03-02", "2026-03-02", "2026-03-09");
        check(Granularity::Month, "2026-12-31", "2026-12-01", "2027-01-01");
        check(Granularity::Month, "2026-02-01", "2026-02-01", "2026-03-01");
        assert_eq!(
            [90, 91, 366, 367].map(Granularity::fitting).map(Granularity::name),
            ["day", "week", "week", "month"]
        );
    }

    #[test]
    fn the_clock_is_that_of_the_zone() {
        let paris = Zone {
            name: "Europe/Paris".into(),
            transitions: vec![(0, 3600), (1_774_746_000, 7200), (1_792_890_000, 3600)],
        };
        let far = Zone::fixed("+05:45", 20_700);
        for zone in [Zone::utc(), paris, far] {
            let mut clock = LocalClock::new(&zone);
            for step in -40_000i64..40_000 {
                let at = Timestamp::from_ms((1_774_746_000 + step * step.abs() * 2) * 1000);
                let civil = zone.local(at);
                assert_eq!(clock.day(at), Day::of(civil));
                assert_eq!(clock.hour_of_week(at.seconds()), (civil.weekday(), civil.hour));
            }
        }
    }
}
