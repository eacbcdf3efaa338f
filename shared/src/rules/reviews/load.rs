//! What the system asks too much of, and what memory and single people carry: faults of the
//! system, told without names. Source: requirements S3-33, S3-36.
use super::kinds::{Informal, LoadFault};

/// Approvals that wait at once are too many from here on.
const WAITING_MANY: i64 = 3;

/// What waits to be done and decided.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Load {
    /// Minutes that open work of the cycle will still take.
    pub needed: i64,
    /// Minutes that the cycle has left, those that its money pays for where time draws money; none
    /// where nothing takes time.
    pub left: Option<i64>,
    /// Work that waits for an approval: in review, or kept from going on by one.
    pub waiting: i64,
    /// Open work that nobody may decide on: who has the seat may not, or it was begun without one.
    pub undecidable: i64,
    /// Pools of which too much is given for nothing.
    pub over_serviced: usize,
}

/// What is too much. Source: requirement S3-33, domain 6.5.
#[must_use]
pub fn faults(load: Load) -> Vec<LoadFault> {
    let all = [
        (LoadFault::MoreWorkThanTime, load.left.is_some_and(|left| load.needed > left.max(0))),
        (LoadFault::ApprovalsWait, load.waiting >= WAITING_MANY),
        (LoadFault::NoAuthority, load.undecidable > 0),
        (LoadFault::OverServiced, load.over_serviced > 0),
    ];
    all.into_iter().filter(|(_, there)| *there).map(|(fault, _)| fault).collect()
}

/// How a piece of work came about and was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trace {
    /// Somebody has begun it.
    pub begun: bool,
    /// It was asked for: it came by a request, or serves a priority.
    pub asked: bool,
    /// People whose time is on it.
    pub workers: i64,
    /// Others who decide, know or check.
    pub others: i64,
}

/// What a piece of work shows. Source: requirement S3-36.
#[must_use]
pub fn informal(trace: Trace) -> Vec<Informal> {
    let unasked = (trace.begun && !trace.asked).then_some(Informal::Unasked);
    let alone = (trace.workers == 1 && trace.others == 0).then_some(Informal::Alone);
    unasked.into_iter().chain(alone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s3_33_too_much_is_a_fault_of_the_system() {
        let fine =
            Load { needed: 60, left: Some(60), waiting: 2, undecidable: 0, over_serviced: 0 };
        assert_eq!(faults(fine), []);
        assert_eq!(faults(Load { needed: 61, ..fine }), [LoadFault::MoreWorkThanTime]);
        assert_eq!(
            faults(Load { needed: 1, left: Some(-5), ..fine }),
            [LoadFault::MoreWorkThanTime]
        );
        assert_eq!(faults(Load { needed: 999, left: None, ..fine }), []);
        assert_eq!(
            faults(Load { waiting: 3, undecidable: 1, over_serviced: 1, ..fine }),
            [LoadFault::ApprovalsWait, LoadFault::NoAuthority, LoadFault::OverServiced]
        );
    }

    #[test]
    fn s3_36_what_nobody_asked_for_and_what_one_person_carried_is_seen() {
        let usual = Trace { begun: true, asked: true, workers: 1, others: 1 };
        assert_eq!(informal(usual), []);
        assert_eq!(informal(Trace { asked: false, ..usual }), [Informal::Unasked]);
        assert_eq!(informal(Trace { asked: false, begun: false, ..usual }), []);
        assert_eq!(informal(Trace { others: 0, ..usual }), [Informal::Alone]);
        assert_eq!(informal(Trace { others: 0, workers: 2, ..usual }), []);
        assert_eq!(informal(Trace { others: 0, workers: 0, ..usual }), []);
    }
}
