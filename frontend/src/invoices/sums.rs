//! What a credit note comes to: without tax, each tax, and the sum.
use leptos::prelude::*;

use super::words::amount;
use crate::t;

/// The sums, all in minor units.
#[component]
pub(super) fn Sums(
    /// Without tax.
    net: i64,
    /// Each tax: its name, its rate in per cent, and how much.
    taxes: Vec<(String, String, i64)>,
    /// Both together.
    total: i64,
    /// ISO 4217.
    currency: String,
) -> impl IntoView {
    let mut rows = vec![(t!(invoices.net).to_owned(), amount(net, &currency))];
    rows.extend(taxes.into_iter().map(|(code, percent, tax)| {
        (t!(invoices.tax_short, code = code, percent = percent), amount(tax, &currency))
    }));
    let rows = rows.into_iter().map(|(label, value)| {
        view! {
            <div class="flex justify-between gap-4">
                <dt class="text-soft">{label}</dt>
                <dd class="num whitespace-nowrap">{value}</dd>
            </div>
        }
    });
    view! {
        <dl class="panel-body flex flex-col gap-1">
            {rows.collect_view()}
            <div class="flex justify-between gap-4 font-semibold">
                <dt>{t!(invoices.total)}</dt>
                <dd class="num whitespace-nowrap">{amount(total, &currency)}</dd>
            </div>
        </dl>
    }
}
