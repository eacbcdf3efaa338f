//! Where a session stands, and what became of its units, in words.
use chrono::NaiveDate;
use shared::api::{
    ClientSession, ClientSessionState, OwedUnits, SessionStatus, SettlementCode, SettlementReason,
    Unit,
};

use crate::format::{Measure, date, effort};
use crate::t;
use crate::ui::{Icon, Tone};

/// What became of the units of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Reserved until it is known how it went.
    Reserved,
    /// Used up by what took place.
    Used,
    /// Still owed: they stay in the balance.
    Owed,
    /// Set aside to be made up.
    Carried,
    /// Used up though nothing took place.
    Forfeited,
    /// It draws on nothing.
    Free,
}

impl Fate {
    /// That of a session.
    pub fn of(session: &ClientSession) -> Self {
        if session.units == 0 {
            return Self::Free;
        }
        let Some(code) = session.reason_code else { return Self::Reserved };
        Self::by(code, session.charged)
    }

    fn by(code: SettlementCode, charged: i64) -> Self {
        use SettlementCode::*;
        match code {
            Delivered => Self::Used,
            CancelledInTimeReleased | CancelledLateReleased | NoShowReleased => Self::Owed,
            CancelledInTimeCarried | CancelledLateCarried | NoShowCarried => Self::Carried,
            // Terms may charge no share of it.
            _ if charged == 0 => Self::Owed,
            CancelledInTimeCharged | CancelledLateCharged | NoShowCharged => Self::Forfeited,
        }
    }

    /// Its words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Reserved => t!(calendar.fate_reserved),
            Self::Used => t!(calendar.fate_used),
            Self::Owed => t!(calendar.fate_owed),
            Self::Carried => t!(calendar.fate_carried),
            Self::Forfeited => t!(calendar.fate_forfeited),
            Self::Free => t!(calls.draws_nothing),
        }
    }

    /// How it is drawn beside its words.
    pub fn look(self) -> (Tone, Icon) {
        match self {
            Self::Reserved => (Tone::Plain, icondata::LuBookmark),
            Self::Used => (Tone::Ok, icondata::LuCheck),
            Self::Owed => (Tone::Warn, icondata::LuHourglass),
            Self::Carried => (Tone::Rollover, icondata::LuForward),
            Self::Forfeited => (Tone::Bad, icondata::LuBan),
            Self::Free => (Tone::Plain, icondata::LuPhone),
        }
    }

    /// The class of its edge in the grid.
    pub fn edge(self) -> &'static str {
        match self {
            Self::Reserved => "cal-session is-reserved",
            Self::Used => "cal-session is-used",
            Self::Owed => "cal-session is-owed",
            Self::Carried => "cal-session is-carried",
            Self::Forfeited => "cal-session is-forfeited",
            Self::Free => "cal-session",
        }
    }
}

/// "Booked", "Cancelled in time": where it stands.
pub fn state_words(session: &ClientSession) -> &'static str {
    use SettlementCode::*;
    match session.reason_code {
        None => t!(calendar.state_booked),
        Some(Delivered) => t!(calendar.state_delivered),
        Some(CancelledInTimeReleased | CancelledInTimeCarried | CancelledInTimeCharged) => {
            t!(calendar.state_in_time)
        }
        Some(CancelledLateReleased | CancelledLateCarried | CancelledLateCharged) => {
            t!(calendar.state_late)
        }
        Some(NoShowReleased | NoShowCarried | NoShowCharged) => t!(calendar.state_no_show),
    }
}

/// "Called off 23 h before it began, 24 h are asked: 1 session is used up." None while booked. What is
/// set aside can be made up `until` a day, where that is known.
pub fn reason(session: &ClientSession, until: Option<NaiveDate>) -> Option<String> {
    let code = session.reason_code?;
    if session.units == 0 {
        return Some(free(session));
    }
    let then = match (Fate::by(code, session.charged), until) {
        (Fate::Carried, Some(last)) => {
            t!(calendar.then_carried_until, day = date(last, session.on))
        }
        (Fate::Carried, None) => t!(calendar.then_carried).to_owned(),
        (Fate::Owed, _) => t!(calendar.then_owed, amount = units(session.units)),
        _ => t!(calendar.then_used, amount = units(session.charged)),
    };
    Some(t!(calendar.reason, why = why(session), then = then))
}

/// What settling does or would do, with the numbers of its answer.
pub fn outcome(session: &ClientSession, reason: &SettlementReason, today: NaiveDate) -> String {
    if session.units == 0 {
        return free(session);
    }
    let then = match &reason.owed {
        Some(owed) => owed_words(owed, today),
        None => match Fate::by(reason.code, reason.charged) {
            Fate::Carried => t!(calendar.then_nothing_carried).to_owned(),
            Fate::Owed => t!(calendar.then_owed, amount = units(session.units)),
            _ => t!(calendar.then_used, amount = units(reason.charged)),
        },
    };
    let said = t!(calendar.reason, why = why(session), then = then);
    if reason.overage == 0 {
        return said;
    }
    let over = t!(calendar.then_over, amount = units(reason.overage));
    format!("{said} {over}")
}

/// "It took place: it draws on nothing."
fn free(session: &ClientSession) -> String {
    t!(calendar.reason, why = why(session), then = t!(calendar.then_free))
}

