//! The palette (Ctrl or Cmd and K): sessions, views, what one can do, and full text over all that is open.

use super::list::{ACTS, act_row, go, item_row};
use super::switches;
use crate::link::Tab;
use crate::logic::format::{count, fixed};
use crate::logic::letters::{contains, lower_case};
use crate::logic::search::{Cursor, Item, SearchPart, Spec};
use crate::ui::frame::is_typing;
use crate::ui::shared::{El, Kept, Live, el, follow, icon, lasting_task, latest, listen, value_of};
use crate::ui::store::Store;
use crate::worker::{Answer, Query};
use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlDialogElement, HtmlInputElement, KeyboardEvent};

const HELP: &str = "Text of all logs. Filters: tool: agent: model: project: status: error: file: tokens> cost>";

/// The palette of the page. Copies share it.
#[derive(Clone, Copy)]
struct Palette {
    store: Store,
    spec: Live<Spec>,
    /// What is told under the field, and whether it is a mistake.
    note: Live<(String, bool)>,
    sessions: Kept<Vec<Item>>,
    steps: Kept<Vec<Item>>,
    /// Rises with each change of what is asked: older answers do not count.
    turn: Kept<u32>,
    groups: Kept<[Element; 3]>,
    /// The chosen line, which the field names.
    chosen: Live<String>,
}

fn dialog() -> Option<HtmlDialogElement> {
    document().get_element_by_id("palette")?.dyn_into().ok()
}

/// Shows it, or closes it again.
pub fn open() {
    let Some(dialog) = dialog() else { return };
    if dialog.open() {
        return dialog.close();
    }
    // Fails only when it is shown already.
    let _is_shown = dialog.show_modal();
    if let Ok(Some(input)) = dialog.query_selector("input") {
        input.unchecked_into::<HtmlInputElement>().select();
    }
}

/// The dialog, closed. Call once.
pub fn palette(store: Store) -> El {
    let group = |name: &str| {
        let head = el("div").class("palette-group").attr("role", "presentation").text(name);
        el("div").attr("role", "group").attr("aria-label", name).child(head).flag("hidden", true)
    };
    let groups = [group("Sessions"), group("Go to"), group("In the logs")];
    let palette = Palette {
        store,
        spec: Live::new(Spec::default()),
        note: Live::new((HELP.to_owned(), false)),
        sessions: Kept::new(Vec::new()),
        steps: Kept::new(Vec::new()),
        turn: Kept::new(0),
        groups: Kept::new(groups.each_ref().map(El::node)),
        chosen: Live::new(String::new()),
    };
    // A key does not wait for the answer to the one before: the worker hears of it and looks no further for that.
    let changed = move || {
        palette.clear();
        lasting_task(palette.search());
    };
    let ask = latest(move || Box::pin(palette.search()));
    follow(move || {
        store.generation.track();
        // What was found may stand elsewhere now, or be gone.
        if !palette.spec.with_untracked(|spec| spec.text.is_empty()) {
            palette.clear();
            ask();
        }
    });
    palette.clear();
    listen(&window(), "keydown", move |event| pressed_anywhere(store, &event));
    let list = el("div").class("palette-list").attr("role", "listbox").attr("id", "palette-list");
    let list = list.attr("aria-label", "Found").attr("tabindex", "-1").children(groups);
    let list = list.on("click", move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if let Some(row) = target.and_then(|target| target.closest("[role=option]").ok().flatten()) {
            palette.activate(&row);
        }
    });
    let note = el("p").class("palette-note").attr("role", "status").attr("data-testid", "palette-note");
    let note = note.live_text(move || palette.note.with(|(words, _)| words.clone()));
    let note = note.live_flag("data-error", move || palette.note.with(|(_, is_error)| *is_error));
    el("dialog").class("palette").attr("id", "palette").attr("aria-label", "Search everything").children([
        palette.field(changed),
        note,
        list,
    ])
}

fn pressed_anywhere(store: Store, event: &Event) {
    let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
    let is_shortcut = (key.ctrl_key() || key.meta_key()) && !key.alt_key() && key.key().eq_ignore_ascii_case("k");
    // In a session `/` finds in it.
    let is_session = store.view.with_untracked(|view| view.tab == Tab::Session);
    let is_slash =
        !is_session && key.key() == "/" && !(key.ctrl_key() || key.meta_key() || key.alt_key() || is_typing(key));
    let is_free = document().query_selector("dialog[open]:not(#palette)").ok().flatten().is_none();
    if (is_shortcut || is_slash) && is_free && !event.default_prevented() {
        event.prevent_default();
        open();
    }
}

impl Palette {
    fn field(self, changed: impl Fn() + Clone + 'static) -> El {
        let for_input = changed.clone();
        let input = el("input")
            .attr("role", "combobox")
            .attr("aria-label", "Search everything")
            .attr("aria-expanded", "true")
            .attr("aria-controls", "palette-list")
            .attr("placeholder", "Search sessions and all their text")
            .attr("autocomplete", "off")
            .attr("spellcheck", "false")
            .attr("data-testid", "palette-input")
            .live_attr("aria-activedescendant", move || Some(self.chosen.get()).filter(|id| !id.is_empty()))
            .live_attr("aria-invalid", move || self.note.with(|(_, is_error)| is_error.then(|| "true".to_owned())))
            .on("input", move |event| {
                self.spec.update(|spec| spec.text = value_of(&event));
                for_input();
            });
        let field = el("div").class("palette-input").children([icon("search"), input, switches(self.spec, changed)]);
        field.on("keydown", move |event| self.pressed(&event))
    }

