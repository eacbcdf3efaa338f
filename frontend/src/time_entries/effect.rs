//! Beside the fields: which cycle the entry counts in, and the balance before and after it.
use leptos::prelude::*;
use shared::api::{Balance, Cycle, CycleId, OverageMode, Page, PoolTerms, Unit};

use super::fields::Fields;
use super::pool::{drawn, time_pool};
use super::preview::{Goes, after, goes};
use crate::api;
use crate::format::{Measure, cycle_range};
use crate::meter::{Meter, MeterSize, StateBadge, left_words};
use crate::query::{Query, use_query_when};
use crate::retainers::today;
use crate::t;

/// What the panel needs to know of the retainer chosen.
#[derive(Clone, Copy)]
struct Known {
    /// The pool that the entry draws on, once the terms are known.
    pool: Memo<Option<PoolTerms>>,
    cycles: Query<Page<Cycle>>,
    balance: Query<Balance>,
}

/// What the entry being typed would do.
#[component]
pub(super) fn Effect(fields: Fields) -> impl IntoView {
    let retainer = Memo::new(move |_| fields.retainer());
    let cycles = use_query_when(move || retainer.get().map(api::cycles));
    let day = Memo::new(move |_| fields.day());
    let posted = Memo::new(move |_| {
        let day = day.get()?;
        cycles.with(|page| cycle_of(goes(day, today(), &page?.items)).map(|cycle| cycle.id))
    });
    let agreed = use_query_when(move || retainer.get().map(api::retainer));
    let pool = Memo::new(move |_| {
        agreed.with(|agreed| fields.pool.with(|key| time_pool(agreed?.pools_now(), key)))
    });
    let balance = use_query_when(move || {
        let posted = posted.get()?;
        pool.with(|pool| Some(api::balance(posted, Some(pool.as_ref()?.key()))))
    });
    let known = Known { pool, cycles, balance };
    let chosen = move || retainer.get().is_some();
    let no_pool = move || {
        let none = agreed.known() && pool.with(Option::is_none);
        none.then(|| view! { <p class="font-medium">{t!(time.no_time_pool)}</p> })
    };
    view! {
        <Show
            when=chosen
            fallback=|| view! { <p class="text-muted">{t!(time.effect_pick)}</p> }
        >
            <Where known day />
            {no_pool}
            <Figures known fields posted />
        </Show>
    }
}

fn cycle_of(goes: Goes<'_>) -> Option<&Cycle> {
    match goes {
        Goes::To(cycle) | Goes::Late { to: cycle, .. } => Some(cycle),
        Goes::Future | Goes::Unserved | Goes::NoneOpen => None,
    }
}

/// The cycle it counts in, or why there is none.
#[component]
fn Where(known: Known, day: Memo<Option<chrono::NaiveDate>>) -> impl IntoView {
    let words = move || {
        let (day, today) = (day.get()?, today());
        let days = |cycle: &Cycle| cycle_range(cycle.starts_on, cycle.ends_on, today);
        known.cycles.with(|page| {
            Some(match goes(day, today, &page?.items) {
                Goes::To(cycle) => t!(time.effect_cycle, days = days(cycle)),
                Goes::Late { worked, to } => {
                    t!(time.effect_late, worked = days(worked), days = days(to))
                }
                Goes::Future => t!(time.effect_future).to_owned(),
                Goes::Unserved => t!(time.effect_before).to_owned(),
                Goes::NoneOpen => t!(time.effect_no_cycle).to_owned(),
            })
        })
    };
    view! { <p class="text-soft">{words}</p> }
}

