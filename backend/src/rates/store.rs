//! Rates in the database.
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{MemberId, Money, NewRate, Rate, RateId, RateKind};
use shared::rules::rates::RateBook;
use shared::rules::units::Minor;

use crate::auth::Scope;
use crate::db::{Arg, DbError, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// A rate with the names around it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RateRow {
    pub id: RateId,
    pub number: i64,
    pub member_id: Option<MemberId>,
    pub member_name: Option<String>,
    pub kind: RateKind,
    pub amount_minor: i64,
    pub currency: String,
    pub valid_from: NaiveDate,
    pub corrects: bool,
    pub note: Option<String>,
    pub recorded_by: String,
    pub created_at: DateTime<Utc>,
}
impl From<RateRow> for Rate {
    fn from(row: RateRow) -> Self {
        Self {
            id: row.id,
            member_id: row.member_id,
            member_name: row.member_name,
            kind: row.kind,
            hour: Money { amount_minor: row.amount_minor, currency: row.currency },
            valid_from: row.valid_from,
            corrects: row.corrects,
            note: row.note,
            recorded_by: row.recorded_by,
            created_at: row.created_at,
        }
    }
}

const SELECT: &str = "
    SELECT r.id, r.number, r.member_id, m.name AS member_name, r.kind, r.amount_minor, r.currency,
        r.valid_from, r.corrects, r.note, b.name AS recorded_by, r.created_at
    FROM rates r
    JOIN members b ON b.organisation_id = r.organisation_id AND b.id = r.created_by
    LEFT JOIN members m ON m.organisation_id = r.organisation_id AND m.id = r.member_id
    WHERE r.organisation_id =";

/// A filter of the list.
#[derive(Debug, Default)]
pub struct Filter {
    pub member: Option<MemberId>,
    pub before: Option<i64>,
    pub limit: i64,
}

/// Rates, the last recorded first.
pub async fn list(tx: &mut Tx, scope: Scope, filter: Filter) -> Result<Vec<RateRow>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push_opt(" AND r.member_id = ?", filter.member)
        .push_opt(" AND r.number < ?", filter.before)
        .push(" ORDER BY r.number DESC LIMIT ?", filter.limit);
    Ok(tx.all(query).await?)
}
pub async fn find(tx: &mut Tx, scope: Scope, id: RateId) -> Result<RateRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND r.id = ?", id);
    Ok(tx.one(query).await?)
}

stmt!(
    LAST_NUMBER = "
    SELECT COALESCE(MAX(number), 0) FROM rates WHERE organisation_id = $1"
);
/// The number of the last rate; 0 before the first.
pub async fn last_number(tx: &mut Tx, scope: Scope) -> Result<i64> {
    let (number,): (i64,) = tx.one(LAST_NUMBER.with(args![scope.organisation()])).await?;
    Ok(number)
}

const DAYS: &str = "
    SELECT MIN(valid_from) AS first, MAX(valid_from) AS last FROM rates WHERE organisation_id =";
/// From which days on the first and the last rate hold that a new one would stand beside.
pub async fn days(
    tx: &mut Tx,
    scope: Scope,
    new: &NewRate,
) -> Result<Option<(NaiveDate, NaiveDate)>> {
    let query = Query::new(DAYS).push(" ?", scope.organisation());
    let query = match new.member_id {
        Some(member) => query.push(" AND member_id = ?", member),
        None => query.text(" AND member_id IS NULL"),
    };
    let query = query
        .push(" AND kind = ?", Arg::name(new.kind))
        .push(" AND currency = ?", new.hour.currency.as_str());
    let (first, last): (Option<NaiveDate>, Option<NaiveDate>) = tx.one(query).await?;
    Ok(first.zip(last))
}

stmt!(
    INSERT = "
    INSERT INTO rates (id, organisation_id, number, member_id, kind, amount_minor, currency,
        valid_from, corrects, note, created_by, created_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
);
pub async fn insert(
    tx: &mut Tx,
    scope: Scope,
    (id, number): (RateId, i64),
    (new, corrects): (&NewRate, bool),
    now: DateTime<Utc>,
) -> Result<()> {
    let note = new.note.as_deref().map(str::trim).filter(|note| !note.is_empty());
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(id),
        Arg::from(number),
        Arg::from(new.member_id),
        Arg::name(new.kind),
        Arg::from(new.hour.amount_minor),
        Arg::from(new.hour.currency.as_str()),
        Arg::from(new.valid_from),
        Arg::from(corrects),
        Arg::from(note.map(str::to_owned)),
        Arg::from(scope.member()),
        Arg::from(now),
    ];
    match tx.execute(INSERT.with(args)).await {
        // Somebody else added one meanwhile: look again.
        Err(DbError::Unique(_)) => Err(DbError::Conflict.into()),
        written => Ok(written.map(drop)?),
    }
}

const COSTS: &str = "
    SELECT member_id, currency, valid_from, amount_minor FROM rates
    WHERE kind = 'cost' AND organisation_id =";
/// What an hour of people costs, a currency at a time.
pub async fn costs(tx: &mut Tx, scope: Scope) -> Result<HashMap<String, RateBook<MemberId>>> {
    type Cost = (Option<MemberId>, String, NaiveDate, i64);
    let query = Query::new(COSTS).push(" ?", scope.organisation()).text(" ORDER BY number");
    let rows: Vec<Cost> = tx.all(query).await?;
    let mut of: HashMap<String, Vec<(Option<MemberId>, NaiveDate, Minor)>> = HashMap::new();
    for (member, currency, from, hour) in rows {
        of.entry(currency).or_default().push((member, from, Minor(hour)));
    }
    Ok(of.into_iter().map(|(currency, rates)| (currency, RateBook::new(rates))).collect())
}
