//! An entry of the week: read, edited in place, deleted with a way back.
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{EntrySource, NewTimeEntry, TimeEntry, TimeEntryChange, TimeRecorded, Unit};

use super::fields::{Fields, day_fault, effort_fault};
use super::log_form::read_words;
use super::pool::PoolSelect;
use super::renew;
use super::week::WeekEntries;
use crate::api::Fault;
use crate::format::{effort, weekday};
use crate::i18n::fault_words;
use crate::query::use_query_when;
use crate::retainers::today;
use crate::ui::{
    Badge, Button, Checkbox, Conflict, Form, FormFaults, TextInput, Tone, Variant, focus, toast,
    toast_undo,
};
use crate::{api, t};

/// A row, as text or as fields.
#[component]
pub(super) fn EntryRow(entry: TimeEntry, entries: WeekEntries, may: bool) -> impl IntoView {
    let editing = RwSignal::new(false);
    // Version 0 is not stored yet.
    let pending = entry.version == 0;
    let shown = StoredValue::new(entry);
    let body = move || {
        let entry = shown.get_value();
        if editing.get() {
            view! { <EditForm entry entries editing /> }.into_any()
        } else {
            view! { <Reading entry entries editing may=may && !pending pending /> }.into_any()
        }
    };
    view! {
        <li class="px-4 py-2" aria-busy=pending.then_some("true")>
            {body}
        </li>
    }
}

#[component]
fn Reading(
    entry: TimeEntry,
    entries: WeekEntries,
    editing: RwSignal<bool>,
    may: bool,
    pending: bool,
) -> impl IntoView {
    let (shown, name) = (effort(entry.minutes), retainer_name(&entry));
    let day = weekday(entry.worked_on, today());
    let edit =
        t!(time.edit_entry, effort = shown.clone(), retainer = name.clone(), day = day.clone());
    let delete = t!(time.delete_entry, effort = shown.clone(), retainer = name.clone(), day = day);
    let note = entry.note.clone().filter(|note| !note.trim().is_empty());
    let note = match note {
        Some(note) => view! { <span class="break-words">{note}</span> }.into_any(),
        None => view! { <span class="text-muted">{t!(time.no_note)}</span> }.into_any(),
    };
    let removed = entry.clone();
    let remove = Callback::new(move |()| delete_entry(removed.clone(), entries));
    let buttons = may.then(|| {
        view! {
            <button
                type="button"
                class="btn btn-ghost btn-sm btn-icon"
                id=row_id(&entry)
                data-row=""
                aria-label=edit.clone()
                title=edit
                on:click=move |_| editing.set(true)
            >
                {crate::ui::icon(icondata::LuPencil)}
            </button>
            <Button
                variant=Variant::Ghost
                small=true
                icon=icondata::LuTrash2
                label=delete
                on_press=remove
            />
        }
    });
    view! {
        <div class="flex items-start gap-3">
            <div class="min-w-0 flex-1">
                <p class="font-medium break-words">{name}</p>
                <p class="text-soft">{note}</p>
                <p class="flex flex-wrap items-center gap-2 text-xs text-muted">
                    {entry.member_name.clone()} {flags(&entry)}
                    {pending.then(|| t!(time.saving))}
                </p>
            </div>
            <span class="num font-semibold whitespace-nowrap">{shown}</span>
            <div class="flex no-print">{buttons}</div>
        </div>
    }
}

/// The id of the button that edits an entry; the focus comes back to it.
fn row_id(entry: &TimeEntry) -> String {
    format!("entry-{}", entry.id)
}

fn retainer_name(entry: &TimeEntry) -> String {
    format!("{} · {}", entry.account_name, entry.retainer_name)
}

fn flags(entry: &TimeEntry) -> impl IntoView + use<> {
    let draws = (!entry.draws).then(|| {
        view! { <Badge icon=icondata::LuGift>{t!(time.no_draw)}</Badge> }
    });
    let late = entry.late.then(|| {
        view! { <Badge tone=Tone::Warn icon=icondata::LuClock>{t!(time.late)}</Badge> }
    });
    let imported = (entry.source == EntrySource::Imported).then(|| {
        view! { <Badge icon=icondata::LuFileUp>{t!(time.imported)}</Badge> }
    });
    let unlike = entry.drawn.filter(|n| *n != entry.minutes && entry.unit == Some(Unit::Minutes));
    let drawn = unlike.map(|minutes| t!(time.drawn_as, effort = effort(minutes)));
    let approved = entry.approved.as_ref().map(|approved| {
        let words = t!(alerts.approved_by, name = approved.member_name.as_str());
        let why = approved.reason.clone();
        view! { <span title=why><Badge icon=icondata::LuBadgeCheck>{words}</Badge></span> }
    });
    view! { {drawn} {draws} {late} {imported} {approved} }
}

