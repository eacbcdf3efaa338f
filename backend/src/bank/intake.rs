//! A file is taken in: read whole, then kept in one transaction, or refused and nothing is kept.
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use shared::api::{BankFormat, BankImportId, BankImportSummary};
use uuid::Uuid;

use super::sheet::Said;
use super::statement::{Booking, Statement, unreadable};
use super::store::{self, NewImport, NewLine};
use super::{camt, service, sheet};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::imports::Transcoder;

/// A file as it came, and what it says.
pub struct Taken {
    pub file_name: String,
    pub sha256: Vec<u8>,
    pub format: BankFormat,
    pub statement: Statement,
}

/// Reads a file: XML by its first character, else CSV.
///
/// # Errors
/// `statement_unreadable`; `date_order` and `currency` where a CSV file does not say them.
pub fn read(file_name: String, bytes: &[u8], said: &Said) -> Result<Taken> {
    let (mut transcoder, mut text) = (Transcoder::default(), Vec::new());
    transcoder.push(bytes, &mut text);
    transcoder.finish(&mut text);
    let text = String::from_utf8_lossy(&text);
    if text.trim().is_empty() {
        return Err(unreadable("file", "required"));
    }
    let (format, statement) = match text.trim_start().starts_with('<') {
        true => (BankFormat::Camt, camt::read(text.trim_start())?),
        false => (BankFormat::Csv, sheet::read(&text, said)?),
    };
    Ok(Taken { file_name, sha256: Sha256::digest(bytes).to_vec(), format, statement })
}

/// Keeps what a file says; bookings that are here already are not kept again.
///
/// # Errors
/// Those of the database.
pub async fn keep(
    tx: &mut Tx,
    scope: Scope,
    taken: &Taken,
    now: DateTime<Utc>,
) -> Result<BankImportSummary> {
    let of = &taken.statement;
    let id = BankImportId(Uuid::now_v7());
    let new = NewImport {
        id,
        file_name: &taken.file_name,
        format: taken.format,
        sha256: &taken.sha256,
        account: of.account.as_deref(),
        days: of.days(),
        left_out: (of.outgoing, of.pending, of.unreadable),
        problems: &of.problems,
    };
    store::insert(tx, scope, &new, now).await?;
    store::insert_lines(tx, scope, id, &told_apart(scope, &of.bookings)).await?;
    Ok(service::summary(store::import(tx, scope, id).await?))
}

/// Equal bookings of a file are counted: the second of one file is the second of another.
fn told_apart(scope: Scope, bookings: &[(Option<String>, Booking)]) -> Vec<NewLine<'_>> {
    let mut seen: HashMap<Vec<u8>, i64> = HashMap::new();
    let mut lines = Vec::with_capacity(bookings.len());
    for (account, booking) in bookings {
        let identity = booking.identity(account.as_deref());
        let count = seen.entry(identity.clone()).or_default();
        *count += 1;
        let payer_hash = booking.payer_account.as_deref().map(|payer| payer_hash(scope, payer));
        lines.push(NewLine { booking, identity, occurrence: *count, payer_hash });
    }
    lines
}

/// A payer's account as it is known again; of no use in another organisation.
fn payer_hash(scope: Scope, account: &str) -> Vec<u8> {
    Sha256::new().chain_update(scope.organisation().0).chain_update(account).finalize().to_vec()
}
