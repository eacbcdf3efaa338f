//! Invoices in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AccountId, CycleId, CycleStatus, InvoiceId, InvoiceLineKind, InvoiceParties, InvoiceState,
    PaymentTerms, PoolId, Purpose, RetainerId, TaxRate, TerminationPolicy, TermsId, Unit,
};
use sqlx::types::Json;

use super::compose::Written;
use crate::auth::Scope;
use crate::db::{Arg, DbError, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

mod beside;
mod billed;
mod credits;
mod differences;
mod drafts;
pub mod issuing;
mod papers;
mod parts;
mod refunds;
mod rows;
mod settled;
mod spent;

pub use beside::*;
pub use billed::*;
pub use credits::*;
pub use differences::*;
pub use drafts::*;
pub use papers::*;
pub use parts::*;
pub use refunds::*;
pub use rows::*;
pub use settled::*;
pub use spent::*;

stmt!(
    STATUS = "
    SELECT status FROM cycles WHERE organisation_id = $1 AND retainer_id = $2 AND seq = $3"
);
/// Whether a cycle is closed; none that was not made yet.
pub async fn is_closed(tx: &mut Tx, scope: Scope, retainer: RetainerId, seq: i64) -> Result<bool> {
    let args = args![scope.organisation(), retainer, seq];
    let found: Option<(CycleStatus,)> = tx.opt(STATUS.with(args)).await?;
    Ok(found.is_some_and(|(status,)| status == CycleStatus::Closed))
}
stmt!(
    POLICY = "
    SELECT policy FROM terminations WHERE organisation_id = $1 AND retainer_id = $2"
);
/// How the last cycle is settled, as it was agreed with the end.
pub async fn policy(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
) -> Result<Option<TerminationPolicy>> {
    let found: Option<(TerminationPolicy,)> =
        tx.opt(POLICY.with(args![scope.organisation(), retainer])).await?;
    Ok(found.map(|(policy,)| policy))
}

/// A draft to write.
#[derive(Debug, Clone)]
pub struct NewInvoice {
    pub id: InvoiceId,
    pub account_id: AccountId,
    pub retainer_id: RetainerId,
    pub seq: i64,
    pub purpose: Purpose,
    pub revision: i64,
    pub currency: String,
    pub days: (NaiveDate, NaiveDate),
    pub issue_on: NaiveDate,
    pub due_on: NaiveDate,
    pub terms: PaymentTerms,
    pub tax_mode: shared::api::TaxMode,
    pub note: Option<String>,
}
stmt!(
    INSERT = "
    INSERT INTO invoices (id, organisation_id, account_id, retainer_id, seq, purpose, revision,
        state, currency, starts_on, ends_on, issue_on, due_on, terms, tax_mode, taxes, net_minor,
        tax_minor, total_minor, note, created_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7, 'draft', $8, $9, $10, $11, $12, $13, $14, $15, 0, 0, 0,
        $16, $17)"
);
/// Writes a draft. False if there is one for that cycle and purpose.
pub async fn insert(tx: &mut Tx, scope: Scope, new: &NewInvoice, now: DateTime<Utc>) -> Result<()> {
    let nothing: [TaxKept; 0] = [];
    let args = vec![
        scope.organisation().into(),
        new.id.into(),
        new.account_id.into(),
        new.retainer_id.into(),
        new.seq.into(),
        Arg::name(new.purpose),
        new.revision.into(),
        new.currency.as_str().into(),
        new.days.0.into(),
        new.days.1.into(),
        new.issue_on.into(),
        new.due_on.into(),
        Arg::json(&new.terms),
        Arg::name(new.tax_mode),
        Arg::json(&nothing),
        new.note.clone().into(),
        now.into(),
    ];
    match tx.execute(INSERT.with(args)).await {
        // Another made it meanwhile: look again, and find it.
        Err(DbError::Unique(_)) => Err(DbError::Conflict.into()),
        written => Ok(written.map(drop)?),
    }
}

/// What is agreed beside the price is a line with words, which points to what it bills.
fn kept_kind(kind: InvoiceLineKind) -> InvoiceLineKind {
    if kind == InvoiceLineKind::Agreed { InvoiceLineKind::Manual } else { kind }
}

stmt!(
    DROP_LINES = "
    DELETE FROM invoice_lines WHERE organisation_id = $1 AND invoice_id = $2"
);
stmt!(
    SET_TOTALS = "
    UPDATE invoices SET taxes = $3, net_minor = $4, tax_minor = $5, total_minor = $6
    WHERE organisation_id = $1 AND id = $2 AND state = 'draft'"
);
/// Writes the lines of a draft, in the place of those it has, and what they come to.
pub async fn write_lines(
    tx: &mut Tx,
    scope: Scope,
    id: InvoiceId,
    lines: &[LineKept],
    totals: &TotalsKept,
) -> Result<()> {
    tx.execute(DROP_LINES.with(args![scope.organisation(), id])).await?;
    let value = |(place, line): (usize, &LineKept)| {
        let written = &line.written;
        vec![
            scope.organisation().into(),
            id.into(),
            i64::try_from(place + 1).unwrap_or(i64::MAX).into(),
            Arg::name(kept_kind(written.kind)),
            written.text.clone().into(),
            written.of_seq.into(),
            written.days.map(|days| days.0).into(),
            written.days.map(|days| days.1).into(),
            written.overage.map(|overage| overage.0).into(),
            written.overage.map(|overage| overage.1).into(),
            written.change.into(),
            written.bought.into(),
            written.spent.into(),
            written.quantity.into(),
            written.price.0.into(),
            written.price.1.into(),
            written.discount.into(),
            written.amount.into(),
            Arg::json(&line.taxes),
            line.net.into(),
            line.tax.into(),
        ]
    };
    let query = Query::new(
        "INSERT INTO invoice_lines (organisation_id, invoice_id, position, kind, text, of_seq,
            starts_on, ends_on, cycle_id, pool_id, scope_change_id, adjustment_id, expense_id,
            quantity, price_minor, price_per, discount_minor, amount_minor, taxes, net_minor,
            tax_minor) VALUES",
    );
    if !lines.is_empty() {
        tx.execute(query.rows(lines.iter().enumerate().map(value).collect())).await?;
    }
    let args = vec![
        scope.organisation().into(),
        id.into(),
        Arg::json(&totals.taxes),
        totals.net.into(),
        totals.tax.into(),
        totals.total.into(),
    ];
    tx.execute(SET_TOTALS.with(args)).await?;
    Ok(())
}

