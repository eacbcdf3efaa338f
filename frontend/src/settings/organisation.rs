//! The organisation: its name, currency and time zone.
use leptos::prelude::*;
use shared::api::{Organisation, OrganisationChange};

use crate::{
    api,
    members::may_administer,
    query::{Query, use_query},
    session::{Session, use_session},
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

/// What is typed, and what was saved last.
#[derive(Clone, Copy)]
struct Draft {
    name: RwSignal<String>,
    currency: RwSignal<String>,
    timezone: RwSignal<String>,
    saved: RwSignal<Organisation>,
}

impl Draft {
    fn of(saved: Organisation) -> Self {
        Self {
            name: RwSignal::new(saved.name.clone()),
            currency: RwSignal::new(saved.currency.clone()),
            timezone: RwSignal::new(saved.timezone.clone()),
            saved: RwSignal::new(saved),
        }
    }

    fn changed(self) -> bool {
        self.saved.with(|saved| {
            self.name.get().trim() != saved.name
                || self.currency.get().trim().to_uppercase() != saved.currency
                || self.timezone.get().trim() != saved.timezone
        })
    }

    fn body(self) -> OrganisationChange {
        OrganisationChange {
            name: Some(self.name.get_untracked().trim().to_owned()),
            currency: Some(self.currency.get_untracked().trim().to_uppercase()),
            timezone: Some(self.timezone.get_untracked().trim().to_owned()),
        }
    }

    fn discard(self) {
        let saved = self.saved.get_untracked();
        self.name.set(saved.name);
        self.currency.set(saved.currency);
        self.timezone.set(saved.timezone);
    }
}

#[component]
fn Edit(organisation: Query<Organisation>) -> impl IntoView {
    let Some(first) = organisation.get_untracked() else { return ().into_any() };
    let session = use_session();
    let form = Form::new("organisation");
    let draft = Draft::of(first);
    let may = may_administer();
    let changed = Memo::new(move |_| draft.changed());
    let send = move || {
        let seen = draft.saved.with_untracked(|saved| saved.version);
        let work =
            async move |body: OrganisationChange| api::change_organisation(seen, &body).await;
        form.send(draft.body(), work, move |now: Organisation| {
            show(session, &now);
            organisation.set(now.clone());
            draft.saved.try_set(now);
            toast(t!(common.saved));
        });
    };
    let discard = Callback::new(move |()| {
        draft.discard();
        form.clear();
        form.settled();
    });
    let again = Callback::new(move |()| {
        if let Some(now) = organisation.get_untracked() {
            draft.saved.set(now);
        }
        send();
    });
    let reason = Signal::derive(move || {
        may.get().or_else(|| (!changed.get()).then(|| t!(settings.unchanged).to_owned()))
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if reason.with_untracked(Option::is_none) {
            send();
        }
    };
    let refresh = Callback::new(move |()| organisation.refetch());
    view! {
        <form class="form panel-body" novalidate=true on:submit=submit>
            <Fields form draft />
            <FormFaults form />
            <Conflict form theirs=theirs(organisation) refresh again />
            <div class="form-actions">
                <Show when=move || changed.get()>
                    <Button on_press=discard>{t!(settings.discard)}</Button>
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

/// The rail and the switch call the organisation by its new name at once.
fn show(session: Session, now: &Organisation) {
    session.update(|me| {
        me.organisation = now.clone();
        let place = me.organisations.iter_mut().find(|place| place.organisation_id == now.id);
        if let Some(place) = place {
            place.name.clone_from(&now.name);
        }
    });
}

fn theirs(organisation: Query<Organisation>) -> Signal<Vec<(&'static str, String)>> {
    Signal::derive(move || {
        let Some(now) = organisation.get() else { return Vec::new() };
        vec![
            (t!(settings.name), now.name),
            (t!(auth.currency), now.currency),
            (t!(auth.timezone), now.timezone),
        ]
    })
}

#[component]
fn Fields(form: Form, draft: Draft) -> impl IntoView {
    view! {
        <TextInput
            form
            at="/name"
            label=t!(settings.name)
            hint=t!(auth.workspace_hint)
            value=draft.name
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
                value=draft.currency
                list=Suggest::Currencies.id()
            />
            <TextInput
                form
                at="/timezone"
                label=t!(auth.timezone)
                hint=t!(settings.timezone_hint)
                value=draft.timezone
                list=Suggest::Zones.id()
            />
        </div>
    }
}
