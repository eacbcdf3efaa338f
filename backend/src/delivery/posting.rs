//! Writes what people recorded as a fact of the ledger, and takes it back.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{ApprovalId, CycleId, ErrorCode, FactId, LineKind, MemberId, PoolId, RetainerId};
use uuid::Uuid;

use super::poster::{Placed, Poster};
use crate::auth::Scope;
use crate::cycles::store::{self as books, NewFact, NewLot, Source};
use crate::db::{Query, Tx};
use crate::error::{Error, Result};
use crate::{alerts, cycles, invoices};

/// A fact to be.
#[derive(Debug, Clone, Copy)]
pub struct Posting {
    /// Of which pool.
    pub pool: PoolId,
    /// Where it counts.
    pub placed: Placed,
    /// What it does.
    pub kind: LineKind,
    /// Units of the pool, more than zero.
    pub quantity: i64,
    /// The lot that a top-up makes.
    pub lot: Option<NewLot>,
    /// The day it happened.
    pub worked_on: NaiveDate,
    /// What people recorded.
    pub source: Source,
    /// Who did it.
    pub member: MemberId,
}

impl Posting {
    /// The fact, without its number.
    pub fn fact(self) -> NewFact {
        NewFact {
            id: FactId(Uuid::now_v7()),
            pool_id: self.pool,
            cycle_id: self.placed.cycle,
            record_no: 0,
            kind: self.kind,
            quantity: self.quantity,
            beyond: 0,
            lot: self.lot,
            worked_on: self.worked_on,
            effective_on: self.placed.effective_on,
            late: self.placed.late,
            source: self.source,
            member_id: self.member,
            reverses_id: None,
            import: None,
        }
    }
}

/// Writes a fact under the retainer's next number, and raises the alerts that it brings about.
pub async fn write(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    fact: NewFact,
    now: DateTime<Utc>,
) -> Result<()> {
    write_unlooked(tx, scope, retainer, fact, now).await?;
    alerts::look(tx, scope, retainer, now).await
}

async fn write_unlooked(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    fact: NewFact,
    now: DateTime<Utc>,
) -> Result<()> {
    let record_no = books::take_records(tx, scope, retainer, 1).await?;
    books::insert_facts(tx, scope, retainer, &[NewFact { record_no, ..fact }], now).await
}

/// Writes a use likewise, and by which approval it goes beyond the limit, if it does.
pub async fn write_use(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    (fact, approval): (NewFact, Option<ApprovalId>),
    now: DateTime<Utc>,
) -> Result<()> {
    let id = fact.id;
    write(tx, scope, retainer, fact, now).await?;
    match approval {
        Some(approval) => books::insert_approved_fact(tx, scope, (id, approval)).await,
        None => Ok(()),
    }
}

/// The fact by which something recorded counts now.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Standing {
    pub id: FactId,
    pub pool_id: PoolId,
    pub cycle_id: CycleId,
    pub kind: LineKind,
    pub quantity: i64,
    pub worked_on: NaiveDate,
    pub effective_on: NaiveDate,
    pub member_id: MemberId,
}

const STANDING: &str = "
    SELECT f.id, f.pool_id, f.cycle_id, f.kind, f.quantity, f.worked_on, f.effective_on,
        f.member_id
    FROM facts f
    WHERE f.kind NOT IN ('reverse', 'restore') AND NOT EXISTS (SELECT 1 FROM facts back
            WHERE back.organisation_id = f.organisation_id AND back.reverses_id = f.id)
        AND f.organisation_id =";

/// The standing fact of something recorded; none if it moves nothing.
pub async fn standing(tx: &mut Tx, scope: Scope, source: Source) -> Result<Option<Standing>> {
    let query = Query::new(STANDING).push(" ?", scope.organisation());
    let query = match source {
        Source::Time(id) => query.push(" AND f.time_entry_id = ?", id),
        Source::Adjustment(id) => query.push(" AND f.adjustment_id = ?", id),
        Source::Deliverable(id) => query.push(" AND f.deliverable_id = ?", id),
        Source::Session(id) => query.push(" AND f.session_id = ?", id),
    };
    Ok(tx.opt(query).await?)
}

