//! The calendar: which days, whose sessions, and the layers over it. All of it stands in the
//! address.
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};
use shared::api::{ClientSession, Model, Page, RetainerState, RetainerSummary, Unit};

use super::asked::{Asked, View};
use super::detail::SessionDialog;
use super::feeds::FeedsDialog;
use super::form::BookDialog;
use super::grid::Grid;
use super::hours::HoursDialog;
use super::summary::Summary;
use crate::api::{self, SessionFilter};
use crate::keys::{Group, use_action, use_arrows};
use crate::query::{Query, use_all, use_query, use_query_when};
use crate::retainers::today;
use crate::session::{delivers, use_me};
use crate::shell::Area;
use crate::t;
use crate::ui::{Button, FaultNote, FilterSelect, PageHeader, Tab, TabLinks, Variant, styles};

/// What every part of the page needs.
#[derive(Clone, Copy)]
pub(super) struct Calendar {
    /// What the address asks for.
    pub(super) asked: Memo<Asked>,
    /// Goes to another address.
    pub(super) go: Callback<Asked>,
    /// The sessions of the days shown, and of a day before and after: zones differ.
    pub(super) sessions: Query<Page<ClientSession>>,
    /// The retainers, with their balances.
    pub(super) retainers: Query<Page<RetainerSummary>>,
    /// The day to book on, while the form is open.
    pub(super) booking: RwSignal<Option<NaiveDate>>,
    /// May book and settle.
    pub(super) may: bool,
}

impl Calendar {
    /// What is known of the days shown.
    pub(super) fn known(self) -> Vec<ClientSession> {
        self.sessions.with(|page| page.map_or_else(Vec::new, |page| page.items.clone()))
    }

    /// The retainers that a session can be booked on, or that have had some: also a call that draws on
    /// nothing.
    pub(super) fn bookable(self) -> Vec<RetainerSummary> {
        self.those(|one| one.state != RetainerState::Ended || counts_sessions(one))
    }

    /// The retainers that count sessions.
    pub(super) fn with_sessions(self) -> Vec<RetainerSummary> {
        self.those(counts_sessions)
    }

    fn those(self, fits: fn(&RetainerSummary) -> bool) -> Vec<RetainerSummary> {
        self.retainers.with(|page| {
            let all = page.into_iter().flat_map(|page| &page.items);
            all.filter(|one| fits(one)).cloned().collect()
        })
    }

    /// An address with something else.
    pub(super) fn href(self, change: impl Fn(Asked) -> Asked) -> String {
        change(self.asked.get()).href(today())
    }
}

/// `/calendar?view=month&date=2026-11-23&retainer=ID&member=ID&session=ID`; `book=1` opens the
/// form.
#[component]
pub fn CalendarPage() -> impl IntoView {
    styles::adopt(include_str!("../../styles/calendar.css"));
    let query = use_query_map();
    let asked =
        Memo::new(move |_| query.with(|query| Asked::read(|name| query.get(name), today())));
    let navigate = use_navigate();
    let go = Callback::new(move |to: Asked| navigate(&to.href(today()), Default::default()));
    let span = Memo::new(move |_| {
        let asked = asked.get();
        (asked.days(), asked.retainer, asked.member)
    });
    let sessions = use_all(move || {
        let ((first, last), retainer_id, member_id) = span.get();
        let (from, to) =
            (first.checked_sub_days(Days::new(1))?, last.checked_add_days(Days::new(2))?);
        let (from, to) = (Some(midnight(from)), Some(midnight(to)));
        let filter = SessionFilter { retainer_id, member_id, from, to, ..Default::default() };
        Some(api::client_sessions(&filter))
    });
    let retainers = use_all(|| Some(api::retainers(&api::RetainerFilter::default())));
    let may = use_me().with_untracked(|me| delivers(me.role));
    let booking = RwSignal::new(None);
    let calendar = Calendar { asked, go, sessions, retainers, booking, may };
    if may && query.with_untracked(|query| query.get("book").is_some()) {
        booking.set(Some(asked.get_untracked().day));
    }
    keys(calendar);
    let book = Callback::new(move |()| booking.set(Some(day_to_book(calendar))));
    let (subscribing, working) = (RwSignal::new(false), RwSignal::new(false));
    let work = Callback::new(move |()| working.set(true));
    let subscribe = Callback::new(move |()| subscribing.set(true));
    view! {
        <PageHeader title=t!(calendar.title) area=Area::Calendar>
            <Button icon=icondata::LuRss on_press=subscribe>{t!(calendar.subscribe)}</Button>
            {may.then(|| view! {
                <Button icon=icondata::LuClock on_press=work>{t!(calendar.hours)}</Button>
            })}
            {may.then(|| view! {
                <Button
                    variant=Variant::Primary
                    icon=icondata::LuCalendarPlus
                    keys="s"
                    on_press=book
                >
                    {t!(calendar.book)}
                </Button>
            })}
        </PageHeader>
        <div class="page">
            <Bar calendar />
            <div class="calendar-columns">
                <div class="stack">
                    <Trouble calendar />
                    <Grid calendar />
                    <Nothing calendar />
                </div>
                <Summary calendar />
            </div>
        </div>
        <BookDialog calendar />
        <SessionDialog calendar />
        <FeedsDialog open=subscribing />
        <HoursDialog open=working />
    }
}

