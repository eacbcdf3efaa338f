//! Asking the provider, one charge after the other, and writing down how each went.
//!
//! A try is written before it is asked, and asked by its own name. Whoever does not get the answer
//! looks for what was made of that name before asking again. Source: domain 5.13, 8.2, 8.6;
//! docs/decisions/0040.
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use shared::api::{
    ChargeCause, ChargeState, InvoiceId, MemberId, Money, NewPayment, OrganisationId, PaidInvoice,
    PaymentAllocation, PaymentId, Role,
};
use shared::rules::charging::{is_fatal, minor_units, provider_units};
use uuid::Uuid;

use super::accounts;
use super::plan::{self, plan};
use super::provider::{Charged, Fault, Order, Provider, Standing};
use super::store::{self, ChargeRow, Ended, Lease, Waits};
use super::stripe::ANSWER;
use crate::auth::Scope;
use crate::clock::Clock;
use crate::db::{Db, DbError, Tx};
use crate::error::{Error, Result};
use crate::{dunning, invoices, payments};

/// How long a try is left to the server that asks: longer than every answer may take together.
const LEASE: TimeDelta = TimeDelta::minutes(10);
/// How long before the end of a lease nothing more is written by it.
const MARGIN: TimeDelta = TimeDelta::seconds(10);
/// The most charges of one look.
const AT_ONCE: usize = 500;
/// After so many in a row that did not reach the provider, the look ends.
const UNREACHED_MAX: usize = 3;
/// How long to wait before an outcome that could not be written is written again.
const AGAIN: Duration = Duration::from_secs(1);
/// How long until a charge that a bank works on is looked at, if nobody tells before.
const BANK: TimeDelta = TimeDelta::hours(1);
/// How long something is looked for that was asked without an answer, and is not wanted any more.
const LOOKED_FOR: TimeDelta = TimeDelta::hours(24);
/// The first wait after an answer that did not come, and the longest; each is twice the one before.
const FIRST_WAIT: TimeDelta = TimeDelta::minutes(1);
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);

/// Plans what is due and asks what waits. Safe to run anywhere, any number of times: a try is asked
/// by one server at a time. Leases go by the machine's time, so that they end under a fixed clock
/// too. None is begun once `stops`.
///
/// # Errors
/// Those of the database. A charge that cannot be made is written down, and keeps no other waiting.
pub async fn charge(
    (db, clock): (&Db, &Clock),
    provider: &impl Provider,
    stops: impl Fn() -> bool,
) -> Result<()> {
    // At most it is looked for on three pages, asked, and ended where the client would have to
    // confirm.
    const _: () = assert!(LEASE.num_seconds() > ANSWER.as_secs() as i64 * 5);
    plan(db, clock.now()).await?;
    let mut unreached = 0;
    for _ in 0..AT_ONCE {
        if stops() || unreached == UNREACHED_MAX {
            break;
        }
        let (now, machine) = (clock.now(), Clock::Real.now());
        let due = db.read(async |tx| store::due(tx, (now, machine)).await).await?;
        let Some((organisation, charge)) = due else { break };
        let lease = Lease { charge, by: Uuid::now_v7() };
        let scope = Scope::acting(organisation, MemberId(Uuid::nil()), Role::Owner);
        let times = (now, machine, machine + LEASE);
        let taken = match db.write(async |tx| take(tx, scope, lease, times).await).await {
            Ok(Some(taken)) => taken,
            Ok(None) => continue,
            Err(error) if passes(&error) => return Err(error),
            // What is wrong with one keeps no other waiting, whosever it is.
            Err(error) => {
                tracing::error!(%charge, ?error, "a charge cannot be made; tried again later");
                let at = now + LONGEST_WAIT;
                db.write(async |tx| store::put_off(tx, scope, charge, at).await).await?;
                continue;
            }
        };
        let asked = asked(provider, organisation, &taken).await;
        let until = machine + LEASE - MARGIN;
        // Money that came must be written down, however busy the database is.
        let (of, times) = ((lease, &asked), (clock.now(), machine));
        while let Err(error) = db.write(async |tx| write(tx, scope, of, times).await).await {
            if !passes(&error) {
                tracing::error!(%charge, ?error, "how a charge went cannot be written");
                let (state, at) = (taken.row.state, times.0 + LONGEST_WAIT);
                let intent = match &asked {
                    Asked::Told(told) => told.intent.clone(),
                    Asked::Failed { .. } | Asked::Moot => None,
                };
                let waits = async |tx: &mut Tx| {
                    let intent = intent.clone();
                    let waits = Waits { state, intent, reason: None, unasked: false };
                    store::wait(tx, scope, lease, waits, at).await
                };
                db.write(waits).await?;
                break;
            }
            if Clock::Real.now() >= until {
                return Err(error);
            }
            tracing::warn!(%charge, ?error, "how a charge went was not written; tried again");
            tokio::time::sleep(AGAIN).await;
        }
        unreached = match &asked {
            Asked::Failed { reached: false, .. } => unreached + 1,
            Asked::Failed { .. } | Asked::Told(_) | Asked::Moot => 0,
        };
        match &asked {
            Asked::Told(told) => tracing::info!(%charge, standing = ?told.standing, "asked"),
            Asked::Failed { why, .. } => tracing::warn!(%charge, why, "not answered"),
            Asked::Moot => tracing::info!(%charge, "what was asked is not wanted any more"),
        }
    }
    Ok(())
}

