//! The dialog that `L` opens on every screen.
use leptos::prelude::*;
use shared::api::{RetainerId, TimeRecorded, WorkItemId};

use super::fields::Fields;
use super::log_form::LogForm;
use crate::retainers::today;
use crate::ui::{Dialog, Lazy, Place};
use crate::{browser, screens, t};

thread_local! {
    static OPEN: ArcRwSignal<bool> = ArcRwSignal::new(false);
    static RETAINER: ArcRwSignal<Option<RetainerId>> = ArcRwSignal::new(None);
    static WORK: std::cell::Cell<Option<(RetainerId, WorkItemId)>> =
        const { std::cell::Cell::new(None) };
}

/// Opens the dialog; with a retainer where the page is about one.
pub fn open_log_time(retainer: Option<RetainerId>) {
    WORK.set(None);
    RETAINER.with(|signal| signal.set(retainer));
    OPEN.with(|open| open.set(true));
}

/// Opens the dialog for time that is spent on a piece of work.
pub fn open_log_time_on(retainer: RetainerId, work: WorkItemId) {
    open_log_time(Some(retainer));
    WORK.set(Some((retainer, work)));
}

/// The retainer logged on last, in this browser.
pub(super) fn last_retainer() -> Option<RetainerId> {
    browser::stored("log-retainer")?.parse().ok()
}

/// Drawn once, in the shell.
#[component]
pub fn LogTimeDialog() -> impl IntoView {
    let open = RwSignal::new(false);
    let wanted = OPEN.with(Clone::clone);
    let closes = wanted.clone();
    Effect::new(move |_| open.set(wanted.get()));
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if before == Some(true) && !now {
            closes.set(false);
        }
        now
    });
    view! {
        <Dialog open title=t!(time.log_title)>
            <Lazy load=screens::log_time place=Place::Dialog />
        </Dialog>
    }
}

/// What the dialog holds. Its code is loaded with that of the page of time.
#[component]
pub(crate) fn LogTime() -> impl IntoView {
    let retainer = RETAINER.with(|retainer| retainer.get_untracked()).or_else(last_retainer);
    let fields = Fields::on(today(), retainer);
    fields.work.set_value(WORK.take());
    let done = Callback::new(move |recorded: Option<TimeRecorded>| {
        if recorded.is_some() {
            OPEN.with(|open| open.set(false));
        }
    });
    view! { <LogForm name="log" fields on_done=done autofocus=true /> }
}
