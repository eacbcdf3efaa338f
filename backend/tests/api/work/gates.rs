//! What must be there before work goes on, and who may hold which seat.
use serde_json::json;
use shared::api::{ErrorCode, Role};

use super::{Desk, lacks, owned};
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{get, id};

on_both_engines![
    s0_15_four_seats_hold_one_each_and_any_number_contributes,
    s0_16_in_progress_names_each_thing_that_is_missing,
    s0_17_the_same_person_in_both_seats_is_confirmed,
    s0_20_a_standard_level_is_not_handed_over_unchecked,
    s0_21_a_required_input_must_have_come,
    s0_21_what_was_required_goes_with_a_reason_alone,
    s0_22_a_provider_decides_only_by_a_delegation_that_holds,
    s0_28_s0_29_the_level_follows_the_rule_unless_somebody_says_why,
    work_that_has_begun_keeps_what_it_needed,
    faults_of_work_are_told_at_their_fields,
];

async fn s0_16_in_progress_names_each_thing_that_is_missing(app: TestApp) {
    let desk = Desk::new(app).await;
    let item = desk.item(&json!({})).await;
    assert_eq!((&item["column"], &item["number"]), (&json!("intake"), &json!(1)));
    let all = owned(&[
        ("/goal", "required"),
        ("/seats/decision", "required"),
        ("/seats/execution", "required"),
    ]);
    for column in ["in_progress", "in_review", "delivered"] {
        let missing = lacks(desk.to(&item, column)).await;
        assert_eq!(missing[..3], all, "{column}");
    }
    assert_eq!(desk.again(&item).await, item, "it stays where it was");
    let item = desk.to(&item, "agreed").expect(200).await;
    let path = format!("/work-items/{}", id(&item));
    let change = desk.app.as_role(Role::Member, "PATCH", &path).version(&item["version"]);
    let item = change.json(&json!({ "goal": "More leads" })).expect(200).await;
    let seats = json!({ "decision": desk.client, "execution": desk.member });
    let item = desk.put(&item, "seats", &seats).expect(200).await;
    assert_eq!(item["missing"], json!([]));
    assert_eq!(item["seats"]["decision"]["name"], "Mia Berg");
    let item = desk.to(&item, "in_progress").expect(200).await;
    assert_eq!(item["column"], "in_progress");
    assert_eq!(desk.events(&item).await[0], "moved");
    // Made behind the gate it meets the same one.
    let body = desk.body(&json!({ "column": "in_review" }));
    assert_eq!(lacks(desk.post("/work-items", &body)).await, all);
}

async fn s0_15_four_seats_hold_one_each_and_any_number_contributes(app: TestApp) {
    let desk = Desk::new(app).await;
    let mut people = Vec::new();
    for role in [Role::Owner, Role::Manager, Role::Member, Role::Finance, Role::Viewer] {
        people.push(desk.app.member(role).await);
    }
    let seat = |n: usize| json!({ "kind": "member", "id": people[n] });
    let all = json!({ "decision": desk.client, "execution": seat(2), "input": seat(1),
        "review": seat(0), "contributors": people });
    let item = desk.item(&json!({ "seats": all })).await;
    let seats = &item["seats"];
    let names = ["decision", "execution", "input", "review"].map(|name| &seats[name]["name"]);
    assert_eq!(names, ["Mia Berg", "member", "manager", "Owner"]);
    assert_eq!(seats["contributors"].as_array().unwrap().len(), 5);
    for name in ["decision", "execution", "input", "review"] {
        let mut two = json!({});
        two[name] = json!([seat(1), seat(2)]);
        desk.put(&item, "seats", &two).refused(ErrorCode::Invalid).await;
    }
    let twice = json!({ "contributors": [people[0], people[0]] });
    let kept = desk.put(&item, "seats", &twice).expect(200).await;
    assert_eq!(kept["seats"]["contributors"].as_array().unwrap().len(), 1);
}

async fn s0_17_the_same_person_in_both_seats_is_confirmed(app: TestApp) {
    let desk = Desk::new(app).await;
    let mut body = desk.ready();
    body["seats"]["execution"] = desk.client.clone();
    let item = desk.item(&body).await;
    let missing = lacks(desk.to(&item, "in_progress")).await;
    assert_eq!(missing, owned(&[("/seats/same_person_confirmed", "unconfirmed")]));
    let mut seats = body["seats"].clone();
    seats["same_person_confirmed"] = true.into();
    let item = desk.put(&item, "seats", &seats).expect(200).await;
    let item = desk.to(&item, "in_progress").expect(200).await;
    // The word was about these two: with another it is gone.
    seats["execution"] = desk.member.clone();
    let item = desk.put(&item, "seats", &seats).expect(200).await;
    assert_eq!(item["seats"]["same_person_confirmed"], false);
}

