//! Credit notes: what is taken back of an issued invoice. Source: domain 5.8.
use chrono::{DateTime, Datelike, Utc};
use shared::api::{
    CreditKind, CreditNote, CreditNoteId, CreditNoteSummary, CreditedOfLine, ErrorCode, InvoiceId,
    InvoiceLineKind, InvoiceState, NewCreditNote, TaxMode, TaxRate, TimelineEvent,
};
use shared::rules::RuleError;
use shared::rules::billing::Creditable;
use shared::rules::money::TaxTotal;
use shared::rules::units::Minor;
use uuid::Uuid;

use super::store::{self, CreditRow, InvoiceRow, LineRow, NewCredit, NewCreditLine, TaxKept};
use super::{service, settings, settle, view};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::timeline::{self, Told};

/// Takes something of an issued invoice back, by a credit note with a number of its own series.
///
/// # Errors
/// `not_found`; `invoice_not_issued`; `billing_off`; `invoice_empty`; at the field: a line that is
/// not there, more than is left, a part of overage or of an agreed fee that is to be billed again.
pub async fn credit(
    tx: &mut Tx,
    scope: Scope,
    id: InvoiceId,
    new: &NewCreditNote,
    now: DateTime<Utc>,
) -> Result<CreditNote> {
    let row = store::find(tx, scope, id).await?;
    if row.state != InvoiceState::Issued {
        return Err(ErrorCode::InvoiceNotIssued.into());
    }
    let Some(settings) = settings::of_all(tx, scope).await?.settings else {
        return Err(ErrorCode::BillingOff.into());
    };
    let lines = store::lines(tx, scope, id).await?;
    let mut note = Note::default();
    let chosen = chosen(&lines, new)?;
    for (place, line, net) in &chosen {
        check_whole(new.kind, (*place, line, *net))?;
        note.take(&row, (*place, line, *net))?;
    }
    let total = note.totals.net + note.totals.tax;
    if total <= 0 {
        return Err(ErrorCode::InvoiceEmpty.into());
    }
    // Lines that took something off may have been left out.
    if total > row.total_minor - row.credited_minor {
        return Err(Error::field("/lines", "does_not_fit"));
    }
    note.totals.total = total;
    let issued_on = service::today(tx, scope, row.retainer_id, now).await?;
    let series = format!("{}{}-", settings.credit_prefix, issued_on.year());
    let number = store::next_number(tx, scope, &series).await?;
    let written = NewCredit {
        id: CreditNoteId(Uuid::now_v7()),
        kind: new.kind,
        series: &series,
        number,
        issued_on,
        reason: new.reason.trim(),
        totals: &note.totals,
        lines: &note.lines,
    };
    store::insert_credit(tx, scope, &row, &written, now).await?;
    let told = Told::new(TimelineEvent::CreditNoteIssued, written.id);
    timeline::tell(tx, scope, told, now).await?;
    // What was paid beyond what is left of the invoice is credit of the account.
    let beyond = row.paid_minor - (row.total_minor - row.credited_minor - total);
    if beyond > 0 {
        settle::free(tx, scope, (id, beyond), now).await?;
    }
    if new.kind == CreditKind::Correction {
        for (_, line, _) in &chosen {
            store::give_back_one(tx, scope, &line.written(), id).await?;
        }
        store::look_soon(tx, scope, row.retainer_id).await?;
    }
    find(tx, scope, written.id).await
}

/// The lines that are credited, each with its place in the body and how much of it.
fn chosen<'a>(lines: &'a [LineRow], new: &NewCreditNote) -> Result<Vec<(usize, &'a LineRow, i64)>> {
    let left = |line: &LineRow| line.net_minor - line.credited_minor;
    if new.lines.is_empty() {
        let some = lines.iter().enumerate().filter(|(_, line)| left(line) != 0);
        return Ok(some.map(|(place, line)| (place, line, left(line))).collect());
    }
    let mut chosen = Vec::new();
    for (place, named) in new.lines.iter().enumerate() {
        let line = lines.iter().find(|line| line.position == named.position);
        let at = || format!("/lines/{place}/position");
        let line = line.ok_or_else(|| Error::field(&at(), "not_found"))?;
        chosen.push((place, line, named.net_minor.unwrap_or_else(|| left(line))));
    }
    Ok(chosen)
}

