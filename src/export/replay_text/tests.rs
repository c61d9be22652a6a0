//! How each event prints.

use super::*;
use crate::model::ReplayToolCall;

fn text(event: &ReplayEvent, rules: Cut) -> String {
    let mut out = Vec::new();
    write(event, rules, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

fn check(event: &ReplayEvent, answer: &str) {
    assert_eq!(text(event, Cut::Reference), answer);
    assert_eq!(text(event, Cut::Ours), answer);
}

fn has_line(event: &ReplayEvent, start: &str, answer: Option<&str>) {
    let text = text(event, Cut::Reference);
    assert_eq!(text.lines().find(|line| line.starts_with(start)), answer, "{text}");
}

fn start(change: impl FnOnce(&mut ReplayStart)) -> ReplayEvent {
    let mut start = ReplayStart::default();
    change(&mut start);
    ReplayEvent::Start(Box::new(start))
}

fn end(change: impl FnOnce(&mut ReplayEnd)) -> ReplayEvent {
    let mut end = ReplayEnd::default();
    change(&mut end);
    ReplayEvent::End(Box::new(end))
}

fn message(role: &str, content: &str) -> ReplayMessage {
    ReplayMessage { role: role.into(), content: content.into(), tool_calls: vec![] }
}

#[test]
fn an_empty_start_prints_its_labels_and_year_1() {
    check(
        &start(|_| {}),
        "=== Session  ===\nTime: 0001-01-01 00:00:00 UTC\nProvider:  | Model: \nMax iterations: 0 | Work dir: \n\n[User]\n\n",
    );
}

#[test]
fn a_full_start_prints_every_line() {
    let event = start(|start| {
        start.session_id = "s".into();
        start.time = Civil::date(987, 2, 3).map(|day| Civil { hour: 4, minute: 5, second: 6, ..day });
        (start.provider, start.model) = ("p".into(), "m".into());
        start.route = SelectedRoute { endpoint: "e".into(), server_instance: "i".into() };
        (start.max_iterations, start.work_dir) = (-1, "/w".into());
        (start.system_prompt, start.prompt) = ("one\ntwo".into(), "do\n".into());
    });
    check(
        &event,
        "=== Session s ===\nTime: 0987-02-03 04:05:06 UTC\nProvider: p | Model: m\nSelected endpoint: e\n\
         Selected server instance: i\nMax iterations: -1 | Work dir: /w\n\n[System]\none\ntwo\n\n[User]\ndo\n\n",
    );
}

#[test]
fn the_sticky_line_needs_a_key_an_assignment_or_a_reason() {
    let check = |key: bool, assignment: &str, reason: &str, bonus: f64, answer: Option<&str>| {
        let (assignment, reason) = (assignment.to_owned(), reason.to_owned());
        let sticky = Sticky { is_key_present: key, assignment, reason, bonus };
        has_line(&start(|start| start.sticky = sticky), "Sticky", answer);
    };
    check(false, "", "", 5.0, None);
    check(true, "", "", 0.0, Some("Sticky: key=present assignment=unknown"));
    check(true, "", "", -0.0, Some("Sticky: key=present assignment=unknown"));
    check(false, "new", "", 0.001, Some("Sticky: key=absent assignment=new bonus=0.00"));
    check(false, "", "lease", -12.5, Some("Sticky: key=absent assignment=unknown reason=lease bonus=-12.50"));
    // Ties go to the even digit, as in Go.
    check(true, "", "", 0.125, Some("Sticky: key=present assignment=unknown bonus=0.12"));
}

#[test]
fn the_utilization_line_prints_every_measured_zero() {
    let check = |sample: Utilization, answer: Option<&str>| {
        has_line(&start(|start| start.utilization = sample), "Utilization", answer);
    };
    check(Utilization::default(), None);
    check(
        Utilization { active: Some(0), queued: Some(0), max: Some(0), cache_pressure: Some(0.0), ..Default::default() },
        Some("Utilization: source=unknown freshness=unknown active=0 queued=0 max=0 cache_pressure=0.00"),
    );
    check(
        Utilization { source: "slots".into(), max: Some(4), ..Default::default() },
        Some("Utilization: source=slots freshness=unknown max=4"),
    );
    check(
        Utilization { freshness: "stale".into(), ..Default::default() },
        Some("Utilization: source=unknown freshness=stale"),
    );
}

#[test]
fn messages_print_by_role_and_all_are_counted() {
    let mut assistant = message("assistant", "");
    assistant.tool_calls = vec![
        ReplayToolCall { name: "ls".into(), arguments: "{}".into() },
        ReplayToolCall { name: "cat".into(), arguments: "null".into() },
    ];
    let mut user = message("user", "");
    user.tool_calls = assistant.tool_calls.clone();
    let messages = vec![
        message("system", "a\nb"),
        user,
        message("assistant", "thinking"),
        assistant,
        message("tool", "x\ny\n"),
        message("tool", ""),
        message("developer", "not shown"),
        message("", "not shown"),
    ];
    check(
        &ReplayEvent::Request(ReplayRequest { messages, tools: 2 }),
        "\n[LLM Request] (8 messages, 2 tools)\n  [system] a\nb\n  [user] \n  [assistant] thinking\n  \
         [assistant tool_call] ls({})\n  [assistant tool_call] cat(null)\n  [tool result] x\n              y\n              \n  \
         [tool result] \n",
    );
}

#[test]
fn responses_print_only_positive_costs() {
    let check_cost = |cost_usd: f64, answer: &str| {
        let response = ReplayResponse { latency_ms: 5, input: 1, output: 2, cost_usd, ..Default::default() };
        check(&ReplayEvent::Response(response), &format!("\n[Assistant] (5ms, 1 in / 2 out tokens{answer})\n"));
    };
    check_cost(0.0, "");
    check_cost(-1.0, "");
    check_cost(0.00001, ", $0.0000");
    check_cost(1.23456, ", $1.2346");
}

#[test]
fn responses_print_content_calls_and_error_if_any() {
    let response =
        ReplayResponse { content: "a\nb".into(), tool_calls: 2, error: "boom".into(), ..ReplayResponse::default() };
    check(
        &ReplayEvent::Response(response),
        "\n[Assistant] (0ms, 0 in / 0 out tokens)\na\nb\n[2 tool call(s)]\nError: boom\n",
    );
}

#[test]
fn tools_print_an_error_only_if_there_is_one() {
    let mut tool = ReplayTool { name: "bash".into(), duration_ms: 3, output: "a\n\nb".into(), ..Default::default() };
    let answer = "\n  > bash (3ms)\n    Input:  \n    Output: a\n            \n            b\n";
    check(&ReplayEvent::Tool(tool.clone()), answer);
    tool.error = "exit 1".into();
    check(&ReplayEvent::Tool(tool), &format!("{answer}    Error:  exit 1\n"));
}

#[test]
fn two_hundred_bytes_are_untouched_and_more_are_cut() {
    let line = |output: String, rules| {
        let text = text(&ReplayEvent::Tool(ReplayTool { output, ..Default::default() }), rules);
        let (_, output) = text.split_once("Output: ").expect("always there");
        output.to_owned()
    };
    let both = |output: String, answer: String| {
        assert_eq!(line(output.clone(), Cut::Reference), answer);
        assert_eq!(line(output, Cut::Ours), answer);
    };
    let a = |count: usize| "a".repeat(count);
    both(a(200), a(200) + "\n");
    both(a(201), a(200) + "...[truncated]\n");
    both(a(198) + "é", a(198) + "é\n");
    both(a(198) + "éb", a(198) + "é...[truncated]\n");
    // The cut counts bytes before the indentation.
    both(a(199) + "\nb", a(199) + "\n            ...[truncated]\n");
    // Inside of a character.
    assert_eq!(line(a(199) + "é", Cut::Reference), a(199) + "\u{FFFD}...[truncated]\n");
    assert_eq!(line(a(199) + "é", Cut::Ours), a(199) + "...[truncated]\n");
    assert_eq!(line(a(197) + "\u{1F600}", Cut::Ours), a(197) + "...[truncated]\n");
}

#[test]
fn the_reference_cut_leaves_the_bytes_of_a_split_character() {
    let content = format!("{}é", "a".repeat(199));
    let request = ReplayRequest { messages: vec![message("tool", &content)], tools: 0 };
    let mut out = Vec::new();
    write(&ReplayEvent::Request(request), Cut::Reference, &mut out);
    assert!(out.ends_with(b"aa\xC3...[truncated]\n"));
}

#[test]
fn an_end_tells_a_cost_of_zero_from_an_unknown_one() {
    let check = |cost: Option<f64>, answer: &str| {
        let answer = format!("Duration: 0ms | Tokens: 0 in / 0 out | Cost: {answer}");
        has_line(&end(|end| end.cost_usd = cost), "Duration", Some(&answer));
    };
    check(None, "unknown");
    check(Some(-1.0), "unknown");
    check(Some(0.0), "$0 (local)");
    check(Some(-0.0), "$0 (local)");
    check(Some(0.00001), "$0.0000");
    check(Some(0.0012), "$0.0012");
    check(Some(1234.5), "$1234.5000");
}

#[test]
fn an_end_prints_its_optional_lines_in_order() {
    check(&end(|_| {}), "\n=== End () ===\nDuration: 0ms | Tokens: 0 in / 0 out | Cost: unknown\n");
    let event = end(|end| {
        (end.status, end.model, end.error) = ("error".into(), "m".into(), "boom".into());
        end.route = SelectedRoute { endpoint: "e".into(), server_instance: "i".into() };
        (end.duration_ms, end.input, end.output) = (-5, 1, 2);
        end.metadata = vec![("a".into(), "1 2".into()), ("b".into(), String::new())];
    });
    check(
        &event,
        "\n=== End (error) ===\nModel: m\nSelected endpoint: e\nSelected server instance: i\n\
         Duration: -5ms | Tokens: 1 in / 2 out | Cost: unknown\nMetadata: a=1 2 b=\nError: boom\n",
    );
}
