//! One session: what it is, what became of it and why, and what can be done with it.
use chrono::NaiveDate;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{
    ClientSession, ClientSessionBooked, ClientSessionId, ContactId, NewClientSession,
};

use super::asked::Asked;
use super::form::ChangeForm;
use super::grid::focus_chip;
use super::invitees::{Invited, invites};
use super::page::Calendar;
use super::settle::SettleForm;
use super::words::{self, Fate};
use super::{answered, renew};
use crate::api::Fault;
use crate::format::{clock_in_zone, effort, weekday};
use crate::i18n::fault_words;
use crate::query::use_query_when;
use crate::retainers::{retainer_href, today};
use crate::session::{manages, use_me};
use crate::ui::{Badge, Button, Dialog, Form, FormFaults, Loaded, Variant, toast, toast_undo};
use crate::{api, t};

/// The dialog of the session in the address.
#[component]
pub(super) fn SessionDialog(calendar: Calendar) -> impl IntoView {
    let open = RwSignal::new(false);
    let id = Memo::new(move |_| calendar.asked.get().session);
    Effect::new(move |_| open.set(id.get().is_some()));
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        let asked = calendar.asked.get_untracked();
        if let (Some(true), false, Some(id)) = (before, now, asked.session) {
            calendar.go.run(Asked { session: None, ..asked });
            // Its link was drawn anew if the session was settled: the browser lost it.
            focus_chip(id);
        }
        now
    });
    let session = use_query_when(move || id.get().map(api::client_session));
    let title = Signal::derive(move || {
        session.with(|one| one.map_or_else(|| t!(calendar.untitled).to_owned(), words::title))
    });
    // Only what is kept by id and version is drawn anew: what is typed stays while others change.
    let shown = Memo::new(move |_| session.get());
    let body = move || shown.get().map(|session| view! { <Detail calendar session open /> });
    view! {
        <Dialog open title>
            <Loaded of=session.standing() rows=5>{body}</Loaded>
        </Dialog>
    }
}

#[component]
fn Detail(calendar: Calendar, session: ClientSession, open: RwSignal<bool>) -> impl IntoView {
    let me = use_me();
    let own = me.with_untracked(|me| me.member_id == session.member_id || manages(me.role));
    let may = calendar.may && own;
    let changing = RwSignal::new(false);
    let (facts, settle) = (session.clone(), session.clone());
    let booked = session.reason_code.is_none();
    let inviting = may && booked && me.with_untracked(|me| invites(me.role));
    let kept = StoredValue::new(session);
    let act = move || {
        if changing.get() {
            return view! { <ChangeForm session=kept.get_value() changing /> }.into_any();
        }
        let settle = (may && booked).then(|| view! { <SettleForm session=settle.clone() /> });
        let more = may.then(|| view! { <More session=kept.get_value() changing open /> });
        view! { {settle} {more} }.into_any()
    };
    let prepare = kept.with_value(|session| super::preparation_href(session.id));
    view! {
        <div class="stack">
            <Facts session=facts />
            <p>
                <a class="link" href=prepare>{t!(prepare.title)}</a>
            </p>
            <Invited session=kept.get_value() may=inviting />
            {act}
        </div>
    }
}

/// What it is, and why its units are where they are.
#[component]
fn Facts(session: ClientSession) -> impl IntoView {
    let fate = Fate::of(&session);
    let (tone, face) = fate.look();
    let when = format!(
        "{}, {} {}",
        weekday(session.on, today()),
        clock_in_zone(session.starts_at, &session.timezone),
        t!(calendar.in_zone_short, zone = session.timezone),
    );
    let length = match session.units {
        0 => effort(session.minutes),
        units => format!("{}, {}", effort(session.minutes), words::units(units)),
    };
    let href = retainer_href(session.account_id, session.retainer_id);
    let (state, late) = (words::state_words(&session), session.late);
    let row = |label: &'static str, words: AnyView| {
        view! {
            <dt class="text-soft">{label}</dt>
            <dd class="break-words">{words}</dd>
        }
    };
    let client = view! { <a class="link" href=href>{words::client(&session)}</a> }.into_any();
    let note = session.note.clone().map(|note| row(t!(common.note), note.into_any()));
    let (until, told) = (made_up_until(&session), session.clone());
    let why = move || words::reason(&told, until.get()).map(|why| view! { <p>{why}</p> });
    view! {
        <p class="flex flex-wrap gap-2">
            <Badge>{state}</Badge>
            <Badge tone icon=face>{fate.words()}</Badge>
            {late.then(|| view! { <Badge>{t!(time.late)}</Badge> })}
        </p>
        {why}
        <dl class="calendar-facts">
            {row(t!(calendar.when), when.into_any())}
            {row(t!(calendar.length), length.into_any())}
            {row(t!(common.retainer), client)}
            {row(t!(time.person), session.member_name.clone().into_any())}
            {note}
        </dl>
    }
}

