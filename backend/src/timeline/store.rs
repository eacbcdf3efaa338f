//! Items of timelines in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AccountId, MemberId, Money, NoteId, NoteKind, RequestVerdict, RetainerId, TimelineEvent,
    TimelineItem, TimelineItemId, TimelineKind,
};
use shared::rules::search;
use uuid::Uuid;

use super::sources::Source;
use crate::auth::Scope;
use crate::db::{Arg, Query, Stmt, Tx};
use crate::error::Result;
use crate::{args, stmt};

stmt!(ACCOUNT = "SELECT id FROM accounts WHERE organisation_id = $1 AND id = $2");

/// # Errors
/// `not_found`.
pub async fn account(tx: &mut Tx, scope: Scope, id: AccountId) -> Result<AccountId> {
    let (id,): (AccountId,) = tx.one(ACCOUNT.with(args![scope.organisation(), id])).await?;
    Ok(id)
}

/// What is kept of the subject of an event.
pub async fn source(tx: &mut Tx, scope: Scope, of: Stmt, subject: Uuid) -> Result<Source> {
    Ok(tx.one(of.with(args![scope.organisation(), subject])).await?)
}

/// An item to write.
#[derive(Debug)]
pub struct NewItem {
    pub id: TimelineItemId,
    pub account_id: AccountId,
    pub retainer_id: Option<RetainerId>,
    pub happened_at: DateTime<Utc>,
    pub event: TimelineEvent,
    pub subject_id: Uuid,
    pub number: Option<i64>,
    pub title: Option<String>,
    pub text: Option<String>,
    pub verdict: Option<RequestVerdict>,
    pub amount: Option<(i64, String)>,
    pub about_on: Option<NaiveDate>,
    pub member_id: Option<MemberId>,
    pub internal: bool,
}

stmt!(
    INSERT = "
    INSERT INTO timeline_items (id, organisation_id, account_id, retainer_id, happened_at, kind,
        event, subject_id, number, title, text, verdict, amount_minor, currency, about_on,
        member_id, internal, indexed_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"
);

pub async fn insert(tx: &mut Tx, scope: Scope, item: &NewItem, now: DateTime<Utc>) -> Result<()> {
    let (amount_minor, currency) = item.amount.clone().unzip();
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(item.id),
        Arg::from(item.account_id),
        Arg::from(item.retainer_id),
        Arg::from(item.happened_at),
        Arg::name(item.event.kind()),
        Arg::name(item.event),
        Arg::from(item.subject_id),
        Arg::from(item.number),
        Arg::from(item.title.clone()),
        Arg::from(item.text.clone()),
        item.verdict.map_or(Arg::Text(None), Arg::name),
        Arg::from(amount_minor),
        Arg::from(currency),
        Arg::from(item.about_on),
        Arg::from(item.member_id),
        Arg::from(item.internal),
        Arg::from(now),
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}

stmt!(
    MOVE = "
    UPDATE timeline_items SET happened_at = $3, internal = $4
    WHERE organisation_id = $1 AND subject_id = $2 AND kind = 'note'"
);
/// A note says anew when it happened, and whether it is internal.
pub(crate) async fn move_to(
    tx: &mut Tx,
    scope: Scope,
    note: NoteId,
    (happened_at, internal): (DateTime<Utc>, bool),
) -> Result<()> {
    tx.execute(MOVE.with(args![scope.organisation(), note, happened_at, internal])).await?;
    Ok(())
}

/// An item with the names around it, and the words of its note.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ItemRow {
    pub id: TimelineItemId,
    kind: TimelineKind,
    event: TimelineEvent,
    pub happened_at: DateTime<Utc>,
    account_id: AccountId,
    retainer_id: Option<RetainerId>,
    retainer_name: Option<String>,
    subject_id: Uuid,
    number: Option<i64>,
    title: Option<String>,
    text: Option<String>,
    verdict: Option<RequestVerdict>,
    note_kind: Option<NoteKind>,
    amount_minor: Option<i64>,
    currency: Option<String>,
    about_on: Option<NaiveDate>,
    member_name: Option<String>,
    internal: bool,
    edited_at: Option<DateTime<Utc>>,
    withdrawn_at: Option<DateTime<Utc>>,
    version: Option<i64>,
}

