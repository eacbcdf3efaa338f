"""Reads a folder of iCalendar files, and of mails that bring one, and says, as JSON, what calendar
programs make of each.

A file that cannot be read, or that breaks a rule, ends the run with an error.
"""

import json
import sys
from email import message_from_bytes, policy
from pathlib import Path

from icalendar import Calendar


def text(value):
    return None if value is None else str(value)


def of_event(event):
    for name in ["UID", "DTSTAMP", "DTSTART", "SUMMARY"]:
        assert event.get(name) is not None, f"{name} is missing"
    assert not event.errors, event.errors
    attendee = event.get("ATTENDEE")
    return {
        "uid": text(event.get("UID")),
        "summary": text(event.get("SUMMARY")),
        "description": text(event.get("DESCRIPTION")),
        "url": text(event.get("URL")),
        "start": event.decoded("DTSTART").isoformat(),
        "end": event.decoded("DTEND").isoformat(),
        "status": text(event.get("STATUS")),
        "sequence": int(event.get("SEQUENCE", 0)),
        "modified": event.decoded("LAST-MODIFIED").isoformat(),
        "organizer": text(event.get("ORGANIZER")),
        "attendee": text(attendee),
        "name": None if attendee is None else text(attendee.params.get("CN")),
        "rsvp": None if attendee is None else text(attendee.params.get("RSVP")),
    }


def of_mail(data):
    """A mail whose second text is the event, which is also a file: programs take one or the other."""
    mail = message_from_bytes(data, policy=policy.default)
    assert mail.get_content_type() == "multipart/mixed", mail.get_content_type()
    texts, file = mail.iter_parts()
    assert texts.get_content_type() == "multipart/alternative", texts.get_content_type()
    words, event = texts.iter_parts()
    assert event.get_content_type() == "text/calendar", event.get_content_type()
    assert file.get_filename() == "invite.ics", file.get_filename()
    inside, beside = event.get_payload(decode=True), file.get_payload(decode=True)
    assert inside.split() == beside.split(), "the file is another event"
    found = of_calendar(beside)
    assert event.get_param("method") == found["method"], event["Content-Type"]
    said = {"to": mail["X-To"], "subject": mail["Subject"], "text": words.get_content()}
    return said | found


def of_calendar(data):
    assert all(len(line) <= 75 for line in data.split(b"\r\n")), "a line is too long"
    calendar = Calendar.from_ical(data)
    assert not calendar.errors, calendar.errors
    assert calendar.get("VERSION") == "2.0" and calendar.get("PRODID"), "no calendar"
    return {
        "name": text(calendar.get("X-WR-CALNAME")),
        "method": text(calendar.get("METHOD")),
        "events": [of_event(event) for event in calendar.walk("VEVENT")],
    }


def of_file(file):
    data = file.read_bytes()
    return of_mail(data) if file.suffix == ".eml" else of_calendar(data)


def main(folder):
    print(json.dumps({file.name: of_file(file) for file in sorted(folder.iterdir())}))


main(Path(sys.argv[1]))
