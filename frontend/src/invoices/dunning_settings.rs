//! Settings: when unpaid invoices are reminded of, and in which words.
use chrono::{Datelike, Days, NaiveDate};
use leptos::prelude::*;
use shared::api::{
    DunningSet, DunningSettings, FieldError, Language, REMINDER_STEPS_MAX, ReminderAction,
    ReminderStep, ReminderWords,
};

use super::reminders::action;
use super::settings_paper::typed;
use super::words::may_issue;
use crate::format::{date, list};
use crate::query::{Query, use_query};
use crate::session::use_today;
use crate::ui::{
    Button, Checkbox, Conflict, Form, FormFaults, Loaded, OneOf, Panel, TextArea, TextInput,
    Variant, pointer, toast,
};
use crate::{api, browser, t};

/// Their part of the settings of invoices.
#[component]
pub(super) fn DunningPanel() -> impl IntoView {
    let kept = use_query(api::dunning);
    view! {
        <Panel title=t!(invoices.reminders)>
            <Loaded of=kept.standing() rows=6>
                <Edit kept />
            </Loaded>
        </Panel>
    }
}

/// A language, with the subject and the text that were typed.
type Letter = (Language, RwSignal<String>, RwSignal<String>);

/// A step as it is typed.
#[derive(Clone, Copy)]
struct Typed {
    id: u32,
    key: StoredValue<String>,
    days: RwSignal<String>,
    /// The place of its action.
    action: RwSignal<usize>,
    /// Subject and text by language; a new step has the usual ones until it is saved.
    words: StoredValue<Vec<Letter>>,
}

impl Typed {
    fn of(step: &ReminderStep) -> Self {
        let words = step
            .words
            .iter()
            .map(|words| (words.language, typed(Some(&words.subject)), typed(Some(&words.body))));
        let place = ReminderAction::ALL.iter().position(|one| *one == step.action);
        Self {
            id: browser::next_id(),
            key: StoredValue::new(step.key.clone()),
            days: RwSignal::new(step.days.to_string()),
            action: RwSignal::new(place.unwrap_or_default()),
            words: StoredValue::new(words.collect()),
        }
    }
    /// The day, if it can be read.
    fn days(self) -> Option<i64> {
        self.days.with(|text| text.trim().replace('−', "-").parse().ok())
    }
    fn said(self) -> ReminderStep {
        let text = |text: RwSignal<String>| text.with_untracked(|text| text.trim().to_owned());
        let words = self.words.with_value(|words| {
            let one = |(language, subject, body): &Letter| ReminderWords {
                language: *language,
                subject: text(*subject),
                body: text(*body),
            };
            words.iter().map(one).collect()
        });
        let action = ReminderAction::ALL.get(self.action.get_untracked()).copied();
        ReminderStep {
            key: self.key.get_value(),
            days: untrack(move || self.days()).unwrap_or_default(),
            action: action.unwrap_or(ReminderAction::Remind),
            words,
        }
    }
}

/// A name that no step ever had: an invoice comes to one of a name once.
fn fresh() -> String {
    let mut id = browser::random_uuid();
    id.truncate(8);
    format!("step-{id}")
}

