//! What is agreed on signals, in the database.
use chrono::{DateTime, Utc};
use shared::api::{MemberId, SignalTerms};
use sqlx::types::Json;

use crate::auth::Scope;
use crate::db::{Arg, DbError, Tx};
use crate::error::Result;
use crate::{args, stmt};

stmt!(SET = "SELECT signals, version FROM signal_sets WHERE organisation_id = $1");
stmt!(
    FIRST_SET = "
    INSERT INTO signal_sets (organisation_id, signals, changed_by, changed_at)
    VALUES ($1, $2, $3, $4)"
);
stmt!(
    CHANGE_SET = "
    UPDATE signal_sets SET signals = $2, changed_by = $3, changed_at = $4, version = version + 1
    WHERE organisation_id = $1 AND version = $5"
);
stmt!(NAMES = "SELECT id, name FROM members WHERE organisation_id = $1");

/// What was agreed, and its version; nothing, at version 0, until somebody changes something.
pub async fn set(tx: &mut Tx, scope: Scope) -> Result<(Vec<SignalTerms>, i64)> {
    let found: Option<(Json<Vec<SignalTerms>>, i64)> =
        tx.opt(SET.with(args![scope.organisation()])).await?;
    Ok(found.map_or((Vec::new(), 0), |(signals, version)| (signals.0, version)))
}

/// False if someone else changed it first.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    (signals, version): (&[SignalTerms], i64),
    now: DateTime<Utc>,
) -> Result<bool> {
    let mut args =
        vec![scope.organisation().into(), Arg::json(&signals), scope.member().into(), now.into()];
    let query = match version {
        0 => FIRST_SET.with(args),
        version => {
            args.push(version.into());
            CHANGE_SET.with(args)
        }
    };
    match tx.execute(query).await {
        Err(DbError::Unique(_)) => Ok(false),
        written => Ok(written? == 1),
    }
}

/// The names of everybody who works here.
pub async fn names(tx: &mut Tx, scope: Scope) -> Result<Vec<(MemberId, String)>> {
    Ok(tx.all(NAMES.with(args![scope.organisation()])).await?)
}
