//! Margin: the same to the cent in the API, in the sheet and in SQL that knows nothing of either.
use std::collections::{BTreeMap, BTreeSet};

use backend::auth::Scope;
use backend::db::{Arg, Query, Row};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};
use shared::api::Role;
use uuid::Uuid;

use crate::app::{Answer, TestApp};
use crate::revenue::months_agree;

/// What one retainer brought and cost, as SQL and this file have it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Figures {
    cycles: i64,
    fee: i64,
    overage: i64,
    other: i64,
    unearned: i64,
    minutes: i64,
    admin_minutes: i64,
    unrated_minutes: i64,
    work_cost: i64,
    admin_cost: i64,
    expenses: i64,
    /// Cycles, minutes, cost and what else was billed of them.
    unbilled: (i64, i64, i64, i64),
}

impl Figures {
    fn revenue(&self) -> i64 {
        self.fee + self.overage + self.other
    }
    fn cost(&self) -> i64 {
        self.work_cost + self.admin_cost + self.expenses
    }
    /// As the API tells them.
    fn told(sums: &Value) -> Self {
        let of = |name: &str| sums[name].as_i64().unwrap_or_else(|| panic!("{name} of {sums}"));
        let told = Self {
            cycles: of("cycles"),
            fee: of("fee_minor"),
            overage: of("overage_minor"),
            other: of("other_minor"),
            unearned: of("unearned_minor"),
            minutes: of("minutes"),
            admin_minutes: of("admin_minutes"),
            unrated_minutes: of("unrated_minutes"),
            work_cost: of("work_cost_minor"),
            admin_cost: of("admin_cost_minor"),
            expenses: of("expenses_minor"),
            unbilled: (
                of("unbilled_cycles"),
                of("unbilled_minutes"),
                of("unbilled_cost_minor"),
                of("unbilled_revenue_minor"),
            ),
        };
        assert_eq!(of("revenue_minor"), told.revenue());
        assert_eq!(of("cost_minor"), told.cost());
        assert_eq!(of("margin_minor"), told.revenue() - told.cost());
        told
    }
}

/// Nearest, ties away from zero, in other words than the rules have it.
pub fn nearest(numerator: i128, denominator: i128) -> i64 {
    let half = if numerator < 0 { -denominator } else { denominator };
    i64::try_from((2 * numerator + half) / (2 * denominator)).unwrap()
}

/// A cycle: retainer, number, first day, currency, price.
type CycleRow = (Uuid, i64, NaiveDate, String, i64);
const CYCLES: &str = "
    SELECT c.retainer_id, c.seq, c.starts_on, t.terms -> 'price' ->> 'currency',
        CAST(t.terms -> 'price' ->> 'amount_minor' AS BIGINT)
    FROM cycles c
    JOIN terms t ON t.id = c.terms_id
    JOIN retainers r ON r.id = c.retainer_id
    JOIN accounts a ON a.id = r.account_id AND a.kind = 'client'
    WHERE c.organisation_id = $1 AND c.starts_on <= $2";

/// A line: retainer, the cycle it names, that of its invoice, kind, net less credit, days of service.
type LineRow = (Uuid, Option<i64>, i64, String, i64, Option<NaiveDate>, Option<NaiveDate>);
const LINES: &str = "
    SELECT i.retainer_id, l.of_seq, i.seq, l.kind,
        l.net_minor - CAST(COALESCE((SELECT SUM(k.net_minor) FROM credit_note_lines k
            WHERE k.invoice_id = l.invoice_id AND k.line = l.position), 0) AS BIGINT),
        l.starts_on, l.ends_on
    FROM invoice_lines l
    JOIN invoices i ON i.id = l.invoice_id AND i.state <> 'void'
    WHERE l.organisation_id = $1";

