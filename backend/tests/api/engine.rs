//! What a retainer tells of pauses, of terms to come, of what was taken back, and what it refuses.
use serde_json::{Value, json};
use shared::api::Role;

use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, get, id, record, ten_hours};

on_both_engines![
    a_paused_retainer_tells_where_it_stood,
    each_paused_retainer_of_a_list_tells_its_own,
    a_pause_over_a_booked_session_is_refused,
    what_was_taken_back_is_told_as_it_drew,
    allowance_that_carries_is_told_with_its_life,
    a_currency_is_one_of_the_list,
    a_level_is_named_once,
    terms_for_a_day_to_come_survive_terms_that_hold_now,
    what_is_left_carries_only_if_the_retainer_goes_on,
];

async fn post(app: &TestApp, of: &Value, action: &str, body: Value) -> Value {
    let path = format!("/retainers/{}/{action}", id(of));
    let answer = app.as_role(Role::Owner, "POST", &path).json(&body).send().await.unwrap();
    assert!(answer.status().is_success(), "{action}: {}", answer.text().await.unwrap());
    answer.json().await.unwrap()
}

async fn january(app: &TestApp) -> Value {
    app.clock_at("2026-01-15T10:00:00Z").await;
    agree(app, ten_hours).await
}

/// 19 of 31 days bring 368 of 600 minutes; 100 are used, 268 wait.
async fn a_paused_retainer_tells_where_it_stood(app: TestApp) {
    let retainer = january(&app).await;
    record(&app, &retainer, "2026-01-10", 100).await;
    let running = post(&app, &retainer, "pause", json!({ "from": "2026-01-20" })).await;
    assert_eq!((&running["paused"], &running["last_balances"]), (&json!(false), &json!([])));
    // Its cycle has closed since; in grace it would still be open.
    for now in ["2026-01-25T10:00:00Z", "2026-04-25T10:00:00Z"] {
        app.clock_at(now).await;
        let one = get(&app, &format!("/retainers/{}", id(&retainer))).await;
        let all = get(&app, "/retainers").await;
        let account = format!("/accounts/{}", one["account_id"].as_str().unwrap());
        let account = get(&app, &account).await;
        assert_eq!(all["items"][0]["mrr"]["amount_minor"], 0, "a pause brings nothing: domain 7.4");
        for told in [&one, &all["items"][0], &account["retainers"][0]] {
            assert_eq!((&told["paused"], &told["balances"]), (&json!(true), &json!([])));
            let last = &told["last_balances"][0];
            let figures = [&last["used"], &last["available"], &last["carries"]];
            assert_eq!(figures, [&json!(100), &json!(368), &json!(268)], "{told}");
            assert_eq!(
                (&last["ends_on"], &last["status"]),
                (&json!("2026-01-20"), &json!("closed"))
            );
        }
    }
}

/// One closed before its pause, one within grace, one that runs.
async fn each_paused_retainer_of_a_list_tells_its_own(app: TestApp) {
    let closed = january(&app).await;
    let grace = agree(&app, |account| {
        let mut body = ten_hours(account);
        body["terms"]["grace_days"] = json!(10);
        body
    })
    .await;
    let running = agree(&app, ten_hours).await;
    record(&app, &closed, "2026-01-10", 100).await;
    record(&app, &grace, "2026-01-10", 50).await;
    for retainer in [&closed, &grace] {
        post(&app, retainer, "pause", json!({ "from": "2026-01-20" })).await;
    }
    app.clock_at("2026-01-25T10:00:00Z").await;
    let all = get(&app, "/retainers").await;
    let told = |retainer: &Value| {
        let mut items = all["items"].as_array().unwrap().iter();
        let one = items.find(|one| one["id"] == retainer["id"]).unwrap();
        let last = one["last_balances"].as_array().unwrap().iter();
        last.map(|last| json!([last["used"], last["status"]])).collect::<Vec<Value>>()
    };
    assert_eq!(told(&closed), [json!([100, "closed"])]);
    assert_eq!(told(&grace), [json!([50, "open"])]);
    assert_eq!(told(&running), Vec::<Value>::new());
}

