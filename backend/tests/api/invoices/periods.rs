//! What was billed and paid of each cycle, beside what was delivered in it.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::agreed::of_cycle;
use super::{billed, invoices, issue, post, run, support, void};
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::payments::pay;
use crate::retainers::{get, id, record};

on_both_engines![
    s1_05_each_period_tells_what_was_billed_paid_delivered_and_left,
    what_is_credited_is_of_the_cycle_of_its_line,
    what_was_billed_ahead_stands_above_the_cycles,
    what_is_owed_is_of_all_periods,
];

/// Billed, paid, open and drafted of each cycle, the first one first.
async fn periods(app: &TestApp, retainer: &Value) -> Vec<[i64; 4]> {
    let page = get(app, &format!("/retainers/{}/periods", id(retainer))).await;
    let of = |period: &Value| {
        ["billed_minor", "paid_minor", "open_minor", "drafted_minor"]
            .map(|name| period[name].as_i64().unwrap())
    };
    page["items"].as_array().unwrap().iter().rev().map(of).collect()
}

async fn s1_05_each_period_tells_what_was_billed_paid_delivered_and_left(app: TestApp) {
    let retainer = billed(&app, support).await;
    // 1:45 h beyond what it brings: 218.75.
    record(&app, &retainer, "2026-01-10", 705).await;
    assert_eq!(periods(&app, &retainer).await, [[0, 0, 0, 0]]);
    run(&app).await;
    assert_eq!(periods(&app, &retainer).await, [[0, 0, 0, 300_000]]);
    let january = issue(&app, &of_cycle(&app, &retainer, 1).await).await;
    pay(&app, &retainer, 100_000, "2026-01-15").await;
    assert_eq!(periods(&app, &retainer).await, [[300_000, 100_000, 200_000, 0]]);

    // What January came to beyond its allowance is billed with February.
    app.clock_at("2026-02-01T10:00:00Z").await;
    let both = [[300_000, 100_000, 200_000, 26_250], [0, 0, 0, 300_000]];
    assert_eq!(periods(&app, &retainer).await, both);
    let february = issue(&app, &of_cycle(&app, &retainer, 2).await).await["summary"].clone();
    pay(&app, &retainer, 200_000, "2026-02-01").await;
    // Half of its invoice is half of what it says of each month.
    pay(&app, &retainer, 163_125, "2026-02-01").await;
    let both = [[326_250, 313_125, 13_125, 0], [300_000, 150_000, 150_000, 0]];
    assert_eq!(periods(&app, &retainer).await, both);
    let sum = |name: &str, all: &[Value]| all.iter().map(|one| one[name].as_i64().unwrap()).sum();
    let all = invoices(&app, &retainer).await;
    let sums: [i64; 3] = ["total_minor", "paid_minor", "balance_minor"].map(|name| sum(name, &all));
    let told: [i64; 3] = [0, 1, 2].map(|place| both.iter().map(|one| one[place]).sum());
    assert_eq!(sums, told, "the periods are the invoices");

    let page = get(&app, &format!("/retainers/{}/periods?limit=1", id(&retainer))).await;
    assert_eq!(page["items"][0]["seq"], 2);
    let cursor = page["next_cursor"].as_str().unwrap();
    let more = format!("/retainers/{}/periods?limit=1&cursor={cursor}", id(&retainer));
    let first = get(&app, &more).await["items"][0].clone();
    let pool = &first["pools"][0];
    let told = ["available", "used", "overage", "left", "lapsed"].map(|name| pool[name].clone());
    assert_eq!(told, [600, 705, 105, 0, 0].map(Value::from));
    let told = first["invoices"].as_array().unwrap().iter();
    let told: Vec<(&Value, i64)> =
        told.map(|one| (&one["id"], one["amount_minor"].as_i64().unwrap())).collect();
    assert_eq!(told, [(&january["summary"]["id"], 300_000), (&february["id"], 26_250)]);

    // A void one says nothing.
    app.clock_at("2026-03-01T10:00:00Z").await;
    let march = issue(&app, &of_cycle(&app, &retainer, 3).await).await["summary"].clone();
    assert_eq!(periods(&app, &retainer).await[2], [300_000, 0, 300_000, 0]);
    void(&app, &march, false).await;
    assert_eq!(periods(&app, &retainer).await[2], [0, 0, 0, 0]);
    app.books_hold().await;
}

