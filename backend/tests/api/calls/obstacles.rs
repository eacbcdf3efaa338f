//! What stands in the way of calls, until when it is tried, and what waits for a person of it.
use backend::db::Query;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use shared::api::{CALL_RULES_MAX, ErrorCode, Role};

use super::{again, coaching, hours, rule, sessions, starts, tuesdays};
use crate::app::{Answer, TestApp};
use crate::invoices::post;
use crate::retainers::{agree, get, id};
use crate::{lifecycle, on_both_engines};

on_both_engines![
    s1_02_each_obstacle_is_told,
    s1_02_what_an_end_keeps_from_being_is_not_tried_for_ever,
    s1_02_calls_that_nobody_settled_and_could_not_be_booked_wait_for_somebody,
    a_retainer_has_so_many_rules_and_no_more,
];

/// When the clock looks again at the one rule there is.
async fn looked_at(app: &TestApp) -> Option<DateTime<Utc>> {
    let query = || Query::new("SELECT look_at FROM call_rules");
    let (at,): (Option<DateTime<Utc>>,) =
        app.db.read(async |tx| Ok(tx.one(query()).await?)).await.unwrap();
    at
}

fn missed(on: &str, reason: &str, count: i64) -> Value {
    json!({ "on": on, "reason": reason, "count": count })
}

/// Two sessions a month; what goes beyond is asked for first.
fn asking(account: &Value) -> Value {
    json!({
        "account_id": account, "name": "Coaching", "starts_on": "2026-03-01",
        "timezone": "Europe/Berlin", "activate": true,
        "terms": {
            "price": { "amount_minor": 80_000, "currency": "EUR" },
            "pools": [{ "unit": "sessions", "allowance": 2,
                "overage": { "mode": "ask", "borrow_excess": "absorb" } }],
        },
    })
}

async fn s1_02_each_obstacle_is_told(app: TestApp) {
    let retainer = coaching(&app).await;
    let asks = agree(&app, asking).await;
    let made = rule(&app, &asks, &tuesdays(json!({ "units": 1 }))).await;
    assert_eq!(made["not_booked"], missed("2026-03-17", "approval_needed", 4));
    // From April on its terms count no sessions.
    let mut terms = retainer["terms"]["terms"].clone();
    terms["pools"] = json!([{ "unit": "minutes", "allowance": 600 }]);
    let path = format!("/retainers/{}/amendments", id(&retainer));
    post(&app, &path, json!({ "terms": terms }), 201).await;
    let march = json!({ "units": 1, "first_on": "2026-03-24" });
    let made = rule(&app, &retainer, &tuesdays(march)).await;
    assert_eq!(made["not_booked"], missed("2026-04-07", "no_pool", 3));
    // Whoever holds them leaves: what is booked stays, and no more is.
    let member = app.member(Role::Member).await;
    let held = tuesdays(json!({ "member_id": member }));
    let made = rule(&app, &asks, &held).await;
    let path = format!("/members/{}", member.as_str().unwrap());
    let leave = app.as_role(Role::Owner, "PATCH", &path).version(1);
    leave.json(&json!({ "active": false })).expect(200).await;
    app.clock_at("2026-03-10T09:00:00Z").await;
    assert_eq!(again(&app, &made).await["not_booked"], missed("2026-04-28", "holder_left", 2));
    app.books_hold().await;
}

