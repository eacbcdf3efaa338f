//! What is done to a retainer beside its terms: its balance set right, something delivered, a
//! pause, its end. One dialog, whose content is loaded when it is first opened.
mod adjust;
mod adjusted;
mod deliver;
mod end;
mod made;
pub(super) mod moves;
mod pause;
mod told;

use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::FieldError;

use super::page::Shown;
use super::terms_draft::DATE_UNREADABLE;
use crate::ui::{Dialog, Lazy, Place};
use crate::{screens, t};

/// Which of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Doing {
    /// Units bought, given or corrected.
    #[default]
    Adjust,
    /// Something delivered.
    Deliver,
    /// Days without service.
    Pause,
    /// The end of a pause.
    Resume,
    /// The last day of service.
    End,
}

impl Doing {
    fn title(self) -> &'static str {
        match self {
            Self::Adjust => t!(changes.adjust_title),
            Self::Deliver => t!(changes.deliver),
            Self::Pause => t!(changes.pause_title),
            Self::Resume => t!(changes.resume_title),
            Self::End => t!(changes.end_title),
        }
    }
}

/// What the dialog is about, for its content, which is loaded later and takes nothing else.
#[derive(Clone, Copy)]
struct Changing {
    shown: Shown,
    doing: RwSignal<Doing>,
    open: RwSignal<bool>,
}

/// The dialog; closed until one of them is begun.
#[component]
pub(super) fn ChangeDialog(
    shown: Shown,
    doing: RwSignal<Doing>,
    open: RwSignal<bool>,
) -> impl IntoView {
    provide_context(Changing { shown, doing, open });
    view! {
        <Dialog open title=Signal::derive(move || doing.get().title().to_owned())>
            <Lazy load=screens::change place=Place::Dialog />
        </Dialog>
    }
}

/// What the dialog holds.
#[component]
pub(crate) fn Change() -> impl IntoView {
    let Changing { shown, doing, open } = expect_context();
    let retainer = shown.retainer.get_untracked();
    retainer.map(|retainer| match doing.get_untracked() {
        Doing::Adjust => view! { <adjust::AdjustForm shown retainer open /> }.into_any(),
        Doing::Deliver => view! { <deliver::DeliverForm shown retainer open /> }.into_any(),
        Doing::Pause => view! { <pause::PauseForm shown retainer open /> }.into_any(),
        Doing::Resume => view! { <pause::ResumeForm shown retainer open /> }.into_any(),
        Doing::End => view! { <end::EndForm shown retainer open /> }.into_any(),
    })
}

/// The day typed so far, none if the field is empty.
///
/// # Errors
/// If it cannot be read.
fn typed_day(text: RwSignal<String>) -> Result<Option<NaiveDate>, chrono::ParseError> {
    text.with(|text| match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some),
    })
}

/// What is wrong with a day that cannot be read.
fn day_fault(field: &str) -> FieldError {
    FieldError {
        field: field.into(),
        code: DATE_UNREADABLE.into(),
        message: t!(retainers.date_unreadable).into(),
    }
}
