//! Books of any age: years of closed cycles, then an open one that is the same in all.
use std::path::PathBuf;

use backend::auth::Scope;
use backend::db::{Db, Tx};
use backend::delivery::{BulkEntry, Poster};
use backend::{accounts, cycles, identity, retainers};
use chrono::{DateTime, Datelike, Days, Duration, Months, NaiveDate, NaiveTime, Utc};
use shared::api::{
    AccountId, AccountKind, CycleId, ImportId, Money, NewAccount, NewOrganisation, NewOwner,
    NewRetainer, PoolTerms, RetainerId, RolloverTerms, Terms, Unit,
};
use shared::rules::cycle::{Anchor, Interval, IntervalUnit, WeekStart};
use shared::rules::proration::FirstPartial;
use sqlx::{AssertSqlSafe, Connection};
use uuid::Uuid;

use super::Outcome;
use super::client::{EMAIL, PASSWORD};

/// What the clock says.
pub const NOW: &str = "2026-01-20T09:00:00Z";
/// Cycles before the open one.
pub const MONTHS: u32 = 48;
/// The first month.
const START: NaiveDate = NaiveDate::from_ymd_opt(2022, 1, 1).expect("a day of the calendar");
/// Entries of the open cycle.
const OPEN: u64 = 40;
/// Minutes of each entry.
const MINUTES: i64 = 5;
/// Entries written in one transaction.
const AT_ONCE: usize = 25_000;
/// Retainers agreed in one transaction.
const MADE_AT_ONCE: usize = 100;

/// An instant at which the open cycle is over.
pub fn after_the_close() -> DateTime<Utc> {
    noon(START + Months::new(MONTHS + 1))
}

/// Where books are kept while they are measured.
pub enum Where {
    /// A folder of our own.
    Files(PathBuf),
    /// The address of a server.
    Server(String),
}

