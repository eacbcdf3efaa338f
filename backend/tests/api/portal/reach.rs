//! How far a client reaches: their own account, by reading, and nothing else.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::Portal;
use crate::app::{Answer, TestApp};
use crate::document::Document;
use crate::on_both_engines;
use crate::retainers::{agree, id};
use crate::world::World;

on_both_engines![
    a_token_of_the_portal_reads_the_portal_and_opens_nothing_else,
    what_is_of_another_account_is_not_there,
];

/// Every address there is, by every method, with the tokens of a person, of a colleague who looks as
/// they would, and of who holds a link.
async fn a_token_of_the_portal_reads_the_portal_and_opens_nothing_else(app: TestApp) {
    let world = World::make(&app).await;
    let document = Document::of(&app).await;
    let operations = document.operations();
    let account = world.id("accounts");
    let whom = json!({ "contact_id": world.id("holders") });
    let invitation = format!("/accounts/{account}/portal/invitations");
    let links = format!("/retainers/{}/share-links", world.id("retainers"));
    let invited = app.as_role(Role::Owner, "POST", &invitation).json(&whom).expect(201).await;
    let shared = app.as_role(Role::Owner, "POST", &links).json(&json!({})).expect(201).await;
    let enter = async |link: &Value| {
        let body = json!({ "token": link["token"] });
        let made = app.request("POST", "/portal/auth/session").json(&body).expect(200).await;
        made["access_token"].as_str().unwrap().to_owned()
    };
    let tokens = [
        (enter(&invited).await, true),
        (app.client(account).await, true),
        (enter(&shared).await, false),
    ];
    let mut reached = 0;
    for operation in &operations {
        let (path, of_portal) = (world.address(operation), operation.asks_for("portal"));
        for (token, whole) in &tokens {
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
                let served = operations
                    .iter()
                    .find(|one| one.path == operation.path && one.method == method);
                let open =
                    served.is_some_and(|one| !one.asks_for("bearer") && !one.asks_for("portal"));
                // Anybody may ask these: it is no matter who does.
                if open {
                    continue;
                }
                let ask = app.bearing(token, method, &path).version(1);
                let ask = match served {
                    Some(one) => world.with_body(ask, &document, one),
                    None => ask,
                };
                let response = ask.send().await.unwrap();
                let status = response.status().as_u16();
                let name = format!("{method} {path}: {status}");
                match (served, of_portal && method == "GET") {
                    (Some(_), true) => {
                        let ours = ["/portal/me", "/portal/logo", "/portal/explain/left/"];
                        let balance = path.contains("/portal/retainers/")
                            && !["/cycles", "/scope"].iter().any(|end| path.ends_with(end));
                        let ours = ours.iter().any(|one| path.contains(one)) || balance;
                        let logo = path.ends_with("/logo");
                        let wanted = if logo || !whole && !ours { 404 } else { 200 };
                        assert_eq!(status, wanted, "{name}");
                        reached += 1;
                    }
                    (Some(_), false) => assert_eq!(status, 401, "{name}"),
                    (None, _) => assert!([404, 405].contains(&status), "{name}"),
                }
            }
        }
    }
    assert!(reached >= 3 * 13, "{reached}");
    // Nor does a cookie open anything else.
    let cookie = format!("perennial_portal={}", tokens[0].0);
    app.request("GET", "/portal/me").header("Cookie", &cookie).expect(200).await;
    app.request("GET", "/accounts")
        .header("Cookie", &cookie)
        .refused(ErrorCode::Unauthenticated)
        .await;
    app.books_hold().await;
}

async fn what_is_of_another_account_is_not_there(app: TestApp) {
    let portal = Portal::open(app).await;
    let app = &portal.app;
    let other = agree(app, crate::invoices::support).await;
    let theirs = agree(app, |_| {
        let body = crate::invoices::support(&json!(portal.account));
        json!({ "activate": false, "name": "Planned", "account_id": body["account_id"],
            "starts_on": "2026-03-01", "timezone": "UTC", "terms": body["terms"] })
    });
    let planned = theirs.await;
    let mia = portal.signed_in().await;
    let cycles = format!("/retainers/{}/cycles", id(&other));
    let cycle = app.as_role(Role::Owner, "GET", &cycles).expect(200).await["items"][0].clone();
    let of = |retainer: &Value, path: &str| format!("/retainers/{}{path}", id(retainer));
    let mut paths = vec![
        of(&other, ""),
        of(&other, "/ledger"),
        of(&other, "/cycles"),
        of(&other, "/scope"),
        format!("/cycles/{}/statement", id(&cycle)),
        format!("/cycles/{}/statement.csv", id(&cycle)),
        format!("/explain/left/{}", id(&cycle)),
        // A cycle of one's own retainer is not found by way of that of another.
        format!("{}?cycle_id={}", portal.about("/ledger"), id(&cycle)),
    ];
    if planned["state"] == "setup" {
        paths.push(of(&planned, ""));
    }
    for path in paths {
        portal.gone(&mia, &path).await;
    }
    let me = portal.read(&mia, "/me").await.to_string();
    assert!(!me.contains(id(&other)) && me.contains(id(&portal.retainer)), "{me}");
}
