//! Recurring revenue by month as columns: what stayed, what came, what went.
use leptos::prelude::*;
use shared::api::{Money, RecurringMonth, RecurringOfCurrency, RecurringSpan};

use super::chart::{Figure, LOST, Part, Patterns, fill, length};
use crate::format::{money, money_short, month_name, month_year, percent_tenths};
use crate::t;

/// How high the columns can be, and all of the drawing, in pixels.
const HIGH: i64 = 160;
const HEIGHT: i64 = HIGH + 40;
/// Where the columns begin from above: room for a figure.
const TOP: i64 = 20;
/// The most months that each have their name below.
const NAMED_MAX: usize = 6;

/// From below: what stayed, what clients bring more, who is new or back; and above what is lost.
fn parts(span: &RecurringSpan) -> [Part; 4] {
    let lost = span.contraction_minor + span.churn_minor;
    let more = span.expansion_minor;
    let new = span.new_minor + span.reactivation_minor;
    let stayed = (span.end_minor - more - new).max(0);
    [("chart-1", stayed), ("chart-3", more), ("chart-2", new), (LOST, lost)]
        .map(|(class, size)| Part { class, size })
}

/// How high a column is.
fn size(span: &RecurringSpan) -> i64 {
    parts(span).iter().map(|part| part.size).sum()
}

/// Pixels of an amount.
fn pixels(minor: i64, highest: i64) -> i64 {
    let pixels = i128::from(minor) * i128::from(HIGH) / i128::from(highest.max(1));
    i64::try_from(pixels).unwrap_or(0)
}

#[component]
pub(super) fn RecurringChart(of: RecurringOfCurrency) -> impl IntoView {
    let active = RwSignal::new(None::<usize>);
    let said = |minor: i64| money(&Money { amount_minor: minor, currency: of.currency.clone() });
    let told = of.months.iter().map(|month| told(month, &said)).collect();
    let legend = [
        ("chart-1", t!(recurring.stayed)),
        ("chart-3", t!(recurring.expansion)),
        ("chart-2", t!(recurring.came)),
        (LOST, t!(recurring.went)),
    ];
    let has = |class: &str| {
        let part = |part: &Part| part.class == class && part.size > 0;
        of.months.iter().any(|month| parts(&month.span).iter().any(part))
    };
    let legend = legend.into_iter().filter(|(class, _)| has(class)).collect();
    let highest = of.months.iter().map(|month| size(&month.span)).max().unwrap_or(0);
    let count = of.months.len();
    let months = of.months.iter().enumerate();
    let columns =
        months.map(|(place, month)| column((place, count), month, highest, active)).collect_view();
    let short = money_short(&Money { amount_minor: highest, currency: of.currency.clone() });
    view! {
        <Patterns />
        <Figure finding=finding(&of, &said) told legend active>
            <svg height=HEIGHT aria-hidden="true">
                <line class="chart-line" x1="0" x2="100%" y1=TOP y2=TOP></line>
                <text class="chart-text" x="0" y=TOP - 6>{short}</text>
                <line class="chart-line" x1="0" x2="100%" y1=TOP + HIGH y2=TOP + HIGH></line>
                {columns}
            </svg>
        </Figure>
    }
}

/// What the months come to.
fn finding(of: &RecurringOfCurrency, said: &impl Fn(i64) -> String) -> String {
    let whole = &of.whole;
    let changed = whole.end_minor - whole.start_minor;
    let moved = match changed {
        0 => t!(recurring.finding_same).to_owned(),
        1.. => t!(recurring.finding_more, amount = said(changed)),
        _ => t!(recurring.finding_less, amount = said(-changed)),
    };
    let parts = t!(
        recurring.finding_parts,
        new = said(whole.new_minor + whole.reactivation_minor),
        more = said(whole.expansion_minor),
        less = said(whole.contraction_minor),
        lost = said(whole.churn_minor)
    );
    let kept =
        whole.net_retention.map(|share| t!(recurring.finding_kept, share = percent_tenths(share)));
    let now = t!(recurring.finding, amount = said(whole.end_minor), moved = moved);
    [Some(now), Some(parts), kept].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn told(month: &RecurringMonth, said: &impl Fn(i64) -> String) -> String {
    let span = &month.span;
    t!(
        recurring.month_told,
        month = month_year(month.starts_on),
        end = said(span.end_minor),
        new = said(span.new_minor + span.reactivation_minor),
        more = said(span.expansion_minor),
        lost = said(span.contraction_minor + span.churn_minor)
    )
}

fn column(
    (place, count): (usize, usize),
    month: &RecurringMonth,
    highest: i64,
    active: RwSignal<Option<usize>>,
) -> AnyView {
    let at = |place: usize| i64::try_from(place).unwrap_or(0);
    // A column takes four of six parts of its place.
    let (place_of, all) = (at(place) * 6, at(count) * 6);
    let mut below = 0;
    let bars = parts(&month.span).into_iter().filter(|part| part.size > 0).map(|part| {
        let (from, to) = (pixels(below, highest), pixels(below + part.size, highest));
        below += part.size;
        view! {
            <rect
                class=part.class
                class:is-ahead=month.ahead
                fill=fill(part.class)
                x=length(place_of + 1, all)
                y=TOP + HIGH - to
                width=length(4, all)
                height=to - from
            />
        }
    });
    let every = count.div_ceil(NAMED_MAX);
    let name = (place % every.max(1) == 0).then(|| {
        view! {
            <text class="chart-text" x=length(place_of + 3, all) y=HEIGHT - 4 text-anchor="middle">
                {month_name(month.starts_on).chars().take(3).collect::<String>()}
            </text>
        }
    });
    view! {
        <g on:pointerenter=move |_| active.set(Some(place))>
            <rect
                class="chart-strip"
                class:is-active=move || active.get() == Some(place)
                x=length(place_of, all)
                y="0"
                width=length(6, all)
                height=HEIGHT
            />
            {bars.collect_view()}
            {name}
        </g>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_as_high_as_its_month_ends_and_tells_what_went_above() {
        let span: RecurringSpan = serde_json::from_value(serde_json::json!({
            "start_minor": 100, "new_minor": 30, "expansion_minor": 10, "reactivation_minor": 5,
            "contraction_minor": 8, "churn_minor": 20, "end_minor": 117, "clients": 3,
            "clients_won": 2, "clients_lost": 1 }))
        .expect("a span");
        assert_eq!(parts(&span).map(|part| part.size), [72, 10, 35, 28]);
        assert_eq!(size(&span), span.end_minor + 28);
        assert_eq!((pixels(145, 145), pixels(0, 145), pixels(1, 0)), (HIGH, 0, HIGH));
    }
}
