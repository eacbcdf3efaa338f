//! What is settled stays as it is, until it is booked again.
use backend::cycles;
use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::{book, called_off, figures, get, held, now, of, path, post, retainer, settle};
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::id;

on_both_engines![
    a_settled_session_is_booked_again,
    units_booked_meanwhile_keep_it_settled,
    a_settled_session_stays_where_it_is,
    people_settle_their_own_sessions,
    settled_at_once_by_many_it_counts_once,
    the_past_knows_what_was_settled_then,
];

async fn a_settled_session_is_booked_again(app: TestApp) {
    let retainer = retainer(&app, json!({})).await;
    let booked = book(&app, &retainer, "2026-01-14T09:00:00Z").await;
    let reopen = || app.as_role(Role::Owner, "POST", &format!("{}/reopen", path(&booked)));
    reopen().refused(ErrorCode::SessionBooked).await;
    settle(&app, &booked, json!({ "status": "completed" })).expect(200).await;
    let again = reopen().expect(200).await;
    assert_eq!(
        (&again["session"]["state"], figures(&again["balance"])),
        (&json!("booked"), [0, 1, 0, 4])
    );
    for field in
        ["settled_at", "reason_code", "notice_minutes", "notice_asked_hours", "outcome", "cycle_id"]
    {
        assert_eq!(again["session"][field], Value::Null, "{field}");
    }
    app.books_hold().await;
    // What was set aside is not any more.
    settle(&app, &booked, called_off("2026-01-10T09:00:00Z")).expect(200).await;
    assert_eq!(now(&app, &retainer).await, [0, 0, 1, 3]);
    reopen().expect(200).await;
    assert_eq!(now(&app, &retainer).await, [0, 1, 0, 4]);
    settle(&app, &booked, json!({ "status": "no_show" })).expect(200).await;
    let ledger = get(&app, &format!("/retainers/{}/ledger", id(&retainer))).await;
    let lines = ledger["items"].as_array().unwrap();
    let told: Vec<_> = lines
        .iter()
        .map(|line| (line["kind"].as_str().unwrap(), line["quantity"].as_i64().unwrap()))
        .collect();
    let expected = [
        ("grant", 4),
        ("consume", -1),
        ("reverse", 1),
        ("set_aside", -1),
        ("reverse", 1),
        ("consume", -1),
    ];
    assert_eq!(told, expected);
    let reasons: Vec<_> = lines.iter().map(|line| line["session_reason"].as_str()).collect();
    assert_eq!(reasons[..5], [None; 5], "what was taken back went another way");
    assert_eq!(reasons[5], Some("no_show_charged"));
    // Of a closed cycle it is corrected in the open one, as often as it takes.
    app.clock_at("2026-02-03T10:00:00Z").await;
    assert_eq!(figures(&reopen().expect(200).await["balance"]), [0, 1, 0, 5]);
    settle(&app, &booked, called_off("2026-01-10T09:00:00Z")).expect(200).await;
    assert_eq!(now(&app, &retainer).await, [0, 0, 1, 4]);
    app.books_hold().await;
    // What was set aside was handed on: the correction uses it up.
    app.clock_at("2026-03-03T10:00:00Z").await;
    assert_eq!(figures(&reopen().expect(200).await["balance"]), [0, 1, 0, 5]);
    let again = settle(&app, &booked, json!({ "status": "completed" })).expect(200).await;
    assert_eq!(
        (figures(&again["balance"]), &again["session"]["late"]),
        ([1, 0, 0, 4], &json!(true))
    );
    let kept = again["balance"]["lots"].as_array().unwrap();
    assert!(kept.iter().all(|lot| lot["kind"] == "included"), "{kept:?}");
    app.books_hold().await;
}

async fn units_booked_meanwhile_keep_it_settled(app: TestApp) {
    let rules = json!({ "overage": { "mode": "block" }, "cancellation": {} });
    let retainer = retainer(&app, rules).await;
    let booked = book(&app, &retainer, "2026-01-20T09:00:00Z").await;
    settle(&app, &booked, json!({ "status": "cancelled" })).expect(200).await;
    let others = post(&app, &retainer, json!({ "units": 4 })).expect(201).await;
    let reopen = || app.as_role(Role::Owner, "POST", &format!("{}/reopen", path(&booked)));
    reopen().refused(ErrorCode::InsufficientBalance).await;
    assert_eq!(get(&app, &path(&booked)).await["state"], "cancelled");
    of(&app, "DELETE", &others).expect(200).await;
    assert_eq!(figures(&reopen().expect(200).await["balance"]), [0, 1, 0, 4]);
}

