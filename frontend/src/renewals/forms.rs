//! What is planned for a renewal, and that a retainer does not go on.
use leptos::prelude::*;
use shared::api::{
    EndRule, FieldError, MemberId, Renewal, RenewalLost, RenewalReason, RenewalUpdate,
};

use super::people::people;
use super::words;
use crate::format::date;
use crate::query::Query;
use crate::session::use_today;
use crate::ui::{
    Choice, Conflict, Form, FormActions, FormFaults, Select, TextArea, TextInput, toast,
};
use crate::{api, t};

/// What a field says, without blanks around it.
pub(super) fn said(field: RwSignal<String>) -> String {
    field.with_untracked(|text| text.trim().to_owned())
}

/// Plan, owner and probability.
#[derive(Clone, Copy)]
struct Plan {
    plan: RwSignal<String>,
    owner: RwSignal<String>,
    likely: RwSignal<String>,
}

impl Plan {
    fn of(renewal: &Renewal) -> Self {
        let owner = renewal.owner_id.map(|id| id.to_string()).unwrap_or_default();
        Self {
            plan: RwSignal::new(renewal.plan.clone().unwrap_or_default()),
            owner: RwSignal::new(owner),
            likely: RwSignal::new(told(renewal)),
        }
    }

    fn read(self) -> Result<RenewalUpdate, Vec<FieldError>> {
        let likely = match said(self.likely).as_str() {
            // As stage and health have it.
            "" => Ok(0),
            text => text.parse::<i64>(),
        };
        let wrong = |_| vec![FieldError::new("/probability", "invalid")];
        Ok(RenewalUpdate {
            stage: None,
            owner_id: said(self.owner).parse::<MemberId>().ok(),
            probability: Some(likely.map_err(wrong)?),
            plan: Some(said(self.plan)),
            steps_done: None,
        })
    }
}

/// The probability, if somebody said it.
fn told(renewal: &Renewal) -> String {
    if renewal.probability_said { renewal.probability.to_string() } else { String::new() }
}

#[component]
pub(super) fn EditForm(
    kept: Query<Renewal>,
    renewal: Renewal,
    open: RwSignal<bool>,
) -> impl IntoView {
    let form = Form::new("renewal");
    let (id, version) = (renewal.id, StoredValue::new(renewal.version));
    let draft = Plan::of(&renewal);
    let send = move || {
        let body = match draft.read() {
            Ok(body) => body,
            Err(faults) => return form.refuse(faults),
        };
        let seen = version.get_value();
        let work = async move |body: RenewalUpdate| api::change_renewal(id, seen, &body).await;
        form.send(body, work, move |_: Renewal| {
            open.try_set(false);
            words::renewed();
            toast(t!(common.saved));
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send();
    };
    let theirs = Signal::derive(move || {
        let Some(now) = kept.get() else { return Vec::new() };
        vec![
            (t!(renewals.plan), now.plan.clone().unwrap_or_default()),
            (t!(renewals.owner), now.owner_name.clone().unwrap_or_default()),
            (t!(renewals.likely_field), told(&now)),
        ]
    });
    let refresh = Callback::new(move |()| kept.refetch());
    let again = Callback::new(move |()| {
        if let Some(now) = kept.get_untracked() {
            version.set_value(now.version);
        }
        send();
    });
    let nobody = renewal.owner_id.is_none().then(|| t!(renewals.nobody).to_owned());
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <TextArea
                form
                at="/plan"
                label=t!(renewals.plan)
                hint=t!(renewals.plan_hint)
                value=draft.plan
                optional=true
                rows=5
            />
            <div class="form-pair">
                <Select
                    form
                    at="/owner_id"
                    label=t!(renewals.owner)
                    value=draft.owner
                    choices=people()
                    nothing=nobody
                />
                <TextInput
                    form
                    at="/probability"
                    label=t!(renewals.likely_field)
                    hint=t!(renewals.likely_hint)
                    inputmode="numeric"
                    value=draft.likely
                    optional=true
                />
            </div>
            <FormFaults form />
            <Conflict form theirs refresh again />
            <FormActions form open verb=t!(common.save) />
        </form>
    }
}

/// Why something was won or lost, and in more words.
#[derive(Clone, Copy, Default)]
pub(super) struct Why {
    reason: RwSignal<String>,
    note: RwSignal<String>,
}

impl Why {
    /// The reason; none if none is chosen.
    pub(super) fn reason(self) -> Option<RenewalReason> {
        RenewalReason::named(&said(self.reason))
    }

    pub(super) fn note(self) -> Option<String> {
        Some(said(self.note)).filter(|text| !text.is_empty())
    }
}

/// What is wrong where no reason is chosen.
pub(super) fn no_reason() -> FieldError {
    FieldError::new("/reason", "required")
}

#[component]
pub(super) fn WhyFields(form: Form, why: Why) -> impl IntoView {
    let of_people =
        |one: &&RenewalReason| !matches!(one, RenewalReason::ByContract | RenewalReason::Accepted);
    let all = RenewalReason::ALL.iter().filter(of_people);
    let all = all.map(|one| Choice::new(one.name(), words::reason(*one))).collect::<Vec<_>>();
    view! {
        <Select
            form
            at="/reason"
            label=t!(renewals.reason)
            value=why.reason
            choices=Signal::stored(all)
        />
        <TextArea form at="/note" label=t!(common.note) value=why.note optional=true />
    }
}

/// It does not go on; one without an end gets one.
#[component]
pub(super) fn LoseForm(renewal: Renewal, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("lose");
    let today = use_today().get_untracked();
    let (why, last) = (Why::default(), RwSignal::new(String::new()));
    let id = renewal.id;
    let ends = renewal.end_rule == EndRule::Stop;
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (ends_on, reason) = (first_without(last), why.reason());
        let (Ok(ends_on), Some(reason)) = (&ends_on, reason) else {
            let reason = reason.is_none().then(no_reason);
            return form.refuse(ends_on.err().into_iter().chain(reason).collect());
        };
        let body = RenewalLost { ends_on: *ends_on, reason, note: why.note() };
        let work = async move |body: RenewalLost| api::lose_renewal(id, &body).await;
        form.send(body, work, move |_: Renewal| {
            open.try_set(false);
            words::renewed();
            toast(t!(renewals.lose_done));
        });
    };
    let day = date(words::last_day(renewal.due_on), today);
    let about = match (renewal.stage.is_talked_about(), ends) {
        (true, true) => t!(renewals.lose_ends, day = day),
        (true, false) => t!(renewals.lose_gets_end).to_owned(),
        (false, _) => t!(renewals.lose_over).to_owned(),
    };
    let field = (!ends).then(|| {
        view! {
            <TextInput
                form
                at="/ends_on"
                label=t!(renewals.last_day)
                hint=t!(renewals.last_day_hint, day = day)
                kind="date"
                value=last
                optional=true
            />
        }
    });
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <p class="text-soft">{about}</p>
            <WhyFields form why />
            {field}
            <FormFaults form />
            <FormActions form open verb=t!(renewals.lose_save) />
        </form>
    }
}

/// The day after the last one that is typed, none if the field is empty.
pub(super) fn first_without(
    last: RwSignal<String>,
) -> Result<Option<chrono::NaiveDate>, FieldError> {
    let text = said(last);
    if text.is_empty() {
        return Ok(None);
    }
    let day = text.parse::<chrono::NaiveDate>().ok().and_then(|day| day.succ_opt());
    day.map(Some).ok_or_else(|| FieldError::new("/ends_on", "invalid"))
}
