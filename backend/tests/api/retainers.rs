//! Retainers from agreement to close, as an integrator sees them.
use backend::db::{Db, Query};
use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::api::Role;

use crate::app::{Answer, TestApp};
use crate::on_both_engines;

on_both_engines![
    s2_09_billed_ten_used_six_leaves_four_that_carry,
    s2_09_billed_ten_used_six_leaves_four_that_lapse,
    a_partial_first_cycle_gets_its_share,
    history_stays_open_until_the_retainer_is_activated,
    new_terms_hold_from_the_next_cycle,
    figures_are_taken_apart_exactly,
    as_of_a_day_is_what_was_known_then,
    an_end_lapses_what_is_left,
    faults_are_told_at_their_fields,
    a_retainer_of_an_unlisted_currency_can_be_amended,
    a_stale_version_changes_nothing,
];

/// A rollover of ten hours, at most five carried, for one cycle.
pub fn ten_hours(account: &Value) -> Value {
    json!({
        "account_id": account, "name": "Monthly support", "starts_on": "2026-01-01",
        "timezone": "Europe/Berlin",
        "terms": {
            "price": { "amount_minor": 150_000, "currency": "EUR" },
            "pools": [{
                "unit": "minutes", "allowance": 600,
                "rollover": { "cap_units": 300, "max_cycles": 1 },
            }],
        },
    })
}

/// An account, and a retainer made of `body`.
pub async fn agree(app: &TestApp, body: impl Fn(&Value) -> Value) -> Value {
    let account = json!({ "name": "Big Company" });
    let account =
        app.as_role(Role::Owner, "POST", "/accounts").json(&account).expect(StatusCode::CREATED);
    let account = account.await;
    let retainer = app.as_role(Role::Owner, "POST", "/retainers").json(&body(&account["id"]));
    retainer.expect(StatusCode::CREATED).await
}

/// Records time as the owner.
pub async fn record(app: &TestApp, retainer: &Value, day: &str, minutes: i64) -> Value {
    let body = json!({ "retainer_id": retainer["id"], "worked_on": day, "minutes": minutes });
    app.as_role(Role::Owner, "POST", "/time-entries").json(&body).expect(StatusCode::CREATED).await
}

pub async fn get(app: &TestApp, path: &str) -> Value {
    app.as_role(Role::Owner, "GET", path).expect(StatusCode::OK).await
}

async fn balance(app: &TestApp, retainer: &Value) -> Value {
    get(app, &format!("/retainers/{}", id(retainer))).await["balances"][0].clone()
}

pub fn id(of: &Value) -> &str {
    of["id"].as_str().unwrap()
}

/// The lines of the ledger of the cycle with this number, as (kind, quantity, balance).
pub async fn lines(app: &TestApp, retainer: &Value, seq: i64) -> Vec<(String, i64, i64)> {
    let cycles = get(app, &format!("/retainers/{}/cycles", id(retainer))).await;
    let cycle = cycles["items"].as_array().unwrap().iter().find(|c| c["seq"] == seq).unwrap();
    let path = format!("/retainers/{}/ledger?cycle_id={}", id(retainer), id(cycle));
    let ledger = get(app, &path).await;
    let line = |line: &Value| {
        let kind = line["kind"].as_str().unwrap().to_owned();
        (kind, line["quantity"].as_i64().unwrap(), line["balance"].as_i64().unwrap())
    };
    ledger["items"].as_array().unwrap().iter().map(line).collect()
}

fn line(kind: &str, minutes: i64, balance: i64) -> (String, i64, i64) {
    (kind.to_owned(), minutes, balance)
}

async fn s2_09_billed_ten_used_six_leaves_four_that_carry(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let retainer = agree(&app, ten_hours).await;
    let recorded = record(&app, &retainer, "2026-01-10", 360).await;
    assert_eq!(recorded["balance"]["left"], 240);
    assert_eq!(
        (&recorded["balance"]["carries"], &recorded["balance"]["lapses"]),
        (&json!(240), &json!(0))
    );
    app.clock_at("2026-02-01T10:00:00Z").await;
    let february = balance(&app, &retainer).await;
    assert_eq!((&february["opening"], &february["left"]), (&json!(240), &json!(840)));
    assert_eq!(february["next_lapses"][0]["on"], "2026-03-01");
    let january = lines(&app, &retainer, 1).await;
    let expected =
        [line("grant", 600, 600), line("consume", -360, 240), line("carry_out", -240, 0)];
    assert_eq!(january, expected);
    assert_eq!(lines(&app, &retainer, 2).await[0], line("carry_in", 240, 240));
    app.books_hold().await;
}

