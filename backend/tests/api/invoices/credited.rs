//! Credit notes: what is taken back of issued invoices, and what becomes of it.
use backend::check;
use backend::db::Query;
use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::composed::{ending, line, lines};
use super::{billed, invoices, issue, refuses, run, support, void};
use crate::app::{Answer, TestApp};
use crate::ask::Ask;
use crate::on_both_engines;
use crate::reports::sums;
use crate::retainers::{get, id, record};
use crate::revenue::month;

on_both_engines![
    any_split_of_a_line_adds_up_to_it_and_its_tax,
    never_more_is_credited_than_is_left,
    goodwill_is_not_billed_again_and_a_correction_is,
    overage_that_was_credited_is_billed_again_whole,
    what_was_billed_too_much_is_settled_by_a_correction,
    a_last_invoice_that_is_withdrawn_or_credited_loses_no_overage,
    credit_notes_have_numbers_of_their_own_without_gaps,
    tampered_credit_notes_are_found,
];

fn crediting(app: &TestApp, invoice: &Value, body: Value) -> Ask {
    let path = format!("/invoices/{}/credit-notes", id(invoice));
    app.as_role(Role::Finance, "POST", &path).json(&body)
}

/// Credits so much of the first line, or all that is left.
async fn credit(app: &TestApp, invoice: &Value, kind: &str, net: Option<i64>) -> Value {
    let mut body = json!({ "kind": kind, "reason": "Two days without service" });
    if let Some(net) = net {
        body["lines"] = json!([{ "position": 1, "net_minor": net }]);
    }
    crediting(app, invoice, body).expect(201).await
}

/// The issued invoice of the first cycle.
async fn issued(app: &TestApp) -> (Value, Value) {
    let retainer = billed(app, support).await;
    run(app).await;
    let first = issue(app, &invoices(app, &retainer).await[0]).await;
    (retainer, first)
}

/// Source: domain 5.8.
async fn any_split_of_a_line_adds_up_to_it_and_its_tax(app: TestApp) {
    let (_, invoice) = issued(&app).await;
    let mut sums = (0, 0);
    for net in [83_333, 83_333, 83_334] {
        let note = credit(&app, &invoice, "goodwill", Some(net)).await;
        let figure = |name: &str| note["summary"][name].as_i64().unwrap();
        assert_eq!(figure("total_minor"), figure("net_minor") + figure("tax_minor"));
        assert_eq!(note["taxes"][0]["base_minor"], net);
        sums = (sums.0 + figure("net_minor"), sums.1 + figure("tax_minor"));
    }
    assert_eq!(sums, (250_000, 50_000));
    let found = get(&app, &format!("/invoices/{}", id(&invoice))).await;
    assert_eq!(found["summary"]["credited_minor"], 300_000);
    assert_eq!(found["lines"][0]["credited_minor"], 250_000);
    assert_eq!(found["summary"]["total_minor"], 300_000, "the invoice is as it was issued");
    let page = get(&app, &format!("/credit-notes?invoice_id={}", id(&invoice))).await;
    assert_eq!(page["items"].as_array().unwrap().len(), 3);
    app.books_hold().await;
}

