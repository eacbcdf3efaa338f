//! What the figures give reason to look at. Source: requirements S0-8 to S0-12, S0-42, S3-33,
//! S3-36, S3-37.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::{Room, judged, mark, spend};
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{get, id};
use crate::work::Desk;

on_both_engines![
    s0_08_s0_12_three_revisions_raise_a_guide_that_opens_a_diagnosis,
    s0_09_launches_after_their_day_raise_a_guide,
    s0_35_what_is_not_judged_is_no_launch_and_no_revision,
    s0_10_leads_of_poor_fit_raise_a_guide,
    s0_11_a_disputed_report_raises_a_guide,
    s0_42_what_is_in_the_way_in_three_periods_comes_back,
    s3_33_too_much_is_told_as_a_fault_of_the_system,
    s3_33_what_money_pays_for_is_time,
    s3_36_what_memory_or_one_person_carried_is_listed,
    s3_37_what_was_debated_again_and_decided_twice_is_counted,
];

fn guides(room: &Value) -> Vec<&str> {
    let all = room["observed"]["guides"].as_array().unwrap().iter();
    all.map(|one| one["guide"].as_str().unwrap()).collect()
}

async fn s0_08_s0_12_three_revisions_raise_a_guide_that_opens_a_diagnosis(app: TestApp) {
    let room = Room::new(app).await;
    let item = room.desk.item(&room.desk.ready()).await;
    room.desk.to(&item, "in_progress").expect(200).await;
    let revise = async || {
        let body = json!({ "reason": "Once more" });
        room.desk.step(&item, "revisions", &body).expect(201).await;
    };
    revise().await;
    revise().await;
    assert_eq!(guides(&room.seen().await), Vec::<&str>::new());
    revise().await;
    let seen = room.seen().await;
    let guide = &seen["observed"]["guides"][0];
    assert_eq!((&guide["guide"], &guide["count"]), (&json!("repeated_revisions"), &json!(1)));
    assert_eq!(guide["checks"], json!(["inputs", "owner", "review_criteria"]));
    assert_eq!((&guide["cause"], &guide["work"][0]["id"]), (&json!("process"), &item["id"]));
    let body = json!({ "guide": guide["guide"], "cause": guide["cause"],
        "checked": guide["checks"], "finding": "Nobody said by what a draft is reviewed" });
    let found = room.step("diagnoses", &body).expect(201).await;
    let found = &found["diagnoses"][0];
    assert_eq!((&found["number"], &found["guide"]), (&json!(1), &json!("repeated_revisions")));
    assert_eq!((&found["checked"], &found["named"]), (&guide["checks"], &json!([])));
}

async fn s0_09_launches_after_their_day_raise_a_guide(app: TestApp) {
    let desk = Desk::new(app).await;
    let mut late = desk.ready();
    late["details"]["due_on"] = "2026-01-03".into();
    late["column"] = "agreed".into();
    desk.item(&late).await;
    desk.app.clock_at("2026-01-05T10:00:00Z").await;
    judged(&desk, &json!({ "due_on": "2026-01-04" })).await;
    judged(&desk, &json!({ "due_on": "2026-01-05" })).await;
    let room = Room::at(desk).await;
    let seen = room.seen().await;
    let guide = &seen["observed"]["guides"][0];
    assert_eq!(
        (&guide["guide"], &guide["count"], &guide["of"]),
        (&json!("slow_launches"), &json!(2), &json!(3))
    );
    assert_eq!(guide["checks"], json!(["workflow", "blockers", "decision_rights"]));
}