async fn s2_09_billed_ten_used_six_leaves_four_that_lapse(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let fixed = |account: &Value| {
        let mut body = ten_hours(account);
        body["terms"]["pools"][0]["rollover"] = Value::Null;
        body
    };
    let retainer = agree(&app, fixed).await;
    let recorded = record(&app, &retainer, "2026-01-10", 360).await;
    assert_eq!(recorded["balance"]["left"], 240);
    assert_eq!(
        (&recorded["balance"]["carries"], &recorded["balance"]["lapses"]),
        (&json!(0), &json!(240))
    );
    assert_eq!(recorded["balance"]["next_lapses"][0]["on"], "2026-02-01");
    app.clock_at("2026-02-01T10:00:00Z").await;
    assert_eq!(balance(&app, &retainer).await["left"], 600);
    assert_eq!(lines(&app, &retainer, 1).await[2], line("expire", -240, 0));
    app.books_hold().await;
}

async fn a_partial_first_cycle_gets_its_share(app: TestApp) {
    app.clock_at("2026-01-20T10:00:00Z").await;
    let retainer = agree(&app, |account| {
        let mut body = ten_hours(account);
        body["starts_on"] = json!("2026-01-15");
        body
    });
    let retainer = retainer.await;
    assert_eq!(retainer["balances"][0]["granted"], 329); // 600 × 17 / 31
    assert_eq!(retainer["balances"][0]["ends_on"], "2026-02-01");
}

async fn history_stays_open_until_the_retainer_is_activated(app: TestApp) {
    app.clock_at("2026-03-10T10:00:00Z").await;
    let retainer = agree(&app, ten_hours).await;
    assert_eq!(retainer["state"], "setup");
    let old = record(&app, &retainer, "2026-01-20", 500).await;
    assert_eq!((&old["entry"]["late"], &old["balance"]["seq"]), (&json!(false), &json!(1)));
    assert_eq!(balance(&app, &retainer).await["seq"], 3);
    let activate = format!("/retainers/{}/activate", id(&retainer));
    let active = app.as_role(Role::Owner, "POST", &activate).expect(StatusCode::OK).await;
    assert_eq!(active["state"], "active");
    app.as_role(Role::Owner, "POST", &activate).expect(StatusCode::CONFLICT).await;
    assert_eq!(lines(&app, &retainer, 1).await.last(), Some(&line("carry_out", -100, 0)));
    let late = record(&app, &retainer, "2026-01-21", 60).await;
    assert_eq!((&late["entry"]["late"], &late["balance"]["seq"]), (&json!(true), &json!(3)));
    app.books_hold().await;
}

async fn new_terms_hold_from_the_next_cycle(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let retainer = agree(&app, ten_hours).await;
    let mut terms = retainer["terms"]["terms"].clone();
    terms["pools"][0]["allowance"] = json!(900);
    let body = json!({ "terms": terms, "reason": "More support" });
    let path = format!("/retainers/{}/amendments", id(&retainer));
    let amended = app.as_role(Role::Owner, "POST", &path).json(&body).expect(StatusCode::CREATED);
    let amended = amended.await;
    assert_eq!(amended["balances"][0]["granted"], 600);
    assert_eq!(amended["next_terms"]["effective_from"], "2026-02-01");
    app.clock_at("2026-02-02T10:00:00Z").await;
    let now = get(&app, &format!("/retainers/{}", id(&retainer))).await;
    assert_eq!((&now["terms"]["number"], &now["balances"][0]["granted"]), (&json!(2), &json!(900)));
    app.books_hold().await;
}