/// The last day on which what was set aside for a session can be made up, once it is known; none if
/// nothing was, or for ever.
fn made_up_until(session: &ClientSession) -> Memo<Option<NaiveDate>> {
    let carried = session.cycle_id.filter(|_| Fate::of(session) == Fate::Carried);
    let pool = session.pool.clone();
    let summary = use_query_when(move || Some(api::session_summary(carried?, &pool)));
    Memo::new(move |_| {
        summary.with(|summary| {
            let summary = summary?;
            let mine = summary.owed.iter().find(|owed| owed.origin_seq == summary.seq);
            mine?.ends_on?.pred_opt()
        })
    })
}

/// Change, remove or reopen.
#[component]
fn More(session: ClientSession, changing: RwSignal<bool>, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("session");
    let id = session.id;
    let booked = session.reason_code.is_none();
    let reopen = Callback::new(move |()| {
        form.run(api::reopen_session(id), |booked: ClientSessionBooked| {
            toast(t!(calendar.reopened));
            answered(&booked.session);
        });
    });
    let kept = StoredValue::new(session);
    let remove = Callback::new(move |()| {
        let session = kept.get_value();
        let work = removed(id, session.version);
        form.run(work, move |invited: Vec<ContactId>| {
            open.set(false);
            let again = move || book_again(session.clone(), invited.clone());
            toast_undo(t!(calendar.removed), again);
            // The dialog has gone by then, and asks for what is no more no more.
            request_animation_frame(|| request_animation_frame(renew));
        });
    });
    let change_words = if booked { t!(calendar.change) } else { t!(calendar.rename) };
    let change = Callback::new(move |()| changing.set(true));
    let last = if booked {
        view! {
            <Button variant=Variant::Ghost icon=icondata::LuTrash2 busy=form.busy() on_press=remove>
                {t!(calendar.remove)}
            </Button>
        }
    } else {
        view! {
            <Button
                variant=Variant::Ghost
                icon=icondata::LuRotateCcw
                busy=form.busy()
                on_press=reopen
            >
                {t!(calendar.reopen)}
            </Button>
        }
    };
    view! {
        <FormFaults form />
        <div class="flex flex-wrap gap-2 border-t border-line pt-3">
            <Button variant=Variant::Ghost icon=icondata::LuPencil on_press=change>
                {change_words}
            </Button>
            {last}
        </div>
    }
}

/// Removes a session; answers who can be invited again, which nobody knows once it is gone.
async fn removed(id: ClientSessionId, version: i64) -> Result<Vec<ContactId>, Fault> {
    let told = api::session_invitees(id).send().await?;
    api::remove_session(id, version).await?;
    let invited = if told.sends_mail { told.items } else { Vec::new() };
    Ok(invited.into_iter().map(|one| one.contact_id).collect())
}

/// What was removed by mistake is booked anew: without who was invited, where that is refused.
fn book_again(session: ClientSession, invitees: Vec<ContactId>) {
    spawn_local(async move {
        let mut again = NewClientSession {
            retainer_id: session.retainer_id,
            pool: Some(session.pool),
            starts_at: session.starts_at,
            minutes: session.minutes,
            units: session.units,
            title: session.title,
            note: session.note,
            member_id: Some(session.member_id),
            invitees,
        };
        let mut done = t!(common.undone);
        let mut booked = api::book_session(&again).await;
        if matches!(booked, Err(Fault::Problem(_))) && !again.invitees.is_empty() {
            again.invitees.clear();
            done = t!(calendar.undone_alone);
            booked = api::book_session(&again).await;
        }
        match booked {
            Ok(_) => toast(done),
            Err(fault) => toast(t!(time.undo_failed, why = fault_words(&fault))),
        }
        renew();
    });
}
