//! What of a month waits, kind by kind in the order of what waiting costs.
use chrono::{DateTime, Months, NaiveDate, Utc};
use chrono_tz::Tz;
use shared::api::{AccountId, LooseEnd, LooseEndCount, LooseEndKind, LooseEnds, Money};
use shared::rules::zone;
use uuid::Uuid;

use super::kinds::Asked;
use super::store::{self, Row};
use crate::auth::{
    ReadInvoices, ReadRecords, ReadRenewals, ReadTime, ReadWork, RecordPayments, Scope,
};
use crate::db::Tx;
use crate::error::Result;
use crate::http::{Cursor, PageParams};
use crate::{closings, identity, invoices};

/// The place of a loose end among all: since when, of which kind, which.
pub type Key = (DateTime<Utc>, (LooseEndKind, Uuid));

/// Whether the reader may see a kind: as they may read it where it belongs.
fn seen(scope: Scope, kind: LooseEndKind) -> bool {
    use LooseEndKind::*;
    match kind {
        DeclinedCharge | UnsentInvoice | DueDraft | UnbilledOverage | UnbilledChange
        | UnbilledPurchase | UnbilledExpense => scope.may::<ReadInvoices>(),
        BankLine => scope.may::<RecordPayments>(),
        LapsedRenewal | UnplannedRenewal => scope.may::<ReadRenewals>(),
        UnsignedTerms => scope.may::<ReadRecords>(),
        OpenRequest | UnownedWork => scope.may::<ReadWork>(),
        UnbookedCalls | UnsettledCall => scope.may::<ReadTime>(),
        // Whoever comes here reads retainers and their cycles.
        OpenCycle | UntoldCycle => true,
    }
}

/// What of a month waits, of this one if none is named: how many of each kind, and a page of them.
///
/// # Errors
/// At `cursor`: one that no page gave.
pub async fn loose_ends(
    tx: &mut Tx,
    scope: Scope,
    (month, account): (Option<NaiveDate>, Option<AccountId>),
    paging: &PageParams,
    now: DateTime<Utc>,
) -> Result<LooseEnds> {
    let after: Option<Key> = paging.after_time()?;
    let zone = identity::zone(tx, scope).await?;
    let today = zone::local_date(zone, now);
    let mut asked = asked(zone, month.unwrap_or_else(|| closings::begun(today)), today);
    asked.account = account;
    asked.begun = asked.before.min(now);
    let billing = invoices::billing(tx, scope).await?.settings;
    let begins = |day| (day, zone::first_instant(zone, day));
    asked.billed_from = billing.map(|billing| begins(billing.starts_on));
    // A line of a bank statement is of no account before somebody says so.
    let kinds = LooseEndKind::ALL.iter().copied().filter(|kind| {
        seen(scope, *kind) && (account.is_none() || *kind != LooseEndKind::BankLine)
    });
    let mut counts = Vec::new();
    for kind in kinds {
        counts.push(LooseEndCount { kind, count: store::count(tx, scope, kind, &asked).await? });
    }
    let mut rows = Vec::new();
    for LooseEndCount { kind, count } in &counts {
        let place = after.filter(|(_, (of, _))| of == kind).map(|(since, (_, id))| (since, id));
        let over = after.is_some_and(|(_, (of, _))| *kind < of);
        let room = paging.limit + 1 - i64::try_from(rows.len()).unwrap_or(i64::MAX);
        if *count > 0 && !over && room > 0 {
            let found = store::list(tx, scope, (*kind, &asked), (place, room)).await?;
            rows.extend(found.into_iter().map(|row| (*kind, row)));
        }
    }
    let limit = usize::try_from(paging.limit).unwrap_or(usize::MAX);
    let more = limit < rows.len();
    rows.truncate(limit);
    let key = |(kind, row): &(LooseEndKind, Row)| (row.since(), (*kind, row.sort_id));
    let next_cursor = rows.last().filter(|_| more).map(|last| Cursor::write(&key(last)));
    Ok(LooseEnds {
        total: counts.iter().map(|one| one.count).sum(),
        counts,
        items: rows.into_iter().map(|(kind, row)| shown(kind, row, zone)).collect(),
        next_cursor,
    })
}

/// What counts of a month: until its last day, or until today while it runs.
fn asked(zone: Tz, first: NaiveDate, today: NaiveDate) -> Asked {
    let next = first.checked_add_months(Months::new(1)).unwrap_or(first);
    let last = next.pred_opt().unwrap_or(next).min(today);
    let before = zone::first_instant(zone, last.succ_opt().unwrap_or(last));
    Asked {
        first,
        last,
        over_by: next.min(today),
        before,
        begun: before,
        billed_from: None,
        account: None,
    }
}

fn shown(kind: LooseEndKind, row: Row, zone: Tz) -> LooseEnd {
    let since = row.since_at.map(|at| zone::local_date(zone, at)).or(row.since_on);
    let numbered = row.series.zip(row.invoice_number);
    let numbered = numbered.map(|(series, number)| invoices::numbered(&series, number));
    let amount = row.amount_minor.zip(row.currency);
    LooseEnd {
        kind,
        subject_id: row.subject_id,
        bank_import_id: row.bank_import_id,
        account_id: row.account_id,
        account_name: row.account_name,
        owner_name: row.owner_name,
        retainer_id: row.retainer_id,
        retainer_name: row.retainer_name,
        number: row.number,
        title: numbered.or(row.title),
        since: since.unwrap_or_default(),
        amount: amount.map(|(amount_minor, currency)| Money { amount_minor, currency }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_month_counts_until_its_last_day_or_until_today() {
        let of = |today: &str| {
            let asked = asked(chrono_tz::Europe::Berlin, day("2026-11-01"), day(today));
            (asked.last, asked.over_by, asked.before.to_rfc3339())
        };
        let whole = (day("2026-11-30"), day("2026-12-01"), "2026-11-30T23:00:00+00:00".to_owned());
        assert_eq!(of("2027-02-01"), whole);
        assert_eq!(of("2026-12-01"), whole);
        let half = (day("2026-11-15"), day("2026-11-15"), "2026-11-15T23:00:00+00:00".to_owned());
        assert_eq!(of("2026-11-15"), half);
    }
}
