//! Streams of work and what of them is used. Source: requirements S0-7, S0-43, S3-1 to S3-14.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{get, id};
use crate::sops::sop;

on_both_engines![
    s3_1_a_workflow_states_the_decision_it_improves,
    s3_2_a_workflow_has_all_its_parts,
    s3_3_a_vague_outcome_is_challenged,
    s3_4_one_owner_answers_and_other_seats_are_apart,
    s3_5_who_cannot_change_a_workflow_cannot_own_it,
    s3_6_an_owner_sees_risks_evidence_and_decisions,
    s3_7_a_stream_of_work_says_what_it_is_for_and_what_follows,
    s3_8_the_map_holds_each_kind_of_part_with_what_was_logged_there,
    s3_14_each_review_schedules_the_next,
    s0_40_a_superseded_routine_is_marked_where_it_is_linked,
    s0_7_s3_13_what_nobody_uses_is_offered_for_removal,
    s0_43_meetings_are_counted_with_what_they_serve,
];

pub fn terms() -> Value {
    json!({
        "improves": "timing",
        "outcome": { "kind": "speed", "words": "Pages go live within 5 days" },
        "work": "Landing pages", "why": "Late pages waste budget", "inputs": ["Brief"],
        "review_days": 14, "actions": ["Drop a step"], "good": "One round",
        "evidence": "Days to launch", "if_poor": "The brief gets a gate",
    })
}

pub async fn workflow(app: &TestApp, name: &str) -> Value {
    let body = json!({ "name": name, "terms": terms() });
    app.as_role(Role::Manager, "POST", "/workflows").json(&body).expect(201).await
}

fn create(app: &TestApp, terms: Value) -> crate::ask::Ask {
    let body = json!({ "name": "Pages", "terms": terms });
    app.as_role(Role::Manager, "POST", "/workflows").json(&body)
}

/// A workflow with these parts.
async fn with_parts(app: &TestApp, parts: Value) -> Value {
    let mut terms = terms();
    terms["parts"] = parts;
    create(app, terms).expect(201).await
}

async fn review(app: &TestApp, workflow: &Value, used: Value) -> Value {
    let path = format!("/workflows/{}/reviews", id(workflow));
    let body = json!({ "found": "As agreed", "used": used });
    app.as_role(Role::Manager, "POST", &path).json(&body).expect(201).await
}

async fn s3_2_a_workflow_has_all_its_parts(app: TestApp) {
    for name in ["inputs", "actions", "good", "evidence", "if_poor", "why", "improves", "outcome"] {
        let mut less = terms();
        less.as_object_mut().unwrap().remove(name);
        create(&app, less).faulty(&format!("/terms/{name}"), "required").await;
    }
    let mut empty = terms();
    empty["actions"] = json!([]);
    create(&app, empty).faulty("/terms/actions", "required").await;
    let viewer = app.as_role(Role::Member, "POST", "/workflows");
    viewer.json(&json!({ "name": "x", "terms": terms() })).refused(ErrorCode::Forbidden).await;
}

async fn s3_1_a_workflow_states_the_decision_it_improves(app: TestApp) {
    for what in [
        "priorities",
        "staffing",
        "budget",
        "quality",
        "timing",
        "delegation",
        "automation",
        "stopping",
    ] {
        let mut terms = terms();
        terms["improves"] = what.into();
        let made = create(&app, terms).expect(201).await;
        assert_eq!(made["terms"]["improves"], what);
    }
    let mut other = terms();
    other["improves"] = "morale".into();
    create(&app, other).refused(ErrorCode::Invalid).await;
}

async fn s3_4_one_owner_answers_and_other_seats_are_apart(app: TestApp) {
    let mut seats = terms();
    let (contributor, reviewer) = (app.member(Role::Member).await, app.member(Role::Viewer).await);
    seats["contributors"] = json!([contributor]);
    seats["reviewers"] = json!([reviewer]);
    seats["stakeholders"] = json!(["Sales"]);
    let made = create(&app, seats.clone()).expect(201).await;
    assert_eq!(made["owner_name"], "manager", "who makes it answers for it");
    let kept = &made["terms"];
    assert_eq!(
        (&kept["contributors"], &kept["reviewers"], &kept["stakeholders"]),
        (&json!([contributor]), &json!([reviewer]), &json!(["Sales"]))
    );
    let two = json!({ "name": "x", "terms": terms(), "owner_id": [contributor, reviewer] });
    let two = app.as_role(Role::Owner, "POST", "/workflows").json(&two);
    two.refused(ErrorCode::Invalid).await;
    seats["reviewers"] = json!(["0193a5b0-0000-7000-8000-000000000000"]);
    create(&app, seats).faulty("/terms/reviewers/0", "not_found").await;
}

