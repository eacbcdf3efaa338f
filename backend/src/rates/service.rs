//! What adding a rate means.
use chrono::{DateTime, Utc};
use shared::api::{NewRate, Rate, RateId};
use shared::rules::rates::{self, Added};
use uuid::Uuid;

use super::store;
use crate::auth::Scope;
use crate::db::{DbError, Tx};
use crate::error::{Error, Result};
use crate::identity::members;

/// Adds a rate.
///
/// # Errors
/// At `/member_id` for nobody here; at `/valid_from` for a day between those of other rates of the
/// person, kind and currency.
pub async fn add(tx: &mut Tx, scope: Scope, new: &NewRate, now: DateTime<Utc>) -> Result<Rate> {
    if let Some(member) = new.member_id {
        match members::find(tx, scope, member, now).await {
            Err(Error::Db(DbError::NotFound)) => {
                return Err(Error::field("/member_id", "not_found"));
            }
            found => found.map(drop)?,
        }
    }
    // Before the days are compared: who adds at the same time is refused by the number.
    let number = store::last_number(tx, scope).await? + 1;
    let others = store::days(tx, scope, new).await?;
    let added = rates::added(others, new.valid_from)
        .ok_or_else(|| Error::field("/valid_from", "rate_earlier"))?;
    let id = RateId(Uuid::now_v7());
    store::insert(tx, scope, (id, number), (new, added == Added::Correction), now).await?;
    Ok(store::find(tx, scope, id).await?.into())
}
