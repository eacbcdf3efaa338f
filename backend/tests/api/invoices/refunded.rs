//! What was bought and never used is paid back when a retainer ends, where its terms say so.
//! Source: domain 2.12 (C7), decision 0048.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::{billed, invoices, issue, post, run, support, void};
use crate::app::{Answer, TestApp};
use crate::ask::Ask;
use crate::on_both_engines;
use crate::retainers::{agree, get, id, record};

on_both_engines![
    what_is_unused_at_the_end_is_paid_back_once,
    what_is_billed_in_arrears_is_paid_back_too,
    what_began_after_a_pause_is_paid_back_by_its_own_price,
    what_is_withdrawn_is_not_paid_back,
    prices_with_tax_are_paid_back_with_their_tax,
    what_is_credited_in_the_days_of_grace_is_paid_back,
];

/// Hours that are only bought, and paid back if they are unused.
fn bought(account: &Value) -> Value {
    let mut body = support(account);
    body["terms"]["pools"] = json!([{ "unit": "minutes", "allowance": 0, "refund_at_end": true }]);
    body
}

async fn buy(app: &TestApp, of: &Value, quantity: i64, price: i64, change: Value) -> Value {
    let mut body = json!({ "retainer_id": of["id"], "kind": "purchase", "quantity": quantity,
        "price_minor": price, "reason": "Hours" });
    for (key, value) in change.as_object().unwrap() {
        body[key] = value.clone();
    }
    post(app, "/adjustments", body, 201).await
}

async fn end(app: &TestApp, of: &Value, day: Option<&str>) -> Value {
    post(app, &format!("/retainers/{}/end", id(of)), json!({ "ends_on": day }), 200).await
}

/// What is paid back of it, without tax.
async fn owed(app: &TestApp, of: &Value) -> i64 {
    get(app, &format!("/retainers/{}", id(of))).await["refund_minor"].as_i64().unwrap()
}

fn refunding(app: &TestApp, of: &Value) -> Ask {
    let path = format!("/retainers/{}/purchase-refunds", id(of));
    app.as_role(Role::Finance, "POST", &path).json(&json!({ "reason": "Never used" }))
}

/// What each credit note that pays back comes to: (net, tax).
async fn refunded(app: &TestApp, of: &Value) -> Vec<(i64, i64)> {
    let made = refunding(app, of).expect(201).await;
    let figure = |note: &Value, name: &str| note[name].as_i64().unwrap();
    let told = |note: &Value| (figure(note, "net_minor"), figure(note, "tax_minor"));
    made["credit_notes"].as_array().unwrap().iter().map(told).collect()
}

/// Issues all that is drafted.
async fn issued(app: &TestApp, of: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    for one in invoices(app, of).await.iter().filter(|one| one["state"] == "draft") {
        all.push(issue(app, one).await);
    }
    all
}

/// What the billing run says is due and was not made.
async fn held(app: &TestApp) -> Value {
    run(app).await["held"].clone()
}

/// 400 of 600 minutes that cost 900.00 are left, of which 90.00 were given before.
async fn what_is_unused_at_the_end_is_paid_back_once(app: TestApp) {
    let retainer = billed(&app, bought).await;
    let other = agree(&app, |account| {
        let mut body = bought(account);
        body["terms"]["pools"][0]["refund_at_end"] = json!(false);
        body
    })
    .await;
    for one in [&retainer, &other] {
        buy(&app, one, 600, 90_000, json!({})).await;
        let given = json!({ "kind": "goodwill", "price_minor": null });
        buy(&app, one, 60, 0, given).await;
        record(&app, one, "2026-01-15", 260).await;
        assert_eq!(owed(&app, one).await, 0, "nothing was billed");
    }
    run(&app).await;
    let first = issued(&app, &retainer).await.remove(0);
    issued(&app, &other).await;
    assert_eq!(owed(&app, &retainer).await, 60_000);
    assert_eq!(owed(&app, &other).await, 0);
    // Who may not read invoices is told no sum of them.
    let path = format!("/retainers/{}", id(&retainer));
    let seen = app.as_role(Role::Member, "GET", &path).expect(200).await;
    assert_eq!(seen["refund_minor"], 0);
    let lines = json!([{ "position": 2, "net_minor": 9_000 }]);
    let note = json!({ "kind": "goodwill", "reason": "For the delay", "lines": lines });
    let notes = format!("/invoices/{}/credit-notes", id(&first));
    post(&app, &notes, note.clone(), 201).await;
    assert_eq!(owed(&app, &retainer).await, 54_000);
    refunding(&app, &retainer).refused(ErrorCode::InvoiceEmpty).await;
    // An end that is moved or taken back has paid nothing back.
    end(&app, &retainer, Some("2026-01-21")).await;
    end(&app, &retainer, None).await;
    for one in [&retainer, &other] {
        end(&app, one, Some("2026-02-01")).await;
    }
    app.clock_at("2026-02-02T10:00:00Z").await;
    assert_eq!(get(&app, &format!("/retainers/{}", id(&retainer))).await["state"], "ended");
    assert_eq!((owed(&app, &retainer).await, owed(&app, &other).await), (54_000, 0));
    let told = held(&app).await;
    let waits = |one: &Value| (one["retainer_id"].clone(), one["reason"].clone());
    let waits: Vec<_> = told.as_array().unwrap().iter().map(waits).collect();
    assert_eq!(waits, [(retainer["id"].clone(), json!("negative"))]);
    app.books_hold().await;
    // What is credited of it by hand is not paid back again, nor is what was.
    post(&app, &notes, note, 201).await;
    assert_eq!(owed(&app, &retainer).await, 45_000);
    let denied = |role| {
        let path = format!("/retainers/{}/purchase-refunds", id(&retainer));
        app.as_role(role, "POST", &path).json(&json!({ "reason": "Never used" }))
    };
    denied(Role::Manager).refused(ErrorCode::Forbidden).await;
    assert_eq!(refunded(&app, &retainer).await, [(45_000, 9_000)]);
    assert_eq!(owed(&app, &retainer).await, 0);
    refunding(&app, &retainer).refused(ErrorCode::InvoiceEmpty).await;
    refunding(&app, &other).refused(ErrorCode::InvoiceEmpty).await;
    let run = run(&app).await;
    assert_eq!((&run["made"], &run["held"]), (&json!([]), &json!([])));
    app.books_hold().await;
}