async fn s3_3_a_vague_outcome_is_challenged(app: TestApp) {
    let mut vague = terms();
    vague["outcome"]["words"] = "Better communication".into();
    create(&app, vague.clone()).faulty("/terms/outcome/words", "vague").await;
    vague["outcome"]["words"] = "Better communication: decisions within two days".into();
    create(&app, vague).expect(201).await;
}

async fn s3_5_who_cannot_change_a_workflow_cannot_own_it(app: TestApp) {
    for role in [Role::Viewer, Role::Member, Role::Finance, Role::Partner] {
        let owner = app.member(role).await;
        let body = json!({ "name": "Pages", "terms": terms(), "owner_id": owner });
        let ask = app.as_role(Role::Owner, "POST", "/workflows").json(&body);
        ask.faulty("/owner_id", "may_not_change").await;
    }
    let made = workflow(&app, "Pages").await;
    let path = format!("/workflows/{}", id(&made));
    let give = |owner: Value| {
        let ask = app.as_role(Role::Owner, "PATCH", &path).version(1);
        ask.json(&json!({ "owner_id": owner }))
    };
    give(app.member(Role::Viewer).await).faulty("/owner_id", "may_not_change").await;
    assert_eq!(give(app.member(Role::Admin).await).expect(200).await["owner_name"], "admin");
    // Whose role changes later owns it no more: nothing changes about it before somebody else does.
    let admin = format!("/members/{}", app.member(Role::Admin).await.as_str().unwrap());
    let less = app.as_role(Role::Owner, "PATCH", &admin).version(1);
    less.json(&json!({ "role": "viewer" })).expect(200).await;
    assert_eq!(get(&app, &path).await["owner_may_change"], false, "told at once");
    let change = |body: Value| app.as_role(Role::Owner, "PATCH", &path).version(2).json(&body);
    change(json!({ "name": "Sites" })).faulty("/owner_id", "may_not_change").await;
    let other = app.member(Role::Manager).await;
    let given = change(json!({ "name": "Sites", "owner_id": other })).expect(200).await;
    assert_eq!(given["owner_may_change"], true);
}

async fn s3_6_an_owner_sees_risks_evidence_and_decisions(app: TestApp) {
    let made = workflow(&app, "Pages").await;
    let log = json!({ "kind": "delay", "note": "It waited", "workflow_id": made["id"] });
    app.as_role(Role::Member, "POST", "/frictions").json(&log).expect(201).await;
    let manager = app.member(Role::Manager).await;
    for (question, due) in [("Later?", "2026-02-01"), ("Sooner?", "2026-01-20")] {
        let body = json!({ "question": question, "owner_id": manager, "due_on": due });
        app.as_role(Role::Owner, "POST", "/decisions").json(&body).expect(201).await;
    }
    let board = app.as_role(Role::Manager, "GET", "/workflows/board").expect(200).await;
    assert_eq!(board["risks"][0]["note"], "It waited");
    let evidence = &board["evidence"][0];
    assert_eq!((&evidence["on"], &evidence["due"]), (&json!("2026-01-15"), &json!(false)));
    assert_eq!(evidence["evidence"], "Days to launch");
    let questions: Vec<&Value> =
        board["decisions"].as_array().unwrap().iter().map(|one| &one["question"]).collect();
    assert_eq!(questions, ["Sooner?", "Later?"]);
    let others = get(&app, "/workflows/board").await;
    assert_eq!(others, json!({ "risks": [], "evidence": [], "decisions": [] }));
    let theirs = format!("/workflows/board?owner_id={}", manager.as_str().unwrap());
    assert_eq!(get(&app, &theirs).await, board);
}

