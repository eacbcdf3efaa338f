//! Staged rows in the database.
use shared::api::{ImportId, OrganisationId, TimeEntryId};

use super::fate::Fate;
use super::pass::{AtFault, Entry, Row, Stands};
use super::row::{Fault, import_key};
use super::staged::Staged;
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

/// Rows of one statement. Smaller batches halve, so that few statements differ: each is prepared
/// once.
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

/// The first and the last of lines in order. Whatever PostgreSQL thinks of a table that it has not
/// counted yet, a statement between the two does not go through the whole file.
fn ends(mut lines: impl DoubleEndedIterator<Item = i64>) -> (i64, i64) {
    let last = lines.next_back().unwrap_or_default();
    (lines.next().unwrap_or(last), last)
}

/// Writes rows as they were read.
pub async fn insert(
    tx: &mut Tx,
    scope: Scope,
    of: Of,
    header: &[String],
    rows: &[Row],
) -> Result<()> {
    let (mut entries, mut faults) = (Vec::new(), Vec::new());
    for row in rows {
        match &row.content {
            Ok(entry) => entries.push((row, entry)),
            Err(fault) => faults.push((row, fault)),
        }
    }
    insert_entries(tx, scope, of, &entries).await?;
    insert_faults(tx, scope, of, header, &faults).await
}

async fn insert_entries(
    tx: &mut Tx,
    scope: Scope,
    of: Of,
    entries: &[(&Row, &Entry)],
) -> Result<()> {
    for batch in batches(entries) {
        let given = batch.iter().map(|(row, entry)| {
            let (line, raw) = (row.line, row.raw.as_str());
            let (target, person, day) = (entry.target, entry.person, entry.worked_on);
            let (seconds, billable) = (entry.seconds, entry.billable);
            let (note, key) = (entry.note.clone(), entry.key.clone());
            args![line, target, person, day, entry.instant, seconds, billable, note, key, raw]
        });
        let query = Query::new(
            "WITH given (row_no, target, person, worked_on, instant, seconds, billable, note, base_key,
                raw)
            AS (VALUES",
        )
        .rows(given.collect())
        .text(
            ") INSERT INTO import_rows (organisation_id, import_id, pass, row_no, target, person,
                worked_on, instant, seconds, billable, note, base_key, import_key, raw)",
        )
        .push(" SELECT ?,", scope.organisation())
        .push(" ?,", of.import)
        .push(" ?,", of.pass)
        .text(
            " row_no, target, person, worked_on, instant, seconds, billable, note, base_key, base_key,
                raw
            FROM given",
        );
        tx.execute(query).await?;
    }
    Ok(())
}

