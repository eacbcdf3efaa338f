//! The form that gives the seats of a card.
use leptos::prelude::*;
use shared::api::{ContactId, Held, Holder, MemberId, WorkItem, WorkSeatsChange};

use super::forms::{Filling, Sheet};
use super::words;
use crate::query::use_query;
use crate::ui::{Checkbox, Choice, Form, Select, Several};
use crate::{api, t};

/// A holder as a choice's value.
fn key(holder: Holder) -> String {
    match holder {
        Holder::Member { id } => format!("member {id}"),
        Holder::Contact { id } => format!("contact {id}"),
    }
}

/// The holder of such a value.
pub(super) fn holder(key: &str) -> Option<Holder> {
    match key.split_once(' ')? {
        ("member", id) => Some(Holder::Member { id: id.parse::<MemberId>().ok()? }),
        (_, id) => Some(Holder::Contact { id: id.parse::<ContactId>().ok()? }),
    }
}

/// Everybody who may hold a seat: the people at the account, and those who work here.
pub(super) fn everybody(item: &WorkItem) -> Signal<Vec<Choice>> {
    let account = item.account_id;
    let (contacts, members) =
        (use_query(move || api::contacts(account)), use_query(api::active_members));
    let at_account = item.account_name.clone();
    Signal::derive(move || {
        let mut all = contacts.with(|page| {
            let items = page.map_or(&[][..], |page| &page.items);
            let choice = |one: &shared::api::Contact| {
                let name = format!("{} ({at_account})", one.name);
                Choice::new(key(Holder::Contact { id: one.id }), name)
            };
            items.iter().map(choice).collect::<Vec<_>>()
        });
        members.with(|page| {
            let items = page.map_or(&[][..], |page| &page.items);
            let choice = |one: &shared::api::Member| {
                Choice::new(key(Holder::Member { id: one.id }), one.name.clone())
            };
            all.extend(items.iter().map(choice));
        });
        all
    })
}

/// Those who work here, by their ids.
fn colleagues() -> Signal<Vec<Choice>> {
    let members = use_query(api::active_members);
    Signal::derive(move || {
        members.with(|page| {
            let items = page.map_or(&[][..], |page| &page.items);
            items.iter().map(|one| Choice::new(one.id.to_string(), one.name.clone())).collect()
        })
    })
}

#[component]
pub(super) fn HolderSelect(
    form: Form,
    at: &'static str,
    #[prop(into)] label: String,
    value: RwSignal<String>,
    choices: Signal<Vec<Choice>>,
    #[prop(optional)] optional: bool,
) -> impl IntoView {
    view! { <Select form at label value choices nothing=t!(board.nobody) optional /> }
}

#[component]
pub(super) fn SeatsForm(of: Filling, item: WorkItem) -> impl IntoView {
    use shared::api::Seat;
    let form = of.form;
    let (id, version) = (item.id, item.version);
    let choices = everybody(&item);
    let seats = item.seats.clone();
    let value = |held: &Option<Held>| {
        RwSignal::new(held.as_ref().map(|held| key(held.holder)).unwrap_or_default())
    };
    let decision = value(&seats.decision);
    let execution = value(&seats.execution);
    let input = value(&seats.input);
    let review = value(&seats.review);
    let confirmed = RwSignal::new(seats.same_person_confirmed);
    let same = Memo::new(move |_| {
        decision.with(|one| !one.is_empty() && execution.with(|other| one == other))
    });
    let contributors: RwSignal<Vec<MemberId>> =
        RwSignal::new(seats.contributors.iter().filter_map(|held| held.holder.member()).collect());
    let colleagues = colleagues();
    let send = Callback::new(move |()| {
        let held = |value: RwSignal<String>| value.with_untracked(|key| holder(key));
        let change = WorkSeatsChange {
            decision: held(decision),
            execution: held(execution),
            input: held(input),
            review: held(review),
            contributors: contributors.get_untracked(),
            same_person_confirmed: confirmed.get_untracked() && same.get_untracked(),
        };
        let work = async move |change: WorkSeatsChange| api::seat_work(id, version, &change).await;
        form.send(change, work, move |item| of.done(item));
    });
    view! {
        <Sheet of verb=t!(common.save) send>
            <HolderSelect
                form
                at="/decision"
                label=words::seat(Seat::Decision)
                value=decision
                choices
                optional=true
            />
            <HolderSelect
                form
                at="/execution"
                label=words::seat(Seat::Execution)
                value=execution
                choices
                optional=true
            />
            <Show when=move || same.get()>
                <Checkbox
                    form
                    at="/same_person_confirmed"
                    label=t!(board.same_person)
                    hint=t!(board.same_person_hint)
                    value=confirmed
                />
            </Show>
            <HolderSelect
                form
                at="/input"
                label=words::seat(Seat::Input)
                value=input
                choices
                optional=true
            />
            <HolderSelect
                form
                at="/review"
                label=words::seat(Seat::Review)
                value=review
                choices
                optional=true
            />
            <Several legend=t!(board.contributors) people=colleagues chosen=contributors />
        </Sheet>
    }
}
