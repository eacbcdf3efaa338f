//! The sessions of a cycle in numbers.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::{book, get, held, post, retainer, settle};
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, id, ten_hours};

on_both_engines![sessions_are_counted_by_how_they_went, a_cycle_without_sessions_says_so,];

async fn summary(app: &TestApp, retainer: &Value, seq: i64) -> Value {
    let cycles = get(app, &format!("/retainers/{}/cycles", id(retainer))).await;
    let cycle = cycles["items"].as_array().unwrap().iter().find(|one| one["seq"] == seq).unwrap();
    get(app, &format!("/cycles/{}/session-summary", id(cycle))).await
}

fn counts(summary: &Value) -> [i64; 5] {
    ["booked", "delivered", "cancelled_in_time", "cancelled_late", "no_show"]
        .map(|name| summary[name].as_i64().unwrap())
}

async fn sessions_are_counted_by_how_they_went(app: TestApp) {
    let retainer = retainer(&app, json!({ "allowance": 8 })).await;
    assert_eq!(counts(&summary(&app, &retainer, 1).await), [0; 5]);
    held(&app, &retainer, "2026-01-06T09:00:00Z").await;
    held(&app, &retainer, "2026-01-07T09:00:00Z").await;
    let off = async |at: &str| {
        let booked = book(&app, &retainer, "2026-01-14T09:00:00Z").await;
        let how = json!({ "status": "cancelled", "at": at });
        settle(&app, &booked, how).expect(200).await
    };
    off("2026-01-13T09:00:00Z").await;
    off("2026-01-12T09:00:00Z").await;
    off("2026-01-13T09:00:01Z").await;
    let missed = book(&app, &retainer, "2026-01-15T09:00:00Z").await;
    settle(&app, &missed, json!({ "status": "no_show" })).expect(200).await;
    // In Berlin the first is of January still, the second of February.
    book(&app, &retainer, "2026-01-31T22:59:59Z").await;
    book(&app, &retainer, "2026-01-31T23:00:00Z").await;
    let other = post(&app, &retainer, json!({ "starts_at": "2026-01-20T09:00:00Z" }));
    let other = other.expect(201).await;
    super::of(&app, "DELETE", &other).expect(200).await;
    let january = summary(&app, &retainer, 1).await;
    assert_eq!(counts(&january), [1, 2, 2, 1, 1]);
    assert_eq!(january["pool"]["key"], "sessions");
    let owed = json!([{ "quantity": 2, "origin_seq": 1, "ends_on": "2026-03-01" }]);
    assert_eq!(january["owed"], owed);
    app.clock_at("2026-02-03T12:00:00Z").await;
    assert_eq!(summary(&app, &retainer, 1).await, january, "closed, it hands on what is owed");
    assert_eq!(summary(&app, &retainer, 2).await["owed"], owed);
    held(&app, &retainer, "2026-02-02T09:00:00Z").await;
    let february = summary(&app, &retainer, 2).await;
    assert_eq!(counts(&february), [1, 1, 0, 0, 0]);
    assert_eq!(february["owed"][0]["quantity"], 1);
    // A pause that lasts until the end ends what is owed on its first day.
    let booked = book(&app, &retainer, "2026-02-06T09:00:00Z").await;
    let how = json!({ "status": "cancelled", "at": "2026-02-03T10:00:00Z" });
    settle(&app, &booked, how).expect(200).await;
    for (action, body) in [
        ("pause", json!({ "from": "2026-02-10", "to": "2026-03-01" })),
        ("end", json!({ "ends_on": "2026-03-01" })),
    ] {
        let path = format!("/retainers/{}/{action}", id(&retainer));
        app.as_role(Role::Owner, "POST", &path).json(&body).expect(200).await;
    }
    let owed = summary(&app, &retainer, 2).await["owed"].clone();
    let ends: Vec<_> = owed.as_array().unwrap().iter().map(|one| &one["ends_on"]).collect();
    assert_eq!(ends, [&json!("2026-02-10")]);
    app.books_hold().await;
}

async fn a_cycle_without_sessions_says_so(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let hours = agree(&app, ten_hours).await;
    let cycles = get(&app, &format!("/retainers/{}/cycles", id(&hours))).await;
    let path = format!("/cycles/{}/session-summary", id(&cycles["items"][0]));
    let ask = |query: &str| app.as_role(Role::Owner, "GET", &format!("{path}{query}"));
    ask("").faulty("pool", "no_session_pool").await;
    ask("?pool=hours").faulty("pool", "not_found").await;
    let nobody = "/cycles/0193a5b0-0000-7000-8000-000000000000/session-summary";
    app.as_role(Role::Owner, "GET", nobody).refused(ErrorCode::NotFound).await;
}
