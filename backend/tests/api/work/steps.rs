//! What is said, checked, decided, handed over and judged.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::{Desk, lacks, owned};
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{get, id};

on_both_engines![
    s0_18_only_the_decision_owner_decides_and_once,
    s0_19_what_an_input_owner_says_is_no_approval,
    s0_34_a_first_review_at_the_end_is_late,
    s0_35_delivered_counts_only_with_a_verdict,
    s0_36_a_verdict_answers_each_criterion,
    s0_42_blockers_have_type_owner_and_age,
    s3_10_a_handoff_is_accepted_by_its_receiver,
    s3_10_who_cannot_sign_in_accepts_by_evidence,
    two_at_once_are_both_written_down,
    the_clock_of_waiting_adds_up,
    time_is_drawn_on_the_work_it_was_spent_on,
];

async fn s0_18_only_the_decision_owner_decides_and_once(app: TestApp) {
    let desk = Desk::new(app).await;
    let bare = desk.item(&json!({})).await;
    let approve = json!({ "decision": "approve" });
    let missing = lacks(desk.step(&bare, "decision", &approve)).await;
    assert_eq!(missing, owned(&[("/seats/decision", "required")]));
    let item = desk.item(&desk.light()).await;
    // She cannot sign in: a colleague writes it down, with a word of evidence.
    desk.step(&item, "decision", &approve).faulty("/evidence", "required").await;
    let proven = json!({ "decision": "approve", "evidence": "Mail of 3 January" });
    let path = format!("/work-items/{}/decision", id(&item));
    let partner = desk.app.as_role(Role::Partner, "POST", &path).json(&proven);
    partner.refused(ErrorCode::Forbidden).await;
    let item = desk.step(&item, "decision", &proven).expect(201).await;
    let decided = &item["decision"];
    assert_eq!(
        (
            &decided["decision"],
            &decided["owner_name"],
            &decided["recorded_by"],
            &decided["evidence"]
        ),
        (&json!("approve"), &json!("Mia Berg"), &json!("Owner"), &json!("Mail of 3 January"))
    );
    // It ended the review loop, and there is no second approver.
    desk.step(&item, "decision", &proven).refused(ErrorCode::WorkDecided).await;
    let review = json!({ "stage": "draft", "outcome": "changes" });
    desk.step(&item, "reviews", &review).refused(ErrorCode::WorkDecided).await;
    let again = json!({ "reason": "Once more" });
    desk.step(&item, "revisions", &again).refused(ErrorCode::WorkDecided).await;
    let two = json!({ "decision": [desk.client, desk.client] });
    desk.put(&item, "seats", &two).refused(ErrorCode::Invalid).await;
    // Stopped work leaves the board, and moves no more.
    // Who decided is kept.
    let contact = format!("/contacts/{}", desk.client["id"].as_str().unwrap());
    let gone = desk.app.as_role(Role::Owner, "DELETE", &contact).version(1);
    gone.refused(ErrorCode::InUse).await;
    let other = desk.item(&desk.ready()).await;
    let stop = json!({ "decision": "stop", "evidence": "By phone" });
    desk.step(&other, "decision", &stop).faulty("/reason", "required").await;
    let stop = json!({ "decision": "stop", "evidence": "By phone", "reason": "No budget" });
    let other = desk.step(&other, "decision", &stop).expect(201).await;
    desk.to(&other, "agreed").refused(ErrorCode::WorkDecided).await;
    // Nor is it judged: what was stopped is not delivered. Source: requirement S0-35.
    let done = desk.item(&desk.light()).await;
    let done = desk.to(&done, "delivered").expect(200).await;
    let done = desk.step(&done, "decision", &stop).expect(201).await;
    let verdict = json!({ "business_fit": true, "clarity": true, "execution_reliability": true,
        "better_decisions": true });
    desk.step(&done, "verdict", &verdict).refused(ErrorCode::WorkDecided).await;
    assert_eq!(done["counts_as_delivered"], false);
    let cards = desk.board().await["cards"].as_array().unwrap().len();
    assert_eq!(cards, 2, "the bare one and the approved one");
    // What is approved can be stopped until it is delivered, with its reason.
    let unsaid = json!({ "decision": "stop", "evidence": "By phone" });
    desk.step(&item, "decision", &unsaid).faulty("/reason", "required").await;
    let item = desk.step(&item, "decision", &stop).expect(201).await;
    assert_eq!(item["decision"]["decision"], "stop");
    assert_eq!(desk.events(&item).await[..2], ["stopped", "approved"]);
    let done = desk.item(&desk.light()).await;
    let done = desk.step(&done, "decision", &proven).expect(201).await;
    let done = desk.to(&done, "delivered").expect(200).await;
    desk.step(&done, "decision", &stop).refused(ErrorCode::WorkDecided).await;
}

