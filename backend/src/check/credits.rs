//! Credit notes: sums that are those of their lines, and never more of a line than it has.
use shared::api::{CreditNoteId, InvoiceId, RetainerId};

use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::{args, stmt};

stmt!(
    SUMS_THAT_DIFFER = "
    SELECT n.id FROM credit_notes n
    WHERE n.organisation_id = $1 AND n.retainer_id = $2 AND (
        n.net_minor <> (SELECT COALESCE(SUM(c.net_minor), 0) FROM credit_note_lines c
            WHERE c.organisation_id = n.organisation_id AND c.credit_note_id = n.id)
        OR n.tax_minor <> (SELECT COALESCE(SUM(c.tax_minor), 0) FROM credit_note_lines c
            WHERE c.organisation_id = n.organisation_id AND c.credit_note_id = n.id))"
);

/// A line of which something was credited.
#[derive(Debug, Clone, sqlx::FromRow)]
struct Credited {
    invoice_id: InvoiceId,
    net_minor: i64,
    tax_minor: i64,
    credited_net: i64,
    credited_tax: i64,
}
stmt!(
    CREDITED = "
    SELECT l.invoice_id, l.net_minor, l.tax_minor,
        CAST((SELECT SUM(c.net_minor) FROM credit_note_lines c
            WHERE c.organisation_id = l.organisation_id AND c.invoice_id = l.invoice_id
                AND c.line = l.position) AS BIGINT) AS credited_net,
        CAST((SELECT SUM(c.tax_minor) FROM credit_note_lines c
            WHERE c.organisation_id = l.organisation_id AND c.invoice_id = l.invoice_id
                AND c.line = l.position) AS BIGINT) AS credited_tax
    FROM invoices i
    JOIN invoice_lines l ON l.organisation_id = i.organisation_id AND l.invoice_id = i.id
    WHERE i.organisation_id = $1 AND i.retainer_id = $2 AND EXISTS (
        SELECT 1 FROM credit_note_lines c
        WHERE c.organisation_id = l.organisation_id AND c.invoice_id = l.invoice_id
            AND c.line = l.position)"
);

impl Credited {
    /// Within the line, and with all of its tax once it is credited whole.
    fn fits(&self) -> bool {
        let within = |part: i64, whole: i64| {
            part.signum() * whole.signum() >= 0 && part.unsigned_abs() <= whole.unsigned_abs()
        };
        let whole = self.credited_net != self.net_minor || self.credited_tax == self.tax_minor;
        within(self.credited_net, self.net_minor)
            && within(self.credited_tax, self.tax_minor)
            && whole
    }
}

/// Says which credit notes of a retainer are not what they should be.
pub async fn check(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    breaches: &mut Vec<String>,
) -> Result<()> {
    let args = args![scope.organisation(), id];
    let differ: Vec<(CreditNoteId,)> = tx.all(SUMS_THAT_DIFFER.with(args.clone())).await?;
    for (note,) in differ {
        breaches.push(format!("credit note {note} is not the sum of its lines"));
    }
    let credited: Vec<Credited> = tx.all(CREDITED.with(args)).await?;
    for line in credited.iter().filter(|line| !line.fits()) {
        let id = line.invoice_id;
        breaches.push(format!("invoice {id} has a line of which more was credited than it has"));
    }
    Ok(())
}
