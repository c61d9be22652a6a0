use super::*;

/// Central Europe in 2026: summer time from 29 March 01:00Z to 25 October 01:00Z.
fn paris() -> Zone {
    Zone { name: "Europe/Paris".into(), transitions: vec![(0, 3600), (1_774_746_000, 7200), (1_792_890_000, 3600)] }
}

/// São Paulo changed its clocks at midnight: 2018-11-04 began at 01:00, 2018-02-17 had 25 hours.
fn sao_paulo() -> Zone {
    let transitions = vec![(0, -7200), (1_518_919_200, -10_800), (1_541_300_400, -7200)];
    Zone { name: "America/Sao_Paulo".into(), transitions }
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("valid")
}

fn shown(answer: Result<Option<Window>, WindowError>) -> String {
    let bound = |bound: Option<Timestamp>| {
        bound.map_or("open".into(), |at| at.rfc3339().replace(":00.000Z", "").replace(".000Z", "Z"))
    };
    match answer {
        Ok(None) => "everything".into(),
        Ok(Some(window)) => format!("{} {}", bound(window.start), bound(window.end)),
        Err(error) => error.to_string(),
    }
}

fn reference(spec: &str) -> String {
    // The zone must not count.
    shown(resolve(spec, at("2026-04-09T15:30:00Z"), &paris(), Grammar::Reference))
}

fn ours(spec: &str, now: &str, zone: &Zone) -> String {
    shown(resolve(spec, at(now), zone, Grammar::Ours))
}

#[test]
fn the_reference_table() {
    let check = |spec: &str, answer: &str| assert_eq!(reference(spec), answer, "{spec:?}");
    check("", "everything");
    check("  ", "everything");
    check("today", "2026-04-09T00:00 2026-04-10T00:00");
    check(" today\n", "2026-04-09T00:00 2026-04-10T00:00");
    check("7d", "2026-04-02T15:30 2026-04-09T15:30");
    check("30d", "2026-03-10T15:30 2026-04-09T15:30");
    check("2026-04-03", "2026-04-03T00:00 2026-04-04T00:00");
    check("2024-02-29", "2024-02-29T00:00 2024-03-01T00:00");
    check("2026-04-03T10:00:00Z", "2026-04-03T10:00 2026-04-04T10:00");
    check("2026-04-03T10:00:00+02:00", "2026-04-03T08:00 2026-04-04T08:00");
    check("2026-04-01..2026-04-03", "2026-04-01T00:00 2026-04-04T00:00");
    check("2026-04-03..2026-04-03", "2026-04-03T00:00 2026-04-04T00:00");
    check(" 2026-04-01 .. 2026-04-03 ", "2026-04-01T00:00 2026-04-04T00:00");
    check("2026-04-01..2026-04-03T12:00:30Z", "2026-04-01T00:00 2026-04-03T12:00:30Z");
    check("2026-04-01T06:00:00Z..2026-04-01", "2026-04-01T06:00 2026-04-02T00:00");
    check("2026-04-01..", "2026-04-01T00:00 open");
    check("..2026-04-01", "open 2026-04-02T00:00");
    check(".. 2026-04-01T06:00:00Z", "open 2026-04-01T06:00");
}

#[test]
fn the_reference_errors() {
    let end = |spec: &str, part: &str| {
        assert_eq!(reference(spec), format!("usage: invalid time window endpoint \"{part}\""), "{spec:?}");
    };
    let range = |spec: &str| {
        assert_eq!(reference(spec), format!("usage: invalid time window \"{}\"", spec.trim()), "{spec:?}");
    };
    for word in
        ["1d", "14d", "0d", "d", "all", "yesterday", "Today", "2026-4-9", "2026-02-29", "2026-13-01", "20260409"]
    {
        end(word, word);
    }
    end("2026-04-01T10:00:00", "2026-04-01T10:00:00");
    end("2026-04-01 10:00:00Z", "2026-04-01 10:00:00Z");
    end("2026-04-01..2026-04-02..2026-04-03", "2026-04-02..2026-04-03");
    end("2026-04-01...2026-04-03", ".2026-04-03");
    end("7d..", "7d");
    end("..today", "today");
    end("2026-04-01.. yesterday ", "yesterday");
    range("..");
    range(" .. ");
    range("2026-04-03..2026-04-02");
    range("2026-04-01T00:00:00Z..2026-04-01T00:00:00Z");
    range("2026-04-01..2026-04-01T00:00:00Z");
}

#[test]
fn our_days_are_calendar_days_of_the_zone() {
    let zone = paris();
    // 23:30 UTC is already the tenth in Paris.
    let check = |spec: &str, answer: &str| assert_eq!(ours(spec, "2026-04-09T23:30:00Z", &zone), answer, "{spec:?}");
    check("", "everything");
    check("all", "everything");
    check("today", "2026-04-09T22:00 2026-04-10T22:00");
    check("1d", "2026-04-09T22:00 2026-04-10T22:00");
    check("7d", "2026-04-03T22:00 2026-04-10T22:00");
    check("007d", "2026-04-03T22:00 2026-04-10T22:00");
    // The first of these days lies in winter time.
    check("14d", "2026-03-27T23:00 2026-04-10T22:00");
    check("2026-04-03", "2026-04-02T22:00 2026-04-03T22:00");
    check("2026-04-01..2026-04-03", "2026-03-31T22:00 2026-04-03T22:00");
    check("2026-04-03T10:00:00Z", "2026-04-03T10:00 2026-04-04T10:00");
    check("2026-04-01..2026-04-03T12:00:00Z", "2026-03-31T22:00 2026-04-03T12:00");
    check("..2026-04-01", "open 2026-04-01T22:00");
}

