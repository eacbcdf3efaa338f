//! The form that sets a balance right by hand, and what was set right before.
use chrono::NaiveDate;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{
    AdjustmentMade, Balance, Cycle, FieldError, NewAdjustment, Pool, Retainer, Unit,
};
use shared::rules::ledger::day_of;

use super::super::page::Shown;
use super::super::radios::{Radio, Radios};
use super::super::terms_draft::{DATE_UNREADABLE, EFFORT_UNREADABLE};
use super::super::today;
use super::adjusted::{Change, Pays, adjusted};
use super::made::Made;
use crate::format::{
    Measure, amount_of, cycle_range, date, fraction_digits, pool_name, read_quantity,
};
use crate::i18n::fault_words;
use crate::meter::{Meter, left_words};
use crate::query::{self, use_query_when};
use crate::time_entries::preview::{Goes, goes};
use crate::ui::{
    Choice, Form, FormActions, FormFaults, Select, TextArea, TextInput, toast, toast_undo,
};
use crate::{api, t};

/// When bought or given units are gone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Ends {
    #[default]
    Never,
    WithCycle,
    On,
}

/// Fields as signals. Copy it into closures.
#[derive(Clone, Copy)]
struct Fields {
    pool: RwSignal<String>,
    change: RwSignal<Change>,
    quantity: RwSignal<String>,
    on: RwSignal<String>,
    ends: RwSignal<Ends>,
    last_day: RwSignal<String>,
    price: RwSignal<String>,
    reason: RwSignal<String>,
}

/// Reads again what an adjustment changes.
pub(super) fn renew() {
    for prefix in ["/adjustments", "/retainers", "/cycles", "/explain", "/accounts"] {
        query::invalidate(prefix);
    }
}

impl Fields {
    /// The pool chosen.
    fn pool(self, pools: &[Pool]) -> Option<Pool> {
        self.pool.with(|key| pools.iter().find(|pool| pool.key == *key).cloned())
    }

    /// The units typed so far.
    fn units(self, pool: &Pool) -> Option<i64> {
        let digits = fraction_digits(&pool.currency);
        self.quantity.with(|text| read_quantity(pool.unit, text, digits)).filter(|n| 0 < *n)
    }

    fn day(self) -> Option<NaiveDate> {
        self.on.with(|day| day.parse().ok())
    }

    /// The first day without the lot: people name its last.
    fn ends_on(self) -> Option<NaiveDate> {
        let named = self.change.get().makes_lot() && self.ends.get() == Ends::On;
        let last = self.last_day.with(|day| day.parse::<NaiveDate>().ok());
        last.filter(|_| named).and_then(|day| day.succ_opt())
    }

    /// What the API takes, or every field that cannot be read, with words.
    fn read(self, retainer: &Retainer, pools: &[Pool]) -> Result<NewAdjustment, Vec<FieldError>> {
        let fault = |field: &str, code: &str, message: &str| FieldError {
            field: field.into(),
            code: code.into(),
            message: message.into(),
        };
        let mut faults = Vec::new();
        let change = self.change.get();
        let pool = self.pool(pools);
        let units = pool.as_ref().and_then(|pool| self.units(pool));
        if units.is_none() {
            let words = match pool.as_ref().map(|pool| pool.unit) {
                Some(Unit::Minutes) => t!(retainers.effort_unreadable),
                _ => t!(changes.quantity_unreadable),
            };
            faults.push(fault("/quantity", EFFORT_UNREADABLE, words));
        }
        let on = self.day();
        if on.is_none() {
            faults.push(fault("/on", DATE_UNREADABLE, t!(retainers.date_unreadable)));
        }
        let ends = if change.makes_lot() { self.ends.get() } else { Ends::Never };
        let ends_on = self.ends_on();
        if ends == Ends::On && ends_on.is_none() {
            faults.push(fault("/ends_on", DATE_UNREADABLE, t!(retainers.date_unreadable)));
        }
        let digits = fraction_digits(&retainer.terms.terms.price.currency);
        let price = self.price.with(|text| match text.trim() {
            text if text.is_empty() || change != Change::Buy => Ok(None),
            text => amount_of(text, digits).map(Some).ok_or(()),
        });
        if price.is_err() {
            faults.push(FieldError::new("/price_minor", "out_of_range"));
        }
        let reason = self.reason.with(|text| text.trim().to_owned());
        if reason.is_empty() {
            faults.push(FieldError::new("/reason", "required"));
        }
        match (pool, units) {
            (Some(pool), Some(units)) if faults.is_empty() => Ok(NewAdjustment {
                retainer_id: retainer.id,
                pool: Some(pool.key),
                kind: change.kind(),
                quantity: change.signed(units),
                on,
                ends_on,
                ends_with_cycle: ends == Ends::WithCycle,
                price_minor: price.ok().flatten(),
                reason,
            }),
            _ => Err(faults),
        }
    }
}

