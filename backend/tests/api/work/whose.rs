//! Whose word counts on work, and what may not be walked around. Source: decision 0026.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::gates::delegate;
use super::{Desk, lacks, owned};
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{get, id};

on_both_engines![
    s0_18_an_approval_waits_for_the_check_and_is_renewed_with_it,
    s0_18_who_does_the_work_takes_no_decision_seat,
    s0_20_a_partner_neither_checks_nor_judges_its_own_work,
    s0_28_lower_traits_take_the_check_away_with_a_reason_alone,
];

async fn s0_18_an_approval_waits_for_the_check_and_is_renewed_with_it(app: TestApp) {
    let desk = Desk::new(app).await;
    let mut body = desk.ready();
    body["seats"]["review"] = json!({ "kind": "member", "id": desk.app.member(Role::Owner).await });
    let item = desk.item(&body).await;
    let item = desk.to(&item, "in_review").expect(200).await;
    let approve = json!({ "decision": "approve", "evidence": "Mail of 3 January" });
    let unchecked = owned(&[("/reviews", "required")]);
    assert_eq!(lacks(desk.step(&item, "decision", &approve)).await, unchecked);
    let passed = json!({ "stage": "final", "outcome": "passed" });
    desk.step(&item, "reviews", &passed).expect(201).await;
    let item = desk.step(&item, "decision", &approve).expect(201).await;
    desk.step(&item, "reviews", &passed).refused(ErrorCode::WorkDecided).await;
    // They were said of what it was: with another goal they go, with another who does it the check.
    let path = format!("/work-items/{}", id(&item));
    let patch = |item: &Value, body: Value| {
        desk.app.as_role(Role::Member, "PATCH", &path).version(&item["version"]).json(&body)
    };
    let said = |item: &Value| (item["review"]["passed"].clone(), item["decision"].is_object());
    let same = json!({ "goal": "Visitors choose a plan", "channel": "Search" });
    let item = patch(&item, same).expect(200).await;
    assert_eq!(said(&item), (json!(true), true));
    let item = patch(&item, json!({ "goal": "Visitors call" })).expect(200).await;
    assert_eq!(said(&item), (json!(false), false));
    assert_eq!(lacks(desk.to(&item, "delivered")).await, unchecked);
    desk.step(&item, "reviews", &passed).expect(201).await;
    let item = desk.step(&item, "decision", &approve).expect(201).await;
    let item = patch(&item, json!({ "risk": "high" })).expect(200).await;
    assert_eq!(said(&item), (json!(false), true), "the approval waits for the check");
    let item = desk.step(&item, "reviews", &passed).expect(201).await;
    let mut seats = body["seats"].clone();
    seats["execution"] = body["seats"]["review"].clone();
    let item = desk.put(&item, "seats", &seats).expect(200).await;
    assert_eq!(said(&item), (json!(false), true));
    let item = desk.put(&item, "seats", &body["seats"]).expect(200).await;
    let item = desk.step(&item, "reviews", &passed).expect(201).await;
    let item = desk.to(&item, "delivered").expect(200).await;
    // What comes back is checked and approved anew: the history keeps who said what.
    let item = desk.to(&item, "in_progress").expect(200).await;
    assert_eq!((&item["decision"], &item["review"]["passed"]), (&Value::Null, &json!(false)));
    assert_eq!(lacks(desk.to(&item, "delivered")).await, unchecked);
    desk.step(&item, "reviews", &passed).expect(201).await;
    let item = desk.step(&item, "decision", &approve).expect(201).await;
    let item = desk.to(&item, "delivered").expect(200).await;
    let kinds = desk.events(&item).await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "approved").count(), 3);
    // Work that was approved while it was light, and is not any more, has its check before it goes.
    let light = desk.item(&desk.light()).await;
    let light = desk.step(&light, "decision", &approve).expect(201).await;
    let mut seats = desk.light()["seats"].clone();
    seats["review"] = body["seats"]["review"].clone();
    let light = desk.put(&light, "seats", &seats).expect(200).await;
    let path = format!("/work-items/{}", id(&light));
    let risky = desk.app.as_role(Role::Member, "PATCH", &path).version(&light["version"]);
    let risky = risky.json(&json!({ "risk": "high" })).expect(200).await;
    assert_eq!(lacks(desk.to(&risky, "delivered")).await, unchecked);
    let risky = desk.step(&risky, "reviews", &passed).expect(201).await;
    desk.to(&risky, "delivered").expect(200).await;
}

