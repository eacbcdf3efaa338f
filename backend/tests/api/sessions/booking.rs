//! Booking, moving and removing: holds lower what can be booked, not the balance.
use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::{book, figures, get, now, of, path, post, retainer};
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, id, record, ten_hours};

on_both_engines![
    a_booking_reserves_its_units,
    a_session_counts_on_its_day_where_the_client_is,
    a_pool_that_blocks_is_not_booked_beyond_what_is_left,
    bookings_that_count_on_what_carries_are_kept,
    of_two_at_once_one_gets_the_last,
    a_session_is_moved_and_renamed,
    a_booking_that_is_removed_frees_its_units,
    people_book_their_own_sessions,
    faults_are_told_at_their_fields,
    sessions_are_listed_by_time_and_filters,
    bookings_of_a_day_are_those_known_then,
];

async fn a_booking_reserves_its_units(app: TestApp) {
    let retainer = retainer(&app, json!({})).await;
    let more = json!({ "units": 2, "title": " Kick-off ", "note": "Bring the plan" });
    let booked = post(&app, &retainer, more).expect(201).await;
    let session = &booked["session"];
    assert_eq!((&session["state"], &session["units"]), (&json!("booked"), &json!(2)));
    assert_eq!((&session["title"], &session["pool"]), (&json!("Kick-off"), &json!("sessions")));
    assert_eq!(
        (&session["on"], &session["timezone"]),
        (&json!("2026-01-20"), &json!("Europe/Berlin"))
    );
    assert_eq!((&session["cycle_id"], &session["settled_at"]), (&Value::Null, &Value::Null));
    assert_eq!(figures(&booked["balance"]), [0, 2, 0, 4]);
    assert_eq!(now(&app, &retainer).await, [0, 2, 0, 4]);
    let list = get(&app, "/retainers").await;
    assert_eq!(figures(&list["items"][0]["balances"][0]), [0, 2, 0, 4]);
    assert_eq!(get(&app, &path(&booked)).await, *session);
    // Beyond the allowance the meter warns, where the pool does not block.
    let over = post(&app, &retainer, json!({ "units": 3 })).expect(201).await;
    assert_eq!(over["balance"]["state"], "will_go_over");
    app.books_hold().await;
}

async fn a_session_counts_on_its_day_where_the_client_is(app: TestApp) {
    let retainer = retainer(&app, json!({})).await;
    // In Berlin it is the first of February already.
    let february = book(&app, &retainer, "2026-01-31T23:30:00Z").await;
    assert_eq!(
        (&february["session"]["on"], &february["balance"]["seq"]),
        (&json!("2026-02-01"), &json!(2))
    );
    assert_eq!(figures(&february["balance"]), [0, 1, 0, 4]);
    assert_eq!(now(&app, &retainer).await, [0, 0, 0, 4]);
    // A cycle that is not made yet has no balance; the last one that is made is told.
    let may = book(&app, &retainer, "2026-05-05T09:00:00Z").await;
    assert_eq!((&may["balance"]["seq"], figures(&may["balance"])), (&json!(2), [0, 1, 0, 4]));
    // What nobody settled when its cycle closed was drawn there.
    book(&app, &retainer, "2026-01-20T09:00:00Z").await;
    app.clock_at("2026-02-03T10:00:00Z").await;
    assert_eq!(now(&app, &retainer).await, [0, 1, 0, 4]);
    let cycles = get(&app, &format!("/retainers/{}/cycles", id(&retainer))).await;
    let january = format!("/cycles/{}/balance", id(&cycles["items"][1]));
    assert_eq!(figures(&get(&app, &january).await), [1, 0, 0, 3]);
    app.books_hold().await;
}

async fn a_pool_that_blocks_is_not_booked_beyond_what_is_left(app: TestApp) {
    let retainer = retainer(&app, json!({ "overage": { "mode": "block" } })).await;
    let three = post(&app, &retainer, json!({ "units": 3 })).expect(201).await;
    assert_eq!(figures(&three["balance"]), [0, 3, 0, 4]);
    post(&app, &retainer, json!({ "units": 2 })).refused(ErrorCode::InsufficientBalance).await;
    post(&app, &retainer, json!({})).expect(201).await;
    post(&app, &retainer, json!({})).refused(ErrorCode::InsufficientBalance).await;
    let more = of(&app, "PATCH", &three).json(&json!({ "units": 4 }));
    more.refused(ErrorCode::InsufficientBalance).await;
    // Each month has its own, also one that is not made yet.
    let day = |day: &str, units: i64| {
        post(&app, &retainer, json!({ "starts_at": format!("{day}T09:00:00Z"), "units": units }))
    };
    day("2026-02-03", 4).expect(201).await;
    day("2026-07-07", 5).refused(ErrorCode::InsufficientBalance).await;
    day("2026-07-07", 4).expect(201).await;
    day("2026-07-08", 1).refused(ErrorCode::InsufficientBalance).await;
    // Moved within its month it needs no more than it has.
    let moved = of(&app, "PATCH", &three).json(&json!({ "starts_at": "2026-01-22T09:00:00Z" }));
    let moved = moved.expect(200).await;
    let moved = of(&app, "PATCH", &moved).json(&json!({ "starts_at": "2026-02-10T09:00:00Z" }));
    moved.refused(ErrorCode::InsufficientBalance).await;
    app.books_hold().await;
}

