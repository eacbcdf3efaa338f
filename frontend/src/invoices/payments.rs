//! What was paid of an invoice: each payment with what of it pays this one, and its way back.
use leptos::prelude::*;
use shared::api::{Invoice, InvoiceId, InvoiceState, PaymentKind, PaymentSummary};

use super::pay_back::{RefundForm, ReverseForm};
use super::words::{ANY_YEAR, amount, may_issue, method_words};
use crate::format::date;
use crate::query::{Query, use_query};
use crate::ui::{Button, Dialog, Loaded, Panel};
use crate::{api, t};

/// What a row opens.
#[derive(Clone, Copy)]
struct Doing {
    chosen: RwSignal<Option<PaymentSummary>>,
    refund: RwSignal<bool>,
    reverse: RwSignal<bool>,
}

/// The history, with what is still open.
#[component]
pub(super) fn Payments(id: InvoiceId, invoice: Query<Invoice>) -> impl IntoView {
    let paid = use_query(move || api::payments_of(id));
    let doing = Doing {
        chosen: RwSignal::new(None),
        refund: RwSignal::new(false),
        reverse: RwSignal::new(false),
    };
    let Doing { chosen, refund, reverse } = doing;
    let aside = move || {
        invoice.with(|made| {
            let of = &made?.summary;
            let open = amount(of.balance_minor, &of.currency);
            let issued = of.state == InvoiceState::Issued;
            issued.then(|| view! { <span class="num">{t!(invoices.open_of, amount = open)}</span> })
        })
    };
    let rows = move || paid.with(|page| page.map(|page| page.items.clone()).unwrap_or_default());
    let some = move || paid.with(|page| page.is_some_and(|page| !page.items.is_empty()));
    view! {
        <div class="no-print">
            <Panel title=t!(invoices.payments) aside=aside>
                <Loaded of=paid.standing() rows=2>
                    <Show
                        when=some
                        fallback=|| view! {
                            <p class="panel-body text-soft">{t!(invoices.payments_none)}</p>
                        }
                    >
                        <div class="table-wrap">
                            <table class="table table-cards">
                                <thead>
                                    <tr>
                                        <th scope="col">{t!(common.date)}</th>
                                        <th scope="col">{t!(invoices.method)}</th>
                                        <th scope="col" class="text-end">{t!(invoices.amount)}</th>
                                        <th scope="col">
                                            <span class="sr-only">{t!(invoices.reverse)}</span>
                                        </th>
                                    </tr>
                                </thead>
                                <tbody>
                                    <For
                                        each=rows
                                        key=|one| {
                                            let parts = (one.invoice_minor, one.credit_minor);
                                            (one.id, one.version, parts, one.refunded_minor)
                                        }
                                        let:one
                                    >
                                        <Row one doing />
                                    </For>
                                </tbody>
                            </table>
                        </div>
                    </Show>
                </Loaded>
            </Panel>
        </div>
        <Dialog open=refund title=t!(invoices.refund)>
            {move || chosen.get_untracked().map(|of| view! { <RefundForm of open=refund /> })}
        </Dialog>
        <Dialog open=reverse title=t!(invoices.reverse)>
            {move || chosen.get_untracked().map(|of| view! { <ReverseForm of open=reverse /> })}
        </Dialog>
    }
}

#[component]
fn Row(one: PaymentSummary, doing: Doing) -> impl IntoView {
    let said = |minor: i64| amount(minor, &one.currency);
    let refund = one.kind == PaymentKind::Refund;
    let here = if refund { -one.amount_minor } else { one.invoice_minor.unwrap_or_default() };
    // Of one taken back nothing pays it any more: what it was is told.
    let here = if one.reversed_on.is_some() && !refund { one.amount_minor } else { here };
    let of = (here.abs() != one.amount_minor)
        .then(|| t!(invoices.part_of, amount = said(one.amount_minor)));
    let left =
        (one.credit_minor > 0).then(|| t!(invoices.credit_left, amount = said(one.credit_minor)));
    let back = one.reversed_on.map(|on| {
        let reason = one.reverse_reason.clone().unwrap_or_default();
        t!(invoices.reversed, day = date(on, ANY_YEAR), reason = reason)
    });
    let how = if refund {
        format!("{} · {}", t!(invoices.refund_name), method_words(one.method))
    } else {
        method_words(one.method).to_owned()
    };
    let below = [one.reference.clone(), one.note.clone(), back];
    let below = below.into_iter().flatten().map(small).collect_view();
    let bank = one.bank_import_id.filter(|_| may_issue().with_untracked(Option::is_none));
    let bank = bank.map(|id| {
        view! {
            <a class="link block text-xs" href=format!("/bank/{id}")>{t!(bank.payment_from)}</a>
        }
    });
    let figures = [of, left].into_iter().flatten().map(small).collect_view();
    let stands = one.reversed_on.is_none();
    let kept = StoredValue::new(one.clone());
    let press = move |open: RwSignal<bool>| {
        Callback::new(move |()| {
            doing.chosen.set(Some(kept.get_value()));
            open.set(true);
        })
    };
    let reason = may_issue();
    // One that was paid back in part stays: the refund is taken back first.
    let reverse = (stands && one.refunded_minor == 0).then(|| {
        let on_press = press(doing.reverse);
        view! { <Button small=true reason on_press>{t!(invoices.reverse)}</Button> }
    });
    let pay_back = (one.credit_minor > 0).then(|| {
        let on_press = press(doing.refund);
        view! { <Button small=true reason on_press>{t!(invoices.refund)}</Button> }
    });
    view! {
        <tr>
            <th scope="row" class="text-start font-normal whitespace-nowrap">
                {date(one.paid_on, ANY_YEAR)}
            </th>
            <td data-label=t!(invoices.method) class="break-words">
                <span>{how} {below} {bank}</span>
            </td>
            <td data-label=t!(invoices.amount) class="num text-end whitespace-nowrap">
                <span class:line-through=!stands>{said(here)}</span>
                {figures}
            </td>
            <td>
                <div class="flex flex-wrap justify-end gap-2">{pay_back} {reverse}</div>
            </td>
        </tr>
    }
}

fn small(words: String) -> impl IntoView {
    view! { <span class="block text-xs text-muted">{words}</span> }
}