async fn s0_35_what_is_not_judged_is_no_launch_and_no_revision(app: TestApp) {
    let desk = Desk::new(app).await;
    desk.app.clock_at("2026-01-05T10:00:00Z").await;
    let mut body = desk.light();
    body["details"]["due_on"] = json!("2026-01-04");
    let item = desk.item(&body).await;
    for _ in 0..3 {
        let body = json!({ "reason": "Once more" });
        desk.step(&item, "revisions", &body).expect(201).await;
    }
    let item = desk.to(&desk.again(&item).await, "delivered").expect(200).await;
    let room = Room::at(desk).await;
    assert_eq!(guides(&room.seen().await), Vec::<&str>::new());
    let quality = room.signal("execution_quality").await;
    assert_eq!((&quality["part"], &quality["whole"]), (&json!(0), &json!(0)));
    assert_eq!(room.signal("workflow_reliability").await["whole"], 0);
    let verdict = json!({ "business_fit": true, "clarity": true, "execution_reliability": true,
        "better_decisions": true });
    room.desk.step(&item, "verdict", &verdict).expect(201).await;
    assert_eq!(guides(&room.seen().await), ["repeated_revisions"]);
    assert_eq!(room.signal("execution_quality").await["whole"], 5);
    assert_eq!(room.signal("workflow_reliability").await["whole"], 1);
}

async fn s0_10_leads_of_poor_fit_raise_a_guide(app: TestApp) {
    let desk = Desk::new(app).await;
    for (reference, fit) in [("A", "poor"), ("B", "poor"), ("C", "good"), ("D", "poor")] {
        desk.post("/leads", &mark(&desk, reference, fit, "2026-01-01")).expect(201).await;
    }
    let room = Room::at(desk).await;
    let seen = room.seen().await;
    let guide = &seen["observed"]["guides"][0];
    assert_eq!(
        (&guide["guide"], &guide["count"], &guide["of"]),
        (&json!("poor_fit_leads"), &json!(3), &json!(4))
    );
    assert_eq!(guide["checks"], json!(["messaging", "form", "sales_feedback"]));
}

async fn s0_11_a_disputed_report_raises_a_guide(app: TestApp) {
    let room = Room::new(app).await;
    let gap = json!({ "kind": "reporting_gap", "note": "Two dashboards, two numbers",
        "retainer_id": room.desk.retainer["id"] });
    room.desk.post("/frictions", &gap).expect(201).await;
    let seen = room.seen().await;
    assert_eq!(guides(&seen), ["untrusted_reports"]);
    let guide = &seen["observed"]["guides"][0];
    assert_eq!(guide["checks"], json!(["data_fields", "utm_rules", "dashboards"]));
    assert_eq!(guide["cause"], "measurement");
}

async fn s0_42_what_is_in_the_way_in_three_periods_comes_back(app: TestApp) {
    let desk = Desk::new(app).await;
    let item = desk.item(&desk.ready()).await;
    let block = async |kind: &str| {
        let body = json!({ "kind": kind, "owner": desk.member });
        desk.step(&item, "blockers", &body).expect(201).await;
    };
    block("approval").await;
    block("access").await;
    desk.app.clock_at("2026-01-15T10:00:00Z").await;
    block("approval").await;
    desk.app.clock_at("2026-01-29T10:00:00Z").await;
    block("approval").await;
    let room = Room::at(desk).await;
    let seen = room.seen().await;
    let blockers = seen["observed"]["blockers"].as_array().unwrap();
    let told =
        |one: &Value| (one["kind"].clone(), one["periods"].clone(), one["recurring"].clone());
    assert_eq!(told(&blockers[0]), (json!("approval"), json!([1, 1, 1]), json!(true)));
    assert_eq!(told(&blockers[1]), (json!("access"), json!([1, 0, 0]), json!(false)));
}

