//! Live changes: told within a second, by every replica, until the session ends.
use std::time::{Duration, Instant};

use serde_json::json;
use shared::api::Role;

use super::Desk;
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::id;

on_both_engines![
    a_move_is_heard_within_a_second_by_another_replica,
    the_line_ends_with_the_session,
    without_time_it_tells_the_present_number,
];

async fn a_move_is_heard_within_a_second_by_another_replica(app: TestApp) {
    let desk = Desk::new(app).await;
    let item = desk.item(&json!({})).await;
    let replica = TestApp::over(desk.app.db.clone());
    for server in [&desk.app, &replica] {
        let path = format!("/retainers/{}/board/events?seconds=20", id(&desk.retainer));
        let token = desk.app.token("viewer@home.example").await;
        let mut line = server.bearing(&token, "GET", &path).send().await.unwrap();
        assert_eq!(line.headers()["Content-Type"], "text/event-stream");
        let first = next(&mut line).await;
        let known: i64 = first.trim_start_matches("event: changes\ndata: ").trim().parse().unwrap();
        let began = Instant::now();
        desk.step(&item, "comments", &json!({ "text": "Hello" })).expect(201).await;
        let told = next(&mut line).await;
        assert_eq!(told, format!("event: changes\ndata: {}\n\n", known + 1));
        assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    }
}

async fn next(line: &mut reqwest::Response) -> String {
    let limit = Duration::from_secs(5);
    let piece = actix_web::rt::time::timeout(limit, line.chunk()).await.unwrap();
    String::from_utf8(piece.unwrap().unwrap().to_vec()).unwrap()
}

async fn the_line_ends_with_the_session(app: TestApp) {
    let desk = Desk::new(app).await;
    let path = format!("/retainers/{}/board/events?seconds=600", id(&desk.retainer));
    let mut line = desk.app.as_role(Role::Viewer, "GET", &path).send().await.unwrap();
    next(&mut line).await;
    let viewer = desk.app.member(Role::Viewer).await;
    let path = format!("/members/{}", viewer.as_str().unwrap());
    let member = desk.app.as_role(Role::Owner, "GET", &path).expect(200).await;
    let off = desk.app.as_role(Role::Owner, "PATCH", &path).version(&member["version"]);
    off.json(&json!({ "active": false })).expect(200).await;
    let ended = actix_web::rt::time::timeout(Duration::from_secs(15), line.chunk()).await;
    assert_eq!(ended.unwrap().unwrap(), None);
}

async fn without_time_it_tells_the_present_number(app: TestApp) {
    let desk = Desk::new(app).await;
    desk.item(&json!({})).await;
    for path in [format!("/retainers/{}/board/events", id(&desk.retainer)), "/boards/events".into()]
    {
        let line = desk.app.as_role(Role::Owner, "GET", &format!("{path}?seconds=0"));
        let text = line.send().await.unwrap().text().await.unwrap();
        assert_eq!(text, "event: changes\ndata: 1\n\n");
        let long = desk.app.as_role(Role::Owner, "GET", &format!("{path}?seconds=3601"));
        long.faulty("seconds", "out_of_range").await;
    }
}