/// Time of a cycle: retainer, number, whether admin, minutes, those without a rate, cost.
type CostRow = (Uuid, i64, i64, i64, i64, i64);
macro_rules! costs {
    ($day:literal) => {
        concat!(
            "WITH worked AS (
                SELECT e.retainer_id, e.cycle_id, e.member_id, e.worked_on AS worked, e.minutes,
                    CASE WHEN e.pool_id IS NULL
                        AND NOT EXISTS (SELECT 1 FROM time_entry_work t
                            WHERE t.time_entry_id = e.id)
                        AND EXISTS (SELECT 1 FROM pools p WHERE p.retainer_id = e.retainer_id
                            AND p.unit IN ('minutes', 'money')) THEN 1 ELSE 0 END AS admin
                FROM time_entries e WHERE e.organisation_id = $1 AND e.deleted_at IS NULL
                UNION ALL
                SELECT s.retainer_id, s.cycle_id, s.member_id, ",
            $day,
            ", s.minutes, 0
                FROM client_sessions s WHERE s.organisation_id = $1 AND s.state = 'completed'
                    AND s.deleted_at IS NULL
            ), priced AS (
                SELECT w.retainer_id, c.seq, w.admin, w.minutes, (SELECT q.amount_minor FROM rates q
                    WHERE q.organisation_id = $1 AND q.kind = 'cost' AND q.valid_from <= w.worked
                        AND q.currency = t.terms -> 'price' ->> 'currency'
                        AND COALESCE(q.member_id, w.member_id) = w.member_id
                    ORDER BY CASE WHEN q.member_id IS NULL THEN 1 ELSE 0 END, q.valid_from DESC,
                        q.number DESC LIMIT 1) AS rate
                FROM worked w JOIN cycles c ON c.id = w.cycle_id JOIN terms t ON t.id = c.terms_id
            )
            SELECT retainer_id, seq, CAST(admin AS BIGINT), CAST(SUM(minutes) AS BIGINT),
                CAST(SUM(CASE WHEN rate IS NULL THEN minutes ELSE 0 END) AS BIGINT),
                (2 * CAST(SUM(minutes * COALESCE(rate, 0)) AS BIGINT) + 60) / 120
            FROM priced GROUP BY retainer_id, seq, admin"
        )
    };
}

/// What was spent besides: retainer, number of the cycle, sum.
const SPENT: &str = "
    SELECT y.retainer_id, y.seq, CAST(SUM(y.amount_minor) AS BIGINT) FROM (
        SELECT x.retainer_id, x.amount_minor, (SELECT MAX(c.seq) FROM cycles c
            WHERE c.retainer_id = x.retainer_id AND c.starts_on <= x.spent_on) AS seq
        FROM expenses x WHERE x.organisation_id = $1 AND x.deleted_at IS NULL) y
    GROUP BY y.retainer_id, y.seq";

pub async fn all<T: Row>(app: &TestApp, sql: &'static str, args: Vec<Arg>) -> Vec<T> {
    app.db.read(async |tx| Ok(tx.all(Query::with(sql, args.clone())).await?)).await.unwrap()
}

/// What every retainer brought and cost in cycles that begin on a day or later; and all that was
/// billed, with what of it is of cycles that have not begun.
async fn in_sql(
    app: &TestApp,
    scope: Scope,
    from: NaiveDate,
) -> (BTreeMap<Uuid, Figures>, (i64, i64)) {
    let organisation = || Arg::from(scope.organisation());
    let now: DateTime<Utc> = app.clock.now();
    let today = now.date_naive();
    let cycles: Vec<CycleRow> = all(app, CYCLES, vec![organisation(), today.into()]).await;
    let mut lines: Vec<LineRow> = all(app, LINES, vec![organisation()]).await;
    let costs: Vec<CostRow> = match app.db {
        backend::db::Db::Sqlite { .. } => {
            all(app, costs!("substr(s.starts_at, 1, 10)"), vec![organisation()]).await
        }
        backend::db::Db::Postgres { .. } => {
            let sql = costs!("(s.starts_at AT TIME ZONE 'UTC')::date");
            all(app, sql, vec![organisation()]).await
        }
    };
    let spent: Vec<(Uuid, i64, i64)> = all(app, SPENT, vec![organisation()]).await;
    let fee = |kind: &str| kind == "fee" || kind == "correction";
    let mut last: BTreeMap<Uuid, i64> = BTreeMap::new();
    for (retainer, seq, ..) in &cycles {
        let last = last.entry(*retainer).or_default();
        *last = (*last).max(*seq);
    }
    // What names no cycle is of that of its invoice, or of the last that has begun.
    let of = |line: &LineRow| line.1.unwrap_or_else(|| line.2.min(last[&line.0]));
    lines.retain(|line| last.contains_key(&line.0));
    let billed: i64 = lines.iter().map(|line| line.4).sum();
    let coming: i64 = lines.iter().filter(|line| of(line) > last[&line.0]).map(|line| line.4).sum();
    let invoiced: BTreeSet<(Uuid, i64)> =
        lines.iter().filter(|line| fee(&line.3)).map(|line| (line.0, of(line))).collect();
    let mut figures: BTreeMap<Uuid, Figures> = BTreeMap::new();
    for (retainer, seq, starts_on, _, price) in &cycles {
        if *starts_on < from {
            continue;
        }
        let sum = figures.entry(*retainer).or_default();
        let is_billed = *price == 0 || invoiced.contains(&(*retainer, *seq));
        if is_billed {
            sum.cycles += 1
        } else {
            sum.unbilled.0 += 1
        }
        for (_, _, admin, minutes, unrated, cost) in
            costs.iter().filter(|row| (row.0, row.1) == (*retainer, *seq))
        {
            if !is_billed {
                sum.unbilled.1 += minutes;
                sum.unbilled.2 += cost;
                continue;
            }
            sum.minutes += minutes;
            sum.unrated_minutes += unrated;
            if *admin == 1 {
                sum.admin_minutes += minutes;
                sum.admin_cost += cost;
            } else {
                sum.work_cost += cost;
            }
        }
        for (_, _, amount) in spent.iter().filter(|row| (row.0, row.1) == (*retainer, *seq)) {
            *(if is_billed { &mut sum.expenses } else { &mut sum.unbilled.2 }) += amount;
        }
        for (.., kind, net, starts, ends) in
            lines.iter().filter(|row| (row.0, of(row)) == (*retainer, *seq))
        {
            match kind.as_str() {
                kind if !fee(kind) && !is_billed => sum.unbilled.3 += net,
                "overage" => sum.overage += net,
                kind if fee(kind) => {
                    let (starts, ends) = (starts.unwrap(), ends.unwrap());
                    let all = (ends - starts).num_days();
                    let served = ((today - starts).num_days() + 1).clamp(0, all);
                    let earned = nearest(i128::from(*net) * i128::from(served), all.into());
                    sum.fee += earned;
                    sum.unearned += net - earned;
                }
                _ => sum.other += net,
            }
        }
    }
    (figures, (billed, coming))
}

