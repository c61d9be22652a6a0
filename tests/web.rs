//! Components in a real browser: what they draw, what they follow, and that nothing of a log becomes markup. In one file:
//! each test binary for the browser takes a minute to build.
#![cfg(target_arch = "wasm32")]

use leptos::prelude::Owner;
use leptos::task::tick;
use sessionscope::archive::{CostTally, Coverage, Totals};
use sessionscope::logic::coverage::{AgentCoverage, Cell as CoverageCell, Count, CoverageView};
use sessionscope::logic::session_list::ListRow;
use sessionscope::logic::sessions::{SessionRow, Sums};
use sessionscope::logic::shown::json::{Field, Tree};
use sessionscope::logic::shown::{DiffLine, Sign, ansi, markdown};
use sessionscope::logic::usage::{ReferenceReport, ReferenceTotals};
use sessionscope::model::{Counts, Metric, Money, Relation, Reported, Status, Tally, Timestamp};
use sessionscope::ui::coverage::matrix;
use sessionscope::ui::session::{code, difference, prose, tree};
use sessionscope::ui::sessions::{Context, session_row};
use sessionscope::ui::shared::{El, Live, at_least, cost, el, icon, not_recorded, status_sign, svg, tally, token_pair};
use sessionscope::ui::store::Store;
use sessionscope::ui::usage::reference_table;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement};

wasm_bindgen_test_configure!(run_in_browser);

const HOSTILE: &str = "<img src=x onerror=alert(1)>&amp;<script>1</script>";

/// Builds a view in the document and gives its element and its owner.
fn show(view: impl FnOnce() -> El) -> (Element, Owner) {
    // Starts the tasks that signals need; later calls find them running.
    leptos::mount::mount_to_body(|| ());
    let owner = Owner::new();
    let node = owner.with(|| view().node());
    leptos::prelude::document().body().expect("a page has a body").append_child(&node).expect("it takes elements");
    (node, owner)
}

fn text(element: &Element) -> String {
    element.text_content().unwrap_or_default()
}

fn title(element: &Element) -> String {
    element.get_attribute("title").unwrap_or_default()
}

fn find(element: &Element, selector: &str) -> Element {
    let found = element.query_selector(selector).expect("the selector is ours");
    found.unwrap_or_else(|| panic!("nothing matches {selector}"))
}

fn cells(row: &Element) -> Vec<String> {
    let cells = row.query_selector_all("td").expect("the selector is ours");
    (0..cells.length()).filter_map(|index| cells.get(index)?.text_content()).collect()
}

#[wasm_bindgen_test]
fn text_and_attributes_never_become_markup() {
    let (node, _owner) = show(|| el("p").text(HOSTILE).attr("title", HOSTILE).child(el("b").text("bold")));
    assert_eq!(text(&node), format!("{HOSTILE}bold"));
    assert_eq!(title(&node), HOSTILE);
    assert_eq!(node.child_element_count(), 1);
    assert!(node.query_selector("img, script").expect("valid").is_none());
}

#[wasm_bindgen_test]
async fn live_text_follows_its_signal_and_stays_text() {
    let word = owned(|| Live::new("one".to_owned()));
    let (node, _owner) = show(|| el("p").text("at ").live_text(move || word.get()));
    assert_eq!(text(&node), "at one");
    word.set(HOSTILE.to_owned());
    tick().await;
    assert_eq!(text(&node), format!("at {HOSTILE}"));
    assert_eq!(node.child_element_count(), 0);
}

#[wasm_bindgen_test]
async fn live_attributes_come_and_go() {
    let value = owned(|| Live::new(None::<String>));
    let (node, _owner) = show(|| {
        el("p")
            .live_attr("aria-current", move || value.get())
            .live_flag("data-set", move || value.with(Option::is_some))
    });
    assert!(!node.has_attribute("aria-current") && !node.has_attribute("data-set"));
    value.set(Some("page".into()));
    tick().await;
    assert_eq!((node.get_attribute("aria-current"), node.has_attribute("data-set")), (Some("page".into()), true));
    value.set(None);
    tick().await;
    assert!(!node.has_attribute("aria-current") && !node.has_attribute("data-set"));
}

