//! `perennial check` finds what somebody changed behind the server's back.
use backend::check;
use backend::db::{Arg, Db, DbError, Query};
use backend::error::Error;
use serde_json::{Value, json};
use shared::api::Role;
use uuid::Uuid;

use crate::adjustments::adjust;
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, get, id, record, ten_hours};

on_both_engines![
    tampered_deliverables_are_found,
    tampered_sessions_are_found,
    what_gave_back_too_much_or_too_little_is_found,
    what_an_earlier_version_closed_is_proved_by_what_it_left,
];

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
pub async fn found(
    app: &TestApp,
    of: &str,
    told: &str,
    tampering: &[(&'static str, &'static str)],
) {
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
    // Whoever writes it, the database takes no second draw of one session.
    let twice = "INSERT INTO facts (id, organisation_id, retainer_id, pool_id, cycle_id, record_no,
            kind, quantity, worked_on, effective_on, late, session_id, member_id, recorded_by,
            recorded_at)
        SELECT retainer_id, organisation_id, retainer_id, pool_id, cycle_id, record_no + 10, kind,
            quantity, worked_on, effective_on, late, session_id, member_id, recorded_by,
            recorded_at
        FROM facts WHERE session_id = $1";
    for of in [&held, &off] {
        let of: Uuid = of.parse().unwrap();
        let write = app
            .db
            .write(async |tx| Ok(tx.execute(Query::with(twice, vec![Arg::from(of)])).await?));
        let Err(Error::Db(DbError::Unique(columns))) = write.await else { panic!("drawn twice") };
        assert_eq!(columns, ["organisation_id", "session_id"]);
    }
    app.books_hold().await;
}

/// What it was when the program began to keep all that is asked for.
const BEFORE: &str = "
    INSERT INTO books_before (organisation_id, retainer_id, last_record, closed_seq, terms_number)
    SELECT organisation_id, id, last_record, 1, 1 FROM retainers WHERE id = $1";

/// January with 600 minutes, 90 of 690 for nothing; on 3 February an entry of 190 is taken back.
async fn what_gave_back_too_much_or_too_little_is_found(app: TestApp) {
    app.clock_at("2026-01-25T10:00:00Z").await;
    let retainer = agree(&app, |account| {
        let mut body = ten_hours(account);
        body["terms"]["pools"][0]["overage"] = json!({ "mode": "absorb" });
        body
    })
    .await;
    record(&app, &retainer, "2026-01-10", 500).await;
    let entry = record(&app, &retainer, "2026-01-20", 190).await["entry"].clone();
    app.clock_at("2026-02-03T10:00:00Z").await;
    let path = format!("/time-entries/{}", id(&entry));
    app.as_role(Role::Owner, "DELETE", &path).version(1).expect(200).await;
    let told = "what was taken back of it gave back something else than lots had paid";
    let of = id(&retainer);
    let found = async || breaches(&app).await.iter().any(|breach| breach.ends_with(told));
    let mended = "UPDATE facts SET beyond = 90 WHERE retainer_id = $1 AND kind = 'restore'";
    let less = "UPDATE facts SET beyond = 60 WHERE retainer_id = $1 AND kind = 'restore'";
    let more = "UPDATE facts SET beyond = 91 WHERE retainer_id = $1 AND kind = 'restore'";
    for tampered in [less, more] {
        app.books_hold().await;
        run(&app, tampered, of).await;
        assert!(found().await, "{tampered}");
        run(&app, mended, of).await;
    }
    // An earlier version may have given back more, never less.
    run(&app, BEFORE, of).await;
    run(&app, less, of).await;
    app.books_hold().await;
    run(&app, more, of).await;
    assert!(found().await);
}

