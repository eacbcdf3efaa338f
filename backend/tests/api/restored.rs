//! Use of a closed cycle that is taken back: what lots would not have paid without it comes back,
//! what was billed or delivered for nothing does not, whichever entry is taken back.
//! Source: domain 3.9, docs/decisions/0020.
//!
//! January has 600 minutes; 500 are used on the 10th and 190 on the 20th: 100 of these find
//! something, 90 go beyond.
use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::api::Role;

use crate::adjustments::adjust;
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, get, id, record, ten_hours};

on_both_engines![
    what_was_absorbed_gives_nothing_back,
    what_was_billed_is_not_refunded,
    what_was_borrowed_comes_back_after_what_is_over,
    two_reversals_share_what_was_over,
    an_earlier_entry_makes_room_for_what_went_beyond,
    what_only_a_lot_that_ended_had_paid_comes_back_whole,
    what_went_beyond_is_not_replaced_after_the_close,
    late_lines_and_statements_tell_what_came_back,
];

struct January {
    retainer: Value,
    cycle: String,
    /// The 500 of the 10th.
    earlier: Value,
    /// The 190 of the 20th.
    entry: Value,
}

/// January, closed.
async fn january(app: &TestApp, overage: Value) -> January {
    let january = worked(app, overage).await;
    app.clock_at("2026-02-03T10:00:00Z").await;
    january
}

async fn worked(app: &TestApp, overage: Value) -> January {
    app.clock_at("2026-01-25T10:00:00Z").await;
    let retainer = agree(app, |account| {
        let mut body = ten_hours(account);
        body["terms"]["pools"][0] =
            json!({ "unit": "minutes", "allowance": 600, "overage": overage });
        body
    })
    .await;
    let earlier = record(app, &retainer, "2026-01-10", 500).await["entry"].clone();
    let entry = record(app, &retainer, "2026-01-20", 190).await["entry"].clone();
    let cycle = entry["cycle_id"].as_str().unwrap().to_owned();
    January { retainer, cycle, earlier, entry }
}

async fn delete(app: &TestApp, entry: &Value) -> Value {
    let path = format!("/time-entries/{}", id(entry));
    app.as_role(Role::Owner, "DELETE", &path).version(&entry["version"]).expect(200).await
}

/// What of January's overage was taken back, and what of it was billed and absorbed.
async fn told(app: &TestApp, january: &January) -> [i64; 3] {
    let closing = get(app, &format!("/cycles/{}/closing", january.cycle)).await;
    let pool = &closing["pools"][0];
    let sums = &pool["sums"];
    [&pool["taken_back"], &sums["overage_billed"], &sums["overage_absorbed"]]
        .map(|value| value.as_i64().unwrap())
}

/// The line of what came back: quantity, beyond, and what its lots gained.
async fn line(app: &TestApp, january: &January) -> (i64, i64, i64) {
    let path = format!("/retainers/{}/ledger", id(&january.retainer));
    let ledger = get(app, &path).await;
    let mut all = ledger["items"].as_array().unwrap().iter();
    let line = all.find(|line| line["kind"] == "restore").expect("a line of what came back");
    let lots = line["lots"].as_array().unwrap().iter();
    let gained = lots.map(|lot| lot["quantity"].as_i64().unwrap()).sum();
    (line["quantity"].as_i64().unwrap(), line["overage"].as_i64().unwrap(), gained)
}

async fn what_was_absorbed_gives_nothing_back(app: TestApp) {
    let january = worked(&app, json!({ "mode": "absorb" })).await;
    // 90 of 600 for nothing: a review tells it, at the price of a minute of the only pool.
    let room = crate::reviews::start(&app, &january.retainer).await;
    let load = &room["observed"]["load"];
    assert_eq!(load["faults"], json!(["over_serviced"]));
    let given = &load["over_serviced"][0]["servicing"];
    assert_eq!((&given["given_share"], &given["given_minor"]), (&json!(150), &json!(22_500)));
    app.clock_at("2026-02-03T10:00:00Z").await;
    assert_eq!(told(&app, &january).await, [0, 0, 90]);
    let february = delete(&app, &january.entry).await;
    assert_eq!((&february["adjusted"], &february["available"]), (&json!(100), &json!(700)));
    assert_eq!(told(&app, &january).await, [90, 0, 90]);
    let cycle = get(&app, &format!("/cycles/{}", january.cycle)).await;
    assert_eq!(cycle["pools"][0]["servicing"]["given"], 0, "what was taken back is no gift");
    assert_eq!(line(&app, &january).await, (190, 90, 100));
    // February holds 700 by what came back, and its allowance is 600: 60 of that are a tenth.
    record(&app, &january.retainer, "2026-02-03", 760).await;
    let february = get(&app, &format!("/cycles/{}", february["cycle_id"].as_str().unwrap())).await;
    assert_eq!(february["pools"][0]["servicing"]["given_share"], 100);
    app.books_hold().await;
    app.clock_at("2026-03-03T10:00:00Z").await;
    app.books_hold().await;
}

