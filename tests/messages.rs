//! Logs that are lists of messages: the worked examples of others.md, mappings, and files that are no sessions.

mod support;

use sessionscope::archive::Archive;
use sessionscope::formats::mapping;
use sessionscope::logic::sessions::{SessionRow, rows};

fn archive(files: &[(&str, &str)]) -> Archive {
    support::archive(files.iter().map(|(path, log)| (*path, log.as_bytes())))
}

fn only(log: &str) -> SessionRow {
    let mut rows = rows(&archive(&[("a.jsonl", log)]));
    assert_eq!(rows.len(), 1, "{log}");
    rows.remove(0)
}

/// Uncached, read, written, generated, peak.
fn check(log: &str, told: [Option<u64>; 5]) {
    let row = only(log);
    let totals = &row.totals;
    let found =
        [totals.input_uncached, totals.cache_read, totals.cache_write, totals.output].map(|tally| tally.value().get());
    assert_eq!([found[0], found[1], found[2], found[3], totals.peak_context.get()], told, "{log}");
}

const GEMINI: &str =
    r#"{"sessionId":"s","projectHash":"p","messages":[{"id":"m","type":"gemini","content":"x","tokens":TOKENS}]}"#;

#[test]
fn gemini_counts() {
    let check = |tokens: &str, told| check(&GEMINI.replace("TOKENS", tokens), told);
    let within = r#"{"input":5000,"output":800,"cached":200,"thoughts":100,"tool":0,"total":5900}"#;
    check(within, [Some(4800), Some(200), None, Some(900), Some(5000)]);
    // G1: the total holds the cached tokens besides.
    let apart = r#"{"input":5000,"output":800,"cached":200,"thoughts":100,"tool":0,"total":6100}"#;
    check(apart, [Some(5000), Some(200), None, Some(900), Some(5200)]);
    check("null", [None; 5]);
    check("{}", [None; 5]);
}

