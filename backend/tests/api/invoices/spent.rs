//! Expenses that the client is asked for: the invoice that comes next has each, once.
//! Source: domain 5.3; docs/decisions/0057.
use backend::check;
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::agreed::{changes_one, fees, of_cycle};
use super::composed::{line, lines as priced};
use super::{billed, issue, post, run, support, void};
use crate::app::{Answer, TestApp};
use crate::ask::Ask;
use crate::on_both_engines;
use crate::retainers::{get, id};

on_both_engines![
    what_was_spent_is_billed_once,
    what_is_spent_after_the_last_invoice_has_one_of_its_own,
    prices_with_tax_ask_for_the_tax_too,
];

async fn spend(app: &TestApp, retainer: &Value, (what, on, amount): (&str, &str, i64)) -> Value {
    let body = json!({ "retainer_id": retainer["id"], "spent_on": on, "text": what,
        "amount_minor": amount, "billed_on": true });
    post(app, "/expenses", body, 201).await
}

fn takes_back(app: &TestApp, one: &Value) -> Ask {
    let path = format!("/expenses/{}", id(one));
    app.as_role(Role::Manager, "DELETE", &path).version(&one["version"])
}

/// The invoice that has an expense.
async fn on(app: &TestApp, retainer: &Value, what: &str) -> Value {
    let page = get(app, &format!("/expenses?retainer_id={}", id(retainer))).await;
    let mut all = page["items"].as_array().unwrap().iter();
    all.find(|one| one["text"] == what).unwrap()["invoice_id"].clone()
}

async fn what_was_spent_is_billed_once(app: TestApp) {
    let retainer = billed(&app, support).await;
    run(&app).await;
    let photos = spend(&app, &retainer, ("Photographs", "2026-01-15", 12_900)).await;
    let props = spend(&app, &retainer, ("Props\nof wood", "2026-01-14", 4_000)).await;
    let own = json!({ "retainer_id": retainer["id"], "spent_on": "2026-01-14", "text": "Taxi",
        "amount_minor": 2_000 });
    post(&app, "/expenses", own, 201).await;
    assert_eq!(run(&app).await["made"], json!([]), "it makes no invoice of its own");
    app.clock_at("2026-02-01T10:00:00Z").await;
    let february = of_cycle(&app, &retainer, 2).await;
    let both = [("Props".to_owned(), 4_000), ("Photographs".to_owned(), 12_900)];
    assert_eq!(fees(&app, &february).await, both);
    // 2,500.00, 40.00 and 129.00, with 20 % of VAT.
    assert_eq!(february["total_minor"], 320_280);
    assert_eq!(on(&app, &retainer, "Photographs").await, february["id"]);
    assert_eq!(on(&app, &retainer, "Taxi").await, Value::Null);
    app.books_hold().await;

    // Taken back while the invoice is a draft, it leaves that, and nothing else does.
    takes_back(&app, &props).expect(200).await;
    takes_back(&app, &props).refused(ErrorCode::NotFound).await;
    assert_eq!(fees(&app, &february).await, both[1..]);
    let issued = issue(&app, &of_cycle(&app, &retainer, 2).await).await;
    takes_back(&app, &photos).refused(ErrorCode::ExpenseBilled).await;
    app.books_hold().await;

    // Withdrawn, it is on the next; credited as a correction, it is taken back and asked for no more.
    void(&app, &issued, false).await;
    assert_eq!(on(&app, &retainer, "Photographs").await, Value::Null);
    app.clock_at("2026-03-01T10:00:00Z").await;
    let march = issue(&app, &of_cycle(&app, &retainer, 3).await).await;
    assert_eq!(fees(&app, &march).await, both[1..]);
    app.books_hold().await;
    let place = march["lines"].as_array().unwrap().iter().find(|line| line["kind"] == "agreed");
    let lines = json!([{ "position": place.unwrap()["position"] }]);
    let note = json!({ "kind": "correction", "reason": "Ours", "lines": lines });
    post(&app, &format!("/invoices/{}/credit-notes", id(&march)), note, 201).await;
    takes_back(&app, &photos).expect(200).await;
    let paper = spend(&app, &retainer, ("Paper", "2026-03-01", 700)).await;
    app.clock_at("2026-04-01T10:00:00Z").await;
    let april = of_cycle(&app, &retainer, 4).await;
    assert_eq!(fees(&app, &april).await, [("Paper".to_owned(), 700)]);
    app.books_hold().await;

    let tampering: [(&'static str, &'static str, &str); 3] = [
        (
            "UPDATE expenses SET amount_minor = amount_minor + 2 WHERE id = $1",
            "UPDATE expenses SET amount_minor = amount_minor - 2 WHERE id = $1",
            "bills another expense than was recorded",
        ),
        (
            "UPDATE billed_expenses SET invoice_id = (SELECT id FROM invoices WHERE seq = 3)
                WHERE expense_id = $1",
            "UPDATE billed_expenses SET invoice_id = (SELECT id FROM invoices WHERE seq = 4)
                WHERE expense_id = $1",
            "took an expense that it does not bill",
        ),
        (
            "UPDATE expenses SET deleted_at = created_at WHERE id = $1",
            "UPDATE expenses SET deleted_at = NULL WHERE id = $1",
            "bills another expense than was recorded",
        ),
    ];
    for (tamper, mend, told) in tampering {
        changes_one(&app, tamper, &paper).await;
        let found = check::run(&app.db).await.unwrap();
        assert!(found.iter().any(|breach| breach.contains(told)), "{tamper}: {found:?}");
        changes_one(&app, mend, &paper).await;
        app.books_hold().await;
    }
    let lines = priced(&app, &of_cycle(&app, &retainer, 1).await).await;
    assert_eq!(lines[0], line("fee", 1, 250_000));
}

