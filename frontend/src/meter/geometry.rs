//! Where each mark of a meter lies: whole ten-thousandths of its scale, computed without a float.
use shared::api::{Balance, LotKind, Unit};

/// The length of the scale, in the unit of [`Span`].
pub const FULL: u32 = 10_000;

/// The most blocks that are counted at a glance; above it a bar is drawn. Source: UX 5.
pub const BLOCKS_MAX: i64 = 24;

/// What a mark means; its class draws it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// What the allowance reaches.
    Track,
    /// Delivered, within what was available.
    Used,
    /// Carried in and not drawn yet.
    Carried,
    /// Bought or given on top and not drawn yet.
    Bought,
    /// Agreed, within what is left.
    Committed,
    /// Kept for sessions to be made up; it cannot be drawn in this cycle.
    SetAside,
    /// The end of what is available; only where something lies beyond it.
    Limit,
    /// Delivered beyond what was available.
    Over,
    /// Agreed beyond what is left.
    WillGoOver,
    /// Where even use would stand today.
    Pace,
}

impl Mark {
    /// The class of its element in `meter.css`.
    pub fn class(self) -> &'static str {
        match self {
            Self::Track => "meter-track",
            Self::Used => "meter-used",
            Self::Carried => "meter-carried",
            Self::Bought => "meter-bought",
            Self::Committed => "meter-committed",
            Self::SetAside => "meter-set-aside",
            Self::Limit => "meter-limit",
            Self::Over => "meter-over",
            Self::WillGoOver => "meter-will-over",
            Self::Pace => "meter-pace",
        }
    }
}

/// A mark and its place; ticks start and end at the same point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// What it is.
    pub mark: Mark,
    /// Where it starts, from 0 to [`FULL`].
    pub from: u32,
    /// Where it ends.
    pub to: u32,
}

/// The marks of a balance in the order they are painted; none if nothing was available.
///
/// The scale is the longer of what is available and what is used and committed together.
pub fn spans(balance: &Balance) -> Vec<Span> {
    let Balance { available, used, committed, .. } = *balance;
    let (used, committed) = (used.max(0), committed.max(0));
    if available <= 0 {
        return Vec::new();
    }
    let planned = used.saturating_add(committed);
    let scale = Scale(available.max(planned));
    let drawn = used.min(available);
    let mut marks = vec![(Mark::Track, 0, available), (Mark::Used, 0, drawn)];
    let mut from = drawn;
    for lot in &balance.lots {
        let to = from.saturating_add(lot.quantity.max(0)).min(available);
        marks.extend(lot_mark(lot.kind).map(|mark| (mark, from, to)));
        from = to;
    }
    marks.push((Mark::SetAside, available.saturating_sub(balance.set_aside.max(0)), available));
    marks.push((Mark::Committed, drawn, planned.min(available)));
    marks.push((Mark::Over, available, used));
    marks.push((Mark::WillGoOver, used.max(available), planned));
    marks.retain(|(_, from, to)| from < to);
    if planned > available {
        marks.push((Mark::Limit, available, available));
    }
    marks.extend(pace(balance).map(|at| (Mark::Pace, at, at)));
    marks.into_iter().map(|(mark, from, to)| scale.span(mark, from, to)).collect()
}

/// A balance that can be counted: a mark for each unit, in order. None for what is measured, and
/// for more than can be counted.
pub fn blocks(balance: &Balance) -> Option<Vec<Mark>> {
    let countable = matches!(balance.pool.unit, Unit::Sessions | Unit::Deliverables);
    let Balance { available, used, committed, set_aside, .. } = *balance;
    let planned = used.max(0).saturating_add(committed.max(0));
    if !countable || available <= 0 || available.max(planned) > BLOCKS_MAX {
        return None;
    }
    let drawn = used.clamp(0, available);
    let lots = balance.lots.iter().flat_map(|lot| {
        (0..lot.quantity.max(0)).map(|_| lot_mark(lot.kind).unwrap_or(Mark::Track))
    });
    let marks = (0..drawn).map(|_| Mark::Used).chain(lots);
    let mut marks: Vec<Mark> =
        marks.chain(std::iter::repeat(Mark::Track)).take(size(available)).collect();
    let kept = marks.len() - size(set_aside).min(marks.len() - size(drawn));
    marks[kept..].fill(Mark::SetAside);
    let agreed = size(planned).min(kept);
    marks[size(drawn).min(agreed)..agreed].fill(Mark::Committed);
    let over = (available..used).map(|_| Mark::Over);
    let will_go = (used.max(available)..planned).map(|_| Mark::WillGoOver);
    marks.extend(over.chain(will_go));
    Some(marks)
}

fn size(n: i64) -> usize {
    usize::try_from(n).unwrap_or(0)
}

/// Allowance is the empty track itself.
fn lot_mark(kind: LotKind) -> Option<Mark> {
    match kind {
        LotKind::Rollover | LotKind::Makeup => Some(Mark::Carried),
        LotKind::Goodwill | LotKind::Purchased => Some(Mark::Bought),
        LotKind::Included => None,
    }
}

/// Even use reaches what is available on the cycle's last day; a cycle that is over has no today.
fn pace(balance: &Balance) -> Option<i64> {
    let running = (1..balance.days).contains(&balance.elapsed_days);
    let even = i128::from(balance.available) * i128::from(balance.elapsed_days);
    let at = i64::try_from(even / i128::from(balance.days.max(1))).ok();
    at.filter(|_| running)
}

/// Units at full length.
struct Scale(i64);

impl Scale {
    fn span(&self, mark: Mark, from: i64, to: i64) -> Span {
        Span { mark, from: self.share(from), to: self.share(to) }
    }

