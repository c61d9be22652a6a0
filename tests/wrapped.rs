//! A run that another agent did, and that agent's own log, loaded together: its requests count once (DESIGN §4).

mod support;

use sessionscope::logic::sessions::Filter;
use sessionscope::logic::usage::By;
use sessionscope::logic::usage_view::usage;
use sessionscope::model::Zone;
use support::archive;

const RUN: &str = concat!(
    r#"{"session_id":"svc-1","seq":0,"type":"session.start","ts":"2026-05-01T10:00:00Z","data":{"resolved_harness":"claude","model":"opus","prompt":"Do it"}}"#,
    "\n",
    r#"{"session_id":"svc-1","seq":1,"type":"progress","ts":"2026-05-01T10:00:02Z","data":{"phase":"tool","state":"complete","tool_name":"Bash","tool_call_id":"toolu_1","message":"Bash done 1s"}}"#,
    "\n",
    r#"{"session_id":"svc-1","seq":2,"type":"session.end","ts":"2026-05-01T10:00:09Z","data":{"status":"success","output":"ok","tokens":{"input":10,"output":50,"total":60},"duration_ms":9000}}"#,
    "\n",
);

const LOG: &str = concat!(
    r#"{"type":"user","uuid":"u","sessionId":"11111111-2222-4333-8444-555555555555","timestamp":"2026-05-01T10:00:00Z","message":{"role":"user","content":"Do it"}}"#,
    "\n",
    r#"{"type":"assistant","uuid":"a","parentUuid":"u","requestId":"req_1","sessionId":"11111111-2222-4333-8444-555555555555","timestamp":"2026-05-01T10:00:01Z","message":{"id":"msg_1","model":"claude-opus-4-6","content":[{"type":"tool_use","id":"toolu_1","name":"Bash","input":{"command":"ls"}}],"stop_reason":"tool_use","usage":{"input_tokens":10,"output_tokens":50}}}"#,
    "\n",
);

#[test]
fn the_inner_log_counts_and_rows_by_agent_keep_both() {
    let both =
        archive([("svc-1.jsonl", RUN.as_bytes()), ("11111111-2222-4333-8444-555555555555.jsonl", LOG.as_bytes())]);
    let run = both.session("svc-1").expect("loaded");
    assert_eq!(run.counted_in.as_deref(), Some("11111111-2222-4333-8444-555555555555"));
    let report = |by| usage(&both, by, &Filter::default(), None, &Zone::utc()).ours;
    let by_model = report(By::Model);
    assert_eq!((by_model.totals.output.sum, by_model.counted_elsewhere, by_model.rows.len()), (50, 1, 1));
    let by_agent = report(By::Agent);
    let rows: Vec<_> = by_agent.rows.iter().map(|row| (row.key[0].as_str(), row.output.sum)).collect();
    assert_eq!(rows, [("claude", 50), ("fizeau", 50)]);
    assert_eq!(by_agent.totals.output.sum, 50);
}

#[test]
fn alone_each_counts() {
    let alone = archive([("svc-1.jsonl", RUN.as_bytes())]);
    assert_eq!(alone.session("svc-1").expect("loaded").counted_in, None);
    let report = usage(&alone, By::Model, &Filter::default(), None, &Zone::utc()).ours;
    assert_eq!((report.totals.output.sum, report.counted_elsewhere), (50, 0));
}
