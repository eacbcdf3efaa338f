//! Who waits for whom.
use std::cell::Cell;
use std::time::Duration;

use backend::db::Query;
use futures_util::future::{join, join_all};
use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::api::Role;
use tokio::sync::Notify;

use crate::app::{Answer, Engine, TestApp};
use crate::retainers::{agree, ten_hours};

/// More than there are connections.
const MANY: usize = 20;
/// How long who writes is let wait.
const PATIENCE: Duration = Duration::from_secs(4);

/// Records time: whether it was taken. Whoever is told to wait is told how long.
pub async fn records(app: &TestApp, retainer: &Value) -> bool {
    let body = json!({ "retainer_id": retainer["id"], "worked_on": "2026-01-01", "minutes": 7 });
    let answer =
        app.as_role(Role::Owner, "POST", "/time-entries").json(&body).send().await.unwrap();
    match answer.status().as_u16() {
        201 => true,
        503 => {
            assert_eq!(answer.headers()["retry-after"], "1");
            false
        }
        status => panic!("{status}: {}", answer.text().await.unwrap()),
    }
}

#[actix_web::test]
async fn many_who_wait_to_write_keep_nobody_from_reading_on_sqlite() {
    many_who_wait_to_write_keep_nobody_from_reading(Engine::Sqlite).await;
}
#[actix_web::test]
async fn many_who_wait_to_write_keep_nobody_from_reading_on_postgres() {
    many_who_wait_to_write_keep_nobody_from_reading(Engine::Postgres).await;
}
async fn many_who_wait_to_write_keep_nobody_from_reading(engine: Engine) {
    let app = TestApp::impatient(engine, PATIENCE).await;
    let retainer = agree(&app, ten_hours).await;
    let (begun, enough, told) = (Notify::new(), Notify::new(), Cell::new(false));
    let holding = app.db.write(async |tx| {
        tx.execute(Query::new("UPDATE retainers SET version = version + 1")).await?;
        begun.notify_one();
        enough.notified().await;
        Ok(())
    });
    let waiting = async {
        begun.notified().await;
        let taken = join_all((0..MANY).map(|_| records(&app, &retainer))).await;
        assert_eq!(taken, [false; MANY]);
        told.set(true);
        enough.notify_one();
    };
    let reading = async {
        while !told.get() {
            let read = app.as_role(Role::Owner, "GET", "/time-entries").expect(StatusCode::OK);
            tokio::time::timeout(PATIENCE / 2, read).await.expect("a reader waited for writers");
        }
    };
    let (held, ((), ())) = join(holding, join(waiting, reading)).await;
    held.unwrap();
    assert!(records(&app, &retainer).await);
}
