//! One store for two engines.
//!
//! Every statement is written once, with `$1` parameters. This module is the only one that knows
//! which engine runs it: it turns an [`Arg`] into the driver's own parameter and lets
//! `#[derive(sqlx::FromRow)]`, which is generic over the row type, read the answer.
mod arg;
mod error;
mod query;

use std::time::Duration;

use sqlx::postgres::{PgArguments, PgConnectOptions, PgPool, PgPoolOptions, PgRow};
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteRow, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Executor, FromRow, Postgres, SqlSafeStr, Sqlite, Transaction};
use tokio::sync::Semaphore;

pub use arg::Arg;
use arg::bind;
pub use error::DbError;
pub use query::{Query, STATEMENTS, Stmt};

use crate::error::Error;

/// A type read from a row of either engine. `#[derive(sqlx::FromRow)]` is enough to have it.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{}

/// A database.
#[derive(Clone, Debug)]
pub enum Db {
    /// One file, one process: one connection writes, a few read.
    Sqlite {
        /// The one that writes.
        writer: SqlitePool,
        /// Those that read.
        reader: SqlitePool,
    },
    /// A server that several replicas share. Whoever reads needs no connection of those that wait
    /// for each other to write.
    Postgres {
        /// Those that write.
        writer: PgPool,
        /// Those that read.
        reader: PgPool,
    },
}

/// A transaction.
#[expect(missing_docs, reason = "one variant an engine")]
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// What a transaction is for.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Read,
    Write,
    /// Writes what a later transaction shows.
    Unseen,
}

/// Readers of an embedded database: two cores are kept busy by fewer.
const READERS: u32 = 4;
/// Connections to a server that write.
const POSTGRES_WRITERS: u32 = 10;
/// Connections to a server that read.
const POSTGRES_READERS: u32 = 6;
/// How a server is to plan: anew for each run of a statement. A plan that was made when a table was
/// small reads the whole of it for each row, those of foreign keys among them; such a one must not
/// meet an import. Statements are small: none is worth compiling.
const POSTGRES_SETTINGS: [(&str, &str); 3] =
    [("plan_cache_mode", "force_custom_plan"), ("enable_seqscan", "off"), ("jit", "off")];
/// Statements that a connection to a server keeps prepared: those of a day's work, at several
/// lengths of their lists.
const STATEMENTS_KEPT: usize = 300;
/// How long connections may take to end.
const CLOSING: Duration = Duration::from_secs(3);
/// How often a write is tried before it is answered with a conflict.
const TRIES: u32 = 8;
/// Writes that lost to another are tried again one at a time: each then meets only those that come
/// anew, and those of other replicas. No lock on anything, the transaction decides as before.
static AGAIN: Semaphore = Semaphore::const_new(1);

static SQLITE_MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../migrations/sqlite");
static POSTGRES_MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../migrations/postgres");

