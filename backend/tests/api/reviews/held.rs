//! How a review is held: diagnosis, outcome, follow-up and end.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::{Room, start};
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{get, id, record};
use crate::sops;
use crate::work::Desk;

on_both_engines![
    s3_14_each_review_schedules_the_next,
    s0_05_a_review_asks_whether_the_problem_still_holds,
    a_review_begun_by_mistake_is_dropped,
    a_review_that_ended_is_shown_to_its_client,
    s0_05_s0_37_what_a_review_looked_at_is_kept,
    s3_25_an_outcome_becomes_a_decision_and_retires_a_routine,
    s0_05_s0_13_a_month_goes_from_scope_to_scope,
    s3_25_the_next_review_asks_whether_the_effect_came,
    s3_38_the_report_tells_how_long_decisions_take,
    what_a_review_read_is_kept_as_it_was,
    a_bad_step_is_told_at_its_field,
];

async fn plan(app: &TestApp, query: &str) -> Vec<Value> {
    get(app, &format!("/reviews/plan{query}")).await["items"].as_array().unwrap().clone()
}

async fn frame(desk: &Desk, body: Value) {
    let path = format!("/retainers/{}/scope", id(&desk.retainer));
    desk.app.as_role(Role::Owner, "PUT", &path).version(0).json(&body).expect(200).await;
}

async fn s3_14_each_review_schedules_the_next(app: TestApp) {
    let desk = Desk::new(app).await;
    frame(
        &desk,
        json!({ "cadence": "weekly", "next_review_on": "2026-01-01",
        "outcome": "Pages go live in five days" }),
    )
    .await;
    let due = plan(&desk.app, "?due=true").await;
    assert_eq!((&due[0]["due_on"], &due[0]["last_on"]), (&json!("2026-01-01"), &Value::Null));
    let room = Room::at(desk).await;
    let app = &room.desk.app;
    assert_eq!(plan(app, "").await[0]["running_id"], room.review["id"]);
    let twice = json!({ "retainer_id": room.desk.retainer["id"] });
    let twice = app.as_role(Role::Owner, "POST", "/reviews").json(&twice);
    twice.refused(ErrorCode::ReviewRuns).await;
    room.step("finish", &json!({})).faulty("/outcomes", "required").await;
    room.keep().await;
    let soon = json!({ "next_on": "2026-01-05" });
    room.step("finish", &soon).faulty("/next_on", "too_soon_to_act").await;
    let ended = room.end().await;
    assert_eq!(
        (&ended["review"]["state"], &ended["review"]["next_on"]),
        (&json!("done"), &json!("2026-01-08"))
    );
    assert_eq!(plan(app, "?due=true").await, Vec::<Value>::new());
    let next = &plan(app, "?due=false").await[0];
    assert_eq!((&next["due_on"], &next["last_on"]), (&json!("2026-01-08"), &json!("2026-01-01")));
    let scope = get(app, &format!("/retainers/{}/scope", id(&room.desk.retainer))).await;
    assert_eq!(
        (&scope["next_review_on"], &scope["outcome"]),
        (&json!("2026-01-08"), &json!("Pages go live in five days"))
    );
    room.step("finish", &json!({})).refused(ErrorCode::ReviewDone).await;
    room.step("outcomes", &room.outcome("keep")).refused(ErrorCode::ReviewDone).await;
    app.clock_at("2026-01-08T10:00:00Z").await;
    let second = start(app, &room.desk.retainer).await;
    assert_eq!(
        (&second["review"]["number"], &second["review"]["due_on"]),
        (&json!(2), &json!("2026-01-08"))
    );
}

