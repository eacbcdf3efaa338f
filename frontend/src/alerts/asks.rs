//! What the client was asked to approve beyond the limit of a pool in a cycle, and what they answered.
use leptos::{context::Provider, prelude::*};
use shared::api::{
    ApprovalOffer, ApprovalRequest, ApprovalRequestState, Balance, CycleStatus, Money, Retainer,
};

use crate::format::{date, day_in_zone, money_short, quantity};
use crate::i18n::fault_words;
use crate::query::{self, use_query};
use crate::session::{manages, use_me, use_today};
use crate::ui::{Badge, Button, Dialog, Icon, Lazy, Loaded, Place, Tone, keep_on, toast};
use crate::{api, screens, t};

/// What the dialog is about, for its content, which is loaded later and takes nothing else.
#[derive(Clone)]
pub(super) struct Asking {
    pub(super) balance: Balance,
    pub(super) retainer: Retainer,
    pub(super) open: RwSignal<bool>,
}

impl Asking {
    /// The id of the button that asks: the focus comes back to it.
    pub(super) fn button(&self) -> String {
        format!("ask-client-{}", self.balance.pool.key)
    }
}

/// Reads anew what an answer, or another question, changes.
pub(super) fn renewed() {
    for prefix in ["/retainers", "/cycles", "/explain"] {
        query::invalidate(prefix);
    }
}

/// What was asked of a pool in a cycle, the newest first, and the way to ask while the cycle is open.
#[component]
pub(super) fn Asks(balance: Balance, retainer: Retainer) -> impl IntoView {
    let (id, cycle) = (retainer.id, balance.cycle_id);
    let key = balance.pool.key.clone();
    let all = use_query(move || api::approval_requests(id, &key, cycle));
    let manages = use_me().with_untracked(|me| manages(me.role));
    let may = manages && balance.status == CycleStatus::Open;
    let asking = Asking { balance, retainer, open: RwSignal::new(false) };
    let (open, button) = (asking.open, asking.button());
    // Drawn anew only when one changed.
    let shown = Memo::new(move |_| all.get());
    let back = button.clone();
    let list = move || {
        let items = shown.get().map(|all| all.items).unwrap_or_default();
        let rows = items.into_iter().map(|of| view! { <Asked of may back=back.clone() /> });
        view! { <ul class="stack">{rows.collect_view()}</ul> }.into_any()
    };
    let any = move || shown.with(|all| all.as_ref().is_none_or(|all| !all.items.is_empty()));
    let list = StoredValue::new(list);
    let ask = may.then(|| {
        view! {
            <div>
                <Button
                    id=button
                    small=true
                    icon=icondata::LuSend
                    on_press=Callback::new(move |()| open.set(true))
                >
                    {t!(alerts.ask_client)}
                </Button>
            </div>
            <Provider value=asking.clone()>
                <Dialog open title=t!(alerts.ask_title)>
                    <Lazy load=screens::ask_client place=Place::Dialog />
                </Dialog>
            </Provider>
        }
    });
    view! {
        <Show when=any>
            <Loaded of=all.standing() rows=1>{move || list.with_value(|list| list())}</Loaded>
        </Show>
        {ask}
    }
}

/// How it stands: words, tone and icon.
fn state(of: &ApprovalRequest) -> (&'static str, Tone, Icon) {
    match of.state {
        ApprovalRequestState::Open if of.expired => {
            (t!(alerts.asked_expired), Tone::Warn, icondata::LuHourglass)
        }
        ApprovalRequestState::Open if of.overtaken => {
            (t!(alerts.asked_overtaken), Tone::Warn, icondata::LuHourglass)
        }
        ApprovalRequestState::Open if of.seen_at.is_some() => {
            (t!(alerts.asked_opened), Tone::Plain, icondata::LuEye)
        }
        ApprovalRequestState::Open => (t!(alerts.asked_waiting), Tone::Plain, icondata::LuSend),
        ApprovalRequestState::Approved => (t!(alerts.asked_approved), Tone::Ok, icondata::LuCheck),
        ApprovalRequestState::Declined => (t!(alerts.asked_declined), Tone::Bad, icondata::LuX),
        ApprovalRequestState::Withdrawn => {
            (t!(alerts.asked_withdrawn), Tone::Plain, icondata::LuUndo2)
        }
    }
}

/// What is asked for and what it costs at most.
pub(super) fn asked_for(offer: &ApprovalOffer) -> String {
    let units = quantity(offer.unit, &offer.currency, offer.units);
    format!("{units} · {}", cost(offer.amount_minor, &offer.currency))
}

/// What it costs at most.
pub(super) fn cost(amount_minor: i64, currency: &str) -> String {
    if amount_minor == 0 {
        return t!(alerts.costs_nothing).to_owned();
    }
    let amount = Money { amount_minor, currency: currency.to_owned() };
    t!(alerts.costs_at_most, amount = money_short(&amount))
}

#[component]
fn Asked(of: ApprovalRequest, may: bool, back: String) -> impl IntoView {
    let today = use_today().get_untracked();
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let day = |at| date(day_in_zone(at, &zone), today);
    let (words, tone, icon) = state(&of);
    let (id, number, offer) = (of.id, of.offer.number, &of.offer);
    let about = t!(
        alerts.asked_of,
        name = offer.contact_name.as_str(),
        day = day(of.created_at),
        until = date(offer.answer_by, today),
    );
    let signed = of.signed.as_deref().zip(of.answered_at);
    let signed = signed.map(|(name, at)| t!(alerts.asked_signed, name = name, day = day(at)));
    let takes_back = may && of.state == ApprovalRequestState::Open;
    let busy = RwSignal::new(false);
    let withdraw = Callback::new(move |()| {
        busy.set(true);
        let back = back.clone();
        leptos::task::spawn_local(async move {
            match api::withdraw_approval_request(id).await {
                Ok(_) => toast(t!(alerts.ask_withdrawn)),
                Err(fault) => toast(fault_words(&fault)),
            }
            busy.try_set(false);
            renewed();
            // Its own button goes.
            keep_on(back);
        });
    });
    view! {
        <li class="flex flex-col gap-1">
            <p class="flex flex-wrap items-center gap-2">
                <Badge tone icon>{words}</Badge>
                <span class="font-medium num">{asked_for(offer)}</span>
                {takes_back.then(|| view! {
                    <Button
                        small=true
                        label=t!(alerts.ask_withdraw_one, n = number)
                        busy=busy
                        on_press=withdraw
                    >
                        {t!(alerts.ask_withdraw)}
                    </Button>
                })}
            </p>
            <p class="text-muted">{about}</p>
            <p class="internal-text">{offer.reason.clone()}</p>
            {signed.map(|words| view! { <p class="text-muted">{words}</p> })}
            {of.note.clone().map(|note| view! { <p class="internal-text">{note}</p> })}
        </li>
    }
}
