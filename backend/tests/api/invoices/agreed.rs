//! Fees of change orders: the invoice that comes next bills each, once.
use backend::check;
use backend::db::{Arg, Query};
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};
use uuid::Uuid;

use super::composed::{line, lines as priced};
use super::{billed, invoices, issue, post, run, support, void};
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{get, id};

on_both_engines![
    the_fee_of_a_change_order_is_billed_once,
    a_fee_waits_for_its_day_and_comes_before_the_end,
    fees_that_are_billed_twice_or_not_at_all_are_found,
    what_was_bought_is_billed_at_its_price_once,
];

/// A change order for a request, accepted by somebody at the client.
pub async fn ordered(app: &TestApp, retainer: &Value, title: &str, change: Value) -> Value {
    let body = json!({ "retainer_id": retainer["id"], "title": title,
        "details": { "scope_match": { "kind": "unclear" } } });
    let request = post(app, "/requests", body, 201).await;
    let triage = format!("/requests/{}/triage", id(&request));
    let body = json!({ "verdict": "change_order", "reason": "Mia wants it", "change": change });
    let triage = app.as_role(Role::Owner, "POST", &triage).version(&request["version"]);
    let done = triage.json(&body).expect(200).await;
    let people = format!("/accounts/{}/contacts", retainer["account_id"].as_str().unwrap());
    let mia = post(app, &people, json!({ "name": "Mia Berg" }), 201).await;
    let change = done["triage"]["scope_change_id"].as_str().unwrap();
    let by = json!({ "decided_by": { "kind": "contact", "id": mia["id"] }, "evidence": "Mail" });
    post(app, &format!("/scope-changes/{change}/accept"), by, 200).await
}

/// The fees of change orders on an invoice, as (text, amount).
pub async fn fees(app: &TestApp, invoice: &Value) -> Vec<(String, i64)> {
    let invoice = get(app, &format!("/invoices/{}", id(invoice))).await;
    let agreed = invoice["lines"].as_array().unwrap().iter().filter(|one| one["kind"] == "agreed");
    let fee = |one: &Value| {
        let of = [&one["scope_change_id"], &one["adjustment_id"], &one["expense_id"]];
        assert_eq!(of.iter().filter(|of| of.is_string()).count(), 1, "{one}");
        (one["text"].as_str().unwrap().to_owned(), one["amount_minor"].as_i64().unwrap())
    };
    agreed.map(fee).collect()
}

fn video() -> Vec<(String, i64)> {
    vec![("Change order 1: Video for the fair".to_owned(), 120_000)]
}

/// The invoice that counts of a cycle.
pub async fn of_cycle(app: &TestApp, retainer: &Value, seq: i64) -> Value {
    let all = invoices(app, retainer).await;
    let counts = |one: &&Value| one["seq"] == seq && one["state"] != "void";
    all.iter().find(counts).unwrap_or_else(|| panic!("no invoice of cycle {seq}")).clone()
}

