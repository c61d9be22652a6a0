//! Mappings: what a user says of logs that no format knows (docs/mapping.md), tried on an opened file while it is written.
//! They are kept in local storage and go nowhere but into the worker, which reads these files again.

use super::frame::button;
use super::overview::panel::table;
use super::shared::{Derived, El, Live, close_button, el, lasting_task, latest, modal, task};
use super::store::Store;
use super::theme::{forget, keep, kept};
use crate::export::overview::ShownTable;
use crate::model::SourceId;
use crate::worker::{Answer, Query};
use wasm_bindgen::JsCast;
use web_sys::{HtmlSelectElement, HtmlTextAreaElement};

/// What the mappings are called in local storage, and what stands between them there.
const KEPT_AS: &str = "mappings";
const BETWEEN: char = '\u{1e}';

/// The user's mappings, each as JSON, and how the worker says that they are called.
#[derive(Debug, Clone, Default)]
pub struct Mappings {
    texts: Vec<String>,
    names: Vec<String>,
}

/// Tells the worker of the mappings that are kept. Before anything is opened: nothing is read twice then.
pub fn wire(store: Store) {
    if let Some(kept) = kept(KEPT_AS) {
        lasting_task(take(store, kept.split(BETWEEN).map(str::to_owned).collect()));
    }
}

/// The button that opens the dialog for a source.
pub fn mapping_button(store: Store, source: SourceId) -> El {
    let button = button("button button-small mapping-open", move |_| store.mapping_of.set(Some(source)));
    button.attr("data-testid", "mapping-button").text("Mapping…")
}

/// Shows the format that a source was read as, and has it read again as another (others.md O1).
pub fn read_as(store: Store, source: SourceId) -> El {
    let choice = el("select").class("button button-small").attr("aria-label", "Read as").attr("data-testid", "read-as");
    let node: HtmlSelectElement = choice.node().unchecked_into();
    let ask = move |name: String| {
        let list = node.clone();
        task(async move {
            match store.ask(Query::ReadAs { source, name }).await {
                Some(Answer::Words(names)) => {
                    if names.is_empty() {
                        store.say("It is read again. If it holds no such session, choose anew under Problems.", false);
                    }
                    for name in names {
                        let _shown = list.append_child(&el("option").text(&name).node());
                    }
                }
                Some(Answer::Failed(why)) => store.say(&why, true),
                _ => {}
            }
        });
    };
    ask(String::new());
    let list: HtmlSelectElement = choice.node().unchecked_into();
    choice.on("change", move |_| ask(list.value()))
}

/// Has these mappings used, and keeps them.
async fn take(store: Store, texts: Vec<String>) {
    match store.ask(Query::Mappings(texts.clone())).await {
        Some(Answer::Words(names)) => {
            let is_kept = match texts.as_slice() {
                [] => {
                    forget(KEPT_AS);
                    true
                }
                texts => keep(KEPT_AS, &texts.join(&BETWEEN.to_string())),
            };
            if !is_kept {
                store.say("This browser keeps nothing for this page: your mappings last until it is closed.", false);
            }
            store.mappings.set(Mappings { texts, names });
        }
        Some(Answer::Failed(why)) => store.say(&["Your kept mappings cannot be used: ", &why, "."].concat(), true),
        _ => {}
    }
}

/// The dialog.
pub fn mapping_dialog(store: Store) -> El {
    let is_open = Derived::new(move || store.mapping_of.with(Option::is_some));
    modal(
        "mapping",
        "dialog share mapping",
        is_open,
        move || store.mapping_of.set(None),
        move || store.mapping_of.get_untracked().map_or(Vec::new(), |source| content(store, source)),
    )
}

/// What came of a trial: the tables, or what is wrong.
type Tried = Result<Vec<ShownTable>, String>;

