//! Where what clients pay goes, a bar for each of the largest, with what that comes to.
use leptos::prelude::*;
use shared::api::{MarginRow, MarginSums};

use super::chart::{Figure, LOST, Part, Patterns, fill, length};
use super::words::{self, amount};
use crate::format::percent_tenths;
use crate::t;

/// The most bars: the largest of what was earned or spent.
const BARS_MAX: usize = 12;

/// A bar: what it is about, and its figures.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Bar {
    name: String,
    sums: MarginSums,
}

impl Bar {
    /// What it is long by.
    fn size(&self) -> i64 {
        self.sums.revenue_minor.max(self.sums.cost_minor)
    }
    /// From left to right: what was spent, what stays, and what was spent beyond what came.
    fn parts(&self) -> [Part; 5] {
        let sums = &self.sums;
        let mut left = sums.revenue_minor.max(0);
        let mut take = |minor: i64| {
            let taken = minor.clamp(0, left);
            left -= taken;
            taken
        };
        let (work, admin) = (take(sums.work_cost_minor), take(sums.admin_cost_minor));
        let expenses = take(sums.expenses_minor);
        let lost = sums.cost_minor.saturating_sub(sums.revenue_minor.max(0)).max(0);
        let parts =
            [("chart-1", work), ("chart-2", admin), ("chart-4", expenses), ("chart-3", left)];
        let [work, admin, expenses, left] = parts.map(|(class, size)| Part { class, size });
        [work, admin, expenses, left, Part { class: LOST, size: lost }]
    }
    fn told(&self) -> String {
        let sums = &self.sums;
        let said = |minor: i64| amount(minor, &sums.currency);
        t!(
            reports.bar_told,
            name = self.name.as_str(),
            revenue = said(sums.revenue_minor),
            work = said(sums.work_cost_minor),
            admin = said(sums.admin_cost_minor),
            expenses = said(sums.expenses_minor),
            margin = said(sums.margin_minor)
        )
    }
}

/// Those of a currency, the largest first; none of which nothing is known.
fn bars(rows: &[MarginRow], currency: &str) -> Vec<Bar> {
    let of = |row: &MarginRow| {
        let sums = row.sums.iter().find(|sums| sums.currency == currency)?;
        let bar = Bar { name: words::name(row), sums: sums.clone() };
        (sums.cycles > 0 && bar.size() > 0).then_some(bar)
    };
    let mut bars: Vec<Bar> = rows.iter().filter_map(of).collect();
    bars.sort_by_key(|bar| std::cmp::Reverse(bar.size()));
    bars
}

/// What all of them come to.
fn whole(bars: &[Bar], currency: &str) -> MarginSums {
    let sum = |of: fn(&MarginSums) -> i64| bars.iter().map(|bar| of(&bar.sums)).sum::<i64>();
    let (revenue_minor, margin_minor) = (sum(|s| s.revenue_minor), sum(|s| s.margin_minor));
    let share = i128::from(margin_minor) * 1000;
    MarginSums {
        currency: currency.to_owned(),
        revenue_minor,
        work_cost_minor: sum(|s| s.work_cost_minor),
        admin_cost_minor: sum(|s| s.admin_cost_minor),
        expenses_minor: sum(|s| s.expenses_minor),
        unrated_minutes: sum(|s| s.unrated_minutes),
        margin_minor,
        margin_share: (revenue_minor > 0)
            .then(|| i64::try_from(share.div_euclid(i128::from(revenue_minor))).unwrap_or(0)),
        ..MarginSums::default()
    }
}