async fn s3_33_too_much_is_told_as_a_fault_of_the_system(app: TestApp) {
    let desk = Desk::new(app).await;
    let load = async |desk: &Desk| {
        let room = super::start(&desk.app, &desk.retainer).await;
        room["observed"]["load"].clone()
    };
    let mut agreed = desk.ready();
    agreed["column"] = "agreed".into();
    agreed["details"]["estimate"] = 600.into();
    desk.item(&agreed).await;
    let fine = load(&desk).await;
    assert_eq!(
        (&fine["faults"], &fine["needed"], &fine["left"]),
        (&json!([]), &json!(600), &json!(600))
    );
    // Nobody has a seat yet, and nobody is asked: that is no fault.
    let more = json!({ "column": "agreed", "details": { "goal": "x", "estimate": 60 } });
    desk.item(&more).await;
    // A decision that is late is no approval that waits.
    let body = json!({ "question": "One?", "retainer_id": desk.retainer["id"],
        "due_on": "2026-01-01" });
    desk.post("/decisions", &body).expect(201).await;
    let mut waits = desk.ready();
    waits["details"]["estimate"] = 1.into();
    for _ in 0..3 {
        let item = desk.item(&waits).await;
        let body = json!({ "kind": "approval", "owner": desk.member });
        let item = desk.step(&item, "blockers", &body).expect(201).await;
        // In review as well, it waits once.
        desk.to(&item, "in_review").expect(200).await;
    }
    lapsed(&desk).await;
    let page = get(&desk.app, "/reviews").await;
    let seen = async || {
        let path = format!("/reviews/{}", id(&page["items"][0]));
        get(&desk.app, &path).await["observed"]["load"].clone()
    };
    let much = seen().await;
    assert_eq!(much["faults"], json!(["more_work_than_time", "approvals_wait"]));
    assert_eq!((&much["waiting"], &much["undecidable"]), (&json!(3), &json!(0)));
    desk.app.clock_at("2026-01-05T10:00:00Z").await;
    let much = seen().await;
    let all = json!(["more_work_than_time", "approvals_wait", "no_authority"]);
    assert_eq!((&much["faults"], &much["undecidable"]), (&all, &json!(1)));
}

/// Work whose decision owner may decide until the fifth of January.
async fn lapsed(desk: &Desk) {
    let path = format!("/retainers/{}/delegations", id(&desk.retainer));
    let given = json!({ "holder": desk.member, "granted_by": desk.client, "evidence": "By mail",
        "reason": "On leave", "starts_on": "2026-01-01", "ends_on": "2026-01-05" });
    desk.post(&path, &given).expect(201).await;
    let mut body = desk.ready();
    body["column"] = "agreed".into();
    body["seats"]["decision"] = desk.member.clone();
    body["seats"]["execution"] = desk.client.clone();
    desk.item(&body).await;
}

async fn s3_33_what_money_pays_for_is_time(app: TestApp) {
    let money = |account: &Value| {
        json!({ "account_id": account, "name": "Budget", "starts_on": "2026-01-01", "terms": {
            "price": { "amount_minor": 100_000, "currency": "EUR" },
            "pools": [{ "unit": "money", "allowance": 100_000, "hourly_rate_minor": 12_000 }] } })
    };
    let desk = Desk::over(app, money).await;
    let room = Room::at(desk).await;
    let load = &room.seen().await["observed"]["load"];
    assert_eq!((&load["left"], &load["faults"]), (&json!(500), &json!([])), "1,000.00 at 120.00");
    let mut much = room.desk.ready();
    much["column"] = "agreed".into();
    much["details"]["estimate"] = 501.into();
    room.desk.item(&much).await;
    let load = &room.seen().await["observed"]["load"];
    assert_eq!(load["faults"], json!(["more_work_than_time"]));
}

async fn s3_36_what_memory_or_one_person_carried_is_listed(app: TestApp) {
    let desk = Desk::new(app).await;
    // Begun without serving a priority, and decided by the client.
    let asked = desk.item(&desk.ready()).await;
    desk.to(&asked, "in_progress").expect(200).await;
    // One person decides, does and checks it: with a delegation, since it is the client's.
    let person = json!({ "kind": "member", "id": desk.app.member(Role::Owner).await });
    let given = json!({ "holder": person, "granted_by": desk.client, "evidence": "By mail",
        "reason": "On leave", "starts_on": "2026-01-01" });
    let delegations = format!("/retainers/{}/delegations", id(&desk.retainer));
    let by_manager = desk.app.as_role(Role::Manager, "POST", &delegations).json(&given);
    by_manager.expect(201).await;
    let mut alone = desk.light();
    alone["title"] = "Late fix".into();
    alone["seats"] = json!({ "decision": person, "execution": person,
        "same_person_confirmed": true });
    let alone = desk.item(&alone).await;
    desk.to(&alone, "in_progress").expect(200).await;
    spend(&desk, &alone, "2026-01-01", 90).await;
    desk.item(&desk.ready()).await;
    requested(&desk).await;
    let room = Room::at(desk).await;
    let seen = room.seen().await;
    let told = |one: &Value| (one["title"].clone(), one["informal"].clone(), one["drawn"].clone());
    let listed: Vec<_> =
        seen["observed"]["informal"].as_array().unwrap().iter().map(told).collect();
    assert_eq!(
        listed,
        [
            (json!("Late fix"), json!(["unasked", "alone"]), json!(90)),
            (json!("Pricing page"), json!(["unasked"]), json!(0)),
        ]
    );
    // It is about work: no name of who did it.
    assert!(!seen["observed"].to_string().contains("\"Owner\""), "{}", seen["observed"]);
}

