//! Around every page: whose portal it is, where one can go, and whom to ask.
use std::sync::Arc;

use leptos::prelude::*;
use shared::api::{PortalPart, PortalVisitor, VisitorKind};

use super::address::Address;
use super::api;
use super::parts::Mail;
use super::route::Route;
use super::visit::use_visit;
use crate::format::date_range;
use crate::t;

/// The frame. What is inside knows who visits.
#[component]
pub(super) fn Frame(
    /// Who visits.
    visitor: Arc<PortalVisitor>,
    /// The page.
    children: Children,
) -> impl IntoView {
    provide_context(StoredValue::new(Arc::clone(&visitor)));
    let keeper = visitor.keeper.clone().map(|keeper| {
        view! { <p>{t!(portal.questions)} " " <Mail keeper /></p> }
    });
    view! {
        <a class="skip" href="#main">{t!(portal.skip)}</a>
        <div class="visit">
            <Top visitor />
            <main class="visit-page" id="main" tabindex="-1">{children()}</main>
            <footer class="visit-foot no-print">
                {keeper}
                <p>{t!(portal.read_only)}</p>
            </footer>
        </div>
    }
}

#[component]
fn Top(visitor: Arc<PortalVisitor>) -> impl IntoView {
    let visit = use_visit();
    let contact = visitor.kind == VisitorKind::Contact;
    let shared = visitor.kind == VisitorKind::Share;
    let agency = visitor.organisation_name.clone();
    let brand = match visitor.has_logo {
        true => view! { <img class="visit-logo" src=api::file("/logo") alt=agency /> }.into_any(),
        false => view! { <span class="font-semibold">{agency}</span> }.into_any(),
    };
    view! {
        <header class="visit-top">
            <div class="visit-bar">
                <p class="visit-brand">{brand}</p>
                <p class="visit-account">{visitor.account_name.clone()}</p>
                {(!shared).then(|| view! {
                    <button
                        type="button"
                        class="btn btn-sm no-print"
                        on:click=move |_| visit.end()
                    >
                        {if contact { t!(portal.sign_out) } else { t!(portal.leave) }}
                    </button>
                })}
            </div>
            {(!shared).then(|| view! { <Places visitor=Arc::clone(&visitor) /> })}
            <Banner visitor />
        </header>
    }
}

/// Where one can go: what is shown, and nothing else.
#[component]
fn Places(visitor: Arc<PortalVisitor>) -> impl IntoView {
    let route = expect_context::<Route>();
    let places = [
        (None, Address::HOME, t!(portal.nav_home)),
        (Some(PortalPart::Requests), Address::Requests, t!(portal.nav_requests)),
        (Some(PortalPart::Decisions), Address::Decisions, t!(portal.nav_decisions)),
        (Some(PortalPart::Invoices), Address::Invoices, t!(portal.nav_invoices)),
    ];
    let shown = |part: Option<PortalPart>| part.is_none_or(|part| visitor.parts.contains(&part));
    let link = |(_, address, words): (_, Address, &'static str)| {
        let href = address.href();
        let current = move || current(&route.get(), &address);
        view! {
            <li><a class="visit-place" href=href aria-current=current>{words}</a></li>
        }
    };
    let links = places.into_iter().filter(|(part, ..)| shown(*part)).map(link).collect_view();
    view! {
        <nav class="no-print" aria-label=t!(portal.nav)>
            <ul class="visit-places">{links}</ul>
        </nav>
    }
}

/// What `aria-current` says of a place: one is on its page, or on one below it.
fn current(here: &Address, place: &Address) -> Option<&'static str> {
    let below = place.is_home() && here.is_of_retainer();
    if here == place || (place.is_home() && here.is_home()) {
        Some("page")
    } else {
        below.then_some("true")
    }
}

/// What is particular about this visit.
#[component]
fn Banner(visitor: Arc<PortalVisitor>) -> impl IntoView {
    let words = match visitor.kind {
        VisitorKind::Contact => None,
        VisitorKind::Preview => Some(t!(portal.preview, account = visitor.account_name.as_str())),
        VisitorKind::Share => {
            let (until, today) = (visitor.expires_at.date_naive(), visitor.now.date_naive());
            Some(t!(portal.shared_until, day = date_range(until, until, today)))
        }
    };
    words.map(|words| view! { <p class="visit-banner no-print">{words}</p> })
}
