//! The list of a week: days with their sums, rows that can be changed, more on demand.
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::TimeEntry;

use super::entry_row::EntryRow;
use super::page::Asked;
use super::week::{WeekEntries, days};
use crate::api::{self, Fetch, Path};
use crate::format::{effort, weekday};
use crate::retainers::today;
use crate::t;
use crate::ui::{Button, ButtonLink, Empty, FaultNote, Loaded, Panel};

/// The entries by day, what there is when there are none, and the rest on demand.
#[component]
pub(super) fn WeekPanel(entries: WeekEntries, asked: Memo<Asked>, may: bool) -> impl IntoView {
    let all = Memo::new(move |_| entries.all());
    let total = move || {
        let minutes: i64 = all.with(|all| all.iter().map(|entry| entry.minutes).sum());
        let partly = entries.next.with(Option::is_some);
        (minutes > 0 && !partly).then(|| t!(time.week_total, effort = effort(minutes)))
    };
    let body = move || {
        if all.with(Vec::is_empty) {
            view! { <Nothing asked /> }.into_any()
        } else {
            view! { <ByDay all entries may /> }.into_any()
        }
    };
    view! {
        <Panel title=t!(time.list_title) aside=move || view! { <span class="num">{total}</span> }>
            <Loaded of=entries.first.standing() rows=6>{body}</Loaded>
            <ReadOn entries asked />
        </Panel>
    }
}

#[component]
fn Nothing(asked: Memo<Asked>) -> impl IntoView {
    move || {
        let now = asked.get();
        if now.retainer.is_some() || now.member.is_some() {
            let all = Asked { retainer: None, member: None, ..now }.href();
            view! {
                <Empty icon=icondata::LuFunnel title=t!(time.empty_filtered)>
                    <ButtonLink href=all>{t!(time.drop_filter)}</ButtonLink>
                </Empty>
            }
            .into_any()
        } else {
            view! {
                <Empty icon=icondata::LuTimer title=t!(time.empty) about=t!(time.empty_about) />
            }
            .into_any()
        }
    }
}

#[component]
fn ByDay(all: Memo<Vec<TimeEntry>>, entries: WeekEntries, may: bool) -> impl IntoView {
    let days = Memo::new(move |_| all.with(|all| days(all)));
    view! {
        <For each=move || days.get() key=|day| day.0 let:row>
            <Day day=row.0 days all entries may />
        </For>
    }
}

#[component]
fn Day(
    day: chrono::NaiveDate,
    days: Memo<Vec<(chrono::NaiveDate, i64)>>,
    all: Memo<Vec<TimeEntry>>,
    entries: WeekEntries,
    may: bool,
) -> impl IntoView {
    let minutes =
        move || days.with(|days| days.iter().find(|row| row.0 == day).map(|row| effort(row.1)));
    let rows = move || {
        all.with(|all| {
            all.iter().filter(|entry| entry.worked_on == day).cloned().collect::<Vec<_>>()
        })
    };
    let key = |entry: &TimeEntry| (entry.id, entry.version, entry.worked_on);
    view! {
        <section>
            <h3 class="flex justify-between border-b border-line bg-sunken px-4 py-1.5 text-xs font-semibold text-soft">
                <span>{weekday(day, today())}</span>
                <span class="num">{minutes}</span>
            </h3>
            <ul class="panel-rows">
                <For each=rows key=key let:entry>
                    <EntryRow entry entries may />
                </For>
            </ul>
        </section>
    }
}

/// "Load more", while there is more.
#[component]
fn ReadOn(entries: WeekEntries, asked: Memo<Asked>) -> impl IntoView {
    let busy = RwSignal::new(false);
    let fault = RwSignal::new(None);
    let load = Callback::new(move |()| {
        let wanted = asked.get_untracked();
        let Some(cursor) = entries.next.get_untracked() else { return };
        let first = api::time_entries(&wanted.filter());
        let path = Path::new(first.path()).with("cursor", Some(cursor)).done();
        busy.set(true);
        spawn_local(async move {
            let page = Fetch::<shared::api::Page<TimeEntry>>::new(path).send().await;
            busy.try_set(false);
            match page {
                Ok(page) if asked.try_get_untracked() == Some(wanted) => {
                    entries.more.try_update(|more| more.extend(page.items));
                    entries.next.try_set(page.next_cursor);
                    fault.try_set(None);
                }
                Ok(_) => {}
                Err(error) => {
                    fault.try_set(Some(error));
                }
            }
        });
    });
    let button = move || {
        entries.next.with(Option::is_some).then(|| {
            view! {
                <div class="p-3">
                    <Button busy=busy on_press=load>{t!(common.more)}</Button>
                </div>
            }
        })
    };
    view! {
        {move || fault.get().map(|fault| view! { <FaultNote fault retry=load /> })}
        {button}
    }
}