async fn what_is_spent_after_the_last_invoice_has_one_of_its_own(app: TestApp) {
    let retainer = billed(&app, support).await;
    run(&app).await;
    let path = format!("/retainers/{}/end", id(&retainer));
    post(&app, &path, json!({ "ends_on": "2026-02-01" }), 200).await;
    let waits = async || {
        let told = get(&app, "/loose-ends").await;
        let counts = told["counts"].as_array().unwrap();
        let of = counts.iter().find(|one| one["kind"] == "unbilled_expense").unwrap();
        of["count"].as_i64().unwrap()
    };
    app.clock_at("2026-02-02T10:00:00Z").await;
    let late = spend(&app, &retainer, ("Paper", "2026-01-31", 700)).await;
    assert_eq!((waits().await, on(&app, &retainer, "Paper").await), (1, Value::Null));
    app.clock_at("2026-02-02T11:00:00Z").await;
    let last = on(&app, &retainer, "Paper").await;
    let invoice = get(&app, &format!("/invoices/{}", last.as_str().unwrap())).await;
    assert_eq!(invoice["summary"]["purpose"], "final");
    assert_eq!(fees(&app, &invoice).await, [("Paper".to_owned(), 700)]);
    assert_eq!(waits().await, 0);
    // With nothing else on it, it goes with the expense.
    takes_back(&app, &late).expect(200).await;
    let gone = app.as_role(Role::Owner, "GET", &format!("/invoices/{}", last.as_str().unwrap()));
    gone.refused(ErrorCode::NotFound).await;
    app.books_hold().await;
}

/// What was spent is recorded without tax: where prices include it, the client pays it on top.
async fn prices_with_tax_ask_for_the_tax_too(app: TestApp) {
    let retainer = billed(&app, support).await;
    let now = get(&app, "/organisation/billing").await;
    let mut settings = now["settings"].clone();
    settings["tax_mode"] = json!("inclusive");
    let put = app.as_role(Role::Finance, "PUT", "/organisation/billing").version(&now["version"]);
    put.json(&settings).expect(200).await;
    run(&app).await;
    spend(&app, &retainer, ("Photographs", "2026-01-14", 12_900)).await;
    app.clock_at("2026-02-01T10:00:00Z").await;
    let february = of_cycle(&app, &retainer, 2).await;
    // 129.00 and 20 % of VAT.
    assert_eq!(fees(&app, &february).await, [("Photographs".to_owned(), 15_480)]);
    let invoice = get(&app, &format!("/invoices/{}", id(&february))).await;
    let line = invoice["lines"].as_array().unwrap().iter().find(|line| line["kind"] == "agreed");
    assert_eq!(line.unwrap()["net_minor"], 12_900);
    app.books_hold().await;
}
