//! The days: seven columns on a desk, a list of days on a phone. The grid stands at once, the
//! sessions come when they are there.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{ClientSession, ClientSessionId, MemberId};

use super::asked::{Asked, View, on_day};
use super::page::Calendar;
use super::words::{self, Fate};
use crate::format::{clock_in_zone, weekday, weekday_name};
use crate::retainers::today;
use crate::t;
use crate::ui::{Badge, icon, keep_on};

/// The days shown.
#[component]
pub(super) fn Grid(calendar: Calendar) -> impl IntoView {
    let class = move || match calendar.asked.get().view {
        View::Month => "cal cal-month",
        View::Week => "cal cal-week",
        View::Agenda => "cal cal-agenda",
    };
    let days = move || {
        let asked = calendar.asked.get();
        let known = calendar.known();
        let filled = |day: &NaiveDate| known.iter().any(|one| one.on == *day);
        let all = asked.each_day();
        match asked.view {
            View::Agenda => all.filter(filled).collect::<Vec<_>>(),
            View::Month | View::Week => all.collect(),
        }
    };
    let heads = move || {
        let asked = calendar.asked.get();
        (asked.view != View::Agenda).then(|| {
            let head = |day: NaiveDate| view! { <span>{weekday_name(day)}</span> };
            let heads = asked.each_day().take(7).map(head).collect_view();
            view! { <div class="cal-heads" aria-hidden="true">{heads}</div> }
        })
    };
    view! {
        <section
            class=class
            aria-label=t!(calendar.sessions)
            aria-busy=move || (!calendar.sessions.known()).then_some("true")
        >
            {heads}
            <div class="cal-days">
                <For each=days key=|day| *day let:day>
                    <Day calendar day />
                </For>
            </div>
        </section>
    }
}

#[component]
fn Day(calendar: Calendar, day: NaiveDate) -> impl IntoView {
    let here = Memo::new(move |_| {
        calendar.sessions.with(|page| page.map_or_else(Vec::new, |page| on_day(&page.items, day)))
    });
    let words = weekday(day, today());
    let book_words = t!(calendar.book_on, day = words.clone());
    let edge = move || !calendar.asked.get().holds(day);
    let book = calendar.may.then(|| {
        view! {
            <button
                type="button"
                class="cal-book no-print"
                // The pointer's short way to what S does from anywhere.
                tabindex="-1"
                aria-label=book_words.clone()
                title=book_words
                on:click=move |_| calendar.booking.set(Some(day))
            >
                {icon(icondata::LuPlus)}
            </button>
        }
    });
    let key = |session: &ClientSession| (session.id, session.version);
    view! {
        <section
            class="cal-day"
            class:is-today=day == today()
            class:is-edge=edge
            class:is-empty=move || here.with(Vec::is_empty)
        >
            <header class="cal-day-head">
                <h3>
                    <span class="cal-number num" aria-hidden="true">
                        {day.format("%-d").to_string()}
                    </span>
                    <span class="cal-words">{words}</span>
                    {(day == today()).then(|| view! {
                        <span class="cal-today">{t!(calendar.today)}</span>
                    })}
                </h3>
                {book}
            </header>
            <ul>
                <For each=move || here.get() key=key let:session>
                    <li>
                        <Chip calendar session />
                    </li>
                </For>
            </ul>
        </section>
    }
}

/// A session of a day: a link to it, so that it opens in its own address.
#[component]
fn Chip(calendar: Calendar, session: ClientSession) -> impl IntoView {
    let id = session.id;
    let href = move || calendar.href(|asked| Asked { session: Some(id), ..asked });
    let fate = Fate::of(&session);
    let (tone, face) = fate.look();
    let state = words::state_words(&session);
    let called_off = !words::stands(&session);
    let person = person(&session, calendar);
    view! {
        <a
            id=chip_id(id)
            class=fate.edge()
            class:is-off=called_off
            href=href
            data-row=""
        >
            <span class="cal-line">
                <span class="cal-time num">
                    {clock_in_zone(session.starts_at, &session.timezone)}
                </span>
                <span class="cal-title">{words::title(&session)}</span>
            </span>
            <span class="cal-client">{words::client(&session)} {person}</span>
            <span class="cal-tags">
                <Badge>{state}</Badge>
                {(fate != Fate::Reserved)
                    .then(|| view! { <Badge tone icon=face>{fate.words()}</Badge> })}
            </span>
        </a>
    }
}

/// The id of the link of a session.
fn chip_id(id: ClientSessionId) -> String {
    format!("session-{id}")
}

/// Gives the focus back to the link of a session. It may be drawn anew while its list is read again.
pub(super) fn focus_chip(id: ClientSessionId) {
    keep_on(chip_id(id));
}

/// Who holds it, where that is not clear from the filter.
fn person(session: &ClientSession, calendar: Calendar) -> Option<String> {
    let only: Option<MemberId> = calendar.asked.get_untracked().member;
    only.is_none().then(|| format!(", {}", session.member_name))
}
