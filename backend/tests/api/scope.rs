//! What a retainer is for, and the gate before it runs. Source: requirements S0-1, S0-44, S3-26.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, get, id, ten_hours};

on_both_engines![
    s0_1_a_required_gate_names_each_thing_that_is_missing,
    s0_1_a_complete_scope_passes_the_required_gate,
    s3_26_a_light_gate_refuses_nothing_and_tells_what_is_missing,
    s0_5_s0_6_s0_25_the_frame_is_kept_and_offers_its_metrics,
    s0_23_nobody_who_owns_the_process_is_a_warning,
    s0_44_the_check_is_kept_and_linked_to_the_retainer,
    lines_are_written_until_the_retainer_runs_with_some,
    a_bad_scope_is_told_at_its_field,
];

pub fn scope_of(retainer: &Value) -> String {
    format!("/retainers/{}/scope", id(retainer))
}

/// A retainer that began earlier this month.
pub async fn running(app: &TestApp) -> Value {
    app.clock_at("2026-01-15T10:00:00Z").await;
    agree(app, ten_hours).await
}

/// Sets a scope as the manager.
pub async fn set(app: &TestApp, retainer: &Value, version: i64, body: &Value) -> Value {
    let put = app.as_role(Role::Manager, "PUT", &scope_of(retainer)).version(version);
    put.json(body).expect(200).await
}

/// A scope with two lines of each kind.
pub fn lines() -> Value {
    json!({ "included": ["Two newsletters", "A report"], "excluded": ["Trade fairs", "Print"] })
}

async fn require(app: &TestApp) {
    let put = || {
        let put = app.as_role(Role::Admin, "PUT", "/organisation/controls").version(0);
        put.json(&json!({ "gate": "required" }))
    };
    assert_eq!(put().expect(200).await["version"], 1);
    put().refused(ErrorCode::Stale).await;
    let manager = app.as_role(Role::Manager, "PUT", "/organisation/controls").version(1);
    manager.json(&json!({ "gate": "light" })).refused(ErrorCode::Forbidden).await;
}

fn faults(problem: &Value) -> Vec<&str> {
    let errors = problem["errors"].as_array().unwrap();
    errors.iter().map(|one| one["field"].as_str().unwrap()).collect()
}

/// The texts of the lines of a kind that a scope tells.
pub fn texts<'a>(scope: &'a Value, kind: &str) -> Vec<&'a str> {
    let lines = scope["lines"].as_array().unwrap().iter().filter(|line| line["kind"] == kind);
    lines.map(|line| line["text"].as_str().unwrap()).collect()
}

async fn s0_1_a_required_gate_names_each_thing_that_is_missing(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    require(&app).await;
    // Not asked to be active, it waits for its scope; asked to, it is refused and not made.
    let retainer = agree(&app, ten_hours).await;
    assert_eq!(retainer["state"], "setup");
    let mut body = ten_hours(&retainer["account_id"]);
    body["activate"] = true.into();
    let create = app.as_role(Role::Owner, "POST", "/retainers").json(&body);
    let all = ["/outcome", "/included", "/excluded", "/priorities", "/next_review_on"];
    let problem = create.refused(ErrorCode::ScopeIncomplete).await;
    assert_eq!(faults(&problem), all);
    assert_eq!(get(&app, "/retainers").await["items"].as_array().unwrap().len(), 1);
    let activate = format!("/retainers/{}/activate", id(&retainer));
    let activate = || app.as_role(Role::Owner, "POST", &activate);
    assert_eq!(faults(&activate().refused(ErrorCode::ScopeIncomplete).await), all);
    let half = json!({ "outcome": "Fewer errors", "included": ["Support"] });
    set(&app, &retainer, 0, &half).await;
    let problem = activate().refused(ErrorCode::ScopeIncomplete).await;
    assert_eq!(faults(&problem), ["/excluded", "/priorities", "/next_review_on"]);
    let told = get(&app, &scope_of(&retainer)).await;
    assert_eq!(told["missing"], json!(["excluded", "priorities", "next_review_on"]));
}

