//! Invoices: each cycle bills itself, exactly once, with what it came to.
use backend::check;
use backend::db::{Arg, Query};
use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::api::{ErrorCode, RUN_MAX, Role};
use uuid::Uuid;

use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, get, id, record};

pub mod agreed;
mod by_themselves;
mod compared;
mod composed;
mod credited;
mod discarded;
mod discounts;
mod e_invoices;
mod logos;
pub mod mailed;
mod papers;
mod periods;
mod refunded;
mod reminded;
mod spent;

on_both_engines![
    s2_04_each_cycle_bills_itself_once,
    six_runs_at_once_make_one_invoice,
    numbers_are_given_at_issue_and_have_no_gaps,
    a_void_invoice_keeps_its_number_and_gives_back_what_it_took,
    what_was_issued_never_changes_whoever_writes,
    a_draft_takes_lines_by_hand,
    an_invoice_of_another_version_or_state_is_refused,
    nothing_is_billed_before_somebody_says_how,
    tampered_invoices_are_found,
];

/// Ten hours for 2,500.00; an hour beyond them costs 125.00.
pub fn support(account: &Value) -> Value {
    let overage = json!({ "mode": "bill", "rate_minor": 12_500 });
    json!({
        "account_id": account, "name": "Support", "starts_on": "2026-01-01", "timezone": "UTC",
        "terms": {
            "price": { "amount_minor": 250_000, "currency": "EUR" },
            "pools": [{ "unit": "minutes", "allowance": 600, "overage": overage }],
        },
    })
}

pub async fn post(app: &TestApp, path: &str, body: Value, status: u16) -> Value {
    app.as_role(Role::Owner, "POST", path).json(&body).expect(status).await
}

/// The organisation bills from 2026 on, with 20 % of VAT.
pub async fn billing(app: &TestApp) {
    let settings = json!({
        "legal_name": "Fieldwork Studio GmbH", "address": "Hafenstr. 1", "prefix": "INV-",
        "taxes": [{ "code": "VAT", "percent": "20" }], "starts_on": "2026-01-01",
    });
    let put = app.as_role(Role::Finance, "PUT", "/organisation/billing").version(0);
    put.json(&settings).expect(200).await;
}

/// A retainer that is billed since it became active in the middle of January.
pub async fn billed(app: &TestApp, body: impl Fn(&Value) -> Value) -> Value {
    app.clock_at("2026-01-15T10:00:00Z").await;
    billing(app).await;
    agree(app, body).await
}

pub async fn run(app: &TestApp) -> Value {
    post(app, "/billing-runs", json!({}), 201).await
}

/// The invoices of a retainer, oldest first.
pub async fn invoices(app: &TestApp, retainer: &Value) -> Vec<Value> {
    let page = get(app, &format!("/invoices?retainer_id={}", id(retainer))).await;
    page["items"].as_array().unwrap().iter().rev().cloned().collect()
}

pub async fn issue(app: &TestApp, invoice: &Value) -> Value {
    let path = format!("/invoices/{}/issue", id(invoice));
    app.as_role(Role::Finance, "POST", &path).version(&invoice["version"]).expect(200).await
}

pub async fn void(app: &TestApp, invoice: &Value, replace: bool) -> Value {
    let path = format!("/invoices/{}/void", id(invoice));
    let body = json!({ "reason": "Wrong address", "replace": replace });
    let ask = app.as_role(Role::Finance, "POST", &path).version(&invoice["version"]);
    ask.json(&body).expect(200).await
}

fn figures(invoice: &Value) -> (i64, &str, &str, i64) {
    let day = |name: &str| invoice[name].as_str().unwrap();
    let total = invoice["total_minor"].as_i64().unwrap();
    (invoice["seq"].as_i64().unwrap(), day("issue_on"), day("due_on"), total)
}

