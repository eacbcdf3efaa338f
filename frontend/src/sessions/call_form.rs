//! The form of a rule of calls, with the next days it means.
use leptos::prelude::*;
use shared::api::{
    CALLS_TOLD, CallRhythm, CallRule, CallRuleSet, CallWeekday, Check, PoolTerms, Retainer,
    RetainerId, Unit,
};

use super::call_draft::{Draft, FIRST};
use super::call_words::{nth, weekday};
use super::renew;
use crate::format::{list, unit_name, weekday as day_words};
use crate::query::{Query, use_query};
use crate::retainers::today;
use crate::session::{manages, use_me};
use crate::ui::{Choice, Field, Form, FormActions, FormFaults, Select, TextInput, toast};
use crate::{api, t};

/// Makes a rule, or changes one.
#[component]
pub(super) fn CallForm(
    id: RetainerId,
    retainer: Query<Retainer>,
    rule: Option<CallRule>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let form = Form::new("calls");
    let draft = match &rule {
        Some(rule) => Draft::of(&rule.rule),
        None => Draft::new(today()),
    };
    let (known, verb) = match &rule {
        Some(rule) => (Some((rule.id, rule.version)), t!(common.save)),
        None => (None, t!(calls.make)),
    };
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match untrack(|| draft.read()) {
            Err(faults) => form.refuse(faults),
            Ok(body) => {
                let work = async move |body: CallRuleSet| match known {
                    Some((rule, version)) => api::change_call_rule(rule, version, &body).await,
                    None => api::add_call_rule(id, &body).await,
                };
                form.send(body, work, move |_: CallRule| {
                    open.set(false);
                    toast(t!(calls.saved));
                    renew();
                });
            }
        }
    };
    view! {
        <form class="form" novalidate=true on:submit=send>
            <TextInput
                form
                at="/title"
                label=t!(calendar.name)
                hint=t!(calls.name_hint)
                optional=true
                value=draft.title
                autofocus=true
            />
            <Rhythm form draft />
            <When form draft retainer />
            <Draws form draft retainer />
            <div class="form-pair">
                <TextInput
                    form
                    at="/first_on"
                    label=t!(calls.first_on)
                    kind="date"
                    value=draft.first_on
                />
                <TextInput
                    form
                    at="/last_on"
                    label=t!(calls.last_on)
                    kind="date"
                    hint=t!(calls.last_on_hint)
                    optional=true
                    value=draft.last_on
                />
            </div>
            <Holder form draft />
            <Meant draft />
            <FormFaults form />
            <FormActions form open verb=verb />
        </form>
    }
}

/// How calls come again.
#[component]
fn Rhythm(form: Form, draft: Draft) -> impl IntoView {
    let rhythms = Signal::derive(|| {
        let words = |one: &CallRhythm| match one {
            CallRhythm::Weekly => t!(calls.weekly),
            CallRhythm::MonthlyByWeekday => t!(calls.by_weekday),
            CallRhythm::MonthlyByDay => t!(calls.by_day),
        };
        CallRhythm::ALL.iter().map(|one| Choice::new(one.name(), words(one))).collect::<Vec<_>>()
    });
    let weekdays = Signal::derive(|| {
        let one = |day: &CallWeekday| Choice::new(day.name(), weekday(*day));
        CallWeekday::ALL.iter().map(one).collect::<Vec<_>>()
    });
    let places = Signal::derive(|| {
        (1..=5u32).map(|place| Choice::new(place.to_string(), nth(place))).collect::<Vec<_>>()
    });
    let is = move |rhythm: CallRhythm| draft.chosen() == rhythm;
    let every = move || if is(CallRhythm::Weekly) { t!(calls.weeks) } else { t!(calls.months) };
    view! {
        <div class="form-pair">
            <Select form at="/rhythm" label=t!(calls.rhythm) value=draft.rhythm choices=rhythms />
            <TextInput
                form
                at="/every"
                label=t!(calls.every)
                hint=Signal::derive(move || every().to_owned())
                inputmode="numeric"
                value=draft.every
            />
        </div>
        <Show when=move || is(CallRhythm::Weekly)>
            <Weekdays form draft />
        </Show>
        <Show when=move || is(CallRhythm::MonthlyByWeekday)>
            <div class="form-pair">
                <Select form at="/nth" label=t!(calls.which) value=draft.nth choices=places />
                <Select
                    form
                    at="/weekdays"
                    label=t!(calls.weekday)
                    value=draft.weekday
                    choices=weekdays
                />
            </div>
        </Show>
        <Show when=move || is(CallRhythm::MonthlyByDay)>
            <TextInput
                form
                at="/day"
                label=t!(calls.day)
                hint=t!(calls.day_hint)
                inputmode="numeric"
                value=draft.day
            />
        </Show>
    }
}

/// The days of the week, each with a tick.
#[component]
fn Weekdays(form: Form, draft: Draft) -> impl IntoView {
    let tick = move |day: &CallWeekday| {
        let day = *day;
        let on = move || draft.weekdays.with(|all| all.contains(&day));
        let toggle = move |event: leptos::ev::Event| {
            let on = event_target_checked(&event);
            draft.weekdays.update(|all| {
                all.retain(|one| *one != day);
                if on {
                    all.push(day);
                    all.sort();
                }
            });
            form.touched("/weekdays");
        };
        view! {
            <label class="call-tick">
                <input type="checkbox" class="checkbox" prop:checked=on on:change=toggle />
                {weekday(day)}
            </label>
        }
    };
    let id = form.id("/weekdays");
    view! {
        <Field form at="/weekdays" label=t!(calls.weekdays)>
            <div class="call-ticks" id=id tabindex="-1" role="group" aria-label=t!(calls.weekdays)>
                {CallWeekday::ALL.iter().map(tick).collect_view()}
            </div>
        </Field>
    }
}

