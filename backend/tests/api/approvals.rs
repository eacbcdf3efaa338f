//! Work beyond a limit whose terms ask first. Source: domain 4.7.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use crate::app::{Answer, TestApp};
use crate::ask::Ask;
use crate::on_both_engines;
use crate::retainers::{agree, get, id, record, ten_hours};

mod asked;

on_both_engines![
    what_goes_beyond_is_refused_until_it_is_approved,
    an_entry_may_bring_its_own_approval,
    the_last_approval_counts_and_all_are_kept,
    a_bad_approval_is_told_at_its_field,
    what_was_approved_is_billed_at_the_close,
    sessions_and_things_ask_too,
];

/// Ten hours a month, nothing carries, and what goes beyond is asked for first.
async fn asking(app: &TestApp) -> Value {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let body = |account: &Value| {
        let mut body = ten_hours(account);
        let pool = &mut body["terms"]["pools"][0];
        pool["rollover"] = Value::Null;
        pool["overage"] = json!({ "mode": "ask", "rate_minor": 12_000 });
        body
    };
    agree(app, body).await
}

fn entry(retainer: &Value, minutes: i64) -> Value {
    json!({ "retainer_id": retainer["id"], "worked_on": "2026-01-14", "minutes": minutes })
}

fn approve(app: &TestApp, role: Role, retainer: &Value, units: i64) -> Ask {
    let body = json!({ "retainer_id": retainer["id"], "units": units, "reason": " By phone " });
    app.as_role(role, "POST", "/approvals").json(&body)
}

async fn what_goes_beyond_is_refused_until_it_is_approved(app: TestApp) {
    let retainer = asking(&app).await;
    let balance = record(&app, &retainer, "2026-01-10", 600).await["balance"].clone();
    assert_eq!((&balance["overage"], &balance["approved"]), (&json!(0), &json!(0)));
    let more = |minutes| {
        app.as_role(Role::Member, "POST", "/time-entries").json(&entry(&retainer, minutes))
    };
    let problem = more(40).refused(ErrorCode::ApprovalNeeded).await;
    let detail = "cycle 1 of the pool \"hours\" would go 40 min beyond its limit, and nothing is \
                  approved";
    assert_eq!(problem["detail"], detail);
    approve(&app, Role::Member, &retainer, 120).refused(ErrorCode::Forbidden).await;
    let made = approve(&app, Role::Manager, &retainer, 120).expect(201).await;
    assert_eq!(made["approval"]["reason"], "By phone");
    assert_eq!((&made["approval"]["seq"], &made["balance"]["approved"]), (&json!(1), &json!(120)));
    more(121).refused(ErrorCode::ApprovalNeeded).await;
    let recorded = more(120).expect(201).await;
    assert_eq!(recorded["balance"]["overage"], 120);
    let approved = &recorded["entry"]["approved"];
    assert_eq!(
        (&approved["member_name"], &approved["reason"]),
        (&json!("manager"), &json!("By phone"))
    );
    let listed = get(&app, "/time-entries").await;
    assert_eq!(listed["items"][0]["approved"], *approved);
    assert_eq!(listed["items"][1]["approved"], Value::Null, "this one was within");
    // What is made smaller needs no approval any more.
    let path = format!("/time-entries/{}", id(&recorded["entry"]));
    let change = app.as_role(Role::Owner, "PATCH", &path).version(1);
    change.json(&json!({ "minutes": 121 })).refused(ErrorCode::ApprovalNeeded).await;
    app.books_hold().await;
}

async fn an_entry_may_bring_its_own_approval(app: TestApp) {
    let retainer = asking(&app).await;
    let with = |role, minutes| {
        let mut body = entry(&retainer, minutes);
        body["approval"] = json!({ "reason": "Mia asked for it" });
        app.as_role(role, "POST", "/time-entries").json(&body)
    };
    let within = with(Role::Member, 600).expect(201).await;
    assert_eq!(within["balance"]["approved"], 0, "it was not needed");
    with(Role::Member, 40).refused(ErrorCode::Forbidden).await;
    let recorded = with(Role::Manager, 40).expect(201).await;
    assert_eq!(recorded["entry"]["approved"]["reason"], "Mia asked for it");
    let balance = &recorded["balance"];
    assert_eq!((&balance["overage"], &balance["approved"]), (&json!(40), &json!(40)));
    with(Role::Owner, 30).expect(201).await;
    let all = get(&app, "/approvals").await;
    let units: Vec<&Value> = all["items"].as_array().unwrap().iter().map(|a| &a["units"]).collect();
    assert_eq!(units, [70, 40]);
}

async fn the_last_approval_counts_and_all_are_kept(app: TestApp) {
    let retainer = asking(&app).await;
    for units in [60, 6_000, 0] {
        approve(&app, Role::Owner, &retainer, units).expect(201).await;
    }
    record(&app, &retainer, "2026-01-10", 600).await;
    let one = app.as_role(Role::Owner, "POST", "/time-entries").json(&entry(&retainer, 1));
    one.refused(ErrorCode::ApprovalNeeded).await;
    let made = approve(&app, Role::Owner, &retainer, 90).expect(201).await;
    let path = format!("/approvals?retainer_id={}&pool=hours", id(&retainer));
    assert_eq!(get(&app, &path).await["items"].as_array().unwrap().len(), 4);
    let cycle = made["balance"]["cycle_id"].as_str().unwrap();
    let told = get(&app, &format!("/explain/approved/{cycle}")).await;
    assert_eq!((&told["value"], &told["parts"][0]["value"]), (&json!(90), &json!(90)));
    assert_eq!(told["parts"][0]["label"], "Owner, 15 January 2026: By phone");
    let source = told["parts"][0]["source"].as_str().unwrap();
    assert_eq!(get(&app, source).await["items"].as_array().unwrap().len(), 4);
}

