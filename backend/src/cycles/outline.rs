//! What decides where something goes in the books, without what went there.
use shared::api::RetainerId;

use super::store::{self, CycleRow, PoolRow, TermsRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;

/// Terms, pools and open cycles of some retainers. Work in several transactions compares it in the
/// first and the last: while it is the same, everything in between is where it belongs.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    terms: Vec<TermsRow>,
    pools: Vec<PoolRow>,
    open: Vec<CycleRow>,
}

impl Outline {
    /// As it is now. It reads no row that is written with every record, so that it loses against
    /// nobody who only records.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn load(tx: &mut Tx, scope: Scope, retainers: &[RetainerId]) -> Result<Self> {
        let mut retainers = retainers.to_vec();
        retainers.sort_unstable();
        let mut open = store::open_cycles(tx, scope, &retainers, None).await?;
        open.sort_unstable_by_key(|row| (row.retainer_id, row.seq));
        Ok(Self {
            terms: store::terms(tx, scope, &retainers).await?,
            pools: store::pools(tx, scope, &retainers).await?,
            open,
        })
    }
}
