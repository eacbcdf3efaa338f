//! Who of the side that serves may decide: given, dated, taken back. Source: requirement S0-22.
use leptos::prelude::*;
use shared::api::{Check, Delegation, FieldError, NewDelegation, Page};

use super::decide::Deciders;
use super::page::Shown;
use super::{holder, renew};
use crate::format::date;
use crate::i18n::fault_words;
use crate::query::{Query, use_query};
use crate::retainers::today;
use crate::ui::{
    Badge, Button, Dialog, Form, FormActions, FormFaults, Loaded, Panel, Select, TextInput, Tone,
    toast,
};
use crate::{api, t};

/// The delegations, the newest first.
#[component]
pub(super) fn DelegationsPanel(shown: Shown) -> impl IntoView {
    let id = shown.id;
    let given = use_query(move || api::delegations(id));
    let open = RwSignal::new(false);
    let aside = move || {
        shown.may.then(|| {
            let press = Callback::new(move |()| open.set(true));
            view! {
                <Button small=true icon=icondata::LuPlus on_press=press>
                    {t!(scope.delegate)}
                </Button>
            }
        })
    };
    let rows = move || given.with(|page| page.map(|page| page.items.clone())).unwrap_or_default();
    view! {
        <Panel title=t!(scope.delegations) aside=aside>
            <Loaded of=given.standing() rows=1>
                <Show
                    when=move || !rows().is_empty()
                    fallback=|| {
                        view! { <p class="panel-body text-soft">{t!(scope.delegations_none)}</p> }
                    }
                >
                    <ul class="panel-rows">
                        <For each=rows key=|one| (one.id, one.version, one.holds) let:one>
                            <Row one may=shown.may given />
                        </For>
                    </ul>
                </Show>
            </Loaded>
        </Panel>
        <Dialog open title=t!(scope.delegate_title)>
            <DelegateForm shown open given />
        </Dialog>
    }
}

#[component]
fn Row(one: Delegation, may: bool, given: Query<Page<Delegation>>) -> impl IntoView {
    let today = today();
    let days = match one.ends_on.and_then(|end| end.pred_opt()) {
        Some(last) => {
            t!(scope.from_until, from = date(one.starts_on, today), last = date(last, today),)
        }
        None => t!(scope.from_on, from = date(one.starts_on, today)),
    };
    let (state, tone) = match (one.revoked_at.is_some(), one.holds) {
        (true, _) => (t!(scope.revoked), Tone::Plain),
        (false, true) => (t!(scope.holds), Tone::Ok),
        (false, false) if one.starts_on > today => (t!(scope.to_come), Tone::Plain),
        (false, false) => (t!(scope.over), Tone::Plain),
    };
    let ends = one.ends_on.is_none_or(|end| end > today) && one.revoked_at.is_none();
    let (id, name) = (one.id, one.to.name.clone());
    let label = t!(scope.revoke_label, name = name.as_str());
    let revoke = Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            match api::revoke_delegation(id).await {
                Ok(_) => toast(t!(scope.revoked_toast)),
                Err(fault) => toast(fault_words(&fault)),
            }
            given.refetch();
        });
    });
    let granted = t!(scope.granted_by_words, by = one.granted_by.as_str());
    view! {
        <li class="flex flex-col gap-1 px-4 py-3">
            <p class="flex flex-wrap items-center gap-2">
                <span class="font-medium">{name}</span>
                <Badge tone>{state}</Badge>
            </p>
            <p class="text-xs text-muted">{days}</p>
            <p class="break-words">{one.reason.clone()}</p>
            <p class="text-xs text-muted">{granted}</p>
            {(may && ends).then(|| view! {
                <p><Button small=true label on_press=revoke>{t!(scope.revoke)}</Button></p>
            })}
        </li>
    }
}

#[component]
fn DelegateForm(
    shown: Shown,
    open: RwSignal<bool>,
    given: Query<Page<Delegation>>,
) -> impl IntoView {
    let form = Form::new("delegation");
    let who = Deciders::of(shown);
    let [to, by, evidence, reason, from, last] = [(); 6].map(|()| RwSignal::new(String::new()));
    from.set(today().to_string());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(holder) = holder(&to.get_untracked()) else {
            return form.refuse(vec![FieldError::new("/holder", "required")]);
        };
        let Some(granted_by) = super::holder(&by.get_untracked()) else {
            return form.refuse(vec![FieldError::new("/granted_by", "required")]);
        };
        let Ok(starts_on) = from.get_untracked().parse() else {
            return form.refuse(vec![FieldError::new("/starts_on", "required")]);
        };
        let last: Option<chrono::NaiveDate> = last.get_untracked().parse().ok();
        let body = NewDelegation {
            holder,
            granted_by,
            evidence: evidence.get_untracked(),
            reason: reason.get_untracked(),
            starts_on,
            ends_on: last.and_then(|last| last.succ_opt()),
        };
        if let Err(faults) = body.check() {
            return form.refuse(faults);
        }
        let work = async move { api::delegate(shown.id, &body).await };
        form.run(work, move |_: Delegation| {
            given.refetch();
            renew();
            open.set(false);
            toast(t!(scope.delegated_toast));
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <p class="text-soft">{t!(scope.delegate_about)}</p>
            <Select
                form
                at="/holder"
                label=t!(scope.holder)
                value=to
                choices=who.people.choices()
            />
            <Select
                form
                at="/granted_by"
                label=t!(scope.granted_by)
                value=by
                choices=who.of_business()
            />
            <TextInput
                form
                at="/evidence"
                label=t!(scope.evidence)
                hint=t!(scope.evidence_needed)
                value=evidence
            />
            <TextInput form at="/reason" label=t!(scope.reason) value=reason />
            <div class="form-pair">
                <TextInput form at="/starts_on" label=t!(scope.first_day) kind="date" value=from />
                <TextInput
                    form
                    at="/ends_on"
                    label=t!(scope.last_day)
                    kind="date"
                    value=last
                    optional=true
                />
            </div>
            <FormFaults form />
            <FormActions form open verb=t!(scope.delegate_now) />
        </form>
    }
}