pub async fn ask(app: &TestApp, tenant: &str, path: &str) -> Value {
    app.as_person(&format!("owner@{tenant}.example"), "GET", path).expect(200).await
}

/// Every row of a report, page by page.
async fn rows(app: &TestApp, tenant: &str, query: &str) -> Vec<Value> {
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = ask(app, tenant, &format!("/reports/margin?limit=4&{query}{cursor}")).await;
        rows.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return rows,
        }
    }
}

fn plus(sums: Vec<Figures>) -> Figures {
    sums.into_iter().fold(Figures::default(), |a, b| Figures {
        cycles: a.cycles + b.cycles,
        fee: a.fee + b.fee,
        overage: a.overage + b.overage,
        other: a.other + b.other,
        unearned: a.unearned + b.unearned,
        minutes: a.minutes + b.minutes,
        admin_minutes: a.admin_minutes + b.admin_minutes,
        unrated_minutes: a.unrated_minutes + b.unrated_minutes,
        work_cost: a.work_cost + b.work_cost,
        admin_cost: a.admin_cost + b.admin_cost,
        expenses: a.expenses + b.expenses,
        unbilled: (
            a.unbilled.0 + b.unbilled.0,
            a.unbilled.1 + b.unbilled.1,
            a.unbilled.2 + b.unbilled.2,
            a.unbilled.3 + b.unbilled.3,
        ),
    })
}

fn sums_of(rows: &[Value], currency: &str) -> Vec<Figures> {
    let sums = rows.iter().flat_map(|row| row["sums"].as_array().unwrap());
    sums.filter(|sums| sums["currency"] == currency).map(Figures::told).collect()
}

