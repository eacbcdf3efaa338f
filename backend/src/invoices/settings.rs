//! How an organisation and its retainers are billed.
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use shared::api::{
    AccountKind, BillingSettings, BillingSettingsSet, ErrorCode, LedgerAccounts, RetainerBilling,
    RetainerBillingSet, RetainerId,
};
use sqlx::types::Json;

use super::store::issuing;
use super::{compose, logos, store};
use crate::auth::{IssueInvoices, Scope};
use crate::cycles::Book;
use crate::db::{Arg, DbError, Query, Tx};
use crate::error::{Error, Result};
use crate::{args, stmt};

stmt!(OF_ALL = "SELECT settings, version FROM billing_settings WHERE organisation_id = $1");
stmt!(
    FIRST_OF_ALL = "
    INSERT INTO billing_settings (organisation_id, settings, changed_by, changed_at, issues_at)
    VALUES ($1, $2, $3, $4, $4)"
);
stmt!(
    CHANGE_OF_ALL = "
    UPDATE billing_settings
    SET settings = $2, changed_by = $3, changed_at = $4, issues_at = $4, version = version + 1
    WHERE organisation_id = $1 AND version = $5"
);
stmt!(
    OF_ONE = "
    SELECT billing, version FROM retainer_billing
    WHERE organisation_id = $1 AND retainer_id = $2"
);
stmt!(
    WHOSE = "
    SELECT a.kind FROM retainers r
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    WHERE r.organisation_id = $1 AND r.id = $2"
);
stmt!(
    FIRST_OF_ONE = "
    INSERT INTO retainer_billing (organisation_id, retainer_id, billing, changed_by, changed_at)
    VALUES ($1, $2, $3, $4, $5)"
);
stmt!(
    CHANGE_OF_ONE = "
    UPDATE retainer_billing
    SET billing = $3, changed_by = $4, changed_at = $5, version = version + 1
    WHERE organisation_id = $1 AND retainer_id = $2 AND version = $6"
);

/// How the organisation bills.
///
/// # Errors
/// Those of the database.
pub async fn of_all(tx: &mut Tx, scope: Scope) -> Result<BillingSettings> {
    let found: Option<(Json<BillingSettingsSet>, i64)> =
        tx.opt(OF_ALL.with(args![scope.organisation()])).await?;
    let version = found.as_ref().map_or(0, |(_, version)| *version);
    Ok(BillingSettings { settings: found.map(|(settings, _)| settings.0), version })
}

/// Says how the organisation bills.
///
/// # Errors
/// `stale`; at `/logo_id`: there is none.
pub async fn change_all(
    tx: &mut Tx,
    scope: Scope,
    (new, version): (&BillingSettingsSet, i64),
    now: DateTime<Utc>,
) -> Result<BillingSettings> {
    if let Err(error) = logos::picture(tx, scope, new.logo_id).await {
        let none = error.code() == ErrorCode::NotFound;
        return Err(if none { Error::field("/logo_id", "not_found") } else { error });
    }
    let mut args =
        vec![scope.organisation().into(), Arg::json(new), scope.member().into(), now.into()];
    let query = match version {
        0 => FIRST_OF_ALL.with(args),
        version => {
            args.push(version.into());
            CHANGE_OF_ALL.with(args)
        }
    };
    written(tx, query).await?;
    // What is due may be other than it was.
    store::look_again(tx, scope).await?;
    of_all(tx, scope).await
}

/// The accounts that invoices and payments are booked on, if somebody said so.
///
/// # Errors
/// Those of the database.
pub async fn ledger_accounts(tx: &mut Tx, scope: Scope) -> Result<Option<LedgerAccounts>> {
    Ok(of_all(tx, scope).await?.settings.and_then(|settings| settings.ledger_accounts))
}

/// How a retainer is billed, as kept, and the version of that. If nobody said, that of a client is
/// billed in advance; that of a partner is not: they bill us.
pub async fn kept(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
) -> Result<(RetainerBillingSet, i64)> {
    let found: Option<(Json<RetainerBillingSet>, i64)> =
        tx.opt(OF_ONE.with(args![scope.organisation(), retainer])).await?;
    if let Some((kept, version)) = found {
        return Ok((kept.0, version));
    }
    let billed = !of_partner(tx, scope, retainer).await?;
    Ok((RetainerBillingSet { billed, ..RetainerBillingSet::default() }, 0))
}

