//! Taking a request in: its kind, its inputs, its place in the scope, what is asked of its asker.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::Desk;
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::id;
use crate::work::{lacks, owned};

on_both_engines![
    an_answer_is_promised_within_hours,
    s0_02_a_request_is_matched_to_a_line_or_said_to_be_unclear,
    s0_21_what_a_kind_asks_for_blocks_the_start_of_its_work,
    s3_29_the_routine_of_a_kind_feeds_its_form_and_checklist,
    s0_21_what_is_missing_is_asked_for,
    requests_are_listed_by_state_and_withdrawn,
    faults_of_requests_are_told_at_their_fields,
];

async fn s0_02_a_request_is_matched_to_a_line_or_said_to_be_unclear(app: TestApp) {
    let desk = Desk::new(app).await;
    let hosting = desk.request("Move our hosting", &json!({ "estimate": 60 })).await;
    let proposed = &hosting["proposed_match"];
    assert_eq!((&proposed["kind"], &proposed["reason"]), (&json!("excluded"), &json!("words")));
    assert_eq!(proposed["line_text"], "Hosting of the site");
    assert_eq!(proposed["words"], json!(["hosting"]));
    assert_eq!(hosting["scope_match"], Value::Null, "a proposal is no decision");
    desk.triage(&hosting, &json!({ "verdict": "in_scope" }))
        .faulty("/scope_match", "required")
        .await;
    // A line of the other side is no match.
    let line = desk.line("Hosting of the site").await;
    let patch = |set: Value| {
        let path = format!("/requests/{}", id(&hosting));
        let ask = desk.app.as_role(Role::Member, "PATCH", &path).version(&hosting["version"]);
        ask.json(&json!({ "scope_match": set }))
    };
    let wrong = json!({ "kind": "included", "line_id": line });
    patch(wrong).faulty("/scope_match/line_id", "not_found").await;
    patch(json!({ "kind": "excluded" })).faulty("/scope_match/line_id", "required").await;
    let unclear = json!({ "kind": "unclear", "line_id": line });
    patch(unclear).faulty("/scope_match/line_id", "not_allowed").await;
    let matched = patch(json!({ "kind": "excluded", "line_id": line })).expect(200).await;
    assert_eq!(matched["scope_match"]["line_text"], "Hosting of the site");
    // What a line leaves out is not accepted, by whatever name.
    for verdict in ["in_scope", "next_period", "overage"] {
        let body = json!({ "verdict": verdict, "reason": "Mia insists" });
        desk.triage(&matched, &body).faulty("/verdict", "left_out").await;
    }
    let events = desk.read(&format!("/requests/{}/events", id(&hosting))).await;
    let kinds: Vec<&Value> =
        events["items"].as_array().unwrap().iter().map(|one| &one["kind"]).collect();
    assert_eq!(kinds, ["matched", "received"]);
    // A line that has ended since holds no match.
    let change =
        json!({ "effective_on": "2026-01-10", "reason": "We host it now", "ends": [line] });
    let path = format!("/retainers/{}/scope/changes", id(&desk.retainer));
    let change = desk.post(&path, &change).expect(201).await;
    let by = json!({ "decided_by": { "kind": "contact", "id": desk.mia["id"] },
        "evidence": "Mail of 2 January" });
    desk.post(&format!("/scope-changes/{}/accept", id(&change)), &by).expect(200).await;
    desk.app.clock_at("2026-01-10T10:00:00Z").await;
    let mut decline = json!({ "verdict": "decline", "reason": "Not now" });
    desk.triage(&matched, &decline).faulty("/scope_match/line_id", "not_found").await;
    decline["scope_match"] = json!({ "kind": "unclear" });
    desk.triage(&matched, &decline).expect(200).await;
}

