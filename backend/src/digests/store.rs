//! Who is told by mail, and what digests hold, in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AccountId, AlertKind, MemberId, NotificationsSet, OrganisationId, RetainerId, Role,
};
use sqlx::types::Json;
use uuid::Uuid;

use crate::auth::Scope;
use crate::db::{Arg, DbError, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// What somebody is told, as it is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Kept {
    pub settings: Json<NotificationsSet>,
    pub due_at: Option<DateTime<Utc>>,
    pub last_on: Option<NaiveDate>,
    pub sent_at: Option<DateTime<Utc>>,
    pub version: i64,
}
stmt!(
    KEPT = "
    SELECT settings, due_at, last_on, sent_at, version FROM notification_settings
    WHERE organisation_id = $1 AND member_id = $2"
);
stmt!(
    FIRST = "
    INSERT INTO notification_settings (organisation_id, member_id, settings, due_at)
    VALUES ($1, $2, $3, $4)"
);
stmt!(
    CHANGE = "
    UPDATE notification_settings SET settings = $3, due_at = $4, version = version + 1
    WHERE organisation_id = $1 AND member_id = $2 AND version = $5"
);
/// What the caller is told, if they said so.
pub async fn kept(tx: &mut Tx, scope: Scope) -> Result<Option<Kept>> {
    Ok(tx.opt(KEPT.with(args![scope.organisation(), scope.member()])).await?)
}
/// False if somebody else was first.
pub async fn keep(
    tx: &mut Tx,
    scope: Scope,
    (new, version): (&NotificationsSet, i64),
    due_at: Option<DateTime<Utc>>,
) -> Result<bool> {
    let mut args =
        vec![scope.organisation().into(), scope.member().into(), Arg::json(new), due_at.into()];
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

/// Somebody who waits for a digest.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct WaitsRow {
    pub member_id: MemberId,
    pub settings: Json<NotificationsSet>,
    pub last_on: Option<NaiveDate>,
}
stmt!(
    WAITS = "
    SELECT member_id, settings, last_on FROM notification_settings
    WHERE organisation_id = $1 AND due_at IS NOT NULL"
);
/// All who do: members of the organisation.
pub async fn wait(tx: &mut Tx, scope: Scope) -> Result<Vec<WaitsRow>> {
    Ok(tx.all(WAITS.with(args![scope.organisation()])).await?)
}
stmt!(
    MOVE = "
    UPDATE notification_settings SET due_at = $3 WHERE organisation_id = $1 AND member_id = $2"
);
/// Theirs is due then. Whoever hands it over meanwhile says when the next is all the same.
pub async fn set_due(
    tx: &mut Tx,
    scope: Scope,
    (member, due_at): (MemberId, Option<DateTime<Utc>>),
) -> Result<()> {
    tx.execute(MOVE.with(args![scope.organisation(), member, due_at])).await?;
    Ok(())
}
stmt!(ADDRESS = "SELECT email FROM members WHERE organisation_id = $1 AND id = $2");
/// The caller's mail address.
pub async fn address(tx: &mut Tx, scope: Scope) -> Result<Option<String>> {
    let (email,): (Option<String>,) =
        tx.one(ADDRESS.with(args![scope.organisation(), scope.member()])).await?;
    Ok(email)
}

