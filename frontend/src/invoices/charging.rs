//! How an account is charged: what is on file, a link to add it, and whether it is charged by
//! itself.
use leptos::prelude::*;
use shared::api::{
    AccountId, CardLinkMade, ChargeOn, Charging, ChargingSet, NewCardLink, StoredMethod,
};

use super::words::{may_issue, method_words};
use crate::query::{self, Query, use_query};
use crate::ui::{Button, CopyText, Form, FormFaults, Loaded, OneOf, Panel, toast};
use crate::{api, t};

/// The panel on the billing page of an account. Nothing is shown where the operator has set up no
/// provider.
#[component]
pub(super) fn ChargingPanel(id: AccountId) -> impl IntoView {
    let kept = use_query(move || api::charging(id));
    let available = move || kept.with(|kept| kept.is_some_and(|kept| kept.available));
    view! {
        <Show when=move || available() || kept.fault().is_some()>
            <div class="no-print">
                <Panel title=t!(invoices.charging)>
                    <Loaded of=kept.standing() rows=2>
                        <Present id kept />
                    </Loaded>
                </Panel>
            </div>
        </Show>
    }
}

/// A card or bank account in words.
fn named(method: &StoredMethod) -> String {
    let brand = method.brand.clone().unwrap_or_default();
    let name = format!("{} {} •••• {}", method_words(method.kind), brand, method.last4);
    match method.expires_month.zip(method.expires_year) {
        Some((month, year)) => format!("{name}, {month:02}/{year}"),
        None => name,
    }
}

#[component]
fn Present(id: AccountId, kept: Query<Charging>) -> impl IntoView {
    let form = Form::new("charging");
    let made = RwSignal::new(None::<String>);
    let reason = may_issue();
    let on_file = move || kept.with(|kept| kept?.method.as_ref().map(named));
    let invite = Callback::new(move |()| {
        let link = async move { api::add_card_link(id, &NewCardLink::default()).await };
        form.run(link, move |link: CardLinkMade| {
            made.set(Some(link.url));
            kept.refetch();
        });
    });
    let remove = Callback::new(move |()| {
        let Some(version) = kept.get_untracked().map(|kept| kept.version) else {
            return;
        };
        form.run(api::remove_charging_method(id, version), move |_: String| {
            toast(t!(invoices.method_removed));
            kept.refetch();
            query::invalidate("/invoices");
        });
    });
    // Never, when it is issued, on the day it is due.
    let chosen = Signal::derive(move || {
        let settings = kept.with(|kept| kept.map(|kept| kept.settings)).unwrap_or_default();
        match (settings.automatic, settings.charge_on) {
            (false, _) => 0,
            (true, ChargeOn::Issue) => 1,
            (true, ChargeOn::Due) => 2,
        }
    });
    let pick = Callback::new(move |place: usize| {
        let Some(version) = kept.get_untracked().map(|kept| kept.version) else {
            return;
        };
        let charge_on = if place == 1 { ChargeOn::Issue } else { ChargeOn::Due };
        let body = ChargingSet { automatic: place > 0, charge_on };
        let work = async move |body: ChargingSet| api::set_charging(id, version, &body).await;
        form.send(body, work, move |now: Charging| {
            form.settled();
            kept.set(now);
            query::invalidate("/invoices");
            toast(t!(common.saved));
        });
    });
    let labels =
        vec![t!(invoices.charge_never), t!(invoices.charge_issued), t!(invoices.charge_due)];
    view! {
        <div class="panel-body flex flex-col gap-4">
            <div class="flex justify-between gap-4">
                <span class="min-w-0 break-words">
                    {move || on_file().unwrap_or_else(|| t!(invoices.method_none).to_owned())}
                </span>
                <span class="flex items-center gap-2">
                    <Show when=move || on_file().is_some()>
                        <Button small=true reason busy=form.busy() on_press=remove>
                            {t!(invoices.method_remove)}
                        </Button>
                    </Show>
                    <Button small=true reason busy=form.busy() on_press=invite>
                        {t!(invoices.method_invite)}
                    </Button>
                </span>
            </div>
            {move || made.get().map(|url| view! {
                <CopyText label=t!(invoices.method_link) text=url autofocus=true />
            })}
            <Show when=move || reason.with(Option::is_none)>
                <OneOf
                    form
                    at="/automatic"
                    label=t!(invoices.charge_when)
                    labels=labels.clone()
                    chosen
                    pick
                    hint=t!(invoices.charge_hint)
                />
            </Show>
            <FormFaults form />
        </div>
    }
}
