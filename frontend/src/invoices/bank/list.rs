//! The statements that were taken in, and the way to a new one.
use leptos::prelude::*;
use shared::api::BankImportSummary;

use super::super::words::may_issue;
use super::upload::Upload;
use crate::api;
use crate::format::{count, date};
use crate::query::use_query_when;
use crate::session::use_today;
use crate::shell::Area;
use crate::t;
use crate::ui::{Empty, Loaded, PageHeader, Panel};

/// `/bank`
#[component]
pub fn BankPage() -> impl IntoView {
    let refused = may_issue();
    let may = move || refused.with(Option::is_none);
    let statements = use_query_when(move || may().then(api::bank_imports));
    let rows = move || {
        let items = statements.with(|page| page.map(|page| page.items.clone()).unwrap_or_default());
        match items.is_empty() {
            true => view! {
                <Empty
                    icon=icondata::LuFileUp
                    title=t!(bank.list_empty)
                    about=t!(bank.list_empty_about)
                />
            }
            .into_any(),
            false => view! { <Table items /> }.into_any(),
        }
    };
    view! {
        <PageHeader title=t!(bank.title) area=Area::Invoices />
        <div class="page stack">
            <Show
                when=may
                fallback=move || view! { <p class="note">{move || refused.get()}</p> }
            >
                <Upload />
                <Panel title=t!(bank.title)>
                    <Loaded of=statements.standing() rows=4>{rows}</Loaded>
                </Panel>
            </Show>
        </div>
    }
}

/// The days that a statement is of.
pub(super) fn days(of: &BankImportSummary) -> String {
    let today = use_today().get_untracked();
    match (of.first_on, of.last_on) {
        (Some(first), Some(last)) if first != last => {
            format!("{} – {}", date(first, today), date(last, today))
        }
        (Some(day), _) => date(day, today),
        _ => String::new(),
    }
}

#[component]
fn Table(items: Vec<BankImportSummary>) -> impl IntoView {
    let row = |of: BankImportSummary| {
        let account = of.account_end.as_ref().map(|end| t!(bank.account, end = end));
        view! {
            <tr>
                <th scope="row" class="text-start font-normal">
                    <a class="link break-all" data-row="" href=format!("/bank/{}", of.id)>
                        {of.file_name.clone()}
                    </a>
                    {account.map(|words| view! { <span class="block text-xs text-muted">{words}</span> })}
                </th>
                <td data-label=t!(bank.col_days)>{days(&of)}</td>
                <td data-label=t!(bank.col_lines) class="num text-end">{count(of.lines)}</td>
                <td data-label=t!(bank.col_waiting) class="num text-end">{count(of.waiting)}</td>
            </tr>
        }
    };
    let rows = items.into_iter().map(row).collect_view();
    view! {
        <div class="table-wrap">
            <table class="table table-cards">
                <thead>
                    <tr>
                        <th scope="col">{t!(bank.col_file)}</th>
                        <th scope="col">{t!(bank.col_days)}</th>
                        <th scope="col" class="text-end">{t!(bank.col_lines)}</th>
                        <th scope="col" class="text-end">{t!(bank.col_waiting)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