stmt!(
    DUE = "
    SELECT organisation_id, member_id FROM notification_settings
    WHERE due_at <= $1 AND (leased_until IS NULL OR leased_until < $2)
    ORDER BY due_at, member_id LIMIT 1"
);
/// A digest that is due and that nobody hands over, of whatever organisation.
pub async fn due(
    tx: &mut Tx,
    (now, machine): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Option<(OrganisationId, MemberId)>> {
    Ok(tx.opt(DUE.with(args![now, machine])).await?)
}

/// Whose digest it is, and by whom it is handed over.
#[derive(Debug, Clone, Copy)]
pub struct Lease {
    pub member: MemberId,
    pub by: Uuid,
}
/// A digest that is to be handed over.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct TakenRow {
    pub settings: Json<NotificationsSet>,
    pub due_at: DateTime<Utc>,
    pub mail_id: Uuid,
    pub attempts: i64,
    pub name: String,
    pub email: Option<String>,
    pub role: Role,
    pub active: bool,
    pub organisation: String,
}
stmt!(
    TAKE = "
    UPDATE notification_settings
    SET leased_until = $3, leased_by = $4, attempts = attempts + 1, mail_id = COALESCE(mail_id, $4)
    WHERE organisation_id = $1 AND member_id = $2 AND due_at <= $5
        AND (leased_until IS NULL OR leased_until < $6)"
);
stmt!(
    TAKEN = "
    SELECT s.settings, s.due_at, s.mail_id, s.attempts, m.name, m.email, m.role, m.active,
        o.name AS organisation
    FROM notification_settings s
    JOIN members m ON m.organisation_id = s.organisation_id AND m.id = s.member_id
    JOIN organisations o ON o.id = s.organisation_id
    WHERE s.organisation_id = $1 AND s.member_id = $2"
);
/// Takes one upon oneself `until` then; none if another did. Leases end by the machine's time.
pub async fn take(
    tx: &mut Tx,
    scope: Scope,
    lease: Lease,
    (now, machine, until): (DateTime<Utc>, DateTime<Utc>, DateTime<Utc>),
) -> Result<Option<TakenRow>> {
    let args = args![scope.organisation(), lease.member, until, lease.by, now, machine];
    if tx.execute(TAKE.with(args)).await? == 0 {
        return Ok(None);
    }
    Ok(Some(tx.one(TAKEN.with(args![scope.organisation(), lease.member])).await?))
}
stmt!(
    END = "
    UPDATE notification_settings
    SET due_at = $4, last_on = COALESCE($5, last_on), sent_at = COALESCE($6, sent_at),
        mail_id = NULL, attempts = 0, leased_until = NULL, leased_by = NULL
    WHERE organisation_id = $1 AND member_id = $2 AND leased_by = $3"
);
/// The day and the instant at which one was sent.
pub type SentAt = (NaiveDate, DateTime<Utc>);
/// It is over, sent or not; the next is due then. Nothing if the lease went to another.
pub async fn end(
    tx: &mut Tx,
    scope: Scope,
    lease: Lease,
    (due_at, sent): (Option<DateTime<Utc>>, Option<SentAt>),
) -> Result<()> {
    let (on, at) = sent.unzip();
    let args = args![scope.organisation(), lease.member, lease.by, due_at, on, at];
    tx.execute(END.with(args)).await?;
    Ok(())
}
stmt!(
    AGAIN = "
    UPDATE notification_settings
    SET due_at = $4, attempts = $5, leased_until = NULL, leased_by = NULL
    WHERE organisation_id = $1 AND member_id = $2 AND leased_by = $3"
);
/// It is tried again then; nothing if the lease went to another.
pub async fn again(
    tx: &mut Tx,
    scope: Scope,
    lease: Lease,
    (due_at, attempts): (DateTime<Utc>, i64),
) -> Result<()> {
    let args = args![scope.organisation(), lease.member, lease.by, due_at, attempts];
    tx.execute(AGAIN.with(args)).await?;
    Ok(())
}

/// A next step that is due.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct StepRow {
    pub title: String,
    pub due_on: NaiveDate,
    pub account_id: AccountId,
    pub account: String,
}
stmt!(
    STEPS = "
    SELECT t.title, t.due_on, t.account_id, a.name AS account FROM tasks t
    JOIN accounts a ON a.organisation_id = t.organisation_id AND a.id = t.account_id
    WHERE t.organisation_id = $1 AND t.owner_id = $2 AND t.state = 'open'
        AND t.due_on IS NOT NULL AND t.sorted_on <= $3
    ORDER BY t.sorted_on, t.id LIMIT $4"
);
/// Those of the caller that are due by a day.
pub async fn steps(
    tx: &mut Tx,
    scope: Scope,
    (by, limit): (NaiveDate, i64),
) -> Result<Vec<StepRow>> {
    Ok(tx.all(STEPS.with(args![scope.organisation(), scope.member(), by, limit])).await?)
}

