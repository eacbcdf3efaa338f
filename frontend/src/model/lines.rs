//! Lists of texts, typed one a line, and forms that hold them.
use std::future::Future;

use leptos::prelude::*;
use shared::api::{Check, FieldError};

use crate::api::{self, Fault};
use crate::query::use_query;
use crate::ui::{Choice, Form};

/// The lines that say something.
pub(super) fn lines(field: RwSignal<String>) -> Vec<String> {
    let text = field.get_untracked();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

/// What a field says, without blanks around it.
pub(super) fn said(field: RwSignal<String>) -> String {
    field.get_untracked().trim().to_owned()
}

/// Likewise, if it says anything.
pub(super) fn some(field: RwSignal<String>) -> Option<String> {
    Some(said(field)).filter(|text| !text.is_empty())
}

/// A field with these lines.
pub(super) fn field(lines: &[String]) -> RwSignal<String> {
    RwSignal::new(lines.join("\n"))
}

/// A field with this text.
pub(super) fn text(text: &str) -> RwSignal<String> {
    RwSignal::new(text.to_owned())
}

/// Sends a form whose lists are typed into one field each: a fault at a line is told at the field.
pub(super) fn send<B, T, W>(
    form: Form,
    lists: &[&'static str],
    body: B,
    work: impl FnOnce(B) -> W,
    done: impl FnOnce(T) + 'static,
) where
    B: Check,
    W: Future<Output = Result<T, Fault>> + 'static,
    T: 'static,
{
    match body.check() {
        Ok(()) => form.send(body, work, done),
        Err(faults) => {
            let lifted = |fault: FieldError| {
                let list = lists.iter().find(|list| fault.field.starts_with(&format!("{list}/")));
                match list {
                    Some(list) => FieldError { field: (*list).to_owned(), ..fault },
                    None => fault,
                }
            };
            form.refuse(faults.into_iter().map(lifted).collect());
        }
    }
}

/// The members who can be chosen.
pub(super) fn people() -> Signal<Vec<Choice>> {
    let members = use_query(api::active_members);
    Signal::derive(move || {
        members.with(|page| {
            let one = |one: &shared::api::Member| Choice::new(one.id.to_string(), one.name.clone());
            page.map(|page| page.items.iter().map(one).collect::<Vec<_>>()).unwrap_or_default()
        })
    })
}
