//! What to know before a session, on one page: each figure leads to where it is kept.
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::api::{ClientSessionId, Preparation, Role};

use super::prepared::{self, Part};
use super::prepared_money::{balances, money};
use super::words;
use crate::format::{clock_in_zone, effort, weekday};
use crate::keys::{Group, use_action};
use crate::query::use_query;
use crate::session::use_me;
use crate::shell::Area;
use crate::ui::{Button, ButtonLink, Empty, Loaded, PageHeader, styles};
use crate::{api, t};

/// `/calendar/sessions/:session`
#[component]
pub fn PreparationPage() -> impl IntoView {
    styles::adopt(include_str!("../../styles/calls.css"));
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params
            .with(|params| params.get("session").and_then(|id| id.parse::<ClientSessionId>().ok()))
    });
    move || match id.get() {
        Some(id) => view! { <Of id /> }.into_any(),
        None => view! {
            <PageHeader title=t!(common.not_found_title) area=Area::Calendar />
            <div class="page">
                <Empty icon=icondata::LuCompass title=t!(common.not_found)>
                    <ButtonLink href="/calendar">{t!(calls.to_calendar)}</ButtonLink>
                </Empty>
            </div>
        }
        .into_any(),
    }
}

#[component]
fn Of(id: ClientSessionId) -> impl IntoView {
    let told = use_query(move || api::preparation(id));
    let keeps = use_me().with_untracked(|me| !matches!(me.role, Role::Viewer | Role::Partner));
    let print = move || {
        let _ = window().print();
    };
    use_action(Group::Here, t!(prepare.print), "p", print);
    let title = Signal::derive(move || {
        told.with(|told| match told {
            Some(told) => words::title(&told.session),
            None => t!(prepare.title).to_owned(),
        })
    });
    let about = Signal::derive(move || {
        told.with(|told| {
            let Preparation { session, today, .. } = told?;
            let when = format!(
                "{}, {} {}, {}",
                weekday(session.on, *today),
                clock_in_zone(session.starts_at, &session.timezone),
                t!(calendar.in_zone_short, zone = session.timezone.as_str()),
                effort(session.minutes),
            );
            Some(format!("{} · {when} · {}", words::client(session), session.member_name))
        })
    });
    let note = move || {
        let href =
            told.with(|told| Some(format!("/accounts/{}/timeline", told?.session.account_id)));
        href.filter(|_| keeps).map(|href| {
            view! { <ButtonLink href icon=icondata::LuPlus>{t!(timeline.compose)}</ButtonLink> }
        })
    };
    let open = move || {
        let href = told.with(|told| {
            let session = &told?.session;
            Some(format!("/calendar?date={}&session={}", session.on, session.id))
        });
        href.map(|href| view! { <ButtonLink href>{t!(prepare.open)}</ButtonLink> })
    };
    let body = move || told.get().map(|told| view! { <Parts told /> });
    view! {
        <PageHeader title area=Area::Calendar about>
            {open}
            <Button icon=icondata::LuPrinter keys="p" on_press=Callback::new(move |()| print())>
                {t!(prepare.print)}
            </Button>
            {note}
        </PageHeader>
        <div class="page">
            <Loaded of=told.standing() rows=8>{body}</Loaded>
        </div>
    }
}

/// What is to be done and was said on one side, how things stand on the other. What the reader may
/// not see is not there.
#[component]
fn Parts(told: Preparation) -> impl IntoView {
    let (session, today) = (&told.session, told.today);
    let account = format!("/accounts/{}", session.account_id);
    let timeline = format!("{account}/timeline");
    let part = |title, href: &str, more, rows: Vec<AnyView>, none| {
        view! { <Part title href=href.to_owned() more rows none /> }
    };
    let zone = session.timezone.as_str();
    let tasks = told.tasks.as_ref().map(|all| {
        let rows = all.iter().map(|one| prepared::task(one, today)).collect();
        part(t!(timeline.steps), &account, t!(prepare.account), rows, t!(timeline.no_steps))
    });
    let notes = told.notes.as_ref().map(|all| {
        let rows = all.iter().map(|one| prepared::note(one, zone, today)).collect();
        part(t!(prepare.notes), &timeline, t!(timeline.show_all), rows, t!(prepare.no_notes))
    });
    let messages = told.messages.as_ref().map(|all| {
        let rows = all.iter().map(|one| prepared::message(one, zone, today)).collect();
        let none = t!(prepare.no_messages);
        part(t!(timeline.kind_message), &timeline, t!(timeline.show_all), rows, none)
    });
    let decisions = told.decisions.as_ref().map(|all| {
        let rows = all.iter().map(|one| prepared::decision(one, today)).collect();
        let none = t!(prepare.no_decisions);
        part(t!(prepare.decisions), "/decisions", t!(prepare.all), rows, none)
    });
    let requests = told.requests.as_ref().map(|all| {
        let rows = all.iter().map(|one| prepared::request(one, zone, today)).collect();
        let none = t!(prepare.no_requests);
        part(t!(prepare.requests), "/requests", t!(prepare.all), rows, none)
    });
    let people = {
        let rows = told.people.iter().map(prepared::person).collect();
        part(t!(prepare.people), &account, t!(prepare.account), rows, t!(prepare.no_people))
    };
    let owner = told.owner_name.as_deref().map(|name| t!(accounts.owned_by, name = name));
    let health = told.health.as_ref().and_then(|health| prepared::health(health, &account));
    let renewal = told.renewal.as_ref().map(|renewal| prepared::renewal(renewal, today));
    view! {
        <div class="prepare">
            <div class="stack">
                {tasks}
                {notes}
                {messages}
                {requests}
                {decisions}
            </div>
            <div class="stack">
                {balances(&told)}
                {told.money.as_ref().map(|of| money(of, &told))}
                {health}
                {renewal}
                {people}
                {owner.map(|owner| view! { <p class="text-soft px-4">{owner}</p> })}
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::super::preparation_href;

    #[test]
    fn its_address_names_the_session() {
        let id = "0193a5b0-0000-7000-8000-000000000001".parse().expect("an id");
        let href = "/calendar/sessions/0193a5b0-0000-7000-8000-000000000001";
        assert_eq!(preparation_href(id), href);
    }
}
