//! How one comes in, and what ends that.
use futures_util::future::join;
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::Portal;
use crate::app::{Answer, Engine, TestApp};
use crate::invoices::mailed::Post;
use crate::on_both_engines;
use crate::retainers::{get, id};

on_both_engines![
    a_link_works_once_and_for_its_time,
    who_may_not_read_any_more_is_out_at_once,
    a_colleague_sees_what_clients_see_while_they_may,
    the_balance_is_shared_with_a_password_until_the_link_ends,
    a_sign_in_ends_by_itself_and_when_it_is_told_to,
];

const SESSION: &str = "/portal/auth/session";

async fn a_link_works_once_and_for_its_time(app: TestApp) {
    let portal = Portal::closed(app).await;
    let path = format!("/accounts/{}/portal/invitations", portal.account);
    let invite = |whom: &Value| {
        portal.app.as_role(Role::Manager, "POST", &path).json(&json!({ "contact_id": whom }))
    };
    invite(&portal.mia["id"]).refused(ErrorCode::PortalClosed).await;
    portal.shows(&["work_log"]).await;
    invite(&portal.retainer["id"]).faulty("/contact_id", "not_found").await;
    let people = format!("/accounts/{}/contacts", portal.account);
    let silent = json!({ "name": "No mail" });
    let silent = portal.app.as_role(Role::Owner, "POST", &people).json(&silent).expect(201).await;
    invite(&silent["id"]).faulty("/contact_id", "email_missing").await;
    let told = get(&portal.app, &format!("/accounts/{}/portal", portal.account)).await;
    assert_eq!(
        (&told["sends_mail"], &told["people"][0]["linked_at"]),
        (&json!(false), &Value::Null)
    );

    let key = || invite(&portal.mia["id"]).header("Idempotency-Key", "mia");
    let made = key().expect(201).await;
    assert_eq!(key().expect(201).await["token"], Value::Null, "a secret is told once");
    let token = made["token"].as_str().unwrap();
    let both = join(portal.enter(token).send(), portal.enter(token).send()).await;
    let mut both = [both.0.unwrap().status().as_u16(), both.1.unwrap().status().as_u16()];
    both.sort_unstable();
    assert_eq!(both, [200, 409], "two presses sign in once");
    portal.enter(token).refused(ErrorCode::LinkUsed).await;
    portal.enter("nobody-has-this").refused(ErrorCode::NotFound).await;
    let token = portal.invited().await;
    portal.app.clock_at("2026-01-22T10:00:00Z").await;
    portal.enter(&token).refused(ErrorCode::LinkExpired).await;
    let told = get(&portal.app, &format!("/accounts/{}/portal", portal.account)).await;
    let mia = &told["people"][0];
    assert_eq!((&mia["name"], &mia["mail"]), (&json!("Mia Berg"), &json!("none")));
    assert_eq!(mia["linked_at"], "2026-01-15T10:00:00Z");
    // Another site does not sign anybody in.
    let ask = portal.enter(&portal.invited().await).header("Origin", "https://evil.example");
    ask.refused(ErrorCode::OriginRefused).await;
}

