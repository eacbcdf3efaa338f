//! Balances changed by hand: bought, given, corrected.
use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::api::Role;

use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, get, id, lines, record, ten_hours};

on_both_engines![
    bought_time_covers_what_went_beyond_and_stays,
    what_was_bought_stands_on_its_day,
    a_correction_takes_only_what_is_unused,
    given_time_ends_with_its_cycle,
    what_was_adjusted_is_taken_back_while_the_cycle_is_open,
    what_was_bought_and_used_is_not_taken_back_from_a_pool_that_blocks,
    a_bad_adjustment_is_told_at_its_field,
    order_within_a_day_decides_what_a_correction_takes,
];

pub async fn adjust(app: &TestApp, retainer: &Value, change: Value) -> Value {
    let mut body = json!({ "retainer_id": retainer["id"], "reason": "As agreed by mail" });
    for (key, value) in change.as_object().unwrap() {
        body[key] = value.clone();
    }
    app.as_role(Role::Owner, "POST", "/adjustments").json(&body).expect(StatusCode::CREATED).await
}

async fn fixed(app: &TestApp) -> Value {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let fixed = |account: &Value| {
        let mut body = ten_hours(account);
        body["terms"]["pools"][0]["rollover"] = Value::Null;
        body
    };
    agree(app, fixed).await
}

/// Source: domain 3.6.
async fn bought_time_covers_what_went_beyond_and_stays(app: TestApp) {
    let retainer = fixed(&app).await;
    assert_eq!(record(&app, &retainer, "2026-01-10", 660).await["balance"]["overage"], 60);
    let made = adjust(&app, &retainer, json!({ "kind": "purchase", "quantity": 120 })).await;
    let balance = &made["balance"];
    assert_eq!((&balance["overage"], &balance["left"]), (&json!(0), &json!(60)));
    assert_eq!((&balance["topped_up"], &balance["available"]), (&json!(120), &json!(720)));
    assert_eq!(balance["lots"][0]["kind"], "purchased");
    assert_eq!((&balance["carries"], &balance["lapses"]), (&json!(60), &json!(0)));
    app.clock_at("2026-02-01T10:00:00Z").await;
    let expected =
        [("grant", 600, 600), ("topup", 120, 720), ("consume", -660, 60), ("carry_out", -60, 0)];
    assert_eq!(lines(&app, &retainer, 1).await, expected.map(|(k, q, b)| (k.to_owned(), q, b)));
    let balance = get(&app, &format!("/retainers/{}", id(&retainer))).await["balances"][0].clone();
    assert_eq!((&balance["opening"], &balance["left"]), (&json!(60), &json!(660)));
    app.books_hold().await;
}

/// Work of the days before it stands above it, with the balance of then.
async fn what_was_bought_stands_on_its_day(app: TestApp) {
    let retainer = fixed(&app).await;
    record(&app, &retainer, "2026-01-10", 100).await;
    adjust(&app, &retainer, json!({ "kind": "purchase", "quantity": 120 })).await;
    record(&app, &retainer, "2026-01-15", 50).await;
    let expected =
        [("grant", 600, 600), ("consume", -100, 500), ("topup", 120, 620), ("consume", -50, 570)];
    let expected = expected.map(|(k, q, b)| (k.to_owned(), q, b));
    assert_eq!(lines(&app, &retainer, 1).await, expected);
    app.clock_at("2026-02-01T10:00:00Z").await;
    assert_eq!(lines(&app, &retainer, 1).await[..4], expected);
    app.books_hold().await;
}

