//! How clients stand, and why. Source: requirement S1-6; domain 6.5, 7.1, 7.8.
use backend::db::{Query, Tx};
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use crate::app::{Answer, TestApp};
use crate::invoices::{billed, invoices, issue, post, run, support};
use crate::on_both_engines;
use crate::payments::pay;
use crate::retainers::{agree, get, id, record, ten_hours};

on_both_engines![
    s1_06_an_account_shows_its_state_with_the_facts_behind_it,
    s1_06_what_is_given_away_and_what_is_not_enough_is_told,
    s1_09_a_margin_that_falls_three_times_is_told_with_what_took_most,
];

async fn health(app: &TestApp, role: Role, retainer: &Value) -> Value {
    let path = format!("/accounts/{}/health", retainer["account_id"].as_str().unwrap());
    app.as_role(role, "GET", &path).expect(200).await
}

/// The account in the list, as the clock saw it last.
async fn listed(app: &TestApp, role: Role) -> Value {
    let page = app.as_role(role, "GET", "/accounts").expect(200).await;
    page["items"][0]["health"].clone()
}

/// The score of each part, in their order.
fn scores(told: &Value) -> Vec<Option<i64>> {
    let parts = ["use", "payment", "margin", "contact", "delivery"];
    parts.map(|part| told["parts"][part]["score"].as_i64()).to_vec()
}

fn states(told: &Value) -> Vec<&str> {
    let signs = told["signs"].as_array().unwrap().iter();
    signs.map(|sign| sign["state"].as_str().unwrap()).collect()
}

/// 270 of 600 minutes in January, at 40.00 an hour; a call; work due on the 20th; an invoice.
async fn january(app: &TestApp) -> Value {
    let retainer = billed(app, support).await;
    let hour = json!({ "amount_minor": 4_000, "currency": "EUR" });
    let rate = json!({ "member_id": app.member(Role::Owner).await, "kind": "cost", "hour": hour,
        "valid_from": "2026-01-01" });
    post(app, "/rates", rate, 201).await;
    run(app).await;
    issue(app, &invoices(app, &retainer).await[0]).await;
    record(app, &retainer, "2026-01-10", 270).await;
    let call = json!({ "account_id": retainer["account_id"], "kind": "call", "text": "All well",
        "happened_at": "2026-01-15T09:00:00Z" });
    post(app, "/notes", call, 201).await;
    let work = json!({ "retainer_id": retainer["id"], "title": "Pricing page", "column": "agreed",
        "details": { "due_on": "2026-01-20" } });
    post(app, "/work-items", work.clone(), 201).await;
    // What is stopped is not due any more.
    let people = format!("/accounts/{}/contacts", retainer["account_id"].as_str().unwrap());
    let decider = post(app, &people, json!({ "name": "Ben Okoro", "decides": true }), 201).await;
    let mut stopped = work;
    stopped["seats"] = json!({ "decision": { "kind": "contact", "id": decider["id"] } });
    let stopped = post(app, "/work-items", stopped, 201).await;
    let stop = json!({ "decision": "stop", "evidence": "By phone", "reason": "Never used" });
    post(app, &format!("/work-items/{}/decision", id(&stopped)), stop, 201).await;
    retainer
}

