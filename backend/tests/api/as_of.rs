//! What was known at the end of a day stays what it was, whatever is agreed later.
use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::api::Role;

use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, get, id, record, ten_hours};

on_both_engines![
    a_pause_agreed_later_is_left_out,
    an_end_agreed_later_is_left_out,
    terms_agreed_later_are_left_out,
    a_cycle_of_a_later_resumption_was_not_there,
    figures_of_a_day_are_taken_apart,
    what_is_told_of_a_day_stays,
];

/// 620 minutes from July on: 20 a day.
async fn july(app: &TestApp, now: &str) -> Value {
    app.clock_at(now).await;
    agree(app, |account| {
        let mut body = ten_hours(account);
        body["starts_on"] = json!(format!("{}-07-01", &now[..4]));
        body["terms"]["pools"][0]["allowance"] = json!(620);
        body
    })
    .await
}

async fn post(app: &TestApp, retainer: &Value, action: &str, body: Value) -> Value {
    let path = format!("/retainers/{}/{action}", id(retainer));
    let answer = app.as_role(Role::Owner, "POST", &path).json(&body).send().await.unwrap();
    assert!(answer.status().is_success(), "{action}: {}", answer.text().await.unwrap());
    answer.json().await.unwrap()
}

/// What is told of a retainer as of a day; its version is of today.
async fn as_of(app: &TestApp, retainer: &Value, day: &str) -> Value {
    let mut told = get(app, &format!("/retainers/{}?as_of={day}", id(retainer))).await;
    told.as_object_mut().unwrap().remove("version");
    told
}

/// What a pool is given until when, and what is left of it.
fn figures(balance: &Value) -> Value {
    json!([balance["granted"], balance["ends_on"], balance["left"]])
}

async fn a_pause_agreed_later_is_left_out(app: TestApp) {
    let retainer = july(&app, "2027-07-10T09:00:00Z").await;
    record(&app, &retainer, "2027-07-10", 60).await;
    app.clock_at("2027-07-19T09:00:00Z").await;
    let before = as_of(&app, &retainer, "2027-07-18").await;
    assert_eq!(figures(&before["balances"][0]), json!([620, "2027-08-01", 560]));
    let cut = post(&app, &retainer, "pause", json!({ "from": "2027-07-20" })).await;
    assert_eq!(figures(&cut["balances"][0]), json!([380, "2027-07-20", 320]));
    assert_eq!(as_of(&app, &retainer, "2027-07-18").await, before);
    let cycle = cut["balances"][0]["cycle_id"].as_str().unwrap();
    let path = |day: &str| format!("/cycles/{cycle}/balance?as_of={day}");
    assert_eq!(get(&app, &path("2027-07-18")).await, before["balances"][0]);
    assert_eq!(figures(&get(&app, &path("2027-07-19")).await), json!([380, "2027-07-20", 320]));
    let ledger = format!("/retainers/{}/ledger?as_of=", id(&retainer));
    for (day, brings) in [("2027-07-18", 620), ("2027-07-19", 380)] {
        let told = get(&app, &format!("{ledger}{day}")).await;
        assert_eq!((&told["items"][0]["quantity"], &told["total"]), (&json!(brings), &json!(2)));
    }
    let early = app.as_role(Role::Owner, "GET", &format!("{ledger}2027-06-30"));
    early.faulty("as_of", "out_of_range").await;
    // Of the pause it is not known on the 22nd that it ends on the 25th.
    app.clock_at("2027-07-24T09:00:00Z").await;
    post(&app, &retainer, "resume", json!({ "on": "2027-07-25" })).await;
    let paused = as_of(&app, &retainer, "2027-07-22").await;
    assert_eq!((&paused["pauses"][0]["to"], &paused["paused"]), (&Value::Null, &json!(true)));
    assert_eq!(as_of(&app, &retainer, "2027-07-18").await, before);
    app.books_hold().await;
}

