//! Bank statements: what is read, what is proposed, and that a line is recorded once.
use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::{balances, credit, owing, pay, reversing};
use crate::app::{Answer, TestApp};
use crate::ask::Ask;
use crate::check;
use crate::invoices::refuses;
use crate::on_both_engines;
use crate::retainers::id;

on_both_engines![
    a_statement_is_read_and_each_line_recorded_once,
    what_a_file_does_not_say_is_asked_for,
    what_the_bank_has_not_booked_is_not_recorded,
];

const CAMT: &str = include_str!("statement.xml");

fn uploading(app: &TestApp, query: &str, file: &str) -> Ask {
    let path = format!("/bank-imports?file_name=statement{query}");
    app.as_role(Role::Finance, "POST", &path).body(file.to_owned(), "application/octet-stream")
}

async fn read(app: &TestApp, path: &str) -> Value {
    app.as_role(Role::Finance, "GET", path).expect(200).await
}

async fn lines(app: &TestApp, import: &Value, query: &str) -> Vec<Value> {
    let page = read(app, &format!("/bank-imports/{}/lines{query}", id(import))).await;
    page["items"].as_array().unwrap().clone()
}

/// How many lines of a file stand how, but for none.
async fn counts(app: &TestApp, import: &Value) -> Vec<(String, i64)> {
    let found = read(app, &format!("/bank-imports/{}", id(import))).await;
    let counts = found["counts"].as_array().unwrap().iter();
    let count =
        |one: &Value| (one["state"].as_str().unwrap().to_owned(), one["count"].as_i64().unwrap());
    counts.map(count).filter(|(_, count)| *count > 0).collect()
}

fn counted(of: &[(&str, i64)]) -> Vec<(String, i64)> {
    of.iter().map(|(state, count)| ((*state).to_owned(), *count)).collect()
}

fn acting(app: &TestApp, line: &Value, deed: &str, body: &Value) -> Ask {
    let path = format!("/bank-lines/{}/{deed}", id(line));
    app.as_role(Role::Finance, "POST", &path).version(&line["version"]).json(body)
}

/// Records a line as it is proposed.
fn confirming(app: &TestApp, line: &Value) -> Ask {
    let parts = line["invoices"].as_array().unwrap().iter();
    let part = |one: &Value| json!({ "invoice_id": one["invoice_id"], "amount_minor": one["amount_minor"] });
    let parts: Vec<Value> = parts.map(part).collect();
    let body = json!({ "account_id": line["account_id"], "invoices": parts });
    acting(app, line, "payment", &body)
}

fn set_aside(app: &TestApp, line: &Value, aside: bool) -> Ask {
    acting(app, line, "aside", &json!({ "aside": aside }))
}