/// In arrears the last cycle bills itself after the end, and nothing comes after it.
async fn what_is_billed_in_arrears_is_paid_back_too(app: TestApp) {
    let retainer = billed(&app, bought).await;
    let path = format!("/retainers/{}/billing", id(&retainer));
    let arrears = json!({ "timing": "arrears" });
    app.as_role(Role::Owner, "PUT", &path).version(0).json(&arrears).expect(200).await;
    // 100.00 for three hours, of which one is left: 33.33. And two at 10.00 that nobody touched.
    buy(&app, &retainer, 180, 10_000, json!({})).await;
    record(&app, &retainer, "2026-01-15", 120).await;
    end(&app, &retainer, Some("2026-02-11")).await;
    app.clock_at("2026-02-01T10:00:00Z").await;
    buy(&app, &retainer, 120, 1_000, json!({})).await;
    // One that ends before the retainer does is not paid back.
    buy(&app, &retainer, 120, 1_000, json!({ "ends_on": "2026-02-11" })).await;
    run(&app).await;
    issued(&app, &retainer).await;
    assert_eq!(owed(&app, &retainer).await, 3_333);
    app.clock_at("2026-02-12T10:00:00Z").await;
    assert_eq!(owed(&app, &retainer).await, 3_333);
    run(&app).await;
    issued(&app, &retainer).await;
    assert_eq!(owed(&app, &retainer).await, 4_333);
    assert_eq!(refunded(&app, &retainer).await, [(3_333, 667), (1_000, 200)]);
    assert_eq!((owed(&app, &retainer).await, held(&app).await), (0, json!([])));
    app.books_hold().await;
}

/// Two packages that were bought on one day, one for the day on which service resumes; the end comes
/// in a pause, and is told of in it.
async fn what_began_after_a_pause_is_paid_back_by_its_own_price(app: TestApp) {
    let retainer = billed(&app, bought).await;
    let pause = json!({ "from": "2026-01-21", "to": "2026-02-10" });
    post(&app, &format!("/retainers/{}/pause", id(&retainer)), pause, 200).await;
    buy(&app, &retainer, 100, 50_000, json!({})).await;
    buy(&app, &retainer, 100, 20_000, json!({ "on": "2026-02-10" })).await;
    // A change order brings time as well, for a fee of its own: it is no purchase with a price.
    buy(&app, &retainer, 100, 0, json!({ "price_minor": null, "on": "2026-02-20" })).await;
    run(&app).await;
    app.clock_at("2026-01-25T10:00:00Z").await;
    issued(&app, &retainer).await;
    app.clock_at("2026-02-12T10:00:00Z").await;
    run(&app).await;
    issued(&app, &retainer).await;
    record(&app, &retainer, "2026-02-12", 130).await;
    // 100 of the first and 30 of the second are used.
    assert_eq!(owed(&app, &retainer).await, 14_000);
    let pause = json!({ "from": "2026-02-20", "to": "2026-05-01" });
    post(&app, &format!("/retainers/{}/pause", id(&retainer)), pause, 200).await;
    app.clock_at("2026-03-01T10:00:00Z").await;
    assert_eq!(owed(&app, &retainer).await, 14_000, "in a pause");
    end(&app, &retainer, Some("2026-03-10")).await;
    assert_eq!(owed(&app, &retainer).await, 14_000);
    app.clock_at("2026-03-11T10:00:00Z").await;
    assert_eq!(get(&app, &format!("/retainers/{}", id(&retainer))).await["state"], "ended");
    assert_eq!(refunded(&app, &retainer).await, [(14_000, 2_800)]);
    app.books_hold().await;
}

