//! Time entries and the facts they leave.
use futures_util::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::api::Role;

use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, get, id, record, ten_hours};

on_both_engines![
    s2_07_what_is_delivered_is_of_one_retainer_and_one_cycle,
    a_change_is_a_reversal_and_a_new_fact,
    a_deletion_gives_the_time_back,
    a_reversal_after_the_close_gives_allowance_to_the_open_cycle,
    a_pool_that_blocks_refuses_the_whole_entry,
    time_that_does_not_draw_leaves_the_balance_alone,
    members_record_their_own_time_only,
    days_out_of_reach_are_refused_at_the_field,
    entries_are_listed_by_filters_and_pages,
    many_writers_at_once_lose_nothing,
    only_an_owner_hands_out_an_owners_password,
    a_cursor_beyond_the_calendar_is_of_no_page,
    an_entry_moves_to_no_day_whose_terms_lack_its_pool,
];

async fn retainer(app: &TestApp) -> Value {
    app.clock_at("2026-01-15T10:00:00Z").await;
    agree(app, ten_hours).await
}

fn entry_path(recorded: &Value) -> String {
    format!("/time-entries/{}", id(&recorded["entry"]))
}

/// Ten hours and four talks.
fn with_talks(account: &Value) -> Value {
    let mut body = ten_hours(account);
    let talks = json!({ "unit": "sessions", "key": "talks", "allowance": 4 });
    body["terms"]["pools"].as_array_mut().unwrap().push(talks);
    body
}

/// A session that took place.
async fn held(app: &TestApp, retainer: &Value, starts_at: &str) -> Value {
    let new = json!({ "retainer_id": retainer["id"], "starts_at": starts_at, "minutes": 60 });
    let booked = app.as_role(Role::Owner, "POST", "/sessions").json(&new);
    let booked = booked.expect(StatusCode::CREATED).await;
    let path = format!("/sessions/{}/settle", id(&booked["session"]));
    let settle = app.as_role(Role::Owner, "POST", &path).json(&json!({ "status": "completed" }));
    settle.expect(StatusCode::OK).await["session"].clone()
}

/// The cycles of a retainer, oldest first, and what was used in each: minutes and sessions.
async fn cycles(app: &TestApp, retainer: &Value) -> (Vec<Value>, Vec<[i64; 2]>) {
    let page = get(app, &format!("/retainers/{}/cycles", id(retainer))).await;
    let mut cycles = page["items"].as_array().unwrap().clone();
    cycles.sort_by_key(|cycle| cycle["seq"].as_i64());
    let used = |cycle: &Value| {
        [0_usize, 1].map(|pool| cycle["pools"][pool]["sums"]["used"].as_i64().unwrap())
    };
    let used = cycles.iter().map(used).collect();
    (cycles, used)
}

/// Source: requirement S2-7.
async fn s2_07_what_is_delivered_is_of_one_retainer_and_one_cycle(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let (one, other) = (agree(&app, with_talks).await, agree(&app, with_talks).await);
    let body = json!({ "worked_on": "2026-01-10", "minutes": 30 });
    let homeless = app.as_role(Role::Owner, "POST", "/time-entries").json(&body);
    homeless.faulty("/retainer_id", "required").await;
    let january = [
        record(&app, &one, "2026-01-10", 90).await["entry"].clone(),
        record(&app, &one, "2026-01-15", 30).await["entry"].clone(),
        held(&app, &one, "2026-01-14T09:00:00Z").await,
    ];
    record(&app, &other, "2026-01-10", 45).await;
    app.clock_at("2026-02-03T10:00:00Z").await;
    // What is written down late is of the cycle that is open, and says so.
    let february = [
        record(&app, &one, "2026-02-02", 20).await["entry"].clone(),
        record(&app, &one, "2026-01-31", 40).await["entry"].clone(),
        held(&app, &one, "2026-02-03T09:00:00Z").await,
    ];
    assert_eq!([&february[0]["late"], &february[1]["late"]], [&json!(false), &json!(true)]);
    let (both, used) = cycles(&app, &one).await;
    assert_eq!(used, [[120, 1], [60, 1]], "the sum of what was recorded, and nothing twice");
    for (cycle, delivered) in both.iter().zip([&january, &february]) {
        for thing in delivered {
            assert_eq!((&thing["retainer_id"], &thing["cycle_id"]), (&one["id"], &cycle["id"]));
        }
    }
    assert_eq!(cycles(&app, &other).await.1, [[45, 0], [0, 0]]);
    app.books_hold().await;
}