async fn a_statement_is_read_and_each_line_recorded_once(app: TestApp) {
    let (retainer, issued) = owing(&app, 3).await;
    let import = uploading(&app, ".xml", CAMT).expect(201).await;
    assert_eq!((&import["lines"], &import["waiting"]), (&json!(6), &json!(5)));
    assert_eq!((&import["format"], &import["account_end"]), (&json!("camt"), &json!("0101")));
    let found = read(&app, &format!("/bank-imports/{}", id(&import))).await;
    assert_eq!((&found["outgoing"], &found["pending"]), (&json!(1), &json!(1)));
    let states = counted(&[("exact", 2), ("open", 3), ("reversal", 1)]);
    assert_eq!(counts(&app, &import).await, states);

    let all = lines(&app, &import, "").await;
    let [first, both, back, coffee, _, rest] = all.as_slice() else { panic!("{all:#?}") };
    assert_eq!(
        (&first["reason"], &first["account_name"]),
        (&json!("number"), &json!("Big Company"))
    );
    let parts = json!([
        { "invoice_id": issued[2]["id"], "number": "INV-2026-0003", "amount_minor": 300_000 },
        { "invoice_id": issued[1]["id"], "number": "INV-2026-0002", "amount_minor": 300_000 },
    ]);
    assert_eq!(both["invoices"], parts, "in the order in which it names them");
    assert_eq!((&rest["reason"], &rest["account_id"]), (&json!("payer"), &retainer["account_id"]));
    assert_eq!((&coffee["reason"], &coffee["account_id"]), (&json!("nothing"), &Value::Null));

    // Six at once: one payment of the line, and the others are told.
    let answers = join_all((0..6).map(|_| confirming(&app, first).send())).await;
    let mut paid = 0;
    for answer in answers {
        match answer.unwrap().status().as_u16() {
            200 => paid += 1,
            status => assert!([409, 412, 503].contains(&status), "{status}"),
        }
    }
    assert_eq!((paid, balances(&app, &retainer).await), (1, vec![0, 300_000, 300_000]));
    confirming(&app, first).refused(ErrorCode::LineRecorded).await;
    set_aside(&app, first, true).refused(ErrorCode::LineRecorded).await;
    let recorded = lines(&app, &import, "?state=recorded").await;
    let payment =
        read(&app, &format!("/payments/{}", recorded[0]["payment_id"].as_str().unwrap())).await;
    assert_eq!(payment["summary"]["bank_line_id"], first["id"], "it leads back to its line");
    assert_eq!(payment["summary"]["bank_import_id"], import["id"]);
    for sql in [
        "UPDATE bank_payments SET freed_at = NULL WHERE payment_id = $1",
        "DELETE FROM bank_payments WHERE payment_id = $1",
        "INSERT INTO bank_payments (organisation_id, payment_id, line_id)
            SELECT organisation_id, $1, line_id FROM bank_payments WHERE payment_id = $1",
    ] {
        refuses(&app, sql, &payment).await;
    }

    // The next statement has the same bookings and a third coffee; three people bring it at once.
    let more = CAMT.replacen("Coffee", "Coffee</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry><Ntry>\
        <Amt Ccy=\"EUR\">5.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2026-03-01</Dt></BookgDt>\
        <NtryDtls><TxDtls><RmtInf><Ustrd>Coffee", 1);
    let at_once = join_all((0..3).map(|_| uploading(&app, ".xml", &more).expect(201))).await;
    let mut known = Vec::new();
    for next in &at_once {
        assert_eq!((&next["lines"], &next["waiting"]), (&json!(7), &json!(5)));
        let found = read(&app, &format!("/bank-imports/{}", id(next))).await;
        known.push(found["known"].as_i64().unwrap());
    }
    known.sort_unstable();
    assert_eq!(known, [6, 7, 7], "one of them brought the coffee");
    let again = lines(&app, &at_once[0], "?state=recorded").await;
    assert_eq!((&again[0]["id"], &again[0]["seen_before"]), (&first["id"], &json!(true)));

    let path = format!("/bank-imports/{}/record", id(&at_once[1]));
    let exact = async || app.as_role(Role::Finance, "POST", &path).expect(200).await;
    assert_eq!(exact().await, json!({ "recorded": 1, "left": 0 }));
    assert_eq!(exact().await, json!({ "recorded": 0, "left": 0 }));
    assert_eq!(balances(&app, &retainer).await, [0, 0, 0]);

    // What is taken back is free again, and says so.
    reversing(&app, &payment, "2026-03-01").expect(200).await;
    let freed = read(&app, &format!("/bank-lines/{}", id(first))).await;
    assert_eq!((&freed["state"], &freed["taken_back_on"]), (&json!("exact"), &json!("2026-03-01")));
    let anew = confirming(&app, &freed).expect(200).await;
    assert_eq!(
        (&anew["state"], balances(&app, &retainer).await),
        (&json!("recorded"), vec![0, 0, 0])
    );

    // One that was recorded by hand is pointed out.
    let by_hand = pay(&app, &retainer, 10_000, "2026-02-27").await;
    let rest = read(&app, &format!("/bank-lines/{}", id(rest))).await;
    let twin = json!({ "payment_id": by_hand["id"], "paid_on": "2026-02-27", "from_bank": false });
    assert_eq!(rest["twin"], twin);
    let much = json!([{ "invoice_id": issued[0]["id"], "amount_minor": 1 }]);
    let much = json!({ "account_id": retainer["account_id"], "invoices": much });
    acting(&app, &rest, "payment", &much).faulty("/invoices/0/invoice_id", "not_found").await;
    let nobody = json!({ "account_id": issued[0]["id"] });
    acting(&app, &rest, "payment", &nobody).faulty("/account_id", "not_found").await;
    let before = credit(&app, &retainer).await;
    confirming(&app, &rest).expect(200).await;
    assert_eq!(credit(&app, &retainer).await, before + 10_000);

    confirming_refused(&app, back, ErrorCode::LineReversal, &retainer).await;
    let aside = set_aside(&app, coffee, true).expect(200).await;
    assert_eq!(aside["state"], "aside");
    set_aside(&app, coffee, true).refused(ErrorCode::Stale).await;
    confirming_refused(&app, &aside, ErrorCode::LineAside, &retainer).await;
    let coffee = set_aside(&app, &aside, false).expect(200).await;
    assert_eq!(coffee["state"], "open");
    let states = counted(&[("open", 2), ("recorded", 3), ("reversal", 1)]);
    assert_eq!(counts(&app, &import).await, states);
    let page = read(&app, "/bank-imports?limit=1").await;
    let next = format!("/bank-imports?cursor={}", page["next_cursor"].as_str().unwrap());
    assert_eq!(read(&app, &next).await["items"].as_array().unwrap().len(), 3);
    let path = format!("/bank-imports/{}/lines?limit=5", id(&import));
    let cursor = read(&app, &path).await["next_cursor"].as_str().unwrap().to_owned();
    assert_eq!(lines(&app, &import, &format!("?cursor={cursor}")).await.len(), 1);
    let told = format!("payment {} is not what its bank line says", id(&payment));
    let tampering = [
        (
            "UPDATE bank_lines SET amount_minor = amount_minor + 1 WHERE id = (
                SELECT line_id FROM bank_payments WHERE payment_id = $1)",
            "UPDATE bank_lines SET amount_minor = amount_minor - 1 WHERE id = (
                SELECT line_id FROM bank_payments WHERE payment_id = $1)",
        ),
        (
            "UPDATE bank_lines SET currency = 'USD' WHERE id = (
                SELECT line_id FROM bank_payments WHERE payment_id = $1)",
            "UPDATE bank_lines SET currency = 'EUR' WHERE id = (
                SELECT line_id FROM bank_payments WHERE payment_id = $1)",
        ),
    ];
    check::found(&app, id(&payment), &told, &tampering).await;
}

