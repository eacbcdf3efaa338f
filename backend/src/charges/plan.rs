//! Which invoices are charged when: tries by the clock and by hand. Source: domain 5.13.
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use shared::api::{
    AccountId, Charge, ChargeId, ChargeOn, ChargeState, Charges, ErrorCode, InvoiceId, MemberId,
    OrganisationId, Role,
};
use shared::rules::charging::{NextTry, next_try, provider_units};
use shared::rules::zone;
use uuid::Uuid;

use super::accounts::{self, ChargingRow};
use super::cashier::Cashier;
use super::store::{self, ChargeRow, NewCharge};
use crate::auth::Scope;
use crate::db::{Db, DbError, Tx};
use crate::dunning;
use crate::error::{Error, Result};
use crate::invoices::{self, store::InvoiceRow, store::WaitingRow};

/// How often the invoices of an account are looked at.
const LOOKS: TimeDelta = TimeDelta::minutes(5);

/// Writes the tries that are due, of every organisation. Doing it again changes nothing: a running
/// try keeps others away, and each has its number once.
///
/// # Errors
/// Those of the database.
pub async fn plan(db: &Db, now: DateTime<Utc>) -> Result<()> {
    let due = db.read(async |tx| accounts::due(tx, now).await).await?;
    for (organisation, account) in &due {
        let scope = looker(*organisation);
        let work = async |tx: &mut Tx| wanted(tx, scope, *account, now).await;
        // Nothing is locked for what is only looked at.
        let outcome = match db.read(work).await {
            Ok(wanted) if wanted.is_empty() => Ok(()),
            Ok(_) => db.write(async |tx| plan_one(tx, scope, *account, now).await).await,
            Err(error) => Err(error),
        };
        // One that fails does not keep the others waiting, and comes again in its turn.
        if let Err(error) = outcome {
            tracing::error!(%account, ?error, "what is to be charged was not written");
        }
    }
    if due.is_empty() {
        return Ok(());
    }
    let later = async |tx: &mut Tx| {
        for (organisation, account) in &due {
            accounts::look_at(tx, looker(*organisation), (*account, now), now + LOOKS).await?;
        }
        Ok(())
    };
    db.write(later).await
}

fn looker(organisation: OrganisationId) -> Scope {
    Scope::acting(organisation, MemberId(Uuid::nil()), Role::Owner)
}

