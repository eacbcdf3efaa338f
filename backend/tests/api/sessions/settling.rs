//! How sessions went: used up, set aside or left in the pool, by status, notice and terms.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::{
    book, called_off, figures, get, held, now, of, path, post, retainer, settle, with_pool,
};
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, id};

on_both_engines![
    a_session_that_took_place_is_used_up,
    s2_10_two_called_off_in_time_are_made_up_next_month,
    s2_10_what_becomes_of_the_units_is_up_to_the_terms,
    notice_at_the_limit_is_in_time,
    a_preview_answers_the_same_and_does_nothing,
    only_what_has_begun_takes_place,
    a_session_of_a_closed_cycle_settles_against_its_hold,
    a_close_draws_only_what_would_lapse,
    what_a_close_billed_is_neither_held_nor_drawn_again,
    a_session_to_come_is_called_off_in_its_own_cycle,
    the_terms_of_the_sessions_cycle_decide,
    nothing_is_set_aside_that_was_not_there,
    what_is_set_aside_is_not_to_be_booked,
    a_pool_that_blocks_refuses_what_is_not_covered,
];

fn reason(settled: &Value) -> (&str, i64) {
    let reason = &settled["reason"];
    (reason["code"].as_str().unwrap(), reason["charged"].as_i64().unwrap())
}

async fn a_session_that_took_place_is_used_up(app: TestApp) {
    let retainer = retainer(&app, json!({})).await;
    let more = json!({ "starts_at": "2026-01-14T09:00:00Z", "units": 2, "title": "Kick-off" });
    let booked = post(&app, &retainer, more).expect(201).await;
    let settled = settle(&app, &booked, json!({ "status": "completed" })).expect(200).await;
    assert_eq!(reason(&settled), ("delivered", 2));
    assert_eq!(settled["reason"]["text"], "held: the 2 units are used up");
    assert_eq!(
        (&settled["reason"]["owed"], &settled["reason"]["overage"]),
        (&Value::Null, &json!(0))
    );
    assert_eq!(figures(&settled["balance"]), [2, 0, 0, 2]);
    let session = &settled["session"];
    assert_eq!((&session["state"], &session["charged"]), (&json!("completed"), &json!(2)));
    assert_eq!(
        (&session["settled_at"], &session["late"]),
        (&json!("2026-01-15T10:00:00Z"), &json!(false))
    );
    assert_eq!((&session["outcome"], &session["notice_minutes"]), (&Value::Null, &Value::Null));
    assert_eq!(
        (&session["cycle_id"], &session["version"]),
        (&settled["balance"]["cycle_id"], &json!(2))
    );
    let ledger = get(&app, &format!("/retainers/{}/ledger", id(&retainer))).await;
    let line = &ledger["items"][1];
    assert_eq!((&line["kind"], &line["quantity"]), (&json!("consume"), &json!(-2)));
    assert_eq!((&line["session_id"], &line["note"]), (&session["id"], &json!("Kick-off")));
    assert_eq!(line["on"], "2026-01-14");
    settle(&app, &booked, json!({ "status": "no_show" })).refused(ErrorCode::SessionSettled).await;
    app.books_hold().await;
}

