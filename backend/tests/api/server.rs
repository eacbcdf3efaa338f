//! What holds for every answer: headers, health, the app's page, the clock.
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use backend::db::Query;
use serde_json::json;
use shared::api::{ErrorCode, Role};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::app::{Answer, Engine, NOW, TestApp};
use crate::ask::content_type;
use crate::on_both_engines;

on_both_engines![
    the_server_is_ready_when_its_schema_is,
    a_fixed_clock_moves_forward_and_closes_what_is_due,
];

#[actix_web::test]
async fn every_answer_is_guarded() {
    let app = TestApp::start(Engine::Sqlite).await;
    let paths =
        ["/", "/a/page", "/health/live", "/api/v1/setup", "/api/v1/accounts", "/api/nope", "/x.js"];
    for path in paths {
        for method in ["GET", "DELETE"] {
            let response = app.at(method, path).send().await.unwrap();
            let headers = response.headers();
            let policy = headers["Content-Security-Policy"].to_str().unwrap();
            assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval';"), "{path}: {policy}");
            assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
            assert_eq!(headers["X-Content-Type-Options"], "nosniff", "{path}");
            assert_eq!(headers["Referrer-Policy"], "same-origin", "{path}");
            assert!(!headers.contains_key("Strict-Transport-Security"), "{path}: no TLS here");
        }
    }
}

#[actix_web::test]
async fn behind_tls_browsers_are_told_to_stay_there() {
    let app = TestApp::behind("https://perennial.example").await;
    let response = app.at("GET", "/health/live").send().await.unwrap();
    assert_eq!(response.headers()["Strict-Transport-Security"], "max-age=63072000");
}

async fn the_server_is_ready_when_its_schema_is(app: TestApp) {
    let ready = async || app.at("GET", "/health/ready").send().await.unwrap().status();
    assert_eq!(ready().await, 200);
    let forget = || Query::new("DELETE FROM _sqlx_migrations");
    app.db.write(async |tx| Ok(tx.execute(forget()).await?)).await.unwrap();
    assert_eq!(ready().await, 503);
    assert_eq!(app.at("GET", "/health/live").send().await.unwrap().status(), 200);
}

#[actix_web::test]
async fn long_answers_are_packed_and_short_ones_are_not() {
    let app = TestApp::start(Engine::Sqlite).await;
    let packed = async |path: &str| {
        let ask = app.as_role(Role::Owner, "GET", path).header("Accept-Encoding", "gzip, br");
        let response = ask.send().await.unwrap();
        response.headers().get("Content-Encoding").map(|name| name.to_str().unwrap().to_owned())
    };
    assert_eq!(packed("/organisation").await, None);
    for n in 0..20 {
        let body = json!({ "name": format!("Account {n}") });
        app.as_role(Role::Owner, "POST", "/accounts").json(&body).expect(201).await;
    }
    assert!(packed("/accounts").await.is_some());
    assert!(packed("/api/openapi.json").await.is_some());
}

#[actix_web::test]
async fn what_the_api_tells_is_kept_nowhere() {
    let app = TestApp::start(Engine::Sqlite).await;
    let response = app.as_role(Role::Owner, "GET", "/organisation").send().await.unwrap();
    assert_eq!(response.headers()["Cache-Control"], "no-store");
}

/// The head came in time, the body never does.
#[actix_web::test]
async fn a_request_that_does_not_end_is_given_up() {
    let app = TestApp::giving_up_after(Duration::from_millis(50)).await;
    let place = app.url.trim_start_matches("http://");
    let mut client = TcpStream::connect(place).await.unwrap();
    let head = "POST /api/v1/auth/login HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\
                Content-Type: application/json\r\n\r\n{";
    client.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains("content-security-policy:") && answer.contains("retry-after: 1"));
    assert!(answer.contains("\"code\":\"busy\""), "{answer}");
}

/// With or without a built app: a page for people's addresses, never for files or the API.
#[actix_web::test]
async fn unknown_addresses_get_the_page_and_unknown_files_do_not() {
    let app = TestApp::start(Engine::Sqlite).await;
    let get = async |path: &str| app.at("GET", path).send().await.unwrap();
    let page = get("/").await;
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    let elsewhere = get("/retainers/42?tab=ledger").await;
    assert_eq!((elsewhere.status().as_u16(), elsewhere.text().await.unwrap()), (200, page));
    assert_eq!(get("/app-0123456789abcdef.js").await.status(), 404);
    assert_eq!(content_type(&get("/api/nope").await), "application/problem+json");
    let post = app.at("POST", "/").send().await.unwrap();
    assert_eq!(
        (post.status().as_u16(), post.headers()["Allow"].to_str().unwrap()),
        (405, "GET, HEAD")
    );
    let head = app.at("HEAD", "/").send().await.unwrap();
    assert_eq!((head.status().as_u16(), head.text().await.unwrap()), (200, String::new()));
}

async fn a_fixed_clock_moves_forward_and_closes_what_is_due(app: TestApp) {
    let clock = app.as_role(Role::Viewer, "GET", "/clock").expect(200).await;
    assert_eq!(clock, json!({ "now": NOW, "fixed": true }));
    let account = json!({ "name": "Big Company" });
    let account = app.as_role(Role::Owner, "POST", "/accounts").json(&account).expect(201).await;
    let price = json!({ "amount_minor": 150_000, "currency": "EUR" });
    let terms = json!({ "pools": [{ "allowance": 600 }], "price": price });
    let retainer = json!({
        "account_id": account["id"], "name": "Support", "starts_on": "2026-01-01", "terms": terms
    });
    app.as_role(Role::Owner, "POST", "/retainers").json(&retainer).expect(201).await;

    let to = |time: &str| {
        app.as_role(Role::Owner, "POST", "/clock/advance").json(&json!({ "to": time }))
    };
    to("2025-12-31T00:00:00Z").faulty("/to", "out_of_range").await;
    to("9999-01-01T00:00:00Z").faulty("/to", "out_of_range").await;
    let moved = to("2026-02-03T09:00:00Z").expect(200).await;
    assert_eq!(moved, json!({ "now": "2026-02-03T09:00:00Z", "fixed": true }));
    let page = app.as_role(Role::Viewer, "GET", "/retainers").expect(200).await;
    let path = format!("/retainers/{}/cycles", page["items"][0]["id"].as_str().unwrap());
    let cycles = app.as_role(Role::Viewer, "GET", &path).expect(200).await;
    let items = cycles["items"].as_array().unwrap();
    let states: Vec<_> = items.iter().map(|cycle| (&cycle["seq"], &cycle["status"])).collect();
    assert_eq!(states, [(&json!(2), &json!("open")), (&json!(1), &json!("closed"))]);
    app.books_hold().await;
}

#[actix_web::test]
async fn a_real_clock_does_not_move() {
    let app = TestApp::in_real_time().await;
    let clock = app.as_role(Role::Viewer, "GET", "/clock").expect(200).await;
    assert_eq!(clock["fixed"], false);
    let body = json!({ "to": "2199-01-01T00:00:00Z" });
    let advance = app.as_role(Role::Owner, "POST", "/clock/advance").json(&body);
    advance.refused(ErrorCode::Forbidden).await;
}