async fn s0_05_a_review_asks_whether_the_problem_still_holds(app: TestApp) {
    let desk = Desk::new(app).await;
    frame(&desk, json!({ "problem": "approvals", "limits": "One approver" })).await;
    let room = Room::at(desk).await;
    let seen = room.seen().await;
    assert_eq!((&seen["problem"], &seen["limits"]), (&json!("approvals"), &json!("One approver")));
    room.keep().await;
    room.step("finish", &json!({})).faulty("/frame", "required").await;
    let changed = json!({ "frame": { "holds": "changed" } });
    room.step("finish", &changed).faulty("/frame/note", "required").await;
    let mut solved = json!({ "frame": { "holds": "solved", "note": "Two approvers now" },
        "left_out": "It is early", "problem": "briefing" });
    room.step("finish", &solved).faulty("/problem", "exists").await;
    solved.as_object_mut().unwrap().remove("problem");
    let ended = room.step("finish", &solved).expect(200).await;
    assert_eq!(ended["review"]["frame"]["holds"], "solved");
}

async fn a_review_begun_by_mistake_is_dropped(app: TestApp) {
    let room = Room::new(app).await;
    let rating = json!({ "signal": "client_pulse", "score": 5, "evidence": [{ "text": "Call" }] });
    room.step("ratings", &rating).expect(201).await;
    let found = json!({ "cause": "capacity", "finding": "Too many sprints" });
    room.step("diagnoses", &found).expect(201).await;
    let path = format!("/reviews/{}/drop", id(&room.review));
    let app = &room.desk.app;
    app.as_role(Role::Member, "POST", &path).refused(ErrorCode::Forbidden).await;
    app.as_role(Role::Owner, "POST", &path).expect(200).await;
    let gone = app.as_role(Role::Owner, "GET", &format!("/reviews/{}", id(&room.review)));
    gone.refused(ErrorCode::NotFound).await;
    assert_eq!(plan(app, "").await[0]["running_id"], Value::Null);
    let room = Room::at(room.desk).await;
    assert_eq!(room.review["number"], 1);
    room.keep().await;
    let path = format!("/reviews/{}/drop", id(&room.review));
    let drop = || room.desk.app.as_role(Role::Owner, "POST", &path);
    drop().refused(ErrorCode::InUse).await;
    room.end().await;
    drop().refused(ErrorCode::ReviewDone).await;
}

async fn a_review_that_ended_is_shown_to_its_client(app: TestApp) {
    let room = Room::new(app).await;
    let publish = |on: bool| room.step("publish", &json!({ "published": on }));
    publish(true).refused(ErrorCode::ReviewRuns).await;
    room.keep().await;
    let ended = room.end().await;
    assert_eq!(ended["review"]["published_at"], Value::Null);
    let shown = publish(true).expect(200).await;
    assert_eq!(shown["review"]["published_at"], "2026-01-01T09:00:00Z");
    room.desk.app.clock_at("2026-01-02T10:00:00Z").await;
    let again = publish(true).expect(200).await;
    assert_eq!(again["review"]["published_at"], "2026-01-01T09:00:00Z");
    let hidden = publish(false).expect(200).await;
    assert_eq!(hidden["review"]["published_at"], Value::Null);
}

async fn s0_05_s0_37_what_a_review_looked_at_is_kept(app: TestApp) {
    let desk = Desk::new(app).await;
    frame(&desk, json!({ "problem": "approvals", "limits": "One approver" })).await;
    let room = Room::at(desk).await;
    room.keep().await;
    let mut holds = json!({ "frame": { "holds": "holds" } });
    // A period has four scores (that of decisions is read): one that nobody gave is left out by somebody, for a reason.
    room.step("finish", &holds).faulty("/left_out", "required").await;
    holds["left_out"] = "  ".into();
    room.step("finish", &holds).faulty("/left_out", "required").await;
    let rated = json!({ "signal": "reporting_usefulness", "score": 4,
        "evidence": [{ "text": "Call of Tuesday" }] });
    room.step("ratings", &rated).expect(201).await;
    holds["left_out"] = " No leads came yet ".into();
    let ended = room.step("finish", &holds).expect(200).await;
    let left_out = &ended["observed"]["left_out"];
    let scores = json!(["lead_relevance", "workflow_reliability"]);
    assert_eq!((&left_out["signals"], &left_out["reason"]), (&scores, &json!("No leads came yet")));
    assert!(left_out["member_name"].is_string());
    let path = format!("/retainers/{}/scope", id(&room.desk.retainer));
    let now = get(&room.desk.app, &path).await;
    let put = room.desk.app.as_role(Role::Owner, "PUT", &path).version(&now["version"]);
    put.json(&json!({ "problem": "briefing", "limits": "Nobody writes" })).expect(200).await;
    let seen = room.seen().await;
    assert_eq!((&seen["problem"], &seen["limits"]), (&json!("approvals"), &json!("One approver")));
}