async fn figures_are_taken_apart_exactly(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let retainer = agree(&app, ten_hours).await;
    record(&app, &retainer, "2026-01-10", 660).await;
    let balance = balance(&app, &retainer).await;
    for (figure, value) in [
        ("left", 0),
        ("available", 600),
        ("used", 660),
        ("overage", 60),
        ("carries", 0),
        ("lapses", 0),
    ] {
        let link = balance["explain"][figure].as_str().unwrap().trim_start_matches("/api/v1");
        let explained = get(&app, link).await;
        assert_eq!(explained["value"], value, "{figure}");
        let parts = explained["parts"].as_array().unwrap();
        let sum: i64 = parts.iter().map(|part| part["value"].as_i64().unwrap()).sum();
        assert_eq!(sum, value, "{figure}");
    }
    let unknown = format!("/explain/guess/{}", balance["cycle_id"].as_str().unwrap());
    app.as_role(Role::Owner, "GET", &unknown).expect(StatusCode::NOT_FOUND).await;
}

async fn as_of_a_day_is_what_was_known_then(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let retainer = agree(&app, ten_hours).await;
    record(&app, &retainer, "2026-01-10", 360).await;
    app.clock_at("2026-02-05T10:00:00Z").await;
    for (day, left) in [("2026-01-14", 600), ("2026-01-15", 240), ("2026-02-05", 840)] {
        let then = get(&app, &format!("/retainers/{}?as_of={day}", id(&retainer))).await;
        assert_eq!(then["balances"][0]["left"], left, "{day}");
    }
    let before = format!("/retainers/{}?as_of=2025-12-31", id(&retainer));
    let refused = app.as_role(Role::Owner, "GET", &before).expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.await["errors"][0]["field"], "as_of");
}

async fn an_end_lapses_what_is_left(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let retainer = agree(&app, |account| {
        let mut body = ten_hours(account);
        body["ends_on"] = json!("2026-02-01");
        body
    });
    let retainer = retainer.await;
    assert_eq!(record(&app, &retainer, "2026-01-10", 360).await["balance"]["lapses"], 240);
    app.clock_at("2026-02-01T10:00:00Z").await;
    assert_eq!(get(&app, &format!("/retainers/{}", id(&retainer))).await["state"], "ended");
    assert_eq!(lines(&app, &retainer, 1).await[2], line("expire", -240, 0));
    let body = json!({ "retainer_id": retainer["id"], "worked_on": "2026-01-11", "minutes": 1 });
    let late = app.as_role(Role::Owner, "POST", "/time-entries").json(&body);
    assert_eq!(late.expect(StatusCode::CONFLICT).await["code"], "retainer_ended");
    app.books_hold().await;
}

async fn faults_are_told_at_their_fields(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let retainer = agree(&app, ten_hours).await;
    let account = retainer["account_id"].clone();
    let nobody = json!("0193a5b0-0000-7000-8000-000000000000");
    let cases = [
        ("/account_id", "not_found", json!({ "account_id": nobody })),
        ("/timezone", "timezone_unknown", json!({ "timezone": "Mars/Olympus" })),
        ("/ends_on", "end_before_start", json!({ "ends_on": "2026-01-01" })),
        ("/interval", "invalid_interval", json!({ "interval": { "unit": "month", "count": 0 } })),
        ("/anchor", "invalid_anchor", json!({ "anchor": { "type": "day_of_month", "day": 32 } })),
        ("/name", "required", json!({ "name": "  " })),
        (
            "/terms/pools/0/rollover/cap_percent",
            "one_of",
            pool(json!({ "rollover": { "cap_units": 1, "cap_percent": 1 } })),
        ),
        (
            "/terms/pools/0/rollover/max_cycles",
            "one_of",
            pool(json!({ "rollover": { "compounding": false, "max_cycles": 2 } })),
        ),
        ("/terms/pools/0/allowance", "out_of_range", pool(json!({ "allowance": -1 }))),
        ("/terms/pools/0/allowance", "out_of_range", pool(json!({ "allowance": 600_001 }))),
        (
            "/terms/pools/0/overage/rate_minor",
            "rate_needed",
            pool(json!({ "overage": { "mode": "bill" } })),
        ),
        ("/terms/pools/0/key", "key_invalid", pool(json!({ "key": "Big Hours" }))),
        (
            "/terms/pools/0/items",
            "not_allowed",
            pool(json!({ "items": [{ "name": "A", "units": 1 }] })),
        ),
        ("/terms/pools", "too_short", json!({ "terms": terms(json!({ "pools": [] })) })),
        (
            "/terms/pools/1/key",
            "exists",
            json!({ "terms": terms(json!({ "pools": [{ "allowance": 1 }, { "allowance": 2 }] })) }),
        ),
    ];
    for (field, code, change) in cases {
        let mut body = ten_hours(&account);
        for (key, value) in change.as_object().unwrap() {
            body[key] = value.clone();
        }
        let refused = app.as_role(Role::Owner, "POST", "/retainers").json(&body);
        let problem = refused.expect(StatusCode::UNPROCESSABLE_ENTITY).await;
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
        assert_eq!(problem["errors"][0]["code"], code, "{problem}");
    }
}

