//! The form of a retainer: a link that anybody holds, and what it lets them do.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::Desk;
use crate::app::{Answer, TestApp};
use crate::ask::Ask;
use crate::on_both_engines;
use crate::retainers::id;

on_both_engines![
    a_request_comes_by_the_form_of_a_retainer,
    a_link_ends_by_itself_when_it_is_taken_back_and_when_another_is_made,
    a_lost_answer_is_repeated_with_a_link_that_works,
    the_links_of_an_asker_are_ended,
    an_answer_in_words_is_read,
    a_form_takes_so_many_requests_an_hour,
    a_link_tells_nothing_of_others,
    s0_22_an_address_asks_whether_its_holder_decides,
    s0_33_a_change_order_is_signed_by_link_once,
];

async fn link(desk: &Desk, body: Value) -> (Value, String) {
    let path = format!("/retainers/{}/form-links", id(&desk.retainer));
    let made = desk.post(&path, &body).expect(201).await;
    (made["link"].clone(), format!("/act/{}", made["token"].as_str().unwrap()))
}

fn send(desk: &Desk, act: &str, body: &Value) -> Ask {
    desk.app.request("POST", act).json(body)
}

async fn a_request_comes_by_the_form_of_a_retainer(app: TestApp) {
    let desk = Desk::new(app).await;
    let kind = json!({ "name": "A page", "inputs": [
        { "key": "offer", "label": "Offer", "kind": "text", "required": true },
    ] });
    let kind = desk.post("/request-types", &kind).expect(201).await;
    let (_, act) = link(&desk, json!({})).await;
    let seen = desk.app.request("GET", &act).expect(200).await;
    assert_eq!(seen["retainer_name"], "Monthly support");
    assert_eq!(seen["types"][0]["inputs"][0]["label"], "Offer");
    let problem = send(&desk, &act, &json!({})).refused(ErrorCode::Invalid).await;
    assert_eq!(
        crate::work::faults(&problem),
        [("/title", "required"), ("/asker_name", "required")]
    );
    let body = json!({ "title": "Move our hosting", "asker_name": "Mia Berg",
        "asker_email": "mia@big.example", "request_type_id": kind["id"],
        "wanted_on": "2026-01-20" });
    let receipt = send(&desk, &act, &body).header("Idempotency-Key", "once").expect(201).await;
    assert_eq!(
        (&receipt["request"]["state"], &receipt["missing"]),
        (&json!("new"), &json!(["Offer"]))
    );
    // Sent again since the answer was lost, it is one request, told with an address that works.
    let again = send(&desk, &act, &body).header("Idempotency-Key", "once").expect(201).await;
    assert_eq!(again["request"], receipt["request"]);
    let other = format!("/act/{}", again["token"].as_str().unwrap());
    let seen = desk.app.request("GET", &other).expect(200).await;
    assert_eq!(seen["request"]["title"], "Move our hosting");
    let page = desk.read("/requests").await;
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    let request = &page["items"][0];
    assert_eq!((&request["source"], &request["asker_name"]), (&json!("form"), &json!("Mia Berg")));
    assert_eq!(request["created_by_name"], Value::Null);
    assert_eq!(request["proposed_match"]["kind"], "excluded");
    // The asker follows it at their own address, where they bring what is missing.
    let own = format!("/act/{}", receipt["token"].as_str().unwrap());
    let seen = desk.app.request("GET", &own).expect(200).await;
    assert_eq!(seen["request"]["inputs"][0]["key"], "offer", "{seen}");
    let bring = |key: &str| json!({ "inputs": [{ "key": key, "value": "https://big.example" }] });
    send(&desk, &own, &bring("other")).faulty("/inputs/0/key", "not_found").await;
    let brought = send(&desk, &own, &bring("offer")).expect(201).await;
    assert_eq!(
        (&brought["missing"], &brought["request"]["inputs"]),
        (&json!([]), &json!([])),
        "nothing is missing any more"
    );
    send(&desk, &own, &bring("offer")).refused(ErrorCode::NotAsked).await;
    let request = &desk.again(request).await;
    let set = json!({ "verdict": "decline", "reason": "Your IT partner hosts the site",
        "scope_match": { "kind": "unclear" } });
    desk.triage(request, &set).expect(200).await;
    let seen = desk.app.request("GET", &own).expect(200).await;
    assert_eq!(seen["request"]["verdict"], "decline");
    assert_eq!(seen["request"]["reason"], "Your IT partner hosts the site");
    send(&desk, &own, &json!({ "text": "Please" })).refused(ErrorCode::NotAsked).await;
}

