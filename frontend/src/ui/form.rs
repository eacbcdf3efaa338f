//! What a form knows: its faults by field, its failure, whether it is being sent.
use std::{cell::RefCell, collections::HashSet, future::Future};

use leptos::{prelude::*, task::spawn_local};
use shared::api::{Check, ErrorCode, FieldError};
use wasm_bindgen::JsCast;

use super::{live::announce_now, unsaved};
use crate::{
    api::Fault,
    i18n::{fault_words, field_words},
    t, tn,
};

/// The state of one form. Copy it into closures; values live in the signals of its fields.
#[derive(Clone, Copy)]
pub struct Form {
    name: &'static str,
    /// Tells it from other forms that are open.
    uid: u32,
    faults: RwSignal<Vec<FieldError>>,
    failure: RwSignal<Option<Fault>>,
    busy: RwSignal<bool>,
    labels: StoredValue<Vec<(String, String)>>,
}

impl Form {
    /// A form; its name tells the ids of its fields from those of others on the page.
    pub fn new(name: &'static str) -> Self {
        let uid = crate::browser::next_id();
        on_cleanup(move || unsaved::settled(uid));
        Self {
            name,
            uid,
            faults: RwSignal::default(),
            failure: RwSignal::default(),
            busy: RwSignal::default(),
            labels: StoredValue::default(),
        }
    }

    /// The id of the field at a JSON pointer: `/owner/name` in `setup` is `setup-owner-name`.
    pub fn id(self, at: &str) -> String {
        field_id(self.name, at)
    }

    /// It is being sent.
    pub fn busy(self) -> Signal<bool> {
        self.busy.into()
    }

    /// What is wrong with the field at a JSON pointer.
    pub fn fault(self, at: &str) -> Option<String> {
        self.faults.with(|faults| faults.iter().find(|fault| fault.field == at).map(field_words))
    }

    /// Why the last try failed, unless it is told at the fields.
    pub fn failure(self) -> Option<Fault> {
        self.failure.get()
    }

    /// Somebody else saved first.
    pub fn stale(self) -> bool {
        self.failure.with(|fault| fault.as_ref().is_some_and(|fault| fault.is(ErrorCode::Stale)))
    }

    /// Every fault with the label and the id of its field.
    pub(super) fn list(self) -> Vec<(String, String, String)> {
        let faults = self.faults.get();
        let label = |at: &str| {
            self.labels.with_value(|labels| {
                labels.iter().find(|(field, _)| field == at).map(|(_, label)| label.clone())
            })
        };
        let row = |fault: &FieldError| {
            let name = label(&fault.field).unwrap_or_else(|| fault.field.replace('/', " "));
            (self.id(&fault.field), name, field_words(fault))
        };
        faults.iter().map(row).collect()
    }

    fn knows(self, at: &str) -> bool {
        self.labels.with_value(|labels| labels.iter().any(|(field, _)| field == at))
    }

    /// The field in which something is written that has none of its own: `/lines` for
    /// `/lines/2/text`.
    fn list_of(self, at: &str) -> Option<String> {
        let mut list = at;
        while !self.knows(list) {
            list = list.rsplit_once('/')?.0;
        }
        (list != at).then(|| list.to_owned())
    }

    /// Names a field, for who is led to it.
    pub fn register(self, at: &str, label: String) {
        self.labels.update_value(|labels| {
            labels.retain(|(field, _)| field != at);
            labels.push((at.to_owned(), label));
        });
    }

    /// Refuses what is typed in part: the browser reads part of a day as nothing, and sent as
    /// nothing it would be lost without a word. No event tells of it: the fields are asked.
    fn complete(self) -> bool {
        let in_part = |(at, _): &(String, String)| {
            let input = document().get_element_by_id(&self.id(at))?;
            let input = input.dyn_into::<web_sys::HtmlInputElement>().ok()?;
            input.validity().bad_input().then(|| FieldError {
                field: at.clone(),
                code: "in_part".into(),
                message: t!(errors.field_in_part).into(),
            })
        };
        let faults: Vec<_> =
            self.labels.with_value(|fields| fields.iter().filter_map(in_part).collect());
        let complete = faults.is_empty();
        if !complete {
            self.refuse(faults);
        }
        complete
    }

