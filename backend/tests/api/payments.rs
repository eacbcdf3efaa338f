//! Payments: what they pay, what is left of them, and the statement of an account.
use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};
use shared::rules::billing::{Account, Deed};
use shared::rules::units::Minor;

use crate::app::{Answer, TestApp};
use crate::ask::Ask;
use crate::invoices::{billed, invoices, issue, refuses, run, support, void};
use crate::on_both_engines;
use crate::retainers::{get, id};

mod bank;
mod exported;
mod statement;

on_both_engines![
    a_payment_pays_the_oldest_first_and_the_rest_is_credit,
    a_payment_pays_what_it_names_and_nothing_more,
    credit_pays_the_next_invoice_by_itself,
    a_status_follows_from_the_day_and_what_is_open,
    a_payment_that_bounced_opens_what_it_paid,
    what_is_left_of_a_payment_can_go_back,
    nothing_is_paid_twice,
    payments_at_once_never_pay_more_than_is_open,
    any_course_of_deeds_ends_as_the_rule_has_it,
    what_is_not_allowed_is_told_at_its_field,
    what_was_recorded_never_changes_whoever_writes,
];

/// A retainer of 2,500.00 and VAT of 500.00 a month with so many issued invoices.
pub async fn owing(app: &TestApp, count: usize) -> (Value, Vec<Value>) {
    let retainer = billed(app, support).await;
    run(app).await;
    for month in 2..=count {
        app.clock_at(&format!("2026-{month:02}-01T10:00:00Z")).await;
    }
    let mut issued = Vec::new();
    for draft in invoices(app, &retainer).await {
        issued.push(issue(app, &draft).await);
    }
    (retainer, issued)
}

fn payment(retainer: &Value, amount: i64, on: &str) -> Value {
    json!({
        "account_id": retainer["account_id"], "paid_on": on, "method": "transfer",
        "amount": { "amount_minor": amount, "currency": "EUR" },
    })
}

fn paying(app: &TestApp, body: &Value) -> Ask {
    app.as_role(Role::Finance, "POST", "/payments").json(body)
}

pub async fn pay(app: &TestApp, retainer: &Value, amount: i64, on: &str) -> Value {
    paying(app, &payment(retainer, amount, on)).expect(201).await
}

pub fn reversing(app: &TestApp, payment: &Value, on: &str) -> Ask {
    let path = format!("/payments/{}/reverse", id(payment));
    let body = json!({ "on": on, "reason": "Returned by the bank" });
    app.as_role(Role::Finance, "POST", &path).version(&payment["version"]).json(&body)
}

pub fn refunding(app: &TestApp, payment: &Value, amount: i64, on: &str) -> Ask {
    let path = format!("/payments/{}/refunds", id(payment));
    let body =
        json!({ "amount_minor": amount, "paid_on": on, "method": "transfer", "note": "Twice" });
    app.as_role(Role::Finance, "POST", &path).json(&body)
}

/// What is open on each invoice, oldest first.
async fn balances(app: &TestApp, retainer: &Value) -> Vec<i64> {
    let all = invoices(app, retainer).await;
    all.iter().map(|one| one["balance_minor"].as_i64().unwrap()).collect()
}

pub async fn statement(app: &TestApp, retainer: &Value, query: &str) -> Value {
    let account = retainer["account_id"].as_str().unwrap();
    get(app, &format!("/accounts/{account}/billing-statement{query}")).await
}

async fn credit(app: &TestApp, retainer: &Value) -> i64 {
    let told = statement(app, retainer, "").await;
    told["currencies"][0]["credit_minor"].as_i64().unwrap()
}

/// Source: domain 5.11: due date, then issue date, then number.
async fn a_payment_pays_the_oldest_first_and_the_rest_is_credit(app: TestApp) {
    let (retainer, issued) = owing(&app, 3).await;
    let paid = pay(&app, &retainer, 450_000, "2026-03-01").await;
    let part = |invoice: &Value, amount: i64| {
        json!({ "invoice_id": invoice["id"], "number": invoice["summary"]["number"],
            "amount_minor": amount })
    };
    let expected = json!([part(&issued[0], 300_000), part(&issued[1], 150_000)]);
    assert_eq!(paid["invoices"], expected);
    assert_eq!(balances(&app, &retainer).await, [0, 150_000, 300_000]);
    let last = pay(&app, &retainer, 500_000, "2026-03-01").await;
    assert_eq!(last["summary"]["credit_minor"], 50_000);
    assert_eq!(balances(&app, &retainer).await, [0, 0, 0]);
    assert_eq!(credit(&app, &retainer).await, 50_000);
    app.books_hold().await;
}

