//! An invoice or a credit note as files: the PDF, and the e-invoice as XML.
use leptos::prelude::*;
use shared::api::{AccountId, ErrorCode, FieldError};

use super::client::ClientDialog;
use super::words::may_draft;
use crate::ui::{Button, Dialog, Form, FormFaults};
use crate::{api, browser, t};

/// What is saved, and where it is had.
#[derive(Debug, Clone)]
pub(super) struct Saved {
    /// Without the kind of file: `/invoices/ID`.
    pub path: String,
    /// Likewise: its number.
    pub name: String,
    /// Whose it is.
    pub account: AccountId,
    /// It was issued, so it is an e-invoice too.
    pub issued: bool,
}

/// The buttons. Nothing happens before it is known what is saved.
#[component]
pub(super) fn Files(#[prop(into)] of: Signal<Option<Saved>>) -> impl IntoView {
    let form = Form::new("pdf");
    let save = Callback::new(move |()| {
        let Some(of) = of.get_untracked() else { return };
        let path = format!("{}/pdf", of.path);
        form.run(async move { api::download_bytes(&path).await }, move |file: Vec<u8>| {
            browser::save_bytes(&format!("{}.pdf", of.name), "application/pdf", &file);
        });
    });
    let issued = Memo::new(move |_| of.with(|of| of.as_ref().is_some_and(|of| of.issued)));
    view! {
        <FormFaults form />
        <Button icon=icondata::LuDownload busy=form.busy() on_press=save>
            {t!(invoices.pdf)}
        </Button>
        <Show when=move || issued.get()>
            <EInvoice of />
        </Show>
    }
}

/// The XML, or a dialog that names what is missing for it.
#[component]
fn EInvoice(of: Signal<Option<Saved>>) -> impl IntoView {
    let form = Form::new("e-invoice");
    let (open, client) = (RwSignal::new(false), RwSignal::new(false));
    let missing = RwSignal::new(Vec::<FieldError>::new());
    let save = Callback::new(move |()| {
        let Some(of) = of.get_untracked() else { return };
        let path = format!("{}/e-invoice", of.path);
        let work = async move {
            match api::download_bytes(&path).await {
                Err(fault) if fault.is(ErrorCode::Invalid) => Ok(Err(fault.fields().to_vec())),
                answer => answer.map(Ok),
            }
        };
        form.run(work, move |answer: Result<Vec<u8>, Vec<FieldError>>| match answer {
            Ok(file) => {
                browser::save_bytes(&format!("{}.xml", of.name), "application/xml", &file);
            }
            Err(faults) => {
                missing.set(faults);
                open.set(true);
            }
        });
    });
    let rows = move || {
        let rows = missing.get().into_iter().map(|fault| view! { <li>{what(&fault)}</li> });
        rows.collect_view()
    };
    let of_client =
        move || missing.with(|all| all.iter().any(|fault| fault.field.starts_with("/buyer")));
    let tell = Callback::new(move |()| {
        open.set(false);
        client.set(true);
    });
    let account = move || of.with(|of| of.as_ref().map(|of| of.account));
    view! {
        <FormFaults form />
        <Button icon=icondata::LuDownload busy=form.busy() on_press=save>
            {t!(invoices.e_invoice)}
        </Button>
        <Dialog open title=t!(invoices.e_missing)>
            <p>{t!(invoices.e_about)}</p>
            <ul class="stack">{rows}</ul>
            <Show when=of_client>
                <Button reason=may_draft() on_press=tell>{t!(invoices.client)}</Button>
            </Show>
        </Dialog>
        {move || account().map(|account| view! { <ClientDialog account open=client /> })}
    }
}

/// What is missing, and where it is said.
fn what(fault: &FieldError) -> AnyView {
    let name = |field: &str| match field {
        "country" => t!(invoices.country),
        "tax_note" => t!(invoices.tax_note),
        _ => t!(invoices.tax_id),
    };
    match fault.field.split('/').collect::<Vec<_>>()[..] {
        ["", "seller", field] => {
            let words = t!(invoices.e_seller, what = name(field));
            view! { <a class="link" href="/settings/invoices">{words}</a> }.into_any()
        }
        ["", "buyer", field] => t!(invoices.e_buyer, what = name(field)).into_any(),
        ["", "currency"] => t!(invoices.e_currency).into_any(),
        ["", "taxes"] => t!(invoices.e_taxes).into_any(),
        _ => t!(invoices.e_rounding).into_any(),
    }
}
