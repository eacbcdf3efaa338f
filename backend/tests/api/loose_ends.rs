//! What of a month still waits for a person, kind by kind. Source: requirements S1-12.
use backend::db::{Arg, Query};
use serde_json::{Value, json};
use shared::api::{LooseEndKind, Role};
use uuid::Uuid;

use crate::app::{Answer, TestApp};
use crate::invoices::{agreed, billed, invoices, issue, post, run, support};
use crate::on_both_engines;
use crate::payments::pay;
use crate::retainers::{get, id, record};

on_both_engines![
    s1_12_a_month_waits_until_each_loose_end_is_settled,
    each_role_sees_what_it_may_read,
    what_cannot_be_asked_is_told_at_its_field,
];

const JANUARY: &str = "?month=2026-01";

async fn loose_ends(app: &TestApp, query: &str) -> Value {
    get(app, &format!("/loose-ends{query}")).await
}

/// The kinds of which there are some, with how many.
fn counted(told: &Value) -> Vec<(String, i64)> {
    let counts = told["counts"].as_array().unwrap().iter();
    let one = |of: &Value| (of["kind"].as_str().unwrap().to_owned(), of["count"].as_i64().unwrap());
    counts.map(one).filter(|(_, count)| *count > 0).collect()
}

/// January has one of each of these kinds, and nothing else.
async fn waits(app: &TestApp, kinds: &[LooseEndKind]) -> Vec<Value> {
    let told = loose_ends(app, JANUARY).await;
    let one = |kind: &LooseEndKind| (kind.name().to_owned(), 1);
    assert_eq!(counted(&told), kinds.iter().map(one).collect::<Vec<_>>(), "{told:#}");
    let items = told["items"].as_array().unwrap();
    assert_eq!((&told["total"], items.len()), (&json!(kinds.len()), kinds.len()));
    let listed: Vec<_> = items.iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(listed, kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>(), "in their order");
    items.clone()
}

/// Ten hours, five days of grace.
fn graced(account: &Value) -> Value {
    let mut body = support(account);
    body["name"] = json!("Slow");
    body["terms"]["grace_days"] = json!(5);
    body
}

/// Two retainers of one account whose invoices go to an address; that of the first is issued.
async fn two(app: &TestApp) -> (Value, Value) {
    let slow = billed(app, graced).await;
    let quick = post(app, "/retainers", support(&slow["account_id"]), 201).await;
    run(app).await;
    let path = format!("/accounts/{}/billing", slow["account_id"].as_str().unwrap());
    let to = app.as_role(Role::Manager, "PUT", &path).version(0);
    to.json(&json!({ "send_to": ["ann@client.example"] })).expect(200).await;
    issue(app, &invoices(app, &slow).await[0]).await;
    (slow, quick)
}

/// A line of a bank statement that says nothing of an invoice.
async fn coffee(app: &TestApp) -> Value {
    let csv = "Booking date;Payer;Reference;Amount\n2026-01-16;Somebody;coffee;5,00\n";
    let path = "/bank-imports?file_name=statement.csv&currency=EUR";
    let upload = app.as_role(Role::Finance, "POST", path);
    let import = upload.body(csv.to_owned(), "application/octet-stream").expect(201).await;
    let lines = format!("/bank-imports/{}/lines", id(&import));
    let lines = app.as_role(Role::Finance, "GET", &lines).expect(200).await;
    lines["items"][0].clone()
}

/// A try of an invoice that was declined for good, as the provider's answer leaves it. (The real
/// one is in the story of charges.)
async fn declined(app: &TestApp, invoice: &Value) {
    let sql = "
        INSERT INTO charges (id, organisation_id, account_id, invoice_id, number, automatic,
            amount_minor, currency, customer, method, scheme, state, fatal, tries, next_at,
            created_by, created_at, ended_at)
        SELECT $2, organisation_id, account_id, id, 1, TRUE, total_minor, currency, 'cus', 'pm',
            'card', 'declined', TRUE, 1, issued_at, issued_by, issued_at, issued_at
        FROM invoices WHERE id = $1";
    let of: Uuid = id(invoice).parse().unwrap();
    let query = || Query::with(sql, vec![Arg::from(of), Arg::from(Uuid::now_v7())]);
    app.db.write(async |tx| Ok(tx.execute(query()).await?)).await.unwrap();
}

