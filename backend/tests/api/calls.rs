//! Calls that come again: booked ahead, each day once. Source: requirement S1-2.
use backend::tick;
use futures_util::future::join;
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use crate::app::{Answer, TestApp};
use crate::retainers::{agree, get, id, ten_hours};
use crate::{lifecycle, on_both_engines};

mod changes;
mod obstacles;
mod preparation;

on_both_engines![
    s1_02_calls_come_by_themselves_at_the_same_hour_where_the_client_is,
    s1_02_each_day_is_booked_once_whoever_looks,
    s1_02_what_somebody_moved_or_removed_is_theirs,
    s1_02_another_rule_moves_what_nobody_touched,
    s1_02_what_cannot_be_booked_is_told_and_tried_again,
    s1_02_in_a_pause_and_after_the_end_no_call_is_booked,
    s1_02_a_call_that_draws_on_nothing_leaves_the_balance,
    faults_of_a_rule_are_told_at_their_fields,
    people_have_their_own_calls_booked,
];

/// Ten hours a month in Berlin.
async fn hours(app: &TestApp) -> Value {
    app.clock_at("2026-03-02T09:00:00Z").await;
    let active = |account: &Value| {
        let mut body = ten_hours(account);
        body["activate"] = json!(true);
        body
    };
    agree(app, active).await
}

/// Two coaching sessions a month and no more.
async fn coaching(app: &TestApp) -> Value {
    app.clock_at("2026-03-02T09:00:00Z").await;
    let sessions = |account: &Value| {
        json!({
            "account_id": account, "name": "Coaching", "starts_on": "2026-03-01",
            "timezone": "Europe/Berlin", "activate": true,
            "terms": {
                "price": { "amount_minor": 80_000, "currency": "EUR" },
                "pools": [{ "unit": "sessions", "allowance": 2, "overage": { "mode": "block" } }],
            },
        })
    };
    agree(app, sessions).await
}