async fn s0_19_what_an_input_owner_says_is_no_approval(app: TestApp) {
    let desk = Desk::new(app).await;
    let mut body = desk.light();
    body["seats"]["input"] = desk.member.clone();
    let item = desk.item(&body).await;
    let path = format!("/work-items/{}", id(&item));
    let said = json!({ "text": "Prices are final", "input": true });
    let comments = format!("{path}/comments");
    let item = desk.app.as_role(Role::Member, "POST", &comments).json(&said).expect(201).await;
    assert_eq!(item["decision"], Value::Null);
    let proven = json!({ "decision": "approve", "evidence": "Mail of 3 January" });
    let approve = |role: Role| {
        let decision = format!("{path}/decision");
        desk.app.as_role(role, "POST", &decision).json(&proven)
    };
    // The decision is the client's: whoever is asked for input does not even write it down.
    approve(Role::Member).refused(ErrorCode::Forbidden).await;
    assert_eq!(desk.again(&item).await["decision"], Value::Null);
    let events = get(&desk.app, &format!("{path}/events")).await;
    let first = &events["items"][0];
    assert_eq!(
        (&first["kind"], &first["text"], &first["member_name"]),
        (&json!("input_given"), &json!("Prices are final"), &json!("member"))
    );
    // Nor does whoever does the work: another writes it down.
    let other = desk.item(&desk.light()).await;
    let own = format!("/work-items/{}/decision", id(&other));
    let own = desk.app.as_role(Role::Member, "POST", &own).json(&proven);
    assert_eq!(lacks(own).await, owned(&[("/evidence", "own_work")]));
    approve(Role::Manager).expect(201).await;
    // The approval is a record of its own beside it.
    assert_eq!(desk.events(&item).await, ["approved", "input_given", "created"]);
}

async fn s0_34_a_first_review_at_the_end_is_late(app: TestApp) {
    let desk = Desk::new(app).await;
    let mut body = desk.ready();
    body["seats"]["review"] = json!({ "kind": "member", "id": desk.app.member(Role::Owner).await });
    let review = |stage: &str| json!({ "stage": stage, "outcome": "passed" });
    let late = desk.item(&body).await;
    let late = desk.step(&late, "reviews", &review("final")).expect(201).await;
    assert_eq!((&late["review"]["late"], &late["review"]["passed"]), (&json!(true), &json!(true)));
    let early = desk.item(&body).await;
    let early = desk.step(&early, "reviews", &review("draft")).expect(201).await;
    assert_eq!(early["review"]["passed"], false, "a draft is not the check");
    let early = desk.step(&early, "reviews", &review("final")).expect(201).await;
    assert_eq!(early["review"]["late"], false);
    let nobody = desk.item(&desk.ready()).await;
    let missing = lacks(desk.step(&nobody, "reviews", &review("final"))).await;
    assert_eq!(missing, owned(&[("/seats/review", "required")]));
    let mut item = nobody;
    for round in 1..=3 {
        item = desk.step(&item, "revisions", &json!({ "reason": "Again" })).expect(201).await;
        let guide = if round < 3 { Value::Null } else { json!("brief_or_approval_unclear") };
        assert_eq!((&item["revisions"], &item["guide"]), (&json!(round), &guide));
    }
}

async fn s0_35_delivered_counts_only_with_a_verdict(app: TestApp) {
    let desk = Desk::new(app).await;
    let verdict = json!({ "business_fit": true, "clarity": true, "execution_reliability": true,
        "better_decisions": false });
    let item = desk.item(&desk.light()).await;
    let missing = lacks(desk.step(&item, "verdict", &verdict)).await;
    assert_eq!(missing, owned(&[("/column", "not_delivered")]));
    let item = desk.to(&item, "delivered").expect(200).await;
    assert_eq!(item["counts_as_delivered"], false, "completed is not good");
    // Whoever did it does not find it good.
    let own = format!("/work-items/{}/verdict", id(&item));
    let own = desk.app.as_role(Role::Member, "POST", &own).json(&verdict);
    assert_eq!(lacks(own).await, owned(&[("/verdict", "own_work")]));
    let item = desk.step(&item, "verdict", &verdict).expect(201).await;
    assert_eq!(item["counts_as_delivered"], true);
    let found = &item["verdict"]["found"];
    assert_eq!((&found["business_fit"], &found["lead_quality"]), (&json!(true), &Value::Null));
    // What was judged stays what it was: nothing makes it unchecked, or another.
    let path = format!("/work-items/{}", id(&item));
    let patch = |body: Value| {
        desk.app.as_role(Role::Member, "PATCH", &path).version(&item["version"]).json(&body)
    };
    for change in [
        json!({ "risk": "high" }),
        json!({ "touches": ["budget"] }),
        json!({ "goal": "Another" }),
        json!({ "criteria": "Others" }),
    ] {
        patch(change).refused(ErrorCode::WorkDelivered).await;
    }
    let closer = json!({ "level": "detailed", "reason": "It is watched" });
    desk.put(&item, "level", &closer).refused(ErrorCode::WorkDelivered).await;
    let again = json!({ "reason": "Once more" });
    desk.step(&item, "revisions", &again).refused(ErrorCode::WorkDelivered).await;
    let mut seats = desk.light()["seats"].clone();
    seats["review"] = json!({ "kind": "member", "id": desk.app.member(Role::Owner).await });
    let item = desk.put(&item, "seats", &seats).expect(200).await;
    let changes = json!({ "stage": "final", "outcome": "changes" });
    desk.step(&item, "reviews", &changes).refused(ErrorCode::WorkDelivered).await;
    seats["execution"] = seats["review"].clone();
    desk.put(&item, "seats", &seats).refused(ErrorCode::WorkDelivered).await;
    assert_eq!(desk.again(&item).await["counts_as_delivered"], true);
    // What comes back is judged anew.
    desk.to(&item, "intake").faulty("/reason", "required").await;
    let back = json!({ "column": "intake", "reason": "Not what was asked for" });
    let item = desk.put(&item, "place", &back).expect(200).await;
    assert_eq!((&item["verdict"], &item["counts_as_delivered"]), (&Value::Null, &json!(false)));
    assert_eq!(desk.events(&item).await[0], "sent_back");
}