async fn who_may_not_read_any_more_is_out_at_once(app: TestApp) {
    let portal = Portal::open(app).await;
    let me = async |token: &str| {
        let ask = portal.app.bearing(token, "GET", "/portal/me");
        ask.send().await.unwrap().status().as_u16()
    };
    let set = async |open: bool| {
        let path = format!("/accounts/{}/portal", portal.account);
        let version = get(&portal.app, &path).await["version"].clone();
        let put = portal.app.as_role(Role::Owner, "PUT", &path).version(version);
        put.json(&json!({ "open": open, "parts": [] })).expect(200).await;
    };
    let (mia, link) = (portal.signed_in().await, portal.invited().await);
    assert_eq!(me(&mia).await, 200);
    set(false).await;
    assert_eq!(me(&mia).await, 401);
    portal.enter(&link).refused(ErrorCode::LinkRevoked).await;
    // Opened again, nobody comes back by what they had.
    set(true).await;
    assert_eq!(me(&mia).await, 401);
    let (mia, link) = (portal.signed_in().await, portal.invited().await);
    assert_eq!(me(&mia).await, 200);
    // Another address is another person, perhaps.
    let path = format!("/contacts/{}", id(&portal.mia));
    let new = json!({ "email": "max@big.example" });
    portal.app.as_role(Role::Owner, "PATCH", &path).version(1).json(&new).expect(200).await;
    assert_eq!(me(&mia).await, 401);
    // Nor does a link that went to the old one open anything.
    portal.enter(&link).refused(ErrorCode::LinkRevoked).await;
    let max = portal.signed_in().await;
    assert_eq!(me(&max).await, 200);
    // A second invitation ends the first; a client that was put away reads nothing.
    let first = portal.invited().await;
    portal.enter(&portal.invited().await).expect(200).await;
    portal.enter(&first).refused(ErrorCode::LinkRevoked).await;
    let end = format!("/retainers/{}/end", id(&portal.retainer));
    let end = portal.app.as_role(Role::Manager, "POST", &end).version(&portal.retainer["version"]);
    end.json(&json!({ "ends_on": "2026-02-01" })).expect(200).await;
    portal.app.clock_at("2026-02-03T10:00:00Z").await;
    let path = format!("/retainers/{}/share-links", id(&portal.retainer));
    let shared = portal.app.as_role(Role::Owner, "POST", &path).json(&json!({})).expect(201).await;
    let shared = portal.enter(shared["token"].as_str().unwrap()).expect(200).await;
    let holder = shared["access_token"].as_str().unwrap().to_owned();
    assert_eq!((me(&max).await, me(&holder).await), (200, 200));
    let path = format!("/accounts/{}", portal.account);
    for (archived, status) in [(true, 401), (false, 200)] {
        let version = get(&portal.app, &path).await["version"].clone();
        let put = portal.app.as_role(Role::Owner, "PATCH", &path).version(version);
        put.json(&json!({ "archived": archived })).expect(200).await;
        assert_eq!((me(&max).await, me(&holder).await), (status, status));
    }
    let path = format!("/contacts/{}", id(&portal.mia));
    portal.app.as_role(Role::Owner, "DELETE", &path).version(2).expect(204).await;
    assert_eq!(me(&max).await, 401);
}

async fn a_colleague_sees_what_clients_see_while_they_may(app: TestApp) {
    let portal = Portal::closed(app).await;
    let path = format!("/accounts/{}/portal/previews", portal.account);
    portal.app.as_role(Role::Member, "POST", &path).refused(ErrorCode::Forbidden).await;
    let link = portal.app.as_role(Role::Manager, "POST", &path).expect(201).await;
    let token = link["token"].as_str().unwrap();
    let made = portal.enter(token).expect(200).await;
    portal.enter(token).refused(ErrorCode::LinkUsed).await;
    let look = made["access_token"].as_str().unwrap().to_owned();
    assert_eq!(made["visitor"]["kind"], "preview");
    portal.read(&look, &portal.about("")).await;
    let seen = format!("/accounts/{}/portal/views", portal.account);
    assert_eq!(get(&portal.app, &seen).await["items"], json!([]), "it leaves no trace");
    // Who may not see it any more does not.
    let manager = portal.app.member(Role::Manager).await;
    let member = format!("/members/{}", manager.as_str().unwrap());
    let less = json!({ "role": "viewer" });
    portal.app.as_role(Role::Owner, "PATCH", &member).version(1).json(&less).expect(200).await;
    portal.app.bearing(&look, "GET", "/portal/me").refused(ErrorCode::Unauthenticated).await;
}