/// Half an hour at 09:30 on each Tuesday from 3 March.
fn tuesdays(more: Value) -> Value {
    let mut body = json!({
        "rhythm": "weekly", "weekdays": ["tuesday"], "minute_of_day": 570, "minutes": 30,
        "title": "Weekly call", "first_on": "2026-03-03",
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

async fn rule(app: &TestApp, retainer: &Value, body: &Value) -> Value {
    let path = format!("/retainers/{}/call-rules", id(retainer));
    app.as_role(Role::Owner, "POST", &path).json(body).expect(201).await
}

async fn again(app: &TestApp, rule: &Value) -> Value {
    get(app, &format!("/call-rules/{}", id(rule))).await
}

async fn replace(app: &TestApp, rule: &Value, body: &Value) -> Value {
    let path = format!("/call-rules/{}", id(rule));
    let put = app.as_role(Role::Owner, "PUT", &path).version(&rule["version"]);
    put.json(body).expect(200).await
}

/// The sessions there are, by their start.
async fn sessions(app: &TestApp) -> Vec<Value> {
    get(app, "/sessions?limit=200").await["items"].as_array().unwrap().clone()
}

/// When they begin, as "03-03T08:30".
async fn starts(app: &TestApp) -> Vec<String> {
    let of = |one: &Value| one["starts_at"].as_str().unwrap()[5..16].to_owned();
    sessions(app).await.iter().map(of).collect()
}

fn change(app: &TestApp, method: &str, session: &Value) -> crate::ask::Ask {
    let path = format!("/sessions/{}", id(session));
    app.as_role(Role::Owner, method, &path).version(&session["version"])
}

async fn s1_02_calls_come_by_themselves_at_the_same_hour_where_the_client_is(app: TestApp) {
    let retainer = hours(&app).await;
    let made = rule(&app, &retainer, &tuesdays(json!({}))).await;
    // Eight weeks, at 09:30 in Berlin: clocks go forward on 29 March.
    let expected = [
        "03-03T08:30",
        "03-10T08:30",
        "03-17T08:30",
        "03-24T08:30",
        "03-31T07:30",
        "04-07T07:30",
        "04-14T07:30",
        "04-21T07:30",
    ];
    assert_eq!(starts(&app).await, expected);
    let first = &sessions(&app).await[0];
    assert_eq!((&first["title"], &first["minutes"]), (&json!("Weekly call"), &json!(30)));
    assert_eq!((&first["units"], &first["pool"]), (&json!(0), &json!("hours")));
    let next: Vec<&str> =
        made["next"].as_array().unwrap().iter().map(|one| one["on"].as_str().unwrap()).collect();
    assert_eq!(next, ["2026-03-03", "2026-03-10", "2026-03-17"]);
    assert_eq!(made["next"][0]["session_id"], first["id"]);
    assert_eq!(made["not_booked"], Value::Null);
    let listed = get(&app, &format!("/retainers/{}/call-rules", id(&retainer))).await;
    assert_eq!(listed["items"], json!([made]));
    // A week later there is one more.
    app.clock_at("2026-03-10T09:00:00Z").await;
    assert_eq!(starts(&app).await.last().unwrap(), "05-05T07:30");
    assert_eq!(sessions(&app).await.len(), 10);
    // Once it is over, nothing is booked any more.
    let over =
        replace(&app, &again(&app, &made).await, &tuesdays(json!({ "last_on": "2026-03-24" })))
            .await;
    assert_eq!(over["next"].as_array().unwrap().len(), 2);
    assert_eq!(starts(&app).await.last().unwrap(), "03-24T08:30");
    app.clock_at("2026-04-30T09:00:00Z").await;
    assert_eq!(sessions(&app).await.len(), 4);
    assert_eq!(again(&app, &made).await["next"], json!([]));
    app.books_hold().await;
}

async fn s1_02_each_day_is_booked_once_whoever_looks(app: TestApp) {
    let retainer = hours(&app).await;
    rule(&app, &retainer, &tuesdays(json!({}))).await;
    let weekly = json!({ "weekdays": ["monday", "friday"], "title": null });
    rule(&app, &retainer, &tuesdays(weekly)).await;
    let before = sessions(&app).await.len();
    // Two servers look at once, and once more.
    assert!(app.clock.advance("2026-03-09T23:30:00Z".parse().unwrap()));
    let now = app.clock.now();
    let (one, other) = join(tick::run(&app.db, now), tick::run(&app.db, now)).await;
    assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
    tick::run(&app.db, now).await.unwrap();
    let all = starts(&app).await;
    assert_eq!(all.len(), before + 4);
    let mut once = all.clone();
    once.dedup();
    assert_eq!(all, once);
    assert_eq!(get(&app, "/job-faults").await["items"], json!([]));
    app.books_hold().await;
}

async fn s1_02_what_somebody_moved_or_removed_is_theirs(app: TestApp) {
    let retainer = hours(&app).await;
    let made = rule(&app, &retainer, &tuesdays(json!({}))).await;
    let all = sessions(&app).await;
    let moved = json!({ "starts_at": "2026-03-11T10:00:00Z" });
    change(&app, "PATCH", &all[1]).json(&moved).expect(200).await;
    change(&app, "DELETE", &all[2]).expect(200).await;
    app.clock_at("2026-03-03T23:30:00Z").await;
    let expected = [
        "03-03T08:30",
        "03-11T10:00",
        "03-24T08:30",
        "03-31T07:30",
        "04-07T07:30",
        "04-14T07:30",
        "04-21T07:30",
        "04-28T07:30",
    ];
    assert_eq!(starts(&app).await, expected);
    let told = again(&app, &made).await;
    let next = told["next"].as_array().unwrap();
    assert_eq!(next[0]["on"], "2026-03-10");
    assert_eq!(next[0]["starts_at"], "2026-03-11T10:00:00Z");
    assert_eq!(next[1]["on"], "2026-03-24");
    // The end of the rule leaves it, too.
    let path = format!("/call-rules/{}", id(&made));
    let end = || app.as_role(Role::Owner, "DELETE", &path);
    end().refused(ErrorCode::IfMatchMissing).await;
    end().version(7).refused(ErrorCode::Stale).await;
    end().version(&told["version"]).expect(204).await;
    assert_eq!(starts(&app).await, ["03-03T08:30", "03-11T10:00"]);
    app.as_role(Role::Owner, "GET", &path).refused(ErrorCode::NotFound).await;
    app.clock_at("2026-03-20T09:00:00Z").await;
    assert_eq!(sessions(&app).await.len(), 2);
    app.books_hold().await;
}

async fn s1_02_another_rule_moves_what_nobody_touched(app: TestApp) {
    let retainer = hours(&app).await;
    let made = rule(&app, &retainer, &tuesdays(json!({}))).await;
    let all = sessions(&app).await;
    let moved = json!({ "starts_at": "2026-03-11T10:00:00Z" });
    change(&app, "PATCH", &all[1]).json(&moved).expect(200).await;
    change(&app, "DELETE", &all[2]).expect(200).await;
    app.clock_at("2026-03-04T09:00:00Z").await;
    let thursdays = json!({ "weekdays": ["thursday"], "minute_of_day": 600, "title": "Check-in" });
    let told = replace(&app, &again(&app, &made).await, &tuesdays(thursdays)).await;
    // What was held, what was moved and what was removed stand for the calls of their weeks.
    let expected = [
        "03-03T08:30",
        "03-11T10:00",
        "03-26T09:00",
        "04-02T08:00",
        "04-09T08:00",
        "04-16T08:00",
        "04-23T08:00",
    ];
    let now = starts(&app).await;
    assert_eq!(now, expected);
    // What was moved is the same session still.
    let kept: Vec<Value> = sessions(&app).await;
    assert!(kept.iter().any(|one| one["id"] == all[3]["id"] && one["title"] == "Check-in"));
    assert_eq!(told["next"][0]["on"], "2026-03-12");
    // Somebody else holds them: those are other sessions.
    let member = app.member(Role::Member).await;
    let body =
        tuesdays(json!({ "weekdays": ["thursday"], "minute_of_day": 600, "member_id": member }));
    let told = replace(&app, &told, &body).await;
    assert_eq!(told["rule"]["member_id"], member);
    let all = sessions(&app).await;
    assert_eq!(starts(&app).await, now);
    let theirs = all.iter().filter(|one| one["member_id"] == member).count();
    assert_eq!(theirs, now.len() - 2);
    let old = json!({ "weekdays": ["monday"] });
    let path = format!("/call-rules/{}", id(&made));
    let put = app.as_role(Role::Owner, "PUT", &path).version(1).json(&tuesdays(old));
    put.refused(ErrorCode::Stale).await;
    app.books_hold().await;
}

async fn s1_02_what_cannot_be_booked_is_told_and_tried_again(app: TestApp) {
    let retainer = coaching(&app).await;
    let made = rule(&app, &retainer, &tuesdays(json!({ "units": 1 }))).await;
    // Two a month: of five in March and three in April four are there.
    assert_eq!(starts(&app).await, ["03-03T08:30", "03-10T08:30", "04-07T07:30", "04-14T07:30"]);
    let missed = json!({ "on": "2026-03-17", "reason": "insufficient_balance", "count": 4 });
    assert_eq!(made["not_booked"], missed);
    // It is not lost: what is bought is booked within the hour.
    let bought = json!({ "retainer_id": retainer["id"], "kind": "purchase", "quantity": 3,
        "on": "2026-03-02", "pool": "sessions", "reason": "Three more" });
    app.as_role(Role::Owner, "POST", "/adjustments").json(&bought).expect(201).await;
    app.clock_at("2026-03-02T10:30:00Z").await;
    assert_eq!(again(&app, &made).await["not_booked"]["count"], 1);
    assert_eq!(sessions(&app).await.len(), 7);
    app.books_hold().await;
}

async fn s1_02_in_a_pause_and_after_the_end_no_call_is_booked(app: TestApp) {
    let retainer = hours(&app).await;
    let made = rule(&app, &retainer, &tuesdays(json!({}))).await;
    let pause = json!({ "from": "2026-03-10", "to": "2026-03-25" });
    lifecycle::post(&app, &retainer, "pause", pause).await;
    // What was booked for it goes with the next look, and is told.
    app.clock_at("2026-03-03T00:30:00Z").await;
    let expected =
        ["03-03T08:30", "03-31T07:30", "04-07T07:30", "04-14T07:30", "04-21T07:30", "04-28T07:30"];
    assert_eq!(starts(&app).await, expected);
    let missed = json!({ "on": "2026-03-10", "reason": "no_service", "count": 3 });
    assert_eq!(again(&app, &made).await["not_booked"], missed);
    // Service resumes earlier: they are booked again.
    lifecycle::post(&app, &retainer, "resume", json!({ "on": "2026-03-10" })).await;
    app.clock_at("2026-03-03T01:45:00Z").await;
    assert_eq!(again(&app, &made).await["not_booked"], Value::Null);
    assert_eq!(sessions(&app).await.len(), 9);
    // Calls that draw on nothing keep no retainer from ending.
    lifecycle::post(&app, &retainer, "end", json!({ "ends_on": "2026-04-01" })).await;
    app.clock_at("2026-03-04T00:30:00Z").await;
    let told = again(&app, &made).await;
    assert_eq!(told["not_booked"]["on"], "2026-04-07");
    assert_eq!(starts(&app).await.last().unwrap(), "03-31T07:30");
    app.books_hold().await;
}

async fn s1_02_a_call_that_draws_on_nothing_leaves_the_balance(app: TestApp) {
    let retainer = hours(&app).await;
    rule(&app, &retainer, &tuesdays(json!({}))).await;
    let left = || async {
        let told = get(&app, &format!("/retainers/{}", id(&retainer))).await;
        let of = told["balances"][0].clone();
        ["used", "committed", "left"].map(|name| of[name].as_i64().unwrap())
    };
    let [used, committed, before] = left().await;
    assert_eq!((used, committed), (0, 0));
    let first = sessions(&app).await[0].clone();
    app.clock_at("2026-03-03T10:00:00Z").await;
    let settle = format!("/sessions/{}/settle", id(&first));
    let held = json!({ "status": "completed" });
    let told = app.as_role(Role::Owner, "POST", &settle).json(&held).expect(200).await;
    assert_eq!(
        (&told["reason"]["charged"], &told["reason"]["text"]),
        (&json!(0), &json!("held: it draws on nothing"))
    );
    assert_eq!(left().await, [0, 0, before]);
    // A person books one likewise, and an end of the retainer is not kept by them.
    let call = json!({ "retainer_id": retainer["id"], "starts_at": "2026-03-20T10:00:00Z",
        "minutes": 20, "units": 0 });
    let booked = app.as_role(Role::Owner, "POST", "/sessions").json(&call).expect(201).await;
    let to_draw = change(&app, "PATCH", &booked["session"]).json(&json!({ "units": 1 }));
    to_draw.faulty("/units", "no_session_pool").await;
    // What nobody settled is drawn by no close.
    app.clock_at("2026-04-02T10:00:00Z").await;
    let [used, committed, _] = left().await;
    assert_eq!((used, committed), (0, 0));
    app.books_hold().await;
}

async fn faults_of_a_rule_are_told_at_their_fields(app: TestApp) {
    let retainer = hours(&app).await;
    let path = format!("/retainers/{}/call-rules", id(&retainer));
    let nobody = json!("0193a5b0-0000-7000-8000-000000000000");
    for (field, code, more) in [
        ("/weekdays", "required", json!({ "weekdays": [] })),
        ("/nth", "required", json!({ "rhythm": "monthly_by_weekday" })),
        ("/day", "not_allowed", json!({ "day": 3 })),
        ("/minute_of_day", "out_of_range", json!({ "minute_of_day": 1_440 })),
        ("/every", "out_of_range", json!({ "every": 13 })),
        ("/last_on", "not_later", json!({ "last_on": "2026-03-02" })),
        ("/pool", "no_session_pool", json!({ "units": 1 })),
        ("/pool", "not_found", json!({ "units": 1, "pool": "hours" })),
        ("/member_id", "not_found", json!({ "member_id": nobody })),
    ] {
        let post = app.as_role(Role::Owner, "POST", &path).json(&tuesdays(more));
        post.faulty(field, code).await;
    }
    assert_eq!(sessions(&app).await, Vec::<Value>::new());
    let path = "/retainers/0193a5b0-0000-7000-8000-000000000000/call-rules";
    let post = app.as_role(Role::Owner, "POST", path).json(&tuesdays(json!({})));
    post.refused(ErrorCode::NotFound).await;
    app.as_role(Role::Owner, "GET", path).refused(ErrorCode::NotFound).await;
}

async fn people_have_their_own_calls_booked(app: TestApp) {
    let retainer = hours(&app).await;
    let path = format!("/retainers/{}/call-rules", id(&retainer));
    let others = tuesdays(json!({ "member_id": app.member(Role::Owner).await }));
    let as_member = |body: &Value| app.as_role(Role::Member, "POST", &path).json(body);
    as_member(&others).refused(ErrorCode::Forbidden).await;
    let own = as_member(&tuesdays(json!({}))).expect(201).await;
    assert_eq!(own["rule"]["member_id"], app.member(Role::Member).await);
    let owners = rule(&app, &retainer, &tuesdays(json!({ "weekdays": ["friday"] }))).await;
    let of = |rule: &Value| format!("/call-rules/{}", id(rule));
    let end = |rule: &Value| app.as_role(Role::Member, "DELETE", &of(rule)).version(1);
    end(&owners).refused(ErrorCode::Forbidden).await;
    end(&own).expect(204).await;
    app.as_role(Role::Viewer, "GET", &of(&owners)).expect(200).await;
    app.as_role(Role::Viewer, "POST", &path).json(&others).refused(ErrorCode::Forbidden).await;
}