async fn s0_1_a_complete_scope_passes_the_required_gate(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    require(&app).await;
    let retainer = agree(&app, ten_hours).await;
    let mut whole = lines();
    whole["outcome"] = "Fewer errors in each newsletter".into();
    whole["next_review_on"] = "2026-02-10".into();
    let kept = set(&app, &retainer, 0, &whole).await;
    assert_eq!(kept["missing"], json!(["priorities"]));
    let cycle = kept["cycle_id"].as_str().unwrap();
    let ranked = json!({ "priorities": [{ "title": "Launch the shop" }] });
    let put = app.as_role(Role::Manager, "PUT", &format!("/cycles/{cycle}/priorities")).version(0);
    put.json(&ranked).expect(200).await;
    let activate = format!("/retainers/{}/activate", id(&retainer));
    let active = app.as_role(Role::Manager, "POST", &activate).expect(200).await;
    assert_eq!(active["state"], "active");
    // One that runs is not held by the gate again.
    app.as_role(Role::Manager, "POST", &activate).refused(ErrorCode::RetainerActive).await;
    assert_eq!(get(&app, &scope_of(&retainer)).await["missing"], json!([]));
}

async fn s3_26_a_light_gate_refuses_nothing_and_tells_what_is_missing(app: TestApp) {
    let kept = app.as_role(Role::Viewer, "GET", "/organisation/controls").expect(200).await;
    assert_eq!(kept, json!({ "controls": { "gate": "light" }, "version": 0 }));
    let retainer = running(&app).await;
    assert_eq!(retainer["state"], "active");
    let told = get(&app, &scope_of(&retainer)).await;
    assert_eq!(told["missing"].as_array().unwrap().len(), 5);
    assert_eq!(told["version"], 0);
}

async fn s0_5_s0_6_s0_25_the_frame_is_kept_and_offers_its_metrics(app: TestApp) {
    let retainer = running(&app).await;
    let frame = json!({
        "outcome": " Campaigns go live in five days ", "success_signal": "better_lead_quality",
        "problem": "crm_handoff", "limits": "Sales has one person.", "bottleneck": "sales_handoff",
        "cadence": "monthly", "next_review_on": "2026-02-10",
        "process_owner_id": app.member(Role::Member).await,
    });
    let kept = set(&app, &retainer, 0, &frame).await;
    for field in ["success_signal", "problem", "limits", "bottleneck", "cadence"] {
        assert_eq!(kept[field], frame[field], "{field}");
    }
    assert_eq!(kept["outcome"], "Campaigns go live in five days");
    assert_eq!(kept["metric_family"], "lead_quality");
    assert_eq!(kept["metric_signals"], json!(["lead_relevance", "pipeline_contribution"]));
    assert_eq!((&kept["process_owner_name"], &kept["version"]), (&json!("member"), &json!(1)));
    assert_eq!(kept["warnings"], json!([]));
    // What is left out is not known any more; the lines stay.
    set(&app, &retainer, 1, &lines()).await;
    let later = set(&app, &retainer, 2, &json!({ "outcome": "Better work" })).await;
    assert_eq!((&later["problem"], later["lines"].as_array().unwrap().len()), (&Value::Null, 4));
    assert_eq!(later["warnings"], json!(["no_process_owner", "vague_outcome"]));
}

async fn s0_23_nobody_who_owns_the_process_is_a_warning(app: TestApp) {
    let retainer = running(&app).await;
    let member = app.member(Role::Member).await;
    let owned = json!({ "process_owner_id": member });
    assert_eq!(set(&app, &retainer, 0, &owned).await["warnings"], json!([]));
    let path = format!("/members/{}", member.as_str().unwrap());
    let gone = app.as_role(Role::Owner, "PATCH", &path).version(1);
    gone.json(&json!({ "active": false })).expect(200).await;
    // Whoever left owns nothing, and stays named where they were.
    let told = get(&app, &scope_of(&retainer)).await;
    assert_eq!(told["warnings"], json!(["no_process_owner"]));
    set(&app, &retainer, 1, &owned).await;
    let other = running(&app).await;
    let put = app.as_role(Role::Manager, "PUT", &scope_of(&other)).version(0);
    put.json(&owned).faulty("/process_owner_id", "not_found").await;
}

