//! The hero of the page: the figures, each of which explains itself, the meter, and its words.
use leptos::prelude::*;
use shared::api::{Balance, CycleStatus, CycleSums, MeterState, OverageMode, Pool};

use super::explain::{Explaining, Figure, FigureButton};
use super::page::{PoolBalance, Shown, pool_balance};
use super::pools::several;
use super::{LookBack, today};
use crate::alerts::ApprovalLine;
use crate::format::{Measure, cycle_range, moment, pool_name};
use crate::meter::{Meter, MeterLegend, MeterSize, StateBadge, sentence};
use crate::query::use_query_when;
use crate::session::use_me;
use crate::ui::{FaultNote, Loaded, Panel, Skeleton, icon};
use crate::{api, t};

/// Where the cycle shown stands: a meter for each of its pools.
#[component]
pub(super) fn BalancePanel(shown: Shown) -> impl IntoView {
    // The list of cycles knows both before a balance is there.
    let title = Signal::derive(move || match shown.cycle() {
        Some(cycle) => t!(retainers.cycle_number, seq = cycle.seq),
        None => t!(retainers.cycle).to_owned(),
    });
    let days = move || {
        shown.cycle().map(|cycle| {
            let days = cycle_range(cycle.starts_on, cycle.ends_on, today());
            view! { <span class="text-xs text-muted">{days}</span> }
        })
    };
    let pools = move || shown.pools.get();
    let first = Signal::derive(move || shown.cycle().map(|cycle| cycle.starts_on));
    view! {
        <Panel title aside=move || view! { {days} }>
            <Show
                when=move || shown.pools.with(|pools| !pools.is_empty())
                fallback=move || view! { <div class="p-4"><Waiting shown /></div> }
            >
                <div class="pool-heroes">
                    <For each=pools key=Clone::clone let:pool>
                        <PoolHero shown pool />
                    </For>
                </div>
                <div class="stack px-4 pb-4">
                    <LookBack as_of=shown.as_of first />
                </div>
            </Show>
        </Panel>
    }
}

/// No pool yet, or no cycle to have one.
#[component]
pub(super) fn Waiting(shown: Shown) -> impl IntoView {
    move || {
        let known = shown.cycles.with(Option::is_some);
        match (known, shown.cycle.get(), shown.asks.get()) {
            (true, None, Some(_)) => view! { <p>{t!(retainers.no_such_cycle)}</p> }.into_any(),
            (true, None, None) => view! { <p>{t!(accounts.not_started_about)}</p> }.into_any(),
            _ => view! { <Skeleton rows=3 /> }.into_any(),
        }
    }
}

/// A pool: its name where there are several, and its balance, once it is there.
#[component]
fn PoolHero(shown: Shown, pool: Pool) -> impl IntoView {
    let PoolBalance { balance, other } = pool_balance(shown, pool.key.clone());
    let name = pool_name(&pool);
    let heading =
        move || several(shown).then(|| view! { <h3 class="font-semibold">{name.clone()}</h3> });
    let back = use_query_when(move || {
        let (id, day) = (shown.cycle.get()?, shown.as_of.get()?);
        Some(api::balance_on(id, &pool.key, day))
    });
    let now = move || match (balance.get(), other.fault()) {
        (Some(balance), _) => view! { <Hero balance shown /> }.into_any(),
        (None, Some(fault)) => {
            let retry = Callback::new(move |()| other.refetch());
            view! { <FaultNote fault retry /> }.into_any()
        }
        (None, None) => view! { <Skeleton rows=3 /> }.into_any(),
    };
    let then = StoredValue::new(move || back.get().map(|balance| view! { <Hero balance shown /> }));
    let body = move || match shown.as_of.get() {
        Some(_) => view! {
            <Loaded of=back.standing() rows=3>{move || then.with_value(|then| then())}</Loaded>
        }
        .into_any(),
        None => now(),
    };
    view! { <div class="flex flex-col gap-3 p-4">{heading} {body}</div> }
}

