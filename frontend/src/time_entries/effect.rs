//! Beside the fields: which cycle the entry counts in, and the balance before and after it.
use leptos::prelude::*;
use shared::api::{Balance, Cycle, CycleId, OverageMode, Page, Retainer};

use super::fields::Fields;
use super::preview::{Goes, after, goes};
use crate::api;
use crate::format::{cycle_range, effort};
use crate::meter::{Meter, MeterSize, StateBadge, left_words};
use crate::query::{Query, use_query_when};
use crate::retainers::today;
use crate::t;

/// What the panel needs to know of the retainer chosen.
#[derive(Clone, Copy)]
struct Known {
    retainer: Query<Retainer>,
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
    let known = Known {
        retainer: use_query_when(move || retainer.get().map(api::retainer)),
        cycles,
        balance: use_query_when(move || posted.get().map(api::balance)),
    };
    let chosen = move || retainer.get().is_some();
    view! {
        <Show
            when=chosen
            fallback=|| view! { <p class="text-muted">{t!(time.effect_pick)}</p> }
        >
            <Where known day />
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
        known.balance.with(|balance| balance.filter(|balance| balance.cycle_id == id).cloned())
    });
    let minutes = Memo::new(move |_| fields.minutes().unwrap_or(0));
    let overage = Memo::new(move |_| {
        known.retainer.with(|retainer| retainer.map(|retainer| retainer.terms.terms.overage))
    });
    let then = Memo::new(move |_| {
        now.with(|now| now.as_ref().map(|now| after(now, minutes.get(), fields.draws.get())))
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
        let typed = minutes.get() > 0 && fields.draws.get();
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
        let minutes = if fields.draws.get() { minutes.get() } else { 0 };
        (overage.get() == Some(OverageMode::Block)).then(|| block_words(&now, minutes))
    };
    view! {
        <Show when=move || there.get()>
            <div class="flex flex-wrap items-baseline gap-2">{head} {state}</div>
            <Meter balance=shown size=MeterSize::Row />
            {draws_nothing}
            {move || blocked().map(|words| view! { <p class="font-medium">{words}</p> })}
        </Show>
    }
}

/// What a pool that blocks still takes.
fn block_words(now: &Balance, minutes: i64) -> String {
    if minutes > now.left {
        t!(time.too_much, over = effort(minutes - now.left))
    } else if now.left == 0 {
        t!(time.cannot_record).to_owned()
    } else {
        t!(time.can_record, left = effort(now.left))
    }
}