async fn insert_faults(
    tx: &mut Tx,
    scope: Scope,
    of: Of,
    header: &[String],
    faults: &[(&Row, &Fault)],
) -> Result<()> {
    let column = |at: usize| header.get(at).cloned().unwrap_or_default();
    for batch in batches(faults) {
        let given = batch.iter().map(|(row, fault)| {
            let column = fault.column.map_or_else(String::new, column);
            args![row.line, row.raw.as_str(), fault.code, column, fault.text.as_str()]
        });
        let query = Query::new("WITH given (row_no, raw, code, column_name, found) AS (VALUES")
            .rows(given.collect())
            .text(
                ") INSERT INTO import_rows (organisation_id, import_id, pass, row_no, billable,
                    raw, problem_code, problem_column, problem_text)",
            )
            .push(" SELECT ?,", scope.organisation())
            .push(" ?,", of.import)
            .push(" ?,", of.pass)
            .text(" row_no, FALSE, raw, code, column_name, found FROM given");
        tx.execute(query).await?;
    }
    Ok(())
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
/// Gives repeated rows keys of their own. They come in the order of their lines.
pub async fn tell_apart(tx: &mut Tx, scope: Scope, of: Of, rows: &[Repeated]) -> Result<()> {
    for batch in batches(rows) {
        let (first, last) = ends(batch.iter().map(|(row_no, ..)| *row_no));
        let keys = batch.iter().map(|(row_no, base, n)| args![*row_no, import_key(base, *n)]);
        let query = Query::new("WITH told (row_no, import_key) AS (VALUES")
            .rows(keys.collect())
            .text(") UPDATE import_rows SET import_key = told.import_key FROM told")
            .push(" WHERE import_rows.organisation_id = ?", scope.organisation())
            .push(" AND import_rows.import_id = ?", of.import)
            .push(" AND import_rows.pass = ?", of.pass)
            .push(" AND import_rows.row_no >= ?", first)
            .push(" AND import_rows.row_no <= ?", last)
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

/// Keeps why rows were not written, for the download of those rows. `lines` are in order; a column
/// is that of the day.
pub async fn refuse(
    tx: &mut Tx,
    scope: Scope,
    of: Of,
    (code, at_fault): (&str, &AtFault),
    lines: &[i64],
) -> Result<()> {
    let (column, stands) = at_fault.of(code);
    let found = match stands {
        Stands::Nothing => "''",
        Stands::Day => "CAST(worked_on AS TEXT)",
        Stands::Seconds => "CAST(seconds AS TEXT) || ' s'",
    };
    for batch in batches(lines) {
        let (first, last) = ends(batch.iter().copied());
        let query = Query::new("UPDATE import_rows SET problem_text =")
            .text(found)
            .push(", problem_code = ?", code)
            .push(", problem_column = ?", column)
            .push(" WHERE organisation_id = ?", scope.organisation())
            .push(" AND import_id = ?", of.import)
            .push(" AND pass = ?", of.pass)
            .push(" AND row_no >= ?", first)
            .push(" AND row_no <= ?", last)
            .text(" AND row_no IN")
            .list(batch.iter().copied().map(Arg::from).collect());
        tx.execute(query).await?;
    }
    Ok(())
}

stmt!(
    ENTRIES = "
    SELECT (SELECT e.id FROM time_entries e WHERE e.organisation_id = r.organisation_id
            AND e.import_key BETWEEN r.import_key AND r.import_key AND e.import_id = r.import_id
            ORDER BY e.import_key LIMIT 1) AS id
    FROM import_rows r
    WHERE r.organisation_id = $1 AND r.import_id = $2 AND r.pass = $3
        AND r.row_no >= $4 AND r.row_no < $5"
);
stmt!(
    ACCEPT = "
    UPDATE import_rows SET problem_code = NULL, problem_column = NULL, problem_text = NULL
    WHERE organisation_id = $1 AND import_id = $2 AND pass = $3
        AND row_no >= $4 AND row_no < $5 AND base_key IS NOT NULL AND problem_code IS NOT NULL"
);
/// The time entries that an import made of the rows from one line to before another.
pub async fn entries(
    tx: &mut Tx,
    scope: Scope,
    of: Of,
    (from, to): (i64, i64),
) -> Result<Vec<TimeEntryId>> {
    let args = args![scope.organisation(), of.import, of.pass, from, to];
    let found: Vec<(Option<TimeEntryId>,)> = tx.all(ENTRIES.with(args)).await?;
    Ok(found.into_iter().filter_map(|(id,)| id).collect())
}
/// Forgets why rows were left out by the mapping; rows that nobody can read stay as they are.
pub async fn accept(tx: &mut Tx, scope: Scope, of: Of, (from, to): (i64, i64)) -> Result<()> {
    let args = args![scope.organisation(), of.import, of.pass, from, to];
    tx.execute(ACCEPT.with(args)).await?;
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
    pub seconds: Option<i64>,
}

impl Refused {
    /// A row that a mapping does not write.
    pub fn new(row: Staged, fate: &Fate, raw: String) -> Self {
        let Staged { row_no, problem_column, problem_text, worked_on, seconds, .. } = row;
        let code = fate.name().to_owned();
        Self { row_no, raw, code, problem_column, problem_text, worked_on, seconds }
    }
}

stmt!(
    REFUSED = "
    SELECT row_no, raw, problem_code AS code, problem_column, problem_text, worked_on, seconds
    FROM import_rows
    WHERE organisation_id = $1 AND import_id = $2 AND pass = $3 AND problem_code IS NOT NULL
        AND row_no > $4
    ORDER BY row_no LIMIT $5"
);
stmt!(
    PROBLEMS = "
    SELECT row_no, '' AS raw, problem_code AS code, problem_column, problem_text, worked_on,
        seconds
    FROM import_rows
    WHERE organisation_id = $1 AND import_id = $2 AND pass = $3
        AND problem_code IS NOT NULL AND problem_code NOT IN ('known', 'skipped')
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