async fn never_more_is_credited_than_is_left(app: TestApp) {
    let retainer = billed(&app, support).await;
    run(&app).await;
    let draft = invoices(&app, &retainer).await[0].clone();
    let whole = json!({ "kind": "goodwill", "reason": "Rebate" });
    crediting(&app, &draft, whole.clone()).refused(ErrorCode::InvoiceNotIssued).await;
    let off = json!({ "text": "Rebate", "quantity": 1, "price_minor": -50_000 });
    let patch = app.as_role(Role::Owner, "PATCH", &format!("/invoices/{}", id(&draft)));
    let draft = patch.version(1).json(&json!({ "lines": [off] })).expect(200).await;
    let invoice = issue(&app, &draft).await;

    let ask = |lines: Value| {
        crediting(&app, &invoice, json!({ "kind": "goodwill", "reason": "x", "lines": lines }))
    };
    let part = |position: i64, net: i64| json!({ "position": position, "net_minor": net });
    ask(json!([part(1, 250_001)])).faulty("/lines/0/net_minor", "does_not_fit").await;
    ask(json!([part(1, -1)])).faulty("/lines/0/net_minor", "does_not_fit").await;
    ask(json!([part(3, 1)])).faulty("/lines/0/position", "not_found").await;
    ask(json!([part(1, 1), part(1, 1)])).faulty("/lines/1/position", "repeated").await;
    // The line that took 500.00 off left no more than 2,000.00 to be given back.
    ask(json!([part(1, 250_000)])).faulty("/lines", "does_not_fit").await;
    ask(json!([part(2, -1)])).refused(ErrorCode::InvoiceEmpty).await;
    // Two that take the rest at once: one of them finds nothing left.
    let both = join_all((0..2).map(|_| crediting(&app, &invoice, whole.clone()).send())).await;
    let mut given: Vec<u16> = both.into_iter().map(|one| one.unwrap().status().as_u16()).collect();
    given.sort_unstable();
    assert!(given == [201, 409] || given == [201, 503], "{given:?}");
    let note = get(&app, "/credit-notes").await["items"][0].clone();
    assert_eq!((&note["net_minor"], &note["total_minor"]), (&json!(200_000), &json!(240_000)));
    crediting(&app, &invoice, whole).refused(ErrorCode::InvoiceEmpty).await;
    let ask = app.as_role(Role::Owner, "POST", &format!("/invoices/{}/void", id(&invoice)));
    let why = json!({ "reason": "Wrong" });
    ask.version(&invoice["version"]).json(&why).refused(ErrorCode::InvoiceSettled).await;
    for sql in [
        "UPDATE credit_notes SET reason = 'x' WHERE id = $1",
        "DELETE FROM credit_notes WHERE id = $1",
        "UPDATE credit_note_lines SET net_minor = 1 WHERE credit_note_id = $1",
        "DELETE FROM credit_note_lines WHERE credit_note_id = $1",
    ] {
        refuses(&app, sql, &note).await;
    }
    app.books_hold().await;
}

/// Only what was billed wrongly comes again, as the terms have it.
async fn goodwill_is_not_billed_again_and_a_correction_is(app: TestApp) {
    let (retainer, invoice) = issued(&app).await;
    credit(&app, &invoice, "goodwill", Some(30_000)).await;
    credit(&app, &invoice, "correction", Some(20_000)).await;
    app.clock_at("2026-02-01T10:00:00Z").await;
    let february = invoices(&app, &retainer).await[1].clone();
    let expected = [line("fee", 2, 250_000), line("correction", 1, 20_000)];
    assert_eq!(lines(&app, &february).await, expected);
    // Also when it is found late: May looks three cycles back, and at what was credited.
    issue(&app, &february).await;
    for month in ["03", "04", "05", "06"] {
        app.clock_at(&format!("2026-{month}-01T10:00:00Z")).await;
    }
    credit(&app, &invoice, "correction", Some(10_000)).await;
    app.clock_at("2026-07-01T10:00:00Z").await;
    let july = invoices(&app, &retainer).await[6].clone();
    let expected = [line("fee", 7, 250_000), line("correction", 1, 10_000)];
    assert_eq!(lines(&app, &july).await, expected);
    // By month what was given is not earned, and what was wrong and billed again is earned once.
    let earned = [month(&app, &retainer, "2026-01-01"), month(&app, &retainer, "2026-06-01")];
    let earned: Vec<i64> = join_all(earned).await.into_iter().map(|month| month.1).collect();
    assert_eq!(earned, [250_000 - 30_000, 250_000]);
    app.clock_at("2026-08-01T10:00:00Z").await;
    let august = invoices(&app, &retainer).await[7].clone();
    assert_eq!(lines(&app, &august).await, [line("fee", 8, 250_000)], "it was billed once");
    app.books_hold().await;
}

