//! Claude Code logs together: each request counts once over all files, and files find each other (claude-code.md §5, §7).

mod support;

use sessionscope::archive::{Archive, Prices};
use sessionscope::logic::sessions::Filter;
use sessionscope::logic::usage::By;
use sessionscope::logic::{kin, problems, usage_view};
use sessionscope::model::{Cost, PriceMode, ProblemKind, Relation, SourceKind, Zone};
use support::archive;

const S1: &str = "11111111-2222-4333-8444-555555555555";
const S2: &str = "99999999-2222-4333-8444-555555555555";

fn prompt(session: &str, uuid: &str, second: u32) -> String {
    format!(
        r#"{{"type":"user","uuid":"{uuid}","parentUuid":null,"sessionId":"{session}","timestamp":"2026-05-01T10:00:{second:02}Z","message":{{"role":"user","content":"Do {uuid}"}}}}"#
    ) + "\n"
}

fn answer(session: &str, uuid: &str, second: u32, output: u32) -> String {
    format!(
        r#"{{"type":"assistant","uuid":"{uuid}","parentUuid":null,"sessionId":"{session}","timestamp":"2026-05-01T10:00:{second:02}Z","requestId":"req_{uuid}","message":{{"id":"msg_{uuid}","model":"claude-opus-4-6","content":[{{"type":"text","text":"ok"}}],"stop_reason":"end_turn","usage":{{"input_tokens":1,"output_tokens":{output}}}}}}}"#
    ) + "\n"
}

fn load(files: &[(&str, &str)]) -> Archive {
    archive(files.iter().map(|(path, text)| (*path, text.as_bytes())))
}

fn output(archive: &Archive, key: &str) -> Option<u64> {
    archive.session(key).unwrap_or_else(|| panic!("{key} is there")).totals.output.value().get()
}

#[test]
fn worked_example_of_a_resumed_session() {
    let first = [prompt(S1, "u", 0), answer(S1, "A", 1, 100), answer(S1, "B", 2, 50)].concat();
    let second = [first.clone(), answer(S2, "C", 9, 70)].concat();
    let (one, two) = (format!("p/{S1}.jsonl"), format!("p/{S2}.jsonl"));
    for files in [[(&*one, &*first), (&*two, &*second)], [(&*two, &*second), (&*one, &*first)]] {
        let both = load(&files);
        assert_eq!((output(&both, S1), output(&both, S2)), (Some(150), Some(70)));
        assert_eq!(both.session(S2).expect("loaded").parent.as_deref(), Some(S1));
    }
    let alone = load(&[(&two, &second)]);
    assert_eq!(output(&alone, S2), Some(220));
    let session = alone.session(S2).expect("loaded");
    assert_eq!((session.relation, session.missing_parent.as_deref()), (Relation::Continuation, Some(S1)));
    assert!(session.part.facts.iter().any(|fact| fact.name == "Contains history of" && fact.value == S1));
}