/// Source: domain 3.10.
async fn a_correction_takes_only_what_is_unused(app: TestApp) {
    let retainer = fixed(&app).await;
    record(&app, &retainer, "2026-01-10", 500).await;
    let made = adjust(&app, &retainer, json!({ "kind": "correction", "quantity": -400 })).await;
    let balance = &made["balance"];
    assert_eq!((&balance["adjusted"], &balance["left"]), (&json!(-100), &json!(0)));
    let told = lines(&app, &retainer, 1).await;
    assert_eq!(told.last(), Some(&("adjust_down".to_owned(), -400, 0)));
    let ledger = get(&app, &format!("/retainers/{}/ledger", id(&retainer))).await;
    let line = ledger["items"].as_array().unwrap().last().unwrap();
    assert_eq!((&line["overage"], &line["note"]), (&json!(300), &json!("As agreed by mail")));
    app.books_hold().await;
}

async fn given_time_ends_with_its_cycle(app: TestApp) {
    let retainer = fixed(&app).await;
    let given = json!({ "kind": "goodwill", "quantity": 90, "ends_with_cycle": true });
    let balance = adjust(&app, &retainer, given).await["balance"].clone();
    assert_eq!((&balance["left"], &balance["lapses"]), (&json!(690), &json!(690)));
    assert_eq!(balance["lots"][0]["kind"], "goodwill", "equal ends: goodwill is drawn first");
    app.clock_at("2026-02-01T10:00:00Z").await;
    let balance = get(&app, &format!("/retainers/{}", id(&retainer))).await["balances"][0].clone();
    assert_eq!(balance["left"], 600);
    app.books_hold().await;
}

async fn what_was_adjusted_is_taken_back_while_the_cycle_is_open(app: TestApp) {
    let retainer = fixed(&app).await;
    let made = adjust(&app, &retainer, json!({ "kind": "purchase", "quantity": 120 })).await;
    let path = format!("/adjustments/{}", id(&made["adjustment"]));
    let undo =
        |version: &str| app.as_role(Role::Owner, "DELETE", &path).header("If-Match", version);
    undo("\"9\"").expect(StatusCode::PRECONDITION_FAILED).await;
    let balance = undo("\"1\"").expect(StatusCode::OK).await;
    assert_eq!((&balance["left"], &balance["topped_up"]), (&json!(600), &json!(0)));
    undo("\"2\"").expect(StatusCode::NOT_FOUND).await;
    let expected = [("grant", 600, 600), ("topup", 120, 720), ("reverse", -120, 600)];
    assert_eq!(lines(&app, &retainer, 1).await, expected.map(|(k, q, b)| (k.to_owned(), q, b)));
    let later = adjust(&app, &retainer, json!({ "kind": "correction", "quantity": 30 })).await;
    app.clock_at("2026-02-01T10:00:00Z").await;
    let path = format!("/adjustments/{}", id(&later["adjustment"]));
    let late = app.as_role(Role::Owner, "DELETE", &path).header("If-Match", "\"1\"");
    assert_eq!(late.expect(StatusCode::CONFLICT).await["code"], "cycle_closed");
    let list = get(&app, &format!("/adjustments?retainer_id={}", id(&retainer))).await;
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    app.books_hold().await;
}

