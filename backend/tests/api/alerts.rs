//! What people are told, once. Source: domain 4.6, 6.6.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, get, id, record, ten_hours};

on_both_engines![
    a_level_is_told_once_by_the_entry_that_reaches_it,
    what_is_corrected_is_told_and_never_raised_twice,
    what_is_changed_was_never_unused,
    pace_and_under_use_come_with_the_days,
    chosen_people_are_told_and_see_for_themselves,
    a_retainer_may_differ_from_the_defaults,
    a_history_that_is_set_up_is_no_news,
    a_level_is_told_anew_in_the_next_cycle,
    bad_settings_are_told_at_their_fields,
];

async fn fixed(app: &TestApp) -> Value {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let body = |account: &Value| {
        let mut body = ten_hours(account);
        body["terms"]["pools"][0]["rollover"] = Value::Null;
        body
    };
    agree(app, body).await
}

/// The alerts that a person is told of, the oldest first: kind, threshold, used then.
async fn told(app: &TestApp, query: &str) -> Vec<(String, i64, i64)> {
    let alerts = get(app, &format!("/alerts?{query}")).await;
    let one = |alert: &Value| {
        let number = |value: &Value| value.as_i64().unwrap();
        let kind = alert["kind"].as_str().unwrap().to_owned();
        (kind, number(&alert["threshold"]), number(&alert["figures"]["used"]))
    };
    alerts["items"].as_array().unwrap().iter().rev().map(one).collect()
}
fn alert(kind: &str, threshold: i64, used: i64) -> (String, i64, i64) {
    (kind.to_owned(), threshold, used)
}

async fn a_level_is_told_once_by_the_entry_that_reaches_it(app: TestApp) {
    let retainer = fixed(&app).await;
    record(&app, &retainer, "2026-01-10", 299).await;
    assert_eq!(told(&app, "mine=true").await, []);
    record(&app, &retainer, "2026-01-10", 1).await;
    assert_eq!(told(&app, "mine=true").await, [alert("used", 50, 300)]);
    record(&app, &retainer, "2026-01-10", 1).await;
    assert_eq!(told(&app, "mine=true").await.len(), 1);
    // 80 and 100 at once are one message.
    record(&app, &retainer, "2026-01-11", 330).await;
    let all = told(&app, &format!("retainer_id={}", id(&retainer))).await;
    assert_eq!(all, [alert("used", 50, 300), alert("used", 100, 631)]);
    let newest = get(&app, "/alerts?limit=1").await["items"][0].clone();
    assert_eq!((&newest["on"], &newest["seq"]), (&json!("2026-01-15"), &json!(1)));
    assert_eq!(newest["figures"]["available"], 600);
    assert_eq!(newest["account_name"], "Big Company");
}

async fn what_is_corrected_is_told_and_never_raised_twice(app: TestApp) {
    let retainer = fixed(&app).await;
    let entry = record(&app, &retainer, "2026-01-10", 320).await["entry"].clone();
    app.wait(chrono::Duration::hours(1));
    let path = format!("/time-entries/{}", id(&entry));
    app.as_role(Role::Owner, "DELETE", &path).version(1).expect(200).await;
    let fallen = get(&app, "/alerts").await["items"][0].clone();
    assert_eq!(fallen["fell_at"], "2026-01-15T11:00:00Z");
    assert_eq!(fallen["figures"]["used"], 320, "what was true then stays");
    record(&app, &retainer, "2026-01-10", 330).await;
    let alerts = get(&app, "/alerts").await;
    assert_eq!(alerts["items"].as_array().unwrap().len(), 1);
    assert_eq!(alerts["items"][0]["fell_at"], Value::Null);
}

async fn what_is_changed_was_never_unused(app: TestApp) {
    let retainer = fixed(&app).await;
    let entry = record(&app, &retainer, "2026-01-10", 400).await["entry"].clone();
    app.clock_at("2026-01-20T10:00:00Z").await;
    let path = format!("/time-entries/{}", id(&entry));
    let change = app.as_role(Role::Owner, "PATCH", &path).version(1);
    change.json(&json!({ "minutes": 410 })).expect(200).await;
    assert_eq!(told(&app, "").await, [alert("used", 50, 400)]);
    // What draws no more was.
    let change = app.as_role(Role::Owner, "PATCH", &path).version(2);
    change.json(&json!({ "draws": false })).expect(200).await;
    assert_eq!(told(&app, "").await, [alert("used", 50, 400), alert("under_use", 20, 0)]);
}

