//! Rows of the list: one for each retainer, the account named once.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{
    Account, AccountId, AccountKind, Balance, HealthState, RetainerId, RetainerState,
    RetainerSummary, Unit,
};

use super::health::HealthBadge;
use super::retainer_panel::paused_badge;
use super::totals::{Sum, Totals};
use crate::{
    format::{Measure, effort, list, money_short, percent},
    meter::{Meter, StateBadge, left_words, worst},
    session::use_today,
    t, tn,
    ui::{Badge, Tone},
};

/// An account beside one of its retainers; beside none if it has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    account: AccountId,
    version: i64,
    name: String,
    owner: Option<String>,
    partner: bool,
    health: Option<HealthState>,
    /// The first of its account: it carries the name.
    first: bool,
    retainer: Option<RetainerSummary>,
}

/// What makes a row be drawn again.
pub(super) type RowKey =
    (AccountId, i64, Option<HealthState>, Option<(RetainerId, Option<NaiveDate>)>, Vec<(i64, i64)>);

impl Row {
    pub(super) fn key(&self) -> RowKey {
        let retainer = self.retainer.as_ref();
        let sums = retainer.map_or_else(Vec::new, sums);
        (self.account, self.version, self.health, retainer.map(|one| (one.id, one.renews_on)), sums)
    }
}

/// What its meters show.
pub(super) fn sums(retainer: &RetainerSummary) -> Vec<(i64, i64)> {
    retainer.balances.iter().map(|balance| (balance.used, balance.available)).collect()
}

/// The rows of an account: what runs first, what has ended last.
pub(super) fn rows_of(account: &Account) -> Vec<Row> {
    let row = |(n, retainer): (usize, Option<RetainerSummary>)| Row {
        account: account.id,
        version: account.version,
        name: account.name.clone(),
        owner: account.owner_name.clone(),
        partner: account.kind == AccountKind::Partner,
        health: account.health.and_then(|health| health.state),
        first: n == 0,
        retainer,
    };
    let retainers = in_order(&account.retainers);
    if retainers.is_empty() {
        vec![row((0, None))]
    } else {
        retainers.into_iter().map(Some).enumerate().map(row).collect()
    }
}

/// What runs first, then what has not begun, what has ended last.
pub(super) fn in_order(retainers: &[RetainerSummary]) -> Vec<RetainerSummary> {
    let mut all = retainers.to_vec();
    all.sort_by_key(|r| (r.state == RetainerState::Ended, r.balances.is_empty()));
    all
}

#[component]
pub(super) fn AccountRow(row: Row) -> impl IntoView {
    let href = format!("/accounts/{}", row.account);
    let today = use_today().get_untracked();
    let Row { name, owner, partner, health, first, retainer, .. } = row;
    let badge = partner.then(|| view! { <Badge>{t!(accounts.partner)}</Badge> });
    let head = if first {
        let href = href.clone();
        let health = health.map(|state| view! { <HealthBadge state /> });
        view! { <a class="row-link" href=href data-row="">{name}</a> " " {badge} " " {health} }
            .into_any()
    } else {
        // Heard, and seen on a phone, where each row is a card of its own.
        view! { <span class="again-name">{name}</span> }.into_any()
    };
    let served = retainer.as_ref();
    let title = match served {
        Some(retainer) => {
            let href = format!("{href}/retainers/{}", retainer.id);
            view! { <a class="line-link" href=href>{retainer.name.clone()}</a> }.into_any()
        }
        None => {
            let href = format!("{href}/retainers/new");
            view! { <a class="link" href=href>{t!(accounts.no_retainer)}</a> }.into_any()
        }
    };
    let balances = served.map_or(&[][..], |retainer| &retainer.balances);
    let meters = balances.iter().map(|balance| view! { <Meter balance=balance.clone() /> });
    let meters = meters.collect_view();
    let lefts = match balances {
        [] => dash().into_any(),
        many => {
            let line = |balance: &Balance| view! { <span class="pool-line">{left(balance)}</span> };
            many.iter().map(line).collect_view().into_any()
        }
    };
    view! {
        <tr data-row-of="" class:again=!first>
            <th scope="row">{head}</th>
            <td data-label=t!(accounts.owner) class="accounts-owner">
                {if first { owner.unwrap_or_else(dash) } else { String::new() }}
            </td>
            <td data-label=t!(common.retainer) class="accounts-retainer">{title}</td>
            <td data-label=t!(accounts.cycle) class="accounts-meter">
                {meters}
            </td>
            <td data-label=t!(accounts.left) class="accounts-left end num">
                {lefts}
            </td>
            <td
                data-label=t!(accounts.mrr)
                class="accounts-mrr end num"
                class:text-muted=partner
                title=partner.then(|| t!(accounts.partner_cost))
            >
                {served.map_or_else(dash, mrr)}
            </td>
            <td data-label=t!(accounts.renews_in) class="accounts-renews end num">
                {served.map_or_else(dash, |retainer| renews(retainer, today))}
            </td>
            <td data-label=t!(accounts.state) class="accounts-state">{served.map(state)}</td>
        </tr>
    }
}

