//! The fields of a pool as signals, and what they are read as while one types.
use leptos::prelude::*;
use shared::api::{BorrowExcess, CancellationOutcome, MinuteRounding, Money, OverageMode, Unit};
use shared::rules::proration::UnitRounding;

use super::pool_draft::{CapKind, ItemDraft, PoolDraft, bills};
use crate::format::{amount_of, money, quantity, read_quantity, unit_name};
use crate::t;
use crate::ui::pointer;

/// A row of a price list. Copy it into closures.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct ItemFields {
    /// Tells it from the others, wherever it stands.
    pub(super) id: u32,
    pub(super) name: RwSignal<String>,
    pub(super) units: RwSignal<String>,
}

impl ItemFields {
    pub(super) fn new(draft: ItemDraft) -> Self {
        let id = crate::browser::next_id();
        Self { id, name: RwSignal::new(draft.name), units: RwSignal::new(draft.units) }
    }

    fn draft(self) -> ItemDraft {
        ItemDraft { name: self.name.get(), units: self.units.get() }
    }
}

macro_rules! pool_fields {
    ($($field:ident: $kind:ty,)*) => {
        /// The fields of a pool. Copy it into closures.
        #[derive(Clone, Copy, PartialEq)]
        pub(super) struct PoolFields {
            /// Tells it from the others, wherever it stands.
            pub(super) id: u32,
            /// It was agreed before: it keeps its key and its unit for good.
            pub(super) known: bool,
            $(pub(super) $field: RwSignal<$kind>,)*
            pub(super) items: RwSignal<Vec<ItemFields>>,
            /// What has no field.
            rest: StoredValue<PoolDraft>,
            /// Rows that are added by a press live as long as the pool, seen or not.
            owner: StoredValue<Option<Owner>>,
        }

        impl PoolFields {
            /// Fields that hold `draft`.
            pub(super) fn new(draft: PoolDraft) -> Self {
                let items = draft.items.iter().cloned().map(ItemFields::new).collect();
                Self {
                    id: crate::browser::next_id(),
                    known: !draft.key.is_empty(),
                    $($field: RwSignal::new(draft.$field.clone()),)*
                    items: RwSignal::new(items),
                    rest: StoredValue::new(draft),
                    owner: StoredValue::new(Owner::current()),
                }
            }

            /// What stands in the fields now.
            pub(super) fn draft(self) -> PoolDraft {
                PoolDraft {
                    $($field: self.$field.get(),)*
                    items: self.items.get().into_iter().map(ItemFields::draft).collect(),
                    ..self.rest.get_value()
                }
            }
        }
    };
}
pool_fields! {
    name: String,
    unit: Unit,
    allowance: String,
    partial_rounding: Option<UnitRounding>,
    rolls: bool,
    carry_percent: String,
    cap: CapKind,
    cap_units: String,
    cap_percent: String,
    compounding: bool,
    only_if_renewed: bool,
    lapses: bool,
    max_cycles: String,
    partial_rolls: bool,
    overage: OverageMode,
    rate: String,
    increment: String,
    borrow_cap: String,
    borrow_excess: BorrowExcess,
    hourly_rate: String,
    by_rate_card: bool,
    step: String,
    step_rounding: MinuteRounding,
    notice_hours: String,
    in_time: CancellationOutcome,
    late: CancellationOutcome,
    no_show: CancellationOutcome,
    charge_percent: String,
    makeup_cycles: String,
    refund_at_end: bool,
    levels: String,
}

impl PoolFields {
    /// What it is called.
    pub(super) fn title(self) -> String {
        let name = self.name.with(|name| name.trim().to_owned());
        if name.is_empty() { unit_name(self.unit.get()).to_owned() } else { name }
    }

    /// Adds a row to the price list.
    pub(super) fn add_item(self) {
        if let Some(Some(owner)) = self.owner.try_get_value() {
            let item = owner.with(|| ItemFields::new(ItemDraft::default()));
            self.items.update(|items| items.push(item));
        }
    }

    /// Whether any of the overage is billed at a rate.
    pub(super) fn has_rate(self) -> bool {
        bills(self.overage.get(), self.borrow_excess.get()) && self.unit.get() != Unit::Money
    }
}

/// The JSON pointer of a field of the pool at a place.
pub(super) fn at(place: usize, field: &str) -> &'static str {
    pointer(&format!("/terms/pools/{place}/{field}"))
}

/// The currency that is typed, if it can be one, and its decimals.
#[derive(Clone, Copy)]
pub(super) struct Typed {
    pub(super) currency: Signal<String>,
    pub(super) digits: Signal<u32>,
}

/// What a field of units was read as, or its hint while it is empty or not readable.
pub(super) fn read_units(
    unit: RwSignal<Unit>,
    value: RwSignal<String>,
    typed: Typed,
    hint: fn(Unit) -> &'static str,
) -> Signal<String> {
    Signal::derive(move || {
        let unit = unit.get();
        let read = value.with(|text| read_quantity(unit, text, typed.digits.get()));
        let currency = typed.currency.get();
        match read.filter(|_| unit != Unit::Money || currency.len() == 3) {
            Some(n) => t!(retainers.read_as, value = quantity(unit, &currency, n)),
            None => hint(unit).to_owned(),
        }
    })
}

/// What an amount field was read as.
pub(super) fn read_amount(value: RwSignal<String>, typed: Typed) -> Signal<String> {
    Signal::derive(move || {
        let read = value.with(|text| amount_of(text, typed.digits.get()));
        let currency = typed.currency.get();
        match read.filter(|_| currency.len() == 3) {
            Some(amount_minor) => {
                t!(retainers.read_as, value = money(&Money { amount_minor, currency }))
            }
            None => String::new(),
        }
    })
}
