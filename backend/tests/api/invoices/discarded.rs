//! Drafts that somebody discards.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::composed::{ending, line, lines};
use super::{billed, invoices, issue, post, run, support};
use crate::app::{Answer, TestApp};
use crate::ask::Ask;
use crate::on_both_engines;
use crate::retainers::{id, record};

on_both_engines![
    a_discarded_draft_takes_no_number_and_is_not_made_again,
    a_last_draft_that_was_discarded_waits_until_it_is_asked_for,
];

fn discarding(app: &TestApp, invoice: &Value) -> Ask {
    let path = format!("/invoices/{}", id(invoice));
    app.as_role(Role::Manager, "DELETE", &path).version(&invoice["version"])
}

async fn a_discarded_draft_takes_no_number_and_is_not_made_again(app: TestApp) {
    let retainer = billed(&app, support).await;
    record(&app, &retainer, "2026-01-10", 705).await;
    app.clock_at("2026-02-02T10:00:00Z").await;
    let drafts = invoices(&app, &retainer).await;
    discarding(&app, &drafts[1]).expect(204).await;
    discarding(&app, &drafts[1]).refused(ErrorCode::NotFound).await;
    assert_eq!(run(&app).await["made"], json!([]));
    let first = issue(&app, &drafts[0]).await;
    assert_eq!(first["summary"]["number"], "INV-2026-0001");
    discarding(&app, &first).refused(ErrorCode::InvoiceIssued).await;
    app.books_hold().await;

    // What it took of January goes to March; February stays unbilled until somebody asks.
    app.clock_at("2026-03-01T10:00:00Z").await;
    let march = invoices(&app, &retainer).await[1].clone();
    let expected = [line("fee", 3, 250_000), line("overage", 1, 21_875)];
    assert_eq!(lines(&app, &march).await, expected);
    let asked = json!({ "retainer_id": retainer["id"], "discarded": true });
    let made = post(&app, "/billing-runs", asked.clone(), 201).await["made"].clone();
    assert_eq!((&made[0]["seq"], made.as_array().unwrap().len()), (&json!(2), 1));
    assert_eq!(lines(&app, &made[0]).await, [line("fee", 2, 250_000)]);
    assert_eq!(post(&app, "/billing-runs", asked, 201).await["made"], json!([]));
    assert_eq!(issue(&app, &made[0]).await["summary"]["number"], "INV-2026-0002");
    app.books_hold().await;
}

async fn a_last_draft_that_was_discarded_waits_until_it_is_asked_for(app: TestApp) {
    let retainer = ending(&app, 1_200).await;
    let last = invoices(&app, &retainer).await[1].clone();
    let held = lines(&app, &last).await;
    discarding(&app, &last).expect(204).await;
    app.clock_at("2026-02-06T10:00:00Z").await;
    assert_eq!(run(&app).await["made"], json!([]));
    let made = post(&app, "/billing-runs", json!({ "discarded": true }), 201).await["made"].clone();
    assert_eq!(lines(&app, &made[0]).await, held);
    app.books_hold().await;
}