#[test]
fn a_gemini_session_told_by_a_document_and_by_lines_is_one() {
    let message = r#"{"id":"aaaaaaaaaaaaaaaaaaaa","type":"gemini","timestamp":"2026-01-01T00:00:01Z","content":"x","tokens":{"input":5,"output":1,"total":6},"toolCalls":[{"id":"c","name":"ls","args":{},"status":"success","result":"y"}]}"#;
    let document =
        format!(r#"{{"sessionId":"s","projectHash":"p","startTime":"2026-01-01T00:00:00Z","messages":[{message}]}}"#);
    let lines =
        format!("{{\"sessionId\":\"s\",\"projectHash\":\"p\",\"startTime\":\"2026-01-01T00:00:00Z\"}}\n{message}\n");
    let rows = rows(&archive(&[("a.json", &document), ("a.jsonl", &lines)]));
    assert_eq!(rows.len(), 1);
    let (counts, output) = (rows[0].counts, rows[0].totals.output);
    assert_eq!((counts.responses, counts.tool_calls, output.sum, output.eligible), (1, 1, 1, 1));
}

#[test]
fn copilot_adds_up_its_shutdowns() {
    let shutdown = r#"{"type":"session.shutdown","data":{"modelMetrics":{"gpt-5":{"usage":{"inputTokens":10000,"outputTokens":500,"cacheReadTokens":6000,"cacheWriteTokens":1000}}}},"id":"e","timestamp":"2026-05-01T00:00:00Z","parentId":null}"#;
    check(shutdown, [Some(3000), Some(6000), Some(1000), Some(500), None]);
    check(&format!("{shutdown}\n{shutdown}"), [Some(6000), Some(12000), Some(2000), Some(1000), None]);
    let other = shutdown.replace("gpt-5", "gpt-4.1");
    check(&format!("{shutdown}\n{other}\n{shutdown}"), [Some(9000), Some(18000), Some(3000), Some(1500), None]);
}

#[test]
fn qwen_counts_each_line() {
    let line = |id: &str, usage: &str| {
        format!(
            r#"{{"uuid":"{id}","sessionId":"s","type":"assistant","message":{{"role":"model","parts":[{{"text":"x"}}]}},"usageMetadata":{usage}}}"#
        )
    };
    let first = line("a", r#"{"promptTokenCount":10000,"cachedContentTokenCount":8000,"candidatesTokenCount":50}"#);
    let second = line("b", r#"{"promptTokenCount":12000,"cachedContentTokenCount":10000,"candidatesTokenCount":70}"#);
    check(&format!("{first}\n{second}"), [Some(4000), Some(18000), None, Some(120), Some(12000)]);
    let thoughts =
        line("a", r#"{"promptTokenCount":10,"candidatesTokenCount":5,"thoughtsTokenCount":3,"totalTokenCount":18}"#);
    check(&thoughts, [Some(10), None, None, Some(8), Some(10)]);
    let within =
        line("a", r#"{"promptTokenCount":10,"candidatesTokenCount":5,"thoughtsTokenCount":3,"totalTokenCount":15}"#);
    check(&within, [Some(10), None, None, Some(5), Some(10)]);
}

#[test]
fn pi_counts_and_forks_share_their_entries() {
    let head = |id: &str, parent: &str| {
        format!(r#"{{"type":"session","version":3,"id":"{id}","timestamp":"2026-01-01T00:00:00Z","cwd":"/a"{parent}}}"#)
    };
    let entry = r#"{"type":"message","id":"0000000a","parentId":null,"timestamp":"2026-01-01T00:00:01Z","message":{"role":"assistant","content":[{"type":"text","text":"x"}],"model":"m","usage":{"input":100,"output":50,"cacheRead":900,"cacheWrite":0,"totalTokens":1050,"cost":{"total":0.01}}}}"#;
    let log = format!("{}\n{entry}\n", head("s", ""));
    check(&log, [Some(100), Some(900), Some(0), Some(50), Some(1000)]);
    assert_eq!(only(&log).totals.cost.known.microusd(), 10_000);
    let fork = format!("{}\n{entry}\n", head("t", r#","parentSession":"s""#));
    let rows = rows(&archive(&[("a.jsonl", &log), ("b.jsonl", &fork)]));
    let outputs: u64 = rows.iter().map(|row| row.totals.output.sum).sum();
    assert_eq!((rows.len(), outputs), (2, 50), "what was copied counts once");
}

/// others.md §3: a fork copies messages under new ids; a sub-agent does not.
#[test]
fn an_opencode_fork_counts_what_it_copied_once() {
    let message = |id: &str, at: u64, role: &str, output: u64| {
        format!(
            r#"{{"info":{{"id":"{id}","role":"{role}","time":{{"created":{at}}},"tokens":{{"input":10,"output":{output},"reasoning":0,"cache":{{"read":0,"write":0}}}}}},"parts":[{{"type":"text","text":"x"}}]}}"#
        )
    };
    let session = |id: &str, parent: &str, messages: &[String]| {
        format!(
            r#"{{"info":{{"id":"{id}","title":"t"{parent},"time":{{"created":1785612800000}}}},"messages":[{}]}}"#,
            messages.join(",")
        )
    };
    let of = |prefix: &str, more: String| {
        let copied = [
            message(&format!("{prefix}1"), 1_785_612_800_001, "user", 0),
            message(&format!("{prefix}2"), 1_785_612_800_002, "assistant", 7),
        ];
        [copied.to_vec(), vec![more]].concat()
    };
    let parent = session("ses_a", "", &of("msg_a", message("msg_a3", 1_785_612_800_003, "assistant", 100)));
    let fork = of("msg_b", message("msg_b3", 1_785_612_800_004, "assistant", 1000));
    let fork = session("ses_b", r#","parentID":"ses_a""#, &fork);
    let agent = [message("msg_c1", 1_785_612_800_005, "assistant", 7)];
    let agent = session("ses_c", r#","parentID":"ses_a""#, &agent);
    let rows = rows(&archive(&[("a.json", &parent), ("b.json", &fork), ("c.json", &agent)]));
    let mut outputs: Vec<(&str, u64)> = rows.iter().map(|row| (row.key.as_str(), row.totals.output.sum)).collect();
    outputs.sort_unstable();
    assert_eq!(outputs, [("ses_a", 107), ("ses_b", 1000), ("ses_c", 7)]);
}

/// Cost in millionths of a dollar, and of how many records it is recorded.
fn cost(log: &str) -> (i128, u32, u32) {
    let cost = only(log).totals.cost;
    (cost.known.microusd().into(), cost.reported - cost.computed, cost.eligible)
}

/// CP4: credits go on growing, and are money since June 2026 only.
#[test]
fn copilot_credits_are_those_of_the_last_shutdown() {
    let shutdown = |at: &str, credits: u64| {
        format!(
            r#"{{"type":"session.shutdown","data":{{"totalNanoAiu":{credits},"modelMetrics":{{"gpt-x":{{"usage":{{"inputTokens":10,"outputTokens":5}}}}}}}},"id":"e","timestamp":"{at}","parentId":null}}"#
        )
    };
    let two = format!(
        "{}\n{}",
        shutdown("2026-07-01T00:00:00Z", 5_000_000_000),
        shutdown("2026-07-02T00:00:00Z", 9_000_000_000)
    );
    assert_eq!(cost(&two), (90_000, 1, 1), "nanoAIU / 1e11 dollars");
    assert_eq!(cost(&shutdown("2026-05-01T00:00:00Z", 5_000_000_000)), (0, 0, 1));
}

/// PI3, and others.md §3: a cost of 0 beside tokens is none.
#[test]
fn a_cost_of_nothing_beside_tokens_is_not_recorded() {
    let pi = |tokens: u32| {
        format!(
            r#"{{"type":"message","id":"0000000a","timestamp":"2026-01-01T00:00:01Z","message":{{"role":"assistant","content":[],"model":"unheard-of","usage":{{"input":{tokens},"output":0,"cost":{{"total":0}}}}}}}}"#
        )
    };
    assert_eq!(cost(&pi(7)), (0, 0, 1));
    assert_eq!(cost(&pi(0)), (0, 1, 1));
    let opencode = r#"{"info":{"id":"ses_1"},"messages":[{"info":{"id":"m","role":"assistant","time":{"created":1785612800000},"cost":0,"tokens":{"input":5,"output":1,"reasoning":2,"cache":{"read":3,"write":4}}},"parts":[]}]}"#;
    assert_eq!(cost(opencode), (0, 0, 1));
    check(opencode, [Some(5), Some(3), Some(4), Some(3), Some(12)]);
}

/// others.md §7: the prompt of these models stands in the counter of cache writes.
#[test]
fn amp_counts_of_gpt_models_have_no_cache_writes() {
    let log = r#"{"id":"T-1","messages":[{"role":"assistant","messageId":1,"content":[{"type":"text","text":"x"}],"usage":{"model":"MODEL","inputTokens":0,"outputTokens":7,"cacheCreationInputTokens":900,"cacheReadInputTokens":100}}]}"#;
    check(&log.replace("MODEL", "gpt-5"), [Some(900), Some(100), None, Some(7), Some(1000)]);
    check(&log.replace("MODEL", "claude-opus-4-5"), [Some(0), Some(100), Some(900), Some(7), Some(1000)]);
}

/// others.md §7: the ledger counts for messages that tell nothing.
#[test]
fn the_ledger_of_a_thread_counts_where_its_messages_do_not() {
    let answer = |id: u32, usage: &str| {
        format!(r#"{{"role":"assistant","messageId":{id},"content":[{{"type":"text","text":"x"}}]{usage}}}"#)
    };
    let told = r#","usage":{"model":"m","inputTokens":10,"outputTokens":7,"cacheCreationInputTokens":0,"cacheReadInputTokens":0}"#;
    let event = |id: u32, output: u32| {
        format!(
            r#"{{"id":"e{id}","timestamp":"2026-01-01T00:00:0{id}Z","model":"m","credits":1,"tokens":{{"input":100,"output":{output}}},"fromMessageId":0,"toMessageId":{id}}}"#
        )
    };
    let log = format!(
        r#"{{"id":"T-1","created":1767225600000,"messages":[{},{},{}],"usageLedger":{{"events":[{},{}]}}}}"#,
        answer(1, told),
        answer(2, ""),
        answer(3, ""),
        event(1, 7),
        event(2, 20)
    );
    let row = only(&log);
    let output = row.totals.output;
    assert_eq!((output.sum, output.reported, output.eligible, row.counts.requests.get()), (27, 2, 3, Some(3)));
    assert_eq!((row.totals.input_uncached.sum, row.counts.responses), (110, 3));
    let half = log.replacen("\"credits\":1,", "\"credits\":0.25,", 1);
    assert_eq!((fact(&log, "Credits").as_deref(), fact(&half, "Credits").as_deref()), (Some("2"), Some("1.25")));
    assert_eq!(row.totals.cost.reported, 0, "credits are no dollars");
}

/// The value of a fact of the only session.
fn fact(log: &str, name: &str) -> Option<String> {
    let archive = archive(&[("a.jsonl", log)]);
    let facts = sessionscope::logic::session::facts(archive.sessions().first()?);
    facts.into_iter().find(|fact| fact.name == name).map(|fact| fact.value)
}

/// others.md §10: what only a total tells is put into no counter.
#[test]
fn what_only_totals_tell_is_unattributed() {
    let log = |tokens: &str| GEMINI.replace("TOKENS", tokens);
    let without_output = log(r#"{"input":100,"total":160}"#);
    check(&without_output, [Some(100), None, None, None, Some(100)]);
    assert_eq!(fact(&without_output, "Unattributed").as_deref(), Some("60 tokens that only totals tell"));
    check(&log(r#"{"total":160}"#), [None; 5]);
    assert_eq!(fact(&log(r#"{"total":160}"#), "Unattributed").as_deref(), Some("160 tokens that only totals tell"));
    for whole in [r#"{"input":100,"output":60,"total":170}"#, r#"{"input":100,"output":60}"#, "{}"] {
        assert_eq!(fact(&log(whole), "Unattributed"), None, "{whole}");
    }
}

/// others.md §9: a source that tells nothing but zeros is not one of which nothing is known, nor one that is free.
#[test]
fn a_source_that_tells_only_zeros_says_so() {
    let log = |counts: &[[u32; 2]]| {
        let answer = |(number, [input, output]): (usize, &[u32; 2])| {
            format!(
                r#"{{"type":"assistant","uuid":"u{number}","sessionId":"s","timestamp":"2026-01-01T00:00:0{number}Z","requestId":"r{number}","message":{{"id":"m{number}","role":"assistant","model":"x","content":[{{"type":"text","text":"hi"}}],"usage":{{"input_tokens":{input},"output_tokens":{output}}}}}}}"#
            )
        };
        counts.iter().enumerate().map(answer).collect::<Vec<_>>().join("\n")
    };
    let zeros = log(&[[0, 0], [0, 0]]);
    assert_eq!(fact(&zeros, "Tokens").as_deref(), Some("0 (source reports only zeros)"));
    assert_eq!(fact(&log(&[[0, 0], [0, 1]]), "Tokens"), None);
    assert_eq!(fact(&log(&[[1, 0], [0, 0]]), "Tokens"), None);
    assert_eq!(fact(&zeros.replace(r#","output_tokens":0"#, ""), "Tokens"), None, "nobody told its output");
}

/// others.md §7: what the server alone has is told.
#[test]
fn an_amp_thread_without_messages_is_a_stub() {
    let archive = archive(&[("T-1.json", r#"{"id":"T-1","created":1785612800000,"title":"Sort","messages":[]}"#)]);
    let (_, source) = archive.sources().next().expect("one source");
    assert!(source.problems.as_slice()[0].reason.starts_with("a stub"));
    assert_eq!(rows(&archive)[0].title.as_deref(), Some("Sort"));
}

/// others.md §8: prompts hold what was cached, totals stand for the steps, and people are told where both differ.
#[test]
fn trajectories_count_by_their_totals() {
    let log = |end: &str| {
        format!(
            r#"{{"schema_version":"ATIF-v1.4","session_id":"s","agent":{{"name":"x"}},"steps":[{{"step_id":1,"source":"agent","message":"hi","metrics":{{"prompt_tokens":100,"completion_tokens":7,"cached_tokens":60}}}}]{end}}}"#
        )
    };
    let problems = |log: &str| {
        let archive = archive(&[("a.json", log)]);
        let (_, source) = archive.sources().next().expect("one source");
        source.problems.as_slice().len()
    };
    check(&log(""), [Some(40), Some(60), None, Some(7), Some(100)]);
    let total = |prompt: u32| {
        log(&format!(
            r#","final_metrics":{{"total_prompt_tokens":{prompt},"total_completion_tokens":7,"total_cached_tokens":60}}"#
        ))
    };
    check(&total(300), [Some(240), Some(60), None, Some(7), Some(100)]);
    assert_eq!([problems(&log("")), problems(&total(100)), problems(&total(300))], [0, 0, 1]);
}

/// OT1: of a trace one level counts.
#[test]
fn spans_of_agents_count_only_where_no_chat_tells() {
    let span = |id: &str, operation: &str, output: u32| {
        format!(
            r#"{{"traceId":"t","spanId":"{id}","name":"x","startTime":[1785612800,0],"endTime":[1785612801,0],"attributes":{{"gen_ai.operation.name":"{operation}","gen_ai.usage.input_tokens":100,"gen_ai.usage.cache_read.input_tokens":40,"gen_ai.usage.output_tokens":{output}}}}}"#
        )
    };
    let (agent, first, second) = (span("a", "invoke_agent", 12), span("b", "chat", 5), span("c", "chat", 7));
    check(&format!("{agent}\n{first}\n{second}"), [Some(120), Some(80), None, Some(12), Some(100)]);
    check(&agent, [Some(60), Some(40), None, Some(12), None]);
}

/// others.md §9: an entry of the one list is a request, the other one is the transcript.
#[test]
fn the_two_lists_of_a_cline_task_are_one_session() {
    let ui = include_str!("fixtures/cline/cline-ui.json");
    let said = include_str!("fixtures/cline/cline-said.json");
    let files =
        [("tasks/1785612800000/ui_messages.json", ui), ("tasks/1785612800000/api_conversation_history.json", said)];
    for files in [files, [files[1], files[0]]] {
        let rows = rows(&archive(&files));
        assert_eq!(rows.len(), 1);
        let (row, totals) = (&rows[0], &rows[0].totals);
        assert_eq!((row.key.as_str(), row.title.as_deref()), ("1785612800000", Some("Count the apples")));
        assert_eq!((row.counts.prompts, row.counts.responses, row.counts.tool_calls), (1, 2, 1));
        let sums = [totals.input_uncached, totals.cache_read, totals.cache_write].map(|tally| tally.sum);
        assert_eq!((sums, totals.cost.known.microusd()), ([39, 900, 940], 5_000));
        assert_eq!(
            (totals.output.sum, totals.output.reported, totals.output.eligible),
            (19, 2, 3),
            "one was cancelled"
        );
    }
    let apart = archive(&[files[0], ("tasks/2/api_conversation_history.json", said)]);
    assert_eq!(rows(&apart).len(), 2);
}

/// others.md §9: the settings beside a session hold its totals.
#[test]
fn the_settings_of_a_droid_session_are_its_totals() {
    let log = include_str!("fixtures/droid/droid-session.jsonl");
    let settings = include_str!("fixtures/droid/dr-settings.settings.json");
    let files = [("s/dr-00000000-0001.jsonl", log), ("s/dr-00000000-0001.settings.json", settings)];
    let rows = rows(&archive(&files));
    assert_eq!(rows.len(), 1);
    let (row, totals) = (&rows[0], &rows[0].totals);
    assert_eq!((row.key.as_str(), row.counts.tool_calls), ("dr-00000000-0001", 1));
    let sums = [totals.input_uncached, totals.cache_read, totals.cache_write, totals.output, totals.reasoning];
    assert_eq!(sums.map(|tally| tally.value().get()), [Some(100), Some(2000), Some(300), Some(40), Some(10)]);
}

#[test]
fn what_gemini_prints_has_totals_by_model() {
    check(include_str!("fixtures/gemini/gemini-printed.json"), [Some(4900), Some(200), None, Some(909), None]);
}

#[test]
fn a_result_in_the_users_name_is_no_prompt() {
    let log = r#"{"history":[{"role":"user","content":"do"},{"role":"assistant","content":"ls","action":"ls"},{"role":"user","content":"a b"}]}"#;
    let counts = only(log).counts;
    assert_eq!((counts.prompts, counts.tool_calls, counts.responses), (1, 1, 1));
}

#[test]
fn impossible_counts_are_cut_and_told() {
    let log = GEMINI.replace("TOKENS", r#"{"input":-5,"output":9000000,"cached":0,"total":1}"#);
    check(&log, [Some(0), Some(0), None, Some(2_000_000), Some(0)]);
}

#[test]
fn files_that_are_no_sessions_are_named() {
    let problem = |log: &str| {
        let archive = archive(&[("x.jsonl", log)]);
        let (_, source) = archive.sources().next().expect("one source");
        assert!(source.format().is_none(), "{log}");
        source.problems.as_slice()[0].reason.clone()
    };
    assert_eq!(problem(r#"{"session_id":"a","ts":1,"text":"hi"}"#), "the prompt history of Codex, which is no session");
    let claude = r#"{"display":"hi","pastedContents":{},"timestamp":1,"project":"/a"}"#;
    assert_eq!(problem(claude), "the prompt history of Claude Code, which is no session");
    let gemini = r#"[{"sessionId":"s","messageId":0,"type":"user","message":"hi","timestamp":"2026-01-01T00:00:00Z"}]"#;
    assert_eq!(problem(gemini), "the prompt history of Gemini CLI, which is no session");
    assert_eq!(problem(r#"{"a":1}"#), "JSON of another kind, with the keys a");
    assert_eq!(problem("PK\x03\x04xyz\n"), "a zip archive; unpack it, and open the JSON files in it");
}

/// The example of docs/mapping.md.
#[test]
fn a_log_opens_by_its_mapping() {
    let mapping = r#"{
        "session": "run", "time": "at", "kind": "what", "text": "say", "model": "llm",
        "kinds": {"ask": "prompt", "tell": "response", "do": "tool-call", "did": "tool-result"},
        "tool": "call.fn", "id": "call.no", "input": "call.with", "tokens": {"input": "n.in", "cache_read": "n.hit", "output": "n.out"}
    }"#;
    mapping::use_own(&[mapping.to_owned()]).expect("a mapping");
    let id = mapping::format(mapping).expect("a mapping").id;
    let log = concat!(
        r#"{"run":"r-1","at":1785612800,"what":"ask","say":"List them"}"#,
        "\n",
        r#"{"run":"r-1","at":1785612801,"what":"do","call":{"fn":"ls","no":"1","with":{"path":"."}}}"#,
        "\n",
        r#"{"run":"r-1","at":1785612803,"what":"did","call":{"no":"1"},"say":"a b"}"#,
        "\n",
        r#"{"run":"r-1","at":1785612804,"what":"tell","say":"Two.","llm":"gpt-5","n":{"in":100,"hit":40,"out":7}}"#,
        "\n",
    );
    let archive = archive(&[("x.jsonl", log)]);
    let row = &rows(&archive)[0];
    assert_eq!((row.agent.as_str(), row.key.as_str(), row.title.as_deref()), (id, "r-1", Some("List them")));
    assert_eq!((row.counts.prompts, row.counts.responses, row.counts.tool_calls), (1, 1, 1));
    let totals = &row.totals;
    let sums = [totals.input_uncached, totals.cache_read, totals.output].map(|tally| tally.value().get());
    assert_eq!(sums, [Some(60), Some(40), Some(7)]);
    let call = sessionscope::formats::by_id(id).expect("a format").body(log.lines().nth(1).unwrap_or("").as_bytes(), 0);
    assert_eq!(call.summary, ".");
}
