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
    a_form_takes_so_many_requests_an_hour,
    a_link_tells_nothing_of_others,
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
    // Sent again since the answer was lost, it is one request; its address was told once.
    let again = send(&desk, &act, &body).header("Idempotency-Key", "once").expect(201).await;
    assert_eq!((&again["request"], &again["token"]), (&receipt["request"], &Value::Null));
    let page = desk.read("/requests").await;
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    let request = &page["items"][0];
    assert_eq!((&request["source"], &request["asker_name"]), (&json!("form"), &json!("Mia Berg")));
    assert_eq!(request["created_by_name"], Value::Null);
    assert_eq!(request["proposed_match"]["kind"], "excluded");
    // The asker follows it at their own address.
    let own = format!("/act/{}", receipt["token"].as_str().unwrap());
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
