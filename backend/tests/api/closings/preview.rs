//! What a closing would do, before anybody does it.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::{close, closing, over};
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, get, id, record};

on_both_engines![
    a_preview_offers_what_the_terms_leave_open,
    a_preview_plays_a_choice_and_keeps_nothing,
    a_running_cycle_says_why_it_cannot_be_closed,
    what_waits_and_what_came_late_is_shown,
    a_recap_tells_what_was_done_in_both_languages,
    choices_that_are_none_are_refused,
];

async fn a_preview_offers_what_the_terms_leave_open(app: TestApp) {
    let (_, cycle) = over(&app).await;
    let told = closing(&app, &cycle).await;
    assert_eq!((&told["ended"], &told["refused"]), (&json!(true), &Value::Null));
    assert_eq!(told["closes_at"], "2026-02-05T23:00:00Z", "midnight in Berlin after five days");
    let pool = &told["pools"][0];
    let ways = json!([
        { "choice": "borrow", "billed": 90, "amount_minor": 22_500, "absorbed": 0, "borrowed": 60 },
        { "choice": "bill", "billed": 150, "amount_minor": 37_500, "absorbed": 0, "borrowed": 0 },
        { "choice": "absorb", "billed": 0, "amount_minor": 0, "absorbed": 150, "borrowed": 0 },
    ]);
    assert_eq!((&pool["choices"], &pool["chosen"]), (&ways, &json!("borrow")));
    assert_eq!(pool["decision"], Value::Null);
    let line = &told["lines"][0];
    assert_eq!(line["amount"], json!({ "amount_minor": 22_500, "currency": "EUR" }));
    assert_eq!(
        line["text"],
        "Monthly support, Hours beyond the allowance: 1 h 30, 1 January 2026 to 31 January 2026"
    );
    assert_eq!(told["version"], told["cycle"]["version"]);
}

async fn a_preview_plays_a_choice_and_keeps_nothing(app: TestApp) {
    let (_, cycle) = over(&app).await;
    let path = format!("/cycles/{cycle}/closing?overage=hours:absorb");
    let told = get(&app, &path).await;
    assert_eq!((&told["pools"][0]["chosen"], &told["lines"]), (&json!("absorb"), &json!([])));
    assert_eq!(told["pools"][0]["sums"]["overage_absorbed"], 150);
    assert_eq!(told["cycle"]["pools"][0]["sums"], told["pools"][0]["sums"]);
    assert!(told["recap"].as_str().unwrap().contains("We do not bill it."), "{told}");
    assert_eq!(closing(&app, &cycle).await["pools"][0]["chosen"], "borrow");
    app.books_hold().await;
}

async fn a_running_cycle_says_why_it_cannot_be_closed(app: TestApp) {
    let (retainer, _) = over(&app).await;
    let february = super::cycle(&app, &retainer, 2).await;
    let told = closing(&app, id(&february)).await;
    assert_eq!((&told["ended"], &told["refused"]), (&json!(false), &json!("cycle_runs")));
    // It begins an hour poorer, as long as January is to be closed by its terms.
    assert_eq!(told["pools"][0]["sums"]["repaid"], 60);
}

