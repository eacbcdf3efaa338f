//! What stays of an amendment: its settlement, the rules of its pools, what was undone of it.
//! Source: domain 2.11, 2.12, docs/decisions/0019.
use backend::db::{Arg, Query};
use serde_json::{Value, json};
use shared::api::Role;
use uuid::Uuid;

use crate::amendments::{SIXTEENTH, figures, july, post, to};
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{get, id};

on_both_engines![
    a_settlement_stays_when_its_cycle_has_closed,
    a_pool_that_is_new_in_a_cycle_brings_its_rules,
    what_an_earlier_version_let_people_undo_stays_undone,
];

/// 3,100.00 from the 1st on, at once 6,200.00: of a day that is the first of its cycle too.
async fn a_settlement_stays_when_its_cycle_has_closed(app: TestApp) {
    let mut settled = Vec::new();
    for (day, amended) in [("01", 310_000), ("05", 270_000)] {
        app.clock_at(&format!("2027-07-{day}T09:00:00Z")).await;
        let retainer = july(&app, 310_000).await;
        post(&app, &retainer, "amendments", to(&retainer, 600, 620_000)).await;
        let ended = post(&app, &retainer, "end", json!({ "ends_on": "2027-07-20" })).await;
        assert_eq!(ended["settlement"]["amended_minor"], amended, "{ended}");
        settled.push(ended);
    }
    app.clock_at("2027-07-21T09:00:00Z").await;
    for ended in settled {
        let closed = get(&app, &format!("/retainers/{}", id(&ended))).await;
        assert_eq!(closed["state"], "ended");
        assert_eq!(closed["settlement"], ended["settlement"]);
    }
    app.books_hold().await;
}

/// 310 minutes more from the 16th on in a pool of their own, half of what is left of which carries,
/// and which blocks.
async fn a_pool_that_is_new_in_a_cycle_brings_its_rules(app: TestApp) {
    app.clock_at(SIXTEENTH).await;
    let retainer = july(&app, 150_000).await;
    let mut change = to(&retainer, 600, 150_000);
    let pool = json!({ "key": "design", "unit": "minutes", "allowance": 620,
        "rollover": { "max_cycles": 1, "carry_percent": 50 },
        "overage": { "mode": "block" }, "alert_levels": [70] });
    change["terms"]["pools"].as_array_mut().unwrap().push(pool);
    let amended = post(&app, &retainer, "amendments", change).await;
    let of = |retainer: &Value| {
        let mut all = retainer["balances"].as_array().unwrap().iter();
        all.find(|balance| balance["pool"]["key"] == "design").cloned().unwrap()
    };
    let balance = of(&amended);
    let figures = |of: &Value| ["available", "carries", "lapses"].map(|key| of[key].clone());
    assert_eq!(figures(&balance), [json!(320), json!(160), json!(160)]);
    let entry = |minutes: i64| {
        json!({ "retainer_id": retainer["id"], "worked_on": "2027-07-16", "pool": "design",
            "minutes": minutes })
    };
    let write = |minutes| app.as_role(Role::Owner, "POST", "/time-entries").json(&entry(minutes));
    assert_eq!(write(321).expect(409).await["code"], "insufficient_balance");
    write(240).expect(201).await;
    let alerts = get(&app, &format!("/alerts?retainer_id={}", id(&retainer))).await;
    let mut told = alerts["items"].as_array().unwrap().iter();
    assert!(told.any(|alert| alert["threshold"] == 70), "{alerts}");
    app.clock_at("2027-08-01T09:00:00Z").await;
    let august = of(&get(&app, &format!("/retainers/{}", id(&retainer))).await);
    assert_eq!((&august["opening"], &august["available"]), (&json!(40), &json!(660)));
    app.books_hold().await;
}

/// Before amendments were recut, their lines could be taken back by hand. A pause leaves that as it
/// is, and the check does not ask for it.
async fn what_an_earlier_version_let_people_undo_stays_undone(app: TestApp) {
    app.clock_at(SIXTEENTH).await;
    let retainer = july(&app, 150_000).await;
    post(&app, &retainer, "amendments", to(&retainer, 900, 150_000)).await;
    app.clock_at("2027-07-17T09:00:00Z").await;
    let id_of: Uuid = id(&retainer).parse().unwrap();
    let undo = [
        "INSERT INTO facts (id, organisation_id, retainer_id, pool_id, cycle_id, record_no, kind,
            quantity, worked_on, effective_on, late, adjustment_id, member_id, reverses_id,
            recorded_by, recorded_at)
        SELECT adjustment_id, organisation_id, retainer_id, pool_id, cycle_id, record_no + 1,
            'reverse', quantity, worked_on, effective_on, late, adjustment_id, member_id, id,
            recorded_by, recorded_at
        FROM facts WHERE retainer_id = $1 AND adjustment_id IS NOT NULL",
        "UPDATE retainers SET last_record = last_record + 1 WHERE id = $1",
        "UPDATE adjustments SET undone_at = created_at, version = 2 WHERE retainer_id = $1",
        "INSERT INTO books_before (organisation_id, retainer_id, last_record, closed_seq,
            terms_number)
        SELECT organisation_id, id, last_record, 0, 2 FROM retainers WHERE id = $1",
    ];
    for sql in undo {
        let query = async |tx: &mut backend::db::Tx| {
            Ok(tx.execute(Query::with(sql, vec![Arg::from(id_of)])).await?)
        };
        assert_eq!(app.db.write(query).await.unwrap(), 1, "{sql}");
    }
    app.books_hold().await;
    let paused = post(&app, &retainer, "pause", json!({ "from": "2027-07-20" })).await;
    assert_eq!(figures(&paused), [368, 0, 368]);
    // What is agreed from now on is cut with its cycle like any other.
    let amended = post(&app, &paused, "amendments", to(&retainer, 910, 150_000)).await;
    let resumed = post(&app, &amended, "resume", json!({ "on": "2027-07-20" })).await;
    assert_eq!(figures(&resumed), [600, 5, 605]);
    app.books_hold().await;
}