async fn a_link_ends_by_itself_when_it_is_taken_back_and_when_another_is_made(app: TestApp) {
    let desk = Desk::new(app).await;
    let body = json!({ "title": "A page", "asker_name": "Mia" });
    let (first, old) = link(&desk, json!({ "days": 30 })).await;
    assert_eq!((&first["open"], &first["requests"]), (&json!(true), &json!(0)));
    send(&desk, &old, &body).expect(201).await;
    let (second, act) = link(&desk, json!({ "days": 30 })).await;
    for method in ["GET", "POST"] {
        let ask = desk.app.request(method, &old).json(&body);
        ask.refused(ErrorCode::LinkRevoked).await;
    }
    let path = format!("/retainers/{}/form-links", id(&desk.retainer));
    let all = desk.read(&path).await;
    let told: Vec<_> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["open"], &one["requests"]))
        .collect();
    assert_eq!(told, [(&json!(true), &json!(0)), (&json!(false), &json!(1))]);
    assert!(!all.to_string().contains(act.trim_start_matches("/act/")), "a secret is told once");
    let one = format!("/form-links/{}", id(&second));
    let end = |version: i64| desk.app.as_role(Role::Manager, "DELETE", &one).version(version);
    end(9).refused(ErrorCode::Stale).await;
    end(1).expect(204).await;
    end(2).refused(ErrorCode::LinkRevoked).await;
    send(&desk, &act, &body).refused(ErrorCode::LinkRevoked).await;
    let (_, act) = link(&desk, json!({ "days": 1 })).await;
    desk.app.clock_at("2026-01-02T23:00:00Z").await;
    desk.app.request("GET", &act).refused(ErrorCode::LinkExpired).await;
    send(&desk, &act, &body).refused(ErrorCode::LinkExpired).await;
    desk.post(&path, &json!({ "days": 800 })).faulty("/days", "out_of_range").await;
    let member = desk.app.as_role(Role::Member, "POST", &path).json(&json!({}));
    member.refused(ErrorCode::Forbidden).await;
}

async fn a_lost_answer_is_repeated_with_a_link_that_works(app: TestApp) {
    let desk = Desk::new(app).await;
    let path = format!("/retainers/{}/form-links", id(&desk.retainer));
    let make = || desk.post(&path, &json!({})).header("Idempotency-Key", "form");
    let first = make().expect(201).await;
    let again = make().expect(201).await;
    assert_eq!(again["link"]["id"], first["link"]["id"], "it is one link");
    let open = |made: &Value| {
        let act = format!("/act/{}", made["token"].as_str().unwrap());
        desk.app.request("GET", &act)
    };
    open(&again).expect(200).await;
    open(&first).refused(ErrorCode::NotFound).await;
    // One that was ended meanwhile has no address any more.
    let one = format!("/form-links/{}", id(&first["link"]));
    desk.app.as_role(Role::Manager, "DELETE", &one).version(1).expect(204).await;
    let ended = make().expect(201).await;
    assert_eq!((&ended["token"], &ended["link"]["open"]), (&json!(""), &json!(false)));
    let request = desk.request("A page", &json!({})).await;
    let path = format!("/requests/{}/questions", id(&request));
    let ask = || desk.post(&path, &json!({ "note": "Which?" })).header("Idempotency-Key", "ask");
    ask().expect(201).await;
    open(&ask().expect(201).await).expect(200).await;
}

async fn the_links_of_an_asker_are_ended(app: TestApp) {
    let desk = Desk::new(app).await;
    let request = desk.request("A page", &json!({})).await;
    assert_eq!(request["asker_links"], 0);
    let path = format!("/requests/{}/links", id(&request));
    let end = |version: &Value| desk.app.as_role(Role::Manager, "DELETE", &path).version(version);
    end(&request["version"]).refused(ErrorCode::LinkRevoked).await;
    let ask = format!("/requests/{}/questions", id(&request));
    let asked = desk.post(&ask, &json!({ "note": "Which?" })).expect(201).await;
    let own = format!("/act/{}", asked["token"].as_str().unwrap());
    desk.app.request("GET", &own).expect(200).await;
    let now = desk.again(&request).await;
    assert_eq!(now["asker_links"], 1);
    end(&json!(9)).refused(ErrorCode::Stale).await;
    let member = desk.app.as_role(Role::Member, "DELETE", &path).version(&now["version"]);
    member.refused(ErrorCode::Forbidden).await;
    end(&now["version"]).expect(204).await;
    desk.app.request("GET", &own).refused(ErrorCode::LinkRevoked).await;
    assert_eq!(desk.again(&request).await["asker_links"], 0);
}

