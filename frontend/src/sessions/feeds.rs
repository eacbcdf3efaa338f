//! Subscribing to the calendar from other programs: addresses that are told once, and ended.
use leptos::prelude::*;
use shared::api::{CalendarFeed, CalendarFeedMade, FeedKind, Language, NewCalendarFeed, Role};

use crate::format::{date, day_in_zone, moment};
use crate::i18n::{fault_words, tag};
use crate::query::{self, use_query};
use crate::session::{use_me, use_today};
use crate::ui::{
    Button, Checkbox, CopyText, Dialog, Form, FormFaults, Loaded, TextInput, Variant, toast,
};
use crate::{api, t};

/// Where the list is kept.
const FEEDS: &str = "/calendar-feeds";

/// An address as it was made.
#[derive(Clone)]
struct Told {
    name: String,
    address: String,
}

impl Told {
    /// None where a repetition was answered, which has no secret.
    fn of(made: CalendarFeedMade) -> Option<Self> {
        let origin = window().location().origin().unwrap_or_default();
        let address = format!("{origin}/api/v1/calendar/{}.ics", made.token);
        (!made.token.is_empty()).then_some(Self { name: made.feed.name, address })
    }
}

/// What one subscribes to, and has subscribed to.
#[component]
pub(super) fn FeedsDialog(open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog open title=t!(calendar.feeds)>
            <Feeds />
        </Dialog>
    }
}

#[component]
fn Feeds() -> impl IntoView {
    let told = RwSignal::new(None::<Told>);
    move || match told.get() {
        Some(one) => view! { <Once one told /> }.into_any(),
        None => view! {
            <div class="stack">
                <p class="text-soft">{t!(calendar.feeds_about)}</p>
                <List told />
                <MakeForm told />
            </div>
        }
        .into_any(),
    }
}

/// The address, this once.
#[component]
fn Once(one: Told, told: RwSignal<Option<Told>>) -> impl IntoView {
    let done = Callback::new(move |()| told.set(None));
    view! {
        <div class="form">
            <p class="note note-ok" role="status">{t!(calendar.feed_told, name = one.name)}</p>
            <CopyText label=t!(calendar.feed_address) text=one.address autofocus=true />
            <p class="text-soft">{t!(calendar.feed_where)}</p>
            <div class="form-actions">
                <Button variant=Variant::Primary on_press=done>{t!(common.done)}</Button>
            </div>
        </div>
    }
}

#[component]
fn List(told: RwSignal<Option<Told>>) -> impl IntoView {
    let feeds = use_query(api::calendar_feeds);
    let all = Memo::new(move |_| {
        feeds.with(|page| page.map_or_else(Vec::new, |page| page.items.clone()))
    });
    let rows = move || {
        let all = all.get();
        if all.is_empty() {
            return view! { <p>{t!(calendar.feeds_none)}</p> }.into_any();
        }
        let rows = all.into_iter().map(|feed| view! { <Row feed told /> }).collect_view();
        view! { <ul class="panel-rows">{rows}</ul> }.into_any()
    };
    view! { <Loaded of=feeds.standing() rows=2>{rows}</Loaded> }
}

fn kind_words(kind: FeedKind) -> &'static str {
    match kind {
        FeedKind::Sessions => t!(calendar.sessions),
        FeedKind::CycleEnds => t!(calendar.feed_cycle_ends),
        FeedKind::Renewals => t!(calendar.feed_renewals),
        FeedKind::Reviews => t!(calendar.feed_reviews),
    }
}

