//! Dated changes of scope, and who decides about them. Source: requirements S0-22, S0-33.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use crate::app::{Answer, TestApp};
use crate::ask::Ask;
use crate::on_both_engines;
use crate::retainers::{agree, get, id, ten_hours};
use crate::scope::{lines, running, scope_of, set, texts};

on_both_engines![
    s0_33_a_change_holds_from_its_day_and_old_and_new_stay_readable,
    s0_33_what_was_declined_changes_nothing_and_is_decided_once,
    s0_33_a_line_ends_once,
    s0_22_our_side_of_a_clients_retainer_decides_only_by_delegation,
    s0_22_a_partner_decides_about_its_retainer_only_by_delegation,
    s0_22_a_delegation_is_dated_and_can_be_taken_back,
    s0_22_a_right_to_decide_is_given_by_who_has_it,
    a_person_whom_a_decision_names_stays,
    a_bad_change_is_told_at_its_field,
];

/// A running retainer with lines, and the person at its account.
async fn agreed(app: &TestApp) -> (Value, Value) {
    let retainer = running(app).await;
    set(app, &retainer, 0, &lines()).await;
    let people = format!("/accounts/{}/contacts", retainer["account_id"].as_str().unwrap());
    let mia = json!({ "name": "Mia Berg", "decides": true });
    let mia = app.as_role(Role::Owner, "POST", &people).json(&mia);
    (retainer, mia.expect(201).await)
}

fn propose(app: &TestApp, retainer: &Value, body: &Value) -> Ask {
    let path = format!("{}/changes", scope_of(retainer));
    app.as_role(Role::Manager, "POST", &path).json(body)
}

/// "A report" gives way to "A weekly report" on the first of February.
async fn weekly(app: &TestApp, retainer: &Value) -> Value {
    let scope = get(app, &scope_of(retainer)).await;
    let lines = scope["lines"].as_array().unwrap();
    let report = lines.iter().find(|line| line["text"] == "A report").unwrap();
    let body = json!({
        "effective_on": "2026-02-01", "reason": " The board reads weekly ", "ends": [report["id"]],
        "begins": [{ "kind": "included", "text": " A weekly report " }],
    });
    propose(app, retainer, &body).expect(201).await
}

fn contact(of: &Value) -> Value {
    json!({ "kind": "contact", "id": of["id"] })
}
async fn member(app: &TestApp, role: Role) -> Value {
    json!({ "kind": "member", "id": app.member(role).await })
}

fn decide(app: &TestApp, change: &Value, way: &str, by: &Value, evidence: Option<&str>) -> Ask {
    let path = format!("/scope-changes/{}/{way}", id(change));
    let body = json!({ "decided_by": by, "evidence": evidence });
    app.as_role(Role::Manager, "POST", &path).json(&body)
}

async fn s0_33_a_change_holds_from_its_day_and_old_and_new_stay_readable(app: TestApp) {
    let (retainer, mia) = agreed(&app).await;
    let change = weekly(&app, &retainer).await;
    assert_eq!((&change["state"], &change["number"]), (&json!("proposed"), &json!(1)));
    assert_eq!(change["ends"][0]["text"], "A report");
    assert_eq!(change["reason"], "The board reads weekly");
    decide(&app, &change, "accept", &contact(&mia), None).faulty("/evidence", "required").await;
    let accepted = decide(&app, &change, "accept", &contact(&mia), Some("Mail of 15 Jan"));
    let accepted = accepted.expect(200).await;
    let decision = &accepted["decision"];
    assert_eq!((&accepted["state"], &decision["by"]["name"]), (&json!("accepted"), &mia["name"]));
    assert_eq!(
        (&decision["evidence"], &decision["recorded_by_name"]),
        (&json!("Mail of 15 Jan"), &json!("manager"))
    );
    let on = async |day: &str| get(&app, &format!("{}?on={day}", scope_of(&retainer))).await;
    let before = on("2026-01-31").await;
    assert_eq!(texts(&before, "included"), ["Two newsletters", "A report"]);
    assert_eq!(before["lines"][1]["ends_on"], "2026-02-01");
    assert_eq!(before["coming"][0]["text"], "A weekly report");
    let after = on("2026-02-01").await;
    assert_eq!(texts(&after, "included"), ["Two newsletters", "A weekly report"]);
    assert_eq!((&after["coming"], texts(&after, "excluded").len()), (&json!([]), 2));
    let kept = get(&app, &format!("{}/changes", scope_of(&retainer))).await;
    assert_eq!(kept["items"][0], accepted);
}

