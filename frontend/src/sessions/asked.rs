//! What the address of the calendar asks for: a view, a day in it, filters, an open session.
use chrono::{Datelike, Days, Months, NaiveDate};
use shared::api::{ClientSession, ClientSessionId, MemberId, RetainerId};

use crate::api::Path;
use crate::format::{Week, date_range, month_year};

/// How days are laid out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum View {
    /// A month, with the days of other months that share its weeks.
    Month,
    /// Monday to Sunday.
    #[default]
    Week,
    /// The days of a month that have sessions.
    Agenda,
}

impl View {
    /// As the switch has them.
    pub const ALL: [Self; 3] = [Self::Month, Self::Week, Self::Agenda];

    /// Its name in the address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Week => "week",
            Self::Agenda => "agenda",
        }
    }
}

/// What the address asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// How days are laid out.
    pub view: View,
    /// A day that is shown.
    pub day: NaiveDate,
    /// Of one retainer only.
    pub retainer: Option<RetainerId>,
    /// Of one person only.
    pub member: Option<MemberId>,
    /// The session that is open.
    pub session: Option<ClientSessionId>,
}

impl Asked {
    /// Reads the query string, whose values `query` tells by their names.
    pub fn read(query: impl Fn(&str) -> Option<String>, today: NaiveDate) -> Self {
        let view = query("view").unwrap_or_default();
        Self {
            view: View::ALL.into_iter().find(|one| one.name() == view).unwrap_or_default(),
            day: query("date").and_then(|day| day.parse().ok()).unwrap_or(today),
            retainer: query("retainer").and_then(|id| id.parse().ok()),
            member: query("member").and_then(|id| id.parse().ok()),
            session: query("session").and_then(|id| id.parse().ok()),
        }
    }

    /// The address; what holds anyway is left out.
    pub fn href(self, today: NaiveDate) -> String {
        Path::new("/calendar")
            .with("view", (self.view != View::default()).then_some(self.view.name()))
            .with("date", (self.day != today).then_some(self.day))
            .with("retainer", self.retainer)
            .with("member", self.member)
            .with("session", self.session)
            .done()
    }

    /// The first and the last day shown.
    pub fn days(self) -> (NaiveDate, NaiveDate) {
        let (first, last) = month(self.day);
        match self.view {
            View::Week => (Week::of(self.day).first(), Week::of(self.day).last()),
            View::Month => (Week::of(first).first(), Week::of(last).last()),
            View::Agenda => (first, last),
        }
    }

    /// Every day shown.
    pub fn each_day(self) -> impl Iterator<Item = NaiveDate> {
        let (first, last) = self.days();
        first.iter_days().take_while(move |day| *day <= last)
    }

    /// Whether a day belongs to the period itself, not to the edge of its grid.
    pub fn holds(self, day: NaiveDate) -> bool {
        self.view != View::Month || (day.year(), day.month()) == (self.day.year(), self.day.month())
    }

    /// The period before or after, without the session that is open.
    pub fn step(self, forward: bool) -> Self {
        let (months, days) = (Months::new(1), Days::new(7));
        let (first, _) = month(self.day);
        let day = match (self.view, forward) {
            (View::Week, true) => self.day.checked_add_days(days),
            (View::Week, false) => self.day.checked_sub_days(days),
            (_, true) => first.checked_add_months(months),
            (_, false) => first.checked_sub_months(months),
        };
        Self { day: day.unwrap_or(self.day), session: None, ..self }
    }

    /// "23 to 29 November", "November 2026".
    pub fn title(self, today: NaiveDate) -> String {
        match self.view {
            View::Week => {
                let (first, last) = self.days();
                date_range(first, last, today)
            }
            View::Month | View::Agenda => month_year(self.day),
        }
    }
}

/// The first and the last day of the month of a day.
fn month(day: NaiveDate) -> (NaiveDate, NaiveDate) {
    let first = day.with_day(1).unwrap_or(day);
    let next = first.checked_add_months(Months::new(1)).unwrap_or(first);
    (first, next.pred_opt().unwrap_or(first))
}

/// The sessions of a day where their retainer is, by their start.
pub fn on_day(sessions: &[ClientSession], day: NaiveDate) -> Vec<ClientSession> {
    let mut here: Vec<_> = sessions.iter().filter(|one| one.on == day).cloned().collect();
    here.sort_by_key(|one| (one.starts_at, one.id.0));
    here
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn asked(view: View, on: &str) -> Asked {
        Asked { view, day: day(on), retainer: None, member: None, session: None }
    }

    #[test]
    fn a_month_is_shown_in_whole_weeks() {
        let month = asked(View::Month, "2026-11-22");
        assert_eq!(month.days(), (day("2026-10-26"), day("2026-12-06")));
        assert_eq!(month.each_day().count() % 7, 0);
        assert!(month.holds(day("2026-11-01")) && !month.holds(day("2026-10-31")));
        let week = asked(View::Week, "2026-11-22");
        assert_eq!(week.days(), (day("2026-11-16"), day("2026-11-22")));
        let agenda = asked(View::Agenda, "2026-02-10");
        assert_eq!(agenda.days(), (day("2026-02-01"), day("2026-02-28")));
    }

    #[test]
    fn a_step_from_a_long_month_does_not_skip_a_short_one() {
        let long = asked(View::Month, "2026-01-31");
        assert_eq!(long.step(true).day, day("2026-02-01"));
        assert_eq!(long.step(true).step(true).day, day("2026-03-01"));
        assert_eq!(long.step(false).day, day("2025-12-01"));
        assert_eq!(asked(View::Week, "2026-11-22").step(true).day, day("2026-11-29"));
    }

    #[test]
    fn an_address_leaves_out_what_holds_anyway() {
        let today = day("2026-11-22");
        assert_eq!(asked(View::Week, "2026-11-22").href(today), "/calendar");
        let other = asked(View::Agenda, "2026-12-01");
        assert_eq!(other.href(today), "/calendar?view=agenda&date=2026-12-01");
        let read = |view: &'static str, date: &'static str| {
            let told = move |name: &str| match name {
                "view" => Some(view.to_owned()),
                "date" => Some(date.to_owned()),
                _ => None,
            };
            Asked::read(told, today)
        };
        assert_eq!(read("agenda", "2026-12-01"), other);
        assert_eq!(read("decade", "soon"), asked(View::Week, "2026-11-22"));
    }
}
