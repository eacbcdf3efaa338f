//! Planning a cycle in three steps, from what the last one left. Source: requirement S0-14.
use leptos::prelude::*;
use shared::api::{Check, FieldError, PRIORITIES_OF_CYCLE_MAX, Pool, PriorityList, PriorityPlan};

use super::page::Shown;
use super::plan_rows::{Row, Source, odd, read, unreadable};
use super::priorities::planned_words;
use super::renew;
use crate::format::Measure;
use crate::query::Query;
use crate::ui::{
    Button, Conflict, Form, FormFaults, Loaded, Segments, TextArea, TextInput, Variant, focus,
    pointer, toast,
};
use crate::{api, t};

/// The last step.
const LAST: usize = 2;

/// What the dialog holds: the list as it is, or a draft where there is none.
#[component]
pub(super) fn PlanForm(
    shown: Shown,
    list: Query<PriorityList>,
    plan: Query<PriorityPlan>,
) -> impl IntoView {
    view! {
        <Loaded of=list.standing() rows=4>
            <Loaded of=plan.standing() rows=4>
                <Edit shown list plan />
            </Loaded>
        </Loaded>
    }
}

/// A plan in the making. Copy it into closures.
#[derive(Clone, Copy)]
struct Plan {
    form: Form,
    rows: RwSignal<Vec<Row>>,
    set_by: RwSignal<String>,
    step: RwSignal<usize>,
    pool: StoredValue<Option<Pool>>,
    available: Option<i64>,
    /// What a row added in one step lives with, so that it outlives the step.
    owner: StoredValue<Option<Owner>>,
}

impl Plan {
    fn of(list: &PriorityList, plan: &PriorityPlan) -> Self {
        let pool = list.pool.as_ref();
        let rows: Vec<Row> = match list.priorities.is_empty() {
            false => list.priorities.iter().map(|one| Row::kept(one, pool)).collect(),
            true => plan.priorities.iter().map(|one| Row::drafted(one, pool)).collect(),
        };
        Self {
            form: Form::new("plan"),
            rows: RwSignal::new(rows),
            set_by: RwSignal::new(list.set_by.unwrap_or(plan.set_by).to_string()),
            step: RwSignal::new(0),
            pool: StoredValue::new(pool.cloned()),
            available: plan.available,
            owner: StoredValue::new(Owner::current()),
        }
    }

    fn odd(self) -> Vec<FieldError> {
        self.pool.with_value(|pool| odd(&self.rows.get_untracked(), pool.as_ref()))
    }

    fn add(self) {
        let count = self.rows.with_untracked(Vec::len);
        let added = self.owner.with_value(|owner| match owner {
            Some(owner) => owner.with(Row::added),
            None => Row::added(),
        });
        self.rows.update(|rows| rows.push(added));
        focus(self.form.id(&format!("/priorities/{count}/title")));
    }

    fn swap(self, place: usize, other: usize) {
        self.form.clear();
        self.rows.update(|rows| rows.swap(place, other));
        self.form.touched("/priorities");
        focus(self.form.id(&format!("/priorities/{other}/title")));
    }

    fn remove(self, place: usize) {
        self.form.clear();
        self.rows.update(|rows| {
            rows.remove(place);
        });
        self.form.touched("/priorities");
        focus("plan-add");
    }

    /// Shows the step that holds the first fault.
    fn refuse(self, faults: Vec<FieldError>) {
        let at = faults.first().map(|fault| fault.field.clone()).unwrap_or_default();
        self.step.set(match at.rsplit('/').next() {
            Some("planned" | "channel") => 1,
            Some("displaced" | "outcome") => LAST,
            _ => 0,
        });
        self.form.refuse(faults);
    }
}

