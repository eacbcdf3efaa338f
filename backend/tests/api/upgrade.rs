//! A database of an earlier schema is brought up to date and loses nothing.
use std::path::Path;

use backend::check;
use backend::db::{Arg, Db, Query, Tx};
use chrono::NaiveDate;
use serde_json::json;
use sqlx::migrate::Migrator;
use tempfile::TempDir;
use uuid::Uuid;

use crate::app::Engine;
use crate::database;

#[actix_web::test]
async fn hours_become_a_pool_on_sqlite() {
    hours_become_a_pool(Engine::Sqlite).await;
}

#[actix_web::test]
async fn hours_become_a_pool_on_postgres() {
    hours_become_a_pool(Engine::Postgres).await;
}

async fn hours_become_a_pool(engine: Engine) {
    let folder = TempDir::new().unwrap();
    let db = Db::connect(&database::empty(engine, folder.path()).await).await.unwrap();
    migrate_to(&db, engine, 1).await;
    let world = World::new();
    db.write(async |tx| world.write(tx).await).await.unwrap();

    db.migrate().await.unwrap();

    assert_eq!(check::run(&db).await.unwrap(), Vec::<String>::new());
    let asked = "SELECT p.id, p.key, f.quantity, e.pool_id FROM facts f
        JOIN pools p ON p.organisation_id = f.organisation_id AND p.id = f.pool_id
        JOIN time_entries e ON e.organisation_id = f.organisation_id AND e.id = f.time_entry_id
        ORDER BY f.record_no";
    let facts: Vec<(Uuid, String, i64, Option<Uuid>)> =
        db.read(async |tx| Ok(tx.all(Query::new(asked)).await?)).await.unwrap();
    let pool = world.retainer;
    let expected = [360, 30].map(|minutes| (pool, "hours".to_owned(), minutes, Some(pool)));
    assert_eq!(facts, expected);
    let loose = "SELECT pool_id FROM time_entries WHERE pool_id IS NULL";
    let loose: Vec<(Option<Uuid>,)> =
        db.read(async |tx| Ok(tx.all(Query::new(loose)).await?)).await.unwrap();
    assert_eq!(loose.len(), 1, "time that drew nothing still draws nothing");
    let terms = "SELECT terms FROM terms";
    let (terms,): (sqlx::types::Json<shared::api::Terms>,) =
        db.read(async |tx| Ok(tx.one(Query::new(terms)).await?)).await.unwrap();
    let rule = terms.0.pools[0].rollover.as_ref().unwrap();
    assert_eq!((terms.0.pools[0].allowance, rule.cap_units), (600, Some(300)));
}

#[actix_web::test]
async fn what_earlier_closes_left_becomes_a_draft_line_on_sqlite() {
    what_earlier_closes_left_becomes_a_draft_line(Engine::Sqlite).await;
}

#[actix_web::test]
async fn what_earlier_closes_left_becomes_a_draft_line_on_postgres() {
    what_earlier_closes_left_becomes_a_draft_line(Engine::Postgres).await;
}

async fn what_earlier_closes_left_becomes_a_draft_line(engine: Engine) {
    let folder = TempDir::new().unwrap();
    let db = Db::connect(&database::empty(engine, folder.path()).await).await.unwrap();
    migrate_to(&db, engine, 1).await;
    let world = World::new();
    db.write(async |tx| world.write(tx).await).await.unwrap();
    migrate_to(&db, engine, 2).await;
    let billed = match engine {
        Engine::Sqlite => {
            "UPDATE pool_cycles SET sums = json_set(sums, '$.closing.overage_billed', 150,
                '$.closing.overage_amount', 37500) WHERE sums IS NOT NULL"
        }
        Engine::Postgres => {
            "UPDATE pool_cycles SET sums = jsonb_set(
                jsonb_set(sums, '{closing,overage_billed}', '150'),
                '{closing,overage_amount}', '37500') WHERE sums IS NOT NULL"
        }
    };
    let rows = db.write(async |tx| Ok(tx.execute(Query::new(billed)).await?)).await.unwrap();
    assert_eq!(rows, 1);

    db.migrate().await.unwrap();

    let asked = "SELECT cycle_id, pool_id, quantity, amount_minor, currency FROM draft_lines";
    let lines: Vec<(Uuid, Uuid, i64, i64, String)> =
        db.read(async |tx| Ok(tx.all(Query::new(asked)).await?)).await.unwrap();
    let (cycle, pool) = (world.cycles[0], world.retainer);
    assert_eq!(lines, [(cycle, pool, 150, 37_500, "EUR".to_owned())]);
}