async fn s0_18_who_does_the_work_takes_no_decision_seat(app: TestApp) {
    let desk = Desk::new(app).await;
    let member = desk.app.member(Role::Member).await.as_str().unwrap().to_owned();
    delegate(&desk, &member, "2026-02-01").await;
    let item = desk.item(&desk.light()).await;
    let seat = |item: &Value, role: Role, decision: Value| {
        let path = format!("/work-items/{}/seats", id(item));
        let ask = desk.app.as_role(role, "PUT", &path).version(&item["version"]);
        ask.json(&json!({ "decision": decision, "execution": desk.member,
            "same_person_confirmed": true }))
    };
    let take = |item: &Value| seat(item, Role::Member, desk.member.clone());
    take(&item).faulty("/decision", "by_manager").await;
    seat(&item, Role::Member, Value::Null).faulty("/decision", "by_manager").await;
    let bare = desk.item(&json!({})).await;
    take(&bare).faulty("/decision", "by_manager").await;
    let own = json!({ "retainer_id": desk.retainer["id"], "title": "x",
        "seats": { "decision": desk.member } });
    let own = desk.app.as_role(Role::Member, "POST", "/work-items").json(&own);
    own.faulty("/seats/decision", "by_manager").await;
    // Others may be named where nobody is; a manager gives the seat to anybody, who gives it back.
    seat(&bare, Role::Member, desk.client.clone()).expect(200).await;
    let item = seat(&item, Role::Manager, desk.member.clone()).expect(200).await;
    let item = seat(&item, Role::Member, desk.client.clone()).expect(200).await;
    take(&item).faulty("/decision", "by_manager").await;
}

async fn s0_20_a_partner_neither_checks_nor_judges_its_own_work(app: TestApp) {
    let desk = Desk::new(app).await;
    let partner = json!({ "kind": "member", "id": desk.app.member(Role::Partner).await });
    let by = |what: &str, body: Value, item: &Value| {
        let (method, path) = match what {
            "place" => ("PUT", format!("/work-items/{}/place", id(item))),
            _ => ("POST", format!("/work-items/{}/{what}", id(item))),
        };
        let ask = desk.app.as_role(Role::Partner, method, &path).json(&body);
        if what == "place" { ask.version(&item["version"]) } else { ask }
    };
    let passed = json!({ "stage": "final", "outcome": "passed" });
    let verdict = json!({ "business_fit": true, "clarity": true, "execution_reliability": true,
        "better_decisions": true });
    let delivered = json!({ "column": "delivered" });
    let mut body = desk.light();
    body["seats"] = json!({ "decision": desk.client, "execution": partner, "review": partner });
    let item = desk.item(&body).await;
    let own = lacks(by("reviews", passed.clone(), &item)).await;
    assert_eq!(own, owned(&[("/reviews", "own_work")]));
    let unchecked = owned(&[("/reviews", "required")]);
    assert_eq!(lacks(by("place", delivered.clone(), &item)).await, unchecked, "however light");
    let mut straight = desk.body(&body);
    straight["column"] = "delivered".into();
    let straight = desk.app.as_role(Role::Partner, "POST", "/work-items").json(&straight);
    assert_eq!(lacks(straight).await, unchecked);
    let seats = json!({ "decision": desk.client, "execution": partner,
        "review": { "kind": "member", "id": desk.app.member(Role::Owner).await } });
    let item = desk.put(&item, "seats", &seats).expect(200).await;
    let item = desk.step(&item, "reviews", &passed).expect(201).await;
    let item = by("place", delivered.clone(), &item).expect(200).await;
    let own = lacks(by("verdict", verdict.clone(), &item)).await;
    assert_eq!(own, owned(&[("/verdict", "own_work")]));
    desk.step(&item, "verdict", &verdict).expect(201).await;
    // Nor is it theirs where a colleague of ours is named for it: seats are theirs to give.
    body["seats"]["execution"] = desk.member.clone();
    let ours = desk.item(&body).await;
    let own = lacks(by("reviews", passed, &ours)).await;
    assert_eq!(own, owned(&[("/reviews", "own_work")]));
    // A look at a draft is anybody's.
    let draft = json!({ "stage": "draft", "outcome": "passed" });
    by("reviews", draft, &ours).expect(201).await;
}

async fn s0_28_lower_traits_take_the_check_away_with_a_reason_alone(app: TestApp) {
    let desk = Desk::new(app).await;
    let item = desk.item(&json!({})).await;
    let path = format!("/work-items/{}", id(&item));
    let set = |item: &Value, body| {
        let ask = desk.app.as_role(Role::Member, "PATCH", &path).version(&item["version"]);
        ask.json(&body)
    };
    // In the intake it is still being described.
    let item = set(&item, json!({ "frequency": "recurring" })).expect(200).await;
    let item = set(&item, json!({ "risk": "high" })).expect(200).await;
    let item = desk.to(&item, "agreed").expect(200).await;
    let low = json!({ "risk": "low" });
    set(&item, low.clone()).faulty("/reason", "required").await;
    assert_eq!(desk.again(&item).await["risk"], "high");
    let item = set(&item, json!({ "risk": "medium" })).expect(200).await;
    assert_eq!(item["level"]["level"], "standard", "the check stays");
    let why = json!({ "risk": "low", "reason": "A change of words" });
    let item = set(&item, why).expect(200).await;
    assert_eq!(item["level"]["level"], "lightweight");
    let events = get(&desk.app, &format!("{path}/events")).await;
    let told = &events["items"][0];
    assert_eq!(
        ["kind", "text", "from", "to", "member_name"].map(|name| told[name].as_str().unwrap()),
        ["levelled", "A change of words", "standard", "lightweight", "member"]
    );
    set(&item, json!({ "impact": "low" })).expect(200).await;
}