    /// What was typed is saved, or given up on purpose: the page may be left without a question.
    pub fn settled(self) {
        unsaved::settled(self.uid);
    }

    /// Takes back what was said of a field, when it is changed.
    pub fn touched(self, at: &str) {
        unsaved::typed(self.uid);
        if self.faults.with_untracked(|faults| faults.iter().any(|fault| fault.field == at)) {
            self.faults.update(|faults| faults.retain(|fault| fault.field != at));
        }
    }

    /// Forgets every fault.
    pub fn clear(self) {
        self.faults.set(Vec::new());
        self.failure.set(None);
    }

    /// Marks fields at fault that no `check()` knows of, such as what could not be parsed.
    pub fn refuse(self, mut faults: Vec<FieldError>) {
        self.failure.set(None);
        for fault in &mut faults {
            // Several things may be written in one field, one a line.
            if let Some(list) = self.list_of(&fault.field) {
                fault.field = list;
            }
        }
        let count = faults.len() as i64;
        let first = faults.first().map(|fault| self.id(&fault.field));
        self.faults.set(faults);
        announce_now(tn!(count, common.check_one, common.check_other));
        request_animation_frame(move || {
            let field = first.and_then(|id| document().get_element_by_id(&id));
            if let Some(field) =
                field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok())
            {
                let _ = field.focus();
            }
        });
    }

    /// Checks the body as the server will, sends it once, and hands on the answer.
    pub fn send<B, T, W>(self, body: B, work: impl FnOnce(B) -> W, done: impl FnOnce(T) + 'static)
    where
        B: Check,
        W: Future<Output = Result<T, Fault>> + 'static,
        T: 'static,
    {
        if self.busy.get_untracked() {
            return;
        }
        match body.check() {
            Ok(()) => self.run(work(body), done),
            Err(faults) if self.complete() => self.refuse(faults),
            Err(_) => {}
        }
    }

    /// Waits for work that needs no check, and hands on the answer.
    pub fn run<T: 'static>(
        self,
        work: impl Future<Output = Result<T, Fault>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        if self.busy.get_untracked() || !self.complete() {
            return;
        }
        self.clear();
        self.busy.set(true);
        let sending = unsaved::Sending::begin();
        spawn_local(async move {
            let outcome = work.await;
            drop(sending);
            self.busy.try_set(false);
            match outcome {
                Ok(answer) => {
                    self.settled();
                    done(answer);
                }
                Err(fault) => self.failed(fault),
            }
        });
    }

    fn failed(self, fault: Fault) {
        if self.busy.try_get_untracked().is_none() {
            // The form has gone from the page.
            return;
        }
        if fault.fields().is_empty() {
            announce_now(fault_words(&fault));
            self.failure.try_set(Some(fault));
        } else {
            self.refuse(fault.fields().to_vec());
        }
    }
}

/// The JSON pointer of a field that stands in a list, kept for good: a form has a known number of
/// them, and every part of a field needs it.
pub fn pointer(at: &str) -> &'static str {
    thread_local! {
        static KNOWN: RefCell<HashSet<&'static str>> = RefCell::default();
    }
    KNOWN.with_borrow_mut(|known| {
        if let Some(at) = known.get(at) {
            return *at;
        }
        let at: &'static str = Box::leak(at.to_owned().into_boxed_str());
        known.insert(at);
        at
    })
}

fn field_id(name: &str, at: &str) -> String {
    let mut id = String::from(name);
    id.extend(at.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }));
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_becomes_an_id() {
        assert_eq!(field_id("setup", "/owner/name"), "setup-owner-name");
    }

    #[test]
    fn a_pointer_is_kept_once() {
        let first = pointer("/terms/pools/0/allowance");
        assert!(std::ptr::eq(first, pointer(&String::from("/terms/pools/0/allowance"))));
        assert_ne!(first, pointer("/terms/pools/1/allowance"));
    }
}