#[actix_web::test]
async fn a_session_that_was_drawn_twice_is_told_and_stays_on_sqlite() {
    a_session_that_was_drawn_twice_is_told_and_stays(Engine::Sqlite).await;
}

#[actix_web::test]
async fn a_session_that_was_drawn_twice_is_told_and_stays_on_postgres() {
    a_session_that_was_drawn_twice_is_told_and_stays(Engine::Postgres).await;
}

async fn a_session_that_was_drawn_twice_is_told_and_stays(engine: Engine) {
    let folder = TempDir::new().unwrap();
    let db = Db::connect(&database::empty(engine, folder.path()).await).await.unwrap();
    migrate_to(&db, engine, 1).await;
    let world = World::new();
    db.write(async |tx| world.write(tx).await).await.unwrap();
    migrate_to(&db, engine, 21).await;
    let session = Uuid::now_v7();
    db.write(async |tx| world.write_session_drawn_twice(tx, session).await).await.unwrap();

    db.migrate().await.unwrap();

    let told = check::run(&db).await.unwrap();
    let twice = format!("session {session} is in the ledger twice");
    assert!(told.iter().any(|breach| breach.ends_with(&twice)), "{told:?}");
    let draws = "SELECT session_id FROM session_draws";
    let draws: Vec<(Uuid,)> =
        db.read(async |tx| Ok(tx.all(Query::new(draws)).await?)).await.unwrap();
    assert_eq!(draws, [(session,)]);
}

/// Runs the migrations up to a number, as the program of that day did.
async fn migrate_to(db: &Db, engine: Engine, last: u32) {
    let name = match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    };
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations").join(name);
    let folder = TempDir::new().unwrap();
    for entry in std::fs::read_dir(all).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name[..4].parse::<u32>().unwrap() <= last {
            std::fs::copy(&path, folder.path().join(name)).unwrap();
        }
    }
    let migrator = Migrator::new(folder.path()).await.unwrap();
    match db {
        Db::Sqlite { writer, .. } => migrator.run(writer).await.unwrap(),
        Db::Postgres { writer, .. } => migrator.run(writer).await.unwrap(),
    }
}

/// A retainer of ten rollover hours: January closed with six used, February open.
struct World {
    organisation: Uuid,
    member: Uuid,
    account: Uuid,
    retainer: Uuid,
    terms: Uuid,
    cycles: [Uuid; 2],
    entries: [Uuid; 3],
    facts: [Uuid; 2],
}

impl World {
    fn new() -> Self {
        let id = Uuid::now_v7;
        Self {
            organisation: id(),
            member: id(),
            account: id(),
            retainer: id(),
            terms: id(),
            cycles: [id(), id()],
            entries: [id(), id(), id()],
            facts: [id(), id()],
        }
    }

