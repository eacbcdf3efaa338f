//! What was delivered, billed and paid period by period, and what the client has seen of it.
//! Source: requirements S1-11, S2-23.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{AccountId, Money, Period, PortalView, Renewal, Role};

use crate::format::{Measure, cycle_range, date, day_in_zone, money_exact, pool_name};
use crate::query::{Query, use_query_when};
use crate::retainers::retainer_href;
use crate::session::{use_me, use_today};
use crate::ui::Loaded;
use crate::{api, t};

/// Pages of the portal that are named.
const SEEN: usize = 5;

/// Whether this person reads what was billed. The server decides; this only says so early.
pub(super) fn reads_bills() -> bool {
    use_me().with_untracked(|me| !matches!(me.role, Role::Member | Role::Partner))
}

/// The last twelve periods of its retainer, and the last pages that its client looked at.
#[component]
pub(super) fn History(renewal: Renewal) -> impl IntoView {
    let (account, retainer) = (renewal.account_id, renewal.retainer_id);
    let today = use_today().get_untracked();
    let periods = use_query_when(move || reads_bills().then(|| api::periods(retainer)));
    let views = use_query_when(move || Some(api::portal_views(account)));
    let home = StoredValue::new(retainer_href(account, retainer));
    let rows = move || {
        let all = periods.with(|page| page.map(|page| page.items.clone()).unwrap_or_default());
        // What is billed ahead is no history.
        let begun = all.into_iter().filter(|one| one.starts_on <= today);
        let row = |of: Period| view! { <Row of home=home.get_value() today /> };
        begun.map(row).collect_view()
    };
    view! {
        <section class="stack">
            <Show when=reads_bills>
                <h3 class="know-part">{t!(renewals.by_period)}</h3>
                <Loaded of=periods.standing() rows=3>
                    <ul class="stack" aria-label=t!(renewals.by_period)>{rows}</ul>
                </Loaded>
            </Show>
            <h3 class="know-part">{t!(renewals.client_saw)}</h3>
            <Loaded of=views.standing() rows=2>{move || seen(views, account, today)}</Loaded>
        </section>
    }
}

/// One period: what was delivered of what there was, and what of it was billed and paid.
#[component]
fn Row(of: Period, home: String, today: NaiveDate) -> impl IntoView {
    let money =
        |minor: i64| money_exact(&Money { amount_minor: minor, currency: of.currency.clone() });
    let pools = of.pools.iter().map(|one| {
        let measure = Measure::of(&one.pool);
        let (used, all) = (measure.say(one.used), measure.say(one.available));
        let words = t!(retainers.used_of, used = used, all = all);
        match one.pool.name {
            Some(_) => format!("{}: {words}", pool_name(&one.pool)),
            None => words,
        }
    });
    let billed = money(of.billed_minor - of.credited_minor);
    let billed = t!(renewals.billed_paid, billed = billed, paid = money(of.paid_minor));
    let told: Vec<String> = pools.chain(std::iter::once(billed)).collect();
    let days = cycle_range(of.starts_on, of.ends_on, today);
    let href = format!("{home}?cycle={}", of.seq);
    let statement = of.cycle_id.map(|_| {
        let href = format!("{home}/statements/{}", of.seq);
        let words = t!(statement.title, seq = of.seq);
        view! { " " <a class="link" href=href>{words}</a> }
    });
    let days = match of.cycle_id {
        Some(_) => view! { <a class="link" href=href>{days}</a> }.into_any(),
        None => days.into_any(),
    };
    view! {
        <li>
            <p class="font-medium">{days} {statement}</p>
            <p class="num">{told.join(" · ")}</p>
        </li>
    }
}

/// The last pages that the people of an account looked at.
fn seen(
    views: Query<shared::api::Page<PortalView>>,
    account: AccountId,
    today: NaiveDate,
) -> impl IntoView {
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let all = views.with(|page| page.map(|page| page.items.clone()).unwrap_or_default());
    if all.is_empty() {
        return view! { <p class="text-muted">{t!(portal_access.unseen)}</p> }.into_any();
    }
    let row = |one: PortalView| {
        let who = one.contact_name.unwrap_or_else(|| t!(portal_access.by_link).to_owned());
        let on = date(day_in_zone(one.last_at, &zone), today);
        let page = one.retainer_name.unwrap_or_else(|| t!(renewals.portal_page).to_owned());
        view! { <li>{t!(renewals.saw, who = who, page = page, on = on)}</li> }
    };
    let rows = all.into_iter().take(SEEN).map(row).collect_view();
    let href = format!("/accounts/{account}/portal");
    view! {
        <ul class="know-list">{rows}</ul>
        <p><a class="link" href=href>{t!(renewals.all_seen)}</a></p>
    }
    .into_any()
}
