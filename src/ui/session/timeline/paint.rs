//! A canvas in the page's own colours: sharp on every screen, painted anew when the theme changes.

use crate::logic::timeline::Kind;
use crate::ui::shared::{El, Kept, Live, el, listen};
use crate::ui::theme::CHANGED;
use leptos::prelude::{document, window};
use send_wrapper::SendWrapper;
use std::cell::Cell;
use std::ops::Range;
use wasm_bindgen::prelude::*;
use web_sys::{CanvasPattern, CanvasRenderingContext2d, Element, HtmlCanvasElement, HtmlElement};

#[wasm_bindgen]
extern "C" {
    /// What sets a colour without a text being copied each time.
    #[wasm_bindgen(js_name = Object)]
    type Brush;
    #[wasm_bindgen(method, setter, structural, js_name = fillStyle)]
    fn set_fill(this: &Brush, value: &JsValue);
}

/// A colour of tokens.css.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    Panel,
    Muted,
    Text,
    Line,
    Control,
    Accent,
    Soft,
    Warning,
    Hatch,
    Ground,
    Prompt,
    Response,
    Thinking,
    Shell,
    Read,
    Edit,
    Search,
    Other,
    SubAgent,
    Compaction,
    Error,
    Waiting,
}

/// In the order of [`Ink`].
const NAMES: [&str; 22] = [
    "--surface-panel",
    "--text-muted",
    "--text-default",
    "--line-strong",
    "--line-control",
    "--accent",
    "--accent-soft",
    "--status-warn",
    "--hatch-ink",
    "--hatch-ground",
    "--kind-prompt",
    "--kind-response",
    "--kind-thinking",
    "--kind-tool-shell",
    "--kind-tool-read",
    "--kind-tool-edit",
    "--kind-tool-search",
    "--series-other",
    "--kind-sub-agent",
    "--kind-compaction",
    "--kind-error",
    "--kind-waiting",
];

/// The distance of hatch lines along the edge of what they fill, pixels: 5 across.
const HATCH_PX: f64 = 7.0;
const DOTS_PX: f64 = 4.0;
const SIGN_PX: f64 = 12.0;

/// A kind, its colour and the corners of its shape.
type Sign = (Kind, Ink, &'static [(f64, f64)]);

/// The signs of kinds: shape carries the kind, colour repeats it. Corners in pixels.
const SIGNS: [Sign; 6] = [
    (Kind::Prompt, Ink::Prompt, &[(2.0, 1.0), (10.0, 1.0), (10.0, 7.0), (6.0, 11.0), (2.0, 7.0)]),
    (
        Kind::Error,
        Ink::Error,
        &[(4.0, 1.0), (8.0, 1.0), (11.0, 4.0), (11.0, 8.0), (8.0, 11.0), (4.0, 11.0), (1.0, 8.0), (1.0, 4.0)],
    ),
    (Kind::Compaction, Ink::Compaction, &[(1.0, 1.0), (11.0, 1.0), (6.0, 6.0), (11.0, 11.0), (1.0, 11.0), (6.0, 6.0)]),
    (Kind::SubAgent, Ink::SubAgent, &[(6.0, 2.0), (11.0, 11.0), (1.0, 11.0)]),
    (Kind::Override, Ink::Muted, &[(6.0, 1.0), (11.0, 6.0), (6.0, 11.0), (1.0, 6.0)]),
    (
        Kind::Edit,
        Ink::Edit,
        &[
            (5.0, 3.0),
            (7.0, 3.0),
            (7.0, 6.0),
            (10.0, 6.0),
            (10.0, 8.0),
            (7.0, 8.0),
            (7.0, 11.0),
            (5.0, 11.0),
            (5.0, 8.0),
            (2.0, 8.0),
            (2.0, 6.0),
            (5.0, 6.0),
        ],
    ),
];

/// Colours and patterns of one theme at one resolution.
struct Palette {
    inks: Vec<JsValue>,
    hatch: JsValue,
    dots: JsValue,
    signs: Vec<(Kind, HtmlCanvasElement)>,
    fonts: [String; 2],
    /// The one that the canvas has: browsers read its words each time that it is set.
    font: Cell<Option<bool>>,
    /// Pixels of the screen in one of the page.
    ratio: f64,
}

/// Rises whenever colours may have changed.
pub fn looks() -> Live<u32> {
    let looks = Live::new(0u32);
    let changed = move |_| looks.update(|looks| *looks = looks.wrapping_add(1));
    listen(&window(), CHANGED, changed);
    for query in ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"] {
        if let Ok(Some(query)) = window().match_media(query) {
            listen(&query, "change", changed);
        }
    }
    looks
}

/// A canvas, and what it is painted with. Lengths are pixels of the page.
#[derive(Clone, Copy)]
pub struct Surface {
    held: Kept<SendWrapper<Held>>,
    looks: Live<u32>,
}

struct Held {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    /// With the state of `looks` that it was made at.
    palette: Option<(u32, Palette)>,
}