#[component]
fn Figures(known: Known, fields: Fields, posted: Memo<Option<CycleId>>) -> impl IntoView {
    let now = Memo::new(move |_| {
        let id = posted.get()?;
        let key = known.pool.with(|pool| Some(pool.as_ref()?.key().to_owned()))?;
        let meant = |balance: &&Balance| balance.cycle_id == id && balance.pool.key == key;
        known.balance.with(|balance| balance.filter(meant).cloned())
    });
    let minutes = Memo::new(move |_| fields.minutes().unwrap_or(0));
    let told = Memo::new(move |_| {
        known.pool.with(|pool| pool.as_ref().map_or(Some(0), |pool| drawn(pool, minutes.get())))
    });
    let amount = Memo::new(move |_| told.get().unwrap_or(0));
    let overage =
        Memo::new(move |_| known.pool.with(|pool| pool.as_ref().map(|pool| pool.overage.mode)));
    let then = Memo::new(move |_| {
        now.with(|now| now.as_ref().map(|now| after(now, amount.get(), fields.draws.get())))
    });
    // The bar stays while figures change, so that its fill moves instead of being drawn anew.
    let there = Memo::new(move |_| then.with(Option::is_some));
    let last = StoredValue::new(None::<Balance>);
    let shown = Signal::derive(move || {
        if let Some(then) = then.get() {
            last.set_value(Some(then));
        }
        last.get_value().expect("drawn only where there is a balance")
    });
    let state = move || {
        then.with(|then| {
            then.as_ref()
                .map(|then| view! { <StateBadge state=then.state overage=overage.get() /> })
        })
    };
    let head = move || {
        let typed = minutes.get() > 0 && fields.draws.get() && told.get().is_some();
        let label = if typed { t!(time.after) } else { t!(time.now) };
        let words = then.with(|then| then.as_ref().map(left_words));
        view! {
            <span class="text-muted">{label}</span>
            <span class="num font-semibold">{words}</span>
        }
    };
    let draws_nothing = move || {
        (!fields.draws.get()).then(|| view! { <p class="text-soft">{t!(time.effect_no_draw)}</p> })
    };
    let blocked = move || {
        let now = now.get()?;
        let amount = if fields.draws.get() { amount.get() } else { 0 };
        (overage.get() == Some(OverageMode::Block)).then(|| block_words(&now, amount))
    };
    let asks = move || {
        let now = now.get()?;
        let amount = if fields.draws.get() { amount.get() } else { 0 };
        let room = now.left + (now.approved? - now.overage).max(0);
        (amount > room).then(|| t!(alerts.asks))
    };
    // Money is drawn by an hour, and time in steps: how much that is stands nowhere else.
    let draws = move || {
        if told.get().is_none() {
            let words = t!(time.draws_by_card).to_owned();
            return fields.draws.get().then(|| view! { <p class="text-soft">{words}</p> });
        }
        let unlike = |pool: &PoolTerms| pool.unit != Unit::Minutes || pool.time_step.is_some();
        let unlike = known.pool.with(|pool| pool.as_ref().is_some_and(unlike));
        let amount = Some(amount.get()).filter(|n| unlike && *n > 0 && fields.draws.get())?;
        let words = now.with(|now| Some(Measure::of(&now.as_ref()?.pool).say(amount)))?;
        Some(view! { <p class="text-soft">{t!(time.draws_amount, amount = words)}</p> })
    };
    view! {
        <Show when=move || there.get()>
            <div class="flex flex-wrap items-baseline gap-2">{head} {state}</div>
            <Meter balance=shown size=MeterSize::Row />
            {draws}
            {draws_nothing}
            {move || blocked().map(|words| view! { <p class="font-medium">{words}</p> })}
            {move || asks().map(|words| view! { <p class="font-medium">{words}</p> })}
        </Show>
    }
}

/// What a pool that blocks still takes.
fn block_words(now: &Balance, amount: i64) -> String {
    let measure = Measure::of(&now.pool);
    if amount > now.left {
        t!(time.too_much, over = measure.say(amount - now.left))
    } else if now.left == 0 {
        t!(time.cannot_record).to_owned()
    } else {
        t!(time.can_record, left = measure.say(now.left))
    }
}