async fn the_balance_is_shared_with_a_password_until_the_link_ends(app: TestApp) {
    let portal = Portal::closed(app).await;
    let links = portal.about("/share-links");
    let make = |body: Value| portal.app.as_role(Role::Manager, "POST", &links).json(&body);
    make(json!({ "days": 0 })).faulty("/days", "out_of_range").await;
    make(json!({ "password": "short" })).faulty("/password", "too_short").await;
    let body = json!({ "days": 30, "password": "open sesame" });
    let made = make(body.clone()).header("Idempotency-Key", "x").expect(201).await;
    let again = make(body).header("Idempotency-Key", "x").expect(201).await;
    assert_eq!(made["link"], again["link"]);
    portal.enter(made["token"].as_str().unwrap()).refused(ErrorCode::NotFound).await;
    let token = again["token"].as_str().unwrap();
    let with = |password: &str| {
        let body = json!({ "token": token, "password": password });
        portal.app.request("POST", SESSION).json(&body)
    };
    portal.enter(token).refused(ErrorCode::BadCredentials).await;
    with("wrong password").refused(ErrorCode::BadCredentials).await;
    let opened = with("open sesame").expect(200).await;
    assert_eq!(
        (&opened["visitor"]["kind"], &opened["visitor"]["name"]),
        (&json!("share"), &Value::Null)
    );
    let holder = opened["access_token"].as_str().unwrap().to_owned();
    portal.read(&holder, &portal.about("")).await;
    portal.read(&holder, &portal.about("/ledger")).await;
    for path in ["/requests", "/invoices", "/decisions"] {
        portal.gone(&holder, path).await;
    }
    portal.gone(&holder, &portal.about("/cycles")).await;
    let list = get(&portal.app, &links).await;
    let link = &list["items"][0];
    assert_eq!((&link["has_password"], &link["open"]), (&json!(true), &json!(true)));
    assert_eq!(link["seen_at"], "2026-01-15T10:00:00Z");
    assert!(!list.to_string().contains("sesame"));
    // Guessing ends soon.
    for _ in 0..4 {
        with("wrong password").refused(ErrorCode::BadCredentials).await;
    }
    with("open sesame").refused(ErrorCode::TooManyRequests).await;
    let one = format!("/share-links/{}", id(link));
    let end = |version: i64| portal.app.as_role(Role::Manager, "DELETE", &one).version(version);
    end(9).refused(ErrorCode::Stale).await;
    end(1).expect(204).await;
    end(2).refused(ErrorCode::LinkRevoked).await;
    portal.app.bearing(&holder, "GET", "/portal/me").refused(ErrorCode::Unauthenticated).await;
    with("open sesame").refused(ErrorCode::LinkRevoked).await;
    // One without a password is read as often as one likes, until it ends.
    let made = make(json!({ "days": 1 })).expect(201).await;
    let token = made["token"].as_str().unwrap();
    for _ in 0..2 {
        portal.enter(token).expect(200).await;
    }
    let holder = portal.enter(token).expect(200).await["access_token"].as_str().unwrap().to_owned();
    portal.app.clock_at("2026-01-16T10:00:00Z").await;
    portal.app.bearing(&holder, "GET", "/portal/me").refused(ErrorCode::Unauthenticated).await;
    portal.enter(token).refused(ErrorCode::LinkExpired).await;
}

async fn a_sign_in_ends_by_itself_and_when_it_is_told_to(app: TestApp) {
    let portal = Portal::open(app).await;
    let mia = portal.signed_in().await;
    let out = portal.app.bearing(&mia, "POST", SESSION).json(&json!({}));
    let answer = out.send().await.unwrap();
    assert_eq!(answer.status(), 204);
    let gone = answer.headers()["Set-Cookie"].to_str().unwrap();
    assert!(gone.contains("perennial_portal=;") && gone.contains("Max-Age=0"), "{gone}");
    portal.app.bearing(&mia, "GET", "/portal/me").refused(ErrorCode::Unauthenticated).await;
    let answer = portal.enter(&portal.invited().await).send().await.unwrap();
    let cookie = answer.headers()["Set-Cookie"].to_str().unwrap().to_owned();
    let kept = ["HttpOnly", "SameSite=Strict", "Path=/api/v1/portal", "Max-Age=2592000"];
    assert!(kept.iter().all(|part| cookie.contains(part)), "{cookie}");
    let mine = cookie.split(';').next().unwrap().to_owned();
    // A colleague, or who holds a link, looks beside: nobody is signed out by it.
    let look = portal.app.client(&portal.account).await;
    let both = format!("{mine}; perennial_portal_look={look}");
    let who = portal.app.request("GET", "/portal/me").header("Cookie", &both).expect(200).await;
    assert_eq!(who["kind"], "preview");
    let leave = portal.app.request("POST", SESSION).header("Cookie", &both).json(&json!({}));
    let answer = leave.send().await.unwrap();
    let gone = answer.headers()["Set-Cookie"].to_str().unwrap();
    assert!(gone.starts_with("perennial_portal_look=;"), "{gone}");
    portal.app.bearing(&look, "GET", "/portal/me").refused(ErrorCode::Unauthenticated).await;
    let me = || portal.app.request("GET", "/portal/me").header("Cookie", &mine);
    me().expect(200).await;
    portal.app.clock_at("2026-02-14T10:00:00Z").await;
    me().refused(ErrorCode::Unauthenticated).await;
    // What is long over is forgotten.
    portal.app.clock_at("2027-03-01T10:00:00Z").await;
    backend::tick::forget(&portal.app.db, portal.app.clock.now()).await.unwrap();
    let told = get(&portal.app, &format!("/accounts/{}/portal", portal.account)).await;
    assert_eq!(told["people"][0]["linked_at"], Value::Null);
}