impl Surface {
    /// The canvas is not for screen readers: something else must say what it shows.
    pub fn new(class: &str, looks: Live<u32>) -> (El, Option<Self>) {
        let element = el("canvas").class(class).attr("aria-hidden", "true");
        let canvas: HtmlCanvasElement = element.node().unchecked_into();
        let context = canvas.get_context("2d").ok().flatten().and_then(|context| context.dyn_into().ok());
        let held = context.map(|context| Held { canvas, context, palette: None });
        (element, held.map(|held| Self { held: Kept::new(SendWrapper::new(held)), looks }))
    }

    /// Paints all of it anew.
    pub fn paint(self, width_px: f64, height_px: f64, act: impl FnOnce(&Pen<'_>)) {
        let looks = self.looks.get();
        let ratio = window().device_pixel_ratio();
        self.held.update(|held| {
            let Held { canvas, context, palette } = &mut **held;
            if palette.as_ref().is_none_or(|(seen, palette)| *seen != looks || palette.ratio != ratio) {
                *palette = canvas.parent_element().map(|parent| (looks, Palette::read(&parent, ratio)));
            }
            let Some((_, palette)) = palette else { return };
            let (width, height) = ((width_px * ratio).round() as u32, (height_px * ratio).round() as u32);
            if (canvas.width(), canvas.height()) != (width, height) {
                canvas.set_width(width);
                canvas.set_height(height);
                palette.font.set(None);
            } else {
                context.clear_rect(0.0, 0.0, f64::from(width), f64::from(height));
            }
            act(&Pen { context, palette });
        });
    }
}

impl Palette {
    /// Canvases know nothing of custom properties, so an element is asked what they come to.
    fn read(parent: &Element, ratio: f64) -> Self {
        let probe = el("span").attr("hidden", "").node();
        // A parent that has the canvas takes the probe too.
        let _is_there = parent.append_child(&probe);
        let style = probe.unchecked_ref::<HtmlElement>().style();
        let computed = window().get_computed_style(&probe).ok().flatten();
        let value = |property: &str, text: &str| {
            let _is_set = style.set_property(property, text);
            computed.as_ref().and_then(|computed| computed.get_property_value(property).ok()).unwrap_or_default()
        };
        let colours: Vec<String> = NAMES.iter().map(|name| value("color", &format!("var({name})"))).collect();
        let fonts = ["var(--font-text)", "var(--font-data)"].map(|name| value("font-family", name));
        probe.remove();
        let ink = |ink: Ink| colours.get(ink as usize).map_or("", String::as_str);
        let hatch = tile(HATCH_PX, ratio, ink(Ink::Ground), |context, side| {
            context.set_stroke_style_str(ink(Ink::Hatch));
            context.set_line_width(ratio.max(1.0));
            for shift in [-side, 0.0, side] {
                context.move_to(shift - 1.0, side + 1.0);
                context.line_to(shift + side + 1.0, -1.0);
            }
            context.stroke();
        });
        let dots = tile(DOTS_PX, ratio, ink(Ink::Panel), |context, side| {
            context.set_fill_style_str(ink(Ink::Waiting));
            let dot = (side * 0.42).round().max(1.0);
            context.fill_rect(((side - dot) / 2.0).round(), ((side - dot) / 2.0).round(), dot, dot);
        });
        let signs = SIGNS.iter().filter_map(|(kind, sign_ink, points)| {
            let (canvas, context) = canvas(SIGN_PX, ratio)?;
            context.set_fill_style_str(ink(*sign_ink));
            context.begin_path();
            points.iter().for_each(|(x, y)| context.line_to(x * ratio, y * ratio));
            context.fill();
            Some((*kind, canvas))
        });
        let signs = signs.collect();
        let inks = colours.iter().map(|colour| JsValue::from_str(colour)).collect();
        Self { inks, hatch: hatch.into(), dots: dots.into(), signs, fonts, font: Cell::new(None), ratio }
    }
}

/// A square canvas that is on no page.
fn canvas(side_px: f64, ratio: f64) -> Option<(HtmlCanvasElement, CanvasRenderingContext2d)> {
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    let side = (side_px * ratio).round().max(2.0) as u32;
    canvas.set_width(side);
    canvas.set_height(side);
    let context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    Some((canvas, context))
}

/// A pattern of square tiles.
fn tile(
    side_px: f64,
    ratio: f64,
    ground: &str,
    act: impl FnOnce(&CanvasRenderingContext2d, f64),
) -> Option<CanvasPattern> {
    let (canvas, context) = canvas(side_px, ratio)?;
    let side = f64::from(canvas.width());
    context.set_fill_style_str(ground);
    context.fill_rect(0.0, 0.0, side, side);
    act(&context, side);
    context.create_pattern_with_html_canvas_element(&canvas, "repeat").ok()?
}

/// What paints one frame.
pub struct Pen<'a> {
    context: &'a CanvasRenderingContext2d,
    palette: &'a Palette,
}

