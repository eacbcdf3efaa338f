//! What is live: the balance, the next invoice, the way in of the client, and what comes next.
use leptos::prelude::*;
use shared::api::{AccountId, InvoiceState, PortalLinkMade, Retainer, RetainerId, RetainerState};

use super::plan::Invited;
use crate::format::{date, moment, money, pool_name};
use crate::meter::{Meter, MeterSize, sentence};
use crate::query::{Query, use_query};
use crate::retainers::retainer_href;
use crate::session::{use_me, use_today};
use crate::shell::Area;
use crate::ui::{
    Button, ButtonLink, CopyText, Form, FormFaults, Loaded, PageHeader, Panel, Variant,
};
use crate::{api, browser, t};

#[component]
pub(super) fn Live(
    account: AccountId,
    retainer: RetainerId,
    invited: RwSignal<Option<Invited>>,
) -> impl IntoView {
    let shown = use_query(move || api::retainer(retainer));
    let title = Signal::derive(move || {
        shown.with(|shown| match shown {
            None => t!(common.retainer).to_owned(),
            Some(one) if one.state == RetainerState::Active => {
                t!(first.live, name = one.name.as_str())
            }
            Some(one) => t!(first.not_live, name = one.name.as_str()),
        })
    });
    let about = Signal::derive(move || shown.with(|shown| Some(shown?.account_name.clone())));
    let href = retainer_href(account, retainer);
    view! {
        <PageHeader title area=Area::Today about>
            <ButtonLink href=href variant=Variant::Primary>{t!(first.open_retainer)}</ButtonLink>
        </PageHeader>
        <div class="page">
            <div class="stack max-w-3xl">
                <Panel title=t!(portal_access.balance)>
                    <Loaded of=shown.standing() rows=3><Balance shown /></Loaded>
                </Panel>
                <Panel title=t!(first.invoice)>
                    <NextInvoice account retainer shown />
                </Panel>
                <Panel title=t!(portal_access.title)>
                    <WayIn account invited />
                </Panel>
                <Next account retainer />
            </div>
        </div>
    }
}

#[component]
fn Balance(shown: Query<Retainer>) -> impl IntoView {
    let pools = move || {
        let one = shown.get()?;
        let several = one.balances.len() > 1;
        let open = (one.state == RetainerState::Setup).then(|| {
            view! { <p class="note">{t!(retainers.setup_first)}</p> }
        });
        let pool = one.balances.into_iter().map(|balance| {
            let name = several
                .then(|| view! { <h3 class="font-semibold">{pool_name(&balance.pool)}</h3> });
            let words = sentence(&balance);
            view! {
                {name}
                <p class="hero-sentence">{words}</p>
                <Meter balance size=MeterSize::Hero />
            }
        });
        let pools = pool.collect_view();
        Some(view! { {open} {pools} })
    };
    view! { <div class="panel-body hero">{pools}</div> }
}

/// The first invoice, or the day on which it comes. What it then comes to is the server's to say: a
/// cycle in part and taxes change it.
#[component]
fn NextInvoice(account: AccountId, retainer: RetainerId, shown: Query<Retainer>) -> impl IntoView {
    let today = use_today();
    let billing = use_query(move || api::retainer_billing(retainer));
    let last = use_query(move || api::last_invoice_of(retainer));
    let words = move || {
        let day = |on| date(on, today.get());
        let drafted = last.with(|page| page?.items.first().cloned());
        if let Some(one) = drafted {
            let amount = money(&shared::api::Money {
                amount_minor: one.total_minor,
                currency: one.currency.clone(),
            });
            let said = match one.state {
                InvoiceState::Draft => {
                    t!(first.drafted, day = day(one.issue_on), amount = amount)
                }
                _ => t!(first.issued, day = day(one.issue_on), amount = amount),
            };
            let href = format!("/invoices/{}", one.id);
            return view! {
                <p>{said}</p>
                <p><a class="link" href=href>{t!(first.open_invoice)}</a></p>
            }
            .into_any();
        }
        let fee = shown.with(|shown| Some(money(&shown?.terms.terms.cycle_fee())));
        let next = billing.with(|billing| billing?.next_on).zip(fee);
        match next {
            Some((on, amount)) => {
                let said = t!(first.due, day = day(on), amount = amount);
                view! { <p>{said}</p> }.into_any()
            }
            None => {
                let href = format!("{}/billing", retainer_href(account, retainer));
                view! {
                    <p>{t!(invoices.next_none)}</p>
                    <p><a class="link" href=href>{t!(invoices.billing)}</a></p>
                }
                .into_any()
            }
        }
    };
    let words = StoredValue::new(words);
    view! {
        <Loaded of=billing.standing() rows=2>
            <Loaded of=last.standing() rows=2>
                <div class="panel-body stack">{move || words.with_value(|words| words())}</div>
            </Loaded>
        </Loaded>
    }
}

