//! What forms of the area offer: people, retainers, routines; and what was typed in them.
use leptos::prelude::*;
use shared::api::{Member, RetainerSummary, Sop};

use crate::api;
use crate::query::{use_all, use_query};
use crate::ui::Choice;

/// Colleagues who can be chosen.
pub(super) fn people() -> Signal<Vec<Choice>> {
    let members = use_query(api::active_members);
    Signal::derive(move || {
        let one = |one: &Member| Choice::new(one.id.to_string(), one.name.clone());
        members
            .with(|page| page.map(|page| page.items.iter().map(one).collect()))
            .unwrap_or_default()
    })
}

/// Retainers, each with its account.
pub(super) fn retainers() -> Signal<Vec<Choice>> {
    let all = use_query(|| api::retainers(&api::RetainerFilter::default()));
    Signal::derive(move || {
        let one = |one: &RetainerSummary| {
            Choice::new(one.id.to_string(), format!("{} · {}", one.account_name, one.name))
        };
        all.with(|page| page.map(|page| page.items.iter().map(one).collect())).unwrap_or_default()
    })
}

/// Routines in use.
pub(super) fn sops() -> Signal<Vec<Choice>> {
    let all = use_all(|| Some(api::sops(None)));
    Signal::derive(move || {
        let one = |one: &Sop| Choice::new(one.id.to_string(), one.name.clone());
        all.with(|page| page.map(|page| page.items.iter().map(one).collect())).unwrap_or_default()
    })
}

/// What was typed, without blanks around it.
pub(super) fn said(text: RwSignal<String>) -> String {
    text.get_untracked().trim().to_owned()
}

/// Likewise, or none.
pub(super) fn some(text: RwSignal<String>) -> Option<String> {
    Some(said(text)).filter(|text| !text.is_empty())
}