#[component]
fn Edit(kept: Query<DunningSettings>) -> impl IntoView {
    let Some(first) = kept.get_untracked() else { return ().into_any() };
    let form = Form::new("dunning");
    let version = StoredValue::new(first.version);
    let on = RwSignal::new(first.settings.on);
    let of = |steps: &[ReminderStep]| steps.iter().map(Typed::of).collect::<Vec<_>>();
    let steps = RwSignal::new(of(&first.settings.steps));
    let (reason, today) = (may_issue(), use_today());
    let send = move || {
        let all = steps.get_untracked();
        let unread = all.iter().position(|step| untrack(move || step.days()).is_none());
        if let Some(place) = unread {
            let at = format!("/steps/{place}/days");
            return form.refuse(vec![FieldError::new(&at, "invalid")]);
        }
        let said = all.iter().map(|step| step.said()).collect();
        let body = DunningSet { on: on.get_untracked(), steps: said };
        let seen = version.get_value();
        let work = async move |body: DunningSet| api::set_dunning(seen, &body).await;
        form.send(body, work, move |now: DunningSettings| {
            version.try_set_value(now.version);
            // New steps have words now.
            steps.try_set(of(&now.settings.steps));
            kept.set(now);
            toast(t!(common.saved));
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if reason.with_untracked(Option::is_none) {
            send();
        }
    };
    let theirs = Signal::derive(move || {
        let steps = kept.get().map(|kept| kept.settings.steps).unwrap_or_default();
        steps.into_iter().map(|step| (action(step.action), step.days.to_string())).collect()
    });
    let refresh = Callback::new(move |()| kept.refetch());
    let again = Callback::new(move |()| {
        if let Some(now) = kept.get_untracked() {
            version.set_value(now.version);
        }
        send();
    });
    let add = Callback::new(move |()| {
        steps.update(|steps| {
            let last = steps.iter().filter_map(|step| untrack(move || step.days())).max();
            steps.push(Typed::of(&ReminderStep {
                key: fresh(),
                days: last.unwrap_or_default() + 7,
                action: ReminderAction::Remind,
                words: Vec::new(),
            }));
        });
    });
    let rows = move || steps.get().into_iter().enumerate().collect::<Vec<_>>();
    let room = move || steps.with(|steps| steps.len() < REMINDER_STEPS_MAX);
    let no_server = first.from.is_none().then(|| t!(errors.mail_off));
    view! {
        <form class="form panel-body" novalidate=true on:submit=submit>
            {no_server.map(|words| view! { <p class="text-soft">{words}</p> })}
            <Checkbox form at="/on" label=t!(invoices.reminders_on) value=on />
            <For each=rows key=|(place, step)| (*place, step.id) let((place, step))>
                <Step form steps step place />
            </For>
            <Show when=room>
                <div>
                    <Button small=true icon=icondata::LuPlus on_press=add>
                        {t!(invoices.reminder_add)}
                    </Button>
                </div>
            </Show>
            <p class="text-soft">{move || preview(&steps.get(), today.get())}</p>
            <p class="text-soft num">
                "{client} {number} {amount} {due} {retainer} {sender} {open} {late}"
            </p>
            <FormFaults form />
            <Conflict form theirs refresh again />
            <div class="form-actions">
                <Button submit=true variant=Variant::Primary reason busy=form.busy()>
                    {t!(invoices.reminder_save)}
                </Button>
            </div>
        </form>
    }
    .into_any()
}

/// When an invoice that is due on the first of March is reminded of.
fn preview(steps: &[Typed], today: NaiveDate) -> Option<String> {
    let due = NaiveDate::from_ymd_opt(today.year(), 3, 1)?;
    let mut days: Vec<i64> = steps.iter().filter_map(|step| step.days()).collect();
    days.sort_unstable();
    let on = |days: i64| {
        let by = Days::new(days.unsigned_abs());
        if days < 0 { due.checked_sub_days(by) } else { due.checked_add_days(by) }
    };
    let days: Vec<String> = days.into_iter().filter_map(on).map(|day| date(day, due)).collect();
    (!days.is_empty())
        .then(|| t!(invoices.reminder_preview, due = date(due, due), days = list(&days)))
}

#[component]
fn Step(form: Form, steps: RwSignal<Vec<Typed>>, step: Typed, place: usize) -> impl IntoView {
    let n = place + 1;
    let at = move |field: &str| pointer(&format!("/steps/{place}/{field}"));
    let remove = Callback::new(move |()| {
        steps.update(|steps| steps.retain(|one| one.id != step.id));
        form.clear();
        form.touched("/steps");
    });
    let pick = Callback::new(move |action| step.action.set(action));
    let labels = ReminderAction::ALL.iter().map(|one| action(*one)).collect::<Vec<_>>();
    let words = step.words.get_value();
    let worded = !words.is_empty();
    let words = words.into_iter().enumerate().map(|(nth, (language, subject, body))| {
        let name = match language {
            Language::En => "English",
            Language::De => "Deutsch",
        };
        view! {
            <TextInput
                form
                at=at(&format!("words/{nth}/subject"))
                label=format!("{} {n} ({name})", t!(invoices.mail_subject))
                value=subject
            />
            <TextArea
                form
                at=at(&format!("words/{nth}/body"))
                label=format!("{} {n} ({name})", t!(invoices.mail_body))
                value=body
                rows=5
            />
        }
    });
    let words = words.collect_view();
    view! {
        <div class="grid grid-cols-[1fr_1fr_auto] items-start gap-3">
            <TextInput
                form
                at=at("days")
                label=t!(invoices.reminder_days, n = n)
                value=step.days
            />
            <OneOf
                form
                at=at("action")
                label=t!(invoices.reminder_does, n = n)
                labels
                chosen=step.action.into()
                pick
            />
            <div class="pt-6">
                <Button
                    variant=Variant::Ghost
                    icon=icondata::LuTrash2
                    label=t!(invoices.reminder_remove, n = n)
                    on_press=remove
                />
            </div>
        </div>
        {worded
            .then(|| {
                view! {
                    <details>
                        <summary>{t!(invoices.reminder_words, n = n)}</summary>
                        <div class="form">{words}</div>
                    </details>
                }
            })}
    }
}