async fn a_change_is_a_reversal_and_a_new_fact(app: TestApp) {
    let retainer = retainer(&app).await;
    let wrong = record(&app, &retainer, "2026-01-10", 90).await;
    let change = app.as_role(Role::Owner, "PATCH", &entry_path(&wrong));
    let change = change.header("If-Match", "\"1\"").json(&json!({ "minutes": 60 }));
    let right = change.expect(StatusCode::OK).await;
    assert_eq!((&right["entry"]["minutes"], &right["balance"]["left"]), (&json!(60), &json!(540)));
    let ledger = app.as_role(Role::Owner, "GET", &format!("/retainers/{}/ledger", id(&retainer)));
    let ledger = ledger.expect(StatusCode::OK).await;
    let lines = ledger["items"].as_array().unwrap().iter();
    let told: Vec<(i64, i64)> = lines
        .map(|line| (line["quantity"].as_i64().unwrap(), line["balance"].as_i64().unwrap()))
        .collect();
    assert_eq!(told, [(600, 600), (-90, 510), (90, 600), (-60, 540)]);
    let stale = app.as_role(Role::Owner, "PATCH", &entry_path(&wrong));
    let stale = stale.header("If-Match", "\"1\"").json(&json!({ "minutes": 1 }));
    stale.expect(StatusCode::PRECONDITION_FAILED).await;
    app.books_hold().await;
}

async fn a_deletion_gives_the_time_back(app: TestApp) {
    let retainer = retainer(&app).await;
    let wrong = record(&app, &retainer, "2026-01-10", 90).await;
    let delete = || app.as_role(Role::Owner, "DELETE", &entry_path(&wrong));
    delete().expect(StatusCode::PRECONDITION_REQUIRED).await;
    let balance = delete().header("If-Match", "\"1\"").expect(StatusCode::OK).await;
    assert_eq!(balance["left"], 600);
    delete().header("If-Match", "\"2\"").expect(StatusCode::NOT_FOUND).await;
    let list = app.as_role(Role::Owner, "GET", "/time-entries").expect(StatusCode::OK).await;
    assert_eq!(list["items"], json!([]));
    app.books_hold().await;
}

async fn a_reversal_after_the_close_gives_allowance_to_the_open_cycle(app: TestApp) {
    let retainer = retainer(&app).await;
    let wrong = record(&app, &retainer, "2026-01-10", 100).await;
    app.clock_at("2026-02-03T10:00:00Z").await;
    let delete = app.as_role(Role::Owner, "DELETE", &entry_path(&wrong));
    let balance = delete.header("If-Match", "\"1\"").expect(StatusCode::OK).await;
    assert_eq!((&balance["seq"], &balance["granted"]), (&json!(2), &json!(600)));
    assert_eq!((&balance["adjusted"], &balance["opening"]), (&json!(100), &json!(300)));
    app.books_hold().await;
}

async fn a_pool_that_blocks_refuses_the_whole_entry(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let blocking = |account: &Value| {
        let mut body = ten_hours(account);
        body["terms"]["pools"][0]["overage"] = json!({ "mode": "block" });
        body
    };
    let retainer = agree(&app, blocking).await;
    record(&app, &retainer, "2026-01-10", 500).await;
    let body = json!({ "retainer_id": retainer["id"], "worked_on": "2026-01-11", "minutes": 101 });
    let refused = app.as_role(Role::Owner, "POST", "/time-entries").json(&body);
    assert_eq!(refused.expect(StatusCode::CONFLICT).await["code"], "insufficient_balance");
    let last = record(&app, &retainer, "2026-01-11", 100).await;
    assert_eq!(last["balance"]["left"], 0);
    // An end leaves less than was used; what is made smaller passes all the same, and only that.
    let end = app.as_role(Role::Owner, "POST", &format!("/retainers/{}/end", id(&retainer)));
    end.json(&json!({ "ends_on": "2026-01-20" })).send().await.unwrap();
    let path = format!("/time-entries/{}", id(&last["entry"]));
    let to = |minutes: i64, version: i64| {
        let change = app.as_role(Role::Owner, "PATCH", &path).version(version);
        change.json(&json!({ "minutes": minutes }))
    };
    let smaller = to(60, 1).expect(StatusCode::OK).await;
    assert!(smaller["balance"]["overage"].as_i64().unwrap() > 0, "{smaller}");
    assert_eq!(to(61, 2).expect(StatusCode::CONFLICT).await["code"], "insufficient_balance");
    in_steps(&app).await;
    app.books_hold().await;
}