    fn pressed(self, event: &Event) {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
        let is_in_field = is_typing(key);
        match key.key().as_str() {
            // Esc closes the dialog, and nothing behind it.
            "Escape" => event.stop_propagation(),
            "ArrowDown" if is_in_field => self.step(1),
            "ArrowUp" if is_in_field => self.step(-1),
            "Enter" if is_in_field => {
                if let Some(row) = document().get_element_by_id(&self.chosen.get_untracked()) {
                    self.activate(&row);
                }
            }
            _ => return,
        }
        if key.key() != "Escape" {
            event.prevent_default();
        }
    }

    /// Chooses the next line, or the one before.
    fn step(self, by: i32) {
        let Some(Ok(rows)) = dialog().map(|dialog| dialog.query_selector_all("[role=option]")) else { return };
        let row = |index: u32| rows.get(index).and_then(|row| row.dyn_into::<Element>().ok());
        let chosen = self.chosen.get_untracked();
        let here = (0..rows.length()).find(|index| row(*index).is_some_and(|row| row.id() == chosen));
        let next = here.map_or(0, |here| here.saturating_add_signed(by)).min(rows.length().saturating_sub(1));
        if let Some(next) = row(next) {
            self.choose(&next);
        }
    }

    fn choose(self, row: &Element) {
        let set = |row: &Element, is_chosen: &str| row.set_attribute("aria-selected", is_chosen).unwrap_or_default();
        if let Some(old) = document().get_element_by_id(&self.chosen.get_untracked()) {
            set(&old, "false");
        }
        set(row, "true");
        row.scroll_into_view_with_bool(false);
        self.chosen.set(row.id());
    }

    fn activate(self, row: &Element) {
        let place = row.get_attribute("data-place").unwrap_or_default();
        let Some((kind, number)) = place.split_once('-') else { return };
        let number = number.parse().unwrap_or(usize::MAX);
        if let Some(dialog) = dialog() {
            dialog.close();
        }
        let items = if kind == "session" { self.sessions } else { self.steps };
        match (kind, ACTS.get(number)) {
            ("act", Some((_, _, act))) => act(self.store),
            _ => {
                if let Some(item) = items.with(|items| items.get(number).cloned()) {
                    go(self.store, &item);
                }
            }
        }
    }

    /// Nothing is found yet but what one can do.
    fn clear(self) {
        self.turn.update(|turn| *turn += 1);
        self.sessions.set(Vec::new());
        self.steps.set(Vec::new());
        self.chosen.set(String::new());
        self.note.set((HELP.to_owned(), false));
        self.groups.with(|groups| {
            for group in groups {
                while let Some(row) = group.last_element_child().filter(|row| row.has_attribute("data-place")) {
                    row.remove();
                }
                group.toggle_attribute_with_force("hidden", true).unwrap_or_default();
            }
        });
        let typed = self.spec.with_untracked(|spec| lower_case(spec.text.trim()));
        let fits = |number: &usize| contains(&lower_case(ACTS[*number].0), &typed) || typed.is_empty();
        self.add(1, (0..ACTS.len()).filter(fits).filter_map(act_row).collect());
    }

    fn add(self, group: usize, rows: Vec<El>) {
        if rows.is_empty() {
            return;
        }
        let Some(group) = self.groups.with(|groups| groups.get(group).cloned()) else { return };
        group.remove_attribute("hidden").unwrap_or_default();
        for row in rows {
            // Cannot fail: both are ours.
            group.append_child(&row.node()).ok();
        }
        if self.chosen.with_untracked(String::is_empty) {
            self.step(0);
        }
    }

    /// Asks until all is looked through, or something else is asked for.
    async fn search(self) {
        let spec = self.spec.get_untracked();
        let turn = self.turn.with(|turn| *turn);
        let (mut from, mut bytes, mut ms, mut unread) = (Cursor::default(), 0.0, 0.0, 0);
        if spec.text.trim().is_empty() {
            return;
        }
        loop {
            let answer = self.store.ask(Query::Search { spec: spec.clone(), from }).await;
            let Some(Answer::Search(part)) = answer.filter(|_| self.turn.try_with(|now| *now) == Some(turn)) else {
                return;
            };
            let part = *part;
            (bytes, ms, unread) = (bytes + part.bytes, ms + part.ms, unread + part.unread);
            let next = part.next;
            self.take(part, bytes / ms.max(1.0) / 1000.0, unread);
            let Some(next) = next else { return };
            from = next;
        }
    }

    fn take(self, part: SearchPart, rate: f64, unread: u32) {
        if !part.problem.is_empty() {
            return self.note.set((part.problem, true));
        }
        let rows = |kind: &str, known: Kept<Vec<Item>>, new: Vec<Item>| -> Vec<El> {
            let from = known.with(Vec::len);
            let rows = new.iter().zip(from..).map(|(item, number)| item_row(kind, number, item)).collect();
            known.update(|known| known.extend(new));
            rows
        };
        self.add(0, rows("session", self.sessions, part.sessions));
        self.add(2, rows("step", self.steps, part.steps));
        let steps = self.steps.with(Vec::len) as u64;
        let mut words = match part.is_cut {
            true => ["first ", &*count(steps, "step"), " of many"].concat(),
            false => count(steps, "step"),
        };
        let files = [" · ", &*part.files_done.to_string(), " of ", &*count(u64::from(part.files), "file")].concat();
        words.push_str(&files);
        if rate >= 1.0 {
            words.push_str(&[" · ", &*fixed(rate, 0), " MB/s"].concat());
        }
        if part.next.is_some() {
            words.push_str(" · searching…");
        }
        if unread > 0 {
            words.push_str(&[" · ", &*count(u64::from(unread), "file"), " could not be read again"].concat());
        }
        self.note.set((words, false));
    }
}