async fn a_payment_pays_what_it_names_and_nothing_more(app: TestApp) {
    let (retainer, issued) = owing(&app, 2).await;
    let mut body = payment(&retainer, 200_000, "2026-02-01");
    let named = |amount: i64| json!([{ "invoice_id": issued[1]["id"], "amount_minor": amount }]);
    body["invoices"] = named(300_001);
    paying(&app, &body).faulty("/invoices/0/amount_minor", "does_not_fit").await;
    body["invoices"] = named(200_001);
    paying(&app, &body).faulty("/invoices", "does_not_fit").await;
    body["invoices"] = json!([{ "invoice_id": retainer["id"], "amount_minor": 1 }]);
    paying(&app, &body).faulty("/invoices/0/invoice_id", "not_found").await;
    body["invoices"] = named(120_000);
    let paid = paying(&app, &body).expect(201).await;
    assert_eq!(balances(&app, &retainer).await, [300_000, 180_000]);
    let sheet = statement::sheet(&app, &retainer, "").await;
    let open = |invoice: &Value, amount: &str| {
        let word = |name: &str| invoice["summary"][name].as_str().unwrap();
        format!("EUR,{},open,{},{},{amount},", word("issue_on"), word("number"), word("due_on"))
    };
    assert_eq!(
        sheet[sheet.len() - 2..],
        [open(&issued[0], "3000.00"), open(&issued[1], "1800.00")]
    );
    assert_eq!(paid["summary"]["credit_minor"], 80_000);
    // What is left of it waits until somebody says what it pays.
    let path = format!("/payments/{}/allocations", id(&paid));
    let rest = app.as_role(Role::Finance, "POST", &path).json(&json!({})).expect(200).await;
    assert_eq!(rest["summary"]["credit_minor"], 0);
    assert_eq!(balances(&app, &retainer).await, [220_000, 180_000]);
    let mut none = payment(&retainer, 100, "2026-02-01");
    none["invoices"] = json!([]);
    assert_eq!(paying(&app, &none).expect(201).await["summary"]["credit_minor"], 100);
    app.books_hold().await;
}

/// Source: domain 5.8, 5.11.
async fn credit_pays_the_next_invoice_by_itself(app: TestApp) {
    let (retainer, issued) = owing(&app, 1).await;
    pay(&app, &retainer, 390_000, "2026-01-15").await;
    // A credit note on a paid invoice frees what was paid on it.
    let note = json!({ "kind": "goodwill", "reason": "x",
        "lines": [{ "position": 1, "net_minor": 50_000 }] });
    let path = format!("/invoices/{}/credit-notes", id(&issued[0]));
    app.as_role(Role::Finance, "POST", &path).json(&note).expect(201).await;
    assert_eq!((balances(&app, &retainer).await[0], credit(&app, &retainer).await), (0, 150_000));
    app.clock_at("2026-02-01T10:00:00Z").await;
    let february = invoices(&app, &retainer).await[1].clone();
    assert_eq!((&february["paid_minor"], &february["status"]), (&json!(0), &Value::Null));
    let february = issue(&app, &february).await;
    assert_eq!(february["summary"]["balance_minor"], 150_000);
    assert_eq!(february["summary"]["status"], "partially_paid");
    assert_eq!(credit(&app, &retainer).await, 0);
    app.books_hold().await;
}