async fn overage_that_was_credited_is_billed_again_whole(app: TestApp) {
    let retainer = billed(&app, support).await;
    record(&app, &retainer, "2026-01-10", 705).await;
    app.clock_at("2026-02-02T10:00:00Z").await;
    let february = issue(&app, &invoices(&app, &retainer).await[1]).await;
    let ask = |kind: &str, net: i64| {
        let part = json!({ "position": 2, "net_minor": net });
        crediting(&app, &february, json!({ "kind": kind, "reason": "x", "lines": [part] }))
    };
    ask("correction", 20_000).faulty("/lines/0/net_minor", "not_allowed").await;
    ask("correction", 21_875).expect(201).await;
    // What nobody will bill is not told as left to be billed.
    let left = async || sums(&app, &retainer, 1).await["unbilled_overage_minor"].clone();
    assert_eq!(left().await, 21_875);
    let mut all = get(&app, "/organisation/billing").await["settings"].clone();
    for (version, starts_on, expected) in [(1, "2026-02-02", 0), (2, "2026-01-01", 21_875)] {
        all["starts_on"] = json!(starts_on);
        let put = app.as_role(Role::Owner, "PUT", "/organisation/billing").version(version);
        put.json(&all).expect(200).await;
        assert_eq!(left().await, expected, "billed from {starts_on} on");
    }
    for (version, billed, expected) in [(0, false, 0), (1, true, 21_875)] {
        let path = format!("/retainers/{}/billing", id(&retainer));
        let put = app.as_role(Role::Owner, "PUT", &path).version(version);
        put.json(&json!({ "billed": billed, "timing": "advance" })).expect(200).await;
        assert_eq!(left().await, expected, "billed here: {billed}");
    }
    app.books_hold().await;
    app.clock_at("2026-03-01T10:00:00Z").await;
    let march = issue(&app, &invoices(&app, &retainer).await[2]).await;
    let expected = [line("fee", 3, 250_000), line("overage", 1, 21_875)];
    assert_eq!(lines(&app, &march).await, expected);
    // What was given is not billed again.
    let part = json!({ "position": 2 });
    let body = json!({ "kind": "goodwill", "reason": "x", "lines": [part] });
    crediting(&app, &march, body).expect(201).await;
    app.clock_at("2026-04-01T10:00:00Z").await;
    let april = invoices(&app, &retainer).await[3].clone();
    assert_eq!(lines(&app, &april).await, [line("fee", 4, 250_000)]);
    app.books_hold().await;
}

/// Ended on the 21st of a month billed in advance: 1,612.90 of 2,500.00 are due.
async fn what_was_billed_too_much_is_settled_by_a_correction(app: TestApp) {
    let retainer = ending(&app, 100).await;
    assert_eq!(run(&app).await["held"][0]["reason"], "negative");
    let invoice = issue(&app, &invoices(&app, &retainer).await[0]).await;
    credit(&app, &invoice, "correction", Some(250_000 - 161_290)).await;
    assert_eq!(run(&app).await, json!({ "made": [], "held": [] }));
    assert_eq!(invoices(&app, &retainer).await.len(), 1);
    app.books_hold().await;
}

