//! The form that books a session, or moves and renames one.
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{
    ClientSession, ClientSessionBooked, ClientSessionChange, NewClientSession, PoolTerms,
};

use super::effect::{Effect, Known};
use super::fields::Fields;
use super::free::FreeChoice;
use super::invitees::{InviteTicks, invites};
use super::page::Calendar;
use super::renew;
use super::words;
use crate::format::{BareNumber, clock_in_zone, effort, parse_effort, unit_name, weekday};
use crate::i18n::fault_words;
use crate::meter::left_words;
use crate::query::use_query;
use crate::retainers::picker::{Offer, Picker};
use crate::retainers::today;
use crate::session::{manages, use_me};
use crate::ui::{
    Choice, Dialog, Field, Form, FormActions, FormFaults, Select, TextArea, TextInput, toast,
    toast_undo,
};
use crate::{api, t};

/// The dialog that books; open while there is a day to book on.
#[component]
pub(super) fn BookDialog(calendar: Calendar) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(calendar.booking.with(Option::is_some)));
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if before == Some(true) && !now {
            calendar.booking.set(None);
        }
        now
    });
    view! {
        <Dialog open title=t!(calendar.book)>
            <BookForm calendar open />
        </Dialog>
    }
}

#[component]
fn BookForm(calendar: Calendar, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("book");
    let day = calendar.booking.get_untracked().unwrap_or_else(today);
    let asked = calendar.asked.get_untracked();
    let only = || match untrack(|| calendar.bookable()).as_slice() {
        [one] => Some(one.id),
        _ => None,
    };
    let chosen = asked.retainer.or_else(only);
    let fields = Fields::on(day, chosen);
    let known = Known::of(fields);
    let invited = RwSignal::new(Vec::new());
    let account = Signal::derive(move || known.retainer.with(|one| one.map(|one| one.account_id)));
    let ticks = use_me()
        .with_untracked(|me| invites(me.role))
        .then(|| view! { <InviteTicks form account chosen=invited /> });
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match untrack(|| fields.typed().book(&known.zone())) {
            Err(faults) => form.refuse(faults),
            Ok(new) => {
                let new = NewClientSession { invitees: invited.get_untracked(), ..new };
                let work = async move |new: NewClientSession| api::book_session(&new).await;
                form.send(new, work, move |booked: ClientSessionBooked| {
                    open.set(false);
                    told(&booked);
                    renew();
                });
            }
        }
    };
    let pick = {
        let id = form.id("/retainer_id");
        let offers = offers(calendar);
        let invalid = Signal::derive(move || form.fault("/retainer_id").is_some());
        let picked = Callback::new(move |()| form.touched("/retainer_id"));
        let autofocus = chosen.is_none();
        view! {
            <Field form at="/retainer_id" label=t!(common.retainer)>
                <Picker id value=fields.retainer offers invalid on_pick=picked autofocus />
            </Field>
        }
    };
    view! {
        <form class="form" novalidate=true on:submit=send>
            {pick}
            <PoolChoice form fields known />
            <Begins form fields known autofocus=chosen.is_some() />
            <FreeChoice fields known />
            <div class="flex flex-col gap-2 rounded-md bg-sunken p-3">
                <Effect fields known own=0 />
            </div>
            <Details form fields />
            {ticks}
            <PersonSelect form fields />
            <FormFaults form />
            <FormActions form open verb=t!(calendar.book) />
        </form>
    }
}

/// The retainers that run, for the picker.
fn offers(calendar: Calendar) -> Signal<Vec<Offer>> {
    use shared::api::{RetainerState, RetainerSummary, Unit};
    let offer = |one: RetainerSummary| {
        let sessions = one.balances.iter().filter(|one| one.pool.unit == Unit::Sessions);
        Offer {
            value: one.id.to_string(),
            label: format!("{} · {}", one.account_name, one.name),
            detail: sessions.map(left_words).collect::<Vec<_>>().join(", "),
        }
    };
    Signal::derive(move || {
        let all = calendar.bookable().into_iter();
        all.filter(|one| one.state != RetainerState::Ended).map(offer).collect()
    })
}

/// Says what was booked, and offers to take it back.
fn told(booked: &ClientSessionBooked) {
    let (id, version) = (booked.session.id, booked.session.version);
    toast_undo(t!(calendar.booked, what = moment_words(&booked.session)), move || {
        spawn_local(async move {
            match api::remove_session(id, version).await {
                Ok(_) => toast(t!(calendar.removed)),
                Err(fault) => toast(t!(time.undo_failed, why = fault_words(&fault))),
            }
            renew();
        });
    });
}

/// "Tue 24 Nov, 10:00, Fern · Coaching"
fn moment_words(session: &ClientSession) -> String {
    let day = weekday(session.on, today());
    let time = clock_in_zone(session.starts_at, &session.timezone);
    format!("{day}, {time}, {}", words::client(session))
}

