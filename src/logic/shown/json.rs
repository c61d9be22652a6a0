//! JSON as a tree that is opened branch by branch.

use super::signs::visible;
use crate::logic::excerpt::start;
use crate::logic::format::bytes_text;
use crate::model::Wire;
use serde_json::Value;

/// Branches deeper than this are text.
const DEEPEST: usize = 32;

/// A field of an object, or an item of a list (its key is its number).
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub struct Field {
    pub key: String,
    pub value: Tree,
}

#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub enum Tree {
    Text(String),
    /// A number, `true`, `false`, `null`, something empty.
    Plain(String),
    Object(Vec<Field>),
    List(Vec<Field>),
    /// So many more fields are left out.
    More(u32),
}

/// How much of a tree is shown.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    fields: usize,
    bytes: usize,
}

impl Limits {
    /// At first.
    pub const FIRST: Self = Self { fields: 200, bytes: 2_000 };
    /// When somebody wants to see all.
    pub const ALL: Self = Self { fields: 5_000, bytes: 200_000 };
}

/// A tree within limits.
pub struct Cut {
    pub fields: Vec<Field>,
    pub is_cut: bool,
}

/// The tree of a value.
pub fn tree(value: &Value, limits: Limits) -> Cut {
    let mut maker = Maker { left: limits.fields, limits, is_cut: false };
    let fields = match maker.value(value, 0) {
        Tree::Object(fields) | Tree::List(fields) => fields,
        value => vec![Field { key: String::new(), value }],
    };
    Cut { fields, is_cut: maker.is_cut }
}

struct Maker {
    left: usize,
    limits: Limits,
    is_cut: bool,
}

impl Maker {
    fn value(&mut self, value: &Value, depth: usize) -> Tree {
        match value {
            Value::String(text) => Tree::Text(self.text(text)),
            Value::Object(fields) if !fields.is_empty() && depth < DEEPEST => {
                Tree::Object(self.fields(fields.len(), fields.iter().map(|(key, value)| (key.clone(), value)), depth))
            }
            Value::Array(list) if !list.is_empty() && depth < DEEPEST => Tree::List(self.fields(
                list.len(),
                list.iter().enumerate().map(|(at, item)| (at.to_string(), item)),
                depth,
            )),
            other => Tree::Plain(self.text(&other.to_string())),
        }
    }

    fn fields<'a>(
        &mut self,
        len: usize,
        fields: impl Iterator<Item = (String, &'a Value)>,
        depth: usize,
    ) -> Vec<Field> {
        let mut found = Vec::new();
        for (index, (key, value)) in fields.enumerate() {
            if self.left == 0 {
                self.is_cut = true;
                found.push(Field { key: String::new(), value: Tree::More((len - index) as u32) });
                break;
            }
            self.left -= 1;
            let key = visible(&key).into_owned();
            found.push(Field { key, value: self.value(value, depth + 1) });
        }
        found
    }

    fn text(&mut self, text: &str) -> String {
        if text.len() <= self.limits.bytes {
            return visible(text).into_owned();
        }
        self.is_cut = true;
        let cut = (0..=self.limits.bytes).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        [&*visible(start(text, cut)), " … (", &bytes_text(text.len() as u64), ")"].concat()
    }
}
