//! Reads with a memory: shown at once when known, refreshed behind, shared by every screen.
//!
//! A read's path is its name. `invalidate("/accounts")` renews what lies under that path, what is
//! on screen at once and the rest when it is next looked at.
use std::{
    any::Any,
    cell::RefCell,
    collections::HashMap,
    marker::PhantomData,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
};

use leptos::{prelude::*, task::spawn_local};
use serde::de::DeserializeOwned;

use crate::{
    api::{self, Fault, Fetch},
    browser,
};

/// What is younger than this is not read again.
const FRESH_MS: f64 = 3_000.0;
/// More than this is not remembered.
const KEPT: usize = 120;

type Answer = Arc<dyn Any + Send + Sync>;

/// One read: its last answer, its last failure, and who looks at it.
struct Entry {
    path: String,
    decode: fn(&str) -> Result<Answer, Fault>,
    answer: ArcRwSignal<Option<Answer>>,
    fault: ArcRwSignal<Option<Fault>>,
    busy: ArcRwSignal<bool>,
    /// When the last answer came; 0 asks for a new one.
    answered_ms: AtomicU64,
    /// Goes up with each read and each `set`: an older answer is dropped.
    turn: AtomicU64,
    watchers: AtomicUsize,
    text: std::sync::Mutex<String>,
}

thread_local! {
    static CACHE: RefCell<HashMap<String, Arc<Entry>>> = RefCell::new(HashMap::new());
    static BUSY: ArcRwSignal<usize> = ArcRwSignal::new(0);
}

/// How many reads are under way, for the thin bar.
pub fn busy() -> ArcReadSignal<usize> {
    BUSY.with(ArcRwSignal::read_only)
}

impl Entry {
    fn stale(&self) -> bool {
        browser::now_ms() - self.answered_ms.load(Relaxed) as f64 > FRESH_MS
    }

    /// Reads again, unless a read is under way.
    fn fetch(self: &Arc<Self>) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let turn = self.turn.fetch_add(1, Relaxed) + 1;
        BUSY.with(|busy| busy.update(|n| *n += 1));
        let entry = Arc::clone(self);
        spawn_local(async move {
            let outcome = api::read_text(&entry.path).await;
            BUSY.with(|busy| busy.update(|n| *n = n.saturating_sub(1)));
            entry.busy.set(false);
            if entry.turn.load(Relaxed) == turn {
                entry.take(outcome);
            } else if entry.watchers.load(Relaxed) > 0 {
                entry.fetch();
            }
        });
    }

    fn take(&self, outcome: Result<String, Fault>) {
        let known = self.answer.with_untracked(Option::is_some);
        let mut last = self.text.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let answer = match outcome {
            // Nothing new: nothing is drawn again.
            Ok(text) if known && *last == text => Ok(None),
            Ok(text) => (self.decode)(&text).map(|answer| {
                *last = text;
                Some(answer)
            }),
            Err(fault) => Err(fault),
        };
        drop(last);
        match answer {
            Ok(answer) => {
                self.answered_ms.store(browser::now_ms() as u64, Relaxed);
                if let Some(answer) = answer {
                    self.answer.set(Some(answer));
                }
                if self.fault.with_untracked(Option::is_some) {
                    self.fault.set(None);
                }
            }
            Err(fault) => self.fault.set(Some(fault)),
        }
    }

    fn put(&self, answer: Answer) {
        self.turn.fetch_add(1, Relaxed);
        self.text.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clear();
        self.answer.set(Some(answer));
    }
}

fn entry<T: DeserializeOwned + Send + Sync + 'static>(get: &Fetch<T>) -> Arc<Entry> {
    fn decode<T: DeserializeOwned + Send + Sync + 'static>(text: &str) -> Result<Answer, Fault> {
        match serde_json::from_str::<T>(text) {
            Ok(answer) => Ok(Arc::new(answer)),
            Err(error) => Err(Fault::Unreadable(error.to_string())),
        }
    }
    named(get.path(), decode::<T>)
}

fn named(path: &str, decode: fn(&str) -> Result<Answer, Fault>) -> Arc<Entry> {
    CACHE.with_borrow_mut(|cache| {
        if cache.len() > KEPT {
            cache.retain(|_, entry| entry.watchers.load(Relaxed) > 0);
        }
        let made = || {
            Arc::new(Entry {
                path: path.to_owned(),
                decode,
                answer: ArcRwSignal::new(None),
                fault: ArcRwSignal::new(None),
                busy: ArcRwSignal::new(false),
                answered_ms: AtomicU64::new(0),
                turn: AtomicU64::new(0),
                watchers: AtomicUsize::new(0),
                text: std::sync::Mutex::default(),
            })
        };
        Arc::clone(cache.entry(path.to_owned()).or_insert_with(made))
    })
}

/// Renews every read whose path begins so.
pub fn invalidate(prefix: &str) {
    renew(|path| path.starts_with(prefix));
}

/// Renews everything on screen, and all else when it is next looked at.
pub fn refresh_seen() {
    renew(|_| true);
}

fn renew(which: impl Fn(&str) -> bool) {
    let entries = CACHE.with_borrow(|cache| {
        cache.values().filter(|entry| which(&entry.path)).cloned().collect::<Vec<_>>()
    });
    for entry in entries {
        entry.answered_ms.store(0, Relaxed);
        if entry.watchers.load(Relaxed) > 0 {
            // One under way may have been answered before the change: it is asked again.
            entry.turn.fetch_add(1, Relaxed);
            entry.fetch();
        }
    }
}

/// Forgets everything, as another person or organisation must.
pub fn forget() {
    CACHE.with_borrow_mut(HashMap::clear);
}

/// Replaces what is known of a read, without asking.
pub fn put<T: DeserializeOwned + Send + Sync + 'static>(get: &Fetch<T>, answer: T) {
    entry(get).put(Arc::new(answer));
}

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

/// Counts as a watcher for as long as it lives.
struct Watched(Arc<Entry>);

impl Watched {
    fn new(entry: Arc<Entry>) -> Self {
        entry.watchers.fetch_add(1, Relaxed);
        if entry.stale() {
            entry.fetch();
        }
        Self(entry)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.0.watchers.fetch_sub(1, Relaxed);
    }
}

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
    let first = untrack(|| source().map(|get| Watched::new(entry(&get))));
    let current = RwSignal::new(first);
    Effect::new(move |_| {
        let wanted = source();
        let same = current.with_untracked(|current| {
            current.as_ref().map(|watched| watched.0.path.as_str())
                == wanted.as_ref().map(Fetch::path)
        });
        if !same {
            current.set(wanted.map(|get| Watched::new(entry(&get))));
        }
    });
    Query { current, answer: PhantomData }
}

impl<T: Send + Sync + 'static> Query<T> {
    fn entry(&self) -> Option<Arc<Entry>> {
        self.current.try_with(|current| Some(Arc::clone(&current.as_ref()?.0)))?
    }

    fn entry_untracked(&self) -> Option<Arc<Entry>> {
        self.current.try_with_untracked(|current| Some(Arc::clone(&current.as_ref()?.0)))?
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
