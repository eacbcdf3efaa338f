//! Partners side by side, on the same signals. Source: requirement S0-24.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AccountId, AccountKind, ComparedAccount, ComparedSignal, Page, RetainerId, SignalKind,
};
use shared::rules::reviews::signals::weak;

use super::counts::{Place, Window};
use super::measure::measured;
use super::service::{Agreed, agreed};
use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::http::{PageParams, page};
use crate::{args, identity, stmt};

#[derive(Debug, sqlx::FromRow)]
struct AccountRow {
    id: AccountId,
    name: String,
    sort_key: String,
}

const ACCOUNTS: &str = "
    SELECT a.id, a.name, a.sort_key FROM accounts a
    WHERE NOT a.archived AND a.organisation_id =";
stmt!(
    RETAINERS = "
    SELECT id FROM retainers WHERE organisation_id = $1 AND account_id = $2 AND state = 'active'
    ORDER BY id"
);
const LAST: &str = "
    SELECT r.read_on, r.percent FROM review_readings r
    WHERE r.percent IS NOT NULL AND r.organisation_id =";

/// Accounts of a kind whose retainers run, by name, each with the same signals.
///
/// # Errors
/// A cursor that no page gave.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    kind: AccountKind,
    paging: &PageParams,
    now: DateTime<Utc>,
) -> Result<Page<ComparedAccount>> {
    let mut query = Query::new(ACCOUNTS)
        .push(" ?", scope.organisation())
        .push(" AND a.kind = ?", Arg::name(kind))
        .text(" AND EXISTS (SELECT 1 FROM retainers r WHERE r.state = 'active'")
        .text(" AND r.organisation_id = a.organisation_id AND r.account_id = a.id)");
    if let Some((key, id)) = paging.after::<(String, AccountId)>()? {
        query = query.push(" AND (a.sort_key, a.id) > (?", key).push(", ?)", id);
    }
    let query = query.push(" ORDER BY a.sort_key, a.id LIMIT ?", paging.limit + 1);
    let rows: Vec<AccountRow> = tx.all(query).await?;
    let Page { items, next_cursor } =
        page(rows, paging.limit, |row| (row.sort_key.clone(), row.id));
    let (mut on, _) = agreed(tx, scope).await?;
    on.retain(|one| one.terms.on);
    let mut compared = Vec::with_capacity(items.len());
    for row in items {
        compared.push(account(tx, scope, row, (&on, now)).await?);
    }
    Ok(Page { items: compared, next_cursor })
}

async fn account(
    tx: &mut Tx,
    scope: Scope,
    row: AccountRow,
    (on, now): (&[Agreed], DateTime<Utc>),
) -> Result<ComparedAccount> {
    let retainers: Vec<(RetainerId,)> =
        tx.all(RETAINERS.with(args![scope.organisation(), row.id])).await?;
    let retainers = retainers.into_iter().map(|(id,)| id).collect();
    let place = Place { account: row.id, retainers };
    let zone = identity::zone(tx, scope).await?;
    let today = identity::today(tx, scope, now).await?;
    let mut signals = Vec::with_capacity(on.len());
    for one in on {
        let terms = &one.terms;
        let (percent, rated_on) = if terms.measured {
            let window = Window::back(today, terms.review_days, zone);
            let read = measured(tx, scope, (terms.kind, &place), window, now).await?;
            (read.share.percent(), None)
        } else {
            match last(tx, scope, (&place, terms.kind)).await? {
                Some((on, percent)) => (Some(percent), Some(on)),
                None => (None, None),
            }
        };
        let weak = weak(percent, terms.weak_below);
        signals.push(ComparedSignal { kind: terms.kind, percent, weak, rated_on });
    }
    Ok(ComparedAccount {
        account_id: row.id,
        account_name: row.name,
        retainers: i64::try_from(place.retainers.len()).unwrap_or(i64::MAX),
        signals,
    })
}

/// What the last review of any of them read.
async fn last(
    tx: &mut Tx,
    scope: Scope,
    (place, kind): (&Place, SignalKind),
) -> Result<Option<(NaiveDate, i64)>> {
    let query = Query::new(LAST)
        .push(" ?", scope.organisation())
        .push(" AND r.signal = ?", kind.name())
        .text(" AND r.retainer_id IN")
        .list(place.retainers.iter().map(|id| Arg::from(*id)).collect());
    Ok(tx.opt(query.text(" ORDER BY r.read_on DESC, r.review_id DESC LIMIT 1")).await?)
}
