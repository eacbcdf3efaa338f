//! The reports, a tab each.
use leptos::prelude::*;
use shared::api::{MarginBy, Role};

use super::words;
use crate::api::Path;
use crate::session::use_me;
use crate::t;
use crate::ui::{Tab, TabLinks};

/// Months of a report where the address says none.
pub(super) const MONTHS: u32 = 12;

/// What is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// Margin.
    By(MarginBy),
    /// What was billed and earned.
    Month,
    /// What the terms bring a month.
    Recurring,
    /// What came of renewals, and what is ahead.
    Renewals,
}

/// All of them, as they stand in a row.
pub(super) const VIEWS: [View; 8] = [
    View::By(MarginBy::Retainer),
    View::By(MarginBy::Account),
    View::By(MarginBy::Cycle),
    View::By(MarginBy::ServiceLine),
    View::By(MarginBy::Lifetime),
    View::Month,
    View::Recurring,
    View::Renewals,
];

impl View {
    pub(super) fn name(self) -> &'static str {
        match self {
            View::By(by) => by.name(),
            View::Month => "month",
            View::Recurring => "recurring",
            View::Renewals => "renewals",
        }
    }
    fn words(self) -> &'static str {
        match self {
            View::By(by) => words::by(by),
            View::Month => t!(reports.month),
            View::Recurring => t!(recurring.title),
            View::Renewals => t!(shell.renewals),
        }
    }
    /// Where it is, looking back so many months.
    pub(super) fn href(self, months: u32) -> String {
        let months = (months != MONTHS).then_some(months);
        match self {
            View::Recurring => Path::new("/reports/recurring").with("months", months).done(),
            View::Renewals => Path::new("/reports/renewals").with("months", months).done(),
            View::By(_) | View::Month => Path::new("/reports/margin")
                .with("by", Some(self.name()))
                .with("months", months)
                .done(),
        }
    }
    /// Whom the API tells it.
    pub(super) fn is_for(self, role: Role) -> bool {
        match role {
            Role::Owner | Role::Admin | Role::Manager | Role::Finance => true,
            Role::Viewer => matches!(self, View::Recurring | View::Renewals),
            Role::Member | Role::Partner => false,
        }
    }
}

/// The way from one to the next; the months go with it.
#[component]
pub(super) fn Tabs(
    #[prop(into)] current: Signal<View>,
    #[prop(into)] months: Signal<u32>,
) -> impl IntoView {
    let role = use_me().with_untracked(|me| me.role);
    let tabs = Signal::derive(move || {
        let tab = |view: View| Tab {
            href: view.href(months.get()),
            label: view.words().to_owned(),
            count: None,
            current: view == current.get(),
        };
        VIEWS.into_iter().filter(|view| view.is_for(role)).map(tab).collect::<Vec<_>>()
    });
    view! { <TabLinks label=t!(shell.reports) tabs /> }
}
