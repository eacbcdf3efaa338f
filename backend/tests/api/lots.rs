//! Lots that end inside a cycle: when they lapse, and what is left then.
use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::api::Role;

use crate::adjustments::adjust;
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, get, id, lines, record, ten_hours};

on_both_engines![
    a_lot_lapses_on_its_own_day,
    what_has_ended_is_not_left,
    a_lot_ends_in_a_cycle_to_come,
];

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