impl Db {
    /// Opens `sqlite://path` or `postgres://…`.
    ///
    /// # Errors
    /// An address that cannot be read, a file or server that cannot be reached.
    pub async fn connect(url: &str) -> Result<Self, DbError> {
        if url.starts_with("postgres") {
            let options: PgConnectOptions = url.parse()?;
            let options = options.options(POSTGRES_SETTINGS);
            let options = options.statement_cache_capacity(STATEMENTS_KEPT);
            let pool = PgPoolOptions::new().acquire_timeout(Duration::from_secs(5));
            let writer = pool.clone().max_connections(POSTGRES_WRITERS);
            let writer = writer.connect_with(options.clone()).await?;
            let reader = pool.max_connections(POSTGRES_READERS).connect_lazy_with(options);
            return Ok(Db::Postgres { writer, reader });
        }
        let options = url
            .parse::<SqliteConnectOptions>()?
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(5))
            .pragma("trusted_schema", "OFF");
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(30))
            .connect_with(options.clone())
            .await?;
        let reader = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(options.pragma("query_only", "ON"))
            .await?;
        Ok(Db::Sqlite { writer, reader })
    }

    /// Brings the schema up to date. Replicas wait for each other.
    ///
    /// # Errors
    /// A migration that fails, or one that this version does not know.
    pub async fn migrate(&self) -> Result<(), sqlx::migrate::MigrateError> {
        match self {
            Db::Sqlite { writer, .. } => SQLITE_MIGRATIONS.run(writer).await,
            Db::Postgres { writer, .. } => POSTGRES_MIGRATIONS.run(writer).await,
        }
    }

    /// Waits for what is being done, but not for long, and ends the connections: an embedded
    /// database is then one file without a journal, which can be copied.
    pub async fn close(&self) {
        let done = async {
            match self {
                Db::Sqlite { writer, reader } => {
                    // The last to close writes the journal into the file: one that may write.
                    reader.close().await;
                    writer.close().await;
                }
                Db::Postgres { writer, reader } => {
                    writer.close().await;
                    reader.close().await;
                }
            }
        };
        if tokio::time::timeout(CLOSING, done).await.is_err() {
            tracing::warn!("the database was still in use when the server stopped");
        }
    }

    /// Whether the database answers and has every migration of this version.
    ///
    /// # Errors
    /// A database that does not answer.
    pub async fn is_current(&self) -> Result<bool, DbError> {
        let known = match self {
            Db::Sqlite { .. } => &SQLITE_MIGRATIONS,
            Db::Postgres { .. } => &POSTGRES_MIGRATIONS,
        };
        let query = Query::new("SELECT version FROM _sqlx_migrations WHERE success");
        let done = self.begin(Kind::Read).await?.all::<(i64,)>(query).await?;
        Ok(known.iter().all(|migration| done.contains(&(migration.version,))))
    }

    async fn begin(&self, kind: Kind) -> Result<Tx, DbError> {
        Ok(match (self, kind) {
            (Db::Sqlite { writer, .. }, Kind::Write | Kind::Unseen) => {
                Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?)
            }
            (Db::Sqlite { reader, .. }, Kind::Read) => {
                Tx::Sqlite(reader.begin_with("BEGIN").await?)
            }
            (Db::Postgres { writer, .. }, Kind::Write) => {
                begin_to_the_end(writer, "BEGIN ISOLATION LEVEL SERIALIZABLE").await?
            }
            (Db::Postgres { writer, .. }, Kind::Unseen) => {
                begin_to_the_end(writer, "BEGIN ISOLATION LEVEL REPEATABLE READ").await?
            }
            (Db::Postgres { reader, .. }, Kind::Read) => {
                begin_to_the_end(reader, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?
            }
        })
    }

    /// Runs `work` on one snapshot, read-only.
    ///
    /// # Errors
    /// Those of `work`, and a database that cannot be reached.
    pub async fn read<T>(
        &self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut tx = self.begin(Kind::Read).await?;
        work(&mut tx).await // dropped, so rolled back: nothing was written
    }

    /// Runs `work` as one serializable transaction, and commits it if it answers `Ok`.
    ///
    /// `work` runs again when a concurrent transaction won, so it must do nothing but talk to the
    /// database: enqueue a job for anything else.
    ///
    /// # Errors
    /// Those of `work`; `Conflict` when others won every time.
    pub async fn write<T>(
        &self,
        work: impl AsyncFn(&mut Tx) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.write_as(Kind::Write, work).await
    }

    /// [`Db::write`] of what nobody sees before a later [`Db::write`] shows it. On PostgreSQL it is
    /// not serializable, so that nobody loses against a great many of these: only rows that both
    /// write keep it and others apart.
    ///
    /// # Errors
    /// Those of [`Db::write`].
    pub async fn write_unseen<T>(
        &self,
        work: impl AsyncFn(&mut Tx) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.write_as(Kind::Unseen, work).await
    }

    async fn write_as<T>(
        &self,
        kind: Kind,
        work: impl AsyncFn(&mut Tx) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut turn = None;
        for tried in 1..=TRIES {
            let mut tx = self.begin(kind).await?;
            let outcome = match work(&mut tx).await {
                Ok(value) => tx.commit().await.map(|()| value).map_err(Error::from),
                Err(error) => {
                    tx.rollback().await?;
                    Err(error)
                }
            };
            match outcome {
                Err(Error::Db(DbError::Conflict)) if tried < TRIES => {
                    let ms = rand::random_range(0..5u64 << tried);
                    tokio::time::sleep(Duration::from_millis(ms)).await;
                    if turn.is_none() {
                        turn = AGAIN.acquire().await.ok();
                    }
                }
                outcome => return outcome,
            }
        }
        unreachable!("the last try returns")
    }

    /// Prepares `sql` without running it.
    ///
    /// # Errors
    /// What the engine has against it.
    pub async fn prepare(&self, sql: &'static str) -> Result<(), DbError> {
        match self {
            Db::Sqlite { reader, .. } => {
                reader.acquire().await?.prepare(sql.into_sql_str()).await.map(drop)?
            }
            Db::Postgres { reader, .. } => {
                reader.acquire().await?.prepare(sql.into_sql_str()).await.map(drop)?
            }
        }
        Ok(())
    }
}

