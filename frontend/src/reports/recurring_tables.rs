//! Months with what came and went, and who moved.
use leptos::prelude::*;
use shared::api::{Money, Movement, RecurringMonth, RecurringMove};

use crate::format::{count, money, month_year, percent_tenths};
use crate::t;

fn amount(minor: i64, currency: &str) -> String {
    money(&Money { amount_minor: minor, currency: currency.to_owned() })
}

/// What came as it is, what went below zero, nothing as a dash.
fn moved(minor: i64, currency: &str) -> String {
    if minor == 0 { "–".to_owned() } else { amount(minor, currency) }
}

/// The last month first.
#[component]
pub(super) fn MonthsTable(months: Vec<RecurringMonth>, currency: String) -> impl IntoView {
    let open = months.iter().any(|month| month.renewable_minor != 0);
    let mut heads = vec![
        t!(recurring.start),
        t!(recurring.new),
        t!(recurring.expansion),
        t!(recurring.reactivation),
        t!(recurring.contraction),
        t!(recurring.churn),
        t!(recurring.end),
        t!(recurring.net),
        t!(recurring.gross),
        t!(recurring.clients),
    ];
    if open {
        heads.push(t!(recurring.renewable));
    }
    let row = |of: &RecurringMonth| {
        let span = &of.span;
        let share = |share: Option<i64>| share.map_or_else(|| "–".to_owned(), percent_tenths);
        let mut cells = vec![
            amount(span.start_minor, &currency),
            moved(span.new_minor, &currency),
            moved(span.expansion_minor, &currency),
            moved(span.reactivation_minor, &currency),
            moved(-span.contraction_minor, &currency),
            moved(-span.churn_minor, &currency),
            amount(span.end_minor, &currency),
            share(span.net_retention),
            share(span.gross_retention),
            count(i64::from(span.clients)),
        ];
        if open {
            cells.push(moved(of.renewable_minor, &currency));
        }
        let cell = |(head, cell): (&'static str, String)| {
            view! { <td class="num end whitespace-nowrap" data-label=head>{cell}</td> }
        };
        let cells = heads.iter().copied().zip(cells).map(cell).collect_view();
        let ahead = of.ahead.then(|| {
            view! { <p class="text-xs text-muted">{t!(recurring.agreed)}</p> }
        });
        view! {
            <tr>
                <th scope="row">{month_year(of.starts_on)} {ahead}</th>
                {cells}
            </tr>
        }
    };
    let rows = months.iter().rev().map(row).collect_view();
    let head = |head: &'static str| view! { <th scope="col" class="end">{head}</th> };
    let heads = heads.iter().copied().map(head).collect_view();
    // It has nothing else that takes the focus, and is wider than most screens.
    view! {
        <div class="table-wrap" role="group" aria-label=currency tabindex="0">
            <table class="table table-cards">
                <thead>
                    <tr>
                        <th scope="col">{t!(recurring.month)}</th>
                        {heads}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn kind(of: Movement) -> &'static str {
    match of {
        Movement::New => t!(recurring.new),
        Movement::Expansion => t!(recurring.expansion),
        Movement::Contraction => t!(recurring.contraction),
        Movement::Churn => t!(recurring.churn),
        Movement::Reactivation => t!(recurring.reactivation),
    }
}

#[component]
pub(super) fn MovesTable(moves: Vec<RecurringMove>, currency: String) -> impl IntoView {
    let row = |of: &RecurringMove| {
        view! {
            <tr>
                <th scope="row" class="wrap">
                    <a class="link" href=format!("/accounts/{}", of.account_id)>
                        {of.account_name.clone()}
                    </a>
                    <p class="text-xs text-muted">
                        {month_year(of.month)} " · " {kind(of.movement)}
                    </p>
                </th>
                <td class="num end" data-label=t!(recurring.before)>
                    {amount(of.before_minor, &currency)}
                </td>
                <td class="num end" data-label=t!(recurring.after)>
                    {amount(of.after_minor, &currency)}
                </td>
            </tr>
        }
    };
    let rows = moves.iter().map(row).collect_view();
    view! {
        <div class="table-wrap">
            <table class="table table-cards">
                <thead>
                    <tr>
                        <th scope="col">{t!(recurring.clients)}</th>
                        <th scope="col" class="end">{t!(recurring.before)}</th>
                        <th scope="col" class="end">{t!(recurring.after)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