async fn s3_25_an_outcome_becomes_a_decision_and_retires_a_routine(app: TestApp) {
    let room = Room::new(app).await;
    let app = &room.desk.app;
    let routine = json!({ "name": "Weekly deck", "replaces_none": true, "body": {
        "purpose": "Tell what was done", "quality": ["Is it read?"], "steps": ["Write it"],
        "exceptions": "Ask", "review_days": 90 } });
    let sop = sops::sop(app, routine).await;
    let mut outcome = room.outcome("stop");
    outcome["retires"] = json!({ "id": sop["id"] });
    let seen = room.step("outcomes", &outcome).expect(201).await;
    let made = &seen["outcomes"][0];
    assert_eq!(
        (&made["owner_name"], &made["due_on"], &made["effect"]),
        (&json!("member"), &json!("2026-06-01"), &json!("One round of revision"))
    );
    let sop = get(app, &format!("/sops/{}", id(&sop))).await;
    assert_eq!(
        (&sop["retired"], &sop["retire_reason"]),
        (&json!(true), &json!("Drafts come with review criteria"))
    );
    let path = format!("/decisions/{}", made["decision_id"].as_str().unwrap());
    let decision = get(app, &path).await;
    assert_eq!(
        (&decision["state"], &decision["retainer_id"]),
        (&json!("decided"), &room.desk.retainer["id"])
    );
    assert_eq!(decision["choices"][0]["reason"], "It is what slows us");
    room.step("outcomes", &outcome).refused(ErrorCode::RoutineRetired).await;
    let seen = room.seen().await;
    assert_eq!(
        seen["outcomes"].as_array().unwrap().len(),
        1,
        "nothing was left of the refused one"
    );
    assert_eq!(seen["earlier_decisions"], json!([]), "what is decided here is not earlier");
    // It is one of six, each with its owner, day and effect.
    for field in ["choice", "owner_id", "due_on", "effect"] {
        let mut less = room.outcome("keep");
        less.as_object_mut().unwrap().remove(field);
        room.step("outcomes", &less).faulty(&format!("/{field}"), "required").await;
    }
    room.step("outcomes", &room.outcome("discuss")).faulty("/choice", "not_allowed").await;
    for (n, choice) in ["improve", "delegate", "automate", "fund", "keep"].iter().enumerate() {
        let mut outcome = room.outcome(choice);
        outcome["due_on"] = format!("2026-07-0{}", n + 1).into();
        let seen = room.step("outcomes", &outcome).expect(201).await;
        let made = &seen["outcomes"][n + 1];
        let told = [&made["choice"], &made["owner_id"], &made["due_on"], &made["effect"]];
        let given = ["choice", "owner_id", "due_on", "effect"].map(|field| &outcome[field]);
        assert_eq!(told, given);
    }
}

