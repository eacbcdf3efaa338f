//! The forms of handoffs, of what is in the way, and of waiting for the client.
use leptos::prelude::*;
use shared::api::{
    BlockerKind, FieldError, Holder, NewWorkBlocker, NewWorkHandoff, NewWorkWaiting, WorkArea,
    WorkItem, WorkSettled,
};

use super::forms::{Filling, Sheet, at_place, choices, text};
use super::pane_parts::{area_words, blocker_words};
use super::seats_form::{HolderSelect, everybody, holder};
use crate::ui::{Form, Select, TextArea, TextInput};
use crate::{api, t};

fn typed(value: RwSignal<String>) -> Option<String> {
    let text = value.get_untracked().trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// Who was chosen, or the fault that nobody was.
fn chosen(form: Form, value: RwSignal<String>, at: &str) -> Option<Holder> {
    let found = value.with_untracked(|key| holder(key));
    if found.is_none() {
        form.refuse(vec![FieldError::new(at, "required")]);
    }
    found
}

#[component]
pub(super) fn HandoffForm(of: Filling, item: WorkItem) -> impl IntoView {
    let (form, id) = (of.form, item.id);
    let people = everybody(&item);
    let (from, to) = (RwSignal::new("0".to_owned()), RwSignal::new("1".to_owned()));
    let (giver, receiver, note) = (text(None), text(None), text(None));
    let send = Callback::new(move |()| {
        let Some(giver) = chosen(form, giver, "/giver") else { return };
        let Some(receiver) = chosen(form, receiver, "/receiver") else { return };
        let area = |place: RwSignal<String>| place.with_untracked(|n| at_place(WorkArea::ALL, n));
        let (Some(from_area), Some(to_area)) = (area(from), area(to)) else { return };
        let new = NewWorkHandoff { from_area, to_area, giver, receiver, note: typed(note) };
        let work = async move |new: NewWorkHandoff| api::hand_over_work(id, &new).await;
        form.send(new, work, move |item| of.done(item));
    });
    view! {
        <Sheet of verb=t!(board.add_handoff) send>
            <div class="form-pair">
                <Select
                    form
                    at="/from_area"
                    label=t!(board.from_area)
                    value=from
                    choices=choices(WorkArea::ALL, area_words)
                />
                <Select
                    form
                    at="/to_area"
                    label=t!(board.to_area)
                    value=to
                    choices=choices(WorkArea::ALL, area_words)
                />
                <HolderSelect form at="/giver" label=t!(board.giver) value=giver choices=people />
                <HolderSelect
                    form
                    at="/receiver"
                    label=t!(board.receiver)
                    value=receiver
                    choices=people
                />
            </div>
            <TextArea form at="/note" label=t!(common.note) optional=true rows=2 value=note />
        </Sheet>
    }
}

/// A handoff that was accepted by somebody who cannot sign in: by what that is known.
#[component]
pub(super) fn AcceptanceForm(of: Filling, number: i64) -> impl IntoView {
    let (form, id, note) = (of.form, of.shown.id, text(None));
    let send = Callback::new(move |()| {
        let Some(note) = typed(note) else {
            return form.refuse(vec![FieldError::new("/note", "required")]);
        };
        let body = WorkSettled { number, note: Some(note) };
        let work = async move |body: WorkSettled| api::accept_work(id, &body).await;
        form.send(body, work, move |item| of.done(item));
    });
    view! {
        <Sheet of verb=t!(board.accept) send>
            <TextInput form at="/note" label=t!(decisions.evidence) value=note />
        </Sheet>
    }
}

#[component]
pub(super) fn BlockerForm(of: Filling, item: WorkItem) -> impl IntoView {
    let (form, id) = (of.form, item.id);
    let people = everybody(&item);
    let (kind, owner, note) = (RwSignal::new("0".to_owned()), text(None), text(None));
    let send = Callback::new(move |()| {
        let Some(owner) = chosen(form, owner, "/owner") else { return };
        let kind = kind.with_untracked(|n| at_place(BlockerKind::ALL, n));
        let Some(kind) = kind else { return };
        let new = NewWorkBlocker { kind, owner, note: typed(note) };
        let work = async move |new: NewWorkBlocker| api::block_work(id, &new).await;
        form.send(new, work, move |item| of.done(item));
    });
    view! {
        <Sheet of verb=t!(board.add_blocker) send>
            <Select
                form
                at="/kind"
                label=t!(board.blocker_kind)
                value=kind
                choices=choices(BlockerKind::ALL, blocker_words)
            />
            <HolderSelect
                form
                at="/owner"
                label=t!(board.blocker_owner)
                value=owner
                choices=people
            />
            <TextArea form at="/note" label=t!(common.note) optional=true rows=2 value=note />
        </Sheet>
    }
}

#[component]
pub(super) fn WaitingForm(of: Filling, item: WorkItem) -> impl IntoView {
    let (form, id) = (of.form, item.id);
    let whom = text(item.waiting.waits_for.as_deref());
    let send = Callback::new(move |()| {
        let Some(whom) = typed(whom) else {
            return form.refuse(vec![FieldError::new("/waits_for", "required")]);
        };
        let new = NewWorkWaiting { waits_for: Some(whom) };
        let work = async move |new: NewWorkWaiting| api::wait_work(id, &new).await;
        form.send(new, work, move |item| of.done(item));
    });
    view! {
        <Sheet of verb=t!(board.wait) send>
            <TextInput form at="/waits_for" label=t!(board.for_whom) value=whom />
        </Sheet>
    }
}