/// An alert that its reader has not seen.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AlertRow {
    pub kind: AlertKind,
    pub threshold: i64,
    pub raised_on: NaiveDate,
    pub account_id: AccountId,
    pub account: String,
    pub retainer_id: RetainerId,
    pub retainer: String,
}
stmt!(
    ALERTS = "
    SELECT l.kind, l.threshold, l.raised_on, r.account_id, a.name AS account, l.retainer_id,
        r.name AS retainer
    FROM alert_readers d
    JOIN alerts l ON l.organisation_id = d.organisation_id AND l.id = d.alert_id
    JOIN cycles c ON c.organisation_id = l.organisation_id AND c.retainer_id = l.retainer_id
        AND c.seq = l.seq
    JOIN retainers r ON r.organisation_id = l.organisation_id AND r.id = l.retainer_id
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    WHERE d.organisation_id = $1 AND d.member_id = $2 AND d.seen_at IS NULL
        AND l.fell_at IS NULL AND c.status = 'open'
    LIMIT $3"
);
/// Those of the caller that still hold, in no order.
pub async fn alerts(tx: &mut Tx, scope: Scope, limit: i64) -> Result<Vec<AlertRow>> {
    Ok(tx.all(ALERTS.with(args![scope.organisation(), scope.member(), limit])).await?)
}

/// A renewal without an outcome.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RenewalRow {
    pub decide_by: NaiveDate,
    pub account: String,
    pub retainer: String,
}
stmt!(
    RENEWALS = "
    SELECT w.decide_by, a.name AS account, r.name AS retainer FROM renewals w
    JOIN retainers r ON r.organisation_id = w.organisation_id AND r.id = w.retainer_id
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    WHERE w.organisation_id = $1 AND w.owner_id = $2 AND w.decided_at IS NULL
        AND w.decide_by <= $3
    ORDER BY w.decide_by, w.id LIMIT $4"
);
/// Those that the caller sees to and that are to be decided by a day, the first before the others.
pub async fn renewals(
    tx: &mut Tx,
    scope: Scope,
    (by, limit): (NaiveDate, i64),
) -> Result<Vec<RenewalRow>> {
    Ok(tx.all(RENEWALS.with(args![scope.organisation(), scope.member(), by, limit])).await?)
}

/// A message that came, and after which nobody wrote: a draft is no answer.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct MessageRow {
    pub contact_name: String,
    pub subject: String,
    pub created_at: DateTime<Utc>,
    pub account_id: AccountId,
    pub account: String,
}
stmt!(
    UNANSWERED = "
    SELECT g.contact_name, g.subject, g.created_at, g.account_id, a.name AS account
    FROM accounts a
    JOIN messages g ON g.organisation_id = a.organisation_id AND g.account_id = a.id
    WHERE a.organisation_id = $1 AND a.owner_id = $2 AND g.incoming = TRUE
        AND g.created_at >= $3
        AND NOT EXISTS (SELECT 1 FROM messages h WHERE h.organisation_id = g.organisation_id
            AND h.thread_id = g.thread_id AND h.id > g.id
            AND (h.incoming = TRUE OR EXISTS (SELECT 1 FROM mails m
                WHERE m.organisation_id = h.organisation_id AND m.message_id = h.id
                    AND m.message_id IS NOT NULL AND m.state IN ('queued', 'sent'))))
    LIMIT $4"
);
/// Those since then, of accounts that the caller looks after, in no order.
pub async fn unanswered(
    tx: &mut Tx,
    scope: Scope,
    (since, limit): (DateTime<Utc>, i64),
) -> Result<Vec<MessageRow>> {
    Ok(tx.all(UNANSWERED.with(args![scope.organisation(), scope.member(), since, limit])).await?)
}
