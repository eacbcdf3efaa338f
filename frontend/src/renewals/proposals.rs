//! What was offered for the next term of a retainer, and what the client answered.
use std::time::Duration;

use leptos::prelude::*;
use shared::api::{Proposal, ProposalState, Renewal};

use super::proposal_mail::{Mailing, Mails, arrived, on_its_way};
use super::words;
use crate::format::{date, day_in_zone, money_short};
use crate::i18n::fault_words;
use crate::query::use_query;
use crate::session::{manages, use_me, use_today};
use crate::ui::{Badge, Button, Form, FormFaults, Loaded, keep_on, toast};
use crate::{api, browser, t};

/// The id of the button that proposes: the focus comes back to it.
pub(super) const PROPOSE: &str = "propose-renewal";

/// How often it is looked whether a mail that is handed over has left.
const LOOKS: Duration = Duration::from_secs(5);

/// Those of a renewal, the newest first, and the way to another.
#[component]
pub(super) fn Offers(
    renewal: Renewal,
    proposing: RwSignal<bool>,
    mailing: Mailing,
) -> impl IntoView {
    let (id, today) = (renewal.id, use_today().get_untracked());
    let all = use_query(move || api::proposals(id));
    // It leaves by itself, and nobody here does anything that would tell.
    let looks = move || {
        if all.get_untracked().is_some_and(|all| all.items.iter().any(on_its_way)) {
            all.refetch();
        }
    };
    if let Ok(looking) = set_interval_with_handle(looks, LOOKS) {
        on_cleanup(move || looking.clear());
    }
    let may = use_me().with_untracked(|me| manages(me.role));
    let needs = (!may).then(|| t!(renewals.needs_role).to_owned());
    // What has ended goes on as another retainer, and what is accepted is so before the next term.
    let over = renewal.ended.then(|| t!(renewals.over).to_owned());
    let late = (renewal.due_on <= today).then(|| t!(proposals.late).to_owned());
    let reason = needs.or(over).or(late);
    let open = renewal.outcome.is_none();
    let press = Callback::new(move |()| proposing.set(true));
    // Drawn anew only when one changed.
    let shown = Memo::new(move |_| all.get());
    let list = move || {
        let items = shown.get().map(|all| all.items).unwrap_or_default();
        if items.is_empty() {
            return view! { <p class="text-muted">{t!(proposals.none)}</p> }.into_any();
        }
        let rows = items.into_iter().map(|proposal| view! { <Offer proposal may mailing /> });
        view! { <ul class="stack">{rows.collect_view()}</ul> }.into_any()
    };
    view! {
        <section class="stack">
            <h3 class="know-part">{t!(proposals.title)}</h3>
            <Loaded of=all.standing() rows=2>{list}</Loaded>
            {open
                .then(|| {
                    view! {
                        <div>
                            <Button id=PROPOSE icon=icondata::LuSend reason on_press=press>
                                {t!(proposals.make)}
                            </Button>
                        </div>
                    }
                })}
        </section>
    }
}

#[component]
fn Offer(proposal: Proposal, may: bool, mailing: Mailing) -> impl IntoView {
    let today = use_today().get_untracked();
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let day = |at| date(day_in_zone(at, &zone), today);
    let (state, tone, icon) = words::proposal_state(&proposal);
    let open = proposal.state == ProposalState::Open;
    let (number, offer) = (proposal.offer.number, &proposal.offer);
    let head = format!("{} · {}", t!(proposals.one, n = number), money_short(&offer.price));
    let until = date(offer.valid_until, today);
    let about = t!(proposals.for_until, name = offer.contact_name.as_str(), day = until);
    let seen = match proposal.seen_at {
        Some(at) => Some(t!(proposals.seen, day = day(at))),
        None => open.then(|| t!(proposals.unseen).to_owned()),
    };
    let signed = proposal.signed.as_deref().zip(proposal.answered_at);
    let signed = signed.map(|(name, at)| t!(proposals.signed, name = name, day = day(at)));
    let told: Vec<String> = seen.into_iter().chain(signed).collect();
    let note = proposal.note.clone();
    let mails = proposal.mails.clone();
    view! {
        <li class="know-input">
            <p class="flex flex-wrap items-center gap-2">
                <Badge tone icon>{state}</Badge>
                <span class="font-medium num">{head}</span>
            </p>
            <p>{about}</p>
            {(!told.is_empty()).then(|| view! { <p class="text-muted">{told.join(" · ")}</p> })}
            {note.map(|note| view! { <p class="internal-text">{note}</p> })}
            {(!mails.is_empty()).then(|| view! { <Mails mails /> })}
            <Ways proposal may mailing />
        </li>
    }
}

/// Its paper; and while it is open, sending it and the way back.
#[component]
fn Ways(proposal: Proposal, may: bool, mailing: Mailing) -> impl IntoView {
    let form = Form::new("proposal-paper");
    let (id, number) = (proposal.id, proposal.offer.number);
    let open = proposal.state == ProposalState::Open;
    let file = format!("{} {}.pdf", t!(proposals.one, n = number), proposal.offer.client);
    let save = Callback::new(move |()| {
        let file = file.clone();
        let work = async move { api::download_bytes(&format!("/proposals/{id}/pdf")).await };
        form.run(work, move |bytes: Vec<u8>| {
            browser::save_bytes(&file, "application/pdf", &bytes);
        });
    });
    let busy = RwSignal::new(false);
    let withdraw = Callback::new(move |()| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            match api::withdraw_proposal(id).await {
                Ok(_) => toast(t!(proposals.withdraw_done)),
                Err(fault) => toast(fault_words(&fault)),
            }
            busy.try_set(false);
            words::renewed();
            // Its own button goes.
            keep_on(PROPOSE.to_owned());
        });
    });
    let reason = (!may).then(|| t!(renewals.needs_role).to_owned());
    let sends = (open && !proposal.expired).then(|| {
        view! { <SendButton proposal=proposal.clone() reason=reason.clone() mailing /> }
    });
    view! {
        <FormFaults form />
        <div class="flex flex-wrap gap-2">
            {sends}
            <Button
                small=true
                icon=icondata::LuDownload
                label=t!(proposals.pdf_of, n = number)
                busy=form.busy()
                on_press=save
            >
                {t!(invoices.pdf)}
            </Button>
            {open
                .then(|| {
                    view! {
                        <Button
                            small=true
                            label=t!(proposals.withdraw_one, n = number)
                            reason
                            busy=busy
                            on_press=withdraw
                        >
                            {t!(proposals.withdraw)}
                        </Button>
                    }
                })}
        </div>
    }
}

/// Sends it by mail; once it has arrived, reminds of it.
#[component]
fn SendButton(proposal: Proposal, reason: Option<String>, mailing: Mailing) -> impl IntoView {
    let (id, number, reminds) = (proposal.id, proposal.offer.number, arrived(&proposal));
    let waits = on_its_way(&proposal).then(|| t!(proposals.sending).to_owned());
    let (words, label) = match reminds {
        true => (t!(proposals.remind), t!(proposals.remind_one, n = number)),
        false => (t!(proposals.send), t!(proposals.send_one, n = number)),
    };
    let press = Callback::new(move |()| mailing.begin(id, reminds));
    view! {
        <Button
            small=true
            icon=icondata::LuMail
            label=label
            reason=reason.or(waits)
            on_press=press
        >
            {words}
        </Button>
    }
}
