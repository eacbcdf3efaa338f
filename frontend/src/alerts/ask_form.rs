//! Asking the client for more beyond the limit of a pool, by a link that is told once.
use chrono::{Days, NaiveDate};
use leptos::prelude::*;
use shared::api::{
    ApprovalRequestMade, Contact, ContactId, FieldError, NewApprovalRequest, OverageMode, Page,
};
use shared::rules::ledger::Overage;
use shared::rules::units::Quantity;

use super::asks::{Asking, asked_for, cost, renewed};
use crate::format::{fraction_digits, read_quantity};
use crate::query::use_query;
use crate::requests::link_address;
use crate::session::use_today;
use crate::ui::{
    Button, ButtonLink, Choice, CopyText, Empty, Form, FormActions, FormFaults, Loaded, Select,
    TextArea, TextInput, Variant, keep_on, toast,
};
use crate::{api, t};

/// For so many days an answer is waited for where nobody says another day.
const WAIT: Days = Days::new(3);

/// What the dialog holds; its code is loaded apart.
#[component]
pub(crate) fn AskClientForm() -> impl IntoView {
    let asking: Asking = expect_context();
    let account = asking.retainer.account_id;
    let contacts = use_query(move || api::contacts(account));
    let nobody =
        Memo::new(move |_| contacts.with(|page| page.is_some_and(|page| page.items.is_empty())));
    let made = RwSignal::new(None::<ApprovalRequestMade>);
    let asking = StoredValue::new(asking);
    view! {
        <Loaded of=contacts.standing() rows=6>
            {move || match (made.get(), nobody.get()) {
                (Some(made), _) => view! { <Told made asking=asking.get_value() /> }.into_any(),
                (None, true) => {
                    let href = Signal::stored(format!("/accounts/{account}"));
                    view! {
                        <Empty title=t!(alerts.ask_nobody) about=t!(proposals.no_contact_about)>
                            <ButtonLink href variant=Variant::Primary>
                                {t!(proposals.to_account)}
                            </ButtonLink>
                        </Empty>
                    }
                    .into_any()
                }
                (None, false) => {
                    let people = contacts.get_untracked();
                    view! { <Fields asking=asking.get_value() people made /> }.into_any()
                }
            }}
        </Loaded>
    }
}

/// What is asked, and the link, which is told this once.
#[component]
fn Told(made: ApprovalRequestMade, asking: Asking) -> impl IntoView {
    let back = asking.button();
    let done = Callback::new(move |()| {
        asking.open.set(false);
        keep_on(back.clone());
    });
    let offer = &made.request.offer;
    let once = t!(alerts.ask_once, name = offer.contact_name.as_str());
    view! {
        <div class="form">
            <p class="font-medium num">{asked_for(offer)}</p>
            <p class="note note-ok" role="status">{once}</p>
            <CopyText label=t!(requests.link) text=link_address(&made.token) autofocus=true />
            <div class="form-actions">
                <Button variant=Variant::Primary on_press=done>{t!(common.done)}</Button>
            </div>
        </div>
    }
}

/// Who can answer: those who decide there, or all where nobody is noted as deciding.
fn answering(page: Option<&Page<Contact>>) -> Vec<Choice> {
    let all = page.map(|page| page.items.as_slice()).unwrap_or_default();
    let decided = all.iter().any(|one| one.decides);
    let may = all.iter().filter(|one| one.decides || !decided);
    may.map(|one| Choice::new(one.id.to_string(), one.name.clone())).collect()
}

/// What goes beyond by the terms of the cycle of today; the answer tells what it is in the one that is
/// asked about.
fn overage(asking: &Asking) -> Option<Overage> {
    let retainer = &asking.retainer;
    let terms = retainer.cycle_terms.first().unwrap_or(&retainer.terms);
    let pool = terms.terms.pool(&asking.balance.pool.key)?;
    Some(pool.policy(0).overage).filter(|overage| overage.mode == OverageMode::Ask)
}

#[component]
fn Fields(
    asking: Asking,
    people: Option<Page<Contact>>,
    made: RwSignal<Option<ApprovalRequestMade>>,
) -> impl IntoView {
    let form = Form::new("ask-client");
    let today = use_today().get_untracked();
    let pool = asking.balance.pool.clone();
    let (unit, digits) = (pool.unit, fraction_digits(&pool.currency));
    let choices = answering(people.as_ref());
    let only = match choices.as_slice() {
        [only] => only.value.clone(),
        _ => String::new(),
    };
    let last = asking.balance.ends_on.pred_opt().unwrap_or(today).max(today);
    let usual = today.checked_add_days(WAIT).unwrap_or(today).min(last);
    let (units, contact) = (RwSignal::new(String::new()), RwSignal::new(only));
    let (by, reason) = (RwSignal::new(usual.to_string()), RwSignal::new(String::new()));
    let approved = Quantity(asking.balance.approved.unwrap_or(0));
    let terms = overage(&asking);
    let currency = pool.currency.clone();
    let price = move || {
        let units = units.with(|text| read_quantity(unit, text, digits)).filter(|n| *n > 0)?;
        let amount = terms?.cost_of_more(approved, Quantity(units)).ok()?.0;
        Some(cost(amount, &currency))
    };
    let (id, open, on) = (asking.retainer.id, asking.open, asking.balance.starts_on);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let contact = contact.with_untracked(|id| id.parse::<ContactId>().ok());
        let units = units.with_untracked(|text| read_quantity(unit, text, digits));
        let by = by.with_untracked(|text| text.parse::<NaiveDate>().ok());
        let (Some(contact_id), Some(units), Some(answer_by)) = (contact, units, by) else {
            let missing = [
                ("/units", units.is_none(), "type"),
                ("/contact_id", contact.is_none(), "required"),
                ("/answer_by", by.is_none(), "required"),
            ];
            let missing = missing.into_iter().filter(|(_, missing, _)| *missing);
            return form.refuse(missing.map(|(at, _, code)| FieldError::new(at, code)).collect());
        };
        let reason = reason.get_untracked().trim().to_owned();
        let (pool, on) = (Some(pool.key.clone()), Some(on));
        let body = NewApprovalRequest { pool, on, units, contact_id, answer_by, reason };
        let work = async move |body: NewApprovalRequest| api::ask_client(id, &body).await;
        form.send(body, work, move |told: ApprovalRequestMade| {
            renewed();
            // It was taken back before its address came.
            if told.token.is_empty() {
                open.try_set(false);
                toast(t!(alerts.ask_withdrawn));
                return;
            }
            made.try_set(Some(told));
        });
    };
    let choices = Signal::stored(choices);
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <p class="text-soft">{t!(alerts.ask_about)}</p>
            <TextInput
                form
                at="/units"
                label=t!(alerts.ask_units)
                hint=t!(alerts.units_hint)
                value=units
                autofocus=true
            />
            <p class="num font-medium" aria-live="polite">{price}</p>
            <Select form at="/contact_id" label=t!(alerts.ask_contact) value=contact choices />
            <TextInput
                form
                at="/answer_by"
                label=t!(alerts.answer_by)
                hint=t!(alerts.answer_by_hint)
                kind="date"
                value=by
            />
            <TextArea
                form
                at="/reason"
                label=t!(alerts.reason)
                hint=t!(alerts.ask_reason_hint)
                value=reason
            />
            <FormFaults form />
            <FormActions form open verb=t!(alerts.ask_now) />
        </form>
    }
}