/// Source: domain 5.1, 5.2: never before activation, once a cycle, at its start.
async fn s2_04_each_cycle_bills_itself_once(app: TestApp) {
    let retainer = billed(&app, support).await;
    let made = run(&app).await["made"].clone();
    assert_eq!(figures(&made[0]), (1, "2026-01-15", "2026-01-29", 300_000));
    assert_eq!(made.as_array().unwrap().len(), 1);
    let nothing = json!({ "made": [], "held": [] });
    assert_eq!(run(&app).await, nothing);
    let billing = get(&app, &format!("/retainers/{}/billing", id(&retainer))).await;
    assert_eq!(billing["next_on"], "2026-02-01");
    for day in ["2026-01-31T23:00:00Z", "2026-02-01T00:00:10Z", "2026-02-01T08:00:00Z"] {
        app.clock_at(day).await;
    }
    app.clock_at("2026-03-02T08:00:00Z").await;
    assert_eq!(run(&app).await, nothing, "the clock was first");
    let all = invoices(&app, &retainer).await;
    let before: Vec<_> = all.iter().map(|one| one["before_minor"].as_i64()).collect();
    assert_eq!(before, [None, Some(300_000), Some(300_000)], "of the same retainer");
    let all: Vec<_> = all.iter().map(figures).collect();
    let expected = [
        (1, "2026-01-15", "2026-01-29", 300_000),
        (2, "2026-02-01", "2026-02-15", 300_000),
        (3, "2026-03-01", "2026-03-15", 300_000),
    ];
    assert_eq!(all, expected);
    app.books_hold().await;

    // Work that fails is told until it is done, and keeps nobody else waiting.
    let one = format!("/retainers/{}/billing", id(&retainer));
    let whole = get(&app, &one).await["billing"].clone();
    app.as_role(Role::Manager, "PUT", &one).version(0).json(&whole).expect(200).await;
    let other = post(&app, "/retainers", support(&retainer["account_id"]), 201).await;
    post(&app, &format!("/retainers/{}/activate", id(&other)), json!({}), 200).await;
    let of: Uuid = id(&retainer).parse().unwrap();
    let billing = async |text: Value| {
        let sql = "UPDATE retainer_billing SET billing = $2 WHERE retainer_id = $1";
        let query = || Query::with(sql, vec![Arg::from(of), Arg::json(&text)]);
        app.db.write(async |tx| Ok(tx.execute(query()).await?)).await.unwrap();
    };
    billing(json!({ "spoiled": true })).await;
    app.clock_at("2026-04-01T08:00:00Z").await;
    let faults = app.as_role(Role::Admin, "GET", "/job-faults").expect(200).await;
    let told = faults["items"].as_array().unwrap();
    assert_eq!((told.len(), &told[0]["kind"]), (1, &json!("billing")), "{faults}");
    assert_eq!((&told[0]["about"], &told[0]["tries"]), (&json!("Support"), &json!(1)));
    assert_eq!(invoices(&app, &other).await.last().unwrap()["seq"], 4);
    billing(whole).await;
    app.clock_at("2026-04-01T08:01:00Z").await;
    let faults = app.as_role(Role::Admin, "GET", "/job-faults").expect(200).await;
    assert_eq!(faults["items"], json!([]));
    assert_eq!(invoices(&app, &retainer).await.len(), 4);
}

async fn six_runs_at_once_make_one_invoice(app: TestApp) {
    let retainer = billed(&app, support).await;
    let body = json!({ "retainer_id": retainer["id"] });
    let ask = || app.as_role(Role::Owner, "POST", "/billing-runs").json(&body).send();
    let answers = join_all((0..6).map(|_| ask())).await;
    let mut made = 0;
    for answer in answers {
        let answer = answer.unwrap();
        match answer.status().as_u16() {
            201 => made += answer.json::<Value>().await.unwrap()["made"].as_array().unwrap().len(),
            // Who lost every try is told to ask again, and finds it.
            status => assert_eq!(status, 503),
        }
    }
    assert_eq!((made, invoices(&app, &retainer).await.len()), (1, 1));
    // A run looks at a hundred; who asks goes on after the last of them.
    let account = &retainer["account_id"];
    for _ in 0..RUN_MAX {
        post(&app, "/retainers", support(account), 201).await;
    }
    let first = run(&app).await;
    assert_eq!(first["made"].as_array().unwrap().len(), RUN_MAX - 1, "one was there already");
    let rest = post(&app, "/billing-runs", json!({ "after": first["next"] }), 201).await;
    assert_eq!((rest["made"].as_array().unwrap().len(), &rest["next"]), (1, &Value::Null));
    app.books_hold().await;
}

