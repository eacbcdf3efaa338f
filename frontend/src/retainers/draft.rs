//! A retainer while it is typed: text as it stands in the fields, read into what the API takes.
use chrono::{Days, NaiveDate};
use shared::api::{AccountId, Check, FieldError, FirstPartial, NewRetainer};
use shared::rules::cycle::{Anchor, Interval, IntervalUnit, Series, WeekStart};

use super::terms_draft::{DATE_UNREADABLE, Faults, NUMBER_UNREADABLE, TermsDraft, number};

/// The lengths that a form offers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CycleLength {
    /// Seven days.
    Week,
    /// A month.
    #[default]
    Month,
    /// Three months.
    Quarter,
    /// Twelve months.
    Year,
}

impl CycleLength {
    /// As the API has it.
    pub fn interval(self) -> Interval {
        let (unit, count) = match self {
            Self::Week => (IntervalUnit::Week, 1),
            Self::Month => (IntervalUnit::Month, 1),
            Self::Quarter => (IntervalUnit::Month, 3),
            Self::Year => (IntervalUnit::Year, 1),
        };
        Interval { unit, count }
    }

    /// The length that a form offers for an interval; none for another one.
    pub fn of(interval: Interval) -> Option<Self> {
        let all = [Self::Week, Self::Month, Self::Quarter, Self::Year];
        all.into_iter().find(|length| length.interval() == interval)
    }
}

/// Where cycles begin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AnchorKind {
    /// With the calendar: the first of a month, Monday.
    #[default]
    Calendar,
    /// With the start of the retainer.
    Anniversary,
    /// On a day of the month.
    DayOfMonth,
}

/// A retainer while it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RetainerDraft {
    /// Its name.
    pub name: String,
    /// The first day with service, ISO 8601.
    pub starts_on: String,
    /// The last day with service; empty for open-ended.
    pub last_day: String,
    /// IANA name; empty for the organisation's.
    pub timezone: String,
    /// How long a cycle is.
    pub length: CycleLength,
    /// Where cycles begin.
    pub anchor: AnchorKind,
    /// The day of the month, for `DayOfMonth`.
    pub day: String,
    /// What a first cycle in part brings and costs.
    pub first_partial: FirstPartial,
    /// What is agreed.
    pub terms: TermsDraft,
}

impl RetainerDraft {
    /// How long a cycle is.
    pub fn interval(&self) -> Interval {
        self.length.interval()
    }

    /// Where cycles begin; none if the day cannot be read.
    pub fn anchor(&self) -> Option<Anchor> {
        let monthly = self.length != CycleLength::Week;
        Some(match self.anchor {
            AnchorKind::DayOfMonth if monthly => {
                let day = number(&self.day).filter(|day| (1..=31).contains(day))?;
                Anchor::DayOfMonth { day }
            }
            AnchorKind::Anniversary => Anchor::Anniversary,
            _ => Anchor::Calendar { fiscal_start_month: 1, week_start: WeekStart::Mon },
        })
    }

    /// Its cycles, if dates, length and anchor can be read and go together.
    pub fn series(&self) -> Option<Series> {
        let starts_on = self.starts_on.parse().ok()?;
        let ends_on: Option<NaiveDate> = match self.last_day.as_str() {
            "" => None,
            day => Some(day.parse::<NaiveDate>().ok()?.checked_add_days(Days::new(1))?),
        };
        Series::new(starts_on, self.interval(), self.anchor()?, ends_on, Vec::new()).ok()
    }

    /// Whether the first cycle begins later than the full one that it is part of.
    pub fn begins_in_part(&self) -> bool {
        let first = self.series().and_then(|series| series.cycle(1));
        first.is_some_and(|cycle| cycle.start > cycle.nominal_start)
    }

    /// What the API takes, or every field at fault, by the rules that the server holds too.
    ///
    /// # Errors
    /// Every field at fault.
    pub fn read(&self, account_id: AccountId, digits: u32) -> Result<NewRetainer, Vec<FieldError>> {
        let mut faults = Faults::default();
        let starts_on: Option<NaiveDate> = self.starts_on.parse().ok();
        let starts_on = faults.or("/starts_on", &self.starts_on, DATE_UNREADABLE, starts_on);
        let ends_on = (!self.last_day.is_empty()).then(|| {
            let last: Option<NaiveDate> = self.last_day.parse().ok();
            let end = last.and_then(|last| last.checked_add_days(Days::new(1)));
            faults.or("/ends_on", &self.last_day, DATE_UNREADABLE, end)
        });
        let anchor = self.anchor();
        let anchor = faults.or("/anchor/day", &self.day, NUMBER_UNREADABLE, anchor.map(Some));
        let (terms, unreadable) = self.terms.read_what_can_be(digits);
        faults.0.extend(unreadable);
        let new = NewRetainer {
            account_id,
            name: self.name.trim().to_owned(),
            starts_on,
            ends_on,
            timezone: (!self.timezone.is_empty()).then(|| self.timezone.clone()),
            interval: self.interval(),
            anchor: anchor.unwrap_or(Anchor::Anniversary),
            first_partial: self.first_partial,
            terms,
            activate: None,
            fit_check_id: None,
        };
        // What is read is held to the rules at once, so that one look finds every fault.
        let broken = new.check().err().unwrap_or_default();
        let told = |one: &FieldError| faults.0.iter().any(|fault| fault.field == one.field);
        let broken: Vec<FieldError> = broken.into_iter().filter(|one| !told(one)).collect();
        faults.0.extend(broken);
        if faults.0.is_empty() { Ok(new) } else { Err(faults.0) }
    }
}

