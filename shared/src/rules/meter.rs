//! What a meter says: how use stands against the limit and against the calendar.
use serde::{Deserialize, Serialize};

const DAYS_MAX: i64 = 4_000_000;

/// How a balance stands. Thresholds: 80 % and 100 % of available, 20 points from even pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum MeterState {
    /// Nothing is promised in this cycle, so there is no share to show.
    NoAllowance,
    /// Used is above available.
    Over,
    /// Used and committed together are above available.
    WillGoOver,
    /// From 80 % of available.
    NearLimit,
    /// The used share is 20 points or more above the elapsed share.
    AheadOfPace,
    /// After 60 % of the cycle the used share is 20 points or more below the elapsed share, and
    /// not all of the rest is spoken for.
    UnderUsed,
    /// None of the others.
    OnTrack,
}

/// What a meter is judged by: units of the pool, and days of the cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// What could be drawn in this cycle, carried-in time included.
    pub available: i64,
    /// Delivered.
    pub used: i64,
    /// Agreed but not delivered.
    pub committed: i64,
    /// Set aside to be made up later.
    pub set_aside: i64,
    /// Days that have begun.
    pub elapsed_days: i64,
    /// Days of the cycle.
    pub days: i64,
}

impl Reading {
    /// How it stands; the first state that applies, worst first. Source: domain 4.6.
    #[must_use]
    pub fn state(self) -> MeterState {
        let [available, used, committed, set_aside] =
            [self.available, self.used, self.committed, self.set_aside].map(i128::from);
        if available <= 0 {
            return if used > 0 { MeterState::Over } else { MeterState::NoAllowance };
        }
        // A calendar has fewer days than that; the products below must not overflow.
        let [elapsed, days] = [self.elapsed_days, self.days].map(|days| days.clamp(0, DAYS_MAX));
        let (elapsed, days) = (i128::from(elapsed), i128::from(days.max(1)));
        // Shares in hundredths, compared without dividing: used/available ≥ elapsed/days + 20 %.
        let lead = (used * days - elapsed * available) * 100;
        let twenty = 20 * available * days;
        let spoken_for = used + committed + set_aside;
        match () {
            () if used > available => MeterState::Over,
            () if used + committed > available => MeterState::WillGoOver,
            () if used * 100 >= available * 80 => MeterState::NearLimit,
            () if lead >= twenty => MeterState::AheadOfPace,
            // Where nothing is free, nobody is to be asked to use more.
            () if spoken_for >= available => MeterState::OnTrack,
            () if elapsed * 100 >= days * 60 && -lead >= twenty => MeterState::UnderUsed,
            () => MeterState::OnTrack,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(available: i64, used: i64, committed: i64, elapsed_days: i64) -> MeterState {
        Reading { available, used, committed, set_aside: 0, elapsed_days, days: 30 }.state()
    }

    #[test]
    fn what_is_all_spoken_for_is_not_under_used() {
        assert_eq!(state(4, 1, 2, 25), MeterState::UnderUsed);
        assert_eq!(state(4, 1, 3, 25), MeterState::OnTrack);
        let kept = |committed| Reading {
            available: 4,
            used: 1,
            committed,
            set_aside: 1,
            elapsed_days: 25,
            days: 30,
        };
        assert_eq!(kept(1).state(), MeterState::UnderUsed);
        assert_eq!(kept(2).state(), MeterState::OnTrack);
    }

    #[test]
    fn the_worst_state_that_applies_is_told() {
        assert_eq!(state(600, 601, 0, 10), MeterState::Over);
        assert_eq!(state(600, 500, 101, 25), MeterState::WillGoOver);
        assert_eq!(state(600, 480, 0, 25), MeterState::NearLimit);
        assert_eq!(state(600, 479, 0, 25), MeterState::OnTrack);
        assert_eq!(state(600, 330, 0, 10), MeterState::AheadOfPace);
        assert_eq!(state(600, 100, 0, 18), MeterState::UnderUsed);
        assert_eq!(state(600, 100, 0, 17), MeterState::OnTrack);
        assert_eq!(state(0, 0, 0, 10), MeterState::NoAllowance);
        assert_eq!(state(0, 1, 0, 10), MeterState::Over);
    }
}