async fn s0_20_a_standard_level_is_not_handed_over_unchecked(app: TestApp) {
    let desk = Desk::new(app).await;
    let mut body = desk.ready();
    body["seats"]["review"] = json!({ "kind": "member", "id": desk.app.member(Role::Owner).await });
    let item = desk.item(&body).await;
    assert_eq!(item["level"]["level"], "standard");
    let item = desk.to(&item, "in_review").expect(200).await;
    let unchecked = owned(&[("/reviews", "required")]);
    assert_eq!(lacks(desk.to(&item, "delivered")).await, unchecked);
    let handoff = json!({ "from_area": "marketing", "to_area": "sales", "giver": desk.member,
        "receiver": desk.client });
    assert_eq!(lacks(desk.step(&item, "handoffs", &handoff)).await, unchecked);
    let passed = json!({ "stage": "final", "outcome": "passed" });
    let path = format!("/work-items/{}/reviews", id(&item));
    let other = desk.app.as_role(Role::Manager, "POST", &path).json(&passed);
    other.refused(ErrorCode::Forbidden).await;
    let item = desk.step(&item, "reviews", &passed).expect(201).await;
    desk.step(&item, "handoffs", &handoff).expect(201).await;
    // A round of revision asks for the check anew.
    let item = desk.step(&item, "revisions", &json!({ "reason": "New prices" })).expect(201).await;
    assert_eq!(lacks(desk.to(&item, "delivered")).await, unchecked);
    let item = desk.step(&item, "reviews", &passed).expect(201).await;
    desk.to(&item, "delivered").expect(200).await;
    // Whoever does it does not make themselves its reviewer; who was made so does not check it.
    let item = desk.item(&desk.ready()).await;
    let mut seats = desk.ready()["seats"].clone();
    seats["review"] = desk.member.clone();
    let path = format!("/work-items/{}", id(&item));
    let own = desk.app.as_role(Role::Member, "PUT", &format!("{path}/seats"));
    let own = own.version(&item["version"]).json(&seats);
    own.faulty("/review", "own_work").await;
    desk.put(&item, "seats", &seats).expect(200).await;
    let own = desk.app.as_role(Role::Member, "POST", &format!("{path}/reviews")).json(&passed);
    assert_eq!(lacks(own).await, owned(&[("/reviews", "own_work")]));
    // Light work needs no check, so whoever does it may look at it.
    let mut light = desk.light();
    light["seats"]["review"] = desk.member.clone();
    let light = desk.item(&light).await;
    let path = format!("/work-items/{}/reviews", id(&light));
    desk.app.as_role(Role::Member, "POST", &path).json(&passed).expect(201).await;
}

async fn s0_21_a_required_input_must_have_come(app: TestApp) {
    let desk = Desk::new(app).await;
    let mut body = desk.ready();
    body["inputs"] = json!([
        { "name": "Photos", "required": false },
        { "name": "Price list", "required": true },
    ]);
    let item = desk.item(&body).await;
    let missing = lacks(desk.to(&item, "in_progress")).await;
    assert_eq!(missing, owned(&[("/inputs/1", "required")]));
    body["inputs"][1]["supplied"] = "https://big.example/prices".into();
    let inputs = json!({ "inputs": body["inputs"] });
    let item = desk.put(&item, "inputs", &inputs).expect(200).await;
    let input = &item["inputs"][1];
    assert_eq!((&input["supplied_by"], input["supplied_at"].is_string()), (&json!("Owner"), true));
    // Two of one name are one: what came for the first would answer for the second.
    let twice =
        json!([{ "name": "Logo", "required": true }, { "name": " logo ", "required": true }]);
    let same = desk.put(&item, "inputs", &json!({ "inputs": twice }));
    same.faulty("/inputs/1/name", "exists").await;
    desk.to(&item, "in_progress").expect(200).await;
}

async fn s0_21_what_was_required_goes_with_a_reason_alone(app: TestApp) {
    let desk = Desk::new(app).await;
    let mut body = desk.ready();
    body["inputs"] = json!([
        { "name": "Photos", "required": true }, { "name": "Price list", "required": true },
        { "name": "Logo", "required": false },
    ]);
    let item = desk.item(&body).await;
    let optional = json!({ "inputs": [{ "name": "Photos", "required": false },
        { "name": "Price list", "required": true }] });
    desk.put(&item, "inputs", &optional).faulty("/reason", "required").await;
    // Another name is another input.
    let other = json!({ "inputs": [{ "name": "Pictures", "required": true },
        { "name": "Price list", "required": true }], "reason": "  " });
    desk.put(&item, "inputs", &other).faulty("/reason", "required").await;
    let gone = json!({ "inputs": [{ "name": "Photos", "required": false }],
        "reason": "The client has neither" });
    let item = desk.put(&item, "inputs", &gone).expect(200).await;
    let events = get(&desk.app, &format!("/work-items/{}/events", id(&item))).await;
    let told = |n: usize| {
        let event = &events["items"][n];
        (event["from"].clone(), event["text"].clone(), event["member_name"].clone())
    };
    let why = json!("The client has neither");
    assert_eq!(told(0), (json!("Price list"), why.clone(), json!("Owner")));
    assert_eq!(told(1), (json!("Photos"), why, json!("Owner")));
    // What was not required goes as it likes.
    let none = json!({ "inputs": [] });
    desk.put(&item, "inputs", &none).expect(200).await;
}

