//! What is done to a retainer beside its terms: its balance set right, a pause, its end. One
//! dialog, whose content is loaded when it is first opened.
mod adjust;
mod adjusted;
mod made;

use leptos::prelude::*;

use super::page::Shown;
use crate::ui::{Dialog, Lazy, Place};
use crate::{screens, t};

/// Which of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Doing {
    /// Units bought, given or corrected.
    #[default]
    Adjust,
}

impl Doing {
    fn title(self) -> &'static str {
        match self {
            Self::Adjust => t!(changes.adjust_title),
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
    })
}