/// Whether a failure of the database passes by itself, and has to do with no charge in particular.
fn passes(error: &Error) -> bool {
    matches!(error, Error::Db(DbError::Conflict | DbError::Unavailable(_)))
}

/// A try under a lease.
struct Taken {
    row: ChargeRow,
    /// What its invoice is called.
    number: String,
    /// The day from which on it may have been charged.
    issued_on: NaiveDate,
    /// It may have been asked before.
    again: bool,
    /// As much is open still and not disputed, and its card is on file.
    holds: bool,
}

/// What came of a try.
enum Asked {
    /// The provider says how it stands.
    Told(Charged),
    /// It does not.
    Failed {
        /// In its words.
        why: String,
        /// Nothing was asked so far: it may be asked for another amount.
        unasked: bool,
        /// It answered, and what is wrong has to do with this try alone.
        reached: bool,
    },
    /// It was asked without an answer, nothing came of that so far, and by now it must not be asked
    /// again.
    Moot,
}

/// Takes the lease. A try that was not asked yet takes what is open now, or ends: it must not
/// charge what was paid, credited or withdrawn since, nor a card that was removed.
async fn take(
    tx: &mut Tx,
    scope: Scope,
    lease: Lease,
    times: (DateTime<Utc>, DateTime<Utc>, DateTime<Utc>),
) -> Result<Option<Taken>> {
    let Some(row) = store::take(tx, scope, lease, times).await? else { return Ok(None) };
    let (_, number, issued_on) = invoices::named(tx, scope, row.invoice_id).await?;
    let number = number.unwrap_or_default();
    let open = plan::open(tx, scope, row.account_id).await?;
    let open = open.into_iter().find(|open| open.id == row.invoice_id);
    let open = open.map_or(0, |open| open.open_minor);
    let kept = accounts::kept(tx, scope, row.account_id).await?;
    let held = kept.filter(|kept| kept.automatic || !row.automatic);
    let held = held.is_some_and(|kept| kept.method.as_deref() == Some(&row.method));
    let disputed = dunning::disputed(tx, scope, row.invoice_id).await?;
    if row.asked_at.is_some() {
        let holds = held && !disputed && open >= row.amount_minor;
        return Ok(Some(Taken { row, number, issued_on, again: true, holds }));
    }
    let (now, machine, _) = times;
    let cause = match (open, held, disputed) {
        (0, ..) => Some(ChargeCause::NothingOpen),
        (_, false, _) => Some(ChargeCause::MethodChanged),
        (.., true) => Some(ChargeCause::Disputed),
        (_, true, false) => None,
    };
    if let Some(cause) = cause {
        store::end(tx, scope, row.id, cancelled(&row, cause), now).await?;
        return Ok(None);
    }
    store::ask(tx, scope, row.id, (open, machine)).await?;
    let row = store::find(tx, scope, row.id).await?;
    Ok(Some(Taken { row, number, issued_on, again: false, holds: true }))
}

fn cancelled(row: &ChargeRow, cause: ChargeCause) -> Ended<'static> {
    let (state, code, amount) = (ChargeState::Cancelled, Some(cause.name()), row.amount_minor);
    Ended { state, intent: None, code, reason: None, fatal: false, payment: None, amount }
}

/// Asks the provider. First it looks for what was asked of this name before: an answer was lost,
/// or a whole database, which was restored from before that.
async fn asked(provider: &impl Provider, organisation: OrganisationId, taken: &Taken) -> Asked {
    let Taken { row, number, issued_on, again, holds } = taken;
    if let Some(intent) = &row.intent {
        // What was made once is never ended because nobody there knows it: it may be another's key.
        let looked = provider.look(intent).await;
        return looked.map_or_else(|fault| failed(&fault, false), Asked::Told);
    }
    let units = provider_units(row.amount_minor, &row.currency);
    let (Some(units), Some(asked_at)) = (units, row.asked_at) else {
        let why = "its amount cannot be charged".to_owned();
        return Asked::Failed { why, unasked: false, reached: true };
    };
    // The day is by the clock of the books, which may be another than that of the provider.
    let since = issued_on.and_time(NaiveTime::MIN).and_utc() - TimeDelta::days(1);
    let order = Order {
        name: format!("{}-{}", row.invoice_id, row.number),
        charge: row.id,
        organisation,
        number: number.clone(),
        units,
        currency: row.currency.clone(),
        customer: row.customer.clone(),
        method: row.method.clone(),
        scheme: row.scheme.clone(),
        asked_at,
        since: since.min(asked_at),
    };
    match provider.find(&order).await {
        Ok(Some(found)) => Asked::Told(found),
        Ok(None) if *holds => match provider.charge(&order).await {
            Ok(charged) => Asked::Told(charged),
            Err(fault) => failed(&fault, !again && !matches!(fault, Fault::Away(_))),
        },
        Ok(None) => Asked::Moot,
        Err(fault) => failed(&fault, !again),
    }
}