async fn close(app: &TestApp, cycle: &Value) {
    let cycle = cycle.as_str().unwrap();
    let version = get(app, &format!("/cycles/{cycle}/closing")).await["version"].clone();
    let ask = app.as_role(Role::Manager, "POST", &format!("/cycles/{cycle}/close"));
    ask.version(&version).json(&json!({})).expect(200).await;
}

async fn s1_12_a_month_waits_until_each_loose_end_is_settled(app: TestApp) {
    use LooseEndKind::*;
    let (slow, quick) = two(&app).await;
    waits(&app, &[UnsentInvoice, DueDraft]).await;
    assert_eq!(loose_ends(&app, "?month=2025-12").await["total"], 0);

    app.clock_at("2026-01-20T10:00:00Z").await;
    let fee = json!({ "effective_on": "2026-01-20", "fee_minor": 120_000 });
    agreed::ordered(&app, &slow, "Video for the fair", fee).await;
    let bought = json!({ "retainer_id": slow["id"], "kind": "purchase", "quantity": 60,
        "price_minor": 90_000, "reason": "An hour by mail" });
    post(&app, "/adjustments", bought, 201).await;
    let spent = json!({ "retainer_id": slow["id"], "spent_on": "2026-01-18", "text": "Props",
        "amount_minor": 12_900, "billed_on": true });
    post(&app, "/expenses", spent, 201).await;
    let request = json!({ "retainer_id": slow["id"], "title": "A flyer",
        "details": { "scope_match": { "kind": "unclear" } } });
    let request = post(&app, "/requests", request, 201).await;
    let work = json!({ "retainer_id": quick["id"], "title": "Pricing page", "column": "agreed" });
    let work = post(&app, "/work-items", work, 201).await;
    let line = coffee(&app).await;
    record(&app, &slow, "2026-01-10", 720).await;
    let issued = invoices(&app, &slow).await[0].clone();
    declined(&app, &issued).await;
    let items = waits(
        &app,
        &[
            DeclinedCharge,
            BankLine,
            UnsentInvoice,
            DueDraft,
            UnbilledChange,
            UnbilledPurchase,
            UnbilledExpense,
            OpenRequest,
            UnownedWork,
        ],
    )
    .await;
    assert_eq!(items[0]["subject_id"], issued["id"], "of a charge the invoice");
    let (money, number) = (&items[2]["amount"], &items[2]["title"]);
    assert_eq!((&money["amount_minor"], number), (&json!(300_000), &json!("INV-2026-0001")));
    assert_eq!(
        (&items[2]["since"], &items[7]["since"]),
        (&json!("2026-01-15"), &json!("2026-01-20"))
    );
    assert_eq!((&items[1]["title"], &items[1]["account_id"]), (&json!("Somebody"), &Value::Null));
    assert_eq!(
        (&items[4]["number"], &items[4]["amount"]["amount_minor"]),
        (&json!(1), &json!(120_000))
    );
    assert_eq!(items[5]["amount"], json!({ "amount_minor": 90_000, "currency": "EUR" }));

    let spent = (&items[6]["title"], &items[6]["amount"]["amount_minor"]);
    assert_eq!(spent, (&json!("Props"), &json!(12_900)));

    // In February the next drafts take fee, purchase and expense; one cycle is closed, the other is not.
    app.clock_at("2026-02-02T10:00:00Z").await;
    let items = waits(
        &app,
        &[
            DeclinedCharge,
            BankLine,
            UnsentInvoice,
            DueDraft,
            OpenCycle,
            OpenRequest,
            UntoldCycle,
            UnownedWork,
        ],
    )
    .await;
    let (open, untold) = (items[4].clone(), items[6].clone());
    assert_eq!((&open["retainer_name"], &open["number"]), (&json!("Slow"), &json!(1)));
    assert_eq!(open["since"], "2026-02-01");
    pages_have_everything_once(&app, &items).await;

    // What is paid was received, and needs no charge.
    pay(&app, &slow, 300_000, "2026-02-02").await;
    close(&app, &open["subject_id"]).await;
    waits(&app, &[BankLine, DueDraft, UnbilledOverage, OpenRequest, UntoldCycle, UnownedWork])
        .await;
    // The draft of February was made before: another in its place takes the overage.
    let february = invoices(&app, &slow).await[1].clone();
    let discard = app.as_role(Role::Owner, "DELETE", &format!("/invoices/{}", id(&february)));
    discard.version(&february["version"]).expect(204).await;
    let again = json!({ "retainer_id": slow["id"], "discarded": true });
    post(&app, "/billing-runs", again, 201).await;
    waits(&app, &[BankLine, DueDraft, OpenRequest, UntoldCycle, UnownedWork]).await;
    let draft = issue(&app, &invoices(&app, &quick).await[0]).await;
    // It was issued in February, and is of that month.
    assert_eq!(draft["summary"]["issue_on"], "2026-02-02");
    let aside = app.as_role(Role::Finance, "POST", &format!("/bank-lines/{}/aside", id(&line)));
    aside.version(&line["version"]).json(&json!({ "aside": true })).expect(200).await;
    let triage = app.as_role(Role::Owner, "POST", &format!("/requests/{}/triage", id(&request)));
    let decline = json!({ "verdict": "decline", "reason": "By phone" });
    triage.version(&request["version"]).json(&decline).expect(200).await;
    waits(&app, &[UntoldCycle, UnownedWork]).await;
    close(&app, &untold["subject_id"]).await;
    let path = format!("/work-items/{}", id(&work));
    let due = app.as_role(Role::Owner, "PATCH", &path).version(&work["version"]);
    let work = due.json(&json!({ "due_on": "2026-02-20" })).expect(200).await;
    waits(&app, &[UnownedWork]).await;
    let seats = app.as_role(Role::Owner, "PUT", &format!("{path}/seats")).version(&work["version"]);
    let ada = json!({ "kind": "member", "id": app.member(Role::Member).await });
    seats.json(&json!({ "execution": ada })).expect(200).await;
    waits(&app, &[]).await;
    let february = counted(&loose_ends(&app, "?month=2026-02").await);
    assert_eq!(february, [("unsent_invoice".to_owned(), 1), ("due_draft".to_owned(), 2)]);
    app.books_hold().await;
}

