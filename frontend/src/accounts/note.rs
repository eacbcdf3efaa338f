//! The internal note: tinted, with a lock. It never reaches the client.
use leptos::prelude::*;
use shared::api::Account;

use crate::{query::Query, t, ui::icon};

#[component]
pub(super) fn Note(account: Query<Account>) -> impl IntoView {
    let note = move || account.with(|account| account.and_then(|account| account.note.clone()));
    move || {
        note().map(|note| {
            view! {
                <section class="internal" aria-label=t!(accounts.note)>
                    <p class="internal-head">
                        {icon(icondata::LuLock)}
                        {t!(accounts.note_internal)}
                    </p>
                    <p class="internal-text">{note}</p>
                </section>
            }
        })
    }
}
