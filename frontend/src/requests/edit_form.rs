//! Changing a request that has no verdict: its words, its kind with what that asks for, its size.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{
    Contact, ContactId, FieldError, Request, RequestChange, RequestType, RequestTypeId,
};

use super::fields::{AnswerFields, Answers};
use super::state::Shown;
use crate::board::{TraitFields, Traits};
use crate::format::{BareNumber, parse_effort, typed_effort};
use crate::query::{use_query, use_query_when};
use crate::ui::{
    Choice, Conflict, Dialog, Form, FormActions, FormFaults, Loaded, Select, TextArea, TextInput,
    toast,
};
use crate::{api, t};

/// The fields that writing down and changing a request share.
#[derive(Clone, Copy)]
pub(super) struct Fields {
    pub(super) title: RwSignal<String>,
    text: RwSignal<String>,
    kind: RwSignal<String>,
    answers: Answers,
    wanted: RwSignal<String>,
    estimate: RwSignal<String>,
    traits: Option<Traits>,
    reason: RwSignal<String>,
}

impl Fields {
    pub(super) fn new() -> Self {
        let [title, text, kind, wanted, estimate, reason] = [(); 6].map(|()| RwSignal::default());
        Self { title, text, kind, answers: Answers::new(), wanted, estimate, traits: None, reason }
    }

    fn of(one: &Request) -> Self {
        let fields = Self::new();
        fields.title.set(one.title.clone());
        fields.text.set(one.text.clone().unwrap_or_default());
        fields.kind.set(one.request_type_id.map(|id| id.to_string()).unwrap_or_default());
        fields.wanted.set(one.wanted_on.map(|day| day.to_string()).unwrap_or_default());
        fields.estimate.set(one.estimate.map(typed_effort).unwrap_or_default());
        let traits = Traits::new((one.risk, one.frequency, one.impact), &one.touches);
        Self { traits: Some(traits), ..fields }
    }

    /// What was typed, without the title; `at` is where the estimate lies.
    pub(super) fn read(self, at: &str) -> Result<RequestChange, FieldError> {
        let typed = self.estimate.get_untracked();
        let estimate = match typed.trim() {
            "" => None,
            text => {
                let minutes = parse_effort(text, BareNumber::Hours).filter(|one| *one > 0);
                Some(minutes.ok_or_else(|| FieldError::new(at, "out_of_range"))?)
            }
        };
        let traits = self.traits;
        Ok(RequestChange {
            title: None,
            asker_contact_id: None,
            text: Some(self.text.get_untracked()),
            request_type_id: Some(self.kind.with_untracked(|id| id.parse::<RequestTypeId>().ok())),
            inputs: self.answers.read(),
            wanted_on: Some(self.wanted.with_untracked(|day| day.parse::<NaiveDate>().ok())),
            estimate: Some(estimate),
            risk: traits.and_then(|traits| untrack(|| traits.risk())),
            frequency: traits.and_then(|traits| untrack(|| traits.frequency())),
            impact: traits.and_then(|traits| untrack(|| traits.impact())),
            touches: traits.map(|traits| untrack(|| traits.touches())),
            scope_match: None,
            reason: Some(self.reason.get_untracked()).filter(|why| !why.trim().is_empty()),
        })
    }
}

