//! The table: a row for each thing and currency.
use leptos::prelude::*;
use shared::api::{MarginBy, MarginRow, MarginSums};

use super::words::{self, amount};
use crate::format::{cycle_range, effort, percent_tenths};
use crate::retainers::retainer_href;
use crate::session::use_today;
use crate::t;
use crate::ui::{Badge, Tone};

#[component]
pub(super) fn Table(rows: Memo<Vec<MarginRow>>, by: Memo<MarginBy>) -> impl IntoView {
    let lines = move || {
        let line = |row: MarginRow| {
            let many = row.sums.clone();
            many.into_iter().map(move |sums| view! { <Line row=row.clone() sums /> }).collect_view()
        };
        rows.get().into_iter().map(line).collect_view()
    };
    view! {
        <div class="table-wrap">
            <table class="table table-cards">
                <thead>
                    <tr>
                        <th scope="col">{move || words::by(by.get())}</th>
                        <th scope="col" class="end">{t!(reports.revenue)}</th>
                        <th scope="col" class="end">{t!(reports.work_cost)}</th>
                        <th scope="col" class="end">{t!(reports.admin_cost)}</th>
                        <th scope="col" class="end">{t!(reports.expenses)}</th>
                        <th scope="col" class="end">{t!(reports.margin)}</th>
                        <th scope="col" class="end">{t!(reports.share)}</th>
                        <th scope="col" class="end">{t!(reports.hour)}</th>
                        <th scope="col" class="end">{t!(reports.given)}</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Line(row: MarginRow, sums: MarginSums) -> impl IntoView {
    let money = |minor: i64| amount(minor, &sums.currency);
    // Of what nobody has billed nothing is known but what it cost.
    let counted = sums.cycles > 0;
    let known = |words: String| if counted { words } else { "–".to_owned() };
    let admin = sums.admin_share.filter(|share| *share > 0).map(|share| {
        let words = t!(
            reports.admin_load,
            time = effort(sums.admin_minutes),
            share = percent_tenths(share)
        );
        view! { <p class="text-xs text-muted">{words}</p> }
    });
    let hour = sums.effective_hour_minor.map_or_else(|| "–".to_owned(), money);
    let given = sums.given_minor.map_or_else(|| "–".to_owned(), money);
    let unpriced = (sums.given_unpriced > 0).then(|| {
        let words = t!(reports.given_unpriced, n = sums.given_unpriced);
        view! { <p class="text-xs text-muted">{words}</p> }
    });
    view! {
        <tr>
            <th scope="row" class="wrap">
                <Name row=row.clone() />
                <Flags row sums=sums.clone() />
            </th>
            <td class="num end" data-label=t!(reports.revenue)>
                {known(money(sums.revenue_minor))}
            </td>
            <td class="num end" data-label=t!(reports.work_cost)>
                {known(money(sums.work_cost_minor))}
            </td>
            <td class="num end" data-label=t!(reports.admin_cost)>
                {known(money(sums.admin_cost_minor))} {admin}
            </td>
            <td class="num end" data-label=t!(reports.expenses)>
                {known(money(sums.expenses_minor))}
            </td>
            <td class="num end" data-label=t!(reports.margin)>
                {known(money(sums.margin_minor))}
            </td>
            <td class="num end" data-label=t!(reports.share)>{words::share(&sums)}</td>
            <td class="num end" data-label=t!(reports.hour)>{hour}</td>
            <td class="num end" data-label=t!(reports.given)>{given} {unpriced}</td>
        </tr>
    }
}

/// What the row is about, as a link where it has a page.
#[component]
fn Name(row: MarginRow) -> impl IntoView {
    let today = use_today().get_untracked();
    let name = words::name(&row);
    let Some(id) = row.account_id else {
        return view! { <span>{name}</span> }.into_any();
    };
    let href = match row.retainer_id {
        Some(retainer) => retainer_href(id, retainer),
        None => format!("/accounts/{id}"),
    };
    let href = match &row.cycle {
        Some(cycle) => format!("{href}?cycle={}", cycle.seq),
        None => href,
    };
    let days = row.cycle.map(|cycle| {
        let words = cycle_range(cycle.starts_on, cycle.ends_on, today);
        view! { <p class="text-xs text-muted">{words}</p> }
    });
    view! { <a class="link" href=href>{name}</a> {days} }.into_any()
}

/// What is to be known before the figures are believed, and what eats them.
#[component]
fn Flags(row: MarginRow, sums: MarginSums) -> impl IntoView {
    let erosion = row.erosion.filter(|erosion| erosion.currency == sums.currency).map(|erosion| {
        view! {
            <p>
                <Badge tone=Tone::Warn icon=icondata::LuTrendingDown>
                    {words::falls(&erosion)}
                </Badge>
            </p>
        }
    });
    let unrated = (sums.unrated_minutes > 0).then(|| {
        let words = t!(reports.no_rate, time = effort(sums.unrated_minutes));
        view! { <p class="text-xs">{words}</p> }
    });
    let unbilled = (sums.unbilled_cycles > 0).then(|| {
        let cost = amount(sums.unbilled_cost_minor, &sums.currency);
        let words = t!(reports.unbilled, n = sums.unbilled_cycles, cost = cost);
        view! { <p class="text-xs">{words}</p> }
    });
    let beside = (sums.unbilled_revenue_minor != 0).then(|| {
        let rest = amount(sums.unbilled_revenue_minor, &sums.currency);
        view! { <p class="text-xs">{t!(reports.unbilled_revenue, amount = rest)}</p> }
    });
    let overage = (sums.unbilled_overage_minor > 0).then(|| {
        let left = amount(sums.unbilled_overage_minor, &sums.currency);
        view! { <p class="text-xs">{t!(reports.unbilled_overage, amount = left)}</p> }
    });
    let unearned = (sums.unearned_minor != 0).then(|| {
        let rest = amount(sums.unearned_minor, &sums.currency);
        view! { <p class="text-xs text-muted">{t!(reports.unearned, amount = rest)}</p> }
    });
    let drafted = (sums.drafted_minor != 0).then(|| {
        let words = t!(reports.drafted, amount = amount(sums.drafted_minor, &sums.currency));
        view! { <p class="text-xs text-muted">{words}</p> }
    });
    view! { {erosion} {unrated} {unbilled} {beside} {overage} {unearned} {drafted} }
}
