use super::*;
use proptest::prelude::*;

/// The tree in few letters: `p(text)`, `b()` strong, `i()`, `s()`, `c()` code, `a(address|text)`.
fn told(nodes: &[Node]) -> String {
    nodes.iter().map(node).collect::<Vec<_>>().join(" ")
}

fn node(node: &Node) -> String {
    match node {
        Node::Paragraph(of) => format!("p({})", line(of)),
        Node::Heading(level, of) => format!("h{level}({})", line(of)),
        Node::Quote(nodes) => format!("q[{}]", told(nodes)),
        Node::List { start, items } => {
            let task = |done: Option<bool>| done.map_or("", |done| if done { "x " } else { "o " });
            let items = items.iter().map(|item| format!("{}{}", task(item.is_done), told(&item.nodes)));
            let start = start.map_or(String::new(), |start| start.to_string());
            format!("{start}l[{}]", items.collect::<Vec<_>>().join(", "))
        }
        Node::Code { language, text } => format!("code:{language}({text})"),
        Node::Table { columns, rows } => {
            let row = |row: &Vec<Vec<Inline>>| row.iter().map(|cell| line(cell)).collect::<Vec<_>>().join("|");
            format!("t{}[{}]", columns.len(), rows.iter().map(row).collect::<Vec<_>>().join(" / "))
        }
        Node::Rule => "---".to_owned(),
    }
}

fn line(of: &[Inline]) -> String {
    let part = |part: &Inline| match part {
        Inline::Text(text) => text.clone(),
        Inline::Code(text) => format!("c({text})"),
        Inline::Strong(of) => format!("b({})", line(of)),
        Inline::Emphasis(of) => format!("i({})", line(of)),
        Inline::Struck(of) => format!("s({})", line(of)),
        Inline::Link { to, of } => format!("a({to}|{})", line(of)),
        Inline::Image { of, from } => format!("img({from}|{of})"),
    };
    of.iter().map(part).collect()
}

fn check(text: &str, answer: &str) {
    assert_eq!(told(&parse(text)), answer, "{text:?}");
}

#[test]
fn blocks() {
    check("", "");
    check("one\ntwo\n\nthree", "p(one\ntwo) p(three)");
    check("# A\n## B ##\n#no\n####### seven", "h1(A) h2(B) p(#no\n####### seven)");
    check("A\n===\nB\n---\n\n---\n***", "h1(A) h2(B) --- ---");
    check("> a\n> b\nc\n\nd", "q[p(a\nb\nc)] p(d)");
    check("> > deep\n> up", "q[q[p(deep\nup)]]");
    check("```rust\nfn a() {}\n\n```\nafter", "code:rust(fn a() {}\n) p(after)");
    check("~~~\n```\n~~~", "code:(```)");
    check("```\nnever closed", "code:(never closed)");
    check("text\n```sh\nx\n```", "p(text) code:sh(x)");
    check("    indented\n\n    more\nend", "code:(indented\n\nmore) p(end)");
}

#[test]
fn lists() {
    check("- a\n- b\n  more\n\n  para", "l[p(a), p(b\nmore) p(para)]");
    check("1. a\n2. b\n10. c", "1l[p(a), p(b), p(c)]");
    check("3) a", "3l[p(a)]");
    check("- a\n  - b\n    - c\n- d", "l[p(a) l[p(b) l[p(c)]], p(d)]");
    check("1. a\n   - b\n2. c", "1l[p(a) l[p(b)], p(c)]");
    check("- [x] done\n- [ ] open\n- [y] no", "l[x p(done), o p(open), p([y] no)]");
    check("- a\n\ntext", "l[p(a)] p(text)");
    check("- a\n* b", "l[p(a)] l[p(b)]");
    check("text\n- a", "p(text) l[p(a)]");
    check("in\n2024. Not a list", "p(in\n2024. Not a list)");
    check("- a\n  ```\n  x\n  ```\n- b", "l[p(a) code:(x), p(b)]");
    check("-not a list", "p(-not a list)");
}

#[test]
fn tables() {
    check("| a | b |\n|---|:-:|\n| 1 | `x|y` |\n| 2 |\nend", "t2[a|b / 1|c(x|y) / 2|] p(end)");
    check("a | b\n--|--:\n1 | 2", "t2[a|b / 1|2]");
    check("a | b\n---", "h2(a | b)");
    check("text\n| a |\n|---|\n", "p(text) t1[a]");
    check(r"| a \| b |", r"p(| a | b |)");
}

#[test]
fn parts_of_lines() {
    check("a *b* **c** ***d*** _e_ __f__ ~~g~~", "p(a i(b) b(c) b(i(d)) i(e) b(f) s(g))");
    check("snake_case_name 2*3*4 * a *", "p(snake_case_name 2i(3)4 * a *)");
    check("**a *b* c** *a **b** c*", "p(b(a i(b) c) i(a b(b) c))");
    check("`a *b*` ``x`y`` ` open", "p(c(a *b*) c(x`y) ` open)");
    check(r"\*a\* \\ \a", r"p(*a* \ \a)");
    check("**open *and", "p(**open *and)");
    check("a &amp; &lt;b&gt; &unknown;", "p(a & <b> &unknown;)");
    check("~one~ ~~~three~~~", "p(~one~ ~~~three~~~)");
}

