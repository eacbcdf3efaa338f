//! Which drafts come next, and those that somebody discarded.
use std::collections::BTreeSet;

use super::*;

stmt!(
    LAST_SEQ = "
    SELECT COALESCE(MAX(seq), 0) FROM invoices
    WHERE organisation_id = $1 AND retainer_id = $2 AND purpose = 'cycle'"
);
stmt!(
    LAST_DISCARDED = "
    SELECT COALESCE(MAX(seq), 0) FROM invoice_discards
    WHERE organisation_id = $1 AND retainer_id = $2 AND purpose = 'cycle'"
);
/// The number of the cycle to be billed next.
pub async fn next_seq(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<u32> {
    let mut last = 0;
    for statement in [LAST_SEQ, LAST_DISCARDED] {
        let (seq,): (i64,) = tx.one(statement.with(args![scope.organisation(), retainer])).await?;
        last = last.max(seq);
    }
    Ok(u32::try_from(last + 1).unwrap_or(u32::MAX))
}

stmt!(
    LAST_ONES = "
    SELECT COUNT(*) FROM invoices
    WHERE organisation_id = $1 AND retainer_id = $2 AND purpose = 'final' AND state = 'draft'"
);
stmt!(
    LAST_ONES_DISCARDED = "
    SELECT COUNT(*) FROM invoice_discards
    WHERE organisation_id = $1 AND retainer_id = $2 AND purpose = 'final'"
);
/// Whether a draft of the last invoice waits, or somebody discarded it.
pub async fn last_one_waits(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<bool> {
    let mut count = 0;
    for statement in [LAST_ONES, LAST_ONES_DISCARDED] {
        let (some,): (i64,) = tx.one(statement.with(args![scope.organisation(), retainer])).await?;
        count += some;
    }
    Ok(count > 0)
}

/// What an invoice is known by.
pub type Key = (RetainerId, i64, Purpose);
stmt!(
    REVISION = "
    SELECT COALESCE(MAX(revision), 0) FROM invoices
    WHERE organisation_id = $1 AND retainer_id = $2 AND seq = $3 AND purpose = $4"
);
/// The revision of the next invoice for a cycle and purpose.
pub async fn next_revision(
    tx: &mut Tx,
    scope: Scope,
    (retainer, seq, purpose): Key,
) -> Result<i64> {
    let args = args![scope.organisation(), retainer, seq, Arg::name(purpose)];
    let (last,): (i64,) = tx.one(REVISION.with(args)).await?;
    Ok(last + 1)
}

stmt!(
    DROP = "
    DELETE FROM invoices
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND state = 'draft'"
);
stmt!(
    NOTE_DISCARD = "
    INSERT INTO invoice_discards
        (organisation_id, retainer_id, seq, purpose, revision, discarded_by, discarded_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (organisation_id, retainer_id, seq, purpose, revision) DO NOTHING"
);
/// Removes a draft, so that the next one takes what it took. False if somebody else changed it
/// first.
pub async fn drop_draft(tx: &mut Tx, scope: Scope, row: &InvoiceRow) -> Result<bool> {
    give_back(tx, scope, row.id).await?;
    tx.execute(DROP_LINES.with(args![scope.organisation(), row.id])).await?;
    let dropped = DROP.with(args![scope.organisation(), row.id, row.version]);
    Ok(tx.execute(dropped).await? == 1)
}
/// Removes a draft, and notes that it is not to be made again. False if somebody else changed it
/// first.
pub async fn discard(
    tx: &mut Tx,
    scope: Scope,
    row: &InvoiceRow,
    now: DateTime<Utc>,
) -> Result<bool> {
    if !drop_draft(tx, scope, row).await? {
        return Ok(false);
    }
    let purpose = Arg::name(row.purpose);
    let args = vec![
        scope.organisation().into(),
        row.retainer_id.into(),
        row.seq.into(),
        purpose,
        row.revision.into(),
        scope.member().into(),
        now.into(),
    ];
    tx.execute(NOTE_DISCARD.with(args)).await?;
    Ok(true)
}

stmt!(
    DISCARDED = "
    SELECT d.seq FROM invoice_discards d
    WHERE d.organisation_id = $1 AND d.retainer_id = $2 AND d.purpose = 'cycle'
        AND NOT EXISTS (SELECT 1 FROM invoices i
            WHERE i.organisation_id = d.organisation_id AND i.retainer_id = d.retainer_id
                AND i.seq = d.seq AND i.purpose = 'cycle' AND i.state <> 'void')
    ORDER BY d.seq"
);
stmt!(
    WITHDRAWN = "
    SELECT v.seq FROM invoices v
    WHERE v.organisation_id = $1 AND v.retainer_id = $2 AND v.purpose = 'cycle'
        AND v.state = 'void'
        AND NOT EXISTS (SELECT 1 FROM invoices i
            WHERE i.organisation_id = v.organisation_id AND i.retainer_id = v.retainer_id
                AND i.seq = v.seq AND i.purpose = 'cycle' AND i.state <> 'void')
    ORDER BY v.seq"
);
stmt!(
    FORGET_DISCARDS = "
    DELETE FROM invoice_discards WHERE organisation_id = $1 AND retainer_id = $2"
);
/// Forgets what was discarded, and gives the numbers of the cycles that nothing bills since, those
/// of withdrawn invoices too.
pub async fn take_discarded(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
) -> Result<BTreeSet<i64>> {
    let args = args![scope.organisation(), retainer];
    let mut seqs = BTreeSet::new();
    for statement in [DISCARDED, WITHDRAWN] {
        let found: Vec<(i64,)> = tx.all(statement.with(args.clone())).await?;
        seqs.extend(found.into_iter().map(|(seq,)| seq));
    }
    tx.execute(FORGET_DISCARDS.with(args)).await?;
    Ok(seqs)
}

stmt!(
    LOOK_SOON = "
    DELETE FROM billing_looks WHERE organisation_id = $1 AND retainer_id = $2"
);
/// Has the clock look at a retainer again.
pub async fn look_soon(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<()> {
    tx.execute(LOOK_SOON.with(args![scope.organisation(), retainer])).await?;
    Ok(())
}
