//! Tables for people: columns side by side, log text made harmless for a terminal.

use crate::model::{Timestamp, Zone};
use std::borrow::Cow;

/// Which way a column leans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// Rows under a heading; each column as wide as its longest cell.
#[derive(Debug)]
pub struct Table {
    aligns: Vec<Align>,
    rows: Vec<Vec<String>>,
}

const GAP: &str = "  ";

impl Table {
    /// A table with columns of these names.
    pub fn new(columns: &[(&str, Align)]) -> Self {
        let (names, aligns): (Vec<_>, Vec<_>) =
            columns.iter().map(|(name, align)| (name.to_uppercase(), *align)).unzip();
        Self { aligns, rows: vec![names] }
    }

    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells.iter().map(|cell| harmless(cell).into_owned()).collect());
    }

    /// Lines without blanks at their ends.
    pub fn finish(&self) -> String {
        let width = |column: usize| self.rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max();
        let widths: Vec<usize> = (0..self.aligns.len()).map(|column| width(column).unwrap_or(0)).collect();
        let mut text = String::new();
        for row in &self.rows {
            let cells = row.iter().zip(&self.aligns).zip(&widths);
            let line = cells.map(|((cell, align), width)| padded(cell, *align, *width)).collect::<Vec<_>>().join(GAP);
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// A cell in a column of a width.
pub fn padded(cell: &str, align: Align, column: usize) -> String {
    let blanks = " ".repeat(column.saturating_sub(width(cell)));
    match align {
        Align::Left => format!("{cell}{blanks}"),
        Align::Right => format!("{blanks}{cell}"),
    }
}

/// The beginning of a text, with `…` where the rest was.
pub fn cut(text: &str, longest: usize) -> String {
    if width(text) <= longest {
        return text.to_owned();
    }
    let mut room = longest.saturating_sub(1);
    let fits = |c: &char| {
        let columns = columns_of(*c);
        let has_room = columns <= room;
        room = room.saturating_sub(columns);
        has_room
    };
    let kept: String = text.chars().take_while(fits).collect();
    format!("{}…", kept.trim_end())
}

/// Log text in one line that cannot steer a terminal: control characters and the marks that turn text around are
/// replaced.
pub fn harmless(text: &str) -> Cow<'_, str> {
    let safe = |c: char| match c {
        '\n' | '\r' | '\t' => ' ',
        c if steers(c) => '\u{FFFD}',
        c => c,
    };
    if text.chars().all(|c| safe(c) == c) { text.into() } else { text.chars().map(safe).collect::<String>().into() }
}

/// Whether a character moves the cursor, or the reading direction.
pub fn steers(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// `2026-05-01 10:00`, the wall clock of a zone.
pub fn clock(at: Timestamp, zone: &Zone) -> String {
    let civil = zone.local(at);
    format!("{} {:02}:{:02}", civil.date_text(), civil.hour, civil.minute)
}

/// Columns that a terminal gives a text.
fn width(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

/// Two for East Asian wide characters and most emoji, none for marks that sit on others. Close, not the whole table.
fn columns_of(c: char) -> usize {
    match u32::from(c) {
        0x0300..=0x036F | 0x200B..=0x200D | 0x20D0..=0x20FF | 0xFE00..=0xFE0F => 0,
        0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F => 2,
        0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x1F300..=0x1FAFF | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_side_by_side() {
        let mut table = Table::new(&[("name", Align::Left), ("n", Align::Right), ("note", Align::Left)]);
        table.row(vec!["a".into(), "7".into(), String::new()]);
        table.row(vec!["日本".into(), "1234".into(), "x\ny\u{1b}[2J".into()]);
        assert_eq!(table.finish(), "NAME     N  NOTE\na        7\n日本  1234  x y\u{FFFD}[2J\n");
    }

    #[test]
    fn long_texts_are_cut_to_columns() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdefg", 6), "abcde…");
        assert_eq!(cut("ab cdefg", 4), "ab…");
        assert_eq!(cut("日本日本", 6), "日本…");
    }
}
