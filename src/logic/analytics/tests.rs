use super::day::Granularity;
use super::example::{archive, at, facts};
use super::heatmap::{Heatmap, levels};
use super::select::Termination;
use super::stats::Tenths;
use super::*;
use crate::logic::filter::{Chosen, Facet, Filter};
use crate::logic::made;
use crate::logic::window::{Grammar, resolve};
use crate::model::{EventKind, Reported, SourceIndex};

const NOW: &str = "2026-03-06T12:00:00Z";

fn ask() -> OverviewAsk {
    OverviewAsk::at(at(NOW))
}

fn answer(ask: &OverviewAsk, zone: &Zone) -> Overview {
    let archive = archive();
    overview(&archive, &facts(&archive), ask, zone)
}

fn tenths(number: Option<Tenths>) -> String {
    number.map_or_else(|| "none".into(), Tenths::text)
}

#[test]
fn the_cards_of_the_worked_example() {
    let summary = answer(&ask(), &Zone::utc()).summary.expect("asked for");
    assert_eq!((summary.sessions, summary.sub_agents, summary.messages, summary.prompts), (6, 1, 71, 21));
    assert_eq!(
        (tenths(summary.avg_messages), summary.median_messages, summary.p90_messages),
        ("11.8".into(), Some(6), Some(40))
    );
    assert_eq!((summary.active_projects, summary.active_days), (3, 3));
    assert_eq!((summary.most_active.as_deref(), tenths(summary.concentration)), (Some("web"), "100.0".into()));
    assert_eq!((summary.output.sum, summary.output.reported, summary.output.eligible), (11_200, 5, 6));
    assert!(summary.output.is_lower_bound());
    assert_eq!(tenths(summary.avg_output), "2240.0");
    let agents: Vec<_> = summary.agents.iter().map(|row| (row.agent.as_str(), row.sessions, row.messages)).collect();
    assert_eq!(agents, [("claude", 4, 23), ("codex", 1, 40), ("cursor", 1, 8)]);
    assert_eq!(
        summary.panel.line(),
        "sessions and their sub-agents; by the day a session started; output tokens recorded by 5 of 6 sessions"
    );
}

fn cells(map: &Heatmap) -> Vec<(String, Option<u64>, u8, u32, u32)> {
    map.cells
        .iter()
        .map(|cell| (cell.day.text(), cell.value.get(), cell.level, cell.sessions, cell.reporting))
        .collect()
}

#[test]
fn the_heatmap_of_the_worked_example() {
    let map = answer(&ask(), &Zone::utc()).heatmap.expect("asked for");
    let day = |day: u32| format!("2026-03-0{day}");
    let known = [
        (day(2), Some(14), 2, 2, 2),
        (day(3), Some(40), 3, 1, 1),
        (day(4), None, 0, 0, 0),
        (day(5), Some(12), 1, 2, 2),
    ];
    assert_eq!((cells(&map), map.levels), (known.to_vec(), [12, 12, 14, 40]));
    let map =
        answer(&OverviewAsk { heatmap: ChartMetric::OutputTokens, ..ask() }, &Zone::utc()).heatmap.expect("asked for");
    let known = [
        (day(2), Some(1200), 2, 2, 2),
        (day(3), Some(9000), 3, 1, 1),
        (day(4), None, 0, 0, 0),
        (day(5), Some(300), 1, 2, 1),
    ];
    assert_eq!((cells(&map), map.levels), (known.to_vec(), [300, 300, 1200, 9000]));
    assert!(map.cells[3].is_lower_bound && !map.cells[0].is_lower_bound);
    let tokyo = answer(&ask(), &Zone::fixed("Asia/Tokyo", 9 * 3600)).heatmap.expect("asked for");
    assert_eq!(
        tokyo.cells.iter().map(|cell| cell.value.get()).collect::<Vec<_>>(),
        [Some(10), Some(44), None, Some(12)]
    );
    assert_eq!((levels(&[]), levels(&[7])), ([1, 2, 3, 4], [7; 4]));
}

