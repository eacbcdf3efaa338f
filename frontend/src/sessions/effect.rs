//! Beside the fields of a booking: the balance it would be booked on, and what it leaves.
use leptos::prelude::*;
use shared::api::{Balance, OverageMode, PoolTerms, Retainer, RetainerId};

use super::fields::Fields;
use super::summary::cycle_near;
use super::words::units;
use crate::api;
use crate::format::{amount_of, clock_in_zone, cycle_range, weekday};
use crate::meter::{Meter, left_words};
use crate::query::{Query, use_query_when};
use crate::retainers::today;
use crate::session::use_me;
use crate::t;

/// What the form has to know of the retainer chosen.
#[derive(Clone, Copy)]
pub(super) struct Known {
    /// Its terms, its zone.
    pub(super) retainer: Query<Retainer>,
}

impl Known {
    /// Follows the retainer chosen.
    pub(super) fn of(fields: Fields) -> Self {
        let id = Memo::new(move |_| fields.retainer.with(|id| id.parse::<RetainerId>().ok()));
        Self { retainer: use_query_when(move || id.get().map(api::retainer)) }
    }

    /// Its zone, or that of the organisation while it is not known.
    pub(super) fn zone(self) -> String {
        let own = || use_context_zone();
        self.retainer.with(|one| one.map_or_else(own, |one| one.timezone.clone()))
    }

    /// The pools that sessions can draw on.
    pub(super) fn pools(self) -> Vec<PoolTerms> {
        self.retainer.with(|one| {
            let pools = one.into_iter().flat_map(Retainer::pools_now);
            pools.filter(PoolTerms::takes_sessions).collect()
        })
    }

    /// The pool chosen, or the first.
    fn pool(self, key: &str) -> Option<PoolTerms> {
        self.pools().into_iter().find(|pool| key.is_empty() || pool.key() == key)
    }
}

/// The zone of the organisation.
fn use_context_zone() -> String {
    use_me().with_untracked(|me| me.organisation.timezone.clone())
}

/// What the booking being typed would do. `own` units are held already by the session that is
/// being moved.
#[component]
pub(super) fn Effect(fields: Fields, known: Known, own: i64) -> impl IntoView {
    let cycles = use_query_when(move || known.retainer.with(|one| Some(api::cycles(one?.id))));
    let day = Memo::new(move |_| fields.day.with(|day| day.parse::<chrono::NaiveDate>().ok()));
    let cycle = Memo::new(move |_| {
        let day = day.get()?;
        cycles.with(|page| cycle_near(&page?.items, day).cloned())
    });
    let pool = Memo::new(move |_| fields.pool.with(|key| known.pool(key)));
    let balance = use_query_when(move || {
        let id = cycle.get()?.id;
        pool.with(|pool| Some(api::balance(id, Some(pool.as_ref()?.key()))))
    });
    let wanted = Memo::new(move |_| {
        fields.units.with(|text| if text.trim().is_empty() { Some(1) } else { amount_of(text, 0) })
    });
    let place = move || {
        let (cycle, day) = (cycle.get()?, day.get()?);
        let days = cycle_range(cycle.starts_on, cycle.ends_on, today());
        Some(if (cycle.starts_on..cycle.ends_on).contains(&day) {
            t!(time.effect_cycle, days = days)
        } else {
            t!(calendar.effect_ahead, days = days)
        })
    };
    let figures = move || {
        let balance = balance.get()?;
        let mode = pool.with(|pool| pool.as_ref().map(|pool| pool.overage.mode));
        let wanted = wanted.get().unwrap_or(0);
        if wanted == 0 {
            return None;
        }
        Some(view! { <Figures balance mode wanted own /> })
    };
    let none = move || {
        if wanted.get() == Some(0) {
            return Some(view! { <p>{t!(calls.draws_nothing)}</p> }.into_any());
        }
        let none = known.retainer.known() && pool.with(Option::is_none);
        none.then(|| {
            view! { <p class="font-medium">{t!(errors.field_no_session_pool)}</p> }.into_any()
        })
    };
    view! {
        <Show
            when=move || known.retainer.known()
            fallback=|| view! { <p class="text-muted">{t!(time.effect_pick)}</p> }
        >
            <p class="text-soft">{place}</p>
            <OtherZone fields known />
            {none}
            {figures}
        </Show>
    }
}

/// Where the retainer's clock shows another time than the organisation's: both.
#[component]
fn OtherZone(fields: Fields, known: Known) -> impl IntoView {
    let own = use_context_zone();
    move || {
        let zone = known.zone();
        if zone == own {
            return None;
        }
        let at = fields.typed().begins(&zone)?;
        let day = weekday(crate::format::day_in_zone(at, &own), today());
        let time = clock_in_zone(at, &own);
        Some(view! {
            <p class="text-soft">
                {t!(calendar.other_zone, day = day, time = time, zone = own.clone())}
            </p>
        })
    }
}

#[component]
fn Figures(balance: Balance, mode: Option<OverageMode>, wanted: i64, own: i64) -> impl IntoView {
    let booked = balance.committed - own;
    let free = balance.left - booked;
    let left = left_words(&balance);
    let bookable = t!(calendar.bookable, booked = units(booked), free = units(free.max(0)));
    let after = free - wanted;
    let (class, then) = if 0 <= after {
        ("", t!(calendar.leaves, left = units(after)))
    } else if mode == Some(OverageMode::Block) {
        ("font-medium", t!(calendar.blocked, over = units(-after)))
    } else {
        ("font-medium", t!(calendar.goes_over, over = units(-after)))
    };
    view! {
        <p class="flex flex-wrap items-baseline justify-between gap-2">
            <span class="num font-semibold">{left}</span>
            <span class="text-soft">{bookable}</span>
        </p>
        <Meter balance />
        <p class=class>{then}</p>
    }
}