async fn the_fee_of_a_change_order_is_billed_once(app: TestApp) {
    let retainer = billed(&app, support).await;
    run(&app).await;
    let change = json!({ "effective_on": "2026-01-20", "minutes": 480, "fee_minor": 120_000 });
    let change = ordered(&app, &retainer, "Video for the fair", change).await;
    let free = json!({ "effective_on": "2026-01-20", "fee_minor": 0 });
    ordered(&app, &retainer, "A flyer", free).await;
    assert_eq!(run(&app).await["made"], json!([]), "it makes no invoice of its own");
    app.clock_at("2026-02-01T00:00:10Z").await;
    app.clock_at("2026-02-01T08:00:00Z").await;
    assert_eq!(run(&app).await["made"], json!([]));
    let january = of_cycle(&app, &retainer, 1).await;
    assert_eq!(fees(&app, &january).await, [], "a draft stays as it was made");
    let february = of_cycle(&app, &retainer, 2).await;
    assert_eq!(fees(&app, &february).await, video());
    // 2,500.00 and 1,200.00, with 20 % of VAT.
    assert_eq!(
        (&february["net_minor"], &february["total_minor"]),
        (&json!(370_000), &json!(444_000))
    );
    app.books_hold().await;
    // Lines by hand come and go beside it.
    let path = format!("/invoices/{}", id(&february));
    let photos = json!({ "lines": [{ "text": "Photos", "quantity": 1, "price_minor": 4_900 }] });
    for (version, body) in [(1, photos), (2, json!({ "lines": [] }))] {
        let patch = app.as_role(Role::Owner, "PATCH", &path).version(version);
        patch.json(&body).expect(200).await;
        assert_eq!(fees(&app, &february).await, video());
    }
    app.books_hold().await;

    // Another in the place of a void one has it; so has the next where none takes that place.
    let issued = issue(&app, &of_cycle(&app, &retainer, 2).await).await;
    assert_eq!(issued["lines"][1]["scope_change_id"], change["id"]);
    void(&app, &issued, true).await;
    let again = of_cycle(&app, &retainer, 2).await;
    assert_eq!((fees(&app, &again).await, &again["revision"]), (video(), &json!(2)));
    app.books_hold().await;
    let issued = issue(&app, &again).await;
    void(&app, &issued, false).await;
    app.books_hold().await;
    app.clock_at("2026-03-01T10:00:00Z").await;
    let march = of_cycle(&app, &retainer, 3).await;
    assert_eq!(fees(&app, &march).await, video());
    // A draft that is discarded gives it to the next.
    let discard = app.as_role(Role::Owner, "DELETE", &format!("/invoices/{}", id(&march)));
    discard.version(&march["version"]).expect(204).await;
    app.books_hold().await;
    app.clock_at("2026-04-01T10:00:00Z").await;
    let april = issue(&app, &of_cycle(&app, &retainer, 4).await).await;
    assert_eq!(fees(&app, &april).await, video());

    // What was billed wrongly is billed again, whole; what was given is not.
    let credit = |invoice: &Value, kind: &str, net: i64| {
        let part = json!({ "position": 2, "net_minor": net });
        let body = json!({ "kind": kind, "reason": "x", "lines": [part] });
        let path = format!("/invoices/{}/credit-notes", id(invoice));
        app.as_role(Role::Owner, "POST", &path).json(&body)
    };
    credit(&april, "correction", 1).faulty("/lines/0/net_minor", "not_allowed").await;
    credit(&april, "correction", 120_000).expect(201).await;
    app.books_hold().await;
    app.clock_at("2026-05-01T10:00:00Z").await;
    let may = issue(&app, &of_cycle(&app, &retainer, 5).await).await;
    assert_eq!(fees(&app, &may).await, video());
    credit(&may, "goodwill", 120_000).expect(201).await;
    app.clock_at("2026-06-01T10:00:00Z").await;
    assert_eq!(priced(&app, &of_cycle(&app, &retainer, 6).await).await, [line("fee", 6, 250_000)]);
    app.books_hold().await;
}

/// In yen, which have no minor units, with taxes that are rounded. The retainer beside it, and the
/// organisation beside that, bill nothing of it.
async fn a_fee_waits_for_its_day_and_comes_before_the_end(app: TestApp) {
    let yen = |account: &Value| {
        let mut body = support(account);
        body["terms"]["price"] = json!({ "amount_minor": 300_000, "currency": "JPY" });
        body
    };
    let retainer = billed(&app, yen).await;
    let beside = crate::retainers::agree(&app, support).await;
    let neighbour = async |path: &str, method: &str, body: Value, status: u16| {
        let ask = app.as_person("owner@next.example", method, path).version(0);
        ask.json(&body).expect(status).await
    };
    app.tenant("next").await;
    let settings = json!({ "legal_name": "Next", "address": "x", "starts_on": "2026-01-01" });
    neighbour("/organisation/billing", "PUT", settings, 200).await;
    let change = |day: &str, fee: i64| json!({ "effective_on": day, "fee_minor": fee });
    // Agreed on after its day; for a day to come; for one on which the retainer has ended.
    ordered(&app, &retainer, "Signs", change("2026-01-02", 33_333)).await;
    ordered(&app, &retainer, "Stand", change("2026-02-10", 90_001)).await;
    ordered(&app, &retainer, "Never", change("2026-02-25", 7)).await;
    let end = json!({ "ends_on": "2026-02-21" });
    post(&app, &format!("/retainers/{}/end", id(&retainer)), end, 200).await;
    let theirs = neighbour("/billing-runs", "POST", json!({}), 201).await;
    assert_eq!(theirs, json!({ "made": [], "held": [] }));
    run(&app).await;
    let january = of_cycle(&app, &retainer, 1).await;
    assert_eq!(fees(&app, &january).await, [("Change order 1: Signs".to_owned(), 33_333)]);
    // 20 % of 33,333 is 6,666.6.
    assert_eq!((&january["currency"], &january["tax_minor"]), (&json!("JPY"), &json!(66_667)));
    app.clock_at("2026-02-01T10:00:00Z").await;
    assert_eq!(fees(&app, &of_cycle(&app, &retainer, 2).await).await, []);
    app.books_hold().await;
    for day in ["02-10", "02-20", "02-21", "02-22", "03-05"] {
        app.clock_at(&format!("2026-{day}T10:00:00Z")).await;
    }
    let all = invoices(&app, &retainer).await;
    let last: Vec<&Value> = all.iter().filter(|one| one["purpose"] == "final").collect();
    assert_eq!(last.len(), 1);
    assert_eq!(fees(&app, last[0]).await, [("Change order 2: Stand".to_owned(), 90_001)]);
    assert_eq!(run(&app).await["made"], json!([]));
    for invoice in invoices(&app, &beside).await {
        assert_eq!(fees(&app, &invoice).await, []);
    }
    app.books_hold().await;
}