fn counts_sessions(one: &RetainerSummary) -> bool {
    match one.balances.as_slice() {
        // It has no cycle today: its model is all that tells.
        [] => matches!(one.model, Model::Sessions | Model::Hybrid | Model::Prepaid),
        all => all.iter().any(|balance| balance.pool.unit == Unit::Sessions),
    }
}

pub(super) fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

/// The day that is looked at, where it lies in the period shown: today before another.
fn day_to_book(calendar: Calendar) -> NaiveDate {
    let asked = calendar.asked.get_untracked();
    let (first, last) = asked.days();
    if (first..=last).contains(&today()) { today() } else { asked.day.max(first) }
}

/// W, M and A change the view, T goes to today, arrows to the period before and after.
fn keys(calendar: Calendar) {
    let to = move |change: fn(Asked) -> Asked| {
        move || calendar.go.run(change(calendar.asked.get_untracked()))
    };
    let view =
        move |view: View| move || calendar.go.run(Asked { view, ..calendar.asked.get_untracked() });
    use_action(Group::Here, t!(calendar.view_week), "w", view(View::Week));
    use_action(Group::Here, t!(calendar.view_month), "m", view(View::Month));
    use_action(Group::Here, t!(calendar.view_agenda), "a", view(View::Agenda));
    use_action(
        Group::Here,
        t!(calendar.go_today),
        "t",
        to(|asked| Asked { day: today(), ..asked }),
    );
    if calendar.may {
        use_action(Group::Here, t!(calendar.book), "s", move || {
            calendar.booking.set(Some(day_to_book(calendar)));
        });
    }
    use_arrows(move |by| calendar.go.run(calendar.asked.get_untracked().step(0 < by)));
}

/// Which days, how they are laid out, and whose sessions.
#[component]
fn Bar(calendar: Calendar) -> impl IntoView {
    let asked = calendar.asked;
    let step = move |forward| {
        Callback::new(move |()| calendar.go.run(asked.get_untracked().step(forward)))
    };
    let away = move || {
        let (first, last) = asked.get().days();
        !(first..=last).contains(&today())
    };
    let home = Callback::new(move |()| {
        calendar.go.run(Asked { day: today(), session: None, ..asked.get_untracked() });
    });
    let tabs = Signal::derive(move || {
        let tab = |view: View| Tab {
            href: calendar.href(|asked| Asked { view, session: None, ..asked }),
            label: view_words(view).to_owned(),
            count: None,
            current: asked.get().view == view,
        };
        View::ALL.map(tab).into()
    });
    view! {
        <div class="calendar-bar no-print">
            <div class="calendar-period">
                <Button
                    variant=Variant::Ghost
                    icon=icondata::LuChevronLeft
                    label=t!(calendar.before)
                    on_press=step(false)
                />
                <h2 aria-live="polite">{move || asked.get().title(today())}</h2>
                <Button
                    variant=Variant::Ghost
                    icon=icondata::LuChevronRight
                    label=t!(calendar.after)
                    on_press=step(true)
                />
                <Show when=away>
                    <Button keys="t" on_press=home>{t!(calendar.go_today)}</Button>
                </Show>
            </div>
            <TabLinks label=t!(calendar.views) tabs />
            <Filters calendar />
        </div>
    }
}

