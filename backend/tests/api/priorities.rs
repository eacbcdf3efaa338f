//! What comes first in a cycle, and the draft of it. Source: requirements S0-3, S0-14, S3-35.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use crate::app::{Answer, TestApp};
use crate::ask::Ask;
use crate::on_both_engines;
use crate::retainers::{get, id, record};
use crate::scope::running;

on_both_engines![
    s0_3_a_cycle_has_a_short_ranked_list_with_a_day,
    s3_35_a_priority_shows_what_it_displaced_and_keeps_its_row,
    s0_14_a_cycle_is_drafted_from_the_one_before,
    what_came_first_in_a_closed_cycle_stays,
    bad_priorities_are_told_at_their_fields,
];

async fn cycle(app: &TestApp, retainer: &Value, seq: i64) -> Value {
    let cycles = get(app, &format!("/retainers/{}/cycles", id(retainer))).await;
    cycles["items"].as_array().unwrap().iter().find(|one| one["seq"] == seq).unwrap().clone()
}

fn path(cycle: &Value) -> String {
    format!("/cycles/{}/priorities", id(cycle))
}

fn put(app: &TestApp, cycle: &Value, version: i64, body: &Value) -> Ask {
    app.as_role(Role::Manager, "PUT", &path(cycle)).version(version).json(body)
}

/// What is sent to keep a list as it is.
fn again(list: &Value) -> Value {
    let one = |one: &Value| {
        json!({ "id": one["id"], "title": one["title"], "outcome": one["outcome"],
            "channel": one["channel"], "planned": one["planned"], "displaced": one["displaced"],
            "carried_from": one["carried_from"], "done": one["done_at"].is_string() })
    };
    let all: Vec<Value> = list["priorities"].as_array().unwrap().iter().map(one).collect();
    json!({ "set_by": list["set_by"], "priorities": all })
}

fn titles(list: &Value) -> Vec<&str> {
    list["priorities"].as_array().unwrap().iter().map(|p| p["title"].as_str().unwrap()).collect()
}

async fn s0_3_a_cycle_has_a_short_ranked_list_with_a_day(app: TestApp) {
    let retainer = running(&app).await;
    let january = cycle(&app, &retainer, 1).await;
    let empty = get(&app, &path(&january)).await;
    assert_eq!((&empty["priorities"], &empty["version"]), (&json!([]), &json!(0)));
    assert_eq!((&empty["late"], &empty["pool"]["key"]), (&json!(false), &json!("hours")));
    let named = |count: usize| {
        let all = (0..count).map(|n| json!({ "title": format!("Number {n}") }));
        json!({ "set_by": "2026-01-10", "priorities": all.collect::<Vec<_>>() })
    };
    put(&app, &january, 0, &named(6)).faulty("/priorities", "too_long").await;
    let due = put(&app, &january, 0, &json!({ "set_by": "2026-01-14", "priorities": [] }));
    let due = due.expect(200).await;
    assert_eq!((&due["late"], &due["set_at"]), (&json!(true), &Value::Null), "nobody set it");
    let five = put(&app, &january, 1, &named(5)).expect(200).await;
    assert_eq!(titles(&five), ["Number 0", "Number 1", "Number 2", "Number 3", "Number 4"]);
    assert_eq!(five["priorities"][4]["rank"], 5);
    assert_eq!((&five["late"], &five["set_at"]), (&json!(true), &json!("2026-01-15T10:00:00Z")));
    put(&app, &january, 1, &named(1)).refused(ErrorCode::Stale).await;
    put(&app, &january, 0, &named(1)).refused(ErrorCode::Stale).await;
    let viewer = app.as_role(Role::Member, "PUT", &path(&january)).version(2).json(&named(1));
    viewer.refused(ErrorCode::Forbidden).await;
    assert_eq!(get(&app, &path(&january)).await, five);
}

async fn s3_35_a_priority_shows_what_it_displaced_and_keeps_its_row(app: TestApp) {
    let retainer = running(&app).await;
    let january = cycle(&app, &retainer, 1).await;
    let body = json!({ "priorities": [
        { "title": " Launch the shop ", "displaced": " The blog ", "planned": 240,
          "channel": "Shop", "outcome": "Sell online" },
        { "title": "Newsletter", "displaced": " " },
    ] });
    let first = put(&app, &january, 0, &body).expect(200).await;
    let shop = &first["priorities"][0];
    assert_eq!(
        (&shop["title"], &shop["displaced"]),
        (&json!("Launch the shop"), &json!("The blog"))
    );
    assert_eq!((&shop["planned"], &shop["channel"]), (&json!(240), &json!("Shop")));
    assert_eq!(first["priorities"][1]["displaced"], Value::Null);
    // Turned round, each keeps its id; the one that leaves can come back.
    let mut turned = again(&first);
    turned["priorities"].as_array_mut().unwrap().reverse();
    let second = put(&app, &january, 1, &turned).expect(200).await;
    assert_eq!(titles(&second), ["Newsletter", "Launch the shop"]);
    assert_eq!(second["priorities"][1]["id"], shop["id"]);
    let mut less = again(&second);
    let left = less["priorities"].as_array_mut().unwrap().pop().unwrap();
    let third = put(&app, &january, 2, &less).expect(200).await;
    assert_eq!(titles(&third), ["Newsletter"]);
    let back = json!({ "priorities": [left] });
    let fourth = put(&app, &january, 3, &back).expect(200).await;
    assert_eq!(fourth["priorities"][0]["id"], shop["id"]);
}

