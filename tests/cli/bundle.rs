//! A dashboard as a folder: what is written, what is refused, what is added later.

use super::{Folder, log, planted, run};
use flate2::read::GzDecoder;
use serde_json::Value;
use sessionscope::bundle::{self, Manifest};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A folder with the least that is a page.
fn page(folder: &Folder) -> String {
    folder.write("page/index.html", "<!doctype html><html><head><title>Sessionscope</title></head></html>");
    folder.write("page/assets/a.js", "1");
    folder.0.join("page").to_str().expect("UTF-8").to_owned()
}

fn path(folder: &Folder, name: &str) -> String {
    folder.0.join(name).to_str().expect("UTF-8").to_owned()
}

fn unpacked(path: &Path) -> Vec<u8> {
    let mut plain = Vec::new();
    GzDecoder::new(fs::File::open(path).expect("a file")).read_to_end(&mut plain).expect("gzip");
    plain
}

/// Every file of a folder with its content, unpacked where it is packed.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            found.extend(contents(&entry));
            continue;
        }
        let is_packed = entry.extension().is_some_and(|extension| extension == "gz" || extension == "bin");
        let content = if is_packed { unpacked(&entry) } else { fs::read(&entry).expect("a file") };
        found.push((entry, content));
    }
    found.sort();
    found
}

fn two_logs(folder: &Folder) -> String {
    folder.write("logs/a b%.jsonl", log("one", "2026-05-01T10:00:00Z", 100, 10));
    folder.write("logs/deep/größe.jsonl", log("two", "2026-05-02T10:00:00Z", 200, 20));
    folder.write("logs/other.json", "{\"private\": \"not a log\"}");
    path(folder, "logs")
}

#[test]
fn a_bundle_has_the_page_the_index_and_the_logs() {
    let folder = Folder::new("bundle");
    let (page, logs, site) = (page(&folder), two_logs(&folder), path(&folder, "site"));
    let written = run(["bundle", &logs, "--out", &site, "--page", &page, "--title", "Team <A>", "--robots"]);
    assert_eq!(written.code, Some(0), "{}", written.err);
    assert!(
        written.err.contains("2 logs, 2 sessions in all; 1 file is no session log and was left out"),
        "{}",
        written.err
    );
    let read = |name: &str| fs::read(Path::new(&site).join(name)).expect("written");
    let index = String::from_utf8(read("index.html")).expect("text");
    assert!(index.contains("<head><meta name=\"sessionscope-archive\" content=\"archive/manifest.json\">"), "{index}");
    assert!(index.contains("noindex"));
    assert!(index.contains("<title>Team &lt;A&gt;</title>"), "{index}");
    assert_eq!(read("assets/a.js"), b"1");
    let manifest = Manifest::read(&read("archive/manifest.json")).expect("a manifest");
    let paths: Vec<&str> = manifest.logs.iter().map(|log| log.path.as_str()).collect();
    assert_eq!(paths, ["logs/a b%.jsonl", "logs/deep/größe.jsonl"]);
    for (log, source) in manifest.logs.iter().zip(["logs/a b%.jsonl", "logs/deep/größe.jsonl"]) {
        let file = Path::new(&site).join("archive").join(log.file.as_deref().expect("with its log"));
        assert_eq!(unpacked(&file), fs::read(folder.0.join(source)).expect("a log"));
    }
    // The same list that the command prints, and nothing of this machine.
    let listed: Value = serde_json::from_slice(&read("archive/manifest.json")).expect("JSON");
    assert_eq!(listed["sessions"].as_array().map(Vec::len), Some(2));
    for (path, content) in contents(Path::new(&site)) {
        let text = String::from_utf8_lossy(&content);
        assert!(!text.contains(folder.path()), "{} names a folder of this machine", path.display());
        assert!(!text.contains("not a log"), "{} holds what is no log", path.display());
    }
}

