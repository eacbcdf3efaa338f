//! What was issued and paid, as a file for the books.
use chrono::{Datelike, Days, NaiveDate};
use leptos::prelude::*;
use shared::api::{ExportFormat, FieldError};

use crate::api::{Fault, Path};
use crate::session::use_today;
use crate::ui::{Button, Dialog, Form, FormActions, FormFaults, Lazy, OneOf, Place, TextInput};
use crate::{api, browser, screens, t};

/// What the form closes; it is loaded when it is asked for, and takes nothing else.
#[derive(Clone, Copy)]
struct Exporting(RwSignal<bool>);

/// The button, and the dialog that asks for the days and the kind of file.
#[component]
pub(super) fn Export() -> impl IntoView {
    let open = RwSignal::new(false);
    provide_context(Exporting(open));
    view! {
        <Button icon=icondata::LuDownload on_press=Callback::new(move |()| open.set(true))>
            {t!(invoices.export)}
        </Button>
        <Dialog open title=t!(invoices.export_title)>
            <Lazy load=screens::export place=Place::Dialog />
        </Dialog>
    }
}

/// The month before this one.
fn last_month(today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let first = |day: NaiveDate| day.with_day(1).unwrap_or(day);
    let last = first(today).checked_sub_days(Days::new(1)).unwrap_or(today);
    (first(last), last)
}

/// The days, the kind of file, and the currency.
#[component]
pub(crate) fn ExportForm() -> impl IntoView {
    let Exporting(open) = expect_context();
    let form = Form::new("export");
    let (first, last) = last_month(use_today().get_untracked());
    let (from, to) = (RwSignal::new(first.to_string()), RwSignal::new(last.to_string()));
    let (format, currency) = (RwSignal::new(0), RwSignal::new(String::new()));
    let lacking = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        lacking.set(false);
        let read = |text: RwSignal<String>| text.with_untracked(|text| text.parse::<NaiveDate>());
        let days = match (read(from), read(to)) {
            (Err(_), _) => Err("/from"),
            (_, Err(_)) => Err("/to"),
            (Ok(first), Ok(last)) => Ok((first, last)),
        };
        let (first, last) = match days {
            Ok(days) => days,
            Err(field) => return form.refuse(vec![FieldError::new(field, "invalid")]),
        };
        let formats = [ExportFormat::Csv, ExportFormat::Xlsx, ExportFormat::Datev];
        let chosen = formats.get(format.get_untracked()).copied().unwrap_or(ExportFormat::Csv);
        let alone = currency.with_untracked(|text| text.trim().to_uppercase());
        let path = Path::new("/accounting-export".to_owned()).with("from", Some(first));
        let path = path.with("to", Some(last)).with("format", Some(chosen.name()));
        let path = path.with("currency", Some(alone).filter(|text| !text.is_empty())).done();
        let (end, kind) = match chosen {
            ExportFormat::Xlsx => {
                ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
            }
            ExportFormat::Csv | ExportFormat::Datev => ("csv", "text/csv"),
        };
        let what = if chosen == ExportFormat::Datev { "EXTF_Buchungsstapel" } else { "Journal" };
        let name = format!("{what}_{first}_{last}.{end}");
        let work = async move {
            api::download_bytes(&path).await.map_err(|fault| at_fields(fault, lacking))
        };
        form.run(work, move |file: Vec<u8>| {
            browser::save_bytes(&name, kind, &file);
            open.try_set(false);
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <div class="form-pair">
                <TextInput form at="/from" label=t!(invoices.days_from) kind="date" value=from />
                <TextInput form at="/to" label=t!(invoices.days_to) kind="date" value=to />
            </div>
            <div class="form-pair">
                <OneOf
                    form
                    at="/format"
                    label=t!(invoices.export_format)
                    labels=vec![t!(invoices.export_csv), t!(invoices.export_xlsx), "DATEV"]
                    chosen=format.into()
                    pick=Callback::new(move |place| format.set(place))
                />
                <TextInput
                    form
                    at="/currency"
                    label=t!(invoices.export_currency)
                    value=currency
                    optional=true
                />
            </div>
            <Show when=move || lacking.get()>
                <p class="note note-warn">{t!(invoices.export_lacking)}</p>
            </Show>
            <p class="field-hint">
                <a class="link" href="/settings/invoices">{t!(invoices.export_accounts)}</a>
            </p>
            <FormFaults form />
            <FormActions form open verb=t!(invoices.export) />
        </form>
    }
}

/// Parts of a query are named without the slash that fields of a form have. What is wrong with the
/// accounts is said elsewhere: here another file helps.
fn at_fields(fault: Fault, lacking: RwSignal<bool>) -> Fault {
    let Fault::Problem(mut problem) = fault else { return fault };
    let total = problem.errors.len();
    problem.errors.retain(|error| !error.field.starts_with("/ledger_accounts"));
    if problem.errors.len() < total {
        lacking.try_set(true);
        problem.errors.push(FieldError::new("/format", "not_allowed"));
    }
    for error in &mut problem.errors {
        if !error.field.starts_with('/') {
            error.field.insert(0, '/');
        }
    }
    Fault::Problem(problem)
}