async fn s0_33_what_was_declined_changes_nothing_and_is_decided_once(app: TestApp) {
    let (retainer, mia) = agreed(&app).await;
    let change = weekly(&app, &retainer).await;
    let declined = decide(&app, &change, "decline", &contact(&mia), Some("By phone"));
    assert_eq!(declined.expect(200).await["state"], "declined");
    for way in ["accept", "decline"] {
        let again = decide(&app, &change, way, &contact(&mia), Some("By phone"));
        again.refused(ErrorCode::ScopeChangeDecided).await;
    }
    let later = get(&app, &format!("{}?on=2026-03-01", scope_of(&retainer))).await;
    assert_eq!(texts(&later, "included"), ["Two newsletters", "A report"]);
    let second = weekly(&app, &retainer).await;
    assert_eq!(second["number"], 2);
    let path = format!("{}/changes?limit=1", scope_of(&retainer));
    let page = get(&app, &path).await;
    assert_eq!(page["items"][0]["number"], 2);
    let cursor = page["next_cursor"].as_str().unwrap();
    assert_eq!(get(&app, &format!("{path}&cursor={cursor}")).await["items"][0]["number"], 1);
}

async fn s0_33_a_line_ends_once(app: TestApp) {
    let (retainer, mia) = agreed(&app).await;
    let (one, other) = (weekly(&app, &retainer).await, weekly(&app, &retainer).await);
    let accept = |change: &Value| decide(&app, change, "accept", &contact(&mia), Some("Mail"));
    accept(&one).expect(200).await;
    accept(&other).refused(ErrorCode::ScopeLineEnded).await;
    let kept = get(&app, &format!("{}/changes", scope_of(&retainer))).await;
    assert_eq!(kept["items"][0]["state"], "proposed", "nothing of it was kept");
}

async fn s0_22_our_side_of_a_clients_retainer_decides_only_by_delegation(app: TestApp) {
    let (retainer, mia) = agreed(&app).await;
    let change = weekly(&app, &retainer).await;
    let by_us = member(&app, Role::Manager).await;
    let problem = decide(&app, &change, "accept", &by_us, None).refused(ErrorCode::MayNotDecide);
    let detail = "manager is not on the side whose business it is, and no delegation holds on \
                  2026-01-15";
    assert_eq!(problem.await["detail"], detail);
    delegate(&app, &retainer, (&contact(&mia), &by_us), "2026-01-15", None).expect(201).await;
    // What one decides oneself needs no other evidence.
    let accepted = decide(&app, &change, "accept", &by_us, None).expect(200).await;
    assert_eq!(accepted["decision"]["by"]["name"], "manager");
}

async fn s0_22_a_partner_decides_about_its_retainer_only_by_delegation(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let partner = json!({ "name": "Studio Parallel", "kind": "partner" });
    let partner = app.as_role(Role::Owner, "POST", "/accounts").json(&partner).expect(201).await;
    let body = ten_hours(&partner["id"]);
    let retainer = app.as_role(Role::Owner, "POST", "/retainers").json(&body).expect(201).await;
    set(&app, &retainer, 0, &lines()).await;
    let people = format!("/accounts/{}/contacts", id(&partner));
    let yuki = app.as_role(Role::Owner, "POST", &people).json(&json!({ "name": "Yuki" }));
    let yuki = contact(&yuki.expect(201).await);
    let sent = member(&app, Role::Partner).await;
    let change = weekly(&app, &retainer).await;
    let accept = |by: &Value| decide(&app, &change, "accept", by, Some("Mail"));
    accept(&yuki).refused(ErrorCode::MayNotDecide).await;
    accept(&sent).refused(ErrorCode::MayNotDecide).await;
    let ours = member(&app, Role::Member).await;
    let given = |by, to| delegate(&app, &retainer, (by, to), "2026-01-15", None);
    given(&ours, &ours).faulty("/holder", "decides_anyway").await;
    given(&yuki, &sent).faulty("/granted_by", "does_not_decide").await;
    given(&ours, &yuki).expect(201).await;
    accept(&sent).refused(ErrorCode::MayNotDecide).await;
    accept(&yuki).expect(200).await;
    let next = weekly_again(&app, &retainer).await;
    decide(&app, &next, "accept", &ours, Some("Said so")).expect(200).await;
}

async fn weekly_again(app: &TestApp, retainer: &Value) -> Value {
    let begins = json!([{ "kind": "excluded", "text": "Music licences" }]);
    let body = json!({ "effective_on": "2026-01-20", "reason": "Costs", "begins": begins });
    propose(app, retainer, &body).expect(201).await
}