#[test]
fn what_is_added_later_is_as_if_it_had_been_there() {
    let folder = Folder::new("append");
    let (page, site, whole) = (page(&folder), path(&folder, "site"), path(&folder, "whole"));
    folder.write("all/a.jsonl", log("one", "2026-05-01T10:00:00Z", 100, 10));
    folder.write("first/all/a.jsonl", log("one", "2026-05-01T10:00:00Z", 100, 10));
    for name in ["b.jsonl", "c.jsonl"] {
        // A copy under another name, and a session that goes on in another file.
        let id = if name == "b.jsonl" { "one" } else { "three" };
        folder.write(&format!("all/{name}"), log(id, "2026-05-01T10:00:00Z", 100, 10));
        folder.write(&format!("later/all/{name}"), log(id, "2026-05-01T10:00:00Z", 100, 10));
    }
    bundled(&[&path(&folder, "all"), "--out", &whole, "--page", &page]);
    bundled(&[&path(&folder, "first/all"), "--out", &site, "--page", &page]);
    bundled(&[&path(&folder, "later/all"), "--out", &site, "--append"]);
    equal(&site, &whole);
    // Once more: nothing new.
    bundled(&[&path(&folder, "later/all"), "--out", &site, "--append"]);
    equal(&site, &whole);
}

fn bundled(words: &[&str]) {
    let run = run(["bundle"].into_iter().chain(words.iter().copied()));
    assert_eq!(run.code, Some(0), "{}", run.err);
}

/// Two sites hold the same, byte for byte.
fn equal(one: &str, other: &str) {
    let named = |site: &str| -> Vec<(PathBuf, Vec<u8>)> {
        let below = |(path, content): (PathBuf, Vec<u8>)| (path.strip_prefix(site).expect("below").to_owned(), content);
        contents(Path::new(site)).into_iter().map(below).collect()
    };
    let (one, other) = (named(one), named(other));
    let paths = |all: &[(PathBuf, Vec<u8>)]| all.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>();
    assert_eq!(paths(&one), paths(&other));
    for ((path, a), (_, b)) in one.iter().zip(&other) {
        assert!(a == b, "{} differs", path.display());
    }
}

#[test]
fn forks_copies_and_sub_agents_are_added_apart_from_what_they_began_with() {
    let folder = Folder::new("append-kin");
    let page = page(&folder);
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut logs = Vec::new();
    for format in ["claude", "codex"] {
        let below = fixtures.join(format);
        logs.extend(contents(&below).into_iter().map(|(path, content)| {
            let name = path.strip_prefix(&fixtures).expect("below").to_str().expect("UTF-8").to_owned();
            (name, content)
        }));
    }
    for (name, content) in &logs {
        folder.write(&format!("whole/all/{name}"), content);
    }
    for words in [&["--page", &page][..], &["--page", &page, "--no-logs"]] {
        let site = |name: &str| path(&folder, &format!("{name}-{}", words.len()));
        bundled(&[&["--out", &site("whole-site"), &path(&folder, "whole/all")], words].concat());
        for rest in 0..3 {
            for (number, (name, content)) in logs.iter().enumerate() {
                folder.write(&format!("part-{rest}-{}/all/{name}", u8::from(number % 3 == rest)), content);
            }
            let (early, late) = (format!("part-{rest}-0/all"), format!("part-{rest}-1/all"));
            let site = site(&format!("site-{rest}"));
            bundled(&[&["--out", &site, &path(&folder, &early)], words].concat());
            bundled(&[&["--out", &site, "--append", &path(&folder, &late)], &words[2..]].concat());
            equal(&site, &path(&folder, &format!("whole-site-{}", words.len())));
        }
    }
}

