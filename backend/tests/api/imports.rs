//! Time from other tools: read, mapped, written once.
mod beside;
mod commit;
mod files;
mod large;
mod mapping;
pub mod plans;
mod reading;

use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::api::Role;

use crate::app::{Answer, TestApp};
use crate::ask::Ask;
use crate::retainers::{agree, id, ten_hours};

/// The big company, with one retainer since the first of January 2026.
async fn big_company(app: &TestApp) -> Value {
    app.clock_at("2026-01-20T10:00:00Z").await;
    agree(app, ten_hours).await
}

fn upload(app: &TestApp, bytes: impl AsRef<[u8]>) -> Ask {
    let path = "/imports?file_name=time.csv";
    app.as_role(Role::Manager, "POST", path).body(bytes.as_ref().to_vec(), "text/csv")
}
/// The import that an upload becomes.
async fn read(app: &TestApp, bytes: impl AsRef<[u8]>) -> Value {
    upload(app, bytes).expect(StatusCode::CREATED).await
}
fn at(import: &Value) -> String {
    format!("/imports/{}", id(import))
}
async fn again(app: &TestApp, import: &Value) -> Value {
    app.as_role(Role::Manager, "GET", &at(import)).expect(StatusCode::OK).await
}
async fn change(app: &TestApp, import: &Value, change: Value) -> Value {
    let ask = app.as_role(Role::Manager, "PATCH", &at(import)).version(&import["version"]);
    ask.json(&change).expect(StatusCode::OK).await
}
/// Sends all of a project somewhere.
async fn send_to(app: &TestApp, import: &Value, project: &str, goes_to: Value) -> Value {
    let found = import["targets"].as_array().unwrap().iter().find(|t| t["project"] == project);
    let client = &found.unwrap()["client"];
    let target = json!({ "client": client, "project": project, "goes_to": goes_to });
    change(app, import, json!({ "targets": [target] })).await
}
fn begin(app: &TestApp, import: &Value) -> Ask {
    app.as_role(Role::Manager, "POST", &format!("{}/commit", at(import)))
}
/// Commits, and waits until it is written.
async fn commit(app: &TestApp, import: &Value) -> Value {
    let taken = begin(app, import).expect(StatusCode::ACCEPTED).await;
    assert_eq!(taken["state"], "committing");
    let done = settled(app, import).await;
    assert_eq!((&done["state"], &done["failure"]), (&json!("done"), &Value::Null), "{done}");
    app.books_hold().await;
    done
}
async fn settled(app: &TestApp, import: &Value) -> Value {
    loop {
        let now = again(app, import).await;
        if now["state"] != "committing" {
            return now;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}
/// Rows by what becomes of them, without those that are none.
fn outcome(import: &Value) -> Value {
    let counts = import["outcome"].as_object().unwrap().iter();
    counts.filter(|(_, count)| **count != 0).map(|(k, v)| (k.clone(), v.clone())).collect()
}
/// Problems as (line, code, column, text).
fn problems(import: &Value) -> Value {
    let problems = import["problems"].as_array().unwrap().iter();
    problems.map(|p| json!([p["row"], p["code"], p["column"], p["text"]])).collect()
}
/// Entries, oldest first, as (day, minutes, draws, note).
async fn entries(app: &TestApp) -> Value {
    let list = app.as_role(Role::Owner, "GET", "/time-entries?limit=200").expect(200).await;
    let entries = list["items"].as_array().unwrap().iter().rev();
    entries.map(|e| json!([e["worked_on"], e["minutes"], e["draws"], e["note"]])).collect()
}
/// The rows that were not written, as the download has them.
async fn rejected(app: &TestApp, import: &Value) -> String {
    let ask = app.as_role(Role::Manager, "GET", &format!("{}/rejected", at(import)));
    ask.send().await.unwrap().text().await.unwrap()
}
async fn count(app: &TestApp, sql: &'static str) -> i64 {
    let query = backend::db::Query::new(sql);
    let (count,): (i64,) = app.db.read(async |tx| Ok(tx.one(query).await?)).await.unwrap();
    count
}