async fn an_end_agreed_later_is_left_out(app: TestApp) {
    let retainer = july(&app, "2027-07-10T09:00:00Z").await;
    record(&app, &retainer, "2027-07-10", 60).await;
    app.clock_at("2027-07-15T09:00:00Z").await;
    let before = as_of(&app, &retainer, "2027-07-13").await;
    assert_eq!((&before["ends_on"], &before["settlement"]), (&Value::Null, &Value::Null));
    let end = json!({ "ends_on": "2027-07-20", "settlement": "none" });
    post(&app, &retainer, "end", end).await;
    assert_eq!(as_of(&app, &retainer, "2027-07-13").await, before);
    let agreed = as_of(&app, &retainer, "2027-07-15").await;
    assert_eq!(figures(&agreed["balances"][0]), json!([380, "2027-07-20", 320]));
    app.clock_at("2027-07-16T09:00:00Z").await;
    let end = json!({ "ends_on": "2027-07-22", "settlement": "prorate" });
    post(&app, &retainer, "end", end).await;
    assert_eq!(as_of(&app, &retainer, "2027-07-15").await, agreed);
    app.clock_at("2027-07-23T09:00:00Z").await;
    assert_eq!(as_of(&app, &retainer, "2027-07-23").await["state"], "ended");
    assert_eq!(as_of(&app, &retainer, "2027-07-13").await, before);
    assert_eq!(as_of(&app, &retainer, "2027-07-15").await, agreed);
    app.books_hold().await;
}

async fn terms_agreed_later_are_left_out(app: TestApp) {
    let retainer = july(&app, "2027-07-10T09:00:00Z").await;
    let before = as_of(&app, &retainer, "2027-07-10").await;
    assert_eq!((&before["terms"]["number"], &before["next_terms"]), (&json!(1), &Value::Null));
    for (now, effective, number) in
        [("2027-07-15T09:00:00Z", "next_cycle", 2), ("2027-07-16T09:00:00Z", "now", 3)]
    {
        app.clock_at(now).await;
        let mut terms = retainer["terms"]["terms"].clone();
        terms["pools"][0]["allowance"] = json!(620 + 310 * number);
        let change = json!({ "terms": terms, "effective": effective });
        post(&app, &retainer, "amendments", change).await;
        assert_eq!(as_of(&app, &retainer, "2027-07-10").await, before, "{number}");
    }
    let between = as_of(&app, &retainer, "2027-07-15").await;
    assert_eq!(
        (&between["terms"]["number"], &between["next_terms"]["number"]),
        (&json!(1), &json!(2))
    );
    app.books_hold().await;
}

async fn a_cycle_of_a_later_resumption_was_not_there(app: TestApp) {
    let retainer = july(&app, "2027-07-10T09:00:00Z").await;
    post(&app, &retainer, "pause", json!({ "from": "2027-07-25" })).await;
    // July closes where the pause begins.
    app.clock_at("2027-07-26T09:00:00Z").await;
    app.clock_at("2027-08-08T09:00:00Z").await;
    let known = as_of(&app, &retainer, "2027-08-07").await;
    assert_eq!(figures(&known["last_balances"][0]), json!([480, "2027-07-25", 480]));
    app.clock_at("2027-08-10T09:00:00Z").await;
    let resumed = post(&app, &retainer, "resume", json!({ "on": "2027-08-05" })).await;
    let cycle = resumed["balances"][0]["cycle_id"].as_str().unwrap();
    let then = as_of(&app, &retainer, "2027-08-07").await;
    assert_eq!((&then["paused"], &then["balances"]), (&json!(true), &json!([])));
    assert_eq!(then, known);
    let path = format!("/cycles/{cycle}/balance?as_of=2027-08-07");
    let refused = app.as_role(Role::Owner, "GET", &path).expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.await["errors"][0]["field"], "as_of");
    assert_eq!(as_of(&app, &retainer, "2027-08-10").await["paused"], false);
    // Nor was it once it has closed.
    app.clock_at("2027-09-10T09:00:00Z").await;
    assert_eq!(as_of(&app, &retainer, "2027-08-07").await, known);
    app.books_hold().await;
}

async fn figures_of_a_day_are_taken_apart(app: TestApp) {
    let retainer = july(&app, "2027-07-10T09:00:00Z").await;
    let entry = record(&app, &retainer, "2027-07-10", 60).await["entry"].clone();
    app.clock_at("2027-07-19T09:00:00Z").await;
    post(&app, &retainer, "pause", json!({ "from": "2027-07-20" })).await;
    let path = format!("/time-entries/{}", id(&entry));
    let delete = app.as_role(Role::Owner, "DELETE", &path).header("If-Match", "\"1\"");
    delete.expect(StatusCode::OK).await;
    let balances = |told: Value| told["balances"][0].clone();
    let then = balances(as_of(&app, &retainer, "2027-07-18").await);
    let now = balances(get(&app, &format!("/retainers/{}", id(&retainer))).await);
    for (balance, used, left) in [(&then, 60, 560), (&now, 0, 380)] {
        assert_eq!((&balance["used"], &balance["left"]), (&json!(used), &json!(left)));
        for figure in ["left", "available", "used", "overage", "carries", "lapses"] {
            let link = balance["explain"][figure].as_str().unwrap();
            let told = get(&app, link.trim_start_matches("/api/v1")).await;
            assert_eq!(told["value"], balance[figure], "{link}");
            let parts = told["parts"].as_array().unwrap().iter();
            let sum: i64 = parts.map(|part| part["value"].as_i64().unwrap()).sum();
            assert_eq!(json!(sum), balance[figure], "{link}");
        }
    }
    let early = format!("/explain/left/{}?as_of=2027-06-30", then["cycle_id"].as_str().unwrap());
    let refused = app.as_role(Role::Owner, "GET", &early).expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.await["errors"][0]["field"], "as_of");
}

