//! Steps side by side: only the rows on screen exist. The one at the playhead stands below in full, as in transcripts.

use super::{Found, letter};
use crate::link::Tab;
use crate::logic::compare::{Beside, Row};
use crate::logic::format::count;
use crate::logic::replay::{Pace, Schedule};
use crate::logic::session_list::on_screen;
use crate::logic::timeline::{kind_of, within};
use crate::ui::frame::{button, link};
use crate::ui::session::{
    Open, Player, Told, cost_of, kind_sign, on_keys, on_resize, output_of, play_keys, play_pace, px, step, track_of,
};
use crate::ui::shared::{Derived, El, Kept, Live, el, follow, next_frame, row_height_px, small_icon, window_height_px};
use crate::ui::store::Store;
use std::ops::Range;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent};

/// Height of a row until one was measured, px.
const ROW_PX: f64 = 30.0;
/// Rows drawn beyond the edges.
const SPARE: usize = 10;

/// The steps of all sessions. Copies share them.
#[derive(Clone, Copy)]
struct Steps {
    store: Store,
    found: Kept<Arc<Found>>,
    opens: Kept<Vec<Open>>,
    pane: Kept<Element>,
    /// Where the pane is scrolled to, how high it is, and how high a row is; px.
    place: Live<(f64, f64, f64)>,
    /// The row at the playhead.
    at: Derived<usize>,
    player: Player,
}

/// What stands over the list, the list, and the steps at the playhead. All but the list is there once `is_drawn` says that
/// the list is on screen.
pub fn steps(store: Store, found: &Arc<Found>, is_drawn: Live<bool>) -> Vec<El> {
    let opens: Vec<Open> = found.sides.iter().map(|side| Open::new(store, side.clone(), track_of(side))).collect();
    let pane = el("div").class("compare-list").attr("role", "listbox").attr("tabindex", "0");
    let opens = Kept::new(opens);
    let found = Kept::new(found.clone());
    let moving = Live::new(None::<u32>);
    let named = move || store.view.with(|view| row_of(found, opens, view.step.as_deref()));
    let at = Derived::new(move || moving.get().map_or_else(named, |row| row as usize));
    // As it will be found to be (style/compare.css): what is drawn of another guess is drawn again.
    let height = within((window_height_px() * 0.3).round(), 180.0, 640.0);
    let place = Live::new((top_of(at.get_untracked(), ROW_PX, height), height, ROW_PX));
    let player = player(found, opens, moving, at);
    let steps = Steps { store, found, opens, pane: Kept::new(pane.node()), place, at, player };
    player.hear(move |told| match told {
        Told::Starts => {}
        Told::Goes(row) => steps.choose(row as usize),
        Told::Stops(row) => steps.name(row.map_or(0, |row| row as usize)),
    });
    let total = steps.len();
    let range = Derived::new(move || {
        let (top, height, row_px) = place.get();
        on_screen(total, row_px, top, height, SPARE)
    });
    on_resize(&pane.node(), move || steps.look());
    on_keys(move |key, has_shift| steps.pressed(key, has_shift));
    follow(move || {
        let at = at.get();
        opens.with(|opens| {
            for (open, cell) in opens.iter().zip(steps.cells(at)) {
                open.bodies.want(cell.map(|cell| cell.event).into_iter().collect(), Vec::new());
            }
        });
        // The first time the pane is not laid out yet.
        next_frame(move || steps.show(at));
    });
    let gap = |rows: fn(&Range<usize>, usize) -> usize| {
        let height = move || px(rows(&range.get(), total) as f64 * place.with(|place| place.2));
        el("div").attr("role", "presentation").live_css("height", height)
    };
    let rows =
        el("div").attr("role", "presentation").live(move || range.get().map(|index| steps.line(index)).collect());
    let sides = found.with(|found| found.sides.len());
    let pane = pane
        .attr("aria-label", "Steps side by side")
        .attr("data-testid", "compare-list")
        .live_flag("data-playing", move || player.is_playing.get())
        .css("--sides", &sides.to_string())
        .live_attr("aria-activedescendant", move || Some(id(at.get())))
        .on("scroll", move |_| steps.look())
        .on("click", move |event| steps.clicked(&event))
        .on("keydown", move |event| steps.moved(&event))
        .children([gap(|range, _| range.start), rows, gap(|range, total| total.saturating_sub(range.end))]);
    let pair = el("div").class("compare-pair").attr("data-testid", "compare-pair").css("--sides", &sides.to_string());
    let bar = el("section").class("transport compare-transport").attr("aria-label", "Replay");
    let bar = bar.attr("data-testid", "transport").live(move || match is_drawn.get() {
        true => vec![play_keys(player), play_pace(player)],
        false => Vec::new(),
    });
    let pair = pair.live(move || if is_drawn.get() { steps.pair(at.get()) } else { Vec::new() });
    vec![steps.head(), pane, bar, pair]
}