async fn bookings_that_count_on_what_carries_are_kept(app: TestApp) {
    let rules = json!({ "overage": { "mode": "block" }, "rollover": { "max_cycles": 1 } });
    let retainer = retainer(&app, rules).await;
    let day = |day: &str, units: i64| {
        post(&app, &retainer, json!({ "starts_at": format!("{day}T09:00:00Z"), "units": units }))
    };
    day("2026-01-20", 2).expect(201).await;
    // Two of January carry, besides the four of February; not the two that are booked.
    day("2026-02-03", 7).refused(ErrorCode::InsufficientBalance).await;
    day("2026-02-03", 6).expect(201).await;
    // What February counts on is not to be had in January any more.
    day("2026-01-21", 1).refused(ErrorCode::InsufficientBalance).await;
    app.books_hold().await;
}

async fn of_two_at_once_one_gets_the_last(app: TestApp) {
    let retainer = retainer(&app, json!({ "overage": { "mode": "block" } })).await;
    post(&app, &retainer, json!({ "units": 3 })).expect(201).await;
    app.token("owner@home.example").await;
    let answers = join_all((0..8).map(|_| post(&app, &retainer, json!({})).send())).await;
    let made = answers.into_iter().filter(|answer| answer.as_ref().unwrap().status() == 201);
    assert_eq!(made.count(), 1);
    assert_eq!(now(&app, &retainer).await, [0, 4, 0, 4]);
}

async fn a_session_is_moved_and_renamed(app: TestApp) {
    let retainer = retainer(&app, json!({})).await;
    let booked = book(&app, &retainer, "2026-01-20T09:00:00Z").await;
    let change =
        json!({ "starts_at": "2026-02-03T14:00:00.5+01:00", "minutes": 90, "title": "Plan" });
    let moved = of(&app, "PATCH", &booked).json(&change).expect(200).await;
    let session = &moved["session"];
    assert_eq!(
        (&session["starts_at"], &session["on"]),
        (&json!("2026-02-03T13:00:00Z"), &json!("2026-02-03"))
    );
    assert_eq!((&session["minutes"], &session["title"]), (&json!(90), &json!("Plan")));
    assert_eq!((&session["version"], &moved["balance"]["seq"]), (&json!(2), &json!(2)));
    assert_eq!(now(&app, &retainer).await, [0, 0, 0, 4]);
    of(&app, "PATCH", &booked).json(&change).refused(ErrorCode::Stale).await;
    let bare = app.as_role(Role::Owner, "PATCH", &path(&booked)).json(&change);
    bare.refused(ErrorCode::IfMatchMissing).await;
    let early = of(&app, "PATCH", &moved).json(&json!({ "starts_at": "2025-12-31T09:00:00Z" }));
    early.faulty("/starts_at", "before_start").await;
    let unnamed = of(&app, "PATCH", &moved).json(&json!({ "title": "", "note": "x" }));
    let unnamed = unnamed.expect(200).await;
    assert_eq!(
        (&unnamed["session"]["title"], &unnamed["session"]["note"]),
        (&Value::Null, &json!("x"))
    );
}

async fn a_booking_that_is_removed_frees_its_units(app: TestApp) {
    let retainer = retainer(&app, json!({})).await;
    let booked = book(&app, &retainer, "2026-01-20T09:00:00Z").await;
    app.as_role(Role::Owner, "DELETE", &path(&booked)).refused(ErrorCode::IfMatchMissing).await;
    let left = of(&app, "DELETE", &booked).expect(200).await;
    assert_eq!(figures(&left), [0, 0, 0, 4]);
    app.as_role(Role::Owner, "GET", &path(&booked)).refused(ErrorCode::NotFound).await;
    assert_eq!(get(&app, "/sessions").await["items"], json!([]));
    app.books_hold().await;
}

async fn people_book_their_own_sessions(app: TestApp) {
    let retainer = retainer(&app, json!({})).await;
    let body = |member: Value| {
        json!({
            "retainer_id": retainer["id"], "starts_at": "2026-01-20T09:00:00Z", "minutes": 60,
            "member_id": member,
        })
    };
    let as_member =
        |member: Value| app.as_role(Role::Member, "POST", "/sessions").json(&body(member));
    as_member(app.member(Role::Owner).await).refused(ErrorCode::Forbidden).await;
    let own = as_member(Value::Null).expect(201).await;
    let others = book(&app, &retainer, "2026-01-21T09:00:00Z").await;
    let ask = |method: &str, of: &Value| app.as_role(Role::Member, method, &path(of)).version(1);
    ask("DELETE", &others).refused(ErrorCode::Forbidden).await;
    ask("PATCH", &others).json(&json!({ "title": "x" })).refused(ErrorCode::Forbidden).await;
    ask("DELETE", &own).expect(200).await;
}

