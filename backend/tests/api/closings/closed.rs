//! A cycle that is closed by hand: locked, decided, told about, never twice.
use backend::check;
use backend::db::{Arg, Query};
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};
use uuid::Uuid;

use super::{close, closing, cycle, over};
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, get, id, record, ten_hours};

on_both_engines![
    a_closed_cycle_goes_by_the_decision,
    the_same_closing_again_gives_the_same_answer,
    of_two_closers_at_once_one_decides,
    late_work_becomes_a_correction_of_the_open_cycle,
    what_the_calendar_closed_can_still_be_told_about,
    a_cycle_is_not_closed_before_its_time,
    an_earlier_cycle_closes_first,
    faults_are_told_at_their_fields,
    only_those_who_may_close_it_do,
    tampered_closings_are_found,
];

fn absorb() -> Value {
    json!({
        "overage": [{ "pool": "hours", "choice": "absorb", "reason": "Our mistake" }],
        "recap": "Thank you for January.",
        "priorities": ["Launch the shop", "Newsletter"],
    })
}

async fn a_closed_cycle_goes_by_the_decision(app: TestApp) {
    let (retainer, january) = over(&app).await;
    let version = closing(&app, &january).await["version"].clone();
    let made = close(&app, Role::Manager, &january, &version, &absorb()).expect(200).await;
    assert_eq!(made["cycle"]["status"], "closed");
    assert_eq!((&made["lines"], &made["late"][0]["quantity"]), (&json!([]), &json!(-50)));
    let decision = json!({
        "pool": "hours", "choice": "absorb", "reason": "Our mistake", "member_name": "manager",
        "decided_at": "2026-02-03T10:00:00Z",
    });
    assert_eq!(made["pools"][0]["decision"], decision);
    let record = json!({
        "member_name": "manager", "made_at": "2026-02-03T10:00:00Z", "language": "en",
        "recap": "Thank you for January.", "priorities": ["Launch the shop", "Newsletter"],
    });
    assert_eq!(made["made"], record);
    // Statement and explanation tell who decided what.
    let statement = get(&app, &format!("/cycles/{january}/statement")).await;
    assert_eq!((&statement["decisions"][0], &statement["closing"]), (&decision, &record));
    assert_eq!(statement["cycle"]["pools"][0]["sums"]["overage_absorbed"], 150);
    let explained = get(&app, &format!("/explain/billed/{january}")).await;
    assert_eq!((&explained["value"], &explained["decision"]), (&json!(0), &decision));
    assert_eq!(explained["parts"].as_array().unwrap().len(), 2);
    // 2 h 30 of 10 h given away at 150.00 an hour: more than a tenth. Source: domain 6.5.
    let given = &cycle(&app, &retainer, 1).await["pools"][0]["servicing"];
    let facts = json!({ "given": 150, "given_share": 250, "given_minor": 37_500,
        "lapsed_share": 0, "over_serviced": true });
    assert_eq!(given, &facts);
    let review = json!({ "retainer_id": retainer["id"] });
    let room = app.as_role(Role::Owner, "POST", "/reviews").json(&review).expect(201).await;
    // One of three is not two, and nothing is given away in February.
    assert_eq!(room["observed"]["load"]["faults"], json!([]));
    // February repays nothing.
    let february = cycle(&app, &retainer, 2).await;
    assert_eq!(february["pools"][0]["sums"]["repaid"], 0);
    app.clock_at("2026-02-10T10:00:00Z").await;
    app.books_hold().await;
    assert_eq!(closing(&app, &january).await["made"], record, "the calendar changes nothing");
}

async fn the_same_closing_again_gives_the_same_answer(app: TestApp) {
    let (_, january) = over(&app).await;
    let version = closing(&app, &january).await["version"].clone();
    let first = close(&app, Role::Manager, &january, &version, &absorb()).expect(200).await;
    for again in [version, first["version"].clone()] {
        let told = close(&app, Role::Owner, &january, &again, &absorb()).expect(200).await;
        assert_eq!(told, first);
    }
    for other in [
        json!({}),
        json!({ "overage": [{ "pool": "hours", "choice": "bill" }] }),
        json!({ "recap": "Another", "overage": absorb()["overage"] }),
    ] {
        let ask = close(&app, Role::Owner, &january, &first["version"], &other);
        ask.refused(ErrorCode::CycleClosed).await;
    }
    app.books_hold().await;
}