    async fn write(&self, tx: &mut Tx) -> backend::error::Result<()> {
        let (organisation, member) = (Arg::from(self.organisation), Arg::from(self.member));
        let retainer = Arg::from(self.retainer);
        let at =
            || Arg::from("2026-01-01T09:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap());
        let rows: Vec<(&'static str, Vec<Arg>)> = vec![
            (
                "INSERT INTO organisations (id, name, currency, timezone, created_at)
                VALUES ($1, 'Fieldwork', 'EUR', 'Europe/Berlin', $2)",
                vec![organisation.clone(), at()],
            ),
            (
                "INSERT INTO members (id, organisation_id, name, sort_key, role, active, created_at)
                VALUES ($2, $1, 'Ana', 'ana', 'owner', $3, $4)",
                vec![organisation.clone(), member.clone(), Arg::from(true), at()],
            ),
            (
                "INSERT INTO accounts (id, organisation_id, name, sort_key, kind, archived,
                    created_at) VALUES ($2, $1, 'Big', 'big', 'client', $3, $4)",
                vec![organisation.clone(), self.account.into(), Arg::from(false), at()],
            ),
            (
                "INSERT INTO retainers (id, organisation_id, account_id, name, sort_key, state,
                    starts_on, timezone, series, last_record, created_at, activated_at)
                VALUES ($2, $1, $3, 'Care', 'care', 'active', $4, 'Europe/Berlin', $5, 2, $6, $6)",
                vec![
                    organisation.clone(),
                    retainer.clone(),
                    self.account.into(),
                    day("2026-01-01"),
                    Arg::Json(Some(json!({
                        "interval": { "unit": "month", "count": 1 },
                        "anchor": { "type": "calendar", "fiscal_start_month": 1,
                            "week_start": "mon" },
                    }))),
                    at(),
                ],
            ),
            (
                "INSERT INTO terms (id, organisation_id, retainer_id, number, effective_from, model,
                    terms, created_by, created_at)
                VALUES ($2, $1, $3, 1, $4, 'rollover_hours', $5, $6, $7)",
                vec![
                    organisation.clone(),
                    self.terms.into(),
                    retainer.clone(),
                    day("2026-01-01"),
                    Arg::Json(Some(json!({
                        "model": "rollover_hours", "allowance_minutes": 600,
                        "price": { "amount_minor": 150_000, "currency": "EUR" },
                        "rollover": { "cap_minutes": 300, "max_cycles": 1, "carry_percent": 100 },
                        "overage": "bill", "overage_rate_minor": 12_000, "grace_days": 0,
                    }))),
                    member.clone(),
                    at(),
                ],
            ),
        ];
        for (sql, args) in rows {
            tx.execute(Query::with(sql, args)).await?;
        }
        self.write_cycles(tx).await?;
        self.write_time(tx).await
    }

    async fn write_cycles(&self, tx: &mut Tx) -> backend::error::Result<()> {
        let lot = |kind: &str, seq: u32| {
            json!({ "kind": kind, "origin": 1, "ends": { "type": "cycle", "seq": seq },
                "quantity": 240 })
        };
        let next = json!({ "lots": [lot("rollover", 2)], "borrow": 0 });
        let sums = json!({
            "totals": {
                "opening": 0, "grant": 600, "borrow_repaid": 0, "topups": 0, "adjust_up": 0,
                "adjust_down": 0, "adjust_waived": 0, "makeup_out": 0, "consumed": 360,
                "overage": 0,
            },
            "left": [lot("included", 1)],
            "closing": {
                "borrowed": 0, "overage_billed": 0, "overage_amount": 0, "overage_absorbed": 0,
                "carried_out": 240, "expired": [], "closing_balance": 240, "next": next,
            },
        });
        let none = json!({ "lots": [], "borrow": 0 });
        let months = [
            (1, "2026-01-01", "2026-02-01", "closed", none, Some(sums)),
            (2, "2026-02-01", "2026-03-01", "open", next, None),
        ];
        for ((seq, from, to, status, opening, sums), id) in months.into_iter().zip(self.cycles) {
            let closed = sums.as_ref().map(|_| instant(to));
            let args = vec![
                self.organisation.into(),
                id.into(),
                self.retainer.into(),
                Arg::from(seq),
                day(from),
                day(to),
                self.terms.into(),
                Arg::from(status),
                instant(to).into(),
                closed.into(),
                Arg::Json(Some(opening)),
                Arg::Json(sums),
            ];
            let sql = "INSERT INTO cycles (id, organisation_id, retainer_id, seq, starts_on,
                    ends_on, nominal_start, nominal_end, terms_id, granted, status, closes_at,
                    closed_at, opening_lots, sums)
                VALUES ($2, $1, $3, $4, $5, $6, $5, $6, $7, 600, $8, $9, $10, $11, $12)";
            tx.execute(Query::with(sql, args)).await?;
        }
        Ok(())
    }

    async fn write_time(&self, tx: &mut Tx) -> backend::error::Result<()> {
        let worked = [(360, true, 0), (30, true, 1), (15, false, 1)];
        for (no, ((minutes, draws, cycle), entry)) in
            worked.into_iter().zip(self.entries).enumerate()
        {
            let on = if cycle == 0 { "2026-01-10" } else { "2026-02-10" };
            let args = vec![
                self.organisation.into(),
                entry.into(),
                self.retainer.into(),
                self.cycles[cycle].into(),
                self.member.into(),
                day(on),
                Arg::from(minutes),
                Arg::from(draws),
                Arg::from(false),
                instant(on).into(),
            ];
            let sql = "INSERT INTO time_entries (id, organisation_id, retainer_id, cycle_id,
                    member_id, worked_on, minutes, draws, late, source, created_by, created_at)
                VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, 'recorded', $5, $10)";
            tx.execute(Query::with(sql, args)).await?;
            let Some(fact) = self.facts.get(no) else { continue };
            let args = vec![
                self.organisation.into(),
                (*fact).into(),
                self.retainer.into(),
                self.cycles[cycle].into(),
                Arg::from(i64::try_from(no).unwrap() + 1),
                Arg::from(minutes),
                day(on),
                Arg::from(false),
                entry.into(),
                self.member.into(),
                instant(on).into(),
            ];
            let sql = "INSERT INTO facts (id, organisation_id, retainer_id, cycle_id, record_no,
                    kind, minutes, worked_on, effective_on, late, time_entry_id, member_id,
                    recorded_by, recorded_at)
                VALUES ($2, $1, $3, $4, $5, 'consume', $6, $7, $7, $8, $9, $10, $10, $11)";
            tx.execute(Query::with(sql, args)).await?;
        }
        self.write_ledger(tx).await
    }

    /// As an old replica beside a new one left it.
    async fn write_session_drawn_twice(
        &self,
        tx: &mut Tx,
        session: Uuid,
    ) -> backend::error::Result<()> {
        let at = || Arg::from(instant("2026-02-10"));
        let args = vec![
            self.organisation.into(),
            session.into(),
            self.retainer.into(),
            self.cycles[1].into(),
            self.member.into(),
            at(),
        ];
        let sql =
            "INSERT INTO client_sessions (id, organisation_id, retainer_id, pool_id, cycle_id,
                member_id, starts_at, minutes, units, state, settled_at, drawn, created_by,
                created_at)
            VALUES ($2, $1, $3, $3, $4, $5, $6, 60, 1, 'completed', $6, 1, $5, $6)";
        tx.execute(Query::with(sql, args)).await?;
        for no in [3_i64, 4] {
            let args = vec![
                self.organisation.into(),
                Arg::from(Uuid::now_v7()),
                self.retainer.into(),
                self.cycles[1].into(),
                Arg::from(no),
                day("2026-02-10"),
                session.into(),
                self.member.into(),
                at(),
                Arg::from(false),
            ];
            let sql = "INSERT INTO facts (id, organisation_id, retainer_id, pool_id, cycle_id,
                    record_no, kind, quantity, worked_on, effective_on, late, session_id, member_id,
                    recorded_by, recorded_at)
                VALUES ($2, $1, $3, $3, $4, $5, 'consume', 1, $6, $6, $10, $7, $8, $8, $9)";
            tx.execute(Query::with(sql, args)).await?;
        }
        Ok(())
    }

    async fn write_ledger(&self, tx: &mut Tx) -> backend::error::Result<()> {
        let lines = [
            ("grant", "2026-01-01", 600, 600, "included", "2026-02-01", None),
            ("consume", "2026-01-10", -360, 240, "included", "2026-02-01", Some(self.facts[0])),
            ("carry_out", "2026-01-31", -240, 0, "rollover", "2026-03-01", None),
        ];
        for (no, (kind, on, minutes, balance, lot, ends, fact)) in (1_i64..).zip(lines) {
            let args = vec![
                self.organisation.into(),
                self.cycles[0].into(),
                Arg::from(no),
                Arg::from(kind),
                day(on),
                Arg::from(minutes),
                Arg::from(balance),
                Arg::from(lot),
                day(ends),
                fact.into(),
            ];
            let sql = "INSERT INTO ledger_entries (organisation_id, cycle_id, position, part, kind,
                    effective_on, minutes, overage, balance, lot_kind, lot_origin, lot_ends_on,
                    lot_minutes, fact_id)
                VALUES ($1, $2, $3, 0, $4, $5, $6, 0, $7, $8, 1, $9, $6, $10)";
            tx.execute(Query::with(sql, args)).await?;
        }
        Ok(())
    }
}

fn day(text: &str) -> Arg {
    Arg::from(text.parse::<NaiveDate>().unwrap())
}

fn instant(day: &str) -> chrono::DateTime<chrono::Utc> {
    day.parse::<NaiveDate>().unwrap().and_time(chrono::NaiveTime::MIN).and_utc()
}
