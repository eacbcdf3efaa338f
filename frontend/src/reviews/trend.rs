//! The trend of a signal: a small line, and the same in words. Source: requirement S3-20.
use leptos::prelude::*;
use shared::api::SignalReading;

use super::words;
use crate::format::list;
use crate::t;

/// The drawing, in units of its own.
const WIDTH: i64 = 96;
const HEIGHT: i64 = 28;
/// Room for the ends of the line.
const EDGE: i64 = 3;

/// Where the readings lie, the oldest first; those with nothing to read are left out.
pub(super) fn points(percents: &[i64]) -> Vec<(i64, i64)> {
    let last = i64::try_from(percents.len()).unwrap_or(1).saturating_sub(1).max(1);
    let point = |(place, percent): (usize, &i64)| {
        let place = i64::try_from(place).unwrap_or(0);
        let x = EDGE + (WIDTH - 2 * EDGE) * place / last;
        let y = HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * percent.clamp(&0, &100) / 100;
        (x, y)
    };
    percents.iter().enumerate().map(point).collect()
}

/// The readings of a signal, the oldest first, this one last.
fn read(signal: &SignalReading) -> Vec<i64> {
    let earlier = signal.earlier.iter().filter_map(|one| one.percent);
    earlier.chain(signal.percent.filter(|_| signal.due)).collect()
}

#[component]
pub(super) fn Trend(signal: SignalReading) -> impl IntoView {
    let read = read(&signal);
    let told: Vec<String> = read.iter().map(|n| words::percent(Some(*n))).collect();
    // Nothing new to read, though a line of earlier readings is drawn: what it was is told.
    let silent = signal.percent.is_none() && !told.is_empty();
    let trend = match silent {
        true => t!(reviews.before, list = list(&told)),
        false => words::trend(signal.trend).to_owned(),
    };
    let words = match told.is_empty() || silent {
        true => trend.clone(),
        false => t!(reviews.trend_words, trend = trend.as_str(), list = list(&told)),
    };
    let points = points(&read);
    let line: Vec<String> = points.iter().map(|(x, y)| format!("{x},{y}")).collect();
    let end = points.last().copied().filter(|_| points.len() > 1);
    let drawn = end.map(|(x, y)| {
        view! {
            <svg class="trend" viewBox=format!("0 0 {WIDTH} {HEIGHT}") aria-hidden="true">
                <polyline points=line.join(" ") />
                <circle cx=x cy=y r="2.5" />
            </svg>
        }
    });
    view! {
        <p class="trend-row">
            {drawn}
            <span class="sr-only">{words}</span>
            <span class="text-muted" aria-hidden="true">{trend}</span>
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_from_edge_to_edge_and_up_for_more() {
        assert_eq!(points(&[0, 50, 100]), [(3, 25), (48, 14), (93, 3)]);
        assert_eq!(points(&[100]), [(3, 3)]);
        assert_eq!(points(&[]), []);
    }
}
