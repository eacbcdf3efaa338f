//! Drafts that are issued by themselves, in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{BillingSettingsSet, InvoiceId, MemberId, OrganisationId, RetainerId};
use sqlx::types::Json;

use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::{args, stmt};

stmt!(
    DUE = "
    SELECT organisation_id FROM billing_settings
    WHERE issues_at <= $1 ORDER BY issues_at, organisation_id LIMIT 1"
);
/// An organisation that the clock has to look at.
pub async fn due(tx: &mut Tx, now: DateTime<Utc>) -> Result<Option<OrganisationId>> {
    let found: Option<(OrganisationId,)> = tx.opt(DUE.with(args![now])).await?;
    Ok(found.map(|(organisation,)| organisation))
}

stmt!(
    LOOK_AT = "
    UPDATE billing_settings SET issues_at = $2
    WHERE organisation_id = $1 AND (issues_at IS NULL OR issues_at > $2)"
);
/// Has the clock look then, unless it does sooner.
pub async fn look_at(tx: &mut Tx, scope: Scope, at: DateTime<Utc>) -> Result<()> {
    tx.execute(LOOK_AT.with(args![scope.organisation(), at])).await?;
    Ok(())
}

stmt!(
    LOOKED = "
    UPDATE billing_settings SET issues_at = $2
    WHERE organisation_id = $1 AND issues_at <= $3"
);
/// The clock looked at `now`: it looks again then, unless somebody wants it sooner meanwhile.
pub async fn looked(
    tx: &mut Tx,
    scope: Scope,
    (now, at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<()> {
    tx.execute(LOOKED.with(args![scope.organisation(), at, now])).await?;
    Ok(())
}

/// How an organisation bills, and who said so last: it is issued in their name.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Said {
    pub settings: Json<BillingSettingsSet>,
    pub changed_by: MemberId,
}
stmt!(SAID = "SELECT settings, changed_by FROM billing_settings WHERE organisation_id = $1");
pub async fn said(tx: &mut Tx, scope: Scope) -> Result<Said> {
    Ok(tx.one(SAID.with(args![scope.organisation()])).await?)
}

/// A draft as the terms made it, that nobody has changed or made again.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct Waiting {
    pub id: InvoiceId,
    pub retainer_id: RetainerId,
    pub issue_on: NaiveDate,
}
stmt!(
    WAITING = "
    SELECT id, retainer_id, issue_on FROM invoices
    WHERE organisation_id = $1 AND (issue_on, id) > ($2, $3) AND issue_on <= $4
        AND state = 'draft' AND purpose = 'cycle' AND revision = 1 AND version = 1
    ORDER BY issue_on, id LIMIT 200"
);
/// Those whose day of issue is one of some days, after one of them: its day and id.
pub async fn untouched(
    tx: &mut Tx,
    scope: Scope,
    (after, to): ((NaiveDate, InvoiceId), NaiveDate),
) -> Result<Vec<Waiting>> {
    let (day, id) = after;
    Ok(tx.all(WAITING.with(args![scope.organisation(), day, id, to])).await?)
}