async fn pages_have_everything_once(app: &TestApp, items: &[Value]) {
    let (mut read, mut next) = (Vec::new(), String::new());
    loop {
        let page = loose_ends(app, &format!("{JANUARY}&limit=3{next}")).await;
        assert_eq!(page["total"], items.len());
        read.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(read, items);
}

async fn each_role_sees_what_it_may_read(app: TestApp) {
    let (slow, _) = two(&app).await;
    let other = json!({ "name": "Other" });
    let other = post(&app, "/accounts", other, 201).await;
    coffee(&app).await;
    app.clock_at("2026-02-02T10:00:00Z").await;
    let of = async |role: Role| {
        let told = app.as_role(role, "GET", "/loose-ends?month=2026-01").expect(200).await;
        let kinds = counted(&told).into_iter().map(|(kind, _)| kind).collect::<Vec<_>>();
        let money = told["items"].as_array().unwrap().iter().any(|one| one["amount"].is_object());
        (kinds, money)
    };
    let cycles = ["open_cycle", "untold_cycle"];
    let bills = ["unsent_invoice", "due_draft", "open_cycle", "untold_cycle"];
    let all = ["bank_line", "unsent_invoice", "due_draft", "open_cycle", "untold_cycle"];
    for role in Role::ALL {
        let (kinds, money) = of(role).await;
        let expected: &[&str] = match role {
            Role::Owner | Role::Admin | Role::Finance => &all,
            Role::Manager | Role::Viewer => &bills,
            Role::Member | Role::Partner => &cycles,
        };
        let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
        assert_eq!((kinds.as_slice(), money), (expected, expected.len() > 2), "{role:?}");
    }
    let account = slow["account_id"].as_str().unwrap();
    let told = loose_ends(&app, &format!("{JANUARY}&account_id={account}")).await;
    assert_eq!((counted(&told).len(), &told["total"]), (4, &json!(4)), "a line is of no account");
    let told = loose_ends(&app, &format!("{JANUARY}&account_id={}", id(&other))).await;
    assert_eq!((&told["total"], &told["items"]), (&json!(0), &json!([])));
}

async fn what_cannot_be_asked_is_told_at_its_field(app: TestApp) {
    for (query, field) in
        [("month=2026-13", "month"), ("limit=201", "limit"), ("cursor=x", "cursor")]
    {
        let path = format!("/loose-ends?{query}");
        let problem = app.as_role(Role::Owner, "GET", &path).expect(422).await;
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    // Nothing is billed here yet.
    let told = loose_ends(&app, "").await;
    assert_eq!((told["counts"].as_array().unwrap().len(), &told["total"]), (17, &json!(0)));
}