/// Billed in advance, four sessions; two are called off in time: both are owed next month.
async fn s2_10_two_called_off_in_time_are_made_up_next_month(app: TestApp) {
    let retainer = retainer(&app, json!({})).await;
    held(&app, &retainer, "2026-01-06T09:00:00Z").await;
    let second = book(&app, &retainer, "2026-01-13T09:00:00Z").await;
    let second = settle(&app, &second, called_off("2026-01-12T03:00:00Z")).expect(200).await;
    assert_eq!(reason(&second), ("cancelled_in_time_carried", 0));
    let text = "cancelled 30 h before, notice is 24 h: the unit is set aside, to be made up until \
                28 February 2026";
    assert_eq!(second["reason"]["text"], text);
    let owed = json!({ "quantity": 1, "origin_seq": 1, "ends_on": "2026-03-01" });
    assert_eq!(second["reason"]["owed"], owed);
    assert_eq!(figures(&second["balance"]), [1, 0, 1, 2]);
    let session = &second["session"];
    assert_eq!(
        (&session["notice_minutes"], &session["notice_asked_hours"]),
        (&json!(1800), &json!(24))
    );
    assert_eq!((&session["outcome"], &session["state"]), (&json!("carry"), &json!("cancelled")));
    // The third is called off a week ahead, and the fourth takes place.
    let third = book(&app, &retainer, "2026-01-22T12:00:00Z").await;
    let third = settle(&app, &third, json!({ "status": "cancelled" })).expect(200).await;
    assert_eq!(third["session"]["notice_minutes"], 7 * 24 * 60 + 120);
    assert_eq!(figures(&third["balance"]), [1, 0, 2, 1]);
    app.clock_at("2026-01-27T12:00:00Z").await;
    held(&app, &retainer, "2026-01-27T09:00:00Z").await;
    // February has its four and the two, which are used first.
    app.clock_at("2026-02-03T12:00:00Z").await;
    assert_eq!(now(&app, &retainer).await, [0, 0, 0, 6]);
    // Each line says how its session went, frozen or not, and so does the sheet.
    let january = second["balance"]["cycle_id"].as_str().unwrap();
    let ledger = format!("/retainers/{}/ledger?cycle_id={january}", id(&retainer));
    let ledger = get(&app, &ledger).await;
    let lines = ledger["items"].as_array().unwrap().iter();
    let mut reasons: Vec<_> = lines.filter_map(|line| line["session_reason"].as_str()).collect();
    reasons.sort_unstable();
    let off = "cancelled_in_time_carried";
    assert_eq!(reasons, [off, off, "delivered", "delivered"]);
    let sheet = format!("/cycles/{january}/statement.csv");
    let sheet = app.as_role(Role::Owner, "GET", &sheet).send().await.unwrap().text().await.unwrap();
    assert_eq!(sheet.matches(off).count(), 2, "{sheet}");
    let made_up = held(&app, &retainer, "2026-02-03T09:00:00Z").await;
    let lots = &made_up["balance"]["lots"];
    assert_eq!((&lots[0]["kind"], &lots[0]["quantity"]), (&json!("makeup"), &json!(1)));
    assert_eq!((&lots[1]["kind"], &lots[1]["quantity"]), (&json!("included"), &json!(4)));
    // What is not made up by then is gone.
    app.clock_at("2026-03-03T12:00:00Z").await;
    assert_eq!(now(&app, &retainer).await, [0, 0, 0, 4]);
    app.books_hold().await;
}

async fn s2_10_what_becomes_of_the_units_is_up_to_the_terms(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let early = called_off("2026-01-13T07:00:00Z");
    let late = called_off("2026-01-14T07:00:00Z");
    let missed = json!({ "status": "no_show" });
    for (terms, how, code, expected) in [
        (json!({}), &early, "cancelled_in_time_released", [0, 0, 0, 4]),
        (json!({}), &late, "cancelled_late_charged", [2, 0, 0, 2]),
        (json!({}), &missed, "no_show_charged", [2, 0, 0, 2]),
        (json!({ "charge_percent": 50 }), &late, "cancelled_late_charged", [1, 0, 0, 3]),
        (json!({ "charge_percent": 20 }), &missed, "no_show_charged", [0, 0, 0, 4]),
        (json!({ "in_time": "carry" }), &early, "cancelled_in_time_carried", [0, 0, 2, 2]),
        (json!({ "in_time": "charge" }), &early, "cancelled_in_time_charged", [2, 0, 0, 2]),
        (json!({ "late": "release" }), &late, "cancelled_late_released", [0, 0, 0, 4]),
        (json!({ "late": "carry" }), &late, "cancelled_late_carried", [0, 0, 2, 2]),
        (json!({ "no_show": "release" }), &missed, "no_show_released", [0, 0, 0, 4]),
        (json!({ "no_show": "carry" }), &missed, "no_show_carried", [0, 0, 2, 2]),
    ] {
        let terms = json!({ "cancellation": terms });
        let retainer = agree(&app, with_pool(terms.clone())).await;
        let more = json!({ "starts_at": "2026-01-14T09:00:00Z", "units": 2 });
        let booked = post(&app, &retainer, more).expect(201).await;
        let settled = settle(&app, &booked, how.clone()).expect(200).await;
        assert_eq!(settled["reason"]["code"], code, "{terms}");
        assert_eq!(settled["session"]["reason_code"], code, "{terms}");
        assert_eq!(figures(&settled["balance"]), expected, "{terms} {code}");
        assert_eq!(settled["reason"]["charged"], expected[0], "{terms} {code}");
        assert_eq!(now(&app, &retainer).await, expected, "{terms} {code}");
    }
    app.books_hold().await;
}