/// No fault says that nothing was done of what was asked before.
fn failed(fault: &Fault, unasked: bool) -> Asked {
    let reached = matches!(fault, Fault::Refused { .. });
    Asked::Failed { why: fault.words().to_owned(), unasked, reached }
}

/// Writes how it went: once, whoever comes with it first.
async fn write(
    tx: &mut Tx,
    looker: Scope,
    (lease, asked): (Lease, &Asked),
    (now, machine): (DateTime<Utc>, DateTime<Utc>),
) -> Result<()> {
    let row = store::find(tx, looker, lease.charge).await?;
    if row.ended_at.is_some() {
        return Ok(());
    }
    let scope = Scope::acting(looker.organisation(), row.created_by, Role::Owner);
    let (state, later) = (row.state, now + wait(row.tries));
    let waits = |reason, unasked| Waits { state, intent: None, reason, unasked };
    let charged = match asked {
        Asked::Told(charged) => charged,
        Asked::Failed { why, unasked, .. } => {
            return store::wait(tx, scope, lease, waits(Some(why), *unasked), later).await;
        }
        Asked::Moot if row.asked_at.is_some_and(|at| machine - at > LOOKED_FOR) => {
            let ended = cancelled(&row, ChargeCause::NeverArrived);
            return store::end(tx, scope, row.id, ended, now).await.map(drop);
        }
        Asked::Moot => return store::wait(tx, scope, lease, waits(None, false), later).await,
    };
    let intent = charged.intent.clone();
    let ended = match &charged.standing {
        Standing::Processing => {
            let state = ChargeState::Processing;
            let waits = Waits { state, intent, reason: None, unasked: false };
            return store::wait(tx, scope, lease, waits, now + BANK).await;
        }
        Standing::Paid(units) => {
            let reference = intent.clone().unwrap_or_else(|| row.id.to_string());
            // Other than what is asked now only in books that were restored from before it was.
            let amount = minor_units(*units, &row.currency).unwrap_or(row.amount_minor);
            let payment = Some(paid(tx, scope, (&row, amount, &reference), now).await?);
            let state = ChargeState::Paid;
            Ended { state, intent, code: None, reason: None, fatal: false, payment, amount }
        }
        Standing::Declined { code, reason } => {
            let (state, fatal) = (ChargeState::Declined, is_fatal(code));
            let (code, reason) = (Some(&**code), Some(&**reason));
            let amount = row.amount_minor;
            Ended { state, intent, code, reason, fatal, payment: None, amount }
        }
    };
    store::end(tx, scope, row.id, ended, now).await.map(drop)
}

/// How long until a charge without an answer is asked again.
fn wait(tries: i64) -> TimeDelta {
    let doubled = u32::try_from(tries.clamp(1, 7) - 1).map_or(1, |n| 1i32 << n);
    (FIRST_WAIT * doubled).min(LONGEST_WAIT)
}

/// The money is a payment like any other: it pays its invoice, as far as that is still open, and
/// then the oldest ones; what is left is credit of the account. What somebody recorded by the same
/// name already is that.
async fn paid(
    tx: &mut Tx,
    scope: Scope,
    (row, amount, reference): (&ChargeRow, i64, &str),
    now: DateTime<Utc>,
) -> Result<PaymentId> {
    if let Some(known) = payments::known(tx, scope, (row.account_id, reference)).await? {
        return Ok(known);
    }
    let open = invoices::open(&invoices::store::find(tx, scope, row.invoice_id).await?);
    let part = open.balance.0.clamp(0, amount);
    let pays = |invoice_id: InvoiceId| PaidInvoice { invoice_id, amount_minor: part };
    let new = NewPayment {
        account_id: row.account_id,
        amount: Money { amount_minor: amount, currency: row.currency.clone() },
        paid_on: invoices::today(tx, scope, now).await?,
        method: accounts::kind(&row.scheme),
        reference: Some(reference.to_owned()),
        note: None,
        invoices: Some(if part > 0 { vec![pays(row.invoice_id)] } else { Vec::new() }),
    };
    let id = payments::record(tx, scope, &new, now).await?.id;
    if part < amount {
        payments::allocate(tx, scope, id, &PaymentAllocation::default(), now).await?;
    }
    Ok(id)
}
