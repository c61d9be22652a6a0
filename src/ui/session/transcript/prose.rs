//! Markdown as elements: those of this file and no others. Links open elsewhere, and images stay where they are.

use crate::logic::shown::markdown::{Align, Inline, Item, Node, may_open};
use crate::ui::shared::{El, el, small_icon};

/// The elements of a tree.
pub fn prose(nodes: &[Node]) -> Vec<El> {
    nodes.iter().map(node).collect()
}

fn node(node: &Node) -> El {
    match node {
        Node::Paragraph(of) => text("p", of),
        // The page has headings of its own: those of a text say their level to those who ask.
        Node::Heading(level, of) => text("p", of)
            .class("prose-head")
            .attr("role", "heading")
            .attr("aria-level", &(level + 2).min(6).to_string()),
        Node::Quote(nodes) => el("blockquote").children(prose(nodes)),
        Node::List { start, items } => {
            let list = match start {
                Some(1) => el("ol"),
                Some(start) => el("ol").attr("start", &start.to_string()),
                None => el("ul"),
            };
            list.children(items.iter().map(item))
        }
        Node::Code { language, text } => {
            let label = (!language.is_empty()).then(|| el("span").class("prose-language").text(language));
            el("div").class("block prose-code").children(label).child(el("pre").attr("tabindex", "0").text(text))
        }
        Node::Table { columns, rows } => table(columns, rows),
        Node::Rule => el("hr"),
    }
}

fn text(tag: &str, of: &[Inline]) -> El {
    line(el(tag).attr("dir", "auto"), of)
}

fn item(item: &Item) -> El {
    let row = el("li").attr("dir", "auto");
    let sign = item.is_done.map(|is_done| {
        let sign = el("i").class("task-sign").attr("aria-hidden", "true");
        let sign = if is_done { sign.child(small_icon("check")) } else { sign };
        el("span").child(sign).child(el("span").class("sr").text(if is_done { "done: " } else { "to do: " }))
    });
    let row = match item.is_done {
        Some(is_done) => row.attr("data-state", if is_done { "done" } else { "open" }),
        None => row,
    };
    let row = row.children(sign);
    // A lone paragraph needs no element of its own.
    match item.nodes.as_slice() {
        [Node::Paragraph(of), rest @ ..] => line(row, of).children(prose(rest)),
        nodes => row.children(prose(nodes)),
    }
}

fn table(columns: &[Align], rows: &[Vec<Vec<Inline>>]) -> El {
    let cell = |tag: &str, (of, align): (&Vec<Inline>, &Align)| {
        let cell = text(tag, of);
        match align {
            Align::Start => cell,
            Align::Middle => cell.attr("data-align", "middle"),
            Align::End => cell.attr("data-align", "end"),
        }
    };
    let row = |tag: &str, row: &Vec<Vec<Inline>>| el("tr").children(row.iter().zip(columns).map(|of| cell(tag, of)));
    let head = el("thead").children(rows.iter().take(1).map(|of| row("th", of)));
    let body = el("tbody").children(rows.iter().skip(1).map(|of| row("td", of)));
    let table = el("table").child(head).child(body);
    el("div").class("prose-table").attr("tabindex", "0").attr("role", "region").attr("aria-label", "Table").child(table)
}

/// Puts the parts of a line into an element.
fn line(to: El, of: &[Inline]) -> El {
    of.iter().fold(to, |to, part| match part {
        Inline::Text(text) => to.text(text),
        Inline::Code(text) => to.child(el("code").text(text)),
        Inline::Strong(of) => to.child(line(el("strong"), of)),
        Inline::Emphasis(of) => to.child(line(el("em"), of)),
        Inline::Struck(of) => to.child(line(el("del"), of)),
        Inline::Link { to: address, of } => to.child(line(link(address), of)),
        Inline::Image { of, from } => to.child(placeholder(of, from)),
    })
}

fn link(address: &str) -> El {
    if !may_open(address) {
        return el("span");
    }
    let away = el("a").attr("href", address).attr("target", "_blank").attr("rel", "noopener noreferrer nofollow");
    away.attr("title", address)
}

/// In place of an image of the network: what it shows and where it is.
fn placeholder(of: &str, from: &str) -> El {
    let words = if of.is_empty() { "Image" } else { of };
    let label = el("span").class("muted").text("image, not loaded: ");
    let name = link(from).attr("title", from).text(words);
    el("span").class("prose-image").attr("data-testid", "remote-image").child(label).child(name)
}
