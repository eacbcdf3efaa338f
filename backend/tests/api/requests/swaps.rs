//! Swaps: what a request takes the place of goes to the next cycle, in the same moment.
use serde_json::{Value, json};
use shared::api::Role;

use super::Desk;
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::id;

on_both_engines![
    s0_32_s3_35_a_swap_puts_off_a_card,
    s0_32_a_swap_puts_off_a_priority_with_its_work,
    s0_32_a_swap_that_frees_too_little_changes_nothing,
    s0_32_what_a_cycle_left_undone_counts_in_the_next,
    s0_16_what_a_swap_put_off_comes_back_only_with_what_it_needs,
    s0_32_what_was_planned_since_a_swap_stays_as_planned,
];

async fn card(desk: &Desk, title: &str, more: Value) -> Value {
    let mut details = json!({ "goal": "Readers book a call", "estimate": 300, "cycle_seq": 1 });
    for (name, value) in more.as_object().unwrap() {
        details[name] = value.clone();
    }
    let body = json!({ "retainer_id": desk.retainer["id"], "title": title, "column": "agreed",
        "details": details });
    desk.post("/work-items", &body).expect(201).await
}

async fn s0_32_s3_35_a_swap_puts_off_a_card(app: TestApp) {
    let desk = Desk::new(app).await;
    let newsletter = card(&desk, "Newsletter", json!({})).await;
    card(&desk, "Case studies", json!({ "estimate": 240 })).await;
    let request = desk.page(240).await;
    let options = desk.read(&format!("/requests/{}/options", id(&request))).await;
    let offered: Vec<_> = options["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["title"].as_str().unwrap(), one["frees"].as_i64().unwrap()))
        .collect();
    assert_eq!(offered, [("Case studies", 240), ("Newsletter", 300)]);
    // Source: requirement S3-35.
    let list = json!({ "priorities": [{ "title": "Sales has proof", "displaced": "Podcast" }] });
    let path = list_of(&desk, 1).await;
    let list = desk.app.as_role(Role::Owner, "PUT", &path).version(0).json(&list);
    let lane = list.expect(200).await["priorities"][0]["id"].clone();
    let beside = async || desk.read(&path).await["priorities"][0]["displaced"].clone();
    let swap = json!({ "verdict": "swap", "displaces_item_id": newsletter["id"],
        "priority_id": lane });
    let done = desk.triage(&request, &swap).expect(200).await;
    assert_eq!(done["triage"]["displaced"], "Newsletter");
    assert_eq!(beside().await, "Podcast; Newsletter");
    assert_eq!(done["triage"]["effect"]["after"], 120);
    assert_eq!(desk.cycle_of(&newsletter).await, 2);
    assert_eq!(desk.item(&done).await["cycle_seq"], 1);
    // Decided anew, what it displaced stands where it stood.
    let body = json!({ "verdict": "decline", "reason": "The fair is called off" });
    desk.triage(&done, &body).expect(200).await;
    assert_eq!(desk.cycle_of(&newsletter).await, 1);
    assert_eq!(beside().await, "Podcast");
}

/// Where the priorities of a cycle that has begun are.
async fn list_of(desk: &Desk, seq: i64) -> String {
    let cycles = desk.read(&format!("/retainers/{}/cycles", id(&desk.retainer))).await;
    let found = cycles["items"].as_array().unwrap().iter().find(|one| one["seq"] == seq);
    format!("/cycles/{}/priorities", id(found.unwrap()))
}

async fn s0_32_a_swap_puts_off_a_priority_with_its_work(app: TestApp) {
    let desk = Desk::new(app).await;
    let list =
        json!({ "priorities": [{ "title": "Sales has proof" }, { "title": "More readers" }] });
    let put = desk.app.as_role(Role::Owner, "PUT", &list_of(&desk, 1).await).version(0).json(&list);
    let list = put.expect(200).await;
    let lane = &list["priorities"][1]["id"];
    let newsletter = card(&desk, "Newsletter", json!({ "priority_id": lane })).await;
    let stays = card(&desk, "Case studies", json!({})).await;
    let request = desk.page(240).await;
    let first = &list["priorities"][0]["id"];
    let swap = json!({ "verdict": "swap", "displaces_priority_id": lane, "priority_id": first });
    let done = desk.triage(&request, &swap).expect(200).await;
    assert_eq!(done["triage"]["displaced"], "More readers");
    // What it makes room for shows what waits. Source: requirement S3-35.
    let shown = desk.read(&list_of(&desk, 1).await).await;
    assert_eq!(shown["priorities"][0]["displaced"], "More readers");
    assert_eq!(
        (desk.cycle_of(&newsletter).await, desk.cycle_of(&stays).await),
        (json!(2), json!(1))
    );
    let this = desk.read(&list_of(&desk, 1).await).await;
    desk.app.clock_at("2026-02-02T09:00:00Z").await;
    let next = desk.read(&list_of(&desk, 2).await).await;
    let titles = |list: &Value| -> Vec<String> {
        let all = list["priorities"].as_array().unwrap().iter();
        all.map(|one| one["title"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        (titles(&this), titles(&next)),
        (vec!["Sales has proof".into()], vec!["More readers".into()])
    );
    assert_eq!(next["priorities"][0]["carried_from"], *lane);
    let there = desk.read(&format!("/work-items/{}", id(&newsletter))).await;
    assert_eq!(there["priority_id"], next["priorities"][0]["id"]);
}

async fn s0_32_a_swap_that_frees_too_little_changes_nothing(app: TestApp) {
    let desk = Desk::new(app).await;
    let newsletter = card(&desk, "Newsletter", json!({})).await;
    card(&desk, "Case studies", json!({})).await;
    let request = desk.page(360).await;
    let swap = |field: &str, id: &Value| json!({ "verdict": "swap", field: id });
    let little = desk.triage(&request, &swap("displaces_item_id", &newsletter["id"]));
    little.faulty("/displaces_item_id", "does_not_fit").await;
    assert_eq!(desk.cycle_of(&newsletter).await, 1);
    desk.triage(&request, &json!({ "verdict": "swap" }))
        .faulty("/displaces_item_id", "required")
        .await;
    let nobody = json!("0193a5b0-0000-7000-8000-000000000000");
    let at = |field: &str| desk.triage(&request, &swap(field, &nobody));
    at("displaces_item_id").faulty("/displaces_item_id", "not_found").await;
    at("displaces_priority_id").faulty("/displaces_priority_id", "not_found").await;
    let aside = json!({ "verdict": "in_scope", "displaces_item_id": newsletter["id"] });
    desk.triage(&request, &aside).faulty("/displaces_item_id", "not_allowed").await;
    let request = desk.again(&request).await;
    assert_eq!((&request["state"], &request["version"]), (&json!("new"), &json!(1)));
}

async fn s0_32_what_a_cycle_left_undone_counts_in_the_next(app: TestApp) {
    let desk = Desk::new(app).await;
    // Planned for January, and not done when February begins.
    card(&desk, "Newsletter", json!({})).await;
    desk.app.clock_at("2026-02-02T09:00:00Z").await;
    let request = desk.page(240).await;
    let effects = desk.effects(&request).await;
    let in_scope = effects.iter().find(|(verdict, ..)| verdict == "in_scope").unwrap();
    assert_eq!((&in_scope.1, &in_scope.2), (&Value::Null, &json!(60)), "600 - 300 - 240");
    let options = desk.read(&format!("/requests/{}/options", id(&request))).await;
    assert_eq!(options["items"][0]["title"], "Newsletter", "it can be put off");
}

async fn s0_16_what_a_swap_put_off_comes_back_only_with_what_it_needs(app: TestApp) {
    let desk = Desk::new(app).await;
    let newsletter = card(&desk, "Newsletter", json!({})).await;
    let path = |what: &str| format!("/work-items/{}{what}", id(&newsletter));
    let put = async |what: &str, body: Value| {
        let version = desk.read(&path("")).await["version"].clone();
        desk.app.as_role(Role::Manager, "PUT", &path(what)).version(&version).json(&body)
    };
    let me = json!({ "kind": "member", "id": desk.app.member(Role::Member).await });
    let mia = json!({ "kind": "contact", "id": desk.mia["id"] });
    let seats = json!({ "decision": mia, "execution": me });
    put("/seats", seats).await.expect(200).await;
    put("/place", json!({ "column": "in_progress" })).await.expect(200).await;
    let request = desk.page(480).await;
    let swap = json!({ "verdict": "swap", "displaces_item_id": newsletter["id"] });
    let done = desk.triage(&request, &swap).expect(200).await;
    assert_eq!(desk.read(&path("")).await["column"], "agreed");
    // Meanwhile nobody does it any more.
    put("/seats", json!({ "decision": mia })).await.expect(200).await;
    let body = json!({ "verdict": "decline", "reason": "The fair is called off" });
    desk.triage(&done, &body).expect(200).await;
    let back = desk.read(&path("")).await;
    assert_eq!((&back["column"], &back["cycle_seq"]), (&json!("agreed"), &json!(1)));
}

async fn s0_32_what_was_planned_since_a_swap_stays_as_planned(app: TestApp) {
    let desk = Desk::new(app).await;
    let newsletter = card(&desk, "Newsletter", json!({})).await;
    let path = format!("/work-items/{}", id(&newsletter));
    let request = desk.page(480).await;
    let swap = json!({ "verdict": "swap", "displaces_item_id": newsletter["id"] });
    let done = desk.triage(&request, &swap).expect(200).await;
    // The client wants it in March now.
    let there = desk.read(&path).await;
    assert_eq!(there["cycle_seq"], 2);
    let plan = desk.app.as_role(Role::Manager, "PATCH", &path).version(&there["version"]);
    plan.json(&json!({ "cycle_seq": 3 })).expect(200).await;
    let body = json!({ "verdict": "decline", "reason": "The fair is called off" });
    desk.triage(&done, &body).expect(200).await;
    assert_eq!(desk.cycle_of(&newsletter).await, 3);
}
