//! How often routines and kinds of requests are used, day by day.
use std::collections::HashMap;

use chrono::NaiveDate;
use shared::api::{RequestTypeId, SopId};
use uuid::Uuid;

use crate::auth::Scope;
use crate::db::{Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// Something that is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Used {
    /// A routine was followed.
    Sop(SopId),
    /// A request of a kind was made.
    RequestType(RequestTypeId),
}

impl Used {
    fn key(self) -> (&'static str, Uuid) {
        match self {
            Used::Sop(id) => ("sop", id.0),
            Used::RequestType(id) => ("request_type", id.0),
        }
    }
}

stmt!(
    NOTE = "
    INSERT INTO routine_uses (organisation_id, kind, routine_id, used_on, times)
    VALUES ($1, $2, $3, $4, 1)
    ON CONFLICT (organisation_id, kind, routine_id, used_on)
        DO UPDATE SET times = routine_uses.times + 1"
);
/// Notes that something was used on a day.
pub async fn note(tx: &mut Tx, scope: Scope, used: Used, on: NaiveDate) -> Result<()> {
    let (kind, id) = used.key();
    tx.execute(NOTE.with(args![scope.organisation(), kind, id, on])).await?;
    Ok(())
}

/// How something was used since a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Uses {
    pub times: i64,
    pub last_on: Option<NaiveDate>,
}

#[derive(sqlx::FromRow)]
struct UsesRow {
    kind: String,
    routine_id: Uuid,
    times: i64,
    last_on: NaiveDate,
}
stmt!(
    SINCE = "
    SELECT kind, routine_id, CAST(SUM(times) AS BIGINT) AS times, MAX(used_on) AS last_on
    FROM routine_uses
    WHERE organisation_id = $1 AND used_on >= $2
    GROUP BY kind, routine_id"
);
/// The uses of everything since a day.
pub async fn since(tx: &mut Tx, scope: Scope, day: NaiveDate) -> Result<UsesOf> {
    let rows: Vec<UsesRow> = tx.all(SINCE.with(args![scope.organisation(), day])).await?;
    let one = |row: UsesRow| {
        let uses = Uses { times: row.times, last_on: Some(row.last_on) };
        ((row.kind == "sop", row.routine_id), uses)
    };
    Ok(UsesOf(rows.into_iter().map(one).collect()))
}

/// The last uses of some routines.
pub async fn of_sops(
    tx: &mut Tx,
    scope: Scope,
    ids: &[SopId],
    month: NaiveDate,
) -> Result<(UsesOf, UsesOf)> {
    let from = |first: NaiveDate| {
        Query::new("SELECT kind, routine_id, CAST(SUM(times) AS BIGINT) AS times,")
            .text(" MAX(used_on) AS last_on FROM routine_uses")
            .push(" WHERE organisation_id = ?", scope.organisation())
            .push(" AND kind = 'sop' AND used_on >= ?", first)
            .text(" AND routine_id IN")
            .list(ids.iter().map(|id| crate::db::Arg::from(*id)).collect())
            .text(" GROUP BY kind, routine_id")
    };
    let map = |rows: Vec<UsesRow>| {
        let one = |row: UsesRow| {
            ((true, row.routine_id), Uses { times: row.times, last_on: Some(row.last_on) })
        };
        UsesOf(rows.into_iter().map(one).collect())
    };
    let ever = tx.all(from(NaiveDate::from_ymd_opt(1970, 1, 1).unwrap_or_default())).await?;
    let lately = tx.all(from(month)).await?;
    Ok((map(ever), map(lately)))
}

/// Uses by what was used.
#[derive(Debug, Default)]
pub struct UsesOf(HashMap<(bool, Uuid), Uses>);

impl UsesOf {
    /// Of one thing.
    pub fn of(&self, used: Used) -> Uses {
        let (kind, id) = used.key();
        self.0.get(&(kind == "sop", id)).copied().unwrap_or_default()
    }
}