/// Whether a retainer is that of a partner, who bills us.
///
/// # Errors
/// Those of the database.
pub async fn of_partner(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<bool> {
    let whose: Option<(AccountKind,)> =
        tx.opt(WHOSE.with(args![scope.organisation(), retainer])).await?;
    Ok(whose == Some((AccountKind::Partner,)))
}

const OF_SOME: &str = "SELECT retainer_id, billing FROM retainer_billing WHERE organisation_id =";
/// Which of some retainers of clients are not billed here.
///
/// # Errors
/// Those of the database.
pub async fn not_billed(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
) -> Result<HashSet<RetainerId>> {
    let query = Query::new(OF_SOME).push(" ?", scope.organisation()).text(" AND retainer_id IN");
    let ids = retainers.iter().map(|id| Arg::from(*id)).collect();
    let rows: Vec<(RetainerId, Json<RetainerBillingSet>)> = tx.all(query.list(ids)).await?;
    Ok(rows.into_iter().filter(|(_, kept)| !kept.0.billed).map(|(id, _)| id).collect())
}

/// How many days before their cycles some retainers are billed; one that nobody spoke of is left out.
///
/// # Errors
/// Those of the database.
pub async fn lead_days(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
) -> Result<HashMap<RetainerId, u32>> {
    let query = Query::new(OF_SOME).push(" ?", scope.organisation()).text(" AND retainer_id IN");
    let ids = retainers.iter().map(|id| Arg::from(*id)).collect();
    let rows: Vec<(RetainerId, Json<RetainerBillingSet>)> = tx.all(query.list(ids)).await?;
    Ok(rows.into_iter().map(|(id, kept)| (id, kept.0.lead_days)).collect())
}

/// How a retainer is billed, and when next.
///
/// # Errors
/// `not_found`.
pub async fn of_one(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    now: DateTime<Utc>,
) -> Result<RetainerBilling> {
    let book = Book::load(tx, scope, retainer, now).await?;
    let (billing, version) = kept(tx, scope, retainer).await?;
    let settings = of_all(tx, scope).await?.settings;
    let next_on = match settings {
        Some(settings) if billing.billed => {
            let rule = compose::rule(&book, &settings, &billing);
            let first = store::next_seq(tx, scope, retainer).await?;
            compose::planned(&book, &rule, first, settings.starts_on)?.map(|(_, on)| on)
        }
        _ => None,
    };
    Ok(RetainerBilling { billing, next_on, version })
}

/// Says how a retainer is billed.
///
/// # Errors
/// `not_found`; `stale`; `forbidden` for who may draft and not issue, and would have it issued by
/// itself or not.
pub async fn change_one(
    tx: &mut Tx,
    scope: Scope,
    (retainer, new, version): (RetainerId, &RetainerBillingSet, i64),
    now: DateTime<Utc>,
) -> Result<RetainerBilling> {
    Book::load(tx, scope, retainer, now).await?;
    let (before, _) = kept(tx, scope, retainer).await?;
    if new.automatic != before.automatic && !scope.may::<IssueInvoices>() {
        return Err(ErrorCode::Forbidden.into());
    }
    let mut args = vec![
        scope.organisation().into(),
        retainer.into(),
        Arg::json(new),
        scope.member().into(),
        now.into(),
    ];
    let query = match version {
        0 => FIRST_OF_ONE.with(args),
        version => {
            args.push(version.into());
            CHANGE_OF_ONE.with(args)
        }
    };
    written(tx, query).await?;
    store::look_soon(tx, scope, retainer).await?;
    if new.automatic == Some(true) {
        issuing::look_at(tx, scope, now).await?;
    }
    of_one(tx, scope, retainer, now).await
}

/// One row, or somebody else was first.
pub(super) async fn written(tx: &mut Tx, query: Query) -> Result<()> {
    match tx.execute(query).await {
        Ok(1) => Ok(()),
        Ok(_) | Err(DbError::Unique(_)) => Err(ErrorCode::Stale.into()),
        Err(error) => Err(error.into()),
    }
}
