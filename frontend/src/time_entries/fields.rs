//! The fields of a time entry, and what they are read as.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{ENTRY_MINUTES_MAX, FieldError, NewTimeEntry, RetainerId, TimeEntry, WorkItemId};

use crate::format::{BareNumber, parse_effort, typed_effort};
use crate::retainers::terms_draft::{DATE_UNREADABLE, EFFORT_UNREADABLE};
use crate::t;

/// Fields as signals. Copy it into closures.
#[derive(Clone, Copy)]
pub(super) struct Fields {
    pub(super) retainer: RwSignal<String>,
    pub(super) member: RwSignal<String>,
    pub(super) worked_on: RwSignal<String>,
    pub(super) effort: RwSignal<String>,
    pub(super) draws: RwSignal<bool>,
    /// The key of a pool; empty for the first that takes time.
    pub(super) pool: RwSignal<String>,
    pub(super) note: RwSignal<String>,
    /// The piece of work that is logged on, of the retainer that it belongs to.
    pub(super) work: StoredValue<Option<(RetainerId, WorkItemId)>>,
}

impl Fields {
    /// Empty, on a day.
    pub(super) fn on(day: NaiveDate, retainer: Option<RetainerId>) -> Self {
        Self {
            retainer: RwSignal::new(retainer.map(|id| id.to_string()).unwrap_or_default()),
            member: RwSignal::default(),
            worked_on: RwSignal::new(day.to_string()),
            effort: RwSignal::default(),
            draws: RwSignal::new(true),
            pool: RwSignal::default(),
            note: RwSignal::default(),
            work: StoredValue::default(),
        }
    }

    /// Those of an entry, to change it.
    pub(super) fn of(entry: &TimeEntry) -> Self {
        Self {
            retainer: RwSignal::new(entry.retainer_id.to_string()),
            member: RwSignal::new(entry.member_id.to_string()),
            worked_on: RwSignal::new(entry.worked_on.to_string()),
            effort: RwSignal::new(typed_effort(entry.minutes)),
            draws: RwSignal::new(entry.draws),
            pool: RwSignal::new(entry.pool.clone().unwrap_or_default()),
            note: RwSignal::new(entry.note.clone().unwrap_or_default()),
            work: StoredValue::default(),
        }
    }

    /// The minutes typed so far.
    pub(super) fn minutes(self) -> Option<i64> {
        self.effort.with(|text| parse_effort(text, BareNumber::HoursUpToADay))
    }

    /// The day typed so far.
    pub(super) fn day(self) -> Option<NaiveDate> {
        self.worked_on.with(|text| text.parse().ok())
    }

    /// The retainer chosen.
    pub(super) fn retainer(self) -> Option<RetainerId> {
        self.retainer.with(|id| id.parse().ok())
    }

    /// The piece of work, unless another retainer was chosen since.
    fn work(self, retainer: RetainerId) -> Option<WorkItemId> {
        let of = self.work.get_value().filter(|(of, _)| *of == retainer);
        of.map(|(_, work)| work)
    }

    /// The note, if it is more than blanks.
    pub(super) fn note(self) -> Option<String> {
        let note = self.note.with(|note| note.trim().to_owned());
        (!note.is_empty()).then_some(note)
    }

    /// The pool chosen, if one was.
    pub(super) fn pool(self) -> Option<String> {
        self.pool.with(|key| (!key.is_empty()).then(|| key.clone()))
    }

    /// What the API takes, or every field that cannot be read, with words.
    pub(super) fn read(self) -> Result<NewTimeEntry, Vec<FieldError>> {
        let (retainer, day, minutes) = (self.retainer(), self.day(), self.minutes());
        let mut faults = Vec::new();
        if retainer.is_none() {
            faults.push(FieldError::new("/retainer_id", "required"));
        }
        faults.extend(day_fault(day));
        faults.extend(effort_fault(minutes, &self.effort.get()));
        match (retainer, day, minutes) {
            (Some(retainer_id), Some(worked_on), Some(minutes)) if faults.is_empty() => {
                Ok(NewTimeEntry {
                    retainer_id,
                    member_id: self.member.with(|id| id.parse().ok()),
                    worked_on,
                    minutes,
                    draws: self.draws.get(),
                    pool: self.draws.get().then(|| self.pool()).flatten(),
                    note: self.note(),
                    work_item_id: self.work(retainer_id),
                    approval: None,
                })
            }
            _ => Err(faults),
        }
    }
}

/// What is wrong with a day that cannot be read.
pub(super) fn day_fault(day: Option<NaiveDate>) -> Option<FieldError> {
    let fault = || FieldError {
        field: "/worked_on".into(),
        code: DATE_UNREADABLE.into(),
        message: t!(retainers.date_unreadable).into(),
    };
    day.is_none().then(fault)
}

/// What is wrong with the effort as typed.
pub(super) fn effort_fault(minutes: Option<i64>, text: &str) -> Option<FieldError> {
    let fault = |code: &str, message: &str| FieldError {
        field: "/minutes".into(),
        code: code.into(),
        message: message.into(),
    };
    match minutes {
        Some(minutes) if minutes > ENTRY_MINUTES_MAX => {
            Some(fault("entry_too_long", t!(time.entry_too_long)))
        }
        Some(1..) => None,
        None if !text.trim().is_empty() => {
            Some(fault(EFFORT_UNREADABLE, t!(retainers.effort_unreadable)))
        }
        _ => Some(FieldError::new("/minutes", "required")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<String> {
        let minutes = parse_effort(text, BareNumber::HoursUpToADay);
        effort_fault(minutes, text).map(|fault| fault.code)
    }

    #[test]
    fn an_entry_has_between_a_minute_and_a_day() {
        assert_eq!(code("1:30"), None);
        assert_eq!(code("24h"), None);
        assert_eq!(code("24:01").as_deref(), Some("entry_too_long"));
        assert_eq!(code("0").as_deref(), Some("required"));
        assert_eq!(code("").as_deref(), Some("required"));
        assert_eq!(code("soon").as_deref(), Some(EFFORT_UNREADABLE));
    }
}