async fn a_pause_over_a_booked_session_is_refused(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let retainer = agree(&app, |account| {
        let mut body = ten_hours(account);
        body["terms"]["pools"] = json!([{ "unit": "sessions", "allowance": 4 }]);
        body
    })
    .await;
    let session = json!({ "retainer_id": retainer["id"], "starts_at": "2026-01-20T09:00:00Z",
        "minutes": 60, "title": "Quarterly look ahead" });
    app.as_role(Role::Owner, "POST", "/sessions").json(&session).expect(201).await;
    let cases = [
        ("pause", "/from", json!({ "from": "2026-01-18", "to": "2026-01-25" })),
        ("pause", "/from", json!({ "from": "2026-01-20" })),
        ("end", "/ends_on", json!({ "ends_on": "2026-01-20" })),
    ];
    for (action, field, body) in cases {
        let path = format!("/retainers/{}/{action}", id(&retainer));
        let problem = app.as_role(Role::Owner, "POST", &path).json(&body).expect(422).await;
        let told = &problem["errors"][0];
        assert_eq!((&told["field"], &told["code"]), (&json!(field), &json!("session_booked")));
        let message = told["message"].as_str().unwrap();
        assert!(message.contains("Quarterly look ahead") && message.contains("20 January 2026"));
    }
    // The day after it is free.
    post(&app, &retainer, "pause", json!({ "from": "2026-01-21", "to": "2026-01-25" })).await;
    app.books_hold().await;
}

async fn what_was_taken_back_is_told_as_it_drew(app: TestApp) {
    let retainer = january(&app).await;
    let entry = record(&app, &retainer, "2026-01-10", 630).await["entry"].clone();
    record(&app, &retainer, "2026-01-11", 60).await;
    let path = format!("/time-entries/{}", id(&entry));
    app.as_role(Role::Owner, "DELETE", &path).version(&entry["version"]).expect(200).await;
    let cycle = entry["cycle_id"].as_str().unwrap();
    let ledger = format!("/retainers/{}/ledger?cycle_id={cycle}", id(&retainer));
    let told = async || {
        let items = get(&app, &ledger).await["items"].clone();
        let line = |line: &Value| {
            let lots = line["lots"].as_array().unwrap().iter();
            let lots: Vec<Value> = lots.map(|lot| lot["quantity"].clone()).collect();
            json!([line["kind"], line["quantity"], line["overage"], line["balance"], lots])
        };
        items.as_array().unwrap().iter().take(4).map(line).collect::<Vec<Value>>()
    };
    let expected = [
        json!(["grant", 600, 0, 600, [600]]),
        json!(["consume", -630, 30, 0, [-600]]),
        json!(["reverse", 630, -30, 600, [600]]),
        json!(["consume", -60, 0, 540, [-60]]),
    ];
    assert_eq!(told().await, expected);
    app.clock_at("2026-02-02T10:00:00Z").await;
    assert_eq!(told().await, expected, "frozen as it was told");
    app.books_hold().await;
}

/// One cycle of life: January's minutes are drawn by the end of February.
async fn allowance_that_carries_is_told_with_its_life(app: TestApp) {
    let retainer = january(&app).await;
    let entry = record(&app, &retainer, "2026-01-10", 60).await["entry"].clone();
    let cycle = entry["cycle_id"].as_str().unwrap();
    let path = format!("/retainers/{}/ledger?cycle_id={cycle}", id(&retainer));
    for now in ["2026-01-20T10:00:00Z", "2026-02-02T10:00:00Z"] {
        app.clock_at(now).await;
        let items = get(&app, &path).await["items"].clone();
        for line in items.as_array().unwrap().iter().take(2) {
            assert_eq!(line["lots"][0]["ends_on"], "2026-03-01", "{line}");
        }
    }
}

async fn a_currency_is_one_of_the_list(app: TestApp) {
    let retainer = january(&app).await;
    let mut body = ten_hours(&retainer["account_id"]);
    body["terms"]["price"]["currency"] = json!("XXZ");
    let problem = app.as_role(Role::Owner, "POST", "/retainers").json(&body).expect(422).await;
    let told = &problem["errors"][0];
    let expected = (&json!("/terms/price/currency"), &json!("currency_unknown"));
    assert_eq!((&told["field"], &told["code"]), expected);
}

