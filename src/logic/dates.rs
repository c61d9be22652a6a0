//! Dates and times for people, in a zone.

use crate::model::{Civil, Timestamp, Zone};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn month(civil: Civil) -> &'static str {
    MONTHS.get(usize::from(civil.month).wrapping_sub(1)).copied().unwrap_or("?")
}

/// `18 Nov`
pub fn day_text(civil: Civil) -> String {
    format!("{} {}", civil.day, month(civil))
}

/// `Nov 2026`
pub fn month_text(civil: Civil) -> String {
    format!("{} {}", month(civil), civil.year)
}

/// `18 Nov 14:02`; with the year when it is not that of `now`.
pub fn short(at: Timestamp, now: Timestamp, zone: &Zone) -> String {
    let civil = zone.local(at);
    let Civil { day, hour, minute, year, .. } = civil;
    match zone.local(now).year == year {
        true => format!("{day} {} {hour:02}:{minute:02}", month(civil)),
        false => format!("{day} {} {year} {hour:02}:{minute:02}", month(civil)),
    }
}

/// `18 Nov 2026, 14:02:07 Europe/Paris`
pub fn full(at: Timestamp, zone: &Zone) -> String {
    let civil = zone.local(at);
    let Civil { year, day, hour, minute, second, .. } = civil;
    format!("{day} {} {year}, {hour:02}:{minute:02}:{second:02} {}", month(civil), zone.name)
}

/// `14:02:07`
pub fn clock(at: Timestamp, zone: &Zone) -> String {
    let Civil { hour, minute, second, .. } = zone.local(at);
    format!("{hour:02}:{minute:02}:{second:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_is_said_when_it_is_another() {
        let at = |text: &str| Timestamp::parse(text).expect("valid");
        let zone = Zone::fixed("+02:00", 7200);
        let now = at("2026-11-21T00:00:00Z");
        assert_eq!(short(at("2026-05-01T22:30:00Z"), now, &zone), "2 May 00:30");
        assert_eq!(short(at("2025-05-01T10:00:00Z"), now, &zone), "1 May 2025 12:00");
        assert_eq!(full(at("2026-05-01T10:00:05Z"), &zone), "1 May 2026, 12:00:05 +02:00");
        assert_eq!(clock(at("2026-05-01T10:00:05Z"), &zone), "12:00:05");
    }
}
