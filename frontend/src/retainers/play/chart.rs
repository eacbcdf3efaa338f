//! The year as bars, drawn to the pixels of its container.
use leptos::{html, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};

use super::geometry::{Bar, Chart, Column, HEIGHT, LEFT, Line, chart};
use super::model::{Part, Year};
use super::words;
use crate::format::{Measure, cycle_range};
use crate::retainers::today;
use crate::t;
use crate::ui::{announce, walk};

/// How wide it is drawn before its container was measured.
const WIDTH: i64 = 380;

/// The bars of a year. It is one tab stop: arrows go from cycle to cycle and read each aloud; the
/// pointer does the same.
#[component]
pub(super) fn PlayChart(
    /// The year, once it can be played.
    year: Memo<Option<Year>>,
    /// What it comes to.
    finding: Signal<String>,
) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let width = RwSignal::new(WIDTH);
    measure(node, width);
    let active = RwSignal::new(None::<usize>);
    let drawn = Memo::new(move |_| {
        year.with(|year| {
            let year = year.as_ref()?;
            let unit = year.measure.unit;
            Some(chart(&year.play.cycles, unit, width.get()))
        })
    });
    let told = move |place: usize| {
        year.with(|year| {
            let year = year.as_ref()?;
            let cycle = year.play.cycles.get(place)?;
            let days = cycle_range(cycle.cycle.start, cycle.cycle.end, today());
            Some(words::cycle(cycle, year, &days))
        })
    };
    let keydown = move |event: web_sys::KeyboardEvent| {
        let count = drawn.with_untracked(|drawn| drawn.as_ref().map_or(0, |d| d.columns.len()));
        let now = active.get_untracked();
        let Some(next) = walk(&event.key(), now, count) else { return };
        event.prevent_default();
        // Arrows walk through the cycles of the page elsewhere.
        event.stop_propagation();
        active.set(Some(next));
        untrack(|| told(next)).into_iter().for_each(announce);
    };
    let svg = move || {
        let measure = year.with(|year| year.as_ref().map(|year| year.measure.clone()))?;
        drawn.with(|drawn| drawn.as_ref().map(|drawn| svg(drawn, &measure, width.get(), active)))
    };
    let detail =
        move || active.get().and_then(told).unwrap_or_else(|| t!(play.point_at).to_owned());
    view! {
        <div
            node_ref=node
            class="play-chart"
            role="img"
            tabindex="0"
            aria-label=move || t!(play.chart_name, finding = finding.get())
            on:keydown=keydown
            on:pointerleave=move |_| active.set(None)
            on:blur=move |_| active.set(None)
        >
            {svg}
        </div>
        <p class="play-detail">{detail}</p>
    }
}

/// Follows the width of the container.
fn measure(node: NodeRef<html::Div>, width: RwSignal<i64>) {
    Effect::new(move |_| {
        let Some(element) = node.get() else { return };
        let watched: web_sys::Element = element.unchecked_into();
        let read = {
            let watched = watched.clone();
            move || {
                let pixels = watched.get_bounding_client_rect().width() as i64;
                if pixels > 0 {
                    width.try_set(pixels);
                }
            }
        };
        read();
        let changed = Closure::<dyn FnMut()>::new(read);
        let observer = web_sys::ResizeObserver::new(changed.as_ref().unchecked_ref());
        let Ok(observer) = observer else { return };
        observer.observe(&watched);
        let kept = StoredValue::new_local((observer, changed));
        on_cleanup(move || {
            kept.try_with_value(|(observer, _)| observer.disconnect());
        });
    });
}

fn svg(drawn: &Chart, measure: &Measure, width: i64, active: RwSignal<Option<usize>>) -> AnyView {
    let lines = drawn.lines.iter().map(|line| line_view(*line, measure, width)).collect_view();
    let columns = drawn.columns.iter().cloned().enumerate();
    let columns = columns.map(|(place, column)| column_view(place, column, active)).collect_view();
    view! {
        <svg width=width height=HEIGHT aria-hidden="true">
            <defs>
                <pattern
                    id="play-lapsed"
                    width="5"
                    height="5"
                    patternUnits="userSpaceOnUse"
                    patternTransform="rotate(45)"
                >
                    <rect class="play-hatch" width="2" height="5" />
                </pattern>
                <pattern id="play-over" width="7" height="7" patternUnits="userSpaceOnUse">
                    <rect class="play-over" width="7" height="7" />
                    <rect class="play-notch" width="7" height="2" />
                </pattern>
            </defs>
            {lines}
            {columns}
        </svg>
    }
    .into_any()
}

fn line_view(line: Line, measure: &Measure, width: i64) -> AnyView {
    let words = measure.axis(line.value);
    view! {
        <line class="play-line" x1=LEFT x2=width y1=line.y y2=line.y></line>
        <text class="play-text" x=LEFT - 6 y=line.y + 4 text-anchor="end">{words}</text>
    }
    .into_any()
}

fn column_view(place: usize, column: Column, active: RwSignal<Option<usize>>) -> AnyView {
    let Column { x, width, bars } = column;
    let bars = bars.into_iter().map(bar_view).collect_view();
    view! {
        <g on:pointerenter=move |_| active.set(Some(place))>
            <rect
                class="play-strip"
                class:is-active=move || active.get() == Some(place)
                x=x
                y=0
                width=width
                height=HEIGHT
            ></rect>
            {bars}
            <text class="play-text" x=x + width / 2 y=HEIGHT - 5 text-anchor="middle">
                {place + 1}
            </text>
        </g>
    }
    .into_any()
}

fn bar_view(bar: Bar) -> AnyView {
    let Bar { part, x, y, width, height } = bar;
    view! {
        <rect class=class(part) fill=fill(part) x=x y=y width=width height=height></rect>
    }
    .into_any()
}

/// The class of a part, here and in the legend.
pub(super) fn class(part: Part) -> &'static str {
    match part {
        Part::Carried => "play-carried",
        Part::Allowance => "play-allowance",
        Part::Kept => "play-kept",
        Part::Lapsed => "play-lapsed",
        Part::Overage => "play-overage",
    }
}

/// Patterns are named by the page: a sheet of styles would look for them in itself.
pub(super) fn fill(part: Part) -> Option<&'static str> {
    match part {
        Part::Lapsed => Some("url(#play-lapsed)"),
        Part::Overage => Some("url(#play-over)"),
        Part::Carried | Part::Allowance | Part::Kept => None,
    }
}
