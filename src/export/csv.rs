//! Tables as comma-separated text: our rules (token-coverage.md §7), and the reference's usage table (fizeau.md §7.3).

use crate::logic::usage::{ReferenceReport, ReferenceTotals};
use crate::model::fixed;
use std::borrow::Cow;

/// One value of a table. A missing one is an empty cell: never 0, `-`, `null` or `NaN`.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// From a log or ours: cannot become a formula in a spreadsheet.
    Text(&'a str),
    Integer(i128),
    /// The shortest decimal, without an exponent; missing if it is no number. Not in the browser, where no table has one
    /// and a printer of floats weighs 10 KB.
    #[cfg(not(target_arch = "wasm32"))]
    Float(f64),
    /// A number that is written already, such as an amount with six decimals.
    Number(String),
    Missing,
}

/// A file of sections, separated by an empty line.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    text: String,
}

impl Sheet {
    /// Starts a section: its title, then the names of its columns.
    pub fn section(&mut self, title: &str, columns: &[&str]) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.row(&[Cell::Text(title)]);
        self.header(columns);
    }

    /// The names of columns, for a file without sections.
    pub fn header(&mut self, columns: &[&str]) {
        let cells: Vec<_> = columns.iter().copied().map(Cell::Text).collect();
        self.row(&cells);
    }

    /// One line.
    pub fn row(&mut self, cells: &[Cell<'_>]) {
        let cells: Vec<_> = cells.iter().map(cell).collect();
        self.text.push_str(&cells.join(","));
        self.text.push('\n');
    }

    /// UTF-8 without a byte order mark, LF line ends.
    pub fn finish(self) -> String {
        self.text
    }
}

fn cell<'a>(cell: &'a Cell<'_>) -> Cow<'a, str> {
    match cell {
        Cell::Text(text) => quoted(neutral(text)),
        Cell::Integer(number) => number.to_string().into(),
        // Adding 0 turns -0 into 0.
        #[cfg(not(target_arch = "wasm32"))]
        Cell::Float(number) if number.is_finite() => (number + 0.0).to_string().into(),
        #[cfg(not(target_arch = "wasm32"))]
        Cell::Float(_) => "".into(),
        Cell::Number(number) => number.as_str().into(),
        Cell::Missing => "".into(),
    }
}

/// Text that a spreadsheet would run as a formula gets a `'` in front.
fn neutral(text: &str) -> Cow<'_, str> {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        true => format!("'{text}").into(),
        false => text.into(),
    }
}