async fn s0_14_a_cycle_is_drafted_from_the_one_before(app: TestApp) {
    let retainer = running(&app).await;
    let january = cycle(&app, &retainer, 1).await;
    let first = get(&app, &format!("{}/plan", path(&january))).await;
    assert_eq!((&first["from_cycle_id"], &first["priorities"]), (&Value::Null, &json!([])));
    assert_eq!((&first["set_by"], &first["available"]), (&json!("2026-01-01"), &json!(600)));
    let body = json!({ "priorities": [
        { "title": "Launch the shop", "planned": 240, "done": true },
        { "title": "Newsletter", "planned": 120, "channel": "Mail" },
        { "title": "Report" },
    ] });
    let ranked = put(&app, &january, 0, &body).expect(200).await;
    assert_eq!(ranked["priorities"][0]["done_at"], "2026-01-15T10:00:00Z");
    record(&app, &retainer, "2026-01-10", 600).await;
    app.clock_at("2026-02-01T10:00:00Z").await;
    let february = cycle(&app, &retainer, 2).await;
    let scope = get(&app, &format!("/retainers/{}/scope", id(&retainer))).await;
    assert_eq!(scope["cycle_id"], february["id"]);
    // The coming cycle can be planned before it begins.
    let march = json!({ "id": scope["next_cycle_id"] });
    let ahead = get(&app, &format!("{}/plan", path(&march))).await;
    assert_eq!(ahead["from_cycle_id"], february["id"]);
    let plan = async || get(&app, &format!("{}/plan", path(&february))).await;
    // Until somebody says what comes next, what was not reached is the draft.
    let draft = plan().await;
    assert_eq!(
        (titles(&draft), &draft["planned_last"]),
        (vec!["Newsletter", "Report"], &json!(360))
    );
    let newsletter = &draft["priorities"][0];
    assert_eq!((&newsletter["planned"], &newsletter["channel"]), (&json!(120), &json!("Mail")));
    assert_eq!(newsletter["carried_from"], ranked["priorities"][1]["id"]);
    let january = cycle(&app, &retainer, 1).await;
    let closing = json!({ "priorities": ["Launch the shop", "report", "Press", "Events", "Ads"] });
    let close = app.as_role(Role::Owner, "POST", &format!("/cycles/{}/close", id(&january)));
    let version = get(&app, &format!("/cycles/{}/closing", id(&january))).await["version"].clone();
    close.version(version).json(&closing).expect(200).await;
    let draft = plan().await;
    assert_eq!(titles(&draft), ["Launch the shop", "report", "Press", "Events", "Ads"]);
    assert_eq!(draft["left_out"], json!(["Newsletter"]));
    let [shop, report] = [&draft["priorities"][0], &draft["priorities"][1]];
    assert_eq!((&shop["planned"], &shop["carried_from"]), (&json!(240), &Value::Null));
    assert_eq!(
        (&report["named"], &report["carried_from"]),
        (&json!(true), &ranked["priorities"][2]["id"])
    );
    assert_eq!(draft["set_by"], "2026-02-01");
    // Nothing is kept until it is set.
    assert_eq!(get(&app, &path(&february)).await["priorities"], json!([]));
    let carried = json!({ "priorities": [
        { "title": "Report", "carried_from": report["carried_from"] },
    ] });
    let from = &report["carried_from"];
    let twice = json!({ "priorities": [
        { "title": "Report", "carried_from": from }, { "title": "Reports", "carried_from": from },
    ] });
    put(&app, &february, 0, &twice).faulty("/priorities/1/carried_from", "exists").await;
    let set = put(&app, &february, 0, &carried).expect(200).await;
    assert_eq!(set["priorities"][0]["carried_from"], report["carried_from"]);
}

async fn what_came_first_in_a_closed_cycle_stays(app: TestApp) {
    let retainer = running(&app).await;
    let january = cycle(&app, &retainer, 1).await;
    let body = json!({ "priorities": [{ "title": "Shop" }, { "title": "Newsletter" }] });
    let ranked = put(&app, &january, 0, &body).expect(200).await;
    app.clock_at("2026-02-01T10:00:00Z").await;
    let mut other = again(&ranked);
    other["priorities"][0]["title"] = "Blog".into();
    put(&app, &january, 1, &other).refused(ErrorCode::CycleClosed).await;
    put(&app, &january, 1, &json!({ "priorities": [] })).refused(ErrorCode::CycleClosed).await;
    // What was reached may be told afterwards.
    let mut reached = again(&ranked);
    reached["priorities"][1]["done"] = true.into();
    let told = put(&app, &january, 1, &reached).expect(200).await;
    assert_eq!(told["priorities"][1]["done_at"], "2026-02-01T10:00:00Z");
    let kept = put(&app, &january, 2, &again(&told)).expect(200).await;
    assert_eq!(kept["priorities"], told["priorities"]);
}

async fn bad_priorities_are_told_at_their_fields(app: TestApp) {
    let retainer = running(&app).await;
    let january = cycle(&app, &retainer, 1).await;
    let one = |one: Value| put(&app, &january, 0, &json!({ "priorities": [one] }));
    one(json!({ "title": " " })).faulty("/priorities/0/title", "required").await;
    one(json!({ "title": "x", "planned": -1 }))
        .faulty("/priorities/0/planned", "out_of_range")
        .await;
    one(json!({ "title": "x", "id": retainer["id"] }))
        .faulty("/priorities/0/id", "not_found")
        .await;
    let carried = json!({ "title": "x", "carried_from": retainer["id"] });
    one(carried).faulty("/priorities/0/carried_from", "not_found").await;
    let twice = json!({ "priorities": [{ "title": "Shop" }, { "title": " shop" }] });
    put(&app, &january, 0, &twice).faulty("/priorities/1/title", "exists").await;
    assert_eq!(get(&app, &path(&january)).await["version"], 0);
}
