//! What one is told by mail, and when not: for oneself alone.
use chrono::{Days, NaiveDate};
use leptos::prelude::*;
use shared::api::{DigestRhythm, Language, Notifications, NotificationsSet};

use super::follow_ups::FollowUpSettings;
use crate::{
    api,
    format::{moment, weekday_name},
    i18n,
    query::{Query, use_query},
    session::{use_me, use_today},
    t,
    ui::{
        Button, Checkbox, Choice, Conflict, Form, FormFaults, Loaded, OneOf, Panel, Select,
        Variant, toast,
    },
};

/// The quiet hours that are offered.
const QUIET: (i64, i64) = (20, 7);

#[component]
pub(super) fn NotificationSettings() -> impl IntoView {
    let kept = use_query(api::notifications);
    view! {
        <Panel title=t!(settings.notifications)>
            <Loaded of=kept.standing() rows=5>
                <Edit kept />
            </Loaded>
        </Panel>
        <FollowUpSettings />
    }
}

/// What is chosen.
#[derive(Clone, Copy)]
struct Draft {
    /// The place in `DigestRhythm::ALL`.
    digest: RwSignal<usize>,
    hour: RwSignal<String>,
    weekday: RwSignal<String>,
    quiet: RwSignal<bool>,
    from: RwSignal<String>,
    to: RwSignal<String>,
    weekends: RwSignal<bool>,
}

impl Draft {
    fn of(kept: &NotificationsSet) -> Self {
        let place = DigestRhythm::ALL.iter().position(|one| *one == kept.digest);
        let text = |number: i64| RwSignal::new(number.to_string());
        Self {
            digest: RwSignal::new(place.unwrap_or_default()),
            hour: text(kept.hour),
            weekday: text(kept.weekday),
            quiet: RwSignal::new(kept.quiet_from.is_some()),
            from: text(kept.quiet_from.unwrap_or(QUIET.0)),
            to: text(kept.quiet_to.unwrap_or(QUIET.1)),
            weekends: RwSignal::new(kept.quiet_weekends),
        }
    }

    fn rhythm(self) -> DigestRhythm {
        DigestRhythm::ALL.get(self.digest.get()).copied().unwrap_or(DigestRhythm::Never)
    }

    fn body(self) -> NotificationsSet {
        let number = |text: RwSignal<String>| text.with_untracked(|text| text.parse::<i64>().ok());
        let quiet = self.quiet.get_untracked();
        NotificationsSet {
            digest: untrack(|| self.rhythm()),
            hour: number(self.hour).unwrap_or(-1),
            weekday: number(self.weekday).unwrap_or(-1),
            quiet_from: number(self.from).filter(|_| quiet),
            quiet_to: number(self.to).filter(|_| quiet),
            quiet_weekends: self.weekends.get_untracked(),
            // The one that they read here.
            language: if i18n::tag().starts_with("de") { Language::De } else { Language::En },
        }
    }
}