async fn s0_36_a_verdict_answers_each_criterion(app: TestApp) {
    let desk = Desk::new(app).await;
    let item = desk.item(&desk.light()).await;
    let item = desk.to(&item, "delivered").expect(200).await;
    let whole = json!({ "business_fit": true, "clarity": false, "execution_reliability": true,
        "lead_quality": false, "better_decisions": true });
    for criterion in ["business_fit", "clarity", "execution_reliability", "better_decisions"] {
        let mut less = whole.clone();
        less.as_object_mut().unwrap().remove(criterion);
        let at = format!("/{criterion}");
        desk.step(&item, "verdict", &less).faulty(&at, "required").await;
    }
    let item = desk.step(&item, "verdict", &whole).expect(201).await;
    for (criterion, found) in whole.as_object().unwrap() {
        assert_eq!(&item["verdict"]["found"][criterion], found, "{criterion}");
    }
}

async fn s0_42_blockers_have_type_owner_and_age(app: TestApp) {
    let desk = Desk::new(app).await;
    let item = desk.item(&json!({})).await;
    let blocker = json!({ "kind": "access", "owner": desk.client, "note": "No login" });
    desk.step(&item, "blockers", &blocker).expect(201).await;
    desk.app.wait(chrono::Duration::hours(3));
    let seen = desk.again(&item).await["blockers"][0].clone();
    assert_eq!(
        (&seen["kind"], &seen["owner"]["name"], &seen["age_seconds"]),
        (&json!("access"), &json!("Mia Berg"), &json!(10_800))
    );
    assert_eq!(desk.board().await["cards"][0]["blocked"], true);
    let clear = json!({ "number": 1, "note": "She sent it" });
    let item = desk.step(&item, "blockers/clear", &clear).expect(201).await;
    assert_eq!(item["blockers"][0]["age_seconds"], 10_800);
    assert_eq!(desk.board().await["cards"][0]["blocked"], false);
    desk.step(&item, "blockers/clear", &clear).faulty("/number", "settled").await;
    let other = json!({ "number": 2 });
    desk.step(&item, "blockers/clear", &other).faulty("/number", "not_found").await;
    assert_eq!(desk.events(&item).await, ["cleared", "blocked", "created"]);
}

async fn s3_10_a_handoff_is_accepted_by_its_receiver(app: TestApp) {
    let desk = Desk::new(app).await;
    let item = desk.item(&desk.light()).await;
    let mut handoff = json!({ "from_area": "marketing", "to_area": "marketing",
        "giver": desk.client, "receiver": desk.member });
    desk.step(&item, "handoffs", &handoff).faulty("/to_area", "not_allowed").await;
    handoff["to_area"] = "sales".into();
    let item = desk.step(&item, "handoffs", &handoff).expect(201).await;
    assert_eq!(item["handoffs"][0]["accepted_at"], Value::Null);
    let accept = json!({ "number": 1 });
    desk.step(&item, "handoffs/accept", &accept).refused(ErrorCode::Forbidden).await;
    let path = format!("/work-items/{}/handoffs/accept", id(&item));
    let item = desk.app.as_role(Role::Member, "POST", &path).json(&accept).expect(201).await;
    assert_eq!(item["handoffs"][0]["accepted_by"], "member");
    let twice = desk.app.as_role(Role::Member, "POST", &path).json(&accept);
    twice.faulty("/number", "settled").await;
}