async fn s1_02_what_an_end_keeps_from_being_is_not_tried_for_ever(app: TestApp) {
    let retainer = hours(&app).await;
    let made = rule(&app, &retainer, &tuesdays(json!({}))).await;
    let pause = json!({ "from": "2026-03-10", "to": "2026-03-25" });
    lifecycle::post(&app, &retainer, "pause", pause).await;
    app.clock_at("2026-03-02T10:00:00Z").await;
    let told = again(&app, &made).await;
    assert_eq!(told["not_booked"], missed("2026-03-10", "no_service", 3));
    let midnight = "2026-03-02T23:00:00Z".parse().ok();
    assert_eq!(looked_at(&app).await, midnight, "once a day");
    lifecycle::post(&app, &retainer, "resume", json!({})).await;
    app.clock_at("2026-03-02T10:01:00Z").await;
    assert_eq!(again(&app, &made).await["not_booked"], Value::Null, "it is told, and looks");
    lifecycle::post(&app, &retainer, "end", json!({ "ends_on": "2026-04-01" })).await;
    app.clock_at("2026-04-03T09:00:00Z").await;
    let told = again(&app, &made).await;
    assert_eq!(told["not_booked"]["reason"], "retainer_ended");
    assert_eq!(looked_at(&app).await, None, "never again");
    // It can be ended still.
    let path = format!("/call-rules/{}", id(&made));
    app.as_role(Role::Owner, "DELETE", &path).version(&told["version"]).expect(204).await;
    app.books_hold().await;
}

/// The loose ends of a kind.
async fn waiting(app: &TestApp, kind: &str) -> Vec<Value> {
    let told = get(app, "/loose-ends").await;
    let items = told["items"].as_array().unwrap().iter();
    items.filter(|one| one["kind"] == kind).cloned().collect()
}

async fn s1_02_calls_that_nobody_settled_and_could_not_be_booked_wait_for_somebody(app: TestApp) {
    let retainer = coaching(&app).await;
    let made = rule(&app, &retainer, &tuesdays(json!({ "units": 1 }))).await;
    let waits = waiting(&app, "unbooked_calls").await;
    assert_eq!(waits.len(), 1);
    assert_eq!((&waits[0]["subject_id"], &waits[0]["number"]), (&made["id"], &json!(4)));
    assert_eq!(
        (&waits[0]["since"], &waits[0]["title"]),
        (&json!("2026-03-02"), &made["rule"]["title"])
    );
    let path = format!("/call-rules/{}", id(&made));
    app.as_role(Role::Owner, "DELETE", &path).version(&made["version"]).expect(204).await;
    assert_eq!(waiting(&app, "unbooked_calls").await, Vec::<Value>::new());
    // Calls that draw on nothing: the closing of no cycle asks for them.
    rule(&app, &retainer, &tuesdays(json!({}))).await;
    assert_eq!(waiting(&app, "unsettled_call").await, Vec::<Value>::new());
    app.clock_at("2026-03-03T10:00:00Z").await;
    let waits = waiting(&app, "unsettled_call").await;
    let first = sessions(&app).await[0].clone();
    assert_eq!((waits.len(), &waits[0]["subject_id"]), (1, &first["id"]));
    assert_eq!(waits[0]["since"], "2026-03-03");
    let settle = format!("/sessions/{}/settle", id(&first));
    post(&app, &settle, json!({ "status": "completed" }), 200).await;
    assert_eq!(waiting(&app, "unsettled_call").await, Vec::<Value>::new());
    app.books_hold().await;
}

async fn a_retainer_has_so_many_rules_and_no_more(app: TestApp) {
    let retainer = hours(&app).await;
    let once = tuesdays(json!({ "last_on": "2026-03-03" }));
    let mut last = Value::Null;
    for _ in 0..CALL_RULES_MAX {
        last = rule(&app, &retainer, &once).await;
    }
    let path = format!("/retainers/{}/call-rules", id(&retainer));
    let more = || app.as_role(Role::Owner, "POST", &path).json(&once);
    more().refused(ErrorCode::CallsFull).await;
    let of = format!("/call-rules/{}", id(&last));
    app.as_role(Role::Owner, "DELETE", &of).version(&last["version"]).expect(204).await;
    more().expect(201).await;
    let reopen = app.as_role(Role::Owner, "POST", &format!("{of}/reopen"));
    reopen.refused(ErrorCode::CallsFull).await;
    assert_eq!(starts(&app).await.len(), usize::try_from(CALL_RULES_MAX).unwrap());
}
