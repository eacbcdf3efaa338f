//! The mails about a session, in the client's language.
use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use shared::api::Language;
use shared::rules::zone;

use super::invitations_store::Method;
use super::store::SessionRow;
use crate::closings::Words;
use crate::error::Result;

/// A mail about a session.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    pub session: &'a SessionRow,
    /// For whom.
    pub name: &'a str,
    pub method: Method,
    /// They were invited before.
    pub known: bool,
}

impl Letter<'_> {
    /// What a session is called: by its name, else by the retainer's.
    pub fn title(session: &SessionRow, language: Language) -> String {
        let named = || match language {
            Language::En => format!("Session: {}", session.retainer_name),
            Language::De => format!("Termin: {}", session.retainer_name),
        };
        session.title.clone().unwrap_or_else(named)
    }

    /// Its subject and its text.
    ///
    /// # Errors
    /// A time zone that is none.
    pub fn told(self, language: Language) -> Result<(String, String)> {
        let Letter { session, name, method, known } = self;
        let words = Words(language);
        let zone = zone::zone(&session.timezone)?;
        let title = Self::title(session, language);
        let (kind, begin) = match (method, known) {
            (Method::Request, false) => (
                words.pick("Invitation", "Einladung"),
                words.pick(
                    "you are invited to this session:",
                    "Sie sind zu diesem Termin eingeladen:",
                ),
            ),
            (Method::Request, true) => (
                words.pick("Changed", "Geändert"),
                words.pick("this session has changed:", "dieser Termin hat sich geändert:"),
            ),
            (Method::Cancel, _) => (
                words.pick("Cancelled", "Abgesagt"),
                words.pick(
                    "this session does not take place for you:",
                    "dieser Termin findet für Sie nicht statt:",
                ),
            ),
        };
        let end = match method {
            Method::Request => words.pick(
                "Add it to your calendar with the file that comes with this mail.",
                "Mit der beigefügten Datei kommt er in Ihren Kalender.",
            ),
            Method::Cancel => words.pick(
                "With the file that comes with this mail it leaves your calendar.",
                "Mit der beigefügten Datei verschwindet er aus Ihrem Kalender.",
            ),
        };
        let (when, with) = (words.pick("When", "Wann"), words.pick("With", "Mit"));
        let hello = words.pick("Hello", "Guten Tag");
        let time = span(words, zone, session);
        let (place, member) = (&session.timezone, &session.member_name);
        let day = words.day(zone::local_date(zone, session.starts_at));
        let body = format!(
            "{hello} {name},\n\n{begin}\n\n{title}\n{when}: {time} ({place})\n{with}: {member}\n\n\
             {end}\n"
        );
        // A subject has room for two hundred characters.
        let short: String = title.chars().take(120).collect();
        Ok((format!("{kind}: {short}, {day}"), body))
    }
}

/// `24 November 2026, 10:00 to 11:00`; the day of the end too where it is another.
fn span(words: Words, zone: Tz, session: &SessionRow) -> String {
    let ends_at = session.starts_at + Duration::minutes(session.minutes);
    let clock = |at: DateTime<Utc>| at.with_timezone(&zone).format("%H:%M").to_string();
    let day = |at| zone::local_date(zone, at);
    let (first, last) = (day(session.starts_at), day(ends_at));
    let end = match first == last {
        true => clock(ends_at),
        false => format!("{}, {}", words.day(last), clock(ends_at)),
    };
    let to = words.pick("to", "bis");
    format!("{}, {} {to} {end}", words.day(first), clock(session.starts_at))
}
