//! The form that records something delivered, where a pool counts it: deliverables, or credits by
//! a price list. Source: domain 1.4.
use chrono::NaiveDate;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{
    Cycle, CycleStatus, Deliverable, DeliverableId, DeliverableRecorded, FieldError,
    NewDeliverable, PoolTerms, Retainer, RetainerId,
};

use super::super::page::Shown;
use super::super::{terms_words, today};
use super::{day_fault, typed_day};
use crate::format::{Measure, cycle_range, date};
use crate::i18n::fault_words;
use crate::meter::{Meter, left_words};
use crate::query::{self, use_query_when};
use crate::session::{manages, use_me};
use crate::time_entries::preview::{Goes, after, goes};
use crate::ui::{
    Button, Choice, Form, FormActions, FormFaults, Loaded, Select, TextInput, toast, toast_undo,
};
use crate::{api, t};

/// Fields as signals. Copy it into closures.
#[derive(Clone, Copy)]
struct Fields {
    /// The pools that count things delivered.
    pools: StoredValue<Vec<PoolTerms>>,
    pool: RwSignal<String>,
    item: RwSignal<String>,
    title: RwSignal<String>,
    count: RwSignal<String>,
    on: RwSignal<String>,
}

impl Fields {
    fn pool(self) -> Option<PoolTerms> {
        let chosen = |pools: &Vec<PoolTerms>| {
            self.pool.with(|key| pools.iter().find(|pool| pool.key() == key).cloned())
        };
        self.pools.with_value(chosen)
    }

    fn item(self) -> Option<String> {
        Some(self.item.get()).filter(|item| !item.is_empty())
    }

    fn count(self) -> Option<i64> {
        self.count.with(|text| text.trim().parse().ok()).filter(|count| 0 < *count)
    }

    /// Units that what is typed draws, as far as it can be read.
    fn units(self) -> Option<i64> {
        let (pool, count) = (self.pool()?, self.count()?);
        pool.units_of(self.item().as_deref(), count).ok()
    }

    /// What the API takes, or every field that cannot be read, with words.
    fn read(self, retainer: RetainerId) -> Result<NewDeliverable, Vec<FieldError>> {
        let mut faults = Vec::new();
        let count = self.count();
        if count.is_none() {
            faults.push(FieldError {
                field: "/count".into(),
                code: "unreadable".into(),
                message: t!(changes.quantity_unreadable).into(),
            });
        }
        let on = typed_day(self.on).ok().flatten();
        if on.is_none() {
            faults.push(day_fault("/delivered_on"));
        }
        let item = self.item();
        let listed = self.pool().map(|pool| pool.units_of(item.as_deref(), 1));
        if let Some(Err(code)) = listed {
            faults.push(FieldError::new("/item", code));
        }
        let title = self.title.with(|title| title.trim().to_owned());
        match (count, on) {
            (Some(count), Some(delivered_on)) if faults.is_empty() => Ok(NewDeliverable {
                retainer_id: retainer,
                pool: Some(self.pool.get()),
                item,
                title: Some(title).filter(|title| !title.is_empty()),
                count,
                delivered_on,
                member_id: None,
            }),
            _ => Err(faults),
        }
    }
}

/// Reads again what a delivery changes.
fn renew() {
    for prefix in ["/deliverables", "/retainers", "/cycles", "/explain", "/accounts"] {
        query::invalidate(prefix);
    }
}

/// The form, and below it what was delivered in the cycle shown.
#[component]
pub(super) fn DeliverForm(shown: Shown, retainer: Retainer, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("deliver");
    let id = retainer.id;
    let pools: Vec<PoolTerms> =
        retainer.pools_now().filter(PoolTerms::takes_deliverables).collect();
    let first = pools.first().map(|pool| pool.key().to_owned());
    let fields = Fields {
        pools: StoredValue::new(pools),
        pool: RwSignal::new(first.unwrap_or_default()),
        item: RwSignal::default(),
        title: RwSignal::default(),
        count: RwSignal::new("1".to_owned()),
        on: RwSignal::new(today().to_string()),
    };
    // What was chosen of one list says nothing of another.
    Effect::new(move |before: Option<String>| {
        let pool = fields.pool.get();
        if before.is_some_and(|before| before != pool) {
            fields.item.set(String::new());
        }
        pool
    });
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match untrack(|| fields.read(id)) {
            Err(faults) => form.refuse(faults),
            Ok(new) => {
                let work = async move |new: NewDeliverable| api::record_delivery(&new).await;
                form.send(new, work, move |recorded: DeliverableRecorded| {
                    open.set(false);
                    told(&recorded);
                    renew();
                });
            }
        }
    };
    view! {
        <form class="form" novalidate=true on:submit=send>
            <What form fields />
            <div class="form-pair">
                <TextInput form at="/count" label=t!(changes.count) value=fields.count />
                <TextInput
                    form
                    at="/delivered_on"
                    label=t!(changes.delivered_on)
                    kind="date"
                    value=fields.on
                />
            </div>
            <Preview retainer=id fields />
            <FormFaults form />
            <FormActions form open verb=t!(changes.deliver) />
        </form>
        <Delivered shown retainer=id />
    }
}

