//! What was billed and paid of each cycle, beside what was delivered in it. Source: S1-5.
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use shared::api::{Cycle, Page, Period, PeriodInvoice, RetainerId};
use shared::rules::money::portions;
use shared::rules::units::Minor;

use super::store::{self, PartRow};
use crate::auth::Scope;
use crate::cycles;
use crate::db::Tx;
use crate::error::Result;
use crate::http::PageParams;

/// What invoices say of a cycle.
#[derive(Default)]
struct Money {
    billed: i64,
    credited: i64,
    paid: i64,
    drafted: i64,
    invoices: Vec<PeriodInvoice>,
}

/// The cycles of a retainer that have begun, newest first, each with its money.
///
/// # Errors
/// `not_found`.
pub async fn of_retainer(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    paging: &PageParams,
    now: DateTime<Utc>,
) -> Result<Page<Period>> {
    let Page { items, next_cursor } = cycles::begun(tx, scope, retainer, paging, now).await?;
    let mut money = by_cycle(&store::parts(tx, scope, retainer).await?)?;
    let period = |cycle: Cycle| {
        let of = money.remove(&cycle.seq).unwrap_or_default();
        Period {
            currency: cycle.pools.first().map(|of| of.pool.currency.clone()).unwrap_or_default(),
            billed_minor: of.billed,
            credited_minor: of.credited,
            paid_minor: of.paid,
            open_minor: of.billed - of.credited - of.paid,
            drafted_minor: of.drafted,
            invoices: of.invoices,
            cycle,
        }
    };
    Ok(Page { items: items.into_iter().map(period).collect(), next_cursor })
}

/// Puts together what invoices say of each cycle; `rows` are in the order of their invoices.
fn by_cycle(rows: &[PartRow]) -> Result<BTreeMap<i64, Money>> {
    let mut all: BTreeMap<i64, Money> = BTreeMap::new();
    for parts in rows.chunk_by(|one, other| one.id == other.id) {
        let amounts: Vec<Minor> = parts.iter().map(|part| Minor(part.amount_minor)).collect();
        let credited = portions(Minor(parts[0].credited_minor), &amounts)?;
        let paid = portions(Minor(parts[0].paid_minor), &amounts)?;
        for ((part, credited), paid) in parts.iter().zip(credited).zip(paid) {
            let of = all.entry(part.seq).or_default();
            match part.number() {
                Some(_) => of.billed += part.amount_minor,
                None => of.drafted += part.amount_minor,
            }
            of.credited += credited.0;
            of.paid += paid.0;
            match of.invoices.last_mut().filter(|last| last.id == part.id) {
                Some(last) => last.amount_minor += part.amount_minor,
                None => of.invoices.push(PeriodInvoice {
                    id: part.id,
                    number: part.number(),
                    amount_minor: part.amount_minor,
                }),
            }
        }
    }
    Ok(all)
}