impl ItemRow {
    /// Its place in the stream.
    pub fn key(&self) -> (DateTime<Utc>, TimelineItemId) {
        (self.happened_at, self.id)
    }
}

impl From<ItemRow> for TimelineItem {
    fn from(row: ItemRow) -> Self {
        let amount = row.amount_minor.zip(row.currency);
        let withdrawn = row.withdrawn_at.is_some();
        Self {
            id: row.id,
            kind: row.kind,
            event: row.event,
            happened_at: row.happened_at,
            account_id: row.account_id,
            retainer_id: row.retainer_id,
            retainer_name: row.retainer_name,
            subject_id: row.subject_id,
            number: row.number,
            title: row.title,
            text: row.text.filter(|_| !withdrawn),
            verdict: row.verdict,
            note_kind: row.note_kind,
            amount: amount.map(|(amount_minor, currency)| Money { amount_minor, currency }),
            on: row.about_on,
            member_name: row.member_name,
            internal: row.internal,
            edited: row.edited_at.is_some(),
            withdrawn,
            version: row.version,
        }
    }
}

const SELECT: &str = "
    SELECT i.id, i.kind, i.event, i.happened_at, i.account_id, i.retainer_id,
        r.name AS retainer_name, i.subject_id, i.number, i.title,
        COALESCE(n.text, i.text) AS text, i.verdict, n.kind AS note_kind, i.amount_minor,
        i.currency, i.about_on, m.name AS member_name, i.internal, n.edited_at, n.withdrawn_at,
        n.version
    FROM timeline_items i
    LEFT JOIN retainers r ON r.organisation_id = i.organisation_id AND r.id = i.retainer_id
    LEFT JOIN members m ON m.organisation_id = i.organisation_id AND m.id = i.member_id
    LEFT JOIN notes n ON n.organisation_id = i.organisation_id AND n.id = i.subject_id
    WHERE i.organisation_id =";

/// A filter of a timeline.
#[derive(Debug)]
pub struct Filter {
    pub account: AccountId,
    pub kind: Option<TimelineKind>,
    /// With what was billed and paid.
    pub invoices: bool,
    /// Beginnings of words, all of which are in it.
    pub words: Vec<String>,
    pub before: Option<(DateTime<Utc>, TimelineItemId)>,
    pub limit: i64,
}

/// Items of an account, the newest first.
pub async fn list(tx: &mut Tx, scope: Scope, filter: Filter) -> Result<Vec<ItemRow>> {
    Ok(tx.all(asked(scope, filter)).await?)
}

/// The statement that reads a page.
pub fn asked(scope: Scope, filter: Filter) -> Query {
    let organisation = scope.organisation();
    let mut query = Query::new(SELECT)
        .push(" ?", organisation)
        .push(" AND i.account_id = ?", filter.account)
        .push_opt(" AND i.kind = ?", filter.kind.map(Arg::name));
    if !filter.invoices {
        query = query.text(" AND i.kind <> 'invoice'");
    }
    for word in &filter.words {
        query = query
            .push(
                " AND i.id IN (SELECT w.item_id FROM timeline_words w WHERE w.organisation_id = ?",
                organisation,
            )
            .push(" AND w.account_id = ?", filter.account)
            .push(" AND w.word >= ?", word.as_str())
            .push(" AND w.word < ?)", search::after_all(word));
    }
    if let Some((at, id)) = filter.before {
        query = query.push(" AND (i.happened_at, i.id) < (?", at).push(", ?)", id);
    }
    query.push(" ORDER BY i.happened_at DESC, i.id DESC LIMIT ?", filter.limit)
}
