//! Units that are bought or given ahead: they pay for nothing before the day they start.
//! Source: domain 1.3.
use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::api::Role;

use crate::adjustments::adjust;
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, get, id, lines, record, ten_hours};

on_both_engines![
    what_starts_later_is_told_as_coming_and_pays_from_its_day,
    a_lot_waits_through_closed_cycles_and_ends_by_its_own_day,
    what_is_bought_ahead_is_taken_back_while_its_cycle_is_open,
    lines_tell_from_when_a_lot_paid,
    a_day_ahead_that_cannot_be_is_told_at_its_field,
    where_no_cycle_runs_today_that_is_told,
];

/// Ten hours a month that block, on 10 November.
async fn blocking(app: &TestApp) -> Value {
    app.clock_at("2026-11-10T10:00:00Z").await;
    agree(app, |account| {
        let mut body = ten_hours(account);
        body["starts_on"] = json!("2026-11-01");
        let block = json!({ "mode": "block" });
        body["terms"]["pools"][0] =
            json!({ "unit": "minutes", "allowance": 600, "overage": block });
        body
    })
    .await
}

async fn balance(app: &TestApp, retainer: &Value) -> Value {
    get(app, &format!("/retainers/{}", id(retainer))).await["balances"][0].clone()
}

/// Available, used, coming, ended and left.
fn figures(balance: &Value) -> Value {
    let names = ["available", "used", "coming", "ended", "left"];
    Value::from(names.map(|name| balance[name].clone()).to_vec())
}

async fn refused(app: &TestApp, retainer: &Value, day: &str) {
    let entry = json!({ "retainer_id": retainer["id"], "worked_on": day, "minutes": 1 });
    let more = app.as_role(Role::Owner, "POST", "/time-entries").json(&entry);
    assert_eq!(more.expect(StatusCode::CONFLICT).await["code"], "insufficient_balance");
}

async fn what_starts_later_is_told_as_coming_and_pays_from_its_day(app: TestApp) {
    let retainer = blocking(&app).await;
    let lot = json!({ "kind": "purchase", "quantity": 100, "on": "2026-11-20" });
    let made = adjust(&app, &retainer, lot).await;
    assert_eq!(made["adjustment"]["on"], "2026-11-20");
    let now = &made["balance"];
    assert_eq!(figures(now), json!([600, 0, 100, 0, 600]));
    assert_eq!((&now["topped_up"], now["lots"].as_array().unwrap().len()), (&json!(100), 1));
    let coming = json!([{ "kind": "purchased", "quantity": 100, "starts_on": "2026-11-20",
        "ends_on": null }]);
    assert_eq!(now["coming_lots"], coming);
    let cycle = now["cycle_id"].as_str().unwrap();
    for figure in ["available", "left"] {
        let told = get(&app, &format!("/explain/{figure}/{cycle}")).await;
        let parts = told["parts"].as_array().unwrap();
        let sum: i64 = parts.iter().map(|part| part["value"].as_i64().unwrap()).sum();
        assert_eq!((&told["value"], sum), (&json!(600), 600), "{figure}: {told}");
        assert!(parts.iter().any(|part| part["key"] == "coming" && part["value"] == -100));
    }
    // As much as is left can be recorded, and no minute more.
    let full = record(&app, &retainer, "2026-11-10", 600).await["balance"].clone();
    assert_eq!(figures(&full), json!([600, 600, 100, 0, 0]));
    refused(&app, &retainer, "2026-11-10").await;
    app.clock_at("2026-11-20T10:00:00Z").await;
    assert_eq!(figures(&balance(&app, &retainer).await), json!([700, 600, 0, 0, 100]));
    let paid = record(&app, &retainer, "2026-11-20", 60).await["balance"].clone();
    assert_eq!((figures(&paid), &paid["coming_lots"]), (json!([700, 660, 0, 0, 40]), &json!([])));
    // Work of the days before it still finds nothing.
    refused(&app, &retainer, "2026-11-19").await;
    app.clock_at("2026-12-01T10:00:00Z").await;
    let expected = [
        ("grant", 600, 600),
        ("topup", 100, 700),
        ("consume", -600, 100),
        ("consume", -60, 40),
        ("carry_out", -40, 0),
    ];
    assert_eq!(lines(&app, &retainer, 1).await, expected.map(|(k, q, b)| (k.to_owned(), q, b)));
    let path = format!("/retainers/{}/ledger?cycle_id={cycle}", id(&retainer));
    let told = get(&app, &path).await["items"].clone();
    for place in [1, 3, 4] {
        assert_eq!(told[place]["lots"][0]["starts_on"], "2026-11-20", "line {place}");
    }
    app.books_hold().await;
}

async fn a_lot_waits_through_closed_cycles_and_ends_by_its_own_day(app: TestApp) {
    let retainer = blocking(&app).await;
    let lot = json!({ "kind": "goodwill", "quantity": 100, "on": "2027-02-15",
        "ends_on": "2027-03-15" });
    adjust(&app, &retainer, lot).await;
    app.clock_at("2027-01-20T10:00:00Z").await;
    let waits = balance(&app, &retainer).await;
    assert_eq!((figures(&waits), &waits["opening"]), (json!([600, 0, 100, 0, 600]), &json!(100)));
    assert_eq!(waits["coming_lots"][0]["starts_on"], "2027-02-15");
    app.clock_at("2027-02-15T10:00:00Z").await;
    assert_eq!(figures(&balance(&app, &retainer).await), json!([700, 0, 0, 0, 700]));
    app.clock_at("2027-03-15T10:00:00Z").await;
    assert_eq!(figures(&balance(&app, &retainer).await), json!([600, 0, 0, 100, 600]));
    app.clock_at("2027-04-01T10:00:00Z").await;
    let told = lines(&app, &retainer, 5).await;
    assert!(told.contains(&("expire".to_owned(), -100, 600)), "{told:?}");
    app.books_hold().await;
}