/// Begins a transaction on PostgreSQL whether or not anybody still waits for it. A client that goes
/// away drops the work of its request: between sending the statement and its answer that would
/// leave the transaction open on a connection that the next one takes for fresh.
async fn begin_to_the_end(pool: &PgPool, sql: &'static str) -> Result<Tx, DbError> {
    let pool = pool.clone();
    let begun = actix_web::rt::spawn(async move { pool.begin_with(sql).await });
    let begun = begun.await.map_err(|_| DbError::Unavailable(sqlx::Error::PoolClosed))?;
    Ok(Tx::Postgres(begun?))
}

macro_rules! on_engine {
    ($tx:expr, $query:expr, |$conn:ident, $args:ident, $sql:ident, $keep:ident| $body:expr) => {{
        let query: Query = $query;
        query.check()?;
        match $tx {
            Tx::Sqlite(tx) => {
                let $conn = &mut **tx;
                let ($sql, $keep) = (AssertSqlSafe(query.sqlite_text()), true);
                let $args: SqliteArguments = bind(query.args)?;
                $body
            }
            Tx::Postgres(tx) => {
                let $conn = &mut **tx;
                let ($sql, $keep) = (AssertSqlSafe(query.sql), query.kept);
                let $args: PgArguments = bind(query.args)?;
                $body
            }
        }
    }};
}

impl Tx {
    /// Runs a statement; the number of rows written.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn execute(&mut self, query: Query) -> Result<u64, DbError> {
        on_engine!(self, query, |conn, args, sql, keep| Ok(sqlx::query_with(sql, args)
            .persistent(keep)
            .execute(conn)
            .await?
            .rows_affected()))
    }
    /// The one row there must be.
    ///
    /// # Errors
    /// `NotFound` without a row.
    pub async fn one<T: Row>(&mut self, query: Query) -> Result<T, DbError> {
        on_engine!(self, query, |conn, args, sql, keep| Ok(sqlx::query_as_with(sql, args)
            .persistent(keep)
            .fetch_one(conn)
            .await?))
    }
    /// The row there may be.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn opt<T: Row>(&mut self, query: Query) -> Result<Option<T>, DbError> {
        on_engine!(self, query, |conn, args, sql, keep| Ok(sqlx::query_as_with(sql, args)
            .persistent(keep)
            .fetch_optional(conn)
            .await?))
    }
    /// Every row.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn all<T: Row>(&mut self, query: Query) -> Result<Vec<T>, DbError> {
        on_engine!(self, query, |conn, args, sql, keep| Ok(sqlx::query_as_with(sql, args)
            .persistent(keep)
            .fetch_all(conn)
            .await?))
    }

    async fn commit(self) -> Result<(), DbError> {
        match self {
            Tx::Sqlite(tx) => tx.commit().await?,
            Tx::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
    async fn rollback(self) -> Result<(), DbError> {
        match self {
            Tx::Sqlite(tx) => tx.rollback().await?,
            Tx::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}
