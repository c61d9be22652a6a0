//! How long the dashboards take over 5,000 sessions with 300,000 requests (issue: 150 ms from a change of the filter to
//! all panels, in the browser). The logs are made up here, a session at a time, and never touch the disk.

use criterion::{Criterion, SamplingMode};
use sessionscope::archive::{Archive, SourceReader};
use sessionscope::logic::analytics::{Facts, OverviewAsk, PanelKind, Selection, overview};
use sessionscope::logic::explain::name::TotalName;
use sessionscope::logic::explain::total::{TotalAsk, total};
use sessionscope::logic::filter::{Chosen, Facet, Filter};
use sessionscope::model::{SourceId, SourceMeta, Timestamp, Zone};
use std::fmt::Write;
use std::time::Duration;

const SESSIONS: u32 = 5_000;
const REQUESTS: u32 = 60;
const START_SECONDS: i64 = 1_740_000_000;

/// A transcript as Claude Code writes it: a prompt for six requests, a tool call in each.
fn transcript(session: u32) -> String {
    let mut text = String::new();
    let mut seconds = START_SECONDS + i64::from(session) * 6_000;
    let model = ["claude-sonnet-4-5", "claude-opus-4-1", "claude-haiku-4-5"][session as usize % 3];
    for request in 0..REQUESTS {
        seconds += i64::from(request * 7_919 % 400);
        let at = Timestamp::from_ms(seconds * 1000).rfc3339();
        let common = format!(
            r#""sessionId":"5e551000-0000-4000-8000-{session:012}","cwd":"/home/sam/project-{}","version":"2.1.30","timestamp":"{at}""#,
            session % 40
        );
        // Writing into a text never fails.
        let mut line = |rest: String| writeln!(text, "{{{common},{rest}}}").unwrap_or_default();
        if request % 6 == 0 {
            line(format!(
                r#""type":"user","uuid":"p{request}","message":{{"role":"user","content":"Do part {request}."}}"#
            ));
        }
        let tool = ["Bash", "Read", "Edit", "Grep"][request as usize % 4];
        line(format!(
            r#""type":"assistant","uuid":"a{request}","requestId":"r{session}-{request}","message":{{"id":"m{session}-{request}","model":"{model}","role":"assistant","content":[{{"type":"tool_use","id":"t{request}","name":"{tool}","input":{{}}}}],"usage":{{"input_tokens":{request},"cache_read_input_tokens":{},"output_tokens":{}}}}}"#,
            request * 1000,
            request * 10
        ));
    }
    text
}

fn archive() -> Archive {
    let mut archive = Archive::default();
    for session in 0..SESSIONS {
        let text = transcript(session);
        let path = format!("{session}.jsonl");
        let mut reader = SourceReader::new(SourceMeta { path, size: Some(text.len() as u64) });
        reader.push(text.as_bytes());
        archive.add(SourceId(session), reader.finish(None));
    }
    archive.assemble();
    archive
}

/// All panels by several filters, single panels, and an explanation of all costs.
pub fn dashboards(criterion: &mut Criterion) {
    let archive = archive();
    assert_eq!(archive.entries().len() as u32, SESSIONS * REQUESTS, "every made-up request counts");
    let mut group = criterion.benchmark_group("dashboards");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(3));
    group.bench_function("facts", |bencher| bencher.iter(|| Facts::of(&archive)));
    let facts = Facts::of(&archive);
    // Thirty years with two changes each, as zones have them.
    let change = |half: i64| (half * 15_778_800, 3600 + (half % 2) as i32 * 3600);
    let zone = Zone { name: "made up".into(), transitions: (0..120).map(change).collect() };
    let ask = OverviewAsk::at(Timestamp::from_ms(1_790_000_000_000));
    let filters = [
        ("all", Filter::default()),
        ("one-model", Filter { chosen: Chosen::only(Facet::Model, &["claude-opus-4-1"]), ..Filter::default() }),
        ("one-hour", Filter { hour: Some(9), ..Filter::default() }),
    ];
    for (name, filter) in filters {
        let selection = Selection { filter, ..Selection::default() };
        let ask = OverviewAsk { selection, ..ask.clone() };
        group.bench_function(name, |bencher| bencher.iter(|| overview(&archive, &facts, &ask, &zone)));
    }
    for panel in PanelKind::ALL {
        let ask = OverviewAsk { panels: vec![panel], ..ask.clone() };
        group.bench_function(panel.name(), |bencher| bencher.iter(|| overview(&archive, &facts, &ask, &zone)));
    }
    let selection = Selection::default();
    let name = TotalName::parse("requests", "cost").expect("a name");
    let ask =
        TotalAsk { archive: &archive, facts: &facts, selection: &selection, zone: &zone, now: ask.now, name: &name };
    group.bench_function("explain", |bencher| bencher.iter(|| total(&ask)));
    group.finish();
}
