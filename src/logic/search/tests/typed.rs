use crate::logic::search::{Asked, Needle, Spec, excerpt};

#[test]
fn filter_words_are_taken_out_of_the_text() {
    let asked = Asked::parse("tool:Bash  cargo test  error: tokens>20k project:\"my app\"").expect("all known");
    assert_eq!((asked.text.as_str(), asked.tool.as_str(), asked.has_failed), ("cargo test", "bash", Some(true)));
    assert!(asked.picks_sessions() && asked.asks_for_steps());
    assert_eq!(Asked::parse("  let x:  u32 ").expect("text").text, "let x:  u32");
    assert_eq!(Asked::parse("https://example.com").expect("text").text, "https://example.com");
    assert_eq!(Asked::parse("say \"a b\"").expect("text").text, "say \"a b\"");
    assert!(!Asked::parse("status:failed").expect("known").asks_for_steps());
}

#[test]
fn wrong_filter_words_are_told() {
    let why = |typed: &str| Asked::parse(typed).expect_err(typed);
    assert_eq!(why("tokens>many"), "tokens> wants a number, such as tokens>20k");
    assert_eq!(why("cost>x"), "cost> wants dollars, such as cost>0.5");
    assert_eq!(why("tool:"), "tool: wants a word right after it");
    assert_eq!(why("error:maybe"), "error: wants nothing after it, or error:no");
}

#[test]
fn excerpts_are_one_short_line() {
    let text = format!("{}the\n\n needle\u{1b}[0m and{}", "x".repeat(100), "y".repeat(300));
    let needle = Needle::new(&Spec { text: "NEEDLE".into(), ..Spec::default() }).expect("plain");
    let found = excerpt(&text, &needle.find(&text, 0).expect("it is there"));
    assert_eq!(found.before, format!("…{}the ", "x".repeat(34)));
    assert_eq!(found.hit, "needle");
    assert!(found.after.starts_with("[0m and") && found.after.ends_with("y…"), "{}", found.after);
}