async fn s0_22_a_provider_decides_only_by_a_delegation_that_holds(app: TestApp) {
    let desk = Desk::new(app).await;
    let item = desk.item(&json!({})).await;
    let seats = json!({ "decision": desk.member });
    desk.put(&item, "seats", &seats).faulty("/decision", "not_delegated").await;
    // It holds from the first of January until the day before the tenth.
    let member = desk.app.member(Role::Member).await.as_str().unwrap().to_owned();
    delegate(&desk, &member, "2026-01-10").await;
    let mut body = desk.ready();
    body["seats"] = json!({ "decision": desk.member, "execution": desk.client });
    let item = desk.item(&body).await;
    desk.app.clock_at("2026-01-09T10:00:00Z").await;
    assert_eq!(desk.again(&item).await["missing"], json!([]));
    desk.app.clock_at("2026-01-10T10:00:00Z").await;
    let missing = lacks(desk.to(&item, "in_progress")).await;
    assert_eq!(missing, owned(&[("/seats/decision", "not_delegated")]));
    let path = format!("/work-items/{}/decision", id(&item));
    let approve = desk.app.as_role(Role::Member, "POST", &path);
    let approve = approve.json(&json!({ "decision": "approve" }));
    assert_eq!(lacks(approve).await, missing);
    // Of the client's people those decide who are noted, wherever a decision is taken.
    let people = format!("/accounts/{}/contacts", desk.retainer["account_id"].as_str().unwrap());
    let tom = desk.post(&people, &json!({ "name": "Tom Helper" })).expect(201).await;
    let tom = json!({ "decision": { "kind": "contact", "id": tom["id"] } });
    desk.put(&item, "seats", &tom).faulty("/decision", "does_not_decide").await;
    let item = desk.item(&desk.ready()).await;
    let mia = format!("/contacts/{}", desk.client["id"].as_str().unwrap());
    let note = |path: &str, decides: bool| {
        let ask = desk.app.as_role(Role::Owner, "PATCH", path).version(1);
        ask.json(&json!({ "decides": decides }))
    };
    note(&mia, false).expect(200).await;
    let tom = format!("/contacts/{}", tom["decision"]["id"].as_str().unwrap());
    note(&tom, true).expect(200).await;
    let left = owned(&[("/seats/decision", "does_not_decide")]);
    assert_eq!(lacks(desk.to(&item, "in_progress")).await, left);
    let proven = json!({ "decision": "approve", "evidence": "Mail" });
    assert_eq!(lacks(desk.step(&item, "decision", &proven)).await, left);
}

/// A delegation as another part of the program writes it.
pub async fn delegate(desk: &Desk, member: &str, until: &str) {
    use backend::db::{Arg, Query};
    let scope = desk.app.set_up().await;
    let retainer: shared::api::RetainerId = id(&desk.retainer).parse().unwrap();
    let (member, until): (uuid::Uuid, chrono::NaiveDate) =
        (member.parse().unwrap(), until.parse().unwrap());
    let (from, now) = ("2026-01-01".parse::<chrono::NaiveDate>().unwrap(), desk.app.clock.now());
    let write = async |tx: &mut backend::db::Tx| {
        let row: Vec<Arg> = vec![
            uuid::Uuid::now_v7().into(),
            scope.organisation().into(),
            retainer.into(),
            member.into(),
            "Mia Berg".into(),
            "By mail".into(),
            from.into(),
            until.into(),
            scope.member().into(),
            now.into(),
        ];
        let insert = Query::new(
            "INSERT INTO delegations (id, organisation_id, retainer_id, member_id, granted_by,
                reason, starts_on, ends_on, created_by, created_at) VALUES",
        );
        tx.execute(insert.rows(vec![row])).await?;
        Ok(())
    };
    desk.app.db.write(write).await.unwrap();
}

