//! Which events one asks to see, where the format says which of them must not be lost.

use crate::logic::transcript::{RuleSet, Wanted};
use crate::ui::frame::button;
use crate::ui::session::open::Open;
use crate::ui::shared::{El, el};

const EVENTS: &str = "Durable events must not be lost; ephemeral ones may be";

/// All, durable or ephemeral ones, by which set of rules; nothing where the format knows no such difference.
pub fn choice(open: Open) -> Option<El> {
    if open.detail.with(|detail| detail.durabilities.is_empty()) {
        return None;
    }
    let set = move || match open.wanted.get() {
        Wanted::All => RuleSet::default(),
        Wanted::Durable(set) | Wanted::Ephemeral(set) => set,
    };
    let option = move |label: &str, of: fn(RuleSet) -> Wanted| {
        button("", move |_| open.wanted.set(of(set())))
            .live_attr("aria-pressed", move || Some((open.wanted.get() == of(set())).to_string()))
            .text(label)
    };
    let kinds = el("span").class("segmented").attr("role", "group").attr("aria-label", "Events").attr("title", EVENTS);
    let kinds = kinds.children([
        option("All", |_| Wanted::All),
        option("Durable", Wanted::Durable),
        option("Ephemeral", Wanted::Ephemeral),
    ]);
    let rules = move |label: &str, rules: RuleSet| {
        let choose = move |_| {
            open.wanted.update(|wanted| match wanted {
                Wanted::All => {}
                Wanted::Durable(set) | Wanted::Ephemeral(set) => *set = rules,
            });
        };
        button("", choose).live_attr("aria-pressed", move || Some((set() == rules).to_string())).text(label)
    };
    let sets = move || match open.wanted.get() {
        Wanted::All => Vec::new(),
        _ => {
            let sets = el("span").class("segmented").attr("role", "group").attr("aria-label", "Rules");
            let sets = sets.attr("title", "Two sets of rules say which events are durable");
            vec![sets.children([rules("Earlier rules", RuleSet::Earlier), rules("Newer rules", RuleSet::Newer)])]
        }
    };
    let sets = el("span").class("contents").live(sets);
    Some(el("span").class("event-choice").attr("data-testid", "durability").child(kinds).child(sets))
}
