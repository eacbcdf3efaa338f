//! A draft stands beside the invoice before it, part by part.
use serde_json::{Value, json};
use shared::api::Role;

use super::{billed, invoices, issue, post, run, support};
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{id, record};

on_both_engines![a_draft_is_told_part_by_part_beside_the_one_before_it];

/// Each part: what it comes to now and came to before.
fn parts(invoice: &Value) -> Vec<(&str, Option<i64>, Option<i64>)> {
    let one = |part: &'_ Value| {
        let (now, before) = (part["amount_minor"].as_i64(), part["before_minor"].as_i64());
        let difference = now.unwrap_or(0) - before.unwrap_or(0);
        assert_eq!(part["difference_minor"], difference);
        (now, before)
    };
    let all = invoice["differences"].as_array().unwrap().iter();
    all.map(|part| {
        let (now, before) = one(part);
        (part["part"].as_str().unwrap(), now, before)
    })
    .collect()
}

async fn a_draft_is_told_part_by_part_beside_the_one_before_it(app: TestApp) {
    let discounted = |account: &Value| {
        let mut body = support(account);
        body["terms"]["discount_hundredths"] = json!(1_000);
        body
    };
    let retainer = billed(&app, discounted).await;
    let made = run(&app).await["made"][0].clone();
    let by_hand = json!({ "text": "Set-up", "quantity": 1, "price_minor": 10_000 });
    let change = app.as_role(Role::Finance, "PATCH", &format!("/invoices/{}", id(&made)));
    let change = change.version(&made["version"]).json(&json!({ "lines": [by_hand] }));
    let changed = change.expect(200).await;
    let first = invoices(&app, &retainer).await[0].clone();
    assert_eq!(
        parts(&first),
        [
            ("fee", Some(250_000), None),
            ("discount", Some(-25_000), None),
            ("manual", Some(10_000), None),
            ("tax", Some(47_000), None),
        ]
    );
    issue(&app, &changed).await;

    // January goes beyond its hours, something is spent, and the discount ends.
    record(&app, &retainer, "2026-01-14", 705).await;
    let spent = json!({ "retainer_id": retainer["id"], "spent_on": "2026-01-15",
        "text": "Photographs", "amount_minor": 12_900, "billed_on": true });
    post(&app, "/expenses", spent, 201).await;
    let mut terms = retainer["terms"]["terms"].clone();
    terms["discount_hundredths"] = json!(0);
    let amend = format!("/retainers/{}/amendments", id(&retainer));
    post(&app, &amend, json!({ "terms": terms }), 201).await;
    app.clock_at("2026-02-01T10:00:00Z").await;
    let all = invoices(&app, &retainer).await;
    assert_eq!(all[0]["differences"], json!([]), "what was issued is not compared any more");
    let february = &all[1];
    assert_eq!(
        parts(february),
        [
            ("fee", Some(250_000), Some(250_000)),
            ("discount", None, Some(-25_000)),
            ("overage", Some(21_875), None),
            ("expense", Some(12_900), None),
            ("manual", None, Some(10_000)),
            ("tax", Some(56_955), Some(47_000)),
        ]
    );
    let told = february["differences"].as_array().unwrap().iter();
    let sum: i64 = told.map(|part| part["difference_minor"].as_i64().unwrap()).sum();
    let before = february["before_minor"].as_i64().unwrap();
    assert_eq!(february["total_minor"].as_i64().unwrap() - before, sum);
    app.books_hold().await;
}