/// The sample agency's margin: in the API by each kind of row, in the sheet, and in SQL.
pub async fn margin_agrees(app: &TestApp, scope: Scope, tenant: &str) {
    let from: NaiveDate = "2025-12-01".parse().unwrap();
    let (expected, _) = in_sql(app, scope, from).await;
    assert!(expected.len() >= 11, "{}", expected.len());
    let retainers = rows(app, tenant, "by=retainer").await;
    let told: BTreeMap<Uuid, Figures> = retainers
        .iter()
        .map(|row| {
            assert_eq!(row["sums"].as_array().unwrap().len(), 1, "a retainer has one currency");
            let id = row["retainer_id"].as_str().unwrap().parse().unwrap();
            (id, Figures::told(&row["sums"][0]))
        })
        .collect();
    assert_eq!(told, expected);
    let whole = plus(expected.into_values().collect());
    assert!(whole.admin_cost > 0 && whole.overage > 0 && whole.unearned > 0, "{whole:?}");
    assert!(whole.expenses > 100_000, "{whole:?}");
    // However it is grouped, it comes to the same, in each currency.
    for by in ["cycle", "account", "service_line"] {
        let rows = rows(app, tenant, &format!("by={by}")).await;
        for currency in ["EUR", "USD"] {
            let (mut a, mut b) =
                (plus(sums_of(&rows, currency)), plus(sums_of(&retainers, currency)));
            if by == "service_line" {
                // A cycle is in each of its lines.
                (a.cycles, b.cycles, a.unbilled.0, b.unbilled.0) = (0, 0, 0, 0);
            }
            assert_eq!(a, b, "{by} in {currency}");
        }
    }
    let (ever, (billed, coming)) = in_sql(app, scope, NaiveDate::MIN).await;
    let ever = plus(ever.into_values().collect());
    let told = ever.revenue() + ever.unbilled.3 + ever.unearned + coming;
    assert_eq!(told, billed, "nothing that was billed is lost");
    let lifetime = rows(app, tenant, "by=lifetime").await;
    let told = [sums_of(&lifetime, "EUR"), sums_of(&lifetime, "USD")].concat();
    assert_eq!(plus(told), ever);
    the_sheet_says_the_same(app, tenant, &retainers).await;
    // By month it comes to the same as by cycle.
    let (fee, overage) = months_agree(app, scope, tenant).await;
    assert_eq!(fee, ever.fee);
    assert!((ever.overage..=ever.overage + ever.unbilled.3).contains(&overage), "{overage}");
    // The first months of the client who pays in dollars have no rate in dollars.
    let dollars = retainers.iter().find(|row| row["sums"][0]["currency"] == "USD").unwrap();
    let missing = dollars["unrated"].as_array().unwrap();
    let minutes: i64 = missing.iter().map(|one| one["minutes"].as_i64().unwrap()).sum();
    assert_eq!(dollars["sums"][0]["unrated_minutes"], minutes);
    assert!(minutes > 0 && missing.iter().all(|one| one["currency"] == "USD"));
    let falls = retainers.iter().find(|row| row["erosion"]["shares"].is_array());
    let shares: Vec<i64> = falls.expect("a margin that falls")["erosion"]["shares"]
        .as_array()
        .unwrap()
        .iter()
        .map(|share| share.as_i64().unwrap())
        .collect();
    assert!(shares.len() == 3 && shares.is_sorted_by(|a, b| a >= b), "{shares:?}");
    refusals(app, tenant).await;
    an_expense_counts_until_it_is_taken_back(app, tenant).await;
}

/// Source: domain 6.4.
async fn an_expense_counts_until_it_is_taken_back(app: &TestApp, tenant: &str) {
    let owner = format!("owner@{tenant}.example");
    let now = || async {
        let rows = rows(app, tenant, "by=retainer").await;
        let found = rows.iter().find(|row| row["account_name"] == "Copper Kettle").unwrap();
        (found["retainer_id"].clone(), Figures::told(&found["sums"][0]).expenses)
    };
    let (retainer, before) = now().await;
    let new = |day: &str, amount: i64| json!({ "retainer_id": retainer, "spent_on": day, "amount_minor": amount, "text": " Beans " });
    let record = |body: &Value| app.as_person(&owner, "POST", "/expenses").json(body);
    record(&new("2026-11-23", 100)).faulty("/spent_on", "future").await;
    record(&new("2020-01-01", 100)).faulty("/spent_on", "before_start").await;
    record(&new("2026-11-01", 0)).faulty("/amount_minor", "out_of_range").await;
    let mut foreign = new("2026-11-01", 100);
    foreign["retainer_id"] = json!("0193a5b0-0000-7000-8000-000000000000");
    record(&foreign).faulty("/retainer_id", "not_found").await;
    // What a partner costs us counts in no report.
    let partners = ask(app, tenant, "/retainers?q=Film%20and%20motion").await;
    foreign["retainer_id"] = partners["items"][0]["id"].clone();
    record(&foreign).faulty("/retainer_id", "not_allowed").await;
    let made = record(&new("2026-11-02", 1_234)).expect(201).await;
    let told = (&made["text"], &made["billed_on"], &made["amount"]["currency"]);
    assert_eq!(told, (&json!("Beans"), &json!(false), &json!("EUR")));
    assert_eq!(now().await.1, before + 1_234);
    let id = made["retainer_id"].as_str().unwrap();
    let list = ask(app, tenant, &format!("/expenses?retainer_id={id}&from=2026-11-02")).await;
    assert_eq!(list["items"], json!([made]));
    let path = format!("/expenses/{}", made["id"].as_str().unwrap());
    let remove = |version: i64| app.as_person(&owner, "DELETE", &path).version(version);
    remove(2).expect(412).await;
    assert_eq!(remove(1).expect(200).await["version"], 2);
    remove(2).expect(404).await;
    assert_eq!(now().await.1, before);
}

