//! The memory: one entry a path, whoever looks at it.
use std::{
    any::Any,
    cell::RefCell,
    collections::HashMap,
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
const FRESH_MS: u64 = 3_000;
/// More than this is not remembered.
const KEPT: usize = 120;

type Answer = Arc<dyn Any + Send + Sync>;

/// One read: its last answer, its last failure, and who looks at it.
pub(super) struct Entry {
    pub(super) path: String,
    decode: fn(&str) -> Result<Answer, Fault>,
    pub(super) answer: ArcRwSignal<Option<Answer>>,
    pub(super) fault: ArcRwSignal<Option<Fault>>,
    pub(super) busy: ArcRwSignal<bool>,
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
        browser::now_ms().saturating_sub(self.answered_ms.load(Relaxed)) > FRESH_MS
    }

    /// Reads again, unless a read is under way.
    pub(super) fn fetch(self: &Arc<Self>) {
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
                self.answered_ms.store(browser::now_ms(), Relaxed);
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

    pub(super) fn put(&self, answer: Answer) {
        self.turn.fetch_add(1, Relaxed);
        self.text.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clear();
        self.answer.set(Some(answer));
    }
}

pub(super) fn entry<T: DeserializeOwned + Send + Sync + 'static>(get: &Fetch<T>) -> Arc<Entry> {
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

/// Counts as a watcher for as long as it lives.
pub(super) struct Watched(Arc<Entry>);

impl Watched {
    pub(super) fn new(entry: Arc<Entry>) -> Self {
        entry.watchers.fetch_add(1, Relaxed);
        if entry.stale() {
            entry.fetch();
        }
        Self(entry)
    }

    pub(super) fn entry(&self) -> &Arc<Entry> {
        &self.0
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.0.watchers.fetch_sub(1, Relaxed);
    }
}