/// "1 session set aside to be made up before 1 Jan".
pub fn owed_words(owed: &OwedUnits, today: NaiveDate) -> String {
    let amount = units(owed.quantity);
    match owed.ends_on.and_then(|end| end.pred_opt()) {
        Some(last) => t!(calendar.owed_until, amount = amount, day = date(last, today)),
        None => t!(calendar.owed_forever, amount = amount),
    }
}

fn why(session: &ClientSession) -> String {
    let notice = session.notice_minutes;
    let asked = effort(session.notice_asked_hours.unwrap_or(0) * 60);
    match (session.state.status(), notice) {
        (Some(SessionStatus::NoShow), _) => t!(calendar.why_no_show).to_owned(),
        (Some(SessionStatus::Cancelled), Some(given)) if given >= 0 => {
            t!(calendar.why_before, notice = effort(given), asked = asked)
        }
        (Some(SessionStatus::Cancelled), given) => {
            let late = effort(given.unwrap_or(0).saturating_neg());
            t!(calendar.why_after, late = late, asked = asked)
        }
        _ => t!(calendar.why_delivered).to_owned(),
    }
}

/// A number of sessions in words.
pub fn units(n: i64) -> String {
    Measure { unit: Unit::Sessions, currency: String::new() }.say(n)
}

/// As people call it; "Session" if nobody named it.
pub fn title(session: &ClientSession) -> String {
    session.title.clone().unwrap_or_else(|| t!(calendar.untitled).to_owned())
}

/// "Fern Interiors · Leadership coaching"
pub fn client(session: &ClientSession) -> String {
    format!("{} · {}", session.account_name, session.retainer_name)
}

/// Whether it took place, or may still.
pub fn stands(session: &ClientSession) -> bool {
    matches!(session.state, ClientSessionState::Booked | ClientSessionState::Completed)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::format::NBSP;

    /// A session as the API tells it, with these fields instead.
    pub fn session(fields: serde_json::Value) -> ClientSession {
        let id = "0193a5b0-0000-7000-8000-000000000001";
        let mut all = serde_json::json!({
            "id": id, "retainer_id": id, "retainer_name": "Coaching", "account_id": id,
            "account_name": "Fern", "pool": "sessions", "member_id": id, "member_name": "Ana",
            "title": null, "note": null, "starts_at": "2026-11-24T09:00:00Z", "minutes": 60,
            "timezone": "Europe/London", "on": "2026-11-24", "units": 1, "state": "booked",
            "settled_at": null, "notice_minutes": null, "notice_asked_hours": null,
            "outcome": null, "reason_code": null, "charged": 0, "cycle_id": null, "late": false,
            "created_at": "2026-11-20T09:00:00Z", "version": 1
        });
        for (name, value) in fields.as_object().expect("fields") {
            all[name] = value.clone();
        }
        serde_json::from_value(all).expect("a session")
    }

    fn cancelled(notice: i64, code: &str, charged: i64) -> ClientSession {
        session(serde_json::json!({
            "state": "cancelled", "notice_minutes": notice, "notice_asked_hours": 24,
            "reason_code": code, "charged": charged
        }))
    }

    fn said(session: &ClientSession) -> String {
        reason(session, None).unwrap_or_default().replace(NBSP, " ")
    }

    #[test]
    fn a_session_says_what_became_of_its_units_and_why() {
        let booked = session(serde_json::json!({}));
        assert_eq!((Fate::of(&booked), reason(&booked, None)), (Fate::Reserved, None));
        let late = cancelled(23 * 60, "cancelled_late_charged", 1);
        assert_eq!(Fate::of(&late), Fate::Forfeited);
        assert_eq!(
            said(&late),
            "Called off 23 h before it began, 24 h are asked: 1 session used up."
        );
        let in_time = cancelled(49 * 60, "cancelled_in_time_carried", 0);
        assert_eq!(Fate::of(&in_time), Fate::Carried);
        assert_eq!(
            said(&in_time),
            "Called off 49 h before it began, 24 h are asked: set aside to be made up."
        );
        let last = NaiveDate::from_ymd_opt(2026, 12, 31);
        let until = reason(&in_time, last).unwrap_or_default().replace(NBSP, " ");
        assert!(until.ends_with(": set aside to be made up until 31 Dec."), "{until}");
        let after = cancelled(-30, "cancelled_late_released", 0);
        assert_eq!(Fate::of(&after), Fate::Owed);
        assert_eq!(
            said(&after),
            "Called off 30 min after it began, 24 h are asked: 1 session stays in the balance."
        );
    }

    #[test]
    fn a_call_that_draws_on_nothing_says_so() {
        let free = serde_json::json!({ "units": 0, "pool": "hours" });
        assert_eq!(Fate::of(&session(free)), Fate::Free);
        let held = session(serde_json::json!({
            "units": 0, "state": "completed", "reason_code": "delivered"
        }));
        assert_eq!(said(&held), "It took place: it draws on nothing.");
    }

    #[test]
    fn a_charge_of_nothing_leaves_the_session_owed() {
        let free = cancelled(60, "cancelled_late_charged", 0);
        assert_eq!(Fate::of(&free), Fate::Owed);
        let part = SettlementReason {
            code: SettlementCode::CancelledLateCharged,
            text: String::new(),
            charged: 2,
            overage: 1,
            owed: None,
        };
        let today = free.on;
        let told = outcome(&free, &part, today).replace(NBSP, " ");
        assert_eq!(
            told,
            "Called off 1 h before it began, 24 h are asked: 2 sessions used up. \
             1 session of it is beyond what was available."
        );
    }
}