#[wasm_bindgen_test]
async fn live_children_are_made_again_and_their_followers_end() {
    let (count, word) = owned(|| (Live::new(2), Live::new("a".to_owned())));
    let runs = Rc::new(Cell::new(0));
    let seen = runs.clone();
    let (node, _owner) = show(move || {
        el("ul").live(move || {
            let item = |_| {
                let seen = seen.clone();
                el("li").live_text(move || {
                    seen.set(seen.get() + 1);
                    word.get()
                })
            };
            (0..count.get()).map(item).collect()
        })
    });
    assert_eq!((text(&node), runs.get()), ("aa".into(), 2));
    count.set(3);
    tick().await;
    assert_eq!((text(&node), runs.get()), ("aaa".into(), 5));
    word.set("b".into());
    tick().await;
    // Three, not five: the first two are gone.
    assert_eq!((text(&node), runs.get()), ("bbb".into(), 8));
}

#[wasm_bindgen_test]
async fn nothing_follows_after_its_owner_is_gone() {
    let word = owned(|| Live::new("one".to_owned()));
    let (node, owner) = show(|| el("p").live_text(move || word.get()));
    owner.cleanup();
    word.set("two".into());
    tick().await;
    assert_eq!(text(&node), "one");
}

#[wasm_bindgen_test]
fn a_click_that_ends_the_view_does_not_reach_the_row_around_it() {
    let outer = Rc::new(Cell::new(0));
    let heard = outer.clone();
    let owner = Rc::new(Cell::new(None::<Owner>));
    let to_end = owner.clone();
    let (node, view_owner) = show(move || {
        let button = el("button").text("open").on("click", move |_| {
            if let Some(owner) = to_end.take() {
                owner.cleanup();
            }
        });
        el("div").on("click", move |_| heard.set(heard.get() + 1)).child(button)
    });
    owner.set(Some(view_owner));
    let button: HtmlElement = find(&node, "button").unchecked_into();
    button.click();
    assert_eq!(outer.get(), 0);
    button.click();
    assert_eq!(outer.get(), 0);
}

#[wasm_bindgen_test]
fn what_is_not_recorded_is_a_dash_that_says_why() {
    let (node, _owner) = show(|| not_recorded("the log holds no cost"));
    assert_eq!(text(&node), "—not recorded");
    assert_eq!(title(&node), "the log holds no cost");
    assert_eq!(find(&node, "[aria-hidden=true]").text_content().as_deref(), Some("—"));
    assert_eq!(find(&node, ".sr").text_content().as_deref(), Some("not recorded"));
}

#[wasm_bindgen_test]
fn a_lower_bound_is_read_out_as_one() {
    let (node, _owner) = show(|| at_least("12k", "recorded by 1 of 2 sessions"));
    assert_eq!(text(&node), "at least 12k");
    assert!(node.class_list().contains("at-least"));
    assert_eq!(title(&node), "recorded by 1 of 2 sessions");
}

#[wasm_bindgen_test]
fn a_tally_says_what_it_knows() {
    let shown = |sum, reported, eligible, partial| {
        let (node, _owner) = show(|| tally(&Tally { sum, reported, eligible, partial }, "session"));
        (text(&node), title(&node))
    };
    assert_eq!(shown(0, 0, 3, 0), ("—not recorded".into(), "recorded by none of 3 sessions".into()));
    assert_eq!(shown(0, 1, 1, 0), ("0".into(), "0".into()));
    assert_eq!(shown(1234, 2, 2, 0), ("1.2k".into(), "1234".into()));
    assert_eq!(shown(1234, 1, 2, 0), ("at least 1.2k".into(), "1234, recorded by 1 of 2 sessions".into()));
    let partial = "7, recorded by 1 of 1 session; 1 known to be too small";
    assert_eq!(shown(7, 1, 1, 1), ("at least 7".into(), partial.into()));
}

#[wasm_bindgen_test]
fn a_cost_is_exact_a_lower_bound_or_missing() {
    let shown = |usd: &str, reported, eligible| {
        let known = Money::parse(usd).expect("an amount");
        let (node, _owner) = show(|| cost(&CostTally { known, reported, eligible, ..CostTally::default() }));
        (text(&node), title(&node))
    };
    assert_eq!(shown("2.207", 3, 3), ("$2.21".into(), "recorded in the log".into()));
    assert_eq!(shown("0", 1, 1), ("$0.00".into(), "recorded in the log".into()));
    assert_eq!(shown("2.207", 1, 3), ("at least $2.20".into(), "known for 1 of 3 model calls".into()));
    assert_eq!(
        shown("0", 0, 3),
        ("—not recorded".into(), "the log holds no cost, and no price is known for what it records".into())
    );
}

