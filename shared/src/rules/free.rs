//! When somebody is free: their hours without what is booked. Source: requirement S1-2.
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// From an instant until another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TimeSpan {
    /// Its first instant.
    pub from: DateTime<Utc>,
    /// The instant after its last.
    pub to: DateTime<Utc>,
}

impl TimeSpan {
    /// So many minutes from an instant on.
    #[must_use]
    pub fn lasting(from: DateTime<Utc>, minutes: i64) -> Self {
        let length = TimeDelta::try_minutes(minutes).unwrap_or_default();
        Self { from, to: from.checked_add_signed(length).unwrap_or(from) }
    }

    /// Whether both have an instant in common.
    #[must_use]
    pub fn meets(self, other: Self) -> bool {
        self.from < other.to && other.from < self.to
    }

    /// Whether it lies in the other as a whole.
    #[must_use]
    pub fn within(self, other: Self) -> bool {
        other.from <= self.from && self.to <= other.to
    }
}

/// The first `limit` instants, each `step` minutes after the one before from the start of each
/// span of `hours` on, at which `minutes` lie within the hours and meet nothing that is booked.
/// `hours` are in the order of time.
#[must_use]
pub fn free_starts(
    hours: &[TimeSpan],
    booked: &[TimeSpan],
    (minutes, step): (i64, i64),
    limit: usize,
) -> Vec<DateTime<Utc>> {
    let starts = hours.iter().flat_map(|span| {
        let tries = (0..)
            .map(move |n| TimeSpan::lasting(TimeSpan::lasting(span.from, n * step).to, minutes));
        tries.take_while(move |tried| tried.within(*span))
    });
    let free = starts.filter(|tried| !booked.iter().any(|one| one.meets(*tried)));
    free.map(|tried| tried.from).take(limit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        format!("2026-01-19T{text}:00Z").parse().expect("an instant")
    }

    fn span(from: &str, to: &str) -> TimeSpan {
        TimeSpan { from: at(from), to: at(to) }
    }

    fn starts(booked: &[TimeSpan], minutes: i64) -> Vec<String> {
        let hours = [span("09:00", "11:00"), span("13:00", "14:00")];
        let found = free_starts(&hours, booked, (minutes, 30), 100);
        found.iter().map(|at| at.format("%H:%M").to_string()).collect()
    }

    #[test]
    fn what_is_free_ends_before_the_hours_do() {
        let hour = ["09:00", "09:30", "10:00", "13:00"];
        assert_eq!(starts(&[], 60), hour);
        assert_eq!(starts(&[], 120), ["09:00"]);
        assert_eq!(starts(&[], 121), Vec::<String>::new());
        let hours = [span("09:00", "11:00")];
        assert_eq!(free_starts(&hours, &[], (60, 30), 2).len(), 2);
    }

    #[test]
    fn what_is_booked_is_left_out_to_the_minute() {
        assert_eq!(
            starts(&[span("09:30", "10:00")], 30),
            ["09:00", "10:00", "10:30", "13:00", "13:30"]
        );
        assert_eq!(starts(&[span("08:00", "09:01")], 60), ["09:30", "10:00", "13:00"]);
        assert_eq!(starts(&[span("08:00", "20:00")], 30), Vec::<String>::new());
    }
}
