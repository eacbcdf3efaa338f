//! Mails with proposals in the database.
use chrono::{DateTime, Utc};
use shared::api::{
    AccountId, ActionLinkId, ContactId, MemberId, OrganisationId, ProposalId, ProposalMail,
    ProposalMailId, ProposalMailState,
};

use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// Mails that are told, at most, of the proposals of a renewal.
const TOLD: i64 = 500;

stmt!(
    PERSON = "
    SELECT name, email FROM contacts WHERE organisation_id = $1 AND account_id = $2 AND id = $3"
);
/// The name and mail address of somebody at an account; none if they are not there.
pub async fn person(
    tx: &mut Tx,
    scope: Scope,
    (account, contact): (AccountId, ContactId),
) -> Result<Option<(String, Option<String>)>> {
    Ok(tx.opt(PERSON.with(args![scope.organisation(), account, contact])).await?)
}

stmt!(WRITER = "SELECT name, email FROM members WHERE organisation_id = $1 AND id = $2");
/// The name and mail address of who writes.
pub async fn writer(
    tx: &mut Tx,
    scope: Scope,
    member: MemberId,
) -> Result<(String, Option<String>)> {
    Ok(tx.one(WRITER.with(args![scope.organisation(), member])).await?)
}

stmt!(
    SENDING = "
    SELECT COUNT(*) FROM proposal_mails
    WHERE organisation_id = $1 AND proposal_id = $2 AND state = 'sending' AND created_at > $3"
);
/// Whether one of a proposal has been on its way since an instant.
pub async fn sending(
    tx: &mut Tx,
    scope: Scope,
    id: ProposalId,
    since: DateTime<Utc>,
) -> Result<bool> {
    let (n,): (i64,) = tx.one(SENDING.with(args![scope.organisation(), id, since])).await?;
    Ok(n > 0)
}

stmt!(
    IS_WANTED = "
    SELECT COUNT(*) FROM proposal_mails m
    JOIN renewal_proposals p ON p.organisation_id = m.organisation_id AND p.id = m.proposal_id
        AND p.state = 'open'
    JOIN action_links l ON l.organisation_id = m.organisation_id AND l.id = m.link_id
        AND l.revoked_at IS NULL
    WHERE m.organisation_id = $1 AND m.id = $2 AND m.state = 'sending'"
);
/// Whether a mail was written down and waits to be handed over, its proposal can still be answered, and
/// its link holds.
pub async fn is_wanted(tx: &mut Tx, scope: Scope, id: ProposalMailId) -> Result<bool> {
    let (n,): (i64,) = tx.one(IS_WANTED.with(args![scope.organisation(), id])).await?;
    Ok(n > 0)
}

/// A mail that was lost on its way.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct LostRow {
    pub organisation_id: OrganisationId,
    pub id: ProposalMailId,
    pub proposal_id: ProposalId,
    pub link_id: ActionLinkId,
    pub with_link: bool,
    pub sent_by: MemberId,
}
stmt!(
    LOST = "
    SELECT organisation_id, id, proposal_id, link_id, with_link, sent_by FROM proposal_mails
    WHERE state = 'sending' AND created_at <= $1 ORDER BY created_at, id LIMIT $2"
);
/// Mails of every organisation that have been on their way since an instant, or longer.
pub async fn lost(tx: &mut Tx, since: DateTime<Utc>, limit: i64) -> Result<Vec<LostRow>> {
    Ok(tx.all(LOST.with(args![since, limit])).await?)
}

/// A mail to write down, and to hand over.
#[derive(Debug, Clone)]
pub struct NewMail {
    pub id: ProposalMailId,
    pub proposal: ProposalId,
    pub link: ActionLinkId,
    pub name: String,
    pub address: String,
    pub with_link: bool,
    pub reminds: bool,
    pub subject: String,
    pub body: String,
}

stmt!(
    INSERT = "
    INSERT INTO proposal_mails (id, organisation_id, proposal_id, link_id, contact_name, address,
        with_link, reminds, subject, body, state, sent_by, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'sending', $11, $12)"
);
stmt!(
    TOUCH = "
    UPDATE renewal_proposals SET version = version + 1
    WHERE organisation_id = $1 AND id = $2"
);
/// Writes a mail down before it is handed over.
pub async fn insert(tx: &mut Tx, scope: Scope, new: &NewMail, now: DateTime<Utc>) -> Result<()> {
    let args = args![
        new.id,
        scope.organisation(),
        new.proposal,
        new.link,
        new.name.as_str(),
        new.address.as_str(),
        new.with_link,
        new.reminds,
        new.subject.as_str(),
        new.body.as_str(),
        scope.member(),
        now
    ];
    tx.execute(INSERT.with(args)).await?;
    tx.execute(TOUCH.with(args![scope.organisation(), new.proposal])).await?;
    Ok(())
}

stmt!(
    MAILED = "
    UPDATE proposal_mails SET state = $3, answer = $4
    WHERE organisation_id = $1 AND id = $2 AND state = 'sending'"
);
/// Writes down how handing it over went. False if that was written down before, or it never was kept.
pub async fn mailed(
    tx: &mut Tx,
    scope: Scope,
    (proposal, id): (ProposalId, ProposalMailId),
    (state, answer): (ProposalMailState, Option<String>),
) -> Result<bool> {
    let args =
        vec![Arg::from(scope.organisation()), id.into(), Arg::name(state), Arg::from(answer)];
    if tx.execute(MAILED.with(args)).await? == 0 {
        return Ok(false);
    }
    tx.execute(TOUCH.with(args![scope.organisation(), proposal])).await?;
    Ok(true)
}

/// A mail as it is told, with its proposal.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct MailRow {
    pub id: ProposalMailId,
    pub proposal_id: ProposalId,
    contact_name: String,
    address: String,
    with_link: bool,
    reminds: bool,
    state: ProposalMailState,
    answer: Option<String>,
    sent_by_name: String,
    created_at: DateTime<Utc>,
}

impl MailRow {
    /// As the API tells it. One that has been on its way since before an instant was lost.
    pub fn told(self, since: DateTime<Utc>) -> ProposalMail {
        let lost = self.state == ProposalMailState::Sending && self.created_at <= since;
        ProposalMail {
            id: self.id,
            contact_name: self.contact_name,
            address: self.address,
            with_link: self.with_link,
            reminds: self.reminds,
            state: if lost { ProposalMailState::Failed } else { self.state },
            answer: self.answer,
            sent_by_name: self.sent_by_name,
            created_at: self.created_at,
        }
    }
}

const SELECT: &str = "
    SELECT p.id, p.proposal_id, p.contact_name, p.address, p.with_link, p.reminds, p.state,
        p.answer, m.name AS sent_by_name, p.created_at
    FROM proposal_mails p
    JOIN members m ON m.organisation_id = p.organisation_id AND m.id = p.sent_by
    WHERE p.organisation_id =";

/// Those of some proposals, the newest first.
pub async fn of_proposals(tx: &mut Tx, scope: Scope, ids: &[ProposalId]) -> Result<Vec<MailRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .text(" AND p.proposal_id IN")
        .list(ids.iter().map(|id| (*id).into()).collect())
        .push(" ORDER BY p.id DESC LIMIT ?", TOLD);
    Ok(tx.all(query).await?)
}