async fn what_was_billed_is_not_refunded(app: TestApp) {
    let january = january(&app, json!({ "mode": "bill", "rate_minor": 15_000 })).await;
    let february = delete(&app, &january.entry).await;
    assert_eq!(february["adjusted"], 100);
    // Still billed: 90 minutes at 150.00. Whether that is credited is for people to say.
    assert_eq!(told(&app, &january).await, [90, 90, 0]);
    let closing = get(&app, &format!("/cycles/{}/closing", january.cycle)).await;
    assert_eq!(closing["pools"][0]["sums"]["overage_amount_minor"], 22_500);
    app.books_hold().await;
}

/// 60 borrowed, 30 billed: February has 540, and 700 with the 160 that come back. Without the 190
/// it would have had 600, and January 100 unused.
async fn what_was_borrowed_comes_back_after_what_is_over(app: TestApp) {
    let overage = json!({ "mode": "borrow", "borrow_cap": 60, "rate_minor": 15_000 });
    let january = january(&app, overage).await;
    let february = delete(&app, &january.entry).await;
    assert_eq!((&february["repaid"], &february["adjusted"]), (&json!(60), &json!(160)));
    assert_eq!(february["available"], 700);
    assert_eq!(line(&app, &january).await, (190, 30, 160));
    app.books_hold().await;
}

async fn two_reversals_share_what_was_over(app: TestApp) {
    app.clock_at("2026-01-25T10:00:00Z").await;
    let overage = json!({ "mode": "borrow", "borrow_cap": 60, "rate_minor": 15_000 });
    let retainer = agree(&app, |account| {
        let mut body = ten_hours(account);
        body["terms"]["pools"][0] =
            json!({ "unit": "minutes", "allowance": 600, "overage": overage });
        body
    })
    .await;
    record(&app, &retainer, "2026-01-10", 600).await;
    // Both wholly beyond: 60 of the 90 are borrowed, 30 billed.
    let first = record(&app, &retainer, "2026-01-20", 20).await["entry"].clone();
    let second = record(&app, &retainer, "2026-01-21", 70).await["entry"].clone();
    app.clock_at("2026-02-03T10:00:00Z").await;
    assert_eq!(delete(&app, &first).await["adjusted"], 0);
    assert_eq!(delete(&app, &second).await["adjusted"], 60);
    app.books_hold().await;
}

/// Without the 500 all 190 would have fitted: lots would have paid 190 instead of 600, so 410 come
/// back, and 600 in all once both are gone, whichever goes first.
async fn an_earlier_entry_makes_room_for_what_went_beyond(app: TestApp) {
    let absorbed = worked(&app, json!({ "mode": "absorb" })).await;
    let billed = worked(&app, json!({ "mode": "bill", "rate_minor": 15_000 })).await;
    let borrow = json!({ "mode": "borrow", "borrow_cap": 60, "rate_minor": 15_000 });
    let borrowed = worked(&app, borrow).await;
    app.clock_at("2026-02-03T10:00:00Z").await;
    for (january, over) in [(absorbed, [0, 90]), (billed, [90, 0])] {
        let february = delete(&app, &january.earlier).await;
        assert_eq!(february["adjusted"], 410);
        assert_eq!(told(&app, &january).await, [90, over[0], over[1]]);
        assert_eq!(line(&app, &january).await, (500, 90, 410));
        assert_eq!(delete(&app, &january.entry).await["adjusted"], 600);
        assert_eq!(told(&app, &january).await, [90, over[0], over[1]]);
    }
    // What was borrowed comes back: 30 were billed.
    assert_eq!(delete(&app, &borrowed.earlier).await["adjusted"], 470);
    assert_eq!(line(&app, &borrowed).await, (500, 30, 470));
    assert_eq!(delete(&app, &borrowed.entry).await["adjusted"], 660);
    app.books_hold().await;
}

