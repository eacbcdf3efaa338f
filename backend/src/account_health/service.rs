//! How an account stands: what is kept, put together by the rules, and what of it a reader may see.
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use shared::api::{
    AccountHealth, AccountId, AccountKind, HEALTH_DAYS_SHOWN, HealthBand, HealthParts, HealthShort,
    HealthState,
};
use shared::rules::health;

use super::facts::{Facts, signs};
use super::store;
use crate::auth::{ReadInvoices, ReadMargin, ReadRecords, Scope};
use crate::db::Tx;
use crate::error::Result;
use crate::identity;

/// How an account stands now, as far as the caller may see what that is made of, with the days on
/// which it changed.
///
/// # Errors
/// `not_found`.
pub(crate) async fn find(
    tx: &mut Tx,
    scope: Scope,
    id: AccountId,
    now: DateTime<Utc>,
) -> Result<AccountHealth> {
    let mut told = seen(whole(tx, scope, id, now).await?, scope);
    // The days are of scores with all parts: who may not see one would read it off them.
    if sees_all(scope) {
        told.days = store::days(tx, scope, id, HEALTH_DAYS_SHOWN).await?;
    }
    Ok(told)
}

/// How accounts stood when the clock looked last, as far as the caller may see that.
pub(crate) async fn shorts(
    tx: &mut Tx,
    scope: Scope,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, HealthShort>> {
    if !scope.may::<ReadRecords>() || accounts.is_empty() {
        return Ok(HashMap::new());
    }
    let kept = store::kept(tx, scope, accounts).await?;
    Ok(kept.into_iter().map(|one| (one.account_id, seen(one, scope).short())).collect())
}

/// How an account stands, with everything. A partner's has no parts.
///
/// # Errors
/// `not_found`.
pub(super) async fn whole(
    tx: &mut Tx,
    scope: Scope,
    id: AccountId,
    now: DateTime<Utc>,
) -> Result<AccountHealth> {
    let kind = store::kind(tx, scope, id).await?;
    let zone = identity::zone(tx, scope).await?;
    let facts = match kind {
        AccountKind::Client => Facts::read(tx, scope, id, (zone, now)).await?,
        AccountKind::Partner => Facts::none(zone, now),
    };
    Ok(judged(AccountHealth {
        account_id: id,
        on: facts.today,
        score: None,
        band: None,
        state: None,
        signs: signs(&facts),
        parts: facts.parts(),
        days: Vec::new(),
    }))
}

fn sees_all(scope: Scope) -> bool {
    scope.may::<ReadInvoices>() && scope.may::<ReadMargin>()
}

/// What a reader may see, with a score of no more than that: a score of all parts would tell what
/// the missing one is.
fn seen(mut whole: AccountHealth, scope: Scope) -> AccountHealth {
    if !scope.may::<ReadInvoices>() {
        whole.parts.payment = None;
        whole.signs.retain(|sign| sign.state != HealthState::Late);
    }
    if !scope.may::<ReadMargin>() {
        whole.parts.margin = None;
        whole.signs.retain(|sign| sign.erosion.is_none());
    }
    judged(whole)
}

/// With the score, the band and the state that its parts and signs come to.
fn judged(health: AccountHealth) -> AccountHealth {
    let score = score(&health.parts);
    let state = health::state(health.signs.iter().map(|sign| sign.state), score);
    AccountHealth { score, band: score.map(HealthBand::of), state, ..health }
}

fn score(parts: &HealthParts) -> Option<i64> {
    let HealthParts { used, payment, margin, contact, delivery } = parts;
    let payment = payment.map_or((0, None), |part| (part.weight, part.score));
    let margin = margin.as_ref().map_or((0, None), |part| (part.weight, part.score));
    health::score(&[
        (used.weight, used.score),
        payment,
        margin,
        (contact.weight, contact.score),
        (delivery.weight, delivery.score),
    ])
}
