//! Loose ends as they are read.
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use shared::api::{AccountId, BankImportId, LooseEndKind, RetainerId};
use uuid::Uuid;

use super::kinds::{self, Asked};
use crate::auth::Scope;
use crate::db::{Query, Tx};
use crate::error::Result;

/// One of a kind; what its kind does not have is not read.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    pub sort_id: Uuid,
    pub subject_id: Uuid,
    #[sqlx(default)]
    pub since_on: Option<NaiveDate>,
    #[sqlx(default)]
    pub since_at: Option<DateTime<Utc>>,
    #[sqlx(default)]
    pub bank_import_id: Option<BankImportId>,
    #[sqlx(default)]
    pub account_id: Option<AccountId>,
    #[sqlx(default)]
    pub account_name: Option<String>,
    #[sqlx(default)]
    pub owner_name: Option<String>,
    #[sqlx(default)]
    pub retainer_id: Option<RetainerId>,
    #[sqlx(default)]
    pub retainer_name: Option<String>,
    #[sqlx(default)]
    pub number: Option<i64>,
    #[sqlx(default)]
    pub series: Option<String>,
    #[sqlx(default)]
    pub invoice_number: Option<i64>,
    #[sqlx(default)]
    pub title: Option<String>,
    #[sqlx(default)]
    pub amount_minor: Option<i64>,
    #[sqlx(default)]
    pub currency: Option<String>,
}

impl Row {
    /// Since when, so that days and instants have one type in a cursor.
    pub fn since(&self) -> DateTime<Utc> {
        let day = self.since_on.map(|day| day.and_time(NaiveTime::MIN).and_utc());
        self.since_at.or(day).unwrap_or_default()
    }
}

/// How many there are of a kind.
pub async fn count(tx: &mut Tx, scope: Scope, kind: LooseEndKind, asked: &Asked) -> Result<i64> {
    let query = Query::new("SELECT CAST(COUNT(*) AS BIGINT)");
    let (count,): (i64,) = tx.one(kinds::within(kind, query, scope, asked)).await?;
    Ok(count)
}

/// Those of a kind after a place, the longest waiting first.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    (kind, asked): (LooseEndKind, &Asked),
    (after, limit): (Option<(DateTime<Utc>, Uuid)>, i64),
) -> Result<Vec<Row>> {
    let mut query = kinds::within(kind, kinds::columns(kind), scope, asked);
    let (beyond, order) = kinds::order(kind);
    if let Some((since, id)) = after {
        query = if kinds::by_day(kind) {
            query.push(beyond, since.date_naive())
        } else {
            query.push(beyond, since)
        };
        query = query.push(", ?)", id);
    }
    Ok(tx.all(query.push(order, limit)).await?)
}
