//! What the page shows of it.

use super::{Finding, Share, Waste};
use crate::archive::Archive;
use crate::logic::format::{count, fixed, money_text, tally_text};
use crate::logic::letters::capitalised;
use crate::logic::report::{Cell, Jump, Report, Table};
use crate::logic::session::track;
use crate::logic::timeline::{offset_text, origin_ms};

/// So many of a finding's calls can be gone to.
const MOST_JUMPS: usize = 6;

/// What was found in a session as sentences and a table; every call a way to its step.
pub fn report(archive: &Archive, key: &str, waste: &Waste) -> Report {
    let mut sentences = vec![
        "Guesses by rules, no verdicts: a call may have had a reason that no log holds. Each call stands in one finding at most."
            .to_owned(),
    ];
    if waste.wasted == 0 {
        sentences.push(["Nothing was found in ", &count(u64::from(waste.calls), "call"), "."].concat());
        return Report { sentences, tables: Vec::new() };
    }
    let of = [&*waste.wasted.to_string(), " of ", &count(u64::from(waste.calls), "call"), " brought nothing new."];
    sentences.push(of.concat());
    if waste.share.requests > 0 {
        sentences.push(asked_for_nothing_else(waste));
    }
    let track = track(archive, key);
    let jump = |event: &u32| {
        let known = track.as_ref()?;
        let at = known.get(*event)?.at_ms.zip(origin_ms(known)).map(|(at, origin)| offset_text(at - origin));
        let words = at.unwrap_or_else(|| "step".to_owned());
        Some(Jump { words, session: key.to_owned(), step: known.key(*event)? })
    };
    let row = |finding: &Finding| {
        let what = match finding.what.as_str() {
            "" => Cell::default(),
            what => Cell::new(what),
        };
        let more = finding.calls.len().saturating_sub(MOST_JUMPS);
        let jumps = finding.calls.iter().take(MOST_JUMPS).filter_map(jump).collect();
        let rest = if more > 0 { ["and ", &*more.to_string(), " more"].concat() } else { String::new() };
        vec![
            Cell::new(capitalised(finding.kind.words())),
            Cell::new(&*finding.tool),
            what,
            Cell::number(finding.calls.len() as u64),
            tokens(&finding.share, &waste.all),
            cost(&finding.share, &waste.all),
            Cell { text: rest, jumps, ..Cell::default() },
        ]
    };
    let columns = ["Why (a guess)", "Tool", "What", "#Calls", "#Generated tokens", "#Cost", "Steps"];
    let rows = waste.findings.iter().map(row).collect();
    Report { sentences, tables: vec![Table::new("Findings", &columns).with_rows(rows)] }
}

/// The share of the requests that asked for nothing but such calls.
fn asked_for_nothing_else(waste: &Waste) -> String {
    let share = [
        &*count(u64::from(waste.share.requests), "request"),
        " asked for nothing else: ",
        &tokens(&waste.share, &waste.all).text,
        " of the generated tokens, cost ",
        &cost(&waste.share, &waste.all).text,
        ".",
    ];
    share.concat()
}

/// In requests that asked for other things, too, there is nothing to count.
const SHARED: &str = "its requests also asked for something else";
const NONE: &str = "the log records no requests of the model";

fn unknown(all: &Share) -> Cell {
    Cell::unknown(if all.requests == 0 { NONE } else { SHARED })
}

fn tokens(share: &Share, all: &Share) -> Cell {
    if share.requests == 0 {
        return unknown(all);
    }
    let text = tally_text(&share.output);
    let is_known = share.output.reported > 0 && !share.output.is_lower_bound() && !all.output.is_lower_bound();
    let part = share_text(is_known, share.output.sum as f64, all.output.sum as f64);
    Cell::new([&*text, &part].concat()).because("not recorded for all of its requests")
}

fn cost(share: &Share, all: &Share) -> Cell {
    match (share.requests, share.priced) {
        (0, _) => unknown(all),
        (_, 0) => Cell::unknown("no cost is known of its requests"),
        (requests, priced) => {
            let text = money_text(share.cost, priced < requests);
            let is_known = priced == requests && all.priced == all.requests;
            let part = share_text(is_known, share.cost.pico() as f64, all.cost.pico() as f64);
            Cell::new([&*text, &part].concat()).because("not known for all of its requests")
        }
    }
}

/// ` · 3.1 %`; empty where one of both is not known exactly.
fn share_text(is_known: bool, part: f64, all: f64) -> String {
    if is_known && all > 0.0 { [" · ", &*fixed(part / all * 100.0, 1), " %"].concat() } else { String::new() }
}