async fn s1_06_an_account_shows_its_state_with_the_facts_behind_it(app: TestApp) {
    let retainer = january(&app).await;
    let new = health(&app, Role::Owner, &retainer).await;
    assert_eq!(scores(&new), [None, None, None, Some(1_000), None]);
    assert_eq!((&new["state"], &new["score"]), (&json!("healthy"), &json!(1_000)));

    app.clock_at("2026-02-05T10:00:00Z").await;
    let told = health(&app, Role::Owner, &retainer).await;
    let invoice = &invoices(&app, &retainer).await[0];
    assert_eq!(invoice["due_on"], "2026-01-29");
    assert_eq!(scores(&told), [Some(500), Some(720), Some(1_000), Some(848), Some(0)], "{told:#}");
    let parts = &told["parts"];
    assert_eq!(parts["use"]["cycles"], json!([{ "seq": 1, "share": 450 }]));
    assert_eq!(
        parts["payment"],
        json!({ "weight": 25, "score": 720, "invoices": 1, "days_late": 7, "late": 1,
            "longest_days": 7 })
    );
    assert_eq!((&parts["margin"]["share"], &parts["margin"]["target"]), (&json!(928), &json!(400)));
    // 2,500.00 for 4:30 h.
    assert_eq!(parts["margin"]["effective_hour_minor"], 55_556, "s1_08");
    assert_eq!(
        (&parts["contact"]["last_on"], &parts["contact"]["days"]),
        (&json!("2026-01-15"), &json!(21))
    );
    assert_eq!((&parts["delivery"]["on_time"], &parts["delivery"]["due"]), (&json!(0), &json!(1)));
    // (500 · 25 + 720 · 25 + 1000 · 20 + 848 · 15 + 0 · 15) / 100.
    assert_eq!((&told["score"], &told["band"]), (&json!(632), &json!("watch")));
    assert_eq!((&told["state"], states(&told)), (&json!("late"), vec!["late"]));
    assert_eq!((&told["signs"][0]["count"], &told["signs"][0]["days"]), (&json!(1), &json!(7)));
    let short = json!({ "on": "2026-02-05", "score": 632, "band": "watch", "state": "late" });
    assert_eq!(listed(&app, Role::Owner).await, short);

    each_sees_what_it_may(&app, &retainer).await;

    let outlook = format!("/accounts/{}/outlook", retainer["account_id"].as_str().unwrap());
    let comes = async || get(&app, &outlook).await["items"][0].clone();
    let before = comes().await;
    assert_eq!((&before["next_on"], &before["paid_until"]), (&json!("2026-03-01"), &Value::Null));
    pay(&app, &retainer, 300_000, "2026-02-05").await;
    assert_eq!(comes().await["paid_until"], "2026-01-31");
    let paid = health(&app, Role::Owner, &retainer).await;
    assert_eq!((&paid["state"], &paid["score"]), (&json!("watch"), &json!(632)), "it was late");
    record(&app, &retainer, "2026-02-03", 60).await;
    // Whatever a timeline tells is looked at by the next tick, on the same day as well.
    app.clock_at("2026-02-05T11:00:00Z").await;
    assert_eq!(listed(&app, Role::Owner).await["state"], "watch");

    app.clock_at("2026-03-02T10:00:00Z").await;
    let spring = health(&app, Role::Owner, &retainer).await;
    assert_eq!((&spring["state"], states(&spring)), (&json!("under_used"), vec!["under_used"]));
    let sign = &spring["signs"][0];
    assert_eq!((&sign["share"], &sign["retainer_name"]), (&json!(275), &json!("Support")));
    let days: Vec<_> = spring["days"].as_array().unwrap().iter().map(|day| &day["on"]).collect();
    assert_eq!(days, ["2026-03-02", "2026-02-05"]);
    assert_eq!(spring["days"][1]["state"], "watch", "the last word of a day is kept");
    // Another look on a day on which nothing became another keeps nothing.
    app.clock_at("2026-03-03T10:00:00Z").await;
    assert_eq!(health(&app, Role::Owner, &retainer).await["days"].as_array().unwrap().len(), 2);
}

/// A score never tells what its reader may not see. Source: docs/decisions/0056.
async fn each_sees_what_it_may(app: &TestApp, retainer: &Value) {
    let viewer = health(app, Role::Viewer, retainer).await;
    assert_eq!(scores(&viewer), [Some(500), Some(720), None, Some(848), Some(0)]);
    // (12500 + 18000 + 12720) / 80.
    assert_eq!((&viewer["score"], &viewer["parts"]["margin"]), (&json!(540), &Value::Null));
    assert_eq!((&viewer["state"], &viewer["days"]), (&json!("late"), &json!([])));
    let member = health(app, Role::Member, retainer).await;
    assert_eq!(scores(&member), [Some(500), None, None, Some(848), Some(0)]);
    // (12500 + 12720) / 55.
    assert_eq!((&member["score"], &member["state"]), (&json!(459), &json!("at_risk")));
    assert_eq!((&member["signs"], &member["days"]), (&json!([]), &json!([])));
    let listed_to = listed(app, Role::Member).await;
    assert_eq!((&listed_to["score"], &listed_to["state"]), (&json!(459), &json!("at_risk")));
    let path = format!("/accounts/{}/health", retainer["account_id"].as_str().unwrap());
    app.as_role(Role::Partner, "GET", &path).refused(ErrorCode::Forbidden).await;
    assert_eq!(listed(app, Role::Partner).await, Value::Null);
    app.tenant("other").await;
    app.as_person("owner@other.example", "GET", &path).refused(ErrorCode::NotFound).await;
    let partner = json!({ "name": "Loner", "kind": "partner" });
    let partner = post(app, "/accounts", partner, 201).await;
    let told = get(app, &format!("/accounts/{}/health", id(&partner))).await;
    assert_eq!((scores(&told), &told["state"]), (vec![None; 5], &Value::Null));
}

