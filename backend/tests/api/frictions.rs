//! What gets in the way of work. Source: requirements S0-43, S3-9.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, get, id, ten_hours};
use crate::workflows::workflow;

on_both_engines![
    s3_9_what_comes_back_at_one_place_is_marked,
    s0_43_a_friction_is_resolved_by_a_change_of_the_process,
    a_bad_friction_is_told_at_its_field,
];

async fn log(app: &TestApp, body: Value) -> Value {
    app.as_role(Role::Partner, "POST", "/frictions").json(&body).expect(201).await
}

async fn s3_9_what_comes_back_at_one_place_is_marked(app: TestApp) {
    let retainer = agree(&app, ten_hours).await;
    let pages = workflow(&app, "Pages").await;
    app.clock_at("2026-04-15T09:00:00Z").await;
    for (kind, day) in [
        ("delay", "2026-02-01"),
        ("delay", "2026-02-28"),
        ("delay", "2026-03-31"),
        ("delay", "2026-04-15"),
        ("late_feedback", "2026-04-01"),
        ("delay", "2025-10-31"),
    ] {
        let body = json!({ "kind": kind, "note": "It did", "workflow_id": pages["id"],
            "noticed_on": day });
        log(&app, body).await;
    }
    for day in ["2026-01-10", "2026-02-10", "2026-04-10"] {
        let body = json!({ "kind": "reporting_gap", "note": "It did",
            "retainer_id": retainer["id"], "noticed_on": day });
        log(&app, body).await;
    }
    log(&app, json!({ "kind": "delay", "note": "Somewhere" })).await;
    let map = get(&app, "/frictions/map").await;
    assert_eq!(map["months"][0], "2025-11-01");
    assert_eq!(map["months"][5], "2026-04-01");
    let rows = map["rows"].as_array().unwrap();
    let told = |n: usize| {
        let row = &rows[n];
        json!([row["kind"], row["place"], row["place_name"], row["months"], row["recurring"]])
    };
    assert_eq!(told(0), json!(["delay", "workflow", "Pages", [0, 0, 0, 2, 1, 1], true]));
    let gap = json!(["reporting_gap", "retainer", "Monthly support", [0, 0, 1, 1, 0, 1], false]);
    assert_eq!(told(1), gap);
    assert_eq!(rows.len(), 4);
    let short = get(&app, "/frictions/map?months=2").await;
    assert_eq!(
        short["rows"].as_array().unwrap().iter().filter(|r| r["recurring"] == true).count(),
        0
    );
    let many = app.as_role(Role::Owner, "GET", "/frictions/map?months=25");
    many.faulty("months", "out_of_range").await;
}

async fn s0_43_a_friction_is_resolved_by_a_change_of_the_process(app: TestApp) {
    let made = log(&app, json!({ "kind": "manual_work", "note": " Copied by hand " })).await;
    assert_eq!((&made["note"], &made["logged_by"]), (&json!("Copied by hand"), &json!("partner")));
    log(&app, json!({ "kind": "delay", "note": "It waited" })).await;
    let path = format!("/frictions/{}", id(&made));
    let change = |role, body: Value| app.as_role(role, "PATCH", &path).version(1).json(&body);
    let by_a_change = json!({ "resolution": "The export is read by itself" });
    change(Role::Member, by_a_change.clone()).refused(ErrorCode::Forbidden).await;
    change(Role::Manager, json!({ "resolved_on": "2026-01-01" }))
        .faulty("/resolution", "required")
        .await;
    let early = json!({ "resolution": "x", "resolved_on": "2025-12-31" });
    change(Role::Manager, early).faulty("/resolved_on", "not_later").await;
    let resolved = change(Role::Manager, by_a_change.clone()).expect(200).await;
    assert_eq!(resolved["resolved_on"], "2026-01-01");
    change(Role::Manager, by_a_change).refused(ErrorCode::Stale).await;
    let open = get(&app, "/frictions?open=true").await;
    assert_eq!(open["items"].as_array().unwrap().len(), 1);
    let done = get(&app, "/frictions?open=false&kind=manual_work").await;
    assert_eq!(done["items"][0]["resolution"], "The export is read by itself");
}

async fn a_bad_friction_is_told_at_its_field(app: TestApp) {
    let at = |name: &str, value: Value| {
        let mut body = json!({ "kind": "delay", "note": "It waited" });
        body[name] = value;
        app.as_role(Role::Member, "POST", "/frictions").json(&body)
    };
    let nobody = json!("0193a5b0-0000-7000-8000-000000000000");
    at("workflow_id", nobody.clone()).faulty("/workflow_id", "not_found").await;
    at("sop_id", nobody.clone()).faulty("/sop_id", "not_found").await;
    at("retainer_id", nobody).faulty("/retainer_id", "not_found").await;
    at("step", json!("brief")).faulty("/workflow_id", "required").await;
    at("noticed_on", json!("2026-01-02")).faulty("/noticed_on", "future").await;
    at("kind", json!("boredom")).faulty("/kind", "not_allowed").await;
    let viewer = app.as_role(Role::Viewer, "POST", "/frictions");
    viewer.json(&json!({ "kind": "delay", "note": "x" })).refused(ErrorCode::Forbidden).await;
}