async fn a_settled_session_stays_where_it_is(app: TestApp) {
    let retainer = retainer(&app, json!({})).await;
    let settled = held(&app, &retainer, "2026-01-14T09:00:00Z").await;
    of(&app, "DELETE", &settled).refused(ErrorCode::SessionSettled).await;
    for change in [
        json!({ "starts_at": "2026-01-13T09:00:00Z" }),
        json!({ "minutes": 30 }),
        json!({ "units": 2 }),
    ] {
        of(&app, "PATCH", &settled).json(&change).refused(ErrorCode::SessionSettled).await;
    }
    // Notes are written afterwards.
    let named = of(&app, "PATCH", &settled).json(&json!({ "note": "Agreed on the plan" }));
    let named = named.expect(200).await;
    assert_eq!(
        (&named["session"]["note"], &named["session"]["state"]),
        (&json!("Agreed on the plan"), &json!("completed"))
    );
    let listed = get(&app, "/sessions?state=completed").await;
    assert_eq!(listed["items"][0]["id"], settled["session"]["id"]);
    app.books_hold().await;
}

async fn people_settle_their_own_sessions(app: TestApp) {
    let retainer = retainer(&app, json!({})).await;
    let booked = book(&app, &retainer, "2026-01-14T09:00:00Z").await;
    let ask = |role: Role, action: &str| {
        let ask = app.as_role(role, "POST", &format!("{}/{action}", path(&booked)));
        ask.json(&json!({ "status": "completed" }))
    };
    ask(Role::Member, "settle").refused(ErrorCode::Forbidden).await;
    ask(Role::Manager, "settle").expect(200).await;
    ask(Role::Member, "reopen").refused(ErrorCode::Forbidden).await;
    ask(Role::Manager, "reopen").expect(200).await;
    let member = json!({
        "retainer_id": retainer["id"], "starts_at": "2026-01-14T09:00:00Z", "minutes": 30,
    });
    let own = app.as_role(Role::Member, "POST", "/sessions").json(&member).expect(201).await;
    let path = format!("{}/settle", path(&own));
    let settled = app.as_role(Role::Member, "POST", &path).json(&json!({ "status": "no_show" }));
    settled.expect(200).await;
}

async fn settled_at_once_by_many_it_counts_once(app: TestApp) {
    let retainer = retainer(&app, json!({})).await;
    let booked = book(&app, &retainer, "2026-01-14T09:00:00Z").await;
    app.token("owner@home.example").await;
    let done = || settle(&app, &booked, json!({ "status": "completed" })).send();
    let answers = join_all((0..8).map(|_| done())).await;
    let done = answers.into_iter().filter(|answer| answer.as_ref().unwrap().status() == 200);
    assert_eq!(done.count(), 1);
    assert_eq!(now(&app, &retainer).await, [1, 0, 0, 3]);
    app.books_hold().await;
    // Also while its cycle closes, everywhere at once.
    let booked = book(&app, &retainer, "2026-01-30T09:00:00Z").await;
    assert!(app.clock.advance("2026-02-03T10:00:00Z".parse().unwrap()));
    app.token("owner@home.example").await;
    let done = || settle(&app, &booked, json!({ "status": "completed" })).send();
    let settled = join_all((0..8).map(|_| done()));
    let closed = join_all((0..4).map(|_| cycles::tick(&app.db, app.clock.now())));
    let (answers, closed) = join(settled, closed).await;
    assert!(closed.into_iter().all(|closed| closed.is_ok()));
    let done = answers.into_iter().filter(|answer| answer.as_ref().unwrap().status() == 200);
    assert_eq!(done.count(), 1);
    assert_eq!(now(&app, &retainer).await, [0, 0, 0, 4]);
    let january = get(&app, &format!("/retainers/{}/cycles", id(&retainer))).await;
    let january = january["items"].as_array().unwrap().iter().find(|cycle| cycle["seq"] == 1);
    assert_eq!(january.unwrap()["pools"][0]["sums"]["used"], 2);
    app.books_hold().await;
}

async fn the_past_knows_what_was_settled_then(app: TestApp) {
    let retainer = retainer(&app, json!({})).await;
    let booked = book(&app, &retainer, "2026-01-16T09:00:00Z").await;
    app.clock_at("2026-01-17T10:00:00Z").await;
    settle(&app, &booked, json!({ "status": "completed" })).expect(200).await;
    // What is taken back later was settled then.
    app.clock_at("2026-01-18T10:00:00Z").await;
    let reopen = app.as_role(Role::Owner, "POST", &format!("{}/reopen", path(&booked)));
    reopen.expect(200).await;
    for (day, expected) in [("16", [0, 1, 0, 4]), ("17", [1, 0, 0, 3]), ("18", [0, 1, 0, 4])] {
        let then = get(&app, &format!("/retainers/{}?as_of=2026-01-{day}", id(&retainer))).await;
        assert_eq!(figures(&then["balances"][0]), expected, "{day}");
    }
}
