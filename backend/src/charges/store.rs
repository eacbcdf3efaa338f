//! Tries of charges in the database.
use chrono::{DateTime, TimeDelta, Utc};
use shared::api::{
    AccountId, Charge, ChargeCause, ChargeId, ChargeState, InvoiceId, MemberId, OrganisationId,
    PaymentId,
};
use uuid::Uuid;

use crate::auth::Scope;
use crate::clock::Clock;
use crate::db::Tx;
use crate::error::Result;
use crate::{args, stmt};

/// For how long after it was written a try that nobody could ask counts as about to be.
const ABOUT_TO_BE: TimeDelta = TimeDelta::days(1);
/// For how long one that was asked counts as on its way. Source: docs.stripe.com/payments/sepa-debit:
/// a bank says within fourteen working days how it went.
const ON_ITS_WAY: TimeDelta = TimeDelta::days(21);

/// A try as it is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ChargeRow {
    pub id: ChargeId,
    pub account_id: AccountId,
    pub invoice_id: InvoiceId,
    pub number: i64,
    pub automatic: bool,
    pub amount_minor: i64,
    pub currency: String,
    pub customer: String,
    pub method: String,
    pub scheme: String,
    pub state: ChargeState,
    pub intent: Option<String>,
    code: Option<String>,
    pub reason: Option<String>,
    pub fatal: bool,
    pub tries: i64,
    pub asked_at: Option<DateTime<Utc>>,
    pub payment_id: Option<PaymentId>,
    pub created_by: MemberId,
    pub created_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}
impl ChargeRow {
    /// It was asked without an answer, and ended because the provider knew nothing of it.
    pub fn never_arrived(&self) -> bool {
        self.state == ChargeState::Cancelled
            && self.code.as_deref() == Some(ChargeCause::NeverArrived.name())
    }
}
impl From<ChargeRow> for Charge {
    fn from(row: ChargeRow) -> Self {
        let cancelled = row.state == ChargeState::Cancelled;
        let cause = row.code.as_deref().filter(|_| cancelled).and_then(ChargeCause::named);
        Self {
            id: row.id,
            invoice_id: row.invoice_id,
            number: row.number,
            amount_minor: row.amount_minor,
            currency: row.currency,
            state: row.state,
            reason: row.reason,
            cause,
            automatic: row.automatic,
            created_at: row.created_at,
            ended_at: row.ended_at,
            payment_id: row.payment_id,
        }
    }
}

/// A try to be.
#[derive(Debug, Clone)]
pub struct NewCharge<'a> {
    pub id: ChargeId,
    pub account: AccountId,
    pub invoice: InvoiceId,
    pub number: i64,
    pub automatic: bool,
    pub amount_minor: i64,
    pub currency: &'a str,
    pub customer: &'a str,
    pub method: &'a str,
    pub scheme: &'a str,
}