async fn a_bad_approval_is_told_at_its_field(app: TestApp) {
    let retainer = asking(&app).await;
    let at = |change: Value| {
        let mut body = json!({ "retainer_id": retainer["id"], "units": 60, "reason": "x" });
        for (key, value) in change.as_object().unwrap() {
            body[key] = value.clone();
        }
        app.as_role(Role::Owner, "POST", "/approvals").json(&body)
    };
    at(json!({ "units": -1 })).faulty("/units", "out_of_range").await;
    at(json!({ "reason": " " })).faulty("/reason", "required").await;
    at(json!({ "pool": "sessions" })).faulty("/pool", "not_found").await;
    at(json!({ "on": "2025-12-31" })).faulty("/on", "no_open_cycle").await;
    at(json!({ "on": "2026-05-01" })).faulty("/on", "no_open_cycle").await;
    let nobody = "0193a5b0-0000-7000-8000-000000000000";
    at(json!({ "retainer_id": nobody })).faulty("/retainer_id", "not_found").await;
    let plain = agree(&app, ten_hours).await;
    at(json!({ "retainer_id": plain["id"] })).faulty("/pool", "never_asks").await;
    at(json!({ "retainer_id": plain["id"], "pool": "hours" })).faulty("/pool", "never_asks").await;
}

async fn what_was_approved_is_billed_at_the_close(app: TestApp) {
    let retainer = asking(&app).await;
    approve(&app, Role::Owner, &retainer, 120).expect(201).await;
    record(&app, &retainer, "2026-01-10", 690).await;
    app.clock_at("2026-02-01T10:00:00Z").await;
    let cycles = get(&app, &format!("/retainers/{}/cycles", id(&retainer))).await;
    let january = cycles["items"].as_array().unwrap().iter().find(|c| c["seq"] == 1).unwrap();
    let sums = &january["pools"][0]["sums"];
    assert_eq!(
        (&sums["overage_billed"], &sums["overage_amount_minor"]),
        (&json!(90), &json!(18_000))
    );
    // February has a limit of its own.
    let mut body = entry(&retainer, 601);
    body["worked_on"] = "2026-02-01".into();
    let february = app.as_role(Role::Owner, "POST", "/time-entries").json(&body);
    february.refused(ErrorCode::ApprovalNeeded).await;
    app.books_hold().await;
}

async fn sessions_and_things_ask_too(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let body = |account: &Value| {
        let mut body = ten_hours(account);
        let overage = json!({ "mode": "ask", "borrow_excess": "absorb" });
        let pool = |unit: &str| json!({ "unit": unit, "allowance": 1, "overage": overage });
        body["terms"]["pools"] = json!([pool("sessions"), pool("deliverables")]);
        body
    };
    let retainer = agree(&app, body).await;
    let thing = json!({ "retainer_id": retainer["id"], "delivered_on": "2026-01-15" });
    let deliver = || app.as_role(Role::Owner, "POST", "/deliverables").json(&thing);
    let meeting = json!({
        "retainer_id": retainer["id"], "starts_at": "2026-01-20T09:00:00Z", "minutes": 60,
    });
    let book = || app.as_role(Role::Owner, "POST", "/sessions").json(&meeting);
    deliver().expect(201).await;
    book().expect(201).await;
    deliver().refused(ErrorCode::ApprovalNeeded).await;
    book().refused(ErrorCode::ApprovalNeeded).await;
    let approve = |pool: Option<&str>| {
        let mut body = json!({ "retainer_id": retainer["id"], "units": 1, "reason": "Agreed" });
        if let Some(pool) = pool {
            body["pool"] = pool.into();
        }
        app.as_role(Role::Owner, "POST", "/approvals").json(&body)
    };
    approve(None).faulty("/pool", "required").await;
    approve(Some("deliverables")).expect(201).await;
    deliver().expect(201).await;
    deliver().refused(ErrorCode::ApprovalNeeded).await;
    book().refused(ErrorCode::ApprovalNeeded).await;
    approve(Some("sessions")).expect(201).await;
    let second = book().expect(201).await;
    book().refused(ErrorCode::ApprovalNeeded).await;
    app.clock_at("2026-01-20T12:00:00Z").await;
    let sessions = get(&app, "/sessions").await;
    for session in sessions["items"].as_array().unwrap() {
        let path = format!("/sessions/{}/settle", id(session));
        let held = app.as_role(Role::Owner, "POST", &path).json(&json!({ "status": "completed" }));
        held.expect(200).await;
    }
    let cycle = second["balance"]["cycle_id"].as_str().unwrap();
    let balance = get(&app, &format!("/cycles/{cycle}/balance?pool=sessions")).await;
    assert_eq!((&balance["used"], &balance["overage"]), (&json!(2), &json!(1)));
    app.books_hold().await;
}
