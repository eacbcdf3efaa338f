//! The credit notes of an invoice.
use leptos::prelude::*;
use shared::api::{CreditKind, CreditNoteSummary, InvoiceId};

use super::words::{ANY_YEAR, amount};
use crate::format::date;
use crate::query::use_query;
use crate::ui::{Loaded, Panel};
use crate::{api, t};

/// Each credit note leads to its page. Nothing is shown of an invoice that has none.
#[component]
pub(super) fn Credits(id: InvoiceId) -> impl IntoView {
    let notes = use_query(move || api::credit_notes_of(id));
    let some = move || notes.with(|page| page.is_some_and(|page| !page.items.is_empty()));
    let rows = move || {
        let items = notes.with(|page| page.map(|page| page.items.clone()).unwrap_or_default());
        items.into_iter().map(row).collect_view()
    };
    view! {
        <Show when=move || some() || notes.fault().is_some()>
            <div class="no-print">
                <Panel title=t!(invoices.credits)>
                    <Loaded of=notes.standing() rows=1>
                        <ul class="panel-body flex flex-col gap-2">{rows}</ul>
                    </Loaded>
                </Panel>
            </div>
        </Show>
    }
}

/// Where a credit note is.
pub(super) fn credit_href(note: &CreditNoteSummary) -> String {
    format!("/credit-notes/{}", note.id)
}

/// Of which kind it is.
pub(super) fn kind_words(kind: CreditKind) -> &'static str {
    match kind {
        CreditKind::Correction => t!(invoices.credit_correction),
        CreditKind::Goodwill => t!(invoices.credit_goodwill),
    }
}

fn row(note: CreditNoteSummary) -> impl IntoView {
    let about = format!("{} · {}", date(note.issued_on, ANY_YEAR), kind_words(note.kind));
    let total = amount(-note.total_minor, &note.currency);
    view! {
        <li class="flex justify-between gap-4">
            <span class="min-w-0 break-words">
                <a class="link num" href=credit_href(&note)>{note.number.clone()}</a>
                " "
                <span class="text-soft">{about}</span>
                <span class="block text-xs text-muted">{note.reason}</span>
            </span>
            <span class="num whitespace-nowrap">{total}</span>
        </li>
    }
}