fn content(store: Store, source: SourceId) -> Vec<El> {
    let tried = Live::new(Err::<Vec<ShownTable>, _>(String::new()));
    let field = el("textarea").class("mono prices-text").attr("rows", "14").attr("spellcheck", "false");
    let field = field.attr("aria-label", "The mapping, as JSON").attr("data-testid", "mapping-text");
    let area: HtmlTextAreaElement = field.node().unchecked_into();
    let for_trial = area.clone();
    let try_on = latest(move || {
        let area = for_trial.clone();
        Box::pin(async move {
            match store.ask(Query::TryMapping { source, text: area.value() }).await {
                // There was none: one to begin with.
                Some(Answer::Text(text)) if !text.is_empty() && area.is_connected() => {
                    area.set_value(&text);
                    tried.set(ask(store, source, text).await);
                }
                answer if area.is_connected() => tried.set(tables(answer)),
                _ => {}
            }
        })
    });
    try_on();
    let for_input = try_on.clone();
    let field = field
        .on("input", move |_| for_input())
        .live_attr("aria-invalid", move || tried.with(Result::is_err).then(|| "true".to_owned()));
    let told = el("p").attr("role", "status").attr("data-testid", "mapping-told").live(move || {
        let (class, text) = match tried.get() {
            Ok(_) => ("muted", "It can be used. Below is what it makes of the beginning of this file.".to_owned()),
            Err(why) => ("price-problem", why),
        };
        vec![el("span").class(class).text(&text)]
    });
    let for_edit = area.clone();
    let kept = kept_list(
        store,
        Box::new(move |text| {
            for_edit.set_value(text);
            try_on();
        }),
    );
    let tables = el("div").class("mapping-tables").live(move || {
        tried.with(|tried| {
            tried
                .iter()
                .flatten()
                .map(|known| el("section").child(el("h3").text(&known.title)).child(table(known)))
                .collect()
        })
    });
    let words = "Say where things stand in a record: a key, or keys with points between them; | stands between places that \
                 are tried in order. Only kind must be there; kinds says what its words mean: prompt, response, thinking, \
                 tool-call, tool-result, system, error, usage, compaction. Further keys: name, records, session, parent, \
                 title, directory, version, time, until, text, thinking, tool, id, input, output, failed, message_id, \
                 model, provider, tokens (input, cache_read, cache_write, output, reasoning, total), cost, cache, reasoning.";
    let title = el("h2").attr("id", "mapping-title").text("Read this file with a mapping of yours");
    let head = el("header").class("dialog-head").children([title, close_button()]);
    let words = el("p").class("muted").text(words);
    let body = el("div").class("mapping-body").children([words, field, told, kept, tables]);
    vec![head, body, foot(store, area, tried)]
}

async fn ask(store: Store, source: SourceId, text: String) -> Tried {
    tables(store.ask(Query::TryMapping { source, text }).await)
}

fn tables(answer: Option<Answer>) -> Tried {
    match answer {
        Some(Answer::Tables(tables)) => Ok(tables),
        Some(Answer::Failed(why)) => Err(why),
        _ => Err("nothing to read was found in this file".to_owned()),
    }
}

/// The mappings that are in use, to be written on or taken away.
fn kept_list(store: Store, edit: Box<dyn Fn(&str)>) -> El {
    let edit = std::rc::Rc::new(edit);
    el("ul").class("mapping-kept").live(move || {
        let mappings = store.mappings.get();
        let row = |(text, name): (&String, &String)| {
            let (edit, for_edit, for_removal) = (edit.clone(), text.clone(), text.clone());
            let act = move |_| edit(&for_edit);
            let edit = button("button button-small", act).attr("aria-label", &["Edit ", name].concat()).text("Edit");
            let remove = button("button button-small", move |_| {
                let left = store
                    .mappings
                    .with_untracked(|known| known.texts.iter().filter(|text| **text != for_removal).cloned().collect());
                lasting_task(take(store, left));
            });
            let remove = remove.attr("aria-label", &["Remove ", name].concat()).text("Remove");
            el("li").child(el("strong").text(name)).children([edit, remove])
        };
        mappings.texts.iter().zip(&mappings.names).map(row).collect()
    })
}

fn foot(store: Store, area: HtmlTextAreaElement, tried: Live<Tried>) -> El {
    let act = move |_| {
        let name = tried.with_untracked(|tried| tried.iter().flatten().next().map(|table| table.title.clone()));
        let Some(name) = name else { return };
        // One of the same name is the one that was written on.
        let mut texts: Vec<String> = store.mappings.with_untracked(|known| {
            let others = known.texts.iter().zip(&known.names).filter(|(_, known)| **known != name);
            others.map(|(text, _)| text.clone()).collect()
        });
        texts.push(area.value());
        lasting_task(take(store, texts));
        store.mapping_of.set(None);
    };
    let use_it = button("button button-primary", act).attr("data-testid", "mapping-use");
    let use_it = use_it.live_flag("disabled", move || tried.with(Result::is_err)).text("Use this mapping");
    let promise =
        "It is kept in this browser, under its name, for all files that no format knows. They are read again.";
    el("footer").class("dialog-foot").child(el("span").class("muted").text(promise)).child(use_it)
}
