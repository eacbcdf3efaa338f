//! Who can see to a renewal.
use leptos::prelude::*;
use shared::api::{Member, Role};

use crate::api;
use crate::query::use_query;
use crate::ui::Choice;

/// Those who keep next steps: the others would not see what is asked of them.
fn sees_to(role: Role) -> bool {
    !matches!(role, Role::Viewer | Role::Partner)
}

/// Everybody who can see to one.
pub(super) fn people() -> Signal<Vec<Choice>> {
    let members = use_query(api::active_members);
    Signal::derive(move || {
        members.with(|page| {
            let all = page.map(|page| page.items.as_slice()).unwrap_or_default();
            let may = all.iter().filter(|one| sees_to(one.role));
            let one = |one: &Member| Choice::new(one.id.to_string(), one.name.clone());
            may.map(one).collect::<Vec<_>>()
        })
    })
}
