//! JSON, opened branch by branch.

use crate::logic::format::count;
use crate::logic::shown::json::{Field, Tree};
use crate::ui::frame::button;
use crate::ui::shared::{El, Live, el, small_icon};
use std::sync::Arc;

/// The fields of a value; branches below them are made when somebody opens them.
pub fn tree(fields: &[Field]) -> El {
    el("div").class("json").children(fields.iter().map(field))
}

fn field(field: &Field) -> El {
    let key = (!field.key.is_empty()).then(|| el("span").class("json-key").text(&field.key));
    let value = |class: &str, text: &str| el("span").class(class).attr("dir", "auto").text(text);
    let row = el("div").class("json-field");
    match &field.value {
        Tree::Text(text) => row.children(key).child(value("json-text", text)),
        Tree::Plain(text) => row.children(key).child(value("json-plain", text)),
        Tree::More(more) => row.child(value("faint", &format!("{} more", count(u64::from(*more), "field")))),
        Tree::Object(fields) => branch(row, key, fields, "field"),
        Tree::List(fields) => branch(row, key, fields, "item"),
    }
}

fn branch(row: El, key: Option<El>, fields: &[Field], noun: &str) -> El {
    let is_open = Live::new(false);
    let fields: Arc<Vec<Field>> = Arc::new(fields.to_vec());
    let size = el("span").class("faint num").text(&count(fields.len() as u64, noun));
    let line = button("fold-line", move |_| is_open.update(|is_open| *is_open = !*is_open))
        .live_attr("aria-expanded", move || Some(is_open.get().to_string()))
        .child(small_icon("right"))
        .children(key)
        .child(size);
    let below = el("div").class("json-branch").live(move || match is_open.get() {
        true => fields.iter().map(field).collect(),
        false => Vec::new(),
    });
    row.child(line).child(below)
}