async fn confirming_refused(app: &TestApp, line: &Value, code: ErrorCode, retainer: &Value) {
    let body = json!({ "account_id": retainer["account_id"], "invoices": [] });
    acting(app, line, "payment", &body).refused(code).await;
}

async fn what_a_file_does_not_say_is_asked_for(app: TestApp) {
    let (retainer, _) = owing(&app, 1).await;
    let csv = "Booking date;Payer;Reference;Amount\n02/01/2026;Big Company;thanks;\"3.000,00\"\n\
        02/01/2026;Power;light;-20,00\nsoon;x;y;1\n";
    uploading(&app, ".csv", csv).faulty("date_order", "day_order").await;
    let order = ".csv&date_order=day_month_year";
    uploading(&app, order, csv).faulty("currency", "required").await;
    uploading(&app, &format!("{order}&currency=XXX"), csv)
        .faulty("currency", "currency_unknown")
        .await;
    let said = format!("{order}&currency=EUR");
    let import = uploading(&app, &said, csv).expect(201).await;
    assert_eq!((&import["first_on"], &import["lines"]), (&json!("2026-01-02"), &json!(1)));
    let found = read(&app, &format!("/bank-imports/{}", id(&import))).await;
    assert_eq!(found["problems"], json!([{ "line": 4, "field": "booked_on", "code": "type" }]));
    let likely = lines(&app, &import, "?state=likely").await;
    assert_eq!(likely[0]["reason"], "amount_and_payer");
    let path = format!("/bank-imports/{}/record", id(&import));
    let exact = app.as_role(Role::Finance, "POST", &path).expect(200).await;
    assert_eq!(exact, json!({ "recorded": 0, "left": 0 }), "a person looks at what is likely");
    confirming(&app, &likely[0]).expect(200).await;
    assert_eq!(balances(&app, &retainer).await, [0]);

    for (file, field, code) in [
        ("Name;Street\nA;B\n", "booked_on", "column_missing"),
        ("<!DOCTYPE a [<!ENTITY b \"b\">]><a>&b;</a>", "file", "doctype"),
        ("<Document><CstmrCdtTrfInitn/></Document>", "file", "no_statement"),
        ("<Document><BkToCstmrStmt>", "file", "xml_broken"),
        (
            "Date;Payer;Amount;Currency\n2026-01-31;\"A;1;EUR\n2026-01-31;B;2;EUR\n",
            "file",
            "quote_open",
        ),
        ("", "file", "required"),
    ] {
        let problem = uploading(&app, "", file).refused(ErrorCode::StatementUnreadable).await;
        let fault = &problem["errors"][0];
        assert_eq!((&fault["field"], &fault["code"]), (&json!(field), &json!(code)), "{file}");
    }
    let large = "x".repeat(shared::api::BANK_FILE_MAX + 1);
    uploading(&app, "", &large).refused(ErrorCode::TooLarge).await;
    let json = app.as_role(Role::Finance, "POST", "/bank-imports?file_name=a").json(&json!({}));
    json.refused(ErrorCode::UnsupportedMedia).await;
    app.books_hold().await;
}

/// Declined and pending bookings are no money; one of a day to come waits for that day.
async fn what_the_bank_has_not_booked_is_not_recorded(app: TestApp) {
    let (retainer, _) = owing(&app, 1).await;
    let csv = "Booking date;Payer;Reference;Amount;Currency;State\n\
        2026-01-14;Big Company;INV-2026-0001;3000,00;EUR;DECLINED\n\
        2026-01-14;Big Company;INV-2026-0001;3000,00;EUR;Vorgemerkt (offen)\n\
        2026-01-20;Big Company;INV-2026-0001;3000,00;EUR;Booked\n\
        2026-01-14;Big Company;Retainer 2026-01;1234,00;EUR;Booked\n";
    let import = uploading(&app, ".csv", csv).expect(201).await;
    let kept = read(&app, &format!("/bank-imports/{}", id(&import))).await;
    assert_eq!((&import["lines"], &kept["pending"]), (&json!(2), &json!(2)));
    // A month in the words of a payer is no number of an invoice.
    assert_eq!(counts(&app, &import).await, counted(&[("exact", 1), ("open", 1)]));
    let path = format!("/bank-imports/{}/record", id(&import));
    let record = async || app.as_role(Role::Finance, "POST", &path).expect(200).await;
    let told = |recorded: i64| json!({ "recorded": recorded, "left": 0 });
    assert_eq!((record().await, balances(&app, &retainer).await), (told(0), vec![300_000]));
    app.clock_at("2026-01-20T10:00:00Z").await;
    assert_eq!((record().await, balances(&app, &retainer).await), (told(1), vec![0]));
    app.books_hold().await;
}