/// Any history: what was answered at the end of each day is answered for that day ever after.
async fn what_is_told_of_a_day_stays(app: TestApp) {
    let mut done: BTreeMap<&str, usize> = BTreeMap::new();
    for year in 2027..=2029i32 {
        let retainer = july(&app, &format!("{year}-07-01T08:00:00Z")).await;
        let mut dice = Dice(year.unsigned_abs().into());
        let mut told: Vec<(String, Value)> = Vec::new();
        let start = NaiveDate::from_ymd_opt(year, 7, 1).unwrap();
        for today in start.iter_days().take(45) {
            let day = today.to_string();
            app.clock_at(&format!("{day}T09:00:00Z")).await;
            if let Some(action) = step(&app, &retainer, &mut dice, today).await {
                *done.entry(action).or_default() += 1;
            }
            told.push((day.clone(), as_of(&app, &retainer, &day).await));
        }
        for (day, then) in told {
            assert_eq!(as_of(&app, &retainer, &day).await, then, "{day}");
        }
    }
    // Each of them happened, more than once: a step that is always refused would prove nothing.
    for action in ["pause", "resume", "do without", "end", "run on", "now", "next_cycle", "time"] {
        assert!(done.get(action).is_some_and(|times| *times > 1), "{action}: {done:?}");
    }
    app.books_hold().await;
}

/// Something that people do, and what it was; what is refused that day is not done.
async fn step(
    app: &TestApp,
    retainer: &Value,
    dice: &mut Dice,
    today: NaiveDate,
) -> Option<&'static str> {
    let in_days = |days| (today + Days::new(days)).to_string();
    let ahead = in_days(1 + dice.below(20));
    let on = (today - Days::new(dice.below(4))).to_string();
    let now = get(app, &format!("/retainers/{}", id(retainer))).await;
    let resumes = if now["paused"] == true { "resume" } else { "do without" };
    let (what, action, body) = match dice.below(12) {
        0 => ("pause", "pause", json!({ "from": ahead })),
        1 => ("pause", "pause", json!({ "from": ahead, "to": in_days(22 + dice.below(9)) })),
        2 => (resumes, "resume", json!({ "on": on, "resume_anchor": "reset" })),
        3 => (resumes, "resume", json!({})),
        4 => ("end", "end", json!({ "ends_on": in_days(9 + dice.below(40)) })),
        5 => ("run on", "end", json!({})),
        6 | 7 => {
            let mut terms = retainer["terms"]["terms"].clone();
            terms["pools"][0]["allowance"] = json!(310 + 31 * dice.below(20));
            let effective = ["now", "next_cycle"][usize::from(dice.below(2) == 0)];
            (effective, "amendments", json!({ "terms": terms, "effective": effective }))
        }
        _ => {
            let body = json!({ "retainer_id": retainer["id"], "worked_on": on, "minutes": 45 });
            return done(app, ("time", "/time-entries"), &body).await;
        }
    };
    done(app, (what, &format!("/retainers/{}/{action}", id(retainer))), &body).await
}

/// What was done; none if it was refused, by a rule and not by a fault of the program.
async fn done(
    app: &TestApp,
    (what, path): (&'static str, &str),
    body: &Value,
) -> Option<&'static str> {
    let answer = app.as_role(Role::Owner, "POST", path).json(body).send().await.unwrap();
    let status = answer.status();
    let ruled = status == StatusCode::CONFLICT || status == StatusCode::UNPROCESSABLE_ENTITY;
    assert!(status.is_success() || ruled, "{what}: {status}");
    status.is_success().then_some(what)
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        let (factor, step) = (6_364_136_223_846_793_005, 1_442_695_040_888_963_407);
        self.0 = self.0.wrapping_mul(factor).wrapping_add(step);
        (self.0 >> 33) % limit
    }
}
