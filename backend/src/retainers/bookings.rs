//! What becomes of booked sessions when a retainer has another calendar.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{ClientSessionId, FieldError, told_day};
use shared::rules::cycle::Series;

use super::store;
use crate::auth::Scope;
use crate::calls;
use crate::cycles::Book;
use crate::db::Tx;
use crate::error::Result;

/// The most characters of a session's title that a fault names.
const TITLE_SHOWN: usize = 200;

/// The book without the calls that rules booked and nobody touched for days that lose their service:
/// they are taken back. Source: docs/decisions/0065.
pub(super) async fn without_calls(
    tx: &mut Tx,
    scope: Scope,
    book: &Book,
    series: &Series,
    now: DateTime<Utc>,
) -> Result<Book> {
    let gone = calls::give_way(tx, scope, (book.head.id, series), now).await?;
    Ok(gone.into_iter().fold(book.clone(), Book::without_hold))
}

/// Refuses to take away days for which a session is booked: it could not be settled there.
///
/// # Errors
/// At the field, naming the first such session.
pub(super) async fn keeps_bookings(
    tx: &mut Tx,
    scope: Scope,
    book: &Book,
    series: &Series,
    field: &str,
) -> Result<()> {
    match book.booked_without_service(series) {
        Some(lost) => refuse_lost(tx, scope, lost, field).await,
        None => Ok(()),
    }
}

pub(super) async fn refuse_lost(
    tx: &mut Tx,
    scope: Scope,
    (session, on): (ClientSessionId, NaiveDate),
    field: &str,
) -> Result<()> {
    let title = store::session_title(tx, scope, session).await?;
    let title = title.filter(|title| !title.is_empty()).map(|title| format!("“{title}”"));
    let named = title.unwrap_or_else(|| "A session".to_owned());
    let named: String = named.chars().take(TITLE_SHOWN).collect();
    let message = format!("{named} is booked for {}: move it or call it off first.", told_day(on));
    let code = "session_booked".to_owned();
    Err(vec![FieldError { field: field.to_owned(), code, message }].into())
}
