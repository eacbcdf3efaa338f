//! The statement of an account.
use serde_json::{Value, json};
use shared::api::Role;

use super::exported::say_the_same;
use super::{owing, pay, refunding, reversing, statement};
use crate::app::{Answer, TestApp};
use crate::invoices::void;
use crate::on_both_engines;
use crate::retainers::{get, id};

/// The lines of the sheet.
pub async fn sheet(app: &TestApp, retainer: &Value, query: &str) -> Vec<String> {
    let account = retainer["account_id"].as_str().unwrap();
    let path = format!("/accounts/{account}/billing-statement.csv{query}");
    let answer = app.as_role(Role::Viewer, "GET", &path).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/csv; charset=utf-8");
    answer.text().await.unwrap().lines().map(str::to_owned).collect()
}

on_both_engines![
    a_statement_adds_up_line_by_line,
    s2_06_what_was_paid_stands_with_what_was_said_and_delivered,
];

async fn a_statement_adds_up_line_by_line(app: TestApp) {
    let (retainer, issued) = owing(&app, 4).await;
    void(&app, &issued[3], false).await;
    let paid = pay(&app, &retainer, 950_000, "2026-01-20").await;
    refunding(&app, &paid, 10_000, "2026-02-10").expect(201).await;
    let note = json!({ "kind": "goodwill", "reason": "x",
        "lines": [{ "position": 1, "net_minor": 1_000 }] });
    let path = format!("/invoices/{}/credit-notes", id(&issued[0]));
    app.as_role(Role::Finance, "POST", &path).json(&note).expect(201).await;
    let other = pay(&app, &retainer, 5_000, "2026-02-11").await;
    reversing(&app, &other, "2026-02-20").expect(200).await;

    let all = statement(&app, &retainer, "").await["currencies"][0].clone();
    let line = |line: &Value| {
        let figure = |name: &str| line[name].as_i64().unwrap();
        let word = |name: &str| line[name].as_str().unwrap().to_owned();
        (word("on"), word("kind"), figure("amount_minor"), figure("balance_minor"))
    };
    let lines: Vec<_> = all["lines"].as_array().unwrap().iter().map(line).collect();
    let expected = [
        ("2026-01-20", "payment", -950_000, -950_000),
        ("2026-02-10", "refund", 10_000, -940_000),
        ("2026-02-11", "payment", -5_000, -945_000),
        ("2026-02-20", "reversal", 5_000, -940_000),
        ("2026-04-01", "invoice", 300_000, -640_000),
        ("2026-04-01", "invoice", 300_000, -340_000),
        ("2026-04-01", "invoice", 300_000, -40_000),
        ("2026-04-01", "invoice", 300_000, 260_000),
        ("2026-04-01", "void", -300_000, -40_000),
        ("2026-04-01", "credit_note", -1_200, -41_200),
    ];
    let expected: Vec<_> = expected
        .map(|(on, kind, amount, balance)| (on.to_owned(), kind.to_owned(), amount, balance))
        .into();
    assert_eq!(lines, expected);
    let figure = |name: &str| all[name].as_i64().unwrap();
    assert_eq!((figure("opening_minor"), figure("closing_minor")), (0, -41_200));
    say_the_same(&app, &all).await;
    assert_eq!(figure("open_minor") - figure("credit_minor"), figure("closing_minor"));
    // A part of it begins where the part before ends.
    let early = statement(&app, &retainer, "?from=2026-01-01&to=2026-02-11").await;
    let late = statement(&app, &retainer, "?from=2026-02-12&to=2026-04-01").await;
    let early = early["currencies"][0]["closing_minor"].clone();
    let lines = sheet(&app, &retainer, "?from=2026-01-01&to=2026-02-11").await;
    let expected = [
        "EUR,2026-01-01,opening,,,,0.00",
        "EUR,2026-01-20,payment,,,-9500.00,-9500.00",
        "EUR,2026-02-10,refund,,,100.00,-9400.00",
        "EUR,2026-02-11,payment,,,-50.00,-9450.00",
        "EUR,2026-02-11,closing,,,,-9450.00",
    ];
    assert_eq!(lines[1..], expected);
    assert_eq!(late["currencies"][0]["opening_minor"], early);
    assert_eq!(late["currencies"][0]["closing_minor"], -41_200);
    app.clock_at("2026-04-03T10:00:00Z").await;
    let after = statement(&app, &retainer, "?from=2026-04-02").await;
    assert_eq!(after["currencies"][0]["opening_minor"], -41_200);
    let account = retainer["account_id"].as_str().unwrap();
    let ask = |query: &str| {
        let path = format!("/accounts/{account}/billing-statement?{query}");
        app.as_role(Role::Viewer, "GET", &path)
    };
    ask("from=2026-02-02&to=2026-02-01").faulty("to", "end_before_start").await;
    ask("from=2020-02-02&to=2026-02-01").faulty("from", "out_of_range").await;
    app.books_hold().await;
}

/// Source: requirement S2-6.
async fn s2_06_what_was_paid_stands_with_what_was_said_and_delivered(app: TestApp) {
    let (retainer, _) = owing(&app, 2).await;
    let account = format!("/accounts/{}", retainer["account_id"].as_str().unwrap());
    let call = json!({ "account_id": retainer["account_id"], "kind": "call",
        "text": "Pays on Friday" });
    app.as_role(Role::Member, "POST", "/notes").json(&call).expect(201).await;
    pay(&app, &retainer, 300_000, "2026-02-01").await;
    let other = pay(&app, &retainer, 5_000, "2026-02-01").await;
    reversing(&app, &other, "2026-02-01").expect(200).await;
    let told = get(&app, &format!("{account}/timeline?limit=200")).await;
    let items = told["items"].as_array().unwrap();
    let event = |item: &Value| item["event"].as_str().unwrap().to_owned();
    let events: Vec<String> = items.iter().map(event).collect();
    for expected in ["note_written", "cycle_closed", "invoice_issued"] {
        assert!(events.iter().any(|event| event == expected), "{expected}: {events:?}");
    }
    let payments: Vec<(String, i64)> = items
        .iter()
        .filter(|item| event(item).starts_with("payment_"))
        .map(|item| (event(item), item["amount"]["amount_minor"].as_i64().unwrap()))
        .collect();
    let expected = [
        ("payment_reversed".to_owned(), 5_000),
        ("payment_received".to_owned(), 5_000),
        ("payment_received".to_owned(), 300_000),
    ];
    assert_eq!(payments, expected, "the newest first");
    let outlook = get(&app, &format!("{account}/outlook")).await;
    assert_eq!(outlook["items"][0]["paid_until"], "2026-01-31");
}