fn view_words(view: View) -> &'static str {
    match view {
        View::Month => t!(calendar.month),
        View::Week => t!(calendar.week),
        View::Agenda => t!(calendar.agenda),
    }
}

#[component]
fn Filters(calendar: Calendar) -> impl IntoView {
    let members = use_query(api::members);
    let retainer_rows = Signal::derive(move || {
        let row = |one: RetainerSummary| {
            (one.id.to_string(), format!("{} · {}", one.account_name, one.name))
        };
        calendar.bookable().into_iter().map(row).collect::<Vec<_>>()
    });
    let member_rows = Signal::derive(move || {
        members.with(|page| {
            let items = page.map_or(&[][..], |page| &page.items);
            items.iter().map(|one| (one.id.to_string(), one.name.clone())).collect::<Vec<_>>()
        })
    });
    let asked = calendar.asked;
    let by_retainer = Callback::new(move |id: String| {
        let retainer = id.parse().ok();
        calendar.go.run(Asked { retainer, session: None, ..asked.get_untracked() });
    });
    let by_member = Callback::new(move |id: String| {
        let member = id.parse().ok();
        calendar.go.run(Asked { member, session: None, ..asked.get_untracked() });
    });
    let retainer = Signal::derive(move || asked.get().retainer.map(|id| id.to_string()));
    let member = Signal::derive(move || asked.get().member.map(|id| id.to_string()));
    view! {
        <div class="calendar-filters">
            <FilterSelect
                label=t!(common.retainer)
                all=t!(time.all_retainers)
                chosen=retainer
                rows=retainer_rows
                pick=by_retainer
            />
            <FilterSelect
                label=t!(time.person)
                all=t!(time.all_people)
                chosen=member
                rows=member_rows
                pick=by_member
            />
        </div>
    }
}

/// A read that failed: the grid stays usable below it.
#[component]
fn Trouble(calendar: Calendar) -> impl IntoView {
    let retry = Callback::new(move |()| calendar.sessions.refetch());
    move || {
        let fault = calendar.sessions.fault()?;
        let stale = calendar.sessions.known();
        Some(view! { <FaultNote fault stale retry /> })
    }
}

/// No session in the days shown: the next one there is.
#[component]
fn Nothing(calendar: Calendar) -> impl IntoView {
    let empty = Memo::new(move |_| {
        let asked = calendar.asked.get();
        let shown = |one: &ClientSession| asked.each_day().any(|day| day == one.on);
        calendar.sessions.known() && !calendar.known().iter().any(shown)
    });
    let next = use_query_when(move || {
        let asked = calendar.asked.get();
        let from = Some(midnight(asked.days().1.checked_add_days(Days::new(1))?));
        let filter = SessionFilter {
            retainer_id: asked.retainer,
            member_id: asked.member,
            booked: true,
            from,
            limit: Some(1),
            ..Default::default()
        };
        empty.get().then(|| api::client_sessions(&filter))
    });
    let words = move || {
        let words = match calendar.asked.get().view {
            View::Week => t!(calendar.empty_week),
            View::Month | View::Agenda => t!(calendar.empty_month),
        };
        let next = next.with(|page| page?.items.first().cloned()).map(|session| {
            let day = session.on;
            let href = calendar.href(|asked| Asked { day, session: None, ..asked });
            let words = t!(
                calendar.next,
                day = crate::format::weekday(day, today()),
                client = super::words::client(&session),
            );
            view! { <a class="link" href=href>{words}</a> }
        });
        view! {
            <div class="note">
                <p class="note-words">{words}</p>
                {next}
            </div>
        }
    };
    view! { <Show when=move || empty.get()>{words}</Show> }
}