#[test]
fn masks_go_on_where_the_bundle_ended() {
    let folder = Folder::new("append-masks");
    let (page, site) = (page(&folder), path(&folder, "site"));
    let secret = |end: &str| ["gh", "p_", "Zq7Xk2Lm9Rt4Wv8Bn3Hj6Pc5Yd1Gs0Fe0", end].concat();
    let with = |id: &str, secrets: &[String]| {
        log(id, "2026-05-01T10:00:00Z", 100, 10).replace(&format!("do {id}"), &format!("use {}", secrets.join(" and ")))
    };
    folder.write("first/all/a.jsonl", with("one", &[secret("001")]));
    folder.write("later/all/b.jsonl", with("two", &[secret("002"), secret("001")]));
    folder.write("last/all/c.jsonl", with("three", &[secret("003")]));
    let text_of = |path: &str| {
        let manifest = fs::read(Path::new(&site).join("archive/manifest.json")).expect("written");
        let manifest = Manifest::read(&manifest).expect("a manifest");
        let log = manifest.logs.iter().find(|log| log.path == path).expect("listed");
        let file = Path::new(&site).join("archive").join(log.file.as_deref().expect("with its log"));
        String::from_utf8(unpacked(&file)).expect("text")
    };
    bundled(&[&path(&folder, "first/all"), "--out", &site, "--page", &page, "--redact"]);
    bundled(&[&path(&folder, "later/all"), "--out", &site, "--append", "--redact"]);
    assert!(text_of("all/a.jsonl").contains("use [redacted:github-token#1]"));
    let later = text_of("all/b.jsonl");
    assert!(later.contains("use [redacted:github-token#2] and [redacted:github-token#1]"), "{later}");
    // What was masked stands in no file of the site; without the file beside it numbers still go on.
    let masks = path(&folder, "site.masks");
    assert!(!fs::read_to_string(&masks).expect("kept beside").contains(&secret("001")));
    fs::remove_file(&masks).expect("removed");
    bundled(&[&path(&folder, "last/all"), "--out", &site, "--append", "--redact"]);
    assert!(text_of("all/c.jsonl").contains("use [redacted:github-token#3]"));
}

#[test]
fn a_log_that_has_grown_takes_the_place_of_the_old_one() {
    let folder = Folder::new("grown");
    let (page, site) = (page(&folder), path(&folder, "site"));
    let whole = log("one", "2026-05-01T10:00:00Z", 100, 10);
    let (first, _) = whole.split_once('\n').expect("lines");
    folder.write("logs/a.jsonl", format!("{first}\n"));
    let logs = path(&folder, "logs");
    assert_eq!(run(["bundle", &logs, "--out", &site, "--page", &page]).code, Some(0));
    folder.write("logs/a.jsonl", &whole);
    assert_eq!(run(["bundle", &logs, "--out", &site, "--append"]).code, Some(0));
    let manifest = fs::read(Path::new(&site).join("archive/manifest.json")).expect("written");
    assert_eq!(Manifest::read(&manifest).expect("a manifest").logs.len(), 1);
    assert_eq!(fs::read_dir(Path::new(&site).join("archive/logs")).expect("logs").count(), 1);
}

#[test]
fn nothing_is_overwritten_unasked_and_no_output_is_its_own_input() {
    let folder = Folder::new("refused");
    let (page, logs) = (page(&folder), two_logs(&folder));
    let site = path(&folder, "site");
    folder.write("site/mine.txt", "keep");
    run(["bundle", &logs, "--out", &site, "--page", &page]).fails(1, &["is not empty", "--append", "--force"]);
    run(["bundle", &logs, "--out", &path(&folder, "logs/site"), "--page", &page]).fails(1, &["within each other"]);
    run(["bundle", &logs, "--out", folder.path(), "--page", &page]).fails(1, &["within each other"]);
    run(["bundle", &logs, "--out", &path(&folder, "new"), "--append"])
        .fails(1, &["manifest.json: there is no such file"]);
    run(["bundle", &path(&folder, "page"), "--out", &path(&folder, "new"), "--page", &page])
        .fails(1, &["no log to bundle"]);
    run(["bundle", &logs, "--out", &path(&folder, "new"), "--page", &logs]).fails(1, &["no index.html"]);
    assert_eq!(run(["bundle", &logs, "--out", &site, "--page", &page, "--force"]).code, Some(0));
    assert_eq!(fs::read_to_string(Path::new(&site).join("mine.txt")).expect("kept"), "keep");
    run(["bundle", &logs, "--out", &site, "--append", "--force"]).fails(2, &["cannot be used with"]);
}

