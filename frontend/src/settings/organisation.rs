//! The organisation: its name, currency and time zone.
use leptos::prelude::*;
use shared::api::{Organisation, OrganisationChange};

use crate::{
    api,
    members::may_administer,
    query::{Query, use_query},
    session::use_session,
    t,
    ui::{
        Button, Conflict, Form, FormFaults, Loaded, Panel, Suggest, Suggestions, TextInput,
        Variant, toast,
    },
};

#[component]
pub(super) fn OrganisationSettings() -> impl IntoView {
    let organisation = use_query(api::organisation);
    view! {
        <Panel title=t!(settings.organisation)>
            <Loaded of=organisation.standing() rows=4>
                <Edit organisation />
            </Loaded>
        </Panel>
    }
}

#[component]
fn Edit(organisation: Query<Organisation>) -> impl IntoView {
    let Some(first) = organisation.get_untracked() else { return ().into_any() };
    let session = use_session();
    let form = Form::new("organisation");
    let name = RwSignal::new(first.name.clone());
    let currency = RwSignal::new(first.currency.clone());
    let timezone = RwSignal::new(first.timezone.clone());
    let saved = RwSignal::new(first);
    let may = may_administer();
    let changed = Memo::new(move |_| {
        saved.with(|saved| {
            name.get().trim() != saved.name
                || currency.get().trim().to_uppercase() != saved.currency
                || timezone.get().trim() != saved.timezone
        })
    });
    let send = move || {
        let body = OrganisationChange {
            name: Some(name.get_untracked().trim().to_owned()),
            currency: Some(currency.get_untracked().trim().to_uppercase()),
            timezone: Some(timezone.get_untracked().trim().to_owned()),
        };
        let seen = saved.with_untracked(|saved| saved.version);
        let work =
            async move |body: OrganisationChange| api::change_organisation(seen, &body).await;
        form.send(body, work, move |now: Organisation| {
            session.update(|me| {
                me.organisation = now.clone();
                let place = me.organisations.iter_mut().find(|p| p.organisation_id == now.id);
                if let Some(place) = place {
                    place.name.clone_from(&now.name);
                }
            });
            organisation.set(now.clone());
            saved.try_set(now);
            toast(t!(common.saved));
        });
    };
    let undo = Callback::new(move |()| {
        let saved = saved.get_untracked();
        name.set(saved.name);
        currency.set(saved.currency);
        timezone.set(saved.timezone);
        form.clear();
    });
    let theirs = Signal::derive(move || {
        let Some(now) = organisation.get() else { return Vec::new() };
        vec![
            (t!(settings.name), now.name),
            (t!(auth.currency), now.currency),
            (t!(auth.timezone), now.timezone),
        ]
    });
    let again = Callback::new(move |()| {
        if let Some(now) = organisation.get_untracked() {
            saved.set(now);
        }
        send();
    });
    let reason = Signal::derive(move || {
        may.get().or_else(|| (!changed.get()).then(|| t!(settings.unchanged).to_owned()))
    });
    view! {
            <form
                class="form panel-body"
                novalidate=true
                on:submit=move |event| {
                    event.prevent_default();
                    if reason.with_untracked(Option::is_none) {
                        send();
                    }
                }
            >
                <TextInput
                    form
                    at="/name"
                    label=t!(settings.name)
                    hint=t!(auth.workspace_hint)
                    value=name
                    autocomplete="organization"
                />
                <Suggestions of=Suggest::Currencies />
    <Suggestions of=Suggest::Zones />
    <div class="form-pair">
                    <TextInput
                        form
                        at="/currency"
                        label=t!(auth.currency)
                        hint=t!(settings.currency_hint)
                        value=currency
                        list=Suggest::Currencies.id()
                    />
                    <TextInput
                        form
                        at="/timezone"
                        label=t!(auth.timezone)
                        hint=t!(settings.timezone_hint)
                        value=timezone
                        list=Suggest::Zones.id()
                    />
                </div>
                <FormFaults form />
                <Conflict
                    form
                    theirs
                    refresh=Callback::new(move |()| organisation.refetch())
                    again
                />
                <div class="form-actions">
                    <Show when=move || changed.get()>
                        <Button on_press=undo>{t!(settings.discard)}</Button>
                    </Show>
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
