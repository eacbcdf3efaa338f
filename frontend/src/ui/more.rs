//! The pages of a long list after its first.
use leptos::{prelude::*, task::spawn_local};
use serde::de::DeserializeOwned;
use shared::api::Page;

use crate::api::{Fault, Fetch, Path};
#[cfg(feature = "staff")]
use crate::query::Query;

/// What was read of a list after its first page.
pub struct More<T: Send + Sync + 'static> {
    rows: RwSignal<Vec<T>>,
    /// Whether there is more, and what reads it.
    pub on: On,
}

/// What of a list comes after what was read.
#[derive(Clone, Copy)]
pub struct On {
    /// Where the next page begins.
    pub(crate) next: RwSignal<Option<String>>,
    /// It is being read.
    pub(crate) busy: RwSignal<bool>,
    /// Why it was not.
    pub(crate) fault: RwSignal<Option<Fault>>,
    /// Goes up when the list begins anew: an older page is dropped.
    turn: StoredValue<u32>,
    /// Reads it.
    pub(crate) load: Callback<()>,
}

impl<T: Send + Sync + 'static> Clone for More<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Send + Sync + 'static> Copy for More<T> {}

impl<T: Clone + DeserializeOwned + Send + Sync + 'static> More<T> {
    /// Of the list at an address; begins anew with each, and when the first page changes.
    #[cfg(feature = "staff")]
    pub fn of(first: Memo<Option<String>>, page: Query<Page<T>>) -> Self {
        let next = move || page.with(|page| page.and_then(|page| page.next_cursor.clone()));
        Self::after(first, Signal::derive(next), Fetch::new)
    }

    /// The same of a first page that is known by where the next begins, read in a way.
    pub fn after(
        first: Memo<Option<String>>,
        begins: Signal<Option<String>>,
        read: fn(String) -> Fetch<Page<T>>,
    ) -> Self {
        let rows = RwSignal::new(Vec::new());
        let (next, busy) = (RwSignal::new(None::<String>), RwSignal::new(false));
        let (fault, turn) = (RwSignal::new(None), StoredValue::new(0));
        let load = Callback::new(move |()| {
            let Some((first, cursor)) = first.get_untracked().zip(next.get_untracked()) else {
                return;
            };
            let path = Path::new(first).with("cursor", Some(cursor)).done();
            let asked = turn.get_value();
            busy.set(true);
            spawn_local(async move {
                let page = read(path).send().await;
                busy.try_set(false);
                if turn.try_get_value() != Some(asked) {
                    return;
                }
                match page {
                    Ok(page) => {
                        fault.set(None);
                        next.set(page.next_cursor);
                        rows.update(|rows: &mut Vec<T>| rows.extend(page.items));
                    }
                    Err(why) => fault.set(Some(why)),
                }
            });
        });
        let on = On { next, busy, fault, turn, load };
        Effect::new(move |_| {
            // Read, not only tracked: else it is first computed by a press, and begins all anew.
            first.with(|_| ());
            rows.set(Vec::new());
            on.anew(begins.get());
        });
        Self { rows, on }
    }

    /// What was read after the first page.
    pub fn rows(self) -> Vec<T> {
        self.rows.get()
    }
}

impl On {
    fn anew(self, next: Option<String>) {
        self.turn.update_value(|turn| *turn += 1);
        self.fault.set(None);
        self.next.set(next);
    }
}
