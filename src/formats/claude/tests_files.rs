//! What a file says as a whole: ids, parents, titles, branches, how it ended, and stream-json.

use super::*;

fn as_agent(line: String) -> String {
    line.replace(r#""isSidechain":false"#, r#""agentId":"a1","isSidechain":true"#)
}

#[test]
fn ids_and_parents_by_name_lines_and_path() {
    let id = |path: &str, line: &str| {
        let part = read_as(path, &format!("{line}\n")).parts.remove(0);
        (part.id, part.relation, part.parent_id)
    };
    let hi = prompt("u", "", 1, "hi");
    let own = || FILE.to_owned();
    assert_eq!(id(&format!("{FILE}.jsonl"), &hi), (own(), Relation::Root, None));
    assert_eq!(id("full.jsonl", &hi), (own(), Relation::Root, None));
    assert_eq!(id("full.jsonl", &hi.replace("sessionId", "x")), ("full".into(), Relation::Root, None));
    let other = "99999999-2222-4333-8444-555555555555";
    assert_eq!(id(&format!("{other}.jsonl"), &hi), (other.into(), Relation::Continuation, Some(own())));
    let agent = as_agent(hi);
    let child = |parent: &str| ("agent-a1".to_owned(), Relation::SubAgent, Some(parent.to_owned()));
    assert_eq!(id("p/agent-a1.jsonl", &agent), child(FILE));
    assert_eq!(id("odd.jsonl", &agent), child(FILE));
    assert_eq!(id("p/S1/subagents/agent-a1.jsonl", &agent), child("S1"));
    assert_eq!(id(r"p\S1\subagents\deep\agent-a1.jsonl", &agent), child("S1"));
}

#[test]
fn in_a_sub_agents_own_file_nothing_is_on_the_side() {
    let lines = [as_agent(prompt("u", "", 1, "Find it")), as_agent(answer("a", "u", 2, "m", "ok", ""))].join("\n");
    for path in ["agent-a1.jsonl", "odd.jsonl"] {
        let out = read_as(path, &lines);
        assert_eq!(kinds(&out), [(EventKind::Prompt, 0), (EventKind::Response, 0)]);
        assert!(!out.usage[0].is_side);
        assert_eq!(out.parts[0].title.as_deref(), Some("Find it"));
    }
}

#[test]
fn copied_history_names_its_session() {
    let copied = prompt("u", "", 1, "hi").replace(FILE, "S1");
    let out = read(&[&copied, &answer("a", "u", 2, "m", "ok", "")]);
    let part = &out.parts[0];
    assert_eq!((part.id.as_str(), part.parent_id.as_deref()), (FILE, Some("S1")));
    assert!(part.facts.iter().any(|fact| (&*fact.name, &*fact.value) == ("Contains history of", "S1")));
    assert_eq!((out.parts.len(), part.family), (1, hash_of(&["S1"])));
}

#[test]
fn background_forks_may_begin_with_their_parents_lines() {
    let line = prompt("u", "", 1, "hi").replace(r#""type":"user""#, r#""sessionKind":"bg","type":"user""#);
    let out = read(&[&line]);
    let part = &out.parts[0];
    assert_eq!(part.relation, Relation::Continuation);
    assert_eq!(part.history.as_ref().map(|history| (history.gate, history.told)), Some((Some(0), None)));
    assert_eq!(out.anchors.lines.iter().map(|anchor| anchor.hash).collect::<Vec<_>>(), [hash_of(&["u"])]);
}

#[test]
fn titles_in_the_order_of_their_worth() {
    let titles = |lines: &[&str]| {
        let part = read(lines).parts.remove(0);
        (part.title.unwrap_or_default(), part.title_origin)
    };
    let first = prompt("u", "", 1, "Fix\\nit");
    let command = prompt("c", "", 1, "<command-name>/x</command-name>");
    let ai = line("ai-title", "t", "", 2, r#""aiTitle":"By a model""#);
    let user = |title: &str| line("custom-title", "t", "", 3, &format!(r#""customTitle":"{title}""#));
    assert_eq!(titles(&[&command, &first]), ("Fix it".into(), TitleOrigin::Prompt));
    assert_eq!(titles(&[&first, &ai]), ("By a model".into(), TitleOrigin::Generated));
    assert_eq!(titles(&[&first, &user("One"), &user("Two"), &ai]), ("Two".into(), TitleOrigin::User));
    let rename = line(
        "system",
        "r",
        "",
        4,
        r#""subtype":"local_command","content":"<command-name>/rename</command-name><command-args>Three</command-args>""#,
    );
    let clear = rename.replace("Three", "");
    assert_eq!(titles(&[&first, &user("One"), &rename]), ("Three".into(), TitleOrigin::User));
    assert_eq!(titles(&[&first, &rename, &clear]), ("Fix it".into(), TitleOrigin::Prompt));
    let typed = prompt("c", "", 1, "<command-name>/rename</command-name><command-args>Four</command-args>");
    assert_eq!(titles(&[&first, &typed]), ("Four".into(), TitleOrigin::User));
}

#[test]
fn summaries_name_sessions_by_their_last_line() {
    let summary = r#"{"type":"summary","summary":"Debugging","leafUuid":"leaf"}"#;
    let snapshot =
        r#"{"type":"file-history-snapshot","messageId":"m","snapshot":{"timestamp":"2026-05-01T10:00:00Z"}}"#;
    let log = [snapshot, summary].join("\n");
    let out = read_as("notes.jsonl", &log);
    assert_eq!((out.titles[0].of.clone(), &*out.titles[0].text), (TitleOf::Line(hash_of(&["leaf"])), "Debugging"));
    assert!(out.parts.is_empty() && out.events.is_empty());
    let named = read(&[snapshot, summary]);
    assert_eq!((named.parts.len(), named.parts[0].counts.requests), (1, Reported::new(0)));
    assert_eq!(named.parts[0].started.map(|at| at.rfc3339()).as_deref(), Some("2026-05-01T10:00:00.000Z"));
}

#[test]
fn only_usage_asked_for_is_a_probe() {
    let usage = prompt("u", "", 1, "<command-name>/usage</command-name>");
    let is_probe = |lines: &[&str]| read(lines).parts[0].facts.iter().any(|fact| fact.name == "Probe");
    assert!(is_probe(&[&usage]));
    assert!(!is_probe(&[&usage, &prompt("v", "", 2, "hi")]));
}

#[test]
fn facts_of_the_header() {
    let line = prompt("u", "", 1, "hi").replace(r#""type":"user""#, r#""permissionMode":"plan","type":"user""#);
    let out = read(&[&line, &answer("a", "u", 2, "m", "ok", "")]);
    let part = &out.parts[0];
    let facts: Vec<_> = part.facts.iter().map(|fact| (&*fact.name, &*fact.value)).collect();
    let expected =
        [("Branch", "main"), ("Version", "2.1.0"), ("Working directory", "/home/ann/app"), ("Permission mode", "plan")];
    assert_eq!(facts, expected);
    assert_eq!((part.project.as_deref(), part.harness.as_deref()), (Some("app"), Some("claude")));
    assert_eq!(
        (part.provider.as_deref(), part.models.as_slice()),
        (Some("anthropic"), &["claude-sonnet-4-5".to_owned()][..])
    );
    assert!(part.has_global_id && !part.has_outcome);
    assert_eq!(part.duration_ms, Reported::new(1000));
}

#[test]
fn calls_that_started_sessions_in_the_order_of_belief() {
    let task = r#"[{"type":"tool_use","id":"t1","name":"Task","input":{}}]"#;
    let call = answer_of("a", "", 1, "m", task, "");
    let queue = line(
        "queue-operation",
        "q",
        "",
        2,
        r#""operation":"enqueue","content":"<task-id>q1</task-id><tool-use-id>t1</tool-use-id>""#,
    );
    let json = line(
        "queue-operation",
        "q",
        "",
        2,
        r#""operation":"enqueue","content":"{\"task_id\":\"q2\",\"tool_use_id\":\"t1\"}""#,
    );
    let progress =
        line("progress", "p", "", 3, r#""data":{"type":"agent_progress","agentId":"p1"},"parentToolUseID":"t1""#);
    let result = line(
        "user",
        "r",
        "",
        4,
        r#""toolUseResult":{"agentId":"r1","totalTokens":94109,"totalDurationMs":226816,"totalToolUseCount":36},"message":{"content":[{"type":"tool_result","tool_use_id":"t1"}]}"#,
    );
    let child = |lines: &[&str]| {
        let out = read(lines);
        assert_eq!(out.spawns.len(), 1);
        out.spawns[0].clone()
    };
    assert_eq!(child(&[&call, &queue]).child, "agent-q1");
    assert_eq!(child(&[&call, &json]).child, "agent-q2");
    assert_eq!(child(&[&call, &queue, &progress]).child, "agent-p1");
    let told = child(&[&call, &queue, &progress, &result]);
    assert_eq!((told.child.as_str(), told.event, told.total_tokens.get()), ("agent-r1", 0, Some(94_109)));
    assert_eq!((told.duration_ms.get(), told.tool_calls.get()), (Some(226_816), Some(36)));
    let other = call.replace("Task", "Bash");
    assert!(read(&[&other, &queue, &progress, &result]).spawns.is_empty());
}

#[test]
fn how_a_session_ended() {
    let status = |log: &str| {
        let part = read_as(&format!("{FILE}.jsonl"), log).parts.remove(0);
        (part.status, part.status_word)
    };
    let hi = prompt("u", "", 1, "hi");
    let done = answer("a", "u", 2, "m", "ok", "").replace(r#""stop_reason":null"#, r#""stop_reason":"end_turn""#);
    let open = answer_of("b", "u", 2, "m", r#"[{"type":"tool_use","id":"t1","name":"Bash","input":{}}]"#, "");
    let more = answer("c", "b", 3, "m", "and", "");
    let word = |status: Status, word: &str| (status, word.to_owned());
    assert_eq!(status(&format!("{hi}\n{done}\n")), word(Status::AwaitingUser, "awaiting_user"));
    assert_eq!(status(&format!("{hi}\n{done}\n{hi}\n")), word(Status::Unknown, "clean"));
    assert_eq!(status(&format!("{hi}\n{open}\n")), word(Status::Pending, "tool_call_pending"));
    assert_eq!(status(&format!("{hi}\n{open}\n{more}\n")), word(Status::Pending, "tool_call_pending"));
    assert_eq!(status(&format!("{hi}\n{done}\n{{\"type\":\"us")), word(Status::Truncated, "truncated"));
    let turn = line("system", "s", "a", 3, r#""subtype":"turn_duration","durationMs":5"#);
    assert_eq!(status(&format!("{hi}\n{done}\n{turn}\n")), word(Status::AwaitingUser, "awaiting_user"));
    let snapshot = r#"{"type":"file-history-snapshot","messageId":"m","snapshot":{}}"#;
    assert_eq!(status(snapshot), word(Status::Unknown, ""));
}

#[test]
fn a_retry_is_given_up_and_still_paid_for() {
    let out = read(&[
        &prompt("u1", "", 1, "Start"),
        &answer("a1", "u1", 2, "m1", "One", r#""output_tokens":7"#),
        &prompt("u2", "a1", 3, "Wrong way"),
        &answer("a2", "u2", 4, "m2", "Two", r#""output_tokens":5"#),
        &prompt("u3", "a1", 5, "Other way"),
        &answer("a3", "u3", 6, "m3", "Three", ""),
    ]);
    let flagged: Vec<u8> = out.events.iter().map(|(_, event)| event.flags).collect();
    assert_eq!(flagged, [0, 0, flags::ABANDONED, flags::ABANDONED, 0, 0]);
    assert_eq!((out.parts.len(), out.parts[0].counts.requests), (1, Reported::new(3)));
}

#[test]
fn many_prompts_on_the_first_branch_make_the_others_forks() {
    let mut lines = vec![prompt("u0", "", 0, "Start"), answer("a0", "u0", 1, "m0", "One", "")];
    for turn in 1..=4 {
        lines.push(prompt(&format!("u{turn}"), &format!("a{}", turn - 1), turn * 2, "Go on"));
        lines.push(answer(
            &format!("a{turn}"),
            &format!("u{turn}"),
            turn * 2 + 1,
            &format!("m{turn}"),
            "x",
            r#""output_tokens":1"#,
        ));
    }
    lines.push(prompt("f1", "a0", 20, "Try it differently"));
    lines.push(line("progress", "p", "f1", 20, r#""data":{"type":"bash_progress"}"#));
    lines.push(answer("f2", "p", 21, "m9", "y", r#""output_tokens":3"#));
    let out = read(&strs(&lines));
    assert_eq!(out.parts.len(), 2);
    let fork = &out.parts[1];
    assert_eq!((fork.id.as_str(), fork.relation), (&*format!("{FILE}-f1"), Relation::Fork));
    assert_eq!((fork.parent_id.as_deref(), fork.title.as_deref()), (Some(FILE), Some("Try it differently")));
    assert_eq!((fork.counts.prompts, fork.counts.requests, out.parts[0].counts.prompts), (1, Reported::new(1), 5));
    let moved: Vec<_> = out.events.iter().filter(|(_, event)| event.part == 1).map(|(_, event)| event.line).collect();
    assert_eq!(moved, [11, 12, 13]);
    assert_eq!(out.usage.last().map(|row| row.part), Some(1));
    assert_eq!(out.anchors.lines.iter().filter(|anchor| anchor.part == 1).count(), 2);
}

#[test]
fn two_sessions_that_nothing_holds_together_are_two() {
    let other = |line: String| line.replace(FILE, "S2");
    let apart =
        [prompt("u", "", 1, "One"), other(prompt("v", "", 5, "Two")), other(answer("w", "v", 6, "m", "ok", ""))];
    let ids = |path: &str, lines: &[String]| -> Vec<String> {
        read_as(path, &lines.join("\n")).parts.into_iter().map(|part| part.id).collect()
    };
    assert_eq!(ids("all.jsonl", &apart), [FILE, "S2"]);
    assert_eq!(ids(&format!("{FILE}.jsonl"), &apart), [FILE]);
    let linked = [apart[0].clone(), other(prompt("v", "u", 5, "Two"))];
    assert_eq!(ids("all.jsonl", &linked), [FILE]);
    let out = read_as("all.jsonl", &apart.join("\n"));
    assert_eq!(out.parts.iter().map(|part| part.counts.prompts).collect::<Vec<_>>(), [1, 1]);
    assert_eq!((out.usage[0].part, out.parts[1].title.as_deref()), (1, Some("Two")));
}

#[test]
fn duplicate_keys_and_odd_kinds_cost_nothing_else() {
    let twice = prompt("u", "", 1, "hi").replace(r#""type":"user""#, r#""type":"user","type":"assistant""#);
    assert_eq!(kinds(&read(&[&twice])), [(EventKind::Prompt, 0)]);
    let odd = r#"{"type":"user","uuid":7,"parentUuid":{},"sessionId":null,"isSidechain":"no","message":{"content":"hi"},"toolUseResult":[1]}"#;
    let out = read(&[odd]);
    assert_eq!((kinds(&out), out.problems.as_slice().len()), (vec![(EventKind::Prompt, 0)], 0));
    let null = answer("a", "", 1, "m", "x", "").replace(r#""usage":{}"#, r#""usage":null"#);
    assert_eq!(numbers(only(&read(&[&null]))), [None; 5]);
}

const INIT: &str = r#"{"type":"system","subtype":"init","session_id":"S","model":"claude-opus-4-6","cwd":"/home/ann/app","claude_code_version":"2.1.1","tools":[]}"#;

fn stream_answer(id: &str, parent: &str) -> String {
    format!(
        r#"{{"type":"assistant","session_id":"S","parent_tool_use_id":{parent},"message":{{"id":"{id}","model":"claude-opus-4-6","content":[{{"type":"text","text":"ok"}}],"usage":{{"output_tokens":5}}}}}}"#
    )
}

#[test]
fn stream_json_is_told_by_its_last_line() {
    let result = r#"{"type":"result","subtype":"success","is_error":false,"duration_ms":9000,"session_id":"S","result":"ok","total_cost_usd":0.5,"usage":{"output_tokens":70},"modelUsage":{"claude-opus-4-6":{"inputTokens":3,"outputTokens":70,"cacheReadInputTokens":9000000,"cacheCreationInputTokens":0,"webSearchRequests":2,"costUSD":0.4,"contextWindow":200000},"claude-haiku-4-5":{"inputTokens":1,"outputTokens":2,"costUSD":0.1}}}"#;
    let log = [INIT, &stream_answer("m1", "null"), &stream_answer("m2", "\"t1\""), result].join("\n");
    let out = read_as("ci.jsonl", &log);
    let part = &out.parts[0];
    assert_eq!((part.id.as_str(), part.status, part.has_outcome), ("S", Status::Success, true));
    assert_eq!(
        (part.started, part.duration_ms, part.context_window),
        (None, Reported::new(9000), Reported::new(200_000))
    );
    assert_eq!(part.facts.iter().find(|fact| fact.name == "Version").map(|fact| &*fact.value), Some("2.1.1"));
    let totals: Vec<_> = out.usage.iter().filter(|row| row.scope == Scope::Aggregate).collect();
    assert_eq!(totals.len(), 2);
    assert!(
        totals[0].event == totals[1].event
            && out.events.get(totals[0].event).is_some_and(|end| end.kind == EventKind::SessionEnd)
    );
    assert_eq!(numbers(totals[0]), [Some(3), Some(9_000_000), Some(0), None, Some(70)]);
    assert_eq!((totals[0].web_searches, totals[0].cost), (2, Money::parse("0.4").into()));
    assert_eq!(numbers(totals[1]), [Some(1), None, None, None, Some(2)]);
    let parts: Vec<_> = out.events.iter().map(|(_, event)| (event.kind, event.part)).collect();
    assert_eq!(parts[2..], [(EventKind::SubAgentStart, 0), (EventKind::Response, 1), (EventKind::SessionEnd, 0)]);
    let side = &out.parts[1];
    assert_eq!((&*side.id, side.parent_id.as_deref(), side.is_in_parents_total), ("S-t1", Some("S"), true));
    assert_eq!(out.usage.iter().map(|row| row.is_side).collect::<Vec<_>>(), [false, true, false, false]);
}

#[test]
fn stream_json_without_totals_of_models() {
    let result = r#"{"type":"result","subtype":"error_during_execution","is_error":true,"session_id":"S","total_cost_usd":0.5,"usage":{"input_tokens":7,"output_tokens":70}}"#;
    let out = read_as("ci.jsonl", &[INIT, &stream_answer("m1", "null"), result].join("\n"));
    let total = out.usage.last().expect("a total");
    assert_eq!((numbers(total)[4], total.cost), (Some(70), Money::parse("0.5").into()));
    assert_eq!((out.parts[0].status, &*out.parts[0].status_word), (Status::Failed, "error_during_execution"));
    let two = [INIT, result, &INIT.replace("\"S\"", "\"T\""), &result.replace("\"S\"", "\"T\"")].join("\n");
    assert_eq!(read_as("ci.jsonl", &two).parts.iter().map(|part| &*part.id).collect::<Vec<_>>(), ["S", "T"]);
}
