//! The rows of alerts: the fact, the day, and "Seen".
use leptos::{prelude::*, task::spawn_local};
use shared::api::{Alert, MeterState};

use super::words;
use crate::i18n::fault_words;
use crate::query;
use crate::retainers::retainer_href;
use crate::session::{use_me, use_today};
use crate::ui::{Button, Icon, announce_now, icon, toast};
use crate::{api, t};

/// Alerts, each with what was true then. `whose` also names the account and leads there.
#[component]
pub(super) fn AlertRows(#[prop(into)] alerts: Signal<Vec<Alert>>, whose: bool) -> impl IntoView {
    view! {
        <ul class="panel-rows">
            <For
                each=move || alerts.get()
                key=|alert| (alert.id, alert.fell_at, alert.seen_at)
                let:alert
            >
                <AlertRow alert whose />
            </For>
        </ul>
    }
}

#[component]
fn AlertRow(alert: Alert, whose: bool) -> impl IntoView {
    let today = use_today().get_untracked();
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let state = words::state(&alert);
    let about = whose.then(|| {
        let href = retainer_href(alert.account_id, alert.retainer_id);
        let name = format!("{} · {}", alert.account_name, alert.retainer_name);
        view! { <a class="link" data-row="" href=href>{name}</a> }
    });
    let (id, account) = (alert.id, alert.account_name.clone());
    let seen = (alert.mine && alert.seen_at.is_none()).then(|| {
        let busy = RwSignal::new(false);
        let press = Callback::new(move |()| {
            busy.set(true);
            spawn_local(async move {
                let outcome = api::see_alert(id).await;
                busy.try_set(false);
                match outcome {
                    Ok(_) => {
                        announce_now(t!(alerts.seen_done));
                        query::invalidate("/alerts");
                    }
                    Err(fault) => toast(fault_words(&fault)),
                }
            });
        });
        view! {
            <Button small=true busy on_press=press>
                {t!(alerts.seen)}
                <span class="sr-only">{format!(", {account}")}</span>
            </Button>
        }
    });
    view! {
        <li class="loose-end">
            <span class="loose-end-icon" class:is-bad=state == MeterState::Over>
                {icon(look(state))}
            </span>
            <div class="loose-end-words">
                <p class="loose-end-fact">{about} " " {words::fact(&alert, today)}</p>
                <p class="loose-end-consequence">{words::when(&alert, &zone, today)}</p>
            </div>
            {seen}
        </li>
    }
}

fn look(state: MeterState) -> Icon {
    match state {
        MeterState::Over => icondata::LuOctagonAlert,
        MeterState::AheadOfPace => icondata::LuFastForward,
        MeterState::UnderUsed => icondata::LuTrendingDown,
        _ => icondata::LuTriangleAlert,
    }
}
