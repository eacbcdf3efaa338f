//! The statement of an account: what it owes, what of that is late, its credit, and what moved it.
use chrono::NaiveDate;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use shared::api::{
    AccountId, AccountStatement, FieldError, InvoiceSummary, STATEMENT_DAYS_MAX, StatementKind,
    StatementLine, StatementOfCurrency,
};

use super::charging::ChargingPanel;
use super::page::Print;
use super::words::{self, ANY_YEAR, State, amount};
use crate::api::{self, Path};
use crate::browser;
use crate::format::date;
use crate::query::{Query, use_all, use_query};
use crate::session::use_today;
use crate::shell::Area;
use crate::t;
use crate::ui::{Button, Empty, Form, FormFaults, Loaded, PageHeader, Panel, TextInput};

/// `/accounts/:account/billing`, with `?from=` and `&to=`.
#[component]
pub fn AccountBillingPage() -> impl IntoView {
    let params = use_params_map();
    let id =
        Memo::new(move |_| params.with(|params| params.get("account")?.parse::<AccountId>().ok()));
    move || match id.get() {
        Some(id) => view! { <Screen id /> }.into_any(),
        None => view! {
            <PageHeader title=t!(common.not_found_title) area=Area::Accounts />
            <div class="page">
                <Empty icon=icondata::LuCompass title=t!(common.not_found) />
            </div>
        }
        .into_any(),
    }
}

#[component]
fn Screen(id: AccountId) -> impl IntoView {
    let address = use_query_map();
    let day = move |name: &'static str| {
        Memo::new(move |_| address.with(|query| query.get(name)?.parse::<NaiveDate>().ok()))
    };
    let (from, to) = (day("from"), day("to"));
    let made = use_query(move || api::billing_statement(id, from.get(), to.get()));
    let open = use_all(move || Some(api::invoices_of(id)));
    let until = Signal::derive(move || made.with(|made| made.map(|made| made.to)));
    let about = Signal::derive(move || {
        made.with(|made| {
            let made = made?;
            let (from, to) = (date(made.from, ANY_YEAR), date(made.to, ANY_YEAR));
            Some(format!("{}, {from} – {to}", made.account_name))
        })
    });
    let parts = move || {
        let currencies = made.get().map(|made| made.currencies).unwrap_or_default();
        if currencies.is_empty() {
            return view! {
                <Empty
                    icon=icondata::LuReceipt
                    title=t!(invoices.statement_none)
                    about=t!(invoices.none_about)
                />
            }
            .into_any();
        }
        let part = |of: StatementOfCurrency| view! { <OfCurrency of /> };
        currencies.into_iter().map(part).collect_view().into_any()
    };
    view! {
        <PageHeader title=t!(invoices.statement) area=Area::Accounts about>
            <Show when=move || made.known()>
                <Sheet id made />
                <Print />
            </Show>
        </PageHeader>
        <div class="page stack">
            <p class="no-print">
                <a class="link" href=format!("/accounts/{id}")>{t!(common.account)}</a>
            </p>
            <Days id made />
            <Loaded of=made.standing() rows=10>
                <article class="statement stack">{parts}</article>
            </Loaded>
            <OpenInvoices open until />
            <ChargingPanel id />
        </div>
    }
}

/// Its lines, and what is open, as a file.
#[component]
fn Sheet(id: AccountId, made: Query<AccountStatement>) -> impl IntoView {
    let form = Form::new("sheet");
    let save = Callback::new(move |()| {
        let Some(told) = made.get_untracked() else { return };
        let path = Path::new(format!("/accounts/{id}/billing-statement.csv"));
        let path = path.with("from", Some(told.from)).with("to", Some(told.to)).done();
        let name = format!("{} {} {}.csv", told.account_name, told.from, told.to);
        form.run(async move { api::download(&path).await }, move |text: String| {
            browser::save_file(&name, "text/csv", &text);
        });
    });
    view! {
        <FormFaults form />
        <Button icon=icondata::LuDownload busy=form.busy() on_press=save>
            {t!(statement.sheet)}
        </Button>
    }
}

/// Which days; the address keeps them.
#[component]
fn Days(id: AccountId, made: Query<AccountStatement>) -> impl IntoView {
    let form = Form::new("days");
    let (from, to) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let told = Memo::new(move |_| made.with(|made| made.map(|made| (made.from, made.to))));
    Effect::new(move |_| {
        if let Some((first, last)) = told.get() {
            from.set(first.to_string());
            to.set(last.to_string());
        }
    });
    let navigate = use_navigate();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        form.clear();
        let read = |text: RwSignal<String>| text.with_untracked(|text| text.parse::<NaiveDate>());
        let fault = match (read(from), read(to)) {
            (Err(_), _) => ("/from", "invalid"),
            (_, Err(_)) => ("/to", "invalid"),
            (Ok(first), Ok(last)) if first > last => ("/to", "end_before_start"),
            (Ok(first), Ok(last)) if (last - first).num_days() >= STATEMENT_DAYS_MAX => {
                ("/from", "out_of_range")
            }
            (Ok(first), Ok(last)) => {
                let path = Path::new(format!("/accounts/{id}/billing")).with("from", Some(first));
                form.settled();
                navigate(&path.with("to", Some(last)).done(), NavigateOptions::default());
                return;
            }
        };
        form.refuse(vec![FieldError::new(fault.0, fault.1)]);
    };
    view! {
        <form class="form no-print" novalidate=true on:submit=submit>
            <div class="form-pair">
                <TextInput form at="/from" label=t!(invoices.days_from) kind="date" value=from />
                <TextInput form at="/to" label=t!(invoices.days_to) kind="date" value=to />
            </div>
            <div>
                <Button submit=true>{t!(invoices.show)}</Button>
            </div>
            <FormFaults form />
        </form>
    }
}

