//! `perennial check` finds what somebody changed behind the server's back.
use backend::check;
use backend::db::{Arg, Query};
use serde_json::{Value, json};
use shared::api::Role;
use uuid::Uuid;

use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, id};

on_both_engines![tampered_deliverables_are_found, tampered_sessions_are_found];

/// Deliverables and sessions, four of each.
async fn retainer(app: &TestApp) -> Value {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let body = |account: &Value| {
        let cancellation = json!({ "in_time": "carry" });
        json!({
            "account_id": account, "name": "Advisory", "starts_on": "2026-01-01",
            "terms": {
                "price": { "amount_minor": 150_000, "currency": "EUR" },
                "pools": [
                    { "unit": "deliverables", "allowance": 4 },
                    { "unit": "sessions", "allowance": 4, "cancellation": cancellation },
                ],
            },
        })
    };
    agree(app, body).await
}

async fn breaches(app: &TestApp) -> Vec<String> {
    let told = check::run(&app.db).await.unwrap();
    told.into_iter().map(|breach| breach.split(": ").skip(1).collect()).collect()
}

async fn run(app: &TestApp, sql: &'static str, of: &str) {
    let id: Uuid = of.parse().unwrap();
    let rows =
        app.db.write(async |tx| Ok(tx.execute(Query::with(sql, vec![Arg::from(id)])).await?));
    assert_eq!(rows.await.unwrap(), 1, "{sql}");
}

/// Each statement breaks the books in its way; the second of a pair mends them again.
async fn found(app: &TestApp, of: &str, told: &str, tampering: &[(&'static str, &'static str)]) {
    app.books_hold().await;
    for (tamper, mend) in tampering {
        run(app, tamper, of).await;
        assert!(breaches(app).await.contains(&told.to_owned()), "{tamper}");
        run(app, mend, of).await;
        app.books_hold().await;
    }
}

async fn tampered_deliverables_are_found(app: TestApp) {
    let retainer = retainer(&app).await;
    let post = async |count: i64| {
        let body =
            json!({ "retainer_id": retainer["id"], "delivered_on": "2026-01-10", "count": count });
        app.as_role(Role::Owner, "POST", "/deliverables").json(&body).expect(201).await
    };
    let thing = post(2).await;
    let gone = post(1).await;
    let of = |recorded: &Value| id(&recorded["deliverable"]).to_owned();
    let delete = app.as_role(Role::Owner, "DELETE", &format!("/deliverables/{}", of(&gone)));
    delete.version(1).expect(200).await;
    let told = format!("deliverable {} and its fact in the ledger disagree", of(&thing));
    let tampering = [
        (
            "UPDATE deliverables SET units = 3 WHERE id = $1",
            "UPDATE deliverables SET units = 2 WHERE id = $1",
        ),
        (
            "UPDATE deliverables SET units = 0 WHERE id = $1",
            "UPDATE deliverables SET units = 2 WHERE id = $1",
        ),
        (
            "UPDATE deliverables SET delivered_on = '2026-01-11' WHERE id = $1",
            "UPDATE deliverables SET delivered_on = '2026-01-10' WHERE id = $1",
        ),
        (
            "UPDATE deliverables SET deleted_at = created_at WHERE id = $1",
            "UPDATE deliverables SET deleted_at = NULL WHERE id = $1",
        ),
        (
            "UPDATE facts SET quantity = 1 WHERE deliverable_id = $1",
            "UPDATE facts SET quantity = 2 WHERE deliverable_id = $1",
        ),
        (
            "UPDATE facts SET kind = 'set_aside' WHERE deliverable_id = $1",
            "UPDATE facts SET kind = 'consume' WHERE deliverable_id = $1",
        ),
    ];
    found(&app, &of(&thing), &told, &tampering).await;
    let told = format!("deliverable {} and its fact in the ledger disagree", of(&gone));
    let tampering = [(
        "UPDATE deliverables SET deleted_at = NULL WHERE id = $1",
        "UPDATE deliverables SET deleted_at = created_at WHERE id = $1",
    )];
    found(&app, &of(&gone), &told, &tampering).await;
    let twice = "INSERT INTO facts (id, organisation_id, retainer_id, pool_id, cycle_id, record_no,
            kind, quantity, worked_on, effective_on, late, deliverable_id, member_id, recorded_by,
            recorded_at)
        SELECT retainer_id, organisation_id, retainer_id, pool_id, cycle_id, record_no + 10, kind,
            quantity, worked_on, effective_on, late, deliverable_id, member_id, recorded_by,
            recorded_at
        FROM facts WHERE deliverable_id = $1";
    run(&app, twice, &of(&thing)).await;
    let told = format!("deliverable {} is in the ledger twice", of(&thing));
    assert!(breaches(&app).await.contains(&told));
}