async fn s3_10_who_cannot_sign_in_accepts_by_evidence(app: TestApp) {
    let desk = Desk::new(app).await;
    let item = desk.item(&desk.light()).await;
    let handoff = json!({ "from_area": "marketing", "to_area": "sales",
        "giver": desk.member, "receiver": desk.client });
    desk.step(&item, "handoffs", &handoff).expect(201).await;
    let accept =
        |note: Value| desk.step(&item, "handoffs/accept", &json!({ "number": 1, "note": note }));
    accept(Value::Null).faulty("/note", "required").await;
    accept(json!("  ")).faulty("/note", "required").await;
    let item = accept(json!("Mail of 3 Jan")).expect(201).await;
    assert_eq!(item["handoffs"][0]["accepted_by"], "Owner");
}

async fn two_at_once_are_both_written_down(app: TestApp) {
    let desk = Desk::new(app).await;
    let item = desk.item(&desk.light()).await;
    let handoff = json!({ "from_area": "marketing", "to_area": "sales",
        "giver": desk.member, "receiver": desk.client });
    let blocker = json!({ "kind": "approval", "owner": desk.member });
    let one = |n: usize| match n % 2 {
        0 => desk.step(&item, "handoffs", &handoff).expect(201),
        _ => desk.step(&item, "blockers", &blocker).expect(201),
    };
    futures_util::future::join_all((0..6).map(one)).await;
    let now = desk.again(&item).await;
    let numbers = |what: &str| -> Vec<i64> {
        now[what].as_array().unwrap().iter().map(|one| one["number"].as_i64().unwrap()).collect()
    };
    assert_eq!((numbers("handoffs"), numbers("blockers")), (vec![1, 2, 3], vec![1, 2, 3]));
}

async fn the_clock_of_waiting_adds_up(app: TestApp) {
    let desk = Desk::new(app).await;
    let item = desk.item(&json!({})).await;
    let waits = json!({ "waits_for": "Mia Berg: photos" });
    let wait = async |body: &Value| desk.step(&item, "waiting", body).expect(201).await;
    wait(&waits).await;
    desk.app.wait(chrono::Duration::minutes(30));
    let seen = desk.again(&item).await["waiting"].clone();
    assert_eq!((&seen["seconds"], &seen["waits_for"]), (&json!(1_800), &json!("Mia Berg: photos")));
    wait(&json!({})).await;
    desk.app.wait(chrono::Duration::minutes(30));
    wait(&waits).await;
    desk.app.wait(chrono::Duration::minutes(5));
    let seen = desk.again(&item).await["waiting"].clone();
    assert_eq!(seen["seconds"], 2_100);
    assert!(desk.board().await["cards"][0]["waiting_since"].is_string());
}

async fn time_is_drawn_on_the_work_it_was_spent_on(app: TestApp) {
    let desk = Desk::new(app).await;
    let (first, second) = (desk.item(&desk.ready()).await, desk.item(&desk.ready()).await);
    let entry = |item: &Value| {
        json!({ "retainer_id": desk.retainer["id"],
        "worked_on": "2026-01-01", "minutes": 90, "work_item_id": item["id"] })
    };
    let recorded = desk.post("/time-entries", &entry(&first)).expect(201).await["entry"].clone();
    assert_eq!(recorded["work_item_id"], first["id"]);
    assert_eq!(desk.again(&first).await["drawn"], 90);
    let path = format!("/time-entries/{}", id(&recorded));
    let change = |version, body: Value| {
        desk.app.as_role(Role::Owner, "PATCH", &path).version(version).json(&body)
    };
    change(1, json!({ "minutes": 60 })).expect(200).await;
    assert_eq!(desk.again(&first).await["drawn"], 60, "the link stays");
    let moved = change(2, json!({ "work_item_id": second["id"] })).expect(200).await;
    assert_eq!(moved["entry"]["work_item_id"], second["id"]);
    let drawn = async || {
        (desk.again(&first).await["drawn"].clone(), desk.again(&second).await["drawn"].clone())
    };
    assert_eq!(drawn().await, (json!(0), json!(60)));
    let column = desk.board().await["columns"][0].clone();
    assert_eq!(
        (&column["estimate"], &column["drawn"], &column["cards"]),
        (&json!(480), &json!(60), &json!(2))
    );
    desk.app.as_role(Role::Owner, "DELETE", &path).version(3).expect(200).await;
    assert_eq!(drawn().await, (json!(0), json!(0)));
    let other = crate::retainers::agree(&desk.app, crate::retainers::ten_hours).await;
    let mut wrong = entry(&first);
    wrong["retainer_id"] = other["id"].clone();
    desk.post("/time-entries", &wrong).faulty("/work_item_id", "not_found").await;
    desk.app.books_hold().await;
}
