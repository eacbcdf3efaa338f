//! How one retainer is billed: whether, when, and what is other than the organisation has it.
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::api::{
    AccountId, FieldError, PaymentTerms, RetainerBilling, RetainerBillingSet, RetainerId, Timing,
};

use super::settings_fields::{Due, DueFields, TaxFields, Taxes};
use super::words::{ANY_YEAR, may_draft};
use crate::format::date;
use crate::query::{self, Query, use_query};
use crate::retainers::retainer_href;
use crate::shell::Area;
use crate::ui::{
    Button, Checkbox, Conflict, Empty, Form, FormFaults, Loaded, OneOf, PageHeader, Panel,
    TextInput, Variant, toast,
};
use crate::{api, t};

/// `/accounts/:account/retainers/:retainer/billing`
#[component]
pub fn RetainerBillingPage() -> impl IntoView {
    let params = use_params_map();
    let ids = Memo::new(move |_| {
        params.with(|params| {
            let account = params.get("account")?.parse::<AccountId>().ok()?;
            Some((account, params.get("retainer")?.parse::<RetainerId>().ok()?))
        })
    });
    move || match ids.get() {
        Some((account, id)) => view! { <Screen account id /> }.into_any(),
        None => view! {
            <PageHeader title=t!(common.not_found_title) area=Area::Accounts />
            <div class="page">
                <Empty icon=icondata::LuCompass title=t!(common.not_found) />
            </div>
        }
        .into_any(),
    }
}

#[component]
fn Screen(account: AccountId, id: RetainerId) -> impl IntoView {
    let kept = use_query(move || api::retainer_billing(id));
    let retainer = use_query(move || api::retainer(id));
    let about = Signal::derive(move || retainer.with(|one| Some(one?.name.clone())));
    let next = move || {
        kept.with(|kept| {
            let next = kept?.next_on.map(|day| date(day, ANY_YEAR));
            let none = || t!(invoices.next_none).to_owned();
            Some(next.map_or_else(none, |day| t!(invoices.next_on, day = day)))
        })
    };
    view! {
        <PageHeader title=t!(invoices.billing) area=Area::Accounts about />
        <div class="page stack">
            <p>
                <a class="link" href=retainer_href(account, id)>{t!(common.retainer)}</a>
            </p>
            <Panel title=t!(invoices.billing)>
                <Loaded of=kept.standing() rows=5>
                    <p class="panel-body font-medium">{next}</p>
                    <Edit id kept />
                </Loaded>
            </Panel>
        </div>
    }
}

/// What is typed.
#[derive(Clone, Copy)]
struct Draft {
    billed: RwSignal<bool>,
    /// 1 if a cycle is billed at its end.
    timing: RwSignal<usize>,
    lead_days: RwSignal<String>,
    /// 0 as the organisation has it, 1 by itself, 2 by hand.
    automatic: RwSignal<usize>,
    own_terms: RwSignal<bool>,
    due: Due,
    own_taxes: RwSignal<bool>,
    taxes: Taxes,
}

impl Draft {
    fn of(kept: &RetainerBillingSet) -> Self {
        let usual = PaymentTerms::NetDays { days: 14 };
        Self {
            billed: RwSignal::new(kept.billed),
            timing: RwSignal::new(usize::from(kept.timing == Timing::Arrears)),
            lead_days: RwSignal::new(kept.lead_days.to_string()),
            automatic: RwSignal::new(place_of(kept.automatic)),
            own_terms: RwSignal::new(kept.terms.is_some()),
            due: Due::of(kept.terms.unwrap_or(usual)),
            own_taxes: RwSignal::new(kept.taxes.is_some()),
            taxes: Taxes::of(kept.taxes.as_deref().unwrap_or_default()),
        }
    }

    fn said(self) -> Result<RetainerBillingSet, Vec<FieldError>> {
        let arrears = self.timing.get_untracked() == 1;
        let lead = self.lead_days.with_untracked(|text| text.trim().parse::<u32>().ok());
        // What is not asked is not said.
        let lead = if arrears { Some(0) } else { lead };
        let terms = self.own_terms.get_untracked().then(|| self.due.said()).transpose();
        let (Some(lead_days), Ok(terms)) = (lead, &terms) else {
            let days = lead.is_none().then(|| FieldError::new("/lead_days", "invalid"));
            return Err(days.into_iter().chain(terms.err()).collect());
        };
        Ok(RetainerBillingSet {
            billed: self.billed.get_untracked(),
            timing: if arrears { Timing::Arrears } else { Timing::Advance },
            lead_days,
            terms: *terms,
            taxes: self.own_taxes.get_untracked().then(|| self.taxes.said()),
            automatic: WAYS.get(self.automatic.get_untracked()).copied().flatten(),
        })
    }
}