async fn s1_06_what_is_given_away_and_what_is_not_enough_is_told(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let absorbs = |account: &Value| {
        let mut body = ten_hours(account);
        body["terms"]["pools"][0]["overage"] = json!({ "mode": "absorb" });
        body
    };
    let retainer = agree(&app, absorbs).await;
    // As a replica of an earlier version makes an account.
    let unknown =
        async |tx: &mut Tx| Ok(tx.execute(Query::new("DELETE FROM account_health")).await?);
    app.db.write(unknown).await.unwrap();
    let bought = |reason: &str| {
        json!({ "retainer_id": retainer["id"], "kind": "purchase", "quantity": 30,
            "price_minor": 7_500, "reason": reason })
    };
    for reason in ["One", "Two"] {
        post(&app, "/adjustments", bought(reason), 201).await;
    }
    let told = health(&app, Role::Owner, &retainer).await;
    assert_eq!(states(&told), ["ready_for_expansion"], "two top-ups within 90 days");
    let sign = &told["signs"][0];
    assert_eq!((&sign["because"], &sign["count"]), (&json!("top_ups"), &json!(2)));

    record(&app, &retainer, "2026-01-14", 780).await;
    app.clock_at("2026-02-03T10:00:00Z").await;
    let told = health(&app, Role::Owner, &retainer).await;
    assert_eq!(states(&told), ["over_serviced", "ready_for_expansion"], "{told:#}");
    // 120 minutes for nothing, of an allowance of 600.
    assert_eq!(
        (&told["state"], &told["signs"][0]["share"]),
        (&json!("over_serviced"), &json!(200))
    );
    // 780 of 660: 100 − 60 · 182 / 500.
    let used = &told["parts"]["use"];
    assert_eq!((&used["share"], &used["score"]), (&json!(1_182), &json!(782)));
    record(&app, &retainer, "2026-02-02", 610).await;
    app.clock_at("2026-03-03T10:00:00Z").await;
    app.clock_at("2026-06-03T10:00:00Z").await;
    let told = health(&app, Role::Owner, &retainer).await;
    assert_eq!(states(&told), ["under_used"], "three quiet cycles, and the purchases are old");
    assert_eq!(listed(&app, Role::Owner).await["state"], "under_used");
    // A client of the past is left in peace, whatever was said and planned.
    let call = json!({ "account_id": retainer["account_id"], "kind": "call", "text": "Bye",
        "happened_at": "2026-03-15T09:00:00Z" });
    post(&app, "/notes", call, 201).await;
    let path = format!("/retainers/{}/end", id(&retainer));
    post(&app, &path, json!({ "ends_on": "2026-07-01" }), 200).await;
    app.clock_at("2026-07-10T10:00:00Z").await;
    let told = health(&app, Role::Owner, &retainer).await;
    assert_eq!((scores(&told), &told["state"]), (vec![None; 5], &Value::Null));
}

/// 5, 7 and 9 hours at 40.00 of 2,500.00 a month.
async fn s1_09_a_margin_that_falls_three_times_is_told_with_what_took_most(app: TestApp) {
    let retainer = billed(&app, support).await;
    let hour = json!({ "amount_minor": 4_000, "currency": "EUR" });
    let rate = json!({ "member_id": app.member(Role::Owner).await, "kind": "cost", "hour": hour,
        "valid_from": "2026-01-01" });
    post(&app, "/rates", rate, 201).await;
    for (month, minutes) in [("01", 300), ("02", 420), ("03", 540)] {
        let told = health(&app, Role::Owner, &retainer).await;
        assert_eq!(states(&told), Vec::<&str>::new(), "not before three are over");
        app.clock_at(&format!("2026-{month}-15T10:00:00Z")).await;
        record(&app, &retainer, &format!("2026-{month}-10"), minutes).await;
        run(&app).await;
        issue(&app, invoices(&app, &retainer).await.last().unwrap()).await;
        pay(&app, &retainer, 300_000, &format!("2026-{month}-15")).await;
    }
    app.clock_at("2026-04-01T10:00:00Z").await;
    let told = health(&app, Role::Owner, &retainer).await;
    assert_eq!((&told["state"], &told["band"]), (&json!("watch"), &json!("healthy")));
    assert_eq!(states(&told), ["watch"]);
    let sign = &told["signs"][0];
    assert_eq!((&sign["share"], &sign["retainer_name"]), (&json!(856), &json!("Support")));
    let erosion = &sign["erosion"];
    assert_eq!(erosion["shares"], json!([920, 888, 856]));
    assert_eq!((&erosion["cause"], &erosion["taken_minor"]), (&json!("hours"), &json!(16_000)));
    assert_eq!(listed(&app, Role::Owner).await["state"], "watch");
    // Who may not read margins is told nothing of it.
    let viewer = health(&app, Role::Viewer, &retainer).await;
    assert_eq!((states(&viewer), &viewer["state"]), (vec![], &json!("healthy")));
    assert_eq!(listed(&app, Role::Viewer).await["state"], "healthy");
}
