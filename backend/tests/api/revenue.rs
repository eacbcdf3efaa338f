//! Revenue by month: the same to the cent in the API, in the sheet and as added up here from SQL.
use std::collections::{BTreeMap, BTreeSet};

use backend::auth::Scope;
use backend::db::Arg;
use chrono::{Datelike, Months, NaiveDate};
use serde_json::Value;
use shared::api::Role;
use uuid::Uuid;

use crate::app::{Answer, TestApp};
use crate::reports::{all, ask, nearest};

/// A line, or what a credit note took off one: currency, retainer, cycle, invoice, position, kind, net,
/// the day of the paper (none of a draft), days of service, and 1 for what a credit note gave, 2 for
/// what it took back because it was wrong.
type Entry = (
    String,
    Uuid,
    i64,
    Uuid,
    i64,
    String,
    i64,
    Option<NaiveDate>,
    Option<NaiveDate>,
    Option<NaiveDate>,
    i64,
);
const ENTRIES: &str = "
    SELECT i.currency, i.retainer_id, COALESCE(l.of_seq, i.seq), l.invoice_id, l.position, l.kind,
        l.net_minor, CASE WHEN i.state = 'draft' THEN NULL ELSE i.issue_on END, l.starts_on,
        l.ends_on, CAST(0 AS BIGINT)
    FROM invoice_lines l
    JOIN invoices i ON i.id = l.invoice_id AND i.state <> 'void'
    JOIN accounts a ON a.id = i.account_id AND a.kind = 'client'
    WHERE l.organisation_id = $1
    UNION ALL
    SELECT n.currency, n.retainer_id, COALESCE(l.of_seq, i.seq), l.invoice_id, l.position, l.kind,
        -k.net_minor, n.issued_on, l.starts_on, l.ends_on,
        CAST(CASE WHEN n.kind = 'correction' THEN 2 ELSE 1 END AS BIGINT)
    FROM credit_note_lines k
    JOIN credit_notes n ON n.id = k.credit_note_id
    JOIN invoice_lines l ON l.invoice_id = k.invoice_id AND l.position = k.line
    JOIN invoices i ON i.id = k.invoice_id
    WHERE k.organisation_id = $1";

/// Billed, earned of price, overage and others, unearned and unbilled.
type Sums = [i64; 6];

fn standing(entries: &[Entry], currency: &str, day: NaiveDate) -> Sums {
    let mut sums = Sums::default();
    let mut cycles: BTreeMap<(Uuid, i64), i64> = BTreeMap::new();
    let mut lines: BTreeMap<(Uuid, i64), (&Entry, i64)> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.0 == currency) {
        let known = entry.7.is_some_and(|on| on <= day);
        if known {
            sums[0] += entry.6;
            *cycles.entry((entry.1, entry.2)).or_default() += entry.6;
        }
        let line = lines.entry((entry.3, entry.4)).or_insert((entry, 0));
        if entry.10 == 0 {
            line.0 = entry;
        }
        // Of price and overage what was wrong was never earned; all else counts from its day on.
        let dated = ["fee", "correction", "overage"].contains(&entry.5.as_str());
        if entry.10 == 0 || known || entry.10 == 2 && dated {
            line.1 += entry.6;
        }
    }
    for (line, net) in lines.into_values() {
        let (place, earned) = match (line.5.as_str(), line.8.zip(line.9)) {
            ("fee" | "correction", Some((starts, ends))) => {
                let all = (ends - starts).num_days();
                let served = ((day - starts).num_days() + 1).clamp(0, all);
                (1, nearest(i128::from(net) * i128::from(served), all.into()))
            }
            ("overage", Some((_, ends))) => {
                (2, if ends <= day.succ_opt().unwrap() { net } else { 0 })
            }
            _ => (3, if line.7.is_some_and(|on| on <= day) { net } else { 0 }),
        };
        sums[place] += earned;
        *cycles.entry((line.1, line.2)).or_default() -= earned;
    }
    sums[4] = cycles.values().filter(|ahead| **ahead > 0).sum();
    sums[5] = -cycles.values().filter(|ahead| **ahead < 0).sum::<i64>();
    sums
}