#[test]
fn days_follow_the_clock_changes() {
    let (paris, sao_paulo) = (paris(), sao_paulo());
    let in_paris = |spec: &str| ours(spec, "2026-11-21T12:00:00Z", &paris);
    assert_eq!(in_paris("2026-03-29"), "2026-03-28T23:00 2026-03-29T22:00", "23 hours");
    assert_eq!(in_paris("2026-10-25"), "2026-10-24T22:00 2026-10-25T23:00", "25 hours");
    assert_eq!(in_paris("2026-03-28..2026-10-25"), "2026-03-27T23:00 2026-10-25T23:00");
    let in_brazil = |spec: &str, now: &str| ours(spec, now, &sao_paulo);
    let spring = "2018-11-04T03:00 2018-11-05T02:00";
    assert_eq!(in_brazil("2018-11-04", "2018-12-01T00:00:00Z"), spring, "there is no midnight");
    assert_eq!(in_brazil("today", "2018-11-04T12:00:00Z"), spring);
    assert_eq!(
        in_brazil("2018-02-17", "2018-12-01T00:00:00Z"),
        "2018-02-17T02:00 2018-02-18T03:00",
        "23:30 comes twice"
    );
    assert_eq!(in_brazil("today", "2018-02-18T02:30:00Z"), "2018-02-17T02:00 2018-02-18T03:00");
}

#[test]
fn our_errors_say_which_part_is_wrong() {
    let check = |spec: &str, kind: fn(String) -> WindowError, part: &str| {
        let error = resolve(spec, at("2026-04-09T15:30:00Z"), &Zone::utc(), Grammar::Ours).expect_err(spec);
        assert_eq!(error.part(), part, "{spec:?}");
        assert_eq!(error, kind(part.into()));
        assert!(error.to_string().contains(part));
    };
    for word in ["yesterday", "Today", "7D", "-7d", "+7d", "d", "2026-4-9", "All"] {
        check(word, WindowError::UnknownWord, word);
    }
    check("0d", WindowError::NoDays, "0d");
    check("2026-02-29", WindowError::NoSuchDay, "2026-02-29");
    check("2026-04-01..2026-04-31", WindowError::NoSuchDay, "2026-04-31");
    check("2026-04-31T10:00:00Z", WindowError::NoSuchDay, "2026-04-31T10:00:00Z");
    check("2026-04-01T10:00:00", WindowError::NoZone, "2026-04-01T10:00:00");
    check("2026-04-01..today", WindowError::UnknownEnd, "today");
    check("7d..2026-04-01", WindowError::UnknownEnd, "7d");
    check("2026-04-01...2026-04-03", WindowError::UnknownEnd, ".2026-04-03");
    check("..", WindowError::NoEnds, "..");
    check("2026-04-03..2026-04-02", WindowError::Inverted, "2026-04-03..2026-04-02");
}

#[test]
fn far_dates_stand_for_the_ends_of_time() {
    let zone = Zone::fixed("+14:00", 50_400);
    for spec in ["0001-01-01..9999-12-31", "99999999999999999999999d", "400000d", "1000-01-01..", "..9999-12-31"] {
        let window = resolve(spec, at("2026-04-09T15:30:00Z"), &zone, Grammar::Ours).expect(spec).expect(spec);
        assert!(window.contains(Some(at("2026-01-01T00:00:00Z"))), "{spec}");
    }
}

#[test]
fn the_end_is_outside_and_an_unknown_time_everywhere_but_in_the_reference() {
    let bounds = (at("2026-04-01T00:00:00Z"), at("2026-04-02T00:00:00Z"));
    let day = Window { start: Some(bounds.0), end: Some(bounds.1) };
    assert!(day.contains(Some(bounds.0)));
    assert!(day.contains(Some(at("2026-04-01T23:59:59.999999999Z"))));
    assert!(!day.contains(Some(bounds.1)));
    let until = Window { start: None, ..day };
    assert!(!day.contains(None) && !until.contains(None));
    assert!(!day.contains_as_reference(None));
    assert!(until.contains_as_reference(None), "year 1 passes a window without a lower bound");
}

#[cfg(not(target_arch = "wasm32"))]
mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_text_panics(spec in "\\PC*", nanos: i64, offset in -90_000i32..90_000) {
            let zone = Zone::fixed("Z", offset);
            for grammar in [Grammar::Reference, Grammar::Ours] {
                let _ = resolve(&spec, Timestamp::from_nanos(nanos), &zone, grammar);
            }
        }

        #[test]
        fn nearly_right_texts_do_not_panic_either(spec in "[0-9TZ:d. +-]{0,40}|[0-9]{4}-[0-9]{2}-[0-9]{2}(\\.\\.([0-9]{4}-[0-9]{2}-[0-9]{2})?)?|[0-9]{1,30}d", nanos: i64) {
            for grammar in [Grammar::Reference, Grammar::Ours] {
                let answer = resolve(&spec, Timestamp::from_nanos(nanos), &paris(), grammar);
                if let Ok(Some(Window { start: Some(start), end: Some(end) })) = answer {
                    prop_assert!(start <= end);
                }
            }
        }

        #[test]
        fn the_last_days_hold_now_and_end_with_it(days in 1u32..4000, ms in 0i64..4_000_000_000_000) {
            let now = Timestamp::from_ms(ms);
            let window = resolve(&format!("{days}d"), now, &sao_paulo(), Grammar::Ours).expect("valid").expect("bounded");
            prop_assert!(window.contains(Some(now)));
            let (start, end) = (window.start.expect("bounded"), window.end.expect("bounded"));
            let hours = end.ms_since(start) / 3_600_000;
            prop_assert!((hours - i64::from(days) * 24).abs() <= 1);
        }
    }
}
