//! What can go wrong in the database, the same by name on both engines.

/// Why a statement was not done.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// No such row.
    #[error("no such row")]
    NotFound,
    /// A row with the same key exists; its columns.
    #[error("a row with the same {0:?} exists")]
    Unique(Vec<String>),
    /// The row refers to one that does not exist, or is referred to.
    #[error("the row refers to one that does not exist")]
    ForeignKey,
    /// A check of the schema was not met.
    #[error("a check of the schema was not met")]
    Check,
    /// A concurrent transaction won.
    #[error("a concurrent transaction won; try again")]
    Conflict,
    /// A statement and its parameters do not fit.
    #[error("statement takes {expected} parameters, got {got}: {sql}")]
    ArgCount {
        /// The statement.
        sql: String,
        /// The highest parameter it names.
        expected: usize,
        /// How many it was given.
        got: usize,
    },
    /// The database cannot be reached, or is full.
    #[error("the database is not available: {0}")]
    Unavailable(sqlx::Error),
    /// Anything else.
    #[error(transparent)]
    Other(sqlx::Error),
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::error::ErrorKind;
        let sqlx::Error::Database(db) = &error else {
            return match error {
                sqlx::Error::RowNotFound => DbError::NotFound,
                // A connection that is cut while it is made answers with anything.
                away @ (sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::Protocol(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed) => DbError::Unavailable(away),
                other => DbError::Other(other),
            };
        };
        // PostgreSQL: serialization failure, deadlock. SQLite: busy, locked, and their kin.
        if matches!(db.code().as_deref(), Some("40001" | "40P01" | "5" | "6" | "261" | "517")) {
            return DbError::Conflict;
        }
        // PostgreSQL: full, too many connections, shutting down or starting. SQLite: full.
        let away = ["53100", "53300", "57P01", "57P02", "57P03", "13"];
        if db.code().is_some_and(|code| away.contains(&&*code)) {
            return DbError::Unavailable(error);
        }
        match db.kind() {
            ErrorKind::UniqueViolation => {
                let pg_detail = db
                    .try_downcast_ref::<sqlx::postgres::PgDatabaseError>()
                    .and_then(|pg| pg.detail());
                DbError::Unique(unique_columns(pg_detail, db.message()))
            }
            ErrorKind::ForeignKeyViolation => DbError::ForeignKey,
            ErrorKind::CheckViolation | ErrorKind::NotNullViolation => DbError::Check,
            _ => DbError::Other(error),
        }
    }
}

/// The columns of the key that was violated, the same on both engines.
///
/// PostgreSQL's detail: `Key (organisation_id, slug)=(…) already exists.`
/// SQLite's message: `UNIQUE constraint failed: retainers.organisation_id, retainers.slug`.
fn unique_columns(pg_detail: Option<&str>, message: &str) -> Vec<String> {
    let list = match pg_detail {
        Some(detail) => detail
            .split_once("Key (")
            .and_then(|(_, rest)| rest.split_once(")="))
            .map(|(list, _)| list),
        None => message.split_once("failed: ").map(|(_, list)| list),
    };
    list.unwrap_or_default()
        .split(", ")
        .map(|column| column.rsplit('.').next().unwrap_or(column).to_owned())
        .filter(|column| !column.is_empty())
        .collect()
}
