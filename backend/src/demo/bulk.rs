//! Many accounts and entries, for measuring: written through the path that imports take.
use chrono::{DateTime, Days, Months, Utc};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use shared::api::{
    AccountKind, ImportId, Money, NewAccount, NewRetainer, PoolTerms, RetainerId, Terms, Unit,
};
use shared::rules::cycle::{Anchor, Interval, IntervalUnit, WeekStart};
use shared::rules::proration::FirstPartial;
use uuid::Uuid;

use super::work::noon;
use crate::auth::Scope;
use crate::db::Db;
use crate::delivery::{BulkEntry, Poster};
use crate::error::Result;
use crate::{accounts, retainers};

const MONTHS: u32 = 12;

/// Adds accounts, each with a retainer of a year, until there are as many accounts and entries.
pub async fn fill(
    db: &Db,
    scope: Scope,
    now: DateTime<Utc>,
    (seed, accounts, entries): (u64, u32, u64),
) -> Result<()> {
    let mut rng = StdRng::seed_from_u64(seed);
    let each = entries / u64::from(accounts.max(1) * MONTHS);
    let sample = u32::try_from(super::clients::clients().len()).unwrap_or(0);
    for number in 0..accounts.saturating_sub(sample) {
        let retainer = agree(db, scope, number, now).await?;
        for month in (0..MONTHS).rev() {
            deliver(db, scope, (retainer, month, each), &mut rng, now).await?;
        }
    }
    Ok(())
}

async fn agree(db: &Db, scope: Scope, number: u32, now: DateTime<Utc>) -> Result<RetainerId> {
    let month = first_of(now, MONTHS - 1);
    let started = noon(month.date_naive());
    let account = NewAccount {
        name: format!("Client {:04}", number + 1),
        kind: AccountKind::Client,
        owner_id: Some(scope.member()),
        note: None,
    };
    let terms = Terms {
        price: Money { amount_minor: 400_000, currency: super::CURRENCY.into() },
        pools: vec![PoolTerms::plain(Unit::Minutes, 40 * 60)],
        grace_days: 0,
        discount_hundredths: 0,
    };
    db.write(async |tx| {
        let account = accounts::create(tx, scope, &account, started).await?;
        let new = NewRetainer {
            account_id: account.id,
            name: "Monthly support".into(),
            starts_on: month.date_naive(),
            ends_on: None,
            timezone: None,
            interval: Interval { unit: IntervalUnit::Month, count: 1 },
            anchor: Anchor::Calendar { fiscal_start_month: 1, week_start: WeekStart::Mon },
            first_partial: FirstPartial::default(),
            terms: terms.clone(),
            activate: Some(true),
            fit_check_id: None,
        };
        Ok(retainers::create(tx, scope, &new, started).await?.id)
    })
    .await
}

fn first_of(now: DateTime<Utc>, months_ago: u32) -> DateTime<Utc> {
    use chrono::Datelike;
    let first = now.date_naive().with_day(1).unwrap_or(now.date_naive());
    noon(first.checked_sub_months(Months::new(months_ago)).unwrap_or(first))
}

/// One month's entries of a retainer, written down on its last day.
async fn deliver(
    db: &Db,
    scope: Scope,
    (retainer, months_ago, count): (RetainerId, u32, u64),
    rng: &mut StdRng,
    now: DateTime<Utc>,
) -> Result<()> {
    let first = first_of(now, months_ago).date_naive();
    let next = first.checked_add_months(Months::new(1)).unwrap_or(first);
    let last = next.pred_opt().unwrap_or(first).min(now.date_naive());
    let days = u64::try_from((last - first).num_days()).unwrap_or(0);
    let entry = |rng: &mut StdRng| BulkEntry {
        member: scope.member(),
        worked_on: first + Days::new(rng.random_range(0..=days)),
        minutes: 15 * rng.random_range(1..=8),
        raw_seconds: None,
        draws: true,
        note: None,
        import_key: Uuid::now_v7().as_bytes().to_vec(),
    };
    let entries: Vec<BulkEntry> = (0..count).map(|_| entry(rng)).collect();
    let import = ImportId(Uuid::now_v7());
    let at = noon(last).min(now);
    db.write(async |tx| {
        let poster = Poster::load(tx, scope, retainer, at).await?;
        poster.record_many(tx, scope, (import, None), entries.clone(), at).await
    })
    .await?;
    Ok(())
}
