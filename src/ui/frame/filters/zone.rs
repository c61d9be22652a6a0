//! The zone of days and clock times: the machine's, UTC, or any that the browser knows.

use crate::ui::frame::button;
use crate::ui::shared::{El, el, value_of};
use crate::ui::store::Store;
use crate::worker::{knows_zone, zone_names};

/// What is wrong with the zone of the link; the local one counts then.
pub fn wrong(store: Store) -> Option<String> {
    let zone = store.view.with(|view| view.zone.clone());
    (!knows_zone(&zone)).then(|| format!("\"{zone}\" is no zone that this browser knows"))
}

/// What the menu holds.
pub fn zones(store: Store) -> Vec<El> {
    let choice = |label: &str, value: &'static str| {
        button("", move |_| store.go(|view| view.zone = value.to_owned()))
            .live_attr("aria-pressed", move || Some(store.view.with(|view| view.zone == value).to_string()))
            .text(label)
    };
    let both = el("div").class("segmented").attr("role", "group").attr("aria-label", "Zone");
    let both = both.children([choice("Local", ""), choice("UTC", "UTC")]);
    let input = el("input")
        .attr("placeholder", "Asia/Tokyo, +05:30")
        .attr("aria-label", "Another zone")
        .attr("list", "zone-names")
        .attr("autocomplete", "off")
        .attr("data-testid", "zone-input")
        .live_attr("aria-invalid", move || wrong(store).map(|_| "true".to_owned()))
        .live_value(move || store.view.with(|view| if view.zone == "UTC" { String::new() } else { view.zone.clone() }))
        .on("change", move |event| store.go(|view| view.zone = value_of(&event).trim().to_owned()));
    let names = zone_names().into_iter().map(|name| el("option").attr("value", &name));
    let names = el("datalist").attr("id", "zone-names").children(names);
    let told = move || store.zone.with(|zone| format!("Days, hours and clock times are those of {}.", zone.name));
    let told = el("p").class("muted").live_text(told);
    vec![both, el("label").class("field").child(input), names, told]
}
