//! The made logs by which the worker runs itself in: a line that no decoder takes would leave that decoder slow.

mod support;

use sessionscope::model::SourceKind;
use std::path::Path;

#[test]
fn each_made_log_is_read_whole_as_its_format() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/worker/warm");
    let mut formats = Vec::new();
    for file in support::files(&folder) {
        let log = std::fs::read_to_string(&file).expect("a file").replace('#', "00000001");
        let index = support::index(&file.to_string_lossy(), log.as_bytes(), log.len());
        assert_eq!(index.problems.as_slice(), [], "{}", file.display());
        assert!(index.events.len() + 3 >= log.lines().count(), "{}: {} events", file.display(), index.events.len());
        formats.push(index.kind);
    }
    assert_eq!(formats, ["claude", "codetether", "codex", "fizeau"].map(SourceKind::Log));
}