#[component]
fn Edit(kept: Query<Notifications>) -> impl IntoView {
    let Some(first) = kept.get_untracked() else { return ().into_any() };
    let form = Form::new("notifications");
    let version = StoredValue::new(first.version);
    let draft = Draft::of(&first.settings);
    let send = move || {
        let seen = version.get_value();
        let work = async move |body: NotificationsSet| api::set_notifications(seen, &body).await;
        form.send(draft.body(), work, move |now: Notifications| {
            version.try_set_value(now.version);
            kept.set(now);
            toast(t!(common.saved));
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send();
    };
    let theirs = Signal::derive(move || {
        kept.with(|kept| {
            let Some(kept) = kept else { return Vec::new() };
            vec![(t!(settings.digest), rhythm_words(kept.settings.digest).to_owned())]
        })
    });
    let refresh = Callback::new(move |()| kept.refetch());
    let again = Callback::new(move |()| {
        if let Some(now) = kept.get_untracked() {
            version.set_value(now.version);
        }
        send();
    });
    view! {
        <form class="form panel-body" novalidate=true on:submit=submit>
            <p class="text-soft">{t!(settings.digest_about)}</p>
            <Standing kept />
            <Fields form draft />
            <FormFaults form />
            <Conflict form theirs refresh again />
            <div class="form-actions">
                <Button
                    submit=true
                    variant=Variant::Primary
                    keys="mod enter"
                    busy=form.busy()
                >
                    {t!(common.save)}
                </Button>
            </div>
        </form>
    }
    .into_any()
}

/// When the next one comes, or why none does.
#[component]
fn Standing(kept: Query<Notifications>) -> impl IntoView {
    let (me, today) = (use_me(), use_today());
    let words = move || {
        kept.with(|kept| {
            let kept = kept?;
            if kept.from.is_none() {
                return Some(t!(settings.digest_no_server).to_owned());
            }
            let Some(to) = &kept.to else { return Some(t!(settings.digest_no_address).to_owned()) };
            let zone = me.with(|me| me.organisation.timezone.clone());
            let next = moment(kept.next_at?, &zone, today.get());
            Some(t!(settings.digest_next, when = next, to = to.as_str()))
        })
    };
    move || words().map(|words| view! { <p>{words}</p> })
}

fn rhythm_words(rhythm: DigestRhythm) -> &'static str {
    match rhythm {
        DigestRhythm::Never => t!(settings.digest_never),
        DigestRhythm::Daily => t!(settings.digest_daily),
        DigestRhythm::Weekly => t!(settings.digest_weekly),
    }
}

#[component]
fn Fields(form: Form, draft: Draft) -> impl IntoView {
    let rhythms = DigestRhythm::ALL.iter().map(|one| rhythm_words(*one)).collect::<Vec<_>>();
    let pick = Callback::new(move |place| draft.digest.set(place));
    let sent = move || draft.rhythm() != DigestRhythm::Never;
    let weekly = move || draft.rhythm() == DigestRhythm::Weekly;
    view! {
        <OneOf
            form
            at="/digest"
            label=t!(settings.digest)
            labels=rhythms
            chosen=Signal::derive(move || draft.digest.get())
            pick
        />
        <Show when=sent>
            <div class="form-pair">
                <Select
                    form
                    at="/hour"
                    label=t!(settings.digest_hour)
                    value=draft.hour
                    choices=hours()
                />
                <Show when=weekly>
                    <Select
                        form
                        at="/weekday"
                        label=t!(settings.digest_weekday)
                        value=draft.weekday
                        choices=weekdays()
                    />
                </Show>
            </div>
        </Show>
        <Checkbox
            form
            at="/quiet"
            label=t!(settings.quiet)
            hint=t!(settings.quiet_about)
            value=draft.quiet
        />
        <Show when=move || draft.quiet.get()>
            <div class="form-pair">
                <Select
                    form
                    at="/quiet_from"
                    label=t!(settings.quiet_from)
                    value=draft.from
                    choices=hours()
                />
                <Select
                    form
                    at="/quiet_to"
                    label=t!(settings.quiet_to)
                    value=draft.to
                    choices=hours()
                />
            </div>
        </Show>
        <Checkbox
            form
            at="/quiet_weekends"
            label=t!(settings.quiet_weekends)
            value=draft.weekends
        />
    }
}

/// The full hours of a day, where the organisation is.
fn hours() -> Vec<Choice> {
    (0..24).map(|hour: i64| Choice::new(hour.to_string(), format!("{hour:02}:00"))).collect()
}

/// The days of a week from Monday.
fn weekdays() -> Vec<Choice> {
    let monday = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap_or_default();
    let name = |n: u64| weekday_name(monday.checked_add_days(Days::new(n)).unwrap_or(monday));
    (0..7).map(|n: u64| Choice::new((n + 1).to_string(), name(n))).collect()
}