#[test]
fn a_request_that_parent_and_sub_agent_both_tell_of_counts_once() {
    let call = answer(S1, "A", 1, 10)
        .replace(r#"{"type":"text","text":"ok"}"#, r#"{"type":"tool_use","id":"t1","name":"Task","input":{}}"#);
    let carried = answer(S1, "X", 2, 40);
    let progress = format!(
        r#"{{"type":"progress","uuid":"p1","sessionId":"{S1}","timestamp":"2026-05-01T10:00:03Z","parentToolUseID":"t1","data":{{"type":"agent_progress","agentId":"a7","message":{}}}}}"#,
        carried.trim_end()
    ) + "\n";
    let parent = [prompt(S1, "u", 0), call, progress].concat();
    let side =
        |line: String| line.replace(r#""parentUuid":null"#, r#""parentUuid":null,"isSidechain":true,"agentId":"a7""#);
    let child = [side(prompt(S1, "v", 2)), side(carried)].concat();
    let own = format!("p/{S1}.jsonl");
    let sub = format!("p/{S1}/subagents/agent-a7.jsonl");
    let both = load(&[(&own, &parent), (&sub, &child)]);
    assert_eq!((output(&both, S1), output(&both, "agent-a7")), (Some(10), Some(40)));
    let (main, agent) = (both.session(S1).expect("loaded"), both.session("agent-a7").expect("loaded"));
    assert_eq!((agent.relation, agent.parent.as_deref()), (Relation::SubAgent, Some(S1)));
    assert_eq!((main.tree.output.value().get(), main.descendants, main.missing_children), (Some(50), 1, 0));
    let alone = load(&[(&own, &parent)]);
    let main = alone.session(S1).expect("loaded");
    assert_eq!((output(&alone, S1), main.tree.output.sum, main.missing_children), (Some(10), 50, 1));
    assert!(main.tree.output.is_lower_bound(), "what a parent carries of a sub-agent need not be all of it");
}

#[test]
fn a_background_fork_loses_its_parents_lines() {
    let first = [prompt(S1, "u", 0), answer(S1, "A", 1, 100)].concat();
    let copied = first.replace(S1, S2).replace(r#""type":"user""#, r#""sessionKind":"bg","type":"user""#);
    let fork = [copied, prompt(S2, "w", 7), answer(S2, "C", 9, 70)].concat();
    let both = load(&[(&format!("{S1}.jsonl"), &first), (&format!("{S2}.jsonl"), &fork)]);
    let session = both.session(S2).expect("loaded");
    assert_eq!((session.relation, session.parent.as_deref()), (Relation::Continuation, Some(S1)));
    assert_eq!((session.part.counts.prompts, session.part.counts.responses), (1, 1));
    assert_eq!((output(&both, S1), output(&both, S2)), (Some(100), Some(70)));
}

#[test]
fn a_summary_in_another_file_names_the_session() {
    let log = [prompt(S1, "u", 0), answer(S1, "A", 1, 100)].concat();
    let titles = "{\"type\":\"summary\",\"summary\":\"By a model\",\"leafUuid\":\"A\"}\n";
    let both = load(&[(&format!("{S1}.jsonl"), &log), ("titles.jsonl", titles)]);
    assert_eq!(both.sessions().len(), 1);
    assert_eq!(both.sessions()[0].part.title.as_deref(), Some("By a model"));
    let named = log + &format!("{{\"type\":\"custom-title\",\"customTitle\":\"Mine\",\"sessionId\":\"{S1}\"}}\n");
    let both = load(&[(&format!("{S1}.jsonl"), &named), ("titles.jsonl", titles)]);
    assert_eq!(both.sessions()[0].part.title.as_deref(), Some("Mine"));
}

#[test]
fn the_same_session_in_two_folders_counts_once() {
    let log = [prompt(S1, "u", 0), answer(S1, "A", 1, 100)].concat();
    let longer = [log.clone(), answer(S1, "B", 5, 50)].concat();
    let both = load(&[(&format!("a/{S1}.jsonl"), &log), (&format!("b/{S1}.jsonl"), &longer)]);
    assert_eq!((both.sessions().len(), output(&both, S1)), (1, Some(150)));
}

#[test]
fn without_request_ids_answers_are_only_the_same_within_a_family() {
    let bare = |session: &str, output: u32| answer(session, "A", 1, output).replace(r#""requestId":"req_A","#, "");
    let both = load(&[(&format!("{S1}.jsonl"), &bare(S1, 100)), (&format!("{S2}.jsonl"), &bare(S2, 70))]);
    assert_eq!((output(&both, S1), output(&both, S2)), (Some(100), Some(70)));
}

#[test]
fn damage_costs_nothing_but_its_own_line() {
    let whole = [prompt(S1, "u", 0), answer(S1, "A", 1, 100), answer(S1, "B", 2, 50)].concat();
    let check = |log: String, problems: u32| {
        let loaded = load(&[(&format!("{S1}.jsonl"), &log)]);
        let (_, source) = loaded.sources().next().expect("a source");
        assert_eq!((output(&loaded, S1), source.problems.total()), (Some(150), problems), "{log}");
    };
    check(format!("\u{FEFF}{whole}"), 0);
    check(whole.replace('\n', "\r\n"), 0);
    check(whole.replace('\n', "\n\n  \n"), 0);
    check(whole.replacen("\"type\"", "\0\"type\"", 1), 1);
    check(format!("{whole}{{\"type\":\"user\",\"uu"), 1);
    check(format!("{whole}{{broken\n"), 1);
    let image = format!(r#"[{{"type":"image","source":{{"type":"base64","data":"{}"}}}}]"#, "A".repeat(12 << 20));
    check(prompt(S1, "i", 0).replace("\"Do i\"", &image) + &whole, 0);
}

#[test]
fn invalid_utf8_is_read_after_a_repair() {
    let mut bytes = [prompt(S1, "u", 0), answer(S1, "A", 1, 100)].concat().into_bytes();
    let at = bytes.windows(4).position(|window| window == b"Do u").expect("the prompt");
    bytes[at + 3] = 0xFF;
    let index = support::index(&format!("{S1}.jsonl"), &bytes, 1 << 16);
    assert_eq!(index.parts[0].title.as_deref(), Some("Do \u{FFFD}"));
    assert_eq!(index.problems.total(), 1);
}

#[test]
fn p2_a_recorded_cost_of_nothing_for_tokens_is_none() {
    let cost = |output: u32, mode: PriceMode| {
        let log = answer(S1, "A", 1, output).replace(r#"{"type":"assistant""#, r#"{"costUSD":0,"type":"assistant""#);
        let mut archive = load(&[("a.jsonl", &log.replace(r#""input_tokens":1,"#, ""))]);
        archive.set_prices(Prices::new(mode));
        archive.assemble();
        archive.entries()[0].cost
    };
    assert!(matches!(cost(9, PriceMode::Auto), Cost::Computed(money, _) if money.pico() > 0));
    assert!(matches!(cost(9, PriceMode::Display), Cost::Recorded(money) if money.pico() == 0));
    assert!(matches!(cost(0, PriceMode::Auto), Cost::Recorded(money) if money.pico() == 0));
}

/// What a side conversation used counts once, for itself, and in the tree of the session that holds it.
#[test]
fn s1_and_s3_a_side_conversation_within_a_file_is_a_session_below_it() {
    let task = answer(S1, "A", 1, 10)
        .replace(r#"{"type":"text","text":"ok"}"#, r#"{"type":"tool_use","id":"t1","name":"Task","input":{}}"#);
    let side = |line: String| line.replace(r#""parentUuid":null"#, r#""parentUuid":null,"isSidechain":true"#);
    let below = |line: String| line.replace(r#""parentUuid":null"#, r#""parentUuid":"v","isSidechain":true"#);
    let log = [prompt(S1, "u", 0), task, side(prompt(S1, "v", 2)), below(answer(S1, "X", 3, 40))].concat();
    let loaded = load(&[(&format!("p/{S1}.jsonl"), &log)]);
    let key = format!("{S1}-v");
    let (main, agent) = (loaded.session(S1).expect("loaded"), loaded.session(&key).expect("a session of its own"));
    assert_eq!((output(&loaded, S1), output(&loaded, &key)), (Some(10), Some(40)));
    assert_eq!((agent.relation, agent.parent.as_deref()), (Relation::SubAgent, Some(S1)));
    let tree = main.tree.output;
    assert_eq!((tree.sum, tree.is_lower_bound(), main.descendants, main.missing_children), (50, false, 1, 0));
    let kin = kin::kin(&loaded, main);
    let spawn = &kin.spawns[0];
    assert_eq!((kin.spawns.len(), spawn.event, spawn.child.as_ref().map(|child| &*child.key)), (1, 1, Some(&*key)));
    assert_eq!(kin.descendants.len(), 1);
    // Its requests are those of the main conversation: they count there, and nothing is missing.
    let replay = [prompt(S1, "u", 0), answer(S1, "A", 1, 10), side(prompt(S1, "v", 2)), below(answer(S1, "A", 3, 10))];
    let replayed = load(&[(&format!("p/{S1}.jsonl"), &replay.concat())]);
    let tree = replayed.session(S1).expect("loaded").tree.output;
    assert_eq!((tree.sum, tree.is_lower_bound()), (10, false));
}

/// §9: what a stream sums up at its end holds what its sub-agents used.
#[test]
fn sub_agents_of_a_stream_are_told_and_not_added() {
    let line = |id: &str, parent: &str, output: u32| {
        format!(
            r#"{{"type":"assistant","session_id":"S","parent_tool_use_id":{parent},"message":{{"id":"{id}","model":"claude-opus-4-6","content":[{{"type":"tool_use","id":"t{id}","name":"Task","input":{{}}}}],"usage":{{"output_tokens":{output}}}}}}}"#
        ) + "\n"
    };
    let end =
        r#"{"type":"result","subtype":"success","session_id":"S","usage":{"output_tokens":70},"total_cost_usd":0.5}"#;
    let log = [&*line("1", "null", 30), &line("2", "\"t1\"", 40), end].concat();
    let loaded = load(&[("ci.jsonl", &log)]);
    let (main, agent) = (loaded.session("S").expect("loaded"), loaded.session("S-t1").expect("a session of its own"));
    assert_eq!((output(&loaded, "S"), output(&loaded, "S-t1")), (Some(70), Some(40)));
    assert_eq!((main.tree.output.sum, main.descendants, agent.counted_in.as_deref()), (70, 1, Some("S")));
    let view = usage_view::usage(&loaded, By::Agent, &Filter::default(), None, &Zone::utc());
    assert_eq!(view.ours.totals.output.sum, 70);
    // Without a total each request counts.
    let cut = load(&[("ci.jsonl", &log[..log.len() - end.len()])]);
    assert_eq!(cut.session("S").expect("loaded").tree.output.sum, 70);
    assert_eq!(output(&cut, "S"), Some(30));
}

/// §1, §3.2: what a tool gave back may look like a log, and is none.
#[test]
fn spilled_results_belong_to_their_session_and_are_neither_logs_nor_foreign() {
    let log = [prompt(S1, "u", 0), answer(S1, "A", 1, 100)].concat();
    let own = format!("p/{S1}.jsonl");
    let beside = [format!("p/{S1}/tool-results/b.txt"), format!("p/{S1}/subagents/agent-a1.meta.json")];
    let copy = log.replace(S1, S2).replace("msg_A", "msg_B");
    let loaded =
        load(&[(&own, &log), (&beside[0], &copy), (&beside[1], "{\"agentType\":\"x\"}"), ("p/x.txt", "no log")]);
    assert_eq!(loaded.sessions().len(), 1);
    let kinds: Vec<_> = loaded.sources().map(|(_, source)| (source.kind, source.problems.total())).collect();
    assert_eq!(kinds[1..3], [(SourceKind::Beside("claude"), 0); 2]);
    assert_eq!(kinds[3], (SourceKind::NotText, 1));
}

/// §1: whatever part of the folders is dropped, the same sessions belong together.
#[test]
fn dropping_any_level_of_the_folders_gives_the_same_family() {
    let main = [prompt(S1, "u", 0), answer(S1, "A", 1, 100)].concat();
    let agent = |line: String| line.replace(r#""sessionId""#, r#""isSidechain":true,"agentId":"a1","sessionId""#);
    let child = [agent(prompt(S1, "v", 2)), agent(answer(S1, "B", 3, 50))].concat();
    let settings = "{\"theme\":\"dark\"}";
    let history = "{\"display\":\"hi\",\"project\":\"/home/ann\",\"timestamp\":1}\n";
    for above in [".claude/projects/-home-ann/", "projects/-home-ann/", "-home-ann/", ""] {
        for child_path in [format!("{above}{S1}/subagents/agent-a1.jsonl"), format!("{above}agent-a1.jsonl")] {
            let loaded = load(&[
                (&format!("{above}{S1}.jsonl"), &main),
                (&child_path, &child),
                (&format!("{above}settings.json"), settings),
                (&format!("{above}history.jsonl"), history),
            ]);
            let keys: Vec<&str> = loaded.sessions().iter().map(|session| session.key.as_str()).collect();
            assert_eq!(keys, [S1, "agent-a1"], "{child_path}");
            let agent = loaded.session("agent-a1").expect("loaded");
            assert_eq!((agent.relation, agent.parent.as_deref()), (Relation::SubAgent, Some(S1)), "{child_path}");
            let foreign = loaded.sources().filter(|(_, source)| source.format().is_none()).count();
            assert_eq!(foreign, 2, "what is no session is told, not hidden");
        }
    }
}

#[test]
fn s2_what_a_caller_was_told_of_a_session_that_is_not_loaded_is_in_no_total() {
    let call = answer(S1, "A", 1, 10)
        .replace(r#"{"type":"text","text":"ok"}"#, r#"{"type":"tool_use","id":"t1","name":"Task","input":{}}"#);
    let result = prompt(S1, "r", 5)
        .replace("\"Do r\"", r#"[{"type":"tool_result","tool_use_id":"t1","content":"done"}]"#)
        .replace(r#""type":"user","#, r#""type":"user","toolUseResult":{"agentId":"a9","totalTokens":4000},"#);
    let loaded = load(&[(&format!("p/{S1}.jsonl"), &[prompt(S1, "u", 0), call, result].concat())]);
    let main = loaded.session(S1).expect("loaded");
    assert_eq!((main.tree.output.sum, main.missing_children, loaded.sessions().len()), (10, 1, 1));
    assert!(main.tree.output.is_lower_bound());
    let spawn = &kin::kin(&loaded, main).spawns[0];
    assert_eq!((&*spawn.child_id, spawn.child.is_none(), spawn.total_tokens.get()), ("agent-a9", true, Some(4000)));
}

#[test]
fn s4_sums_hold_sub_agents_and_numbers_of_sessions_do_not() {
    let side = |line: String| line.replace(r#""parentUuid":null"#, r#""parentUuid":null,"isSidechain":true"#);
    let log = [prompt(S1, "u", 0), answer(S1, "A", 1, 10), side(prompt(S1, "v", 2)), side(answer(S1, "X", 3, 40))];
    let loaded = load(&[(&format!("p/{S1}.jsonl"), &log.concat())]);
    let sums = |own_only: bool| {
        let filter = Filter { own_only, ..Filter::default() };
        let totals = usage_view::usage(&loaded, By::Agent, &filter, None, &Zone::utc()).ours.totals;
        (totals.sessions, totals.members, totals.output.sum)
    };
    assert_eq!(sums(false), (1, 1, 50));
    assert_eq!(sums(true), (1, 0, 10));
}

#[test]
fn p1_a_model_without_a_price_makes_the_total_a_lower_bound() {
    let log = [answer(S1, "A", 1, 10), answer(S1, "B", 2, 10).replace("claude-opus-4-6", "my-model")].concat();
    let mut loaded = load(&[(&format!("p/{S1}.jsonl"), &log)]);
    loaded.set_prices(Prices::new(PriceMode::Calculate));
    loaded.assemble();
    let cost = loaded.session(S1).expect("loaded").totals.cost;
    assert_eq!((cost.reported, cost.eligible), (1, 2));
    assert_eq!(cost.known.pico(), 255_000_000, "one prompt token at $5 and ten at $25 a million");
    let view = usage_view::usage(&loaded, By::Agent, &Filter::default(), None, &Zone::utc());
    assert_eq!(view.unpriced, [("my-model".to_owned(), 1)]);
}

/// Rounding happens on output: many small costs add up exactly.
#[test]
fn p3_costs_are_exact_until_they_are_shown() {
    let log: String = (0..1000).map(|number| answer(S1, &format!("A{number}"), 1, 0)).collect();
    let mut loaded = load(&[(&format!("p/{S1}.jsonl"), &log)]);
    loaded.set_prices(Prices::new(PriceMode::Calculate));
    loaded.assemble();
    assert_eq!(loaded.session(S1).expect("loaded").totals.cost.known.pico(), 1000 * 5_000_000);
}

/// §3: types that nobody knows are counted and told, never an error.
#[test]
fn unknown_types_are_no_loss() {
    let odd = format!("{{\"type\":\"hologram\",\"sessionId\":\"{S1}\"}}\n");
    let loaded = load(&[(&format!("p/{S1}.jsonl"), &[prompt(S1, "u", 0), odd.clone(), odd].concat())]);
    let (_, source) = loaded.sources().next().expect("a source");
    let [problem] = source.problems.as_slice() else { panic!("one kind: {:?}", source.problems) };
    assert_eq!((problem.kind, problem.count, problem.kind.is_loss()), (ProblemKind::UnknownType, 2, false));
    assert_eq!(problems::to_tell(&source.problems), 0);
}
