//! The dialog in which a card is changed. Its forms are made with what the card is when they open:
//! what others change meanwhile is told when it is saved, and nothing that was typed is lost.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{PriorityId, WorkItem, WorkItemChange};
use shared::rules::work::gate;

use super::adding::estimate_of;
use super::flow_forms::{AcceptanceForm, BlockerForm, HandoffForm, WaitingForm};
use super::inputs_form::InputsForm;
use super::pane::{Edit, Shown};
use super::seats_form::SeatsForm;
use super::step_forms::{DecisionForm, LevelForm, ReviewForm, RevisionForm, VerdictForm};
use super::traits::{TraitFields, Traits};
use crate::format::typed_effort;
use crate::ui::{
    Choice, Dialog, Form, FormActions, FormFaults, Lazy, Place, Select, TextArea, TextInput,
};
use crate::{api, screens, t};

/// What a form of the card needs.
#[derive(Clone, Copy)]
pub(super) struct Filling {
    pub(super) shown: Shown,
    pub(super) form: Form,
    pub(super) open: RwSignal<bool>,
}

impl Filling {
    /// Takes the answer and closes.
    pub(super) fn done(self, item: WorkItem) {
        self.open.set(false);
        self.shown.answered(item);
    }
}

fn title(edit: Edit) -> &'static str {
    match edit {
        Edit::Details => t!(board.edit),
        Edit::Seats => t!(board.seats),
        Edit::Inputs => t!(board.inputs),
        Edit::Level => t!(board.level),
        Edit::Review => t!(board.add_review),
        Edit::Revision => t!(board.add_round),
        Edit::Decision => t!(board.decide),
        Edit::Handoff => t!(board.add_handoff),
        Edit::Acceptance(_) => t!(board.accept),
        Edit::Blocker => t!(board.add_blocker),
        Edit::Waiting => t!(board.waiting),
        Edit::Verdict => t!(board.verdict),
    }
}

#[component]
pub(super) fn EditDialog(shown: Shown) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(shown.edit.with(Option::is_some)));
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if before == Some(true) && !now {
            shown.edit.set(None);
        }
        now
    });
    let name = Signal::derive(move || shown.edit.get().map(title).unwrap_or_default().to_owned());
    provide_context(Editing { shown, open });
    view! {
        <Dialog open title=name wide=true>
            <Lazy load=screens::card_forms place=Place::Dialog />
        </Dialog>
    }
}

/// What the dialog is about, for its forms, which are loaded later and take nothing else.
#[derive(Clone, Copy)]
struct Editing {
    shown: Shown,
    open: RwSignal<bool>,
}

/// What the dialog holds.
#[component]
pub fn CardForms() -> impl IntoView {
    let Editing { shown, open } = expect_context();
    let (edit, item) = (shown.edit.get_untracked()?, shown.item.get_untracked()?);
    let of = Filling { shown, form: Form::new("card"), open };
    Some(match edit {
        Edit::Details => view! { <DetailsForm of item /> }.into_any(),
        Edit::Seats => view! { <SeatsForm of item /> }.into_any(),
        Edit::Inputs => view! { <InputsForm of item /> }.into_any(),
        Edit::Level => view! { <LevelForm of item /> }.into_any(),
        Edit::Review => view! { <ReviewForm of /> }.into_any(),
        Edit::Revision => view! { <RevisionForm of /> }.into_any(),
        Edit::Decision => view! { <DecisionForm of item /> }.into_any(),
        Edit::Handoff => view! { <HandoffForm of item /> }.into_any(),
        Edit::Acceptance(number) => view! { <AcceptanceForm of number /> }.into_any(),
        Edit::Blocker => view! { <BlockerForm of item /> }.into_any(),
        Edit::Waiting => view! { <WaitingForm of item /> }.into_any(),
        Edit::Verdict => view! { <VerdictForm of /> }.into_any(),
    })
}

/// The frame of a form of the card.
#[component]
pub(super) fn Sheet(
    of: Filling,
    #[prop(into)] verb: String,
    send: Callback<()>,
    children: Children,
) -> impl IntoView {
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send.run(());
    };
    view! {
        <form class="form" novalidate=true on:submit=submit>
            {children()}
            <FormFaults form=of.form />
            <FormActions form=of.form open=of.open verb=verb />
        </form>
    }
}

pub(super) fn text(value: Option<&str>) -> RwSignal<String> {
    RwSignal::new(value.unwrap_or_default().to_owned())
}

/// The place of a value among all of its kind, as a choice's value.
pub(super) fn place_of<T: PartialEq>(all: &[T], value: &T) -> String {
    all.iter().position(|one| one == value).unwrap_or(0).to_string()
}

/// The value at such a place.
pub(super) fn at_place<T: Copy>(all: &[T], place: &str) -> Option<T> {
    place.parse::<usize>().ok().and_then(|n| all.get(n)).copied()
}

/// The choices of a list of values.
pub(super) fn choices<T: Copy + 'static>(
    all: &'static [T],
    words: fn(T) -> &'static str,
) -> Signal<Vec<Choice>> {
    let choice = |(n, one): (usize, &T)| Choice::new(n.to_string(), words(*one));
    Signal::stored(all.iter().enumerate().map(choice).collect())
}