fn delegate(
    app: &TestApp,
    retainer: &Value,
    (by, to): (&Value, &Value),
    starts_on: &str,
    ends_on: Option<&str>,
) -> Ask {
    let path = format!("/retainers/{}/delegations", id(retainer));
    let body = json!({ "holder": to, "granted_by": by, "evidence": " Mail of 14 Jan ",
        "reason": "On leave", "starts_on": starts_on, "ends_on": ends_on });
    app.as_role(Role::Admin, "POST", &path).json(&body)
}

/// Nobody decides for the client because they wrote down that they may.
async fn s0_22_a_right_to_decide_is_given_by_who_has_it(app: TestApp) {
    let retainer = running(&app).await;
    set(&app, &retainer, 0, &lines()).await;
    let people = format!("/accounts/{}/contacts", retainer["account_id"].as_str().unwrap());
    let join = async |body: Value| {
        contact(&app.as_role(Role::Owner, "POST", &people).json(&body).expect(201).await)
    };
    let tom = join(json!({ "name": "Tom Helper" })).await;
    let us = member(&app, Role::Manager).await;
    let given = |by: &Value, to: &Value| delegate(&app, &retainer, (by, to), "2026-01-15", None);
    given(&tom, &us).faulty("/granted_by", "nobody_decides").await;
    // Nobody is noted: then anybody there decides.
    let (change, other) = (weekly(&app, &retainer).await, weekly(&app, &retainer).await);
    decide(&app, &other, "decline", &tom, Some("Mail")).expect(200).await;
    let mia = join(json!({ "name": "Mia Berg", "decides": true })).await;
    let not_tom = decide(&app, &change, "accept", &tom, Some("Mail"));
    not_tom.faulty("/decided_by", "does_not_decide").await;
    given(&tom, &us).faulty("/granted_by", "does_not_decide").await;
    given(&us, &us).faulty("/granted_by", "does_not_decide").await;
    let path = format!("/retainers/{}/delegations", id(&retainer));
    let mut body = json!({ "holder": us, "granted_by": mia, "reason": "On leave",
        "starts_on": "2026-01-15" });
    let by = |role: Role, body: &Value| app.as_role(role, "POST", &path).json(body);
    by(Role::Admin, &body).faulty("/evidence", "required").await;
    body["evidence"] = json!("Mail of 14 Jan");
    by(Role::Manager, &body).faulty("/holder", "own_right").await;
    decide(&app, &change, "accept", &us, None).refused(ErrorCode::MayNotDecide).await;
    given(&mia, &mia).faulty("/holder", "decides_anyway").await;
    // What others there decide, they may give to a colleague of theirs.
    given(&mia, &tom).expect(201).await;
    decide(&app, &change, "accept", &tom, Some("Mail")).expect(200).await;
    // Whoever is alone has nobody else to write it down.
    let owner = member(&app, Role::Owner).await;
    body["holder"] = owner.clone();
    by(Role::Owner, &body).faulty("/holder", "own_right").await;
    for role in [Role::Admin, Role::Manager] {
        let path = format!("/members/{}", app.member(role).await.as_str().unwrap());
        let leave = app.as_role(Role::Owner, "PATCH", &path).version(1);
        leave.json(&json!({ "active": false })).expect(200).await;
    }
    let alone = by(Role::Owner, &body).expect(201).await;
    assert_eq!(alone["granted_by"], "Mia Berg, Mail of 14 Jan");
}

async fn s0_22_a_delegation_is_dated_and_can_be_taken_back(app: TestApp) {
    let (retainer, mia) = agreed(&app).await;
    let us = member(&app, Role::Manager).await;
    let mia = contact(&mia);
    let give = |from: &str, to: Option<&str>| delegate(&app, &retainer, (&mia, &us), from, to);
    give("2026-01-20", Some("2026-01-20")).faulty("/ends_on", "end_before_start").await;
    let given = give("2026-01-20", Some("2026-01-25")).expect(201).await;
    let words = json!("Mia Berg, Mail of 14 Jan");
    assert_eq!((&given["holds"], &given["granted_by"]), (&json!(false), &words));
    let change = weekly(&app, &retainer).await;
    let accept = || decide(&app, &change, "accept", &us, None);
    accept().refused(ErrorCode::MayNotDecide).await;
    app.clock_at("2026-01-25T10:00:00Z").await;
    accept().refused(ErrorCode::MayNotDecide).await;
    let open = give("2026-01-25", None).expect(201).await;
    let revoke = format!("/delegations/{}/revoke", id(&open));
    let revoked = app.as_role(Role::Manager, "POST", &revoke).expect(200).await;
    assert_eq!(
        (&revoked["holds"], &revoked["revoked_by_name"]),
        (&json!(false), &json!("manager"))
    );
    app.wait(chrono::Duration::hours(1));
    let again = app.as_role(Role::Owner, "POST", &revoke).expect(200).await;
    assert_eq!(again, revoked, "the first time stays");
    accept().refused(ErrorCode::MayNotDecide).await;
    let listed = get(&app, &format!("/retainers/{}/delegations", id(&retainer))).await;
    let ids: Vec<&Value> = listed["items"].as_array().unwrap().iter().map(|d| &d["id"]).collect();
    assert_eq!(ids, [&open["id"], &given["id"]]);
    give("2026-01-25", None).expect(201).await;
    accept().expect(200).await;
}

