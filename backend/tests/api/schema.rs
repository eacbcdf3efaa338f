//! The two dialects describe one schema, and every statement fits it.
use std::collections::{BTreeMap, BTreeSet};

use backend::db::{Db, STATEMENTS, Stmt};
use sqlx::{AssertSqlSafe, Row};

use crate::app::{Engine, TestApp};
use crate::on_both_engines;

on_both_engines![every_statement_prepares];

async fn every_statement_prepares(app: TestApp) {
    assert!(STATEMENTS.len() >= 60, "{}", STATEMENTS.len());
    for statement in STATEMENTS {
        let prepared = app.db.prepare(statement.sql).await;
        prepared.unwrap_or_else(|error| panic!("{}: {error}", statement.name));
    }
}

/// Statements on a tenant's tables that name no organisation, each with its reason. This list
/// should only ever shrink.
const WITHOUT_ORGANISATION: &[(&str, &str)] = &[
    ("account_health::store::DUE", "the clock's work finds whom to look at, then works in each"),
    ("alerts::store::DUE", "the clock's work finds whom to look at, then works in each"),
    ("calls::store::DUE", "the clock's work finds which calls are to be booked, likewise"),
    ("approvals::asks_store::BY_SECRET", "the hash of a secret finds the organisation"),
    ("calendar::store::BY_SECRET", "the hash of a secret finds the organisation"),
    ("charges::accounts::DUE", "the clock's work finds whom to charge, then works in each"),
    ("charges::links::BY_SECRET", "the hash of a secret finds the organisation"),
    ("charges::store::DUE", "the clock's work finds which charges wait, then works in each"),
    ("check::store::RETAINERS", "the check is the operator's: it goes through every organisation"),
    ("check::store::SERIES_WITH_GAPS", "likewise"),
    ("cycles::store::DUE", "the clock's work finds whose cycles are due, then works in each"),
    ("cycles::store::RUNNING_OUT", "likewise"),
    ("digests::store::DUE", "the clock's work finds whose digest is due, then works in each"),
    ("dunning::store::DUE", "the clock's work finds which organisations remind today, likewise"),
    ("files::store::ALL", "the check is the operator's: it goes through every organisation"),
    ("files::store::UNCLEARED", "the clock's work finds what was deleted, then clears in each"),
    ("http::once::FORGET", "what is old is forgotten for everyone alike"),
    ("identity::members::WAITING", "the hash of a secret finds the organisation"),
    ("identity::store::ELSEWHERE", "whether a person's password is of another's concern too"),
    ("identity::store::KEY_BY_ID", "likewise: the id of a key, whose secret is compared next"),
    ("identity::store::MEMBERSHIPS", "a person's own places, once they proved who they are"),
    ("identity::store::PLACES", "likewise"),
    ("identity::store::REFRESH", "the hash of a secret finds the session"),
    ("identity::store::REVOKE_SESSION", "the session that the secret found"),
    (
        "identity::store::REVOKE_SESSIONS_OF_USER",
        "a new password ends a person's sign-ins anywhere",
    ),
    ("imports::lease::STOPPED", "the clock's work finds whose imports are to be undone, likewise"),
    ("imports::store::ABANDONED", "the clock's work finds whose imports were left, likewise"),
    ("imports::store::UNCLEARED", "likewise"),
    ("invoices::store::issuing::DUE", "the clock's work finds who issues today, likewise"),
    ("invoices::store::rows::DUE", "the clock's work finds whom to bill, likewise"),
    ("jobs::store::FORGET", "what is old is forgotten for everyone alike"),
    ("mail::store::DUE", "the clock's work finds which mails wait, likewise"),
    ("messages::store::OF_MAIL", "an answer may be to another's message: it is refused then"),
    ("portal::store::BY_SECRET", "the hash of a secret finds the organisation"),
    ("portal::store::END", "likewise: the session that ends itself"),
    ("portal::store::FORGET_LINKS", "what is old is forgotten for everyone alike"),
    ("portal::store::FORGET_SESSIONS", "likewise"),
    ("portal::store::KNOWN", "a mail address finds its people, before anybody has signed in"),
    ("portal::store::SESSION", "the hash of a secret finds the session"),
    (
        "renewals::proposal_mails_store::LOST",
        "the clock's work finds which mails were lost, likewise",
    ),
    ("renewals::rule_store::DUE", "the clock's work finds which terms end, then works in each"),
    ("requests::links_store::BY_SECRET", "the hash of a secret finds the organisation"),
    ("timeline::index::UNREAD", "the clock's work finds what has no words yet, likewise"),
    ("uplifts::store::DUE", "the clock's work finds whose prices rise, then works in each"),
];

