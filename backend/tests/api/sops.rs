//! Routines and kinds of requests. Source: requirements S0-40, S0-41, S3-12, S3-27 to S3-31.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::requests::Desk;
use crate::retainers::{get, id};
use crate::workflows::workflow;

on_both_engines![
    s0_40_a_new_text_archives_the_one_before,
    s3_30_a_new_routine_names_the_one_it_replaces,
    a_routine_is_stale_after_ninety_days,
    s0_41_s3_31_what_changes_marks_the_routines_concerned,
    s0_41_the_same_friction_marks_its_routine,
    s3_12_a_routine_is_tried_in_one_workflow_first,
    s3_29_a_routine_feeds_form_and_checklist,
    s3_27_a_routine_has_its_five_fields,
    s3_28_a_long_text_is_told_as_long,
    a_bad_routine_is_told_at_its_field,
];

fn body() -> Value {
    json!({
        "purpose": "Launch pages in time",
        "inputs": [{ "key": "offer", "label": "Offer", "kind": "text", "required": true }],
        "quality": ["Does the form work?"], "steps": ["Read", "Build", "Launch"],
        "exceptions": "Ask the owner", "review_days": 90,
    })
}

fn new(name: &str) -> Value {
    json!({ "name": name, "body": body(), "replaces_none": true })
}

pub async fn sop(app: &TestApp, new: Value) -> Value {
    app.as_role(Role::Manager, "POST", "/sops").json(&new).expect(201).await
}

async fn act(app: &TestApp, sop: &Value, what: &str) -> Value {
    let path = format!("/sops/{}/{what}", id(sop));
    app.as_role(Role::Manager, "POST", &path).expect(200).await
}

async fn now(app: &TestApp, sop: &Value) -> Value {
    get(app, &format!("/sops/{}", id(sop))).await
}

/// The changes for which a routine is to be checked.
fn due(sop: &Value) -> Vec<&str> {
    let reasons = sop["due"].as_array().unwrap().iter();
    reasons.map(|one| one["change"].as_str().unwrap_or("its time")).collect()
}

