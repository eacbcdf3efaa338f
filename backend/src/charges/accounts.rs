//! How the invoices of an account are charged, and to what.
use chrono::{DateTime, Utc};
use shared::api::{
    AccountId, ChargeOn, Charging, ChargingSet, ErrorCode, MemberId, OrganisationId, PaymentMethod,
    StoredMethod,
};

use super::cashier::Cashier;
use super::links;
use super::provider::{Method, Provider};
use crate::auth::Scope;
use crate::db::{DbError, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// How an account is charged, as it is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ChargingRow {
    pub automatic: bool,
    pub charge_on: ChargeOn,
    pub customer: Option<String>,
    pub method: Option<String>,
    pub scheme: Option<String>,
    brand: Option<String>,
    last4: Option<String>,
    expires_month: Option<i64>,
    expires_year: Option<i64>,
    pub changed_by: MemberId,
    pub version: i64,
}

impl ChargingRow {
    /// The provider's names of customer and method, and what that is; none if nothing is on file.
    pub fn payer(&self) -> Option<(&str, &str, &str)> {
        Some((self.customer.as_deref()?, self.method.as_deref()?, self.scheme.as_deref()?))
    }
    fn stored(&self) -> Option<StoredMethod> {
        Some(StoredMethod {
            kind: kind(self.scheme.as_deref()?),
            brand: self.brand.clone(),
            last4: self.last4.clone()?,
            expires_month: self.expires_month,
            expires_year: self.expires_year,
        })
    }
}

/// How a payment by this is recorded.
pub fn kind(scheme: &str) -> PaymentMethod {
    match scheme {
        "card" => PaymentMethod::Card,
        _ => PaymentMethod::DirectDebit,
    }
}

stmt!(ACCOUNT = "SELECT name FROM accounts WHERE organisation_id = $1 AND id = $2");
stmt!(
    KEPT = "
    SELECT automatic, charge_on, customer, method, scheme, brand, last4, expires_month,
        expires_year, changed_by, version
    FROM charging WHERE organisation_id = $1 AND account_id = $2"
);
stmt!(
    FIRST = "
    INSERT INTO charging (organisation_id, account_id, automatic, charge_on, changed_by,
        changed_at, next_at)
    VALUES ($1, $2, $3, $4, $5, $6, $6)"
);
stmt!(
    CHANGE = "
    UPDATE charging SET automatic = $3, charge_on = $4, changed_by = $5, changed_at = $6,
        next_at = $6, version = version + 1
    WHERE organisation_id = $1 AND account_id = $2 AND version = $7"
);
stmt!(
    KEEP = "
    UPDATE charging SET method = $3, scheme = $4, brand = $5, last4 = $6, expires_month = $7,
        expires_year = $8, changed_by = $9, changed_at = $10, customer = $11, next_at = $10,
        version = version + 1
    WHERE organisation_id = $1 AND account_id = $2"
);
stmt!(
    REMOVE = "
    UPDATE charging SET method = NULL, scheme = NULL, brand = NULL, last4 = NULL,
        expires_month = NULL, expires_year = NULL, changed_by = $4, changed_at = $5,
        version = version + 1
    WHERE organisation_id = $1 AND account_id = $2 AND version = $3 AND method IS NOT NULL"
);
stmt!(
    DUE = "
    SELECT organisation_id, account_id FROM charging
    WHERE automatic AND method IS NOT NULL AND next_at <= $1 ORDER BY next_at LIMIT 200"
);
stmt!(
    LOOK_AT = "
    UPDATE charging SET next_at = $4
    WHERE organisation_id = $1 AND account_id = $2 AND next_at <= $3"
);

/// What an account is called.
///
/// # Errors
/// `not_found`.
pub async fn name(tx: &mut Tx, scope: Scope, account: AccountId) -> Result<String> {
    let (name,): (String,) = tx.one(ACCOUNT.with(args![scope.organisation(), account])).await?;
    Ok(name)
}

/// How an account is charged; none if nobody said and no card came.
pub async fn kept(tx: &mut Tx, scope: Scope, account: AccountId) -> Result<Option<ChargingRow>> {
    Ok(tx.opt(KEPT.with(args![scope.organisation(), account])).await?)
}