async fn s3_7_a_stream_of_work_says_what_it_is_for_and_what_follows(app: TestApp) {
    workflow(&app, "Pages").await;
    let listed = get(&app, "/workflows").await["items"][0].clone();
    let said = &listed["terms"];
    let told = ["work", "why", "good", "evidence", "if_poor"].map(|name| said[name].clone());
    let agreed = terms();
    let meant = ["work", "why", "good", "evidence", "if_poor"].map(|name| agreed[name].clone());
    assert_eq!((told, &listed["owner_name"]), (meant, &json!("manager")));
}

async fn s3_8_the_map_holds_each_kind_of_part_with_what_was_logged_there(app: TestApp) {
    let kinds = [
        "request",
        "approval",
        "data_source",
        "tool",
        "meeting",
        "review_point",
        "dependency",
        "step",
    ];
    let part = |kind: &&str| json!({ "key": kind.replace('_', "-"), "kind": kind, "name": kind });
    let made = with_parts(&app, kinds.iter().map(part).collect()).await;
    // What was logged there is drawn on the map: frictions, and uses that a review noted.
    let log = json!({ "kind": "delay", "note": "It waited", "workflow_id": made["id"],
        "step": "approval" });
    app.as_role(Role::Member, "POST", "/frictions").json(&log).expect(201).await;
    review(&app, &made, json!(["tool"])).await;
    let seen = get(&app, &format!("/workflows/{}", id(&made))).await;
    let drawn = |one: &Value| {
        (one["key"].clone(), one["used"].as_i64().unwrap(), one["frictions"].as_i64().unwrap())
    };
    let drawn: Vec<_> = seen["parts"].as_array().unwrap().iter().map(drawn).collect();
    let expected = kinds.map(|kind| {
        let (used, frictions) = (i64::from(kind == "tool"), i64::from(kind == "approval"));
        (json!(kind.replace('_', "-")), used, frictions)
    });
    assert_eq!(drawn, expected);
    let odd = json!([{ "key": "a", "kind": "feeling", "name": "A" }]);
    let mut terms = terms();
    terms["parts"] = odd;
    create(&app, terms).refused(ErrorCode::Invalid).await;
}

async fn s3_14_each_review_schedules_the_next(app: TestApp) {
    let made = with_parts(&app, json!([{ "key": "brief", "kind": "request", "name": "B" }])).await;
    assert_eq!(made["next_review_on"], "2026-01-15");
    app.clock_at("2026-01-20T09:00:00Z").await;
    let path = format!("/workflows/{}/reviews", id(&made));
    let hold = |body: Value| app.as_role(Role::Manager, "POST", &path).json(&body);
    hold(json!({ "found": "x", "used": ["sheet"] })).faulty("/used/0", "not_found").await;
    hold(json!({ "found": "x", "on": "2026-01-21" })).faulty("/on", "future").await;
    let body = json!({ "found": "Late", "changed": "A gate", "used": ["brief"] });
    let held = hold(body).expect(201).await;
    assert_eq!(held["next_review_on"], "2026-02-03", "setup is never done");
    let review = &held["reviews"][0];
    assert_eq!((&review["changed"], &review["by"]), (&json!("A gate"), &json!("manager")));
    assert_eq!(held["parts"][0]["used"], 1);
}

async fn s0_40_a_superseded_routine_is_marked_where_it_is_linked(app: TestApp) {
    let body = json!({
        "purpose": "Launch in time", "quality": ["Is it fast?"], "steps": ["Launch"],
        "exceptions": "Ask", "review_days": 90,
    });
    let new = json!({ "name": "Launch", "body": body, "replaces_none": true });
    let routine = sop(&app, new).await;
    let part = json!({ "key": "a", "kind": "step", "name": "A", "sop_id": routine["id"] });
    let made = with_parts(&app, json!([part])).await;
    assert_eq!(made["terms"]["parts"][0]["sop_number"], 1);
    let mark = async || {
        let now = get(&app, &format!("/workflows/{}", id(&made))).await;
        let sop = &now["parts"][0]["sop"];
        (sop["superseded"].as_bool().unwrap(), sop["retired"].as_bool().unwrap())
    };
    assert_eq!(mark().await, (false, false));
    let path = format!("/sops/{}/versions", id(&routine));
    let text = json!({ "body": body });
    app.as_role(Role::Manager, "POST", &path).version(1).json(&text).expect(201).await;
    assert_eq!(mark().await, (true, false));
    let path = format!("/sops/{}/retire", id(&routine));
    let over = json!({ "reason": "Over" });
    app.as_role(Role::Manager, "POST", &path).json(&over).expect(200).await;
    assert_eq!(mark().await, (true, true));
    // The link of before may stay; a new one may not be made.
    let path = format!("/workflows/{}", id(&made));
    let change = |version: i64, terms: &Value| {
        let ask = app.as_role(Role::Manager, "PATCH", &path).version(version);
        ask.json(&json!({ "terms": terms }))
    };
    let mut terms = made["terms"].clone();
    terms["work"] = "Pages and mails".into();
    change(1, &terms).expect(200).await;
    terms["parts"][0]["key"] = "b".into();
    change(2, &terms).faulty("/terms/parts/0/sop_id", "retired").await;
}

