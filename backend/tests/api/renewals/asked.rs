//! What a retainer always answers, and the steps of its renewal. Source: requirements S2-11, S2-20,
//! S1-10.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::{only, renewals, rule, until};
use crate::app::{Answer, TestApp};
use crate::invoices::billing;
use crate::on_both_engines;
use crate::retainers::{agree, get, id, record};

on_both_engines![
    s2_11_one_answer_tells_delivered_left_the_next_invoice_and_the_renewal_talk,
    s2_20_the_steps_of_a_renewal_are_ticked_with_who_took_them,
    s1_10_what_was_used_suggests_less_or_the_same_again,
];

async fn s2_11_one_answer_tells_delivered_left_the_next_invoice_and_the_renewal_talk(app: TestApp) {
    app.clock_at("2026-02-10T10:00:00Z").await;
    billing(&app).await;
    let retainer = agree(&app, until(Some("2026-07-01"))).await;
    record(&app, &retainer, "2026-02-09", 240).await;
    let account = format!("/accounts/{}", retainer["account_id"].as_str().unwrap());
    let one = get(&app, &account).await["retainers"][0].clone();
    let balance = get(&app, &format!("/retainers/{}", id(&retainer))).await["balances"][0].clone();
    assert_eq!(one["balances"][0], balance);
    assert_eq!(balance["used"], 240);
    let next = get(&app, &format!("{account}/outlook")).await["items"][0]["next_on"].clone();
    assert!(next.is_string(), "{next}");
    assert_eq!(one["next_invoice_on"], next);
    let talk = rule(&app, &retainer).await;
    assert_eq!((&one["renewal_on"], &one["renews_on"]), (&talk["opens_on"], &talk["due_on"]));
    assert_eq!(one["renewal_on"], "2026-05-17");
    // The list says the same, and each what their role reads.
    assert_eq!(get(&app, "/retainers").await["items"][0]["renewal_on"], talk["opens_on"]);
    let seen = app.as_role(Role::Member, "GET", &account).expect(200).await["retainers"][0].clone();
    assert_eq!((&seen["next_invoice_on"], &seen["renewal_on"]), (&Value::Null, &talk["opens_on"]));
    let seen = app.as_role(Role::Partner, "GET", "/retainers").expect(200).await["items"].clone();
    let hidden = |one: &Value| one["next_invoice_on"].is_null() && one["renewal_on"].is_null();
    assert!(seen.as_array().unwrap().iter().all(hidden), "{seen}");
    // It follows its source.
    let body = json!({ "end_rule": "stop", "term_cycles": 12, "lead_days": 60 });
    super::set_rule(&app, &retainer, body).await;
    let moved = get(&app, &account).await["retainers"][0]["renewal_on"].clone();
    assert_eq!(moved, "2026-05-02");
    let then = get(&app, &format!("{account}?as_of=2026-02-09")).await["retainers"][0].clone();
    assert_eq!((&then["next_invoice_on"], &then["renewal_on"]), (&Value::Null, &Value::Null));
}

async fn s2_20_the_steps_of_a_renewal_are_ticked_with_who_took_them(app: TestApp) {
    app.clock_at("2026-05-20T10:00:00Z").await;
    agree(&app, until(Some("2026-07-01"))).await;
    app.clock_at("2026-05-20T10:00:20Z").await;
    let begun = only(&app).await;
    assert_eq!(begun["steps"], json!([]));
    let path = format!("/renewals/{}", id(&begun));
    let tick = async |role: Role, done: Value| {
        let version = get(&app, &path).await["version"].as_i64().unwrap();
        let change = app.as_role(role, "PATCH", &path).version(version);
        change.json(&json!({ "steps_done": done })).expect(200).await["steps"].clone()
    };
    let steps = tick(Role::Manager, json!(["present", "delivered"])).await;
    let step =
        |of: &str, by: &str, at: &str| json!({ "step": of, "done_by_name": by, "done_at": at });
    let first = "2026-05-20T10:00:20Z";
    let two = [step("delivered", "manager", first), step("present", "manager", first)];
    assert_eq!(steps, json!(two), "in their order");
    app.clock_at("2026-05-21T10:00:00Z").await;
    let steps = tick(Role::Owner, json!(["delivered", "outcomes"])).await;
    let two =
        [step("delivered", "manager", first), step("outcomes", "Owner", "2026-05-21T10:00:00Z")];
    assert_eq!(steps, json!(two), "who took one before stays, and one was taken back");
    let member = app.as_role(Role::Member, "PATCH", &path).version(1);
    member.json(&json!({ "steps_done": [] })).refused(ErrorCode::Forbidden).await;
    // What else changes leaves them.
    let version = get(&app, &path).await["version"].as_i64().unwrap();
    let plan = app.as_role(Role::Manager, "PATCH", &path).version(version);
    let planned = plan.json(&json!({ "plan": "Two more hours" })).expect(200).await;
    assert_eq!(planned["steps"], json!(two));
}

/// One client uses a sixth of what there is, the other about half.
async fn s1_10_what_was_used_suggests_less_or_the_same_again(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let little = agree(&app, until(Some("2026-07-01"))).await;
    let fair = agree(&app, until(Some("2026-07-01"))).await;
    for month in 1..=4 {
        let at = format!("2026-0{month}-15");
        if month > 1 {
            app.clock_at(&format!("{at}T10:00:00Z")).await;
        }
        record(&app, &little, &at, 100).await;
        record(&app, &fair, &at, 480).await;
    }
    app.clock_at("2026-05-20T10:00:00Z").await;
    app.clock_at("2026-05-20T10:00:20Z").await;
    let begun = renewals(&app, "").await;
    let brief = async |of: &Value| {
        let one = begun.iter().find(|one| one["retainer_id"] == of["id"]).unwrap();
        assert_eq!(one["cycles"].as_array().unwrap().len(), 3, "the history behind it");
        let path = format!("/renewals/{}/brief", id(one));
        app.as_role(Role::Manager, "POST", &path).expect(200).await
    };
    let suggestion = brief(&little).await["suggestion"].clone();
    assert_eq!(suggestion["because"], "little_use");
    assert!(suggestion["allowance"].as_i64() < suggestion["allowance_before"].as_i64());
    assert!(suggestion["shares"].as_array().unwrap().len() >= 2, "{suggestion}");
    assert_eq!(brief(&fair).await["suggestion"], Value::Null, "the same again");
}
