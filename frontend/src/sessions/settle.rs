//! Saying how a session went: what the terms make of it is told before it is saved.
use leptos::prelude::*;
use shared::api::{ClientSession, ClientSessionSettled, SessionStatus, SettleClientSession};

use super::fields::moment_typed;
use super::{answered, words};
use crate::api::{self, Fault};
use crate::i18n::{fault_words, field_words};
use crate::meter::{Meter, left_words};
use crate::query::use_query_when;
use crate::retainers::radios::{Radio, Radios};
use crate::retainers::today;
use crate::session::use_me;
use crate::t;
use crate::ui::{Button, Form, FormFaults, Skeleton, TextInput, Variant, announce, toast};

/// How it went, and since when it was known.
#[derive(Clone, Copy)]
struct Fields {
    status: RwSignal<SessionStatus>,
    /// When it was called off, as typed; empty for now.
    at: RwSignal<String>,
}

/// The form of a booked session.
#[component]
pub(super) fn SettleForm(session: ClientSession) -> impl IntoView {
    let form = Form::new("settle");
    // What has not begun can only be called off.
    let begun = use_me().with_untracked(|me| session.starts_at <= me.now);
    let likely = if begun { SessionStatus::Completed } else { SessionStatus::Cancelled };
    let fields = Fields { status: RwSignal::new(likely), at: RwSignal::default() };
    let (id, zone) = (session.id, session.timezone.clone());
    let body = {
        let zone = zone.clone();
        move || {
            let status = fields.status.get();
            let at = match status {
                SessionStatus::Cancelled => fields.at.with(|text| moment_typed(text, &zone))?,
                _ => None,
            };
            Ok(SettleClientSession { status, at })
        }
    };
    let asked = Memo::new({
        let body = body.clone();
        move |_| body().ok()
    });
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match untrack(&body) {
            Err(fault) => form.refuse(vec![fault]),
            Ok(body) => {
                let work =
                    async move |body: SettleClientSession| api::settle_session(id, &body).await;
                form.send(body, work, |settled: ClientSessionSettled| {
                    let said = words::outcome(&settled.session, &settled.reason, today());
                    toast(said);
                    answered(&settled.session);
                });
            }
        }
    };
    let cancelled = move || fields.status.get() == SessionStatus::Cancelled;
    let hint = t!(calendar.at_hint, zone = zone);
    view! {
        <form class="form" novalidate=true on:submit=send>
            <Radios
                form
                at="/status"
                legend=t!(calendar.how)
                value=fields.status
                choices=choices()
            />
            <Show when=cancelled>
                <TextInput
                    form
                    at="/at"
                    label=t!(calendar.at)
                    kind="datetime-local"
                    hint=hint.clone()
                    optional=true
                    value=fields.at
                />
            </Show>
            <Preview session asked />
            <FormFaults form />
            <div class="form-actions">
                <Button submit=true variant=Variant::Primary keys="mod enter" busy=form.busy()>
                    {move || verb(fields.status.get())}
                </Button>
            </div>
        </form>
    }
}

fn choices() -> Vec<Radio<SessionStatus>> {
    vec![
        Radio {
            value: SessionStatus::Completed,
            label: t!(calendar.how_delivered),
            hint: t!(calendar.how_delivered_hint),
        },
        Radio {
            value: SessionStatus::Cancelled,
            label: t!(calendar.how_cancelled),
            hint: t!(calendar.how_cancelled_hint),
        },
        Radio {
            value: SessionStatus::NoShow,
            label: t!(calendar.how_no_show),
            hint: t!(calendar.how_no_show_hint),
        },
    ]
}

fn verb(status: SessionStatus) -> &'static str {
    match status {
        SessionStatus::Completed => t!(calendar.mark_delivered),
        SessionStatus::Cancelled => t!(calendar.mark_cancelled),
        SessionStatus::NoShow => t!(calendar.mark_no_show),
    }
}

/// What saving would do, by the terms of its cycle.
#[component]
fn Preview(session: ClientSession, asked: Memo<Option<SettleClientSession>>) -> impl IntoView {
    let id = session.id;
    let preview = use_query_when(move || {
        asked.get().map(|asked| api::settlement(id, asked.status, asked.at))
    });
    let meant = move |settled: &ClientSessionSettled| {
        let status = settled.session.state.status();
        asked.with(|asked| asked.as_ref().map(|asked| asked.status)) == status
    };
    Effect::new(move |_| {
        let said =
            preview.with(|one| one.map(|one| words::outcome(&one.session, &one.reason, today())));
        said.into_iter().for_each(announce);
    });
    let body = move || {
        let settled = preview.get().filter(meant);
        match (settled, preview.fault()) {
            (_, Some(fault)) => view! { <p class="font-medium">{refusal(&fault)}</p> }.into_any(),
            (Some(settled), None) => view! { <Told settled /> }.into_any(),
            (None, None) => view! { <Skeleton rows=2 /> }.into_any(),
        }
    };
    view! {
        <section
            class="flex flex-col gap-2 rounded-md bg-sunken p-3"
            aria-label=t!(calendar.effect)
        >
            <h3 class="text-xs font-medium text-muted">{t!(calendar.effect)}</h3>
            {body}
        </section>
    }
}

#[component]
fn Told(settled: ClientSessionSettled) -> impl IntoView {
    let said = words::outcome(&settled.session, &settled.reason, today());
    let fate = words::Fate::of(&settled.session);
    let (tone, face) = fate.look();
    let balance = settled.balance;
    let left = t!(calendar.then_left, left = left_words(&balance));
    view! {
        <p>
            <crate::ui::Badge tone icon=face>{fate.words()}</crate::ui::Badge>
            " "
            {said}
        </p>
        <p class="num text-soft">{left}</p>
        <Meter balance />
    }
}

/// Why it cannot be settled so: the words of the field where there are some.
fn refusal(fault: &Fault) -> String {
    fault.fields().first().map_or_else(|| fault_words(fault), field_words)
}