/// The fields, whose values lie at a prefix; the kinds that can be chosen bring theirs.
#[component]
pub(super) fn RequestFields(
    form: Form,
    fields: Fields,
    /// Where all but the title lies.
    at: &'static str,
    /// What came already.
    #[prop(optional)]
    known: Option<Request>,
) -> impl IntoView {
    let types = use_query(api::request_types);
    let field = move |name: &str| crate::ui::pointer(&format!("{at}/{name}"));
    let choices = Signal::derive(move || {
        let all = types.get().map(|page| page.items).unwrap_or_default();
        let choice = |one: &RequestType| Choice::new(one.id.to_string(), one.name.clone());
        all.iter().map(choice).collect::<Vec<_>>()
    });
    let known = StoredValue::new(known);
    // What its kind required goes with a reason. Source: requirement S0-21.
    let waives = Memo::new(move |_| {
        let chosen = fields.kind.get();
        let all = types.get().map(|page| page.items).unwrap_or_default();
        let kind = all.iter().find(|one| one.id.to_string() == chosen);
        let form = kind.map_or(&[][..], |kind| &kind.form);
        let still = |key: &str| form.iter().any(|input| input.required && input.key == key);
        known.with_value(|known| {
            known.as_ref().is_some_and(|one| {
                let same = one.request_type_id.is_some_and(|id| id.to_string() == chosen);
                !same && one.inputs.iter().any(|input| input.required && !still(&input.key))
            })
        })
    });
    Effect::new(move |_| {
        let chosen = fields.kind.get();
        let all = types.get().map(|page| page.items).unwrap_or_default();
        let kind = all.iter().find(|one| one.id.to_string() == chosen);
        let inputs = kind.map(|kind| kind.form.clone()).unwrap_or_default();
        fields.answers.ask(&inputs, |key| {
            known.with_value(|known| {
                let all = known.as_ref().map_or(&[][..], |one| &one.inputs);
                all.iter().find(|input| input.key == key).and_then(|input| input.value.clone())
            })
        });
    });
    view! {
        <TextInput form at="/title" label=t!(board.title_label) value=fields.title autofocus=true />
        <TextArea form at=field("text") label=t!(requests.text) optional=true value=fields.text />
        <Select
            form
            at=field("request_type_id")
            label=t!(requests.kind)
            value=fields.kind
            choices
            nothing=t!(requests.no_kind)
            optional=true
        />
        <Show when=move || waives.get()>
            <TextInput form at="/reason" label=t!(board.waive_reason) value=fields.reason />
        </Show>
        <AnswerFields form answers=fields.answers at />
        <div class="form-pair">
            <TextInput
                form
                at=field("wanted_on")
                label=t!(requests.wanted)
                kind="date"
                optional=true
                value=fields.wanted
            />
            <TextInput
                form
                at=field("estimate")
                label=t!(board.estimate)
                optional=true
                value=fields.estimate
            />
        </div>
        {fields.traits.map(|traits| view! { <TraitFields form traits at /> })}
    }
}

#[component]
pub(super) fn EditDialog(shown: Shown, open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog open title=t!(common.edit)>
            {shown.request.get_untracked().map(|one| view! { <EditForm shown open one /> })}
        </Dialog>
    }
}

#[component]
fn EditForm(shown: Shown, open: RwSignal<bool>, one: Request) -> impl IntoView {
    let form = Form::new("request");
    let fields = Fields::of(&one);
    let (id, version) = (one.id, RwSignal::new(one.version));
    let asker = RwSignal::new(one.asker_contact_id.map(|id| id.to_string()).unwrap_or_default());
    let account = one.account_id;
    let contacts = use_query_when(move || shown.may.then(|| api::contacts(account)));
    let people = Signal::derive(move || {
        let choice = |one: &Contact| Choice::new(one.id.to_string(), one.name.clone());
        contacts.with(|page| page.map_or(&[][..], |page| &page.items).iter().map(choice).collect())
    });
    let send = move || {
        let change = match fields.read("/estimate") {
            Ok(change) => change,
            Err(fault) => return form.refuse(vec![fault]),
        };
        let title = Some(fields.title.get_untracked().trim().to_owned());
        let known = || asker.with_untracked(|id| id.parse::<ContactId>().ok());
        let asker_contact_id = shown.may.then(known);
        let body = RequestChange { title, asker_contact_id, ..change };
        let seen = version.get_untracked();
        let work = async move |body: RequestChange| api::change_request(id, seen, &body).await;
        form.send(body, work, move |answer: Request| {
            open.try_set(false);
            shown.answered(answer);
            toast(t!(common.saved));
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send();
    };
    let theirs = Signal::derive(move || {
        shown.request.with(|one| one.map(super::words::told).unwrap_or_default())
    });
    let refresh = Callback::new(move |()| shown.request.refetch());
    let again = Callback::new(move |()| {
        let now = shown.request.get_untracked().map(|one| one.version);
        now.iter().for_each(|now| version.set(*now));
        send();
    });
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <Show when=move || shown.may>
                <Loaded of=contacts.standing() rows=1>
                    <Select
                        form
                        at="/asker_contact_id"
                        label=t!(requests.asker)
                        value=asker
                        choices=people
                        nothing=t!(requests.another)
                        optional=true
                    />
                </Loaded>
            </Show>
            <RequestFields form fields at="" known=one />
            <FormFaults form />
            <Conflict form theirs refresh again />
            <FormActions form open verb=t!(common.save) />
        </form>
    }
}