/// Begun quarters draw, and are what a limit goes by. Source: domain 1.7.
async fn in_steps(app: &TestApp) {
    let quarters = |account: &Value| {
        let mut body = ten_hours(account);
        body["terms"]["pools"][0]["overage"] = json!({ "mode": "block" });
        body["terms"]["pools"][0]["time_step"] = json!({ "minutes": 15 });
        body
    };
    let retainer = agree(app, quarters).await;
    let recorded = record(app, &retainer, "2026-01-10", 37).await;
    let told = |of: &Value| {
        let left = of["balance"]["left"].as_i64().unwrap();
        (of["entry"]["minutes"].as_i64().unwrap(), of["entry"]["drawn"].as_i64().unwrap(), left)
    };
    assert_eq!(told(&recorded), (37, 45, 555));
    record(app, &retainer, "2026-01-11", 541).await;
    let body = json!({ "retainer_id": retainer["id"], "worked_on": "2026-01-11", "minutes": 1 });
    let refused = app.as_role(Role::Owner, "POST", "/time-entries").json(&body);
    assert_eq!(refused.expect(StatusCode::CONFLICT).await["code"], "insufficient_balance");
    // As many begun quarters draw as much.
    let change = app.as_role(Role::Owner, "PATCH", &entry_path(&recorded)).version(1);
    let same = change.json(&json!({ "minutes": 45 })).expect(StatusCode::OK).await;
    assert_eq!(told(&same), (45, 45, 0));
    let change = app.as_role(Role::Owner, "PATCH", &entry_path(&recorded)).version(2);
    let more = change.json(&json!({ "minutes": 46 })).expect(StatusCode::CONFLICT).await;
    assert_eq!(more["code"], "insufficient_balance");
    // What counts nothing takes no steps, and no rates.
    let wrong = |field: &'static str, value: Value| {
        let mut body = ten_hours(&json!(retainer["account_id"]));
        body["terms"]["pools"][0][field] = value;
        app.as_role(Role::Owner, "POST", "/retainers").json(&body)
    };
    let at = |field: &str| format!("/terms/pools/0/{field}");
    wrong("by_rate_card", json!(true)).faulty(&at("by_rate_card"), "not_allowed").await;
    wrong("time_step", json!({ "minutes": 1 }))
        .faulty(&at("time_step/minutes"), "out_of_range")
        .await;
}

async fn time_that_does_not_draw_leaves_the_balance_alone(app: TestApp) {
    let retainer = retainer(&app).await;
    let body = json!({
        "retainer_id": retainer["id"], "worked_on": "2026-01-10", "minutes": 45, "draws": false,
    });
    let recorded = app.as_role(Role::Owner, "POST", "/time-entries").json(&body);
    let recorded = recorded.expect(StatusCode::CREATED).await;
    assert_eq!(recorded["balance"]["left"], 600);
    let draws = app.as_role(Role::Owner, "PATCH", &entry_path(&recorded));
    let draws = draws.header("If-Match", "\"1\"").json(&json!({ "draws": true }));
    assert_eq!(draws.expect(StatusCode::OK).await["balance"]["left"], 555);
    at_the_rates_of_people(&app).await;
    app.books_hold().await;
}

