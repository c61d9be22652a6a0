//! Open formats, and mappings.

use super::{Folder, run};

const LOG: &str = "{\"type\":\"session\",\"harness\":\"x\",\"id\":\"s-1\"}\n\
    {\"type\":\"message\",\"message\":{\"role\":\"user\",\"content\":\"hi\",\"timestamp\":1785612800000}}\n\
    {\"type\":\"message\",\"message\":{\"role\":\"assistant\",\"content\":\"ho\",\"timestamp\":1785612801000}}\n";

#[test]
fn a_session_is_written_in_each_format_and_its_losses_are_told() {
    let folder = Folder::new("convert");
    let path = folder.write("a.jsonl", LOG);
    for (format, sign, loss) in [
        ("atif", "\"schema_version\":\"ATIF-", "images"),
        ("hf-trace", "\"harness\":\"x\"", "token counts"),
        ("otel", "gen_ai.operation.name", "costs"),
        ("chrome-trace", "traceEvents", "texts"),
    ] {
        let out = run(["convert".as_ref(), path.as_os_str(), "--to".as_ref(), format.as_ref()]);
        assert!(out.text().contains(sign), "{format}: {}", out.text());
        assert!(out.err.contains("1 session written as") && out.err.contains(loss), "{}", out.err);
    }
    run(["convert", "PATH", "--to", "pdf"]).fails(2, &["'pdf'", "atif, hf-trace, otel, chrome-trace"]);
}

#[test]
fn a_mapping_opens_what_nobody_knows() {
    let folder = Folder::new("mapping");
    let log =
        folder.write("a.jsonl", "{\"what\":\"ask\",\"say\":\"List them\"}\n{\"what\":\"tell\",\"say\":\"Two.\"}\n");
    let mapping = folder.write("m.json", r#"{"kind":"what","text":"say","kinds":{"ask":"prompt","tell":"response"}}"#);
    let wrong = folder.write("w.json", r#"{"text":"say"}"#);
    let words = |mapping: &std::path::Path| {
        let mapping = mapping.to_string_lossy().into_owned();
        ["sessions".to_owned(), log.to_string_lossy().into_owned(), "--mapping".to_owned(), mapping]
    };
    run(["sessions".as_ref(), log.as_os_str()]).fails(1, &["JSON of another kind, with the keys say, what"]);
    assert!(run(words(&mapping)).text().contains("List them"));
    run(words(&wrong)).fails(2, &["'--mapping <FILE>'", "it has no `kind`"]);
}

#[test]
fn a_file_is_read_as_what_the_user_says() {
    let folder = Folder::new("read-as");
    let text = "{\"role\":\"user\",\"content\":\"List them\"}\n{\"role\":\"assistant\",\"content\":\"Two.\"}\n";
    let log = folder.write("a.jsonl", text).to_string_lossy().into_owned();
    let agent = |words: &[&str]| {
        let told = run(["sessions", &log, "--format", "csv"].iter().chain(words));
        told.text().lines().nth(1).unwrap_or_default().to_owned()
    };
    assert!(agent(&[]).contains("generic"), "{}", agent(&[]));
    let read = agent(&["--read-as", "kimi"]);
    assert!(read.contains("kimi") && !read.contains("generic"), "{read}");
    let known = run(["explain", "a", &log, "--read-as", "kimi"]);
    assert_eq!(known.code, Some(0), "{}", known.err);
    run(["sessions", &log, "--read-as", "nobody"]).fails(2, &["'nobody'", "generic", "claude"]);
    run(["sessions", &log, "--read-as", "claude"]).fails(1, &["read as a log of Claude Code, as was asked"]);
}
