//! A credit note as it is read and printed.
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::api::{CreditNote, CreditNoteId, CreditedOfLine, InvoiceLineKind};

use super::credits::kind_words;
use super::files::{Files, Saved};
use super::page::Print;
use super::sums::Sums;
use super::words::{ANY_YEAR, agreed, amount};
use crate::format::date;
use crate::query::use_query;
use crate::shell::Area;
use crate::ui::{Empty, Loaded, PageHeader};
use crate::{api, t};

/// `/credit-notes/:note`
#[component]
pub fn CreditNotePage() -> impl IntoView {
    let params = use_params_map();
    let id =
        Memo::new(move |_| params.with(|params| params.get("note")?.parse::<CreditNoteId>().ok()));
    move || match id.get() {
        Some(id) => view! { <Screen id /> }.into_any(),
        None => view! {
            <PageHeader title=t!(common.not_found_title) area=Area::Invoices />
            <div class="page">
                <Empty icon=icondata::LuCompass title=t!(common.not_found) />
            </div>
        }
        .into_any(),
    }
}

#[component]
fn Screen(id: CreditNoteId) -> impl IntoView {
    let note = use_query(move || api::credit_note(id));
    let title = Signal::derive(move || {
        let number = note.with(|note| note.map(|note| note.summary.number.clone()));
        number.map_or_else(
            || t!(invoices.credit).to_owned(),
            |number| t!(invoices.credit_titled, number = number),
        )
    });
    let paper = move || note.get().map(|note| view! { <Paper note /> });
    let files = Signal::derive(move || {
        let of = |note: Option<&CreditNote>| {
            let of = &note?.summary;
            let path = format!("/credit-notes/{id}");
            Some(Saved { path, name: of.number.clone(), account: of.account_id, issued: true })
        };
        note.with(of)
    });
    view! {
        <PageHeader title area=Area::Invoices>
            <Show when=move || note.known()>
                <Files of=files />
                <Print />
            </Show>
        </PageHeader>
        <div class="page">
            <Loaded of=note.standing() rows=8>{paper}</Loaded>
        </div>
    }
}

#[component]
fn Paper(note: CreditNote) -> impl IntoView {
    let of = note.summary;
    let invoice = format!("/invoices/{}", of.invoice_id);
    let invoice = view! { <a class="link num" href=invoice>{of.invoice_number.clone()}</a> };
    let account = format!("/accounts/{}", of.account_id);
    let account = view! { <a class="link" href=account>{of.account_name.clone()}</a> };
    let rows = [
        (t!(invoices.to), account.into_any()),
        (t!(invoices.credit_of), invoice.into_any()),
        (t!(invoices.day), date(of.issued_on, ANY_YEAR).into_any()),
        (t!(invoices.credit_kind), kind_words(of.kind).into_any()),
    ];
    let rows = rows.into_iter().map(|(label, value)| {
        view! {
            <div>
                <dt class="text-xs text-muted">{label}</dt>
                <dd class="break-words font-medium">{value}</dd>
            </div>
        }
    });
    let rows = rows.collect_view();
    let retainer = of.retainer_name.clone();
    let lines = note.lines.iter().map(|line| {
        let (words, net) = (line_words(line, &retainer), amount(line.net_minor, &of.currency));
        let tax = amount(line.tax_minor, &of.currency);
        view! {
            <tr>
                <th scope="row" class="text-start font-normal break-words">{words}</th>
                <td data-label=t!(invoices.net) class="num text-end whitespace-nowrap">{net}</td>
                <td data-label=t!(invoices.tax_of_line) class="num text-end whitespace-nowrap">
                    {tax}
                </td>
            </tr>
        }
    });
    let lines = lines.collect_view();
    let taxes = note.taxes.into_iter().map(|tax| (tax.code, tax.percent, tax.tax_minor)).collect();
    view! {
        <article class="statement stack">
            <section class="panel p-4">
                <dl class="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">{rows}</dl>
                <p class="pt-3 break-words whitespace-pre-line">{of.reason}</p>
            </section>
            <section class="panel">
                <div class="table-wrap">
                    <table class="table table-cards">
                        <thead>
                            <tr>
                                <th scope="col">{t!(invoices.line)}</th>
                                <th scope="col" class="text-end">{t!(invoices.net)}</th>
                                <th scope="col" class="text-end">{t!(invoices.tax_of_line)}</th>
                            </tr>
                        </thead>
                        <tbody>{lines}</tbody>
                    </table>
                </div>
                <Sums net=of.net_minor taxes total=of.total_minor currency=of.currency />
            </section>
        </article>
    }
}

/// What a line was for; its days are the invoice's to tell.
fn line_words(line: &CreditedOfLine, retainer: &str) -> String {
    let seq = line.seq.unwrap_or_default();
    match line.kind {
        InvoiceLineKind::Fee => t!(invoices.held_row, retainer = retainer, seq = seq),
        InvoiceLineKind::Correction => t!(invoices.correction, seq = seq),
        InvoiceLineKind::Overage => t!(invoices.overage, seq = seq),
        InvoiceLineKind::Manual => line.text.clone().unwrap_or_default(),
        InvoiceLineKind::Agreed => agreed(line.text.as_deref()),
    }
}
