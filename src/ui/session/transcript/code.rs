//! Text of equal widths: with the colours of a terminal, with line numbers, or as a difference.

use crate::logic::shown::ansi::{Colour, Look, Span};
use crate::logic::shown::{DiffLine, Sign};
use crate::ui::shared::{El, el};

/// What a tool wrote or read. Lines have numbers where `first` is the first one's.
pub fn code(spans: &[Span], first: Option<u32>) -> El {
    let Some(first) = first else {
        return spans.iter().fold(el("pre"), painted);
    };
    let pre = el("pre").class("numbered").css("counter-reset", &format!("line {}", i64::from(first) - 1));
    let mut line = el("span").class("line");
    let mut lines = Vec::new();
    for span in spans {
        let mut rest = span.text.as_str();
        while let Some((text, after)) = rest.split_once('\n') {
            line = painted(line, &Span { text: text.to_owned() + "\n", look: span.look });
            lines.push(std::mem::replace(&mut line, el("span").class("line")));
            rest = after;
        }
        line = painted(line, &Span { text: rest.to_owned(), look: span.look });
    }
    if line.node().has_child_nodes() {
        lines.push(line);
    }
    // As wide as the last number, so that short files do not stand far in.
    let digits = (u64::from(first) + lines.len() as u64).to_string().len();
    pre.css("--digits", &digits.max(2).to_string()).children(lines)
}

fn painted(to: El, span: &Span) -> El {
    match span.text.as_str() {
        "" => to,
        text if span.look == Look::default() => to.text(text),
        text => to.child(look(el("span"), span.look).text(text)),
    }
}

const NAMES: [&str; 8] = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

fn look(to: El, look: Look) -> El {
    let mut classes = String::new();
    let mut class = |name: &str| {
        classes.push_str(if classes.is_empty() { "ansi-" } else { " ansi-" });
        classes.push_str(name);
    };
    let marks = [
        (Look::BOLD, "bold"),
        (Look::DIM, "dim"),
        (Look::ITALIC, "italic"),
        (Look::UNDERLINE, "underline"),
        (Look::STRUCK, "struck"),
        (Look::INVERSE, "inverse"),
    ];
    for (mark, name) in marks {
        if look.has(mark) {
            class(name);
        }
    }
    let mut to = to;
    for (colour, own, mixed) in [(look.ink, "", "ink"), (look.ground, "on-", "ground")] {
        match colour {
            Colour::Own => {}
            Colour::Named(number) => {
                let name = NAMES.get(usize::from(number % 8)).copied().unwrap_or("white");
                class(&[own, if number == 8 { "dim" } else { name }].concat());
            }
            Colour::Rgb(red, green, blue) => {
                class(mixed);
                to = to.css(&["--ansi-", mixed].concat(), &format!("rgb({red} {green} {blue})"));
            }
        }
    }
    to.class(&classes)
}

/// A change, line by line.
pub fn difference(lines: &[DiffLine]) -> El {
    let numbered = lines.iter().any(|line| line.old.is_some() || line.new.is_some());
    el("div")
        .class("diff")
        .attr("tabindex", "0")
        .attr("role", "group")
        .attr("aria-label", "Changed lines")
        .flag("data-numbered", numbered)
        .children(lines.iter().map(|line| diff_line(line, numbered)))
}

fn diff_line(line: &DiffLine, is_numbered: bool) -> El {
    let (sign, word) = match line.sign {
        Sign::Same => (" ", ""),
        Sign::Gone => ("-", "removed: "),
        Sign::New => ("+", "added: "),
        Sign::Gap => ("⋯", ""),
    };
    let number = |number: Option<u32>| el("span").text(&number.map(|number| number.to_string()).unwrap_or_default());
    let numbers = [line.old, line.new].into_iter().filter(|_| is_numbered).map(number);
    let text = line.parts.iter().fold(el("span"), |to, (is_marked, part)| match is_marked {
        true => to.child(el("mark").text(part)),
        false => to.text(part),
    });
    let word = (!word.is_empty()).then(|| el("span").class("sr").text(word));
    el("div")
        .class("diff-line")
        .attr("data-sign", sign)
        .children(numbers)
        .child(el("span").children(word).text(sign))
        .child(text)
}
