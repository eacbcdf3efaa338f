//! What is owed on both sides where a retainer ends. Source: domain 2.12; docs/decisions/0069.
use leptos::prelude::*;
use shared::api::{
    Cycle, CycleStatus, Money, Pool, Renewal, RenewalStage, Retainer, RetainerOwed, RetainerState,
};

use super::history::reads_bills;
use crate::format::{Measure, money_exact, pool_name};
use crate::query::use_query_when;
use crate::ui::Loaded;
use crate::{api, t};

/// Whether a renewal ends its retainer: it was lost, or nobody decided in time.
pub(super) fn ends(renewal: &Renewal) -> bool {
    renewal.ended || matches!(renewal.stage, RenewalStage::Lost | RenewalStage::Lapsed)
}

/// What the client owes by the invoices that there are, what the end moves, and which units lapse.
#[component]
pub(super) fn Exit(renewal: Renewal) -> impl IntoView {
    let (account, id) = (renewal.account_id, renewal.retainer_id);
    let retainer = use_query_when(move || Some(api::retainer(id)));
    let owed = use_query_when(move || reads_bills().then(|| api::retainer_owed(id)));
    // Once it has ended, no cycle holds today: what was left stands in the last one.
    let ended = Memo::new(move |_| {
        retainer.with(|one| one.is_some_and(|one| one.state == RetainerState::Ended))
    });
    let cycles = use_query_when(move || ended.get().then(|| api::cycles(id)));
    let rows = move || {
        let Some(retainer) = retainer.get() else { return Vec::new() };
        let mut rows = owed.with(|owed| owed.map(of_invoices).unwrap_or_default());
        rows.extend(of_end(&retainer));
        let last = cycles.with(|page| page.and_then(|page| page.items.first().cloned()));
        let left = left(&retainer, last.as_ref());
        if !left.is_empty() {
            let label = match ended.get() {
                true => t!(renewals.exit_lapsed),
                false => t!(renewals.exit_left),
            };
            let one = |(pool, left): &(Pool, i64)| {
                format!("{}: {}", pool_name(pool), Measure::of(pool).say(*left))
            };
            rows.push((label, left.iter().map(one).collect::<Vec<_>>().join(" · ")));
        }
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
        view! {
            <p class="text-muted">{t!(renewals.exit_included)}</p>
            <p><a class="link" href=href>{t!(invoices.statement)}</a></p>
        }
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

/// What invoices and drafts ask for, with the balance of both.
fn of_invoices(owed: &RetainerOwed) -> Vec<(&'static str, String)> {
    let said = |amount_minor| money_exact(&Money { amount_minor, currency: owed.currency.clone() });
    let mut rows = vec![(t!(renewals.exit_open), said(owed.open_minor))];
    if owed.drafted_minor != 0 {
        rows.push((t!(renewals.exit_drafts), said(owed.drafted_minor)));
        rows.push((t!(renewals.exit_total), said(owed.total_minor)));
    }
    rows
}

/// What its end moves: of the last cycle, and of bought units.
fn of_end(retainer: &Retainer) -> Vec<(&'static str, String)> {
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
    rows
}

/// What is left in each pool; of a retainer that has ended what its last cycle left when it closed.
fn left(retainer: &Retainer, last: Option<&Cycle>) -> Vec<(Pool, i64)> {
    let all = match retainer.state {
        RetainerState::Ended => at_close(last),
        _ => retainer.balances.iter().map(|one| (one.pool.clone(), one.left)).collect(),
    };
    all.into_iter().filter(|(_, left)| *left > 0).collect()
}

fn at_close(last: Option<&Cycle>) -> Vec<(Pool, i64)> {
    let closed = last.filter(|cycle| cycle.status == CycleStatus::Closed);
    let pools = closed.map(|cycle| cycle.pools.as_slice()).unwrap_or_default();
    pools.iter().map(|one| (one.pool.clone(), one.sums.closing + one.sums.lapsed)).collect()
}
