//! What a draft is made of beside the invoice before it: opened in its row.
use leptos::prelude::*;
use shared::api::{InvoiceDifference, InvoicePart, InvoiceSummary};

use super::words::amount;
use crate::browser;
use crate::t;
use crate::ui::{Badge, Tone, icon};

/// What opens the parts of a draft, and the row below it that has them; nothing of the first invoice,
/// and of what is no draft.
pub(super) fn differences(of: &InvoiceSummary) -> (Option<AnyView>, Option<AnyView>) {
    if of.before_minor.is_none() || of.differences.is_empty() {
        return (None, None);
    }
    let open = RwSignal::new(false);
    let id = format!("differences-{}", browser::next_id());
    let name = t!(invoices.differences_of, name = of.account_name.as_str());
    let controls = id.clone();
    let toggle = view! {
        <button
            type="button"
            class="btn btn-ghost btn-sm btn-icon no-print"
            aria-label=name
            aria-expanded=move || if open.get() { "true" } else { "false" }
            aria-controls=controls
            on:click=move |_| open.update(|open| *open = !*open)
        >
            {move || {
                icon(if open.get() { icondata::LuChevronDown } else { icondata::LuChevronRight })
            }}
        </button>
    };
    let (parts, currency) = (of.differences.clone(), of.currency.clone());
    let row = move || {
        open.get().then(|| {
            let (parts, currency) = (parts.clone(), currency.clone());
            view! { <Parts parts currency id=id.clone() /> }
        })
    };
    (Some(toggle.into_any()), Some(row.into_any()))
}

#[component]
fn Parts(parts: Vec<InvoiceDifference>, currency: String, id: String) -> impl IntoView {
    let say =
        |minor: Option<i64>| minor.map_or_else(|| "–".to_owned(), |minor| amount(minor, &currency));
    let row = |of: InvoiceDifference| {
        let mark = match (of.amount_minor, of.before_minor) {
            (Some(_), None) => Some((Tone::Warn, t!(invoices.part_new))),
            (None, Some(_)) => Some((Tone::Warn, t!(invoices.part_gone))),
            _ => None,
        };
        let mark = mark.map(|(tone, words)| view! { <Badge tone>{words}</Badge> });
        let change = match of.difference_minor {
            0 => t!(invoices.same).to_owned(),
            more if more > 0 => format!("+{}", amount(more, &currency)),
            less => amount(less, &currency),
        };
        view! {
            <tr>
                <th scope="row">
                    <span class="flex flex-wrap items-center gap-2">{part(of.part)} {mark}</span>
                </th>
                <td class="num text-end whitespace-nowrap">{say(of.amount_minor)}</td>
                <td class="num text-end whitespace-nowrap">{say(of.before_minor)}</td>
                <td class="num text-end whitespace-nowrap">{change}</td>
            </tr>
        }
    };
    let rows = parts.into_iter().map(row).collect_view();
    view! {
        <tr id=id>
            <td colspan="8">
                <div class="table-wrap w-full">
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col">{t!(invoices.col_part)}</th>
                                <th scope="col" class="text-end">{t!(invoices.col_now)}</th>
                                <th scope="col" class="text-end">{t!(invoices.col_before)}</th>
                                <th scope="col" class="text-end">{t!(invoices.col_difference)}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </td>
        </tr>
    }
}

/// What a part is for.
fn part(of: InvoicePart) -> &'static str {
    match of {
        InvoicePart::Fee => t!(invoices.part_fee),
        InvoicePart::Discount => t!(invoices.part_discount),
        InvoicePart::Correction => t!(invoices.part_correction),
        InvoicePart::Overage => t!(invoices.part_overage),
        InvoicePart::Agreed => t!(invoices.part_agreed),
        InvoicePart::Expense => t!(invoices.part_expense),
        InvoicePart::Manual => t!(invoices.part_manual),
        InvoicePart::Tax => t!(invoices.part_tax),
    }
}
