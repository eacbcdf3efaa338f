//! Where the bars of a year lie, in whole pixels of the container, computed without a float.
use shared::api::Unit;
use shared::rules::simulate::PlayedCycle;

use super::model::{Part, SERIES};

/// Left of the bars: the figures of the scale.
pub const LEFT: i64 = 44;
/// Above them.
const TOP: i64 = 8;
/// Below them: the numbers of the cycles.
const BOTTOM: i64 = 20;
/// The height of the whole.
pub const HEIGHT: i64 = 176;
/// The widest that a bar gets.
const BAR_MAX: i64 = 28;
/// The most lines across.
const LINES_MAX: i64 = 4;

/// A part of a bar, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    /// What it is.
    pub part: Part,
    /// Its left edge.
    pub x: i64,
    /// Its upper edge.
    pub y: i64,
    /// How wide it is.
    pub width: i64,
    /// How high it is.
    pub height: i64,
}

/// A cycle: the strip that the pointer finds it by, and its bars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The left edge of the strip.
    pub x: i64,
    /// How wide the strip is.
    pub width: i64,
    /// From the bottom up; parts that are nothing are left out.
    pub bars: Vec<Bar>,
}

/// A line across, with what it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Where it is.
    pub y: i64,
    /// Units of the pool.
    pub value: i64,
}

/// The chart of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// The scale, from the bottom up; it begins at nothing.
    pub lines: Vec<Line>,
    /// The cycles.
    pub columns: Vec<Column>,
}

/// Draws cycles into a container so many pixels wide.
pub fn chart(cycles: &[PlayedCycle], unit: Unit, width: i64) -> Chart {
    let sum = |cycle: &PlayedCycle| SERIES.iter().map(|part| part.of(cycle).max(0)).sum::<i64>();
    let most = cycles.iter().map(sum).max().unwrap_or(0).max(1);
    let step = step(most, unit);
    let top = most.div_euclid(step) + i64::from(most % step != 0);
    let scale = Scale { top: top * step };
    let lines = (0..=top).map(|n| Line { y: scale.y(n * step), value: n * step }).collect();
    let count = i64::try_from(cycles.len()).unwrap_or(1).max(1);
    let plot = (width - LEFT).max(count);
    let edge = |n: i64| LEFT + plot * n / count;
    let column = |(n, cycle): (i64, &PlayedCycle)| {
        let (x, width) = (edge(n), edge(n + 1) - edge(n));
        Column { x, width, bars: bars(cycle, &scale, x, width) }
    };
    Chart { lines, columns: (0..).zip(cycles).map(column).collect() }
}

fn bars(cycle: &PlayedCycle, scale: &Scale, x: i64, width: i64) -> Vec<Bar> {
    let thick = (width * 2 / 3).clamp(1, BAR_MAX);
    let x = x + (width - thick) / 2;
    let mut below = 0;
    let mut bars = Vec::with_capacity(SERIES.len());
    for part in SERIES {
        let units = part.of(cycle).max(0);
        let (floor, roof) = (scale.y(below), scale.y(below + units));
        below += units;
        if units > 0 {
            // What is there is seen, however little it is.
            let height = (floor - roof).max(1);
            bars.push(Bar { part, x, y: floor - height, width: thick, height });
        }
    }
    bars
}

struct Scale {
    top: i64,
}

impl Scale {
    fn y(&self, units: i64) -> i64 {
        let plot = HEIGHT - TOP - BOTTOM;
        let up = i128::from(units) * i128::from(plot) / i128::from(self.top.max(1));
        HEIGHT - BOTTOM - i64::try_from(up).unwrap_or(plot)
    }
}

/// 1, 2 or 5 times a power of ten, of hours for minutes: the smallest that needs few lines.
fn step(most: i64, unit: Unit) -> i64 {
    let one = if unit == Unit::Minutes { 60 } else { 1 };
    let mut power = one;
    loop {
        for times in [1, 2, 5] {
            let step = power * times;
            if most <= step * LINES_MAX || power > i64::MAX / 100 {
                return step;
            }
        }
        power *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::sample::year;
    use super::*;
    use shared::rules::simulate::Profile;

    fn drawn(profile: Profile, width: i64) -> Chart {
        let year = year(profile, |pool| pool.rolls = false).expect("a year");
        chart(&year.play.cycles, Unit::Minutes, width)
    }

    #[test]
    fn the_scale_has_few_round_lines_and_begins_at_nothing() {
        let values =
            |chart: &Chart| chart.lines.iter().map(|line| line.value / 60).collect::<Vec<_>>();
        assert_eq!(values(&drawn(Profile::Light, 400)), [0, 5, 10]);
        assert_eq!(values(&drawn(Profile::Heavy, 400)), [0, 5, 10, 15]);
        assert_eq!([step(1, Unit::Sessions), step(9, Unit::Sessions)], [1, 5]);
        assert_eq!([step(8, Unit::Credits), step(200_000, Unit::Money)], [2, 50_000]);
        assert!(step(i64::MAX, Unit::Minutes) > 0);
    }

    #[test]
    fn bars_stand_on_each_other_and_reach_as_high_as_they_are_long() {
        let chart = drawn(Profile::Light, 400);
        let floor = HEIGHT - BOTTOM;
        // 7 h used of 10 h, 3 h lapse; 10 h fill the scale.
        let bars = &chart.columns[0].bars;
        let parts: Vec<Part> = bars.iter().map(|bar| bar.part).collect();
        assert_eq!(parts, [Part::Allowance, Part::Lapsed]);
        assert_eq!((bars[0].y + bars[0].height, bars[1].y), (floor, TOP));
        assert_eq!(bars[1].y + bars[1].height, bars[0].y);
        assert_eq!(bars[0].height, (floor - TOP) * 7 / 10);
    }

    #[test]
    fn columns_fill_the_width_without_a_gap() {
        for width in [320, 381, 900] {
            let columns = drawn(Profile::Normal, width).columns;
            assert_eq!(columns.len(), 12);
            assert_eq!(columns[0].x, LEFT);
            for pair in columns.windows(2) {
                assert_eq!(pair[0].x + pair[0].width, pair[1].x);
            }
            let last = &columns[11];
            assert_eq!(last.x + last.width, width);
            let inside = |bar: &Bar| bar.x >= last.x && bar.x + bar.width <= width;
            assert!(last.bars.iter().all(inside));
        }
    }

    #[test]
    fn a_container_without_a_width_does_not_panic() {
        assert_eq!(drawn(Profile::Heavy, 0).columns.len(), 12);
        assert!(chart(&[], Unit::Minutes, 400).columns.is_empty());
    }
}