#[component]
fn Edit(shown: Shown, list: Query<PriorityList>, plan: Query<PriorityPlan>) -> impl IntoView {
    let (Some(first), Some(draft)) = (list.get_untracked(), plan.get_untracked()) else {
        return ().into_any();
    };
    let making = Plan::of(&first, &draft);
    let version = StoredValue::new(first.version);
    let send = move || {
        let set_by = making.set_by.get_untracked();
        let read = making.pool.with_value(|pool| {
            making.rows.with_untracked(|rows| read(rows, &set_by, pool.as_ref()))
        });
        let body = match read.and_then(|body| body.check().map(|()| body)) {
            Ok(body) => body,
            Err(faults) => return making.refuse(faults),
        };
        let seen = version.get_value();
        let work = async move { api::set_priorities(first.cycle_id, seen, &body).await };
        making.form.run(work, move |now: PriorityList| {
            list.set(now);
            renew();
            shown.planning.set(false);
            toast(t!(scope.planned_toast));
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match making.step.get_untracked() {
            LAST => send(),
            step => match making.odd() {
                // What cannot be read is told where it stands, before the next step.
                faults if step == 1 && !faults.is_empty() => making.refuse(faults),
                _ => making.step.set(step + 1),
            },
        }
    };
    let theirs = Signal::derive(move || {
        let titles = list.with(|list| {
            let all = list.into_iter().flat_map(|list| &list.priorities);
            all.map(|one| one.title.clone()).collect::<Vec<_>>()
        });
        vec![(t!(scope.priorities), titles.join(", "))]
    });
    let refresh = Callback::new(move |()| list.refetch());
    let again = Callback::new(move |()| {
        let now = list.get_untracked().map(|list| list.version);
        now.iter().for_each(|now| version.set_value(*now));
        send();
    });
    let left_out = draft.left_out.clone();
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <Steps step=making.step />
            {move || match making.step.get() {
                0 => view! { <Rank plan=making left_out=left_out.clone() /> }.into_any(),
                1 => view! { <Effort plan=making /> }.into_any(),
                _ => view! { <TradeOff plan=making /> }.into_any(),
            }}
            <FormFaults form=making.form />
            <Conflict form=making.form theirs refresh again />
            <Buttons plan=making open=shown.planning />
        </form>
    }
    .into_any()
}

/// The steps, and what the one shown is for.
#[component]
fn Steps(step: RwSignal<usize>) -> impl IntoView {
    let names = [t!(scope.step_rank), t!(scope.step_effort), t!(scope.step_waits)];
    let labels: Vec<String> =
        names.iter().enumerate().map(|(n, name)| format!("{}. {name}", n + 1)).collect();
    let purpose = move || match step.get() {
        0 => t!(scope.step_rank_about),
        1 => t!(scope.step_effort_about),
        _ => t!(scope.step_waits_about),
    };
    view! {
        <Segments legend=t!(scope.steps) labels=Signal::stored(labels) chosen=step />
        <p class="text-soft" aria-live="polite">{purpose}</p>
    }
}

#[component]
fn Buttons(plan: Plan, open: RwSignal<bool>) -> impl IntoView {
    let back = Callback::new(move |()| match plan.step.get_untracked() {
        0 => open.set(false),
        step => plan.step.set(step - 1),
    });
    let first = move || plan.step.get() == 0;
    let last = move || plan.step.get() == LAST;
    view! {
        <div class="form-actions">
            <Button on_press=back>
                {move || if first() { t!(common.cancel) } else { t!(scope.step_back) }}
            </Button>
            <Button submit=true variant=Variant::Primary keys="mod enter" busy=plan.form.busy()>
                {move || if last() { t!(scope.plan_now) } else { t!(scope.step_next) }}
            </Button>
        </div>
    }
}

/// The first step: which, in which order, and by when that has to stand.
#[component]
fn Rank(plan: Plan, left_out: Vec<String>) -> impl IntoView {
    let count = move || plan.rows.with(Vec::len);
    let rows = move || {
        let (rows, count) = (plan.rows.get(), count());
        let row = |(place, row): (usize, Row)| view! { <RankRow plan place row count /> };
        rows.into_iter().enumerate().map(row).collect_view()
    };
    let full = Signal::derive(move || {
        let words = t!(scope.list_full, count = PRIORITIES_OF_CYCLE_MAX);
        (count() >= PRIORITIES_OF_CYCLE_MAX).then_some(words)
    });
    let add = Callback::new(move |()| plan.add());
    let rest =
        (!left_out.is_empty()).then(|| t!(scope.left_out, titles = crate::format::list(&left_out)));
    view! {
        <ol class="flex flex-col gap-3">{rows}</ol>
        <p>
            <Button small=true id="plan-add" icon=icondata::LuPlus reason=full on_press=add>
                {t!(scope.add_priority)}
            </Button>
        </p>
        {rest.map(|words| view! { <p class="text-soft">{words}</p> })}
        <TextInput
            form=plan.form
            at="/set_by"
            label=t!(scope.set_by)
            hint=t!(scope.set_by_hint)
            kind="date"
            value=plan.set_by
            optional=true
        />
    }
}

#[component]
fn RankRow(plan: Plan, place: usize, row: Row, count: usize) -> impl IntoView {
    let hint = match row.source {
        Source::Named => t!(scope.from_closing),
        Source::Carried => t!(scope.from_last),
        Source::Kept | Source::Added => "",
    };
    let number = place + 1;
    let up = Callback::new(move |()| plan.swap(place, place.saturating_sub(1)));
    let down = Callback::new(move |()| plan.swap(place, place + 1));
    let gone = Callback::new(move |()| plan.remove(place));
    let at = pointer(&format!("/priorities/{place}/title"));
    view! {
        <li class="flex flex-wrap items-start gap-2">
            <div class="min-w-0 flex-1 basis-60">
                <TextInput
                    form=plan.form
                    at
                    label=t!(scope.priority_n, number = number)
                    hint=hint
                    value=row.title
                />
            </div>
            <div class="flex gap-1 sm:pt-6">
                {(place > 0).then(|| view! {
                    <Button
                        variant=Variant::Ghost
                        icon=icondata::LuArrowUp
                        label=t!(scope.move_up, number = number)
                        on_press=up
                    />
                })}
                {(number < count).then(|| view! {
                    <Button
                        variant=Variant::Ghost
                        icon=icondata::LuArrowDown
                        label=t!(scope.move_down, number = number)
                        on_press=down
                    />
                })}
                <Button
                    variant=Variant::Ghost
                    icon=icondata::LuTrash2
                    label=t!(scope.remove_n, number = number)
                    on_press=gone
                />
            </div>
        </li>
    }
}

/// The second step: how much of the allowance each gets.
#[component]
fn Effort(plan: Plan) -> impl IntoView {
    let sum = move || {
        let (pool, available) = (plan.pool.get_value()?, plan.available?);
        let rows = plan.rows.get();
        let odd = rows.iter().position(|row| row.units(Some(&pool)).is_err());
        Some(match odd {
            // A sum without it would be another plan's.
            Some(place) => {
                let title = named(place, rows[place]);
                format!("{title}: {}", unreadable(place, Some(&pool)).message)
            }
            None => {
                let units = rows.iter().filter_map(|row| row.units(Some(&pool)).ok()?);
                planned_words(&Measure::of(&pool), units.sum(), available)
            }
        })
    };
    let rows = move || {
        let row = |(place, row): (usize, Row)| {
            let at = |field: &str| pointer(&format!("/priorities/{place}/{field}"));
            view! {
                <fieldset class="field">
                    <legend class="field-label">{named(place, row)}</legend>
                    <div class="form-pair">
                        <TextInput
                            form=plan.form
                            at=at("planned")
                            label=t!(scope.planned)
                            value=row.planned
                            optional=true
                        />
                        <TextInput
                            form=plan.form
                            at=at("channel")
                            label=t!(scope.channel)
                            value=row.channel
                            optional=true
                        />
                    </div>
                </fieldset>
            }
        };
        plan.rows.get().into_iter().enumerate().map(row).collect_view()
    };
    view! {
        {rows}
        <p class="font-medium" role="status">{sum}</p>
    }
}

/// The third step: what each pushes back, and what the business is to have of it.
#[component]
fn TradeOff(plan: Plan) -> impl IntoView {
    let rows = move || {
        let row = |(place, row): (usize, Row)| {
            let at = |field: &str| pointer(&format!("/priorities/{place}/{field}"));
            view! {
                <fieldset class="field">
                    <legend class="field-label">{named(place, row)}</legend>
                    <div class="form-pair">
                        <TextArea
                            form=plan.form
                            at=at("displaced")
                            label=t!(scope.displaced)
                            value=row.displaced
                            optional=true
                            rows=2
                        />
                        <TextArea
                            form=plan.form
                            at=at("outcome")
                            label=t!(scope.priority_outcome)
                            value=row.outcome
                            optional=true
                            rows=2
                        />
                    </div>
                </fieldset>
            }
        };
        plan.rows.get().into_iter().enumerate().map(row).collect_view()
    };
    view! { {rows} }
}

/// A row by its place and title.
fn named(place: usize, row: Row) -> String {
    let title = row.title.get_untracked();
    let number = place + 1;
    match title.trim() {
        "" => t!(scope.priority_n, number = number),
        title => format!("{number}. {title}"),
    }
}
