//! Letters about new prices in the database.
use chrono::{DateTime, Utc};
use shared::api::{AccountId, UpliftId, UpliftLetterId};
use sqlx::types::Json;
use uuid::Uuid;

use super::letter::Letter;
use crate::auth::Scope;
use crate::db::{Arg, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// A letter that was sent, as it was then.
#[derive(Debug, sqlx::FromRow)]
pub struct Kept {
    pub id: UpliftLetterId,
    pub uplift_id: UpliftId,
    pub account_id: AccountId,
    pub account_name: String,
    pub letter: Json<Letter>,
    pub sent_at: DateTime<Utc>,
}

stmt!(
    OF_UPLIFT = "
    SELECT l.id, l.uplift_id, l.account_id, a.name AS account_name, l.letter, l.sent_at
    FROM uplift_letters l
    JOIN accounts a ON a.organisation_id = l.organisation_id AND a.id = l.account_id
    WHERE l.organisation_id = $1 AND l.uplift_id = $2"
);
stmt!(
    FIND = "
    SELECT l.id, l.uplift_id, l.account_id, a.name AS account_name, l.letter, l.sent_at
    FROM uplift_letters l
    JOIN accounts a ON a.organisation_id = l.organisation_id AND a.id = l.account_id
    WHERE l.organisation_id = $1 AND l.id = $2"
);
stmt!(
    OF_CLIENT = "
    SELECT l.id, l.uplift_id, l.account_id, a.name AS account_name, l.letter, l.sent_at
    FROM uplift_letters l
    JOIN accounts a ON a.organisation_id = l.organisation_id AND a.id = l.account_id
    WHERE l.organisation_id = $1 AND l.uplift_id = $2 AND l.account_id = $3"
);
stmt!(
    KEEP = "
    INSERT INTO uplift_letters (id, organisation_id, uplift_id, account_id, letter, sent_by,
        sent_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7)
    ON CONFLICT (organisation_id, uplift_id, account_id) DO UPDATE
    SET letter = $5, sent_by = $6, sent_at = $7"
);
stmt!(
    ID = "
    SELECT id FROM uplift_letters
    WHERE organisation_id = $1 AND uplift_id = $2 AND account_id = $3"
);

/// The letters of an uplift that were sent.
pub async fn of_uplift(tx: &mut Tx, scope: Scope, uplift: UpliftId) -> Result<Vec<Kept>> {
    Ok(tx.all(OF_UPLIFT.with(args![scope.organisation(), uplift])).await?)
}
/// The one to a client.
pub async fn of_client(
    tx: &mut Tx,
    scope: Scope,
    (uplift, account): (UpliftId, AccountId),
) -> Result<Option<Kept>> {
    Ok(tx.opt(OF_CLIENT.with(args![scope.organisation(), uplift, account])).await?)
}
/// One of them.
pub async fn find(tx: &mut Tx, scope: Scope, id: UpliftLetterId) -> Result<Kept> {
    Ok(tx.one(FIND.with(args![scope.organisation(), id])).await?)
}
/// Keeps the letter to a client: there is one an uplift.
pub async fn keep(
    tx: &mut Tx,
    scope: Scope,
    (uplift, account, letter): (UpliftId, AccountId, &Letter),
    now: DateTime<Utc>,
) -> Result<UpliftLetterId> {
    let args = vec![
        scope.organisation().into(),
        UpliftLetterId(Uuid::now_v7()).into(),
        uplift.into(),
        account.into(),
        Arg::json(letter),
        scope.member().into(),
        now.into(),
    ];
    tx.execute(KEEP.with(args)).await?;
    let (id,) = tx.one(ID.with(args![scope.organisation(), uplift, account])).await?;
    Ok(id)
}