async fn s0_28_s0_29_the_level_follows_the_rule_unless_somebody_says_why(app: TestApp) {
    let desk = Desk::new(app).await;
    let item = desk.item(&json!({ "details": { "frequency": "recurring" } })).await;
    let level = &item["level"];
    assert_eq!(
        (&level["level"], &level["reason"]),
        (&"lightweight".into(), &json!("low_risk_recurring"))
    );
    let path = format!("/work-items/{}", id(&item));
    let touch = |item: &serde_json::Value, touches| {
        let ask = desk.app.as_role(Role::Owner, "PATCH", &path).version(&item["version"]);
        ask.json(&json!({ "touches": touches }))
    };
    let item = touch(&item, json!(["tracking"])).expect(200).await;
    assert_eq!(item["level"]["level"], "standard", "it follows the proposal");
    let light = json!({ "level": "lightweight", "reason": "Small" });
    desk.put(&item, "level", &light).faulty("/level", "not_lightweight").await;
    let detailed = |reason| json!({ "level": "detailed", "reason": reason });
    desk.put(&item, "level", &detailed(" ")).faulty("/reason", "required").await;
    let item = desk.put(&item, "level", &detailed("They asked for it")).expect(200).await;
    let level = &item["level"];
    assert_eq!(
        (&level["level"], &level["proposed"], &level["chosen_by"], &level["chosen_why"]),
        (&json!("detailed"), &json!("standard"), &json!("Owner"), &json!("They asked for it"))
    );
    assert_eq!(level["prompt"], "safe_update", "S0-31");
    let item = touch(&item, json!([])).expect(200).await;
    let item = desk.to(&item, "agreed").expect(200).await;
    let bare = json!({ "level": "lightweight" });
    desk.put(&item, "level", &bare).faulty("/reason", "required").await;
    let item = desk.put(&item, "level", &light).expect(200).await;
    assert_eq!(item["level"]["chosen_by"], serde_json::Value::Null, "it is the proposal again");
    let item = desk.put(&item, "level", &detailed("Once more")).expect(200).await;
    assert_eq!(desk.events(&item).await[0], "levelled");
    let minor = desk.item(&json!({})).await;
    assert_eq!(minor["level"]["prompt"], "minor_edit", "S0-30");
}

async fn work_that_has_begun_keeps_what_it_needed(app: TestApp) {
    let desk = Desk::new(app).await;
    let mut body = desk.ready();
    body["column"] = "in_progress".into();
    let item = desk.item(&body).await;
    let path = format!("/work-items/{}", id(&item));
    let change = desk.app.as_role(Role::Owner, "PATCH", &path).version(&item["version"]);
    let missing = lacks(change.json(&json!({ "goal": "" }))).await;
    assert_eq!(missing, owned(&[("/goal", "required")]));
    let seats = json!({ "decision": desk.client });
    let missing = lacks(desk.put(&item, "seats", &seats)).await;
    assert_eq!(missing, owned(&[("/seats/execution", "required")]));
    // Whoever does it and leaves does it no more: it goes on with somebody who is here.
    let path = format!("/members/{}", desk.member["id"].as_str().unwrap());
    let leave = desk.app.as_role(Role::Owner, "PATCH", &path).version(1);
    leave.json(&json!({ "active": false })).expect(200).await;
    let left = owned(&[("/seats/execution", "left")]);
    assert_eq!(lacks(desk.to(&item, "in_review")).await, left);
    assert_eq!(desk.again(&item).await["missing"][0]["code"], "left");
    let owner = json!({ "kind": "member", "id": desk.app.member(Role::Owner).await });
    let seats = json!({ "decision": desk.client, "execution": owner });
    let item = desk.put(&item, "seats", &seats).expect(200).await;
    desk.to(&item, "in_review").expect(200).await;
}

async fn faults_of_work_are_told_at_their_fields(app: TestApp) {
    let desk = Desk::new(app).await;
    let at = |more| desk.post("/work-items", &desk.body(&more));
    at(json!({ "title": " " })).faulty("/title", "required").await;
    let details = |details| at(json!({ "details": details }));
    details(json!({ "estimate": 0 })).faulty("/details/estimate", "out_of_range").await;
    details(json!({ "due_on": "1969-12-31" })).faulty("/details/due_on", "out_of_range").await;
    let nobody = "0193a5b0-0000-7000-8000-000000000000";
    details(json!({ "priority_id": nobody })).faulty("/details/priority_id", "not_found").await;
    let seats = json!({ "seats": { "review": { "kind": "contact", "id": nobody } } });
    at(seats).faulty("/seats/review", "not_found").await;
    at(json!({ "retainer_id": nobody })).faulty("/retainer_id", "not_found").await;
    let viewer = desk.app.as_role(Role::Viewer, "POST", "/work-items").json(&desk.body(&json!({})));
    viewer.refused(ErrorCode::Forbidden).await;
    assert_eq!(get(&desk.app, "/work-items").await["items"], json!([]));
}