/// Work that was asked for in the open: it came by a request, serves no priority, and has begun.
async fn requested(desk: &Desk) {
    let asked = json!({ "retainer_id": desk.retainer["id"], "title": "Page for the fair",
        "details": { "estimate": 60, "scope_match": { "kind": "unclear" } } });
    let asked = desk.post("/requests", &asked).expect(201).await;
    let verdict = json!({ "verdict": "in_scope", "reason": "Pages were always part of it" });
    let path = format!("/requests/{}/triage", id(&asked));
    let done = desk.post(&path, &verdict).version(&asked["version"]).expect(200).await;
    let path = format!("/work-items/{}", done["work_item_id"].as_str().unwrap());
    let item = get(&desk.app, &path).await;
    let item = desk.put(&item, "seats", &desk.ready()["seats"]).expect(200).await;
    let goal = desk.app.as_role(Role::Owner, "PATCH", &path).version(&item["version"]);
    let item = goal.json(&json!({ "goal": "Visitors leave their address" })).expect(200).await;
    desk.to(&item, "in_progress").expect(200).await;
}

async fn s3_37_what_was_debated_again_and_decided_twice_is_counted(app: TestApp) {
    let room = Room::new(app).await;
    let choice =
        json!({ "choice": "Search", "reason": "It pays", "evidence": [{ "text": "Costs" }] });
    let retainer = &room.desk.retainer["id"];
    let asked = json!({ "question": "Which channel?", "retainer_id": retainer, "made": choice });
    let asked = room.desk.post("/decisions", &asked).expect(201).await;
    let again = json!({ "evidence": [{ "text": "November" }] });
    let path = format!("/decisions/{}/reopen", id(&asked));
    room.desk.post(&path, &again).expect(200).await;
    let twice = json!({ "kind": "duplicate_decision", "note": "x", "retainer_id": retainer });
    room.desk.post("/frictions", &twice).expect(201).await;
    let seen = room.seen().await;
    assert_eq!(
        (&seen["observed"]["reopened"], &seen["observed"]["duplicates"]),
        (&json!(1), &json!(1))
    );
    // Work that is done twice is no decision that is made twice.
    assert_eq!(seen["observed"]["duplicate_work"], 0);
    for (title, frequency) in [
        ("Page for the fair", "one_off"),
        ("page for the Fair ", "one_off"),
        ("Newsletter", "recurring"),
        ("Newsletter", "recurring"),
    ] {
        let mut body = room.desk.ready();
        body["title"] = title.into();
        body["details"]["frequency"] = frequency.into();
        let item = room.desk.item(&body).await;
        room.desk.to(&item, "in_progress").expect(200).await;
    }
    let both = room.seen().await["observed"].clone();
    assert_eq!((&both["duplicate_work"], &both["duplicates"]), (&json!(1), &json!(1)));
    assert_eq!(seen["open_decisions"][0]["question"], "Which channel?", "the definition debated");
    assert_eq!(seen["open_decisions"][0]["reopened"], 1);
    let member =
        room.desk.app.as_role(Role::Partner, "GET", &format!("/reviews/{}", id(&room.review)));
    member.refused(ErrorCode::Forbidden).await;
    // Both are open still, and neither came up in the last two weeks.
    room.desk.app.clock_at("2026-03-02T10:00:00Z").await;
    assert_eq!(room.seen().await["observed"]["duplicate_work"], 0);
}