/// A cycle in which something was taken back and a lot ended that had started in it, as earlier
/// versions left it.
async fn what_an_earlier_version_closed_is_proved_by_what_it_left(app: TestApp) {
    app.clock_at("2026-01-10T10:00:00Z").await;
    let retainer = agree(&app, ten_hours).await;
    let lot = json!({ "kind": "goodwill", "quantity": 30, "on": "2026-01-12",
        "ends_on": "2026-01-18" });
    adjust(&app, &retainer, lot).await;
    let gone = record(&app, &retainer, "2026-01-09", 45).await["entry"].clone();
    let path = format!("/time-entries/{}", id(&gone));
    app.as_role(Role::Owner, "DELETE", &path).version(1).expect(200).await;
    app.clock_at("2026-01-13T10:00:00Z").await;
    record(&app, &retainer, "2026-01-13", 20).await;
    app.clock_at("2026-02-03T10:00:00Z").await;
    app.books_hold().await;
    let of = id(&retainer);
    let cycles = get(&app, &format!("/retainers/{of}/cycles")).await;
    let mut all = cycles["items"].as_array().unwrap().iter();
    let january = id(all.find(|cycle| cycle["seq"] == 1).unwrap()).to_owned();
    let unstarted = match app.db {
        Db::Sqlite { .. } => {
            "UPDATE pool_cycles SET sums =
            json_remove(sums, '$.closing.expired[0].starts') WHERE cycle_id = $1"
        }
        Db::Postgres { .. } => {
            "UPDATE pool_cycles SET sums =
            sums #- '{closing,expired,0,starts}' WHERE cycle_id = $1"
        }
    };
    run(&app, unstarted, &january).await;
    let earlier: [(&'static str, u64); 2] = [
        (
            "UPDATE ledger_entries SET lot_starts_on = NULL
             WHERE cycle_id = $1 AND kind IN ('consume', 'expire') AND lot_starts_on IS NOT NULL",
            2,
        ),
        (
            "UPDATE ledger_entries SET lot_kind = NULL, lot_origin = NULL, lot_ends_on = NULL,
                lot_quantity = 0, balance = 0
             WHERE cycle_id = $1 AND quantity IN (45, -45)",
            2,
        ),
    ];
    let write = async |sql: &'static str, of: &str| {
        let of: Uuid = of.parse().unwrap();
        let rows = app.db.write(async |tx| {
            let query = Query::with(sql, vec![Arg::from(of)]);
            Ok(tx.execute(query).await?)
        });
        rows.await.unwrap()
    };
    for (sql, rows) in earlier {
        assert_eq!(write(sql, &january).await, rows, "{sql}");
    }
    let told = breaches(&app).await.join("; ");
    assert!(told.contains("not what its facts make it"), "{told}");
    assert!(told.contains("its ledger was changed"), "{told}");
    run(&app, BEFORE, of).await;
    app.books_hold().await;
    // Whatever else is changed is found.
    let tampering = [
        (
            "UPDATE ledger_entries SET quantity = 21 WHERE cycle_id = $1 AND quantity = -20",
            "UPDATE ledger_entries SET quantity = -20 WHERE cycle_id = $1 AND quantity = 21",
        ),
        (
            "UPDATE ledger_entries SET lot_origin = 2 WHERE cycle_id = $1 AND kind = 'expire'
                AND quantity = -10",
            "UPDATE ledger_entries SET lot_origin = 1 WHERE cycle_id = $1 AND kind = 'expire'
                AND quantity = -10",
        ),
        (
            "UPDATE facts SET quantity = 21 WHERE cycle_id = $1 AND quantity = 20",
            "UPDATE facts SET quantity = 20 WHERE cycle_id = $1 AND quantity = 21",
        ),
    ];
    let still = async |told: &str, tampering: &[(&'static str, &'static str)]| {
        for (tamper, mend) in tampering {
            run(&app, tamper, &january).await;
            assert!(!breaches(&app).await.is_empty(), "{told}: {tamper}");
            run(&app, mend, &january).await;
            app.books_hold().await;
        }
    };
    still("whole", &tampering).await;
    // The first versions did not keep the time after a close: its order of lots is not proved.
    let unforeseen = match app.db {
        Db::Sqlite { .. } => {
            "UPDATE pool_cycles SET sums = json_remove(sums, '$.foresight') WHERE cycle_id = $1"
        }
        Db::Postgres { .. } => {
            "UPDATE pool_cycles SET sums = sums - 'foresight' WHERE cycle_id = $1"
        }
    };
    run(&app, unforeseen, &january).await;
    still("facts", &[tampering[0], tampering[2]]).await;
}
