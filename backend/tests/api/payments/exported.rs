//! Exports for the books: they say what the statement says, each document once.
use std::collections::BTreeMap;

use serde_json::{Value, json};
use shared::api::Role;

use crate::app::{Answer, TestApp};
use crate::ask::Ask;

fn asking(app: &TestApp, query: &str) -> Ask {
    app.as_role(Role::Viewer, "GET", &format!("/accounting-export?{query}"))
}

async fn file(app: &TestApp, query: &str) -> Vec<u8> {
    let answer = asking(app, query).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{query}");
    assert!(answer.headers()["content-disposition"].to_str().unwrap().contains("attachment"));
    answer.bytes().await.unwrap().to_vec()
}

/// Hundredths of an amount, `comma` between.
fn cents(text: &str, comma: char) -> i64 {
    let (whole, part) = text.split_once(comma).unwrap_or(("0", "00"));
    whole.parse::<i64>().unwrap() * 100 + part.parse::<i64>().unwrap()
}

/// What the accounts come to by their names: debit less credit, of rows that each hold once.
async fn journal(app: &TestApp, periods: &[&str]) -> (BTreeMap<String, i64>, usize) {
    let (mut sums, mut documents) = (BTreeMap::new(), BTreeMap::new());
    for period in periods {
        let csv = file(app, &format!("{period}&format=csv")).await;
        let mut here = BTreeMap::new();
        for row in csv::Reader::from_reader(&csv[..]).records() {
            let row = row.unwrap();
            let amount = cents(&row[7], '.') - cents(&row[8], '.');
            *sums.entry(row[5].to_owned()).or_default() += amount;
            *here.entry((row[1].to_owned(), row[10].to_owned())).or_insert(0) += amount;
        }
        for (document, sum) in here {
            assert_eq!(sum, 0, "debit is credit: {document:?}");
            assert_eq!(documents.insert(document.clone(), *period), None, "{document:?}");
        }
    }
    (sums, documents.len())
}

/// What the statement of the only account closes with is what the journals of adjacent periods owe.
pub async fn say_the_same(app: &TestApp, statement: &Value) {
    let periods = [
        "from=2026-01-01&to=2026-02-11",
        "from=2026-02-12&to=2026-03-31",
        "from=2026-04-01&to=2026-04-30",
    ];
    let (sums, documents) = journal(app, &periods).await;
    assert_eq!(documents, statement["lines"].as_array().unwrap().len());
    assert_eq!(sums["receivables"], statement["closing_minor"].as_i64().unwrap());
    // Three invoices that count, less what was credited; what came in, less what went back.
    assert_eq!((sums["revenue"], sums["tax"]), (-(750_000 - 1_000), -(150_000 - 200)));
    assert_eq!(sums["bank"], 950_000 - 10_000);
    let year = "from=2026-01-01&to=2026-12-31";
    assert_eq!(journal(app, &[year]).await, (sums, documents), "in one piece");
    assert!(file(app, &format!("{year}&format=xlsx")).await.starts_with(b"PK"));
    let nothing = file(app, &format!("{year}&format=csv&currency=USD")).await;
    assert_eq!(nothing.iter().filter(|byte| **byte == b'\n').count(), 1);

    let march = file(app, "").await;
    assert_eq!(march.iter().filter(|byte| **byte == b'\n').count(), 1, "the month before");
    asking(app, "currency=EURO").faulty("currency", "currency_unknown").await;
    asking(app, "from=2026-02-02&to=2026-02-01&format=csv").faulty("to", "end_before_start").await;
    asking(app, "from=2024-02-02&to=2026-02-01&format=csv").faulty("from", "out_of_range").await;
    asking(app, &format!("{year}&format=datev")).faulty("/ledger_accounts/datev", "required").await;
    datev(app, year, statement["closing_minor"].as_i64().unwrap()).await;
}

async fn datev(app: &TestApp, year: &str, closing: i64) {
    let mut accounts = json!({
        "receivables": "10000", "bank": "1200", "revenue": "8400", "untaxed": "820", "tax": "1776",
        "rates": [{ "percent": "20.0", "revenue": "8420", "key": 3 }],
        "datev": { "consultant": 1001, "client": 1, "year_starts_in": 4 },
    });
    let put = async |version: i64, accounts: &Value| {
        let settings = json!({ "legal_name": "Fieldwork Studio GmbH", "address": "Hafenstr. 1",
            "prefix": "INV-", "starts_on": "2026-01-01", "ledger_accounts": accounts });
        let put = app.as_role(Role::Finance, "PUT", "/organisation/billing").version(version);
        put.json(&settings).expect(200).await;
    };
    put(1, &accounts).await;
    let ask = |query: &str| asking(app, &format!("{query}&format=datev"));
    ask(year).faulty("/ledger_accounts/untaxed", "key_invalid").await;
    accounts["untaxed"] = json!("8200");
    put(2, &accounts).await;
    ask(year).faulty("to", "out_of_range").await;
    accounts["datev"]["year_starts_in"] = json!(1);
    put(3, &accounts).await;

    let bytes = file(app, &format!("{year}&format=datev")).await;
    // Every byte is a letter of Windows-1252; those above ASCII here are those of Latin-1 too.
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    let head: Vec<&str> = lines[0].split(';').collect();
    assert_eq!(head.len(), 31);
    assert_eq!(head[..5], ["\"EXTF\"", "700", "21", "\"Buchungsstapel\"", "13"]);
    let days = ["1001", "1", "20260101", "4", "20260101", "20261231"];
    assert_eq!(head[10..16], days);
    assert!(lines[1].contains("Gegenkonto (ohne BU-Schlüssel)"));
    let mut owed = 0;
    for line in &lines[1..] {
        assert_eq!(line.split(';').count(), 125, "{line}");
    }
    for line in &lines[2..] {
        let cells: Vec<&str> = line.split(';').collect();
        let amount = cents(cells[0], ',');
        owed += if cells[1] == "\"S\"" { amount } else { -amount };
        let against = if cells[8].is_empty() { "1200" } else { "8420" };
        assert_eq!((cells[6], cells[7]), ("10000", against), "{line}");
    }
    assert_eq!((owed, lines.len()), (closing, 2 + 10));
    assert!(lines.iter().any(|line| line.contains(";0104;\"INV-2026-0001\";")), "{text}");
}
