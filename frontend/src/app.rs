//! The routes of the app. Every address of a screen is here.
use leptos::prelude::*;
use leptos_router::{
    components::{ParentRoute, Route, Router, Routes},
    path,
};

use crate::{
    accounts::{AccountPage, AccountsPage},
    auth::{InvitePage, SetupPage, SignInRoute},
    browser, imports,
    members::MembersPage,
    retainers,
    session::Session,
    settings::SettingsPage,
    shell::{self, Area, Shell},
    t, time_entries,
    today::TodayPage,
    ui::{ButtonLink, Empty, LiveRegions, PageHeader, Toasts},
};

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    provide_context(Session::open());
    browser::watch_connection();
    shell::density::show();
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("lang", crate::i18n::tag());
    }
    view! {
        <Router>
            <Routes fallback=|| view! { <p class="plain">{t!(common.not_found)}</p> }>
                <Route path=path!("/sign-in") view=SignInRoute />
                <Route path=path!("/setup") view=SetupPage />
                <Route path=path!("/invite/:token") view=InvitePage />
                <ParentRoute path=path!("") view=Shell>
                    <Route path=path!("/") view=TodayPage />
                    <Route path=path!("/accounts") view=AccountsPage />
                    <Route path=path!("/accounts/:account") view=AccountPage />
                    <Route
                        path=path!("/accounts/:account/retainers/new")
                        view=retainers::NewRetainerPage
                    />
                    <Route
                        path=path!("/accounts/:account/retainers/:retainer")
                        view=retainers::RetainerPage
                    />
                    // `?log=1` opens the form, `&retainer=ID` fills it in.
                    <Route path=path!("/time") view=time_entries::TimePage />
                    <Route path=path!("/imports") view=imports::ImportsPage />
                    <Route path=path!("/imports/:import") view=imports::ImportPage />
                    <Route path=path!("/members") view=MembersPage />
                    <Route path=path!("/settings/:section") view=SettingsPage />
                    <Route path=path!("/*any") view=NotFoundPage />
                </ParentRoute>
            </Routes>
            <Toasts />
            <LiveRegions />
        </Router>
    }
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
