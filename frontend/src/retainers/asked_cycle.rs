//! Which cycle an address asks for: by its number, by a day or by a month.
use chrono::{Days, Months, NaiveDate};
use shared::api::Cycle;

/// What `?cycle=` may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// `7`: its number.
    Seq(i64),
    /// `2026-11-22`: the one that holds the day.
    Day(NaiveDate),
    /// `2026-11`, by its first day: the first one that begins in the month, else the one that
    /// holds it.
    Month(NaiveDate),
}

impl Asked {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let month = || format!("{text}-01").parse().ok().map(Self::Month);
        let day = || text.parse().ok().map(Self::Day);
        text.parse().ok().map(Self::Seq).or_else(day).or_else(month)
    }

    /// The number of the cycle among these, which are newest first.
    pub(super) fn seq(self, cycles: &[Cycle]) -> Option<i64> {
        let on = |day| cycles.iter().find(|cycle| cycle.starts_on <= day && day < cycle.ends_on);
        let found = match self {
            Self::Seq(seq) => return Some(seq),
            Self::Day(day) => on(day),
            Self::Month(first) => {
                let next = first.checked_add_months(Months::new(1))?;
                let begins = |cycle: &&Cycle| first <= cycle.starts_on && cycle.starts_on < next;
                let last = next.checked_sub_days(Days::new(1))?;
                cycles.iter().rev().find(begins).or_else(|| on(first)).or_else(|| on(last))
            }
        };
        found.map(|cycle| cycle.seq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::api::{CycleStatus, RetainerId};

    fn cycles(days: &[&str]) -> Vec<Cycle> {
        let day = |text: &str| text.parse().expect("a date");
        let mut cycles: Vec<Cycle> = (1..)
            .zip(days.windows(2))
            .map(|(seq, ends)| Cycle {
                id: "0193a5b0-0000-7000-8000-000000000001".parse().expect("an id"),
                retainer_id: RetainerId(uuid::Uuid::nil()),
                seq,
                starts_on: day(ends[0]),
                ends_on: day(ends[1]),
                partial: false,
                status: CycleStatus::Open,
                closed_at: None,
                pools: Vec::new(),
                version: 1,
            })
            .collect();
        cycles.reverse();
        cycles
    }

    #[test]
    fn a_cycle_is_found_by_number_day_and_month() {
        let months = cycles(&["2026-09-15", "2026-10-01", "2026-11-01", "2026-12-01"]);
        let quarters = cycles(&["2026-01-10", "2026-04-10", "2026-07-10"]);
        let weeks = cycles(&["2026-11-23", "2026-11-30", "2026-12-07", "2026-12-14"]);
        let seq = |text: &str, cycles: &[Cycle]| Asked::parse(text)?.seq(cycles);
        for (text, cycles, found) in [
            ("2", &months, Some(2)),
            ("99", &months, Some(99)),
            ("2026-11", &months, Some(3)),
            ("2026-09", &months, Some(1)),
            ("2026-10-31", &months, Some(2)),
            ("2026-11-01", &months, Some(3)),
            ("2026-12", &months, None),
            ("2026-09-14", &months, None),
            ("2026-04", &quarters, Some(2)),
            ("2026-03", &quarters, Some(1)),
            ("2026-12", &weeks, Some(3)),
            ("2026-11", &weeks, Some(1)),
            ("2026-13", &months, None),
            ("soon", &months, None),
        ] {
            assert_eq!(seq(text, cycles), found, "{text}");
        }
    }
}
