//! The files of invoices: issued ones are made once and stay as they are.
use reqwest::Response;
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::e_invoices::seller;
use super::{billed, invoices, issue, refuses, run, support, void};
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{get, id};

on_both_engines![the_file_of_an_issued_invoice_is_made_once];

/// Reads a file; its bytes, and the name it is saved by.
async fn read(app: &TestApp, path: &str) -> (Vec<u8>, String) {
    let response: Response = app.as_role(Role::Viewer, "GET", path).send().await.unwrap();
    assert_eq!(response.status().as_u16(), 200, "{path}");
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/pdf");
    let name = header("content-disposition");
    let bytes = response.bytes().await.unwrap().to_vec();
    assert!(bytes.starts_with(b"%PDF-1.7"));
    (bytes, name)
}

async fn say(app: &TestApp, account: &Value, version: i64, body: Value) -> Value {
    let path = format!("/accounts/{}/billing", account.as_str().unwrap());
    app.as_role(Role::Manager, "PUT", &path).version(version).json(&body).expect(200).await
}

async fn the_file_of_an_issued_invoice_is_made_once(app: TestApp) {
    let retainer = billed(&app, support).await;
    run(&app).await;
    app.clock_at("2026-02-02T10:00:00Z").await;
    let drafts = invoices(&app, &retainer).await;
    let account = drafts[0]["account_id"].clone();
    let path = format!("/invoices/{}/pdf", id(&drafts[0]));

    // A draft follows what is said of the client; nothing of it is kept.
    let (draft, name) = read(&app, &path).await;
    assert!(name.contains("Big Company 2026-01-01.pdf"), "{name}");
    let client = json!({ "legal_name": "Big Company Ltd", "address": "1 Quay St\nBristol",
        "country": "GB", "tax_id": "GB123456789", "language": "de", "reverse_charge": true });
    let said = say(&app, &account, 0, client.clone()).await;
    assert_eq!((&said["billing"], &said["version"]), (&client, &json!(1)));
    assert_ne!(read(&app, &path).await.0, draft);
    let put = |body: Value| {
        let path = format!("/accounts/{}/billing", account.as_str().unwrap());
        app.as_role(Role::Manager, "PUT", &path).version(0).json(&body)
    };
    put(client.clone()).refused(ErrorCode::Stale).await;
    put(json!({ "country": "ZZ" })).faulty("/country", "country_unknown").await;

    // What is issued says who it was to, and its file stays whatever is said later.
    let issued = issue(&app, &drafts[0]).await;
    assert_eq!(issued["parties"]["client"], "Big Company Ltd");
    let send = app.as_role(Role::Finance, "POST", &path.replace("/pdf", "/send"));
    send.version(&issued["version"]).refused(ErrorCode::MailOff).await;
    assert_eq!(issued["parties"]["language"], "de");
    let (first, name) = read(&app, &path).await;
    assert!(name.contains("INV-2026-0001.pdf"), "{name}");
    say(&app, &account, 1, json!({ "legal_name": "Other" })).await;
    app.clock_at("2026-02-03T10:00:00Z").await;
    assert_eq!(read(&app, &path).await.0, first);
    // The e-invoice wants more, is filled from what is said meanwhile, and then stays likewise.
    let e_invoice = path.replace("/pdf", "/e-invoice");
    let ask = || app.as_role(Role::Viewer, "GET", &e_invoice);
    let problem = ask().refused(ErrorCode::Invalid).await;
    assert_eq!(problem["errors"][0]["field"], "/seller/country");
    assert_eq!(problem["errors"][1]["field"], "/seller/tax_id");
    let put = async |version: i64, settings: Value| {
        let put = app.as_role(Role::Finance, "PUT", "/organisation/billing").version(version);
        put.json(&settings).expect(200).await;
    };
    // Of somebody else, as the other address says, nothing is taken.
    put(1, seller("exclusive")).await;
    ask().refused(ErrorCode::Invalid).await;
    let mut same = seller("exclusive");
    same["address"] = json!("Hafenstr. 1");
    put(2, same.clone()).await;
    let made = ask().send().await.unwrap();
    assert_eq!(made.headers()["content-type"], "application/xml");
    assert!(made.headers()["content-disposition"].to_str().unwrap().contains("0001.xml"));
    let made = made.text().await.unwrap();
    assert!(made.contains("DE123456789") && made.contains("Big Company Ltd"), "{made}");
    let mut other = same;
    other["tax_id"] = json!("DE987654321");
    other["taxes"][0]["percent"] = json!("20");
    put(3, other).await;
    assert_eq!(ask().send().await.unwrap().text().await.unwrap(), made);
    refuses(&app, "UPDATE e_invoices SET bytes = sha256 WHERE invoice_id = $1", &issued).await;
    refuses(&app, "DELETE FROM e_invoices WHERE invoice_id = $1", &issued).await;
    refuses(&app, "UPDATE invoice_papers SET bytes = sha256 WHERE invoice_id = $1", &issued).await;
    refuses(&app, "DELETE FROM invoice_papers WHERE invoice_id = $1", &issued).await;

    // A credit note has one of its own; a void invoice says that it is.
    let back = json!({ "kind": "goodwill", "reason": "A week late",
        "lines": [{ "position": 1, "net_minor": 100 }] });
    let credits = format!("/invoices/{}/credit-notes", id(&drafts[0]));
    let note = app.as_role(Role::Finance, "POST", &credits).json(&back).expect(201).await;
    let of_note = format!("/credit-notes/{}/pdf", id(&note));
    let (credit, name) = read(&app, &of_note).await;
    assert!(name.contains("CN-2026-0001.pdf") && read(&app, &of_note).await.0 == credit, "{name}");
    let second = issue(&app, &drafts[1]).await;
    let path = format!("/invoices/{}/pdf", id(&second));
    let (as_issued, _) = read(&app, &path).await;
    void(&app, &second, false).await;
    assert_ne!(read(&app, &path).await.0, as_issued);

    // Who owes the tax itself is billed without, from the next draft on.
    say(&app, &account, 2, client).await;
    app.clock_at("2026-03-02T10:00:00Z").await;
    run(&app).await;
    let all = invoices(&app, &retainer).await;
    let march = all.iter().find(|one| one["seq"] == 3).unwrap();
    assert_eq!((&march["tax_minor"], &march["total_minor"]), (&json!(0), &json!(250_000)));
    let path = format!("/invoices/{}/pdf", id(march));
    read(&app, &path).await;
    let nobody = app.as_role(Role::Member, "GET", &path);
    nobody.refused(ErrorCode::Forbidden).await;
    assert_eq!(
        get(&app, &format!("/accounts/{}/billing", account.as_str().unwrap())).await["version"],
        3
    );
    app.books_hold().await;
}
