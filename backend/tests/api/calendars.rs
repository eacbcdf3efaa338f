//! Calendar feeds, as the programs that subscribe to them read them. Source: requirement S1-2.
use std::path::Path;
use std::process::Command;

use backend::db::{Arg, Query};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};
use tempfile::TempDir;
use uuid::Uuid;

use crate::app::{Answer, TestApp};
use crate::ask::Ask;
use crate::on_both_engines;
use crate::retainers::{agree, get, id};

on_both_engines![
    s1_02_a_feed_shows_what_its_member_may_see,
    who_reads_at_an_address_is_out_once_it_ends,
    a_feed_is_made_by_people_within_their_rights,
    what_is_to_come_has_room_before_what_is_past,
];

/// What the reader of calendars makes of files, by their names. Source: the package icalendar.
pub fn understood(files: &[(&str, &str)]) -> Value {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let python = root.join(".tools/calendar/bin/python");
    assert!(python.exists(), "run scripts/setup-tests.sh: it brings the reader of calendars");
    let script = root.join("backend/tests/api/calendars.py");
    let ran = Command::new(python).arg(script).arg(folder.path()).output().unwrap();
    let errors = String::from_utf8_lossy(&ran.stderr);
    serde_json::from_slice(&ran.stdout).unwrap_or_else(|_| panic!("{errors} {files:?}"))
}

/// Four sessions a month where the client is in Berlin.
async fn coaching(app: &TestApp) -> Value {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let body = |account: &Value| {
        json!({
            "account_id": account, "name": "Coaching", "starts_on": "2026-01-01",
            "timezone": "Europe/Berlin",
            "terms": {
                "price": { "amount_minor": 80_000, "currency": "EUR" },
                "pools": [{ "unit": "sessions", "allowance": 4 }],
            },
        })
    };
    agree(app, body).await
}

async fn book(app: &TestApp, role: Role, retainer: &Value, starts_at: &str, title: &str) -> Value {
    let body = json!({ "retainer_id": retainer["id"], "starts_at": starts_at, "minutes": 45,
        "title": title, "note": "Between us" });
    let booked = app.as_role(role, "POST", "/sessions").json(&body).expect(201).await;
    booked["session"].clone()
}

fn make(app: &TestApp, role: Role, more: Value) -> Ask {
    let mut body = json!({ "name": "My phone", "kinds": ["sessions"] });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    app.as_role(role, "POST", "/calendar-feeds").json(&body)
}

fn at(made: &Value) -> String {
    format!("/calendar/{}.ics", made["token"].as_str().unwrap())
}

/// The text of a feed, as a program gets it.
async fn text(app: &TestApp, made: &Value) -> String {
    let answer = app.request("GET", &at(made)).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(answer.headers()["Content-Type"], "text/calendar; charset=utf-8");
    answer.text().await.unwrap()
}

async fn events(app: &TestApp, made: &Value) -> Vec<Value> {
    let read = understood(&[("feed.ics", &text(app, made).await)]);
    read["feed.ics"]["events"].as_array().unwrap().clone()
}

fn all<'a>(events: &'a [Value], name: &str) -> Vec<&'a str> {
    events.iter().map(|event| event[name].as_str().unwrap()).collect()
}

