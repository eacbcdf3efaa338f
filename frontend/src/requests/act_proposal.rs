//! A proposal for the next term, as whoever holds its link reads and signs it.
//! Source: requirement S2-21.
use leptos::{prelude::*, task::spawn_local};
use shared::api::{
    ActAnswer, ActProposal, ActReceipt, ErrorCode, Language, ProposalOffer, ProposalState,
    ProposedPool,
};

use crate::api::{self, Fault};
use crate::format::{cycle_range, date, day_in_zone, money, quantity, unit_name};
use crate::retainers::words::every;
use crate::ui::{
    Button, FaultNote, Form, FormFaults, TextArea, TextInput, Variant, announce_now, focus,
};
use crate::{browser, t};

/// The id of what says how it stands.
const STATE: &str = "proposal-state";

#[component]
pub(super) fn Proposed(proposal: ActProposal, token: String) -> impl IntoView {
    let offer = proposal.offer.clone();
    let (shown, token) = (RwSignal::new(proposal), StoredValue::new(token));
    let refused = RwSignal::new(None::<Fault>);
    if shown.with_untracked(|proposal| proposal.state == ProposalState::Open) {
        super::act::tell_opened(token.get_value());
    }
    // The form stays while something else of it changes, with what was typed.
    let open = Memo::new(move |_| {
        shown.with(|proposal| proposal.state == ProposalState::Open && !proposal.over)
    });
    view! {
        {move || shown.with(standing)}
        <Offer offer />
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

/// What came of it; nothing while it can be answered.
fn standing(proposal: &ActProposal) -> Option<AnyView> {
    let name = proposal.signed.clone().unwrap_or_default();
    let zone = browser::time_zone().unwrap_or_default();
    let day = proposal.answered_at.map(|at| date(day_in_zone(at, &zone), browser::today()));
    let day = day.unwrap_or_default();
    let (class, words) = match proposal.state {
        ProposalState::Open if proposal.over => ("note note-warn", t!(proposals.over).to_owned()),
        ProposalState::Open => return None,
        ProposalState::Accepted => {
            ("note note-ok", t!(proposals.accepted_by, name = name, day = day))
        }
        ProposalState::Declined => ("note", t!(proposals.declined_by, name = name, day = day)),
        ProposalState::Withdrawn => ("note note-warn", t!(proposals.taken_back).to_owned()),
    };
    Some(view! { <p class=class id=STATE role="status" tabindex="-1">{words}</p> }.into_any())
}

/// What is offered.
#[component]
fn Offer(offer: ProposalOffer) -> impl IntoView {
    let today = browser::today();
    let lang = match offer.language {
        Language::En => "en",
        Language::De => "de",
    };
    let intro = offer.intro.iter().flat_map(|intro| intro.split("\n\n").map(str::to_owned));
    let intro = intro.map(|text| view! { <p class="req-text" lang=lang>{text}</p> });
    let intro = intro.collect_view();
    let lines = (!offer.lines.is_empty()).then(|| {
        let rows = offer.lines.iter().cloned().map(|line| view! { <li>{line}</li> });
        view! {
            <section class="act-part">
                <h2 class="know-part">{t!(renewals.brief)}</h2>
                <ul class="know-list" lang=lang>{rows.collect_view()}</ul>
            </section>
        }
    });
    let term = match offer.ends_on {
        Some(end) => t!(proposals.term, days = cycle_range(offer.starts_on, end, today)),
        None => t!(proposals.term_open, day = date(offer.starts_on, today)),
    };
    let later = (offer.terms_from != offer.starts_on).then(|| {
        let day = date(offer.terms_from, today);
        view! { <p>{t!(proposals.terms_from, day = day)}</p> }
    });
    let tax = offer.tax_included.map(|included| match included {
        true => t!(proposals.tax_included),
        false => t!(proposals.tax_added),
    });
    let tax = tax.map(|words| view! { <p class="text-muted">{words}</p> });
    let valid = t!(proposals.valid_until, day = date(offer.valid_until, today));
    view! {
        {intro}
        {lines}
        <Compared offer />
        {tax}
        <p>{term}</p>
        {later}
        <p class="font-medium">{valid}</p>
    }
}

/// What a cycle costs and brings, until then and from then on.
#[component]
fn Compared(offer: ProposalOffer) -> impl IntoView {
    let row = |label: String, before: String, after: String| {
        view! {
            <tr>
                <th scope="row">{label}</th>
                <td class="end num">{before}</td>
                <td class="end num">{after}</td>
            </tr>
        }
    };
    let units = |pool: &ProposedPool, n: Option<i64>| {
        let say = |n| quantity(pool.unit, &offer.price.currency, n);
        n.map_or_else(|| "–".to_owned(), say)
    };
    let pools = offer.pools.iter().map(|pool| {
        let name = pool.name.clone().unwrap_or_else(|| unit_name(pool.unit).to_owned());
        row(name, units(pool, pool.before), units(pool, pool.after))
    });
    let pools = pools.collect_view();
    let (before, after) = (money(&offer.price_before), money(&offer.price));
    let price = format!("{} {}", t!(proposals.price), every(offer.interval));
    view! {
        <div class="table-wrap">
            <table class="table act-terms">
                <thead>
                    <tr>
                        <th scope="col">{t!(proposals.cycle)}</th>
                        <th scope="col" class="end">{t!(proposals.until_then)}</th>
                        <th scope="col" class="end">{t!(proposals.next_term)}</th>
                    </tr>
                </thead>
                <tbody>
                    {row(price, before, after)}
                    {pools}
                </tbody>
            </table>
        </div>
    }
}

/// Accepting or declining what was read: by name, once.
#[component]
fn SignForm(
    token: String,
    shown: RwSignal<ActProposal>,
    refused: RwSignal<Option<Fault>>,
) -> impl IntoView {
    let form = Form::new("proposal");
    let (name, text) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let token = StoredValue::new(token);
    let sign = move |accepts: bool| {
        let body = ActAnswer {
            asker_name: Some(name.get_untracked()),
            text: Some(text.get_untracked()).filter(|text| !text.trim().is_empty()),
            accepts: Some(accepts),
            order_number: Some(shown.with_untracked(|proposal| proposal.offer.number)),
            ..ActAnswer::default()
        };
        let work = async move |body: ActAnswer| api::send_act(&token.get_value(), &body).await;
        form.send(body, work, move |made: ActReceipt| {
            announce_now(t!(requests.answered));
            crate::query::invalidate("/act");
            refused.set(None);
            if let Some(proposal) = made.proposal {
                shown.set(proposal);
                focus(STATE);
            }
        });
    };
    // What was read holds no more: it is shown as it is now, and the refusal stays beside it.
    Effect::new(move |_| {
        let codes = [
            ErrorCode::OfferChanged,
            ErrorCode::OfferHeld,
            ErrorCode::ProposalAnswered,
            ErrorCode::RenewalDecided,
            ErrorCode::RetainerEnded,
            ErrorCode::MayNotDecide,
        ];
        let refusal = form.failure().filter(|fault| codes.iter().any(|code| fault.is(*code)));
        if refusal.is_some() {
            refused.set(refusal);
            spawn_local(async move {
                let now = api::link_seen(&token.get_value()).send().await;
                if let Some(proposal) = now.ok().and_then(|act| act.proposal) {
                    shown.try_set(proposal);
                }
            });
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        sign(true);
    };
    let known = shown.with_untracked(|proposal| proposal.offer.contact_name.clone());
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <TextInput
                form
                at="/asker_name"
                label=t!(requests.your_name)
                hint=t!(proposals.sign_hint, name = known)
                autocomplete="name"
                value=name
            />
            <TextArea form at="/text" label=t!(proposals.message) optional=true value=text />
            <FormFaults form />
            <p class="form-actions">
                <Button submit=true variant=Variant::Primary busy=form.busy()>
                    {t!(requests.accept)}
                </Button>
                <Button busy=form.busy() on_press=Callback::new(move |()| sign(false))>
                    {t!(requests.decline)}
                </Button>
            </p>
        </form>
    }
}