#[wasm_bindgen_test]
fn a_pair_of_tokens_tells_each_half_or_that_there_is_none() {
    let shown = |context, output| {
        let totals = Totals { peak_context: context, output, ..Totals::default() };
        let (node, _owner) = show(|| token_pair(&totals));
        text(&node)
    };
    let none = Tally { eligible: 1, ..Tally::default() };
    let some = Tally { sum: 250, reported: 1, eligible: 1, partial: 0 };
    assert_eq!(shown(Reported::new(17_500), some), "17.5k / 250");
    assert_eq!(shown(Reported::NOT_RECORDED, some), "—not recorded / 250");
    assert_eq!(shown(Reported::new(900), none), "900 / —not recorded");
    assert_eq!(shown(Reported::NOT_RECORDED, none), "no token data");
}

#[wasm_bindgen_test]
fn icons_are_svg_all_the_way_down() {
    let (node, _owner) = show(|| el("p").child(icon("open")).child(status_sign(Status::Failed)).child(svg("rect")));
    let drawn = node.query_selector_all("svg, svg *, rect").expect("the selector is ours");
    assert_eq!(drawn.length(), 5);
    for index in 0..drawn.length() {
        let element: Element = drawn.get(index).expect("it was counted").unchecked_into();
        assert_eq!(element.namespace_uri().as_deref(), Some("http://www.w3.org/2000/svg"));
    }
    assert_eq!(find(&node, "use").get_attribute("href").as_deref(), Some("#i-open"));
    // Not by colour alone.
    assert_eq!(find(&node, ".status-sign").get_attribute("title").as_deref(), Some("failed"));
    assert_eq!(text(&find(&node, ".status-sign .sr")), "failed");
}

fn session(title: &str, totals: Totals) -> SessionRow {
    SessionRow {
        key: "svc-1".into(),
        id: "svc-1".into(),
        agent: "fizeau".into(),
        agent_name: "Fizeau".into(),
        harness: Some("claude".into()),
        provider: None,
        models: vec![HOSTILE.into(), "second".into()],
        project: None,
        title: Some(title.into()),
        status: Status::Success,
        status_word: "success".into(),
        has_outcome: true,
        started: Timestamp::parse("2026-05-01T10:00:00Z"),
        ended: None,
        duration_ms: Reported::new(61_000),
        counts: Counts { prompts: 1, responses: 2, tool_calls: 3, tool_failures: 1, errors: 1, ..Counts::default() },
        totals,
        tree: totals,
        descendants: 0,
        missing_children: 0,
        missing_parent: None,
        counted_in: None,
        is_replay_uncertain: false,
        is_probe: false,
        context_window: Reported::NOT_RECORDED,
        relation: Relation::Root,
        parent: None,
        sources: vec!["a.jsonl".into()],
    }
}

fn show_row(session: SessionRow, level: u32, below: &[Relation], sums: Sums) -> (Element, Owner) {
    show(|| {
        let row = ListRow { session: Arc::new(session), level, below: below.to_vec(), is_unfolded: false };
        let now = Timestamp::parse("2026-05-02T00:00:00Z").expect("a time");
        // A worker that does nothing: no row asks it anything.
        let store = Store::new("data:text/javascript,");
        session_row(Context { store, cursor: Live::new(0), unfolded: Live::new(Vec::new()), now }, &row, 0, sums)
    })
}

#[wasm_bindgen_test]
fn a_row_with_tokens_shows_its_numbers() {
    let output = Tally { sum: 2400, reported: 2, eligible: 2, partial: 0 };
    let known = Money::parse("0.24").expect("an amount");
    let totals = Totals {
        output,
        peak_context: Reported::new(17_500),
        cost: CostTally { known, reported: 2, eligible: 2, ..CostTally::default() },
        ..Totals::default()
    };
    let (row, _owner) = show_row(session("Fix the totals", totals), 0, &[Relation::Stream; 2], Sums::Tree);
    let cells = cells(&row);
    assert!(cells[2].starts_with("Fix the totals") && cells[2].ends_with("2 streams"), "{}", cells[2]);
    assert_eq!(cells[3..5], ["Fizeau › claude", HOSTILE]);
    assert_eq!(cells[6..], ["1m", "6", "2", "17.5k / 2.4k", "$0.24"]);
    assert_eq!(title(&find(&row, ".error-count")), "1 error, 1 failed tool call");
    assert_eq!(title(&find(&row, ".model-name")), format!("{HOSTILE}, second"));
    assert!(row.query_selector("img, script").expect("valid").is_none());
    assert_eq!(find(&row, "a").get_attribute("href").as_deref(), Some("#v=1&tab=session&session=svc-1"));
    assert_eq!(find(&row, "a").get_attribute("tabindex").as_deref(), Some("0"));
}