/// The same as it is told.
///
/// # Errors
/// `not_found`.
pub async fn read(
    tx: &mut Tx,
    scope: Scope,
    (account, cashier): (AccountId, &Cashier),
    now: DateTime<Utc>,
) -> Result<Charging> {
    name(tx, scope, account).await?;
    let row = kept(tx, scope, account).await?;
    let settings = row.as_ref().map_or_else(ChargingSet::default, |row| ChargingSet {
        automatic: row.automatic,
        charge_on: row.charge_on,
    });
    Ok(Charging {
        available: cashier.is_there(),
        settings,
        method: row.as_ref().and_then(ChargingRow::stored),
        link_expires_at: links::open_until(tx, scope, account, now).await?,
        version: row.map_or(0, |row| row.version),
    })
}

/// Says how the invoices of an account are charged.
///
/// # Errors
/// `not_found`; `stale`.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    (account, new, version): (AccountId, &ChargingSet, i64),
    now: DateTime<Utc>,
) -> Result<()> {
    name(tx, scope, account).await?;
    let (organisation, on) = (scope.organisation(), new.charge_on.name());
    let query = match version {
        0 => FIRST.with(args![organisation, account, new.automatic, on, scope.member(), now]),
        _ => CHANGE.with(args![
            organisation,
            account,
            new.automatic,
            on,
            scope.member(),
            now,
            version
        ]),
    };
    one_row(tx, query).await
}

/// One row, or somebody else was first.
async fn one_row(tx: &mut Tx, query: Query) -> Result<()> {
    match tx.execute(query).await {
        Ok(1) => Ok(()),
        Ok(_) | Err(DbError::Unique(_)) => Err(ErrorCode::Stale.into()),
        Err(error) => Err(error.into()),
    }
}

/// A card that the provider has is on file from now on, with the provider's name of whose it is.
pub async fn keep(
    tx: &mut Tx,
    scope: Scope,
    (account, customer, method): (AccountId, &str, &Method),
    now: DateTime<Utc>,
) -> Result<()> {
    if kept(tx, scope, account).await?.is_none() {
        let (usual, organisation) = (ChargingSet::default(), scope.organisation());
        let on = usual.charge_on.name();
        let row = args![organisation, account, usual.automatic, on, scope.member(), now];
        match tx.execute(FIRST.with(row)).await {
            Err(DbError::Unique(_)) => return Err(DbError::Conflict.into()),
            made => made.map(drop)?,
        }
    }
    let (month, year) = method.expires.unzip();
    let args = args![
        scope.organisation(),
        account,
        method.id.as_str(),
        method.scheme.as_str(),
        method.brand.clone(),
        method.last4.as_str(),
        month,
        year,
        scope.member(),
        now,
        customer
    ];
    one_row(tx, KEEP.with(args)).await
}

/// Removes what is on file; the provider's name of it. What was asked already goes on.
///
/// # Errors
/// `not_found`; `stale`; `no_payment_method`.
pub async fn remove(
    tx: &mut Tx,
    scope: Scope,
    (account, version): (AccountId, i64),
    now: DateTime<Utc>,
) -> Result<String> {
    name(tx, scope, account).await?;
    let row = kept(tx, scope, account).await?;
    if row.as_ref().map_or(0, |row| row.version) != version {
        return Err(ErrorCode::Stale.into());
    }
    let method = row.and_then(|row| row.method).ok_or(ErrorCode::NoMethod)?;
    let args = args![scope.organisation(), account, version, scope.member(), now];
    one_row(tx, REMOVE.with(args)).await?;
    Ok(method)
}

/// Tells the provider that a card is not needed any more. If it does not hear that, nothing is
/// lost: nobody here charges it.
pub async fn forgotten(cashier: &Cashier, method: &str) {
    let Ok(stripe) = cashier.stripe() else { return };
    if let Err(fault) = stripe.forget(method).await {
        tracing::warn!(why = fault.words(), "a card stays with the provider, and is not charged");
    }
}

/// The accounts that are to be looked at, of whatever organisation.
pub async fn due(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<(OrganisationId, AccountId)>> {
    Ok(tx.all(DUE.with(args![now])).await?)
}
/// An account that was due at a time is looked at again then.
pub async fn look_at(
    tx: &mut Tx,
    scope: Scope,
    (account, due): (AccountId, DateTime<Utc>),
    at: DateTime<Utc>,
) -> Result<()> {
    tx.execute(LOOK_AT.with(args![scope.organisation(), account, due, at])).await?;
    Ok(())
}