async fn notice_at_the_limit_is_in_time(app: TestApp) {
    let retainer = retainer(&app, json!({})).await;
    for (at, minutes, code) in [
        ("2026-01-13T09:00:00Z", 1440, "cancelled_in_time_carried"),
        ("2026-01-13T09:00:01Z", 1439, "cancelled_late_charged"),
        ("2026-01-14T09:20:00Z", -20, "cancelled_late_charged"),
    ] {
        let booked = book(&app, &retainer, "2026-01-14T09:00:00Z").await;
        let settled = settle(&app, &booked, called_off(at)).expect(200).await;
        assert_eq!(settled["session"]["notice_minutes"], minutes);
        assert_eq!(reason(&settled).0, code, "{at}");
    }
}

async fn a_preview_answers_the_same_and_does_nothing(app: TestApp) {
    let rules = json!({ "overage": { "mode": "bill", "rate_minor": 20_000 } });
    let retainer = retainer(&app, rules).await;
    held(&app, &retainer, "2026-01-06T09:00:00Z").await;
    let booked = post(&app, &retainer, json!({ "starts_at": "2026-01-14T09:00:00Z", "units": 5 }));
    let booked = booked.expect(201).await;
    let preview = async |query: &str| {
        let path = format!("{}/settlement?{query}", path(&booked));
        app.as_role(Role::Viewer, "GET", &path).expect(200).await
    };
    let before = get(&app, &path(&booked)).await;
    for (query, how) in [
        ("status=cancelled&at=2026-01-12T09:00:00Z", called_off("2026-01-12T09:00:00Z")),
        ("status=cancelled", json!({ "status": "cancelled" })),
        ("status=no_show", json!({ "status": "no_show" })),
        ("status=completed", json!({ "status": "completed" })),
    ] {
        let mut told = preview(query).await;
        assert_eq!(get(&app, &path(&booked)).await["state"], "booked");
        assert_eq!(now(&app, &retainer).await, [1, 5, 0, 3]);
        let done = settle(&app, &booked, how).expect(200).await;
        // Nothing was saved, so the version is that of before.
        let version = done["session"]["version"].as_i64().unwrap();
        assert_eq!(told["session"]["version"], version - 1);
        told["session"]["version"] = version.into();
        assert_eq!(told, done, "{query}");
        let reopen = app.as_role(Role::Owner, "POST", &format!("{}/reopen", path(&booked)));
        reopen.expect(200).await;
    }
    let completed = preview("status=completed").await;
    assert_eq!(
        (&completed["reason"]["charged"], &completed["reason"]["overage"]),
        (&json!(5), &json!(2))
    );
    let text = "held: the 5 units are used up, 2 of them beyond what was left";
    assert_eq!(completed["reason"]["text"], text);
    assert_eq!(get(&app, &path(&booked)).await["title"], before["title"]);
    app.books_hold().await;
}

async fn only_what_has_begun_takes_place(app: TestApp) {
    let retainer = retainer(&app, json!({})).await;
    let booked = book(&app, &retainer, "2026-01-15T10:00:01Z").await;
    for status in ["completed", "no_show"] {
        settle(&app, &booked, json!({ "status": status })).faulty("/status", "not_begun").await;
        let preview = format!("{}/settlement?status={status}", path(&booked));
        app.as_role(Role::Owner, "GET", &preview).faulty("status", "not_begun").await;
    }
    settle(&app, &booked, called_off("2026-01-15T10:00:01Z")).faulty("/at", "future").await;
    settle(&app, &booked, called_off("1969-01-15T10:00:01Z")).faulty("/at", "out_of_range").await;
    let at = json!({ "status": "no_show", "at": "2026-01-15T09:00:00Z" });
    settle(&app, &booked, at).faulty("/at", "not_allowed").await;
    let preview = |query: &str| {
        app.as_role(Role::Owner, "GET", &format!("{}/settlement?{query}", path(&booked)))
    };
    preview("status=no_show&at=2026-01-15T09:00:00Z").faulty("at", "not_allowed").await;
    preview("status=cancelled&at=2026-01-16T09:00:00Z").faulty("at", "future").await;
    preview("at=2026-01-15T09:00:00Z").faulty("status", "required").await;
    app.clock_at("2026-01-15T10:00:01Z").await;
    settle(&app, &booked, json!({ "status": "completed" })).expect(200).await;
    preview("status=completed").refused(ErrorCode::SessionSettled).await;
}

