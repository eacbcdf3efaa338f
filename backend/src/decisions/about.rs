//! What was and is to be decided about a retainer, as its reviews show it, and about an account.
use shared::api::{AccountId, Decision, DecisionState, RetainerId};

use super::choices;
use super::store::{self, Filter};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;

/// Open decisions about a retainer, what is due first, and those that were made, the last first.
///
/// # Errors
/// Those of the database.
pub async fn about(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    limit: i64,
) -> Result<(Vec<Decision>, Vec<Decision>)> {
    let mut both = [Vec::new(), Vec::new()];
    for (all, state) in both.iter_mut().zip([DecisionState::Open, DecisionState::Decided]) {
        let filter =
            Filter { state: Some(state), retainer: Some(retainer), limit, ..Filter::default() };
        let rows = store::list(tx, scope, filter).await?;
        *all = rows.into_iter().map(Decision::from).collect();
        choices::fill(tx, scope, all).await?;
    }
    let [mut open, made] = both;
    open.sort_by_key(|one| (one.due_on.is_none(), one.due_on));
    Ok((open, made))
}

/// The decisions about an account that were made last, the last first: at most so many.
///
/// # Errors
/// Those of the database.
pub(crate) async fn last(
    tx: &mut Tx,
    scope: Scope,
    account: AccountId,
    most: i64,
) -> Result<Vec<Decision>> {
    let rows = store::last_made(tx, scope, account, most).await?;
    let mut all: Vec<Decision> = rows.into_iter().map(Decision::from).collect();
    choices::fill(tx, scope, &mut all).await?;
    Ok(all)
}
