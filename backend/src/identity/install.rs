//! People and organisations for whoever runs the installation: without a request, without a role.
use chrono::{DateTime, Utc};
use shared::api::{MemberId, NewMember, NewOrganisation, NewOwner, OrganisationId};

use super::{password, service, store};
use crate::auth::{Scope, Secret};
use crate::db::{Db, DbError};
use crate::error::{Error, Result};

/// The secret that signs access tokens: made at the first start, the same for every replica.
///
/// # Errors
/// Those of the database.
pub async fn signing_secret(db: &Db, fresh: &Secret, now: DateTime<Utc>) -> Result<Vec<u8>> {
    db.write(async |tx| store::secret(tx, "jwt", fresh.bytes(), now).await).await
}

/// Whether any organisation exists.
///
/// # Errors
/// Those of the database.
pub async fn is_set_up(db: &Db) -> Result<bool> {
    db.read(async |tx| store::any_organisation(tx).await).await
}

/// Whether somebody signs in with this mail address.
///
/// # Errors
/// Those of the database.
pub async fn signs_in(db: &Db, email: &str) -> Result<bool> {
    let email = crate::text::fold(email);
    db.read(async |tx| Ok(store::user_by_email(tx, &email).await?.is_some())).await
}

/// Makes an organisation and its owner.
///
/// # Errors
/// At `/organisation/timezone` for a zone nobody knows; those of the database.
pub async fn found(
    db: &Db,
    new: &NewOrganisation,
    owner: &NewOwner,
    now: DateTime<Utc>,
) -> Result<Scope> {
    let hash = password::hash(&owner.password).await?;
    let (scope, _) =
        db.write(async |tx| service::found_organisation(tx, new, owner, &hash, now).await).await?;
    Ok(scope)
}

/// Adds a person who can sign in to an organisation.
///
/// # Errors
/// At `/email` if they are a member already; those of the database.
pub async fn enrol(
    db: &Db,
    organisation: OrganisationId,
    new: &NewMember,
    password: &str,
    now: DateTime<Utc>,
) -> Result<MemberId> {
    let hash = password::hash(password).await?;
    db.write(async |tx| match service::add_member(tx, organisation, new, &hash, now).await {
        Err(Error::Db(DbError::Unique(_))) => Err(Error::field("/email", "exists")),
        id => id,
    })
    .await
}

/// The organisation with this id, or those with this name.
///
/// # Errors
/// Those of the database.
pub async fn organisations_named(db: &Db, name: &str) -> Result<Vec<OrganisationId>> {
    db.read(async |tx| store::organisations_named(tx, name).await).await
}
