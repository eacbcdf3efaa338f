//! Staged rows, read page by page.
//!
//! PostgreSQL counts its tables now and then only, and of one that it thinks small any index will do.
//! These statements leave it no choice: they go from line to line along a key, and whether a row is
//! known they ask in the order of the keys, which only the index of the keys has.
use chrono::{DateTime, NaiveDate, Utc};
use shared::rules::zone::Zones;

use super::rows::Of;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::{args, stmt};

/// What the fate of a row depends on.
#[derive(Debug, Clone, Default, sqlx::FromRow)]
pub struct Staged {
    pub row_no: i64,
    pub target: Option<i64>,
    pub person: Option<i64>,
    /// Its day as it was read.
    pub worked_on: Option<NaiveDate>,
    /// The instant that stands there instead of a day.
    pub instant: Option<DateTime<Utc>>,
    pub seconds: Option<i64>,
    pub billable: bool,
    pub problem_code: Option<String>,
    pub problem_column: Option<String>,
    pub problem_text: Option<String>,
    /// Whether it was imported before. What its own import is writing does not count.
    pub known: bool,
}

impl Staged {
    /// The day it counts on in the zones of a retainer. Source: domain 2.8.
    pub fn day(&self, zones: Option<&Zones>) -> NaiveDate {
        let there = zones.zip(self.instant).map(|(zones, at)| zones.local_date(at));
        there.or(self.worked_on).unwrap_or_default()
    }
}

/// A row to write.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Whole {
    #[sqlx(flatten)]
    pub staged: Staged,
    pub note: Option<String>,
    pub import_key: Option<Vec<u8>>,
}

/// A row as it stands in the file.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Raw {
    #[sqlx(flatten)]
    pub staged: Staged,
    pub raw: String,
}

stmt!(
    STAGED = "
    SELECT r.row_no, r.target, r.person, r.worked_on, r.instant, r.seconds, r.billable, r.problem_code,
        r.problem_column, r.problem_text,
        (SELECT e.import_key FROM time_entries e WHERE e.organisation_id = r.organisation_id
            AND e.import_key BETWEEN r.import_key AND r.import_key
            AND e.import_id <> r.import_id ORDER BY e.import_key LIMIT 1) IS NOT NULL AS known
    FROM import_rows r
    WHERE r.organisation_id = $1 AND r.import_id = $2 AND r.pass = $3 AND r.row_no > $4
    ORDER BY r.row_no LIMIT $5"
);
stmt!(
    WHOLE = "
    SELECT r.row_no, r.target, r.person, r.worked_on, r.instant, r.seconds, r.billable, r.problem_code,
        r.problem_column, r.problem_text,
        (SELECT e.import_key FROM time_entries e WHERE e.organisation_id = r.organisation_id
            AND e.import_key BETWEEN r.import_key AND r.import_key
            AND e.import_id <> r.import_id ORDER BY e.import_key LIMIT 1) IS NOT NULL AS known,
        r.note, r.import_key
    FROM import_rows r
    WHERE r.organisation_id = $1 AND r.import_id = $2 AND r.pass = $3 AND r.row_no > $4
    ORDER BY r.row_no LIMIT $5"
);
stmt!(
    RAW = "
    SELECT r.row_no, r.target, r.person, r.worked_on, r.instant, r.seconds, r.billable, r.problem_code,
        r.problem_column, r.problem_text,
        (SELECT e.import_key FROM time_entries e WHERE e.organisation_id = r.organisation_id
            AND e.import_key BETWEEN r.import_key AND r.import_key
            AND e.import_id <> r.import_id ORDER BY e.import_key LIMIT 1) IS NOT NULL AS known,
        r.raw
    FROM import_rows r
    WHERE r.organisation_id = $1 AND r.import_id = $2 AND r.pass = $3 AND r.row_no > $4
    ORDER BY r.row_no LIMIT $5"
);

/// Rows after a line.
pub async fn staged(
    tx: &mut Tx,
    scope: Scope,
    of: Of,
    after: i64,
    limit: i64,
) -> Result<Vec<Staged>> {
    let args = args![scope.organisation(), of.import, of.pass, after, limit];
    Ok(tx.all(STAGED.with(args)).await?)
}
/// The same, with what is written.
pub async fn whole(
    tx: &mut Tx,
    scope: Scope,
    of: Of,
    after: i64,
    limit: i64,
) -> Result<Vec<Whole>> {
    let args = args![scope.organisation(), of.import, of.pass, after, limit];
    Ok(tx.all(WHOLE.with(args)).await?)
}
/// The same, as they stand in the file.
pub async fn raw(tx: &mut Tx, scope: Scope, of: Of, after: i64, limit: i64) -> Result<Vec<Raw>> {
    let args = args![scope.organisation(), of.import, of.pass, after, limit];
    Ok(tx.all(RAW.with(args)).await?)
}
