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
use shared::api::Page;

use crate::{
    api::{Fault, Fetch, Path, Reader},
    browser,
};

/// What is younger than this is not read again.
const FRESH_MS: u64 = 3_000;
/// More than this is not remembered.
const KEPT: usize = 120;
/// A whole list has at most so many pages.
const PAGES_MAX: usize = 25;

type Answer = Arc<dyn Any + Send + Sync>;

/// One read: its last answer, its last failure, and who looks at it.
pub(super) struct Entry {
    /// Its name: the path, and whether every page of it is read.
    pub(super) name: String,
    pub(super) path: String,
    reads: Reads,
    pub(super) answer: ArcRwSignal<Option<Answer>>,
    pub(super) fault: ArcRwSignal<Option<Fault>>,
    pub(super) busy: ArcRwSignal<bool>,
    /// When the last answer came; 0 asks for a new one.
    answered_ms: AtomicU64,
    /// Goes up with each read and each `set`: an older answer is dropped.
    turn: AtomicU64,
    watchers: AtomicUsize,
    texts: std::sync::Mutex<Vec<String>>,
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
            let outcome = entry.reads.texts(&entry.path).await;
            BUSY.with(|busy| busy.update(|n| *n = n.saturating_sub(1)));
            entry.busy.set(false);
            if entry.turn.load(Relaxed) == turn {
                entry.take(outcome);
            } else if entry.watchers.load(Relaxed) > 0 {
                entry.fetch();
            }
        });
    }

    fn take(&self, outcome: Result<Vec<String>, Fault>) {
        let known = self.answer.with_untracked(Option::is_some);
        let mut last = self.texts.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let answer = match outcome {
            // Nothing new: nothing is drawn again.
            Ok(texts) if known && *last == texts => Ok(None),
            Ok(texts) => (self.reads.decode)(&texts).map(|answer| {
                *last = texts;
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
        self.texts.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clear();
        self.answer.set(Some(answer));
    }
}

/// How a read is made, and what becomes of its words.
#[derive(Clone, Copy)]
struct Reads {
    every_page: bool,
    reader: Reader,
    decode: fn(&[String]) -> Result<Answer, Fault>,
}

/// Where the next page begins, whatever its rows are.
#[derive(serde::Deserialize)]
struct Next {
    next_cursor: Option<String>,
}

impl Reads {
    async fn texts(self, path: &str) -> Result<Vec<String>, Fault> {
        let mut texts = vec![(self.reader)(path.to_owned()).await?];
        while self.every_page && texts.len() < PAGES_MAX {
            let next = texts.last().and_then(|text| serde_json::from_str::<Next>(text).ok());
            let Some(cursor) = next.and_then(|next| next.next_cursor) else { break };
            let next = Path::new(path).with("cursor", Some(cursor)).done();
            texts.push((self.reader)(next).await?);
        }
        Ok(texts)
    }
}

fn unreadable(error: serde_json::Error) -> Fault {
    Fault::Unreadable(error.to_string())
}

/// The memory of one answer.
pub(super) fn entry<T: DeserializeOwned + Send + Sync + 'static>(get: &Fetch<T>) -> Arc<Entry> {
    fn decode<T: DeserializeOwned + Send + Sync + 'static>(
        texts: &[String],
    ) -> Result<Answer, Fault> {
        let text = texts.first().map(String::as_str).unwrap_or_default();
        Ok(Arc::new(serde_json::from_str::<T>(text).map_err(unreadable)?))
    }
    let reader = get.reader();
    named(get.path(), Reads { every_page: false, reader, decode: decode::<T> })
}

/// The memory of a whole list: all its pages as one.
pub(super) fn entry_of_all<T: DeserializeOwned + Send + Sync + 'static>(
    get: &Fetch<Page<T>>,
) -> Arc<Entry> {
    fn decode<T: DeserializeOwned + Send + Sync + 'static>(
        texts: &[String],
    ) -> Result<Answer, Fault> {
        let mut whole = Page { items: Vec::new(), next_cursor: None };
        for text in texts {
            let page = serde_json::from_str::<Page<T>>(text).map_err(unreadable)?;
            whole.items.extend(page.items);
            whole.next_cursor = page.next_cursor;
        }
        Ok(Arc::new(whole))
    }
    let reader = get.reader();
    named(get.path(), Reads { every_page: true, reader, decode: decode::<T> })
}

fn named(path: &str, reads: Reads) -> Arc<Entry> {
    let name = if reads.every_page { format!("{path}#all") } else { path.to_owned() };
    CACHE.with_borrow_mut(|cache| {
        if cache.len() > KEPT {
            cache.retain(|_, entry| entry.watchers.load(Relaxed) > 0);
        }
        let made = || {
            Arc::new(Entry {
                name: name.clone(),
                path: path.to_owned(),
                reads,
                answer: ArcRwSignal::new(None),
                fault: ArcRwSignal::new(None),
                busy: ArcRwSignal::new(false),
                answered_ms: AtomicU64::new(0),
                turn: AtomicU64::new(0),
                watchers: AtomicUsize::new(0),
                texts: std::sync::Mutex::default(),
            })
        };
        Arc::clone(cache.entry(name.clone()).or_insert_with(made))
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