    fn share(&self, units: i64) -> u32 {
        let share = i128::from(units.max(0)) * i128::from(FULL) / i128::from(self.0.max(1));
        u32::try_from(share).unwrap_or(FULL).min(FULL)
    }
}

/// A share as CSS takes it: "0.6125".
pub fn css(share: u32) -> String {
    format!("{}.{:04}", share / FULL, share % FULL)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meter::sample::{balance, lot, of_unit};

    fn places(spans: &[Span]) -> Vec<(Mark, u32, u32)> {
        spans.iter().map(|span| (span.mark, span.from, span.to)).collect()
    }

    #[test]
    fn a_quiet_cycle_shows_track_use_and_pace() {
        let mut balance = balance(600, 150);
        (balance.elapsed_days, balance.days) = (15, 30);
        let expected = [(Mark::Track, 0, FULL), (Mark::Used, 0, 2_500), (Mark::Pace, 5_000, 5_000)];
        assert_eq!(places(&spans(&balance)), expected);
    }

    #[test]
    fn lots_follow_what_is_used_in_draw_order() {
        let mut balance = balance(1_000, 400);
        balance.lots = vec![
            lot(LotKind::Rollover, 100),
            lot(LotKind::Included, 300),
            lot(LotKind::Purchased, 200),
        ];
        balance.elapsed_days = 0;
        let expected = [
            (Mark::Track, 0, FULL),
            (Mark::Used, 0, 4_000),
            (Mark::Carried, 4_000, 5_000),
            (Mark::Bought, 8_000, FULL),
        ];
        assert_eq!(places(&spans(&balance)), expected);
    }

    #[test]
    fn overage_lies_right_of_the_limit_on_a_longer_scale() {
        let mut balance = balance(600, 800);
        balance.elapsed_days = balance.days;
        let expected = [
            (Mark::Track, 0, 7_500),
            (Mark::Used, 0, 7_500),
            (Mark::Over, 7_500, FULL),
            (Mark::Limit, 7_500, 7_500),
        ];
        assert_eq!(places(&spans(&balance)), expected);
    }

    #[test]
    fn committed_time_beyond_the_limit_is_a_mark_of_its_own() {
        let mut balance = balance(600, 500);
        (balance.committed, balance.elapsed_days) = (300, 0);
        let expected = [
            (Mark::Track, 0, 7_500),
            (Mark::Used, 0, 6_250),
            (Mark::Committed, 6_250, 7_500),
            (Mark::WillGoOver, 7_500, FULL),
            (Mark::Limit, 7_500, 7_500),
        ];
        assert_eq!(places(&spans(&balance)), expected);
    }

    #[test]
    fn nothing_available_has_no_bar() {
        assert!(spans(&balance(0, 30)).is_empty());
    }

    #[test]
    fn what_is_set_aside_lies_before_the_limit() {
        let mut balance = balance(600, 300);
        (balance.set_aside, balance.left, balance.elapsed_days) = (120, 180, 0);
        balance.lots = vec![lot(LotKind::Included, 180)];
        let expected =
            [(Mark::Track, 0, FULL), (Mark::Used, 0, 5_000), (Mark::SetAside, 8_000, FULL)];
        assert_eq!(places(&spans(&balance)), expected);
    }

    #[test]
    fn sessions_are_blocks_in_the_order_in_which_they_are_drawn() {
        let mut balance = of_unit(Unit::Sessions, 6, 2);
        balance.lots = vec![lot(LotKind::Rollover, 1), lot(LotKind::Included, 3)];
        use Mark::{Carried, Committed, Over, SetAside, Track, Used, WillGoOver};
        assert_eq!(blocks(&balance), Some(vec![Used, Used, Carried, Track, Track, Track]));
        (balance.committed, balance.set_aside) = (1, 1);
        balance.lots[1].quantity = 2;
        assert_eq!(blocks(&balance), Some(vec![Used, Used, Committed, Track, Track, SetAside]));
        let mut over = of_unit(Unit::Deliverables, 2, 3);
        over.committed = 1;
        assert_eq!(blocks(&over), Some(vec![Used, Used, Over, WillGoOver]));
    }

    #[test]
    fn what_cannot_be_counted_is_a_bar() {
        let counted = |unit, available, used| blocks(&of_unit(unit, available, used)).is_some();
        assert!(counted(Unit::Sessions, 24, 24));
        assert!(!counted(Unit::Sessions, 25, 0) && !counted(Unit::Sessions, 24, 25));
        assert!(!counted(Unit::Credits, 12, 0) && !counted(Unit::Minutes, 10, 0));
        assert!(!counted(Unit::Sessions, 0, 1), "nothing available has words and no blocks");
        assert!(!counted(Unit::Deliverables, i64::MAX, i64::MAX));
    }

    #[test]
    fn a_single_minute_over_is_still_a_mark() {
        let mut balance = balance(600_000, 600_001);
        balance.elapsed_days = 0;
        let spans = spans(&balance);
        assert!(spans.iter().any(|span| span.mark == Mark::Over));
        assert!(spans.iter().all(|span| span.to <= FULL && span.from <= span.to));
    }

    #[test]
    fn huge_figures_do_not_overflow() {
        let mut balance = balance(i64::MAX, i64::MAX);
        (balance.committed, balance.elapsed_days) = (i64::MAX, 15);
        assert!(spans(&balance).iter().all(|span| span.to <= FULL));
    }

    #[test]
    fn shares_are_written_as_decimals() {
        assert_eq!([css(0), css(6_125), css(FULL)], ["0.0000", "0.6125", "1.0000"]);
    }
}