async fn s1_02_a_feed_shows_what_its_member_may_see(app: TestApp) {
    let retainer = coaching(&app).await;
    let title =
        "Plan, with; signs \\ and Ümläute that make a line of it which has to be folded twice";
    let own = book(&app, Role::Owner, &retainer, "2026-01-20T09:00:00Z", title).await;
    book(&app, Role::Member, &retainer, "2026-01-19T09:00:00Z", "Feedback").await;
    let made = make(&app, Role::Owner, json!({})).expect(201).await;
    let read = understood(&[("feed.ics", &text(&app, &made).await)]);
    assert_eq!(read["feed.ics"]["name"], "My phone");
    let shown = events(&app, &made).await;
    assert_eq!(shown.len(), 1);
    let event = &shown[0];
    assert_eq!(event["uid"], format!("{}@perennial", id(&own)));
    assert_eq!(event["summary"], format!("Big Company: {title}"));
    assert_eq!(event["start"], "2026-01-20T09:00:00+00:00");
    assert_eq!(event["end"], "2026-01-20T09:45:00+00:00");
    assert_eq!((&event["status"], &event["sequence"]), (&json!("CONFIRMED"), &json!(1)));
    assert_eq!(event["modified"], "2026-01-15T10:00:00+00:00");
    let link = format!("{}/calendar?date=2026-01-20&session={}", app.url, id(&own));
    assert_eq!((&event["description"], &event["url"]), (&json!(link), &json!(link)));
    assert!(!text(&app, &made).await.contains("Between us"), "notes stay here");

    // Moved, it is the same with a higher number; called off, it says so; removed, it is gone.
    app.clock_at("2026-01-16T10:00:00Z").await;
    let path = format!("/sessions/{}", id(&own));
    let later = json!({ "starts_at": "2026-01-21T09:00:00Z" });
    app.as_role(Role::Owner, "PATCH", &path).version(1).json(&later).expect(200).await;
    let moved = events(&app, &made).await;
    assert_eq!((&moved[0]["uid"], &moved[0]["sequence"]), (&event["uid"], &json!(2)));
    assert_eq!(moved[0]["modified"], "2026-01-16T10:00:00+00:00");
    let off = json!({ "status": "cancelled" });
    app.as_role(Role::Owner, "POST", &format!("{path}/settle")).json(&off).expect(200).await;
    let off = events(&app, &made).await;
    assert_eq!((&off[0]["status"], &off[0]["sequence"]), (&json!("CANCELLED"), &json!(3)));

    // Of everybody, with whose it is, and the last days of cycles.
    let more = json!({ "name": "All", "everyone": true, "kinds": ["sessions", "cycle_ends"] });
    let made = make(&app, Role::Viewer, more).expect(201).await;
    let shown = events(&app, &made).await;
    assert_eq!(all(&shown, "summary")[0], "Big Company: Feedback (member)");
    assert_eq!(all(&shown[2..], "start"), ["2026-01-31", "2026-02-28"]);
    assert_eq!(all(&shown[2..], "end"), ["2026-02-01", "2026-03-01"]);
    assert_eq!(all(&shown, "summary")[2], "Cycle ends: Big Company · Coaching");
    assert!(all(&shown, "uid")[2].starts_with("2026-01-31-"), "moved, it is another");
    let link = format!("/accounts/{}/retainers/", retainer["account_id"].as_str().unwrap());
    assert!(all(&shown, "url")[2].contains(&link));
    let german = json!({ "kinds": ["cycle_ends"], "language": "de" });
    let german = make(&app, Role::Owner, german).expect(201).await;
    let german = events(&app, &german).await;
    assert_eq!(all(&german, "summary")[0], "Zyklus endet: Big Company · Coaching");
    // What a member may no longer see is left out: partners see no renewals.
    let kinds = json!({ "kinds": ["renewals", "reviews"] });
    make(&app, Role::Partner, kinds.clone()).faulty("/kinds/0", "not_allowed").await;
    let made = make(&app, Role::Owner, kinds).expect(201).await;
    assert_eq!(events(&app, &made).await, Vec::<Value>::new());
    let renewal = json!({ "retainer_id": retainer["id"] });
    app.as_role(Role::Owner, "POST", "/renewals").json(&renewal).expect(201).await;
    let own = events(&app, &made).await;
    let made = make(&app, Role::Owner, json!({ "kinds": ["renewals"], "everyone": true }));
    let made = made.expect(201).await;
    let shown = events(&app, &made).await;
    assert!(own.len() <= shown.len() && !shown.is_empty(), "{shown:?}");
    assert!(all(&shown, "summary").contains(&"Term ends: Big Company · Coaching"), "{shown:?}");
}

