//! The files of issued invoices and credit notes.
use sha2::{Digest, Sha256};
use shared::api::{CreditNoteId, ErrorCode};
use uuid::Uuid;

use super::*;

/// What a file is of.
#[derive(Debug, Clone, Copy)]
pub enum PaperOf {
    Invoice(InvoiceId),
    CreditNote(CreditNoteId),
}

/// A file as it was first made.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PaperRow {
    pub sha256: Vec<u8>,
    pub bytes: Vec<u8>,
}

impl PaperRow {
    /// A file with its sum.
    pub fn of(bytes: Vec<u8>) -> Self {
        Self { sha256: Sha256::digest(&bytes).to_vec(), bytes }
    }
}

stmt!(
    PAPER_OF_INVOICE = "
    SELECT sha256, bytes FROM invoice_papers WHERE organisation_id = $1 AND invoice_id = $2"
);
stmt!(
    PAPER_OF_CREDIT_NOTE = "
    SELECT sha256, bytes FROM invoice_papers WHERE organisation_id = $1 AND credit_note_id = $2"
);
stmt!(
    KEEP_PAPER = "
    INSERT INTO invoice_papers
        (id, organisation_id, invoice_id, credit_note_id, sha256, bytes, made_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING"
);
stmt!(
    E_INVOICE_OF_INVOICE = "
    SELECT sha256, bytes, parties FROM e_invoices
    WHERE organisation_id = $1 AND invoice_id = $2"
);
stmt!(
    E_INVOICE_OF_CREDIT_NOTE = "
    SELECT sha256, bytes, parties FROM e_invoices
    WHERE organisation_id = $1 AND credit_note_id = $2"
);
stmt!(
    KEEP_E_INVOICE = "
    INSERT INTO e_invoices
        (id, organisation_id, invoice_id, credit_note_id, sha256, bytes, made_at, parties)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING"
);
stmt!(
    PAID_UNTIL = "
    SELECT CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) FROM payment_allocations
    WHERE organisation_id = $1 AND invoice_id = $2 AND allocated_at <= $3"
);
/// What was paid of an invoice by then, in minor units.
pub async fn paid_until(
    tx: &mut Tx,
    scope: Scope,
    id: InvoiceId,
    at: DateTime<Utc>,
) -> Result<i64> {
    let (paid,): (i64,) = tx.one(PAID_UNTIL.with(args![scope.organisation(), id, at])).await?;
    Ok(paid)
}
/// The e-invoice with its parties, if it was made.
pub async fn e_invoice(
    tx: &mut Tx,
    scope: Scope,
    of: PaperOf,
) -> Result<Option<(InvoiceParties, PaperRow)>> {
    let query = match of {
        PaperOf::Invoice(id) => E_INVOICE_OF_INVOICE.with(args![scope.organisation(), id]),
        PaperOf::CreditNote(id) => E_INVOICE_OF_CREDIT_NOTE.with(args![scope.organisation(), id]),
    };
    let found: Option<(Vec<u8>, Vec<u8>, Json<InvoiceParties>)> = tx.opt(query).await?;
    Ok(found.map(|(sha256, bytes, parties)| (parties.0, PaperRow { sha256, bytes })))
}
/// Keeps an e-invoice with its parties, unless another was first; the one that is kept.
pub async fn keep_e_invoice(
    tx: &mut Tx,
    scope: Scope,
    (of, file, parties): (PaperOf, &PaperRow, &InvoiceParties),
    now: DateTime<Utc>,
) -> Result<PaperRow> {
    let mut args = row(scope, (of, file), now);
    args.push(Arg::json(parties));
    tx.execute(KEEP_E_INVOICE.with(args)).await?;
    Ok(e_invoice(tx, scope, of).await?.ok_or(ErrorCode::NotFound)?.1)
}
/// The file, if it was made.
pub async fn paper(tx: &mut Tx, scope: Scope, of: PaperOf) -> Result<Option<PaperRow>> {
    let query = match of {
        PaperOf::Invoice(id) => PAPER_OF_INVOICE.with(args![scope.organisation(), id]),
        PaperOf::CreditNote(id) => PAPER_OF_CREDIT_NOTE.with(args![scope.organisation(), id]),
    };
    Ok(tx.opt(query).await?)
}
/// Keeps a file, unless another was first.
pub async fn keep_paper(
    tx: &mut Tx,
    scope: Scope,
    new: (PaperOf, &PaperRow),
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(KEEP_PAPER.with(row(scope, new, now))).await?;
    Ok(())
}

fn row(scope: Scope, (of, file): (PaperOf, &PaperRow), now: DateTime<Utc>) -> Vec<Arg> {
    let (invoice, note) = match of {
        PaperOf::Invoice(id) => (Some(id), None),
        PaperOf::CreditNote(id) => (None, Some(id)),
    };
    vec![
        scope.organisation().into(),
        Uuid::now_v7().into(),
        invoice.into(),
        note.into(),
        file.sha256.clone().into(),
        file.bytes.clone().into(),
        now.into(),
    ]
}
