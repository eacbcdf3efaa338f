//! Ends that move, terms that follow one another, and what is decided once.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::{only, renewals, set_rule, steps, until, won};
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, get, id};

on_both_engines![
    an_end_that_moves_is_reminded_of_anew,
    a_term_is_decided_once_and_again_only_if_its_end_moved,
    terms_of_two_terms_come_in_their_order,
    what_goes_on_in_its_grace_is_talked_about_again,
];

async fn end(app: &TestApp, retainer: &Value, day: Option<&str>) {
    let path = format!("/retainers/{}/end", id(retainer));
    let body = json!({ "ends_on": day });
    app.as_role(Role::Owner, "POST", &path).json(&body).expect(200).await;
}

async fn lost(app: &TestApp, renewal: &Value, body: Value) -> Value {
    let path = format!("/renewals/{}/lost", id(renewal));
    app.as_role(Role::Manager, "POST", &path).json(&body).expect(200).await
}

/// It was reminded of twice; then it ends three months later, and in the end sooner.
async fn an_end_that_moves_is_reminded_of_anew(app: TestApp) {
    app.clock_at("2026-05-01T10:00:00Z").await;
    let retainer = agree(&app, until(Some("2026-07-01"))).await;
    for day in ["2026-05-20", "2026-06-02", "2026-06-20"] {
        app.clock_at(&format!("{day}T10:00:00Z")).await;
    }
    // The owner of the organisation sees to it too.
    assert_eq!(steps(&app).await.len(), 3, "it began, 30 and 14 days are left");
    end(&app, &retainer, Some("2026-10-01")).await;
    app.clock_at("2026-06-20T10:00:20Z").await;
    assert_eq!(steps(&app).await.len(), 1, "what reminded of another day is past");
    assert_eq!(only(&app).await["reminded_days"], Value::Null);
    app.clock_at("2026-09-02T10:00:00Z").await;
    assert_eq!(steps(&app).await.len(), 2);
    end(&app, &retainer, Some("2026-09-10")).await;
    app.clock_at("2026-09-02T10:00:20Z").await;
    let left = steps(&app).await;
    let title = "Decide on the renewal of Monthly support: less than 15 days left";
    let sooner = |one: &&(String, String, String)| one.0 == title && one.2 == "2026-09-10";
    assert_eq!(left.iter().filter(sooner).count(), 1, "{left:?}");
    // Who sees to it from now on has what is to be done.
    let begun = only(&app).await;
    let path = format!("/renewals/{}", id(&begun));
    let manager = app.member(Role::Manager).await;
    let ask = app.as_role(Role::Manager, "PATCH", &path);
    let ask = ask.version(begun["version"].as_i64().unwrap());
    ask.json(&json!({ "owner_id": manager })).expect(200).await;
    let mine =
        get(&app, &format!("/tasks?state=open&owner_id={}", manager.as_str().unwrap())).await;
    assert_eq!(mine["items"].as_array().unwrap().len(), 2);
}

async fn a_term_is_decided_once_and_again_only_if_its_end_moved(app: TestApp) {
    app.clock_at("2026-05-20T10:00:00Z").await;
    let retainer = agree(&app, until(None)).await;
    let body = json!({ "retainer_id": retainer["id"] });
    let begin = || app.as_role(Role::Manager, "POST", "/renewals").json(&body);
    let begun = begin().expect(201).await;
    // Its last day is after the term: nobody asks about that end again.
    let later = json!({ "reason": "price", "ends_on": "2027-03-01" });
    lost(&app, &begun, later).await;
    begin().refused(ErrorCode::RenewalDecided).await;
    let told = get(&app, &format!("/retainers/{}/renewal-rule", id(&retainer))).await;
    assert_eq!((&told["due_on"], &told["opens_on"]), (&json!("2027-03-01"), &Value::Null));
    assert_eq!(get(&app, "/renewals?decided=false").await["next_opens_on"], Value::Null);
    app.clock_at("2027-01-20T10:00:00Z").await;
    assert_eq!(only(&app).await["stage"], "lost");
    let path = format!("/renewals/{}/reopen", id(&begun));
    let again = app.as_role(Role::Manager, "POST", &path).expect(200).await;
    assert_eq!((&again["stage"], &again["outcome"]), (&json!("negotiating"), &Value::Null));
    app.as_role(Role::Manager, "POST", &path).refused(ErrorCode::RenewalOpen).await;
    app.clock_at("2027-01-20T10:00:20Z").await;
    assert_eq!(only(&app).await["due_on"], "2027-03-01", "it follows the end that was agreed");
    won(&app, &again, json!({ "reason": "results", "ends_on": "2028-03-01" })).await;
    app.clock_at("2027-01-21T10:00:00Z").await;
    assert_eq!(only(&app).await["stage"], "won");
    // It was won, and the client leaves all the same.
    end(&app, &retainer, Some("2027-02-01")).await;
    app.clock_at("2027-01-21T10:00:20Z").await;
    let open = renewals(&app, "?decided=false").await;
    assert_eq!(open[0]["due_on"], "2027-02-01");
    lost(&app, &open[0], json!({ "reason": "change" })).await;
    app.clock_at("2027-02-03T10:00:00Z").await;
    assert!(renewals(&app, "?decided=false").await.is_empty());
}

