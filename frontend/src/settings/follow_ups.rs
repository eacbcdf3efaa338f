//! What the clock reminds the organisation of: check-ins, sessions to be written up, and drafts
//! before a cycle ends.
use leptos::prelude::*;
use shared::api::{
    CADENCE_USUAL, FOLLOW_UP_USUAL, FieldError, FollowUps, FollowUpsKept, OUTREACH_USUAL,
};

use crate::{
    api,
    members::may_administer,
    query::{self, Query, use_query},
    t,
    ui::{Button, Checkbox, Conflict, Form, FormFaults, Loaded, Panel, TextInput, Variant, toast},
};

#[component]
pub(super) fn FollowUpSettings() -> impl IntoView {
    let kept = use_query(api::follow_ups);
    view! {
        <Panel title=t!(settings.follow_ups)>
            <Loaded of=kept.standing() rows=4>
                <Edit kept />
            </Loaded>
        </Panel>
    }
}

/// What is typed: one rule for each thing.
#[derive(Clone, Copy)]
struct Draft {
    check_in: Rule,
    follow_up: Rule,
    outreach: Rule,
}

impl Draft {
    fn of(kept: &FollowUps) -> Self {
        Self {
            check_in: Rule::of("/check_in_days", kept.check_in_days, CADENCE_USUAL),
            follow_up: Rule::of("/follow_up_days", kept.follow_up_days, FOLLOW_UP_USUAL),
            outreach: Rule::of("/outreach_days", kept.outreach_days, OUTREACH_USUAL),
        }
    }

    fn said(self) -> Result<FollowUps, Vec<FieldError>> {
        let mut faults = Vec::new();
        let said = FollowUps {
            check_in_days: self.check_in.said(&mut faults),
            follow_up_days: self.follow_up.said(&mut faults),
            outreach_days: self.outreach.said(&mut faults),
        };
        if faults.is_empty() { Ok(said) } else { Err(faults) }
    }
}

/// One thing that is reminded of: whether, and after how many days.
#[derive(Clone, Copy)]
struct Rule {
    at: &'static str,
    on: RwSignal<bool>,
    days: RwSignal<String>,
}

impl Rule {
    fn of(at: &'static str, kept: Option<i64>, usual: i64) -> Self {
        let days = RwSignal::new(kept.unwrap_or(usual).to_string());
        Self { at, on: RwSignal::new(kept.is_some()), days }
    }

    fn said(self, faults: &mut Vec<FieldError>) -> Option<i64> {
        if !self.on.get_untracked() {
            return None;
        }
        let days = self.days.with_untracked(|text| text.trim().parse().ok());
        if days.is_none() {
            faults.push(FieldError::new(self.at, "invalid"));
        }
        days
    }
}

#[component]
fn Edit(kept: Query<FollowUpsKept>) -> impl IntoView {
    let Some(first) = kept.get_untracked() else { return ().into_any() };
    let form = Form::new("follow-ups");
    let version = StoredValue::new(first.version);
    let draft = Draft::of(&first.settings);
    let reason = may_administer();
    let send = move || {
        let body = match draft.said() {
            Ok(body) => body,
            Err(faults) => return form.refuse(faults),
        };
        let seen = version.get_value();
        let work = async move |body: FollowUps| api::set_follow_ups(seen, &body).await;
        form.send(body, work, move |now: FollowUpsKept| {
            version.try_set_value(now.version);
            kept.set(now);
            query::invalidate("/accounts");
            toast(t!(common.saved));
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if reason.with_untracked(Option::is_none) {
            send();
        }
    };
    let theirs = Signal::derive(move || kept.with(|kept| kept.map(theirs).unwrap_or_default()));
    let refresh = Callback::new(move |()| kept.refetch());
    let again = Callback::new(move |()| {
        if let Some(now) = kept.get_untracked() {
            version.set_value(now.version);
        }
        send();
    });
    view! {
        <form class="form panel-body" novalidate=true on:submit=submit>
            <p class="text-soft">{t!(settings.follow_ups_about)}</p>
            <Fields form draft />
            <FormFaults form />
            <Conflict form theirs refresh again />
            <div class="form-actions">
                <Button
                    submit=true
                    variant=Variant::Primary
                    keys="mod enter"
                    reason
                    busy=form.busy()
                >
                    {t!(common.save)}
                </Button>
            </div>
        </form>
    }
    .into_any()
}

/// Label and value of what stands in the store.
fn theirs(kept: &FollowUpsKept) -> Vec<(&'static str, String)> {
    let days = |days: Option<i64>| days.map_or_else(|| "–".to_owned(), |days| days.to_string());
    let FollowUps { check_in_days, follow_up_days, outreach_days } = kept.settings;
    vec![
        (t!(settings.check_in_days), days(check_in_days)),
        (t!(settings.follow_up_days), days(follow_up_days)),
        (t!(settings.outreach_days), days(outreach_days)),
    ]
}

#[component]
fn Fields(form: Form, draft: Draft) -> impl IntoView {
    view! {
        <RuleFields
            form
            rule=draft.check_in
            label=t!(settings.check_in)
            about=t!(settings.check_in_about)
            days=t!(settings.check_in_days)
        />
        <RuleFields
            form
            rule=draft.follow_up
            label=t!(settings.follow_up)
            about=t!(settings.follow_up_about)
            days=t!(settings.follow_up_days)
        />
        <RuleFields
            form
            rule=draft.outreach
            label=t!(settings.outreach)
            about=t!(settings.outreach_about)
            days=t!(settings.outreach_days)
        />
    }
}

#[component]
fn RuleFields(
    form: Form,
    rule: Rule,
    label: &'static str,
    about: &'static str,
    days: &'static str,
) -> impl IntoView {
    // The tick is a field of its own beside the number.
    let tick = match rule.at {
        "/check_in_days" => "/check_in",
        "/follow_up_days" => "/follow_up",
        _ => "/outreach",
    };
    view! {
        <Checkbox form at=tick label hint=about value=rule.on />
        <Show when=move || rule.on.get()>
            <TextInput form at=rule.at label=days value=rule.days inputmode="numeric" />
        </Show>
    }
}
