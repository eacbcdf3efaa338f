//! `/reports/recurring`: what clients bring a month, whatever was invoiced. Source: UX.md, Reports.
use chrono::{Datelike, Months, NaiveDate};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use shared::api::{Money, RecurringOfCurrency};

use super::cohorts::Cohorts;
use super::nav::{MONTHS, Tabs, View};
use super::recurring_chart::RecurringChart;
use super::recurring_tables::{MonthsTable, MovesTable};
use crate::api::{self, Path};
use crate::format::{count, money, percent_tenths};
use crate::query::use_query;
use crate::session::{use_me, use_today};
use crate::shell::Area;
use crate::ui::{
    Button, ButtonLink, Empty, FilterSelect, Form, FormFaults, Loaded, PageHeader, Panel,
};
use crate::{browser, t};

/// Where it is.
const HREF: &str = "/reports/recurring";
/// Where the API has it.
const API: &str = "/reports/recurring-revenue";
/// Months of a year: those where the address says nothing, and those ahead.
const YEAR: u32 = MONTHS;

/// Which months the address asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// So many up to this one.
    Past(u32),
    /// This one and those after it: what is agreed by now.
    Ahead,
}

impl Asked {
    const OTHERS: [Self; 4] = [Self::Past(3), Self::Past(24), Self::Past(36), Self::Ahead];

    fn word(self) -> String {
        match self {
            Self::Past(months) => months.to_string(),
            Self::Ahead => "ahead".to_owned(),
        }
    }
    fn named(word: &str) -> Self {
        let found = Self::OTHERS.into_iter().find(|one| one.word() == word);
        found.unwrap_or(Self::Past(YEAR))
    }
    /// Whether they are more than a year.
    pub(super) fn many(self) -> bool {
        self.back() > YEAR
    }
    /// Months back, as other reports look.
    fn back(self) -> u32 {
        match self {
            Self::Past(months) => months,
            Self::Ahead => YEAR,
        }
    }
    fn label(self) -> String {
        match self {
            Self::Past(months) => t!(recurring.months, n = months),
            Self::Ahead => t!(recurring.ahead).to_owned(),
        }
    }
    /// A day of the first and of the last month.
    pub(super) fn days(self, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        let month = today.with_day(1).unwrap_or(today);
        let (back, on) = match self {
            Self::Past(months) => (months.saturating_sub(1), 0),
            Self::Ahead => (0, YEAR - 1),
        };
        let first = month.checked_sub_months(Months::new(back)).unwrap_or(month);
        (first, month.checked_add_months(Months::new(on)).unwrap_or(month))
    }
    /// Where the API tells them.
    fn path(self, of: &str, today: NaiveDate) -> String {
        let (from, to) = self.days(today);
        Path::new(of.to_owned()).with("from", Some(from)).with("to", Some(to)).done()
    }
}

/// `/reports/recurring?months=24`
#[component]
pub fn RecurringPage() -> impl IntoView {
    if View::Recurring.is_for(use_me().with_untracked(|me| me.role)) {
        return view! { <Report /> }.into_any();
    }
    view! {
        <PageHeader title=t!(recurring.title) area=Area::Reports />
        <div class="page">
            <Empty icon=icondata::LuLock title=t!(recurring.hidden) />
        </div>
    }
    .into_any()
}

#[component]
fn Report() -> impl IntoView {
    let address = use_query_map();
    let today = use_today();
    let asked = Memo::new(move |_| {
        address.with(|query| Asked::named(&query.get("months").unwrap_or_default()))
    });
    let report = use_query(move || api::recurring(asked.get().path(API, today.get())));
    let parts = move || {
        let currencies = report.get().map(|made| made.currencies).unwrap_or_default();
        if currencies.is_empty() {
            return view! {
                <Empty
                    icon=icondata::LuTrendingUp
                    title=t!(recurring.none)
                    about=t!(recurring.none_about)
                />
            }
            .into_any();
        }
        let part = |of: RecurringOfCurrency| view! { <OfCurrency of /> };
        currencies.into_iter().map(part).collect_view().into_any()
    };
    view! {
        <PageHeader title=t!(recurring.title) area=Area::Reports>
            <Sheet asked />
            <ButtonLink href="/reports/uplifts">{t!(recurring.up_title)}</ButtonLink>
        </PageHeader>
        <Tabs current=View::Recurring months=Signal::derive(move || asked.get().back()) />
        <div class="page stack">
            <div class="no-print">
                <Period asked />
            </div>
            <Loaded of=report.standing() rows=8>
                <div class="stack">{parts}</div>
            </Loaded>
            <Show when=move || asked.get() == Asked::Ahead fallback=move || view! { <Cohorts asked /> }>
                <p class="text-soft">{t!(recurring.certain)}</p>
            </Show>
        </div>
    }
}

