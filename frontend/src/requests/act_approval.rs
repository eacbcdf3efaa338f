//! What a client is asked to approve beyond a limit, as whoever holds its link reads and answers it.
use leptos::{prelude::*, task::spawn_local};
use shared::api::{
    ActAnswer, ActApproval, ActReceipt, ApprovalOffer, ApprovalRequestState, ErrorCode, Money, Unit,
};

use crate::api::{self, Fault};
use crate::format::{cycle_range, date, day_in_zone, money, quantity, unit_name};
use crate::ui::{
    Button, FaultNote, Form, FormFaults, TextArea, TextInput, Variant, announce_now, focus,
};
use crate::{browser, t};

/// The id of what says how it stands.
const STATE: &str = "approval-state";

/// What is asked for, as a title.
pub(super) fn title(offer: &ApprovalOffer) -> String {
    t!(alerts.act_title, units = said(offer, offer.units))
}

fn said(offer: &ApprovalOffer, units: i64) -> String {
    quantity(offer.unit, &offer.currency, units)
}

#[component]
pub(super) fn AskedFor(approval: ActApproval, token: String) -> impl IntoView {
    let offer = approval.offer.clone();
    let (shown, token) = (RwSignal::new(approval), StoredValue::new(token));
    if shown.with_untracked(waits) {
        super::act::tell_opened(token.get_value());
    }
    let refused = RwSignal::new(None::<Fault>);
    // The form stays while something else of it changes, with what was typed.
    let open = Memo::new(move |_| shown.with(waits));
    view! {
        {move || shown.with(standing)}
        <Question offer />
        <Show when=move || open.get()>
            <SignForm token=token.get_value() shown refused />
        </Show>
        // The form may be gone; why it was refused is still told.
        {move || {
            let told = refused.get().filter(|_| !open.get());
            told.map(|fault| view! { <FaultNote fault /> })
        }}
    }
}

/// It can be answered.
fn waits(of: &ActApproval) -> bool {
    of.state == ApprovalRequestState::Open && !of.expired && !of.overtaken
}

/// What came of it; nothing while it can be answered.
fn standing(of: &ActApproval) -> Option<AnyView> {
    let (offer, today) = (&of.offer, browser::today());
    let name = of.signed.clone().unwrap_or_default();
    let zone = browser::time_zone().unwrap_or_default();
    let day = of.answered_at.map(|at| date(day_in_zone(at, &zone), today)).unwrap_or_default();
    let sender = offer.sender.as_str();
    let (class, words) = match of.state {
        ApprovalRequestState::Open if of.expired => {
            let day = date(offer.answer_by, today);
            ("note note-warn", t!(alerts.act_expired, day = day, sender = sender))
        }
        ApprovalRequestState::Open if of.overtaken => {
            ("note note-warn", t!(alerts.act_overtaken, sender = sender))
        }
        ApprovalRequestState::Open => return None,
        ApprovalRequestState::Approved => {
            let units = said(offer, offer.units);
            ("note note-ok", t!(alerts.act_approved, name = name, day = day, units = units))
        }
        ApprovalRequestState::Declined => ("note", t!(alerts.act_declined, name = name, day = day)),
        ApprovalRequestState::Withdrawn => ("note note-warn", t!(alerts.act_taken_back).to_owned()),
    };
    Some(view! { <p class=class id=STATE role="status" tabindex="-1">{words}</p> }.into_any())
}

