//! The words by which items are found. Source: docs/decisions/0052.
use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use shared::api::{AccountId, NoteId, OrganisationId, TimelineItemId};
use shared::rules::search;

use crate::auth::Scope;
use crate::db::{Arg, Db, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// Rows of words that are written at once.
const WORDS_AT_ONCE: usize = 500;
/// Items that a look of the clock reads in one transaction.
const BATCH: i64 = 200;
/// Transactions of a look: other work of the clock does not wait longer.
const BATCHES: usize = 50;

/// Writes the words of an item.
pub(super) async fn write(
    tx: &mut Tx,
    scope: Scope,
    of: (AccountId, TimelineItemId),
    said: &[Option<&str>],
) -> Result<()> {
    write_of(tx, scope.organisation(), of, said).await
}

async fn write_of(
    tx: &mut Tx,
    organisation: OrganisationId,
    (account, item): (AccountId, TimelineItemId),
    said: &[Option<&str>],
) -> Result<()> {
    let words: BTreeSet<String> =
        said.iter().flatten().flat_map(|text| search::words(text)).collect();
    let row = |word: &String| args![organisation, account, word.as_str(), item];
    let rows: Vec<Vec<Arg>> = words.iter().map(row).collect();
    for rows in rows.chunks(WORDS_AT_ONCE) {
        let query = Query::new(
            "INSERT INTO timeline_words (organisation_id, account_id, word, item_id) VALUES",
        );
        tx.execute(query.rows(rows.to_vec())).await?;
    }
    Ok(())
}

stmt!(
    OF_NOTE = "
    SELECT account_id, id FROM timeline_items
    WHERE organisation_id = $1 AND subject_id = $2 AND kind = 'note'"
);
stmt!(
    FORGET = "
    DELETE FROM timeline_words
    WHERE organisation_id = $1 AND item_id IN (SELECT i.id FROM timeline_items i
        WHERE i.organisation_id = $1 AND i.subject_id = $2 AND i.kind = 'note')"
);

/// A note is found by these words, and no longer by those it had.
pub(crate) async fn reindex(tx: &mut Tx, scope: Scope, note: NoteId, text: &str) -> Result<()> {
    unindex(tx, scope, note).await?;
    let of: (AccountId, TimelineItemId) =
        tx.one(OF_NOTE.with(args![scope.organisation(), note])).await?;
    write(tx, scope, of, &[Some(text)]).await
}

/// A note is not found any more.
pub(crate) async fn unindex(tx: &mut Tx, scope: Scope, note: NoteId) -> Result<()> {
    tx.execute(FORGET.with(args![scope.organisation(), note])).await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Unread {
    organisation_id: OrganisationId,
    account_id: AccountId,
    id: TimelineItemId,
    title: Option<String>,
    text: Option<String>,
}
stmt!(
    UNREAD = "
    SELECT organisation_id, account_id, id, title, text FROM timeline_items
    WHERE indexed_at IS NULL ORDER BY id LIMIT $1"
);
stmt!(
    READ = "
    UPDATE timeline_items SET indexed_at = $3
    WHERE organisation_id = $1 AND id = $2 AND indexed_at IS NULL"
);

/// Reads what a migration wrote into timelines, so that it is found by its words.
///
/// # Errors
/// Those of the database.
pub(crate) async fn tick(db: &Db, now: DateTime<Utc>) -> Result<()> {
    for _ in 0..BATCHES {
        let first = db.read(async |tx| Ok(tx.opt::<Unread>(UNREAD.with(args![1i64])).await?));
        if first.await?.is_none() {
            return Ok(());
        }
        db.write(async |tx| read_some(tx, now).await).await?;
    }
    Ok(())
}

async fn read_some(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    for row in tx.all::<Unread>(UNREAD.with(args![BATCH])).await? {
        let read = READ.with(args![row.organisation_id, row.id, now]);
        if tx.execute(read).await? == 1 {
            let said = [row.title.as_deref(), row.text.as_deref()];
            write_of(tx, row.organisation_id, (row.account_id, row.id), &said).await?;
        }
    }
    Ok(())
}
