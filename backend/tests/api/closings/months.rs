//! The cycles that end in a month, over all retainers.
use serde_json::{Value, json};
use shared::api::Role;

use super::{close, closing, over};
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, get, ten_hours};

on_both_engines![
    a_month_lists_what_ends_in_it_and_how_far_it_is,
    a_partner_waits_for_no_word,
    pages_of_a_month_have_everything_once,
    a_month_that_cannot_be_is_told,
];

async fn stages(app: &TestApp, month: &str) -> Vec<(String, i64, String)> {
    let page = get(app, &format!("/closings?month={month}")).await;
    let told = |one: &Value| {
        let text = |key: &str| one[key].as_str().unwrap().to_owned();
        (text("retainer_name"), one["seq"].as_i64().unwrap(), text("stage"))
    };
    page["items"].as_array().unwrap().iter().map(told).collect()
}

async fn a_month_lists_what_ends_in_it_and_how_far_it_is(app: TestApp) {
    let (_, january) = over(&app).await;
    let one = |seq, stage: &str| vec![("Monthly support".to_owned(), seq, stage.to_owned())];
    assert_eq!(stages(&app, "2026-01").await, one(1, "due"));
    assert_eq!(stages(&app, "2026-02").await, one(2, "running"));
    assert_eq!(stages(&app, "2025-12").await, []);
    let version = closing(&app, &january).await["version"].clone();
    close(&app, Role::Manager, &january, &version, &json!({})).expect(200).await;
    assert_eq!(stages(&app, "2026-01").await, one(1, "told"));
    // The calendar closes February after its days of grace; nobody told the client.
    app.clock_at("2026-03-07T10:00:00Z").await;
    assert_eq!(stages(&app, "2026-02").await, one(2, "frozen"));
    // On the first of April in Berlin, March is over.
    app.clock_at("2026-03-31T21:59:00Z").await;
    assert_eq!(stages(&app, "2026-03").await, one(3, "running"));
    app.clock_at("2026-03-31T22:00:00Z").await;
    assert_eq!(stages(&app, "2026-03").await, one(3, "due"));
}

async fn a_partner_waits_for_no_word(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let partner = json!({ "name": "Studio Parallel", "kind": "partner" });
    let partner = app.as_role(Role::Owner, "POST", "/accounts").json(&partner).expect(201).await;
    let serves = ten_hours(&partner["id"]);
    app.as_role(Role::Owner, "POST", "/retainers").json(&serves).expect(201).await;
    app.clock_at("2026-02-07T10:00:00Z").await;
    let page = get(&app, "/closings?month=2026-01").await;
    let one = &page["items"][0];
    assert_eq!((&one["partner"], &one["stage"]), (&json!(true), &json!("told")), "{one}");
}

async fn pages_of_a_month_have_everything_once(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    for name in ["Beta", "alpha", "Gamma"] {
        agree(&app, |account| {
            let mut body = ten_hours(account);
            body["name"] = json!(name);
            body
        })
        .await;
    }
    let (mut names, mut next) = (Vec::new(), String::new());
    loop {
        let page = get(&app, &format!("/closings?month=2026-01&limit=1{next}")).await;
        names.push(page["items"][0]["retainer_name"].as_str().unwrap().to_owned());
        match page["next_cursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    names.sort();
    assert_eq!(names, ["Beta", "Gamma", "alpha"]);
}

async fn a_month_that_cannot_be_is_told(app: TestApp) {
    for month in ["", "2026", "2026-13", "2026-1", "x026-01", "99999-01"] {
        let path = format!("/closings?month={month}");
        let problem = app.as_role(Role::Owner, "GET", &path).expect(422).await;
        assert_eq!(problem["errors"][0]["field"], "month", "{problem}");
    }
    // Without one it is this month, where the organisation is.
    app.clock_at("2026-01-20T10:00:00Z").await;
    agree(&app, ten_hours).await;
    let page = get(&app, "/closings").await;
    assert_eq!(page["items"][0]["ends_on"], "2026-02-01");
}