/// What is to be billed again of overage is all of it, since the ledger knows it whole; likewise of
/// what was agreed beside.
fn check_whole(kind: CreditKind, (place, line, net): (usize, &LineRow, i64)) -> Result<()> {
    let whole = line.credited_minor == 0 && net == line.net_minor;
    let once = matches!(line.kind, InvoiceLineKind::Overage | InvoiceLineKind::Agreed);
    if kind == CreditKind::Correction && once && !whole {
        return Err(Error::field(&format!("/lines/{place}/net_minor"), "not_allowed"));
    }
    Ok(())
}

/// What crediting so much of a line comes to with its taxes.
///
/// # Errors
/// Those of the rules; at the field: more than is left of it.
pub(super) fn total_of(row: &InvoiceRow, line: &LineRow, net: i64) -> Result<i64> {
    let mut note = Note::default();
    note.take(row, (0, line, net))?;
    Ok(note.totals.net + note.totals.tax)
}

/// A credit note while its lines are gone through.
struct Note {
    lines: Vec<NewCreditLine>,
    totals: store::TotalsKept,
}

impl Default for Note {
    fn default() -> Self {
        let totals = store::TotalsKept { taxes: Vec::new(), net: 0, tax: 0, total: 0 };
        Self { lines: Vec::new(), totals }
    }
}

impl Note {
    fn take(&mut self, row: &InvoiceRow, (place, line, net): (usize, &LineRow, i64)) -> Result<()> {
        let mode = row.tax_mode();
        let taxes = line.taxes.0.iter().map(TaxRate::tax).collect();
        let (mut rest, of_line) = Creditable::of_line(
            (Minor(line.amount_minor), Minor(line.net_minor)),
            (taxes, mode),
            Minor(line.credited_minor),
        )?;
        let taken = match rest.take(Minor(net)) {
            Err(RuleError::ExceedsLine | RuleError::InvalidAmount) => {
                let at = format!("/lines/{place}/net_minor");
                return Err(Error::field(&at, "does_not_fit"));
            }
            taken => taken?,
        };
        for (total, tax) in of_line.iter().zip(&taken.taxes) {
            self.tax(total, net, tax.0);
        }
        let tax = taken.taxes.iter().map(|tax| tax.0).sum();
        let amount = if mode == TaxMode::Inclusive { net + tax } else { net };
        self.lines.push(NewCreditLine { line: line.position, net, tax, amount });
        self.totals.net += net;
        self.totals.tax += tax;
        Ok(())
    }

    /// Counts what is given back of a tax to its code and rate.
    fn tax(&mut self, of: &TaxTotal, base: i64, tax: i64) {
        let percent = of.rate.to_string();
        let taxes = &mut self.totals.taxes;
        let known = taxes.iter_mut().find(|one| one.code == of.code && one.percent == percent);
        match known {
            Some(one) => {
                one.base += base;
                one.tax += tax;
            }
            None => taxes.push(TaxKept { code: of.code.clone(), percent, base, tax }),
        }
    }
}

/// As lists show it.
pub fn summary(row: &CreditRow) -> CreditNoteSummary {
    let invoice = row.invoice_series.as_ref().zip(row.invoice_number);
    CreditNoteSummary {
        id: row.id,
        number: store::numbered(&row.series, row.number),
        kind: row.kind,
        invoice_id: row.invoice_id,
        invoice_number: invoice
            .map(|(series, number)| store::numbered(series, number))
            .unwrap_or_default(),
        account_id: row.account_id,
        account_name: row.account_name.clone(),
        retainer_id: row.retainer_id,
        retainer_name: row.retainer_name.clone(),
        issued_on: row.issued_on,
        currency: row.currency.clone(),
        net_minor: row.net_minor,
        tax_minor: row.tax_minor,
        total_minor: row.total_minor,
        reason: row.reason.clone(),
    }
}

/// A credit note with its lines.
///
/// # Errors
/// `not_found`.
pub async fn find(tx: &mut Tx, scope: Scope, id: CreditNoteId) -> Result<CreditNote> {
    let row = store::find_credit(tx, scope, id).await?;
    let lines = store::credit_lines(tx, scope, id).await?;
    let line = |line: store::CreditLineRow| CreditedOfLine {
        position: line.line,
        kind: line.kind,
        text: line.text,
        seq: line.of_seq,
        net_minor: line.net_minor,
        tax_minor: line.tax_minor,
    };
    Ok(CreditNote {
        id,
        summary: summary(&row),
        lines: lines.into_iter().map(line).collect(),
        taxes: view::taxes(row.taxes.0),
        issued_at: row.issued_at,
    })
}
