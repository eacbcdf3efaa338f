//! What is used, what is not, and what comes back again and again.
use serde::{Deserialize, Serialize};

/// A friction that is met in so many periods running is no accident. Source: requirement S3-9.
const RUNNING: usize = 3;

/// How often something was used over some cycles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    /// How often.
    pub times: i64,
    /// Cycles that it was there for, at most those looked at.
    pub cycles: i64,
    /// Cycles looked at.
    pub of: i64,
    /// How often the most used of its kind was.
    pub most: i64,
}

/// What becomes of something that people may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Verdict {
    /// Nobody used it: offered for removal.
    Remove,
    /// It stays.
    Keep,
    /// It is used in each cycle, more than most: worth more care.
    Strengthen,
}

/// What nobody used in all the cycles goes; what is used in each, at least half as often as the
/// most used, is strengthened. What is newer than the cycles looked at stays. Source: requirement
/// S3-13.
#[must_use]
pub fn verdict(used: Use) -> Verdict {
    let Use { times, cycles, of, most } = used;
    match () {
        () if times == 0 && cycles >= of => Verdict::Remove,
        () if times > 0 && times >= of && times * 2 >= most => Verdict::Strengthen,
        () => Verdict::Keep,
    }
}

/// Whether something comes back: it was met in three periods running, given the number of times
/// in each period in order. Source: requirements S0-41, S3-9.
#[must_use]
pub fn recurring(periods: &[i64]) -> bool {
    periods.windows(RUNNING).any(|running| running.iter().all(|times| *times > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s3_13_what_nobody_used_goes_and_what_is_used_most_is_strengthened() {
        let used = |times, cycles, most| verdict(Use { times, cycles, of: 3, most });
        assert_eq!(used(0, 3, 9), Verdict::Remove);
        assert_eq!(used(0, 2, 9), Verdict::Keep, "it is new");
        assert_eq!(used(3, 3, 6), Verdict::Strengthen);
        assert_eq!(used(3, 3, 7), Verdict::Keep, "others are used more");
        assert_eq!(used(2, 3, 2), Verdict::Keep, "not in each cycle");
    }

    #[test]
    fn s3_9_three_periods_running_are_no_accident() {
        assert!(recurring(&[1, 2, 1]));
        assert!(recurring(&[0, 1, 1, 5, 0]));
        assert!(!recurring(&[1, 1, 0, 1, 1]));
        assert!(!recurring(&[9, 9]));
        assert!(!recurring(&[]));
    }
}
