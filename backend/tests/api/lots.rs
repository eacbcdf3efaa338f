//! Balances of every unit; lots that end inside a cycle: when they lapse, and what is left then.
use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::api::Role;

use crate::adjustments::adjust;
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, get, id, lines, record, ten_hours};

on_both_engines![
    s2_08_each_unit_has_a_balance_that_tells_apart_what_carries_and_what_lapses,
    a_lot_lapses_on_its_own_day,
    what_has_ended_is_not_left,
    a_lot_ends_in_a_cycle_to_come,
];

/// Hours, sessions, deliverables and credits, of which some carry.
fn of_every_unit(account: &Value) -> Value {
    let mut body = ten_hours(account);
    let one = json!({ "cap_units": 1, "max_cycles": 1 });
    let others = [
        json!({ "unit": "sessions", "allowance": 4, "rollover": one }),
        json!({ "unit": "deliverables", "allowance": 4 }),
        json!({ "unit": "credits", "allowance": 20, "rollover": { "max_cycles": 1 } }),
    ];
    body["terms"]["pools"].as_array_mut().unwrap().extend(others);
    body
}

/// Carried in, granted, used and left of each pool; then what of that carries, and what lapses.
fn told(retainer: &Value) -> Vec<[i64; 6]> {
    let names = ["opening", "granted", "used", "left", "carries", "lapses"];
    let of = |balance: &Value| names.map(|name| balance[name].as_i64().unwrap());
    retainer["balances"].as_array().unwrap().iter().map(of).collect()
}

/// Source: requirement S2-8.
async fn s2_08_each_unit_has_a_balance_that_tells_apart_what_carries_and_what_lapses(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let retainer = agree(&app, of_every_unit).await;
    let path = format!("/retainers/{}", id(&retainer));
    let post = async |path: &str, body: Value, status: StatusCode| {
        app.as_role(Role::Owner, "POST", path).json(&body).expect(status).await
    };
    let made = record(&app, &retainer, "2026-01-10", 360).await;
    assert_eq!(made["balance"]["left"], 240, "the answer tells what is left now");
    let new = json!({ "retainer_id": retainer["id"], "starts_at": "2026-01-14T09:00:00Z",
        "minutes": 60 });
    let booked = post("/sessions", new, StatusCode::CREATED).await;
    let settle = format!("/sessions/{}/settle", id(&booked["session"]));
    post(&settle, json!({ "status": "completed" }), StatusCode::OK).await;
    for (pool, count) in [("deliverables", 3), ("credits", 8)] {
        let thing = json!({ "retainer_id": retainer["id"], "pool": pool, "count": count,
            "delivered_on": "2026-01-12" });
        post("/deliverables", thing, StatusCode::CREATED).await;
    }
    let january =
        [[0, 600, 360, 240, 240, 0], [0, 4, 1, 3, 1, 2], [0, 4, 3, 1, 0, 1], [0, 20, 8, 12, 12, 0]];
    let now = get(&app, &path).await;
    assert_eq!(told(&now), january);
    let account = format!("/accounts/{}", retainer["account_id"].as_str().unwrap());
    assert_eq!(told(&get(&app, &account).await["retainers"][0]), january, "the same everywhere");

    app.clock_at("2026-02-01T10:00:00Z").await;
    let february = told(&get(&app, &path).await);
    let opened: Vec<[i64; 4]> = february.iter().map(|of| [of[0], of[1], of[2], of[3]]).collect();
    let expected = [[240, 600, 0, 840], [1, 4, 0, 5], [0, 4, 0, 4], [12, 20, 0, 32]];
    assert_eq!(opened, expected, "what carried in stands beside what the cycle brings");
    assert!(february.iter().all(|of| of[4] + of[5] == of[3]), "{february:?}");
    let cycles = get(&app, &format!("{path}/cycles")).await;
    let closed = cycles["items"].as_array().unwrap().iter().find(|one| one["seq"] == 1).unwrap();
    let lapsed = closed["pools"].as_array().unwrap().iter().map(|pool| &pool["sums"]["lapsed"]);
    assert_eq!(lapsed.cloned().collect::<Value>(), json!([0, 2, 1, 0]));
    app.books_hold().await;
}

/// An hour a month that blocks, and 100 minutes bought on 3 November.
async fn bought(app: &TestApp, now: &str, ends_on: &str) -> Value {
    app.clock_at(now).await;
    let retainer = agree(app, |account| {
        let mut body = ten_hours(account);
        body["starts_on"] = json!("2026-11-01");
        let block = json!({ "mode": "block" });
        body["terms"]["pools"][0] =
            json!({ "unit": "minutes", "allowance": 60, "overage": block, "alert_levels": [100] });
        body
    })
    .await;
    let lot =
        json!({ "kind": "purchase", "quantity": 100, "on": "2026-11-03", "ends_on": ends_on });
    adjust(app, &retainer, lot).await;
    retainer
}

async fn balance(app: &TestApp, retainer: &Value) -> Value {
    get(app, &format!("/retainers/{}", id(retainer))).await["balances"][0].clone()
}

