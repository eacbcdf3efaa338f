//! A first cycle in part: its share, in full, or free of charge. Source: domain 2.5.
//!
//! 3,100.00 and 620 minutes a month, agreed from 15 January on: 17 of 31 days at 100.00 and 20
//! minutes each.
use serde_json::{Value, json};
use shared::api::Role;

use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, get, id, ten_hours};

on_both_engines![
    each_policy_brings_what_it_says,
    an_end_settles_the_days_that_count,
    a_pause_takes_the_same_days_away,
    an_amendment_now_moves_the_rest_alike,
    a_policy_nobody_knows_is_told_at_its_field,
];

const POLICIES: [&str; 3] = ["prorate", "full", "free"];

fn late(account: &Value, policy: &str) -> Value {
    let mut body = ten_hours(account);
    body["starts_on"] = json!("2026-01-15");
    body["first_partial"] = json!(policy);
    body["terms"]["price"]["amount_minor"] = json!(310_000);
    body["terms"]["pools"] = json!([{ "unit": "minutes", "allowance": 620 }]);
    body
}

async fn retainer(app: &TestApp, policy: &str) -> Value {
    agree(app, |account| late(account, policy)).await
}

async fn post(app: &TestApp, of: &Value, action: &str, body: Value) -> Value {
    let path = format!("/retainers/{}/{action}", id(of));
    let answer = app.as_role(Role::Owner, "POST", &path).json(&body).send().await.unwrap();
    assert!(answer.status().is_success(), "{action}: {}", answer.text().await.unwrap());
    answer.json().await.unwrap()
}

/// What a policy brings on 22 January, as (allowance, words of it).
async fn each_policy_brings_what_it_says(app: TestApp) {
    app.clock_at("2026-01-22T10:00:00Z").await;
    let expected = [
        (340, "Allowance of this cycle, 17 of 31 days"),
        (620, "Allowance of this cycle, counted from the start of the full cycle"),
        (340, "Allowance of this cycle, 17 of 31 days"),
    ];
    let mut made = Vec::new();
    for (policy, (granted, words)) in POLICIES.into_iter().zip(expected) {
        let retainer = retainer(&app, policy).await;
        assert_eq!(retainer["first_partial"], policy);
        let balance = &retainer["balances"][0];
        assert_eq!((&balance["granted"], &balance["seq"]), (&json!(granted), &json!(1)));
        let path =
            format!("/explain/available/{}?pool=hours", balance["cycle_id"].as_str().unwrap());
        let parts = get(&app, &path).await["parts"].clone();
        assert_eq!((&parts[0]["label"], &parts[0]["value"]), (&json!(words), &json!(granted)));
        made.push(retainer);
    }
    app.clock_at("2026-02-03T10:00:00Z").await;
    for retainer in made {
        let now = get(&app, &format!("/retainers/{}", id(&retainer))).await;
        assert_eq!(now["balances"][0]["granted"], 620);
    }
    app.books_hold().await;
}

/// Ended on 25 January: 10 days served, 7 given back.
async fn an_end_settles_the_days_that_count(app: TestApp) {
    app.clock_at("2026-01-22T10:00:00Z").await;
    let expected = [(-70_000, 100_000, 200), (-70_000, 240_000, 480), (0, 0, 200)];
    for (policy, (credit, due, granted)) in POLICIES.into_iter().zip(expected) {
        let retainer = retainer(&app, policy).await;
        let ended = post(&app, &retainer, "end", json!({ "ends_on": "2026-01-25" })).await;
        let told = &ended["settlement"];
        assert_eq!((&told["credit_minor"], &told["due_minor"]), (&json!(credit), &json!(due)));
        assert_eq!((&told["used_days"], &told["unused_days"]), (&json!(10), &json!(7)));
        assert_eq!(ended["balances"][0]["granted"], granted);
        // Known from the outset, it costs the same.
        let mut body = late(&retainer["account_id"], policy);
        body["ends_on"] = json!("2026-01-25");
        let same = app.as_role(Role::Owner, "POST", "/retainers").json(&body).expect(201).await;
        assert_eq!(same["settlement"]["due_minor"], due);
        assert_eq!(same["balances"][0]["granted"], granted);
    }
    app.books_hold().await;
}

async fn a_pause_takes_the_same_days_away(app: TestApp) {
    app.clock_at("2026-01-22T10:00:00Z").await;
    let mut made = Vec::new();
    for (policy, granted) in POLICIES.into_iter().zip([200, 480, 200]) {
        let retainer = retainer(&app, policy).await;
        let pause = json!({ "from": "2026-01-25", "to": "2026-02-11" });
        let paused = post(&app, &retainer, "pause", pause).await;
        assert_eq!(paused["balances"][0]["granted"], granted);
        assert_eq!(paused["first_partial"], policy);
        made.push(retainer);
    }
    // The cycle after is in part as well, but not the first: 18 of 28 days.
    app.clock_at("2026-02-11T10:00:00Z").await;
    for retainer in made {
        let now = get(&app, &format!("/retainers/{}", id(&retainer))).await;
        let second = &now["balances"][0];
        assert_eq!((&second["seq"], &second["granted"]), (&json!(2), &json!(399)));
    }
    app.books_hold().await;
}

/// 620 to 930 minutes and 3,100.00 to 6,200.00 on 22 January: ten days at 10 minutes and 100.00.
async fn an_amendment_now_moves_the_rest_alike(app: TestApp) {
    app.clock_at("2026-01-22T10:00:00Z").await;
    let money = [(-100_000, 200_000), (-100_000, 200_000), (0, 0)];
    for (policy, (credit, charge)) in POLICIES.into_iter().zip(money) {
        let retainer = retainer(&app, policy).await;
        let mut terms = retainer["terms"]["terms"].clone();
        terms["pools"][0]["allowance"] = json!(930);
        terms["price"]["amount_minor"] = json!(620_000);
        let body = json!({ "terms": terms, "effective": "now", "reason": "More" });
        let preview = post(&app, &retainer, "amendments/preview", body.clone()).await;
        let moved = (&preview["credit_minor"], &preview["charge_minor"]);
        assert_eq!(moved, (&json!(credit), &json!(charge)));
        assert_eq!(preview["pools"][0]["delta"], 100);
        let amended = post(&app, &retainer, "amendments", body).await;
        assert_eq!(amended["balances"][0]["adjusted"], 100);
        // And ended two days later: five of the ten days are left of what it brought.
        let ended = post(&app, &retainer, "end", json!({ "ends_on": "2026-01-27" })).await;
        assert_eq!(ended["balances"][0]["adjusted"], 50);
    }
    app.books_hold().await;
}

async fn a_policy_nobody_knows_is_told_at_its_field(app: TestApp) {
    let retainer = retainer(&app, "full").await;
    let body = late(&retainer["account_id"], "half");
    let problem = app.as_role(Role::Owner, "POST", "/retainers").json(&body).expect(422).await;
    assert_eq!(problem["errors"][0]["field"], "/first_partial");
}