async fn an_answer_in_words_is_read(app: TestApp) {
    let desk = Desk::new(app).await;
    let kind = json!({ "name": "A page", "inputs": [
        { "key": "offer", "label": "Offer", "kind": "text", "required": true },
    ] });
    let kind = desk.post("/request-types", &kind).expect(201).await;
    let request = desk.request("A page", &json!({ "request_type_id": kind["id"] })).await;
    let ask = format!("/requests/{}/questions", id(&request));
    let asked = desk.post(&ask, &json!({ "keys": ["offer"] })).expect(201).await;
    assert_eq!(asked["request"]["state"], "needs_input");
    let own = format!("/act/{}", asked["token"].as_str().unwrap());
    send(&desk, &own, &json!({ "text": "We have none yet" })).expect(201).await;
    let now = desk.again(&request).await;
    assert_eq!((&now["state"], &now["missing"]), (&json!("new"), &json!(["offer"])));
}

async fn a_form_takes_so_many_requests_an_hour(app: TestApp) {
    let desk = Desk::new(app).await;
    let (_, act) = link(&desk, json!({})).await;
    let body = json!({ "title": "A page", "asker_name": "Mia" });
    for _ in 0..30 {
        send(&desk, &act, &body).expect(201).await;
    }
    send(&desk, &act, &body).refused(ErrorCode::TooManyRequests).await;
    desk.app.wait(chrono::Duration::minutes(61));
    send(&desk, &act, &body).expect(201).await;
}