fn figures(balance: &Value) -> Value {
    json!([balance["available"], balance["used"], balance["ended"], balance["left"]])
}

fn coming(balance: &Value) -> Vec<Value> {
    let lapses = balance["next_lapses"].as_array().unwrap().iter();
    lapses.map(|lapse| json!([lapse["kind"], lapse["quantity"], lapse["on"]])).collect()
}

async fn a_lot_lapses_on_its_own_day(app: TestApp) {
    let retainer = bought(&app, "2026-11-22T10:00:00Z", "2026-11-28").await;
    let before = balance(&app, &retainer).await;
    assert_eq!(figures(&before), json!([160, 0, 0, 160]));
    let allowance = json!(["included", 60, "2026-12-01"]);
    assert_eq!(coming(&before), [json!(["purchased", 100, "2026-11-28"]), allowance.clone()]);
    app.clock_at("2026-11-27T10:00:00Z").await;
    assert_eq!(figures(&balance(&app, &retainer).await), json!([160, 0, 0, 160]));
    app.clock_at("2026-11-28T10:00:00Z").await;
    let after = balance(&app, &retainer).await;
    assert_eq!((figures(&after), coming(&after)), (json!([60, 0, 100, 60]), vec![allowance]));
    assert_eq!((&after["lapses"], &after["lots"][0]["kind"]), (&json!(160), &json!("included")));
}

async fn what_has_ended_is_not_left(app: TestApp) {
    let retainer = bought(&app, "2026-11-18T10:00:00Z", "2026-11-20").await;
    let then = record(&app, &retainer, "2026-11-18", 60).await["balance"].clone();
    assert_eq!(figures(&then), json!([160, 60, 0, 100]));
    app.clock_at("2026-11-22T10:00:00Z").await;
    let now = balance(&app, &retainer).await;
    assert_eq!((figures(&now), &now["state"]), (json!([120, 60, 40, 60]), &json!("under_used")));
    assert_eq!(now["lots"].as_array().unwrap().len(), 1);
    let cycle = now["cycle_id"].as_str().unwrap();
    for (figure, value) in [("left", 60), ("available", 120), ("lapses", 100)] {
        let told = get(&app, &format!("/explain/{figure}/{cycle}")).await;
        let parts = told["parts"].as_array().unwrap();
        let sum: i64 = parts.iter().map(|part| part["value"].as_i64().unwrap()).sum();
        assert_eq!((&told["value"], sum), (&json!(value), value), "{figure}: {told}");
        let ended = parts.iter().any(|part| part["key"] == "ended" && part["value"] == -40);
        assert_eq!(ended, figure != "lapses", "{figure}");
    }
    // As much as is said to be left can be recorded, and no minute more.
    let full = record(&app, &retainer, "2026-11-22", 60).await["balance"].clone();
    assert_eq!((figures(&full), &full["state"]), (json!([120, 120, 40, 0]), &json!("near_limit")));
    let alerts = get(&app, &format!("/alerts?retainer_id={}", id(&retainer))).await;
    let mut full = alerts["items"].as_array().unwrap().iter();
    let full = full.find(|alert| alert["threshold"] == 100).expect("told at the limit");
    let figures = &full["figures"];
    assert_eq!((&figures["available"], &figures["used"]), (&json!(120), &json!(120)), "{alerts}");
    let entry =
        |day: &str| json!({ "retainer_id": retainer["id"], "worked_on": day, "minutes": 1 });
    let more = app.as_role(Role::Owner, "POST", "/time-entries").json(&entry("2026-11-22"));
    assert_eq!(more.expect(StatusCode::CONFLICT).await["code"], "insufficient_balance");
    // Work of its own days the lot still pays for.
    let late = app.as_role(Role::Owner, "POST", "/time-entries").json(&entry("2026-11-19"));
    assert_eq!(late.expect(StatusCode::CREATED).await["balance"]["ended"], 39);
    // The close is the ledger's: it writes what lapsed as ever.
    app.clock_at("2026-12-01T10:00:00Z").await;
    let closed = get(&app, &format!("/cycles/{cycle}/balance")).await;
    assert_eq!(
        (&closed["left"], coming(&closed)),
        (&json!(0), vec![json!(["purchased", 39, "2026-11-20"])])
    );
    let told = lines(&app, &retainer, 1).await;
    assert_eq!(told.last(), Some(&("expire".to_owned(), -39, 0)));
    app.books_hold().await;
}

async fn a_lot_ends_in_a_cycle_to_come(app: TestApp) {
    let retainer = bought(&app, "2026-11-22T10:00:00Z", "2026-12-10").await;
    let lapses = coming(&balance(&app, &retainer).await);
    let allowance = json!(["included", 60, "2026-12-01"]);
    assert_eq!(lapses, [allowance, json!(["purchased", 100, "2026-12-10"])]);
    app.clock_at("2026-12-10T10:00:00Z").await;
    let then = balance(&app, &retainer).await;
    assert_eq!(figures(&then), json!([60, 0, 100, 60]));
    app.books_hold().await;
}