#[test]
fn links_to_where_one_may_go() {
    check("[a **b**](https://x.y/z \"t\")", "p(a(https://x.y/z|a b(b)))");
    check("[a](<https://x.y/a b>)", "p(a (https://x.y/a b))");
    check("<https://x.y> <mailto:a@b.c>", "p(a(https://x.y|https://x.y) a(mailto:a@b.c|mailto:a@b.c))");
    check(
        "see https://x.y/a_b_(c), or (http://z).",
        "p(see a(https://x.y/a_b_(c)|https://x.y/a_b_(c)), or (a(http://z|http://z)).)",
    );
    check("[x](javascript:alert(1))", "p(x (javascript:alert(1)))");
    check(
        "[x](JaVaScRiPt:alert(1)) [y](data:text/html,z) [z](//evil)",
        "p(x (JaVaScRiPt:alert(1)) y (data:text/html,z) z (//evil))",
    );
    check("[src/a.rs](src/a.rs) [b](src/b.rs)", "p(src/a.rs b (src/b.rs))");
    check(
        "![alt *x*](https://x.y/i.png) ![](data:image/png;base64,AA)",
        "p(img(https://x.y/i.png|alt x) img(data:image/png;base64,AA|))",
    );
    check("[a] [b][c] ](x) [", "p([a] [b][c] ](x) [)");
    check("[![i](http://a)](http://b)", "p(a(http://b|img(http://a|i)))");
    check("HTTPS://x.y ahttps://x", "p(HTTPS://x.y ahttps://x)");
}

#[test]
fn tags_are_text() {
    check("<script>alert(1)</script>", "p(<script>alert(1)</script>)");
    check("<div>\n<b>x</b>\n</div>", "p(<div>\n<b>x</b>\n</div>)");
}

fn depth_of(nodes: &[Node]) -> usize {
    let inside = |node: &Node| match node {
        Node::Quote(nodes) => depth_of(nodes),
        Node::List { items, .. } => items.iter().map(|item| depth_of(&item.nodes)).max().unwrap_or(0),
        Node::Paragraph(of) | Node::Heading(_, of) => depth_in(of),
        _ => 0,
    };
    nodes.iter().map(|node| 1 + inside(node)).max().unwrap_or(0)
}

fn depth_in(of: &[Inline]) -> usize {
    let inside = |part: &Inline| match part {
        Inline::Strong(of) | Inline::Emphasis(of) | Inline::Struck(of) | Inline::Link { of, .. } => depth_in(of),
        _ => 0,
    };
    of.iter().map(|part| 1 + inside(part)).max().unwrap_or(0)
}

#[test]
fn what_lies_ten_thousand_deep_is_flat_and_soon_read() {
    let many = 10_000;
    let lists: String = (0..many).map(|depth| format!("{}- x\n", " ".repeat(depth.min(300)))).collect();
    let cases = [
        format!("{}x", "> ".repeat(many)),
        format!("{}x", "- ".repeat(many)),
        lists,
        format!("{}x{}", "*a ".repeat(many), " b*".repeat(many)),
        format!("{}x{}", "**".repeat(many), "**".repeat(many)),
        format!("{}x{}", "[".repeat(many), "](http://a)".repeat(many)),
        format!("{}x", "![".repeat(many)),
        "`".repeat(many) + "x" + &"` ``".repeat(many),
        "a`".repeat(many),
        "|".repeat(many) + "\n" + &"|-".repeat(many),
        "http://".repeat(many),
        "<http:".repeat(many),
        "[](".repeat(many),
        "&".repeat(many),
        "_a__b".repeat(many),
        "```\n".repeat(many + 1),
    ];
    for case in cases {
        let start = std::time::Instant::now();
        let tree = parse(&case);
        assert!(depth_of(&tree) <= 2 * DEEPEST + 2, "{}", case.get(..40).unwrap_or(&case));
        assert!(start.elapsed().as_secs() < 30, "{} took {:?}", case.get(..40).unwrap_or(&case), start.elapsed());
    }
}

/// All addresses of links.
fn addresses(nodes: &[Node], to: &mut Vec<String>) {
    fn of_line(of: &[Inline], to: &mut Vec<String>) {
        for part in of {
            match part {
                Inline::Link { to: address, of } => {
                    to.push(address.clone());
                    of_line(of, to);
                }
                Inline::Strong(of) | Inline::Emphasis(of) | Inline::Struck(of) => of_line(of, to),
                _ => {}
            }
        }
    }
    for node in nodes {
        match node {
            Node::Paragraph(of) | Node::Heading(_, of) => of_line(of, to),
            Node::Quote(nodes) => addresses(nodes, to),
            Node::List { items, .. } => items.iter().for_each(|item| addresses(&item.nodes, to)),
            Node::Table { rows, .. } => rows.iter().flatten().for_each(|cell| of_line(cell, to)),
            Node::Code { .. } | Node::Rule => {}
        }
    }
}

proptest! {
    #[test]
    fn any_text_has_a_tree_with_safe_links_only(
        text in "(\\*|_|~|`|\\[|\\]|\\(|\\)|!|<|>|\\||-|#|1\\.| |\n|a|é|\\\\|&|javascript:|https://x|data:|    ){0,80}",
    ) {
        let tree = parse(&text);
        prop_assert!(depth_of(&tree) <= 2 * DEEPEST + 2);
        let mut found = Vec::new();
        addresses(&tree, &mut found);
        for address in found {
            prop_assert!(address.starts_with("https://") || address.starts_with("http://") || address.starts_with("mailto:"), "{}", address);
        }
    }

    #[test]
    fn plain_words_stay_as_they_are(text in "[a-z]{1,8}( [a-gi-z]{1,8}){0,5}") {
        prop_assert_eq!(parse(&text), vec![Node::Paragraph(vec![Inline::Text(text)])]);
    }
}
