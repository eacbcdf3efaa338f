//! Settings: what the organisation wants to be told of, where a retainer says nothing else.
use leptos::prelude::*;
use shared::api::{AlertDefaults, AlertDefaultsKept, Member, Page, Unit};

use super::fields::{LevelFields, Levels, People};
use crate::members::may_administer;
use crate::query::{self, Query, use_query};
use crate::ui::{Button, Conflict, Form, FormFaults, Loaded, Panel, Variant, toast};
use crate::{api, t};

/// The section of the settings; its code is loaded apart.
#[component]
pub(crate) fn DefaultsPage() -> impl IntoView {
    let kept = use_query(api::alert_defaults);
    let members = use_query(api::active_members);
    view! {
        <Panel title=t!(alerts.title)>
            <Loaded of=kept.standing() rows=4>
                <Loaded of=members.standing() rows=4>
                    <Edit kept members />
                </Loaded>
            </Loaded>
        </Panel>
    }
}

#[component]
fn Edit(kept: Query<AlertDefaultsKept>, members: Query<Page<Member>>) -> impl IntoView {
    let Some(first) = kept.get_untracked() else { return ().into_any() };
    let form = Form::new("alert-defaults");
    let version = StoredValue::new(first.version);
    let levels = Levels::of(&first.defaults.of_pool("", None), Unit::Sessions, 0);
    let chosen = RwSignal::new(first.defaults.member_ids.clone());
    let reason = may_administer();
    let send = move || {
        let mut faults = Vec::new();
        let rules = levels.read(("", Unit::Sessions, 0), "", &mut faults);
        if !faults.is_empty() {
            return form.refuse(faults);
        }
        let body = AlertDefaults {
            percent: rules.percent,
            pace_points: rules.pace_points,
            under_use: rules.under_use,
            member_ids: chosen.get_untracked(),
        };
        let version_seen = version.get_value();
        let work =
            async move |body: AlertDefaults| api::set_alert_defaults(version_seen, &body).await;
        form.send(body, work, move |now: AlertDefaultsKept| {
            version.try_set_value(now.version);
            kept.set(now);
            query::invalidate("/alerts");
            query::invalidate("/retainers");
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
        let percent = kept.with(|kept| {
            kept.map(|kept| kept.defaults.percent.iter().map(u32::to_string).collect::<Vec<_>>())
        });
        vec![(t!(alerts.percent), percent.unwrap_or_default().join(", "))]
    });
    let refresh = Callback::new(move |()| kept.refetch());
    let again = Callback::new(move |()| {
        if let Some(now) = kept.get_untracked() {
            version.set_value(now.version);
        }
        send();
    });
    let people = members.get_untracked().map(|page| page.items).unwrap_or_default();
    view! {
        <form class="form panel-body" novalidate=true on:submit=submit>
            <p class="text-soft">{t!(alerts.defaults_about)}</p>
            <LevelFields form levels at=String::new() units=false />
            <People members=people chosen nobody=t!(alerts.people_owners) />
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