#[component]
fn Hero(balance: Balance, shown: Shown) -> impl IntoView {
    let overage = shown.overage(&balance.pool.key);
    let as_of = shown.as_of.get_untracked();
    let explaining = shown.explaining.on(as_of);
    let state = balance.state;
    let key = balance.pool.key.clone();
    // The sums are those of now.
    let cycle = shown.cycle().filter(|it| it.id == balance.cycle_id && as_of.is_none());
    let sums =
        cycle.and_then(|it| it.pools.iter().find(|one| one.pool.key == key).map(|it| it.sums));
    let settled = sums.map_or(overage, |sums| settled(overage, &sums));
    // Nothing is to be done any more about how a closed cycle was used.
    let badge = balance.status == CycleStatus::Open || state == MeterState::Over;
    let said = sentence(&balance);
    let frozen = (balance.status == CycleStatus::Closed)
        .then(|| view! { <Frozen shown pool=balance.pool.clone() /> });
    // What can be recorded is said of now.
    let blocked = blocked_words(&balance, overage).filter(|_| as_of.is_none());
    let figures = (balance.available > 0 || balance.used > 0)
        .then(|| view! { <Figures balance=balance.clone() explaining /> });
    let asked = balance.approved.map(|value| {
        // Nothing is approved in the past.
        let retainer = shown.retainer.get_untracked().filter(|_| as_of.is_none());
        let (cycle, pool) = (balance.cycle_id, balance.pool.clone());
        view! {
            <ApprovalLine balance=balance.clone() retainer>
                <FigureButton
                    figure=Figure::Approved
                    value
                    cycle
                    pool
                    explaining
                    class="font-semibold"
                />
            </ApprovalLine>
        }
    });
    view! {
        {figures}
        {(balance.available > 0).then(|| view! {
            <Meter balance=balance.clone() size=MeterSize::Hero />
            <MeterLegend balance=balance.clone() />
        })}
        <p class="flex flex-wrap items-center gap-x-3 gap-y-1">
            {badge.then(|| view! { <StateBadge state overage=settled /> })}
            <span>{said}</span>
        </p>
        {blocked.map(|words| view! { <p class="font-medium">{words}</p> })}
        {asked}
        {frozen}
    }
}

/// What became of overage, or becomes of it as things stand: what is to be borrowed is billed or given
/// for nothing where there is nothing to borrow from.
fn settled(by_terms: Option<OverageMode>, sums: &CycleSums) -> Option<OverageMode> {
    use OverageMode::{Absorb, Ask, Bill, Block, Borrow};
    match by_terms? {
        mode @ (Block | Ask) => Some(mode),
        _ if sums.borrowed > 0 => Some(Borrow),
        _ if sums.overage_billed > 0 => Some(Bill),
        _ if sums.overage_absorbed > 0 => Some(Absorb),
        _ => None,
    }
}

/// "6 h 30 left of 44 h", and what was used.
#[component]
fn Figures(balance: Balance, explaining: Explaining) -> impl IntoView {
    let Balance { cycle_id: cycle, pool, .. } = balance.clone();
    let (figure, value, words) = if balance.overage > 0 {
        (Figure::Overage, balance.overage, t!(retainers.hero_over))
    } else {
        (Figure::Left, balance.left, t!(retainers.hero_left))
    };
    view! {
        <p class="flex flex-wrap items-baseline gap-x-2 gap-y-1">
            <FigureButton
                figure
                value
                cycle
                pool=pool.clone()
                explaining
                class="text-hero font-semibold"
            />
            <span class="text-soft">{words}</span>
            <FigureButton
                figure=Figure::Available
                value=balance.available
                cycle
                pool=pool.clone()
                explaining
                class="text-section font-semibold"
            />
            <span class="ms-auto flex items-baseline gap-2 text-soft">
                {t!(retainers.hero_used)}
                <FigureButton
                    figure=Figure::Used
                    value=balance.used
                    cycle
                    pool
                    explaining
                    class="text-section font-semibold"
                />
            </span>
        </p>
    }
}

/// A pool that blocks says what still fits, before anything is typed.
fn blocked_words(balance: &Balance, overage: Option<OverageMode>) -> Option<String> {
    let blocks = overage == Some(OverageMode::Block) && balance.status == CycleStatus::Open;
    let left = || Measure::of(&balance.pool).say(balance.left);
    (blocks && balance.left > 0).then(|| t!(time.can_record, left = left()))
}

/// A closed cycle: since when it is frozen, and what became of the rest.
#[component]
fn Frozen(shown: Shown, pool: Pool) -> impl IntoView {
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let words = move || {
        let cycle = shown.cycle()?;
        let day = moment(cycle.closed_at?, &zone, today());
        let sums = cycle.pools.iter().find(|one| one.pool.key == pool.key)?.sums;
        let measure = Measure::of(&pool);
        let (carried, lapsed) = (measure.say(sums.closing), measure.say(sums.lapsed));
        Some(t!(retainers.closed_on, day = day, carried = carried, lapsed = lapsed))
    };
    view! {
        <p class="flex items-center gap-2 text-soft">
            {icon(icondata::LuLock)}
            {move || words().unwrap_or_else(|| t!(retainers.closed).to_owned())}
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_borrowed_is_not_told_as_borrowed() {
        use OverageMode::{Absorb, Ask, Bill, Borrow};
        let sums = |borrowed, overage_billed, overage_absorbed| CycleSums {
            borrowed,
            overage_billed,
            overage_absorbed,
            ..CycleSums::default()
        };
        for (mode, sums, told) in [
            (Borrow, sums(60, 90, 0), Some(Borrow)),
            (Borrow, sums(0, 90, 0), Some(Bill)),
            (Bill, sums(0, 0, 90), Some(Absorb)),
            (Borrow, sums(0, 0, 0), None),
            (Ask, sums(0, 90, 0), Some(Ask)),
        ] {
            assert_eq!(settled(Some(mode), &sums), told, "{mode:?}");
        }
    }
}
