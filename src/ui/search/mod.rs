//! Searching everything that is open: the palette. What is found is computed in the worker; here it is listed as it comes.

mod list;
mod palette;

pub use palette::palette;

use super::frame::button;
use super::shared::{El, Live, el};
use crate::logic::search::Spec;

/// Opens the palette.
pub fn open() {
    palette::open();
}

/// Switches beside a field: case, whole words, pattern.
pub fn switches(spec: Live<Spec>, changed: impl Fn() + Clone + 'static) -> El {
    type Flag = fn(&mut Spec) -> &mut bool;
    let all: [(&str, &str, Flag); 3] = [
        ("Aa", "Match case", |spec| &mut spec.has_case),
        ("W", "Whole words", |spec| &mut spec.is_word),
        (".*", "Pattern", |spec| &mut spec.is_pattern),
    ];
    let switch = |(sign, name, flag): (&str, &str, Flag)| {
        let changed = changed.clone();
        let turn = move |_| {
            spec.update(|spec| *flag(spec) ^= true);
            changed();
        };
        button("button button-quiet button-small search-switch", turn)
            .attr("aria-label", name)
            .attr("title", name)
            .live_attr("aria-pressed", move || Some((*flag(&mut spec.get())).to_string()))
            .text(sign)
    };
    el("span").class("search-switches").children(all.map(switch))
}
