//! What happened with an account, in one stream. Source: requirements S1-1, S2-14.
mod paging;
mod upgraded;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use crate::app::{Answer, TestApp};
use crate::files::{PDF, bring};
use crate::invoices::{billing, invoices, issue, post, run};
use crate::on_both_engines;
use crate::payments::{pay, refunding, reversing};
use crate::retainers::{agree, get, id};
use crate::reviews::Room;

on_both_engines![
    s1_01_one_stream_holds_what_happened_in_order,
    a_role_sees_what_it_may_see,
    both_engines_find_the_same,
    what_a_migration_wrote_is_found_once_the_clock_has_read_it,
];

/// Ten hours and four sessions a month.
fn support(account: &Value) -> Value {
    json!({
        "account_id": account, "name": "Support", "starts_on": "2026-01-01", "timezone": "UTC",
        "terms": {
            "price": { "amount_minor": 250_000, "currency": "EUR" },
            "pools": [
                { "unit": "minutes", "allowance": 600 },
                { "key": "talks", "unit": "sessions", "allowance": 4 },
            ],
        },
    })
}

/// A month with a client, in which one of each happened.
async fn lived(app: &TestApp) -> Value {
    app.clock_at("2026-01-15T10:00:00Z").await;
    billing(app).await;
    let retainer = agree(app, support).await;
    talked(app, &retainer).await;
    asked_and_decided(app, &retainer).await;
    billed(app, &retainer).await;
    let path = format!("/retainers/{}/amendments", id(&retainer));
    let terms = support(&retainer["account_id"])["terms"].clone();
    post(app, &path, json!({ "terms": terms, "reason": "As before" }), 201).await;
    let path = format!("/retainers/{}/end", id(&retainer));
    post(app, &path, json!({ "ends_on": "2026-09-01" }), 200).await;
    app.clock_at("2026-02-05T10:00:00Z").await;
    retainer
}

async fn talked(app: &TestApp, retainer: &Value) {
    for (at, title, how) in [
        ("2026-01-14T09:00:00Z", "Kick-off", "completed"),
        ("2026-01-13T09:00:00Z", "Workshop", "no_show"),
        ("2026-01-20T09:00:00Z", "Review of the plan", "cancelled"),
    ] {
        let new = json!({ "retainer_id": retainer["id"], "starts_at": at, "minutes": 60,
            "title": title, "note": "In Zürich" });
        let booked = post(app, "/sessions", new, 201).await;
        let path = format!("/sessions/{}/settle", id(&booked["session"]));
        post(app, &path, json!({ "status": how }), 200).await;
    }
}

async fn asked_and_decided(app: &TestApp, retainer: &Value) {
    let new = json!({ "retainer_id": retainer["id"], "title": "A shop for the fair",
        "details": { "text": "With a counter" } });
    let asked = post(app, "/requests", new, 201).await;
    let triage = json!({ "verdict": "decline", "reason": "Not now",
        "scope_match": { "kind": "unclear" } });
    let path = format!("/requests/{}/triage", id(&asked));
    let triage = app.as_role(Role::Owner, "POST", &path).version(&asked["version"]).json(&triage);
    triage.expect(200).await;
    let made = json!({ "choice": "Search", "reason": "It pays", "decided_on": "2026-01-10",
        "evidence": [{ "text": "Costs of December" }] });
    let new = json!({ "question": "Which channel?", "retainer_id": retainer["id"],
        "made": made });
    let decision = post(app, "/decisions", new, 201).await;
    let new = json!({ "evidence": [{ "text": "Sales took none" }] });
    post(app, &format!("/decisions/{}/reopen", id(&decision)), new, 200).await;
}

