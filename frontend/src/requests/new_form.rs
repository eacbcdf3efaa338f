//! Writing a request down that came by mail or by phone.
use leptos::prelude::*;
use shared::api::{
    Contact, ContactId, FieldError, NewRequest, Request, RequestId, RetainerId, RetainerState,
};

use super::edit_form::{Fields, RequestFields};
use crate::query::{self, use_query, use_query_when};
use crate::ui::{Choice, Dialog, Form, FormActions, FormFaults, Select, TextInput, toast};
use crate::{api, t};

#[component]
pub(super) fn NewDialog(open: RwSignal<bool>, go: Callback<RequestId>) -> impl IntoView {
    view! {
        <Dialog open title=t!(shell.new_request)>
            <NewForm open go />
        </Dialog>
    }
}

#[component]
fn NewForm(open: RwSignal<bool>, go: Callback<RequestId>) -> impl IntoView {
    let form = Form::new("new-request");
    let fields = Fields::new();
    let [retainer, contact, asker] = [(); 3].map(|()| RwSignal::new(String::new()));
    let all = use_query(|| api::retainers(&api::RetainerFilter::default()));
    let choices = Signal::derive(move || {
        let all = all.get().map(|page| page.items).unwrap_or_default();
        let running = all.into_iter().filter(|one| one.state == RetainerState::Active);
        running
            .map(|one| {
                Choice::new(one.id.to_string(), format!("{} · {}", one.account_name, one.name))
            })
            .collect::<Vec<_>>()
    });
    let account = Memo::new(move |_| {
        let chosen = retainer.with(|id| id.parse::<RetainerId>().ok())?;
        all.with(|page| page?.items.iter().find(|one| one.id == chosen).map(|one| one.account_id))
    });
    let contacts = use_query_when(move || account.get().map(api::contacts));
    let people = Signal::derive(move || {
        let choice = |one: &Contact| Choice::new(one.id.to_string(), one.name.clone());
        contacts.with(|page| page.map_or(&[][..], |page| &page.items).iter().map(choice).collect())
    });
    // Who was chosen belongs to another account.
    Effect::new(move |before: Option<_>| {
        let now = account.get();
        if before.is_some_and(|before| before != now) {
            contact.set(String::new());
        }
        now
    });
    let stranger = move || contact.with(String::is_empty);
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(retainer_id) = retainer.with_untracked(|id| id.parse::<RetainerId>().ok()) else {
            return form.refuse(vec![FieldError::new("/retainer_id", "required")]);
        };
        let details = match fields.read("/details/estimate") {
            Ok(details) => details,
            Err(fault) => return form.refuse(vec![fault]),
        };
        let body = NewRequest {
            retainer_id,
            title: fields.title.get_untracked().trim().to_owned(),
            asker_contact_id: contact.with_untracked(|id| id.parse::<ContactId>().ok()),
            asker_name: Some(asker.get_untracked())
                .filter(|name| untrack(stranger) && !name.trim().is_empty()),
            details,
        };
        let work = async move |body: NewRequest| api::add_request(&body).await;
        form.send(body, work, move |request: Request| {
            query::invalidate("/requests");
            open.try_set(false);
            toast(t!(requests.taken_in));
            go.run(request.id);
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=send>
            <Select
                form
                at="/retainer_id"
                label=t!(common.retainer)
                value=retainer
                choices
                nothing=t!(board.choose)
            />
            <Select
                form
                at="/asker_contact_id"
                label=t!(requests.asker)
                value=contact
                choices=people
                nothing=t!(requests.another)
                optional=true
            />
            <Show when=stranger>
                <TextInput
                    form
                    at="/asker_name"
                    label=t!(retainers.name)
                    optional=true
                    value=asker
                />
            </Show>
            <RequestFields form fields at="/details" />
            <FormFaults form />
            <FormActions form open verb=t!(common.save) />
        </form>
    }
}