#[component]
fn OfCurrency(of: StatementOfCurrency) -> impl IntoView {
    let said = |minor: i64| amount(minor, &of.currency);
    let facts = [
        (t!(invoices.owed), said(of.open_minor)),
        (t!(invoices.overdue), said(of.overdue_minor)),
        (t!(invoices.credit_word), said(of.credit_minor)),
    ];
    let facts = facts.into_iter().map(|(label, value)| {
        view! {
            <div>
                <dt class="text-xs text-muted">{label}</dt>
                <dd class="num font-medium">{value}</dd>
            </div>
        }
    });
    let facts = facts.collect_view();
    let bound = |words: &'static str, minor: i64| {
        view! {
            <tr class="font-medium">
                <th scope="row" colspan="3" class="text-start">{words}</th>
                <td data-label=t!(invoices.balance) class="num text-end whitespace-nowrap">
                    {said(minor)}
                </td>
            </tr>
        }
    };
    let opening = bound(t!(invoices.opening), of.opening_minor);
    let closing = bound(t!(invoices.closing), of.closing_minor);
    let lines = of.lines.iter().map(|line| row(line, &of.currency)).collect_view();
    view! {
        <Panel title=of.currency.clone()>
            <dl class="panel-body grid gap-3 sm:grid-cols-3">{facts}</dl>
            <div class="table-wrap">
                <table class="table table-cards">
                    <thead>
                        <tr>
                            <th scope="col">{t!(common.date)}</th>
                            <th scope="col">{t!(invoices.what)}</th>
                            <th scope="col" class="text-end">{t!(invoices.amount)}</th>
                            <th scope="col" class="text-end">{t!(invoices.balance)}</th>
                        </tr>
                    </thead>
                    <tbody>{opening} {lines} {closing}</tbody>
                </table>
            </div>
        </Panel>
    }
}

fn kind_words(kind: StatementKind) -> &'static str {
    match kind {
        StatementKind::Invoice => t!(invoices.invoice),
        StatementKind::Void => t!(invoices.void_state),
        StatementKind::CreditNote => t!(invoices.credit),
        StatementKind::Payment => t!(invoices.payment),
        StatementKind::Refund => t!(invoices.refund_name),
        StatementKind::Reversal => t!(invoices.reversal),
    }
}

fn row(line: &StatementLine, currency: &str) -> impl IntoView + use<> {
    let text = line.text.clone().unwrap_or_default();
    let href = match line.kind {
        StatementKind::Invoice | StatementKind::Void => Some(format!("/invoices/{}", line.id)),
        StatementKind::CreditNote => Some(format!("/credit-notes/{}", line.id)),
        _ => None,
    };
    let text = match href {
        Some(href) => view! { <a class="link num" href=href>{text}</a> }.into_any(),
        None => text.into_any(),
    };
    view! {
        <tr>
            <th scope="row" class="text-start font-normal whitespace-nowrap">
                {date(line.on, ANY_YEAR)}
            </th>
            <td data-label=t!(invoices.what) class="break-words">
                <span>{kind_words(line.kind)} " " {text}</span>
            </td>
            <td data-label=t!(invoices.amount) class="num text-end whitespace-nowrap">
                {amount(line.amount_minor, currency)}
            </td>
            <td data-label=t!(invoices.balance) class="num text-end whitespace-nowrap">
                {amount(line.balance_minor, currency)}
            </td>
        </tr>
    }
}

/// What waits for money now, the oldest first: on paper if the statement is of now.
#[component]
fn OpenInvoices(
    open: Query<shared::api::Page<InvoiceSummary>>,
    until: Signal<Option<NaiveDate>>,
) -> impl IntoView {
    let today = use_today();
    let past = move || until.get().is_some_and(|until| until < today.get());
    let rows = Memo::new(move |_| {
        let all = open.with(|page| page.map(|page| page.items.clone()).unwrap_or_default());
        let mut rows: Vec<_> = all.into_iter().filter(|one| one.balance_minor > 0).collect();
        rows.sort_by_key(|one| one.due_on);
        rows
    });
    let row = |of: InvoiceSummary| {
        let due = format!("{} {}", t!(invoices.due), date(of.due_on, ANY_YEAR));
        let left = amount(of.balance_minor, &of.currency);
        let number = words::name(&of);
        view! {
            <li class="flex justify-between gap-4">
                <span class="min-w-0 break-words">
                    <a class="link num" href=format!("/invoices/{}", of.id)>{number}</a>
                    " "
                    <span class="text-soft">{due}</span>
                    " "
                    <State of />
                </span>
                <span class="num whitespace-nowrap">{left}</span>
            </li>
        }
    };
    let list = move || rows.get().into_iter().map(row).collect_view();
    view! {
        <div class:no-print=past>
            <Panel title=t!(invoices.open_invoices)>
                <Loaded of=open.standing() rows=3>
                    <Show
                        when=move || rows.with(|rows| !rows.is_empty())
                        fallback=|| view! {
                            <p class="panel-body text-soft">{t!(invoices.nothing_open)}</p>
                        }
                    >
                        <ul class="panel-body flex flex-col gap-2">{list}</ul>
                    </Show>
                </Loaded>
            </Panel>
        </div>
    }
}
