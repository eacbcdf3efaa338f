//! What a migration writes into timelines is what would have been told.
use std::path::Path;

use backend::db::Query;
use sqlx::AssertSqlSafe;

use super::*;

on_both_engines![what_had_happened_is_told_as_what_happens];

/// From here on the migration fills the table.
const FILLS: &str = "-- What has happened so far.";

async fn what_had_happened_is_told_as_what_happens(app: TestApp) {
    let room = Box::pin(Room::new(app.clone())).await;
    room.keep().await;
    room.end().await;
    let retainer = lived(&app).await;
    let reviewed = path(&room.desk.retainer, "limit=200");
    let told = async || {
        let mut told = Vec::new();
        for path in [path(&retainer, "limit=200"), reviewed.clone()] {
            let page = get(&app, &path).await;
            for mut item in page["items"].as_array().unwrap().clone() {
                item["id"] = Value::Null;
                told.push(item.to_string());
            }
        }
        // Items of one instant have no order.
        told.sort();
        told
    };
    let before = told().await;
    assert!(before.iter().any(|item| item.contains("review_held")), "{before:#?}");
    let migrated = app.db.write(async |tx| {
        tx.execute(Query::new("DELETE FROM timeline_words")).await?;
        Ok(tx.execute(Query::new("DELETE FROM timeline_items")).await?)
    });
    migrated.await.unwrap();
    fill(&app).await;
    assert_eq!(told().await, before);
}

/// Runs the part of the migration that reads what had happened.
async fn fill(app: &TestApp) {
    use backend::db::Db;
    let engine = if matches!(app.db, Db::Sqlite { .. }) { "sqlite" } else { "postgres" };
    let path = format!("../migrations/{engine}/0046_timeline.sql");
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let fills = text.split_once(FILLS).unwrap().1.to_owned();
    let fills = fills.split_once('\n').unwrap().1.to_owned();
    match &app.db {
        Db::Sqlite { writer, .. } => {
            sqlx::raw_sql(AssertSqlSafe(fills)).execute(writer).await.unwrap();
        }
        Db::Postgres { writer, .. } => {
            sqlx::raw_sql(AssertSqlSafe(fills)).execute(writer).await.unwrap();
        }
    }
}
