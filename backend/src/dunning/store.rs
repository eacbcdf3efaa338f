//! Reminders, and what stops them, in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AccountId, DunningSet, InvoiceId, MemberId, OrganisationId, Reminder, ReminderAction,
    ReminderStop, RetainerId, StopKind,
};
use sqlx::types::Json;
use uuid::Uuid;

use crate::auth::Scope;
use crate::db::{Arg, DbError, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// How an organisation reminds, as it is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Kept {
    pub settings: Json<DunningSet>,
    /// Who said so: reminders are queued in their name.
    pub changed_by: MemberId,
    pub version: i64,
}

stmt!(
    KEPT = "
    SELECT settings, changed_by, version FROM dunning_settings WHERE organisation_id = $1"
);
stmt!(
    FIRST = "
    INSERT INTO dunning_settings (organisation_id, settings, changed_by, changed_at, due_at)
    VALUES ($1, $2, $3, $4, $5)"
);
stmt!(
    CHANGE = "
    UPDATE dunning_settings
    SET settings = $2, changed_by = $3, changed_at = $4, due_at = $5, version = version + 1
    WHERE organisation_id = $1 AND version = $6"
);
/// What holds, if anybody said so.
pub async fn kept(tx: &mut Tx, scope: Scope) -> Result<Option<Kept>> {
    Ok(tx.opt(KEPT.with(args![scope.organisation()])).await?)
}
/// Keeps it, and has the clock look now; false if somebody else was first.
pub async fn keep(
    tx: &mut Tx,
    scope: Scope,
    (new, version): (&DunningSet, i64),
    now: DateTime<Utc>,
) -> Result<bool> {
    let due_at = new.on.then_some(now);
    let mut args = vec![
        scope.organisation().into(),
        Arg::json(new),
        scope.member().into(),
        now.into(),
        due_at.into(),
    ];
    let query = match version {
        0 => FIRST.with(args),
        version => {
            args.push(version.into());
            CHANGE.with(args)
        }
    };
    match tx.execute(query).await {
        Ok(written) => Ok(written == 1),
        Err(DbError::Unique(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

stmt!(
    DUE = "
    SELECT organisation_id FROM dunning_settings
    WHERE due_at <= $1 ORDER BY due_at, organisation_id LIMIT 1"
);
stmt!(
    SET_DUE = "
    UPDATE dunning_settings SET due_at = $2 WHERE organisation_id = $1 AND due_at IS NOT NULL"
);
stmt!(
    LOOKED = "
    UPDATE dunning_settings SET due_at = $2 WHERE organisation_id = $1 AND due_at <= $3"
);
/// The clock looked at `now`: it looks again then, unless somebody wants it sooner meanwhile.
pub async fn looked(
    tx: &mut Tx,
    scope: Scope,
    (now, at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<()> {
    tx.execute(LOOKED.with(args![scope.organisation(), at, now])).await?;
    Ok(())
}
/// An organisation that the clock has not looked at.
pub async fn due(tx: &mut Tx, now: DateTime<Utc>) -> Result<Option<OrganisationId>> {
    let found: Option<(OrganisationId,)> = tx.opt(DUE.with(args![now])).await?;
    Ok(found.map(|(organisation,)| organisation))
}
/// Has the clock look at the organisation then; nothing where reminders are off.
pub async fn set_due(tx: &mut Tx, scope: Scope, at: DateTime<Utc>) -> Result<()> {
    tx.execute(SET_DUE.with(args![scope.organisation(), at])).await?;
    Ok(())
}

/// A step that an invoice came to.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Raised {
    pub step: String,
    pub action: ReminderAction,
    pub step_on: NaiveDate,
    pub open_minor: i64,
    pub raised_at: DateTime<Utc>,
}
impl From<Raised> for Reminder {
    fn from(row: Raised) -> Self {
        Self {
            step: row.step,
            action: row.action,
            on: row.step_on,
            open_minor: row.open_minor,
            raised_at: row.raised_at,
        }
    }
}
stmt!(
    RAISED = "
    SELECT step, action, step_on, open_minor, raised_at FROM reminders
    WHERE organisation_id = $1 AND invoice_id = $2"
);
stmt!(
    RAISE = "
    INSERT INTO reminders
        (organisation_id, invoice_id, step, action, step_on, open_minor, raised_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (organisation_id, invoice_id, step) DO NOTHING"
);
/// The steps that an invoice came to, the newest first: at most one a name that ever was.
pub async fn raised(tx: &mut Tx, scope: Scope, invoice: InvoiceId) -> Result<Vec<Raised>> {
    let mut rows: Vec<Raised> = tx.all(RAISED.with(args![scope.organisation(), invoice])).await?;
    rows.sort_by_key(|row| std::cmp::Reverse((row.step_on, row.raised_at)));
    Ok(rows)
}
/// Writes that an invoice came to a step; false if it did before.
pub async fn raise(tx: &mut Tx, scope: Scope, invoice: InvoiceId, new: &Raised) -> Result<bool> {
    let args = args![
        scope.organisation(),
        invoice,
        new.step.as_str(),
        new.action.name(),
        new.step_on,
        new.open_minor,
        new.raised_at
    ];
    Ok(tx.execute(RAISE.with(args)).await? == 1)
}

/// What stops reminders.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct StopRow {
    pub kind: StopKind,
    pub reason: String,
    pub opened_by: String,
    pub opened_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
}
impl From<StopRow> for ReminderStop {
    fn from(row: StopRow) -> Self {
        Self {
            kind: row.kind,
            reason: row.reason,
            opened_by: row.opened_by,
            opened_at: row.opened_at,
            closed_at: row.closed_at,
        }
    }
}
stmt!(
    STOPS = "
    SELECT s.kind, s.reason, m.name AS opened_by, s.opened_at, s.closed_at
    FROM reminder_stops s
    JOIN members m ON m.organisation_id = s.organisation_id AND m.id = s.opened_by
    WHERE s.organisation_id = $1 AND s.invoice_id = $2 ORDER BY s.id DESC LIMIT 100"
);
stmt!(
    DISPUTED = "
    SELECT invoice_id FROM reminder_stops
    WHERE organisation_id = $1 AND invoice_id = $2 AND kind = 'dispute' AND closed_at IS NULL"
);
stmt!(
    STOP = "
    INSERT INTO reminder_stops
        (id, organisation_id, invoice_id, kind, reason, opened_by, opened_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7)"
);
stmt!(
    GO_ON = "
    UPDATE reminder_stops SET closed_by = $4, closed_at = $5
    WHERE organisation_id = $1 AND invoice_id = $2 AND kind = $3 AND closed_at IS NULL"
);
/// What stops reminders of an invoice and what did, the newest first; at most a hundred.
pub async fn stops(tx: &mut Tx, scope: Scope, invoice: InvoiceId) -> Result<Vec<StopRow>> {
    Ok(tx.all(STOPS.with(args![scope.organisation(), invoice])).await?)
}
/// Whether the client disputes an invoice: it is not charged meanwhile. Reminders that are held say
/// nothing of that.
pub(crate) async fn disputed(tx: &mut Tx, scope: Scope, invoice: InvoiceId) -> Result<bool> {
    let args = args![scope.organisation(), invoice];
    let found: Option<(InvoiceId,)> = tx.opt(DISPUTED.with(args)).await?;
    Ok(found.is_some())
}
/// Stops reminders; `Unique` if that kind stops them already.
pub async fn stop(
    tx: &mut Tx,
    scope: Scope,
    (invoice, kind, reason): (InvoiceId, StopKind, &str),
    now: DateTime<Utc>,
) -> Result<()> {
    let args = args![
        scope.organisation(),
        Uuid::now_v7(),
        invoice,
        kind.name(),
        reason,
        scope.member(),
        now
    ];
    tx.execute(STOP.with(args)).await?;
    Ok(())
}
/// Ends what stops them; false if nothing of that kind does.
pub async fn go_on(
    tx: &mut Tx,
    scope: Scope,
    (invoice, kind): (InvoiceId, StopKind),
    now: DateTime<Utc>,
) -> Result<bool> {
    let args = args![scope.organisation(), invoice, kind.name(), scope.member(), now];
    Ok(tx.execute(GO_ON.with(args)).await? == 1)
}

stmt!(
    SUSPENDING = "
    SELECT d.invoice_id FROM reminders d
    JOIN dunning_settings x ON x.organisation_id = d.organisation_id AND x.due_at IS NOT NULL
    WHERE d.organisation_id = $1 AND d.invoice_id = $2 AND d.action = 'suspend' AND NOT EXISTS (
        SELECT 1 FROM reminder_stops s
        WHERE s.organisation_id = d.organisation_id AND s.invoice_id = d.invoice_id
            AND s.closed_at IS NULL)
    LIMIT 1"
);
stmt!(
    SUSPENDED = "
    SELECT r.account_id FROM retainers r
    JOIN dunning_settings x ON x.organisation_id = r.organisation_id AND x.due_at IS NOT NULL
    WHERE r.organisation_id = $1 AND r.id = $2 AND EXISTS (
        SELECT 1 FROM invoices i
        JOIN reminders d ON d.organisation_id = i.organisation_id AND d.invoice_id = i.id
            AND d.action = 'suspend'
        WHERE i.organisation_id = r.organisation_id AND i.account_id = r.account_id
            AND i.state = 'issued' AND NOT EXISTS (
                SELECT 1 FROM reminder_stops s
                WHERE s.organisation_id = i.organisation_id AND s.invoice_id = i.id
                    AND s.closed_at IS NULL)
            AND i.total_minor >
                COALESCE((SELECT SUM(n.total_minor) FROM credit_notes n
                    WHERE n.organisation_id = i.organisation_id AND n.invoice_id = i.id), 0)
                + COALESCE((SELECT SUM(x.amount_minor) FROM payment_allocations x
                    WHERE x.organisation_id = i.organisation_id AND x.invoice_id = i.id), 0))"
);
/// Whether an invoice came to a step that has new work wait, while reminders are on and nothing
/// stops those of this one.
pub async fn suspends(tx: &mut Tx, scope: Scope, invoice: InvoiceId) -> Result<bool> {
    let found: Option<(InvoiceId,)> =
        tx.opt(SUSPENDING.with(args![scope.organisation(), invoice])).await?;
    Ok(found.is_some())
}
/// Whether an unpaid invoice of the account of a retainer came to such a step. Source: domain 5.15.
pub(crate) async fn suspended(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<bool> {
    let found: Option<(AccountId,)> =
        tx.opt(SUSPENDED.with(args![scope.organisation(), retainer])).await?;
    Ok(found.is_some())
}