async fn pace_and_under_use_come_with_the_days(app: TestApp) {
    let retainer = fixed(&app).await;
    record(&app, &retainer, "2026-01-10", 120).await;
    app.clock_at("2026-01-18T10:00:00Z").await;
    assert_eq!(told(&app, "").await, []);
    // 61 % of the days have begun, and 20 % are used.
    app.clock_at("2026-01-19T10:00:00Z").await;
    assert_eq!(told(&app, "").await, [alert("under_use", 20, 120)]);
    app.clock_at("2026-01-25T10:00:00Z").await;
    app.clock_at("2026-02-05T10:00:00Z").await;
    assert_eq!(told(&app, "open=true").await, [], "January is closed");
    // 49 % used after five of 28 days.
    record(&app, &retainer, "2026-02-05", 294).await;
    let february = get(&app, "/alerts?open=true").await["items"].clone();
    assert_eq!((&february[0]["kind"], &february[1]), (&json!("pace"), &Value::Null));
    assert_eq!(february[0]["figures"]["runs_out_on"], "2026-02-11");
    // The calendar catches up.
    app.clock_at("2026-02-20T10:00:00Z").await;
    let caught_up = get(&app, "/alerts?open=true").await["items"][0].clone();
    assert_eq!(caught_up["kind"], "under_use");
    let pace = get(&app, "/alerts?open=true").await["items"][1].clone();
    assert_eq!((&pace["kind"], pace["fell_at"].is_string()), (&json!("pace"), true));
}

async fn chosen_people_are_told_and_see_for_themselves(app: TestApp) {
    let retainer = fixed(&app).await;
    let manager = app.member(Role::Manager).await;
    let kept = get(&app, "/organisation/alert-settings").await;
    assert_eq!(
        (&kept["version"], &kept["defaults"]["percent"]),
        (&json!(0), &json!([50, 80, 100]))
    );
    let mut defaults = kept["defaults"].clone();
    defaults["member_ids"] = json!([manager]);
    let set = || app.as_role(Role::Owner, "PUT", "/organisation/alert-settings").json(&defaults);
    assert_eq!(set().version(0).expect(200).await["version"], 1);
    set().version(0).refused(ErrorCode::Stale).await;
    assert_eq!(set().version(1).expect(200).await["version"], 2);
    record(&app, &retainer, "2026-01-10", 300).await;
    assert_eq!(told(&app, "mine=true").await, [], "the owner is not among them");
    let of = |role| app.as_role(role, "GET", "/alerts?unseen=true");
    let alerts = of(Role::Manager).expect(200).await;
    assert_eq!(alerts["items"][0]["mine"], true);
    let seen = format!("/alerts/{}/seen", id(&alerts["items"][0]));
    app.as_role(Role::Owner, "POST", &seen).refused(ErrorCode::NotFound).await;
    let first = app.as_role(Role::Manager, "POST", &seen).expect(200).await["seen_at"].clone();
    app.wait(chrono::Duration::minutes(5));
    let again = app.as_role(Role::Manager, "POST", &seen).expect(200).await;
    assert_eq!(again["seen_at"], first);
    assert_eq!(of(Role::Manager).expect(200).await["items"], json!([]));
    // Who left is not told; the owners are.
    let path = format!("/members/{}", manager.as_str().unwrap());
    let leave = app.as_role(Role::Owner, "PATCH", &path).version(1);
    leave.json(&json!({ "active": false })).expect(200).await;
    record(&app, &retainer, "2026-01-10", 200).await;
    assert_eq!(told(&app, "unseen=true").await, [alert("used", 80, 500), alert("pace", 20, 500)]);
}