/// What the bars say, in words: what stays, what ate the rest, with whom least stays.
fn finding(bars: &[Bar], currency: &str) -> String {
    let sums = whole(bars, currency);
    let said = |minor: i64| amount(minor, currency);
    let margin = said(sums.margin_minor);
    let margin = match sums.unrated_minutes > 0 {
        true => t!(reports.at_most, share = margin),
        false => margin,
    };
    let share = sums.margin_share.map_or_else(|| "–".to_owned(), percent_tenths);
    let all = t!(
        reports.finding,
        revenue = said(sums.revenue_minor),
        margin = margin,
        share = share,
        work = said(sums.work_cost_minor),
        admin = said(sums.admin_cost_minor),
        expenses = said(sums.expenses_minor)
    );
    let known = bars.iter().filter(|bar| bar.sums.margin_share.is_some());
    let least = known.min_by_key(|bar| bar.sums.margin_share).filter(|_| bars.len() > 1);
    let least = least.map(|bar| {
        let share = words::share(&bar.sums);
        t!(reports.finding_least, name = bar.name.as_str(), share = share)
    });
    [Some(all), least].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// A chart for each currency.
#[component]
pub(super) fn MarginCharts(rows: Memo<Vec<MarginRow>>) -> impl IntoView {
    let charts = move || {
        rows.with(|rows| {
            let mut currencies: Vec<&str> = Vec::new();
            for sums in rows.iter().flat_map(|row| &row.sums) {
                if !currencies.contains(&sums.currency.as_str()) {
                    currencies.push(&sums.currency);
                }
            }
            let chart = |currency: &str| {
                let bars = bars(rows, currency);
                let finding = finding(&bars, currency);
                (!bars.is_empty()).then(|| view! { <Chart bars finding /> })
            };
            currencies.into_iter().filter_map(chart).collect_view()
        })
    };
    view! {
        <Patterns />
        {charts}
    }
}

#[component]
fn Chart(bars: Vec<Bar>, finding: String) -> impl IntoView {
    let active = RwSignal::new(None::<usize>);
    let left = bars.len().saturating_sub(BARS_MAX);
    let bars: Vec<Bar> = bars.into_iter().take(BARS_MAX).collect();
    let longest = bars.iter().map(Bar::size).max().unwrap_or(0);
    let told = bars.iter().map(Bar::told).collect();
    let drawn = |class: &str| {
        let has = |bar: &Bar| bar.parts().iter().any(|part| part.class == class && part.size > 0);
        bars.iter().any(has)
    };
    let legend = [
        ("chart-1", t!(reports.work_cost)),
        ("chart-2", t!(reports.admin_cost)),
        ("chart-4", t!(reports.expenses)),
        ("chart-3", t!(reports.margin)),
        (LOST, t!(reports.lost)),
    ];
    let legend = legend.into_iter().filter(|(class, _)| drawn(class)).collect();
    let rows = bars.iter().enumerate();
    let rows = rows.map(|(place, bar)| row(place, bar, longest, active)).collect_view();
    let more = (left > 0).then(|| {
        view! { <p class="px-4 pb-4 text-xs text-muted">{t!(reports.bars_more, n = left)}</p> }
    });
    view! {
        <section class="panel">
            <Figure finding told legend active>
                {rows}
            </Figure>
            {more}
        </section>
    }
}

fn row(place: usize, bar: &Bar, longest: i64, active: RwSignal<Option<usize>>) -> AnyView {
    let mut from = 0;
    let parts = bar.parts().into_iter().filter(|part| part.size > 0).map(|part| {
        let x = length(from, longest);
        from += part.size;
        view! {
            <rect
                class=part.class
                fill=fill(part.class)
                x=x
                y="0"
                width=length(part.size, longest)
                height="14"
            />
        }
    });
    view! {
        <div
            class="chart-row"
            class:is-active=move || active.get() == Some(place)
            on:pointerenter=move |_| active.set(Some(place))
        >
            <span class="chart-name">{bar.name.clone()}</span>
            <svg height="14" aria-hidden="true">{parts.collect_view()}</svg>
            <span class="chart-value">{words::share(&bar.sums)}</span>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(revenue: i64, [work, admin, expenses]: [i64; 3]) -> Bar {
        let cost = work + admin + expenses;
        let sums = MarginSums {
            revenue_minor: revenue,
            work_cost_minor: work,
            admin_cost_minor: admin,
            expenses_minor: expenses,
            cost_minor: cost,
            margin_minor: revenue - cost,
            ..MarginSums::default()
        };
        Bar { name: String::new(), sums }
    }

    #[test]
    fn the_parts_of_a_bar_are_as_long_as_what_came_or_went() {
        let sizes = |bar: &Bar| bar.parts().map(|part| part.size);
        assert_eq!(sizes(&bar(100, [30, 10, 5])), [30, 10, 5, 55, 0]);
        // More went than came: what is beyond is told apart.
        assert_eq!(sizes(&bar(100, [80, 30, 5])), [80, 20, 0, 0, 15]);
        assert_eq!(sizes(&bar(0, [80, 0, 0])), [0, 0, 0, 0, 80]);
        for bar in [bar(100, [30, 10, 5]), bar(100, [80, 30, 5]), bar(-20, [80, 0, 0])] {
            assert_eq!(sizes(&bar).iter().sum::<i64>(), bar.size(), "{bar:?}");
        }
    }

    #[test]
    fn what_stays_of_all_is_a_share_of_all() {
        let all = whole(&[bar(100, [30, 10, 5]), bar(100, [80, 30, 5])], "EUR");
        assert_eq!((all.revenue_minor, all.margin_minor, all.margin_share), (200, 40, Some(200)));
        assert_eq!(whole(&[], "EUR").margin_share, None);
    }
}
