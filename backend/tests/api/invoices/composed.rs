//! What an invoice holds: the fee, what it came to be after it was billed, and overage.
use serde_json::{Value, json};
use shared::api::Role;

use super::{billed, billing, invoices, issue, post, run, support, void};
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::reports::{earned, sums};
use crate::retainers::{agree, get, id, record};
use crate::revenue::month;

on_both_engines![
    overage_is_billed_at_its_rate_and_leads_to_its_ledger,
    a_cycle_in_part_is_billed_by_its_days,
    an_amendment_after_the_bill_is_on_the_next_one,
    in_arrears_a_cycle_is_billed_when_it_is_closed,
    an_early_end_is_settled_by_the_last_invoice,
    what_was_billed_too_much_waits_for_something_to_take_it_off,
    a_lead_bills_ahead_and_a_pause_gives_back,
    an_end_gives_back_what_was_billed_ahead,
    what_is_owed_stays_owed_until_it_is_taken_off,
    what_replaces_a_void_one_leaves_corrections_where_they_are,
];

/// The lines of an invoice as (kind, cycle, amount).
pub async fn lines(app: &TestApp, invoice: &Value) -> Vec<(String, i64, i64)> {
    let invoice = get(app, &format!("/invoices/{}", id(invoice))).await;
    let line = |line: &Value| {
        let kind = line["kind"].as_str().unwrap().to_owned();
        (kind, line["seq"].as_i64().unwrap(), line["amount_minor"].as_i64().unwrap())
    };
    invoice["lines"].as_array().unwrap().iter().map(line).collect()
}

pub fn line(kind: &str, seq: i64, amount: i64) -> (String, i64, i64) {
    (kind.to_owned(), seq, amount)
}

/// Source: domain 5.3: 2,500.00 + 1.75 h x 125.00 = 2,718.75, VAT 543.75, total 3,262.50.
async fn overage_is_billed_at_its_rate_and_leads_to_its_ledger(app: TestApp) {
    let retainer = billed(&app, support).await;
    let entry = record(&app, &retainer, "2026-01-10", 705).await;
    app.clock_at("2026-02-01T00:00:10Z").await;
    let february = &invoices(&app, &retainer).await[1];
    assert_eq!(february["net_minor"], 271_875);
    assert_eq!(
        (&february["tax_minor"], &february["total_minor"]),
        (&json!(54_375), &json!(326_250))
    );
    let expected = [line("fee", 2, 250_000), line("overage", 1, 21_875)];
    assert_eq!(lines(&app, february).await, expected);
    let invoice = get(&app, &format!("/invoices/{}", id(february))).await;
    let overage = &invoice["lines"][1];
    assert_eq!((&overage["quantity"], &overage["unit"]), (&json!(105), &json!("minutes")));
    assert_eq!((&overage["price_minor"], &overage["price_per"]), (&json!(12_500), &json!(60)));
    assert_eq!(overage["cycle_id"], entry["entry"]["cycle_id"], "whose ledger has the entries");
    assert_eq!(earned(&app, &retainer, 1).await.2, 21_875, "it is of the cycle it was used in");
    // Of a cycle whose price nobody bills no share is told, whatever else was billed of it.
    let january = &invoices(&app, &retainer).await[0];
    let ask = app.as_role(Role::Manager, "DELETE", &format!("/invoices/{}", id(january)));
    ask.version(&january["version"]).expect(204).await;
    let sums = sums(&app, &retainer, 1).await;
    let told = ["cycles", "revenue_minor", "margin_share", "unbilled_revenue_minor"];
    assert_eq!(json!(told.map(|name| &sums[name])), json!([0, 0, null, 21_875]));
    app.books_hold().await;
}

async fn a_cycle_in_part_is_billed_by_its_days(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    billing(&app).await;
    for (policy, fee) in [("prorate", 170_000), ("full", 310_000), ("free", 0)] {
        let retainer = agree(&app, |account| {
            let mut body = support(account);
            body["starts_on"] = json!("2026-01-15");
            body["first_partial"] = json!(policy);
            body["terms"]["price"]["amount_minor"] = json!(310_000);
            body
        });
        let retainer = retainer.await;
        run(&app).await;
        let made = invoices(&app, &retainer).await;
        let fees: i64 = made.iter().map(|one| one["net_minor"].as_i64().unwrap()).sum();
        assert_eq!((fees, made.len()), (fee, usize::from(fee > 0)), "{policy}");
        let (now, rest, _, counts) = earned(&app, &retainer, 1).await;
        assert_eq!((now + rest, counts), (fee, 1), "one that is free costs nothing");
    }
    app.clock_at("2026-02-01T10:00:00Z").await;
    let page = get(&app, "/invoices").await;
    let february: Vec<&Value> =
        page["items"].as_array().unwrap().iter().filter(|one| one["seq"] == 2).collect();
    assert!(february.len() == 3 && february.iter().all(|one| one["net_minor"] == 310_000));
}