/// Which months.
#[component]
fn Period(asked: Memo<Asked>) -> impl IntoView {
    let navigate = use_navigate();
    let chosen = Signal::derive(move || {
        let word = asked.get().word();
        (word != YEAR.to_string()).then_some(word)
    });
    let choice = |one: Asked| (one.word(), one.label());
    let rows = Signal::stored(Asked::OTHERS.map(choice).to_vec());
    let pick = Callback::new(move |word: String| {
        let word = Some(word).filter(|word| !word.is_empty());
        let href = Path::new(HREF.to_owned()).with("months", word).done();
        navigate(&href, NavigateOptions { scroll: false, ..NavigateOptions::default() });
    });
    view! {
        <FilterSelect
            label=t!(recurring.period)
            all=t!(recurring.year)
            chosen
            rows
            pick
        />
    }
}

/// Every movement as a file.
#[component]
fn Sheet(asked: Memo<Asked>) -> impl IntoView {
    let form = Form::new("recurring");
    let today = use_today();
    let save = Callback::new(move |()| {
        let (asked, today) = (asked.get_untracked(), today.get_untracked());
        let (from, to) = asked.days(today);
        let path = asked.path("/reports/recurring-revenue.csv", today);
        let name = format!("MRR {} {}.csv", from.format("%Y-%m"), to.format("%Y-%m"));
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

/// What there is in a currency, how it came about month by month, and who moved.
#[component]
fn OfCurrency(of: RecurringOfCurrency) -> impl IntoView {
    let said = |minor: i64| money(&Money { amount_minor: minor, currency: of.currency.clone() });
    let share = |share: Option<i64>| share.map_or_else(|| "–".to_owned(), percent_tenths);
    let whole = &of.whole;
    let changed = whole.end_minor - whole.start_minor;
    let figures = [
        (
            t!(accounts.mrr),
            said(whole.end_minor),
            t!(recurring.yearly, amount = said(of.yearly_minor)),
        ),
        (
            t!(recurring.net),
            share(whole.net_retention),
            t!(recurring.changed, amount = said(changed)),
        ),
        (t!(recurring.gross), share(whole.gross_retention), String::new()),
        (
            t!(recurring.clients),
            count(i64::from(whole.clients)),
            t!(recurring.lost, n = whole.clients_lost, won = whole.clients_won),
        ),
    ];
    let figure = |(label, value, about): (&'static str, String, String)| {
        view! {
            <div class="stat panel">
                <dt>{label}</dt>
                <dd class="stat-value num">{value}</dd>
                <dd class="stat-about">{about}</dd>
            </div>
        }
    };
    let figures = figures.map(figure).into_iter().collect_view();
    let currency = of.currency.clone();
    let (chart, moves) = (of.clone(), of.moves.clone());
    let moves = (!moves.is_empty()).then(|| {
        let left = of.moves_left;
        let more = (left > 0).then(|| {
            view! { <p class="panel-body text-soft">{t!(recurring.more, n = left)}</p> }
        });
        view! {
            <Panel title=t!(recurring.moves)>
                <MovesTable moves currency />
                {more}
            </Panel>
        }
    });
    view! {
        <section class="stack">
            <dl class="stats" aria-label=of.currency.clone()>{figures}</dl>
            <Panel title=of.currency.clone()>
                <RecurringChart of=chart />
                <MonthsTable months=of.months.clone() currency=of.currency.clone() />
            </Panel>
            {moves}
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_says_which_months() {
        let today = "2026-03-31".parse::<NaiveDate>().unwrap();
        let days = |word: &str| {
            let (from, to) = Asked::named(word).days(today);
            (from.to_string(), to.to_string())
        };
        let said = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        assert_eq!(days(""), said("2025-04-01", "2026-03-01"));
        assert_eq!(days("3"), said("2026-01-01", "2026-03-01"));
        assert_eq!(days("7"), days(""));
        assert_eq!(days("ahead"), said("2026-03-01", "2027-02-01"));
        assert!(Asked::OTHERS.into_iter().all(|one| Asked::named(&one.word()) == one));
    }
}
