//! How long an answer takes over 5,000 sessions with 300,000 requests (issue: 150 ms in the browser). Run by hand, with
//! optimisation: `cargo test --release --lib -- analytics::speed --ignored --nocapture`.

use super::*;
use crate::logic::filter::{Chosen, Facet, Filter};
use crate::logic::made;
use crate::model::{Event, EventKind, RequestId, Scope, SourceIndex, TokenSet, UsageRow};
use std::time::Instant;

const SESSIONS: u64 = 5_000;
const REQUESTS: u64 = 60;

fn source(number: u64) -> SourceIndex {
    let mut made = made::source(&format!("{number}.jsonl"));
    made::part(&mut made, &format!("session-{number}"));
    let mut at_ms = 1_740_000_000_000 + number as i64 * 6_000_000;
    made.parts[0].started = Some(Timestamp::from_ms(at_ms));
    made.parts[0].project = Some(format!("project-{}", number % 40));
    let models = ["claude-sonnet-4-5", "gpt-5", "claude-opus-4-1"];
    let model = made.strings.intern(models[number as usize % 3]);
    made.parts[0].models = vec![models[number as usize % 3].to_owned()];
    for request in 0..REQUESTS {
        at_ms += (request * 7_919 % 400_000) as i64;
        if request % 6 == 0 {
            made::event(&mut made, EventKind::Prompt, Some(at_ms));
        }
        let name = made.strings.intern(["Bash", "Read", "Edit", "Grep"][request as usize % 4]);
        for kind in [EventKind::Response, EventKind::ToolCall] {
            let line = made.events.len() as u32 + 1;
            let span = crate::model::Span { offset: u64::from(line) * 100, len: 99 };
            let duration_ms = Some((request * 13) as u32);
            let at = Some(Timestamp::from_ms(at_ms));
            made.events.push(Event { name, model, at, duration_ms, ..Event::new(kind, 0, span, line) });
        }
        let tokens = TokenSet {
            input_uncached: Some(request).into(),
            cache_read: Some(request * 1000).into(),
            output: Some(request * 10).into(),
            ..TokenSet::default()
        };
        let event = made.events.len() as u32 - 2;
        let id = RequestId { response: number * 1000 + request + 1, request: 1 };
        let at = Some(Timestamp::from_ms(at_ms));
        made.usage.push(UsageRow { at, model, tokens, id, ..UsageRow::new(event, 0, Scope::Request) });
    }
    made
}

#[test]
#[ignore = "a measurement"]
fn five_thousand_sessions() {
    let timed = |what: &str, work: &mut dyn FnMut()| {
        let start = Instant::now();
        work();
        println!("{what}: {:.1} ms", start.elapsed().as_secs_f64() * 1000.0);
    };
    let mut archive = Archive::default();
    for number in 0..SESSIONS {
        archive.add(crate::model::SourceId(number as u32), source(number));
    }
    timed("assemble", &mut || archive.assemble());
    let mut facts = Facts::default();
    timed("facts", &mut || facts.renew(&archive));
    assert_eq!(archive.entries().len() as u64, SESSIONS * REQUESTS);
    let zone = Zone {
        name: "z".into(),
        transitions: (0..60).map(|n| (n * 15_778_800, 3600 + (n % 2) as i32 * 3600)).collect(),
    };
    for facet in Facet::ALL {
        timed(&format!("choices: {}", facet.name()), &mut || drop(choices::choices(&archive, &facts, facet)));
    }
    let ask = OverviewAsk::at(Timestamp::from_ms(1_790_000_000_000));
    let with_model = Filter { chosen: Chosen::only(Facet::Model, &["gpt-5"]), ..Filter::default() };
    let with_hour = Filter { hour: Some(9), ..Filter::default() };
    for (what, filter) in [("all", Filter::default()), ("one model", with_model), ("one hour", with_hour)] {
        timed(&format!("{what}: who passes"), &mut || drop(passing::passing(&archive, &facts, &filter, &zone)));
        let selection = Selection { filter, ..Selection::default() };
        let ask = OverviewAsk { selection, ..ask.clone() };
        timed(what, &mut || drop(overview(&archive, &facts, &ask, &zone)));
        for panel in PanelKind::ALL {
            let ask = OverviewAsk { panels: vec![panel], ..ask.clone() };
            timed(&format!("  {}", panel.name()), &mut || drop(overview(&archive, &facts, &ask, &zone)));
        }
    }
}