/// What is asked, by whom, and what it comes to.
#[component]
fn Question(offer: ApprovalOffer) -> impl IntoView {
    let today = browser::today();
    let asks =
        t!(alerts.act_asks, name = offer.asked_by.as_str(), contact = offer.contact_name.as_str(),);
    let amount = |amount_minor| money(&Money { amount_minor, currency: offer.currency.clone() });
    let row = |label: &str, words: String| {
        view! {
            <tr>
                <th scope="row">{label.to_owned()}</th>
                <td class="end num">{words}</td>
            </tr>
        }
    };
    let pool = offer.pool_name.clone().unwrap_or_else(|| unit_name(offer.unit).to_owned());
    let more = format!("{} ({pool})", t!(alerts.act_more));
    let before = (offer.approved_before > 0)
        .then(|| row(t!(alerts.act_before), said(&offer, offer.approved_before)));
    let price = offer.price_minor.map(|price| match offer.unit {
        Unit::Minutes => t!(alerts.act_price_hour, price = amount(price)),
        _ => t!(alerts.act_price_each, price = amount(price)),
    });
    let price = price.map(|words| row(t!(alerts.act_price), words));
    let billed = offer.amount_minor > 0;
    let costs = match billed {
        true => amount(offer.amount_minor),
        false => t!(alerts.act_nothing).to_owned(),
    };
    let total = offer.total_minor.filter(|total| *total != offer.amount_minor);
    let total = total.map(|total| row(t!(alerts.act_total), amount(total)));
    let tax = match (offer.tax_included, offer.total_minor) {
        _ if !billed => None,
        (Some(true), _) => Some(t!(proposals.tax_included)),
        (Some(false), _) => Some(t!(proposals.tax_added)),
        (None, None) => Some(t!(alerts.act_tax_unsaid)),
        // None is owed.
        (None, Some(_)) => None,
    };
    let period = cycle_range(offer.starts_on, offer.ends_on, today);
    let silence = t!(alerts.act_silence, day = date(offer.answer_by, today));
    view! {
        <p>{asks}</p>
        <p class="req-text font-medium">{offer.reason.clone()}</p>
        <div class="table-wrap">
            <table class="table act-terms">
                <tbody>
                    {row(&more, said(&offer, offer.units))}
                    {before}
                    {row(t!(alerts.act_period), period)}
                    {price}
                    {row(t!(alerts.act_amount), costs)}
                    {total}
                </tbody>
            </table>
        </div>
        {billed.then(|| view! { <p>{t!(alerts.act_billed)}</p> })}
        {tax.map(|words| view! { <p class="text-muted">{words}</p> })}
        <p class="font-medium">{silence}</p>
    }
}

/// Approving or declining what was read: by name, once.
#[component]
fn SignForm(
    token: String,
    shown: RwSignal<ActApproval>,
    refused: RwSignal<Option<Fault>>,
) -> impl IntoView {
    let form = Form::new("approval");
    let (name, text) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let token = StoredValue::new(token);
    let sign = move |accepts: bool| {
        let body = ActAnswer {
            asker_name: Some(name.get_untracked()),
            text: Some(text.get_untracked()).filter(|text| !text.trim().is_empty()),
            accepts: Some(accepts),
            order_number: Some(shown.with_untracked(|approval| approval.offer.number)),
            ..ActAnswer::default()
        };
        let work = async move |body: ActAnswer| api::send_act(&token.get_value(), &body).await;
        form.send(body, work, move |made: ActReceipt| {
            announce_now(t!(requests.answered));
            crate::query::invalidate("/act");
            refused.set(None);
            if let Some(approval) = made.approval {
                shown.set(approval);
                focus(STATE);
            }
        });
    };
    // What was read holds no more: it is shown as it is now, and the refusal stays beside it.
    Effect::new(move |_| {
        let codes = [
            ErrorCode::OfferChanged,
            ErrorCode::OfferHeld,
            ErrorCode::AskAnswered,
            ErrorCode::MayNotDecide,
        ];
        let refusal = form.failure().filter(|fault| codes.iter().any(|code| fault.is(*code)));
        if refusal.is_some() {
            refused.set(refusal);
            spawn_local(async move {
                let now = api::link_seen(&token.get_value()).send().await;
                if let Some(approval) = now.ok().and_then(|act| act.approval) {
                    shown.try_set(approval);
                }
            });
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        sign(true);
    };
    let known = shown.with_untracked(|approval| approval.offer.contact_name.clone());
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <TextInput
                form
                at="/asker_name"
                label=t!(requests.your_name)
                hint=t!(alerts.act_sign_hint, name = known)
                autocomplete="name"
                value=name
            />
            <TextArea form at="/text" label=t!(proposals.message) optional=true value=text />
            <FormFaults form />
            <p class="form-actions">
                <Button submit=true variant=Variant::Primary busy=form.busy()>
                    {t!(alerts.approve)}
                </Button>
                <Button busy=form.busy() on_press=Callback::new(move |()| sign(false))>
                    {t!(requests.decline)}
                </Button>
            </p>
        </form>
    }
}