#[wasm_bindgen_test]
fn a_row_without_anything_shows_no_zero_for_it() {
    let bare = SessionRow {
        harness: None,
        models: Vec::new(),
        title: None,
        started: None,
        duration_ms: Reported::NOT_RECORDED,
        counts: Counts::default(),
        ..session("", Totals::default())
    };
    let (row, _owner) = show_row(bare, 0, &[], Sums::Tree);
    let cells = cells(&row);
    assert_eq!(cells[2..5], ["svc-1", "Fizeau", "—not recorded"]);
    assert_eq!(cells[5..], ["no date", "—not recorded", "0", "0", "no token data", "—not recorded"]);
}

/// token-coverage.md R7: sums with what a session started, or its own, and the tooltip says which.
#[wasm_bindgen_test]
fn a_row_shows_the_sums_that_are_asked_for() {
    let sum = |sum, reported| {
        let output = Tally { sum, reported, eligible: 2, partial: 0 };
        Totals { output, peak_context: Reported::new(900), ..Totals::default() }
    };
    let parent =
        || SessionRow { tree: sum(2500, 1), descendants: 1, missing_children: 1, ..session("Parent", sum(500, 2)) };
    let shown = |sums| {
        let (row, _owner) = show_row(parent(), 0, &[Relation::SubAgent], sums);
        let fold = text(&find(&row, ".fold"));
        (cells(&row)[9].clone(), title(&find(&row, ".session-tokens .explained > span")), fold)
    };
    let scope = "with 1 sub-agent, 1 not loaded";
    assert_eq!(shown(Sums::Tree), ("900 / at least 2.5k".into(), scope.into(), "1 sub-agent".into()));
    assert_eq!(shown(Sums::Own), ("900 / 500".into(), String::new(), "1 sub-agent".into()));
}

#[wasm_bindgen_test]
fn a_row_says_what_it_is_to_the_one_above_and_what_its_numbers_lack() {
    let child = SessionRow {
        relation: Relation::SubAgent,
        parent: Some("svc-0".into()),
        has_outcome: false,
        status: Status::Unknown,
        status_word: String::new(),
        is_replay_uncertain: true,
        missing_parent: Some("gone".into()),
        counted_in: Some("other".into()),
        ..session("Child", Totals::default())
    };
    let (row, _owner) = show_row(child, 2, &[], Sums::Tree);
    assert_eq!(text(&find(&row, ".relation .sr")), "sub-agent");
    assert!(title(&find(&row, ".status-sign")).starts_with("no outcome"));
    let notes = row.query_selector_all(".session-note").expect("valid");
    let notes: Vec<String> = (0..notes.length()).filter_map(|index| notes.get(index)?.text_content()).collect();
    assert_eq!(notes, ["parent not loaded", "≈ history", "counted elsewhere"]);
    assert!(row.has_attribute("data-child"));
}

/// token-coverage.md §4: the reason stands with the words.
#[wasm_bindgen_test]
fn no_token_data_says_why() {
    let shown = |eligible| {
        let coverage = Coverage { eligible, ..Coverage::default() };
        let (node, _owner) = show(|| token_pair(&Totals { coverage, ..Totals::default() }));
        (text(&node), title(&node))
    };
    assert_eq!(shown(0), ("no token data".into(), "the log holds no response of a model".into()));
    let none = "neither prompt sizes nor output tokens are recorded for any of 3 responses";
    assert_eq!(shown(3), ("no token data".into(), none.into()));
}