async fn s0_7_s3_13_what_nobody_uses_is_offered_for_removal(app: TestApp) {
    let part = |key: &str, kind: &str, serves: Value, why: Value| {
        let mut part = json!({ "key": key, "kind": kind, "name": key });
        (part["serves"], part["constraint"]) = (serves, why);
        part
    };
    let (serves, why) = (json!("quality"), json!("Errors go out"));
    let made = with_parts(
        &app,
        json!([
            part("used", "step", serves.clone(), Value::Null),
            part("unused", "tool", serves.clone(), Value::Null),
            part("aimless", "dashboard", Value::Null, why.clone()),
            part("decoration", "approval", serves.clone(), Value::Null),
            part("gate", "approval", serves, why),
        ]),
    )
    .await;
    for _ in 0..3 {
        review(&app, &made, json!(["used", "aimless", "decoration"])).await;
    }
    let field = json!({ "key": "mood", "label": "Mood", "kind": "link" });
    let request = json!({ "name": "A page", "inputs": [field] });
    app.as_role(Role::Manager, "POST", "/request-types").json(&request).expect(201).await;
    let told = async |query: &str| {
        let report = get(&app, &format!("/workflows/usage{query}")).await;
        let rows = report["rows"].as_array().unwrap().iter();
        rows.map(|row| {
            let reason = row["removal"].as_str().unwrap_or_default();
            let name = row["key"].as_str().or(row["name"].as_str()).unwrap();
            format!("{name} {} {reason}", row["verdict"].as_str().unwrap()).trim().to_owned()
        })
        .collect::<std::collections::BTreeSet<String>>()
    };
    let expected = [
        "A page keep", // it is new
        "aimless remove no_decision",
        "decoration remove no_constraint",
        "gate remove unused",
        "mood remove no_constraint",
        "unused remove unused",
        "used strengthen",
    ];
    let expected: std::collections::BTreeSet<String> =
        expected.into_iter().map(str::to_owned).collect();
    assert_eq!(told("").await, expected);
    let longer = told("?cycles=4").await;
    assert!(longer.contains("unused keep") && longer.contains("used keep"), "{longer:?}");
    app.clock_at("2026-04-02T09:00:00Z").await;
    assert!(told("").await.contains("A page remove unused"), "nobody asked for one in months");
    let odd = app.as_role(Role::Owner, "GET", "/workflows/usage?cycles=0");
    odd.faulty("cycles", "out_of_range").await;
}

async fn s0_43_meetings_are_counted_with_what_they_serve(app: TestApp) {
    let meeting = json!({ "minutes": 30, "people": 4, "every_days": 7 });
    let made = with_parts(
        &app,
        json!([
            { "key": "sync", "kind": "meeting", "name": "Sync", "serves": "timing",
                "constraint": "Pages wait", "meeting": meeting },
            { "key": "status", "kind": "meeting", "name": "Status", "meeting": meeting },
        ]),
    )
    .await;
    assert_eq!(made["meeting_minutes"], 1_042);
    let removal = |n: usize| made["parts"][n]["removal"].clone();
    assert_eq!((removal(0), removal(1)), (Value::Null, json!("no_decision")));
    let mut odd = terms();
    odd["parts"] = json!([{ "key": "a", "kind": "step", "name": "A", "meeting": meeting }]);
    create(&app, odd).faulty("/terms/parts/0/meeting", "not_allowed").await;
    let mut twice = terms();
    let part = json!({ "key": "a", "kind": "step", "name": "A" });
    twice["parts"] = json!([part, part]);
    create(&app, twice).faulty("/terms/parts/1/key", "repeated").await;
}
