//! The sessions of the day, each with the way to what to know before it.
use chrono::NaiveTime;
use leptos::prelude::*;
use shared::api::ClientSession;

use crate::{
    api::{self, SessionFilter},
    format::{clock_in_zone, instant_in_zone},
    query::use_query_when,
    session::{use_me, use_today},
    sessions::{preparation_href, words},
    t,
    ui::{ButtonLink, Loaded, Panel},
};

#[component]
pub(super) fn TodaysSessions() -> impl IntoView {
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let today = use_today();
    let sessions = use_query_when(move || {
        let day = today.get();
        let midnight = |day| Some(instant_in_zone(day, NaiveTime::MIN, &zone));
        let (from, to) = (midnight(day), midnight(day.succ_opt()?));
        Some(api::client_sessions(&SessionFilter { from, to, ..Default::default() }))
    });
    let rows = move || {
        let all = sessions.with(|page| page.map(|page| page.items.clone())).unwrap_or_default();
        all.into_iter().filter(words::stands).collect::<Vec<_>>()
    };
    let aside = || view! { <a class="link" href="/calendar">{t!(calendar.title)}</a> };
    view! {
        <Panel title=t!(today.sessions) aside=aside>
            <Loaded of=sessions.standing() rows=2>
                <Show
                    when=move || !rows().is_empty()
                    fallback=|| view! {
                        <p class="panel-body text-soft">{t!(today.no_sessions)}</p>
                    }
                >
                    <ul class="panel-rows">
                        <For each=rows key=|one| (one.id, one.version) let:session>
                            <Row session />
                        </For>
                    </ul>
                </Show>
            </Loaded>
        </Panel>
    }
}

#[component]
fn Row(session: ClientSession) -> impl IntoView {
    let time = clock_in_zone(session.starts_at, &session.timezone);
    let about = format!("{} · {}", words::client(&session), session.member_name);
    view! {
        <li class="loose-end">
            <span class="num">{time}</span>
            <div class="loose-end-words">
                <p class="loose-end-fact">{words::title(&session)}</p>
                <p class="loose-end-consequence">{about}</p>
            </div>
            <ButtonLink href=preparation_href(session.id) small=true>{t!(today.prepare)}</ButtonLink>
        </li>
    }
}