fn terms(change: Value) -> Value {
    let mut terms = ten_hours(&Value::Null)["terms"].clone();
    for (key, value) in change.as_object().unwrap() {
        terms[key] = value.clone();
    }
    terms
}

/// A change of terms with this of its pool different.
fn pool(change: Value) -> Value {
    let mut terms = terms(json!({}));
    for (key, value) in change.as_object().unwrap() {
        terms["pools"][0][key] = value.clone();
    }
    json!({ "terms": terms })
}

async fn a_stale_version_changes_nothing(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let retainer = agree(&app, ten_hours).await;
    let path = format!("/retainers/{}", id(&retainer));
    let change = |version: &str| {
        let body = json!({ "name": "Care plan" });
        app.as_role(Role::Owner, "PATCH", &path).header("If-Match", version).json(&body)
    };
    let version = format!("\"{}\"", retainer["version"]);
    assert_eq!(change(&version).expect(StatusCode::OK).await["name"], "Care plan");
    change(&version).expect(StatusCode::PRECONDITION_FAILED).await;
    let bare = app.as_role(Role::Owner, "PATCH", &path).json(&json!({ "name": "x" }));
    bare.expect(StatusCode::PRECONDITION_REQUIRED).await;
}

/// A database may hold one that came before there was a list.
async fn a_retainer_of_an_unlisted_currency_can_be_amended(app: TestApp) {
    let retainer = agree(&app, ten_hours).await;
    let account = json!({ "name": "Old Company" });
    let account = app.as_role(Role::Owner, "POST", "/accounts").json(&account).expect(201).await;
    let mut fresh = ten_hours(&account["id"]);
    fresh["terms"]["price"]["currency"] = json!("ZZZ");
    let ask = app.as_role(Role::Owner, "POST", "/retainers").json(&fresh);
    ask.faulty("/terms/price/currency", "currency_unknown").await;
    let old = match app.db {
        Db::Sqlite { .. } => "UPDATE terms SET terms = json_set(terms, '$.price.currency', 'ZZZ')",
        Db::Postgres { .. } => {
            "UPDATE terms SET terms = jsonb_set(terms, '{price,currency}', '\"ZZZ\"')"
        }
    };
    app.db.write(async |tx| Ok(tx.execute(Query::new(old)).await?)).await.unwrap();
    let path = format!("/retainers/{}/amendments", id(&retainer));
    let mut terms = retainer["terms"]["terms"].clone();
    for (currency, code) in
        [("EUR", "not_allowed"), ("ZZY", "not_allowed"), ("Zz", "currency_unknown")]
    {
        terms["price"]["currency"] = json!(currency);
        let ask = app.as_role(Role::Owner, "POST", &path).json(&json!({ "terms": terms }));
        ask.faulty("/terms/price/currency", code).await;
    }
    terms["price"]["currency"] = json!("ZZZ");
    let amended = app.as_role(Role::Owner, "POST", &path).json(&json!({ "terms": terms }));
    assert_eq!(amended.expect(201).await["next_terms"]["number"], 2);
    app.books_hold().await;
}
