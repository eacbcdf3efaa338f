//! Staged rows in the database.
use shared::api::{ImportId, OrganisationId};

use super::pass::Row;
use super::row::import_key;
use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// Which pass over which file.
#[derive(Debug, Clone, Copy)]
pub struct Of {
    pub import: ImportId,
    pub pass: i64,
}

/// Rows of one insert. Batches halve down to one, so that few statements differ: each is prepared
/// once and kept.
const BATCH_MAX: usize = 256;

/// Cuts `items` into batches whose lengths are powers of two.
pub fn batches<T>(mut items: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let length = items.len().checked_ilog2().map(|bits| (1usize << bits).min(BATCH_MAX))?;
        let (batch, rest) = items.split_at(length);
        items = rest;
        Some(batch)
    })
}

/// Writes rows as they were read.
pub async fn insert(
    tx: &mut Tx,
    scope: Scope,
    of: Of,
    header: &[String],
    rows: &[Row],
) -> Result<()> {
    for batch in batches(rows) {
        let query = Query::new(
            "INSERT INTO import_rows (organisation_id, import_id, pass, row_no, target, person,
                worked_on, seconds, billable, note, base_key, import_key, raw, problem_code,
                problem_column, problem_text) VALUES",
        );
        let rows = batch.iter().map(|row| row_args(scope, of, header, row)).collect();
        tx.execute(query.rows(rows)).await?;
    }
    Ok(())
}

fn row_args(scope: Scope, of: Of, header: &[String], row: &Row) -> Vec<Arg> {
    let (entry, fault) = match &row.content {
        Ok(entry) => (Some(entry), None),
        Err(fault) => (None, Some(fault)),
    };
    let column = |at: usize| header.get(at).cloned().unwrap_or_default();
    vec![
        scope.organisation().into(),
        of.import.into(),
        of.pass.into(),
        row.line.into(),
        entry.map(|entry| entry.target).into(),
        entry.map(|entry| entry.person).into(),
        entry.map(|entry| entry.worked_on).into(),
        entry.map(|entry| entry.seconds).into(),
        entry.is_some_and(|entry| entry.billable).into(),
        entry.and_then(|entry| entry.note.clone()).into(),
        entry.map(|entry| entry.key.clone()).into(),
        entry.map(|entry| import_key(&entry.key, 1)).into(),
        row.raw.as_str().into(),
        fault.map(|fault| fault.code.to_owned()).into(),
        fault.map(|fault| fault.column.map_or_else(String::new, column)).into(),
        fault.map(|fault| fault.text.clone()).into(),
    ]
}

stmt!(
    REPEATED = "
    SELECT row_no, base_key, occurrence FROM (
        SELECT row_no, base_key,
            ROW_NUMBER() OVER (PARTITION BY base_key ORDER BY row_no) AS occurrence
        FROM import_rows
        WHERE organisation_id = $1 AND import_id = $2 AND pass = $3 AND base_key >= $4) counted
    WHERE occurrence > 1 AND (base_key, row_no) > ($4, $5)
    ORDER BY base_key, row_no LIMIT $6"
);

/// A row that repeats an earlier one of its file: its line, its key and how many there are.
pub type Repeated = (i64, Vec<u8>, i64);

/// Repeated rows after a place in the order of keys.
pub async fn repeated(
    tx: &mut Tx,
    scope: Scope,
    of: Of,
    after: &(Vec<u8>, i64),
    limit: i64,
) -> Result<Vec<Repeated>> {
    let (key, row_no) = (after.0.clone(), after.1);
    let args = args![scope.organisation(), of.import, of.pass, key, row_no, limit];
    Ok(tx.all(REPEATED.with(args)).await?)
}
/// Gives repeated rows keys of their own.
pub async fn tell_apart(tx: &mut Tx, scope: Scope, of: Of, rows: &[Repeated]) -> Result<()> {
    for batch in batches(rows) {
        let keys = batch.iter().map(|(row_no, base, n)| args![*row_no, import_key(base, *n)]);
        let query = Query::new("WITH told (row_no, import_key) AS (VALUES")
            .rows(keys.collect())
            .text(") UPDATE import_rows SET import_key = told.import_key FROM told")
            .push(" WHERE import_rows.organisation_id = ?", scope.organisation())
            .push(" AND import_rows.import_id = ?", of.import)
            .push(" AND import_rows.pass = ?", of.pass)
            .text(" AND import_rows.row_no = told.row_no");
        tx.execute(query).await?;
    }
    Ok(())
}

