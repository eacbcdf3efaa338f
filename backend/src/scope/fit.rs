//! The check whether a retainer makes sense, kept with what was made of it.
//!
//! Source: requirement S0-44.
use chrono::{DateTime, Utc};
use shared::api::{
    AccountId, FitAnswers, FitCheck, FitCheckId, FitVerdict, NewFitCheck, Page, RetainerId,
};
use sqlx::types::Json;
use uuid::Uuid;

use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::{Error, Result};
use crate::http::{PageParams, page};
use crate::{args, stmt};

#[derive(Debug, Clone, sqlx::FromRow)]
struct FitRow {
    id: FitCheckId,
    account_id: AccountId,
    retainer_id: Option<RetainerId>,
    answers: Json<FitAnswers>,
    created_by_name: String,
    created_at: DateTime<Utc>,
}
impl From<FitRow> for FitCheck {
    fn from(row: FitRow) -> Self {
        let FitRow { id, account_id, retainer_id, answers, created_by_name, created_at } = row;
        let (answers, verdict) = (answers.0, answers.0.verdict());
        Self { id, account_id, retainer_id, answers, verdict, created_by_name, created_at }
    }
}

const SELECT: &str = "
    SELECT f.id, f.account_id, f.retainer_id, f.answers, m.name AS created_by_name, f.created_at
    FROM fit_checks f
    JOIN members m ON m.organisation_id = f.organisation_id AND m.id = f.created_by
    WHERE f.organisation_id =";
stmt!(ACCOUNT = "SELECT id FROM accounts WHERE organisation_id = $1 AND id = $2");
stmt!(
    INSERT = "
    INSERT INTO fit_checks
        (id, organisation_id, account_id, answers, sensible, created_by, created_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7)"
);
stmt!(
    LINK = "
    UPDATE fit_checks SET retainer_id = $4
    WHERE organisation_id = $1 AND id = $2 AND account_id = $3 AND retainer_id IS NULL"
);

/// Checks, the newest first; of one account or of all.
///
/// # Errors
/// A cursor that no page gave.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    account: Option<AccountId>,
    paging: &PageParams,
) -> Result<Page<FitCheck>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push_opt(" AND f.account_id = ?", account)
        .push_opt(" AND f.id < ?", paging.after::<FitCheckId>()?)
        .push(" ORDER BY f.id DESC LIMIT ?", paging.limit + 1);
    let Page { items, next_cursor } =
        page(tx.all::<FitRow>(query).await?, paging.limit, |row| row.id);
    Ok(Page { items: items.into_iter().map(FitCheck::from).collect(), next_cursor })
}

/// Keeps a check with its verdict.
///
/// # Errors
/// At `/account_id` for an account that is not there.
pub async fn make(
    tx: &mut Tx,
    scope: Scope,
    new: &NewFitCheck,
    now: DateTime<Utc>,
) -> Result<FitCheck> {
    let account: Option<(AccountId,)> =
        tx.opt(ACCOUNT.with(args![scope.organisation(), new.account_id])).await?;
    if account.is_none() {
        return Err(Error::field("/account_id", "not_found"));
    }
    let id = FitCheckId(Uuid::now_v7());
    let sensible = new.answers.verdict() == FitVerdict::Retainer;
    let args = vec![
        scope.organisation().into(),
        id.into(),
        new.account_id.into(),
        Arg::json(&new.answers),
        sensible.into(),
        scope.member().into(),
        now.into(),
    ];
    tx.execute(INSERT.with(args)).await?;
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND f.id = ?", id);
    Ok(tx.one::<FitRow>(query).await?.into())
}

/// Notes which retainer was made of a check.
///
/// # Errors
/// At `/fit_check_id` for one that is not there, is of another account, or was used already.
pub(crate) async fn link(
    tx: &mut Tx,
    scope: Scope,
    (id, account): (FitCheckId, AccountId),
    retainer: RetainerId,
) -> Result<()> {
    let args = args![scope.organisation(), id, account, retainer];
    match tx.execute(LINK.with(args)).await? {
        1 => Ok(()),
        _ => Err(Error::field("/fit_check_id", "not_found")),
    }
}