async fn tampered_sessions_are_found(app: TestApp) {
    let retainer = retainer(&app).await;
    let settled = async |how: Value| {
        let body = json!({
            "retainer_id": retainer["id"], "starts_at": "2026-01-14T23:30:00Z", "minutes": 60,
        });
        let booked = app.as_role(Role::Owner, "POST", "/sessions").json(&body).expect(201).await;
        let session = id(&booked["session"]).to_owned();
        if !how.is_null() {
            let path = format!("/sessions/{session}/settle");
            app.as_role(Role::Owner, "POST", &path).json(&how).expect(200).await;
        }
        session
    };
    let held = settled(json!({ "status": "completed" })).await;
    let off = settled(json!({ "status": "cancelled", "at": "2026-01-10T09:00:00Z" })).await;
    let late = settled(json!({ "status": "cancelled", "at": "2026-01-14T09:00:00Z" })).await;
    let booked = settled(Value::Null).await;
    let told = |of: &str| format!("session {of} and its fact in the ledger disagree");
    let tampering = [
        (
            "UPDATE client_sessions SET drawn = 2, units = 2 WHERE id = $1",
            "UPDATE client_sessions SET drawn = 1, units = 1 WHERE id = $1",
        ),
        (
            "UPDATE client_sessions SET starts_at = '2026-01-15T00:30:00+00:00' WHERE id = $1",
            "UPDATE client_sessions SET starts_at = '2026-01-14T23:30:00+00:00' WHERE id = $1",
        ),
        (
            "UPDATE client_sessions SET deleted_at = created_at WHERE id = $1",
            "UPDATE client_sessions SET deleted_at = NULL WHERE id = $1",
        ),
        (
            "UPDATE client_sessions SET state = 'booked', drawn = 0, settled_at = NULL
             WHERE id = $1",
            "UPDATE client_sessions SET state = 'completed', drawn = 1, settled_at = created_at
             WHERE id = $1",
        ),
        (
            "UPDATE facts SET quantity = 2 WHERE session_id = $1",
            "UPDATE facts SET quantity = 1 WHERE session_id = $1",
        ),
    ];
    found(&app, &held, &told(&held), &tampering).await;
    let drew = [(
        "UPDATE client_sessions SET units = 2 WHERE id = $1",
        "UPDATE client_sessions SET units = 1 WHERE id = $1",
    )];
    found(&app, &held, &format!("session {held} says that it drew 1"), &drew).await;
    let released = [(
        "UPDATE client_sessions SET outcome = 'release' WHERE id = $1",
        "UPDATE client_sessions SET outcome = 'carry' WHERE id = $1",
    )];
    found(&app, &off, &told(&off), &released).await;
    let carried = [(
        "UPDATE client_sessions SET outcome = 'carry' WHERE id = $1",
        "UPDATE client_sessions SET outcome = 'charge' WHERE id = $1",
    )];
    found(&app, &late, &told(&late), &carried).await;
    let completed = [(
        "UPDATE client_sessions SET state = 'completed', drawn = 1, settled_at = created_at
         WHERE id = $1",
        "UPDATE client_sessions SET state = 'booked', drawn = 0, settled_at = NULL WHERE id = $1",
    )];
    found(&app, &booked, &told(&booked), &completed).await;
}