/// The time of day and the length, in the zone of the retainer.
#[component]
fn When(form: Form, draft: Draft, retainer: Query<Retainer>) -> impl IntoView {
    let zone = Signal::derive(move || {
        let zone = retainer.with(|one| one.map(|one| one.timezone.clone()));
        zone.map(|zone| t!(calendar.in_zone, zone = zone)).unwrap_or_default()
    });
    view! {
        <div class="form-pair">
            <TextInput
                form
                at="/minute_of_day"
                label=t!(calendar.time)
                kind="time"
                hint=zone
                value=draft.time
            />
            <TextInput
                form
                at="/minutes"
                label=t!(calendar.length)
                hint=t!(time.effort_hint)
                value=draft.length
            />
        </div>
    }
}

/// What the calls draw on: nothing, or a pool of sessions. One that is in the terms no more can still be
/// left for another, or for nothing.
#[component]
fn Draws(form: Form, draft: Draft, retainer: Query<Retainer>) -> impl IntoView {
    let pools = Memo::new(move |_| {
        retainer.with(|one| {
            let pools = one.into_iter().flat_map(Retainer::pools_now);
            let pools = pools.filter(PoolTerms::takes_sessions);
            let choice = |pool: PoolTerms| {
                let name = pool.name.clone().unwrap_or_else(|| unit_name(pool.unit).to_owned());
                Choice::new(pool.key(), name)
            };
            pools.map(choice).collect::<Vec<_>>()
        })
    });
    // The first by its own key, once that is known.
    Effect::new(move |_| {
        let first = pools.with(|all| all.first().map(|pool| pool.value.clone()));
        if draft.pool.with_untracked(|key| key == FIRST)
            && let Some(first) = first
        {
            draft.pool.set(first);
        }
    });
    let kept = draft.pool.get_untracked();
    let choices = Signal::derive(move || {
        let mut all = pools.get();
        if retainer.known() {
            all.extend(gone(&kept, &all));
        }
        all
    });
    view! {
        <div class="form-pair">
            <Select
                form
                at="/pool"
                label=t!(calls.draws)
                value=draft.pool
                choices
                nothing=t!(calls.draws_nothing)
                optional=true
            />
            <Show when=move || draft.pool.with(|key| !key.is_empty())>
                <TextInput
                    form
                    at="/units"
                    label=t!(calendar.units)
                    inputmode="numeric"
                    value=draft.units
                />
            </Show>
        </div>
    }
}

/// The pool that a rule draws on, where it is none of those that there are.
fn gone(kept: &str, pools: &[Choice]) -> Option<Choice> {
    let there = match kept {
        FIRST => !pools.is_empty(),
        key => key.is_empty() || pools.iter().any(|pool| pool.value == key),
    };
    let name = if kept == FIRST { unit_name(Unit::Sessions) } else { kept };
    (!there).then(|| Choice::new(kept, t!(calls.pool_gone, pool = name)))
}

/// Managers have others hold calls too.
#[component]
fn Holder(form: Form, draft: Draft) -> impl IntoView {
    let me = use_me();
    me.with_untracked(|me| manages(me.role)).then(|| {
        let members = use_query(api::active_members);
        let choices = Signal::derive(move || {
            let own = me.with(|me| me.member_id);
            members.with(|page| {
                let items = page.map_or(&[][..], |page| &page.items);
                let others = items.iter().filter(|member| member.id != own);
                others.map(|member| Choice::new(member.id.to_string(), &*member.name)).collect()
            })
        });
        let own = me.with_untracked(|me| me.member_id.to_string());
        if draft.member.with_untracked(|id| *id == own) {
            draft.member.set(String::new());
        }
        view! {
            <Select
                form
                at="/member_id"
                label=t!(time.person)
                value=draft.member
                choices
                nothing=t!(time.person_me)
                optional=true
            />
        }
    })
}

/// The next days that what is typed means.
#[component]
fn Meant(draft: Draft) -> impl IntoView {
    let days = move || {
        let rule = draft.read().ok().filter(|rule| rule.check().is_ok())?;
        let days = rule.plan().next(today(), CALLS_TOLD);
        Some(days.into_iter().map(|day| day_words(day, today())).collect::<Vec<_>>())
    };
    let words = move || match days() {
        None => String::new(),
        Some(days) if days.is_empty() => t!(calls.none_ahead).to_owned(),
        Some(days) => t!(calls.next, days = list(&days)),
    };
    view! { <p class="rounded-md bg-sunken p-3" aria-live="polite">{words}</p> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_that_is_gone_is_a_choice_still() {
        let there = [Choice::new("sessions", "Sessions")];
        assert!(gone("", &[]).is_none() && gone("", &there).is_none());
        assert!(gone("sessions", &there).is_none() && gone(FIRST, &there).is_none());
        for kept in ["coaching", FIRST] {
            let choice = gone(kept, &[]).expect("a choice");
            assert_eq!(choice.value, kept);
        }
    }
}
