//! A pool that asks first: what is approved beyond its limit, and the way to approve more.
use leptos::prelude::*;
use shared::api::{
    ApprovalMade, Balance, CycleStatus, FieldError, NewApproval, Retainer, RetainerId,
};

use super::asks::Asks;
use crate::format::{Measure, fraction_digits, read_quantity, typed_quantity};
use crate::query;
use crate::session::{manages, use_me};
use crate::ui::{Button, Dialog, Form, FormFaults, TextArea, TextInput, Variant, toast};
use crate::{api, t};

/// Under the meter of a pool that asks first: what is approved, as the children show it, the way to
/// approve more, and what the client was asked.
#[component]
pub(crate) fn ApprovalLine(
    balance: Balance,
    retainer: Option<Retainer>,
    children: Children,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let manages = use_me().with_untracked(|me| manages(me.role));
    let may = manages && balance.status == CycleStatus::Open;
    let words = match balance.approved {
        Some(1..) => view! { <p>{t!(alerts.approved_beyond)} " " {children()}</p> }.into_any(),
        _ => view! { <p>{t!(alerts.asks)}</p> }.into_any(),
    };
    let id = retainer.as_ref().map(|retainer| retainer.id);
    let asks = retainer.map(|retainer| view! { <Asks balance=balance.clone() retainer /> });
    let button = id.filter(|_| may).map(|retainer| {
        view! {
            <Button small=true on_press=Callback::new(move |()| open.set(true))>
                {t!(alerts.approve)}
            </Button>
            <Dialog open title=t!(alerts.approve_title)>
                <ApproveForm balance=balance.clone() retainer open />
            </Dialog>
        }
    });
    view! {
        <div class="flex flex-wrap items-center gap-2">{words} {button}</div>
        {asks}
    }
}

#[component]
fn ApproveForm(balance: Balance, retainer: RetainerId, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("approve");
    let (unit, digits) = (balance.pool.unit, fraction_digits(&balance.pool.currency));
    let before = balance.approved.filter(|units| *units > 0);
    let units =
        RwSignal::new(before.map(|units| typed_quantity(unit, units, digits)).unwrap_or_default());
    let reason = RwSignal::new(String::new());
    let (pool, on) = (balance.pool.key.clone(), balance.starts_on);
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(units) = read_quantity(unit, &units.get_untracked(), digits) else {
            return form.refuse(vec![FieldError::new("/units", "type")]);
        };
        let body = NewApproval {
            retainer_id: retainer,
            pool: Some(pool.clone()),
            units,
            on: Some(on),
            reason: reason.get_untracked().trim().to_owned(),
        };
        let work = async move |body: NewApproval| api::approve(&body).await;
        form.send(body, work, move |made: ApprovalMade| {
            let units = Measure::of(&made.balance.pool).say(made.approval.units);
            for prefix in ["/retainers", "/cycles", "/explain"] {
                query::invalidate(prefix);
            }
            open.set(false);
            toast(t!(alerts.approved, units = units));
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=send>
            <p class="text-soft">{t!(alerts.approve_about)}</p>
            <TextInput
                form
                at="/units"
                label=t!(alerts.units)
                hint=t!(alerts.units_hint)
                value=units
                autofocus=true
            />
            <TextArea form at="/reason" label=t!(alerts.reason) value=reason />
            <FormFaults form />
            <div class="form-actions">
                <Button on_press=Callback::new(move |()| open.set(false))>
                    {t!(common.cancel)}
                </Button>
                <Button submit=true variant=Variant::Primary keys="mod enter" busy=form.busy()>
                    {t!(alerts.approve_now)}
                </Button>
            </div>
        </form>
    }
}
