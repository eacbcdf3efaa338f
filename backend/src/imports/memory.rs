//! What names of files meant the last time.
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use shared::api::{PersonChoice, TargetChoice};
use sqlx::types::Json;

use super::mapping::Mapping;
use super::pass::{Name, Names};
use super::rows::batches;
use crate::args;
use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::text::fold;

#[derive(sqlx::FromRow)]
struct Remembered {
    first: String,
    second: String,
    choice: Json<serde_json::Value>,
}

/// A name as it is remembered.
pub fn folded(name: &Name) -> (String, String) {
    (fold(&name.first), fold(&name.second))
}

/// What the names meant the last time, by their folded form.
pub async fn remembered<T>(
    tx: &mut Tx,
    scope: Scope,
    kind: &'static str,
    names: &[Name],
) -> Result<HashMap<(String, String), T>>
where
    T: serde::de::DeserializeOwned,
{
    let mut found = HashMap::new();
    for batch in batches(names) {
        let pairs = batch.iter().map(folded).map(|(first, second)| args![first, second]).collect();
        let query = Query::new("SELECT first, second, choice FROM import_memory")
            .push(" WHERE organisation_id = ?", scope.organisation())
            .push(" AND kind = ?", kind)
            .text(" AND (first, second) IN (VALUES")
            .rows(pairs)
            .text(")");
        for row in tx.all::<Remembered>(query).await? {
            // A choice of a kind that is no more is one that nobody made.
            if let Ok(choice) = serde_json::from_value(row.choice.0) {
                found.insert((row.first, row.second), choice);
            }
        }
    }
    Ok(found)
}

/// Keeps what each name meant, for the next file.
pub async fn remember(
    tx: &mut Tx,
    scope: Scope,
    names: &Names,
    mapping: &Mapping,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut kept: HashMap<(&str, String, String), Arg> = HashMap::new();
    for (name, choice) in names.targets.iter().zip(&mapping.targets) {
        if *choice != TargetChoice::Undecided {
            let (first, second) = folded(name);
            kept.insert(("target", first, second), Arg::json(choice));
        }
    }
    for (name, choice) in names.people.iter().zip(&mapping.people) {
        if *choice != PersonChoice::New {
            let (first, second) = folded(name);
            kept.insert(("person", first, second), Arg::json(choice));
        }
    }
    let rows: Vec<Vec<Arg>> = kept
        .into_iter()
        .map(|((kind, first, second), choice)| {
            let mut row = args![scope.organisation(), kind, first, second];
            row.extend([choice, now.into()]);
            row
        })
        .collect();
    for batch in batches(&rows) {
        let query = Query::new(
            "INSERT INTO import_memory (organisation_id, kind, first, second, choice, updated_at)
            VALUES",
        )
        .rows(batch.to_vec())
        .text(
            " ON CONFLICT (organisation_id, kind, first, second)
            DO UPDATE SET choice = excluded.choice, updated_at = excluded.updated_at",
        );
        tx.execute(query).await?;
    }
    Ok(())
}