async fn of_two_closers_at_once_one_decides(app: TestApp) {
    let (_, january) = over(&app).await;
    let version = closing(&app, &january).await["version"].clone();
    let bodies = ["bill", "absorb", "borrow", "bill", "absorb", "borrow"].map(|choice| {
        let overage = json!({ "pool": "hours", "choice": choice, "reason": "As agreed" });
        json!({ "overage": [overage], "priorities": [choice] })
    });
    let closers = bodies.iter().map(|body| {
        let ask = close(&app, Role::Owner, &january, &version, body);
        async move { (body["priorities"][0].clone(), ask.send().await.unwrap().status().as_u16()) }
    });
    app.token("owner@home.example").await;
    let answers = futures_util::future::join_all(closers).await;
    let made = closing(&app, &january).await;
    let chosen = &made["pools"][0]["chosen"];
    for (choice, status) in answers {
        let expected = if choice == *chosen { 200 } else { 409 };
        assert_eq!(status, expected, "{choice} when {chosen} was first");
    }
    assert_eq!(made["made"]["priorities"], json!([chosen]));
    app.books_hold().await;
}

/// Source: domain 3.8.
async fn late_work_becomes_a_correction_of_the_open_cycle(app: TestApp) {
    let (retainer, january) = over(&app).await;
    let version = closing(&app, &january).await["version"].clone();
    let before = close(&app, Role::Owner, &january, &version, &json!({})).expect(200).await;
    assert_eq!(before["lines"][0]["amount"]["amount_minor"], 22_500, "by the terms");
    assert_eq!(before["pools"][0]["decision"], Value::Null);
    // Within the days of grace, but the cycle is locked.
    let late = record(&app, &retainer, "2026-01-30", 40).await;
    let february = cycle(&app, &retainer, 2).await;
    assert_eq!(
        (&late["entry"]["cycle_id"], &late["entry"]["late"]),
        (&february["id"], &json!(true))
    );
    let told = closing(&app, id(&february)).await;
    assert_eq!(
        (&told["late"][0]["correction"], &told["late"][0]["worked_on"]),
        (&json!(true), &json!("2026-01-30"))
    );
    let after = closing(&app, &january).await;
    assert_eq!(
        (&after["cycle"]["pools"], &after["lines"], &after["recap"]),
        (&before["cycle"]["pools"], &before["lines"], &before["recap"])
    );
    app.books_hold().await;
}

async fn what_the_calendar_closed_can_still_be_told_about(app: TestApp) {
    let (_, january) = over(&app).await;
    let open = closing(&app, &january).await["version"].clone();
    app.clock_at("2026-02-06T10:00:00Z").await;
    let told = closing(&app, &january).await;
    assert_eq!((&told["cycle"]["status"], &told["made"]), (&json!("closed"), &Value::Null));
    assert_eq!((&told["refused"], &told["pools"][0]["chosen"]), (&Value::Null, &json!("borrow")));
    let version = &told["version"];
    // What was seen was an open cycle.
    close(&app, Role::Owner, &january, &open, &json!({})).refused(ErrorCode::Stale).await;
    // It is too late to decide otherwise.
    close(&app, Role::Owner, &january, version, &absorb()).refused(ErrorCode::CycleClosed).await;
    let body = json!({ "overage": [{ "pool": "hours", "choice": "borrow" }],
        "priorities": ["Newsletter"], "language": "de" });
    let made = close(&app, Role::Owner, &january, version, &body).expect(200).await;
    assert_eq!(made["cycle"], told["cycle"]);
    assert!(made["recap"].as_str().unwrap().starts_with("Monthly support, 1. Januar"), "{made}");
    assert_eq!(made["pools"][0]["decision"], Value::Null, "the terms decided");
    app.books_hold().await;
}

async fn a_cycle_is_not_closed_before_its_time(app: TestApp) {
    let (retainer, january) = over(&app).await;
    let february = cycle(&app, &retainer, 2).await;
    let version = &february["version"];
    let ask = close(&app, Role::Owner, id(&february), version, &json!({}));
    ask.refused(ErrorCode::CycleRuns).await;
    // Whoever closes has seen what is there.
    let seen = closing(&app, &january).await["version"].clone();
    record(&app, &retainer, "2026-01-31", 5).await;
    close(&app, Role::Owner, &january, &seen, &json!({})).refused(ErrorCode::Stale).await;
    let path = format!("/cycles/{january}/close");
    let blind = app.as_role(Role::Owner, "POST", &path).json(&json!({}));
    blind.refused(ErrorCode::IfMatchMissing).await;
    assert_eq!(cycle(&app, &retainer, 1).await["status"], "open");
    // Nothing closes while history is still brought in.
    let in_setup = agree(&app, |account| {
        let mut body = ten_hours(account);
        body["activate"] = false.into();
        body
    });
    let first = cycle(&app, &in_setup.await, 1).await;
    let ask = close(&app, Role::Owner, id(&first), &first["version"], &json!({}));
    ask.refused(ErrorCode::RetainerInSetup).await;
}