fn dash() -> String {
    "–".to_owned()
}

/// "80 h 18 left" in a column called Left says it twice.
fn left(balance: &Balance) -> String {
    match balance.left {
        0 => left_words(balance),
        left => Measure::of(&balance.pool).say(left),
    }
}

/// The days until its term ends.
fn renews(retainer: &RetainerSummary, today: NaiveDate) -> String {
    match retainer.renews_on.map(|on| (on - today).num_days()) {
        None => dash(),
        Some(days) if days <= 0 => t!(accounts.renewed_today).to_owned(),
        Some(days) => tn!(days, accounts.in_days_one, accounts.in_days_other),
    }
}

fn mrr(retainer: &RetainerSummary) -> String {
    match retainer.state {
        RetainerState::Ended => dash(),
        RetainerState::Setup | RetainerState::Active => money_short(&retainer.mrr),
    }
}

fn state(retainer: &RetainerSummary) -> AnyView {
    match (retainer.state, worst(&retainer.balances)) {
        (RetainerState::Ended, _) => view! { <Badge>{t!(accounts.ended)}</Badge> }.into_any(),
        (RetainerState::Setup, _) => {
            let words = t!(accounts.setup);
            view! { <Badge tone=Tone::Rollover icon=icondata::LuHistory>{words}</Badge> }.into_any()
        }
        (RetainerState::Active, Some(state)) => view! { <StateBadge state /> }.into_any(),
        (RetainerState::Active, None) if retainer.paused => paused_badge().into_any(),
        (RetainerState::Active, None) => {
            view! { <Badge>{t!(accounts.not_started)}</Badge> }.into_any()
        }
    }
}

#[component]
pub(super) fn TotalsRow(totals: Memo<Totals>) -> impl IntoView {
    let n = move |pick: fn(&Totals) -> usize| totals.with(pick) as i64;
    view! {
        <tr class="totals">
            <th scope="row">
                {move || tn!(n(|t| t.accounts), accounts.shown_one, accounts.shown_other)}
            </th>
            <td class="accounts-owner"></td>
            <td data-label=t!(common.retainer) class="accounts-retainer">
                {move || tn!(n(|t| t.retainers), accounts.retainers_one, accounts.retainers_other)}
            </td>
            <td data-label=t!(accounts.cycle) class="accounts-meter">
                {move || totals.with(used)}
            </td>
            <td data-label=t!(accounts.left) class="accounts-left end num">
                {move || totals.with(lefts)}
            </td>
            <td data-label=t!(accounts.mrr) class="accounts-mrr end num">
                {move || totals.with(|t| list(&t.mrr.iter().map(money_short).collect::<Vec<_>>()))}
            </td>
            <td class="accounts-renews"></td>
            <td class="accounts-state"></td>
        </tr>
    }
}

/// What is left of each unit, in lines of their own: units are never added to each other.
fn lefts(totals: &Totals) -> impl IntoView + use<> {
    let none = || vec![effort(0)];
    let words: Vec<String> = totals.sums.iter().map(|sum| sum.measure.say(sum.left)).collect();
    let words = if words.is_empty() { none() } else { words };
    words.into_iter().map(|words| view! { <span class="pool-line">{words}</span> }).collect_view()
}

/// The share that is used, where everything is of one unit; of hours, where it is not.
fn used(totals: &Totals) -> Option<String> {
    let hours = |sum: &&Sum| sum.measure.unit == Unit::Minutes;
    let (sum, only) = match totals.sums.as_slice() {
        [one] => (one, true),
        many => (many.iter().find(hours)?, false),
    };
    let share = percent(sum.available - sum.left, sum.available)?;
    Some(match (totals.mixed, only) {
        (true, true) => t!(accounts.used_clients, share = share),
        (false, true) => t!(accounts.used_share, share = share),
        (true, false) => t!(accounts.used_hours_clients, share = share),
        (false, false) => t!(accounts.used_hours, share = share),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        meter::sample::balance,
        today::sample::{account, retainer},
    };

    #[test]
    fn an_account_is_named_once_and_its_ended_retainer_comes_last() {
        let mut ended = retainer(Some(balance(600, 0)));
        ended.state = RetainerState::Ended;
        let three = [ended, retainer(None), retainer(Some(balance(600, 300)))];
        let rows = rows_of(&account("A", three.to_vec()));
        let firsts: Vec<bool> = rows.iter().map(|row| row.first).collect();
        assert_eq!(firsts, [true, false, false]);
        let shown = |n: usize| rows[n].retainer.as_ref().expect("a retainer");
        assert!(shown(0).balances.len() == 1 && shown(1).balances.is_empty());
        assert_eq!(shown(2).state, RetainerState::Ended);
    }

    #[test]
    fn an_account_without_retainers_has_a_row() {
        assert_eq!(rows_of(&account("A", Vec::new())).len(), 1);
    }
}