impl Where {
    /// A folder of its own for `sqlite`, else the address of a PostgreSQL server.
    pub fn named(name: &str) -> Outcome<Self> {
        match name {
            "sqlite" => {
                let folder = format!("perennial-ageing-{}", Uuid::now_v7().simple());
                let folder = std::env::temp_dir().join(folder);
                std::fs::create_dir_all(&folder)?;
                Ok(Where::Files(folder))
            }
            address if address.starts_with("postgres") => Ok(Where::Server(address.to_owned())),
            other => Err(format!("{other} is neither sqlite nor an address of PostgreSQL").into()),
        }
    }
    /// The engine.
    pub fn name(&self) -> &'static str {
        match self {
            Where::Files(_) => "SQLite",
            Where::Server(_) => "PostgreSQL",
        }
    }
    /// Removes the files; a server that is thrown away takes its databases with it.
    pub fn remove(self) {
        if let Where::Files(folder) = self {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
    async fn database(&self, name: &str) -> Outcome<String> {
        match self {
            Where::Files(folder) => {
                Ok(format!("sqlite://{}", folder.join(format!("{name}.db")).display()))
            }
            Where::Server(base) => {
                let admin = format!("{base}/postgres");
                let mut admin = sqlx::postgres::PgConnection::connect(&admin).await?;
                let database = format!("ageing_{name}_{}", Uuid::now_v7().simple());
                let sql = AssertSqlSafe(format!("CREATE DATABASE {database}"));
                sqlx::raw_sql(sql).execute(&mut admin).await?;
                Ok(format!("{base}/{database}"))
            }
        }
    }
}

/// A book and what is asked of it.
#[derive(Debug)]
pub struct Aged {
    pub db: Db,
    pub scope: Scope,
    pub retainer: RetainerId,
    /// The open cycle that holds [`NOW`].
    pub cycle: CycleId,
}

/// Makes a book with so many entries in closed cycles, by the services that imports go through.
pub async fn make(place: &Where, name: &str, entries: u64) -> Outcome<Aged> {
    let (db, scope) = found(place, name).await?;
    let now: DateTime<Utc> = NOW.parse()?;
    let retainer = agree(&db, scope, entries).await?;
    for month in 0..MONTHS {
        let until = |month: u32| entries * u64::from(month) / u64::from(MONTHS);
        deliver(&db, scope, (retainer, month), until(month + 1) - until(month)).await?;
    }
    deliver(&db, scope, (retainer, MONTHS), OPEN).await?;
    tidied(&db).await?;
    let book = db.write(async |tx| cycles::close_due(tx, scope, retainer, now).await).await?;
    let open = book.present().and_then(|index| book.open.get(index));
    let cycle = open.ok_or("no cycle is open")?.id;
    Ok(Aged { db, scope, retainer, cycle })
}

/// On PostgreSQL what its autovacuum does within minutes of a great load, else in the midst of the
/// measuring.
pub async fn tidied(db: &Db) -> Outcome<()> {
    if let Db::Postgres { writer, .. } = db {
        sqlx::raw_sql("VACUUM ANALYZE").execute(writer).await?;
    }
    Ok(())
}

/// A database with an organisation and its owner.
pub async fn found(place: &Where, name: &str) -> Outcome<(Db, Scope)> {
    let db = Db::connect(&place.database(name).await?).await?;
    db.migrate().await?;
    let organisation =
        NewOrganisation { name: "Ageing".into(), currency: "EUR".into(), timezone: "UTC".into() };
    let owner = NewOwner { name: "Ana".into(), email: EMAIL.into(), password: PASSWORD.into() };
    let scope = identity::found(&db, &organisation, &owner, NOW.parse()?).await?;
    Ok((db, scope))
}

/// Makes an organisation of so many active retainers of this month, each with an account.
pub async fn many(place: &Where, retainers: usize) -> Outcome<Db> {
    let (db, scope) = found(place, "many").await?;
    let terms = plain();
    let first = START + Months::new(MONTHS);
    for begun in (0..retainers).step_by(MADE_AT_ONCE) {
        let until = retainers.min(begun + MADE_AT_ONCE);
        db.write(async |tx| {
            for number in begun..until {
                let name = format!("Client {number}");
                make_one(tx, scope, (name, first), &terms, noon(first)).await?;
            }
            Ok(())
        })
        .await?;
    }
    Ok(db)
}

/// Ten hours a month.
fn plain() -> Terms {
    Terms {
        price: Money { amount_minor: 250_000, currency: "EUR".into() },
        pools: vec![PoolTerms::plain(Unit::Minutes, 600)],
        grace_days: 0,
        discount_hundredths: 0,
    }
}

/// An account with an active retainer of this month.
pub async fn make_recent(db: &Db, scope: Scope, name: &str) -> Outcome<AccountId> {
    let (terms, first) = (plain(), START + Months::new(MONTHS));
    let made = async |tx: &mut Tx| {
        make_one(tx, scope, (name.to_owned(), first), &terms, noon(first)).await
    };
    let (account, _) = db.write(made).await?;
    Ok(account)
}

async fn agree(db: &Db, scope: Scope, entries: u64) -> Outcome<RetainerId> {
    let started = noon(START);
    // A fifth of each month is left and carried: every cycle has lots of several others.
    let each = i64::try_from(entries / u64::from(MONTHS))? + 1;
    let rollover = RolloverTerms {
        cap_units: None,
        cap_percent: Some(50),
        max_cycles: Some(3),
        carry_percent: 100,
        ..RolloverTerms::default()
    };
    let pool = PoolTerms {
        rollover: Some(rollover),
        ..PoolTerms::plain(Unit::Minutes, each * MINUTES * 5 / 4)
    };
    let terms = Terms {
        price: Money { amount_minor: 400_000, currency: "EUR".into() },
        pools: vec![pool],
        grace_days: 0,
        discount_hundredths: 0,
    };
    let made =
        async |tx: &mut Tx| make_one(tx, scope, ("Client".into(), START), &terms, started).await;
    let (_, retainer) = db.write(made).await?;
    Ok(retainer)
}

/// An account and its retainer, of calendar months.
async fn make_one(
    tx: &mut Tx,
    scope: Scope,
    (name, starts_on): (String, NaiveDate),
    terms: &Terms,
    at: DateTime<Utc>,
) -> backend::error::Result<(AccountId, RetainerId)> {
    let account = NewAccount { name, kind: AccountKind::Client, owner_id: None, note: None };
    let account = accounts::create(tx, scope, &account, at).await?.id;
    let new = NewRetainer {
        account_id: account,
        name: "Monthly support".into(),
        starts_on,
        ends_on: None,
        timezone: None,
        interval: Interval { unit: IntervalUnit::Month, count: 1 },
        anchor: Anchor::Calendar { fiscal_start_month: 1, week_start: WeekStart::Mon },
        first_partial: FirstPartial::default(),
        terms: terms.clone(),
        activate: Some(true),
        fit_check_id: None,
    };
    Ok((account, retainers::create(tx, scope, &new, at).await?.id))
}

/// One month's entries, a few on each day, written down on its last.
async fn deliver(
    db: &Db,
    scope: Scope,
    (retainer, month): (RetainerId, u32),
    count: u64,
) -> Outcome<()> {
    let first = START + Months::new(month);
    let last = (first + Months::new(1)).pred_opt().unwrap_or(first);
    let at = noon(last).min(NOW.parse()?);
    let days = u64::from(at.day());
    let entry = |number: u64| BulkEntry {
        member: scope.member(),
        worked_on: first + Days::new(number % days),
        minutes: MINUTES,
        raw_seconds: None,
        draws: true,
        note: Some(format!("Work, part {number}")),
        import_key: Uuid::now_v7().as_bytes().to_vec(),
    };
    let entries: Vec<BulkEntry> = (0..count).map(entry).collect();
    let import = ImportId(Uuid::now_v7());
    for entries in entries.chunks(AT_ONCE) {
        db.write(async |tx| {
            let poster = Poster::load(tx, scope, retainer, at).await?;
            poster.record_many(tx, scope, (import, None), entries.to_vec(), at).await
        })
        .await?;
    }
    Ok(())
}

fn noon(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc() + Duration::hours(12)
}
