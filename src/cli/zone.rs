//! Time zones by name, out of `jiff`'s database, as the plain data that the core takes.

use crate::model::Zone;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// 1995-01-01 and 2041-01-01 in UTC seconds: no agent wrote a log before, and rules beyond are guesses.
const FROM: i64 = 788_918_400;
const TO: i64 = 2_240_524_800;

/// The zone with an IANA name such as `Europe/Paris`, whatever its case, or with one offset such as `+05:30`.
pub fn by_name(name: &str) -> Result<Zone, String> {
    if let Some(fixed) = Zone::parse_fixed(name) {
        return Ok(fixed);
    }
    let zone = TimeZone::get(name).map_err(|_| {
        "no such time zone: write an IANA name such as Europe/Paris, UTC, or an offset such as +05:30".to_owned()
    })?;
    Ok(plain(&zone, name))
}

/// The zone of this machine; UTC where it has none.
pub fn of_machine() -> Zone {
    let zone = TimeZone::system();
    if zone.is_unknown() { Zone::utc() } else { plain(&zone, "local time") }
}

/// `name` stands where the zone has none of its own.
fn plain(zone: &TimeZone, name: &str) -> Zone {
    let name = zone.iana_name().unwrap_or(name).to_owned();
    let Ok(from) = Timestamp::from_second(FROM) else { return Zone::utc() };
    let first = (FROM, zone.to_offset(from).seconds());
    let later = zone.following(from).map(|change| (change.timestamp().as_second(), change.offset().seconds()));
    let transitions = std::iter::once(first).chain(later.take_while(|(second, _)| *second < TO)).collect();
    Zone { name, transitions }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Offsets of `jiff` and of the plain data, every six hours of 44 years.
    fn check(name: &str) {
        let zone = by_name(name).expect("a zone of the database");
        let asked = TimeZone::get(name).expect("a zone of the database");
        for second in (FROM..TO).step_by(6 * 3600) {
            let at = Timestamp::from_second(second).expect("in range");
            assert_eq!(zone.offset_at(second), asked.to_offset(at).seconds(), "{name} at {at}");
        }
    }

    #[test]
    fn plain_data_has_the_offsets_of_the_database() {
        // Summer time north and south, half hours, rules that follow the moon, none at all, a day left out.
        for name in [
            "Europe/Paris",
            "America/New_York",
            "Australia/Lord_Howe",
            "Africa/Casablanca",
            "Asia/Kathmandu",
            "Pacific/Apia",
            "UTC",
        ] {
            check(name);
        }
    }

    #[test]
    fn names_are_those_of_the_database() {
        assert_eq!(by_name("europe/paris").map(|zone| zone.name).as_deref(), Ok("Europe/Paris"));
        assert_eq!(by_name("UTC").map(|zone| zone.name).as_deref(), Ok("UTC"));
        assert_eq!(by_name("-08:00").map(|zone| zone.offset_at(0)), Ok(-8 * 3600));
        for wrong in ["", "Paris", "Europe/Pariss", "+25:00", "../etc/passwd", "CEST"] {
            assert!(by_name(wrong).is_err(), "{wrong}");
        }
    }
}