async fn s0_05_s0_13_a_month_goes_from_scope_to_scope(app: TestApp) {
    let desk = Desk::new(app).await;
    // Scope and exclusions.
    let lines = json!({ "included": ["Landing pages"], "excluded": ["Hosting"] });
    frame(&desk, lines).await;
    let scope = format!("/retainers/{}/scope", id(&desk.retainer));
    let line = async |on: &str, text: &str| {
        let held = get(&desk.app, &format!("{scope}?on={on}")).await;
        let lines = held["lines"].as_array().unwrap().clone();
        lines.into_iter().find(|line| line["text"] == text).map(|line| line["id"].clone())
    };
    // Priorities of the cycle.
    let cycles = get(&desk.app, &format!("/retainers/{}/cycles", id(&desk.retainer))).await;
    let january = cycles["items"].as_array().unwrap().iter().find(|one| one["seq"] == 1).unwrap();
    let put = format!("/cycles/{}/priorities", id(january));
    let put = desk.app.as_role(Role::Owner, "PUT", &put).version(0);
    let list = put.json(&json!({ "priorities": [{ "title": "Fair", "planned": 300,
        "channel": "Events" }] }));
    let priority = list.expect(200).await["priorities"][0]["id"].clone();
    // Capacity and new requests: what the scope holds and the allowance covers is done.
    let page = line("2026-01-01", "Landing pages").await.unwrap();
    let request = json!({ "retainer_id": desk.retainer["id"], "title": "A page for the fair",
        "details": { "estimate": 240, "frequency": "recurring",
            "scope_match": { "kind": "included", "line_id": page } } });
    let request = desk.post("/requests", &request).expect(201).await;
    let verdict = json!({ "verdict": "in_scope", "priority_id": priority });
    let triage = desk.post(&format!("/requests/{}/triage", id(&request)), &verdict);
    let done = triage.version(&request["version"]).expect(200).await;
    let path = format!("/work-items/{}", done["work_item_id"].as_str().unwrap());
    let item = get(&desk.app, &path).await;
    assert_eq!((&item["priority_title"], &item["cycle_seq"]), (&json!("Fair"), &json!(1)));
    // Delivery and the quality of leads, in the review.
    let goal = desk.app.as_role(Role::Owner, "PATCH", &path).version(&item["version"]);
    let item = goal.json(&json!({ "goal": "Visitors leave their address" })).expect(200).await;
    let seats = json!({ "decision": desk.client, "execution": desk.member });
    let item = desk.put(&item, "seats", &seats).expect(200).await;
    super::spend(&desk, &item, "2026-01-01", 200).await;
    // What was planned is seen against what was drawn, and beside it what served no priority.
    record(&desk.app, &desk.retainer, "2026-01-01", 30).await;
    let drawn = get(&desk.app, &format!("/cycles/{}/priorities", id(january))).await;
    let (fair, aside) = (
        json!({ "priority_id": priority, "minutes": 200, "drawn": 200, "elsewhere": 0 }),
        json!({ "priority_id": null, "minutes": 30, "drawn": 30, "elsewhere": 0 }),
    );
    assert_eq!(drawn["by_priority"], json!([fair, aside]));
    let (events, none) =
        (json!({ "channel": "Events", "minutes": 200 }), json!({ "channel": null, "minutes": 30 }));
    assert_eq!(drawn["by_channel"], json!([events, none]));
    let item = desk.to(&desk.again(&item).await, "delivered").expect(200).await;
    let verdict = json!({ "business_fit": true, "clarity": true, "execution_reliability": true,
        "better_decisions": true });
    desk.step(&item, "verdict", &verdict).expect(201).await;
    let mut lead = super::mark(&desk, "A", "good", "2026-01-01");
    lead["work_item_id"] = item["id"].clone();
    desk.post("/leads", &lead).expect(201).await;
    let room = Room::at(desk).await;
    let month = |adjust: bool, delivery: bool| {
        json!({ "scope": true, "priorities": true, "capacity": true, "delivery": delivery,
            "adjust": adjust })
    };
    assert_eq!(room.seen().await["month"], month(false, false));
    let waits = json!({ "retainer_id": room.desk.retainer["id"], "title": "One more",
        "details": { "scope_match": { "kind": "unclear" } } });
    let waits = room.desk.post("/requests", &waits).expect(201).await;
    assert_eq!(room.seen().await["month"]["capacity"], false, "a request waits for its verdict");
    let declined = json!({ "verdict": "decline", "reason": "Not this month" });
    let path = format!("/requests/{}/triage", id(&waits));
    room.desk.post(&path, &declined).version(&waits["version"]).expect(200).await;
    assert_eq!(room.signal("strategic_fit").await["part"], 200);
    assert_eq!(room.signal("pipeline_contribution").await["part"], 1);
    // The scope is adjusted: by whose business it is, from its day on.
    let mut outcome = room.outcome("improve");
    outcome["signal"] = "lead_relevance".into();
    outcome["scope_change"] = json!({ "effective_on": "2025-06-01", "reason": "x",
        "begins": [{ "kind": "included", "text": "Review criteria" }] });
    room.step("outcomes", &outcome).faulty("/scope_change/effective_on", "before_start").await;
    outcome["scope_change"]["effective_on"] = "2026-02-01".into();
    let seen = room.step("outcomes", &outcome).expect(201).await;
    let path = format!("/retainers/{}/scope/changes", id(&room.desk.retainer));
    let changes = get(&room.desk.app, &path).await;
    let change = &changes["items"][0];
    assert_eq!(change["id"], seen["outcomes"][0]["scope_change_id"]);
    assert_eq!(change["state"], "proposed", "whose business it is decides on it");
    let accept = format!("/scope-changes/{}/accept", id(change));
    let by = json!({ "decided_by": room.desk.client, "evidence": "Mail of 3 January" });
    room.desk.post(&accept, &by).expect(200).await;
    let line = async |on: &str| {
        let held = get(&room.desk.app, &format!("{scope}?on={on}")).await;
        held["lines"].as_array().unwrap().iter().any(|line| line["text"] == "Review criteria")
    };
    assert_eq!((line("2026-01-31").await, line("2026-02-01").await), (false, true));
    // Where no problem is named, the review asks for it: the scope names it from then on.
    let end = json!({ "problem": "briefing", "left_out": "It is early" });
    let ended = room.step("finish", &end).expect(200).await;
    assert_eq!(ended["problem"], "briefing");
    assert_eq!(ended["month"], month(true, true), "each step of the month is taken");
    assert_eq!(get(&room.desk.app, &scope).await["problem"], "briefing");
}