/// Source: domain 5.7.
async fn numbers_are_given_at_issue_and_have_no_gaps(app: TestApp) {
    let retainer = billed(&app, support).await;
    app.clock_at("2026-04-02T10:00:00Z").await;
    let drafts = invoices(&app, &retainer).await;
    assert!(drafts.iter().all(|draft| draft["number"].is_null()) && drafts.len() == 4);
    let ask = |draft: &Value| {
        let path = format!("/invoices/{}/issue", id(draft));
        app.as_role(Role::Finance, "POST", &path).version(&draft["version"]).send()
    };
    for answer in join_all(drafts.iter().map(ask)).await {
        let status = answer.unwrap().status().as_u16();
        assert!([200, 503].contains(&status), "{status}");
    }
    for draft in invoices(&app, &retainer).await {
        if draft["state"] == "draft" {
            issue(&app, &draft).await;
        }
    }
    let issued = invoices(&app, &retainer).await;
    let mut numbers: Vec<_> =
        issued.iter().map(|one| one["number"].as_str().unwrap().to_owned()).collect();
    numbers.sort();
    assert_eq!(numbers, [1, 2, 3, 4].map(|number| format!("INV-2026-000{number}")));
    assert!(issued.iter().all(|one| one["issue_on"] == "2026-04-02"), "the day it was issued");
    assert!(issued.iter().all(|one| one["due_on"] == "2026-04-16"));
    app.books_hold().await;
}

/// Source: domain 5.7, 5.8.
async fn a_void_invoice_keeps_its_number_and_gives_back_what_it_took(app: TestApp) {
    let retainer = billed(&app, support).await;
    let entry = record(&app, &retainer, "2026-01-10", 705).await["entry"].clone();
    app.clock_at("2026-02-02T10:00:00Z").await;
    let drafts = invoices(&app, &retainer).await;
    let issued = issue(&app, &drafts[1]).await;
    assert_eq!(issued["summary"]["number"], "INV-2026-0001");
    assert_eq!(issued["parties"]["client"], "Big Company");
    let less = app.as_role(Role::Owner, "PATCH", &format!("/time-entries/{}", id(&entry)));
    let less = less.version(1).json(&json!({ "minutes": 600 }));
    let told = less.expect(409).await;
    assert_eq!(told["code"], "overage_settled");
    assert!(told["detail"].as_str().unwrap().contains("INV-2026-0001"), "{told}");
    let gone = void(&app, &issued, true).await;
    assert_eq!(gone["summary"]["state"], "void");
    assert_eq!(gone["summary"]["number"], "INV-2026-0001");
    assert_eq!(run(&app).await["made"], json!([]), "it was replaced already");
    let all = invoices(&app, &retainer).await;
    let again = all.iter().find(|one| one["revision"] == 2).unwrap();
    assert_eq!((&again["state"], &again["total_minor"]), (&json!("draft"), &json!(326_250)));
    assert_eq!(issue(&app, again).await["summary"]["number"], "INV-2026-0002");
    app.books_hold().await;

    // Without another in its place, what closed cycles left is on the next one; its price is not.
    let again = get(&app, &format!("/invoices/{}", id(again))).await;
    void(&app, &again, false).await;
    app.clock_at("2026-03-02T10:00:00Z").await;
    let all = invoices(&app, &retainer).await;
    let march = all.iter().find(|one| one["seq"] == 3).unwrap();
    assert_eq!(march["total_minor"], 326_250);
    app.books_hold().await;
}

pub async fn refuses(app: &TestApp, sql: &'static str, invoice: &Value) {
    let id: Uuid = id(invoice).parse().unwrap();
    let query = || Query::with(sql, vec![Arg::from(id)]);
    let done = app.db.write(async |tx| Ok(tx.execute(query()).await?)).await;
    assert!(done.is_err(), "{sql}");
}