stmt!(
    LAST_LINE = "
    SELECT MAX(row_no) FROM import_rows WHERE organisation_id = $1 AND import_id = $2"
);
stmt!(
    DELETE_LINES = "
    DELETE FROM import_rows
    WHERE organisation_id = $1 AND import_id = $2 AND row_no >= $3 AND row_no < $4"
);
stmt!(
    DELETE_OTHER_PASSES = "
    DELETE FROM import_rows
    WHERE organisation_id = $1 AND import_id = $2 AND row_no >= $3 AND row_no < $4 AND pass <> $5"
);
stmt!(
    DELETE_WRITTEN = "
    DELETE FROM import_rows
    WHERE organisation_id = $1 AND import_id = $2 AND row_no >= $3 AND row_no < $4
        AND problem_code IS NULL"
);

/// Which rows nobody needs any more.
#[derive(Debug, Clone, Copy)]
pub enum Needless {
    All,
    /// Those of other passes than this.
    OfPassesBut(i64),
    /// Those that became time entries.
    Written,
}

/// The last line of an import that has a row.
pub async fn last_line(
    tx: &mut Tx,
    organisation: OrganisationId,
    import: ImportId,
) -> Result<Option<i64>> {
    let (last,): (Option<i64>,) = tx.one(LAST_LINE.with(args![organisation, import])).await?;
    Ok(last)
}
/// Deletes rows between two lines.
pub async fn delete(
    tx: &mut Tx,
    organisation: OrganisationId,
    import: ImportId,
    needless: Needless,
    lines: std::ops::Range<i64>,
) -> Result<()> {
    let mut args = args![organisation, import, lines.start, lines.end];
    let query = match needless {
        Needless::All => DELETE_LINES.with(args),
        Needless::Written => DELETE_WRITTEN.with(args),
        Needless::OfPassesBut(pass) => {
            args.push(pass.into());
            DELETE_OTHER_PASSES.with(args)
        }
    };
    tx.execute(query).await?;
    Ok(())
}

/// Keeps why rows were not written, for the download of those rows.
pub async fn refuse(
    tx: &mut Tx,
    scope: Scope,
    of: Of,
    (code, column): (&str, &str),
    lines: &[i64],
) -> Result<()> {
    for batch in batches(lines) {
        let query = Query::with(
            "UPDATE import_rows SET problem_code = $1, problem_column = $2,
                problem_text = CASE WHEN $2 = '' THEN '' ELSE CAST(worked_on AS TEXT) END",
            args![code, column],
        )
        .push(" WHERE organisation_id = ?", scope.organisation())
        .push(" AND import_id = ?", of.import)
        .push(" AND pass = ?", of.pass)
        .text(" AND row_no IN")
        .list(batch.iter().copied().map(Arg::from).collect());
        tx.execute(query).await?;
    }
    Ok(())
}

/// A row that was not written, as it stands in the file.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Refused {
    pub row_no: i64,
    pub raw: String,
    pub code: String,
    pub problem_column: Option<String>,
    pub problem_text: Option<String>,
    pub worked_on: Option<chrono::NaiveDate>,
}

stmt!(
    REFUSED = "
    SELECT row_no, raw, problem_code AS code, problem_column, problem_text, worked_on
    FROM import_rows
    WHERE organisation_id = $1 AND import_id = $2 AND pass = $3 AND problem_code IS NOT NULL
        AND row_no > $4
    ORDER BY row_no LIMIT $5"
);
stmt!(
    PROBLEMS = "
    SELECT row_no, '' AS raw, problem_code AS code, problem_column, problem_text, worked_on
    FROM import_rows
    WHERE organisation_id = $1 AND import_id = $2 AND pass = $3
        AND problem_code NOT IN ('known', 'skipped')
    ORDER BY row_no LIMIT $4"
);

/// Rows of a written import that were not, after a line.
pub async fn refused(
    tx: &mut Tx,
    scope: Scope,
    of: Of,
    after: i64,
    limit: i64,
) -> Result<Vec<Refused>> {
    let args = args![scope.organisation(), of.import, of.pass, after, limit];
    Ok(tx.all(REFUSED.with(args)).await?)
}
/// The first rows that could not be written, whatever the mapping.
pub async fn problems(tx: &mut Tx, scope: Scope, of: Of, limit: i64) -> Result<Vec<Refused>> {
    let args = args![scope.organisation(), of.import, of.pass, limit];
    Ok(tx.all(PROBLEMS.with(args)).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_are_powers_of_two_and_leave_nothing_out() {
        let items: Vec<u32> = (0..1_000).collect();
        let lengths: Vec<usize> = batches(&items).map(<[u32]>::len).collect();
        assert_eq!(lengths, [256, 256, 256, 128, 64, 32, 8]);
        assert_eq!(batches(&items).flatten().copied().collect::<Vec<_>>(), items);
        assert_eq!(batches::<u32>(&[]).count(), 0);
    }
}