async fn what_is_bought_ahead_is_taken_back_while_its_cycle_is_open(app: TestApp) {
    let retainer = blocking(&app).await;
    let lot = json!({ "kind": "purchase", "quantity": 100, "on": "2027-02-15" });
    let made = adjust(&app, &retainer, lot).await;
    let path = format!("/adjustments/{}", id(&made["adjustment"]));
    let undone = app.as_role(Role::Owner, "DELETE", &path).version(1).expect(200).await;
    assert_eq!((figures(&undone), &undone["topped_up"]), (json!([600, 0, 0, 0, 600]), &json!(0)));
    app.books_hold().await;
}

/// 100 from the 20th on, 60 of them used on that day, and 30 from the 15th until the 18th.
async fn lines_tell_from_when_a_lot_paid(app: TestApp) {
    let retainer = blocking(&app).await;
    adjust(&app, &retainer, json!({ "kind": "purchase", "quantity": 100, "on": "2026-11-20" }))
        .await;
    let short = json!({ "kind": "goodwill", "quantity": 30, "on": "2026-11-15",
        "ends_on": "2026-11-18" });
    adjust(&app, &retainer, short).await;
    app.clock_at("2026-11-20T10:00:00Z").await;
    let used = record(&app, &retainer, "2026-11-20", 660).await["balance"].clone();
    let cycle = used["cycle_id"].as_str().unwrap();
    let path = format!("/retainers/{}/ledger?cycle_id={cycle}", id(&retainer));
    let told = async || {
        let ledger = get(&app, &path).await;
        let lines = ledger["items"].as_array().unwrap().clone();
        let lots = lines.into_iter().flat_map(|line| {
            let lots = line["lots"].as_array().unwrap().clone();
            lots.into_iter().map(move |lot| {
                json!([line["kind"], lot["kind"], lot["starts_on"], lot["quantity"]])
            })
        });
        lots.filter(|lot| lot[0] == "consume" || lot[0] == "expire").collect::<Vec<Value>>()
    };
    let drawn = [
        json!(["consume", "included", null, -600]),
        json!(["consume", "purchased", "2026-11-20", -60]),
    ];
    assert_eq!(told().await, drawn);
    app.clock_at("2026-12-01T10:00:00Z").await;
    let closed = told().await;
    assert_eq!(closed[..2], drawn);
    assert_eq!(closed[2..], [json!(["expire", "goodwill", "2026-11-15", -30])]);
    app.books_hold().await;
}

/// What is wrong is not the day that was asked for, but that no cycle runs to write it in.
async fn where_no_cycle_runs_today_that_is_told(app: TestApp) {
    let retainer = blocking(&app).await;
    let buy = async |retainer: &Value, on: &str| {
        let body = json!({ "retainer_id": retainer["id"], "kind": "purchase", "on": on,
            "quantity": 60, "reason": "Ahead" });
        let asked = app.as_role(Role::Owner, "POST", "/adjustments").json(&body);
        let problem = asked.expect(422).await;
        let told = &problem["errors"][0];
        (told["field"].as_str().unwrap().to_owned(), told["code"].as_str().unwrap().to_owned())
    };
    let at_on = |code: &str| ("/on".to_owned(), code.to_owned());
    let path = format!("/retainers/{}/pause", id(&retainer));
    let pause = json!({ "from": "2026-11-20", "to": "2026-12-10" });
    app.as_role(Role::Owner, "POST", &path).json(&pause).expect(200).await;
    app.clock_at("2026-11-25T10:00:00Z").await;
    assert_eq!(buy(&retainer, "2026-12-15").await, at_on("paused"));
    assert_eq!(buy(&retainer, "2026-12-05").await, at_on("no_open_cycle"));
    assert_eq!(buy(&retainer, "2026-11-25").await, at_on("no_open_cycle"));
    let coming = agree(&app, |account| {
        let mut body = ten_hours(account);
        body["starts_on"] = json!("2026-12-01");
        body
    })
    .await;
    assert_eq!(buy(&coming, "2026-12-05").await, at_on("not_started"));
    assert_eq!(buy(&coming, "2026-11-28").await, at_on("before_start"));
}

async fn a_day_ahead_that_cannot_be_is_told_at_its_field(app: TestApp) {
    let retainer = blocking(&app).await;
    let pause = json!({ "from": "2027-01-01", "to": "2027-02-01" });
    let path = format!("/retainers/{}/pause", id(&retainer));
    app.as_role(Role::Owner, "POST", &path).json(&pause).expect(200).await;
    let cases = [
        ("/on", "future", json!({ "kind": "correction", "on": "2026-11-11" })),
        ("/on", "no_open_cycle", json!({ "kind": "purchase", "on": "2027-01-10" })),
        (
            "/ends_on",
            "end_before_start",
            json!({ "kind": "purchase", "on": "2026-11-20", "ends_on": "2026-11-20" }),
        ),
        (
            "/ends_with_cycle",
            "not_allowed",
            json!({ "kind": "goodwill", "on": "2026-11-20", "ends_with_cycle": true }),
        ),
    ];
    for (field, code, change) in cases {
        let mut body = json!({ "retainer_id": retainer["id"], "quantity": 60, "reason": "Ahead" });
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let problem =
            app.as_role(Role::Owner, "POST", "/adjustments").json(&body).expect(422).await;
        let told = &problem["errors"][0];
        assert_eq!((&told["field"], &told["code"]), (&json!(field), &json!(code)), "{change}");
    }
}