/// token-coverage.md §9, case 6.
#[test]
fn no_sessions_no_numbers_and_zero_are_three_things() {
    let dated = |id: &str, at: &str, output| {
        let mut made = made::session(id, &[(None, output)]);
        made.parts[0].started = Some(super::example::at(at));
        made
    };
    let archive = made::archive([
        dated("none", "2026-03-01T10:00:00Z", None),
        dated("zero", "2026-03-03T10:00:00Z", Some(0)),
        dated("some", "2026-03-04T10:00:00Z", Some(5)),
    ]);
    let ask = OverviewAsk { heatmap: ChartMetric::OutputTokens, ..ask() };
    let map = overview(&archive, &facts(&archive), &ask, &Zone::utc()).heatmap.expect("asked for");
    let known: Vec<_> =
        map.cells.iter().map(|cell| (cell.value.get(), cell.level, cell.sessions, cell.reporting)).collect();
    assert_eq!(known, [(None, 0, 1, 0), (None, 0, 0, 0), (Some(0), 0, 1, 1), (Some(5), 1, 1, 1)]);
}

#[test]
fn the_shape_of_the_worked_example() {
    let shape = answer(&ask(), &Zone::utc()).shape.expect("asked for");
    assert_eq!(shape.length, [2, 2, 0, 1, 0, 0]);
    assert_eq!(shape.duration, [1, 1, 1, 1, 0, 1]);
    assert_eq!(shape.autonomy, [2, 0, 1, 2, 0, 0]);
    assert_eq!(shape.archetypes, [0, 4, 1, 0, 0]);
    use super::shape::{autonomy_bucket, duration_bucket};
    assert_eq!([299_999, 300_000, 7_199_999, 7_200_000].map(duration_bucket), [0, 1, 4, 5]);
    assert_eq!(
        [(1, 2), (1, 1), (2, 1), (5, 1), (10, 1), (0, 0)].map(|(t, p)| autonomy_bucket(t, p)),
        [Some(1), Some(2), Some(3), Some(4), Some(5), None]
    );
}

fn ranked(top: &super::top::Top) -> Vec<(&str, u64)> {
    top.rows.iter().map(|row| (row.key.as_str(), row.value)).collect()
}

#[test]
fn the_rankings_of_the_worked_example() {
    let top = |metric, with_tree| {
        answer(&OverviewAsk { top: metric, top_with_tree: with_tree, ..ask() }, &Zone::utc()).top.expect("asked for")
    };
    let by_output = top(ChartMetric::OutputTokens, false);
    assert_eq!(ranked(&by_output), [("s3", 9000), ("s1", 1200), ("s5", 300), ("s2", 0)]);
    assert_eq!(
        (by_output.unranked, by_output.panel.notes.last().map(String::as_str)),
        (1, Some("1 session has no token data and is not ranked"))
    );
    assert_eq!(ranked(&top(ChartMetric::Messages, false)), [("s3", 40), ("s1", 10), ("s4", 8), ("s2", 4), ("s5", 4)]);
    assert_eq!(ranked(&top(ChartMetric::OutputTokens, true))[1], ("s1", 1900));
    use super::top::{duration_text, minutes_text};
    assert_eq!([0, 59 * 60_000, 7_200_000, 7_500_000].map(minutes_text), ["0m", "59m", "2h", "2h 5m"]);
    assert_eq!(duration_text(720_000, Reported::new(7_200_000)), "12m (2h total)");
}

/// token-coverage.md §9, case 5.
#[test]
fn three_of_five_sessions_have_tokens() {
    let sessions = [("a", Some(100)), ("b", Some(0)), ("c", Some(250)), ("d", None), ("e", None)];
    let archive = made::archive(sessions.iter().map(|(id, output)| made::session(id, &[(None, *output)])));
    let ask = OverviewAsk { top: ChartMetric::OutputTokens, ..ask() };
    let answer = overview(&archive, &facts(&archive), &ask, &Zone::utc());
    let (summary, top) = (answer.summary.expect("asked for"), answer.top.expect("asked for"));
    assert_eq!((summary.output.sum, summary.output.reported, summary.output.eligible), (350, 3, 5));
    assert_eq!(tenths(summary.avg_output), "116.7");
    assert_eq!(ranked(&top), [("c", 250), ("a", 100), ("b", 0)]);
    assert_eq!(top.panel.notes.last().map(String::as_str), Some("2 sessions have no token data and are not ranked"));
    assert_eq!(answer.capabilities.output_tokens, Capability::Present);
}

/// token-coverage.md §9, case 11.
#[test]
fn without_the_only_covered_log_no_panel_has_tokens() {
    let mut archive = made::archive([made::session("a", &[(None, Some(5))]), made::session("b", &[(None, None)])]);
    let mut facts = facts(&archive);
    archive.remove(crate::model::SourceId(0));
    archive.assemble();
    facts.renew(&archive);
    let answer = overview(&archive, &facts, &ask(), &Zone::utc());
    assert_eq!(answer.capabilities.output_tokens, Capability::Absent);
    assert_eq!(answer.summary.expect("asked for").output.value(), Reported::NOT_RECORDED);
    assert_eq!(answer.projects.expect("asked for").rows[0].output.value(), Reported::NOT_RECORDED);
    assert_eq!(answer.usage.expect("asked for").totals.output.value(), Reported::NOT_RECORDED);
}

