use super::*;
use proptest::prelude::*;

fn all(pattern: &str, text: &str, has_case: bool) -> Vec<Range<usize>> {
    let pattern = Pattern::new(pattern, has_case).expect("a pattern");
    let (mut found, mut from) = (Vec::new(), 0);
    while let Some(hit) = pattern.find(text, from) {
        from = hit.end;
        found.push(hit);
    }
    found
}

fn texts(pattern: &str, text: &str) -> Vec<String> {
    all(pattern, text, false).into_iter().map(|hit| text[hit].to_owned()).collect()
}

#[test]
fn what_patterns_say() {
    assert_eq!(texts(r"\d+\.\d+", "1.25 and 3.5, not 7"), ["1.25", "3.5"]);
    assert_eq!(texts("err(or)?s?", "Errors err ERROR"), ["Errors", "err", "ERROR"]);
    assert_eq!(texts(r"^\w+", "one two\nthree"), ["one", "three"]);
    assert_eq!(texts(r"\w+$", "one two\nthree"), ["two", "three"]);
    assert_eq!(texts("[^a-c]+", "abcxyzabc"), ["xyz"]);
    assert_eq!(texts("a.*?b", "aXXbXXb"), ["aXXb"]);
    assert_eq!(texts("a{2,3}", "a aa aaaa"), ["aa", "aaa"]);
    assert_eq!(texts(r"\bcat\b", "cat category"), ["cat"]);
    assert_eq!(texts("x*", "aaa"), [""; 0]);
    assert_eq!(texts("д+", "ДдД"), ["ДдД"]);
    assert_eq!(texts(r"[\]\-x]+", "]-x"), ["]-x"]);
    assert_eq!(texts("(a|ab)(c|bcd)", "abcd"), ["abcd"]);
    // What is rather left out is left out, within a repetition also.
    assert_eq!(texts(r"(a??)*\w", "a_"), ["a", "_"]);
    assert_eq!(texts(r"(a??)+\w", "a_"), ["a", "_"]);
    assert_eq!(texts(r"(a??){2,}\w", "a_"), ["a", "_"]);
}

#[test]
fn what_is_no_pattern_is_told() {
    for wrong in
        ["(", ")", "[", "[]", "a**?{", "*", r"\", r"\q", "[z-a]", "a{", "a{2", "a{3,2}", "a{1001}", "(?i)a", "[a-\\d]"]
    {
        let error = Pattern::new(wrong, true).expect_err(wrong).to_string();
        assert!(error.starts_with("not a pattern: "), "{wrong}: {error}");
    }
    assert!(Pattern::new(&"(".repeat(10_000), true).is_err());
    assert!(Pattern::new("(((a{1000}){1000}){1000}){1000}", true).is_err());
    assert!(Pattern::new("((((){1000}){1000}){1000}){1000}", true).is_ok());
}

#[test]
fn no_pattern_takes_for_ever() {
    let text = "a".repeat(20_000);
    assert_eq!(all("(a+)+$", &(text.clone() + "b"), true), Vec::<Range<usize>>::new());
    assert_eq!(all("(a|a)*a", &text, true).len(), 1);
}

#[test]
fn every_hit_has_the_sure_text() {
    let sure = |pattern: &str| Pattern::new(pattern, true).expect("a pattern").sure_text().to_owned();
    assert_eq!(sure(r"fn \w+_test\(\)"), "_test()");
    assert_eq!(sure("(ab|c)d?"), "");
    assert_eq!(sure("(abc)+x"), "abc");
    assert_eq!(sure("(abc)*x"), "x");
}

/// Patterns of all that is known, over few letters.
fn pattern() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("a".to_owned()),
        Just("b".to_owned()),
        Just("A".to_owned()),
        Just(".".to_owned()),
        Just("[ab]".to_owned()),
        Just("[^a]".to_owned()),
        Just(r"\w".to_owned()),
        Just(r"\d".to_owned()),
        Just(r"\s".to_owned()),
        Just(r"\b".to_owned()),
        Just("^".to_owned()),
        Just("$".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.concat()),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("(?:{a}|{b})")),
            (inner.clone(), prop_oneof![Just("*"), Just("+"), Just("?"), Just("{1,2}"), Just("+?"), Just("??")])
                .prop_map(|(a, times)| format!("(?:{a}){times}")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    /// Where the other finds no hit of nothing (which ours passes over), from whatever place, both find the same.
    #[test]
    fn agrees_with_another_engine(pattern in pattern(), text in "[abAB1 \n_]{0,24}", has_case: bool) {
        let other = regex_lite::RegexBuilder::new(&pattern).multi_line(true).case_insensitive(!has_case).build().expect("known");
        let theirs: Vec<Range<usize>> = other.find_iter(&text).map(|hit| hit.range()).collect();
        let mut places = (0..=text.len()).filter_map(|at| other.find_at(&text, at));
        if places.all(|hit| !hit.is_empty()) {
            prop_assert_eq!(all(&pattern, &text, has_case), theirs, "{} in {:?}", pattern, text);
        }
    }
}