async fn names(app: &TestApp, state: &str) -> Vec<String> {
    let page = get(app, &format!("/sops?state={state}")).await;
    let items = page["items"].as_array().unwrap().iter();
    items.map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

async fn s0_40_a_new_text_archives_the_one_before(app: TestApp) {
    let made = sop(&app, new("Launch")).await;
    assert_eq!((&made["number"], &made["version"]), (&json!(1), &json!(1)));
    let path = format!("/sops/{}/versions", id(&made));
    let mut text = json!({ "body": body(), "why": " Too slow " });
    text["body"]["steps"] = json!(["Launch"]);
    let write =
        |version: i64| app.as_role(Role::Manager, "POST", &path).version(version).json(&text);
    let anew = write(1).expect(201).await;
    assert_eq!((&anew["number"], &anew["body"]["steps"]), (&json!(2), &json!(["Launch"])));
    write(1).refused(ErrorCode::Stale).await;
    let texts = get(&app, &path).await["items"].clone();
    let told = |n: usize| (texts[n]["number"].clone(), texts[n]["superseded"].clone());
    assert_eq!((told(0), told(1)), ((json!(2), json!(false)), (json!(1), json!(true))));
    assert_eq!(texts[0]["why"], "Too slow");
    assert_eq!(texts[1]["body"]["steps"], json!(["Read", "Build", "Launch"]));
    let member = app.as_role(Role::Member, "POST", &path).version(2).json(&text);
    member.refused(ErrorCode::Forbidden).await;
}

async fn s3_30_a_new_routine_names_the_one_it_replaces(app: TestApp) {
    let create = |new: Value| app.as_role(Role::Manager, "POST", "/sops").json(&new);
    let mut silent = new("Silent");
    silent["replaces_none"] = false.into();
    create(silent.clone()).faulty("/replaces_id", "replaces_unsaid").await;
    let old = sop(&app, new("Old")).await;
    silent["replaces_id"] = old["id"].clone();
    silent["retire_on"] = "2026-01-10".into();
    let fresh = create(silent.clone()).expect(201).await;
    assert_eq!(fresh["replaces_name"], "Old");
    let before = now(&app, &old).await;
    assert_eq!((&before["retire_on"], &before["retired"]), (&json!("2026-01-10"), &json!(false)));
    assert_eq!(names(&app, "current").await, ["Old", "Silent"]);
    app.clock_at("2026-01-10T09:00:00Z").await;
    assert_eq!(names(&app, "current").await, ["Silent"], "it disappears on its day");
    assert_eq!(names(&app, "retired").await, ["Old"]);
    create(silent).faulty("/replaces_id", "retired").await;
    let check = app.as_role(Role::Manager, "POST", &format!("/sops/{}/check", id(&old)));
    check.refused(ErrorCode::RoutineRetired).await;
    let retire = format!("/sops/{}/retire", id(&fresh));
    let retire = |on: &str| {
        let body = json!({ "reason": "Nobody used it", "on": on });
        app.as_role(Role::Manager, "POST", &retire).json(&body)
    };
    retire("2026-01-09").faulty("/on", "out_of_range").await;
    assert_eq!(retire("2026-01-10").expect(200).await["retired"], true);
}

async fn a_routine_is_stale_after_ninety_days(app: TestApp) {
    let made = sop(&app, new("Launch")).await;
    assert_eq!((&made["stale"], &made["due"]), (&Value::Null, &json!([])));
    app.clock_at("2026-03-31T09:00:00Z").await;
    assert_eq!(now(&app, &made).await["stale"], Value::Null, "89 days");
    app.clock_at("2026-04-01T09:00:00Z").await;
    let old = now(&app, &made).await;
    assert_eq!((&old["stale"], &due(&old)[..]), (&json!("unchecked"), &["its time"][..]));
    let checked = act(&app, &made, "check").await;
    assert_eq!(
        (&checked["stale"], &checked["checked_on"]),
        (&json!("unused"), &json!("2026-04-01"))
    );
    assert_eq!((&checked["next_check_on"], due(&checked).len()), (&json!("2026-06-30"), 0));
    act(&app, &made, "use").await;
    let used = act(&app, &made, "use").await;
    assert_eq!((&used["stale"], &used["uses_this_month"]), (&Value::Null, &json!(2)));
    assert_eq!(used["used_on"], "2026-04-01");
}

async fn s0_41_s3_31_what_changes_marks_the_routines_concerned(app: TestApp) {
    let any = sop(&app, new("Any")).await;
    let mut narrow = new("Narrow");
    narrow["watches"] = json!(["channel_mix"]);
    let narrow = sop(&app, narrow).await;
    app.wait(chrono::Duration::minutes(1));
    let change = |body: Value| app.as_role(Role::Manager, "POST", "/business-changes").json(&body);
    for kind in ["responsibilities", "business_model", "channel_mix", "customer_journey"] {
        change(json!({ "kind": kind, "note": "It did" })).expect(201).await;
    }
    let partner = json!({ "name": "Adriatic Media", "kind": "partner" });
    app.as_role(Role::Owner, "POST", "/accounts").json(&partner).expect(201).await;
    let client = json!({ "name": "Big Company" });
    let client = app.as_role(Role::Owner, "POST", "/accounts").json(&client).expect(201).await;
    let person = json!({ "name": "Nia", "role": "member" });
    let nia = app.as_role(Role::Owner, "POST", "/members").json(&person).expect(201).await;
    let mut all = now(&app, &any).await;
    let mut reasons = due(&all);
    reasons.sort_unstable();
    let expected = [
        "business_model",
        "channel_mix",
        "customer_journey",
        "partner_added",
        "responsibilities",
        "team_size",
    ];
    assert_eq!(reasons, expected);
    assert_eq!(due(&now(&app, &narrow).await), ["channel_mix"]);
    app.wait(chrono::Duration::minutes(1));
    all = act(&app, &any, "check").await;
    assert_eq!(due(&all), Vec::<&str>::new(), "who has checked has checked");
    // A change may name the routines that it concerns, whatever they watch for.
    app.wait(chrono::Duration::minutes(1));
    let named = json!({ "kind": "reporting_needs", "note": "x", "sop_ids": [narrow["id"]] });
    change(named).expect(201).await;
    assert_eq!(due(&now(&app, &any).await), Vec::<&str>::new());
    assert_eq!(due(&now(&app, &narrow).await), ["channel_mix", "reporting_needs"]);
    let nobody = json!(["0193a5b0-0000-7000-8000-000000000000"]);
    let odd = json!({ "kind": "team_size", "note": "x", "sop_ids": nobody });
    change(odd).faulty("/sop_ids/0", "not_found").await;
    // What shows by itself: another role, somebody who leaves, an account that turns into a partner.
    let path = format!("/members/{}", id(&nia));
    let of_nia = async |version: i64, body: Value| {
        let change = app.as_role(Role::Owner, "PATCH", &path).version(version).json(&body);
        change.expect(200).await;
    };
    of_nia(1, json!({ "name": "Nia B." })).await;
    assert_eq!(due(&now(&app, &any).await), Vec::<&str>::new(), "a name is no change");
    of_nia(2, json!({ "role": "manager" })).await;
    assert_eq!(due(&now(&app, &any).await), ["responsibilities"]);
    of_nia(3, json!({ "active": false })).await;
    let path = format!("/accounts/{}", id(&client));
    let turned = app.as_role(Role::Owner, "PATCH", &path).version(1);
    turned.json(&json!({ "kind": "partner" })).expect(200).await;
    let mut marked = now(&app, &any).await;
    let mut reasons = due(&marked);
    reasons.sort_unstable();
    assert_eq!(reasons, ["partner_added", "responsibilities", "team_size"]);
    app.wait(chrono::Duration::minutes(1));
    marked = act(&app, &any, "check").await;
    assert_eq!(due(&marked), Vec::<&str>::new());
    let listed = get(&app, "/business-changes").await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 5);
}