async fn who_reads_at_an_address_is_out_once_it_ends(app: TestApp) {
    let retainer = coaching(&app).await;
    book(&app, Role::Member, &retainer, "2026-01-20T09:00:00Z", "Plan").await;
    let made = make(&app, Role::Member, json!({})).expect(201).await;
    let ask = || app.request("GET", &at(&made));
    let first = ask().send().await.unwrap();
    let tag = first.headers()["ETag"].to_str().unwrap().to_owned();
    assert_eq!(first.headers()["Cache-Control"], "private, no-cache");
    // That it was read an hour later changes nothing of what it says.
    app.clock_at("2026-01-15T12:00:00Z").await;
    let again = ask().header("If-None-Match", &tag).send().await.unwrap();
    assert_eq!((again.status().as_u16(), again.headers()["ETag"].to_str().unwrap()), (304, &*tag));
    assert_eq!(again.text().await.unwrap(), "");
    let path = format!("/calendar-feeds/{}", id(&made["feed"]));
    let mine = |method: &str, path: &str| app.as_role(Role::Member, method, path);
    let seen = mine("GET", &path).expect(200).await;
    assert_eq!(seen["seen_at"], "2026-01-15T12:00:00Z");
    assert_eq!(mine("GET", "/calendar-feeds").expect(200).await["items"], json!([seen]));
    book(&app, Role::Member, &retainer, "2026-01-22T09:00:00Z", "More").await;
    ask().header("If-None-Match", &tag).expect(200).await;

    // Nobody else knows of it, and no secret lies in the database.
    app.as_role(Role::Owner, "GET", &path).refused(ErrorCode::NotFound).await;
    app.as_role(Role::Owner, "DELETE", &path).version(1).refused(ErrorCode::NotFound).await;
    for wrong in ["x", "%00", "..", &"a".repeat(5_000)] {
        let ask = app.request("GET", &format!("/calendar/{wrong}.ics"));
        ask.refused(ErrorCode::NotFound).await;
    }
    let renew = |version: i64| mine("POST", &format!("{path}/renew")).version(version);
    renew(7).refused(ErrorCode::Stale).await;
    let other = renew(1).expect(200).await;
    assert_ne!(other["token"], made["token"]);
    ask().refused(ErrorCode::NotFound).await;
    text(&app, &other).await;
    mine("DELETE", &path).version(1).refused(ErrorCode::Stale).await;
    mine("DELETE", &path).version(2).expect(204).await;
    app.request("GET", &at(&other)).refused(ErrorCode::NotFound).await;

    // Who has left reads nothing; who is let in again does.
    let made = make(&app, Role::Member, json!({})).expect(201).await;
    let member = format!("/members/{}", app.member(Role::Member).await.as_str().unwrap());
    let active = |version: i64, active: bool| {
        let ask = app.as_role(Role::Owner, "PATCH", &member).version(version);
        ask.json(&json!({ "active": active }))
    };
    active(1, false).expect(200).await;
    app.request("GET", &at(&made)).refused(ErrorCode::NotFound).await;
    active(2, true).expect(200).await;
    text(&app, &made).await;
}

async fn a_feed_is_made_by_people_within_their_rights(app: TestApp) {
    coaching(&app).await;
    make(&app, Role::Owner, json!({ "kinds": [] })).faulty("/kinds", "too_short").await;
    let twice = json!({ "kinds": ["sessions", "sessions"] });
    make(&app, Role::Owner, twice).faulty("/kinds/1", "exists").await;
    // A key may be allowed less than who made it: it makes none.
    let key = app.key(Role::Viewer).await;
    let body = json!({ "name": "A tool", "kinds": ["sessions"] });
    let ask = app.bearing(&key, "POST", "/calendar-feeds").json(&body);
    ask.refused(ErrorCode::Forbidden).await;
    // A repetition gets the feed, and not its secret, which nobody keeps.
    let once = || make(&app, Role::Owner, json!({})).header("Idempotency-Key", "one");
    let first = once().expect(201).await;
    let again = once().expect(201).await;
    assert_eq!((&again["feed"], &again["token"]), (&first["feed"], &json!("")));
    text(&app, &first).await;
    for _ in 1..20 {
        make(&app, Role::Owner, json!({})).expect(201).await;
    }
    make(&app, Role::Owner, json!({})).faulty("/name", "too_many_feeds").await;
    assert_eq!(get(&app, "/calendar-feeds?limit=200").await["items"].as_array().unwrap().len(), 20);
}

async fn what_is_to_come_has_room_before_what_is_past(app: TestApp) {
    let retainer = coaching(&app).await;
    let next = book(&app, Role::Owner, &retainer, "2026-01-20T09:00:00Z", "Next").await;
    let of: Uuid = id(&next).parse().unwrap();
    let past: DateTime<Utc> = "2026-01-05T09:00:00Z".parse().unwrap();
    let sql = "INSERT INTO client_sessions (id, organisation_id, retainer_id, pool_id, member_id,
            starts_at, minutes, units, draws, state, created_by, created_at)
        SELECT $1, organisation_id, retainer_id, pool_id, member_id, $2, minutes, units, draws,
            state, created_by, created_at FROM client_sessions WHERE id = $3";
    let copy = |new: Uuid| Query::with(sql, vec![new.into(), past.into(), Arg::from(of)]);
    let copies = app.db.write(async |tx| {
        for _ in 0..2_000 {
            tx.execute(copy(Uuid::now_v7())).await?;
        }
        Ok(())
    });
    copies.await.unwrap();
    let made = make(&app, Role::Owner, json!({})).expect(201).await;
    let text = text(&app, &made).await;
    assert_eq!(text.matches("BEGIN:VEVENT").count(), 2_000);
    assert!(text.contains(&format!("UID:{of}@perennial")), "what is to come is shown");
}