/// What it is: of which pool, on its price list, and as people call it.
#[component]
fn What(form: Form, fields: Fields) -> impl IntoView {
    let pools = fields.pools.with_value(|pools| {
        let choice = |pool: &PoolTerms| Choice::new(pool.key(), terms_words::name(pool));
        pools.iter().map(choice).collect::<Vec<_>>()
    });
    let several = (1 < pools.len()).then(|| {
        view! { <Select form at="/pool" label=t!(changes.pool) value=fields.pool choices=pools /> }
    });
    let items = Signal::derive(move || {
        let pool = fields.pool();
        let items = pool.map(|pool| pool.items).unwrap_or_default();
        let choice = |name: String| Choice::new(name.clone(), name);
        items.into_iter().map(|item| choice(item.name)).collect::<Vec<_>>()
    });
    let listed = Memo::new(move |_| items.with(|items| !items.is_empty()));
    view! {
        {several}
        <Show when=move || listed.get()>
            <Select
                form
                at="/item"
                label=t!(changes.item)
                value=fields.item
                choices=items
                nothing=t!(changes.item_pick)
            />
        </Show>
        <TextInput
            form
            at="/title"
            label=t!(changes.delivery_title)
            value=fields.title
            optional=true
            autofocus=true
        />
    }
}

/// Where it counts, and the balance after it.
#[component]
fn Preview(retainer: RetainerId, fields: Fields) -> impl IntoView {
    let cycles = use_query_when(move || Some(api::cycles(retainer)));
    let day = Memo::new(move |_| fields.on.with(|day| day.parse::<NaiveDate>().ok()));
    let cycle = Memo::new(move |_| {
        cycles.with(|page| match goes(day.get()?, today(), &page?.items) {
            Goes::To(cycle) | Goes::Late { to: cycle, .. } => Some(cycle.clone()),
            Goes::Future | Goes::Unserved | Goes::NoneOpen => None,
        })
    });
    let balance = use_query_when(move || {
        let pool = fields.pool.get();
        Some(api::balance(cycle.get()?.id, Some(&pool)))
    });
    let place = move || match cycle.get() {
        Some(Cycle { starts_on, ends_on, .. }) => {
            t!(time.effect_cycle, days = cycle_range(starts_on, ends_on, today()))
        }
        None => t!(time.effect_no_cycle).to_owned(),
    };
    let figures = move || {
        let now = balance.get()?;
        let units = fields.units().unwrap_or(0);
        let then = after(&now, units, true);
        let before = t!(changes.now, left = left_words(&now));
        let words = (0 < units).then(|| t!(changes.then, left = left_words(&then)));
        Some(view! {
            <p class="num flex flex-wrap justify-between gap-2">
                <span class="text-soft">{before}</span>
                <span class="font-semibold">{words}</span>
            </p>
            <Meter balance=then />
        })
    };
    view! {
        <div class="flex flex-col gap-2 rounded-md bg-sunken p-3" aria-live="polite">
            <Show when=move || cycles.known()>
                <p class="text-soft">{place}</p>
            </Show>
            {figures}
        </div>
    }
}

/// Says what was recorded, and offers to take it back.
fn told(recorded: &DeliverableRecorded) {
    let one = &recorded.deliverable;
    let amount = Measure::of(&recorded.balance.pool).say(one.units);
    let (id, version) = (one.id, one.version);
    let words = t!(changes.adjusted, amount = amount, left = left_words(&recorded.balance));
    toast_undo(words, move || take_back(id, version));
}

fn take_back(id: DeliverableId, version: i64) {
    spawn_local(async move {
        match api::remove_delivery(id, version).await {
            Ok(_) => toast(t!(common.undone)),
            Err(fault) => toast(t!(time.undo_failed, why = fault_words(&fault))),
        }
        renew();
    });
}

/// What was delivered in the cycle shown, each with a way back while it is open.
#[component]
fn Delivered(shown: Shown, retainer: RetainerId) -> impl IntoView {
    let all = use_query_when(move || Some(api::deliverables(retainer, shown.cycle.get()?)));
    let open = move || shown.cycle().is_some_and(|cycle| cycle.status == CycleStatus::Open);
    let body = move || {
        let all = all.with(|page| page.map_or_else(Vec::new, |page| page.items.clone()));
        if all.is_empty() {
            return view! { <p class="text-soft">{t!(changes.delivered_none)}</p> }.into_any();
        }
        // Others' deliveries are the managers' to take back.
        let me = use_me().get();
        let may = |one: &Deliverable| open() && (one.member_id == me.member_id || manages(me.role));
        let rows = all.into_iter().map(|one| {
            let may = may(&one);
            view! { <Row one may /> }
        });
        view! { <ul class="panel-rows">{rows.collect_view()}</ul> }.into_any()
    };
    view! {
        <section class="mt-4 border-t border-line pt-3">
            <h3 class="font-semibold">{t!(changes.delivered)}</h3>
            <Loaded of=all.standing() rows=2>{body}</Loaded>
        </section>
    }
}

#[component]
fn Row(one: Deliverable, may: bool) -> impl IntoView {
    let amount = Measure { unit: one.unit, currency: String::new() }.say(one.units);
    let (id, version) = (one.id, one.version);
    let item = one.item.map(|item| format!("{item} × {}", one.count));
    let about = [Some(date(one.delivered_on, today())), Some(one.member_name), item.clone()];
    let (name, about) = match one.title {
        Some(title) => (title, about.into_iter().flatten().collect::<Vec<_>>().join(", ")),
        None => {
            let name = item.unwrap_or_else(|| amount.clone());
            (name, about.into_iter().take(2).flatten().collect::<Vec<_>>().join(", "))
        }
    };
    let back = may.then(|| {
        let label = t!(changes.undo, amount = amount.clone(), reason = name.clone());
        let press = Callback::new(move |()| take_back(id, version));
        view! {
            <Button small=true icon=icondata::LuUndo2 label on_press=press>
                {t!(common.undo)}
            </Button>
        }
    });
    view! {
        <li class="flex items-start gap-3 py-2">
            <div class="min-w-0 flex-1">
                <p class="break-words">{name}</p>
                <p class="text-xs text-muted">{about}</p>
            </div>
            <span class="num font-semibold whitespace-nowrap">{amount}</span>
            {back}
        </li>
    }
}