/// What was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenBack {
    /// The cycle that gained by it.
    pub cycle: CycleId,
    /// The cycle and the pool that it counted in.
    pub of: (CycleId, PoolId),
    /// Units of it for which nothing came back: so much less overage its closed cycle would have.
    pub beyond: i64,
}

impl TakenBack {
    /// Refuses to record something else in its place: units that were billed or delivered for
    /// nothing would be drawn from the open cycle. Source: docs/decisions/0020.
    ///
    /// # Errors
    /// `overage_settled`, with the invoice and what to do; those of the database.
    pub async fn replaceable(self, tx: &mut Tx, scope: Scope) -> Result<()> {
        if self.beyond == 0 {
            return Ok(());
        }
        let billed = invoices::billed_by(tx, scope, self.of).await?;
        let detail = match billed {
            Some(number) => format!(
                "a part of it was billed on invoice {number}: give a credit note for that, delete \
                 it, and record anew what is right"
            ),
            None => "a part of it was delivered for nothing, or is to be billed: delete it, and \
                     record anew what is right"
                .to_owned(),
        };
        Err(Error::Explained(ErrorCode::OverageSettled, detail))
    }
}

/// Takes back what something recorded did. Use of a closed cycle is given back to an open one, as
/// far as lots had paid for it; what was set aside in one was handed on, so nothing comes back.
/// Source: domain 3.2, 3.9, docs/decisions/0020 and 0025.
///
/// Ask [`Poster::look`] once the books are as they are to stay: what is taken back to be recorded
/// anew was never unused.
///
/// # Errors
/// `cycle_closed` for what a closed cycle was given; `retainer_ended` if no cycle is open.
pub async fn take_back(
    tx: &mut Tx,
    scope: Scope,
    poster: &Poster,
    source: Source,
    now: DateTime<Utc>,
) -> Result<Option<TakenBack>> {
    let Some(posted) = standing(tx, scope, source).await? else { return Ok(None) };
    let back = reversal(tx, scope, poster, (source, &posted)).await?;
    let beyond = if posted.kind == LineKind::Consume { back.beyond } else { 0 };
    let of = (posted.cycle_id, posted.pool_id);
    let taken = TakenBack { cycle: back.cycle_id, of, beyond };
    write_back(tx, scope, poster, back, now).await?;
    Ok(Some(taken))
}

/// Writes the fact that takes something back, as [`reversal`] has it.
pub async fn write_back(
    tx: &mut Tx,
    scope: Scope,
    poster: &Poster,
    back: NewFact,
    now: DateTime<Utc>,
) -> Result<()> {
    write_unlooked(tx, scope, poster.book().head.id, back, now).await
}

/// The fact that takes back a standing one, to be written.
///
/// # Errors
/// Those of [`take_back`].
pub async fn reversal(
    tx: &mut Tx,
    scope: Scope,
    poster: &Poster,
    (source, posted): (Source, &Standing),
) -> Result<NewFact> {
    let (kind, cycle_id, effective_on) = poster.reversal(posted)?;
    let beyond = match (kind, posted.kind) {
        (LineKind::Restore, LineKind::Consume) => {
            let (closed, what) = ((posted.cycle_id, posted.pool_id), (posted.id, posted.quantity));
            cycles::unpaid(tx, scope, poster.book(), closed, what).await?
        }
        (LineKind::Restore, LineKind::SetAside) => posted.quantity,
        (LineKind::Restore, _) => return Err(ErrorCode::CycleClosed.into()),
        _ => 0,
    };
    Ok(NewFact {
        id: FactId(Uuid::now_v7()),
        pool_id: posted.pool_id,
        cycle_id,
        record_no: 0,
        kind,
        quantity: posted.quantity,
        beyond,
        lot: None,
        worked_on: posted.worked_on,
        effective_on,
        late: false,
        source,
        member_id: posted.member_id,
        reverses_id: Some(posted.id),
        import: None,
    })
}