async fn s3_25_the_next_review_asks_whether_the_effect_came(app: TestApp) {
    let room = Room::new(app).await;
    let first = room.keep().await["outcomes"][0].clone();
    assert_eq!(room.seen().await["follow_ups"], json!([]));
    let look = json!({ "outcome_id": first["id"], "seen": "partly", "evidence": "Two of four" });
    room.step("follow-ups", &look).faulty("/outcome_id", "not_found").await;
    room.end().await;
    let app = &room.desk.app;
    app.clock_at("2026-01-15T10:00:00Z").await;
    let review = start(app, &room.desk.retainer).await["review"].clone();
    let second = Room { review, desk: room.desk };
    assert_eq!(second.seen().await["follow_ups"][0]["id"], first["id"]);
    let seen = second.step("follow-ups", &look).expect(201).await;
    let followed = &seen["follow_ups"][0];
    assert_eq!(
        (&followed["seen"], &followed["seen_by"]),
        (&json!("partly"), &json!("Two of four"))
    );
    second.keep().await;
    second.end().await;
    let app = &second.desk.app;
    app.clock_at("2026-01-29T10:00:00Z").await;
    let third = start(app, &second.desk.retainer).await;
    let left = third["follow_ups"].as_array().unwrap();
    assert!(left.iter().all(|one| one["id"] != first["id"]), "it was looked at");
    assert_eq!(left.len(), 1, "what the second decided");
    // What nobody answered is told by the review that left it open.
    let third = Room { review: third["review"].clone(), desk: second.desk };
    third.keep().await;
    third.end().await;
    let left = third.seen().await["follow_ups"].clone();
    assert_eq!((left.as_array().unwrap().len(), &left[0]["seen"]), (1, &Value::Null));
}

