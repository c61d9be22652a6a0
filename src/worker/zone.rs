//! The browser's time zone as plain data.

use crate::model::Zone;
use js_sys::{Date, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

const HOUR_MS: f64 = 3_600_000.0;
/// Offsets change at most a few times a year; a month cannot hide two changes that cancel out in practice.
const STEP_MS: f64 = 28.0 * 24.0 * HOUR_MS;
const YEARS_BACK: f64 = 15.0;
const YEARS_AHEAD: f64 = 5.0;

/// The local zone: its name and every change of offset from 15 years ago to 5 years ahead.
pub fn local_zone() -> Zone {
    let year = 365.25 * 24.0 * HOUR_MS;
    let now = Date::now();
    let (mut at, end) = (now - YEARS_BACK * year, now + YEARS_AHEAD * year);
    let mut offset = offset_at(at);
    let mut transitions = vec![((at / 1000.0) as i64, offset)];
    while at < end {
        let next = at + STEP_MS;
        let new = offset_at(next);
        if new != offset {
            transitions.push(((change_between(at, next) / 1000.0) as i64, new));
            offset = new;
        }
        at = next;
    }
    Zone { name: name(), transitions }
}

/// Seconds east of UTC.
fn offset_at(ms: f64) -> i32 {
    (Date::new(&JsValue::from_f64(ms)).get_timezone_offset() * -60.0) as i32
}

/// The first second with the new offset.
fn change_between(from: f64, to: f64) -> f64 {
    let old = offset_at(from);
    let (mut low, mut high) = (from, to);
    while high - low > 500.0 {
        let middle = (low + high) / 2.0;
        if offset_at(middle) == old { low = middle } else { high = middle }
    }
    (high / 1000.0).round() * 1000.0
}

fn name() -> String {
    let format = Intl::DateTimeFormat::new(&js_sys::Array::new(), &Object::new());
    let zone = Reflect::get(&format.resolved_options(), &"timeZone".into()).ok();
    zone.and_then(|name| name.as_string()).unwrap_or_else(|| "local time".into())
}
