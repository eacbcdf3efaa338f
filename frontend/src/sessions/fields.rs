//! The fields of a session, and what they are read as.
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use leptos::prelude::*;
use shared::api::{ClientSession, ClientSessionChange, FieldError, NewClientSession, RetainerId};

use crate::format::{
    BareNumber, amount_of, instant_in_zone, parse_effort, typed_effort, wall_in_zone,
};
use crate::retainers::terms_draft::{DATE_UNREADABLE, EFFORT_UNREADABLE};
use crate::t;

/// How long a session is if nobody says.
const USUAL_MINUTES: i64 = 60;
/// When it begins if nobody says.
const USUAL_TIME: &str = "10:00";

/// What was typed, for reading without a browser.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// The retainer's id.
    pub retainer: String,
    /// The key of the pool; empty for the first of sessions.
    pub pool: String,
    /// The day where the retainer is.
    pub day: String,
    /// The time of day there.
    pub time: String,
    /// How long.
    pub length: String,
    /// How many units; empty for one.
    pub units: String,
    /// As people call it.
    pub title: String,
    /// What to remember.
    pub note: String,
    /// Who holds it; empty for oneself.
    pub member: String,
}

impl Typed {
    /// What was chosen and typed before, for a change.
    fn of(session: &ClientSession) -> Self {
        let begins = wall_in_zone(session.starts_at, &session.timezone);
        Self {
            retainer: session.retainer_id.to_string(),
            pool: session.pool.clone(),
            day: begins.date().to_string(),
            time: begins.format("%H:%M").to_string(),
            length: typed_effort(session.minutes),
            units: session.units.to_string(),
            title: session.title.clone().unwrap_or_default(),
            note: session.note.clone().unwrap_or_default(),
            member: session.member_id.to_string(),
        }
    }

    /// When it begins, and how many minutes and units it takes, or every field that cannot be
    /// read, with words.
    fn numbers(&self, zone: &str) -> Result<(DateTime<Utc>, i64, i64), Vec<FieldError>> {
        let fault = |field: &str, code: &str, message: &str| FieldError {
            field: field.into(),
            code: code.into(),
            message: message.into(),
        };
        let mut faults = Vec::new();
        let begins = self.begins(zone);
        if begins.is_none() {
            faults.push(fault("/starts_at", DATE_UNREADABLE, t!(calendar.start_unreadable)));
        }
        let minutes = parse_effort(&self.length, BareNumber::HoursUpToADay);
        if minutes.is_none() {
            faults.push(fault("/minutes", EFFORT_UNREADABLE, t!(retainers.effort_unreadable)));
        }
        let units = if self.units.trim().is_empty() { Some(1) } else { amount_of(&self.units, 0) };
        if units.is_none() {
            faults.push(FieldError::new("/units", "type"));
        }
        match (begins, minutes, units) {
            (Some(begins), Some(minutes), Some(units)) if faults.is_empty() => {
                Ok((begins, minutes, units))
            }
            _ => Err(faults),
        }
    }

    /// The instant typed so far.
    pub fn begins(&self, zone: &str) -> Option<DateTime<Utc>> {
        let day: NaiveDate = self.day.parse().ok()?;
        let time = NaiveTime::parse_from_str(&self.time, "%H:%M").ok()?;
        Some(instant_in_zone(day, time, zone))
    }

    /// What the API takes to book it, in the zone of its retainer.
    ///
    /// # Errors
    /// Every field that cannot be read, with words.
    pub fn book(&self, zone: &str) -> Result<NewClientSession, Vec<FieldError>> {
        let retainer: Option<RetainerId> = self.retainer.parse().ok();
        let missing = || FieldError::new("/retainer_id", "required");
        match (retainer, self.numbers(zone)) {
            (Some(retainer_id), Ok((starts_at, minutes, units))) => Ok(NewClientSession {
                retainer_id,
                pool: written(&self.pool),
                starts_at,
                minutes,
                units,
                title: written(&self.title),
                note: written(&self.note),
                member_id: self.member.parse().ok(),
                invitees: Vec::new(),
            }),
            (None, Ok(_)) => Err(vec![missing()]),
            (None, Err(faults)) => Err([vec![missing()], faults].concat()),
            (Some(_), Err(faults)) => Err(faults),
        }
    }

    /// What the API takes to change it: only what is another than before.
    ///
    /// # Errors
    /// Every field that cannot be read, with words.
    pub fn change(&self, old: &ClientSession) -> Result<ClientSessionChange, Vec<FieldError>> {
        let (starts_at, minutes, units) = self.numbers(&old.timezone)?;
        let text = |new: &str, old: &Option<String>| {
            let new = new.trim();
            (new != old.as_deref().unwrap_or_default()).then(|| new.to_owned())
        };
        Ok(ClientSessionChange {
            starts_at: (starts_at != old.starts_at).then_some(starts_at),
            minutes: (minutes != old.minutes).then_some(minutes),
            units: (units != old.units).then_some(units),
            title: text(&self.title, &old.title),
            note: text(&self.note, &old.note),
        })
    }
}