#[wasm_bindgen_test]
fn the_coverage_table_tells_recorded_from_eligible() {
    let cell = |metric: Metric| {
        let (recorded, reason) = match metric {
            Metric::Output => (2, HOSTILE),
            Metric::Context => (0, "format never records it"),
            _ => (4, ""),
        };
        let eligible = if metric == Metric::SubAgents { 0 } else { 4 };
        let recorded = if eligible == 0 { 0 } else { recorded };
        CoverageCell { metric, count: Count { recorded, eligible, ..Count::default() }, reason: reason.into() }
    };
    let agent = |agent: &str| AgentCoverage {
        agent: agent.into(),
        name: format!("Agent {agent}"),
        sessions: 1,
        cells: Metric::ALL.map(cell).into(),
    };
    let view = CoverageView { agents: vec![agent("a"), agent("b")], totals: agent(""), ..CoverageView::default() };
    let (table, _owner) = show(|| matrix(Store::new("data:text/javascript,"), &view));
    assert_eq!(table.query_selector_all("tbody tr").expect("valid").length(), 3);
    let of = |metric: &str| find(&table, &format!("[data-agent=a] [data-metric={metric}]"));
    let class = |metric: &str| of(metric).get_attribute("data-class").unwrap_or_default();
    let classes = ["output", "context", "cost", "sub-agents"].map(class);
    assert_eq!(classes, ["some", "none", "full", "n/a"]);
    assert_eq!(text(&find(&of("output"), ".coverage-count")), "Output: 2 of 4");
    assert_eq!(text(&find(&of("output"), ".coverage-reason")), HOSTILE);
    assert_eq!(text(&of("sub-agents")), "Sub-agents: not applicable");
    assert!(table.query_selector("img, script").expect("valid").is_none());
}

#[wasm_bindgen_test]
fn the_reference_table_shows_every_number_to_its_last_digit() {
    let known = ReferenceTotals {
        provider: "openrouter".into(),
        model: HOSTILE.into(),
        sessions: 2,
        success_sessions: 1,
        failed_sessions: 1,
        input_tokens: 1_008_318,
        output_tokens: 751,
        total_tokens: 1_009_069,
        duration_ms: 61_000,
        known_cost: Money::parse("0.005376"),
        ..ReferenceTotals::default()
    };
    let unknown = ReferenceTotals { known_cost: None, unknown_cost_sessions: 2, ..known.clone() };
    let report = ReferenceReport { window: None, rows: vec![known], totals: unknown };
    let (table, _owner) = show(|| reference_table(&report));
    let (row, all) = (find(&table, "tbody tr"), find(&table, "tfoot tr"));
    assert_eq!(text(&find(&row, "[data-cell=model]")), HOSTILE);
    assert_eq!(text(&find(&row, "[data-cell=input_tokens]")), "1008318");
    assert_eq!(text(&find(&row, "[data-cell=known_cost_usd]")), "$0.0054");
    assert_eq!(find(&row, "[data-cell=duration_ms]").get_attribute("data-value").as_deref(), Some("61000"));
    assert!(row.query_selector("[data-cell=unknown_cost_sessions]").expect("valid").is_none());
    assert_eq!(text(&find(&all, "[data-cell=known_cost_usd]")), "—not recordedunknown: 2");
    assert_eq!(find(&all, "[data-cell=unknown_cost_sessions]").get_attribute("data-value").as_deref(), Some("2"));
}

/// Values for a whole test.
fn owned<T>(make: impl FnOnce() -> T) -> T {
    let owner = Owner::new();
    let made = owner.with(make);
    // Tests end with the page; an owner that is dropped takes its values along.
    std::mem::forget(owner);
    made
}

/// The names of all elements within, each once, in order of the alphabet.
fn tags(element: &Element) -> Vec<String> {
    let all = element.query_selector_all("*").expect("valid");
    let of = |index| all.get(index)?.dyn_into::<Element>().ok().map(|element| element.tag_name().to_lowercase());
    let mut tags: Vec<String> = (0..all.length()).filter_map(of).collect();
    tags.sort();
    tags.dedup();
    tags
}

fn of_markdown(text: &str) -> (Element, Owner) {
    show(|| el("div").children(prose(&markdown::parse(text))))
}

#[wasm_bindgen_test]
fn markdown_becomes_elements_of_a_few_kinds() {
    let source = "# Head\n\nA **b** *i* ~~s~~ `c` [l](https://a.example/x)\n\n- [x] done\n- [ ] open\n\n3. three\n\n> quote\n\n\
                  | a | b |\n|---|--:|\n| 1 | 2 |\n\n```rust\nfn a() {}\n```\n\n---\n![pic](https://a.example/i.png)";
    let (node, _owner) = of_markdown(source);
    let head = find(&node, "[role=heading]");
    assert_eq!((text(&head), head.get_attribute("aria-level")), ("Head".into(), Some("3".into())));
    let link = find(&node, "a");
    let of = |name: &str| link.get_attribute(name).unwrap_or_default();
    assert_eq!(
        (of("href"), of("rel"), of("target")),
        ("https://a.example/x".into(), "noopener noreferrer nofollow".into(), "_blank".into())
    );
    assert_eq!(text(&find(&node, "li[data-state=done]")), "done: done");
    assert_eq!(find(&node, "ol").get_attribute("start"), Some("3".into()));
    assert_eq!((text(&find(&node, "th")), text(&find(&node, "td[data-align=end]"))), ("a".into(), "2".into()));
    assert_eq!((text(&find(&node, "pre")), text(&find(&node, ".prose-language"))), ("fn a() {}".into(), "rust".into()));
    assert_eq!(text(&find(&node, ".prose-image")), "image, not loaded: pic");
    assert!(node.query_selector("img").expect("valid").is_none());
}