/// The link of who was invited, where nobody mails it, and the portal as they see it.
#[component]
fn WayIn(account: AccountId, invited: RwSignal<Option<Invited>>) -> impl IntoView {
    let form = Form::new("view");
    let blocked = RwSignal::new(None::<String>);
    let look = Callback::new(move |()| {
        blocked.set(None);
        form.run(api::preview_portal(account), move |made: PortalLinkMade| {
            let Some(token) = made.token else { return };
            let address = entrance(&token);
            if !browser::open_tab(&address) {
                blocked.try_set(Some(address));
            }
        });
    });
    let by_hand = move || {
        blocked.get().map(|href| {
            view! {
                <p class="note" role="status">
                    {t!(portal_access.blocked)} " "
                    <a class="link" href=href target="_blank" rel="noreferrer">
                        {t!(portal_access.open_view)}
                    </a>
                </p>
            }
        })
    };
    view! {
        <div class="panel-body stack">
            {move || link(invited.get())}
            <FormFaults form />
            {by_hand}
            <div class="flex flex-wrap gap-2">
                <Button icon=icondata::LuEye busy=form.busy() on_press=look>
                    {t!(portal_access.view_as_client)}
                </Button>
                <ButtonLink href=format!("/accounts/{account}/portal")>
                    {t!(first.who_reads)}
                </ButtonLink>
            </div>
        </div>
    }
}

fn entrance(token: &str) -> String {
    let origin = window().location().origin().unwrap_or_default();
    format!("{origin}/portal/enter/{token}")
}

fn link(invited: Option<Invited>) -> AnyView {
    match invited {
        Some(Invited { name, token: Some(token), until, .. }) => {
            let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
            let until = moment(until, &zone, use_today().get_untracked());
            let told = t!(portal_access.told, name = name.as_str(), until = until);
            view! {
                <p class="note note-ok" role="status">{told}</p>
                <CopyText label=t!(portal_access.link_for, name = name) text=entrance(&token) />
            }
            .into_any()
        }
        Some(Invited { name, by_mail: true, .. }) => {
            view! { <p>{t!(portal_access.invited, name = name)}</p> }.into_any()
        }
        // A link that a try before told is told no more: another is made where one invites.
        _ => view! { <p class="text-soft">{t!(first.link_elsewhere)}</p> }.into_any(),
    }
}

#[component]
fn Next(account: AccountId, retainer: RetainerId) -> impl IntoView {
    let home = retainer_href(account, retainer);
    let steps = [
        (t!(first.next_scope), format!("{home}/scope")),
        (t!(first.next_time), "/imports".to_owned()),
        (t!(first.next_board), format!("{home}/board")),
    ];
    let step = |(words, href): (&'static str, String)| {
        view! { <li class="panel-body"><a class="link" href=href>{words}</a></li> }
    };
    view! {
        <Panel title=t!(first.next)>
            <ul class="panel-rows">{steps.map(step).into_iter().collect_view()}</ul>
        </Panel>
    }
}