async fn a_link_tells_nothing_of_others(app: TestApp) {
    let desk = Desk::new(app).await;
    let other = desk.request("Secret of another", &json!({})).await;
    let (_, act) = link(&desk, json!({})).await;
    let seen = desk.app.request("GET", &act).expect(200).await.to_string();
    assert!(!seen.contains(id(&other)) && !seen.contains("Secret of another"), "{seen}");
    assert!(!seen.contains(id(&desk.retainer)), "{seen}");
    desk.app
        .request("GET", "/act/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
        .refused(ErrorCode::NotFound)
        .await;
    // A link is no sign-in.
    let token = act.trim_start_matches("/act/");
    desk.app.bearing(token, "GET", "/requests").refused(ErrorCode::Unauthenticated).await;
    // A kind of another organisation is not known here.
    desk.app.tenant("other").await;
    let kind = desk.app.as_person("owner@other.example", "POST", "/request-types");
    let kind = kind.json(&json!({ "name": "Theirs" })).expect(201).await;
    let body = json!({ "title": "A page", "asker_name": "Mia", "request_type_id": kind["id"] });
    send(&desk, &act, &body).faulty("/request_type_id", "not_found").await;
    let seen = desk.app.request("GET", &act).expect(200).await.to_string();
    assert!(!seen.contains("Theirs"), "{seen}");
}

async fn s0_33_a_change_order_is_signed_by_link_once(app: TestApp) {
    let desk = Desk::new(app).await;
    let offered = async |title: &str| {
        let details = json!({ "scope_match": { "kind": "unclear" } });
        let body = json!({ "retainer_id": desk.retainer["id"], "title": title,
            "asker_contact_id": desk.mia["id"], "details": details });
        let request = desk.post("/requests", &body).expect(201).await;
        let ask = format!("/requests/{}/questions", id(&request));
        let asked = desk.post(&ask, &json!({ "note": "Which pages?" })).expect(201).await;
        let own = format!("/act/{}", asked["token"].as_str().unwrap());
        let yes = json!({ "accepts": true, "asker_name": "Mia Berg", "order_number": 1 });
        send(&desk, &own, &yes).refused(ErrorCode::NotAsked).await;
        let order = json!({ "verdict": "change_order", "reason": "Beyond the scope",
            "change": { "effective_on": "2026-01-10", "minutes": 60 } });
        let request = desk.triage(&desk.again(&request).await, &order).expect(200).await;
        (request, own)
    };
    let sign_offer = |own: &str, number: i64, accepts: bool, name: &str| {
        let body = json!({ "accepts": accepts, "asker_name": name, "order_number": number });
        send(&desk, own, &body)
    };
    let sign = |own: &str, accepts: bool, name: &str| sign_offer(own, 1, accepts, name);
    let (request, own) = offered("Move our hosting").await;
    let seen = desk.app.request("GET", &own).expect(200).await;
    assert_eq!(
        (&seen["request"]["order"], &seen["request"]["order_on"]),
        (&json!("proposed"), &json!("2026-01-10"))
    );
    sign(&own, true, " ").faulty("/asker_name", "required").await;
    sign(&own, true, "Tom Nobody").faulty("/asker_name", "no_such_name").await;
    let unread = json!({ "accepts": true, "asker_name": "Mia Berg" });
    send(&desk, &own, &unread).faulty("/order_number", "required").await;
    sign_offer(&own, 2, true, "Mia Berg").refused(ErrorCode::OfferChanged).await;
    sign("/act/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", true, "Mia Berg")
        .refused(ErrorCode::NotFound)
        .await;
    let (_, form) = link(&desk, json!({})).await;
    sign(&form, true, "Mia Berg").refused(ErrorCode::NotAsked).await;
    let receipt = sign(&own, true, "mia berg").expect(201).await;
    assert_eq!(receipt["request"]["order"], "accepted");
    sign(&own, true, "Mia Berg").refused(ErrorCode::ScopeChangeDecided).await;
    sign(&own, false, "Mia Berg").refused(ErrorCode::ScopeChangeDecided).await;
    let changes = format!("/retainers/{}/scope/changes", id(&desk.retainer));
    let decision = desk.read(&changes).await["items"][0]["decision"].clone();
    assert_eq!(
        (&decision["by"]["name"], &decision["evidence"]),
        (&json!("Mia Berg"), &json!("Link of request #1, signed mia berg"))
    );
    assert_eq!(desk.again(&request).await["triage"]["scope_change_decided_by"], "Mia Berg");
    // Declined, it is decided as well; nothing was bought.
    let (declined, own) = offered("A flyer").await;
    let receipt = sign_offer(&own, 2, false, "Mia Berg").expect(201).await;
    assert_eq!(receipt["request"]["order"], "declined");
    let declined = desk.again(&declined).await;
    assert_eq!(declined["open_to_triage"], true);
    // What was read before another offer came is not what is accepted.
    let dearer = json!({ "verdict": "change_order", "reason": "With print",
        "change": { "effective_on": "2026-01-10", "minutes": 600, "fee_minor": 90_000 } });
    desk.triage(&declined, &dearer).expect(200).await;
    sign_offer(&own, 2, true, "Mia Berg").refused(ErrorCode::OfferChanged).await;
    let seen = desk.app.request("GET", &own).expect(200).await;
    assert_eq!(
        (&seen["request"]["order_number"], &seen["request"]["order"]),
        (&json!(3), &json!("proposed"))
    );
    // A link that was taken back or ended by itself signs nothing.
    let (ended, own) = offered("A video").await;
    let path = format!("/requests/{}/links", id(&ended));
    let end = desk.app.as_role(Role::Manager, "DELETE", &path).version(&ended["version"]);
    end.expect(204).await;
    sign(&own, true, "Mia Berg").refused(ErrorCode::LinkRevoked).await;
    let (_, own) = offered("A podcast").await;
    // What cannot be accepted now says so, and can still be declined.
    let rest = json!({ "from": "2026-01-05", "to": "2026-01-10" });
    desk.post(&format!("/retainers/{}/pause", id(&desk.retainer)), &rest).expect(200).await;
    desk.app.clock_at("2026-01-06T10:00:00Z").await;
    let paused = desk.app.request("GET", &own).expect(200).await;
    assert_eq!(paused["request"]["order_hold"], "no_service_today");
    sign_offer(&own, 5, true, "Mia Berg").refused(ErrorCode::OfferHeld).await;
    sign_offer(&own, 5, false, "Mia Berg").expect(201).await;
    desk.app.clock_at("2026-07-02T10:00:00Z").await;
    sign(&own, true, "Mia Berg").refused(ErrorCode::LinkExpired).await;
    desk.app.books_hold().await;
}

/// Source: requirement S0-22.
async fn s0_22_an_address_asks_whether_its_holder_decides(app: TestApp) {
    let desk = Desk::new(app).await;
    let contacts = format!("/accounts/{}/contacts", desk.retainer["account_id"].as_str().unwrap());
    let tom = desk.post(&contacts, &json!({ "name": "Tom Helper" })).expect(201).await;
    let offered = async |title: &str, asker: &Value, day: &str| {
        let body = json!({ "retainer_id": desk.retainer["id"], "title": title,
            "asker_contact_id": asker, "details": { "scope_match": { "kind": "unclear" } } });
        let request = desk.post("/requests", &body).expect(201).await;
        let ask = format!("/requests/{}/questions", id(&request));
        let asked = desk.post(&ask, &json!({ "note": "How big?" })).expect(201).await;
        let order = json!({ "verdict": "change_order", "reason": "Beyond the scope",
            "change": { "effective_on": day, "minutes": 60 } });
        let own = format!("/act/{}", asked["token"].as_str().unwrap());
        (desk.triage(&desk.again(&request).await, &order), own)
    };
    let hold = async |own: &str| {
        desk.app.request("GET", own).expect(200).await["request"]["order_hold"].clone()
    };
    let sign = |own: &str, number: i64, name: &str| {
        let body = json!({ "accepts": true, "asker_name": name, "order_number": number });
        send(&desk, own, &body)
    };
    // Who is known not to decide reads the offer, whatever name they type.
    let (order, own) = offered("A flyer", &tom["id"], "2026-01-10").await;
    order.expect(200).await;
    assert_eq!(hold(&own).await, "not_decider");
    sign(&own, 1, "Mia Berg").refused(ErrorCode::MayNotDecide).await;
    // Nor does a stranger who knows a name: the form takes any. Somebody here says who they are.
    let (_, form) = link(&desk, json!({})).await;
    let sent = async |title: &str| {
        let body = json!({ "title": title, "asker_name": "mia BERG",
            "asker_email": "stranger@else.example" });
        let receipt = send(&desk, &form, &body).expect(201).await;
        let found = desk.read("/requests?limit=1").await["items"][0].clone();
        (found, format!("/act/{}", receipt["token"].as_str().unwrap()))
    };
    let known = |role: Role, found: &Value, asker: &Value| {
        let path = format!("/requests/{}", id(found));
        let ask = desk.app.as_role(role, "PATCH", &path).version(&found["version"]);
        ask.json(&json!({ "asker_contact_id": asker, "scope_match": { "kind": "unclear" } }))
    };
    let order = json!({ "verdict": "change_order", "reason": "Beyond the scope",
        "change": { "effective_on": "2026-01-10", "minutes": 60, "fee_minor": 500_000 } });
    let (found, own) = sent("A poster").await;
    let open = known(Role::Member, &found, &Value::Null).expect(200).await;
    desk.triage(&open, &order).expect(200).await;
    assert_eq!(hold(&own).await, "not_decider");
    sign(&own, 2, "mia BERG").refused(ErrorCode::MayNotDecide).await;
    let (found, own) = sent("Another poster").await;
    let mia = &desk.mia["id"];
    known(Role::Member, &found, mia).faulty("/asker_contact_id", "by_manager").await;
    let nobody = json!("0193a5b0-0000-7000-8000-000000000000");
    known(Role::Manager, &found, &nobody).faulty("/asker_contact_id", "not_found").await;
    let open = known(Role::Manager, &found, mia).expect(200).await;
    assert_eq!(open["asker_name"], "Mia Berg");
    desk.triage(&open, &order).expect(200).await;
    assert_eq!(hold(&own).await, Value::Null);
    sign(&own, 3, "Tom Helper").faulty("/asker_name", "does_not_decide").await;
    sign(&own, 3, "Mia Berg").expect(201).await;
    assert_eq!(hold(&own).await, Value::Null, "it is accepted");
    // Time for a day without service is not offered; what was offered before says so.
    let (order, own) = offered("A banner", &desk.mia["id"], "2026-02-10").await;
    order.expect(200).await;
    let pause = json!({ "from": "2026-01-20", "to": "2026-03-01" });
    desk.post(&format!("/retainers/{}/pause", id(&desk.retainer)), &pause).expect(200).await;
    assert_eq!(hold(&own).await, "overtaken");
    let (order, _) = offered("A badge", &desk.mia["id"], "2026-02-10").await;
    order.faulty("/change/effective_on", "no_open_cycle").await;
    // Nobody decides any more: it is read only.
    let mia = format!("/contacts/{}", id(&desk.mia));
    let change = desk.app.as_role(Role::Owner, "PATCH", &mia).version(&desk.mia["version"]);
    change.json(&json!({ "decides": false })).expect(200).await;
    assert_eq!(hold(&own).await, "not_decider");
}