#[test]
fn secrets_are_in_no_file_of_a_redacted_bundle() {
    let folder = Folder::new("secrets");
    let (page, site) = (page(&folder), path(&folder, "site"));
    let secret = ["gh", "p_", "Zq7Xk2Lm9Rt4Wv8Bn3Hj6Pc5Yd1Gs0Fe0001"].concat();
    let text = log("one", "2026-05-01T10:00:00Z", 100, 10);
    folder.write(
        &format!("logs/-home-riley-{secret}/a.jsonl"),
        text.replace("do one", &format!("use {secret} at /home/riley/x")),
    );
    let logs = path(&folder, "logs");
    let words = ["bundle", &logs, "--out", &site, "--page", &page, "--redact", "--mask-names"];
    assert_eq!(run(words).code, Some(0));
    for (path, content) in contents(Path::new(&site)) {
        let text = String::from_utf8_lossy(&content);
        assert!(!text.contains(&secret), "{} holds the secret", path.display());
        assert!(!text.contains("riley"), "{} holds the name", path.display());
    }
    run(["bundle", &logs, "--out", &site, "--append"]).fails(1, &["made with --redact"]);
    // Without its logs.
    let bare = path(&folder, "bare");
    assert_eq!(run(["bundle", &logs, "--out", &bare, "--page", &page, "--no-logs"]).code, Some(0));
    assert!(!Path::new(&bare).join("archive/logs").exists());
}

