use super::*;

fn failure(text: &str) -> String {
    rows(text, true).expect_err(text).to_string()
}

#[test]
fn rates_are_exact() {
    for (text, expected) in [
        ("3", Some(3_000_000)),
        ("0.0375", Some(37_500)),
        ("0.000001", Some(1)),
        ("15.6250000", Some(15_625_000)),
        ("0", Some(0)),
        ("2.", Some(2_000_000)),
        ("999999.999999", Some(999_999_999_999)),
        ("1000000", None),
        ("0.0000001", None),
        (".5", None),
        ("-1", None),
        ("+1", None),
        ("1e3", None),
        ("1.2.3", None),
        ("1,5", None),
        ("99999999999999999999999", None),
        ("", None),
    ] {
        assert_eq!(rate(text), expected, "{text}");
    }
}

#[test]
fn lines_have_columns_by_name() {
    let tabs = "\u{feff}# mine\r\n\r\noutput\tmodel\tinput\tvalid_from\tcontext_window\r\n15\tClaude-X\t3\t2026-05-01\t200000\r\n";
    let commas = "model,provider,input,output\n\"a/b-1.5\", Google ,0.1,0.4\nnothing\n";
    let [row] = &rows(tabs, true).expect("a table")[..] else { panic!("one row") };
    let rates = row.rates.expect("rates");
    assert_eq!((&*row.name, &*row.key, &*row.provider), ("Claude-X", "claude-x", ""));
    assert_eq!((rates.input, rates.output, rates.cache_read, row.long), (3_000_000, 15_000_000, None, None));
    assert_eq!((row.valid_from, row.context_window), (Timestamp::parse("2026-05-01T00:00:00Z"), Some(200_000)));
    let [row, nothing] = &rows(commas, true).expect("a table")[..] else { panic!("two rows") };
    assert_eq!((&*row.name, &*row.key, &*row.provider), ("a/b-1.5", "b-1-5", "gemini"));
    assert_eq!(nothing.rates, None);
    assert_eq!(rows("", true), Ok(Vec::new()));
}

#[test]
fn json_says_the_same() {
    let lines = "model\tinput\toutput\tcache_read\tvalid_from\nx\t3\t15.25\t0.000001\t2026-05-01\ny\t1\t2\t\t\nz\n";
    let json = r#"
        {"x": {"input": 3, "output": 15.25, "cache_read": 0.000001, "valid_from": "2026-05-01"},
         "y": {"output": "2", "input": 1.0e0, "cache_read": null}, "z": {}}"#;
    assert_eq!(rows(json, true), rows(lines, true));
}

#[test]
fn a_bad_row_names_its_line() {
    let check = |text: &str, expected: &str| assert_eq!(failure(text), expected, "{text}");
    check("input\toutput\n3\t4", "line 1: no column is called model; the first line must name the columns");
    check("model\tinput\toutput\n# c\nx\t3\t-4", r#"line 3: "-4" is no amount: a plain decimal, at most six decimals"#);
    check("model,input,output\nx,3", "line 2: x needs a price for input and one for output, or none at all");
    check("model,cache_read\nx,3", "line 2: x needs a price for input and one for output, or none at all");
    check("model,input,output\nx,3,4,5", "line 2: more cells than columns");
    check("model,input,output\n,3,4", "line 2: the row names no model");
    check("model,valid_from\nx,yesterday", r#"line 2: "yesterday" is no date such as 2026-05-31"#);
    check("model,valid_from\nx,2026-02-30", r#"line 2: "2026-02-30" is no date such as 2026-05-31"#);
    check("model\nx\ny\nx", "line 4: x stands there twice for the same time");
    check(
        "model,input,output,long_input\nx,3,4,5",
        "line 2: x needs long_above_tokens, long_input and long_output, or none of them",
    );
    assert!(failure("model,inptu\nx,3").starts_with("line 2: unknown column \"inptu\"; known are model, provider"));
    assert!(
        failure("{\n\"x\": {\"inptu\": 3}}").starts_with("line 2: unknown column \"inptu\"; known are model, provider")
    );
    check("{\n\"x\": 3}", "line 2: invalid type: integer `3`, expected an object of prices");
    check(
        "{\n\"x\": {\"input\": 1},\n\n\"y\": {}}",
        "line 2: x needs a price for input and one for output, or none at all",
    );
    check("{\"x\": {\"input\": -1.5}}", "line 1: a price below zero or beyond all measure");
    check("{\"x\": {}", "line 1: EOF while parsing an object");
    check("{\"x\": {}}\n}", "line 2: trailing characters");
    check("{\"x\": {},\n\"x\": {}}", "line 2: x stands there twice for the same time");
    assert!(failure("{\"x\": {\"input\": -1}}").starts_with("line 1: "));
    assert!(failure("{\"x\": {\"input\": [[[1]]]}}").starts_with("line 1: invalid type: sequence"));
    assert!(failure(&format!("{{\"x\": {}", "[".repeat(100_000))).starts_with("line 1: "));
}