/// Source: domain 5.10.
async fn a_status_follows_from_the_day_and_what_is_open(app: TestApp) {
    let (retainer, issued) = owing(&app, 1).await;
    let stands = async |status: &str, late: i64| {
        let one = get(&app, &format!("/invoices/{}", id(&issued[0]))).await["summary"].clone();
        assert_eq!((&one["status"], &one["late_days"]), (&json!(status), &json!(late)));
        for asked in ["open", "partially_paid", "overdue", "paid", "void", "written_off"] {
            let page = get(&app, &format!("/invoices?status={asked}")).await;
            let count = page["items"].as_array().unwrap().len();
            assert_eq!(count, usize::from(asked == status), "{asked}, and it is {status}");
        }
        let counts = get(&app, "/invoice-counts").await["items"].clone();
        let expected = json!([{ "state": "issued", "status": status, "currency": "EUR",
            "count": 1, "total_minor": 300_000, "balance_minor": one["balance_minor"] }]);
        assert_eq!(counts, expected, "the counts go by the same rule");
    };
    stands("open", 0).await;
    pay(&app, &retainer, 100_000, "2026-01-15").await;
    stands("partially_paid", 0).await;
    app.clock_at("2026-01-29T23:59:00Z").await;
    stands("partially_paid", 0).await;
    app.clock_at("2026-01-30T00:00:00Z").await;
    stands("overdue", 1).await;
    pay(&app, &retainer, 200_000, "2026-01-30").await;
    stands("paid", 0).await;
    let ask = app.as_role(Role::Owner, "POST", &format!("/invoices/{}/void", id(&issued[0])));
    let why = json!({ "reason": "Wrong" });
    ask.version(&issued[0]["version"]).json(&why).refused(ErrorCode::InvoiceSettled).await;
    app.books_hold().await;
}

/// What ever paid an invoice, the newest first: how much, and how much of it pays it now.
async fn history(app: &TestApp, invoice: &Value) -> Vec<(i64, Option<i64>)> {
    let page = get(app, &format!("/payments?invoice_id={}", id(invoice))).await;
    let rows = page["items"].as_array().unwrap().clone();
    let row = |one: &Value| (one["amount_minor"].as_i64().unwrap(), one["invoice_minor"].as_i64());
    rows.iter().map(row).collect()
}

async fn a_payment_that_bounced_opens_what_it_paid(app: TestApp) {
    let (retainer, issued) = owing(&app, 2).await;
    let first = pay(&app, &retainer, 350_000, "2026-01-20").await;
    pay(&app, &retainer, 250_000, "2026-02-01").await;
    assert_eq!(balances(&app, &retainer).await, [0, 0]);
    assert_eq!(history(&app, &issued[0]).await, [(350_000, Some(300_000))]);
    let both = [(250_000, Some(250_000)), (350_000, Some(50_000))];
    assert_eq!(history(&app, &issued[1]).await, both);
    let all = get(&app, "/payments").await["items"].clone();
    assert_eq!(all[0]["invoice_minor"], Value::Null, "no invoice was asked for");
    reversing(&app, &first, "2026-01-19").faulty("/on", "out_of_range").await;
    reversing(&app, &first, "2026-02-02").faulty("/on", "future").await;
    let key = || reversing(&app, &first, "2026-02-01").header("Idempotency-Key", "bounced");
    let back = key().expect(200).await;
    assert_eq!(key().expect(200).await, back);
    assert_eq!(
        (&back["summary"]["reversed_on"], &back["invoices"]),
        (&json!("2026-02-01"), &json!([]))
    );
    assert_eq!(balances(&app, &retainer).await, [300_000, 50_000]);
    assert_eq!(history(&app, &issued[0]).await, [(350_000, Some(0))], "it stays to be seen");
    reversing(&app, &back, "2026-02-01").refused(ErrorCode::PaymentReversed).await;
    reversing(&app, &first, "2026-02-01").refused(ErrorCode::Stale).await;
    let found = get(&app, &format!("/payments/{}", id(&first))).await;
    assert_eq!(found["summary"]["reverse_reason"], "Returned by the bank", "it stays to be seen");
    // Nothing is paid on it any more, so it may be withdrawn.
    void(&app, &issued[0], false).await;
    app.books_hold().await;
}

