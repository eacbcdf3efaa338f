//! The words of the portal as staff know it, and its addresses.
use leptos::prelude::*;
use shared::api::{LinkMail, PortalPage, PortalPart, PortalView, Role};

use crate::session::{manages, use_me};
use crate::t;
use crate::ui::{Icon, Tone};

/// Who sees what clients are shown: everybody of the house.
pub(super) fn reads(role: Role) -> bool {
    !matches!(role, Role::Partner)
}

/// Why the reader may not change it, if so.
pub(super) fn may_change() -> Signal<Option<String>> {
    let me = use_me();
    Signal::derive(move || {
        (!me.with(|me| manages(me.role))).then(|| t!(portal_access.needs_role).to_owned())
    })
}

/// An address that is handed on: `/portal` and what lies below it.
pub(super) fn address(path: &str) -> String {
    let origin = window().location().origin().unwrap_or_default();
    format!("{origin}{path}")
}

pub(super) fn part(part: PortalPart) -> &'static str {
    match part {
        PortalPart::WorkLog => t!(portal_access.work_log),
        PortalPart::People => t!(portal_access.people_part),
        PortalPart::Priorities => t!(portal_access.priorities),
        PortalPart::Scope => t!(portal_access.scope),
        PortalPart::Requests => t!(portal_access.requests),
        PortalPart::Sessions => t!(portal_access.sessions),
        PortalPart::Statements => t!(portal_access.statements),
        PortalPart::Invoices => t!(portal_access.invoices),
        PortalPart::Renewal => t!(portal_access.renewal),
        PortalPart::Decisions => t!(portal_access.decisions),
    }
}

/// What a part shows.
pub(super) fn part_about(part: PortalPart) -> &'static str {
    match part {
        PortalPart::WorkLog => t!(portal_access.work_log_about),
        PortalPart::People => t!(portal_access.people_part_about),
        PortalPart::Priorities => t!(portal_access.priorities_about),
        PortalPart::Scope => t!(portal_access.scope_about),
        PortalPart::Requests => t!(portal_access.requests_about),
        PortalPart::Sessions => t!(portal_access.sessions_about),
        PortalPart::Statements => t!(portal_access.statements_about),
        PortalPart::Invoices => t!(portal_access.invoices_about),
        PortalPart::Renewal => t!(portal_access.renewal_about),
        PortalPart::Decisions => t!(portal_access.decisions_about),
    }
}

/// Which page was seen, without what it is about.
pub(super) fn page(seen: &PortalView) -> String {
    match (seen.page, &seen.invoice_number) {
        (PortalPage::Invoice, Some(number)) => {
            t!(portal_access.invoice_number, number = number.as_str())
        }
        (PortalPage::Invoice, None) => t!(portal_access.invoice).to_owned(),
        (PortalPage::Balance, _) => t!(portal_access.balance).to_owned(),
        (PortalPage::WorkLog, _) => t!(portal_access.work_log).to_owned(),
        (PortalPage::Statement, _) => t!(portal_access.statement).to_owned(),
        (PortalPage::Scope, _) => t!(portal_access.scope).to_owned(),
        (PortalPage::Requests, _) => t!(portal_access.requests).to_owned(),
        (PortalPage::Decisions, _) => t!(portal_access.decisions).to_owned(),
        (PortalPage::Invoices, _) => t!(portal_access.invoices).to_owned(),
    }
}

/// How far the mail with a link came.
pub(super) fn mail(mail: LinkMail) -> (&'static str, Tone, Icon) {
    match mail {
        LinkMail::Sending => (t!(portal_access.mail_sending), Tone::Warn, icondata::LuClock),
        LinkMail::Sent => (t!(portal_access.mail_sent), Tone::Ok, icondata::LuCheck),
        LinkMail::Failed => (t!(portal_access.mail_failed), Tone::Bad, icondata::LuCircleAlert),
        LinkMail::None => (t!(portal_access.mail_none), Tone::Plain, icondata::LuLink),
    }
}