/// token-coverage.md §9, case 10.
#[test]
fn a_sub_agent_that_is_not_loaded_makes_lower_bounds() {
    let mut made = made::session("a", &[(None, Some(5))]);
    made.spawns.push(crate::model::Spawn {
        event: 0,
        part: 0,
        child: "elsewhere".into(),
        total_tokens: Reported::NOT_RECORDED,
        duration_ms: Reported::NOT_RECORDED,
        tool_calls: Reported::NOT_RECORDED,
    });
    let archive = made::archive([made]);
    let answer = overview(&archive, &facts(&archive), &ask(), &Zone::utc());
    let (summary, usage) = (answer.summary.expect("asked for"), answer.usage.expect("asked for"));
    assert!(summary.output.is_lower_bound() && usage.totals.output.is_lower_bound());
    assert_eq!(summary.panel.notes, ["1 sub-agent not loaded: sums may be larger"]);
    let own = Filter { own_only: true, ..Filter::default() };
    let ask = OverviewAsk { selection: Selection { filter: own, ..Selection::default() }, ..ask() };
    let answer = overview(&archive, &facts(&archive), &ask, &Zone::utc());
    assert!(!answer.summary.expect("asked for").output.is_lower_bound());
}

/// Sessions with messages at seconds: `p` prompts, `r` answers.
fn talk(id: &str, messages: &[(char, i64)]) -> SourceIndex {
    let mut made = made::source(&format!("{id}.jsonl"));
    made::part(&mut made, id);
    for (who, second) in messages {
        let kind = if *who == 'p' { EventKind::Prompt } else { EventKind::Response };
        made::event(&mut made, kind, Some(second * 1000));
    }
    let (first, last) = (messages[0].1, messages[messages.len() - 1].1);
    (made.parts[0].started, made.parts[0].ended) =
        (Some(Timestamp::from_ms(first * 1000)), Some(Timestamp::from_ms(last * 1000)));
    made
}

/// The examples of analytics.md §6 and §9.
#[test]
fn pauses_are_no_work() {
    let archive = made::archive([talk("a", &[('p', 0), ('r', 12), ('p', 30), ('r', 60), ('p', 1000), ('r', 1010)])]);
    let facts = facts(&archive);
    assert_eq!((facts.sessions[0].active_ms, facts.sessions[0].total_ms), (370_000, Some(1_010_000)));
    let answer = overview(&archive, &facts, &OverviewAsk { top: ChartMetric::Duration, ..ask() }, &Zone::utc());
    assert_eq!(ranked(&answer.top.expect("asked for")), [("a", 370_000)]);
    let velocity = answer.velocity.expect("asked for").whole;
    assert_eq!(
        (velocity.cycles, tenths(velocity.cycle_p50), tenths(velocity.cycle_p90)),
        (3, "12.0".into(), "30.0".into())
    );
    assert_eq!((tenths(velocity.first_p50), tenths(velocity.messages_per_minute)), ("12.0".into(), "1.0".into()));
}

/// The example of analytics.md §12.
#[test]
fn two_agents_at_once() {
    let minute = |minute: i64| 36_000 + minute * 60;
    let archive = made::archive([
        talk("a", &[('p', minute(0)), ('r', minute(4)), ('r', minute(10))]),
        talk("b", &[('p', minute(3)), ('r', minute(5))]),
    ]);
    let report = overview(&archive, &facts(&archive), &ask(), &Zone::utc()).concurrency.expect("asked for");
    assert_eq!((report.agent_ms, report.active_ms), (11 * 60_000, 9 * 60_000));
    assert_eq!((report.peak, report.peak_at), (2, Some(Timestamp::from_ms(minute(3) * 1000))));
    assert_eq!((report.step_ms, report.buckets.len()), (300_000, 2));
    let buckets: Vec<_> = report.buckets.iter().map(|bucket| (bucket.most, bucket.agent_ms)).collect();
    assert_eq!(buckets, [(2, 7 * 60_000), (1, 4 * 60_000)]);
}

