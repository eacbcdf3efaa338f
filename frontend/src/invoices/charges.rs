//! The tries of charging an invoice, and what comes next.
use std::time::Duration;

use leptos::prelude::*;
use shared::api::{Charge, ChargeCause, ChargeState, Charges, Invoice, InvoiceId};

use super::words::{ANY_YEAR, amount, may_issue};
use crate::format::{date, moment};
use crate::query::{self, Query, use_query};
use crate::session::{use_me, use_today};
use crate::ui::{Badge, Button, Form, FormFaults, Loaded, Panel, Tone};
use crate::{api, t};

/// How often it is looked whether a charge on its way has ended.
const LOOKS: Duration = Duration::from_secs(15);

/// Nothing is shown of an invoice that was never charged and cannot be.
#[component]
pub(super) fn ChargesPanel(id: InvoiceId, invoice: Query<Invoice>) -> impl IntoView {
    let charges = use_query(move || api::charges(id));
    let form = Form::new("charges");
    let runs = move || {
        let known = charges.get_untracked();
        known.is_some_and(|all| all.items.first().is_some_and(|one| one.ended_at.is_none()))
    };
    // It ends by itself, and with it the invoice may be paid.
    let looks = move || {
        if runs() {
            query::invalidate(&format!("/invoices/{id}"));
            query::invalidate("/payments");
        }
    };
    if let Ok(looking) = set_interval_with_handle(looks, LOOKS) {
        on_cleanup(move || looking.clear());
    }
    let some = move || {
        charges.with(|all| {
            all.is_some_and(|all| !all.items.is_empty() || all.chargeable || all.next_on.is_some())
        })
    };
    let rows = move || {
        let items = charges.with(|all| all.map(|all| all.items.clone()).unwrap_or_default());
        items.into_iter().map(|one| view! { <Row one /> }).collect_view()
    };
    let next = move || charges.with(|all| all.and_then(next_words));
    let chargeable = move || charges.with(|all| all.is_some_and(|all| all.chargeable));
    let press = Callback::new(move |()| {
        form.run(api::charge_invoice(id), move |_: Charge| {
            charges.refetch();
            invoice.refetch();
        });
    });
    view! {
        <Show when=move || some() || charges.fault().is_some()>
            <div class="no-print">
                <Panel title=t!(invoices.charges)>
                    <Loaded of=charges.standing() rows=1>
                        <div class="panel-body flex flex-col gap-2">
                            <FormFaults form />
                            <ul class="flex flex-col gap-2">{rows}</ul>
                            <div class="flex justify-between gap-4">
                                <span class="text-soft">{next}</span>
                                <Show when=chargeable>
                                    <Button
                                        small=true
                                        reason=may_issue()
                                        busy=form.busy()
                                        on_press=press
                                    >
                                        {t!(invoices.charge_now)}
                                    </Button>
                                </Show>
                            </div>
                        </div>
                    </Loaded>
                </Panel>
            </div>
        </Show>
    }
}

fn next_words(all: &Charges) -> Option<String> {
    match all.next_on {
        Some(day) => Some(t!(invoices.charge_next, day = date(day, ANY_YEAR))),
        None => all.given_up.then(|| t!(invoices.charge_over).to_owned()),
    }
}

#[component]
fn Row(one: Charge) -> impl IntoView {
    let (me, today) = (use_me(), use_today());
    let (tone, icon, words) = match one.state {
        ChargeState::Queued => (Tone::Warn, icondata::LuClock, t!(invoices.charge_queued)),
        ChargeState::Processing => (Tone::Warn, icondata::LuClock, t!(invoices.charge_bank)),
        ChargeState::Paid => (Tone::Ok, icondata::LuCheck, t!(invoices.charge_paid)),
        ChargeState::Declined => (Tone::Bad, icondata::LuCircleAlert, t!(invoices.charge_declined)),
        ChargeState::Cancelled => (Tone::Plain, icondata::LuBan, t!(invoices.charge_dropped)),
    };
    let at = one.ended_at.unwrap_or(one.created_at);
    let when = move || moment(at, &me.with(|me| me.organisation.timezone.clone()), today.get());
    let cause = one.cause.map(|cause| match cause {
        ChargeCause::NothingOpen => t!(invoices.cause_open),
        ChargeCause::MethodChanged => t!(invoices.cause_method),
        ChargeCause::NeverArrived => t!(invoices.cause_lost),
        ChargeCause::Disputed => t!(invoices.cause_disputed),
    });
    let why = one.reason.clone().or(cause.map(str::to_owned));
    view! {
        <li class="flex justify-between gap-4">
            <span class="min-w-0 break-words">
                <span class="num">{amount(one.amount_minor, &one.currency)}</span> " "
                <span class="text-soft">{when}</span>
                {why.map(|why| view! { <span class="block text-xs text-muted">{why}</span> })}
            </span>
            <Badge tone icon>{words}</Badge>
        </li>
    }
}