/// Three cycles a term and notice of two months: what was won waits while the next one is won too.
async fn terms_of_two_terms_come_in_their_order(app: TestApp) {
    app.clock_at("2026-01-10T10:00:00Z").await;
    let retainer = agree(&app, until(None)).await;
    let rule = |notice: i64| json!({ "end_rule": "tacit", "term_cycles": 3, "notice_days": notice, "lead_days": 20 });
    let path = format!("/retainers/{}/renewal-rule", id(&retainer));
    app.clock_at("2026-01-10T10:00:20Z").await;
    let long = app.as_role(Role::Manager, "PUT", &path).version(1).json(&rule(90));
    long.faulty("/notice_days", "out_of_range").await;
    set_rule(&app, &retainer, rule(60)).await;
    let begun = || async {
        let body = json!({ "retainer_id": retainer["id"] });
        app.as_role(Role::Manager, "POST", "/renewals").json(&body).expect(201).await
    };
    let priced = |price: i64| {
        let mut terms = retainer["terms"]["terms"].clone();
        terms["price"]["amount_minor"] = json!(price);
        json!({ "reason": "results", "terms": terms })
    };
    let first = begun().await;
    assert_eq!(first["due_on"], "2026-04-01");
    won(&app, &first, priced(160_000)).await;
    let second = begun().await;
    assert_eq!(second["due_on"], "2026-07-01");
    won(&app, &second, priced(170_000)).await;
    let price = || async {
        let one = get(&app, &format!("/retainers/{}", id(&retainer))).await;
        one["terms"]["terms"]["price"]["amount_minor"].as_i64().unwrap()
    };
    let mut prices = Vec::new();
    for month in ["02", "03", "04", "05", "06", "07"] {
        app.clock_at(&format!("2026-{month}-02T10:00:00Z")).await;
        prices.push(price().await);
    }
    assert_eq!(prices, [150_000, 150_000, 160_000, 160_000, 160_000, 170_000]);
}

async fn what_goes_on_in_its_grace_is_talked_about_again(app: TestApp) {
    app.clock_at("2026-05-20T10:00:00Z").await;
    let graced = |account: &Value| {
        let mut body = until(Some("2026-07-01"))(account);
        body["terms"]["grace_days"] = json!(10);
        body
    };
    let retainer = agree(&app, graced).await;
    app.clock_at("2026-05-20T10:00:20Z").await;
    app.clock_at("2026-07-03T10:00:00Z").await;
    let lapsed = only(&app).await;
    assert_eq!((&lapsed["stage"], &lapsed["ended"]), (&json!("lapsed"), &json!(false)));
    set_rule(&app, &retainer, json!({ "end_rule": "stop" })).await;
    end(&app, &retainer, Some("2026-12-01")).await;
    app.clock_at("2026-07-03T10:00:20Z").await;
    let again = only(&app).await;
    assert_eq!((&again["stage"], &again["due_on"]), (&json!("upcoming"), &json!("2026-12-01")));
    // Back and forth, its term keeps its end.
    let keeps = json!({ "end_rule": "continue" });
    assert_eq!(set_rule(&app, &retainer, keeps).await["due_on"], "2026-12-01");
    set_rule(&app, &retainer, json!({ "end_rule": "stop" })).await;
    let one = get(&app, &format!("/retainers/{}", id(&retainer))).await;
    assert_eq!(one["ends_on"], "2026-12-01");
}
