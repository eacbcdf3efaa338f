//! What work will still draw, and where it leaves an allowance. Minutes throughout.
use super::kinds::WorkColumn;

/// A piece of work, as the forecast sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// How far it is.
    pub column: WorkColumn,
    /// What it was thought to take.
    pub estimate: Option<i64>,
    /// What it took so far.
    pub drawn: i64,
    /// Whether it counts in the cycle in question: see [`counts_in`].
    pub in_cycle: bool,
}

/// Whether work that is not delivered counts in a cycle. What was planned for no cycle, or for an
/// earlier one and is still not done, counts in the present one: it will draw there.
#[must_use]
pub fn counts_in(planned: Option<i64>, cycle: i64, present: bool) -> bool {
    match planned {
        Some(planned) if present => planned <= cycle,
        Some(planned) => planned == cycle,
        None => present,
    }
}

/// Whether a piece of work will still draw in the cycle: once it is agreed and until it is delivered.
#[must_use]
pub fn counts(work: Planned) -> bool {
    use WorkColumn::{Agreed, InProgress, InReview};
    work.in_cycle && matches!(work.column, Agreed | InProgress | InReview)
}

/// What a piece of work will still draw: what is left of its estimate, once it is agreed and until
/// it is delivered.
#[must_use]
pub fn to_come(work: Planned) -> i64 {
    match work.estimate {
        Some(estimate) if counts(work) => (estimate - work.drawn).max(0),
        _ => 0,
    }
}

/// What all of it will still draw.
#[must_use]
pub fn of_all(all: impl IntoIterator<Item = Planned>) -> i64 {
    all.into_iter().map(to_come).sum()
}

/// How far work that is moved goes beyond what is left, with all else that is to come; 0 if it
/// fits.
#[must_use]
pub fn over(left: i64, to_come: i64) -> i64 {
    (to_come - left).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreed_work_counts_with_what_is_left_of_its_estimate() {
        let work = |column, drawn| Planned { column, estimate: Some(120), drawn, in_cycle: true };
        let all = [
            work(WorkColumn::Intake, 0),
            work(WorkColumn::Agreed, 0),
            work(WorkColumn::InProgress, 30),
            work(WorkColumn::InReview, 500),
            work(WorkColumn::Delivered, 0),
        ];
        assert_eq!(of_all(all), 210);
        let later = Planned { in_cycle: false, ..all[1] };
        let open = Planned { estimate: None, ..all[1] };
        assert_eq!((to_come(later), to_come(open)), (0, 0));
        assert_eq!((over(120, 210), over(300, 210)), (90, 0));
    }

    #[test]
    fn what_a_cycle_left_undone_counts_in_the_present_one() {
        let cases = [
            // Planned for, asked about, whether that is the present one.
            (None, 5, true, true),
            (None, 6, false, false),
            (Some(4), 5, true, true),
            (Some(5), 5, true, true),
            (Some(6), 5, true, false),
            (Some(4), 6, false, false),
            (Some(6), 6, false, true),
        ];
        for (planned, cycle, present, counts) in cases {
            assert_eq!(counts_in(planned, cycle, present), counts, "{planned:?} in {cycle}");
        }
    }
}
