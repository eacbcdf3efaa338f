//! When members work, and when they are free for a session. Source: requirement S1-2.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::agree;

on_both_engines![
    s1_02_free_times_lie_within_the_hours_and_beside_what_is_booked,
    hours_are_ones_own,
];

async fn free(app: &TestApp, member: &Value, query: &str) -> Vec<String> {
    let path = format!("/members/{}/free-times?{query}", member.as_str().unwrap());
    let found = app.as_role(Role::Viewer, "GET", &path).expect(200).await;
    let starts = found["starts"].as_array().unwrap().iter();
    starts.map(|at| at.as_str().unwrap()[5..16].to_owned()).collect()
}

async fn s1_02_free_times_lie_within_the_hours_and_beside_what_is_booked(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let retainer = agree(&app, |account| {
        json!({
            "account_id": account, "name": "Coaching", "starts_on": "2026-01-01",
            "terms": {
                "price": { "amount_minor": 80_000, "currency": "EUR" },
                "pools": [{ "unit": "sessions", "allowance": 8 }],
            },
        })
    })
    .await;
    let member = app.member(Role::Owner).await;
    let path = format!("/members/{}/working-hours", member.as_str().unwrap());
    let usual = app.as_role(Role::Owner, "GET", &path).expect(200).await;
    assert_eq!((&usual["timezone"], &usual["version"]), (&json!("UTC"), &json!(0)));
    assert_eq!(usual["ranges"].as_array().unwrap().len(), 5);
    // A Monday, from nine to five.
    let monday = "from=2026-01-19T00:00:00Z&to=2026-01-20T00:00:00Z";
    let all = free(&app, &member, monday).await;
    assert_eq!((all.len(), &*all[0], &*all[14]), (15, "01-19T09:00", "01-19T16:00"));
    let book = |starts_at: &str, minutes: i64| {
        let body = json!({ "retainer_id": retainer["id"], "starts_at": starts_at,
            "minutes": minutes });
        app.as_role(Role::Owner, "POST", "/sessions").json(&body)
    };
    // What lies over the edge of the day asked for takes its time too.
    book("2026-01-18T23:00:00Z", 630).expect(201).await;
    let noon = book("2026-01-19T12:00:00Z", 60).expect(201).await;
    let short = format!("{monday}&minutes=120");
    let some = free(&app, &member, &short).await;
    let hours = ["09:30", "10:00", "13:00", "13:30", "14:00", "14:30", "15:00"];
    assert_eq!(some, hours.map(|hour| format!("01-19T{hour}")));
    let off = format!("/sessions/{}", noon["session"]["id"].as_str().unwrap());
    app.as_role(Role::Owner, "DELETE", &off).version(1).expect(200).await;
    assert_eq!(free(&app, &member, &short).await.len(), 12);
    // Another is free when she is not; a weekend is; today only what is to come.
    let other = app.member(Role::Member).await;
    assert_eq!(free(&app, &other, monday).await.len(), 15);
    let sunday = "from=2026-01-18T00:00:00Z&to=2026-01-19T00:00:00Z";
    assert_eq!(free(&app, &member, sunday).await, Vec::<String>::new());
    let today = "from=2026-01-15T00:00:00Z&to=2026-01-16T00:00:00Z";
    assert_eq!(free(&app, &member, today).await[0], "01-15T10:00");
    assert_eq!(free(&app, &member, "minutes=480").await.len(), 4);

    // In her own zone, with a break, on the day the clocks change.
    let hours = json!({ "timezone": "Europe/Berlin", "ranges": [
        { "weekday": 7, "from_minute": 60, "to_minute": 240 },
        { "weekday": 1, "from_minute": 780, "to_minute": 900 },
        { "weekday": 1, "from_minute": 540, "to_minute": 600 },
    ] });
    let set = |version: i64| app.as_role(Role::Owner, "PUT", &path).version(version).json(&hours);
    let said = set(0).expect(200).await;
    assert_eq!((&said["version"], &said["ranges"][0]["from_minute"]), (&json!(1), &json!(540)));
    set(0).refused(ErrorCode::Stale).await;
    let monday = "from=2026-01-26T00:00:00Z&to=2026-01-27T00:00:00Z&minutes=30";
    let hours = ["08:00", "08:30", "12:00", "12:30", "13:00", "13:30"];
    assert_eq!(free(&app, &member, monday).await, hours.map(|hour| format!("01-26T{hour}")));
    let spring = "from=2026-03-29T00:00:00Z&to=2026-03-30T00:00:00Z";
    let hours = ["00:00", "00:30", "01:00"];
    assert_eq!(free(&app, &member, spring).await, hours.map(|hour| format!("03-29T{hour}")));
}

async fn hours_are_ones_own(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let member = app.member(Role::Member).await;
    let path = format!("/members/{}/working-hours", member.as_str().unwrap());
    let set = |role: Role, body: Value| app.as_role(role, "PUT", &path).version(0).json(&body);
    let off = json!({ "ranges": [] });
    set(Role::Partner, off.clone()).refused(ErrorCode::Forbidden).await;
    set(Role::Viewer, off.clone()).refused(ErrorCode::Forbidden).await;
    let range = |from: i64, to: i64| json!({ "weekday": 1, "from_minute": from, "to_minute": to });
    let bad = |ranges: Value| set(Role::Member, json!({ "ranges": ranges }));
    bad(json!([range(600, 600)])).faulty("/ranges/0", "out_of_range").await;
    bad(json!([range(540, 720), range(700, 800)])).faulty("/ranges/1", "out_of_range").await;
    let nowhere = json!({ "timezone": "Mars/Base", "ranges": [] });
    set(Role::Member, nowhere).faulty("/timezone", "timezone_unknown").await;
    set(Role::Manager, off).expect(200).await;
    assert_eq!(free(&app, &member, "").await, Vec::<String>::new());
    let path = format!("/members/{}/free-times", member.as_str().unwrap());
    let ask = |query: &str| app.as_role(Role::Owner, "GET", &format!("{path}?{query}"));
    ask("minutes=0").faulty("minutes", "out_of_range").await;
    ask("to=2026-01-15T10:00:00Z").faulty("to", "out_of_range").await;
    ask("to=2026-03-15T10:00:00Z").faulty("to", "out_of_range").await;
}
