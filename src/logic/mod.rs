//! Pure questions to what was read, and their answers. Knows no log dialect, no output format and no clock.

pub mod coverage;
pub mod dates;
pub mod excerpt;
pub mod explain;
pub mod format;
pub mod kin;
pub mod letters;
#[cfg(test)]
pub mod made;
pub mod named;
pub mod post_mortem;
pub mod pretty_json;
pub mod problems;
pub mod records;
pub mod redact;
pub mod routing;
pub mod session;
pub mod session_list;
pub mod sessions;
pub mod timeline;
pub mod tool_kind;
pub mod track;
pub mod transcript;
pub mod usage;
pub mod usage_view;
pub mod virtual_list;
pub mod window;
