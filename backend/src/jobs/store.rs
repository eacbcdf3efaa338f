//! What of the regular work failed, in the database.
use chrono::{DateTime, Utc};
use shared::api::{JobFault, JobKind};
use uuid::Uuid;

use super::Job;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::{args, stmt};

/// What is needed to try it again.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct Known {
    pub tries: i64,
    pub next_at: DateTime<Utc>,
}

/// As it is listed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct FaultRow {
    pub kind: JobKind,
    pub subject_id: Uuid,
    pub about: Option<String>,
    pub since: DateTime<Utc>,
    pub last_at: DateTime<Utc>,
    pub next_at: DateTime<Utc>,
    pub tries: i64,
    pub error: String,
}
impl From<FaultRow> for JobFault {
    fn from(row: FaultRow) -> Self {
        Self {
            kind: row.kind,
            subject_id: row.subject_id,
            about: row.about,
            since: row.since,
            last_at: row.last_at,
            next_at: row.next_at,
            tries: row.tries,
            error: row.error,
        }
    }
}

stmt!(
    FIND = "
    SELECT tries, next_at FROM job_faults
    WHERE organisation_id = $1 AND kind = $2 AND subject_id = $3"
);
stmt!(
    FAILED = "
    INSERT INTO job_faults
        (organisation_id, kind, subject_id, since, last_at, next_at, tries, error)
    VALUES ($1, $2, $3, $4, $4, $5, $6, $7)
    ON CONFLICT (organisation_id, kind, subject_id) DO UPDATE
    SET last_at = excluded.last_at, next_at = excluded.next_at, tries = excluded.tries,
        error = excluded.error"
);
stmt!(
    DONE = "
    DELETE FROM job_faults WHERE organisation_id = $1 AND kind = $2 AND subject_id = $3"
);
stmt!(
    LIST = "
    SELECT f.kind, f.subject_id, COALESCE(r.name, a.name) AS about, f.since, f.last_at, f.next_at,
        f.tries, f.error
    FROM job_faults f
    LEFT JOIN call_rules c ON c.organisation_id = f.organisation_id AND c.id = f.subject_id
    LEFT JOIN retainers r ON r.organisation_id = f.organisation_id
        AND r.id = COALESCE(c.retainer_id, f.subject_id)
    LEFT JOIN invoices i ON i.organisation_id = f.organisation_id AND i.id = f.subject_id
    LEFT JOIN accounts a ON a.organisation_id = i.organisation_id AND a.id = i.account_id
    WHERE f.organisation_id = $1 ORDER BY f.kind, f.subject_id LIMIT 200"
);

stmt!(FORGET = "DELETE FROM job_faults WHERE last_at < $1");

pub async fn forget(tx: &mut Tx, before: DateTime<Utc>) -> Result<()> {
    tx.execute(FORGET.with(args![before])).await?;
    Ok(())
}
pub async fn find(tx: &mut Tx, job: Job) -> Result<Option<Known>> {
    let Job { scope, kind, subject } = job;
    Ok(tx.opt(FIND.with(args![scope.organisation(), kind.name(), subject])).await?)
}
pub async fn failed(
    tx: &mut Tx,
    Job { scope, kind, subject }: Job,
    (tries, why): (i64, &str),
    (now, next_at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<()> {
    let args = args![scope.organisation(), kind.name(), subject, now, next_at, tries, why];
    tx.execute(FAILED.with(args)).await?;
    Ok(())
}
pub async fn done(tx: &mut Tx, Job { scope, kind, subject }: Job) -> Result<()> {
    tx.execute(DONE.with(args![scope.organisation(), kind.name(), subject])).await?;
    Ok(())
}
/// What fails in an organisation; at most two hundred.
pub async fn list(tx: &mut Tx, scope: Scope) -> Result<Vec<JobFault>> {
    let rows: Vec<FaultRow> = tx.all(LIST.with(args![scope.organisation()])).await?;
    Ok(rows.into_iter().map(JobFault::from).collect())
}