async fn the_sheet_says_the_same(app: &TestApp, tenant: &str, retainers: &[Value]) {
    let owner = format!("owner@{tenant}.example");
    let answer = app.as_person(&owner, "GET", "/reports/margin.csv?by=retainer").send().await;
    let text = answer.unwrap().text().await.unwrap();
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let titles: Vec<&str> = lines.next().unwrap().split(',').collect();
    let lines: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert_eq!(lines.len(), retainers.len());
    for (line, row) in lines.iter().zip(retainers) {
        assert_eq!(line.len(), titles.len());
        let cell = |title: &str| line[titles.iter().position(|one| *one == title).unwrap()];
        let sums = &row["sums"][0];
        assert_eq!(
            (cell("Account"), cell("Retainer")),
            (row["account_name"].as_str().unwrap(), row["retainer_name"].as_str().unwrap(),)
        );
        let same = [
            ("Revenue (minor units)", "revenue_minor"),
            ("Fee", "fee_minor"),
            ("Overage", "overage_minor"),
            ("Other", "other_minor"),
            ("Unearned", "unearned_minor"),
            ("On drafts", "drafted_minor"),
            ("Minutes", "minutes"),
            ("Admin minutes", "admin_minutes"),
            ("Work cost", "work_cost_minor"),
            ("Admin cost", "admin_cost_minor"),
            ("Expenses", "expenses_minor"),
            ("Cost", "cost_minor"),
            ("Margin", "margin_minor"),
            ("Given away", "given_minor"),
            ("Minutes without a rate", "unrated_minutes"),
            ("Unbilled overage", "unbilled_overage_minor"),
            ("Unbilled cost", "unbilled_cost_minor"),
            ("Revenue of unbilled cycles", "unbilled_revenue_minor"),
        ];
        for (title, name) in same {
            let told = sums[name].as_i64().map(|figure| figure.to_string()).unwrap_or_default();
            assert_eq!(cell(title), told, "{title} of {line:?}");
        }
    }
}

async fn refusals(app: &TestApp, tenant: &str) {
    let owner = format!("owner@{tenant}.example");
    let faulty = async |query: &str, field: &str, code: &str| {
        for path in ["/reports/margin", "/reports/margin.csv"] {
            app.as_person(&owner, "GET", &format!("{path}?{query}")).faulty(field, code).await;
        }
    };
    faulty("by=lifetime&from=2026-01-01", "from", "not_allowed").await;
    faulty("from=2026-02-01&to=2026-01-01", "to", "not_later").await;
    faulty("from=2020-01-01&to=2026-01-01", "from", "out_of_range").await;
    let one = ask(app, tenant, "/reports/margin?by=cycle&from=2026-03-01&to=2026-03-31").await;
    let march = one["items"].as_array().unwrap();
    assert!(!march.is_empty());
    assert!(march.iter().all(|row| row["cycle"]["starts_on"].as_str() >= Some("2026-03-01")
        && row["cycle"]["starts_on"].as_str() <= Some("2026-03-31")));
    let id = &march[0]["account_id"];
    let own =
        ask(app, tenant, &format!("/reports/margin?account_id={}", id.as_str().unwrap())).await;
    assert!(own["items"].as_array().unwrap().iter().all(|row| row["account_id"] == *id));
    let nobody = "/reports/margin?retainer_id=0193a5b0-0000-7000-8000-000000000000";
    assert_eq!(ask(app, tenant, nobody).await["items"], json!([]));
    for role in [Role::Member, Role::Viewer, Role::Partner] {
        let person = format!("{}@{tenant}.example", role.name());
        app.as_person(&person, "GET", "/reports/margin").expect(403).await;
    }
}

/// What a cycle of a retainer earned of its price, and what was billed of it beyond that; what its
/// overage brought; whether its price is billed.
pub async fn earned(app: &TestApp, retainer: &Value, seq: i64) -> (i64, i64, i64, i64) {
    let told = Figures::told(&sums(app, retainer, seq).await);
    (told.fee, told.unearned, told.overage, told.cycles)
}

/// What the report tells of a cycle of a retainer.
pub async fn sums(app: &TestApp, retainer: &Value, seq: i64) -> Value {
    let id = retainer["id"].as_str().unwrap();
    let path = format!("/reports/margin?by=cycle&retainer_id={id}");
    let page = app.as_role(Role::Owner, "GET", &path).expect(200).await;
    let rows = page["items"].as_array().unwrap();
    let row = rows.iter().find(|row| row["cycle"]["seq"] == seq);
    row.unwrap_or_else(|| panic!("no cycle {seq} in {page}"))["sums"][0].clone()
}
