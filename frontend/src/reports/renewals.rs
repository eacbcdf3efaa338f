//! `/reports/renewals`: what came of renewals, why they were won and lost, and what is ahead.
//! Source: UX.md, Reports; domain 7.3, 7.7.
use chrono::{Datelike, Months, NaiveDate};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::api::{RenewalCounts, RenewalMonth, RenewalReasonCount, RenewalsOfCurrency};

use super::forecast::Forecast;
use super::nav::{MONTHS, Tabs, View};
use super::words::amount;
use crate::api::{self, Path};
use crate::format::{count, month_year, percent_tenths};
use crate::query::use_query;
use crate::renewals::reason_words;
use crate::session::{use_me, use_today};
use crate::shell::Area;
use crate::ui::{Button, Empty, Form, FormFaults, Loaded, PageHeader, Panel};
use crate::{browser, t};

/// `/reports/renewals?months=24`
#[component]
pub fn RenewalReportPage() -> impl IntoView {
    if View::Renewals.is_for(use_me().with_untracked(|me| me.role)) {
        return view! { <Report /> }.into_any();
    }
    view! {
        <PageHeader title=t!(shell.renewals) area=Area::Reports />
        <Tabs current=View::Renewals months=MONTHS />
        <div class="page">
            <Empty icon=icondata::LuLock title=t!(recurring.hidden) />
        </div>
    }
    .into_any()
}

/// Where the API tells the months up to this one.
fn path(of: &str, months: u32, today: NaiveDate) -> String {
    let month = today.with_day(1).unwrap_or(today);
    let from = month.checked_sub_months(Months::new(months.saturating_sub(1)));
    Path::new(of).with("from", from).with("to", Some(month)).done()
}

#[component]
fn Report() -> impl IntoView {
    let (address, today) = (use_query_map(), use_today());
    let months = Memo::new(move |_| {
        let asked = address.with(|query| query.get("months").and_then(|word| word.parse().ok()));
        asked.filter(|n| (1..=36).contains(n)).unwrap_or(MONTHS)
    });
    let report = use_query(move || {
        api::renewal_report(path("/reports/renewals", months.get(), today.get()))
    });
    let parts = move || {
        let currencies = report.get().map(|made| made.currencies).unwrap_or_default();
        if currencies.is_empty() {
            return view! {
                <Empty
                    icon=icondata::LuRefreshCw
                    title=t!(outcomes.none)
                    about=t!(outcomes.none_about)
                />
            }
            .into_any();
        }
        let part = |of: RenewalsOfCurrency| view! { <OfCurrency of /> };
        currencies.into_iter().map(part).collect_view().into_any()
    };
    view! {
        <PageHeader title=t!(shell.renewals) area=Area::Reports>
            <Sheet months />
        </PageHeader>
        <Tabs current=View::Renewals months />
        <div class="page stack">
            <Loaded of=report.standing() rows=8>
                <div class="stack">{parts}</div>
            </Loaded>
            <Forecast />
        </div>
    }
}