stmt!(
    TAKE = "
    INSERT INTO billed_lines (organisation_id, cycle_id, pool_id, invoice_id)
    VALUES ($1, $2, $3, $4)"
);
stmt!(
    GIVE_BACK = "
    DELETE FROM billed_lines WHERE organisation_id = $1 AND invoice_id = $2"
);
/// Takes what a line bills that is billed once: what a closed cycle left, the fee of a change
/// order, the price of what was bought, what was spent.
pub async fn take(tx: &mut Tx, scope: Scope, line: &Written, invoice: InvoiceId) -> Result<()> {
    if let Some((cycle, pool)) = line.overage {
        let taken = TAKE.with(args![scope.organisation(), cycle, pool, invoice]);
        once(tx.execute(taken).await)?;
    }
    if let Some(change) = line.change {
        once(take_change(tx, scope, change, invoice).await)?;
    }
    if let Some(bought) = line.bought {
        once(take_purchase(tx, scope, bought, invoice).await)?;
    }
    if let Some(spent) = line.spent {
        once(take_expense(tx, scope, spent, invoice).await)?;
    }
    Ok(())
}
/// Another took it meanwhile: look again, and find it taken.
fn once(written: std::result::Result<u64, DbError>) -> Result<()> {
    match written {
        Err(DbError::Unique(_)) => Err(DbError::Conflict.into()),
        written => Ok(written.map(drop)?),
    }
}
stmt!(
    GIVE_BACK_ONE = "
    DELETE FROM billed_lines
    WHERE organisation_id = $1 AND cycle_id = $2 AND pool_id = $3 AND invoice_id = $4"
);
/// Gives back what an invoice took.
pub async fn give_back(tx: &mut Tx, scope: Scope, invoice: InvoiceId) -> Result<()> {
    tx.execute(GIVE_BACK.with(args![scope.organisation(), invoice])).await?;
    give_back_agreed(tx, scope, invoice).await?;
    give_back_expenses(tx, scope, invoice).await
}
/// Gives back what a line of an invoice took.
pub async fn give_back_one(
    tx: &mut Tx,
    scope: Scope,
    line: &Written,
    invoice: InvoiceId,
) -> Result<()> {
    if let Some((cycle, pool)) = line.overage {
        let args = args![scope.organisation(), cycle, pool, invoice];
        tx.execute(GIVE_BACK_ONE.with(args)).await?;
    }
    if let Some(change) = line.change {
        give_back_change(tx, scope, change, invoice).await?;
    }
    if let Some(bought) = line.bought {
        give_back_purchase(tx, scope, bought, invoice).await?;
    }
    if let Some(spent) = line.spent {
        give_back_expense(tx, scope, spent, invoice).await?;
    }
    Ok(())
}

