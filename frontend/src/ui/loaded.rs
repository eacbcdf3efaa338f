//! What a read has brought, or why it failed.
use leptos::prelude::*;
use shared::api::ErrorCode;

use super::{awaited::Awaited, button::Button, icon::icon};
use crate::{api::Fault, i18n::read_fault_words, query::Standing, t};

/// What a read has brought: a skeleton of true size before, the content after; a failure in
/// words with Retry, over the last good content if there is any.
#[component]
pub fn Loaded(
    /// How the read stands.
    of: Standing,
    /// Rows of the skeleton.
    #[prop(default = 3)]
    rows: usize,
    /// Shown once there is an answer. Read the query inside.
    children: ChildrenFn,
) -> impl IntoView {
    let note = |fault, stale, retry| view! { <FaultNote fault stale retry=retry /> }.into_any();
    view! { <Awaited of rows note children /> }
}

/// Why something failed, and the way out.
#[component]
pub fn FaultNote(
    /// What failed.
    fault: Fault,
    /// What is shown below is the last good answer.
    #[prop(optional)]
    stale: bool,
    /// Tries again.
    #[prop(optional_no_strip, into)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    // To ask again for what is not there leads nowhere; Today leads everywhere.
    let gone = fault.is(ErrorCode::NotFound) && !stale;
    view! {
        <div class="note note-bad">
            {icon(icondata::LuCircleAlert)}
            <div class="note-words">
                <p>{read_fault_words(&fault)}</p>
                {stale.then(|| view! { <p>{t!(common.stale_short)}</p> })}
            </div>
            {gone.then(|| view! { <a class="btn btn-sm" href="/">{t!(shell.today)}</a> })}
            {retry.filter(|_| !gone).map(|retry| view! {
                <Button small=true on_press=retry>{t!(common.retry)}</Button>
            })}
        </div>
    }
}
