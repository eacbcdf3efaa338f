//! Retainers: making one, its page with meter, terms and ledger, and what its numbers are made of.
mod actions;
mod amend;
mod amend_cycle;
mod amend_moves;
mod asked_cycle;
mod balance_panel;
mod changes;
mod close_note;
mod cycle_picker;
pub mod draft;
pub mod example;
mod example_view;
pub mod example_words;
mod explain;
mod first;
mod ledger;
mod ledger_row;
mod look_back;
mod more;
mod new;
mod page;
mod periods;
pub mod picker;
pub mod play;
pub mod pool_draft;
mod pool_fields;
mod pool_form;
mod pool_reading;
mod pool_rules;
mod pool_sessions;
mod pool_time;
mod pools;
pub mod presets;
mod presets_view;
mod price_list;
pub mod radios;
mod refund;
mod side;
mod slide;
pub mod terms_draft;
mod terms_fields;
pub mod terms_words;
pub mod words;

pub(crate) use amend::AmendTerms;
pub(crate) use changes::Change;
pub(crate) use first::StartPage;
pub(crate) use ledger_row::{beyond, moved, reason, words as line_words};
pub(crate) use look_back::LookBack;
pub use new::NewRetainerPage;
pub use page::RetainerPage;
pub use play::{Play, PlaySuggested};
pub(crate) use play::{Suggested, SuggestedYear};

use std::cell::Cell;
use std::sync::Arc;

use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{AccountId, Me, RetainerId};

use crate::format::day_in_zone;
use crate::shell::Area;
use crate::t;
use crate::ui::{ButtonLink, Empty, PageHeader};

/// Where a retainer's page is.
pub fn retainer_href(account: AccountId, retainer: RetainerId) -> String {
    format!("/accounts/{account}/retainers/{retainer}")
}

/// Where its board is.
pub fn board_href(account: AccountId, retainer: RetainerId) -> String {
    format!("{}/board", retainer_href(account, retainer))
}

thread_local! {
    static TODAY: Cell<NaiveDate> = const { Cell::new(NaiveDate::MIN) };
}

/// Today in the organisation's time zone, by the server's clock. In listeners, which have no
/// context, the day that was told last.
pub(crate) fn today() -> NaiveDate {
    if let Some(me) = use_context::<Signal<Arc<Me>>>() {
        let told = me.try_with_untracked(|me| day_in_zone(me.now, &me.organisation.timezone));
        told.into_iter().for_each(|day| TODAY.set(day));
    }
    TODAY.get()
}

/// An address that names no account or no retainer.
#[component]
pub(crate) fn NotThere(words: &'static str) -> impl IntoView {
    view! {
        <PageHeader title=t!(common.not_found_title) area=Area::Accounts />
        <div class="page">
            <Empty icon=icondata::LuCompass title=words>
                <ButtonLink href="/accounts">{t!(accounts.show_all)}</ButtonLink>
            </Empty>
        </div>
    }
}
