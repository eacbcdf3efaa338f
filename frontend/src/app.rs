//! The routes of the app. Every address of a screen is here.
use leptos::prelude::*;
use leptos_router::{
    components::{ParentRoute, Route, Router, Routes},
    path,
};

use crate::{
    auth::SignInRoute,
    browser, screens,
    session::Session,
    shell::{self, Area, Shell},
    t,
    today::TodayPage,
    ui::{ButtonLink, Empty, Lazy, LiveRegions, Loading, PageHeader, Place, Toasts, keep_place},
};

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    if let Ok(path) = window().location().pathname() {
        screens::load_ahead(&path);
    }
    provide_context(Session::open());
    browser::watch_connection();
    keep_place();
    shell::density::show();
    view! {
        <Router>
            <Routes fallback=|| view! { <p class="plain">{t!(common.not_found)}</p> }>
                <Route path=path!("/sign-in") view=SignInRoute />
                <Route path=path!("/setup") view=page(screens::setup) />
                <Route path=path!("/invite/:token") view=page(screens::invite) />
                // For those who hold a link and no sign-in.
                <Route path=path!("/act/:token") view=page(screens::act) />
                <ParentRoute path=path!("") view=Shell>
                    <Route path=path!("/") view=TodayPage />
                    // `?account=ID&retainer=ID` goes on with what is there; `&live=1` says what is.
                    <Route path=path!("/start") view=screen(screens::first) />
                    <Route path=path!("/accounts") view=screen(screens::accounts) />
                    <Route path=path!("/accounts/:account") view=screen(screens::account) />
                    // `?kind=note&q=words` narrow it.
                    <Route
                        path=path!("/accounts/:account/timeline")
                        view=screen(screens::timeline)
                    />
                    <Route path=path!("/accounts/:account/portal") view=screen(screens::portal) />
                    <Route path=path!("/accounts/:account/files") view=screen(screens::files) />
                    <Route
                        path=path!("/accounts/:account/retainers/new")
                        view=screen(screens::new_retainer)
                    />
                    <Route
                        path=path!("/accounts/:account/retainers/:retainer")
                        view=screen(screens::retainer)
                    />
                    // `?card=ID` opens a card beside the board.
                    <Route path=path!("/board") view=screen(screens::board) />
                    <Route
                        path=path!("/accounts/:account/retainers/:retainer/board")
                        view=screen(screens::board)
                    />
                    // `?new=1` opens the form.
                    <Route path=path!("/requests") view=screen(screens::requests) />
                    <Route path=path!("/requests/:request") view=screen(screens::requests) />
                    // `?book=1` opens the form.
                    <Route path=path!("/calendar") view=screen(screens::calendar) />
                    // `?retainer=ID`: whose calls come again.
                    <Route path=path!("/calendar/calls") view=screen(screens::calls) />
                    <Route
                        path=path!("/calendar/sessions/:session")
                        view=screen(screens::preparation)
                    />
                    <Route
                        path=path!("/accounts/:account/retainers/:retainer/close")
                        view=screen(screens::close_cycle)
                    />
                    <Route
                        path=path!("/accounts/:account/retainers/:retainer/statements/:cycle")
                        view=screen(screens::statement)
                    />
                    <Route path=path!("/close") view=screen(screens::close_month) />
                    <Route
                        path=path!("/accounts/:account/retainers/:retainer/scope")
                        view=screen(screens::scope)
                    />
                    // `?log=1` opens the form, `&retainer=ID` fills it in.
                    <Route path=path!("/time") view=screen(screens::time) />
                    <Route path=path!("/imports") view=screen(screens::imports) />
                    <Route path=path!("/imports/:import") view=screen(screens::import) />
                    <Route path=path!("/invoices") view=screen(screens::invoices) />
                    <Route path=path!("/invoices/:invoice") view=screen(screens::invoice) />
                    // `?from=DAY&to=DAY` are the days it tells of.
                    <Route
                        path=path!("/accounts/:account/billing")
                        view=screen(screens::account_billing)
                    />
                    <Route
                        path=path!("/accounts/:account/retainers/:retainer/billing")
                        view=screen(screens::retainer_billing)
                    />
                    <Route path=path!("/bank") view=screen(screens::bank) />
                    <Route path=path!("/bank/:import") view=screen(screens::bank_import) />
                    <Route path=path!("/credit-notes/:note") view=screen(screens::credit_note) />
                    // `?view=list&renewal=ID&owner=ID`: one is opened beside the others.
                    <Route path=path!("/renewals") view=screen(screens::renewals) />
                    // `?decision=ID` opens one beside the list.
                    <Route path=path!("/decisions") view=screen(screens::decisions) />
                    <Route path=path!("/reviews") view=screen(screens::reviews) />
                    <Route path=path!("/reviews/signals") view=screen(screens::signals) />
                    <Route path=path!("/reviews/leads") view=screen(screens::leads) />
                    <Route path=path!("/reviews/partners") view=screen(screens::compare) />
                    <Route path=path!("/reviews/:review") view=screen(screens::review) />
                    <Route path=path!("/reports/uplifts") view=screen(screens::uplifts) />
                    // `?months=24` says how far back it looks.
                    <Route path=path!("/reports/recurring") view=screen(screens::recurring) />
                    <Route
                        path=path!("/reports/renewals")
                        view=screen(screens::renewal_report)
                    />
                    // `?by=account&months=24` says what a row is, and how far back it looks.
                    <Route path=path!("/reports/margin") view=screen(screens::margin) />
                    <Route path=path!("/model") view=screen(screens::model) />
                    <Route path=path!("/model/sops/:sop") view=screen(screens::sop) />
                    <Route path=path!("/members") view=screen(screens::members) />
                    <Route path=path!("/settings/:section") view=screen(screens::settings) />
                    <Route path=path!("/*any") view=NotFoundPage />
                </ParentRoute>
            </Routes>
            <Toasts />
            <LiveRegions />
        </Router>
    }
}

/// A screen in the shell.
fn screen(load: fn() -> Loading) -> impl Fn() -> AnyView + Clone + Send + 'static {
    move || view! { <Lazy load /> }.into_any()
}

/// A page of its own.
fn page(load: fn() -> Loading) -> impl Fn() -> AnyView + Clone + Send + 'static {
    move || view! { <Lazy load place=Place::Page /> }.into_any()
}

/// An address without a screen.
#[component]
fn NotFoundPage() -> impl IntoView {
    view! {
        <PageHeader title=t!(common.not_found_title) area=Area::Today />
        <div class="page">
            <Empty icon=icondata::LuCompass title=t!(common.not_found)>
                <ButtonLink href="/">{t!(common.go_today)}</ButtonLink>
            </Empty>
        </div>
    }
}