stmt!(
    INSERT = "
    INSERT INTO charges (id, organisation_id, account_id, invoice_id, number, automatic,
        amount_minor, currency, customer, method, scheme, state, fatal, next_at, created_by,
        created_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'queued', $12, $14, $13, $14)"
);
stmt!(
    OF_INVOICE = "
    SELECT id, account_id, invoice_id, number, automatic, amount_minor, currency, customer, method,
        scheme, state, intent, code, reason, fatal, tries, asked_at, payment_id, created_by,
        created_at, ended_at
    FROM charges WHERE organisation_id = $1 AND invoice_id = $2 ORDER BY number DESC LIMIT 100"
);
stmt!(
    ASKED = "
    SELECT invoice_id, amount_minor FROM charges
    WHERE organisation_id = $1 AND account_id = $2 AND ended_at IS NULL AND asked_at IS NOT NULL"
);
stmt!(
    RUNS = "
    SELECT id FROM charges
    WHERE organisation_id = $1 AND invoice_id = $2 AND ended_at IS NULL
        AND (created_at > $3 OR asked_at > $4)"
);
stmt!(
    FIND = "
    SELECT id, account_id, invoice_id, number, automatic, amount_minor, currency, customer, method,
        scheme, state, intent, code, reason, fatal, tries, asked_at, payment_id, created_by,
        created_at, ended_at
    FROM charges WHERE organisation_id = $1 AND id = $2"
);
stmt!(
    DUE = "
    SELECT organisation_id, id FROM charges
    WHERE ended_at IS NULL AND next_at <= $1 AND (leased_until IS NULL OR leased_until < $2)
    ORDER BY next_at LIMIT 1"
);
stmt!(
    TAKE = "
    UPDATE charges SET leased_until = $3, leased_by = $4, tries = tries + 1
    WHERE organisation_id = $1 AND id = $2 AND ended_at IS NULL AND next_at <= $5
        AND (leased_until IS NULL OR leased_until < $6)"
);
stmt!(
    ASK = "
    UPDATE charges SET amount_minor = $3, asked_at = $4
    WHERE organisation_id = $1 AND id = $2 AND ended_at IS NULL AND asked_at IS NULL"
);
stmt!(
    END = "
    UPDATE charges SET state = $3, intent = COALESCE($4, intent), code = $5, reason = $6,
        fatal = $7, payment_id = $8, ended_at = $9, amount_minor = $10, leased_until = NULL,
        leased_by = NULL
    WHERE organisation_id = $1 AND id = $2 AND ended_at IS NULL"
);
stmt!(
    WAIT = "
    UPDATE charges SET state = $4, intent = COALESCE($5, intent), reason = $6, next_at = $7,
        asked_at = CASE WHEN $8 THEN NULL ELSE asked_at END,
        leased_until = NULL, leased_by = NULL
    WHERE organisation_id = $1 AND id = $2 AND leased_by = $3 AND ended_at IS NULL"
);
stmt!(
    SOON = "
    UPDATE charges SET next_at = $3
    WHERE organisation_id = $1 AND id = $2 AND ended_at IS NULL AND next_at > $3"
);
stmt!(
    PUT_OFF = "
    UPDATE charges SET next_at = $3
    WHERE organisation_id = $1 AND id = $2 AND ended_at IS NULL AND next_at < $3"
);
stmt!(
    HEARD = "
    INSERT INTO provider_events (id, kind, received_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
);
stmt!(FORGET = "DELETE FROM provider_events WHERE received_at < $1");

/// Writes a try; another one of the invoice that runs, or has its number, is a breach of a key.
pub async fn insert(
    tx: &mut Tx,
    scope: Scope,
    new: &NewCharge<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    let args = args![
        scope.organisation(),
        new.id,
        new.account,
        new.invoice,
        new.number,
        new.automatic,
        new.amount_minor,
        new.currency,
        new.customer,
        new.method,
        new.scheme,
        false,
        scope.member(),
        now
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}
/// The tries of an invoice, the newest first.
pub async fn of_invoice(tx: &mut Tx, scope: Scope, id: InvoiceId) -> Result<Vec<ChargeRow>> {
    Ok(tx.all(OF_INVOICE.with(args![scope.organisation(), id])).await?)
}
/// The invoices of an account whose charge was asked and has not ended, and for how much.
pub async fn asked(tx: &mut Tx, scope: Scope, account: AccountId) -> Result<Vec<(InvoiceId, i64)>> {
    Ok(tx.all(ASKED.with(args![scope.organisation(), account])).await?)
}
/// Whether money of an invoice is on its way: a charge of it was asked and has not ended, or is about
/// to be asked. Not for ever, lest an invoice whose charge never ends is forgotten.
pub(crate) async fn runs(
    tx: &mut Tx,
    scope: Scope,
    invoice: InvoiceId,
    now: DateTime<Utc>,
) -> Result<bool> {
    // It was asked by the machine's time.
    let asked = Clock::Real.now() - ON_ITS_WAY;
    let args = args![scope.organisation(), invoice, now - ABOUT_TO_BE, asked];
    let found: Option<(ChargeId,)> = tx.opt(RUNS.with(args)).await?;
    Ok(found.is_some())
}
/// A try.
pub async fn find(tx: &mut Tx, scope: Scope, id: ChargeId) -> Result<ChargeRow> {
    Ok(tx.one(FIND.with(args![scope.organisation(), id])).await?)
}
/// A try that is due and that nobody asks, of whatever organisation.
pub async fn due(
    tx: &mut Tx,
    (now, machine): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Option<(OrganisationId, ChargeId)>> {
    Ok(tx.opt(DUE.with(args![now, machine])).await?)
}
/// A lease on a try.
#[derive(Debug, Clone, Copy)]
pub struct Lease {
    pub charge: ChargeId,
    pub by: Uuid,
}
/// Takes the lease; none if another was first.
pub async fn take(
    tx: &mut Tx,
    scope: Scope,
    lease: Lease,
    (now, machine, until): (DateTime<Utc>, DateTime<Utc>, DateTime<Utc>),
) -> Result<Option<ChargeRow>> {
    let args = args![scope.organisation(), lease.charge, until, lease.by, now, machine];
    if tx.execute(TAKE.with(args)).await? == 0 {
        return Ok(None);
    }
    find(tx, scope, lease.charge).await.map(Some)
}
/// It is asked now, for so much, by the machine's time: that stays.
pub async fn ask(
    tx: &mut Tx,
    scope: Scope,
    id: ChargeId,
    (amount, machine): (i64, DateTime<Utc>),
) -> Result<bool> {
    let args = args![scope.organisation(), id, amount, machine];
    Ok(tx.execute(ASK.with(args)).await? == 1)
}
/// How a try ended.
#[derive(Debug)]
pub struct Ended<'a> {
    pub state: ChargeState,
    pub intent: Option<String>,
    pub code: Option<&'a str>,
    pub reason: Option<&'a str>,
    pub fatal: bool,
    pub payment: Option<PaymentId>,
    pub amount: i64,
}
/// It is over; false if it was already. No lease is asked for: who knows the outcome may write it.
pub async fn end(
    tx: &mut Tx,
    scope: Scope,
    id: ChargeId,
    ended: Ended<'_>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let args = args![
        scope.organisation(),
        id,
        ended.state.name(),
        ended.intent,
        ended.code.map(str::to_owned),
        ended.reason.map(str::to_owned),
        ended.fatal,
        ended.payment,
        now,
        ended.amount
    ];
    Ok(tx.execute(END.with(args)).await? == 1)
}
/// Why a try waits.
#[derive(Debug)]
pub struct Waits<'a> {
    pub state: ChargeState,
    pub intent: Option<String>,
    pub reason: Option<&'a str>,
    /// The provider never heard of it: it may be asked for another amount.
    pub unasked: bool,
}
/// It is asked again then; nothing if the lease went to another.
pub async fn wait(
    tx: &mut Tx,
    scope: Scope,
    lease: Lease,
    waits: Waits<'_>,
    next_at: DateTime<Utc>,
) -> Result<()> {
    let args = args![
        scope.organisation(),
        lease.charge,
        lease.by,
        waits.state.name(),
        waits.intent,
        waits.reason.map(str::to_owned),
        next_at,
        waits.unasked
    ];
    tx.execute(WAIT.with(args)).await?;
    Ok(())
}
/// It is looked at now, if it runs.
pub async fn soon(tx: &mut Tx, scope: Scope, id: ChargeId, now: DateTime<Utc>) -> Result<()> {
    tx.execute(SOON.with(args![scope.organisation(), id, now])).await?;
    Ok(())
}
/// It is looked at then, and not before.
pub async fn put_off(tx: &mut Tx, scope: Scope, id: ChargeId, at: DateTime<Utc>) -> Result<()> {
    tx.execute(PUT_OFF.with(args![scope.organisation(), id, at])).await?;
    Ok(())
}
/// Notes an event of the provider; false if it was heard before.
pub async fn heard(tx: &mut Tx, id: &str, kind: &str, machine: DateTime<Utc>) -> Result<bool> {
    Ok(tx.execute(HEARD.with(args![id, kind, machine])).await? == 1)
}
/// Forgets events that were heard before.
pub async fn forget(tx: &mut Tx, before: DateTime<Utc>) -> Result<()> {
    tx.execute(FORGET.with(args![before])).await?;
    Ok(())
}
