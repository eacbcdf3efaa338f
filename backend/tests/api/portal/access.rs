//! What staff say of the portal, and what they see was seen. Source: requirement S2-23.
use serde_json::{Value, json};
use shared::api::{ErrorCode, PortalPart, Role};

use super::Portal;
use crate::app::{Answer, TestApp};
use crate::invoices::{invoices, issue, run};
use crate::on_both_engines;
use crate::retainers::{get, id};

on_both_engines![
    what_an_account_is_shown_is_kept_and_is_usual_at_first,
    s2_23_what_the_client_has_seen_is_told,
];

async fn what_an_account_is_shown_is_kept_and_is_usual_at_first(app: TestApp) {
    let portal = Portal::closed(app).await;
    let path = format!("/accounts/{}/portal", portal.account);
    let first = get(&portal.app, &path).await;
    let usual: Vec<&str> = PortalPart::USUAL.iter().map(|part| part.name()).collect();
    assert_eq!((&first["open"], &first["version"]), (&json!(false), &json!(0)));
    assert_eq!(first["parts"], json!(usual));
    assert!(!usual.contains(&"people") && !usual.contains(&"decisions"));
    let set = |role: Role, version: i64| {
        let body = json!({ "open": true, "parts": ["scope"] });
        portal.app.as_role(role, "PUT", &path).version(version).json(&body)
    };
    set(Role::Member, 0).refused(ErrorCode::Forbidden).await;
    portal.app.as_role(Role::Partner, "GET", &path).refused(ErrorCode::Forbidden).await;
    let kept = set(Role::Manager, 0).expect(200).await;
    assert_eq!((&kept["open"], &kept["version"]), (&json!(true), &json!(1)));
    set(Role::Manager, 0).refused(ErrorCode::Stale).await;
    set(Role::Manager, 7).refused(ErrorCode::Stale).await;
    assert_eq!(get(&portal.app, &path).await["parts"], json!(["scope"]));
}

async fn s2_23_what_the_client_has_seen_is_told(app: TestApp) {
    let portal = Portal::open(app).await;
    let app = &portal.app;
    run(app).await;
    let invoice = issue(app, &invoices(app, &portal.retainer).await[0]).await;
    let invoice_id = id(&invoice).to_owned();
    let mia = portal.signed_in().await;
    let path = format!("/accounts/{}/portal", portal.account);
    let seen = async || get(app, &format!("{path}/views")).await["items"].clone();
    assert_eq!(seen().await, json!([]));
    portal.read(&mia, &portal.about("")).await;
    portal.read(&mia, &portal.about("")).await;
    let one = seen().await[0].clone();
    assert_eq!((&one["page"], &one["times"]), (&json!("balance"), &json!(1)));
    assert_eq!(
        (&one["contact_name"], &one["retainer_name"]),
        (&json!("Mia Berg"), &json!("Support"))
    );
    app.clock_at("2026-01-15T10:20:00Z").await;
    portal.read(&mia, &portal.about("")).await;
    let again = seen().await[0].clone();
    assert_eq!((&again["id"], &again["times"]), (&one["id"], &json!(2)));
    assert_eq!(again["first_at"], "2026-01-15T10:00:00Z");
    assert_eq!(again["last_at"], "2026-01-15T10:20:00Z");
    app.clock_at("2026-01-15T10:21:00Z").await;
    let file = app.bearing(&mia, "GET", &format!("/portal/invoices/{invoice_id}/pdf"));
    assert_eq!(file.send().await.unwrap().status(), 200);
    let cycle = portal.read(&mia, &portal.about("/cycles")).await["items"][0].clone();
    portal.read(&mia, &format!("/cycles/{}/statement", id(&cycle))).await;
    let all = seen().await;
    let told: Vec<_> =
        all.as_array().unwrap().iter().map(|one| one["page"].as_str().unwrap()).collect();
    assert_eq!(told.len(), 3, "{all}");
    let of = |page: &str| all.as_array().unwrap().iter().find(|one| one["page"] == page).unwrap();
    assert_eq!(of("invoice")["invoice_number"], "INV-2026-0001");
    assert_eq!(of("statement")["cycle_starts_on"], "2026-01-01");
    assert_eq!(told[2], "balance", "what was seen last comes first");
    let theirs = app.as_role(Role::Member, "GET", &format!("{path}/views")).expect(200).await;
    assert!(!theirs.to_string().contains("INV-"), "who reads no invoices learns of none here");
    let person = get(app, &path).await["people"][0].clone();
    assert_eq!(person["seen_at"], "2026-01-15T10:21:00Z");
    let first = get(app, &format!("{path}/views?limit=2")).await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = get(app, &format!("{path}/views?limit=2&cursor={cursor}")).await;
    assert_eq!(
        (rest["items"].as_array().unwrap().len(), &rest["items"][0]["page"]),
        (1, &json!("balance"))
    );
    assert_eq!(rest["next_cursor"], Value::Null);
    // Who has gone has still seen it.
    let contact = format!("/contacts/{}", id(&portal.mia));
    app.as_role(Role::Owner, "DELETE", &contact).version(1).expect(204).await;
    assert_eq!(seen().await[0]["contact_name"], "Mia Berg");
}