/// What is to be charged now of an account, with the tries before.
async fn wanted(
    tx: &mut Tx,
    scope: Scope,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Vec<(Due, Vec<ChargeRow>)>> {
    let Some(row) = accounts::kept(tx, scope, account).await? else { return Ok(Vec::new()) };
    let zone = zone::zone(&invoices::zone_of(tx, scope).await?)?;
    let today = zone::local_date(zone, now);
    let mut wanted = Vec::new();
    if strays(tx, scope, account).await? {
        return Ok(wanted);
    }
    for invoice in open(tx, scope, account).await? {
        let tries = store::of_invoice(tx, scope, invoice.id).await?;
        if due_on(&row, &invoice, &tries, zone).is_some_and(|on| on <= today)
            && !dunning::disputed(tx, scope, invoice.id).await?
        {
            wanted.push((invoice, tries));
        }
    }
    Ok(wanted)
}

async fn plan_one(
    tx: &mut Tx,
    looker: Scope,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<()> {
    let Some(row) = accounts::kept(tx, looker, account).await? else { return Ok(()) };
    // Whoever said last how the account is charged.
    let scope = Scope::acting(looker.organisation(), row.changed_by, Role::Owner);
    for (invoice, tries) in wanted(tx, scope, account, now).await? {
        write(tx, scope, (&row, &invoice, &tries), true, now).await?;
    }
    Ok(())
}

/// An invoice that can be charged.
#[derive(Debug, Clone)]
pub struct Due {
    pub id: InvoiceId,
    account: AccountId,
    currency: String,
    issued_on: NaiveDate,
    due_on: NaiveDate,
    pub open_minor: i64,
}

/// What can be charged of the invoices of an account: what is open on each, as far as the provider
/// takes it to the unit. Credit of the account pays the first that is asked.
pub async fn open(tx: &mut Tx, scope: Scope, account: AccountId) -> Result<Vec<Due>> {
    let due = |row: WaitingRow| Due {
        id: row.id,
        account,
        currency: row.currency,
        issued_on: row.issue_on,
        due_on: row.due_on,
        open_minor: row.total_minor - row.settled_minor,
    };
    let rows = invoices::store::waiting_of(tx, scope, account).await?;
    let taken = |one: &Due| provider_units(one.open_minor, &one.currency).is_some();
    Ok(rows.into_iter().map(due).filter(taken).collect())
}

/// Whether a charge of an account was asked and has not ended, of whose invoice less is open by now,
/// or which was withdrawn: what comes of it may pay the next invoice, so nothing else is charged meanwhile.
async fn strays(tx: &mut Tx, scope: Scope, account: AccountId) -> Result<bool> {
    let asked = store::asked(tx, scope, account).await?;
    if asked.is_empty() {
        return Ok(false);
    }
    let open = invoices::store::waiting_of(tx, scope, account).await?;
    let covers = |(id, amount): &(InvoiceId, i64)| {
        let of = open.iter().find(|open| open.id == *id);
        of.is_some_and(|open| open.total_minor - open.settled_minor >= *amount)
    };
    Ok(!asked.iter().all(covers))
}

/// The day from which on an invoice is next charged by the clock; none if it is not.
fn due_on(row: &ChargingRow, invoice: &Due, tries: &[ChargeRow], zone: Tz) -> Option<NaiveDate> {
    let (_, method, _) = row.payer().filter(|_| row.automatic)?;
    if tries.iter().any(|one| one.ended_at.is_none()) {
        return None;
    }
    match plan_of(tries, method, zone) {
        NextTry::Now => Some(match row.charge_on {
            ChargeOn::Issue => invoice.issued_on,
            ChargeOn::Due => invoice.due_on,
        }),
        NextTry::On(day) => Some(day),
        NextTry::Over => None,
    }
}

/// When the plan has the next try with a method. Tries with another do not count: what is wrong
/// with one card says nothing of the next. What was paid once and is open again was paid back or
/// disputed, and what was asked and never found may still come: both are for people.
fn plan_of(tries: &[ChargeRow], method: &str, zone: Tz) -> NextTry {
    if tries.iter().any(|one| one.state == ChargeState::Paid || one.never_arrived()) {
        return NextTry::Over;
    }
    let declined = |one: &&ChargeRow| one.state == ChargeState::Declined && one.method == method;
    let declined: Vec<&ChargeRow> = tries.iter().filter(declined).collect();
    let last = declined
        .first()
        .and_then(|last| last.ended_at.map(|at| (zone::local_date(zone, at), last.fatal)));
    next_try(declined.len(), last)
}

/// Whether the invoices of an account are charged by the clock, and whether it has not tried this one
/// yet. That not past the day after: where no provider is set up any more, nobody tries. Source:
/// domain 5.13, 5.15.
pub(crate) async fn by_itself(
    tx: &mut Tx,
    scope: Scope,
    (invoice, open_minor): (&InvoiceRow, i64),
    today: NaiveDate,
) -> Result<(bool, bool)> {
    let row = accounts::kept(tx, scope, invoice.account_id).await?;
    let taken = provider_units(open_minor, &invoice.currency).is_some();
    let Some(row) = row.filter(|row| taken && row.automatic && row.payer().is_some()) else {
        return Ok((false, false));
    };
    let on = match row.charge_on {
        ChargeOn::Issue => invoice.issue_on,
        ChargeOn::Due => invoice.due_on,
    };
    let over = on.succ_opt().is_none_or(|last| last < today);
    Ok((true, !over && store::of_invoice(tx, scope, invoice.id).await?.is_empty()))
}

async fn write(
    tx: &mut Tx,
    scope: Scope,
    (row, invoice, tries): (&ChargingRow, &Due, &[ChargeRow]),
    automatic: bool,
    now: DateTime<Utc>,
) -> Result<ChargeId> {
    let (customer, method, scheme) = row.payer().ok_or(ErrorCode::NoMethod)?;
    let new = NewCharge {
        id: ChargeId(Uuid::now_v7()),
        account: invoice.account,
        invoice: invoice.id,
        number: tries.first().map_or(0, |last| last.number) + 1,
        automatic,
        amount_minor: invoice.open_minor,
        currency: &invoice.currency,
        customer,
        method,
        scheme,
    };
    match store::insert(tx, scope, &new, now).await {
        // Another replica was first: look again.
        Err(Error::Db(DbError::Unique(_))) => Err(DbError::Conflict.into()),
        written => written.map(|()| new.id),
    }
}

/// Charges an invoice now, whatever the plan says; one that the client disputes is not charged.
///
/// # Errors
/// `not_found`; `charging_off`; `no_payment_method`; `charge_runs`; `nothing_to_charge`.
pub async fn by_hand(
    tx: &mut Tx,
    scope: Scope,
    (invoice, cashier): (InvoiceId, &Cashier),
    now: DateTime<Utc>,
) -> Result<Charge> {
    let (account, ..) = invoices::named(tx, scope, invoice).await?;
    cashier.stripe()?;
    let row = accounts::kept(tx, scope, account).await?.ok_or(ErrorCode::NoMethod)?;
    row.payer().ok_or(ErrorCode::NoMethod)?;
    let tries = store::of_invoice(tx, scope, invoice).await?;
    let runs = tries.iter().any(|one| one.ended_at.is_none());
    if runs || strays(tx, scope, account).await? {
        return Err(ErrorCode::ChargeRuns.into());
    }
    let open = open(tx, scope, account).await?;
    let open = open.into_iter().find(|open| open.id == invoice);
    let open = open.ok_or(ErrorCode::NothingToCharge)?;
    if dunning::disputed(tx, scope, invoice).await? {
        let why = "the client disputes the invoice".to_owned();
        return Err(Error::Explained(ErrorCode::NothingToCharge, why));
    }
    let id = write(tx, scope, (&row, &open, &tries), false, now).await?;
    Ok(store::find(tx, scope, id).await?.into())
}

/// The tries of an invoice, and what comes next.
///
/// # Errors
/// `not_found`.
pub async fn of_invoice(
    tx: &mut Tx,
    scope: Scope,
    (invoice, cashier): (InvoiceId, &Cashier),
    now: DateTime<Utc>,
) -> Result<Charges> {
    let (account, ..) = invoices::named(tx, scope, invoice).await?;
    let tries = store::of_invoice(tx, scope, invoice).await?;
    let row = accounts::kept(tx, scope, account).await?;
    let row = row.filter(|row| cashier.is_there() && row.payer().is_some());
    let open = open(tx, scope, account).await?;
    let open = open.into_iter().find(|open| open.id == invoice);
    let disputed = dunning::disputed(tx, scope, invoice).await?;
    let (mut next_on, mut given_up, mut chargeable) = (None, false, false);
    if let (Some(row), Some(open), false) = (&row, &open, disputed) {
        let zone = zone::zone(&invoices::zone_of(tx, scope).await?)?;
        let today = zone::local_date(zone, now);
        next_on = due_on(row, open, &tries, zone).map(|on| on.max(today));
        let plan = row.payer().map(|(_, method, _)| plan_of(&tries, method, zone));
        let runs = tries.iter().any(|one| one.ended_at.is_none());
        given_up = row.automatic && !runs && plan == Some(NextTry::Over);
        chargeable = !runs && !strays(tx, scope, account).await?;
    }
    let items = tries.into_iter().map(Charge::from).collect();
    Ok(Charges { items, next_on, given_up, chargeable })
}
