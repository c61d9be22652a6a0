//! What the transcript draws: prose, colours, differences, trees.

use super::{HOSTILE, find, show, text};
use leptos::prelude::Owner;
use leptos::task::tick;
use sessionscope::logic::shown::json::{Field, Tree};
use sessionscope::logic::shown::{DiffLine, Sign, ansi, markdown};
use sessionscope::ui::session::{code, difference, prose, tree};
use sessionscope::ui::shared::el;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};

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
