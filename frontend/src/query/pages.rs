//! Long lists, a page at a time.
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use shared::api::Page;

use super::{Query, Standing, use_query};
use crate::{
    api::{Fetch, Path},
    ui::Form,
};

/// A list read page by page: the first as a query, more on demand.
pub struct Pages<T> {
    first: Query<Page<T>>,
    rest: RwSignal<Vec<T>>,
    /// Where to read on after the pages of `rest`; none before the first of them.
    cursor: RwSignal<Option<Option<String>>>,
    more: Form,
}

impl<T> Clone for Pages<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Pages<T> {}

/// Looks at a list; follows the signals that `source` reads, from its first page.
pub fn use_pages<T: DeserializeOwned + Clone + Send + Sync + 'static>(
    source: impl Fn() -> Fetch<Page<T>> + Clone + 'static,
) -> Pages<T> {
    let rest = RwSignal::new(Vec::new());
    let cursor = RwSignal::new(None);
    let path = {
        let source = source.clone();
        move || source().path().to_owned()
    };
    Effect::new(move |before: Option<String>| {
        let path = path();
        if before.is_some_and(|before| before != path) {
            rest.set(Vec::new());
            cursor.set(None);
        }
        path
    });
    Pages { first: use_query(source), rest, cursor, more: Form::new("more") }
}

impl<T: DeserializeOwned + Clone + Send + Sync + 'static> Pages<T> {
    /// Every row read so far.
    pub fn rows(self) -> Vec<T> {
        let mut rows =
            self.first.with(|page| page.map(|page| page.items.clone())).unwrap_or_default();
        self.rest.with(|rest| rows.extend_from_slice(rest));
        rows
    }

    /// How the first page stands.
    pub fn standing(self) -> Standing {
        self.first.standing()
    }

    /// The first page.
    pub fn first(self) -> Query<Page<T>> {
        self.first
    }

    /// Reading on: its progress and its failure.
    pub fn more(self) -> Form {
        self.more
    }

    fn next(self) -> Option<String> {
        let first = || self.first.with(|page| page.and_then(|page| page.next_cursor.clone()));
        self.cursor.get().unwrap_or_else(first)
    }

    /// Whether there is more to read.
    pub fn has_more(self) -> bool {
        self.next().is_some()
    }

    /// Reads the next page.
    pub fn load_more(self) {
        let path = untrack(|| {
            let path = self.first.entry_untracked()?.path.clone();
            Some(Path::new(path).with("cursor", Some(self.next()?)).done())
        });
        let Some(path) = path else { return };
        self.more.run(Fetch::<Page<T>>::new(path).send(), move |page| {
            self.rest.try_update(|rest| rest.extend(page.items));
            self.cursor.try_set(Some(page.next_cursor));
        });
    }
}