async fn what_waits_and_what_came_late_is_shown(app: TestApp) {
    app.clock_at("2026-01-20T10:00:00Z").await;
    let retainer = agree(&app, |account| {
        let mut body = super::hours(account);
        let sessions = json!({ "unit": "sessions", "allowance": 4 });
        body["terms"]["pools"].as_array_mut().unwrap().push(sessions);
        body
    })
    .await;
    let cycle = record(&app, &retainer, "2026-01-10", 60).await["entry"]["cycle_id"].clone();
    let session = json!({
        "retainer_id": retainer["id"], "starts_at": "2026-01-30T09:00:00Z", "minutes": 60,
        "title": "Workshop",
    });
    let booked = app.as_role(Role::Owner, "POST", "/sessions").json(&session).expect(201).await;
    app.clock_at("2026-02-02T10:00:00Z").await;
    record(&app, &retainer, "2026-01-31", 30).await;
    let taken_back = record(&app, &retainer, "2026-01-31", 5).await;
    let path = format!("/time-entries/{}", id(&taken_back["entry"]));
    app.as_role(Role::Owner, "DELETE", &path).version(1).expect(200).await;
    let told = closing(&app, cycle.as_str().unwrap()).await;
    assert_eq!(told["late_total"], 1, "{told}");
    let late = &told["late"][0];
    assert_eq!((&late["quantity"], &late["correction"]), (&json!(-30), &json!(false)));
    let waiting = json!([{
        "session_id": booked["session"]["id"], "pool": "sessions", "on": "2026-01-30", "units": 1,
    }]);
    assert_eq!(told["unsettled"], waiting);
    // Closing draws what is booked, also where nobody has said how it went.
    assert_eq!(told["pools"][1]["sums"]["used"], 1);
    let line = "- Workshop (booked, not yet confirmed): 1 session (Owner)";
    assert!(told["recap"].as_str().unwrap().contains(line), "{told}");
    // Whoever closes it has seen what is booked.
    let path = format!("/sessions/{}", id(&booked["session"]));
    let two = app.as_role(Role::Owner, "PATCH", &path).version(1).json(&json!({ "units": 2 }));
    two.expect(200).await;
    let cycle = cycle.as_str().unwrap();
    let closed = |version: &Value| close(&app, Role::Owner, cycle, version, &json!({}));
    closed(&told["version"]).refused(ErrorCode::Stale).await;
    let told = closing(&app, cycle).await;
    let made = closed(&told["version"]).expect(200).await;
    let line = "- Workshop (booked, not yet confirmed): 2 sessions (Owner)";
    assert!(made["made"]["recap"].as_str().unwrap().contains(line), "{made}");
    assert_eq!((&made["made"]["recap"], &made["late_total"]), (&told["recap"], &json!(1)));
    assert_eq!(made["unsettled"][0]["session_id"], booked["session"]["id"]);
    // Said afterwards, it is told as what it was.
    let settle = app.as_role(Role::Owner, "POST", &format!("{path}/settle"));
    settle.json(&json!({ "status": "completed" })).expect(200).await;
    assert_eq!(closing(&app, cycle).await["unsettled"], json!([]));
    app.books_hold().await;
}

async fn a_recap_tells_what_was_done_in_both_languages(app: TestApp) {
    let (_, cycle) = over(&app).await;
    let english = "Monthly support, 1 January 2026 to 31 January 2026

Hours: 12 h 30 of 10 h used.
- Landing page: 11 h 40 (Owner)
- Without a note: 50 min (Owner)
Beyond what was available: 2 h 30. 1 h of it come out of the next cycle; the rest is billed: \
                   225.00 EUR.";
    assert_eq!(closing(&app, &cycle).await["recap"], english);
    let german = "Monthly support, 1. Januar 2026 bis 31. Januar 2026

Stunden: 12 h 30 von 10 h genutzt.
- Landing page: 11 h 40 (Owner)
- Ohne Notiz: 50 min (Owner)
Über das Verfügbare hinaus: 2 h 30. Davon kommen 1 h aus dem nächsten Zyklus; den Rest berechnen \
                  wir: 225,00 EUR.";
    let told = get(&app, &format!("/cycles/{cycle}/closing?language=de")).await;
    assert_eq!(told["recap"], german);
}

async fn choices_that_are_none_are_refused(app: TestApp) {
    let (_, cycle) = over(&app).await;
    for (text, code) in [
        ("hours", "not_allowed"),
        ("hours:give", "not_allowed"),
        ("hours:block", "not_allowed"),
        ("sessions:bill", "not_found"),
    ] {
        let path = format!("/cycles/{cycle}/closing?overage={text}");
        app.as_role(Role::Viewer, "GET", &path).faulty("overage", code).await;
    }
    let nobodys = "/cycles/0193a5b0-0000-7000-8000-000000000000/closing";
    app.as_role(Role::Owner, "GET", nobodys).refused(ErrorCode::NotFound).await;
}
