//! The meter of each retainer of an account.
use leptos::prelude::*;
use shared::api::{Account, Balance, RetainerId, RetainerState, RetainerSummary};

use super::{
    list::may_manage,
    rows::{in_order, sums},
};
use crate::{
    format::{Measure, cycle_range, pool_name},
    meter::{Meter, MeterLegend, MeterSize, StateBadge, sentence, worst},
    query::Query,
    session::use_today,
    t,
    ui::{Badge, ButtonLink, Empty, Tone, Variant},
};

#[component]
pub(super) fn RetainerPanels(account: Query<Account>) -> impl IntoView {
    let retainers = Memo::new(move |_| {
        account.with(|account| account.map(|a| in_order(&a.retainers))).unwrap_or_default()
    });
    let may = may_manage();
    let href = Signal::derive(move || {
        account.with(|a| a.map(|a| format!("/accounts/{}/retainers/new", a.id))).unwrap_or_default()
    });
    let none = move || {
        view! {
            <div class="panel">
                <Empty
                    icon=icondata::LuRepeat
                    title=t!(accounts.no_retainers)
                    about=t!(accounts.no_retainers_about)
                >
                    <Show when=move || may.with(Option::is_none)>
                        <ButtonLink href variant=Variant::Primary>
                            {t!(accounts.new_retainer)}
                        </ButtonLink>
                    </Show>
                </Empty>
            </div>
        }
    };
    view! {
        <Show when=move || retainers.with(|all| !all.is_empty()) fallback=none>
            <For each=move || retainers.get() key=key let:retainer>
                <RetainerPanel retainer />
            </For>
        </Show>
    }
}

fn key(retainer: &RetainerSummary) -> (RetainerId, String, Vec<(i64, i64)>) {
    (retainer.id, retainer.name.clone(), sums(retainer))
}

#[component]
fn RetainerPanel(retainer: RetainerSummary) -> impl IntoView {
    let today = use_today();
    let href = format!("/accounts/{}/retainers/{}", retainer.account_id, retainer.id);
    let ended = retainer.state == RetainerState::Ended;
    let setup = retainer.state == RetainerState::Setup;
    let balances = if ended { &[][..] } else { &retainer.balances[..] };
    let several = balances.len() > 1;
    let body = match balances {
        [] if ended => view! { <p class="text-muted">{t!(accounts.ended_about)}</p> }.into_any(),
        [] if retainer.paused => paused_view(&retainer.last_balances).into_any(),
        [] => view! { <p class="text-muted">{t!(accounts.not_started_about)}</p> }.into_any(),
        many => many.iter().map(|balance| pool_view(balance, several)).collect_view().into_any(),
    };
    let cycle = balances.first();
    let cycle = cycle.map(|b| cycle_range(b.starts_on, b.ends_on, today.get_untracked()));
    let state = worst(balances);
    let name = retainer.name.clone();
    let label = name.clone();
    view! {
        <section class="panel" aria-label=label>
            <header class="panel-header">
                <div class="panel-name">
                    <h2><a class="row-link" href=href.clone() data-row="">{name}</a></h2>
                    {state.map(|state| view! { <StateBadge state /> })}
                    {ended.then(|| view! { <Badge>{t!(accounts.ended)}</Badge> })}
                    {retainer.paused.then(paused_badge)}
                    {setup.then(|| view! {
                        <Badge tone=Tone::Rollover icon=icondata::LuHistory>
                            {t!(accounts.setup)}
                        </Badge>
                    })}
                </div>
                <div class="panel-aside">{cycle}</div>
            </header>
            <div class="panel-body hero">{body}</div>
        </section>
    }
}

/// That service is paused.
pub(super) fn paused_badge() -> impl IntoView {
    view! { <Badge tone=Tone::Warn icon=icondata::LuPause>{t!(changes.state_paused)}</Badge> }
}

/// Where the pools stood when service was paused, and what of them waits.
pub(crate) fn paused_view(last: &[Balance]) -> impl IntoView + use<> {
    let row = |balance: &Balance| {
        let measure = Measure::of(&balance.pool);
        let words = t!(
            accounts.paused_stood,
            used = measure.say(balance.used),
            available = measure.say(balance.available),
            waits = measure.say(balance.carries),
        );
        view! { <p class="hero-sentence">{pool_name(&balance.pool)} ": " {words}</p> }
    };
    let rows = last.iter().map(row).collect_view();
    view! { <p class="text-muted">{t!(accounts.paused_about)}</p> {rows} }
}

/// A pool: its name where there are several, its sentence and its meter.
fn pool_view(balance: &Balance, several: bool) -> impl IntoView + use<> {
    let name = several.then(|| view! { <h3 class="font-semibold">{pool_name(&balance.pool)}</h3> });
    let words = sentence(balance);
    view! {
        {name}
        <p class="hero-sentence">{words}</p>
        <Meter balance=balance.clone() size=MeterSize::Hero />
        <MeterLegend balance=balance.clone() />
    }
}