async fn billed(app: &TestApp, retainer: &Value) {
    run(app).await;
    let draft = invoices(app, retainer).await.remove(0);
    let issued = issue(app, &draft).await;
    let path = format!("/invoices/{}/credit-notes", id(&issued));
    let note = json!({ "kind": "goodwill", "reason": "A slow start",
        "lines": [{ "position": 1, "net_minor": 1_000 }] });
    app.as_role(Role::Finance, "POST", &path).json(&note).expect(201).await;
    let paid = pay(app, retainer, 400_000, "2026-01-12").await;
    let back = refunding(app, &paid, 100, "2026-01-15").expect(201).await;
    reversing(app, &back, "2026-01-15").expect(200).await;
}

/// The items of a page: event, title, what was said.
fn told(page: &Value) -> Vec<[String; 3]> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let item = |one: &Value| [text(&one["event"]), text(&one["title"]), text(&one["text"])];
    page["items"].as_array().unwrap().iter().map(item).collect()
}

fn path(retainer: &Value, query: &str) -> String {
    format!("/accounts/{}/timeline?{query}", retainer["account_id"].as_str().unwrap())
}

/// Source: requirement S1-1.
async fn s1_01_one_stream_holds_what_happened_in_order(app: TestApp) {
    let retainer = lived(&app).await;
    let note = json!({ "account_id": retainer["account_id"], "kind": "call",
        "text": "Wants the shop in spring.\nAnd a counter." });
    post(&app, "/notes", note, 201).await;
    let file = bring(&app, Role::Member, &retainer["account_id"], "Contract.pdf", PDF);
    let file = file.expect(201).await;
    let signed = json!({ "file_id": file["id"], "label": "Version 1", "signers": ["Mia Berg"],
        "signed_on": "2026-01-20" });
    post(&app, &format!("/retainers/{}/agreements", id(&retainer)), signed, 201).await;
    let page = get(&app, &path(&retainer, "limit=200")).await;
    let expected = [
        ["file_added", "Contract.pdf", ""],
        ["note_written", "", "Wants the shop in spring.\nAnd a counter."],
        ["cycle_closed", "", ""],
        ["agreement_signed", "Version 1", "Mia Berg"],
        ["end_agreed", "", ""],
        ["terms_agreed", "", "As before"],
        ["payment_reversed", "", "Returned by the bank"],
        ["payment_refunded", "", "Twice"],
        ["credit_note_issued", "CN-2026-0001", "A slow start"],
        ["invoice_issued", "INV-2026-0001", ""],
        ["decision_reopened", "Which channel?", ""],
        ["request_triaged", "A shop for the fair", "Not now"],
        ["request_received", "A shop for the fair", "With a counter"],
        ["session_cancelled", "Review of the plan", "In Zürich"],
        ["terms_agreed", "", ""],
        ["session_completed", "Kick-off", "In Zürich"],
        ["session_no_show", "Workshop", "In Zürich"],
        ["payment_received", "", ""],
        ["decision_made", "Which channel?", "Search"],
    ];
    let mut found = told(&page);
    assert_eq!(found, expected.map(|item| item.map(str::to_owned)));
    let at = |one: &Value| one["happened_at"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
    assert!(page["items"].as_array().unwrap().is_sorted_by(|one, next| at(one) >= at(next)));
    // The same again, five at a time, and by kind.
    let mut again = Vec::new();
    let mut query = "limit=5".to_owned();
    loop {
        let page = get(&app, &path(&retainer, &query)).await;
        again.extend(told(&page));
        let Some(next) = page["next_cursor"].as_str() else { break };
        query = format!("limit=5&cursor={next}");
    }
    assert_eq!(again, found);
    let invoices = told(&get(&app, &path(&retainer, "kind=invoice")).await);
    found.retain(|[event, ..]| {
        ["payment", "credit", "invoice"].iter().any(|k| event.starts_with(k))
    });
    assert_eq!(invoices, found);
    let files = told(&get(&app, &path(&retainer, "kind=file&q=contr")).await);
    assert_eq!(files, [["file_added", "Contract.pdf", ""].map(str::to_owned)]);
    let issued = &page["items"][9];
    assert_eq!(issued["amount"], json!({ "amount_minor": 300_000, "currency": "EUR" }));
    assert_eq!((&issued["on"], &issued["member_name"]), (&json!("2026-01-29"), &json!("finance")));
    assert_eq!(
        (&page["items"][2]["number"], &page["items"][2]["member_name"]),
        (&json!(1), &Value::Null)
    );
}

/// Source: the table of permissions.
async fn a_role_sees_what_it_may_see(app: TestApp) {
    let retainer = lived(&app).await;
    let kinds = async |role: Role, query: &str| {
        let page = app.as_role(role, "GET", &path(&retainer, query)).expect(200).await;
        let items = page["items"].as_array().unwrap().clone();
        items.iter().filter(|one| one["kind"] == "invoice").count()
    };
    assert_eq!(kinds(Role::Viewer, "limit=200").await, 5);
    assert_eq!(kinds(Role::Member, "limit=200").await, 0, "no invoices, as everywhere");
    assert_eq!(kinds(Role::Member, "kind=invoice").await, 0);
    assert_eq!(kinds(Role::Member, "q=INV").await, 0);
    let partner = app.as_role(Role::Partner, "GET", &path(&retainer, ""));
    partner.refused(ErrorCode::Forbidden).await;
    app.tenant("other").await;
    let other = app.as_person("owner@other.example", "GET", &path(&retainer, ""));
    other.refused(ErrorCode::NotFound).await;
}

async fn note(app: &TestApp, account: &Value, text: &str) {
    post(app, "/notes", json!({ "account_id": account, "text": text }), 201).await;
}

async fn found(app: &TestApp, retainer: &Value, q: &str) -> Vec<String> {
    let page = get(app, &path(retainer, &format!("q={}", q.replace(' ', "%20")))).await;
    let mut texts: Vec<String> = told(&page).into_iter().map(|[.., text]| text).collect();
    texts.sort();
    texts
}

/// Source: decision 0052.
async fn both_engines_find_the_same(app: TestApp) {
    let retainer = agree(&app, support).await;
    let other = agree(&app, support).await;
    let (mueller, cafe) = ("Anruf mit Frau Müller: Hauptstraße 7", "Café muller, 50% off");
    for text in [mueller, cafe] {
        note(&app, &retainer["account_id"], text).await;
    }
    note(&app, &other["account_id"], "Müller of another client").await;
    for (q, expected) in [
        ("müller", vec![mueller, cafe]),
        ("MULL", vec![mueller, cafe]),
        ("mu%CC%88ller", vec![mueller, cafe]),
        ("strasse", vec![]),
        ("hauptstrasse", vec![mueller]),
        ("cafe mull", vec![cafe]),
        ("caf%C3%A9 anruf", vec![]),
        ("7", vec![mueller]),
        ("%25", vec![]),
        ("ller", vec![]),
        ("another", vec![]),
    ] {
        assert_eq!(found(&app, &retainer, q).await, expected, "{q}");
    }
    assert_eq!(found(&app, &retainer, "").await.len(), 3, "nothing is asked for: all of it");
}

/// What was written by a migration has no words yet.
async fn what_a_migration_wrote_is_found_once_the_clock_has_read_it(app: TestApp) {
    let retainer = lived(&app).await;
    let before = found(&app, &retainer, "zur").await;
    assert_eq!(before.len(), 3);
    app.db
        .write(async |tx| {
            use backend::db::Query;
            tx.execute(Query::new("DELETE FROM timeline_words")).await?;
            Ok(tx.execute(Query::new("UPDATE timeline_items SET indexed_at = NULL")).await?)
        })
        .await
        .unwrap();
    assert_eq!(found(&app, &retainer, "zur").await.len(), 0);
    backend::tick::run(&app.db, app.clock.now()).await.unwrap();
    assert_eq!(found(&app, &retainer, "zur").await, before);
    backend::tick::run(&app.db, app.clock.now()).await.unwrap();
    assert_eq!(found(&app, &retainer, "zur").await, before, "once is enough");
}