async fn s0_41_the_same_friction_marks_its_routine(app: TestApp) {
    let desk = Desk::new(app).await;
    let app = &desk.app;
    let made = sop(app, new("Launch")).await;
    // The same thing in the way of work that follows a routine, in three months running.
    let pages = sop(app, new("Pages")).await;
    let kind = desk.post("/request-types", &json!({ "name": "A page", "sop_id": pages["id"] }));
    let kind = kind.expect(201).await;
    let line = desk.line("Landing pages").await;
    let details = json!({ "request_type_id": kind["id"], "estimate": 60,
        "scope_match": { "kind": "included", "line_id": line } });
    let request = desk.request("Page for the fair", &details).await;
    let request = desk.triage(&request, &json!({ "verdict": "in_scope" })).expect(200).await;
    let path = format!("/work-items/{}/blockers", id(&desk.item(&request).await));
    let owner = json!({ "kind": "member", "id": app.member(Role::Owner).await });
    let block = async |kind: &str, note: Option<&str>| {
        let body = json!({ "kind": kind, "owner": owner, "note": note });
        desk.post(&path, &body).expect(201).await;
    };
    block("approval", Some("Nobody approves")).await;
    app.clock_at("2026-02-12T09:00:00Z").await;
    block("approval", Some("Nobody approved")).await;
    app.clock_at("2026-03-15T09:00:00Z").await;
    block("access", Some("No key")).await;
    assert_eq!(due(&now(app, &pages).await), Vec::<&str>::new(), "another thing");
    block("approval", None).await;
    let marked = now(app, &pages).await;
    assert_eq!(due(&marked), ["recurring_friction"]);
    assert_eq!(marked["due"][0]["note"], "Page for the fair", "without a note, the work tells");
    assert_eq!(due(&now(app, &made).await), Vec::<&str>::new(), "of its own routine alone");
    let log = async |kind: &str, day: &str| {
        let body = json!({ "kind": kind, "note": day, "sop_id": made["id"], "noticed_on": day });
        app.as_role(Role::Member, "POST", "/frictions").json(&body).expect(201).await
    };
    log("delay", "2026-01-20").await;
    log("delay", "2026-03-10").await;
    log("manual_work", "2026-02-10").await;
    assert_eq!(due(&now(app, &made).await), Vec::<&str>::new());
    log("delay", "2026-02-10").await;
    let marked = now(app, &made).await;
    assert_eq!(due(&marked), ["recurring_friction"]);
    assert_eq!(marked["due"][0]["note"], "2026-03-10", "the last of them");
}

async fn s3_12_a_routine_is_tried_in_one_workflow_first(app: TestApp) {
    let (here, elsewhere) = (workflow(&app, "Pages").await, workflow(&app, "Mails").await);
    let mut trial = new("Handover");
    trial["trial"] = json!({ "workflow_id": here["id"], "cycles": 3 });
    let trial = sop(&app, trial).await;
    assert_eq!(trial["trial"]["ends_on"], "2026-02-12", "three reviews of 14 days");
    assert_eq!(names(&app, "current").await, ["Handover"]);
    assert_eq!(names(&app, "pickable").await, Vec::<String>::new());
    let request = json!({ "name": "A page", "sop_id": trial["id"] });
    let request = || app.as_role(Role::Manager, "POST", "/request-types").json(&request);
    request().faulty("/sop_id", "on_trial").await;
    let link = |workflow: &Value| {
        let mut terms = workflow["terms"].clone();
        let part = json!({ "key": "a", "kind": "step", "name": "A", "sop_id": trial["id"] });
        terms["parts"] = json!([part]);
        let path = format!("/workflows/{}", id(workflow));
        app.as_role(Role::Manager, "PATCH", &path).version(1).json(&json!({ "terms": terms }))
    };
    link(&elsewhere).faulty("/terms/parts/0/sop_id", "on_trial").await;
    link(&here).expect(200).await;
    // It is tried as long as was agreed: three cycles, to their end.
    let adopt = || app.as_role(Role::Manager, "POST", &format!("/sops/{}/adopt", id(&trial)));
    adopt().refused(ErrorCode::RoutineOnTrial).await;
    app.clock_at("2026-02-11T12:00:00Z").await;
    let early = adopt().refused(ErrorCode::RoutineOnTrial).await;
    assert_eq!(early["detail"], "it is tried until 2026-02-12, and adopted from then on");
    request().faulty("/sop_id", "on_trial").await;
    app.clock_at("2026-02-12T12:00:00Z").await;
    assert_eq!(act(&app, &trial, "adopt").await["trial"], Value::Null);
    request().expect(201).await;
    link(&elsewhere).expect(200).await;
    adopt().refused(ErrorCode::RoutineAdopted).await;
}