impl Pen<'_> {
    fn brush(&self) -> &Brush {
        self.context.unchecked_ref()
    }

    /// What is filled from now on has this colour.
    pub fn ink(&self, ink: Ink) {
        if let Some(colour) = self.palette.inks.get(ink as usize) {
            self.brush().set_fill(colour);
        }
    }

    /// What is filled from now on is hatched: nobody recorded it.
    pub fn hatch(&self) {
        self.brush().set_fill(&self.palette.hatch);
    }

    /// What is filled from now on is dotted.
    pub fn dots(&self) {
        self.brush().set_fill(&self.palette.dots);
    }

    /// What is painted from now on lets so much of what is below through: 0 is nothing, 1 all.
    pub fn alpha(&self, alpha: f64) {
        self.context.set_global_alpha(alpha);
    }

    /// A rectangle on whole pixels of the screen.
    pub fn rect(&self, x: f64, y: f64, width: f64, height: f64) {
        let ((left, right), (top, bottom)) = (self.span(x, width), self.span(y, height));
        self.context.fill_rect(left, top, right - left, bottom - top);
    }

    /// From which pixel of the screen to which a length reaches.
    fn span(&self, from: f64, length: f64) -> (f64, f64) {
        // Not `round`, which is a call: this is done thousands of times in a frame.
        let pixel = |at: f64| (at * self.palette.ratio + 0.5).floor();
        let start = pixel(from);
        (start, pixel(from + length).max(start + 1.0))
    }

    /// The same as places in a list of all columns of the screen.
    pub fn columns(&self, x: f64, width: f64) -> Range<usize> {
        let (from, to) = self.span(x, width);
        from as usize..to as usize
    }

    /// Rectangles on one ground that stand side by side: one for columns of the same height, which are pixels of the screen.
    pub fn skyline(&self, heights: &[u32], bottom: f64) {
        let mut left = 0;
        let bottom = self.span(bottom, 0.0).0;
        for same in heights.chunk_by(|a, b| a == b) {
            let height = same.first().map_or(0.0, |height| f64::from(*height));
            if height > 0.0 {
                self.context.fill_rect(f64::from(left), bottom - height, same.len() as f64, height);
            }
            left += same.len() as u32;
        }
    }

    /// The edge of a rectangle, one pixel wide, inside of it.
    pub fn frame(&self, x: f64, y: f64, width: f64, height: f64) {
        self.rect(x, y, width, 1.0);
        self.rect(x, y + height - 1.0, width, 1.0);
        self.rect(x, y, 1.0, height);
        self.rect(x + width - 1.0, y, 1.0, height);
    }

    /// Text in the small size of ticks; `y` is its middle.
    pub fn text(&self, text: &str, x: f64, y: f64, is_data: bool) {
        self.set_font(is_data);
        let ratio = self.palette.ratio;
        // Fails for no text.
        let _is_painted = self.context.fill_text(text, (x * ratio).round(), (y * ratio).round());
    }

    /// As [`Pen::text`] on a ground of the panel's colour, so that it can be read over bars; moved to the left where it
    /// would reach over the edge.
    pub fn note(&self, text: &str, x: f64, y: f64, ink: Ink) {
        self.set_font(false);
        let width = self.context.measure_text(text).map_or(0.0, |size| size.width()) / self.palette.ratio;
        let edge = self.context.canvas().map_or(0.0, |canvas| f64::from(canvas.width())) / self.palette.ratio;
        let x = x.min(edge - width - 8.0);
        self.ink(Ink::Panel);
        self.alpha(0.86);
        self.rect(x, y - 7.0, width + 8.0, 14.0);
        self.alpha(1.0);
        self.ink(ink);
        self.text(text, x + 4.0, y, false);
    }

    fn set_font(&self, is_data: bool) {
        if self.palette.font.replace(Some(is_data)) == Some(is_data) {
            return;
        }
        let Palette { fonts, ratio, .. } = self.palette;
        let size = crate::logic::format::fixed(10.5 * ratio, 2);
        self.context.set_font(&format!("{size}px {}", fonts[usize::from(is_data)]));
        self.context.set_text_baseline("middle");
    }

    /// A sign, 12 pixels wide and high.
    pub fn sign(&self, kind: Kind, x: f64, y: f64) {
        let ratio = self.palette.ratio;
        if let Some((_, sign)) = self.palette.signs.iter().find(|(known, _)| *known == kind) {
            // Fails for no canvas that has been painted.
            let _is_painted =
                self.context.draw_image_with_html_canvas_element(sign, (x * ratio).round(), (y * ratio).round());
        }
    }

    /// A dashed line from edge to edge, one pixel high.
    pub fn dashes(&self, y: f64, width: f64, ink: Ink) {
        const PERIOD_PX: f64 = 7.0;
        self.ink(ink);
        for nth in 0..(width / PERIOD_PX) as u32 + 1 {
            self.rect(f64::from(nth) * PERIOD_PX, y, 4.0, 1.0);
        }
    }
}