/// Source: domain 5.12.
async fn what_is_left_of_a_payment_can_go_back(app: TestApp) {
    let (retainer, issued) = owing(&app, 1).await;
    let paid = pay(&app, &retainer, 350_000, "2026-01-15").await;
    refunding(&app, &paid, 50_001, "2026-01-15").faulty("/amount_minor", "does_not_fit").await;
    refunding(&app, &paid, 1, "2026-01-14").faulty("/paid_on", "out_of_range").await;
    refunding(&app, &paid, 1, "2026-01-16").faulty("/paid_on", "future").await;
    let back = refunding(&app, &paid, 20_000, "2026-01-15").expect(201).await;
    assert_eq!(
        (&back["summary"]["kind"], &back["summary"]["payment_id"]),
        (&json!("refund"), &paid["id"])
    );
    assert_eq!(credit(&app, &retainer).await, 30_000);
    assert_eq!(balances(&app, &retainer).await, [0], "it stays paid");
    let parts = [(20_000, None), (350_000, Some(300_000))];
    assert_eq!(history(&app, &issued[0]).await, parts, "with what of it went back");
    reversing(&app, &paid, "2026-01-15").refused(ErrorCode::InUse).await;
    reversing(&app, &back, "2026-01-15").expect(200).await;
    assert_eq!(credit(&app, &retainer).await, 50_000);
    reversing(&app, &paid, "2026-01-15").expect(200).await;
    assert_eq!(
        (balances(&app, &retainer).await, credit(&app, &retainer).await),
        (vec![300_000], 0)
    );
    refunding(&app, &paid, 1, "2026-01-15").refused(ErrorCode::PaymentReversed).await;
    app.books_hold().await;
}

async fn nothing_is_paid_twice(app: TestApp) {
    let (retainer, _) = owing(&app, 1).await;
    let mut body = payment(&retainer, 100_000, "2026-01-15");
    let once = || paying(&app, &body).header("Idempotency-Key", "paid-once");
    let first = once().expect(201).await;
    assert_eq!(once().expect(201).await, first);
    body["reference"] = json!("TR-1");
    let second = paying(&app, &body).expect(201).await;
    paying(&app, &body).faulty("/reference", "exists").await;
    // One that bounced may come again.
    reversing(&app, &second, "2026-01-15").expect(200).await;
    paying(&app, &body).expect(201).await;
    assert_eq!(balances(&app, &retainer).await, [100_000]);
    let page = get(&app, "/payments?kind=payment&method=transfer&from=2026-01-15").await;
    assert_eq!(page["items"].as_array().unwrap().len(), 3);
    assert_eq!(get(&app, "/payments?kind=refund").await["items"], json!([]));
    app.books_hold().await;
}

async fn payments_at_once_never_pay_more_than_is_open(app: TestApp) {
    let (retainer, issued) = owing(&app, 1).await;
    let mut body = payment(&retainer, 200_000, "2026-01-15");
    let named = json!([{ "invoice_id": issued[0]["id"], "amount_minor": 200_000 }]);
    body["invoices"] = named;
    let answers = join_all((0..6).map(|_| paying(&app, &body).send())).await;
    let mut paid = 0;
    for answer in answers {
        match answer.unwrap().status().as_u16() {
            201 => paid += 1,
            status => assert!([422, 503].contains(&status), "{status}"),
        }
    }
    assert_eq!((paid, balances(&app, &retainer).await), (1, vec![100_000]));
    // And oldest first: the rest of all of them is credit, and nothing of it is lost.
    let body = payment(&retainer, 70_000, "2026-01-15");
    let answers = join_all((0..5).map(|_| paying(&app, &body).send())).await;
    let came = answers.into_iter().filter(|one| one.as_ref().unwrap().status() == 201).count();
    let came = i64::try_from(came).unwrap() * 70_000;
    assert_eq!(balances(&app, &retainer).await, [(100_000 - came).max(0)]);
    assert_eq!(credit(&app, &retainer).await, (came - 100_000).max(0));
    app.books_hold().await;
}

