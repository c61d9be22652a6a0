//! The browser's time zones as plain data.

use crate::model::Zone;
use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

const HOUR_MS: f64 = 3_600_000.0;
/// Offsets change at most a few times a year; a month cannot hide two changes that cancel out in practice.
const STEP_MS: f64 = 28.0 * 24.0 * HOUR_MS;
const YEARS_BACK: f64 = 15.0;
const YEARS_AHEAD: f64 = 5.0;

/// The local zone: its name and every change of offset from 15 years ago to 5 years ahead.
pub fn local_zone() -> Zone {
    probed(local_name(), &|ms| (Date::new(&JsValue::from_f64(ms)).get_timezone_offset() * -60.0) as i32)
}

/// The zone that a user wrote: an IANA name, UTC or a fixed offset; the local one where nothing is written. `None` for
/// what the browser does not know.
pub fn zone_named(name: &str) -> Option<Zone> {
    if name.is_empty() {
        return Some(local_zone());
    }
    if let Some(fixed) = Zone::parse_fixed(name) {
        return Some(fixed);
    }
    let format = offset_format(name)?;
    Some(probed(name.to_owned(), &|ms| {
        let text = format.call1(&JsValue::NULL, &JsValue::from_f64(ms)).ok().and_then(|text| text.as_string());
        text.as_deref().map_or(0, offset_of)
    }))
}

/// Whether [`zone_named`] knows a zone; cheap.
pub fn knows_zone(name: &str) -> bool {
    name.is_empty() || Zone::parse_fixed(name).is_some() || offset_format(name).is_some()
}

/// The zones that the browser names; none where it tells no names.
pub fn zone_names() -> Vec<String> {
    let names = || {
        let list: Function = intl("supportedValuesOf")?;
        list.call1(&JsValue::NULL, &"timeZone".into()).ok()?.dyn_into::<Array>().ok()
    };
    names().map(|names| names.iter().filter_map(|name| name.as_string()).collect()).unwrap_or_default()
}

fn intl(name: &str) -> Option<Function> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    Reflect::get(&intl, &name.into()).ok()?.dyn_into().ok()
}

/// A function that prints instants as `5/1/2026, GMT+05:30`. Built by reflection: an unknown zone throws.
fn offset_format(zone: &str) -> Option<Function> {
    let options = Object::new();
    for (key, value) in [("timeZone", zone), ("timeZoneName", "longOffset")] {
        Reflect::set(&options, &key.into(), &value.into()).ok()?;
    }
    let format = Reflect::construct(&intl("DateTimeFormat")?, &Array::of2(&"en-US".into(), &options)).ok()?;
    Some(format.unchecked_into::<Intl::DateTimeFormat>().format())
}

/// Seconds east of UTC at the end of a text; `GMT` alone is none, seconds of old local times are left out.
fn offset_of(text: &str) -> i32 {
    let offset = text.rsplit(' ').next().unwrap_or_default();
    let minutes = if offset.len() > 9 { offset.get(..9) } else { Some(offset) };
    minutes.and_then(Zone::parse_fixed).map_or(0, |zone| zone.offset_at(0))
}

/// The zone whose seconds east of UTC a function tells.
fn probed(name: String, offset_at: &dyn Fn(f64) -> i32) -> Zone {
    let year = 365.25 * 24.0 * HOUR_MS;
    let now = Date::now();
    let (mut at, end) = (now - YEARS_BACK * year, now + YEARS_AHEAD * year);
    let mut offset = offset_at(at);
    let mut transitions = vec![((at / 1000.0) as i64, offset)];
    while at < end {
        let next = at + STEP_MS;
        let new = offset_at(next);
        if new != offset {
            transitions.push(((change_between(at, next, offset_at) / 1000.0) as i64, new));
            offset = new;
        }
        at = next;
    }
    Zone { name, transitions }
}

/// The first second with the new offset.
fn change_between(from: f64, to: f64, offset_at: &dyn Fn(f64) -> i32) -> f64 {
    let old = offset_at(from);
    let (mut low, mut high) = (from, to);
    while high - low > 500.0 {
        let middle = (low + high) / 2.0;
        if offset_at(middle) == old { low = middle } else { high = middle }
    }
    (high / 1000.0).round() * 1000.0
}

fn local_name() -> String {
    let format = Intl::DateTimeFormat::new(&Array::new(), &Object::new());
    let zone = Reflect::get(&format.resolved_options(), &"timeZone".into()).ok();
    zone.and_then(|name| name.as_string()).unwrap_or_else(|| "local time".into())
}