async fn fees_that_are_billed_twice_or_not_at_all_are_found(app: TestApp) {
    let retainer = billed(&app, support).await;
    run(&app).await;
    let change = json!({ "effective_on": "2026-01-20", "fee_minor": 120_000 });
    ordered(&app, &retainer, "Video for the fair", change).await;
    let late = json!({ "effective_on": "2026-01-20" });
    let late = ordered(&app, &retainer, "A flyer", late).await;
    app.clock_at("2026-02-01T10:00:00Z").await;
    let february = of_cycle(&app, &retainer, 2).await;
    app.books_hold().await;
    let tampering: [(&'static str, &'static str, &Value, &str); 4] = [
        (
            "UPDATE billed_changes SET invoice_id = NULL WHERE invoice_id = $1",
            "UPDATE billed_changes SET invoice_id = $1",
            &february,
            "bills a fee that it did not take",
        ),
        (
            "UPDATE invoice_lines SET scope_change_id = NULL
                WHERE invoice_id = $1 AND scope_change_id IS NOT NULL",
            "UPDATE invoice_lines SET scope_change_id = (SELECT scope_change_id FROM billed_changes)
                WHERE invoice_id = $1 AND kind = 'manual'",
            &february,
            "took a fee that it does not bill",
        ),
        (
            "UPDATE scope_changes SET fee_minor = fee_minor + 1 WHERE number = 1 AND id <> $1",
            "UPDATE scope_changes SET fee_minor = fee_minor - 1 WHERE number = 1 AND id <> $1",
            &late,
            "bills another fee than its change order has",
        ),
        (
            "UPDATE scope_changes SET fee_minor = 5 WHERE id = $1",
            "UPDATE scope_changes SET fee_minor = NULL WHERE id = $1",
            &late,
            "the fee of change order 2 is on no invoice",
        ),
    ];
    for (tamper, mend, of, told) in tampering {
        changes_one(&app, tamper, of).await;
        let found = check::run(&app.db).await.unwrap();
        assert!(found.len() == 1 && found[0].contains(told), "{tamper}: {found:?}");
        changes_one(&app, mend, of).await;
        app.books_hold().await;
    }
    // The same fee on a second invoice is refused by the database itself.
    let january = id(&of_cycle(&app, &retainer, 1).await).parse::<Uuid>().unwrap();
    let sql = "INSERT INTO billed_changes (organisation_id, scope_change_id, invoice_id)
        SELECT organisation_id, scope_change_id, $1 FROM billed_changes";
    let twice = || Query::with(sql, vec![Arg::from(january)]);
    assert!(app.db.write(async |tx| Ok(tx.execute(twice()).await?)).await.is_err());
}

