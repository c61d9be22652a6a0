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