async fn a_retainer_may_differ_from_the_defaults(app: TestApp) {
    let retainer = fixed(&app).await;
    record(&app, &retainer, "2026-01-10", 200).await;
    let path = format!("/retainers/{}/alert-settings", id(&retainer));
    let before = get(&app, &path).await;
    assert_eq!(before["pools"][0]["rules"]["percent"], json!([50, 80, 100]));
    assert_eq!(before["told"][0]["name"], "Owner");
    let own = json!({ "pools": [{ "pool": "hours", "percent": [30], "left": [350] }] });
    let set = |role| app.as_role(role, "PUT", &path).json(&own).version(0);
    set(Role::Member).refused(ErrorCode::Forbidden).await;
    let kept = set(Role::Manager).expect(200).await;
    assert_eq!(
        (&kept["version"], &kept["settings"]["pools"]),
        (
            &json!(1),
            &json!([{
                "pool": "hours", "percent": [30], "left": [350]
            }])
        )
    );
    assert_eq!(
        told(&app, "").await,
        [alert("used", 30, 200)],
        "what holds already is told at once"
    );
    record(&app, &retainer, "2026-01-10", 50).await;
    record(&app, &retainer, "2026-01-10", 350).await;
    app.clock_at("2026-01-30T10:00:00Z").await;
    let all = [alert("used", 30, 200), alert("left", 350, 250)];
    assert_eq!(told(&app, "").await, all, "nothing else was asked for");
}

async fn a_history_that_is_set_up_is_no_news(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let body = |account: &Value| {
        let mut body = ten_hours(account);
        body["starts_on"] = "2025-10-01".into();
        body["activate"] = false.into();
        body
    };
    let retainer = agree(&app, body).await;
    record(&app, &retainer, "2025-11-10", 600).await;
    record(&app, &retainer, "2026-01-10", 540).await;
    app.clock_at("2026-01-16T10:00:00Z").await;
    assert_eq!(told(&app, "").await, []);
    let path = format!("/retainers/{}/activate", id(&retainer));
    app.as_role(Role::Owner, "POST", &path).expect(200).await;
    app.clock_at("2026-01-16T10:01:00Z").await;
    let kinds: Vec<String> = told(&app, "").await.into_iter().map(|one| one.0).collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "used").count(), 1, "{kinds:?}");
}

async fn a_level_is_told_anew_in_the_next_cycle(app: TestApp) {
    let retainer = fixed(&app).await;
    record(&app, &retainer, "2026-01-10", 600).await;
    app.clock_at("2026-02-20T10:00:00Z").await;
    record(&app, &retainer, "2026-02-10", 600).await;
    let levels = told(&app, "").await;
    let hundred = levels.iter().filter(|one| **one == alert("used", 100, 600)).count();
    assert_eq!(hundred, 2, "{levels:?}");
    app.books_hold().await;
}

async fn bad_settings_are_told_at_their_fields(app: TestApp) {
    let retainer = fixed(&app).await;
    let path = format!("/retainers/{}/alert-settings", id(&retainer));
    let set = |body: Value| app.as_role(Role::Owner, "PUT", &path).version(0).json(&body);
    let pool = |change: Value| {
        let mut pool = json!({ "pool": "hours" });
        for (key, value) in change.as_object().unwrap() {
            pool[key] = value.clone();
        }
        json!({ "pools": [pool] })
    };
    set(pool(json!({ "percent": [0] }))).faulty("/pools/0/percent", "out_of_range").await;
    set(pool(json!({ "left": [-1] }))).faulty("/pools/0/left/0", "out_of_range").await;
    set(pool(json!({ "pace_points": 101 }))).faulty("/pools/0/pace_points", "out_of_range").await;
    set(pool(json!({ "pool": "sessions" }))).faulty("/pools/0/pool", "not_found").await;
    let twice = json!({ "pools": [{ "pool": "hours" }, { "pool": "hours" }] });
    set(twice).faulty("/pools/1/pool", "exists").await;
    set(json!({ "member_ids": [] })).faulty("/member_ids", "too_short").await;
    let nobody = "0193a5b0-0000-7000-8000-000000000000";
    set(json!({ "member_ids": [nobody] })).faulty("/member_ids/0", "not_found").await;
    let owner = app.as_role(Role::Owner, "PUT", &path).json(&json!({}));
    owner.refused(ErrorCode::IfMatchMissing).await;
}