async fn s3_29_a_routine_feeds_form_and_checklist(app: TestApp) {
    let made = sop(&app, new("Launch")).await;
    let input = |key: &str| json!({ "key": key, "label": key, "kind": "date" });
    let request = json!({
        "name": "A page", "sop_id": made["id"], "inputs": [input("wanted"), input("offer")],
    });
    let request =
        app.as_role(Role::Manager, "POST", "/request-types").json(&request).expect(201).await;
    let keys = |of: &Value| {
        let form = of["form"].as_array().unwrap().iter();
        form.map(|input| input["key"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(keys(&request), ["offer", "wanted"]);
    assert_eq!(request["form"][0]["kind"], "text", "the routine's comes first");
    assert_eq!(request["checklist"], json!(["Does the form work?"]));
    // A new text holds at once.
    let mut text = json!({ "body": body() });
    text["body"]["quality"] = json!(["Is it fast?"]);
    let path = format!("/sops/{}/versions", id(&made));
    app.as_role(Role::Manager, "POST", &path).version(1).json(&text).expect(201).await;
    let path = format!("/request-types/{}", id(&request));
    assert_eq!(get(&app, &path).await["checklist"], json!(["Is it fast?"]));
    let retire = format!("/sops/{}/retire", id(&made));
    let reason = json!({ "reason": "Over" });
    app.as_role(Role::Manager, "POST", &retire).json(&reason).expect(200).await;
    let after = get(&app, &path).await;
    assert_eq!(
        (&after["sop"]["retired"], keys(&after)),
        (&json!(true), vec!["wanted".to_owned(), "offer".to_owned(),])
    );
    let change = |body: Value| app.as_role(Role::Manager, "PATCH", &path).version(1).json(&body);
    let repeated = json!({ "inputs": [input("a"), input("a")] });
    change(repeated).faulty("/inputs/1/key", "repeated").await;
    let freed = change(json!({ "without_sop": true, "archived": true })).expect(200).await;
    assert_eq!((&freed["sop"], &freed["archived"]), (&Value::Null, &json!(true)));
    assert_eq!(get(&app, "/request-types").await["items"], json!([]));
}

async fn s3_27_a_routine_has_its_five_fields(app: TestApp) {
    // A routine may go by no input; the rest is said.
    for field in ["purpose", "quality", "review_days"] {
        let mut less = new("Launch");
        less["body"].as_object_mut().unwrap().remove(field);
        let ask = app.as_role(Role::Manager, "POST", "/sops").json(&less);
        ask.faulty(&format!("/body/{field}"), "required").await;
    }
    let made = sop(&app, new("Launch")).await;
    let kept = &made["body"];
    let meant = body();
    for field in ["purpose", "inputs", "quality", "review_days"] {
        assert_eq!(kept[field], meant[field], "{field}");
    }
    assert_eq!(made["owner_name"], "manager", "the fifth: who writes it, unless another is named");
}

async fn s3_28_a_long_text_is_told_as_long(app: TestApp) {
    let mut long = new("Long");
    long["body"]["steps"] = json!(vec!["One"; 10]);
    assert_eq!(sop(&app, long).await["warnings"], json!(["steps"]));
    assert_eq!(sop(&app, new("Short")).await["warnings"], json!([]));
}

async fn a_bad_routine_is_told_at_its_field(app: TestApp) {
    let at = |name: &str, value: Value| {
        let mut new = new("Launch");
        match name.strip_prefix("body/") {
            Some(name) => new["body"][name] = value,
            None => new[name] = value,
        }
        app.as_role(Role::Manager, "POST", "/sops").json(&new)
    };
    let nobody = json!("0193a5b0-0000-7000-8000-000000000000");
    at("owner_id", nobody.clone()).faulty("/owner_id", "not_found").await;
    at("replaces_id", nobody.clone()).faulty("/replaces_id", "one_of").await;
    let trial = json!({ "workflow_id": nobody, "cycles": 2 });
    at("trial", trial).faulty("/trial/workflow_id", "not_found").await;
    at("body/quality", json!([])).faulty("/body/quality", "required").await;
    at("body/steps", json!([" "])).faulty("/body/steps/0", "required").await;
    at("body/review_days", json!(0)).faulty("/body/review_days", "out_of_range").await;
    let twice = json!([
        { "key": "a", "label": "A", "kind": "text" }, { "key": "a", "label": "B", "kind": "text" },
    ]);
    at("body/inputs", twice).faulty("/body/inputs/1/key", "repeated").await;
}