fn quoted(text: Cow<'_, str>) -> Cow<'_, str> {
    match text.contains(['"', ',', '\r', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")).into(),
        false => text,
    }
}

const REFERENCE_HEADER: &str = "provider,model,sessions,success_sessions,failed_sessions,input_tokens,output_tokens,\
    total_tokens,duration_ms,known_cost_usd,unknown_cost_sessions,success_rate,cost_per_success,\
    input_tokens_per_second,output_tokens_per_second,cache_read_tokens,cache_write_tokens";

/// The table that `fiz usage --csv` prints (fizeau.md §7.3). Names are quoted but not neutralised, as there.
pub fn usage_reference(report: &ReferenceReport) -> String {
    let mut text = format!("{REFERENCE_HEADER}\n");
    for row in &report.rows {
        reference_row(&mut text, &row.provider, &row.model, row);
    }
    reference_row(&mut text, "TOTAL", "", &report.totals);
    text
}

fn reference_row(text: &mut String, provider: &str, model: &str, row: &ReferenceTotals) {
    let decimals = |amount: Option<f64>| amount.map_or(String::new(), |amount| fixed(amount, 4));
    let cells = [
        quoted(provider.into()).into_owned(),
        quoted(model.into()).into_owned(),
        row.sessions.to_string(),
        row.success_sessions.to_string(),
        row.failed_sessions.to_string(),
        row.input_tokens.to_string(),
        row.output_tokens.to_string(),
        row.total_tokens.to_string(),
        row.duration_ms.to_string(),
        decimals(row.known_cost.map(|cost| cost.usd())),
        row.unknown_cost_sessions.to_string(),
        decimals(Some(row.success_rate())),
        decimals(row.cost_per_success()),
        fixed(row.input_tokens_per_second(), 1),
        fixed(row.output_tokens_per_second(), 1),
        row.cache_read_tokens.to_string(),
        row.cache_write_tokens.to_string(),
    ];
    text.push_str(&cells.join(","));
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logic::usage::{example, reference};
    use crate::model::ReferenceRow;

    #[test]
    fn cells() {
        let check = |value: Cell<'_>, text: &str| assert_eq!(cell(&value), text);
        check(Cell::Text("plain"), "plain");
        check(Cell::Text(""), "");
        check(Cell::Text("=cmd,x"), "\"'=cmd,x\"");
        check(Cell::Text("=1+1"), "'=1+1");
        check(Cell::Text("+49"), "'+49");
        check(Cell::Text("-1"), "'-1");
        check(Cell::Text("@here"), "'@here");
        check(Cell::Text("\tx"), "'\tx");
        check(Cell::Text("\r\nx"), "\"'\r\nx\"");
        check(Cell::Text("a \"b\""), "\"a \"\"b\"\"\"");
        check(Cell::Text("a=b"), "a=b");
        check(Cell::Text("'=x"), "'=x");
        check(Cell::Integer(-1), "-1");
        check(Cell::Integer(u64::MAX.into()), "18446744073709551615");
        check(Cell::Float(20.0), "20");
        check(Cell::Float(4.2), "4.2");
        check(Cell::Float(-0.5), "-0.5");
        check(Cell::Float(-0.0), "0");
        check(Cell::Float(1e-7), "0.0000001");
        check(Cell::Float(1e21), "1000000000000000000000");
        check(Cell::Float(f64::NAN), "");
        check(Cell::Float(f64::INFINITY), "");
        check(Cell::Number("-1.500000".into()), "-1.500000");
        check(Cell::Missing, "");
    }

    #[test]
    fn sections() {
        let mut sheet = Sheet::default();
        sheet.section("Summary", &["Metric", "Value"]);
        sheet.row(&[Cell::Text("Output Tokens"), Cell::Missing]);
        sheet.row(&[Cell::Text("Most Active Project"), Cell::Text("=cmd,x")]);
        sheet.section("Projects", &["Name", "Avg Messages"]);
        sheet.row(&[Cell::Text("a"), Cell::Float(4.2)]);
        let text = "Summary\nMetric,Value\nOutput Tokens,\nMost Active Project,\"'=cmd,x\"\n\n\
            Projects\nName,Avg Messages\na,4.2\n";
        assert_eq!(sheet.finish(), text);
    }

    #[test]
    fn the_reference_table_of_the_worked_example() {
        let rows = example::reference_rows();
        assert_eq!(
            usage_reference(&reference(rows.iter(), None)),
            "provider,model,sessions,success_sessions,failed_sessions,input_tokens,output_tokens,total_tokens,duration_ms,known_cost_usd,unknown_cost_sessions,success_rate,cost_per_success,input_tokens_per_second,output_tokens_per_second,cache_read_tokens,cache_write_tokens\n\
            openrouter,m1,3,2,1,1800,180,1980,11000,,1,0.6667,,163.6,16.4,0,0\n\
            unknown,gpt-5.4,1,1,0,1008318,7261,1015579,274696,,1,1.0000,,3670.7,26.4,918016,0\n\
            unknown,opus,1,1,0,21,8931,8952,233226,0.9221,0,1.0000,0.9221,0.1,38.3,825536,45366\n\
            vllm,q,1,0,1,10,5,20,1500,0.0000,0,0.0000,,6.7,3.3,3,2\n\
            TOTAL,,6,4,2,1010149,16377,1026531,520422,,2,0.6667,,1941.0,31.5,1743555,45368\n"
        );
    }

    #[test]
    fn the_reference_quotes_and_does_no_more() {
        let row = |provider: &str, model: &str| ReferenceRow {
            has_start: true,
            has_end: true,
            provider: provider.into(),
            model: model.into(),
            ..ReferenceRow::default()
        };
        let rows = [row("=1+1", "a\"b,c"), row("x\ny", "-m")];
        let text = usage_reference(&reference(rows.iter(), None));
        let zeros = "1,0,1,0,0,0,0,,1,0.0000,,0.0,0.0,0,0";
        assert!(text.contains(&format!("\n=1+1,\"a\"\"b,c\",{zeros}\n")), "{text}");
        assert!(text.contains(&format!("\n\"x\ny\",-m,{zeros}\n")), "{text}");
        assert!(text.ends_with("\nTOTAL,,2,0,2,0,0,0,0,,2,0.0000,,0.0,0.0,0,0\n"));
    }

    #[test]
    fn an_empty_report_is_a_header_and_zeros() {
        let text = usage_reference(&reference([].into_iter(), None));
        assert_eq!(text.lines().count(), 2);
        assert!(text.ends_with("\nTOTAL,,0,0,0,0,0,0,0,,0,0.0000,,0.0,0.0,0,0\n"));
    }
}