/// The overage of January, billed with February, is taken back whole.
async fn what_is_credited_is_of_the_cycle_of_its_line(app: TestApp) {
    let retainer = billed(&app, support).await;
    record(&app, &retainer, "2026-01-10", 705).await;
    run(&app).await;
    issue(&app, &of_cycle(&app, &retainer, 1).await).await;
    app.clock_at("2026-02-01T10:00:00Z").await;
    let february = issue(&app, &of_cycle(&app, &retainer, 2).await).await;
    let lines = february["lines"].as_array().unwrap();
    let overage = lines.iter().find(|line| line["kind"] == "overage").unwrap();
    let note = json!({ "reason": "Not agreed", "kind": "correction",
        "lines": [{ "position": overage["position"], "net_minor": 21_875 }] });
    let path = format!("/invoices/{}/credit-notes", id(&february["summary"]));
    app.as_role(Role::Finance, "POST", &path).json(&note).expect(201).await;
    assert_eq!(
        periods(&app, &retainer).await,
        [[326_250, 0, 300_000, 0], [300_000, 0, 300_000, 0]]
    );
    pay(&app, &retainer, 600_000, "2026-02-01").await;
    assert_eq!(
        periods(&app, &retainer).await,
        [[326_250, 300_000, 0, 0], [300_000, 300_000, 0, 0]]
    );
    app.books_hold().await;
}

/// Ten days before its cycle; then the retainer ends before that comes.
async fn what_was_billed_ahead_stands_above_the_cycles(app: TestApp) {
    let retainer = billed(&app, support).await;
    let path = format!("/retainers/{}/billing", id(&retainer));
    let ahead = json!({ "timing": "advance", "lead_days": 10 });
    app.as_role(Role::Owner, "PUT", &path).version(0).json(&ahead).expect(200).await;
    record(&app, &retainer, "2026-01-10", 240).await;
    app.clock_at("2026-01-25T10:00:00Z").await;
    run(&app).await;
    let february = issue(&app, &of_cycle(&app, &retainer, 2).await).await;
    let page = get(&app, &format!("/retainers/{}/periods", id(&retainer))).await;
    let (coming, now) = (&page["items"][0], &page["items"][1]);
    assert_eq!((&coming["seq"], &coming["status"]), (&json!(2), &Value::Null));
    assert_eq!(
        (&coming["starts_on"], &coming["ends_on"]),
        (&json!("2026-02-01"), &json!("2026-03-01"))
    );
    assert_eq!((&coming["billed_minor"], &coming["pools"]), (&json!(300_000), &json!([])));
    assert_eq!(coming["invoices"][0]["id"], february["summary"]["id"]);
    let told = ["available", "used", "left"].map(|name| now["pools"][0][name].clone());
    assert_eq!((&now["status"], told), (&json!("open"), [600, 240, 360].map(Value::from)));
    let end = json!({ "ends_on": "2026-02-01" });
    post(&app, &format!("/retainers/{}/end", id(&retainer)), end, 200).await;
    app.clock_at("2026-02-20T10:00:00Z").await;
    let page = get(&app, &format!("/retainers/{}/periods", id(&retainer))).await;
    let told = ["seq", "billed_minor"].map(|name| page["items"][0][name].clone());
    assert_eq!(told, [json!(2), json!(300_000)], "it never came, and is owed back");
    assert_eq!(page["items"][1]["status"], "closed");
}

/// The oldest of fifteen was never paid.
async fn what_is_owed_is_of_all_periods(app: TestApp) {
    let retainer = billed(&app, support).await;
    run(&app).await;
    issue(&app, &of_cycle(&app, &retainer, 1).await).await;
    pay(&app, &retainer, 100_000, "2026-01-15").await;
    app.clock_at("2027-03-01T10:00:00Z").await;
    run(&app).await;
    let page = get(&app, &format!("/retainers/{}/periods?limit=200", id(&retainer))).await;
    let all = page["items"].as_array().unwrap();
    assert!(all.len() > 12, "{}", all.len());
    let sum = |name: &str| all.iter().map(|one| one[name].as_i64().unwrap()).sum::<i64>();
    assert_eq!(sum("open_minor"), 200_000);
    let path = format!("/retainers/{}/owed", id(&retainer));
    let owed = get(&app, &path).await;
    let drafted = sum("drafted_minor");
    let told = json!({ "currency": "EUR", "open_minor": 200_000, "drafted_minor": drafted,
        "total_minor": 200_000 + drafted });
    assert_eq!(owed, told);
    app.as_role(Role::Member, "GET", &path).refused(ErrorCode::Forbidden).await;
}