/// The form, and below it what was done by hand in the cycle shown.
#[component]
pub(super) fn AdjustForm(shown: Shown, retainer: Retainer, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("adjust");
    let pools = shown.pools.get_untracked();
    let chosen = shown.pool.get_untracked().or_else(|| pools.first().cloned());
    let fields = Fields {
        pool: RwSignal::new(chosen.map(|pool| pool.key).unwrap_or_default()),
        change: RwSignal::default(),
        quantity: RwSignal::default(),
        on: RwSignal::new(today().to_string()),
        ends: RwSignal::default(),
        last_day: RwSignal::default(),
        price: RwSignal::default(),
        reason: RwSignal::default(),
    };
    let id = retainer.id;
    let pools = StoredValue::new(pools);
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match untrack(|| pools.with_value(|pools| fields.read(&retainer, pools))) {
            Err(faults) => form.refuse(faults),
            Ok(new) => {
                let work = async move |new: NewAdjustment| api::make_adjustment(&new).await;
                form.send(new, work, move |made: AdjustmentMade| {
                    open.set(false);
                    told(&made);
                    renew();
                });
            }
        }
    };
    view! {
        <form class="form" novalidate=true on:submit=send>
            <PoolChoice form fields pools />
            <Radios
                form
                at="/kind"
                legend=t!(changes.kind)
                value=fields.change
                choices=kinds()
            />
            <Amount form fields pools />
            <Show when=move || fields.change.get() == Change::Buy>
                <TextInput
                    form
                    at="/price_minor"
                    label=t!(changes.price)
                    hint=t!(changes.price_hint)
                    inputmode="decimal"
                    optional=true
                    value=fields.price
                />
            </Show>
            <Lasts form fields />
            <TextArea
                form
                at="/reason"
                label=t!(retainers.amend_reason)
                hint=t!(changes.reason_hint)
                rows=2
                value=fields.reason
            />
            <Preview retainer=id fields pools />
            <FormFaults form />
            <FormActions form open verb=t!(changes.adjust_save) />
        </form>
        <Made shown retainer=id />
    }
}

fn kinds() -> Vec<Radio<Change>> {
    let radio = |value, label, hint| Radio { value, label, hint };
    vec![
        radio(Change::Buy, t!(changes.buy), t!(changes.buy_hint)),
        radio(Change::Give, t!(changes.give), t!(changes.give_hint)),
        radio(Change::Add, t!(changes.add), t!(changes.add_hint)),
        radio(Change::Take, t!(changes.take), t!(changes.take_hint)),
    ]
}

/// Says what was done, and offers to take it back.
fn told(made: &AdjustmentMade) {
    let adjustment = made.adjustment.clone();
    let amount = Measure::of(&made.balance.pool).signed(adjustment.quantity);
    let left = left_words(&made.balance);
    toast_undo(t!(changes.adjusted, amount = amount, left = left), move || {
        undo(adjustment.id, adjustment.version);
    });
}

/// Takes an adjustment back.
pub(super) fn undo(id: shared::api::AdjustmentId, version: i64) {
    spawn_local(async move {
        match api::undo_adjustment(id, version).await {
            Ok(_) => toast(t!(common.undone)),
            Err(fault) => toast(t!(time.undo_failed, why = fault_words(&fault))),
        }
        renew();
    });
}

#[component]
fn PoolChoice(form: Form, fields: Fields, pools: StoredValue<Vec<Pool>>) -> impl IntoView {
    let choices = pools.with_value(|pools| {
        let choice = |pool: &Pool| Choice::new(pool.key.clone(), pool_name(pool));
        pools.iter().map(choice).collect::<Vec<_>>()
    });
    (1 < choices.len()).then(|| {
        view! { <Select form at="/pool" label=t!(changes.pool) value=fields.pool choices /> }
    })
}

/// How much, from when.
#[component]
fn Amount(form: Form, fields: Fields, pools: StoredValue<Vec<Pool>>) -> impl IntoView {
    let read = Signal::derive(move || {
        let pool = pools.with_value(|pools| fields.pool(pools));
        let units = pool.as_ref().and_then(|pool| Some((pool, fields.units(pool)?)));
        match (units, pool.as_ref().map(|pool| pool.unit)) {
            (Some((pool, units)), _) => t!(time.read_as, value = Measure::of(pool).say(units)),
            (None, Some(Unit::Minutes)) => t!(changes.hours_hint).to_owned(),
            (None, _) => String::new(),
        }
    });
    view! {
        <div class="form-pair">
            <TextInput
                form
                at="/quantity"
                label=t!(changes.quantity)
                hint=read
                autofocus=true
                value=fields.quantity
            />
            <TextInput form at="/on" label=t!(changes.on) kind="date" value=fields.on />
        </div>
    }
}