/// Time draws money at what whoever worked is billed at on that day. Source: domain 1.6.
async fn at_the_rates_of_people(app: &TestApp) {
    let budget = |account: &Value| {
        let mut body = ten_hours(account);
        body["terms"]["pools"] = json!([{ "unit": "money", "allowance": 500_000,
            "hourly_rate_minor": 8_000, "by_rate_card": true }]);
        body
    };
    let retainer = agree(app, budget).await;
    let (owner, member) = (app.member(Role::Owner).await, app.member(Role::Member).await);
    let rate = async |whose: &Value, currency: &str, minor: i64, from: &str| {
        let hour = json!({ "amount_minor": minor, "currency": currency });
        let new = json!({ "member_id": whose, "kind": "bill", "hour": hour, "valid_from": from });
        app.as_role(Role::Owner, "POST", "/rates").json(&new).expect(StatusCode::CREATED).await
    };
    rate(&owner, "EUR", 9_500, "2026-01-01").await;
    rate(&member, "EUR", 15_000, "2026-01-12").await;
    rate(&member, "USD", 1, "2026-01-01").await;
    let work = async |whose: &Value, day: &str, minutes: i64| {
        let body = json!({ "retainer_id": retainer["id"], "worked_on": day, "minutes": minutes,
            "member_id": whose });
        let recorded = app.as_role(Role::Owner, "POST", "/time-entries").json(&body);
        recorded.expect(StatusCode::CREATED).await
    };
    let first = work(&owner, "2026-01-10", 720).await;
    assert_eq!(
        (&first["entry"]["drawn"], &first["entry"]["unit"]),
        (&json!(114_000), &json!("money"))
    );
    let left = work(&member, "2026-01-13", 240).await["balance"]["left"].clone();
    assert_eq!(left, 326_000, "12 h at 95.00 and 4 h at 150.00 of 5,000.00");
    // Who has no rate on that day draws what the terms say.
    let before = work(&member, "2026-01-11", 60).await;
    assert_eq!(before["entry"]["drawn"], 8_000);
    // A new rate prices nothing anew that was recorded before it, until it is recorded anew.
    rate(&owner, "EUR", 10_000, "2026-01-01").await;
    let change = |version: i64, body: Value| {
        app.as_role(Role::Owner, "PATCH", &entry_path(&first)).version(version).json(&body)
    };
    let noted = change(1, json!({ "note": "Concept" })).expect(StatusCode::OK).await;
    assert_eq!(noted["entry"]["drawn"], 114_000);
    let longer = change(2, json!({ "minutes": 721 })).expect(StatusCode::OK).await;
    assert_eq!(longer["entry"]["drawn"], 120_167);
    let priorities =
        get(app, &format!("/cycles/{}/priorities", longer["entry"]["cycle_id"].as_str().unwrap()))
            .await;
    assert_eq!(priorities["by_priority"][0]["drawn"], 120_167 + 60_000 + 8_000);
    let mut bare = budget(&retainer["account_id"]);
    bare["terms"]["pools"][0].as_object_mut().unwrap().remove("hourly_rate_minor");
    let refused = app.as_role(Role::Owner, "POST", "/retainers").json(&bare);
    refused.faulty("/terms/pools/0/hourly_rate_minor", "rate_needed").await;
}

async fn members_record_their_own_time_only(app: TestApp) {
    let retainer = retainer(&app).await;
    let me = app.as_role(Role::Owner, "GET", "/auth/me").expect(StatusCode::OK).await;
    let body = |member: &Value| {
        json!({
            "retainer_id": retainer["id"], "worked_on": "2026-01-10", "minutes": 30,
            "member_id": member,
        })
    };
    let as_member =
        |member: &Value| app.as_role(Role::Member, "POST", "/time-entries").json(&body(member));
    as_member(&me["member_id"]).expect(StatusCode::FORBIDDEN).await;
    let own = as_member(&Value::Null).expect(StatusCode::CREATED).await;
    let others = record(&app, &retainer, "2026-01-10", 30).await;
    let delete = |entry: &Value| {
        app.as_role(Role::Member, "DELETE", &entry_path(entry)).header("If-Match", "\"1\"")
    };
    delete(&others).expect(StatusCode::FORBIDDEN).await;
    delete(&own).expect(StatusCode::OK).await;
}

async fn days_out_of_reach_are_refused_at_the_field(app: TestApp) {
    let retainer = retainer(&app).await;
    for (day, code) in [("2025-12-31", "before_start"), ("2026-01-16", "future")] {
        let body = json!({ "retainer_id": retainer["id"], "worked_on": day, "minutes": 30 });
        let refused = app.as_role(Role::Owner, "POST", "/time-entries").json(&body);
        let problem = refused.expect(StatusCode::UNPROCESSABLE_ENTITY).await;
        assert_eq!(problem["errors"][0]["field"], "/worked_on");
        assert_eq!(problem["errors"][0]["code"], code);
    }
}

