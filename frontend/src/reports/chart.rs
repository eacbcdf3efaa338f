//! The frame of a chart: what it says in a sentence, its marks as one stop of the keyboard, what each
//! colour is. Source: UX.md, Charts.
use leptos::prelude::*;

use crate::t;
use crate::ui::{announce, styles, walk};

/// A part of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// How it is drawn.
    pub class: &'static str,
    /// How large it is, from 0.
    pub size: i64,
}

/// The class of what is lost, which is hatched.
pub(super) const LOST: &str = "chart-lost";

/// A length as an attribute, of a whole: "12.34%".
pub(super) fn length(part: i64, whole: i64) -> String {
    let whole = i128::from(whole.max(1));
    let hundredths = (i128::from(part.max(0)) * 10_000 / whole).min(10_000);
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// A chart with what it comes to.
#[component]
pub(super) fn Figure(
    /// What it comes to, in a sentence or two.
    finding: String,
    /// Each mark in words.
    told: Vec<String>,
    /// What each way of drawing means, those that are drawn.
    legend: Vec<(&'static str, &'static str)>,
    /// Which mark is pointed at.
    active: RwSignal<Option<usize>>,
    /// The marks.
    children: Children,
) -> impl IntoView {
    styles::adopt(include_str!("../../styles/reports.css"));
    let told = StoredValue::new(told);
    let keydown = move |event: web_sys::KeyboardEvent| {
        let count = told.with_value(Vec::len);
        let Some(next) = walk(&event.key(), active.get_untracked(), count) else { return };
        event.prevent_default();
        event.stop_propagation();
        active.set(Some(next));
        told.with_value(|told| told.get(next).cloned()).into_iter().for_each(announce);
    };
    let detail = move || {
        let at = active.get().and_then(|place| told.with_value(|told| told.get(place).cloned()));
        at.unwrap_or_else(|| t!(reports.point_at).to_owned())
    };
    let entry = |(class, words): (&'static str, &'static str)| {
        view! {
            <li>
                <svg width="12" height="12" aria-hidden="true">
                    <rect class=class fill=fill(class) width="12" height="12" />
                </svg>
                {words}
            </li>
        }
    };
    let legend = (legend.len() > 1).then(|| {
        let entries = legend.into_iter().map(entry).collect_view();
        view! { <ul class="chart-legend">{entries}</ul> }
    });
    view! {
        <figure class="chart">
            <figcaption class="chart-finding">{finding.clone()}</figcaption>
            {legend}
            <div
                class="chart-marks"
                role="img"
                tabindex="0"
                aria-label=t!(reports.chart_name, finding = finding)
                on:keydown=keydown
                on:pointerleave=move |_| active.set(None)
                on:blur=move |_| active.set(None)
            >
                {children()}
            </div>
            <p class="chart-detail" aria-hidden="true">{detail}</p>
        </figure>
    }
}

/// Patterns are named by the page: a sheet of styles would look for them in itself.
pub(super) fn fill(class: &str) -> Option<&'static str> {
    (class == LOST).then_some("url(#chart-lost)")
}

/// The pattern of what is lost.
#[component]
pub(super) fn Patterns() -> impl IntoView {
    view! {
        <svg width="0" height="0" aria-hidden="true">
            <defs>
                <pattern
                    id="chart-lost"
                    width="5"
                    height="5"
                    patternUnits="userSpaceOnUse"
                    patternTransform="rotate(45)"
                >
                    <rect class="chart-hatch" width="2" height="5" />
                </pattern>
            </defs>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_a_share_that_never_leaves_its_whole() {
        assert_eq!([length(1, 3), length(0, 3), length(3, 3)], ["33.33%", "0.00%", "100.00%"]);
        assert_eq!([length(-5, 3), length(5, 3), length(0, 0)], ["0.00%", "100.00%", "0.00%"]);
        assert_eq!(length(i64::MAX, i64::MAX), "100.00%");
    }
}