/// What was bought without an end, and what carries, is there when the session is settled.
async fn a_close_draws_only_what_would_lapse(app: TestApp) {
    let package = json!({ "allowance": 0, "cancellation": { "in_time": "release" } });
    let package = retainer(&app, package).await;
    let bought = json!({ "retainer_id": id(&package), "kind": "purchase", "quantity": 10,
        "on": "2026-01-15", "reason": "Package of ten" });
    app.as_role(Role::Owner, "POST", "/adjustments").json(&bought).expect(201).await;
    let carries = retainer(&app, json!({ "rollover": {} })).await;
    let mut booked = Vec::new();
    for retainer in [&package, &carries] {
        booked.push(book(&app, retainer, "2026-01-30T09:00:00Z").await);
    }
    app.clock_at("2026-02-03T10:00:00Z").await;
    for (retainer, booked, left) in [(&package, &booked[0], 10), (&carries, &booked[1], 8)] {
        assert_eq!(now(&app, retainer).await, [0, 1, 0, left]);
        settle(&app, booked, json!({ "status": "completed" })).expect(200).await;
        assert_eq!(now(&app, retainer).await, [1, 0, 0, left - 1]);
    }
    app.books_hold().await;
}

async fn what_a_close_billed_is_neither_held_nor_drawn_again(app: TestApp) {
    let bills = json!({ "overage": { "mode": "bill", "rate_minor": 20_000 } });
    let retainer = retainer(&app, bills).await;
    let mut last = Value::Null;
    for day in 5..10 {
        let booked = book(&app, &retainer, &format!("2026-01-0{day}T09:00:00Z")).await;
        last = settle(&app, &booked, json!({ "status": "completed" })).expect(200).await;
    }
    let mut terms = retainer["terms"]["terms"].clone();
    terms["pools"][0]["overage"] = json!({ "mode": "block" });
    let amend = format!("/retainers/{}/amendments", id(&retainer));
    app.as_role(Role::Owner, "POST", &amend).json(&json!({ "terms": terms })).expect(201).await;
    app.clock_at("2026-02-03T10:00:00Z").await;
    // The next cycle is booked up: nothing of it is asked for.
    let full = post(&app, &retainer, json!({ "starts_at": "2026-02-10T09:00:00Z", "units": 4 }));
    let full = full.expect(201).await;
    let reopen = app.as_role(Role::Owner, "POST", &format!("{}/reopen", path(&last)));
    assert_eq!(figures(&reopen.expect(200).await["balance"]), [0, 4, 0, 4]);
    of(&app, "DELETE", &full).expect(200).await;
    app.clock_at("2026-03-03T10:00:00Z").await;
    app.books_hold().await;
    assert_eq!(now(&app, &retainer).await, [0, 0, 0, 4]);
    let february = format!("/retainers/{}?as_of=2026-02-28", id(&retainer));
    assert_eq!(figures(&get(&app, &february).await["balances"][0])[0], 0, "billed in January");
    settle(&app, &last, json!({ "status": "completed" })).expect(200).await;
    assert_eq!(now(&app, &retainer).await, [0, 0, 0, 4]);
    app.books_hold().await;
}