/// Every renewal as a file.
#[component]
fn Sheet(months: Memo<u32>) -> impl IntoView {
    let form = Form::new("renewals");
    let today = use_today();
    let save = Callback::new(move |()| {
        let today = today.get_untracked();
        let path = path("/reports/renewals.csv", months.get_untracked(), today);
        let name = format!("renewals {today}.csv");
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

/// A share, or a dash of nothing.
fn share(of: Option<i64>) -> String {
    of.map_or_else(|| "–".to_owned(), percent_tenths)
}

#[component]
fn OfCurrency(of: RenewalsOfCurrency) -> impl IntoView {
    let said = |minor: i64| amount(minor, &of.currency);
    let whole = of.whole;
    let won = whole.same + whole.expanded + whole.reduced;
    let figures = [
        (t!(outcomes.rate), share(whole.rate), t!(outcomes.of, n = won, all = won + whole.lost)),
        (t!(outcomes.kept), share(whole.kept_rate), t!(outcomes.kept_about).to_owned()),
        (t!(renewals.won), said(whole.won_minor), changes(&whole)),
        (t!(renewals.lost), said(whole.lost_minor), count(whole.lost)),
    ];
    let figure = |(label, value, about): (&'static str, String, String)| {
        view! {
            <div class="stat panel">
                <dt>{label}</dt>
                <dd class="stat-value num">{value}</dd>
                <dd class="stat-about">{about}</dd>
            </div>
        }
    };
    let figures = figures.map(figure).into_iter().collect_view();
    let reasons = (!of.reasons.is_empty()).then(|| {
        let (rows, currency) = (of.reasons.clone(), of.currency.clone());
        view! { <Panel title=t!(outcomes.reasons)><Reasons rows currency /></Panel> }
    });
    let currency = of.currency.clone();
    view! {
        <section class="stack">
            <dl class="stats" aria-label=currency.clone()>{figures}</dl>
            <Panel title=currency.clone()>
                <MonthsTable months=of.months.clone() currency />
            </Panel>
            {reasons}
        </section>
    }
}

/// How many were won for the same, for more and for less.
fn changes(of: &RenewalCounts) -> String {
    t!(outcomes.changes, same = of.same, more = of.expanded, less = of.reduced)
}

/// A table that is wider than most screens.
#[component]
pub(super) fn Wide(
    /// What it is called.
    label: String,
    /// What stands above its columns.
    heads: Vec<&'static str>,
    /// Its rows.
    children: Children,
) -> impl IntoView {
    let head = |(place, head): (usize, &'static str)| {
        view! { <th scope="col" class:end={place > 0}>{head}</th> }
    };
    let heads = heads.into_iter().enumerate().map(head).collect_view();
    // It has nothing else that takes the focus.
    view! {
        <div class="table-wrap" role="group" aria-label=label tabindex="0">
            <table class="table table-cards">
                <thead>
                    <tr>{heads}</tr>
                </thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
}

/// A row of a table: its name, and its figures under their heads.
pub(super) fn row_of(name: String, heads: &[&'static str], cells: Vec<String>) -> AnyView {
    let cell = |(head, cell): (&'static str, String)| {
        view! { <td class="num end whitespace-nowrap" data-label=head>{cell}</td> }
    };
    let cells = heads.iter().skip(1).copied().zip(cells).map(cell).collect_view();
    view! {
        <tr>
            <th scope="row">{name}</th>
            {cells}
        </tr>
    }
    .into_any()
}

/// The last month first.
#[component]
fn MonthsTable(months: Vec<RenewalMonth>, currency: String) -> impl IntoView {
    let heads = vec![
        t!(recurring.month),
        t!(outcomes.due),
        t!(renewals.won),
        t!(renewals.change_expanded),
        t!(renewals.change_reduced),
        t!(renewals.lost),
        t!(outcomes.open),
        t!(recurring.before),
        t!(recurring.after),
        t!(outcomes.rate),
        t!(outcomes.kept),
    ];
    let row = |of: &RenewalMonth| {
        let sums = &of.counts;
        let cells = vec![
            count(sums.due),
            count(sums.same + sums.expanded + sums.reduced),
            count(sums.expanded),
            count(sums.reduced),
            count(sums.lost),
            count(sums.open),
            amount(sums.due_minor, &currency),
            amount(sums.won_minor, &currency),
            share(sums.rate),
            share(sums.kept_rate),
        ];
        row_of(month_year(of.month), &heads, cells)
    };
    let rows = months.iter().rev().filter(|of| of.counts.due > 0).map(row).collect_view();
    let label = currency.clone();
    view! { <Wide label heads=heads.clone()>{rows}</Wide> }
}

/// Why they were won and lost.
#[component]
fn Reasons(rows: Vec<RenewalReasonCount>, currency: String) -> impl IntoView {
    let heads =
        vec![t!(renewals.reason), t!(renewals.outcome), t!(outcomes.times), t!(outcomes.before)];
    let row = |of: &RenewalReasonCount| {
        let outcome = if of.won { t!(renewals.won) } else { t!(renewals.lost) };
        let before = amount(of.before_minor, &currency);
        let cells = vec![outcome.to_owned(), count(of.count), before];
        row_of(reason_words(of.reason).to_owned(), &heads, cells)
    };
    let rows = rows.iter().map(row).collect_view();
    view! { <Wide label=t!(outcomes.reasons).to_owned() heads=heads.clone()>{rows}</Wide> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_months_end_with_this_one() {
        let today = "2026-03-31".parse().unwrap();
        assert_eq!(path("/r", 12, today), "/r?from=2025-04-01&to=2026-03-01");
        assert_eq!(path("/r", 1, today), "/r?from=2026-03-01&to=2026-03-01");
    }
}