/// Plays the rows, by the times of all sessions.
fn player(found: Kept<Arc<Found>>, opens: Kept<Vec<Open>>, moving: Live<Option<u32>>, at: Derived<usize>) -> Player {
    let pace = Live::new(Pace::default());
    let rows = Arc::new((0..found.with(|found| found.compared.rows.len() as u32)).collect::<Vec<_>>());
    let events = |side: usize| {
        let cell = |row: &Row| row.cells.get(side)?.as_ref().map(|cell| cell.event);
        found.with(|found| found.compared.rows.iter().map(cell).collect())
    };
    let sides: Vec<_> = opens.with(|opens| (0..).zip(opens).map(|(side, open)| (open.track(), events(side))).collect());
    let schedule = Derived::new(move || Arc::new(Schedule::of_rows(&sides, pace.get())));
    let at = Derived::new(move || Some(at.get() as u32));
    Player::new((moving, pace), at, Derived::new(move || rows.clone()), schedule)
}

fn id(row: usize) -> String {
    ["compare-", &*row.to_string()].concat()
}

/// The row that a link names: a step of the first session by its key alone, one of another after that one's letter. Where
/// it names none, the one at which they part.
fn row_of(found: Kept<Arc<Found>>, opens: Kept<Vec<Open>>, step: Option<&str>) -> usize {
    let find = |step: &str| {
        opens.with(|opens| {
            let with_letter = step.split_once(':');
            (0..).zip(opens).find_map(|(side, open)| {
                let key = match with_letter {
                    Some((of, key)) => Some(key).filter(|_| of == letter(side)),
                    None => Some(step),
                };
                let event = open.track().find(key?)?;
                let is_it =
                    |row: &Row| row.cells.get(side).is_some_and(|it| it.as_ref().is_some_and(|it| it.event == event));
                found.with(|found| found.compared.rows.iter().position(is_it))
            })
        })
    };
    let parts = || found.with(|found| found.compared.rows.iter().position(|row| !row.is_same));
    step.and_then(find).or_else(parts).unwrap_or(0)
}

/// Where a pane is scrolled to, to show a row that is not seen, px.
fn top_of(row: usize, row_px: f64, height: f64) -> f64 {
    let from = row as f64 * row_px;
    if from + row_px > height { (from - height / 2.0).floor() } else { 0.0 }
}

fn differs(row: &Row) -> bool {
    !row.is_same
}

impl Steps {
    fn len(self) -> usize {
        self.found.with(|found| found.compared.rows.len())
    }

    fn cells(self, row: usize) -> Vec<Option<Beside>> {
        self.found.with(|found| found.compared.rows.get(row).map(|row| row.cells.clone()).unwrap_or_default())
    }

    /// The next row of a kind from here, or the one before; the first of all for `None`.
    fn find(self, is_back: Option<bool>, fits: fn(&Row) -> bool) -> Option<usize> {
        let here = self.at.get_untracked();
        self.found.with(|found| {
            let mut found = (0..).zip(&found.compared.rows).filter(|(_, row)| fits(row)).map(|(index, _)| index);
            match is_back {
                None => found.next(),
                Some(false) => found.find(|index| *index > here),
                Some(true) => found.take_while(|index| *index < here).last(),
            }
        })
    }

    /// Moves the playhead.
    fn choose(self, row: usize) {
        let row = row.min(self.len().saturating_sub(1));
        if !self.player.moves_to(row as u32) {
            self.name(row);
        }
    }