fn told(row: &Value) -> Sums {
    let of = |name: &str| row[name].as_i64().unwrap_or_else(|| panic!("{name} of {row}"));
    assert_eq!(of("earned_minor"), of("fee_minor") + of("overage_minor") + of("other_minor"));
    [
        of("billed_minor"),
        of("fee_minor"),
        of("overage_minor"),
        of("other_minor"),
        of("unearned_minor"),
        of("unbilled_minor"),
    ]
}

/// What the sample agency earned by month. Answers what its cycles earned of their price and by overage.
pub async fn months_agree(app: &TestApp, scope: Scope, tenant: &str) -> (i64, i64) {
    let entries: Vec<Entry> = all(app, ENTRIES, vec![Arg::from(scope.organisation())]).await;
    let today = app.clock.now().date_naive();
    let first: NaiveDate = "2025-01-01".parse().unwrap();
    let report = ask(app, tenant, &format!("/reports/revenue?from={first}")).await;
    let rows = report["months"].as_array().unwrap();
    let currencies: BTreeSet<&str> = entries.iter().map(|entry| entry.0.as_str()).collect();
    assert_eq!(rows.len(), 23 * currencies.len());
    let mut ever = (0, 0);
    for row in rows {
        let month: NaiveDate = row["month"].as_str().unwrap().parse().unwrap();
        let until = (month + Months::new(1)).pred_opt().unwrap().min(today);
        assert_eq!((month.day(), &row["until"]), (1, &until.to_string().into()));
        let currency = row["currency"].as_str().unwrap();
        let mut expected = standing(&entries, currency, until);
        let before = standing(&entries, currency, month.pred_opt().unwrap());
        for (now, before) in expected.iter_mut().zip(before).take(4) {
            *now -= before;
        }
        assert_eq!(told(row), expected, "{row}");
        ever = (ever.0 + expected[1], ever.1 + expected[2]);
    }
    let last = told(rows.last().unwrap());
    assert!(rows.iter().map(told).any(|sums| sums[4] > 0 && sums[0] > 0), "billed ahead");
    assert!(last[5] > 0, "this month is on drafts");
    // The sheet has the same, in the same order.
    let owner = format!("owner@{tenant}.example");
    let path = format!("/reports/revenue.csv?from={first}");
    let answer = app.as_person(&owner, "GET", &path).send().await;
    let text = answer.unwrap().text().await.unwrap();
    let lines: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(lines.len(), rows.len());
    for (line, row) in lines.iter().zip(rows) {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(
            cells[..3],
            ["month", "until", "currency"].map(|name| row[name].as_str().unwrap())
        );
        let [billed, fee, overage, other, unearned, unbilled] = told(row);
        let figures = [billed, fee + overage + other, fee, overage, other, unearned, unbilled];
        assert_eq!(cells[3..], figures.map(|figure| figure.to_string()), "{row}");
    }
    for path in ["/reports/revenue", "/reports/revenue.csv"] {
        let ask = |query: &str| app.as_person(&owner, "GET", &format!("{path}?{query}"));
        ask("from=2026-02-01&to=2026-01-01").faulty("to", "not_later").await;
        ask("from=2020-01-01").faulty("from", "out_of_range").await;
        let member = format!("{}@{tenant}.example", Role::Member.name());
        app.as_person(&member, "GET", path).expect(403).await;
    }
    let none = "/reports/revenue?retainer_id=0193a5b0-0000-7000-8000-000000000000";
    assert_eq!(ask(app, tenant, none).await["months"], serde_json::json!([]));
    ever
}

/// A month of a retainer: what was billed, earned, unearned and unbilled.
pub async fn month(app: &TestApp, retainer: &Value, first: &str) -> (i64, i64, i64, i64) {
    let path =
        format!("/reports/revenue?from={first}&retainer_id={}", retainer["id"].as_str().unwrap());
    let report = app.as_role(Role::Owner, "GET", &path).expect(200).await;
    let row = &report["months"][0];
    assert_eq!(row["month"], first);
    let [billed, fee, overage, other, unearned, unbilled] = told(row);
    (billed, fee + overage + other, unearned, unbilled)
}
