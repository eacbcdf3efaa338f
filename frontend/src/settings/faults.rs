//! What of the server's regular work fails, for who may see to it.
use leptos::prelude::*;
use shared::api::{JobFault, JobKind};

use crate::{
    api,
    format::moment,
    members::may_administer,
    query::use_query,
    session::{use_me, use_today},
    t,
    ui::{Loaded, Panel},
};

/// Nothing is shown while all goes well.
#[component]
pub(super) fn Faults() -> impl IntoView {
    let may = may_administer();
    view! {
        <Show when=move || may.with(Option::is_none)>
            <List />
        </Show>
    }
}

#[component]
fn List() -> impl IntoView {
    let faults = use_query(api::job_faults);
    let some = move || faults.with(|faults| faults.is_some_and(|all| !all.items.is_empty()));
    let rows = move || {
        let items = faults.with(|faults| faults.map(|all| all.items.clone()).unwrap_or_default());
        items.into_iter().map(|fault| view! { <Row fault /> }).collect_view()
    };
    view! {
        <Show when=some>
            <Panel title=t!(settings.faults)>
                <Loaded of=faults.standing() rows=1>
                    <ul class="panel-body flex flex-col gap-2">{rows}</ul>
                </Loaded>
            </Panel>
        </Show>
    }
}

#[component]
fn Row(fault: JobFault) -> impl IntoView {
    let (me, today) = (use_me(), use_today());
    let what = match fault.kind {
        JobKind::Closing => t!(settings.fault_closing),
        JobKind::Cycles => t!(settings.fault_cycles),
        JobKind::Billing => t!(settings.fault_billing),
        JobKind::Alerts => t!(settings.fault_alerts),
        JobKind::Reminders => t!(settings.fault_reminders),
        JobKind::Renewals => t!(settings.fault_renewals),
        JobKind::NextTerms => t!(settings.fault_next_terms),
        JobKind::Calls => t!(settings.fault_calls),
    };
    let about = move || {
        let zone = me.with(|me| me.organisation.timezone.clone());
        let at = |time| moment(time, &zone, today.get());
        let (since, next) = (at(fault.since), at(fault.next_at));
        t!(settings.fault_about, since = since, n = fault.tries, next = next)
    };
    view! {
        <li class="min-w-0 break-words">
            {what} " " {fault.about} " " <span class="text-soft">{about}</span>
            <span class="block text-xs text-muted">{fault.error}</span>
        </li>
    }
}