async fn a_last_invoice_that_is_withdrawn_or_credited_loses_no_overage(app: TestApp) {
    let retainer = ending(&app, 1_200).await;
    let expected = [line("correction", 1, 161_290 - 250_000), line("overage", 1, 169_375)];
    let last = async || {
        let all = invoices(&app, &retainer).await;
        let revision = |one: &&Value| one["revision"].as_i64();
        all.iter().filter(|one| one["purpose"] == "final").max_by_key(revision).unwrap().clone()
    };
    let first = issue(&app, &last().await).await;
    void(&app, &first, false).await;
    app.clock_at("2026-02-06T10:00:00Z").await;
    let second = last().await;
    assert_eq!((&second["revision"], &second["state"]), (&json!(2), &json!("draft")));
    assert_eq!(lines(&app, &second).await, expected);
    // Taken back by a credit note, it is billed a third time, while the second still counts.
    let second = issue(&app, &second).await;
    credit(&app, &second, "correction", None).await;
    app.clock_at("2026-02-07T10:00:00Z").await;
    let third = last().await;
    assert_eq!((&third["revision"], &third["state"]), (&json!(3), &json!("draft")));
    assert_eq!(lines(&app, &third).await, expected);
    app.clock_at("2026-02-08T10:00:00Z").await;
    issue(&app, &third).await;
    assert_eq!(run(&app).await, json!({ "made": [], "held": [] }));
    assert_eq!(invoices(&app, &retainer).await.len(), 4);
    app.books_hold().await;
}

async fn credit_notes_have_numbers_of_their_own_without_gaps(app: TestApp) {
    let (_, invoice) = issued(&app).await;
    let part = json!([{ "position": 1, "net_minor": 1_000 }]);
    let body = json!({ "kind": "goodwill", "reason": "x", "lines": part });
    let ask = || crediting(&app, &invoice, body.clone());
    for answer in join_all((0..5).map(|_| ask().send())).await {
        let status = answer.unwrap().status().as_u16();
        assert!([201, 503].contains(&status), "{status}");
    }
    // A repeated key gets the first answer again, not another credit note.
    let once = || ask().header("Idempotency-Key", "credit-once");
    let first = once().expect(201).await;
    assert_eq!(once().expect(201).await, first);
    let page = get(&app, "/credit-notes").await;
    let of = |one: &Value| one["number"].as_str().unwrap().to_owned();
    let mut numbers: Vec<_> = page["items"].as_array().unwrap().iter().map(of).collect();
    numbers.sort();
    let expected = (1..=numbers.len()).map(|number| format!("CN-2026-000{number}"));
    assert!(numbers.len() > 1);
    assert_eq!(numbers, expected.collect::<Vec<_>>());
    assert_eq!(invoice["summary"]["number"], "INV-2026-0001");
    let mut settings = get(&app, "/organisation/billing").await["settings"].clone();
    settings["credit_prefix"] = json!("INV-");
    let put = app.as_role(Role::Owner, "PUT", "/organisation/billing").version(1);
    put.json(&settings).faulty("/credit_prefix", "exists").await;
    app.books_hold().await;
}

async fn tampered_credit_notes_are_found(app: TestApp) {
    let retainer = billed(&app, support).await;
    record(&app, &retainer, "2026-01-10", 705).await;
    app.clock_at("2026-02-02T10:00:00Z").await;
    let february = issue(&app, &invoices(&app, &retainer).await[1]).await;
    credit(&app, &february, "goodwill", Some(1_000)).await;
    app.books_hold().await;
    let found = async |tamper: &'static str| {
        let rows = app.db.write(async |tx| Ok(tx.execute(Query::new(tamper)).await?)).await;
        assert_eq!(rows.unwrap(), 1, "{tamper}");
        check::run(&app.db).await.unwrap()
    };
    let series = "UPDATE invoice_series SET last_number = 2 WHERE series = 'CN-2026-'";
    assert!(found(series).await[0].contains("has numbers without"));
    // What was written stays, so this is the last: more of the overage than it came to.
    let more = "INSERT INTO credit_note_lines (organisation_id, credit_note_id, invoice_id, line,
        net_minor, tax_minor, amount_minor)
        SELECT n.organisation_id, n.id, n.invoice_id, 2, 21876, 0, 21876 FROM credit_notes n";
    let told = found(more).await;
    for words in ["is not the sum of its lines", "of which more was credited than it has"] {
        assert!(told.iter().any(|breach| breach.contains(words)), "{words}: {told:?}");
    }
}