#[component]
fn Edit(id: RetainerId, kept: Query<RetainerBilling>) -> impl IntoView {
    let Some(first) = kept.get_untracked() else { return ().into_any() };
    let form = Form::new("retainer-billing");
    let version = StoredValue::new(first.version);
    let draft = Draft::of(&first.billing);
    let reason = may_draft();
    let send = move || {
        let body = match draft.said() {
            Ok(body) => body,
            Err(faults) => return form.refuse(faults),
        };
        let seen = version.get_value();
        let work =
            async move |body: RetainerBillingSet| api::set_retainer_billing(id, seen, &body).await;
        form.send(body, work, move |now: RetainerBilling| {
            version.try_set_value(now.version);
            kept.set(now);
            query::invalidate("/invoice");
            toast(t!(common.saved));
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if reason.with_untracked(Option::is_none) {
            send();
        }
    };
    let theirs = Signal::derive(move || {
        let Some(now) = kept.get().map(|kept| kept.billing) else { return Vec::new() };
        let billed = if now.billed { t!(common.yes) } else { t!(common.no) };
        vec![
            (t!(invoices.billed), billed.to_owned()),
            (t!(invoices.timing), timing_words(now.timing).to_owned()),
            (t!(invoices.lead_days), now.lead_days.to_string()),
            (t!(invoices.issued_how), way_words(now.automatic).to_owned()),
        ]
    });
    let refresh = Callback::new(move |()| kept.refetch());
    let again = Callback::new(move |()| {
        if let Some(now) = kept.get_untracked() {
            version.set_value(now.version);
        }
        send();
    });
    view! {
        <form class="form panel-body" novalidate=true on:submit=submit>
            <Checkbox form at="/billed" label=t!(invoices.billed) value=draft.billed />
            <Show when=move || draft.billed.get()>
                <Fields form draft />
            </Show>
            <FormFaults form />
            <Conflict form theirs refresh again />
            <div class="form-actions">
                <Button
                    submit=true
                    variant=Variant::Primary
                    keys="mod enter"
                    reason
                    busy=form.busy()
                >
                    {t!(common.save)}
                </Button>
            </div>
        </form>
    }
    .into_any()
}

/// In the order in which they are offered.
const WAYS: [Option<bool>; 3] = [None, Some(true), Some(false)];

fn place_of(automatic: Option<bool>) -> usize {
    WAYS.iter().position(|way| *way == automatic).unwrap_or(0)
}

fn way_words(automatic: Option<bool>) -> &'static str {
    match automatic {
        None => t!(invoices.issued_as_usual),
        Some(true) => t!(invoices.issued_itself),
        Some(false) => t!(invoices.issued_by_hand),
    }
}

fn timing_words(timing: Timing) -> &'static str {
    match timing {
        Timing::Advance => t!(invoices.advance),
        Timing::Arrears => t!(invoices.arrears),
    }
}

#[component]
fn Fields(form: Form, draft: Draft) -> impl IntoView {
    let timings = [Timing::Advance, Timing::Arrears].map(timing_words).to_vec();
    let (timing, automatic) = (draft.timing, draft.automatic);
    view! {
        <div class="form-pair">
            <OneOf
                form
                at="/timing"
                label=t!(invoices.timing)
                labels=timings
                chosen=timing.into()
                pick=Callback::new(move |place| timing.set(place))
            />
            <Show when=move || timing.get() == 0>
                <TextInput
                    form
                    at="/lead_days"
                    label=t!(invoices.lead_days)
                    inputmode="numeric"
                    value=draft.lead_days
                />
            </Show>
        </div>
        <OneOf
            form
            at="/automatic"
            label=t!(invoices.issued_how)
            labels=WAYS.map(way_words).to_vec()
            chosen=automatic.into()
            pick=Callback::new(move |place| automatic.set(place))
        />
        <Checkbox form at="/own_terms" label=t!(invoices.own_terms) value=draft.own_terms />
        <Show when=move || draft.own_terms.get()>
            <DueFields form due=draft.due />
        </Show>
        <Checkbox form at="/own_taxes" label=t!(invoices.own_taxes) value=draft.own_taxes />
        <Show when=move || draft.own_taxes.get()>
            <TaxFields form taxes=draft.taxes />
        </Show>
    }
}