#[component]
fn Row(feed: CalendarFeed, told: RwSignal<Option<Told>>) -> impl IntoView {
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let today = use_today().get_untracked();
    let kinds: Vec<&str> = feed.kinds.iter().map(|kind| kind_words(*kind)).collect();
    let whose = if feed.everyone { t!(calendar.feed_everyone) } else { t!(calendar.feed_own) };
    let shows = format!("{} · {whose}", kinds.join(", "));
    let seen = match feed.seen_at {
        Some(at) => t!(calendar.feed_seen, when = moment(at, &zone, today)),
        None => {
            let day = date(day_in_zone(feed.created_at, &zone), today);
            t!(calendar.feed_unseen, day = day)
        }
    };
    let (id, version, busy) = (feed.id, feed.version, RwSignal::new(false));
    let act = move |ends: bool| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            let done = if ends {
                api::end_calendar_feed(id, version).await.map(|()| None)
            } else {
                api::renew_calendar_feed(id, version).await.map(Told::of)
            };
            match done {
                Ok(Some(one)) => drop(told.try_set(Some(one))),
                Ok(None) => toast(t!(calendar.feed_ended)),
                Err(fault) => toast(fault_words(&fault)),
            }
            query::invalidate(FEEDS);
            busy.try_set(false);
        });
    };
    let (renew, end) = (Callback::new(move |()| act(false)), Callback::new(move |()| act(true)));
    let which = format!(", {}", feed.name);
    let of_end = which.clone();
    view! {
        <li class="contact">
            <div class="contact-words">
                <p class="font-medium break-words">{feed.name}</p>
                <p>{shows}</p>
                <p class="text-muted num">{seen}</p>
            </div>
            <div class="flex flex-wrap gap-2">
                <Button small=true busy=busy on_press=renew>
                    {t!(calendar.feed_renew)}
                    <span class="sr-only">{which}</span>
                </Button>
                <Button small=true busy=busy on_press=end>
                    {t!(calendar.feed_end)}
                    <span class="sr-only">{of_end}</span>
                </Button>
            </div>
        </li>
    }
}

#[component]
fn MakeForm(told: RwSignal<Option<Told>>) -> impl IntoView {
    let form = Form::new("feed");
    let partner = use_me().with_untracked(|me| me.role == Role::Partner);
    let name = RwSignal::new(t!(calendar.feed_usual).to_owned());
    let [sessions, everyone] = [RwSignal::new(true), RwSignal::new(false)];
    let [ends, renewals, reviews] = [false; 3].map(RwSignal::new);
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let ticks = [
            (sessions, FeedKind::Sessions),
            (ends, FeedKind::CycleEnds),
            (renewals, FeedKind::Renewals),
            (reviews, FeedKind::Reviews),
        ];
        let kinds = ticks.into_iter().filter(|(on, _)| on.get_untracked()).map(|(_, kind)| kind);
        let body = NewCalendarFeed {
            name: name.get_untracked().trim().to_owned(),
            kinds: kinds.collect(),
            everyone: everyone.get_untracked(),
            language: if tag().starts_with("de") { Language::De } else { Language::En },
        };
        let work = async |body: NewCalendarFeed| api::add_calendar_feed(&body).await;
        form.send(body, work, move |made: CalendarFeedMade| {
            query::invalidate(FEEDS);
            told.try_set(Told::of(made));
        });
    };
    form.register("/kinds", t!(calendar.feed_shows).to_owned());
    let inside = (!partner).then(|| {
        view! {
            <Checkbox form at="/kinds/2" label=kind_words(FeedKind::Renewals) value=renewals />
            <Checkbox form at="/kinds/3" label=kind_words(FeedKind::Reviews) value=reviews />
        }
    });
    view! {
        <form class="form" novalidate=true on:submit=send>
            <TextInput
                form
                at="/name"
                label=t!(calendar.feed_name)
                hint=t!(calendar.feed_name_hint)
                value=name
            />
            <fieldset class="form-part">
                <legend>{t!(calendar.feed_shows)}</legend>
                <Checkbox form at="/kinds/0" label=kind_words(FeedKind::Sessions) value=sessions />
                <Checkbox form at="/kinds/1" label=kind_words(FeedKind::CycleEnds) value=ends />
                {inside}
                <Checkbox
                    form
                    at="/everyone"
                    label=t!(calendar.feed_all)
                    hint=t!(calendar.feed_all_hint)
                    value=everyone
                />
            </fieldset>
            <FormFaults form />
            <div class="form-actions">
                <Button submit=true variant=Variant::Primary busy=form.busy()>
                    {t!(calendar.feed_make)}
                </Button>
            </div>
        </form>
    }
}
