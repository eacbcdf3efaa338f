//! Changing a draft: the lines that people write, and the words below them.
use leptos::prelude::*;
use shared::api::{Invoice, InvoiceChange, InvoiceLine, InvoiceLineKind};

use super::lines::{LineFields, Lines};
use crate::format::fraction_digits;
use crate::query::{self, Query};
use crate::ui::{Conflict, Dialog, Form, FormActions, FormFaults, TextArea, toast};
use crate::{api, t};

/// The dialog in which a draft is changed.
#[component]
pub(super) fn EditDialog(invoice: Query<Invoice>, open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog open title=t!(invoices.lines_edit) wide=true>
            <EditForm invoice open />
        </Dialog>
    }
}

fn by_hand(made: &Invoice) -> Vec<InvoiceLine> {
    let hand = |line: &&InvoiceLine| line.kind == InvoiceLineKind::Manual;
    made.lines.iter().filter(hand).cloned().collect()
}

#[component]
fn EditForm(invoice: Query<Invoice>, open: RwSignal<bool>) -> impl IntoView {
    let Some(made) = invoice.get_untracked() else { return ().into_any() };
    let form = Form::new("draft");
    let version = StoredValue::new(made.version);
    let lines = Lines::of(&by_hand(&made), fraction_digits(&made.summary.currency));
    let note = RwSignal::new(made.note.clone().unwrap_or_default());
    let id = made.id;
    let send = move || {
        let lines = match lines.said() {
            Ok(lines) => lines,
            Err(faults) => return form.refuse(faults),
        };
        let body =
            InvoiceChange { lines: Some(lines), note: Some(note.get_untracked()), held: None };
        let seen = version.get_value();
        let work = async move |body: InvoiceChange| api::change_invoice(id, seen, &body).await;
        form.send(body, work, move |now: Invoice| {
            open.try_set(false);
            invoice.set(now);
            query::invalidate("/invoices?");
            query::invalidate("/invoice-counts");
            toast(t!(invoices.changed));
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send();
    };
    let theirs = Signal::derive(move || {
        let Some(now) = invoice.get() else { return Vec::new() };
        let texts: Vec<String> = by_hand(&now).into_iter().filter_map(|line| line.text).collect();
        vec![
            (t!(invoices.lines_edit), crate::format::list(&texts)),
            (t!(invoices.note), now.note.unwrap_or_default()),
        ]
    });
    let refresh = Callback::new(move |()| invoice.refetch());
    let again = Callback::new(move |()| {
        if let Some(now) = invoice.get_untracked() {
            version.set_value(now.version);
        }
        send();
    });
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <p class="text-soft">{t!(invoices.lines_about)}</p>
            <LineFields form lines />
            <TextArea form at="/note" label=t!(invoices.note) value=note optional=true />
            <FormFaults form />
            <Conflict form theirs refresh again />
            <FormActions form open verb=t!(common.save) />
        </form>
    }
    .into_any()
}
