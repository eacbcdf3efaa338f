//! The sessions of the day, one's own first, each with the way to what to know before it.
use chrono::NaiveTime;
use leptos::prelude::*;
use shared::api::{ClientSession, MemberId};

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
    let (zone, own) =
        use_me().with_untracked(|me| (me.organisation.timezone.clone(), me.member_id));
    let shown_in = StoredValue::new(zone.clone());
    let today = use_today();
    let sessions = use_query_when(move || {
        let day = today.get();
        let midnight = |day| Some(instant_in_zone(day, NaiveTime::MIN, &zone));
        let (from, to) = (midnight(day), midnight(day.succ_opt()?));
        Some(api::client_sessions(&SessionFilter { from, to, ..Default::default() }))
    });
    let rows = move || {
        let all = sessions.with(|page| page.map(|page| page.items.clone())).unwrap_or_default();
        own_first(all.into_iter().filter(words::stands).collect(), own)
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
                            <Row session zone=shown_in.get_value() />
                        </For>
                    </ul>
                </Show>
            </Loaded>
        </Panel>
    }
}

/// Those that a member holds before the others, each by their time.
fn own_first(mut sessions: Vec<ClientSession>, own: MemberId) -> Vec<ClientSession> {
    sessions.sort_by_key(|one| (one.member_id != own, one.starts_at));
    sessions
}

/// Its time in the zone of the organisation, as the day is; where the client's clock shows another, that
/// too.
#[component]
fn Row(session: ClientSession, zone: String) -> impl IntoView {
    let time = clock_in_zone(session.starts_at, &zone);
    let theirs = clock_in_zone(session.starts_at, &session.timezone);
    let there = (theirs != time)
        .then(|| t!(today.session_there, time = theirs, zone = session.timezone.as_str()));
    let about = [Some(words::client(&session)), Some(session.member_name.clone()), there];
    let about = about.into_iter().flatten().collect::<Vec<_>>().join(" · ");
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
