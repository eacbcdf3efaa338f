//! What the pages of the portal are made of.
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use shared::api::{Page, PortalKeeper};

use super::address::Address;
use super::api;
use super::visit::{known, use_visitor};
use super::words::fault_words;
use crate::api::{Fault, Fetch};
use crate::query::{Query, Standing, use_query};
use crate::t;
use crate::ui::{Awaited, Empty, More, On, icon};

/// The heading of a page, which takes the focus when the page opens, and the document's title.
#[component]
pub(super) fn Head(
    /// What the page is about.
    #[prop(into)]
    title: String,
    /// Below it, muted.
    #[prop(optional, into)]
    about: MaybeProp<String>,
    /// Buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let place = use_visitor()
        .with_value(|visitor| format!("{}, {}", visitor.account_name, visitor.organisation_name));
    document().set_title(&format!("{title}, {place}"));
    view! {
        <header class="visit-head">
            <div>
                <h1 tabindex="-1">{title}</h1>
                {move || about.get().map(|about| view! { <p class="text-muted">{about}</p> })}
            </div>
            {children.map(|children| view! { <div class="visit-actions">{children()}</div> })}
        </header>
    }
}

/// One calm page for who is not signed in.
#[component]
pub(super) fn Calm(
    /// What it is about.
    #[prop(into)]
    title: String,
    /// Its content.
    children: Children,
) -> impl IntoView {
    document().set_title(&match title == t!(portal.title) {
        true => title.clone(),
        false => format!("{title}, {}", t!(portal.title)),
    });
    view! {
        <main class="plain" id="main">
            <div class="plain-card">
                <h1 tabindex="-1">{title}</h1>
                {children()}
            </div>
        </main>
    }
}

/// What a read has brought. Each panel loads and fails alone.
#[component]
pub(super) fn Loaded(
    /// How the read stands.
    of: Standing,
    /// Rows of the skeleton.
    #[prop(default = 3)]
    rows: usize,
    /// Shown once there is an answer.
    children: ChildrenFn,
) -> impl IntoView {
    let note = |fault, stale, retry| view! { <FaultNote fault stale retry=retry /> }.into_any();
    view! { <Awaited of rows note children /> }
}

/// Why something failed, what to do, and who can help.
#[component]
pub(super) fn FaultNote(
    /// What failed.
    fault: Fault,
    /// What is shown below is the last good answer.
    #[prop(optional)]
    stale: bool,
    /// Tries again.
    #[prop(optional_no_strip, into)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    let keeper = known().and_then(|visitor| visitor.keeper.clone());
    let contact = keeper.map(|keeper| {
        view! { <p>{t!(portal.fault_contact)} " " <Mail keeper /></p> }
    });
    view! {
        <div class="note note-bad" role="alert">
            {icon(icondata::LuCircleAlert)}
            <div class="note-words">
                <p>{fault_words(&fault)}</p>
                {stale.then(|| view! { <p>{t!(portal.stale)}</p> })}
                {contact}
            </div>
            {retry.map(|retry| view! {
                <button type="button" class="btn btn-sm" on:click=move |_| retry.run(())>
                    {t!(common.retry)}
                </button>
            })}
        </div>
    }
}

/// A colleague of the agency, as a link to write to where their address is told.
#[component]
pub(super) fn Mail(
    /// Who it is.
    keeper: PortalKeeper,
) -> impl IntoView {
    let PortalKeeper { name, email } = keeper;
    match email {
        Some(email) => {
            view! { <a class="link" href=format!("mailto:{email}")>{name}</a> }.into_any()
        }
        None => name.into_any(),
    }
}

/// The way to what this page is a part of.
#[component]
pub(super) fn Back(
    /// Where it leads.
    to: Address,
    /// What that is called.
    words: String,
) -> impl IntoView {
    view! { <a class="btn no-print" href=to.href()>{icon(icondata::LuArrowLeft)} {words}</a> }
}

/// An address where nothing lies, or nothing that is shown.
#[component]
pub(super) fn NotThere() -> impl IntoView {
    view! {
        <Head title=t!(portal.not_there) />
        <Empty title=t!(portal.not_there_about)>
            <a class="btn" href=Address::HOME.href()>{t!(portal.nav_home)}</a>
        </Empty>
    }
}

/// A list that is read a page at a time. Copy it into closures.
pub(super) struct Listed<T: Send + Sync + 'static> {
    first: Query<Page<T>>,
    more: More<T>,
}

impl<T: Send + Sync + 'static> Clone for Listed<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Send + Sync + 'static> Copy for Listed<T> {}

impl<T: Clone + DeserializeOwned + Send + Sync + 'static> Listed<T> {
    /// The list at a path.
    pub(super) fn at(path: String) -> Self {
        let kept = path.clone();
        let read: fn(String) -> Fetch<Page<T>> = api::read;
        let first = use_query(move || read(kept.clone()));
        let next = move || first.with(|page| page.and_then(|page| page.next_cursor.clone()));
        let path = Memo::new(move |_| Some(path.clone()));
        Self { first, more: More::after(path, Signal::derive(next), read) }
    }

    /// How its first page stands.
    pub(super) fn standing(self) -> Standing {
        self.first.standing()
    }

    /// What was read of it.
    pub(super) fn rows(self) -> Vec<T> {
        let mut rows =
            self.first.with(|page| page.map(|page| page.items.clone())).unwrap_or_default();
        rows.extend(self.more.rows());
        rows
    }

    /// What comes after it.
    pub(super) fn on(self) -> On {
        self.more.on
    }
}

/// "More", while there is more.
#[component]
pub(super) fn ReadOn(
    /// What of a list comes after what was read.
    on: On,
) -> impl IntoView {
    let On { next, busy, fault, load, .. } = on;
    let fault = move || fault.get().map(|fault| view! { <FaultNote fault retry=load /> });
    view! {
        {fault}
        <Show when=move || next.with(Option::is_some)>
            <p class="panel-body no-print">
                <button
                    type="button"
                    class="btn"
                    aria-busy=move || busy.get().then_some("true")
                    on:click=move |_| if !busy.get_untracked() { load.run(()) }
                >
                    {t!(portal.more)}
                </button>
            </p>
        </Show>
    }
}