#[actix_web::test]
async fn links_go_by_mail_on_sqlite() {
    Box::pin(by_mail(Engine::Sqlite)).await;
}
#[actix_web::test]
async fn links_go_by_mail_on_postgres() {
    Box::pin(by_mail(Engine::Postgres)).await;
}

async fn by_mail(engine: Engine) {
    let post = Post::start(&[]);
    let app = TestApp::with_mail(engine, post.mailer("smtp", "")).await;
    let portal = Portal::open(app).await;
    let ask = async |email: &str| {
        let body = json!({ "email": email });
        let ask = portal.app.request("POST", "/portal/auth/link").json(&body);
        assert_eq!(ask.send().await.unwrap().status(), 202);
    };
    let mails = async |count: usize| {
        for _ in 0..200 {
            if post.taken().len() >= count {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        post.taken()
    };
    let secret = |mail: &str| {
        // Long lines are folded on their way.
        let mail = mail.replace("=\r\n", "").replace("=\n", "");
        let link = mail.split("/portal/enter/").nth(1).unwrap();
        link.split(char::is_whitespace).next().unwrap().to_owned()
    };
    portal
        .app
        .request("POST", "/portal/auth/link")
        .json(&json!({ "email": "mia" }))
        .faulty("/email", "email_invalid")
        .await;
    ask("nobody@big.example").await;
    ask("portal:mia@big.example").await;
    ask("portal-link:mia@big.example").await;
    ask(" mia@big.example".trim()).await;
    let taken = mails(1).await;
    assert!(
        taken[0].contains("X-To: Mia@Big.example") && taken[0].contains("15 minutes"),
        "{taken:?}"
    );
    // What it says is not kept: nobody reads a secret in the database.
    let made = portal.enter(&secret(&taken[0])).expect(200).await;
    assert_eq!(made["visitor"]["name"], "Mia Berg");
    let path = format!("/accounts/{}/portal", portal.account);
    let invite = format!("{path}/invitations");
    let whom = json!({ "contact_id": portal.mia["id"] });
    let told = portal.app.as_role(Role::Owner, "POST", &invite).json(&whom).expect(201).await;
    assert_eq!(told["token"], Value::Null, "it goes to her alone");
    let taken = mails(2).await;
    assert!(taken[1].contains("Owner of The home studio invites you"), "{}", taken[1]);
    portal.enter(&secret(&taken[1])).expect(200).await;
    for _ in 0..200 {
        if get(&portal.app, &path).await["people"][0]["mail"] == "sent" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(get(&portal.app, &path).await["people"][0]["mail"], "sent");
    // So many in a quarter of an hour, and as quietly.
    for _ in 0..8 {
        ask("mia@big.example").await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    assert_eq!(mails(6).await.len(), 6);
    // Where it is refused, that is told.
    let refused = json!({ "email": "refused@big.example" });
    let contact = format!("/contacts/{}", id(&portal.mia));
    portal.app.as_role(Role::Owner, "PATCH", &contact).version(1).json(&refused).expect(200).await;
    portal.app.as_role(Role::Owner, "POST", &invite).json(&whom).expect(201).await;
    for _ in 0..200 {
        if get(&portal.app, &path).await["people"][0]["mail"] == "failed" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let mia = get(&portal.app, &path).await["people"][0].clone();
    assert_eq!(mia["mail"], "failed");
    assert!(mia["mail_answer"].as_str().unwrap().contains("No such mailbox"), "{mia}");
}
