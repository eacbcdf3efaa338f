//! Lines are read, recorded as payments, set aside and freed again.
use chrono::{DateTime, Utc};
use shared::api::{
    BANK_RECORD_MAX, BankCount, BankImport, BankImportId, BankImportSummary, BankLine, BankLineId,
    BankLinePayment, BankLineState, BankRecorded, ErrorCode, Money, NewPayment, Page, PaidInvoice,
    PaymentMethod, REFERENCE_MAX,
};

use super::lines::{shown, state};
use super::proposals::{self, Seen};
use super::store::{self, ImportRow, LineRow};
use crate::auth::Scope;
use crate::db::{Db, DbError, Tx};
use crate::error::{Error, Result};
use crate::http::{PageParams, page};
use crate::{invoices, payments};

/// A file as lists show it.
pub fn summary(row: ImportRow) -> BankImportSummary {
    BankImportSummary {
        id: row.id,
        file_name: row.file_name,
        format: row.format,
        account_end: row.account_end,
        first_on: row.first_on,
        last_on: row.last_on,
        lines: row.lines,
        waiting: row.waiting,
        created_at: row.created_at,
    }
}

/// A file, and how its lines stand now.
///
/// # Errors
/// `not_found`.
pub async fn find(tx: &mut Tx, scope: Scope, id: BankImportId) -> Result<BankImport> {
    let row = store::import(tx, scope, id).await?;
    let rows = store::lines(tx, scope, id).await?;
    let (seen, _) = proposals::of(tx, scope, rows).await?;
    let count = |of: &BankLineState| {
        let count = seen.iter().filter(|one| state(one) == *of).count();
        BankCount { state: *of, count: i64::try_from(count).unwrap_or(i64::MAX) }
    };
    Ok(BankImport {
        id,
        known: row.known,
        outgoing: row.outgoing,
        pending: row.pending,
        unreadable: row.unreadable,
        problems: row.problems.0.clone(),
        counts: BankLineState::ALL.iter().map(count).collect(),
        summary: summary(row),
    })
}

/// Lines of a file in its order, those that stand so only.
///
/// # Errors
/// `not_found`; a cursor that no page gave.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    (id, of): (BankImportId, Option<BankLineState>),
    paging: &PageParams,
) -> Result<Page<BankLine>> {
    let after = paging.after::<i64>()?.unwrap_or(0);
    store::import(tx, scope, id).await?;
    let rows = store::lines(tx, scope, id).await?;
    let (seen, names) = proposals::of(tx, scope, rows).await?;
    let more = usize::try_from(paging.limit).unwrap_or(0) + 1;
    let here = |one: &Seen| one.row.position > after && of.is_none_or(|of| state(one) == of);
    let rows: Vec<Seen> = seen.into_iter().filter(here).take(more).collect();
    let Page { items, next_cursor } = page(rows, paging.limit, |one| one.row.position);
    Ok(Page { items: shown(tx, scope, (items, &names)).await?, next_cursor })
}

/// A line as the file has it that brought it first.
///
/// # Errors
/// `not_found`.
pub async fn line(tx: &mut Tx, scope: Scope, id: BankLineId) -> Result<BankLine> {
    let row = store::line(tx, scope, id).await?;
    let (seen, names) = proposals::of(tx, scope, vec![row]).await?;
    shown(tx, scope, (seen, &names)).await?.pop().ok_or(ErrorCode::NotFound.into())
}

/// A line that nobody has decided on.
async fn waiting(tx: &mut Tx, scope: Scope, (id, version): (BankLineId, i64)) -> Result<LineRow> {
    let row = store::line(tx, scope, id).await?;
    let refused = if row.reversal {
        Some(ErrorCode::LineReversal)
    } else if row.payment_id.is_some() {
        Some(ErrorCode::LineRecorded)
    } else if row.version != version {
        Some(ErrorCode::Stale)
    } else {
        row.aside_at.map(|_| ErrorCode::LineAside)
    };
    refused.map_or(Ok(row), |code| Err(code.into()))
}

/// Records a line as a payment, once: whoever comes second is told.
///
/// # Errors
/// `not_found`; `stale`; `line_recorded`, `line_aside`, `line_reversal`; at the field: a client that
/// is not here, an invoice that does not wait for so much, a day to come.
pub async fn record(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (BankLineId, i64),
    new: &BankLinePayment,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = waiting(tx, scope, (id, version)).await?;
    if row.booked_on > invoices::today(tx, scope, now).await? {
        return Err(Error::field("/booked_on", "future"));
    }
    let reference = row.text.as_deref().or(row.bank_reference.as_deref());
    let payment = NewPayment {
        account_id: new.account_id,
        amount: Money { amount_minor: row.amount_minor, currency: row.currency.clone() },
        paid_on: row.booked_on,
        method: PaymentMethod::Transfer,
        reference: reference.map(|text| text.chars().take(REFERENCE_MAX).collect()),
        note: row.payer.clone(),
        invoices: new.invoices.clone(),
    };
    let made = payments::record_line(tx, scope, &payment, now).await?;
    match store::link(tx, scope, (id, version), made.id).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(ErrorCode::Stale.into()),
        Err(Error::Db(DbError::Unique(_))) => Err(ErrorCode::LineRecorded.into()),
        Err(error) => Err(error),
    }
}

/// Sets a line aside, or takes it up again.
///
/// # Errors
/// `not_found`; `stale`; `line_recorded`, `line_reversal`.
pub async fn set_aside(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (BankLineId, i64),
    (aside, now): (bool, DateTime<Utc>),
) -> Result<()> {
    let row = store::line(tx, scope, id).await?;
    if row.reversal {
        return Err(ErrorCode::LineReversal.into());
    }
    if row.payment_id.is_some() {
        return Err(ErrorCode::LineRecorded.into());
    }
    match store::set_aside(tx, scope, (id, version), aside.then_some(now)).await? {
        true => Ok(()),
        false => Err(ErrorCode::Stale.into()),
    }
}

/// Records lines that are exact, each in a transaction of its own; what was paid meanwhile stays.
///
/// # Errors
/// `not_found`; those of the database.
pub async fn record_exact(
    db: &Db,
    scope: Scope,
    id: BankImportId,
    now: DateTime<Utc>,
) -> Result<BankRecorded> {
    let lines = db
        .read(async |tx| {
            store::import(tx, scope, id).await?;
            let rows = store::lines(tx, scope, id).await?;
            let (seen, names) = proposals::of(tx, scope, rows).await?;
            // What the bank books on a day to come waits for that day.
            let today = invoices::today(tx, scope, now).await?;
            let exact =
                |one: &Seen| state(one) == BankLineState::Exact && one.row.booked_on <= today;
            shown(tx, scope, (seen.into_iter().filter(exact).collect(), &names)).await
        })
        .await?;
    let mut told = BankRecorded { recorded: 0, left: i64::try_from(lines.len()).unwrap_or(0) };
    for line in lines.iter().take(BANK_RECORD_MAX) {
        let Some(account_id) = line.account_id else { continue };
        let part = |one: &shared::api::InvoicePaid| PaidInvoice {
            invoice_id: one.invoice_id,
            amount_minor: one.amount_minor,
        };
        let body = BankLinePayment {
            account_id,
            invoices: Some(line.invoices.iter().map(part).collect()),
        };
        let which = (line.id, line.version);
        match db.write(async |tx| record(tx, scope, which, &body, now).await).await {
            Ok(()) => {
                told.recorded += 1;
                told.left -= 1;
            }
            // Somebody was first, or another line paid it.
            Err(Error::Refused(_) | Error::Invalid(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(told)
}