/// Gone at once; back if the server refuses, or if it is undone.
fn delete_entry(entry: TimeEntry, entries: WeekEntries) {
    let after = entries.neighbour(entry.id);
    entries.remove(entry.id);
    after.iter().for_each(|next| focus(row_id(next)));
    let words = t!(time.deleted, effort = effort(entry.minutes), retainer = retainer_name(&entry));
    spawn_local(async move {
        match api::remove_time(entry.id, entry.version).await {
            Ok(_) => {
                let again = NewTimeEntry {
                    retainer_id: entry.retainer_id,
                    member_id: Some(entry.member_id),
                    worked_on: entry.worked_on,
                    minutes: entry.minutes,
                    draws: entry.draws,
                    pool: entry.pool.clone(),
                    note: entry.note.clone(),
                    work_item_id: entry.work_item_id,
                    // What was approved still is: an approval is of the cycle.
                    approval: None,
                };
                toast_undo(words, move || put_back(again.clone()));
            }
            Err(fault) => {
                entries.insert(entry);
                failed(&fault);
            }
        }
        renew();
    });
}

fn put_back(again: NewTimeEntry) {
    spawn_local(async move {
        match api::record_time(&again).await {
            Ok(_) => toast(t!(common.undone)),
            Err(fault) => toast(t!(time.undo_failed, why = fault_words(&fault))),
        }
        renew();
    });
}

fn failed(fault: &Fault) {
    toast(t!(time.change_failed, why = fault_words(fault)));
}

#[component]
fn EditForm(entry: TimeEntry, entries: WeekEntries, editing: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("entry");
    let fields = Fields::of(&entry);
    let before = entry.clone();
    // The version that was read with the week, or that the reader has seen since.
    let (id, version) = (entry.id, RwSignal::new(entry.version));
    let look = RwSignal::new(false);
    let stored = use_query_when(move || look.get().then(|| api::time_entry(id)));
    let send = move || {
        let (day, minutes) = untrack(|| (fields.day(), fields.minutes()));
        let faults = day_fault(day).into_iter();
        let faults = faults.chain(effort_fault(minutes, &fields.effort.get_untracked()));
        let faults: Vec<_> = faults.collect();
        if !faults.is_empty() {
            return form.refuse(faults);
        }
        let change = TimeEntryChange {
            worked_on: day,
            minutes,
            draws: Some(fields.draws.get_untracked()),
            pool: untrack(|| fields.pool()),
            note: Some(untrack(|| fields.note()).unwrap_or_default()),
            work_item_id: None,
        };
        let before = before.clone();
        let seen = version.get_untracked();
        let work = async move |change: TimeEntryChange| api::change_time(id, seen, &change).await;
        form.send(change, work, move |recorded: TimeRecorded| {
            entries.replace(id, &recorded.entry);
            let now = recorded.entry;
            let (id, version) = (row_id(&now), now.version);
            toast_undo(t!(time.changed), move || change_back(&before, version));
            editing.try_set(false);
            focus(id);
            renew();
        });
    };
    let button = row_id(&entry);
    let leave = Callback::new(move |()| {
        editing.set(false);
        focus(button.clone());
    });
    let keydown = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" {
            leave.run(());
        }
    };
    let refresh =
        Callback::new(
            move |()| {
                if look.get_untracked() { stored.refetch() } else { look.set(true) }
            },
        );
    let save = send.clone();
    let again = Callback::new(move |()| {
        stored.get_untracked().iter().for_each(|now| version.set(now.version));
        save();
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send();
    };
    let theirs = Signal::derive(move || stored.get().map(theirs).unwrap_or_default());
    view! {
        <form class="form" novalidate=true on:submit=submit on:keydown=keydown>
            <p class="font-medium">{retainer_name(&entry)}</p>
            <div class="form-pair">
                <TextInput
                    form
                    at="/worked_on"
                    label=t!(time.date)
                    kind="date"
                    value=fields.worked_on
                />
                <TextInput
                    form
                    at="/minutes"
                    label=t!(time.effort)
                    hint=read_words(fields)
                    value=fields.effort
                    autofocus=true
                />
            </div>
            <TextInput form at="/note" label=t!(time.note) optional=true value=fields.note />
            <Checkbox
                form
                at="/draws"
                label=t!(time.draws)
                hint=t!(time.draws_hint)
                value=fields.draws
            />
            <PoolSelect form fields />
            <FormFaults form />
            <Conflict form theirs refresh again />
            <div class="form-actions">
                <Button on_press=leave>{t!(common.cancel)}</Button>
                <Button submit=true variant=Variant::Primary keys="mod enter" busy=form.busy()>
                    {t!(common.save)}
                </Button>
            </div>
        </form>
    }
}

/// Label and value of what stands in the store.
fn theirs(entry: TimeEntry) -> Vec<(&'static str, String)> {
    let draws = if entry.draws { t!(common.yes) } else { t!(common.no) };
    vec![
        (t!(time.date), weekday(entry.worked_on, today())),
        (t!(time.effort), effort(entry.minutes)),
        (t!(time.note), entry.note.unwrap_or_default()),
        (t!(time.draws), draws.to_owned()),
    ]
}

fn change_back(before: &TimeEntry, version: i64) {
    let (id, before) = (before.id, before.clone());
    spawn_local(async move {
        let change = TimeEntryChange {
            worked_on: Some(before.worked_on),
            minutes: Some(before.minutes),
            draws: Some(before.draws),
            pool: before.pool,
            note: Some(before.note.unwrap_or_default()),
            work_item_id: None,
        };
        match api::change_time(id, version, &change).await {
            Ok(_) => toast(t!(common.undone)),
            Err(fault) => toast(t!(time.undo_failed, why = fault_words(&fault))),
        }
        renew();
    });
}