async fn entries_are_listed_by_filters_and_pages(app: TestApp) {
    let retainer = retainer(&app).await;
    for (day, minutes) in [("2026-01-05", 10), ("2026-01-06", 20), ("2026-01-07", 30)] {
        record(&app, &retainer, day, minutes).await;
    }
    let get = |path: String| app.as_role(Role::Viewer, "GET", &path).expect(StatusCode::OK);
    let first = get("/time-entries?limit=2".into()).await;
    let minutes = |page: &Value| -> Vec<i64> {
        let items = page["items"].as_array().unwrap().iter();
        items.map(|entry| entry["minutes"].as_i64().unwrap()).collect()
    };
    assert_eq!(minutes(&first), [30, 20]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = get(format!("/time-entries?limit=2&cursor={cursor}")).await;
    assert_eq!((minutes(&rest), rest["next_cursor"].clone()), (vec![10], Value::Null));
    let one = get("/time-entries?from=2026-01-06&to=2026-01-06".into()).await;
    assert_eq!(minutes(&one), [20]);
    assert_eq!(minutes(&get("/time-entries?q=big%20comp".into()).await), [30, 20, 10]);
    assert_eq!(minutes(&get("/time-entries?q=nobody".into()).await), Vec::<i64>::new());
}

async fn only_an_owner_hands_out_an_owners_password(app: TestApp) {
    let body = json!({ "member_id": app.member(Role::Owner).await });
    let invite = |role| app.as_role(role, "POST", "/invitations").json(&body);
    invite(Role::Admin).expect(StatusCode::FORBIDDEN).await;
    invite(Role::Owner).expect(StatusCode::CREATED).await;
}

async fn many_writers_at_once_lose_nothing(app: TestApp) {
    let retainer = retainer(&app).await;
    let body = json!({ "retainer_id": retainer["id"], "worked_on": "2026-01-10", "minutes": 7 });
    app.token("owner@home.example").await;
    let write = || app.as_role(Role::Owner, "POST", "/time-entries").json(&body).send();
    let mut written = 0;
    for answer in join_all((0..20).map(|_| write())).await {
        match answer.unwrap().status() {
            StatusCode::CREATED => written += 1,
            status => assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE),
        }
    }
    let path = format!("/retainers/{}", id(&retainer));
    let now = app.as_role(Role::Owner, "GET", &path).expect(StatusCode::OK).await;
    assert!(written > 0);
    assert_eq!(now["balances"][0]["used"], 7 * written);
    app.books_hold().await;
}

async fn a_cursor_beyond_the_calendar_is_of_no_page(app: TestApp) {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let key = |time: &str| {
        URL_SAFE_NO_PAD.encode(format!("[\"{time}\",\"0193a5b0-0000-7000-8000-000000000000\"]"))
    };
    let lists = [
        ("time-entries", "-9999-01-01"),
        ("deliverables", "-9999-01-01"),
        ("sessions", "-9999-01-01T00:00:00Z"),
    ];
    for (list, time) in lists {
        let path = format!("/{list}?cursor={}", key(time));
        app.as_role(Role::Owner, "GET", &path).faulty("cursor", "not_allowed").await;
        let path = format!("/{list}?cursor={}", key(&time.replacen("-9999", "2026", 1)));
        app.as_role(Role::Owner, "GET", &path).expect(200).await;
    }
}

/// What is drawn on is agreed by the terms of the day.
async fn an_entry_moves_to_no_day_whose_terms_lack_its_pool(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let care = |account: &Value| {
        let mut body = ten_hours(account);
        body["terms"]["pools"][0]["key"] = json!("care");
        body
    };
    let retainer = agree(&app, care).await;
    let recorded = record(&app, &retainer, "2026-01-10", 60).await;
    let mut terms = retainer["terms"]["terms"].clone();
    terms["pools"][0]["key"] = json!("build");
    let path = format!("/retainers/{}/amendments", id(&retainer));
    let amended = app.as_role(Role::Owner, "POST", &path).json(&json!({ "terms": terms }));
    amended.expect(StatusCode::CREATED).await;
    app.clock_at("2026-02-02T10:00:00Z").await;
    let to = |change: Value| {
        app.as_role(Role::Owner, "PATCH", &entry_path(&recorded)).version(1).json(&change)
    };
    to(json!({ "worked_on": "2026-02-01" })).faulty("/pool", "not_found").await;
    let moved = to(json!({ "worked_on": "2026-02-01", "pool": "build" }));
    let moved = moved.expect(StatusCode::OK).await;
    assert_eq!((&moved["entry"]["pool"], &moved["balance"]["used"]), (&json!("build"), &json!(60)));
    app.books_hold().await;
}