/// Drafts for tests.
#[cfg(test)]
pub(crate) mod sample {
    use super::*;
    use crate::retainers::pool_draft::PoolDraft;

    /// 10 hours for 1,500 euros from November 2026, by the defaults of the form.
    pub(crate) fn ten_hours() -> RetainerDraft {
        let terms = TermsDraft {
            price: "1,500".into(),
            currency: "EUR".into(),
            pools: vec![PoolDraft { allowance: "10".into(), ..PoolDraft::default() }],
            ..TermsDraft::default()
        };
        RetainerDraft {
            name: "Monthly support".into(),
            starts_on: "2026-11-01".into(),
            terms,
            ..RetainerDraft::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sample::ten_hours;
    use super::*;
    use crate::retainers::pool_draft::{CapKind, PoolDraft};
    use crate::retainers::terms_draft::AMOUNT_UNREADABLE;
    use shared::api::{OverageMode, RolloverTerms, Unit};

    fn account() -> AccountId {
        AccountId("0193a5b0-0000-7000-8000-000000000001".parse().expect("an id"))
    }

    fn faults(draft: &RetainerDraft) -> Vec<(String, String)> {
        let faults = draft.read(account(), 2).expect_err("faults");
        faults.into_iter().map(|fault| (fault.field, fault.code)).collect()
    }

    #[test]
    fn fields_become_what_the_api_takes() {
        let new = ten_hours().read(account(), 2).expect("a retainer");
        let pool = &new.terms.pools[0];
        assert_eq!((pool.key.as_str(), pool.unit, pool.allowance), ("hours", Unit::Minutes, 600));
        assert_eq!(new.terms.price.amount_minor, 150_000);
        let rule = RolloverTerms {
            cap_units: None,
            cap_percent: None,
            max_cycles: Some(1),
            carry_percent: 100,
            ..RolloverTerms::default()
        };
        assert_eq!(pool.rollover, Some(rule));
        assert_eq!((new.ends_on, new.timezone, new.activate), (None, None, None));
    }

    #[test]
    fn the_last_day_is_the_day_before_the_end() {
        let draft = RetainerDraft { last_day: "2026-12-31".into(), ..ten_hours() };
        let new = draft.read(account(), 2).expect("a retainer");
        assert_eq!(new.ends_on, NaiveDate::from_ymd_opt(2027, 1, 1));
    }

    #[test]
    fn every_field_at_fault_is_named_at_once() {
        let mut draft = ten_hours();
        draft.terms.pools[0].allowance = String::new();
        draft.terms.price = "much".into();
        draft.terms.pools[0].max_cycles = "x".into();
        draft.name = String::new();
        let expected = [
            ("/terms/pools/0/allowance", "required"),
            ("/terms/pools/0/rollover/max_cycles", NUMBER_UNREADABLE),
            ("/terms/price/amount_minor", AMOUNT_UNREADABLE),
            ("/name", "required"),
        ];
        assert_eq!(faults(&draft), expected.map(|(field, code)| (field.into(), code.into())));
    }

    #[test]
    fn what_is_read_is_held_to_the_rules_of_the_server() {
        let mut draft = RetainerDraft { name: " ".into(), ..ten_hours() };
        draft.last_day = "2026-10-01".into();
        draft.terms.grace_days = "61".into();
        let mut fields: Vec<String> = faults(&draft).into_iter().map(|fault| fault.0).collect();
        fields.sort();
        assert_eq!(fields, ["/ends_on", "/name", "/terms/grace_days"]);
    }

    #[test]
    fn a_day_of_the_month_must_be_one() {
        let mut draft = RetainerDraft { anchor: AnchorKind::DayOfMonth, ..ten_hours() };
        draft.day = "32".into();
        assert_eq!(faults(&draft), [("/anchor/day".into(), NUMBER_UNREADABLE.into())]);
        draft.length = CycleLength::Week;
        assert!(draft.read(account(), 2).is_ok(), "weeks have no day of the month");
    }

    #[test]
    fn what_lapses_has_no_rollover_whatever_was_typed_there() {
        let mut draft = ten_hours();
        draft.terms.pools[0].rolls = false;
        draft.terms.pools[0].max_cycles = "x".into();
        let new = draft.read(account(), 2).expect("a retainer");
        assert_eq!(new.terms.pools[0].rollover, None);
    }

    #[test]
    fn terms_survive_the_way_into_fields_and_back() {
        let mut draft = ten_hours().terms;
        let pool = &mut draft.pools[0];
        (pool.cap, pool.cap_units) = (CapKind::Units, "5".into());
        (pool.overage, pool.rate) = (OverageMode::Bill, "150.50".into());
        draft.pools.push(PoolDraft { allowance: "2".into(), ..PoolDraft::of_unit(Unit::Sessions) });
        draft.discount = "12,5 %".into();
        let terms = draft.read(2).expect("terms");
        assert_eq!(terms.discount_hundredths, 1_250);
        assert_eq!(TermsDraft::of(&terms, 2).read(2), Ok(terms));
        draft.discount = "much".into();
        let at: Vec<String> = draft.read(2).unwrap_err().into_iter().map(|one| one.field).collect();
        assert_eq!(at, ["/terms/discount_hundredths"]);
    }
}