/// Source: domain 2.11: 30-day April, changed on the 16th: -750.00 + 1,100.00 = +350.00.
async fn an_amendment_after_the_bill_is_on_the_next_one(app: TestApp) {
    app.clock_at("2026-04-16T10:00:00Z").await;
    billing(&app).await;
    let retainer = agree(&app, |account| {
        let mut body = support(account);
        body["starts_on"] = json!("2026-04-01");
        body["terms"]["price"]["amount_minor"] = json!(150_000);
        body
    });
    let retainer = retainer.await;
    run(&app).await;
    let mut terms = retainer["terms"]["terms"].clone();
    terms["price"]["amount_minor"] = json!(220_000);
    let change = json!({ "terms": terms, "effective": "now", "reason": "More work" });
    post(&app, &format!("/retainers/{}/amendments", id(&retainer)), change, 201).await;
    app.clock_at("2026-05-01T10:00:00Z").await;
    app.clock_at("2026-06-01T10:00:00Z").await;
    let all = invoices(&app, &retainer).await;
    assert_eq!(lines(&app, &all[0]).await, [line("fee", 1, 150_000)]);
    let expected = [line("fee", 2, 220_000), line("correction", 1, 35_000)];
    assert_eq!(lines(&app, &all[1]).await, expected);
    assert_eq!(lines(&app, &all[2]).await, [line("fee", 3, 220_000)], "it was corrected once");
    app.books_hold().await;
}

/// Source: domain 5.1: the end of the cycle and its days of grace.
async fn in_arrears_a_cycle_is_billed_when_it_is_closed(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    billing(&app).await;
    let retainer = agree(&app, |account| {
        let mut body = support(account);
        body["terms"]["grace_days"] = json!(3);
        body
    });
    let retainer = retainer.await;
    let path = format!("/retainers/{}/billing", id(&retainer));
    let arrears = json!({ "timing": "arrears", "terms": { "type": "end_of_month" } });
    let put = app.as_role(Role::Manager, "PUT", &path).version(0).json(&arrears);
    assert_eq!(put.expect(200).await["next_on"], "2026-02-04");
    record(&app, &retainer, "2026-01-10", 705).await;
    app.clock_at("2026-02-03T10:00:00Z").await;
    assert_eq!(run(&app).await["made"], json!([]));
    app.clock_at("2026-02-04T00:00:10Z").await;
    let all = invoices(&app, &retainer).await;
    assert_eq!((all.len(), &all[0]["issue_on"]), (1, &json!("2026-02-04")));
    assert_eq!(all[0]["due_on"], "2026-02-28");
    let expected = [line("fee", 1, 250_000), line("overage", 1, 21_875)];
    assert_eq!(lines(&app, &all[0]).await, expected);
    app.books_hold().await;
}

pub async fn ending(app: &TestApp, minutes: i64) -> Value {
    let retainer = billed(app, support).await;
    run(app).await;
    record(app, &retainer, "2026-01-10", minutes).await;
    let end = json!({ "ends_on": "2026-01-21" });
    post(app, &format!("/retainers/{}/end", id(&retainer)), end, 200).await;
    app.clock_at("2026-01-21T10:00:00Z").await;
    app.clock_at("2026-02-05T10:00:00Z").await;
    retainer
}

/// 20 of 31 days: 387 of 600 minutes, 1,612.90 of 2,500.00.
async fn an_early_end_is_settled_by_the_last_invoice(app: TestApp) {
    let retainer = ending(&app, 1_200).await;
    let all = invoices(&app, &retainer).await;
    assert_eq!((all.len(), &all[1]["purpose"]), (2, &json!("final")));
    let expected = [line("correction", 1, 161_290 - 250_000), line("overage", 1, 169_375)];
    assert_eq!(lines(&app, &all[1]).await, expected);
    assert_eq!(run(&app).await["made"], json!([]));
    assert_eq!(earned(&app, &retainer, 1).await, (161_290, 0, 169_375, 1));
    // Where the cycle is due in full, it is earned in the days that it has.
    let full = priced(&app, "2026-02-01", 250_000).await;
    run(&app).await;
    let end = json!({ "ends_on": "2026-02-11", "settlement": "none" });
    post(&app, &format!("/retainers/{}/end", id(&full)), end, 200).await;
    assert_eq!(earned(&app, &full, 1).await, (125_000, 125_000, 0, 1));
    app.clock_at("2026-02-12T10:00:00Z").await;
    assert_eq!(earned(&app, &full, 1).await, (250_000, 0, 0, 1));
    app.books_hold().await;
}

