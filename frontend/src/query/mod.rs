//! Reads with a memory: shown at once when known, refreshed behind, shared by every screen.
//!
//! A read's path is its name. `invalidate("/accounts")` renews what lies under that path, what is
//! on screen at once and the rest when it is next looked at.
mod cache;

pub use cache::{busy, forget, invalidate, put, refresh_seen};

use std::{marker::PhantomData, sync::Arc};

use leptos::prelude::*;
use serde::de::DeserializeOwned;
use shared::api::Page;

use crate::api::{Fault, Fetch};
use cache::{Entry, Watched, entry, entry_of_all};

/// A read that a screen looks at. Copy it into closures.
pub struct Query<T> {
    current: RwSignal<Option<Watched>>,
    answer: PhantomData<fn() -> T>,
}

impl<T> Clone for Query<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Query<T> {}

/// Looks at a read; follows the signals that `source` reads.
pub fn use_query<T: DeserializeOwned + Send + Sync + 'static>(
    source: impl Fn() -> Fetch<T> + 'static,
) -> Query<T> {
    use_query_when(move || Some(source()))
}

/// Looks at a read while there is one to look at.
pub fn use_query_when<T: DeserializeOwned + Send + Sync + 'static>(
    source: impl Fn() -> Option<Fetch<T>> + 'static,
) -> Query<T> {
    Query { current: watch(move || source().map(|get| entry(&get))), answer: PhantomData }
}

/// Looks at a whole list, every page of it as one: for sums, which a part would falsify.
pub fn use_all<T: DeserializeOwned + Send + Sync + 'static>(
    source: impl Fn() -> Option<Fetch<Page<T>>> + 'static,
) -> Query<Page<T>> {
    Query { current: watch(move || source().map(|get| entry_of_all(&get))), answer: PhantomData }
}

/// Holds on to the entry that is wanted now.
fn watch(wanted: impl Fn() -> Option<Arc<Entry>> + 'static) -> RwSignal<Option<Watched>> {
    let current = RwSignal::new(untrack(&wanted).map(Watched::new));
    Effect::new(move |_| {
        let wanted = wanted();
        let same = current.with_untracked(|current| {
            let now = current.as_ref().map(|watched| watched.entry().name.as_str());
            now == wanted.as_ref().map(|entry| entry.name.as_str())
        });
        if !same {
            current.set(wanted.map(Watched::new));
        }
    });
    current
}

impl<T: Send + Sync + 'static> Query<T> {
    fn entry(&self) -> Option<Arc<Entry>> {
        self.current.try_with(|current| Some(Arc::clone(current.as_ref()?.entry())))?
    }

    fn entry_untracked(&self) -> Option<Arc<Entry>> {
        self.current.try_with_untracked(|current| Some(Arc::clone(current.as_ref()?.entry())))?
    }

    /// Shows the last answer, if there is one.
    pub fn with<R>(&self, f: impl FnOnce(Option<&T>) -> R) -> R {
        let answer = self.entry().and_then(|entry| entry.answer.get());
        f(answer.as_deref().and_then(|answer| answer.downcast_ref()))
    }

    /// The last answer.
    pub fn get(&self) -> Option<T>
    where
        T: Clone,
    {
        self.with(|answer| answer.cloned())
    }

    /// The last answer, for listeners and timers.
    pub fn get_untracked(&self) -> Option<T>
    where
        T: Clone,
    {
        let answer = self.entry_untracked()?.answer.get_untracked()?;
        answer.downcast_ref::<T>().cloned()
    }

    /// Whether there is an answer to show.
    pub fn known(&self) -> bool {
        self.with(|answer| answer.is_some())
    }

    /// Why the last read failed, if it did.
    pub fn fault(&self) -> Option<Fault> {
        self.entry().and_then(|entry| entry.fault.get())
    }

    /// Whether a read is under way.
    pub fn busy(&self) -> bool {
        self.entry().is_some_and(|entry| entry.busy.get())
    }

    /// Reads again.
    pub fn refetch(&self) {
        if let Some(entry) = self.entry_untracked() {
            entry.fetch();
        }
    }

    /// Shows this before the server agrees, or what it has just answered.
    pub fn set(&self, answer: T) {
        if let Some(entry) = self.entry_untracked() {
            entry.put(Arc::new(answer));
        }
    }

    /// Changes what is shown; answers with what was shown before, to take it back.
    pub fn update(&self, change: impl FnOnce(&mut T)) -> Option<T>
    where
        T: Clone,
    {
        let before = self.get_untracked()?;
        let mut after = before.clone();
        change(&mut after);
        self.set(after);
        Some(before)
    }

    /// How it stands, for a panel that need not know what is read.
    pub fn standing(self) -> Standing {
        Standing {
            known: Signal::derive(move || self.known()),
            fault: Signal::derive(move || self.fault()),
            retry: Callback::new(move |()| self.refetch()),
        }
    }
}

/// How a read stands, whatever it reads.
#[derive(Clone, Copy)]
pub struct Standing {
    /// There is something to show.
    pub known: Signal<bool>,
    /// Why the last read failed.
    pub fault: Signal<Option<Fault>>,
    /// Reads again.
    pub retry: Callback<()>,
}
