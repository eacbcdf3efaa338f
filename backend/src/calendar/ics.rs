//! Events as iCalendar has them. Source: RFC 5545, RFC 5546.
use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use icalendar::{
    Attendee, Calendar, Component, Event as Entry, EventLike, EventStatus, Parameter, PartStat,
    Property, Role,
};
use shared::rules::mail::one_line;
use uuid::Uuid;

/// Who wrote it.
const PRODUCT: &str = "-//Perennial//Perennial//EN";
/// The longest line, in octets.
const LINE_OCTETS: usize = 75;
/// How often programs are asked to look.
const LOOKED_AT: Duration = Duration::hours(1);

/// When something is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum When {
    /// From an instant on, so many minutes.
    Times(DateTime<Utc>, i64),
    /// A day that stays free for other things.
    Day(NaiveDate),
}

/// Something for a calendar.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// The same for as long as it is the same thing.
    pub uid: String,
    pub summary: String,
    pub description: String,
    /// Where it is in the app.
    pub link: Option<String>,
    pub when: When,
    pub cancelled: bool,
    /// Goes up with each change.
    pub sequence: i64,
    pub modified_at: DateTime<Utc>,
}

/// What is asked of whoever gets an event by mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// To come, or to come at another time.
    Request,
    /// Not to come.
    Cancel,
}
impl Method {
    /// Its name on the wire.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        }
    }
}

/// A name and a mail address.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Person<'a> {
    pub name: &'a str,
    pub address: &'a str,
}

/// The UID of a session, the same in a feed and in invitations, wherever the server is.
pub(crate) fn uid(id: Uuid) -> String {
    format!("{id}@perennial")
}

/// A feed of this name.
pub(crate) fn feed(name: &str, events: &[Event]) -> String {
    let mut calendar = begun();
    calendar.name(&one_line(name)).ttl(&LOOKED_AT);
    for event in events {
        calendar.push(entry(event));
    }
    folded(&calendar.to_string())
}

/// Lines of at most 75 octets: what made them counts characters. Source: RFC 5545 3.1.
fn folded(text: &str) -> String {
    let mut made = String::with_capacity(text.len() + text.len() / 32);
    for line in text.replace("\r\n ", "").split_terminator("\r\n") {
        let mut room = LINE_OCTETS;
        for one in line.chars() {
            if one.len_utf8() > room {
                made.push_str("\r\n ");
                room = LINE_OCTETS - 1;
            }
            room -= one.len_utf8();
            made.push(one);
        }
        made.push_str("\r\n");
    }
    made
}

/// An event for one person's calendar.
pub(crate) fn invitation(
    event: &Event,
    method: Method,
    (organiser, attendee): (Person<'_>, Person<'_>),
) -> String {
    let mut calendar = begun();
    calendar.append_property(("METHOD", method.name()));
    let mut entry = entry(event);
    let from = format!("mailto:{}", organiser.address);
    let name = Parameter::new("CN", &quotable(organiser.name));
    entry.append_property(Property::new("ORGANIZER", from).append_parameter(name).done());
    let invited = Attendee::new(format!("mailto:{}", attendee.address))
        .cn(quotable(attendee.name))
        .role(Role::ReqParticipant);
    entry.attendee(match method {
        Method::Request => invited.partstat(PartStat::NeedsAction).rsvp(true),
        Method::Cancel => invited,
    });
    calendar.push(entry);
    folded(&calendar.to_string())
}

fn begun() -> Calendar {
    let mut calendar = Calendar::empty();
    for (key, value) in [("VERSION", "2.0"), ("PRODID", PRODUCT), ("CALSCALE", "GREGORIAN")] {
        calendar.append_property((key, value));
    }
    calendar
}

