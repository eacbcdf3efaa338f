//! Settings: a list of sections at the left, one section at the right.
mod appearance;
mod faults;
mod follow_ups;
mod keys;
mod notifications;
mod organisation;
mod rates;

use leptos::prelude::*;
use leptos_router::{components::Redirect, hooks::use_params_map};

use crate::{
    alerts::DefaultsPage,
    screens,
    shell::Area,
    t,
    ui::{Lazy, PageHeader, Place, Tab},
};
use appearance::Appearance;
use faults::Faults;
use keys::ApiKeys;
use notifications::NotificationSettings;
use organisation::OrganisationSettings;
use rates::Rates;

/// A section; each has an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Organisation,
    Notifications,
    Alerts,
    Controls,
    Invoices,
    Rates,
    Keys,
    Appearance,
}

impl Section {
    const ALL: [Section; 8] = [
        Section::Organisation,
        Section::Notifications,
        Section::Alerts,
        Section::Controls,
        Section::Invoices,
        Section::Rates,
        Section::Keys,
        Section::Appearance,
    ];

    fn word(self) -> &'static str {
        match self {
            Section::Organisation => "organisation",
            Section::Notifications => "notifications",
            Section::Alerts => "alerts",
            Section::Controls => "controls",
            Section::Invoices => "invoices",
            Section::Rates => "rates",
            Section::Keys => "keys",
            Section::Appearance => "appearance",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Section::Organisation => t!(settings.organisation),
            Section::Notifications => t!(settings.notifications),
            Section::Alerts => t!(alerts.title),
            Section::Controls => t!(scope.controls),
            Section::Invoices => t!(shell.invoices),
            Section::Rates => t!(settings.rates),
            Section::Keys => t!(settings.keys),
            Section::Appearance => t!(settings.appearance),
        }
    }
}

/// Every section: its address and its name.
pub(crate) fn sections() -> impl Iterator<Item = (String, &'static str)> {
    Section::ALL.into_iter().map(|one| (format!("/settings/{}", one.word()), one.name()))
}

/// `/settings/:section`.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let params = use_params_map();
    let section = Memo::new(move |_| {
        let word = params.with(|params| params.get("section")).unwrap_or_default();
        Section::ALL.into_iter().find(|section| section.word() == word)
    });
    move || match section.get() {
        Some(section) => view! { <SectionPage section /> }.into_any(),
        None => view! { <Redirect path="/settings/organisation" /> }.into_any(),
    }
}

#[component]
fn SectionPage(section: Section) -> impl IntoView {
    let tab = |one: Section| Tab {
        href: format!("/settings/{}", one.word()),
        label: one.name().to_owned(),
        count: None,
        current: one == section,
    };
    let link = |tab: Tab| {
        view! {
            <li>
                <a class="side-link" href=tab.href aria-current=tab.current.then_some("page")>
                    {tab.label}
                </a>
            </li>
        }
    };
    let links = Section::ALL.into_iter().map(tab).map(link).collect_view();
    let body = match section {
        Section::Organisation => view! {
            <OrganisationSettings />
            <Faults />
        }
        .into_any(),
        Section::Notifications => view! { <NotificationSettings /> }.into_any(),
        Section::Alerts => view! { <DefaultsPage /> }.into_any(),
        Section::Controls => {
            view! { <Lazy load=screens::controls place=Place::Dialog /> }.into_any()
        }
        Section::Invoices => {
            view! { <Lazy load=screens::billing place=Place::Dialog /> }.into_any()
        }
        Section::Rates => view! { <Rates /> }.into_any(),
        Section::Keys => view! { <ApiKeys /> }.into_any(),
        Section::Appearance => view! { <Appearance /> }.into_any(),
    };
    view! {
        <PageHeader title=Area::Settings.name() area=Area::Settings document_title=section.name() />
        <div class="page settings">
            <nav class="side" aria-label=t!(settings.sections)>
                <ul>{links}</ul>
            </nav>
            <div class="settings-section">{body}</div>
        </div>
    }
}