stmt!(
    NEXT_NUMBER = "
    INSERT INTO invoice_series (organisation_id, series, last_number) VALUES ($1, $2, 1)
    ON CONFLICT (organisation_id, series) DO UPDATE
    SET last_number = invoice_series.last_number + 1 RETURNING last_number"
);
/// Takes the next number of a series; who issues in it waits here. Source: domain 5.7.
pub async fn next_number(tx: &mut Tx, scope: Scope, series: &str) -> Result<i64> {
    let (number,): (i64,) = tx.one(NEXT_NUMBER.with(args![scope.organisation(), series])).await?;
    Ok(number)
}

/// What issuing adds to a draft.
#[derive(Debug, Clone)]
pub struct Issued<'a> {
    pub series: &'a str,
    pub number: i64,
    pub issue_on: NaiveDate,
    pub due_on: NaiveDate,
    pub parties: &'a InvoiceParties,
}
stmt!(
    ISSUE = "
    UPDATE invoices SET state = 'issued', series = $4, number = $5, issue_on = $6, due_on = $7,
        parties = $8, issued_by = $9, issued_at = $10, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND state = 'draft'"
);
stmt!(
    VOID = "
    UPDATE invoices SET state = 'void', void_reason = $4, voided_by = $5, voided_at = $6,
        version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND state = 'issued'"
);
stmt!(
    CHANGE = "
    UPDATE invoices SET note = $4, held = $5, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND state = 'draft'"
);
/// False if somebody else changed it first.
pub async fn issue(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (InvoiceId, i64),
    new: &Issued<'_>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let args = vec![
        scope.organisation().into(),
        id.into(),
        version.into(),
        new.series.into(),
        new.number.into(),
        new.issue_on.into(),
        new.due_on.into(),
        Arg::json(new.parties),
        scope.member().into(),
        now.into(),
    ];
    Ok(tx.execute(ISSUE.with(args)).await? == 1)
}
/// False if somebody else changed it first.
pub async fn void(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (InvoiceId, i64),
    reason: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let args = args![scope.organisation(), id, version, reason, scope.member(), now];
    Ok(tx.execute(VOID.with(args)).await? == 1)
}
/// False if somebody else changed it first.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (InvoiceId, i64),
    (note, held): (Option<String>, bool),
) -> Result<bool> {
    let args = args![scope.organisation(), id, version, note, held];
    Ok(tx.execute(CHANGE.with(args)).await? == 1)
}