/// Its close drew what was booked; how it went settles against that, in any order, once.
async fn a_session_of_a_closed_cycle_settles_against_its_hold(app: TestApp) {
    let retainer = retainer(&app, json!({ "overage": { "mode": "block" } })).await;
    let mut booked = Vec::new();
    for day in 20..24 {
        booked.push(book(&app, &retainer, &format!("2026-01-{day}T09:00:00Z")).await);
    }
    let february =
        post(&app, &retainer, json!({ "starts_at": "2026-02-10T09:00:00Z", "units": 4 }));
    february.expect(201).await;
    app.clock_at("2026-02-03T10:00:00Z").await;
    assert_eq!(now(&app, &retainer).await, [0, 4, 0, 4]);
    let then = get(&app, &format!("/retainers/{}?as_of=2026-01-31", id(&retainer))).await;
    assert_eq!(figures(&then["balances"][0]), [0, 4, 0, 4], "what was booked then");
    app.books_hold().await;
    // The next cycle is booked up: nothing of it is needed.
    for (place, how) in [(2, "completed"), (0, "no_show")] {
        let path = format!("{}/settlement?status={how}", path(&booked[place]));
        let told = get(&app, &path).await;
        let done = settle(&app, &booked[place], json!({ "status": how })).expect(200).await;
        assert_eq!((&told["reason"], &told["balance"]), (&done["reason"], &done["balance"]));
        assert_eq!((&done["balance"]["seq"], figures(&done["balance"])), (&json!(1), [4, 0, 0, 0]));
        assert_eq!(
            (&done["session"]["late"], &done["session"]["charged"]),
            (&json!(false), &json!(1))
        );
        let again = settle(&app, &booked[place], json!({ "status": how }));
        again.refused(ErrorCode::SessionSettled).await;
        assert_eq!(now(&app, &retainer).await, [0, 4, 0, 4]);
    }
    // What it does not draw comes back: to be made up, booked on another day, or not at all.
    let off = settle(&app, &booked[1], called_off("2026-01-19T09:00:00Z")).expect(200).await;
    assert_eq!(figures(&off["balance"]), [0, 4, 1, 4]);
    let owed = json!({ "quantity": 1, "origin_seq": 2, "ends_on": "2026-04-01" });
    assert_eq!(off["reason"]["owed"], owed);
    let later = json!({ "starts_at": "2026-02-11T09:00:00Z" });
    let moved = of(&app, "PATCH", &booked[3]).json(&later).expect(200).await;
    assert_eq!(figures(&moved["balance"]), [0, 5, 1, 5]);
    assert_eq!(moved["session"]["cycle_id"], Value::Null);
    assert_eq!(figures(&of(&app, "DELETE", &moved).expect(200).await), [0, 4, 1, 5]);
    let ledger = get(&app, &format!("/retainers/{}/ledger", id(&retainer))).await;
    let lines = ledger["items"].as_array().unwrap();
    let told: Vec<_> =
        lines.iter().map(|line| (line["kind"].as_str().unwrap(), &line["worked_on"])).collect();
    let [second, fourth] = [json!("2026-01-21"), json!("2026-01-23")];
    assert_eq!(told[1..], [("restore", &second), ("restore", &fourth), ("set_aside", &second)]);
    app.books_hold().await;
}

async fn a_session_to_come_is_called_off_in_its_own_cycle(app: TestApp) {
    let retainer = retainer(&app, json!({})).await;
    let february = book(&app, &retainer, "2026-02-10T09:00:00Z").await;
    let settled = settle(&app, &february, json!({ "status": "cancelled" })).expect(200).await;
    assert_eq!(
        (&settled["balance"]["seq"], figures(&settled["balance"])),
        (&json!(2), [0, 0, 1, 3])
    );
    assert_eq!(settled["reason"]["owed"]["ends_on"], "2026-04-01");
    assert_eq!(now(&app, &retainer).await, [0, 0, 0, 4]);
    // A cycle that is not made yet has nothing to set aside; the booking can be removed.
    let june = book(&app, &retainer, "2026-06-09T09:00:00Z").await;
    let cancelled = json!({ "status": "cancelled" });
    settle(&app, &june, cancelled.clone()).faulty("/status", "too_far_ahead").await;
    of(&app, "DELETE", &june).expect(200).await;
    // Where its units stay in the pool there is nothing to set aside.
    let releasing = agree(&app, with_pool(json!({ "cancellation": {} })));
    let june = book(&app, &releasing.await, "2026-06-09T09:00:00Z").await;
    let settled = settle(&app, &june, cancelled).expect(200).await;
    assert_eq!(reason(&settled), ("cancelled_in_time_released", 0));
    assert_eq!(
        (&settled["session"]["cycle_id"], figures(&settled["balance"])),
        (&Value::Null, [0, 0, 0, 4])
    );
    let reopen = app.as_role(Role::Owner, "POST", &format!("{}/reopen", path(&june)));
    assert_eq!(reopen.expect(200).await["session"]["state"], "booked");
    app.clock_at("2026-03-03T10:00:00Z").await;
    assert_eq!(now(&app, &retainer).await, [0, 0, 0, 5]);
    app.books_hold().await;
}