/// A text, if it is more than blanks.
fn written(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// An instant as a `datetime-local` field has it; none if it is empty.
///
/// # Errors
/// The field, where it cannot be read.
pub fn moment_typed(text: &str, zone: &str) -> Result<Option<DateTime<Utc>>, FieldError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M");
    let local = local.or_else(|_| text.parse());
    local.map(|at| Some(instant_in_zone(at.date(), at.time(), zone))).map_err(|_| FieldError {
        field: "/at".into(),
        code: DATE_UNREADABLE.into(),
        message: t!(calendar.start_unreadable).into(),
    })
}

/// Fields as signals. Copy it into closures.
#[derive(Clone, Copy)]
pub(super) struct Fields {
    pub(super) retainer: RwSignal<String>,
    pub(super) pool: RwSignal<String>,
    pub(super) day: RwSignal<String>,
    pub(super) time: RwSignal<String>,
    pub(super) length: RwSignal<String>,
    pub(super) units: RwSignal<String>,
    pub(super) title: RwSignal<String>,
    pub(super) note: RwSignal<String>,
    pub(super) member: RwSignal<String>,
}

impl Fields {
    /// Those of a session to book.
    pub(super) fn on(day: NaiveDate, retainer: Option<RetainerId>) -> Self {
        Self::from(Typed {
            retainer: retainer.map(|id| id.to_string()).unwrap_or_default(),
            day: day.to_string(),
            time: USUAL_TIME.to_owned(),
            length: typed_effort(USUAL_MINUTES),
            units: "1".to_owned(),
            ..Typed::default()
        })
    }

    /// Those of a session to change.
    pub(super) fn of(session: &ClientSession) -> Self {
        Self::from(Typed::of(session))
    }

    /// What is typed now.
    pub(super) fn typed(self) -> Typed {
        Typed {
            retainer: self.retainer.get(),
            pool: self.pool.get(),
            day: self.day.get(),
            time: self.time.get(),
            length: self.length.get(),
            units: self.units.get(),
            title: self.title.get(),
            note: self.note.get(),
            member: self.member.get(),
        }
    }
}

impl From<Typed> for Fields {
    fn from(typed: Typed) -> Self {
        Self {
            retainer: RwSignal::new(typed.retainer),
            pool: RwSignal::new(typed.pool),
            day: RwSignal::new(typed.day),
            time: RwSignal::new(typed.time),
            length: RwSignal::new(typed.length),
            units: RwSignal::new(typed.units),
            title: RwSignal::new(typed.title),
            note: RwSignal::new(typed.note),
            member: RwSignal::new(typed.member),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sessions::words::tests::session;

    fn typed() -> Typed {
        Typed {
            retainer: "0193a5b0-0000-7000-8000-000000000001".into(),
            day: "2026-11-24".into(),
            time: "10:00".into(),
            length: "1:30".into(),
            ..Typed::default()
        }
    }

    #[test]
    fn a_booking_is_read_with_one_unit_if_none_is_told() {
        let new = typed().book("Europe/London").expect("a booking");
        assert_eq!(new.starts_at.to_rfc3339(), "2026-11-24T10:00:00+00:00");
        assert_eq!((new.minutes, new.units, new.pool, new.title), (90, 1, None, None));
    }

    #[test]
    fn every_field_that_cannot_be_read_is_told_at_once() {
        let odd = Typed {
            retainer: String::new(),
            day: "soon".into(),
            length: "long".into(),
            units: "some".into(),
            ..typed()
        };
        let faults = odd.book("Europe/London").expect_err("faults");
        let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["/retainer_id", "/starts_at", "/minutes", "/units"]);
    }

    #[test]
    fn a_change_sends_only_what_is_another() {
        let old = session(serde_json::json!({ "title": "Kick-off" }));
        let mut now = Typed::of(&old);
        assert_eq!(now.change(&old), Ok(ClientSessionChange::default()));
        now.time = "11:15".into();
        now.title = String::new();
        let change = now.change(&old).expect("a change");
        assert_eq!(change.starts_at, Some("2026-11-24T11:15:00Z".parse().expect("an instant")));
        assert_eq!((change.minutes, change.title), (None, Some(String::new())));
    }

    #[test]
    fn an_empty_moment_is_now() {
        assert_eq!(moment_typed(" ", "Europe/London"), Ok(None));
        let at = moment_typed("2026-11-24T10:05", "Europe/London").expect("an instant");
        assert_eq!(at, Some("2026-11-24T10:05:00Z".parse().expect("an instant")));
        assert_eq!(moment_typed("now", "UTC").map_err(|fault| fault.field), Err("/at".into()));
    }
}
