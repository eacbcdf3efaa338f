//! What was bought and never used of a retainer that has ended: paid back by credit notes.
use leptos::prelude::*;
use shared::api::{Money, NewPurchaseRefund, PurchasesRefunded, Retainer, RetainerState, Role};

use super::page::Shown;
use crate::format::{list, money};
use crate::query;
use crate::session::use_me;
use crate::ui::{Button, Form, FormFaults, icon, toast};
use crate::{api, t};

/// What of bought units is paid back, without tax; none if nothing is.
pub(super) fn owed(retainer: &Retainer) -> Option<String> {
    let currency = retainer.terms.terms.price.currency.clone();
    let amount = Money { amount_minor: retainer.refund_minor, currency };
    (amount.amount_minor > 0).then(|| money(&amount))
}

/// Says what is owed once the retainer has ended, and writes the credit notes.
#[component]
pub(super) fn RefundNote(shown: Shown) -> impl IntoView {
    let role = use_me().with_untracked(|me| me.role);
    let may = matches!(role, Role::Owner | Role::Admin | Role::Finance);
    let form = Form::new("refund");
    let pay = Callback::new(move |()| {
        let Some(id) = shown.retainer.get_untracked().map(|retainer| retainer.id) else { return };
        let body = NewPurchaseRefund { reason: t!(retainers.refund_reason).to_owned() };
        let work = async move |body: NewPurchaseRefund| api::refund_purchases(id, &body).await;
        form.send(body, work, |refunded: PurchasesRefunded| {
            let notes = refunded.credit_notes.into_iter().map(|note| note.number);
            let numbers: Vec<String> = notes.collect();
            toast(t!(retainers.refund_paid, numbers = list(&numbers)));
            for prefix in ["/retainers", "/invoices", "/credit-notes", "/accounts"] {
                query::invalidate(prefix);
            }
        });
    });
    let amount = Memo::new(move |_| {
        shown.retainer.with(|retainer| {
            retainer.filter(|retainer| retainer.state == RetainerState::Ended).and_then(owed)
        })
    });
    move || {
        let amount = amount.get()?;
        Some(view! {
            <div class="note no-print">
                {icon(icondata::LuUndo2)}
                <div class="note-words">
                    <p>{t!(retainers.refund_owed, amount = amount)}</p>
                    <FormFaults form />
                </div>
                {may.then(|| view! {
                    <Button busy=form.busy() on_press=pay>{t!(retainers.refund_pay)}</Button>
                })}
            </div>
        })
    }
}
