//! The files of issued invoices and credit notes.
use shared::api::CreditNoteId;
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
    (of, paper): (PaperOf, &PaperRow),
    now: DateTime<Utc>,
) -> Result<()> {
    let (invoice, note) = match of {
        PaperOf::Invoice(id) => (Some(id), None),
        PaperOf::CreditNote(id) => (None, Some(id)),
    };
    let args = vec![
        scope.organisation().into(),
        Uuid::now_v7().into(),
        invoice.into(),
        note.into(),
        paper.sha256.clone().into(),
        paper.bytes.clone().into(),
        now.into(),
    ];
    tx.execute(KEEP_PAPER.with(args)).await?;
    Ok(())
}
