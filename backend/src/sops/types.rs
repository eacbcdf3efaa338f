//! Kinds of requests: what each must bring. The inputs of the routine that they follow come first,
//! and its quality standard is what a review asks. Source: requirements S0-21, S3-29.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    ErrorCode, FormInput, NewRequestType, Page, RequestType, RequestTypeChange, RequestTypeId,
    SopId,
};
use shared::rules::know;
use sqlx::types::Json;
use uuid::Uuid;

use super::service::{link, linkable};
use super::store::{self, SopRow};
use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::http::{PageParams, page};
use crate::text::{fold, like};
use crate::{identity, stmt};

/// The most kinds of requests that one report reads.
const REPORT_MAX: i64 = 500;

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct TypeRow {
    pub id: RequestTypeId,
    pub name: String,
    pub sort_key: String,
    pub inputs: Json<Vec<FormInput>>,
    pub sop_id: Option<SopId>,
    pub item: Option<String>,
    pub archived: bool,
    pub created_on: NaiveDate,
    pub version: i64,
}

const SELECT: &str = "
    SELECT id, name, sort_key, inputs, sop_id, item, archived, created_on, version
    FROM request_types
    WHERE organisation_id =";
stmt!(
    INSERT = "
    INSERT INTO request_types (id, organisation_id, name, sort_key, inputs, sop_id, item, archived,
        created_on, created_at)
    VALUES ($2, $1, $3, $4, $5, $6, $9, FALSE, $7, $8)"
);
stmt!(
    CHANGE = "
    UPDATE request_types SET name = $4, sort_key = $5, inputs = $6, sop_id = $7, archived = $8, item = $9,
        version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3"
);

fn trimmed(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

async fn row(tx: &mut Tx, scope: Scope, id: RequestTypeId) -> Result<TypeRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND id = ?", id);
    Ok(tx.one(query).await?)
}

/// A kind of request.
///
/// # Errors
/// `not_found`.
pub async fn find(
    tx: &mut Tx,
    scope: Scope,
    id: RequestTypeId,
    now: DateTime<Utc>,
) -> Result<RequestType> {
    let row = row(tx, scope, id).await?;
    let mut all = told(tx, scope, vec![row], now).await?;
    all.pop().ok_or(ErrorCode::NotFound.into())
}

/// A page of kinds of requests by name.
///
/// # Errors
/// A cursor that no page gave.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    (text, archived): (Option<&str>, bool),
    paging: &PageParams,
    now: DateTime<Utc>,
) -> Result<Page<RequestType>> {
    let mut query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push(" AND archived = ?", archived)
        .push_opt(" AND sort_key LIKE ? ESCAPE '\\'", text.map(like));
    if let Some((key, id)) = paging.after::<(String, RequestTypeId)>()? {
        query = query.push(" AND (sort_key, id) > (?", key).push(", ?)", id);
    }
    let rows = tx.all(query.push(" ORDER BY sort_key, id LIMIT ?", paging.limit + 1)).await?;
    let key = |row: &TypeRow| (row.sort_key.clone(), row.id);
    let Page { items, next_cursor } = page(rows, paging.limit, key);
    Ok(Page { items: told(tx, scope, items, now).await?, next_cursor })
}

/// Every kind of request that can be chosen, as it is kept.
pub async fn all_current(tx: &mut Tx, scope: Scope) -> Result<Vec<TypeRow>> {
    let query = Query::new(SELECT).push(" ?", scope.organisation());
    let query = query.text(" AND NOT archived ORDER BY sort_key, id");
    Ok(tx.all(query.push(" LIMIT ?", REPORT_MAX)).await?)
}

async fn told(
    tx: &mut Tx,
    scope: Scope,
    rows: Vec<TypeRow>,
    now: DateTime<Utc>,
) -> Result<Vec<RequestType>> {
    let today = identity::today(tx, scope, now).await?;
    let ids: Vec<SopId> = rows.iter().filter_map(|row| row.sop_id).collect();
    let sops = store::some(tx, scope, &ids).await?;
    let tell = |row: TypeRow| {
        let sop = row.sop_id.and_then(|id| sops.iter().find(|sop| sop.id == id));
        // What is out of use is marked, and asks for nothing any more.
        let holds = sop.filter(|sop| !know::retired(sop.retire_on, today));
        RequestType {
            id: row.id,
            name: row.name,
            form: form(holds, &row.inputs.0),
            checklist: holds.map(|sop| sop.body.0.quality.clone()).unwrap_or_default(),
            inputs: row.inputs.0,
            sop: sop.map(|sop| link(sop, today)),
            item: row.item,
            archived: row.archived,
            version: row.version,
        }
    };
    Ok(rows.into_iter().map(tell).collect())
}

/// All inputs, those of the routine first; of two with the same key the routine's.
fn form(sop: Option<&SopRow>, own: &[FormInput]) -> Vec<FormInput> {
    let mut form = sop.map(|sop| sop.body.0.inputs.clone()).unwrap_or_default();
    let more = own.iter().filter(|input| form.iter().all(|other| other.key != input.key));
    let more: Vec<FormInput> = more.cloned().collect();
    form.extend(more);
    form
}

/// Adds a kind of request.
///
/// # Errors
/// At `/sop_id`: a routine that is not here, is retired or on trial.
pub async fn create(
    tx: &mut Tx,
    scope: Scope,
    new: &NewRequestType,
    now: DateTime<Utc>,
) -> Result<RequestType> {
    let today = identity::today(tx, scope, now).await?;
    if let Some(sop) = new.sop_id {
        linkable(tx, scope, sop, ("/sop_id", None), today).await?;
    }
    let id = RequestTypeId(Uuid::now_v7());
    let name = new.name.trim();
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(id),
        Arg::from(name),
        Arg::from(fold(name)),
        Arg::json(&new.inputs),
        Arg::from(new.sop_id),
        Arg::from(today),
        Arg::from(now),
        Arg::from(trimmed(new.item.as_deref())),
    ];
    tx.execute(INSERT.with(args)).await?;
    find(tx, scope, id, now).await
}

/// Changes a kind of request, or takes it out of the lists.
///
/// # Errors
/// `stale`; at `/sop_id` as when it is made.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    id: RequestTypeId,
    (change, version): (&RequestTypeChange, i64),
    now: DateTime<Utc>,
) -> Result<RequestType> {
    let today = identity::today(tx, scope, now).await?;
    let mut row = row(tx, scope, id).await?;
    if let Some(sop) = change.sop_id.filter(|sop| row.sop_id != Some(*sop)) {
        linkable(tx, scope, sop, ("/sop_id", None), today).await?;
    }
    row.name = change.name.as_deref().map_or(row.name, |name| name.trim().to_owned());
    row.inputs = change.inputs.clone().map_or(row.inputs, Json);
    row.sop_id = change.sop_id.or(row.sop_id).filter(|_| change.without_sop != Some(true));
    if let Some(item) = &change.item {
        row.item = trimmed(Some(item));
    }
    row.archived = change.archived.unwrap_or(row.archived);
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(id),
        Arg::from(version),
        Arg::from(row.name.as_str()),
        Arg::from(fold(&row.name)),
        Arg::json(&row.inputs.0),
        Arg::from(row.sop_id),
        Arg::from(row.archived),
        Arg::from(row.item),
    ];
    if tx.execute(CHANGE.with(args)).await? != 1 {
        return Err(ErrorCode::Stale.into());
    }
    find(tx, scope, id, now).await
}