    /// Has the link name a step of this row.
    fn name(self, row: usize) {
        let cells = self.cells(row);
        let step = self.opens.with(|opens| {
            (0..).zip(opens.iter().zip(cells)).find_map(|(side, (open, cell))| {
                let key = open.track().key(cell?.event)?;
                Some(if side == 0 { key } else { [&*letter(side), ":", &key].concat() })
            })
        });
        self.store.adjust(|view| view.step = step);
    }

    fn jump(self, is_back: Option<bool>, fits: fn(&Row) -> bool) {
        if let Some(row) = self.find(is_back, fits) {
            self.choose(row);
        }
    }

    /// Keys of the whole view: what is a marker in a session is a difference here.
    fn pressed(self, key: &str, has_shift: bool) -> bool {
        match (key, has_shift) {
            ("ArrowLeft" | "ArrowRight", true) => {
                self.jump(Some(key == "ArrowLeft"), |row| row.cells.iter().flatten().any(|it| it.is_prompt));
            }
            ("e" | "E", is_back) => self.jump(Some(is_back), |row| row.cells.iter().flatten().any(|it| it.has_failed)),
            ("[", _) => self.jump(Some(true), differs),
            ("]", _) => self.jump(Some(false), differs),
            _ => return self.player.pressed(key, has_shift),
        }
        true
    }

    /// Keys of the list.
    fn moved(self, event: &Event) {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        let (_, height, row_px) = self.place.get_untracked();
        let page = ((height / row_px) as isize - 1).max(1);
        match event.key().as_str() {
            "ArrowDown" => self.player.step_by(1),
            "ArrowUp" => self.player.step_by(-1),
            "PageDown" => self.player.step_by(page),
            "PageUp" => self.player.step_by(-page),
            _ => return,
        }
        event.prevent_default();
    }

    fn clicked(self, event: &Event) {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let row = target.and_then(|target| target.closest("[data-row]").ok().flatten());
        if let Some(row) = row.and_then(|row| row.get_attribute("data-row")?.parse().ok()) {
            self.choose(row);
        }
    }

    /// Finds out what is visible.
    fn look(self) {
        let Some(now) = self.measured() else { return };
        if self.place.get_untracked() != now {
            self.place.set(now);
        }
    }

    fn measured(self) -> Option<(f64, f64, f64)> {
        let pane = self.pane.try_with(Element::clone)?;
        let row_px = row_height_px(&pane, ".compare-row", ROW_PX);
        Some((f64::from(pane.scroll_top()), f64::from(pane.client_height()), row_px))
    }

    /// Scrolls a row into the middle, unless it is seen.
    fn show(self, row: usize) {
        let Some((top, height, row_px)) = self.measured() else { return };
        let from = row as f64 * row_px;
        if from < top || from + row_px > top + height {
            self.pane.with(|pane| pane.set_scroll_top(top_of(row, row_px, height) as i32));
        }
        self.look();
    }

    fn head(self) -> El {
        let all = self.len() as u64;
        let same = self.found.with(|found| found.compared.rows.iter().filter(|row| row.is_same).count()) as u64;
        let words = match self.find(None, differs) {
            None => [&*count(all, "step"), ", all the same"].concat(),
            Some(first) => {
                let parts = ["they part at row ", &*(first + 1).to_string()].concat();
                [&*count(all, "row"), ", the same step in ", &same.to_string(), "; ", &parts].concat()
            }
        };
        let jump = |name: &str, is_back: Option<bool>, title: &str| {
            let jump =
                button("button button-small", move |_| self.jump(is_back, differs)).attr("title", title).text(name);
            jump.live_flag("disabled", move || {
                self.at.track();
                self.find(is_back, differs).is_none()
            })
        };
        let place = move || ["row ", &*(self.at.get() + 1).to_string()].concat();
        el("div").class("compare-bar").children([
            el("strong").text("Steps"),
            el("span").class("muted").attr("data-testid", "compare-same").text(&words),
            el("span").class("num muted push").attr("data-testid", "compare-place").live_text(place),
            jump("First difference", None, "Where they part"),
            jump("‹ Previous", Some(true), "Previous difference ([)"),
            jump("Next ›", Some(false), "Next difference (])"),
        ])
    }