#[wasm_bindgen_test]
fn hostile_markdown_stays_text() {
    let source = format!(
        "{HOSTILE}\n\n[x](javascript:alert(1)) ![y](data:text/html,z) <a href=\"javascript:1\">z</a>\n\n{}deep",
        "> ".repeat(10_000)
    );
    let (node, _owner) = of_markdown(&source);
    let allowed = ["blockquote", "p", "span"];
    assert!(tags(&node).iter().all(|tag| allowed.contains(&tag.as_str())), "{:?}", tags(&node));
    assert!(text(&node).contains("<img src=x onerror=alert(1)>") && text(&node).contains("javascript:alert(1)"));
}

#[wasm_bindgen_test]
fn terminal_colours_are_classes_and_nothing_else_of_a_terminal_works() {
    let spans = ansi::spans(
        "\u{1b}[1;31mred\u{1b}[0m \u{1b}[38;2;1;2;3mrgb\u{1b}[0m \u{1b}]8;;https://evil.example\u{7}link\u{1b}]8;;\u{7}",
    );
    let (node, _owner) = show(|| code(&spans, None));
    assert_eq!(text(&node), "red rgb link");
    assert_eq!(find(&node, "span").class_name(), "ansi-bold ansi-red");
    let mixed: HtmlElement = find(&node, ".ansi-ink").unchecked_into();
    assert_eq!(mixed.style().get_property_value("--ansi-ink").ok().as_deref(), Some("rgb(1 2 3)"));
    assert!(node.query_selector("a").expect("valid").is_none());
}

#[wasm_bindgen_test]
fn numbered_lines_begin_where_the_file_was_read() {
    let (node, _owner) = show(|| code(&ansi::spans("a\n\nc\n"), Some(41)));
    assert_eq!((text(&node), node.query_selector_all(".line").expect("valid").length()), ("a\n\nc\n".into(), 3));
    let pre: HtmlElement = node.unchecked_into();
    assert_eq!(pre.style().get_property_value("counter-reset").ok().as_deref(), Some("line 40"));
}

#[wasm_bindgen_test]
fn a_difference_marks_words_and_says_what_its_colours_say() {
    let line = |sign, old, new, part: &str| DiffLine {
        sign,
        old,
        new,
        parts: vec![(false, "x ".into()), (true, part.into())],
    };
    let lines = [line(Sign::Gone, Some(7), None, HOSTILE), line(Sign::New, None, Some(7), "b")];
    let (node, _owner) = show(|| difference(&lines));
    assert_eq!(text(&find(&node, "mark")), HOSTILE);
    let rows = node.query_selector_all(".diff-line").expect("valid");
    let row = |index| rows.get(index).and_then(|row: web_sys::Node| row.text_content()).unwrap_or_default();
    assert_eq!((row(0), row(1)), (format!("7removed: -x {HOSTILE}"), "7added: +x b".into()));
    assert_eq!(tags(&node), ["div", "mark", "span"]);
}

#[wasm_bindgen_test]
async fn a_tree_makes_its_branches_when_they_are_opened() {
    let leaf = |key: &str| Field { key: key.into(), value: Tree::Text(HOSTILE.into()) };
    let fields = [leaf("a"), Field { key: "b".into(), value: Tree::Object(vec![leaf("c")]) }];
    let (node, _owner) = show(|| tree(&fields));
    let made = || node.query_selector_all(".json-text").expect("valid").length();
    assert_eq!(made(), 1);
    let button: HtmlElement = find(&node, "button").unchecked_into();
    button.click();
    tick().await;
    assert_eq!((made(), button.get_attribute("aria-expanded")), (2, Some("true".into())));
    assert!(node.query_selector("img, script").expect("valid").is_none());
}