async fn what_was_billed_too_much_waits_for_something_to_take_it_off(app: TestApp) {
    let retainer = ending(&app, 100).await;
    assert_eq!(invoices(&app, &retainer).await.len(), 1, "no invoice of less than nothing");
    let held = run(&app).await["held"].clone();
    assert_eq!((&held[0]["seq"], &held[0]["reason"]), (&json!(1), &json!("negative")));
    assert_eq!(held[0]["retainer_id"], retainer["id"]);
    assert_eq!(earned(&app, &retainer, 1).await, (161_290, 250_000 - 161_290, 0, 1));
    app.books_hold().await;
}

/// Source: domain 2.10, 5.1: billed ten days ahead, then paused from the 10th of March.
async fn a_lead_bills_ahead_and_a_pause_gives_back(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    billing(&app).await;
    let retainer = agree(&app, |account| {
        let mut body = support(account);
        body["terms"]["price"]["amount_minor"] = json!(310_000);
        body
    });
    let retainer = retainer.await;
    let path = format!("/retainers/{}/billing", id(&retainer));
    let ahead = json!({ "timing": "advance", "lead_days": 10 });
    app.as_role(Role::Owner, "PUT", &path).version(0).json(&ahead).expect(200).await;
    app.clock_at("2026-02-19T10:00:00Z").await;
    let all = invoices(&app, &retainer).await;
    assert_eq!((all.len(), &all[2]["issue_on"]), (3, &json!("2026-02-19")));
    let pause = json!({ "from": "2026-03-10", "to": "2026-04-05" });
    post(&app, &format!("/retainers/{}/pause", id(&retainer)), pause, 200).await;
    // Until it is given back, what is billed of days without service is owed.
    app.clock_at("2026-03-05T10:00:00Z").await;
    assert_eq!(earned(&app, &retainer, 3).await, (50_000, 260_000, 0, 1));
    app.clock_at("2026-03-20T10:00:00Z").await;
    assert_eq!(earned(&app, &retainer, 3).await, (90_000, 220_000, 0, 1));
    app.clock_at("2026-03-26T10:00:00Z").await;
    assert_eq!(earned(&app, &retainer, 3).await, (90_000, 0, 0, 1));
    app.clock_at("2026-04-07T10:00:00Z").await;
    assert_eq!(earned(&app, &retainer, 4).await, (31_000, 237_667, 0, 1));
    let all = invoices(&app, &retainer).await;
    // April has 26 of 30 days; 22 of 31 days of March are given back.
    let expected = [line("fee", 4, 268_667), line("correction", 3, 90_000 - 310_000)];
    assert_eq!(lines(&app, &all[3]).await, expected);
    // By month: all is on drafts, until March is issued with days that nobody serves.
    assert_eq!(month(&app, &retainer, "2026-03-01").await, (0, 90_000, 0, 710_000));
    issue(&app, &all[2]).await;
    assert_eq!(month(&app, &retainer, "2026-04-01").await, (310_000, 31_000, 220_000, 651_000));
    app.books_hold().await;
}

async fn priced(app: &TestApp, starts_on: &str, price: i64) -> Value {
    let retainer = agree(app, |account| {
        let mut body = support(account);
        body["starts_on"] = json!(starts_on);
        body["terms"]["price"]["amount_minor"] = json!(price);
        body
    });
    retainer.await
}

async fn amend(app: &TestApp, retainer: &Value, price: i64, effective: &str) {
    let mut terms = retainer["terms"]["terms"].clone();
    terms["price"]["amount_minor"] = json!(price);
    let change = json!({ "terms": terms, "effective": effective, "reason": "Less work" });
    post(app, &format!("/retainers/{}/amendments", id(retainer)), change, 201).await;
}