    fn line(self, index: usize) -> El {
        let is_same = self.found.with(|found| found.compared.rows.get(index).is_some_and(|row| row.is_same));
        let (sign, word) = if is_same { ("=", "same: ") } else { ("≠", "differs: ") };
        let sign = el("span").class("compare-sign").attr("aria-hidden", "true").text(sign);
        let cells = self.cells(index);
        let cells = self.opens.with(|opens| {
            let each = (0..).zip(opens.iter().zip(cells));
            let words = |side| {
                self.found.with(|found| found.compared.rows.get(index).map_or("", |row| row.words(side)).to_owned())
            };
            each.map(|(side, (open, cell))| line_cell(*open, side, cell, &words(side))).collect::<Vec<_>>()
        });
        el("div")
            .class("compare-row")
            .attr("role", "option")
            .attr("id", &id(index))
            .attr("data-row", &index.to_string())
            .attr("aria-setsize", &self.len().to_string())
            .attr("aria-posinset", &(index + 1).to_string())
            .flag("data-differs", !is_same)
            .live_attr("aria-selected", move || Some((self.at.get() == index).to_string()))
            .child(sign)
            .child(el("span").class("sr").text(word))
            .children(cells)
    }

    /// The steps of a row in full.
    fn pair(self, row: usize) -> Vec<El> {
        let cells = self.cells(row);
        let column = |(side, (open, cell)): (usize, (&Open, Option<Beside>))| {
            let open = *open;
            let name = vec![el("b").class("compare-letter").text(&letter(side)), self.sums(open, side, row)];
            let column = el("section").class("compare-side").attr("aria-label", &["Step of ", &*letter(side)].concat());
            let Some(cell) = cell else {
                let nothing = el("p").class("pane-empty").text("No step of its own here.");
                return column.child(el("div").class("pane-head").children(name)).child(nothing);
            };
            let (session, key) = (open.detail.with(|detail| detail.row.key.clone()), open.track().key(cell.event));
            let to = link(self.store, move |view| {
                (view.tab, view.session, view.step) = (Tab::Session, Some(session.clone()), key.clone());
            });
            let to = to.class("push").child(small_icon("right")).text("In its session");
            column.child(el("div").class("pane-head").children(name).child(to)).child(step(open, cell.event, side))
        };
        self.opens.with(|opens| (0..).zip(opens.iter().zip(cells)).map(column).collect())
    }
}

impl Steps {
    /// What a session had used when it was at a row.
    fn sums(self, open: Open, side: usize, row: usize) -> El {
        let line = el("span").class("compare-sums muted");
        let last = |found: &Arc<Found>| {
            let rows = found.compared.rows.get(..=row).unwrap_or_default();
            rows.iter().rev().find_map(|row| Some(row.cells.get(side)?.as_ref()?.event))
        };
        let Some(event) = self.found.with(last) else { return line.text("not begun") };
        let state = open.state_at(event);
        let output = line.text("output so far ").child(output_of(open, state.output_so_far()));
        output.text(", cost so far ").child(cost_of(open, state.cost_so_far()))
    }
}

fn line_cell(open: Open, side: usize, cell: Option<Beside>, words: &str) -> El {
    let line = el("span").class("compare-cell");
    let name = el("b").class("compare-letter").text(&letter(side));
    let Some(cell) = cell else {
        let dash = el("span").class("faint").attr("aria-hidden", "true").text("·");
        let none = el("span").child(dash).child(el("span").class("sr").text("no step"));
        return line.child(name).child(none);
    };
    let track = open.track();
    let mark = track.get(cell.event);
    let tool = match mark {
        Some(mark) if !cell.is_prompt => track.name(mark),
        _ => "Prompt",
    };
    let failed = cell.has_failed.then(|| el("span").class("badge badge-error").text("failed"));
    let at = mark.map(|mark| open.offset_text(mark)).unwrap_or_default();
    line.child(name)
        .children(mark.map(|mark| kind_sign(kind_of(&track, mark))))
        .child(el("strong").class("nowrap").text(tool))
        .child(el("span").class("mono clip").attr("dir", "auto").text(words))
        .children(failed)
        .child(el("span").class("num faint push").text(&at))
}