async fn an_earlier_cycle_closes_first(app: TestApp) {
    app.clock_at("2026-01-20T10:00:00Z").await;
    let retainer = agree(&app, |account| {
        let mut body = super::hours(account);
        body["interval"] = json!({ "unit": "week", "count": 1 });
        body["starts_on"] = "2026-01-19".into();
        body["terms"]["grace_days"] = 20.into();
        body
    })
    .await;
    app.clock_at("2026-02-03T10:00:00Z").await;
    let (first, second) = (cycle(&app, &retainer, 1).await, cycle(&app, &retainer, 2).await);
    let ask = close(&app, Role::Owner, id(&second), &second["version"], &json!({}));
    ask.refused(ErrorCode::EarlierCycleOpen).await;
    close(&app, Role::Owner, id(&first), &first["version"], &json!({})).expect(200).await;
    close(&app, Role::Owner, id(&second), &second["version"], &json!({})).expect(200).await;
    app.books_hold().await;
}

async fn faults_are_told_at_their_fields(app: TestApp) {
    let (_, january) = over(&app).await;
    let version = closing(&app, &january).await["version"].clone();
    let way = |pool: &str, choice: &str| json!({ "pool": pool, "choice": choice });
    let cases = [
        ("/overage/0/pool", "not_found", json!({ "overage": [way("sessions", "bill")] })),
        ("/overage/0/choice", "not_allowed", json!({ "overage": [way("hours", "block")] })),
        (
            "/overage/1/pool",
            "exists",
            json!({ "overage": [way("hours", "bill"), way("hours", "bill")] }),
        ),
        ("/priorities/0", "required", json!({ "priorities": [" "] })),
        ("/priorities", "too_long", json!({ "priorities": vec!["x"; 11] })),
        ("/recap", "too_long", json!({ "recap": "x".repeat(20_001) })),
    ];
    for (field, code, body) in cases {
        close(&app, Role::Owner, &january, &version, &body).faulty(field, code).await;
    }
    assert_eq!(closing(&app, &january).await["cycle"]["status"], "open");
}

async fn only_those_who_may_close_it_do(app: TestApp) {
    let (_, january) = over(&app).await;
    let version = closing(&app, &january).await["version"].clone();
    for role in [Role::Member, Role::Finance, Role::Viewer, Role::Partner] {
        close(&app, role, &january, &version, &json!({})).refused(ErrorCode::Forbidden).await;
    }
    app.tenant("other").await;
    let path = format!("/cycles/{january}/close");
    let other = app.as_person("owner@other.example", "POST", &path);
    other.version(&version).json(&json!({})).refused(ErrorCode::NotFound).await;
    let path = format!("/cycles/{january}/closing");
    app.as_person("owner@other.example", "GET", &path).refused(ErrorCode::NotFound).await;
    close(&app, Role::Admin, &january, &version, &json!({})).expect(200).await;
}

async fn tampered_closings_are_found(app: TestApp) {
    let (_, january) = over(&app).await;
    let version = closing(&app, &january).await["version"].clone();
    let body = json!({ "overage": [{ "pool": "hours", "choice": "bill" }] });
    close(&app, Role::Owner, &january, &version, &body).expect(200).await;
    app.books_hold().await;
    let id: Uuid = january.parse().unwrap();
    let tampering = [
        (
            "UPDATE overage_decisions SET choice = 'absorb' WHERE cycle_id = $1",
            "UPDATE overage_decisions SET choice = 'bill' WHERE cycle_id = $1",
            "cycle 1, pool hours: it is not what its facts make it",
        ),
        (
            "UPDATE draft_lines SET amount_minor = 1 WHERE cycle_id = $1",
            "UPDATE draft_lines SET amount_minor = 37500 WHERE cycle_id = $1",
            "cycle 1: what is to be billed is not what its sums say",
        ),
        (
            "UPDATE overage_decisions SET cycle_id = (SELECT id FROM cycles WHERE seq = 2
                AND retainer_id = (SELECT retainer_id FROM cycles WHERE id = $1))",
            "UPDATE overage_decisions SET cycle_id = $1",
            "cycle 2: it was decided or told about, and is open",
        ),
        (
            "DELETE FROM cycle_closings WHERE cycle_id = $1",
            "",
            "cycle 1: its overage was settled by nobody who closed it",
        ),
    ];
    for (tamper, mend, told) in tampering {
        for (sql, found) in
            [(tamper, true), (mend, false)].into_iter().filter(|(sql, _)| !sql.is_empty())
        {
            let run = app
                .db
                .write(async |tx| Ok(tx.execute(Query::with(sql, vec![Arg::from(id)])).await?));
            assert_eq!(run.await.unwrap(), 1, "{sql}");
            let breaches = check::run(&app.db).await.unwrap();
            assert_eq!(
                breaches.iter().any(|one| one.ends_with(told)),
                found,
                "{sql}: {breaches:?}"
            );
        }
    }
}