#[test]
fn planted_secrets_are_in_no_file_of_a_bundle_and_in_no_text() {
    let folder = Folder::new("planted");
    let (page, site, logs) = (page(&folder), path(&folder, "site"), path(&folder, "logs"));
    let mut secrets = Vec::new();
    let fixtures = planted::logs(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures"));
    for (n, fixture) in fixtures.iter().enumerate() {
        let log = fs::read_to_string(fixture).unwrap_or_default();
        for (way, write) in planted::WAYS.into_iter().enumerate() {
            let (log, sown) = planted::sown(&log, n, write);
            folder.write(&format!("logs/{n}-{way}.jsonl"), log);
            secrets.extend(sown);
        }
    }
    assert!(secrets.len() > 200, "{} secrets were planted", secrets.len());
    assert_eq!(run(["bundle", &logs, "--out", &site, "--page", &page, "--redact"]).code, Some(0));
    for (path, content) in contents(Path::new(&site)) {
        planted::assert_gone(&String::from_utf8_lossy(&content), &secrets, &path.display().to_string());
    }
    let redacted = path(&folder, "redacted.jsonl");
    assert_eq!(run(["redact", &logs, "--out", &redacted]).code, Some(0));
    for words in [&["sessions", "--format", "csv"][..], &["usage", "--format", "csv"], &["events"]] {
        let told = run(words.iter().chain(&[redacted.as_str()]));
        planted::assert_gone(told.text(), &secrets, words[0]);
    }
}

/// As much of JSON Schema as ours uses; a word that it does not know is a mistake of ours.
fn check(value: &Value, schema: &Value, whole: &Value, place: &str) {
    for (word, rule) in schema.as_object().expect("a schema") {
        match word.as_str() {
            "$schema" | "$id" | "title" | "description" | "$defs" => {}
            "$ref" => {
                let name = rule.as_str().and_then(|name| name.strip_prefix("#/$defs/")).expect("a definition");
                check(value, &whole["$defs"][name], whole, place);
            }
            "const" => assert_eq!(value, rule, "{place}"),
            "enum" => assert!(rule.as_array().expect("a list").contains(value), "{place}: {value}"),
            "minimum" => assert!(value.as_f64() >= rule.as_f64(), "{place}: {value}"),
            "type" => {
                let kinds = rule.as_array().cloned().unwrap_or_else(|| vec![rule.clone()]);
                let is = |kind: &Value| match kind.as_str().expect("a type") {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "integer" => value.is_i64() || value.is_u64(),
                    "boolean" => value.is_boolean(),
                    "null" => value.is_null(),
                    other => panic!("unknown type {other}"),
                };
                assert!(kinds.iter().any(is), "{place}: {value} is no {rule}");
            }
            "required" => {
                for name in rule.as_array().expect("a list") {
                    assert!(value.get(name.as_str().expect("a name")).is_some(), "{place} lacks {name}");
                }
            }
            "additionalProperties" => {
                assert_eq!(rule, &Value::Bool(false));
                for name in value.as_object().into_iter().flat_map(|object| object.keys()) {
                    assert!(schema["properties"].get(name).is_some(), "{place} has {name}, which is not described");
                }
            }
            "properties" => {
                for (name, rule) in rule.as_object().expect("properties") {
                    if let Some(value) = value.get(name) {
                        check(value, rule, whole, &format!("{place}.{name}"));
                    }
                }
            }
            "items" => {
                for (index, value) in value.as_array().into_iter().flatten().enumerate() {
                    check(value, rule, whole, &format!("{place}[{index}]"));
                }
            }
            other => panic!("{place}: unknown word {other}"),
        }
    }
}

#[test]
fn the_manifest_is_what_its_schema_says() {
    let folder = Folder::new("schema");
    let (page, site) = (page(&folder), path(&folder, "site"));
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let fixtures = top.join("tests/fixtures");
    let written = run(["bundle", fixtures.to_str().expect("UTF-8"), "--out", &site, "--page", &page]);
    assert_eq!(written.code, Some(0), "{}", written.err);
    let schema: Value =
        serde_json::from_slice(&fs::read(top.join("docs/bundle.schema.json")).expect("the schema")).expect("JSON");
    let manifest = fs::read(Path::new(&site).join("archive/manifest.json")).expect("written");
    check(&serde_json::from_slice(&manifest).expect("JSON"), &schema, &schema, "manifest");
    let logs = Manifest::read(&manifest).expect("a manifest").logs;
    let times = unpacked(&Path::new(&site).join("archive/times.bin"));
    assert!(bundle::read(times, &logs, 0).is_ok(), "it holds what the manifest lists");
}

#[test]
fn a_bundle_is_read_as_what_was_chosen_also_when_it_grows() {
    let folder = Folder::new("bundle-read-as");
    let (page, site) = (page(&folder), path(&folder, "site"));
    let talk = "{\"role\":\"user\",\"content\":\"List them\"}\n{\"role\":\"assistant\",\"content\":\"Two.\"}\n";
    folder.write("logs/a.jsonl", talk);
    let written = run(["bundle", &path(&folder, "logs"), "--out", &site, "--page", &page, "--read-as", "kimi"]);
    assert_eq!(written.code, Some(0), "{}", written.err);
    folder.write("more/b.jsonl", [talk, "\n", talk].concat());
    let added = run(["bundle", &path(&folder, "more"), "--out", &site, "--append"]);
    assert!(added.err.contains("2 sessions in all"), "{}", added.err);
    let archive = Path::new(&site).join("archive");
    let manifest = Manifest::read(&fs::read(archive.join("manifest.json")).expect("written")).expect("a manifest");
    let sources = bundle::read(unpacked(&archive.join("times.bin")), &manifest.logs, 0).expect("sources");
    let mut formats: Vec<_> = sources.iter().map(|source| source.format()).collect();
    formats.sort_unstable();
    assert_eq!(formats, [Some("generic"), Some("kimi")]);
}

#[test]
fn a_mapping_stands_in_the_manifest_and_reads_the_bundle() {
    let folder = Folder::new("bundle-mapping");
    let (page, site) = (page(&folder), path(&folder, "site"));
    folder.write("logs/a.jsonl", "{\"what\":\"ask\",\"say\":\"List them\"}\n{\"what\":\"tell\",\"say\":\"Two.\"}\n");
    let text = r#"{"kind":"what","text":"say","kinds":{"ask":"prompt","tell":"response"}}"#;
    folder.write("m.json", text);
    let (logs, mapping) = (path(&folder, "logs"), path(&folder, "m.json"));
    let written = run(["bundle", &logs, "--out", &site, "--page", &page, "--mapping", &mapping]);
    assert_eq!(written.code, Some(0), "{}", written.err);
    let archive = Path::new(&site).join("archive");
    let manifest = Manifest::read(&fs::read(archive.join("manifest.json")).expect("written")).expect("a manifest");
    assert_eq!(manifest.mappings, [text]);
    let times = unpacked(&archive.join("times.bin"));
    let kind = |times: &[u8]| bundle::read(times.to_vec(), &manifest.logs, 0).expect("sources")[0].format();
    assert_eq!(kind(&times), None, "nobody has told how it was read");
    sessionscope::formats::mapping::use_also(text).expect("a mapping");
    assert!(kind(&times).is_some_and(|format| format.starts_with("mapped-")));
    // Added to later, it is read as before.
    folder.write("more/b.jsonl", log("two", "2026-05-02T10:00:00Z", 200, 20));
    let added = run(["bundle", &path(&folder, "more"), "--out", &site, "--append"]);
    assert!(added.err.contains("2 sessions in all"), "{}", added.err);
}
