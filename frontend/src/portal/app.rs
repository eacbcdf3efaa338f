//! Which page is shown: that of the address to who is signed in, the way in to everyone else.
use std::sync::Arc;

use leptos::prelude::*;
use shared::api::{PortalPart, PortalVisitor};

use super::address::Address;
use super::enter::{Enter, Share};
use super::frame::Frame;
use super::home::Home;
use super::invoices::Invoices;
use super::lists::{Decisions, Requests};
use super::log::Log;
use super::parts::{Calm, FaultNote, NotThere};
use super::retainer::Retainer;
use super::route::Route;
use super::scope::Scope;
use super::sign_in::SignIn;
use super::statement::Statement;
use super::statements::Statements;
use super::visit::{Standing, Visit, shows};
use crate::api::Fault;
use crate::browser;
use crate::t;
use crate::ui::{LiveRegions, keep_place};

/// The whole portal.
#[component]
pub fn App() -> impl IntoView {
    let (route, visit) = (Route::follow(), Visit::new());
    provide_context(route);
    provide_context(visit);
    browser::watch_connection();
    keep_place();
    // A link says by itself who comes.
    if !matches!(untrack(|| route.get()), Address::Enter(_) | Address::Share(_)) {
        visit.open();
    }
    let stage = Memo::new(move |_| match (route.get(), visit.get()) {
        (Address::Enter(token), _) => Stage::Enter(token),
        (Address::Share(token), _) if !visit.is_by(&token) => Stage::Share(token),
        (_, Standing::Opening) => Stage::Opening,
        (_, Standing::Out { ended }) => Stage::Out { ended },
        (_, Standing::Unreachable(fault)) => Stage::Unreachable(fault),
        (_, Standing::In(visitor)) => Stage::In(visitor),
    });
    let page = move || match stage.get() {
        Stage::Enter(token) => view! { <Enter token /> }.into_any(),
        Stage::Share(token) => view! { <Share token /> }.into_any(),
        Stage::Opening => {
            view! { <Calm title=t!(portal.title)><p>{t!(portal.opening)}</p></Calm> }.into_any()
        }
        Stage::Out { ended } => view! { <SignIn ended /> }.into_any(),
        Stage::Unreachable(fault) => {
            let retry = Callback::new(move |()| visit.open());
            let note = view! { <FaultNote fault retry=retry /> };
            view! { <Calm title=t!(portal.title)>{note}</Calm> }.into_any()
        }
        Stage::In(visitor) => {
            view! { <Frame visitor>{move || screen(route.get())}</Frame> }.into_any()
        }
    };
    view! {
        {page}
        <LiveRegions />
    }
}

/// Who sees what kind of page.
#[derive(Clone, PartialEq)]
enum Stage {
    Enter(String),
    Share(String),
    Opening,
    Out { ended: bool },
    Unreachable(Fault),
    In(Arc<PortalVisitor>),
}

/// The page of an address. What is not shown to the visitor lies nowhere.
fn screen(address: Address) -> AnyView {
    let part = match &address {
        Address::Log { .. } => Some(PortalPart::WorkLog),
        Address::Statements(_) | Address::Statement(_) => Some(PortalPart::Statements),
        Address::Scope(_) => Some(PortalPart::Scope),
        Address::Requests => Some(PortalPart::Requests),
        Address::Decisions => Some(PortalPart::Decisions),
        Address::Invoices => Some(PortalPart::Invoices),
        _ => None,
    };
    if part.is_some_and(|part| !shows(part)) {
        return view! { <NotThere /> }.into_any();
    }
    match address {
        Address::Home { .. } | Address::Enter(_) | Address::Share(_) => {
            view! { <Home /> }.into_any()
        }
        Address::Retainer(id) => view! { <Retainer id /> }.into_any(),
        Address::Log { retainer, pool, cycle } => view! { <Log retainer pool cycle /> }.into_any(),
        Address::Statements(retainer) => view! { <Statements retainer /> }.into_any(),
        Address::Statement(cycle) => view! { <Statement cycle /> }.into_any(),
        Address::Scope(retainer) => view! { <Scope retainer /> }.into_any(),
        Address::Requests => view! { <Requests /> }.into_any(),
        Address::Decisions => view! { <Decisions /> }.into_any(),
        Address::Invoices => view! { <Invoices /> }.into_any(),
        Address::Unknown => view! { <NotThere /> }.into_any(),
    }
}
