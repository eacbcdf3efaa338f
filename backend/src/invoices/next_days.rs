//! When retainers are billed next, many at once. Source: requirement S2-11.
use std::collections::HashMap;

use chrono::NaiveDate;
use shared::api::{AccountKind, RetainerBillingSet, RetainerId};
use sqlx::types::Json;

use super::{compose, settings};
use crate::auth::Scope;
use crate::cycles::Book;
use crate::db::{Query, Tx};
use crate::error::Result;

/// How a retainer is billed, and the last cycles that were or will not be.
#[derive(Debug, sqlx::FromRow)]
struct Billed {
    id: RetainerId,
    kind: AccountKind,
    billing: Option<Json<RetainerBillingSet>>,
    invoiced: i64,
    discarded: i64,
}

const BILLED: &str = "
    SELECT r.id, a.kind, b.billing,
        (SELECT COALESCE(MAX(i.seq), 0) FROM invoices i
            WHERE i.organisation_id = r.organisation_id AND i.retainer_id = r.id
                AND i.purpose = 'cycle') AS invoiced,
        (SELECT COALESCE(MAX(d.seq), 0) FROM invoice_discards d
            WHERE d.organisation_id = r.organisation_id AND d.retainer_id = r.id
                AND d.purpose = 'cycle') AS discarded
    FROM retainers r
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    LEFT JOIN retainer_billing b ON b.organisation_id = r.organisation_id
        AND b.retainer_id = r.id
    WHERE r.organisation_id =";

/// The day on which each of some retainers is billed next; one that is not billed here is left out.
///
/// # Errors
/// Those of the rules and the database.
pub(crate) async fn next_days(
    tx: &mut Tx,
    scope: Scope,
    books: &[&Book],
) -> Result<HashMap<RetainerId, NaiveDate>> {
    let mut days = HashMap::new();
    let settings = settings::of_all(tx, scope).await?.settings;
    let Some(settings) = settings.filter(|_| !books.is_empty()) else { return Ok(days) };
    let query = Query::new(BILLED)
        .push(" ?", scope.organisation())
        .text(" AND r.id IN")
        .list(books.iter().map(|book| book.head.id.into()).collect());
    let rows = tx.all::<Billed>(query).await?.into_iter();
    let rows: HashMap<RetainerId, Billed> = rows.map(|row| (row.id, row)).collect();
    for book in books {
        let Some(row) = rows.get(&book.head.id) else { continue };
        // A partner bills us, where nobody said otherwise.
        let billed = row.kind != AccountKind::Partner;
        let usual = RetainerBillingSet { billed, ..RetainerBillingSet::default() };
        let billing = row.billing.as_ref().map_or(&usual, |kept| &kept.0);
        if !billing.billed {
            continue;
        }
        let rule = compose::rule(book, &settings, billing);
        let first = row.invoiced.max(row.discarded) + 1;
        let first = u32::try_from(first).unwrap_or(u32::MAX);
        if let Some((_, on)) = compose::planned(book, &rule, first, settings.starts_on)? {
            days.insert(book.head.id, on);
        }
    }
    Ok(days)
}
