//! `/portal/invoices`: what was billed, what is open, and the files.
use leptos::prelude::*;
use shared::api::{PortalInvoice, PortalInvoiceState};

use super::api;
use super::parts::{Head, Listed, Loaded, ReadOn};
use crate::browser;
use crate::format::{date, money};
use crate::t;
use crate::ui::{Badge, Empty, Tone, icon};

/// The invoices that were issued.
#[component]
pub(super) fn Invoices() -> impl IntoView {
    let invoices = Listed::<PortalInvoice>::at("/portal/invoices".to_owned());
    let rows = move || {
        let rows = invoices.rows();
        if rows.is_empty() {
            let about = t!(portal.invoices_empty_about);
            return view! { <Empty title=t!(portal.invoices_empty) about /> }.into_any();
        }
        let rows = rows.into_iter().map(|of| view! { <Invoice of /> }).collect_view();
        view! { <Table>{rows}</Table> }.into_any()
    };
    view! {
        <Head title=t!(portal.nav_invoices) />
        <Loaded of=invoices.standing() rows=8>
            <section class="panel" aria-label=t!(portal.nav_invoices)>
                {rows}
                <ReadOn on=invoices.on() />
            </section>
        </Loaded>
    }
}

#[component]
fn Table(children: Children) -> impl IntoView {
    view! {
        <table class="table visit-table">
            <caption class="sr-only">{t!(portal.nav_invoices)}</caption>
            <thead>
                <tr>
                    <th scope="col" class="text-start">{t!(portal.invoice_number)}</th>
                    <th scope="col" class="text-start">{t!(portal.retainer)}</th>
                    <th scope="col" class="text-start">{t!(common.date)}</th>
                    <th scope="col" class="text-start">{t!(portal.invoice_due)}</th>
                    <th scope="col" class="text-end">{t!(portal.invoice_total)}</th>
                    <th scope="col" class="text-end">{t!(portal.invoice_open)}</th>
                    <th scope="col" class="text-start">{t!(portal.invoice_state)}</th>
                    <th scope="col" class="text-start">{t!(portal.invoice_file)}</th>
                </tr>
            </thead>
            <tbody>{children()}</tbody>
        </table>
    }
}

#[component]
fn Invoice(of: PortalInvoice) -> impl IntoView {
    let today = browser::today();
    let (tone, mark, words) = match of.state {
        PortalInvoiceState::Due => (Tone::Plain, icondata::LuClock, t!(portal.invoice_is_due)),
        PortalInvoiceState::Overdue => {
            (Tone::Bad, icondata::LuTriangleAlert, t!(portal.invoice_overdue))
        }
        PortalInvoiceState::Paid => (Tone::Ok, icondata::LuCheck, t!(portal.invoice_paid)),
    };
    let file = api::file(&format!("/invoices/{}/pdf", of.id));
    let name = t!(portal.invoice_download, number = of.number.as_str());
    view! {
        <tr>
            <th scope="row" class="text-start font-medium">{of.number}</th>
            <td data-label=t!(portal.retainer)>{of.retainer_name}</td>
            <td data-label=t!(common.date)>{date(of.issued_on, today)}</td>
            <td data-label=t!(portal.invoice_due)>{date(of.due_on, today)}</td>
            <td class="num text-end" data-label=t!(portal.invoice_total)>{money(&of.total)}</td>
            <td class="num text-end" data-label=t!(portal.invoice_open)>{money(&of.open)}</td>
            <td data-label=t!(portal.invoice_state)><Badge tone icon=mark>{words}</Badge></td>
            <td data-label=t!(portal.invoice_file)>
                <a class="btn btn-sm" href=file download="" aria-label=name>
                    {icon(icondata::LuDownload)} "PDF"
                </a>
            </td>
        </tr>
    }
}
