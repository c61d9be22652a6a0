use super::*;
use crate::model::Span;

/// Steps by letters: p prompt, r text, t thinking, c call, x failed call, o result, u counts, k compaction; a digit is the
/// id of the answer that the step before it belongs to.
fn walk(steps: &str) -> Walk {
    let mut walk = Walk::default();
    let letters: Vec<char> = steps.chars().collect();
    for (place, letter) in letters.iter().enumerate().filter(|(_, letter)| letter.is_alphabetic()) {
        let response = letters.get(place + 1).and_then(|next| next.to_digit(10)).unwrap_or(0);
        let kind = match letter {
            'p' => EventKind::Prompt,
            'r' => EventKind::Response,
            't' => EventKind::Thinking,
            'o' => EventKind::ToolResult,
            'u' => EventKind::Usage,
            'k' => EventKind::Compaction,
            'e' => EventKind::Error,
            _ => EventKind::ToolCall,
        };
        let mut event = Event::new(kind, 0, Span::default(), place as u32 + 1);
        event.flags = if *letter == 'x' { flags::FAILED } else { 0 };
        let tool = StrId(u32::from(*letter));
        let (model, response) = (StrId(response), response.into());
        walk.step(0, &Step { event, tool, model, response, asked: &[], source: 0, is_edit: false });
    }
    walk.finish(StrId(9));
    walk
}

/// Retries and churn of calls: each with what it was asked and the file it edits, by letters, `-` for none; ` ` is a prompt.
fn again(calls: &[&str]) -> (u32, u32) {
    let mut walk = Walk::default();
    for (line, call) in (1..).zip(calls) {
        let kind = if *call == " " { EventKind::Prompt } else { EventKind::ToolCall };
        let number = |letter: u8| if letter == b'-' { 0 } else { u32::from(letter) };
        let asked: Vec<Asked> = match call.as_bytes() {
            [input, files @ ..] if *input != b' ' && *input != b'-' => {
                files.iter().map(|file| Asked { event: line, input: number(*input), file: number(*file) }).collect()
            }
            _ => Vec::new(),
        };
        let event = Event::new(kind, 0, Span::default(), line);
        // Answers of their own, each a message.
        let (tool, model, response) = (StrId(1), StrId(1), line.into());
        walk.step(0, &Step { event, tool, model, response, asked: &asked, source: 0, is_edit: true });
    }
    (walk.health.retries, walk.health.churn)
}

/// analytics.md §13: a run of k >= 3 consecutive calls with the same tool and input makes k - 1 retries.
#[test]
fn the_same_call_three_times_in_a_row_makes_retries() {
    assert_eq!(again(&["a-", "a-"]).0, 0);
    assert_eq!(again(&["a-", "a-", "a-"]).0, 2);
    assert_eq!(again(&["a-", "a-", "a-", "a-", "b-", "b-", "b-"]).0, 5);
    assert_eq!(again(&["a-", "a-", "b-", "a-", "a-"]).0, 0);
    assert_eq!(again(&["a-", "a-", "-", "a-", "a-"]).0, 0, "nobody knows what the one between was asked");
}

/// analytics.md §13: three consecutive edits of a file whose messages span less than ten are churn, once a file.
#[test]
fn a_file_edited_three_times_within_ten_messages_is_churn() {
    assert_eq!(again(&["af", "bf"]).1, 0);
    assert_eq!(again(&["af", "bf", "cf"]).1, 1);
    assert_eq!(again(&["af", "bf", "cf", "df", "ef", "gf"]).1, 1);
    assert_eq!(again(&["afg", "bgf", "cf", "dg"]).1, 2);
    assert_eq!(again(&[&["af", "bf"][..], &["x-"; 7], &["cf"]].concat()).1, 1, "they span nine");
    assert_eq!(again(&[&["af", "bf"][..], &["x-"; 8], &["cf"]].concat()).1, 0, "they span ten");
}

fn messages(steps: &str) -> String {
    let walk = walk(steps);
    let letter = |message: &Message| match message {
        Message { is_prompt: true, .. } => "P",
        Message { has_tool: true, has_thinking: true, .. } => "B",
        Message { has_tool: true, .. } => "T",
        Message { has_thinking: true, .. } => "H",
        _ => "R",
    };
    walk.messages.iter().map(letter).collect()
}

#[test]
fn an_answer_is_its_text_its_thinking_and_its_calls() {
    let check = |steps: &str, known: &str| assert_eq!(messages(steps), known, "{steps}");
    check("ptrcc", "PB");
    check("prr", "PRR");
    check("prcocor", "PTTR");
    check("pcoucor", "PTTR");
    check("ptr", "PH");
    check("prt", "PRH");
    check("t1r1c1o1c1o1r2", "BR");
    check("c1c1oor2", "TR");
    check("prurc", "PRT");
}

#[test]
fn prompts_belong_to_the_model_of_the_next_answer() {
    let models = |steps: &str| walk(steps).messages.iter().map(|message| message.model.0).collect::<Vec<_>>();
    assert_eq!(models("pr1pr2p"), [1, 1, 2, 2, 0]);
    assert_eq!(models("pr"), [9, 9], "the session's only model");
}

#[test]
fn failures_in_a_row_and_how_it_ends() {
    let health = |steps: &str| {
        let HealthFacts { failures, streak, final_streak, last, .. } = walk(steps).health;
        (failures, streak, final_streak, last)
    };
    assert_eq!(health("pxoxocor"), (2, 2, 0, LastMessage::Response));
    assert_eq!(health("pcoxoxoxo"), (3, 3, 3, LastMessage::Response));
    assert_eq!(health("prp"), (0, 0, 0, LastMessage::Prompt));
    assert_eq!(health("pre").3, LastMessage::Error);
}

#[test]
fn a_compaction_amid_the_same_tools_is_amid_a_task() {
    let mid_task = |steps: &str| walk(steps).health.mid_task;
    assert_eq!([mid_task("pcoxokcoxo"), mid_task("pcokcoxo"), mid_task("pcoxok")], [1, 0, 0]);
    assert_eq!(walk("pkk").health.compactions, 2);
}