async fn faults_are_told_at_their_fields(app: TestApp) {
    let retainer = retainer(&app, json!({})).await;
    let nobody = json!("0193a5b0-0000-7000-8000-000000000000");
    for (field, code, more) in [
        ("/retainer_id", "not_found", json!({ "retainer_id": nobody })),
        ("/member_id", "not_found", json!({ "member_id": nobody })),
        ("/pool", "not_found", json!({ "pool": "hours" })),
        ("/starts_at", "before_start", json!({ "starts_at": "2025-12-31T22:59:59Z" })),
        ("/starts_at", "out_of_range", json!({ "starts_at": "2028-01-17T10:00:00Z" })),
        ("/starts_at", "out_of_range", json!({ "starts_at": "1969-12-31T10:00:00Z" })),
        ("/minutes", "out_of_range", json!({ "minutes": 1441 })),
        ("/units", "out_of_range", json!({ "units": -1 })),
    ] {
        post(&app, &retainer, more).faulty(field, code).await;
    }
    post(&app, &retainer, json!({ "starts_at": "2028-01-16T10:00:00Z" })).expect(201).await;
    let hours = agree(&app, ten_hours).await;
    post(&app, &hours, json!({})).faulty("/pool", "no_session_pool").await;
    let ending = |account: &Value| {
        let mut body = super::coaching(account);
        body["ends_on"] = json!("2026-02-10");
        body
    };
    let ending = agree(&app, ending).await;
    let day = |day: &str| post(&app, &ending, json!({ "starts_at": format!("{day}T09:00:00Z") }));
    day("2026-02-10").faulty("/starts_at", "no_open_cycle").await;
    day("2026-02-09").expect(201).await;
    app.clock_at("2026-02-11T10:00:00Z").await;
    day("2026-02-09").refused(ErrorCode::RetainerEnded).await;
}

fn starts(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|one| &one["starts_at"].as_str().unwrap()[5..10]).collect()
}

async fn sessions_are_listed_by_time_and_filters(app: TestApp) {
    let retainer = retainer(&app, json!({})).await;
    for day in ["01-27", "01-20", "02-03"] {
        book(&app, &retainer, &format!("2026-{day}T09:00:00Z")).await;
    }
    let other = agree(&app, super::coaching).await;
    let member = app.member(Role::Member).await;
    let more = json!({ "starts_at": "2026-01-19T09:00:00Z", "member_id": member });
    post(&app, &other, more).expect(201).await;
    let list =
        |query: String| app.as_role(Role::Viewer, "GET", &format!("/sessions?{query}")).expect(200);
    let mine = format!("retainer_id={}", id(&retainer));
    let first = list(format!("{mine}&limit=2")).await;
    assert_eq!(starts(&first), ["01-20", "01-27"]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = list(format!("{mine}&limit=2&cursor={cursor}")).await;
    assert_eq!((starts(&rest), &rest["next_cursor"]), (vec!["02-03"], &Value::Null));
    assert_eq!(starts(&list(String::new()).await), ["01-19", "01-20", "01-27", "02-03"]);
    let range = "from=2026-01-20T09:00:00Z&to=2026-02-03T09:00:00Z";
    assert_eq!(starts(&list(range.into()).await), ["01-20", "01-27"]);
    let range = "from=2026-01-20T10:00:01%2B01:00&to=2026-02-03T09:00:01Z";
    assert_eq!(starts(&list(range.into()).await), ["01-27", "02-03"]);
    let theirs = list(format!("member_id={}", member.as_str().unwrap())).await;
    assert_eq!(starts(&theirs), ["01-19"]);
    let account = other["account_id"].as_str().unwrap();
    assert_eq!(starts(&list(format!("account_id={account}")).await), ["01-19"]);
    assert_eq!(list("state=booked".into()).await["items"].as_array().unwrap().len(), 4);
    assert_eq!(list("state=no_show".into()).await["items"], json!([]));
}

async fn bookings_of_a_day_are_those_known_then(app: TestApp) {
    let retainer = retainer(&app, json!({})).await;
    let booked = book(&app, &retainer, "2026-01-20T09:00:00Z").await;
    app.clock_at("2026-01-17T10:00:00Z").await;
    book(&app, &retainer, "2026-01-21T09:00:00Z").await;
    of(&app, "DELETE", &booked).expect(200).await;
    app.clock_at("2026-01-18T10:00:00Z").await;
    for (day, committed) in [("14", 0), ("15", 1), ("16", 1), ("17", 1), ("18", 1)] {
        let path = format!("/retainers/{}?as_of=2026-01-{day}", id(&retainer));
        let then = get(&app, &path).await;
        assert_eq!(figures(&then["balances"][0])[1], committed, "{day}");
    }
    // A retainer without sessions is none of it.
    let hours = agree(&app, ten_hours).await;
    assert_eq!(record(&app, &hours, "2026-01-10", 60).await["balance"]["committed"], 0);
}