async fn s0_21_what_a_kind_asks_for_blocks_the_start_of_its_work(app: TestApp) {
    let desk = Desk::new(app).await;
    let kind = json!({ "name": "A page", "inputs": [
        { "key": "offer", "label": "Offer", "kind": "text", "required": true },
        { "key": "fair", "label": "Day of the fair", "kind": "date", "required": true },
        { "key": "photos", "label": "Photos", "kind": "link" },
    ] });
    let kind = desk.post("/request-types", &kind).expect(201).await;
    let line = desk.line("Landing pages").await;
    let details = json!({
        "request_type_id": kind["id"], "estimate": 120,
        "inputs": [{ "key": "offer", "value": "Trial of a month" }],
        "scope_match": { "kind": "included", "line_id": line },
    });
    let request = desk.request("Page for the fair", &details).await;
    assert_eq!(request["missing"], json!(["fair"]));
    let request = desk.triage(&request, &json!({ "verdict": "in_scope" })).expect(200).await;
    let item = desk.item(&request).await;
    let names: Vec<_> = item["inputs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["name"].as_str().unwrap(), one["required"] == true, &one["supplied"]))
        .collect();
    assert_eq!(
        names,
        [
            ("Offer", true, &json!("Trial of a month")),
            ("Day of the fair", true, &Value::Null),
            ("Photos", false, &Value::Null),
        ]
    );
    let seats = json!({
        "decision": { "kind": "contact", "id": desk.mia["id"] },
        "execution": { "kind": "member", "id": desk.app.member(Role::Member).await },
    });
    let path = format!("/work-items/{}", id(&item));
    let put = |what: &str, item: &Value, body: Value| {
        let path = format!("{path}/{what}");
        desk.app.as_role(Role::Owner, "PUT", &path).version(&item["version"]).json(&body)
    };
    let item = put("seats", &item, seats).expect(200).await;
    let goal = desk.app.as_role(Role::Owner, "PATCH", &path).version(&item["version"]);
    let item = goal.json(&json!({ "goal": "Visitors leave their address" })).expect(200).await;
    let begin = json!({ "column": "in_progress" });
    let missing = lacks(put("place", &item, begin.clone())).await;
    assert_eq!(missing, owned(&[("/inputs/1", "required")]));
    let mut inputs = item["inputs"].clone();
    for input in inputs.as_array_mut().unwrap() {
        let fields = input.as_object_mut().unwrap();
        fields.retain(|name, _| ["name", "required", "supplied"].contains(&name.as_str()));
    }
    inputs[1]["supplied"] = "2026-02-14".into();
    let item = put("inputs", &item, json!({ "inputs": inputs })).expect(200).await;
    put("place", &item, begin).expect(200).await;
    // Now it has begun, and its verdict stays.
    let request = desk.again(&request).await;
    assert_eq!(request["open_to_triage"], false);
    let other = json!({ "verdict": "decline", "reason": "Changed our mind" });
    desk.triage(&request, &other).refused(ErrorCode::RequestBegun).await;
}

async fn s3_29_the_routine_of_a_kind_feeds_its_form_and_checklist(app: TestApp) {
    let desk = Desk::new(app).await;
    let routine = json!({ "name": "Launch", "replaces_none": true, "body": {
        "purpose": "Launch pages in time", "quality": ["Does the form work?", "Is it fast?"],
        "inputs": [{ "key": "offer", "label": "Offer", "kind": "text", "required": true }],
        "steps": ["Read", "Build", "Launch"], "exceptions": "Ask the owner", "review_days": 90,
    } });
    let routine = desk.post("/sops", &routine).expect(201).await;
    let kind = json!({ "name": "A page", "sop_id": routine["id"] });
    let kind = desk.post("/request-types", &kind).expect(201).await;
    let line = desk.line("Landing pages").await;
    let details = json!({ "request_type_id": kind["id"], "estimate": 60,
        "scope_match": { "kind": "included", "line_id": line } });
    let request = desk.request("Page for the fair", &details).await;
    assert_eq!(
        (&request["inputs"][0]["label"], &request["missing"]),
        (&json!("Offer"), &json!(["offer"]))
    );
    let request = desk.triage(&request, &json!({ "verdict": "in_scope" })).expect(200).await;
    let item = desk.item(&request).await;
    assert_eq!(item["criteria"], "Does the form work?\nIs it fast?");
    assert_eq!(item["inputs"][0]["name"], "Offer");
}

async fn s0_21_what_is_missing_is_asked_for(app: TestApp) {
    let desk = Desk::new(app).await;
    let kind = json!({ "name": "A page", "inputs": [
        { "key": "offer", "label": "Offer", "kind": "text", "required": true },
    ] });
    let kind = desk.post("/request-types", &kind).expect(201).await;
    let request = desk.request("A page", &json!({ "request_type_id": kind["id"] })).await;
    let questions = format!("/requests/{}/questions", id(&request));
    let wrong = json!({ "keys": ["prices"] });
    desk.post(&questions, &wrong).faulty("/keys/0", "not_found").await;
    let asked = desk.post(&questions, &json!({ "note": "Which offer?" })).expect(201).await;
    assert_eq!(asked["request"]["state"], "needs_input");
    assert_eq!(asked["request"]["asked"]["keys"], json!(["offer"]));
    let path = format!("/act/{}", asked["token"].as_str().unwrap());
    // The asker sees what is asked, and nothing of ours.
    let seen = desk.app.request("GET", &path).expect(200).await;
    assert_eq!(seen["request"]["asked"], "Which offer?");
    assert_eq!(seen["request"]["inputs"][0]["label"], "Offer");
    assert_eq!(seen["types"], json!([]));
    let bring = |key: &str, value: &str| {
        let body = json!({ "inputs": [{ "key": key, "value": value }] });
        desk.app.request("POST", &path).json(&body)
    };
    bring("prices", "x").faulty("/inputs/0/key", "not_found").await;
    desk.app.request("POST", &path).json(&json!({})).faulty("/text", "required").await;
    let receipt = bring("offer", "A month for free").expect(201).await;
    assert_eq!((&receipt["request"]["state"], &receipt["missing"]), (&json!("new"), &json!([])));
    bring("offer", "Another").refused(ErrorCode::NotAsked).await;
    // What its kind requires does not go in silence, with the kind or with another one.
    let other = json!({ "name": "A talk", "inputs": [
        { "key": "offer", "label": "Offer", "kind": "text", "required": false },
    ] });
    let other = desk.post("/request-types", &other).expect(201).await;
    let changed = |request: &Value, body: Value| {
        let path = format!("/requests/{}", id(request));
        let ask = desk.app.as_role(Role::Manager, "PATCH", &path).version(&request["version"]);
        ask.json(&body)
    };
    let request = desk.again(&request).await;
    for kind in [Value::Null, other["id"].clone()] {
        let bare = json!({ "request_type_id": kind });
        changed(&request, bare).faulty("/reason", "required").await;
    }
    let spare = desk.request("Another", &json!({ "request_type_id": kind["id"] })).await;
    let why = json!({ "request_type_id": null, "reason": "It is no page" });
    let spare = changed(&spare, why).expect(200).await;
    assert_eq!(spare["inputs"], json!([]));
    let events = desk.read(&format!("/requests/{}/events", id(&spare))).await;
    assert_eq!(events["items"][0]["text"], "Offer: It is no page");
    changed(&spare, json!({ "request_type_id": kind["id"] })).expect(200).await;
    assert_eq!(
        (&request["state"], &request["inputs"][0]["value"]),
        (&json!("new"), &json!("A month for free"))
    );
    // A question in words is answered in words.
    let asked = desk.post(&questions, &json!({ "note": "By when?" })).expect(201).await;
    let path = format!("/act/{}", asked["token"].as_str().unwrap());
    let words = json!({ "text": "By the 14th" });
    desk.app.request("POST", &path).json(&words).expect(201).await;
    let events = desk.read(&format!("/requests/{}/events", id(&request))).await;
    let last = &events["items"][0];
    assert_eq!((&last["kind"], &last["text"]), (&json!("supplied"), &json!("By the 14th")));
    assert_eq!(last["member_name"], Value::Null, "the asker did it");
}

async fn requests_are_listed_by_state_and_withdrawn(app: TestApp) {
    let desk = Desk::new(app).await;
    let first = desk.request("One", &json!({})).await;
    let second = desk.request("Two", &json!({})).await;
    assert_eq!((&first["number"], &second["number"]), (&json!(1), &json!(2)));
    let path = format!("/requests/{}/withdraw", id(&first));
    let reason = json!({ "reason": "Mia changed her mind" });
    let gone = desk.post(&path, &reason).expect(200).await;
    assert_eq!((&gone["state"], &gone["open_to_triage"]), (&json!("withdrawn"), &json!(false)));
    desk.post(&path, &reason).refused(ErrorCode::RequestDecided).await;
    let set = json!({ "verdict": "decline", "reason": "x", "scope_match": { "kind": "unclear" } });
    desk.triage(&gone, &set).refused(ErrorCode::RequestDecided).await;
    let titles = async |query: &str| -> Vec<String> {
        let page = desk.read(&format!("/requests{query}")).await;
        let items = page["items"].as_array().unwrap().iter();
        items.map(|one| one["title"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(titles("?state=new").await, ["Two"]);
    assert_eq!(titles("?state=withdrawn").await, ["One"]);
    assert_eq!(titles(&format!("?retainer_id={}", id(&desk.retainer))).await, ["Two", "One"]);
    let page = desk.read("/requests?limit=1").await;
    let cursor = page["next_cursor"].as_str().unwrap();
    assert_eq!(titles(&format!("?limit=1&cursor={cursor}")).await, ["One"]);
    // By a key it came from a program.
    let key = desk.app.key(Role::Member).await;
    let body = json!({ "retainer_id": desk.retainer["id"], "title": "Three" });
    let sent = desk.app.bearing(&key, "POST", "/requests").json(&body).expect(201).await;
    assert_eq!((&sent["source"], &first["source"]), (&json!("api"), &json!("staff")));
}

async fn faults_of_requests_are_told_at_their_fields(app: TestApp) {
    let desk = Desk::new(app).await;
    let nobody = json!("0193a5b0-0000-7000-8000-000000000000");
    let with = |name: &str, value: Value| {
        let mut body = json!({ "retainer_id": desk.retainer["id"], "title": "A page" });
        body.pointer_mut("").unwrap()[name] = value;
        desk.post("/requests", &body)
    };
    with("title", json!(" ")).faulty("/title", "required").await;
    with("retainer_id", nobody.clone()).faulty("/retainer_id", "not_found").await;
    with("asker_contact_id", nobody.clone()).faulty("/asker_contact_id", "not_found").await;
    let details = |value: Value| with("details", value);
    let kind = json!({ "request_type_id": nobody });
    details(kind).faulty("/details/request_type_id", "not_found").await;
    let input = json!({ "inputs": [{ "key": "offer", "value": "x" }] });
    details(input).faulty("/details/inputs/0/key", "not_found").await;
    details(json!({ "estimate": 0 })).faulty("/details/estimate", "out_of_range").await;
    details(json!({ "title": "x" })).faulty("/details/title", "not_allowed").await;
    let kind = json!({ "name": "A page", "inputs": [
        { "key": "day", "label": "Day", "kind": "date" },
        { "key": "site", "label": "Site", "kind": "link" },
        { "key": "pages", "label": "Pages", "kind": "number" },
    ] });
    let kind = desk.post("/request-types", &kind).expect(201).await;
    for (key, value, code) in
        [("day", "soon", "type"), ("site", "big.example", "link_invalid"), ("pages", "few", "type")]
    {
        let body =
            json!({ "request_type_id": kind["id"], "inputs": [{ "key": key, "value": value }] });
        details(body).faulty("/details/inputs/0/value", code).await;
    }
}

async fn an_answer_is_promised_within_hours(app: TestApp) {
    let desk = Desk::new(app).await;
    let request = desk.request("A page", &json!({})).await;
    assert_eq!(request["answer_by"], Value::Null, "nothing is promised");
    let set = |hours: Value, version: i64| {
        let put = desk.app.as_role(Role::Owner, "PUT", "/organisation/controls").version(version);
        put.json(&json!({ "gate": "light", "answer_hours": hours }))
    };
    set(json!(0), 0).faulty("/answer_hours", "out_of_range").await;
    set(json!(8), 0).expect(200).await;
    let kept = desk.read("/organisation/controls").await;
    assert_eq!(kept["controls"]["answer_hours"], 8);
    assert_eq!(desk.again(&request).await["answer_by"], "2026-01-01T17:00:00Z");
    // Whoever was asked something has had an answer, and so has who was told a verdict.
    let ask = format!("/requests/{}/questions", id(&request));
    let asked = desk.post(&ask, &json!({ "note": "Which?" })).expect(201).await;
    assert_eq!(asked["request"]["answer_by"], Value::Null);
    let page = desk.page(60).await;
    assert_eq!(page["answer_by"], "2026-01-01T17:00:00Z");
    let done = desk.triage(&page, &json!({ "verdict": "in_scope" })).expect(200).await;
    assert_eq!(done["answer_by"], Value::Null);
    set(Value::Null, 1).expect(200).await;
    assert_eq!(desk.read("/organisation/controls").await["controls"], json!({ "gate": "light" }));
}
