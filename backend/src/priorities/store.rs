//! Priorities in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{CycleId, Priority, PriorityId, PrioritySet, RetainerId};
use uuid::Uuid;

use super::service::present;
use crate::auth::Scope;
use crate::db::{Arg, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// A cycle by its retainer and number.
pub type Place = (RetainerId, i64);

/// When a list was set, and by when it had to be.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ListRow {
    pub set_by: Option<NaiveDate>,
    pub set_at: Option<DateTime<Utc>>,
    pub version: i64,
}

#[derive(Debug, Clone, sqlx::FromRow)]
struct PriorityRow {
    id: PriorityId,
    rank: i64,
    title: String,
    outcome: Option<String>,
    channel: Option<String>,
    planned: Option<i64>,
    displaced: Option<String>,
    carried_from: Option<PriorityId>,
    done_at: Option<DateTime<Utc>>,
}
impl From<PriorityRow> for Priority {
    fn from(row: PriorityRow) -> Self {
        let PriorityRow { id, rank, title, outcome, channel, planned, displaced, .. } = row;
        let PriorityRow { carried_from, done_at, .. } = row;
        Self { id, rank, title, outcome, channel, planned, displaced, carried_from, done_at }
    }
}

stmt!(
    LIST = "
    SELECT set_by, set_at, version FROM priority_lists
    WHERE organisation_id = $1 AND retainer_id = $2 AND seq = $3"
);
stmt!(
    FIRST_LIST = "
    INSERT INTO priority_lists
        (organisation_id, retainer_id, seq, set_by, set_at, changed_by, changed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)"
);
stmt!(
    CHANGE_LIST = "
    UPDATE priority_lists SET set_by = $4, set_at = $5, changed_by = $6, changed_at = $7,
        version = version + 1
    WHERE organisation_id = $1 AND retainer_id = $2 AND seq = $3 AND version = $8"
);
stmt!(
    OF_CYCLE = "
    SELECT id, rank, title, outcome, channel, planned, displaced, carried_from, done_at
    FROM priorities
    WHERE organisation_id = $1 AND retainer_id = $2 AND seq = $3 AND rank IS NOT NULL
    ORDER BY rank"
);
stmt!(
    IDS_OF_CYCLE = "
    SELECT id FROM priorities WHERE organisation_id = $1 AND retainer_id = $2 AND seq = $3"
);
stmt!(
    IDS_BEFORE = "
    SELECT id FROM priorities WHERE organisation_id = $1 AND retainer_id = $2 AND seq < $3"
);
stmt!(
    UNRANK = "
    UPDATE priorities SET rank = NULL
    WHERE organisation_id = $1 AND retainer_id = $2 AND seq = $3 AND rank IS NOT NULL"
);
stmt!(
    INSERT = "
    INSERT INTO priorities (id, organisation_id, retainer_id, seq, rank, title, outcome, channel,
        planned, displaced, carried_from, done_at, created_by, created_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
);
stmt!(
    CHANGE = "
    UPDATE priorities SET rank = $3, title = $4, outcome = $5, channel = $6, planned = $7,
        displaced = $8, carried_from = $9, done_at = $10
    WHERE organisation_id = $1 AND id = $2"
);
stmt!(
    CYCLE_NUMBERED = "
    SELECT id FROM cycles WHERE organisation_id = $1 AND retainer_id = $2 AND seq = $3"
);

/// The list of a cycle, if it was ever set.
pub async fn list(tx: &mut Tx, scope: Scope, (retainer, seq): Place) -> Result<Option<ListRow>> {
    Ok(tx.opt(LIST.with(args![scope.organisation(), retainer, seq])).await?)
}
/// False if someone else changed it first.
pub async fn set_list(
    tx: &mut Tx,
    scope: Scope,
    (retainer, seq): Place,
    list: &ListRow,
    now: DateTime<Utc>,
) -> Result<bool> {
    let member = scope.member();
    let mut args =
        args![scope.organisation(), retainer, seq, list.set_by, list.set_at, member, now];
    let query = if list.version == 0 {
        FIRST_LIST.with(args)
    } else {
        args.push(list.version.into());
        CHANGE_LIST.with(args)
    };
    Ok(tx.execute(query).await? == 1)
}
/// The priorities of a retainer's cycle, by its number, in order of rank.
///
/// # Errors
/// Those of the database.
pub(crate) async fn of_cycle(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    seq: i64,
) -> Result<Vec<Priority>> {
    let rows: Vec<PriorityRow> =
        tx.all(OF_CYCLE.with(args![scope.organisation(), retainer, seq])).await?;
    Ok(rows.into_iter().map(Priority::from).collect())
}
/// Every priority that a cycle has or had.
pub async fn ids_of_cycle(
    tx: &mut Tx,
    scope: Scope,
    (retainer, seq): Place,
) -> Result<Vec<PriorityId>> {
    let query = IDS_OF_CYCLE.with(args![scope.organisation(), retainer, seq]);
    Ok(tx.all::<(PriorityId,)>(query).await?.into_iter().map(|(id,)| id).collect())
}
/// Every priority of earlier cycles.
pub async fn ids_before(
    tx: &mut Tx,
    scope: Scope,
    (retainer, seq): Place,
) -> Result<Vec<PriorityId>> {
    let query = IDS_BEFORE.with(args![scope.organisation(), retainer, seq]);
    Ok(tx.all::<(PriorityId,)>(query).await?.into_iter().map(|(id,)| id).collect())
}
/// Takes every priority of a cycle off its list.
pub async fn unrank(tx: &mut Tx, scope: Scope, (retainer, seq): Place) -> Result<()> {
    tx.execute(UNRANK.with(args![scope.organisation(), retainer, seq])).await?;
    Ok(())
}

/// What a priority says, as parameters in the order of both statements that write one.
fn fields((one, done_at): (&PrioritySet, Option<DateTime<Utc>>)) -> Vec<Arg> {
    let text = |text: &Option<String>| Arg::from(present(text).map(str::to_owned));
    vec![
        one.title.trim().into(),
        text(&one.outcome),
        text(&one.channel),
        one.planned.into(),
        text(&one.displaced),
        one.carried_from.into(),
        done_at.into(),
    ]
}
pub async fn insert(
    tx: &mut Tx,
    scope: Scope,
    ((retainer, seq), rank): (Place, i64),
    one: (&PrioritySet, Option<DateTime<Utc>>),
    now: DateTime<Utc>,
) -> Result<()> {
    let id = PriorityId(Uuid::now_v7());
    let mut args = args![scope.organisation(), id, retainer, seq, rank];
    args.extend(fields(one));
    args.extend(args![scope.member(), now]);
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    (id, rank): (PriorityId, i64),
    one: (&PrioritySet, Option<DateTime<Utc>>),
) -> Result<()> {
    let mut args = args![scope.organisation(), id, rank];
    args.extend(fields(one));
    tx.execute(CHANGE.with(args)).await?;
    Ok(())
}
/// The id of a retainer's cycle by its number.
pub async fn cycle_numbered(
    tx: &mut Tx,
    scope: Scope,
    (retainer, seq): Place,
) -> Result<Option<CycleId>> {
    let query = CYCLE_NUMBERED.with(args![scope.organisation(), retainer, seq]);
    Ok(tx.opt::<(CycleId,)>(query).await?.map(|(id,)| id))
}
