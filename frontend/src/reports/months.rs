//! What was billed and earned by month. Source: domain 5.17.
use chrono::{Datelike, Days, NaiveDate};
use leptos::prelude::*;
use shared::api::RevenueMonth;

use super::page::Asked;
use super::words::amount;
use crate::format::{date, month_year};
use crate::query::use_query;
use crate::session::use_today;
use crate::ui::{Empty, Loaded};
use crate::{api, t};

/// A row for each month and currency, the last month first.
#[component]
pub(super) fn ByMonth(asked: Memo<Asked>) -> impl IntoView {
    let today = use_today();
    let report = use_query(move || api::revenue(asked.get().from(today.get())));
    let rows = Memo::new(move |_| {
        report.with(|report| report.map(|report| report.months.clone()).unwrap_or_default())
    });
    let lines = move || {
        let row = |row: RevenueMonth| view! { <Month row today=today.get_untracked() /> };
        rows.get().into_iter().rev().map(row).collect_view()
    };
    let none = || view! { <Empty icon=icondata::LuTrendingUp title=t!(reports.months_none) /> };
    view! {
        <div class="panel">
            <Loaded of=report.standing() rows=8>
                <Show when=move || rows.with(|rows| !rows.is_empty()) fallback=none>
                    <div class="table-wrap">
                        <table class="table table-cards">
                            <thead>
                                <tr>
                                    <th scope="col">{t!(reports.month)}</th>
                                    <th scope="col" class="end">{t!(reports.billed)}</th>
                                    <th scope="col" class="end">{t!(reports.earned)}</th>
                                    <th scope="col" class="end">{t!(reports.ahead)}</th>
                                    <th scope="col" class="end">{t!(reports.behind)}</th>
                                </tr>
                            </thead>
                            <tbody>{lines}</tbody>
                        </table>
                    </div>
                </Show>
            </Loaded>
        </div>
        <p class="text-soft">{t!(reports.months_about)}</p>
    }
}

#[component]
fn Month(row: RevenueMonth, today: NaiveDate) -> impl IntoView {
    let money = |minor: i64| amount(minor, &row.currency);
    // Of a month that is over all days are counted.
    let runs = (row.until + Days::new(1)).day() != 1;
    let until = runs.then(|| {
        let words = t!(reports.until, day = date(row.until, today));
        view! { <p class="text-xs text-muted">{words}</p> }
    });
    view! {
        <tr>
            <th scope="row">{month_year(row.month)} {until}</th>
            <td class="num end" data-label=t!(reports.billed)>{money(row.billed_minor)}</td>
            <td class="num end" data-label=t!(reports.earned)>{money(row.earned_minor)}</td>
            <td class="num end" data-label=t!(reports.ahead)>{money(row.unearned_minor)}</td>
            <td class="num end" data-label=t!(reports.behind)>{money(row.unbilled_minor)}</td>
        </tr>
    }
}