/// What the database says at the end is what the rule says of the same deeds.
async fn any_course_of_deeds_ends_as_the_rule_has_it(app: TestApp) {
    let retainer = billed(&app, support).await;
    let mut account: Account<usize> = Account::default();
    let mut issued: Vec<Value> = Vec::new();
    for month in 1..=6usize {
        let day = format!("2026-{month:02}-20");
        app.clock_at(&format!("{day}T10:00:00Z")).await;
        let drafts = invoices(&app, &retainer).await;
        let draft = drafts.iter().find(|one| one["state"] == "draft").cloned();
        let draft = match draft {
            Some(draft) => draft,
            None => run(&app).await["made"][0].clone(),
        };
        let invoice = issue(&app, &draft).await;
        let of = |name: &str| invoice["summary"][name].as_str().unwrap().parse().unwrap();
        let total = Minor(invoice["summary"]["total_minor"].as_i64().unwrap());
        account.issue(issued.len(), (of("issue_on"), of("due_on")), total).unwrap();
        issued.push(invoice);
        for _ in 0..3 {
            let amount = rand::random_range(1..350_000);
            let which = rand::random_range(0..issued.len());
            let note = json!({ "kind": "goodwill", "reason": "x",
                "lines": [{ "position": 1, "net_minor": amount / 7 }] });
            let path = format!("/invoices/{}/credit-notes", id(&issued[which]));
            if rand::random_range(0..3) > 0 {
                pay(&app, &retainer, amount, &day).await;
                account.apply(Deed::Payment { amount: Minor(amount), invoice: None }).unwrap();
                continue;
            }
            let ask = app.as_role(Role::Finance, "POST", &path).json(&note);
            let answer = ask.send().await.unwrap();
            if answer.status() == 201 {
                let made: Value = answer.json().await.unwrap();
                let amount = Minor(made["summary"]["total_minor"].as_i64().unwrap());
                account.apply(Deed::CreditNote { amount, invoice: which }).unwrap();
            }
        }
    }
    let expected: Vec<i64> = account.invoices.iter().map(|one| one.open.balance.0).collect();
    assert_eq!(balances(&app, &retainer).await, expected);
    assert_eq!(credit(&app, &retainer).await, account.credit.0);
    app.books_hold().await;
}

async fn what_is_not_allowed_is_told_at_its_field(app: TestApp) {
    let (retainer, issued) = owing(&app, 1).await;
    let body = || payment(&retainer, 100, "2026-01-15");
    let mut nothing = body();
    nothing["amount"]["amount_minor"] = json!(0);
    paying(&app, &nothing).faulty("/amount/amount_minor", "out_of_range").await;
    paying(&app, &payment(&retainer, 1, "2026-01-16")).faulty("/paid_on", "future").await;
    let mut nobody = body();
    nobody["account_id"] = issued[0]["id"].clone();
    paying(&app, &nobody).faulty("/account_id", "not_found").await;
    // Another currency pays nothing here.
    let mut dollars = body();
    dollars["amount"]["currency"] = json!("USD");
    let paid = paying(&app, &dollars).expect(201).await;
    assert_eq!(paid["summary"]["credit_minor"], 100);
    dollars["invoices"] = json!([{ "invoice_id": issued[0]["id"], "amount_minor": 1 }]);
    paying(&app, &dollars).faulty("/invoices/0/invoice_id", "not_found").await;
    let mut twice = body();
    let one = json!({ "invoice_id": issued[0]["id"], "amount_minor": 1 });
    twice["invoices"] = json!([one, one]);
    paying(&app, &twice).faulty("/invoices/1/invoice_id", "repeated").await;
    let told = statement(&app, &retainer, "").await;
    let currencies = told["currencies"].as_array().unwrap();
    assert_eq!(
        (&currencies[0]["currency"], &currencies[1]["currency"]),
        (&json!("EUR"), &json!("USD"))
    );
    app.books_hold().await;
}

async fn what_was_recorded_never_changes_whoever_writes(app: TestApp) {
    let (retainer, _) = owing(&app, 1).await;
    let paid = pay(&app, &retainer, 100, "2026-01-15").await;
    for sql in [
        "UPDATE payments SET amount_minor = 7 WHERE id = $1",
        "UPDATE payments SET amount_minor = 7, version = 2, reversed_on = paid_on,
            reversed_by = recorded_by, reversed_at = recorded_at, reverse_reason = 'x'
            WHERE id = $1",
        "UPDATE payment_allocations SET amount_minor = 7 WHERE payment_id = $1",
        "DELETE FROM payment_allocations WHERE payment_id = $1",
        "DELETE FROM payments WHERE id = $1",
    ] {
        refuses(&app, sql, &paid).await;
    }
    let back = reversing(&app, &paid, "2026-01-15").expect(200).await;
    refuses(&app, "UPDATE payments SET reverse_reason = 'y', version = 3 WHERE id = $1", &back)
        .await;
    app.books_hold().await;
}