/// Which pool of sessions, where the retainer has several.
#[component]
fn PoolChoice(form: Form, fields: Fields, known: Known) -> impl IntoView {
    let choices = Signal::derive(move || {
        let choice = |pool: PoolTerms| {
            let name = pool.name.clone().unwrap_or_else(|| unit_name(pool.unit).to_owned());
            Choice::new(pool.key(), name)
        };
        known.pools().into_iter().map(choice).collect::<Vec<_>>()
    });
    // A pool of another retainer is none of this one.
    Effect::new(move |_| {
        let now = fields.pool.get();
        let first = choices.with(|all| match all.iter().any(|choice| choice.value == now) {
            true => None,
            false => Some(all.first().map(|choice| choice.value.clone()).unwrap_or_default()),
        });
        // Without a pool there is none to take: setting it again would be told again, for ever.
        if let Some(first) = first.filter(|first| *first != now) {
            fields.pool.set(first);
        }
    });
    // Without a pool it draws on nothing.
    let free = Memo::new(move |_| known.retainer.known().then(|| choices.with(Vec::is_empty)));
    Effect::new(move |_| {
        let none = fields.units.with_untracked(|units| units.trim() == "0");
        if let Some(free) = free.get().filter(|free| *free != none) {
            fields.units.set(if free { "0" } else { "1" }.to_owned());
        }
    });
    let several = Memo::new(move |_| choices.with(|all| 1 < all.len()));
    view! {
        <Show when=move || several.get()>
            <Select form at="/pool" label=t!(time.pool) value=fields.pool choices />
        </Show>
    }
}

/// Day, time and length, in the zone of the retainer.
#[component]
fn Begins(
    form: Form,
    fields: Fields,
    known: Known,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    let zone = Signal::derive(move || t!(calendar.in_zone, zone = known.zone()));
    let read = Signal::derive(move || {
        let minutes = fields.length.with(|text| parse_effort(text, BareNumber::HoursUpToADay));
        match minutes {
            Some(minutes) if minutes > 0 => t!(time.read_as, value = effort(minutes)),
            _ => t!(time.effort_hint).to_owned(),
        }
    });
    view! {
        <div class="form-pair">
            <TextInput
                form
                at="/starts_at"
                label=t!(calendar.day)
                kind="date"
                value=fields.day
                autofocus=autofocus
            />
            <TextInput
                form
                at="/time"
                label=t!(calendar.time)
                kind="time"
                hint=zone
                value=fields.time
            />
            <TextInput form at="/minutes" label=t!(calendar.length) hint=read value=fields.length />
            <TextInput
                form
                at="/units"
                label=t!(calendar.units)
                hint=t!(calendar.units_hint)
                inputmode="numeric"
                value=fields.units
            />
        </div>
    }
}

#[component]
fn Details(form: Form, fields: Fields) -> impl IntoView {
    view! {
        <TextInput
            form
            at="/title"
            label=t!(calendar.name)
            hint=t!(calendar.name_hint)
            optional=true
            value=fields.title
        />
        <TextArea form at="/note" label=t!(common.note) optional=true rows=2 value=fields.note />
    }
}

/// Managers book for others too.
#[component]
fn PersonSelect(form: Form, fields: Fields) -> impl IntoView {
    let me = use_me();
    me.with_untracked(|me| manages(me.role)).then(|| {
        let members = use_query(api::active_members);
        let choices = Signal::derive(move || {
            let own = me.with(|me| me.member_id);
            members.with(|page| {
                let items = page.map_or(&[][..], |page| &page.items);
                let others = items.iter().filter(|member| member.id != own);
                others.map(|member| Choice::new(member.id.to_string(), &*member.name)).collect()
            })
        });
        view! {
            <Select
                form
                at="/member_id"
                label=t!(time.person)
                value=fields.member
                choices
                nothing=t!(time.person_me)
                optional=true
            />
        }
    })
}

/// Moves a booked session and renames any; what was settled keeps its time.
#[component]
pub(super) fn ChangeForm(session: ClientSession, changing: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("move");
    let fields = Fields::of(&session);
    let known = Known::of(fields);
    let booked = session.reason_code.is_none();
    let own = session.units;
    let (id, version) = (session.id, session.version);
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match untrack(|| fields.typed().change(&session)) {
            Err(faults) => form.refuse(faults),
            Ok(change) => {
                let work = async move |change: ClientSessionChange| {
                    api::change_session(id, version, &change).await
                };
                form.send(change, work, move |_: ClientSessionBooked| {
                    changing.set(false);
                    toast(t!(common.saved));
                    renew();
                });
            }
        }
    };
    view! {
        <form class="form" novalidate=true on:submit=send>
            {booked.then(|| view! { <Begins form fields known autofocus=true /> })}
            <Details form fields />
            // What draws on nothing leaves the balance as it is.
            {(booked && own > 0).then(|| view! {
                <div class="flex flex-col gap-2 rounded-md bg-sunken p-3">
                    <Effect fields known own />
                </div>
            })}
            <FormFaults form />
            <FormActions form open=changing verb=t!(common.save) />
        </form>
    }
}
