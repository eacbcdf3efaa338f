//! `/reports/margin`: what stays of what clients pay, and what eats it; what was earned by month.
//! Source: UX.md, Reports.
use chrono::{Datelike, Months, NaiveDate};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use shared::api::{MarginBy, MarginRow};

use super::margin_chart::MarginCharts;
use super::months::ByMonth;
use super::nav::{MONTHS, Tabs, VIEWS, View};
use super::rows::Table;
use super::spend::{Spend, Spent};
use super::words;
use crate::api::{self, Path};
use crate::query::use_query;
use crate::session::{use_me, use_today};
use crate::shell::Area;
use crate::ui::{Button, Empty, FilterSelect, Form, FormFaults, Loaded, PageHeader};
use crate::{browser, t};

/// Those that can be chosen instead.
const OTHER_MONTHS: [u32; 3] = [3, 24, 36];

/// What the address asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    view: View,
    months: u32,
}

impl Asked {
    /// Where its sheet is.
    fn sheet(self, today: NaiveDate) -> String {
        let path = match self.view {
            View::By(by) => Path::new("/reports/margin.csv").with("by", Some(by.name())),
            View::Month | View::Recurring | View::Renewals => Path::new("/reports/revenue.csv"),
        };
        path.with("from", self.from(today)).done()
    }
    /// The first day on which its cycles begin; a lifetime has none.
    pub(super) fn from(self, today: NaiveDate) -> Option<NaiveDate> {
        let first = today.with_day(1)?.checked_sub_months(Months::new(self.months - 1))?;
        (self.view != View::By(MarginBy::Lifetime)).then_some(first)
    }
}

/// `/reports/margin?by=account&months=24`
#[component]
pub fn MarginPage() -> impl IntoView {
    let view = View::By(MarginBy::Retainer);
    if view.is_for(use_me().with_untracked(|me| me.role)) {
        return view! { <Report /> }.into_any();
    }
    view! {
        <PageHeader title=t!(reports.margin) area=Area::Reports />
        <Tabs current=view months=MONTHS />
        <div class="page">
            <Empty icon=icondata::LuLock title=t!(reports.hidden) />
        </div>
    }
    .into_any()
}

#[component]
fn Report() -> impl IntoView {
    let address = use_query_map();
    let asked = Memo::new(move |_| {
        address.with(|query| {
            let here = |one: &View| !matches!(one, View::Recurring | View::Renewals);
            let view = query
                .get("by")
                .and_then(|by| VIEWS.into_iter().filter(here).find(|one| one.name() == by));
            let months = query.get("months").and_then(|months| months.parse().ok());
            Asked {
                view: view.unwrap_or(View::By(MarginBy::Retainer)),
                months: months.filter(|n| OTHER_MONTHS.contains(n)).unwrap_or(MONTHS),
            }
        })
    });
    let by_month = Memo::new(move |_| asked.get().view == View::Month);
    view! {
        <PageHeader title=t!(reports.margin) area=Area::Reports>
            <Sheet asked />
            <Spend />
        </PageHeader>
        <Tabs current=Signal::derive(move || asked.get().view) months=Signal::derive(move || asked.get().months) />
        <div class="page stack">
            <div class="no-print"><Period asked /></div>
            <Show when=move || by_month.get() fallback=move || view! { <Margins asked /> }>
                <ByMonth asked />
            </Show>
        </div>
    }
}

/// What clients brought and cost, a row for each.
#[component]
fn Margins(asked: Memo<Asked>) -> impl IntoView {
    let today = use_today();
    // While the view is left for that of months, what was asked last stays.
    let by = Memo::new(move |before: Option<&MarginBy>| match asked.get().view {
        View::By(by) => by,
        View::Month | View::Recurring | View::Renewals => {
            before.copied().unwrap_or(MarginBy::Retainer)
        }
    });
    let report = use_query(move || api::margin(by.get(), asked.get().from(today.get())));
    let rows = Memo::new(move |_| {
        report.with(|page| page.map(|page| page.items.clone()).unwrap_or_default())
    });
    let more = move || report.with(|page| page.is_some_and(|page| page.next_cursor.is_some()));
    // Of some rows nothing is said about all.
    let whole = move || !more() && by.get() != MarginBy::Cycle;
    let none = || {
        view! {
            <Empty
                icon=icondata::LuTrendingUp
                title=t!(reports.none)
                about=t!(reports.none_about)
            />
        }
    };
    view! {
        <Missing rows />
        <Show when=whole>
            <MarginCharts rows />
        </Show>
        <div class="panel">
            <Loaded of=report.standing() rows=8>
                <Show when=move || rows.with(|rows| !rows.is_empty()) fallback=none>
                    <Table rows by />
                </Show>
                <Show when=more>
                    <p class="muted">{t!(reports.more)}</p>
                </Show>
            </Loaded>
        </div>
        <Spent />
    }
}

/// How far back it looks; a lifetime looks back all the way.
#[component]
fn Period(asked: Memo<Asked>) -> impl IntoView {
    let navigate = use_navigate();
    let chosen = Signal::derive(move || {
        let months = asked.get().months;
        (months != MONTHS).then(|| months.to_string())
    });
    let choice = |months: u32| (months.to_string(), t!(reports.months, n = months));
    let rows = Signal::stored(OTHER_MONTHS.map(choice).to_vec());
    let pick = Callback::new(move |months: String| {
        let months = months.parse().unwrap_or(MONTHS);
        let href = asked.get_untracked().view.href(months);
        navigate(&href, NavigateOptions { scroll: false, ..NavigateOptions::default() });
    });
    view! {
        <Show when=move || asked.get().view != View::By(MarginBy::Lifetime)>
            <FilterSelect
                label=t!(reports.period)
                all=t!(reports.year)
                chosen
                rows
                pick
            />
        </Show>
    }
}

/// All rows as a file.
#[component]
fn Sheet(asked: Memo<Asked>) -> impl IntoView {
    let form = Form::new("margin");
    let today = use_today();
    let save = Callback::new(move |()| {
        let asked = asked.get_untracked();
        let path = asked.sheet(today.get_untracked());
        let name = format!("margin {} {}.csv", asked.view.name(), today.get_untracked());
        form.run(async move { api::download(&path).await }, move |text: String| {
            browser::save_file(&name, "text/csv", &text);
        });
    });
    view! {
        <FormFaults form />
        <Button icon=icondata::LuDownload busy=form.busy() on_press=save>
            {t!(statement.sheet)}
        </Button>
    }
}

/// Whose time has no rate, with the place to say it.
#[component]
fn Missing(rows: Memo<Vec<MarginRow>>) -> impl IntoView {
    let people = Memo::new(move |_| {
        rows.with(|rows| {
            let mut people: Vec<shared::api::Unrated> = Vec::new();
            for one in rows.iter().flat_map(|row| &row.unrated) {
                let same = |told: &&mut shared::api::Unrated| {
                    (told.member_id, &told.currency) == (one.member_id, &one.currency)
                };
                match people.iter_mut().find(same) {
                    Some(told) => told.minutes += one.minutes,
                    None => people.push(one.clone()),
                }
            }
            people.iter().map(words::unrated).collect::<Vec<_>>().join(", ")
        })
    });
    view! {
        <Show when=move || people.with(|people| !people.is_empty())>
            <div class="note note-warn">
                <div class="note-words">
                    <p>{move || t!(reports.unrated, people = people.get())}</p>
                </div>
                <a class="btn btn-sm" href="/settings/rates">{t!(settings.rates)}</a>
            </div>
        </Show>
    }
}
