//! The dialog that `L` opens on every screen. What is logged there is taken for done: the dialog goes
//! at once, and comes back with all that was typed if the server refuses it.
use std::time::Duration;

use leptos::prelude::*;
use shared::api::{RetainerId, WorkItemId};
use wasm_bindgen::JsCast;

use super::fields::Fields;
use super::log_form::LogForm;
use crate::api::Fault;
use crate::i18n::fault_words;
use crate::retainers::today;
use crate::ui::{Dialog, Lazy, Place, pointer, toast, toast_meanwhile, toast_over};
use crate::{browser, screens, t};

/// An answer that takes no longer needs no words.
const SOON: Duration = Duration::from_millis(400);

/// One opening of the dialog. It lives until what was typed is recorded or given up.
#[derive(Clone)]
struct Logging {
    id: u32,
    /// Tells the ids of its fields from those of others that are on their way.
    name: &'static str,
    retainer: Option<RetainerId>,
    work: Option<(RetainerId, WorkItemId)>,
    open: ArcRwSignal<bool>,
    /// On its way to the server, and out of sight.
    away: ArcRwSignal<bool>,
}

thread_local! {
    static ALL: ArcRwSignal<Vec<Logging>> = ArcRwSignal::new(Vec::new());
}

/// Opens the dialog; with a retainer where the page is about one.
pub fn open_log_time(retainer: Option<RetainerId>) {
    open(retainer, None);
}

/// Opens the dialog for time that is spent on a piece of work.
pub fn open_log_time_on(retainer: RetainerId, work: WorkItemId) {
    open(Some(retainer), Some((retainer, work)));
}

fn open(retainer: Option<RetainerId>, work: Option<(RetainerId, WorkItemId)>) {
    ALL.with(Clone::clone).update(|all| {
        all.retain(|one| one.open.get_untracked());
        if all.iter().any(|one| !one.away.get_untracked()) {
            return;
        }
        let taken = |name: &str| all.iter().any(|one| one.name == name);
        let mut names = (1..).map(|n| if n == 1 { "log".into() } else { format!("log{n}") });
        let name = names.find(|name| !taken(name)).unwrap_or_default();
        all.push(Logging {
            id: browser::next_id(),
            name: pointer(&name),
            retainer,
            work,
            open: ArcRwSignal::new(true),
            away: ArcRwSignal::new(false),
        });
    });
}

/// The retainer logged on last, in this browser.
pub(super) fn last_retainer() -> Option<RetainerId> {
    browser::stored("log-retainer")?.parse().ok()
}

/// Drawn once, in the shell.
#[component]
pub fn LogTimeDialog() -> impl IntoView {
    let all = ALL.with(ArcRwSignal::read_only);
    view! {
        <For each=move || all.get() key=|one| one.id let:one>
            <One one />
        </For>
    }
}

#[component]
fn One(one: Logging) -> impl IntoView {
    let (open, away) = (RwSignal::from(one.open.clone()), RwSignal::from(one.away.clone()));
    provide_context(one);
    view! {
        <Dialog open away title=t!(time.log_title)>
            <Lazy load=screens::log_time place=Place::Dialog />
        </Dialog>
    }
}

fn another_is_open() -> bool {
    document().query_selector("dialog[open]").ok().flatten().is_some()
}

/// Shows it again; nobody is disturbed who types in another dialog.
fn come_back(away: ArcRwSignal<bool>) {
    if another_is_open() {
        set_timeout(move || come_back(away), SOON);
    } else {
        away.set(false);
        // Once it is open: the frame after the next.
        request_animation_frame(|| request_animation_frame(focus_fault));
    }
}

/// What is at fault takes the focus: it could not while the dialog was out of sight.
fn focus_fault() {
    let field = document().query_selector("dialog[open] [aria-invalid=true]").ok().flatten();
    if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = field.focus();
    }
}

/// What the dialog holds. Its code is loaded with that of the page of time.
#[component]
pub(crate) fn LogTime() -> impl IntoView {
    let Logging { name, retainer, work, open, away, .. } = expect_context::<Logging>();
    let fields = Fields::on(today(), retainer.or_else(last_retainer));
    fields.work.set_value(work);
    let told = StoredValue::new(None::<u32>);
    let (waits, out_of_sight) = (away.clone(), RwSignal::from(away.clone()));
    let send = Callback::new(move |()| {
        waits.set(true);
        let waits = waits.clone();
        let tell = move || {
            if waits.get_untracked() {
                told.try_set_value(Some(toast_meanwhile(t!(time.saving))));
            }
        };
        set_timeout(tell, SOON);
    });
    let done = Callback::new(move |refused: Option<Fault>| {
        if let Some(toast) = told.try_update_value(Option::take).flatten() {
            toast_over(toast);
        }
        let Some(fault) = refused else {
            away.set(false);
            return open.set(false);
        };
        if another_is_open() {
            toast(t!(time.change_failed, why = fault_words(&fault)));
        }
        come_back(away.clone());
    });
    view! { <LogForm name fields away=out_of_sight on_send=send on_done=done autofocus=true /> }
}
