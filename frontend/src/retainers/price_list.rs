//! What things cost in credits, or which kinds of deliverables there are.
use leptos::prelude::*;
use shared::api::ITEMS_MAX;

use super::more::More;
use super::pool_fields::{ItemFields, PoolFields, Typed, at, read_units};
use crate::format::count;
use crate::ui::{Button, Form, TextInput, Variant};
use crate::{t, tn};

/// The price list of a pool, folded with how much is on it.
#[component]
pub(super) fn PriceList(form: Form, pool: PoolFields, place: usize, typed: Typed) -> impl IntoView {
    let words = Signal::derive(move || {
        let n = pool.items.with(Vec::len) as i64;
        if n == 0 {
            t!(retainers.items_none).to_owned()
        } else {
            tn!(n, retainers.items_1, retainers.items_n)
        }
    });
    let rows = move || pool.items.get().into_iter().enumerate().collect::<Vec<_>>();
    // A fault of a row must open the fold, however many rows there are by then.
    let pointers = (0..ITEMS_MAX).flat_map(move |row| {
        ["name", "units"].map(|field| at(place, &format!("items/{row}/{field}")))
    });
    let add = Callback::new(move |()| pool.add_item());
    let full = move || {
        let full = pool.items.with(|items| items.len() >= ITEMS_MAX);
        if full { t!(retainers.items_full, max = count(ITEMS_MAX as i64)) } else { String::new() }
    };
    view! {
        <More form title=t!(retainers.section_items) words fields=pointers.collect()>
            <p class="field-hint">{t!(retainers.items_about)}</p>
            <For each=rows key=|(row, item)| (*row, item.id) let((row, item))>
                <ItemRow form pool item place row typed />
            </For>
            <div>
                <Button small=true icon=icondata::LuPlus reason=Signal::derive(full) on_press=add>
                    {t!(retainers.item_add)}
                </Button>
            </div>
        </More>
    }
}

#[component]
fn ItemRow(
    form: Form,
    pool: PoolFields,
    item: ItemFields,
    place: usize,
    row: usize,
    typed: Typed,
) -> impl IntoView {
    let remove = Callback::new(move |()| {
        pool.items.update(|items| items.retain(|one| one.id != item.id));
        form.clear();
    });
    view! {
        <div class="item-row">
            <TextInput
                form
                at=at(place, &format!("items/{row}/name"))
                label=t!(retainers.item_name, number = row + 1)
                value=item.name
            />
            <TextInput
                form
                at=at(place, &format!("items/{row}/units"))
                label=t!(retainers.item_units)
                hint=read_units(pool.unit, item.units, typed, |_| "")
                inputmode="numeric"
                value=item.units
            />
            <Button
                variant=Variant::Ghost
                icon=icondata::LuTrash2
                label=t!(retainers.item_remove, number = row + 1)
                on_press=remove
            />
        </div>
    }
}
