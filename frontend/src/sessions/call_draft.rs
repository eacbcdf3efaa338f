//! What is typed of a rule of calls, and what it is read as.
use chrono::{NaiveDate, NaiveTime, Timelike};
use leptos::prelude::*;
use shared::api::{CallRhythm, CallRuleSet, CallWeekday, FieldError};

use super::call_words::clock;
use crate::format::{BareNumber, amount_of, parse_effort, typed_effort};
use crate::retainers::terms_draft::{DATE_UNREADABLE, EFFORT_UNREADABLE};
use crate::t;

/// What is typed. Copy it into closures.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    pub(super) rhythm: RwSignal<String>,
    pub(super) every: RwSignal<String>,
    /// Those that are ticked, of a weekly rhythm.
    pub(super) weekdays: RwSignal<Vec<CallWeekday>>,
    /// The one of a month.
    pub(super) weekday: RwSignal<String>,
    pub(super) nth: RwSignal<String>,
    pub(super) day: RwSignal<String>,
    pub(super) time: RwSignal<String>,
    pub(super) length: RwSignal<String>,
    /// The key of a pool; empty for calls that draw on nothing.
    pub(super) pool: RwSignal<String>,
    pub(super) units: RwSignal<String>,
    pub(super) title: RwSignal<String>,
    pub(super) member: RwSignal<String>,
    pub(super) first_on: RwSignal<String>,
    pub(super) last_on: RwSignal<String>,
}

impl Draft {
    /// A call of half an hour on one weekday of each week, from a day on.
    pub(super) fn new(today: NaiveDate) -> Self {
        Self::of(&CallRuleSet {
            rhythm: CallRhythm::Weekly,
            every: 1,
            weekdays: vec![CallWeekday::Monday],
            nth: None,
            day: None,
            minute_of_day: 600,
            minutes: 30,
            units: 0,
            pool: None,
            title: None,
            member_id: None,
            first_on: today,
            last_on: None,
        })
    }

    /// What was said before.
    pub(super) fn of(rule: &CallRuleSet) -> Self {
        let weekday = rule.weekdays.first().copied().unwrap_or(CallWeekday::Monday);
        let text = |text: &Option<String>| RwSignal::new(text.clone().unwrap_or_default());
        let number = |n: Option<u32>| RwSignal::new(n.unwrap_or(1).to_string());
        // Where no pool is named, the first of sessions is drawn on.
        let pool = match (rule.units, &rule.pool) {
            (0, _) => String::new(),
            (_, pool) => pool.clone().unwrap_or_else(|| FIRST.to_owned()),
        };
        Self {
            rhythm: RwSignal::new(rule.rhythm.name().to_owned()),
            every: RwSignal::new(rule.every.to_string()),
            weekdays: RwSignal::new(rule.weekdays.clone()),
            weekday: RwSignal::new(weekday.name().to_owned()),
            nth: number(rule.nth),
            day: number(rule.day),
            time: RwSignal::new(clock(rule.minute_of_day)),
            length: RwSignal::new(typed_effort(rule.minutes)),
            pool: RwSignal::new(pool),
            units: RwSignal::new(rule.units.max(1).to_string()),
            title: text(&rule.title),
            member: RwSignal::new(rule.member_id.map(|id| id.to_string()).unwrap_or_default()),
            first_on: RwSignal::new(rule.first_on.to_string()),
            last_on: RwSignal::new(rule.last_on.map(|day| day.to_string()).unwrap_or_default()),
        }
    }

    /// The rhythm chosen.
    pub(super) fn chosen(self) -> CallRhythm {
        self.rhythm.with(|name| CallRhythm::named(name)).unwrap_or(CallRhythm::Weekly)
    }

    /// What the API takes.
    ///
    /// # Errors
    /// Every field that cannot be read, with words.
    pub(super) fn read(self) -> Result<CallRuleSet, Vec<FieldError>> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, code: &str, message: &str| {
            faults.push(FieldError {
                field: field.into(),
                code: code.into(),
                message: message.into(),
            });
        };
        let rhythm = self.chosen();
        let number = |text: RwSignal<String>| {
            text.with(|text| amount_of(text, 0)).and_then(|n| u32::try_from(n).ok())
        };
        let mut count = |field: &str, text: RwSignal<String>| {
            let read = number(text);
            if read.is_none() {
                fault(field, "type", "");
            }
            read.unwrap_or(1)
        };
        let every = count("/every", self.every);
        let by_weekday = rhythm == CallRhythm::MonthlyByWeekday;
        let nth = by_weekday.then(|| count("/nth", self.nth));
        let day = (rhythm == CallRhythm::MonthlyByDay).then(|| count("/day", self.day));
        let pool = self.pool.get();
        let units = if pool.is_empty() { 0 } else { i64::from(count("/units", self.units)) };
        let time = self.time.with(|text| NaiveTime::parse_from_str(text, "%H:%M").ok());
        if time.is_none() {
            fault("/minute_of_day", DATE_UNREADABLE, t!(calendar.start_unreadable));
        }
        let minutes = self.length.with(|text| parse_effort(text, BareNumber::HoursUpToADay));
        if minutes.is_none() {
            fault("/minutes", EFFORT_UNREADABLE, t!(retainers.effort_unreadable));
        }
        let first_on: Option<NaiveDate> = self.first_on.with(|day| day.parse().ok());
        if first_on.is_none() {
            fault("/first_on", "required", "");
        }
        let weekdays = match rhythm {
            CallRhythm::Weekly => self.weekdays.get(),
            CallRhythm::MonthlyByWeekday => {
                self.weekday.with(|name| CallWeekday::named(name)).into_iter().collect()
            }
            CallRhythm::MonthlyByDay => Vec::new(),
        };
        let title = self.title.with(|text| text.trim().to_owned());
        let (Some(time), Some(minutes), Some(first_on)) = (time, minutes, first_on) else {
            return Err(faults);
        };
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(CallRuleSet {
            rhythm,
            every,
            weekdays,
            nth,
            day,
            minute_of_day: time.hour() * 60 + time.minute(),
            minutes,
            units,
            pool: (!pool.is_empty() && pool != FIRST).then_some(pool),
            title: (!title.is_empty()).then_some(title),
            member_id: self.member.with(|id| id.parse().ok()),
            first_on,
            last_on: self.last_on.with(|day| day.parse().ok()),
        })
    }
}

/// Stands for the first pool of sessions; no key is written so.
pub(super) const FIRST: &str = "*";
