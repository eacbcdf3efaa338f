//! Diagnoses before actions, and causes instead of people. Source: requirements S3-23, S3-24.
use serde_json::{Value, json};

use super::Room;
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::get;

on_both_engines![
    s3_23_a_weak_signal_needs_a_diagnosis_before_an_action,
    s3_23_another_reason_is_no_way_around_a_diagnosis,
    s3_24_no_person_is_a_cause,
    s3_24_no_decision_repeats_a_name,
    s3_24_neither_decision_nor_rating_names_anybody,
];

async fn s3_23_a_weak_signal_needs_a_diagnosis_before_an_action(app: TestApp) {
    let room = Room::new(app).await;
    let rating = json!({ "signal": "client_pulse", "score": 1, "evidence": [{ "text": "Call" }] });
    room.step("ratings", &rating).expect(201).await;
    let mut outcome = room.outcome("stop");
    outcome["signal"] = "client_pulse".into();
    room.step("outcomes", &outcome).faulty("/diagnosis", "undiagnosed").await;
    outcome["diagnosis"] = 1.into();
    room.step("outcomes", &outcome).faulty("/diagnosis", "not_found").await;
    // A diagnosis of something else is none of this signal.
    let other =
        json!({ "signal": "reporting_usefulness", "cause": "tooling", "finding": "Two tools" });
    room.step("diagnoses", &other).expect(201).await;
    room.step("outcomes", &outcome).faulty("/diagnosis", "undiagnosed").await;
    outcome["diagnosis"] = 2.into();
    let found =
        json!({ "signal": "client_pulse", "cause": "capacity", "finding": "Too many sprints" });
    room.step("diagnoses", &found).expect(201).await;
    let seen = room.step("outcomes", &outcome).expect(201).await;
    let made = &seen["outcomes"][0];
    assert_eq!(
        (&made["choice"], &made["signal"], &made["diagnosis"]),
        (&json!("stop"), &json!("client_pulse"), &json!(2))
    );
    // One that is not weak needs none.
    let rating =
        json!({ "signal": "reporting_usefulness", "score": 5, "evidence": [{ "text": "x" }] });
    room.step("ratings", &rating).expect(201).await;
    let mut keep = room.outcome("keep");
    keep["signal"] = "reporting_usefulness".into();
    room.step("outcomes", &keep).expect(201).await;
}

async fn s3_23_another_reason_is_no_way_around_a_diagnosis(app: TestApp) {
    let room = Room::new(app).await;
    let rating = json!({ "signal": "client_pulse", "score": 1, "evidence": [{ "text": "Call" }] });
    room.step("ratings", &rating).expect(201).await;
    let stop = room.outcome("stop");
    room.step("outcomes", &stop).faulty("/diagnosis", "undiagnosed").await;
    // What is about another signal, that is not weak, is decided.
    let mut keep = room.outcome("keep");
    keep["signal"] = "reporting_usefulness".into();
    room.step("outcomes", &keep).expect(201).await;
    let found =
        json!({ "signal": "client_pulse", "cause": "capacity", "finding": "Too many sprints" });
    // A diagnosis of nothing that is read is none of the weak one; nor is one of another signal.
    let mut beside = room.outcome("stop");
    let any = json!({ "cause": "tooling", "finding": "Two tools" });
    room.step("diagnoses", &any).expect(201).await;
    beside["diagnosis"] = 1.into();
    room.step("outcomes", &beside).faulty("/diagnosis", "undiagnosed").await;
    let guide = json!({ "guide": "slow_launches", "cause": "process", "finding": "Late texts" });
    room.step("diagnoses", &guide).expect(201).await;
    beside["diagnosis"] = 2.into();
    room.step("outcomes", &beside).expect(201).await;
    beside["signal"] = "reporting_usefulness".into();
    room.step("outcomes", &beside).faulty("/diagnosis", "other_signal").await;
    beside["signal"] = "workflow_reliability".into();
    room.step("outcomes", &beside).expect(201).await;
    room.step("diagnoses", &found).expect(201).await;
    room.step("outcomes", &stop).expect(201).await;
}

async fn s3_24_no_person_is_a_cause(app: TestApp) {
    let room = Room::new(app).await;
    let person = room.desk.member["id"].clone();
    for field in ["person", "member_id", "owner_id", "cause_member"] {
        let mut body = json!({ "cause": "skills", "finding": "x" });
        body[field] = person.clone();
        room.step("diagnoses", &body).faulty(&format!("/{field}"), "unknown").await;
    }
    let blame = json!({ "cause": "person", "finding": "x" });
    room.step("diagnoses", &blame).faulty("/cause", "not_allowed").await;
    for finding in ["Mia approved too late", "Bergs Freigabe kam zu spät"] {
        let named = json!({ "cause": "skills", "finding": finding });
        room.step("diagnoses", &named).faulty("/finding", "names_person").await;
    }
    let cause = json!({ "cause": "skills", "finding": "Approvals came too late" });
    let seen = room.step("diagnoses", &cause).expect(201).await;
    assert_eq!(seen["diagnoses"][0]["named"], json!([]));
    // A word of the language is nobody, if somebody says so.
    let word = json!({ "cause": "process", "finding": "The route over the Berg was closed",
        "names_nobody": true });
    let seen = room.step("diagnoses", &word).expect(201).await;
    assert_eq!(seen["diagnoses"][1]["named"], json!([]));
}

async fn s3_24_no_decision_repeats_a_name(app: TestApp) {
    let room = Room::new(app).await;
    let finding = json!({ "cause": "skills", "finding": "Zoe approved too late" });
    room.step("diagnoses", &finding).expect(201).await;
    // Whoever she is, she is known here from now on.
    let account = room.desk.retainer["account_id"].as_str().unwrap();
    let zoe = json!({ "name": "Zoe Lind" });
    room.desk.post(&format!("/accounts/{account}/contacts"), &zoe).expect(201).await;
    let mut outcome = room.outcome("improve");
    outcome["diagnosis"] = 1.into();
    outcome["reason"] = Value::Null;
    let seen = room.step("outcomes", &outcome).expect(201).await;
    assert_eq!(seen["diagnoses"][0]["named"], json!(["Zoe Lind"]));
    let id = seen["outcomes"][0]["decision_id"].as_str().unwrap();
    let decision = get(&room.desk.app, &format!("/decisions/{id}")).await;
    assert!(!decision.to_string().contains("Zoe"), "{decision}");
}

async fn s3_24_neither_decision_nor_rating_names_anybody(app: TestApp) {
    let room = Room::new(app).await;
    let mut rating = json!({ "signal": "client_pulse", "score": 5,
        "evidence": [{ "text": "Call" }, { "text": "Mia was late" }] });
    room.step("ratings", &rating).faulty("/evidence/1/text", "names_person").await;
    rating["names_nobody"] = true.into();
    room.step("ratings", &rating).expect(201).await;
    let with = |choice: &str, field: &str| {
        let mut outcome = room.outcome(choice);
        outcome[field] = "Berg asks for less".into();
        outcome
    };
    for field in ["what", "effect", "reason"] {
        let named = room.step("outcomes", &with("improve", field));
        named.faulty(&format!("/{field}"), "names_person").await;
    }
    // To whom something is delegated is said; that they are the reason is not.
    room.step("outcomes", &with("delegate", "reason")).faulty("/reason", "names_person").await;
    room.step("outcomes", &with("delegate", "what")).expect(201).await;
    let mut word = with("improve", "what");
    word["names_nobody"] = true.into();
    room.step("outcomes", &word).expect(201).await;
}