async fn a_level_is_named_once(app: TestApp) {
    let retainer = january(&app).await;
    let mut body = ten_hours(&retainer["account_id"]);
    body["terms"]["pools"][0]["alert_levels"] = json!([80, 50, 80]);
    let problem = app.as_role(Role::Owner, "POST", "/retainers").json(&body).expect(422).await;
    let told = &problem["errors"][0];
    let field = json!("/terms/pools/0/alert_levels");
    assert_eq!((&told["field"], &told["code"]), (&field, &json!("exists")));
    body["terms"]["pools"][0]["alert_levels"] = json!([80, 50]);
    app.as_role(Role::Owner, "POST", "/retainers").json(&body).expect(201).await;
    let settings = format!("/retainers/{}/alert-settings", id(&retainer));
    let twice = json!({ "pools": [{ "pool": "hours", "percent": [80, 50, 80] }] });
    let put = app.as_role(Role::Owner, "PUT", &settings).version(0).json(&twice);
    assert_eq!(put.expect(422).await["errors"][0]["code"], "exists");
}

async fn terms_for_a_day_to_come_survive_terms_that_hold_now(app: TestApp) {
    let retainer = january(&app).await;
    let amendment = |allowance: i64, effective: &str| {
        let mut terms = retainer["terms"]["terms"].clone();
        terms["pools"][0]["allowance"] = json!(allowance);
        json!({ "terms": terms, "effective": effective })
    };
    post(&app, &retainer, "amendments", amendment(900, "next_cycle")).await;
    let path = format!("/retainers/{}/amendments/preview", id(&retainer));
    let preview =
        async |body: Value| app.as_role(Role::Owner, "POST", &path).json(&body).expect(200).await;
    let now = preview(amendment(700, "now")).await;
    assert_eq!((&now["until"], &now["replaces"]), (&json!("2026-02-01"), &Value::Null));
    let later = preview(amendment(800, "next_cycle")).await;
    assert_eq!((&later["until"], &later["replaces"]), (&Value::Null, &json!(2)));
    let amended = post(&app, &retainer, "amendments", amendment(700, "now")).await;
    assert_eq!(amended["terms"]["number"], 3);
    let next = &amended["next_terms"];
    let allowance = &next["terms"]["pools"][0]["allowance"];
    assert_eq!((&next["number"], allowance), (&json!(2), &json!(900)));
    app.clock_at("2026-02-02T10:00:00Z").await;
    let february = get(&app, &format!("/retainers/{}", id(&retainer))).await;
    assert_eq!(february["balances"][0]["granted"], 900);
    assert_eq!(february["terms"]["number"], 2);
    app.books_hold().await;
}

/// 100 of 600 minutes are unused when the term ends on 1 February.
async fn what_is_left_carries_only_if_the_retainer_goes_on(app: TestApp) {
    let renewals = [None, Some(json!({})), Some(json!({ "ends_on": "2027-02-01" }))];
    app.clock_at("2026-01-15T10:00:00Z").await;
    let mut made = Vec::new();
    for renewal in renewals {
        let retainer = agree(&app, |account| {
            let mut body = ten_hours(account);
            body["ends_on"] = json!("2026-02-01");
            body
        })
        .await;
        let recorded = record(&app, &retainer, "2026-01-10", 500).await;
        let balance = &recorded["balance"];
        assert_eq!((&balance["carries"], &balance["lapses"]), (&json!(0), &json!(100)));
        if let Some(renewal) = &renewal {
            let renewed = post(&app, &retainer, "end", renewal.clone()).await;
            assert_eq!(renewed["balances"][0]["carries"], 100);
        }
        made.push((retainer, renewal));
    }
    app.clock_at("2026-02-02T10:00:00Z").await;
    for (retainer, renewal) in made {
        let after = get(&app, &format!("/retainers/{}", id(&retainer))).await;
        match renewal {
            None => assert_eq!(after["state"], "ended"),
            Some(_) => assert_eq!(after["balances"][0]["opening"], 100),
        }
    }
    app.books_hold().await;
}
