//! JSON, opened branch by branch.

use crate::logic::excerpt::first_line;
use crate::logic::format::count;
use crate::logic::shown::json::{Field, Tree};
use crate::ui::frame::button;
use crate::ui::shared::{El, Live, el, small_icon};
use std::sync::Arc;

/// The fields of a value; branches below them are made when somebody opens them.
pub fn tree(fields: &[Field]) -> El {
    // A lone branch is what one came for.
    let is_lone = fields.len() == 1;
    el("div").class("json").children(fields.iter().map(|one| field(one, is_lone)))
}

fn field(field: &Field, is_open: bool) -> El {
    let key = (!field.key.is_empty()).then(|| el("span").class("json-key").text(&field.key));
    let value = |class: &str, text: &str| el("span").class(class).attr("dir", "auto").text(text);
    let row = el("div").class("json-field");
    match &field.value {
        Tree::Text(text) => row.children(key).child(value("json-text", text)),
        Tree::Plain(text) => row.children(key).child(value("json-plain", text)),
        Tree::More(more) => row.child(value("faint", &format!("{} more", count(u64::from(*more), "field")))),
        Tree::Object(fields) => branch(row, key, fields, "field", is_open),
        Tree::List(fields) => branch(row, key, fields, "item", is_open),
    }
}

fn branch(row: El, key: Option<El>, fields: &[Field], noun: &str, is_open: bool) -> El {
    let is_open = Live::new(is_open);
    let gist = el("span").class("faint clip").text(&gist(fields)).live_flag("hidden", move || is_open.get());
    let fields: Arc<Vec<Field>> = Arc::new(fields.to_vec());
    let size = el("span").class("faint num").text(&count(fields.len() as u64, noun));
    let line = button("fold-line", move |_| is_open.update(|is_open| *is_open = !*is_open))
        .live_attr("aria-expanded", move || Some(is_open.get().to_string()))
        .child(small_icon("right"))
        .children(key)
        .child(size)
        .child(gist);
    let below = el("div").class("json-branch").live(move || match is_open.get() {
        true => fields.iter().map(|one| field(one, false)).collect(),
        false => Vec::new(),
    });
    row.child(line).child(below)
}

/// The first values of a branch that is closed.
fn gist(fields: &[Field]) -> String {
    let value = |field: &Field| match &field.value {
        Tree::Text(text) | Tree::Plain(text) => Some(first_line(text, 40)),
        _ => None,
    };
    fields.iter().filter_map(value).take(3).collect::<Vec<_>>().join(", ")
}