async fn a_person_whom_a_decision_names_stays(app: TestApp) {
    let (retainer, mia) = agreed(&app).await;
    let change = weekly(&app, &retainer).await;
    decide(&app, &change, "accept", &contact(&mia), Some("Mail")).expect(200).await;
    let remove = |of: &Value| {
        app.as_role(Role::Owner, "DELETE", &format!("/contacts/{}", id(of))).version(1)
    };
    remove(&mia).refused(ErrorCode::InUse).await;
    let people = format!("/accounts/{}/contacts", retainer["account_id"].as_str().unwrap());
    let tom = app.as_role(Role::Owner, "POST", &people).json(&json!({ "name": "Tom" }));
    remove(&tom.expect(201).await).expect(204).await;
}

async fn a_bad_change_is_told_at_its_field(app: TestApp) {
    let (retainer, mia) = agreed(&app).await;
    let scope = get(&app, &scope_of(&retainer)).await;
    let line = &scope["lines"][0]["id"];
    let with = |change: Value| {
        let mut body = json!({ "effective_on": "2026-02-01", "reason": "x", "ends": [line] });
        for (key, value) in change.as_object().unwrap() {
            body[key] = value.clone();
        }
        propose(&app, &retainer, &body)
    };
    with(json!({ "ends": [] })).faulty("/begins", "required").await;
    with(json!({ "ends": [line, line] })).faulty("/ends/1", "exists").await;
    with(json!({ "ends": [retainer["id"]] })).faulty("/ends/0", "not_found").await;
    with(json!({ "effective_on": "2025-12-31" })).faulty("/effective_on", "before_start").await;
    // The lines begin on the day they were first written.
    with(json!({ "effective_on": "2026-01-15" })).faulty("/effective_on", "line_not_begun").await;
    let begins = json!([{ "kind": "excluded", "text": "PRINT" }]);
    with(json!({ "begins": begins })).faulty("/begins/0/text", "exists").await;
    with(json!({ "reason": " " })).faulty("/reason", "required").await;
    // Time is sold where a pool keeps it.
    let things = agree(&app, |account| {
        let mut body = ten_hours(account);
        body["terms"]["pools"] = json!([{ "unit": "deliverables", "allowance": 2 }]);
        body
    });
    let begins = json!([{ "kind": "included", "text": "Print" }]);
    let mut timed = json!({ "effective_on": "2026-02-01", "reason": "x", "begins": begins });
    let things = things.await;
    timed["minutes"] = json!(60);
    propose(&app, &things, &timed).faulty("/minutes", "no_time_pool").await;
    let change = weekly(&app, &retainer).await;
    let nobody = json!({ "kind": "contact", "id": retainer["id"] });
    let accept = |by: &Value| decide(&app, &change, "accept", by, Some("Mail"));
    accept(&nobody).faulty("/decided_by", "not_found").await;
    // A person at another account is nobody here.
    let other = agree(&app, ten_hours).await;
    let there = weekly_at(&app, &other).await;
    decide(&app, &there, "accept", &contact(&mia), Some("Mail"))
        .faulty("/decided_by", "not_found")
        .await;
    app.clock_at("2026-03-10T10:00:00Z").await;
    let setup = agree(&app, ten_hours).await;
    let begins = json!([{ "kind": "excluded", "text": "Print" }]);
    let body = json!({ "effective_on": "2026-04-01", "reason": "x", "begins": begins });
    propose(&app, &setup, &body).refused(ErrorCode::RetainerInSetup).await;
}

async fn weekly_at(app: &TestApp, retainer: &Value) -> Value {
    set(app, retainer, 0, &lines()).await;
    weekly(app, retainer).await
}