/// Source: domain 1.3: ten sessions for 900.00.
async fn what_was_bought_is_billed_at_its_price_once(app: TestApp) {
    let sessions = |account: &Value| {
        let mut body = support(account);
        body["terms"]["pools"] = json!([{ "unit": "sessions", "allowance": 4 }]);
        body
    };
    let retainer = billed(&app, sessions).await;
    run(&app).await;
    let ask = |change: Value| {
        let mut body = json!({ "retainer_id": retainer["id"], "kind": "purchase", "quantity": 10,
            "price_minor": 90_000, "reason": "Ten sessions\nby mail" });
        for (key, value) in change.as_object().unwrap() {
            body[key] = value.clone();
        }
        app.as_role(Role::Manager, "POST", "/adjustments").json(&body)
    };
    ask(json!({ "kind": "goodwill" })).faulty("/price_minor", "not_allowed").await;
    ask(json!({ "price_minor": 0 })).faulty("/price_minor", "out_of_range").await;
    let ten = ask(json!({})).expect(201).await["adjustment"].clone();
    assert_eq!(ten["price_minor"], 90_000);
    ask(json!({ "price_minor": null })).expect(201).await;
    // What was taken back before it was billed is not; what is bought ahead is billed from its day.
    let back = |one: &Value| {
        let path = format!("/adjustments/{}", id(one));
        app.as_role(Role::Manager, "DELETE", &path).version(&one["version"])
    };
    let wrong = ask(json!({ "price_minor": 1 })).expect(201).await["adjustment"].clone();
    back(&wrong).expect(200).await;
    let ahead = json!({ "on": "2026-02-10", "price_minor": 5_000, "reason": "Five" });
    let five = ask(ahead).expect(201).await["adjustment"].clone();
    // The bill comes before the cycle in which it was bought closes.
    let path = format!("/retainers/{}/billing", id(&retainer));
    let lead = json!({ "timing": "advance", "lead_days": 10 });
    app.as_role(Role::Owner, "PUT", &path).version(0).json(&lead).expect(200).await;
    app.clock_at("2026-01-22T10:00:00Z").await;
    let february = of_cycle(&app, &retainer, 2).await;
    assert_eq!(fees(&app, &february).await, [("Ten sessions".to_owned(), 90_000)]);
    // Taken back while the bill is a draft, it leaves it, and nothing else does.
    app.books_hold().await;
    back(&ten).expect(200).await;
    assert_eq!(priced(&app, &february).await, [line("fee", 2, 250_000)]);
    let draft = of_cycle(&app, &retainer, 2).await;
    assert_eq!((&draft["net_minor"], &draft["version"]), (&json!(250_000), &json!(2)));
    app.books_hold().await;
    issue(&app, &draft).await;
    app.clock_at("2026-02-19T10:00:00Z").await;
    let march = issue(&app, &of_cycle(&app, &retainer, 3).await).await;
    assert_eq!(fees(&app, &march).await, [("Five".to_owned(), 5_000)]);
    app.books_hold().await;

    // Bought and billed: a credit note comes first, then it is taken back and not billed again.
    let two = ask(json!({ "quantity": 2, "price_minor": 18_000, "reason": "Two" }));
    let two = two.expect(201).await["adjustment"].clone();
    let sooner = json!({ "timing": "advance", "lead_days": 40 });
    app.as_role(Role::Owner, "PUT", &path).version(1).json(&sooner).expect(200).await;
    app.clock_at("2026-02-20T10:00:00Z").await;
    let april = issue(&app, &of_cycle(&app, &retainer, 4).await).await;
    assert_eq!(fees(&app, &april).await, [("Two".to_owned(), 18_000)]);
    back(&two).refused(ErrorCode::PurchaseBilled).await;
    let credits = format!("/invoices/{}/credit-notes", id(&april));
    let lines = json!([{ "position": 2 }]);
    let note = json!({ "kind": "correction", "reason": "Not wanted", "lines": lines });
    post(&app, &credits, note, 201).await;
    back(&two).expect(200).await;
    app.clock_at("2026-03-23T10:00:00Z").await;
    assert_eq!(fees(&app, &of_cycle(&app, &retainer, 5).await).await, []);
    assert_eq!(run(&app).await["made"], json!([]));
    app.books_hold().await;
    let tampering: [(&'static str, &'static str, &str); 3] = [
        (
            "UPDATE adjustments SET price_minor = price_minor + 1 WHERE id = $1",
            "UPDATE adjustments SET price_minor = price_minor - 1 WHERE id = $1",
            "bills another price than was agreed",
        ),
        (
            "UPDATE billed_purchases SET invoice_id = (SELECT id FROM invoices WHERE seq = 2)
                WHERE adjustment_id = $1",
            "UPDATE billed_purchases SET invoice_id = (SELECT id FROM invoices WHERE seq = 3)
                WHERE adjustment_id = $1",
            "took a purchase that it does not bill",
        ),
        (
            "UPDATE adjustments SET undone_at = created_at WHERE id = $1",
            "UPDATE adjustments SET undone_at = NULL WHERE id = $1",
            "bills another price than was agreed",
        ),
    ];
    for (tamper, mend, told) in tampering {
        changes_one(&app, tamper, &five).await;
        let found = check::run(&app.db).await.unwrap();
        assert!(found.iter().any(|breach| breach.contains(told)), "{tamper}: {found:?}");
        changes_one(&app, mend, &five).await;
        app.books_hold().await;
    }
}

/// Changes one row of this id behind the server's back.
pub async fn changes_one(app: &TestApp, sql: &'static str, of: &Value) {
    let of: Uuid = id(of).parse().unwrap();
    let query = || Query::with(sql, vec![Arg::from(of)]);
    let rows = app.db.write(async |tx| Ok(tx.execute(query()).await?)).await;
    assert_eq!(rows.unwrap(), 1, "{sql}");
}