/// Source: domain 2.12: February was billed on 22 January and is not served.
async fn an_end_gives_back_what_was_billed_ahead(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    billing(&app).await;
    let retainer = priced(&app, "2026-01-01", 250_000).await;
    let path = format!("/retainers/{}/billing", id(&retainer));
    let ahead = json!({ "timing": "advance", "lead_days": 10 });
    app.as_role(Role::Owner, "PUT", &path).version(0).json(&ahead).expect(200).await;
    for day in ["2026-01-10", "2026-01-11"] {
        record(&app, &retainer, day, 1_020).await;
    }
    app.clock_at("2026-01-22T10:00:00Z").await;
    assert_eq!(invoices(&app, &retainer).await.len(), 2);
    let end = json!({ "ends_on": "2026-02-01" });
    post(&app, &format!("/retainers/{}/end", id(&retainer)), end, 200).await;
    app.clock_at("2026-02-01T10:00:00Z").await;
    app.clock_at("2026-02-05T10:00:00Z").await;
    let all = invoices(&app, &retainer).await;
    assert_eq!((all.len(), &all[2]["purpose"]), (3, &json!("final")));
    let expected = [line("correction", 2, -250_000), line("overage", 1, 300_000)];
    assert_eq!(lines(&app, &all[2]).await, expected);
    assert_eq!(run(&app).await["held"], json!([]));

    // The draft of February is discarded after that: what was given back of it is owed again.
    issue(&app, &all[2]).await;
    let february = format!("/invoices/{}", id(&all[1]));
    let gone = app.as_role(Role::Finance, "DELETE", &february).version(&all[1]["version"]);
    gone.expect(204).await;
    let made = run(&app).await["made"].clone();
    assert_eq!(made.as_array().unwrap().len(), 1);
    assert_eq!(lines(&app, &made[0]).await, [line("correction", 2, 250_000)]);
    app.books_hold().await;
}

/// 17 of 31 days of January cost 10.00 instead of 2,500.00 a month: no fee of 10.00 is enough to
/// take that off, and half a year later one of 2,500.00 is.
async fn what_is_owed_stays_owed_until_it_is_taken_off(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    billing(&app).await;
    let retainer = priced(&app, "2026-01-01", 250_000).await;
    run(&app).await;
    amend(&app, &retainer, 1_000, "now").await;
    app.clock_at("2026-06-15T10:00:00Z").await;
    let all = invoices(&app, &retainer).await;
    assert_eq!(all.len(), 6);
    assert_eq!(lines(&app, &all[5]).await, [line("fee", 6, 1_000)]);
    let held = run(&app).await["held"].clone();
    assert_eq!((&held[0]["seq"], &held[0]["reason"]), (&json!(1), &json!("negative")));
    amend(&app, &retainer, 250_000, "next_cycle").await;
    app.clock_at("2026-07-01T10:00:00Z").await;
    let all = invoices(&app, &retainer).await;
    let expected = [line("fee", 7, 250_000), line("correction", 1, 548 - 137_097)];
    assert_eq!(lines(&app, &all[6]).await, expected);
    assert_eq!(run(&app).await["held"], json!([]));
    app.books_hold().await;
}

/// Source: domain 5.8: April is billed by its own invoice and by May's, whichever of them is void.
async fn what_replaces_a_void_one_leaves_corrections_where_they_are(app: TestApp) {
    app.clock_at("2026-04-16T10:00:00Z").await;
    billing(&app).await;
    let retainer = priced(&app, "2026-04-01", 150_000).await;
    run(&app).await;
    amend(&app, &retainer, 220_000, "now").await;
    let april = issue(&app, &invoices(&app, &retainer).await[0]).await;
    app.clock_at("2026-05-01T10:00:00Z").await;
    let may = &invoices(&app, &retainer).await[1];
    let expected = [line("fee", 2, 220_000), line("correction", 1, 35_000)];
    assert_eq!(lines(&app, may).await, expected);
    let of_april = async || {
        let all = invoices(&app, &retainer).await;
        let drafts = all.into_iter().filter(|one| one["seq"] == 1 && one["state"] == "draft");
        drafts.collect::<Vec<_>>()
    };
    let gone = void(&app, &april, true).await;
    assert_eq!(gone["summary"]["state"], "void");
    let again = of_april().await;
    assert_eq!(lines(&app, &again[0]).await, [line("fee", 1, 150_000)]);

    // One that was withdrawn for good is made again on demand.
    let again = issue(&app, &again[0]).await;
    void(&app, &again, false).await;
    assert_eq!(run(&app).await["made"], json!([]));
    post(&app, "/billing-runs", json!({ "discarded": true }), 201).await;
    assert_eq!(lines(&app, &of_april().await[0]).await, [line("fee", 1, 150_000)]);
    app.books_hold().await;
}
