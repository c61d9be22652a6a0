//! The sign of a kind: the same in rail, outline and inspector.

use crate::logic::timeline::Kind;
use crate::ui::shared::{El, Live, drawing, el, follow, svg};
use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Shape and colour of a kind; says nothing to screen readers, since the kind's word stands beside it.
pub fn kind_sign(kind: Kind) -> El {
    blank(kind).child(drawing_of(kind))
}

/// The same as a background, for rows of long lists: a drawing of its own in each would be painted apart from the rest
/// of the row, and cost more than all of its text. Drawn by [`paint_signs`].
pub fn row_sign(kind: Kind) -> El {
    blank(kind).css("background-image", &["var(--sign-", kind.name(), ")"].concat())
}

fn blank(kind: Kind) -> El {
    el("span").class("kind-sign").attr("data-kind", kind.name())
}

/// Makes the signs of all kinds, in the page's own colours, and again when these change.
pub fn paint_signs(looks: Live<u32>) {
    follow(move || {
        looks.track();
        let Some(root) = document().document_element() else { return };
        let probe = el("div").attr("hidden", "").children(Kind::ALL.map(kind_sign)).node();
        // A page that exists takes it.
        root.append_child(&probe).map(drop).unwrap_or_default();
        // All are read before the first is set: each colour read after a change has the whole page styled anew.
        let mut images = Vec::new();
        let mut sign = probe.first_element_child();
        while let Some(here) = sign {
            images.push(image_of(&here).unwrap_or_default());
            sign = here.next_element_sibling();
        }
        probe.remove();
        let style = root.unchecked_ref::<HtmlElement>().style();
        for (kind, image) in Kind::ALL.into_iter().zip(images) {
            style.set_property(&["--sign-", kind.name()].concat(), &image).unwrap_or_default();
        }
    });
}

/// A sign as an image of its own: what is drawn, in the colour that it has on the page.
fn image_of(sign: &Element) -> Option<String> {
    const SHAPE: [&str; 8] = ["d", "cx", "cy", "r", "fill", "stroke", "stroke-width", "stroke-dasharray"];
    let colour = window().get_computed_style(sign).ok()??.get_property_value("color").ok()?;
    let mut text = [
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16' fill='none' stroke-width='1.75' \
         stroke-linecap='round' stroke-linejoin='round' color='",
        &*colour,
        "' stroke='",
        &*colour,
        "'>",
    ]
    .concat();
    let mut part = sign.first_element_child()?.first_element_child();
    while let Some(here) = part {
        text += &["<", &*here.local_name()].concat();
        for (name, value) in SHAPE.into_iter().filter_map(|name| Some((name, here.get_attribute(name)?))) {
            text += &[" ", name, "='", &*value, "'"].concat();
        }
        text += "/>";
        part = here.next_element_sibling();
    }
    let text = String::from(js_sys::encode_uri_component(&[&*text, "</svg>"].concat()));
    // Quotes are no part of what is encoded.
    Some(["url(\"data:image/svg+xml,", &*text, "\")"].concat())
}

fn drawing_of(kind: Kind) -> El {
    let symbol = match kind {
        Kind::Prompt => "i-k-prompt",
        Kind::Response => "i-k-response",
        Kind::Thinking => "i-k-thinking",
        Kind::Shell => "i-k-tool-shell",
        Kind::Read => "i-k-tool-read",
        Kind::Edit => "i-k-tool-edit",
        Kind::Search => "i-k-tool-search",
        Kind::SubAgent => "i-k-sub-agent",
        Kind::Compaction => "i-k-compaction",
        Kind::Error => "i-k-error",
        Kind::Waiting => "i-k-waiting",
        Kind::Override => "i-warn",
        Kind::Start => "i-step-on",
        Kind::End => "i-check",
        Kind::Other => "i-unknown",
        Kind::OtherTool | Kind::Routing | Kind::System => "",
    };
    // Signs that the sprite does not have: a box, a page, and a way that forks.
    let own = match kind {
        Kind::OtherTool => "M8 2.5 13 5v6l-5 2.5L3 11V5zM3 5l5 2.5L13 5M8 7.5v6",
        Kind::System => "M3.5 2.5h9v11h-9zM6 6h4M6 8.5h4M6 11h2",
        _ => "M2 8h4l3.5-4.5H14M6 8l3.5 4.5H14",
    };
    match symbol {
        "" => svg("svg").attr("aria-hidden", "true").attr("viewBox", "0 0 16 16").child(svg("path").attr("d", own)),
        _ => drawing(symbol),
    }
}
