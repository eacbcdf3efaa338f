//! What is owed on both sides where a retainer ends. Source: domain 2.12; docs/decisions/0069.
use leptos::prelude::*;
use shared::api::{Money, Renewal, RenewalStage, Retainer};

use super::history::reads_bills;
use crate::format::{Measure, money_exact, pool_name};
use crate::query::use_query_when;
use crate::ui::Loaded;
use crate::{api, t};

/// Whether a renewal ends its retainer: it was lost, or nobody decided in time.
pub(super) fn ends(renewal: &Renewal) -> bool {
    renewal.ended || matches!(renewal.stage, RenewalStage::Lost | RenewalStage::Lapsed)
}

/// What the client owes, what is given back, and which units lapse with the end.
#[component]
pub(super) fn Exit(renewal: Renewal) -> impl IntoView {
    let (account, id) = (renewal.account_id, renewal.retainer_id);
    let retainer = use_query_when(move || Some(api::retainer(id)));
    let periods = use_query_when(move || reads_bills().then(|| api::periods(id)));
    let rows = move || {
        let Some(retainer) = retainer.get() else { return Vec::new() };
        let mut rows = of_retainer(&retainer);
        periods.with(|page| {
            let all = page.map(|page| page.items.as_slice()).unwrap_or_default();
            let Some(currency) = all.first().map(|one| one.currency.clone()) else { return };
            let said = |amount_minor: i64| {
                money_exact(&Money { amount_minor, currency: currency.clone() })
            };
            let open: i64 = all.iter().map(|one| one.open_minor).sum();
            let drafted: i64 = all.iter().map(|one| one.drafted_minor).sum();
            rows.push((t!(renewals.exit_open), said(open)));
            if drafted != 0 {
                rows.push((t!(renewals.exit_drafts), said(drafted)));
            }
        });
        rows
    };
    let row = |(label, value): (&'static str, String)| {
        view! {
            <dt>{label}</dt>
            <dd class="num">{value}</dd>
        }
    };
    let bills = reads_bills().then(|| {
        let href = format!("/accounts/{account}/billing");
        view! { <p><a class="link" href=href>{t!(invoices.statement)}</a></p> }
    });
    view! {
        <section class="stack">
            <h3 class="know-part">{t!(renewals.exit)}</h3>
            <Loaded of=retainer.standing() rows=3>
                <dl class="facts">{move || rows().into_iter().map(row).collect_view()}</dl>
            </Loaded>
            {bills}
        </section>
    }
}

/// What its end moves: of the last cycle, of bought units, of what is left.
fn of_retainer(retainer: &Retainer) -> Vec<(&'static str, String)> {
    let currency = &retainer.terms.terms.price.currency;
    let said = |amount_minor: i64| money_exact(&Money { amount_minor, currency: currency.clone() });
    let mut rows = Vec::new();
    if let Some(settled) = &retainer.settlement {
        rows.push((t!(renewals.exit_cycle), said(settled.due_minor)));
        if settled.credit_minor != 0 {
            rows.push((t!(renewals.exit_back), said(-settled.credit_minor)));
        }
    }
    if retainer.refund_minor != 0 {
        rows.push((t!(renewals.exit_refund), said(retainer.refund_minor)));
    }
    let left = retainer.balances.iter().filter(|one| one.left > 0).map(|one| {
        let left = Measure::of(&one.pool).say(one.left);
        format!("{}: {left}", pool_name(&one.pool))
    });
    let left: Vec<String> = left.collect();
    if !left.is_empty() {
        rows.push((t!(renewals.exit_left), left.join(" · ")));
    }
    rows
}