async fn what_was_issued_never_changes_whoever_writes(app: TestApp) {
    let retainer = billed(&app, support).await;
    run(&app).await;
    let issued = issue(&app, &invoices(&app, &retainer).await[0]).await;
    let statements = [
        "UPDATE invoices SET net_minor = net_minor + 1, total_minor = total_minor + 1
            WHERE id = $1",
        "UPDATE invoices SET note = 'x', version = version + 1 WHERE id = $1",
        "UPDATE invoices SET number = 7, state = 'void', void_reason = 'x', version = version + 1,
            voided_at = created_at WHERE id = $1",
        "UPDATE invoices SET state = 'draft', number = NULL, series = NULL, issued_at = NULL,
            issued_by = NULL, parties = NULL WHERE id = $1",
        "UPDATE invoice_lines SET text = 'x' WHERE invoice_id = $1",
        "DELETE FROM invoice_lines WHERE invoice_id = $1",
        "INSERT INTO invoice_lines (organisation_id, invoice_id, position, kind, text, quantity,
            price_minor, price_per, amount_minor, taxes, net_minor, tax_minor)
            SELECT organisation_id, invoice_id, 9, 'manual', 'x', 1, 1, 1, 1, taxes, 1, 0
            FROM invoice_lines WHERE invoice_id = $1",
        "DELETE FROM invoices WHERE id = $1",
    ];
    for sql in statements {
        refuses(&app, sql, &issued).await;
    }
    let gone = void(&app, &issued, false).await;
    refuses(&app, "UPDATE invoices SET state = 'issued' WHERE id = $1", &gone).await;
    app.books_hold().await;
}

async fn a_draft_takes_lines_by_hand(app: TestApp) {
    let retainer = billed(&app, support).await;
    run(&app).await;
    let draft = invoices(&app, &retainer).await[0].clone();
    let path = format!("/invoices/{}", id(&draft));
    let change = |version: i64, body: Value| {
        app.as_role(Role::Manager, "PATCH", &path).version(version).json(&body)
    };
    let line = json!({ "text": "Stock photos", "quantity": 2, "price_minor": 4_900 });
    let body = json!({ "lines": [line], "note": "Thank you." });
    let changed = change(1, body).expect(200).await;
    assert_eq!(changed["lines"][1]["amount_minor"], 9_800);
    assert_eq!(changed["summary"]["net_minor"], 259_800);
    assert_eq!(changed["taxes"][0]["tax_minor"], 51_960);
    // What is left out stays, and lines are given whole.
    let noted = change(2, json!({ "note": " " })).expect(200).await;
    assert_eq!((noted["lines"].as_array().unwrap().len(), &noted["note"]), (2, &Value::Null));
    let off = json!({ "text": "Rebate", "quantity": 1, "price_minor": -300_000 });
    let odd = json!({ "lines": [{ "text": " ", "quantity": 1, "price_minor": 1 }] });
    change(3, odd).faulty("/lines/0/text", "required").await;
    let less = change(3, json!({ "lines": [off] })).expect(200).await;
    assert_eq!(less["summary"]["net_minor"], -50_000);
    let ask = app.as_role(Role::Owner, "POST", &format!("{path}/issue")).version(4);
    ask.refused(ErrorCode::InvoiceEmpty).await;
    change(4, json!({ "lines": [] })).expect(200).await;
    app.books_hold().await;
}

async fn an_invoice_of_another_version_or_state_is_refused(app: TestApp) {
    let retainer = billed(&app, support).await;
    run(&app).await;
    let draft = invoices(&app, &retainer).await[0].clone();
    let path = format!("/invoices/{}", id(&draft));
    let ask = |action: &str, version: i64| {
        app.as_role(Role::Owner, "POST", &format!("{path}/{action}")).version(version)
    };
    let why = json!({ "reason": "Wrong" });
    ask("void", 1).json(&why).refused(ErrorCode::InvoiceNotIssued).await;
    ask("issue", 2).refused(ErrorCode::Stale).await;
    // A repeated key gets the first answer again, not another number.
    let key = || ask("issue", 1).header("Idempotency-Key", "issue-once");
    let first = key().expect(200).await;
    assert_eq!(key().expect(200).await, first);
    ask("issue", 2).refused(ErrorCode::InvoiceIssued).await;
    let patch = app.as_role(Role::Owner, "PATCH", &path).version(2);
    patch.json(&json!({ "note": "x" })).refused(ErrorCode::InvoiceIssued).await;
    ask("void", 2).json(&why).expect(200).await;
    ask("void", 3).json(&why).refused(ErrorCode::InvoiceNotIssued).await;
}

