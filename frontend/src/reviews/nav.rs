//! The screens of the area, as tabs.
use leptos::prelude::*;

use crate::shell::Area;
use crate::t;
use crate::ui::{Tab, TabLinks};

/// A screen of the area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Screen {
    Reviews,
    Signals,
    Leads,
    Compare,
}

impl Screen {
    const ALL: [Screen; 4] = [Screen::Reviews, Screen::Signals, Screen::Leads, Screen::Compare];

    pub(super) fn title(self) -> &'static str {
        match self {
            Screen::Reviews => t!(reviews.title),
            Screen::Signals => t!(reviews.signals),
            Screen::Leads => t!(reviews.leads),
            Screen::Compare => t!(reviews.compare),
        }
    }
    fn href(self) -> &'static str {
        match self {
            Screen::Reviews => Area::Reviews.href(),
            Screen::Signals => "/reviews/signals",
            Screen::Leads => "/reviews/leads",
            Screen::Compare => "/reviews/partners",
        }
    }
}

#[component]
pub(super) fn Tabs(screen: Screen) -> impl IntoView {
    let tab = move |one: Screen| Tab {
        href: one.href().to_owned(),
        label: one.title().to_owned(),
        count: None,
        current: one == screen,
    };
    let tabs = Signal::derive(move || Screen::ALL.into_iter().map(tab).collect::<Vec<_>>());
    view! { <TabLinks label=t!(reviews.title) tabs /> }
}