/// The values of the form.
#[derive(Clone, Copy)]
struct Fields {
    title: RwSignal<String>,
    goal: RwSignal<String>,
    criteria: RwSignal<String>,
    channel: RwSignal<String>,
    estimate: RwSignal<String>,
    item: RwSignal<String>,
    due: RwSignal<String>,
    cycle: RwSignal<String>,
    priority: RwSignal<String>,
    traits: Traits,
    reason: RwSignal<String>,
}

impl Fields {
    fn of(item: &WorkItem) -> Self {
        Self {
            title: text(Some(&item.title)),
            goal: text(item.goal.as_deref()),
            criteria: text(item.criteria.as_deref()),
            channel: text(item.channel.as_deref()),
            estimate: text(item.estimate.map(typed_effort).as_deref()),
            item: text(item.item.as_deref()),
            due: text(item.due_on.map(|day| day.to_string()).as_deref()),
            cycle: text(item.cycle_seq.map(|seq| seq.to_string()).as_deref()),
            priority: text(item.priority_id.map(|id| id.to_string()).as_deref()),
            traits: Traits::new((item.risk, item.frequency, item.impact), &item.touches),
            reason: text(None),
        }
    }
    fn read(self) -> Result<WorkItemChange, shared::api::FieldError> {
        Ok(WorkItemChange {
            title: Some(self.title.get().trim().to_owned()),
            goal: Some(self.goal.get()),
            criteria: Some(self.criteria.get()),
            channel: Some(self.channel.get()),
            estimate: Some(estimate_of(&self.estimate.get())?),
            item: Some(self.item.get()),
            due_on: Some(self.due.with(|day| day.parse::<NaiveDate>().ok())),
            cycle_seq: Some(self.cycle.with(|seq| seq.trim().parse().ok())),
            priority_id: Some(self.priority.with(|id| id.parse::<PriorityId>().ok())),
            risk: self.traits.risk(),
            frequency: self.traits.frequency(),
            impact: self.traits.impact(),
            touches: Some(self.traits.touches()),
            reason: Some(self.reason.get()).filter(|reason| !reason.trim().is_empty()),
        })
    }
}

#[component]
fn DetailsForm(of: Filling, item: WorkItem) -> impl IntoView {
    let (form, fields) = (of.form, Fields::of(&item));
    let (id, version) = (item.id, item.version);
    let (column, level) = (item.column, item.level.level);
    let chosen = item.level.chosen_by.is_some();
    // The rule that the server asks too. Source: requirement S0-28.
    let unchecked = Memo::new(move |_| {
        let to = fields.traits.level();
        !chosen && to.is_some_and(|to| gate::drops_check(column, level, to))
    });
    let send = Callback::new(move |()| match untrack(|| fields.read()) {
        Err(fault) => form.refuse(vec![fault]),
        Ok(change) => {
            let work =
                async move |change: WorkItemChange| api::change_work(id, version, &change).await;
            form.send(change, work, move |item| of.done(item));
        }
    });
    let priorities = Signal::derive(move || {
        of.shown.state.model.with(|model| {
            let lanes = model.as_ref().map_or(&[][..], |model| &model.lanes);
            let choice = |one: &shared::api::BoardLane| {
                Choice::new(one.priority_id.to_string(), one.title.clone())
            };
            lanes.iter().map(choice).collect::<Vec<_>>()
        })
    });
    view! {
        <Sheet of verb=t!(common.save) send>
            <TextInput
                form
                at="/title"
                label=t!(board.title_label)
                value=fields.title
                autofocus=true
            />
            <TextArea
                form
                at="/goal"
                label=t!(board.goal)
                hint=t!(board.missing_title)
                rows=2
                value=fields.goal
            />
            <TextArea
                form
                at="/criteria"
                label=t!(board.criteria)
                optional=true
                rows=2
                value=fields.criteria
            />
            <div class="form-pair">
                <TextInput
                    form
                    at="/estimate"
                    label=t!(board.estimate)
                    optional=true
                    value=fields.estimate
                />
                <TextInput
                    form
                    at="/item"
                    label=t!(board.item)
                    optional=true
                    value=fields.item
                />
                <TextInput
                    form
                    at="/due_on"
                    label=t!(board.due)
                    kind="date"
                    optional=true
                    value=fields.due
                />
                <TextInput
                    form
                    at="/cycle_seq"
                    label=t!(board.cycle)
                    inputmode="numeric"
                    optional=true
                    value=fields.cycle
                />
                <TextInput
                    form
                    at="/channel"
                    label=t!(board.channel)
                    optional=true
                    value=fields.channel
                />
            </div>
            <Select
                form
                at="/priority_id"
                label=t!(board.priority)
                value=fields.priority
                choices=priorities
                nothing=t!(board.unprioritised)
                optional=true
            />
            <TraitFields form traits=fields.traits at="" />
            <Show when=move || unchecked.get()>
                <TextInput form at="/reason" label=t!(board.unchecked_reason) value=fields.reason />
            </Show>
        </Sheet>
    }
}