async fn nothing_is_billed_before_somebody_says_how(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let retainer = agree(&app, support).await;
    let ask = app.as_role(Role::Owner, "POST", "/billing-runs").json(&json!({}));
    ask.refused(ErrorCode::BillingOff).await;
    app.clock_at("2026-02-02T10:00:00Z").await;
    assert_eq!(invoices(&app, &retainer).await, [] as [Value; 0]);
    // What was due before the day on which billing begins was billed elsewhere.
    let mut settings = json!({
        "legal_name": "Fieldwork", "address": "Hafenstr. 1", "starts_on": "2026-02-01",
        "taxes": [{ "code": "VAT", "percent": "100.1" }],
    });
    let put = |body: &Value| {
        app.as_role(Role::Owner, "PUT", "/organisation/billing").version(0).json(body)
    };
    put(&settings).faulty("/taxes/0/percent", "out_of_range").await;
    let vat = json!({ "code": "VAT", "percent": "7" });
    settings["taxes"] = json!([vat, vat]);
    put(&settings).faulty("/taxes/1/code", "exists").await;
    settings["taxes"] = json!([vat]);
    put(&settings).expect(200).await;
    put(&settings).refused(ErrorCode::Stale).await;
    let made = run(&app).await["made"].clone();
    assert_eq!(figures(&made[0]), (2, "2026-02-01", "2026-02-15", 267_500));
    assert_eq!(made.as_array().unwrap().len(), 1);
    let off = json!({ "billed": false, "timing": "advance" });
    let path = format!("/retainers/{}/billing", id(&retainer));
    let kept = app.as_role(Role::Manager, "PUT", &path).version(0).json(&off).expect(200).await;
    assert_eq!(kept["next_on"], Value::Null);
    app.clock_at("2026-03-02T10:00:00Z").await;
    assert_eq!(invoices(&app, &retainer).await.len(), 1);
    let early = json!({ "timing": "arrears", "lead_days": 3 });
    let put = app.as_role(Role::Manager, "PUT", &path).version(1).json(&early);
    put.faulty("/lead_days", "not_allowed").await;
}

async fn tampered_invoices_are_found(app: TestApp) {
    let retainer = billed(&app, support).await;
    record(&app, &retainer, "2026-01-10", 705).await;
    app.clock_at("2026-02-02T10:00:00Z").await;
    let drafts = invoices(&app, &retainer).await;
    issue(&app, &drafts[0]).await;
    app.books_hold().await;
    let tampering: [(&'static str, &'static str, &str); 4] = [
        (
            "UPDATE invoice_series SET last_number = 2",
            "UPDATE invoice_series SET last_number = 1",
            "has numbers without an invoice",
        ),
        (
            "UPDATE invoices SET net_minor = net_minor + 1, total_minor = total_minor + 1
                WHERE seq = 2",
            "UPDATE invoices SET net_minor = net_minor - 1, total_minor = total_minor - 1
                WHERE seq = 2",
            "is not the sum of its lines",
        ),
        (
            "UPDATE invoice_lines SET quantity = quantity + 1 WHERE kind = 'overage'",
            "UPDATE invoice_lines SET quantity = quantity - 1 WHERE kind = 'overage'",
            "bills other overage than its ledger has",
        ),
        (
            "UPDATE invoice_lines SET price_minor = price_minor + 60 WHERE kind = 'overage'",
            "UPDATE invoice_lines SET price_minor = price_minor - 60 WHERE kind = 'overage'",
            "has a line that is not quantity times price",
        ),
    ];
    for (tamper, mend, told) in tampering {
        let change = async |sql: &'static str| {
            let rows = app.db.write(async |tx| Ok(tx.execute(Query::new(sql)).await?)).await;
            assert_eq!(rows.unwrap(), 1, "{sql}");
        };
        change(tamper).await;
        let found = check::run(&app.db).await.unwrap();
        assert!(found.iter().any(|breach| breach.contains(told)), "{tamper}: {found:?}");
        change(mend).await;
        app.books_hold().await;
    }
}