/// Source: domain 4.1: a pool that blocks has no overage, whichever way it would come about.
async fn what_was_bought_and_used_is_not_taken_back_from_a_pool_that_blocks(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let blocking = |account: &Value| {
        let mut body = ten_hours(account);
        body["terms"]["pools"][0]["rollover"] = Value::Null;
        body["terms"]["pools"][0]["overage"] = json!({ "mode": "block" });
        body
    };
    let retainer = agree(&app, blocking).await;
    let made = adjust(&app, &retainer, json!({ "kind": "purchase", "quantity": 120 })).await;
    record(&app, &retainer, "2026-01-12", 660).await;
    let path = format!("/adjustments/{}", id(&made["adjustment"]));
    let undo = || app.as_role(Role::Owner, "DELETE", &path).header("If-Match", "\"1\"");
    assert_eq!(undo().expect(StatusCode::CONFLICT).await["code"], "insufficient_balance");
    let now = get(&app, &format!("/retainers/{}", id(&retainer))).await;
    assert_eq!(
        (&now["balances"][0]["left"], &now["balances"][0]["topped_up"]),
        (&json!(60), &json!(120))
    );
    // Another purchase covers it.
    adjust(&app, &retainer, json!({ "kind": "purchase", "quantity": 60 })).await;
    let balance = undo().expect(StatusCode::OK).await;
    assert_eq!((&balance["left"], &balance["overage"]), (&json!(0), &json!(0)));
    // Nor does a correction in days of grace take what the next cycle works with.
    let graceful = |account: &Value| {
        let mut body = ten_hours(account);
        body["terms"]["grace_days"] = json!(5);
        body["terms"]["pools"][0]["overage"] = json!({ "mode": "block" });
        body
    };
    let retainer = agree(&app, graceful).await;
    record(&app, &retainer, "2026-01-12", 540).await;
    app.clock_at("2026-02-03T10:00:00Z").await;
    record(&app, &retainer, "2026-02-02", 640).await;
    let body = |quantity: i64| {
        json!({ "retainer_id": retainer["id"], "kind": "correction", "quantity": quantity,
            "on": "2026-01-31", "reason": "Agreed" })
    };
    let correct = |quantity| app.as_role(Role::Owner, "POST", "/adjustments").json(&body(quantity));
    let refused = correct(-21).expect(StatusCode::CONFLICT).await;
    assert_eq!(refused["code"], "insufficient_balance");
    correct(-20).expect(StatusCode::CREATED).await;
    app.books_hold().await;
}

async fn a_bad_adjustment_is_told_at_its_field(app: TestApp) {
    let retainer = fixed(&app).await;
    let cases = [
        ("/quantity", json!({ "kind": "purchase", "quantity": 0 })),
        ("/quantity", json!({ "kind": "goodwill", "quantity": -5 })),
        ("/kind", json!({ "kind": "amendment", "quantity": 5 })),
        ("/reason", json!({ "kind": "purchase", "quantity": 5, "reason": " " })),
        ("/on", json!({ "kind": "correction", "quantity": 5, "on": "2026-01-16" })),
        ("/on", json!({ "kind": "purchase", "quantity": 5, "on": "2025-12-31" })),
        ("/ends_on", json!({ "kind": "purchase", "quantity": 5, "ends_on": "2026-01-15" })),
        ("/ends_on", json!({ "kind": "correction", "quantity": 5, "ends_on": "2026-03-01" })),
        ("/pool", json!({ "kind": "purchase", "quantity": 5, "pool": "sessions" })),
        (
            "/retainer_id",
            json!({ "kind": "purchase", "quantity": 5,
            "retainer_id": "0193a5b0-0000-7000-8000-000000000000" }),
        ),
    ];
    for (field, change) in cases {
        let mut body = json!({ "retainer_id": retainer["id"], "reason": "As agreed" });
        for (key, value) in change.as_object().unwrap() {
            body[key] = value.clone();
        }
        let refused = app.as_role(Role::Owner, "POST", "/adjustments").json(&body);
        let problem = refused.expect(StatusCode::UNPROCESSABLE_ENTITY).await;
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    let body =
        json!({ "retainer_id": retainer["id"], "reason": "x", "kind": "purchase", "quantity": 1 });
    app.as_role(Role::Member, "POST", "/adjustments").json(&body).expect(403).await;
}

/// What is taken before work of the same day was unused then, and is not after it.
async fn order_within_a_day_decides_what_a_correction_takes(app: TestApp) {
    let retainer = fixed(&app).await;
    record(&app, &retainer, "2026-01-15", 500).await;
    adjust(&app, &retainer, json!({ "kind": "correction", "quantity": -300 })).await;
    let recorded = record(&app, &retainer, "2026-01-15", 60).await;
    let balance = &recorded["balance"];
    assert_eq!((&balance["adjusted"], &balance["overage"]), (&json!(-100), &json!(60)));
    assert_eq!(lines(&app, &retainer, 1).await.last().map(|line| line.2), Some(0));
    app.clock_at("2026-02-01T10:00:00Z").await;
    app.books_hold().await;
}