async fn s0_44_the_check_is_kept_and_linked_to_the_retainer(app: TestApp) {
    let retainer = running(&app).await;
    let account = &retainer["account_id"];
    let check = async |capacity: bool| {
        let answers = json!({ "repeating_need": true, "stable_outcome": true,
            "capacity": capacity, "owner": true });
        let body = json!({ "account_id": account, "answers": answers });
        app.as_role(Role::Manager, "POST", "/fit-checks").json(&body).expect(201).await
    };
    assert_eq!(check(false).await["verdict"], "not_yet");
    let made = check(true).await;
    assert_eq!((&made["verdict"], &made["retainer_id"]), (&json!("retainer"), &Value::Null));
    let with = |account: &Value| {
        let mut body = ten_hours(account);
        body["fit_check_id"] = made["id"].clone();
        app.as_role(Role::Owner, "POST", "/retainers").json(&body)
    };
    let stranger = agree(&app, ten_hours).await;
    with(&stranger["account_id"]).faulty("/fit_check_id", "not_found").await;
    let second = with(account).expect(201).await;
    with(account).faulty("/fit_check_id", "not_found").await;
    let path = format!("/fit-checks?account_id={}", account.as_str().unwrap());
    let listed = get(&app, &path).await;
    assert_eq!(listed["items"][0]["retainer_id"], second["id"]);
    assert_eq!(listed["items"][1]["verdict"], "not_yet");
    let other = format!("/fit-checks?account_id={}", stranger["account_id"].as_str().unwrap());
    assert_eq!(get(&app, &other).await["items"], json!([]));
}

async fn lines_are_written_until_the_retainer_runs_with_some(app: TestApp) {
    app.clock_at("2026-03-10T10:00:00Z").await;
    let setup = agree(&app, ten_hours).await;
    let first = set(&app, &setup, 0, &lines()).await;
    assert_eq!(texts(&first, "included"), ["Two newsletters", "A report"]);
    assert_eq!(first["lines"][0]["starts_on"], "2026-01-01", "from the retainer's first day");
    let other = json!({ "included": ["A report ", "Films"] });
    let second = set(&app, &setup, 1, &other).await;
    assert_eq!(texts(&second, "included"), ["A report", "Films"]);
    assert_eq!(second["lines"][0]["id"], first["lines"][1]["id"], "it is the same line");
    assert_eq!(texts(&second, "excluded"), ["Trade fairs", "Print"]);
    let activate = format!("/retainers/{}/activate", id(&setup));
    app.as_role(Role::Owner, "POST", &activate).expect(200).await;
    let put =
        |body: Value| app.as_role(Role::Owner, "PUT", &scope_of(&setup)).version(2).json(&body);
    put(json!({ "included": ["Films"] })).refused(ErrorCode::ScopeByChange).await;
    let same = put(json!({ "included": ["A report", "Films"], "outcome": "Fewer errors" }));
    assert_eq!(same.expect(200).await["lines_open"], false);
    // One that runs and never had lines gets its first from today on.
    let mut fresh = ten_hours(&setup["account_id"]);
    fresh["activate"] = true.into();
    let fresh = app.as_role(Role::Owner, "POST", "/retainers").json(&fresh).expect(201).await;
    let kept = set(&app, &fresh, 0, &lines()).await;
    assert_eq!(kept["lines"][0]["starts_on"], "2026-03-10");
    let before = get(&app, &format!("{}?on=2026-03-09", scope_of(&fresh))).await;
    assert_eq!((&before["lines"], before["coming"].as_array().unwrap().len()), (&json!([]), 4));
}

async fn a_bad_scope_is_told_at_its_field(app: TestApp) {
    let retainer = running(&app).await;
    let put = |version: i64, body: Value| {
        app.as_role(Role::Owner, "PUT", &scope_of(&retainer)).version(version).json(&body)
    };
    put(0, json!({ "included": ["A", " "] })).faulty("/included/1", "required").await;
    put(0, json!({ "excluded": ["Print", " print "] })).faulty("/excluded/1", "exists").await;
    put(0, json!({ "excluded": vec!["x"; 41] })).refused(ErrorCode::Invalid).await;
    put(0, json!({ "problem": "weather" })).faulty("/problem", "not_allowed").await;
    put(0, json!({ "outcome": "x".repeat(301) })).faulty("/outcome", "too_long").await;
    put(1, json!({})).refused(ErrorCode::Stale).await;
    put(0, json!({})).expect(200).await;
    put(0, json!({})).refused(ErrorCode::Stale).await;
    let on =
        |day: &str| app.as_role(Role::Owner, "GET", &format!("{}?on={day}", scope_of(&retainer)));
    on("2025-12-31").faulty("on", "before_start").await;
    let viewer = app.as_role(Role::Viewer, "PUT", &scope_of(&retainer)).version(1);
    viewer.json(&json!({})).refused(ErrorCode::Forbidden).await;
}
