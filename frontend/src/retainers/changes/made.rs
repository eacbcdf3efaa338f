//! What was done by hand in the cycle shown, each with its reason and a way back.
use leptos::prelude::*;
use shared::api::{Adjustment, AdjustmentKind, CycleStatus, Money, RetainerId};

use super::super::page::Shown;
use super::super::{reason, today};
use super::adjust::undo;
use crate::format::{Measure, date, money};
use crate::query::use_query_when;
use crate::ui::{Button, Loaded, Variant};
use crate::{api, t};

/// The adjustments of the cycle shown; nothing where there are none.
#[component]
pub(super) fn Made(shown: Shown, retainer: RetainerId) -> impl IntoView {
    let made = use_query_when(move || Some(api::adjustments(retainer, shown.cycle.get()?)));
    let open = move || shown.cycle().is_some_and(|cycle| cycle.status == CycleStatus::Open);
    let body = move || {
        let all = made.with(|page| page.map_or_else(Vec::new, |page| page.items.clone()));
        if all.is_empty() {
            return view! { <p class="text-soft">{t!(changes.made_none)}</p> }.into_any();
        }
        let may = open();
        let rows = all.into_iter().map(|one| view! { <Row one shown may /> });
        view! { <ul class="panel-rows">{rows.collect_view()}</ul> }.into_any()
    };
    view! {
        <section class="mt-4 border-t border-line pt-3">
            <h3 class="font-semibold">{t!(changes.made)}</h3>
            <Loaded of=made.standing() rows=2>{body}</Loaded>
        </section>
    }
}

#[component]
fn Row(one: Adjustment, shown: Shown, may: bool) -> impl IntoView {
    let currency = shown.retainer.get_untracked();
    let currency = currency.map(|one| one.terms.terms.price.currency).unwrap_or_default();
    let price = one
        .price_minor
        .map(|amount_minor| money(&Money { amount_minor, currency: currency.clone() }));
    let measure = Measure { unit: one.unit, currency };
    let amount = measure.signed(one.quantity);
    let kind = match one.kind {
        AdjustmentKind::Purchase => t!(changes.buy),
        AdjustmentKind::Goodwill => t!(changes.give),
        AdjustmentKind::Correction if one.quantity < 0 => t!(changes.take),
        AdjustmentKind::Correction => t!(changes.add),
        AdjustmentKind::Amendment => t!(changes.amended),
    };
    let about = [Some(kind.to_owned()), price, Some(date(one.on, today())), Some(one.member_name)];
    let about = about.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let (id, version) = (one.id, one.version);
    let why = reason(one.reason);
    let gone = one.undone_at.is_some();
    let asking = RwSignal::new(false);
    // New terms are taken back by other terms.
    let own = one.kind != AdjustmentKind::Amendment;
    let back = if gone {
        Some(view! { <span class="text-muted">{t!(common.undone)}</span> }.into_any())
    } else {
        (may && own).then(|| {
            let label = t!(changes.undo, amount = amount.clone(), reason = why.clone());
            let press = Callback::new(move |()| asking.set(true));
            view! {
                <Button small=true icon=icondata::LuUndo2 label on_press=press>
                    {t!(common.undo)}
                </Button>
            }
            .into_any()
        })
    };
    let asked = StoredValue::new(t!(changes.undo_ask, amount = amount.clone()));
    let question = move || {
        let sure = Callback::new(move |()| {
            asking.set(false);
            undo(id, version);
        });
        view! {
            <div class="note note-warn mt-2 grid gap-2" role="alert">
                <p>{asked.get_value()}</p>
                <p class="flex flex-wrap gap-2">
                    <Button small=true on_press=Callback::new(move |()| asking.set(false))>
                        {t!(common.cancel)}
                    </Button>
                    <Button small=true variant=Variant::Primary on_press=sure>
                        {t!(changes.undo_now)}
                    </Button>
                </p>
            </div>
        }
    };
    view! {
        <li class="flex items-start gap-3 py-2">
            <div class="min-w-0 flex-1" class:line-through=gone>
                <p class="break-words">{why.clone()}</p>
                <p class="text-xs text-muted">{about}</p>
                <Show when=move || asking.get()>{question}</Show>
            </div>
            <span class="num font-semibold whitespace-nowrap" class:line-through=gone>
                {amount}
            </span>
            {back}
        </li>
    }
}