/// How long bought and given units last.
#[component]
fn Lasts(form: Form, fields: Fields) -> impl IntoView {
    let choices = || {
        let radio = |value, label, hint| Radio { value, label, hint };
        vec![
            radio(Ends::Never, t!(changes.ends_never), t!(changes.ends_never_hint)),
            radio(Ends::WithCycle, t!(changes.ends_cycle), t!(changes.ends_cycle_hint)),
            radio(Ends::On, t!(changes.ends_day), t!(changes.ends_day_hint)),
        ]
    };
    view! {
        <Show when=move || fields.change.get().makes_lot()>
            <Radios
                form
                at="/ends_with_cycle"
                legend=t!(changes.ends)
                value=fields.ends
                choices=choices()
            />
            <Show when=move || fields.ends.get() == Ends::On>
                <TextInput
                    form
                    at="/ends_on"
                    label=t!(changes.last_day)
                    kind="date"
                    value=fields.last_day
                />
            </Show>
        </Show>
    }
}

/// The balance before and after, in the cycle that the day picks.
#[component]
fn Preview(
    retainer: shared::api::RetainerId,
    fields: Fields,
    pools: StoredValue<Vec<Pool>>,
) -> impl IntoView {
    let cycles = use_query_when(move || Some(api::cycles(retainer)));
    let pool = Memo::new(move |_| pools.with_value(|pools| fields.pool(pools)));
    let cycle = Memo::new(move |_| {
        // What is bought or given ahead is written in today's cycle.
        let day = fields.day()?;
        let day = if fields.change.get().makes_lot() { day.min(today()) } else { day };
        cycles.with(|page| counts_in(&page?.items, day).cloned())
    });
    let balance = use_query_when(move || {
        let id = cycle.get()?.id;
        pool.with(|pool| Some(api::balance(id, Some(&pool.as_ref()?.key))))
    });
    let ahead = move || {
        let day = fields.day().filter(|day| fields.change.get().makes_lot() && today() < *day);
        day.map(|day| {
            let words = t!(changes.pays_from, day = date(day, today()));
            view! { <p class="font-medium">{words}</p> }
        })
    };
    let place = move || match cycle.get() {
        Some(cycle) => {
            let days = cycle_range(cycle.starts_on, cycle.ends_on, today());
            t!(time.effect_cycle, days = days)
        }
        None => t!(time.effect_no_cycle).to_owned(),
    };
    let figures = move || {
        let now = balance.get()?;
        let units = pool.with(|pool| fields.units(pool.as_ref()?));
        let day = day_of(now.starts_on, now.ends_on, today());
        let pays = match (fields.day(), fields.ends_on()) {
            (Some(starts), _) if today() < starts => Pays::Later,
            (_, Some(end)) if end <= day => Pays::Over,
            _ => Pays::Now,
        };
        Some(figures(&now, units.map(|units| (fields.change.get(), units, pays))))
    };
    view! {
        <div class="flex flex-col gap-2 rounded-md bg-sunken p-3" aria-live="polite">
            <Show when=move || cycles.known()>
                <p class="text-soft">{place}</p>
            </Show>
            {ahead}
            {figures}
        </div>
    }
}

/// Where an adjustment of a day counts: as time does.
fn counts_in(cycles: &[Cycle], day: NaiveDate) -> Option<&Cycle> {
    match goes(day, today(), cycles) {
        Goes::To(cycle) | Goes::Late { to: cycle, .. } => Some(cycle),
        Goes::Future | Goes::Unserved | Goes::NoneOpen => None,
    }
}

fn figures(now: &Balance, change: Option<(Change, i64, Pays)>) -> AnyView {
    let before = t!(changes.now, left = left_words(now));
    let Some((change, units, pays)) = change else {
        return view! { <p class="num">{before}</p> <Meter balance=now.clone() /> }.into_any();
    };
    let then = adjusted(now, change, units, pays);
    let after = t!(changes.then, left = left_words(&then.balance));
    let waived = (0 < then.waived).then(|| {
        let amount = Measure::of(&now.pool).say(then.waived);
        view! { <p class="font-medium">{t!(changes.waived, amount = amount)}</p> }
    });
    view! {
        <p class="num flex flex-wrap justify-between gap-2">
            <span class="text-soft">{before}</span>
            <span class="font-semibold">{after}</span>
        </p>
        <Meter balance=then.balance />
        {waived}
    }
    .into_any()
}