async fn the_terms_of_the_sessions_cycle_decide(app: TestApp) {
    let retainer = retainer(&app, json!({})).await;
    let january = book(&app, &retainer, "2026-01-20T09:00:00Z").await;
    let february = book(&app, &retainer, "2026-02-10T09:00:00Z").await;
    let mut terms = retainer["terms"]["terms"].clone();
    terms["pools"][0]["cancellation"] = json!({ "notice_hours": 48, "late": "charge" });
    let amend = format!("/retainers/{}/amendments", id(&retainer));
    app.as_role(Role::Owner, "POST", &amend).json(&json!({ "terms": terms })).expect(201).await;
    app.clock_at("2026-02-11T10:00:00Z").await;
    let old = settle(&app, &january, called_off("2026-01-19T03:00:00Z")).expect(200).await;
    assert_eq!(
        (reason(&old).0, &old["session"]["notice_asked_hours"]),
        ("cancelled_in_time_carried", &json!(24))
    );
    let new = settle(&app, &february, called_off("2026-02-09T03:00:00Z")).expect(200).await;
    assert_eq!(
        (reason(&new).0, &new["session"]["notice_asked_hours"]),
        ("cancelled_late_charged", &json!(48))
    );
    let text = "cancelled 30 h before, notice is 48 h: the unit is used up";
    assert_eq!(new["reason"]["text"], text);
    app.books_hold().await;
}

async fn nothing_is_set_aside_that_was_not_there(app: TestApp) {
    let retainer = retainer(&app, json!({})).await;
    let all = post(&app, &retainer, json!({ "starts_at": "2026-01-06T09:00:00Z", "units": 3 }));
    settle(&app, &all.expect(201).await, json!({ "status": "completed" })).expect(200).await;
    let two = post(&app, &retainer, json!({ "starts_at": "2026-01-13T09:00:00Z", "units": 2 }));
    let early = called_off("2026-01-10T09:00:00Z");
    let two = settle(&app, &two.expect(201).await, early.clone()).expect(200).await;
    assert_eq!(
        (&two["reason"]["owed"]["quantity"], figures(&two["balance"])),
        (&json!(1), [3, 0, 1, 0])
    );
    assert!(two["reason"]["text"].as_str().unwrap().contains("1 of 2 units is set aside"));
    let more = book(&app, &retainer, "2026-01-14T09:00:00Z").await;
    let more = settle(&app, &more, early).expect(200).await;
    assert_eq!((&more["reason"]["owed"], figures(&more["balance"])), (&Value::Null, [3, 0, 1, 0]));
    assert!(more["reason"]["text"].as_str().unwrap().ends_with("nothing was left to set aside"));
    app.books_hold().await;
}

async fn what_is_set_aside_is_not_to_be_booked(app: TestApp) {
    let rules = json!({ "overage": { "mode": "block" } });
    let retainer = retainer(&app, rules).await;
    let off = book(&app, &retainer, "2026-01-28T09:00:00Z").await;
    settle(&app, &off, json!({ "status": "cancelled" })).expect(200).await;
    // Before the day of the one that is set aside, too.
    let four = json!({ "starts_at": "2026-01-20T09:00:00Z", "units": 4 });
    post(&app, &retainer, four).refused(ErrorCode::InsufficientBalance).await;
    let three = json!({ "starts_at": "2026-01-20T09:00:00Z", "units": 3 });
    let three = post(&app, &retainer, three).expect(201).await;
    assert_eq!(figures(&three["balance"]), [0, 3, 1, 3]);
}

async fn a_pool_that_blocks_refuses_what_is_not_covered(app: TestApp) {
    let retainer = retainer(&app, json!({})).await;
    let five = post(&app, &retainer, json!({ "starts_at": "2026-01-14T09:00:00Z", "units": 5 }));
    let five = five.expect(201).await;
    let mut terms = retainer["terms"]["terms"].clone();
    terms["pools"][0]["overage"] = json!({ "mode": "block" });
    let amend = format!("/retainers/{}/amendments", id(&retainer));
    app.as_role(Role::Owner, "POST", &amend).json(&json!({ "terms": terms })).expect(201).await;
    app.clock_at("2026-02-03T10:00:00Z").await;
    let held = || settle(&app, &five, json!({ "status": "completed" }));
    held().refused(ErrorCode::InsufficientBalance).await;
    let preview = format!("{}/settlement?status=completed", path(&five));
    app.as_role(Role::Owner, "GET", &preview).refused(ErrorCode::InsufficientBalance).await;
    assert_eq!(now(&app, &retainer).await, [0, 5, 0, 4]);
    app.books_hold().await;
}