async fn s3_38_the_report_tells_how_long_decisions_take(app: TestApp) {
    let room = Room::new(app).await;
    let stream = json!({ "name": "Pages", "terms": crate::workflows::terms() });
    room.desk.post("/workflows", &stream).expect(201).await;
    let rating = json!({ "signal": "client_pulse", "score": 1, "evidence": [{ "text": "Call" }] });
    room.step("ratings", &rating).expect(201).await;
    room.keep().await;
    room.end().await;
    let app = &room.desk.app;
    app.clock_at("2026-01-29T10:00:00Z").await;
    let review = start(app, &room.desk.retainer).await["review"].clone();
    let second = Room { review, desk: room.desk };
    second.step("ratings", &rating).expect(201).await;
    let found = json!({ "signal": "client_pulse", "cause": "process", "finding": "No call" });
    second.step("diagnoses", &found).expect(201).await;
    let mut outcome = second.outcome("improve");
    outcome["diagnosis"] = 1.into();
    second.step("outcomes", &outcome).expect(201).await;
    let report = get(&second.desk.app, "/reviews/report").await;
    assert_eq!((&report["days_to_decision"], &report["about_signals"]), (&json!(28), &json!(1)));
    assert_eq!((&report["reviews"], &report["decisions"]["made"]), (&json!(1), &json!(2)));
    let times: Vec<_> =
        report["outcomes"].as_array().unwrap().iter().map(|one| &one["times"]).collect();
    assert_eq!(times, [1, 0, 0, 0, 0, 1].map(|n| json!(n)).iter().collect::<Vec<_>>());
    let flows = get(&second.desk.app, "/workflows").await;
    assert_eq!(report["meeting_minutes"], flows["items"][0]["meeting_minutes"]);
    let wrong = second.desk.app.as_role(
        Role::Owner,
        "GET",
        "/reviews/report?from=2026-02-01&to=2026-01-01",
    );
    wrong.faulty("from", "out_of_range").await;
}

async fn what_a_review_read_is_kept_as_it_was(app: TestApp) {
    let room = Room::new(app).await;
    let rating = json!({ "signal": "client_pulse", "score": 2, "evidence": [{ "text": "Call" }] });
    room.step("ratings", &rating).expect(201).await;
    room.keep().await;
    let ended = room.end().await;
    let lead = super::mark(&room.desk, "A", "good", "2026-01-01");
    room.desk.post("/leads", &lead).expect(201).await;
    assert_eq!(room.seen().await["observed"], ended["observed"]);
    assert_eq!(room.signal("lead_relevance").await["percent"], Value::Null);
    room.step("ratings", &rating).refused(ErrorCode::ReviewDone).await;
}

async fn a_bad_step_is_told_at_its_field(app: TestApp) {
    let room = Room::new(app).await;
    let nobody = "0193a5b0-0000-7000-8000-000000000000";
    let with = |field: &str, value: Value| {
        let mut body = room.outcome("keep");
        body[field] = value;
        room.step("outcomes", &body)
    };
    with("owner_id", nobody.into()).faulty("/owner_id", "not_found").await;
    with("due_on", "2025-12-31".into()).faulty("/due_on", "out_of_range").await;
    with("choice", "blame".into()).faulty("/choice", "not_allowed").await;
    with("reason", " ".into()).faulty("/reason", "required").await;
    with("retires", json!({ "id": nobody })).faulty("/retires/id", "not_found").await;
    let both = json!({ "signal": "client_pulse", "guide": "slow_launches", "cause": "process",
        "finding": "x" });
    room.step("diagnoses", &both).faulty("/guide", "one_of").await;
    let gone = json!({ "retainer_id": nobody });
    let gone = room.desk.app.as_role(Role::Owner, "POST", "/reviews").json(&gone);
    gone.faulty("/retainer_id", "not_found").await;
    let path = format!("/reviews/{nobody}");
    room.desk.app.as_role(Role::Owner, "GET", &path).refused(ErrorCode::NotFound).await;
    let viewer = json!({ "retainer_id": room.desk.retainer["id"] });
    let viewer = room.desk.app.as_role(Role::Member, "POST", "/reviews").json(&viewer);
    viewer.refused(ErrorCode::Forbidden).await;
}