/// The invoice that bills a purchase is withdrawn while a draft of the last one waits.
async fn what_is_withdrawn_is_not_paid_back(app: TestApp) {
    let retainer = billed(&app, bought).await;
    buy(&app, &retainer, 600, 90_000, json!({})).await;
    run(&app).await;
    let first = issued(&app, &retainer).await.remove(0);
    end(&app, &retainer, Some("2026-02-01")).await;
    buy(&app, &retainer, 60, 6_000, json!({ "reason": "An hour" })).await;
    app.clock_at("2026-02-02T10:00:00Z").await;
    run(&app).await;
    assert_eq!(owed(&app, &retainer).await, 90_000);
    void(&app, &first, false).await;
    assert_eq!(owed(&app, &retainer).await, 0, "nobody is asked for it any more");
    refunding(&app, &retainer).refused(ErrorCode::InvoiceEmpty).await;
    issued(&app, &retainer).await;
    assert_eq!(owed(&app, &retainer).await, 6_000);
    // Another last one asks for it again; then it is owed again.
    run(&app).await;
    issued(&app, &retainer).await;
    assert_eq!(owed(&app, &retainer).await, 96_000);
    assert_eq!(refunded(&app, &retainer).await, [(6_000, 1_200), (90_000, 18_000)]);
    // An invoice of which something was credited is not withdrawn, so nothing is lost by it.
    for one in invoices(&app, &retainer).await.iter().filter(|one| one["state"] == "issued") {
        let path = format!("/invoices/{}/void", id(one));
        let body = json!({ "reason": "x", "replace": false });
        let ask = app.as_role(Role::Finance, "POST", &path).version(&one["version"]);
        ask.json(&body).refused(ErrorCode::InvoiceSettled).await;
    }
    app.books_hold().await;
}

/// 1,080.00 with 20 % in it, half of it unused: 450.00 and 90.00.
async fn prices_with_tax_are_paid_back_with_their_tax(app: TestApp) {
    let retainer = billed(&app, bought).await;
    let settings = json!({
        "legal_name": "Fieldwork Studio GmbH", "address": "Hafenstr. 1", "prefix": "INV-",
        "taxes": [{ "code": "VAT", "percent": "20" }], "starts_on": "2026-01-01",
        "tax_mode": "inclusive",
    });
    let put = app.as_role(Role::Finance, "PUT", "/organisation/billing").version(1);
    put.json(&settings).expect(200).await;
    buy(&app, &retainer, 600, 108_000, json!({})).await;
    record(&app, &retainer, "2026-01-15", 300).await;
    run(&app).await;
    issued(&app, &retainer).await;
    end(&app, &retainer, Some("2026-02-01")).await;
    app.clock_at("2026-02-02T10:00:00Z").await;
    assert_eq!(owed(&app, &retainer).await, 45_000);
    assert_eq!(refunded(&app, &retainer).await, [(45_000, 9_000)]);
    app.books_hold().await;
}

/// The last cycle closes five days after the end: what is credited in them is given back once.
async fn what_is_credited_in_the_days_of_grace_is_paid_back(app: TestApp) {
    let retainer = billed(&app, |account| {
        let mut body = bought(account);
        body["terms"]["grace_days"] = json!(5);
        body
    })
    .await;
    buy(&app, &retainer, 600, 90_000, json!({})).await;
    record(&app, &retainer, "2026-01-15", 200).await;
    run(&app).await;
    let first = issued(&app, &retainer).await.remove(0);
    end(&app, &retainer, Some("2026-02-01")).await;
    app.clock_at("2026-02-03T10:00:00Z").await;
    let lines = json!([{ "position": 2, "net_minor": 9_000 }]);
    let note = json!({ "kind": "goodwill", "reason": "For the delay", "lines": lines });
    post(&app, &format!("/invoices/{}/credit-notes", id(&first)), note, 201).await;
    app.clock_at("2026-02-08T10:00:00Z").await;
    assert_eq!(get(&app, &format!("/retainers/{}", id(&retainer))).await["state"], "ended");
    // 400 of 600 minutes for 900.00, of which 90.00 were given.
    assert_eq!(owed(&app, &retainer).await, 51_000);
    assert_eq!(refunded(&app, &retainer).await, [(51_000, 10_200)]);
    app.books_hold().await;
}
