//! Views that the user saved by name: how they are kept as text, and what of a view they hold.

use super::ViewState;

/// In the order in which they were saved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SavedViews(Vec<(String, String)>);

impl SavedViews {
    /// Reads what [`SavedViews::to_text`] wrote, a view a line: link, tab, name. Lines of any other form are left out.
    pub fn parse(text: &str) -> Self {
        let mut views = Self::default();
        for (link, name) in text.lines().filter_map(|line| line.split_once('\t')) {
            views.put(name, &ViewState::parse(link));
        }
        views
    }

    pub fn to_text(&self) -> String {
        self.0.iter().map(|(name, link)| [link.as_str(), "\t", name, "\n"].concat()).collect()
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Whether a view of this name is saved.
    pub fn has(&self, name: &str) -> bool {
        let name = clean(name);
        self.names().any(|known| known == name)
    }

    /// Saves a view, in place of another of that name; nothing without a name.
    pub fn put(&mut self, name: &str, view: &ViewState) {
        let name = clean(name);
        let link = part(view, &ViewState::default()).to_string();
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = link,
            None if name.is_empty() => {}
            None => self.0.push((name, link)),
        }
    }

    /// Gives a view another name; the one that had it before is gone.
    pub fn rename(&mut self, from: &str, to: &str) {
        let to = clean(to);
        if to.is_empty() || to == from {
            return;
        }
        self.remove(&to);
        if let Some((name, _)) = self.0.iter_mut().find(|(known, _)| known == from) {
            *name = to;
        }
    }

    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| known != name);
    }

    /// The saved view of this name, over what is open now.
    pub fn apply(&self, name: &str, now: &ViewState) -> Option<ViewState> {
        let (_, link) = self.0.iter().find(|(known, _)| known == name)?;
        Some(part(&ViewState::parse(link), now))
    }
}

/// A name on one line.
fn clean(name: &str) -> String {
    name.split(char::is_control).collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// A view with what is open, and where in it, of another one.
fn part(view: &ViewState, open: &ViewState) -> ViewState {
    ViewState {
        sources: open.sources.clone(),
        session: open.session.clone(),
        step: open.step.clone(),
        zoom: open.zoom,
        range: open.range,
        play: open.play,
        ..view.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn view(link: &str) -> ViewState {
        ViewState::parse(link)
    }

    #[test]
    fn a_saved_view_keeps_what_is_open() {
        let mut views = SavedViews::default();
        views.put(" Failed\tlately ", &view("v=1&tab=sessions&src=a.jsonl&session=s&window=7d&status=failed"));
        assert_eq!(views.to_text(), "v=1&window=7d&status=failed\tFailed lately\n");
        let now = view("v=1&tab=usage&src=b.jsonl&session=t&q=csv");
        let applied = views.apply("Failed lately", &now).expect("saved");
        assert_eq!(applied.to_string(), "v=1&src=b.jsonl&session=t&window=7d&status=failed");
    }

    #[test]
    fn names_are_overwritten_and_changed() {
        let mut views = SavedViews::default();
        ["a", "b", "a", " "].iter().zip(["1d", "2d", "3d", "4d"]).for_each(|(name, window)| {
            views.put(name, &view(&format!("window={window}")));
        });
        assert_eq!(views.to_text(), "v=1&window=3d\ta\nv=1&window=2d\tb\n");
        views.rename("a", "b");
        assert_eq!(views.to_text(), "v=1&window=3d\tb\n");
        views.rename("b", "");
        views.remove("x");
        assert_eq!(views.names().collect::<Vec<_>>(), ["b"]);
    }

    proptest! {
        /// What another program left in the storage is no reason to fail, and what is kept is read again.
        #[test]
        fn any_text_is_readable(text in "(\\PC|\t|\n){0,80}") {
            let views = SavedViews::parse(&text);
            prop_assert_eq!(SavedViews::parse(&views.to_text()), views);
        }
    }
}