/// A statement on a table that belongs to an organisation names the organisation.
#[actix_web::test]
async fn every_statement_is_confined_to_an_organisation() {
    let app = TestApp::start(Engine::Sqlite).await;
    let tables = columns(&app.db).await;
    let of_tenants = |table: &&str| {
        let known = tables.get(*table);
        known.is_some_and(|columns| columns.contains_key("organisation_id"))
    };
    let excused = STATEMENTS.iter().filter(|statement| {
        let words: Vec<&str> =
            statement.sql.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let confined = statement.sql.contains("organisation_id = $")
            || words.contains(&"INSERT") && words.contains(&"organisation_id");
        words.iter().any(of_tenants) && !confined
    });
    let name = |statement: &Stmt| statement.name.trim_start_matches("backend::");
    let excused: BTreeSet<&str> = excused.map(name).collect();
    assert_eq!(excused, WITHOUT_ORGANISATION.iter().map(|(name, _)| *name).collect());
}

/// Statements that read a whole table or sort by themselves, each with its reason. This list
/// should only ever shrink.
const WITHOUT_INDEX: &[(&str, &str)] = &[
    ("check::store::SERIES_WITH_GAPS", "reads every series there is: one a year and organisation"),
    ("cycles::store::DUE", "sorts the retainers that are due: few"),
    ("identity::store::ANY_ORGANISATION", "reads one row"),
    ("identity::store::MEMBERSHIPS", "sorts the places of one person"),
    ("identity::store::PLACES", "likewise"),
    ("imports::rows::REPEATED", "sorts the repeated rows of one import"),
    ("imports::store::UNCLEARED", "imports are few, and chunks are found by index"),
];

/// An index is part of a statement: SQLite says which it uses.
#[actix_web::test]
async fn every_statement_uses_an_index() {
    let app = TestApp::start(Engine::Sqlite).await;
    let Db::Sqlite { reader, .. } = &app.db else { unreachable!("we asked for SQLite") };
    let mut without = BTreeSet::new();
    for statement in STATEMENTS {
        let sql = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", statement.sql));
        for step in sqlx::query(sql).fetch_all(reader).await.unwrap() {
            let step: String = step.get("detail");
            let scans = step.starts_with("SCAN") && !step.contains("INDEX");
            if scans || step.starts_with("USE TEMP B-TREE") {
                without.insert(statement.name.trim_start_matches("backend::"));
            }
        }
    }
    assert_eq!(without, WITHOUT_INDEX.iter().map(|(name, _)| *name).collect());
}

/// Tables that get thousands of rows in one transaction, and are pointed to by others.
const BULKY: [&str; 2] = ["time_entries", "facts"];

/// PostgreSQL looks up what a foreign key points to by a plan that it makes once, and that may have
/// been when the table was empty: then all indexes that would do cost the same.
#[actix_web::test]
async fn what_many_rows_point_to_is_found_by_its_key_in_an_empty_table_too() {
    let app = TestApp::start(Engine::Postgres).await;
    let Db::Postgres { reader, .. } = &app.db else { unreachable!("we asked for PostgreSQL") };
    let mut connection = reader.acquire().await.unwrap();
    let nobody = uuid::Uuid::nil();
    for table in BULKY {
        let prepare = format!(
            "SET plan_cache_mode = force_generic_plan;
            PREPARE {table} (UUID, UUID) AS SELECT 1 FROM ONLY {table} x
                WHERE organisation_id = $1 AND id = $2 FOR KEY SHARE OF x"
        );
        sqlx::raw_sql(AssertSqlSafe(prepare)).execute(&mut *connection).await.unwrap();
        let explain = format!("EXPLAIN EXECUTE {table} ('{nobody}', '{nobody}')");
        let plan = sqlx::raw_sql(AssertSqlSafe(explain)).fetch_all(&mut *connection).await.unwrap();
        let plan: Vec<String> = plan.iter().map(|step| step.get(0)).collect();
        let by_key = format!("Index Scan using {table}_organisation_id_id_key");
        assert!(plan.iter().any(|step| step.contains(&by_key)), "{plan:#?}");
    }
}