#[test]
fn buckets_fit_the_range() {
    use super::concurrency::step;
    let hour = 3_600_000;
    assert_eq!([36 * hour, 36 * hour + 1].map(step), [300_000, hour]);
    assert_eq!(
        [14 * 24 * hour, 15 * 24 * hour, 90 * 24 * hour, 91 * 24 * hour].map(step),
        [hour, 24 * hour, 24 * hour, 168 * hour]
    );
    assert!(500 * 366 * 24 * hour / step(500 * 366 * 24 * hour) < 2_000);
}

#[test]
fn hours_are_those_of_the_messages() {
    let hours = answer(&ask(), &Zone::utc()).hour_of_week.expect("asked for");
    assert_eq!(hours.cells.iter().sum::<u32>(), 66, "s6 is a sub-agent");
    let at = |weekday: usize, hour: usize| hours.cells[weekday * 24 + hour];
    assert_eq!((at(0, 9), at(0, 22), at(3, 8), at(3, 13)), (10, 4, 8, 4));
    assert_eq!(at(1, 10) + at(1, 11) + at(1, 12), 40);
    let tokyo = answer(&ask(), &Zone::fixed("Asia/Tokyo", 9 * 3600)).hour_of_week.expect("asked for");
    assert_eq!(tokyo.cells[24 + 7], 4, "s2 is on Tuesday morning there");
}

#[test]
fn a_cell_of_the_week_filters_all_panels_but_its_own() {
    let filter = Filter { weekday: Some(0), hour: Some(22), ..Filter::default() };
    let selection = Selection { filter, ..Selection::default() };
    let answer = answer(&OverviewAsk { selection, ..ask() }, &Zone::utc());
    let summary = answer.summary.expect("asked for");
    assert_eq!((summary.sessions, summary.messages), (1, 4));
    assert_eq!(answer.hour_of_week.expect("asked for").cells.iter().sum::<u32>(), 66);
}

#[test]
fn filters_leave_out() {
    let check = |selection: Selection, sessions: u32| {
        let summary =
            answer(&OverviewAsk { selection: selection.clone(), ..ask() }, &Zone::utc()).summary.expect("asked for");
        assert_eq!(summary.sessions, sessions, "{selection:?}");
    };
    let all = Selection::default;
    check(all(), 6);
    let chosen = |facet, values: &[&str]| Selection {
        filter: Filter { chosen: Chosen::only(facet, values), ..Filter::default() },
        ..Selection::default()
    };
    check(chosen(Facet::Agent, &["claude"]), 4);
    check(chosen(Facet::Project, &["web", "docs"]), 3);
    check(chosen(Facet::Project, &["unknown"]), 0);
    check(Selection { min_prompts: 4, ..all() }, 3);
    check(Selection { without_one_shot: true, ..all() }, 5);
    check(Selection { termination: Some(Termination::Clean), ..all() }, 6);
    check(chosen(Facet::Model, &["unknown"]), 6);
    check(chosen(Facet::Model, &["gpt-5"]), 0);
    check(Selection { filter: Filter { text: "S1".into(), ..Filter::default() }, ..all() }, 2);
    check(Selection { filter: Filter { own_only: true, ..Filter::default() }, ..all() }, 5);
    let window = resolve("2026-03-02", at(NOW), &Zone::utc(), Grammar::Ours).expect("a window");
    check(Selection { filter: Filter { window, ..Filter::default() }, ..all() }, 3);
}

#[test]
fn activity_and_projects_of_the_worked_example() {
    let answer = answer(&OverviewAsk { granularity: Some(Granularity::Day), ..ask() }, &Zone::utc());
    let activity = answer.activity.expect("asked for");
    let days: Vec<_> = activity
        .buckets
        .iter()
        .map(|day| (day.day.text(), day.sessions, day.messages(), day.tool_calls, day.output.value().get()))
        .collect();
    let day = |day: u32| format!("2026-03-0{day}");
    assert_eq!(
        days,
        [
            (day(2), 3, 19, 8, Some(1900)),
            (day(3), 1, 40, 24, Some(9000)),
            (day(4), 0, 0, 0, None),
            (day(5), 2, 12, 3, Some(300))
        ]
    );
    let projects = answer.projects.expect("asked for");
    let rows: Vec<_> = projects
        .rows
        .iter()
        .map(|row| {
            (
                row.name.as_str(),
                row.sessions,
                row.messages,
                tenths(row.avg_messages),
                row.median_messages,
                tenths(row.daily_trend),
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("web", 2, 48, "24.0".into(), Some(24), "24.0".into()),
            ("api", 3, 19, "6.3".into(), Some(5), "19.0".into()),
            ("docs", 1, 4, "4.0".into(), Some(4), "4.0".into())
        ]
    );
}