fn entry(event: &Event) -> Entry {
    let mut entry = Entry::new();
    // The library would ask the machine's clock for a time of its own.
    entry
        .uid(&event.uid)
        .timestamp(event.modified_at)
        .last_modified(event.modified_at)
        .sequence(u32::try_from(event.sequence).unwrap_or(u32::MAX))
        .summary(&one_line(&event.summary))
        .description(&plain(&event.description));
    if let Some(link) = &event.link {
        entry.url(link);
    }
    match event.when {
        When::Times(starts_at, minutes) => {
            entry.starts(starts_at).ends(starts_at + Duration::minutes(minutes));
        }
        When::Day(day) => {
            let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
            entry.starts(day).ends(next).add_property("TRANSP", "TRANSPARENT");
        }
    }
    entry.status(if event.cancelled { EventStatus::Cancelled } else { EventStatus::Confirmed });
    entry.done()
}

/// Text whose line breaks stay, and no other control character.
fn plain(text: &str) -> String {
    text.chars().filter(|sign| *sign == '\n' || !sign.is_control()).collect()
}

/// A value of a parameter: it can be put into quotes, and has none.
fn quotable(text: &str) -> String {
    one_line(text).replace('"', "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn talk() -> Event {
        Event {
            uid: uid(Uuid::nil()),
            summary: "Quarter; plan, 1\r\nATTENDEE:mailto:x@evil.example".into(),
            description: "First\nsecond".into(),
            link: Some("https://app.example/calendar?session=1".into()),
            when: When::Times("2026-11-24T09:00:00Z".parse().unwrap(), 45),
            cancelled: false,
            sequence: 3,
            modified_at: "2026-11-20T09:00:00Z".parse().unwrap(),
        }
    }

    /// Lines as they were before they were folded.
    fn lines(text: &str) -> Vec<String> {
        assert!(
            text.ends_with("\r\n") && text.split("\r\n").all(|line| line.len() <= 75),
            "{text}"
        );
        text.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn an_event_has_what_programs_tell_versions_apart_by() {
        let day = Event { when: When::Day("2026-11-30".parse().unwrap()), ..talk() };
        let text = feed("Über\nuns", &[talk(), day]);
        let lines = lines(&text);
        for line in [
            "X-WR-CALNAME:Über uns",
            "UID:00000000-0000-0000-0000-000000000000@perennial",
            "DTSTAMP:20261120T090000Z",
            "SEQUENCE:3",
            "DTSTART:20261124T090000Z",
            "DTEND:20261124T094500Z",
            "STATUS:CONFIRMED",
            "DESCRIPTION:First\\nsecond",
            "DTSTART;VALUE=DATE:20261130",
            "DTEND;VALUE=DATE:20261201",
            "TRANSP:TRANSPARENT",
        ] {
            assert!(lines.iter().any(|one| one == line), "{line} in {text}");
        }
        assert!(!lines.iter().any(|line| line.starts_with("ATTENDEE")), "{text}");
    }

    #[test]
    fn an_invitation_names_both_sides_and_lets_no_line_in() {
        let from = Person { name: "Ana \"A\" (Studio)", address: "billing@studio.example" };
        let to = Person { name: "Berg, Mia\r\nX-ODD:1", address: "mia@big.example" };
        let lines = lines(&invitation(&talk(), Method::Request, (from, to)));
        let one = |start: &str| {
            let found: Vec<_> = lines.iter().filter(|line| line.starts_with(start)).collect();
            assert_eq!(found.len(), 1, "{start} {lines:?}");
            found[0].clone()
        };
        assert_eq!(one("METHOD"), "METHOD:REQUEST");
        assert!(one("ORGANIZER").ends_with(":mailto:billing@studio.example"));
        let attendee = one("ATTENDEE");
        assert!(attendee.contains("CN=\"Berg, Mia X-ODD:1\""), "{attendee}");
        assert!(attendee.contains("RSVP=TRUE") && attendee.ends_with(":mailto:mia@big.example"));
        assert!(!lines.iter().any(|line| line.starts_with("X-ODD")));
        let cancelled = Event { cancelled: true, ..talk() };
        let text = invitation(&cancelled, Method::Cancel, (from, to));
        assert!(text.contains("METHOD:CANCEL") && text.contains("STATUS:CANCELLED"), "{text}");
    }
}
