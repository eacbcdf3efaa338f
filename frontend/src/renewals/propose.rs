//! Offering the next term to somebody at the client, by a link that is told once.
use leptos::prelude::*;
use shared::api::{AccountId, NewProposal, ProposalId, ProposalMade, Renewal, Retainer};

use super::outcome::{PRICE, terms_of};
use super::proposal_draft::{ALLOWANCE, Draft, Reads, answering, last_to_decide};
use super::proposal_mail::Mailing;
use super::proposals::PROPOSE;
use super::words;
use crate::format::{date, money_short, quantity, unit_name};
use crate::requests::link_address;
use crate::session::use_today;
use crate::ui::{
    Button, ButtonLink, Choice, CopyText, Empty, Form, FormActions, FormFaults, Loaded, Select,
    TextArea, TextInput, Variant, keep_on, toast,
};
use crate::{api, t};

#[component]
pub(super) fn ProposeForm(
    renewal: Renewal,
    open: RwSignal<bool>,
    mailing: Mailing,
) -> impl IntoView {
    let (reads, standing) = Reads::of(&renewal);
    let account = renewal.account_id;
    let renewal = StoredValue::new(renewal);
    let nobody = Memo::new(move |_| {
        reads.contacts.with(|page| page.is_some_and(|page| page.items.is_empty()))
    });
    let made = RwSignal::new(None::<Made>);
    view! {
        <Loaded of=standing rows=8>
            {move || match (made.get(), nobody.get()) {
                (Some(made), _) => view! { <Told made open mailing /> }.into_any(),
                (None, true) => view! { <Nobody account /> }.into_any(),
                (None, false) => reads
                    .retainer
                    .get_untracked()
                    .map(|first| {
                        let renewal = renewal.get_value();
                        view! { <Fields renewal reads first made open /> }
                    })
                    .into_any(),
            }}
        </Loaded>
    }
}

/// Nobody is known there who could answer.
#[component]
fn Nobody(account: AccountId) -> impl IntoView {
    let href = Signal::stored(format!("/accounts/{account}"));
    view! {
        <Empty title=t!(proposals.no_contact) about=t!(proposals.no_contact_about)>
            <ButtonLink href variant=Variant::Primary>{t!(proposals.to_account)}</ButtonLink>
        </Empty>
    }
}

/// What was made: the address of its link, and who gets it.
#[derive(Clone)]
struct Made {
    id: ProposalId,
    link: String,
    name: String,
}

/// The link, which is told this once; or a mail with another.
#[component]
fn Told(made: Made, open: RwSignal<bool>, mailing: Mailing) -> impl IntoView {
    let Made { id, link, name } = made;
    let send = Callback::new(move |()| {
        open.set(false);
        mailing.begin(id, false);
    });
    let done = Callback::new(move |()| {
        open.set(false);
        // The panel behind was drawn anew.
        keep_on(PROPOSE.to_owned());
    });
    view! {
        <div class="form">
            <p class="note note-ok" role="status">{t!(proposals.once, name = name)}</p>
            <CopyText label=t!(requests.link) text=link autofocus=true />
            <div class="form-actions">
                <Button icon=icondata::LuMail on_press=send>{t!(proposals.send)}</Button>
                <Button variant=Variant::Primary on_press=done>{t!(common.done)}</Button>
            </div>
        </div>
    }
}

#[component]
fn Fields(
    renewal: Renewal,
    reads: Reads,
    first: Retainer,
    made: RwSignal<Option<Made>>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let form = Form::new("propose");
    let today = use_today().get_untracked();
    let draft = Draft::of(&renewal, reads, &first, today);
    let id = renewal.id;
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = match draft.read() {
            Ok(body) => body,
            Err(faults) => return form.refuse(faults),
        };
        let work = async move |body: NewProposal| api::propose(id, &body).await;
        form.send(body, work, move |told: ProposalMade| {
            words::renewed();
            // It was taken back before its address came.
            if told.token.is_empty() {
                open.try_set(false);
                toast(t!(proposals.withdraw_done));
                return;
            }
            let (id, name) = (told.proposal.id, told.proposal.offer.contact_name);
            made.try_set(Some(Made { id, link: link_address(&told.token), name }));
        });
    };
    let people = Signal::derive(move || {
        let people = reads.contacts.with(answering).into_iter();
        people.map(|one| Choice::new(one.id.to_string(), one.name)).collect::<Vec<_>>()
    });
    let decided = reads.contacts.get_untracked();
    let decided = decided.is_some_and(|page| page.items.iter().any(|one| one.decides));
    let who = if decided { t!(proposals.contact_decides) } else { t!(proposals.contact_any) };
    let term = date(last_to_decide(&renewal), today);
    let terms = terms_of(&first);
    let currency = terms.price.currency.clone();
    let price_hint = t!(proposals.before, value = money_short(&terms.price));
    let allowance = draft.pool.map(|(unit, before)| {
        let name = terms.pools.first().and_then(|pool| pool.name.clone());
        let name = name.unwrap_or_else(|| unit_name(unit).to_owned());
        let hint = t!(proposals.before, value = quantity(unit, &currency, before));
        view! {
            <TextInput
                form
                at=ALLOWANCE
                label=t!(proposals.allowance, pool = name)
                hint
                value=draft.allowance
            />
        }
    });
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <p class="text-soft">{t!(proposals.about)}</p>
            <Select
                form
                at="/contact_id"
                label=t!(proposals.contact)
                value=draft.contact
                choices=people
                hint=who
            />
            <TextArea
                form
                at="/intro"
                label=t!(proposals.intro)
                value=draft.intro
                optional=true
            />
            <TextArea
                form
                at="/lines"
                label=t!(renewals.brief)
                hint=t!(proposals.lines_hint)
                value=draft.lines
                optional=true
                rows=8
            />
            <div class="form-pair">
                <TextInput
                    form
                    at=PRICE
                    label=t!(renewals.price, currency = currency)
                    hint=price_hint
                    inputmode="decimal"
                    value=draft.price
                />
                {allowance}
            </div>
            <div class="form-pair">
                <TextInput
                    form
                    at="/ends_on"
                    label=t!(proposals.last_day)
                    hint=t!(proposals.last_day_hint, day = term)
                    kind="date"
                    value=draft.last
                    optional=true
                />
                <TextInput
                    form
                    at="/valid_until"
                    label=t!(proposals.valid)
                    hint=t!(proposals.valid_hint, day = term)
                    kind="date"
                    value=draft.valid
                />
            </div>
            <FormFaults form />
            <FormActions form open verb=t!(proposals.save) />
        </form>
    }
}