/// Tables, columns, types, keys and indexes are the same on both engines.
#[actix_web::test]
async fn both_schemas_agree() {
    let sqlite = TestApp::start(Engine::Sqlite).await;
    let postgres = TestApp::start(Engine::Postgres).await;
    assert_eq!(columns(&sqlite.db).await, columns(&postgres.db).await);
    assert_eq!(indexes(&sqlite.db).await, indexes(&postgres.db).await);
    assert_eq!(unique_keys(&sqlite.db).await, unique_keys(&postgres.db).await);
}

type Columns = BTreeMap<String, BTreeMap<String, (&'static str, bool)>>;

/// For each table its columns: kind of type, and whether it may be empty.
async fn columns(db: &Db) -> Columns {
    let rows = rows(
        db,
        "SELECT t.name, c.name, c.type, CASE WHEN c.\"notnull\" = 1 THEN 'NO' ELSE 'YES' END
         FROM sqlite_schema t, pragma_table_info(t.name) c
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name <> '_sqlx_migrations'",
        "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations'",
    );
    let mut tables = Columns::new();
    for row in rows.await {
        let [table, column, kind, nullable] = row.try_into().unwrap();
        let columns = tables.entry(table.clone()).or_default();
        columns.insert(column.clone(), (kept_as(&kind, &table, &column), nullable == "YES"));
    }
    tables
}

/// What SQLite keeps a type as: STRICT tables have few types, and both engines map to them.
fn kept_as(kind: &str, table: &str, column: &str) -> &'static str {
    match kind {
        "BLOB" | "bytea" | "uuid" => "bytes",
        "TEXT" | "text" | "date" | "timestamp with time zone" | "jsonb" => "text",
        "INTEGER" | "bigint" | "boolean" => "number",
        other => panic!("{table}.{column} has type {other}"),
    }
}

/// The names of indexes that somebody named, with their tables.
async fn indexes(db: &Db) -> BTreeSet<Vec<String>> {
    let rows = rows(
        db,
        "SELECT tbl_name, name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL",
        "SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public'
            AND indexname NOT IN (SELECT conname FROM pg_constraint)",
    );
    rows.await.into_iter().collect()
}

/// The columns of each unique and primary key.
async fn unique_keys(db: &Db) -> BTreeSet<Vec<String>> {
    let rows = rows(
        db,
        "SELECT t.name, (SELECT group_concat(c.name, ',') FROM pragma_index_info(i.name) c)
         FROM sqlite_schema t, pragma_index_list(t.name) i
         WHERE t.type = 'table' AND t.name <> '_sqlx_migrations' AND i.origin IN ('u', 'pk')",
        "SELECT r.relname, (
            SELECT string_agg(a.attname, ',' ORDER BY k.position)
            FROM unnest(c.conkey) WITH ORDINALITY AS k (attnum, position)
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum)
         FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
         WHERE c.contype IN ('u', 'p') AND c.connamespace = 'public'::regnamespace
            AND r.relname <> '_sqlx_migrations'",
    );
    rows.await.into_iter().collect()
}

/// Tables in which a text stands, as it is or as its bytes.
pub async fn holding(db: &Db, text: &str) -> Vec<String> {
    let bytes: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut found = Vec::new();
    for (table, columns) in columns(db).await {
        let any = |test: &dyn Fn(&str) -> String| {
            let tests: Vec<String> = columns.keys().map(|column| test(column)).collect();
            format!("SELECT '{table}' FROM \"{table}\" WHERE {} LIMIT 1", tests.join(" OR "))
        };
        let on_sqlite =
            any(&|column| format!("instr(CAST(\"{column}\" AS BLOB), CAST('{text}' AS BLOB)) > 0"));
        let on_postgres = any(&|column| {
            let at = |what: &str| format!("position('{what}' IN \"{column}\"::text) > 0");
            format!("{} OR {}", at(text), at(&bytes))
        });
        found.extend(rows(db, &on_sqlite, &on_postgres).await.concat());
    }
    found
}

async fn rows(db: &Db, on_sqlite: &str, on_postgres: &str) -> Vec<Vec<String>> {
    match db {
        Db::Sqlite { reader, .. } => {
            let found =
                sqlx::query(AssertSqlSafe(on_sqlite.to_owned())).fetch_all(reader).await.unwrap();
            found.iter().map(|row| (0..row.len()).map(|n| row.get(n)).collect()).collect()
        }
        Db::Postgres { reader, .. } => {
            let found =
                sqlx::query(AssertSqlSafe(on_postgres.to_owned())).fetch_all(reader).await.unwrap();
            found.iter().map(|row| (0..row.len()).map(|n| row.get(n)).collect()).collect()
        }
    }
}