/// 100 bought until the 15th pay for the 10th; without it they would have ended, and the 90 gone
/// beyond all the same.
async fn what_only_a_lot_that_ended_had_paid_comes_back_whole(app: TestApp) {
    app.clock_at("2026-01-25T10:00:00Z").await;
    let retainer = agree(&app, |account| {
        let mut body = ten_hours(account);
        let absorb = json!({ "mode": "absorb" });
        body["terms"]["pools"][0] =
            json!({ "unit": "minutes", "allowance": 600, "overage": absorb });
        body
    })
    .await;
    let lot = json!({ "kind": "purchase", "quantity": 100, "on": "2026-01-05",
        "ends_on": "2026-01-15" });
    adjust(&app, &retainer, lot).await;
    let earlier = record(&app, &retainer, "2026-01-10", 100).await["entry"].clone();
    let entry = record(&app, &retainer, "2026-01-20", 690).await["entry"].clone();
    app.clock_at("2026-02-03T10:00:00Z").await;
    let cycle = entry["cycle_id"].as_str().unwrap().to_owned();
    let january = January { retainer, cycle, earlier, entry };
    assert_eq!(delete(&app, &january.earlier).await["adjusted"], 100);
    assert_eq!(told(&app, &january).await, [0, 0, 90]);
    assert_eq!(delete(&app, &january.entry).await["adjusted"], 700);
    assert_eq!(told(&app, &january).await, [90, 0, 90]);
    app.books_hold().await;
}

async fn what_went_beyond_is_not_replaced_after_the_close(app: TestApp) {
    let january = january(&app, json!({ "mode": "absorb" })).await;
    for entry in [&january.entry, &january.earlier] {
        let path = format!("/time-entries/{}", id(entry));
        let patch = |body: Value| {
            app.as_role(Role::Owner, "PATCH", &path).version(&entry["version"]).json(&body)
        };
        let problem = patch(json!({ "minutes": 180 })).expect(StatusCode::CONFLICT).await;
        assert_eq!(problem["code"], "overage_settled");
        assert!(problem["detail"].as_str().unwrap().contains("record anew"), "{problem}");
        assert_eq!(told(&app, &january).await, [0, 0, 90]);
        patch(json!({ "note": "Moved no minute" })).expect(200).await;
    }
    app.books_hold().await;
}

/// February takes what comes back within its days of grace.
async fn late_lines_and_statements_tell_what_came_back(app: TestApp) {
    app.clock_at("2026-01-25T10:00:00Z").await;
    let retainer = agree(&app, |account| {
        let mut body = ten_hours(account);
        let absorb = json!({ "mode": "absorb" });
        body["terms"]["grace_days"] = json!(5);
        body["terms"]["pools"][0] =
            json!({ "unit": "minutes", "allowance": 600, "overage": absorb });
        body
    })
    .await;
    let entry = record(&app, &retainer, "2026-01-20", 690).await["entry"].clone();
    app.clock_at("2026-03-03T10:00:00Z").await;
    let back = delete(&app, &entry).await;
    let february = back["cycle_id"].as_str().unwrap();
    let closing = get(&app, &format!("/cycles/{february}/closing")).await;
    let late: Vec<&Value> =
        closing["late"].as_array().unwrap().iter().map(|row| &row["quantity"]).collect();
    assert_eq!(late, [&json!(600)], "{closing}");
    assert_eq!(closing["pools"][0]["sums"]["adjusted"], 600);
    let january = entry["cycle_id"].as_str().unwrap();
    let told = get(&app, &format!("/cycles/{january}/statement")).await;
    assert_eq!(told["taken_back"], json!([{ "pool": "hours", "units": 90 }]));
    assert_eq!(told["cycle"]["pools"][0]["sums"]["overage_absorbed"], 90);
    let told = get(&app, &format!("/cycles/{february}/statement")).await;
    assert_eq!(told["taken_back"], json!([]));
}
