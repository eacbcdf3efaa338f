//! A place to drop a statement, and what is asked where the file does not say it.
use leptos::{html, prelude::*};
use leptos_router::hooks::use_navigate;
use shared::api::{BankImportSummary, DateOrder, ErrorCode, FieldError};
use web_sys::{File, FileList};

use crate::api::{self, Fault};
use crate::ui::{Button, Form, FormFaults, OneOf, Suggest, Suggestions, TextInput, Variant, icon};
use crate::{query, t};

/// What a person says of a file.
#[derive(Clone, Copy)]
struct Said {
    /// Whether the order of days is asked for, and its place: the day first, the month first.
    asks_order: RwSignal<bool>,
    order: RwSignal<usize>,
    /// Whether the currency is.
    asks_currency: RwSignal<bool>,
    currency: RwSignal<String>,
}

impl Said {
    fn order(self) -> Option<DateOrder> {
        self.asks_order.get_untracked().then(|| match self.order.get_untracked() {
            0 => DateOrder::DayMonthYear,
            _ => DateOrder::MonthDayYear,
        })
    }
    fn currency(self) -> Option<String> {
        let asked = self.asks_currency.get_untracked();
        asked.then(|| self.currency.with_untracked(|text| text.trim().to_uppercase()))
    }
    /// Asks for what was missing. True if something is.
    fn ask(self, fault: &Fault) -> bool {
        let wants = |name: &str| fault.fields().iter().any(|one| one.field == name);
        if wants("date_order") {
            self.asks_order.set(true);
        }
        if wants("currency") {
            self.asks_currency.set(true);
        }
        wants("date_order") || wants("currency")
    }
}

/// Columns that are missing are missing of the file: there is no field for them.
fn of_the_file(mut fault: Fault) -> Fault {
    if let Fault::Problem(problem) = &mut fault
        && problem.code == ErrorCode::StatementUnreadable
    {
        problem.errors.truncate(1);
        for error in &mut problem.errors {
            t!(bank.file).clone_into(&mut error.field);
            if error.code == "column_missing" {
                t!(bank.no_columns).clone_into(&mut error.message);
            }
        }
    }
    fault
}

/// Sends a file and opens what was made of it.
#[component]
pub(super) fn Upload() -> impl IntoView {
    let form = Form::new("bank");
    let file = StoredValue::new_local(None::<File>);
    let said = Said {
        asks_order: RwSignal::new(false),
        order: RwSignal::new(0),
        asks_currency: RwSignal::new(false),
        currency: RwSignal::new(String::new()),
    };
    let navigate = use_navigate();
    let over = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    let opened = Callback::new(move |import: BankImportSummary| {
        query::invalidate("/bank-");
        navigate(&format!("/bank/{}", import.id), Default::default());
    });
    let send = Callback::new(move |()| {
        let Some(file) = file.get_value() else { return };
        let (order, currency) = (said.order(), said.currency());
        let work = async move {
            let answer = api::upload_statement(&file, order, currency).await;
            answer.map_err(|fault| {
                said.ask(&fault);
                of_the_file(fault)
            })
        };
        form.run(work, move |import| opened.run(import));
    });
    let take = move |files: Option<FileList>| {
        let Some(chosen) = files.and_then(|files| files.get(0)) else { return };
        if form.busy().get_untracked() {
            return;
        }
        file.set_value(Some(chosen));
        said.asks_order.set(false);
        said.asks_currency.set(false);
        send.run(());
    };
    let choose = Callback::new(move |()| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    });
    let dropped = move |event: web_sys::DragEvent| {
        event.prevent_default();
        over.set(false);
        take(event.data_transfer().and_then(|transfer| transfer.files()));
    };
    view! {
        <div
            class="drop-zone"
            data-over=move || over.get().then_some("")
            on:dragover=move |event: web_sys::DragEvent| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=dropped
        >
            <span class="text-muted">{icon(icondata::LuFileUp)}</span>
            <p class="font-medium">{t!(bank.drop)}</p>
            <p class="max-w-prose text-soft">{t!(bank.drop_about)}</p>
            <input
                node_ref=input
                type="file"
                accept=".csv,.txt,.tsv,.xml,text/csv,text/xml,application/xml"
                hidden=true
                on:change=move |_| {
                    if let Some(input) = input.get_untracked() {
                        take(input.files());
                        // The same file chosen again is a new choice.
                        input.set_value("");
                    }
                }
            />
            <Button variant=Variant::Primary busy=form.busy() on_press=choose>
                {t!(imports.choose)}
            </Button>
            <Asked form said send />
        </div>
    }
}

/// What the file does not say; it is sent again with that.
#[component]
fn Asked(form: Form, said: Said, send: Callback<()>) -> impl IntoView {
    let (order, currency) = (said.order, said.currency);
    let asks = move || said.asks_order.get() || said.asks_currency.get();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let missing = said.currency().is_some_and(|code| code.is_empty());
        if missing {
            return form.refuse(vec![FieldError::new("currency", "required")]);
        }
        send.run(());
    };
    view! {
        <form class="form w-full max-w-80 text-start" novalidate=true on:submit=submit>
            <Show when=move || said.asks_order.get()>
                <OneOf
                    form
                    at="date_order"
                    label=t!(bank.order)
                    labels=vec![t!(bank.order_day), t!(bank.order_month)]
                    chosen=order.into()
                    pick=Callback::new(move |place| order.set(place))
                />
            </Show>
            <Show when=move || said.asks_currency.get()>
                <TextInput
                    form
                    at="currency"
                    label=t!(bank.currency)
                    value=currency
                    list=Suggest::Currencies.id()
                />
                <Suggestions of=Suggest::Currencies />
            </Show>
            <FormFaults form />
            <Show when=asks>
                <Button submit=true busy=form.busy()>{t!(bank.read)}</Button>
            </Show>
        </form>
    }
}
