//! Time: the form, and the week below it. Week and filters stand in the address.
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};
use shared::api::{AccountId, MemberId, RetainerId, RetainerState, RetainerSummary};

use super::dialog::last_retainer;
use super::fields::Fields;
use super::log_form::LogForm;
use super::pending;
use super::week::WeekEntries;
use super::week_panel::WeekPanel;
use crate::api::{self, Path, TimeFilter};
use crate::format::{Week, date_range};
use crate::query::{use_query, use_query_when};
use crate::retainers::today;
use crate::session::{delivers, use_me};
use crate::shell::Area;
use crate::t;
use crate::ui::{Button, FilterSelect, PageHeader, Panel, Variant};

/// Rows of the first page, and of each one after it.
const ROWS: i64 = 100;

/// What the address asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) week: Week,
    pub(super) retainer: Option<RetainerId>,
    pub(super) member: Option<MemberId>,
}

impl Asked {
    pub(super) fn href(self) -> String {
        let this_week = self.week == Week::of(today());
        Path::new("/time")
            .with("week", (!this_week).then_some(self.week))
            .with("retainer", self.retainer)
            .with("member", self.member)
            .done()
    }

    pub(super) fn filter(self) -> TimeFilter {
        TimeFilter {
            retainer_id: self.retainer,
            member_id: self.member,
            from: Some(self.week.first()),
            to: Some(self.week.last()),
            limit: Some(ROWS),
            ..TimeFilter::default()
        }
    }
}

/// `/time?week=2026-W48&retainer=ID&member=ID`; `log=1` puts the focus into the form.
#[component]
pub fn TimePage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|query| {
            let week = query.get("week").and_then(|week| Week::parse(&week));
            Asked {
                week: week.unwrap_or_else(|| Week::of(today())),
                retainer: query.get("retainer").and_then(|id| id.parse().ok()),
                member: query.get("member").and_then(|id| id.parse().ok()),
            }
        })
    });
    let first = use_query_when(move || Some(api::time_entries(&asked.get().filter())));
    let entries = WeekEntries::new(first);
    pending::shown_in(entries, asked);
    let may = use_me().with_untracked(|me| delivers(me.role));
    let form = if may {
        view! { <LogPanel asked /> }.into_any()
    } else {
        view! { <p class="note">{t!(time.viewer)}</p> }.into_any()
    };
    view! {
        <PageHeader title=t!(time.title) area=Area::Time>""</PageHeader>
        <div class="page">
            <div class="grid items-start gap-4 lg:grid-cols-[24rem_minmax(0,1fr)]">
                {form}
                <div class="stack">
                    <WeekBar asked />
                    <WeekPanel entries asked may />
                </div>
            </div>
        </div>
    }
}

#[component]
fn LogPanel(asked: Memo<Asked>) -> impl IntoView {
    let query = use_query_map();
    let start = asked.get_untracked();
    let this_week = start.week == Week::of(today());
    let day = if this_week { today() } else { start.week.first() };
    let fields = Fields::on(day, start.retainer.or_else(last_retainer));
    of_account(fields.retainer);
    Effect::new(move |_| {
        if query.with(|query| query.get("log").is_some()) {
            request_animation_frame(|| focus("time-retainer-id"));
        }
    });
    view! {
        <Panel title=t!(time.log_title)>
            <div class="panel-body">
                <LogForm name="time" fields />
            </div>
        </Panel>
    }
}

/// `account=ID` in the address: the first retainer of that account that takes time.
fn of_account(retainer: RwSignal<String>) {
    let query = use_query_map();
    let wanted = query.with_untracked(|query| query.get("account")?.parse::<AccountId>().ok());
    let retainers = use_query_when(move || {
        wanted.map(|account_id| {
            let account_id = Some(account_id);
            api::retainers(&api::RetainerFilter { account_id, ..Default::default() })
        })
    });
    Effect::new(move |done: Option<bool>| {
        let first = retainers.with(|page| {
            let running = |one: &&RetainerSummary| one.state != RetainerState::Ended;
            page?.items.iter().find(running).map(|one| one.id.to_string())
        });
        match first {
            Some(id) if done != Some(true) => {
                retainer.set(id);
                true
            }
            _ => done == Some(true),
        }
    });
}

fn focus(id: &str) {
    use wasm_bindgen::JsCast;
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Which week, and whose.
#[component]
fn WeekBar(asked: Memo<Asked>) -> impl IntoView {
    let navigate = use_navigate();
    let go = Callback::new(move |to: Asked| navigate(&to.href(), Default::default()));
    let to = move |week: fn(Week) -> Week| {
        Callback::new(move |()| {
            let asked = asked.get_untracked();
            go.run(Asked { week: week(asked.week), ..asked });
        })
    };
    let away = move || asked.get().week != Week::of(today());
    let number = move || t!(time.week, number = asked.get().week.number());
    let days = move || {
        let week = asked.get().week;
        date_range(week.first(), week.last(), today())
    };
    let home = move || {
        away().then(
            || view! { <Button on_press=to(|_| Week::of(today()))>{t!(time.this_week)}</Button> },
        )
    };
    view! {
        <div class="flex flex-wrap items-center gap-2">
            <Button
                variant=Variant::Ghost
                icon=icondata::LuChevronLeft
                label=t!(time.previous_week)
                on_press=to(Week::previous)
            />
            <h2 class="flex flex-col">
                {number}
                <span class="text-xs font-normal text-muted">{days}</span>
            </h2>
            <Button
                variant=Variant::Ghost
                icon=icondata::LuChevronRight
                label=t!(time.next_week)
                on_press=to(Week::next)
            />
            {home}
            <div class="ms-auto flex flex-wrap gap-2">
                <Filters asked go />
            </div>
        </div>
    }
}

#[component]
fn Filters(asked: Memo<Asked>, go: Callback<Asked>) -> impl IntoView {
    let retainers = use_query(|| api::retainers(&api::RetainerFilter::default()));
    let members = use_query(api::members);
    let retainer_rows = Signal::derive(move || {
        retainers.with(|page| {
            let items = page.map_or(&[][..], |page| &page.items);
            let row = |one: &RetainerSummary| {
                (one.id.to_string(), format!("{} · {}", one.account_name, one.name))
            };
            items.iter().map(row).collect::<Vec<_>>()
        })
    });
    let member_rows = Signal::derive(move || {
        members.with(|page| {
            let items = page.map_or(&[][..], |page| &page.items);
            items.iter().map(|one| (one.id.to_string(), one.name.clone())).collect::<Vec<_>>()
        })
    });
    let by_retainer = Callback::new(move |id: String| {
        go.run(Asked { retainer: id.parse().ok(), ..asked.get_untracked() });
    });
    let by_member = Callback::new(move |id: String| {
        go.run(Asked { member: id.parse().ok(), ..asked.get_untracked() });
    });
    let retainer = Signal::derive(move || asked.get().retainer.map(|id| id.to_string()));
    let member = Signal::derive(move || asked.get().member.map(|id| id.to_string()));
    view! {
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
    }
}
