//! What is typed while a cycle is planned, and how it is read.
use leptos::prelude::*;
use shared::api::{
    FieldError, PlannedPriority, Pool, Priority, PriorityId, PriorityListSet, PrioritySet, Unit,
};

use super::said;
use crate::format::{fraction_digits, read_quantity, typed_quantity};
use crate::t;

/// Where a row came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// It is on the list already.
    Kept,
    /// The last closing named it.
    Named,
    /// It was not reached in the cycle before.
    Carried,
    /// Somebody added it now.
    Added,
}

/// A priority while it is typed. Copy it into closures.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Row {
    pub(super) title: RwSignal<String>,
    pub(super) outcome: RwSignal<String>,
    pub(super) channel: RwSignal<String>,
    pub(super) planned: RwSignal<String>,
    pub(super) displaced: RwSignal<String>,
    pub(super) source: Source,
    id: Option<PriorityId>,
    carried_from: Option<PriorityId>,
    done: bool,
}

fn text(text: Option<&String>) -> RwSignal<String> {
    RwSignal::new(text.cloned().unwrap_or_default())
}

fn units(pool: Option<&Pool>, planned: Option<i64>) -> RwSignal<String> {
    let typed = |(pool, n): (&Pool, i64)| typed_quantity(pool.unit, n, digits(pool));
    RwSignal::new(pool.zip(planned).map(typed).unwrap_or_default())
}

fn digits(pool: &Pool) -> u32 {
    fraction_digits(&pool.currency)
}

impl Row {
    /// One that somebody adds.
    pub(super) fn added() -> Self {
        Self {
            title: text(None),
            outcome: text(None),
            channel: text(None),
            planned: text(None),
            displaced: text(None),
            source: Source::Added,
            id: None,
            carried_from: None,
            done: false,
        }
    }

    /// One that is on the list.
    pub(super) fn kept(one: &Priority, pool: Option<&Pool>) -> Self {
        Self {
            title: RwSignal::new(one.title.clone()),
            outcome: text(one.outcome.as_ref()),
            channel: text(one.channel.as_ref()),
            planned: units(pool, one.planned),
            displaced: text(one.displaced.as_ref()),
            source: Source::Kept,
            id: Some(one.id),
            carried_from: one.carried_from,
            done: one.done_at.is_some(),
        }
    }

    /// One of the draft.
    pub(super) fn drafted(one: &PlannedPriority, pool: Option<&Pool>) -> Self {
        let source = if one.named { Source::Named } else { Source::Carried };
        Self {
            title: RwSignal::new(one.title.clone()),
            outcome: text(one.outcome.as_ref()),
            channel: text(one.channel.as_ref()),
            planned: units(pool, one.planned),
            source,
            carried_from: one.carried_from,
            ..Self::added()
        }
    }

    /// The units typed: none where nothing is, an error where it cannot be read.
    pub(super) fn units(self, pool: Option<&Pool>) -> Result<Option<i64>, ()> {
        let typed = self.planned.get();
        match (typed.trim(), pool) {
            ("", _) | (_, None) => Ok(None),
            (typed, Some(pool)) => {
                read_quantity(pool.unit, typed, digits(pool)).map(Some).ok_or(())
            }
        }
    }

    fn read(self, pool: Option<&Pool>) -> Result<PrioritySet, ()> {
        Ok(PrioritySet {
            id: self.id,
            title: self.title.get(),
            outcome: said(&self.outcome.get()),
            channel: said(&self.channel.get()),
            planned: self.units(pool)?,
            displaced: said(&self.displaced.get()),
            carried_from: self.carried_from,
            done: self.done,
        })
    }
}

/// An effort that cannot be read, with the forms that can.
pub(super) fn unreadable(place: usize, pool: Option<&Pool>) -> FieldError {
    let time = pool.is_none_or(|pool| pool.unit == Unit::Minutes);
    let message = if time { t!(retainers.effort_unreadable) } else { t!(errors.give_number) };
    FieldError {
        field: format!("/priorities/{place}/planned"),
        code: "unreadable".to_owned(),
        message: message.to_owned(),
    }
}

/// The rows whose effort cannot be read, each with its fault.
pub(super) fn odd(rows: &[Row], pool: Option<&Pool>) -> Vec<FieldError> {
    let odd = rows.iter().enumerate().filter(|(_, row)| untrack(|| row.units(pool)).is_err());
    odd.map(|(place, _)| unreadable(place, pool)).collect()
}

/// What is sent, or what cannot be read.
pub(super) fn read(
    rows: &[Row],
    set_by: &str,
    pool: Option<&Pool>,
) -> Result<PriorityListSet, Vec<FieldError>> {
    let mut faults = Vec::new();
    let mut priorities = Vec::with_capacity(rows.len());
    for (place, row) in rows.iter().enumerate() {
        match untrack(|| row.read(pool)) {
            Ok(one) => priorities.push(one),
            Err(()) => {
                faults.push(unreadable(place, pool));
            }
        }
    }
    match faults.is_empty() {
        true => Ok(PriorityListSet { set_by: set_by.parse().ok(), priorities }),
        false => Err(faults),
    }
}

#[cfg(test)]
mod tests {
    use shared::api::{PoolId, Unit};

    use super::*;

    fn hours() -> Pool {
        Pool {
            id: PoolId(uuid::Uuid::nil()),
            key: "hours".into(),
            name: None,
            unit: Unit::Minutes,
            currency: "EUR".into(),
        }
    }

    #[test]
    fn s0_14_what_was_planned_is_read_in_units_of_the_pool() {
        let owner = Owner::new();
        owner.with(|| {
            let (row, pool) = (Row::added(), hours());
            row.title.set("Shop".into());
            row.planned.set("2:30".into());
            let list = read(&[row], "2026-11-01", Some(&pool)).expect("it can be read");
            assert_eq!(list.priorities[0].planned, Some(150));
            assert_eq!(list.set_by.map(|day| day.to_string()), Some("2026-11-01".to_owned()));
            row.planned.set("soon".into());
            let faults = read(&[Row::added(), row], "", Some(&pool)).expect_err("it cannot");
            assert_eq!(faults[0].field, "/priorities/1/planned");
        });
    }
}
