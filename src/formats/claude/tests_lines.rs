//! Lines one by one: prompts, tools, compactions, attachments, side conversations.

use super::*;

fn result(uuid: &str, second: u32, id: &str, more: &str) -> String {
    let rest = format!(
        r#""message":{{"role":"user","content":[{{"type":"tool_result","tool_use_id":"{id}","content":"ok"{more}}}]}}"#
    );
    line("user", uuid, "", second, &rest)
}

fn call(uuid: &str, second: u32, id: &str, name: &str) -> String {
    let content = format!(r#"[{{"type":"tool_use","id":"{id}","name":"{name}","input":{{"command":"ls"}}}}]"#);
    answer_of(uuid, "", second, &format!("msg_{uuid}"), &content, "")
}

#[test]
fn user_lines_that_are_not_prompts() {
    let check = |text: &str, kind: EventKind, flag: u8| {
        let out = read(&[&prompt("u", "", 1, text)]);
        assert_eq!(kinds(&out), [(kind, flag)], "{text}");
        assert_eq!(out.parts[0].counts.prompts, u32::from(kind == EventKind::Prompt), "{text}");
    };
    check("Fix it", EventKind::Prompt, 0);
    check("<system-reminder>x</system-reminder>Fix it", EventKind::Prompt, 0);
    check("<command-name>/x</command-name><command-args>A</command-args>", EventKind::Prompt, 0);
    check("[Request interrupted by user]", EventKind::System, 0);
    check("This session is being continued from", EventKind::System, 0);
    check("<local-command-stdout>x</local-command-stdout>", EventKind::System, flags::ECHO);
    let meta = prompt("u", "", 1, "Caveat").replace(r#""type":"user""#, r#""isMeta":true,"type":"user""#);
    assert_eq!(kinds(&read(&[&meta])), [(EventKind::System, 0)]);
    let images = r#""message":{"content":[{"type":"image","source":{"type":"base64","data":"AAAA"}}]}"#;
    assert_eq!(kinds(&read(&[&line("user", "u", "", 1, images)])), [(EventKind::Prompt, 0)]);
    for content in ["null", "[]", "7", "{}"] {
        let out = read(&[&line("user", "u", "", 1, &format!(r#""message":{{"content":{content}}}"#))]);
        assert_eq!(kinds(&out), [(EventKind::System, flags::ECHO)], "{content}");
    }
}

#[test]
fn a_line_with_text_and_result_gives_both() {
    let rest = r#""message":{"content":[{"type":"tool_result","tool_use_id":"t1","content":"no"},{"type":"text","text":"Use b.rs"}]}"#;
    let out = read(&[&call("a", 1, "t1", "Bash"), &line("user", "u", "", 3, rest)]);
    assert_eq!(kinds(&out), [(EventKind::ToolCall, 0), (EventKind::ToolResult, 0), (EventKind::Prompt, 0)]);
    assert_eq!(out.events.get(2).expect("the prompt").block, 1);
}

#[test]
fn calls_and_results_find_each_other() {
    let out = read(&[
        &call("a", 1, "t1", "Bash"),
        &call("b", 2, "t2", "Read"),
        &result("r2", 5, "t2", r#","is_error":true"#),
        &result("r1", 9, "t1", ""),
        &result("r3", 11, "t1", r#","is_error":true"#),
        &call("c", 12, "t3", "Bash"),
    ]);
    let events: Vec<_> = out.events.iter().map(|(_, event)| (event.link, event.flags, event.duration_ms)).collect();
    assert_eq!(events[0], (3, 0, Some(8_000)));
    assert_eq!(events[1], (2, flags::FAILED, Some(3_000)));
    assert_eq!(events[2].0, 1);
    assert_eq!((events[4].0, events[4].1 & flags::ECHO), (0, flags::ECHO), "the first result wins");
    assert_eq!(events[5].1, flags::PENDING);
    let counts = out.parts[0].counts;
    assert_eq!((counts.tool_calls, counts.tool_failures), (3, 1));
    assert_eq!(out.parts[0].status, Status::Pending);
    let ids: Vec<u64> = out.anchors.tool_calls.iter().map(|anchor| anchor.hash).collect();
    assert_eq!(ids, ["t1", "t2", "t3"].map(|id| hash_of(&[id])));
    let orphan = read(&[&result("r", 1, "gone", "")]);
    assert_eq!(orphan.problems.as_slice()[0].kind, ProblemKind::Orphan);
}

#[test]
fn a_call_without_times_has_no_duration() {
    let timeless = |line: String| line.replace("timestamp", "then");
    let out = read(&[&timeless(call("a", 1, "t1", "Bash")), &result("r", 5, "t1", "")]);
    assert_eq!(out.events.get(0).expect("the call").duration_ms, None);
}

#[test]
fn c5_what_grows_is_shown_once() {
    let text = |uuid: &str, text: &str| answer(uuid, "", 1, "m", text, "");
    let check = |lines: &[String], answer: &[u8]| {
        let out = read(&strs(lines));
        assert_eq!(out.events.iter().map(|(_, event)| event.flags).collect::<Vec<_>>(), answer, "{lines:?}");
    };
    let echo = flags::ECHO;
    check(&[text("a", "Let"), text("b", "Let me"), text("c", "Let me see")], &[echo, echo, 0]);
    let thought = |uuid: &str, signature: &str| {
        answer_of(uuid, "", 1, "m", &format!(r#"[{{"type":"thinking","thinking":"","signature":"{signature}"}}]"#), "")
    };
    check(&[thought("t", "x"), text("a", "Let"), text("b", "Let me")], &[0, echo, 0]);
    check(&[text("a", "One"), text("b", "Two"), text("c", "One")], &[0, 0, echo]);
    let both = |uuid: &str, more: &str| {
        let content = format!(
            r#"[{{"type":"text","text":"Hi"}},{{"type":"tool_use","id":"t1","name":"Bash","input":{{}}}}{more}]"#
        );
        answer_of(uuid, "", 1, "m", &content, "")
    };
    let result = result("r", 2, "t1", "");
    check(&[text("a", "Hi"), both("b", ""), result.clone()], &[0, echo, 0, 0]);
    check(&[both("a", ""), result.clone(), both("b", r#",{"type":"text","text":"!"}"#)], &[0, 0, 0, echo, echo, 0]);
    let ended = text("a", "Let").replace(r#""stop_reason":null"#, r#""stop_reason":"end_turn""#);
    check(&[ended, text("b", "Let me")], &[0, 0]);
    check(&[text("a", "Let"), answer("b", "", 1, "n", "Let me", "")], &[0, 0]);
    check(&[thought("a", "x"), thought("b", "y"), thought("c", "x")], &[0, 0, echo]);
}

#[test]
fn blocks_of_an_answer() {
    let content = r#"[{"type":"thinking","thinking":"hm"},{"type":"redacted_thinking","data":"x"},{"type":"text","text":"a"},{"type":"server_tool_use","id":"s1","name":"web_search","input":{}},{"type":"web_search_tool_result","tool_use_id":"s1","content":[]},{"type":"image"},{"type":"hologram"}]"#;
    let out = read(&[&answer_of("a", "", 1, "m", content, "")]);
    use EventKind::{Other, Response, Thinking, ToolCall, ToolResult};
    assert_eq!(
        out.events.iter().map(|(_, event)| event.kind).collect::<Vec<_>>(),
        [Thinking, Thinking, Response, ToolCall, ToolResult, Other]
    );
    assert_eq!(out.events.iter().map(|(_, event)| event.block).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 6]);
    assert_eq!(out.problems.as_slice()[0].reason, "block type \"hologram\"");
    let empty = read(&[&answer_of("a", "", 1, "m", "[]", "")]);
    assert_eq!(kinds(&empty), [(EventKind::Usage, 0)]);
}

#[test]
fn unknown_types_are_kept_and_told() {
    let out = read(&[&prompt("u", "", 1, "hi"), &line("hologram", "h", "u", 2, r#""x":1"#)]);
    assert_eq!(kinds(&out)[1], (EventKind::Other, 0));
    let problem = &out.problems.as_slice()[0];
    assert_eq!((problem.kind, &*problem.reason), (ProblemKind::UnknownType, "type \"hologram\""));
}

#[test]
fn a_compaction_counts_once() {
    let boundary = line(
        "system",
        "b",
        "",
        1,
        r#""subtype":"compact_boundary","compactMetadata":{"trigger":"auto","preTokens":155829}"#,
    );
    let summary = prompt("s", "b", 1, "This session is being continued")
        .replace(r#""type":"user""#, r#""isCompactSummary":true,"type":"user""#);
    let count = |lines: &[&str]| read(lines).parts[0].counts;
    assert_eq!((count(&[&boundary, &summary]).compactions, count(&[&boundary, &summary]).prompts), (1, 0));
    assert_eq!(count(&[&summary]).compactions, 1);
    assert_eq!(count(&[&boundary, &summary, &boundary, &summary]).compactions, 2);
    let out = read(&[&boundary, &summary]);
    assert_eq!((out.events.get(0).expect("boundary").link, out.events.get(1).expect("summary").link), (1, 0));
}

#[test]
fn without_markers_a_shrinking_prompt_is_a_compaction() {
    let of =
        |id: &str, second: u32, context: u32| answer(id, "", second, id, "x", &format!(r#""input_tokens":{context}"#));
    let count = |lines: &[String]| read(&strs(lines)).parts[0].counts.compactions;
    assert_eq!(count(&[of("a", 1, 1000), of("b", 2, 700)]), 0);
    assert_eq!(count(&[of("a", 1, 1000), of("b", 2, 699), of("b", 3, 699), of("c", 4, 800)]), 1);
    assert_eq!(count(&[of("a", 1, 1000), answer("b", "", 2, "b", "x", ""), of("c", 3, 699)]), 1);
    assert_eq!(count(&[of("a", 1, 1000), of("b", 2, 0), of("c", 3, 900)]), 0);
    let boundary = line("system", "b", "", 9, r#""subtype":"compact_boundary""#);
    assert_eq!(count(&[of("a", 1, 1000), of("b", 2, 10), boundary]), 1);
}

#[test]
fn prompts_that_were_typed_while_a_tool_ran() {
    let queued = |prompt: &str| {
        line("attachment", "q", "", 1, &format!(r#""attachment":{{"type":"queued_command","prompt":{prompt}}}"#))
    };
    let out = read(&[&queued("\"And b.rs\"")]);
    assert_eq!((kinds(&out), out.parts[0].counts.prompts), (vec![(EventKind::Prompt, 0)], 1));
    assert_eq!(kinds(&read(&[&queued(r#"[{"type":"text","text":"And b.rs"}]"#)])), [(EventKind::Prompt, 0)]);
    assert_eq!(kinds(&read(&[&queued("\"<task-notification>x\"")])), [(EventKind::System, 0)]);
    let reminder = line("attachment", "q", "", 1, r#""attachment":{"type":"task_reminder"}"#);
    assert_eq!(kinds(&read(&[&reminder])), [(EventKind::System, flags::ECHO)]);
    let file = line("attachment", "q", "", 1, r#""attachment":{"type":"edited_text_file"}"#);
    assert_eq!(kinds(&read(&[&file])), [(EventKind::System, 0)]);
}

#[test]
fn failed_calls_of_the_service_are_errors() {
    let out = read(&[&prompt("u", "", 1, "hi"), &line("system", "e", "u", 2, r#""subtype":"api_error","error":{}"#)]);
    assert_eq!((kinds(&out)[1], out.parts[0].counts.errors), ((EventKind::Error, flags::FAILED), 1));
}

#[test]
fn s3_side_conversations_in_the_file_are_lanes_of_their_calls() {
    let task = |uuid: &str, id: &str, prompt: &str, description: &str| {
        let content = format!(
            r#"[{{"type":"tool_use","id":"{id}","name":"Task","input":{{"prompt":"{prompt}","description":"{description}"}}}}]"#
        );
        answer_of(uuid, "u", 2, &format!("m_{uuid}"), &content, "")
    };
    let side = |line: String| line.replace(r#""isSidechain":false"#, r#""isSidechain":true"#);
    let out = read(&[
        &prompt("u", "", 1, "Do both"),
        &task("a", "t1", "first", "One"),
        &task("b", "t2", "second", "Two"),
        &side(prompt("s1", "", 3, "first")),
        &side(answer("s2", "s1", 4, "m_s", "ok", "")),
        &side(prompt("s3", "", 5, "rephrased")),
    ]);
    let sides: Vec<_> = out.parts[1..]
        .iter()
        .map(|part| (&*part.id, part.title.as_deref(), part.relation, part.parent_id.as_deref(), part.counts.prompts))
        .collect();
    let (first, second) = ([FILE, "-s1"].concat(), [FILE, "-s3"].concat());
    let child = Relation::SubAgent;
    assert_eq!(sides, [(&*first, Some("One"), child, Some(FILE), 1), (&*second, Some("Two"), child, Some(FILE), 1)]);
    let spawns: Vec<_> = out.spawns.iter().map(|spawn| (spawn.event, spawn.part, &*spawn.child)).collect();
    assert_eq!(spawns, [(1, 0, &*first), (2, 0, &*second)]);
    assert_eq!(out.events.iter().map(|(_, event)| event.part).collect::<Vec<_>>(), [0, 0, 0, 1, 1, 2]);
    assert_eq!(out.parts[0].counts.prompts, 1, "the caller of a sub-agent is no person");
    assert!(out.usage[2].is_side && !out.usage[0].is_side);
    assert_eq!((out.usage[2].part, out.anchors.lines[3].part), (1, 1));
}

#[test]
fn s3_a_side_conversation_without_a_call_is_told_in_its_place() {
    let side = |line: String| line.replace(r#""isSidechain":false"#, r#""isSidechain":true"#);
    let out = read(&[
        &prompt("u", "", 1, "Hi"),
        &side(prompt("s1", "u", 2, "By the way")),
        &side(call("s2", 3, "t1", "Bash").replace(r#""parentUuid":"u""#, r#""parentUuid":"s1""#)),
        &side(result("s3", 4, "t1", "").replace(r#""parentUuid":"u""#, r#""parentUuid":"s2""#)),
        &answer("a", "u", 5, "m", "ok", ""),
    ]);
    let found: Vec<_> = out.events.iter().map(|(_, event)| (event.kind, event.part)).collect();
    assert_eq!(found[..3], [(EventKind::Prompt, 0), (EventKind::SubAgentStart, 0), (EventKind::Prompt, 1)]);
    assert_eq!(found.last(), Some(&(EventKind::Response, 0)));
    assert_eq!((out.spawns.len(), out.spawns[0].event, out.parts.len()), (1, 1, 2));
    assert_eq!((out.parts[1].title.as_deref(), out.parts[1].counts.tool_calls), (Some("By the way"), 1));
}

#[test]
fn s3_lines_of_an_agent_stand_in_for_its_own_log() {
    let side = |line: String| line.replace(r#""isSidechain":false"#, r#""isSidechain":true,"agentId":"a7""#);
    let out = read(&[&prompt("u", "", 1, "Hi"), &side(prompt("s1", "", 2, "Look"))]);
    assert_eq!((&*out.parts[1].id, out.parts[1].is_second_hand), ("agent-a7", true));
}

#[test]
fn progress_carries_the_requests_of_sub_agents() {
    let message = r#"{"id":"msg_s","model":"claude-haiku-4-5","stop_reason":null,"usage":{"output_tokens":8}}"#;
    let data = format!(
        r#""data":{{"type":"agent_progress","agentId":"a1","message":{{"type":"assistant","requestId":"req_s","message":{message}}}}},"parentToolUseID":"t1""#
    );
    let out = read(&[&call("a", 1, "t1", "Task"), &line("progress", "p", "a", 2, &data)]);
    let row = out.usage[1];
    assert_eq!((row.id.response, row.id.request), (hash_of(&["msg_s"]), hash_of(&["req_s"])));
    assert_eq!(kinds(&out)[1], (EventKind::Response, 0));
    let agent = &out.parts[usize::from(row.part)];
    assert_eq!((agent.id.as_str(), agent.relation, agent.is_second_hand), ("agent-a1", Relation::SubAgent, true));
    assert_eq!(agent.parent_id.as_ref(), Some(&out.parts[0].id));
    assert_eq!((out.spawns.len(), &*out.spawns[0].child), (1, "agent-a1"));
}

#[test]
fn calls_without_ids_are_paired_by_their_order_where_that_is_clear() {
    let calls = |uuid: &str, second: u32, of: &[&str]| {
        let one = |command: &&str| format!(r#"{{"type":"tool_use","name":"Bash","input":{{"command":"{command}"}}}}"#);
        let content = of.iter().map(one).collect::<Vec<_>>().join(",");
        answer_of(uuid, "u", second, &format!("m_{uuid}"), &format!("[{content}]"), "")
    };
    let links = |lines: &[String]| {
        let out = read(&strs(lines));
        let calls = out.events.iter().filter(|(_, event)| event.kind == EventKind::ToolCall);
        let line_of = |event: u32| out.events.get(event).map(|event| event.line);
        let links = calls.map(|(_, call)| (line_of(call.link), call.has(flags::PENDING))).collect::<Vec<_>>();
        (links, out.problems.total())
    };
    let bare = |uuid: &str, second: u32| result(uuid, second, "", "");
    let paired = |line: u32| (Some(line), false);
    let waits = (None, true);
    let (a, b) = (calls("a", 1, &["ls"]), calls("b", 5, &["pwd"]));
    assert_eq!(links(&[a.clone(), bare("r", 2), b.clone(), bare("s", 6)]), (vec![paired(2), paired(4)], 0));
    let both = calls("a", 1, &["ls", "pwd"]);
    assert_eq!(links(&[both.clone(), bare("r", 2), bare("s", 3)]), (vec![paired(2), paired(3)], 0));
    assert_eq!(links(&[both.clone(), bare("r", 2)]), (vec![waits, waits], 1), "it may answer either");
    assert_eq!(links(&[a.clone(), bare("r", 2), bare("s", 3)]), (vec![paired(2)], 1), "the first result wins");
    assert_eq!(links(&[a.clone(), prompt("v", "a", 2, "Stop"), bare("r", 3)]), (vec![waits], 1), "another turn");
    assert_eq!(links(&[bare("r", 3), a.clone()]), (vec![waits], 1));
    // Half of the pair may have an id, but not two different ones.
    let named = call("a", 1, "t1", "Bash");
    assert_eq!(links(&[named.clone(), bare("r", 2)]), (vec![paired(2)], 0));
    assert_eq!(links(&[a.clone(), result("r", 2, "t9", "")]), (vec![paired(2)], 0));
    assert_eq!(links(&[named, result("r", 2, "t9", "")]), (vec![waits], 1));
    // A response is written a line a block, and lines may be repeated.
    let twice = a.replace(r#""uuid":"a""#, r#""uuid":"c""#);
    assert_eq!(links(&[a, twice, bare("r", 2)]).0[0], paired(3));
}

#[test]
fn queued_prompts_are_told_once() {
    let queue = |operation: &str, second: u32, content: &str| {
        let content = if content.is_empty() { String::new() } else { format!(r#","content":"{content}""#) };
        line("queue-operation", "", "", second, &format!(r#""operation":"{operation}"{content}"#))
    };
    let attached = |prompt: &str, more: &str| {
        let rest = format!(r#""attachment":{{"type":"queued_command","prompt":"{prompt}"{more}}}"#);
        line("attachment", "q", "", 4, &rest)
    };
    let prompts = |lines: &[String]| {
        let out = read(&strs(lines));
        let shown = out.events.iter().filter(|(_, event)| event.kind == EventKind::Prompt);
        let shown = shown.map(|(_, event)| event.line).collect::<Vec<_>>();
        assert_eq!(out.parts[0].counts.prompts as usize, shown.len());
        shown
    };
    let (enqueued, taken) = (queue("enqueue", 1, "And b"), queue("remove", 3, ""));
    let own = prompt("u", "", 4, "And b");
    assert_eq!(prompts(&[enqueued.clone(), taken.clone()]), [1], "no other line tells of it");
    assert_eq!(prompts(&[enqueued.clone(), queue("dequeue", 2, ""), own.clone()]), [3]);
    assert_eq!(prompts(&[enqueued.clone(), taken.clone(), own.clone()]), [3]);
    assert_eq!(prompts(&[enqueued.clone(), taken.clone(), attached("And b", "")]), [3]);
    assert_eq!(prompts(&[enqueued.clone(), attached("And b", ""), own.clone()]), [3]);
    assert_eq!(prompts(&[own.clone(), attached("And b", r#","source_uuid":"u""#)]), [1]);
    assert_eq!(prompts(&[enqueued.clone(), queue("popAll", 2, "And b")]), [0; 0]);
    assert_eq!(prompts(std::slice::from_ref(&enqueued)), [0; 0], "it was never sent");
    let said = answer("a", "", 5, "m", "ok", "");
    assert_eq!(prompts(&[attached("And b", ""), said, own.clone()]), [1, 3], "said again after an answer");
    assert_eq!(prompts(&[own, attached("I am done", r#","origin":{"kind":"teammate"}"#)]), [1]);
    assert_eq!(prompts(&[queue("enqueue", 1, "<task-notification>x"), taken]), [0; 0]);
}
